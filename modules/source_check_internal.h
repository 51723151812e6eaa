/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What can be said of a source before any compiler looks at it. */
#ifndef TRACEGATE_MODULES_SOURCE_CHECK_INTERNAL_H
#define TRACEGATE_MODULES_SOURCE_CHECK_INTERNAL_H

#include "modules/host_build.h"

/* Refuse what a compiler would answer with pages of signs, or pass over without a word: a source
 * that is a compiled file under a source's name, a folder of headers that is not there. A source
 * that cannot be read is left to who compiles it.
 * source   file
 * options  NULL: none
 * Errors   TG_ERR_FORMAT, TG_ERR_USAGE */
TG_NODISCARD tg_status source_check(const char *source, const tg_build_options *options,
                                    tg_error *error);

#endif
