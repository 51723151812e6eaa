/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What workers print: shown line by line as far as there is room, and kept where a sanitizer says
 * it, or where it is the last line of a worker that ends. */
#define _GNU_SOURCE /* pipe2 */
#include "harness/worker_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Bytes that are shown of one run, and of all runs of a backend. A screen has 4 KiB; a kernel that
 * prints in each of its threads does so in every run, and shrinking has thousands. */
#define MAX_RUN_SHOWN ((size_t)16 << 10)
#define MAX_SHOWN ((size_t)128 << 10)

/* ---- the pipe ---- */

tg_status worker_said_init(worker_said *said, tg_error *error)
{
    int ends[2];
    memset(said, 0, sizeof *said);
    said->read_end = -1;
    said->write_end = -1;
    if (pipe2(ends, O_CLOEXEC) == 0) {
        said->read_end = ends[0];
        said->write_end = ends[1];
        // Only what is there already is ever read, but all of it.
        if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) return TG_OK;
    }
    tg_error_set(error, TG_ERR_MEMORY, "no pipe to a worker: %s", strerror(errno));
    tg_error_how(error, "let the system have more files for this user, or run the kernels in this "
                        "process with --no-isolate");
    worker_said_clear(said);
    return TG_ERR_MEMORY;
}

void worker_said_clear(worker_said *said)
{
    if (said->read_end >= 0) (void)close(said->read_end);
    if (said->write_end >= 0) (void)close(said->write_end);
    said->read_end = -1;
    said->write_end = -1;
}

/* ---- lines ---- */

static void show(const char *bytes, size_t nb_bytes)
{
    while (nb_bytes != 0) {
        const ssize_t written = write(STDERR_FILENO, bytes, nb_bytes);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes += written;
        nb_bytes -= (size_t)written;
    }
}

/* Whether a sanitizer's report begins. AddressSanitizer draws a line above its own. */
static bool is_report_start(const char *line)
{
    return strncmp(line, "=================================", 33) == 0 ||
           strstr(line, "ERROR: AddressSanitizer: ") != NULL ||
           strstr(line, "AddressSanitizer: CHECK failed") != NULL ||
           strstr(line, ": runtime error: ") != NULL || strstr(line, WORKER_FAULT) != NULL;
}

static void keep_last(worker_said *said)
{
    size_t nb = 0;
    for (const char *from = said->line; *from != '\0' && nb + 1 < sizeof said->last; from++) {
        // Reports are plain text whatever a kernel prints.
        said->last[nb++] = *from >= ' ' && *from <= '~' ? *from : '?';
    }
    if (nb != 0) said->last[nb] = '\0';
}

/* A whole line, or the part of one that there is room for. */
static void take_line(worker_said *said, bool is_whole)
{
    static const char end_of_run[] = "\ntracegate: what this run prints beyond this is left out\n";
    static const char end[] = "\ntracegate: what kernels print beyond this is left out\n";
    said->line[said->line_bytes] = '\0';
    if (said->report_bytes == 0 && !is_report_start(said->line)) {
        keep_last(said);
        if (is_whole) said->line[said->line_bytes++] = '\n';
        if (said->nb_shown < MAX_SHOWN && said->nb_run_shown < MAX_RUN_SHOWN) {
            show(said->line, said->line_bytes);
            said->nb_shown += said->line_bytes;
            said->nb_run_shown += said->line_bytes;
            if (said->nb_shown >= MAX_SHOWN) {
                show(end, sizeof end - 1);
            } else if (said->nb_run_shown >= MAX_RUN_SHOWN) {
                show(end_of_run, sizeof end_of_run - 1);
            }
        }
    } else {
        const size_t room = sizeof said->report - 1 - said->report_bytes;
        if (is_whole) said->line[said->line_bytes++] = '\n';
        const size_t nb = said->line_bytes < room ? said->line_bytes : room;
        memcpy(said->report + said->report_bytes, said->line, nb);
        said->report_bytes += nb;
    }
    said->line_bytes = 0;
}

bool worker_hear(worker_said *said)
{
    char bytes[4096];
    for (;;) {
        const ssize_t nb = said->read_end >= 0 ? read(said->read_end, bytes, sizeof bytes) : 0;
        if (nb < 0 && errno == EINTR) continue;
        if (nb <= 0) return nb != 0;
        for (ssize_t i = 0; i < nb; i++) {
            // Room for the end of the line and of the text.
            if (bytes[i] != '\n') said->line[said->line_bytes++] = bytes[i];
            if (bytes[i] == '\n') take_line(said, true);
            if (said->line_bytes + 2 >= sizeof said->line) take_line(said, false);
        }
    }
}

void worker_said_end(worker_said *said)
{
    worker_hear(said);
    if (said->line_bytes != 0) take_line(said, true);
    said->report[said->report_bytes] = '\0';
}

void worker_said_show_report(worker_said *said)
{
    show(said->report, said->report_bytes);
    said->report_bytes = 0;
}

void worker_said_begin(worker_said *said)
{
    // What was said between runs belongs to none.
    worker_said_end(said);
    worker_said_show_report(said);
    said->last[0] = '\0';
    said->nb_run_shown = 0;
}
