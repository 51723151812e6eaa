/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate fuzz --stats. */
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

static void json_causes(tg_json_out *json, const tg_causes *causes)
{
    tg_json_begin(json, "causes", '[');
    for (size_t i = 0; i < causes->nb; i++) {
        const tg_cause_found *found = &causes->list[i];
        tg_json_begin(json, NULL, '{');
        tg_json_text(json, "id", tg_cause_id(found->cause));
        tg_json_text(json, "title", tg_cause_title(found->cause));
        tg_json_count(json, "confidence", found->confidence);
        tg_json_text(json, "evidence", found->evidence);
        tg_json_end(json);
    }
    tg_json_end(json);
}

static void json_prediction(tg_json_out *json, const tg_prediction *prediction)
{
    char text[2 * TG_PROPERTY_BYTES + 128];
    if (prediction->property[0] == '\0') {
        tg_json_text(json, "prediction", NULL);
        return;
    }
    tg_json_begin(json, "prediction", '{');
    tg_json_text(json, "property", prediction->property);
    tg_json_text(json, "text", tg_prediction_text(text, sizeof text, prediction));
    tg_json_count(json, "nb_wrong", prediction->nb_wrong);
    tg_json_count(json, "nb_wrong_with", prediction->nb_wrong_with);
    tg_json_count(json, "nb_right", prediction->nb_right);
    tg_json_count(json, "nb_right_with", prediction->nb_right_with);
    tg_json_end(json);
}

/* A number, or null for the one that says that a rule or plan chooses. */
static void json_choice(tg_json_out *json, const char *name, size_t number)
{
    if (number != 0) {
        tg_json_count(json, name, number);
    } else {
        tg_json_text(json, name, NULL);
    }
}

static void json_smallest(tg_json_out *json, const tg_campaign_finding *finding)
{
    tg_json_begin(json, "smallest", '{');
    tg_json_count(json, "nb_events", finding->nb_events);
    tg_json_count(json, "height", finding->height);
    json_choice(json, "fixed_height", finding->fixed_height);
    if (finding->launch.grid == 0 && finding->launch.block == 0) {
        tg_json_text(json, "launch", NULL);
    } else {
        tg_json_begin(json, "launch", '{');
        json_choice(json, "grid", finding->launch.grid);
        json_choice(json, "block", finding->launch.block);
        tg_json_end(json);
    }
    tg_json_bool(json, "is_cut", finding->is_cut);
    tg_json_bool(json, "is_unstable", finding->is_unstable);
    tg_json_end(json);
}

static void json_finding(tg_json_out *json, const tg_campaign *campaign,
                         const tg_campaign_finding *finding)
{
    tg_command again;
    tg_campaign_again(&again, campaign, finding);
    tg_json_begin(json, NULL, '{');
    tg_json_text(json, "trace", tg_trace_at(finding->index)->name);
    tg_json_text(json, "key", finding->key.text);
    tg_json_text(json, "key_id", finding->key.id);
    tg_json_bool(json, "is_once", finding->is_once);
    json_causes(json, &finding->causes);
    json_prediction(json, &finding->prediction);
    json_smallest(json, finding);
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
