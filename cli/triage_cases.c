/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A session of triage: the cases that operands name, one after the other, and the verdict. */
#include "cli/crash.h"
#include "cli/data_folders.h"
#include "cli/findings.h"
#include "cli/triage_internal.h"
#include "harness/gate_cases.h"
#include "harness/zeroed.h"
#include "model/memory.h"

#include <stdio.h>
#include <string.h>

/* ---- what is triaged ---- */

tg_status triage_refuse_options(const triage_values *given, const char *what, tg_error *error)
{
    const bool has = given->records.nb_words != 0 || given->seed.given || given->nb_events.given ||
                     given->profile.given || given->height.given || given->grid.given ||
                     given->block.given || given->max_candidates.given;
    if (!has) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "%s says itself which events and which shape it has", what);
    tg_error_how(error, "leave --record, --seed, --profile, --nb-events, --height, --grid, --block "
                        "and --max-candidates away");
    return TG_ERR_USAGE;
}

static tg_status triage_folder(triage_session *state, const char *folder, tg_error *error)
{
    tg_case work;
    tg_status status = triage_refuse_options(state->given, "a case", error);
    if (status == TG_OK) status = tg_case_load(&work, folder, error);
    if (status != TG_OK) return status;
    status = tg_findings_check_case(&work, folder, state->only_trace, error);
    state->folder = folder;
    tg_kernel_set_apply(&state->kernels, &work.subject);
    if (status == TG_OK) status = triage_one_case(state, &work, error);
    state->folder = NULL;
    tg_case_clear(&work);
    return status;
}

/* What the gate would run with the same options. */
static tg_status triage_names(triage_session *state, const tg_words *names, tg_error *error)
{
    const triage_values *given = state->given;
    const bool draws_named = given->seed.given || given->profile.given;
    const bool has_records = given->records.nb_words != 0;
    const bool is_default = !draws_named && !has_records && !given->nb_events.given;
    tg_data_folders folders;
    tg_data_folders_find(&folders);
    tg_gate_options gate = {
        .names = names->words,
        .nb_names = names->nb_words,
        .records = given->records.words,
        .nb_records = given->records.nb_words,
        .corpus = is_default ? folders.records : NULL,
        .seeded = !has_records || draws_named,
        .all_profiles = !given->profile.given,
        .sweeps = !given->profile.given && !given->nb_events.given && !given->height.given &&
                  !given->grid.given && !given->block.given,
        .seed = given->seed.value,
        .nb_events = given->nb_events.given ? given->nb_events.value : TG_GATE_NB_EVENTS,
        .nb_record_events = has_records && !draws_named ? given->nb_events.value : 0,
        .fixed_height = given->height.value,
        .launch = {.grid = (uint32_t)given->grid.value, .block = (uint32_t)given->block.value},
        .max_candidates = (uint32_t)given->max_candidates.value,
    };
    if (state->kernels.kernels != NULL) {
        gate.names = state->kernels.names;
        gate.nb_names = state->kernels.nb_names;
        gate.plan_of = tg_user_kernels_plan_of;
        gate.plan_of_context = state->kernels.kernels;
    }
    if (given->sweep && !given->grid.given && !given->block.given) {
        tg_error_set(error, TG_ERR_USAGE, "--sweep is for a launch shape, and none is given");
        tg_error_how(error, "give --grid or --block, or let 'tracegate gate --sweep' find one");
        return TG_ERR_USAGE;
    }
    const tg_gate_visitor visitor = {.skips = triage_is_found,
                                     .visit = triage_one_case,
                                     .context = state};
    const tg_status status = tg_profile_find(&gate.profile, given->profile.name, error);
    return status == TG_OK ? tg_gate_visit(&gate, &visitor, error) : status;
}

static tg_status conclude(const triage_session *state)
{
    if (state->nb_found != 0) {
        (void)printf("verdict   MISMATCH: cases %zu, of which differ %zu\n", state->nb_cases,
                     state->nb_found);
        return TG_ERR_MISMATCH;
    }
    if (state->nb_cases == 0) {
        (void)puts("verdict   NOTHING COMPARED");
        return TG_ERR_UNAVAILABLE;
    }
    size_t nb_unshown = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (!state->traces[i].is_unshown || state->traces[i].is_shown) continue;
        (void)printf("skipped   %s: " TG_UNSHOWN "; " TG_UNSHOWN_HOW "\n", tg_trace_at(i)->name);
        nb_unshown++;
    }
    if (nb_unshown != 0) {
        (void)printf("verdict   NOT ALL COMPARED: cases %zu, nothing to shrink\n", state->nb_cases);
        return TG_ERR_UNAVAILABLE;
    }
    (void)printf("verdict   match: cases %zu, nothing to shrink\n", state->nb_cases);
    return TG_OK;
}

/* Isolate what a saved case needs to be isolated for. One that cannot be read is refused later. */
static void suit_case(tg_isolation_values *wanted, const char *folder)
{
    tg_case work;
    if (tg_case_load(&work, folder, NULL) != TG_OK) return;
    tg_isolation_suit(wanted, work.why);
    tg_case_clear(&work);
}

/* Get a user's kernels ready, where some are asked for: of the trace of a case, or of those that
 * are named. They run in a process of their own, unless that is not wanted. */
static tg_status open_kernels(triage_session *state, const tg_words *operands, bool is_folder,
                              tg_error *error)
{
    const triage_values *given = state->given;
    const char *actual = given->actual.given ? given->actual.name : NULL;
    tg_case work = {.nb_events = 0};
    tg_words names = *operands;
    const char *name = NULL;
    tg_status status = is_folder ? tg_case_load(&work, operands->words[0], error) : TG_OK;
    if (status != TG_OK) return status;
    if (is_folder) {
        name = work.subject.trace->name;
        names = (tg_words){.nb_words = 1, .words = &name};
        status = tg_kernel_values_need_of_case(&given->kernels, &work, operands->words[0], error);
        tg_case_clear(&work);
    }
    if (status != TG_OK) return status;
    status = tg_kernel_set_open(&state->kernels, &given->kernels, &names, given->expected.name,
                                &actual, 1, error);
    if (state->kernels.kernels != NULL && state->isolation.isolate == TG_ISOLATE_BY_BACKEND)
        state->isolation.isolate = TG_ISOLATE_ALWAYS;
    return status;
}

tg_status triage_cases(const triage_job *job, const tg_words *operands, bool is_folder,
                       const char *only_trace, tg_error *error)
{
    const triage_values *given = job->given;
    triage_session state = {.given = given, .only_trace = only_trace, .report = job->report};
    void *traces = NULL;
    tg_isolation_values wanted = given->isolation;
    if (is_folder) suit_case(&wanted, operands->words[0]);
    tg_status status = tg_isolation_choose(&state.isolation, &wanted, error);
    if (status == TG_OK) status = open_kernels(&state, operands, is_folder, error);
    if (status == TG_OK)
        status = tg_both_sides_open(&state.both, given->expected.name,
                                    given->actual.given || state.kernels.kernels == NULL
                                        ? given->actual.name
                                        : state.kernels.backend,
                                    &state.isolation, error);
    if (status != TG_OK) {
        tg_user_set_close(&state.kernels);
        return status;
    }
    status = tg_buffer_create(&traces, tg_nb_traces(), sizeof *state.traces, error);
    if (status == TG_OK) {
        state.traces = traces;
        memset(traces, 0, tg_nb_traces() * sizeof *state.traces);
        tg_progress_create(&state.progress, stderr);
        tg_crash_catch();
        status = is_folder ? triage_folder(&state, operands->words[0], error)
                           : triage_names(&state, operands, error);
        tg_progress_destroy(state.progress);
    }
    if (status == TG_OK) status = conclude(&state);
    tg_buffer_destroy(traces);
    tg_both_sides_close(&state.both);
    tg_user_set_close(&state.kernels);
    return status;
}
