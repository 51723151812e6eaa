/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The program's start under sanitizers, with their runtime. */
#include "cli/kernels_internal.h"

#include "cli/supervise.h"
#include "model/memory.h"
#include "modules/host_build.h"

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

bool kernels_are_sanitized(void) { return getenv(PRELOADED) != NULL; }

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

tg_status kernels_start_sanitized(tg_error *error)
{
    enum { MAX_WORDS = 4096 };
    char runtime[TG_PATH_BYTES];
    void *bytes = NULL;
    void *words = NULL;
    if (kernels_are_sanitized()) {
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
        tg_supervise_hand_on(true);
        (void)execv("/proc/self/exe", words);
        tg_supervise_hand_on(false);
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
