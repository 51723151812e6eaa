/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The kernels' field: Montgomery words against residues in 64-bit arithmetic, on edges and drawn
 * values; Poseidon2's layers and known answer. */
#include "kernels/field.cuh"
#include "kernels/poseidon2.cuh"
#include "sample.h"
#include "suite.h"

#define NB(array) (sizeof(array) / sizeof(array)[0])
#define P ((uint64_t)TG_P)
#define NB_DRAWN 200000

/* Words where carries, signs and reductions turn. */
static const uint32_t edges[] = {
    0,          1,          2,          3,          TG_WORD_ONE - 1, TG_WORD_ONE, TG_WORD_ONE + 1,
    0x00ffffff, 0x01000000, 0x3f800000, 0x3f800001, 0x3fffffff,      0x40000000,  0x7d000003,
    0x7effffff, TG_P - 2,   TG_P - 1};

/* Word of a residue and back, by definition. */
static uint32_t word_of(uint64_t residue) { return (uint32_t)((residue << 32) % P); }

static uint64_t power(uint64_t base, uint64_t exponent)
{
    uint64_t result = 1;
    for (; exponent != 0; exponent /= 2) {
        if (exponent % 2 != 0) result = result * base % P;
        base = base * base % P;
    }
    return result;
}

/* The inverse of 2^32 mod p, by Fermat. */
static uint64_t radix_inverse(void) { return power(((uint64_t)1 << 32) % P, P - 2); }

static uint64_t residue_of(uint32_t word, uint64_t inverse) { return word * inverse % P; }

static void check_pair(uint32_t a, uint32_t b, uint64_t inverse)
{
    const uint64_t x = residue_of(a, inverse);
    const uint64_t y = residue_of(b, inverse);
    ck_assert_uint_eq(tg_krn_add(a, b), word_of((x + y) % P));
    ck_assert_uint_eq(tg_krn_sub(a, b), word_of((x + P - y) % P));
    ck_assert_uint_eq(tg_krn_mul(a, b), word_of(x * y % P));
    // A signed number between -p and p stands for the same element as the word it is congruent to.
    const int32_t difference = (int32_t)a - (int32_t)b;
    const uint64_t z = (x + P - y) % P;
    ck_assert_uint_eq(tg_krn_cube(difference), word_of(z * z % P * z % P));
}

START_TEST(kernels_field_edges)
{
    const uint64_t inverse = radix_inverse();
    ck_assert_uint_eq(TG_WORD_ONE, word_of(1));
    ck_assert_uint_eq(TG_KRN_WORD_MINUS_ONE, word_of(P - 1));
    ck_assert_uint_eq((uint32_t)(TG_KRN_P_INVERSE * TG_P), 1);
    for (size_t i = 0; i < NB(edges); i++) {
        ck_assert_uint_eq(tg_krn_neg(edges[i]), (P - edges[i]) % P);
        for (size_t k = 0; k < NB(edges); k++) check_pair(edges[i], edges[k], inverse);
    }
}
END_TEST

START_TEST(kernels_field_drawn)
{
    const uint64_t inverse = radix_inverse();
    uint64_t state = 1;
    for (size_t i = 0; i < NB_DRAWN; i++) {
        const uint32_t a = sample_next(&state) % TG_P;
        const uint32_t b = i % 16 == 0 ? edges[i / 16 % NB(edges)] : sample_next(&state) % TG_P;
        check_pair(a, b, inverse);
        ck_assert_uint_eq(tg_krn_neg(a), (P - a) % P);
    }
}
END_TEST

START_TEST(kernels_field_reduces_its_whole_domain)
{
    const uint64_t inverse = radix_inverse();
    const int64_t limit = (int64_t)((uint64_t)P << 31) - 1;
    uint64_t state = 2;
    for (size_t i = 0; i < NB_DRAWN; i++) {
        const int64_t drawn = (int64_t)((uint64_t)sample_next(&state) << 32 | sample_next(&state));
        const int64_t t = i < 8    ? limit - (int64_t)i
                          : i < 16 ? (int64_t)i - 8 - limit
                          : i < 32 ? (int64_t)i - 24
                                   : drawn % limit;
        const int64_t r = tg_krn_reduce(t);
        ck_assert(-(int64_t)P < r && r < (int64_t)P);
        const uint64_t residue = (uint64_t)(t % (int64_t)P + (int64_t)P) % P;
        ck_assert_uint_eq(tg_krn_word((uint32_t)r), residue * inverse % P);
    }
}
END_TEST

/* Both layers as matrices on words, which they act on as on residues: they are linear. */
START_TEST(kernels_field_linear_layers_are_their_matrices)
{
    static const uint64_t m4[4][4] = {{2, 3, 1, 1}, {1, 2, 3, 1}, {1, 1, 2, 3}, {3, 1, 1, 2}};
    static const uint64_t diagonal[16] = {TG_P - 2, 1,   2,   4,    8,    16,   32,   64,
                                          128,      256, 512, 1024, 2048, 4096, 8192, 32768};
    const uint64_t inverse = radix_inverse();
    uint64_t state = 3;
    for (int repeat = 0; repeat < 2000; repeat++) {
        uint32_t in[16];
        for (size_t i = 0; i < 16; i++) {
            in[i] = sample_next(&state) % (repeat % 4 == 3 ? 1u << 15 : TG_P);
            if (repeat < 20) in[i] = edges[(i * (size_t)repeat) % NB(edges)];
        }
        uint32_t external[16];
        uint32_t internal[16];
        for (size_t i = 0; i < 16; i++) external[i] = in[i];
        // The shifted elements need not be words: the same residue above p is taken too, where it
        // is below p + 2^15.
        for (size_t i = 0; i < 16; i++) {
            const bool raised = i >= TG_KRN_FIRST_SHIFTED && repeat % 2 == 1 && in[i] < (1u << 15);
            internal[i] = raised ? in[i] + TG_P : in[i];
        }
        tg_krn_external_layer(external);
        tg_krn_internal_layer(internal);
        for (size_t i = TG_KRN_FIRST_SHIFTED; i < 16; i++)
            ck_assert_uint_lt(internal[i], TG_P + (1u << 15));
        tg_krn_internal_end(internal);
        for (size_t i = 0; i < 16; i++) {
            uint64_t mixed = 0;
            uint64_t sum = diagonal[i] * in[i] % P;
            for (size_t k = 0; k < 16; k++) {
                mixed += m4[i % 4][k % 4] * (i / 4 == k / 4 ? 2 : 1) * in[k];
                sum += in[k];
            }
            ck_assert_uint_eq(external[i], mixed % P);
            ck_assert_uint_eq(internal[i], sum % P * inverse % P);
        }
    }
}
END_TEST

/* The permutation of zeros as SP1 v6.2.0 publishes it, crates/recursion/gnark-ffi/go/main.go. */
START_TEST(kernels_field_poseidon2_known_answer)
{
    static const uint32_t expected[16] = {145589356,  1876041682, 1734203622, 499355069,
                                          673349476,  595701365,  270340205,  131707822,
                                          1236787881, 1085405948, 2065733208, 1999012278,
                                          2062318124, 1616707536, 324813015,  749520722};
    uint32_t state[16] = {0};
    tg_krn_external_layer(state);
    for (int round = 0; round < 4; round++) tg_krn_external_round(state, round);
    for (int round = 0; round < 20; round++) tg_krn_internal_round(state, round);
    tg_krn_internal_end(state);
    for (int round = 4; round < 8; round++) tg_krn_external_round(state, round);
    for (int i = 0; i < 16; i++) ck_assert_uint_eq(state[i], word_of(expected[i]));
}
END_TEST

/* The permutation asks for elements 0 to 8 alone: it shifts by the others. */
START_TEST(kernels_field_internal_diagonal_is_whole)
{
    for (int i = 0; i < TG_KRN_WIDTH; i++) {
        const int power = i == 15 ? 15 : i - 1;
        ck_assert_int_eq(tg_krn_internal_diagonal(i), i == 0 ? -2 : 1 << power);
    }
}
END_TEST

TG_SUITE("kernels_field", kernels_field_edges, kernels_field_drawn,
         kernels_field_reduces_its_whole_domain, kernels_field_linear_layers_are_their_matrices,
         kernels_field_poseidon2_known_answer, kernels_field_internal_diagonal_is_whole)
