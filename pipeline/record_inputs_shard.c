/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a record says of its shard as a whole: machine, public values, all its events. */
#include "pipeline/record_inputs_internal.h"

#include "reference/field.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* ---- machine ---- */

static bool has_trace(const tg_machine *machine, const char *name)
{
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        for (size_t kind = 0; kind < TG_NB_KINDS; kind++) {
            if (tg_machine_width(machine, chip, (tg_kind)kind) == 0) continue;
            // Where the machine's chip is one of ours, its traces are called as ours are.
            char own[TG_NAME_BYTES + 16];
            const tg_trace *trace = tg_machine_trace(machine, chip, (tg_kind)kind);
            (void)snprintf(own, sizeof own, "%s.%s", machine->chips[chip].name,
                           tg_kind_name((tg_kind)kind));
            if (strcmp(trace != NULL ? trace->name : own, name) == 0) return true;
        }
    }
    return false;
}

/* Check that the record says no other machine: two of them can have the same chips. */
static tg_status check_name(const tg_record *record, const tg_machine *machine, tg_error *error)
{
    static const char key[] = "machine";
    char name[TG_NAME_BYTES];
    const tg_machine *said = NULL;
    if (!tg_json_has(record->json.root, key)) return TG_OK;
    tg_status status = tg_json_get_text(name, sizeof name, record->json.root, key, error);
    if (status == TG_OK) status = tg_machine_find(&said, name, error);
    if (status == TG_OK && said != machine) {
        status = TG_ERR_USAGE;
        tg_error_set(error, status, "the record is of machine %s, not of %s", said->id,
                     machine->id);
        tg_error_how(error, "name its own machine, %s", said->short_id);
    }
    if (status != TG_OK) tg_error_where(error, "%s/record.json", record->path);
    return status;
}

/* Names of a list that are said; the rest is counted. */
#define MAX_LISTED 3

typedef struct name_list {
    const char *names[MAX_LISTED];
    size_t nb; /* of all, also those that are only counted */
} name_list;

static void add_name(name_list *list, const char *name)
{
    if (list->nb < MAX_LISTED) list->names[list->nb] = name;
    list->nb++;
}

/* Enough for the names of a list, each cut to 40 bytes. */
#define LIST_BYTES 192

/* A list as text: "a, b and c", or "a, b, c and 5 more". */
static const char *list_text(char text[LIST_BYTES], const name_list *list)
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < list->nb && i < MAX_LISTED; i++) {
        const char *between = i == 0 ? "" : i + 1 == list->nb ? " and " : ", ";
        length += (size_t)snprintf(text + length, LIST_BYTES - length, "%s%.40s", between,
                                   list->names[i]);
    }
    if (list->nb > MAX_LISTED)
        (void)snprintf(text + length, LIST_BYTES - length, " and %zu more", list->nb - MAX_LISTED);
    return text;
}

static bool has_all(const tg_machine *machine, const tg_record *record)
{
    for (size_t i = 0; i < record->nb_traces; i++) {
        if (!has_trace(machine, record->traces[i].name)) return false;
    }
    return true;
}

/* Our trace of the machine's chip that the name of a trace begins with, where ours is called
 * otherwise; NULL for none. */
static const tg_trace *called_otherwise(const tg_machine *machine, const char *name)
{
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        const char *of_machine = machine->chips[chip].name;
        const size_t length = strlen(of_machine);
        if (strncmp(of_machine, name, length) != 0 || name[length] != '.') continue;
        for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
            if (strcmp(name + length + 1, tg_kind_name(kind)) == 0)
                return tg_machine_trace(machine, chip, kind);
        }
    }
    return NULL;
}

/* Whether all traces that the machine has not are its own by another name. */
static bool are_renamed(const tg_machine *machine, const tg_record *record)
{
    for (size_t i = 0; i < record->nb_traces; i++) {
        const char *name = record->traces[i].name;
        if (!has_trace(machine, name) && called_otherwise(machine, name) == NULL) return false;
    }
    return true;
}

/* Say what to do with a record that has traces which the machine has not; first: one of them. */
static void say_fit(const tg_record *record, const tg_machine *machine, const char *first,
                    tg_error *error)
{
    name_list fits = {.nb = 0};
    char text[LIST_BYTES];
    for (size_t i = 0; i < tg_nb_machines(); i++) {
        if (has_all(tg_machine_at(i), record)) add_name(&fits, tg_machine_at(i)->short_id);
    }
    if (are_renamed(machine, record)) {
        tg_error_how(error, "%s's %.64s is called %s here: so must the record, and its files",
                     machine->short_id, first, called_otherwise(machine, first)->name);
    } else if (fits.nb != 0) {
        tg_error_how(error, "name the machine that the record is of; these have all its chips: %s",
                     list_text(text, &fits));
    } else {
        tg_error_how(error, "no machine has all chips of this record: it is for single traces, "
                            "which 'tracegate gate --record DIR' compares, not for whole shards");
    }
}

tg_status tg_record_check_machine(const tg_record *record, const tg_machine *machine,
                                  tg_error *error)
{
    const tg_status status = check_name(record, machine, error);
    name_list list = {.nb = 0};
    char text[LIST_BYTES];
    const char *first = NULL;
    if (status != TG_OK) return status;
    for (size_t i = 0; i < record->nb_traces; i++) {
        const char *name = record->traces[i].name;
        if (has_trace(machine, name)) continue;
        if (first == NULL) first = name;
        add_name(&list, name);
    }
    if (first == NULL) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "the record has %s, and machine %s has no such chip%s",
                 list_text(text, &list), machine->id, list.nb != 1 ? "s" : "");
    tg_error_where(error, "%s/record.json", record->path);
    say_fit(record, machine, first, error);
    return TG_ERR_USAGE;
}

/* ---- public values ---- */

static tg_status read_values(uint32_t *values, bool are_words, const tg_record *record,
                             const char *key, tg_error *error)
{
    tg_json_value *array = NULL;
    size_t length = 0;
    tg_status status = tg_json_get_array(&array, &length, record->json.root, key, error);
    if (status == TG_OK && length != TG_PIPELINE_NB_PUBLIC_VALUES) {
        status = TG_ERR_FORMAT;
        tg_error_set(error, status, "\"%s\" has %zu numbers, where a shard has %d", key, length,
                     TG_PIPELINE_NB_PUBLIC_VALUES);
        tg_error_how(error, "write them all, with the zeros at the end");
    }
    for (size_t i = 0; i < length && status == TG_OK; i++) {
        size_t value = 0;
        status = tg_json_get_size_at(&value, array, i, key, 0, TG_P - 1, error);
        values[i] = are_words ? tg_ref_from_word((uint32_t)value) : (uint32_t)value;
    }
    return status;
}

void tg_record_clear_made_values(uint32_t *values, const tg_machine *machine)
{
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        const tg_trace *trace = tg_machine_trace(machine, chip, TG_KIND_main);
        for (size_t i = 0; trace != NULL && i < trace->nb_sides; i++) {
            const tg_side *side = &trace->sides[i];
            if (side->public_value == TG_NOT_PUBLIC) continue;
            memset(&values[side->public_value], 0, tg_side_nb_words(side) * sizeof *values);
        }
    }
}

/* What fills the vector up is no value of the machine's. */
static tg_status check_zeros(const uint32_t *values, const tg_machine *machine, const char *key,
                             tg_error *error)
{
    for (size_t i = machine->nb_public_values; i < TG_PIPELINE_NB_PUBLIC_VALUES; i++) {
        if (values[i] == 0) continue;
        tg_error_set(error, TG_ERR_FORMAT,
                     "\"%s\"[%zu] is %u, but machine %s has %zu public values", key, i, values[i],
                     machine->id, machine->nb_public_values);
        tg_error_how(error, "write zeros behind them, or name the machine of this record with "
                            "--machine");
        return TG_ERR_FORMAT;
    }
    return TG_OK;
}

tg_status tg_record_public_values(uint32_t *values, bool *is_there, const tg_machine *machine,
                                  const tg_record *record, tg_error *error)
{
    static const char canonical[] = "public_values";
    static const char words[] = "public_values_words";
    const bool are_words = !tg_json_has(record->json.root, canonical);
    const char *key = are_words ? words : canonical;
    memset(values, 0, TG_PIPELINE_NB_PUBLIC_VALUES * sizeof *values);
    *is_there = tg_json_has(record->json.root, key);
    if (!*is_there) return TG_OK;
    tg_status status = read_values(values, are_words, record, key, error);
    if (status == TG_OK) status = check_zeros(values, machine, key, error);
    if (status != TG_OK) tg_error_where(error, "%s/record.json", record->path);
    return status;
}

/* ---- all events ---- */

tg_status tg_record_open_whole(tg_record *whole, bool *is_there, const tg_record *record,
                               tg_error *error)
{
    char path[TG_PATH_BYTES];
    struct stat info;
    *is_there = false;
    tg_status status = tg_path_format(path, error, "%s/whole", record->path);
    if (status != TG_OK) return status;
    if (stat(path, &info) != 0 && errno == ENOENT) return TG_OK;
    status = tg_record_open(whole, path, error);
    *is_there = status == TG_OK;
    return status;
}
