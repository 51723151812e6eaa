/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading of JSON files: strict syntax, errors with line and column, typed and bounded values.
 *
 * Values belong to the file that they were read from and live until it is closed.
 */
#ifndef TRACEGATE_FILES_JSON_H
#define TRACEGATE_FILES_JSON_H

#include "files/input.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Jansson's value; only json*.c look inside. */
struct json_t;
typedef const struct json_t tg_json_value;

/* Longest file that is read, bytes: hundreds of times the longest record.json, and little enough
 * that a hostile one, whose values take up to a hundred bytes of memory for each of its own, is
 * harmless. */
#define TG_JSON_MAX_BYTES ((uint64_t)4 << 20)

typedef struct tg_json {
    tg_json_value *root; /* an object */
    void *memory;        /* json.c's */
} tg_json;

/* Read a file whose content is one object; a key that stands twice is an error.
 * json    caller's; to be closed by tg_json_close after success only
 * Errors  TG_ERR_IO, TG_ERR_MEMORY, TG_ERR_SIZE (too long), TG_ERR_FORMAT with file, line and
 *         column
 */
TG_NODISCARD tg_status tg_json_open(tg_json *json, const char *path, tg_error *error);
void tg_json_close(tg_json *json);

/* True if the object has the key, with another value than null. */
bool tg_json_has(tg_json_value *object, const char *key);

/* Values by key. Errors  TG_ERR_FORMAT naming key and value, not the file, if the key is absent or
 * its value does not fit; the output is then untouched.
 *   size   an integer from least to most
 *   text   a string of less than `size` bytes, UTF-8
 *   array  an array: its length; elements by tg_json_element, index < length
 */
TG_NODISCARD tg_status tg_json_get_size(size_t *value, tg_json_value *object, const char *key,
                                        size_t least, size_t most, tg_error *error);
TG_NODISCARD tg_status tg_json_get_text(char *text, size_t size, tg_json_value *object,
                                        const char *key, tg_error *error);
TG_NODISCARD tg_status tg_json_get_array(tg_json_value **array, size_t *length,
                                         tg_json_value *object, const char *key, tg_error *error);
tg_json_value *tg_json_element(tg_json_value *array, size_t index);

/* An integer of an array; name is the array's in errors. An index behind its end is one that is no
 * integer. */
TG_NODISCARD tg_status tg_json_get_size_at(size_t *value, tg_json_value *array, size_t index,
                                           const char *name, size_t least, size_t most,
                                           tg_error *error);

/* Length of an array, 0 of anything else; value of a key, NULL where there is none. */
size_t tg_json_length(tg_json_value *array);
tg_json_value *tg_json_member(tg_json_value *object, const char *key);

/* Keys of an object, 0 of anything else: more than those that were asked for are unknown ones. */
size_t tg_json_nb_keys(tg_json_value *object);

/* As tg_json_get_text, for prose: what is too long is cut between characters, control characters
 * become '?'. */
TG_NODISCARD tg_status tg_json_get_prose(char *text, size_t size, tg_json_value *object,
                                         const char *key, tg_error *error);

/* Whether a character of UTF-8 is a control, which a terminal would obey: U+0000 to U+001F of one
 * byte, DEL, and U+0080 to U+009F of two. */
bool tg_json_is_control(const char *at);

/* Put '?' in the place of each control of a text, which gets no longer. */
void tg_json_clean(char *text);

/* ---- values whose shape is known: nothing can fail ---- */

typedef enum tg_json_type {
    TG_JSON_NULL, /* also where there is no value: NULL */
    TG_JSON_BOOL,
    TG_JSON_INTEGER,
    TG_JSON_REAL,
    TG_JSON_TEXT,
    TG_JSON_ARRAY,
    TG_JSON_OBJECT,
} tg_json_type;

tg_json_type tg_json_type_of(tg_json_value *value);

/* What a value holds; "", 0 or false of another type. The real of an integer is its value. */
const char *tg_json_text_of(tg_json_value *value);
int64_t tg_json_integer_of(tg_json_value *value);
double tg_json_real_of(tg_json_value *value);
bool tg_json_bool_of(tg_json_value *value);

/* Whether two values are the same, keys of objects in any order; NULL is the same as nothing. */
bool tg_json_is_equal(tg_json_value *one, tg_json_value *other);

/* The key behind one of an object's keys, in their order; of NULL the first one; NULL at the
 * end. */
const char *tg_json_next_key(tg_json_value *object, const char *key);

#endif
