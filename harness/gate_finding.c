/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the gate found in one case, as text: each with the line that makes it again. */
#include "gpu/user_plan.h"
#include "harness/case.h"
#include "harness/gate_judge_internal.h"

#include <string.h>

/* True if grid and block mean something to either side; actual NULL: all backends. */
static bool takes_launch(const gate_trial *run, const char *actual)
{
    if (actual == NULL || run->state->expected.ops->takes_launch) return true;
    const tg_backend_ops *ops = NULL;
    return tg_backend_find(&ops, actual, NULL) == TG_OK && ops->takes_launch;
}

/* Add the launch shape, and how often and in what else it is made. */
static void add_how(tg_command *again, const gate_trial *run, const char *actual)
{
    const tg_gate_options *options = run->state->options;
    const tg_launch launch = run->work->draw.launch;
    if (takes_launch(run, actual)) {
        if (launch.grid != 0) {
            tg_command_add_option(again, "grid", "%lu", (unsigned long)launch.grid);
        }
        if (launch.block != 0) {
            tg_command_add_option(again, "block", "%lu", (unsigned long)launch.block);
        }
    }
    if (options->nb_repeats > 1 && run->shapes == NULL)
        tg_command_add_option(again, "repeat", "%zu", options->nb_repeats);
    // The plan's shape, which is right, is part of what was found.
    if (run->shapes != NULL) tg_command_add(again, "--sweep");
}

void gate_write_again(tg_command *again, const gate_trial *run, const char *actual)
{
    const gate_case *work = run->work;
    const tg_gate_options *options = run->state->options;
    tg_command_begin(again);
    tg_command_add(again, "tracegate");
    tg_command_add(again, "gate");
    tg_command_add(again, work->subject.trace->name);
    if (work->record != NULL) {
        tg_command_add_option(again, "record", "%s", tg_command_path(work->record->path));
        if (options->nb_record_events != 0) {
            tg_command_add_option(again, "nb-events", "%zu", work->nb_events);
        }
    } else {
        tg_command_add_option(again, "profile", "%s", tg_profile_name(work->draw.profile));
        tg_command_add_option(again, "seed", "0x%llx", (unsigned long long)options->seed);
        tg_command_add_option(again, "nb-events", "%zu", work->draw.nb_events);
        if (work->draw.fixed_height != 0) {
            tg_command_add_option(again, "height", "%zu", work->draw.fixed_height);
        }
    }
    if (work->draw.max_candidates != 0 && work->subject.trace->max_candidates != 0) {
        tg_command_add_option(again, "max-candidates", "%lu",
                              (unsigned long)work->draw.max_candidates);
    }
    if (run->state->expected.ops != tg_backend_ops_at(0)) {
        tg_command_add_option(again, "expected", "%s", run->state->expected.ops->name);
    }
    if (actual != NULL) tg_command_add_option(again, "actual", "%s", actual);
    add_how(again, run, actual);
    tg_command_add_words(again, options->plan_words, options->nb_plan_words);
}

void gate_count_mismatch(gate_trial *run)
{
    run->row->nb_mismatches++;
    run->state->summary->nb_mismatches++;
}

static void print_mismatch(FILE *out, gate_trial *run,
                           __attribute__((unused)) const gate_finding *finding,
                           const tg_report *report)
{
    tg_report_body(out, report, &run->diff);
}

tg_status gate_report_finding(gate_trial *run, size_t index, const char *actual,
                              const tg_matrix *matrix, const tg_product *sides,
                              const tg_conduct *conduct, tg_error *error)
{
    gate_finding finding = {.index = index,
                            .actual = actual,
                            .matrix = matrix,
                            .sides = sides,
                            .conduct = conduct,
                            .shapes = run->shapes,
                            .print = print_mismatch};
    return gate_judge(run, &finding, error);
}

/* Print how a backend failed. */
static void print_failure(FILE *out, gate_trial *run, const gate_finding *finding,
                          const tg_report *report)
{
    (void)fprintf(out, "%-22s %s    FAILED\n  events       %s\n", report->title, finding->actual,
                  report->source);
    tg_report_failure(out, "failed", finding->why);
    const tg_user_plan *user = run->work->subject.plan->user;
    if (finding->why->failure == TG_FAILURE_LAYOUT && user != NULL && user->layout != NULL)
        (void)fputs(user->layout->table, out);
    if (finding->failed == TG_ERR_EVENT)
        (void)fprintf(out, "  %s makes all of these events\n", run->state->expected.ops->name);
    tg_report_again(out, report);
}

static void print_not_run(FILE *out, const char *name, const tg_backend *backend,
                          const tg_error *why)
{
    (void)fprintf(out, "%-22s %s    NOT RUN\n", name, backend->ops->name);
    tg_report_failure(out, "why", why);
    (void)fputc('\n', out);
}

/* Index of a backend under test; GATE_MAX_ACTUALS for the expected one. */
static size_t index_of(const gate *state, const tg_backend *backend)
{
    for (size_t i = 0; i < state->nb_actuals; i++) {
        if (backend == &state->actuals[i]) return i;
    }
    return GATE_MAX_ACTUALS;
}

/* A launch description that has no value at a size, and a kernel that could not be made, are bad
 * input, but of their trace alone: the others are gated, and the gate ends with the first of them.
 * Each trace's first is printed. */
static void refuse_description(gate_trial *run, const tg_backend *backend, const tg_error *why)
{
    gate *state = run->state;
    char line[sizeof(tg_error)];
    if (state->refused.status == TG_OK) state->refused = *why;
    if (run->row->nb_refused++ == 0) {
        const char *name = run->work->subject.trace->name;
        (void)tg_error_line(line, sizeof line, why);
        print_not_run(state->out, name, backend, why);
        gate_remark(state, "%s: " TG_NOTE_REFUSED "%s", name, line);
    }
    run->row->nb_not_run++;
    state->summary->nb_not_run++;
}

tg_status gate_backend_failed(gate_trial *run, const tg_backend *backend, tg_status status,
                              const tg_error *why, tg_error *error)
{
    const char *name = run->work->subject.trace->name;
    const bool is_expected = backend == &run->state->expected;
    tg_progress_wipe(run->state->progress);
    if (tg_status_exit_code(status) == 1 || (status == TG_ERR_EVENT && !is_expected)) {
        tg_error own = *why;
        run->row->nb_failed++;
        tg_case_blame_side(&own);
        gate_finding finding = {.index = index_of(run->state, backend),
                                .actual = backend->ops->name,
                                .failed = status,
                                .why = &own,
                                .shapes = run->shapes,
                                .print = print_failure};
        return gate_judge(run, &finding, error);
    }
    if (tg_status_exit_code(status) == 3) {
        // A reference of a chip library that crashes would say the same of each case.
        if (!is_expected || !backend->ops->runs_added || run->row->nb_not_run == 0)
            print_not_run(run->state->out, name, backend, why);
        run->row->nb_not_run++;
        run->state->summary->nb_not_run++;
        return TG_OK;
    }
    const tg_user_plan *user = run->work->subject.plan->user;
    if (user != NULL && user->unmade != NULL && !is_expected) {
        refuse_description(run, backend, why);
        return TG_OK;
    }
    tg_error own = *why;
    if (run->work->record != NULL) {
        tg_error_where(&own, "record %s", run->work->record->path);
    } else {
        const tg_request request = {.trace = run->work->subject.trace,
                                    .max_candidates = run->work->draw.max_candidates};
        tg_case_blame_draws(&own, &request);
    }
    if (status == TG_ERR_SIZE && !is_expected && user != NULL) {
        refuse_description(run, backend, &own);
        return TG_OK;
    }
    if (error != NULL) *error = own;
    return status;
}

void gate_report_expected(gate_trial *run, const tg_conduct *conduct)
{
    const tg_trace *trace = run->work->subject.trace;
    tg_command again;
    gate_write_again(&again, run, NULL);
    (void)fprintf(run->state->out, "%-22s %s, the expected side    WRONG CONDUCT\n", trace->name,
                  run->state->expected.ops->name);
    tg_report_conduct(run->state->out, conduct, trace, run->expected.height);
    (void)fprintf(run->state->out, "  again: %s\n\n", again.text);
    gate_remark(run->state, "%s: %s, the expected side, conducted itself wrongly; again: %s",
                trace->name, run->state->expected.ops->name, again.text);
    gate_count_mismatch(run);
}

void gate_report_missed(gate_trial *run, tg_plant plant, const char *actual)
{
    tg_command again;
    gate_write_again(&again, run, actual);
    tg_command_add(&again, "--self-test");
    tg_progress_wipe(run->state->progress);
    (void)fprintf(run->state->out, "%-22s %s    PLANTED BUG MISSED\n  %s: %s\n  again: %s\n\n",
                  run->work->subject.trace->name, actual, tg_plant_name(plant),
                  tg_plant_text(plant), again.text);
    gate_remark(run->state, "%s: a planted bug was missed, %s; again: %s",
                run->work->subject.trace->name, tg_plant_name(plant), again.text);
    gate_count_mismatch(run);
}
