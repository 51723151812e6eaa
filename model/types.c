/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Walks over types: leaves and their names. */
#include "model/status.h"
#include "model/types.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool tg_form_is_below_p(tg_form form)
{
    return form == TG_FORM_FELT || form == TG_FORM_ONE || form == TG_FORM_RESIDUE;
}

size_t tg_type_nb_leaves(const tg_type *type)
{
    if (type->form != TG_FORM_STRUCT) return 1;
    size_t nb_leaves = 0;
    for (size_t i = 0; i < type->nb_fields; i++) {
        const tg_field *field = &type->fields[i];
        nb_leaves += field->size / field->type->size * tg_type_nb_leaves(field->type);
    }
    return nb_leaves;
}

/* Write the leaves of type, which starts at offset, and return the place behind the last one. */
static tg_leaf *leaves_at(tg_leaf *leaves, const tg_type *type, size_t offset)
{
    if (type->form != TG_FORM_STRUCT) {
        *leaves = (tg_leaf){.type = type, .offset = offset};
        return leaves + 1;
    }
    for (size_t i = 0; i < type->nb_fields; i++) {
        const tg_field *field = &type->fields[i];
        for (size_t byte = 0; byte < field->size; byte += field->type->size) {
            leaves = leaves_at(leaves, field->type, offset + field->offset + byte);
        }
    }
    return leaves;
}

void tg_type_leaves(tg_leaf *leaves, const tg_type *type) { (void)leaves_at(leaves, type, 0); }

/* A name that grows: what does not fit is cut. */
typedef struct name_buffer {
    char *text;
    size_t size;
    size_t used;
} name_buffer;

static void name_append(name_buffer *name, const char *format, ...) TG_PRINTF(2, 3);

static void name_append(name_buffer *name, const char *format, ...)
{
    if (name->used >= name->size) return;
    va_list arguments;
    va_start(arguments, format);
    const int length =
        vsnprintf(name->text + name->used, name->size - name->used, format, arguments);
    va_end(arguments);
    if (length > 0) name->used += (size_t)length;
}

/* Append the indices of element number `element` of an array with dimensions "[8][16]". */
static void name_append_indices(name_buffer *name, const char *dims, size_t nb_elements,
                                size_t element)
{
    for (const char *dim = strchr(dims, '['); dim != NULL; dim = strchr(dim + 1, '[')) {
        size_t length = 0;
        if (sscanf(dim, "[%zu]", &length) != 1 || length == 0) return;
        nb_elements /= length;
        name_append(name, "[%zu]", element / nb_elements);
        element %= nb_elements;
    }
}

/* A step down to a leaf: the field of a struct, the element of its array, and the leaf's number
 * within that element. */
typedef struct descent {
    const tg_field *field;
    size_t element;
    size_t nb_elements;
    size_t leaf;
} descent;

static descent descend(const tg_type *type, size_t leaf)
{
    const tg_field *field = type->fields;
    for (;; field++) {
        const size_t nb_elements = field->size / field->type->size;
        const size_t nb_leaves = tg_type_nb_leaves(field->type);
        if (leaf < nb_elements * nb_leaves) {
            return (descent){.field = field,
                             .element = leaf / nb_leaves,
                             .nb_elements = nb_elements,
                             .leaf = leaf % nb_leaves};
        }
        leaf -= nb_elements * nb_leaves;
    }
}

tg_leaf tg_type_leaf_at(const tg_type *type, size_t leaf)
{
    size_t offset = 0;
    while (type->form == TG_FORM_STRUCT) {
        const descent step = descend(type, leaf);
        offset += step.field->offset + step.element * step.field->type->size;
        leaf = step.leaf;
        type = step.field->type;
    }
    return (tg_leaf){.type = type, .offset = offset};
}

const char *tg_type_leaf_name(char *text, size_t size, const tg_type *type, size_t leaf)
{
    name_buffer name = {.text = text, .size = size, .used = 0};
    if (size != 0) text[0] = '\0';
    while (type->form == TG_FORM_STRUCT) {
        const descent step = descend(type, leaf);
        name_append(&name, "%s%s", name.used != 0 ? "." : "", step.field->name);
        name_append_indices(&name, step.field->dims, step.nb_elements, step.element);
        leaf = step.leaf;
        type = step.field->type;
    }
    return text;
}
