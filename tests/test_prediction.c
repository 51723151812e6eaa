/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Properties of wrong events: each sort is planted among seeded events and must be named, with its
 * support; where nothing tells wrong events from right ones, nothing is said. */
#include "generated.h"
#include "harness/prediction.h"
#include "model/base_alu.h"
#include "model/ext_felt_convert.h"
#include "model/global.h"
#include "model/select.h"
#include "sample.h"

#include <stdio.h>

#define NB ((size_t)1000)

/* Whether event number i of an array is to be wrong. */
typedef bool is_wrong_event(const void *events, size_t i);

static tg_prediction predict(const char *name, is_wrong_event *is_wrong, size_t nb, char *text,
                             size_t size)
{
    const tg_subject subject = generated_subject(name);
    void *events = generated_events(&subject, TG_PROFILE_MIXED, TG_VALID_ANY, nb);
    bool *wrong = calloc(nb, sizeof *wrong);
    ck_assert_ptr_nonnull(wrong);
    for (size_t i = 0; i < nb; i++) {
        wrong[i] = is_wrong(events, i);
    }
    tg_prediction prediction;
    tg_assert_ok(tg_predict(&prediction, subject.trace, events, nb, wrong, 96, tg_suite_error));
    (void)tg_prediction_text(text, size, &prediction);
    free(wrong);
    tg_buffer_destroy(events);
    return prediction;
}

static bool is_division(const void *events, size_t i)
{
    return ((const tg_base_alu_instr *)events)[i].opcode == TG_BASE_DIV;
}
static bool is_sub_or_mul(const void *events, size_t i)
{
    const uint32_t opcode = ((const tg_base_alu_instr *)events)[i].opcode;
    return opcode == TG_BASE_SUB || opcode == TG_BASE_MUL;
}
static bool is_mult_zero(const void *events, size_t i)
{
    return ((const tg_base_alu_instr *)events)[i].mult == 0;
}
static bool is_join_of_zero(const void *events, size_t i)
{
    const tg_ext_felt_convert_instr *instr = &((const tg_ext_felt_convert_instr *)events)[i];
    return instr->ext2felt == 0 && instr->mults[0] == 0;
}
static bool is_ordered_and_unequal(const void *events, size_t i)
{
    const tg_base_alu_instr *instr = &((const tg_base_alu_instr *)events)[i];
    return (instr->opcode == TG_BASE_SUB || instr->opcode == TG_BASE_DIV) &&
           instr->addrs.in1 != instr->addrs.in2;
}
static bool are_mults_unequal(const void *events, size_t i)
{
    const tg_select_instr *instr = &((const tg_select_instr *)events)[i];
    return instr->mult1 != instr->mult2;
}
static bool are_mults_equal(const void *events, size_t i) { return !are_mults_unequal(events, i); }
static bool are_mults_unequal_behind(const void *events, size_t i)
{
    return i >= 200 && are_mults_unequal(events, i);
}
static bool has_bit_15(const void *events, size_t i)
{
    return (((const tg_global_event *)events)[i].message[0] >> 15 & 1) != 0;
}
static bool is_above_24_bits(const void *events, size_t i)
{
    return ((const tg_global_event *)events)[i].message[0] >= 1u << 24;
}
static bool has_kind(const void *events, size_t i)
{
    return ((const tg_global_event *)events)[i].kind != 0;
}
static bool is_no_bit(const void *events, size_t i)
{
    const uint32_t bit = ((const tg_select_event *)events)[i].bit;
    return bit != 0 && bit != TG_WORD_ONE;
}
static bool is_last_of_128(__attribute__((unused)) const void *events, size_t i)
{
    return i % 128 == 127;
}
static bool is_last_of_block(__attribute__((unused)) const void *events, size_t i)
{
    return i % 96 == 95;
}
static bool is_from_700(__attribute__((unused)) const void *events, size_t i) { return i >= 700; }
static bool is_first(__attribute__((unused)) const void *events, size_t i) { return i == 0; }
static bool is_final(__attribute__((unused)) const void *events, size_t i) { return i == NB - 1; }
static bool is_any(__attribute__((unused)) const void *events, size_t i)
{
    return (uint32_t)(i * 2654435761u) >> 30 == 0;
}
static bool is_all(__attribute__((unused)) const void *events, __attribute__((unused)) size_t i)
{
    return true;
}
static bool is_none(__attribute__((unused)) const void *events, __attribute__((unused)) size_t i)
{
    return false;
}

static const struct {
    const char *trace;
    is_wrong_event *is_wrong;
    const char *property;
} exact_cases[] = {
    {"BaseAlu.preprocessed", is_division, "opcode DivF"},
    {"BaseAlu.preprocessed", is_sub_or_mul, "opcode SubF or MulF"},
    {"BaseAlu.preprocessed", is_mult_zero, "mult = 0"},
    {"ExtFeltConvert.preprocessed", is_join_of_zero, "ext2felt = 0 and mults[0] = 0"},
    {"BaseAlu.preprocessed", is_ordered_and_unequal,
     "opcode SubF or DivF and addrs.in1 != addrs.in2"},
    {"Select.preprocessed", are_mults_unequal, "mult1 != mult2"},
    {"Select.preprocessed", are_mults_equal, "mult1 = mult2"},
    {"Select.preprocessed", are_mults_unequal_behind, "mult1 != mult2 and index >= 200"},
    {"Global.main", has_bit_15, "message[0] with bit 15 set"},
    {"Global.main", is_above_24_bits, "message[0] >= 16777216"},
    {"Global.main", has_kind, "kind != 0"},
    {"Select.main", is_no_bit, "bit != 0 and bit != 1"},
    {"Select.main", is_last_of_128, "index mod 128 = 127"},
    {"Select.main", is_last_of_block, "index mod 96 = 95"},
    {"Select.main", is_from_700, "index >= 700"},
    {"Select.main", is_first, "index 0"},
    {"Select.main", is_final, "the last index"},
};

START_TEST(prediction_names_exact_properties)
{
    for (size_t i = 0; i < sizeof exact_cases / sizeof exact_cases[0]; i++) {
        char text[512];
        const tg_prediction said =
            predict(exact_cases[i].trace, exact_cases[i].is_wrong, NB, text, sizeof text);
        ck_assert_msg(strcmp(said.property, exact_cases[i].property) == 0, "not \"%s\": %s",
                      exact_cases[i].property, text);
        ck_assert_uint_eq(said.nb_wrong + said.nb_right, NB);
        ck_assert_uint_eq(said.nb_wrong_with, said.nb_wrong);
        ck_assert_uint_eq(said.nb_right_with, 0);
        ck_assert_uint_gt(said.nb_wrong, 0);
    }
}
END_TEST

/* Exceptions are counted, and all events, however many there are. */
static bool is_most_divisions(const void *events, size_t i)
{
    return is_division(events, i) && i % 16 != 3;
}

/* What all wrong events have is told although a third of the right ones has it. */
static bool is_some_send(const void *events, size_t i)
{
    return ((const tg_global_event *)events)[i].is_receive == 0 && is_any(events, 2 * i);
}

START_TEST(prediction_counts_exceptions)
{
    char text[512];
    const size_t nb = 40000;
    const tg_prediction said =
        predict("BaseAlu.preprocessed", is_most_divisions, nb, text, sizeof text);
    ck_assert_str_eq(said.property, "opcode DivF");
    ck_assert_uint_eq(said.nb_wrong + said.nb_right, nb);
    ck_assert_uint_eq(said.nb_wrong_with, said.nb_wrong);
    ck_assert_uint_gt(said.nb_right_with, 300);
    ck_assert_uint_lt(said.nb_right_with, 1000);
    char wanted[512];
    (void)snprintf(wanted, sizeof wanted,
                   "all %zu wrong events have opcode DivF; of %zu right ones %zu have",
                   said.nb_wrong, said.nb_right, said.nb_right_with);
    ck_assert_str_eq(text, wanted);
    const tg_prediction sends = predict("Global.main", is_some_send, NB, text, sizeof text);
    ck_assert_str_eq(sends.property, "is_receive = 0");
    ck_assert_uint_eq(sends.nb_wrong_with, sends.nb_wrong);
    ck_assert_uint_gt(sends.nb_right_with, 100);
}
END_TEST

START_TEST(prediction_says_nothing_of_nothing)
{
    static is_wrong_event *const cases[] = {is_any, is_all, is_none};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        const tg_prediction said = predict("ExtAlu.main", cases[i], NB, text, sizeof text);
        ck_assert_str_eq(said.property, "");
        ck_assert_str_eq(text, "");
        ck_assert_uint_eq(said.nb_wrong + said.nb_right, NB);
    }
    // One event alone, and a trace without events.
    char text[512];
    ck_assert_str_eq(predict("ExtAlu.main", is_all, 1, text, sizeof text).property, "");
    tg_prediction said;
    const bool is_wrong = true;
    tg_assert_ok(
        tg_predict(&said, sample_trace("MemoryConst.main"), NULL, 1, &is_wrong, 0, tg_suite_error));
    ck_assert_str_eq(said.property, "");
}
END_TEST

/* One cell of each event, in turn, in every row map. */
START_TEST(prediction_marks_wrong_events)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        const size_t nb_events = 37;
        const size_t height = 64;
        const size_t width = tg_trace_width(trace);
        uint32_t *expected = sample_cells(height * width, 3);
        uint32_t *actual = sample_cells(height * width, 3);
        const tg_matrix right = {expected, height, width};
        const tg_matrix wrong = {actual, height, width};
        const size_t nb_used = tg_trace_nb_events_used(trace, nb_events);
        bool marked[37];
        uint64_t random = i;
        for (size_t k = 0; k < 200; k++) {
            const size_t row = sample_next(&random) % height;
            const size_t column = sample_next(&random) % width;
            uint32_t *cell = &actual[column * height + row];
            *cell ^= 1;
            tg_wrong_events(marked, trace, nb_events, &right, &wrong);
            *cell ^= 1;
            const tg_cell_source source = tg_trace_cell(trace, nb_events, row, column);
            for (size_t event = 0; event < nb_used; event++)
                ck_assert(marked[event] == (source.eventful && source.event == event));
        }
        free(expected);
        free(actual);
    }
}
END_TEST

/* Sums are wrong for every event behind the first wrong one: they count only by themselves. */
START_TEST(prediction_leaves_sums_out)
{
    const tg_trace *trace = sample_trace("Global.main");
    const size_t nb_events = 37;
    const size_t height = 64;
    const size_t width = tg_trace_width(trace);
    uint32_t *expected = sample_cells(height * width, 3);
    uint32_t *actual = sample_cells(height * width, 3);
    const tg_matrix right = {expected, height, width};
    const tg_matrix wrong = {actual, height, width};
    bool marked[37];
    for (size_t row = 5; row < nb_events; row++) {
        actual[(width - 1) * height + row] ^= 1;
    }
    tg_wrong_events(marked, trace, nb_events, &right, &wrong);
    for (size_t event = 0; event < nb_events; event++) ck_assert(marked[event] == (event >= 5));
    actual[5] ^= 1;
    actual[9] ^= 1;
    tg_wrong_events(marked, trace, nb_events, &right, &wrong);
    for (size_t event = 0; event < nb_events; event++)
        ck_assert(marked[event] == (event == 5 || event == 9));
    free(expected);
    free(actual);
}
END_TEST

/* Of few events anything is true by chance. */
START_TEST(prediction_of_few_events_says_nothing)
{
    static const struct {
        size_t nb;
        size_t nb_wrong; /* the last ones */
        bool says;
    } all[] = {{2, 1, false}, {7, 1, false}, {8, 1, true}, {8, 5, false}, {9, 5, true}};
    const tg_subject subject = generated_subject("Select.main");
    void *events = generated_events(&subject, TG_PROFILE_UNIFORM, TG_VALID_ANY, 9);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        bool wrong[9] = {false};
        for (size_t k = all[i].nb - all[i].nb_wrong; k < all[i].nb; k++) {
            wrong[k] = true;
        }
        tg_prediction prediction;
        tg_assert_ok(
            tg_predict(&prediction, subject.trace, events, all[i].nb, wrong, 0, tg_suite_error));
        ck_assert_msg((prediction.property[0] != '\0') == all[i].says, "%zu: '%s'", i,
                      prediction.property);
    }
    tg_buffer_destroy(events);
}
END_TEST

TG_SUITE("prediction", prediction_leaves_sums_out, prediction_names_exact_properties,
         prediction_counts_exceptions, prediction_says_nothing_of_nothing,
         prediction_marks_wrong_events, prediction_of_few_events_says_nothing)
