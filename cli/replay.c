/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate replay: a case, a line of a report or a whole report again, loudly. */
#include "cli/both_sides.h"
#include "cli/crash.h"
#include "cli/findings.h"
#include "cli/isolation.h"
#include "cli/kernels.h"
#include "cli/line.h"
#include "cli/source.h"
#include "cli/stop.h"
#include "cli/verbs.h"
#include "harness/key.h"
#include "harness/progress.h"
#include "harness/words.h"
#include "harness/zeroed.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Rows of a case that are printed, unless all are wanted: with the widest trace, a few screens. */
#define MAX_ROWS ((size_t)4)

/* Wrong cells that a gate lists when it is replayed. */
#define GATE_CELLS "24"

typedef struct replay_values {
    tg_choice expected;
    tg_choice actual;
    tg_isolation_values isolation;
    tg_kernel_values kernels;
    bool verbose;
} replay_values;

static const tg_option options[] = {
    TG_OPTION(replay_values, expected, CHOICE, "expected", "B",
              "the backend that is trusted, instead of the one that was",
              .names = &tg_backend_names),
    TG_OPTION(replay_values, actual, CHOICE, "actual", "B",
              "the backend under test, instead of the one that was", .names = &tg_actual_names),
    TG_KERNEL_OPTIONS(replay_values, kernels),
    TG_ISOLATION_OPTIONS(replay_values, isolation),
    TG_OPTION(replay_values, verbose, FLAG, "verbose", NULL, "all rows of a case", .letter = 'v'),
};

/* ---- a case ---- */

/* Say what the mismatch looks like, and its key. */
static tg_status print_causes(const tg_case *work, const tg_case_result *result,
                              const tg_product *expected, const tg_product *actual,
                              const tg_backend *actual_side, tg_error *error)
{
    tg_mismatch mismatch;
    tg_causes causes;
    tg_key key;
    tg_triage_mismatch(&mismatch, work, result, expected, actual, actual_side);
    const tg_status status = tg_causes_find(&causes, &mismatch, error);
    if (status != TG_OK) return status;
    tg_key_make(&key, &mismatch, &causes);
    tg_report_causes(stdout, &causes, result->status != TG_OK ? &result->error : NULL);
    (void)printf("  key          %s (%s)\n", key.text, key.id);
    return TG_OK;
}

static size_t nb_compared(const tg_case *work, const tg_case_result *result)
{
    return result->diff.compared.eventful + result->diff.compared.padding +
           tg_sides_diff_nb_compared(&result->sides, TG_SIDE_WORDS) +
           (work->subject.trace->nb_sides != 0
                ? tg_sides_diff_nb_compared(&result->sides, TG_SIDE_BYTE_LOOKUPS)
                : 0);
}

/* again: the line that does it again */
static tg_status run_case(const tg_case *work, const tg_both_sides *both, const char *again,
                          bool verbose, tg_error *error)
{
    tg_case_result result;
    tg_product expected;
    tg_product actual;
    tg_progress *progress = NULL;
    tg_progress_create(&progress, stderr);
    tg_progress_say(progress, 0, 0, "running %s of %zu event%s by %s", work->subject.trace->name,
                    work->nb_events, tg_plural(work->nb_events), both->actual.ops->name);
    tg_status status =
        tg_case_make(&result, &expected, &actual, work, &both->expected, &both->actual, error);
    tg_progress_destroy(progress);
    tg_crash_announce(NULL, NULL, NULL);
    tg_stop_say(TG_STOP_OF_RUN, NULL);
    if (status != TG_OK) return status;
    if (work->why[0] != '\0') (void)printf("kept for  %s\n", work->why);
    if (work->source[0] != '\0') (void)printf("from      %s\n", work->source);
    (void)putchar('\n');
    tg_case_print_whole(stdout, work, &result, &expected, &actual, both->expected.ops->name,
                        both->actual.ops->name, verbose ? SIZE_MAX : MAX_ROWS);
    if (result.is_match && !tg_key_is_of_failure(work->why) &&
        tg_is_unshown(&work->subject, both->actual.ops, work->nb_events, result.height,
                      &expected)) {
        (void)puts("\nverdict   NOT COMPARED: all is to be 0, and was before the first "
                   "launch; " TG_UNSHOWN_HOW "\n");
        status = TG_ERR_UNAVAILABLE;
    } else if (result.is_match) {
        (void)printf("\nverdict   match: the case passes, %zu words compared\n\n",
                     nb_compared(work, &result));
    } else {
        status = print_causes(work, &result, &expected, &actual, &both->actual, error);
        (void)printf("  again: %s\n\nverdict   %s\n\n", again,
                     result.status != TG_OK ? "FAILED" : "MISMATCH");
        if (status == TG_OK) status = TG_ERR_MISMATCH;
    }
    tg_product_destroy(&expected);
    tg_product_destroy(&actual);
    tg_case_result_clear(&result);
    return status;
}

/* The line that replays a case. */
static void write_again(tg_command *again, const char *folder, const tg_both_sides *both,
                        const tg_user_set *set, const tg_isolation *isolation)
{
    tg_command_begin(again);
    tg_command_add(again, "tracegate");
    tg_command_add(again, "replay");
    tg_command_add(again, folder);
    if (both->expected.ops != tg_backend_ops_at(0))
        tg_command_add_option(again, "expected", "%s", both->expected.ops->name);
    tg_command_add_option(again, "actual", "%s", both->actual.ops->name);
    tg_command_add_words(again, set->words, set->nb_words);
    if (isolation->has_limit)
        tg_command_add_option(again, "max-run-seconds", "%.0f", isolation->max_seconds);
}

/* trace: of the finding that names the case; NULL: none does */
static tg_status replay_folder(const char *folder, const char *trace, const replay_values *given,
                               tg_error *error)
{
    tg_case work;
    tg_both_sides both;
    tg_isolation_values wanted = given->isolation;
    tg_isolation isolation;
    tg_command again;
    tg_user_set set = {.kernels = NULL};
    const char *actual = given->actual.given ? given->actual.name : NULL;
    tg_status status = tg_case_load(&work, folder, error);
    if (status != TG_OK) return status;
    const char *name = work.subject.trace->name;
    tg_isolation_suit(&wanted, work.why);
    status = tg_isolation_choose(&isolation, &wanted, error);
    if (status == TG_OK) status = tg_findings_check_case(&work, folder, trace, error);
    if (status == TG_OK)
        status = tg_kernel_values_need_of_case(&given->kernels, &work, folder, error);
    if (status == TG_OK)
        status =
            tg_kernel_set_open(&set, &given->kernels, &(tg_words){.nb_words = 1, .words = &name},
                               given->expected.name, &actual, 1, error);
    if (status == TG_OK && set.kernels != NULL) {
        tg_kernel_set_apply(&set, &work.subject);
        if (isolation.isolate == TG_ISOLATE_BY_BACKEND) isolation.isolate = TG_ISOLATE_ALWAYS;
    }
    if (actual == NULL) actual = set.kernels != NULL ? set.backend : given->actual.name;
    if (status == TG_OK)
        status = tg_both_sides_open(&both, given->expected.name, actual, &isolation, error);
    if (status == TG_OK) {
        (void)fputs("case      ", stdout);
        tg_line_print(stdout, folder);
        (void)putchar('\n');
        write_again(&again, folder, &both, &set, &isolation);
        tg_crash_catch();
        tg_crash_announce(NULL, actual, again.text);
        status = run_case(&work, &both, again.text, given->verbose, error);
        tg_both_sides_close(&both);
    }
    tg_user_set_close(&set);
    tg_case_clear(&work);
    return status;
}

/* ---- a line ---- */

/* Start under sanitizers, if the line's kernels run so. */
static void start_of_line(const tg_line *line)
{
    const tg_kernel_values own = {.kernel = tg_line_value(line, "kernel"),
                                  .manifest = tg_line_value(line, "kernels"),
                                  .host = tg_line_has(line, "host"),
                                  .no_sanitize = tg_line_has(line, "no-sanitize")};
    tg_kernel_values_start(&own, tg_line_value(line, "actual"));
}

/* trace  of the finding that the line comes from: the kernels are then those of this command line
 *        alone; NULL: it comes from no file */
static tg_status run_line(tg_line *line, const char *text, const replay_values *given,
                          const char *trace, tg_error *error)
{
    tg_command_line parsed;
    const char *expected = given->expected.given ? given->expected.name : NULL;
    const char *actual = given->actual.given ? given->actual.name : NULL;
    tg_status status = tg_line_set(line, "expected", expected, error);
    if (status == TG_OK) status = tg_line_set(line, "actual", actual, error);
    if (status == TG_OK && line->verb == &tg_verb_gate && !tg_line_has(line, "max-cells"))
        status = tg_line_set(line, "max-cells", GATE_CELLS, error);
    if (status == TG_OK) status = tg_isolation_hand_on(line, &given->isolation, error);
    if (status == TG_OK && trace != NULL)
        status = tg_kernel_values_hand_on(line, &given->kernels, trace, error);
    if (status == TG_OK) status = tg_line_parse(&parsed, line, error);
    if (status != TG_OK) return status;
    start_of_line(line);
    (void)fputs("line      ", stdout);
    tg_line_print(stdout, tg_line_bare(text));
    (void)fputs("\n\n", stdout);
    status = line->verb->run(parsed.values, &parsed.operands, error);
    tg_command_line_clear(&parsed);
    return status;
}

static tg_status replay_text(const char *text, const replay_values *given, tg_error *error)
{
    tg_line line;
    const tg_status status = tg_line_read(&line, text, error);
    return status == TG_OK ? run_line(&line, text, given, NULL, error) : status;
}

/* Whether a word is a case or a report, and no program that a line begins with. */
static bool is_case_or_report(const char *word)
{
    const size_t length = strlen(word);
    struct stat info;
    return stat(word, &info) == 0 &&
           (S_ISDIR(info.st_mode) || (length > 5 && strcmp(word + length - 5, ".json") == 0));
}

/* A line whose words are words of this one. */
static tg_status replay_words(const tg_words *words, const replay_values *given, tg_error *error)
{
    tg_command command;
    if (is_case_or_report(words->words[0])) {
        tg_error_set(error, TG_ERR_USAGE, "replay takes one case or report at a time");
        tg_error_where(error, "%s", words->words[1]);
        tg_error_how(error, "replay each of them by itself");
        return TG_ERR_USAGE;
    }
    tg_command_begin(&command);
    for (size_t i = 0; i < words->nb_words; i++) {
        tg_command_add(&command, words->words[i]);
    }
    return replay_text(command.text, given, error);
}

/* ---- a report ---- */

/* Replay one finding: its case, which says more, or the line that makes it again. A line that
 * replays or triages something may name this report, and would never end. */
static tg_status replay_finding(const void *context, tg_json_value *finding, tg_error *error)
{
    replay_values own = *(const replay_values *)context;
    const char *trace = tg_json_text_of(tg_json_member(finding, "trace"));
    const char *again = tg_json_text_of(tg_json_member(finding, "again"));
    const char *folder = tg_json_text_of(tg_json_member(finding, "case"));
    tg_line line;
    tg_status status = TG_OK;
    tg_isolation_suit(&own.isolation, tg_json_text_of(tg_json_member(finding, "key")));
    if (tg_findings_is_folder(folder)) {
        const char *backend = tg_json_text_of(tg_json_member(finding, "backend"));
        const char *expected = tg_json_text_of(tg_json_member(finding, "expected"));
        if (!own.actual.given) own.actual.name = backend;
        if (!own.expected.given) own.expected.name = expected;
        // A case need not have a line that can be run.
        if (tg_line_read_found(&line, again, trace, NULL) == TG_OK)
            status = tg_kernel_values_need_of_line(&own.kernels, trace, &line, error);
        return status == TG_OK ? replay_folder(folder, trace, &own, error) : status;
    }
    status = tg_line_read_found(&line, again, trace, error);
    if (status != TG_OK) return status;
    if (line.verb != &tg_verb_replay && line.verb != &tg_verb_triage)
        return run_line(&line, again, &own, trace, error);
    tg_error_set(error, TG_ERR_USAGE, "the case of this finding is not there: '%.160s'", folder);
    tg_error_how(error, "run this in the folder that the report was made in, or give the case's");
    return TG_ERR_USAGE;
}

/* ---- the verb ---- */

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const replay_values *given = values;
    const char *first = operands->words[0];
    struct stat info;
    tg_stop_say(TG_STOP_OF_RUN, "the case was not run to its end");
    tg_stop_catch();
    // What is replayed is one thing, whichever shard of a gate this job is.
    (void)unsetenv("TG_SHARD_INDEX");
    (void)unsetenv("TG_SHARD_TOTAL");
    if (operands->nb_words > 1) return replay_words(operands, given, error);
    if (stat(first, &info) == 0) {
        if (S_ISDIR(info.st_mode)) return replay_folder(first, NULL, given, error);
        const tg_finding_job job = {.run = replay_finding, .context = given};
        tg_kernel_values_start(&given->kernels, given->actual.given ? given->actual.name : NULL);
        return tg_findings_run(first, &job, error);
    }
    if (strchr(first, ' ') != NULL) return replay_text(first, given, error);
    const tg_status status = tg_io_error(error, "find", first, errno);
    tg_error_how(error, "name the folder of a case or a report, or give a whole line of a report");
    return status;
}

const tg_verb tg_verb_replay = {
    .name = "replay",
    .summary = "run a case, a line of a report or a whole report again, loudly",
    .operands = "CASE | REPORT.json | LINE",
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .text = "Runs again what was found. Of a case it shows the events and every cell of the wrong "
            "rows on both sides. A line is what a\n"
            "report says behind 'again:', in quotes, or as words behind '--'; verbs that make no "
            "traces are refused, and no shell is\n"
            "involved. Of a report it runs all findings: their cases where they are there, else "
            "their lines, which may only say\n"
            "what is made and compared. What a kernel of yours showed needs it again, --kernel or "
            "--kernels with their other options,\n"
            "as 'again:' has them.\n"
            "Exits 0 if everything matches now, 1 if something still differs, 2 on bad input, 3 if "
            "the machine cannot do what is\n"
            "asked for, the case shows nothing, or a report has nothing, or not all, that could be "
            "run again.\n",
    .examples =
        "  tracegate replay cases/select-main-0123456789ab\n"
        "  tracegate replay cases/select-main-0123456789ab --actual cuda\n"
        "  tracegate replay 'tracegate gate Select.main --seed 7 --actual host'\n"
        "  tracegate replay -- tracegate gate Select.main --seed 7 --actual host\n"
        "  tracegate replay report.json\n"
        "  tracegate replay report.json --kernel my.cu:rows --host   # of a gate of yours\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(replay_values),
    .run = run,
};
