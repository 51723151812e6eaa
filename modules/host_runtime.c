/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where the compiler has the runtime of its sanitizers. */
#define _GNU_SOURCE /* realpath */
#include "modules/host_build.h"

#include "modules/cache.h"
#include "modules/host_compile_internal.h"

#include <stdlib.h>
#include <string.h>

/* clang's name first: it knows gcc's, too. */
static const char *const runtimes[] = {
#if defined(__x86_64__)
    "libclang_rt.asan-x86_64.so",
#elif defined(__aarch64__)
    "libclang_rt.asan-aarch64.so",
#endif
    "libasan.so",
};

/* Ask for one; path "" if the compiler has none of the name. */
static tg_status ask(char path[TG_PATH_BYTES], const char *name, const char *log, tg_error *error)
{
    command run;
    int exit_code = 0;
    text answer = {.bytes = NULL};
    path[0] = '\0';
    tg_status status = command_begin(&run, true, error);
    if (status != TG_OK) return status;
    command_add(&run, "-print-file-name=%s", name);
    status = command_run(&exit_code, &run, log, error);
    command_clear(&run);
    if (status == TG_OK) status = text_read(&answer, log, error);
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

tg_status tg_host_build_runtime(char path[TG_PATH_BYTES], tg_error *error)
{
    char work[TG_PATH_BYTES];
    char log[TG_PATH_BYTES];
    tg_status status = tg_cache_work_folder(work, error);
    if (status != TG_OK) return status;
    status = tg_path_format(log, error, "%s/log", work);
    path[0] = '\0';
    for (size_t i = 0;
         i < sizeof runtimes / sizeof runtimes[0] && status == TG_OK && path[0] == '\0'; i++)
        status = ask(path, runtimes[i], log, error);
    tg_cache_remove_work(work);
    if (status != TG_OK || path[0] != '\0') return status;
    tg_error_set(error, TG_ERR_UNAVAILABLE, "the compiler has no runtime for its sanitizers");
    tg_error_how(error, "apt-get install libasan8 (the one of your g++), or build without "
                        "sanitizers");
    return TG_ERR_UNAVAILABLE;
}
