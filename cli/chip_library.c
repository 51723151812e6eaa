/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The option --chip-library, wherever a verb has it. */
#include "cli/chip_library.h"

#include "harness/subject.h"

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

const char *tg_operands_manifest(const tg_words *operands)
{
    const char *manifest = NULL;
    for (size_t i = 0; i < operands->nb_words; i++) {
        size_t indices[TG_NB_KINDS];
        size_t nb = 0;
        // A name that is none, the verb refuses.
        if (tg_subject_find(indices, &nb, operands->words[i], NULL) != TG_OK) return NULL;
        const char *own = tg_chip_library_manifest_of(tg_trace_at(indices[0]));
        if (own == NULL || (manifest != NULL && strcmp(manifest, own) != 0)) return NULL;
        manifest = own;
    }
    return manifest;
}
