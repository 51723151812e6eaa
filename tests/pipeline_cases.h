/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the generator makes, on whatever its runtime runs: every machine, every split of host and
 * device, threads, delays, all against the reference alone. The suite defines PIPELINE_OPS before
 * it includes this.
 */
#ifndef TRACEGATE_TESTS_PIPELINE_CASES_H
#define TRACEGATE_TESTS_PIPELINE_CASES_H

#include "pipeline_bench.h"

static void run(bench_setup setup) { bench_run(&setup); }

START_TEST(pipeline_makes_every_machine_from_no_events)
{
    for (size_t i = 0; i < tg_nb_machines(); i++) {
        for (bench_split split = 0; split < BENCH_NB_SPLITS; split++)
            run((bench_setup){.machine = tg_machine_at(i)->id, .nb_threads = 2, .split = split});
    }
}
END_TEST

START_TEST(pipeline_makes_every_machine_from_few_events)
{
    for (size_t i = 0; i < tg_nb_machines(); i++) {
        for (bench_split split = 0; split < BENCH_NB_SPLITS; split++)
            run((bench_setup){.machine = tg_machine_at(i)->id,
                              .nb_events = 5,
                              .nb_threads = 3,
                              .split = split});
    }
}
END_TEST

START_TEST(pipeline_makes_recursion_machines_from_many_events)
{
    for (size_t i = 0; i < tg_nb_machines(); i++) {
        if (tg_machine_at(i)->is_riscv) continue;
        run((bench_setup){.machine = tg_machine_at(i)->id, .nb_events = 3000, .nb_threads = 2});
    }
}
END_TEST

static void run_program(const char *id, tg_program_machine drawn_for, size_t nb_instructions)
{
    for (bench_split split = 0; split < BENCH_NB_SPLITS; split++) {
        const tg_machine *machine = machine_named(id);
        tg_program drawn;
        tg_assert_ok(tg_program_draw(&drawn, drawn_for, 5, nb_instructions, tg_suite_error));
        tg_inputs *record = made_program_inputs(machine, TG_KIND_main, &drawn);
        tg_inputs *program = made_program_inputs(machine, TG_KIND_preprocessed, &drawn);
        tg_program_clear(&drawn);
        bench_run_inputs(&(bench_setup){.machine = id, .nb_threads = 4, .split = split}, program,
                         record);
    }
}

START_TEST(pipeline_makes_drawn_programs)
{
    static const size_t nb_instructions[] = {0, 7, 20000};
    for (size_t i = 0; i < 3; i++) {
        run_program("compress", TG_PROGRAM_COMPRESS, nb_instructions[i]);
        run_program("wrap", TG_PROGRAM_WRAP, nb_instructions[i]);
    }
}
END_TEST

START_TEST(pipeline_result_is_that_of_any_number_of_threads)
{
    static const size_t nb_threads[] = {1, 2, 16};
    for (size_t i = 0; i < 3; i++) {
        for (size_t nb_streams = 1; nb_streams < 6; nb_streams += 2) {
            run((bench_setup){.machine = "compress",
                              .nb_events = 100,
                              .nb_threads = nb_threads[i],
                              .nb_streams = nb_streams,
                              .split = BENCH_MIXED});
        }
    }
}
END_TEST

START_TEST(pipeline_result_is_that_of_any_order_of_arrival)
{
    for (bench_split split = 0; split < BENCH_NB_SPLITS; split++) {
        for (int i = 0; i < 4; i++)
            run((bench_setup){.machine = "all",
                              .nb_events = 40,
                              .nb_threads = 4,
                              .split = split,
                              .max_delay_us = 20000});
    }
}
END_TEST

START_TEST(pipeline_without_overlap_makes_the_same)
{
    run((
        bench_setup){.machine = "wrap", .nb_events = 70, .no_overlap = true, .split = BENCH_MIXED});
    run((bench_setup){.machine = "riscv", .nb_events = 70, .no_overlap = true});
}
END_TEST

START_TEST(pipeline_with_a_limit_of_bytes_makes_the_same)
{
    static const size_t limits[] = {1, 10000, (size_t)1 << 30};
    for (size_t i = 0; i < 3; i++)
        run((bench_setup){.machine = "compress",
                          .nb_events = 200,
                          .nb_threads = 4,
                          .max_host_bytes = limits[i],
                          .split = BENCH_ALL_HOST});
}
END_TEST

/* ---- both kinds ---- */

static void copy_cells(uint32_t **cells, const tg_padded_trace *trace, tg_scope *scope)
{
    *cells = calloc(trace->width * trace->height + 1, sizeof **cells);
    ck_assert_ptr_nonnull(*cells);
    tg_assert_ok(tg_padded_trace_download(*cells, trace, scope, tg_suite_error));
}

static void check_same(const tg_traces *first, tg_scope *first_scope, const tg_traces *second,
                       tg_scope *second_scope)
{
    ck_assert_uint_eq(first->nb, second->nb);
    for (size_t i = 0; i < first->nb; i++) {
        uint32_t *a = NULL, *b = NULL;
        ck_assert_str_eq(first->list[i].name, second->list[i].name);
        ck_assert_uint_eq(first->list[i].height, second->list[i].height);
        ck_assert_uint_eq(first->list[i].width, second->list[i].width);
        copy_cells(&a, &first->list[i], first_scope);
        copy_cells(&b, &second->list[i], second_scope);
        ck_assert_mem_eq(a, b, first->list[i].width * first->list[i].height * sizeof *a);
        free(a);
        free(b);
    }
}

START_TEST(pipeline_both_kinds_at_once_are_those_of_two_calls)
{
    const bench_setup setup = {.machine = "wrap", .nb_events = 33, .nb_threads = 2};
    test_bench bench;
    bench_open(&bench, &setup, 3);
    const tg_machine *machine = bench.machine;
    tg_pipeline_result both, of_record, of_program;
    tg_inputs *program = made_inputs(machine, TG_KIND_preprocessed, 33, stand_ins);
    tg_inputs *record = made_inputs(machine, TG_KIND_main, 33, stand_ins);
    tg_assert_ok(tg_pipeline_generate(&both, bench.pipeline, program, record, MADE_LOG_ROWS,
                                      bench.permits, tg_suite_error));
    record = made_inputs(machine, TG_KIND_main, 33, stand_ins);
    tg_assert_ok(tg_pipeline_generate_main(&of_record, bench.pipeline, record, MADE_LOG_ROWS,
                                           bench.permits, tg_suite_error));
    program = made_inputs(machine, TG_KIND_preprocessed, 33, stand_ins);
    tg_assert_ok(tg_pipeline_generate_preprocessed(&of_program, bench.pipeline, program,
                                                   MADE_LOG_ROWS, bench.permits, tg_suite_error));
    check_same(&both.main, both.scope, &of_record.main, of_record.scope);
    check_same(&both.preprocessed, both.scope, &of_program.preprocessed, of_program.scope);
    ck_assert_uint_eq(of_record.preprocessed.nb, 0);
    ck_assert_uint_eq(of_program.main.nb, 0);
    ck_assert_mem_eq(both.public_values, of_record.public_values, sizeof both.public_values);
    ck_assert_uint_eq(both.cluster, of_record.cluster);
    (void)tg_pipeline_result_clear(&both);
    (void)tg_pipeline_result_clear(&of_record);
    (void)tg_pipeline_result_clear(&of_program);
    bench_close(&bench, 4);
}
END_TEST

/* ---- memory ---- */

START_TEST(pipeline_virtual_traces_take_no_memory)
{
    const bench_setup setup = {.machine = "riscv", .nb_events = 20, .nb_threads = 2};
    test_bench bench;
    tg_pipeline_result result;
    bench_open(&bench, &setup, 1);
    tg_inputs *record = made_inputs(bench.machine, TG_KIND_main, 20, stand_ins);
    tg_assert_ok(tg_pipeline_generate_main(&result, bench.pipeline, record, 22, bench.permits,
                                           tg_suite_error));
    size_t nb_bytes = 0, nb_blocks = 0, nb_virtual = 0;
    for (size_t i = 0; i < result.main.nb; i++) {
        const tg_padded_trace *trace = &result.main.list[i];
        size_t chip = 0;
        tg_assert_ok(tg_machine_find_chip(&chip, bench.machine, trace->name, tg_suite_error));
        const tg_trace *ours = tg_machine_trace(bench.machine, chip, TG_KIND_main);
        ck_assert_uint_eq(trace->num_variables, 22);
        nb_virtual += trace->d_cells == NULL;
        nb_blocks += trace->d_cells != NULL;
        nb_bytes += trace->width * trace->height * sizeof(uint32_t);
        if (ours == NULL) continue;
        nb_bytes += tg_trace_nb_side_words(ours) * sizeof(uint32_t);
        nb_blocks += ours->nb_sides;
    }
    ck_assert_uint_gt(nb_virtual, 10);
    // What was taken for the way is given back: the rest is rounding.
    const size_t taken = taken_bytes(&bench);
    ck_assert_uint_ge(taken, nb_bytes);
    ck_assert_uint_le(taken, nb_bytes + 512 * nb_blocks);
    (void)tg_pipeline_result_clear(&result);
    bench_close(&bench, 1);
}
END_TEST

START_TEST(pipeline_turns_rows_into_columns_of_any_size)
{
    static const size_t heights[] = {1, 16, 32, 33, 1000, 70000};
    const bench_setup setup = {.machine = "riscv", .nb_threads = 2};
    test_bench bench;
    bench_open(&bench, &setup, 1);
    for (size_t i = 0; i < 6; i++) {
        tg_pipeline_result result;
        tg_inputs *inputs = made_inputs(bench.machine, TG_KIND_main, 0, stand_ins);
        for (size_t chip = 0; chip < bench.machine->nb_chips; chip++) {
            tg_chip_input *input = &inputs->chips[chip];
            if (input->make == NULL || bench.machine->chips[chip].height != 0) continue;
            made_let_stand_in(inputs, chip, heights[i], &stand_ins[TG_KIND_main][chip]);
        }
        made_expected *expected = made_expect(inputs);
        tg_assert_ok(tg_pipeline_generate_main(&result, bench.pipeline, inputs, MADE_LOG_ROWS,
                                               bench.permits, tg_suite_error));
        made_check(&result, expected);
        (void)tg_pipeline_result_clear(&result);
        made_expected_destroy(expected);
    }
    bench_close(&bench, 6);
}
END_TEST

START_TEST(pipeline_takes_odd_fixed_heights)
{
    const bench_setup setup = {.machine = "compress", .nb_threads = 2};
    test_bench bench;
    tg_pipeline_result result;
    bench_open(&bench, &setup, 1);
    tg_inputs *inputs = NULL;
    tg_assert_ok(tg_inputs_create(&inputs, bench.machine, TG_KIND_main, tg_suite_error));
    for (size_t i = 0; i < bench.machine->nb_chips; i++) {
        const char *name = bench.machine->chips[i].name;
        tg_assert_ok(tg_inputs_set(inputs, name, NULL, 0, 17 + 2 * i, tg_suite_error));
    }
    made_expected *expected = made_expect(inputs);
    tg_assert_ok(tg_pipeline_generate_main(&result, bench.pipeline, inputs, MADE_LOG_ROWS,
                                           bench.permits, tg_suite_error));
    made_check(&result, expected);
    (void)tg_pipeline_result_clear(&result);
    made_expected_destroy(expected);
    bench_close(&bench, 1);
}
END_TEST

#define PIPELINE_CASES                                                                            \
    pipeline_makes_every_machine_from_no_events, pipeline_makes_every_machine_from_few_events,    \
        pipeline_makes_recursion_machines_from_many_events, pipeline_makes_drawn_programs,        \
        pipeline_result_is_that_of_any_number_of_threads,                                         \
        pipeline_result_is_that_of_any_order_of_arrival, pipeline_without_overlap_makes_the_same, \
        pipeline_with_a_limit_of_bytes_makes_the_same,                                            \
        pipeline_both_kinds_at_once_are_those_of_two_calls,                                       \
        pipeline_virtual_traces_take_no_memory, pipeline_turns_rows_into_columns_of_any_size,     \
        pipeline_takes_odd_fixed_heights

#endif
