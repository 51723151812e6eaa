/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ExtAlu: values are copied, the result is not computed again; instructions become selectors. */
#include "model/ext_alu.h"

#include "reference/reference.h"

TG_REF_ROW(ext_alu_preprocessed, tg_ext_alu_preprocessed_columns, tg_ext_alu_instr)
{
    row->accesses[0] = (tg_ext_alu_access){
        .addrs = event->addrs,
        .is_add = event->opcode == TG_EXT_ADD,
        .is_sub = event->opcode == TG_EXT_SUB,
        .is_mul = event->opcode == TG_EXT_MUL,
        .is_div = event->opcode == TG_EXT_DIV,
        .mult = event->mult,
    };
    return NULL;
}

TG_REF_ROW(ext_alu_main, tg_ext_alu_main_columns, tg_ext_alu_event)
{
    row->values[0].vals = *event;
    return NULL;
}
