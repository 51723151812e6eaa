/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Side outputs against each other, and what reports say of them. */
#include "toy_sides.h"

#include "harness/report.h"
#include "harness/side.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

/* Two products, and what their comparison found. */
typedef struct pair {
    tg_product expected;
    tg_product actual;
    tg_sides_diff diff;
} pair;

static pair pair_create(size_t max_listed)
{
    pair two;
    tg_assert_ok(toy_fill(&two.expected, 32, tg_suite_error));
    tg_assert_ok(toy_fill(&two.actual, 32, tg_suite_error));
    tg_assert_ok(tg_sides_diff_init(&two.diff, &toy_trace, max_listed, tg_suite_error));
    return two;
}

static void pair_destroy(pair *two)
{
    tg_sides_diff_clear(&two->diff);
    tg_product_destroy(&two->actual);
    tg_product_destroy(&two->expected);
}

static void compare(pair *two) { tg_sides_diff_run(&two->diff, &two->expected, &two->actual); }

/* Compare, and assert what the report says. */
static void assert_report(pair *two, const char *wanted)
{
    char *text = NULL;
    size_t length = 0;
    compare(two);
    FILE *stream = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(stream);
    tg_report_sides(stream, &two->diff);
    ck_assert_int_eq(fclose(stream), 0);
    ck_assert_msg(strcmp(text, wanted) == 0, "the report is\n%s\nand not\n%s", text, wanted);
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
        ck_assert_uint_le(strcspn(line, "\n"), TG_REPORT_WIDTH);
    }
    free(text);
}

START_TEST(side_equal_outputs_match)
{
    pair two = pair_create(3);
    compare(&two);
    ck_assert(tg_sides_diff_is_match(&two.diff));
    ck_assert_uint_eq(tg_sides_diff_nb_compared(&two.diff, TG_SIDE_WORDS), TOY_NB_SUMS + 1);
    ck_assert_uint_eq(tg_sides_diff_nb_compared(&two.diff, TG_SIDE_BYTE_LOOKUPS),
                      TG_NB_BYTE_LOOKUPS);
    for (size_t i = 0; i < TOY_NB_SIDES; i++) {
        ck_assert(two.diff.sides[i].is_compared);
        ck_assert_uint_eq(two.diff.sides[i].nb_wrong, 0);
    }
    assert_report(&two, "  Toy.main.sums: matches, 6 words\n"
                        "  Toy.main.count: matches, 1 word\n"
                        "  Toy.main.lookups: matches, 524288 lookups\n");
    pair_destroy(&two);
}
END_TEST

START_TEST(side_every_word_counts)
{
    pair two = pair_create(1);
    for (size_t side = 0; side < TOY_NB_SIDES; side++) {
        const size_t nb_words = tg_side_nb_words(&toy_trace.sides[side]);
        // Every word of the small ones, some of the counters.
        const size_t step = nb_words > 100 ? 65521 : 1;
        for (size_t word = 0; word < nb_words; word += step) {
            two.actual.sides[side][word] ^= 1u;
            compare(&two);
            ck_assert(!tg_sides_diff_is_match(&two.diff));
            for (size_t other = 0; other < TOY_NB_SIDES; other++) {
                ck_assert_uint_eq(two.diff.sides[other].nb_wrong, other == side);
            }
            const tg_side_word *listed = &two.diff.sides[side].listed[0];
            ck_assert_uint_eq(listed->word, word);
            ck_assert_uint_eq(listed->expected, two.expected.sides[side][word]);
            ck_assert_uint_eq(listed->actual, two.actual.sides[side][word]);
            two.actual.sides[side][word] ^= 1u;
        }
    }
    compare(&two); // and nothing of it is left
    ck_assert(tg_sides_diff_is_match(&two.diff));
    pair_destroy(&two);
}
END_TEST

/* Residues and Montgomery words have to be below p, even where both sides agree; counts and
 * counters may be anything. */
START_TEST(side_words_have_to_be_reduced)
{
    pair two = pair_create(9);
    uint32_t *sums[2] = {two.expected.sides[TOY_SIDE_SUMS], two.actual.sides[TOY_SIDE_SUMS]};
    for (size_t i = 0; i < 2; i++) {
        sums[i][1] = TG_P;
        sums[i][3] = UINT32_MAX;
    }
    sums[1][5] += TG_P;
    for (size_t i = 0; i < 2; i++) {
        tg_product *product = i == 0 ? &two.expected : &two.actual;
        product->sides[TOY_SIDE_COUNT][0] = UINT32_MAX;
        product->sides[TOY_SIDE_LOOKUPS][0] = UINT32_MAX;
    }
    assert_report(&two,
                  "  Toy.main.sums: 3 of 6 words differ, 3 of them not below p\n"
                  "    x[1]: expected 0x7f000001 (not reduced), actual 0x7f000001 (not reduced)\n"
                  "    word: expected 0xffffffff (not reduced), actual 0xffffffff (not reduced)\n"
                  "    y[1]: expected 105 (0x00000069), actual 0x7f00006a (not reduced)\n"
                  "  Toy.main.count: matches, 1 word\n"
                  "  Toy.main.lookups: matches, 524288 lookups\n");
    ck_assert_uint_eq(two.diff.sides[TOY_SIDE_SUMS].nb_not_reduced, 3);
    pair_destroy(&two);
}
END_TEST

/* Lookups are named as SP1 writes them, with the tuple that the counter stands for. */
START_TEST(side_lookups_are_named)
{
    pair two = pair_create(9);
    uint32_t *counters = two.actual.sides[TOY_SIDE_LOOKUPS];
    two.expected.sides[TOY_SIDE_LOOKUPS][TG_BYTE_LOOKUP(TG_BYTE_OP_U8_RANGE, 0, 17)] = 5;
    counters[TG_BYTE_LOOKUP(TG_BYTE_OP_U8_RANGE, 0, 17)] = 4;
    counters[TG_BYTE_LOOKUP(TG_BYTE_OP_AND, 255, 3)]++;
    counters[TG_BYTE_LOOKUP(TG_BYTE_OP_LTU, 62, 63)]++;
    counters[TG_RANGE_LOOKUP(16, 65535)]++;
    counters[TG_RANGE_LOOKUP(0, 0)]++;
    counters[TG_RANGE_LOOKUPS] = 1;
    counters[TG_BYTE_LOOKUP(TG_BYTE_OP_MSB, 5, 1)] = 2;
    assert_report(&two, "  Toy.main.sums: matches, 6 words\n"
                        "  Toy.main.count: matches, 1 word\n"
                        "  Toy.main.lookups: 7 of 524288 lookups differ\n"
                        "    AND a 3, b 255, c 3: expected count 0, actual 1\n"
                        "    U8Range a 0, b 0, c 17: expected count 5, actual 4\n"
                        "    LTU a 1, b 62, c 63: expected count 0, actual 1\n"
                        "    counter 328961, where no lookup is: expected count 0, actual 2\n"
                        "    counter 393216, where no lookup is: expected count 0, actual 1\n"
                        "    Range a 0, b 0, c 0: expected count 0, actual 1\n"
                        "    Range a 65535, b 16, c 0: expected count 0, actual 1\n");
    pair_destroy(&two);
}
END_TEST

START_TEST(side_lists_are_cut)
{
    pair two = pair_create(2);
    for (size_t i = 0; i < TOY_NB_SUMS; i++) {
        two.actual.sides[TOY_SIDE_SUMS][i]++;
    }
    two.actual.sides[TOY_SIDE_COUNT][0] = 8;
    memset(two.actual.sides[TOY_SIDE_LOOKUPS], 0, TG_NB_BYTE_LOOKUPS * sizeof(uint32_t));
    two.actual.sides[TOY_SIDE_LOOKUPS][50] = 50;
    two.actual.sides[TOY_SIDE_LOOKUPS][150] = 150;
    compare(&two);
    const size_t nb_wrong = two.diff.sides[TOY_SIDE_LOOKUPS].nb_wrong;
    char wanted[1024];
    (void)snprintf(wanted, sizeof wanted,
                   "  Toy.main.sums: 6 of 6 words differ\n"
                   "    x[0]: expected 100 (0x00000064), actual 101 (0x00000065)\n"
                   "    x[1]: expected 101 (0x00000065), actual 102 (0x00000066)\n"
                   "    and 4 more words (--max-cells lists more)\n"
                   "  Toy.main.count: 1 of 1 word differs\n"
                   "    expected 7, actual 8\n"
                   "  Toy.main.lookups: %zu of 524288 lookups differ\n"
                   "    AND a 0, b 0, c 250: expected count 250, actual 0\n"
                   "    AND a 0, b 1, c 94: expected count 350, actual 0\n"
                   "    and %zu more lookups (--max-cells lists more)\n",
                   nb_wrong, nb_wrong - 2);
    assert_report(&two, wanted);
    pair_destroy(&two);
    // No list at all, and one that is longer than there are words.
    two = pair_create(0);
    two.actual.sides[TOY_SIDE_COUNT][0] = 8;
    assert_report(&two, "  Toy.main.sums: matches, 6 words\n"
                        "  Toy.main.count: 1 of 1 word differs\n"
                        "    and 1 more word (--max-cells lists more)\n"
                        "  Toy.main.lookups: matches, 524288 lookups\n");
    pair_destroy(&two);
    two = pair_create(1000000);
    two.actual.sides[TOY_SIDE_COUNT][0] = 8;
    compare(&two);
    ck_assert_uint_eq(two.diff.sides[TOY_SIDE_COUNT].nb_listed, 1);
    pair_destroy(&two);
}
END_TEST

/* What one side lacks is not compared, and is said. */
START_TEST(side_missing_outputs_are_not_compared)
{
    pair two = pair_create(1);
    two.actual.sides[TOY_SIDE_SUMS][0]++;
    two.expected.sides[TOY_SIDE_LOOKUPS][0]++;
    tg_product expected = two.expected;
    tg_product actual = two.actual;
    expected.sides[TOY_SIDE_SUMS] = NULL;
    actual.sides[TOY_SIDE_LOOKUPS] = NULL;
    tg_sides_diff_run(&two.diff, &expected, &actual);
    ck_assert(tg_sides_diff_is_match(&two.diff));
    ck_assert_uint_eq(tg_sides_diff_nb_compared(&two.diff, TG_SIDE_WORDS), 1);
    ck_assert_uint_eq(tg_sides_diff_nb_compared(&two.diff, TG_SIDE_BYTE_LOOKUPS), 0);
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(stream);
    tg_report_sides(stream, &two.diff);
    ck_assert_int_eq(fclose(stream), 0);
    ck_assert_str_eq(text, "  Toy.main.sums: not compared, one of both sides lacks it\n"
                           "  Toy.main.count: matches, 1 word\n"
                           "  Toy.main.lookups: not compared, one of both sides lacks it\n");
    free(text);
    pair_destroy(&two);
}
END_TEST

/* A report of a mismatch in nothing but side outputs, with what the generator did to them. */
START_TEST(side_report_of_misconduct)
{
    pair two = pair_create(1);
    const tg_matrix cells = {.cells = two.expected.cells, .height = 32, .width = 3};
    tg_diff diff;
    tg_assert_ok(tg_diff_init(&diff, 3, 1, tg_suite_error));
    tg_assert_ok(tg_diff_run(&diff, &toy_trace, 7, &cells, &cells, tg_suite_error));
    two.actual.sides[TOY_SIDE_COUNT][0] = 8;
    compare(&two);
    tg_conduct conduct = {.events_changed = false};
    conduct.nb_zone_words[TG_ZONE_BEFORE_SIDES + TOY_SIDE_COUNT] = 1;
    conduct.nb_zone_words[TG_ZONE_AFTER_SIDES + TOY_SIDE_LOOKUPS] = 2;
    conduct.first_zone_word[TG_ZONE_AFTER_SIDES + TOY_SIDE_LOOKUPS] = 31;
    conduct.sides[TOY_SIDE_SUMS] = (tg_doubt){.nb_unwritten = 2, .first_unwritten = 4};
    conduct.sides[TOY_SIDE_COUNT] = (tg_doubt){.nb_unwritten = 1};
    conduct.sides[TOY_SIDE_LOOKUPS] =
        (tg_doubt){.nb_unstable = 9, .first_unstable = TG_RANGE_LOOKUP(8, 255)};
    const tg_report report = {.trace = &toy_trace,
                              .title = "Toy.main",
                              .expected = "reference",
                              .actual = "host",
                              .nb_events = 7,
                              .height = 32,
                              .sides = &two.diff,
                              .conduct = &conduct};
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(stream);
    tg_report_mismatch(stream, &report, &diff);
    ck_assert_int_eq(fclose(stream), 0);
    ck_assert_str_eq(
        text,
        "Toy.main               host against reference    7 events, height 32    MISMATCH\n"
        "  eventful     0 of 21 cells wrong, in 0 of 7 rows       padding    0 of 75 cells wrong\n"
        "  Toy.main.sums: matches, 6 words\n"
        "  Toy.main.count: 1 of 1 word differs\n"
        "    expected 7, actual 8\n"
        "  Toy.main.lookups: matches, 524288 lookups\n"
        "  out of bounds: 1 word written before Toy.main.count, the nearest at distance 0\n"
        "  out of bounds: 2 words written after Toy.main.lookups, the nearest at distance 31\n"
        "  never written: 2 words of Toy.main.sums, the first y[0]\n"
        "  never written: 1 word of Toy.main.count\n"
        "  not deterministic: 9 words of Toy.main.lookups changed between two runs, the first "
        "Range a 255, b 8, c 0\n"
        "\n");
    free(text);
    tg_diff_clear(&diff);
    pair_destroy(&two);
}
END_TEST

static void assert_beyond(const tg_beyond *beyond, size_t bound, const char *wanted)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(stream);
    tg_report_beyond(stream, "note  ", &toy_trace, &toy_trace.bounds[bound], beyond);
    ck_assert_int_eq(fclose(stream), 0);
    ck_assert_str_eq(text, wanted);
    free(text);
}

START_TEST(side_report_of_events_beyond_bounds)
{
    assert_beyond(&(tg_beyond){.nb = 998, .nb_events = 1000, .first = 0}, 0,
                  "note  Toy.main: 998 of 1000 events have words[1] >= 2^24, the first is event 0: "
                  "legal for a trace, no proof\n      accepts them\n");
    assert_beyond(&(tg_beyond){.nb = 1, .nb_events = 2, .first = 1, .source = "record DIR"}, 1,
                  "note  Toy.main: 1 of 2 events has value >= 1000: legal for a trace, no proof "
                  "accepts it\n      the first is event 1 of record DIR\n");
}
END_TEST

START_TEST(side_limits_as_text)
{
    char text[TG_NAME_BYTES];
    ck_assert_str_eq(tg_report_limit(text, UINT32_C(1) << 16), "2^16");
    ck_assert_str_eq(tg_report_limit(text, UINT32_C(1) << 31), "2^31");
    ck_assert_str_eq(tg_report_limit(text, 1024), "1024");
    ck_assert_str_eq(tg_report_limit(text, 0), "0");
    ck_assert_str_eq(tg_report_limit(text, 3000000000u), "3000000000");
}
END_TEST

TG_SUITE("side", side_equal_outputs_match, side_every_word_counts, side_words_have_to_be_reduced,
         side_lookups_are_named, side_lists_are_cut, side_missing_outputs_are_not_compared,
         side_report_of_misconduct, side_report_of_events_beyond_bounds, side_limits_as_text)
