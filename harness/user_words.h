/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The options that name users' kernels as words of a command line: for lines that make a finding
 * again.
 */
#ifndef TRACEGATE_HARNESS_USER_WORDS_H
#define TRACEGATE_HARNESS_USER_WORDS_H

#include "modules/user_kernels.h"

#include <stdbool.h>
#include <stddef.h>

/* List them. A value that looks like an option shares the word of its own: "--flag=-O3".
 * words      [*nb_words] to be destroyed by tg_buffer_destroy after success; texts of options and
 *            libraries stay theirs and must outlive it
 * is_host    the kernels are asked to run on the CPU
 * libraries  [nb_libraries] files of chip libraries
 * Errors     TG_ERR_MEMORY, TG_ERR_SIZE */
TG_NODISCARD tg_status tg_user_words_create(const char ***words, size_t *nb_words,
                                            const tg_user_options *options, bool is_host,
                                            const char *const *libraries, size_t nb_libraries,
                                            tg_error *error);

#endif
