/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The counter-based words: Philox's published answers, and blocks that follow each other. */
#include "harness/philox.h"
#include "suite.h"

#include <string.h>

START_TEST(philox_gives_the_published_answers)
{
    // Known answers of Philox 4x32-10: Random123's kat_vectors.
    static const struct {
        uint64_t key, first;
        uint32_t block, attempt, words[TG_PHILOX_LANES];
    } answers[] = {
        {0, 0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {UINT64_MAX,
         UINT64_MAX,
         UINT32_MAX,
         UINT32_MAX,
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {0x299f31d0a4093822,
         0x85a308d3243f6a88,
         0x13198a2e,
         0x03707344,
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        uint32_t words[TG_PHILOX_LANES][TG_PHILOX_BATCH];
        tg_philox_fill(words, answers[i].key, answers[i].first, answers[i].block,
                       answers[i].attempt, 1);
        for (size_t lane = 0; lane < TG_PHILOX_LANES; lane++) {
            ck_assert_uint_eq(words[lane][0], answers[i].words[lane]);
        }
    }
}
END_TEST

START_TEST(philox_fills_as_one_block_at_a_time)
{
    // The counter's low half overflows within the batch.
    const uint64_t first = 0x12fffffff0u;
    for (size_t nb = 0; nb <= TG_PHILOX_BATCH; nb += nb < 3 ? 1 : 127) {
        uint32_t words[TG_PHILOX_LANES][TG_PHILOX_BATCH];
        memset(words, 0xa5, sizeof words);
        tg_philox_fill(words, 99, first, 5, 6, nb);
        for (size_t k = 0; k < TG_PHILOX_BATCH; k++) {
            uint32_t single[TG_PHILOX_LANES][TG_PHILOX_BATCH];
            tg_philox_fill(single, 99, first + k, 5, 6, 1);
            for (size_t lane = 0; lane < TG_PHILOX_LANES; lane++) {
                ck_assert_uint_eq(words[lane][k], k < nb ? single[lane][0] : 0xa5a5a5a5u);
            }
        }
    }
}
END_TEST

START_TEST(philox_block_is_a_fill_of_one)
{
    for (uint64_t at = 0xfffffff0u; at < 0x100000010u; at++) {
        uint32_t filled[TG_PHILOX_LANES][TG_PHILOX_BATCH];
        uint32_t words[TG_PHILOX_LANES] = {0};
        tg_philox_fill(filled, 0x0123456789abcdef, at, 7, 8, 1);
        tg_philox_block(words, 0x0123456789abcdef, at, 7, 8);
        for (size_t lane = 0; lane < TG_PHILOX_LANES; lane++) {
            ck_assert_uint_eq(words[lane], filled[lane][0]);
        }
    }
}
END_TEST

TG_SUITE("philox", philox_gives_the_published_answers, philox_fills_as_one_block_at_a_time,
         philox_block_is_a_fill_of_one)
