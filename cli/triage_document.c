/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The report of `tracegate triage` as a document. */
#include "cli/triage_document.h"

#include "gpu/user_plan.h"
#include "harness/clock.h"
#include "model/memory.h"

#include <stdio.h>
#include <string.h>

struct tg_triage_row {
    tg_document_trace counts; /* trace and sides are set at the end */
    tg_document_side sides[TG_MAX_SIDES];
    char kernel[TG_PATH_BYTES]; /* users' kernels are given back before the end */
};

tg_status tg_triage_document_init(tg_triage_document *report, const char *command,
                                  const char *expected, const char *actual, bool with_times,
                                  tg_error *error)
{
    *report = (tg_triage_document){.start_s = tg_now_s()};
    const tg_recipe recipe = {.verb = "triage",
                              .command = command,
                              .expected = expected,
                              .actuals = &actual,
                              .nb_actuals = actual != NULL};
    void *rows = NULL;
    tg_status status = tg_buffer_create(&rows, tg_nb_traces(), sizeof *report->rows, error);
    if (status != TG_OK) return status;
    memset(rows, 0, tg_nb_traces() * sizeof *report->rows);
    report->rows = rows;
    status = tg_document_create(&report->document, &recipe, with_times, error);
    if (status != TG_OK) tg_triage_document_clear(report);
    return status;
}

void tg_triage_document_clear(tg_triage_document *report)
{
    tg_document_destroy(report->document);
    tg_buffer_destroy(report->rows);
    *report = (tg_triage_document){.document = NULL};
}

static size_t index_of(const tg_trace *trace)
{
    size_t index = 0;
    while (tg_trace_at(index) != trace) {
        index++;
    }
    return index;
}

/* Where the kernel stands, and whether zeros hide what it leaves out. */
static void set_kernel(tg_triage_row *row, const tg_subject *subject)
{
    static const tg_document_zeroing zeroing = {.is_tried = false};
    const tg_user_plan *user = subject->plan->user;
    tg_document_trace *counts = &row->counts;
    (void)snprintf(row->kernel, sizeof row->kernel, "%s", subject->kernel_file);
    counts->kernel = row->kernel;
    counts->kernel_line = subject->kernel_line;
    counts->zeroing = user != NULL && user->zeroes_trace ? &zeroing : NULL;
}

static void count(tg_triage_row *row, const tg_triage_entry *entry, const tg_case_result *result)
{
    tg_document_trace *counts = &row->counts;
    const size_t height = result->height;
    if (counts->nb_cases == 0 || height < counts->min_height) counts->min_height = height;
    if (height > counts->max_height) counts->max_height = height;
    counts->nb_cases++;
    counts->nb_events += entry->work->nb_events;
    set_kernel(row, &entry->work->subject);
    counts->seconds += tg_now_s() - entry->start_s;
    if (entry->triage->is_unshown) return;
    counts->nb_comparisons++;
    counts->nb_mismatches += !entry->triage->is_match;
    if (result->status != TG_OK) return;
    counts->nb_cells += result->diff.compared.eventful + result->diff.compared.padding;
    const tg_trace *trace = entry->work->subject.trace;
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const tg_side_diff *side = &result->sides.sides[i];
        row->sides[i].nb_comparisons++;
        row->sides[i].nb_words += side->nb_compared;
        row->sides[i].nb_mismatches += side->nb_wrong != 0 && !entry->triage->is_match;
    }
}

tg_status tg_triage_document_add(tg_triage_document *report, const tg_triage_entry *entry,
                                 tg_error *error)
{
    tg_case_result result;
    tg_product expected;
    tg_product actual;
    const tg_both_sides *both = entry->both;
    tg_status status = tg_case_make(&result, &expected, &actual, entry->work, &both->expected,
                                    &both->actual, error);
    if (status != TG_OK) return status;
    count(&report->rows[index_of(entry->work->subject.trace)], entry, &result);
    if (!entry->triage->is_match) {
        const tg_case_finding finding = {.work = entry->work,
                                         .result = &result,
                                         .expected = &expected,
                                         .actual = &actual,
                                         .expected_name = both->expected.ops->name,
                                         .actual_name = both->actual.ops->name,
                                         .causes = &entry->triage->causes,
                                         .key = &entry->triage->key,
                                         .triage = entry->triage,
                                         .case_folder = entry->case_folder,
                                         .again = entry->again,
                                         .text = entry->text};
        status = tg_document_add_case(report->document, &finding, error);
    }
    tg_product_destroy(&expected);
    tg_product_destroy(&actual);
    tg_case_result_clear(&result);
    return status;
}

tg_status tg_triage_document_end(tg_triage_document *report, tg_status status, tg_error *error)
{
    tg_status added = TG_OK;
    for (size_t i = 0; i < tg_nb_traces() && added == TG_OK; i++) {
        tg_triage_row *row = &report->rows[i];
        if (row->counts.nb_cases == 0) continue;
        const tg_subject subject = tg_subject_at(i);
        tg_document_trace *counts = &row->counts;
        counts->trace = subject.trace;
        counts->verdict = counts->nb_mismatches != 0    ? TG_VERDICT_MISMATCH
                          : counts->nb_comparisons == 0 ? TG_VERDICT_NOTHING
                                                        : TG_VERDICT_MATCH;
        counts->nb_sides = subject.trace->nb_sides;
        counts->sides = row->sides;
        for (size_t j = 0; j < counts->nb_sides; j++) {
            row->sides[j].name = subject.trace->sides[j].name;
        }
        added = tg_document_add_trace(report->document, counts, error);
    }
    if (added != TG_OK) return added;
    return tg_document_end(report->document, status, tg_now_s() - report->start_s, error);
}

bool tg_triage_document_has_cases(const tg_triage_document *report)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (report->rows[i].counts.nb_cases != 0) return true;
    }
    return false;
}
