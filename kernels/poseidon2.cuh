/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2 over KoalaBear, width 16, s-box x^3, 4 + 20 + 4 rounds, on Montgomery words; the state
 * stays in 16 registers.
 *
 * Source: SP1 v6.2.0, slop/crates/koala-bear: round constants, matrices.
 */
#ifndef TRACEGATE_KERNELS_POSEIDON2_CUH
#define TRACEGATE_KERNELS_POSEIDON2_CUH

#include "kernels/field.cuh"

#define TG_KRN_WIDTH 16
#define TG_KRN_HALF_ROUNDS 4
#define TG_KRN_INTERNAL_ROUNDS 20

/* Words of the constants of the external rounds: first half, second half. */
TG_CONSTANT uint32_t tg_krn_external_constants[2 * TG_KRN_HALF_ROUNDS][TG_KRN_WIDTH] = {
    {0x603596a0u, 0x704dbaedu, 0x11eba4c8u, 0x328990ceu, 0x74b80058u, 0x4e0d58e4u, 0x0971c1f9u,
     0x621f1a4du, 0x701a0ca5u, 0x14ef48eau, 0x111c281du, 0x77a69c56u, 0x0e350932u, 0x32c8de8fu,
     0x4ea39f73u, 0x4f341b79u},
    {0x3c0fafe4u, 0x6b323414u, 0x13c89baeu, 0x3a120a16u, 0x25457d52u, 0x37939915u, 0x557a7f0du,
     0x22c96618u, 0x07f0a954u, 0x156e728eu, 0x43b7a4e9u, 0x54f06e50u, 0x2f944ec0u, 0x0a951641u,
     0x1addc5a6u, 0x4bab1d79u},
    {0x403caf44u, 0x477ccd50u, 0x1e37bb3bu, 0x0bd676d4u, 0x71fbde1cu, 0x33087874u, 0x76524d38u,
     0x7d57fbf5u, 0x06b57b81u, 0x3159d77du, 0x6de4f266u, 0x4e241f0cu, 0x26a11cfcu, 0x31eed79cu,
     0x72b9f6ecu, 0x0cb3e128u},
    {0x5393c279u, 0x22294b58u, 0x7da925e9u, 0x713e2b0eu, 0x47ae3fefu, 0x35789e42u, 0x6132adacu,
     0x0277e003u, 0x0685a1a8u, 0x2757938fu, 0x7063aaecu, 0x40a7b0b8u, 0x5bacea93u, 0x5e42d09au,
     0x2749bdf0u, 0x31070e61u},
    {0x341e84c3u, 0x1c33ac98u, 0x538e685cu, 0x516e74f7u, 0x7ab0b51cu, 0x39229bb5u, 0x66dee9ebu,
     0x24ef1caeu, 0x0c79ec27u, 0x77172a64u, 0x1b1bd3b6u, 0x72b6d21du, 0x768ee253u, 0x41f5bc7du,
     0x24828d32u, 0x1705e8abu},
    {0x1356ca74u, 0x34c47fbau, 0x4f11495fu, 0x55ea5d30u, 0x1bcf7212u, 0x0107c877u, 0x447e912eu,
     0x1109a8b1u, 0x778fc2aau, 0x02924b17u, 0x35d27d16u, 0x533a99d2u, 0x4de304a0u, 0x76b1ce9fu,
     0x0e8b0627u, 0x538ce0e6u},
    {0x7c4b28c7u, 0x6e84f678u, 0x27e38a26u, 0x06cf004au, 0x56ffb0fbu, 0x06d98a47u, 0x65b6ffa2u,
     0x301f52e0u, 0x6183a432u, 0x3bf7737eu, 0x4f5abe10u, 0x7de664f2u, 0x51609db2u, 0x50ca3777u,
     0x676e1cecu, 0x7539d319u},
    {0x3e1378ddu, 0x16b99456u, 0x7d442611u, 0x2de7a10du, 0x5fafd183u, 0x488434d9u, 0x595ba6afu,
     0x2d65a306u, 0x317179a1u, 0x2fe597e3u, 0x6d590839u, 0x060d9f42u, 0x6a7ac551u, 0x548db06du,
     0x0ad4b90du, 0x4b5f2ecbu},
};

/* Words of the constants of the internal rounds, which have one for element 0 only. */
TG_CONSTANT uint32_t tg_krn_internal_constants[TG_KRN_INTERNAL_ROUNDS] = {
    0x12e9fd42u, 0x5585abaeu, 0x26da4e73u, 0x34e947aau, 0x7c979577u, 0x26e19c50u, 0x5729637eu,
    0x07ff5f6cu, 0x7756e1eau, 0x54f61bbbu, 0x48508ea7u, 0x2179d330u, 0x69beb841u, 0x72a55a1eu,
    0x17a1845au, 0x1271f8dfu, 0x18b18b82u, 0x18bfdb51u, 0x57ab0f72u, 0x21b7d221u,
};

/* Add a round constant and cube. The sum less p is what a signed cube takes. */
TG_DEVICE uint32_t tg_krn_sbox(uint32_t element, uint32_t constant)
{
    return tg_krn_cube((int32_t)(element + constant - TG_P));
}

/* The 4 by 4 circulant matrix of rows (2 3 1 1), (1 2 3 1), (1 1 2 3), (3 1 1 2), in eleven
 * additions. */
TG_DEVICE void tg_krn_mix_block(uint32_t x[4])
{
    const uint32_t sum01 = tg_krn_add(x[0], x[1]);
    const uint32_t sum23 = tg_krn_add(x[2], x[3]);
    const uint32_t sum = tg_krn_add(sum01, sum23);
    const uint32_t sum_and_1 = tg_krn_add(sum, x[1]);
    const uint32_t sum_and_3 = tg_krn_add(sum, x[3]);
    const uint32_t twice0 = tg_krn_add(x[0], x[0]);
    const uint32_t twice2 = tg_krn_add(x[2], x[2]);
    x[0] = tg_krn_add(sum_and_1, sum01);
    x[1] = tg_krn_add(sum_and_1, twice2);
    x[2] = tg_krn_add(sum_and_3, sum23);
    x[3] = tg_krn_add(sum_and_3, twice0);
}

/* The external layer: every block of four mixed, then the sum of all blocks added to each. */
TG_DEVICE void tg_krn_external_layer(uint32_t state[TG_KRN_WIDTH])
{
    uint32_t sums[4];
    TG_UNROLL for (int block = 0; block < 4; block++) tg_krn_mix_block(&state[4 * block]);
    TG_UNROLL for (int k = 0; k < 4; k++)
    {
        sums[k] =
            tg_krn_add(tg_krn_add(state[k], state[4 + k]), tg_krn_add(state[8 + k], state[12 + k]));
    }
    TG_UNROLL for (int i = 0; i < TG_KRN_WIDTH; i++) state[i] = tg_krn_add(state[i], sums[i % 4]);
}

/* External round 0 .. 7: constants, cubes, external layer. */
TG_DEVICE void tg_krn_external_round(uint32_t state[TG_KRN_WIDTH], int round)
{
    TG_UNROLL for (int i = 0; i < TG_KRN_WIDTH; i++)
    {
        state[i] = tg_krn_sbox(state[i], tg_krn_external_constants[round][i]);
    }
    tg_krn_external_layer(state);
}

/* Element i of the internal layer's diagonal; element 15 skips a power. */
TG_DEVICE int32_t tg_krn_internal_diagonal(int i)
{
    return i == 0 ? -2 : i == 15 ? 1 << 15 : 1 << (i - 1);
}

/* Elements of the internal layer from this one on have a diagonal of 2^8 or more: 2^-32 times it
 * is 2^-24 or more. */
#define TG_KRN_FIRST_SHIFTED 9

/* 2^-shift x + addend, as a two's complement number between -p and p + 2^15. 17 <= shift <= 24,
 * x below p + 2^15, addend below p. p = 127 * 2^24 + 1, so that 2^-shift = -127 * 2^(24 - shift)
 * mod p: the low bits of x are multiplied by that, the others are shifted. Half the multiplier's
 * work of a reduction. */
TG_DEVICE uint32_t tg_krn_divide_add(uint32_t x, int shift, uint32_t addend)
{
    return (x >> shift) + addend - (x & ((1u << shift) - 1)) * (127u << (24 - shift));
}

/* The internal layer: 2^-32 times (sum of all + diagonal times own). The factor is part of the
 * layer and costs nothing: it is what a reduction does. Elements from TG_KRN_FIRST_SHIFTED on
 * are below p + 2^15 before and after, the others are words: two of them fit into 32 bits
 * together. */
TG_DEVICE void tg_krn_internal_layer(uint32_t state[TG_KRN_WIDTH])
{
    uint64_t sum = 0;
    TG_UNROLL for (int i = 0; i < TG_KRN_WIDTH; i += 2) sum += state[i] + state[i + 1];
    const uint32_t shared = tg_krn_word((uint32_t)tg_krn_reduce((int64_t)sum));
    TG_UNROLL for (int i = 0; i < TG_KRN_FIRST_SHIFTED; i++)
    {
        // At most 16p + 2^8 p and some, far below 2^31 p.
        const int64_t product =
            tg_mad_wide((int32_t)state[i], tg_krn_internal_diagonal(i), (int64_t)sum);
        state[i] = tg_krn_word((uint32_t)tg_krn_reduce(product));
    }
    TG_UNROLL for (int i = TG_KRN_FIRST_SHIFTED; i < TG_KRN_WIDTH; i++)
    {
        state[i] = tg_krn_word(tg_krn_divide_add(state[i], i == 15 ? 17 : 33 - i, shared));
    }
}

/* Internal round 0 .. 19; elements as the internal layer's. */
TG_DEVICE void tg_krn_internal_round(uint32_t state[TG_KRN_WIDTH], int round)
{
    state[0] = tg_krn_sbox(state[0], tg_krn_internal_constants[round]);
    tg_krn_internal_layer(state);
}

/* Make words of the elements that the internal rounds leave below p + 2^15. */
TG_DEVICE void tg_krn_internal_end(uint32_t state[TG_KRN_WIDTH])
{
    TG_UNROLL for (int i = TG_KRN_FIRST_SHIFTED; i < TG_KRN_WIDTH; i++) state[i] =
        tg_krn_word(state[i] - TG_P);
}

#endif
