/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate gate: the main job. */
#include "cli/coverage_json.h"
#include "cli/crash.h"
#include "cli/source.h"
#include "cli/verbs.h"
#include "harness/gate.h"
#include "kernels/host_grid.h"

#include <stddef.h>

typedef struct gate_values {
    tg_words records;
    const char *corpus;
    bool no_corpus;
    tg_number nb_events;
    tg_number seed;
    tg_choice profile;
    tg_number height;
    tg_choice expected;
    tg_words actuals;
    tg_number grid;
    tg_number block;
    tg_number max_candidates;
    tg_number max_cells;
    const char *coverage;
    bool self_test;
    bool verbose;
} gate_values;

static const tg_option options[] = {
    TG_OPTION(gate_values, records, WORDS, "record", "DIR",
              "gate this record's events; may be repeated"),
    TG_OPTION(gate_values, corpus, TEXT, "corpus", "DIR",
              "folder of the records that are gated by default"),
    TG_OPTION(gate_values, no_corpus, FLAG, "no-corpus", NULL, "leave the corpus out"),
    TG_OPTION(gate_values, seed, NUMBER, "seed", "S", "seed of the drawn events",
              .fallback = TG_TEXT_OF(TG_GATE_SEED), .max = UINT64_MAX),
    TG_OPTION(gate_values, nb_events, NUMBER, "nb-events", "N",
              "events to draw (" TG_TEXT_OF(
                  TG_GATE_NB_EVENTS) "); with --record alone, the first N recorded",
              .max = TG_MAX_EVENTS),
    TG_OPTION(gate_values, profile, CHOICE, "profile", "P",
              "how events are drawn; without it also realistic and boundary events",
              .names = &tg_profile_names),
    TG_OPTION(gate_values, height, NUMBER, "height", "H", "exactly so many rows for drawn events",
              .min = 1, .max = TG_MAX_HEIGHT),
    TG_OPTION(gate_values, expected, CHOICE, "expected", "B", "the backend that is trusted",
              .names = &tg_backend_names),
    TG_OPTION(gate_values, actuals, WORDS, "actual", "B",
              "the backend under test (all that are here); may be repeated",
              .names = &tg_backend_names),
    TG_OPTION(gate_values, grid, NUMBER, "grid", "G",
              "blocks of each launch, instead of the plan's", .min = 1, .max = INT32_MAX),
    TG_OPTION(gate_values, block, NUMBER, "block", "B", "threads of a block, instead of the plan's",
              .min = 1, .max = TG_HOST_GRID_MAX_BLOCK),
    TG_OPTION(gate_values, max_candidates, NUMBER, "max-candidates", "N",
              "fewer candidates than a trace that searches has", .min = 1, .max = UINT32_MAX),
    TG_OPTION(gate_values, max_cells, NUMBER, "max-cells", "N",
              "wrong cells, and words of side outputs, to list for each mismatch",
              .fallback = TG_TEXT_OF(TG_GATE_MAX_CELLS), .max = 1000000),
    TG_OPTION(gate_values, coverage, TEXT, "coverage", "FILE",
              "write all classes of events, reached or not, as JSON"),
    TG_OPTION(gate_values, self_test, FLAG, "self-test", NULL,
              "plant wrong cells and side outputs and require each to be found"),
    TG_OPTION(gate_values, verbose, FLAG, "verbose", NULL,
              "a line for every comparison, and all classes of events that were not reached",
              .letter = 'v'),
};

/* Whether a backend that takes a launch is at work: on either side, since both get the same one. */
static tg_status has_launch(bool *has, const tg_gate_options *gate, tg_error *error)
{
    const tg_backend_ops *ops = NULL;
    tg_status status = tg_backend_find(&ops, gate->expected, error);
    if (status != TG_OK) return status;
    // Without names, all backends that are here are under test; the kernels on the CPU always are.
    *has = gate->nb_actuals == 0 || ops->takes_launch;
    for (size_t i = 0; i < gate->nb_actuals && status == TG_OK; i++) {
        status = tg_backend_find(&ops, gate->actuals[i], error);
        if (status == TG_OK) *has = *has || ops->takes_launch;
    }
    return status;
}

/* Refuse options that would change nothing. */
static tg_status check_effect(const tg_gate_options *gate, const gate_values *given,
                              tg_error *error)
{
    if (given->height.given && !gate->seeded) {
        tg_error_set(error, TG_ERR_USAGE, "--height is for drawn events, and none are drawn");
        tg_error_how(error, "draw some, with --seed or --profile, or leave --height away: a record "
                            "has the heights that it was recorded with");
        return TG_ERR_USAGE;
    }
    if (!given->grid.given && !given->block.given) return TG_OK;
    bool has = false;
    const tg_status status = has_launch(&has, gate, error);
    if (status != TG_OK || has) return status;
    tg_error_set(error, TG_ERR_USAGE, "--%s is for kernels, and none are under test",
                 given->grid.given ? "grid" : "block");
    tg_error_how(error, "name a backend that launches some: --actual host or --actual cuda; or "
                        "leave --grid and --block away");
    return TG_ERR_USAGE;
}

/* What the options ask for: with nothing, corpus and drawn events; else only what is named. */
static tg_status choose(tg_gate_options *gate, const gate_values *given, const tg_words *names,
                        tg_error *error)
{
    if (given->corpus != NULL && given->no_corpus) {
        tg_error_set(error, TG_ERR_USAGE, "--corpus and --no-corpus exclude each other");
        tg_error_how(error, "give one of them");
        return TG_ERR_USAGE;
    }
    const bool draws_named = given->seed.given || given->profile.given;
    const bool has_records = given->records.nb_words != 0;
    if (has_records && !draws_named && given->nb_events.given && given->nb_events.value == 0) {
        tg_error_set(error, TG_ERR_USAGE, "--nb-events 0 leaves nothing of a record");
        tg_error_how(error, "give --nb-events 1 at least, or leave it away to take all");
        return TG_ERR_USAGE;
    }
    const bool seeded_only = !has_records && (draws_named || given->nb_events.given);
    const bool seeded = draws_named || seeded_only || (!has_records && given->corpus == NULL);
    *gate = (tg_gate_options){
        .names = names->words,
        .nb_names = names->nb_words,
        .records = given->records.words,
        .nb_records = given->records.nb_words,
        .seeded = seeded,
        .profile = TG_GATE_PROFILE,
        .all_profiles = !given->profile.given,
        .sweeps = !given->profile.given && !given->nb_events.given && !given->height.given &&
                  !given->grid.given && !given->block.given,
        .seed = given->seed.value,
        .nb_events = given->nb_events.given ? given->nb_events.value : TG_GATE_NB_EVENTS,
        .nb_record_events = has_records && !draws_named ? given->nb_events.value : 0,
        .fixed_height = given->height.value,
        .expected = given->expected.name,
        .actuals = given->actuals.words,
        .nb_actuals = given->actuals.nb_words,
        .launch = {.grid = (uint32_t)given->grid.value, .block = (uint32_t)given->block.value},
        .max_candidates = (uint32_t)given->max_candidates.value,
        .max_cells = given->max_cells.value,
        .self_test = given->self_test,
        .verbose = given->verbose,
    };
    if (given->corpus != NULL) {
        gate->corpus = given->corpus;
        gate->corpus_is_required = true;
    } else if (!given->no_corpus && !has_records && !seeded_only) {
        gate->corpus = TG_CORPUS_DIR;
    }
    const tg_status status = tg_profile_find(&gate->profile, given->profile.name, error);
    return status == TG_OK ? check_effect(gate, given, error) : status;
}

static tg_status run_gate(const tg_gate_options *gate, tg_error *error)
{
    tg_gate_summary summary;
    tg_crash_catch();
    return tg_gate_run(&summary, stdout, stderr, gate, error);
}

/* Run, and write what was reached of the classes of events. A gate that came to no verdict writes
 * nothing; one that did keeps it, unless the file cannot be written. */
static tg_status run_covered(tg_gate_options *gate, const char *path, tg_error *error)
{
    tg_coverage_file file;
    tg_status status = tg_coverage_file_open(&file, path, error);
    if (status != TG_OK) return status;
    gate->on_coverage = tg_coverage_file_add;
    gate->on_coverage_context = &file;
    status = run_gate(gate, error);
    if (status != TG_OK && status != TG_ERR_MISMATCH) {
        tg_coverage_file_discard(&file);
        return status;
    }
    const tg_status written = tg_coverage_file_commit(&file, error);
    return written != TG_OK ? written : status;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const gate_values *given = values;
    tg_gate_options gate;
    const tg_status status = choose(&gate, given, operands, error);
    if (status != TG_OK) return status;
    gate.on_run = tg_crash_announce;
    if (given->coverage != NULL) return run_covered(&gate, given->coverage, error);
    return run_gate(&gate, error);
}

const tg_verb tg_verb_gate = {
    .name = "gate",
    .summary = "compare what several backends make of the same events; the main job",
    .operands = "[CHIP[.KIND]]...",
    .max_operands = SIZE_MAX,
    .text =
        "Makes every trace with the trusted backend and with each backend under test, from the "
        "same events, compares\n"
        "all cells and side outputs and reports what differs. With no options it gates the "
        "corpus of recorded traces and\n"
        "drawn events; --record gates only the records named; --seed, --profile or --nb-events "
        "only drawn events.\n"
        "The last table counts the classes of events that were reached: zeros, ones, words just "
        "below p, equal operands, every\n"
        "opcode and flag, counts and heights at limits. A class that no event reached was not "
        "tested (docs/campaigns.md).\n" TG_HELP_NAMES
        "Exits 0 if everything matches, 1 on a mismatch, 2 on bad "
        "input, 3 if the machine cannot do what is asked for.\n",
    .examples =
        "  tracegate gate                                    # everything\n"
        "  tracegate gate Select.main --nb-events 100000     # one trace, more events\n"
        "  tracegate gate --record DIR                       # a record, against what SP1 made of "
        "it\n"
        "  tracegate gate --actual cuda --grid 3 --block 33  # the GPU's kernels in an odd shape\n"
        "  tracegate gate --self-test                        # does the gate find planted bugs?\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(gate_values),
    .run = run,
};
