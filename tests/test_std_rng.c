/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Rust's StdRng: key, words and draws. The words below were computed by an independent program from
 * the definitions of PCG32 and ChaCha; the first four are the specification's.
 */
#include "harness/std_rng.h"
#include "model/types.h"
#include "suite.h"

#include <string.h>

#define SEED 0xDEADBEEFu

START_TEST(std_rng_makes_the_key_from_the_seed)
{
    static const struct {
        uint64_t seed;
        uint32_t key[8];
    } keys[] = {
        {SEED,
         {0xc61ca12d, 0x00784330, 0xbae63483, 0xdb947f58, 0x3e8e1f28, 0xf1967ba2, 0xd2422072,
          0x820741e4}},
        {7,
         {0x3b400cc8, 0x096c20d0, 0x6f3ba637, 0x1e254ff2, 0x1b2fbb3c, 0x5a5684b3, 0x1566a09a,
          0x3f201b0d}},
        {0,
         {0xf973f2ec, 0x45cdb581, 0x7346f087, 0xad6cad06, 0xe3a3d0d0, 0x67e71733, 0x72ea9bf2,
          0xfe7d8ad7}},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        tg_std_rng rng;
        tg_std_rng_init(&rng, keys[i].seed);
        ck_assert_mem_eq(rng.key, keys[i].key, sizeof rng.key);
    }
}
END_TEST

START_TEST(std_rng_gives_the_words_of_chacha12)
{
    static const struct {
        size_t index;
        uint32_t word;
    } words[] = {{0, 0xd379d55f},  {1, 0x922ad30e},  {2, 0xd7a49e60},
                 {3, 0x1b0ae3df},  {16, 0xd3c7b574}, {17, 0xcd030d51},
                 {18, 0xc7d1d0fc}, {19, 0x01840178}, {1000, 0x8250f357}};
    tg_std_rng rng;
    tg_std_rng_init(&rng, SEED);
    size_t nb_checked = 0;
    for (size_t i = 0; i <= 1000; i++) {
        const uint32_t word = tg_std_rng_u32(&rng);
        if (i != words[nb_checked].index) continue;
        ck_assert_uint_eq(word, words[nb_checked].word);
        nb_checked++;
    }
    ck_assert_uint_eq(nb_checked, sizeof words / sizeof words[0]);
}
END_TEST

START_TEST(std_rng_counts_blocks_in_64_bits)
{
    tg_std_rng rng;
    tg_std_rng_init(&rng, SEED);
    rng.counter = UINT32_MAX;
    ck_assert_uint_eq(tg_std_rng_u32(&rng), 0xc61a0409);
    for (size_t i = 1; i < 16; i++) {
        (void)tg_std_rng_u32(&rng);
    }
    ck_assert_uint_eq(tg_std_rng_u32(&rng), 0xc45cd682);
    ck_assert_uint_eq(tg_std_rng_u32(&rng), 0x86188acf);
}
END_TEST

/* The words of a seed, for draws to be derived from again. */
typedef struct word_stream {
    tg_std_rng rng;
    size_t nb_rejected;
} word_stream;

static uint32_t next_word(word_stream *stream) { return tg_std_rng_u32(&stream->rng); }

START_TEST(std_rng_joins_the_low_half_of_a_u64_first)
{
    tg_std_rng rng;
    word_stream words = {0};
    tg_std_rng_init(&rng, SEED);
    tg_std_rng_init(&words.rng, SEED);
    // An odd start: every eighth pair lies across two blocks.
    ck_assert_uint_eq(tg_std_rng_u32(&rng), next_word(&words));
    for (size_t i = 0; i < 100; i++) {
        const uint64_t low = next_word(&words);
        const uint64_t high = next_word(&words);
        ck_assert_uint_eq(tg_std_rng_u64(&rng), high << 32 | low);
    }
}
END_TEST

START_TEST(std_rng_draws_felts_again_that_are_not_below_p)
{
    tg_std_rng rng;
    word_stream words = {0};
    tg_std_rng_init(&rng, SEED);
    tg_std_rng_init(&words.rng, SEED);
    for (size_t i = 0; i < 10000; i++) {
        uint32_t expected = next_word(&words) / 2;
        while (expected >= 2130706433u) {
            words.nb_rejected++;
            expected = next_word(&words) / 2;
        }
        ck_assert_uint_eq(tg_std_rng_felt(&rng), expected);
    }
    ck_assert_uint_gt(words.nb_rejected, 0);
}
END_TEST

START_TEST(std_rng_draws_a_bool_from_the_top_bit)
{
    tg_std_rng rng;
    word_stream words = {0};
    tg_std_rng_init(&rng, SEED);
    tg_std_rng_init(&words.rng, SEED);
    size_t nb_true = 0;
    for (size_t i = 0; i < 1000; i++) {
        const bool drawn = tg_std_rng_bool(&rng);
        ck_assert_int_eq(drawn, next_word(&words) >= 0x80000000u);
        nb_true += drawn;
    }
    ck_assert_uint_gt(nb_true, 400);
    ck_assert_uint_lt(nb_true, 600);
}
END_TEST

START_TEST(std_rng_draws_opcodes_from_half_of_the_words)
{
    tg_std_rng rng;
    word_stream words = {0};
    tg_std_rng_init(&rng, SEED);
    tg_std_rng_init(&words.rng, SEED);
    for (size_t i = 0; i < 1000; i++) {
        uint32_t word = next_word(&words);
        while ((uint32_t)(4 * word) > 0x7fffffffu) {
            words.nb_rejected++;
            word = next_word(&words);
        }
        ck_assert_uint_eq(tg_std_rng_below_u32(&rng, 4), word >> 30);
    }
    ck_assert_uint_gt(words.nb_rejected, 800);
}
END_TEST

START_TEST(std_rng_draws_lengths_from_half_of_the_u64s)
{
    tg_std_rng rng;
    word_stream words = {0};
    tg_std_rng_init(&rng, SEED);
    tg_std_rng_init(&words.rng, SEED);
    for (size_t i = 0; i < 1000; i++) {
        uint64_t draw = tg_std_rng_u64(&words.rng);
        while (8 * draw > 0x7fffffffffffffffu) {
            words.nb_rejected++;
            draw = tg_std_rng_u64(&words.rng);
        }
        ck_assert_uint_eq(tg_std_rng_below_u64(&rng, 8), draw >> 61);
    }
    ck_assert_uint_gt(words.nb_rejected, 800);
}
END_TEST

START_TEST(std_rng_draws_bytes_below_any_limit)
{
    tg_std_rng rng;
    word_stream words = {0};
    tg_std_rng_init(&rng, SEED);
    tg_std_rng_init(&words.rng, SEED);
    // A power of two takes every word.
    for (size_t i = 0; i < 1000; i++) {
        ck_assert_uint_eq(tg_std_rng_below_u8(&rng, 64), next_word(&words) >> 26);
        ck_assert_uint_eq(tg_std_rng_below_u8(&rng, 256), next_word(&words) >> 24);
        ck_assert_uint_eq(tg_std_rng_below_u8(&rng, 1), 0);
        (void)next_word(&words);
    }
    // Below 5 one word of 2^32 is one too many: that whose product with 5 ends in 2^32 - 1.
    rng.words[0] = 0x33333333;
    rng.words[1] = 0x33333332;
    rng.words[2] = 0xffffffff;
    rng.nb_used = 0;
    ck_assert_uint_eq(tg_std_rng_below_u8(&rng, 5), 0);
    ck_assert_uint_eq(rng.nb_used, 2);
    ck_assert_uint_eq(tg_std_rng_below_u8(&rng, 5), 4);
    ck_assert_uint_eq(rng.nb_used, 3);
}
END_TEST

TG_SUITE("std_rng", std_rng_makes_the_key_from_the_seed, std_rng_gives_the_words_of_chacha12,
         std_rng_counts_blocks_in_64_bits, std_rng_joins_the_low_half_of_a_u64_first,
         std_rng_draws_felts_again_that_are_not_below_p, std_rng_draws_a_bool_from_the_top_bit,
         std_rng_draws_opcodes_from_half_of_the_words, std_rng_draws_lengths_from_half_of_the_u64s,
         std_rng_draws_bytes_below_any_limit)
