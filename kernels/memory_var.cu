/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of MemoryVar and MemoryVarV1: copies; 2 entries a row and 1. */
#include "kernels/stage.cuh"
#include "model/memory_var.h"

TG_DEVICE void memory_var_preprocessed_entry(tg_memory_var_access *entry,
                                             const tg_memory_var_instr *instr)
{
    entry->addr = instr->addr;
    entry->mult = instr->mult;
}

TG_STAGED_KERNEL(memory_var_preprocessed, tg_memory_var_instr, sizeof(tg_memory_var_instr), 2,
                 tg_memory_var_access, memory_var_preprocessed_entry)
static_assert(sizeof(tg_memory_var_preprocessed_columns) == 2 * sizeof(tg_memory_var_access),
              "two entries a row");

TG_STAGED_KERNEL(memory_var_v1_preprocessed, tg_memory_var_instr, sizeof(tg_memory_var_instr), 1,
                 tg_memory_var_access, memory_var_preprocessed_entry)
static_assert(sizeof(tg_memory_var_v1_preprocessed_columns) == sizeof(tg_memory_var_access),
              "one entry a row");

/* The columns of an entry are the event's four words. */
TG_DEVICE void memory_var_main_entry(tg_memory_var_event *entry, const tg_memory_var_event *event)
{
    *entry = *event;
}

TG_STAGED_KERNEL(memory_var_main, tg_memory_var_event, sizeof(tg_memory_var_event), 2,
                 tg_memory_var_event, memory_var_main_entry)
static_assert(sizeof(tg_memory_var_main_columns) == 2 * sizeof(tg_memory_var_event),
              "two entries a row");

TG_STAGED_KERNEL(memory_var_v1_main, tg_memory_var_event, sizeof(tg_memory_var_event), 1,
                 tg_memory_var_event, memory_var_main_entry)
static_assert(sizeof(tg_memory_var_v1_main_columns) == sizeof(tg_memory_var_event),
              "one entry a row");
