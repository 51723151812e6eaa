/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate merge: the reports of a gate's shards, joined into one.
 *
 * Documents are files that anyone may have written: their texts are printed without control
 * characters.
 */
#include "cli/document_files.h"
#include "cli/verbs.h"
#include "model/memory.h"

#include <ctype.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

/* Bytes of a text of a document as it is printed; what is longer is cut. */
#define TEXT_BYTES ((size_t)512)

typedef struct merge_values {
    tg_document_values documents;
} merge_values;

static const tg_option options[] = {TG_DOCUMENT_FORM_OPTIONS(merge_values, documents)};

/* ---- texts and counts of a document, whose shape was checked when it was read ---- */

static const char *text_of(char text[TEXT_BYTES], tg_json_value *object, const char *key)
{
    if (tg_json_get_prose(text, TEXT_BYTES, object, key, NULL) != TG_OK) text[0] = '\0';
    return text;
}

static size_t count_of(tg_json_value *object, const char *key)
{
    return (size_t)tg_json_integer_of(tg_json_member(object, key));
}

static bool is_set(tg_json_value *object, const char *key)
{
    return tg_json_bool_of(tg_json_member(object, key));
}

/* ---- the summary ---- */

static void print_shards(tg_document *const *shards, const tg_words *paths)
{
    char status[TEXT_BYTES];
    for (size_t i = 0; i < paths->nb_words; i++) {
        tg_json_value *root = tg_document_root(shards[i]);
        tg_json_value *shard = tg_json_member(tg_json_member(root, "recipe"), "shard");
        (void)printf("shard     %zu of %zu: %s, %s\n", count_of(shard, "index"),
                     count_of(shard, "total"), paths->words[i],
                     text_of(status, tg_json_member(root, "verdict"), "status"));
    }
    (void)putchar('\n');
}

/* Verdicts that fail are to be seen. */
static const char *verdict_of(char text[TEXT_BYTES], tg_json_value *trace)
{
    (void)text_of(text, trace, "verdict");
    if (strcmp(text, tg_verdict_name(TG_VERDICT_MATCH)) == 0 ||
        strcmp(text, tg_verdict_name(TG_VERDICT_EXPECTED)) == 0)
        return text;
    for (char *letter = text; *letter != '\0'; letter++) {
        *letter = (char)toupper((unsigned char)*letter);
    }
    return text;
}

static void print_traces(tg_json_value *traces)
{
    char name[TEXT_BYTES];
    char verdict[TEXT_BYTES];
    (void)printf("%-34s %5s %8s %11s %10s %10s  %s\n", "trace", "cases", "events", "comparisons",
                 "cells", "mismatches", "verdict");
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        (void)printf("%-34s %5zu %8zu %11zu %10zu %10zu  %s\n", text_of(name, trace, "trace"),
                     count_of(trace, "nb_cases"), count_of(trace, "nb_events"),
                     count_of(trace, "nb_comparisons"), count_of(trace, "nb_cells"),
                     count_of(trace, "nb_mismatches"), verdict_of(verdict, trace));
    }
    (void)putchar('\n');
}

/* The first cause of a finding, which is the most likely one. */
static void print_cause(tg_json_value *finding)
{
    char title[TEXT_BYTES];
    char evidence[TEXT_BYTES];
    tg_json_value *causes = tg_json_member(finding, "causes");
    if (tg_json_length(causes) == 0) return;
    tg_json_value *cause = tg_json_element(causes, 0);
    tg_flow line = tg_flow_begin(stdout, "  ");
    tg_flow_put_words(&line, text_of(title, cause, "title"));
    (void)snprintf(title, sizeof title, "(%zu%%):", count_of(cause, "confidence"));
    tg_flow_put(&line, title);
    tg_flow_put_words(&line, text_of(evidence, cause, "evidence"));
    (void)putchar('\n');
}

static void print_known(tg_json_value *finding)
{
    char text[TEXT_BYTES];
    (void)fputs("  known", stdout);
    if (tg_json_has(finding, "ledger_until"))
        (void)printf(" until %s%s", text_of(text, finding, "ledger_until"),
                     is_set(finding, "is_expected") ? "" : ", which is over");
    (void)printf(": %s\n", text_of(text, finding, "ledger_why"));
}

static void print_findings(const tg_document *document, size_t nb_findings)
{
    char text[TEXT_BYTES];
    tg_json_value *findings = tg_json_member(tg_document_root(document), "findings");
    const size_t nb_listed = tg_json_length(findings);
    for (size_t i = 0; i < nb_listed; i++) {
        tg_json_value *finding = tg_json_element(findings, i);
        const bool is_expected = is_set(finding, "is_expected");
        size_t nb_alike = 0;
        if (!tg_document_stands_for_key(document, i, &nb_alike)) continue;
        (void)printf("%-9s %s", is_expected ? "expected" : "finding",
                     text_of(text, finding, "key"));
        if (tg_json_has(finding, "backend"))
            (void)printf("    %s", text_of(text, finding, "backend"));
        if (nb_alike > 1) (void)printf("    findings with this key: %zu", nb_alike);
        (void)putchar('\n');
        print_cause(finding);
        if (tg_json_has(finding, "ledger_why")) print_known(finding);
        if (tg_json_has(finding, "again"))
            (void)printf("  again: %s\n", text_of(text, finding, "again"));
    }
    if (nb_findings > nb_listed)
        (void)printf("and %zu more findings, which the reports do not list\n",
                     nb_findings - nb_listed);
    if (nb_findings != 0) (void)putchar('\n');
}

static void print_notes(tg_json_value *notes)
{
    for (size_t i = 0; i < tg_json_length(notes); i++) {
        char text[TEXT_BYTES];
        (void)snprintf(text, sizeof text, "%s", tg_json_text_of(tg_json_element(notes, i)));
        tg_json_clean(text);
        tg_flow line = tg_flow_begin(stdout, "note      ");
        tg_flow_put_words(&line, text);
        (void)putchar('\n');
    }
}

static void print_verdict(tg_json_value *summary, size_t nb_shards, tg_status status)
{
    const char *verdict = status == TG_OK             ? "match"
                          : status == TG_ERR_MISMATCH ? "MISMATCH"
                                                      : "NOT ALL RUN";
    (void)printf("verdict   %s: shards %zu, traces %zu, comparisons %zu, cells %zu, mismatches %zu",
                 verdict, nb_shards, count_of(summary, "nb_traces"),
                 count_of(summary, "nb_comparisons"), count_of(summary, "nb_cells"),
                 count_of(summary, "nb_mismatches"));
    if (count_of(summary, "nb_expected") != 0)
        (void)printf(", known failures %zu", count_of(summary, "nb_expected"));
    if (count_of(summary, "nb_not_run") != 0)
        (void)printf(", not run %zu", count_of(summary, "nb_not_run"));
    (void)putchar('\n');
}

static void print_summary(const tg_document *joined, tg_document *const *shards,
                          const tg_words *paths)
{
    tg_json_value *root = tg_document_root(joined);
    tg_json_value *summary = tg_json_member(root, "summary");
    print_shards(shards, paths);
    print_findings(joined, count_of(summary, "nb_findings"));
    print_traces(tg_json_member(root, "traces"));
    print_notes(tg_json_member(root, "notes"));
    print_verdict(summary, paths->nb_words, tg_document_status(joined));
}

/* ---- the work ---- */

static tg_status read_shards(tg_document **shards, const tg_words *paths, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < paths->nb_words && status == TG_OK; i++) {
        status = tg_document_read(&shards[i], paths->words[i], error);
    }
    return status;
}

static tg_status merge(tg_document_files *files, const tg_words *paths, tg_error *error)
{
    void *memory = NULL;
    tg_document *joined = NULL;
    tg_status status = tg_buffer_create(&memory, paths->nb_words, sizeof(tg_document *), error);
    if (status != TG_OK) {
        tg_document_files_discard(files);
        return status;
    }
    tg_document **shards = memory;
    for (size_t i = 0; i < paths->nb_words; i++) {
        shards[i] = NULL;
    }
    status = read_shards(shards, paths, error);
    if (status == TG_OK)
        status = tg_document_merge(&joined, shards, paths->words, paths->nb_words, error);
    if (status == TG_OK) {
        print_summary(joined, shards, paths);
        status = tg_document_files_write(files, joined, stdout, error);
    } else {
        tg_document_files_discard(files);
    }
    if (status == TG_OK) status = tg_document_status(joined);
    tg_document_destroy(joined);
    for (size_t i = 0; i < paths->nb_words; i++) {
        tg_document_destroy(shards[i]);
    }
    tg_buffer_destroy(memory);
    return status;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const merge_values *given = values;
    tg_document_files files;
    tg_status status = tg_document_files_open(&files, &given->documents, error);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < operands->nb_words && status == TG_OK; i++) {
        status = tg_document_files_keep(&files, operands->words[i], error);
    }
    if (status == TG_OK) return merge(&files, operands, error);
    tg_document_files_discard(&files);
    return status;
}

const tg_verb tg_verb_merge = {
    .name = "merge",
    .summary = "join the reports of a gate's shards",
    .operands = "SHARD.json...",
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .text =
        "Joins the JSON reports of a gate that was split over several jobs, by TG_SHARD_INDEX and "
        "TG_SHARD_TOTAL, into one\n"
        "and writes it in any form. The reports must be of one gate: same options, every shard "
        "once. Prints the findings, a\n"
        "line for every trace and the verdict of all of them, whose exit code it has; 2 also if a "
        "report cannot be read,\nis missing or is not of this gate.\n",
    .examples =
        "  TG_SHARD_INDEX=0 TG_SHARD_TOTAL=2 tracegate gate --json shard-0.json   # one job\n"
        "  TG_SHARD_INDEX=1 TG_SHARD_TOTAL=2 tracegate gate --json shard-1.json   # another one\n"
        "  tracegate merge shard-0.json shard-1.json --json report.json --html report.html\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(merge_values),
    .run = run,
};
