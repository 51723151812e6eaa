/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For suites of workers: kernels that end or stop the process that runs them, and what can be seen
 * of a process from outside.
 */
#ifndef TRACEGATE_TESTS_WORKER_WRONG_H
#define TRACEGATE_TESTS_WORKER_WRONG_H

#include "campaign_wrong.h"
#include "harness/gate.h"
#include "harness/worker_internal.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A kernel whose first thread does something behind its cells. */
#define WORKER_KERNEL(name, ...)                                                   \
    static inline void name(uint32_t *trace, uintptr_t height, const void *events, \
                            uintptr_t nb_events, const tg_krn_extra *extra)        \
    {                                                                              \
        kernel_right(trace, height, events, nb_events, extra);                     \
        if (blockIdx.x == 0 && threadIdx.x == 0 && nb_events != 0) {               \
            __VA_ARGS__;                                                           \
        }                                                                          \
    }

static inline void spin_for_ever(void)
{
    for (volatile unsigned turn = 0;; turn++) {
    }
}

static inline void write_word(uintptr_t address) { *(volatile uint32_t *)address = 7; }

WORKER_KERNEL(kernel_traps, (void)raise(SIGILL))
WORKER_KERNEL(kernel_segfaults, write_word((uintptr_t)trace + ((uintptr_t)1 << 44)))
WORKER_KERNEL(kernel_divides, (void)raise(SIGFPE))
WORKER_KERNEL(kernel_aborts, abort())
WORKER_KERNEL(kernel_spins, spin_for_ever())
WORKER_KERNEL(kernel_exits, exit(0))
WORKER_KERNEL(kernel_leaves, _exit(9))
WORKER_KERNEL(kernel_is_killed, (void)raise(SIGKILL))
WORKER_KERNEL(kernel_strays, trace[height * WRONG_WIDTH + 5] = 7)
WORKER_KERNEL(
    kernel_segfaults_at_three, if (((const uint32_t *)events)[0] % 4 == 3) {
        write_word((uintptr_t)trace + ((uintptr_t)1 << 44));
    })

static inline const worker *worker_of(const tg_backend *backend) { return backend->state; }

static inline const tg_backend_ops *worker_inner(const char *name)
{
    const tg_backend_ops *ops = NULL;
    ck_assert_int_eq(tg_backend_find(&ops, name, NULL), TG_OK);
    return ops;
}

/* Files that a process has open; -1: there is no such process. */
static inline int nb_files_of(pid_t pid)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
    DIR *folder = opendir(path);
    if (folder == NULL) return -1;
    int nb = 0;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        nb += entry->d_name[0] != '.';
    }
    (void)closedir(folder);
    // Of this process, the folder too.
    return pid == getpid() ? nb - 1 : nb;
}

/* Whether a process runs: one that has ended and that nobody has buried does not. */
static inline bool is_running(pid_t pid)
{
    char path[64];
    char text[512] = "";
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) return false;
    const size_t nb = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[nb] = '\0';
    const char *state = strrchr(text, ')');
    return state != NULL && state[2] != 'Z' && state[2] != 'X';
}

/* Whether this process has no child, running or unburied. */
static inline bool has_no_child(void)
{
    return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD;
}

static inline void wait_ms(long ms)
{
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    (void)nanosleep(&time, NULL);
}

/* Run a case once with a backend, and give what it made away at once. */
static inline tg_status worker_run_case(const tg_backend *backend, const tg_case *work,
                                        tg_conduct *conduct, tg_error *error)
{
    tg_product product;
    tg_conduct own = {.events_changed = false};
    size_t height = 0;
    // Not with the suite's error, which belongs to the caller's assertion.
    ck_assert_int_eq(
        tg_trace_height(work->subject.trace, work->nb_events, work->fixed_height, &height, NULL),
        TG_OK);
    ck_assert_int_eq(tg_product_create(&product, work->subject.trace, height, NULL), TG_OK);
    const tg_job job = {.subject = &work->subject,
                        .events = work->events,
                        .nb_events = work->nb_events,
                        .height = height,
                        .max_candidates = work->max_candidates,
                        .launch = work->launch};
    const tg_status status = backend->ops->run(
        backend->state, &product, conduct != NULL ? conduct : &own, &job, TG_POISON_FIRST, error);
    tg_product_destroy(&product);
    return status;
}

/* The trace with the wrong kernel, and another one. */
static inline void worker_name_two(const char *names[2])
{
    names[0] = WRONG_TRACE;
    names[1] = tg_trace_at(0)->name;
    if (strcmp(names[0], names[1]) == 0) names[1] = tg_trace_at(1)->name;
}

/* A gate of some traces, with triage, one of which has a kernel of its own.
 * actual  the one backend under test */
static inline tg_gate_options worker_gate_options(const char *const *names, size_t nb_names,
                                                  const char *const *actual, wrong_campaign *work,
                                                  const tg_isolation *how)
{
    return (tg_gate_options){.names = names,
                             .nb_names = nb_names,
                             .seeded = true,
                             .profile = TG_PROFILE_UNIFORM,
                             .seed = 7,
                             .nb_events = 40,
                             .actuals = actual,
                             .nb_actuals = 1,
                             .max_cells = 3,
                             .triages = true,
                             .plan_of = wrong_plan_of,
                             .plan_of_context = work,
                             .isolation = *how};
}

#endif
