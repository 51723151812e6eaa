/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The only file that knows which compiler builds a kernel: nvcc for a device, or a C11 compiler for
 * the host grid.
 *
 * Kernels are written in the part of CUDA C that is C as well. What C lacks stands here: on the
 * host, CUDA's built-in variables, barriers and shuffles are the host grid's (kernels/host_grid.h);
 * names that CUDA does not have begin with TG_ or tg_.
 */
#ifndef TRACEGATE_KERNELS_PORT_H
#define TRACEGATE_KERNELS_PORT_H

#include "kernels/kernels.h"

#include <stddef.h>
#include <stdint.h>

/* Mask of all lanes of a warp. */
#define TG_FULL_WARP 0xffffffffu

/* Constants are declared TG_CONSTANT where all threads of a warp read the same one at a time, and
 * TG_TABLE where they do not. */

#define TG_ALIGN(bytes) __attribute__((aligned(bytes)))

/* Four words that are moved at once. */
typedef struct TG_ALIGN(16) tg_quad {
    uint32_t words[4];
} tg_quad;

#ifdef __CUDACC__

#define TG_DEVICE static __device__ __forceinline__
#define TG_CONSTANT static __constant__ const
#define TG_TABLE static __device__ const
#define TG_UNROLL _Pragma("unroll")
#define TG_KEEP_LOOP _Pragma("unroll 1")

/* a * b, and a * b + c, of signed words in 64 bits. Written in PTX, because nvcc makes five
 * instructions of the C expressions where it has moved the sign extensions out of its own sight;
 * compilers of the CPU, which take this branch where the file is built as a user's, have no PTX. */
#ifdef __CUDA_ARCH__
TG_DEVICE int64_t tg_mul_wide(int32_t a, int32_t b)
{
    int64_t product;
    asm("mul.wide.s32 %0, %1, %2;" : "=l"(product) : "r"(a), "r"(b));
    return product;
}

TG_DEVICE int64_t tg_mad_wide(int32_t a, int32_t b, int64_t c)
{
    int64_t sum;
    asm("mad.wide.s32 %0, %1, %2, %3;" : "=l"(sum) : "r"(a), "r"(b), "l"(c));
    return sum;
}
#else
TG_DEVICE int64_t tg_mul_wide(int32_t a, int32_t b) { return (int64_t)a * b; }
TG_DEVICE int64_t tg_mad_wide(int32_t a, int32_t b, int64_t c) { return (int64_t)a * b + c; }
#endif

/* Begin the kernel tg_krn_<name>: the kernel ABI (kernels/kernels.h) with typed events, which
 * may be void. The body follows. Launch bounds: every block size must be possible, whatever the
 * compiler would like to do with registers. */
#define TG_KERNEL(name, EVENT)                                        \
    extern "C" __global__ void __launch_bounds__(1024)                \
        tg_krn_##name(uint32_t *__restrict__ trace, uintptr_t height, \
                      const EVENT *__restrict__ events, uintptr_t nb_events)

/* Begin a kernel of a launch plan with several steps: it gets tg_krn_extra as `extra` too, and its
 * blocks have at most TG_STEP_MAX_BLOCK threads, so that they may have more registers. */
#define TG_STEP_KERNEL(name, EVENT)                                   \
    extern "C" __global__ void __launch_bounds__(TG_STEP_MAX_BLOCK)   \
        tg_krn_##name(uint32_t *__restrict__ trace, uintptr_t height, \
                      const EVENT *__restrict__ events, uintptr_t nb_events, tg_krn_extra extra)

/* Say how many rows a block of the kernel takes before it strides on; only the host's table
 * wants to know. */
#define TG_ROWS_PER_BLOCK(name, rows)

/* Static shared memory of the block: nb elements. Its contents are undefined at first, which the
 * host grid makes visible by poison. */
#define TG_SHARED(type, name, nb) __shared__ type name[nb]

/* Dynamic shared memory of the block as an array of type, aligned for any type. */
#define TG_DYNAMIC_SHARED(type, name)                  \
    extern __shared__ uint4 tg_dynamic_shared_quads[]; \
    type *const name = (type *)tg_dynamic_shared_quads

/* Read and write four words at an address that is a multiple of 16. */
TG_DEVICE tg_quad tg_load_quad(const uint32_t *words)
{
    const uint4 quad = *(const uint4 *)words;
    tg_quad result;
    result.words[0] = quad.x;
    result.words[1] = quad.y;
    result.words[2] = quad.z;
    result.words[3] = quad.w;
    return result;
}

TG_DEVICE void tg_store_quad(uint32_t *words, tg_quad quad)
{
    *(uint4 *)words = make_uint4(quad.words[0], quad.words[1], quad.words[2], quad.words[3]);
}

#else

#define TG_DEVICE static inline
#define TG_CONSTANT static const
#define TG_TABLE static const
#define TG_UNROLL
#define TG_KEEP_LOOP

#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(threads)

/* The blocks that one OpenMP thread runs come one after the other, so they can share what
 * belongs to that thread. Bare, the array holds zeros or what the block before left, which hides
 * that a kernel forgot to initialize it: TG_SHARED does not. */
#define __shared__ static _Thread_local

#define TG_SHARED(type, name, nb) \
    __shared__ type name[nb];     \
    tg_host_shared(name, sizeof name)

#define TG_KERNEL(name, EVENT)                                                        \
    static void name##_thread(uint32_t *__restrict__ trace, uintptr_t height,         \
                              const EVENT *__restrict__ events, uintptr_t nb_events); \
    tg_host_kernel tg_krn_host_##name;                                                \
    void tg_krn_host_##name(uint32_t *trace, uintptr_t height, const void *events,    \
                            uintptr_t nb_events, const tg_krn_extra *extra)           \
    {                                                                                 \
        (void)extra;                                                                  \
        name##_thread(trace, height, (const EVENT *)events, nb_events);               \
    }                                                                                 \
    static void name##_thread(uint32_t *__restrict__ trace, uintptr_t height,         \
                              const EVENT *__restrict__ events, uintptr_t nb_events)

#define TG_STEP_KERNEL(name, EVENT)                                                     \
    static void name##_thread(uint32_t *__restrict__ trace, uintptr_t height,           \
                              const EVENT *__restrict__ events, uintptr_t nb_events,    \
                              tg_krn_extra extra);                                      \
    tg_host_kernel tg_krn_host_##name;                                                  \
    void tg_krn_host_##name(uint32_t *trace, uintptr_t height, const void *events,      \
                            uintptr_t nb_events, const tg_krn_extra *extra)             \
    {                                                                                   \
        name##_thread(trace, height, (const EVENT *)events, nb_events, *extra);         \
    }                                                                                   \
    static void name##_thread(__attribute__((unused)) uint32_t *__restrict__ trace,     \
                              __attribute__((unused)) uintptr_t height,                 \
                              __attribute__((unused)) const EVENT *__restrict__ events, \
                              __attribute__((unused)) uintptr_t nb_events,              \
                              __attribute__((unused)) tg_krn_extra extra)

#define TG_ROWS_PER_BLOCK(name, rows)         \
    extern const uint32_t tg_krn_rows_##name; \
    const uint32_t tg_krn_rows_##name = (rows);

#define TG_DYNAMIC_SHARED(type, name) type *const name = (type *)tg_host_dynamic_shared()

static inline tg_quad tg_load_quad(const uint32_t *words)
{
    return (tg_quad){{words[0], words[1], words[2], words[3]}};
}

static inline void tg_store_quad(uint32_t *words, tg_quad quad)
{
    for (size_t i = 0; i < 4; i++) words[i] = quad.words[i];
}

/* CUDA's atomic operations: the word before. */
static inline uint32_t atomicAdd(uint32_t *word, uint32_t addend)
{
    return __atomic_fetch_add(word, addend, __ATOMIC_RELAXED);
}

static inline uint32_t atomicOr(uint32_t *word, uint32_t bits)
{
    return __atomic_fetch_or(word, bits, __ATOMIC_RELAXED);
}

static inline uint32_t atomicMin(uint32_t *word, uint32_t bound)
{
    uint32_t before = __atomic_load_n(word, __ATOMIC_RELAXED);
    while (bound < before && !__atomic_compare_exchange_n(word, &before, bound, true,
                                                          __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
    return before;
}

static inline int64_t tg_mul_wide(int32_t a, int32_t b) { return (int64_t)a * b; }

static inline int64_t tg_mad_wide(int32_t a, int32_t b, int64_t c) { return (int64_t)a * b + c; }

static inline int32_t __mulhi(int32_t a, int32_t b) { return (int32_t)((int64_t)a * b >> 32); }

static inline uint32_t __umulhi(uint32_t a, uint32_t b)
{
    return (uint32_t)((uint64_t)a * b >> 32);
}

typedef struct tg_host_index {
    uint32_t x;
} tg_host_index;

/* Where the running thread stands. One for each OpenMP thread: CUDA's built-in variables are
 * globals that every thread sees differently, and kernels cannot be handed a context. */
typedef struct tg_host_position {
    tg_host_index thread;
    tg_host_index block;
    tg_host_index block_dim;
    tg_host_index grid_dim;
} tg_host_position;

extern _Thread_local tg_host_position tg_host_position_now;

#define threadIdx (tg_host_position_now.thread)
#define blockIdx (tg_host_position_now.block)
#define blockDim (tg_host_position_now.block_dim)
#define gridDim (tg_host_position_now.grid_dim)

typedef enum tg_warp_operation {
    TG_WARP_SYNC,
    TG_WARP_SHUFFLE,
    TG_WARP_SHUFFLE_UP,
    TG_WARP_SHUFFLE_DOWN,
    TG_WARP_SHUFFLE_XOR,
    TG_WARP_BALLOT,
    TG_WARP_MATCH,
} tg_warp_operation;

/* Beside the lanes that TG_WARP_MATCH gives: all lanes that take part have one value. */
#define TG_HOST_ALL_MATCH ((uint64_t)1 << 32)

/* Wait for all threads of the block that have not ended. */
void tg_host_syncthreads(void);

/* The same; returns how many of them came with a predicate that holds. */
uint32_t tg_host_syncthreads_count(bool predicate);

/* Where the barrier, or operation of a warp, that is called next stands in its source: threads of a
 * block that come to __syncthreads at different places fail the launch, and messages say where.
 * file: text that outlives the launch; NULL, and line 0: not known. line: above its bits the column
 * may stand, or 0. */
#define TG_HOST_LINE_BITS 20
void tg_host_place_set(const char *file, uint32_t line);

/* Lanes of the running thread's warp that have not ended. */
uint32_t tg_host_active_lanes(void);

/* What a kernel does that CUDA does not have: how it failed, as messages and keys say it. */
typedef enum tg_host_failure {
    TG_HOST_FAILS,         /* in a way of its own */
    TG_HOST_FAILS_ASSERT,  /* by its own word */
    TG_HOST_FAILS_BARRIER, /* at a barrier or an operation of a warp */
    TG_HOST_FAILS_UNSET,   /* by reading shared memory that the block has not written */
    TG_HOST_FAILS_EXIT,    /* by ending the process */
    TG_HOST_FAILS_REFUSED, /* by asking for more than there is */
    TG_HOST_NB_FAILURES
} tg_host_failure;

/* End the launch with TG_ERR_KERNEL. Does not return.
 * file  "": not known */
void tg_host_fail(tg_host_failure how, const char *what, const char *file, uint32_t line);

/* Wait for all lanes of mask that have not ended, and give each its result.
 * mask    0 stands for all lanes; it must name the caller's lane
 * value   what the lane offers
 * source  of shuffles: lane, distance or bits; width: lanes of a segment, a power of two up to 32
 * Returns for shuffles the value of the other lane, all ones where that lane takes no part (CUDA
 *         leaves it undefined: a word that is not below p shows); for a ballot the lanes whose
 *         value is not 0; for a match the lanes with the caller's value, and TG_HOST_ALL_MATCH;
 *         else 0.
 */
uint64_t tg_host_warp(tg_warp_operation operation, uint32_t mask, uint64_t value, uint32_t source,
                      uint32_t width);

/* What shared memory holds when a block begins, in every byte. Words of it are not below p and not
 * all ones, which a kernel may use for "none". */
#define TG_HOST_SHARED_POISON 0xb5u

/* Dynamic shared memory of the running block, poisoned when it began; aligned to 64 bytes. NULL if
 * the launch asks for none. */
void *tg_host_dynamic_shared(void);
size_t tg_host_dynamic_shared_bytes(void);

/* Poison a static array of shared memory, once for the running block: for the first of its threads
 * that comes by. A block that has more than TG_HOST_GRID_MAX_SHARED of them fails the launch, and
 * the call does not return. */
void tg_host_shared(void *array, size_t len_bytes);

/* The argument after the source is the width, if there is one. Integers of up to 64 bits. */
#define TG_HOST_SHUFFLE(operation, mask, value, source, width, ...) \
    ((__typeof__(value))tg_host_warp(operation, mask, (uint64_t)(value), (uint32_t)(source), width))

#define __syncthreads() tg_host_syncthreads()
#define __syncwarp(...) ((void)tg_host_warp(TG_WARP_SYNC, __VA_ARGS__ + 0u, 0, 0, 32))
#define __shfl_sync(mask, value, ...) \
    TG_HOST_SHUFFLE(TG_WARP_SHUFFLE, mask, value, __VA_ARGS__, 32, 0)
#define __shfl_up_sync(mask, value, ...) \
    TG_HOST_SHUFFLE(TG_WARP_SHUFFLE_UP, mask, value, __VA_ARGS__, 32, 0)
#define __shfl_down_sync(mask, value, ...) \
    TG_HOST_SHUFFLE(TG_WARP_SHUFFLE_DOWN, mask, value, __VA_ARGS__, 32, 0)
#define __shfl_xor_sync(mask, value, ...) \
    TG_HOST_SHUFFLE(TG_WARP_SHUFFLE_XOR, mask, value, __VA_ARGS__, 32, 0)
#define __ballot_sync(mask, predicate) \
    ((uint32_t)tg_host_warp(TG_WARP_BALLOT, mask, (predicate) ? 1 : 0, 0, 32))
#define __any_sync(mask, predicate) (__ballot_sync(mask, predicate) != 0)
#define __all_sync(mask, predicate) (__ballot_sync(mask, !(predicate)) == 0)

#endif

#endif
