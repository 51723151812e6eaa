/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Workers: what they make is what the backend inside makes; what ends them is told, and ends
 * nothing else. What backends answer there: test_worker_answers.c. What gate, campaign and triage
 * make of it: test_worker_gate.c. */
#include "harness/generator.h"
#include "worker_wrong.h"

#include <fcntl.h>
#include <pthread.h>

static const tg_isolation by_default = {.isolate = TG_ISOLATE_BY_BACKEND};
static const tg_isolation one_second = {.has_limit = true, .max_seconds = 1};

static tg_backend open_host(const tg_isolation *how)
{
    tg_backend backend;
    tg_assert_ok(tg_worker_open(&backend, worker_inner("host"), how, tg_suite_error));
    ck_assert(backend.is_isolated);
    ck_assert_str_eq(backend.ops->name, "host");
    return backend;
}

/* ---- the same bytes ---- */

/* Make a trace on both, and compare every byte of it and the conduct. */
static void compare_with_inner(const tg_backend *isolated, const tg_job *job)
{
    const tg_trace *trace = job->subject->trace;
    tg_backend inner;
    tg_product made[2];
    tg_conduct conduct[2];
    tg_assert_ok(tg_backend_open(&inner, worker_inner("host"), tg_suite_error));
    const tg_backend *const both[2] = {&inner, isolated};
    for (size_t i = 0; i < 2; i++) {
        tg_assert_ok(tg_product_create(&made[i], trace, job->height, tg_suite_error));
        tg_assert_ok(tg_backend_make(&made[i], &conduct[i], both[i], job, tg_suite_error));
    }
    ck_assert_mem_eq(made[0].cells, made[1].cells,
                     job->height * tg_trace_width(trace) * sizeof(uint32_t));
    for (size_t i = 0; i < trace->nb_sides; i++) {
        ck_assert_mem_eq(made[0].sides[i], made[1].sides[i],
                         tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t));
    }
    ck_assert_mem_eq(&conduct[0], &conduct[1], sizeof conduct[0]);
    tg_product_destroy(&made[0]);
    tg_product_destroy(&made[1]);
    tg_backend_close(&inner);
}

/* Sizes go up and down, so that memory grows and is used again. */
START_TEST(worker_makes_the_same_bytes)
{
    static const size_t counts[] = {33, 0, 700, 5};
    tg_backend backend = open_host(&by_default);
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++) {
            tg_job job = {.subject = &subject, .nb_events = counts[n], .launch = {.block = 64}};
            if (tg_trace_height(subject.trace, counts[n], 0, &job.height, NULL) != TG_OK) continue;
            void *events = sample_events(subject.trace, counts[n], 1);
            if (events != NULL)
                tg_assert_ok(tg_generator_fill(events, &subject, TG_PROFILE_UNIFORM, 3, 0,
                                               counts[n], tg_suite_error));
            job.events = events;
            compare_with_inner(&backend, &job);
            free(events);
        }
    }
    tg_backend_close(&backend);
    ck_assert(has_no_child());
}
END_TEST

/* Plans made after the worker was forked are known to it: they go by value. */
START_TEST(worker_runs_plans_that_are_younger_than_it)
{
    tg_backend backend = open_host(&by_default);
    tg_conduct conduct = {.events_changed = false};
    const wrong_plan unused = {.plan = {.nb_steps = 0}};
    wrong_plan *wrong = malloc(sizeof unused);
    ck_assert_ptr_nonnull(wrong);
    const tg_subject subject = wrong_subject(wrong, kernel_spoils);
    tg_case work = wrong_case(&subject, 20);
    tg_assert_ok(worker_run_case(&backend, &work, &conduct, tg_suite_error));
    ck_assert(conduct.events_changed);
    tg_case_clear(&work);
    free(wrong);
    tg_backend_close(&backend);
}
END_TEST

START_TEST(worker_is_replaced_when_memory_of_others_was_written)
{
    tg_backend backend = open_host(&by_default);
    wrong_plan wrong;
    tg_conduct conduct = {.events_changed = false};
    const tg_subject right = wrong_subject(&wrong, kernel_right);
    tg_case work = wrong_case(&right, 20);
    const pid_t first = worker_of(&backend)->pid;
    tg_assert_ok(worker_run_case(&backend, &work, NULL, tg_suite_error));
    ck_assert_int_eq(worker_of(&backend)->pid, first);
    wrong.step.host = kernel_strays;
    tg_assert_ok(worker_run_case(&backend, &work, &conduct, tg_suite_error));
    ck_assert_uint_eq(conduct.nb_zone_words[TG_ZONE_AFTER_TRACE], 1);
    ck_assert_int_eq(worker_of(&backend)->pid, 0);
    wrong.step.host = kernel_right;
    tg_assert_ok(worker_run_case(&backend, &work, NULL, tg_suite_error));
    ck_assert_int_ne(worker_of(&backend)->pid, first);
    tg_case_clear(&work);
    tg_backend_close(&backend);
    ck_assert(has_no_child());
}
END_TEST

/* ---- ends ---- */

/* A kernel, and what is to be said of it. */
typedef struct ending {
    tg_host_kernel *kernel;
    const char *text;
} ending;

static void check_ending(const tg_backend *backend, const ending *expected)
{
    wrong_plan wrong;
    const tg_subject subject = wrong_subject(&wrong, expected->kernel);
    tg_case work = wrong_case(&subject, 20);
    tg_error error = {.status = TG_OK};
    work.launch = (tg_launch){.grid = 3, .block = 33};
    tg_assert_fails(TG_ERR_KERNEL, expected->text,
                    worker_run_case(backend, &work, NULL, tg_suite_error));
    (void)worker_run_case(backend, &work, NULL, &error);
    ck_assert_ptr_nonnull(strstr(error.what, WRONG_TRACE));
    ck_assert_str_eq(error.where, WRONG_TRACE " on host: 20 events, 32 rows, grid 3, block 33, "
                                              "poison 0xa5a5a5a5");
    // Whatever it was, the next run has a worker.
    wrong.step.host = kernel_right;
    tg_assert_ok(worker_run_case(backend, &work, NULL, tg_suite_error));
    tg_case_clear(&work);
}

START_TEST(worker_that_ends_is_told_and_replaced)
{
    static const ending all[] = {
        {kernel_traps, "ended by signal 4, SIGILL"},
        {kernel_segfaults, "ended by signal 11, SIGSEGV"},
        {kernel_divides, "ended by signal 8, SIGFPE"},
        {kernel_aborts, "ended by signal 6, SIGABRT"},
        {kernel_is_killed, "killed by signal 9, SIGKILL"},
        {kernel_exits, "or what it calls, called exit, which ended its worker"},
        {kernel_leaves, "or what it calls, ended its worker with exit code 9"},
    };
    const int nb_files = nb_files_of(getpid());
    tg_backend backend = open_host(&by_default);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        check_ending(&backend, &all[i]);
    }
    tg_backend_close(&backend);
    ck_assert_int_eq(nb_files_of(getpid()), nb_files);
    ck_assert(has_no_child());
}
END_TEST

START_TEST(worker_that_does_not_end_is_ended)
{
    tg_backend backend = open_host(&one_second);
    const pid_t first = worker_of(&backend)->pid;
    tg_error error = {.status = TG_OK};
    ck_assert(tg_backend_can_rerun(&backend, NULL));
    wrong_plan wrong;
    const tg_subject subject = wrong_subject(&wrong, kernel_spins);
    tg_case work = wrong_case(&subject, 20);
    tg_assert_fails(TG_ERR_KERNEL, "has not ended within 1 s",
                    worker_run_case(&backend, &work, NULL, tg_suite_error));
    ck_assert(!tg_backend_can_rerun(&backend, &error));
    ck_assert(!is_running(first));
    wrong.step.host = kernel_traps;
    ck_assert_int_eq(worker_run_case(&backend, &work, NULL, &error), TG_ERR_KERNEL);
    ck_assert(tg_backend_can_rerun(&backend, &error));
    wrong.step.host = kernel_right;
    tg_assert_ok(worker_run_case(&backend, &work, NULL, tg_suite_error));
    tg_case_clear(&work);
    tg_backend_close(&backend);
    ck_assert(has_no_child());
}
END_TEST

/* A killer, and when it kills. */
typedef struct killer {
    pid_t pid;
    long delay_ns;
} killer;

static void *kill_later(void *argument)
{
    const killer *own = argument;
    const struct timespec delay = {.tv_nsec = own->delay_ns};
    (void)nanosleep(&delay, NULL);
    (void)kill(own->pid, SIGKILL);
    return NULL;
}

/* Kill the worker some time while a trace is made twice: it is made all the same, or what happened
 * is said. Returns whether it was said. */
static bool make_while_killed(const tg_backend *backend, const tg_case *work, long delay_ns)
{
    killer own = {.pid = worker_of(backend)->pid, .delay_ns = delay_ns};
    pthread_t thread;
    bool has_failed = false;
    if (own.pid == 0) {
        tg_assert_ok(worker_run_case(backend, work, NULL, tg_suite_error));
        own.pid = worker_of(backend)->pid;
    }
    ck_assert_int_eq(pthread_create(&thread, NULL, kill_later, &own), 0);
    for (unsigned run = 0; run < 2; run++) {
        tg_error error = {.status = TG_OK};
        const tg_status status = worker_run_case(backend, work, NULL, &error);
        if (status == TG_OK) continue;
        ck_assert_int_eq(status, TG_ERR_KERNEL);
        ck_assert_msg(strstr(error.what, "killed by signal 9, SIGKILL") != NULL, "%s", error.what);
        has_failed = true;
    }
    // Nothing may have taken its number before the killer is done.
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    return has_failed;
}

START_TEST(worker_may_be_killed_at_any_point)
{
    const int nb_files = nb_files_of(getpid());
    size_t nb_failed = 0;
    uint64_t seed = 5;
    tg_backend backend = open_host(&by_default);
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = wrong_case(&subject, 60000);
    for (unsigned i = 0; i < 200; i++) {
        nb_failed += make_while_killed(&backend, &work, (long)(sample_next(&seed) % 8000000));
    }
    ck_assert_uint_gt(nb_failed, 0);
    // The one that was killed last may still be about to end.
    (void)worker_run_case(&backend, &work, NULL, NULL);
    tg_assert_ok(worker_run_case(&backend, &work, NULL, tg_suite_error));
    tg_case_clear(&work);
    tg_backend_close(&backend);
    ck_assert_int_eq(nb_files_of(getpid()), nb_files);
    ck_assert(has_no_child());
}
END_TEST

/* What ends a worker while it does nothing is no failure of any run. */
START_TEST(worker_that_ended_between_runs_is_replaced_quietly)
{
    tg_backend backend = open_host(&by_default);
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = wrong_case(&subject, 20);
    for (unsigned i = 0; i < 5; i++) {
        const pid_t pid = worker_of(&backend)->pid;
        siginfo_t info;
        ck_assert_int_eq(kill(pid, SIGKILL), 0);
        // Until all its threads are gone, and with the last one its end of the socket.
        ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
        tg_assert_ok(worker_run_case(&backend, &work, NULL, tg_suite_error));
        ck_assert_int_ne(worker_of(&backend)->pid, pid);
    }
    tg_case_clear(&work);
    tg_backend_close(&backend);
    ck_assert(has_no_child());
}
END_TEST

/* ---- the process ---- */

/* Only what it needs: standard files, its socket, its memory; a group of its own, which the
 * terminal's signals do not go to. */
START_TEST(worker_has_nothing_of_its_parent)
{
    const int other = open("/dev/null", O_RDONLY);
    ck_assert_int_ge(other, 0);
    ck_assert(signal(SIGTERM, SIG_IGN) != SIG_ERR);
    tg_backend backend = open_host(&by_default);
    const pid_t pid = worker_of(&backend)->pid;
    ck_assert_int_eq(nb_files_of(pid), 5);
    ck_assert_int_eq(getpgid(pid), pid);
    ck_assert_int_eq(kill(pid, SIGTERM), 0);
    while (is_running(pid)) {
        wait_ms(1);
    }
    tg_backend_close(&backend);
    (void)close(other);
}
END_TEST

/* exit in a kernel writes nothing that the parent had buffered. */
START_TEST(worker_writes_no_buffer_of_its_parent)
{
    char folder[256];
    char path[300];
    char text[64] = "";
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/buffered", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    (void)fputs("once", file);
    tg_backend backend = open_host(&by_default);
    wrong_plan wrong;
    const tg_subject subject = wrong_subject(&wrong, kernel_exits);
    tg_case work = wrong_case(&subject, 20);
    ck_assert_int_eq(worker_run_case(&backend, &work, NULL, NULL), TG_ERR_KERNEL);
    ck_assert_int_eq(worker_run_case(&backend, &work, NULL, NULL), TG_ERR_KERNEL);
    tg_case_clear(&work);
    tg_backend_close(&backend);
    (void)fclose(file);
    file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(text, 1, sizeof text - 1, file), strlen("once"));
    ck_assert_str_eq(text, "once");
    (void)fclose(file);
    tg_suite_remove_folder(folder);
}
END_TEST

/* A process with a worker that spins, killed. */
START_TEST(worker_ends_with_its_parent)
{
    int ends[2];
    pid_t pid = 0;
    ck_assert_int_eq(pipe(ends), 0);
    const pid_t parent = fork();
    ck_assert_int_ge(parent, 0);
    if (parent == 0) {
        tg_backend backend;
        wrong_plan wrong;
        const tg_subject subject = wrong_subject(&wrong, kernel_spins);
        const tg_case work = wrong_case(&subject, 20);
        if (tg_worker_open(&backend, worker_inner("host"), &by_default, NULL) != TG_OK) _exit(1);
        pid = worker_of(&backend)->pid;
        if (write(ends[1], &pid, sizeof pid) != sizeof pid) _exit(1);
        _exit(worker_run_case(&backend, &work, NULL, NULL) == TG_OK);
    }
    ck_assert_int_eq(read(ends[0], &pid, sizeof pid), (ssize_t)sizeof pid);
    wait_ms(50);
    ck_assert(is_running(pid));
    ck_assert_int_eq(kill(parent, SIGKILL), 0);
    ck_assert_int_eq(waitpid(parent, NULL, 0), parent);
    for (unsigned i = 0; i < 5000 && is_running(pid); i++) {
        wait_ms(1);
    }
    ck_assert(!is_running(pid));
}
END_TEST

TG_SUITE("worker", worker_makes_the_same_bytes, worker_runs_plans_that_are_younger_than_it,
         worker_is_replaced_when_memory_of_others_was_written,
         worker_that_ends_is_told_and_replaced, worker_that_does_not_end_is_ended,
         worker_may_be_killed_at_any_point, worker_that_ended_between_runs_is_replaced_quietly,
         worker_has_nothing_of_its_parent, worker_writes_no_buffer_of_its_parent,
         worker_ends_with_its_parent)
