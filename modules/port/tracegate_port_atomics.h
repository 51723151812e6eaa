/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CUDA's atomic operations: each returns what was there. Scopes (_block, _system) are one here. */
#ifndef TRACEGATE_PORT_ATOMICS_H
#define TRACEGATE_PORT_ATOMICS_H
#pragma GCC system_header

#define TG_PORT_VALUE typename tg_port_as<T>::type

template <class T> inline void tg_port_check_atomic()
{
    static_assert(sizeof(T) == 4 || sizeof(T) == 8, "atomic operations take words of 4 or 8 bytes");
}

template <class T> inline T tg_port_atomic_load(T *address)
{
    T value;
    __atomic_load(address, &value, __ATOMIC_RELAXED);
    return value;
}

template <class T> inline bool tg_port_atomic_try(T *address, T *before, T value)
{
    return __atomic_compare_exchange(address, before, &value, false, __ATOMIC_RELAXED,
                                     __ATOMIC_RELAXED);
}

/* Replace a word by the expression of `before` and `value` for as long as `condition`. */
#define TG_PORT_ATOMIC_LOOP(name, condition, expression)                                \
    template <class T> inline T name(T *address, TG_PORT_VALUE value)                   \
    {                                                                                   \
        tg_port_check_atomic<T>();                                                      \
        T before = tg_port_atomic_load(address);                                        \
        while ((condition) && !tg_port_atomic_try(address, &before, (T)(expression))) { \
        }                                                                               \
        return before;                                                                  \
    }
#define TG_PORT_ATOMIC(name, builtin)                                 \
    template <class T> inline T name(T *address, TG_PORT_VALUE value) \
    {                                                                 \
        tg_port_check_atomic<T>();                                    \
        return builtin(address, value, __ATOMIC_RELAXED);             \
    }

#define TG_PORT_ATOMICS(scope)                                                          \
    TG_PORT_ATOMIC(atomicAdd##scope, __atomic_fetch_add)                                \
    TG_PORT_ATOMIC(atomicSub##scope, __atomic_fetch_sub)                                \
    TG_PORT_ATOMIC(atomicAnd##scope, __atomic_fetch_and)                                \
    TG_PORT_ATOMIC(atomicOr##scope, __atomic_fetch_or)                                  \
    TG_PORT_ATOMIC(atomicXor##scope, __atomic_fetch_xor)                                \
    TG_PORT_ATOMIC_LOOP(atomicMin##scope, value < before, value)                        \
    TG_PORT_ATOMIC_LOOP(atomicMax##scope, before < value, value)                        \
    TG_PORT_ATOMIC_LOOP(atomicExch##scope, true, value)                                 \
    TG_PORT_ATOMIC_LOOP(atomicInc##scope, true, before >= value ? T(0) : T(before + 1)) \
    TG_PORT_ATOMIC_LOOP(atomicDec##scope, true,                                         \
                        before == 0 || before > value ? value : T(before - 1))          \
    TG_PORT_FUNCTION float atomicAdd##scope(float *address, float value)                \
    {                                                                                   \
        float before = tg_port_atomic_load(address);                                    \
        while (!tg_port_atomic_try(address, &before, before + value)) {                 \
        }                                                                               \
        return before;                                                                  \
    }                                                                                   \
    TG_PORT_FUNCTION double atomicAdd##scope(double *address, double value)             \
    {                                                                                   \
        double before = tg_port_atomic_load(address);                                   \
        while (!tg_port_atomic_try(address, &before, before + value)) {                 \
        }                                                                               \
        return before;                                                                  \
    }                                                                                   \
    template <class T>                                                                  \
    inline T atomicCAS##scope(T *address, TG_PORT_VALUE expected, TG_PORT_VALUE value)  \
    {                                                                                   \
        (void)tg_port_atomic_try(address, &expected, value);                            \
        return expected;                                                                \
    }
TG_PORT_ATOMICS()
TG_PORT_ATOMICS(_block)
TG_PORT_ATOMICS(_system)
#undef TG_PORT_ATOMICS
#undef TG_PORT_ATOMIC
#undef TG_PORT_ATOMIC_LOOP
#undef TG_PORT_VALUE

#endif
