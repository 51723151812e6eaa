/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The ways to try a planted bug. Each runs in a process of its own, which opens the bug's shared
 * object and never closes it.
 *
 * A profile's number of events: the counts 1, 2, 3, 4, 5, 8, 9, 16, 17, ... (powers of two and one
 * more, which leaves rows of padding) are tried until one shows the bug, and then the counts
 * between it and the one before by halves.
 */
#include "bench.h"

#include "harness/diff.h"
#include "harness/side.h"
#include "model/memory.h"

#include <setjmp.h>
#include <string.h>

static tg_status fill_events(bench *work, size_t nb_events, tg_error *error)
{
    const tg_trace *trace = work->subject.trace;
    if (trace->event == NULL) return TG_OK;
    const tg_status status =
        tg_buffer_create(&work->events, nb_events, tg_trace_event_size(trace), error);
    if (status != TG_OK) return status;
    return tg_generator_fill(work->events, &work->subject, work->profile, TG_GATE_SEED, 0,
                             nb_events, error);
}

tg_status bench_open(bench *work, const planted_bug *bug, const planted_folders *folders,
                     tg_error *error)
{
    char path[TG_PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/%s.so", folders->objects, bug->name);
    work->subject = tg_subject_at(bug->index);
    const tg_status status =
        tg_kernel_library_open(&work->library, work->subject.plan, path, error);
    if (status != TG_OK) return status;
    if (work->library.nb_steps != work->subject.plan->nb_steps) {
        tg_error_set(error, TG_ERR_FORMAT, "the shared object has %zu of %zu steps",
                     work->library.nb_steps, work->subject.plan->nb_steps);
        tg_error_where(error, "%s", path);
        tg_error_how(error, "let the patch leave the names of the kernels alone");
        return TG_ERR_FORMAT;
    }
    work->subject.plan = &work->library.plan;
    const tg_backend_ops *ops = NULL;
    const tg_status found = tg_backend_find(&ops, "host", error);
    return found == TG_OK ? tg_backend_open(&work->host, ops, error) : found;
}

/* Whether a run that failed says that the kernels are wrong, not that the machine is not able. */
static bool is_verdict(tg_status status)
{
    return tg_status_exit_code(status) == 1 || status == TG_ERR_EVENT;
}

/* ---- the gate ---- */

static const tg_plan *plan_of(void *context, const tg_trace *trace)
{
    const bench *work = context;
    return trace == work->subject.trace ? &work->library.plan : NULL;
}

tg_gate_options bench_gate_options(bench *work, const planted_folders *folders)
{
    static const char *const actuals[] = {"host"};
    return (tg_gate_options){.names = &work->subject.trace->name,
                             .nb_names = 1,
                             .corpus = folders->corpus,
                             .corpus_is_required = true,
                             .seeded = true,
                             .profile = TG_GATE_PROFILE,
                             .all_profiles = true,
                             .sweeps = true,
                             .seed = TG_GATE_SEED,
                             .nb_events = TG_GATE_NB_EVENTS,
                             .actuals = actuals,
                             .nb_actuals = 1,
                             .max_cells = TG_GATE_MAX_CELLS,
                             .plan_of = plan_of,
                             .plan_of_context = work};
}

static tg_status run_gate(tg_gate_summary *summary, planted_trial *trial,
                          const tg_gate_options *options, tg_error *error)
{
    FILE *out = fopen("/dev/null", "w");
    if (out == NULL) {
        tg_error_set(error, TG_ERR_IO, "/dev/null cannot be opened");
        tg_error_how(error, "let programs write to it");
        return TG_ERR_IO;
    }
    const tg_status status = tg_gate_run(summary, out, NULL, options, error);
    (void)fclose(out);
    if (status != TG_OK && status != TG_ERR_MISMATCH) return status;
    trial->outcome = status == TG_ERR_MISMATCH ? PLANTED_FOUND : PLANTED_MISSED;
    return TG_OK;
}

tg_status bench_gate(planted_trial *trial, const tg_gate_options *options, tg_error *error)
{
    tg_gate_summary summary;
    return run_gate(&summary, trial, options, error);
}

/* A gate that is left when it has found something. */
typedef struct watched_gate {
    tg_gate_summary summary;
    jmp_buf found;
} watched_gate;

static void leave_when_found(void *context, __attribute__((unused)) const char *backend,
                             __attribute__((unused)) const char *again)
{
    watched_gate *gate = context;
    if (gate->summary.nb_mismatches != 0) longjmp(gate->found, 1);
}

/* One mismatch makes the verdict. What the gate would go on to compare is not waited for, and what
 * it holds goes with the process; gates of documents run to their end. */
static tg_status try_gate(planted_trial *trial, bench *work, const planted_folders *folders,
                          tg_error *error)
{
    tg_gate_options options = bench_gate_options(work, folders);
    static watched_gate gate;
    options.on_run = leave_when_found;
    options.on_run_context = &gate;
    if (setjmp(gate.found) != 0) {
        trial->outcome = PLANTED_FOUND;
        return TG_OK;
    }
    return run_gate(&gate.summary, trial, &options, error);
}

/* ---- one comparison ---- */

/* What both sides make of the first nb_events. */
typedef struct comparison {
    tg_job job;
    tg_product expected;
    tg_product actual;
    tg_diff diff;
    tg_sides_diff sides;
} comparison;

static void comparison_clear(comparison *both)
{
    tg_sides_diff_clear(&both->sides);
    tg_diff_clear(&both->diff);
    tg_product_destroy(&both->actual);
    tg_product_destroy(&both->expected);
}

/* Make the expected side, and room for the other. */
static tg_status comparison_init(comparison *both, const bench *work, size_t nb_events,
                                 tg_error *error)
{
    const tg_trace *trace = work->subject.trace;
    *both = (comparison){
        .job = {.subject = &work->subject, .events = work->events, .nb_events = nb_events}};
    tg_status status = tg_trace_height(trace, nb_events, 0, &both->job.height, error);
    if (status == TG_OK)
        status = tg_product_create(&both->expected, trace, both->job.height, error);
    if (status == TG_OK) status = tg_product_create(&both->actual, trace, both->job.height, error);
    if (status == TG_OK) status = tg_diff_init(&both->diff, tg_trace_width(trace), 0, error);
    if (status == TG_OK) status = tg_sides_diff_init(&both->sides, trace, 0, error);
    const tg_request request = tg_job_request(&both->job);
    if (status == TG_OK)
        status = tg_ref_make(&both->expected, work->subject.reference, &request, error);
    return status;
}

static tg_status compare_cells(comparison *both, tg_error *error)
{
    const tg_trace *trace = both->job.subject->trace;
    const tg_matrix expected = {both->expected.cells, both->job.height, tg_trace_width(trace)};
    const tg_matrix actual = {both->actual.cells, both->job.height, tg_trace_width(trace)};
    return tg_diff_run(&both->diff, trace, both->job.nb_events, &expected, &actual, error);
}

/* ---- SP1's own test ---- */

static tg_status generate(__attribute__((unused)) void *state, const tg_product *out,
                          const tg_job *job, tg_error *error)
{
    const tg_request request = tg_job_request(job);
    return tg_plan_run_host(job->subject->plan, &job->launch, out, &request, error);
}

/* As SP1's tests of its kernels: one run over a trace of zeros, cells compared and nothing else. */
static tg_status try_sp1(planted_trial *trial, bench *work, tg_error *error)
{
    work->profile = TG_PROFILE_UPSTREAM;
    const size_t nb_events =
        tg_generator_nb_events(&work->subject, work->profile,
                               tg_trace_nb_events_worth(work->subject.trace, TG_GATE_NB_EVENTS));
    tg_status status = fill_events(work, nb_events, error);
    if (status != TG_OK) return status;
    comparison both;
    status = comparison_init(&both, work, nb_events, error);
    if (status == TG_OK) {
        tg_conduct conduct = {0};
        tg_error why = {0};
        const tg_status made =
            tg_guarded_run(&both.actual, &conduct, generate, NULL, &both.job, 0, &why);
        if (made == TG_OK) status = compare_cells(&both, error);
        if (made != TG_OK && !is_verdict(made)) status = made;
        const bool is_found = made != TG_OK || !tg_diff_is_match(&both.diff);
        trial->outcome = is_found ? PLANTED_FOUND : PLANTED_MISSED;
    }
    comparison_clear(&both);
    return status;
}

/* ---- profiles ---- */

/* Whether the first nb_events show the bug, in cells, side outputs or conduct. */
static tg_status shows_with(bool *is_shown, const bench *work, size_t nb_events, tg_error *error)
{
    comparison both;
    tg_status status = comparison_init(&both, work, nb_events, error);
    if (status == TG_OK) {
        tg_conduct conduct;
        tg_error why = {0};
        const tg_status made =
            tg_backend_make(&both.actual, &conduct, &work->host, &both.job, &why);
        if (made == TG_OK) status = compare_cells(&both, error);
        if (made == TG_OK) tg_sides_diff_run(&both.sides, &both.expected, &both.actual);
        if (made != TG_OK && !is_verdict(made)) {
            *error = why;
            status = made;
        }
        *is_shown = made != TG_OK || tg_conduct_is_wrong(&conduct) ||
                    !tg_diff_is_match(&both.diff) || !tg_sides_diff_is_match(&both.sides);
    }
    comparison_clear(&both);
    return status;
}

/* The count that is tried after this one. */
static size_t next_count(size_t nb_events)
{
    size_t power = 1;
    while (power <= nb_events) power *= 2;
    return nb_events > 1 && nb_events == power / 2 ? nb_events + 1 : power;
}

/* Find the fewest events by halves. low does not show the bug, high does. */
static tg_status bisect(planted_trial *trial, const bench *work, size_t low, size_t high,
                        tg_error *error)
{
    tg_status status = TG_OK;
    while (high - low > 1 && status == TG_OK) {
        const size_t middle = low + (high - low) / 2;
        bool is_shown = false;
        status = shows_with(&is_shown, work, middle, error);
        if (is_shown) {
            high = middle;
        } else {
            low = middle;
        }
    }
    *trial = (planted_trial){.outcome = PLANTED_FOUND, .nb_events = high};
    return status;
}

static tg_status try_profile(planted_trial *trial, bench *work, const planted_bug *bug,
                             tg_profile profile, tg_error *error)
{
    work->profile = profile;
    if (!tg_generator_has_profile(&work->subject, profile)) return TG_OK;
    // Of PublicValues only the first event counts, and SP1's tests have one or two.
    const size_t most =
        tg_generator_nb_events(&work->subject, profile,
                               tg_trace_nb_events_worth(work->subject.trace, bug->max_events + 1));
    tg_status status = fill_events(work, most, error);
    size_t before = 0;
    trial->outcome = PLANTED_MISSED;
    for (size_t count = 1; count <= most && status == TG_OK; count = next_count(count)) {
        bool is_shown = false;
        status = shows_with(&is_shown, work, count, error);
        if (is_shown) return bisect(trial, work, before, count, error);
        before = count;
    }
    return status;
}

planted_trial planted_try(const planted_bug *bug, size_t way, const planted_folders *folders)
{
    bench work = {.events = NULL};
    planted_trial trial = {.outcome = PLANTED_NOT_TRIED};
    tg_error error = {0};
    tg_status status = bench_open(&work, bug, folders, &error);
    if (status == TG_OK) {
        status =
            way == PLANTED_GATE     ? try_gate(&trial, &work, folders, &error)
            : way == PLANTED_SP1    ? try_sp1(&trial, &work, &error)
            : way == PLANTED_TRIAGE ? bench_triage(&trial, &work, bug, folders, &error)
            : way == PLANTED_DOCUMENT
                ? bench_document(&trial, &work, bug, folders, &error)
                : try_profile(&trial, &work, bug, (tg_profile)(way - PLANTED_PROFILES), &error);
    }
    tg_buffer_destroy(work.events);
    if (status != TG_OK) {
        char line[sizeof(tg_error)];
        (void)fprintf(stderr, "planted bug %s: %s\n", bug->name,
                      tg_error_line(line, sizeof line, &error));
        trial.outcome = PLANTED_FAILED;
    }
    return trial;
}
