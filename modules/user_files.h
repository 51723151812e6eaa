/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The files that users' kernels are made from: manifest, modules, and what sources include, for who
 * waits until one of them is saved.
 */
#ifndef TRACEGATE_MODULES_USER_FILES_H
#define TRACEGATE_MODULES_USER_FILES_H

#include "modules/user_kernels.h"

/* Who is told of them. A path lives as long as the call. */
typedef struct tg_user_files_visitor {
    void (*file)(void *context, const char *path);   /* it need not be there */
    void (*folder)(void *context, const char *path); /* where files of sources are looked for */
    void *context;
} tg_user_files_visitor;

/* Tell of all files.
 * is_complete  false: other files may matter, too; of a source whose directives only a compiler can
 *              follow, or which cannot be read, or a manifest that cannot
 * options      as tg_user_kernels_create takes them; route, arch and on_log are not looked at
 * Errors       TG_ERR_USAGE for a kernel of another form than FILE:SYMBOL or a file of an unknown
 *              kind; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_user_files_visit(bool *is_complete, const tg_user_options *options,
                                           const tg_user_files_visitor *visitor, tg_error *error);

#endif
