/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading of the file that a new chip is made from. */
#include "cli/new_chip_internal.h"

#include "cli/verbs.h"
#include "model/memory.h"
#include "model/names.h"

#include <ctype.h>
#include <string.h>

static const new_type types[] = {
    {"felt", "uint32_t", "TRACEGATE_FELT", "Montgomery word below p"},
    {"ignored felt", "uint32_t", "TRACEGATE_FELT_IGNORED",
     "Montgomery word; no column depends on it"},
    {"one", "uint32_t", "TRACEGATE_ONE", "Montgomery word of 1"},
    {"enum", "uint32_t", "TRACEGATE_ENUM", "plain integer"},
    {"flag", "uint8_t", "TRACEGATE_FLAG", "0 or 1"},
    {"byte", "uint8_t", "TRACEGATE_BYTE", "plain byte"},
    {"residue", "uint32_t", "TRACEGATE_RESIDUE", "residue below p, no Montgomery word"},
    {"count", "uint32_t", "TRACEGATE_COUNT", "any number"},
};

static const new_word paddings[] = {
    {"zero", "TRACEGATE_PADDING_ZERO"},
    {"zero event", "TRACEGATE_PADDING_ZERO_EVENT"},
    {"constant", "TRACEGATE_PADDING_CONSTANT"},
};
static const new_word heights[] = {
    {"multiple of 32", "TRACEGATE_HEIGHT_MULTIPLE_OF_32"},
    {"always 16", "TRACEGATE_HEIGHT_ALWAYS_16"},
    {"never fixed", "TRACEGATE_HEIGHT_NEVER_FIXED"},
};
static const new_word references[] = {{"row", NULL}, {"whole trace", NULL}};

/* ---- names ---- */

/* The member in C: what is no letter of one becomes '_', and those at the end go. */
static void name_member(new_entry *entry)
{
    size_t length = 0;
    for (const char *at = entry->name; *at != '\0'; at++)
        entry->member[length++] = isalnum((unsigned char)*at) ? *at : '_';
    while (length > 1 && entry->member[length - 1] == '_') length--;
    entry->member[length] = '\0';
}

static bool is_word_of_c(const char *member)
{
    static const char *const words[] = {
        "auto",      "bool",    "break",    "case",      "char",   "class",    "const",
        "continue",  "default", "delete",   "do",        "double", "else",     "enum",
        "extern",    "false",   "float",    "for",       "friend", "goto",     "if",
        "inline",    "int",     "long",     "namespace", "new",    "operator", "private",
        "protected", "public",  "register", "return",    "short",  "signed",   "sizeof",
        "static",    "struct",  "switch",   "template",  "this",   "throw",    "true",
        "try",       "typedef", "union",    "unsigned",  "using",  "virtual",  "void",
        "volatile",  "while"};
    for (size_t i = 0; i < TG_NB_ELEMENTS(words); i++) {
        if (strcmp(words[i], member) == 0) return true;
    }
    return false;
}

static tg_status check_name(new_entry *entry, const new_entry *first, const new_place *at,
                            tg_error *error)
{
    if (!tg_is_field_name(entry->name))
        return new_refuse(error, at, "this is no name:", entry->name,
                          "begin with a letter, then letters, digits and _ . [ ]");
    name_member(entry);
    // A member that C keeps for itself gets a letter behind it.
    if (is_word_of_c(entry->member) && strlen(entry->member) + 1 < sizeof entry->member)
        (void)snprintf(entry->member + strlen(entry->member), 2, "_");
    for (const new_entry *other = first; other < entry; other++) {
        if (strcmp(other->member, entry->member) == 0)
            return new_refuse(error, at, "two would be one member in C:", entry->member,
                              "give each a name of its own");
    }
    return TG_OK;
}

/* ---- fields and columns ---- */

static tg_status read_dims(new_entry *entry, tg_json_value *object, const new_place *at,
                           tg_error *error)
{
    tg_json_value *dims = NULL;
    size_t nb = 0;
    size_t used = 0;
    if (!tg_json_has(object, "dims")) return TG_OK;
    tg_status status = tg_json_get_array(&dims, &nb, object, "dims", error);
    for (size_t i = 0; i < nb && status == TG_OK; i++) {
        size_t length = 0;
        status = tg_json_get_size_at(&length, dims, i, "dims", 1, 65536, error);
        if (status == TG_OK)
            used +=
                (size_t)snprintf(entry->dims + used, sizeof entry->dims - used, "[%zu]", length);
    }
    if (status == TG_OK && (nb == 0 || nb > 4))
        return new_refuse(error, at, "dims has none or too many numbers", "", "give 1 to 4");
    return new_at_place(status, object, at, "dims", error);
}

static tg_status read_values(new_entry *entry, tg_json_value *object, const new_place *at,
                             tg_error *error)
{
    tg_json_value *values = tg_json_member(object, "values");
    const bool is_enum = strcmp(entry->type->name, "enum") == 0;
    const size_t nb = tg_json_length(values);
    void *memory = NULL;
    if (is_enum != (values != NULL) || (is_enum && (nb == 0 || nb > NEW_MAX_VALUES)))
        return new_refuse(error, at, "an enum has values, and nothing else has", "",
                          "list the names of its values, 256 at the most: \"values\": [\"Add\"]");
    if (!is_enum) return TG_OK;
    tg_status status = tg_buffer_create(&memory, nb, sizeof *entry->values, error);
    if (status != TG_OK) return status;
    entry->values = memory;
    for (; entry->nb_values < nb; entry->nb_values++) {
        const char *text = tg_json_text_of(tg_json_element(values, entry->nb_values));
        if (!tg_is_field_name(text) || strlen(text) >= NEW_NAME_BYTES)
            return new_refuse(error, at, "this is no name of a value:", text,
                              "begin with a letter, then letters, digits and _");
        (void)snprintf(entry->values[entry->nb_values], NEW_NAME_BYTES, "%s", text);
    }
    return TG_OK;
}

/* A field, an object; or a column, which may be its name alone. */
static tg_status read_entry(new_entry *entry, const new_entry *first, tg_json_value *value,
                            const new_place *at, bool is_field, tg_error *error)
{
    static const char *const keys[] = {"name", "dims", "type", "values", "below"};
    new_word words[TG_NB_ELEMENTS(types)];
    size_t type = 0;
    tg_status status = TG_OK;
    for (size_t i = 0; i < TG_NB_ELEMENTS(types); i++) words[i] = (new_word){types[i].name, NULL};
    const char *alone = tg_json_text_of(value);
    if (!is_field && alone[0] != '\0' && strlen(alone) < sizeof entry->name) {
        (void)snprintf(entry->name, sizeof entry->name, "%s", alone);
        return check_name(entry, first, at, error);
    }
    if (tg_json_type_of(value) != TG_JSON_OBJECT)
        return new_refuse(error, at, "this is no object", "",
                          "write {\"name\": ...}; a name has 79 letters at the most");
    status = new_check_keys(value, at, keys, is_field ? TG_NB_ELEMENTS(keys) : 2, error);
    if (status != TG_OK) return status;
    status = new_at_place(tg_json_get_text(entry->name, sizeof entry->name, value, "name", error),
                          value, at, "name", error);
    if (status == TG_OK) status = check_name(entry, first, at, error);
    if (status == TG_OK) status = read_dims(entry, value, at, error);
    if (status != TG_OK || !is_field) return status;
    status = new_read_word(&type, value, at, "type", words, TG_NB_ELEMENTS(types), error);
    if (status != TG_OK) return status;
    entry->type = &types[type];
    status = read_values(entry, value, at, error);
    if (status == TG_OK)
        status = new_read_number(&entry->below, value, at, "below", 256, 1, 256, error);
    if (status == TG_OK && tg_json_has(value, "below") && strcmp(entry->type->name, "byte") != 0)
        return new_refuse(error, at, "\"below\" is for bytes", "", "leave it out");
    return status;
}

static tg_status read_entries(new_entry **entries, size_t *nb, tg_json_value *object,
                              const new_place *at, const char *key, bool is_field, tg_error *error)
{
    tg_json_value *array = NULL;
    size_t length = 0;
    void *memory = NULL;
    tg_status status = new_at_place(tg_json_get_array(&array, &length, object, key, error), object,
                                    at, key, error);
    if (status != TG_OK) return status;
    if (length == 0 || length > NEW_MAX_ENTRIES)
        return new_refuse(error, at, "too few or too many:", key, "list 1 to 1024");
    status = tg_buffer_create(&memory, length, sizeof **entries, error);
    if (status != TG_OK) return status;
    memset(memory, 0, length * sizeof **entries);
    *entries = memory;
    for (size_t i = 0; i < length && status == TG_OK; i++) {
        const new_place here = new_inside(at, key, i);
        *nb = i + 1;
        status =
            read_entry(&(*entries)[i], *entries, tg_json_element(array, i), &here, is_field, error);
    }
    return status;
}

/* ---- traces ---- */

static tg_status read_shape(new_trace *trace, tg_json_value *object, const new_place *at,
                            tg_error *error)
{
    size_t padding = 0;
    size_t height = 0;
    size_t reference = 0;
    tg_status status =
        new_read_number(&trace->events_per_row, object, at, "events_per_row", 1, 1, 4096, error);
    if (status == TG_OK)
        status = new_read_number(&trace->rows_per_event, object, at, "rows_per_event", 1, 1, 4096,
                                 error);
    if (status == TG_OK)
        status = new_read_number(&trace->max_events, object, at, "max_events", 0, 0, TG_MAX_HEIGHT,
                                 error);
    if (status == TG_OK)
        status = new_read_word(&padding, object, at, "padding", paddings, TG_NB_ELEMENTS(paddings),
                               error);
    if (status == TG_OK)
        status =
            new_read_word(&height, object, at, "height", heights, TG_NB_ELEMENTS(heights), error);
    if (status == TG_OK)
        status = new_read_word(&reference, object, at, "reference", references,
                               TG_NB_ELEMENTS(references), error);
    if (status != TG_OK) return status;
    trace->padding = paddings[padding].constant;
    trace->height = heights[height].constant;
    trace->is_whole = reference == 1;
    if (trace->events_per_row > 1 && trace->rows_per_event > 1)
        return new_refuse(error, at, "events_per_row and rows_per_event exclude each other", "",
                          "let one of both be 1");
    if (padding == 2 && !trace->is_whole)
        return new_refuse(error, at, "constant padding needs a reference of the whole trace", "",
                          "write \"reference\": \"whole trace\"");
    return TG_OK;
}

static tg_status read_trace(new_chip *chip, tg_json_value *object, const new_place *at,
                            tg_error *error)
{
    static const new_word kinds[] = {{"main", NULL}, {"preprocessed", NULL}};
    static const char *const keys[] = {"kind",           "event",          "columns",
                                       "events_per_row", "rows_per_event", "max_events",
                                       "padding",        "height",         "reference"};
    new_trace *trace = &chip->traces[chip->nb_traces];
    size_t kind = 0;
    if (tg_json_type_of(object) != TG_JSON_OBJECT)
        return new_refuse(error, at, "this is no object", "", "write {\"kind\": \"main\", ...}");
    tg_status status = new_check_keys(object, at, keys, TG_NB_ELEMENTS(keys), error);
    if (status == TG_OK)
        status = new_read_word(&kind, object, at, "kind", kinds, TG_NB_ELEMENTS(kinds), error);
    if (status != TG_OK) return status;
    trace->kind = kind == 0 ? TG_KIND_main : TG_KIND_preprocessed;
    if (chip->nb_traces++ == 1 && chip->traces[0].kind == trace->kind)
        return new_refuse(error, at, "two traces are of one kind:", kinds[kind].name,
                          "describe each kind once");
    if (tg_json_has(object, "event"))
        status = read_entries(&trace->fields, &trace->nb_fields, object, at, "event", true, error);
    if (status == TG_OK)
        status =
            read_entries(&trace->columns, &trace->nb_columns, object, at, "columns", false, error);
    return status == TG_OK ? read_shape(trace, object, at, error) : status;
}

static tg_status read_traces(new_chip *chip, tg_json_value *root, tg_error *error)
{
    static const char *const keys[] = {"version", "traces"};
    const new_place top = {.text = "the file"};
    tg_json_value *array = NULL;
    size_t nb = 0;
    size_t version = 0;
    tg_status status = new_check_keys(root, &top, keys, TG_NB_ELEMENTS(keys), error);
    if (status == TG_OK)
        status = new_at_place(tg_json_get_size(&version, root, "version", 1, 1, error), root, &top,
                              "version", error);
    if (status == TG_OK)
        status = new_at_place(tg_json_get_array(&array, &nb, root, "traces", error), root, &top,
                              "traces", error);
    if (status == TG_OK && (nb == 0 || nb > TG_NB_KINDS))
        return new_refuse(error, &top, "a chip has one or two traces", "",
                          "describe main, preprocessed, or both");
    for (size_t i = 0; i < nb && status == TG_OK; i++) {
        const new_place here = new_inside(NULL, "traces", i);
        status = read_trace(chip, tg_json_element(array, i), &here, error);
    }
    return status;
}

static tg_status name_chip(new_chip *chip, const char *name, tg_error *error)
{
    const bool is_right = tg_is_chip_name(name);
    for (size_t i = 0; i < tg_nb_chips() && is_right; i++) {
        if (strcmp(tg_chip_at(i)->name, name) != 0) continue;
        tg_error_set(error, TG_ERR_USAGE, "there is a chip %s already", name);
        tg_error_how(error, "give yours another name");
        return TG_ERR_USAGE;
    }
    if (!is_right) {
        tg_error_set(error, TG_ERR_USAGE, "'%.64s' is no name of a chip", name);
        tg_error_how(error, "begin it with a letter, and use letters and digits, 63 at the most");
        return TG_ERR_USAGE;
    }
    (void)snprintf(chip->name, sizeof chip->name, "%s", name);
    for (size_t i = 0; name[i] != '\0'; i++) chip->id[i] = (char)tolower((unsigned char)name[i]);
    return TG_OK;
}

tg_status new_chip_read(new_chip *chip, const char *name, const char *path, tg_error *error)
{
    tg_json json;
    *chip = (new_chip){.nb_traces = 0};
    tg_status status = name_chip(chip, name, error);
    if (status != TG_OK) return status;
    status = tg_json_open(&json, path, error);
    if (status != TG_OK) return status;
    status = read_traces(chip, json.root, error);
    if (status != TG_OK) tg_error_where(error, "%s", path);
    tg_json_close(&json);
    return status;
}

static void clear_entries(new_entry *entries, size_t nb)
{
    for (size_t i = 0; i < nb; i++) tg_buffer_destroy(entries[i].values);
    tg_buffer_destroy(entries);
}

void new_chip_clear(new_chip *chip)
{
    for (size_t i = 0; i < TG_NB_KINDS; i++) {
        clear_entries(chip->traces[i].fields, chip->traces[i].nb_fields);
        clear_entries(chip->traces[i].columns, chip->traces[i].nb_columns);
    }
    *chip = (new_chip){.nb_traces = 0};
}
