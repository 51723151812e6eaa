/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The kernels of a call: where they run, what compilers say, and how the program `tracegate` is
 * told of them. */
#include "api/api_internal.h"

#include "harness/user_words.h"
#include "model/memory.h"
#include "modules/cache.h"
#include "modules/device_build.h"

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

static tg_status choose_route(tg_user_options *user, const tracegate_gate_options *options,
                              FILE *text, tg_error *error)
{
    user->route = TG_ROUTE_HOST;
    user->sanitizes = options->sanitize != 0;
    if (options->place == TRACEGATE_HOST) return TG_OK;
    tg_error why = {.status = TG_OK};
    const tg_status status = tg_device_architecture(&user->arch, &why);
    if (status == TG_OK) {
        user->route = TG_ROUTE_DEVICE;
        return TG_OK;
    }
    if (status != TG_ERR_UNAVAILABLE || options->place == TRACEGATE_DEVICE) {
        if (error != NULL) *error = why;
        return status;
    }
    user->has_no_device = true;
    (void)fprintf(text, "%s: the kernels run on the CPU\n", why.what);
    return TG_OK;
}

/* Add what a compiler said to the text of the verdict. */
static void take_log(void *context, const char *source, const char *log)
{
    char bytes[4096];
    size_t nb = 0;
    FILE *text = context;
    FILE *file = fopen(log, "rb");
    if (file == NULL) return;
    (void)fprintf(text, "the compiler says of %s:\n", source);
    while ((nb = fread(bytes, 1, sizeof bytes, file)) != 0) (void)fwrite(bytes, 1, nb, text);
    (void)fclose(file);
}

/* Say that builds are not kept where they usually are. */
static void say_cache(FILE *text)
{
    tg_error why = {.status = TG_OK};
    char line[sizeof why + 16];
    if (tg_cache_is_replaced(&why))
        (void)fprintf(text, "%s\n", tg_error_line(line, sizeof line, &why));
}

tg_status api_kernels_open(api_kernels *kernels, const tracegate_gate_options *options, FILE *text,
                           tg_error *error)
{
    tg_user_options user = {
        .manifest = options->manifest,
        .kernel = options->kernel,
        .build = {.standard = options->standard,
                  .nb_includes = options->nb_includes,
                  .includes = options->includes,
                  .nb_defines = options->nb_defines,
                  .defines = options->defines,
                  .nb_flags = options->nb_flags,
                  .flags = options->flags},
        .event_struct = options->event_struct,
        .poisons = options->poison != 0,
        .on_log = take_log,
        .context = text,
    };
    *kernels = (api_kernels){.kernels = NULL};
    say_cache(text);
    tg_status status = tg_chip_libraries_open(&kernels->libraries, options->chip_libraries,
                                              options->nb_chip_libraries, error);
    if (status == TG_OK && options->kernel != NULL)
        status = tg_user_trace_find(&user.trace, options->traces, options->nb_traces, error);
    if (status == TG_OK) status = choose_route(&user, options, text, error);
    if (status == TG_OK) status = check_sanitizer(&user, error);
    if (status == TG_OK) status = tg_user_kernels_create(&kernels->kernels, &user, error);
    if (status == TG_OK)
        status = tg_user_traces_choose(&kernels->names, &kernels->nb_names, kernels->kernels,
                                       options->traces, options->nb_traces, error);
    kernels->backend = user.route == TG_ROUTE_HOST ? "host" : "cuda";
    if (status != TG_OK) return status;
    return tg_user_words_create(&kernels->words, &kernels->nb_words, &user,
                                options->place == TRACEGATE_HOST, options->chip_libraries,
                                options->nb_chip_libraries, error);
}

void api_kernels_close(api_kernels *kernels)
{
    tg_user_kernels_destroy(kernels->kernels);
    tg_buffer_destroy(kernels->names);
    tg_buffer_destroy(kernels->words);
    tg_chip_libraries_close(kernels->libraries);
    *kernels = (api_kernels){.kernels = NULL};
}

void api_kernels_command(tg_command *command, const api_kernels *kernels,
                         const tracegate_gate_options *options)
{
    tg_command_begin(command);
    tg_command_add(command, "tracegate");
    tg_command_add(command, "gate");
    tg_command_add_words(command, kernels->names, kernels->nb_names);
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
    tg_command_add_option(command, "actual", "%s", kernels->backend);
    if (options->nb_repeats > 1)
        tg_command_add_option(command, "repeat", "%zu", options->nb_repeats);
    if (options->sweep != 0) tg_command_add(command, "--sweep");
    if (options->max_run_seconds != 0)
        tg_command_add_option(command, "max-run-seconds", "%u", options->max_run_seconds);
    if (options->is_in_process != 0) tg_command_add(command, "--no-isolate");
    tg_command_add_words(command, kernels->words, kernels->nb_words);
}
