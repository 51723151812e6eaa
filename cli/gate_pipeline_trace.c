/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One trace of the pipeline against its chip alone and the record. */
#include "cli/gate_pipeline_internal.h"

#include "harness/report.h"
#include "model/memory.h"

#include <string.h>

/* What a trace was compared with, as the table shows it. */
#define NOTHING "-"
#define WRONG "WRONG"

static void free_product(tg_product *product)
{
    tg_buffer_destroy(product->cells);
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        tg_buffer_destroy(product->sides[i]);
    }
}

static size_t nb_cells_of(const gated_trace *it) { return it->trace->height * it->trace->width; }

/* ---- comparisons ---- */

/* Compare with cells of an expected trace, and side outputs where both have them.
 * word  what the table says of a match; becomes *said */
static tg_status compare(const char **said, gating *of, const gated_trace *it, const char *expected,
                         const tg_product *product, const tg_matrix *matrix, const char *word,
                         tg_error *error)
{
    tg_diff diff;
    tg_sides_diff sides = {.trace = NULL};
    const tg_trace *trace = it->input->subject.trace;
    const tg_matrix actual = {it->actual.cells, it->trace->height, it->trace->width};
    tg_status status = tg_diff_init(&diff, it->trace->width, of->options->max_cells, error);
    if (status != TG_OK) return status;
    if (trace != NULL) {
        status = tg_sides_diff_init(&sides, trace, of->options->max_cells, error);
        if (status != TG_OK) {
            tg_diff_clear(&diff);
            return status;
        }
    }
    status = tg_diff_run(&diff, trace, it->input->nb_events, matrix, &actual, error);
    if (status == TG_OK) {
        if (trace != NULL) tg_sides_diff_run(&sides, product, &it->actual);
        const bool is_match =
            tg_diff_is_match(&diff) && (trace == NULL || tg_sides_diff_is_match(&sides));
        *said = is_match ? word : WRONG;
        of->counts.nb_wrong += !is_match;
        if (!is_match)
            gate_pipeline_report(of, it, expected, matrix, &diff, trace != NULL ? &sides : NULL);
    }
    if (trace != NULL) tg_sides_diff_clear(&sides);
    tg_diff_clear(&diff);
    return status;
}

/* A chip without a generator, against what it is stood in for by: in the size that this has. */
static tg_status compare_carried(gating *of, gated_trace *it, tg_error *error)
{
    const tg_chip_input *input = it->input;
    const size_t height = input->height;
    const size_t width = it->own_width;
    tg_product product = {.cells = NULL};
    void *cells = NULL;
    void *columns = NULL;
    tg_status status = tg_buffer_create(&cells, height * width, sizeof(uint32_t), error);
    if (status == TG_OK)
        status = tg_buffer_create(&columns, height * width, sizeof(uint32_t), error);
    product.cells = cells;
    if (status == TG_OK) status = input->make(input->make_context, &product, height, error);
    if (status == TG_OK) {
        uint32_t *to = columns;
        for (size_t i = 0; i < height * width; i++) {
            const size_t from = input->is_row_major ? i % height * width + i / height : i;
            to[i] = product.cells[from];
        }
        status = compare(&it->with_reference, of, it, "stand-in", &product,
                         &(tg_matrix){to, height, width}, "stand-in", error);
    }
    if (status == TG_OK) {
        of->counts.nb_carried++;
        of->counts.carried_cells += nb_cells_of(it);
    }
    tg_buffer_destroy(cells);
    tg_buffer_destroy(columns);
    return status;
}

/* Against the reference of the chip alone. */
static tg_status compare_made(gating *of, gated_trace *it, tg_error *error)
{
    const tg_chip_input *input = it->input;
    const tg_trace *trace = input->subject.trace;
    const size_t height = input->height;
    const tg_request request = {.trace = trace,
                                .height = height,
                                .events = input->events,
                                .nb_events = input->nb_events};
    tg_product product = {.cells = NULL};
    tg_status status = tg_product_create(&product, trace, height, error);
    if (status != TG_OK) return status;
    status = tg_ref_make(&product, input->subject.reference, &request, error);
    if (status == TG_OK)
        status = compare(&it->with_reference, of, it, "reference", &product,
                         &(tg_matrix){product.cells, height, it->own_width}, "match", error);
    if (status == TG_OK) {
        of->counts.nb_made++;
        of->counts.made_cells += nb_cells_of(it);
    }
    tg_product_destroy(&product);
    return status;
}

/* ---- the record ---- */

/* Where the record has a trace: among all events of the shard before the first ones; NULL: nowhere
 */
static const tg_record_trace *recorded(const tg_record **record, const gating *of,
                                       const tg_trace *trace)
{
    const tg_record_trace *entry = NULL;
    *record = &of->whole;
    if (of->has_whole) entry = tg_record_find(&of->whole, trace->name);
    if (entry != NULL) return entry;
    *record = &of->shard->record;
    return tg_record_find(*record, trace->name);
}

/* Read the side outputs that the record has of a trace; those that it has not are NULL.
 * sides  to be freed in any case */
static tg_status read_sides(tg_product *sides, const gating *of, const tg_record *record,
                            const tg_record_trace *entry, const tg_trace *trace, tg_error *error)
{
    const tg_product none = {.cells = NULL};
    bool is_there[TG_MAX_SIDES];
    tg_status status = TG_OK;
    *sides = none;
    // Keys of the shard beside the whole trace have to say the same as its own.
    if (record != &of->shard->record)
        status = tg_record_read_sides(&none, is_there, &of->shard->record, entry, trace, error);
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        void *words = NULL;
        status =
            tg_buffer_create(&words, tg_side_nb_words(&trace->sides[i]), sizeof(uint32_t), error);
        sides->sides[i] = words;
    }
    if (status == TG_OK)
        status = tg_record_read_sides(sides, is_there, record, entry, trace, error);
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        if (is_there[i]) continue;
        tg_buffer_destroy(sides->sides[i]);
        sides->sides[i] = NULL;
    }
    return status;
}

tg_status gate_pipeline_check_recorded(const gating *of, tg_error *error)
{
    tg_status status = TG_OK;
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        for (size_t i = 0; i < of->shard->machine->nb_chips && status == TG_OK; i++) {
            const tg_record *record = NULL;
            if (of->inputs[kind] == NULL) continue;
            const tg_trace *trace = of->inputs[kind]->chips[i].subject.trace;
            const tg_record_trace *entry = trace != NULL ? recorded(&record, of, trace) : NULL;
            if (entry == NULL) continue;
            tg_product sides;
            if (entry->has_cells) status = tg_record_check_cells(record, entry, error);
            if (status != TG_OK) break;
            status = read_sides(&sides, of, record, entry, trace, error);
            free_product(&sides);
        }
    }
    return status;
}

static bool are_cells_right(const gated_trace *it)
{
    return strcmp(it->with_reference, WRONG) != 0 && strcmp(it->with_record, WRONG) != 0;
}

static tg_status compare_sides(gating *of, gated_trace *it, const tg_record *record,
                               const tg_record_trace *entry, tg_error *error)
{
    const tg_trace *trace = it->input->subject.trace;
    tg_product expected;
    tg_sides_diff diff;
    size_t nb = 0;
    tg_status status = read_sides(&expected, of, record, entry, trace, error);
    if (status == TG_OK) status = tg_sides_diff_init(&diff, trace, of->options->max_cells, error);
    if (status == TG_OK) {
        tg_sides_diff_run(&diff, &expected, &it->actual);
        const bool is_match = tg_sides_diff_is_match(&diff);
        for (size_t i = 0; i < trace->nb_sides; i++) nb += diff.sides[i].is_compared;
        (void)snprintf(it->nb_sides, sizeof it->nb_sides, "%zu", nb);
        if (nb > 0) it->sides = is_match ? it->nb_sides : WRONG;
        of->counts.nb_sides += nb;
        of->counts.nb_wrong += !is_match;
        if (!is_match) {
            (void)printf("\n%s.%s    side outputs, pipeline against recorded    MISMATCH\n",
                         it->trace->name, tg_kind_name(it->kind));
            tg_report_sides(stdout, &diff);
            tg_mismatch mismatch = gate_pipeline_mismatch(it);
            mismatch.actual.cells = NULL; // they are not what is wrong
            mismatch.expected_sides = &expected;
            mismatch.sides = &diff;
            // A key of side outputs alone says that the cells are right.
            gate_pipeline_say_finding(of, are_cells_right(it) ? &mismatch : NULL);
        }
        tg_sides_diff_clear(&diff);
    }
    free_product(&expected);
    return status;
}

static tg_status compare_digest(gating *of, gated_trace *it, const tg_record_trace *entry,
                                tg_error *error)
{
    tg_digest digest;
    const tg_status status =
        tg_digest_cells(&digest, it->actual.cells, it->trace->height, it->trace->width, error);
    if (status != TG_OK) return status;
    const bool is_match = entry->height == it->trace->height && entry->width == it->trace->width &&
                          memcmp(&digest, &entry->digest, sizeof digest) == 0;
    it->with_record = is_match ? "digest" : WRONG;
    of->counts.nb_wrong += !is_match;
    if (!is_match) gate_pipeline_report_digest(of, it, entry, &digest);
    return TG_OK;
}

static tg_status compare_cells(gating *of, gated_trace *it, const tg_record *record,
                               const tg_record_trace *entry, tg_error *error)
{
    const tg_product none = {.cells = NULL};
    void *cells = NULL;
    tg_status status = tg_record_check_cells(record, entry, error);
    if (status == TG_OK)
        status = tg_buffer_create(&cells, entry->height * entry->width, sizeof(uint32_t), error);
    if (status == TG_OK) status = tg_record_read_cells(cells, record, entry, error);
    if (status == TG_OK)
        status = compare(&it->with_record, of, it, "recorded", &none,
                         &(tg_matrix){cells, entry->height, entry->width}, "cells", error);
    tg_buffer_destroy(cells);
    return status;
}

/* Against what the record has of the trace: its cells, else its digest; its side outputs. */
static tg_status compare_recorded(gating *of, gated_trace *it, tg_error *error)
{
    const tg_record *record = NULL;
    const tg_record_trace *entry = recorded(&record, of, it->input->subject.trace);
    if (entry == NULL || (!entry->has_cells && !entry->has_digest)) {
        of->counts.nb_unrecorded++;
    } else {
        const tg_status status = entry->has_cells ? compare_cells(of, it, record, entry, error)
                                                  : compare_digest(of, it, entry, error);
        if (status != TG_OK) return status;
        of->counts.nb_recorded++;
        of->counts.recorded_cells += nb_cells_of(it);
    }
    return entry != NULL ? compare_sides(of, it, record, entry, error) : TG_OK;
}

/* ---- a trace ---- */

/* Fetch cells and side outputs of a trace; a side output that is not there is wrong. The product is
 * to be freed in any case. */
static tg_status fetch(gating *of, gated_trace *it, tg_error *error)
{
    const tg_trace *trace = it->input->subject.trace;
    tg_scope *scope = of->result->scope;
    void *memory = NULL;
    tg_status status = tg_buffer_create(&memory, nb_cells_of(it), sizeof(uint32_t), error);
    it->actual.cells = memory;
    if (status == TG_OK)
        status = tg_padded_trace_download(it->actual.cells, it->trace, scope, error);
    for (size_t i = 0; trace != NULL && i < trace->nb_sides && status == TG_OK; i++) {
        if (it->trace->d_sides[i] == NULL) {
            (void)printf("\n%s.%s    the pipeline has no %s    MISMATCH\n", it->trace->name,
                         tg_kind_name(it->kind), trace->sides[i].name);
            gate_pipeline_say_finding(of, NULL);
            it->sides = WRONG;
            of->counts.nb_wrong++;
            continue;
        }
        const size_t nb_words = tg_side_nb_words(&trace->sides[i]);
        status = tg_buffer_create(&memory, nb_words, sizeof(uint32_t), error);
        it->actual.sides[i] = memory;
        if (status == TG_OK)
            status = tg_scope_download(scope, memory, it->trace->d_sides[i],
                                       nb_words * sizeof(uint32_t), error);
    }
    return status;
}

static tg_status gate_cells(gating *of, gated_trace *it, tg_error *error)
{
    tg_status status = fetch(of, it, error);
    const bool lacks_sides = it->sides != NULL;
    if (status == TG_OK && it->input->subject.trace == NULL) {
        status = compare_carried(of, it, error);
    } else if (status == TG_OK) {
        status = compare_made(of, it, error);
        if (status == TG_OK) status = compare_recorded(of, it, error);
    }
    if (lacks_sides) it->sides = WRONG;
    free_product(&it->actual);
    return status;
}

tg_status gate_pipeline_trace(gating *of, const tg_padded_trace *trace, tg_kind kind,
                              tg_error *error)
{
    size_t chip = 0;
    tg_status status = tg_machine_find_chip(&chip, of->shard->machine, trace->name, error);
    if (status != TG_OK) return status;
    gated_trace it = {.trace = trace,
                      .kind = kind,
                      .input = &of->inputs[kind]->chips[chip],
                      .own_width = tg_machine_width(of->shard->machine, chip, kind),
                      .with_reference = NOTHING,
                      .with_record = NOTHING};
    const bool is_virtual = trace->d_cells == NULL;
    // A chip that is not included has no rows, one that is has some.
    if (is_virtual == it.input->is_included) {
        (void)printf(
            "\n%s.%s    the pipeline has %s cells, and the shard %s the chip    MISMATCH\n",
            trace->name, tg_kind_name(kind), is_virtual ? "no" : "its",
            it.input->is_included ? "includes" : "does not include");
        gate_pipeline_say_finding(of, NULL);
        it.with_record = WRONG;
        of->counts.nb_wrong++;
    } else if (!is_virtual) {
        status = gate_cells(of, &it, error);
    }
    if (status != TG_OK) return status;
    (void)printf("  %-27s %-12s %7zu %5zu  %-9s %-6s %s\n", trace->name, tg_kind_name(kind),
                 trace->height, trace->width, is_virtual ? "virtual" : it.with_reference,
                 it.with_record, it.sides != NULL ? it.sides : NOTHING);
    // What is found stands there even if the next trace ends the process.
    (void)fflush(stdout);
    return TG_OK;
}
