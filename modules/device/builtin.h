/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Headers whose content NVRTC has by itself: size_t, assert, printf, memcpy, the functions of
 * <math.h>, and all that <cuda_runtime.h> has for kernels. */
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
#ifndef offsetof
// NVRTC does not have the compiler's own form.
#define offsetof(type, member) ((size_t) & reinterpret_cast<const char &>(((type *)0)->member))
#endif

#endif
