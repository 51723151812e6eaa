/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels from a shared object in the place of built-in ones: how kernels that are known to be
 * wrong, or that a user wrote, run on the host grid.
 *
 * The shared object is made from a kernel file by a C compiler, as the host grid's kernels are
 * (kernels/port.h), and exports tg_krn_host_<step>, and tg_krn_rows_<step>, of the steps that it
 * has. It takes tg_host_* from the program that opens it, which must export them: link it with
 * ENABLE_EXPORTS. Link the shared object with -Wl,-Bsymbolic, or its own names would be the
 * program's.
 *
 *   cc -std=c11 -O2 -fPIC -shared -Wl,-Bsymbolic -I ROOT -x c wrong_select.cu -o wrong_select.so
 */
#ifndef TRACEGATE_HARNESS_KERNEL_LIBRARY_H
#define TRACEGATE_HARNESS_KERNEL_LIBRARY_H

#include "gpu/plan.h"

/* An open shared object with the plan that runs its kernels. It points into itself: not to be
 * copied or moved while it is open. */
typedef struct tg_kernel_library {
    void *handle;
    tg_plan plan;    /* valid until it is closed */
    size_t nb_steps; /* steps of the plan whose kernel is the shared object's, at least one */
    tg_step steps[TG_MAX_STEPS];
} tg_kernel_library;

/* Open a shared object.
 * library  caller's; to be closed after success only
 * like     the plan whose steps it stands in for; steps that it does not have stay as they are
 *          there, the kernels of devices too
 * path     one without a slash is a file of the current folder
 * Errors   TG_ERR_IO if it cannot be opened: says what the loader says; TG_ERR_FORMAT if it has the
 *          kernel of no step; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_kernel_library_open(tg_kernel_library *library, const tg_plan *like,
                                              const char *path, tg_error *error);

/* Close it; takes one that is all zero. Its kernels must not run any more. */
void tg_kernel_library_close(tg_kernel_library *library);

#endif
