/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The one wrapper around Random123. */
#include "harness/philox.h"

#include "model/status.h"

#include <Random123/philox.h>

void tg_philox_block(uint32_t words[TG_PHILOX_LANES], uint64_t key, uint64_t at, uint32_t block,
                     uint32_t attempt)
{
    const philox4x32_key_t halves = {{(uint32_t)key, (uint32_t)(key >> 32)}};
    const philox4x32_ctr_t counter = {{(uint32_t)at, (uint32_t)(at >> 32), block, attempt}};
    const philox4x32_ctr_t result = philox4x32_R(10, counter, halves);
    for (size_t lane = 0; lane < TG_PHILOX_LANES; lane++) {
        words[lane] = result.v[lane];
    }
}

/* Compiled for wider vectors too, of which the program takes the widest that the machine has: the
 * words are the same. Sanitizers run before functions can be chosen. */
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define WIDEST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDEST
#endif

WIDEST
void tg_philox_fill(uint32_t words[TG_PHILOX_LANES][TG_PHILOX_BATCH], uint64_t key, uint64_t first,
                    uint32_t block, uint32_t attempt, size_t nb)
{
    TG_VERIFY_CHECK(nb <= TG_PHILOX_BATCH);
    const philox4x32_key_t halves = {{(uint32_t)key, (uint32_t)(key >> 32)}};
    for (size_t k = 0; k < nb; k++) {
        const uint64_t at = first + k;
        const philox4x32_ctr_t counter = {{(uint32_t)at, (uint32_t)(at >> 32), block, attempt}};
        const philox4x32_ctr_t result = philox4x32_R(10, counter, halves);
        for (size_t lane = 0; lane < TG_PHILOX_LANES; lane++) {
            words[lane][k] = result.v[lane];
        }
    }
}
