/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Traces of Global for suites, made by either side, and what is known of them: the vectors
 * global-8.json, global-scan.json, global-unit-test.json. Static, so that a suite may use some of
 * it only.
 */
#ifndef TRACEGATE_TESTS_GLOBAL_MADE_H
#define TRACEGATE_TESTS_GLOBAL_MADE_H

#include "model/byte_lookups.h"
#include "reference/field.h"
#include "sample.h"
#include "suite.h"
#include "vectors_global.h"

#include <stdio.h>

#define GLOBAL_WIDTH (sizeof(tg_global_main_columns) / sizeof(uint32_t))

/* Not below p, so that a forgotten word shows. */
#define GLOBAL_POISON 0xa5a5a5a5u

/* A trace and its side outputs, with what they are made from. */
typedef struct global_made {
    tg_request request;
    tg_product product;
} global_made;

/* Makes a trace and its side outputs: one of both sides. */
typedef tg_status global_maker(const tg_product *out, const tg_request *request, tg_error *error);

/* Number of Global's trace. */
static inline size_t global_index(void)
{
    size_t index = 0;
    while (tg_trace_at(index) != sample_trace("Global.main")) index++;
    return index;
}

/* Trace and side outputs of events, all poisoned: to be destroyed by global_destroy. */
static inline global_made global_create(const tg_global_event *events, size_t nb_events)
{
    global_made result = {
        .request = {.trace = sample_trace("Global.main"),
                    .events = nb_events != 0 ? events : NULL,
                    .nb_events = nb_events},
    };
    const tg_trace *trace = result.request.trace;
    tg_product *product = &result.product;
    tg_assert_ok(tg_trace_height(trace, nb_events, 0, &result.request.height, tg_suite_error));
    tg_assert_ok(tg_product_create(product, trace, result.request.height, tg_suite_error));
    for (size_t i = 0; i < GLOBAL_WIDTH * result.request.height; i++)
        product->cells[i] = GLOBAL_POISON;
    for (size_t side = 0; side < trace->nb_sides; side++) {
        for (size_t i = 0; i < tg_side_nb_words(&trace->sides[side]); i++)
            product->sides[side][i] = GLOBAL_POISON;
    }
    return result;
}

static inline global_made global_make(global_maker *maker, const tg_global_event *events,
                                      size_t nb_events)
{
    global_made result = global_create(events, nb_events);
    tg_assert_ok(maker(&result.product, &result.request, tg_suite_error));
    return result;
}

static inline void global_destroy(global_made *result) { tg_product_destroy(&result->product); }

/* One cell as a residue. */
static inline uint32_t global_cell(const global_made *trace, size_t row, size_t column)
{
    const uint32_t word = trace->product.cells[column * trace->request.height + row];
    ck_assert_uint_lt(word, TG_P);
    return tg_ref_from_word(word);
}

static inline tg_global_main_columns global_row(const global_made *trace, size_t row)
{
    uint32_t words[GLOBAL_WIDTH];
    tg_global_main_columns columns;
    for (size_t column = 0; column < GLOBAL_WIDTH; column++)
        words[column] = global_cell(trace, row, column);
    memcpy(&columns, words, sizeof columns);
    return columns;
}

static inline uint64_t global_trace_digest(const global_made *trace)
{
    uint64_t digest = VECTORS_FNV_START;
    for (size_t row = 0; row < trace->request.height; row++) {
        for (size_t column = 0; column < GLOBAL_WIDTH; column++)
            digest = vectors_fnv_word(digest, global_cell(trace, row, column));
    }
    return digest;
}

static inline void global_assert_row(const global_made *trace, size_t row, tg_json_value *expected)
{
    uint32_t words[GLOBAL_WIDTH];
    vectors_words(words, GLOBAL_WIDTH, expected);
    for (size_t column = 0; column < GLOBAL_WIDTH; column++)
        ck_assert_uint_eq(global_cell(trace, row, column), words[column]);
}

/* Sum, count and digest of a trace, as an object has them. */
static inline void global_assert_sides(const global_made *trace, tg_json_value *expected)
{
    tg_json_value *sum = vectors_member(expected, "final_digest");
    uint32_t words[2 * TG_SEPTIC_DEGREE];
    vectors_words(words, TG_SEPTIC_DEGREE, vectors_member(sum, "x"));
    vectors_words(words + TG_SEPTIC_DEGREE, TG_SEPTIC_DEGREE, vectors_member(sum, "y"));
    ck_assert_mem_eq(trace->product.sides[TG_GLOBAL_SIDE_CUMULATIVE_SUM], words, sizeof words);
    ck_assert_uint_eq(trace->product.sides[TG_GLOBAL_SIDE_EVENT_COUNT][0],
                      trace->request.nb_events);
    ck_assert_uint_eq(trace->request.height, vectors_u32(expected, "rows"));
    ck_assert_uint_eq(global_trace_digest(trace), vectors_fnv(expected));
}

/* ---- known answers ---- */

static inline uint32_t global_op_number(const char *name)
{
    for (uint32_t op = 0; op < TG_NB_BYTE_OPS; op++) {
        if (strcmp(tg_byte_op_name(op), name) == 0) return op;
    }
    ck_abort_msg("no operation %s", name);
    return 0;
}

/* The counters are those listed, and all others are 0. */
static inline void global_assert_lookups(const uint32_t *counters, tg_json_value *list, size_t nb)
{
    uint32_t *expected = calloc(TG_NB_BYTE_LOOKUPS, sizeof *expected);
    ck_assert_ptr_nonnull(expected);
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(list, i);
        char name[16];
        size_t counter = 0;
        tg_assert_ok(tg_json_get_text(name, sizeof name, entry, "op", tg_suite_error));
        const tg_byte_lookup lookup = {
            .op = global_op_number(name),
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

static inline void global_assert_same(const global_made *a, const global_made *b)
{
    const tg_trace *trace = a->request.trace;
    ck_assert_uint_eq(a->request.height, b->request.height);
    ck_assert_mem_eq(a->product.cells, b->product.cells,
                     GLOBAL_WIDTH * a->request.height * sizeof(uint32_t));
    for (size_t side = 0; side < trace->nb_sides; side++) {
        ck_assert_mem_eq(a->product.sides[side], b->product.sides[side],
                         tg_side_nb_words(&trace->sides[side]) * sizeof(uint32_t));
    }
}

/* The events of global-8.json: all cells, sum, count and lookups. */
static inline void global_check_eight(global_maker *maker)
{
    tg_json json;
    size_t nb_rows = 0;
    size_t nb_lookups = 0;
    tg_global_event events[VECTORS_NB_EIGHT];
    vectors_eight(events);
    global_made trace = global_make(maker, events, VECTORS_NB_EIGHT);
    vectors_open(&json, "global-8");
    tg_json_value *rows = vectors_array(&nb_rows, json.root, "trace");
    ck_assert_uint_eq(nb_rows, trace.request.height);
    for (size_t row = 0; row < nb_rows; row++) {
        global_assert_row(&trace, row, tg_json_element(rows, row));
    }
    global_assert_sides(&trace, json.root);
    ck_assert_uint_eq(vectors_u32(json.root, "event_count"), VECTORS_NB_EIGHT);
    tg_json_value *lookups = vectors_array(&nb_lookups, json.root, "byte_lookups");
    global_assert_lookups(trace.product.sides[TG_GLOBAL_SIDE_LOOKUPS], lookups, nb_lookups);
    tg_json_close(&json);
    global_destroy(&trace);
}

/* All cases of global-scan.json: sum, count and the digest of all cells. */
static inline void global_check_scans(global_maker *maker)
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
        global_made trace = global_make(maker, events, nb_events);
        global_assert_sides(&trace, entry);
        global_destroy(&trace);
        free(events);
    }
    tg_json_close(&json);
}

/* The events of global-unit-test.json, SP1's own: sum, count, digest, some rows, and how often each
 * candidate is the one. */
static inline void global_check_upstream_test(global_maker *maker)
{
    tg_json json;
    size_t nb_events = 0;
    size_t nb_sampled = 0;
    uint32_t nb_of_offset[256] = {0};
    char key[24];
    vectors_open(&json, "global-unit-test");
    tg_global_event *events = vectors_unit_test(&nb_events, json.root);
    ck_assert_uint_eq(nb_events, vectors_u32(json.root, "count"));
    global_made trace = global_make(maker, events, nb_events);
    global_assert_sides(&trace, json.root);
    tg_json_value *samples = vectors_member(json.root, "sample_rows");
    for (size_t row = 0; row < trace.request.height; row++) {
        (void)snprintf(key, sizeof key, "%zu", row);
        if (row < nb_events) nb_of_offset[global_row(&trace, row).interaction.offset]++;
        if (!tg_json_has(samples, key)) continue;
        global_assert_row(&trace, row, vectors_member(samples, key));
        nb_sampled++;
    }
    ck_assert_uint_eq(nb_sampled, 6);
    tg_json_value *histogram = vectors_member(json.root, "offset_histogram");
    for (size_t offset = 0; offset < sizeof nb_of_offset / sizeof nb_of_offset[0]; offset++) {
        (void)snprintf(key, sizeof key, "%zu", offset);
        const uint32_t nb = tg_json_has(histogram, key) ? vectors_u32(histogram, key) : 0;
        ck_assert_uint_eq(nb_of_offset[offset], nb);
    }
    tg_json_close(&json);
    global_destroy(&trace);
    free(events);
}

#endif
