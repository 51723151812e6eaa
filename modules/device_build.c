/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Builds for a GPU, in a child process: read the source and what it includes, look for the same
 * built before, compile. */
#include "modules/device_build.h"

#include "files/record.h"
#include "model/memory.h"
#include "modules/build_options_internal.h"
#include "modules/cache.h"
#include "modules/child_internal.h"
#include "modules/device_compile_internal.h"
#include "modules/host_entries_internal.h"
#include "modules/symbols.h"

#include <string.h>
#include <unistd.h>

/* Seconds that NVRTC may take: templates can go on for ever. */
#define MAX_S 600

/* What the child answers: which files it wrote. Errors have a log too, so it is no error of the
 * child that the source does not compile. */
typedef struct answer {
    tg_status status;
    tg_error error;
    char path[TG_PATH_BYTES];
    char symbols[TG_PATH_BYTES]; /* names in the module, each with its line */
    char log[TG_PATH_BYTES];
} answer;

static tg_status paths_of(answer *to, const char *cache, const text *key, tg_error *error)
{
    tg_digest digest;
    char name[33];
    tg_status status = text_status(key, error);
    if (status != TG_OK) return status;
    tg_digest_bytes(&digest, key->bytes, key->length);
    (void)tg_digest_text(name, &digest);
    status = tg_path_format(to->path, error, "%s/%s.cubin", cache, name);
    if (status == TG_OK) status = tg_path_format(to->symbols, error, "%s/%s.symbols", cache, name);
    if (status == TG_OK) status = tg_path_format(to->log, error, "%s/%s.log", cache, name);
    return status;
}

/* Names of the kernels that a source declares, for what was meant. */
static tg_status kernels_of(tg_symbols *symbols, const includes *of, rewrite *scan, tg_error *error)
{
    void *list = NULL;
    text names = {.bytes = NULL};
    tg_status status =
        rewrite_create(scan, of->cleaned.bytes, of->cleaned.length, true, false, error);
    if (status != TG_OK) return status;
    // Kernels are found on the way; the text is for the host grid.
    text rewritten = {.bytes = NULL};
    status = rewrite_run(scan, &rewritten, error);
    text_clear(&rewritten);
    for (size_t i = 0; i < scan->nb_kernels; i++) {
        const token *at = &scan->all.of[scan->kernels[i]];
        text_append(&names, scan->all.bytes + at->at, at->length);
        text_append(&names, "", 1);
    }
    if (status == TG_OK) status = text_status(&names, error);
    if (status == TG_OK)
        status = tg_buffer_create(&list, scan->nb_kernels + 1, sizeof(char *), error);
    if (status == TG_OK) {
        *symbols = (tg_symbols){.are_known = true, .nb = scan->nb_kernels, .names = list};
        char *at = names.bytes;
        for (size_t i = 0; i < symbols->nb; i++, at += strlen(at) + 1) symbols->names[i] = at;
        symbols->names[symbols->nb] = names.bytes;
    } else {
        text_clear(&names);
    }
    rewrite_clear(scan);
    return status;
}

/* Refuse a kernel that the source does not have, if that is all that is wrong with it. */
static tg_status check_kernels(const tg_device_build *build, const includes *of, tg_error *error)
{
    tg_symbols symbols = {.names = NULL};
    void *scan = NULL;
    tg_status status = tg_buffer_create(&scan, 1, sizeof(rewrite), error);
    if (status == TG_OK) status = kernels_of(&symbols, of, scan, error);
    for (size_t i = 0; i < build->nb_kernels && status == TG_OK; i++) {
        char name[NAME_BYTES];
        entries_base_name(name, build->kernels[i]);
        status = tg_symbols_check(&symbols, build->source, name, error);
    }
    tg_symbols_clear(&symbols);
    tg_buffer_destroy(scan);
    return status;
}

/* What is wrong with a source that NVRTC refuses; its log is kept. */
static tg_status refuse(answer *to, const compilation *of, tg_error *error)
{
    tg_digest digest;
    char name[33];
    char cache[TG_PATH_BYTES];
    tg_digest_bytes(&digest, of->build->source, strlen(of->build->source));
    tg_status status = tg_cache_folder(cache, error);
    if (status == TG_OK)
        status = tg_path_format(to->log, error, "%s/failed-device-%s.log", cache,
                                tg_digest_text(name, &digest));
    if (status == TG_OK) status = text_write(&of->log, to->log, error);
    if (status != TG_OK) return status;
    to->path[0] = '\0';
    to->status = TG_OK;
    if (compilation_lacks_names(of)) to->status = check_kernels(of->build, &of->files, &to->error);
    if (to->status != TG_OK) return TG_OK;
    to->status = tg_error_set(&to->error, TG_ERR_FORMAT, "the source does not compile");
    tg_error_where(&to->error, "%s", of->build->source);
    tg_error_how(&to->error, "mend what its messages name; code for the host alone belongs behind "
                             "#ifndef __CUDACC_RTC__");
    return TG_OK;
}

/* Keep what was compiled, sealed: the driver's loader passes over what stands behind a cubin. The
 * cubin last, since its being there says that all is. */
static tg_status keep(answer *to, compilation *of, tg_error *error)
{
    text_seal(&of->symbols);
    text_seal(&of->cubin);
    tg_status status = text_write(&of->symbols, to->symbols, error);
    if (status == TG_OK && of->log.length != 0) {
        status = text_write(&of->log, to->log, error);
    } else if (status == TG_OK) {
        (void)unlink(to->log);
        to->log[0] = '\0';
    }
    return status == TG_OK ? text_write(&of->cubin, to->path, error) : status;
}

static tg_status make(answer *to, compilation *of, tg_error *error)
{
    char cache[TG_PATH_BYTES];
    bool is_refused = false;
    tg_status status = tg_cache_folder(cache, error);
    if (status == TG_OK) status = compilation_begin(of, error);
    if (status == TG_OK) status = paths_of(to, cache, &of->key, error);
    if (status == TG_OK && of->files.is_sure && text_is_sealed(to->path) &&
        text_is_sealed(to->symbols)) {
        tg_cache_used(to->path);
        tg_cache_used(to->symbols);
        tg_cache_used(to->log);
        if (access(to->log, R_OK) != 0) to->log[0] = '\0';
        return TG_OK;
    }
    if (status == TG_OK) status = compilation_run(of, &is_refused, error);
    if (status != TG_OK) return status;
    if (is_refused) return refuse(to, of, error);
    // Where the key does not tell all, the result names itself.
    if (!of->files.is_sure) {
        text_append(&of->key, of->cubin.bytes, of->cubin.length);
        status = paths_of(to, cache, &of->key, error);
    }
    return status == TG_OK ? keep(to, of, error) : status;
}

static tg_status work(void *to, void *context, tg_error *error)
{
    compilation of = {.build = context};
    const tg_status status = make(to, &of, error);
    compilation_end(&of);
    return status;
}

/* Read the names, one a line. */
static tg_status read_symbols(char (*symbols)[TG_SYMBOL_BYTES], const tg_device_build *build,
                              const answer *from, tg_error *error)
{
    text names = {.bytes = NULL};
    tg_status status = text_read(&names, from->symbols, error);
    size_t at = 0;
    for (size_t i = 0; i < build->nb_kernels && status == TG_OK; i++) {
        const char *first = names.bytes + at;
        const char *end = at < names.length ? memchr(first, '\n', names.length - at) : NULL;
        if (end == NULL || end == first || end - first >= TG_SYMBOL_BYTES) {
            tg_error_set(error, TG_ERR_IO, "a file of the cache is damaged");
            tg_error_where(error, "%s", from->symbols);
            tg_error_how(error, "remove it");
            status = TG_ERR_IO;
            break;
        }
        memcpy(symbols[i], first, (size_t)(end - first));
        symbols[i][end - first] = '\0';
        at += (size_t)(end - first) + 1;
    }
    text_clear(&names);
    return status;
}

/* What is compiled without being a kernel has a name and no entry. */
static tg_status check_entries(char (*symbols)[TG_SYMBOL_BYTES], const tg_device_build *build,
                               const char *path, tg_error *error)
{
    tg_symbols entries;
    tg_status status = tg_symbols_read(&entries, path, TG_SOURCE_CUBIN, error);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < build->nb_kernels && status == TG_OK; i++) {
        status = tg_symbols_check(&entries, build->source, symbols[i], NULL);
        if (status == TG_OK) continue;
        tg_error_set(error, TG_ERR_FORMAT, "'%.150s' is not a kernel", build->kernels[i]);
        tg_error_where(error, "%s", build->source);
        tg_error_how(error, "declare it __global__, or name another");
    }
    tg_symbols_clear(&entries);
    return status;
}

/* NVRTC compiles C++ alone: the standard of a C file, named for the host grid, is none of its. */
static tg_status check_standard(const tg_device_build *build, tg_error *error)
{
    const char *standard = build->options != NULL ? build->options->standard : NULL;
    const size_t length = strlen(build->source);
    if (length >= 2 && strcmp(build->source + length - 2, ".c") == 0) return TG_OK;
    return build_standard_check(standard, true, build->source, error);
}

tg_status tg_device_build_run(char path[TG_PATH_BYTES], char log[TG_PATH_BYTES],
                              char (*symbols)[TG_SYMBOL_BYTES], const tg_device_build *build,
                              tg_error *error)
{
    static const child_terms terms = {
        .name = "NVRTC",
        .max_s = MAX_S,
        .died = TG_ERR_FORMAT,
        .died_how = "leave out what the source has of late; or gate on the host grid with --host",
        .hung = TG_ERR_KERNEL,
        .hung_how = "look for templates or constant expressions without an end"};
    void *buffer = NULL;
    path[0] = '\0';
    log[0] = '\0';
    tg_status status = check_standard(build, error);
    for (size_t i = 0; i < build->nb_kernels && status == TG_OK; i++)
        status = entries_check_name(build->kernels[i], error);
    if (status == TG_OK) status = tg_buffer_create(&buffer, 1, sizeof(answer), error);
    if (status != TG_OK) return status;
    answer *made = buffer;
    status = child_run(made, sizeof *made, work, (void *)(uintptr_t)build, &terms, error);
    if (status == TG_ERR_FORMAT || status == TG_ERR_KERNEL)
        tg_error_where(error, "%s", build->source);
    if (status == TG_OK) memcpy(log, made->log, TG_PATH_BYTES);
    if (status == TG_OK && made->status != TG_OK) {
        status = made->status;
        if (error != NULL) *error = made->error;
    }
    if (status == TG_OK) status = read_symbols(symbols, build, made, error);
    if (status == TG_OK) status = check_entries(symbols, build, made->path, error);
    if (status == TG_OK) memcpy(path, made->path, TG_PATH_BYTES);
    tg_buffer_destroy(buffer);
    return status;
}
