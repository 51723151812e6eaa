/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's cases, made as the gate makes them. */
#include "harness/gate_cases.h"

#include "harness/gate_internal.h"
#include "model/memory.h"

#include <string.h>

static tg_status choose_traces(gate *state, tg_error *error)
{
    void *is_wanted = NULL;
    const tg_status status = tg_buffer_create(&is_wanted, state->nb_traces, sizeof(bool), error);
    state->is_wanted = is_wanted;
    if (status != TG_OK) return status;
    return tg_subject_choose(state->is_wanted, state->options->names, state->options->nb_names,
                             error);
}

/* Show a case to the visitor. */
static tg_status show(const gate *state, const gate_case *from, const tg_gate_visitor *visitor,
                      tg_error *error)
{
    const bool is_recorded = from->record != NULL;
    char source[GATE_SOURCE_BYTES];
    tg_case work = {.subject = from->subject,
                    .events = from->events,
                    .nb_events = from->nb_events,
                    .fixed_height =
                        is_recorded ? from->record->fixed_height : from->draw.fixed_height,
                    .max_candidates = from->draw.max_candidates,
                    .launch = from->draw.launch};
    if (from->subject.trace->max_candidates == 0) work.max_candidates = 0;
    // Cut where it is longer than a case's text.
    (void)snprintf(work.source, sizeof work.source, "%.*s", (int)sizeof work.source - 1,
                   gate_case_source(source, state, from));
    return visitor->visit(visitor->context, &work, error);
}

static bool is_skipped(const tg_gate_visitor *visitor, const tg_trace *trace)
{
    return visitor->skips != NULL && visitor->skips(visitor->context, trace);
}

static tg_status visit_recorded(const gate *state, const tg_gate_visitor *visitor, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t record = 0; record < state->nb_records && status == TG_OK; record++) {
        for (size_t entry = 0; entry < state->records[record].nb_traces && status == TG_OK;
             entry++) {
            gate_case work = {0};
            bool is_there = false;
            status = gate_case_init_recorded(&work, &is_there, state, record, entry, error);
            if (status != TG_OK || !is_there) continue;
            if (!is_skipped(visitor, work.subject.trace))
                status = show(state, &work, visitor, error);
            gate_case_clear(&work);
        }
    }
    return status;
}

static tg_status visit_drawn(const gate *state, size_t index, const tg_gate_visitor *visitor,
                             tg_error *error)
{
    tg_status status = TG_OK;
    const tg_subject subject = tg_subject_at(index);
    gate_draw draws[GATE_MAX_DRAWS];
    const size_t nb = gate_draw_list(draws, state, &subject);
    for (size_t i = 0; i < nb && status == TG_OK && !is_skipped(visitor, subject.trace); i++) {
        gate_case work = {0};
        status = gate_case_init_seeded(&work, state, index, &draws[i], error);
        if (status != TG_OK) break;
        status = show(state, &work, visitor, error);
        gate_case_clear(&work);
    }
    return status;
}

tg_status tg_gate_visit(const tg_gate_options *options, const tg_gate_visitor *visitor,
                        tg_error *error)
{
    gate state = {.options = options, .nb_traces = tg_nb_traces()};
    tg_status status = choose_traces(&state, error);
    if (status == TG_OK) status = gate_open_records(&state, error);
    if (status == TG_OK) status = visit_recorded(&state, visitor, error);
    for (size_t i = 0; i < state.nb_traces && status == TG_OK; i++) {
        if (options->seeded && state.is_wanted[i]) status = visit_drawn(&state, i, visitor, error);
    }
    for (size_t i = 0; i < state.nb_records; i++) {
        tg_record_clear(&state.records[i]);
    }
    tg_buffer_destroy(state.records);
    tg_buffer_destroy(state.is_wanted);
    return status;
}
