/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The columns of one Poseidon2 permutation, which several chips have. */
#ifndef TRACEGATE_REFERENCE_POSEIDON2_STATE_H
#define TRACEGATE_REFERENCE_POSEIDON2_STATE_H

#include "model/poseidon2_wide.h"
#include "reference/poseidon2.h"

/* Fill all columns of the permutation of an input.
 * columns  caller's; every leaf becomes a residue below p
 * input    residues below p; must not overlap the columns */
void tg_ref_poseidon2_state_fill(tg_poseidon2_wide_state *columns,
                                 const uint32_t input[TG_REF_POSEIDON2_WIDTH]);

#endif
