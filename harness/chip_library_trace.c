/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A library's trace: its description, checked, and its reference. */
#include "harness/chip_library_internal.h"
#include "model/memory.h"
#include "reference/field.h"

#include <stdio.h>
#include <string.h>

/* ---- the description ---- */

static tg_status check_row_map(const library_trace *of, const chip_library *library,
                               tg_error *error)
{
    const tracegate_trace *given = &of->given;
    if (given->events_per_row > 1 && given->rows_per_event > 1)
        return library_refuse(error, library, of->name, "let one of both be 1",
                              "a row of %lu events and an event of %lu rows exclude each other",
                              (unsigned long)given->events_per_row,
                              (unsigned long)given->rows_per_event);
    if (given->events_per_row > LIBRARY_MAX_REPEATS || given->rows_per_event > LIBRARY_MAX_REPEATS)
        return library_refuse(error, library, of->name, "use 4096 at the most",
                              "%lu events a row or %lu rows an event are too many",
                              (unsigned long)given->events_per_row,
                              (unsigned long)given->rows_per_event);
    if (given->max_events > TG_MAX_HEIGHT)
        return library_refuse(error, library, of->name, "0 lets all events count",
                              "max_events is above the limit of %zu", TG_MAX_HEIGHT);
    return TG_OK;
}

static tg_status check_reference(const library_trace *of, const chip_library *library,
                                 tg_error *error)
{
    const tracegate_trace *given = &of->given;
    if ((given->row != NULL) == (given->fill != NULL))
        return library_refuse(
            error, library, of->name, "set exactly one of row and fill", "it has %s",
            given->row != NULL ? "both row and fill" : "no reference, neither row nor fill");
    if (given->padding > TRACEGATE_PADDING_CONSTANT ||
        given->height_rule > TRACEGATE_HEIGHT_NEVER_FIXED)
        return library_refuse(error, library, of->name, "use those of tracegate/chip.h",
                              "padding %lu or height rule %lu is unknown",
                              (unsigned long)given->padding, (unsigned long)given->height_rule);
    if (given->padding == TRACEGATE_PADDING_CONSTANT && given->fill == NULL)
        return library_refuse(error, library, of->name, "describe the trace by fill",
                              "row cannot say what the constant padding is");
    if (given->event_bytes == 0 && (given->complete != NULL || given->reads_ignored != 0))
        return library_refuse(error, library, of->name, "leave complete and reads_ignored out",
                              "there are no events to complete or to read");
    return TG_OK;
}

tg_status library_describe(library_trace *made, chip_library *library, const tg_chip *chip,
                           tg_error *error)
{
    static const tg_padding paddings[] = {
        [TRACEGATE_PADDING_ZERO] = TG_PADDING_ZERO,
        [TRACEGATE_PADDING_ZERO_EVENT] = TG_PADDING_ZERO_EVENT,
        [TRACEGATE_PADDING_CONSTANT] = TG_PADDING_CONSTANT,
    };
    static const tg_height_rule rules[] = {
        [TRACEGATE_HEIGHT_MULTIPLE_OF_32] = TG_HEIGHT_MULTIPLE_OF_32,
        [TRACEGATE_HEIGHT_ALWAYS_16] = TG_HEIGHT_ALWAYS_16,
        [TRACEGATE_HEIGHT_NEVER_FIXED] = TG_HEIGHT_NEVER_FIXED,
    };
    const tracegate_trace *given = &made->given;
    tg_trace *trace = &made->trace;
    tg_status status = check_row_map(made, library, error);
    if (status == TG_OK) status = check_reference(made, library, error);
    if (status == TG_OK) status = library_event_type(&trace->event, library, made, error);
    if (status == TG_OK) status = library_columns_type(&trace->columns, library, made, error);
    if (status != TG_OK) return status;
    trace->chip = chip;
    trace->name = made->name;
    trace->events_per_row = given->events_per_row != 0 ? given->events_per_row : 1;
    trace->rows_per_event = given->rows_per_event != 0 ? given->rows_per_event : 1;
    trace->max_events = given->max_events;
    trace->padding = paddings[given->padding];
    trace->height_rule = rules[given->height_rule];
    made->reference = (tg_ref_generator){.fill = library_fill};
    made->rows = (tg_ref_generator){.row = given->row,
                                    .checks_ignored = given->reads_ignored != 0,
                                    .checks_cells = true};
    made->draws = (tg_trace_draws){.complete = given->complete};
    return TG_OK;
}

/* ---- the reference ---- */

static tg_status say_not_written(const library_trace *of, const char *text, tg_error *error)
{
    tg_error_set(error, TG_ERR_USAGE, "the reference of %s %s", of->name, text);
    tg_error_how(error, "write it, and build %s again", of->library->path);
    return TG_ERR_USAGE;
}

/* The end of a text that says that something is not written; NULL: it says something else. */
static const char *not_written(const char *text)
{
    return text != NULL ? strstr(text, TRACEGATE_NOT_WRITTEN_BEGIN) : NULL;
}

/* Whether row is written: one that is not says so of any event, that of zeros too, which is padding
 * and makes a trace without events. */
static tg_status check_written(const library_trace *of, tg_error *error)
{
    void *event = NULL;
    void *columns = NULL;
    const size_t event_size = tg_trace_event_size(&of->trace);
    tg_status status = tg_buffer_create(&event, 1, event_size, error);
    if (status == TG_OK)
        status = tg_buffer_create(&columns, tg_trace_width(&of->trace), sizeof(uint32_t), error);
    if (status == TG_OK) {
        memset(event, 0, event_size);
        memset(columns, 0, tg_trace_width(&of->trace) * sizeof(uint32_t));
        const char *text = not_written(of->given.row(columns, event_size != 0 ? event : NULL, 0));
        if (text != NULL) status = say_not_written(of, text, error);
    }
    tg_buffer_destroy(event);
    tg_buffer_destroy(columns);
    return status;
}

static tg_status fill_rows(const library_trace *of, const tg_product *out,
                           const tg_request *request, tg_error *error)
{
    tg_error why = {.status = TG_OK};
    tg_status status = check_written(of, error);
    if (status != TG_OK) return status;
    status = tg_ref_make(out, &of->rows, request, &why);
    if (status == TG_OK) return TG_OK;
    // A row that is written in part.
    if (status == TG_ERR_EVENT && not_written(why.what) != NULL)
        return say_not_written(of, not_written(why.what), error);
    if (status == TG_ERR_EVENT)
        tg_error_how(&why, "mend the event, or the reference in %s", of->library->path);
    if (error != NULL) *error = why;
    return status;
}

/* The events with residues in the place of Montgomery words. */
static tg_status decode(void **decoded, const tg_request *request, tg_error *error)
{
    const tg_trace *trace = request->trace;
    const size_t event_size = tg_trace_event_size(trace);
    void *leaves = NULL;
    *decoded = NULL;
    if (event_size == 0) return TG_OK;
    const size_t nb_leaves = tg_type_nb_leaves(trace->event);
    tg_status status = tg_buffer_create(decoded, request->nb_events, event_size, error);
    if (status == TG_OK) status = tg_buffer_create(&leaves, nb_leaves, sizeof(tg_leaf), error);
    if (status != TG_OK) return status;
    tg_type_leaves(leaves, trace->event);
    if (request->nb_events != 0) memcpy(*decoded, request->events, request->nb_events * event_size);
    for (size_t i = 0; i < nb_leaves; i++) {
        const tg_leaf *leaf = &((const tg_leaf *)leaves)[i];
        unsigned char *word = (unsigned char *)*decoded + leaf->offset;
        if (leaf->type->form != TG_FORM_FELT && leaf->type->form != TG_FORM_ONE) continue;
        for (size_t event = 0; event < request->nb_events; event++, word += event_size) {
            uint32_t value = 0;
            memcpy(&value, word, sizeof value);
            value = tg_ref_from_word(value);
            memcpy(word, &value, sizeof value);
        }
    }
    tg_buffer_destroy(leaves);
    return TG_OK;
}

/* What no reference may leave in a cell, and none writes. */
#define NO_RESIDUE UINT32_MAX

/* Turn the residues of all cells into words. */
static tg_status encode(const library_trace *of, const tg_product *out, size_t height,
                        tg_error *error)
{
    const size_t width = tg_trace_width(&of->trace);
    for (size_t i = 0; i < width * height; i++) {
        if (out->cells[i] < TG_P) {
            out->cells[i] = tg_ref_to_word(out->cells[i]);
            continue;
        }
        char name[TG_NAME_BYTES];
        (void)tg_trace_column_name(name, &of->trace, i / height);
        if (out->cells[i] == NO_RESIDUE)
            return library_refuse(error, of->library, of->name, "write every cell, padding too",
                                  "the reference does not write column %s of row %zu", name,
                                  i % height);
        return library_refuse(error, of->library, of->name, "take it modulo p",
                              "the reference writes %lu, which is no residue below p, to column %s "
                              "of row %zu",
                              (unsigned long)out->cells[i], name, i % height);
    }
    return TG_OK;
}

static tg_status fill_whole(const library_trace *of, const tg_product *out,
                            const tg_request *request, tg_error *error)
{
    char text[160] = "";
    void *events = NULL;
    tg_status status = decode(&events, request, error);
    if (status == TG_OK) {
        memset(out->cells, 0xff, tg_trace_width(&of->trace) * request->height * sizeof *out->cells);
        const int failed = of->given.fill(out->cells, request->height, events, request->nb_events,
                                          text, sizeof text);
        text[sizeof text - 1] = '\0';
        if (not_written(text) != NULL) {
            status = say_not_written(of, not_written(text), error);
        } else if (failed != 0) {
            status = tg_error_set(error, TG_ERR_EVENT, "the reference of %s: %s", of->name,
                                  text[0] != '\0' ? text : "it fails, and does not say why");
            tg_error_how(error, "mend the events, or the reference in %s", of->library->path);
        } else {
            status = encode(of, out, request->height, error);
        }
    }
    tg_buffer_destroy(events);
    return status;
}

tg_status library_fill(const tg_product *out, const tg_request *request, tg_error *error)
{
    const library_trace *of = (const library_trace *)request->trace;
    return of->given.row != NULL ? fill_rows(of, out, request, error)
                                 : fill_whole(of, out, request, error);
}
