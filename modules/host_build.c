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
#include "modules/host_build_internal.h"
#include "modules/host_entries_internal.h"
#include "modules/host_port_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How logs begin by name of what the compiler refuses, and of what the host grid has not. */
#define FAILED "failed-"
#define REFUSED "refused-"

static tg_status check_source(const tg_host_build *build, tg_error *error)
{
    FILE *stream = NULL;
    uint64_t size_bytes = 0;
    const tg_status status = tg_input_open(&stream, &size_bytes, build->source, error);
    if (status == TG_OK) (void)fclose(stream);
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
    tg_error_set(error, TG_ERR_FORMAT, "%s", what);
    if (message != NULL) tg_error_where(error, "%.*s", (int)(message - line), line);
    if (message == NULL) tg_error_where(error, "%s", of->build->source);
    tg_error_how(error, "mend it there%s; docs/host-port.md has all that there is",
                 of->changes.nb_errors > 1 ? ", and what the other messages name" : "");
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

/* Messages of a build that failed, one file a source.
 * kind  whose they are: FAILED, the compiler's, or REFUSED, the program's own */
static tg_status keep_failure(char log[TG_PATH_BYTES], const job *of, const char *kind,
                              tg_error *error)
{
    tg_digest digest;
    char name[33];
    char failed[48];
    tg_digest_bytes(&digest, of->build->source, strlen(of->build->source));
    (void)snprintf(failed, sizeof failed, "%s%s", kind, tg_digest_text(name, &digest));
    return keep_log(log, of, failed, error);
}

bool tg_host_build_is_own_log(const char *log)
{
    const char *slash = strrchr(log, '/');
    return strncmp(slash != NULL ? slash + 1 : log, REFUSED, sizeof REFUSED - 1) == 0;
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
    tg_status status = job_preprocess(&exit_code, of, error);
    if (status == TG_OK && exit_code != 0) {
        status = keep_failure(log, of, FAILED, error);
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
        if (status == TG_OK) status = keep_failure(log, of, REFUSED, error);
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
    const tg_build_options *options = of->build->options;
    for (size_t i = 0; options != NULL && i < options->nb_flags; i++)
        text_append(key, options->flags[i], strlen(options->flags[i]) + 1);
    // Its log tells it.
    if (of->is_raised) text_print(key, "%s ", options->standard);
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
    tg_status status = job_compile(&exit_code, of, flags, error);
    if (status != TG_OK) return status;
    if (exit_code != 0) {
        status = keep_failure(log, of, FAILED, error);
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
    tg_status status = job_compile_command(&flags, of, error);
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
