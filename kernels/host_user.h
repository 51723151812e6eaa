/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of a user's shared object (kernels/user_port.h) on the host grid. It knows no chip.
 */
#ifndef TRACEGATE_KERNELS_HOST_USER_H
#define TRACEGATE_KERNELS_HOST_USER_H

#include "kernels/host_grid.h"
#include "kernels/user_port.h"
#include "model/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An open shared object. Its static shared memory belongs to one launch at a time where
 * tg_host_user_is_single says so: launches of several threads then wait for each other. */
typedef struct tg_host_user tg_host_user;

/* Open a shared object.
 * user    to be closed; NULL after an error
 * path    one without a slash is a file of the current folder
 * Errors  TG_ERR_IO if it cannot be opened: the loader's words, and for want of a sanitizer's
 *         runtime how to get that; TG_ERR_FORMAT if it was not built for the host grid, or for
 *         another version of it; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_host_user_open(tg_host_user **user, const char *path, tg_error *error);

/* Close it; takes NULL. Its kernels must not run any more. */
void tg_host_user_close(tg_host_user *user);

/* Whether all blocks of a launch must run on one OpenMP thread, as tg_host_user_run has them. */
bool tg_host_user_is_single(const tg_host_user *user);

/* The kernel that was asked for by this name.
 * entry   the shared object's, valid until it is closed; NULL after an error
 * Errors  TG_ERR_FORMAT: the nearest name that it has */
TG_NODISCARD tg_status tg_host_user_find(const tg_user_entry **entry, const tg_host_user *user,
                                         const char *name, tg_error *error);

/* Run one launch.
 * launch  grid, block and dynamic_bytes; what else it holds is set here
 * values  [entry->nb_arguments] address of each argument, which has the bytes that the entry says
 * Errors  those of tg_host_grid_run; TG_ERR_KERNEL for what the kernel did that CUDA does not have,
 *         an assertion that failed, __trap() */
TG_NODISCARD tg_status tg_host_user_run(tg_host_user *user, const tg_user_entry *entry,
                                        const tg_host_launch *launch, void **values,
                                        tg_error *error);

/* Whether an address is one of dynamic shared memory where a launch gives none: kernels that use it
 * fault there. Callable from a signal's handler. */
bool tg_host_user_is_no_shared(const void *address);

/* Let a sanitizer that is loaded refuse bytes to kernels that were built with it, and the program's
 * own where it was, or take them again: guard zones, while a launch runs. Without one they do
 * nothing. bytes: the first that is refused may stand anywhere, the last ends a multiple of 8 or is
 * followed by bytes that nobody reads. Memory must be allowed again before it is given back. */
void tg_host_user_forbid(const void *bytes, size_t nb_bytes);
void tg_host_user_allow(const void *bytes, size_t nb_bytes);

/* Whether a sanitizer is loaded that the two calls above speak to, and prints stacks. */
bool tg_host_user_is_sanitized(void);

/* Let it print the calling thread's stack to standard error; from a signal's handler, too: that of
 * what was interrupted. Without one nothing. */
void tg_host_user_print_stack(void);

#ifdef __cplusplus
}
#endif

#endif
