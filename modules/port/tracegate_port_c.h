/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What C sources have: barriers, shuffles and votes of integers, atomic operations of the builtins
 * that take any integer. */
#ifndef TRACEGATE_PORT_C_H
#define TRACEGATE_PORT_C_H
#pragma GCC system_header

TG_PORT_FUNCTION void *tg_port_dynamic_shared(void) { return tg_port_host->dynamic_shared(); }

#define __trap() tg_port_fail(TG_USER_FAILS_ASSERT, "__trap() was called", __FILE__, __LINE__)

#define __syncthreads() ((void)tg_port_host->syncthreads(false, __FILE__, __LINE__))
#define __syncthreads_count(predicate) \
    ((int)tg_port_host->syncthreads((predicate) != 0, __FILE__, __LINE__))
#define __syncthreads_or(predicate) (__syncthreads_count(predicate) != 0)
#define __syncthreads_and(predicate) (__syncthreads_count(!(predicate)) == 0)

#define TG_PORT_WARP(operation, mask, value, source, width)                                  \
    (tg_port_host->warp((operation), (mask), (uint64_t)(value), (uint32_t)(source), (width), \
                        __FILE__, __LINE__))
/* The argument after the source is the width, if there is one. */
#define TG_PORT_SHUFFLE(operation, mask, value, source, width, ...) \
    ((__typeof__(value))TG_PORT_WARP(operation, mask, value, source, width))
#define __syncwarp(mask) ((void)TG_PORT_WARP(TG_USER_WARP_SYNC, mask + 0u, 0, 0, 32))
#define __shfl_sync(mask, value, ...) \
    TG_PORT_SHUFFLE(TG_USER_WARP_SHUFFLE, mask, value, __VA_ARGS__, 32, 0)
#define __shfl_up_sync(mask, value, ...) \
    TG_PORT_SHUFFLE(TG_USER_WARP_SHUFFLE_UP, mask, value, __VA_ARGS__, 32, 0)
#define __shfl_down_sync(mask, value, ...) \
    TG_PORT_SHUFFLE(TG_USER_WARP_SHUFFLE_DOWN, mask, value, __VA_ARGS__, 32, 0)
#define __shfl_xor_sync(mask, value, ...) \
    TG_PORT_SHUFFLE(TG_USER_WARP_SHUFFLE_XOR, mask, value, __VA_ARGS__, 32, 0)
#define __ballot_sync(mask, predicate) \
    ((unsigned)TG_PORT_WARP(TG_USER_WARP_BALLOT, mask, (predicate) != 0, 0, 32))
#define __any_sync(mask, predicate) (__ballot_sync(mask, predicate) != 0)
#define __all_sync(mask, predicate) (__ballot_sync(mask, !(predicate)) == 0)
#define __match_any_sync(mask, value) \
    ((unsigned)TG_PORT_WARP(TG_USER_WARP_MATCH, mask, value, 0, 32))
#define __activemask() (tg_port_host->active_lanes())

#define __ldg(address) (*(address))
#define atomicAdd(address, value) __atomic_fetch_add(address, value, __ATOMIC_RELAXED)
#define atomicSub(address, value) __atomic_fetch_sub(address, value, __ATOMIC_RELAXED)
#define atomicAnd(address, value) __atomic_fetch_and(address, value, __ATOMIC_RELAXED)
#define atomicOr(address, value) __atomic_fetch_or(address, value, __ATOMIC_RELAXED)
#define atomicXor(address, value) __atomic_fetch_xor(address, value, __ATOMIC_RELAXED)
#define atomicExch(address, value) __atomic_exchange_n(address, value, __ATOMIC_RELAXED)

/* A word is replaced where the comparison holds; what was there. */
#define TG_PORT_ATOMIC_IF(name, comparison)                                                   \
    TG_PORT_FUNCTION unsigned name(unsigned *address, unsigned value)                         \
    {                                                                                         \
        unsigned before = __atomic_load_n(address, __ATOMIC_RELAXED);                         \
        while (value comparison before &&                                                     \
               !__atomic_compare_exchange_n(address, &before, value, false, __ATOMIC_RELAXED, \
                                            __ATOMIC_RELAXED)) {                              \
        }                                                                                     \
        return before;                                                                        \
    }
TG_PORT_ATOMIC_IF(atomicMin, <)
TG_PORT_ATOMIC_IF(atomicMax, >)
#undef TG_PORT_ATOMIC_IF

TG_PORT_FUNCTION unsigned atomicCAS(unsigned *address, unsigned expected, unsigned value)
{
    (void)__atomic_compare_exchange_n(address, &expected, value, false, __ATOMIC_RELAXED,
                                      __ATOMIC_RELAXED);
    return expected;
}

#endif
