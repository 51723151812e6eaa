/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which chips a record's shard includes, and with how many rows: of a recursion machine all, of a
 * RISC-V shard those that the record lists.
 */
#include "pipeline/included.h"

#include <stdio.h>
#include <string.h>

/* What is filled in, from what. */
typedef struct inclusion {
    bool *is_included;
    size_t *rows;
    const tg_machine *machine;
    const tg_record *record;
} inclusion;

/* ---- recursion ---- */

/* The record's entry of a chip's main trace; NULL if it has none. */
static const tg_record_trace *entry_of(const inclusion *to, size_t chip)
{
    const tg_trace *trace = tg_machine_trace(to->machine, chip, TG_KIND_main);
    return trace != NULL ? tg_record_find(to->record, trace->name) : NULL;
}

tg_status tg_included_check_height(const tg_record *record, const tg_record_trace *entry,
                                   const tg_trace *trace, tg_error *error)
{
    size_t height = 0;
    tg_status status = tg_trace_check_height(trace, entry->nb_events, entry->height, error);
    if (status != TG_OK || record->fixed_height == 0) return status;
    status = tg_trace_height(trace, entry->nb_events, record->fixed_height, &height, error);
    if (status != TG_OK)
        tg_error_how(error, "\"fixed_height\" is %zu: raise it to what the program's shape has",
                     record->fixed_height);
    if (status != TG_OK || height == entry->height) return status;
    tg_error_set(error, TG_ERR_HEIGHT,
                 "\"height\" of %s is %zu with %zu events, where \"fixed_height\" is %zu",
                 trace->name, entry->height, entry->nb_events, record->fixed_height);
    tg_error_how(error, "the record contradicts itself: leave out the one that is wrong");
    return TG_ERR_HEIGHT;
}

static tg_status include_recorded(const inclusion *to, size_t chip, const tg_record_trace *entry,
                                  tg_error *error)
{
    const size_t width = tg_machine_width(to->machine, chip, TG_KIND_main);
    if (entry->width != width) {
        tg_error_set(error, TG_ERR_FORMAT, "%s has %zu columns, where machine %s has %zu",
                     entry->name, entry->width, to->machine->id, width);
        tg_error_how(error, "take a record of this machine");
        return TG_ERR_FORMAT;
    }
    to->rows[chip] = entry->height;
    return tg_included_check_height(to->record, entry,
                                    tg_machine_trace(to->machine, chip, TG_KIND_main), error);
}

/* A chip of which the record has nothing: its trace has padding rows only. */
static tg_status include_empty(const inclusion *to, size_t chip, tg_error *error)
{
    const tg_trace *trace = tg_machine_trace(to->machine, chip, TG_KIND_main);
    if (trace != NULL)
        return tg_trace_height(trace, 0, to->record->fixed_height, &to->rows[chip], error);
    tg_error_set(error, TG_ERR_UNAVAILABLE, "chip %s of machine %s has no trace here",
                 to->machine->chips[chip].name, to->machine->id);
    tg_error_how(error, "take another machine; 'tracegate machines' shows which chips are here");
    return TG_ERR_UNAVAILABLE;
}

static tg_status include_all(const inclusion *to, tg_error *error)
{
    size_t nb_found = 0;
    tg_status status = TG_OK;
    for (size_t chip = 0; chip < to->machine->nb_chips && status == TG_OK; chip++) {
        const tg_record_trace *entry = entry_of(to, chip);
        nb_found += entry != NULL;
        to->is_included[chip] =
            tg_machine_includes(to->machine, chip, &(tg_shard_facts){.is_untrusted = false}, true);
        status = entry != NULL ? include_recorded(to, chip, entry, error)
                               : include_empty(to, chip, error);
    }
    if (status != TG_OK) {
        tg_error_where(error, "%s/record.json", to->record->path);
    } else if (nb_found == 0) {
        status = TG_ERR_USAGE;
        tg_error_set(error, status, "the record has no main trace of machine %s", to->machine->id);
        tg_error_where(error, "%s/record.json", to->record->path);
        tg_error_how(error, "name the machine that the record is of; 'tracegate machines' shows "
                            "all");
    }
    return status;
}

/* ---- RISC-V ---- */

/* Read the first public value of a field. */
static tg_status public_value(size_t *value, const inclusion *to, const char *name, tg_error *error)
{
    tg_json_value *values = NULL;
    size_t nb_values = 0;
    const tg_public_value_field *field = tg_machine_field(to->machine, name);
    tg_status status =
        tg_json_get_array(&values, &nb_values, to->record->json.root, "public_values", error);
    *value = 0;
    if (status == TG_OK && field != NULL) {
        status = tg_json_get_size_at(value, values, field->offset, "public_values", 0, UINT32_MAX,
                                     error);
    }
    return status;
}

static tg_status get_facts(tg_shard_facts *facts, const inclusion *to, tg_error *error)
{
    static const char *const ends[] = {"global_init_count", "global_finalize_count",
                                       "global_page_prot_init_count",
                                       "global_page_prot_finalize_count"};
    size_t value = 0;
    tg_status status = public_value(&value, to, "is_execution_shard", error);
    *facts = (tg_shard_facts){.has_cpu_events = value != 0};
    if (status == TG_OK) status = public_value(&value, to, "is_untrusted_programs_enabled", error);
    facts->is_untrusted = value != 0;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0] && status == TG_OK; i++) {
        status = public_value(&value, to, ends[i], error);
        facts->has_end_events |= value != 0;
    }
    return status;
}

/* Check a width or height that the record says against the machine's. */
static tg_status check_same(const char *name, size_t said, size_t right, const inclusion *to,
                            size_t chip, tg_error *error)
{
    if (said == right) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "\"%s\" of %s is %zu, where machine %s has %zu", name,
                 to->machine->chips[chip].name, said, to->machine->id, right);
    tg_error_how(error, "record the shard again, from the version of SP1 that the machine is of");
    return TG_ERR_FORMAT;
}

static tg_status check_height(size_t height, const inclusion *to, size_t chip, tg_error *error)
{
    const tg_machine_chip *of = &to->machine->chips[chip];
    if (of->height != 0) return check_same("height", height, of->height, to, chip, error);
    if (height == 16 || (height != 0 && height % 32 == 0)) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "\"height\" of %s is %zu, no height of its machine",
                 of->name, height);
    tg_error_how(error, "heights are multiples of 32, or 16 without events");
    return TG_ERR_FORMAT;
}

/* Check the height of a chip that is not included: none, or what it has without events. */
static tg_status check_no_rows(size_t height, const inclusion *to, size_t chip, tg_error *error)
{
    const tg_machine_chip *of = &to->machine->chips[chip];
    if (height == 0 || height == (of->height != 0 ? of->height : 16)) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "\"height\" of %s is %zu, and the shard does not include it",
                 of->name, height);
    tg_error_how(error, "the record contradicts itself: record the shard again");
    return TG_ERR_FORMAT;
}

/* Which chip an item of the list is of: one that no item before it has. */
static tg_status get_chip(size_t *chip, const inclusion *to, const bool *is_listed,
                          tg_json_value *item, tg_error *error)
{
    char name[TG_NAME_BYTES];
    tg_status status = tg_json_get_text(name, sizeof name, item, "chip", error);
    if (status == TG_OK) status = tg_machine_find_chip(chip, to->machine, name, error);
    if (status == TG_OK && is_listed[*chip]) {
        status = TG_ERR_FORMAT;
        tg_error_set(error, status, "%s is listed twice", name);
        tg_error_how(error, "list each chip once");
    }
    return status;
}

static tg_status get_listed(const inclusion *to, size_t chip, tg_json_value *item, tg_error *error)
{
    size_t height = 0, width = 0, preprocessed_width = 0;
    tg_json_value *included = tg_json_member(item, "included");
    tg_status status = tg_json_get_size(&height, item, "height", 0, TG_MAX_HEIGHT, error);
    if (status == TG_OK) status = tg_json_get_size(&width, item, "width", 0, UINT32_MAX, error);
    if (status == TG_OK)
        status =
            tg_json_get_size(&preprocessed_width, item, "preprocessed_width", 0, UINT32_MAX, error);
    if (status == TG_OK && tg_json_type_of(included) != TG_JSON_BOOL) {
        status = TG_ERR_FORMAT;
        tg_error_set(error, status, "\"included\" is neither true nor false");
        tg_error_how(error, "say whether the shard includes the chip");
    }
    if (status == TG_OK)
        status = check_same("width", width, tg_machine_width(to->machine, chip, TG_KIND_main), to,
                            chip, error);
    if (status == TG_OK)
        status =
            check_same("preprocessed_width", preprocessed_width,
                       tg_machine_width(to->machine, chip, TG_KIND_preprocessed), to, chip, error);
    to->is_included[chip] = tg_json_bool_of(included);
    to->rows[chip] = to->is_included[chip] ? height : 0;
    if (status != TG_OK) return status;
    return to->is_included[chip] ? check_height(height, to, chip, error)
                                 : check_no_rows(height, to, chip, error);
}

/* Check what is included against the rules. That a chip has events is known only from its being
 * included. */
static tg_status check_rules(const inclusion *to, tg_error *error)
{
    tg_shard_facts facts;
    const tg_status status = get_facts(&facts, to, error);
    if (status != TG_OK) return status;
    for (size_t chip = 0; chip < to->machine->nb_chips; chip++) {
        const bool is_included = to->is_included[chip];
        const tg_machine_chip *of = &to->machine->chips[chip];
        if (tg_machine_includes(to->machine, chip, &facts, is_included) == is_included) continue;
        tg_error_set(error, TG_ERR_FORMAT,
                     "chip %s is %sincluded, against its rule (%s): public values say %s, %s, %s",
                     of->name, is_included ? "" : "not ", tg_inclusion_name(of->inclusion),
                     facts.has_cpu_events ? "CPU events" : "no CPU events",
                     facts.has_end_events ? "ends of memory" : "no ends of memory",
                     facts.is_untrusted ? "untrusted programs" : "trusted programs only");
        tg_error_how(error, "the record contradicts itself: record the shard again");
        return TG_ERR_FORMAT;
    }
    return TG_OK;
}

/* No shape fixes a shard's heights: what would be ignored is a mistake. */
static tg_status refuse_fixed_height(const inclusion *to, tg_error *error)
{
    tg_error_set(error, TG_ERR_FORMAT,
                 "\"fixed_height\" is %zu, and machine %s has no fixed heights",
                 to->record->fixed_height, to->machine->id);
    tg_error_where(error, "%s/record.json", to->record->path);
    tg_error_how(error, "leave it out: heights are those of \"chips\"");
    return TG_ERR_FORMAT;
}

static tg_status include_listed(const inclusion *to, tg_error *error)
{
    tg_json_value *list = NULL;
    size_t nb_items = 0;
    bool is_listed[TG_MAX_MACHINE_CHIPS] = {false};
    for (size_t chip = 0; chip < to->machine->nb_chips; chip++) {
        to->is_included[chip] = false;
        to->rows[chip] = 0;
    }
    if (to->record->fixed_height != 0) return refuse_fixed_height(to, error);
    tg_status status = tg_json_get_array(&list, &nb_items, to->record->json.root, "chips", error);
    if (status != TG_OK) {
        tg_error_how(error, "the chips of a RISC-V shard can't be told from this record: take one "
                            "that lists them all");
    }
    for (size_t i = 0; i < nb_items && status == TG_OK; i++) {
        tg_json_value *item = tg_json_element(list, i);
        size_t chip = 0;
        status = get_chip(&chip, to, is_listed, item, error);
        if (status == TG_OK) {
            is_listed[chip] = true;
            status = get_listed(to, chip, item, error);
        }
        if (status != TG_OK) {
            tg_error_where(error, "%s/record.json, chips[%zu]", to->record->path, i);
            return status;
        }
    }
    if (status == TG_OK) status = check_rules(to, error);
    if (status != TG_OK) tg_error_where(error, "%s/record.json", to->record->path);
    return status;
}

tg_status tg_included_of_record(bool *is_included, size_t *rows, const tg_machine *machine,
                                const tg_record *record, tg_error *error)
{
    const inclusion to = {.is_included = is_included,
                          .rows = rows,
                          .machine = machine,
                          .record = record};
    return machine->is_riscv ? include_listed(&to, error) : include_all(&to, error);
}
