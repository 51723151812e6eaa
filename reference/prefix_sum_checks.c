/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* PrefixSumChecks: everything but the event's zero and one is copied. */
#include "model/prefix_sum_checks.h"

#include "reference/reference.h"

#include <string.h>

TG_REF_ROW(prefix_sum_checks_preprocessed, tg_prefix_sum_checks_preprocessed_columns,
           tg_prefix_sum_checks_instr)
{
    row->x1_mem = event->x1;
    row->x2_mem = event->x2;
    row->acc_addr = event->acc;
    row->next_acc_addr = event->next_acc;
    row->next_acc_mult = event->next_acc_mult;
    row->felt_acc_addr = event->felt_acc;
    row->felt_next_acc_addr = event->felt_next_acc;
    row->felt_next_acc_mult = event->felt_next_acc_mult;
    row->is_real = 1;
    return NULL;
}

TG_REF_ROW(prefix_sum_checks_main, tg_prefix_sum_checks_main_columns, tg_prefix_sum_checks_event)
{
    row->x1 = event->x1;
    memcpy(row->x2, event->x2, sizeof row->x2);
    memcpy(row->acc, event->acc, sizeof row->acc);
    memcpy(row->new_acc, event->new_acc, sizeof row->new_acc);
    row->felt_acc = event->field_acc;
    row->felt_new_acc = event->new_field_acc;
    return NULL;
}
