/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* MemoryConst: a Read is a write with the negated multiplicity. The main trace has no events and
 * is zero. */
#include "model/memory_const.h"

#include "reference/field.h"
#include "reference/reference.h"

#include <string.h>

TG_REF_ROW(memory_const_preprocessed, tg_memory_const_preprocessed_columns, tg_memory_const_instr)
{
    tg_memory_const_value_and_access *pair = &row->values_and_accesses[0];
    memcpy(pair->value, event->val, sizeof pair->value);
    pair->access.addr = event->addr;
    pair->access.mult = event->kind == TG_MEMORY_WRITE ? event->mult : tg_ref_negate(event->mult);
    return NULL;
}

TG_REF_ROW(memory_const_main, tg_memory_const_main_columns, void)
{
    row->nothing = 0;
    return NULL;
}
