/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Workers with failing calls: each nth one fails once, here and in the worker. */
#include "fault.h"
#include "worker_wrong.h"

#include <omp.h>

/* More calls than opening, a run that grows the memory, one that is the first of a new worker, and
 * closing take, on either side. */
#define MAX_CALLS 64

/* Runs of a life: three with a fault, and then those that it takes until all is well. */
#define NB_RUNS 3
#define MAX_LATE_RUNS 2

/* What was seen. */
typedef struct seen {
    size_t nb_failed; /* calls of this process */
    size_t nb_errors;
} seen;

/* What one life came to. While calls fail nothing may be asserted, which takes memory. */
typedef struct life {
    tg_status open_status;
    tg_error open_error;
    tg_status run_status[NB_RUNS];
    tg_error run_error[NB_RUNS];
} life;

static void check_error(seen *all, tg_status status, const tg_error *error)
{
    if (status == TG_OK) return;
    all->nb_errors++;
    ck_assert_msg(status == TG_ERR_MEMORY || status == TG_ERR_DEVICE || status == TG_ERR_KERNEL,
                  "%s", error->what);
    ck_assert_int_eq(error->status, status);
    ck_assert(error->what[0] != '\0' && error->how[0] != '\0');
    // A kernel that does nothing wrong is blamed only for a worker that ended in its run.
    if (status == TG_ERR_KERNEL) ck_assert_ptr_nonnull(strstr(error->what, "its worker"));
}

static void check_life(seen *all, const life *lived)
{
    check_error(all, lived->open_status, &lived->open_error);
    for (size_t i = 0; i < NB_RUNS && lived->open_status == TG_OK; i++) {
        check_error(all, lived->run_status[i], &lived->run_error[i]);
    }
}

static void end_worker(const tg_backend *backend)
{
    siginfo_t info;
    const pid_t pid = worker_of(backend)->pid;
    if (pid == 0) return;
    (void)kill(pid, SIGKILL);
    (void)waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
}

/* Open, run, run in a new worker, close: one call fails at some place. */
static void live_with_fault(seen *all, tg_fault_kind kind, long nth, const tg_job *job)
{
    const tg_isolation how = {.isolate = TG_ISOLATE_ALWAYS};
    const tg_backend_ops *host = worker_inner("host");
    life lived;
    tg_backend backend;
    tg_product made;
    tg_conduct conduct = {.events_changed = false};
    memset(&lived, 0, sizeof lived);
    tg_assert_ok(tg_product_create(&made, job->subject->trace, job->height, tg_suite_error));
    tg_fault_arm(kind, nth);
    lived.open_status = tg_worker_open(&backend, host, &how, &lived.open_error);
    for (size_t i = 0; i < NB_RUNS && lived.open_status == TG_OK; i++) {
        if (i == NB_RUNS - 1) end_worker(&backend);
        lived.run_status[i] = backend.ops->run(backend.state, &made, &conduct, job, TG_POISON_FIRST,
                                               &lived.run_error[i]);
    }
    all->nb_failed += tg_fault_disarm();
    check_life(all, &lived);
    if (lived.open_status == TG_OK) {
        // Whatever it was, it goes on; a call may still fail in the worker that is there, and in
        // every one that the present helper makes.
        worker_helper_stop(backend.state);
        tg_status status = TG_ERR_KERNEL;
        for (unsigned i = 0; i < MAX_LATE_RUNS && status != TG_OK; i++) {
            status = backend.ops->run(backend.state, &made, &conduct, job, TG_POISON_FIRST, NULL);
        }
        ck_assert_int_eq(status, TG_OK);
        tg_backend_close(&backend);
    } else {
        ck_assert_ptr_null(backend.ops);
    }
    tg_product_destroy(&made);
}

static seen live_with_faults(tg_fault_kind kind)
{
    seen all = {.nb_failed = 0};
    // libgomp ends the process when it cannot begin a thread.
    omp_set_num_threads(1);
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = wrong_case(&subject, 20);
    const tg_job job = {.subject = &work.subject,
                        .events = work.events,
                        .nb_events = work.nb_events,
                        .height = 32};
    const int nb_files = nb_files_of(getpid());
    for (long nth = 1; nth <= MAX_CALLS; nth++) {
        live_with_fault(&all, kind, nth, &job);
        ck_assert(has_no_child());
        ck_assert_int_eq(nb_files_of(getpid()), nb_files);
    }
    tg_case_clear(&work);
    // The last ones came too late.
    ck_assert_uint_lt(all.nb_failed, MAX_CALLS);
    return all;
}

/* Of memfd_create; socketpair, fork, that is the helper; socketpair, sendmsg, poll, recv, that is
 * the worker; poll, recv; ftruncate, send, poll, recv; the same without ftruncate; and those of a
 * second worker. */
START_TEST(worker_fault_process)
{
    const seen all = live_with_faults(TG_FAULT_PROCESS);
    ck_assert_uint_ge(all.nb_failed, 22);
    ck_assert_uint_ge(all.nb_errors, 10);
}
END_TEST

START_TEST(worker_fault_memory)
{
    const seen all = live_with_faults(TG_FAULT_MEMORY);
    ck_assert_uint_ge(all.nb_failed, 2);
    ck_assert_uint_ge(all.nb_errors, 2);
}
END_TEST

/* Run in workers that are each a new one, and none of a helper's. */
static void run_where_refused(const tg_backend *backend, const tg_job *job, tg_product *made)
{
    tg_conduct conduct = {.events_changed = false};
    for (unsigned i = 0; i < 3; i++) {
        end_worker(backend);
        tg_assert_ok(backend->ops->run(backend->state, made, &conduct, job, TG_POISON_FIRST,
                                       tg_suite_error));
        ck_assert(is_running(worker_of(backend)->pid));
        ck_assert_int_eq(getpgid(worker_of(backend)->pid), worker_of(backend)->pid);
        // Standard files, the socket, the shared memory.
        ck_assert_int_eq(nb_files_of(worker_of(backend)->pid), 5);
        ck_assert_int_eq(worker_of(backend)->helper, 0);
        ck_assert(worker_of(backend)->has_no_helper);
    }
}

/* Where nobody may fork for its parent the program does it, and does not ask again. */
START_TEST(worker_fault_does_without_a_helper)
{
    static const int refusals[] = {EINVAL, ENOSYS, EPERM};
    const tg_isolation how = {.isolate = TG_ISOLATE_ALWAYS};
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = wrong_case(&subject, 20);
    const tg_job job = {.subject = &work.subject,
                        .events = work.events,
                        .nb_events = 20,
                        .height = 32};
    const int nb_files = nb_files_of(getpid());
    tg_product made;
    tg_assert_ok(tg_product_create(&made, subject.trace, job.height, tg_suite_error));
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        tg_backend backend;
        tg_fault_refuse_clone(refusals[i]);
        tg_assert_ok(tg_worker_open(&backend, worker_inner("host"), &how, tg_suite_error));
        run_where_refused(&backend, &job, &made);
        // Even where it would work by now.
        tg_fault_refuse_clone(0);
        run_where_refused(&backend, &job, &made);
        tg_backend_close(&backend);
        ck_assert(has_no_child());
        ck_assert_int_eq(nb_files_of(getpid()), nb_files);
    }
    tg_product_destroy(&made);
    tg_case_clear(&work);
}
END_TEST

/* A system that has no room for a process is none that refuses, and a fork by the program may fail,
 * too. */
START_TEST(worker_fault_tells_of_a_fork)
{
    const tg_isolation how = {.isolate = TG_ISOLATE_ALWAYS};
    tg_backend backend;
    tg_fault_refuse_clone(EAGAIN);
    tg_assert_fails(TG_ERR_MEMORY, "no process for a worker: clone: ",
                    tg_worker_open(&backend, worker_inner("host"), &how, tg_suite_error));
    ck_assert(has_no_child());
    tg_fault_refuse_clone(EPERM);
    unsigned nb_forks = 0;
    bool has_failed = true;
    for (long nth = 1; has_failed; nth++) {
        tg_error error = {.status = TG_OK};
        tg_fault_arm(TG_FAULT_PROCESS, nth);
        const tg_status status = tg_worker_open(&backend, worker_inner("host"), &how, &error);
        has_failed = tg_fault_disarm();
        if (status == TG_OK) tg_backend_close(&backend);
        ck_assert(has_no_child());
        ck_assert(status == TG_OK || error.how[0] != '\0');
        nb_forks += strstr(error.what, "no process for a worker: fork: ") != NULL;
    }
    // That of the helper which is refused, and that of the worker.
    ck_assert_uint_eq(nb_forks, 2);
}
END_TEST

TG_SUITE("worker_fault", worker_fault_process, worker_fault_memory,
         worker_fault_does_without_a_helper, worker_fault_tells_of_a_fork)
