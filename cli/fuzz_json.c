/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate fuzz --json. */
#include "cli/fuzz_json.h"

#include "cli/coverage_json.h"

static void json_trace(tg_json_out *json, const tg_campaign_trace *row)
{
    tg_json_begin(json, NULL, '{');
    tg_json_text(json, "trace", tg_trace_at(row->index)->name);
    tg_json_count(json, "nb_batches", row->nb_batches);
    tg_json_count(json, "nb_events", row->nb_events);
    tg_json_count(json, "nb_cells", row->nb_cells);
    tg_json_count(json, "nb_findings", row->nb_findings);
    tg_json_begin(json, "coverage", '{');
    tg_coverage_json(json, row->coverage);
    tg_json_end(json);
    tg_json_end(json);
}

static void json_finding(tg_json_out *json, const tg_campaign *campaign,
                         const tg_campaign_finding *finding)
{
    tg_command again;
    tg_campaign_again(&again, campaign, finding);
    tg_json_begin(json, NULL, '{');
    tg_json_text(json, "trace", tg_trace_at(finding->index)->name);
    tg_json_text(json, "cause", tg_campaign_cause_name(finding->cause));
    tg_json_text(json, "key", finding->key);
    tg_json_count(json, "first_batch", finding->batch);
    tg_json_count(json, "nb_batches", finding->nb_batches);
    tg_json_count(json, "nb_events", finding->nb_events);
    tg_json_text(json, "case", finding->folder[0] != '\0' ? finding->folder : NULL);
    tg_json_text(json, "again", again.text);
    tg_json_end(json);
}

void tg_fuzz_json_print(FILE *out, const tg_campaign *campaign, tg_status status)
{
    tg_json_out json = {.out = out};
    char seed[32];
    (void)snprintf(seed, sizeof seed, "0x%llx", (unsigned long long)campaign->seed);
    const double nb_events = (double)(campaign->nb_events - campaign->nb_resumed_events);
    tg_json_begin(&json, NULL, '{');
    tg_json_text(&json, "seed", seed);
    tg_json_text(&json, "expected", campaign->expected->name);
    tg_json_text(&json, "actual", campaign->actual->name);
    tg_json_text(&json, "status", tg_status_text(status));
    tg_json_text(&json, "ended", tg_campaign_end_text(campaign->end));
    tg_json_real(&json, "seconds", campaign->seconds);
    tg_json_real(&json, "events_per_s", campaign->seconds > 0 ? nb_events / campaign->seconds : 0);
    tg_json_count(&json, "nb_batches", campaign->nb_batches);
    tg_json_count(&json, "nb_resumed_batches", campaign->nb_resumed);
    tg_json_count(&json, "nb_events", campaign->nb_events);
    tg_json_count(&json, "nb_cells", campaign->nb_cells);
    tg_json_count(&json, "nb_side_words", campaign->nb_side_words);
    tg_json_count(&json, "nb_findings", campaign->nb_findings);
    tg_json_begin(&json, "findings", '[');
    for (size_t i = 0; i < campaign->nb_kept; i++) {
        json_finding(&json, campaign, &campaign->kept[i]);
    }
    tg_json_end(&json);
    tg_json_begin(&json, "traces", '[');
    for (size_t i = 0; i < campaign->nb_traces; i++) {
        json_trace(&json, &campaign->traces[i]);
    }
    tg_json_end(&json);
    tg_json_end(&json);
}
