/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the options of a build mean: which are refused, and whether what comes of them is known. */
#ifndef TRACEGATE_MODULES_BUILD_OPTIONS_INTERNAL_H
#define TRACEGATE_MODULES_BUILD_OPTIONS_INTERNAL_H

#include "modules/host_build.h"

/* Whether a standard is one of C++. */
bool build_standard_is_cpp(const char *standard);

/* Whether a standard of C++ is older than C++17, which entries of kernels need. */
bool build_standard_is_old(const char *standard);

/* Refuse a standard of another language than the source's.
 * standard  NULL: none is asked for
 * Errors    TG_ERR_FORMAT */
TG_NODISCARD tg_status build_standard_check(const char *standard, bool is_cpp, const char *source,
                                            tg_error *error);

/* Refuse flags with which a compiler makes something else than what is asked of it.
 * options  NULL: none
 * Errors   TG_ERR_FORMAT */
TG_NODISCARD tg_status build_flags_check(const tg_build_options *options, const char *source,
                                         tg_error *error);

/* Whether all that a flag does to an object is in the flag itself and in the preprocessed text:
 * false for what may bring in files, such as "helper.o", "-lm", "@more", "-Wl,more.o". */
bool build_flag_is_sure(const char *flag);

#endif
