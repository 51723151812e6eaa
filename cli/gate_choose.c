/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the options of a gate ask for. */
#include "cli/gate_internal.h"

#include <errno.h>
#include <stdlib.h>

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
        tg_error_how(error, "draw some, with --seed or --profile, or leave out --height: a record "
                            "has the heights that it was recorded with");
        return TG_ERR_USAGE;
    }
    if (given->force && given->save == NULL) {
        tg_error_set(error, TG_ERR_USAGE, "--force is for --save, which is not given");
        tg_error_how(error, "say where cases go, with --save DIR");
        return TG_ERR_USAGE;
    }
    if (given->max_failures.value != 0 && given->ledger != NULL) {
        tg_error_set(error, TG_ERR_USAGE, "--max-failures and --ledger exclude each other");
        tg_error_how(error, "leave out --max-failures: whether a known failure is mended, only all "
                            "cases tell");
        return TG_ERR_USAGE;
    }
    if (!given->grid.given && !given->block.given && !given->sweep) return TG_OK;
    bool has = false;
    const tg_status status = has_launch(&has, gate, error);
    if (status != TG_OK || has) return status;
    tg_error_set(error, TG_ERR_USAGE, "--%s is for kernels, and none are under test",
                 given->grid.given    ? "grid"
                 : given->block.given ? "block"
                                      : "sweep");
    tg_error_how(error, "name a backend that launches some: --actual host or --actual cuda; or "
                        "leave out --grid, --block and --sweep");
    return TG_ERR_USAGE;
}

/* The folders of records and cases: those that are named, else folders, if by_default. */
static void choose_folders(tg_gate_options *gate, const gate_values *given,
                           const tg_data_folders *folders, bool by_default)
{
    gate->corpus = given->corpus;
    gate->corpus_is_required = given->corpus != NULL;
    gate->cases = given->cases;
    gate->cases_are_required = given->cases != NULL;
    if (!by_default || given->corpus != NULL || given->cases != NULL) return;
    gate->corpus = folders->records;
    gate->cases = folders->cases;
}

/* Refuse options that leave nothing to gate, or say two things of one. */
static tg_status check_folders(const gate_values *given, bool draws_named, tg_error *error)
{
    if ((given->corpus != NULL || given->cases != NULL) && given->no_corpus) {
        tg_error_set(error, TG_ERR_USAGE, "--%s and --no-corpus exclude each other",
                     given->corpus != NULL ? "corpus" : "cases");
        tg_error_how(error, "give one of them");
        return TG_ERR_USAGE;
    }
    if (given->records.nb_words == 0 || draws_named || !given->nb_events.given ||
        given->nb_events.value != 0)
        return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "--nb-events 0 leaves nothing of a record");
    tg_error_how(error, "give --nb-events 1 at least, or leave it out to take all");
    return TG_ERR_USAGE;
}

tg_status gate_choose(tg_gate_options *gate, const gate_values *given, const tg_words *names,
                      const tg_data_folders *folders, tg_error *error)
{
    const bool draws_named = given->seed.given || given->profile.given;
    const bool has_records = given->records.nb_words != 0;
    tg_status status = check_folders(given, draws_named, error);
    if (status != TG_OK) return status;
    const bool seeded_only = !has_records && (draws_named || given->nb_events.given);
    const bool has_folder = given->corpus != NULL || given->cases != NULL;
    const bool seeded = draws_named || seeded_only || (!has_records && !has_folder);
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
        .nb_repeats = given->repeat.value,
        .tries_shapes = given->sweep,
        .max_candidates = (uint32_t)given->max_candidates.value,
        .max_cells = given->max_cells.value,
        .triages = true,
        .max_failures = given->max_failures.value,
        .max_shrink_s = (double)given->shrink_seconds.value,
        .save = given->save,
        .is_save_forced = given->force,
        .self_test = given->self_test,
        .verbose = given->verbose,
    };
    choose_folders(gate, given, folders, !given->no_corpus && !has_records && !seeded_only);
    status = tg_profile_find(&gate->profile, given->profile.name, error);
    if (status == TG_OK) status = tg_isolation_choose(&gate->isolation, &given->isolation, error);
    return status == TG_OK ? check_effect(gate, given, error) : status;
}

/* A number of the environment, as a CI's shards are given; *is_there is false if it is not set. */
static tg_status read_environment(size_t *value, bool *is_there, const char *name, tg_error *error)
{
    const char *text = getenv(name);
    *is_there = text != NULL && text[0] != '\0';
    if (!*is_there) return TG_OK;
    char *end = NULL;
    errno = 0;
    const unsigned long number = strtoul(text, &end, 10);
    if (errno == 0 && *end == '\0' && text[0] >= '0' && text[0] <= '9' && number <= 1000000) {
        *value = number;
        return TG_OK;
    }
    tg_error_set(error, TG_ERR_USAGE, "%s is '%.64s', which is no number up to 1000000", name,
                 text);
    tg_error_how(error, "set TG_SHARD_TOTAL to the number of shards and TG_SHARD_INDEX to 0, 1, "
                        "..., or neither");
    return TG_ERR_USAGE;
}

tg_status gate_choose_shard(tg_gate_options *gate, tg_error *error)
{
    bool has_index = false;
    bool has_total = false;
    tg_status status = read_environment(&gate->shard_index, &has_index, "TG_SHARD_INDEX", error);
    if (status == TG_OK)
        status = read_environment(&gate->shard_total, &has_total, "TG_SHARD_TOTAL", error);
    if (status != TG_OK || (!has_index && !has_total)) return status;
    if (has_index && has_total && gate->shard_index < gate->shard_total) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "TG_SHARD_INDEX and TG_SHARD_TOTAL do not name a shard");
    tg_error_how(error, "set both, the index to a number from 0 to one less than the total");
    return TG_ERR_USAGE;
}
