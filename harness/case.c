/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Cases: running one with two backends, and what it is in words. */
#include "harness/case.h"

#include "harness/chip_library.h"
#include "harness/report.h"
#include "model/memory.h"

#include <string.h>

/* Events that are printed of a case, and values of each: a screen's worth. */
#define MAX_PRINTED_EVENTS ((size_t)4)
#define MAX_EVENT_VALUES ((size_t)48)

void tg_case_clear(tg_case *work)
{
    tg_buffer_destroy(work->events);
    *work = (tg_case){.events = NULL};
}

bool tg_case_is_users(const tg_case *work)
{
    const tg_plan *plan = work->subject.plan;
    return work->kernel[0] != '\0' || (plan != NULL && plan->user != NULL);
}

bool tg_case_is_same(const tg_case *one, const tg_case *other)
{
    const size_t size = tg_trace_event_size(one->subject.trace);
    return one->subject.trace == other->subject.trace && one->nb_events == other->nb_events &&
           one->fixed_height == other->fixed_height &&
           one->max_candidates == other->max_candidates && one->launch.grid == other->launch.grid &&
           one->launch.block == other->launch.block &&
           tg_case_is_users(one) == tg_case_is_users(other) &&
           (size == 0 || one->nb_events == 0 ||
            memcmp(one->events, other->events, one->nb_events * size) == 0);
}

void tg_case_result_clear(tg_case_result *result)
{
    tg_diff_clear(&result->diff);
    tg_sides_diff_clear(&result->sides);
}

/* Everything that a run takes beside its result. */
typedef struct case_run {
    tg_job job;
    tg_product expected;
    tg_product actual;
} case_run;

static void run_clear(case_run *run)
{
    tg_product_destroy(&run->actual);
    tg_product_destroy(&run->expected);
}

static tg_status run_init(case_run *run, tg_case_result *result, const tg_case *work,
                          tg_error *error)
{
    const tg_trace *trace = work->subject.trace;
    *run = (case_run){.job = {.subject = &work->subject,
                              .events = work->events,
                              .nb_events = work->nb_events,
                              .max_candidates = work->max_candidates,
                              .launch = work->launch}};
    *result = (tg_case_result){.is_match = false};
    tg_status status =
        tg_trace_height(trace, work->nb_events, work->fixed_height, &result->height, error);
    run->job.height = result->height;
    if (status == TG_OK) status = tg_product_create(&run->expected, trace, result->height, error);
    if (status == TG_OK) status = tg_product_create(&run->actual, trace, result->height, error);
    if (status == TG_OK)
        status = tg_diff_init(&result->diff, tg_trace_width(trace), TG_CASE_MAX_CELLS, error);
    if (status == TG_OK)
        status = tg_sides_diff_init(&result->sides, trace, TG_CASE_MAX_CELLS, error);
    return status;
}

static tg_status compare(tg_case_result *result, const case_run *run, tg_error *error)
{
    const tg_trace *trace = run->job.subject->trace;
    const size_t width = tg_trace_width(trace);
    const tg_matrix expected = {.cells = run->expected.cells,
                                .height = result->height,
                                .width = width};
    const tg_matrix actual = {.cells = run->actual.cells, .height = result->height, .width = width};
    const tg_status status =
        tg_diff_run(&result->diff, trace, run->job.nb_events, &expected, &actual, error);
    if (status != TG_OK) return status;
    tg_sides_diff_run(&result->sides, &run->expected, &run->actual);
    result->is_match = tg_diff_is_match(&result->diff) && tg_sides_diff_is_match(&result->sides) &&
                       !tg_conduct_is_wrong(&result->conduct) &&
                       !tg_conduct_is_wrong(&result->expected_conduct);
    return TG_OK;
}

void tg_case_blame_side(tg_error *why)
{
    if (why->status == TG_ERR_EVENT) tg_error_how(why, "mend the kernel, the event is legal");
}

void tg_case_blame_draws(tg_error *error, const tg_request *request)
{
    if (error == NULL || error->status != TG_ERR_EVENT || tg_request_is_limited(request) ||
        tg_chip_library_of(request->trace) != NULL)
        return;
    tg_error_how(error, "these events were drawn here: the chip's draws must make them "
                        "consistent (complete in harness/draws.h)");
}

tg_status tg_case_make(tg_case_result *result, tg_product *expected, tg_product *actual,
                       const tg_case *work, const tg_backend *expected_side,
                       const tg_backend *actual_side, tg_error *error)
{
    case_run run;
    *expected = *actual = (tg_product){.cells = NULL};
    tg_status status = run_init(&run, result, work, error);
    if (status == TG_OK)
        status = tg_backend_make(&run.expected, &result->expected_conduct, expected_side, &run.job,
                                 error);
    if (status == TG_OK) {
        result->status =
            tg_backend_make(&run.actual, &result->conduct, actual_side, &run.job, &result->error);
        tg_case_blame_side(&result->error);
        if (result->status == TG_OK) {
            status = compare(result, &run, error);
        } else if (tg_status_exit_code(result->status) == 3) {
            // Of the machine, not of the kernels.
            status = result->status;
            if (error != NULL) *error = result->error;
        }
    }
    if (status == TG_OK) {
        *expected = run.expected;
        run.expected = (tg_product){.cells = NULL};
    }
    if (status == TG_OK && result->status == TG_OK) {
        *actual = run.actual;
        run.actual = (tg_product){.cells = NULL};
    }
    run_clear(&run);
    if (status != TG_OK) tg_case_result_clear(result);
    return status;
}

tg_status tg_case_run(tg_case_result *result, const tg_case *work, const tg_backend *expected,
                      const tg_backend *actual, tg_error *error)
{
    tg_product products[2];
    const tg_status status =
        tg_case_make(result, &products[0], &products[1], work, expected, actual, error);
    if (status != TG_OK) return status;
    tg_product_destroy(&products[0]);
    tg_product_destroy(&products[1]);
    return TG_OK;
}

static void report_failure(FILE *out, const tg_case *work, const tg_case_result *result,
                           const tg_backend *expected, const tg_backend *actual, const char *again)
{
    (void)fprintf(out, "%-22s %s    FAILED\n", work->subject.trace->name, actual->ops->name);
    tg_report_failure(out, "failed", &result->error);
    if (result->status == TG_ERR_EVENT)
        (void)fprintf(out, "  %s makes all of these events\n", expected->ops->name);
    (void)fprintf(out, "  again: %s\n\n", again);
}

void tg_case_report(FILE *out, const tg_case *work, const tg_case_result *result,
                    const tg_backend *expected, const tg_backend *actual, const char *again)
{
    const tg_trace *trace = work->subject.trace;
    if (result->status != TG_OK) {
        report_failure(out, work, result, expected, actual, again);
        return;
    }
    if (tg_conduct_is_wrong(&result->expected_conduct)) {
        (void)fprintf(out, "%-22s %s, the expected side    WRONG CONDUCT\n", trace->name,
                      expected->ops->name);
        tg_report_conduct(out, &result->expected_conduct, trace, result->height);
    }
    const tg_report report = {
        .trace = trace,
        .title = trace->name,
        .expected = expected->ops->name,
        .actual = actual->ops->name,
        .source = work->source[0] != '\0' ? work->source : "a case",
        .events = work->events,
        .nb_events = work->nb_events,
        .height = result->height,
        .sides = &result->sides,
        .conduct = &result->conduct,
        .again = again,
    };
    tg_report_mismatch(out, &report, &result->diff);
}

/* A number that a plan or rule chooses where it is 0. */
static void print_choice(FILE *out, const char *what, size_t number, const char *otherwise)
{
    if (number != 0) {
        (void)fprintf(out, ", %s %zu", what, number);
    } else {
        (void)fprintf(out, ", %s %s", what, otherwise);
    }
}

void tg_case_print(FILE *out, const tg_case *work)
{
    const tg_trace *trace = work->subject.trace;
    (void)fprintf(out, "%s: %zu event%s", trace->name, work->nb_events, tg_plural(work->nb_events));
    print_choice(out, "height", work->fixed_height, "by rule");
    print_choice(out, "grid", work->launch.grid, "by plan");
    print_choice(out, "block", work->launch.block, "by plan");
    if (trace->max_candidates != 0) print_choice(out, "candidates", work->max_candidates, "all");
    (void)fputc('\n', out);
    if (trace->event == NULL) return;
    const unsigned char *event = work->events;
    for (size_t i = 0; i < work->nb_events && i < MAX_PRINTED_EVENTS; i++) {
        char number[32];
        const int indent = snprintf(number, sizeof number, "  event %zu: ", i);
        (void)fputs(number, out);
        tg_report_event(out, trace, event + i * trace->event->size, MAX_EVENT_VALUES,
                        (size_t)indent);
    }
    if (work->nb_events > MAX_PRINTED_EVENTS)
        (void)fprintf(out, "  and %zu more events\n", work->nb_events - MAX_PRINTED_EVENTS);
}

void tg_case_again(tg_command *again, const tg_case *work, const char *folder, const char *actual)
{
    tg_command_begin(again);
    tg_command_add(again, "tracegate");
    tg_command_add(again, "gate");
    tg_command_add(again, work->subject.trace->name);
    tg_command_add_option(again, "record", "%s", folder);
    if (actual != NULL) tg_command_add_option(again, "actual", "%s", actual);
    if (work->launch.grid != 0)
        tg_command_add_option(again, "grid", "%lu", (unsigned long)work->launch.grid);
    if (work->launch.block != 0)
        tg_command_add_option(again, "block", "%lu", (unsigned long)work->launch.block);
    if (work->max_candidates != 0)
        tg_command_add_option(again, "max-candidates", "%lu", (unsigned long)work->max_candidates);
}
