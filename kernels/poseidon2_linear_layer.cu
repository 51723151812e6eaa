/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of Poseidon2LinearLayer: copies. The layer itself is checked on the bus only; no
 * column holds its output. */
#include "kernels/stage.cuh"
#include "model/poseidon2_linear_layer.h"

/* The multiplicities must be 1 and are not stored. */
TG_DEVICE void poseidon2_linear_layer_preprocessed_row(
    tg_poseidon2_linear_layer_preprocessed_columns *row,
    const tg_poseidon2_linear_layer_instr *instr)
{
    tg_poseidon2_linear_layer_access *access = &row->accesses[0];
    access->addrs = instr->addrs;
    access->external = instr->external != 0 ? TG_WORD_ONE : 0;
    access->internal = instr->external != 0 ? 0 : TG_WORD_ONE;
}

TG_ROWS_KERNEL(poseidon2_linear_layer_preprocessed, tg_poseidon2_linear_layer_instr,
               tg_poseidon2_linear_layer_preprocessed_columns,
               poseidon2_linear_layer_preprocessed_row)

TG_DEVICE void poseidon2_linear_layer_main_row(tg_poseidon2_linear_layer_main_columns *row,
                                               const tg_poseidon2_linear_layer_event *event)
{
    TG_UNROLL for (int i = 0; i < 16; i++) row->values[0].input[i / 4][i % 4] =
        event->input[i / 4][i % 4];
}

TG_ROWS_BEFORE_KERNEL(poseidon2_linear_layer_main, tg_poseidon2_linear_layer_event, output,
                      tg_poseidon2_linear_layer_main_columns, poseidon2_linear_layer_main_row)
