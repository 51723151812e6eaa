/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Planted bugs: wrong builders of every sort that the project promises to find, for every trace.
 * Each makes the trace that the reference makes, but for its one bug; comparison and report must
 * tell it in the expected numbers and words. Nothing here comes from the self-test, which plants
 * for users.
 */
#include "harness/diff.h"
#include "harness/generator.h"
#include "harness/report.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A right trace, and a copy with a bug. */
typedef struct bench {
    const tg_trace *trace;
    size_t nb_events;
    size_t height;
    size_t width;
    void *events;
    tg_product made; /* right, with side outputs */
    uint32_t *right; /* its cells */
    uint32_t *wrong;
    size_t wrong_height;
    size_t wrong_width;
} bench;

/* What comparison and report must say. */
typedef struct finding {
    tg_tally wrong;
    size_t nb_not_reduced;
    char words[256]; /* one line of the report has them; "" if there is no such line */
} finding;

static bench bench_create(size_t index, size_t nb_events)
{
    const tg_subject subject = tg_subject_at(index);
    bench work = {.trace = subject.trace,
                  .nb_events = nb_events,
                  .width = tg_trace_width(subject.trace)};
    tg_assert_ok(tg_trace_height(work.trace, nb_events, 0, &work.height, tg_suite_error));
    work.events = sample_events(work.trace, nb_events, 1);
    if (work.events != NULL) {
        tg_assert_ok(tg_generator_fill(work.events, &subject, TG_PROFILE_UNIFORM, 1, 0, nb_events,
                                       tg_suite_error));
    }
    tg_assert_ok(tg_product_create(&work.made, work.trace, work.height, tg_suite_error));
    work.right = work.made.cells;
    work.wrong = sample_cells(work.height * work.width, 1);
    tg_assert_ok(tg_ref_make(&work.made, subject.reference,
                             &(tg_request){.trace = work.trace,
                                           .height = work.height,
                                           .events = work.events,
                                           .nb_events = nb_events},
                             tg_suite_error));
    return work;
}

static void bench_destroy(bench *work)
{
    free(work->events);
    tg_product_destroy(&work->made);
    free(work->wrong);
}

static uint32_t right_at(const bench *work, size_t row, size_t column)
{
    return work->right[column * work->height + row];
}

static bool is_eventful(const bench *work, size_t row, size_t column)
{
    return tg_trace_cell(work->trace, work->nb_events, row, column).eventful;
}

/* Put a word into one cell, and expect just that. */
static void plant(bench *work, finding *expected, size_t row, size_t column, uint32_t word)
{
    work->wrong[column * work->height + row] = word;
    *expected = (finding){.nb_not_reduced = word >= TG_P};
    char name[TG_NAME_BYTES];
    (void)tg_trace_column_name(name, work->trace, column);
    char place[96];
    const tg_cell_source source = tg_trace_cell(work->trace, work->nb_events, row, column);
    if (!source.eventful) {
        expected->wrong.padding = 1;
        (void)snprintf(place, sizeof place, "row %zu, padding", row);
    } else {
        expected->wrong.eventful = 1;
        if (work->trace->event == NULL) {
            (void)snprintf(place, sizeof place, "row %zu", row);
        } else if (work->trace->events_per_row > 1) {
            (void)snprintf(place, sizeof place, "row %zu, entry %zu, event %zu", row, source.slot,
                           source.event);
        } else {
            (void)snprintf(place, sizeof place, "row %zu, event %zu", row, source.event);
        }
    }
    (void)snprintf(expected->words, sizeof expected->words, "\n  %s  %s   expected ", place, name);
}

static uint32_t another(uint32_t word) { return (word + 1) % TG_P; }

/* The wrong builders. Each returns false if the trace cannot show its bug. */
static bool plant_eventful(bench *work, finding *expected)
{
    const size_t row = work->height / 3;
    if (!is_eventful(work, row, 0)) return false;
    plant(work, expected, row, 0, another(right_at(work, row, 0)));
    return true;
}

static bool plant_padding(bench *work, finding *expected)
{
    for (size_t row = 0; row < work->height; row++) {
        if (is_eventful(work, row, 0)) continue;
        plant(work, expected, row, work->width / 2, another(right_at(work, row, work->width / 2)));
        return true;
    }
    return false;
}

static bool plant_last_row(bench *work, finding *expected)
{
    plant(work, expected, work->height - 1, work->width / 2,
          another(right_at(work, work->height - 1, work->width / 2)));
    return true;
}

static bool plant_last_column(bench *work, finding *expected)
{
    plant(work, expected, 1, work->width - 1, another(right_at(work, 1, work->width - 1)));
    return true;
}

/* The second entry of the row that only has a first one. */
static bool plant_second_entry(bench *work, finding *expected)
{
    if (work->trace->events_per_row != 2 || work->nb_events % 2 == 0) return false;
    const size_t row = work->nb_events / 2;
    ck_assert(is_eventful(work, row, work->width / 2 - 1) &&
              !is_eventful(work, row, work->width / 2));
    plant(work, expected, row, work->width / 2, another(right_at(work, row, work->width / 2)));
    return true;
}

static bool plant_word_plus_p(bench *work, finding *expected)
{
    plant(work, expected, 2, work->width - 1, right_at(work, 2, work->width - 1) + TG_P);
    return true;
}

/* Rows 0 and 1 exchanged. */
static bool plant_rows_swapped(bench *work, finding *expected)
{
    size_t first = work->width;
    *expected = (finding){.nb_not_reduced = 0};
    for (size_t column = 0; column < work->width; column++) {
        const uint32_t words[2] = {right_at(work, 0, column), right_at(work, 1, column)};
        work->wrong[column * work->height] = words[1];
        work->wrong[column * work->height + 1] = words[0];
        if (words[0] == words[1]) continue;
        if (first == work->width) first = column;
        for (size_t row = 0; row < 2; row++) {
            expected->wrong.eventful += is_eventful(work, row, column);
            expected->wrong.padding += !is_eventful(work, row, column);
        }
    }
    if (first == work->width) return false;
    char name[TG_NAME_BYTES];
    (void)snprintf(expected->words, sizeof expected->words, "  %s ",
                   tg_trace_column_name(name, work->trace, first));
    return true;
}

static void expect_dimensions(const bench *work, finding *expected)
{
    *expected = (finding){.nb_not_reduced = 0};
    (void)snprintf(
        expected->words, sizeof expected->words,
        "\n  dimensions   expected %zu rows, %zu columns; actual %zu rows, %zu columns\n",
        work->height, work->width, work->wrong_height, work->wrong_width);
}

static bool plant_column_short(bench *work, finding *expected)
{
    if (work->width == 1) return false;
    work->wrong_width--;
    expect_dimensions(work, expected);
    return true;
}

static bool plant_row_short(bench *work, finding *expected)
{
    work->wrong_height--;
    for (size_t column = 0; column < work->width; column++) {
        for (size_t row = 0; row < work->wrong_height; row++) {
            work->wrong[column * work->wrong_height + row] = right_at(work, row, column);
        }
    }
    expect_dimensions(work, expected);
    return true;
}

typedef bool builder(bench *work, finding *expected);

static void check(const bench *work, const finding *expected)
{
    const tg_matrix right = {.cells = work->right, .height = work->height, .width = work->width};
    const tg_matrix wrong = {.cells = work->wrong,
                             .height = work->wrong_height,
                             .width = work->wrong_width};
    tg_diff diff;
    tg_assert_ok(tg_diff_init(&diff, work->width, 1, tg_suite_error));
    tg_assert_ok(tg_diff_run(&diff, work->trace, work->nb_events, &right, &wrong, tg_suite_error));
    ck_assert(!tg_diff_is_match(&diff));
    ck_assert_uint_eq(diff.wrong.eventful, expected->wrong.eventful);
    ck_assert_uint_eq(diff.wrong.padding, expected->wrong.padding);
    ck_assert_uint_eq(diff.nb_not_reduced, expected->nb_not_reduced);
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(stream);
    const tg_report report = {.trace = work->trace,
                              .title = work->trace->name,
                              .expected = "reference",
                              .actual = "planted",
                              .events = work->events,
                              .nb_events = work->nb_events,
                              .height = work->height};
    tg_report_mismatch(stream, &report, &diff);
    ck_assert_int_eq(fclose(stream), 0);
    ck_assert_msg(strstr(text, expected->words) != NULL, "no '%s' in\n%s", expected->words, text);
    char totals[128];
    (void)snprintf(totals, sizeof totals, "\n  eventful     %zu of %zu cells wrong, in ",
                   expected->wrong.eventful, diff.compared.eventful);
    ck_assert_msg(strstr(text, totals) != NULL, "no '%s' in\n%s", totals, text);
    free(text);
    tg_diff_clear(&diff);
}

/* Plant one sort of bug in every trace with several numbers of events; returns how often it
 * could be planted. */
static size_t plant_everywhere(builder *build)
{
    static const size_t counts[] = {1, 21, 33, 100};
    size_t nb_planted = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
            bench work = bench_create(i, counts[k]);
            memcpy(work.wrong, work.right, work.height * work.width * sizeof *work.wrong);
            work.wrong_height = work.height;
            work.wrong_width = work.width;
            finding expected;
            if (build(&work, &expected)) {
                nb_planted++;
                check(&work, &expected);
            }
            bench_destroy(&work);
        }
    }
    return nb_planted;
}

/* Every trace shows the bug for every number of events. */
static size_t all_traces(void) { return 4 * tg_nb_traces(); }

START_TEST(planted_eventful_cell)
{
    ck_assert_uint_ge(plant_everywhere(plant_eventful), tg_nb_traces());
}
END_TEST

START_TEST(planted_padding_cell)
{
    ck_assert_uint_ge(plant_everywhere(plant_padding), 4 * tg_nb_traces());
}
END_TEST

START_TEST(planted_last_row) { ck_assert_uint_eq(plant_everywhere(plant_last_row), all_traces()); }
END_TEST

START_TEST(planted_last_column)
{
    ck_assert_uint_eq(plant_everywhere(plant_last_column), all_traces());
}
END_TEST

/* Both traces of the chip that has two entries a row, with the three odd numbers of events. */
START_TEST(planted_second_entry_of_a_half_filled_row)
{
    ck_assert_uint_ge(plant_everywhere(plant_second_entry), 2 * 3);
}
END_TEST

START_TEST(planted_word_plus_p)
{
    ck_assert_uint_eq(plant_everywhere(plant_word_plus_p), all_traces());
}
END_TEST

/* All but the column of zeros. */
START_TEST(planted_rows_swapped)
{
    ck_assert_uint_ge(plant_everywhere(plant_rows_swapped), all_traces() - 8);
}
END_TEST

/* All but the traces of one column. */
START_TEST(planted_column_short)
{
    ck_assert_uint_ge(plant_everywhere(plant_column_short), all_traces() - 8);
}
END_TEST

START_TEST(planted_row_short)
{
    ck_assert_uint_eq(plant_everywhere(plant_row_short), all_traces());
}
END_TEST

TG_SUITE("planted", planted_eventful_cell, planted_padding_cell, planted_last_row,
         planted_last_column, planted_second_entry_of_a_half_filled_row, planted_word_plus_p,
         planted_rows_swapped, planted_column_short, planted_row_short)
