/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lookups of Global that the jagged form adds to the byte table: of recorded shards, whose lookups
 * SP1 has counted. */
#include "files/lookups.h"
#include "model/global.h"
#include "pipeline/jagged.h"
#include "pipeline/record_inputs.h"
#include "reference/field.h"
#include "test_files.h"

#define HEIGHT ((size_t)TG_BYTE_TABLE_ROWS)
#define NB_CELLS ((size_t)TG_RANGE_LOOKUPS)
#define LOG_ROWS 18

/* Counts of all lookups; those of the byte table are the first, column by column. */
static uint32_t *counts_of(const char *folder, const char *file)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/riscv/%s/%s", TG_CORPUS, folder, file);
    uint32_t *counts = malloc(TG_NB_BYTE_LOOKUPS * sizeof *counts);
    ck_assert_ptr_nonnull(counts);
    tg_assert_ok(tg_lookups_read(counts, path, tg_suite_error));
    return counts;
}

/* Keep of the lookups that Global causes those of the point: the others, as bytes alone, are of the
 * messages' upper bytes, as b. */
static void keep_left_out(uint32_t *counts, const tg_chip_input *global)
{
    const tg_global_event *events = global->events;
    for (size_t i = 0; i < global->nb_events; i++) {
        const size_t upper = events[i].message[0] >> 16 & 0xff;
        ck_assert_uint_gt(counts[TG_BYTE_OP_U8_RANGE * HEIGHT + 256 * upper], 0);
        counts[TG_BYTE_OP_U8_RANGE * HEIGHT + 256 * upper]--;
    }
    size_t nb = 0;
    for (size_t i = 0; i < NB_CELLS; i++) {
        nb += counts[i];
    }
    ck_assert_uint_eq(nb, 5 * global->nb_events);
}

static tg_status make_table(void *context, const tg_product *out, size_t height, tg_error *error)
{
    (void)error;
    const uint32_t *counts = context;
    ck_assert_uint_eq(height, HEIGHT);
    for (size_t i = 0; i < NB_CELLS; i++) {
        out->cells[i] = tg_ref_to_word(counts[i]);
    }
    return TG_OK;
}

/* What a test works with. */
typedef struct session {
    const tg_machine *machine;
    size_t table; /* chips of the machine */
    size_t global;
    tg_pipeline *pipeline;
    tg_permits *permits;
    tg_jagged *jagged;
} session;

static tg_inputs *inputs_of(const session *of, tg_kind kind, const char *shard)
{
    char path[512];
    tg_record record;
    tg_inputs *inputs = NULL;
    (void)snprintf(path, sizeof path, "%s/riscv/%s", TG_CORPUS, shard);
    tg_assert_ok(tg_record_open(&record, path, tg_suite_error));
    tg_assert_ok(tg_inputs_from_record(&inputs, of->machine, kind, &record, tg_suite_error));
    tg_record_clear(&record);
    return inputs;
}

static void begin(session *of, const char *shard)
{
    const tg_jagged_shape shape = {12, LOG_ROWS, (size_t)1 << 23};
    const tg_pipeline_options options = {.nb_threads = 2};
    tg_assert_ok(tg_machine_find(&of->machine, "riscv", tg_suite_error));
    tg_assert_ok(tg_machine_find_chip(&of->table, of->machine, "Byte", tg_suite_error));
    tg_assert_ok(tg_machine_find_chip(&of->global, of->machine, "Global", tg_suite_error));
    tg_assert_ok(tg_permits_create(&of->permits, 1, tg_suite_error));
    tg_assert_ok(
        tg_pipeline_create(&of->pipeline, of->machine, &tg_runtime_host, &options, tg_suite_error));
    tg_inputs *program = inputs_of(of, TG_KIND_preprocessed, shard);
    tg_assert_ok(
        tg_jagged_create(&of->jagged, of->pipeline, &shape, program, of->permits, tg_suite_error));
}

static void end(session *of)
{
    tg_jagged_destroy(of->jagged);
    tg_pipeline_destroy(of->pipeline);
    tg_permits_destroy(of->permits);
}

/* Make a shard with a byte table of these counts, and compare the table in dense with others. */
static void assert_table(const session *of, const char *shard, bool is_left_out,
                         const uint32_t *before, const uint32_t *after)
{
    tg_pipeline_result result;
    tg_inputs *record = inputs_of(of, TG_KIND_main, shard);
    record->global_dependencies_opt = is_left_out;
    tg_chip_input *table = &record->chips[of->table];
    table->make = make_table;
    table->make_context = (void *)(uintptr_t)before;
    table->is_row_major = false;
    tg_assert_ok(tg_jagged_generate_main(&result, of->jagged, record, of->permits, tg_suite_error));
    const tg_padded_trace *trace = tg_traces_find(&result.main, "Byte");
    uint32_t *cells = malloc(NB_CELLS * sizeof *cells);
    ck_assert(trace != NULL && cells != NULL);
    ck_assert_uint_eq(trace->width * trace->height, NB_CELLS);
    tg_assert_ok(tg_padded_trace_download(cells, trace, result.scope, tg_suite_error));
    (void)tg_pipeline_result_clear(&result);
    for (size_t i = 0; i < NB_CELLS; i++) {
        ck_assert_msg(tg_ref_from_word(cells[i]) == after[i], "column %zu, row %zu: %u, not %u",
                      i / HEIGHT, i % HEIGHT, tg_ref_from_word(cells[i]), after[i]);
    }
    free(cells);
}

static void assert_shard(const char *shard, const char *lookups)
{
    session of;
    begin(&of, shard);
    uint32_t *right = counts_of(shard, "shard.lookups.npy");
    uint32_t *left_out = counts_of(shard, lookups);
    uint32_t *before = malloc(NB_CELLS * sizeof *before);
    ck_assert_ptr_nonnull(before);
    tg_inputs *record = inputs_of(&of, TG_KIND_main, shard);
    keep_left_out(left_out, &record->chips[of.global]);
    record->destroy(record);
    for (size_t i = 0; i < NB_CELLS; i++) {
        ck_assert_uint_ge(right[i], left_out[i]);
        before[i] = right[i] - left_out[i];
    }
    assert_table(&of, shard, true, before, right);
    // By the record's flag alone: a table that is whole stays as it is.
    assert_table(&of, shard, false, right, right);
    end(&of);
    free(right);
    free(left_out);
    free(before);
}

START_TEST(global_jagged_adds_what_was_left_out)
{
    assert_shard("keccak-1", "Global.main.lookups.npy");
    assert_shard("keccak-0", "whole/Global.main.lookups.npy");
}
END_TEST

/* Traces outside of the jagged form would lack them. */
START_TEST(global_jagged_is_the_only_form_that_mends)
{
    session of;
    tg_pipeline_result result;
    begin(&of, "keccak-1");
    tg_inputs *record = inputs_of(&of, TG_KIND_main, "keccak-1");
    record->global_dependencies_opt = true;
    tg_assert_fails(TG_ERR_USAGE, "global_dependencies_opt",
                    tg_pipeline_generate_main(&result, of.pipeline, record, LOG_ROWS, of.permits,
                                              tg_suite_error));
    (void)tg_pipeline_result_clear(&result);
    end(&of);
}
END_TEST

/* A value that is no byte has no row in the table. */
static tg_status make_bad(void *context, const tg_product *out, size_t height, tg_error *error)
{
    (void)context;
    (void)error;
    memset(out->cells, 0, 241 * height * sizeof *out->cells);
    for (size_t i = 0; i < 14; i++) out->sides[0][i] = 0;
    out->cells[209 * height + 3] = tg_ref_to_word(1);
    out->cells[205 * height + 3] = tg_ref_to_word(256);
    return TG_OK;
}

static bool never(void *context, const tg_machine_chip *chip, tg_kind kind)
{
    (void)context;
    (void)chip;
    (void)kind;
    return false;
}

START_TEST(global_jagged_refuses_cells_that_are_no_bytes)
{
    session of;
    begin(&of, "keccak-1");
    tg_pipeline *hosts = NULL;
    tg_jagged *jagged = NULL;
    tg_pipeline_result result;
    const tg_jagged_shape shape = {12, LOG_ROWS, (size_t)1 << 23};
    const tg_pipeline_options options = {.nb_threads = 1, .is_device = never};
    tg_assert_ok(
        tg_pipeline_create(&hosts, of.machine, &tg_runtime_host, &options, tg_suite_error));
    tg_inputs *program = inputs_of(&of, TG_KIND_preprocessed, "keccak-1");
    tg_assert_ok(tg_jagged_create(&jagged, hosts, &shape, program, of.permits, tg_suite_error));
    tg_inputs *record = inputs_of(&of, TG_KIND_main, "keccak-1");
    record->global_dependencies_opt = true;
    record->chips[of.global].make = make_bad;
    tg_assert_fails(TG_ERR_KERNEL, "the value 256 is no byte",
                    tg_jagged_generate_main(&result, jagged, record, of.permits, tg_suite_error));
    ck_assert_uint_eq(result.nb_failures, 1);
    (void)tg_pipeline_result_clear(&result);
    ck_assert_uint_eq(tg_permits_nb_free(of.permits), 1);
    tg_jagged_destroy(jagged);
    tg_pipeline_destroy(hosts);
    end(&of);
}
END_TEST

TG_SUITE("global_jagged", global_jagged_adds_what_was_left_out,
         global_jagged_is_the_only_form_that_mends, global_jagged_refuses_cells_that_are_no_bytes)
