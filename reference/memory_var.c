/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* MemoryVar and MemoryVarV1: an instruction or event is one entry; how many make a row is the
 * description's business. */
#include "model/memory_var.h"

#include "reference/reference.h"

static void fill_access(tg_memory_var_access *entry, const tg_memory_var_instr *instr)
{
    entry->addr = instr->addr;
    entry->mult = instr->mult;
}

TG_REF_ROW(memory_var_preprocessed, tg_memory_var_access, tg_memory_var_instr)
{
    fill_access(row, event);
    return NULL;
}

TG_REF_ROW(memory_var_v1_preprocessed, tg_memory_var_access, tg_memory_var_instr)
{
    fill_access(row, event);
    return NULL;
}

/* The columns of one entry are a block's four elements, as in the event. */
TG_REF_ROW(memory_var_main, tg_memory_var_event, tg_memory_var_event)
{
    *row = *event;
    return NULL;
}

TG_REF_ROW(memory_var_v1_main, tg_memory_var_event, tg_memory_var_event)
{
    *row = *event;
    return NULL;
}
