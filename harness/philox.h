/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Counter-based random words: Philox 4x32 with 10 rounds, a function of key and counter alone.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011), as
 * Random123 has it.
 */
#ifndef TRACEGATE_HARNESS_PHILOX_H
#define TRACEGATE_HARNESS_PHILOX_H

#include <stddef.h>
#include <stdint.h>

/* Words of one block. */
#define TG_PHILOX_LANES 4

/* Blocks of one call at the most: 4 KiB of words, which stay in the first-level cache of any
 * CPU. */
#define TG_PHILOX_BATCH 256

/* The words of one block; key and counter as below. */
void tg_philox_block(uint32_t words[TG_PHILOX_LANES], uint64_t key, uint64_t at, uint32_t block,
                     uint32_t attempt);

/* Words of nb blocks whose counters follow each other: words[lane][k] is word `lane` of the
 * block with
 *   key      low half of key, high half of key
 *   counter  low half of first + k, high half of first + k (mod 2^64), block, attempt
 * nb <= TG_PHILOX_BATCH; words[.][nb] and beyond are left as they are. */
void tg_philox_fill(uint32_t words[TG_PHILOX_LANES][TG_PHILOX_BATCH], uint64_t key, uint64_t first,
                    uint32_t block, uint32_t attempt, size_t nb);

#endif
