/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which kernels a module file has, without a device: for a symbol that is not there, and for the
 * nearest name.
 */
#ifndef TRACEGATE_MODULES_SYMBOLS_H
#define TRACEGATE_MODULES_SYMBOLS_H

#include "modules/manifest.h"

/* Names of a file's kernels; of a library all functions that it exports. Owned. */
typedef struct tg_symbols {
    bool are_known; /* false: the file does not tell (fat binaries may be compressed) */
    size_t nb;
    char **names;
} tg_symbols;

/* Read them. Checks that the file is of the kind that it is said to be, and not truncated.
 * symbols  to be cleared after success
 * Errors   TG_ERR_FORMAT for a file of another kind: says which it is where that can be told;
 *          TG_ERR_IO; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_symbols_read(tg_symbols *symbols, const char *path, tg_source_kind kind,
                                       tg_error *error);
void tg_symbols_clear(tg_symbols *symbols);

/* TG_OK if a name is there, or is not known to be missing.
 * Errors  TG_ERR_FORMAT naming the file, the nearest of its names, or all if they are few */
TG_NODISCARD tg_status tg_symbols_check(const tg_symbols *symbols, const char *path,
                                        const char *name, tg_error *error);

/* The name of a file that is like one that it may lack: near, or NULL if there is none, or the name
 * itself is there.
 * near  size bytes */
const char *tg_symbols_near(char *near, size_t size, const tg_symbols *symbols, const char *name);

#endif
