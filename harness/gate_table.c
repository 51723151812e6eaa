/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The end of the gate: a line a trace, the planted bugs, what was skipped, the verdict. */
#include "harness/gate_judge_internal.h"
#include "harness/gate_zeroing_internal.h"

#include <string.h>

static const char *row_verdict(const gate_row *row)
{
    if (row->nb_mismatches != 0) return "MISMATCH";
    if (row->has_fixed) return "FIXED";
    if (row->nb_expected != 0) return "known";
    if (row->nb_not_run != 0) return "NOT RUN";
    if (row->nb_comparisons == 0) return "NOTHING";
    return "match";
}

/* Name the sides that were compared with the expected one. */
static void write_sides(char *text, size_t size, const gate *state, const gate_row *row)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < state->nb_actuals && used < size; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s%s", i != 0 ? ", " : "",
                                 state->actuals[i].ops->name);
    }
    if (row->nb_golden != 0 && used < size)
        (void)snprintf(text + used, size - used, "%srecorded", used != 0 ? ", " : "");
}

static void print_table(const gate *state)
{
    char against[64];
    (void)snprintf(against, sizeof against, "%s against", state->expected.ops->name);
    (void)fprintf(state->out, "%-34s %-20s %5s %8s %11s %10s  %-8s %7s\n", "trace", against,
                  "cases", "events", "height", "cells", "verdict", "time");
    for (size_t i = 0; i < state->nb_traces; i++) {
        const gate_row *row = &state->rows[i];
        if (!state->is_wanted[i] || row->nb_cases == 0) continue;
        char sides[128];
        char heights[64];
        write_sides(sides, sizeof sides, state, row);
        if (row->min_height == row->max_height) {
            (void)snprintf(heights, sizeof heights, "%zu", row->max_height);
        } else {
            (void)snprintf(heights, sizeof heights, "%zu..%zu", row->min_height, row->max_height);
        }
        (void)fprintf(state->out, "%-34s %-20s %5zu %8zu %11s %10zu  %-8s %5.2f s\n",
                      tg_trace_at(i)->name, sides, row->nb_cases, row->nb_events, heights,
                      row->nb_cells, row_verdict(row), row->seconds);
    }
    (void)fputc('\n', state->out);
}

/* One line a side output, if there are any. */
static void print_sides(const gate *state)
{
    bool has_any = false;
    for (size_t i = 0; i < state->nb_traces; i++) {
        const tg_trace *trace = tg_trace_at(i);
        if (!state->is_wanted[i] || state->rows[i].nb_cases == 0) continue;
        for (size_t side = 0; side < trace->nb_sides; side++) {
            const gate_side_row *row = &state->rows[i].sides[side];
            if (!has_any)
                (void)fprintf(state->out, "%-34s %-20s %11s %14s  %s\n", "side output", "",
                              "comparisons", "words", "verdict");
            has_any = true;
            char name[3 * TG_NAME_BYTES];
            (void)snprintf(name, sizeof name, "%s.%s", trace->name, trace->sides[side].name);
            (void)fprintf(state->out, "%-34s %-20s %11zu %14zu  %s\n", name,
                          trace->sides[side].form == TG_SIDE_BYTE_LOOKUPS ? "counts of lookups"
                                                                          : "words",
                          row->nb_comparisons, row->nb_words,
                          row->nb_mismatches != 0    ? "MISMATCH"
                          : row->nb_comparisons == 0 ? "NOTHING"
                                                     : "match");
        }
    }
    if (has_any) (void)fputc('\n', state->out);
}

/* Whether a trace has any planted bug of a group: those of cells, or those of side outputs. */
static bool has_plants(const gate *state, size_t index, bool of_sides)
{
    return state->is_wanted[index] && state->rows[index].nb_cases != 0 &&
           (!of_sides || tg_trace_at(index)->nb_sides != 0);
}

static void print_plant_tally(FILE *out, const tg_plant_tally *tally)
{
    char text[48] = "-";
    if (tally->nb_planted != 0) {
        (void)snprintf(text, sizeof text, "%s%zu/%zu", tally->nb_missed != 0 ? "!" : "",
                       tally->nb_planted - tally->nb_missed, tally->nb_planted);
    }
    (void)fprintf(out, " %9s", text);
}

/* One line a trace, one column a sort of planted bug: those of cells, or those of side outputs,
 * which most traces do not have. */
static void print_plants(const gate *state, bool of_sides)
{
    bool has_any = false;
    for (size_t i = 0; i < state->nb_traces; i++) {
        has_any = has_any || has_plants(state, i, of_sides);
    }
    if (of_sides && !has_any) return;
    (void)fprintf(
        state->out,
        "planted bugs%s found, of those planted; - where the trace cannot show the sort\n%-34s",
        of_sides ? " in side outputs" : "", "trace");
    for (tg_plant plant = 0; plant < TG_NB_PLANTS; plant++) {
        if (tg_plant_is_of_sides(plant) == of_sides)
            (void)fprintf(state->out, " %9s", tg_plant_name(plant));
    }
    (void)fputc('\n', state->out);
    for (size_t i = 0; i < state->nb_traces; i++) {
        if (!has_plants(state, i, of_sides)) continue;
        (void)fprintf(state->out, "%-34s", tg_trace_at(i)->name);
        for (tg_plant plant = 0; plant < TG_NB_PLANTS; plant++) {
            if (tg_plant_is_of_sides(plant) == of_sides)
                print_plant_tally(state->out, &state->rows[i].plants[plant]);
        }
        (void)fputc('\n', state->out);
    }
    for (tg_plant plant = 0; plant < TG_NB_PLANTS; plant++) {
        if (tg_plant_is_of_sides(plant) == of_sides)
            (void)fprintf(state->out, "  %-10s %s\n", tg_plant_name(plant), tg_plant_text(plant));
    }
    (void)fputc('\n', state->out);
}
/* Say once which events no proof accepts. */
static void print_beyond(const gate *state)
{
    for (size_t i = 0; i < state->nb_traces; i++) {
        const tg_trace *trace = tg_trace_at(i);
        for (size_t bound = 0; bound < trace->nb_bounds; bound++) {
            const tg_beyond *tally = &state->rows[i].beyond[bound].tally;
            if (tally->nb == 0) continue;
            tg_report_beyond(state->out, "note      ", trace, &trace->bounds[bound], tally);
        }
    }
}

/* Say what a match of users' kernels on the host grid leaves open: it runs threads one after the
 * other. */
static void print_races(const gate *state)
{
    if (!state->runs_user_on_host) return;
    tg_flow line = tg_flow_begin(state->out, "note      ");
    tg_flow_put_words(&line, state->options->tries_shapes
                                 ? "races between threads are seen in part: the shapes that were "
                                   "swept show some, a GPU with --repeat others"
                                 : "races between threads are not seen here: --sweep shows some, a "
                                   "GPU with --repeat others");
    (void)fputc('\n', state->out);
}

/* Wanted traces for which nothing was compared. */
static size_t nb_traces_uncompared(const gate *state, size_t *nb_wanted)
{
    size_t nb_uncompared = 0;
    *nb_wanted = 0;
    for (size_t i = 0; i < state->nb_traces; i++) {
        *nb_wanted += state->is_wanted[i];
        nb_uncompared += state->is_wanted[i] && state->rows[i].nb_comparisons == 0;
    }
    return nb_uncompared;
}

/* Side outputs of gated traces that nothing was compared of: what is expected, or all that is under
 * test, lacks them. */
static size_t nb_sides_uncompared(const gate *state)
{
    size_t nb_uncompared = 0;
    for (size_t i = 0; i < state->nb_traces; i++) {
        const gate_row *row = &state->rows[i];
        if (!state->is_wanted[i] || row->nb_comparisons == 0) continue;
        for (size_t side = 0; side < tg_trace_at(i)->nb_sides; side++) {
            nb_uncompared += row->sides[side].nb_comparisons == 0;
        }
    }
    return nb_uncompared;
}

/* Say for which wanted traces no source had events. */
static void note_traces_without_events(gate *state)
{
    gate_names without = {.nb_used = 0};
    for (size_t i = 0; i < state->nb_traces; i++) {
        if (!state->is_wanted[i] || state->rows[i].nb_cases != 0) continue;
        // Those without the profile were named.
        const tg_subject subject = tg_subject_at(i);
        if (!state->options->seeded || gate_draws(state, &subject, state->options->profile))
            gate_names_add(&without, subject.trace->name);
    }
    if (without.nb_used != 0) gate_note(state, "not in what was gated: %s", without.text);
}

/* Say which side outputs golden traces lack. */
static void note_sides_not_recorded(gate *state)
{
    for (size_t i = 0; i < state->nb_traces; i++) {
        const tg_trace *trace = tg_trace_at(i);
        for (size_t side = 0; side < trace->nb_sides; side++) {
            const size_t nb = state->rows[i].sides[side].nb_not_recorded;
            if (nb == 0) continue;
            gate_note(state, "recorded: golden traces without %s.%s, which was not compared: %zu",
                      trace->name, trace->sides[side].name, nb);
        }
    }
}

/* nb_uncompared, nb_sides: traces, and side outputs of the others, that nothing was compared of */
static tg_status verdict_status(const gate *state, size_t nb_uncompared, size_t nb_sides)
{
    const tg_gate_summary *summary = state->summary;
    if (summary->nb_mismatches + summary->nb_fixed != 0) return TG_ERR_MISMATCH;
    if (state->refused.status != TG_OK) return state->refused.status;
    if (summary->nb_not_run != 0 || summary->nb_cells == 0) return TG_ERR_UNAVAILABLE;
    if (state->options->self_test && summary->nb_planted == 0) return TG_ERR_UNAVAILABLE;
    if (state->has_idle_backend || state->nb_unshown != 0) return TG_ERR_UNAVAILABLE;
    // A trace that was asked for by name and that no source has events of was not gated; nor was
    // one without one of its side outputs.
    if (state->options->nb_names != 0 && nb_uncompared + nb_sides != 0) return TG_ERR_UNAVAILABLE;
    return TG_OK;
}

/* Items of the verdict: each stays in one line. */
static void put_count(tg_flow *line, const char *what, size_t nb)
{
    char item[64];
    (void)snprintf(item, sizeof item, "%s %zu,", what, nb);
    tg_flow_put(line, item);
}

static void put_count_if_any(tg_flow *line, const char *what, size_t nb)
{
    if (nb != 0) put_count(line, what, nb);
}

static size_t nb_relying(const gate *state)
{
    size_t nb = 0;
    for (size_t i = 0; i < state->nb_traces; i++)
        nb += gate_relies_on_zeroing(&state->rows[i].zeroing);
    return nb;
}

static void print_verdict(const gate *state, tg_status status, size_t nb_compared, size_t nb_wanted,
                          size_t nb_sides_missing)
{
    const tg_gate_summary *summary = state->summary;
    const char *verdict = status == TG_OK             ? "match"
                          : status == TG_ERR_MISMATCH ? "MISMATCH"
                                                      : "NOT ALL RUN";
    char item[96];
    tg_flow line = tg_flow_begin(state->out, "verdict   ");
    (void)snprintf(item, sizeof item, "%s: traces compared %zu of %zu,", verdict, nb_compared,
                   nb_wanted);
    tg_flow_put(&line, item);
    put_count(&line, "comparisons", summary->nb_comparisons);
    put_count(&line, "cells", summary->nb_cells);
    put_count(&line, "mismatches", summary->nb_mismatches);
    put_count_if_any(&line, "known failures", summary->nb_expected);
    put_count_if_any(&line, "known failures that pass or are over", summary->nb_fixed);
    put_count_if_any(&line, "side words", summary->nb_side_words);
    put_count_if_any(&line, "lookup counters", summary->nb_lookups);
    put_count_if_any(&line, "side outputs not compared", nb_sides_missing);
    put_count_if_any(&line, "golden", summary->nb_golden);
    put_count_if_any(&line, "not run", summary->nb_not_run);
    put_count_if_any(&line, "traces that rely on the zeroing", nb_relying(state));
    if (state->options->self_test) put_count(&line, "bugs planted", summary->nb_planted);
    put_count_if_any(&line, "skipped", state->nb_notes);
    (void)snprintf(item, sizeof item, "%.1f s", tg_now_s() - state->start_s);
    tg_flow_put(&line, item);
    (void)fputc('\n', state->out);
}

tg_status gate_conclude(gate *state, tg_error *error)
{
    gate_check_ledger(state);
    gate_drop_unshown(state);
    note_traces_without_events(state);
    gate_note_idle_backends(state);
    note_sides_not_recorded(state);
    if (state->nb_not_golden != 0) {
        gate_note(state, "recorded: sets of events without a recorded trace: %zu%s",
                  state->nb_not_golden,
                  state->options->nb_record_events != 0
                      ? "; --nb-events cuts records, and a recorded trace is of all events"
                      : "");
    }
    if (state->nb_not_shown != 0) {
        (void)fprintf(
            state->out,
            "and %zu more mismatches of the same traces and backends: --verbose shows all\n\n",
            state->nb_not_shown);
    }
    if (state->options->verbose) (void)fputc('\n', state->out);
    print_table(state);
    print_sides(state);
    if (state->options->self_test) {
        print_plants(state, false);
        print_plants(state, true);
    }
    gate_print_coverage(state);
    print_beyond(state);
    gate_tell_zeroing(state);
    print_races(state);
    for (size_t i = 0; i < state->nb_notes; i++) {
        tg_flow line = tg_flow_begin(state->out, "skipped   ");
        tg_flow_put_words(&line, state->notes[i]);
        (void)fputc('\n', state->out);
    }
    size_t nb_wanted = 0;
    const size_t nb_uncompared = nb_traces_uncompared(state, &nb_wanted);
    const size_t nb_sides = nb_sides_uncompared(state);
    const tg_status status = verdict_status(state, nb_uncompared, nb_sides);
    print_verdict(state, status, nb_wanted - nb_uncompared, nb_wanted, nb_sides);
    const tg_status ended = gate_document_end(state, status, error);
    if (ended == TG_OK && status == state->refused.status && error != NULL && status != TG_OK)
        *error = state->refused;
    state->summary->is_concluded = ended == TG_OK;
    return ended == TG_OK ? status : ended;
}
