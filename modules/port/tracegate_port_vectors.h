/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CUDA's vector types with their alignments: an access at an address that is none of its multiples
 * is a fault on a device, and one that a sanitizer shows here. */
#ifndef TRACEGATE_PORT_VECTORS_H
#define TRACEGATE_PORT_VECTORS_H
#pragma GCC system_header

/* V(name, element, alignment of two, of four) */
#define TG_PORT_VECTORS(V)                   \
    V(char, signed char, 2, 4)               \
    V(uchar, unsigned char, 2, 4)            \
    V(short, short, 4, 8)                    \
    V(ushort, unsigned short, 4, 8)          \
    V(int, int, 8, 16)                       \
    V(uint, unsigned int, 8, 16)             \
    V(long, long, 16, 16)                    \
    V(ulong, unsigned long, 16, 16)          \
    V(longlong, long long, 16, 16)           \
    V(ulonglong, unsigned long long, 16, 16) \
    V(float, float, 8, 16)                   \
    V(double, double, 16, 16)

#define TG_PORT_VECTOR(name, ELEMENT, align_2, align_4)                                 \
    typedef struct name##1 { ELEMENT x; }                                               \
    name##1;                                                                            \
    typedef struct __attribute__((aligned(align_2))) name##2 { ELEMENT x, y; }          \
    name##2;                                                                            \
    typedef struct name##3 { ELEMENT x, y, z; }                                         \
    name##3;                                                                            \
    typedef struct __attribute__((aligned(align_4))) name##4 { ELEMENT x, y, z, w; }    \
    name##4;                                                                            \
    TG_PORT_FUNCTION name##1 make_##name##1(ELEMENT x)                                  \
    {                                                                                   \
        name##1 v;                                                                      \
        v.x = x;                                                                        \
        return v;                                                                       \
    }                                                                                   \
    TG_PORT_FUNCTION name##2 make_##name##2(ELEMENT x, ELEMENT y)                       \
    {                                                                                   \
        name##2 v;                                                                      \
        v.x = x;                                                                        \
        v.y = y;                                                                        \
        return v;                                                                       \
    }                                                                                   \
    TG_PORT_FUNCTION name##3 make_##name##3(ELEMENT x, ELEMENT y, ELEMENT z)            \
    {                                                                                   \
        name##3 v;                                                                      \
        v.x = x;                                                                        \
        v.y = y;                                                                        \
        v.z = z;                                                                        \
        return v;                                                                       \
    }                                                                                   \
    TG_PORT_FUNCTION name##4 make_##name##4(ELEMENT x, ELEMENT y, ELEMENT z, ELEMENT w) \
    {                                                                                   \
        name##4 v;                                                                      \
        v.x = x;                                                                        \
        v.y = y;                                                                        \
        v.z = z;                                                                        \
        v.w = w;                                                                        \
        return v;                                                                       \
    }
TG_PORT_VECTORS(TG_PORT_VECTOR)
#undef TG_PORT_VECTOR
#undef TG_PORT_VECTORS

typedef struct dim3 {
    unsigned int x, y, z;
#ifdef __cplusplus
    constexpr dim3(unsigned int x_ = 1, unsigned int y_ = 1, unsigned int z_ = 1)
        : x(x_), y(y_), z(z_)
    {
    }
    constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
    operator uint3() const { return make_uint3(x, y, z); }
#endif
} dim3;

#endif
