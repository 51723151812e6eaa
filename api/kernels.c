/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The kernels of a call: where they run, what compilers say, and how the program `tracegate` is
 * told of them. */
#include "api/api_internal.h"

#include "harness/user_traces.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>

/* Refuse kernels under sanitizers to a program without their runtime, which would end it. */
static tg_status check_sanitizer(const tg_user_options *user, tg_error *error)
{
    if (user->route != TG_ROUTE_HOST || !user->sanitizes) return TG_OK;
    void *program = dlopen(NULL, RTLD_NOW);
    const bool has_runtime = program != NULL && dlsym(program, "__asan_init") != NULL;
    if (program != NULL) (void)dlclose(program);
    if (has_runtime) return TG_OK;
    tg_error_set(error, TG_ERR_UNAVAILABLE, "this program has no runtime of AddressSanitizer");
    tg_error_how(error, "build it with -fsanitize=address, or start it with LD_PRELOAD set to what "
                        "'c++ -print-file-name=libasan.so' prints; or leave sanitize 0");
    return TG_ERR_UNAVAILABLE;
}

static void take_log(void *context, const char *source, const char *log)
{
    tg_user_say_log(context, "", source, log);
}

/* What is to be made; trace and route are not chosen yet. */
static tg_user_options user_options(const tracegate_gate_options *options, const char *manifest,
                                    FILE *text)
{
    return (tg_user_options){
        .manifest = manifest,
        .kernel = options->kernel,
        .build = {.standard = options->standard,
                  .nb_includes = options->nb_includes,
                  .includes = options->includes,
                  .nb_defines = options->nb_defines,
                  .defines = options->defines,
                  .nb_flags = options->nb_flags,
                  .flags = options->flags},
        .event_struct = options->event_struct,
        .sanitizes = options->sanitize != 0,
        .poisons = options->poison != 0,
        .keeps_going = true,
        .on_log = take_log,
        .context = text,
    };
}

static tg_user_place place_of(const tracegate_gate_options *options)
{
    static const tg_user_place places[] = {[TRACEGATE_ANYWHERE] = TG_PLACE_ANYWHERE,
                                           [TRACEGATE_HOST] = TG_PLACE_HOST,
                                           [TRACEGATE_DEVICE] = TG_PLACE_DEVICE};
    return places[options->place];
}

/* The manifest: the one that is given, or that the library of all chips that are named has. */
static tg_status find_manifest(const char **manifest, const tracegate_gate_options *options,
                               tg_error *error)
{
    *manifest = options->manifest;
    if (options->kernel != NULL || options->manifest != NULL) return TG_OK;
    *manifest = tg_user_traces_manifest(options->traces, options->nb_traces);
    if (*manifest != NULL) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE,
                 "neither kernel nor manifest is set, nor are the traces those of a chip library "
                 "that names its manifest");
    tg_error_how(error, "set manifest to a file that describes kernels, or name traces of the chip "
                        "library's chips");
    return TG_ERR_USAGE;
}

/* Open the kernels, with the chips there. */
static tg_status open_set(tg_user_set *set, const tracegate_gate_options *options, FILE *text,
                          tg_error *error)
{
    const tg_user_wish wish = {.traces = options->traces,
                               .nb_traces = options->nb_traces,
                               .is_host = options->place == TRACEGATE_HOST,
                               .keeps_going = true,
                               .libraries = options->chip_libraries,
                               .nb_libraries = options->nb_chip_libraries};
    tg_error no_device = {.status = TG_OK};
    const char *manifest = NULL;
    tg_status status = find_manifest(&manifest, options, error);
    tg_user_options user = user_options(options, manifest, text);
    if (status == TG_OK && options->kernel != NULL)
        status = tg_user_trace_find(&user.trace, options->traces, options->nb_traces, error);
    if (status == TG_OK) {
        status = tg_user_place_choose(&user, &no_device, place_of(options), error);
        if (status == TG_ERR_UNAVAILABLE)
            tg_error_how(error, "run on a machine with a GPU, or set place to TRACEGATE_HOST");
    }
    if (status == TG_OK && user.has_no_device) tg_user_say_place(text, "", &no_device, "");
    if (status == TG_OK) status = check_sanitizer(&user, error);
    return status == TG_OK ? tg_user_set_open(set, &user, &wish, error) : status;
}

tg_status api_kernels_open(api_kernels *kernels, const tracegate_gate_options *options, FILE *text,
                           tg_supervised *notes, tg_error *error)
{
    *kernels = (api_kernels){.libraries = NULL};
    tg_user_say_cache(text, "");
    if (notes != NULL) tg_supervised_begin_call(notes);
    const tg_status status = tg_chip_libraries_open(&kernels->libraries, options->chip_libraries,
                                                    options->nb_chip_libraries, error);
    if (notes != NULL) tg_supervised_end_call(notes);
    tg_chip_libraries_count(kernels->libraries, notes != NULL ? &notes->calls : NULL);
    return status == TG_OK ? open_set(&kernels->set, options, text, error) : status;
}

void api_kernels_close(api_kernels *kernels)
{
    tg_user_set_close(&kernels->set);
    tg_chip_libraries_close(kernels->libraries);
    *kernels = (api_kernels){.libraries = NULL};
}

void api_kernels_command(tg_command *command, const tg_user_set *set,
                         const tracegate_gate_options *options)
{
    tg_command_begin(command);
    tg_command_add(command, "tracegate");
    tg_command_add(command, "gate");
    tg_command_add_words(command, set->names, set->nb_names);
    for (size_t i = 0; i < options->nb_records; i++)
        tg_command_add_option(command, "record", "%s", tg_command_path(options->records[i]));
    if (options->corpus != NULL) tg_command_add_option(command, "corpus", "%s", options->corpus);
    if (options->cases != NULL) tg_command_add_option(command, "cases", "%s", options->cases);
    tg_command_add_option(command, "seed", "0x%" PRIx64,
                          options->seed != 0 ? options->seed : (uint64_t)TG_GATE_SEED);
    if (options->nb_events != 0)
        tg_command_add_option(command, "nb-events", "%zu", options->nb_events);
    if (options->profile != NULL) tg_command_add_option(command, "profile", "%s", options->profile);
    if (options->height != 0) tg_command_add_option(command, "height", "%zu", options->height);
    tg_command_add_option(command, "actual", "%s", set->backend);
    if (options->nb_repeats > 1)
        tg_command_add_option(command, "repeat", "%zu", options->nb_repeats);
    if (options->sweep != 0) tg_command_add(command, "--sweep");
    if (options->max_run_seconds != 0)
        tg_command_add_option(command, "max-run-seconds", "%u", options->max_run_seconds);
    if (options->is_in_process != 0) tg_command_add(command, "--no-isolate");
    tg_command_add_words(command, set->words, set->nb_words);
}
