/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the generator refuses before any job: nothing is begun, the inputs are freed, no permit is
 * taken. */
#include "pipeline_bench.h"

typedef struct refusal {
    test_bench bench;
    tg_inputs *record;
    tg_inputs *program;
} refusal;

static void set_up(refusal *all, const char *machine)
{
    bench_open(&all->bench, &(bench_setup){.machine = machine, .nb_threads = 2}, 1);
    all->record = made_inputs(all->bench.machine, TG_KIND_main, 3, stand_ins);
    all->program = made_inputs(all->bench.machine, TG_KIND_preprocessed, 3, stand_ins);
}

/* Check that the inputs are refused with a word; `name` is the chip that is named first, or "". */
static void refused(refusal *all, unsigned max_log_rows, tg_status status, const char *text,
                    const char *name)
{
    tg_pipeline_result result;
    tg_assert_fails(status, text,
                    tg_pipeline_generate(&result, all->bench.pipeline, all->program, all->record,
                                         max_log_rows, all->bench.permits, tg_suite_error));
    ck_assert_uint_ge(result.nb_failures, 1);
    ck_assert_str_eq(result.failures[0].name, name);
    ck_assert_int_eq(result.failures[0].error.status, status);
    ck_assert_ptr_nonnull(strstr(result.failures[0].error.where, name));
    ck_assert_ptr_null(result.scope);
    (void)tg_pipeline_result_clear(&result);
    ck_assert_uint_eq(atomic_load(&all->bench.watch.nb_host), 0);
    ck_assert_uint_eq(atomic_load(&all->bench.watch.nb_device), 0);
    ck_assert_uint_eq(tg_permits_nb_free(all->bench.permits), 1);
    bench_close(&all->bench, 2);
}

/* The chip that stands n-th in name order. */
static size_t by_name(const tg_machine *machine, size_t n) { return machine->by_name[n]; }

START_TEST(pipeline_refuses_rows_above_the_limit)
{
    refusal all;
    set_up(&all, "compress");
    // Two chips: both are failures, the first by name is the error.
    const size_t first = by_name(all.bench.machine, 1), second = by_name(all.bench.machine, 4);
    const char *name = all.bench.machine->chips[first].name;
    tg_assert_ok(tg_inputs_set(all.record, all.bench.machine->chips[second].name, NULL, 0, 40,
                               tg_suite_error));
    tg_assert_ok(tg_inputs_set(all.record, name, NULL, 0, 33, tg_suite_error));
    refused(&all, 5, TG_ERR_HEIGHT, "33 rows", name);
}
END_TEST

START_TEST(pipeline_refuses_heights_that_disagree)
{
    refusal all;
    set_up(&all, "wrap");
    const char *name = all.bench.machine->chips[by_name(all.bench.machine, 2)].name;
    tg_assert_ok(tg_inputs_set(all.program, name, NULL, 0, 64, tg_suite_error));
    refused(&all, 20, TG_ERR_HEIGHT, "64 in the program", name);
}
END_TEST

START_TEST(pipeline_refuses_heights_that_the_chip_does_not_have)
{
    refusal all;
    set_up(&all, "compress");
    // Fewer rows than events.
    tg_chip_input *input = &all.record->chips[by_name(all.bench.machine, 0)];
    const char *name = all.bench.machine->chips[by_name(all.bench.machine, 0)].name;
    input->height = 1;
    input->nb_events = 5;
    refused(&all, 20, TG_ERR_HEIGHT, "below the 5 rows", name);
    // None at all.
    set_up(&all, "compress");
    all.record->chips[by_name(all.bench.machine, 0)].height = 0;
    refused(&all, 20, TG_ERR_HEIGHT, "0 rows", name);
    // Another one than the chip always has.
    set_up(&all, "riscv");
    for (size_t i = 0; i < all.bench.machine->nb_chips; i++) {
        if (all.bench.machine->chips[i].height == 0) continue;
        all.record->chips[i].height /= 2;
        refused(&all, 20, TG_ERR_HEIGHT, "always has", all.bench.machine->chips[i].name);
        break;
    }
}
END_TEST

START_TEST(pipeline_refuses_sets_in_no_cluster)
{
    refusal all;
    set_up(&all, "riscv");
    // Every chip: no cluster has them all.
    for (size_t i = 0; i < all.bench.machine->nb_chips; i++) {
        if (!all.record->chips[i].is_included)
            made_let_stand_in(all.record, i, 16, &stand_ins[TG_KIND_main][i]);
    }
    refused(&all, 22, TG_ERR_USAGE, "cluster", "");
}
END_TEST

START_TEST(pipeline_refuses_chips_that_nothing_makes)
{
    refusal all;
    set_up(&all, "riscv");
    for (size_t n = 0; n < all.bench.machine->nb_chips; n++) {
        tg_chip_input *input = &all.record->chips[by_name(all.bench.machine, n)];
        if (!input->is_included || input->subject.trace != NULL) continue;
        input->make = NULL;
        refused(&all, 20, TG_ERR_USAGE, "nothing can make",
                all.bench.machine->chips[by_name(all.bench.machine, n)].name);
        break;
    }
}
END_TEST

START_TEST(pipeline_refuses_traces_of_another_width)
{
    refusal all;
    set_up(&all, "compress");
    const size_t first = by_name(all.bench.machine, 0), second = by_name(all.bench.machine, 1);
    all.record->chips[first].subject = all.record->chips[second].subject;
    refused(&all, 20, TG_ERR_USAGE, "columns", all.bench.machine->chips[first].name);
}
END_TEST

START_TEST(pipeline_refuses_preprocessed_traces_too_few_or_too_many)
{
    refusal all;
    set_up(&all, "compress");
    const size_t first = by_name(all.bench.machine, 0);
    all.program->chips[first].is_included = false;
    refused(&all, 20, TG_ERR_USAGE, "leave it out", all.bench.machine->chips[first].name);
    set_up(&all, "riscv");
    for (size_t n = 0; n < all.bench.machine->nb_chips; n++) {
        const size_t chip = by_name(all.bench.machine, n);
        if (all.bench.machine->chips[chip].preprocessed_width != 0) continue;
        all.program->chips[chip].is_included = true;
        refused(&all, 20, TG_ERR_USAGE, "no preprocessed trace",
                all.bench.machine->chips[chip].name);
        break;
    }
}
END_TEST

START_TEST(pipeline_refuses_inputs_of_another_machine_or_kind)
{
    refusal all;
    set_up(&all, "compress");
    all.record->machine = machine_named("shrink");
    refused(&all, 20, TG_ERR_USAGE, "shrink", "");
    set_up(&all, "compress");
    tg_inputs *record = all.record;
    all.record = all.program;
    all.program = record;
    refused(&all, 20, TG_ERR_USAGE, "main inputs where preprocessed ones", "");
}
END_TEST

START_TEST(pipeline_refuses_records_that_only_the_jagged_form_can_mend)
{
    refusal all;
    set_up(&all, "riscv");
    all.record->global_dependencies_opt = true;
    refused(&all, 20, TG_ERR_USAGE, "global_dependencies_opt", "");
}
END_TEST

START_TEST(pipeline_refuses_more_variables_than_rows_can_be_counted)
{
    refusal all;
    set_up(&all, "compress");
    refused(&all, 33, TG_ERR_USAGE, "max_log_row_count 33", "");
}
END_TEST

START_TEST(pipeline_inputs_refuse_what_the_machine_does_not_have)
{
    const tg_machine *machine = machine_named("riscv");
    tg_inputs *inputs = NULL;
    size_t nb_others = 0;
    tg_assert_ok(tg_inputs_create(&inputs, machine, TG_KIND_main, tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "Nonsense",
                    tg_inputs_set(inputs, "Nonsense", NULL, 0, 0, tg_suite_error));
    for (size_t i = 0; i < machine->nb_chips; i++) {
        const char *name = machine->chips[i].name;
        if (inputs->chips[i].subject.trace != NULL) continue;
        if (nb_others++ == 0)
            tg_assert_fails(TG_ERR_USAGE, name,
                            tg_inputs_set(inputs, name, NULL, 0, 0, tg_suite_error));
        ck_assert(!inputs->chips[i].is_included);
    }
    ck_assert_uint_gt(nb_others, 0);
    inputs->destroy(inputs);
    // Events beyond a fixed height.
    machine = machine_named("compress");
    tg_assert_ok(tg_inputs_create(&inputs, machine, TG_KIND_main, tg_suite_error));
    const char *name = machine->chips[machine->by_name[0]].name;
    tg_assert_fails(TG_ERR_HEIGHT, "32", tg_inputs_set(inputs, name, NULL, 33, 32, tg_suite_error));
    inputs->destroy(inputs);
}
END_TEST

TG_SUITE("pipeline_refuse", pipeline_refuses_rows_above_the_limit,
         pipeline_refuses_heights_that_disagree,
         pipeline_refuses_heights_that_the_chip_does_not_have, pipeline_refuses_sets_in_no_cluster,
         pipeline_refuses_chips_that_nothing_makes, pipeline_refuses_traces_of_another_width,
         pipeline_refuses_preprocessed_traces_too_few_or_too_many,
         pipeline_refuses_inputs_of_another_machine_or_kind,
         pipeline_refuses_records_that_only_the_jagged_form_can_mend,
         pipeline_refuses_more_variables_than_rows_can_be_counted,
         pipeline_inputs_refuse_what_the_machine_does_not_have)
