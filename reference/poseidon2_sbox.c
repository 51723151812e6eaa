/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2SBox: the input and its cubes, all four of them for internal instructions too. */
#include "model/poseidon2_sbox.h"

#include "reference/field.h"
#include "reference/reference.h"

TG_REF_ROW(poseidon2_sbox_preprocessed, tg_poseidon2_sbox_preprocessed_columns,
           tg_poseidon2_sbox_instr)
{
    row->accesses[0] = (tg_poseidon2_sbox_access){
        .addrs = event->addrs,
        .external = event->external ? event->mults : 0,
        .internal = event->external ? 0 : event->mults,
    };
    return NULL;
}

TG_REF_ROW(poseidon2_sbox_main, tg_poseidon2_sbox_main_columns, tg_poseidon2_sbox_event)
{
    for (size_t i = 0; i < 4; i++) {
        row->values[0].vals.input[i] = event->input[i];
        row->values[0].vals.output[i] = tg_ref_cube(event->input[i]);
    }
    return NULL;
}
