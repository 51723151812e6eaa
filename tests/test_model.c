/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The model's traces: heights and row maps, over every chip of the list. */
#include "model/trace.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>

/* Counts on both sides of every limit: packing (2 a row, 8 rows an event), rounding to 32 rows,
 * powers of two. */
static const size_t counts[] = {0,  1,  2,  3,  7,   8,   9,   15,  16,   17,   31,   32,
                                33, 63, 64, 65, 127, 128, 129, 999, 1000, 1001, 4096, 4097};

#define NB_COUNTS (sizeof counts / sizeof counts[0])

/* Rows that a count needs, worked out one event after the other. */
static size_t rows_by_counting(const tg_trace *trace, size_t nb_events)
{
    size_t nb_rows = 0;
    for (size_t i = 0; i < nb_events; i++) {
        if (trace->max_events != 0 && i == trace->max_events) break;
        if (i % trace->events_per_row == 0) nb_rows += trace->rows_per_event;
    }
    return nb_rows;
}

START_TEST(model_heights_follow_the_rule)
{
    // The specification's table: rows needed, padded rows.
    static const size_t heights[][2] = {{0, 16},  {1, 32},  {31, 32},     {32, 32},    {33, 64},
                                        {64, 64}, {65, 96}, {1000, 1024}, {1025, 1056}};
    const tg_trace *trace = sample_trace("Select.main");
    for (size_t i = 0; i < sizeof heights / sizeof heights[0]; i++) {
        size_t height = 0;
        tg_assert_ok(tg_trace_height(trace, heights[i][0], 0, &height, tg_suite_error));
        ck_assert_uint_eq(height, heights[i][1]);
    }
}
END_TEST

START_TEST(model_heights_of_every_trace)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        for (size_t k = 0; k < NB_COUNTS; k++) {
            const size_t nb_rows = rows_by_counting(trace, counts[k]);
            ck_assert_uint_eq(tg_trace_nb_rows(trace, counts[k]), nb_rows);
            size_t height = 0;
            tg_assert_ok(tg_trace_height(trace, counts[k], 0, &height, tg_suite_error));
            if (trace->height_rule == TG_HEIGHT_ALWAYS_16) {
                ck_assert_uint_eq(height, 16);
                continue;
            }
            ck_assert_uint_ge(height, nb_rows == 0 ? 16 : nb_rows);
            ck_assert_uint_eq(height % (nb_rows == 0 ? 16 : 32), 0);
            ck_assert(nb_rows == 0 ? height == 16 : height - nb_rows < 32);
        }
    }
}
END_TEST

START_TEST(model_heights_can_be_fixed)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        if (trace->height_rule != TG_HEIGHT_MULTIPLE_OF_32) continue;
        for (size_t k = 0; k < NB_COUNTS; k++) {
            const size_t nb_rows = tg_trace_nb_rows(trace, counts[k]);
            const size_t fixed[] = {nb_rows, nb_rows + 1, nb_rows + 100, TG_MAX_HEIGHT - 1,
                                    TG_MAX_HEIGHT};
            for (size_t f = 0; f < sizeof fixed / sizeof fixed[0]; f++) {
                if (fixed[f] == 0) continue;
                size_t height = 0;
                tg_assert_ok(tg_trace_height(trace, counts[k], fixed[f], &height, tg_suite_error));
                ck_assert_uint_eq(height, fixed[f]);
                tg_assert_ok(tg_trace_check_height(trace, counts[k], fixed[f], tg_suite_error));
            }
        }
    }
}
END_TEST

START_TEST(model_refuses_heights_below_the_rows)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        const size_t nb_rows = tg_trace_nb_rows(trace, 1000);
        size_t height = 77;
        if (trace->height_rule == TG_HEIGHT_ALWAYS_16) {
            // It ignores fixed heights; one that someone else chose must still be the rule's.
            tg_assert_ok(tg_trace_height(trace, 1000, 1, &height, tg_suite_error));
            ck_assert_uint_eq(height, 16);
            tg_assert_fails(TG_ERR_HEIGHT, "16 rows",
                            tg_trace_check_height(trace, 1000, 15, tg_suite_error));
            tg_assert_fails(TG_ERR_HEIGHT, "16 rows",
                            tg_trace_check_height(trace, 1000, 32, tg_suite_error));
            continue;
        }
        if (trace->height_rule == TG_HEIGHT_NEVER_FIXED) continue;
        tg_assert_fails(TG_ERR_HEIGHT, trace->name,
                        tg_trace_height(trace, 1000, nb_rows - 1, &height, tg_suite_error));
        tg_assert_fails(TG_ERR_HEIGHT, "below",
                        tg_trace_height(trace, 1000, 1, &height, tg_suite_error));
        tg_assert_fails(TG_ERR_HEIGHT, "below",
                        tg_trace_check_height(trace, 1000, 0, tg_suite_error));
        ck_assert_uint_eq(height, 77);
    }
}
END_TEST

/* A rule that ignores fixed heights, and takes no other height than its own. */
START_TEST(model_heights_that_are_never_fixed)
{
    tg_trace trace = *sample_trace("Select.main");
    trace.height_rule = TG_HEIGHT_NEVER_FIXED;
    static const size_t heights[][2] = {{0, 16}, {1, 32}, {32, 32}, {33, 64}, {1000, 1024}};
    static const size_t fixed[] = {0, 1, 16, 48, 100, 2000, TG_MAX_HEIGHT, TG_MAX_HEIGHT + 1};
    for (size_t i = 0; i < sizeof heights / sizeof heights[0]; i++) {
        const size_t nb_events = heights[i][0];
        const size_t own = heights[i][1];
        for (size_t k = 0; k < sizeof fixed / sizeof fixed[0]; k++) {
            size_t height = 0;
            tg_assert_ok(tg_trace_height(&trace, nb_events, fixed[k], &height, tg_suite_error));
            ck_assert_uint_eq(height, own);
        }
        tg_assert_ok(tg_trace_check_height(&trace, nb_events, own, tg_suite_error));
        tg_assert_fails(TG_ERR_HEIGHT, "use height",
                        tg_trace_check_height(&trace, nb_events, own + 32, tg_suite_error));
        tg_assert_fails(TG_ERR_HEIGHT, "Select.main",
                        tg_trace_check_height(&trace, nb_events, own - 1, tg_suite_error));
    }
    size_t height = 77;
    tg_assert_fails(TG_ERR_SIZE, "rows",
                    tg_trace_height(&trace, TG_MAX_HEIGHT + 1, 0, &height, tg_suite_error));
    ck_assert_uint_eq(height, 77);
}
END_TEST

START_TEST(model_refuses_heights_above_the_limit)
{
    static const size_t too_high[] = {TG_MAX_HEIGHT + 1, (size_t)1 << 32, SIZE_MAX - 1, SIZE_MAX};
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        for (size_t k = 0; k < sizeof too_high / sizeof too_high[0]; k++) {
            size_t height = 77;
            tg_assert_fails(TG_ERR_HEIGHT, "limit",
                            tg_trace_check_height(trace, 1, too_high[k], tg_suite_error));
            if (trace->height_rule != TG_HEIGHT_MULTIPLE_OF_32) continue;
            tg_assert_fails(TG_ERR_HEIGHT, "limit",
                            tg_trace_height(trace, 1, too_high[k], &height, tg_suite_error));
            ck_assert_uint_eq(height, 77);
        }
    }
}
END_TEST

START_TEST(model_refuses_counts_that_need_too_many_rows)
{
    static const size_t huge[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 8,
                                  ((size_t)1 << 32) + 1};
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        if (trace->max_events != 0) continue;
        const size_t most = TG_MAX_HEIGHT * trace->events_per_row / trace->rows_per_event;
        size_t height = 77;
        for (size_t k = 0; k < sizeof huge / sizeof huge[0]; k++) {
            tg_assert_fails(TG_ERR_SIZE, trace->name,
                            tg_trace_height(trace, huge[k], 0, &height, tg_suite_error));
            tg_assert_fails(TG_ERR_SIZE, trace->name,
                            tg_trace_height(trace, huge[k], 64, &height, tg_suite_error));
            tg_assert_fails(TG_ERR_SIZE, trace->name,
                            tg_trace_check_height(trace, huge[k], 64, tg_suite_error));
            ck_assert_uint_gt(tg_trace_nb_rows(trace, huge[k]), TG_MAX_HEIGHT);
        }
        tg_assert_fails(TG_ERR_SIZE, "more than",
                        tg_trace_height(trace, most + 1, 0, &height, tg_suite_error));
        ck_assert_uint_eq(height, 77);
        tg_assert_ok(tg_trace_height(trace, most, 0, &height, tg_suite_error));
        ck_assert_uint_eq(height, TG_MAX_HEIGHT);
    }
}
END_TEST

/* The rows of a trace whose events take several rows each, with counts that would wrap. */
START_TEST(model_rows_of_huge_counts_do_not_wrap)
{
    const tg_trace *listed = sample_trace("PublicValues.main");
    tg_trace trace = *listed;
    trace.max_events = 0;
    trace.height_rule = TG_HEIGHT_MULTIPLE_OF_32;
    ck_assert_uint_eq(tg_trace_nb_rows(&trace, SIZE_MAX), SIZE_MAX);
    ck_assert_uint_eq(tg_trace_nb_rows(&trace, SIZE_MAX / 8 + 1), SIZE_MAX);
    ck_assert_uint_eq(tg_trace_nb_rows(&trace, SIZE_MAX / 8), SIZE_MAX / 8 * 8);
    size_t height = 77;
    tg_assert_fails(TG_ERR_SIZE, "rows",
                    tg_trace_height(&trace, SIZE_MAX / 4, 0, &height, tg_suite_error));
    ck_assert_uint_eq(height, 77);
}
END_TEST

/* Events beyond the last that counts change nothing. */
START_TEST(model_ignores_events_beyond_the_last)
{
    const tg_trace *trace = sample_trace("PublicValues.preprocessed");
    ck_assert_uint_eq(tg_trace_nb_events_used(trace, 0), 0);
    ck_assert_uint_eq(tg_trace_nb_events_used(trace, 1), 1);
    ck_assert_uint_eq(tg_trace_nb_events_used(trace, SIZE_MAX), 1);
    ck_assert_uint_eq(tg_trace_nb_rows(trace, SIZE_MAX), 8);
    size_t height = 0;
    tg_assert_ok(tg_trace_height(trace, SIZE_MAX, 0, &height, tg_suite_error));
    ck_assert_uint_eq(height, 16);
    ck_assert_uint_eq(tg_trace_nb_events_used(sample_trace("Select.main"), 5), 5);
}
END_TEST

/* The row map by definition: events set down one after the other, block after block, row after
 * row. */
static void check_row_map(const tg_trace *trace, size_t nb_events)
{
    const size_t width = tg_trace_width(trace);
    const size_t block_width = width / trace->events_per_row;
    const size_t nb_rows = rows_by_counting(trace, nb_events);
    const tg_extent extent = tg_trace_extent(trace, nb_events);
    const size_t nb_used = tg_trace_nb_events_used(trace, nb_events);
    for (size_t row = 0; row < nb_rows + 40; row++) {
        for (size_t column = 0; column < width; column++) {
            const tg_cell_source source = tg_trace_cell(trace, nb_events, row, column);
            const size_t event =
                row / trace->rows_per_event * trace->events_per_row + column / block_width;
            const size_t slot =
                trace->rows_per_event > 1 ? row % trace->rows_per_event : column / block_width;
            const bool eventful = event < nb_used;
            const bool in_extent =
                row < extent.nb_full_rows ||
                (row == extent.nb_full_rows && column < extent.nb_partial_columns);
            const bool is_right = source.eventful == eventful && in_extent == eventful &&
                                  source.event == (eventful ? event : 0) &&
                                  source.slot == (eventful ? slot : 0);
            // Only failures speak: Check writes a line for every assertion that holds.
            if (!is_right)
                ck_abort_msg("%s, %zu events, row %zu, column %zu", trace->name, nb_events, row,
                             column);
        }
    }
    ck_assert_uint_lt(extent.nb_partial_columns, width);
    ck_assert_uint_eq(nb_rows, extent.nb_full_rows + (extent.nb_partial_columns != 0));
}

START_TEST(model_row_map_of_every_trace)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        for (size_t nb_events = 0; nb_events <= 40; nb_events++) {
            check_row_map(tg_trace_at(i), nb_events);
        }
        check_row_map(tg_trace_at(i), 1001);
    }
}
END_TEST

START_TEST(model_row_map_of_known_traces)
{
    // Two entries a row, the last row half filled.
    const tg_trace *pair = sample_trace("MemoryVar.main");
    tg_cell_source source = tg_trace_cell(pair, 5, 2, 3);
    ck_assert(source.eventful && source.event == 4 && source.slot == 0);
    ck_assert(!tg_trace_cell(pair, 5, 2, 4).eventful);
    source = tg_trace_cell(pair, 5, 1, 7);
    ck_assert(source.eventful && source.event == 3 && source.slot == 1);
    // One event over rows 0 to 7.
    const tg_trace *rows = sample_trace("PublicValues.main");
    source = tg_trace_cell(rows, 2, 7, 0);
    ck_assert(source.eventful && source.event == 0 && source.slot == 7);
    ck_assert(!tg_trace_cell(rows, 2, 8, 0).eventful);
    ck_assert(!tg_trace_cell(rows, 0, 0, 0).eventful);
    // A count stands for events.
    source = tg_trace_cell(sample_trace("MemoryConst.main"), 3, 2, 0);
    ck_assert(source.eventful && source.event == 2);
}
END_TEST

START_TEST(model_lists_every_chip_once)
{
    ck_assert_uint_gt(tg_nb_chips(), 0);
    size_t nb_traces = 0;
    for (size_t i = 0; i < tg_nb_chips(); i++) {
        const tg_chip *chip = tg_chip_at(i);
        for (size_t k = 0; k < i; k++) {
            ck_assert_str_ne(chip->name, tg_chip_at(k)->name);
        }
        for (size_t kind = 0; kind < TG_NB_KINDS; kind++) {
            const tg_trace *trace = chip->traces[kind];
            if (trace == NULL) continue;
            ck_assert_ptr_eq(trace, tg_trace_at(nb_traces++));
            ck_assert_ptr_eq(trace->chip, chip);
            ck_assert_uint_eq(trace->kind, kind);
            char name[TG_NAME_BYTES];
            (void)snprintf(name, sizeof name, "%s.%s", chip->name, tg_kind_name(trace->kind));
            ck_assert_str_eq(trace->name, name);
        }
    }
    ck_assert_uint_eq(nb_traces, tg_nb_traces());
}
END_TEST

START_TEST(model_errors_are_one_line)
{
    tg_error error = {0};
    char line[sizeof error + 16];
    tg_error_set(&error, TG_ERR_IO, "no\nfile");
    tg_error_where(&error, "a\tb\r\033[2Kc\x7f\x01, gr\xc3\xbcn");
    tg_error_how(&error, "make\none");
    ck_assert_str_eq(tg_error_line(line, sizeof line, &error),
                     "no?file (a?b??[2Kc??, gr\xc3\xbcn): make?one");
    // A line that is cut stays within its memory and keeps its end.
    char small[8] = "xxxxxxx";
    ck_assert_str_eq(tg_error_line(small, 6, &error), "no?fi");
    ck_assert_int_eq(small[6], 'x');
    ck_assert_str_eq(tg_error_line(small, 1, &error), "");
}
END_TEST

/* A function that takes an error takes none as well. */
START_TEST(model_errors_say_how_a_kernel_failed)
{
    tg_error error;
    ck_assert_int_eq(tg_error_set(&error, TG_ERR_KERNEL, "it hung"), TG_ERR_KERNEL);
    ck_assert_int_eq(error.failure, TG_FAILURE_OTHER);
    tg_error_failure(&error, TG_FAILURE_HANG);
    ck_assert_int_eq(error.failure, TG_FAILURE_HANG);
    ck_assert_int_eq(tg_error_set(NULL, TG_ERR_KERNEL, "it hung"), TG_ERR_KERNEL);
    tg_error_failure(NULL, TG_FAILURE_HANG);
}
END_TEST

/* 37 bytes. */
#define LONG_NAME "a_long_name_of_a_file_that_has_kernel"

/* What a site is made of is the same wherever the source lies, and stays one word of a key. */
START_TEST(model_errors_say_where_a_kernel_failed)
{
    tg_error error;
    (void)tg_error_set(&error, TG_ERR_KERNEL, "it strayed");
    ck_assert_str_eq(error.site, "");
    tg_error_site(&error, "read", "/some/where/my.cu", 17);
    ck_assert_str_eq(error.site, "read at my.cu:17");
    tg_error_site(&error, "", "my.cu", 17);
    ck_assert_str_eq(error.site, "my.cu:17");
    tg_error_site(&error, "throw", "", 0);
    ck_assert_str_eq(error.site, "throw");
    tg_error_site(&error, "a/b\n", NULL, 3);
    ck_assert_str_eq(error.site, "a?b?");
    // Names that do not fit are told from each other: by 32 bits of the FNV-1a of the whole.
    tg_error_site(&error, "", "/d/" LONG_NAME "abcdefgh.cu", 4294967295);
    ck_assert_str_eq(error.site, LONG_NAME "abcdefgh.cu:4294967295");
    tg_error_site(&error, "", "/d/" LONG_NAME "abcdefgh1.cu", 7);
    ck_assert_msg(strncmp(error.site, LONG_NAME "ab~", 40) == 0, "%s", error.site);
    ck_assert_uint_eq(strlen(error.site), 48 + 2);
    char other[sizeof error.site];
    memcpy(other, error.site, sizeof other);
    tg_error_site(&error, "", "/d/" LONG_NAME "abcdefgh2.cu", 7);
    ck_assert_str_ne(error.site, other);
    tg_error_site(&error, "", "/d/a\xc3\xa9.cu", 7);
    ck_assert_msg(strncmp(error.site, "a??.cu~", 7) == 0, "%s", error.site);
    memcpy(other, error.site, sizeof other);
    tg_error_site(&error, "", "/d/a\xc3\xa8.cu", 7);
    ck_assert_str_ne(error.site, other);
    (void)tg_error_set(&error, TG_ERR_KERNEL, "another");
    ck_assert_str_eq(error.site, "");
    tg_error_site(NULL, "read", "my.cu", 17);
}
END_TEST

TG_SUITE("model", model_errors_are_one_line, model_errors_say_how_a_kernel_failed,
         model_errors_say_where_a_kernel_failed, model_heights_follow_the_rule,
         model_heights_of_every_trace, model_heights_can_be_fixed,
         model_refuses_heights_below_the_rows, model_heights_that_are_never_fixed,
         model_refuses_heights_above_the_limit, model_refuses_counts_that_need_too_many_rows,
         model_rows_of_huge_counts_do_not_wrap, model_ignores_events_beyond_the_last,
         model_row_map_of_every_trace, model_row_map_of_known_traces, model_lists_every_chip_once)
