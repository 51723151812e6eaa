/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of Select: copies. */
#include "kernels/stage.cuh"
#include "model/select.h"

TG_DEVICE void select_preprocessed_row(tg_select_preprocessed_columns *row,
                                       const tg_select_instr *instr)
{
    row->is_real = TG_WORD_ONE;
    row->addrs = instr->addrs;
    row->mult1 = instr->mult1;
    row->mult2 = instr->mult2;
}

TG_ROWS_KERNEL(select_preprocessed, tg_select_instr, tg_select_preprocessed_columns,
               select_preprocessed_row)

TG_DEVICE void select_main_row(tg_select_main_columns *row, const tg_select_event *event)
{
    row->vals = *event;
}

TG_ROWS_KERNEL(select_main, tg_select_event, tg_select_main_columns, select_main_row)
