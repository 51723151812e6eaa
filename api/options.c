/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Options of a program, which may know fewer of them than the library, or more. */
#include "api/api_internal.h"

#include <string.h>

/* Bytes of the options as the first version of the header had them: no program has fewer. */
#define FIRST_BYTES (offsetof(tracegate_gate_options, progress) + sizeof(FILE *))

static tg_status refuse(tg_error *error, const char *what, const char *how)
{
    tg_error_set(error, TG_ERR_USAGE, "%s", what);
    tg_error_how(error, "%s", how);
    return TG_ERR_USAGE;
}

/* Whether a member is set that only a later library knows. */
static bool has_later(const tracegate_gate_options *given)
{
    const unsigned char *bytes = (const unsigned char *)given;
    for (size_t i = sizeof *given; i < given->struct_size; i++) {
        if (bytes[i] != 0) return true;
    }
    return false;
}

/* Refuse a list without its words. */
static tg_status check_list(const char *name, const char *const *words, size_t nb, tg_error *error)
{
    for (size_t i = 0; i < nb; i++) {
        if (words != NULL && words[i] != NULL) continue;
        tg_error_set(error, TG_ERR_USAGE, "%s has no text number %zu", name, i);
        tg_error_how(error, "set nb_%s to the number of texts that there are", name);
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

static tg_status check_lists(const tracegate_gate_options *options, tg_error *error)
{
    tg_status status = check_list("traces", options->traces, options->nb_traces, error);
    if (status == TG_OK)
        status = check_list("includes", options->includes, options->nb_includes, error);
    if (status == TG_OK)
        status = check_list("defines", options->defines, options->nb_defines, error);
    if (status == TG_OK) status = check_list("flags", options->flags, options->nb_flags, error);
    if (status == TG_OK)
        status = check_list("chip_libraries", options->chip_libraries, options->nb_chip_libraries,
                            error);
    if (status == TG_OK)
        status = check_list("records", options->records, options->nb_records, error);
    return status;
}

static tg_status check_range(const char *name, uint64_t value, uint64_t most, tg_error *error)
{
    if (value <= most) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "%s is %llu", name, (unsigned long long)value);
    tg_error_how(error, "give %llu at the most", (unsigned long long)most);
    return TG_ERR_USAGE;
}

static tg_status check_values(const tracegate_gate_options *options, tg_error *error)
{
    const bool is_compiled = options->standard != NULL || options->nb_includes != 0 ||
                             options->nb_defines != 0 || options->nb_flags != 0 ||
                             options->event_struct != NULL;
    // A chip library may name the manifest.
    const bool may_have_own = options->nb_chip_libraries != 0 && options->kernel == NULL &&
                              options->manifest == NULL && !is_compiled;
    if ((options->kernel == NULL) == (options->manifest == NULL) && !may_have_own)
        return refuse(
            error, "the options need one of kernel and manifest, and not both",
            "set kernel to \"FILE:SYMBOL\", or manifest to a file that describes kernels");
    if (options->manifest != NULL && is_compiled)
        return refuse(
            error,
            "standard, includes, defines, flags and event_struct are for kernel, not manifest",
            "write them into the manifest (docs/manifest.md)");
    if (options->place < TRACEGATE_ANYWHERE || options->place > TRACEGATE_DEVICE)
        return refuse(error, "place is none of tracegate_place",
                      "set it to TRACEGATE_ANYWHERE, TRACEGATE_HOST or TRACEGATE_DEVICE");
    if (options->is_in_process != 0 && options->max_run_seconds != 0)
        return refuse(error, "is_in_process and max_run_seconds exclude each other",
                      "set one of them: only a process of its own can be ended");
    tg_status status = check_range("nb_events", options->nb_events, TG_MAX_EVENTS, error);
    if (status == TG_OK) status = check_range("height", options->height, TG_MAX_HEIGHT, error);
    if (status == TG_OK) status = check_range("nb_repeats", options->nb_repeats, 1000000, error);
    if (status == TG_OK) status = check_range("max_cells", options->max_cells, 1000000, error);
    return status;
}

tg_status api_options_take(tracegate_gate_options *options, const tracegate_gate_options *given,
                           tg_error *error)
{
    *options = (tracegate_gate_options){.struct_size = sizeof *options};
    if (given->struct_size < FIRST_BYTES)
        return refuse(error, "struct_size of the options is not their size",
                      "write options = {.struct_size = sizeof options, ...}");
    if (has_later(given))
        return refuse(
            error, "the options have members that this library does not know",
            "build the program with the tracegate.h of the library that it is linked with");
    const size_t nb_bytes =
        given->struct_size < sizeof *options ? given->struct_size : sizeof *options;
    memcpy(options, given, nb_bytes);
    options->struct_size = sizeof *options;
    const tg_status status = check_lists(options, error);
    return status == TG_OK ? check_values(options, error) : status;
}

tg_status api_options_gate(tg_gate_options *gate, const tracegate_gate_options *options,
                           tg_error *error)
{
    const bool is_plain =
        options->profile == NULL && options->nb_events == 0 && options->height == 0;
    *gate = (tg_gate_options){
        .records = options->records,
        .nb_records = options->nb_records,
        .corpus = options->corpus,
        .corpus_is_required = options->corpus != NULL,
        .cases = options->cases,
        .cases_are_required = options->cases != NULL,
        .seeded = true,
        .profile = TG_GATE_PROFILE,
        .all_profiles = options->profile == NULL,
        .sweeps = is_plain,
        .seed = options->seed != 0 ? options->seed : TG_GATE_SEED,
        .nb_events = options->nb_events != 0 ? options->nb_events : TG_GATE_NB_EVENTS,
        .fixed_height = options->height,
        .nb_repeats = options->nb_repeats,
        .tries_shapes = options->sweep != 0,
        .max_cells = options->max_cells != 0 ? options->max_cells : TG_GATE_MAX_CELLS,
        .max_failures = TG_USER_MAX_FAILURES,
        .triages = true,
        .save = options->save,
        .isolation = {.isolate = options->is_in_process != 0 ? TG_ISOLATE_NEVER : TG_ISOLATE_ALWAYS,
                      .has_limit = options->max_run_seconds != 0,
                      .max_seconds = (double)options->max_run_seconds},
    };
    if (options->profile == NULL) return TG_OK;
    return tg_profile_find(&gate->profile, options->profile, error);
}
