/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The types of a library's events and columns, made from its lists and checked on the way. Names
 * are the library's own memory, which stays while it is open. */
#include "harness/chip_library_internal.h"
#include "model/memory.h"
#include "model/names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Letters of a name in a list, at the most: "entries[4095]." and indices come to it. */
#define MAX_NAME_LETTERS 80u

/* Dimensions of an array and its elements, at the most. */
#define MAX_DIMENSIONS 4u

static const tg_type felt_type = {.name = "tg_felt", .form = TG_FORM_FELT, .size = 4};
static const tg_type pad_type = {.name = "tg_pad", .form = TG_FORM_PAD, .size = 1, .ignored = true};

/* What the forms of tracegate/chip.h are here. */
static const tg_type leaf_types[] = {
    [TRACEGATE_FELT] = {.name = "tg_felt", .form = TG_FORM_FELT, .size = 4},
    [TRACEGATE_FELT_IGNORED] = {.name = "tg_ignored_felt",
                                .form = TG_FORM_FELT,
                                .size = 4,
                                .ignored = true},
    [TRACEGATE_ONE] = {.name = "tg_one", .form = TG_FORM_ONE, .size = 4},
    [TRACEGATE_ENUM] = {.name = "enum", .form = TG_FORM_ENUM, .size = 4},
    [TRACEGATE_FLAG] = {.name = "tg_flag", .form = TG_FORM_FLAG, .size = 1},
    [TRACEGATE_BYTE] = {.name = "byte", .form = TG_FORM_BYTE, .size = 1},
    [TRACEGATE_RESIDUE] = {.name = "tg_residue", .form = TG_FORM_RESIDUE, .size = 4},
    [TRACEGATE_COUNT] = {.name = "tg_count", .form = TG_FORM_COUNT, .size = 4},
};
#define NB_FORMS (sizeof leaf_types / sizeof leaf_types[0])

/* ---- names and dimensions ---- */

static bool is_name(const char *name)
{
    return name != NULL && tg_is_field_name(name) && strlen(name) < MAX_NAME_LETTERS;
}

/* Elements of an array with dimensions "[8][16]", 1 of "". 0: they are malformed, or too many. */
static size_t nb_elements_of(const char *dims)
{
    size_t nb = 1;
    size_t nb_dims = 0;
    for (const char *at = dims; *at != '\0'; nb_dims++) {
        char *end = NULL;
        if (at[0] != '[' || !isdigit((unsigned char)at[1]) || at[1] == '0') return 0;
        const unsigned long length = strtoul(at + 1, &end, 10);
        if (*end != ']' || length > LIBRARY_MAX_COLUMNS || nb_dims == MAX_DIMENSIONS) return 0;
        nb *= length;
        if (nb > LIBRARY_MAX_COLUMNS) return 0;
        at = end + 1;
    }
    return nb;
}

static tg_status check_entry(size_t *nb_elements, const chip_library *library,
                             const library_trace *of, const char *what, size_t index,
                             const char *name, const char *dims, tg_error *error)
{
    if (!is_name(name))
        return library_refuse(
            error, library, of->name, "use a letter, then letters, digits and _ . [ ], 79 in all",
            "the name of %s %zu is none: '%.80s'", what, index, name != NULL ? name : "");
    *nb_elements = nb_elements_of(dims != NULL ? dims : "");
    if (*nb_elements != 0) return TG_OK;
    return library_refuse(error, library, of->name,
                          "write them as \"[8]\" or \"[8][16]\", up to 65536 elements in all",
                          "the dimensions of %s %s are none: '%.40s'", what, name, dims);
}

static tg_status check_twice(const chip_library *library, const library_trace *of, const char *what,
                             const tg_field *fields, size_t nb, const char *name, tg_error *error)
{
    for (size_t i = 0; i < nb; i++) {
        if (strcmp(fields[i].name, name) == 0)
            return library_refuse(error, library, of->name, "give each a name of its own",
                                  "two %ss are called %s", what, name);
    }
    return TG_OK;
}

static tg_status make_struct(tg_type **made, chip_library *library, const char *name, size_t size,
                             const tg_field *fields, size_t nb_fields, tg_error *error)
{
    void *memory = NULL;
    const tg_status status = library_take(&memory, library, 1, sizeof **made, error);
    if (status != TG_OK) return status;
    *made = memory;
    **made = (tg_type){.name = name,
                       .form = TG_FORM_STRUCT,
                       .size = size,
                       .nb_fields = nb_fields,
                       .fields = fields};
    return TG_OK;
}

/* ---- events ---- */

static tg_status check_values(const chip_library *library, const library_trace *of,
                              const tracegate_field *field, tg_error *error)
{
    const size_t most = field->form == TRACEGATE_ENUM ? LIBRARY_MAX_ENTRIES : 256;
    bool is_right = field->nb_values <= most;
    if (field->form == TRACEGATE_ENUM) {
        is_right = is_right && field->nb_values != 0 && field->value_names != NULL;
        for (size_t i = 0; is_right && i < field->nb_values; i++)
            is_right = is_name(field->value_names[i]);
    }
    if (is_right) return TG_OK;
    return library_refuse(error, library, of->name,
                          field->form == TRACEGATE_ENUM ? "give each value a name, 1 to 4096"
                                                        : "give a limit from 1 to 256",
                          "the values of field %s are none", field->name);
}

/* The type of a field's values: a leaf's, with its own values where it has some. */
static tg_status value_type(const tg_type **type, chip_library *library, const library_trace *of,
                            const tracegate_field *field, tg_error *error)
{
    if (field->form >= NB_FORMS)
        return library_refuse(error, library, of->name, "use one of tracegate/chip.h",
                              "field %s has the unknown form %lu", field->name,
                              (unsigned long)field->form);
    *type = &leaf_types[field->form];
    if (field->form != TRACEGATE_ENUM && field->form != TRACEGATE_BYTE) return TG_OK;
    void *memory = NULL;
    tg_status status = check_values(library, of, field, error);
    if (status == TG_OK) status = library_take(&memory, library, 1, sizeof(tg_type), error);
    if (status != TG_OK) return status;
    tg_type *own = memory;
    *own = **type;
    own->nb_values = field->nb_values != 0 ? field->nb_values : 256;
    own->value_names = field->form == TRACEGATE_ENUM ? field->value_names : NULL;
    *type = own;
    return TG_OK;
}

/* The fields of an event as they grow. */
typedef struct field_list {
    tg_field *fields;
    size_t nb;
    size_t end; /* byte behind the last one */
} field_list;

/* Fill bytes up to `end`, which belong to no field. */
static tg_status add_pad(field_list *list, chip_library *library, size_t end, tg_error *error)
{
    enum { DIMS_BYTES = 32 };
    void *memory = NULL;
    if (end == list->end) return TG_OK;
    const tg_status status = library_take(&memory, library, 2 * DIMS_BYTES, 1, error);
    if (status != TG_OK) return status;
    char *dims = memory;
    char *name = dims + DIMS_BYTES;
    (void)snprintf(dims, DIMS_BYTES, "[%zu]", end - list->end);
    // A name that no field can have.
    (void)snprintf(name, DIMS_BYTES, "padding@%zu", list->end);
    list->fields[list->nb++] = (tg_field){.name = name,
                                          .dims = dims,
                                          .offset = list->end,
                                          .size = end - list->end,
                                          .type = &pad_type};
    list->end = end;
    return TG_OK;
}

static tg_status add_field(field_list *list, chip_library *library, const library_trace *of,
                           size_t index, tg_error *error)
{
    const unsigned char *given = (const unsigned char *)of->given.fields;
    tracegate_field field;
    const size_t known = library->given.field_bytes;
    size_t nb = 0;
    const tg_type *type = NULL;
    memset(&field, 0, sizeof field);
    memcpy(&field, given + index * known, known < sizeof field ? known : sizeof field);
    tg_status status = check_entry(&nb, library, of, "field", index, field.name, field.dims, error);
    if (status == TG_OK)
        status = check_twice(library, of, "field", list->fields, list->nb, field.name, error);
    if (status == TG_OK) status = value_type(&type, library, of, &field, error);
    if (status != TG_OK) return status;
    const size_t end = field.offset + nb * type->size;
    if (field.offset < list->end)
        return library_refuse(error, library, of->name,
                              "list the fields in the order of their offsets",
                              "field %s at byte %lu lies before the end of the one before, %zu",
                              field.name, (unsigned long)field.offset, list->end);
    if (field.offset % type->size != 0 || end > of->given.event_bytes)
        return library_refuse(error, library, of->name,
                              "give the offset that offsetof says, and sizeof as event_bytes",
                              "field %s of %zu bytes cannot be at byte %lu of an event of %lu",
                              field.name, nb * type->size, (unsigned long)field.offset,
                              (unsigned long)of->given.event_bytes);
    status = add_pad(list, library, field.offset, error);
    if (status != TG_OK) return status;
    list->fields[list->nb++] = (tg_field){.name = field.name,
                                          .dims = field.dims != NULL ? field.dims : "",
                                          .offset = field.offset,
                                          .size = nb * type->size,
                                          .type = type};
    list->end = end;
    return TG_OK;
}

tg_status library_event_type(const tg_type **type, chip_library *library, const library_trace *of,
                             tg_error *error)
{
    const tracegate_trace *given = &of->given;
    void *memory = NULL;
    tg_type *made = NULL;
    *type = NULL;
    if (given->event_bytes == 0 && given->nb_fields == 0) return TG_OK;
    if (given->event_bytes == 0 || given->event_bytes > LIBRARY_MAX_EVENT_BYTES ||
        given->nb_fields == 0 || given->nb_fields > LIBRARY_MAX_ENTRIES || given->fields == NULL)
        return library_refuse(error, library, of->name,
                              "give event_bytes up to 1048576 and 1 to 4096 fields, or neither",
                              "an event of %lu bytes and %lu fields is none",
                              (unsigned long)given->event_bytes, (unsigned long)given->nb_fields);
    // Between any two fields, and behind the last one, may be padding.
    tg_status status =
        library_take(&memory, library, 2 * (size_t)given->nb_fields + 1, sizeof(tg_field), error);
    field_list list = {.fields = memory};
    for (size_t i = 0; i < given->nb_fields && status == TG_OK; i++)
        status = add_field(&list, library, of, i, error);
    if (status == TG_OK) status = add_pad(&list, library, given->event_bytes, error);
    if (status == TG_OK)
        status =
            make_struct(&made, library, "event", given->event_bytes, list.fields, list.nb, error);
    *type = made;
    return status;
}

/* ---- columns ---- */

static tg_status add_column(field_list *list, chip_library *library, const library_trace *of,
                            size_t index, tg_error *error)
{
    const unsigned char *given = (const unsigned char *)of->given.columns;
    const size_t known = library->given.column_bytes;
    tracegate_column column;
    size_t nb = 0;
    memset(&column, 0, sizeof column);
    memcpy(&column, given + index * known, known < sizeof column ? known : sizeof column);
    tg_status status =
        check_entry(&nb, library, of, "column", index, column.name, column.dims, error);
    if (status == TG_OK)
        status = check_twice(library, of, "column", list->fields, list->nb, column.name, error);
    if (status != TG_OK) return status;
    list->fields[list->nb++] = (tg_field){.name = column.name,
                                          .dims = column.dims != NULL ? column.dims : "",
                                          .offset = list->end,
                                          .size = nb * sizeof(uint32_t),
                                          .type = &felt_type};
    list->end += nb * sizeof(uint32_t);
    return TG_OK;
}

/* A row of several entries: an array of them. */
static tg_status make_row(tg_type **type, chip_library *library, const tg_type *entry, size_t nb,
                          tg_error *error)
{
    enum { DIMS_BYTES = 16 };
    void *memory = NULL;
    tg_status status = library_take(&memory, library, 1, sizeof(tg_field) + DIMS_BYTES, error);
    if (status != TG_OK) return status;
    tg_field *field = memory;
    char *dims = (char *)(field + 1);
    (void)snprintf(dims, DIMS_BYTES, "[%zu]", nb);
    *field = (tg_field){.name = "entries", .dims = dims, .size = nb * entry->size, .type = entry};
    return make_struct(type, library, "columns", field->size, field, 1, error);
}

tg_status library_columns_type(const tg_type **type, chip_library *library, const library_trace *of,
                               tg_error *error)
{
    const tracegate_trace *given = &of->given;
    const size_t nb_entries = given->events_per_row > 1 ? given->events_per_row : 1;
    void *memory = NULL;
    tg_type *made = NULL;
    if (given->nb_columns == 0 || given->nb_columns > LIBRARY_MAX_ENTRIES || given->columns == NULL)
        return library_refuse(error, library, of->name, "list 1 to 4096 columns",
                              "it has %lu columns", (unsigned long)given->nb_columns);
    tg_status status = library_take(&memory, library, given->nb_columns, sizeof(tg_field), error);
    field_list list = {.fields = memory};
    for (size_t i = 0; i < given->nb_columns && status == TG_OK; i++)
        status = add_column(&list, library, of, i, error);
    if (status != TG_OK) return status;
    if (list.end / sizeof(uint32_t) > LIBRARY_MAX_COLUMNS / nb_entries)
        return library_refuse(error, library, of->name, "use 65536 columns at the most",
                              "%zu entries a row of %zu columns are too wide", nb_entries,
                              list.end / sizeof(uint32_t));
    status = make_struct(&made, library, "columns", list.end, list.fields, list.nb, error);
    if (status == TG_OK && nb_entries > 1)
        status = make_row(&made, library, made, nb_entries, error);
    *type = made;
    return status;
}
