/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Texts made from templates, which are data: values by name, parts that are repeated.
 *
 *   @name@                the value of a name
 *   @#name@ ... @/name@   the part once for each item of a list; within it names are the item's,
 *                         and what it does not know is looked up around it. A list that is empty
 *                         leaves the part out: so do conditions, which have one item or none
 *   @^name@ ... @/name@   the part if the list is empty
 *   @@                    @
 * A tag of a part that stands alone on a line leaves nothing of the line.
 */
#ifndef TRACEGATE_CLI_TEMPLATE_H
#define TRACEGATE_CLI_TEMPLATE_H

#include "model/status.h"

#include <stdbool.h>
#include <stdio.h>

/* Bytes of a name in a template, with the end. */
#define TG_TEMPLATE_NAME_BYTES 32

/* What names mean: those of one item, and around it those of another. */
typedef struct tg_scope tg_scope;
struct tg_scope {
    const tg_scope *outer; /* NULL: there is none */
    const void *item;
    size_t index; /* of the item in its list */
    size_t nb;    /* items of the list */
    /* Write the value of a name. False: the name is not this item's. */
    bool (*print)(FILE *out, const tg_scope *scope, const char *name);
    /* The list of a name: the number of its items. False: the name is not this item's. */
    bool (*list)(size_t *nb, const tg_scope *scope, const char *name);
    /* Make the scope of an item of a list; its outer, index and nb are set. */
    void (*enter)(tg_scope *inner, const tg_scope *scope, const char *name);
};

/* Write a template.
 * name    of the template, for errors
 * Errors  TG_ERR_FORMAT naming the line: a name that no scope knows, parts that are not ended in
 *         their order. What cannot be written, the stream knows */
TG_NODISCARD tg_status tg_template_print(FILE *out, const char *name, const char *text,
                                         const tg_scope *scope, tg_error *error);

#endif
