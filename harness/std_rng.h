/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SP1's test stream: Rust's StdRng (ChaCha with 12 rounds) seeded from 64 bits, and the draws that
 * SP1 makes from it.
 *
 * Source: rand 0.8 (StdRng, seed_from_u64, Standard and Uniform distributions) as SP1 v6.2.0's GPU
 * trace tests use it.
 */
#ifndef TRACEGATE_HARNESS_STD_RNG_H
#define TRACEGATE_HARNESS_STD_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tg_std_rng {
    uint32_t key[8];
    uint64_t counter;   /* of the next block */
    uint32_t words[16]; /* the present block */
    size_t nb_used;     /* words of it that are used */
} tg_std_rng;

void tg_std_rng_init(tg_std_rng *rng, uint64_t seed);
uint32_t tg_std_rng_u32(tg_std_rng *rng);
uint64_t tg_std_rng_u64(tg_std_rng *rng);  /* low half first */
uint32_t tg_std_rng_felt(tg_std_rng *rng); /* uniform Montgomery word below p */
bool tg_std_rng_bool(tg_std_rng *rng);
uint32_t tg_std_rng_below_u32(
    tg_std_rng *rng,
    uint32_t range); /* uniform in 0 .. range - 1, by a u32; range a power of two */
uint64_t tg_std_rng_below_u64(tg_std_rng *rng, uint64_t range); /* likewise by a u64 */
uint32_t tg_std_rng_below_u8(tg_std_rng *rng, uint32_t range);  /* a u8 below any range up to 256 */

#endif
