/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch shapes other than the plan's: a trace must not depend on how its rows are handed to blocks
 * and threads. What is right in the plan's shape is made in others; of those in which it is wrong
 * the smallest is reported, with all of them named. */
#include "harness/gate_trial_internal.h"

#include "harness/case.h"

#include <string.h>

/* Many more blocks than there are tiles of rows, and more than 16 bits hold. */
#define MOST_BLOCKS ((uint32_t)65537)

/* One thread, a warp and its neighbours, several warps, as many as the rule for plans gives, all.
 */
static const uint32_t blocks[] = {1, 31, 32, 33, 64, 128, 256, TG_CASE_MAX_BLOCK};

/* What a run in one shape gave. */
typedef struct attempt {
    gate_shape_end end;
    tg_status failed; /* TG_OK: it is wrong otherwise, or right */
    tg_error why;
} attempt;

/* The plan's own shape: of the step that makes the rows of the trace. */
static tg_launch plan_shape(const gate_trial *run)
{
    const tg_plan *plan = run->work->subject.plan;
    size_t step = 0;
    while (step < plan->nb_steps &&
           (plan->steps[step].nb_items != NULL || plan->steps[step].is_side)) {
        step++;
    }
    if (step == plan->nb_steps) step = 0;
    return tg_step_launch(&plan->steps[step], NULL, run->work->height, run->work->nb_events);
}

/* Threads of a launch. */
static uint64_t size_of(const tg_launch *shape, const tg_launch *plan)
{
    const uint64_t grid = shape->grid != 0 ? shape->grid : plan->grid;
    return grid * (shape->block != 0 ? shape->block : plan->block);
}

/* Add a shape where its size says, unless it is there. */
static void add_shape(gate_shapes *shapes, uint32_t grid, uint32_t block, const tg_launch *plan)
{
    const tg_launch added = {.grid = grid, .block = block};
    if ((grid == 0 && block == 0) || shapes->nb == GATE_MAX_SHAPES) return;
    for (size_t i = 0; i < shapes->nb; i++) {
        if (shapes->list[i].grid == grid && shapes->list[i].block == block) return;
    }
    size_t at = shapes->nb++;
    for (; at > 0 && size_of(&added, plan) < size_of(&shapes->list[at - 1], plan); at--) {
        shapes->list[at] = shapes->list[at - 1];
    }
    shapes->list[at] = added;
}

/* One of both numbers other than the plan's, and some pairs. */
static void list_shapes(gate_shapes *shapes, const gate_trial *run)
{
    const tg_launch *asked = &run->state->options->launch;
    const tg_launch plan = plan_shape(run);
    *shapes = (gate_shapes){.nb = 0};
    if (asked->grid != 0 || asked->block != 0) {
        add_shape(shapes, asked->grid, asked->block, &plan);
        return;
    }
    // Fewer than one block is the plan's.
    const uint32_t grids[] = {1, 2, plan.grid - 1, plan.grid + 1, MOST_BLOCKS};
    for (size_t i = 0; i < sizeof grids / sizeof grids[0]; i++) {
        add_shape(shapes, grids[i], 0, &plan);
    }
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        add_shape(shapes, 0, blocks[i], &plan);
    }
    add_shape(shapes, 1, 1, &plan);
    add_shape(shapes, 1, TG_CASE_MAX_BLOCK, &plan);
    add_shape(shapes, 2, 33, &plan);
    add_shape(shapes, plan.grid + 1, 31, &plan);
    add_shape(shapes, MOST_BLOCKS, 1, &plan);
}

/* Make a case in its shape and compare, without a report. conduct, run: what is found.
 * Errors  those of the machine */
static tg_status try_one(attempt *one, tg_conduct *conduct, gate_trial *run,
                         const tg_backend *backend)
{
    bool is_compared = false;
    *one = (attempt){.end = GATE_SHAPE_UNTRIED};
    tg_status status = gate_make_actual(&is_compared, conduct, run, backend, &one->why);
    if (status == TG_OK && !is_compared) {
        const tg_matrix actual = {.cells = run->actual_memory.cells,
                                  .height = run->work->height,
                                  .width = tg_trace_width(run->work->subject.trace)};
        status = tg_diff_run(&run->diff, run->work->subject.trace, run->work->nb_events,
                             &run->expected, &actual, &one->why);
        if (status == TG_OK)
            tg_sides_diff_run(&run->sides, &run->expected_there, &run->actual_memory);
    }
    // A shape that this backend cannot take says nothing.
    if (status == TG_ERR_SIZE) return TG_OK;
    if (tg_status_exit_code(status) == 1 || status == TG_ERR_EVENT) {
        one->end = GATE_SHAPE_WRONG;
        one->failed = status;
        return TG_OK;
    }
    if (status != TG_OK) return status;
    const bool is_right = tg_diff_is_match(&run->diff) && tg_sides_diff_is_match(&run->sides) &&
                          !tg_conduct_is_wrong(conduct);
    one->end = is_right ? GATE_SHAPE_RIGHT : GATE_SHAPE_WRONG;
    return TG_OK;
}

/* ---- words ---- */

static const char *shape_text(char text[48], const tg_launch *shape)
{
    if (shape->grid == 0) {
        (void)snprintf(text, 48, "block %lu", (unsigned long)shape->block);
    } else if (shape->block == 0) {
        (void)snprintf(text, 48, "grid %lu", (unsigned long)shape->grid);
    } else {
        (void)snprintf(text, 48, "grid %lu with block %lu", (unsigned long)shape->grid,
                       (unsigned long)shape->block);
    }
    return text;
}

static size_t nb_of(const gate_shapes *shapes, gate_shape_end end)
{
    size_t nb = 0;
    for (size_t i = 0; i < shapes->nb; i++) {
        nb += shapes->ends[i] == end;
    }
    return nb;
}

static void set_text(gate_shapes *shapes, size_t smallest)
{
    char shape[48];
    const size_t nb_wrong = nb_of(shapes, GATE_SHAPE_WRONG);
    const size_t nb_right = nb_of(shapes, GATE_SHAPE_RIGHT);
    (void)snprintf(shapes->text, sizeof shapes->text,
                   "right in the plan's shape and in %zu of %zu others; wrong in %zu, the smallest "
                   "%s",
                   nb_right, nb_right + nb_wrong, nb_wrong,
                   shape_text(shape, &shapes->list[smallest]));
}

static void print_some(FILE *out, const gate_shapes *shapes, gate_shape_end end, const char *start,
                       bool has_plan)
{
    tg_flow line = tg_flow_begin(out, start);
    size_t nb_left = nb_of(shapes, end);
    if (has_plan) tg_flow_put_words(&line, nb_left != 0 ? "the plan's shape," : "the plan's shape");
    for (size_t i = 0; i < shapes->nb; i++) {
        char shape[48];
        char text[64];
        if (shapes->ends[i] != end) continue;
        (void)snprintf(text, sizeof text, "%s%s", shape_text(shape, &shapes->list[i]),
                       --nb_left != 0 ? "," : "");
        tg_flow_put_words(&line, text);
    }
    (void)fputc('\n', out);
}

void gate_print_shapes(FILE *out, const gate_shapes *shapes)
{
    print_some(out, shapes, GATE_SHAPE_WRONG, "  wrong in     ", false);
    print_some(out, shapes, GATE_SHAPE_RIGHT, "  right in     ", true);
    if (nb_of(shapes, GATE_SHAPE_UNTRIED) != 0)
        print_some(out, shapes, GATE_SHAPE_UNTRIED, "  not tried    ", false);
}

/* ---- trying ---- */

/* Report the smallest shape that is wrong: what failed as it failed, the rest as it is made
 * again. */
static tg_status report(gate_trial *run, size_t index, const attempt *worst, tg_error *error)
{
    const tg_backend *backend = &run->state->actuals[index];
    if (worst->failed != TG_OK)
        return gate_backend_failed(run, backend, worst->failed, &worst->why, error);
    attempt again;
    tg_conduct conduct;
    const tg_status status = try_one(&again, &conduct, run, backend);
    if (status != TG_OK || again.failed != TG_OK)
        return gate_backend_failed(run, backend, status != TG_OK ? status : again.failed,
                                   &again.why, error);
    // What was wrong and is right now differs between runs.
    if (again.end != GATE_SHAPE_WRONG) {
        conduct.nb_repeats = 2;
        conduct.nb_differing = 1;
    }
    const tg_matrix actual = {.cells = run->actual_memory.cells,
                              .height = run->work->height,
                              .width = tg_trace_width(run->work->subject.trace)};
    return gate_compared(run, index, backend->ops->name, &actual, &run->actual_memory, &conduct,
                         error);
}

/* Try all shapes; what was never ended in its time is not tried in more of them.
 * worst     of the smallest wrong shape
 * smallest  its number; the number of shapes where all are right */
static tg_status try_all(attempt *worst, size_t *smallest, gate_shapes *shapes, gate_trial *run,
                         size_t index, tg_error *error)
{
    const tg_backend *backend = &run->state->actuals[index];
    const gate_case *plain = run->work;
    tg_status status = TG_OK;
    *smallest = shapes->nb;
    for (size_t i = 0; i < shapes->nb && status == TG_OK; i++) {
        attempt one;
        tg_conduct conduct;
        gate_case shaped = *plain;
        shaped.draw.launch = shapes->list[i];
        run->work = &shaped;
        status = try_one(&one, &conduct, run, backend);
        if (status == TG_OK && one.end == GATE_SHAPE_RIGHT)
            status = gate_compared(run, index, backend->ops->name, &run->expected,
                                   &run->expected_there, &conduct, error);
        else if (status != TG_OK)
            status = gate_backend_failed(run, backend, status, &one.why, error);
        run->work = plain;
        shapes->ends[i] = one.end;
        if (one.end != GATE_SHAPE_WRONG) continue;
        if (*smallest == shapes->nb) {
            *smallest = i;
            *worst = one;
        }
        if (one.why.failure == TG_FAILURE_HANG) break;
    }
    return status;
}

tg_status gate_try_shapes(gate_trial *run, size_t index, tg_error *error)
{
    const gate_case *plain = run->work;
    gate_shapes shapes;
    attempt worst;
    size_t smallest = 0;
    if (!run->state->actuals[index].ops->takes_launch) return TG_OK;
    list_shapes(&shapes, run);
    tg_status status = try_all(&worst, &smallest, &shapes, run, index, error);
    if (status != TG_OK || smallest == shapes.nb) return status;
    gate_case shaped = *plain;
    shaped.draw.launch = shapes.list[smallest];
    set_text(&shapes, smallest);
    run->work = &shaped;
    run->shapes = &shapes;
    status = report(run, index, &worst, error);
    run->shapes = NULL;
    run->work = plain;
    return status;
}
