/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of PublicValues: rows 0 to 7 hold the digest of the first event, one element each;
 * later events are ignored. There are 16 rows, which are not worth staging. */
#include "kernels/stage.cuh"
#include "model/public_values.h"

enum { DIGEST_ELEMENTS = sizeof(((tg_public_values_event *)0)->digest) / sizeof(tg_felt) };

TG_DEVICE void public_values_preprocessed_row(tg_public_values_preprocessed_columns *columns,
                                              size_t row, const tg_public_values_instr *instr)
{
    TG_UNROLL for (size_t i = 0; i < DIGEST_ELEMENTS; i++) columns->pv_idx[i] =
        i == row ? TG_WORD_ONE : 0;
    columns->pv_mem.addr = instr->digest[row];
    columns->pv_mem.mult = TG_WORD_ONE;
}

TG_ROWS_PER_BLOCK(public_values_preprocessed, 32)

TG_KERNEL(public_values_preprocessed, tg_public_values_instr)
{
    TG_FOR_ROWS(row, height)
    {
        TG_ROW(tg_public_values_preprocessed_columns, columns)
        if (row < DIGEST_ELEMENTS && nb_events != 0)
            public_values_preprocessed_row(&columns.entries[0], row, &events[0]);
        tg_row_store(trace + row, height, columns.words, sizeof columns.words / 4);
    }
}

TG_ROWS_PER_BLOCK(public_values_main, 32)

TG_KERNEL(public_values_main, tg_public_values_event)
{
    TG_FOR_ROWS(row, height)
    trace[row] = row < DIGEST_ELEMENTS && nb_events != 0 ? events[0].digest[row] : 0;
}
