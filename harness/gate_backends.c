/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's backends: the trusted one, and those under test. */
#include "harness/gate_internal.h"

#include <string.h>

static bool is_same(const tg_backend *backend, const tg_backend_ops *ops)
{
    return strcmp(backend->ops->name, ops->name) == 0;
}

/* Open a backend and put it under test. */
static tg_status add_actual(gate *state, const tg_backend_ops *ops, tg_error *error)
{
    bool is_there = false;
    for (size_t i = 0; i < state->nb_actuals; i++) {
        is_there = is_there || is_same(&state->actuals[i], ops);
    }
    if (is_there || state->nb_actuals == GATE_MAX_ACTUALS) {
        tg_error_set(error, TG_ERR_USAGE,
                     is_there ? "%s is under test twice" : "there is no room for %s", ops->name);
        tg_error_how(error, "name each backend once, and at most %d", GATE_MAX_ACTUALS);
        return TG_ERR_USAGE;
    }
    const tg_status status = tg_isolation_open(&state->actuals[state->nb_actuals], ops,
                                               &state->options->isolation, true, error);
    state->nb_actuals += status == TG_OK;
    return status;
}

/* Put under test what was asked for by name: one that is not here is an error. */
static tg_status add_named(gate *state, tg_error *error)
{
    for (size_t i = 0; i < state->options->nb_actuals; i++) {
        const tg_backend_ops *ops = NULL;
        tg_status status = tg_backend_find(&ops, state->options->actuals[i], error);
        if (status != TG_OK) return status;
        if (is_same(&state->expected, ops)) {
            tg_error_set(error, TG_ERR_USAGE,
                         "%s is on both sides, and would only be compared with itself", ops->name);
            tg_error_how(error, "name another backend, as the expected or as the actual one");
            return TG_ERR_USAGE;
        }
        if (!ops->generates) {
            state->with_recorded = true;
            continue;
        }
        status = add_actual(state, ops, error);
        if (status != TG_OK) return status;
    }
    return TG_OK;
}

/* Put under test every backend that this machine has but the expected one; say which are skipped
 * and why. */
static tg_status add_all(gate *state, tg_error *error)
{
    state->with_recorded = state->expected.ops->generates;
    for (size_t i = 0; i < tg_nb_backends(); i++) {
        const tg_backend_ops *ops = tg_backend_ops_at(i);
        if (is_same(&state->expected, ops) || !ops->generates) continue;
        tg_error why = {0};
        const tg_status status = add_actual(state, ops, &why);
        if (status == TG_ERR_UNAVAILABLE) {
            gate_note(state, "%s: %s ('tracegate doctor' says more)", ops->name, why.what);
        } else if (status != TG_OK) {
            if (error != NULL) *error = why;
            return status;
        }
    }
    return TG_OK;
}

tg_status gate_open_backends(gate *state, tg_error *error)
{
    const tg_backend_ops *ops = NULL;
    const char *name =
        state->options->expected != NULL ? state->options->expected : tg_backend_ops_at(0)->name;
    tg_status status = tg_backend_find(&ops, name, error);
    if (status == TG_OK)
        status = tg_isolation_open(&state->expected, ops, &state->options->isolation, false, error);
    if (status != TG_OK) return status;
    return state->options->nb_actuals != 0 ? add_named(state, error) : add_all(state, error);
}

void gate_note_idle_backends(gate *state)
{
    if (state->options->nb_actuals == 0) return;
    for (size_t i = 0; i < state->nb_actuals; i++) {
        if (state->nb_compared[i] != 0) continue;
        state->has_idle_backend = true;
        // One that failed ran: where that is no known failure, the mismatch says it all.
        if (state->has_failed[i] && state->summary->nb_mismatches != 0) continue;
        gate_note(state, "%s was asked for and %s", state->actuals[i].ops->name,
                  state->has_failed[i] ? "failed in all of its runs" : "compared nothing");
    }
    if (state->with_recorded && state->summary->nb_golden == 0) {
        gate_note(state, "recorded was asked for, and nothing that was gated has a golden trace");
        state->has_idle_backend = true;
    }
}

void gate_note_without_kernel(gate *state)
{
    gate_names without = {.nb_used = 0};
    for (size_t i = 0; i < state->nb_traces && state->options->nb_names == 0; i++) {
        if (!tg_subject_has_kernel(i, NULL, NULL)) gate_names_add(&without, tg_trace_at(i)->name);
    }
    if (without.nb_used != 0)
        gate_note(state, "without a kernel, name it or give --kernels: %s", without.text);
}
