/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* PrefixSumChecks in drawn programs: instructions of 0 to 7 elements, whose accumulators start from
 * the constants 1 and 0 and go on from element to element. */
#include "model/prefix_sum_checks.h"

#include "harness/program_chip.h"
#include "reference/extension.h"
#include "reference/field.h"

/* Lengths of the instructions of SP1's random programs are below this. */
#define LENGTH_RANGE 8

/* new_acc = acc * (1 - x1 - x2 + 2 x1 x2) */
static void accumulate(uint32_t new_acc[4], const uint32_t acc[4], const uint32_t x1[4],
                       const uint32_t x2[4])
{
    static const uint32_t one[4] = {1, 0, 0, 0};
    uint32_t product[4], factor[4];
    tg_ref_ext_mul(product, x1, x2);
    tg_ref_ext_add(product, product, product);
    tg_ref_ext_sub(factor, one, x1);
    tg_ref_ext_sub(factor, factor, x2);
    tg_ref_ext_add(factor, factor, product);
    tg_ref_ext_mul(new_acc, acc, factor);
}

/* Run one element; acc and field_acc, which it reads, become those that it writes. */
static void run_element(tg_step *step, tg_operand *acc, tg_operand *field_acc)
{
    tg_prefix_sum_checks_instr *row = tg_step_instrs(step, 1);
    tg_prefix_sum_checks_event *event = tg_step_events(step, 1);
    const tg_operand x1 = tg_step_read_bit(step);
    const tg_operand x2 = tg_step_read_block(step);
    uint32_t new_acc[4];
    accumulate(new_acc, acc->value, x1.value, x2.value);
    const uint32_t doubled = tg_ref_add(field_acc->value[0], field_acc->value[0]);
    const uint32_t new_field_acc = tg_ref_add(doubled, x1.value[0]);
    event->x1 = tg_ref_to_word(x1.value[0]);
    tg_value_to_words(event->x2, x2.value);
    event->one[0] = TG_WORD_ONE;
    tg_value_to_words(event->acc, acc->value);
    tg_value_to_words(event->new_acc, new_acc);
    event->field_acc = tg_ref_to_word(field_acc->value[0]);
    event->new_field_acc = tg_ref_to_word(new_field_acc);
    row->x1 = x1.addr;
    row->x2 = x2.addr;
    row->acc = acc->addr;
    row->felt_acc = field_acc->addr;
    *acc = tg_step_write(step, new_acc, &row->next_acc_mult);
    *field_acc = tg_step_write_felt(step, new_field_acc, &row->felt_next_acc_mult);
    row->next_acc = acc->addr;
    row->felt_next_acc = field_acc->addr;
}

static void run_checks(tg_step *step)
{
    const size_t length = tg_step_below(step, LENGTH_RANGE);
    tg_operand acc = {0};
    tg_operand field_acc = {0};
    for (size_t i = 0; i < length; i++) {
        if (i == 0) {
            acc = tg_step_read_constant(step, 1);
            field_acc = tg_step_read_constant(step, 0);
        } else {
            tg_step_read(step, &acc);
            tg_step_read(step, &field_acc);
        }
        run_element(step, &acc, &field_acc);
    }
}

const tg_chip_program tg_program_prefix_sum_checks = {
    .machines = TG_IN_COMPRESS,
    .ops = {{.weight = 40, .run = run_checks}},
};
