/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Side outputs of records.
 *
 * record.json may say a word of a side output in several places: by the side output's own keys
 * beside the trace, among the public values that the trace alone causes, and, where the trace has
 * all events of its shard, in what is recorded of the whole shard. Every place that says it has to
 * say the same.
 */
#include "files/lookups.h"
#include "files/record_internal.h"
#include "model/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Public values that a record lists: those of a shard, then zeros. */
#define NB_LISTED_PUBLIC_VALUES 187

/* Name of the side outputs that count the events of their trace. */
#define EVENT_COUNT "event_count"

/* Bytes of a key: names of a trace and of a field with what stands between them. */
#define KEY_BYTES (2 * TG_NAME_BYTES + 16)

/* One word of a side output, as it was found. */
typedef struct found_word {
    bool is_known;
    bool is_listed; /* among the public values that are not 0 */
    uint32_t value;
} found_word;

/* The words of one side output. */
typedef struct gathering {
    const tg_side *side;
    found_word *words; /* [nb_words] */
    size_t nb_words;
    size_t nb_known;
} gathering;

/* The greatest valid value of a word. */
static size_t greatest(const gathering *all, size_t word)
{
    return tg_form_is_below_p(tg_type_leaf_at(all->side->words, word).type->form) ? TG_P - 1
                                                                                  : UINT32_MAX;
}

/* Take a word from one of the places that say it. */
static tg_status take_word(gathering *all, size_t word, size_t value, const char *key,
                           tg_error *error)
{
    found_word *found = &all->words[word];
    if (found->is_known && found->value != value) {
        char name[TG_NAME_BYTES];
        tg_error_set(error, TG_ERR_FORMAT, "\"%s\" says %zu for %s%s%s, and another key %" PRIu32,
                     key, value, all->side->name, all->nb_words != 1 ? " " : "",
                     tg_side_word_name(name, all->side, word), found->value);
        tg_error_how(error, "restore the record: its keys don't belong together");
        return TG_ERR_FORMAT;
    }
    all->nb_known += !found->is_known;
    found->is_known = true;
    found->value = (uint32_t)value;
    return TG_OK;
}

/* Take a field of the side output's struct from the object's key: a number, or an array of as many
 * as it has words. */
static tg_status take_field(gathering *all, const tg_field *field, tg_json_value *object,
                            const char *key, tg_error *error)
{
    const size_t first = field->offset / sizeof(uint32_t);
    const size_t nb_words = field->size / sizeof(uint32_t);
    size_t value = 0;
    if (field->dims[0] == '\0' && nb_words == 1) {
        const tg_status status =
            tg_json_get_size(&value, object, key, 0, greatest(all, first), error);
        return status == TG_OK ? take_word(all, first, value, key, error) : status;
    }
    tg_json_value *array = NULL;
    size_t length = 0;
    tg_status status = tg_json_get_array(&array, &length, object, key, error);
    if (status == TG_OK && length != nb_words) {
        tg_error_set(error, TG_ERR_FORMAT, "\"%s\" has %zu numbers, where %s has %zu", key, length,
                     all->side->name, nb_words);
        tg_error_how(error, "write them all");
        return TG_ERR_FORMAT;
    }
    for (size_t i = 0; i < nb_words && status == TG_OK; i++) {
        status = tg_json_get_size_at(&value, array, i, key, 0, greatest(all, first + i), error);
        if (status == TG_OK) status = take_word(all, first + i, value, key, error);
    }
    return status;
}

/* Take the fields that an object has keys for: all of them, or none.
 * prefix  stands in front of each field's name, with '_' between them; "": nothing does */
static tg_status take_fields(gathering *all, tg_json_value *object, const char *prefix,
                             tg_error *error)
{
    const tg_type *type = all->side->words;
    char missing[KEY_BYTES] = "";
    bool has_any = false;
    for (size_t i = 0; i < type->nb_fields; i++) {
        const tg_field *field = &type->fields[i];
        char key[KEY_BYTES];
        const bool has_both = prefix[0] != '\0' && field->name[0] != '\0';
        (void)snprintf(key, sizeof key, "%s%s%s", prefix, has_both ? "_" : "", field->name);
        if (!tg_json_has(object, key)) {
            memcpy(missing, key, sizeof missing);
            continue;
        }
        has_any = true;
        const tg_status status = take_field(all, field, object, key, error);
        if (status != TG_OK) return status;
    }
    if (!has_any || missing[0] == '\0') return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "\"%s\" is missing, and other parts of %s are there",
                 missing, all->side->name);
    tg_error_how(error, "add it, or leave all of them out");
    return TG_ERR_FORMAT;
}

/* Whether a word of the side output is the public value at a position; gives its number. Public
 * values are residues: a Montgomery word is none. */
static bool is_public(size_t *word, const gathering *all, size_t position)
{
    const size_t first = all->side->public_value;
    if (first == TG_NOT_PUBLIC || position < first || position - first >= all->nb_words)
        return false;
    *word = position - first;
    const tg_form form = tg_type_leaf_at(all->side->words, *word).type->form;
    return form == TG_FORM_RESIDUE || form == TG_FORM_COUNT;
}

/* Take zeros for the public values that a list of those that are not 0 leaves out. It may leave out
 * all of a side output, which other steps set; where it has some, the others are 0. */
static tg_status take_zeros(gathering *all, const char *key, tg_error *error)
{
    bool has_any = false;
    tg_status status = TG_OK;
    for (size_t i = 0; i < all->nb_words; i++) {
        has_any = has_any || all->words[i].is_listed;
    }
    for (size_t i = 0; i < all->nb_words && has_any && status == TG_OK; i++) {
        size_t word = 0;
        if (!all->words[i].is_listed && is_public(&word, all, all->side->public_value + i))
            status = take_word(all, word, 0, key, error);
    }
    return status;
}

/* Take the public values that the trace alone causes: [position, value], those that are not 0 and
 * not those that other steps set. */
static tg_status take_nonzero(gathering *all, tg_json_value *object, tg_error *error)
{
    static const char key[] = "public_values_nonzero";
    if (!tg_json_has(object, key)) return TG_OK;
    tg_json_value *array = NULL;
    size_t length = 0;
    tg_status status = tg_json_get_array(&array, &length, object, key, error);
    for (size_t i = 0; i < length && status == TG_OK; i++) {
        char name[KEY_BYTES];
        size_t position = 0;
        size_t value = 0;
        size_t word = 0;
        tg_json_value *pair = tg_json_element(array, i);
        (void)snprintf(name, sizeof name, "%s[%zu]", key, i);
        status = tg_json_get_size_at(&position, pair, 0, name, 0, TG_NB_PUBLIC_VALUES - 1, error);
        if (status == TG_OK)
            status = tg_json_get_size_at(&value, pair, 1, name, 0, TG_P - 1, error);
        if (status != TG_OK || !is_public(&word, all, position)) continue;
        all->words[word].is_listed = true;
        status = take_word(all, word, value, name, error);
    }
    return status == TG_OK ? take_zeros(all, key, error) : status;
}

/* Whether the trace has all events of its shard: "CHIP_events_in_shard", in lower case, says how
 * many those are. */
static tg_status is_whole_shard(bool *is_whole, const tg_record *record,
                                const tg_record_trace *entry, const tg_trace *trace,
                                tg_error *error)
{
    char key[KEY_BYTES];
    size_t nb_events = 0;
    *is_whole = false;
    (void)snprintf(key, sizeof key, "%s_events_in_shard", trace->chip->name);
    for (char *letter = key; *letter != '\0'; letter++) {
        if (*letter >= 'A' && *letter <= 'Z') *letter = (char)(*letter - 'A' + 'a');
    }
    if (!tg_json_has(record->json.root, key)) return TG_OK;
    const tg_status status =
        tg_json_get_size(&nb_events, record->json.root, key, 0, TG_MAX_EVENTS, error);
    if (status == TG_OK && nb_events < entry->nb_events) {
        tg_error_set(error, TG_ERR_FORMAT, "\"%s\" is %zu, and the trace has %zu events of them",
                     key, nb_events, entry->nb_events);
        tg_error_how(error, "write the number of events in the whole shard");
        return TG_ERR_FORMAT;
    }
    *is_whole = status == TG_OK && nb_events == entry->nb_events;
    return status;
}

/* Check the public values of the whole shard, whether this trace's are taken from them or not. */
static tg_status check_public_values(tg_json_value *root, tg_error *error)
{
    static const char key[] = "public_values";
    if (!tg_json_has(root, key)) return TG_OK;
    tg_json_value *array = NULL;
    size_t length = 0;
    tg_status status = tg_json_get_array(&array, &length, root, key, error);
    if (status == TG_OK && length != NB_LISTED_PUBLIC_VALUES) {
        tg_error_set(error, TG_ERR_FORMAT, "\"%s\" has %zu numbers, where a shard has %d", key,
                     length, NB_LISTED_PUBLIC_VALUES);
        tg_error_how(error, "write them all, with the zeros at the end");
        return TG_ERR_FORMAT;
    }
    for (size_t position = 0; position < length && status == TG_OK; position++) {
        size_t value = 0;
        status = tg_json_get_size_at(&value, array, position, key, 0, TG_P - 1, error);
    }
    return status;
}

/* Check what is recorded of the whole shard under the side output's name. A side output without
 * named fields has no object there. */
static tg_status check_object(const tg_side *side, tg_json_value *root, tg_error *error)
{
    const bool has_names = side->words->nb_fields > 1 || side->words->fields[0].name[0] != '\0';
    if (!has_names || !tg_json_has(root, side->name) ||
        tg_json_nb_keys(tg_json_member(root, side->name)) != 0)
        return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "\"%s\" is no object with its fields", side->name);
    tg_error_how(error, "write {\"%s\": ...}, or leave it out", side->words->fields[0].name);
    return TG_ERR_FORMAT;
}

/* A count of the trace's events is their number. */
static tg_status check_count(const gathering *all, const tg_record_trace *entry, tg_error *error)
{
    const found_word *found = &all->words[0];
    if (strcmp(all->side->name, EVENT_COUNT) != 0 || !found->is_known ||
        found->value == entry->nb_events)
        return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "\"" EVENT_COUNT "\" is %" PRIu32 " beside \"events\": %zu",
                 found->value, entry->nb_events);
    tg_error_how(error, "restore the record: its keys don't belong together");
    return TG_ERR_FORMAT;
}

/* Take what is recorded of the whole shard: an object of the side output's name, and all public
 * values, which are checked. */
static tg_status take_shard(gathering *all, tg_json_value *root, tg_error *error)
{
    static const char key[] = "public_values";
    tg_status status = take_fields(all, tg_json_member(root, all->side->name), "", error);
    if (!tg_json_has(root, key)) return status;
    tg_json_value *array = tg_json_member(root, key);
    for (size_t position = 0; position < tg_json_length(array) && status == TG_OK; position++) {
        size_t word = 0;
        size_t value = 0;
        if (!is_public(&word, all, position)) continue;
        status = tg_json_get_size_at(&value, array, position, key, 0, TG_P - 1, error);
        if (status == TG_OK) status = take_word(all, word, value, key, error);
    }
    return status;
}

static tg_status read_words(uint32_t *words, bool *is_there, const tg_side *side,
                            const tg_record *record, const tg_record_trace *entry,
                            const tg_trace *trace, tg_error *error)
{
    gathering all = {.side = side, .nb_words = tg_side_nb_words(side)};
    void *buffer = NULL;
    bool is_whole = false;
    tg_status status = tg_buffer_create(&buffer, all.nb_words, sizeof(found_word), error);
    if (status != TG_OK) return status;
    memset(buffer, 0, all.nb_words * sizeof(found_word));
    all.words = buffer;
    status = check_public_values(record->json.root, error);
    if (status == TG_OK) status = check_object(side, record->json.root, error);
    if (status == TG_OK) status = take_fields(&all, entry->object, side->name, error);
    if (status == TG_OK) status = take_nonzero(&all, entry->object, error);
    if (status == TG_OK) status = is_whole_shard(&is_whole, record, entry, trace, error);
    if (status == TG_OK && is_whole) status = take_shard(&all, record->json.root, error);
    if (status == TG_OK) status = check_count(&all, entry, error);
    if (status == TG_ERR_FORMAT)
        tg_error_where(error, "%s/record.json, %s", record->path, entry->name);
    *is_there = all.nb_known == all.nb_words;
    for (size_t i = 0; i < all.nb_words && words != NULL && *is_there; i++) {
        words[i] = all.words[i].value;
    }
    tg_buffer_destroy(buffer);
    return status;
}

static tg_status read_lookups(uint32_t *counters, bool *is_there, const tg_side *side,
                              const tg_record *record, const tg_record_trace *entry,
                              tg_error *error)
{
    char suffix[KEY_BYTES];
    char path[TG_PATH_BYTES];
    (void)snprintf(suffix, sizeof suffix, "%s.npy", side->name);
    tg_status status = tg_record_find_file(is_there, record, entry->name, suffix, error);
    if (status != TG_OK || !*is_there || counters == NULL) return status;
    status = tg_path_format(path, error, "%s/%s.%s", record->path, entry->name, suffix);
    return status == TG_OK ? tg_lookups_read(counters, path, error) : status;
}

tg_status tg_record_read_sides(const tg_product *out, bool is_there[TG_MAX_SIDES],
                               const tg_record *record, const tg_record_trace *entry,
                               const tg_trace *trace, tg_error *error)
{
    tg_status status = TG_OK;
    memset(is_there, 0, TG_MAX_SIDES * sizeof *is_there);
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        const tg_side *side = &trace->sides[i];
        switch (side->form) {
        case TG_SIDE_WORDS:
            status = read_words(out->sides[i], &is_there[i], side, record, entry, trace, error);
            break;
        case TG_SIDE_BYTE_LOOKUPS:
            status = read_lookups(out->sides[i], &is_there[i], side, record, entry, error);
            break;
        }
    }
    return status;
}
