/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A pipeline on the host grid as a case wants it, that is watched: which chips were begun, on which
 * threads inputs were freed, what is left of the device's memory.
 */
#ifndef TRACEGATE_TESTS_PIPELINE_BENCH_H
#define TRACEGATE_TESTS_PIPELINE_BENCH_H

#include "pipeline_made.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

/* What a pipeline runs on unless its case says otherwise: the suite's choice. */
#ifndef PIPELINE_OPS
#define PIPELINE_OPS (&tg_runtime_host)
#endif

static made_stand_ins stand_ins;

static inline void bench_sleep_us(unsigned us)
{
    const struct timespec time = {.tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000) * 1000};
    (void)nanosleep(&time, NULL);
}

/* ---- splits ---- */

typedef enum bench_split {
    BENCH_AS_SP1,
    BENCH_ALL_HOST,
    BENCH_ALL_DEVICE,
    BENCH_MIXED,
    BENCH_NB_SPLITS
} bench_split;

static inline bool splits(void *context, const tg_machine_chip *chip, tg_kind kind)
{
    const bench_split *of = context;
    return *of == BENCH_ALL_DEVICE ||
           (*of == BENCH_MIXED && ((size_t)chip->name[1] + (size_t)kind) % 2 == 0);
}

/* ---- delays and counts ---- */

typedef struct bench_watch {
    unsigned max_delay_us;
    atomic_uint state;
    atomic_size_t nb_host;
    atomic_size_t nb_device;
    atomic_size_t nb_destroyed;
    const char *slow_name;    /* NULL: none */
    const char *failing_name; /* NULL: none */
    tg_kind failing_kind;
    size_t fail_host_after;        /* every host chip fails, when so many have begun; 0: none */
    atomic_size_t nb_at_once[2];   /* host, device: chips being begun */
    atomic_size_t most_at_once[2]; /* of them */
    atomic_size_t nb_results;      /* that callers hold */
    atomic_size_t most_inside;     /* results held, and a device phase, at once */
    bool is_alone;                 /* there is one call only */
    atomic_bool is_destroyed[TG_NB_KINDS];
    atomic_bool was_destroyed_early; /* and chips of it came later */
    atomic_bool was_destroyed_by_caller;
} bench_watch;

/* Threads that call the generator, on which nothing may be freed. */
static _Thread_local bool bench_is_caller;

static inline void bench_note_most(atomic_size_t *most_of, size_t nb)
{
    size_t most = atomic_load(most_of);
    while (nb > most && !atomic_compare_exchange_weak(most_of, &most, nb)) {
    }
}

/* Fail as a chip would. */
static inline tg_status bench_fail(tg_status status, tg_error *error)
{
    tg_error_set(error, status, "a planted failure");
    tg_error_how(error, "take it away again");
    return status;
}

static inline tg_status bench_fail_make(__attribute__((unused)) void *context,
                                        __attribute__((unused)) const tg_product *out,
                                        __attribute__((unused)) size_t height, tg_error *error)
{
    return bench_fail(TG_ERR_EVENT, error);
}

static inline tg_status before_chip(void *context, const char *name, tg_kind kind, bool is_device,
                                    tg_error *error)
{
    bench_watch *of = context;
    const unsigned drawn = atomic_fetch_add(&of->state, 2654435761u) * 2246822519u >> 8;
    const size_t nb = atomic_fetch_add(is_device ? &of->nb_device : &of->nb_host, 1) + 1;
    bench_note_most(&of->most_at_once[is_device],
                    atomic_fetch_add(&of->nb_at_once[is_device], 1) + 1);
    if (of->max_delay_us != 0) bench_sleep_us(drawn % of->max_delay_us);
    (void)atomic_fetch_sub(&of->nb_at_once[is_device], 1);
    if (of->slow_name != NULL && strcmp(name, of->slow_name) == 0) bench_sleep_us(50000);
    if (of->is_alone && atomic_load(&of->is_destroyed[kind]))
        atomic_store(&of->was_destroyed_early, true);
    // A device phase is under way beside the results that are held.
    if (is_device) bench_note_most(&of->most_inside, atomic_load(&of->nb_results) + 1);
    if (of->failing_name != NULL && kind == of->failing_kind && strcmp(name, of->failing_name) == 0)
        return bench_fail(TG_ERR_IO, error);
    if (is_device || of->fail_host_after == 0) return TG_OK;
    while (nb < of->fail_host_after && atomic_load(&of->nb_host) < of->fail_host_after) {
        bench_sleep_us(1000);
    }
    return bench_fail(TG_ERR_IO, error);
}

static inline void destroyed(void *context, const tg_inputs *inputs)
{
    bench_watch *of = context;
    (void)atomic_fetch_add(&of->nb_destroyed, 1);
    atomic_store(&of->is_destroyed[inputs->kind], true);
    if (bench_is_caller) atomic_store(&of->was_destroyed_by_caller, true);
}

/* ---- one pipeline, as a case wants it ---- */

typedef struct bench_setup {
    const char *machine;
    const tg_runtime_ops *ops; /* NULL: PIPELINE_OPS */
    size_t nb_events;
    size_t nb_threads;
    size_t nb_streams;
    size_t max_host_bytes;
    bool no_overlap;
    bench_split split;
    unsigned max_delay_us;
} bench_setup;

typedef struct test_bench {
    const tg_machine *machine;
    bench_split split;
    bench_watch watch;
    tg_pipeline_hooks hooks;
    tg_pipeline *pipeline;
    tg_permits *permits;
} test_bench;

static inline void bench_open(test_bench *bench, const bench_setup *setup, size_t nb_permits)
{
    *bench = (test_bench){.machine = machine_named(setup->machine), .split = setup->split};
    const tg_runtime_ops *ops = setup->ops != NULL ? setup->ops : PIPELINE_OPS;
    bench->watch.max_delay_us = setup->max_delay_us;
    bench_is_caller = true;
    bench->hooks = (tg_pipeline_hooks){.context = &bench->watch,
                                       .before_chip = before_chip,
                                       .destroyed = destroyed};
    const tg_pipeline_options options = {.nb_threads = setup->nb_threads,
                                         .nb_streams = setup->nb_streams,
                                         .max_host_bytes = setup->max_host_bytes,
                                         .no_overlap = setup->no_overlap,
                                         .is_device = setup->split != BENCH_AS_SP1 ? splits : NULL,
                                         .is_device_context = &bench->split,
                                         .hooks = &bench->hooks};
    tg_assert_ok(tg_permits_create(&bench->permits, nb_permits, tg_suite_error));
    tg_assert_ok(
        tg_pipeline_create(&bench->pipeline, bench->machine, ops, &options, tg_suite_error));
}

static inline size_t taken_bytes(const test_bench *bench)
{
    tg_runtime_memory memory;
    tg_assert_ok(
        tg_runtime_get_memory(&memory, tg_pipeline_runtime(bench->pipeline), tg_suite_error));
    return memory.taken_bytes;
}

static inline void bench_close(test_bench *bench, size_t nb_inputs)
{
    ck_assert_uint_eq(taken_bytes(bench), 0);
    tg_pipeline_destroy(bench->pipeline);
    ck_assert_uint_eq(atomic_load(&bench->watch.nb_destroyed), nb_inputs);
    ck_assert(!atomic_load(&bench->watch.was_destroyed_by_caller));
    tg_permits_destroy(bench->permits);
}

/* One call for both kinds, and all that must come out of it. */
static inline void bench_run_inputs(const bench_setup *setup, tg_inputs *program, tg_inputs *record)
{
    test_bench bench;
    tg_pipeline_result result;
    bench_open(&bench, setup, 1);
    made_expected *of_record = made_expect(record);
    made_expected *of_program = made_expect(program);
    tg_assert_ok(tg_pipeline_generate(&result, bench.pipeline, program, record, MADE_LOG_ROWS,
                                      bench.permits, tg_suite_error));
    ck_assert_uint_eq(tg_permits_nb_free(bench.permits), 0);
    made_check(&result, of_record);
    made_check(&result, of_program);
    const tg_pipeline_times *times = &result.times;
    ck_assert(times->permitted > 0 && times->permitted <= times->issued);
    ck_assert(times->issued <= times->done);
    ck_assert(tg_pipeline_result_clear(&result) > 0);
    ck_assert_uint_eq(tg_permits_nb_free(bench.permits), 1);
    made_expected_destroy(of_record);
    made_expected_destroy(of_program);
    bench_close(&bench, 2);
}

static inline void bench_run(const bench_setup *setup)
{
    const tg_machine *machine = machine_named(setup->machine);
    tg_inputs *record = made_inputs(machine, TG_KIND_main, setup->nb_events, stand_ins);
    tg_inputs *program = made_inputs(machine, TG_KIND_preprocessed, setup->nb_events, stand_ins);
    bench_run_inputs(setup, program, record);
}

#endif
