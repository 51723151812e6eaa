/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CUDA's language on the host grid, for users' sources: included before everything else, and what
 * all headers of CUDA's names come down to (modules/host_port.c). What macros cannot do - shared
 * memory, constant memory, launches - modules/host_rewrite.c does behind the preprocessor.
 *
 * The file is C++ from C++11 on and C11; shuffles of any type, atomic operations, overloads and
 * cooperative groups are for C++ alone.
 */
#ifndef TRACEGATE_PORT_H
#define TRACEGATE_PORT_H

// The user's own mistakes are to be shown, not how they look from in here.
#pragma GCC system_header

#include "kernels/user_port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef __cplusplus
#include <stdbool.h>
#endif

/* What tells a source that it is built here. */
#define TRACEGATE_HOST 1

/* Sources ask for these to know that kernels are compiled. __CUDA_ARCH__ stays away: what stands
 * behind it is written for a device's instructions. */
#define __CUDACC__ 1
#define __CUDACC_VER_MAJOR__ 12
#define __CUDACC_VER_MINOR__ 0
#define CUDA_VERSION 12000
#define CUDART_VERSION 12000

#define __device__
#define __host__
#define __grid_constant__
#define __launch_bounds__(...)
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __builtin_align__(bytes) __attribute__((aligned(bytes)))
#define __inline_hint__
#define __nv_pure__
#define __builtin_assume(condition) ((void)0)
#define __assume(condition) ((void)0)

/* The compiler is a part of what builds are known by. */
#ifdef __clang__
static const char tg_port_compiler[] __attribute__((unused)) = "clang " __VERSION__;
#else
static const char tg_port_compiler[] __attribute__((unused)) = "gcc " __VERSION__;
#endif

#ifdef __cplusplus
#define TG_PORT_FUNCTION static inline __attribute__((unused))
#define TG_PORT_LOCAL thread_local
#else
#define TG_PORT_FUNCTION static inline __attribute__((unused))
#define TG_PORT_LOCAL _Thread_local
#endif

/* What shared memory holds when a block begins, as TG_HOST_SHARED_POISON of kernels/port.h. */
#define TG_PORT_POISON 0xb5

/* Bytes around static shared memory that a sanitizer refuses. */
#define TG_PORT_GUARD 64

/* Static shared memory of a kernel at the most, as ptxas has it for every device. */
#define TG_PORT_MAX_STATIC ((size_t)48 << 10)

/* Bytes that printf prints in a launch at the most, as a device's buffer by default. */
#define TG_PORT_PRINT_BYTES (1 << 20)

static const tg_user_host *tg_port_host;
static TG_PORT_LOCAL const uint32_t *tg_port_position __attribute__((unused));
/* Blocks that this thread has begun, and bytes of static shared memory that the last one came by.
 */
static TG_PORT_LOCAL unsigned long tg_port_nb_blocks;
static TG_PORT_LOCAL size_t tg_port_static_bytes;
static unsigned tg_port_printed;

/* ---- shared memory ---- */

/* A piece of static shared memory. Pieces are known from the first thread on that comes by. */
typedef struct tg_port_region {
    unsigned char *at; /* NULL: not yet known */
    size_t nb_bytes;
    bool has_guards; /* TG_PORT_GUARD bytes lie before and behind it, for a sanitizer to refuse */
    bool is_guarded;
    unsigned long block; /* the last that came by, by tg_port_nb_blocks */
    struct tg_port_region *next;
} tg_port_region;

/* The first of the pieces that one block at a time uses: of this thread, or of all. Defined behind
 * the user's source. */
static tg_port_region **tg_port_regions(void);

static void tg_port_fail(unsigned how, const char *what, const char *file, unsigned line);

/* A thread comes by the declaration of a piece. What the compiler for devices refuses is nothing to
 * run here. */
TG_PORT_FUNCTION void tg_port_come_by(tg_port_region *region, const char *file, unsigned line)
{
    if (region->block == tg_port_nb_blocks) return;
    region->block = tg_port_nb_blocks;
    tg_port_static_bytes += region->nb_bytes;
    if (tg_port_static_bytes > TG_PORT_MAX_STATIC)
        tg_port_fail(TG_USER_FAILS_REFUSED,
                     "a block has more than 48 KiB of static shared memory, which no device gives "
                     "it: more is dynamic, extern __shared__ T name[];",
                     file, line);
}

TG_PORT_FUNCTION void tg_port_guard(tg_port_region *region)
{
    if (!region->has_guards || region->is_guarded || tg_port_host == NULL) return;
    region->is_guarded = true;
    tg_port_host->forbid(region->at - TG_PORT_GUARD, TG_PORT_GUARD);
    tg_port_host->forbid(region->at + region->nb_bytes, TG_PORT_GUARD);
}

TG_PORT_FUNCTION void tg_port_shared(tg_port_region *region, void *at, size_t nb_bytes,
                                     bool has_guards)
{
    if (region->at != NULL) return;
    region->at = (unsigned char *)at;
    region->nb_bytes = nb_bytes;
    region->has_guards = has_guards;
    region->is_guarded = false;
    region->next = *tg_port_regions();
    *tg_port_regions() = region;
    memset(region->at, TG_PORT_POISON, nb_bytes);
    tg_port_guard(region);
}

#include "tracegate_port_integers.h"
#include "tracegate_port_vectors.h"

/* ---- where a thread stands ---- */

TG_PORT_FUNCTION uint3 tg_port_index(unsigned word)
{
    uint3 index;
    index.x = tg_port_position[word];
    index.y = 0;
    index.z = 0;
    return index;
}

TG_PORT_FUNCTION dim3 tg_port_shape(unsigned word)
{
    dim3 shape;
    shape.x = tg_port_position[word];
    shape.y = 1;
    shape.z = 1;
    return shape;
}

#define threadIdx (tg_port_index(0))
#define blockIdx (tg_port_index(1))
#define blockDim (tg_port_shape(2))
#define gridDim (tg_port_shape(3))
#define warpSize 32

/* ---- ends, prints, clocks, fences ---- */

__attribute__((noinline, unused)) static void tg_port_fail(unsigned how, const char *what,
                                                           const char *file, unsigned line)
{
    if (tg_port_host != NULL) tg_port_host->fail(how, what, file, line);
    fprintf(stderr, "%s:%u: %s\n", file, line, what);
    abort();
}

/* Before a call of exit or its like in the user's code, which modules/host_rewrite_calls.c puts it
 * to: a finding if a kernel runs. */
__attribute__((noinline, unused)) static void tg_port_leaves(const char *what, const char *file,
                                                             unsigned line)
{
    if (tg_port_host != NULL) tg_port_host->fail(TG_USER_FAILS_EXIT, what, file, line);
}

#ifdef TG_PORT_SANITIZED

/* ---- reads of shared memory that nobody wrote ---- */

/* The compiler has AddressSanitizer look at each load by a call of these functions; the module's
 * own stand before the runtime's. A load that gives nothing but the poison is one of memory that
 * the block has not written: no word of a field is that word. Shorter ones say too little. */
#define TG_PORT_BARE __attribute__((no_sanitize("address", "undefined"), noinline, unused))
#define TG_PORT_LEAST_UNSET 4

static unsigned char *tg_port_dynamic_at;
static size_t tg_port_dynamic_bytes;

#ifdef __cplusplus
extern "C" {
#endif
void *__asan_region_is_poisoned(void *at, size_t nb_bytes);
void __asan_report_load_n(void *at, size_t nb_bytes);
void __sanitizer_symbolize_pc(void *at, const char *format, char *text, size_t size);

static TG_PORT_BARE int tg_port_is_shared(const unsigned char *at, size_t nb_bytes)
{
    for (const tg_port_region *of = *tg_port_regions(); of != NULL; of = of->next) {
        if (at >= of->at && at + nb_bytes <= of->at + of->nb_bytes) return 1;
    }
    return at >= tg_port_dynamic_at && at + nb_bytes <= tg_port_dynamic_at + tg_port_dynamic_bytes;
}

static TG_PORT_BARE int tg_port_is_unset(const unsigned char *at, size_t nb_bytes)
{
    for (size_t i = 0; i < nb_bytes; i++) {
        if (at[i] != TG_PORT_POISON) return 0;
    }
    return nb_bytes >= TG_PORT_LEAST_UNSET;
}

/* End the launch at the first place of the user's around an instruction. */
static TG_PORT_BARE void tg_port_tell_unset(void *from)
{
    char places[4096];
    memset(places, 0, sizeof places);
    __sanitizer_symbolize_pc((char *)from - 1, "%s:%l", places, sizeof places - 2);
    char *place = places;
    // Functions that were inlined come first; each text has an end of its own.
    while (strstr(place, "/tracegate_port") != NULL && place[strlen(place) + 1] != '\0')
        place += strlen(place) + 1;
    char *colon = strrchr(place, ':');
    const unsigned line = colon != NULL ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
    if (colon != NULL) *colon = '\0';
    tg_port_fail(TG_USER_FAILS_UNSET, "reads shared memory that the block has not written",
                 line != 0 ? place : "", line);
}

static TG_PORT_BARE void tg_port_loaded(void *at, size_t nb_bytes, void *from)
{
    if (__asan_region_is_poisoned(at, nb_bytes) != NULL) __asan_report_load_n(at, nb_bytes);
    if (tg_port_is_shared((const unsigned char *)at, nb_bytes) &&
        tg_port_is_unset((const unsigned char *)at, nb_bytes))
        tg_port_tell_unset(from);
}

#define TG_PORT_LOAD(bytes)                                                              \
    __attribute__((visibility("hidden"))) TG_PORT_BARE void __asan_load##bytes(void *at) \
    {                                                                                    \
        tg_port_loaded(at, bytes, __builtin_return_address(0));                          \
    }
TG_PORT_LOAD(1)
TG_PORT_LOAD(2)
TG_PORT_LOAD(4)
TG_PORT_LOAD(8)
TG_PORT_LOAD(16)
#undef TG_PORT_LOAD

__attribute__((visibility("hidden"))) TG_PORT_BARE void __asan_loadN(void *at, size_t nb_bytes)
{
    tg_port_loaded(at, nb_bytes, __builtin_return_address(0));
}
#ifdef __cplusplus
}
#endif

#endif

/* ---- blocks ---- */

TG_PORT_FUNCTION void tg_port_begin_block(void)
{
    tg_port_position = tg_port_host->position();
    tg_port_nb_blocks++;
    tg_port_static_bytes = 0;
    if (tg_port_position[1] == 0) __atomic_store_n(&tg_port_printed, 0, __ATOMIC_RELAXED);
#ifdef TG_PORT_SANITIZED
    tg_port_dynamic_at = (unsigned char *)tg_port_host->dynamic_shared();
    tg_port_dynamic_bytes = tg_port_host->dynamic_shared_bytes();
#endif
    for (tg_port_region *region = *tg_port_regions(); region != NULL; region = region->next) {
        memset(region->at, TG_PORT_POISON, region->nb_bytes);
        tg_port_guard(region);
    }
}

/* printf of kernels goes where it cannot be taken for results. */
__attribute__((format(__printf__, 1, 2), unused)) static int tg_port_printf(const char *format, ...)
{
    __builtin_va_list arguments;
    if (__atomic_load_n(&tg_port_printed, __ATOMIC_RELAXED) >= TG_PORT_PRINT_BYTES) return -1;
    __builtin_va_start(arguments, format);
    const int nb = vfprintf(stderr, format, arguments);
    __builtin_va_end(arguments);
    const unsigned before =
        __atomic_fetch_add(&tg_port_printed, nb > 0 ? (unsigned)nb : 0, __ATOMIC_RELAXED);
    if (nb > 0 && before < TG_PORT_PRINT_BYTES && before + (unsigned)nb >= TG_PORT_PRINT_BYTES)
        fputs("\nwhat the launch prints beyond this is left out\n", stderr);
    return nb;
}

TG_PORT_FUNCTION long long clock64(void)
{
#if defined(__x86_64__)
    return (long long)__builtin_ia32_rdtsc();
#else
    static long long ticks;
    return __atomic_add_fetch(&ticks, 1, __ATOMIC_RELAXED);
#endif
}

TG_PORT_FUNCTION void __threadfence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
TG_PORT_FUNCTION void __threadfence_block(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
TG_PORT_FUNCTION void __threadfence_system(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

#ifdef __cplusplus
#include "tracegate_port_cpp.h"
#else
#include "tracegate_port_c.h"
#endif

// The user's printf is rewritten, for <cstdio> undoes a macro of that name; with it std::printf.
#ifdef __cplusplus
namespace std
{
using ::tg_port_printf;
}
#endif

#include "assert.h"

#endif
