/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate when memory, or input and output, fail: each call in turn. A gate that could not do all
 * of its work must not say that everything matches.
 */
#include "fault.h"
#include "gate_records.h"
#include "suite.h"

#include <omp.h>
#include <sys/stat.h>

/* A corpus of one record with one trace, and a few seeded events of the same trace. */
typedef struct small_gate {
    char corpus[256];
    char record[300];
    const char *name;
    tg_gate_options options;
} small_gate;

static void small_gate_init(small_gate *small, const char *name)
{
    recorded from = recorded_read(GATE_CORPUS "/counts/3", name);
    tg_suite_make_folder(small->corpus);
    (void)snprintf(small->record, sizeof small->record, "%s/one", small->corpus);
    ck_assert_int_eq(mkdir(small->record, 0700), 0);
    recorded_write(&from, small->record);
    recorded_clear(&from);
    small->name = name;
    small->options = (tg_gate_options){.names = &small->name,
                                       .nb_names = 1,
                                       .corpus = small->corpus,
                                       .seeded = true,
                                       .profile = TG_PROFILE_UNIFORM,
                                       .nb_events = 3,
                                       .max_cells = 3,
                                       .self_test = true};
}

/* Fail each call of one kind in turn; returns how many there were. */
static long fail_each(const small_gate *small, tg_fault_kind kind)
{
    // libgomp ends the process when it has no memory for its own; it takes that at the first
    // parallel region.
    omp_set_num_threads(1);
    gate_run whole = run_gate(&small->options);
    ck_assert_int_eq(whole.status, TG_OK);
    ck_assert_uint_ge(whole.summary.nb_comparisons, 3);
    gate_run_clear(&whole);
    long nth = 1;
    for (;; nth++) {
        gate_run result = {.status = TG_OK};
        size_t length = 0;
        FILE *out = open_memstream(&result.text, &length);
        ck_assert_ptr_nonnull(out);
        tg_fault_arm(kind, nth);
        result.status = tg_gate_run(&result.summary, out, NULL, &small->options, &result.error);
        const bool has_failed = tg_fault_disarm();
        ck_assert_int_eq(fclose(out), 0);
        if (!has_failed) ck_assert_int_eq(result.status, TG_OK);
        if (result.status == TG_OK) {
            // A call that may fail without harm: then nothing may be missing.
            ck_assert_msg(result.summary.nb_cells == whole.summary.nb_cells &&
                              result.summary.nb_side_words == whole.summary.nb_side_words &&
                              result.summary.nb_lookups == whole.summary.nb_lookups &&
                              result.summary.nb_planted == whole.summary.nb_planted,
                          "call %ld: %zu of %zu cells are compared, and the gate is content\n%s",
                          nth, result.summary.nb_cells, whole.summary.nb_cells, result.text);
        } else {
            // Bad input or a machine that cannot: never a mismatch.
            ck_assert_msg(tg_status_exit_code(result.status) >= (kind == TG_FAULT_MEMORY ? 3 : 2),
                          "call %ld: status %d\n%s", nth, result.status, result.text);
            ck_assert_msg(result.error.how[0] != '\0' || strstr(result.text, "NOT RUN") != NULL,
                          "call %ld: no word on it\n%s", nth, result.text);
        }
        ck_assert_uint_eq(result.summary.nb_mismatches, 0);
        gate_run_clear(&result);
        if (!has_failed) break;
    }
    return nth - 1;
}

static void check_faults(const char *name, tg_fault_kind kind, long least)
{
    small_gate small;
    small_gate_init(&small, name);
    ck_assert_int_ge(fail_each(&small, kind), least);
    tg_suite_remove_folder(small.corpus);
}

START_TEST(gate_fault_every_allocation) { check_faults("Select.main", TG_FAULT_MEMORY, 40); }
END_TEST

START_TEST(gate_fault_every_allocation_without_events)
{
    check_faults("MemoryConst.main", TG_FAULT_MEMORY, 30);
}
END_TEST

/* Side outputs, recorded ones too, take more memory and more files. */
START_TEST(gate_fault_every_allocation_with_side_outputs)
{
    check_faults("Global.main", TG_FAULT_MEMORY, 60);
}
END_TEST

START_TEST(gate_fault_every_input_and_output_with_side_outputs)
{
    check_faults("Global.main", TG_FAULT_IO, 15);
}
END_TEST

START_TEST(gate_fault_every_input_and_output) { check_faults("Select.main", TG_FAULT_IO, 10); }
END_TEST

TG_SUITE("gate_fault", gate_fault_every_allocation, gate_fault_every_allocation_without_events,
         gate_fault_every_allocation_with_side_outputs,
         gate_fault_every_input_and_output_with_side_outputs, gate_fault_every_input_and_output)
