/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading of a document: its shape is checked value by value, then what its figures say of each
 * other (document_figures.c). */
#include "harness/document_internal.h"

#include "model/memory.h"

#include <inttypes.h>
#include <string.h>

/* Nesting of a document, at the most: findings, smallest, cells, a cell, a value. */
#define MAX_DEPTH 12

/* Where in a document the check is: keys from the root on; NULL and an index for an element. */
typedef struct place {
    struct {
        const char *key;
        size_t index;
    } steps[MAX_DEPTH];
    size_t depth;
} place;

/* "findings[3].cells[0].row"; keys of a hostile file are as long as they like. */
static const char *place_text(char text[192], const place *at)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < at->depth && used < 160; i++) {
        const char *key = at->steps[i].key;
        const int length =
            key != NULL ? snprintf(text + used, 192 - used, "%s%.40s", i != 0 ? "." : "", key)
                        : snprintf(text + used, 192 - used, "[%zu]", at->steps[i].index);
        used += (size_t)length;
    }
    return text;
}

static tg_status refuse(const place *at, const char *what, tg_error *error)
{
    char text[192];
    tg_error_set(error, TG_ERR_FORMAT, "%s%s%s", place_text(text, at),
                 at->depth != 0 ? " " : "the document ", what);
    tg_error_how(error, "name a report that this version of tracegate wrote with --json, as it "
                        "wrote it; docs/report.schema.json says what belongs there");
    return TG_ERR_FORMAT;
}

static tg_status check_value(tg_json_value *value, const document_shape *shape, place *at,
                             tg_error *error);

static bool is_hex(const char *text, const document_shape *shape)
{
    if (shape->has_0x) {
        if (strncmp(text, "0x", 2) != 0) return false;
        text += 2;
    }
    const size_t nb = strspn(text, "0123456789abcdef");
    return text[nb] == '\0' && nb >= shape->min_digits && nb <= shape->max_digits;
}

static tg_status check_text(tg_json_value *value, const document_shape *shape, const place *at,
                            tg_error *error)
{
    if (tg_json_type_of(value) != TG_JSON_TEXT) return refuse(at, "is not a text", error);
    const char *text = tg_json_text_of(value);
    if (shape->is_hex && !is_hex(text, shape)) return refuse(at, "is not a hex number", error);
    if (shape->nb_values == 0) return TG_OK;
    for (size_t i = 0; i < shape->nb_values; i++) {
        if (strcmp(text, shape->value(i)) == 0) return TG_OK;
    }
    return refuse(at, "is none of the texts that can stand there", error);
}

static tg_status check_integer(tg_json_value *value, const document_shape *shape, const place *at,
                               tg_error *error)
{
    if (tg_json_type_of(value) != TG_JSON_INTEGER) return refuse(at, "is not an integer", error);
    const int64_t number = tg_json_integer_of(value);
    if (number >= 0 && (uint64_t)number >= shape->min && (uint64_t)number <= shape->max)
        return TG_OK;
    char what[80];
    (void)snprintf(what, sizeof what, "is %" PRId64 ", not %" PRIu64 " to %" PRIu64, number,
                   shape->min, shape->max);
    return refuse(at, what, error);
}

static tg_status check_array(tg_json_value *value, const document_shape *shape, place *at,
                             tg_error *error)
{
    if (tg_json_type_of(value) != TG_JSON_ARRAY) return refuse(at, "is not an array", error);
    const size_t length = tg_json_length(value);
    if (length < shape->min_items || length > shape->max_items) {
        char what[80];
        (void)snprintf(what, sizeof what, "has %zu elements, not %zu to %zu", length,
                       shape->min_items, shape->max_items);
        return refuse(at, what, error);
    }
    tg_status status = TG_OK;
    at->depth++;
    for (size_t i = 0; i < length && status == TG_OK; i++) {
        at->steps[at->depth - 1].key = NULL;
        at->steps[at->depth - 1].index = i;
        status = check_value(tg_json_element(value, i), shape->items, at, error);
    }
    at->depth--;
    return status;
}

static bool is_known_key(const document_shape *shape, const char *key)
{
    for (size_t i = 0; i < shape->nb_fields; i++) {
        if (strcmp(shape->fields[i].key, key) == 0) return true;
    }
    return false;
}

/* Find the key that does not belong into an object. */
static tg_status check_keys(tg_json_value *value, const document_shape *shape, place *at,
                            tg_error *error)
{
    if (tg_json_nb_keys(value) == shape->nb_fields) return TG_OK;
    const char *key = tg_json_next_key(value, NULL);
    while (key != NULL && is_known_key(shape, key)) {
        key = tg_json_next_key(value, key);
    }
    at->depth++;
    at->steps[at->depth - 1].key = key;
    const tg_status status = refuse(at, "is no key of this version", error);
    at->depth--;
    return status;
}

static tg_status check_object(tg_json_value *value, const document_shape *shape, place *at,
                              tg_error *error)
{
    if (tg_json_type_of(value) != TG_JSON_OBJECT) return refuse(at, "is not an object", error);
    tg_status status = TG_OK;
    at->depth++;
    for (size_t i = 0; i < shape->nb_fields && status == TG_OK; i++) {
        const document_field *field = &shape->fields[i];
        tg_json_value *member = tg_json_member(value, field->key);
        at->steps[at->depth - 1].key = field->key;
        if (member == NULL) {
            status = refuse(at, "is missing", error);
        } else if (!field->is_nullable || tg_json_type_of(member) != TG_JSON_NULL) {
            status = check_value(member, field->shape, at, error);
        }
    }
    at->depth--;
    return status == TG_OK ? check_keys(value, shape, at, error) : status;
}

static tg_status check_value(tg_json_value *value, const document_shape *shape, place *at,
                             tg_error *error)
{
    const tg_json_type type = tg_json_type_of(value);
    switch (shape->type) {
    case DOCUMENT_OBJECT:
        return check_object(value, shape, at, error);
    case DOCUMENT_ARRAY:
        return check_array(value, shape, at, error);
    case DOCUMENT_TEXT:
        return check_text(value, shape, at, error);
    case DOCUMENT_INTEGER:
        return check_integer(value, shape, at, error);
    case DOCUMENT_BOOL:
        return type == TG_JSON_BOOL ? TG_OK : refuse(at, "is neither true nor false", error);
    case DOCUMENT_REAL:
        break;
    }
    if (type == TG_JSON_REAL || type == TG_JSON_INTEGER) return TG_OK;
    return refuse(at, "is not a number", error);
}

/* What is no report, or one of another version, is told so before anything else. */
static tg_status check_version(tg_json_value *root, tg_error *error)
{
    if (strcmp(document_text(root, "schema"), "tracegate.report") != 0) {
        tg_error_set(error, TG_ERR_FORMAT, "the file is not a report of tracegate");
        tg_error_how(error, "name a report that was written with --json");
        return TG_ERR_FORMAT;
    }
    tg_json_value *version = tg_json_member(root, "version");
    if (tg_json_type_of(version) == TG_JSON_INTEGER &&
        tg_json_integer_of(version) == TG_DOCUMENT_VERSION)
        return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "the report is of version %" PRId64 ", not %d",
                 tg_json_integer_of(version), TG_DOCUMENT_VERSION);
    tg_error_how(error, "read it with the version of tracegate that wrote it, or make it again");
    return TG_ERR_FORMAT;
}

tg_status document_check(tg_json_value *root, tg_error *error)
{
    place at = {.depth = 0};
    const tg_status status = check_version(root, error);
    return status == TG_OK ? check_value(root, document_shape_of_root(), &at, error) : status;
}

tg_status tg_document_read(tg_document **document, const char *path, tg_error *error)
{
    *document = NULL;
    void *memory = NULL;
    tg_status status = tg_buffer_create(&memory, 1, sizeof **document, error);
    if (status != TG_OK) return status;
    tg_document *read = memory;
    *read = (tg_document){.with_times = false};
    status = tg_json_open(&read->read, path, error);
    if (status != TG_OK) {
        tg_buffer_destroy(read);
        return status;
    }
    status = document_check(read->read.root, error);
    if (status == TG_OK) status = document_check_figures(read->read.root, error);
    if (status == TG_OK) {
        *document = read;
        return TG_OK;
    }
    tg_error_where(error, "%s", path);
    tg_document_destroy(read);
    return status;
}
