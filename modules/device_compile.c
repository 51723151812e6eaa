/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* NVRTC's options, its messages and its results. */
#define _GNU_SOURCE /* memmem */
#include "modules/device_compile_internal.h"

#include "model/memory.h"
#include "modules/device_headers_internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Architectures that an NVRTC may know, at the most: 13.0 knows 12. */
#define MAX_ARCHS 256

/* ---- options ---- */

static tg_status check_arch(const compilation *of, tg_error *error)
{
    const nvrtc *compiler = &of->compiler;
    int archs[MAX_ARCHS];
    char list[128] = "";
    size_t length = 0;
    int nb = 0;
    if (compiler->nb_archs(&nb) != NVRTC_SUCCESS || nb <= 0 || nb > MAX_ARCHS ||
        compiler->archs(archs) != NVRTC_SUCCESS)
        return TG_OK;
    for (int i = 0; i < nb; i++) {
        if (archs[i] == (int)of->build->arch) return TG_OK;
        if (length + 8 < sizeof list)
            length += (size_t)snprintf(list + length, sizeof list - length, " %d", archs[i]);
    }
    tg_error_set(error, TG_ERR_UNAVAILABLE, "NVRTC %d.%d has no code for sm_%u; it knows%s",
                 compiler->major, compiler->minor, of->build->arch, list);
    tg_error_where(error, "%s", of->compiler.folder);
    tg_error_how(error, "install the CUDA toolkit that knows the device, and name it in CUDA_HOME");
    return TG_ERR_UNAVAILABLE;
}

/* NVRTC compiles C++ of the plain standards alone. */
static void add_standard(command *to, const char *standard)
{
    const char *number = standard != NULL ? strstr(standard, "++") : NULL;
    command_add(to, "--std=c++%s", number != NULL ? number + 2 : "17");
}

/* Folders of headers, in the order of the search: the source's own, the user's, CUDA's, those that
 * the program brings. folders: to be destroyed. */
static tg_status add_includes(const char ***folders, size_t *nb, char known[TG_PATH_BYTES],
                              compilation *of, char own[TG_PATH_BYTES], tg_error *error)
{
    const tg_build_options *options = of->build->options;
    const size_t nb_given = options != NULL ? options->nb_includes : 0;
    const char *slash = strrchr(of->build->source, '/');
    char headers[TG_PATH_BYTES];
    void *list = NULL;
    tg_status status = tg_buffer_create(&list, nb_given + 1, sizeof **folders, error);
    if (status != TG_OK) return status;
    *folders = list;
    *nb = nb_given + 1;
    status = slash == NULL
                 ? tg_path_format(own, error, ".")
                 : tg_path_format(own, error, "%.*s", (int)(slash - of->build->source + 1),
                                  of->build->source);
    (*folders)[0] = own;
    for (size_t i = 0; i < nb_given; i++) (*folders)[i + 1] = options->includes[i];
    for (size_t i = 0; i < *nb; i++) command_add(&of->options, "-I%s", (*folders)[i]);
    nvrtc_include_folder(known, &of->compiler);
    if (known[0] != '\0') {
        command_add(&of->options, "-I%s", known);
        command_add(&of->options, "-I%s/cccl", known);
    }
    if (status == TG_OK) status = device_headers_folder(headers, error);
    if (status == TG_OK) command_add(&of->options, "-I%s", headers);
    return status;
}

static void add_flags(compilation *of)
{
    const tg_build_options *options = of->build->options;
    command_add(&of->options, "-arch=sm_%u", of->build->arch);
    command_add(&of->options, "-lineinfo");
    // NVRTC refuses what a header or a file has for the host; taken for the device's, it is unused.
    command_add(&of->options, "--device-as-default-execution-space");
    if (options == NULL || !options->shows_warnings) command_add(&of->options, "-w");
    add_standard(&of->options, options != NULL ? options->standard : NULL);
    for (size_t i = 0; options != NULL && i < options->nb_defines; i++)
        command_add(&of->options, "-D%s", options->defines[i]);
    for (size_t i = 0; options != NULL && i < options->nb_flags; i++)
        command_add(&of->options, "%s", options->flags[i]);
}

/* Whether an option may bring in text that is not looked for. */
static bool brings_text(const char *flag)
{
    return strncmp(flag, "-I", 2) == 0 || strstr(flag, "include") != NULL ||
           strstr(flag, "pch") != NULL || strstr(flag, "optf") != NULL ||
           strstr(flag, "options-file") != NULL || strstr(flag, "isystem") != NULL;
}

/* ---- key ---- */

static tg_status make_key(compilation *of, const char *known, tg_error *error)
{
    const tg_build_options *options = of->build->options;
    char header[TG_PATH_BYTES];
    struct stat info = {.st_size = 0};
    for (size_t i = 0; options != NULL && i < options->nb_flags; i++) {
        if (brings_text(options->flags[i])) of->files.is_sure = false;
    }
    // Of CUDA's headers the toolkit is known, not each file.
    if (known[0] != '\0' && (tg_path_format(header, NULL, "%s/cuda_runtime.h", known) != TG_OK ||
                             stat(header, &info) != 0))
        of->files.is_sure = false;
    text_print(&of->key, "%s NVRTC %d.%d %s %lld %lld\n", TG_VERSION, of->compiler.major,
               of->compiler.minor, of->compiler.folder, (long long)info.st_size,
               (long long)info.st_mtime);
    text_append(&of->key, of->options.words.bytes, of->options.words.length);
    for (size_t i = 0; i < of->build->nb_kernels; i++)
        text_print(&of->key, "%s\n", of->build->kernels[i]);
    text_print(&of->key, "%s\n", of->build->source);
    text_append(&of->key, of->files.content.bytes, of->files.content.length);
    const tg_status status = text_status(&of->options.words, error);
    return status == TG_OK ? text_status(&of->key, error) : status;
}

tg_status compilation_begin(compilation *of, tg_error *error)
{
    const char **folders = NULL;
    size_t nb_folders = 0;
    char known[TG_PATH_BYTES];
    char own[TG_PATH_BYTES];
    tg_status status = nvrtc_open(&of->compiler, error);
    if (status == TG_OK) status = check_arch(of, error);
    if (status != TG_OK) return status;
    add_flags(of);
    status = add_includes(&folders, &nb_folders, known, of, own, error);
    if (status == TG_OK)
        status = includes_read(&of->files, of->build->source, folders, nb_folders,
                               known[0] != '\0' ? known : NULL, error);
    if (status == TG_OK) status = make_key(of, known, error);
    tg_buffer_destroy(folders);
    return status;
}

void compilation_end(compilation *of)
{
    nvrtc_close(&of->compiler);
    command_clear(&of->options);
    includes_clear(&of->files);
    text_clear(&of->key);
    text_clear(&of->log);
    text_clear(&of->cubin);
    text_clear(&of->symbols);
}

/* ---- compiling ---- */

static tg_status nvrtc_error(const compilation *of, const char *doing, int result, tg_error *error)
{
    const tg_status status = result == NVRTC_OUT_OF_MEMORY ? TG_ERR_MEMORY : TG_ERR_UNAVAILABLE;
    tg_error_set(error, status, "NVRTC cannot %s: %s", doing, of->compiler.error_text(result));
    tg_error_where(error, "%s", of->compiler.folder);
    tg_error_how(error, "%s",
                 status == TG_ERR_MEMORY
                     ? "end what else uses memory"
                     : "see that libnvrtc-builtins.so of the same version lies beside libnvrtc.so");
    return status;
}

/* Append what one of NVRTC's pairs of functions gives: first its size, then itself. */
static tg_status take(text *to, const compilation *of, nvrtc_program program, nvrtc_log_size *size,
                      nvrtc_log *get, tg_error *error)
{
    void *bytes = NULL;
    size_t nb_bytes = 0;
    int result = size(program, &nb_bytes);
    if (result != NVRTC_SUCCESS) return nvrtc_error(of, "say what it made", result, error);
    tg_status status = tg_buffer_create(&bytes, nb_bytes + 1, 1, error);
    if (status != TG_OK) return status;
    result = get(program, bytes);
    if (result != NVRTC_SUCCESS) {
        status = nvrtc_error(of, "hand out what it made", result, error);
    } else {
        text_append(to, bytes, nb_bytes);
        status = text_status(to, error);
    }
    tg_buffer_destroy(bytes);
    return status;
}

static tg_status take_names(compilation *of, nvrtc_program program, tg_error *error)
{
    for (size_t i = 0; i < of->build->nb_kernels; i++) {
        const char *name = NULL;
        const int result = of->compiler.lowered_name(program, of->build->kernels[i], &name);
        if (result != NVRTC_SUCCESS) return nvrtc_error(of, "name the kernel", result, error);
        if (strlen(name) >= TG_SYMBOL_BYTES) {
            tg_error_set(error, TG_ERR_SIZE,
                         "the kernel's name in the module has %zu bytes, more "
                         "than %d",
                         strlen(name), TG_SYMBOL_BYTES - 1);
            tg_error_where(error, "%.100s", of->build->kernels[i]);
            tg_error_how(error, "declare it extern \"C\", or a template of fewer arguments");
            return TG_ERR_SIZE;
        }
        text_print(&of->symbols, "%s\n", name);
    }
    return text_status(&of->symbols, error);
}

static tg_status run(compilation *of, nvrtc_program program, bool *is_refused, tg_error *error)
{
    const nvrtc *compiler = &of->compiler;
    void *words = NULL;
    for (size_t i = 0; i < of->build->nb_kernels; i++) {
        const int result = compiler->add_name(program, of->build->kernels[i]);
        if (result != NVRTC_SUCCESS) return nvrtc_error(of, "take a name", result, error);
    }
    tg_status status = tg_buffer_create(&words, of->options.nb, sizeof(char *), error);
    if (status != TG_OK) return status;
    const char **options = words;
    const char *word = of->options.words.bytes;
    for (size_t i = 0; i < of->options.nb; i++, word += strlen(word) + 1) options[i] = word;
    const int result = compiler->compile(program, (int)of->options.nb, options);
    tg_buffer_destroy(words);
    status = take(&of->log, of, program, compiler->log_size, compiler->log, error);
    if (status != TG_OK) return status;
    // The end of a text, and nothing else, is an empty log.
    while (of->log.length != 0 && of->log.bytes[of->log.length - 1] == '\0') of->log.length--;
    *is_refused = result == NVRTC_COMPILATION || result == NVRTC_INVALID_OPTION;
    if (*is_refused) return TG_OK;
    if (result != NVRTC_SUCCESS) return nvrtc_error(of, "compile", result, error);
    status = take_names(of, program, error);
    if (status != TG_OK) return status;
    return take(&of->cubin, of, program, compiler->cubin_size, compiler->cubin, error);
}

tg_status compilation_run(compilation *of, bool *is_refused, tg_error *error)
{
    nvrtc_program program = NULL;
    const int result =
        of->compiler.create(&program, of->files.source.bytes, of->build->source, 0, NULL, NULL);
    if (result != NVRTC_SUCCESS) return nvrtc_error(of, "begin", result, error);
    const tg_status status = run(of, program, is_refused, error);
    (void)of->compiler.destroy(&program);
    return status;
}

bool compilation_lacks_names(const compilation *of)
{
    // The file that NVRTC puts names in, in its messages.
    static const char own[] = "__nv_name_map(";
    static const char mark[] = ": error: ";
    bool has_own = false;
    for (size_t first = 0; first < of->log.length;) {
        const char *line = of->log.bytes + first;
        const char *end = memchr(line, '\n', of->log.length - first);
        const size_t length = end != NULL ? (size_t)(end - line) : of->log.length - first;
        const bool is_error = memmem(line, length, mark, sizeof mark - 1) != NULL ||
                              memmem(line, length, "catastrophic error", 18) != NULL;
        const bool is_own = length > sizeof own && memcmp(line, own, sizeof own - 1) == 0;
        if (is_error && !is_own && memmem(line, length, "detected in", 11) == NULL) return false;
        has_own = has_own || (is_error && is_own);
        first += length + 1;
    }
    return has_own;
}
