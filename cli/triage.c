/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate triage: the smallest case that shows a mismatch, and what it looks like. */
#include "cli/findings.h"
#include "cli/line.h"
#include "cli/source.h"
#include "cli/stop.h"
#include "cli/triage_internal.h"
#include "cli/verbs.h"
#include "harness/gate.h"
#include "kernels/host_grid.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

/* A day: who wants to wait longer than that has not thought of it. */
#define MAX_SECONDS (24 * 3600)

static const tg_option options[] = {
    TG_OPTION(triage_values, records, WORDS, "record", "DIR",
              "events of this record; may be repeated"),
    TG_OPTION(triage_values, seed, NUMBER, "seed", "S", "seed of the drawn events",
              .fallback = TG_TEXT_OF(TG_GATE_SEED), .max = UINT64_MAX),
    TG_OPTION(triage_values, nb_events, NUMBER, "nb-events", "N",
              "events to draw (" TG_TEXT_OF(
                  TG_GATE_NB_EVENTS) "); with --record alone, the first N recorded",
              .max = TG_MAX_EVENTS),
    TG_OPTION(triage_values, profile, CHOICE, "profile", "P", "how events are drawn",
              .names = &tg_profile_names),
    TG_OPTION(triage_values, height, NUMBER, "height", "H", "exactly so many rows for drawn events",
              .min = 1, .max = TG_MAX_HEIGHT),
    TG_OPTION(triage_values, grid, NUMBER, "grid", "G",
              "blocks of each launch, instead of the plan's", .min = 1, .max = INT32_MAX),
    TG_OPTION(triage_values, block, NUMBER, "block", "B",
              "threads of a block, instead of the plan's", .min = 1, .max = TG_HOST_GRID_MAX_BLOCK),
    TG_OPTION(triage_values, repeat, NUMBER, "repeat", "N",
              "run a case up to N times until it differs", .min = 2, .max = 1000000),
    TG_OPTION(triage_values, sweep, FLAG, "sweep", NULL,
              "say whether it is right without --grid and --block"),
    TG_OPTION(triage_values, max_candidates, NUMBER, "max-candidates", "N",
              "fewer candidates than a trace that searches has", .min = 1, .max = UINT32_MAX),
    TG_OPTION(triage_values, expected, CHOICE, "expected", "B", "the backend that is trusted",
              .names = &tg_backend_names),
    TG_OPTION(triage_values, actual, CHOICE, "actual", "B", "the backend under test",
              .names = &tg_actual_names),
    TG_OPTION(triage_values, save, TEXT, "save", "DIR", "folder that the smallest cases go to",
              .fallback = "cases"),
    TG_OPTION(triage_values, force, FLAG, "force", NULL, "replace a case that is there"),
    TG_KERNEL_OPTIONS(triage_values, kernels),
    TG_ISOLATION_OPTIONS(triage_values, isolation),
    TG_OPTION(triage_values, max_seconds, NUMBER, "max-seconds", "N",
              "end the search for a smaller case after so many seconds, not after so many runs",
              .min = 1, .max = MAX_SECONDS),
    TG_DOCUMENT_OPTIONS(triage_values, documents),
};

/* ---- reports ---- */

/* Triage what the line of a gate names, with this command line's own options.
 * trace  of the finding that the line comes from */
static tg_status triage_line(tg_line *line, const triage_job *job, const char *trace,
                             tg_error *error)
{
    const triage_values *given = job->given;
    char seconds[32];
    tg_command_line parsed;
    (void)snprintf(seconds, sizeof seconds, "%zu", (size_t)given->max_seconds.value);
    line->verb = &tg_verb_triage;
    tg_status status = tg_line_set(line, "save", given->save, error);
    if (status == TG_OK && given->max_seconds.given)
        status = tg_line_set(line, "max-seconds", seconds, error);
    if (status == TG_OK && given->expected.given)
        status = tg_line_set(line, "expected", given->expected.name, error);
    if (status == TG_OK && given->actual.given)
        status = tg_line_set(line, "actual", given->actual.name, error);
    if (status == TG_OK && given->force) status = tg_line_set_flag(line, "force", error);
    if (status == TG_OK) status = tg_isolation_hand_on(line, &given->isolation, error);
    if (status == TG_OK) status = tg_kernel_values_hand_on(line, &given->kernels, trace, error);
    if (status == TG_OK) status = tg_line_parse(&parsed, line, error);
    if (status != TG_OK) return status;
    // Its operands are names of traces, whatever files are called so.
    const triage_job own = {.given = parsed.values, .report = job->report};
    status = triage_cases(&own, &parsed.operands, false, NULL, error);
    tg_command_line_clear(&parsed);
    return status;
}

/* Triage one finding: what a gate's line makes, or else its case: of a campaign's batch, or of a
 * case, what was saved says it all. */
static tg_status triage_finding(const void *context, tg_json_value *finding, tg_error *error)
{
    const triage_job *whole = context;
    triage_values own = *whole->given;
    const triage_job job = {.given = &own, .report = whole->report};
    const char *trace = tg_json_text_of(tg_json_member(finding, "trace"));
    const char *folder = tg_json_text_of(tg_json_member(finding, "case"));
    const char *backend = tg_json_text_of(tg_json_member(finding, "backend"));
    const char *expected = tg_json_text_of(tg_json_member(finding, "expected"));
    tg_line line;
    tg_status status = TG_OK;
    tg_isolation_suit(&own.isolation, tg_json_text_of(tg_json_member(finding, "key")));
    if (strcmp(backend, "recorded") != 0) {
        status = tg_line_read_found(&line, tg_json_text_of(tg_json_member(finding, "again")), trace,
                                    error);
        if (status != TG_OK) return status;
        if (line.verb == &tg_verb_gate) return triage_line(&line, &job, trace, error);
        if (tg_findings_is_folder(folder)) {
            status = tg_kernel_values_need_of_line(&own.kernels, trace, &line, error);
            if (status != TG_OK) return status;
            if (!own.expected.given) own.expected.name = expected;
            if (!own.actual.given) own.actual.name = backend;
            return triage_cases(&job, &(tg_words){.nb_words = 1, .words = &folder}, true, trace,
                                error);
        }
    }
    tg_error_set(error, TG_ERR_UNAVAILABLE,
                 "the finding is of files or recorded traces, or its case is not there: it cannot "
                 "be shrunk");
    tg_error_how(error, "triage the traces themselves, or a case");
    return TG_ERR_UNAVAILABLE;
}

static tg_status run_report(const triage_job *job, const char *path, tg_error *error)
{
    const tg_status status = triage_refuse_options(job->given, "a report", error);
    // What has one key has one smallest case.
    const tg_finding_job each = {.run = triage_finding, .context = job, .is_key_once = true};
    if (status == TG_OK)
        tg_kernel_values_start(&job->given->kernels,
                               job->given->actual.given ? job->given->actual.name : NULL);
    return status == TG_OK ? tg_findings_run(path, &each, error) : status;
}

/* ---- the verb ---- */

/* Whether a word is a path, and no name of a trace. */
static bool is_path(const char *word)
{
    const size_t length = strlen(word);
    return strchr(word, '/') != NULL || (length > 5 && strcmp(word + length - 5, ".json") == 0);
}

/* Refuse a path among other words. */
static tg_status check_alone(const tg_words *operands, tg_error *error)
{
    for (size_t i = 0; operands->nb_words > 1 && i < operands->nb_words; i++) {
        if (!is_path(operands->words[i])) continue;
        tg_error_set(error, TG_ERR_USAGE, "triage takes one report or case at a time, or traces");
        tg_error_where(error, "%s", operands->words[i]);
        tg_error_how(error, "give it by itself");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

static tg_status run_job(const triage_job *job, const tg_words *operands, tg_error *error)
{
    const char *first = operands->words[0];
    struct stat info;
    tg_status status = check_alone(operands, error);
    if (status != TG_OK) return status;
    const bool is_there = operands->nb_words == 1 && stat(first, &info) == 0;
    if (is_there && S_ISREG(info.st_mode)) return run_report(job, first, error);
    if (is_there || !is_path(first)) return triage_cases(job, operands, is_there, NULL, error);
    status = tg_io_error(error, "find", first, errno);
    tg_error_how(error, "name one report or one folder of a case that is there, or traces");
    return status;
}

/* Triage with a document, whose files are open; they are ended. */
static tg_status run_with_document(const triage_values *given, const tg_words *operands,
                                   tg_document_files *files, tg_error *error)
{
    // The same triage has the same report, wherever it is written to.
    triage_values recipe_values = *given;
    recipe_values.documents = (tg_document_values){.github = false};
    tg_command command;
    tg_triage_document report;
    tg_verb_command(&command, &tg_verb_triage, &recipe_values, operands);
    tg_status status =
        tg_triage_document_init(&report, command.text, given->expected.name, given->actual.name,
                                !given->documents.no_times, error);
    if (status != TG_OK) {
        tg_document_files_discard(files);
        return status;
    }
    status = run_job(&(triage_job){.given = given, .report = &report}, operands, error);
    // Where nothing was run, there is nothing to say.
    if (tg_triage_document_has_cases(&report)) {
        tg_error why = {.status = TG_OK};
        tg_status written = tg_triage_document_end(&report, status, &why);
        if (written == TG_OK) {
            written = tg_document_files_write(files, report.document, stdout, &why);
        } else {
            tg_document_files_discard(files);
        }
        if (written != TG_OK && error != NULL) *error = why;
        if (written != TG_OK) status = written;
    } else {
        tg_document_files_discard(files);
    }
    tg_triage_document_clear(&report);
    return status;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const triage_values *given = values;
    const triage_job job = {.given = given};
    tg_document_files files;
    tg_stop_say(TG_STOP_OF_RUN, "no case was run to its end");
    tg_stop_catch();
    tg_status status = tg_document_files_open(&files, &given->documents, error);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < operands->nb_words && status == TG_OK; i++) {
        status = tg_document_files_keep(&files, operands->words[i], error);
    }
    if (status != TG_OK) {
        tg_document_files_discard(&files);
        return status;
    }
    if (tg_document_files_wanted(&given->documents))
        return run_with_document(given, operands, &files, error);
    return run_job(&job, operands, error);
}

const tg_verb tg_verb_triage = {
    .name = "triage",
    .summary = "find the smallest case that shows a mismatch, and say what it looks like",
    .operands = "REPORT.json | CASE | CHIP[.KIND]...",
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .text = "Shrinks a mismatch: to the fewest events, then to the simplest fields, height and "
            "launch shape that show the same;\n"
            "says what it looks like and which property of events predicts it; and saves the "
            "smallest case as a folder.\n"
            "It takes each finding of a report as 'tracegate gate --json' writes it, a saved case, "
            "or the first mismatch of each\n"
            "trace that 'tracegate gate' would meet with the same options. What a kernel of yours "
            "showed needs it again, --kernel or\n"
            "--kernels with their other options, as 'again:' has them.\n" TG_HELP_NAMES
            "Exits 0 if nothing differs, 1 on a mismatch, 2 on bad input or a case that cannot be "
            "saved, 3 if the machine\n"
            "cannot do what is asked for, a trace showed nothing, or a report has nothing, or not "
            "all, that could be run again.\n",
    .examples =
        "  tracegate triage report.json                      # every finding of a gate's report\n"
        "  tracegate triage Select.main --seed 7             # what this seed shows\n"
        "  tracegate triage cases/select-main-0123456789ab   # shrink a case further\n"
        "  tracegate triage Global --actual cuda --max-seconds 60\n"
        "  tracegate triage report.json --kernel my.cu:rows --host   # of a gate of yours\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(triage_values),
    .run = run,
};
