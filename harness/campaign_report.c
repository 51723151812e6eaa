/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A campaign as text: findings as they come; and its end: a line a trace, findings, what was not
 * reached, the verdict. */
#include "harness/campaign_internal.h"

#include "harness/report.h"
#include "harness/zeroed.h"

#include <inttypes.h>

const char *tg_campaign_end_text(tg_campaign_end end)
{
    static const char *const texts[] = {
#define END_TEXT(constant, text) [constant] = (text),
        TG_CAMPAIGN_END_LIST(END_TEXT)
#undef END_TEXT
    };
    static_assert(sizeof texts / sizeof texts[0] == TG_NB_CAMPAIGN_ENDS, "a text for each end");
    return texts[end];
}

static void replay_again(tg_command *again, const tg_campaign *campaign,
                         const tg_campaign_finding *finding)
{
    tg_command_begin(again);
    tg_command_add(again, "tracegate");
    tg_command_add(again, "replay");
    tg_command_add(again, finding->folder);
    if (campaign->expected != tg_backend_ops_at(0))
        tg_command_add_option(again, "expected", "%s", campaign->expected->name);
    tg_command_add_option(again, "actual", "%s", campaign->actual->name);
}

void tg_campaign_again(tg_command *again, const tg_campaign *campaign,
                       const tg_campaign_finding *finding)
{
    const tg_backend actual = {.ops = campaign->actual, .is_isolated = campaign->is_isolated};
    if (finding->folder[0] == '\0' || finding->is_once) {
        campaign_batch_again(again, campaign, tg_trace_at(finding->index), finding->batch);
    } else {
        replay_again(again, campaign, finding);
    }
    tg_command_add_words(again, campaign->plan_words, campaign->nb_plan_words);
    tg_isolation_again(again, &campaign->isolation, &actual,
                       finding->key.part == TG_PART_FAILED ? TG_ERR_KERNEL : TG_OK);
}

/* ---- a finding ---- */

/* Print what follows the causes. */
static void print_shrunk(FILE *out, const void *more)
{
    const campaign_story *story = more;
    const tg_campaign_finding *finding = story->finding;
    if (story->is_shrunk) {
        tg_triage_print(out, story->triage);
    } else {
        (void)fprintf(out, "  key          %s (%s)\n", finding->key.text, finding->key.id);
    }
    if (finding->folder[0] != '\0') {
        (void)fprintf(out, "  %s %s\n", tg_triage_saved_label(finding->was_saved), finding->folder);
    } else {
        (void)fputs("  NOT SAVED\n", out);
    }
}

static void print_failure(FILE *out, const campaign_story *story, const tg_report *report)
{
    (void)fprintf(out, "%-22s %s    FAILED\n  events       %s\n", report->title, report->actual,
                  report->source);
    tg_report_failure(out, "failed", &story->result->error);
    if (story->result->status == TG_ERR_EVENT)
        (void)fprintf(out, "  %s makes all of these events\n", report->expected);
    tg_report_again(out, report);
    tg_report_end(out, report);
}

void campaign_tell(FILE *out, const campaign_story *story)
{
    const tg_case_result *result = story->result;
    const tg_trace *trace = story->whole->subject.trace;
    tg_command again;
    tg_campaign_again(&again, story->run->result, story->finding);
    const tg_report report = {.trace = trace,
                              .title = trace->name,
                              .expected = story->run->expected.ops->name,
                              .actual = story->run->actual.ops->name,
                              .source = story->whole->source,
                              .events = story->whole->events,
                              .nb_events = story->whole->nb_events,
                              .height = result->height,
                              .sides = &result->sides,
                              .conduct = &result->conduct,
                              .causes = &story->finding->causes,
                              .print_more = print_shrunk,
                              .more = story,
                              .why = result->status != TG_OK ? &result->error : NULL,
                              .again = again.text};
    if (story->finding->is_once || story->is_unseen) {
        (void)fprintf(out, "%-22s %s against %s    %zu event%s    %s\n", report.title,
                      report.actual, report.expected, report.nb_events, tg_plural(report.nb_events),
                      story->is_unseen ? "DIFFERED, NOT RUN AGAIN" : "DIFFERED ONLY ONCE");
        (void)fprintf(out, "  events       %s\n", report.source);
        tg_report_again(out, &report);
        tg_report_end(out, &report);
        return;
    }
    if (result->status != TG_OK) {
        print_failure(out, story, &report);
        return;
    }
    if (tg_conduct_is_wrong(&result->expected_conduct)) {
        (void)fprintf(out, "%-22s %s, the expected side    WRONG CONDUCT\n", trace->name,
                      report.expected);
        tg_report_conduct(out, &result->expected_conduct, trace, result->height);
    }
    tg_report_mismatch(out, &report, &result->diff);
}

/* ---- the end ---- */

bool tg_campaign_is_unshown(const tg_campaign_trace *row)
{
    return row->nb_batches != 0 && row->nb_cells == 0 && row->nb_findings == 0;
}

static void print_traces(FILE *out, const tg_campaign *campaign)
{
    (void)fprintf(out, "%-34s %9s %12s %14s  %-8s\n", "trace", "batches", "events", "cells",
                  "verdict");
    for (size_t i = 0; i < campaign->nb_traces; i++) {
        const tg_campaign_trace *row = &campaign->traces[i];
        (void)fprintf(out, "%-34s %9" PRIu64 " %12" PRIu64 " %14" PRIu64 "  %s\n",
                      tg_trace_at(row->index)->name, row->nb_batches, row->nb_events, row->nb_cells,
                      row->nb_findings != 0 ? "MISMATCH"
                      : row->nb_cells == 0  ? "NOTHING"
                                            : "match");
    }
    (void)fputc('\n', out);
    bool has_unshown = false;
    for (size_t i = 0; i < campaign->nb_traces; i++) {
        const tg_campaign_trace *row = &campaign->traces[i];
        if (!tg_campaign_is_unshown(row)) continue;
        (void)fprintf(out, "skipped   %s: " TG_UNSHOWN "; " TG_UNSHOWN_HOW "\n",
                      tg_trace_at(row->index)->name);
        has_unshown = true;
    }
    if (has_unshown) (void)fputc('\n', out);
}

static void print_findings(FILE *out, const tg_campaign *campaign)
{
    uint64_t nb_known = 0;
    for (size_t i = 0; i < campaign->nb_kept; i++) {
        const tg_campaign_finding *finding = &campaign->kept[i];
        tg_command again;
        tg_campaign_again(&again, campaign, finding);
        nb_known += finding->nb_batches;
        (void)fprintf(out, "finding   %s (%s)\n  in %" PRIu64 " batch%s, first in number %" PRIu64,
                      finding->key.text, finding->key.id, finding->nb_batches,
                      finding->nb_batches == 1 ? "" : "es", finding->batch);
        if (finding->folder[0] != '\0') {
            (void)fprintf(out, "; case of %zu event%s", finding->nb_events,
                          tg_plural(finding->nb_events));
        } else {
            (void)fputs("; its case could not be saved", out);
        }
        if (finding->is_cut) (void)fputs("; there may be a smaller one", out);
        (void)fprintf(out, "\n  again: %s\n", again.text);
    }
    if (nb_known < campaign->nb_findings)
        (void)fprintf(out,
                      "finding   %" PRIu64
                      " batches with others: only %d are kept apart; mend some of these first\n",
                      campaign->nb_findings - nb_known, TG_CAMPAIGN_MAX_FINDINGS);
    if (campaign->nb_findings != 0) (void)fputc('\n', out);
}

static void print_coverage(FILE *out, const tg_campaign *campaign, bool verbose)
{
    for (size_t i = 0; i < campaign->nb_traces; i++) {
        const tg_event_coverage *coverage = campaign->traces[i].coverage;
        if (verbose) {
            (void)fputs("coverage  ", out);
            tg_event_coverage_print(out, coverage);
            continue;
        }
        const int length =
            fprintf(out, "coverage  %-34s ", tg_event_coverage_trace(coverage)->name);
        tg_event_coverage_print_line(out, coverage, length > 0 ? (size_t)length : 0);
    }
    (void)fputc('\n', out);
}

void tg_campaign_print(FILE *out, const tg_campaign *campaign, tg_status status, bool verbose)
{
    print_traces(out, campaign);
    print_findings(out, campaign);
    print_coverage(out, campaign, verbose);
    const double nb_events = (double)(campaign->nb_events - campaign->nb_resumed_events);
    const double rate = campaign->seconds > 0 ? nb_events / campaign->seconds / 1e6 : 0;
    size_t nb_classes = 0;
    size_t nb_reached = 0;
    for (size_t i = 0; i < campaign->nb_traces; i++) {
        const tg_coverage_tally tally =
            tg_event_coverage_tally(campaign->traces[i].coverage, TG_NB_COVERAGE_SECTIONS);
        nb_classes += tally.nb_classes;
        nb_reached += tally.nb_reached;
    }
    (void)fprintf(out, "ended     %s\n", tg_campaign_end_text(campaign->end));
    (void)fprintf(out, "verdict   %s: batches %" PRIu64 ", events %" PRIu64 ", cells %" PRIu64,
                  status == TG_OK              ? "match"
                  : campaign->nb_findings != 0 ? "MISMATCH"
                  : campaign->nb_cells == 0    ? "NOTHING COMPARED"
                                               : "NOT ALL RUN",
                  campaign->nb_batches, campaign->nb_events, campaign->nb_cells);
    if (campaign->nb_side_words != 0)
        (void)fprintf(out, ", side words %" PRIu64, campaign->nb_side_words);
    (void)fprintf(out,
                  "\n          findings %zu in %" PRIu64
                  " batches, classes %zu of %zu, %.4g M events/s, %.1f s\n",
                  campaign->nb_kept, campaign->nb_findings, nb_reached, nb_classes, rate,
                  campaign->seconds);
}
