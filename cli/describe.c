/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate describe: columns, event fields, row map, height and padding of a chip's traces,
 * from its description. */
#include "cli/json_out.h"
#include "cli/verbs.h"
#include "harness/subject.h"

#include <stddef.h>
#include <string.h>

typedef struct describe_values {
    bool json;
} describe_values;

static const tg_option options[] = {
    TG_OPTION(describe_values, json, FLAG, "json", NULL,
              "print JSON, every column and field by itself"),
};

/* Texts are put together in this many bytes: all of them are shorter. */
#define TEXT_BYTES 256

/* What a leaf of an event may hold. */
static const char *holds_text(char text[TEXT_BYTES], const tg_type *type)
{
    switch (type->form) {
    case TG_FORM_FELT:
        return "Montgomery word below p";
    case TG_FORM_ONE:
        return "Montgomery word of 1";
    case TG_FORM_FLAG:
        return "0 or 1";
    case TG_FORM_PAD:
        return "anything: belongs to no field";
    case TG_FORM_ENUM: {
        size_t used = 0;
        for (size_t i = 0; i < type->nb_values && used < TEXT_BYTES; i++) {
            used += (size_t)snprintf(text + used, TEXT_BYTES - used, "%s%zu %s", i != 0 ? ", " : "",
                                     i, type->value_names[i]);
        }
        return text;
    }
    case TG_FORM_STRUCT:
        break;
    }
    return "";
}

static const char *row_map_text(char text[TEXT_BYTES], const tg_trace *trace)
{
    if (trace->rows_per_event > 1) {
        (void)snprintf(text, TEXT_BYTES, "event i fills rows %zu * i to %zu * i + %zu%s",
                       trace->rows_per_event, trace->rows_per_event, trace->rows_per_event - 1,
                       trace->max_events == 1 ? "; events behind the first are ignored" : "");
    } else if (trace->events_per_row > 1) {
        (void)snprintf(text, TEXT_BYTES,
                       "event i is in row i / %zu, column block i %% %zu of %zu columns",
                       trace->events_per_row, trace->events_per_row,
                       tg_trace_width(trace) / trace->events_per_row);
    } else if (trace->event == NULL) {
        (void)snprintf(text, TEXT_BYTES, "no events; rows below their number belong to them");
    } else {
        (void)snprintf(text, TEXT_BYTES, "event i is row i");
    }
    return text;
}

static const char *height_text(const tg_trace *trace)
{
    switch (trace->height_rule) {
    case TG_HEIGHT_ALWAYS_16:
        return "always 16; fixed heights are ignored";
    case TG_HEIGHT_MULTIPLE_OF_32:
        return "the next multiple of 32, 16 without events; or exactly the fixed height";
    }
    return "";
}

static const char *padding_text(const tg_trace *trace)
{
    return trace->padding == TG_PADDING_ZERO_EVENT ? "what the event of all zero words gives"
                                                   : "zero";
}

/* Lines that list a struct: its leaves, arrays of leaves in one line. */
typedef struct lister {
    size_t unit;   /* bytes that positions count in: 4 for columns, 1 for events */
    bool is_event; /* say what leaves may hold */
} lister;

static void print_leaves(const lister *lines, const tg_field *field, const char *name,
                         size_t offset)
{
    char shown[2 * TG_NAME_BYTES];
    char text[TEXT_BYTES];
    (void)snprintf(shown, sizeof shown, "%s%s", name, field->dims);
    const size_t first = offset / lines->unit;
    char place[48];
    if (!lines->is_event && field->size > field->type->size) {
        (void)snprintf(place, sizeof place, "%zu..%zu", first,
                       first + field->size / lines->unit - 1);
    } else {
        (void)snprintf(place, sizeof place, "%zu", first);
    }
    if (lines->is_event) {
        (void)printf("    %-10s%-44s %s%s\n", place, shown, holds_text(text, field->type),
                     field->type->ignored && field->type->form != TG_FORM_PAD
                         ? "; the trace ignores it"
                         : "");
    } else {
        (void)printf("    %-10s%s\n", place, shown);
    }
}

/* List the leaves of a struct type that starts at offset; prefix is its name, "" or
 * "accesses[0].". */
static void print_type(const lister *lines, const tg_type *type, const char *prefix, size_t offset)
{
    for (size_t i = 0; i < type->nb_fields; i++) {
        const tg_field *field = &type->fields[i];
        char name[TG_NAME_BYTES];
        (void)snprintf(name, sizeof name, "%s%s", prefix, field->name);
        if (field->type->form != TG_FORM_STRUCT) {
            print_leaves(lines, field, name, offset + field->offset);
            continue;
        }
        const size_t nb_elements = field->size / field->type->size;
        for (size_t element = 0; element < nb_elements; element++) {
            char inner[TG_NAME_BYTES + 24];
            if (field->dims[0] != '\0') {
                (void)snprintf(inner, sizeof inner, "%s[%zu].", name, element);
            } else {
                (void)snprintf(inner, sizeof inner, "%s.", name);
            }
            print_type(lines, field->type, inner,
                       offset + field->offset + element * field->type->size);
        }
    }
}

static void print_trace(const tg_trace *trace)
{
    char text[TEXT_BYTES];
    (void)printf("%s\n", trace->name);
    (void)printf("  columns     %zu\n", tg_trace_width(trace));
    (void)printf("  rows        %s\n", row_map_text(text, trace));
    (void)printf("  height      %s\n", height_text(trace));
    (void)printf("  padding     %s\n", padding_text(trace));
    if (trace->event == NULL) {
        (void)printf("  event       none, only their number\n");
    } else {
        (void)printf("  event       %zu bytes, of which the trace depends on %zu; by offset:\n",
                     tg_trace_event_size(trace), tg_trace_event_bytes_read(trace));
        print_type(&(lister){.unit = 1, .is_event = true}, trace->event, "", 0);
    }
    (void)printf("  columns by number:\n");
    print_type(&(lister){.unit = sizeof(uint32_t)}, trace->columns, "", 0);
}

static void json_event(tg_json_out *json, const tg_trace *trace)
{
    tg_json_count(json, "event_size", tg_trace_event_size(trace));
    tg_json_count(json, "event_bytes_read", tg_trace_event_bytes_read(trace));
    tg_json_begin(json, "event_fields", '[');
    const size_t nb_leaves = trace->event != NULL ? tg_type_nb_leaves(trace->event) : 0;
    for (size_t i = 0; i < nb_leaves; i++) {
        const tg_leaf leaf = tg_type_leaf_at(trace->event, i);
        char name[TG_NAME_BYTES];
        char text[TEXT_BYTES];
        tg_json_begin(json, NULL, '{');
        tg_json_text(json, "name", tg_type_leaf_name(name, sizeof name, trace->event, i));
        tg_json_count(json, "offset", leaf.offset);
        tg_json_count(json, "size", leaf.type->size);
        tg_json_text(json, "type", leaf.type->name);
        tg_json_text(json, "holds", holds_text(text, leaf.type));
        tg_json_bool(json, "ignored", leaf.type->ignored);
        tg_json_end(json);
    }
    tg_json_end(json);
}

static void json_trace(tg_json_out *json, const tg_trace *trace)
{
    char text[TEXT_BYTES];
    tg_json_begin(json, NULL, '{');
    tg_json_text(json, "name", trace->name);
    tg_json_text(json, "chip", trace->chip->name);
    tg_json_text(json, "kind", tg_kind_name(trace->kind));
    tg_json_count(json, "width", tg_trace_width(trace));
    tg_json_count(json, "events_per_row", trace->events_per_row);
    tg_json_count(json, "rows_per_event", trace->rows_per_event);
    tg_json_count(json, "max_events", trace->max_events);
    tg_json_text(json, "rows", row_map_text(text, trace));
    tg_json_text(json, "height", height_text(trace));
    tg_json_text(json, "padding", padding_text(trace));
    json_event(json, trace);
    tg_json_begin(json, "columns", '[');
    for (size_t column = 0; column < tg_trace_width(trace); column++) {
        char name[TG_NAME_BYTES];
        tg_json_text(json, NULL, tg_trace_column_name(name, trace, column));
    }
    tg_json_end(json);
    tg_json_end(json);
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const describe_values *given = values;
    size_t indices[TG_NB_KINDS];
    size_t nb_indices = 0;
    const tg_status status = tg_subject_find(indices, &nb_indices, operands->words[0], error);
    if (status != TG_OK) return status;
    tg_json_out json = {.out = stdout};
    if (given->json) tg_json_begin(&json, NULL, '[');
    for (size_t i = 0; i < nb_indices; i++) {
        const tg_trace *trace = tg_trace_at(indices[i]);
        if (given->json) {
            json_trace(&json, trace);
        } else {
            if (i != 0) (void)putchar('\n');
            print_trace(trace);
        }
    }
    if (given->json) tg_json_end(&json);
    return TG_OK;
}

const tg_verb tg_verb_describe = {
    .name = "describe",
    .summary = "describe a chip's traces: columns, event fields, row map, height, padding",
    .operands = "CHIP[.KIND]",
    .min_operands = 1,
    .max_operands = 1,
    .text = "Says what both sides of a comparison agree on about a trace: SP1's column names with "
            "their numbers, the fields\n"
            "of an event with their byte offsets and what they may hold, which rows an event "
            "fills, height and "
            "padding.\n" TG_HELP_NAMES,
    .examples = "  tracegate describe Select            # both traces of a chip\n"
                "  tracegate describe Select.main       # one of them\n"
                "  tracegate describe MemoryVar --json  # for programs\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(describe_values),
    .run = run,
};
