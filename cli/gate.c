/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate gate: the main job. */
#include "cli/crash.h"
#include "cli/gate_files.h"
#include "cli/gate_internal.h"
#include "cli/gate_pipeline.h"
#include "cli/source.h"
#include "cli/stop.h"
#include "cli/verbs.h"
#include "kernels/host_grid.h"

#include <stddef.h>

static const tg_option options[] = {
    TG_OPTION(gate_values, records, WORDS, "record", "DIR",
              "gate this record's events; may be repeated"),
    TG_OPTION(gate_values, corpus, TEXT, "corpus", "DIR",
              "gate the records of this folder; drawn events only with --seed or --profile"),
    TG_OPTION(gate_values, cases, TEXT, "cases", "DIR",
              "folder of the cases that are gated by default"),
    TG_OPTION(gate_values, no_corpus, FLAG, "no-corpus", NULL, "leave corpus and cases out"),
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
    TG_OPTION(gate_values, repeat, NUMBER, "repeat", "N",
              "make every actual trace N times: they must not differ", .min = 2, .max = 1000000),
    TG_OPTION(
        gate_values, sweep, FLAG, "sweep", NULL,
        "gate in other launch shapes too, or beside the plan's in that of --grid and --block"),
    TG_OPTION(gate_values, max_candidates, NUMBER, "max-candidates", "N",
              "fewer candidates than a trace that searches has", .min = 1, .max = UINT32_MAX),
    TG_OPTION(gate_values, max_cells, NUMBER, "max-cells", "N",
              "wrong cells, and words of side outputs, to list for each mismatch",
              .fallback = TG_TEXT_OF(TG_GATE_MAX_CELLS), .max = 1000000),
    TG_OPTION(gate_values, shrink_seconds, NUMBER, "shrink-seconds", "N",
              "make each mismatch smaller for so many seconds (as long as it takes)",
              .max = TG_ISOLATION_MAX_SECONDS),
    TG_OPTION(gate_values, max_failures, NUMBER, "max-failures", "N",
              "leave out a trace's other cases once N runs crashed, hung or failed; 0: none "
              "(" TG_TEXT_OF(TG_USER_MAX_FAILURES) " for yours)",
              .max = 1000000),
    TG_OPTION(gate_values, coverage, TEXT, "coverage", "FILE",
              "write all classes of events, reached or not, as JSON"),
    TG_OPTION(gate_values, save, TEXT, "save", "DIR",
              "save the shrunk case of each mismatch that is reported below this folder"),
    TG_OPTION(gate_values, force, FLAG, "force", NULL,
              "with --save: replace cases of the same key"),
    TG_OPTION(gate_values, ledger, TEXT, "ledger", "FILE",
              "list of failures that are expected, by their keys, with a last day each"),
    TG_DOCUMENT_OPTIONS(gate_values, documents),
    TG_KERNEL_OPTIONS(gate_values, kernels),
    TG_ISOLATION_OPTIONS(gate_values, isolation),
    TG_OPTION(gate_values, pipeline, FLAG, "pipeline", NULL,
              "with --record and --machine: gate the pipeline on whole shards, a process each"),
    TG_OPTION(gate_values, shard.machine, TEXT, "machine", "ID", "with --pipeline: the machine"),
    TG_SHARD_OPTIONS(gate_values, shard),
    TG_OPTION(gate_values, self_test, FLAG, "self-test", NULL,
              "plant wrong cells and side outputs and require each to be found"),
    TG_OPTION(gate_values, verbose, FLAG, "verbose", NULL,
              "a line for every comparison, and all classes of events that were not reached",
              .letter = 'v'),
};

static tg_status create_document(tg_document **document, const tg_gate_options *gate,
                                 const gate_values *given, const tg_words *names, tg_error *error)
{
    // The same gate has the same report, wherever it is written to.
    gate_values recipe_values = *given;
    recipe_values.documents = (tg_document_values){.github = false};
    recipe_values.coverage = NULL;
    recipe_values.save = NULL;
    recipe_values.force = false;
    tg_command command;
    tg_verb_command(&command, &tg_verb_gate, &recipe_values, names);
    const tg_recipe recipe = {
        .verb = tg_verb_gate.name,
        .command = command.text,
        .has_seed = gate->seeded,
        .seed = gate->seed,
        .profile = gate->seeded ? tg_profile_name(gate->profile) : NULL,
        .nb_events = gate->seeded ? gate->nb_events : gate->nb_record_events,
        .expected = gate->expected,
        .actuals = gate->actuals,
        .nb_actuals = gate->nb_actuals,
        .launch = gate->launch,
        .nb_records = gate->nb_records,
        .shard_index = gate->shard_index,
        .shard_total = gate->shard_total,
    };
    return tg_document_create(document, &recipe, !given->documents.no_times, error);
}

/* What a gate says that is stopped. Of report files there are none then. */
static void say_done(const tg_gate_summary *summary)
{
    tg_stop_say(TG_STOP_OF_RUN,
                "traces compared %zu of %zu, comparisons %zu, cells %zu, mismatches %zu so far",
                summary->nb_traces_compared, summary->nb_traces, summary->nb_comparisons,
                summary->nb_cells, summary->nb_mismatches);
}

/* on_run and on_case of a gate; context: its summary. */
static void announce(void *context, const char *backend, const char *again)
{
    tg_crash_announce(NULL, backend, again);
    say_done(context);
}

static void announce_case(void *context, __attribute__((unused)) const tg_gate_times *times)
{
    say_done(context);
}

/* Gate, with all files open. */
static tg_status run_with_files(tg_gate_options *gate, const gate_values *given,
                                const tg_words *names, tg_gate_files *files, tg_error *error)
{
    tg_document *document = NULL;
    tg_gate_summary summary = {.is_concluded = false};
    tg_status status = TG_OK;
    if (files->has_coverage) {
        gate->on_coverage = tg_coverage_file_add;
        gate->on_coverage_context = &files->coverage;
    }
    if (tg_document_files_wanted(&given->documents))
        status = create_document(&document, gate, given, names, error);
    if (status == TG_OK) {
        gate->document = document;
        gate->on_run = announce;
        gate->on_run_context = &summary;
        gate->on_case = announce_case;
        gate->on_case_context = &summary;
        tg_crash_catch();
        status = tg_gate_run(&summary, stdout, stderr, gate, error);
        tg_stop_say(TG_STOP_OF_RUN, NULL);
    }
    // Whatever the verdict is; a gate that did not get that far has none.
    if (summary.is_concluded) {
        const tg_status written = tg_gate_files_write(files, document, error);
        if (written != TG_OK) status = written;
    } else {
        tg_gate_files_discard(files);
    }
    tg_document_destroy(document);
    return status;
}

/* Refuse what only a gate of single traces writes. */
static tg_status check_no_files(const gate_values *given, tg_error *error)
{
    if (!tg_document_files_wanted(&given->documents) && given->coverage == NULL &&
        given->save == NULL)
        return TG_OK;
    tg_error_set(error, TG_ERR_USAGE,
                 "--pipeline writes no report files, no coverage and no cases: its findings are "
                 "printed");
    tg_error_how(error, "leave those options out; a gate of the record without --pipeline writes "
                        "them for its single traces");
    return TG_ERR_USAGE;
}

/* Gate what the pipeline makes of records, in the place of single traces. */
static tg_status run_pipeline(const gate_values *given, const tg_words *names, tg_error *error)
{
    tg_command command;
    gate_values rest = *given;
    rest.records = (tg_words){.nb_words = 0};
    rest.pipeline = false;
    // Records come one at a time: more permits than one are of no use.
    rest.shard = (tg_shard_values){.nb_permits = given->shard.nb_permits};
    rest.max_cells.given = false;
    rest.isolation = (tg_isolation_values){.isolate = false};
    tg_isolation isolation;
    tg_status status = check_no_files(given, error);
    if (status == TG_OK)
        status = tg_verb_check_rest(&tg_verb_gate, &rest, names, "pipeline", true, error);
    if (status == TG_OK) status = tg_isolation_choose(&isolation, &given->isolation, error);
    if (status != TG_OK) return status;
    if (given->records.nb_words == 0 || given->shard.machine == NULL) {
        tg_error_set(error, TG_ERR_USAGE, "--pipeline without --%s",
                     given->records.nb_words == 0 ? "record" : "machine");
        tg_error_how(error, "give --record DIR and --machine ID");
        return TG_ERR_USAGE;
    }
    tg_verb_command(&command, &tg_verb_gate, given, names);
    const tg_gate_pipeline_options pipeline = {
        .records = &given->records,
        .shard = &given->shard,
        .isolation = &isolation,
        .max_cells = given->max_cells.value,
        .again = command.text,
    };
    return tg_gate_pipeline(&pipeline, error);
}

/* Gate a user's kernels: in a process of their own, unless that is not wanted, and not on for hours
 * where each run hangs. */
static void use_kernels(tg_gate_options *gate, const gate_values *given, const tg_user_set *set)
{
    if (!given->max_failures.given && given->ledger == NULL)
        gate->max_failures = TG_USER_MAX_FAILURES;
    tg_user_set_use(gate, set);
    if (gate->isolation.isolate == TG_ISOLATE_BY_BACKEND)
        gate->isolation.isolate = TG_ISOLATE_ALWAYS;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const gate_values *given = values;
    tg_stop_say(TG_STOP_OF_RUN,
                given->pipeline ? "the pipeline was not gated to its end" : "nothing was compared");
    tg_stop_catch();
    if (given->pipeline) return run_pipeline(given, operands, error);
    const gate_values shard = {.shard = given->shard};
    const tg_words none = {.nb_words = 0};
    tg_data_folders folders;
    tg_gate_options gate;
    tg_ledger ledger = {.nb_entries = 0};
    tg_gate_files files;
    tg_user_set set = {.kernels = NULL};
    tg_data_folders_find(&folders);
    tg_status status = tg_verb_check_rest(&tg_verb_gate, &shard, &none, "pipeline", false, error);
    if (status == TG_OK) status = gate_choose(&gate, given, operands, &folders, error);
    if (status == TG_OK) status = gate_choose_shard(&gate, error);
    if (status == TG_OK && given->ledger != NULL) {
        status = tg_ledger_read(&ledger, given->ledger, error);
        gate.ledger = &ledger;
    }
    if (status != TG_OK) return status;
    tg_kernel_values kernels = given->kernels;
    kernels.keeps_going = true;
    status = tg_kernel_set_open(&set, &kernels, operands, given->expected.name,
                                given->actuals.words, given->actuals.nb_words, error);
    gate.plan_words = set.words;
    gate.nb_plan_words = set.nb_words;
    if (status == TG_OK && set.kernels != NULL) use_kernels(&gate, given, &set);
    const tg_gate_files_wanted wanted = {.documents = &given->documents,
                                         .coverage = given->coverage,
                                         .ledger = given->ledger,
                                         .records = &given->records,
                                         .kernels = &set};
    if (status == TG_OK) status = tg_gate_files_open(&files, &wanted, error);
    if (status == TG_OK) status = run_with_files(&gate, given, operands, &files, error);
    tg_user_set_close(&set);
    tg_ledger_clear(&ledger);
    return status;
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
        "  tracegate gate --sweep --repeat 3                 # many shapes; the same each time?\n"
        "  tracegate gate --json r.json --junit r.xml --html r.html     # for CI, and for people\n"
        "  tracegate gate --self-test                        # does the gate find planted bugs?\n"
        "  tracegate gate Select.main --kernel my.cu:my_kernel          # yours, in the place of "
        "the "
        "program's own\n"
        "  tracegate gate --kernels my.json --poison         # many of yours, without zeroing "
        "traces "
        "first\n"
        "  tracegate gate --record DIR --machine compress --pipeline    # the whole shard\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(gate_values),
    .run = run,
};
