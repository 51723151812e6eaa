/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of Poseidon2SBox: four cubes a row. */
#include "kernels/field.cuh"
#include "kernels/stage.cuh"
#include "model/poseidon2_sbox.h"

/* The flag of the instruction's sort holds its multiplicity, which must be 1. */
TG_DEVICE void poseidon2_sbox_preprocessed_row(tg_poseidon2_sbox_preprocessed_columns *row,
                                               const tg_poseidon2_sbox_instr *instr)
{
    tg_poseidon2_sbox_access *access = &row->accesses[0];
    access->addrs = instr->addrs;
    access->external = instr->external != 0 ? instr->mults : 0;
    access->internal = instr->external != 0 ? 0 : instr->mults;
}

TG_ROWS_KERNEL(poseidon2_sbox_preprocessed, tg_poseidon2_sbox_instr,
               tg_poseidon2_sbox_preprocessed_columns, poseidon2_sbox_preprocessed_row)

/* All four elements are cubed, for internal instructions too; the event's output is not read. */
TG_DEVICE void poseidon2_sbox_main_row(tg_poseidon2_sbox_main_columns *row,
                                       const tg_poseidon2_sbox_event *event)
{
    tg_poseidon2_sbox_vals *vals = &row->values[0].vals;
    TG_UNROLL for (int k = 0; k < 4; k++)
    {
        vals->input[k] = event->input[k];
        vals->output[k] = tg_krn_cube((int32_t)event->input[k]);
    }
}

TG_ROWS_BEFORE_KERNEL(poseidon2_sbox_main, tg_poseidon2_sbox_event, output,
                      tg_poseidon2_sbox_main_columns, poseidon2_sbox_main_row)
