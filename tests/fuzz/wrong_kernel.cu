/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A kernel for the host grid as a shared object, wrong where in1 is p - 1: the suites of kernel
 * libraries and fuzz targets open it. */
#include "kernels/stage.cuh"
#include "model/select.h"

TG_DEVICE void wrong_row(tg_select_main_columns *row, const tg_select_event *event)
{
    row->vals = *event;
    if (event->in1 == TG_P - 1) row->vals.out1 = 0;
}

TG_ROWS_KERNEL(select_main, tg_select_event, tg_select_main_columns, wrong_row)
