/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* MemoryVar and MemoryVarV1 in drawn programs: the four hints, whose outputs are all that the bus
 * sees of them. What a hint reads is not counted.
 */
#include "model/memory_var.h"

#include "harness/program_chip.h"
#include "reference/field.h"
#include "reference/septic.h"

/* Lengths of the hints of SP1's random programs are below this. */
#define LENGTH_RANGE 32

static void write_variable(tg_step *step, const uint32_t value[4])
{
    tg_memory_var_instr *instr = tg_step_instrs(step, 1);
    tg_memory_var_event *event = tg_step_events(step, 1);
    instr->addr = tg_step_write(step, value, &instr->mult).addr;
    tg_value_to_words(event->inner, value);
}

static void write_felt_variable(tg_step *step, uint32_t felt)
{
    const uint32_t value[4] = {felt, 0, 0, 0};
    write_variable(step, value);
}

/* Hint: values of the prover's. */
static void run_hint(tg_step *step)
{
    const uint32_t length = tg_step_below(step, LENGTH_RANGE);
    for (uint32_t i = 0; i < length; i++) {
        uint32_t value[4];
        tg_step_draw_value(step, value);
        write_variable(step, value);
    }
}

/* HintBits: the lowest bits of a felt's residue. */
static void run_hint_bits(tg_step *step)
{
    const uint32_t length = tg_step_below(step, LENGTH_RANGE);
    const uint32_t residue = tg_step_peek_felt(step).value[0];
    for (uint32_t i = 0; i < length; i++) {
        write_felt_variable(step, residue >> i & 1);
    }
}

/* HintExt2Felts: the elements of a block. */
static void run_hint_ext2felts(tg_step *step)
{
    const tg_operand block = tg_step_peek_block(step);
    for (size_t k = 0; k < 4; k++) {
        write_felt_variable(step, block.value[k]);
    }
}

static tg_ref_septic peek_septic(tg_step *step)
{
    tg_ref_septic element;
    for (size_t i = 0; i < TG_REF_SEPTIC_DEGREE; i++) {
        element.c[i] = tg_step_peek_felt(step).value[0];
    }
    return element;
}

static void write_septic(tg_step *step, const tg_ref_septic *element)
{
    for (size_t i = 0; i < TG_REF_SEPTIC_DEGREE; i++) {
        write_felt_variable(step, element->c[i]);
    }
}

/* HintAddCurve: the third point on the line through two, mirrored. Felts of memory are no points of
 * the curve, and SP1's random programs, too, add what they find. */
static void run_hint_add_curve(tg_step *step)
{
    const tg_ref_septic x1 = peek_septic(step);
    const tg_ref_septic y1 = peek_septic(step);
    const tg_ref_septic x2 = peek_septic(step);
    const tg_ref_septic y2 = peek_septic(step);
    const tg_ref_septic slope = tg_ref_septic_mul(tg_ref_septic_sub(y2, y1),
                                                  tg_ref_septic_inverse(tg_ref_septic_sub(x2, x1)));
    const tg_ref_septic x =
        tg_ref_septic_sub(tg_ref_septic_sub(tg_ref_septic_mul(slope, slope), x1), x2);
    const tg_ref_septic y =
        tg_ref_septic_sub(tg_ref_septic_mul(slope, tg_ref_septic_sub(x1, x)), y1);
    write_septic(step, &x);
    write_septic(step, &y);
}

#define HINTS                                                                              \
    {                                                                                      \
        {.weight = 30, .run = run_hint}, {.weight = 10, .run = run_hint_ext2felts},        \
            {.weight = 3, .run = run_hint_add_curve}, {.weight = 2, .run = run_hint_bits}, \
    }

const tg_chip_program tg_program_memory_var = {.machines = TG_IN_COMPRESS, .ops = HINTS};
const tg_chip_program tg_program_memory_var_v1 = {.machines = TG_IN_WRAP, .ops = HINTS};
