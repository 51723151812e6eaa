/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The layout probe from start to end: the program, its builds, its answer. */
#define _GNU_SOURCE /* realpath */
#include "modules/probe.h"

#include "files/output.h"
#include "files/record.h"
#include "model/memory.h"
#include "model/names.h"
#include "modules/build_options_internal.h"
#include "modules/cache.h"
#include "modules/device_build.h"
#include "modules/probe_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct job {
    const tg_probe *probe;
    const char *given; /* the source, or the header, as the user calls it */
    char *file;        /* absolute; malloc's */
    bool is_cpp;
    tg_build_options options;    /* the module's, with one more folder of headers */
    const char **includes;       /* [nb_includes] of them */
    char folder[TG_PATH_BYTES];  /* of the file */
    char program[TG_PATH_BYTES]; /* file of the program */
    char object[TG_PATH_BYTES];  /* what was built of it */
    char log[TG_PATH_BYTES];
    char symbol[TG_SYMBOL_BYTES]; /* of the kernel */
    probe_members members;
} job;

/* Includes that the program needs: what the source finds beside itself, the program does not. */
static tg_status set_options(job *of, tg_error *error)
{
    const tg_manifest_module *module = of->probe->entry->module;
    const tg_build_options *options = &module->options;
    void *list = NULL;
    tg_status status = tg_path_format(of->folder, error, "%.*s",
                                      (int)(strrchr(of->file, '/') - of->file + 1), of->file);
    if (status == TG_OK)
        status = tg_buffer_create(&list, options->nb_includes + 1, sizeof(char *), error);
    if (status != TG_OK) return status;
    of->includes = list;
    of->includes[0] = of->folder;
    for (size_t i = 0; i < options->nb_includes; i++) of->includes[i + 1] = options->includes[i];
    of->options = *options;
    of->options.nb_includes = options->nb_includes + 1;
    of->options.includes = of->includes;
    // The program's language is the file's, which may be a header of the other's.
    if (options->standard != NULL && build_standard_is_cpp(options->standard) != of->is_cpp)
        of->options.standard = NULL;
    // The build of the kernels shows them.
    of->options.shows_warnings = false;
    return TG_OK;
}

static tg_status set_up(job *of, tg_error *error)
{
    const tg_manifest_entry *entry = of->probe->entry;
    of->given = entry->layout.header != NULL ? entry->layout.header : entry->module->file;
    of->file = realpath(of->given, NULL);
    if (of->file == NULL) {
        if (errno != ENOMEM) return tg_io_error(error, "open", of->given, errno);
        tg_error_set(error, TG_ERR_MEMORY, "no memory for a path");
        tg_error_how(error, "end what else uses memory");
        return TG_ERR_MEMORY;
    }
    if (strpbrk(of->file, "\"\n") != NULL) {
        tg_error_set(error, TG_ERR_FORMAT, "a path with quotes or line ends cannot be included");
        tg_error_where(error, "%s", of->given);
        tg_error_how(error, "rename it; or leave \"event\" away: the layout is then not compared");
        return TG_ERR_FORMAT;
    }
    of->is_cpp = of->probe->on_device || !tg_ends_with(of->given, ".c");
    const tg_status status = set_options(of, error);
    return status == TG_OK ? probe_members_create(&of->members, entry, error) : status;
}

/* ---- builds ---- */

/* Keep the program in the cache: a build is found again by its source's name and content. */
static tg_status keep_program(job *of, const text *program, tg_error *error)
{
    tg_digest digest;
    char name[33];
    char cache[TG_PATH_BYTES];
    char work[TG_PATH_BYTES] = "";
    char made[TG_PATH_BYTES];
    tg_status status = text_status(program, error);
    if (status == TG_OK) status = tg_cache_folder(cache, error);
    if (status != TG_OK) return status;
    tg_digest_bytes(&digest, program->bytes, program->length);
    status = tg_path_format(of->program, error, "%s/layout-%s.%s", cache,
                            tg_digest_text(name, &digest), of->is_cpp ? "cu" : "c");
    if (status == TG_OK) status = tg_cache_work_folder(work, error);
    if (status != TG_OK) return status;
    status = tg_path_format(made, error, "%s/program", work);
    if (status == TG_OK) status = text_write(program, made, error);
    if (status == TG_OK && rename(made, of->program) != 0)
        status = tg_io_error(error, "keep the program of the layout probe in", cache, errno);
    tg_cache_remove_work(work);
    return status;
}

static tg_status compile(job *of, tg_error *error)
{
    static const char *const kernels[] = {PROBE_FUNCTION};
    if (of->probe->on_device) {
        const tg_device_build build = {.source = of->program,
                                       .nb_kernels = 1,
                                       .kernels = kernels,
                                       .options = &of->options,
                                       .arch = of->probe->arch};
        return tg_device_build_run(of->object, of->log, &of->symbol, &build, error);
    }
    const tg_host_build build = {.source = of->program, .options = &of->options};
    return tg_host_build_run(of->object, of->log, &build, error);
}

/* Build the program for the members that are not left out.
 * is_refused  by the compiler: its words are in of->log */
static tg_status build(job *of, bool *is_refused, tg_error *error)
{
    text program = {.bytes = NULL};
    tg_error why = {.status = TG_OK};
    probe_write(&program, of->file, of->probe->entry, &of->members, of->probe->on_device,
                of->is_cpp);
    tg_status status = keep_program(of, &program, error);
    text_clear(&program);
    if (status != TG_OK) return status;
    status = compile(of, &why);
    *is_refused = status == TG_ERR_FORMAT;
    if (*is_refused) return TG_OK;
    if (status != TG_OK && error != NULL) *error = why;
    return status;
}

/* Ask for the members of one group only, or of none: group is then the number of groups. */
static void ask_for(job *of, size_t group)
{
    for (size_t i = 0; i < of->members.nb; i++)
        of->members.of[i].is_left_out = of->members.of[i].group != group;
}

static tg_status no_struct(const job *of, tg_error *error)
{
    const tg_manifest_entry *entry = of->probe->entry;
    if (of->log[0] != '\0' && of->probe->on_log != NULL)
        of->probe->on_log(of->probe->context, of->given, of->log);
    tg_error_set(error, TG_ERR_FORMAT, "the compiler knows no struct '%.120s' for events of %s",
                 entry->layout.struct_name, tg_trace_at(entry->trace)->name);
    tg_error_where(error, "%s", of->given);
    tg_error_how(error, "%s",
                 entry->layout.header != NULL
                     ? "see that the header compiles by itself, and name a struct that it "
                       "declares, with its namespace"
                     : "name a struct that the source declares or includes, with its namespace; in "
                       "C with the word struct");
    return TG_ERR_FORMAT;
}

/* Find the members that keep a program in C from compiling, one field after the other, and leave
 * them out. */
static tg_status leave_out(job *of, tg_error *error)
{
    const size_t nb_groups = of->members.nb_groups;
    bool is_refused = false;
    void *memory = NULL;
    ask_for(of, nb_groups);
    tg_status status = build(of, &is_refused, error);
    if (status == TG_OK && is_refused) status = no_struct(of, error);
    if (status == TG_OK) status = tg_buffer_create(&memory, nb_groups, sizeof(bool), error);
    if (status != TG_OK) return status;
    bool *lacks = memory;
    for (size_t group = 0; group < nb_groups && status == TG_OK; group++) {
        ask_for(of, group);
        status = build(of, &lacks[group], error);
    }
    for (size_t i = 0; i < of->members.nb && status == TG_OK; i++)
        of->members.of[i].is_left_out = lacks[of->members.of[i].group];
    tg_buffer_destroy(memory);
    return status;
}

/* Build the program that asks for all that is there. */
static tg_status build_whole(job *of, tg_error *error)
{
    bool is_refused = false;
    tg_status status = build(of, &is_refused, error);
    if (status != TG_OK || !is_refused) return status;
    status = leave_out(of, error);
    if (status == TG_OK) status = build(of, &is_refused, error);
    return status == TG_OK && is_refused ? no_struct(of, error) : status;
}

/* ---- answers ---- */

static tg_status ask(job *of, tg_error *error)
{
    void *words = NULL;
    const size_t nb = probe_nb_words(&of->members);
    tg_status status = tg_buffer_create(&words, nb, sizeof(uint64_t), error);
    if (status != TG_OK) return status;
    status = of->probe->on_device ? probe_run_device(words, nb, of->object, of->symbol, error)
                                  : probe_run_host(words, nb, of->object, error);
    if (status == TG_OK) {
        probe_take(&of->members, words);
    } else {
        tg_error_where(error, "the layout of events, %s", of->given);
    }
    tg_buffer_destroy(words);
    return status;
}

tg_status tg_probe_run(tg_user_layout **layout, const tg_probe *probe, tg_error *error)
{
    void *memory = NULL;
    *layout = NULL;
    tg_status status = tg_buffer_create(&memory, 1, sizeof(job), error);
    if (status != TG_OK) return status;
    job *of = memory;
    memset(of, 0, sizeof *of);
    of->probe = probe;
    status = set_up(of, error);
    if (status == TG_OK) status = build_whole(of, error);
    if (status == TG_OK) status = ask(of, error);
    if (status == TG_OK) status = probe_compare(layout, probe->entry, &of->members, error);
    probe_members_clear(&of->members);
    tg_buffer_destroy(of->includes);
    free(of->file);
    tg_buffer_destroy(of);
    return status;
}
