/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* assert of kernels: it ends the launch with a finding. As the C library's, it may be included
 * again with another NDEBUG. */
#include "tracegate_port.h"

#undef assert
#ifdef NDEBUG
#define assert(...) ((void)0)
#else
#define assert(...)                                                                        \
    ((__VA_ARGS__) ? (void)0                                                               \
                   : tg_port_fail(TG_USER_FAILS_ASSERT, "assertion failed: " #__VA_ARGS__, \
                                  __FILE__, __LINE__))
#endif

#ifndef __cplusplus
#undef static_assert
#define static_assert _Static_assert
#endif
