/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Standard output, taken for one document. */
#define _POSIX_C_SOURCE 200809L /* dup, fdopen */
#include "cli/standard_output.h"

#include "files/input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool tg_is_standard_output(const char *path) { return path != NULL && strcmp(path, "-") == 0; }

static tg_status fail(const char *what, tg_error *error)
{
    const tg_status status = tg_io_error(error, what, "standard output", errno);
    tg_error_how(error, "write to a file instead, by its path");
    return status;
}

tg_status tg_standard_output_take(FILE **taken, tg_error *error)
{
    *taken = NULL;
    (void)fflush(stdout);
    const int copy = dup(STDOUT_FILENO);
    if (copy < 0) return fail("write", error);
    FILE *stream = fdopen(copy, "w");
    if (stream == NULL || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        const tg_status status = fail("write", error);
        if (stream != NULL) {
            (void)fclose(stream);
        } else {
            (void)close(copy);
        }
        return status;
    }
    *taken = stream;
    return TG_OK;
}

tg_status tg_standard_output_give_back(FILE *taken, tg_error *error)
{
    if (taken == NULL) return TG_OK;
    tg_status status = TG_OK;
    // What has failed before is not forgotten by a flush that has nothing to do.
    if (fflush(taken) != 0 || ferror(taken)) status = fail("write", error);
    (void)fflush(stdout);
    if (dup2(fileno(taken), STDOUT_FILENO) < 0 && status == TG_OK) status = fail("write", error);
    (void)fclose(taken);
    return status;
}
