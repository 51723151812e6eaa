/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Users' kernels on the command line: where they run, what compilers say, and what a finding of
 * theirs needs to be run again. */
#include "cli/kernels.h"

#include "cli/kernels_internal.h"
#include "cli/verbs.h"
#include "harness/user_traces.h"
#include "harness/user_words.h"
#include "modules/user_files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Before what is said on standard error. */
#define PREFIX "tracegate: "

/* ---- options ---- */

static tg_status need(const char *option, const char *of, tg_error *error)
{
    tg_error_set(error, TG_ERR_USAGE, "--%s is for %s, and none is given", option, of);
    tg_error_how(error, "say which kernels, with --kernel FILE:SYMBOL or --kernels FILE");
    return TG_ERR_USAGE;
}

/* Options that say how a source is compiled, which a manifest says itself. */
static const char *source_option(const tg_kernel_values *given)
{
    if (given->standard != NULL) return "std";
    if (given->event_struct != NULL) return "event-struct";
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
        return need("no-sanitize", "kernels of yours", error);
    if (given->kernel != NULL) return TG_OK;
    if (of_source != NULL && given->manifest != NULL) {
        tg_error_set(error, TG_ERR_USAGE, "--%s is for --kernel; a manifest says it itself",
                     of_source);
        tg_error_how(error, "write it into the manifest (docs/manifest.md)");
        return TG_ERR_USAGE;
    }
    if (of_source != NULL) return need(of_source, "a --kernel", error);
    if (given->manifest != NULL) return TG_OK;
    if (given->host) return need("host", "kernels of yours", error);
    if (given->poison) return need("poison", "kernels of yours", error);
    return given->warnings ? need("warnings", "kernels of yours", error) : TG_OK;
}

/* The same, but for a name that is no trace's: it is what is to be mended first. */
static tg_status check_call(const tg_kernel_values *given, const tg_words *operands,
                            tg_error *error)
{
    size_t indices[TG_NB_KINDS];
    size_t nb = 0;
    const tg_status status = check_values(given, error);
    for (size_t i = 0; status != TG_OK && i < operands->nb_words; i++) {
        tg_error other = {.status = TG_OK};
        const tg_status found = tg_subject_find(indices, &nb, operands->words[i], &other);
        if (found == TG_OK) continue;
        if (error != NULL) *error = other;
        return found;
    }
    return status;
}

const char *tg_kernel_values_manifest(const tg_kernel_values *given, const tg_words *operands)
{
    const bool says = given->kernel != NULL || given->manifest != NULL;
    return says ? given->manifest : tg_user_traces_manifest(operands->words, operands->nb_words);
}

bool tg_kernel_values_given(const tg_kernel_values *given, const tg_words *operands)
{
    return given->kernel != NULL || tg_kernel_values_manifest(given, operands) != NULL;
}

tg_status tg_kernel_values_check(const tg_kernel_values *given, const tg_words *operands,
                                 tg_error *error)
{
    size_t trace = 0;
    tg_kernel_values chosen = *given;
    chosen.manifest = tg_kernel_values_manifest(given, operands);
    const tg_status status = check_call(&chosen, operands, error);
    if (status != TG_OK || given->kernel == NULL) return status;
    return kernels_find_trace(&trace, given->kernel, operands, error);
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

/* A backend that does not run the kernels would be compared in their stead, and one that does would
 * be compared with itself. */
static tg_status check_sides(const char *runs, const char *expected, const char *const *backends,
                             size_t nb, tg_error *error)
{
    const tg_backend_ops *ops = NULL;
    for (size_t i = 0; i < nb; i++) {
        if (backends[i] == NULL || strcmp(backends[i], runs) == 0) continue;
        const tg_status status = tg_backend_find(&ops, backends[i], error);
        if (status != TG_OK) return status;
        tg_error_set(error, TG_ERR_USAGE, "backend %s does not run the kernels that are given",
                     backends[i]);
        tg_error_how(error, "leave it out: they run on %s", runs);
        return TG_ERR_USAGE;
    }
    if (expected == NULL) return TG_OK;
    const tg_status status = tg_backend_find(&ops, expected, error);
    if (status != TG_OK || !ops->takes_launch) return status;
    tg_error_set(error, TG_ERR_USAGE,
                 "the expected backend %s launches kernels: it would run those that are given, too",
                 expected);
    tg_error_how(error, "give --expected reference, or leave it out");
    return TG_ERR_USAGE;
}

static tg_status choose_place(tg_user_place *place, const tg_kernel_values *given,
                              const char *asked, tg_error *error)
{
    const bool asks_device = asked != NULL && strcmp(asked, "cuda") == 0;
    const bool asks_host = given->host || (asked != NULL && strcmp(asked, "host") == 0);
    *place = asks_host ? TG_PLACE_HOST : asks_device ? TG_PLACE_DEVICE : TG_PLACE_ANYWHERE;
    if (!asks_host || !asks_device) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "--host and the backend cuda exclude each other");
    tg_error_how(error, "give one of them");
    return TG_ERR_USAGE;
}

static void print_log(void *context, const char *source, const char *log)
{
    (void)context;
    (void)fflush(stdout);
    tg_user_say_log(stderr, PREFIX, source, log);
}

/* On a terminal: say in a line, which is wiped, what takes its time. No thread shows how long: none
 * may be there while a compiler is forked. */
static void show_build(__attribute__((unused)) void *context, const char *source)
{
    (void)fprintf(stderr, "\r\033[K");
    if (source != NULL) (void)fprintf(stderr, "compiling %.60s", source);
    (void)fflush(stderr);
}

/* ---- the set ---- */

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

/* What is to be made; trace and route are not chosen yet. */
static tg_user_options user_options(const tg_kernel_values *given)
{
    return (tg_user_options){.manifest = given->manifest,
                             .kernel = given->kernel,
                             .build = build_options(given),
                             .event_struct = given->event_struct,
                             .sanitizes = !given->no_sanitize,
                             .poisons = given->poison,
                             .keeps_going = true,
                             .on_log = print_log,
                             .on_build = isatty(STDERR_FILENO) ? show_build : NULL};
}

/* The options that are given, as words. */
static tg_status list_words(tg_user_set *set, const tg_kernel_values *given, tg_error *error)
{
    const tg_user_options options = user_options(given);
    return tg_user_words_create(&set->words, &set->nb_words, &options, given->host,
                                given->chip_libraries.words, given->chip_libraries.nb_words, error);
}

/* Say it once, before the start under sanitizers, whether that succeeds or fails. */
static void say_cache(void)
{
    static bool is_said;
    if (!is_said && !kernels_are_sanitized()) tg_user_say_cache(stderr, PREFIX);
    is_said = true;
}

/* Choose what kernels run on, and be ready for that.
 * why  what is missing where that is the CPU for want of a device */
static tg_status prepare(tg_user_options *options, tg_error *why, const tg_kernel_values *given,
                         const char *expected, const char *const *backends, size_t nb_backends,
                         tg_error *error)
{
    tg_user_place place = TG_PLACE_ANYWHERE;
    tg_status status = choose_place(&place, given, asked_backend(backends, nb_backends), error);
    if (status == TG_OK) {
        status = tg_user_place_choose(options, why, place, error);
        if (status == TG_ERR_UNAVAILABLE)
            tg_error_how(error, "run on a machine with a GPU; or run the kernels' sources on the "
                                "CPU, --host");
    }
    if (status == TG_OK)
        status =
            check_sides(tg_user_backend(options->route), expected, backends, nb_backends, error);
    if (status != TG_OK) return status;
    say_cache();
    return options->route == TG_ROUTE_HOST && options->sanitizes ? kernels_start_sanitized(error)
                                                                 : TG_OK;
}

void tg_kernel_values_start(const tg_kernel_values *given, const char *asked)
{
    tg_user_options options = user_options(given);
    tg_user_place place = TG_PLACE_ANYWHERE;
    tg_error why = {.status = TG_OK};
    const bool is_given = given->kernel != NULL || given->manifest != NULL;
    if (!is_given || given->no_sanitize || kernels_are_sanitized()) return;
    tg_status status = choose_place(&place, given, asked, &why);
    if (status == TG_OK) status = tg_user_place_choose(&options, &why, place, &why);
    if (status != TG_OK || options.route != TG_ROUTE_HOST) return;
    say_cache();
    // Without it, the set says what is wrong.
    status = kernels_start_sanitized(&why);
    (void)status;
}

/* Open the kernels that are given: one at least is. */
static tg_status open_given(tg_user_set *set, const tg_kernel_values *given,
                            const tg_words *operands, const char *expected,
                            const char *const *backends, size_t nb_backends, tg_error *error)
{
    tg_user_options options = user_options(given);
    const tg_user_wish wish = {.traces = operands->words,
                               .nb_traces = operands->nb_words,
                               .is_host = given->host,
                               .keeps_going = given->keeps_going,
                               .libraries = given->chip_libraries.words,
                               .nb_libraries = given->chip_libraries.nb_words};
    tg_error no_device = {.status = TG_OK};
    tg_status status = TG_OK;
    if (given->kernel != NULL)
        status = kernels_find_trace(&options.trace, given->kernel, operands, error);
    if (status == TG_OK)
        status = prepare(&options, &no_device, given, expected, backends, nb_backends, error);
    if (status != TG_OK) return status;
    status = tg_user_set_open(set, &options, &wish, error);
    // Those of compiled files do not, and the error says so.
    if (options.has_no_device && status != TG_ERR_UNAVAILABLE)
        tg_user_say_place(stderr, PREFIX, &no_device, " (--host)");
    return status;
}

tg_status tg_kernel_set_open(tg_user_set *set, const tg_kernel_values *given,
                             const tg_words *operands, const char *expected,
                             const char *const *backends, size_t nb_backends, tg_error *error)
{
    tg_kernel_values chosen = *given;
    *set = (tg_user_set){.kernels = NULL};
    chosen.manifest = tg_kernel_values_manifest(given, operands);
    const tg_status status = check_call(&chosen, operands, error);
    if (status != TG_OK) return status;
    if (chosen.kernel != NULL || chosen.manifest != NULL)
        return open_given(set, &chosen, operands, expected, backends, nb_backends, error);
    // Lines that make a finding again need the chips, whoever makes their traces.
    return given->chip_libraries.nb_words != 0 ? list_words(set, given, error) : TG_OK;
}

/* Who keeps files, and what came of it. */
typedef struct keeper {
    tg_keep_file *keep;
    void *context;
    tg_status status;
    tg_error *error;
} keeper;

static void keep_file(void *context, const char *path)
{
    keeper *of = context;
    if (of->status == TG_OK) of->status = of->keep(of->context, path, of->error);
}

static void pass_folder(void *context, const char *path)
{
    (void)context;
    (void)path;
}

tg_status tg_kernel_set_keep(const tg_user_set *set, tg_keep_file *keep, void *context,
                             tg_error *error)
{
    keeper of = {.keep = keep, .context = context, .status = TG_OK, .error = error};
    const tg_user_files_visitor visitor = {.file = keep_file,
                                           .folder = pass_folder,
                                           .context = &of};
    bool is_complete = false;
    if (set->kernels == NULL) return TG_OK;
    const tg_status status = tg_user_files_visit(&is_complete, &set->options, &visitor, error);
    return status == TG_OK ? of.status : status;
}

void tg_kernel_set_apply(const tg_user_set *set, tg_subject *subject)
{
    if (set->kernels == NULL) return;
    const tg_plan *plan = tg_user_kernels_plan_of(set->kernels, subject->trace);
    if (plan != NULL) tg_subject_take_plan(subject, plan);
}

/* ---- handing on ---- */

/* Refuse to run with the program's own kernels what a user's showed: they would pass for it.
 * trace             that is run
 * kernel, manifest  that showed it; NULL both: the program's own */
static tg_status need_again(const tg_kernel_values *given, const char *trace, const char *kernel,
                            const char *manifest, tg_error *error)
{
    const bool is_users = kernel != NULL || manifest != NULL;
    if (!is_users || tg_kernel_values_given(given, &(tg_words){.nb_words = 1, .words = &trace}))
        return TG_OK;
    tg_error_set(error, TG_ERR_USAGE,
                 "this was found with a kernel of yours, and none is given to run it again");
    tg_command line;
    tg_command_begin(&line);
    tg_command_add_option(&line, kernel != NULL ? "kernel" : "kernels", "%s",
                          kernel != NULL ? kernel : manifest);
    tg_error_how(error, "give %.600s%s, and its other options", line.text,
                 kernel != NULL ? ", or --kernels with the manifest that has it" : "");
    return TG_ERR_USAGE;
}

tg_status tg_kernel_values_need_of_line(const tg_kernel_values *given, const char *trace,
                                        const tg_line *line, tg_error *error)
{
    return need_again(given, trace, tg_line_value(line, "kernel"), tg_line_value(line, "kernels"),
                      error);
}

tg_status tg_kernel_values_need_of_case(const tg_kernel_values *given, const tg_case *work,
                                        const char *folder, tg_error *error)
{
    const char *kernel = work->kernel[0] != '\0' ? work->kernel : NULL;
    const tg_status status = need_again(given, work->subject.trace->name, kernel, NULL, error);
    if (status != TG_OK) tg_error_where(error, "%s", folder);
    return status;
}

tg_status tg_kernel_values_hand_on(tg_line *line, const tg_kernel_values *given, const char *trace,
                                   tg_error *error)
{
    static const char *const with_value[] = {"kernel",  "kernels", "std",  "event-struct",
                                             "include", "define",  "flag", TG_CHIP_LIBRARY};
    static const char *const flags[] = {"host", "no-sanitize", "poison", "warnings"};
    tg_user_set set = {.kernels = NULL};
    tg_status status = tg_kernel_values_need_of_line(given, trace, line, error);
    if (status != TG_OK) return status;
    // A file that anyone may have written names no code to be run: the user does.
    for (size_t i = 0; i < TG_NB_ELEMENTS(with_value); i++) tg_line_drop(line, with_value[i], true);
    for (size_t i = 0; i < TG_NB_ELEMENTS(flags); i++) tg_line_drop(line, flags[i], false);
    status = list_words(&set, given, error);
    if (status == TG_OK) status = tg_line_add(line, set.words, set.nb_words, error);
    tg_user_set_close(&set);
    return status;
}
