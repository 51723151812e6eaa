/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate and its ledger: whether a finding is a known failure, and which known failures were not
 * met. What is over is as unexpected as what was never listed. */
#include "harness/gate_judge_internal.h"

#include <string.h>

/* Whether whatever is wrong in one conduct is wrong in the other, too. */
static bool has_conduct(const tg_conduct *all, const tg_conduct *some)
{
    bool has = !some->events_changed || all->events_changed;
    for (tg_zone zone = 0; zone < TG_NB_ZONES; zone++) {
        has = has && (some->nb_zone_words[zone] == 0 || all->nb_zone_words[zone] != 0);
    }
    has = has && (some->cells.nb_unwritten == 0 || all->cells.nb_unwritten != 0) &&
          (some->cells.nb_unstable == 0 || all->cells.nb_unstable != 0);
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        has = has && (some->sides[i].nb_unwritten == 0 || all->sides[i].nb_unwritten != 0) &&
              (some->sides[i].nb_unstable == 0 || all->sides[i].nb_unstable != 0);
    }
    return has;
}

/* Whether the smallest case shows all that the whole does: columns, parts, side outputs, conduct. A
 * key excuses nothing else. */
static bool is_explained(const gate_trial *run, const gate_finding *finding)
{
    if (finding->matrix == NULL) return true;
    if (!finding->has_triage || finding->triage.is_match) return true;
    const tg_case_result *small = &finding->triage.result;
    const tg_diff *diff = &run->diff;
    if (finding->triage.is_cut || diff->expected_width != diff->actual_width) return false;
    for (size_t column = 0; column < diff->expected_width; column++) {
        const tg_tally *all = &small->diff.columns[column];
        const tg_tally *some = &diff->columns[column];
        if ((some->eventful != 0 && all->eventful == 0) ||
            (some->padding != 0 && all->padding == 0))
            return false;
    }
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        if (run->sides.sides[i].nb_wrong != 0 && small->sides.sides[i].nb_wrong == 0) return false;
    }
    return finding->conduct == NULL || has_conduct(&small->conduct, finding->conduct);
}

void gate_look_up(const gate_trial *run, gate_finding *finding)
{
    const tg_ledger *ledger = run->state->options->ledger;
    tg_ledger_entry *entry =
        ledger != NULL ? tg_ledger_find(ledger, finding->key.text, finding->actual) : NULL;
    if (entry == NULL) return;
    entry->nb_seen++;
    if (entry->is_over) {
        finding->over = entry;
        return;
    }
    finding->has_more = !is_explained(run, finding);
    if (!finding->has_more) finding->known = entry;
}

/* ---- the end ---- */

/* Whether the backend of an entry was under test. */
static bool has_run(const gate *state, const gate_row *row, const tg_ledger_entry *entry)
{
    if (entry->backend[0] == '\0') return true;
    for (size_t i = 0; i < state->nb_actuals; i++) {
        if (strcmp(state->actuals[i].ops->name, entry->backend) == 0)
            return state->nb_compared[i] != 0;
    }
    const tg_backend_ops *ops = NULL;
    const bool is_recorded =
        tg_backend_find(&ops, entry->backend, NULL) == TG_OK && !ops->generates;
    return is_recorded && row->nb_golden != 0;
}

/* The row of an entry's trace; NULL if it was not gated, or not with the entry's backend: nothing
 * can be said of it then. */
static gate_row *row_of(gate *state, const tg_ledger_entry *entry)
{
    for (size_t i = 0; i < state->nb_traces; i++) {
        if (strcmp(tg_trace_at(i)->name, entry->trace) != 0) continue;
        gate_row *row = &state->rows[i];
        const bool is_gated = state->is_wanted[i] && row->nb_comparisons != 0;
        return is_gated && has_run(state, row, entry) ? row : NULL;
    }
    return NULL;
}

/* Whether a failure that was not met would have been: a gate of fewer events may miss it. */
static bool is_whole_gate(const gate *state)
{
    const tg_gate_options *options = state->options;
    return options->seeded && options->sweeps && options->corpus != NULL && state->nb_records != 0;
}

void gate_check_ledger(gate *state)
{
    const tg_ledger *ledger = state->options->ledger;
    size_t nb_not_met = 0;
    for (size_t i = 0; ledger != NULL && i < ledger->nb_entries; i++) {
        const tg_ledger_entry *entry = &ledger->entries[i];
        gate_row *row = row_of(state, entry);
        if (row == NULL || (entry->nb_seen != 0 && !entry->is_over)) continue;
        if (!entry->is_over && !is_whole_gate(state)) {
            nb_not_met++;
            continue;
        }
        const char *what = entry->is_over ? "IS OVER" : "PASSES";
        row->has_fixed = true;
        state->summary->nb_fixed++;
        (void)fprintf(state->out, "%-22s KNOWN FAILURE %s\n  key          %s\n  %s\n\n",
                      entry->trace, what, entry->key,
                      entry->is_over
                          ? "its last day is past: mend it, or give it another day and a reason"
                          : "nothing has this key any more: take it out of the list");
        const char *of = entry->backend[0] != '\0' ? " of " : "";
        gate_remark(state, "%s: known failure %s%s%s %s (listed until %s: %s)", entry->trace,
                    entry->key, of, entry->backend, entry->is_over ? "is over" : "passes",
                    entry->until, entry->why);
    }
    if (nb_not_met != 0)
        gate_note(state,
                  "known failures that were not met: %zu; whether they pass only the whole "
                  "gate says, with corpus and default draws",
                  nb_not_met);
}
