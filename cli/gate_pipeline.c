/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Records whose shards are gated: the check of all of them, one after the other, the verdict. */
#include "cli/gate_pipeline_internal.h"
#include "cli/isolation.h"
#include "cli/line.h"
#include "harness/words.h"

#include <string.h>

/* How often the cells of a record are made: by the pipeline, and by what they are compared with. */
#define NB_MADE 2

/* ---- before anything runs ---- */

/* Check a record: all that can be read without making or comparing anything. */
static tg_status check(const tg_gate_pipeline_options *options, const char *record, tg_error *error)
{
    tg_shard shard;
    uint32_t values[TG_PIPELINE_NB_PUBLIC_VALUES];
    bool is_there = false;
    tg_status status = tg_shard_read(&shard, options->shard, record, error);
    if (status != TG_OK) return status;
    gating of = {.options = options, .shard = &shard};
    status = tg_shard_check_list(&shard, error);
    if (status == TG_OK) status = tg_shard_all_inputs(of.inputs, &shard, false, error);
    if (status == TG_OK)
        status = tg_record_open_whole(&of.whole, &of.has_whole, &shard.record, error);
    if (status == TG_OK)
        status = tg_record_public_values(values, &is_there, shard.machine, &shard.record, error);
    if (status == TG_OK) status = gate_pipeline_check_recorded(&of, error);
    if (of.has_whole) tg_record_clear(&of.whole);
    tg_shard_destroy_inputs(of.inputs);
    tg_shard_close(&shard);
    return status;
}

/* ---- one record ---- */

/* The line that gates one of the records again, and no other. */
static void set_again(tg_command *again, const tg_gate_pipeline_options *options,
                      const char *record)
{
    static const char option[] = "--record=";
    tg_line line;
    tg_command_begin(again);
    // A line that is too long to be read back is printed as it is.
    const bool is_read = options->records->nb_words > 1 &&
                         tg_line_read(&line, options->again, NULL) == TG_OK &&
                         tg_line_set(&line, "record", record, NULL) == TG_OK;
    tg_command_add(again, "tracegate");
    tg_command_add(again, "gate");
    for (size_t i = 0; is_read && i < line.nb_words; i++) {
        if (strncmp(line.words[i], option, strlen(option)) == 0) {
            tg_command_add_option(again, "record", "%s", line.words[i] + strlen(option));
        } else {
            tg_command_add(again, line.words[i]);
        }
    }
    if (!is_read) (void)snprintf(again->text, sizeof again->text, "%s", options->again);
}

/* What is done with a device. */
typedef struct gate_work {
    const tg_gate_pipeline_options *options;
    tg_shard *shard;
} gate_work;

static void work(void *context, void *result, tg_apart_told *told, tg_apart *apart)
{
    const gate_work *of = context;
    gate_pipeline_record(result, of->options, of->shard, told, apart);
}

/* Gate a record, and say what ends it early. */
static tg_status gate_record(gate_outcome *outcome, const tg_gate_pipeline_options *options,
                             const char *record)
{
    char head[TG_PATH_BYTES + 32];
    tg_command again;
    tg_shard shard;
    tg_apart_told told = {.status = TG_OK};
    size_t nb_cells = 0;
    set_again(&again, options, record);
    (void)snprintf(head, sizeof head, "tracegate gate: %s", record);
    *outcome = (gate_outcome){.is_concluded = false};
    told.status = tg_shard_read(&shard, options->shard, record, &told.error);
    if (told.status == TG_OK) told.status = tg_shard_nb_cells(&nb_cells, &shard, &told.error);
    if (told.status == TG_OK) {
        tg_gate_pipeline_options own = *options;
        own.again = again.text;
        gate_work of = {.options = &own, .shard = &shard};
        const tg_apart_job job = {.work = work,
                                  .context = &of,
                                  .result = outcome,
                                  .result_bytes = sizeof *outcome,
                                  .is_apart = options->isolation->isolate != TG_ISOLATE_NEVER,
                                  .keeps_stdout = true,
                                  .max_seconds =
                                      tg_isolation_limit(options->isolation, NB_MADE, nb_cells),
                                  .again = again.text};
        tg_apart_run(&told, &job);
        tg_shard_close(&shard);
    }
    if (told.status != TG_OK) tg_apart_say(&told, head, again.text);
    return told.status;
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

static void print_totals(const gate_counts *counts, tg_status status, size_t nb,
                         size_t nb_concluded)
{
    const char *verdict = status == TG_OK                    ? "MATCH"
                          : counts->nb_wrong > 0             ? "MISMATCH"
                          : tg_status_exit_code(status) == 1 ? "FAILED"
                                                             : "NOT GATED";
    (void)printf("with the reference: %zu trace%s, %zu cells\n", counts->nb_made,
                 tg_plural(counts->nb_made), counts->made_cells);
    (void)printf("with the record: %zu trace%s, %zu cells; %zu side output%s\n",
                 counts->nb_recorded, tg_plural(counts->nb_recorded), counts->recorded_cells,
                 counts->nb_sides, tg_plural(counts->nb_sides));
    (void)printf("made, and not in the record: %zu trace%s\n", counts->nb_unrecorded,
                 tg_plural(counts->nb_unrecorded));
    (void)printf("stand-ins, which are only carried through: %zu trace%s, %zu cells\n",
                 counts->nb_carried, tg_plural(counts->nb_carried), counts->carried_cells);
    (void)printf("%s: %zu comparisons, %zu wrong", verdict,
                 counts->nb_made + counts->nb_recorded + counts->nb_sides + counts->nb_values +
                     counts->nb_lists,
                 counts->nb_wrong);
    if (nb_concluded < nb)
        (void)printf("; %zu of %zu record%s not gated to the end", nb - nb_concluded, nb,
                     nb != 1 ? "s" : "");
    (void)putchar('\n');
}

tg_status tg_gate_pipeline(const tg_gate_pipeline_options *options, tg_error *error)
{
    const size_t nb = options->records->nb_words;
    const char *const *records = options->records->words;
    gate_counts counts = {.nb_wrong = 0};
    size_t nb_concluded = 0;
    tg_status verdict = TG_OK;
    for (size_t i = 0; i < nb && verdict == TG_OK; i++) {
        verdict = check(options, records[i], error);
    }
    if (verdict != TG_OK) return verdict;
    for (size_t i = 0; i < nb; i++) {
        gate_outcome outcome;
        verdict = worse(verdict, gate_record(&outcome, options, records[i]));
        add(&counts, &outcome.counts);
        nb_concluded += outcome.is_concluded;
    }
    if (counts.nb_wrong > 0) verdict = worse(TG_ERR_MISMATCH, verdict);
    // Of what was never gated nothing can be added up: its error stands alone.
    if (nb_concluded != 0 || tg_status_exit_code(verdict) == 1)
        print_totals(&counts, verdict, nb, nb_concluded);
    return verdict;
}
