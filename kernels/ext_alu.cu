/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of ExtAlu: copies, and one selector for each opcode. */
#include "kernels/stage.cuh"
#include "model/ext_alu.h"

TG_DEVICE void ext_alu_preprocessed_row(tg_ext_alu_preprocessed_columns *row,
                                        const tg_ext_alu_instr *instr)
{
    tg_ext_alu_access *access = &row->accesses[0];
    access->addrs = instr->addrs;
    access->is_add = instr->opcode == TG_EXT_ADD ? TG_WORD_ONE : 0;
    access->is_sub = instr->opcode == TG_EXT_SUB ? TG_WORD_ONE : 0;
    access->is_mul = instr->opcode == TG_EXT_MUL ? TG_WORD_ONE : 0;
    access->is_div = instr->opcode == TG_EXT_DIV ? TG_WORD_ONE : 0;
    access->mult = instr->mult;
}

TG_ROWS_KERNEL(ext_alu_preprocessed, tg_ext_alu_instr, tg_ext_alu_preprocessed_columns,
               ext_alu_preprocessed_row)

/* The result is the event's own: it is not computed again. */
TG_DEVICE void ext_alu_main_row(tg_ext_alu_main_columns *row, const tg_ext_alu_event *event)
{
    row->values[0].vals = *event;
}

TG_ROWS_KERNEL(ext_alu_main, tg_ext_alu_event, tg_ext_alu_main_columns, ext_alu_main_row)
