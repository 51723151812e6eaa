/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Rows and side outputs of Global from the reference: known answers, constraints, prefixes, events
 * that have no point. */
#include "model/global.h"

#include "global_made.h"
#include "reference/curve.h"
#include "reference/field.h"
#include "reference/reference.h"
#include "sample.h"
#include "suite.h"

#include <omp.h>
#include <stdio.h>

#define NB(array) (sizeof(array) / sizeof((array)[0]))

static tg_status by_reference(const tg_product *out, const tg_request *request, tg_error *error)
{
    return tg_ref_make(out, tg_ref_at(global_index()), request, error);
}

static global_made make(const tg_global_event *events, size_t nb_events)
{
    return global_make(by_reference, events, nb_events);
}

/* Seeded events within the bounds that the constraints set; to be freed. */
static tg_global_event *draw_events(size_t nb_events, uint64_t seed)
{
    tg_global_event *events = sample_events(sample_trace("Global.main"), nb_events, seed);
    for (size_t i = 0; i < nb_events; i++) {
        events[i].message[0] %= 1u << 24;
        events[i].message[7] %= 1u << 16;
    }
    return events;
}

/* ---- known answers ---- */

START_TEST(reference_global_has_known_rows_and_lookups) { global_check_eight(by_reference); }
END_TEST

START_TEST(reference_global_sums_as_known) { global_check_scans(by_reference); }
END_TEST

START_TEST(reference_global_makes_the_trace_of_the_upstream_test)
{
    global_check_upstream_test(by_reference);
}
END_TEST

/* ---- constraints ---- */

static tg_ref_septic septic(const uint32_t coefficients[TG_SEPTIC_DEGREE])
{
    tg_ref_septic a;
    memcpy(a.c, coefficients, sizeof a.c);
    return a;
}

static bool is_product(tg_ref_septic a, tg_ref_septic b, tg_ref_septic c, tg_ref_septic d)
{
    return tg_ref_septic_equal(tg_ref_septic_mul(a, b), tg_ref_septic_mul(c, d));
}

/* The point is on the curve, and both sums and it on the chord or tangent, by the equations that
 * SP1's chip states; they hold on padding rows too. */
static void assert_sum_constraints(const tg_global_main_columns *row)
{
    const tg_ref_septic x = septic(row->interaction.x_coordinate);
    const tg_ref_septic y = septic(row->interaction.y_coordinate);
    const tg_ref_septic x1 = septic(row->accumulation.initial_digest[0]);
    const tg_ref_septic y1 = septic(row->accumulation.initial_digest[1]);
    const tg_ref_septic x3 = septic(row->accumulation.cumulative_sum[0]);
    const tg_ref_septic y3 = septic(row->accumulation.cumulative_sum[1]);
    const tg_ref_septic run = tg_ref_septic_sub(x, x1);
    const tg_ref_septic rise = tg_ref_septic_sub(y, y1);
    const tg_ref_septic x_sum = tg_ref_septic_add(tg_ref_septic_add(x1, x), x3);
    ck_assert(tg_ref_septic_equal(tg_ref_septic_mul(y, y), tg_ref_curve_cubic(x)));
    ck_assert(is_product(x_sum, tg_ref_septic_mul(run, run), rise, rise));
    ck_assert(is_product(tg_ref_septic_add(y1, y3), run, rise, tg_ref_septic_sub(x1, x3)));
}

/* What the chip states about the event's own columns. */
static void assert_event_constraints(const tg_global_main_columns *row,
                                     const tg_global_event *event)
{
    const tg_global_interaction *interaction = &row->interaction;
    const tg_poseidon2_wide_state *state = &interaction->permutation.permutation.state;
    uint32_t witness = 0;
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_lt(interaction->y6_byte_decomp[i], i < 3 ? 256 : 63);
        witness += interaction->y6_byte_decomp[i] << (8 * i);
    }
    const uint32_t y6 = interaction->y_coordinate[6];
    ck_assert_uint_eq(event->is_receive ? y6 : TG_P - y6, witness + 1);
    ck_assert_uint_eq(row->message[0],
                      row->message_0_16bit_limb + (row->message_0_8bit_limb << 16));
    ck_assert_mem_eq(row->message, event->message, sizeof row->message);
    ck_assert_uint_eq(row->kind, event->kind);
    ck_assert_uint_eq(row->is_real, 1);
    ck_assert_uint_eq(row->is_receive, event->is_receive);
    ck_assert_uint_eq(row->is_send, !event->is_receive);

    const uint32_t *input = state->external_rounds_state[0];
    ck_assert_uint_eq(input[0], event->message[0] + ((uint32_t)event->kind << 24));
    ck_assert_uint_eq(input[7], event->message[7] + (interaction->offset << 16));
    ck_assert_mem_eq(input + 1, event->message + 1, 6 * sizeof *input);
    for (size_t i = 8; i < 16; i++) ck_assert_uint_eq(input[i], 0);
    ck_assert_mem_eq(state->output_state, interaction->x_coordinate,
                     sizeof interaction->x_coordinate);
}

START_TEST(reference_global_rows_satisfy_the_constraints)
{
    const size_t nb_events = 600;
    tg_global_event *events = draw_events(nb_events, 17);
    global_made trace = make(events, nb_events);
    tg_global_main_columns before = global_row(&trace, trace.request.height - 1);
    // The first row starts where padding rows do.
    memcpy(before.accumulation.cumulative_sum, before.accumulation.initial_digest,
           sizeof before.accumulation.cumulative_sum);
    for (size_t i = 0; i < trace.request.height; i++) {
        const tg_global_main_columns row = global_row(&trace, i);
        assert_sum_constraints(&row);
        if (i >= nb_events) continue;
        assert_event_constraints(&row, &events[i]);
        ck_assert_uint_eq(row.index, i);
        ck_assert_mem_eq(row.accumulation.initial_digest, before.accumulation.cumulative_sum,
                         sizeof before.accumulation.cumulative_sum);
        before = row;
    }
    global_destroy(&trace);
    free(events);
}
END_TEST

/* ---- sizes, threads, padding bytes ---- */

/* Rows of n events are the first rows of more events, then padding: no row looks ahead. */
START_TEST(reference_global_rows_depend_on_earlier_events_alone)
{
    static const size_t counts[] = {0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 256};
    const size_t nb_most = 257;
    tg_global_event *events = draw_events(nb_most, 5);
    global_made most = make(events, nb_most);
    const tg_global_main_columns padding = global_row(&most, most.request.height - 1);
    for (size_t c = 0; c < NB(counts); c++) {
        global_made trace = make(events, counts[c]);
        for (size_t i = 0; i < trace.request.height; i++) {
            const tg_global_main_columns row = global_row(&trace, i);
            const tg_global_main_columns expected = i < counts[c] ? global_row(&most, i) : padding;
            ck_assert_mem_eq(&row, &expected, sizeof row);
        }
        ck_assert_uint_eq(trace.product.sides[TG_GLOBAL_SIDE_EVENT_COUNT][0], counts[c]);
        global_destroy(&trace);
    }
    global_destroy(&most);
    free(events);
}
END_TEST

START_TEST(reference_global_is_the_same_for_any_threads)
{
    static const int threads[] = {2, 3, 8};
    const size_t nb_events = 1000;
    tg_global_event *events = draw_events(nb_events, 3);
    omp_set_num_threads(1);
    global_made expected = make(events, nb_events);
    for (size_t t = 0; t < NB(threads); t++) {
        omp_set_num_threads(threads[t]);
        global_made actual = make(events, nb_events);
        global_assert_same(&actual, &expected);
        global_destroy(&actual);
    }
    global_destroy(&expected);
    free(events);
}
END_TEST

START_TEST(reference_global_ignores_padding_bytes)
{
    const size_t nb_events = 40;
    tg_global_event *events = draw_events(nb_events, 11);
    global_made expected = make(events, nb_events);
    for (size_t i = 0; i < nb_events; i++) memset(events[i].padding, 0xff, 2);
    global_made actual = make(events, nb_events);
    global_assert_same(&actual, &expected);
    global_destroy(&actual);
    global_destroy(&expected);
    free(events);
}
END_TEST

/* Lookups of many events are those of their parts together. */
START_TEST(reference_global_lookups_add_up)
{
    const size_t nb_events = 300;
    tg_global_event *events = draw_events(nb_events, 23);
    global_made whole = make(events, nb_events);
    global_made first = make(events, 123);
    global_made rest = make(events + 123, nb_events - 123);
    uint64_t total = 0;
    for (size_t i = 0; i < TG_NB_BYTE_LOOKUPS; i++) {
        const uint32_t count = whole.product.sides[TG_GLOBAL_SIDE_LOOKUPS][i];
        ck_assert_uint_eq(count, first.product.sides[TG_GLOBAL_SIDE_LOOKUPS][i] +
                                     rest.product.sides[TG_GLOBAL_SIDE_LOOKUPS][i]);
        total += count;
    }
    ck_assert_uint_eq(total, 9 * nb_events);
    global_destroy(&whole);
    global_destroy(&first);
    global_destroy(&rest);
    free(events);
}
END_TEST

/* ---- events without a point ---- */

static void assert_fails_with(const tg_global_event *events, size_t nb_events,
                              uint32_t max_candidates, const char *text)
{
    global_made trace = global_create(events, nb_events);
    trace.request.max_candidates = max_candidates;
    tg_assert_fails(
        TG_ERR_EVENT, text,
        tg_ref_make(&trace.product, tg_ref_at(global_index()), &trace.request, tg_suite_error));
    global_destroy(&trace);
}

static void assert_makes_same(const tg_global_event *events, size_t nb_events,
                              uint32_t max_candidates)
{
    global_made expected = make(events, nb_events);
    global_made trace = global_create(events, nb_events);
    trace.request.max_candidates = max_candidates;
    tg_assert_ok(
        tg_ref_make(&trace.product, tg_ref_at(global_index()), &trace.request, tg_suite_error));
    global_assert_same(&trace, &expected);
    global_destroy(&trace);
    global_destroy(&expected);
}

/* Messages whose first good candidates are known: numbers 0, 1 (an exception comes before), 2, 13.
 */
static const tg_global_event at_0 = {.message = {1, 2, 3, 4, 5, 6, 7, 8}, .kind = 8};
static const tg_global_event at_1 = {.message = {0, 0, 544}, .kind = 1};
static const tg_global_event at_2 = {.message = {8211, 8213, 8214, 8227, 8228, 8214, 8215, 8216}};
static const tg_global_event at_13 = {.message = {0, 0, 1185}, .kind = 1};

START_TEST(reference_global_names_the_first_event_without_a_point)
{
    static const int threads[] = {1, 2, 8};
    const size_t nb_events = 1000;
    tg_global_event *events = calloc(nb_events, sizeof *events);
    ck_assert_ptr_nonnull(events);
    for (size_t i = 0; i < nb_events; i++) events[i] = at_0;
    events[300] = at_1;
    events[500] = at_2;
    events[501] = at_2;
    events[700] = at_13;
    for (size_t t = 0; t < NB(threads); t++) {
        omp_set_num_threads(threads[t]);
        assert_fails_with(events, nb_events, 1,
                          "event 300 of Global.main: its only candidate will not do");
        assert_fails_with(events, nb_events, 2,
                          "event 500 of Global.main: none of its 2 candidates will do");
        assert_fails_with(events, nb_events, 13,
                          "event 700 of Global.main: none of its 13 candidates will do");
    }
    assert_makes_same(events, nb_events, 14);
    assert_makes_same(events, nb_events, 256);
    assert_makes_same(events, nb_events, UINT32_MAX);
    assert_makes_same(events, 300, 1);
    free(events);
}
END_TEST

TG_SUITE("reference_global", reference_global_has_known_rows_and_lookups,
         reference_global_sums_as_known, reference_global_makes_the_trace_of_the_upstream_test,
         reference_global_rows_satisfy_the_constraints,
         reference_global_rows_depend_on_earlier_events_alone,
         reference_global_is_the_same_for_any_threads, reference_global_ignores_padding_bytes,
         reference_global_lookups_add_up, reference_global_names_the_first_event_without_a_point)
