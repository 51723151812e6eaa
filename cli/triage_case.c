/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Triage of one case: what is found is printed, saved and put into the document. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "cli/crash.h"
#include "cli/stop.h"
#include "cli/triage_internal.h"
#include "harness/clock.h"

#include <stdlib.h>

static void show_step(void *context, const tg_case *smallest, size_t nb_runs)
{
    triage_session *state = context;
    tg_progress_say(state->progress, 0, 0, "%s: %zu event%s after %zu runs", state->trace,
                    smallest->nb_events, tg_plural(smallest->nb_events), nb_runs);
}

/* The line that runs a saved case again. */
static void write_again(tg_command *again, const triage_session *state, const char *folder)
{
    tg_command_begin(again);
    tg_command_add(again, "tracegate");
    tg_command_add(again, "replay");
    tg_command_add(again, folder);
    if (state->both.expected.ops != tg_backend_ops_at(0))
        tg_command_add_option(again, "expected", "%s", state->both.expected.ops->name);
    tg_command_add_option(again, "actual", "%s", state->both.actual.ops->name);
    tg_command_add_words(again, state->kernels.words, state->kernels.nb_words);
}

static void add_number(tg_command *again, const char *name, const tg_number *number)
{
    if (number->given)
        tg_command_add_option(again, name, "%llu", (unsigned long long)number->value);
}

/* The line that triages a case again: where it cannot be saved nothing else makes it. */
static void write_triage_again(tg_command *again, const triage_session *state, const tg_case *work)
{
    const triage_values *given = state->given;
    tg_command_begin(again);
    tg_command_add(again, "tracegate");
    tg_command_add(again, "triage");
    tg_command_add(again, state->folder != NULL ? state->folder : work->subject.trace->name);
    for (size_t i = 0; i < given->records.nb_words; i++) {
        tg_command_add_option(again, "record", "%s", given->records.words[i]);
    }
    if (given->profile.given) tg_command_add_option(again, "profile", "%s", given->profile.name);
    if (given->seed.given)
        tg_command_add_option(again, "seed", "0x%llx", (unsigned long long)given->seed.value);
    add_number(again, "nb-events", &given->nb_events);
    add_number(again, "height", &given->height);
    add_number(again, "grid", &given->grid);
    add_number(again, "block", &given->block);
    add_number(again, "repeat", &given->repeat);
    if (given->sweep) tg_command_add(again, "--sweep");
    add_number(again, "max-candidates", &given->max_candidates);
    if (state->both.expected.ops != tg_backend_ops_at(0))
        tg_command_add_option(again, "expected", "%s", state->both.expected.ops->name);
    tg_command_add_option(again, "actual", "%s", state->both.actual.ops->name);
    tg_command_add_words(again, state->kernels.words, state->kernels.nb_words);
}

static void print_head(FILE *out, const triage_session *state, const tg_case *work)
{
    (void)fprintf(out, "%-22s %s against %s    %zu event%s    MISMATCH\n",
                  work->subject.trace->name, state->both.actual.ops->name,
                  state->both.expected.ops->name, work->nb_events, tg_plural(work->nb_events));
    if (work->source[0] != '\0') (void)fprintf(out, "  events       %s\n", work->source);
}

/* Print what was found.
 * folder     NULL: the case could not be saved
 * was_saved  it was there, and is the same */
static void print_found(FILE *out, const triage_session *state, const tg_case *work,
                        const tg_triage *triage, const char *folder, bool was_saved,
                        const char *again)
{
    print_head(out, state, work);
    // How it fails is said of the smallest case, below.
    tg_report_causes(out, &triage->causes,
                     triage->result.status != TG_OK ? &triage->result.error : NULL);
    tg_triage_print(out, triage);
    if (folder != NULL) {
        (void)fprintf(out, "  %s %s\n", tg_triage_saved_label(was_saved), folder);
    } else {
        (void)fputs("  NOT SAVED\n", out);
    }
    (void)fputs("\nthe smallest case:\n", out);
    tg_case_report(out, &triage->smallest, &triage->result, &state->both.expected,
                   &state->both.actual, again);
}

/* Count a case in the document, and add what was found with its text. */
static tg_status keep(triage_session *state, const tg_case *work, const tg_triage *triage,
                      const char *folder, bool was_saved, const char *again, double start_s,
                      tg_error *error)
{
    if (state->report == NULL) return TG_OK;
    char *text = NULL;
    size_t length = 0;
    // Whoever reads the text lacks nothing but it: the finding counts without.
    FILE *memory = triage->is_match ? NULL : open_memstream(&text, &length);
    if (memory != NULL) {
        print_found(memory, state, work, triage, folder, was_saved, again);
        if (fclose(memory) != 0) memory = NULL;
    }
    const tg_triage_entry entry = {.work = work,
                                   .both = &state->both,
                                   .triage = triage,
                                   .start_s = start_s,
                                   .case_folder = folder,
                                   .again = again,
                                   .text = memory != NULL ? text : ""};
    tg_crash_announce(NULL, state->both.actual.ops->name, again);
    const tg_status status = tg_triage_document_add(state->report, &entry, error);
    tg_crash_announce(NULL, NULL, NULL);
    free(text);
    return status;
}

/* Save and print what was found. A case that cannot be saved is printed all the same. */
static tg_status tell(triage_session *state, const tg_case *work, const tg_triage *triage,
                      double start_s, tg_error *error)
{
    char folder[TG_PATH_BYTES];
    tg_command again;
    const triage_values *given = state->given;
    const bool was_saved = !given->force && tg_triage_is_saved(triage, given->save);
    const tg_status saved = tg_triage_save(folder, triage, given->save, given->force, error);
    const char *there = saved == TG_OK ? folder : NULL;
    tg_progress_wipe(state->progress);
    if (saved == TG_OK) {
        write_again(&again, state, folder);
    } else {
        write_triage_again(&again, state, work);
    }
    tg_isolation_again(&again, &state->isolation, &state->both.actual, triage->result.status);
    print_found(stdout, state, work, triage, there, was_saved, again.text);
    (void)fflush(stdout);
    const tg_status kept = keep(state, work, triage, there, was_saved, again.text, start_s,
                                saved == TG_OK ? error : NULL);
    return saved != TG_OK ? saved : kept;
}

static size_t index_of(const tg_trace *trace)
{
    size_t index = 0;
    while (tg_trace_at(index) != trace) {
        index++;
    }
    return index;
}

tg_status triage_one_case(void *context, const tg_case *work, tg_error *error)
{
    triage_session *state = context;
    const tg_triage_options how = {
        .expected = &state->both.expected,
        .actual = &state->both.actual,
        // Without a limit of time that is asked for, what is found does not depend on the clock.
        .max_seconds =
            state->given->max_seconds.given ? (double)state->given->max_seconds.value : 0,
        .max_runs = state->given->max_seconds.given ? SIZE_MAX : 0,
        .tries_plan = state->given->sweep,
        .on_step = show_step,
        .on_step_context = state,
    };
    tg_triage triage;
    tg_command again;
    const double start_s = tg_now_s();
    state->trace = work->subject.trace->name;
    tg_progress_say(state->progress, 0, 0, "%s, %zu events", state->trace, work->nb_events);
    write_triage_again(&again, state, work);
    tg_crash_announce(NULL, state->both.actual.ops->name, again.text);
    tg_status status = tg_triage_run(&triage, work, &how, error);
    for (size_t i = 1; i < state->given->repeat.value && status == TG_OK && triage.is_match; i++) {
        tg_triage_clear(&triage);
        status = tg_triage_run(&triage, work, &how, error);
    }
    tg_crash_announce(NULL, NULL, NULL);
    if (status != TG_OK) return status;
    state->nb_cases++;
    triage_trace *row = &state->traces[index_of(work->subject.trace)];
    if (!triage.is_match) {
        state->nb_found++;
        row->is_found = true;
        status = tell(state, work, &triage, start_s, error);
    } else {
        row->is_shown = row->is_shown || !triage.is_unshown;
        row->is_unshown = row->is_unshown || triage.is_unshown;
        status = keep(state, work, &triage, NULL, false, again.text, start_s, error);
    }
    tg_stop_say(TG_STOP_OF_RUN, "cases %zu, of which differ %zu so far", state->nb_cases,
                state->nb_found);
    tg_triage_clear(&triage);
    return status;
}

bool triage_is_found(void *context, const tg_trace *trace)
{
    const triage_session *state = context;
    return state->traces[index_of(trace)].is_found;
}
