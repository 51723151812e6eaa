/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The report's text, in whole: what a user reads is compared letter by letter. */
#include "harness/report.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A comparison that is to be reported: zeros on both sides until cells are set. */
typedef struct sheet {
    tg_report report;
    uint32_t *expected;
    uint32_t *actual;
    size_t actual_height;
    size_t actual_width;
    size_t width;
    size_t max_cells;
    size_t nb_events;
} sheet;

static sheet sheet_create(const char *name, size_t nb_events, size_t height)
{
    const tg_trace *trace = sample_trace(name);
    const size_t width = tg_trace_width(trace);
    sheet page = {
        .report = {.trace = trace,
                   .title = name,
                   .expected = "reference",
                   .actual = "host",
                   .nb_events = nb_events,
                   .height = height},
        .expected = calloc(height * width, sizeof(uint32_t)),
        .actual = calloc(height * width, sizeof(uint32_t)),
        .actual_height = height,
        .actual_width = width,
        .width = width,
        .max_cells = 3,
        .nb_events = nb_events,
    };
    ck_assert(page.expected != NULL && page.actual != NULL);
    return page;
}

static void set_cell(sheet *page, size_t row, size_t column, uint32_t expected, uint32_t actual)
{
    page->expected[column * page->report.height + row] = expected;
    page->actual[column * page->actual_height + row] = actual;
}

/* Compare and report; the text must be the one that is wanted. The sheet is spent. */
static void assert_report(sheet *page, const char *wanted)
{
    tg_diff diff;
    const tg_matrix expected = {.cells = page->expected,
                                .height = page->report.height,
                                .width = page->width};
    const tg_matrix actual = {.cells = page->actual,
                              .height = page->actual_height,
                              .width = page->actual_width};
    tg_assert_ok(tg_diff_init(&diff, page->width, page->max_cells, tg_suite_error));
    tg_assert_ok(tg_diff_run(&diff, page->report.nb_events_is_unknown ? NULL : page->report.trace,
                             page->nb_events, &expected, &actual, tg_suite_error));
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(stream);
    tg_report_mismatch(stream, &page->report, &diff);
    ck_assert_int_eq(fclose(stream), 0);
    ck_assert_msg(strcmp(text, wanted) == 0, "the report is\n%s\nand not\n%s", text, wanted);
    free(text);
    tg_diff_clear(&diff);
    free(page->expected);
    free(page->actual);
}

/* The Montgomery word of a residue, by definition. */
static uint32_t word_of(uint64_t residue) { return (uint32_t)((residue << 32) % TG_P); }

START_TEST(report_of_eventful_cells)
{
    sheet page = sheet_create("Select.main", 1000, 1024);
    uint32_t *events = sample_events(page.report.trace, 1000, 1);
    for (size_t i = 0; i < 5; i++) {
        events[17 * 5 + i] = word_of(i);
        events[18 * 5 + i] = word_of(1804289383 + i);
    }
    page.report.events = events;
    page.report.source = "profile upstream, seed 0xdeadbeef";
    page.report.again = "tracegate gate Select.main --profile upstream --seed 0xdeadbeef "
                        "--nb-events 1000 --actual host";
    set_cell(&page, 17, 1, word_of(1804289383), 0);
    set_cell(&page, 17, 4, word_of(1), word_of(2));
    set_cell(&page, 18, 1, 0, word_of(TG_P - 1));
    set_cell(&page, 999, 1, 0, 1);
    assert_report(
        &page,
        "Select.main            host against reference    1000 events, height 1024    MISMATCH\n"
        "  events       profile upstream, seed 0xdeadbeef\n"
        "  eventful     4 of 5000 cells wrong, in 3 of 1000 rows       padding    0 of 120 cells "
        "wrong\n"
        "  column            eventful                     padding\n"
        "  vals.out1  (1)    3 of 1000  0.3%              0 of 24\n"
        "  vals.in2   (4)    1 of 1000  0.1%              0 of 24\n"
        "  row 17, event 17  vals.out1   expected 1804289383 (0x2937e4fe)   actual 0 (0x00000000)\n"
        "                    event: bit 0, out1 1, out2 2, in1 3, in2 4\n"
        "  row 17, event 17  vals.in2    expected 1 (0x01fffffe)   actual 2 (0x03fffffc)\n"
        "  row 18, event 18  vals.out1   expected 0 (0x00000000)   actual 2130706432 (0x7d000003)\n"
        "                    event: bit 1804289383, out1 1804289384, out2 1804289385, in1 "
        "1804289386, in2 1804289387\n"
        "  and 1 more cell (--max-cells lists more)\n"
        "  again: tracegate gate Select.main --profile upstream --seed 0xdeadbeef --nb-events 1000 "
        "--actual host\n"
        "\n");
    free(events);
}
END_TEST

START_TEST(report_of_a_half_filled_row)
{
    sheet page = sheet_create("MemoryVar.main", 5, 32);
    uint32_t *events = sample_events(page.report.trace, 5, 1);
    for (size_t i = 0; i < 20; i++) {
        events[i] = word_of(i);
    }
    page.report.events = events;
    page.max_cells = 10;
    set_cell(&page, 1, 7, word_of(15), word_of(16));
    set_cell(&page, 2, 0, word_of(16), word_of(17));
    set_cell(&page, 2, 4, 0, word_of(18));
    set_cell(&page, 31, 7, 0, word_of(19));
    assert_report(
        &page,
        "MemoryVar.main         host against reference    5 events, height 32    MISMATCH\n"
        "  eventful     2 of 20 cells wrong, in 2 of 3 rows       padding    2 of 236 cells wrong\n"
        "  column               eventful                     padding\n"
        "  values[0][0]  (0)    1 of 3  33.3%                0 of 29\n"
        "  values[1][0]  (4)    0 of 2  0.0%                 1 of 30\n"
        "  values[1][3]  (7)    1 of 2  50.0%                1 of 30\n"
        "  row 1, entry 1, event 3  values[1][3]   expected 15 (0x1dffffe2)   actual 16 "
        "(0x1fffffe0)\n"
        "                           event: inner [12, 13, 14, 15]\n"
        "  row 2, entry 0, event 4  values[0][0]   expected 16 (0x1fffffe0)   actual 17 "
        "(0x21ffffde)\n"
        "                           event: inner [16, 17, 18, 19]\n"
        "  row 2, padding           values[1][0]   expected 0 (0x00000000)   actual 18 "
        "(0x23ffffdc)\n"
        "  row 31, padding          values[1][3]   expected 0 (0x00000000)   actual 19 "
        "(0x25ffffda)\n"
        "\n");
    free(events);
}
END_TEST

START_TEST(report_of_padding)
{
    sheet page = sheet_create("Poseidon2WideDeg3.main", 100, 128);
    page.max_cells = 2;
    for (size_t row = 100; row < 128; row++) {
        set_cell(&page, row, 63, 5, 6);
        set_cell(&page, row, 178, 7, 0);
    }
    assert_report(
        &page,
        "Poseidon2WideDeg3.main host against reference    100 events, height 128    MISMATCH\n"
        "  eventful     0 of 17900 cells wrong, in 0 of 100 rows       padding    56 of 5012 cells "
        "wrong\n"
        "  column                                     eventful                     padding\n"
        "  state.external_rounds_state[3][15]  (63)   0 of 100  0.0%               28 of 28\n"
        "  state.output_state[15]              (178)  0 of 100  0.0%               28 of 28\n"
        "  row 100, padding  state.external_rounds_state[3][15]   expected 1023737854 (0x00000005) "
        "  "
        "actual 2080767998 (0x00000006)\n"
        "  row 100, padding  state.output_state[15]               expected 1007091709 (0x00000007) "
        "  "
        "actual 0 (0x00000000)\n"
        "  and 54 more cells (--max-cells lists more)\n"
        "\n");
}
END_TEST

START_TEST(report_of_one_event)
{
    sheet page = sheet_create("BaseAlu.preprocessed", 1, 32);
    const uint32_t event[5] = {3, word_of(7), word_of(100), word_of(101), word_of(102)};
    page.report.events = event;
    page.max_cells = 1;
    set_cell(&page, 0, 6, word_of(1), 0);
    set_cell(&page, 0, 7, word_of(7), 0);
    assert_report(
        &page,
        "BaseAlu.preprocessed   host against reference    1 event, height 32    MISMATCH\n"
        "  eventful     2 of 8 cells wrong, in 1 of 1 rows       padding    0 of 248 cells wrong\n"
        "  column                     eventful                     padding\n"
        "  accesses[0].is_div  (6)    1 of 1  100.0%               0 of 31\n"
        "  accesses[0].mult    (7)    1 of 1  100.0%               0 of 31\n"
        "  row 0, event 0  accesses[0].is_div   expected 1 (0x01fffffe)   actual 0 (0x00000000)\n"
        "                  event: opcode DivF, mult 7, addrs.out 100, addrs.in1 101, addrs.in2 "
        "102\n"
        "  and 1 more cell (--max-cells lists more)\n"
        "\n");
}
END_TEST

START_TEST(report_of_other_dimensions)
{
    sheet page = sheet_create("Select.main", 10, 32);
    page.actual_height = 31;
    page.actual_width = 4;
    set_cell(&page, 30, 3, 1, 2);
    assert_report(
        &page,
        "Select.main            host against reference    10 events, height 32    MISMATCH\n"
        "  dimensions   expected 32 rows, 5 columns; actual 31 rows, 4 columns\n"
        "               compared is the part that both have\n"
        "  eventful     0 of 40 cells wrong, in 0 of 10 rows       padding    1 of 84 cells wrong\n"
        "  column           eventful                     padding\n"
        "  vals.in1  (3)    0 of 10  0.0%                1 of 21\n"
        "  row 30, padding  vals.in1   expected 1057030144 (0x00000001)   actual 2114060288 "
        "(0x00000002)\n"
        "\n");
}
END_TEST

START_TEST(report_of_words_not_reduced)
{
    sheet page = sheet_create("Select.preprocessed", 3, 32);
    set_cell(&page, 1, 0, TG_WORD_ONE, TG_WORD_ONE + TG_P);
    set_cell(&page, 2, 7, 0xa5a5a5a5u, 0xa5a5a5a5u);
    assert_report(
        &page,
        "Select.preprocessed    host against reference    3 events, height 32    MISMATCH\n"
        "  eventful     2 of 24 cells wrong, in 2 of 3 rows       padding    0 of 232 cells wrong\n"
        "  not reduced  2 wrong words are not below p\n"
        "  column          eventful                     padding\n"
        "  is_real  (0)    1 of 3  33.3%                0 of 29\n"
        "  mult2    (7)    1 of 3  33.3%                0 of 29\n"
        "  row 1, event 1  is_real   expected 1 (0x01fffffe)   actual 0x80ffffff (not reduced)\n"
        "  row 2, event 2  mult2     expected 0xa5a5a5a5 (not reduced)   actual 0xa5a5a5a5 (not "
        "reduced)\n"
        "\n");
}
END_TEST

START_TEST(report_of_a_count_without_events)
{
    sheet page = sheet_create("MemoryConst.main", 3, 32);
    set_cell(&page, 2, 0, 0, TG_WORD_ONE);
    set_cell(&page, 3, 0, 0, TG_WORD_ONE);
    assert_report(
        &page,
        "MemoryConst.main       host against reference    3 events, height 32    MISMATCH\n"
        "  eventful     1 of 3 cells wrong, in 1 of 3 rows       padding    1 of 29 cells wrong\n"
        "  column           eventful                     padding\n"
        "  _nothing  (0)    1 of 3  33.3%                1 of 29\n"
        "  row 2           _nothing   expected 0 (0x00000000)   actual 1 (0x01fffffe)\n"
        "  row 3, padding  _nothing   expected 0 (0x00000000)   actual 1 (0x01fffffe)\n"
        "\n");
}
END_TEST

START_TEST(report_of_an_unknown_chip)
{
    sheet page = sheet_create("Select.main", 10, 32);
    page.report.trace = NULL;
    page.report.title = "b.npy";
    page.report.expected = "a.npy";
    page.report.actual = "b.npy";
    page.report.again = "tracegate diff a.npy b.npy";
    set_cell(&page, 3, 2, word_of(1), word_of(2));
    assert_report(&page,
                  "b.npy                  b.npy against a.npy    height 32, width 5    MISMATCH\n"
                  "  cells        1 of 160 wrong, in 1 of 32 rows\n"
                  "  column           cells\n"
                  "  column 2  (2)    1 of 32  3.1%\n"
                  "  row 3  column 2   expected 1 (0x01fffffe)   actual 2 (0x03fffffc)\n"
                  "  again: tracegate diff a.npy b.npy\n"
                  "\n");
}
END_TEST

START_TEST(report_of_an_unknown_number_of_events)
{
    sheet page = sheet_create("Select.main", 10, 32);
    page.report.nb_events_is_unknown = true;
    set_cell(&page, 3, 2, word_of(1), word_of(2));
    assert_report(
        &page, "Select.main            host against reference    height 32, width 5    MISMATCH\n"
               "  cells        1 of 160 wrong, in 1 of 32 rows\n"
               "  column            cells\n"
               "  vals.out2  (2)    1 of 32  3.1%\n"
               "  row 3  vals.out2   expected 1 (0x01fffffe)   actual 2 (0x03fffffc)\n"
               "\n");
}
END_TEST

START_TEST(report_of_residues)
{
    sheet page = sheet_create("Select.main", 10, 32);
    page.report.canonical = true;
    set_cell(&page, 3, 2, 1, 2);
    set_cell(&page, 4, 2, 1, TG_P);
    assert_report(
        &page, "Select.main            host against reference    10 events, height 32    MISMATCH\n"
               "  eventful     2 of 50 cells wrong, in 2 of 10 rows       padding    0 of 110 "
               "cells wrong\n"
               "  not reduced  1 wrong word is not below p\n"
               "  column            eventful                     padding\n"
               "  vals.out2  (2)    2 of 10  20.0%               0 of 22\n"
               "  row 3, event 3  vals.out2   expected 1   actual 2\n"
               "  row 4, event 4  vals.out2   expected 1   actual 0x7f000001 (not reduced)\n"
               "\n");
}
END_TEST

START_TEST(report_of_many_columns)
{
    sheet page = sheet_create("Poseidon2WideDeg3.main", 2000, 2016);
    page.max_cells = 1;
    for (size_t column = 90; column < 179; column += 3) {
        set_cell(&page, column, column, 0, 1);
    }
    for (size_t row = 0; row < 2016; row++) {
        set_cell(&page, row, 99, 0, 1);
    }
    assert_report(
        &page,
        "Poseidon2WideDeg3.main host against reference    2000 events, height 2016    MISMATCH\n"
        "  eventful     2029 of 358000 cells wrong, in 2000 of 2000 rows       padding    16 of "
        "2864 cells wrong\n"
        "  column                                     eventful                     padding\n"
        "  state.external_rounds_state[5][10]  (90)   1 of 2000  <0.1%             0 of 16\n"
        "  state.external_rounds_state[5][13]  (93)   1 of 2000  <0.1%             0 of 16\n"
        "  state.external_rounds_state[6][0]   (96)   1 of 2000  <0.1%             0 of 16\n"
        "  state.external_rounds_state[6][3]   (99)   2000 of 2000  100.0%         16 of 16\n"
        "  state.external_rounds_state[6][6]   (102)  1 of 2000  <0.1%             0 of 16\n"
        "  state.external_rounds_state[6][9]   (105)  1 of 2000  <0.1%             0 of 16\n"
        "  state.external_rounds_state[6][12]  (108)  1 of 2000  <0.1%             0 of 16\n"
        "  state.external_rounds_state[6][15]  (111)  1 of 2000  <0.1%             0 of 16\n"
        "  state.external_rounds_state[7][2]   (114)  1 of 2000  <0.1%             0 of 16\n"
        "  state.external_rounds_state[7][5]   (117)  1 of 2000  <0.1%             0 of 16\n"
        "  state.external_rounds_state[7][8]   (120)  1 of 2000  <0.1%             0 of 16\n"
        "  state.external_rounds_state[7][11]  (123)  1 of 2000  <0.1%             0 of 16\n"
        "  state.external_rounds_state[7][14]  (126)  1 of 2000  <0.1%             0 of 16\n"
        "  state.internal_rounds_state[1]      (129)  1 of 2000  <0.1%             0 of 16\n"
        "  state.internal_rounds_state[4]      (132)  1 of 2000  <0.1%             0 of 16\n"
        "  state.internal_rounds_state[7]      (135)  1 of 2000  <0.1%             0 of 16\n"
        "  state.internal_rounds_state[10]     (138)  1 of 2000  <0.1%             0 of 16\n"
        "  state.internal_rounds_state[13]     (141)  1 of 2000  <0.1%             0 of 16\n"
        "  state.internal_rounds_s0[0]         (144)  1 of 2000  <0.1%             0 of 16\n"
        "  state.internal_rounds_s0[3]         (147)  1 of 2000  <0.1%             0 of 16\n"
        "  state.internal_rounds_s0[6]         (150)  1 of 2000  <0.1%             0 of 16\n"
        "  state.internal_rounds_s0[9]         (153)  1 of 2000  <0.1%             0 of 16\n"
        "  state.internal_rounds_s0[12]        (156)  1 of 2000  <0.1%             0 of 16\n"
        "  state.internal_rounds_s0[15]        (159)  1 of 2000  <0.1%             0 of 16\n"
        "  and 6 more columns\n"
        "  row 0, event 0  state.external_rounds_state[6][3]   expected 0 (0x00000000)   actual "
        "1057030144 (0x00000001)\n"
        "  and 2044 more cells (--max-cells lists more)\n"
        "\n");
}
END_TEST

START_TEST(report_of_conduct)
{
    sheet page = sheet_create("Select.main", 10, 32);
    const tg_conduct conduct = {
        .nb_zone_words = {1, 2, 3, 4},
        .first_zone_word = {0, 1, 31, 1023},
        .events_changed = true,
        .first_changed_byte = 3 * 20 + 4,
        .cells = {.nb_unwritten = 1,
                  .first_unwritten = 2 * 32 + 5,
                  .nb_unstable = 77,
                  .first_unstable = 4 * 32 + 31},
    };
    page.report.conduct = &conduct;
    assert_report(
        &page, "Select.main            host against reference    10 events, height 32    MISMATCH\n"
               "  eventful     0 of 50 cells wrong, in 0 of 10 rows       padding    0 of 110 "
               "cells wrong\n"
               "  out of bounds: 1 word written before the trace, the nearest at distance 0\n"
               "  out of bounds: 2 words written after the trace, the nearest at distance 1\n"
               "  out of bounds: 3 words written before the events, the nearest at distance 31\n"
               "  out of bounds: 4 words written after the events, the nearest at distance 1023\n"
               "  events changed: first in event 3, byte 4, in field out1\n"
               "  never written: 1 cell, the first in row 5, column vals.out2\n"
               "  not deterministic: 77 cells changed between two runs, the first in row 31, "
               "column vals.in2\n"
               "\n");
}
END_TEST

START_TEST(report_of_good_conduct_says_nothing)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(stream);
    tg_report_conduct(stream, &(tg_conduct){.events_changed = false}, sample_trace("Select.main"),
                      32);
    ck_assert_int_eq(fclose(stream), 0);
    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

/* An event as text, printed behind 10 columns. */
static void assert_event(const char *name, const void *event, size_t max_values, const char *wanted)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(stream);
    tg_report_event(stream, sample_trace(name), event, max_values, 10);
    ck_assert_int_eq(fclose(stream), 0);
    ck_assert_msg(strcmp(text, wanted) == 0, "the event is\n%s\nand not\n%s", text, wanted);
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
        // The first line stands behind the caller's words.
        ck_assert_uint_le(strcspn(line, "\n"), TG_REPORT_WIDTH - (line == text ? 10 : 0));
    }
    free(text);
}

START_TEST(report_event_values_of_every_sort)
{
    const uint32_t alu[5] = {2, word_of(1), 0, word_of(TG_P - 1), TG_P};
    assert_event("BaseAlu.preprocessed", alu, 48,
                 "opcode MulF, mult 1, addrs.out 0, addrs.in1 2130706432, addrs.in2 0x7f000001 "
                 "(not reduced)\n");
    const uint32_t strange[5] = {4, 0, 0, 0, 0xffffffffu};
    assert_event("BaseAlu.preprocessed", strange, 48,
                 "opcode 4 (outside its enum), mult 0, addrs.out 0, addrs.in1 0, addrs.in2 "
                 "0xffffffff (not reduced)\n");
    unsigned char sbox[16] = {0};
    const uint32_t one = TG_WORD_ONE;
    memcpy(sbox + 8, &one, sizeof one);
    sbox[12] = 1;
    sbox[13] = 99; // a padding byte
    assert_event("Poseidon2SBox.preprocessed", sbox, 48,
                 "addrs.input 0, addrs.output 0, mults 1, external 1\n");
}
END_TEST

START_TEST(report_event_arrays_flow_over_lines)
{
    uint32_t event[32];
    for (size_t i = 0; i < 32; i++) {
        event[i] = word_of(TG_P - 1 - i);
    }
    assert_event("Poseidon2LinearLayer.main", event, 48,
                 "input[0] [2130706432, 2130706431, 2130706430, 2130706429], input[1] [2130706428, "
                 "2130706427,\n"
                 "          2130706426, 2130706425], input[2] [2130706424, 2130706423, 2130706422, "
                 "2130706421],\n"
                 "          input[3] [2130706420, 2130706419, 2130706418, 2130706417], output[0] "
                 "[2130706416, 2130706415,\n"
                 "          2130706414, 2130706413], output[1] [2130706412, 2130706411, "
                 "2130706410, 2130706409],\n"
                 "          output[2] [2130706408, 2130706407, 2130706406, 2130706405], output[3] "
                 "[2130706404, 2130706403,\n"
                 "          2130706402, 2130706401]\n");
    assert_event("Poseidon2WideDeg3.main", event, 32,
                 "input [2130706432, 2130706431, 2130706430, 2130706429, 2130706428, 2130706427, "
                 "2130706426,\n"
                 "          2130706425, 2130706424, 2130706423, 2130706422, 2130706421, "
                 "2130706420, 2130706419, 2130706418,\n"
                 "          2130706417], output [2130706416, 2130706415, 2130706414, 2130706413, "
                 "2130706412, 2130706411,\n"
                 "          2130706410, 2130706409, 2130706408, 2130706407, 2130706406, "
                 "2130706405, 2130706404, 2130706403,\n"
                 "          2130706402, 2130706401]\n");
}
END_TEST

/* Of events that are too long the fields that the trace depends on are left. */
START_TEST(report_event_too_long)
{
    uint32_t event[187];
    for (size_t i = 0; i < 187; i++) {
        event[i] = word_of(i);
    }
    assert_event("PublicValues.main", event, 48,
                 "digest [175, 176, 177, 178, 179, 180, 181, 182] (fields that the trace ignores "
                 "are left out)\n");
    assert_event("PublicValues.main", event, 3,
                 "digest [175, 176, 177, ... (fields that the trace ignores are left out)\n");
    assert_event("Poseidon2WideDeg3.main", event, 20,
                 "input [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]\n"
                 "          (fields that the trace ignores are left out)\n");
    assert_event("Select.main", event, 2, "bit 0, out1 1, ...\n");
}
END_TEST

/* Print a text behind "start  ". */
static void assert_flows(const char *text, const char *wanted)
{
    char *printed = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&printed, &length);
    ck_assert_ptr_nonnull(stream);
    tg_flow line = tg_flow_begin(stream, "start  ");
    tg_flow_put_words(&line, text);
    ck_assert_int_eq(fclose(stream), 0);
    ck_assert_str_eq(printed, wanted);
    free(printed);
}

#define TEN "123456789 "
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

START_TEST(report_lines_are_broken_between_words)
{
    assert_flows("", "start  ");
    assert_flows("a few words", "start  a few words");
    // 7 and 103 columns are 110: no more fit.
    assert_flows(HUNDRED "end", "start  " HUNDRED "end");
    assert_flows(HUNDRED "ends it",
                 "start  " TEN TEN TEN TEN TEN TEN TEN TEN TEN "123456789\n       ends it");
    // No word is lost that is longer than a line, and quotations stay whole.
    assert_flows("/" HUNDRED "x", "start  /" HUNDRED "x");
    assert_flows(HUNDRED "'a b' c",
                 "start  " TEN TEN TEN TEN TEN TEN TEN TEN TEN "123456789\n       'a b' c");
    assert_flows(HUNDRED "('a b c' d)",
                 "start  " TEN TEN TEN TEN TEN TEN TEN TEN TEN "123456789\n       ('a b c' d)");
    assert_flows("it isn't one: the user's", "start  it isn't one: the user's");
    assert_flows("'no end of it", "start  'no end of it");
}
END_TEST

TG_SUITE("report", report_lines_are_broken_between_words, report_of_eventful_cells,
         report_of_a_half_filled_row, report_of_padding, report_of_one_event,
         report_of_other_dimensions, report_of_words_not_reduced, report_of_a_count_without_events,
         report_of_an_unknown_chip, report_of_an_unknown_number_of_events, report_of_residues,
         report_of_many_columns, report_of_conduct, report_of_good_conduct_says_nothing,
         report_event_values_of_every_sort, report_event_arrays_flow_over_lines,
         report_event_too_long)
