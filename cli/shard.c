/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A record and a pipeline for it. */
#include "cli/shard.h"

#include "gpu/runtime_ops.h"
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
    tg_error_how(error, "give cuda or host, or leave it away");
    return TG_ERR_USAGE;
}

/* ---- chips of the device ---- */

static bool has_kernels(const tg_machine *machine, size_t chip)
{
    return machine->chips[chip].own != 0;
}

static tg_status choose_chip(tg_shard *shard, const char *name, tg_error *error)
{
    size_t chip = 0;
    const tg_status status = tg_machine_find_chip(&chip, shard->machine, name, error);
    if (status != TG_OK) {
        tg_error_where(error, "--device-chips");
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

bool tg_shard_is_on_device(const tg_shard *shard, size_t chip, tg_kind kind)
{
    if (tg_machine_trace(shard->machine, chip, kind) == NULL) return false;
    return shard->follows_sp1 ? shard->machine->chips[chip].is_device[kind]
                              : shard->is_on_device[chip];
}

/* ---- opening ---- */

static tg_status open_pipeline(tg_shard *shard, const tg_shard_values *values, const char *verb,
                               tg_error *error)
{
    const tg_pipeline_options options = {
        .nb_threads = values->nb_threads.value,
        .no_overlap = values->no_overlap,
        .is_device = shard->follows_sp1 ? NULL : is_device,
        .is_device_context = shard,
    };
    tg_status status = TG_ERR_UNAVAILABLE;
    for (size_t i = 0; i < NB_DEVICES; i++) {
        if (values->device != NULL && strcmp(values->device, devices[i]->name) != 0) continue;
        shard->device = devices[i]->name;
        status = tg_pipeline_create(&shard->pipeline, shard->machine, devices[i], &options, error);
        if (status != TG_ERR_UNAVAILABLE || values->device != NULL) break;
    }
    if (status == TG_OK && values->device == NULL && strcmp(shard->device, devices[0]->name) != 0)
        (void)fprintf(stderr, "tracegate %s: no GPU here: the host takes its place\n", verb);
    return status;
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

tg_status tg_shard_open(tg_shard *shard, const tg_shard_values *values, const char *record,
                        const char *verb, tg_error *error)
{
    *shard = (tg_shard){.machine = NULL};
    tg_status status = check_device(values->device, error);
    if (status == TG_OK) status = tg_machine_find(&shard->machine, values->machine, error);
    if (status != TG_OK) return status;
    shard->max_log_rows = values->max_log_rows.given ? (unsigned)values->max_log_rows.value
                                                     : shard->machine->max_log_rows;
    status = tg_record_open(&shard->record, record, error);
    if (status != TG_OK) return status;
    shard->has_program = has_program(shard->machine, &shard->record);
    status = choose_chips(shard, values->device_chips, error);
    if (status == TG_OK)
        status = tg_permits_create(&shard->permits, values->nb_permits.value, error);
    if (status == TG_OK) status = open_pipeline(shard, values, verb, error);
    if (status != TG_OK) tg_shard_close(shard);
    return status;
}

void tg_shard_close(tg_shard *shard)
{
    tg_pipeline_destroy(shard->pipeline);
    tg_permits_destroy(shard->permits);
    free(shard->is_on_device);
    tg_record_clear(&shard->record);
}

tg_status tg_shard_inputs(tg_inputs **inputs, const tg_shard *shard, tg_kind kind, tg_error *error)
{
    return tg_inputs_from_record(inputs, shard->machine, kind, &shard->record, error);
}
