/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate describe: columns, event fields, row map, height, padding and side outputs of a
 * chip's traces, from its description; or a machine. */
#include "cli/chip_library.h"
#include "cli/describe_machine.h"
#include "cli/json_out.h"
#include "cli/verbs.h"
#include "harness/report.h"
#include "harness/subject.h"

#include <stddef.h>
#include <string.h>

typedef struct describe_values {
    const char *machine;
    bool json;
    tg_words chip_libraries;
} describe_values;

static const tg_option options[] = {
    TG_OPTION(describe_values, machine, TEXT, "machine", "ID",
              "describe a machine, or a chip as that machine has it"),
    TG_CHIP_LIBRARY_OPTION(describe_values, chip_libraries),
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
    case TG_FORM_RESIDUE:
        return "residue below p";
    case TG_FORM_COUNT:
        return "any number";
    case TG_FORM_BYTE:
        (void)snprintf(text, TEXT_BYTES, "number below %zu", type->nb_values);
        return text;
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
    case TG_HEIGHT_NEVER_FIXED:
        return "the next multiple of 32, 16 without events; fixed heights are ignored";
    }
    return "";
}

static const char *padding_text(const tg_trace *trace)
{
    switch (trace->padding) {
    case TG_PADDING_ZERO:
        return "zero";
    case TG_PADDING_ZERO_EVENT:
        return "what the event of all zero words gives";
    case TG_PADDING_CONSTANT:
        return "a row of its own, in all rows the same";
    }
    return "";
}

/* Where a side output is among the public values: "" where it is not. */
static const char *public_text(char text[TEXT_BYTES], const tg_side *side)
{
    const size_t first = side->public_value;
    const size_t nb_words = tg_side_nb_words(side);
    text[0] = '\0';
    if (first != TG_NOT_PUBLIC && nb_words == 1)
        (void)snprintf(text, TEXT_BYTES, "public value %zu", first);
    if (first != TG_NOT_PUBLIC && nb_words > 1)
        (void)snprintf(text, TEXT_BYTES, "public values %zu to %zu", first, first + nb_words - 1);
    return text;
}

/* Lines that list a struct: its leaves, arrays of leaves in one line. */
typedef struct lister {
    size_t unit;    /* bytes that positions count in: 4 for words, 1 for events */
    bool says_what; /* say what leaves may hold */
    bool is_event;  /* leaves may have bounds, and may be ignored */
    const tg_trace *trace;
} lister;

/* What is said behind a leaf of an event. */
static const char *remark_text(char text[TEXT_BYTES], const lister *lines, const tg_field *field,
                               size_t offset)
{
    size_t used = 0;
    bool has_bound = false;
    text[0] = '\0';
    if (!lines->is_event) return text;
    if (field->type->ignored && field->type->form != TG_FORM_PAD)
        used += (size_t)snprintf(text, TEXT_BYTES, "; the trace ignores it");
    for (size_t i = 0; i < lines->trace->nb_bounds && used < TEXT_BYTES; i++) {
        const tg_bound *bound = &lines->trace->bounds[i];
        char limit[TG_NAME_BYTES];
        if (bound->offset < offset || bound->offset >= offset + field->size) continue;
        used += (size_t)snprintf(
            text + used, TEXT_BYTES - used, "%s[%zu] < %s", has_bound ? ", " : "; for a proof ",
            (bound->offset - offset) / field->type->size, tg_report_limit(limit, bound->below));
        has_bound = true;
    }
    return text;
}

static void print_leaves(const lister *lines, const tg_field *field, const char *name,
                         size_t offset)
{
    char shown[2 * TG_NAME_BYTES];
    char text[TEXT_BYTES];
    char remark[TEXT_BYTES];
    (void)snprintf(shown, sizeof shown, "%s%s", name, field->dims);
    const size_t first = offset / lines->unit;
    char place[48];
    if (!lines->is_event && field->size > field->type->size) {
        (void)snprintf(place, sizeof place, "%zu..%zu", first,
                       first + field->size / lines->unit - 1);
    } else {
        (void)snprintf(place, sizeof place, "%zu", first);
    }
    if (lines->says_what) {
        (void)printf("    %-10s%-44s %s%s\n", place, shown, holds_text(text, field->type),
                     remark_text(remark, lines, field, offset));
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

static void print_side(const tg_side *side)
{
    char text[TEXT_BYTES];
    if (side->form == TG_SIDE_BYTE_LOOKUPS) {
        (void)printf("  side output %s: a multiset of byte lookups, a count for each of %zu\n",
                     side->name, tg_side_nb_words(side));
        return;
    }
    const size_t nb_words = tg_side_nb_words(side);
    (void)public_text(text, side);
    (void)printf("  side output %s: %zu word%s%s%s", side->name, nb_words, nb_words == 1 ? "" : "s",
                 text[0] != '\0' ? ", " : "", text);
    if (nb_words == 1) {
        (void)printf("; %s\n", holds_text(text, tg_type_leaf_at(side->words, 0).type));
        return;
    }
    (void)printf("; by number:\n");
    print_type(&(lister){.unit = sizeof(uint32_t), .says_what = true}, side->words, "", 0);
}

static void print_trace(const tg_trace *trace)
{
    char text[TEXT_BYTES];
    (void)printf("%s\n", trace->name);
    (void)printf("  columns     %zu\n", tg_trace_width(trace));
    (void)printf("  rows        %s\n", row_map_text(text, trace));
    (void)printf("  height      %s\n", height_text(trace));
    (void)printf("  padding     %s\n", padding_text(trace));
    if (trace->max_candidates != 0)
        (void)printf("  search      the first of %lu candidates that will do, none is an error; "
                     "--max-candidates tries fewer\n",
                     (unsigned long)trace->max_candidates);
    if (trace->event == NULL) {
        (void)printf("  event       none, only their number\n");
    } else {
        (void)printf("  event       %zu bytes, of which the trace depends on %zu; by offset:\n",
                     tg_trace_event_size(trace), tg_trace_event_bytes_read(trace));
        print_type(&(lister){.unit = 1, .says_what = true, .is_event = true, .trace = trace},
                   trace->event, "", 0);
    }
    for (size_t i = 0; i < trace->nb_sides; i++) {
        print_side(&trace->sides[i]);
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

static void json_sides(tg_json_out *json, const tg_trace *trace)
{
    tg_json_begin(json, "side_outputs", '[');
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const tg_side *side = &trace->sides[i];
        const bool is_lookups = side->form == TG_SIDE_BYTE_LOOKUPS;
        tg_json_begin(json, NULL, '{');
        tg_json_text(json, "name", side->name);
        tg_json_text(json, "form", is_lookups ? "byte lookups" : "words");
        tg_json_count(json, "nb_words", tg_side_nb_words(side));
        if (side->public_value != TG_NOT_PUBLIC)
            tg_json_count(json, "public_value", side->public_value);
        tg_json_begin(json, "words", '[');
        for (size_t word = 0; word < tg_side_nb_words(side) && !is_lookups; word++) {
            char name[TG_NAME_BYTES];
            tg_json_text(json, NULL, tg_side_word_name(name, side, word));
        }
        tg_json_end(json);
        tg_json_end(json);
    }
    tg_json_end(json);
}

static void json_bounds(tg_json_out *json, const tg_trace *trace)
{
    tg_json_begin(json, "bounds", '[');
    for (size_t i = 0; i < trace->nb_bounds; i++) {
        char name[TG_NAME_BYTES];
        tg_json_begin(json, NULL, '{');
        tg_json_text(json, "name", tg_report_bound_name(name, trace, &trace->bounds[i]));
        tg_json_count(json, "below", trace->bounds[i].below);
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
    tg_json_count(json, "max_candidates", trace->max_candidates);
    json_event(json, trace);
    json_bounds(json, trace);
    json_sides(json, trace);
    tg_json_begin(json, "columns", '[');
    for (size_t column = 0; column < tg_trace_width(trace); column++) {
        char name[TG_NAME_BYTES];
        tg_json_text(json, NULL, tg_trace_column_name(name, trace, column));
    }
    tg_json_end(json);
    tg_json_end(json);
}

/* A machine, or with a name one of its chips, also such as has no trace here. */
static tg_status run_machine(const describe_values *given, const tg_words *operands,
                             tg_error *error)
{
    const tg_machine *machine = NULL;
    const tg_status status = tg_machine_find(&machine, given->machine, error);
    if (status != TG_OK) return status;
    if (operands->nb_words != 0)
        return tg_describe_machine_chip(machine, operands->words[0], given->json, error);
    tg_describe_machine(machine, given->json);
    return TG_OK;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const describe_values *given = values;
    size_t indices[TG_NB_KINDS];
    size_t nb_indices = 0;
    if (given->machine != NULL) return run_machine(given, operands, error);
    if (operands->nb_words == 0) {
        tg_error_set(error, TG_ERR_USAGE, "CHIP[.KIND] is missing");
        tg_error_how(error,
                     "name a chip, or a machine with --machine ID; 'tracegate list' and 'tracegate "
                     "machines' show them");
        return TG_ERR_USAGE;
    }
    const tg_status status = tg_subject_find(indices, &nb_indices, operands->words[0], error);
    if (status != TG_OK) {
        tg_describe_say_machine(operands->words[0], error);
        return status;
    }
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
    .summary = "describe a chip's traces: columns, events, row map, height, side outputs",
    .operands = "[CHIP[.KIND]]",
    .min_operands = 0,
    .max_operands = 1,
    .text = "Says what both sides of a comparison agree on about a trace: SP1's column names with "
            "their numbers, the fields\n"
            "of an event with their byte offsets and what they may hold, which rows an event "
            "fills, height, "
            "padding,\nand what a trace gives besides its cells. With --machine: the chips of a "
            "machine, its clusters and its public\nvalues.\n" TG_HELP_NAMES,
    .examples = "  tracegate describe Select            # both traces of a chip\n"
                "  tracegate describe Select.main       # one of them\n"
                "  tracegate describe MemoryVar --json  # for programs\n"
                "  tracegate describe --machine riscv   # chips, clusters and public values\n"
                "  tracegate describe --machine riscv Add     # a chip of it, also one without a "
                "trace here\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(describe_values),
    .run = run,
};
