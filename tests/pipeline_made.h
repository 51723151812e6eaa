/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Inputs of whole machines for suites of the pipeline, and what their traces must be: each made by
 * the reference alone, or by the stand-in's formula.
 */
#ifndef TRACEGATE_TESTS_PIPELINE_MADE_H
#define TRACEGATE_TESTS_PIPELINE_MADE_H

#include "harness/generator.h"
#include "harness/program.h"
#include "machine_sets.h"
#include "model/memory.h"
#include "pipeline/record_inputs.h"
#include "reference/field.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define MADE_LOG_ROWS 20

/* Events of a chip: of different numbers, that chips take different times. */
static inline size_t made_nb_events(size_t nb_events, size_t chip)
{
    return nb_events == 0 ? 0 : nb_events + chip * 37 % (nb_events + 3);
}

/* Rows that a chip's trace of a kind has by its own rule; 0: it has no trace of ours. */
static inline size_t made_rule_height(const tg_machine *machine, size_t chip, tg_kind kind,
                                      size_t nb_events)
{
    const tg_trace *trace = tg_machine_trace(machine, chip, kind);
    size_t height = 0;
    if (trace == NULL) return 0;
    tg_assert_ok(
        tg_trace_height(trace, made_nb_events(nb_events, chip), 0, &height, tg_suite_error));
    return height;
}

/* Give one chip drawn events, and a height that both kinds can have. */
static inline void made_set(tg_inputs *inputs, size_t chip, size_t nb_events)
{
    const tg_machine *machine = inputs->machine;
    const tg_subject *subject = &inputs->chips[chip].subject;
    const size_t size = tg_trace_event_size(subject->trace);
    const size_t nb = made_nb_events(nb_events, chip);
    const tg_stream stream = {.profile = TG_PROFILE_UNIFORM, .seed = 7 + chip};
    const size_t main_height = made_rule_height(machine, chip, TG_KIND_main, nb_events);
    const size_t other = made_rule_height(machine, chip, TG_KIND_preprocessed, nb_events);
    void *events = NULL;
    tg_assert_ok(tg_buffer_create(&events, nb, size, tg_suite_error));
    if (size != 0 && nb != 0)
        tg_assert_ok(tg_generator_draw(events, subject, &stream, 0, nb, tg_suite_error));
    tg_assert_ok(tg_inputs_set(inputs, machine->chips[chip].name, events, nb,
                               main_height > other ? main_height : other, tg_suite_error));
    tg_buffer_destroy(events);
}

/* A cell of a stand-in: depends on the chip, row and column. */
static inline uint32_t made_cell(const char *name, size_t row, size_t column)
{
    return ((uint32_t)name[0] * 65599u + (uint32_t)row * 2654435761u + (uint32_t)column * 97u) %
           TG_P;
}

typedef struct made_stand_in {
    const char *name;
    size_t width;
    bool is_row_major;
} made_stand_in;

static inline tg_status made_make(void *context, const tg_product *out, size_t height,
                                  __attribute__((unused)) tg_error *error)
{
    const made_stand_in *of = context;
    for (size_t row = 0; row < height; row++) {
        for (size_t column = 0; column < of->width; column++) {
            const size_t place =
                of->is_row_major ? row * of->width + column : column * height + row;
            out->cells[place] = made_cell(of->name, row, column);
        }
    }
    return TG_OK;
}

/* Let a stand-in make a chip; every other one by rows. The stand-in lives in `of`. */
static inline void made_let_stand_in(tg_inputs *inputs, size_t chip, size_t height,
                                     made_stand_in *of)
{
    const tg_machine *machine = inputs->machine;
    *of = (made_stand_in){.name = machine->chips[chip].name,
                          .width = tg_machine_width(machine, chip, inputs->kind),
                          .is_row_major = chip % 2 == 0};
    tg_chip_input *input = &inputs->chips[chip];
    input->is_included = true;
    input->height = inputs->kind == TG_KIND_main && machine->chips[chip].height != 0
                        ? machine->chips[chip].height
                        : height;
    input->make = made_make;
    input->make_context = of;
    input->is_row_major = of->is_row_major;
}

/* Stand-ins of a suite's inputs, which outlive them. */
#define MADE_MAX_CHIPS 256
typedef made_stand_in made_stand_ins[TG_NB_KINDS][MADE_MAX_CHIPS];

/* Inputs of a machine: recursion machines with events in every chip, RISC-V machines with the chips
 * that every shard has, one more, and stand-ins where nothing of ours makes them. */
static inline tg_inputs *made_inputs(const tg_machine *machine, tg_kind kind, size_t nb_events,
                                     made_stand_ins stand_ins)
{
    tg_inputs *inputs = NULL;
    bool has_other = false;
    tg_assert_ok(tg_inputs_create(&inputs, machine, kind, tg_suite_error));
    for (size_t i = 0; i < machine->nb_chips; i++) {
        const tg_machine_chip *chip = &machine->chips[i];
        const bool is_other = !has_other && chip->inclusion == TG_INCLUSION_CPU_EVENTS;
        if (kind == TG_KIND_main && chip->inclusion != TG_INCLUSION_ALWAYS && !is_other) continue;
        if (tg_machine_width(machine, i, kind) == 0) continue;
        has_other = has_other || is_other;
        if (inputs->chips[i].subject.trace != NULL) {
            made_set(inputs, i, nb_events);
        } else {
            made_let_stand_in(inputs, i, 16 + 7 * i, &stand_ins[kind][i]);
        }
    }
    for (size_t i = 0; i < TG_PIPELINE_NB_PUBLIC_VALUES && kind == TG_KIND_main; i++) {
        inputs->public_values[i] = (uint32_t)(i * 1009 + 3);
    }
    return inputs;
}

/* Inputs of a drawn program, whose main and preprocessed rows belong to each other. */
static inline tg_inputs *made_program_inputs(const tg_machine *machine, tg_kind kind,
                                             const tg_program *program)
{
    tg_inputs *inputs = NULL;
    tg_assert_ok(tg_inputs_create(&inputs, machine, kind, tg_suite_error));
    for (size_t i = 0; i < machine->nb_chips; i++) {
        const tg_program_list *lists[TG_NB_KINDS];
        size_t height = 0;
        for (tg_kind k = 0; k < TG_NB_KINDS; k++) {
            const tg_trace *trace = tg_machine_trace(machine, i, k);
            size_t of_kind = 0;
            lists[k] = tg_program_events(program, trace);
            ck_assert_ptr_nonnull(lists[k]);
            tg_assert_ok(tg_trace_height(trace, lists[k]->nb_events, 0, &of_kind, tg_suite_error));
            if (of_kind > height) height = of_kind;
        }
        tg_assert_ok(tg_inputs_set(inputs, machine->chips[i].name, lists[kind]->events,
                                   lists[kind]->nb_events, height, tg_suite_error));
    }
    for (size_t i = 0; i < TG_PROGRAM_NB_PUBLIC_VALUES && kind == TG_KIND_main; i++) {
        inputs->public_values[i] = tg_ref_from_word(program->committed[i]);
    }
    return inputs;
}

/* ---- what must come out ---- */

typedef struct made_expected {
    const tg_machine *machine;
    tg_kind kind;
    bool is_included[MADE_MAX_CHIPS];
    size_t heights[MADE_MAX_CHIPS];
    tg_product products[MADE_MAX_CHIPS];
    uint32_t public_values[TG_PIPELINE_NB_PUBLIC_VALUES];
} made_expected;

static inline void made_expect_chip(made_expected *expected, const tg_inputs *inputs, size_t i)
{
    const tg_chip_input *input = &inputs->chips[i];
    tg_product *product = &expected->products[i];
    const size_t width = tg_machine_width(inputs->machine, i, inputs->kind);
    expected->is_included[i] = true;
    expected->heights[i] = input->height;
    if (input->make != NULL) {
        void *cells = NULL;
        tg_assert_ok(
            tg_buffer_create(&cells, width * input->height, sizeof(uint32_t), tg_suite_error));
        product->cells = cells;
        for (size_t c = 0; c < width; c++) {
            for (size_t row = 0; row < input->height; row++)
                product->cells[c * input->height + row] =
                    made_cell(inputs->machine->chips[i].name, row, c);
        }
        return;
    }
    const tg_request request = {.trace = input->subject.trace,
                                .height = input->height,
                                .events = input->events,
                                .nb_events = input->nb_events};
    tg_assert_ok(tg_product_create(product, request.trace, input->height, tg_suite_error));
    tg_assert_ok(tg_ref_make(product, input->subject.reference, &request, tg_suite_error));
    for (size_t s = 0; s < request.trace->nb_sides; s++) {
        const tg_side *side = &request.trace->sides[s];
        if (side->public_value == TG_NOT_PUBLIC) continue;
        memcpy(expected->public_values + side->public_value, product->sides[s],
               tg_side_nb_words(side) * sizeof(uint32_t));
    }
}

/* To be freed by made_expected_destroy. */
static inline made_expected *made_expect(const tg_inputs *inputs)
{
    made_expected *expected = calloc(1, sizeof *expected);
    ck_assert_ptr_nonnull(expected);
    expected->machine = inputs->machine;
    expected->kind = inputs->kind;
    memcpy(expected->public_values, inputs->public_values, sizeof expected->public_values);
    for (size_t i = 0; i < inputs->machine->nb_chips; i++) {
        if (inputs->chips[i].is_included) made_expect_chip(expected, inputs, i);
    }
    return expected;
}

static inline void made_expected_destroy(made_expected *expected)
{
    for (size_t i = 0; i < expected->machine->nb_chips; i++) {
        tg_product_destroy(&expected->products[i]);
    }
    free(expected);
}

/* As tg_assert_ok, for any thread. */
static inline void made_assert_ok(tg_status status, const tg_error *error)
{
    ck_assert_msg(status == TG_OK, "%s (%s)", error->what, error->where);
}

static inline void made_check_trace(const made_expected *expected, size_t chip,
                                    const tg_padded_trace *trace, tg_scope *scope)
{
    const size_t width = tg_machine_width(expected->machine, chip, expected->kind);
    const tg_trace *ours = tg_machine_trace(expected->machine, chip, expected->kind);
    ck_assert_uint_eq(trace->width, width);
    ck_assert_uint_eq(trace->num_variables, MADE_LOG_ROWS);
    ck_assert_uint_eq(trace->height, expected->heights[chip]);
    ck_assert_int_eq(trace->d_cells != NULL, expected->is_included[chip]);
    if (!expected->is_included[chip]) return;
    const size_t nb_cells = width * trace->height;
    uint32_t *cells = calloc(nb_cells, sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    tg_error error = {.status = TG_OK};
    made_assert_ok(tg_padded_trace_download(cells, trace, scope, &error), &error);
    ck_assert_msg(memcmp(cells, expected->products[chip].cells, nb_cells * sizeof *cells) == 0,
                  "cells of %s.%s", trace->name, tg_kind_name(expected->kind));
    free(cells);
    for (size_t s = 0; ours != NULL && s < ours->nb_sides; s++) {
        const size_t bytes = tg_side_nb_words(&ours->sides[s]) * sizeof(uint32_t);
        uint32_t *words = calloc(1, bytes);
        ck_assert_ptr_nonnull(words);
        made_assert_ok(tg_scope_download(scope, words, trace->d_sides[s], bytes, &error), &error);
        ck_assert_mem_eq(words, expected->products[chip].sides[s], bytes);
        free(words);
    }
}

/* Every trace that must be there, none that must not, in name order, and every cell. */
static inline void made_check(const tg_pipeline_result *result, const made_expected *expected)
{
    const tg_machine *machine = expected->machine;
    const bool is_main = expected->kind == TG_KIND_main;
    const tg_traces *traces = is_main ? &result->main : &result->preprocessed;
    const tg_cluster *cluster = &machine->clusters[result->cluster];
    size_t nb_checked = 0;
    for (size_t i = 0; i < machine->nb_chips; i++) {
        bool is_there = !is_main && machine->chips[i].preprocessed_width != 0;
        for (size_t k = 0; is_main && k < cluster->nb_chips; k++) {
            is_there = is_there || cluster->chips[k] == i;
        }
        const tg_padded_trace *trace = tg_traces_find(traces, machine->chips[i].name);
        ck_assert_int_eq(trace != NULL, is_there);
        if (trace == NULL) continue;
        made_check_trace(expected, i, trace, result->scope);
        nb_checked++;
    }
    ck_assert_uint_eq(nb_checked, traces->nb);
    for (size_t i = 1; i < traces->nb; i++) {
        ck_assert_int_lt(strcmp(traces->list[i - 1].name, traces->list[i].name), 0);
    }
    if (is_main)
        ck_assert_mem_eq(result->public_values, expected->public_values,
                         sizeof result->public_values);
}

#endif
