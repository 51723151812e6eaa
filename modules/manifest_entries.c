/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Entries of a manifest: the trace, the user's event struct, scratch. */
#include "modules/manifest_internal.h"

#include "model/names.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- traces ---- */

static tg_status unknown_trace(const tg_place *place, const char *name, tg_error *error)
{
    (void)tg_place_refuse(error, place, "there is no trace \"%.100s\"", name);
    const char *nearest = tg_nearest_trace(name);
    if (nearest != NULL) {
        tg_error_how(error, "the nearest name is %s; 'tracegate list' shows all", nearest);
    } else {
        tg_error_how(error, "write CHIP.KIND as 'tracegate list' shows it");
    }
    return TG_ERR_FORMAT;
}

/* The trace that an entry names, which no entry before it names too. */
static tg_status read_trace(tg_manifest_entry *entry, const tg_manifest_reader *reader,
                            const tg_place *kernel, tg_error *error)
{
    const tg_place place = tg_place_member(kernel, "trace");
    const char *name = NULL;
    const tg_status status = tg_place_text(&name, &place, TG_MANIFEST_TEXT_BYTES, error);
    if (status != TG_OK) return status;
    size_t trace = 0;
    while (trace < tg_nb_traces() && strcmp(tg_trace_at(trace)->name, name) != 0) trace++;
    if (trace == tg_nb_traces()) return unknown_trace(&place, name, error);
    entry->trace = trace;
    for (const tg_manifest_entry *at = reader->manifest->entries; at < entry; at++) {
        if (at->trace != trace) continue;
        (void)tg_place_refuse(error, &place, "two kernels are for %s: this one and kernels[%zu]",
                              name, (size_t)(at - reader->manifest->entries));
        tg_error_how(error, "leave one of both; other kernels belong in another manifest");
        return TG_ERR_FORMAT;
    }
    return TG_OK;
}

/* ---- the event struct ---- */

/* Whether a name is a field's of the event, or that of several: all that begin with it and go on
 * with a member or an element. */
static bool is_field(const tg_type *event, const char *name)
{
    const size_t length = strlen(name);
    const size_t nb_leaves = tg_type_nb_leaves(event);
    for (size_t i = 0; i < nb_leaves; i++) {
        char leaf[TG_NAME_BYTES];
        (void)tg_type_leaf_name(leaf, sizeof leaf, event, i);
        if (strncmp(leaf, name, length) != 0) continue;
        if (leaf[length] == '\0' || leaf[length] == '.' || leaf[length] == '[') return true;
    }
    return false;
}

/* Names of fields without the indices at their end, for the nearest. */
static const char *field_at(const void *context, size_t index)
{
    return ((const char(*)[TG_NAME_BYTES])context)[index];
}

static tg_status unknown_field(const tg_place *place, const tg_trace *trace, tg_error *error)
{
    char names[64][TG_NAME_BYTES];
    size_t nb = 0;
    const size_t nb_leaves = tg_type_nb_leaves(trace->event);
    for (size_t i = 0; i < nb_leaves && nb < sizeof names / sizeof names[0]; i++) {
        (void)tg_type_leaf_name(names[nb], TG_NAME_BYTES, trace->event, i);
        // Elements of an array, "cells[3][15]", are one field.
        for (size_t length = strlen(names[nb]); length != 0 && names[nb][length - 1] == ']';
             length = strlen(names[nb]))
            *strrchr(names[nb], '[') = '\0';
        if (nb == 0 || strcmp(names[nb], names[nb - 1]) != 0) nb++;
    }
    (void)tg_place_refuse(error, place, "events of %s have no field \"%.60s\"", trace->name,
                          place->key);
    const char *nearest = tg_nearest_name(place->key, nb, field_at, names);
    if (nearest != NULL) {
        tg_error_how(error, "the nearest name is %s; 'tracegate describe %s' shows all", nearest,
                     trace->name);
    } else {
        tg_error_how(error, "'tracegate describe %s' shows its fields", trace->name);
    }
    return TG_ERR_FORMAT;
}

static tg_status read_member(struct tg_manifest_member *member, tg_manifest_reader *reader,
                             const tg_place *place, const tg_trace *trace, tg_error *error)
{
    const char *text = NULL;
    if (!is_field(trace->event, place->key)) return unknown_field(place, trace, error);
    tg_status status = tg_place_text(&text, place, TG_MANIFEST_TEXT_BYTES, error);
    if (status != TG_OK) return status;
    // It becomes a part of a program: offsetof(struct, member).
    bool is_member = isalpha((unsigned char)text[0]) || text[0] == '_';
    for (const char *at = text; *at != '\0'; at++)
        is_member &= isalnum((unsigned char)*at) || strchr("_.[]", *at) != NULL;
    if (!is_member) {
        (void)tg_place_refuse(error, place, "this names no member of a struct: %.60s", text);
        tg_error_how(error, "write it as behind a dot: \"a\", \"inputs[1].value\"");
        return TG_ERR_FORMAT;
    }
    status = tg_manifest_copy(&member->field, reader->manifest, place->key, error);
    if (status == TG_OK) status = tg_manifest_copy(&member->member, reader->manifest, text, error);
    return status;
}

static tg_status read_members(tg_manifest_layout *layout, tg_manifest_reader *reader,
                              const tg_place *place, const tg_trace *trace, tg_error *error)
{
    if (!tg_place_is_there(place)) return TG_OK;
    struct tg_manifest_member *members = NULL;
    tg_status status = tg_place_any_object(place, TG_MANIFEST_MAX_MEMBERS, error);
    if (status == TG_OK)
        status = tg_manifest_take(&members, reader->manifest, tg_json_nb_keys(place->value),
                                  sizeof *members, error);
    layout->members = members;
    for (const char *key = tg_json_next_key(place->value, NULL); status == TG_OK && key != NULL;
         key = tg_json_next_key(place->value, key)) {
        const tg_place member = tg_place_member(place, key);
        status = read_member(&members[layout->nb_members++], reader, &member, trace, error);
    }
    return status;
}

static tg_status read_layout(tg_manifest_layout *layout, tg_manifest_reader *reader,
                             const tg_place *kernel, const tg_trace *trace, tg_error *error)
{
    static const char *const keys[] = {"struct", "header", "members"};
    const tg_place place = tg_place_member(kernel, "event");
    if (!tg_place_is_there(&place)) return TG_OK;
    if (trace->event == NULL) {
        (void)tg_place_refuse(error, &place, "%s has no events, only their number", trace->name);
        tg_error_how(error, "leave \"event\" away");
        return TG_ERR_FORMAT;
    }
    const tg_place name = tg_place_member(&place, "struct");
    const tg_place header = tg_place_member(&place, "header");
    const tg_place members = tg_place_member(&place, "members");
    const char *text = NULL;
    tg_status status = tg_place_object(&place, keys, sizeof keys / sizeof keys[0], error);
    if (status == TG_OK) status = tg_place_text(&text, &name, TG_MANIFEST_TEXT_BYTES, error);
    if (status == TG_OK && !tg_manifest_is_type(text)) {
        status = tg_place_refuse(error, &name, "this names no struct: %.60s", text);
        tg_error_how(error, "name it as C++ does where your headers are included: sp1::Event");
    }
    if (status == TG_OK)
        status = tg_manifest_copy(&layout->struct_name, reader->manifest, text, error);
    if (status == TG_OK && tg_place_is_there(&header))
        status = tg_manifest_read_path(&layout->header, reader, &header, error);
    if (status == TG_OK) status = read_members(layout, reader, &members, trace, error);
    return status;
}

/* A compiled file does not tell of its structs. */
static tg_status check_layout(const tg_manifest_entry *entry, const tg_place *kernel,
                              tg_error *error)
{
    const tg_place place = tg_place_member(kernel, "event");
    if (entry->layout.struct_name == NULL || entry->layout.header != NULL ||
        entry->module->kind == TG_SOURCE_CODE)
        return TG_OK;
    (void)tg_place_refuse(error, &place, "module %s is no source: it does not tell of its structs",
                          entry->module->name);
    tg_error_how(error, "add \"header\": the file that declares the struct");
    return TG_ERR_FORMAT;
}

/* ---- scratch ---- */

/* "zero", "poison", or the byte that a buffer is filled with; without a word, nothing is. */
static tg_status read_fill(tg_user_scratch *scratch, const tg_place *place, tg_error *error)
{
    if (!tg_place_is_there(place)) return TG_OK;
    scratch->is_filled = true;
    const char *text = tg_json_text_of(place->value);
    const int64_t number = tg_json_integer_of(place->value);
    if (strcmp(text, "zero") == 0) {
        scratch->fill = 0;
    } else if (strcmp(text, "poison") == 0) {
        scratch->fill = TG_SCRATCH_POISON;
    } else if (tg_json_type_of(place->value) == TG_JSON_INTEGER && number >= 0 && number <= 255) {
        scratch->fill = (unsigned char)number;
    } else {
        (void)tg_place_refuse(error, place, "scratch cannot be filled with this");
        tg_error_how(error, "write \"zero\", \"poison\", or a byte: 0 to 255; leave \"fill\" away "
                            "where your kernels write whatever they read");
        return TG_ERR_FORMAT;
    }
    return TG_OK;
}

static tg_status read_buffer(tg_user_scratch *scratch, tg_manifest_reader *reader,
                             const tg_place *place, tg_error *error)
{
    static const char *const keys[] = {"bytes", "fill"};
    const tg_place bytes = tg_place_member(place, "bytes");
    const tg_place fill = tg_place_member(place, "fill");
    tg_status status = tg_place_name(place, error);
    if (status == TG_OK) status = tg_place_object(place, keys, sizeof keys / sizeof keys[0], error);
    if (status == TG_OK && !tg_place_is_there(&bytes)) {
        (void)tg_place_refuse(error, place, "\"bytes\" is missing");
        tg_error_how(error, "write the size of the buffer, a formula: \"height * 56\"");
        return TG_ERR_FORMAT;
    }
    if (status == TG_OK)
        status = tg_manifest_copy(&scratch->name, reader->manifest, place->key, error);
    if (status == TG_OK)
        status = tg_manifest_read_formula(&scratch->bytes, reader, &bytes, TG_SCOPE_REQUEST, false,
                                          error);
    if (status == TG_OK) status = read_fill(scratch, &fill, error);
    return status;
}

static tg_status read_scratch(tg_user_plan *plan, tg_manifest_reader *reader,
                              const tg_place *kernel, tg_error *error)
{
    const tg_place place = tg_place_member(kernel, "scratch");
    if (!tg_place_is_there(&place)) return TG_OK;
    tg_user_scratch *scratch = NULL;
    tg_status status = tg_place_any_object(&place, TG_MAX_SCRATCH, error);
    if (status == TG_OK)
        status = tg_manifest_take(&scratch, reader->manifest, tg_json_nb_keys(place.value),
                                  sizeof *scratch, error);
    plan->scratch = scratch;
    for (const char *key = tg_json_next_key(place.value, NULL); status == TG_OK && key != NULL;
         key = tg_json_next_key(place.value, key)) {
        const tg_place buffer = tg_place_member(&place, key);
        status = read_buffer(&scratch[plan->nb_scratch++], reader, &buffer, error);
    }
    return status;
}

/* A buffer that no launch gets is a slip. */
static tg_status check_all_used(const tg_user_plan *plan, const bool is_used[TG_MAX_SCRATCH],
                                const tg_place *kernel, tg_error *error)
{
    const tg_place scratch = tg_place_member(kernel, "scratch");
    for (size_t i = 0; i < plan->nb_scratch; i++) {
        if (is_used[i]) continue;
        const tg_place place = tg_place_member(&scratch, plan->scratch[i].name);
        (void)tg_place_refuse(error, &place, "no launch gets the buffer \"%s\"",
                              plan->scratch[i].name);
        tg_error_how(error,
                     "name it among the arguments of a launch, {\"scratch\": \"%s\"}, or "
                     "leave it away",
                     plan->scratch[i].name);
        return TG_ERR_FORMAT;
    }
    return TG_OK;
}

/* ---- entries ---- */

static tg_status read_entry(tg_manifest_entry *entry, tg_manifest_reader *reader,
                            const tg_place *place, tg_error *error)
{
    static const char *const keys[] = {"trace", "module",     "symbol",    "getter",
                                       "grid",  "block",      "arguments", "shared_bytes",
                                       "steps", "zero_trace", "event",     "scratch"};
    bool is_used[TG_MAX_SCRATCH] = {false};
    const tg_place zero_trace = tg_place_member(place, "zero_trace");
    tg_status status = tg_place_object(place, keys, sizeof keys / sizeof keys[0], error);
    if (status == TG_OK) status = read_trace(entry, reader, place, error);
    if (status != TG_OK) return status;
    entry->plan.zeroes_trace = true;
    status = tg_place_flag(&entry->plan.zeroes_trace, &zero_trace, error);
    if (status == TG_OK)
        status = read_layout(&entry->layout, reader, place, tg_trace_at(entry->trace), error);
    if (status == TG_OK) status = read_scratch(&entry->plan, reader, place, error);
    if (status == TG_OK) status = tg_manifest_read_launches(entry, is_used, reader, place, error);
    if (status == TG_OK) status = check_all_used(&entry->plan, is_used, place, error);
    if (status == TG_OK) status = check_layout(entry, place, error);
    return status;
}

tg_status tg_manifest_read_entries(tg_manifest_reader *reader, tg_error *error)
{
    tg_manifest *manifest = reader->manifest;
    const tg_place kernels = tg_place_member(&reader->root, "kernels");
    size_t nb = 0;
    // A trace has one entry: more entries than traces are too many, before memory is taken.
    tg_status status = tg_place_array(&nb, &kernels, tg_nb_traces(), error);
    if (status == TG_OK && nb == 0) {
        (void)tg_place_refuse(error, &kernels, "there are no kernels");
        tg_error_how(error, "add {\"trace\": ..., \"module\": ..., \"symbol\": ...}: a gate that "
                            "compares nothing is no gate");
        return TG_ERR_FORMAT;
    }
    if (status == TG_OK)
        status =
            tg_manifest_take(&manifest->entries, manifest, nb, sizeof manifest->entries[0], error);
    if (status != TG_OK) return status;
    manifest->nb_entries = nb;
    for (size_t i = 0; status == TG_OK && i < nb; i++) {
        const tg_place place = tg_place_element(&kernels, i);
        status = read_entry(&manifest->entries[i], reader, &place, error);
    }
    return status;
}
