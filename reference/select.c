/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Select: everything is copied; the outputs are not computed again. */
#include "model/select.h"

#include "reference/reference.h"

TG_REF_ROW(select_preprocessed, tg_select_preprocessed_columns, tg_select_instr)
{
    row->is_real = 1;
    row->addrs = event->addrs;
    row->mult1 = event->mult1;
    row->mult2 = event->mult2;
    return NULL;
}

TG_REF_ROW(select_main, tg_select_main_columns, tg_select_event)
{
    row->vals = *event;
    return NULL;
}
