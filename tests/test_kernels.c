/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The kernels of every trace on the host grid: they write every cell once, all of the side outputs
 * and nothing else, whatever the launch shape, and do not depend on what the trace ignores. That
 * the cells are right is for the gate to say; what no valid event shows is checked here. */
#include "gpu/plan.h"
#include "kernels/host_grid.h"
#include "kernels/kernels.h"
#include "kernels/port.h"
#include "model/base_alu.h"
#include "model/ext_alu.h"
#include "model/ext_felt_convert.h"
#include "model/memory.h"
#include "model/memory_const.h"
#include "model/poseidon2_linear_layer.h"
#include "model/poseidon2_sbox.h"
#include "sample.h"
#include "suite.h"

#include <omp.h>

#define NB(array) (sizeof(array) / sizeof(array)[0])

/* Words before and after what a kernel may touch; not a multiple of 16 bytes, so that buffers
 * lie on all word addresses. */
#define GUARD_WORDS 67
#define GUARD_WORD 0xfeedbeefu

/* Two words that no trace holds, because they are not below p. */
static const uint32_t poisons[] = {0xffffffffu, 0x80000001u};

/* Shapes: one thread, one warp, an odd block, several warps, the largest block, and what a
 * launch plan would take. */
static const tg_launch shapes[] = {{.grid = 1, .block = 1},    {.grid = 1, .block = 32},
                                   {.grid = 3, .block = 33},   {.grid = 7, .block = 64},
                                   {.grid = 2, .block = 1024}, {.grid = 5, .block = 256}};

/* Both sides of the limits of packing, heights and warps; of tiles of 128 and of 256 rows. */
static const size_t counts[] = {0,  1,  2,   3,   15,  16,  17,  31,  32, 33,
                                64, 65, 127, 128, 129, 255, 256, 257, 600};

/* A buffer of words between guards, at a chosen word of a quad. */
typedef struct guarded {
    uint32_t *memory;
    uint32_t *words;
    size_t nb;
    size_t shift;
} guarded;

static guarded guarded_create(size_t nb, size_t shift)
{
    guarded buffer = {.memory = malloc((nb + 2 * GUARD_WORDS + 4) * sizeof(uint32_t)),
                      .nb = nb,
                      .shift = shift};
    ck_assert_ptr_nonnull(buffer.memory);
    buffer.words = buffer.memory + GUARD_WORDS + shift;
    for (size_t i = 0; i < nb + 2 * GUARD_WORDS + 4; i++) buffer.memory[i] = GUARD_WORD;
    return buffer;
}

/* Assert that the guards are whole, and free. */
static void guarded_destroy(guarded *buffer)
{
    size_t nb_touched = 0;
    const size_t nb_before = GUARD_WORDS + buffer->shift;
    for (size_t i = 0; i < nb_before; i++) nb_touched += buffer->memory[i] != GUARD_WORD;
    for (size_t i = nb_before + buffer->nb; i < buffer->nb + 2 * GUARD_WORDS + 4; i++) {
        nb_touched += buffer->memory[i] != GUARD_WORD;
    }
    ck_assert_uint_eq(nb_touched, 0);
    free(buffer->memory);
}

/* Cells and side outputs of a trace, one after the other. */
static size_t nb_result_words(const tg_trace *trace, size_t height)
{
    return tg_trace_width(trace) * height + tg_trace_nb_side_words(trace);
}

/* Run the kernels of trace number index between guards on memory full of poison; result is filled.
 * shift moves cells, side outputs and events off the 16 bytes. */
static void run_kernels(uint32_t *result, size_t index, const tg_launch *shape, size_t height,
                        const void *events, size_t nb_events, uint32_t poison, size_t shift)
{
    const tg_trace *trace = tg_trace_at(index);
    const size_t event_bytes = tg_trace_event_size(trace) * nb_events;
    guarded in = guarded_create(event_bytes / 4, (shift + 1) % 4);
    guarded outs[1 + TG_MAX_SIDES];
    tg_product product = {.cells = NULL};
    for (size_t i = 0; i <= trace->nb_sides; i++) {
        const size_t nb =
            i == 0 ? tg_trace_width(trace) * height : tg_side_nb_words(&trace->sides[i - 1]);
        outs[i] = guarded_create(nb, (shift + i) % 4);
        for (size_t word = 0; word < nb; word++) outs[i].words[word] = poison;
        *(i == 0 ? &product.cells : &product.sides[i - 1]) = outs[i].words;
    }
    if (event_bytes != 0) memcpy(in.words, events, event_bytes);
    // Without events there may be no buffer at all.
    const tg_request request = {.trace = trace,
                                .height = height,
                                .events = event_bytes != 0 ? in.words : NULL,
                                .nb_events = nb_events};
    tg_assert_ok(tg_plan_run_host(tg_plan_at(index), shape, &product, &request, tg_suite_error));
    if (event_bytes != 0) ck_assert_mem_eq(in.words, events, event_bytes);
    for (size_t i = 0; i <= trace->nb_sides; i++) {
        memcpy(result, outs[i].words, outs[i].nb * sizeof *result);
        result += outs[i].nb;
        guarded_destroy(&outs[i]);
    }
    guarded_destroy(&in);
}

static uint32_t *result_create(const tg_trace *trace, size_t height)
{
    uint32_t *result = malloc((nb_result_words(trace, height) + 1) * sizeof *result);
    ck_assert_ptr_nonnull(result);
    return result;
}

/* Shapes, with alternating poisons and alignments, give what one thread gives. */
static void check_launches(size_t index, size_t height, size_t nb_events, const tg_launch *launches,
                           size_t nb_launches)
{
    const tg_trace *trace = tg_trace_at(index);
    const size_t nb_cells = tg_trace_width(trace) * height;
    const size_t nb_words = nb_result_words(trace, height);
    void *events = sample_events(trace, nb_events, index + 1);
    uint32_t *expected = result_create(trace, height);
    uint32_t *result = result_create(trace, height);
    run_kernels(expected, index, &shapes[0], height, events, nb_events, poisons[0], 1);
    for (size_t i = 0; i < nb_cells; i++) {
        if (expected[i] >= TG_P)
            ck_abort_msg("%s: cell %zu is 0x%x", trace->name, i, (unsigned)expected[i]);
    }
    for (size_t i = 0; i < nb_launches; i++) {
        run_kernels(result, index, &launches[i], height, events, nb_events,
                    poisons[(i + 1) % NB(poisons)], (i + 1 + nb_events) % 4);
        ck_assert_msg(memcmp(result, expected, nb_words * sizeof *result) == 0,
                      "%s: %zu events, height %zu, grid %u, block %u", trace->name, nb_events,
                      height, (unsigned)launches[i].grid, (unsigned)launches[i].block);
    }
    free(result);
    free(expected);
    free(events);
}

static void check_shapes(size_t index, size_t height, size_t nb_events)
{
    check_launches(index, height, nb_events, shapes + 1, NB(shapes) - 1);
}

START_TEST(kernels_do_not_depend_on_the_shape)
{
    ck_assert_uint_gt(tg_nb_traces(), 0);
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        for (size_t i = 0; i < NB(counts); i++) {
            size_t height = 0;
            tg_assert_ok(
                tg_trace_height(tg_trace_at(index), counts[i], 0, &height, tg_suite_error));
            check_shapes(index, height, counts[i]);
        }
    }
}
END_TEST

START_TEST(kernels_fill_fixed_heights)
{
    static const size_t heights[] = {1, 33, 48, 100, 300};
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        for (size_t i = 0; i < NB(heights); i++) {
            for (size_t k = 0; k < NB(counts); k += 3) {
                if (tg_trace_check_height(tg_trace_at(index), counts[k], heights[i], NULL) != TG_OK)
                    continue;
                check_shapes(index, heights[i], counts[k]);
            }
        }
    }
}
END_TEST

/* Blocks that stride on: few of them for rows that take several rounds. There are no events, or
 * they end in the first round, in the second, or with the rows. */
START_TEST(kernels_go_on_where_blocks_have_several_rounds)
{
    static const tg_launch few[] = {{.grid = 1, .block = 64}, {.grid = 2, .block = 96}};
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const tg_trace *trace = tg_trace_at(index);
        const size_t rows = *tg_plan_at(index)->steps[0].rows_per_block;
        // Of several steps, the first says little about the others; of 32 rows all are seen above.
        if (tg_plan_at(index)->nb_steps != 1 || rows <= 32) continue;
        const size_t height = (2 * rows + 100) / 32 * 32;
        const size_t per_row = trace->events_per_row;
        const size_t used[] = {0, per_row, (rows + 1) * per_row, height * per_row};
        for (size_t i = 0; i < NB(used); i++) {
            if (tg_trace_check_height(trace, used[i], height, NULL) == TG_OK)
                check_launches(index, height, used[i], few, NB(few));
        }
    }
}
END_TEST

/* Who wrote what: after each thread's end the cells that are no longer poison are counted and
 * poisoned again. */
typedef struct census {
    tg_host_kernel *kernel;
    uint32_t *cells;
    const tg_request *request;
    tg_krn_extra extra;
    size_t nb_cells;
    uint32_t *nb_writes;
} census;

static void census_thread(void *arguments)
{
    census *c = arguments;
    const tg_request *request = c->request;
    c->kernel(c->cells, request->height, request->events, request->nb_events, &c->extra);
    for (size_t i = 0; i < c->nb_cells; i++) {
        if (c->cells[i] == poisons[0]) continue;
        c->cells[i] = poisons[0];
        c->nb_writes[i]++;
    }
}

/* Run all steps under a census: one round a block, so that all of a thread's writes come between
 * its last barrier and its end. */
static void take_census(census *c, const tg_plan *plan)
{
    for (size_t i = 0; i < plan->nb_steps; i++) {
        const tg_step *step = &plan->steps[i];
        const uint32_t block = step->max_block != 0 && step->max_block < 96 ? step->max_block : 96;
        const tg_host_launch shape = {.grid = 3,
                                      .block = block,
                                      .dynamic_bytes = step->shared_bytes};
        c->kernel = step->host;
        tg_assert_ok(tg_host_grid_run(&shape, census_thread, c, tg_suite_error));
    }
}

START_TEST(kernels_write_no_cell_twice)
{
    omp_set_num_threads(1);
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const tg_trace *trace = tg_trace_at(index);
        const tg_plan *plan = tg_plan_at(index);
        size_t height = 0;
        tg_assert_ok(tg_trace_height(trace, 130, 140, &height, tg_suite_error));
        const size_t nb_cells = tg_trace_width(trace) * height;
        void *events = sample_events(trace, 130, 5);
        uint32_t bad_event = TG_NO_BAD_EVENT;
        tg_product product;
        tg_assert_ok(tg_product_create(&product, trace, height, tg_suite_error));
        for (size_t i = 0; i < nb_cells; i++) product.cells[i] = poisons[0];
        const tg_request request = {.trace = trace,
                                    .height = height,
                                    .events = events,
                                    .nb_events = 130};
        census c = {.cells = product.cells,
                    .request = &request,
                    .extra = {.bad_event = &bad_event,
                              .max_candidates = tg_request_max_candidates(&request)},
                    .nb_cells = nb_cells,
                    .nb_writes = calloc(nb_cells, sizeof(uint32_t))};
        ck_assert_ptr_nonnull(c.nb_writes);
        memcpy(c.extra.sides, product.sides, sizeof c.extra.sides);
        for (size_t i = 0; i < plan->nb_scratch; i++) {
            tg_assert_ok(tg_buffer_create(&c.extra.scratch[i], plan->scratch_bytes[i](height, 130),
                                          1, tg_suite_error));
        }
        take_census(&c, plan);
        for (size_t i = 0; i < nb_cells; i++) {
            ck_assert_msg(c.nb_writes[i] == 1, "%s: cell %zu written %u times", trace->name, i,
                          (unsigned)c.nb_writes[i]);
        }
        for (size_t i = 0; i < plan->nb_scratch; i++) tg_buffer_destroy(c.extra.scratch[i]);
        tg_product_destroy(&product);
        free(c.nb_writes);
        free(events);
    }
}
END_TEST

START_TEST(kernels_ignore_what_the_trace_ignores)
{
    size_t nb_spoilt = 0;
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const tg_trace *trace = tg_trace_at(index);
        if (trace->event == NULL) continue;
        const size_t nb_leaves = tg_type_nb_leaves(trace->event);
        size_t height = 0;
        tg_assert_ok(tg_trace_height(trace, 70, 96, &height, tg_suite_error));
        unsigned char *events = sample_events(trace, 70, 9);
        tg_leaf *leaves = malloc(nb_leaves * sizeof *leaves);
        ck_assert_ptr_nonnull(leaves);
        tg_type_leaves(leaves, trace->event);
        uint32_t *expected = result_create(trace, height);
        uint32_t *cells = result_create(trace, height);
        run_kernels(expected, index, &shapes[2], height, events, 70, poisons[0], 0);
        uint64_t state = 11;
        for (size_t i = 0; i < 70 * nb_leaves; i++) {
            if (!leaves[i % nb_leaves].type->ignored) continue;
            sample_put(events + i / nb_leaves * trace->event->size, &leaves[i % nb_leaves],
                       sample_next(&state) | 0x80u);
            nb_spoilt++;
        }
        run_kernels(cells, index, &shapes[2], height, events, 70, poisons[0], 0);
        ck_assert_msg(memcmp(cells, expected, nb_result_words(trace, height) * sizeof *cells) == 0,
                      "%s", trace->name);
        free(cells);
        free(expected);
        free(leaves);
        free(events);
    }
    ck_assert_uint_gt(nb_spoilt, 0);
}
END_TEST

/* The row that a kernel makes of one event. row: the trace's columns. */
static void row_of(uint32_t *row, const char *name, const void *event)
{
    enum { HEIGHT = 32 };
    size_t index = 0;
    while (index < tg_nb_traces() && tg_trace_at(index) != sample_trace(name)) index++;
    uint32_t *cells = result_create(tg_trace_at(index), HEIGHT);
    run_kernels(cells, index, &shapes[1], HEIGHT, event, 1, poisons[0], 0);
    for (size_t column = 0; column < tg_trace_width(tg_trace_at(index)); column++)
        row[column] = cells[column * HEIGHT];
    free(cells);
}

START_TEST(kernels_select_by_opcode)
{
    static const uint32_t opcodes[] = {0,   1,   2,          3,          4,          5,
                                       255, 256, 0x01fffffe, 0x7fffffff, 0x80000000, 0xffffffff};
    for (size_t i = 0; i < NB(opcodes); i++) {
        const tg_base_alu_instr base = {.opcode = opcodes[i],
                                        .mult = 5,
                                        .addrs = {.out = 1, .in1 = 2, .in2 = 3}};
        const tg_ext_alu_instr ext = {.opcode = opcodes[i],
                                      .mult = 5,
                                      .addrs = {.out = 1, .in1 = 2, .in2 = 3}};
        uint32_t expected[8] = {1, 2, 3, 0, 0, 0, 0, 5};
        if (opcodes[i] < 4) expected[3 + opcodes[i]] = TG_WORD_ONE;
        uint32_t row[8];
        row_of(row, "BaseAlu.preprocessed", &base);
        ck_assert_mem_eq(row, expected, sizeof row);
        row_of(row, "ExtAlu.preprocessed", &ext);
        ck_assert_mem_eq(row, expected, sizeof row);
    }
}
END_TEST

START_TEST(kernels_test_flags_against_zero)
{
    for (unsigned flag = 0; flag < 256; flag++) {
        uint32_t row[10];
        const tg_poseidon2_linear_layer_instr layer = {.external = (uint8_t)flag};
        row_of(row, "Poseidon2LinearLayer.preprocessed", &layer);
        ck_assert_uint_eq(row[8], flag != 0 ? TG_WORD_ONE : 0);
        ck_assert_uint_eq(row[9], flag != 0 ? 0 : TG_WORD_ONE);
        // The multiplicity is stored as it is.
        const tg_poseidon2_sbox_instr sbox = {.mults = 77, .external = (uint8_t)flag};
        row_of(row, "Poseidon2SBox.preprocessed", &sbox);
        ck_assert_uint_eq(row[2], flag != 0 ? 77 : 0);
        ck_assert_uint_eq(row[3], flag != 0 ? 0 : 77);
        const tg_ext_felt_convert_instr convert = {.mults = {10, 11, 12, 13, 14},
                                                   .ext2felt = (uint8_t)flag};
        row_of(row, "ExtFeltConvert.preprocessed", &convert);
        const uint32_t splits[5] = {TG_WORD_ONE, 11, 12, 13, 14};
        const uint32_t joins[5] = {TG_P - 10, 0x7d000003, 0x7d000003, 0x7d000003, 0x7d000003};
        ck_assert_mem_eq(row + 5, flag != 0 ? splits : joins, sizeof joins);
    }
}
END_TEST

START_TEST(kernels_negate_zero_to_zero)
{
    uint32_t row[10];
    const tg_ext_felt_convert_instr convert = {.ext2felt = 0};
    row_of(row, "ExtFeltConvert.preprocessed", &convert);
    ck_assert_uint_eq(row[5], 0);
    static const uint32_t mults[] = {0, 1, TG_P - 1};
    for (size_t i = 0; i < NB(mults); i++) {
        const tg_memory_const_instr read = {.mult = mults[i], .kind = TG_MEMORY_READ};
        row_of(row, "MemoryConst.preprocessed", &read);
        ck_assert_uint_eq(row[5], (TG_P - mults[i]) % TG_P);
        const tg_memory_const_instr write = {.mult = mults[i], .kind = TG_MEMORY_WRITE};
        row_of(row, "MemoryConst.preprocessed", &write);
        ck_assert_uint_eq(row[5], mults[i]);
    }
}
END_TEST

TG_SUITE("kernels", kernels_do_not_depend_on_the_shape, kernels_fill_fixed_heights,
         kernels_go_on_where_blocks_have_several_rounds, kernels_write_no_cell_twice,
         kernels_ignore_what_the_trace_ignores, kernels_select_by_opcode,
         kernels_test_flags_against_zero, kernels_negate_zero_to_zero)
