/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Traces of the pipeline against single chips and the record. */
#include "cli/gate_pipeline.h"

#include "harness/report.h"
#include "model/memory.h"
#include "pipeline/record_inputs.h"

#include <string.h>

/* What a trace was compared with, as the table shows it. */
#define NOTHING "-"
#define WRONG "WRONG"

/* The gate of one record. */
typedef struct gating {
    const tg_gate_pipeline_options *options;
    const tg_shard *shard;
    tg_record whole; /* all events of the shard, where the record has the first ones only */
    bool has_whole;
    const tg_pipeline_result *result;
    tg_inputs *inputs[TG_NB_KINDS]; /* the gate's own; NULL: not of this record */
    size_t nb_compared;
    size_t nb_wrong;
} gating;

/* One trace of the pipeline, on the host. */
typedef struct gated_trace {
    const tg_padded_trace *trace;
    tg_kind kind;
    const tg_chip_input *input;
    tg_product actual;
    const char *with_reference;
    const char *with_record;
} gated_trace;

/* ---- comparisons ---- */

static void report(const gating *of, const gated_trace *it, const char *expected,
                   const tg_diff *diff, const tg_sides_diff *sides)
{
    char title[TG_NAME_BYTES + 16];
    const tg_trace *trace = it->input->subject.trace;
    (void)snprintf(title, sizeof title, "%s.%s", it->trace->name, tg_kind_name(it->kind));
    const tg_report report = {
        .trace = trace,
        .title = title,
        .expected = expected,
        .actual = "pipeline",
        .source = of->shard->record.path,
        .events = it->input->events,
        .nb_events = it->input->nb_events,
        .height = it->trace->height,
        .nb_events_is_unknown = trace == NULL,
        .sides = sides,
        .again = of->options->again,
    };
    (void)putchar('\n');
    tg_report_mismatch(stdout, &report, diff);
}

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
    if (trace != NULL) status = tg_sides_diff_init(&sides, trace, of->options->max_cells, error);
    if (status == TG_OK) {
        status = tg_diff_run(&diff, trace, it->input->nb_events, matrix, &actual, error);
        if (trace != NULL) tg_sides_diff_run(&sides, product, &it->actual);
        of->nb_compared++;
    }
    if (status == TG_OK) {
        const bool is_match =
            tg_diff_is_match(&diff) && (trace == NULL || tg_sides_diff_is_match(&sides));
        *said = is_match ? word : WRONG;
        of->nb_wrong += !is_match;
        if (!is_match) report(of, it, expected, &diff, trace != NULL ? &sides : NULL);
        if (trace != NULL) tg_sides_diff_clear(&sides);
    }
    tg_diff_clear(&diff);
    return status;
}

/* Against the reference, or what a chip without one is stood in for by. */
static tg_status compare_made(gating *of, gated_trace *it, tg_error *error)
{
    const tg_chip_input *input = it->input;
    const tg_trace *trace = input->subject.trace;
    const size_t height = it->trace->height;
    const size_t width = it->trace->width;
    tg_product product = {.cells = NULL};
    void *cells = NULL;
    void *columns = NULL;
    tg_status status = TG_OK;
    if (trace != NULL) {
        const tg_request request = {.trace = trace,
                                    .height = height,
                                    .events = input->events,
                                    .nb_events = input->nb_events};
        status = tg_product_create(&product, trace, height, error);
        if (status == TG_OK)
            status = tg_ref_make(&product, input->subject.reference, &request, error);
        if (status == TG_OK)
            status = compare(&it->with_reference, of, it, "reference", &product,
                             &(tg_matrix){product.cells, height, width}, "match", error);
        tg_product_destroy(&product);
        return status;
    }
    status = tg_buffer_create(&cells, height * width, sizeof(uint32_t), error);
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
    tg_buffer_destroy(cells);
    tg_buffer_destroy(columns);
    return status;
}

/* Against what the record has of the trace: its cells, else its digest. */
static tg_status compare_recorded(gating *of, gated_trace *it, tg_error *error)
{
    const tg_trace *trace = it->input->subject.trace;
    const tg_record *record = &of->whole;
    const tg_record_trace *entry = NULL;
    if (trace == NULL) return TG_OK;
    if (of->has_whole) entry = tg_record_find(record, trace->name);
    if (entry == NULL) {
        record = &of->shard->record;
        entry = tg_record_find(record, trace->name);
    }
    if (entry == NULL || (!entry->has_cells && !entry->has_digest)) return TG_OK;
    if (!entry->has_cells) {
        tg_digest digest;
        const tg_status status =
            tg_digest_cells(&digest, it->actual.cells, it->trace->height, it->trace->width, error);
        if (status != TG_OK) return status;
        const bool is_match = memcmp(&digest, &entry->digest, sizeof digest) == 0;
        it->with_record = is_match ? "digest" : WRONG;
        of->nb_compared++;
        of->nb_wrong += !is_match;
        return TG_OK;
    }
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

/* ---- traces ---- */

/* Fetch cells and side outputs of a trace. The product is to be freed in any case. */
static tg_status fetch(gated_trace *it, tg_scope *scope, tg_error *error)
{
    const tg_trace *trace = it->input->subject.trace;
    void *memory = NULL;
    tg_status status =
        tg_buffer_create(&memory, it->trace->height * it->trace->width, sizeof(uint32_t), error);
    it->actual.cells = memory;
    if (status == TG_OK)
        status = tg_padded_trace_download(it->actual.cells, it->trace, scope, error);
    for (size_t i = 0; trace != NULL && i < trace->nb_sides && status == TG_OK; i++) {
        if (it->trace->d_sides[i] == NULL) continue;
        const size_t nb_words = tg_side_nb_words(&trace->sides[i]);
        status = tg_buffer_create(&memory, nb_words, sizeof(uint32_t), error);
        it->actual.sides[i] = memory;
        if (status == TG_OK)
            status = tg_scope_download(scope, memory, it->trace->d_sides[i],
                                       nb_words * sizeof(uint32_t), error);
    }
    return status;
}

static void free_product(tg_product *product)
{
    tg_buffer_destroy(product->cells);
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        tg_buffer_destroy(product->sides[i]);
    }
}

static tg_status gate_trace(gating *of, const tg_padded_trace *trace, tg_kind kind, tg_error *error)
{
    size_t chip = 0;
    tg_status status = tg_machine_find_chip(&chip, of->shard->machine, trace->name, error);
    if (status != TG_OK) return status;
    gated_trace it = {.trace = trace,
                      .kind = kind,
                      .input = &of->inputs[kind]->chips[chip],
                      .with_reference = NOTHING,
                      .with_record = NOTHING};
    const bool is_virtual = trace->d_cells == NULL;
    if (!is_virtual) {
        status = fetch(&it, of->result->scope, error);
        if (status == TG_OK) status = compare_made(of, &it, error);
        if (status == TG_OK) status = compare_recorded(of, &it, error);
        free_product(&it.actual);
    }
    // A chip that is not included has no rows, one that is has some.
    if (is_virtual == it.input->is_included) {
        it.with_record = WRONG;
        of->nb_wrong++;
    }
    if (status == TG_OK)
        (void)printf("  %-27s %-12s %8zu %5zu  %-9s %s\n", trace->name, tg_kind_name(kind),
                     trace->height, trace->width, is_virtual ? "virtual" : it.with_reference,
                     it.with_record);
    return status;
}

static tg_status gate_traces(gating *of, tg_error *error)
{
    const tg_traces *lists[TG_NB_KINDS] =
        {[TG_KIND_preprocessed] = &of->result->preprocessed, [TG_KIND_main] = &of->result->main};
    tg_status status = TG_OK;
    (void)printf("  %-27s %-12s %8s %5s  %-9s %s\n", "chip", "kind", "rows", "cols", "reference",
                 "record");
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        for (size_t i = 0; i < lists[kind]->nb && status == TG_OK; i++) {
            status = gate_trace(of, &lists[kind]->list[i], kind, error);
        }
    }
    return status;
}

/* ---- the shard ---- */

static tg_status gate_public_values(gating *of, tg_error *error)
{
    uint32_t expected[TG_PIPELINE_NB_PUBLIC_VALUES];
    bool is_there = false;
    size_t nb_wrong = 0;
    const tg_status status =
        tg_record_public_values(expected, &is_there, &of->shard->record, error);
    if (status != TG_OK) return status;
    if (!is_there) {
        (void)puts("public values: the record has none");
        return TG_OK;
    }
    for (size_t i = 0; i < TG_PIPELINE_NB_PUBLIC_VALUES; i++) {
        char name[TG_NAME_BYTES];
        if (of->result->public_values[i] == expected[i]) continue;
        if (nb_wrong++ >= of->options->max_cells) continue;
        (void)printf("  public value %zu, %s: expected %u, actual %u\n", i,
                     tg_machine_public_value_name(name, of->shard->machine, i), expected[i],
                     of->result->public_values[i]);
    }
    (void)printf("public values: %d compared, %zu wrong\n", TG_PIPELINE_NB_PUBLIC_VALUES, nb_wrong);
    of->nb_compared++;
    of->nb_wrong += nb_wrong != 0;
    return TG_OK;
}

/* Whether a record's list of the shard's chips has a chip. */
static bool is_listed(tg_json_value *list, const char *name)
{
    for (size_t i = 0; i < tg_json_length(list); i++) {
        tg_json_value *chip = tg_json_member(tg_json_element(list, i), "chip");
        if (strcmp(tg_json_text_of(chip), name) == 0) return true;
    }
    return false;
}

/* The cluster's chips are those that the record lists, where it lists any. */
static void gate_cluster(gating *of)
{
    const tg_machine *machine = of->shard->machine;
    const tg_cluster *cluster = &machine->clusters[of->result->cluster];
    tg_json_value *list = tg_json_member(of->shard->record.json.root, "chips");
    size_t nb_wrong = 0;
    (void)printf("cluster %s: %zu chips\n", cluster->id, cluster->nb_chips);
    if (tg_json_length(list) == 0) return;
    for (size_t i = 0; i < cluster->nb_chips; i++) {
        nb_wrong += !is_listed(list, machine->chips[cluster->chips[i]].name);
    }
    if (tg_json_length(list) != cluster->nb_chips && nb_wrong == 0) nb_wrong = 1;
    (void)printf("chips of the shard: the record's %zu %s\n", tg_json_length(list),
                 nb_wrong != 0 ? "are others: WRONG" : "are the same");
    of->nb_compared++;
    of->nb_wrong += nb_wrong != 0;
}

static void say_failures(const tg_pipeline_result *result)
{
    for (size_t i = 1; i < result->nb_failures; i++) {
        char line[sizeof(tg_error) + 16];
        (void)fprintf(stderr, "also %s\n",
                      tg_error_line(line, sizeof line, &result->failures[i].error));
    }
}

/* Let the pipeline make the shard. */
static tg_status make(tg_pipeline_result *result, const tg_shard *shard, tg_error *error)
{
    tg_inputs *inputs[TG_NB_KINDS] = {NULL};
    tg_status status = tg_shard_inputs(&inputs[TG_KIND_main], shard, TG_KIND_main, error);
    if (status == TG_OK && shard->has_program)
        status = tg_shard_inputs(&inputs[TG_KIND_preprocessed], shard, TG_KIND_preprocessed, error);
    if (status != TG_OK) {
        if (inputs[TG_KIND_main] != NULL) inputs[TG_KIND_main]->destroy(inputs[TG_KIND_main]);
        return status;
    }
    if (!shard->has_program)
        return tg_pipeline_generate_main(result, shard->pipeline, inputs[TG_KIND_main],
                                         shard->max_log_rows, shard->permits, error);
    return tg_pipeline_generate(result, shard->pipeline, inputs[TG_KIND_preprocessed],
                                inputs[TG_KIND_main], shard->max_log_rows, shard->permits, error);
}

static tg_status gate_shard(gating *of, tg_error *error)
{
    tg_pipeline_result result = {.cluster = 0};
    tg_status status = TG_OK;
    for (tg_kind kind = 0; kind < TG_NB_KINDS && status == TG_OK; kind++) {
        if (kind == TG_KIND_preprocessed && !of->shard->has_program) continue;
        status = tg_shard_inputs(&of->inputs[kind], of->shard, kind, error);
    }
    if (status == TG_OK)
        status = tg_record_open_whole(&of->whole, &of->has_whole, &of->shard->record, error);
    if (status == TG_OK) {
        status = make(&result, of->shard, error);
        if (status != TG_OK) say_failures(&result);
    }
    of->result = &result;
    if (status == TG_OK) {
        (void)printf("record %s\nmachine %s, device %s (%s)\n", of->shard->record.path,
                     of->shard->machine->id, of->shard->device,
                     tg_runtime_name(tg_pipeline_runtime(of->shard->pipeline)));
        status = gate_traces(of, error);
    }
    if (status == TG_OK) status = gate_public_values(of, error);
    if (status == TG_OK) gate_cluster(of);
    (void)tg_pipeline_result_clear(&result);
    if (of->has_whole) tg_record_clear(&of->whole);
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        if (of->inputs[kind] != NULL) of->inputs[kind]->destroy(of->inputs[kind]);
    }
    return status;
}

tg_status tg_gate_pipeline(const tg_gate_pipeline_options *options, tg_error *error)
{
    size_t nb_compared = 0;
    size_t nb_wrong = 0;
    tg_status status = TG_OK;
    for (size_t i = 0; i < options->records->nb_words && status == TG_OK; i++) {
        tg_shard shard;
        status = tg_shard_open(&shard, options->shard, options->records->words[i], "gate", error);
        if (status != TG_OK) break;
        gating of = {.options = options, .shard = &shard};
        status = gate_shard(&of, error);
        nb_compared += of.nb_compared;
        nb_wrong += of.nb_wrong;
        tg_shard_close(&shard);
    }
    if (status != TG_OK) return status;
    (void)printf("%s: %zu comparisons, %zu wrong\n", nb_wrong == 0 ? "MATCH" : "MISMATCH",
                 nb_compared, nb_wrong);
    if (nb_wrong > 0) return TG_ERR_MISMATCH;
    if (nb_compared > 0) return TG_OK;
    tg_error_set(error, TG_ERR_UNAVAILABLE, "nothing was compared");
    tg_error_how(error, "give a record with events");
    return TG_ERR_UNAVAILABLE;
}
