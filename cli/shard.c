/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A record and a pipeline for it. */
#include "cli/shard.h"

#include "cli/shard_sizes.h"
#include "gpu/runtime_ops.h"
#include "pipeline/included.h"
#include "pipeline/record_inputs.h"

#include <stdlib.h>
#include <string.h>

/* ---- devices ---- */

static const tg_runtime_ops *const devices[] = {&tg_runtime_cuda, &tg_runtime_host};
#define NB_DEVICES (sizeof devices / sizeof devices[0])

static tg_status check_device(const char *name, tg_error *error)
{
    if (name == NULL) return TG_OK;
    for (size_t i = 0; i < NB_DEVICES; i++) {
        if (strcmp(name, devices[i]->name) == 0) return TG_OK;
    }
    tg_error_set(error, TG_ERR_USAGE, "--device: there is no device '%s'", name);
    tg_error_how(error, "give cuda or host, or leave it out");
    return TG_ERR_USAGE;
}

/* ---- chips of the device ---- */

static bool has_kernels(const tg_machine *machine, size_t chip)
{
    return machine->chips[chip].own != 0;
}

/* Machines that have a chip, as "compress and wrap"; "": none has it. text: size bytes */
static void name_machines(char *text, size_t size, const char *name)
{
    const char *last = NULL;
    text[0] = '\0';
    for (size_t i = 0; i < tg_nb_machines(); i++) {
        size_t chip = 0;
        if (tg_machine_find_chip(&chip, tg_machine_at(i), name, NULL) != TG_OK) continue;
        const size_t used = strlen(text);
        if (last != NULL)
            (void)snprintf(text + used, size - used, "%s%s", used != 0 ? ", " : "", last);
        last = tg_machine_at(i)->short_id;
    }
    const size_t used = strlen(text);
    if (last != NULL)
        (void)snprintf(text + used, size - used, "%s%s", used != 0 ? " and " : "", last);
}

/* Say how to mend a name that is no chip's of the machine, where it is more than misspelt. */
static void explain_name(const tg_machine *machine, const char *name, tg_error *error)
{
    char text[TG_NAME_BYTES];
    size_t chip = 0;
    const char *dot = strrchr(name, '.');
    (void)snprintf(text, sizeof text, "%.*s", (int)(dot != NULL ? dot - name : 0), name);
    if (name[0] == '\0') {
        tg_error_how(error, "give names with one ',' between two of them");
    } else if (strcmp(name, "all") == 0 || strcmp(name, "none") == 0) {
        tg_error_how(error, "give %s alone, or names of chips", name);
    } else if (dot != NULL && tg_machine_find_chip(&chip, machine, text, NULL) == TG_OK) {
        tg_error_how(error, "give %s: a chip's traces are made in one place", text);
    } else {
        char machines[128];
        name_machines(machines, sizeof machines, name);
        if (machines[0] != '\0') tg_error_how(error, "leave it out: it is a chip of %s", machines);
    }
}

static tg_status choose_chip(tg_shard *shard, const char *name, tg_error *error)
{
    size_t chip = 0;
    const tg_status status = tg_machine_find_chip(&chip, shard->machine, name, error);
    if (status != TG_OK) {
        tg_error_where(error, "--device-chips");
        explain_name(shard->machine, name, error);
        return status;
    }
    if (!has_kernels(shard->machine, chip)) {
        tg_error_set(error, TG_ERR_USAGE, "--device-chips: %s has no kernels here", name);
        tg_error_how(error, "leave it out; 'tracegate list' shows the chips that have");
        return TG_ERR_USAGE;
    }
    shard->is_on_device[chip] = true;
    return TG_OK;
}

/* Mark the chips of a list of names with ',' between them. */
static tg_status choose_list(tg_shard *shard, const char *list, tg_error *error)
{
    tg_status status = TG_OK;
    for (const char *name = list; status == TG_OK;) {
        char word[TG_NAME_BYTES];
        const size_t length = strcspn(name, ",");
        (void)snprintf(word, sizeof word, "%.*s",
                       (int)(length < sizeof word ? length : sizeof word - 1), name);
        status = choose_chip(shard, word, error);
        if (name[length] == '\0') break;
        name += length + 1;
    }
    return status;
}

static tg_status choose_chips(tg_shard *shard, const char *text, tg_error *error)
{
    const size_t nb_chips = shard->machine->nb_chips;
    shard->follows_sp1 = text == NULL;
    shard->is_on_device = calloc(nb_chips, sizeof *shard->is_on_device);
    if (shard->is_on_device == NULL) {
        tg_error_set(error, TG_ERR_MEMORY, "no memory for %zu chips", nb_chips);
        tg_error_how(error, "free memory");
        return TG_ERR_MEMORY;
    }
    if (text == NULL || strcmp(text, "none") == 0) return TG_OK;
    if (strcmp(text, "all") != 0) return choose_list(shard, text, error);
    for (size_t chip = 0; chip < nb_chips; chip++) {
        shard->is_on_device[chip] = has_kernels(shard->machine, chip);
    }
    return TG_OK;
}

/* The pipeline's question, which is asked of chips with kernels only. */
static bool is_device(void *context, const tg_machine_chip *chip, tg_kind kind)
{
    const tg_shard *shard = context;
    (void)kind;
    return shard->is_on_device[chip - shard->machine->chips];
}

/* ---- opening ---- */

static tg_status open_pipeline(tg_shard *shard, const tg_shard_values *values, const char *verb,
                               tg_launches *launches, tg_error *error)
{
    const tg_pipeline_options options = {
        .nb_threads = values->nb_threads.value,
        .no_overlap = values->no_overlap,
        .is_device = shard->follows_sp1 ? NULL : is_device,
        .is_device_context = shard,
    };
    tg_error why = {.status = TG_OK};
    tg_status status = TG_ERR_UNAVAILABLE;
    for (size_t i = 0; i < NB_DEVICES; i++) {
        if (values->device != NULL && strcmp(values->device, devices[i]->name) != 0) continue;
        const tg_runtime_ops *ops =
            launches != NULL ? tg_launches_ops(devices[i], launches) : devices[i];
        // What the first device lacks is no error where the second one takes its place.
        why = (tg_error){.status = TG_OK};
        shard->device = devices[i]->name;
        status = tg_pipeline_create(&shard->pipeline, shard->machine, ops, &options, &why);
        if (status != TG_ERR_UNAVAILABLE || values->device != NULL) break;
    }
    if (status != TG_OK && error != NULL) *error = why;
    if (status == TG_OK && values->device == NULL && strcmp(shard->device, devices[0]->name) != 0)
        shard->verb = verb;
    return status;
}

void tg_shard_say_device(const tg_shard *shard)
{
    if (shard->verb != NULL)
        (void)fprintf(stderr, "tracegate %s: no GPU here: the host takes its place\n", shard->verb);
}

/* Whether a record has preprocessed traces. Shards have stand-ins for theirs. */
static bool has_program(const tg_machine *machine, const tg_record *record)
{
    bool has_any = machine->is_riscv;
    for (size_t i = 0; i < record->nb_traces; i++) {
        const char *dot = strrchr(record->traces[i].name, '.');
        if (dot != NULL && strcmp(dot + 1, tg_kind_name(TG_KIND_preprocessed)) == 0) has_any = true;
    }
    return has_any;
}

tg_status tg_shard_read(tg_shard *shard, const tg_shard_values *values, const char *record,
                        tg_error *error)
{
    *shard = (tg_shard){.machine = NULL};
    tg_status status = check_device(values->device, error);
    if (status == TG_OK) status = tg_machine_find(&shard->machine, values->machine, error);
    if (status != TG_OK) return status;
    shard->max_log_rows = values->max_log_rows.given ? (unsigned)values->max_log_rows.value
                                                     : shard->machine->max_log_rows;
    if (values->is_jagged)
        shard->capacity =
            values->capacity.given ? values->capacity.value : shard->machine->jagged_words;
    status = tg_record_open(&shard->record, record, error);
    if (status != TG_OK) {
        *shard = (tg_shard){.machine = shard->machine};
        return status;
    }
    shard->has_program = has_program(shard->machine, &shard->record);
    status = choose_chips(shard, values->device_chips, error);
    if (status == TG_OK) status = tg_shard_check_sizes(shard, error);
    if (status != TG_OK) tg_shard_close(shard);
    return status;
}

tg_status tg_shard_start(tg_shard *shard, const tg_shard_values *values, const char *verb,
                         tg_launches *launches, tg_error *error)
{
    const tg_status status = tg_permits_create(&shard->permits, values->nb_permits.value, error);
    return status == TG_OK ? open_pipeline(shard, values, verb, launches, error) : status;
}

tg_status tg_shard_open(tg_shard *shard, const tg_shard_values *values, const char *record,
                        const char *verb, tg_error *error)
{
    tg_status status = tg_shard_read(shard, values, record, error);
    if (status != TG_OK) return status;
    status = tg_shard_start(shard, values, verb, NULL, error);
    if (status != TG_OK) tg_shard_close(shard);
    return status;
}

void tg_shard_close(tg_shard *shard)
{
    tg_pipeline_destroy(shard->pipeline);
    tg_permits_destroy(shard->permits);
    free(shard->is_on_device);
    tg_record_clear(&shard->record);
    *shard = (tg_shard){.machine = shard->machine};
}

tg_status tg_shard_inputs(tg_inputs **inputs, const tg_shard *shard, tg_kind kind, tg_error *error)
{
    return tg_inputs_from_record(inputs, shard->machine, kind, &shard->record, error);
}

static size_t count_cells(const tg_inputs *inputs)
{
    size_t nb_cells = 0;
    for (size_t i = 0; i < inputs->machine->nb_chips; i++) {
        if (inputs->chips[i].is_included)
            nb_cells +=
                inputs->chips[i].height * tg_machine_width(inputs->machine, i, inputs->kind);
    }
    return nb_cells;
}

tg_status tg_shard_nb_cells(size_t *nb_cells, const tg_shard *shard, tg_error *error)
{
    tg_status status = TG_OK;
    *nb_cells = 0;
    for (tg_kind kind = 0; kind < TG_NB_KINDS && status == TG_OK; kind++) {
        tg_inputs *inputs = NULL;
        if (kind == TG_KIND_preprocessed && !shard->has_program) continue;
        status = tg_inputs_plan_record(&inputs, shard->machine, kind, &shard->record, error);
        if (status != TG_OK) break;
        *nb_cells += count_cells(inputs);
        inputs->destroy(inputs);
    }
    return status;
}

/* ---- the record's list of chips ---- */

static bool is_listed(tg_json_value *list, const char *name)
{
    for (size_t i = 0; i < tg_json_length(list); i++) {
        tg_json_value *chip = tg_json_member(tg_json_element(list, i), "chip");
        if (strcmp(tg_json_text_of(chip), name) == 0) return true;
    }
    return false;
}

bool tg_shard_lists_cluster(const tg_shard *shard, const tg_cluster *cluster)
{
    tg_json_value *list = tg_json_member(shard->record.json.root, "chips");
    if (tg_json_length(list) == 0) return true;
    for (size_t i = 0; i < cluster->nb_chips; i++) {
        if (!is_listed(list, shard->machine->chips[cluster->chips[i]].name)) return false;
    }
    return tg_json_length(list) == cluster->nb_chips;
}

/* Names of a list that are said; the rest is counted. */
#define MAX_NAMED 3

/* Some names of chips, each cut to 40 bytes. */
typedef struct names {
    char text[192];
    size_t nb;
} names;

static void add_name(names *to, const char *name)
{
    const size_t used = strlen(to->text);
    if (to->nb++ < MAX_NAMED)
        (void)snprintf(to->text + used, sizeof to->text - used, "%s%.40s", used != 0 ? ", " : "",
                       name);
}

/* "A, B, C and 5 more", or "none" */
static const char *names_text(names *of)
{
    const size_t used = strlen(of->text);
    if (of->nb == 0) return "none";
    if (of->nb > MAX_NAMED)
        (void)snprintf(of->text + used, sizeof of->text - used, " and %zu more",
                       of->nb - MAX_NAMED);
    return of->text;
}

/* Say which chips the record's list lacks, and which it has too many. */
static tg_status refuse_list(const tg_shard *shard, const tg_cluster *cluster, tg_error *error)
{
    const tg_machine *machine = shard->machine;
    tg_json_value *list = tg_json_member(shard->record.json.root, "chips");
    bool is_in[TG_MAX_MACHINE_CHIPS] = {false};
    names missing = {.nb = 0};
    names more = {.nb = 0};
    for (size_t i = 0; i < cluster->nb_chips; i++) {
        const char *name = machine->chips[cluster->chips[i]].name;
        is_in[cluster->chips[i]] = true;
        if (!is_listed(list, name)) add_name(&missing, name);
    }
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        if (!is_in[chip] && is_listed(list, machine->chips[chip].name))
            add_name(&more, machine->chips[chip].name);
    }
    tg_error_set(error, TG_ERR_FORMAT,
                 "the record's list of chips is not cluster %s, the smallest with all that it "
                 "includes; missing: %s; too many: %s",
                 cluster->id, names_text(&missing), names_text(&more));
    tg_error_where(error, "%s/record.json", shard->record.path);
    tg_error_how(error, "list all %zu chips of the cluster, and no others", cluster->nb_chips);
    return TG_ERR_FORMAT;
}

tg_status tg_shard_check_list(const tg_shard *shard, tg_error *error)
{
    bool is_included[TG_MAX_MACHINE_CHIPS];
    size_t rows[TG_MAX_MACHINE_CHIPS];
    size_t number = 0;
    const tg_machine *machine = shard->machine;
    tg_status status = tg_record_check_machine(&shard->record, machine, error);
    if (status == TG_OK)
        status = tg_included_of_record(is_included, rows, machine, &shard->record, error);
    if (status != TG_OK) return status;
    status = tg_machine_smallest_cluster(&number, machine, is_included, error);
    if (status != TG_OK) {
        tg_error_where(error, "%s/record.json", shard->record.path);
        return status;
    }
    const tg_cluster *cluster = &machine->clusters[number];
    return tg_shard_lists_cluster(shard, cluster) ? TG_OK : refuse_list(shard, cluster, error);
}

/* ---- making ---- */

void tg_shard_destroy_inputs(tg_inputs **inputs)
{
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        if (inputs[kind] != NULL) inputs[kind]->destroy(inputs[kind]);
        inputs[kind] = NULL;
    }
}

tg_status tg_shard_all_inputs(tg_inputs **inputs, const tg_shard *shard, bool has_patterns,
                              tg_error *error)
{
    tg_status status = TG_OK;
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        inputs[kind] = NULL;
    }
    for (tg_kind kind = 0; kind < TG_NB_KINDS && status == TG_OK; kind++) {
        if (kind == TG_KIND_preprocessed && !shard->has_program) continue;
        status = tg_shard_inputs(&inputs[kind], shard, kind, error);
        if (status == TG_OK && has_patterns) tg_inputs_fill_stand_ins(inputs[kind]);
    }
    if (status == TG_OK) return TG_OK;
    tg_shard_destroy_inputs(inputs);
    return status;
}

tg_status tg_shard_generate(tg_pipeline_result *result, const tg_shard *shard,
                            tg_inputs *const *inputs, tg_error *error)
{
    if (!shard->has_program)
        return tg_pipeline_generate_main(result, shard->pipeline, inputs[TG_KIND_main],
                                         shard->max_log_rows, shard->permits, error);
    return tg_pipeline_generate(result, shard->pipeline, inputs[TG_KIND_preprocessed],
                                inputs[TG_KIND_main], shard->max_log_rows, shard->permits, error);
}

tg_status tg_shard_make(tg_pipeline_result *result, const tg_shard *shard, bool has_patterns,
                        tg_error *error)
{
    tg_inputs *inputs[TG_NB_KINDS];
    const tg_status status = tg_shard_all_inputs(inputs, shard, has_patterns, error);
    return status == TG_OK ? tg_shard_generate(result, shard, inputs, error) : status;
}
