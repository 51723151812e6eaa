/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Traces that are zeroed before a user's kernel: cells that it leaves out read as zeros there, and
 * cannot be seen. Where poison is asked for, every case is made both ways: what the zeroed run has
 * wrong is wrong; what is right there and wrong over poison relies on the zeroing, which SP1 gives,
 * so that it is told and is no mismatch. Stray stores and changed events are wrong in either run.
 * Where all is to be zero, only poison shows that anything was written.
 */
#include "harness/gate_judge_internal.h"
#include "harness/gate_zeroing_internal.h"

#include "harness/report.h"
#include "harness/zeroed.h"
#include "model/memory.h"

#include <stdio.h>
#include <string.h>

/* What a note says of a trace that is zeroed. */
#define UNSEEN                                                                   \
    "zeroed before the first launch: what the kernel does not write reads as 0 " \
    "and cannot be seen; --poison shows it"

/* ---- both ways ---- */

/* Words that are right in one run and wrong in the other. is_written: set where one is right over
 * poison */
static size_t count_words(bool *is_written, const uint32_t *expected, const uint32_t *zeroed,
                          const uint32_t *poisoned, size_t nb_words)
{
    size_t nb = 0;
    size_t nb_right = 0;
    for (size_t i = 0; i < nb_words; i++) {
        nb += zeroed[i] == expected[i] && poisoned[i] != expected[i];
        nb_right += poisoned[i] == expected[i];
    }
    *is_written = *is_written || nb_right != 0;
    return nb;
}

/* Count, by columns, then by side outputs. */
static size_t count_all(gate_zeroing *row, const gate_trial *run, const tg_product *poisoned)
{
    bool *is_relying = row->is_relying;
    const tg_trace *trace = run->work->subject.trace;
    const size_t height = run->work->height;
    const size_t width = tg_trace_width(trace);
    size_t nb_all = 0;
    for (size_t column = 0; column < width; column++) {
        const size_t first = column * height;
        const size_t nb =
            count_words(&row->is_written, run->expected.cells + first,
                        run->actual_memory.cells + first, poisoned->cells + first, height);
        is_relying[column] = is_relying[column] || nb != 0;
        nb_all += nb;
    }
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const uint32_t *expected = run->expected_there.sides[i];
        if (expected == NULL) continue;
        const size_t nb = count_words(&row->is_written, expected, run->actual_memory.sides[i],
                                      poisoned->sides[i], tg_side_nb_words(&trace->sides[i]));
        is_relying[width + i] = is_relying[width + i] || nb != 0;
        nb_all += nb;
    }
    return nb_all;
}

static tg_status take_columns(gate_zeroing *row, const tg_trace *trace, tg_error *error)
{
    const size_t nb = tg_trace_width(trace) + trace->nb_sides;
    void *list = NULL;
    if (row->is_relying != NULL) return TG_OK;
    const tg_status status = tg_buffer_create(&list, nb, sizeof(bool), error);
    if (status != TG_OK) return status;
    memset(list, 0, nb * sizeof(bool));
    row->is_relying = list;
    return TG_OK;
}

/* Leave of the words that two poisons make different those that differ from run to run. */
static void leave_unstable(tg_doubt *doubt, bool differs)
{
    doubt->nb_unwritten = 0;
    if (!differs) doubt->nb_unstable = 0;
}

/* Leave what a run did wrong over poison alone, and beside its cells: those are counted. */
static void leave_own(tg_conduct *conduct, const tg_conduct *zeroed)
{
    for (tg_zone zone = 0; zone < TG_NB_ZONES; zone++) {
        if (zeroed->nb_zone_words[zone] != 0) conduct->nb_zone_words[zone] = 0;
    }
    conduct->events_changed = conduct->events_changed && !zeroed->events_changed;
    if (zeroed->nb_differing != 0) conduct->nb_differing = 0;
    leave_unstable(&conduct->cells, conduct->nb_differing != 0);
    for (size_t i = 0; i < TG_MAX_SIDES; i++)
        leave_unstable(&conduct->sides[i], conduct->nb_differing != 0);
}

static void print_poisoned(FILE *out, gate_trial *run, const gate_finding *finding,
                           const tg_report *report)
{
    const bool has_failed = finding->why != NULL;
    (void)fprintf(out, "%-22s %s, over poison    %s\n  events       %s\n", report->title,
                  finding->actual, has_failed ? "FAILED" : "WRONG CONDUCT", report->source);
    if (has_failed) {
        tg_report_failure(out, "failed", finding->why);
    } else {
        tg_report_conduct(out, finding->conduct, run->work->subject.trace, run->work->height);
    }
    tg_report_again(out, report);
}

/* Judge what is wrong over poison alone. conduct, why: one is NULL */
static tg_status judge(gate_trial *run, size_t index, const tg_conduct *conduct, tg_status failed,
                       const tg_error *why, tg_error *error)
{
    gate_finding finding = {.index = index,
                            .actual = run->state->actuals[index].ops->name,
                            .conduct = conduct,
                            .failed = failed,
                            .why = why,
                            .is_poisoned = true,
                            .print = print_poisoned,
                            .not_shrunk = "it shows over poison alone"};
    run->row->zeroing.nb_wrong++;
    return gate_judge(run, &finding, error);
}

/* A run that fails over poison alone relies on the zeroing, too. What a sanitizer sees beside the
 * outputs is as wrong as in a guard zone. */
static tg_status take_failure(gate_trial *run, size_t index, tg_status status, const tg_error *why,
                              tg_error *error)
{
    gate_zeroing *row = &run->row->zeroing;
    if (tg_status_exit_code(status) != 1 && status != TG_ERR_EVENT)
        return gate_backend_failed(run, &run->state->actuals[index], status, why, error);
    if (why->failure == TG_FAILURE_OUT_OF_BOUNDS)
        return judge(run, index, NULL, status, why, error);
    // One that does not end would take its limit of time in each case.
    row->hangs = row->hangs || why->failure == TG_FAILURE_HANG;
    if (row->nb_failed++ == 0) (void)tg_error_line(row->failure, sizeof row->failure, why);
    return TG_OK;
}

/* Make the case over poison, as often as it is made over zeros. */
static tg_status make_poisoned(const tg_product *poisoned, tg_conduct *conduct,
                               const gate_trial *run, const tg_backend *backend, tg_error *why)
{
    gate_case work = *run->work;
    gate_trial other = *run;
    work.subject.plan = run->work->poisoned;
    other.work = &work;
    tg_status status = gate_make(poisoned, conduct, &other, backend, why);
    if (status == TG_OK && run->state->options->nb_repeats > 1)
        status = gate_repeat(conduct, &other, backend, poisoned, why);
    return status;
}

static tg_status try_poison(gate_trial *run, size_t index, const tg_conduct *zeroed,
                            const tg_product *poisoned, tg_error *error)
{
    const tg_backend *backend = &run->state->actuals[index];
    gate_zeroing *row = &run->row->zeroing;
    tg_conduct conduct;
    tg_error why = {.status = TG_OK};
    const tg_status status = make_poisoned(poisoned, &conduct, run, backend, &why);
    row->is_tried = true;
    row->nb_tried++;
    if (status != TG_OK) return take_failure(run, index, status, &why, error);
    const size_t nb = count_all(row, run, poisoned);
    row->nb_words += nb;
    row->nb_cases += nb != 0;
    leave_own(&conduct, zeroed);
    if (!tg_conduct_is_wrong(&conduct)) return TG_OK;
    return judge(run, index, &conduct, TG_OK, NULL, error);
}

tg_status gate_try_poison(gate_trial *run, size_t index, const tg_conduct *zeroed, tg_error *error)
{
    const tg_trace *trace = run->work->subject.trace;
    tg_product poisoned = {.cells = NULL};
    if (!gate_tries_poison(run, &run->state->actuals[index])) return TG_OK;
    // A record of other dimensions is a finding of its own.
    if (run->expected.height != run->work->height || run->expected.width != tg_trace_width(trace))
        return TG_OK;
    tg_status status = take_columns(&run->row->zeroing, trace, error);
    if (status == TG_OK) status = tg_product_create(&poisoned, trace, run->work->height, error);
    if (status == TG_OK) status = try_poison(run, index, zeroed, &poisoned, error);
    tg_product_destroy(&poisoned);
    return status;
}

bool gate_tries_poison(const gate_trial *run, const tg_backend *backend)
{
    return run->work->poisoned != NULL && backend->ops->takes_launch && !run->row->zeroing.hangs;
}

/* ---- where all is to be zero ---- */

void gate_mark_zeroed(gate_trial *run, const tg_backend *backend)
{
    const tg_subject *subject = &run->work->subject;
    gate_zeroing *row = &run->row->zeroing;
    if (!tg_is_zeroed(subject, backend->ops)) return;
    row->is_zeroed = true;
    row->is_open = row->is_open || !run->work->is_of_failure;
    row->is_shown = row->is_shown || tg_refutes_zeros(subject->trace, run->work->nb_events,
                                                      &run->expected, run->expected_there.sides);
}

/* Count the comparisons of a trace as if there had been none. */
static void take_back(gate *state, size_t index)
{
    gate_row *row = &state->rows[index];
    tg_gate_summary *summary = state->summary;
    summary->nb_comparisons -= row->nb_comparisons;
    summary->nb_cells -= row->nb_cells;
    summary->nb_golden -= row->nb_golden;
    row->nb_comparisons = row->nb_cells = row->nb_golden = 0;
    for (size_t i = 0; i < tg_trace_at(index)->nb_sides; i++) {
        const bool is_words = tg_trace_at(index)->sides[i].form == TG_SIDE_WORDS;
        *(is_words ? &summary->nb_side_words : &summary->nb_lookups) -= row->sides[i].nb_words;
        row->sides[i].nb_comparisons = row->sides[i].nb_words = 0;
    }
}

void gate_drop_unshown(gate *state)
{
    gate_names untried = {.nb_used = 0};
    gate_names tried = {.nb_used = 0};
    for (size_t i = 0; i < state->nb_traces; i++) {
        const gate_row *row = &state->rows[i];
        const gate_zeroing *zeroing = &row->zeroing;
        if (!zeroing->is_open || zeroing->is_shown || zeroing->is_written) continue;
        if (row->nb_comparisons == 0 ||
            row->nb_mismatches + row->nb_expected + row->nb_not_run != 0)
            continue;
        take_back(state, i);
        state->nb_unshown++;
        gate_names_add(zeroing->is_tried ? &tried : &untried, tg_trace_at(i)->name);
    }
    if (untried.nb_used != 0) gate_note(state, "%s: " TG_UNSHOWN "; " TG_UNSHOWN_HOW, untried.text);
    if (tried.nb_used != 0)
        gate_note(state, "%s: " TG_UNSHOWN "; over poison nothing is written", tried.text);
}

/* ---- telling ---- */

bool gate_relies_on_zeroing(const gate_zeroing *row) { return row->nb_words + row->nb_failed != 0; }

size_t gate_zeroing_columns(char (*names)[TG_NAME_BYTES], size_t max_names, const gate_zeroing *row,
                            const tg_trace *trace)
{
    const size_t width = tg_trace_width(trace);
    size_t nb = 0;
    for (size_t i = 0; row->is_relying != NULL && i < width + trace->nb_sides; i++) {
        if (!row->is_relying[i]) continue;
        if (nb < max_names && i < width) (void)tg_trace_column_name(names[nb], trace, i);
        if (nb < max_names && i >= width)
            (void)snprintf(names[nb], TG_NAME_BYTES, "%s", trace->sides[i - width].name);
        nb++;
    }
    return nb;
}

/* Behind the first `used` characters of a line. */
static void describe_wrong(char text[GATE_ZEROING_BYTES], size_t used, const gate_zeroing *row)
{
    (void)snprintf(text + used, GATE_ZEROING_BYTES - used,
                   "; over poison alone it does wrong beside its cells in %zu of %zu cases",
                   row->nb_wrong, row->nb_tried);
}

/* One line about a trace that was made both ways. */
static void describe(char text[GATE_ZEROING_BYTES], const gate_zeroing *row, const tg_trace *trace)
{
    char names[GATE_ZEROING_COLUMNS][TG_NAME_BYTES];
    gate_names list = {.nb_used = 0};
    if (!gate_relies_on_zeroing(row)) {
        size_t used = (size_t)snprintf(text, GATE_ZEROING_BYTES, "does not rely on the zeroing");
        if (row->nb_wrong == 0)
            (void)snprintf(text + used, GATE_ZEROING_BYTES - used,
                           ": over poison it makes the same");
        else
            describe_wrong(text, used, row);
        return;
    }
    const size_t nb = gate_zeroing_columns(names, GATE_ZEROING_COLUMNS, row, trace);
    for (size_t i = 0; i < nb && i < GATE_ZEROING_COLUMNS; i++) gate_names_add(&list, names[i]);
    for (size_t i = GATE_ZEROING_COLUMNS; i < nb; i++) gate_names_add(&list, "");
    size_t used = (size_t)snprintf(text, GATE_ZEROING_BYTES, "relies on the zeroing");
    if (row->nb_words != 0)
        used += (size_t)snprintf(text + used, GATE_ZEROING_BYTES - used,
                                 ": %zu %s%s in %zu of %zu cases, column%s %s", row->nb_words,
                                 trace->nb_sides != 0 ? "word" : "cell", tg_plural(row->nb_words),
                                 row->nb_cases, row->nb_tried, tg_plural(nb), list.text);
    if (row->nb_failed != 0 && used < GATE_ZEROING_BYTES)
        used += (size_t)snprintf(text + used, GATE_ZEROING_BYTES - used,
                                 "; over poison it fails in %zu of %zu cases: %.400s",
                                 row->nb_failed, row->nb_tried, row->failure);
    if (row->nb_wrong != 0 && used < GATE_ZEROING_BYTES) describe_wrong(text, used, row);
}

static void print_note(const gate *state, const char *first, const char *second)
{
    tg_flow line = tg_flow_begin(state->out, "note      ");
    tg_flow_put_words(&line, first);
    tg_flow_put_words(&line, second);
    (void)fputc('\n', state->out);
}

void gate_tell_zeroing(gate *state)
{
    gate_names unseen = {.nb_used = 0};
    for (size_t i = 0; i < state->nb_traces; i++) {
        const gate_zeroing *row = &state->rows[i].zeroing;
        const tg_trace *trace = tg_trace_at(i);
        char text[GATE_ZEROING_BYTES] = UNSEEN;
        if (!row->is_zeroed) continue;
        if (row->is_tried) {
            describe(text, row, trace);
            char name[TG_NAME_BYTES + 2];
            (void)snprintf(name, sizeof name, "%s:", trace->name);
            print_note(state, name, text);
        } else {
            gate_names_add(&unseen, trace->name);
        }
        gate_remark(state, "%s: %s", trace->name, text);
    }
    if (unseen.nb_used == 0) return;
    char names[sizeof unseen.text + 2];
    (void)snprintf(names, sizeof names, "%s:", unseen.text);
    print_note(state, names, UNSEEN);
}
