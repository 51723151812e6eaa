/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A campaign from start to end: batch after batch, until something ends it. */
#include "harness/campaign_internal.h"

#include "harness/case.h"
#include "harness/clock.h"
#include "harness/zeroed.h"

#include <string.h>
#include <unistd.h>

/* Seconds between two lines of progress where there is no terminal. */
#define LINE_S 60.0

/* ---- what is said and written as it goes ---- */

static void say_progress(campaign_run *run, const campaign_slot *slot)
{
    const tg_campaign *campaign = run->result;
    const double passed_s = tg_now_s() - run->start_s;
    const double nb_events = (double)(campaign->nb_events - campaign->nb_resumed_events);
    const double rate = passed_s > 0 ? nb_events / passed_s / 1e6 : 0;
    const double max_s = run->options->max_seconds;
    char limit[48] = "";
    if (max_s > 0) (void)snprintf(limit, sizeof limit, ", ends at %.0f s", max_s);
    tg_progress_say(run->progress, (size_t)campaign->nb_events, (size_t)run->options->max_events,
                    "%s, %.3g M events/s, found %zu%s", slot->subject.trace->name, rate,
                    campaign->nb_kept, limit);
    if (run->progress != NULL || run->progress_out == NULL ||
        tg_now_s() - run->line_written_s < LINE_S)
        return;
    run->line_written_s = tg_now_s();
    (void)fprintf(run->progress_out,
                  "%.0f s: %llu batches, %llu events, %.3g M events/s, found %zu\n", passed_s,
                  (unsigned long long)campaign->nb_batches, (unsigned long long)campaign->nb_events,
                  rate, campaign->nb_kept);
    (void)fflush(run->progress_out);
}

/* Write the state if it is time, or if it must be. */
static tg_status write_state(campaign_run *run, bool must, tg_error *error)
{
    if (run->state_path == NULL) return TG_OK;
    if (!must && tg_now_s() - run->state_written_s < run->options->interval_s) return TG_OK;
    const tg_status status = campaign_state_write(run->result, run->state_path, error);
    run->state_written_s = tg_now_s();
    return status;
}

/* ---- batches ---- */

/* has_compared: it was made, and had something to show */
static void count_batch(tg_campaign *campaign, const campaign_slot *slot, bool has_compared)
{
    const tg_trace *trace = slot->subject.trace;
    tg_campaign_trace *row = &campaign->traces[slot->turn];
    campaign->nb_batches++;
    row->nb_batches++;
    row->nb_events += slot->batch.nb_events;
    if (row->max_height == 0 || slot->height < row->min_height) row->min_height = slot->height;
    if (slot->height > row->max_height) row->max_height = slot->height;
    campaign->nb_events += slot->batch.nb_events;
    if (!has_compared) return;
    const uint64_t nb_cells = (uint64_t)slot->height * tg_trace_width(trace);
    row->nb_cells += nb_cells;
    campaign->nb_cells += nb_cells;
    campaign->nb_side_words += tg_trace_nb_side_words(trace);
}

/* Compare one batch; what is found is kept. */
static tg_status run_batch(campaign_run *run, campaign_slot *slot, tg_error *error)
{
    tg_campaign *campaign = run->result;
    tg_campaign_trace *row = &campaign->traces[slot->turn];
    campaign_sight seen;
    const double start_s = tg_now_s();
    tg_status status = campaign_compare(&seen, run, slot, error);
    row->seconds += tg_now_s() - start_s;
    if (status != TG_OK) return status;
    const tg_job job = campaign_slot_job(slot);
    const tg_request request = tg_job_request(&job);
    tg_event_coverage_add(row->coverage, &request, slot->batch.fixed_height, &slot->expected);
    const bool is_unshown =
        seen.is_match && tg_is_unshown(&slot->subject, run->actual.ops, slot->batch.nb_events,
                                       slot->height, &slot->expected);
    count_batch(campaign, slot, seen.failed == TG_OK && !is_unshown);
    if (seen.is_match) return TG_OK;
    campaign->nb_findings++;
    row->nb_findings++;
    status = campaign_find(run, slot, &seen, error);
    // Whatever else happened, a finding is on the disk at once.
    const tg_status written = write_state(run, true, status == TG_OK ? error : NULL);
    return status == TG_OK ? written : status;
}

/* The expected side could not make a batch, which was drawn here. */
static tg_status expected_failed(const campaign_slot *slot, const tg_campaign *campaign,
                                 tg_error *error)
{
    if (error == NULL) return slot->status;
    tg_command again;
    const tg_job job = campaign_slot_job(slot);
    const tg_request request = tg_job_request(&job);
    *error = slot->error;
    campaign_batch_again(&again, campaign, slot->subject.trace, slot->batch.number);
    tg_error_where(error, "%s", again.text);
    tg_case_blame_draws(error, &request);
    return slot->status;
}

bool campaign_is_told(campaign_run *run)
{
    const tg_campaign_options *options = run->options;
    if (!run->is_told && options->stops != NULL)
        run->is_told = options->stops(options->stops_context);
    return run->is_told;
}

bool campaign_is_late(const campaign_run *run)
{
    const double max_s = run->options->max_seconds;
    return max_s > 0 && tg_now_s() - run->start_s >= max_s;
}

/* Whether the campaign is at its end, and why. */
static bool is_over(campaign_run *run, uint64_t nb_turns)
{
    tg_campaign *campaign = run->result;
    const tg_campaign_options *options = run->options;
    const uint64_t nb_run = campaign->nb_batches - campaign->nb_resumed;
    if (campaign->nb_findings != campaign->nb_resumed_findings && !options->keep_going) {
        campaign->end = TG_END_FINDING;
    } else if (nb_run >= nb_turns) {
        campaign->end = TG_END_BATCH;
    } else if (options->max_events != 0 && campaign->nb_events >= options->max_events) {
        campaign->end = TG_END_EVENTS;
    } else if (campaign_is_late(run)) {
        campaign->end = TG_END_TIME;
    } else if (campaign_is_told(run)) {
        campaign->end = TG_END_STOPPED;
    } else {
        return false;
    }
    return true;
}

static tg_status run_batches(campaign_run *run, campaign_line *line, tg_error *error)
{
    tg_campaign *campaign = run->result;
    const uint64_t nb_turns = campaign_nb_turns(run);
    tg_status status = TG_OK;
    while (status == TG_OK && !is_over(run, nb_turns)) {
        campaign_slot *slot = campaign_line_take(line, campaign->nb_batches);
        say_progress(run, slot);
        campaign_announce(run, slot);
        status = slot->status == TG_OK ? run_batch(run, slot, error)
                                       : expected_failed(slot, campaign, error);
        campaign_announce(run, NULL);
        campaign_line_give(line, slot);
        if (status == TG_OK) status = write_state(run, false, error);
    }
    return status;
}

/* ---- the whole ---- */

/* What a campaign that ran to its end says. */
static tg_status verdict(const tg_campaign *campaign, tg_error *error)
{
    if (campaign->nb_findings != 0) return TG_ERR_MISMATCH;
    for (size_t i = 0; i < campaign->nb_traces; i++) {
        const tg_campaign_trace *row = &campaign->traces[i];
        if (!tg_campaign_is_unshown(row)) continue;
        tg_error_set(error, TG_ERR_UNAVAILABLE, "%s: " TG_UNSHOWN, tg_trace_at(row->index)->name);
        tg_error_how(error, TG_UNSHOWN_HOW);
        return TG_ERR_UNAVAILABLE;
    }
    if (campaign->nb_cells != 0) return TG_OK;
    tg_error_set(error, TG_ERR_UNAVAILABLE, "nothing was compared");
    tg_error_how(error, "let the campaign run for at least one batch");
    return TG_ERR_UNAVAILABLE;
}

/* Run and conclude. Whatever ends the campaign after a finding, the finding is its result. */
static tg_status run_to_the_end(campaign_run *run, tg_error *error)
{
    campaign_line line;
    tg_error why = {.status = TG_OK};
    tg_campaign *campaign = run->result;
    tg_status status = campaign_line_start(&line, run, &why);
    if (status == TG_OK) status = run_batches(run, &line, &why);
    campaign_line_stop(&line);
    if (status != TG_OK) campaign->end = status == TG_ERR_DEVICE ? TG_END_DEVICE : TG_END_ERROR;
    // The state of a campaign that an error has ended is worth as much.
    tg_error unwritten = {.status = TG_OK};
    const tg_status written = write_state(run, true, &unwritten);
    if (status == TG_OK && written != TG_OK) {
        status = written;
        why = unwritten;
    }
    if (status == TG_OK) return verdict(campaign, error);
    if (error != NULL) *error = why;
    return campaign->nb_findings != 0 ? TG_ERR_MISMATCH : status;
}

tg_status tg_campaign_run(tg_campaign *campaign, FILE *out, FILE *progress,
                          const tg_campaign_options *options, tg_error *error)
{
    memset(campaign, 0, sizeof *campaign);
    campaign->end = TG_END_ERROR;
    campaign_run run = {.options = options,
                        .out = out,
                        .progress_out = progress,
                        .result = campaign,
                        .start_s = tg_now_s()};
    tg_status status = campaign_run_init(&run, error);
    if (status == TG_OK) {
        tg_progress_create(&run.progress, progress);
        run.start_s = tg_now_s();
        status = run_to_the_end(&run, error);
        tg_progress_destroy(run.progress);
        campaign->seconds = tg_now_s() - run.start_s;
    } else {
        // What a state file said of a campaign that does not go on.
        tg_campaign_clear(campaign);
    }
    for (size_t i = 0; i < CAMPAIGN_NB_ROOMS; i++) {
        campaign_room_clear(&run.rooms[i]);
    }
    tg_backend_close(&run.actual);
    tg_backend_close(&run.expected);
    return status;
}
