/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Arguments of a launch. */
#include "modules/manifest_internal.h"

#include <stdio.h>
#include <string.h>

const tg_user_argument tg_manifest_sp1_arguments[TG_MANIFEST_NB_SP1_ARGUMENTS] = {
    {.kind = TG_ARGUMENT_TRACE},
    {.kind = TG_ARGUMENT_HEIGHT},
    {.kind = TG_ARGUMENT_EVENTS},
    {.kind = TG_ARGUMENT_NB_EVENTS},
};

/* Arguments that are a word alone. */
static const struct {
    const char *name;
    tg_argument_kind kind;
} words[] = {
    {"trace", TG_ARGUMENT_TRACE},         {"height", TG_ARGUMENT_HEIGHT},
    {"events", TG_ARGUMENT_EVENTS},       {"nb_events", TG_ARGUMENT_NB_EVENTS},
    {"bad_event", TG_ARGUMENT_BAD_EVENT},
};

/* Integers, by the key that their formula stands under. */
static const struct {
    const char *key;
    size_t bytes;
} integers[] = {{"u8", 1}, {"u16", 2}, {"u32", 4}, {"u64", 8}};

#define NB_WORDS (sizeof words / sizeof words[0])
#define NB_INTEGERS (sizeof integers / sizeof integers[0])

/* What arguments are read with. */
typedef struct reading {
    tg_manifest_reader *reader;
    const tg_manifest_entry *entry;
    bool *is_used;
    bool is_repeated;
} reading;

static tg_status no_argument(const tg_place *place, tg_error *error)
{
    (void)tg_place_refuse(error, place, "this is no argument of a kernel");
    tg_error_how(error, "write \"trace\", \"height\", \"events\", \"nb_events\", \"bad_event\", "
                        "{\"scratch\": NAME}, {\"side\": NAME}, or {\"u32\": FORMULA}, u8, u16, "
                        "u64 alike");
    return TG_ERR_FORMAT;
}

static tg_status read_word(tg_user_argument *argument, const tg_place *place, tg_error *error)
{
    const char *text = tg_json_text_of(place->value);
    for (size_t i = 0; i < NB_WORDS; i++) {
        if (strcmp(words[i].name, text) != 0) continue;
        argument->kind = words[i].kind;
        return TG_OK;
    }
    return no_argument(place, error);
}

static tg_status read_scratch(tg_user_argument *argument, const reading *with,
                              const tg_place *place, tg_error *error)
{
    static const char *const keys[] = {"scratch", "offset"};
    const tg_user_plan *plan = &with->entry->plan;
    const tg_place scratch = tg_place_member(place, "scratch");
    const tg_place offset = tg_place_member(place, "offset");
    const char *name = NULL;
    tg_status status = tg_place_object(place, keys, sizeof keys / sizeof keys[0], error);
    if (status == TG_OK) status = tg_place_text(&name, &scratch, TG_MANIFEST_TEXT_BYTES, error);
    if (status != TG_OK) return status;
    size_t number = 0;
    while (number < plan->nb_scratch && strcmp(plan->scratch[number].name, name) != 0) number++;
    if (number == plan->nb_scratch) {
        // The arguments', the steps' and the entry's places lie above this one.
        const tg_place *entry = place;
        while (entry->parent->parent->parent != NULL) entry = entry->parent;
        (void)tg_place_refuse(error, &scratch, "the kernel has no scratch \"%.60s\"", name);
        tg_place_how_key(error, name, tg_json_member(entry->value, "scratch"),
                         "add it to the kernel's \"scratch\"");
        return TG_ERR_FORMAT;
    }
    argument->kind = TG_ARGUMENT_SCRATCH;
    argument->number = number;
    with->is_used[number] = true;
    return tg_manifest_read_formula(&argument->value, with->reader, &offset, TG_SCOPE_LAUNCH,
                                    with->is_repeated, error);
}

static tg_status read_side(tg_user_argument *argument, const reading *with, const tg_place *place,
                           tg_error *error)
{
    static const char *const keys[] = {"side"};
    const tg_trace *trace = tg_trace_at(with->entry->trace);
    const tg_place side = tg_place_member(place, "side");
    const char *name = NULL;
    tg_status status = tg_place_object(place, keys, 1, error);
    if (status == TG_OK) status = tg_place_text(&name, &side, TG_MANIFEST_TEXT_BYTES, error);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < trace->nb_sides; i++) {
        if (strcmp(trace->sides[i].name, name) != 0) continue;
        argument->kind = TG_ARGUMENT_SIDE;
        argument->number = i;
        return TG_OK;
    }
    (void)tg_place_refuse(error, &side, "%s has no side output \"%.60s\"", trace->name, name);
    tg_error_how(error, "'tracegate describe %s' shows its side outputs", trace->name);
    return TG_ERR_FORMAT;
}

static tg_status read_integer(tg_user_argument *argument, const reading *with,
                              const tg_place *place, size_t integer, tg_error *error)
{
    const char *const keys[] = {integers[integer].key};
    const tg_place formula = tg_place_member(place, integers[integer].key);
    argument->kind = TG_ARGUMENT_VALUE;
    argument->bytes = integers[integer].bytes;
    const tg_status status = tg_place_object(place, keys, 1, error);
    if (status != TG_OK) return status;
    return tg_manifest_read_formula(&argument->value, with->reader, &formula, TG_SCOPE_LAUNCH,
                                    with->is_repeated, error);
}

static tg_status read_argument(tg_user_argument *argument, const reading *with,
                               const tg_place *place, tg_error *error)
{
    if (tg_json_type_of(place->value) == TG_JSON_TEXT) return read_word(argument, place, error);
    if (tg_json_member(place->value, "scratch") != NULL)
        return read_scratch(argument, with, place, error);
    if (tg_json_member(place->value, "side") != NULL)
        return read_side(argument, with, place, error);
    for (size_t i = 0; i < NB_INTEGERS; i++) {
        if (tg_json_member(place->value, integers[i].key) != NULL)
            return read_integer(argument, with, place, i, error);
    }
    return no_argument(place, error);
}

tg_status tg_manifest_read_arguments(tg_user_step *step, bool *is_used, tg_manifest_reader *reader,
                                     const tg_manifest_entry *entry, const tg_place *place,
                                     bool is_repeated, tg_error *error)
{
    if (!tg_place_is_there(place)) {
        step->nb_arguments = TG_MANIFEST_NB_SP1_ARGUMENTS;
        step->arguments = tg_manifest_sp1_arguments;
        return TG_OK;
    }
    const reading with = {.reader = reader,
                          .entry = entry,
                          .is_used = is_used,
                          .is_repeated = is_repeated};
    tg_user_argument *arguments = NULL;
    size_t nb = 0;
    tg_status status = tg_place_array(&nb, place, TG_USER_MAX_ARGUMENTS, error);
    if (status == TG_OK)
        status = tg_manifest_take(&arguments, reader->manifest, nb, sizeof *arguments, error);
    for (size_t i = 0; status == TG_OK && i < nb; i++) {
        const tg_place element = tg_place_element(place, i);
        status = read_argument(&arguments[i], &with, &element, error);
    }
    step->nb_arguments = nb;
    step->arguments = arguments;
    return status;
}
