/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Places in the file that a new chip is made from: what is wrong there, and simple values. */
#include "cli/new_chip_internal.h"

#include "model/names.h"

#include <string.h>

tg_status new_refuse(tg_error *error, const new_place *at, const char *what, const char *name,
                     const char *how)
{
    tg_error_set(error, TG_ERR_FORMAT, "%s%s%.64s%s", what, name[0] != '\0' ? " \"" : "", name,
                 name[0] != '\0' ? "\"" : "");
    tg_error_where(error, "%s", at->text);
    tg_error_how(error, "%s (docs/new-chip.md)", how);
    return TG_ERR_FORMAT;
}

/* Say where a value could not be read. */
tg_status new_at_place(tg_status status, tg_json_value *object, const new_place *at,
                       const char *key, tg_error *error)
{
    if (status == TG_OK) return TG_OK;
    tg_error_where(error, "%s", at->text);
    if (!tg_json_has(object, key)) tg_error_how(error, "add it; docs/new-chip.md has an example");
    return status;
}

new_place new_inside(const new_place *at, const char *key, size_t index)
{
    new_place inner;
    (void)snprintf(inner.text, sizeof inner.text, "%.80s%s%s[%zu]", at != NULL ? at->text : "",
                   at != NULL ? "." : "", key, index);
    return inner;
}

/* ---- words and keys ---- */

static const char *name_at(const void *names, size_t index)
{
    return ((const char *const *)names)[index];
}

/* Refuse keys that are none of an object's. */
tg_status new_check_keys(tg_json_value *object, const new_place *at, const char *const *names,
                         size_t nb, tg_error *error)
{
    for (const char *key = tg_json_next_key(object, NULL); key != NULL;
         key = tg_json_next_key(object, key)) {
        size_t i = 0;
        char how[160];
        while (i < nb && strcmp(names[i], key) != 0) i++;
        if (i < nb) continue;
        const char *nearest = tg_nearest_name(key, nb, name_at, names);
        (void)snprintf(how, sizeof how, "%s%s", nearest != NULL ? "did you mean " : "leave it out",
                       nearest != NULL ? nearest : "");
        return new_refuse(error, at, "there is no key", key, how);
    }
    return TG_OK;
}

/* Which of some words the value of a key is; the first where there is none. */
tg_status new_read_word(size_t *which, tg_json_value *object, const new_place *at, const char *key,
                        const new_word *words, size_t nb, tg_error *error)
{
    char text[NEW_NAME_BYTES];
    *which = 0;
    if (!tg_json_has(object, key)) return TG_OK;
    const tg_status status = new_at_place(tg_json_get_text(text, sizeof text, object, key, error),
                                          object, at, key, error);
    if (status != TG_OK) return status;
    while (*which < nb && strcmp(words[*which].name, text) != 0) ++*which;
    if (*which < nb) return TG_OK;
    char how[160];
    int used = snprintf(how, sizeof how, "%s is one of", key);
    for (size_t i = 0; i < nb && used < (int)sizeof how; i++)
        used += snprintf(how + used, sizeof how - (size_t)used, "%s \"%s\"", i != 0 ? "," : "",
                         words[i].name);
    return new_refuse(error, at, "this is none:", text, how);
}

tg_status new_read_number(size_t *number, tg_json_value *object, const new_place *at,
                          const char *key, size_t fallback, size_t least, size_t most,
                          tg_error *error)
{
    *number = fallback;
    if (!tg_json_has(object, key)) return TG_OK;
    return new_at_place(tg_json_get_size(number, object, key, least, most, error), object, at, key,
                        error);
}
