/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2WideDeg3: a row is the columns of one permutation. */
#include "model/poseidon2_wide.h"

#include "reference/poseidon2_state.h"
#include "reference/reference.h"

#include <string.h>

TG_REF_ROW(poseidon2_wide_preprocessed, tg_poseidon2_wide_preprocessed_columns,
           tg_poseidon2_wide_instr)
{
    for (size_t i = 0; i < TG_REF_POSEIDON2_WIDTH; i++) {
        row->input[i] = event->addrs.input[i];
        row->output[i].addr = event->addrs.output[i];
        row->output[i].mult = event->mults[i];
    }
    row->is_real = 1;
    return NULL;
}

TG_REF_ROW_CHECKED(poseidon2_wide_main, tg_poseidon2_wide_main_columns, tg_poseidon2_wide_event)
{
    tg_ref_poseidon2_state_fill(&row->state, event->input);
    const bool is_permutation =
        memcmp(event->output, row->state.output_state, sizeof event->output) == 0;
    return is_permutation ? NULL : "its output is not the permutation of its input";
}
