/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The end of a campaign: a line a trace, findings, what was not reached, the verdict. */
#include "harness/campaign_internal.h"

#include "harness/report.h"

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

void tg_campaign_again(tg_command *again, const tg_campaign *campaign,
                       const tg_campaign_finding *finding)
{
    const tg_subject subject = tg_subject_at(finding->index);
    if (finding->folder[0] == '\0' || finding->cause == TG_FOUND_ONCE) {
        campaign_batch_again(again, campaign, subject.trace, finding->batch);
        return;
    }
    const tg_case work = {.subject = subject, .launch = finding->launch};
    tg_case_again(again, &work, finding->folder, campaign->actual->name);
    if (campaign->expected != tg_backend_ops_at(0))
        tg_command_add_option(again, "expected", "%s", campaign->expected->name);
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
}

static void print_findings(FILE *out, const tg_campaign *campaign)
{
    uint64_t nb_known = 0;
    for (size_t i = 0; i < campaign->nb_kept; i++) {
        const tg_campaign_finding *finding = &campaign->kept[i];
        tg_command again;
        tg_campaign_again(&again, campaign, finding);
        nb_known += finding->nb_batches;
        (void)fprintf(out, "finding   %s\n  in %" PRIu64 " batch%s, first in number %" PRIu64,
                      finding->key, finding->nb_batches, finding->nb_batches == 1 ? "" : "es",
                      finding->batch);
        if (finding->folder[0] != '\0') {
            (void)fprintf(out, "; case of %zu event%s", finding->nb_events,
                          tg_plural(finding->nb_events));
        } else {
            (void)fputs("; its case could not be saved", out);
        }
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
