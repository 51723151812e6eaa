/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Making of JSON. */
#include "files/json_tree.h"

#include "files/json_internal.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Bytes of U+FFFD in UTF-8. */
#define REPLACEMENT "\xef\xbf\xbd"

/* One value on its way into its parent. */
typedef struct put {
    json_t *parent; /* NULL: a root */
    const char *key;
    tg_json_type type;
    const char *text;
    size_t nb_bytes;
    json_int_t integer; /* also a bool's */
    double real;
    const json_t *copied; /* not NULL: the value is a copy of this one */
    json_t *result;
} put;

/* Length of the character of UTF-8 at the start of nb bytes, nb > 0; 0 if they don't start with
 * one. Overlong forms, surrogates and what is above U+10FFFF are none. */
static size_t utf8_length(const unsigned char *bytes, size_t nb)
{
    const unsigned char first = bytes[0];
    if (first < 0x80) return 1;
    const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || nb < length) return 0;
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0u) != 0x80u) return 0;
    }
    const unsigned char second = bytes[1];
    const bool is_wrong = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                          (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
    return is_wrong ? 0 : length;
}

/* Replace each byte that starts no character; to: room for three bytes of each, or NULL to
 * measure. Returns the length of the result. */
static size_t mend_text(char *to, const char *text, size_t nb_bytes)
{
    size_t used = 0;
    for (size_t at = 0; at < nb_bytes;) {
        const size_t length = utf8_length((const unsigned char *)text + at, nb_bytes - at);
        const char *from = length != 0 ? text + at : REPLACEMENT;
        const size_t nb = length != 0 ? length : strlen(REPLACEMENT);
        if (to != NULL) memcpy(to + used, from, nb);
        used += nb;
        at += length != 0 ? length : 1;
    }
    return used;
}

static json_t *make_text(const char *text, size_t nb_bytes)
{
    const size_t length = mend_text(NULL, text, nb_bytes);
    if (length == nb_bytes) return json_stringn_nocheck(text, nb_bytes);
    json_malloc_t take = NULL;
    json_free_t give_back = NULL;
    json_get_alloc_funcs(&take, &give_back);
    char *mended = take(length);
    (void)mend_text(mended, text, nb_bytes);
    json_t *value = json_stringn_nocheck(mended, length);
    give_back(mended);
    return value;
}

static json_t *make_value(const put *work)
{
    if (work->copied != NULL) return json_deep_copy(work->copied);
    switch (work->type) {
    case TG_JSON_BOOL:
        return json_boolean(work->integer);
    case TG_JSON_INTEGER:
        return json_integer(work->integer);
    case TG_JSON_REAL:
        return json_real(work->real);
    case TG_JSON_TEXT:
        return make_text(work->text, work->nb_bytes);
    case TG_JSON_ARRAY:
        return json_array();
    case TG_JSON_OBJECT:
        return json_object();
    case TG_JSON_NULL:
        break;
    }
    return json_null();
}

static void run_put(void *context)
{
    put *work = context;
    json_t *value = make_value(work);
    if (value == NULL) return;
    int failure = 0;
    if (work->parent != NULL && work->key != NULL) {
        failure = json_object_set_new_nocheck(work->parent, work->key, value);
    } else if (work->parent != NULL) {
        failure = json_array_append_new(work->parent, value);
    }
    if (failure == 0) work->result = value;
}

static tg_json_node *run(tg_json_tree *tree, put *work)
{
    if (tree->has_failed || work->parent == NULL) return NULL;
    if (!tg_json_in_arena(&tree->memory, run_put, work) || work->result == NULL)
        tree->has_failed = true;
    return tree->has_failed ? NULL : work->result;
}

tg_status tg_json_tree_status(const tg_json_tree *tree, tg_error *error)
{
    if (!tree->has_failed) return TG_OK;
    tg_error_set(error, TG_ERR_MEMORY, "no memory to make JSON");
    tg_error_how(error, "use fewer events or a smaller height, or a machine with more memory");
    return TG_ERR_MEMORY;
}

tg_status tg_json_tree_init(tg_json_tree *tree, tg_error *error)
{
    *tree = (tg_json_tree){.root = NULL};
    put work = {.type = TG_JSON_OBJECT};
    tree->has_failed = !tg_json_in_arena(&tree->memory, run_put, &work) || work.result == NULL;
    tree->root = work.result;
    const tg_status status = tg_json_tree_status(tree, error);
    if (status != TG_OK) tg_json_tree_clear(tree);
    return status;
}

void tg_json_tree_clear(tg_json_tree *tree)
{
    tg_json_arena_clear(tree->memory);
    *tree = (tg_json_tree){.root = NULL};
}

tg_json_node *tg_json_put_object(tg_json_tree *tree, tg_json_node *parent, const char *key)
{
    return run(tree, &(put){.parent = parent, .key = key, .type = TG_JSON_OBJECT});
}

tg_json_node *tg_json_put_array(tg_json_tree *tree, tg_json_node *parent, const char *key)
{
    return run(tree, &(put){.parent = parent, .key = key, .type = TG_JSON_ARRAY});
}

void tg_json_put_bytes(tg_json_tree *tree, tg_json_node *parent, const char *key, const char *bytes,
                       size_t nb_bytes)
{
    (void)run(tree, &(put){.parent = parent,
                           .key = key,
                           .type = TG_JSON_TEXT,
                           .text = bytes,
                           .nb_bytes = nb_bytes});
}

void tg_json_put_text(tg_json_tree *tree, tg_json_node *parent, const char *key, const char *text)
{
    if (text == NULL) {
        tg_json_put_null(tree, parent, key);
    } else {
        tg_json_put_bytes(tree, parent, key, text, strlen(text));
    }
}

void tg_json_put_count(tg_json_tree *tree, tg_json_node *parent, const char *key, uint64_t count)
{
    TG_VERIFY_CHECK(count <= INT64_MAX);
    (void)run(tree, &(put){.parent = parent,
                           .key = key,
                           .type = TG_JSON_INTEGER,
                           .integer = (json_int_t)count});
}

void tg_json_put_real(tg_json_tree *tree, tg_json_node *parent, const char *key, double value)
{
    (void)run(tree, &(put){.parent = parent,
                           .key = key,
                           .type = isfinite(value) ? TG_JSON_REAL : TG_JSON_NULL,
                           .real = value});
}

void tg_json_put_bool(tg_json_tree *tree, tg_json_node *parent, const char *key, bool value)
{
    (void)run(tree, &(put){.parent = parent, .key = key, .type = TG_JSON_BOOL, .integer = value});
}

void tg_json_put_null(tg_json_tree *tree, tg_json_node *parent, const char *key)
{
    (void)run(tree, &(put){.parent = parent, .key = key, .type = TG_JSON_NULL});
}

void tg_json_put_copy(tg_json_tree *tree, tg_json_node *parent, const char *key,
                      tg_json_value *value)
{
    (void)run(tree, &(put){.parent = parent, .key = key, .type = TG_JSON_NULL, .copied = value});
}

/* An array on its way to fewer elements. */
typedef struct cut {
    json_t *array;
    size_t length;
} cut;

static void run_cut(void *context)
{
    const cut *work = context;
    for (size_t i = json_array_size(work->array); i > work->length; i--) {
        (void)json_array_remove(work->array, i - 1);
    }
}

void tg_json_cut_array(tg_json_tree *tree, tg_json_node *array, size_t length)
{
    if (tree->has_failed) return;
    cut work = {.array = array, .length = length};
    if (!tg_json_in_arena(&tree->memory, run_cut, &work)) tree->has_failed = true;
}

tg_json_node *tg_json_node_member(tg_json_node *object, const char *key)
{
    return json_object_get(object, key);
}

tg_json_node *tg_json_node_element(tg_json_node *array, size_t index)
{
    return json_array_get(array, index);
}
