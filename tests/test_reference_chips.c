/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The reference's chips: what all of them have in common, and the rows of those that do more
 * than copy. */
#include "harness/subject.h"
#include "model/base_alu.h"
#include "model/ext_alu.h"
#include "model/ext_felt_convert.h"
#include "model/memory_const.h"
#include "model/memory_var.h"
#include "model/poseidon2_linear_layer.h"
#include "model/poseidon2_sbox.h"
#include "model/poseidon2_wide.h"
#include "model/prefix_sum_checks.h"
#include "model/public_values.h"
#include "model/select.h"
#include "reference/field.h"
#include "reference/poseidon2.h"
#include "reference/reference.h"
#include "sample.h"
#include "suite.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#define NB(array) (sizeof(array) / sizeof((array)[0]))

/* Not below p. */
#define POISON_FIRST 0xa5a5a5a5u
#define POISON_SECOND 0xc3c3c3c3u

#define WORD_MINUS_ONE 0x7d000003u

/* Valid events of a trace, to be freed; those that contradict themselves are made right. */
static void *chip_events(const tg_trace *trace, size_t nb_events, uint64_t seed)
{
    unsigned char *events = sample_events(trace, nb_events, seed);
    size_t index = 0;
    while (tg_trace_at(index) != trace) index++;
    const tg_trace_draws *draws = tg_subject_at(index).draws;
    for (size_t i = 0; draws != NULL && draws->complete != NULL && i < nb_events; i++) {
        draws->complete(events + i * tg_trace_event_size(trace));
    }
    return events;
}

/* A trace with its side outputs, made over a poison; to be destroyed. */
static tg_product made_product(const tg_trace *trace, size_t height, const void *events,
                               size_t nb_events, uint32_t poison)
{
    size_t index = 0;
    while (tg_trace_at(index) != trace) index++;
    tg_product product;
    tg_assert_ok(tg_product_create(&product, trace, height, tg_suite_error));
    for (size_t i = 0; i < height * tg_trace_width(trace); i++) {
        product.cells[i] = poison;
    }
    for (size_t side = 0; side < trace->nb_sides; side++) {
        for (size_t i = 0; i < tg_side_nb_words(&trace->sides[side]); i++) {
            product.sides[side][i] = poison;
        }
    }
    tg_assert_ok(tg_ref_make(
        &product, tg_ref_at(index),
        &(tg_request){.trace = trace, .height = height, .events = events, .nb_events = nb_events},
        tg_suite_error));
    return product;
}

/* Cells and side outputs are the same. */
static void assert_same(const tg_product *a, const tg_product *b, const tg_trace *trace,
                        size_t height)
{
    ck_assert_mem_eq(a->cells, b->cells, height * tg_trace_width(trace) * sizeof(uint32_t));
    for (size_t side = 0; side < trace->nb_sides; side++) {
        ck_assert_mem_eq(a->sides[side], b->sides[side],
                         tg_side_nb_words(&trace->sides[side]) * sizeof(uint32_t));
    }
}

/* Every cell is written, whatever was there, and the same for any number of threads. */
START_TEST(reference_chips_do_not_depend_on_threads_or_memory)
{
    static const size_t counts[] = {0, 1, 2, 3, 15, 16, 17, 31, 32, 33, 64, 65, 1000};
    for (size_t t = 0; t < tg_nb_traces(); t++) {
        const tg_trace *trace = tg_trace_at(t);
        for (size_t c = 0; c < NB(counts); c++) {
            size_t height = 0;
            tg_assert_ok(tg_trace_height(trace, counts[c], 0, &height, tg_suite_error));
            void *events = chip_events(trace, counts[c], t + 100 * c);
            omp_set_num_threads(1);
            tg_product one = made_product(trace, height, events, counts[c], POISON_FIRST);
            omp_set_num_threads(5);
            tg_product several = made_product(trace, height, events, counts[c], POISON_SECOND);
            assert_same(&one, &several, trace, height);
            for (size_t i = 0; i < height * tg_trace_width(trace); i++) {
                ck_assert_uint_lt(one.cells[i], TG_P);
            }
            tg_product_destroy(&one);
            tg_product_destroy(&several);
            free(events);
        }
    }
}
END_TEST

/* Garbage in fields that the trace ignores changes nothing, words that are not below p included. */
START_TEST(reference_chips_ignore_what_the_trace_ignores)
{
    size_t nb_changed = 0;
    for (size_t t = 0; t < tg_nb_traces(); t++) {
        const tg_trace *trace = tg_trace_at(t);
        if (trace->event == NULL || tg_ref_at(t)->checks_ignored) continue;
        size_t height = 0;
        tg_assert_ok(tg_trace_height(trace, 33, 33, &height, tg_suite_error));
        unsigned char *events = chip_events(trace, 33, t);
        tg_product before = made_product(trace, height, events, 33, POISON_FIRST);
        tg_leaf leaves[256];
        ck_assert_uint_le(tg_type_nb_leaves(trace->event), NB(leaves));
        tg_type_leaves(leaves, trace->event);
        for (size_t i = 0; i < tg_type_nb_leaves(trace->event); i++) {
            if (!leaves[i].type->ignored) continue;
            for (size_t event = 0; event < 33; event++) {
                sample_put(events + event * trace->event->size, &leaves[i],
                           (uint32_t)(0xfffffff0 - i));
            }
            nb_changed++;
        }
        tg_product after = made_product(trace, height, events, 33, POISON_FIRST);
        assert_same(&before, &after, trace, height);
        tg_product_destroy(&before);
        tg_product_destroy(&after);
        free(events);
    }
    ck_assert_uint_gt(nb_changed, 16 + 4 + 5 + 179);
}
END_TEST

/* Make the trace of events and compare its first nb_rows rows with words, [nb_rows][width], and
 * all others with zero. */
static void check_rows(const char *name, const void *events, size_t nb_events,
                       const uint32_t *words, size_t nb_rows)
{
    const tg_trace *trace = sample_trace(name);
    size_t height = 0;
    tg_assert_ok(tg_trace_check_events(trace, events, nb_events, tg_suite_error));
    tg_assert_ok(tg_trace_height(trace, nb_events, 0, &height, tg_suite_error));
    tg_product product = made_product(trace, height, events, nb_events, POISON_FIRST);
    const uint32_t *cells = product.cells;
    const size_t width = tg_trace_width(trace);
    for (size_t row = 0; row < height; row++) {
        for (size_t column = 0; column < width; column++) {
            const uint32_t expected = row < nb_rows ? words[row * width + column] : 0;
            char column_name[TG_NAME_BYTES];
            ck_assert_msg(cells[column * height + row] == expected, "%s row %zu %s: %08x, not %08x",
                          name, row, tg_trace_column_name(column_name, trace, column),
                          cells[column * height + row], expected);
        }
    }
    tg_product_destroy(&product);
}

START_TEST(reference_chips_alus_set_one_selector)
{
    for (uint32_t opcode = 0; opcode < 4; opcode++) {
        const tg_base_alu_instr base = {opcode, 9, {1, 2, TG_P - 1}};
        const tg_ext_alu_instr ext = {opcode, 9, {1, 2, TG_P - 1}};
        uint32_t words[8] = {1, 2, TG_P - 1, 0, 0, 0, 0, 9};
        words[3 + opcode] = TG_WORD_ONE;
        check_rows("BaseAlu.preprocessed", &base, 1, words, 1);
        check_rows("ExtAlu.preprocessed", &ext, 1, words, 1);
    }
    const tg_base_alu_event base[2] = {{3, 2, 1}, {TG_P - 1, 0, 7}};
    check_rows("BaseAlu.main", base, 2, (const uint32_t[]){3, 2, 1, TG_P - 1, 0, 7}, 2);
    const tg_ext_alu_event ext = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, TG_P - 1}};
    check_rows("ExtAlu.main", &ext, 1,
               (const uint32_t[]){1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, TG_P - 1}, 1);
}
END_TEST

START_TEST(reference_chips_convert_by_signs)
{
    // Multiplicities that the direction ignores hold garbage. The negated word of w is p - w, and 0
    // for 0.
    const tg_ext_felt_convert_instr instrs[3] = {
        {.addrs = {1, 2, 3, 4, 5}, .mults = {77, 6, 7, 0, TG_P - 1}, .ext2felt = 1},
        {.addrs = {1, 2, 3, 4, 5}, .mults = {8, 77, 77, 77, 77}, .ext2felt = 0},
        {.addrs = {1, 2, 3, 4, 5}, .mults = {0, 77, 77, 77, 77}, .ext2felt = 0},
    };
    static const uint32_t words[3][10] = {
        {1, 2, 3, 4, 5, TG_WORD_ONE, 6, 7, 0, TG_P - 1},
        {1, 2, 3, 4, 5, TG_P - 8, WORD_MINUS_ONE, WORD_MINUS_ONE, WORD_MINUS_ONE, WORD_MINUS_ONE},
        {1, 2, 3, 4, 5, 0, WORD_MINUS_ONE, WORD_MINUS_ONE, WORD_MINUS_ONE, WORD_MINUS_ONE},
    };
    check_rows("ExtFeltConvert.preprocessed", instrs, 3, words[0], 3);
    const tg_ext_felt_convert_event event = {{1, 2, 3, TG_P - 1}};
    check_rows("ExtFeltConvert.main", &event, 1, event.input, 1);
}
END_TEST

START_TEST(reference_chips_linear_layer_and_sbox)
{
    const tg_poseidon2_linear_layer_instr layers[2] = {
        {.addrs = {{1, 2, 3, 4}, {5, 6, 7, 8}},
         .mults = {TG_WORD_ONE, TG_WORD_ONE, TG_WORD_ONE, TG_WORD_ONE},
         .external = 1},
        {.addrs = {{1, 2, 3, 4}, {5, 6, 7, 8}},
         .mults = {TG_WORD_ONE, TG_WORD_ONE, TG_WORD_ONE, TG_WORD_ONE},
         .external = 0},
    };
    static const uint32_t layer_words[2][10] = {{1, 2, 3, 4, 5, 6, 7, 8, TG_WORD_ONE, 0},
                                                {1, 2, 3, 4, 5, 6, 7, 8, 0, TG_WORD_ONE}};
    check_rows("Poseidon2LinearLayer.preprocessed", layers, 2, layer_words[0], 2);
    const tg_poseidon2_linear_layer_event layer = {
        .input = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}, {13, 14, 15, 16}}};
    check_rows("Poseidon2LinearLayer.main", &layer, 1, layer.input[0], 1);

    const tg_poseidon2_sbox_instr boxes[2] = {
        {.addrs = {1, 2}, .mults = TG_WORD_ONE, .external = 1},
        {.addrs = {1, 2}, .mults = TG_WORD_ONE, .external = 0}};
    check_rows("Poseidon2SBox.preprocessed", boxes, 2,
               (const uint32_t[]){1, 2, TG_WORD_ONE, 0, 1, 2, 0, TG_WORD_ONE}, 2);
    // Cubes of 0, 1, -1 and 3.
    const uint32_t words[8] = {0, TG_WORD_ONE, WORD_MINUS_ONE, 0x05fffffa,
                               0, TG_WORD_ONE, WORD_MINUS_ONE, tg_ref_to_word(27)};
    const tg_poseidon2_sbox_event box = {.input = {words[0], words[1], words[2], words[3]},
                                         .output = {5, 5, 5, 5}};
    check_rows("Poseidon2SBox.main", &box, 1, words, 1);
}
END_TEST

START_TEST(reference_chips_select_and_prefix_sums)
{
    const tg_select_instr select = {{1, 2, 3, 4, 5}, 6, 7};
    check_rows("Select.preprocessed", &select, 1,
               (const uint32_t[]){TG_WORD_ONE, 1, 2, 3, 4, 5, 6, 7}, 1);
    // Outputs that are not the inputs, and a bit that is none, are copied.
    const tg_select_event values = {99, 2, 3, 4, TG_P - 1};
    check_rows("Select.main", &values, 1, (const uint32_t[]){99, 2, 3, 4, TG_P - 1}, 1);

    const tg_prefix_sum_checks_instr instr = {1, 2, 3, 4, 5, 6, 7, 8};
    check_rows("PrefixSumChecks.preprocessed", &instr, 1,
               (const uint32_t[]){1, 2, 3, 4, 5, 6, 7, 8, TG_WORD_ONE}, 1);
    const tg_prefix_sum_checks_event event = {
        .x1 = 1,
        .x2 = {2, 3, 4, 5},
        .zero = 70,
        .one = {71, 72, 73, 74},
        .acc = {6, 7, 8, 9},
        .new_acc = {10, 11, 12, 13},
        .field_acc = 14,
        .new_field_acc = 15,
    };
    check_rows("PrefixSumChecks.main", &event, 1,
               (const uint32_t[]){1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, 1);
}
END_TEST

START_TEST(reference_chips_memory)
{
    const tg_memory_const_instr constants[3] = {
        {.addr = 1, .val = {2, 3, 4, 5}, .mult = 6, .kind = TG_MEMORY_WRITE},
        {.addr = 1, .val = {2, 3, 4, 5}, .mult = 6, .kind = TG_MEMORY_READ},
        {.addr = 1, .val = {2, 3, 4, 5}, .mult = 0, .kind = TG_MEMORY_READ},
    };
    static const uint32_t words[3][6] = {{2, 3, 4, 5, 1, 6},
                                         {2, 3, 4, 5, 1, TG_P - 6},
                                         {2, 3, 4, 5, 1, 0}};
    check_rows("MemoryConst.preprocessed", constants, 3, words[0], 3);
    check_rows("MemoryConst.main", NULL, 65, NULL, 0);

    // Three entries: with two a row, the second row is half filled.
    const tg_memory_var_instr instrs[3] = {{1, 2}, {3, 4}, {5, 6}};
    check_rows("MemoryVar.preprocessed", instrs, 3, (const uint32_t[]){1, 2, 3, 4, 5, 6, 0, 0}, 2);
    check_rows("MemoryVarV1.preprocessed", instrs, 3, (const uint32_t[]){1, 2, 3, 4, 5, 6}, 3);
    const tg_memory_var_event events[3] = {{{1, 2, 3, 4}}, {{5, 6, 7, 8}}, {{9, 10, 11, 12}}};
    check_rows("MemoryVar.main", events, 3,
               (const uint32_t[]){1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0, 0, 0}, 2);
    check_rows("MemoryVarV1.main", events, 3,
               (const uint32_t[]){1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 3);
}
END_TEST

START_TEST(reference_chips_public_values_take_the_first_digest)
{
    tg_public_values_event *events = sample_events(sample_trace("PublicValues.main"), 2, 3);
    uint32_t preprocessed[8][10] = {{0}};
    for (size_t row = 0; row < 8; row++) {
        preprocessed[row][row] = TG_WORD_ONE;
        preprocessed[row][8] = events[0].digest[row];
        preprocessed[row][9] = TG_WORD_ONE;
    }
    for (size_t nb_events = 1; nb_events <= 2; nb_events++) {
        check_rows("PublicValues.preprocessed", events, nb_events, preprocessed[0], 8);
        check_rows("PublicValues.main", events, nb_events, events[0].digest, 8);
    }
    check_rows("PublicValues.preprocessed", NULL, 0, NULL, 0);
    check_rows("PublicValues.main", NULL, 0, NULL, 0);
    free(events);
}
END_TEST

START_TEST(reference_chips_wide_instructions_interleave)
{
    tg_poseidon2_wide_instr instr;
    uint32_t words[49];
    for (uint32_t i = 0; i < 16; i++) {
        instr.addrs.input[i] = words[i] = 100 + i;
        instr.addrs.output[i] = words[16 + 2 * i] = 200 + i;
        instr.mults[i] = words[17 + 2 * i] = 300 + i;
    }
    words[48] = TG_WORD_ONE;
    check_rows("Poseidon2WideDeg3.preprocessed", &instr, 1, words, 1);
}
END_TEST

TG_SUITE("reference_chips", reference_chips_do_not_depend_on_threads_or_memory,
         reference_chips_ignore_what_the_trace_ignores, reference_chips_alus_set_one_selector,
         reference_chips_convert_by_signs, reference_chips_linear_layer_and_sbox,
         reference_chips_select_and_prefix_sums, reference_chips_memory,
         reference_chips_public_values_take_the_first_digest,
         reference_chips_wide_instructions_interleave)
