/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Records whose shards are gated: the check of all of them, one after the other, the verdict. */
#include "cli/gate_pipeline_internal.h"

#include <stdlib.h>

/* ---- before anything runs ---- */

/* Cells of a shard's traces. */
static size_t nb_cells_of(tg_inputs *const *inputs)
{
    size_t nb_cells = 0;
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        for (size_t i = 0; inputs[kind] != NULL && i < inputs[kind]->machine->nb_chips; i++) {
            const tg_chip_input *input = &inputs[kind]->chips[i];
            if (input->is_included)
                nb_cells += input->height * tg_machine_width(inputs[kind]->machine, i, kind);
        }
    }
    return nb_cells;
}

/* Check a record: all that can be read without making or comparing anything. */
static tg_status check(size_t *nb_cells, const tg_gate_pipeline_options *options,
                       const char *record, tg_error *error)
{
    tg_shard shard;
    uint32_t values[TG_PIPELINE_NB_PUBLIC_VALUES];
    bool is_there = false;
    tg_status status = tg_shard_read(&shard, options->shard, record, error);
    if (status != TG_OK) return status;
    gating of = {.options = options, .shard = &shard};
    status = tg_shard_all_inputs(of.inputs, &shard, false, error);
    if (status == TG_OK) {
        *nb_cells = nb_cells_of(of.inputs);
        status = tg_record_open_whole(&of.whole, &of.has_whole, &shard.record, error);
    }
    if (status == TG_OK) status = tg_record_public_values(values, &is_there, &shard.record, error);
    if (status == TG_OK) status = gate_pipeline_check_recorded(&of, error);
    if (of.has_whole) tg_record_clear(&of.whole);
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        if (of.inputs[kind] != NULL) of.inputs[kind]->destroy(of.inputs[kind]);
    }
    tg_shard_close(&shard);
    return status;
}

/* ---- the verdict ---- */

static void add(gate_counts *to, const gate_counts *from)
{
    to->nb_made += from->nb_made;
    to->made_cells += from->made_cells;
    to->nb_recorded += from->nb_recorded;
    to->recorded_cells += from->recorded_cells;
    to->nb_sides += from->nb_sides;
    to->nb_unrecorded += from->nb_unrecorded;
    to->nb_carried += from->nb_carried;
    to->carried_cells += from->carried_cells;
    to->nb_values += from->nb_values;
    to->nb_lists += from->nb_lists;
    to->nb_wrong += from->nb_wrong;
}

/* Which of two statuses is the verdict: exit code 1 before 3 before 2, else the first. */
static tg_status worse(tg_status first, tg_status other)
{
    static const int rank[] = {[0] = 0, [2] = 1, [3] = 2, [1] = 3};
    return rank[tg_status_exit_code(other)] > rank[tg_status_exit_code(first)] ? other : first;
}

static void print_totals(const gate_counts *counts, tg_status status)
{
    const char *verdict = status == TG_OK                    ? "MATCH"
                          : counts->nb_wrong > 0             ? "MISMATCH"
                          : tg_status_exit_code(status) == 1 ? "FAILED"
                                                             : "NOT GATED";
    (void)printf("with the reference: %zu traces, %zu cells\n", counts->nb_made,
                 counts->made_cells);
    (void)printf("with the record: %zu traces, %zu cells; %zu side outputs\n", counts->nb_recorded,
                 counts->recorded_cells, counts->nb_sides);
    (void)printf("made, and not in the record: %zu traces\n", counts->nb_unrecorded);
    (void)printf("stand-ins, which are only carried through: %zu traces, %zu cells\n",
                 counts->nb_carried, counts->carried_cells);
    (void)printf("%s: %zu comparisons, %zu wrong\n", verdict,
                 counts->nb_made + counts->nb_recorded + counts->nb_sides + counts->nb_values +
                     counts->nb_lists,
                 counts->nb_wrong);
}

/* Seconds that the gate of a record may take: the shard is made twice. */
static double limit_of(const tg_isolation *isolation, size_t nb_cells)
{
    if (isolation->has_limit) return isolation->max_seconds;
    return 2 * (TG_WORKER_MAX_SECONDS + (double)nb_cells / TG_WORKER_CELLS_PER_SECOND);
}

tg_status tg_gate_pipeline(const tg_gate_pipeline_options *options, tg_error *error)
{
    const size_t nb = options->records->nb_words;
    const char *const *records = options->records->words;
    gate_counts counts = {.nb_wrong = 0};
    tg_status verdict = TG_OK;
    size_t *nb_cells = calloc(nb != 0 ? nb : 1, sizeof *nb_cells);
    if (nb_cells == NULL) {
        tg_error_set(error, TG_ERR_MEMORY, "no memory for a list of records");
        tg_error_how(error, "free memory");
        return TG_ERR_MEMORY;
    }
    for (size_t i = 0; i < nb && verdict == TG_OK; i++) {
        verdict = check(&nb_cells[i], options, records[i], error);
    }
    if (verdict != TG_OK) {
        free(nb_cells);
        return verdict;
    }
    for (size_t i = 0; i < nb; i++) {
        gate_outcome outcome = {.status = TG_OK};
        if (options->isolation->isolate == TG_ISOLATE_NEVER) {
            gate_pipeline_record(&outcome, options, records[i]);
        } else {
            gate_pipeline_record_apart(&outcome, options, records[i],
                                       limit_of(options->isolation, nb_cells[i]));
        }
        add(&counts, &outcome.counts);
        verdict = worse(verdict, outcome.status);
    }
    free(nb_cells);
    if (counts.nb_wrong > 0) verdict = worse(TG_ERR_MISMATCH, verdict);
    print_totals(&counts, verdict);
    return verdict;
}
