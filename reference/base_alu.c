/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* BaseAlu: values are copied, the result is not computed again; instructions become selectors. */
#include "model/base_alu.h"

#include "reference/reference.h"

TG_REF_ROW(base_alu_preprocessed, tg_base_alu_preprocessed_columns, tg_base_alu_instr)
{
    row->accesses[0] = (tg_base_alu_access){
        .addrs = event->addrs,
        .is_add = event->opcode == TG_BASE_ADD,
        .is_sub = event->opcode == TG_BASE_SUB,
        .is_mul = event->opcode == TG_BASE_MUL,
        .is_div = event->opcode == TG_BASE_DIV,
        .mult = event->mult,
    };
    return NULL;
}

TG_REF_ROW(base_alu_main, tg_base_alu_main_columns, tg_base_alu_event)
{
    row->values[0].vals = *event;
    return NULL;
}
