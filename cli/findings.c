/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The findings of a report, one after the other. */
#include "cli/findings.h"

#include "cli/line.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

bool tg_findings_is_folder(const char *path)
{
    struct stat info;
    return path[0] != '\0' && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
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

/* Run all; the first status that counts most is what came of it, with its error. */
static tg_status run_all(size_t *nb_passed, tg_json_value *findings, tg_finding_run run,
                         const void *context, tg_error *error)
{
    const size_t nb = tg_json_length(findings);
    tg_status worst = TG_OK;
    *nb_passed = 0;
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *finding = tg_json_element(findings, i);
        tg_error why = {.status = TG_OK};
        (void)printf("finding   %zu of %zu: ", i + 1, nb);
        tg_line_print(stdout, tg_json_text_of(tg_json_member(finding, "key")));
        (void)putchar('\n');
        const tg_status status = run(context, finding, &why);
        *nb_passed += status == TG_OK;
        if (why.what[0] != '\0') {
            char line[sizeof why];
            (void)printf("          %s\n\n", tg_error_line(line, sizeof line, &why));
        }
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

tg_status tg_findings_run(const char *path, tg_finding_run run, const void *context,
                          tg_error *error)
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
    status = run_all(&nb_passed, findings, run, context, error);
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
