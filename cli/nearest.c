/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The name that a misspelt one was meant to be. */
#include "cli/options.h"

#include "harness/subject.h"

#include <string.h>

const char *tg_nearest_name(const char *misspelt, size_t nb_names,
                            const char *(*name_at)(const void *context, size_t index),
                            const void *context)
{
    // A third of the letters may be wrong, and one more, but never more than half of them: "seeed"
    // means "seed", "x" means nothing. A beginning ("nb") or a part ("cells") means the whole name.
    const size_t length = strlen(misspelt);
    size_t best = length / 3 + 1 < length / 2 ? length / 3 + 1 : length / 2;
    const char *nearest = NULL;
    for (size_t i = 0; i < nb_names; i++) {
        const char *name = name_at(context, i);
        const bool begins = length > 1 && strncmp(name, misspelt, length) == 0;
        const bool is_part = length > 2 && tg_name_contains(name, misspelt);
        const size_t edits = begins || is_part ? 0 : tg_name_distance(misspelt, name);
        if (edits < best || (edits == best && nearest == NULL && best < strlen(name))) {
            best = edits;
            nearest = name;
        }
    }
    return nearest;
}
