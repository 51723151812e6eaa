/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Builds for the host grid: preprocess, rewrite, look for the same text built before, compile. */
#define _GNU_SOURCE /* realpath */
#include "modules/host_build.h"

#include "files/output.h"
#include "files/record.h"
#include "kernels/user_port.h"
#include "model/memory.h"
#include "modules/cache.h"
#include "modules/host_compile_internal.h"
#include "modules/host_entries_internal.h"
#include "modules/host_port_internal.h"
#include "modules/host_rewrite_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* All of one build. */
typedef struct job {
    const tg_host_build *build;
    bool is_cpp;
    char port[TG_PATH_BYTES];
    char cache[TG_PATH_BYTES];
    char work[TG_PATH_BYTES]; /* "": none yet */
    char work_log[TG_PATH_BYTES];
    char preprocessed[TG_PATH_BYTES];
    char rewritten[TG_PATH_BYTES];
    char object[TG_PATH_BYTES];
    text source;  /* preprocessed */
    text content; /* rewritten, with entries */
    rewrite changes;
} job;

static bool ends_with(const char *path, const char *ending)
{
    const size_t length = strlen(path);
    return length >= strlen(ending) && strcmp(path + length - strlen(ending), ending) == 0;
}

static tg_status check_source(const tg_host_build *build, tg_error *error)
{
    FILE *stream = NULL;
    uint64_t size_bytes = 0;
    const tg_status status = tg_input_open(&stream, &size_bytes, build->source, error);
    if (status == TG_OK) (void)fclose(stream);
    return status;
}

/* Flags of both runs of the compiler. */
static void add_flags(command *to, const job *of)
{
    const tg_build_options *options = of->build->options;
    const char *standard = options != NULL ? options->standard : NULL;
    // Entries of kernels are C++17.
    static const char *const older[] = {"c++98", "c++03", "c++0x",   "c++11",
                                        "c++1y", "c++14", "gnu++11", "gnu++14"};
    for (size_t i = 0; i < sizeof older / sizeof older[0]; i++) {
        if (standard != NULL && strcmp(standard, older[i]) == 0) standard = NULL;
    }
    const bool is_of_cpp = standard != NULL && strstr(standard, "++") != NULL;
    if (standard == NULL || is_of_cpp != of->is_cpp) standard = of->is_cpp ? "c++17" : "c11";
    command_add(to, "-std=%s", standard);
    command_add(to, "-fdiagnostics-color=never");
    if (options == NULL || !options->shows_warnings) {
        command_add(to, "-w");
    } else {
        command_add(to, "-Wall");
        command_add(to, "-Wextra");
        command_add(to, "-Wno-unknown-pragmas");
    }
    for (size_t i = 0; options != NULL && i < options->nb_flags; i++)
        command_add(to, "%s", options->flags[i]);
}

static tg_status preprocess(int *exit_code, const job *of, tg_error *error)
{
    const tg_build_options *options = of->build->options;
    const char *slash = strrchr(of->build->source, '/');
    command run;
    tg_status status = command_begin(&run, of->is_cpp, error);
    if (status != TG_OK) return status;
    add_flags(&run, of);
    command_add(&run, "-E");
    command_add(&run, "-x");
    command_add(&run, of->is_cpp ? "c++" : "c");
    command_add(&run, "-I%s", of->port);
    if (slash != NULL) {
        command_add(&run, "-I%.*s", (int)(slash - of->build->source + 1), of->build->source);
    } else {
        command_add(&run, "-I.");
    }
    for (size_t i = 0; options != NULL && i < options->nb_includes; i++)
        command_add(&run, "-I%s", options->includes[i]);
    for (size_t i = 0; options != NULL && i < options->nb_defines; i++)
        command_add(&run, "-D%s", options->defines[i]);
    command_add(&run, "-include");
    command_add(&run, "%s/tracegate_port.h", of->port);
    command_add(&run, "-o");
    command_add(&run, "%s", of->preprocessed);
    // A name that begins with '-' is no flag.
    command_add(&run, of->build->source[0] == '-' ? "./%s" : "%s", of->build->source);
    status = command_run(exit_code, &run, of->work_log, error);
    command_clear(&run);
    return status;
}

static bool is_clang(const job *of)
{
    static const char mark[] = "tg_port_compiler[] __attribute__((unused)) = \"clang ";
    const size_t nb = sizeof mark - 1;
    for (size_t i = 0; i + nb < of->source.length; i++) {
        if (of->source.bytes[i] == 't' && memcmp(of->source.bytes + i, mark, nb) == 0) return true;
    }
    return false;
}

static tg_status command_of_compile(command *run, const job *of, tg_error *error)
{
    const tg_status status = command_begin(run, of->is_cpp, error);
    if (status != TG_OK) return status;
    add_flags(run, of);
    command_add(run, "-x");
    command_add(run, of->is_cpp ? "c++-cpp-output" : "cpp-output");
    command_add(run, "-fPIC");
    command_add(run, "-shared");
    command_add(run, "-g");
    command_add(run, "-fvisibility=hidden");
    // Kernels read words as vectors and back.
    command_add(run, "-fno-strict-aliasing");
    command_add(run, "-fmax-errors=20");
    if (of->build->sanitizes) {
        command_add(run, "-O1");
        command_add(run, "-fsanitize=address,undefined");
        command_add(run, "-fno-sanitize-recover=all");
        command_add(run, "-fno-omit-frame-pointer");
        if (is_clang(of)) command_add(run, "-shared-libasan");
    } else {
        command_add(run, "-O2");
        // Signed numbers overflow on a device as they do here.
        command_add(run, "-fwrapv");
        command_add(run, "-Wl,-z,defs");
    }
    return text_status(&run->words, error);
}

static tg_status compile(int *exit_code, const job *of, const command *flags, tg_error *error)
{
    command run = {.nb = flags->nb};
    text_append(&run.words, flags->words.bytes, flags->words.length);
    command_add(&run, "-o");
    command_add(&run, "%s", of->object);
    command_add(&run, "%s", of->rewritten);
    tg_status status = text_write(&of->content, of->rewritten, error);
    if (status == TG_OK) status = command_run(exit_code, &run, of->work_log, error);
    command_clear(&run);
    return status;
}

static tg_status refuse(const job *of, const char *what, tg_error *error)
{
    tg_error_set(error, TG_ERR_FORMAT, "%s", what);
    tg_error_where(error, "%s", of->build->source);
    tg_error_how(error, "mend what its messages name");
    return TG_ERR_FORMAT;
}

/* Put the log under a name that stays; "" if it is empty or missing. */
static tg_status keep_log(char log[TG_PATH_BYTES], const job *of, const char *name, tg_error *error)
{
    struct stat info;
    log[0] = '\0';
    if (stat(of->work_log, &info) != 0 || info.st_size == 0) return TG_OK;
    const tg_status status = tg_path_format(log, error, "%s/%s.log", of->cache, name);
    if (status != TG_OK) return status;
    if (rename(of->work_log, log) == 0) return TG_OK;
    log[0] = '\0';
    return tg_io_error(error, "keep what the compiler said in", of->cache, errno);
}

/* Messages of a build that failed, one file a source. */
static tg_status keep_failure(char log[TG_PATH_BYTES], const job *of, tg_error *error)
{
    tg_digest digest;
    char name[33];
    char failed[48];
    tg_digest_bytes(&digest, of->build->source, strlen(of->build->source));
    (void)snprintf(failed, sizeof failed, "failed-%s", tg_digest_text(name, &digest));
    return keep_log(log, of, failed, error);
}

static tg_status append_errors(const job *of, tg_error *error)
{
    return text_write(&of->changes.errors, of->work_log, error);
}

static tg_status set_up(job *of, tg_error *error)
{
    tg_status status = check_source(of->build, error);
    if (status == TG_OK) status = tg_cache_folder(of->cache, error);
    if (status == TG_OK) status = port_folder(of->port, error);
    if (status == TG_OK) status = tg_cache_work_folder(of->work, error);
    if (status == TG_OK) status = tg_path_format(of->work_log, error, "%s/log", of->work);
    const char *c = of->is_cpp ? "ii" : "i";
    if (status == TG_OK)
        status = tg_path_format(of->preprocessed, error, "%s/preprocessed.%s", of->work, c);
    if (status == TG_OK)
        status = tg_path_format(of->rewritten, error, "%s/rewritten.%s", of->work, c);
    if (status == TG_OK) status = tg_path_format(of->object, error, "%s/kernels.so", of->work);
    return status;
}

/* The text that is compiled. */
static tg_status make_content(job *of, char log[TG_PATH_BYTES], tg_error *error)
{
    int exit_code = 0;
    tg_status status = preprocess(&exit_code, of, error);
    if (status == TG_OK && exit_code != 0) {
        status = keep_failure(log, of, error);
        return status == TG_OK ? refuse(of, "the source does not compile", error) : status;
    }
    if (status == TG_OK) status = text_read(&of->source, of->preprocessed, error);
    if (status == TG_OK)
        status = rewrite_create(&of->changes, of->source.bytes, of->source.length, of->is_cpp,
                                of->build->sanitizes, error);
    if (status == TG_OK) status = rewrite_run(&of->changes, &of->content, error);
    if (status != TG_OK) return status;
    if (of->changes.nb_errors != 0) {
        status = append_errors(of, error);
        if (status == TG_OK) status = keep_failure(log, of, error);
        return status == TG_OK ? refuse(of, "the source needs what the host grid has not", error)
                               : status;
    }
    status = entries_check(&of->changes, of->build, error);
    if (status == TG_OK) entries_append(&of->content, &of->changes, of->build);
    return status == TG_OK ? text_status(&of->content, error) : status;
}

/* Compile, unless it was before. */
static tg_status make_object(job *of, char path[TG_PATH_BYTES], char log[TG_PATH_BYTES],
                             tg_error *error)
{
    command flags;
    tg_status status = command_of_compile(&flags, of, error);
    if (status != TG_OK) return status;
    text key = {.bytes = NULL};
    text_print(&key, "%s %u ", TG_VERSION, TG_USER_PORT_VERSION);
    text_append(&key, flags.words.bytes, flags.words.length);
    text_append(&key, of->content.bytes, of->content.length);
    status = text_status(&key, error);
    char name[33] = "";
    if (status == TG_OK) {
        tg_digest digest;
        tg_digest_bytes(&digest, key.bytes, key.length);
        (void)tg_digest_text(name, &digest);
        status = tg_path_format(path, error, "%s/%s.so", of->cache, name);
    }
    text_clear(&key);
    char kept[TG_PATH_BYTES];
    if (status == TG_OK) status = tg_path_format(kept, error, "%s/%s.log", of->cache, name);
    int exit_code = 0;
    const bool is_built = status == TG_OK && access(path, R_OK) == 0;
    if (status == TG_OK && !is_built) status = compile(&exit_code, of, &flags, error);
    command_clear(&flags);
    if (status != TG_OK) return status;
    if (is_built) {
        memcpy(log, access(kept, R_OK) == 0 ? kept : "", access(kept, R_OK) == 0 ? sizeof kept : 1);
        return TG_OK;
    }
    if (exit_code != 0) {
        status = keep_failure(log, of, error);
        return status == TG_OK ? refuse(of, "the source does not compile", error) : status;
    }
    status = keep_log(log, of, name, error);
    if (status == TG_OK && rename(of->object, path) != 0)
        status = tg_io_error(error, "keep what was built in", of->cache, errno);
    return status;
}

tg_status tg_host_build_run(char path[TG_PATH_BYTES], char log[TG_PATH_BYTES],
                            const tg_host_build *build, tg_error *error)
{
    path[0] = '\0';
    log[0] = '\0';
    void *buffer = NULL;
    tg_status status = tg_buffer_create(&buffer, 1, sizeof(job), error);
    if (status != TG_OK) return status;
    job *of = buffer;
    memset(of, 0, sizeof *of);
    of->build = build;
    of->is_cpp = !ends_with(build->source, ".c");
    status = set_up(of, error);
    if (status == TG_OK) status = make_content(of, log, error);
    if (status == TG_OK) status = make_object(of, path, log, error);
    if (of->work[0] != '\0') tg_cache_remove_work(of->work);
    if (status != TG_OK) path[0] = '\0';
    rewrite_clear(&of->changes);
    text_clear(&of->source);
    text_clear(&of->content);
    tg_buffer_destroy(of);
    return status;
}
