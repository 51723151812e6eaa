/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Rust's StdRng: a key made of 64 bits, ChaCha's words in order, and SP1's draws from them. */
#include "harness/std_rng.h"

#include "model/status.h"
#include "model/types.h"

#include <string.h>

#define NB_STATE_WORDS 16

/* StdRng's ChaCha has 12 rounds: 6 pairs of a column and a diagonal round. */
#define NB_DOUBLE_ROUNDS 6

/* rand_core's seed_from_u64 is a PCG32 generator with this multiplier and increment. */
#define PCG_MULTIPLIER 6364136223846793005u
#define PCG_INCREMENT 11634580027462260723u

static uint32_t rotate_left(uint32_t word, unsigned nb_bits)
{
    return word << nb_bits | word >> (32 - nb_bits);
}

static uint32_t rotate_right(uint32_t word, unsigned nb_bits)
{
    return word >> nb_bits | word << (-nb_bits & 31);
}

void tg_std_rng_init(tg_std_rng *rng, uint64_t seed)
{
    uint64_t state = seed;
    for (size_t i = 0; i < 8; i++) {
        state = state * PCG_MULTIPLIER + PCG_INCREMENT;
        const uint32_t word = (uint32_t)((state >> 18 ^ state) >> 27);
        rng->key[i] = rotate_right(word, (unsigned)(state >> 59));
    }
    rng->counter = 0;
    memset(rng->words, 0, sizeof rng->words);
    rng->nb_used = NB_STATE_WORDS;
}

static void quarter_round(uint32_t x[NB_STATE_WORDS], size_t a, size_t b, size_t c, size_t d)
{
    x[a] += x[b];
    x[d] = rotate_left(x[d] ^ x[a], 16);
    x[c] += x[d];
    x[b] = rotate_left(x[b] ^ x[c], 12);
    x[a] += x[b];
    x[d] = rotate_left(x[d] ^ x[a], 8);
    x[c] += x[d];
    x[b] = rotate_left(x[b] ^ x[c], 7);
}

/* Make the next block of words. */
static void next_block(tg_std_rng *rng)
{
    // "expand 32-byte k" in words, key, counter, and a stream number that is always 0.
    uint32_t start[NB_STATE_WORDS] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    memcpy(start + 4, rng->key, sizeof rng->key);
    start[12] = (uint32_t)rng->counter;
    start[13] = (uint32_t)(rng->counter >> 32);
    uint32_t x[NB_STATE_WORDS];
    memcpy(x, start, sizeof x);
    for (size_t round = 0; round < NB_DOUBLE_ROUNDS; round++) {
        quarter_round(x, 0, 4, 8, 12);
        quarter_round(x, 1, 5, 9, 13);
        quarter_round(x, 2, 6, 10, 14);
        quarter_round(x, 3, 7, 11, 15);
        quarter_round(x, 0, 5, 10, 15);
        quarter_round(x, 1, 6, 11, 12);
        quarter_round(x, 2, 7, 8, 13);
        quarter_round(x, 3, 4, 9, 14);
    }
    for (size_t i = 0; i < NB_STATE_WORDS; i++) {
        rng->words[i] = x[i] + start[i];
    }
    rng->counter++;
    rng->nb_used = 0;
}

uint32_t tg_std_rng_u32(tg_std_rng *rng)
{
    if (rng->nb_used == NB_STATE_WORDS) next_block(rng);
    return rng->words[rng->nb_used++];
}

uint64_t tg_std_rng_u64(tg_std_rng *rng)
{
    const uint64_t low = tg_std_rng_u32(rng);
    return low | (uint64_t)tg_std_rng_u32(rng) << 32;
}

uint32_t tg_std_rng_felt(tg_std_rng *rng)
{
    // p has 31 bits: the lowest of 32 is dropped, and what is not below p drawn again.
    uint32_t word = 0;
    do {
        word = tg_std_rng_u32(rng) >> 1;
    } while (word >= TG_P);
    return word;
}

bool tg_std_rng_bool(tg_std_rng *rng) { return tg_std_rng_u32(rng) >> 31 != 0; }

/* The result is the high half of draw times range. The low halves above a limit are drawn again:
 * rand rounds the limit down to a power of two times the range, so that even a range of a power
 * of two rejects half of all draws. */
uint32_t tg_std_rng_below_u32(tg_std_rng *rng, uint32_t range)
{
    TG_VERIFY_CHECK(range != 0);
    const uint32_t limit = (range << __builtin_clz(range)) - 1;
    uint64_t product = 0;
    do {
        product = (uint64_t)tg_std_rng_u32(rng) * range;
    } while ((uint32_t)product > limit);
    return (uint32_t)(product >> 32);
}

/* For integers of 8 bits rand takes the exact limit, at which a power of two rejects nothing. */
uint32_t tg_std_rng_below_u8(tg_std_rng *rng, uint32_t range)
{
    TG_VERIFY_CHECK(range != 0 && range <= 256);
    const uint32_t limit = UINT32_MAX - -range % range; // -range % range is 2^32 mod range
    uint64_t product = 0;
    do {
        product = (uint64_t)tg_std_rng_u32(rng) * range;
    } while ((uint32_t)product > limit);
    return (uint32_t)(product >> 32);
}

uint64_t tg_std_rng_below_u64(tg_std_rng *rng, uint64_t range)
{
    TG_VERIFY_CHECK(range > 1 && (range & (range - 1)) == 0);
    const int nb_high_zeros = __builtin_clzll(range);
    const uint64_t limit = (range << nb_high_zeros) - 1;
    uint64_t draw = 0;
    do {
        draw = tg_std_rng_u64(rng);
    } while (draw * range > limit);
    // The high half of the 128-bit product, of which a power of two leaves a shift.
    return draw >> (nb_high_zeros + 1);
}
