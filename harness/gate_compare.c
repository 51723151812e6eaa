/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's comparisons: with a backend's output, and with what a record holds. */
#include "harness/gate_judge_internal.h"

#include <string.h>

static void count_comparison(gate_trial *run, size_t nb_cells)
{
    run->state->summary->nb_traces_compared += run->row->nb_comparisons == 0;
    run->row->nb_comparisons++;
    run->row->nb_cells += nb_cells;
    run->state->summary->nb_comparisons++;
    run->state->summary->nb_cells += nb_cells;
    for (size_t i = 0; i < run->work->subject.trace->nb_sides; i++) {
        const tg_side_diff *found = &run->sides.sides[i];
        run->row->sides[i].nb_comparisons += found->is_compared;
        run->row->sides[i].nb_words += found->nb_compared;
        run->row->sides[i].nb_mismatches += found->nb_wrong != 0;
    }
    run->state->summary->nb_side_words += tg_sides_diff_nb_compared(&run->sides, TG_SIDE_WORDS);
    run->state->summary->nb_lookups += tg_sides_diff_nb_compared(&run->sides, TG_SIDE_BYTE_LOOKUPS);
}

static void print_comparison(const gate_trial *run, const char *actual, bool is_match)
{
    if (!run->state->options->verbose) return;
    char source[GATE_SOURCE_BYTES];
    (void)fprintf(run->state->out, "%-34s %-10s %9zu events, height %8zu  %s  %s\n",
                  run->work->subject.trace->name, actual, run->work->nb_events, run->work->height,
                  is_match ? "match   " : "MISMATCH",
                  run->work->record != NULL ? run->work->record->path
                                            : gate_case_source(source, run->state, run->work));
    (void)fflush(run->state->out);
}

tg_status gate_compare(gate_trial *run, size_t index, const char *actual, const tg_matrix *matrix,
                       const tg_product *sides, const tg_conduct *conduct, tg_error *error)
{
    const tg_status status = tg_diff_run(&run->diff, run->work->subject.trace, run->work->nb_events,
                                         &run->expected, matrix, error);
    if (status != TG_OK) return status;
    tg_sides_diff_run(&run->sides, &run->expected_there, sides);
    return gate_compared(run, index, actual, matrix, sides, conduct, error);
}

tg_status gate_compared(gate_trial *run, size_t index, const char *actual, const tg_matrix *matrix,
                        const tg_product *sides, const tg_conduct *conduct, tg_error *error)
{
    const bool is_match = tg_diff_is_match(&run->diff) && tg_sides_diff_is_match(&run->sides) &&
                          (conduct == NULL || !tg_conduct_is_wrong(conduct));
    count_comparison(run, run->diff.compared.eventful + run->diff.compared.padding);
    print_comparison(run, actual, is_match);
    if (is_match) return TG_OK;
    return gate_report_finding(run, index, actual, matrix, sides, conduct, error);
}

/* Print both digests. */
static void print_digests(FILE *out, gate_trial *run,
                          __attribute__((unused)) const gate_finding *finding,
                          const tg_report *report)
{
    const tg_record_trace *entry = run->work->entry;
    char texts[2][33];
    (void)fprintf(out,
                  "%-22s recorded digest against %s    %zu events    MISMATCH\n"
                  "  recorded  %zu rows, %zu columns, %s\n  %-9s %zu rows, %zu columns, %s\n",
                  report->title, report->expected, report->nb_events, entry->height, entry->width,
                  tg_digest_text(texts[0], &entry->digest), report->expected, run->expected.height,
                  run->expected.width, tg_digest_text(texts[1], &run->digest));
    tg_report_sides(out, &run->sides);
    tg_report_again(out, report);
}

/* Compare digests where the record has no cells: an equal digest stands for all of them. */
static tg_status compare_digest(gate_trial *run, const tg_product *sides, tg_error *error)
{
    const tg_status status = tg_digest_cells(&run->digest, run->expected.cells,
                                             run->expected.height, run->expected.width, error);
    if (status != TG_OK) return status;
    const tg_record_trace *entry = run->work->entry;
    tg_sides_diff_run(&run->sides, &run->expected_there, sides);
    const bool is_digest_match = entry->height == run->expected.height &&
                                 entry->width == run->expected.width &&
                                 memcmp(&run->digest, &entry->digest, sizeof run->digest) == 0;
    const bool is_match = is_digest_match && tg_sides_diff_is_match(&run->sides);
    count_comparison(run, run->expected.height * run->expected.width);
    print_comparison(run, "digest", is_match);
    if (is_match) return TG_OK;
    gate_finding finding = {.index = GATE_MAX_ACTUALS,
                            .actual = "recorded",
                            .sides = sides,
                            .print = print_digests};
    return gate_judge(run, &finding, error);
}

tg_status gate_read_golden_sides(tg_product *there, const tg_product *memory, gate_trial *run,
                                 tg_error *error)
{
    bool is_there[TG_MAX_SIDES];
    *there = *memory;
    const tg_trace *trace = run->work->subject.trace;
    const tg_status status =
        tg_record_read_sides(memory, is_there, run->work->record, run->work->entry, trace, error);
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        if (is_there[i]) continue;
        there->sides[i] = NULL;
        run->row->sides[i].nb_not_recorded++;
    }
    return status;
}

tg_status gate_run_golden(gate_trial *run, tg_error *error)
{
    const tg_record_trace *entry = run->work->entry;
    if (!run->state->with_recorded) return TG_OK;
    if (entry == NULL || !(entry->has_cells || entry->has_digest)) {
        run->state->nb_not_golden += run->work->record != NULL;
        return TG_OK;
    }
    run->row->nb_golden++;
    run->state->summary->nb_golden++;
    tg_product golden;
    tg_status status = gate_read_golden_sides(&golden, &run->actual_memory, run, error);
    if (status != TG_OK) return status;
    if (!entry->has_cells) return compare_digest(run, &golden, error);
    status = tg_record_read_cells(golden.cells, run->work->record, entry, error);
    if (status != TG_OK) return status;
    const tg_matrix actual = {.cells = golden.cells,
                              .height = entry->height,
                              .width = entry->width};
    return gate_compare(run, GATE_MAX_ACTUALS, "recorded", &actual, &golden, NULL, error);
}
