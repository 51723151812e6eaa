/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch plans: shapes of every trace's steps, and traces that do not depend on the shape. */
#include "gpu/device.h"
#include "gpu/plan.h"
#include "kernels/host_grid.h"
#include "model/memory.h"
#include "sample.h"
#include "suite.h"

#include <string.h>

START_TEST(plan_of_every_trace_has_runnable_steps)
{
    ck_assert_uint_gt(tg_nb_traces(), 0);
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_plan *plan = tg_plan_at(i);
        ck_assert_uint_ge(plan->nb_steps, 1);
        for (size_t k = 0; k < plan->nb_steps; k++) {
            ck_assert(plan->steps[k].host == tg_krn_host_at(i));
            ck_assert_int_eq(plan->steps[k].device != NULL, tg_device_is_built());
            ck_assert_uint_ge(*plan->steps[k].rows_per_block, 1);
        }
    }
}
END_TEST

START_TEST(plan_shapes_cover_the_height_and_no_more)
{
    static const size_t heights[] = {1, 16, 32, 33, 255, 256, 257, (size_t)1 << 22, TG_MAX_HEIGHT};
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_step *step = tg_plan_at(i)->steps;
        const size_t rows = *step->rows_per_block;
        for (size_t k = 0; k < sizeof heights / sizeof heights[0]; k++) {
            const tg_launch shape = tg_step_launch(step, NULL, heights[k]);
            ck_assert_uint_ge(shape.block, 32);
            ck_assert_uint_le(shape.block, TG_HOST_GRID_MAX_BLOCK);
            ck_assert_uint_ge(shape.grid * rows, heights[k]);
            ck_assert_uint_lt((shape.grid - 1) * rows, heights[k]);
        }
        ck_assert_uint_eq(tg_step_launch(step, NULL, 0).grid, 1);
    }
}
END_TEST

START_TEST(plan_shapes_follow_the_rows_of_a_block)
{
    static const uint32_t rows[][2] = {{1, 32},    {32, 32},   {100, 100}, {128, 128},
                                       {256, 256}, {257, 256}, {4096, 256}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const tg_step step = {.rows_per_block = &rows[i][0]};
        ck_assert_uint_eq(tg_step_launch(&step, NULL, 1).block, rows[i][1]);
        const tg_step own = {.rows_per_block = &rows[i][0], .block = 512};
        ck_assert_uint_eq(tg_step_launch(&own, NULL, 1).block, 512);
    }
}
END_TEST

START_TEST(plan_shapes_are_the_callers_where_given)
{
    const uint32_t rows = 128;
    const tg_step step = {.rows_per_block = &rows, .block = 64};
    static const struct {
        tg_launch asked;
        tg_launch expected;
    } shapes[] = {
        {{.grid = 0, .block = 0}, {.grid = 8, .block = 64}},
        {{.grid = 3, .block = 0}, {.grid = 3, .block = 64}},
        {{.grid = 0, .block = 33}, {.grid = 8, .block = 33}},
        {{.grid = 2, .block = 1024}, {.grid = 2, .block = 1024}},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const tg_launch shape = tg_step_launch(&step, &shapes[i].asked, 1000);
        ck_assert_uint_eq(shape.grid, shapes[i].expected.grid);
        ck_assert_uint_eq(shape.block, shapes[i].expected.block);
    }
}
END_TEST

/* A trace on the host grid, to be freed by tg_buffer_destroy. */
static uint32_t *make_on_host(size_t trace, const tg_launch *launch, size_t height,
                              const void *events, size_t nb_events)
{
    const size_t nb_bytes = height * tg_trace_width(tg_trace_at(trace)) * sizeof(uint32_t);
    void *cells = NULL;
    tg_assert_ok(tg_buffer_create(&cells, nb_bytes, 1, tg_suite_error));
    memset(cells, 0xa5, nb_bytes);
    tg_assert_ok(tg_plan_run_host(tg_plan_at(trace), launch, cells, height, events, nb_events,
                                  tg_suite_error));
    return cells;
}

/* Events in a buffer that ends with them, so that the sanitizers see a kernel that reads on; to
 * be freed. */
static void *exact_events(const tg_trace *trace, size_t nb_events)
{
    const size_t nb_bytes = nb_events * tg_trace_event_size(trace);
    if (nb_bytes == 0) return NULL;
    void *sample = sample_events(trace, nb_events, 7);
    void *events = malloc(nb_bytes);
    ck_assert_ptr_nonnull(events);
    memcpy(events, sample, nb_bytes);
    free(sample);
    return events;
}

/* The same cells from every shape, for one trace at one count and a height that a fixed one may
 * give. */
static void check_shapes(size_t index, size_t nb_events, size_t fixed_height)
{
    static const tg_launch shapes[] = {{1, 32}, {3, 33}, {7, 64}, {2, 1024}, {1, 1024}, {0, 0}};
    const tg_trace *trace = tg_trace_at(index);
    size_t height = 0;
    tg_assert_ok(tg_trace_height(trace, nb_events, fixed_height, &height, tg_suite_error));
    void *events = exact_events(trace, nb_events);
    uint32_t *expected = make_on_host(index, &(tg_launch){1, 1}, height, events, nb_events);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        uint32_t *actual = make_on_host(index, &shapes[i], height, events, nb_events);
        ck_assert_msg(memcmp(expected, actual, height * tg_trace_width(trace) * sizeof *actual) ==
                          0,
                      "%s of %zu events in %u blocks of %u threads", trace->name, nb_events,
                      shapes[i].grid, shapes[i].block);
        tg_buffer_destroy(actual);
    }
    tg_buffer_destroy(expected);
    free(events);
}

START_TEST(plan_runs_on_the_host_give_one_trace_in_any_shape)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        check_shapes(i, 0, 0);
        check_shapes(i, 1, 33);
        check_shapes(i, 37, 0);
        check_shapes(i, 300, 301);
    }
}
END_TEST

START_TEST(plan_runs_on_the_host_refuse_a_block_that_no_device_has)
{
    uint32_t cells[16 * 3] = {0};
    const tg_launch shape = {.grid = 1, .block = TG_HOST_GRID_MAX_BLOCK + 1};
    tg_assert_fails(TG_ERR_SIZE, "1025",
                    tg_plan_run_host(tg_plan_at(0), &shape, cells, 1, NULL, 0, tg_suite_error));
}
END_TEST

START_TEST(plan_runs_on_the_host_launch_nothing_for_height_0)
{
    uint32_t cell = 0xa5a5a5a5;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        tg_assert_ok(tg_plan_run_host(tg_plan_at(i), NULL, &cell, 0, NULL, 0, tg_suite_error));
    }
    ck_assert_uint_eq(cell, 0xa5a5a5a5);
}
END_TEST

TG_SUITE("plan", plan_of_every_trace_has_runnable_steps, plan_shapes_cover_the_height_and_no_more,
         plan_shapes_follow_the_rows_of_a_block, plan_shapes_are_the_callers_where_given,
         plan_runs_on_the_host_give_one_trace_in_any_shape,
         plan_runs_on_the_host_refuse_a_block_that_no_device_has,
         plan_runs_on_the_host_launch_nothing_for_height_0)
