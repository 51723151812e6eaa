/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of MemoryConst: copies, with the multiplicity negated for a Read; and a main trace
 * that is one column of zeros. */
#include "kernels/field.cuh"
#include "kernels/stage.cuh"
#include "model/memory_const.h"

TG_DEVICE void memory_const_preprocessed_row(tg_memory_const_preprocessed_columns *row,
                                             const tg_memory_const_instr *instr)
{
    tg_memory_const_value_and_access *pair = &row->values_and_accesses[0];
    TG_UNROLL for (int k = 0; k < 4; k++) pair->value[k] = instr->val[k];
    pair->access.addr = instr->addr;
    pair->access.mult = instr->kind == TG_MEMORY_WRITE ? instr->mult : tg_krn_neg(instr->mult);
}

TG_ROWS_KERNEL(memory_const_preprocessed, tg_memory_const_instr,
               tg_memory_const_preprocessed_columns, memory_const_preprocessed_row)

/* Rows are cheap here, so that a block takes many: starting it costs more. */
TG_ROWS_PER_BLOCK(memory_const_main, 4096)

/* There are no events, only their count; the height says all. */
TG_KERNEL(memory_const_main, void)
{
    const tg_quad zero = {{0, 0, 0, 0}};
    const size_t nb_quads = (uintptr_t)trace % 16 == 0 ? height / 4 : 0;
    (void)events;
    (void)nb_events;
    TG_FOR_ROWS(quad, nb_quads) tg_store_quad(trace + 4 * quad, zero);
    TG_FOR_ROWS(row, height - 4 * nb_quads) trace[4 * nb_quads + row] = 0;
}
