/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate of a trace while each call that can fail does so: a clean error, nothing leaked, and
 * nothing that was not compared is counted as compared. */
#include "cli/gate_pipeline_internal.h"
#include "fault.h"
#include "suite.h"

#include <omp.h>

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

/* Gate one of the traces, with the nth call that takes memory failing for every n. A scope keeps
 * its failure: each has a shard of its own. */
static void assert_faults(gating *of, size_t number)
{
    long nth = 1;
    for (bool goes_on = true; goes_on; nth++) {
        tg_error error = {.status = TG_OK};
        tg_pipeline_result result = {.cluster = 0};
        tg_assert_ok(tg_shard_make(&result, of->shard, true, tg_suite_error));
        of->result = &result;
        // OpenMP's threads are there from the first time on: it ends a process that has none.
        const tg_padded_trace *trace = &result.main.list[number];
        tg_assert_ok(gate_pipeline_trace(of, trace, TG_KIND_main, tg_suite_error));
        of->counts = (gate_counts){.nb_wrong = 0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = gate_pipeline_trace(of, trace, TG_KIND_main, &error);
        goes_on = tg_fault_disarm();
        ck_assert_uint_eq(of->counts.nb_wrong, 0);
        // What only prints does without memory.
        if (!goes_on || status == TG_OK) {
            ck_assert_msg(status == TG_OK, "call %ld: %s", nth, error.what);
            ck_assert_uint_eq(of->counts.nb_made + of->counts.nb_carried, 1);
        } else {
            ck_assert_int_eq(status, TG_ERR_MEMORY);
            ck_assert(error.what[0] != '\0' && error.how[0] != '\0');
            ck_assert_uint_eq(of->counts.nb_carried, 0);
            // Cells, product and lists of differences: all of these come before any comparison.
            if (nth <= 4) ck_assert_uint_eq(of->counts.nb_made, 0);
        }
        (void)tg_pipeline_result_clear(&result);
    }
    ck_assert_int_gt(nth, 5);
}

/* The place of the trace with the fewest rows, among those of chips with a generator or the others;
 * all chips of the cluster are in the order of their names. */
static size_t find(const gating *of, bool has_generator)
{
    size_t best = SIZE_MAX;
    size_t best_height = SIZE_MAX;
    tg_pipeline_result result = {.cluster = 0};
    tg_assert_ok(tg_shard_make(&result, of->shard, true, tg_suite_error));
    for (size_t i = 0; i < result.main.nb; i++) {
        size_t chip = 0;
        const tg_padded_trace *trace = &result.main.list[i];
        tg_assert_ok(tg_machine_find_chip(&chip, of->shard->machine, trace->name, tg_suite_error));
        const tg_chip_input *input = &of->inputs[TG_KIND_main]->chips[chip];
        if ((input->subject.trace != NULL) != has_generator || trace->height >= best_height)
            continue;
        best = i;
        best_height = trace->height;
    }
    (void)tg_pipeline_result_clear(&result);
    ck_assert_uint_ne(best, SIZE_MAX);
    return best;
}

START_TEST(gate_pipeline_fault_of_a_trace)
{
    tg_shard shard;
    omp_set_num_threads(1);
    tg_assert_ok(tg_shard_open(&shard, &values, TG_SOURCE_DIR "/corpus/records/riscv/keccak-1",
                               "gate", tg_suite_error));
    gating of = {.options = &options, .shard = &shard};
    tg_assert_ok(tg_shard_all_inputs(of.inputs, &shard, true, tg_suite_error));
    // One that is made here, and the smallest stand-in.
    assert_faults(&of, find(&of, true));
    assert_faults(&of, find(&of, false));
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        of.inputs[kind]->destroy(of.inputs[kind]);
    }
    tg_shard_close(&shard);
}
END_TEST

TG_SUITE("gate_pipeline_fault", gate_pipeline_fault_of_a_trace)
