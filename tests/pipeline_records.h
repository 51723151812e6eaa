/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Recorded shards in the pipeline, on whatever its runtime runs: every record with every split of
 * host and device, number of threads and of permits, several calls at once, with delays. What comes
 * out is compared with what is recorded, by digests; the reference is not asked. The suite defines
 * PIPELINE_OPS before it includes this.
 */
#ifndef TRACEGATE_TESTS_PIPELINE_RECORDS_H
#define TRACEGATE_TESTS_PIPELINE_RECORDS_H

#include "pipeline_bench.h"

#include <unistd.h>

/* Calls that are under way at once, in every setup. */
#define RECORDS_NB_CALLS 3
#define RECORDS_MAX_DELAY_US 1500

/* What one trace must be. */
typedef struct recorded_trace {
    bool is_included;
    size_t height;
    tg_digest digest;
    bool has_side[TG_MAX_SIDES];
    tg_product sides; /* without cells */
} recorded_trace;

/* A record, and what must come out of it. */
typedef struct recorded_shard {
    const tg_machine *machine;
    tg_record record;
    tg_record whole; /* all events, where the record has the first ones only */
    bool has_whole;
    size_t nb_recorded; /* traces of which the digest is the record's */
    size_t nb_sides;    /* side outputs of which the words are */
    uint32_t public_values[TG_PIPELINE_NB_PUBLIC_VALUES];
    recorded_trace traces[TG_NB_KINDS][MADE_MAX_CHIPS];
} recorded_shard;

/* ---- what is recorded ---- */

/* Where the sources are not, the corpus lies in the current folder. */
static inline void records_open(recorded_shard *of, const char *name)
{
    char path[512];
    const bool is_here = access(TG_SOURCE_DIR "/corpus/records", R_OK) != 0;
    (void)snprintf(path, sizeof path, "%s/corpus/records/%s", is_here ? "." : TG_SOURCE_DIR, name);
    tg_assert_ok(tg_record_open(&of->record, path, tg_suite_error));
    tg_assert_ok(tg_record_open_whole(&of->whole, &of->has_whole, &of->record, tg_suite_error));
}

/* Inputs of the record. Where it has no cells of a stand-in these would be zeros, which nothing
 * that is forgotten differs from: a pattern takes their place. */
static inline tg_inputs *records_inputs(const recorded_shard *of, tg_kind kind)
{
    tg_inputs *inputs = NULL;
    tg_assert_ok(tg_inputs_from_record(&inputs, of->machine, kind, &of->record, tg_suite_error));
    for (size_t i = 0; i < of->machine->nb_chips; i++) {
        tg_chip_input *input = &inputs->chips[i];
        if (!input->is_included || input->make == NULL) continue;
        made_let_stand_in(inputs, i, input->height, &stand_ins[kind][i]);
    }
    return inputs;
}

static inline uint32_t *records_cells(size_t nb_cells)
{
    uint32_t *cells = calloc(nb_cells + 1, sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    return cells;
}

static inline void records_expect_stand_in(recorded_trace *expected, const recorded_shard *of,
                                           tg_kind kind, size_t chip)
{
    const size_t width = tg_machine_width(of->machine, chip, kind);
    uint32_t *cells = records_cells(width * expected->height);
    for (size_t column = 0; column < width; column++) {
        for (size_t row = 0; row < expected->height; row++)
            cells[column * expected->height + row] =
                made_cell(of->machine->chips[chip].name, row, column);
    }
    tg_assert_ok(
        tg_digest_cells(&expected->digest, cells, expected->height, width, tg_suite_error));
    free(cells);
}

/* The digest and side outputs of a trace, of the record that has all its events. */
static inline void records_expect_trace(recorded_trace *expected, recorded_shard *of,
                                        const tg_trace *trace)
{
    const tg_record *record = &of->whole;
    const tg_record_trace *entry = of->has_whole ? tg_record_find(record, trace->name) : NULL;
    if (entry == NULL) {
        record = &of->record;
        entry = tg_record_find(record, trace->name);
    }
    ck_assert_msg(entry != NULL && (entry->has_digest || entry->has_cells), "%s is not recorded",
                  trace->name);
    ck_assert_uint_eq(entry->height, expected->height);
    expected->digest = entry->digest;
    if (!entry->has_digest) {
        uint32_t *cells = records_cells(entry->height * entry->width);
        tg_assert_ok(tg_record_read_cells(cells, record, entry, tg_suite_error));
        tg_assert_ok(
            tg_digest_cells(&expected->digest, cells, entry->height, entry->width, tg_suite_error));
        free(cells);
    }
    for (size_t i = 0; i < trace->nb_sides; i++) {
        expected->sides.sides[i] = records_cells(tg_side_nb_words(&trace->sides[i]));
    }
    tg_assert_ok(tg_record_read_sides(&expected->sides, expected->has_side, record, entry, trace,
                                      tg_suite_error));
    for (size_t i = 0; i < trace->nb_sides; i++) {
        of->nb_sides += expected->has_side[i];
    }
    of->nb_recorded++;
}

static inline recorded_shard *records_expect(const char *name, const char *machine)
{
    bool has_values = false;
    recorded_shard *of = calloc(1, sizeof *of);
    ck_assert_ptr_nonnull(of);
    of->machine = machine_named(machine);
    records_open(of, name);
    tg_assert_ok(tg_record_public_values(of->public_values, &has_values, of->machine, &of->record,
                                         tg_suite_error));
    ck_assert(has_values);
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        tg_inputs *inputs = records_inputs(of, kind);
        for (size_t i = 0; i < of->machine->nb_chips; i++) {
            recorded_trace *expected = &of->traces[kind][i];
            expected->is_included = inputs->chips[i].is_included;
            expected->height = inputs->chips[i].height;
            if (!expected->is_included) continue;
            if (inputs->chips[i].make != NULL) {
                records_expect_stand_in(expected, of, kind, i);
            } else {
                records_expect_trace(expected, of, inputs->chips[i].subject.trace);
            }
        }
        inputs->destroy(inputs);
    }
    ck_assert_uint_gt(of->nb_recorded, 0);
    // Of the shards, Global's sum and number; its lookups are not in all of them.
    if (of->machine->is_riscv) ck_assert_uint_ge(of->nb_sides, 2);
    return of;
}

static inline void records_destroy(recorded_shard *of)
{
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        for (size_t i = 0; i < of->machine->nb_chips; i++) {
            for (size_t side = 0; side < TG_MAX_SIDES; side++) {
                free(of->traces[kind][i].sides.sides[side]);
            }
        }
    }
    if (of->has_whole) tg_record_clear(&of->whole);
    tg_record_clear(&of->record);
    free(of);
}

/* ---- what came out ---- */

static inline void records_check_trace(const recorded_shard *of, tg_kind kind,
                                       const tg_padded_trace *trace, tg_scope *scope)
{
    size_t chip = 0;
    tg_error error = {.status = TG_OK};
    made_assert_ok(tg_machine_find_chip(&chip, of->machine, trace->name, &error), &error);
    const recorded_trace *expected = &of->traces[kind][chip];
    const tg_trace *ours = tg_machine_trace(of->machine, chip, kind);
    ck_assert_int_eq(trace->d_cells != NULL, expected->is_included);
    ck_assert_uint_eq(trace->num_variables, of->machine->max_log_rows);
    if (!expected->is_included) return;
    ck_assert_uint_eq(trace->height, expected->height);
    ck_assert_uint_eq(trace->width, tg_machine_width(of->machine, chip, kind));
    uint32_t *cells = records_cells(trace->width * trace->height);
    tg_digest digest;
    made_assert_ok(tg_padded_trace_download(cells, trace, scope, &error), &error);
    made_assert_ok(tg_digest_cells(&digest, cells, trace->height, trace->width, &error), &error);
    ck_assert_msg(memcmp(&digest, &expected->digest, sizeof digest) == 0, "cells of %s.%s",
                  trace->name, tg_kind_name(kind));
    free(cells);
    for (size_t i = 0; ours != NULL && i < ours->nb_sides; i++) {
        const size_t nb_words = tg_side_nb_words(&ours->sides[i]);
        ck_assert_ptr_nonnull(trace->d_sides[i]);
        if (!expected->has_side[i]) continue;
        uint32_t *words = records_cells(nb_words);
        made_assert_ok(
            tg_scope_download(scope, words, trace->d_sides[i], nb_words * sizeof *words, &error),
            &error);
        ck_assert_msg(memcmp(words, expected->sides.sides[i], nb_words * sizeof *words) == 0,
                      "%s of %s", ours->sides[i].name, trace->name);
        free(words);
    }
}

/* Every trace of both kinds, none missing, and the public values. */
static inline void records_check(const recorded_shard *of, const tg_pipeline_result *result)
{
    const tg_cluster *cluster = &of->machine->clusters[result->cluster];
    const size_t nb_listed = tg_json_length(tg_json_member(of->record.json.root, "chips"));
    size_t nb_preprocessed = 0;
    for (size_t i = 0; i < of->machine->nb_chips; i++) {
        nb_preprocessed += of->machine->chips[i].preprocessed_width != 0;
        if (of->traces[TG_KIND_main][i].is_included)
            ck_assert_ptr_nonnull(tg_traces_find(&result->main, of->machine->chips[i].name));
    }
    ck_assert_uint_eq(result->preprocessed.nb, nb_preprocessed);
    ck_assert_uint_eq(result->main.nb, cluster->nb_chips);
    if (of->machine->is_riscv) ck_assert_uint_eq(result->main.nb, nb_listed);
    for (size_t i = 0; i < result->preprocessed.nb; i++) {
        records_check_trace(of, TG_KIND_preprocessed, &result->preprocessed.list[i], result->scope);
    }
    for (size_t i = 0; i < result->main.nb; i++) {
        records_check_trace(of, TG_KIND_main, &result->main.list[i], result->scope);
    }
    ck_assert_mem_eq(result->public_values, of->public_values, sizeof of->public_values);
}

/* ---- calls ---- */

typedef struct records_call {
    pthread_t thread;
    test_bench *bench;
    const recorded_shard *of;
    tg_inputs *inputs[TG_NB_KINDS];
} records_call;

static inline void *records_make(void *argument)
{
    records_call *call = argument;
    tg_pipeline_result result;
    tg_error error = {.status = TG_OK};
    bench_is_caller = true;
    made_assert_ok(tg_pipeline_generate(&result, call->bench->pipeline,
                                        call->inputs[TG_KIND_preprocessed],
                                        call->inputs[TG_KIND_main], call->of->machine->max_log_rows,
                                        call->bench->permits, &error),
                   &error);
    records_check(call->of, &result);
    (void)tg_pipeline_result_clear(&result);
    return NULL;
}

/* Several calls of one pipeline at once, each for all of the record. */
static inline void records_run(const recorded_shard *of, const bench_setup *setup,
                               size_t nb_permits)
{
    test_bench bench;
    records_call calls[RECORDS_NB_CALLS];
    bench_open(&bench, setup, nb_permits);
    for (size_t i = 0; i < RECORDS_NB_CALLS; i++) {
        calls[i] = (records_call){.bench = &bench, .of = of};
        for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
            calls[i].inputs[kind] = records_inputs(of, kind);
        }
    }
    for (size_t i = 0; i < RECORDS_NB_CALLS; i++) {
        ck_assert_int_eq(pthread_create(&calls[i].thread, NULL, records_make, &calls[i]), 0);
    }
    for (size_t i = 0; i < RECORDS_NB_CALLS; i++) {
        ck_assert_int_eq(pthread_join(calls[i].thread, NULL), 0);
    }
    ck_assert_uint_eq(tg_permits_nb_free(bench.permits), nb_permits);
    bench_close(&bench, TG_NB_KINDS * RECORDS_NB_CALLS);
}

/* ---- the table ---- */

/* What a sanitizer of memory sees depends on the split and on whether threads and permits are one
 * or more, not on every pair of these, which builds without it try: there, each number of threads
 * has one of permits. */
#ifdef __SANITIZE_ADDRESS__
#define RECORDS_HAS_PAIR(nb_threads, nb_permits) (((nb_threads) == 2) == ((nb_permits) == 1))
#else
#define RECORDS_HAS_PAIR(nb_threads, nb_permits) true
#endif

static inline void records_run_all(const char *name, const char *machine)
{
    static const size_t nb_threads[] = {1, 2, 16};
    recorded_shard *of = records_expect(name, machine);
    for (bench_split split = 0; split < BENCH_NB_SPLITS; split++) {
        for (size_t i = 0; i < sizeof nb_threads / sizeof nb_threads[0]; i++) {
            for (size_t nb_permits = 1; nb_permits <= 3; nb_permits += 2) {
                if (!RECORDS_HAS_PAIR(nb_threads[i], nb_permits)) continue;
                records_run(of,
                            &(bench_setup){.machine = machine,
                                           .nb_threads = nb_threads[i],
                                           .split = split,
                                           .max_delay_us = RECORDS_MAX_DELAY_US},
                            nb_permits);
            }
        }
    }
    records_destroy(of);
}

/* Case, record, machine: every recorded shard whose main and preprocessed rows belong together. */
#define PIPELINE_RECORD_LIST(X)                                        \
    X(pipeline_records_shrink, "shrink", "shrink")                     \
    X(pipeline_records_compress, "executed/compress", "compress")      \
    X(pipeline_records_wrap, "executed/wrap", "wrap")                  \
    X(pipeline_records_core, "riscv/fibonacci-0", "riscv")             \
    X(pipeline_records_core_without_memory, "riscv/keccak-0", "riscv") \
    X(pipeline_records_precompile, "riscv/keccak-1", "riscv")          \
    X(pipeline_records_memory, "riscv/keccak-2", "riscv")

#define PIPELINE_RECORD_CASE(name, record, machine)        \
    START_TEST(name) { records_run_all(record, machine); } \
    END_TEST
PIPELINE_RECORD_LIST(PIPELINE_RECORD_CASE)

#define PIPELINE_RECORD_NAME(name, record, machine) name,
#define PIPELINE_RECORD_CASES PIPELINE_RECORD_LIST(PIPELINE_RECORD_NAME)

#endif
