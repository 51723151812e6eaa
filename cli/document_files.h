/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The options of verbs that give a report as a document, and the files that they name: open before
 * anything runs, written whole or not at all, all of them or none.
 *
 *   typedef struct gate_values {
 *       tg_document_values documents;
 *   } gate_values;
 *   static const tg_option options[] = {TG_DOCUMENT_OPTIONS(gate_values, documents), ...};
 */
#ifndef TRACEGATE_CLI_DOCUMENT_FILES_H
#define TRACEGATE_CLI_DOCUMENT_FILES_H

#include "cli/options.h"
#include "cli/standard_output.h"
#include "files/output.h"
#include "harness/document.h"

/* What the command line says. */
typedef struct tg_document_values {
    const char *paths[TG_NB_DOCUMENT_FORMS]; /* by tg_document_form; NULL: not wanted, and always of
                                                annotations, which go to standard output */
    bool github;
    bool no_times;
} tg_document_values;

/* Entries of a verb's table of options. Keep the names in step with TG_FORM_OF_DOCUMENT_LIST; a
 * test compares them. TG_DOCUMENT_FORM_OPTIONS is for verbs that make no document themselves, and
 * so have no times to leave out. */
#define TG_DOCUMENT_FORM_OPTIONS(VALUES, member)                                     \
    TG_OPTION(VALUES, member.paths[TG_DOCUMENT_JSON], TEXT, "json", "FILE",          \
              "write the report as JSON, as docs/report.schema.json describes it"),  \
        TG_OPTION(VALUES, member.paths[TG_DOCUMENT_JUNIT], TEXT, "junit", "FILE",    \
                  "write it as JUnit XML: a suite per chip, a test case per trace"), \
        TG_OPTION(VALUES, member.paths[TG_DOCUMENT_SARIF], TEXT, "sarif", "FILE",    \
                  "write it as SARIF 2.1.0, for code scanning"),                     \
        TG_OPTION(VALUES, member.paths[TG_DOCUMENT_HTML], TEXT, "html", "FILE",      \
                  "write it as one page for people, with pictures"),                 \
        TG_OPTION(VALUES, member.github, FLAG, "github", NULL,                       \
                  "print it as annotations for GitHub's actions, too")
#define TG_DOCUMENT_OPTIONS(VALUES, member)                        \
    TG_DOCUMENT_FORM_OPTIONS(VALUES, member),                      \
        TG_OPTION(VALUES, member.no_times, FLAG, "no-times", NULL, \
                  "leave times and machine out of them: the same input, the same bytes")

/* The files, while they are open. */
typedef struct tg_document_files {
    size_t nb;
    tg_document_form forms[TG_NB_DOCUMENT_FORMS];
    tg_output outputs[TG_NB_DOCUMENT_FORMS];
    FILE *standard; /* standard output, which one form may be given; NULL: none is */
    tg_document_form standard_form;
    bool github;
} tg_document_files;

/* Whether a document is wanted at all. */
bool tg_document_files_wanted(const tg_document_values *values);

/* Open all files that are named. "-" is standard output: it then holds one form and nothing else,
 * and what is printed for people goes to standard error until the files are ended.
 * files   caller's; after success to be ended by write or discard
 * Errors  TG_ERR_IO if one of them cannot be written; TG_ERR_USAGE if two are one, if annotations
 *         are to go where a form goes, or --no-times has nothing to act on; nothing is left behind
 *         then */
TG_NODISCARD tg_status tg_document_files_open(tg_document_files *files,
                                              const tg_document_values *values, tg_error *error);

/* Refuse a file that the verb reads as the target of any of them. path NULL: none.
 * Errors  TG_ERR_USAGE; files are still to be discarded */
TG_NODISCARD tg_status tg_document_files_keep(const tg_document_files *files, const char *path,
                                              tg_error *error);

/* Write all files, and give them their names once all are on the disk; then print annotations to
 * out, if they are wanted. The files are ended, also on failure.
 * Errors  TG_ERR_IO, TG_ERR_MEMORY; all files are then as they were, unless a folder is changed by
 *         others between two names */
TG_NODISCARD tg_status tg_document_files_write(tg_document_files *files,
                                               const tg_document *document, FILE *out,
                                               tg_error *error);

/* Give up: all files are as they were. */
void tg_document_files_discard(tg_document_files *files);

#endif
