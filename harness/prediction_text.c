/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Properties in words. */
#include "harness/prediction_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put_value(char *text, size_t size, const tg_type *type, uint64_t value)
{
    if (type->form == TG_FORM_ENUM) {
        (void)snprintf(text, size, " %s", type->value_names[value]);
    } else {
        (void)snprintf(text, size, " = %" PRIu64, value);
    }
}

static void put_set(char *text, size_t size, const property *own)
{
    const char *between = "";
    for (uint64_t left = own->parameter; left != 0; left &= left - 1) {
        const size_t length = strlen(text);
        if (length + 1 >= size) return;
        char value[48];
        put_value(value, sizeof value, own->leaf.type, (uint64_t)__builtin_ctzll(left));
        (void)snprintf(text + length, size - length, "%s%s", between, value);
        between = " or";
    }
}

/* What a property says of its field, behind the field's name. */
static void put_word(char *text, size_t size, const property *own, const tg_trace *trace)
{
    char other[TG_NAME_BYTES];
    switch (own->sort) {
    case PROPERTY_VALUE:
        put_value(text, size, own->leaf.type, own->parameter);
        return;
    case PROPERTY_SET:
        put_set(text, size, own);
        return;
    case PROPERTY_BEYOND:
    case PROPERTY_ABOVE:
        (void)snprintf(text, size, " >= %" PRIu64, own->parameter);
        return;
    case PROPERTY_BIT:
        (void)snprintf(text, size, " with bit %" PRIu64 " set", own->parameter);
        return;
    case PROPERTY_EQUAL:
    case PROPERTY_UNEQUAL:
        (void)tg_type_leaf_name(other, sizeof other, trace->event, own->other_number);
        (void)snprintf(text, size, " %s %.60s", own->sort == PROPERTY_EQUAL ? "=" : "!=", other);
        return;
    default:
        (void)snprintf(text, size, "%s",
                       own->sort == PROPERTY_ZERO        ? " = 0"
                       : own->sort == PROPERTY_ONE       ? " = 1"
                       : own->sort == PROPERTY_LAST_WORD ? " = p - 1"
                       : own->sort == PROPERTY_HIGH_WORD ? " of a word from 2^30 on"
                       : own->sort == PROPERTY_NOT_ZERO  ? " != 0"
                                                         : " != 1");
        return;
    }
}

static void put_place(char *text, size_t size, const property *own)
{
    switch (own->sort) {
    case PROPERTY_AT:
        (void)snprintf(text, size, "index mod %" PRIu64 " = %" PRIu64, own->parameter, own->place);
        return;
    case PROPERTY_FROM:
        (void)snprintf(text, size, "index >= %" PRIu64, own->parameter);
        return;
    case PROPERTY_BEFORE:
        (void)snprintf(text, size, "index < %" PRIu64, own->parameter);
        return;
    default:
        (void)snprintf(text, size, "%s",
                       own->sort == PROPERTY_FINAL   ? "the last index"
                       : own->sort == PROPERTY_FIRST ? "index 0"
                                                     : "the words of the event before");
        return;
    }
}

const char *property_text(char *text, size_t size, const property *own, const tg_trace *trace)
{
    if (property_kind(own) == PREDICTION_PLACES || own->sort == PROPERTY_REPEATS) {
        put_place(text, size, own);
        return text;
    }
    char name[TG_NAME_BYTES];
    (void)tg_type_leaf_name(name, sizeof name, trace->event, own->number);
    if (own->sort == PROPERTY_ARRAY_ZERO) {
        // The array's own name is that of its first word without its indices.
        name[strcspn(name, "[")] = '\0';
        (void)snprintf(text, size, "%s all 0", name);
        return text;
    }
    (void)snprintf(text, size, "%.60s", name);
    const size_t length = strlen(text);
    put_word(text + length, size - length, own, trace);
    return text;
}
