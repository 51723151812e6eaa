/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The option --chip-library, wherever a verb has it. */
#include "cli/chip_library.h"

#include <string.h>

tg_status tg_verb_open_chips(tg_chip_libraries **libraries, const tg_verb *verb, const void *values,
                             tg_error *error)
{
    *libraries = NULL;
    for (size_t i = 0; i < verb->nb_options; i++) {
        if (strcmp(verb->options[i].name, TG_CHIP_LIBRARY) != 0) continue;
        const void *value = (const unsigned char *)values + verb->options[i].offset;
        const tg_words *paths = value;
        return tg_chip_libraries_open(libraries, paths->words, paths->nb_words, error);
    }
    return TG_OK;
}
