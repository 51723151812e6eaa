/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Words at which field arithmetic breaks: where a modulus, a carry, a limb or a byte ends.
 */
#ifndef TRACEGATE_HARNESS_CORNERS_H
#define TRACEGATE_HARNESS_CORNERS_H

#include "model/types.h"

/* All are below p, so that a Montgomery word and a residue may hold each. Every value is there in
 * both forms: as the word itself, and as the word whose residue it is. The first is 0. */
#define TG_NB_CORNER_WORDS 87u

/* Words that are near to 0 or to p, or whose residue is: 64 of each sort. */
#define TG_NB_NEAR_WORDS 256u

/* Corner words, then near ones, which may be among the others too. */
extern const uint32_t tg_boundary_words[TG_NB_CORNER_WORDS + TG_NB_NEAR_WORDS];

static inline uint32_t tg_nb_corner_words(void) { return TG_NB_CORNER_WORDS; }

/* Corner word number index < TG_NB_CORNER_WORDS. */
static inline uint32_t tg_corner_word(uint32_t index) { return tg_boundary_words[index]; }

/* A word that is near to 0 or to p, or whose residue is.
 * draw  at random; its low 8 bits count */
static inline uint32_t tg_near_word(uint32_t draw)
{
    return tg_boundary_words[TG_NB_CORNER_WORDS + draw % TG_NB_NEAR_WORDS];
}

#endif
