/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The runtime on the host grid: what it does on every device (runtime_cases.h), and what only here
 * can be brought about. */
#define RUNTIME_OPS (&tg_runtime_host)
#include "runtime_cases.h"

#include "chain.h"
#include "gpu/runtime_internal.h"

#include <pthread.h>

START_TEST(runtime_without_cuda_is_unavailable)
{
    tg_runtime *runtime = NULL;
    tg_error error = {0};
    const tg_status status = tg_runtime_open(&runtime, &tg_runtime_cuda, NULL, &error);
    // With CUDA in the build it is the machine that decides.
    if (status != TG_OK) {
        ck_assert_int_eq(status, TG_ERR_UNAVAILABLE);
        ck_assert_ptr_null(runtime);
        ck_assert_str_ne(error.what, "");
        ck_assert_str_ne(error.how, "");
    }
    tg_runtime_close(runtime);
}
END_TEST

/* ---- the line for a task ---- */

#define NB_WAITERS 4

typedef struct waiter {
    tg_runtime *runtime;
    pthread_t thread;
    size_t *nb_served; /* guarded by the only task */
    size_t turn;
} waiter;

static void *wait_for_task(void *argument)
{
    waiter *self = argument;
    tg_scope *scope = NULL;
    if (tg_scope_begin(&scope, self->runtime, true, NULL) != TG_OK) return NULL;
    self->turn = (*self->nb_served)++;
    return tg_scope_end(scope, NULL) == TG_OK ? self : NULL;
}

/* Wait until so many calls have asked for a task. */
static void wait_for_line(tg_runtime *runtime, uint64_t nb)
{
    uint64_t nb_waits = 0;
    while (nb_waits < nb) {
        (void)pthread_mutex_lock(&runtime->mutex);
        nb_waits = runtime->nb_waits;
        (void)pthread_mutex_unlock(&runtime->mutex);
    }
}

START_TEST(runtime_serves_in_the_order_of_asking)
{
    tg_runtime *runtime = open_runtime(&(tg_runtime_options){.nb_tasks = 1});
    tg_scope *scope = begin(runtime), *other = NULL;
    waiter waiters[NB_WAITERS];
    size_t nb_served = 0;
    for (size_t i = 0; i < NB_WAITERS; i++) {
        waiters[i] = (waiter){.runtime = runtime, .nb_served = &nb_served};
        ck_assert_int_eq(pthread_create(&waiters[i].thread, NULL, wait_for_task, &waiters[i]), 0);
        wait_for_line(runtime, i + 2);
    }
    // Who does not wait does not overtake those who do.
    tg_assert_fails(TG_ERR_DEVICE, "all 1 tasks",
                    tg_scope_begin(&other, runtime, false, tg_suite_error));
    end(scope);
    for (size_t i = 0; i < NB_WAITERS; i++) {
        void *result = NULL;
        ck_assert_int_eq(pthread_join(waiters[i].thread, &result), 0);
        ck_assert_ptr_eq(result, &waiters[i]);
        ck_assert_uint_eq(waiters[i].turn, i);
    }
    tg_runtime_close(runtime);
}
END_TEST

/* ---- kernels that fail late ---- */

/* The first thread of a block waits for all, of which the second one waits for the first. */
TG_ROWS_PER_BLOCK(stuck, 32)
TG_STEP_KERNEL(stuck, uint32_t)
{
    (void)height, (void)events, (void)nb_events, (void)extra;
    if (threadIdx.x == 0) __syncthreads();
    if (threadIdx.x == 1) __syncwarp(3u);
    if (blockIdx.x == 0 && threadIdx.x == 2) trace[0] = 1;
}

static tg_status run_stuck(tg_scope *scope, uint32_t *d_words, tg_error *error)
{
    static const tg_step step = CHAIN_STEP(stuck, .block = 32);
    static const tg_plan plan = {.nb_steps = 1, .steps = &step};
    static const tg_trace trace = {.name = "Stuck.main"};
    const tg_request request = {.trace = &trace, .height = 64};
    return tg_scope_run(scope, &plan, NULL, &(tg_product){.cells = d_words}, &request, NULL, error);
}

#define STUCK_LABEL "Stuck.main in 2 blocks of 32 threads"

START_TEST(runtime_late_errors_show_at_the_end)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime);
    tg_mark *mark = NULL;
    uint32_t *pinned = pinned_word(runtime, 1);
    uint32_t *d_word = take_words(scope, 1);
    tg_assert_ok(tg_mark_create(&mark, runtime, tg_suite_error));
    tg_assert_ok(tg_scope_sleep(scope, PAUSE_US, tg_suite_error));
    tg_assert_ok(run_stuck(scope, d_word, tg_suite_error));
    // Behind the error, and so not called.
    tg_assert_ok(tg_scope_call(scope, add_one, pinned, tg_suite_error));
    tg_assert_ok(tg_scope_record(scope, mark, tg_suite_error));
    tg_scope_give(scope, d_word);
    tg_assert_fails(TG_ERR_KERNEL, STUCK_LABEL, tg_mark_wait(mark, tg_suite_error));
    tg_assert_fails(TG_ERR_KERNEL, STUCK_LABEL, tg_scope_end(scope, tg_suite_error));
    ck_assert_uint_eq(*pinned, 1);
    ck_assert_uint_eq(taken_bytes(runtime), 0);
    // Whoever takes the task next finds it clean.
    scope = begin(runtime);
    d_word = take_words(scope, 1);
    put_word(scope, d_word, 77);
    ck_assert_uint_eq(get_word(scope, d_word), 77);
    end(scope);
    tg_mark_destroy(mark);
    tg_runtime_give_pinned(runtime, pinned);
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_late_errors_show_at_a_wait)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime);
    uint32_t *d_word = take_words(scope, 1);
    tg_assert_ok(run_stuck(scope, d_word, tg_suite_error));
    tg_assert_fails(TG_ERR_KERNEL, "wait for each other for ever",
                    tg_scope_wait(scope, tg_suite_error));
    tg_assert_fails(TG_ERR_KERNEL, STUCK_LABEL, tg_scope_clear(scope, d_word, 4, tg_suite_error));
    tg_assert_fails(TG_ERR_KERNEL, STUCK_LABEL, tg_scope_end(scope, tg_suite_error));
    tg_runtime_close(runtime);
}
END_TEST

/* A child's error that comes after its end is the parent's to tell, and none is told twice. */
START_TEST(runtime_late_errors_of_a_child_are_not_lost)
{
    tg_runtime *runtime = open_runtime(NULL);
    for (size_t late = 0; late < 2; late++) {
        tg_scope *parent = begin(runtime), *child = NULL, *grandchild = NULL;
        tg_assert_ok(tg_scope_begin_child(&child, parent, tg_suite_error));
        tg_assert_ok(tg_scope_begin_child(&grandchild, child, tg_suite_error));
        uint32_t *d_word = take_words(grandchild, 1);
        if (late == 1) tg_assert_ok(tg_scope_sleep(grandchild, PAUSE_US, tg_suite_error));
        tg_assert_ok(run_stuck(grandchild, d_word, tg_suite_error));
        if (late == 0) {
            tg_assert_fails(TG_ERR_KERNEL, STUCK_LABEL, tg_scope_wait(grandchild, tg_suite_error));
            tg_assert_fails(TG_ERR_KERNEL, STUCK_LABEL,
                            tg_scope_end_child(grandchild, tg_suite_error));
            tg_assert_ok(tg_scope_end_child(child, tg_suite_error));
            end(parent);
        } else {
            tg_assert_ok(tg_scope_end_child(grandchild, tg_suite_error));
            tg_assert_ok(tg_scope_end_child(child, tg_suite_error));
            tg_assert_fails(TG_ERR_KERNEL, STUCK_LABEL, tg_scope_end(parent, tg_suite_error));
        }
        ck_assert_uint_eq(taken_bytes(runtime), 0);
    }
    tg_runtime_close(runtime);
}
END_TEST

/* Errors that were told. */
typedef struct told {
    size_t nb;
    tg_status statuses[4];
} told;

static void note_told(void *context, const tg_error *error)
{
    told *of = context;
    ck_assert_uint_lt(of->nb, 4);
    of->statuses[of->nb++] = error->status;
}

/* The scope keeps its first error; one of each stream is told. */
START_TEST(runtime_late_errors_are_told_of_each_stream)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *parent = begin(runtime);
    told of = {.nb = 0};
    for (size_t i = 0; i < 2; i++) {
        tg_scope *child = NULL;
        tg_assert_ok(tg_scope_begin_child(&child, parent, tg_suite_error));
        uint32_t *d_word = take_words(child, 1);
        tg_assert_ok(tg_scope_sleep(child, PAUSE_US, tg_suite_error));
        tg_assert_ok(run_stuck(child, d_word, tg_suite_error));
        tg_assert_ok(tg_scope_end_child(child, tg_suite_error));
    }
    void *d_bytes = NULL;
    tg_assert_fails(TG_ERR_MEMORY, "taking",
                    tg_scope_take(parent, &d_bytes, SIZE_MAX, tg_suite_error));
    tg_assert_fails(TG_ERR_MEMORY, "taking",
                    tg_scope_drain(parent, note_told, &of, tg_suite_error));
    ck_assert_uint_eq(of.nb, 3);
    ck_assert_int_eq(of.statuses[0], TG_ERR_MEMORY);
    ck_assert_int_eq(of.statuses[1], TG_ERR_KERNEL);
    ck_assert_int_eq(of.statuses[2], TG_ERR_KERNEL);
    tg_assert_fails(TG_ERR_MEMORY, "taking", tg_scope_end(parent, tg_suite_error));
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_blames_a_trace_that_an_error_is_surely_of)
{
    static const struct {
        const char *what;
        bool blames;
    } cases[] = {
        {"the kernel of A.main in 3 blocks of 32 threads failed: text", true},
        {"the kernel of step points of A.main in 3 blocks of 32 threads failed: text", true},
        {"one of 5 kernels of A.main failed: text", true},
        {"the device's context was lost when the kernel of A.main in 1 blocks failed: text", true},
        {"one of 2 kernels failed, which are of A.main, B.main: text", false},
        {"the kernel of BA.main in 3 blocks of 32 threads failed: text", false},
        {"the kernel of step A.main of B.main in 3 blocks of 32 threads failed: text", false},
        {"copying 12 bytes of A.main: text", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tg_error error;
        tg_error_set(&error, TG_ERR_KERNEL, "%s", cases[i].what);
        ck_assert_msg(tg_runtime_blames(&error, "A.main") == cases[i].blames, "%s", error.what);
    }
}
END_TEST

/* Its scratch goes from step to step, and is given back behind the last. */
START_TEST(runtime_runs_plans_with_scratch)
{
    enum { HEIGHT = 600, NB_NUMBERS = 555 };
    uint32_t numbers[NB_NUMBERS];
    chain_result *expected = malloc(sizeof *expected), *got = malloc(sizeof *got);
    ck_assert(expected != NULL && got != NULL);
    uint64_t state = 1;
    for (size_t i = 0; i < NB_NUMBERS; i++) numbers[i] = sample_next(&state);
    numbers[301] |= 255;
    chain_expect(expected, HEIGHT, numbers, NB_NUMBERS);
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime);
    uint32_t *d_numbers = take_words(scope, NB_NUMBERS);
    uint32_t *d_result = take_words(scope, sizeof *got / 4), *d_bad = take_words(scope, 1);
    chain_result *d_chain = (chain_result *)d_result;
    const tg_product d_out = chain_product(d_chain);
    tg_assert_ok(tg_scope_upload(scope, d_numbers, numbers, sizeof numbers, tg_suite_error));
    const tg_request request = {.trace = &chain_trace,
                                .height = HEIGHT,
                                .events = d_numbers,
                                .nb_events = NB_NUMBERS,
                                .max_candidates = 255};
    for (uint32_t block = 0; block < 100; block += 33) {
        const tg_launch shape = {.block = block};
        memset(got, 0xa5, sizeof *got);
        tg_assert_ok(tg_scope_upload(scope, d_result, got, sizeof *got, tg_suite_error));
        tg_assert_ok(
            tg_scope_run(scope, &chain_plan, &shape, &d_out, &request, d_bad, tg_suite_error));
        tg_assert_ok(tg_scope_download(scope, got, d_result, sizeof *got, tg_suite_error));
        ck_assert_int_eq(memcmp(got, expected, sizeof *got), 0);
        uint32_t first = 0;
        while (numbers[first] % 256 < 255) first++;
        ck_assert_uint_eq(get_word(scope, d_bad), first);
    }
    ck_assert_uint_eq(taken_bytes(runtime), (NB_NUMBERS + sizeof *got / 4 + 1) * 4);
    end(scope);
    tg_runtime_close(runtime);
    free(expected);
    free(got);
}
END_TEST

/* ---- many threads ---- */

typedef struct user {
    tg_runtime *runtime;
    pthread_t thread;
    uint32_t number;
    bool is_right;
} user;

/* Upload, transpose and fetch words of one's own, with a child for half of them. */
static tg_status use_once(const user *self, uint32_t *words, uint32_t *got, size_t nb)
{
    tg_scope *scope = NULL, *child = NULL;
    void *d_words = NULL, *d_turned = NULL;
    tg_status status = tg_scope_begin(&scope, self->runtime, true, NULL);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < nb; i++) words[i] = self->number + (uint32_t)i;
    status = tg_scope_take(scope, &d_words, nb * 4, NULL);
    if (status == TG_OK) status = tg_scope_upload_staged(scope, d_words, words, nb * 4, NULL);
    // Where no task is left the scope does the work itself.
    const bool has_child = status == TG_OK && tg_scope_begin_child(&child, scope, NULL) == TG_OK;
    tg_scope *on = has_child ? child : scope;
    if (status == TG_OK) status = tg_scope_take(on, &d_turned, nb * 4, NULL);
    if (status == TG_OK) status = tg_scope_transpose(on, d_turned, d_words, nb, 1, NULL);
    const tg_status child_status = tg_scope_end_child(child, NULL);
    if (status == TG_OK) status = child_status;
    if (status == TG_OK) status = tg_scope_download(scope, got, d_turned, nb * 4, NULL);
    const tg_status end_status = tg_scope_end(scope, NULL);
    return status == TG_OK ? end_status : status;
}

static void *use(void *argument)
{
    enum { NB = 5000, NB_TIMES = 20 };
    user *self = argument;
    uint32_t *words = calloc(NB, 4), *got = calloc(NB, 4);
    bool is_right = words != NULL && got != NULL;
    for (size_t i = 0; i < NB_TIMES && is_right; i++) {
        is_right = use_once(self, words, got, NB) == TG_OK && memcmp(words, got, NB * 4) == 0;
        self->number++;
    }
    self->is_right = is_right;
    free(words);
    free(got);
    return NULL;
}

START_TEST(runtime_serves_many_threads)
{
    enum { NB_USERS = 8 };
    user users[NB_USERS];
    tg_runtime *runtime =
        open_runtime(&(tg_runtime_options){.nb_tasks = 5, .nb_staging = 2, .staging_bytes = 1000});
    for (uint32_t i = 0; i < NB_USERS; i++) {
        users[i] = (user){.runtime = runtime, .number = i * 1000000};
        ck_assert_int_eq(pthread_create(&users[i].thread, NULL, use, &users[i]), 0);
    }
    for (size_t i = 0; i < NB_USERS; i++) {
        ck_assert_int_eq(pthread_join(users[i].thread, NULL), 0);
        ck_assert(users[i].is_right);
    }
    ck_assert_uint_eq(taken_bytes(runtime), 0);
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_grows_when_all_tasks_are_taken)
{
    enum { NB = 7 };
    tg_runtime *runtime = open_runtime(&(tg_runtime_options){.nb_tasks = 2, .grows = true});
    tg_scope *scopes[NB], *child = NULL;
    for (size_t i = 0; i < NB; i++) scopes[i] = begin(runtime);
    tg_assert_ok(tg_scope_begin_child(&child, scopes[0], tg_suite_error));
    tg_assert_ok(tg_scope_end_child(child, tg_suite_error));
    for (size_t i = 0; i < NB; i++) end(scopes[i]);
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_refuses_sizes_that_no_machine_has)
{
    tg_runtime *runtime = open_runtime(NULL);
    for (size_t less = 0; less < 600; less++) {
        void *bytes = NULL;
        tg_assert_fails(TG_ERR_MEMORY, "pinned",
                        tg_runtime_take_pinned(runtime, &bytes, SIZE_MAX - less, tg_suite_error));
        ck_assert_ptr_null(bytes);
    }
    tg_runtime_close(runtime);
}
END_TEST

#ifdef TG_VERIFY
START_TEST(runtime_refuses_a_scope_that_has_ended)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime), *child = NULL;
    tg_assert_ok(tg_scope_begin_child(&child, scope, tg_suite_error));
    tg_assert_ok(tg_scope_end_child(child, tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "has ended", tg_scope_end_child(child, tg_suite_error));
    end(scope);
    void *d_bytes = NULL;
    tg_assert_fails(TG_ERR_USAGE, "has ended", tg_scope_take(scope, &d_bytes, 1, tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "has ended", tg_scope_end(scope, tg_suite_error));
    // They are forgotten in time.
    for (size_t i = 0; i < 2 * TG_RUNTIME_NB_ENDED; i++) end(begin(runtime));
    tg_runtime_close(runtime);
}
END_TEST
#define VERIFY_CASES , runtime_refuses_a_scope_that_has_ended
#else
#define VERIFY_CASES
#endif

TG_SUITE("runtime", RUNTIME_CASES, runtime_without_cuda_is_unavailable,
         runtime_serves_in_the_order_of_asking, runtime_late_errors_show_at_the_end,
         runtime_late_errors_show_at_a_wait, runtime_late_errors_of_a_child_are_not_lost,
         runtime_late_errors_are_told_of_each_stream,
         runtime_blames_a_trace_that_an_error_is_surely_of, runtime_grows_when_all_tasks_are_taken,
         runtime_refuses_sizes_that_no_machine_has, runtime_runs_plans_with_scratch,
         runtime_serves_many_threads VERIFY_CASES)
