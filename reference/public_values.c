/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* PublicValues: row r holds element r of the digest, as value or as address. */
#include "model/public_values.h"

#include "reference/reference.h"

TG_REF_ROW(public_values_preprocessed, tg_public_values_preprocessed_columns,
           tg_public_values_instr)
{
    row->pv_idx[slot] = 1;
    row->pv_mem.addr = event->digest[slot];
    row->pv_mem.mult = 1;
    return NULL;
}

TG_REF_ROW(public_values_main, tg_public_values_main_columns, tg_public_values_event)
{
    row->pv_element = event->digest[slot];
    return NULL;
}
