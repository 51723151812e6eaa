/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a source includes, for compilers that do not tell: its text is searched for directives,
 * those that conditions leave out too. All files that a name may mean are taken, so that a file
 * that comes to stand before another changes the content. */
#ifndef TRACEGATE_MODULES_INCLUDES_INTERNAL_H
#define TRACEGATE_MODULES_INCLUDES_INTERNAL_H

#include "files/input.h"
#include "modules/text_internal.h"

#include <stdbool.h>

typedef struct includes {
    bool is_sure; /* false: there is a directive that only a compiler can follow */
    size_t nb_files;
    text paths;   /* of the files, each ended by a zero */
    text content; /* paths and bytes of all files */
    text cleaned; /* all texts without comments, for who looks for names */
    text source;  /* the source's own bytes, ended by a zero */
} includes;

/* Read a source and what it includes.
 * of       to be cleared, also after an error
 * folders  [nb_folders] that are searched beside the folder of who includes
 * known    folder whose files are passed over: NULL for none
 * Errors   TG_ERR_FORMAT for a source with zeros in it; TG_ERR_IO, TG_ERR_MEMORY */
TG_NODISCARD tg_status includes_read(includes *of, const char *source, const char *const *folders,
                                     size_t nb_folders, const char *known, tg_error *error);
void includes_clear(includes *of);

#endif
