/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Rows and side outputs of Global from the reference: known answers, constraints, prefixes, events
 * that have no point. */
#include "model/global.h"

#include "reference/curve.h"
#include "reference/field.h"
#include "reference/reference.h"
#include "sample.h"
#include "suite.h"
#include "vectors_global.h"

#include <omp.h>
#include <stdio.h>

#define NB(array) (sizeof(array) / sizeof((array)[0]))
#define WIDTH (sizeof(tg_global_main_columns) / sizeof(uint32_t))

/* Not below p, so that a forgotten word shows. */
#define POISON 0xa5a5a5a5u

/* A made trace, with what it was made from. */
typedef struct made {
    tg_request request;
    tg_product product;
} made;

static size_t global_index(void)
{
    size_t index = 0;
    while (tg_trace_at(index) != sample_trace("Global.main")) index++;
    return index;
}

/* Trace and side outputs of events, all poisoned: to be destroyed by destroy. */
static made create(const tg_global_event *events, size_t nb_events)
{
    made result = {
        .request = {.trace = sample_trace("Global.main"),
                    .events = nb_events != 0 ? events : NULL,
                    .nb_events = nb_events},
    };
    const tg_trace *trace = result.request.trace;
    tg_product *product = &result.product;
    tg_assert_ok(tg_trace_height(trace, nb_events, 0, &result.request.height, tg_suite_error));
    tg_assert_ok(tg_product_create(product, trace, result.request.height, tg_suite_error));
    for (size_t i = 0; i < WIDTH * result.request.height; i++) product->cells[i] = POISON;
    for (size_t side = 0; side < trace->nb_sides; side++) {
        for (size_t i = 0; i < tg_side_nb_words(&trace->sides[side]); i++)
            product->sides[side][i] = POISON;
    }
    return result;
}

static made make(const tg_global_event *events, size_t nb_events)
{
    made result = create(events, nb_events);
    tg_assert_ok(
        tg_ref_make(&result.product, tg_ref_at(global_index()), &result.request, tg_suite_error));
    return result;
}

static void destroy(made *result) { tg_product_destroy(&result->product); }

/* One cell as a residue. */
static uint32_t cell(const made *trace, size_t row, size_t column)
{
    const uint32_t word = trace->product.cells[column * trace->request.height + row];
    ck_assert_uint_lt(word, TG_P);
    return tg_ref_from_word(word);
}

static tg_global_main_columns row_of(const made *trace, size_t row)
{
    uint32_t words[WIDTH];
    tg_global_main_columns columns;
    for (size_t column = 0; column < WIDTH; column++) words[column] = cell(trace, row, column);
    memcpy(&columns, words, sizeof columns);
    return columns;
}

static uint64_t digest_of(const made *trace)
{
    uint64_t digest = VECTORS_FNV_START;
    for (size_t row = 0; row < trace->request.height; row++) {
        for (size_t column = 0; column < WIDTH; column++)
            digest = vectors_fnv_word(digest, cell(trace, row, column));
    }
    return digest;
}

static void assert_row_is(const made *trace, size_t row, tg_json_value *expected)
{
    uint32_t words[WIDTH];
    vectors_words(words, WIDTH, expected);
    for (size_t column = 0; column < WIDTH; column++)
        ck_assert_uint_eq(cell(trace, row, column), words[column]);
}

/* Sum, count and digest of a trace, as an object has them. */
static void assert_sides_and_digest(const made *trace, tg_json_value *expected)
{
    tg_json_value *sum = vectors_member(expected, "final_digest");
    uint32_t words[2 * TG_SEPTIC_DEGREE];
    vectors_words(words, TG_SEPTIC_DEGREE, vectors_member(sum, "x"));
    vectors_words(words + TG_SEPTIC_DEGREE, TG_SEPTIC_DEGREE, vectors_member(sum, "y"));
    ck_assert_mem_eq(trace->product.sides[TG_GLOBAL_SIDE_CUMULATIVE_SUM], words, sizeof words);
    ck_assert_uint_eq(trace->product.sides[TG_GLOBAL_SIDE_EVENT_COUNT][0],
                      trace->request.nb_events);
    ck_assert_uint_eq(trace->request.height, vectors_u32(expected, "rows"));
    ck_assert_uint_eq(digest_of(trace), vectors_fnv(expected));
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

static uint32_t op_number(const char *name)
{
    for (uint32_t op = 0; op < TG_NB_BYTE_OPS; op++) {
        if (strcmp(tg_byte_op_name(op), name) == 0) return op;
    }
    ck_abort_msg("no operation %s", name);
    return 0;
}

/* The counters are those listed, and all others are 0. */
static void assert_lookups_are(const uint32_t *counters, tg_json_value *list, size_t nb)
{
    uint32_t *expected = calloc(TG_NB_BYTE_LOOKUPS, sizeof *expected);
    ck_assert_ptr_nonnull(expected);
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(list, i);
        char name[16];
        size_t counter = 0;
        tg_assert_ok(tg_json_get_text(name, sizeof name, entry, "op", tg_suite_error));
        const tg_byte_lookup lookup = {
            .op = op_number(name),
            .a = vectors_u32(entry, "a"),
            .b = vectors_u32(entry, "b"),
            .c = vectors_u32(entry, "c"),
        };
        ck_assert(tg_byte_lookup_counter(&counter, &lookup));
        expected[counter] += vectors_u32(entry, "count");
    }
    ck_assert_mem_eq(counters, expected, TG_NB_BYTE_LOOKUPS * sizeof *expected);
    free(expected);
}

START_TEST(reference_global_has_known_rows_and_lookups)
{
    tg_json json;
    size_t nb_rows = 0;
    size_t nb_lookups = 0;
    tg_global_event events[VECTORS_NB_EIGHT];
    vectors_eight(events);
    made trace = make(events, VECTORS_NB_EIGHT);
    vectors_open(&json, "global-8");
    tg_json_value *rows = vectors_array(&nb_rows, json.root, "trace");
    ck_assert_uint_eq(nb_rows, trace.request.height);
    for (size_t row = 0; row < nb_rows; row++) {
        assert_row_is(&trace, row, tg_json_element(rows, row));
    }
    assert_sides_and_digest(&trace, json.root);
    ck_assert_uint_eq(vectors_u32(json.root, "event_count"), VECTORS_NB_EIGHT);
    tg_json_value *lookups = vectors_array(&nb_lookups, json.root, "byte_lookups");
    assert_lookups_are(trace.product.sides[TG_GLOBAL_SIDE_LOOKUPS], lookups, nb_lookups);
    tg_json_close(&json);
    destroy(&trace);
}
END_TEST

START_TEST(reference_global_sums_as_known)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "global-scan");
    tg_json_value *cases = vectors_array(&nb, json.root, "cases");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(cases, i);
        char name[128];
        tg_assert_ok(tg_json_get_text(name, sizeof name, entry, "name", tg_suite_error));
        const size_t nb_events = vectors_u32(entry, "events");
        tg_global_event *events = calloc(nb_events + 1, sizeof *events);
        ck_assert_ptr_nonnull(events);
        vectors_scan_case(events, nb_events, name);
        made trace = make(events, nb_events);
        assert_sides_and_digest(&trace, entry);
        destroy(&trace);
        free(events);
    }
    tg_json_close(&json);
}
END_TEST

START_TEST(reference_global_makes_the_trace_of_the_upstream_test)
{
    tg_json json;
    size_t nb_events = 0;
    size_t nb_sampled = 0;
    uint32_t nb_of_offset[256] = {0};
    char key[24];
    vectors_open(&json, "global-unit-test");
    tg_global_event *events = vectors_unit_test(&nb_events, json.root);
    ck_assert_uint_eq(nb_events, vectors_u32(json.root, "count"));
    made trace = make(events, nb_events);
    assert_sides_and_digest(&trace, json.root);
    tg_json_value *samples = vectors_member(json.root, "sample_rows");
    for (size_t row = 0; row < trace.request.height; row++) {
        (void)snprintf(key, sizeof key, "%zu", row);
        if (row < nb_events) nb_of_offset[row_of(&trace, row).interaction.offset]++;
        if (!tg_json_has(samples, key)) continue;
        assert_row_is(&trace, row, vectors_member(samples, key));
        nb_sampled++;
    }
    ck_assert_uint_eq(nb_sampled, 6);
    tg_json_value *histogram = vectors_member(json.root, "offset_histogram");
    for (size_t offset = 0; offset < NB(nb_of_offset); offset++) {
        (void)snprintf(key, sizeof key, "%zu", offset);
        const uint32_t nb = tg_json_has(histogram, key) ? vectors_u32(histogram, key) : 0;
        ck_assert_uint_eq(nb_of_offset[offset], nb);
    }
    tg_json_close(&json);
    destroy(&trace);
    free(events);
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
    made trace = make(events, nb_events);
    tg_global_main_columns before = row_of(&trace, trace.request.height - 1);
    // The first row starts where padding rows do.
    memcpy(before.accumulation.cumulative_sum, before.accumulation.initial_digest,
           sizeof before.accumulation.cumulative_sum);
    for (size_t i = 0; i < trace.request.height; i++) {
        const tg_global_main_columns row = row_of(&trace, i);
        assert_sum_constraints(&row);
        if (i >= nb_events) continue;
        assert_event_constraints(&row, &events[i]);
        ck_assert_uint_eq(row.index, i);
        ck_assert_mem_eq(row.accumulation.initial_digest, before.accumulation.cumulative_sum,
                         sizeof before.accumulation.cumulative_sum);
        before = row;
    }
    destroy(&trace);
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
    made most = make(events, nb_most);
    const tg_global_main_columns padding = row_of(&most, most.request.height - 1);
    for (size_t c = 0; c < NB(counts); c++) {
        made trace = make(events, counts[c]);
        for (size_t i = 0; i < trace.request.height; i++) {
            const tg_global_main_columns row = row_of(&trace, i);
            const tg_global_main_columns expected = i < counts[c] ? row_of(&most, i) : padding;
            ck_assert_mem_eq(&row, &expected, sizeof row);
        }
        ck_assert_uint_eq(trace.product.sides[TG_GLOBAL_SIDE_EVENT_COUNT][0], counts[c]);
        destroy(&trace);
    }
    destroy(&most);
    free(events);
}
END_TEST

static void assert_same(const made *a, const made *b)
{
    const tg_trace *trace = a->request.trace;
    ck_assert_uint_eq(a->request.height, b->request.height);
    ck_assert_mem_eq(a->product.cells, b->product.cells,
                     WIDTH * a->request.height * sizeof(uint32_t));
    for (size_t side = 0; side < trace->nb_sides; side++) {
        ck_assert_mem_eq(a->product.sides[side], b->product.sides[side],
                         tg_side_nb_words(&trace->sides[side]) * sizeof(uint32_t));
    }
}

START_TEST(reference_global_is_the_same_for_any_threads)
{
    static const int threads[] = {2, 3, 8};
    const size_t nb_events = 1000;
    tg_global_event *events = draw_events(nb_events, 3);
    omp_set_num_threads(1);
    made expected = make(events, nb_events);
    for (size_t t = 0; t < NB(threads); t++) {
        omp_set_num_threads(threads[t]);
        made actual = make(events, nb_events);
        assert_same(&actual, &expected);
        destroy(&actual);
    }
    destroy(&expected);
    free(events);
}
END_TEST

START_TEST(reference_global_ignores_padding_bytes)
{
    const size_t nb_events = 40;
    tg_global_event *events = draw_events(nb_events, 11);
    made expected = make(events, nb_events);
    for (size_t i = 0; i < nb_events; i++) memset(events[i].padding, 0xff, 2);
    made actual = make(events, nb_events);
    assert_same(&actual, &expected);
    destroy(&actual);
    destroy(&expected);
    free(events);
}
END_TEST

/* Lookups of many events are those of their parts together. */
START_TEST(reference_global_lookups_add_up)
{
    const size_t nb_events = 300;
    tg_global_event *events = draw_events(nb_events, 23);
    made whole = make(events, nb_events);
    made first = make(events, 123);
    made rest = make(events + 123, nb_events - 123);
    uint64_t total = 0;
    for (size_t i = 0; i < TG_NB_BYTE_LOOKUPS; i++) {
        const uint32_t count = whole.product.sides[TG_GLOBAL_SIDE_LOOKUPS][i];
        ck_assert_uint_eq(count, first.product.sides[TG_GLOBAL_SIDE_LOOKUPS][i] +
                                     rest.product.sides[TG_GLOBAL_SIDE_LOOKUPS][i]);
        total += count;
    }
    ck_assert_uint_eq(total, 9 * nb_events);
    destroy(&whole);
    destroy(&first);
    destroy(&rest);
    free(events);
}
END_TEST

/* ---- events without a point ---- */

static void assert_fails_with(const tg_global_event *events, size_t nb_events,
                              uint32_t max_candidates, const char *text)
{
    made trace = create(events, nb_events);
    trace.request.max_candidates = max_candidates;
    tg_assert_fails(
        TG_ERR_EVENT, text,
        tg_ref_make(&trace.product, tg_ref_at(global_index()), &trace.request, tg_suite_error));
    destroy(&trace);
}

static void assert_makes_same(const tg_global_event *events, size_t nb_events,
                              uint32_t max_candidates)
{
    made expected = make(events, nb_events);
    made trace = create(events, nb_events);
    trace.request.max_candidates = max_candidates;
    tg_assert_ok(
        tg_ref_make(&trace.product, tg_ref_at(global_index()), &trace.request, tg_suite_error));
    assert_same(&trace, &expected);
    destroy(&trace);
    destroy(&expected);
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
                          "event 300 of Global.main: none of its 1 candidates is");
        assert_fails_with(events, nb_events, 2,
                          "event 500 of Global.main: none of its 2 candidates is");
        assert_fails_with(events, nb_events, 13,
                          "event 700 of Global.main: none of its 13 candidates is");
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
