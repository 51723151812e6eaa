/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of PrefixSumChecks: copies. */
#include "kernels/stage.cuh"
#include "model/prefix_sum_checks.h"

TG_DEVICE void prefix_sum_checks_preprocessed_row(tg_prefix_sum_checks_preprocessed_columns *row,
                                                  const tg_prefix_sum_checks_instr *instr)
{
    row->x1_mem = instr->x1;
    row->x2_mem = instr->x2;
    row->acc_addr = instr->acc;
    row->next_acc_addr = instr->next_acc;
    row->next_acc_mult = instr->next_acc_mult;
    row->felt_acc_addr = instr->felt_acc;
    row->felt_next_acc_addr = instr->felt_next_acc;
    row->felt_next_acc_mult = instr->felt_next_acc_mult;
    row->is_real = TG_WORD_ONE;
}

TG_ROWS_KERNEL(prefix_sum_checks_preprocessed, tg_prefix_sum_checks_instr,
               tg_prefix_sum_checks_preprocessed_columns, prefix_sum_checks_preprocessed_row)

/* The event's zero and one are in no column. */
TG_DEVICE void prefix_sum_checks_main_row(tg_prefix_sum_checks_main_columns *row,
                                          const tg_prefix_sum_checks_event *event)
{
    row->x1 = event->x1;
    TG_UNROLL for (int k = 0; k < 4; k++)
    {
        row->x2[k] = event->x2[k];
        row->acc[k] = event->acc[k];
        row->new_acc[k] = event->new_acc[k];
    }
    row->felt_acc = event->field_acc;
    row->felt_new_acc = event->new_field_acc;
}

TG_ROWS_KERNEL(prefix_sum_checks_main, tg_prefix_sum_checks_event,
               tg_prefix_sum_checks_main_columns, prefix_sum_checks_main_row)
