/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What SP1's constraints ask of a pair of rows of the recursion machine's chips, and what the pair
 * sends to and receives from the memory bus; written from SP1's formulas (SP1 v6.2.0,
 * crates/recursion, `eval` of each chip). Nothing of the project computes here: field, constants
 * and linear layers are this file's own, so that a fault of theirs cannot excuse itself.
 *
 * Rows are residues in the column structs of model/. All rows are checked, padding rows too.
 */
#ifndef TRACEGATE_TESTS_PROGRAM_ROWS_H
#define TRACEGATE_TESTS_PROGRAM_ROWS_H

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
#include "program_field.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is found ---- */

/* One message of the memory bus, in residues. */
typedef struct rows_message {
    uint32_t tuple[5]; /* address and value */
    uint32_t mult;     /* what is sent; received ones are negative */
} rows_message;

/* What rows gave. */
typedef struct rows_found {
    uint64_t nb_evaluated; /* constraints */
    uint64_t nb_violated;
    rows_message *messages; /* of all multiplicities but 0 */
    size_t nb_messages;
    size_t capacity;
} rows_found;

static inline void rows_zero(rows_found *found, uint32_t value)
{
    found->nb_evaluated++;
    found->nb_violated += value != 0;
}

/* value is 0 or 1. */
static inline void rows_bit(rows_found *found, uint32_t value)
{
    rows_zero(found, rows_mul(value, rows_sub(value, 1)));
}

static inline void rows_send(rows_found *found, uint32_t address, const uint32_t value[4],
                             uint32_t mult)
{
    if (mult == 0) return;
    if (found->nb_messages == found->capacity) {
        found->capacity = 2 * found->capacity + 64;
        found->messages = realloc(found->messages, found->capacity * sizeof *found->messages);
        ck_assert_ptr_nonnull(found->messages);
    }
    rows_message *message = &found->messages[found->nb_messages++];
    message->tuple[0] = address;
    memcpy(message->tuple + 1, value, 4 * sizeof *value);
    message->mult = mult;
}

static inline void rows_receive(rows_found *found, uint32_t address, const uint32_t value[4],
                                uint32_t mult)
{
    rows_send(found, address, value, rows_sub(0, mult));
}

static inline void rows_send_felt(rows_found *found, uint32_t address, uint32_t value,
                                  uint32_t mult)
{
    const uint32_t block[4] = {value, 0, 0, 0};
    rows_send(found, address, block, mult);
}

static inline void rows_receive_felt(rows_found *found, uint32_t address, uint32_t value,
                                     uint32_t mult)
{
    rows_send_felt(found, address, value, rows_sub(0, mult));
}

/* ---- chips ---- */

/* Constraints and messages of one pair of rows. public_values: residues. */
typedef void rows_of_chip(rows_found *found, const void *preprocessed, const void *main,
                          const uint32_t *public_values);

static inline void rows_base_alu(rows_found *found, const void *preprocessed, const void *main,
                                 const uint32_t *public_values)
{
    const tg_base_alu_access *pre = preprocessed;
    const tg_base_alu_event *vals = main;
    (void)public_values;
    const uint32_t is_real =
        rows_add(rows_add(pre->is_add, pre->is_sub), rows_add(pre->is_mul, pre->is_div));
    const uint32_t o = vals->out;
    const uint32_t x = vals->in1;
    const uint32_t y = vals->in2;
    rows_bit(found, is_real);
    rows_zero(found, rows_mul(pre->is_add, rows_sub(rows_add(x, y), o)));
    rows_zero(found, rows_mul(pre->is_sub, rows_sub(rows_sub(x, y), o)));
    rows_zero(found, rows_mul(pre->is_mul, rows_sub(o, rows_mul(x, y))));
    rows_zero(found, rows_mul(pre->is_div, rows_sub(rows_mul(y, o), x)));
    rows_receive_felt(found, pre->addrs.in1, x, is_real);
    rows_receive_felt(found, pre->addrs.in2, y, is_real);
    rows_send_felt(found, pre->addrs.out, o, pre->mult);
}

static inline void rows_ext_alu(rows_found *found, const void *preprocessed, const void *main,
                                const uint32_t *public_values)
{
    const tg_ext_alu_access *pre = preprocessed;
    const tg_ext_alu_event *vals = main;
    (void)public_values;
    const uint32_t is_real =
        rows_add(rows_add(pre->is_add, pre->is_sub), rows_add(pre->is_mul, pre->is_div));
    const uint32_t *o = vals->out;
    const uint32_t *x = vals->in1;
    const uint32_t *y = vals->in2;
    rows_bit(found, is_real);
    for (size_t t = 0; t < 4; t++) {
        rows_zero(found, rows_mul(pre->is_add, rows_sub(rows_add(x[t], y[t]), o[t])));
        rows_zero(found, rows_mul(pre->is_sub, rows_sub(rows_sub(x[t], y[t]), o[t])));
        rows_zero(found, rows_mul(pre->is_mul, rows_sub(rows_ext_mul(x, y, t), o[t])));
        rows_zero(found, rows_mul(pre->is_div, rows_sub(x[t], rows_ext_mul(y, o, t))));
    }
    rows_receive(found, pre->addrs.in1, x, is_real);
    rows_receive(found, pre->addrs.in2, y, is_real);
    rows_send(found, pre->addrs.out, o, pre->mult);
}

static inline void rows_linear_layer(rows_found *found, const void *preprocessed, const void *main,
                                     const uint32_t *public_values)
{
    const tg_poseidon2_linear_layer_access *pre = preprocessed;
    const tg_poseidon2_linear_layer_values *vals = main;
    (void)public_values;
    const uint32_t is_real = rows_add(pre->external, pre->internal);
    uint32_t external[16], internal[16];
    memcpy(external, vals->input, sizeof external);
    memcpy(internal, vals->input, sizeof internal);
    rows_external_layer(external);
    rows_internal_layer(internal);
    rows_bit(found, pre->external);
    rows_bit(found, pre->internal);
    rows_bit(found, is_real);
    for (size_t b = 0; b < 4; b++) {
        rows_receive(found, pre->addrs.input[b], vals->input[b], is_real);
        rows_send(found, pre->addrs.output[b], external + 4 * b, pre->external);
        rows_send(found, pre->addrs.output[b], internal + 4 * b, pre->internal);
    }
}

static inline void rows_sbox(rows_found *found, const void *preprocessed, const void *main,
                             const uint32_t *public_values)
{
    const tg_poseidon2_sbox_access *pre = preprocessed;
    const tg_poseidon2_sbox_vals *vals = main;
    (void)public_values;
    const uint32_t is_real = rows_add(pre->external, pre->internal);
    const uint32_t first_only[4] = {vals->output[0], vals->input[1], vals->input[2],
                                    vals->input[3]};
    rows_bit(found, pre->external);
    rows_bit(found, pre->internal);
    rows_bit(found, is_real);
    for (size_t k = 0; k < 4; k++) {
        rows_zero(found, rows_sub(rows_cube(vals->input[k]), vals->output[k]));
    }
    rows_receive(found, pre->addrs.input, vals->input, is_real);
    rows_send(found, pre->addrs.output, vals->output, pre->external);
    rows_send(found, pre->addrs.output, first_only, pre->internal);
}

static inline void rows_ext_felt_convert(rows_found *found, const void *preprocessed,
                                         const void *main, const uint32_t *public_values)
{
    const tg_ext_felt_convert_access *pre = preprocessed;
    const tg_ext_felt_convert_event *vals = main;
    (void)public_values;
    rows_receive(found, pre->addrs[0], vals->input, pre->mults[0]);
    for (size_t k = 0; k < 4; k++) {
        rows_send_felt(found, pre->addrs[k + 1], vals->input[k], pre->mults[k + 1]);
    }
}

static inline void rows_select(rows_found *found, const void *preprocessed, const void *main,
                               const uint32_t *public_values)
{
    const tg_select_preprocessed_columns *pre = preprocessed;
    const tg_select_event *vals = main;
    (void)public_values;
    const uint32_t difference = rows_sub(vals->in2, vals->in1);
    rows_bit(found, vals->bit);
    rows_zero(found, rows_sub(rows_sub(vals->out1, vals->in1), rows_mul(vals->bit, difference)));
    rows_zero(found, rows_sub(rows_add(vals->out1, vals->out2), rows_add(vals->in1, vals->in2)));
    rows_receive_felt(found, pre->addrs.bit, vals->bit, pre->is_real);
    rows_receive_felt(found, pre->addrs.in1, vals->in1, pre->is_real);
    rows_receive_felt(found, pre->addrs.in2, vals->in2, pre->is_real);
    rows_send_felt(found, pre->addrs.out1, vals->out1, pre->mult1);
    rows_send_felt(found, pre->addrs.out2, vals->out2, pre->mult2);
}

static inline void rows_prefix_sum_checks(rows_found *found, const void *preprocessed,
                                          const void *main, const uint32_t *public_values)
{
    const tg_prefix_sum_checks_preprocessed_columns *pre = preprocessed;
    const tg_prefix_sum_checks_main_columns *vals = main;
    (void)public_values;
    const uint32_t x = vals->x1;
    uint32_t factor[4];
    for (size_t k = 0; k < 4; k++) {
        const uint32_t y = vals->x2[k];
        factor[k] = rows_sub(rows_mul(2, rows_mul(x, y)), y);
    }
    factor[0] = rows_add(factor[0], rows_sub(1, x));
    rows_bit(found, pre->is_real);
    rows_bit(found, x);
    for (size_t t = 0; t < 4; t++) {
        rows_zero(found, rows_sub(vals->new_acc[t], rows_ext_mul(vals->acc, factor, t)));
    }
    rows_zero(found, rows_sub(rows_sub(vals->felt_new_acc, x), rows_mul(2, vals->felt_acc)));
    rows_receive_felt(found, pre->x1_mem, x, pre->is_real);
    rows_receive(found, pre->x2_mem, vals->x2, pre->is_real);
    rows_receive(found, pre->acc_addr, vals->acc, pre->is_real);
    rows_receive_felt(found, pre->felt_acc_addr, vals->felt_acc, pre->is_real);
    rows_send(found, pre->next_acc_addr, vals->new_acc, pre->next_acc_mult);
    rows_send_felt(found, pre->felt_next_acc_addr, vals->felt_new_acc, pre->felt_next_acc_mult);
}

/* The 128 identities of the external rounds. */
static inline void rows_external_rounds(rows_found *found, const tg_poseidon2_wide_state *state)
{
    for (size_t round = 0; round < 8; round++) {
        const uint32_t *next = round == 3   ? state->internal_rounds_state
                               : round == 7 ? state->output_state
                                            : state->external_rounds_state[round + 1];
        uint32_t x[16];
        memcpy(x, state->external_rounds_state[round], sizeof x);
        if (round == 0) rows_external_layer(x);
        for (size_t i = 0; i < 16; i++) {
            x[i] = rows_cube(rows_add(x[i], rows_external_constants[round][i]));
        }
        rows_external_layer(x);
        for (size_t i = 0; i < 16; i++) {
            rows_zero(found, rows_sub(next[i], x[i]));
        }
    }
}

/* The 35 identities of the internal ones. */
static inline void rows_internal_rounds(rows_found *found, const tg_poseidon2_wide_state *state)
{
    uint32_t x[16];
    memcpy(x, state->internal_rounds_state, sizeof x);
    for (size_t round = 0; round < 20; round++) {
        const uint32_t first =
            round == 0 ? state->internal_rounds_state[0] : state->internal_rounds_s0[round - 1];
        x[0] = rows_cube(rows_add(first, rows_internal_constants[round]));
        rows_internal_layer(x);
        if (round < 19) rows_zero(found, rows_sub(state->internal_rounds_s0[round], x[0]));
    }
    for (size_t i = 0; i < 16; i++) {
        rows_zero(found, rows_sub(state->external_rounds_state[4][i], x[i]));
    }
}

static inline void rows_poseidon2_wide(rows_found *found, const void *preprocessed,
                                       const void *main, const uint32_t *public_values)
{
    const tg_poseidon2_wide_preprocessed_columns *pre = preprocessed;
    const tg_poseidon2_wide_state *state = main;
    (void)public_values;
    rows_external_rounds(found, state);
    rows_internal_rounds(found, state);
    for (size_t i = 0; i < 16; i++) {
        rows_receive_felt(found, pre->input[i], state->external_rounds_state[0][i], pre->is_real);
        rows_send_felt(found, pre->output[i].addr, state->output_state[i], pre->output[i].mult);
    }
}

static inline void rows_memory_const(rows_found *found, const void *preprocessed, const void *main,
                                     const uint32_t *public_values)
{
    const tg_memory_const_value_and_access *pre = preprocessed;
    (void)main;
    (void)public_values;
    rows_send(found, pre->access.addr, pre->value, pre->access.mult);
}

static inline void rows_memory_var(rows_found *found, const void *preprocessed, const void *main,
                                   const uint32_t *public_values)
{
    const tg_memory_var_preprocessed_columns *pre = preprocessed;
    const tg_memory_var_main_columns *vals = main;
    (void)public_values;
    rows_send(found, pre->accesses[0].addr, vals->values[0], pre->accesses[0].mult);
    rows_send(found, pre->accesses[1].addr, vals->values[1], pre->accesses[1].mult);
}

static inline void rows_memory_var_v1(rows_found *found, const void *preprocessed, const void *main,
                                      const uint32_t *public_values)
{
    const tg_memory_var_v1_preprocessed_columns *pre = preprocessed;
    const tg_memory_var_v1_main_columns *vals = main;
    (void)public_values;
    rows_send(found, pre->accesses[0].addr, vals->values[0], pre->accesses[0].mult);
}

/* Place of the digest among the public values. */
#define ROWS_DIGEST 175

static inline void rows_public_values(rows_found *found, const void *preprocessed, const void *main,
                                      const uint32_t *public_values)
{
    const tg_public_values_preprocessed_columns *pre = preprocessed;
    const tg_public_values_main_columns *vals = main;
    for (size_t j = 0; j < 8; j++) {
        const uint32_t wanted = public_values[ROWS_DIGEST + j];
        rows_zero(found, rows_mul(pre->pv_idx[j], rows_sub(wanted, vals->pv_element)));
    }
    rows_receive_felt(found, pre->pv_mem.addr, vals->pv_element, pre->pv_mem.mult);
}

/* Every chip of the recursion machines, with the number of its constraints but the one that holds
 * of any row (Poseidon2WideDeg3 has such a one beside these). */
typedef struct rows_chip {
    const char *name;
    size_t nb_constraints;
    rows_of_chip *rows;
} rows_chip;

static const rows_chip rows_chips[] = {
    {"BaseAlu", 5, rows_base_alu},
    {"ExtAlu", 17, rows_ext_alu},
    {"Poseidon2WideDeg3", 163, rows_poseidon2_wide},
    {"Poseidon2LinearLayer", 3, rows_linear_layer},
    {"Poseidon2SBox", 7, rows_sbox},
    {"ExtFeltConvert", 0, rows_ext_felt_convert},
    {"Select", 3, rows_select},
    {"PrefixSumChecks", 7, rows_prefix_sum_checks},
    {"MemoryConst", 0, rows_memory_const},
    {"MemoryVar", 0, rows_memory_var},
    {"MemoryVarV1", 0, rows_memory_var_v1},
    {"PublicValues", 8, rows_public_values},
};
#define ROWS_NB_CHIPS (sizeof rows_chips / sizeof rows_chips[0])

#endif
