/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's part of its document: what became of each trace, what was skipped, the end. */
#include "harness/gate_zeroing_internal.h"

#include <stdarg.h>

void gate_remark(gate *state, const char *format, ...)
{
    char text[2 * GATE_NOTE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (state->options->document == NULL) return;
    if (tg_document_add_note(state->options->document, text, NULL) != TG_OK)
        gate_note(state, "no memory for a note of the report in files");
}

static tg_verdict verdict_of(const gate_row *row, bool has_fixed)
{
    if (row->nb_mismatches != 0) return TG_VERDICT_MISMATCH;
    if (has_fixed) return TG_VERDICT_FIXED;
    if (row->nb_not_run != 0) return TG_VERDICT_NOT_RUN;
    if (row->nb_comparisons == 0) return TG_VERDICT_NOTHING;
    return row->nb_expected != 0 ? TG_VERDICT_EXPECTED : TG_VERDICT_MATCH;
}

static tg_status add_trace(gate *state, size_t index, tg_error *error)
{
    const gate_row *row = &state->rows[index];
    const tg_subject subject =
        tg_subject_with_plan(index, state->options->plan_of, state->options->plan_of_context);
    const tg_trace *trace = subject.trace;
    const gate_zeroing *zeroed = &row->zeroing;
    char columns[GATE_ZEROING_COLUMNS][TG_NAME_BYTES];
    const size_t nb_columns = gate_zeroing_columns(columns, GATE_ZEROING_COLUMNS, zeroed, trace);
    const tg_document_zeroing zeroing = {
        .is_tried = zeroed->is_tried,
        .nb_cases = zeroed->nb_cases,
        .nb_words = zeroed->nb_words,
        .nb_failed = zeroed->nb_failed,
        .nb_columns = nb_columns < GATE_ZEROING_COLUMNS ? nb_columns : GATE_ZEROING_COLUMNS,
        .columns = columns,
    };
    tg_document_side sides[TG_MAX_SIDES];
    for (size_t i = 0; i < trace->nb_sides; i++) {
        sides[i] = (tg_document_side){.name = trace->sides[i].name,
                                      .nb_comparisons = row->sides[i].nb_comparisons,
                                      .nb_words = row->sides[i].nb_words,
                                      .nb_mismatches = row->sides[i].nb_mismatches};
    }
    const tg_document_trace entry = {
        .trace = trace,
        .verdict = verdict_of(row, row->has_fixed),
        .nb_cases = row->nb_cases,
        .nb_golden = row->nb_golden,
        .nb_events = row->nb_events,
        .min_height = row->min_height,
        .max_height = row->max_height,
        .nb_comparisons = row->nb_comparisons,
        .nb_cells = row->nb_cells,
        .nb_mismatches = row->nb_mismatches,
        .nb_expected = row->nb_expected,
        .nb_not_run = row->nb_not_run,
        .seconds = row->seconds,
        .nb_sides = trace->nb_sides,
        .sides = sides,
        .kernel = subject.kernel_file,
        .kernel_line = subject.kernel_line,
        .zeroing = zeroed->is_zeroed ? &zeroing : NULL,
    };
    return tg_document_add_trace(state->options->document, &entry, error);
}

tg_status gate_document_end(gate *state, tg_status status, tg_error *error)
{
    tg_document *document = state->options->document;
    tg_status added = TG_OK;
    if (document == NULL) return TG_OK;
    for (size_t i = 0; i < state->nb_traces && added == TG_OK; i++) {
        if (state->is_wanted[i]) added = add_trace(state, i, error);
    }
    for (size_t i = 0; i < state->nb_notes && added == TG_OK; i++) {
        added = tg_document_add_note(document, state->notes[i], error);
    }
    if (added != TG_OK) return added;
    return tg_document_end(document, status, tg_now_s() - state->start_s, error);
}
