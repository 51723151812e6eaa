/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A gate in a process of its own. What comes back from it: the verdict's numbers and the error in
 * memory that both share, the text and the report, from which findings are told, in files that have
 * no name.
 */
#define _GNU_SOURCE /* memfd_create, NSIG */
#include "api/api_internal.h"

#include "harness/process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* How often the calls of the process are looked at. */
#define TURN_S 0.25

/* How to mend what code in the process did. */
#define MEND                                                                                     \
    "mend the chip library's constructors and complete: set is_in_process and run this program " \
    "under a debugger"

/* What the process notes. */
typedef struct apart_notes {
    tg_supervised supervised;
    bool is_done; /* the work came to its end: only then the status is one */
    tg_status status;
    tg_error error;
    tracegate_verdict verdict; /* numbers */
    bool has_report;
} apart_notes;

typedef struct apart {
    const tracegate_gate_options *options;
    apart_notes *notes; /* shared */
    int text, report;   /* files */
} apart;

static tg_status cannot(tg_error *error, const char *what, int why)
{
    tg_error_set(error, TG_ERR_MEMORY, "no process to gate in: %s: %s", what, strerror(why));
    tg_error_how(error, "let the system have more processes, files or memory for this user");
    return TG_ERR_MEMORY;
}

static tg_status refuse(tg_error *error, const apart *of, const char *what, const char *how)
{
    tg_error_set(error, TG_ERR_FORMAT, "there is no verdict: %s", what);
    for (size_t i = 0; i < of->options->nb_chip_libraries; i++)
        tg_error_where(error, "chip library %s", of->options->chip_libraries[i]);
    tg_error_how(error, "%s", how);
    return TG_ERR_FORMAT;
}

/* ---- inside ---- */

/* Handlers of the program, and what it holds back, are not for this process. What it ignores stays
 * ignored, as exec has it, but for ends of children: those could not be waited for. */
static void reset_signals(void)
{
    sigset_t none;
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (number == SIGCHLD ||
            (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN))
            (void)signal(number, SIG_DFL);
    }
    (void)sigemptyset(&none);
    (void)pthread_sigmask(SIG_SETMASK, &none, NULL);
}

/* Write what goes by file. */
static tg_status hand_over(const apart *of, const api_memory *memory, tg_error *error)
{
    FILE *text = fdopen(of->text, "wb");
    FILE *report = fdopen(of->report, "wb");
    tg_status status = TG_OK;
    if (text == NULL || report == NULL) return cannot(error, "fdopen", errno);
    (void)fwrite(memory->text, 1, memory->text_bytes, text);
    if (memory->has_report)
        status = tg_document_write(report, memory->document, TG_DOCUMENT_JSON, error);
    const bool has_failed = ferror(text) != 0;
    const bool is_closed = fclose(text) == 0;
    if (fclose(report) != 0 || !is_closed || has_failed) return cannot(error, "write", errno);
    return status;
}

/* In a thread of its own: OpenMP's of the program do not exist in this process. */
static void *work(void *context)
{
    const apart *of = context;
    apart_notes *notes = of->notes;
    api_memory memory = {.text = NULL};
    notes->status =
        api_gate(&notes->verdict, &memory, of->options, &notes->supervised, &notes->error);
    tg_error error = {.status = TG_OK};
    const tg_status handed = hand_over(of, &memory, &error);
    notes->has_report = memory.has_report;
    if (handed != TG_OK) {
        notes->status = handed;
        notes->error = error;
    }
    notes->is_done = true;
    return NULL;
}

_Noreturn static void live(apart *of)
{
    apart_notes *notes = of->notes;
    reset_signals();
    const int failed = tg_process_do(work, of);
    if (failed != 0) {
        notes->status = cannot(&notes->error, "pthread_create", failed);
    } else if (!notes->is_done) {
        notes->status =
            refuse(&notes->error, of,
                   "code that runs in its process ended the thread that called it", MEND);
    }
    if (of->options->progress != NULL) (void)fflush(of->options->progress);
    tg_supervised_tell(&notes->supervised, tg_status_exit_code(notes->status));
    tg_process_leave();
}

/* ---- outside ---- */

/* Wait for the end of the process. Returns whether it had to be ended. */
static bool attend(int *wait_status, pid_t child, const tg_supervised *notes, double max_call_s)
{
    tg_supervised_look last = {.idle_s = 0};
    while (!tg_process_reap(wait_status, child, TURN_S)) {
        if (!tg_supervised_look_again(&last, notes, TURN_S, max_call_s)) continue;
        tg_process_burial burial;
        tg_process_bury(&burial, child, 0);
        return true;
    }
    return false;
}

/* Fork, with all signals held back until the process is ready for them. */
static pid_t start(apart *of)
{
    sigset_t all;
    sigset_t before;
    if (of->options->progress != NULL) (void)fflush(of->options->progress);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t child = tg_process_fork();
    if (child == 0) live(of);
    const int why = errno;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = why;
    return child;
}

static tg_status take_text(api_memory *memory, int file, tg_error *error)
{
    struct stat info;
    if (fstat(file, &info) != 0) return cannot(error, "fstat", errno);
    const size_t nb_bytes = (size_t)info.st_size;
    memory->text = malloc(nb_bytes + 1);
    if (memory->text == NULL) return api_no_memory(error);
    size_t used = 0;
    for (ssize_t nb = 1; used < nb_bytes && nb > 0; used += nb > 0 ? (size_t)nb : 0)
        nb = pread(file, memory->text + used, nb_bytes - used, (off_t)used);
    memory->text[used] = '\0';
    memory->text_bytes = used;
    return used == nb_bytes ? TG_OK : cannot(error, "read", errno);
}

/* Take what the process told. */
static tg_status take(tracegate_verdict *verdict, api_memory *memory, const apart *of,
                      tg_error *error)
{
    char path[64];
    const tracegate_verdict *told = &of->notes->verdict;
    verdict->nb_comparisons = told->nb_comparisons;
    verdict->nb_cells = told->nb_cells;
    verdict->nb_mismatches = told->nb_mismatches;
    verdict->nb_not_run = told->nb_not_run;
    tg_status status = take_text(memory, of->text, error);
    if (status != TG_OK) return status;
    if (of->notes->has_report) {
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", of->report);
        status = tg_document_read(&memory->document, path, error);
        if (status == TG_OK) status = api_verdict_fill(verdict, memory, error);
        if (status != TG_OK) return status;
    }
    *error = of->notes->error;
    return of->notes->status;
}

/* Whether what was told can be a verdict: a match of nothing is none. */
static bool is_verdict(const apart_notes *notes)
{
    return notes->status != TG_OK || (notes->has_report && notes->verdict.nb_comparisons != 0 &&
                                      notes->verdict.nb_cells != 0);
}

/* With memory and files there. */
static tg_status run(tracegate_verdict *verdict, api_memory *memory, apart *of, double max_call_s,
                     tg_error *error)
{
    char what[128];
    int wait_status = -1;
    int exit_code = 0;
    apart_notes *notes = of->notes;
    const pid_t child = start(of);
    if (child < 0) return cannot(error, "fork", errno);
    const bool was_ended = attend(&wait_status, child, &notes->supervised, max_call_s);
    if (tg_supervised_has_told(&exit_code, &notes->supervised) &&
        tg_process_take_error(&notes->error, notes->status) && is_verdict(notes))
        return take(verdict, memory, of, error);
    tg_supervised_explain(what, wait_status, was_ended, max_call_s);
    return refuse(error, of, what, tg_supervised_how(wait_status, was_ended, MEND));
}

tg_status api_gate_apart(tracegate_verdict *verdict, api_memory *memory,
                         const tracegate_gate_options *options, double max_call_s, tg_error *error)
{
    tg_status status = TG_OK;
    apart of = {.options = options,
                .notes = tg_process_share(sizeof(apart_notes)),
                .text = memfd_create("tracegate text", MFD_CLOEXEC),
                .report = memfd_create("tracegate report", MFD_CLOEXEC)};
    if (of.notes == NULL || of.text < 0 || of.report < 0)
        status = cannot(error, of.notes == NULL ? "mmap" : "memfd_create", errno);
    else
        status = run(verdict, memory, &of, max_call_s, error);
    if (of.text >= 0) (void)close(of.text);
    if (of.report >= 0) (void)close(of.report);
    tg_process_unshare(of.notes, sizeof *of.notes);
    return status;
}
