/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the compiler is, and where it has the runtime of its sanitizers. */
#define _GNU_SOURCE /* realpath */
#include "modules/host_build.h"

#include "modules/cache.h"
#include "modules/host_compile_internal.h"

#include <stdio.h>
#include <stdlib.h>

/* clang's name first: it knows gcc's, too. */
static const char *const runtimes[] = {
#if defined(__x86_64__)
    "libclang_rt.asan-x86_64.so",
#elif defined(__aarch64__)
    "libclang_rt.asan-aarch64.so",
#endif
    "libasan.so",
};

/* What the C++ compiler says to a word. */
static tg_status ask(text *answer, int *exit_code, const char *word, const char *log,
                     tg_error *error)
{
    command run;
    tg_status status = command_begin(&run, true, error);
    if (status != TG_OK) return status;
    command_add(&run, "%s", word);
    status = command_run(exit_code, &run, log, error);
    command_clear(&run);
    return status == TG_OK ? text_read(answer, log, error) : status;
}

/* Ask for a runtime; path "" if the compiler has none of the name. */
static tg_status ask_runtime(char path[TG_PATH_BYTES], const char *name, const char *log,
                             tg_error *error)
{
    char word[64];
    int exit_code = 0;
    text answer = {.bytes = NULL};
    path[0] = '\0';
    (void)snprintf(word, sizeof word, "-print-file-name=%s", name);
    tg_status status = ask(&answer, &exit_code, word, log, error);
    if (status == TG_OK && exit_code == 0) {
        // The last line: the file holds those before.
        size_t end = answer.length;
        while (end > 0 && answer.bytes[end - 1] == '\n') end--;
        size_t first = end;
        while (first > 0 && answer.bytes[first - 1] != '\n') first--;
        char asked[TG_PATH_BYTES];
        status = tg_path_format(asked, error, "%.*s", (int)(end - first), answer.bytes + first);
        // A name that it does not know comes back as it was.
        if (status == TG_OK && (asked[0] != '/' || realpath(asked, path) == NULL)) path[0] = '\0';
    }
    text_clear(&answer);
    return status;
}

/* A folder for a compiler's answer, and the path of that; to be removed by tg_cache_remove_work. */
static tg_status begin_asking(char work[TG_PATH_BYTES], char log[TG_PATH_BYTES], tg_error *error)
{
    tg_status status = tg_cache_work_folder(work, error);
    if (status != TG_OK) return status;
    status = tg_path_format(log, error, "%s/log", work);
    if (status != TG_OK) tg_cache_remove_work(work);
    return status;
}

tg_status tg_host_build_compiler(char line[TG_PATH_BYTES], tg_error *error)
{
    char work[TG_PATH_BYTES];
    char log[TG_PATH_BYTES];
    int exit_code = 0;
    text answer = {.bytes = NULL};
    tg_status status = begin_asking(work, log, error);
    if (status != TG_OK) return status;
    status = ask(&answer, &exit_code, "--version", log, error);
    tg_cache_remove_work(work);
    if (status == TG_OK) {
        size_t length = 0;
        while (length < answer.length && answer.bytes[length] != '\n') length++;
        status = tg_path_format(line, error, "%.*s", (int)length, answer.bytes);
    }
    if (status == TG_OK && exit_code != 0) {
        status = tg_error_set(error, TG_ERR_UNAVAILABLE,
                              "the C++ compiler does not tell its version: %.150s", line);
        tg_error_how(error, "apt-get install g++, or set CXX to a compiler that works");
    }
    text_clear(&answer);
    return status;
}

tg_status tg_host_build_runtime(char path[TG_PATH_BYTES], tg_error *error)
{
    char work[TG_PATH_BYTES];
    char log[TG_PATH_BYTES];
    tg_status status = begin_asking(work, log, error);
    if (status != TG_OK) return status;
    path[0] = '\0';
    for (size_t i = 0;
         i < sizeof runtimes / sizeof runtimes[0] && status == TG_OK && path[0] == '\0'; i++)
        status = ask_runtime(path, runtimes[i], log, error);
    tg_cache_remove_work(work);
    if (status != TG_OK || path[0] != '\0') return status;
    tg_error_set(error, TG_ERR_UNAVAILABLE, "the compiler has no runtime for its sanitizers");
    tg_error_how(error, "apt-get install libasan8 (the one of your g++), or build without "
                        "sanitizers");
    return TG_ERR_UNAVAILABLE;
}
