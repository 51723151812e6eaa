/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a campaign found: whether it is known; if not, the smallest case of it, its causes and its
 * key.
 *
 * Shrinking takes hundreds of runs, and one bug may show in every batch. So what a batch shows at
 * first sight, its signature, is looked up first: only one that was never seen is shrunk. Two bugs
 * with the same signature are one finding until the first of them is mended.
 */
#include "harness/campaign_internal.h"

#include "model/fnv.h"
#include "harness/report.h"

#include <string.h>

/* ---- signatures ---- */

static uint64_t hash_byte(uint64_t hash, unsigned byte)
{
    const unsigned char letter = (unsigned char)byte;
    return tg_fnv(hash, &letter, 1);
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    return tg_fnv(hash, text, strlen(text) + 1);
}

/* What is wrong of a doubt: the kinds, not the counts. */
static unsigned doubt_bits(const tg_doubt *doubt)
{
    return (doubt->nb_unwritten != 0 ? 1u : 0) | (doubt->nb_unstable != 0 ? 2u : 0);
}

static uint64_t hash_conduct(uint64_t hash, const tg_conduct *conduct)
{
    for (tg_zone zone = 0; zone < TG_NB_ZONES; zone++) {
        hash = hash_byte(hash, conduct->nb_zone_words[zone] != 0);
    }
    hash = hash_byte(hash, conduct->events_changed);
    hash = hash_byte(hash, doubt_bits(&conduct->cells));
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        hash = hash_byte(hash, doubt_bits(&conduct->sides[i]));
    }
    return hash;
}

/* Hash of a set: trace, status and where it failed, columns with wrong eventful and padding cells,
 * wrong side outputs, conduct of both sides. */
static uint64_t signature_of(const tg_trace *trace, const tg_case_result *result)
{
    uint64_t hash = hash_text(TG_FNV_START, trace->name);
    hash = hash_text(hash, tg_status_text(result->status));
    if (result->status != TG_OK) return hash_text(hash, result->error.site);
    const tg_diff *diff = &result->diff;
    for (size_t column = 0; column < tg_trace_width(trace); column++) {
        const tg_tally *wrong = &diff->columns[column];
        hash = hash_byte(hash, (wrong->eventful != 0 ? 1u : 0) | (wrong->padding != 0 ? 2u : 0));
    }
    for (size_t i = 0; i < trace->nb_sides; i++) {
        hash = hash_byte(hash, result->sides.sides[i].nb_wrong != 0);
    }
    return hash_conduct(hash_conduct(hash, &result->conduct), &result->expected_conduct);
}

static tg_campaign_signature *signature_at(tg_campaign *campaign, uint64_t hash)
{
    for (size_t i = 0; i < campaign->nb_signatures; i++) {
        if (campaign->signatures[i].hash == hash) return &campaign->signatures[i];
    }
    return NULL;
}

/* Remember which finding a signature led to. */
static void remember(tg_campaign *campaign, uint64_t hash, size_t finding)
{
    tg_campaign_signature *there = signature_at(campaign, hash);
    if (there == NULL) {
        if (campaign->nb_signatures == TG_CAMPAIGN_MAX_SIGNATURES) return;
        there = &campaign->signatures[campaign->nb_signatures++];
    }
    *there = (tg_campaign_signature){.hash = hash, .finding = finding};
}

/* Whether a signature needs no closer look; its finding, if that is kept, then counts one more. */
static bool is_known(tg_campaign *campaign, uint64_t hash)
{
    const tg_campaign_signature *there = signature_at(campaign, hash);
    if (there == NULL) return false;
    if (there->finding == TG_CAMPAIGN_MAX_FINDINGS) return true;
    tg_campaign_finding *finding = &campaign->kept[there->finding];
    finding->nb_batches += finding->is_done;
    return finding->is_done;
}

/* ---- looking closely ---- */

/* A batch that is looked at. */
typedef struct look {
    const campaign_sight *seen;
    tg_case whole; /* its events are the slot's */
    tg_case_result result;
    tg_product expected;
    tg_product actual;
    tg_mismatch mismatch;
    tg_triage triage;
    bool is_shrunk; /* the triage is one that was run, and is to be cleared; else it has the whole
                       case, which is not its own, causes and a key only */
    bool is_once;
    bool can_rerun; /* the actual backend can go on */
} look;

static tg_case case_of(const campaign_slot *slot, const tg_campaign *campaign)
{
    const tg_campaign_batch *batch = &slot->batch;
    tg_case work = {.subject = slot->subject,
                    .events = campaign_slot_job(slot).events != NULL ? slot->events.buffer : NULL,
                    .nb_events = batch->nb_events,
                    .fixed_height = batch->fixed_height,
                    .launch = batch->launch};
    (void)snprintf(work.source, sizeof work.source,
                   "campaign seed 0x%llx, batch %llu: %s, seed 0x%llx, %zu events from %llu",
                   (unsigned long long)campaign->seed, (unsigned long long)batch->number,
                   tg_profile_name(batch->stream.profile), (unsigned long long)batch->stream.seed,
                   batch->nb_events, (unsigned long long)batch->first);
    return work;
}

static void look_clear(look *at)
{
    if (at->is_shrunk) tg_triage_clear(&at->triage);
    tg_product_destroy(&at->expected);
    tg_product_destroy(&at->actual);
    tg_case_result_clear(&at->result);
}

/* Run a batch again, with all that can be said of it. One that took the device with it, or did not
 * end, is not run again. */
static tg_status look_init(look *at, campaign_run *run, const campaign_slot *slot,
                           const campaign_sight *seen, tg_error *error)
{
    memset(at, 0, sizeof *at);
    at->seen = seen;
    at->whole = case_of(slot, run->result);
    if (seen->failed != TG_OK && !tg_backend_can_rerun(&run->actual, &seen->why)) {
        at->result = (tg_case_result){.height = slot->height};
        at->result.status = seen->failed;
        at->result.error = seen->why;
    } else {
        const tg_status status = tg_case_make(&at->result, &at->expected, &at->actual, &at->whole,
                                              &run->expected, &run->actual, error);
        if (status != TG_OK) return status;
    }
    at->is_once = at->result.is_match;
    at->can_rerun =
        at->result.status == TG_OK || tg_backend_can_rerun(&run->actual, &at->result.error);
    tg_triage_mismatch(&at->mismatch, &at->whole, &at->result, &at->expected, &at->actual,
                       &run->actual);
    return TG_OK;
}

/* Say what the whole batch shows, where there is no triage to say it: of a batch that now matches
 * what it showed before. */
static void take_whole(look *at, const tg_key *key, tg_cause cause, const char *evidence)
{
    tg_triage *triage = &at->triage;
    *triage = (tg_triage){.smallest = at->whole, .causes = {.nb = 1}, .is_unstable = at->is_once};
    tg_cause_found *found = &triage->causes.list[0];
    *found = (tg_cause_found){.cause = cause, .confidence = 100};
    (void)snprintf(found->evidence, sizeof found->evidence, "%s", evidence);
    triage->result.height = at->result.height;
    if (key != NULL) {
        triage->key = *key;
    } else {
        tg_error why = {.status = TG_OK};
        tg_causes causes;
        if (tg_causes_find(&causes, &at->mismatch, &why) == TG_OK) triage->causes = causes;
        tg_key_make(&triage->key, &at->mismatch, &triage->causes);
        triage->expected = at->expected;
        triage->actual = at->actual;
    }
    triage->smallest_causes = triage->causes;
    tg_case *smallest = &triage->smallest;
    (void)snprintf(smallest->why, sizeof smallest->why, "%.*s", (int)sizeof smallest->why - 1,
                   triage->key.text);
}

static bool stops_shrinking(void *context)
{
    campaign_run *run = context;
    if (!campaign_is_late(run) && !campaign_is_told(run)) return false;
    run->has_cut = true;
    return true;
}

static void say_step(void *context, const tg_case *smallest, size_t nb_runs)
{
    const campaign_run *run = context;
    tg_progress_say(run->progress, 0, 0, "shrinking a finding of %s: %zu event%s, %zu runs",
                    smallest->subject.trace->name, smallest->nb_events,
                    tg_plural(smallest->nb_events), nb_runs);
}

#define ONCE_EVIDENCE "it differed, and matched when it was run again"

/* Shrink; whatever comes of that, there are causes and a key. */
static tg_status shrink(look *at, campaign_run *run, tg_error *error)
{
    run->has_cut = false;
    if (at->is_once) {
        take_whole(at, &at->seen->key, TG_CAUSE_UNSTABLE, ONCE_EVIDENCE);
        return TG_OK;
    }
    if (!at->can_rerun) {
        take_whole(at, NULL, tg_cause_of_failure(&at->result.error), at->result.error.what);
        return TG_OK;
    }
    tg_progress_say(run->progress, 0, 0, "shrinking a finding of %s",
                    at->whole.subject.trace->name);
    const tg_triage_options options = {
        .expected = &run->expected,
        .actual = &run->actual,
        .max_seconds = tg_isolation_shrink_seconds(&run->actual, at->result.status),
        .stops = stops_shrinking,
        .stops_context = run,
        .on_step = say_step,
        .on_step_context = run};
    const tg_status status = tg_triage_run(&at->triage, &at->whole, &options, error);
    at->is_shrunk = status == TG_OK && !at->triage.is_match;
    if (at->is_shrunk) return TG_OK;
    if (status == TG_OK) {
        at->is_once = true;
        take_whole(at, &at->seen->key, TG_CAUSE_UNSTABLE, ONCE_EVIDENCE);
    } else {
        take_whole(at, NULL, TG_CAUSE_OTHER, "it could not be shrunk");
    }
    return status;
}

/* ---- findings ---- */

/* Index of the finding of a key; nb_kept: there is none. */
static size_t find_key(const tg_campaign *campaign, const tg_key *key)
{
    size_t i = 0;
    while (i < campaign->nb_kept && strcmp(campaign->kept[i].key.text, key->text) != 0) {
        i++;
    }
    return i;
}

/* The finding that a key belongs to: the one that has it; the one that was not done when its
 * signature was seen last, which then gets the key; a new one.
 * place  its index
 * Returns NULL where there is no room: the place is then TG_CAMPAIGN_MAX_FINDINGS */
static tg_campaign_finding *finding_of(size_t *place, tg_campaign *campaign, const look *at,
                                       uint64_t hash)
{
    const tg_campaign_signature *there = signature_at(campaign, hash);
    *place = find_key(campaign, &at->triage.key);
    if (*place == campaign->nb_kept && there != NULL && !at->is_once) *place = there->finding;
    if (*place == TG_CAMPAIGN_MAX_FINDINGS) return NULL;
    tg_campaign_finding *finding = &campaign->kept[*place];
    if (*place == campaign->nb_kept) {
        memset(finding, 0, sizeof *finding);
        campaign->nb_kept++;
    }
    finding->nb_batches++;
    return finding;
}

/* Set everything of a finding but its counts and its folder. */
static void describe(tg_campaign_finding *finding, const look *at, size_t index, uint64_t batch,
                     bool has_cut)
{
    const tg_triage *triage = &at->triage;
    if (finding->nb_batches == 1) finding->batch = batch;
    finding->index = index;
    finding->key = triage->key;
    finding->causes = triage->causes;
    finding->prediction = triage->prediction;
    finding->nb_events = triage->smallest.nb_events;
    finding->height = triage->result.height;
    finding->fixed_height = triage->smallest.fixed_height;
    finding->launch = triage->smallest.launch;
    finding->is_once = at->is_once;
    finding->is_cut = triage->is_cut;
    finding->is_unstable = triage->is_unstable;
    finding->is_done = !has_cut;
}

/* Save and report a finding. A case that cannot be saved is reported all the same. */
static tg_status keep(campaign_run *run, tg_campaign_finding *finding, look *at, tg_error *error)
{
    const bool can_rerun = at->can_rerun && !at->is_once;
    tg_status status =
        campaign_save(finding->folder, &finding->was_saved, run, &at->triage, can_rerun, error);
    if (status != TG_OK) {
        finding->folder[0] = '\0';
        finding->is_done = false;
    }
    const campaign_story story = {.run = run,
                                  .finding = finding,
                                  .whole = &at->whole,
                                  .result = &at->result,
                                  .expected = &at->expected,
                                  .actual = &at->actual,
                                  .triage = &at->triage,
                                  .is_shrunk = at->is_shrunk};
    tg_error unadded = {.status = TG_OK};
    const tg_status added = campaign_document_add(&story, &unadded);
    if (status == TG_OK && added != TG_OK) {
        status = added;
        if (error != NULL) *error = unadded;
    }
    if (run->out == NULL) return status;
    tg_progress_wipe(run->progress);
    campaign_tell(run->out, &story);
    (void)fflush(run->out);
    return status;
}

/* Shrink a batch whose signature is new, or led to nothing that is done. */
static tg_status look_closely(campaign_run *run, const campaign_slot *slot, look *at, uint64_t hash,
                              tg_error *error)
{
    tg_campaign *campaign = run->result;
    size_t place = 0;
    tg_status shrunk = shrink(at, run, error);
    tg_campaign_finding *finding = finding_of(&place, campaign, at, hash);
    if (!at->is_once) remember(campaign, hash, place);
    if (finding == NULL || finding->is_done) return shrunk;
    const bool has_cut = run->has_cut || shrunk != TG_OK;
    describe(finding, at, campaign->traces[slot->turn].index, slot->batch.number, has_cut);
    tg_error unsaved = {.status = TG_OK};
    const tg_status saved = keep(run, finding, at, &unsaved);
    if (shrunk == TG_OK && saved != TG_OK) {
        shrunk = saved;
        if (error != NULL) *error = unsaved;
    }
    return shrunk;
}

/* Keep a finding whose batch cannot be run again, by what was seen of it. */
static void keep_unseen(campaign_run *run, const campaign_slot *slot, const campaign_sight *seen,
                        const tg_error *why)
{
    tg_campaign *campaign = run->result;
    const tg_case whole = case_of(slot, campaign);
    const tg_case_result result = {.height = slot->height};
    const size_t place = find_key(campaign, &seen->unseen_key);
    if (place == TG_CAMPAIGN_MAX_FINDINGS) return;
    tg_campaign_finding *finding = &campaign->kept[place];
    if (place == campaign->nb_kept) {
        *finding = (tg_campaign_finding){.index = campaign->traces[slot->turn].index,
                                         .key = seen->unseen_key,
                                         .causes = {.nb = 1},
                                         .batch = slot->batch.number,
                                         .nb_events = slot->batch.nb_events,
                                         .height = slot->height,
                                         .fixed_height = slot->batch.fixed_height,
                                         .launch = slot->batch.launch,
                                         .is_cut = true};
        tg_cause_found *found = &finding->causes.list[0];
        found->cause = seen->failed != TG_OK ? tg_cause_of_failure(&seen->why) : TG_CAUSE_OTHER;
        (void)snprintf(found->evidence, sizeof found->evidence,
                       "it differed, and could not be run again: %.180s", why->what);
        campaign->nb_kept++;
    }
    finding->nb_batches++;
    if (run->out == NULL) return;
    const campaign_story story = {.run = run,
                                  .finding = finding,
                                  .whole = &whole,
                                  .result = &result,
                                  .is_unseen = true};
    tg_progress_wipe(run->progress);
    campaign_tell(run->out, &story);
    (void)fflush(run->out);
}

tg_status campaign_find(campaign_run *run, const campaign_slot *slot, const campaign_sight *seen,
                        tg_error *error)
{
    look at;
    tg_error why = {.status = TG_OK};
    tg_status status = look_init(&at, run, slot, seen, &why);
    if (status != TG_OK) {
        keep_unseen(run, slot, seen, &why);
        if (error != NULL) *error = why;
        return status;
    }
    const uint64_t hash = signature_of(slot->subject.trace, &at.result);
    if (at.is_once || !is_known(run->result, hash))
        status = look_closely(run, slot, &at, hash, error);
    look_clear(&at);
    return status;
}
