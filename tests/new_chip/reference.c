/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a user writes in the place of the reference that new-chip began. */
#include "mychip.h"
#include "tracegate/chip.h"

tracegate_row mychip_preprocessed_row;
tracegate_row mychip_main_row;

const char *mychip_preprocessed_row(void *columns, const void *event, size_t slot)
{
    mychip_preprocessed_columns *row = columns;
    const mychip_preprocessed_event *from = event;
    (void)slot;
    row->addrs_out = from->addrs_out;
    row->mult = from->mult;
    return NULL;
}

const char *mychip_main_row(void *columns, const void *event, size_t slot)
{
    mychip_main_columns *row = columns;
    const mychip_main_event *from = event;
    const uint64_t other =
        from->operation == MYCHIP_MAIN_OPERATION_ADD ? from->in[1] : TRACEGATE_P - from->in[1];
    (void)slot;
    row->is_real = from->is_real;
    row->operation = from->operation;
    row->in[0] = from->in[0];
    row->in[1] = from->in[1];
    row->out = (uint32_t)((from->in[0] + other) % TRACEGATE_P);
    return NULL;
}
