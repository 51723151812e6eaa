/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a finding of the gate is: its causes, the smallest case that shows it, its key; whether it
 * is a known failure; its place in report and document. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "harness/gate_judge_internal.h"

#include "model/fnv.h"

#include <stdlib.h>
#include <string.h>

/* Cells of a trace that is not made again as a whole in order to shrink it: 256 MiB on each side.
 * A smaller one is, since another run before it shows words that are left of earlier runs. */
#define MAX_AGAIN ((size_t)1 << 26)

/* ---- finding out ---- */

static tg_mismatch mismatch_of(const gate_trial *run, const gate_finding *finding)
{
    const gate_case *work = run->work;
    tg_mismatch mismatch = {
        .trace = work->subject.trace,
        .events = work->events,
        .nb_events = work->nb_events,
        .failed = finding->failed,
        .why = finding->why,
        .conduct = finding->conduct,
        .block = work->draw.launch.block,
    };
    if (finding->matrix != NULL) {
        mismatch.expected = run->expected;
        mismatch.actual = *finding->matrix;
        mismatch.diff = &run->diff;
    }
    if (finding->sides == NULL) return mismatch;
    mismatch.expected_sides = &run->expected_there;
    mismatch.actual_sides = finding->sides;
    mismatch.sides = &run->sides;
    return mismatch;
}

/* The case at hand. Its events stay the gate's. */
static tg_case case_of(const gate_trial *run)
{
    const gate_case *work = run->work;
    tg_case whole = {
        .subject = work->subject,
        .events = work->events,
        .nb_events = work->nb_events,
        .fixed_height = work->record != NULL ? work->record->fixed_height : work->draw.fixed_height,
        .max_candidates = work->draw.max_candidates,
        .launch = work->draw.launch,
    };
    char source[GATE_SOURCE_BYTES];
    (void)snprintf(whole.source, sizeof whole.source, "%.*s", (int)sizeof whole.source - 1,
                   gate_case_source(source, run->state, work));
    return whole;
}

/* Whether both sides can make smaller cases. A device that failed cannot, what does not end would
 * take its limit of time for each, and what differs from run to run may show nothing. */
static bool can_shrink(const gate_trial *run, const gate_finding *finding)
{
    if (finding->is_poisoned) return false;
    if (finding->conduct != NULL && finding->conduct->nb_differing != 0) return false;
    if (finding->why != NULL && finding->why->failure == TG_FAILURE_LAYOUT) return false;
    return finding->index < run->state->nb_actuals && run->state->expected.ops->generates &&
           tg_backend_can_rerun(&run->state->actuals[finding->index], finding->why);
}

static void say_step(void *context, const tg_case *smallest, size_t nb_runs)
{
    gate *state = context;
    tg_progress_say(state->progress, state->nb_cases_done - 1, state->nb_cases,
                    "shrinking %s: %zu event%s, %zu runs", smallest->subject.trace->name,
                    smallest->nb_events, tg_plural(smallest->nb_events), nb_runs);
}

/* Seconds that shrinking may take; 0: no limit. */
static double shrink_seconds(const gate_trial *run, const gate_finding *finding)
{
    const double own_s = run->state->options->max_shrink_s;
    const double needed_s =
        tg_isolation_shrink_seconds(&run->state->actuals[finding->index], finding->failed);
    return needed_s > 0 && (own_s <= 0 || needed_s < own_s) ? needed_s : own_s;
}

static tg_status shrink(gate_trial *run, gate_finding *finding, tg_error *error)
{
    const tg_backend *actual = &run->state->actuals[finding->index];
    const tg_case whole = case_of(run);
    tg_case_result result = {.height = run->work->height,
                             .diff = run->diff,
                             .sides = run->sides,
                             .status = finding->failed};
    if (finding->conduct != NULL) result.conduct = *finding->conduct;
    if (finding->why != NULL) result.error = *finding->why;
    const double max_seconds = shrink_seconds(run, finding);
    const bool is_large = run->work->height > MAX_AGAIN / tg_trace_width(run->work->subject.trace);
    tg_mismatch mismatch;
    tg_triage_mismatch(&mismatch, &whole, &result, &run->expected_there, finding->sides, actual);
    const tg_triage_options options = {.expected = &run->state->expected,
                                       .actual = actual,
                                       .whole = is_large || max_seconds > 0 ? &mismatch : NULL,
                                       .max_seconds = max_seconds,
                                       .shapes =
                                           finding->shapes != NULL ? finding->shapes->text : NULL,
                                       .on_step = say_step,
                                       .on_step_context = run->state};
    const tg_status status = tg_triage_run(&finding->triage, &whole, &options, error);
    finding->has_triage = status == TG_OK;
    if (status != TG_OK || finding->triage.is_match) return status;
    finding->causes = finding->triage.causes;
    finding->key = finding->triage.key;
    return TG_OK;
}

/* Causes and key of what is at hand, without another run. */
static void look(gate_trial *run, gate_finding *finding)
{
    const tg_mismatch mismatch = mismatch_of(run, finding);
    if (tg_causes_find(&finding->causes, &mismatch, NULL) != TG_OK) {
        // Without memory for them the mismatch is none the less one.
        finding->causes = (tg_causes){.nb = 1, .list = {{.cause = TG_CAUSE_OTHER}}};
    }
    if (finding->shapes != NULL) tg_causes_put_shape(&finding->causes, finding->shapes->text);
    tg_key_make(&finding->key, &mismatch, &finding->causes);
}

/* Find out what a finding is. Whatever fails on the way, the finding stays one. */
static void find_out(gate_trial *run, gate_finding *finding)
{
    const tg_gate_options *options = run->state->options;
    tg_error why = {.status = TG_OK};
    tg_status status = TG_OK;
    if (can_shrink(run, finding)) {
        tg_command again;
        gate_write_again(&again, run, finding->actual);
        if (options->on_run != NULL)
            options->on_run(options->on_run_context, finding->actual, again.text);
        status = shrink(run, finding, &why);
        if (options->on_run != NULL) options->on_run(options->on_run_context, NULL, NULL);
    }
    if (!finding->has_triage || finding->triage.is_match) look(run, finding);
    if (status != TG_OK) (void)tg_error_line(finding->not_shrunk, sizeof finding->not_shrunk, &why);
}

/* ---- which are alike ---- */

static uint64_t hash_tally(uint64_t hash, const tg_tally *wrong)
{
    const unsigned char parts = (unsigned char)((wrong->eventful != 0) + 2 * (wrong->padding != 0));
    return tg_fnv(hash, &parts, sizeof parts);
}

static uint64_t hash_conduct(uint64_t hash, const tg_conduct *conduct)
{
    unsigned char parts[TG_NB_ZONES + 4 + 2 * TG_MAX_SIDES];
    size_t nb = 0;
    for (tg_zone zone = 0; zone < TG_NB_ZONES; zone++) {
        parts[nb++] = conduct->nb_zone_words[zone] != 0;
    }
    parts[nb++] = conduct->events_changed;
    parts[nb++] = conduct->nb_differing != 0;
    parts[nb++] = conduct->cells.nb_unwritten != 0;
    parts[nb++] = conduct->cells.nb_unstable != 0;
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        parts[nb++] = conduct->sides[i].nb_unwritten != 0;
        parts[nb++] = conduct->sides[i].nb_unstable != 0;
    }
    return tg_fnv(hash, parts, nb);
}

/* What findings have in common that are alike: how and where the backend failed, which columns of
 * which part and which side outputs are wrong, which conduct. */
static uint64_t signature_of(const gate_trial *run, const gate_finding *finding)
{
    uint64_t hash = tg_fnv(TG_FNV_START, &finding->failed, sizeof finding->failed);
    const unsigned char how[] = {finding->why != NULL ? (unsigned char)finding->why->failure
                                                      : (unsigned char)0,
                                 finding->shapes != NULL};
    hash = tg_fnv(hash, how, sizeof how);
    if (finding->why != NULL) hash = tg_fnv(hash, finding->why->site, strlen(finding->why->site));
    const tg_diff *diff = &run->diff;
    const size_t width =
        diff->expected_width < diff->actual_width ? diff->expected_width : diff->actual_width;
    for (size_t column = 0; finding->matrix != NULL && column < width; column++) {
        hash = hash_tally(hash, &diff->columns[column]);
    }
    for (size_t i = 0; finding->sides != NULL && i < TG_MAX_SIDES; i++) {
        const unsigned char is_wrong = run->sides.sides[i].nb_wrong != 0;
        hash = tg_fnv(hash, &is_wrong, sizeof is_wrong);
    }
    return finding->conduct != NULL ? hash_conduct(hash, finding->conduct) : hash;
}

/* Whether nothing like it was looked at before; it is, from now on. */
static bool is_first(gate_looks *looks, uint64_t signature)
{
    for (size_t i = 0; i < looks->nb_signatures; i++) {
        if (looks->signatures[i] == signature) return false;
    }
    if (looks->nb_signatures == GATE_MAX_LOOKS) return false;
    looks->signatures[looks->nb_signatures++] = signature;
    return true;
}

/* Whether no finding with its key was reported before; one is, from now on. */
static bool is_new_key(gate_looks *looks, const tg_key *key)
{
    for (size_t i = 0; i < looks->nb_ids; i++) {
        if (strcmp(looks->ids[i], key->id) == 0) return false;
    }
    // One too many is told each time.
    if (looks->nb_ids < GATE_MAX_LOOKS)
        memcpy(looks->ids[looks->nb_ids++], key->id, sizeof key->id);
    return true;
}

/* ---- saving ---- */

/* Save the smallest case, each key once. One that is there already stays, and is said. */
static void save(gate_trial *run, gate_finding *finding)
{
    gate *state = run->state;
    const tg_gate_options *options = state->options;
    if (options->save == NULL || !finding->has_triage || finding->triage.is_match) return;
    for (size_t i = 0; i < state->nb_saved; i++) {
        if (strcmp(state->saved[i], finding->key.id) == 0) return;
    }
    tg_error why = {.status = TG_OK};
    finding->was_saved =
        !options->is_save_forced && tg_triage_is_saved(&finding->triage, options->save);
    if (tg_triage_save(finding->folder, &finding->triage, options->save, options->is_save_forced,
                       &why) != TG_OK) {
        char line[sizeof(tg_error)];
        finding->folder[0] = '\0';
        gate_note(state, "case not saved: %s", tg_error_line(line, sizeof line, &why));
        return;
    }
    if (state->nb_saved < GATE_MAX_SAVED)
        memcpy(state->saved[state->nb_saved++], finding->key.id, sizeof finding->key.id);
}

/* ---- telling ---- */

static void print_shrunk(FILE *out, const void *more)
{
    const gate_finding *finding = more;
    if (finding->shapes != NULL) gate_print_shapes(out, finding->shapes);
    if (finding->has_triage && !finding->triage.is_match) {
        tg_triage_print(out, &finding->triage);
    } else {
        (void)fprintf(out, "  key          %s (%s)\n", finding->key.text, finding->key.id);
    }
    if (finding->not_shrunk[0] != '\0') {
        tg_flow line = tg_flow_begin(out, "  not shrunk   ");
        tg_flow_put_words(&line, finding->not_shrunk);
        (void)fputc('\n', out);
    }
    if (finding->has_more)
        (void)fputs(
            "  known        only in part: more is wrong than the key's smallest case shows\n", out);
    if (finding->over != NULL)
        (void)fprintf(out, "  known        until %s, which is over: %s\n", finding->over->until,
                      finding->over->why);
    if (finding->folder[0] != '\0')
        (void)fprintf(out, "  %s %s\n", tg_triage_saved_label(finding->was_saved), finding->folder);
}

/* Add a finding with its text to the document. */
static tg_status document(gate_trial *run, const gate_finding *finding, const tg_report *report,
                          const char *text, tg_error *error)
{
    tg_picture picture;
    const tg_ledger_entry *listed = finding->known != NULL ? finding->known : finding->over;
    const bool has_cells = finding->matrix != NULL;
    tg_status status = TG_OK;
    if (has_cells)
        status = tg_picture_init(&picture, report->trace, report->nb_events, &run->expected,
                                 finding->matrix, error);
    if (status != TG_OK) return status;
    const tg_finding entry = {
        .report = report,
        .diff = has_cells ? &run->diff : NULL,
        .failed = finding->failed,
        .why = finding->why,
        .launch = run->work->draw.launch,
        .backend = finding->actual,
        .causes = &finding->causes,
        .key = &finding->key,
        .triage = finding->has_triage && !finding->triage.is_match ? &finding->triage : NULL,
        .picture = has_cells ? &picture : NULL,
        .case_folder = finding->folder[0] != '\0' ? finding->folder : NULL,
        .text = text,
        .is_expected = finding->known != NULL,
        .ledger_why = listed != NULL ? listed->why : NULL,
        .ledger_until = listed != NULL ? listed->until : NULL,
    };
    status = tg_document_add_finding(run->state->options->document, &entry, error);
    if (has_cells) tg_picture_clear(&picture);
    return status;
}

/* A report that is told in two parts, and kept as a whole for the document. */
typedef struct story {
    tg_report report;
    tg_command again;
    char source[GATE_SOURCE_BYTES];
    FILE *memory; /* NULL: there is none, and the document has no text */
    char *text;
    size_t length;
} story;

static void story_init(story *told, gate_trial *run, const gate_finding *finding)
{
    const gate_case *work = run->work;
    const bool triages = run->state->options->triages;
    gate_write_again(&told->again, run, finding->actual);
    if (finding->index < run->state->nb_actuals)
        tg_isolation_again(&told->again, &run->state->options->isolation,
                           &run->state->actuals[finding->index], finding->failed);
    told->report = (tg_report){
        .trace = work->subject.trace,
        .title = work->subject.trace->name,
        .expected = run->state->expected.ops->name,
        .actual = finding->actual,
        .source = gate_case_source(told->source, run->state, work),
        .events = work->events,
        .nb_events = work->nb_events,
        .height = work->height,
        .sides = finding->matrix != NULL || finding->sides != NULL ? &run->sides : NULL,
        .conduct = finding->conduct,
        .causes = triages ? &finding->causes : NULL,
        .print_more = triages ? print_shrunk : NULL,
        .more = finding,
        .why = finding->why,
        .again = told->again.text,
    };
    told->text = NULL;
    told->length = 0;
    told->memory =
        run->state->options->document != NULL ? open_memstream(&told->text, &told->length) : NULL;
}

/* Print what is known before anything is shrunk: whatever becomes of that, it has been said. */
static void tell_first(gate_trial *run, const gate_finding *finding, story *told, bool is_shown)
{
    if (told->memory != NULL) finding->print(told->memory, run, finding, &told->report);
    if (!is_shown) return;
    tg_progress_wipe(run->state->progress);
    finding->print(run->state->out, run, finding, &told->report);
    (void)fflush(run->state->out);
}

static void tell_rest(gate_trial *run, const story *told, bool is_shown)
{
    if (told->memory != NULL) tg_report_end(told->memory, &told->report);
    if (!is_shown) return;
    tg_progress_wipe(run->state->progress);
    tg_report_end(run->state->out, &told->report);
    (void)fflush(run->state->out);
}

/* Put a finding that was told into the document. */
static tg_status keep(gate_trial *run, const gate_finding *finding, story *told, tg_error *error)
{
    if (run->state->options->document == NULL) return TG_OK;
    // Whoever reads the text lacks nothing but it: the finding counts without.
    const bool has_text = told->memory != NULL && fflush(told->memory) == 0;
    return document(run, finding, &told->report, has_text ? told->text : "", error);
}

static void story_clear(story *told)
{
    if (told->memory != NULL) (void)fclose(told->memory);
    free(told->text);
}

/* Count a known failure, and say so the first time. */
static tg_status tell_known(gate_trial *run, const gate_finding *finding, story *told,
                            tg_error *error)
{
    gate *state = run->state;
    run->row->nb_expected++;
    state->summary->nb_expected++;
    if (finding->known->nb_seen != 1) return TG_OK;
    tg_progress_wipe(state->progress);
    (void)fprintf(
        state->out, "%-22s %s    KNOWN FAILURE until %s\n  key          %s\n  why          ",
        run->work->subject.trace->name, finding->actual, finding->known->until, finding->key.text);
    tg_flow line = {.out = state->out, .indent = 15, .column = 15};
    tg_flow_put_words(&line, finding->known->why);
    (void)fputs("\n\n", state->out);
    tell_first(run, finding, told, false);
    tell_rest(run, told, false);
    return keep(run, finding, told, error);
}

/* Count a mismatch that is not known, and report it where it has a new key, or had room to be
 * reported before its key was known. */
static tg_status tell_unknown(gate_trial *run, gate_finding *finding, story *told, bool was_told,
                              tg_error *error)
{
    gate_looks *looks = &run->row->looks[finding->index];
    const bool is_new = is_new_key(looks, &finding->key);
    const bool is_shown = was_told || is_new || run->state->options->verbose;
    // What was told before it was looked at is counted.
    if (!was_told) gate_count_mismatch(run);
    if (is_new) save(run, finding);
    if (!was_told) tell_first(run, finding, told, is_shown);
    tell_rest(run, told, is_shown);
    looks->nb_reports += is_shown;
    run->state->nb_not_shown += !is_shown;
    return is_new ? keep(run, finding, told, error) : TG_OK;
}

/* A finding that is only counted, or printed without being looked at. */
static void tell_briefly(gate_trial *run, const gate_finding *finding, story *told)
{
    gate_looks *looks = &run->row->looks[finding->index];
    const bool is_shown = run->state->options->verbose ||
                          (!run->state->options->triages && looks->nb_reports < GATE_MAX_REPORTS);
    gate_count_mismatch(run);
    looks->nb_reports += is_shown;
    run->state->nb_not_shown += !is_shown;
    told->report.causes = NULL;
    told->report.print_more = NULL;
    tell_first(run, finding, told, is_shown);
    tell_rest(run, told, is_shown);
}

tg_status gate_judge(gate_trial *run, gate_finding *finding, tg_error *error)
{
    const tg_gate_options *options = run->state->options;
    gate_looks *looks = &run->row->looks[finding->index];
    const bool is_new = is_first(looks, signature_of(run, finding));
    tg_status status = TG_OK;
    story told;
    story_init(&told, run, finding);
    // With a ledger every one is looked at: what is like a known failure may yet be another.
    if (!options->triages || (!is_new && options->ledger == NULL)) {
        tell_briefly(run, finding, &told);
    } else {
        const bool is_told = options->ledger == NULL && looks->nb_reports < GATE_MAX_REPORTS;
        if (is_told) {
            gate_count_mismatch(run);
            tell_first(run, finding, &told, true);
        }
        find_out(run, finding);
        gate_look_up(run, finding);
        status = finding->known != NULL ? tell_known(run, finding, &told, error)
                                        : tell_unknown(run, finding, &told, is_told, error);
    }
    story_clear(&told);
    if (finding->has_triage) tg_triage_clear(&finding->triage);
    return status;
}
