/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The option --chip-library: chips of users, which are there before a verb begins.
 *
 *   typedef struct gen_values {
 *       tg_words chip_libraries;
 *   } gen_values;
 *   static const tg_option options[] = {TG_CHIP_LIBRARY_OPTION(gen_values, chip_libraries), ...};
 *
 * Verbs that take users' kernels have it among those (cli/kernels.h).
 */
#ifndef TRACEGATE_CLI_CHIP_LIBRARY_H
#define TRACEGATE_CLI_CHIP_LIBRARY_H

#include "cli/options.h"
#include "harness/chip_library.h"

#define TG_CHIP_LIBRARY "chip-library"

/* The entry of a verb's table of options; its value is a tg_words. */
#define TG_CHIP_LIBRARY_OPTION(VALUES, member)                \
    TG_OPTION(VALUES, member, WORDS, TG_CHIP_LIBRARY, "FILE", \
              "chips of your own, a library as 'new-chip' begins it; may be repeated")

/* Open what the verb's option names, if it has one: for the program's main, before it runs the
 * verb.
 * libraries  to be closed behind the verb; NULL after an error and where nothing is named
 * values     the verb's struct
 * Errors     as tg_chip_libraries_open */
TG_NODISCARD tg_status tg_verb_open_chips(tg_chip_libraries **libraries, const tg_verb *verb,
                                          const void *values, tg_error *error);

#endif
