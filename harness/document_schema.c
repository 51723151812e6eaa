/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* docs/report.schema.json, printed from the shape. */
#include "harness/document_internal.h"

#include <string.h>

/* Objects of the shape, at the most. */
#define MAX_OBJECTS 64

/* Objects in the order in which they are first met. */
typedef struct objects {
    size_t nb;
    const document_shape *list[MAX_OBJECTS];
} objects;

static void collect(objects *found, const document_shape *shape)
{
    if (shape->type == DOCUMENT_ARRAY) collect(found, shape->items);
    if (shape->type != DOCUMENT_OBJECT) return;
    for (size_t i = 0; i < found->nb; i++) {
        if (found->list[i] == shape) return;
    }
    TG_VERIFY_CHECK(found->nb < MAX_OBJECTS);
    found->list[found->nb++] = shape;
    for (size_t i = 0; i < shape->nb_fields; i++) {
        collect(found, shape->fields[i].shape);
    }
}

/* The type, or, of a member that can be null, both types. */
static void put_type(tg_json_tree *tree, tg_json_node *to, const char *type, bool is_nullable)
{
    if (!is_nullable) {
        tg_json_put_text(tree, to, "type", type);
        return;
    }
    tg_json_node *types = tg_json_put_array(tree, to, "type");
    tg_json_put_text(tree, types, NULL, type);
    tg_json_put_text(tree, types, NULL, "null");
}

static void put_text(tg_json_tree *tree, tg_json_node *to, const document_shape *shape,
                     bool is_nullable)
{
    put_type(tree, to, "string", is_nullable);
    if (shape->is_hex) {
        char pattern[48];
        (void)snprintf(pattern, sizeof pattern, "^%s[0-9a-f]{%zu,%zu}$", shape->has_0x ? "0x" : "",
                       shape->min_digits, shape->max_digits);
        tg_json_put_text(tree, to, "pattern", pattern);
    }
    if (shape->nb_values == 0) return;
    tg_json_node *values = tg_json_put_array(tree, to, "enum");
    for (size_t i = 0; i < shape->nb_values; i++) {
        tg_json_put_text(tree, values, NULL, shape->value(i));
    }
    if (is_nullable) tg_json_put_null(tree, values, NULL);
}

static void put_shape(tg_json_tree *tree, tg_json_node *to, const document_shape *shape,
                      bool is_nullable);

static void put_array(tg_json_tree *tree, tg_json_node *to, const document_shape *shape,
                      bool is_nullable)
{
    put_type(tree, to, "array", is_nullable);
    if (shape->min_items != 0) tg_json_put_count(tree, to, "minItems", shape->min_items);
    tg_json_put_count(tree, to, "maxItems", shape->max_items);
    put_shape(tree, tg_json_put_object(tree, to, "items"), shape->items, false);
}

static void put_reference(tg_json_tree *tree, tg_json_node *to, const document_shape *shape,
                          bool is_nullable)
{
    char name[64];
    (void)snprintf(name, sizeof name, "#/$defs/%s", shape->name);
    if (!is_nullable) {
        tg_json_put_text(tree, to, "$ref", name);
        return;
    }
    tg_json_node *either = tg_json_put_array(tree, to, "anyOf");
    tg_json_put_text(tree, tg_json_put_object(tree, either, NULL), "$ref", name);
    tg_json_put_text(tree, tg_json_put_object(tree, either, NULL), "type", "null");
}

static void put_shape(tg_json_tree *tree, tg_json_node *to, const document_shape *shape,
                      bool is_nullable)
{
    switch (shape->type) {
    case DOCUMENT_OBJECT:
        put_reference(tree, to, shape, is_nullable);
        break;
    case DOCUMENT_ARRAY:
        put_array(tree, to, shape, is_nullable);
        break;
    case DOCUMENT_TEXT:
        put_text(tree, to, shape, is_nullable);
        break;
    case DOCUMENT_INTEGER:
        put_type(tree, to, "integer", is_nullable);
        tg_json_put_count(tree, to, "minimum", shape->min);
        tg_json_put_count(tree, to, "maximum", shape->max);
        break;
    case DOCUMENT_REAL:
        put_type(tree, to, "number", is_nullable);
        break;
    case DOCUMENT_BOOL:
        put_type(tree, to, "boolean", is_nullable);
        break;
    }
}

/* An object with all of its members, which are all required, and no others. */
static void put_object(tg_json_tree *tree, tg_json_node *to, const document_shape *shape)
{
    tg_json_put_text(tree, to, "description", shape->text);
    tg_json_put_text(tree, to, "type", "object");
    tg_json_put_bool(tree, to, "additionalProperties", false);
    tg_json_node *required = tg_json_put_array(tree, to, "required");
    tg_json_node *properties = tg_json_put_object(tree, to, "properties");
    for (size_t i = 0; i < shape->nb_fields; i++) {
        const document_field *field = &shape->fields[i];
        tg_json_put_text(tree, required, NULL, field->key);
        tg_json_node *member = tg_json_put_object(tree, properties, field->key);
        tg_json_put_text(tree, member, "description", field->text);
        put_shape(tree, member, field->shape, field->is_nullable);
    }
}

tg_status tg_document_write_schema(FILE *out, tg_error *error)
{
    objects all = {.nb = 0};
    tg_json_tree tree;
    tg_status status = tg_json_tree_init(&tree, error);
    if (status != TG_OK) return status;
    const document_shape *root = document_shape_of_root();
    collect(&all, root);
    tg_json_put_text(&tree, tree.root, "$schema", "https://json-schema.org/draft/2020-12/schema");
    char title[64];
    (void)snprintf(title, sizeof title, "report of tracegate, version %d", TG_DOCUMENT_VERSION);
    tg_json_put_text(&tree, tree.root, "title", title);
    tg_json_put_text(&tree, tree.root, "$comment",
                     "Printed from harness/document_shape.c by tests/test_document_schema.c: "
                     "change it there.");
    put_object(&tree, tree.root, root);
    tg_json_node *definitions = tg_json_put_object(&tree, tree.root, "$defs");
    for (size_t i = 1; i < all.nb; i++) {
        put_object(&tree, tg_json_put_object(&tree, definitions, all.list[i]->name), all.list[i]);
    }
    status = tg_json_tree_status(&tree, error);
    if (status == TG_OK) tg_json_print(out, tree.root);
    tg_json_tree_clear(&tree);
    return status;
}
