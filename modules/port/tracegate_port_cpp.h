/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What C++ sources have beside: barriers, shuffles and votes of any type, with their places; least
 * and greatest; entries of kernels; pieces of shared memory. */
#ifndef TRACEGATE_PORT_CPP_H
#define TRACEGATE_PORT_CPP_H
#pragma GCC system_header

/* Last parameters of a function that wants to know where it is called. */
#define TG_PORT_HERE \
    const char *tg_file = __builtin_FILE(), unsigned tg_line = (unsigned)__builtin_LINE()

/* The same of a barrier, of which a line may have several: with its column, where the compiler
 * tells, above the line's 20 bits. */
#if defined(__clang__)
#define TG_PORT_LINE tg_port_line((unsigned)__builtin_LINE(), (unsigned)__builtin_COLUMN())
#elif defined(__has_builtin)
#if __has_builtin(__builtin_source_location)
#define TG_PORT_LINE tg_port_line((unsigned)__builtin_LINE(), __builtin_source_location())
#endif
#endif
#ifndef TG_PORT_LINE
#define TG_PORT_LINE tg_port_line((unsigned)__builtin_LINE(), 0u)
#endif
#define TG_PORT_BARRIER const char *tg_file = __builtin_FILE(), unsigned tg_line = TG_PORT_LINE

constexpr unsigned tg_port_line(unsigned line, unsigned column)
{
    return line > 0xfffffu ? line : line | (column < 0xfffu ? column : 0xfffu) << 20;
}

#if defined(__GNUC__) && !defined(__clang__)
#if __cplusplus > 201703L
#include <source_location>
#else
namespace std
{
/* What the compiler fills; the library's own comes with C++20 only. */
struct source_location {
    struct __impl {
        const char *_M_file_name;
        const char *_M_function_name;
        unsigned _M_line;
        unsigned _M_column;
    };
};
} // namespace std
#endif
/* The same, whose library keeps it to itself. */
struct __attribute__((may_alias)) tg_port_location {
    const char *file;
    const char *function;
    unsigned line;
    unsigned column;
};
TG_PORT_FUNCTION unsigned tg_port_line(unsigned line, const void *at)
{
    return tg_port_line(line, static_cast<const tg_port_location *>(at)->column);
}
#endif

template <class T> struct tg_port_never {
    static constexpr bool value = false;
};
/* A parameter's type that the argument is converted to, not deduced from. */
template <class T> struct tg_port_as {
    typedef T type;
};

/* ---- shared memory ---- */

struct tg_port_guarded : tg_port_region {
    // whole begins, and `after` is, a guard.
    tg_port_guarded(void *whole, void *after) : tg_port_region()
    {
        unsigned char *first = static_cast<unsigned char *>(whole) + TG_PORT_GUARD;
        tg_port_shared(this, first, (size_t)(static_cast<unsigned char *>(after) - first), true);
    }
};

struct tg_port_pointer {
    void *at;
    template <class T> operator T *() const { return static_cast<T *>(at); }
};
TG_PORT_FUNCTION tg_port_pointer tg_port_dynamic_shared()
{
    return tg_port_pointer{tg_port_host->dynamic_shared()};
}

/* ---- barriers of a block ---- */

TG_PORT_FUNCTION void __trap(TG_PORT_HERE)
{
    tg_port_fail(TG_USER_FAILS_ASSERT, "__trap() was called", tg_file, tg_line);
}

TG_PORT_FUNCTION void __syncthreads(TG_PORT_BARRIER)
{
    (void)tg_port_host->syncthreads(false, tg_file, tg_line);
}
TG_PORT_FUNCTION int __syncthreads_count(int predicate, TG_PORT_BARRIER)
{
    return (int)tg_port_host->syncthreads(predicate != 0, tg_file, tg_line);
}
TG_PORT_FUNCTION int __syncthreads_or(int predicate, TG_PORT_BARRIER)
{
    return tg_port_host->syncthreads(predicate != 0, tg_file, tg_line) != 0;
}
TG_PORT_FUNCTION int __syncthreads_and(int predicate, TG_PORT_BARRIER)
{
    return tg_port_host->syncthreads(predicate == 0, tg_file, tg_line) == 0;
}

/* ---- operations of a warp ---- */

TG_PORT_FUNCTION unsigned __activemask() { return tg_port_host->active_lanes(); }

TG_PORT_FUNCTION void __syncwarp(unsigned mask = 0xffffffffu, TG_PORT_HERE)
{
    (void)tg_port_host->warp(TG_USER_WARP_SYNC, mask, 0, 0, 32, tg_file, tg_line);
}

template <class T>
inline T tg_port_shuffle(unsigned operation, unsigned mask, T value, unsigned source, int width,
                         const char *file, unsigned line)
{
    static_assert(sizeof(T) <= 8 && __is_trivially_copyable(T),
                  "a shuffle moves plain values of up to 8 bytes");
    uint64_t bits = 0;
    T result;
    memcpy(&bits, &value, sizeof value);
    bits = tg_port_host->warp(operation, mask, bits, source, (uint32_t)width, file, line);
    memcpy(&result, &bits, sizeof result);
    return result;
}

#define TG_PORT_SHUFFLE(name, operation, SOURCE)                                                   \
    template <class T>                                                                             \
    inline T name(unsigned mask, T value, SOURCE source, int width = 32, TG_PORT_HERE)             \
    {                                                                                              \
        return tg_port_shuffle(operation, mask, value, (unsigned)source, width, tg_file, tg_line); \
    }
TG_PORT_SHUFFLE(__shfl_sync, TG_USER_WARP_SHUFFLE, int)
TG_PORT_SHUFFLE(__shfl_up_sync, TG_USER_WARP_SHUFFLE_UP, unsigned)
TG_PORT_SHUFFLE(__shfl_down_sync, TG_USER_WARP_SHUFFLE_DOWN, unsigned)
TG_PORT_SHUFFLE(__shfl_xor_sync, TG_USER_WARP_SHUFFLE_XOR, int)
#undef TG_PORT_SHUFFLE

TG_PORT_FUNCTION unsigned __ballot_sync(unsigned mask, int predicate, TG_PORT_HERE)
{
    return (unsigned)tg_port_host->warp(TG_USER_WARP_BALLOT, mask, predicate != 0, 0, 32, tg_file,
                                        tg_line);
}
TG_PORT_FUNCTION int __any_sync(unsigned mask, int predicate, TG_PORT_HERE)
{
    return __ballot_sync(mask, predicate, tg_file, tg_line) != 0;
}
TG_PORT_FUNCTION int __all_sync(unsigned mask, int predicate, TG_PORT_HERE)
{
    return __ballot_sync(mask, predicate == 0, tg_file, tg_line) == 0;
}

template <class T> inline uint64_t tg_port_match(unsigned mask, T value, const char *f, unsigned l)
{
    static_assert(sizeof(T) <= 8, "values of up to 8 bytes are matched");
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof value);
    return tg_port_host->warp(TG_USER_WARP_MATCH, mask, bits, 0, 32, f, l);
}
template <class T> inline unsigned __match_any_sync(unsigned mask, T value, TG_PORT_HERE)
{
    return (unsigned)tg_port_match(mask, value, tg_file, tg_line);
}
template <class T>
inline unsigned __match_all_sync(unsigned mask, T value, int *predicate, TG_PORT_HERE)
{
    const uint64_t match = tg_port_match(mask, value, tg_file, tg_line);
    *predicate = (match >> 32 & 1) != 0;
    return *predicate != 0 ? (unsigned)match : 0;
}

/* Every lane takes the values of all lanes of the mask, in their order. */
#define TG_PORT_REDUCE(name, T, expression)                                                 \
    TG_PORT_FUNCTION T name(unsigned mask, T value, TG_PORT_HERE)                           \
    {                                                                                       \
        T sum = 0;                                                                          \
        bool is_first = true;                                                               \
        for (unsigned lane = 0; lane < 32; lane++) {                                        \
            if ((mask & tg_port_host->active_lanes()) >> lane & 1u) {                       \
                const T next = tg_port_shuffle(TG_USER_WARP_SHUFFLE, mask, value, lane, 32, \
                                               tg_file, tg_line);                           \
                sum = is_first ? next : (expression);                                       \
                is_first = false;                                                           \
            }                                                                               \
        }                                                                                   \
        return sum;                                                                         \
    }
TG_PORT_REDUCE(__reduce_add_sync, unsigned, sum + next)
TG_PORT_REDUCE(__reduce_add_sync, int, (int)((unsigned)sum + (unsigned)next))
TG_PORT_REDUCE(__reduce_min_sync, unsigned, next < sum ? next : sum)
TG_PORT_REDUCE(__reduce_min_sync, int, next < sum ? next : sum)
TG_PORT_REDUCE(__reduce_max_sync, unsigned, next > sum ? next : sum)
TG_PORT_REDUCE(__reduce_max_sync, int, next > sum ? next : sum)
TG_PORT_REDUCE(__reduce_and_sync, unsigned, sum &next)
TG_PORT_REDUCE(__reduce_or_sync, unsigned, sum | next)
TG_PORT_REDUCE(__reduce_xor_sync, unsigned, sum ^ next)
#undef TG_PORT_REDUCE

/* ---- loads and stores that name a cache ---- */

#define TG_PORT_LOAD(name) \
    template <class T> inline T name(const T *address) { return *address; }
#define TG_PORT_STORE(name)                                                             \
    template <class T> inline void name(T *address, typename tg_port_as<T>::type value) \
    {                                                                                   \
        *address = value;                                                               \
    }
TG_PORT_LOAD(__ldg)
TG_PORT_LOAD(__ldca)
TG_PORT_LOAD(__ldcg)
TG_PORT_LOAD(__ldcs)
TG_PORT_LOAD(__ldcv)
TG_PORT_LOAD(__ldlu)
TG_PORT_STORE(__stcg)
TG_PORT_STORE(__stcs)
TG_PORT_STORE(__stwb)
TG_PORT_STORE(__stwt)
#undef TG_PORT_LOAD
#undef TG_PORT_STORE

/* ---- least and greatest: CUDA's overloads ---- */

#define TG_PORT_MIN_MAX(RESULT, A, B)                         \
    TG_PORT_FUNCTION constexpr RESULT min(A a, B b)           \
    {                                                         \
        return (RESULT)a < (RESULT)b ? (RESULT)a : (RESULT)b; \
    }                                                         \
    TG_PORT_FUNCTION constexpr RESULT max(A a, B b)           \
    {                                                         \
        return (RESULT)a > (RESULT)b ? (RESULT)a : (RESULT)b; \
    }
#define TG_PORT_MIN_MAX_INTEGER(T)                      \
    TG_PORT_MIN_MAX(T, T, T)                            \
    TG_PORT_MIN_MAX(unsigned T, unsigned T, unsigned T) \
    TG_PORT_MIN_MAX(unsigned T, T, unsigned T)          \
    TG_PORT_MIN_MAX(unsigned T, unsigned T, T)
TG_PORT_MIN_MAX_INTEGER(int)
TG_PORT_MIN_MAX_INTEGER(long)
TG_PORT_MIN_MAX_INTEGER(long long)
TG_PORT_MIN_MAX(float, float, float)
TG_PORT_MIN_MAX(double, double, double)
TG_PORT_MIN_MAX(double, float, double)
TG_PORT_MIN_MAX(double, double, float)
#undef TG_PORT_MIN_MAX_INTEGER
#undef TG_PORT_MIN_MAX

/* ---- kernels ---- */

template <size_t... I> struct tg_port_indices {
};
template <size_t N, size_t... I> struct tg_port_count : tg_port_count<N - 1, N - 1, I...> {
};
template <size_t... I> struct tg_port_count<0, I...> {
    typedef tg_port_indices<I...> type;
};

/* A kernel as tg_user_entry wants it. */
template <class F, F kernel> struct tg_port_entry {
    static_assert(tg_port_never<F>::value, "this is no kernel: a kernel returns void");
};
template <class... A, void (*kernel)(A...)> struct tg_port_entry<void (*const)(A...), kernel> {
    static constexpr size_t nb_arguments = sizeof...(A);
    static constexpr size_t bytes[sizeof...(A) + 1] = {sizeof(A)..., 0};
    template <size_t... I> static void call(void **values, tg_port_indices<I...>)
    {
        (void)values;
        kernel(*static_cast<A *>(values[I])...);
    }
    static void thread(void **values)
    {
        call(values, typename tg_port_count<sizeof...(A)>::type());
    }
};

#include "tracegate_port_atomics.h"
#include "tracegate_port_runtime.h"

#endif
