/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The findings of a report, one after the other. */
#include "cli/findings.h"

#include "cli/line.h"
#include "cli/stop.h"
#include "harness/report.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

bool tg_findings_is_folder(const char *path)
{
    struct stat info;
    return path[0] != '\0' && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

tg_status tg_findings_check_case(const tg_case *work, const char *folder, const char *trace,
                                 tg_error *error)
{
    if (trace == NULL || strcmp(work->subject.trace->name, trace) == 0) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "the finding is of %.80s, the case that it names of %.80s",
                 trace, work->subject.trace->name);
    tg_error_where(error, "%s", folder);
    tg_error_how(error, "the report or the case was changed after it was written: make the report "
                        "again, or replay the case itself");
    return TG_ERR_FORMAT;
}

static tg_json_value *member(const tg_document *document, const char *key)
{
    return tg_json_member(tg_document_root(document), key);
}

/* Say which traces are red without a finding, and why. Returns their number. */
static size_t print_bare(const tg_document *document)
{
    tg_json_value *traces = member(document, "traces");
    size_t nb = 0;
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        if (!tg_document_is_bare(document, trace)) continue;
        nb++;
        (void)fputs("trace     ", stdout);
        tg_line_print(stdout, tg_json_text_of(tg_json_member(trace, "trace")));
        (void)printf(": %s, and no finding to run again\n",
                     tg_json_text_of(tg_json_member(trace, "verdict")));
        size_t index = 0;
        for (const char *note = tg_document_next_note(document, trace, &index); note != NULL;
             note = tg_document_next_note(document, trace, &index)) {
            (void)fputs("note      ", stdout);
            tg_line_print(stdout, note);
            (void)putchar('\n');
        }
    }
    return nb;
}

/* The first finding with the key of this one that could be run; the finding itself if there is
 * none. */
static size_t earlier(tg_json_value *findings, size_t index, const tg_status *statuses)
{
    const char *key = tg_json_text_of(tg_json_member(tg_json_element(findings, index), "key"));
    for (size_t i = 0; i < index; i++) {
        const char *other = tg_json_text_of(tg_json_member(tg_json_element(findings, i), "key"));
        if (tg_status_exit_code(statuses[i]) <= 1 && strcmp(key, other) == 0) return i;
    }
    return index;
}

/* Print why a finding could not be run, with its place in the report. */
static void tell_error(tg_error *why, const char *path, size_t index)
{
    char line[sizeof *why];
    char where[sizeof why->where];
    memcpy(where, why->where, sizeof where);
    tg_error_where(why, "%.100s, findings[%zu]%s%s", path, index, where[0] != '\0' ? ": " : "",
                   where);
    tg_flow text = tg_flow_begin(stdout, "          ");
    tg_flow_put_words(&text, tg_error_line(line, sizeof line, why));
    (void)fputs("\n\n", stdout);
}

/* Run all; the first status that counts most is what came of it, with its error. */
static tg_status run_all(size_t *nb_passed, const tg_document *document, const char *path,
                         const tg_finding_job *job, tg_error *error)
{
    tg_json_value *findings = member(document, "findings");
    tg_status statuses[TG_DOCUMENT_MAX_FINDINGS];
    const size_t nb = tg_json_length(findings);
    tg_status worst = TG_OK;
    *nb_passed = 0;
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *finding = tg_json_element(findings, i);
        tg_error why = {.status = TG_OK};
        (void)fflush(stdout);
        tg_stop_say(TG_STOP_OF_LIST, "findings run %zu of %zu, of which pass now %zu", i, nb,
                    *nb_passed);
        (void)printf("finding   %zu of %zu: ", i + 1, nb);
        tg_line_print(stdout, tg_json_text_of(tg_json_member(finding, "key")));
        (void)putchar('\n');
        const size_t before = job->is_key_once ? earlier(findings, i, statuses) : i;
        if (before < i) {
            statuses[i] = statuses[before];
            *nb_passed += statuses[i] == TG_OK;
            (void)printf("          has the key of finding %zu\n\n", before + 1);
            continue;
        }
        const tg_status status = job->run(job->context, finding, &why);
        statuses[i] = status;
        *nb_passed += status == TG_OK;
        if (why.what[0] != '\0') tell_error(&why, path, i);
        if (tg_document_rank(status) <= tg_document_rank(worst)) continue;
        worst = status;
        if (error != NULL) *error = why;
    }
    return worst;
}

/* Say what nobody could run, which is no pass. */
static tg_status refuse_rest(const char *path, const char *what, tg_error *error)
{
    tg_error_set(error, TG_ERR_UNAVAILABLE, "%s", what);
    tg_error_where(error, "%s", path);
    tg_error_how(error, "run the command again that made the report: its recipe has it");
    return TG_ERR_UNAVAILABLE;
}

tg_status tg_findings_run(const char *path, const tg_finding_job *job, tg_error *error)
{
    tg_document *document = NULL;
    size_t nb_passed = 0;
    tg_status status = tg_document_read(&document, path, error);
    if (status != TG_OK) return status;
    tg_json_value *findings = member(document, "findings");
    const size_t nb = tg_json_length(findings);
    // Reading made sure that it is no less than those listed.
    const uint64_t nb_unlisted =
        (uint64_t)tg_json_integer_of(tg_json_member(member(document, "summary"), "nb_findings")) -
        nb;
    status = run_all(&nb_passed, document, path, job, error);
    tg_stop_say(TG_STOP_OF_LIST, NULL);
    const size_t nb_bare = print_bare(document);
    if (nb_unlisted != 0)
        (void)printf("and %" PRIu64 " more findings, which the report does not list\n",
                     nb_unlisted);
    (void)fputs("report    ", stdout);
    tg_line_print(stdout, path);
    (void)printf(": findings %zu, of which pass now %zu\n", nb, nb_passed);
    tg_document_destroy(document);
    if (status != TG_OK) return status;
    if (nb == 0) return refuse_rest(path, "nothing to replay: the report lists no finding", error);
    if (nb_unlisted + nb_bare == 0) return TG_OK;
    return refuse_rest(path, "what the report lists passes, but not all that was red is listed",
                       error);
}
