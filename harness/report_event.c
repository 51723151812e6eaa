/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events and values as text. */
#include "harness/report.h"

#include "reference/field.h"

#include <inttypes.h>
#include <string.h>

const char *tg_report_value(char *text, const tg_type *type, const void *value)
{
    uint32_t word = 0;
    memcpy(&word, value, type->size <= sizeof word ? type->size : sizeof word);
    switch (type->form) {
    case TG_FORM_FELT:
    case TG_FORM_ONE:
        if (word < TG_P) {
            (void)snprintf(text, TG_NAME_BYTES, "%" PRIu32, tg_ref_from_word(word));
        } else {
            (void)snprintf(text, TG_NAME_BYTES, "0x%08" PRIx32 " (not reduced)", word);
        }
        break;
    case TG_FORM_ENUM:
        if (word < type->nb_values) {
            (void)snprintf(text, TG_NAME_BYTES, "%s", type->value_names[word]);
        } else {
            (void)snprintf(text, TG_NAME_BYTES, "%" PRIu32 " (outside its enum)", word);
        }
        break;
    case TG_FORM_RESIDUE:
        (void)snprintf(text, TG_NAME_BYTES,
                       word < TG_P ? "%" PRIu32 : "0x%08" PRIx32 " (not reduced)", word);
        break;
    case TG_FORM_BYTE:
        (void)snprintf(text, TG_NAME_BYTES, "%" PRIu32 "%s", word,
                       word < type->nb_values ? "" : " (out of range)");
        break;
    case TG_FORM_COUNT:
    case TG_FORM_FLAG:
    case TG_FORM_PAD:
    case TG_FORM_STRUCT:
        (void)snprintf(text, TG_NAME_BYTES, "%" PRIu32, word);
        break;
    }
    return text;
}

/* A leaf's name without its last index, and whether it has one: the elements of an array share
 * it. */
static bool split_index(char *name)
{
    char *bracket = strrchr(name, '[');
    if (bracket == NULL || strchr(bracket, '.') != NULL) return false;
    *bracket = '\0';
    return true;
}

/* A value whose end is not known yet: a comma, or the end of its array, depends on the next one. */
typedef struct pending {
    char word[2 * TG_NAME_BYTES + 16];
    char array[TG_NAME_BYTES]; /* the array that is open; "" if none is */
} pending;

/* Print the value with its end. */
static void flow_pending(tg_flow *line, pending *last, const char *end)
{
    if (last->word[0] == '\0') return;
    strncat(last->word, end, sizeof last->word - strlen(last->word) - 1);
    tg_flow_put(line, last->word);
    last->word[0] = '\0';
}

static void add_value(tg_flow *line, pending *last, char *name, const char *value)
{
    const bool is_array = split_index(name);
    const bool goes_on = is_array && strcmp(name, last->array) == 0;
    flow_pending(line, last, goes_on || last->array[0] == '\0' ? "," : "],");
    if (goes_on) {
        (void)snprintf(last->word, sizeof last->word, "%s", value);
    } else {
        (void)snprintf(last->word, sizeof last->word, "%s%s%s%s", name, name[0] != '\0' ? " " : "",
                       is_array ? "[" : "", value);
        (void)snprintf(last->array, sizeof last->array, "%s", is_array ? name : "");
    }
}

/* Number of leaves of a struct that are no padding. */
static size_t nb_values(const tg_type *type)
{
    size_t nb = 0;
    for (size_t i = 0; i < tg_type_nb_leaves(type); i++) {
        nb += tg_type_leaf_at(type, i).type->form != TG_FORM_PAD;
    }
    return nb;
}

void tg_report_struct(FILE *out, const tg_type *type, const void *value, size_t max_values,
                      size_t indent)
{
    tg_flow line = {.out = out, .indent = indent, .column = indent};
    pending last = {.word = "", .array = ""};
    // Of one that is too long, the fields that the trace depends on tell most.
    const bool is_long = nb_values(type) > max_values;
    bool has_left_out = false;
    const size_t nb_leaves = tg_type_nb_leaves(type);
    size_t nb_left = max_values;
    const char *end = "";
    for (size_t i = 0; i < nb_leaves; i++) {
        const tg_leaf leaf = tg_type_leaf_at(type, i);
        if (leaf.type->form == TG_FORM_PAD) continue;
        if (leaf.type->ignored && is_long) {
            has_left_out = true;
            continue;
        }
        if (nb_left-- == 0) {
            end = ", ...";
            break;
        }
        char name[TG_NAME_BYTES];
        char text[TG_NAME_BYTES];
        (void)tg_type_leaf_name(name, sizeof name, type, i);
        (void)tg_report_value(text, leaf.type, (const unsigned char *)value + leaf.offset);
        add_value(&line, &last, name, text);
    }
    flow_pending(&line, &last, end[0] != '\0' ? end : last.array[0] != '\0' ? "]" : "");
    if (has_left_out) tg_flow_put(&line, "(fields that the trace ignores are left out)");
    (void)fputc('\n', out);
}

void tg_report_event(FILE *out, const tg_trace *trace, const void *event, size_t max_values,
                     size_t indent)
{
    tg_report_struct(out, trace->event, event, max_values, indent);
}
