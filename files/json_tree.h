/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON that is made in memory, looked at and changed there, and printed: keys keep the order in
 * which they were put.
 *
 *   tg_json_tree tree;
 *   status = tg_json_tree_init(&tree, error);
 *   ...
 *   tg_json_node *item = tg_json_put_object(&tree, tree.root, "item");
 *   tg_json_put_text(&tree, item, "name", "Select.main");
 *   status = tg_json_tree_status(&tree, error);
 *
 * Without memory, what is put is lost, the tree remembers it, and its status says so: callers ask
 * once, at the end.
 */
#ifndef TRACEGATE_FILES_JSON_TREE_H
#define TRACEGATE_FILES_JSON_TREE_H

#include "files/json.h"

#include <stdio.h>

/* A value that may be changed: a tg_json_value of its tree. */
typedef struct json_t tg_json_node;

typedef struct tg_json_tree {
    tg_json_node *root; /* an object, empty to begin with */
    void *memory;       /* json_tree.c's */
    bool has_failed;    /* there was no memory: the tree is only to be cleared */
} tg_json_tree;

/* Begin a tree; to be cleared after success. clear takes one that is all zero.
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_json_tree_init(tg_json_tree *tree, tg_error *error);
void tg_json_tree_clear(tg_json_tree *tree);

/* TG_OK, or TG_ERR_MEMORY if anything could not be put. */
TG_NODISCARD tg_status tg_json_tree_status(const tg_json_tree *tree, tg_error *error);

/* Put a value into a parent: under a key of an object, where it takes the place of what stands
 * there, or, with key NULL, at the end of an array. parent NULL: nothing is put. object and array
 * return what they put, empty; NULL without memory. */
tg_json_node *tg_json_put_object(tg_json_tree *tree, tg_json_node *parent, const char *key);
tg_json_node *tg_json_put_array(tg_json_tree *tree, tg_json_node *parent, const char *key);

/* The same of one value.
 *   text   any bytes: those that are no UTF-8 become U+FFFD; NULL puts null
 *   bytes  the same of a text of nb_bytes without a NUL among them
 *   count  at most INT64_MAX
 *   real   one that is not finite puts null
 *   copy   a value of this tree or of another one, with all that is in it; NULL puts null */
void tg_json_put_text(tg_json_tree *tree, tg_json_node *parent, const char *key, const char *text);
void tg_json_put_bytes(tg_json_tree *tree, tg_json_node *parent, const char *key, const char *bytes,
                       size_t nb_bytes);
void tg_json_put_count(tg_json_tree *tree, tg_json_node *parent, const char *key, uint64_t count);
void tg_json_put_real(tg_json_tree *tree, tg_json_node *parent, const char *key, double value);
void tg_json_put_bool(tg_json_tree *tree, tg_json_node *parent, const char *key, bool value);
void tg_json_put_null(tg_json_tree *tree, tg_json_node *parent, const char *key);
void tg_json_put_copy(tg_json_tree *tree, tg_json_node *parent, const char *key,
                      tg_json_value *value);

/* Leave the first `length` elements of an array; the others are gone. */
void tg_json_cut_array(tg_json_tree *tree, tg_json_node *array, size_t length);

/* The value of a key, to be changed; NULL if there is none. Element of an array, alike. */
tg_json_node *tg_json_node_member(tg_json_node *object, const char *key);
tg_json_node *tg_json_node_element(tg_json_node *array, size_t index);

/* Print a value and a newline: always the same bytes for the same value. What fits into a line
 * stands in one; reals have six digits. A stream that fails shows so by ferror. */
void tg_json_print(FILE *out, tg_json_value *value);

/* Bytes that tg_json_print writes of a value nested at this depth: 0 is the root's. */
size_t tg_json_printed_bytes(tg_json_value *value, size_t depth);

/* Whether these are more than `most`: takes no longer than it takes to know. */
bool tg_json_is_longer(tg_json_value *value, size_t depth, size_t most);

/* Print a text with its quotes and escapes, as JSON has it. */
void tg_json_print_text(FILE *out, const char *text);

#endif
