/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2 over KoalaBear, 16 elements wide: s-box x^3, 4 + 4 external rounds around 20 internal
 * ones.
 *
 * A state is 16 residues below p, changed in place.
 * Source: SP1 v6.2.0, slop/crates/koala-bear/src/koala_bear_poseidon2.rs.
 */
#ifndef TRACEGATE_REFERENCE_POSEIDON2_H
#define TRACEGATE_REFERENCE_POSEIDON2_H

#include <stddef.h>
#include <stdint.h>

#define TG_REF_POSEIDON2_WIDTH 16
#define TG_REF_POSEIDON2_EXTERNAL_ROUNDS 8
#define TG_REF_POSEIDON2_INTERNAL_ROUNDS 20

/* The linear layers alone. The internal one has SP1's factor R^-1, R = 2^32. */
void tg_ref_poseidon2_external_layer(uint32_t state[TG_REF_POSEIDON2_WIDTH]);
void tg_ref_poseidon2_internal_layer(uint32_t state[TG_REF_POSEIDON2_WIDTH]);

/* One round: constants, s-boxes, linear layer. External rounds are numbered 0 .. 7, of which 4
 * .. 7 follow the internal ones, 0 .. 19. */
void tg_ref_poseidon2_external_round(uint32_t state[TG_REF_POSEIDON2_WIDTH], size_t round);
void tg_ref_poseidon2_internal_round(uint32_t state[TG_REF_POSEIDON2_WIDTH], size_t round);

/* The whole permutation. */
void tg_ref_poseidon2_permute(uint32_t state[TG_REF_POSEIDON2_WIDTH]);

#endif
