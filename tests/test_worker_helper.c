/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The process that workers are forked by: what it has, what it does not, and its end at any point.
 */
#include "worker_wrong.h"

#include <pthread.h>
#include <stdatomic.h>

static const tg_isolation by_default = {.isolate = TG_ISOLATE_BY_BACKEND};

static tg_backend open_host(void)
{
    tg_backend backend;
    tg_assert_ok(tg_worker_open(&backend, worker_inner("host"), &by_default, tg_suite_error));
    return backend;
}

/* The thread sanitizer has a thread of its own in each process. */
#ifdef __SANITIZE_THREAD__
#define NB_HIDDEN_THREADS 1
#else
#define NB_HIDDEN_THREADS 0
#endif

static size_t nb_threads_of(pid_t pid)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%ld/task", (long)pid);
    DIR *folder = opendir(path);
    size_t nb = 0;
    ck_assert_ptr_nonnull(folder);
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        nb += entry->d_name[0] != '.';
    }
    (void)closedir(folder);
    return nb;
}

/* A run that ends its worker, if it gets that far, and one that needs a new one. Returns whether
 * the second went well. */
static bool run_twice(const tg_backend *backend)
{
    wrong_plan wrong;
    tg_error errors[2] = {{.status = TG_OK}, {.status = TG_OK}};
    const tg_subject subject = wrong_subject(&wrong, kernel_traps);
    tg_case work = wrong_case(&subject, 20);
    const tg_status ended = worker_run_case(backend, &work, NULL, &errors[0]);
    wrong.step.host = kernel_right;
    const tg_status status = worker_run_case(backend, &work, NULL, &errors[1]);
    tg_case_clear(&work);
    if (ended == TG_ERR_KERNEL)
        ck_assert_msg(strstr(errors[0].what, "signal 4, SIGILL") != NULL, "%s", errors[0].what);
    ck_assert_int_ne(ended, TG_OK);
    ck_assert_str_eq(errors[1].what, "");
    return status == TG_OK;
}

/* ---- what it has ---- */

START_TEST(worker_helper_has_one_thread_and_no_file_of_the_program)
{
    tg_backend backend = open_host();
    const pid_t helper = worker_of(&backend)->helper;
    ck_assert(run_twice(&backend));
    ck_assert_int_eq(worker_of(&backend)->helper, helper);
    ck_assert_uint_eq(nb_threads_of(helper), 1 + NB_HIDDEN_THREADS);
    ck_assert_int_eq(nb_files_of(helper), 5);
    ck_assert_int_eq(getpgid(helper), helper);
    tg_backend_close(&backend);
    ck_assert(!is_running(helper));
    ck_assert(has_no_child());
}
END_TEST

/* A flag that the program sets when the backend is open, for which its own copy is another. */
static volatile uint32_t flag;

WORKER_KERNEL(kernel_tells_flag, if (flag != 0)(void) raise(SIGTRAP))

/* Every worker begins with the memory that the program had when the backend was opened. */
START_TEST(worker_helper_forks_the_memory_of_the_opening)
{
    tg_backend backend = open_host();
    wrong_plan wrong;
    const tg_subject subject = wrong_subject(&wrong, kernel_tells_flag);
    tg_case work = wrong_case(&subject, 20);
    flag = 1;
    ck_assert(run_twice(&backend));
    tg_assert_ok(worker_run_case(&backend, &work, NULL, tg_suite_error));
    tg_backend_close(&backend);
    backend = open_host();
    tg_assert_fails(TG_ERR_KERNEL, "signal 5, SIGTRAP",
                    worker_run_case(&backend, &work, NULL, tg_suite_error));
    tg_backend_close(&backend);
    tg_case_clear(&work);
}
END_TEST

/* ---- threads of the program ---- */

static atomic_bool is_over;

static void *take_memory(void *argument)
{
    (void)argument;
    for (size_t i = 1; !atomic_load(&is_over); i = i % 5000 + 7) {
        void *memory = malloc(i);
        ck_assert_ptr_nonnull(memory);
        memset(memory, 1, i);
        free(memory);
    }
    return NULL;
}

static void *take_some(void *argument)
{
    free(malloc(100));
    return argument;
}

static void *begin_threads(void *argument)
{
    while (!atomic_load(&is_over)) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, take_some, NULL) == 0) (void)pthread_join(thread, NULL);
    }
    return argument;
}

/* Threads take memory, begin and end while workers are replaced: none of them inherits what one has
 * locked. */
START_TEST(worker_helper_does_not_care_what_threads_do)
{
    enum { NB_THREADS = 3, NB_ROUNDS = 30 };
    tg_backend backend = open_host();
    pthread_t threads[NB_THREADS];
    for (size_t i = 0; i < NB_THREADS; i++) {
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, i == 0 ? begin_threads : take_memory, NULL), 0);
    }
    for (size_t i = 0; i < NB_ROUNDS; i++) {
        ck_assert(run_twice(&backend));
    }
    atomic_store(&is_over, true);
    for (size_t i = 0; i < NB_THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    tg_backend_close(&backend);
    ck_assert(has_no_child());
}
END_TEST

/* ---- ends ---- */

/* While no worker is wanted: no failure of any run, and the worker that is there goes on. */
START_TEST(worker_helper_that_ended_is_replaced_quietly)
{
    const int nb_files = nb_files_of(getpid());
    tg_backend backend = open_host();
    for (unsigned i = 0; i < 5; i++) {
        const pid_t helper = worker_of(&backend)->helper;
        const pid_t pid = worker_of(&backend)->pid;
        ck_assert_int_eq(kill(helper, SIGKILL), 0);
        while (is_running(helper)) {
            wait_ms(1);
        }
        ck_assert(pid == 0 || is_running(pid));
        ck_assert(run_twice(&backend));
        ck_assert_int_ne(worker_of(&backend)->helper, helper);
    }
    tg_backend_close(&backend);
    ck_assert_int_eq(nb_files_of(getpid()), nb_files);
    ck_assert(has_no_child());
}
END_TEST

/* Kill a process later, from another one: a thread would be there when the next helper is forked.
 */
static pid_t begin_to_kill(pid_t pid, long delay_ns)
{
    const pid_t killer = fork();
    ck_assert_int_ge(killer, 0);
    if (killer == 0) {
        const struct timespec delay = {.tv_nsec = delay_ns};
        (void)nanosleep(&delay, NULL);
        (void)kill(pid, SIGKILL);
        _exit(0);
    }
    return killer;
}

/* While workers come and go. The second helper is not killed: all goes well. */
START_TEST(worker_helper_may_be_killed_at_any_point)
{
    const int nb_files = nb_files_of(getpid());
    uint64_t seed = 11;
    tg_backend backend = open_host();
    for (unsigned i = 0; i < 100; i++) {
        const pid_t killer =
            begin_to_kill(worker_of(&backend)->helper, (long)(sample_next(&seed) % 3000000));
        ck_assert(run_twice(&backend));
        // Nothing may have taken its number before the killer is done.
        ck_assert_int_eq(waitpid(killer, NULL, 0), killer);
        ck_assert(run_twice(&backend));
    }
    tg_backend_close(&backend);
    ck_assert_int_eq(nb_files_of(getpid()), nb_files);
    ck_assert(has_no_child());
}
END_TEST

/* One that was stopped is no worse than one that has ended: closing does not wait for it. */
START_TEST(worker_helper_that_is_stopped_is_ended)
{
    tg_backend backend = open_host();
    const pid_t helper = worker_of(&backend)->helper;
    ck_assert_int_eq(kill(helper, SIGSTOP), 0);
    tg_backend_close(&backend);
    ck_assert(!is_running(helper));
    ck_assert(has_no_child());
}
END_TEST

/* A worker whose helper ended before it could tell of it goes with the helper. */
START_TEST(worker_helper_takes_along_what_it_did_not_tell_of)
{
    tg_backend backend = open_host();
    worker *of = backend.state;
    const pid_t pid = of->pid;
    // As it is before the program knows of it.
    ck_assert_int_eq(setpgid(pid, of->helper), 0);
    worker_helper_stop(of);
    ck_assert(!is_running(pid));
    ck_assert(has_no_child());
    ck_assert_int_eq(of->helper, 0);
    ck_assert_int_eq(of->helper_socket, -1);
    ck_assert(run_twice(&backend));
    tg_backend_close(&backend);
    ck_assert(has_no_child());
}
END_TEST

TG_SUITE("worker_helper", worker_helper_has_one_thread_and_no_file_of_the_program,
         worker_helper_forks_the_memory_of_the_opening, worker_helper_does_not_care_what_threads_do,
         worker_helper_that_ended_is_replaced_quietly, worker_helper_may_be_killed_at_any_point,
         worker_helper_that_is_stopped_is_ended, worker_helper_takes_along_what_it_did_not_tell_of)
