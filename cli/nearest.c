/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The name that a misspelt one was meant to be. */
#include "cli/options.h"

#include "harness/subject.h"

#include <string.h>

const char *tg_nearest_name(const char *misspelt, size_t nb_names,
                            const char *(*name_at)(const void *context, size_t index),
                            const void *context)
{
    // A third of the letters may be wrong: "seeed" means "seed", "x" means nothing. A beginning
    // ("nb") means the whole name.
    size_t best = strlen(misspelt) / 3 + 1;
    const char *nearest = NULL;
    for (size_t i = 0; i < nb_names; i++) {
        const char *name = name_at(context, i);
        const bool begins = strlen(misspelt) > 1 && strncmp(name, misspelt, strlen(misspelt)) == 0;
        const size_t edits = begins ? 0 : tg_name_distance(misspelt, name);
        if (edits < best || (edits == best && nearest == NULL && best < strlen(name))) {
            best = edits;
            nearest = name;
        }
    }
    return nearest;
}
