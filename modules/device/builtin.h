/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Headers whose content NVRTC has by itself: size_t, bool, va_list, assert, printf, memcpy,
 * malloc, placement new, the functions of <math.h>, and all that <cuda_runtime.h> has for kernels.
 * Streams are for the host alone, and what uses them does not compile. */
#ifndef TRACEGATE_DEVICE_BUILTIN_H
#define TRACEGATE_DEVICE_BUILTIN_H

namespace std
{
using ::ptrdiff_t;
using ::size_t;
using nullptr_t = decltype(nullptr);
} // namespace std

#if !__has_include(<cuda/std/cstddef>)
using std::nullptr_t;
#endif
// NVRTC has no form of its own, and that of CUDA's headers is no constant.
#undef offsetof
#define offsetof(type, member) ((size_t)__INTADDR__(&(((type *)0)->member)))

#endif
