/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of ExtFeltConvert: copies; multiplicities are signed, so that the bus can tell reads
 * from writes. */
#include "kernels/field.cuh"
#include "kernels/stage.cuh"
#include "model/ext_felt_convert.h"

TG_DEVICE void ext_felt_convert_preprocessed_row(tg_ext_felt_convert_preprocessed_columns *row,
                                                 const tg_ext_felt_convert_instr *instr)
{
    tg_ext_felt_convert_access *access = &row->accesses[0];
    const int splits = instr->ext2felt != 0;
    TG_UNROLL for (int i = 0; i < 5; i++) access->addrs[i] = instr->addrs[i];
    access->mults[0] = splits ? TG_WORD_ONE : tg_krn_neg(instr->mults[0]);
    TG_UNROLL for (int i = 1; i < 5; i++) access->mults[i] =
        splits ? instr->mults[i] : TG_KRN_WORD_MINUS_ONE;
}

TG_ROWS_KERNEL(ext_felt_convert_preprocessed, tg_ext_felt_convert_instr,
               tg_ext_felt_convert_preprocessed_columns, ext_felt_convert_preprocessed_row)

TG_DEVICE void ext_felt_convert_main_row(tg_ext_felt_convert_main_columns *row,
                                         const tg_ext_felt_convert_event *event)
{
    row->values[0] = *event;
}

TG_ROWS_KERNEL(ext_felt_convert_main, tg_ext_felt_convert_event, tg_ext_felt_convert_main_columns,
               ext_felt_convert_main_row)
