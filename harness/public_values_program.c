/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* PublicValues in drawn programs: one CommitPublicValues at the end. It reads the digest alone; the
 * other addresses are not on the bus. */
#include "model/public_values.h"

#include "harness/program_chip.h"
#include "reference/field.h"

#include <string.h>

#define NB_WORDS TG_PROGRAM_NB_PUBLIC_VALUES
#define FIRST_OF_DIGEST (offsetof(tg_public_values_event, digest) / sizeof(uint32_t))
#define NB_DIGEST (sizeof(((tg_public_values_event *)0)->digest) / sizeof(uint32_t))

static_assert(sizeof(tg_public_values_event) == NB_WORDS * sizeof(uint32_t),
              "instruction and event are the public values, word by word");

static void run_commit(tg_step *step)
{
    tg_public_values_instr *instr = tg_step_instrs(step, 1);
    tg_public_values_event *event = tg_step_events(step, 1);
    uint32_t addresses[NB_WORDS], values[NB_WORDS];
    for (size_t i = 0; i < NB_WORDS; i++) {
        const tg_operand operand = tg_step_peek_felt(step);
        if (i >= FIRST_OF_DIGEST && i < FIRST_OF_DIGEST + NB_DIGEST) tg_step_read(step, &operand);
        addresses[i] = operand.addr;
        values[i] = tg_ref_to_word(operand.value[0]);
    }
    memcpy(instr, addresses, sizeof addresses);
    memcpy(event, values, sizeof values);
    tg_step_publish(step, values);
}

const tg_chip_program tg_program_public_values = {
    .machines = TG_IN_COMPRESS | TG_IN_WRAP,
    .last = run_commit,
};
