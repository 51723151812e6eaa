/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Side outputs, and events beyond the bounds of a proof, as text. */
#include "harness/report.h"

#include "reference/field.h"

#include <inttypes.h>
#include <string.h>

/* Bytes of a word's text: two numbers and what stands around them. */
#define WORD_BYTES 64

/* A word of a side output: counters and counts as they are, residues and Montgomery words in both
 * forms. */
static const char *word_text(char text[WORD_BYTES], const tg_side *side, size_t word,
                             uint32_t value)
{
    const tg_form form =
        side->form == TG_SIDE_WORDS ? tg_type_leaf_at(side->words, word).type->form : TG_FORM_COUNT;
    const bool is_word = form == TG_FORM_FELT || form == TG_FORM_ONE;
    if (!is_word && form != TG_FORM_RESIDUE) {
        (void)snprintf(text, WORD_BYTES, "%" PRIu32, value);
    } else if (value >= TG_P) {
        (void)snprintf(text, WORD_BYTES, "0x%08" PRIx32 " (not reduced)", value);
    } else {
        (void)snprintf(text, WORD_BYTES, "%" PRIu32 " (0x%08" PRIx32 ")",
                       is_word ? tg_ref_from_word(value) : value, value);
    }
    return text;
}

static void print_word(FILE *out, const tg_side *side, const tg_side_word *wrong)
{
    char name[TG_NAME_BYTES];
    char expected[WORD_BYTES];
    char actual[WORD_BYTES];
    (void)tg_side_word_name(name, side, wrong->word);
    (void)fprintf(out, "    %s%sexpected %s%s, actual %s\n", name, name[0] != '\0' ? ": " : "",
                  side->form == TG_SIDE_BYTE_LOOKUPS ? "count " : "",
                  word_text(expected, side, wrong->word, wrong->expected),
                  word_text(actual, side, wrong->word, wrong->actual));
}

static void print_side(FILE *out, const tg_trace *trace, const tg_side *side,
                       const tg_side_diff *found)
{
    const char *unit = side->form == TG_SIDE_BYTE_LOOKUPS ? "lookup" : "word";
    (void)fprintf(out, "  %s.%s: ", trace->name, side->name);
    if (!found->is_compared) {
        (void)fprintf(out, "not compared, one of both sides lacks it\n");
    } else if (found->nb_wrong == 0) {
        (void)fprintf(out, "matches, %zu %s%s\n", found->nb_compared, unit,
                      tg_plural(found->nb_compared));
    } else {
        (void)fprintf(out, "%zu of %zu %s%s differ%s", found->nb_wrong, found->nb_compared, unit,
                      tg_plural(found->nb_compared), found->nb_wrong == 1 ? "s" : "");
        if (found->nb_not_reduced != 0)
            (void)fprintf(out, ", %zu of them not below p", found->nb_not_reduced);
        (void)fputc('\n', out);
    }
    for (size_t i = 0; i < found->nb_listed; i++) {
        print_word(out, side, &found->listed[i]);
    }
    const size_t nb_more = found->nb_wrong - found->nb_listed;
    if (nb_more != 0)
        (void)fprintf(out, "    and %zu more %s%s (--max-cells lists more)\n", nb_more, unit,
                      tg_plural(nb_more));
}

void tg_report_sides(FILE *out, const tg_sides_diff *diff)
{
    for (size_t i = 0; i < diff->trace->nb_sides; i++) {
        print_side(out, diff->trace, &diff->trace->sides[i], &diff->sides[i]);
    }
}

const char *tg_report_limit(char *text, uint32_t limit)
{
    unsigned lg = 0;
    while (lg < 31 && UINT32_C(1) << lg != limit) lg++;
    // Small powers of two are read more easily as they are.
    if (limit > 1024 && UINT32_C(1) << lg == limit) {
        (void)snprintf(text, TG_NAME_BYTES, "2^%u", lg);
    } else {
        (void)snprintf(text, TG_NAME_BYTES, "%" PRIu32, limit);
    }
    return text;
}

const char *tg_report_bound_name(char *name, const tg_trace *trace, const tg_bound *bound)
{
    const size_t nb_leaves = tg_type_nb_leaves(trace->event);
    for (size_t i = 0; i < nb_leaves; i++) {
        if (tg_type_leaf_at(trace->event, i).offset == bound->offset)
            return tg_type_leaf_name(name, TG_NAME_BYTES, trace->event, i);
    }
    (void)snprintf(name, TG_NAME_BYTES, "byte %zu", bound->offset);
    return name;
}

void tg_report_beyond(FILE *out, const char *start, const tg_trace *trace, const tg_bound *bound,
                      const tg_beyond *beyond)
{
    char name[TG_NAME_BYTES];
    char limit[TG_NAME_BYTES];
    char first[48] = "";
    char text[4 * TG_NAME_BYTES];
    tg_flow line = tg_flow_begin(out, start);
    if (beyond->source == NULL)
        (void)snprintf(first, sizeof first, ", the first is event %zu", beyond->first);
    (void)snprintf(text, sizeof text,
                   "%s: %zu of %zu event%s %s %s >= %s%s: legal for a trace, no proof accepts %s",
                   trace->name, beyond->nb, beyond->nb_events, tg_plural(beyond->nb_events),
                   beyond->nb == 1 ? "has" : "have", tg_report_bound_name(name, trace, bound),
                   tg_report_limit(limit, bound->below), first, beyond->nb == 1 ? "it" : "them");
    tg_flow_put_words(&line, text);
    (void)fputc('\n', out);
    if (beyond->source != NULL)
        (void)fprintf(out, "%*sthe first is event %zu of %s\n", (int)line.indent, "", beyond->first,
                      beyond->source);
}
