/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a campaign found: its cause, its key, whether it is known; a case of it, reduced. */
#include "harness/campaign_internal.h"

#include <string.h>

/* Events of a reduced case that are tried, at the most, before all up to the wrong one are. */
#define MAX_WINDOW ((size_t)4096)

const char *tg_campaign_cause_name(tg_campaign_cause cause)
{
    static const char *const names[] = {
#define CAUSE_NAME(constant, name, text) [constant] = (name),
        TG_CAMPAIGN_CAUSE_LIST(CAUSE_NAME)
#undef CAUSE_NAME
    };
    static_assert(sizeof names / sizeof names[0] == TG_NB_CAMPAIGN_CAUSES, "a name for each cause");
    return names[cause];
}

/* ---- causes and keys ---- */

static bool has_strayed(const tg_conduct *conduct)
{
    bool has = conduct->events_changed;
    for (tg_zone zone = 0; zone < TG_NB_ZONES; zone++) {
        has = has || conduct->nb_zone_words[zone] != 0;
    }
    return has;
}

/* Words of cells and side outputs that a conduct calls unwritten, and unstable. */
static void count_doubts(size_t *nb_unwritten, size_t *nb_unstable, const tg_conduct *conduct)
{
    *nb_unwritten = conduct->cells.nb_unwritten;
    *nb_unstable = conduct->cells.nb_unstable;
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        *nb_unwritten += conduct->sides[i].nb_unwritten;
        *nb_unstable += conduct->sides[i].nb_unstable;
    }
}

static size_t nb_not_reduced(const tg_case_result *result)
{
    size_t nb = result->diff.nb_not_reduced;
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        nb += result->sides.sides[i].nb_not_reduced;
    }
    return nb;
}

tg_campaign_cause campaign_cause(const tg_case_result *result)
{
    size_t nb_unwritten = 0;
    size_t nb_unstable = 0;
    count_doubts(&nb_unwritten, &nb_unstable, &result->conduct);
    if (result->status != TG_OK) return TG_FOUND_FAILED;
    if (result->is_match) return TG_FOUND_ONCE;
    if (has_strayed(&result->conduct)) return TG_FOUND_CONDUCT;
    if (nb_unwritten != 0) return TG_FOUND_UNWRITTEN;
    if (nb_unstable != 0) return TG_FOUND_UNSTABLE;
    if (tg_conduct_is_wrong(&result->expected_conduct)) return TG_FOUND_EXPECTED;
    return nb_not_reduced(result) != 0 ? TG_FOUND_NOT_REDUCED : TG_FOUND_WRONG;
}

/* A key that is being written. Too long a list ends with its hash, so that two that begin alike
 * stay two. */
typedef struct key_text {
    char *text; /* TG_CAMPAIGN_KEY_BYTES */
    size_t nb_used;
    uint64_t hash;
} key_text;

/* Room for the hash. */
#define HASH_BYTES 20u

static void append(key_text *key, const char *part)
{
    const size_t length = strlen(part);
    key->hash = tg_fnv(key->hash, part, length);
    if (key->nb_used + length + HASH_BYTES < TG_CAMPAIGN_KEY_BYTES) {
        memcpy(key->text + key->nb_used, part, length + 1);
        key->nb_used += length;
        return;
    }
    (void)snprintf(key->text + key->nb_used, HASH_BYTES, "..%016llx",
                   (unsigned long long)key->hash);
}

static bool is_wrong(const tg_diff *diff, size_t column)
{
    return diff->columns[column].eventful + diff->columns[column].padding != 0;
}

/* Append the wrong columns as ranges of numbers: "columns 3, 17-20". */
static void append_columns(key_text *key, const tg_diff *diff)
{
    const size_t width =
        diff->expected_width < diff->actual_width ? diff->expected_width : diff->actual_width;
    const char *before = "; columns ";
    for (size_t first = 0; first < width; first++) {
        if (!is_wrong(diff, first)) continue;
        size_t last = first;
        while (last + 1 < width && is_wrong(diff, last + 1)) {
            last++;
        }
        char range[64];
        (void)snprintf(range, sizeof range, last != first ? "%s%zu-%zu" : "%s%zu", before, first,
                       last);
        append(key, range);
        before = ", ";
        first = last;
    }
}

static void append_sides(key_text *key, const tg_trace *trace, const tg_sides_diff *sides)
{
    const char *before = "; side outputs ";
    for (size_t i = 0; i < trace->nb_sides; i++) {
        if (sides->sides[i].nb_wrong == 0) continue;
        append(key, before);
        append(key, trace->sides[i].name);
        before = ", ";
    }
}

static void write_key(char text[TG_CAMPAIGN_KEY_BYTES], const tg_trace *trace,
                      const tg_backend *actual, tg_campaign_cause cause,
                      const tg_case_result *result)
{
    key_text key = {.text = text, .hash = TG_FNV_START};
    append(&key, trace->name);
    append(&key, " on ");
    append(&key, actual->ops->name);
    append(&key, ": ");
    append(&key, tg_campaign_cause_name(cause));
    if (result->status != TG_OK) {
        append(&key, "; ");
        append(&key, tg_status_text(result->status));
        return;
    }
    if (cause == TG_FOUND_ONCE) return;
    append_columns(&key, &result->diff);
    append_sides(&key, trace, &result->sides);
}

/* ---- reduction ---- */

/* A smaller case that is tried. */
typedef struct attempt {
    const tg_case *whole;
    const tg_backend *expected;
    const tg_backend *actual;
    tg_campaign_cause cause;
} attempt;

/* Whether a case shows the cause. A machine that cannot run it ends the reduction. */
static tg_status shows(bool *does, const attempt *tried, const tg_case *work, tg_error *error)
{
    tg_case_result result;
    *does = false;
    const tg_status status = tg_case_run(&result, work, tried->expected, tried->actual, error);
    if (status != TG_OK) return status;
    *does = !result.is_match && campaign_cause(&result) == tried->cause;
    tg_case_result_clear(&result);
    return TG_OK;
}

/* A part of the events; plainness 2 leaves height and shape to rule and plan, 1 the height, 0
 * none. */
static tg_case part_of(const tg_case *whole, size_t start, size_t end, unsigned plainness)
{
    tg_case part = *whole;
    const tg_trace *trace = whole->subject.trace;
    if (trace->event != NULL)
        part.events = (unsigned char *)whole->events + start * trace->event->size;
    part.nb_events = end - start;
    if (plainness >= 1) part.fixed_height = 0;
    if (plainness >= 2) part.launch = (tg_launch){0};
    return part;
}

/* The event that the first wrong eventful cell is of; false: there is none among the listed. */
static bool find_wrong_event(size_t *event, const tg_case *whole, const tg_case_result *result)
{
    for (size_t i = 0; i < result->diff.nb_cells; i++) {
        const tg_cell *cell = &result->diff.cells[i];
        const tg_cell_source source =
            tg_trace_cell(whole->subject.trace, whole->nb_events, cell->row, cell->column);
        if (!source.eventful) continue;
        *event = source.event;
        return true;
    }
    return false;
}

tg_status campaign_reduce(tg_case *reduced, const tg_case *whole, const tg_case_result *result,
                          const tg_backend *expected, const tg_backend *actual, tg_error *error)
{
    const attempt tried = {.whole = whole,
                           .expected = expected,
                           .actual = actual,
                           .cause = campaign_cause(result)};
    size_t event = 0;
    const bool has_event = find_wrong_event(&event, whole, result);
    const size_t nb = has_event ? event + 1 : whole->nb_events;
    *reduced = *whole;
    // Without a wrong event it is the number of them, or the height.
    for (unsigned plainness = 3; plainness-- > 0;) {
        size_t window = has_event;
        while (window < nb && window <= MAX_WINDOW) {
            const size_t end = has_event ? nb : window;
            const tg_case part = part_of(whole, end - window, end, plainness);
            bool does = false;
            const tg_status status = shows(&does, &tried, &part, error);
            if (status != TG_OK) return status;
            if (does) {
                *reduced = part;
                return TG_OK;
            }
            window = window == 0 ? 1 : 2 * window;
        }
    }
    for (unsigned plainness = 3; plainness-- > 0;) {
        const tg_case part = part_of(whole, 0, nb, plainness);
        bool does = false;
        const tg_status status = shows(&does, &tried, &part, error);
        if (status != TG_OK) return status;
        if (!does) continue;
        *reduced = part;
        return TG_OK;
    }
    return TG_OK;
}

/* ---- findings ---- */

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

/* The finding of a key: the one that is there, or a new one where there is room. NULL: no room. */
static tg_campaign_finding *finding_of(bool *is_new, tg_campaign *campaign, const char *key)
{
    *is_new = false;
    for (size_t i = 0; i < campaign->nb_kept; i++) {
        if (strcmp(campaign->kept[i].key, key) == 0) return &campaign->kept[i];
    }
    if (campaign->nb_kept == TG_CAMPAIGN_MAX_FINDINGS) return NULL;
    tg_campaign_finding *finding = &campaign->kept[campaign->nb_kept++];
    memset(finding, 0, sizeof *finding);
    (void)snprintf(finding->key, sizeof finding->key, "%s", key);
    *is_new = true;
    return finding;
}

static void report(const campaign_run *run, const tg_case *work, const tg_case_result *result,
                   const tg_campaign_finding *finding)
{
    if (run->out == NULL) return;
    tg_command again;
    tg_campaign_again(&again, run->result, finding);
    tg_progress_wipe(run->progress);
    (void)fprintf(run->out, "found     %s\n", finding->key);
    if (finding->cause == TG_FOUND_ONCE) {
        (void)fprintf(run->out,
                      "  a batch of %zu events differed, and matched when it was run again\n"
                      "  again: %s\n\n",
                      work->nb_events, again.text);
    } else {
        tg_case_report(run->out, work, result, &run->expected, &run->actual, again.text);
    }
    (void)fflush(run->out);
}

/* Report a case that is not the whole batch as it is by itself. */
static tg_status report_reduced(const campaign_run *run, const tg_case *reduced,
                                const tg_campaign_finding *finding, tg_error *error)
{
    tg_case_result result;
    const tg_status status = tg_case_run(&result, reduced, &run->expected, &run->actual, error);
    if (status != TG_OK) return status;
    report(run, reduced, &result, finding);
    tg_case_result_clear(&result);
    return TG_OK;
}

/* Reduce, save and report a new finding. A case that cannot be saved is reported all the same. */
static tg_status keep(campaign_run *run, tg_campaign_finding *finding, const tg_case *whole,
                      const tg_case_result *result, tg_error *error)
{
    tg_case reduced = *whole;
    tg_status status = TG_OK;
    // A failure may have lost the device, and what shows once only does not show again.
    const bool is_repeatable = finding->cause != TG_FOUND_FAILED &&
                               finding->cause != TG_FOUND_ONCE &&
                               finding->cause != TG_FOUND_UNSTABLE;
    tg_progress_say(run->progress, 0, 0, "reducing a finding of %s", whole->subject.trace->name);
    if (is_repeatable)
        status = campaign_reduce(&reduced, whole, result, &run->expected, &run->actual, error);
    if (status != TG_OK) reduced = *whole;
    // Cut where it is longer than a case's text.
    (void)snprintf(reduced.why, sizeof reduced.why, "%.*s", (int)sizeof reduced.why - 1,
                   finding->key);
    finding->nb_events = reduced.nb_events;
    finding->launch = reduced.launch;
    tg_error unsaved = {.status = TG_OK};
    const tg_status saved = campaign_save(finding->folder, run, &reduced, finding, &unsaved);
    if (saved != TG_OK) finding->folder[0] = '\0';
    if (status != TG_OK || !is_repeatable) {
        report(run, whole, result, finding);
    } else {
        status = report_reduced(run, &reduced, finding, error);
    }
    if (saved == TG_OK || status != TG_OK) return status;
    if (error != NULL) *error = unsaved;
    return saved;
}

tg_status campaign_find(campaign_run *run, const campaign_slot *slot, tg_status status,
                        const tg_error *why, tg_error *error)
{
    tg_campaign *campaign = run->result;
    const tg_case whole = case_of(slot, campaign);
    tg_case_result result = {.status = status};
    if (status != TG_OK) {
        result.error = *why;
    } else {
        const tg_status ran = tg_case_run(&result, &whole, &run->expected, &run->actual, error);
        if (ran != TG_OK) return ran;
    }
    const tg_campaign_cause cause = campaign_cause(&result);
    char key[TG_CAMPAIGN_KEY_BYTES];
    write_key(key, slot->subject.trace, &run->actual, cause, &result);
    bool is_new = false;
    tg_campaign_finding *finding = finding_of(&is_new, campaign, key);
    tg_status kept = TG_OK;
    if (finding != NULL) finding->nb_batches++;
    if (is_new) {
        finding->index = campaign->traces[slot->turn].index;
        finding->cause = cause;
        finding->batch = slot->batch.number;
    }
    // A case that a run before this one could not save is missing still.
    if (finding != NULL && finding->folder[0] == '\0')
        kept = keep(run, finding, &whole, &result, error);
    tg_case_result_clear(&result);
    return kept;
}
