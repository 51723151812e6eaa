/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Words at which field arithmetic breaks: where a modulus, a carry, a limb or a byte ends.
 */
#ifndef TRACEGATE_HARNESS_CORNERS_H
#define TRACEGATE_HARNESS_CORNERS_H

#include "model/types.h"

/* All are below p, so that a Montgomery word and a residue may hold each. Every value is there in
 * both forms: as the word itself, and as the word whose residue it is. The first is 0. */
#define TG_NB_CORNER_WORDS 87u
extern const uint32_t tg_corner_words[TG_NB_CORNER_WORDS];

static inline uint32_t tg_nb_corner_words(void) { return TG_NB_CORNER_WORDS; }

/* Corner word number index < TG_NB_CORNER_WORDS. */
static inline uint32_t tg_corner_word(uint32_t index) { return tg_corner_words[index]; }

/* A word that is near to 0 or to p, or whose residue is: any of 64 of each sort.
 * draw  at random; its low 8 bits count */
static inline uint32_t tg_near_word(uint32_t draw)
{
    const uint32_t distance = draw / 4 % 64;
    const uint32_t value = draw % 2 == 0 ? distance : TG_P - 1 - distance;
    return draw / 2 % 2 == 0 ? value : (uint32_t)(((uint64_t)value << 32) % TG_P);
}

#endif
