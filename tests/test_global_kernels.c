/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Global's kernels on the host grid: known answers, the hard events against the reference in any
 * shape, the top level of the sums by itself, scratch, events that have no point. */
#include "global_events.h"
#include "global_made.h"
#include "gpu/plan.h"
#include "kernels/host_grid.h"
#include "kernels_points.h"
#include "reference/reference.h"

#define NB(array) (sizeof(array) / sizeof((array)[0]))

static tg_status by_reference(const tg_product *out, const tg_request *request, tg_error *error)
{
    return tg_ref_make(out, tg_ref_at(global_index()), request, error);
}

static tg_status by_host(const tg_product *out, const tg_request *request, tg_error *error)
{
    return tg_plan_run_host(tg_plan_at(global_index()), NULL, out, request, error);
}

static tg_status by_single_threads(const tg_product *out, const tg_request *request,
                                   tg_error *error)
{
    return tg_plan_run_host(tg_plan_at(global_index()), &(tg_launch){.block = 1}, out, request,
                            error);
}

/* ---- known answers ---- */

START_TEST(global_kernels_have_known_rows_and_lookups)
{
    global_check_eight(by_host);
    global_check_eight(by_single_threads);
}
END_TEST

START_TEST(global_kernels_sum_as_known)
{
    global_check_scans(by_host);
    global_check_scans(by_single_threads);
}
END_TEST

START_TEST(global_kernels_make_the_trace_of_the_upstream_test)
{
    global_check_upstream_test(by_host);
}
END_TEST

/* ---- hard events, against the reference ---- */

/* The same from the host grid in blocks of each size as from the reference. */
static void compare_blocks(const tg_global_event *events, size_t nb_events, const uint32_t *blocks,
                           size_t nb_blocks)
{
    global_made expected = global_make(by_reference, events, nb_events);
    for (size_t i = 0; i < nb_blocks; i++) {
        const tg_launch launch = {.block = blocks[i]};
        global_made actual = global_create(events, nb_events);
        tg_assert_ok(tg_plan_run_host(tg_plan_at(global_index()), &launch, &actual.product,
                                      &actual.request, tg_suite_error));
        global_assert_same(&actual, &expected);
        global_destroy(&actual);
    }
    global_destroy(&expected);
}

/* Two periods of the boundary events: at the top level, each of the threads of small blocks has
 * several points, and equal and opposite points and infinity are among these and their sums. */
START_TEST(global_kernels_are_the_reference_on_boundary_events)
{
    static const uint32_t blocks[] = {1, 2, 4, 32, 256};
    const size_t nb_events = 2 * 8192;
    tg_global_event *events = global_events(TG_PROFILE_BOUNDARY, 5, 0, nb_events);
    compare_blocks(events, nb_events, blocks, NB(blocks));
    free(events);
}
END_TEST

/* So many events that each thread of a warp has several points of the top level; the last part of
 * it is not whole. */
START_TEST(global_kernels_are_the_reference_beyond_a_point_a_thread)
{
    static const uint32_t blocks[] = {32};
    const size_t nb_events = 20001;
    tg_global_event *events = global_events(TG_PROFILE_BOUNDARY, 6, 8192 - 3000, nb_events);
    compare_blocks(events, nb_events, blocks, NB(blocks));
    free(events);
}
END_TEST

/* ---- the top level ---- */

/* Points of the top level and of what lies around them. */
#define MAX_POINTS ((size_t)(3 * TG_STEP_MAX_BLOCK + 1))
#define BEFORE ((size_t)3)
#define BEHIND ((size_t)4)
#define MAX_SLOTS (BEFORE + MAX_POINTS + BEHIND)

/* A launch of the step alone. */
typedef struct top_call {
    tg_host_kernel *kernel;
    tg_krn_extra extra;
} top_call;

static void top_thread(void *arguments)
{
    const top_call *call = arguments;
    call->kernel(NULL, 0, NULL, 0, &call->extra);
}

static tg_host_kernel *top_kernel(void)
{
    const tg_plan *plan = tg_plan_at(global_index());
    for (size_t i = 0; i < plan->nb_steps; i++) {
        if (strcmp(plan->steps[i].name, "global_top") == 0) return plan->steps[i].host;
    }
    ck_abort_msg("no step global_top");
    return NULL;
}

/* Have the step make sums of nb_points slots from BEFORE on, in blocks of which only the first has
 * work. */
static void run_top(tg_global_slot slots[MAX_SLOTS], size_t nb_points, uint32_t block)
{
    tg_global_counters counters;
    memset(&counters, 0x5a, sizeof counters);
    counters.levels[TG_GLOBAL_NB_LEVELS] =
        (tg_global_level){.start = BEFORE, .nb_points = nb_points};
    top_call call = {.kernel = top_kernel()};
    call.extra.scratch[TG_GLOBAL_COUNTERS] = &counters;
    call.extra.scratch[TG_GLOBAL_LEVELS] = slots;
    const tg_host_launch launch = {.grid = 2, .block = block};
    tg_assert_ok(tg_host_grid_run(&launch, top_thread, &call, tg_suite_error));
}

/* The first point: one of the pattern; the one that makes the sum infinite; the one that doubles
 * it. */
typedef enum top_start { FROM_PATTERN, FROM_INFINITY, FROM_DOUBLE, NB_STARTS } top_start;

static tg_krn_point top_point(points_pattern which, top_start start, size_t i,
                              const tg_krn_point *distinct)
{
    if (i == 0 && start == FROM_INFINITY) return points_negate(tg_krn_start);
    if (i == 0 && start == FROM_DOUBLE) return tg_krn_start;
    return points_at(which, i, distinct);
}

/* Each point becomes the sum of the start and all points before it; nothing else changes. */
static void check_top(points_pattern which, top_start start, size_t nb_points, uint32_t block,
                      const tg_krn_point *distinct)
{
    static tg_global_slot slots[MAX_SLOTS];
    static tg_krn_point expected[MAX_POINTS];
    tg_global_slot untouched;
    tg_krn_point sum = tg_krn_start;
    memset(slots, 0x5a, sizeof slots);
    memset(&untouched, 0x5a, sizeof untouched);
    for (size_t i = 0; i < nb_points; i++) {
        const tg_krn_point point = top_point(which, start, i, distinct);
        slots[BEFORE + i] = points_slot(point);
        expected[i] = sum;
        sum = points_add(sum, point);
    }
    run_top(slots, nb_points, block);
    for (size_t i = 0; i < MAX_SLOTS; i++) {
        const tg_krn_point actual = points_of(&slots[i]);
        if (i < BEFORE || i >= BEFORE + nb_points) {
            ck_assert_mem_eq(&slots[i], &untouched, sizeof untouched);
        } else if (memcmp(&actual, &expected[i - BEFORE], sizeof actual) != 0) {
            ck_abort_msg("pattern %d from %d, %zu points in a block of %u: sum before point %zu",
                         which, start, nb_points, block, i - BEFORE);
        }
    }
}

/* Counts at which a thread more has a point, or every thread one more. */
START_TEST(global_kernels_sum_the_top_level)
{
    static const uint32_t blocks[] = {1, 2, 3, 4, 31, 32, 33, TG_STEP_MAX_BLOCK};
    static tg_krn_point distinct[MAX_POINTS];
    points_fill_distinct(distinct, MAX_POINTS);
    for (size_t i = 0; i < NB(blocks); i++) {
        const size_t block = blocks[i];
        const size_t counts[] = {0, 1, block - 1, block, block + 1, 2 * block, 3 * block + 1};
        for (size_t k = 0; k < NB(counts); k++) {
            for (points_pattern which = 0; which < POINTS_NB_PATTERNS; which++) {
                for (top_start start = 0; start < NB_STARTS; start++) {
                    // The largest block takes most of the time: each start with some patterns.
                    if (block == TG_STEP_MAX_BLOCK && which % NB_STARTS != start) continue;
                    check_top(which, start, counts[k], blocks[i], distinct);
                }
            }
        }
    }
}
END_TEST

/* ---- scratch ---- */

/* Sizes of the scratch, each of a buffer without its last point or word. */
#define CUT_SIZE(name, buffer, bytes)                                                          \
    static size_t name(size_t height, size_t nb_events)                                        \
    {                                                                                          \
        return tg_plan_at(global_index())->scratch_bytes[buffer](height, nb_events) - (bytes); \
    }
CUT_SIZE(cut_points, TG_GLOBAL_POINTS, sizeof(tg_global_slot))
CUT_SIZE(cut_sums, TG_GLOBAL_SUMS, sizeof(tg_global_slot))
CUT_SIZE(cut_levels, TG_GLOBAL_LEVELS, sizeof(tg_global_slot))
CUT_SIZE(cut_counters, TG_GLOBAL_COUNTERS, sizeof(size_t))

/* A buffer that is too small by one place is found, under its number: the sizes are no larger than
 * they have to be. */
START_TEST(global_kernels_write_their_scratch_to_the_end)
{
    static const struct {
        size_t buffer;
        tg_plan_size *size;
        const char *step;
    } cuts[] = {
        {TG_GLOBAL_COUNTERS, cut_counters, "global_begin"},
        {TG_GLOBAL_POINTS, cut_points, "global_search"},
        {TG_GLOBAL_SUMS, cut_sums, "global_scan_0"},
        {TG_GLOBAL_LEVELS, cut_levels, "global_sums_2"},
    };
    const size_t nb_events = 600;
    tg_global_event *events = global_events(TG_PROFILE_REALISTIC, 3, 0, nb_events);
    global_made trace = global_create(events, nb_events);
    for (size_t i = 0; i < NB(cuts); i++) {
        char text[128];
        tg_plan plan = *tg_plan_at(global_index());
        plan.scratch_bytes[cuts[i].buffer] = cuts[i].size;
        (void)snprintf(text, sizeof text,
                       "step %s of Global.main writes outside scratch buffer %zu: at byte 1 behind "
                       "its end",
                       cuts[i].step, cuts[i].buffer);
        tg_assert_fails(
            TG_ERR_KERNEL, text,
            tg_plan_run_host(&plan, NULL, &trace.product, &trace.request, tg_suite_error));
    }
    global_destroy(&trace);
    free(events);
}
END_TEST

/* ---- events without a point ---- */

/* Both sides make the events, or name the same one. Returns whether they name one. */
static bool compare_ends(const tg_global_event *events, size_t nb_events, uint32_t max_candidates,
                         const tg_launch *shapes, size_t nb_shapes)
{
    tg_error expected = {0};
    global_made trace = global_create(events, nb_events);
    trace.request.max_candidates = max_candidates;
    const tg_status status = by_reference(&trace.product, &trace.request, &expected);
    ck_assert(status == TG_OK || status == TG_ERR_EVENT);
    for (size_t i = 0; i < nb_shapes; i++) {
        tg_error actual = {0};
        ck_assert_int_eq(tg_plan_run_host(tg_plan_at(global_index()), &shapes[i], &trace.product,
                                          &trace.request, &actual),
                         status);
        ck_assert_str_eq(actual.what, expected.what);
    }
    global_destroy(&trace);
    return status != TG_OK;
}

/* A candidate will do with a probability of a half: some of these runs end at their first events,
 * some at the last, some not. */
START_TEST(global_kernels_name_the_event_that_the_reference_names)
{
    static const tg_profile profiles[] = {TG_PROFILE_UNIFORM, TG_PROFILE_BOUNDARY};
    const size_t nb_events = 200;
    size_t nb_named = 0;
    size_t nb_made = 0;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        for (size_t i = 0; i < NB(profiles); i++) {
            tg_global_event *events = global_events(profiles[i], seed, seed * 700, nb_events);
            for (uint32_t limit = 1; limit <= 8; limit++) {
                const tg_launch launch = {.block = seed % 2 * 32};
                const bool is_named = compare_ends(events, nb_events, limit, &launch, 1);
                nb_named += is_named;
                nb_made += !is_named;
            }
            free(events);
        }
    }
    ck_assert_uint_gt(nb_named, 20);
    ck_assert_uint_gt(nb_made, 0);
}
END_TEST

/* Messages by the candidate that is the first with a point. Candidate 0 of the retried one is on
 * the curve, and neither a receive's nor a send's point. */
static const tg_global_event at_0 = {.message = {1, 2, 3, 4, 5, 6, 7, 8}, .kind = 8};
static const tg_global_event retried_at_1 = {.message = {0, 0, 544}, .kind = 1};
static const tg_global_event not_before_13 = {.message = {0, 0, 1185}, .kind = 1};

/* Wherever the event is that fails, with one that fails behind it: an event without a candidate on
 * the curve; one whose only candidate in range is an exception, which a retry alone can tell. */
START_TEST(global_kernels_name_an_event_in_any_place)
{
    static const size_t places[] = {0, 1, 2, 3, 31, 32, 33, 63, 127, 128, 198};
    static const tg_launch shapes[] = {{0, 0}, {1, 1}, {3, 7}, {0, 256}};
    const tg_global_event bad[] = {retried_at_1, not_before_13};
    tg_global_event events[200];
    for (size_t sort = 0; sort < NB(bad); sort++) {
        for (size_t k = 0; k < NB(places); k++) {
            char text[96];
            for (size_t i = 0; i < NB(events); i++) events[i] = at_0;
            events[places[k]] = bad[sort];
            events[199] = bad[1 - sort];
            global_made trace = global_create(events, NB(events));
            trace.request.max_candidates = 1;
            (void)snprintf(text, sizeof text, "event %zu of Global.main: ", places[k]);
            tg_assert_fails(TG_ERR_EVENT, text,
                            by_host(&trace.product, &trace.request, tg_suite_error));
            global_destroy(&trace);
            ck_assert(compare_ends(events, NB(events), 1, shapes, k % 4 == 0 ? NB(shapes) : 1));
        }
    }
    // One candidate more is enough for the exception.
    for (size_t i = 0; i < NB(events); i++) events[i] = i % 2 == 0 ? at_0 : retried_at_1;
    ck_assert(!compare_ends(events, NB(events), 2, shapes, NB(shapes)));
}
END_TEST

TG_SUITE("global_kernels", global_kernels_have_known_rows_and_lookups, global_kernels_sum_as_known,
         global_kernels_make_the_trace_of_the_upstream_test,
         global_kernels_are_the_reference_on_boundary_events,
         global_kernels_are_the_reference_beyond_a_point_a_thread, global_kernels_sum_the_top_level,
         global_kernels_write_their_scratch_to_the_end,
         global_kernels_name_the_event_that_the_reference_names,
         global_kernels_name_an_event_in_any_place)
