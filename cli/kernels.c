/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Users' kernels on the command line: where they run, what compilers say, and the start under
 * sanitizers. */
#include "cli/kernels.h"

#include "cli/verbs.h"

#include "model/memory.h"
#include "modules/device_build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Says that the program was started anew, and with which runtime: never twice. */
#define PRELOADED "TRACEGATE_PRELOADED"

/* Words of this process's command line, at the most. */
#define MAX_COMMAND_BYTES ((size_t)1 << 20)

/* ---- options ---- */

static tg_status need(const char *option, const char *of, tg_error *error)
{
    tg_error_set(error, TG_ERR_USAGE, "--%s is for %s, which is not given", option, of);
    tg_error_how(error, "say which kernels, with --kernel FILE:SYMBOL or --kernels FILE");
    return TG_ERR_USAGE;
}

/* Options that say how a source is compiled, which a manifest says itself. */
static const char *source_option(const tg_kernel_values *given)
{
    if (given->standard != NULL) return "std";
    if (given->includes.nb_words != 0) return "include";
    if (given->defines.nb_words != 0) return "define";
    return given->flags.nb_words != 0 ? "flag" : NULL;
}

static tg_status check_values(const tg_kernel_values *given, tg_error *error)
{
    const char *of_source = source_option(given);
    if (given->kernel != NULL && given->manifest != NULL) {
        tg_error_set(error, TG_ERR_USAGE, "--kernel and --kernels exclude each other");
        tg_error_how(error, "add the kernel to the manifest");
        return TG_ERR_USAGE;
    }
    if (given->no_sanitize && !given->host && given->kernel == NULL && given->manifest == NULL)
        return need("no-sanitize", "kernels", error);
    if (given->kernel != NULL) return TG_OK;
    if (of_source != NULL && given->manifest != NULL) {
        tg_error_set(error, TG_ERR_USAGE, "--%s is for --kernel; a manifest says it itself",
                     of_source);
        tg_error_how(error, "write it into the manifest (docs/manifest.md)");
        return TG_ERR_USAGE;
    }
    if (of_source != NULL) return need(of_source, "--kernel", error);
    if (given->manifest != NULL) return TG_OK;
    if (given->host) return need("host", "kernels", error);
    if (given->poison) return need("poison", "kernels", error);
    return given->warnings ? need("warnings", "kernels", error) : TG_OK;
}

/* The one trace of --kernel. */
static tg_status find_trace(size_t *trace, const tg_words *operands, tg_error *error)
{
    size_t indices[TG_NB_KINDS] = {0};
    size_t nb = 0;
    if (operands->nb_words == 1) {
        const tg_status status = tg_subject_find(indices, &nb, operands->words[0], error);
        if (status != TG_OK) return status;
    }
    *trace = indices[0];
    if (nb == 1) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "--kernel makes one trace, and %s",
                 operands->nb_words == 0 ? "none is named"
                 : nb > 1                ? "a chip with two is named"
                                         : "several are named");
    tg_error_how(error, "name it: %s; for several kernels write a manifest, --kernels",
                 nb > 1 ? tg_trace_at(indices[1])->name : tg_trace_at(0)->name);
    return TG_ERR_USAGE;
}

/* ---- where kernels run ---- */

/* The backend that the command asks for beside the trusted one; NULL: none. */
static const char *asked_backend(const char *const *backends, size_t nb)
{
    for (size_t i = 0; i < nb; i++) {
        if (backends[i] != NULL && strcmp(backends[i], "cuda") == 0) return backends[i];
        if (backends[i] != NULL && strcmp(backends[i], "host") == 0) return backends[i];
    }
    return NULL;
}

static tg_status choose_route(tg_user_options *options, const tg_kernel_values *given,
                              const char *asked, tg_error *error)
{
    const bool asks_host = given->host || (asked != NULL && strcmp(asked, "host") == 0);
    options->route = TG_ROUTE_HOST;
    options->sanitizes = !given->no_sanitize;
    if (asks_host && asked != NULL && strcmp(asked, "cuda") == 0) {
        tg_error_set(error, TG_ERR_USAGE, "--host and the backend cuda exclude each other");
        tg_error_how(error, "give one of them");
        return TG_ERR_USAGE;
    }
    if (asks_host) return TG_OK;
    tg_error why = {.status = TG_OK};
    const tg_status status = tg_device_architecture(&options->arch, &why);
    if (status == TG_OK) {
        options->route = TG_ROUTE_DEVICE;
        return TG_OK;
    }
    if (status != TG_ERR_UNAVAILABLE || asked != NULL) {
        *error = why;
        return status;
    }
    (void)fprintf(stderr, "tracegate: %s: the kernels run on the CPU (--host)\n", why.what);
    return TG_OK;
}

/* ---- what compilers say ---- */

static void print_log(void *context, const char *source, const char *log)
{
    char bytes[4096];
    size_t nb = 0;
    FILE *file = fopen(log, "rb");
    (void)context;
    if (file == NULL) return;
    (void)fflush(stdout);
    (void)fprintf(stderr, "tracegate: the compiler says of %s:\n", source);
    while ((nb = fread(bytes, 1, sizeof bytes, file)) != 0) (void)fwrite(bytes, 1, nb, stderr);
    (void)fclose(file);
}

/* ---- the start under sanitizers ---- */

/* The words of this process. */
static tg_status read_command(char **words, size_t max_words, char *bytes, tg_error *error)
{
    const int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    size_t used = 0;
    size_t nb_words = 0;
    for (ssize_t nb = 1; file >= 0 && nb > 0 && used < MAX_COMMAND_BYTES;) {
        nb = read(file, bytes + used, MAX_COMMAND_BYTES - used);
        if (nb > 0) used += (size_t)nb;
    }
    if (file >= 0) (void)close(file);
    for (size_t at = 0; at < used && nb_words + 1 < max_words; nb_words++) {
        words[nb_words] = bytes + at;
        at += strnlen(bytes + at, used - at) + 1;
    }
    words[nb_words] = NULL;
    if (nb_words != 0 && used < MAX_COMMAND_BYTES && bytes[used - 1] == '\0') return TG_OK;
    tg_error_set(error, TG_ERR_IO, "this program's command line cannot be read");
    tg_error_where(error, "/proc/self/cmdline");
    tg_error_how(error, "run without the sanitizers, --no-sanitize");
    return TG_ERR_IO;
}

/* Options of the sanitizers' runtimes: a report ends the process, as a crash does. What leaks is
 * the program's own affair. */
static bool set_environment(const char *runtime)
{
    static const char asan[] = "detect_leaks=0:abort_on_error=1:handle_abort=0:"
                               "allocator_may_return_null=1:detect_stack_use_after_return=0";
    return setenv("LD_PRELOAD", runtime, 1) == 0 && setenv(PRELOADED, runtime, 1) == 0 &&
           setenv("ASAN_OPTIONS", asan, 0) == 0 &&
           setenv("UBSAN_OPTIONS", "print_stacktrace=1:abort_on_error=1", 0) == 0;
}

/* Start this program anew with the sanitizers' runtime, unless it is. */
static tg_status start_sanitized(tg_error *error)
{
    enum { MAX_WORDS = 4096 };
    char runtime[TG_PATH_BYTES];
    void *bytes = NULL;
    void *words = NULL;
    if (getenv(PRELOADED) != NULL) {
        // Programs that this one starts, compilers too, have no use for it.
        (void)unsetenv("LD_PRELOAD");
        return TG_OK;
    }
    tg_status status = tg_host_build_runtime(runtime, error);
    if (status == TG_OK) status = tg_buffer_create(&bytes, MAX_COMMAND_BYTES, 1, error);
    if (status == TG_OK) status = tg_buffer_create(&words, MAX_WORDS, sizeof(char *), error);
    if (status == TG_OK) status = read_command(words, MAX_WORDS, bytes, error);
    if (status == TG_OK && set_environment(runtime)) {
        (void)fflush(NULL);
        (void)execv("/proc/self/exe", words);
    }
    if (status == TG_OK) {
        status =
            tg_error_set(error, TG_ERR_UNAVAILABLE,
                         "this program cannot be started with the sanitizers: %s", strerror(errno));
        tg_error_how(error, "run without them, --no-sanitize");
    }
    tg_buffer_destroy(bytes);
    tg_buffer_destroy(words);
    return status;
}

/* ---- the set ---- */

/* The traces that are gated: those that are named, which all must have kernels, or all that have.
 */
static tg_status choose_names(tg_kernel_set *set, const tg_words *operands, tg_error *error)
{
    void *names = NULL;
    const size_t nb = tg_user_kernels_nb(set->kernels);
    tg_status status = TG_OK;
    for (size_t i = 0; i < operands->nb_words && status == TG_OK; i++) {
        size_t indices[TG_NB_KINDS];
        size_t nb_indices = 0;
        bool has = false;
        status = tg_subject_find(indices, &nb_indices, operands->words[i], error);
        for (size_t k = 0; k < nb_indices && status == TG_OK; k++)
            has = has || tg_user_kernels_plan_of(set->kernels, tg_trace_at(indices[k])) != NULL;
        if (status != TG_OK || has) continue;
        status = tg_error_set(error, TG_ERR_USAGE, "the manifest has no kernel of %s",
                              operands->words[i]);
        tg_error_how(error, "add one, or name a trace that it has: %s",
                     tg_trace_at(tg_user_kernels_trace_at(set->kernels, 0))->name);
    }
    if (status != TG_OK) return status;
    status = tg_buffer_create(&names, nb, sizeof *set->names, error);
    if (status != TG_OK) return status;
    set->names = names;
    for (size_t i = 0; i < nb; i++) {
        const tg_trace *trace = tg_trace_at(tg_user_kernels_trace_at(set->kernels, i));
        bool is_wanted = operands->nb_words == 0;
        for (size_t k = 0; k < operands->nb_words && !is_wanted; k++) {
            is_wanted = strcmp(operands->words[k], trace->name) == 0 ||
                        strcmp(operands->words[k], trace->chip->name) == 0;
        }
        if (is_wanted) set->names[set->nb_names++] = trace->name;
    }
    return TG_OK;
}

/* Words that the options can be, at the most, but for those that may be repeated. */
#define MAX_SINGLE_WORDS 12

static void add_words(tg_kernel_set *set, const char *option, const tg_words *values)
{
    for (size_t i = 0; i < values->nb_words; i++) {
        set->words[set->nb_words++] = option;
        set->words[set->nb_words++] = values->words[i];
    }
}

/* The options that are given, as words. */
static tg_status list_words(tg_kernel_set *set, const tg_kernel_values *given, tg_error *error)
{
    const char *texts[] = {given->kernel, given->manifest, given->standard};
    static const char *const options[] = {"--kernel", "--kernels", "--std"};
    const bool flags[] = {given->host, given->no_sanitize, given->poison};
    static const char *const names[] = {"--host", "--no-sanitize", "--poison"};
    void *words = NULL;
    const tg_status status =
        tg_buffer_create(&words,
                         MAX_SINGLE_WORDS + 2 * (given->includes.nb_words +
                                                 given->defines.nb_words + given->flags.nb_words),
                         sizeof *set->words, error);
    if (status != TG_OK) return status;
    set->words = words;
    for (size_t i = 0; i < TG_NB_ELEMENTS(texts); i++) {
        if (texts[i] != NULL)
            add_words(set, options[i], &(tg_words){.nb_words = 1, .words = &texts[i]});
    }
    add_words(set, "--include", &given->includes);
    add_words(set, "--define", &given->defines);
    add_words(set, "--flag", &given->flags);
    for (size_t i = 0; i < TG_NB_ELEMENTS(flags); i++) {
        if (flags[i]) set->words[set->nb_words++] = names[i];
    }
    return TG_OK;
}

static tg_build_options build_options(const tg_kernel_values *given)
{
    return (tg_build_options){.standard = given->standard,
                              .nb_includes = given->includes.nb_words,
                              .includes = given->includes.words,
                              .nb_defines = given->defines.nb_words,
                              .defines = given->defines.words,
                              .nb_flags = given->flags.nb_words,
                              .flags = given->flags.words,
                              .shows_warnings = given->warnings};
}

tg_status tg_kernel_set_open(tg_kernel_set *set, const tg_kernel_values *given,
                             const tg_words *operands, const char *const *backends,
                             size_t nb_backends, tg_error *error)
{
    tg_user_options options = {.manifest = given->manifest,
                               .kernel = given->kernel,
                               .build = build_options(given),
                               .poisons = given->poison,
                               .on_log = print_log};
    *set = (tg_kernel_set){.kernels = NULL};
    tg_status status = check_values(given, error);
    if (status != TG_OK || (given->kernel == NULL && given->manifest == NULL)) return status;
    if (given->kernel != NULL) status = find_trace(&options.trace, operands, error);
    if (status == TG_OK)
        status = choose_route(&options, given, asked_backend(backends, nb_backends), error);
    if (status == TG_OK && options.route == TG_ROUTE_HOST && options.sanitizes)
        status = start_sanitized(error);
    if (status != TG_OK) return status;
    status = tg_user_kernels_create(&set->kernels, &options, error);
    if (status != TG_OK) return status;
    set->backend = options.route == TG_ROUTE_HOST ? "host" : "cuda";
    status = choose_names(set, operands, error);
    if (status == TG_OK) status = list_words(set, given, error);
    if (status != TG_OK) tg_kernel_set_close(set);
    return status;
}

void tg_kernel_set_close(tg_kernel_set *set)
{
    tg_user_kernels_destroy(set->kernels);
    tg_buffer_destroy(set->names);
    tg_buffer_destroy(set->words);
    *set = (tg_kernel_set){.kernels = NULL};
}

void tg_kernel_set_apply(const tg_kernel_set *set, tg_subject *subject)
{
    if (set->kernels == NULL) return;
    const tg_plan *plan = tg_user_kernels_plan_of(set->kernels, subject->trace);
    if (plan != NULL) subject->plan = plan;
}

/* ---- handing on ---- */

tg_status tg_kernel_values_hand_on(tg_line *line, const tg_kernel_values *given, tg_error *error)
{
    static const char *const with_value[] = {"kernel",  "kernels", "std",
                                             "include", "define",  "flag"};
    static const char *const flags[] = {"host", "no-sanitize", "poison", "warnings"};
    tg_kernel_set set = {.kernels = NULL};
    // A file that anyone may have written names no code to be run: the user does.
    for (size_t i = 0; i < TG_NB_ELEMENTS(with_value); i++) tg_line_drop(line, with_value[i], true);
    for (size_t i = 0; i < TG_NB_ELEMENTS(flags); i++) tg_line_drop(line, flags[i], false);
    tg_status status = list_words(&set, given, error);
    if (status == TG_OK) status = tg_line_add(line, set.words, set.nb_words, error);
    tg_kernel_set_close(&set);
    return status;
}
