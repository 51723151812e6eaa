/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gate --pipeline sees what the pipeline itself does wrong: results that were changed. The host's
 * device memory can be written here.
 */
#include "cli/gate_pipeline_internal.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static const tg_shard_values values = {
    .machine = "riscv",
    .device = "host",
    .nb_permits = {.value = 1},
    .nb_threads = {.value = 1},
};
static const tg_isolation never = {.isolate = TG_ISOLATE_NEVER};
static const tg_gate_pipeline_options options = {.shard = &values,
                                                 .isolation = &never,
                                                 .max_cells = 4,
                                                 .again = "tracegate gate"};

/* A shard and what the pipeline made of it. */
typedef struct made {
    tg_shard shard;
    tg_pipeline_result result;
    gating of;
} made;

static void make(made *it)
{
    memset(it, 0, sizeof *it);
    tg_assert_ok(tg_shard_open(&it->shard, &values, TG_SOURCE_DIR "/corpus/records/riscv/keccak-1",
                               "gate", tg_suite_error));
    it->of = (gating){.options = &options, .shard = &it->shard, .result = &it->result};
    tg_assert_ok(tg_shard_all_inputs(it->of.inputs, &it->shard, true, tg_suite_error));
    tg_assert_ok(tg_shard_make(&it->result, &it->shard, true, tg_suite_error));
}

static void clear(made *it)
{
    (void)tg_pipeline_result_clear(&it->result);
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        it->of.inputs[kind]->destroy(it->of.inputs[kind]);
    }
    tg_shard_close(&it->shard);
}

/* Gate a trace, and return what is wrong with it. */
static size_t nb_wrong(made *it, const tg_padded_trace *trace, tg_kind kind)
{
    it->of.counts = (gate_counts){.nb_wrong = 0};
    tg_assert_ok(gate_pipeline_trace(&it->of, trace, kind, tg_suite_error));
    return it->of.counts.nb_wrong;
}

START_TEST(gate_pipeline_sees_a_side_output_that_is_missing)
{
    made it;
    size_t nb_sides = 0;
    make(&it);
    for (size_t i = 0; i < it.result.main.nb; i++) {
        const tg_padded_trace *trace = &it.result.main.list[i];
        for (size_t side = 0; side < TG_MAX_SIDES && trace->d_sides[side] != NULL; side++) {
            tg_padded_trace changed = *trace;
            changed.d_sides[side] = NULL;
            ck_assert_uint_eq(nb_wrong(&it, trace, TG_KIND_main), 0);
            ck_assert_uint_gt(it.of.counts.nb_sides, side);
            ck_assert_uint_eq(nb_wrong(&it, &changed, TG_KIND_main), 1);
            nb_sides++;
        }
    }
    ck_assert_uint_gt(nb_sides, 0);
    clear(&it);
}
END_TEST

START_TEST(gate_pipeline_sees_stand_ins_that_change_places)
{
    made it;
    make(&it);
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        tg_traces *traces = kind == TG_KIND_main ? &it.result.main : &it.result.preprocessed;
        const tg_padded_trace *byte = tg_traces_find(traces, "Byte");
        ck_assert_ptr_nonnull(byte);
        ck_assert_uint_eq(nb_wrong(&it, byte, kind), 0);
        ck_assert_uint_eq(it.of.counts.nb_carried, 1);
        ck_assert_uint_eq(it.of.counts.nb_made, 0);
        tg_padded_trace changed = *byte;
        changed.d_cells += changed.height; // the second column in the place of the first
        changed.width--;
        ck_assert_uint_eq(nb_wrong(&it, &changed, kind), 1);
        const uint32_t cell = byte->d_cells[0];
        byte->d_cells[0] = byte->d_cells[1];
        ck_assert_uint_eq(nb_wrong(&it, byte, kind), 1);
        byte->d_cells[0] = cell;
        ck_assert_uint_eq(nb_wrong(&it, byte, kind), 0);
    }
    clear(&it);
}
END_TEST

TG_SUITE("gate_pipeline", gate_pipeline_sees_a_side_output_that_is_missing,
         gate_pipeline_sees_stand_ins_that_change_places)
