/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch plans: shapes of every trace's steps, traces that do not depend on the shape, and all that
 * a plan of several steps has. */
#include "chain.h"
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
        bool makes_trace = false;
        ck_assert_uint_ge(plan->nb_steps, 1);
        ck_assert_uint_le(plan->nb_steps, TG_MAX_STEPS);
        for (size_t k = 0; k < plan->nb_steps; k++) {
            const tg_step *step = &plan->steps[k];
            ck_assert(step->host != NULL);
            ck_assert_int_eq(step->device != NULL, tg_device_is_built());
            ck_assert_uint_ge(*step->rows_per_block, 1);
            ck_assert_str_ne(step->name, "");
            ck_assert_str_ne(step->phase, "");
            ck_assert(!step->is_side || tg_trace_at(i)->nb_sides != 0);
            makes_trace = makes_trace || !step->is_side;
        }
        ck_assert(makes_trace);
        for (size_t k = 0; k < plan->nb_scratch; k++) ck_assert(plan->scratch_bytes[k] != NULL);
    }
}
END_TEST

static void check_cover(const tg_step *step, size_t height)
{
    const size_t rows = *step->rows_per_block;
    const size_t nb_items = step->nb_items != NULL ? step->nb_items(height, height) : height;
    const tg_launch shape = tg_step_launch(step, NULL, height, height);
    ck_assert_uint_ge(shape.block, 32);
    ck_assert_uint_le(shape.block, TG_HOST_GRID_MAX_BLOCK);
    ck_assert_uint_ge(shape.grid * rows, nb_items);
    ck_assert(shape.grid == 1 || (shape.grid - 1) * rows < nb_items);
    if (step->nb_items == NULL) ck_assert_uint_eq(tg_step_launch(step, NULL, 0, 0).grid, 1);
}

START_TEST(plan_shapes_cover_the_items_and_no_more)
{
    static const size_t heights[] = {1, 16, 32, 33, 255, 256, 257, (size_t)1 << 22, TG_MAX_HEIGHT};
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_plan *plan = tg_plan_at(i);
        for (size_t k = 0; k < plan->nb_steps; k++) {
            for (size_t h = 0; h < sizeof heights / sizeof heights[0]; h++)
                check_cover(&plan->steps[k], heights[h]);
        }
    }
}
END_TEST

START_TEST(plan_shapes_follow_the_rows_of_a_block)
{
    static const uint32_t rows[][2] = {{1, 32},    {32, 32},   {100, 100}, {128, 128},
                                       {256, 256}, {257, 256}, {4096, 256}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const tg_step step = {.rows_per_block = &rows[i][0]};
        ck_assert_uint_eq(tg_step_launch(&step, NULL, 1, 1).block, rows[i][1]);
        const tg_step own = {.rows_per_block = &rows[i][0], .block = 512};
        ck_assert_uint_eq(tg_step_launch(&own, NULL, 1, 1).block, 512);
    }
}
END_TEST

START_TEST(plan_shapes_follow_items_that_are_not_rows)
{
    const uint32_t rows = 10;
    const tg_step step = {.rows_per_block = &rows, .nb_items = chain_nb_parts};
    static const size_t grids[][2] = {{0, 1}, {1, 1}, {80, 1}, {81, 2}, {800, 10}};
    for (size_t i = 0; i < sizeof grids / sizeof grids[0]; i++)
        ck_assert_uint_eq(tg_step_launch(&step, NULL, 5000, grids[i][0]).grid, grids[i][1]);
}
END_TEST

START_TEST(plan_shapes_are_the_callers_where_given)
{
    const uint32_t rows = 128;
    const tg_step step = {.rows_per_block = &rows, .block = 64};
    const tg_step bounded = {.rows_per_block = &rows, .block = 64, .max_block = 256};
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
        const uint32_t block = shapes[i].expected.block;
        const tg_launch shape = tg_step_launch(&step, &shapes[i].asked, 1000, 0);
        ck_assert_uint_eq(shape.grid, shapes[i].expected.grid);
        ck_assert_uint_eq(shape.block, block);
        ck_assert_uint_eq(tg_step_launch(&bounded, &shapes[i].asked, 1000, 0).block,
                          block < 256 ? block : 256);
    }
}
END_TEST

/* A trace and its side outputs on the host grid, to be freed by tg_product_destroy. */
static tg_product make_on_host(size_t index, const tg_launch *launch, size_t height,
                               const void *events, size_t nb_events)
{
    const tg_trace *trace = tg_trace_at(index);
    tg_product out;
    tg_assert_ok(tg_product_create(&out, trace, height, tg_suite_error));
    memset(out.cells, 0xa5, height * tg_trace_width(trace) * sizeof *out.cells);
    for (size_t i = 0; i < trace->nb_sides; i++)
        memset(out.sides[i], 0xa5, tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t));
    const tg_request request = {.trace = trace,
                                .height = height,
                                .events = events,
                                .nb_events = nb_events};
    tg_assert_ok(tg_plan_run_host(tg_plan_at(index), launch, &out, &request, tg_suite_error));
    return out;
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

static bool is_same(const tg_product *a, const tg_product *b, const tg_trace *trace, size_t height)
{
    bool same = memcmp(a->cells, b->cells, height * tg_trace_width(trace) * sizeof *a->cells) == 0;
    for (size_t i = 0; i < trace->nb_sides; i++) {
        same = same && memcmp(a->sides[i], b->sides[i],
                              tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t)) == 0;
    }
    return same;
}

/* The same cells and side outputs from every shape, for one trace at one count and a height that a
 * fixed one may give. */
static void check_shapes(size_t index, size_t nb_events, size_t fixed_height)
{
    static const tg_launch shapes[] = {{1, 32}, {3, 33}, {7, 64}, {2, 1024}, {1, 1024}, {0, 0}};
    const tg_trace *trace = tg_trace_at(index);
    size_t height = 0;
    tg_assert_ok(tg_trace_height(trace, nb_events, fixed_height, &height, tg_suite_error));
    void *events = exact_events(trace, nb_events);
    tg_product expected = make_on_host(index, &(tg_launch){1, 1}, height, events, nb_events);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        tg_product actual = make_on_host(index, &shapes[i], height, events, nb_events);
        ck_assert_msg(is_same(&expected, &actual, trace, height),
                      "%s of %zu events in %u blocks of %u threads", trace->name, nb_events,
                      shapes[i].grid, shapes[i].block);
        tg_product_destroy(&actual);
    }
    tg_product_destroy(&expected);
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
    tg_assert_fails(
        TG_ERR_SIZE, "1025",
        tg_plan_run_host(
            tg_plan_at(0), &shape, &(tg_product){.cells = cells},
            &(tg_request){.trace = tg_trace_at(0), .height = 1, .events = NULL, .nb_events = 0},
            tg_suite_error));
}
END_TEST

START_TEST(plan_runs_on_the_host_launch_nothing_for_height_0)
{
    uint32_t cell = 0xa5a5a5a5;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        tg_assert_ok(tg_plan_run_host(
            tg_plan_at(i), NULL, &(tg_product){.cells = &cell},
            &(tg_request){.trace = tg_trace_at(i), .height = 0, .events = NULL, .nb_events = 0},
            tg_suite_error));
    }
    ck_assert_uint_eq(cell, 0xa5a5a5a5);
}
END_TEST

/* ---- a plan of several steps ---- */

/* Numbers that take few candidates. */
static void fill_numbers(uint32_t *numbers, size_t nb)
{
    uint64_t state = 3;
    for (size_t i = 0; i < nb; i++) numbers[i] = sample_next(&state) / 256 * 256 + (uint32_t)i % 5;
}

START_TEST(plan_of_several_steps_hands_scratch_on)
{
    static const tg_launch shapes[] = {{1, 1}, {1, 32}, {3, 33}, {7, 64}, {2, 1024}, {0, 0}};
    static const size_t counts[] = {0, 1, 7, 8, 9, 24, 25, 255, 256, 257, 599};
    uint32_t numbers[600];
    static chain_result expected;
    static chain_result actual;
    fill_numbers(numbers, 600);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        const tg_request request = {.trace = &chain_trace,
                                    .height = i % 2 == 0 ? counts[i] + 1 : 600,
                                    .events = numbers,
                                    .nb_events = counts[i]};
        chain_expect(&expected, request.height, numbers, counts[i]);
        for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
            memset(&actual, 0xa5, sizeof actual);
            const tg_product out = chain_product(&actual);
            tg_assert_ok(tg_plan_run_host(&chain_plan, &shapes[k], &out, &request, tg_suite_error));
            ck_assert_mem_eq(&expected, &actual, sizeof expected);
        }
    }
}
END_TEST

START_TEST(plan_takes_the_scratch_that_it_states)
{
    ck_assert_uint_eq(tg_plan_scratch_bytes(&chain_plan, 600, 0), 0);
    ck_assert_uint_eq(tg_plan_scratch_bytes(&chain_plan, 600, 17), 2 * 3 * sizeof(uint32_t));
}
END_TEST

/* Note the shape of two steps. */
#define SHOW_SHAPE(name, at)                       \
    TG_ROWS_PER_BLOCK(name, 100)                   \
    TG_STEP_KERNEL(name, void)                     \
    {                                              \
        if (blockIdx.x + threadIdx.x != 0) return; \
        trace[(at)] = gridDim.x;                   \
        trace[(at) + 1] = blockDim.x;              \
    }
SHOW_SHAPE(show_shape, 0)
SHOW_SHAPE(show_bounded_shape, 2)

START_TEST(plan_gives_the_callers_shape_to_every_step)
{
    const tg_step steps[] = {
        {.name = "free", .host = tg_krn_host_show_shape, .rows_per_block = &tg_krn_rows_show_shape},
        {.name = "bounded",
         .host = tg_krn_host_show_bounded_shape,
         .rows_per_block = &tg_krn_rows_show_bounded_shape,
         .nb_items = chain_nb_one,
         .max_block = 64}};
    const tg_plan plan = {.nb_steps = 2, .steps = steps};
    const tg_request request = {.trace = &chain_trace, .height = 1000};
    static const struct {
        tg_launch asked;
        uint32_t expected[4];
    } shapes[] = {
        {{.grid = 0, .block = 0}, {10, 32, 1, 32}},
        {{.grid = 3, .block = 0}, {3, 32, 3, 32}},
        {{.grid = 0, .block = 33}, {10, 33, 1, 33}},
        {{.grid = 5, .block = 128}, {5, 128, 5, 64}},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        uint32_t cells[4] = {0};
        tg_assert_ok(tg_plan_run_host(&plan, &shapes[i].asked, &(tg_product){.cells = cells},
                                      &request, tg_suite_error));
        ck_assert_mem_eq(cells, shapes[i].expected, sizeof cells);
    }
}
END_TEST

START_TEST(plan_names_the_first_event_that_cannot_be_made)
{
    uint32_t numbers[100];
    static chain_result result;
    const tg_product out = chain_product(&result);
    tg_request request = {.trace = &chain_trace,
                          .height = 100,
                          .events = numbers,
                          .nb_events = 100};
    fill_numbers(numbers, 100);
    numbers[41] = 256 + 30;
    numbers[77] = 31;
    tg_assert_ok(tg_plan_run_host(&chain_plan, NULL, &out, &request, tg_suite_error));
    static const struct {
        uint32_t limit;
        const char *text;
    } cases[] = {
        {31, "event 77 of Chain.main: none of its 31 candidates will do"},
        {30, "event 41 of Chain.main: none of its 30 candidates will do"},
        {4, "event 4 of Chain.main: none of its 4 candidates"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        request.max_candidates = cases[i].limit;
        tg_assert_fails(
            TG_ERR_EVENT, cases[i].text,
            tg_plan_run_host(&chain_plan, &(tg_launch){4, 32}, &out, &request, tg_suite_error));
    }
    // A limit above the trace's own is none.
    request.max_candidates = 1000;
    tg_assert_ok(tg_plan_run_host(&chain_plan, NULL, &out, &request, tg_suite_error));
}
END_TEST

START_TEST(plan_of_the_trace_alone_leaves_side_steps_out)
{
    uint32_t numbers[100];
    tg_step steps[TG_MAX_STEPS];
    static chain_result expected;
    static chain_result actual;
    const tg_product out = chain_product(&actual);
    const tg_plan alone = tg_plan_of_trace_alone(steps, &chain_plan);
    const tg_request request = {.trace = &chain_trace,
                                .height = 100,
                                .events = numbers,
                                .nb_events = 100};
    ck_assert_uint_eq(alone.nb_steps, CHAIN_NB_STEPS - 2);
    fill_numbers(numbers, 100);
    chain_expect(&expected, 100, numbers, 100);
    memset(expected.counts, 0xa5, sizeof expected.counts);
    memset(&actual, 0xa5, sizeof actual);
    tg_assert_ok(tg_plan_run_host(&alone, NULL, &out, &request, tg_suite_error));
    ck_assert_mem_eq(&expected, &actual, sizeof expected);
}
END_TEST

TG_SUITE("plan", plan_of_every_trace_has_runnable_steps, plan_shapes_cover_the_items_and_no_more,
         plan_shapes_follow_the_rows_of_a_block, plan_shapes_follow_items_that_are_not_rows,
         plan_shapes_are_the_callers_where_given, plan_runs_on_the_host_give_one_trace_in_any_shape,
         plan_runs_on_the_host_refuse_a_block_that_no_device_has,
         plan_runs_on_the_host_launch_nothing_for_height_0, plan_of_several_steps_hands_scratch_on,
         plan_takes_the_scratch_that_it_states, plan_gives_the_callers_shape_to_every_step,
         plan_names_the_first_event_that_cannot_be_made,
         plan_of_the_trace_alone_leaves_side_steps_out)
