/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate of one record: its traces, public values, chips. */
#include "cli/gate_pipeline_internal.h"

#include <string.h>
#include <sys/stat.h>

static tg_status gate_traces(gating *of, tg_error *error)
{
    const tg_traces *lists[TG_NB_KINDS] =
        {[TG_KIND_preprocessed] = &of->result->preprocessed, [TG_KIND_main] = &of->result->main};
    tg_status status = TG_OK;
    (void)printf("  %-27s %-12s %7s %5s  %-9s %-6s %s\n", "chip", "kind", "rows", "cols",
                 "reference", "record", "sides");
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        for (size_t i = 0; i < lists[kind]->nb && status == TG_OK; i++) {
            status = gate_pipeline_trace(of, &lists[kind]->list[i], kind, error);
        }
    }
    if (of->inputs[TG_KIND_preprocessed] == NULL)
        (void)puts("preprocessed traces: not gated, the record has none");
    return status;
}

/* ---- the shard ---- */

/* Mark the public values that the traces of this shard make; the others are the record's. Returns
 * their number. */
static size_t mark_made(bool *is_made, const tg_inputs *inputs)
{
    size_t nb = 0;
    memset(is_made, 0, TG_PIPELINE_NB_PUBLIC_VALUES * sizeof *is_made);
    for (size_t chip = 0; chip < inputs->machine->nb_chips; chip++) {
        const tg_trace *trace = inputs->chips[chip].subject.trace;
        for (size_t i = 0; trace != NULL && i < trace->nb_sides; i++) {
            const tg_side *side = &trace->sides[i];
            if (!inputs->chips[chip].is_included || side->public_value == TG_NOT_PUBLIC) continue;
            for (size_t word = 0; word < tg_side_nb_words(side); word++) {
                nb += !is_made[side->public_value + word];
                is_made[side->public_value + word] = true;
            }
        }
    }
    return nb;
}

static tg_status gate_public_values(gating *of, tg_error *error)
{
    uint32_t expected[TG_PIPELINE_NB_PUBLIC_VALUES];
    bool is_made[TG_PIPELINE_NB_PUBLIC_VALUES];
    bool is_there = false;
    size_t nb_wrong = 0;
    const tg_machine *machine = of->shard->machine;
    const size_t nb_made = mark_made(is_made, of->inputs[TG_KIND_main]);
    const tg_status status =
        tg_record_public_values(expected, &is_there, machine, &of->shard->record, error);
    if (status != TG_OK) return status;
    if (!is_there) {
        (void)puts("public values: the record has none");
        return TG_OK;
    }
    for (size_t i = 0; i < TG_PIPELINE_NB_PUBLIC_VALUES; i++) {
        char name[TG_NAME_BYTES];
        if (of->result->public_values[i] == expected[i]) continue;
        if (nb_wrong++ >= of->options->max_cells) continue;
        (void)printf("  public value %zu, %s, %s: expected %u, actual %u\n", i,
                     tg_machine_public_value_name(name, machine, i),
                     is_made[i]                      ? "made"
                     : i < machine->nb_public_values ? "carried through"
                                                     : "zero",
                     expected[i], of->result->public_values[i]);
    }
    // A machine's own values, and the zeros that fill the vector up.
    (void)printf("public values: %zu made, %zu carried through, %zu zero, %zu wrong\n", nb_made,
                 machine->nb_public_values - nb_made,
                 TG_PIPELINE_NB_PUBLIC_VALUES - machine->nb_public_values, nb_wrong);
    of->counts.nb_values += nb_made != 0;
    of->counts.nb_wrong += nb_wrong != 0;
    if (nb_wrong != 0) gate_pipeline_say_finding(of, NULL);
    return TG_OK;
}

/* The cluster's chips are those that the record lists, where it lists any. */
static void gate_cluster(gating *of)
{
    const tg_machine *machine = of->shard->machine;
    const tg_cluster *cluster = &machine->clusters[of->result->cluster];
    tg_json_value *list = tg_json_member(of->shard->record.json.root, "chips");
    (void)printf("cluster %s: %zu chips\n", cluster->id, cluster->nb_chips);
    if (tg_json_length(list) == 0) return;
    const bool is_right = tg_shard_lists_cluster(of->shard, cluster);
    (void)printf("chips of the shard: the record's %zu %s\n", tg_json_length(list),
                 is_right ? "are the same" : "are others: WRONG");
    of->counts.nb_lists++;
    of->counts.nb_wrong += !is_right;
    if (!is_right) gate_pipeline_say_finding(of, NULL);
}

/* The sum of all chips' lookups has those of chips without a generator here: it is no trace's. */
static void say_skipped(const gating *of)
{
    static const char file[] = "shard.lookups.npy";
    char path[TG_PATH_BYTES];
    struct stat info;
    if (tg_path_format(path, NULL, "%s/%s", of->shard->record.path, file) != TG_OK) return;
    if (stat(path, &info) == 0)
        (void)printf("%s: not compared, it counts lookups of chips without a generator too\n",
                     file);
}

static tg_status check_compared(const gating *of, tg_error *error)
{
    const gate_counts *counts = &of->counts;
    if (counts->nb_recorded + counts->nb_sides + counts->nb_values > 0 || counts->nb_wrong > 0)
        return TG_OK;
    tg_error_set(error, TG_ERR_UNAVAILABLE,
                 "nothing that was made is in the record to be compared");
    tg_error_how(error, "add cells or digests of its traces");
    return TG_ERR_UNAVAILABLE;
}

/* Make all that the pipeline makes. */
static tg_status make(tg_pipeline_result *result, gating *of, tg_error *error)
{
    tg_inputs *inputs[TG_NB_KINDS];
    tg_status status = tg_shard_all_inputs(of->inputs, of->shard, true, error);
    if (status == TG_OK)
        status = tg_record_open_whole(&of->whole, &of->has_whole, &of->shard->record, error);
    // The gate's own stay, the pipeline's go.
    if (status == TG_OK) status = tg_shard_all_inputs(inputs, of->shard, true, error);
    if (status != TG_OK) return status;
    status = tg_shard_generate(result, of->shard, inputs, error);
    if (status == TG_OK || status == TG_ERR_KERNEL) tg_shard_say_device(of->shard);
    return status;
}

static tg_status gate_shard(gating *of, tg_apart_told *told)
{
    tg_pipeline_result result = {.cluster = 0};
    tg_error found = {.status = TG_OK};
    tg_error *error = &found;
    tg_status status = make(&result, of, error);
    of->result = &result;
    if (status == TG_OK) {
        (void)printf("record %s\nmachine %s, device %s (%s)\n", of->shard->record.path,
                     of->shard->machine->id, of->shard->device,
                     tg_runtime_name(tg_pipeline_runtime(of->shard->pipeline)));
        status = gate_traces(of, error);
    }
    if (status == TG_OK) status = gate_public_values(of, error);
    if (status == TG_OK) {
        gate_cluster(of);
        say_skipped(of);
        of->is_concluded = true;
        status = check_compared(of, error);
    }
    if (status != TG_OK) tg_apart_tell_failure(told, &result, status, error);
    (void)tg_pipeline_result_clear(&result);
    if (of->has_whole) tg_record_clear(&of->whole);
    tg_shard_destroy_inputs(of->inputs);
    return status;
}

void gate_pipeline_record(gate_outcome *outcome, const tg_gate_pipeline_options *options,
                          tg_shard *shard, tg_apart_told *told, tg_apart *apart)
{
    gating of = {.options = options, .shard = shard};
    told->status =
        tg_shard_start(shard, options->shard, "gate", tg_apart_launches(apart), &told->error);
    tg_apart_begin(apart);
    if (told->status == TG_OK) {
        told->status = gate_shard(&of, told);
        outcome->counts = of.counts;
        outcome->is_concluded = of.is_concluded;
    }
    tg_shard_close(shard);
}
