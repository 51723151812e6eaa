/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2 of SP1's recursion machine: 16 elements of KoalaBear, s-box x^3, 4 + 20 + 4 rounds. A
 * class that is stepped from round to round, so that a caller can look at the state in between. */
#pragma once

#include "kb31.cuh"

/* Constants of the external and the internal rounds, canonical. */
__constant__ uint32_t external_constants[8][16] = {
    {0x7ee56a48, 0x11367045, 0x12e41941, 0x7ebbc12b, 0x1970b7d5, 0x662b60e8, 0x3e4990c6, 0x679f91f5,
     0x350813bb, 0x00874ad4, 0x28a0081a, 0x18fa5872, 0x5f25b071, 0x5e5d5998, 0x5e6fd3e7,
     0x5b2e2660},
    {0x6f1837bf, 0x3fe6182b, 0x1edd7ac5, 0x57470d00, 0x43d486d5, 0x1982c70f, 0x0ea53af9, 0x61d6165b,
     0x51639c00, 0x2dec352c, 0x2950e531, 0x2d2cb947, 0x08256cef, 0x1a0109f6, 0x1f51faf3,
     0x5cef1c62},
    {0x3d65e50e, 0x33d91626, 0x133d5a1e, 0x0ff49b0d, 0x38900cd1, 0x2c22cc3f, 0x28852bb2, 0x06c65a02,
     0x7b2cf7bc, 0x68016e1a, 0x15e16bc0, 0x5248149a, 0x6dd212a0, 0x18d6830a, 0x5001be82,
     0x64dac34e},
    {0x5902b287, 0x426583a0, 0x0c921632, 0x3fe028a5, 0x245f8e49, 0x43bb297e, 0x7873dbd9, 0x3cc987df,
     0x286bb4ce, 0x640a8dcd, 0x512a8e36, 0x03a4cf55, 0x481837a2, 0x03d6da84, 0x73726ac7,
     0x760e7fdf},
    {0x43e7dc24, 0x259a5d61, 0x27e85a3b, 0x1b9133fa, 0x343e5628, 0x485cd4c2, 0x16e269f5, 0x165b60c6,
     0x25f683d9, 0x124f81f9, 0x174331f9, 0x77344dc5, 0x5a821dba, 0x5fc4177f, 0x54153bf5,
     0x5e3f1194},
    {0x3bdbf191, 0x088c84a3, 0x68256c9b, 0x3c90bbc6, 0x6846166a, 0x03f4238d, 0x463335fb, 0x5e3d3551,
     0x6e59ae6f, 0x32d06cc0, 0x596293f3, 0x6c87edb2, 0x08fc60b5, 0x34bcca80, 0x24f007f3,
     0x62731c6f},
    {0x1e1db6c6, 0x0ca409bb, 0x585c1e78, 0x56e94edc, 0x16d22734, 0x18e11467, 0x7b2c3730, 0x770075e4,
     0x35d1b18c, 0x22be3db5, 0x4fb1fbb7, 0x477cb3ed, 0x7d5311c6, 0x5b62ae7d, 0x559c5fa8,
     0x77f15048},
    {0x3211570b, 0x490fef6a, 0x77ec311f, 0x2247171b, 0x4e0ac711, 0x2edf69c9, 0x3b5a8850, 0x65809421,
     0x5619b4aa, 0x362019a7, 0x6bf9d4ed, 0x5b413dff, 0x617e181e, 0x5e7ab57b, 0x33ad7833,
     0x3466c7ca},
};
__constant__ uint32_t internal_constants[20] = {
    0x54dfeb5d, 0x7d40afd6, 0x722cb316, 0x106a4573, 0x45a7ccdb, 0x44061375, 0x154077a5,
    0x45744faa, 0x4eb5e5ee, 0x3794e83f, 0x47c7093c, 0x5694903c, 0x69cb6299, 0x373df84c,
    0x46a0df58, 0x46b8758a, 0x3241ebcb, 0x0b09d233, 0x1af42357, 0x1e66cec2,
};

template <class F> struct Poseidon2 {
    F state[16];

    INLINE void load(const F *input)
    {
#pragma unroll
        for (unsigned k = 0; k < 16; k++) state[k] = input[k];
    }

    /* Four by four circulant (2 3 1 1) on each group of four, then the sum over groups. */
    INLINE void external_layer()
    {
        F sums[4] = {F::zero(), F::zero(), F::zero(), F::zero()};
#pragma unroll
        for (unsigned group = 0; group < 16; group += 4) {
            F *x = state + group;
            const F all = x[0] + x[1] + (x[2] + x[3]);
            const F y[4] = {all + x[0] + (x[1] + x[1]), all + x[1] + (x[2] + x[2]),
                            all + x[2] + (x[3] + x[3]), all + x[3] + (x[0] + x[0])};
#pragma unroll
            for (unsigned k = 0; k < 4; k++) {
                x[k] = y[k];
#if BUG == 1 /* the last group is left out of the sum */
                if (group != 12) sums[k] += y[k];
#else
                sums[k] += y[k];
#endif
            }
        }
#pragma unroll
        for (unsigned k = 0; k < 16; k++) state[k] += sums[k % 4];
    }

    /* The sum of all, plus the diagonal (-2 1 2 4 .. 2^13 2^15), all by 2^-32. A number that is
     * taken for a word is that number by 2^-32. */
    INLINE void internal_layer()
    {
        F sum = state[0];
#pragma unroll
        for (unsigned k = 1; k < 16; k++) sum += state[k];
#if BUG == 2 /* the factor is on the diagonal alone */
        const F scaled = sum;
#else
        const F scaled = sum * F::raw(1);
#endif
        state[0] = scaled - state[0] * F::raw(2);
#pragma unroll
        for (unsigned k = 1; k < 15; k++) state[k] = scaled + state[k] * F::raw(1u << (k - 1));
#if BUG == 3 /* the next power */
        state[15] = scaled + state[15] * F::raw(1u << 14);
#else
        state[15] = scaled + state[15] * F::raw(1u << 15);
#endif
    }

    INLINE void external_round(unsigned round)
    {
#pragma unroll
        for (unsigned k = 0; k < 16; k++) {
#if BUG == 4 /* constants are added as they stand in the table, not as Montgomery words */
            state[k] += F::raw(external_constants[round][k]);
#else
            state[k] += F::canonical(external_constants[round][k]);
#endif
            state[k] = state[k] * state[k] * state[k];
        }
        external_layer();
    }

    INLINE void internal_round(unsigned round)
    {
        state[0] += F::canonical(internal_constants[round]);
        state[0] = state[0] * state[0] * state[0];
        internal_layer();
    }
};
