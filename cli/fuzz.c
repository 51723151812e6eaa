/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate fuzz: long campaigns of drawn events. */
#define _XOPEN_SOURCE 700 /* sigaction */
#include "cli/both_sides.h"
#include "cli/crash.h"
#include "cli/document_files.h"
#include "cli/fuzz_json.h"
#include "cli/isolation.h"
#include "cli/kernels.h"
#include "cli/source.h"
#include "cli/supervise.h"
#include "cli/verbs.h"
#include "harness/campaign.h"
#include "harness/gate.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* A year: longer campaigns are typing errors. */
#define MAX_SECONDS (366 * 24 * 3600)

typedef struct fuzz_values {
    tg_number seconds;
    tg_number minutes;
    tg_number nb_events;
    tg_number seed;
    tg_choice expected;
    tg_choice actual;
    tg_number batch;
    bool keep_going;
    const char *save;
    const char *state;
    const char *resume;
    bool verbose;
    const char *stats;
    tg_document_values documents;
    tg_isolation_values isolation;
    tg_kernel_values kernels;
} fuzz_values;

static const tg_option options[] = {
    TG_OPTION(fuzz_values, seconds, NUMBER, "seconds", "N", "end after so many seconds", .min = 1,
              .max = MAX_SECONDS),
    TG_OPTION(fuzz_values, minutes, NUMBER, "minutes", "N", "end after so many minutes", .min = 1,
              .max = MAX_SECONDS / 60),
    TG_OPTION(fuzz_values, nb_events, NUMBER, "nb-events", "N",
              "end after the batch that completes so many events", .min = 1, .max = INT64_MAX),
    TG_OPTION(fuzz_values, keep_going, FLAG, "keep-going", NULL,
              "collect findings instead of ending at the first"),
    TG_OPTION(fuzz_values, seed, NUMBER, "seed", "S", "seed of the campaign",
              .fallback = TG_TEXT_OF(TG_GATE_SEED), .max = UINT64_MAX),
    TG_OPTION(fuzz_values, expected, CHOICE, "expected", "B", "the backend that is trusted",
              .names = &tg_backend_names),
    TG_OPTION(fuzz_values, actual, CHOICE, "actual", "B", "the backend under test",
              .names = &tg_actual_names),
    TG_OPTION(fuzz_values, batch, NUMBER, "batch", "N",
              "run this batch of one trace alone: what a report says to run again",
              .max = INT64_MAX),
    TG_KERNEL_OPTIONS(fuzz_values, kernels),
    TG_ISOLATION_OPTIONS(fuzz_values, isolation),
    TG_OPTION(fuzz_values, save, TEXT, "save", "DIR", "folder of the cases that are found",
              .fallback = TG_CAMPAIGN_SAVE),
    TG_OPTION(fuzz_values, state, TEXT, "state", "FILE",
              "write to this file, as it goes, what --resume needs"),
    TG_OPTION(fuzz_values, resume, TEXT, "resume", "FILE",
              "go on with the campaign of a state file, and with the file"),
    TG_OPTION(fuzz_values, verbose, FLAG, "verbose", NULL,
              "all classes of events that were not reached", .letter = 'v'),
    TG_OPTION(fuzz_values, stats, TEXT, "stats", "FILE",
              "write counts, rates, findings and classes of events as JSON; - is standard output"),
    TG_DOCUMENT_OPTIONS(fuzz_values, documents),
};

/* The signal that asks to stop; 0: none. A handler takes no context, so that this lies in a static
 * variable. */
static volatile sig_atomic_t stopped_by;
static volatile sig_atomic_t is_seen; /* there is a terminal to say so */

static void stop(int number)
{
    static const char text[] = "\r\033[Kstopping behind this batch; once more ends at once\n";
    stopped_by = number;
    if (is_seen == 0) return;
    const ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
    (void)written;
}

static bool stops(__attribute__((unused)) void *context) { return stopped_by != 0; }

/* Stop behind the batch at hand, and with shrinking, at SIGINT or SIGTERM; a second one ends the
 * process as ever. */
static void catch_signals(void)
{
    struct sigaction action;
    is_seen = isatty(STDERR_FILENO) != 0;
    memset(&action, 0, sizeof action);
    action.sa_handler = stop;
    action.sa_flags = (int)SA_RESETHAND;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

static tg_status refuse_both(const char *one, const char *other, tg_error *error)
{
    tg_error_set(error, TG_ERR_USAGE, "--%s and --%s exclude each other", one, other);
    tg_error_how(error, "give one of them");
    return TG_ERR_USAGE;
}

static tg_status choose(tg_campaign_options *campaign, const fuzz_values *given,
                        const tg_words *names, tg_error *error)
{
    if (given->seconds.given && given->minutes.given)
        return refuse_both("seconds", "minutes", error);
    if (given->state != NULL && given->resume != NULL) return refuse_both("state", "resume", error);
    const char *limit = given->seconds.given     ? "seconds"
                        : given->minutes.given   ? "minutes"
                        : given->nb_events.given ? "nb-events"
                                                 : NULL;
    if (given->batch.given && limit != NULL) return refuse_both("batch", limit, error);
    *campaign = (tg_campaign_options){
        .names = names->words,
        .nb_names = names->nb_words,
        .seed = given->seed.value,
        .has_seed = given->seed.given,
        .expected = given->expected.given ? given->expected.name : NULL,
        .actual = given->actual.given ? given->actual.name : NULL,
        .max_seconds = given->minutes.given ? 60.0 * (double)given->minutes.value
                                            : (double)given->seconds.value,
        .max_events = given->nb_events.value,
        .keep_going = given->keep_going,
        .has_only_batch = given->batch.given,
        .only_batch = given->batch.value,
        .save = given->save,
        .state = given->state,
        .resume = given->resume,
        .interval_s = TG_CAMPAIGN_INTERVAL_S,
        .stops = stops,
        .on_run = tg_crash_announce,
    };
    return tg_isolation_choose(&campaign->isolation, &given->isolation, error);
}

/* ---- what is written ---- */

/* All files of a campaign's results. */
typedef struct fuzz_files {
    tg_document_files documents;
    tg_document *document; /* NULL: none is wanted */
    tg_output stats;
    bool has_stats;
    FILE *standard; /* standard output, for --stats -; NULL: not taken */
} fuzz_files;

static void discard_files(fuzz_files *files)
{
    tg_document_destroy(files->document);
    tg_document_files_discard(&files->documents);
    if (files->has_stats) tg_output_discard(&files->stats);
    (void)tg_standard_output_give_back(files->standard, NULL);
}

static tg_status create_document(tg_document **document, const fuzz_values *given,
                                 const tg_words *names, tg_error *error)
{
    // The same campaign has the same report, wherever it is written to.
    fuzz_values recipe_values = *given;
    recipe_values.documents = (tg_document_values){.github = false};
    recipe_values.stats = NULL;
    tg_command command;
    tg_verb_command(&command, &tg_verb_fuzz, &recipe_values, names);
    // What a state file says is not known yet.
    const bool is_new = given->resume == NULL;
    const tg_recipe recipe = {
        .verb = tg_verb_fuzz.name,
        .command = command.text,
        .has_seed = is_new || given->seed.given,
        .seed = given->seed.value,
        .expected = is_new || given->expected.given ? given->expected.name : NULL,
        .actuals = &given->actual.name,
        .nb_actuals = is_new || given->actual.given ? 1 : 0,
    };
    return tg_document_create(document, &recipe, !given->documents.no_times, error);
}

static tg_status check_stats_apart(const fuzz_files *files, tg_error *error)
{
    for (size_t i = 0; i < files->documents.nb; i++) {
        if (!tg_output_has_same_target(&files->documents.outputs[i], &files->stats)) continue;
        tg_error_set(error, TG_ERR_USAGE, "--stats and --%s have one path",
                     tg_document_form_name(files->documents.forms[i]));
        tg_error_how(error, "give each of them a file of its own");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

static tg_status open_stats(fuzz_files *files, const fuzz_values *given, tg_error *error)
{
    if (given->stats == NULL) return TG_OK;
    if (!tg_is_standard_output(given->stats)) {
        tg_status status = tg_document_files_keep(&files->documents, given->stats, error);
        if (status == TG_OK) status = tg_output_open(&files->stats, given->stats, error);
        files->has_stats = status == TG_OK;
        return status == TG_OK ? check_stats_apart(files, error) : status;
    }
    if (files->documents.standard == NULL && !files->documents.github)
        return tg_standard_output_take(&files->standard, error);
    tg_error_set(error, TG_ERR_USAGE, "--stats and a report would both be on standard output");
    tg_error_how(error, "give one of them the path of a file");
    return TG_ERR_USAGE;
}

/* Whether a file of the campaign, which may not be there yet, is named as an output, too. */
static bool is_written(const fuzz_values *given, const char *path)
{
    bool is = path != NULL && given->stats != NULL && strcmp(path, given->stats) == 0;
    for (size_t i = 0; i < TG_NB_DOCUMENT_FORMS && path != NULL; i++) {
        const char *other = given->documents.paths[i];
        is = is || (other != NULL && strcmp(path, other) == 0);
    }
    return is;
}

static tg_status refuse_state(const char *path, tg_error *error)
{
    tg_error_set(error, TG_ERR_USAGE, "a report would take the place of the state file");
    tg_error_where(error, "%s", path);
    tg_error_how(error, "give each of them a file of its own");
    return TG_ERR_USAGE;
}

static tg_status keep_kernels(void *context, const char *path, tg_error *error)
{
    const fuzz_files *files = context;
    if (files->has_stats && tg_output_replaces(&files->stats, path)) {
        tg_error_set(error, TG_ERR_USAGE, "--stats would replace what the kernels are made from");
        tg_error_where(error, "%s", path);
        tg_error_how(error, "give it a file of its own");
        return TG_ERR_USAGE;
    }
    return tg_document_files_keep(&files->documents, path, error);
}

/* Open the files that are asked for; what cannot be written is found before anything runs. */
static tg_status open_files(fuzz_files *files, const fuzz_values *given, const tg_words *names,
                            const tg_user_set *set, tg_error *error)
{
    *files = (fuzz_files){.has_stats = false};
    tg_status status = tg_document_files_open(&files->documents, &given->documents, error);
    if (status != TG_OK) return status;
    const char *const read[] = {given->state, given->resume};
    status = open_stats(files, given, error);
    for (size_t i = 0; i < TG_NB_ELEMENTS(read) && status == TG_OK; i++) {
        if (is_written(given, read[i])) status = refuse_state(read[i], error);
        if (status != TG_OK) break;
        status = tg_document_files_keep(&files->documents, read[i], error);
        if (status != TG_OK || read[i] == NULL || !files->has_stats) continue;
        if (tg_output_replaces(&files->stats, read[i])) status = refuse_state(read[i], error);
    }
    if (status == TG_OK) status = tg_kernel_set_keep(set, keep_kernels, files, error);
    if (status == TG_OK && tg_document_files_wanted(&given->documents))
        status = create_document(&files->document, given, names, error);
    if (status != TG_OK) discard_files(files);
    return status;
}

static tg_status write_stats(fuzz_files *files, const tg_campaign *campaign, tg_status status,
                             tg_error *error)
{
    if (files->has_stats) {
        files->has_stats = false;
        tg_fuzz_json_print(files->stats.stream, campaign, status);
        return tg_output_commit(&files->stats, error);
    }
    if (files->standard == NULL) return TG_OK;
    FILE *standard = files->standard;
    files->standard = NULL;
    tg_fuzz_json_print(standard, campaign, status);
    return tg_standard_output_give_back(standard, error);
}

/* Write what a campaign has to say that ended with a status; the files are ended. */
static tg_status write_files(fuzz_files *files, const tg_campaign *campaign, tg_status status,
                             tg_error *error)
{
    tg_status written = write_stats(files, campaign, status, error);
    if (written == TG_OK && files->document != NULL) {
        written = tg_campaign_document_end(files->document, campaign, status, error);
        if (written == TG_OK)
            written = tg_document_files_write(&files->documents, files->document, stdout, error);
    }
    discard_files(files);
    return written;
}

/* A campaign of a user's kernels: in a process of their own, unless that is not wanted. */
static void use_kernels(tg_campaign_options *campaign, const tg_user_set *set)
{
    campaign->names = set->names;
    campaign->nb_names = set->nb_names;
    campaign->plan_of = tg_user_kernels_plan_of;
    campaign->plan_of_context = set->kernels;
    if (campaign->actual == NULL) campaign->actual = set->backend;
    if (campaign->isolation.isolate == TG_ISOLATE_BY_BACKEND)
        campaign->isolation.isolate = TG_ISOLATE_ALWAYS;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const fuzz_values *given = values;
    tg_campaign_options options_of_run;
    fuzz_files files;
    tg_user_set set = {.kernels = NULL};
    tg_status status = choose(&options_of_run, given, operands, error);
    if (status == TG_OK)
        status = tg_kernel_set_open(&set, &given->kernels, operands, options_of_run.expected,
                                    &options_of_run.actual, 1, error);
    options_of_run.plan_words = set.words;
    options_of_run.nb_plan_words = set.nb_words;
    if (status == TG_OK && set.kernels != NULL) use_kernels(&options_of_run, &set);
    if (status == TG_OK) status = open_files(&files, given, operands, &set, error);
    if (status != TG_OK) {
        tg_user_set_close(&set);
        return status;
    }
    options_of_run.document = files.document;
    tg_campaign campaign;
    tg_crash_catch();
    catch_signals();
    status = tg_campaign_run(&campaign, stdout, stderr, &options_of_run, error);
    // Of a campaign that never began there is nothing to say.
    if (campaign.nb_batches != 0) {
        tg_campaign_print(stdout, &campaign, status, given->verbose);
        const tg_status written =
            write_files(&files, &campaign, status, status == TG_OK ? error : NULL);
        if (written != TG_OK) status = written;
    } else {
        discard_files(&files);
    }
    const bool is_clean = campaign.nb_findings == 0 && tg_status_exit_code(status) != 2;
    tg_campaign_clear(&campaign);
    tg_user_set_close(&set);
    // As every program that a signal ends; but what differs, or went wrong, says more.
    if (stopped_by != 0 && is_clean) tg_supervise_leave(128 + stopped_by);
    return status;
}

const tg_verb tg_verb_fuzz = {
    .name = "fuzz",
    .summary = "compare batch after batch of drawn events, and keep what differs",
    .operands = "[CHIP[.KIND]]...",
    .max_operands = SIZE_MAX,
    .text =
        "Draws batches of events - profile, count, height and launch shape differ from batch to "
        "batch -, makes their traces with\n"
        "the trusted backend and the one under test, and compares all cells and side outputs. It "
        "ends at the first difference\n"
        "unless --keep-going is given, after a time or a number of events, or at SIGINT or "
        "SIGTERM. What is found is shrunk as\n"
        "'tracegate triage' does it, told with its causes and its key, and saved as a case, with "
        "the line that replays it. The\n"
        "same seed draws the same batches.\n" TG_HELP_NAMES
        "Exits 0 if everything matches, 1 on a mismatch, 2 on bad input or an output that cannot "
        "be written, 3 if the machine\n"
        "cannot do what is asked for, or a trace showed nothing; 130 or 143 if SIGINT or SIGTERM "
        "has stopped it and nothing\n"
        "differs so far.\n",
    .examples =
        "  tracegate fuzz --minutes 10                            # every trace, kernels on the "
        "CPU\n"
        "  tracegate fuzz Select.main --nb-events 10000000        # one trace\n"
        "  tracegate fuzz Global --actual cuda --minutes 60 --keep-going --state global.json\n"
        "  tracegate fuzz --resume global.json --minutes 60       # go on with it\n"
        "  tracegate fuzz --minutes 10 --json r.json --html r.html  # a report as a gate's\n"
        "  tracegate fuzz Select.main --kernel my.cu:my_kernel      # a kernel of yours\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(fuzz_values),
    .run = run,
};
