/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Builds for the host grid: preprocess, rewrite, look for the same text built before, compile. */
#define _GNU_SOURCE /* realpath */
#include "modules/host_build.h"

#include "files/output.h"
#include "files/record.h"
#include "kernels/user_port.h"
#include "model/memory.h"
#include "model/names.h"
#include "modules/build_options_internal.h"
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
    bool is_raised; /* to C++17, from an older standard */
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
    if (standard == NULL || of->is_raised) standard = of->is_cpp ? "c++17" : "c11";
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
    if (of->build->sanitizes) command_add(&run, "-DTG_PORT_SANITIZED");
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
        // Loads are functions, some of which the stand-in headers have in their places.
        if (is_clang(of)) {
            command_add(run, "-shared-libasan");
            command_add(run, "-mllvm");
            command_add(run, "-asan-instrumentation-with-call-threshold=0");
        } else {
            command_add(run, "--param=asan-instrumentation-with-call-threshold=0");
        }
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

/* Say the first of what the host grid has not: the log is the rewriter's own. */
static tg_status refuse_missing(const job *of, tg_error *error)
{
    static const char mark[] = ": error: ";
    const text *errors = &of->changes.errors;
    char line[TG_PATH_BYTES];
    char what[TG_PATH_BYTES];
    size_t length = 0;
    while (length < errors->length && errors->bytes[length] != '\n') length++;
    (void)snprintf(line, sizeof line, "%.*s", (int)length, errors->bytes);
    const char *message = strstr(line, mark);
    (void)snprintf(what, sizeof what, "the host grid does not take this source: %.180s",
                   message != NULL ? message + sizeof mark - 1 : line);
    const tg_status status = refuse(of, what, error);
    if (message != NULL) tg_error_where(error, "%.*s", (int)(message - line), line);
    return status;
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

static tg_status check_options(job *of, tg_error *error)
{
    const tg_build_options *options = of->build->options;
    const char *standard = options != NULL ? options->standard : NULL;
    of->is_raised = of->is_cpp && standard != NULL && build_standard_is_old(standard);
    const tg_status status = build_standard_check(standard, of->is_cpp, of->build->source, error);
    return status == TG_OK ? build_flags_check(options, of->build->source, error) : status;
}

static tg_status set_up(job *of, tg_error *error)
{
    tg_status status = check_source(of->build, error);
    if (status == TG_OK) status = check_options(of, error);
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
        return status == TG_OK ? refuse_missing(of, error) : status;
    }
    status = entries_check(&of->changes, of->build, error);
    if (status == TG_OK) entries_append(&of->content, &of->changes, of->build);
    return status == TG_OK ? text_status(&of->content, error) : status;
}

/* Put the object under the name that stays, sealed: the loader passes over what stands behind its
 * sections. */
static tg_status keep_object(const job *of, const char *path, tg_error *error)
{
    text object = {.bytes = NULL};
    tg_status status = text_read(&object, of->object, error);
    text_seal(&object);
    if (status == TG_OK) status = text_write(&object, path, error);
    text_clear(&object);
    return status;
}

/* Whether the key says all that an object is made of. The compiler's own words are asked, too. */
static tg_status is_key_sure(bool *is_sure, const job *of, tg_error *error)
{
    const tg_build_options *options = of->build->options;
    command compiler;
    *is_sure = true;
    const tg_status status = command_begin(&compiler, of->is_cpp, error);
    if (status != TG_OK) return status;
    const char *word = compiler.words.bytes;
    for (size_t i = 0; i < compiler.nb; i++, word += strlen(word) + 1) {
        if ((word[0] == '-' || word[0] == '@') && !build_flag_is_sure(word)) *is_sure = false;
    }
    for (size_t i = 0; options != NULL && i < options->nb_flags; i++) {
        if (!build_flag_is_sure(options->flags[i])) *is_sure = false;
    }
    command_clear(&compiler);
    return TG_OK;
}

static tg_status make_key(text *key, const job *of, const command *flags, tg_error *error)
{
    text_print(key, "%s %u ", TG_VERSION, TG_USER_PORT_VERSION);
    text_append(key, flags->words.bytes, flags->words.length);
    // Its log tells it.
    if (of->is_raised) text_print(key, "%s ", of->build->options->standard);
    // What was built elsewhere names its source by the folder that the compiler ran in.
    char folder[TG_PATH_BYTES];
    if (of->build->sanitizes && getcwd(folder, sizeof folder) != NULL)
        text_print(key, "%s ", folder);
    text_append(key, of->content.bytes, of->content.length);
    return text_status(key, error);
}

/* The object of that key, and its name there. */
static tg_status path_of(char path[TG_PATH_BYTES], char name[33], const job *of, const text *key,
                         tg_error *error)
{
    tg_digest digest;
    tg_digest_bytes(&digest, key->bytes, key->length);
    (void)tg_digest_text(name, &digest);
    return tg_path_format(path, error, "%s/%s.so", of->cache, name);
}

/* Say behind the compiler's words what was not done as asked. */
static tg_status say_raised(const job *of, tg_error *error)
{
    text words = {.bytes = NULL};
    tg_status status = text_read(&words, of->work_log, error);
    text_print(&words, "%s: note: built as C++17, which entries of kernels need, not as %s\n",
               of->build->source, of->build->options->standard);
    if (status == TG_OK) status = text_write(&words, of->work_log, error);
    text_clear(&words);
    return status;
}

/* Compile; where the key does not tell all, the result names itself. */
static tg_status make_anew(char path[TG_PATH_BYTES], char name[33], char log[TG_PATH_BYTES],
                           job *of, const command *flags, text *key, bool is_sure, tg_error *error)
{
    int exit_code = 0;
    tg_status status = compile(&exit_code, of, flags, error);
    if (status != TG_OK) return status;
    if (exit_code != 0) {
        status = keep_failure(log, of, error);
        return status == TG_OK ? refuse(of, "the source does not compile", error) : status;
    }
    if (!is_sure) {
        status = text_read(key, of->object, error);
        if (status == TG_OK) status = path_of(path, name, of, key, error);
    }
    if (status == TG_OK && of->is_raised) status = say_raised(of, error);
    if (status == TG_OK) status = keep_log(log, of, name, error);
    return status == TG_OK ? keep_object(of, path, error) : status;
}

/* Compile, unless it was before. */
static tg_status make_object(job *of, char path[TG_PATH_BYTES], char log[TG_PATH_BYTES],
                             tg_error *error)
{
    command flags;
    text key = {.bytes = NULL};
    char name[33];
    char kept[TG_PATH_BYTES];
    bool is_sure = false;
    tg_status status = command_of_compile(&flags, of, error);
    if (status != TG_OK) return status;
    status = is_key_sure(&is_sure, of, error);
    if (status == TG_OK) status = make_key(&key, of, &flags, error);
    if (status == TG_OK) status = path_of(path, name, of, &key, error);
    if (status == TG_OK) status = tg_path_format(kept, error, "%s/%s.log", of->cache, name);
    if (status == TG_OK && is_sure && text_is_sealed(path)) {
        tg_cache_used(path);
        tg_cache_used(kept);
        memcpy(log, access(kept, R_OK) == 0 ? kept : "", access(kept, R_OK) == 0 ? sizeof kept : 1);
    } else if (status == TG_OK) {
        status = make_anew(path, name, log, of, &flags, &key, is_sure, error);
    }
    command_clear(&flags);
    text_clear(&key);
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
    of->is_cpp = !tg_ends_with(build->source, ".c");
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
