/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate watch: gates users' kernels, again at each save. Each gate is a process of its own:
 * whatever a kernel does to it, the next save has a fresh one. */
#define _GNU_SOURCE /* ppoll */
#include "cli/isolation.h"
#include "cli/kernels.h"
#include "cli/source.h"
#include "cli/supervise.h"
#include "cli/verbs.h"
#include "cli/watch_files.h"
#include "cli/watch_run.h"
#include "cli/watch_say.h"
#include "harness/clock.h"
#include "harness/gate.h"
#include "kernels/host_grid.h"
#include "model/memory.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef struct watch_values {
    tg_words records;
    const char *corpus;
    const char *cases;
    bool no_corpus;
    tg_number nb_events;
    tg_number seed;
    tg_choice profile;
    tg_number height;
    tg_number grid;
    tg_number block;
    tg_number repeat;
    bool sweep;
    tg_number max_candidates;
    tg_number shrink_seconds;
    tg_number max_failures;
    const char *ledger;
    tg_kernel_values kernels;
    tg_isolation_values isolation;
    tg_number nb_verdicts;
} watch_values;

/* Seconds that a gate may take to make a finding smaller: verdicts are waited for. */
#define SHRINK_SECONDS 1

/* Runs of a kernel that crashes: each costs a process, and the report of a sanitizer. */
#define MAX_FAILURES 1

/* Seconds that a run may take: of a kernel that hangs its author wants to know soon. */
#define MAX_RUN_SECONDS 5

/* Between the last of several saves and the gate: editors write a file in steps, and save many. */
#define QUIET_S 0.05

/* How often a folder that is gone is looked for. */
#define MISSING_MS 500

/* All but the last have the names that they have in gate, to which they are handed on. */
static const tg_option options[] = {
    TG_KERNEL_OPTIONS(watch_values, kernels),
    TG_OPTION(watch_values, nb_events, NUMBER, "nb-events", "N", "as in gate: events to draw",
              .max = TG_MAX_EVENTS),
    TG_OPTION(watch_values, seed, NUMBER, "seed", "S", "as in gate: seed of the drawn events",
              .max = UINT64_MAX),
    TG_OPTION(watch_values, profile, CHOICE, "profile", "P", "as in gate: how events are drawn",
              .names = &tg_profile_names),
    TG_OPTION(watch_values, height, NUMBER, "height", "H", "as in gate: rows of drawn events",
              .min = 1, .max = TG_MAX_HEIGHT),
    TG_OPTION(watch_values, records, WORDS, "record", "DIR",
              "as in gate: this record's events; may be repeated"),
    TG_OPTION(watch_values, corpus, TEXT, "corpus", "DIR", "as in gate: the records of a folder"),
    TG_OPTION(watch_values, cases, TEXT, "cases", "DIR", "as in gate: folder of cases"),
    TG_OPTION(watch_values, no_corpus, FLAG, "no-corpus", NULL,
              "as in gate: leave corpus and cases out"),
    TG_OPTION(watch_values, grid, NUMBER, "grid", "G", "as in gate: blocks of each launch",
              .min = 1, .max = INT32_MAX),
    TG_OPTION(watch_values, block, NUMBER, "block", "B", "as in gate: threads of a block", .min = 1,
              .max = TG_HOST_GRID_MAX_BLOCK),
    TG_OPTION(watch_values, repeat, NUMBER, "repeat", "N", "as in gate: make every trace N times",
              .min = 2, .max = 1000000),
    TG_OPTION(watch_values, sweep, FLAG, "sweep", NULL, "as in gate: other launch shapes, too"),
    TG_OPTION(watch_values, max_candidates, NUMBER, "max-candidates", "N",
              "as in gate: fewer candidates than a trace that searches has", .min = 1,
              .max = UINT32_MAX),
    TG_OPTION(watch_values, ledger, TEXT, "ledger", "FILE",
              "as in gate: list of failures that are expected"),
    TG_OPTION(watch_values, shrink_seconds, NUMBER, "shrink-seconds", "N",
              "as in gate: seconds of making a finding smaller (" TG_TEXT_OF(SHRINK_SECONDS) ")",
              .max = TG_ISOLATION_MAX_SECONDS),
    TG_OPTION(watch_values, max_failures, NUMBER, "max-failures", "N",
              "as in gate: leave out cases once N runs have failed (" TG_TEXT_OF(MAX_FAILURES) ")",
              .max = 1000000),
    TG_ISOLATION_OPTIONS(watch_values, isolation),
    TG_OPTION(watch_values, nb_verdicts, NUMBER, "verdicts", "N",
              "end after so many verdicts, with the exit code of the last one", .min = 1,
              .max = INT64_MAX),
};

/* The signal that ends it; 0: none. A handler takes no context, so that this lies in a static
 * variable. */
static volatile sig_atomic_t stopped_by;

static void stop(int number) { stopped_by = number; }

static void wake(__attribute__((unused)) int number) {}

/* A watch at work. */
typedef struct watch {
    const watch_values *given;
    tg_user_options kernels;
    tg_command_words words; /* of the gate */
    char what[512];         /* is gated */
    tg_watch_files files;
    tg_watch_run run;
    sigset_t waiting;          /* signals that are let in while it waits */
    bool on_terminal;          /* standard output is one */
    bool has_error;            /* the last gate had no verdict */
    bool is_due;               /* a gate is to begin */
    double due_s;              /* when: QUIET_S behind the last save */
    double saved_s;            /* of the last save, or the start */
    bool has_saved;            /* some file was saved */
    char saved[TG_PATH_BYTES]; /* which one */
    uint64_t nb_verdicts;
    int exit_code; /* of the last gate */
} watch;

/* ---- the start ---- */

/* Signals come in only while the program waits: none is lost between a look and a wait. */
static void catch_signals(watch *state)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD};
    struct sigaction action;
    sigset_t blocked;
    memset(&action, 0, sizeof action);
    (void)sigemptyset(&blocked);
    for (size_t i = 0; i < TG_NB_ELEMENTS(numbers); i++) {
        action.sa_handler = numbers[i] == SIGCHLD ? wake : stop;
        (void)sigaction(numbers[i], &action, NULL);
        (void)sigaddset(&blocked, numbers[i]);
    }
    // Whoever reads the verdicts may go, as head does: it ends then, too, and no gate is left.
    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigprocmask(SIG_BLOCK, &blocked, &state->waiting);
    for (size_t i = 0; i < TG_NB_ELEMENTS(numbers); i++)
        (void)sigdelset(&state->waiting, numbers[i]);
}

/* The gate's command line: this one's, and a report to be read. */
static tg_status make_words(watch *state, const tg_words *operands, tg_error *error)
{
    static char gate[] = "gate";
    tg_command command;
    watch_values rest = *state->given;
    rest.nb_verdicts.given = false;
    if (!rest.shrink_seconds.given)
        rest.shrink_seconds = (tg_number){.given = true, .value = SHRINK_SECONDS};
    if (!rest.isolation.max_seconds.given && !rest.isolation.no_isolate)
        rest.isolation.max_seconds = (tg_number){.given = true, .value = MAX_RUN_SECONDS};
    if (!rest.max_failures.given && rest.ledger == NULL)
        rest.max_failures = (tg_number){.given = true, .value = MAX_FAILURES};
    tg_verb_command(&command, &tg_verb_watch, &rest, operands);
    tg_command_add_option(&command, "json", "-");
    const tg_status status = tg_command_split(&state->words, command.text, error);
    if (status != TG_OK) return status;
    state->words.words[1] = gate;
    return TG_OK;
}

static tg_status check(watch *state, const tg_words *operands, tg_error *error)
{
    const watch_values *given = state->given;
    tg_profile profile = TG_GATE_PROFILE;
    tg_isolation isolation;
    if (!tg_kernel_values_given(&given->kernels, operands)) {
        tg_error_set(error, TG_ERR_USAGE, "there is nothing to watch: no kernel is given");
        tg_error_how(error, "name yours, with --kernel FILE:SYMBOL or --kernels FILE");
        return TG_ERR_USAGE;
    }
    tg_status status = tg_kernel_values_check(&given->kernels, operands, error);
    for (size_t i = 0; i < operands->nb_words && status == TG_OK; i++) {
        size_t indices[TG_NB_KINDS];
        size_t nb = 0;
        status = tg_subject_find(indices, &nb, operands->words[i], error);
        if (given->kernels.kernel != NULL) state->kernels.trace = indices[0];
    }
    if (status == TG_OK) status = tg_profile_find(&profile, given->profile.name, error);
    if (status == TG_OK) status = tg_isolation_choose(&isolation, &given->isolation, error);
    return status;
}

static tg_status begin(watch *state, const tg_words *operands, tg_error *error)
{
    const tg_kernel_values *kernels = &state->given->kernels;
    tg_status status = check(state, operands, error);
    if (status != TG_OK) return status;
    state->kernels.kernel = kernels->kernel;
    state->kernels.manifest = tg_kernel_values_manifest(kernels, operands);
    state->kernels.build = (tg_build_options){.nb_includes = kernels->includes.nb_words,
                                              .includes = kernels->includes.words,
                                              .nb_flags = kernels->flags.nb_words,
                                              .flags = kernels->flags.words};
    (void)snprintf(state->what, sizeof state->what, "%s",
                   operands->nb_words == 1   ? operands->words[0]
                   : kernels->kernel != NULL ? kernels->kernel
                                             : state->kernels.manifest);
    status = make_words(state, operands, error);
    if (status == TG_OK) status = tg_watch_files_open(&state->files, error);
    if (status == TG_OK) status = tg_watch_run_open(&state->run, error);
    state->on_terminal = isatty(STDOUT_FILENO) == 1;
    state->saved_s = tg_now_s();
    state->due_s = state->saved_s;
    state->is_due = true;
    return status;
}

/* ---- a gate ---- */

/* Wait for the files that are gated from now on. */
static tg_status update_files(watch *state, tg_error *error)
{
    const tg_words *libraries = &state->given->kernels.chip_libraries;
    return tg_watch_files_update(&state->files, &state->kernels, libraries->words,
                                 libraries->nb_words, error);
}

static tg_status start_gate(watch *state, tg_error *error)
{
    tg_watch_run_cancel(&state->run);
    state->is_due = false;
    // Before anything is compiled: what is saved from now on is not what is gated.
    const tg_status status = update_files(state, error);
    if (status != TG_OK) return status;
    if (state->on_terminal) {
        (void)printf("%s%s: gating ...\n", state->has_saved ? "saved: " : "",
                     state->has_saved ? tg_command_path(state->saved) : state->what);
        (void)fflush(stdout);
    }
    return tg_watch_run_start(&state->run, state->words.words, error);
}

/* Lines and columns of the terminal; 0: standard output is none. */
static struct winsize terminal_size(const watch *state)
{
    struct winsize size = {.ws_row = 0};
    if (!state->on_terminal || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return (struct winsize){.ws_row = 0};
    return size;
}

/* Show the verdict of a gate that has ended. */
static tg_status show(watch *state, tg_error *error)
{
    char report[64];
    (void)snprintf(report, sizeof report, "/proc/self/fd/%d", state->run.result);
    const tg_watch_verdict verdict = {.exit_code = state->exit_code,
                                      .report = report,
                                      .said = state->run.text,
                                      .nb_lost = state->run.nb_lost,
                                      .what = state->what,
                                      .saved =
                                          state->has_saved ? tg_command_path(state->saved) : NULL,
                                      .seconds = tg_now_s() - state->saved_s};
    const struct winsize size = terminal_size(state);
    if (state->on_terminal) (void)fputs("\033[H\033[2J\033[3J", stdout);
    state->has_error = !tg_watch_say(stdout, &verdict, size.ws_row, size.ws_col);
    if (state->has_error && state->exit_code == 0) state->exit_code = 2;
    (void)putchar('\n');
    if (state->on_terminal) (void)fputs("waiting for a save; Ctrl-C ends it\n", stdout);
    state->nb_verdicts++;
    if (fflush(stdout) == 0 && !ferror(stdout)) return TG_OK;
    if (errno == EPIPE) {
        stopped_by = SIGPIPE;
        return TG_OK;
    }
    return tg_io_error(error, "write", "standard output", errno);
}

/* ---- the wait ---- */

static int wait_ms(const watch *state)
{
    if (state->is_due) {
        const double left_s = state->due_s - tg_now_s();
        return left_s > 0 ? (int)(left_s * 1e3) + 1 : 0;
    }
    return state->files.is_missing ? MISSING_MS : -1;
}

/* A file was saved: what runs is of what was, and another gate is due. */
static void take_save(watch *state)
{
    if (!tg_watch_files_read(&state->files, state->saved, state->has_error)) return;
    tg_watch_run_cancel(&state->run);
    state->has_saved = true;
    state->saved_s = tg_now_s();
    state->due_s = state->saved_s + QUIET_S;
    state->is_due = true;
}

/* A folder that was gone is there again: so are its files. */
static tg_status look_for_missing(watch *state, tg_error *error)
{
    if (!state->files.is_missing || state->is_due || state->run.pid != 0) return TG_OK;
    const tg_status status = update_files(state, error);
    if (status != TG_OK || state->files.is_missing) return status;
    state->saved_s = tg_now_s();
    state->due_s = state->saved_s + QUIET_S;
    state->is_due = true;
    return TG_OK;
}

/* Let in what has come: a wait that found a file ready has let in nothing. */
static void let_signals_in(const watch *state)
{
    sigset_t blocked;
    (void)sigprocmask(SIG_SETMASK, &state->waiting, &blocked);
    (void)sigprocmask(SIG_SETMASK, &blocked, NULL);
}

/* Wait until something happens, and do what it asks for. */
static tg_status turn(watch *state, tg_error *error)
{
    struct pollfd waits[] = {{.fd = state->files.inotify, .events = POLLIN},
                             {.fd = state->run.pid != 0 ? state->run.said : -1, .events = POLLIN},
                             {.fd = STDOUT_FILENO}};
    const int max_ms = wait_ms(state);
    const struct timespec max = {.tv_sec = max_ms / 1000, .tv_nsec = max_ms % 1000 * 1000000L};
    const int nb = ppoll(waits, TG_NB_ELEMENTS(waits), max_ms < 0 ? NULL : &max, &state->waiting);
    if (nb < 0 && errno != EINTR) return tg_io_error(error, "watch", "files", errno);
    if (nb > 0) let_signals_in(state);
    // Whoever read it has gone: a pipe has an error then, a socket or a terminal has hung up.
    if (stopped_by == 0 && nb > 0 && (waits[2].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
        stopped_by = SIGPIPE;
    if (stopped_by != 0) return TG_OK;
    if (state->run.pid != 0) tg_watch_run_read(&state->run);
    take_save(state);
    tg_status status = look_for_missing(state, error);
    if (status == TG_OK && tg_watch_run_has_ended(&state->run, &state->exit_code))
        status = show(state, error);
    if (status == TG_OK && state->is_due && tg_now_s() >= state->due_s)
        status = start_gate(state, error);
    return status;
}

static tg_status watch_all(watch *state, tg_error *error)
{
    static const tg_status statuses[] = {TG_OK, TG_ERR_MISMATCH, TG_ERR_FORMAT, TG_ERR_UNAVAILABLE};
    const tg_number *limit = &state->given->nb_verdicts;
    tg_status status = TG_OK;
    while (status == TG_OK && stopped_by == 0 &&
           !(limit->given && state->nb_verdicts >= limit->value))
        status = turn(state, error);
    if (status != TG_OK || stopped_by != 0) return status;
    const size_t code = (size_t)state->exit_code;
    // The gate has said why.
    return statuses[code < TG_NB_ELEMENTS(statuses) ? code : 2];
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    void *memory = NULL;
    tg_status status = tg_buffer_create(&memory, 1, sizeof(watch), error);
    if (status != TG_OK) return status;
    watch *state = memory;
    memset(state, 0, sizeof *state);
    state->given = values;
    state->files.inotify = -1;
    state->run = (tg_watch_run){.result = -1, .said = -1};
    status = begin(state, operands, error);
    if (status == TG_OK) {
        catch_signals(state);
        status = watch_all(state, error);
    }
    tg_watch_run_close(&state->run);
    tg_watch_files_close(&state->files);
    tg_buffer_destroy(memory);
    // As every program that a signal ends.
    if (stopped_by != 0) tg_supervise_leave(128 + stopped_by);
    return status;
}

const tg_verb tg_verb_watch = {
    .name = "watch",
    .summary = "gate your kernel now, and again at every save",
    .operands = "[CHIP[.KIND]]...",
    .max_operands = SIZE_MAX,
    .text =
        "Compiles and gates your kernel as 'tracegate gate' does, and again whenever its source, "
        "a header that it includes,\n"
        "the manifest or a module of it is saved. A screen has the verdict first, then the "
        "findings "
        "in short, or what the\n"
        "compiler said. Each gate is a process of its own; a save while one runs ends it and "
        "starts the next. Options are those\n"
        "of gate; where only a compiler can tell what a source includes, every source in its "
        "folders counts. Nothing is\n"
        "noticed of files that other machines write to a network's disk.\n" TG_HELP_NAMES
        "Ends at Ctrl-C with 130, at SIGTERM with 143; with --verdicts N as the last gate.\n",
    .examples =
        "  tracegate watch Select.main --kernel select.cu:select_main            # on the GPU, or "
        "the CPU\n"
        "  tracegate watch Select.main --kernel select.cu:select_main --host     # on the CPU, "
        "sanitized\n"
        "  tracegate watch --kernels manifest.json --nb-events 200\n"
        "  tracegate watch Select.main --kernel select.cu:select_main --record DIR\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(watch_values),
    .run = run,
};
