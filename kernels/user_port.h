/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What stands between the host grid and kernels from a user's source, built apart for the CPU as a
 * shared object (modules/host_build.h). It knows no chip, and stands alone: the shared object is
 * built with nothing but this file and modules/port/.
 *
 * The shared object takes nothing from the program that opens it but the table below, and exports
 * one function, tg_user_begin.
 */
#ifndef TRACEGATE_KERNELS_USER_PORT_H
#define TRACEGATE_KERNELS_USER_PORT_H

#ifndef __cplusplus
#include <stdbool.h>
#endif
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* To be raised with every change of this file. */
#define TG_USER_PORT_VERSION 3u

/* Operations of a warp, as tg_warp_operation of kernels/port.h has them. */
enum {
    TG_USER_WARP_SYNC,
    TG_USER_WARP_SHUFFLE,
    TG_USER_WARP_SHUFFLE_UP,
    TG_USER_WARP_SHUFFLE_DOWN,
    TG_USER_WARP_SHUFFLE_XOR,
    TG_USER_WARP_BALLOT,
    TG_USER_WARP_MATCH
};

/* What a kernel did that CUDA does not have, as tg_host_failure of kernels/port.h has it. */
typedef enum tg_user_failure {
    TG_USER_FAILS,
    TG_USER_FAILS_ASSERT,
    TG_USER_FAILS_BARRIER,
    TG_USER_FAILS_UNSET,
    TG_USER_FAILS_EXIT,
    TG_USER_FAILS_REFUSED
} tg_user_failure;

/* What the host grid does for kernels; contracts in kernels/port.h. */
typedef struct tg_user_host {
    uint32_t version; /* TG_USER_PORT_VERSION */
    /* Where the running thread of the grid stands: threadIdx.x, blockIdx.x, blockDim.x, gridDim.x,
     * in words of the OpenMP thread that runs it, which stay where they are while a block runs. */
    const uint32_t *(*position)(void);
    /* Wait for the block. predicate counts among the threads that arrive: returns how many came
     * with one that is not 0. line: above its 20 bits the column may stand, or 0. */
    uint32_t (*syncthreads)(bool predicate, const char *file, uint32_t line);
    uint64_t (*warp)(unsigned operation, uint32_t mask, uint64_t value, uint32_t source,
                     uint32_t width, const char *file, uint32_t line);
    uint32_t (*active_lanes)(void); /* lanes of the running thread's warp that have not ended */
    /* Where the launch gives none, memory that no access passes; never NULL within a launch. */
    void *(*dynamic_shared)(void);
    size_t (*dynamic_shared_bytes)(void);
    /* Let a sanitizer that is loaded refuse bytes, or take them again; without one nothing. */
    void (*forbid)(const void *bytes, size_t nb_bytes);
    void (*allow)(const void *bytes, size_t nb_bytes);
    /* End the launch with a finding; it does not return then. Where the calling thread runs no
     * kernel, nothing.
     * file  "" if the place is not known */
    void (*fail)(unsigned how, const char *what, const char *file, uint32_t line);
} tg_user_host;

/* A kernel of the shared object. */
typedef struct tg_user_entry {
    const char *name;              /* the name expression that it was asked for by */
    void (*thread)(void **values); /* one thread of the grid; values[i] is the address of argument
                                      i, as for cudaLaunchKernel */
    size_t nb_arguments;
    const size_t *argument_bytes; /* [nb_arguments] sizes of the kernel's parameters */
} tg_user_entry;

/* What a shared object is. */
typedef struct tg_user_module {
    uint32_t version;          /* TG_USER_PORT_VERSION */
    bool is_single;            /* static shared memory is one for all blocks, so that one OpenMP
                                  thread must run them all */
    void (*begin_block)(void); /* called on the thread that runs a block, before its first thread
                                  of the grid: poisons its static shared memory */
    size_t nb_kernels;
    const tg_user_entry *kernels;
} tg_user_module;

/* tg_user_begin: called once behind dlopen, before anything else; host outlives the shared object.
 * NULL for a host of another version. */
typedef const tg_user_module *tg_user_begin_function(const tg_user_host *host);

#ifdef __cplusplus
}
#endif

#endif
