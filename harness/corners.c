/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The list of corner words and of those near to 0 or p. */
#include "harness/corners.h"

/* The word whose residue a value is. */
#define WORD_OF(value) ((uint32_t)(((uint64_t)(value) << 32) % TG_P))

/* A value as a word, and the word whose residue it is. */
#define BOTH(value) (value), WORD_OF(value)

/* R = 2^32 mod p is the word of 1; R^2 the word of R. */
#define R ((uint64_t)TG_WORD_ONE)
#define R_SQUARED ((uint32_t)(R * R % TG_P))

/* Near words number 4 distance and on: from 0 and from p, each in both forms. */
#define NEAR(distance) \
    (distance), TG_P - 1 - (distance), WORD_OF(distance), WORD_OF(TG_P - 1 - (distance))
#define NEAR_4(distance) \
    NEAR(distance), NEAR((distance) + 1), NEAR((distance) + 2), NEAR((distance) + 3)
#define NEAR_16(distance) \
    NEAR_4(distance), NEAR_4((distance) + 4), NEAR_4((distance) + 8), NEAR_4((distance) + 12)

const uint32_t tg_boundary_words[TG_NB_CORNER_WORDS + TG_NB_NEAR_WORDS] = {
    0,
    BOTH(1),
    BOTH(2),
    BOTH(TG_P - 1),
    BOTH(TG_P - 2),
    BOTH(TG_P / 2),
    BOTH(TG_P / 2 + 1),
    BOTH(TG_WORD_ONE),
    BOTH(R_SQUARED),
    BOTH(0xffffu),
    BOTH(0x10001u),
    BOTH(0xffffffu), // 2^31 mod p, too
    BOTH(0x1000001u),
    BOTH(TG_P - 0x10000u),
    BOTH(TG_P - 0x1000000u),
    // Single bits; 1 and 2 are above.
    BOTH(1u << 2),
    BOTH(1u << 3),
    BOTH(1u << 4),
    BOTH(1u << 5),
    BOTH(1u << 6),
    BOTH(1u << 7),
    BOTH(1u << 8),
    BOTH(1u << 9),
    BOTH(1u << 10),
    BOTH(1u << 11),
    BOTH(1u << 12),
    BOTH(1u << 13),
    BOTH(1u << 14),
    BOTH(1u << 15),
    BOTH(1u << 16),
    BOTH(1u << 17),
    BOTH(1u << 18),
    BOTH(1u << 19),
    BOTH(1u << 20),
    BOTH(1u << 21),
    BOTH(1u << 22),
    BOTH(1u << 23),
    BOTH(1u << 24),
    BOTH(1u << 25),
    BOTH(1u << 26),
    BOTH(1u << 27),
    BOTH(1u << 28),
    BOTH(1u << 29),
    BOTH(1u << 30),
    NEAR_16(0),
    NEAR_16(16),
    NEAR_16(32),
    NEAR_16(48),
};
