/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The headers that stand in for CUDA's: modules/port/ and kernels/user_port.h, which the program
 * holds, laid out in the cache. */
#ifndef TRACEGATE_MODULES_HOST_PORT_INTERNAL_H
#define TRACEGATE_MODULES_HOST_PORT_INTERNAL_H

#include "files/input.h"

/* Their texts. */
extern const char port_user_port[];
extern const char port_main[];
extern const char port_assert[];
extern const char port_integers[];
extern const char port_vectors[];
extern const char port_c[];
extern const char port_cpp[];
extern const char port_atomics[];
extern const char port_runtime[];
extern const char port_groups[];

/* The folder with all of them; they are written if they are not there.
 * Errors  TG_ERR_IO, TG_ERR_MEMORY */
TG_NODISCARD tg_status port_folder(char path[TG_PATH_BYTES], tg_error *error);

#endif
