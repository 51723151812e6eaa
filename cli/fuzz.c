/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate fuzz: long campaigns of drawn events. */
#define _XOPEN_SOURCE 700 /* sigaction */
#include "cli/crash.h"
#include "cli/fuzz_json.h"
#include "cli/source.h"
#include "cli/verbs.h"
#include "harness/campaign.h"
#include "harness/gate.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

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
    bool json;
} fuzz_values;

static const char *backend_name_at(size_t index) { return tg_backend_ops_at(index)->name; }

static const char *backend_text_at(size_t index) { return tg_backend_ops_at(index)->text; }

/* The backends, with another one where nothing is said: the kernels on the CPU, which are
 * everywhere. */
static const tg_names actual_names = {
    .nb_names = tg_nb_backends,
    .name_at = backend_name_at,
    .text_at = backend_text_at,
    .fallback = 1,
};

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
              .names = &actual_names),
    TG_OPTION(fuzz_values, batch, NUMBER, "batch", "N",
              "run this batch of one trace alone: what a report says to run again",
              .max = INT64_MAX),
    TG_OPTION(fuzz_values, save, TEXT, "save", "DIR", "folder of the cases that are found",
              .fallback = TG_CAMPAIGN_SAVE),
    TG_OPTION(fuzz_values, state, TEXT, "state", "FILE",
              "write to this file, as it goes, what --resume needs"),
    TG_OPTION(fuzz_values, resume, TEXT, "resume", "FILE",
              "go on with the campaign of a state file, and with the file"),
    TG_OPTION(fuzz_values, verbose, FLAG, "verbose", NULL,
              "all classes of events that were not reached", .letter = 'v'),
    TG_OPTION(fuzz_values, json, FLAG, "json", NULL, "print JSON, at the end"),
};

/* Whether a signal asks to stop. A handler takes no context, so that this lies in a static
 * variable. */
static volatile sig_atomic_t is_stopped;

static void stop(__attribute__((unused)) int number) { is_stopped = 1; }

static bool stops(__attribute__((unused)) void *context) { return is_stopped != 0; }

/* Stop behind the batch at hand, and with shrinking, at SIGINT or SIGTERM; a second one ends the
 * process as ever. */
static void catch_signals(void)
{
    struct sigaction action;
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
    return TG_OK;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const fuzz_values *given = values;
    tg_campaign_options options_of_run;
    tg_status status = choose(&options_of_run, given, operands, error);
    if (status != TG_OK) return status;
    tg_campaign campaign;
    tg_crash_catch();
    catch_signals();
    status =
        tg_campaign_run(&campaign, given->json ? NULL : stdout, stderr, &options_of_run, error);
    // Of a campaign that never began there is nothing to say.
    if (campaign.nb_batches != 0 && given->json) {
        tg_fuzz_json_print(stdout, &campaign, status);
    } else if (campaign.nb_batches != 0) {
        tg_campaign_print(stdout, &campaign, status, given->verbose);
    }
    tg_campaign_clear(&campaign);
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
        "cannot do what is asked for.\n",
    .examples =
        "  tracegate fuzz --minutes 10                            # every trace, kernels on the "
        "CPU\n"
        "  tracegate fuzz Select.main --nb-events 10000000        # one trace\n"
        "  tracegate fuzz Global --actual cuda --minutes 60 --keep-going --state global.json\n"
        "  tracegate fuzz --resume global.json --minutes 60       # go on with it\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(fuzz_values),
    .run = run,
};
