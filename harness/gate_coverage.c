/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's event coverage: what drawn events and what records reached, each for itself. */
#include "harness/gate_trial_internal.h"

/* Columns of a trace's name and of a tally. */
#define NAME_COLUMNS 34
#define TALLY_COLUMNS 10

tg_status gate_coverage_init(gate *state, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < state->nb_traces && status == TG_OK; i++) {
        if (!state->is_wanted[i]) continue;
        status = tg_event_coverage_create(&state->rows[i].drawn, tg_trace_at(i), error);
        if (status == TG_OK)
            status = tg_event_coverage_create(&state->rows[i].recorded, tg_trace_at(i), error);
    }
    return status;
}

void gate_coverage_clear(gate *state)
{
    // Rows mean nothing before both lists are there.
    const bool has_rows = state->rows != NULL && state->is_wanted != NULL;
    for (size_t i = 0; i < state->nb_traces && has_rows; i++) {
        tg_event_coverage_destroy(state->rows[i].drawn);
        tg_event_coverage_destroy(state->rows[i].recorded);
    }
}

void gate_cover(gate_trial *run)
{
    const gate_case *work = run->work;
    const tg_trace *trace = work->subject.trace;
    const tg_request request = {.trace = trace,
                                .height = work->height,
                                .events = work->events,
                                .nb_events = work->nb_events};
    // A recorded trace may have other dimensions.
    const bool is_whole =
        run->expected.height == work->height && run->expected.width == tg_trace_width(trace);
    const bool is_recorded = work->record != NULL;
    tg_event_coverage_add(is_recorded ? run->row->recorded : run->row->drawn, &request,
                          is_recorded ? work->record->fixed_height : work->draw.fixed_height,
                          is_whole ? &run->expected_memory : NULL);
}

/* One source's part of a line. */
static void print_tally(FILE *out, const tg_event_coverage *coverage)
{
    char text[48] = "-";
    const tg_coverage_tally tally = tg_event_coverage_tally(coverage, TG_NB_COVERAGE_SECTIONS);
    if (tally.nb_reached != 0)
        (void)snprintf(text, sizeof text, "%zu/%zu", tally.nb_reached, tally.nb_classes);
    (void)fprintf(out, "%-*s", TALLY_COLUMNS, text);
}

/* Tell whoever wants to know. */
static void tell(const gate *state, const char *source, const tg_event_coverage *coverage)
{
    const tg_gate_options *options = state->options;
    if (options->on_coverage != NULL)
        options->on_coverage(options->on_coverage_context, source, coverage);
}

void gate_print_coverage(const gate *state)
{
    (void)fprintf(state->out, "%-*s%-*s%-*s%s\n", NAME_COLUMNS, "classes of events reached",
                  TALLY_COLUMNS, "drawn", TALLY_COLUMNS, "records", "together");
    for (size_t i = 0; i < state->nb_traces; i++) {
        const gate_row *row = &state->rows[i];
        if (!state->is_wanted[i] || row->nb_cases == 0) continue;
        (void)fprintf(state->out, "%-*s", NAME_COLUMNS, tg_trace_at(i)->name);
        print_tally(state->out, row->drawn);
        print_tally(state->out, row->recorded);
        tell(state, "drawn", row->drawn);
        tell(state, "records", row->recorded);
        tg_event_coverage_merge(row->drawn, row->recorded);
        tell(state, "both", row->drawn);
        tg_event_coverage_print_line(state->out, row->drawn, NAME_COLUMNS + 2 * TALLY_COLUMNS);
    }
    (void)fputc('\n', state->out);
    for (size_t i = 0; i < state->nb_traces && state->options->verbose; i++) {
        if (!state->is_wanted[i] || state->rows[i].nb_cases == 0) continue;
        tg_event_coverage_print(state->out, state->rows[i].drawn);
    }
    if (state->options->verbose) (void)fputc('\n', state->out);
}
