/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A campaign's document: findings in full as they come, those of earlier runs by what the state
 * file kept of them, a row a trace, the end. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "harness/campaign_internal.h"

#include "gpu/user_plan.h"
#include "harness/document_case.h"
#include "harness/zeroed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- findings ---- */

tg_status campaign_document_add(const campaign_story *story, tg_error *error)
{
    tg_document *document = story->run->options->document;
    tg_campaign_finding *finding = story->finding;
    const tg_product none = {.cells = NULL};
    if (document == NULL || finding->is_in_document) return TG_OK;
    tg_command again;
    char *text = NULL;
    size_t length = 0;
    tg_campaign_again(&again, story->run->result, finding);
    // Whoever reads the text lacks nothing but it: the finding counts without.
    FILE *memory = open_memstream(&text, &length);
    if (memory != NULL) {
        campaign_tell(memory, story);
        if (fclose(memory) != 0) memory = NULL;
    }
    const tg_case_finding entry = {
        .work = story->whole,
        .result = story->result,
        .expected = story->expected != NULL ? story->expected : &none,
        .actual = story->actual != NULL ? story->actual : &none,
        .expected_name = story->run->expected.ops->name,
        .actual_name = story->run->actual.ops->name,
        .causes = &finding->causes,
        .key = &finding->key,
        .triage = story->is_shrunk ? story->triage : NULL,
        .case_folder = finding->folder[0] != '\0' ? finding->folder : NULL,
        .again = again.text,
        .text = memory != NULL ? text : "",
    };
    const tg_status status = tg_document_add_case(document, &entry, error);
    finding->is_in_document = status == TG_OK;
    free(text);
    return status;
}

/* Add a finding of which only what a state file holds is known. */
static tg_status add_kept(tg_document *document, const tg_campaign *campaign,
                          const tg_campaign_finding *finding, tg_error *error)
{
    char source[TG_CASE_TEXT_BYTES];
    tg_command again;
    const tg_trace *trace = tg_trace_at(finding->index);
    (void)snprintf(source, sizeof source, "campaign seed 0x%" PRIx64 ", batch %" PRIu64,
                   campaign->seed, finding->batch);
    tg_campaign_again(&again, campaign, finding);
    const tg_report report = {.trace = trace,
                              .title = trace->name,
                              .expected = campaign->expected->name,
                              .source = source,
                              .nb_events = finding->nb_events,
                              .height = finding->height,
                              .again = again.text};
    const tg_error why = {.status = TG_ERR_KERNEL, .what = "it failed in an earlier run"};
    const bool has_failed = finding->key.part == TG_PART_FAILED;
    const tg_finding entry = {
        .report = &report,
        .failed = has_failed ? TG_ERR_KERNEL : TG_OK,
        .why = &why,
        .launch = finding->launch,
        .backend = campaign->actual->name,
        .causes = &finding->causes,
        .key = &finding->key,
        .prediction = &finding->prediction,
        .case_folder = finding->folder[0] != '\0' ? finding->folder : NULL,
    };
    return tg_document_add_finding(document, &entry, error);
}

/* ---- traces ---- */

/* Batches of a trace whose kept findings are of a part; name: of the place in the key, NULL: any.
 */
static uint64_t nb_batches_of(const tg_campaign *campaign, size_t index, tg_part part,
                              const char *name)
{
    uint64_t nb = 0;
    for (size_t i = 0; i < campaign->nb_kept; i++) {
        const tg_campaign_finding *finding = &campaign->kept[i];
        const char *place = strrchr(finding->key.text, '/');
        if (finding->index != index || finding->key.part != part) continue;
        if (name == NULL || (place != NULL && strcmp(place + 1, name) == 0))
            nb += finding->nb_batches;
    }
    return nb;
}

static tg_status add_trace(tg_document *document, const tg_campaign *campaign,
                           const tg_campaign_trace *row, tg_error *error)
{
    const tg_subject subject =
        tg_subject_with_plan(row->index, campaign->plan_of, campaign->plan_of_context);
    const tg_trace *trace = subject.trace;
    const tg_user_plan *user = subject.plan->user;
    const tg_document_zeroing zeroing = {.is_tried = false};
    const uint64_t nb_failed = nb_batches_of(campaign, row->index, TG_PART_FAILED, NULL);
    const uint64_t nb_compared = tg_campaign_is_unshown(row) ? 0 : row->nb_batches;
    const uint64_t nb_made = nb_compared > nb_failed ? nb_compared - nb_failed : 0;
    tg_document_side sides[TG_MAX_SIDES];
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const tg_side *side = &trace->sides[i];
        sides[i] = (tg_document_side){
            .name = side->name,
            .nb_comparisons = nb_made,
            .nb_words = nb_made * tg_side_nb_words(side),
            .nb_mismatches = nb_batches_of(campaign, row->index, TG_PART_SIDE, side->name)};
    }
    const tg_document_trace entry = {
        .trace = trace,
        .verdict = row->nb_findings != 0 ? TG_VERDICT_MISMATCH
                   : nb_compared == 0    ? TG_VERDICT_NOTHING
                                         : TG_VERDICT_MATCH,
        .nb_cases = row->nb_batches,
        .nb_events = row->nb_events,
        .min_height = row->min_height,
        .max_height = row->max_height,
        .nb_comparisons = nb_compared,
        .nb_cells = row->nb_cells,
        .nb_mismatches = row->nb_findings,
        .seconds = row->seconds,
        .nb_sides = trace->nb_sides,
        .sides = sides,
        .kernel = subject.kernel_file,
        .kernel_line = subject.kernel_line,
        .zeroing = user != NULL && user->zeroes_trace ? &zeroing : NULL,
    };
    return tg_document_add_trace(document, &entry, error);
}

/* ---- the end ---- */

static tg_status add_notes(tg_document *document, const tg_campaign *campaign, tg_error *error)
{
    char note[256];
    tg_status status = TG_OK;
    if (campaign->nb_resumed != 0) {
        (void)snprintf(note, sizeof note,
                       "resumed behind %" PRIu64 " batches of %" PRIu64 " events; heights and "
                       "times are of this run",
                       campaign->nb_resumed, campaign->nb_resumed_events);
        status = tg_document_add_note(document, note, error);
    }
    for (size_t i = 0; i < campaign->nb_traces && status == TG_OK; i++) {
        const tg_campaign_trace *row = &campaign->traces[i];
        if (!tg_campaign_is_unshown(row)) continue;
        (void)snprintf(note, sizeof note, "%.64s: " TG_UNSHOWN "; " TG_UNSHOWN_HOW,
                       tg_trace_at(row->index)->name);
        status = tg_document_add_note(document, note, error);
    }
    uint64_t nb_known = 0;
    for (size_t i = 0; i < campaign->nb_kept; i++) {
        nb_known += campaign->kept[i].nb_batches;
    }
    if (status == TG_OK && nb_known < campaign->nb_findings) {
        (void)snprintf(note, sizeof note,
                       "batches with other findings: %" PRIu64 "; only %d findings are kept apart",
                       campaign->nb_findings - nb_known, TG_CAMPAIGN_MAX_FINDINGS);
        status = tg_document_add_note(document, note, error);
    }
    if (status != TG_OK) return status;
    (void)snprintf(note, sizeof note, "ended %s", tg_campaign_end_text(campaign->end));
    return tg_document_add_note(document, note, error);
}

tg_status tg_campaign_document_end(tg_document *document, const tg_campaign *campaign,
                                   tg_status status, tg_error *error)
{
    tg_status added = TG_OK;
    for (size_t i = 0; i < campaign->nb_kept && added == TG_OK; i++) {
        if (!campaign->kept[i].is_in_document)
            added = add_kept(document, campaign, &campaign->kept[i], error);
    }
    for (size_t i = 0; i < campaign->nb_traces && added == TG_OK; i++) {
        added = add_trace(document, campaign, &campaign->traces[i], error);
    }
    if (added == TG_OK) added = add_notes(document, campaign, error);
    return added == TG_OK ? tg_document_end(document, status, campaign->seconds, error) : added;
}
