/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ExtFeltConvert: the main trace copies; the direction shows in the signs of the multiplicities. */
#include "model/ext_felt_convert.h"

#include "reference/field.h"
#include "reference/reference.h"

TG_REF_ROW(ext_felt_convert_preprocessed, tg_ext_felt_convert_preprocessed_columns,
           tg_ext_felt_convert_instr)
{
    tg_ext_felt_convert_access *access = &row->accesses[0];
    for (size_t i = 0; i < 5; i++) {
        access->addrs[i] = event->addrs[i];
    }
    // On the memory bus the block is received and the felts are sent. That is a split; joining is
    // its opposite, a split with all multiplicities negated. Whichever side is read is read once.
    access->mults[0] = event->ext2felt ? 1 : tg_ref_negate(event->mults[0]);
    for (size_t i = 1; i < 5; i++) {
        access->mults[i] = event->ext2felt ? event->mults[i] : tg_ref_negate(1);
    }
    return NULL;
}

TG_REF_ROW(ext_felt_convert_main, tg_ext_felt_convert_main_columns, tg_ext_felt_convert_event)
{
    row->values[0] = *event;
    return NULL;
}
