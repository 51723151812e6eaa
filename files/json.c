/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading of JSON: parsing into an arena, values by key. */
#include "files/json.h"

#include "files/json_internal.h"
#include "model/memory.h"

#include <string.h>

static tg_status no_memory(tg_error *error)
{
    tg_error_set(error, TG_ERR_MEMORY, "no memory to read JSON");
    tg_error_how(error, "use a smaller file, or a machine with more memory");
    return TG_ERR_MEMORY;
}

bool tg_json_is_control(const char *at)
{
    const unsigned char first = (unsigned char)at[0];
    const unsigned char second = first != '\0' ? (unsigned char)at[1] : 0;
    return first < ' ' || first == 0x7f || (first == 0xc2 && second >= 0x80 && second < 0xa0);
}

void tg_json_clean(char *text)
{
    char *to = text;
    while (*text != '\0') {
        const bool is_control = tg_json_is_control(text);
        const bool is_of_two = is_control && (unsigned char)*text == 0xc2;
        *to++ = is_control ? '?' : *text;
        text += is_of_two ? 2 : 1;
    }
    *to = '\0';
}

static tg_status syntax_error(json_error_t *fault, const char *path, tg_error *error)
{
    // Jansson quotes the file near the fault.
    tg_json_clean(fault->text);
    tg_error_set(error, TG_ERR_FORMAT, "malformed JSON: %s", fault->text);
    tg_error_where(error, "%s, line %d, column %d", path, fault->line, fault->column);
    tg_error_how(error, "mend the file at this place");
    return TG_ERR_FORMAT;
}

/* No JSON has a NUL, and Jansson passes over one that stands behind a number. */
static tg_status check_no_nul(const char *text, size_t length, const char *path, tg_error *error)
{
    const char *nul = length != 0 ? memchr(text, '\0', length) : NULL;
    if (nul == NULL) return TG_OK;
    int line = 1;
    const char *start = text;
    for (const char *at = text; at < nul; at++) {
        if (*at != '\n') continue;
        line++;
        start = at + 1;
    }
    json_error_t fault = {.line = line, .column = (int)(nul - start) + 1, .text = "a NUL"};
    return syntax_error(&fault, path, error);
}

/* One parse. */
typedef struct parse {
    const char *text;
    size_t length;
    json_t *root; /* NULL if the text is malformed: fault says how */
    json_error_t fault;
} parse;

static void run_parse(void *context)
{
    parse *work = context;
    work->root = json_loadb(work->text, work->length, JSON_REJECT_DUPLICATES, &work->fault);
}

static tg_status parse_object(tg_json *json, const char *text, size_t length, const char *path,
                              tg_error *error)
{
    parse work = {.text = text, .length = length, .root = NULL};
    void *memory = NULL;
    tg_status status = TG_OK;
    if (!tg_json_in_arena(&memory, run_parse, &work)) {
        status = no_memory(error);
    } else if (work.root == NULL) {
        status = syntax_error(&work.fault, path, error);
    } else if (!json_is_object(work.root)) {
        tg_error_set(error, TG_ERR_FORMAT, "the file holds JSON, but no object");
        tg_error_where(error, "%s, line 1, column 1", path);
        tg_error_how(error, "start the file with { and end it with }");
        status = TG_ERR_FORMAT;
    } else {
        status = check_no_nul(text, length, path, error);
    }
    if (status != TG_OK) {
        tg_json_arena_clear(memory);
        return status;
    }
    *json = (tg_json){.root = work.root, .memory = memory};
    return TG_OK;
}

static tg_status check_size(uint64_t size_bytes, const char *path, tg_error *error)
{
    if (size_bytes <= TG_JSON_MAX_BYTES) return TG_OK;
    tg_error_set(error, TG_ERR_SIZE, "%llu bytes of JSON, where at most %llu are read",
                 (unsigned long long)size_bytes, (unsigned long long)TG_JSON_MAX_BYTES);
    tg_error_where(error, "%s", path);
    tg_error_how(error, "name another file: no record of this project is that long");
    return TG_ERR_SIZE;
}

tg_status tg_json_open(tg_json *json, const char *path, tg_error *error)
{
    FILE *stream = NULL;
    uint64_t size_bytes = 0;
    void *text = NULL;
    tg_status status = tg_input_open(&stream, &size_bytes, path, error);
    if (status != TG_OK) return status;
    status = check_size(size_bytes, path, error);
    if (status == TG_OK) status = tg_buffer_create(&text, (size_t)size_bytes, 1, error);
    if (status == TG_OK) status = tg_input_read(text, (size_t)size_bytes, stream, path, error);
    if (status == TG_OK) status = parse_object(json, text, (size_t)size_bytes, path, error);
    if (status == TG_ERR_MEMORY) tg_error_where(error, "%s", path);
    tg_buffer_destroy(text);
    (void)fclose(stream);
    return status;
}

void tg_json_close(tg_json *json)
{
    tg_json_arena_clear(json->memory);
    *json = (tg_json){.root = NULL, .memory = NULL};
}

bool tg_json_has(tg_json_value *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return value != NULL && !json_is_null(value);
}

/* Value of a key, or an error if the key is absent. */
static tg_status find(const json_t **value, tg_json_value *object, const char *key, tg_error *error)
{
    if (!json_is_object(object)) {
        tg_error_set(error, TG_ERR_FORMAT, "not an object, where one with \"%s\" is needed", key);
        tg_error_how(error, "write { \"%s\": ... } there", key);
        return TG_ERR_FORMAT;
    }
    *value = json_object_get(object, key);
    if (*value != NULL) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "\"%s\" is missing", key);
    tg_error_how(error, "add it; docs/file-formats.md lists what belongs there");
    return TG_ERR_FORMAT;
}

/* The integer that was found under a name. */
static tg_status to_size(size_t *value, const json_t *found, const char *name, size_t least,
                         size_t most, tg_error *error)
{
    const json_int_t integer = json_is_integer(found) ? json_integer_value(found) : -1;
    if (json_is_integer(found) && integer >= 0 && (uint64_t)integer >= least &&
        (uint64_t)integer <= most) {
        *value = (size_t)integer;
        return TG_OK;
    }
    if (json_is_integer(found)) {
        tg_error_set(error, TG_ERR_FORMAT, "\"%s\" is %lld, which is out of range", name,
                     (long long)integer);
    } else {
        tg_error_set(error, TG_ERR_FORMAT, "\"%s\" is not an integer", name);
    }
    tg_error_how(error, "write an integer from %zu to %zu", least, most);
    return TG_ERR_FORMAT;
}

tg_status tg_json_get_size(size_t *value, tg_json_value *object, const char *key, size_t least,
                           size_t most, tg_error *error)
{
    const json_t *found = NULL;
    const tg_status status = find(&found, object, key, error);
    return status == TG_OK ? to_size(value, found, key, least, most, error) : status;
}

tg_status tg_json_get_size_at(size_t *value, tg_json_value *array, size_t index, const char *name,
                              size_t least, size_t most, tg_error *error)
{
    char text[128];
    (void)snprintf(text, sizeof text, "%s[%zu]", name, index);
    return to_size(value, json_array_get(array, index), text, least, most, error);
}

static tg_status find_string(const json_t **found, tg_json_value *object, const char *key,
                             tg_error *error)
{
    const tg_status status = find(found, object, key, error);
    if (status != TG_OK || json_is_string(*found)) return status;
    tg_error_set(error, TG_ERR_FORMAT, "\"%s\" is not a string", key);
    tg_error_how(error, "write a string");
    return TG_ERR_FORMAT;
}

tg_status tg_json_get_text(char *text, size_t size, tg_json_value *object, const char *key,
                           tg_error *error)
{
    const json_t *found = NULL;
    const tg_status status = find_string(&found, object, key, error);
    if (status != TG_OK) return status;
    if (json_string_length(found) >= size) {
        tg_error_set(error, TG_ERR_FORMAT, "\"%s\" has %zu bytes, which is too long", key,
                     json_string_length(found));
        tg_error_how(error, "write at most %zu bytes", size - 1);
        return TG_ERR_FORMAT;
    }
    memcpy(text, json_string_value(found), json_string_length(found) + 1);
    return TG_OK;
}

tg_status tg_json_get_prose(char *text, size_t size, tg_json_value *object, const char *key,
                            tg_error *error)
{
    const json_t *found = NULL;
    const tg_status status = find_string(&found, object, key, error);
    if (status != TG_OK) return status;
    const char *string = json_string_value(found);
    size_t length = json_string_length(found);
    if (length >= size) {
        length = size - 1;
        // Bytes 10xxxxxx continue a character of UTF-8: a cut before one would leave half a
        // character.
        while (length > 0 && ((unsigned char)string[length] & 0xc0u) == 0x80u) {
            length--;
        }
    }
    memcpy(text, string, length);
    text[length] = '\0';
    tg_json_clean(text);
    return TG_OK;
}

tg_status tg_json_get_array(tg_json_value **array, size_t *length, tg_json_value *object,
                            const char *key, tg_error *error)
{
    const json_t *found = NULL;
    const tg_status status = find(&found, object, key, error);
    if (status != TG_OK) return status;
    if (!json_is_array(found)) {
        tg_error_set(error, TG_ERR_FORMAT, "\"%s\" is not an array", key);
        tg_error_how(error, "write an array: [ ... ]");
        return TG_ERR_FORMAT;
    }
    *array = found;
    *length = json_array_size(found);
    return TG_OK;
}

tg_json_value *tg_json_element(tg_json_value *array, size_t index)
{
    return json_array_get(array, index);
}

size_t tg_json_length(tg_json_value *array) { return json_array_size(array); }

size_t tg_json_nb_keys(tg_json_value *object) { return json_object_size(object); }

tg_json_value *tg_json_member(tg_json_value *object, const char *key)
{
    return json_object_get(object, key);
}

tg_json_type tg_json_type_of(tg_json_value *value)
{
    static const tg_json_type types[] = {
        [JSON_OBJECT] = TG_JSON_OBJECT, [JSON_ARRAY] = TG_JSON_ARRAY,
        [JSON_STRING] = TG_JSON_TEXT,   [JSON_INTEGER] = TG_JSON_INTEGER,
        [JSON_REAL] = TG_JSON_REAL,     [JSON_TRUE] = TG_JSON_BOOL,
        [JSON_FALSE] = TG_JSON_BOOL,    [JSON_NULL] = TG_JSON_NULL,
    };
    return value != NULL ? types[json_typeof(value)] : TG_JSON_NULL;
}

const char *tg_json_text_of(tg_json_value *value)
{
    return json_is_string(value) ? json_string_value(value) : "";
}

int64_t tg_json_integer_of(tg_json_value *value) { return json_integer_value(value); }

double tg_json_real_of(tg_json_value *value) { return json_number_value(value); }

bool tg_json_bool_of(tg_json_value *value) { return json_is_true(value); }

bool tg_json_is_equal(tg_json_value *one, tg_json_value *other)
{
    return one != NULL && other != NULL && json_equal(one, other);
}

const char *tg_json_next_key(tg_json_value *object, const char *key)
{
    // Jansson takes no const object to walk over, and does not change it.
    json_t *walked = (json_t *)object;
    void *at = key == NULL ? json_object_iter(walked)
                           : json_object_iter_next(walked, json_object_iter_at(walked, key));
    return at != NULL ? json_object_iter_key(at) : NULL;
}
