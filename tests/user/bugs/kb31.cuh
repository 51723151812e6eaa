/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* KoalaBear in Montgomery form, and how rows get into a column-major trace, for the kernels of this
 * folder. They are written as a user of tracegate would write them: in C++, for SP1's launch (trace
 * of zeros, blocks of 64 threads, ceil(height / 64) of them), and with nothing of this tree.
 *
 * BUG chooses the mistake: 0 is the right kernel, and bugs.def lists the others.
 */
#pragma once

#ifdef __CUDACC_RTC__
using uint8_t = unsigned char;
using uint16_t = unsigned short;
using uint32_t = unsigned int;
using uintptr_t = unsigned long;
#else
#include <cstddef>
#include <cstdint>
#endif

#ifndef BUG
#define BUG 0
#endif

#define INLINE __device__ __forceinline__

/* A field element of a prime P below 2^31, held as x * 2^32 mod P. P_INVERSE: 1 / P mod 2^32;
 * R_SQUARED: 2^64 mod P. */
template <uint32_t P, uint32_t P_INVERSE, uint32_t R_SQUARED> struct montgomery_t {
    static constexpr uint32_t modulus = P;

    uint32_t word;

    static INLINE montgomery_t raw(uint32_t word)
    {
        montgomery_t element;
        element.word = word;
        return element;
    }

    static INLINE montgomery_t canonical(uint32_t x) { return raw(x) * raw(R_SQUARED); }

    static INLINE montgomery_t zero() { return raw(0); }
    static INLINE montgomery_t one() { return raw((0u - P) % P); }

    INLINE uint32_t to_canonical() const { return (*this * raw(1)).word; }
    INLINE bool is_zero() const { return word == 0; }

    INLINE montgomery_t operator*(montgomery_t other) const
    {
        const unsigned long long product = (unsigned long long)word * other.word;
        const uint32_t high = (uint32_t)(product >> 32);
        const uint32_t taken = __umulhi((uint32_t)product * P_INVERSE, P);
        return raw(high < taken ? high - taken + P : high - taken);
    }

    INLINE montgomery_t operator+(montgomery_t other) const
    {
        const uint32_t sum = word + other.word;
        return raw(sum < P ? sum : sum - P);
    }

    INLINE montgomery_t operator-() const { return raw(word == 0 ? 0 : P - word); }
    INLINE montgomery_t operator-(montgomery_t other) const { return *this + -other; }

    INLINE montgomery_t &operator+=(montgomery_t other) { return *this = *this + other; }
    INLINE montgomery_t &operator*=(montgomery_t other) { return *this = *this * other; }

    INLINE bool operator==(montgomery_t other) const { return word == other.word; }
    INLINE bool operator!=(montgomery_t other) const { return word != other.word; }
};

using kb31_t = montgomery_t<0x7f000001u, 0x81000001u, 402124772u>;

/* Four coefficients of the extension, or a value in the recursion machine's memory. */
template <class F> struct Block {
    F at[4];
};

/* The trace: cell (row, column) is at column * height + row. */
struct column_major_t {
    uint32_t *cells;
    uintptr_t height;

    template <class F> INLINE void put(uintptr_t row, unsigned column, F value) const
    {
        cells[column * height + row] = value.word;
    }

    /* Store a struct of field elements as a row. */
    template <class ROW> INLINE void put_row(uintptr_t row, const ROW &values) const
    {
        const uint32_t *words = reinterpret_cast<const uint32_t *>(&values);
#pragma unroll
        for (unsigned column = 0; column < sizeof(ROW) / sizeof(uint32_t); column++)
            cells[column * height + row] = words[column];
    }
};

/* Grid-stride loops: where a thread begins, and how far it goes on. */
INLINE uintptr_t grid_thread() { return blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x; }
INLINE uintptr_t grid_threads() { return gridDim.x * (uintptr_t)blockDim.x; }

/* The warps of a grid, for kernels that give each warp a row. The last warp of a block may have
 * fewer lanes than 32. */
struct warp_t {
    uintptr_t number;   /* in the grid */
    uintptr_t nb_warps; /* of the grid */
    unsigned lane;
    unsigned nb_lanes;
    unsigned mask; /* of its lanes */

    static INLINE warp_t of_thread()
    {
        const unsigned per_block = (blockDim.x + 31) / 32;
        const unsigned first = threadIdx.x / 32 * 32;
        const unsigned left = blockDim.x - first;
        warp_t warp;
        warp.number = blockIdx.x * (uintptr_t)per_block + threadIdx.x / 32;
        warp.nb_warps = gridDim.x * (uintptr_t)per_block;
        warp.lane = threadIdx.x - first;
        warp.nb_lanes = left < 32 ? left : 32;
        warp.mask = 0xffffffffu >> (32 - warp.nb_lanes);
        return warp;
    }
};
