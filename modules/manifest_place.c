/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Places of a manifest: typed values, and errors that name the way to them. */
#include "modules/manifest_internal.h"

#include "model/names.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Bytes of a way that errors show, and of a key or value in it. */
#define WAY_BYTES 160
#define SHOWN 48

/* Keys of an object that an error lists, at the most. */
#define MAX_LISTED 12

tg_place tg_place_member(const tg_place *parent, const char *key)
{
    return (tg_place){.parent = parent, .key = key, .value = tg_json_member(parent->value, key)};
}

tg_place tg_place_element(const tg_place *parent, size_t index)
{
    return (tg_place){.parent = parent,
                      .key = NULL,
                      .index = index,
                      .value = tg_json_element(parent->value, index)};
}

bool tg_place_is_there(const tg_place *place) { return place->value != NULL; }

/* ---- errors ---- */

/* Append the way to a place; returns the bytes used. Ways are as deep as manifests are: a few. */
static size_t way_to(char way[WAY_BYTES], const tg_place *place)
{
    if (place->parent == NULL) {
        way[0] = '\0';
        return 0;
    }
    const size_t used = way_to(way, place->parent);
    if (used >= WAY_BYTES) return used;
    int more = 0;
    if (place->key != NULL) {
        more = snprintf(way + used, WAY_BYTES - used, "%s%.*s", used != 0 ? "." : "", SHOWN,
                        place->key);
    } else {
        more = snprintf(way + used, WAY_BYTES - used, "[%zu]", place->index);
    }
    return used + (size_t)more;
}

void tg_place_where(tg_error *error, const tg_place *place)
{
    char way[WAY_BYTES];
    if (way_to(way, place) == 0) return;
    tg_json_clean(way);
    tg_error_where(error, "%s", way);
}

tg_status tg_place_refuse(tg_error *error, const tg_place *place, const char *format, ...)
{
    char what[sizeof error->what];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    tg_json_clean(what);
    tg_error_set(error, TG_ERR_FORMAT, "%s", what);
    tg_place_where(error, place);
    return TG_ERR_FORMAT;
}

/* The last part of a way, for messages: the key, or the array's. */
static const char *name_of(const tg_place *place)
{
    while (place->key == NULL && place->parent != NULL) place = place->parent;
    return place->key != NULL ? place->key : "the manifest";
}

/* There is no value, or one of another type. */
static tg_status other_type(const tg_place *place, const char *type, tg_error *error)
{
    if (!tg_place_is_there(place)) {
        (void)tg_place_refuse(error, place->parent != NULL ? place->parent : place,
                              "\"%.*s\" is missing", SHOWN, name_of(place));
        tg_error_how(error, "add it, %s; docs/manifest.md lists what belongs there", type);
        return TG_ERR_FORMAT;
    }
    (void)tg_place_refuse(error, place, "%.*s is not %s", SHOWN, name_of(place), type);
    tg_error_how(error, "write %s there", type);
    return TG_ERR_FORMAT;
}

/* ---- keys ---- */

/* The keys of an object, for the nearest. */
typedef struct key_list {
    const char *names[MAX_LISTED * 8];
    size_t nb;
} key_list;

static const char *listed_at(const void *context, size_t index)
{
    return ((const char *const *)context)[index];
}

/* "the nearest is X", or the list of all. */
static void how_name(tg_error *error, const char *misspelt, const char *const *names, size_t nb,
                     const char *otherwise)
{
    const char *nearest = tg_nearest_name(misspelt, nb, listed_at, names);
    if (nearest != NULL) {
        tg_error_how(error, "the nearest name is %s", nearest);
        return;
    }
    char list[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < nb && i < MAX_LISTED && used < sizeof list; i++) {
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%.*s", i != 0 ? ", " : "",
                                 SHOWN, names[i]);
    }
    if (nb != 0) {
        tg_error_how(error, "there are: %s", list);
    } else {
        tg_error_how(error, "%s", otherwise);
    }
}

void tg_place_how_key(tg_error *error, const char *misspelt, tg_json_value *object,
                      const char *otherwise)
{
    key_list keys = {.nb = 0};
    const size_t most = sizeof keys.names / sizeof keys.names[0];
    for (const char *key = tg_json_next_key(object, NULL); key != NULL && keys.nb < most;
         key = tg_json_next_key(object, key)) {
        keys.names[keys.nb++] = key;
    }
    how_name(error, misspelt, keys.names, keys.nb, otherwise);
}

tg_status tg_place_object(const tg_place *place, const char *const *keys, size_t nb_keys,
                          tg_error *error)
{
    if (tg_json_type_of(place->value) != TG_JSON_OBJECT)
        return other_type(place, "an object { }", error);
    for (const char *key = tg_json_next_key(place->value, NULL); key != NULL;
         key = tg_json_next_key(place->value, key)) {
        size_t known = 0;
        while (known < nb_keys && strcmp(keys[known], key) != 0) known++;
        if (known < nb_keys) continue;
        (void)tg_place_refuse(error, place, "unknown key \"%.*s\"", SHOWN, key);
        how_name(error, key, keys, nb_keys, "leave it away");
        return TG_ERR_FORMAT;
    }
    return TG_OK;
}

static tg_status too_many(const tg_place *place, size_t nb, size_t most, tg_error *error)
{
    (void)tg_place_refuse(error, place, "%.*s has %zu elements, where at most %zu are taken", SHOWN,
                          name_of(place), nb, most);
    tg_error_how(error, "leave some away, or divide the manifest into several");
    return TG_ERR_FORMAT;
}

tg_status tg_place_any_object(const tg_place *place, size_t most, tg_error *error)
{
    if (tg_json_type_of(place->value) != TG_JSON_OBJECT)
        return other_type(place, "an object { }", error);
    const size_t nb = tg_json_nb_keys(place->value);
    return nb > most ? too_many(place, nb, most, error) : TG_OK;
}

tg_status tg_place_array(size_t *length, const tg_place *place, size_t most, tg_error *error)
{
    if (tg_json_type_of(place->value) != TG_JSON_ARRAY)
        return other_type(place, "an array [ ]", error);
    const size_t nb = tg_json_length(place->value);
    if (nb > most) return too_many(place, nb, most, error);
    *length = nb;
    return TG_OK;
}

tg_status tg_place_text(const char **text, const tg_place *place, size_t size, tg_error *error)
{
    if (tg_json_type_of(place->value) != TG_JSON_TEXT) return other_type(place, "a text", error);
    const char *found = tg_json_text_of(place->value);
    const size_t length = strlen(found);
    bool has_control = false;
    for (const char *at = found; *at != '\0'; at++) has_control |= tg_json_is_control(at);
    if (length != 0 && length < size && !has_control) {
        *text = found;
        return TG_OK;
    }
    (void)tg_place_refuse(error, place, "%.*s %s", SHOWN, name_of(place),
                          length == 0   ? "is empty"
                          : has_control ? "holds a control character"
                                        : "is too long");
    tg_error_how(error, "write a text of 1 to %zu bytes without control characters", size - 1);
    return TG_ERR_FORMAT;
}

tg_status tg_place_flag(bool *flag, const tg_place *place, tg_error *error)
{
    if (!tg_place_is_there(place)) return TG_OK;
    if (tg_json_type_of(place->value) != TG_JSON_BOOL)
        return other_type(place, "true or false", error);
    *flag = tg_json_bool_of(place->value);
    return TG_OK;
}

tg_status tg_place_name(const tg_place *place, tg_error *error)
{
    const char *name = place->key;
    size_t length = 0;
    while (isalnum((unsigned char)name[length]) || name[length] == '_') length++;
    if (length != 0 && name[length] == '\0' && length < TG_MANIFEST_NAME_BYTES &&
        !isdigit((unsigned char)name[0]))
        return TG_OK;
    (void)tg_place_refuse(error, place, "\"%.*s\" cannot be a name", SHOWN, name);
    tg_error_how(error, "use letters, digits and _, at most %d of them, a letter or _ first",
                 TG_MANIFEST_NAME_BYTES - 1);
    return TG_ERR_FORMAT;
}
