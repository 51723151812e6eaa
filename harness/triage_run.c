/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Triage: running a case, in full and for a first look. */
#include "harness/triage_internal.h"

#include <string.h>

/* Rows of a block, and its threads, in the step that makes the rows of the trace: the first one
 * whose items they are. */
static void set_shape(tg_mismatch *mismatch, const tg_case *work, size_t height,
                      const tg_backend *actual_side)
{
    const tg_plan *plan = work->subject.plan;
    if (!actual_side->ops->takes_launch || plan->nb_steps == 0) return;
    size_t step = 0;
    while (step < plan->nb_steps &&
           (plan->steps[step].nb_items != NULL || plan->steps[step].is_side)) {
        step++;
    }
    if (step == plan->nb_steps) step = 0;
    mismatch->rows_per_block = *plan->steps[step].rows_per_block;
    mismatch->block =
        tg_step_launch(&plan->steps[step], &work->launch, height, work->nb_events).block;
}

void tg_triage_mismatch(tg_mismatch *mismatch, const tg_case *work, const tg_case_result *result,
                        const tg_product *expected, const tg_product *actual,
                        const tg_backend *actual_side)
{
    const tg_trace *trace = work->subject.trace;
    const size_t width = tg_trace_width(trace);
    *mismatch = (tg_mismatch){.trace = trace,
                              .events = work->events,
                              .nb_events = work->nb_events,
                              .failed = result->status};
    set_shape(mismatch, work, result->height, actual_side);
    if (result->status != TG_OK) {
        mismatch->why = &result->error;
        return;
    }
    mismatch->expected =
        (tg_matrix){.cells = expected->cells, .height = result->height, .width = width};
    mismatch->actual =
        (tg_matrix){.cells = actual->cells, .height = result->height, .width = width};
    mismatch->diff = &result->diff;
    mismatch->expected_sides = expected;
    mismatch->actual_sides = actual;
    mismatch->sides = &result->sides;
    // Of a trusted side that strays there is no other way to tell.
    mismatch->conduct =
        tg_conduct_is_wrong(&result->conduct) || !tg_conduct_is_wrong(&result->expected_conduct)
            ? &result->conduct
            : &result->expected_conduct;
}

tg_status triage_run_case(triage_run *run, const tg_case *work, const tg_triage_options *options,
                          tg_error *error)
{
    const tg_status status = tg_case_make(&run->result, &run->expected, &run->actual, work,
                                          options->expected, options->actual, error);
    if (status == TG_OK)
        tg_triage_mismatch(&run->mismatch, work, &run->result, &run->expected, &run->actual,
                           options->actual);
    return status;
}

void triage_run_clear(triage_run *run)
{
    tg_product_destroy(&run->expected);
    tg_product_destroy(&run->actual);
    tg_case_result_clear(&run->result);
}

tg_status triage_run_once(tg_product *out, const tg_backend *backend, const tg_case *work,
                          size_t height, tg_error *error)
{
    tg_conduct conduct = {0};
    const tg_job job = {.subject = &work->subject,
                        .events = work->events,
                        .nb_events = work->nb_events,
                        .height = height,
                        .max_candidates = work->max_candidates,
                        .launch = work->launch};
    return backend->ops->run(backend->state, out, &conduct, &job, TG_POISON_SECOND, error);
}

/* ---- a first look ---- */

/* One run of each side. */
typedef struct glance {
    tg_product expected;
    tg_product actual;
    tg_diff diff;
    tg_sides_diff sides;
} glance;

static void glance_clear(glance *once)
{
    tg_sides_diff_clear(&once->sides);
    tg_diff_clear(&once->diff);
    tg_product_destroy(&once->actual);
    tg_product_destroy(&once->expected);
}

static tg_status glance_init(glance *once, const tg_trace *trace, size_t height, tg_error *error)
{
    memset(once, 0, sizeof *once);
    tg_status status = tg_product_create(&once->expected, trace, height, error);
    if (status == TG_OK) status = tg_product_create(&once->actual, trace, height, error);
    if (status == TG_OK) status = tg_diff_init(&once->diff, tg_trace_width(trace), 0, error);
    if (status == TG_OK) status = tg_sides_diff_init(&once->sides, trace, 0, error);
    return status;
}

/* Whether a part of what was made is right. */
static tg_status is_right(bool *is, glance *once, tg_part part, const tg_case *work, size_t height,
                          tg_error *error)
{
    const tg_trace *trace = work->subject.trace;
    const size_t width = tg_trace_width(trace);
    const tg_matrix expected = {.cells = once->expected.cells, .height = height, .width = width};
    const tg_matrix actual = {.cells = once->actual.cells, .height = height, .width = width};
    if (part == TG_PART_SIDE) {
        tg_sides_diff_run(&once->sides, &once->expected, &once->actual);
        *is = tg_sides_diff_is_match(&once->sides);
        return TG_OK;
    }
    const tg_status status =
        tg_diff_run(&once->diff, trace, work->nb_events, &expected, &actual, error);
    const tg_tally *wrong = &once->diff.wrong;
    *is = status == TG_OK && (part == TG_PART_EVENTFUL ? wrong->eventful : wrong->padding) == 0;
    return status;
}

tg_status triage_look(bool *is_absent, const tg_case *work, tg_part part,
                      const tg_triage_options *options, tg_error *error)
{
    *is_absent = false;
    if (part != TG_PART_EVENTFUL && part != TG_PART_PADDING && part != TG_PART_SIDE) return TG_OK;
    size_t height = 0;
    glance once;
    tg_status status =
        tg_trace_height(work->subject.trace, work->nb_events, work->fixed_height, &height, error);
    if (status != TG_OK) return status;
    status = glance_init(&once, work->subject.trace, height, error);
    if (status == TG_OK)
        status = triage_run_once(&once.expected, options->expected, work, height, error);
    // How the actual side fails is to be seen in full.
    if (status == TG_OK &&
        triage_run_once(&once.actual, options->actual, work, height, NULL) == TG_OK)
        status = is_right(is_absent, &once, part, work, height, error);
    glance_clear(&once);
    return status;
}
