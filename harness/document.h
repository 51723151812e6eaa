/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The report as a document: one tree, as docs/report.schema.json describes it, that gate, diff,
 * triage and fuzz fill, that merge joins, and from which every form is written: JSON, JUnit XML,
 * SARIF, GitHub annotations, HTML.
 *
 * Keys and their order are always the same, and so are the bytes for the same input; times and the
 * machine, which are not, can be left out.
 */
#ifndef TRACEGATE_HARNESS_DOCUMENT_H
#define TRACEGATE_HARNESS_DOCUMENT_H

#include "files/json.h"
#include "harness/cause.h"
#include "harness/key.h"
#include "harness/picture.h"
#include "harness/report.h"
#include "harness/triage.h"

/* Version of the schema; a document of another one is refused. */
#define TG_DOCUMENT_VERSION 1

/* Findings that a document has in full; all others are counted (a trace has two in full at the
 * most, and one line of a kernel can break all traces). */
#define TG_DOCUMENT_MAX_FINDINGS 256

typedef struct tg_document tg_document;

/* How a run was made. Texts are copied; NULL and 0 are left out. */
typedef struct tg_recipe {
    const char *verb;    /* "gate" */
    const char *command; /* the whole line that makes it again */
    bool has_seed;
    uint64_t seed;
    const char *profile;
    size_t nb_events;
    const char *expected;
    const char *const *actuals;
    size_t nb_actuals;
    tg_launch launch;
    size_t nb_records;
    size_t shard_index, shard_total; /* total 0: not sharded */
    const char *device;              /* the GPU's name, told with the times; NULL: none is used */
} tg_recipe;

/* Begin a document. with_times: it also says how long things took, and on which machine. */
TG_NODISCARD tg_status tg_document_create(tg_document **document, const tg_recipe *recipe,
                                          bool with_times, tg_error *error);
void tg_document_destroy(tg_document *document); /* takes NULL */

/* What became of one finding. */
typedef struct tg_finding {
    const tg_report *report; /* what it is about */
    const tg_diff *diff;     /* NULL: there are no cells (a failure, a digest) */
    tg_status failed;        /* TG_OK, or how the backend failed */
    const tg_error *why;
    tg_launch launch;
    const char *backend;             /* "host", "recorded" */
    const tg_causes *causes;         /* of the whole; never NULL */
    const tg_key *key;               /* never NULL */
    const tg_triage *triage;         /* NULL: it could not be shrunk (recorded traces, files) */
    const tg_prediction *prediction; /* over the whole's events; NULL: the triage's, if any */
    const tg_picture *picture;       /* NULL: no cells */
    const char *case_folder;         /* NULL: not saved */
    const char *text;                /* the text report, whole */
    bool is_expected;                /* a known failure of the ledger */
    const char *ledger_why;   /* the ledger's reason; NULL if it does not list it. One whose last
                                 day is past is listed, and not expected */
    const char *ledger_until; /* its last day; NULL likewise */
} tg_finding;

/* Add a finding; beyond TG_DOCUMENT_MAX_FINDINGS it is counted only.  Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_document_add_finding(tg_document *document, const tg_finding *finding,
                                               tg_error *error);

/* V(constant, name): verdicts of a trace and of a document. */
#define TG_VERDICT_LIST(V)                      \
    V(TG_VERDICT_MATCH, "match")                \
    V(TG_VERDICT_MISMATCH, "mismatch")          \
    V(TG_VERDICT_EXPECTED, "expected failure")  \
    V(TG_VERDICT_FIXED, "known failure passes") \
    V(TG_VERDICT_NOT_RUN, "not run")            \
    V(TG_VERDICT_NOTHING, "nothing compared")

typedef enum tg_verdict {
#define TG_VERDICT_CONSTANT(constant, name) constant,
    TG_VERDICT_LIST(TG_VERDICT_CONSTANT) TG_NB_VERDICTS
#undef TG_VERDICT_CONSTANT
} tg_verdict;

const char *tg_verdict_name(tg_verdict verdict);

/* What became of one side output of a trace. */
typedef struct tg_document_side {
    const char *name;
    size_t nb_comparisons;
    size_t nb_words;
    size_t nb_mismatches;
} tg_document_side;

/* A trace that is zeroed before the first launch, so that what its kernel leaves out is not seen.
 */
typedef struct tg_document_zeroing {
    bool is_tried;   /* its cases were made over poison, too */
    size_t nb_cases; /* with words that are right over zeros and wrong over poison */
    size_t nb_words;
    size_t nb_failed; /* cases that fail over poison alone */
    size_t nb_columns;
    char (*columns)[TG_NAME_BYTES]; /* [nb_columns] that have such words, and side outputs */
} tg_document_zeroing;

/* What became of one trace. */
typedef struct tg_document_trace {
    const tg_trace *trace;
    tg_verdict verdict;
    size_t nb_cases;
    size_t nb_golden;
    size_t nb_events;
    size_t min_height, max_height;
    size_t nb_comparisons;
    size_t nb_cells;
    size_t nb_mismatches;
    size_t nb_expected; /* known failures, which are not among the mismatches */
    size_t nb_not_run;
    double seconds;
    size_t nb_sides;
    const tg_document_side *sides;
    const char *kernel; /* file of the chip's kernel, from the tree's root: "kernels/select.cu"; of
                           a user's kernel its source */
    size_t kernel_line; /* from 1; 0: not known */
    const tg_document_zeroing *zeroing; /* NULL: nothing is zeroed before the kernel */
} tg_document_trace;

TG_NODISCARD tg_status tg_document_add_trace(tg_document *document, const tg_document_trace *trace,
                                             tg_error *error);

/* What begins the text of a note about a trace whose kernel could not be made, or launched at a
 * size: bad input, which files for machines show as an error of the trace. */
#define TG_NOTE_REFUSED "not run: "

/* Add a note: what was skipped and why, a ledger's entry that is over. */
TG_NODISCARD tg_status tg_document_add_note(tg_document *document, const char *note,
                                            tg_error *error);

/* End it: the verdict of the whole, whose exit code it has. */
TG_NODISCARD tg_status tg_document_end(tg_document *document, tg_status status, double seconds,
                                       tg_error *error);

/* Read a document. Strict: unknown or missing keys, other types and another version are refused,
 * and so are figures and verdicts that contradict each other.
 * Errors  TG_ERR_IO, TG_ERR_FORMAT with what and where, TG_ERR_SIZE, TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_document_read(tg_document **document, const char *path, tg_error *error);

/* Join documents of the shards of one gate: recipes must agree but for the shard, every shard must
 * be there once. paths: names for errors.
 * Errors  TG_ERR_USAGE, TG_ERR_FORMAT (sums that are none, or a verdict that the traces do not
 *         bear out), TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_document_merge(tg_document **joined, tg_document *const *parts,
                                         const char *const *paths, size_t nb_parts,
                                         tg_error *error);

/* The tree, for writers and for verbs that read documents. */
tg_json_value *tg_document_root(const tg_document *document);

/* The exit status that the document's verdict stands for. */
tg_status tg_document_status(const tg_document *document);

/* How much a status counts where there are several: exit code 2 most, which is bad input, then 1,
 * a mismatch, then 3, what could not be run; TG_OK is 0. */
int tg_document_rank(tg_status status);

/* Whether a trace's row is red and no finding is listed that says why: a known failure that passes,
 * wrong conduct of the expected side, a planted bug that was missed, findings beyond those listed.
 * The notes about it say more. */
bool tg_document_is_bare(const tg_document *document, tg_json_value *trace);

/* Findings with one key are one bug that was met several times, by several backends perhaps.
 * Whether the listed finding of this index stands for all with its key: the first that is not
 * expected, or else the first.
 * nb_alike  listed findings with the key, itself too */
bool tg_document_stands_for_key(const tg_document *document, size_t index, size_t *nb_alike);

/* The next note about a trace, which begins with its name and a colon; NULL at the end.
 * index  where to look on, 0 to begin with; moves behind the note */
const char *tg_document_next_note(const tg_document *document, tg_json_value *trace, size_t *index);

/* F(constant, option, text): forms of a document: options of every verb that makes one. */
#define TG_FORM_OF_DOCUMENT_LIST(F)                                                     \
    F(TG_DOCUMENT_JSON, "json", "JSON, as docs/report.schema.json describes it")        \
    F(TG_DOCUMENT_JUNIT, "junit", "JUnit XML: a suite per chip, a test case per trace") \
    F(TG_DOCUMENT_SARIF, "sarif", "SARIF 2.1.0, for code scanning")                     \
    F(TG_DOCUMENT_HTML, "html", "one page for people, with pictures; needs no network") \
    F(TG_DOCUMENT_GITHUB, "github", "annotations, as GitHub's actions read them from a log")

typedef enum tg_document_form {
#define TG_DOCUMENT_FORM_CONSTANT(constant, option, text) constant,
    TG_FORM_OF_DOCUMENT_LIST(TG_DOCUMENT_FORM_CONSTANT) TG_NB_DOCUMENT_FORMS
#undef TG_DOCUMENT_FORM_CONSTANT
} tg_document_form;

const char *tg_document_form_name(tg_document_form form);

/* Write a document in one form to a stream; a stream that fails is TG_ERR_IO. */
TG_NODISCARD tg_status tg_document_write(FILE *out, const tg_document *document,
                                         tg_document_form form, tg_error *error);

/* Print the schema of documents: docs/report.schema.json is this.  Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_document_write_schema(FILE *out, tg_error *error);

#endif
