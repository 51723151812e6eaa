/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CUDA's intrinsics of integers, in C and C++. */
#ifndef TRACEGATE_PORT_INTEGERS_H
#define TRACEGATE_PORT_INTEGERS_H
#pragma GCC system_header

typedef unsigned char tg_port_uchar;

TG_PORT_FUNCTION int __mulhi(int a, int b) { return (int)((long long)a * b >> 32); }
TG_PORT_FUNCTION unsigned __umulhi(unsigned a, unsigned b)
{
    return (unsigned)((unsigned long long)a * b >> 32);
}
TG_PORT_FUNCTION long long __mul64hi(long long a, long long b)
{
    return (long long)((__int128)a * b >> 64);
}
TG_PORT_FUNCTION unsigned long long __umul64hi(unsigned long long a, unsigned long long b)
{
    return (unsigned long long)((unsigned __int128)a * b >> 64);
}
TG_PORT_FUNCTION int __mul24(int a, int b)
{
    return (int)((unsigned)((int)((unsigned)a << 8) >> 8) *
                 (unsigned)((int)((unsigned)b << 8) >> 8));
}
TG_PORT_FUNCTION unsigned __umul24(unsigned a, unsigned b)
{
    return (a & 0xffffffu) * (b & 0xffffffu);
}

TG_PORT_FUNCTION int __clz(int a) { return a == 0 ? 32 : __builtin_clz((unsigned)a); }
TG_PORT_FUNCTION int __clzll(long long a)
{
    return a == 0 ? 64 : __builtin_clzll((unsigned long long)a);
}
TG_PORT_FUNCTION int __popc(unsigned a) { return __builtin_popcount(a); }
TG_PORT_FUNCTION int __popcll(unsigned long long a) { return __builtin_popcountll(a); }
TG_PORT_FUNCTION int __ffs(int a) { return __builtin_ffs(a); }
TG_PORT_FUNCTION int __ffsll(long long a) { return __builtin_ffsll(a); }

TG_PORT_FUNCTION unsigned __brev(unsigned a)
{
    unsigned reversed = 0;
    for (int bit = 0; bit < 32; bit++) reversed |= (a >> bit & 1u) << (31 - bit);
    return reversed;
}
TG_PORT_FUNCTION unsigned long long __brevll(unsigned long long a)
{
    return (unsigned long long)__brev((unsigned)a) << 32 | __brev((unsigned)(a >> 32));
}

/* Byte i of the result is the one of the eight that the low bits of nibble i of the selector
 * number; with the nibble's high bit, its sign in all bits. */
TG_PORT_FUNCTION unsigned __byte_perm(unsigned a, unsigned b, unsigned selector)
{
    const unsigned long long bytes = (unsigned long long)b << 32 | a;
    unsigned result = 0;
    for (int i = 0; i < 4; i++) {
        const unsigned nibble = selector >> (4 * i) & 0xfu;
        unsigned byte = (unsigned)(bytes >> (8 * (nibble & 7u))) & 0xffu;
        if ((nibble & 8u) != 0) byte = (byte & 0x80u) != 0 ? 0xffu : 0;
        result |= byte << (8 * i);
    }
    return result;
}

TG_PORT_FUNCTION unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift)
{
    const unsigned long long both = (unsigned long long)high << 32 | low;
    return (unsigned)(both << (shift & 31u) >> 32);
}
TG_PORT_FUNCTION unsigned __funnelshift_lc(unsigned low, unsigned high, unsigned shift)
{
    const unsigned long long both = (unsigned long long)high << 32 | low;
    return (unsigned)(both << (shift < 32u ? shift : 32u) >> 32);
}
TG_PORT_FUNCTION unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift)
{
    const unsigned long long both = (unsigned long long)high << 32 | low;
    return (unsigned)(both >> (shift & 31u));
}
TG_PORT_FUNCTION unsigned __funnelshift_rc(unsigned low, unsigned high, unsigned shift)
{
    const unsigned long long both = (unsigned long long)high << 32 | low;
    return (unsigned)(both >> (shift < 32u ? shift : 32u));
}

TG_PORT_FUNCTION unsigned __usad(unsigned a, unsigned b, unsigned c)
{
    return (a > b ? a - b : b - a) + c;
}
TG_PORT_FUNCTION int __hadd(int a, int b) { return (int)(((long long)a + b) >> 1); }
TG_PORT_FUNCTION unsigned __uhadd(unsigned a, unsigned b)
{
    return (unsigned)(((unsigned long long)a + b) >> 1);
}
TG_PORT_FUNCTION int __rhadd(int a, int b) { return (int)(((long long)a + b + 1) >> 1); }
TG_PORT_FUNCTION unsigned __urhadd(unsigned a, unsigned b)
{
    return (unsigned)(((unsigned long long)a + b + 1) >> 1);
}

#define TG_PORT_BITS(name, TO, FROM)            \
    TG_PORT_FUNCTION TO name(FROM value)        \
    {                                           \
        TO result;                              \
        memcpy(&result, &value, sizeof result); \
        return result;                          \
    }
TG_PORT_BITS(__float_as_int, int, float)
TG_PORT_BITS(__float_as_uint, unsigned, float)
TG_PORT_BITS(__int_as_float, float, int)
TG_PORT_BITS(__uint_as_float, float, unsigned)
TG_PORT_BITS(__double_as_longlong, long long, double)
TG_PORT_BITS(__longlong_as_double, double, long long)
#undef TG_PORT_BITS

#endif
