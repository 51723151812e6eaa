/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the files of the document share.
 *
 * Its shape, that is keys, types and limits, stands once, in document_shape.c: reading checks it,
 * and docs/report.schema.json is printed from it.
 */
#ifndef TRACEGATE_HARNESS_DOCUMENT_INTERNAL_H
#define TRACEGATE_HARNESS_DOCUMENT_INTERNAL_H

#include "files/json_tree.h"
#include "harness/document.h"

/* ---- bounds: see document_fit.c ---- */

/* Bytes of a document, and what of it findings may take; each of them may take the least in any
 * case, and what the others leave. */
#define DOCUMENT_MAX_BYTES ((size_t)2 << 20)
#define DOCUMENT_FINDINGS_BYTES ((size_t)1792 << 10)
#define DOCUMENT_LEAST_FINDING_BYTES ((size_t)9 << 9)

/* Notes, bytes of each, and of all of them as they are printed; machines. */
#define DOCUMENT_MAX_NOTES ((size_t)128)
#define DOCUMENT_NOTES_BYTES ((size_t)96 << 10)
#define DOCUMENT_MAX_MACHINES ((size_t)64)
#define DOCUMENT_NOTE_BYTES ((size_t)1024)

/* Lists of a finding, at the most, and bytes of its text. */
#define DOCUMENT_MAX_COLUMNS ((size_t)256)
#define DOCUMENT_MAX_CELLS ((size_t)1000)
#define DOCUMENT_MAX_EVENTS ((size_t)8)
#define DOCUMENT_MAX_FIELDS ((size_t)64)
#define DOCUMENT_MAX_SIDE_WORDS ((size_t)256)
#define DOCUMENT_MAX_MARKS ((size_t)320)
#define DOCUMENT_TEXT_BYTES ((size_t)16 << 10)

/* Bytes of texts that stand in every finding: a path, a line. */
#define DOCUMENT_LINE_BYTES ((size_t)512)

struct tg_document {
    tg_json_tree tree; /* of one that is made; all zero of one that was read */
    tg_json read;      /* of one that was read; all zero of one that is made */
    bool with_times;
    tg_json_node *summary;
    tg_json_node *notes;
    tg_json_node *traces;
    tg_json_node *findings;
    size_t nb_finding_bytes; /* of those that are listed */
    size_t nb_findings;
    size_t nb_notes;
    size_t nb_note_bytes; /* of those that are listed */
};

/* ---- putting: each is one member of parent, or one element of it (key NULL) ---- */

void document_put_word(tg_json_tree *tree, tg_json_node *parent, const char *key, uint32_t word);

/* A count that nobody knows, or that means "none", is null. */
void document_put_optional(tg_json_tree *tree, tg_json_node *parent, const char *key, bool is_known,
                           uint64_t count);

/* A text that is cut, between characters, to `most` bytes; NULL is null. */
void document_put_line(tg_json_tree *tree, tg_json_node *parent, const char *key, const char *text,
                       size_t most);

/* Length of a text that is cut to `most` bytes, between characters. */
size_t document_cut_length(const char *text, size_t most);

/* A launch shape; null if it is the plan's. */
void document_put_launch(tg_json_tree *tree, tg_json_node *parent, const char *key,
                         const tg_launch *launch);

void document_put_tally(tg_json_tree *tree, tg_json_node *parent, const char *key,
                        const tg_tally *tally);
void document_put_causes(tg_json_tree *tree, tg_json_node *parent, const char *key,
                         const tg_causes *causes);

/* Cells of one comparison with where they are and what event is behind them. */
typedef struct document_cells {
    const tg_trace *trace; /* NULL: unknown */
    const void *events;    /* NULL: not at hand */
    size_t nb_events;
    bool nb_events_is_unknown;
    bool canonical;
    const tg_diff *diff; /* NULL: there are no cells */
} document_cells;

/* Members "totals", "columns" and "cells"; of no diff null and empty. */
void document_put_cells(tg_json_tree *tree, tg_json_node *parent, const document_cells *cells);

/* Member "events": those behind the cells; where there are no cells, the first `at_least`. */
void document_put_events(tg_json_tree *tree, tg_json_node *parent, const document_cells *cells,
                         size_t at_least);

/* Member "failure"; null for TG_OK. */
void document_put_failure(tg_json_tree *tree, tg_json_node *parent, tg_status failed,
                          const tg_error *why);

/* Members "sides" (NULL: none) and "conduct" (NULL: nothing to say).  Errors  TG_ERR_MEMORY */
void document_put_sides(tg_json_tree *tree, tg_json_node *parent, const tg_sides_diff *sides);
TG_NODISCARD tg_status document_put_conduct(tg_json_tree *tree, tg_json_node *parent,
                                            const tg_conduct *conduct, const tg_trace *trace,
                                            size_t height, tg_error *error);

/* Members "picture", "smallest". */
void document_put_picture(tg_json_tree *tree, tg_json_node *parent, const tg_picture *picture);
TG_NODISCARD tg_status document_put_smallest(tg_json_tree *tree, tg_json_node *parent,
                                             const tg_triage *triage, bool with_times,
                                             tg_error *error);

/* ---- fitting ---- */

/* Cut a finding until it takes at most so many bytes, what tells least first, and say in its "cut"
 * what was. */
void document_fit(tg_json_tree *tree, tg_json_node *finding, size_t most);

/* Add a finding as a copy, cut to what is left of the document's bytes; count it only if there is
 * no place. */
void document_add_copy(tg_document *document, tg_json_value *finding);

/* Add a note that was cut already; count it only if there is no place. */
void document_add_note(tg_document *document, const char *note);

/* Sum of two counts; UINT64_MAX if that is more than INT64_MAX, or one of them is. */
uint64_t document_add(uint64_t one, uint64_t other);

/* Sum of a count over the elements of a list; words of side outputs of all traces. UINT64_MAX if
 * that is more than INT64_MAX, which no document can say. */
uint64_t document_sum(tg_json_value *list, const char *key);
uint64_t document_nb_side_words(tg_json_value *traces);

/* The first count whose sum no document can say; NULL: there is none. */
const char *document_first_overflow(const tg_document *document);

/* Put the members of "summary" that follow from traces, findings and notes. */
void document_sum_up(tg_document *document);

/* ---- shape ---- */

typedef enum document_type {
    DOCUMENT_OBJECT,
    DOCUMENT_ARRAY,
    DOCUMENT_TEXT,
    DOCUMENT_INTEGER,
    DOCUMENT_REAL,
    DOCUMENT_BOOL,
} document_type;

typedef struct document_shape document_shape;

typedef struct document_field {
    const char *key;
    const document_shape *shape;
    bool is_nullable;
    const char *text; /* what it says */
} document_field;

struct document_shape {
    document_type type;
    const char *name; /* objects: in the schema's $defs */
    const char *text; /* objects: what it is */
    size_t nb_fields;
    const document_field *fields; /* objects: all keys, in their order */
    const document_shape *items;  /* arrays */
    size_t min_items, max_items;  /* arrays */
    uint64_t min, max;            /* integers */
    bool is_hex; /* texts: "0x" if has_0x, then min_digits to max_digits of 0-9a-f */
    bool has_0x;
    size_t min_digits, max_digits;
    size_t nb_values;               /* texts: one of these; 0: any */
    const char *(*value)(size_t i); /* texts */
};

/* The shape of a whole document. */
const document_shape *document_shape_of_root(void);

/* Check what the figures, verdicts and keys of a document say of each other: one that was changed
 * by hand must not pass.  Errors  TG_ERR_FORMAT */
TG_NODISCARD tg_status document_check_figures(tg_json_value *root, tg_error *error);

/* Check a value, and all that is in it.  Errors  TG_ERR_FORMAT with its place in the document */
TG_NODISCARD tg_status document_check(tg_json_value *root, tg_error *error);

/* ---- the other forms ---- */

void document_write_junit(FILE *out, tg_json_value *root);
void document_write_github(FILE *out, tg_json_value *root);
TG_NODISCARD tg_status document_write_sarif(FILE *out, tg_json_value *root, tg_error *error);
TG_NODISCARD tg_status document_write_html(FILE *out, tg_json_value *root, tg_error *error);

/* Shorthands for writers: members of objects. */
static inline const char *document_text(tg_json_value *object, const char *key)
{
    return tg_json_text_of(tg_json_member(object, key));
}

static inline uint64_t document_count(tg_json_value *object, const char *key)
{
    return (uint64_t)tg_json_integer_of(tg_json_member(object, key));
}

static inline bool document_flag(tg_json_value *object, const char *key)
{
    return tg_json_bool_of(tg_json_member(object, key));
}

/* What is wrong, where, how much and why, without line breaks but those of its texts. Returns
 * text. */
#define DOCUMENT_MESSAGE_BYTES 4096
const char *document_message(char text[DOCUMENT_MESSAGE_BYTES], tg_json_value *finding);

/* What the ledger says of a finding that it lists: until when it is known, and why; that it is
 * over. Returns text. */
#define DOCUMENT_KNOWN_BYTES (DOCUMENT_LINE_BYTES + 128)
const char *document_known(char text[DOCUMENT_KNOWN_BYTES], tg_json_value *finding);

/* As tg_document_stands_for_key. */
bool document_stands_for_key(tg_json_value *root, size_t index, size_t *nb_alike);

/* The trace's row of a finding; NULL if it has none. */
tg_json_value *document_trace_of(tg_json_value *root, tg_json_value *finding);

/* The exit status that a root's verdict stands for; whether a row is of a verdict. */
tg_status document_status(tg_json_value *root);
bool document_has_verdict(tg_json_value *trace, tg_verdict verdict);

/* As tg_document_is_bare, tg_document_next_note. */
bool document_is_bare(tg_json_value *root, tg_json_value *trace);
const char *document_next_note(tg_json_value *root, tg_json_value *trace, size_t *index);

/* What is said of a trace that was not run for bad input, without its name; NULL: it was, or could
 * not be run here. */
const char *document_refusal(tg_json_value *root, tg_json_value *trace);

/* Whether a row is an error for which no finding stands: bare, or refused. */
bool document_is_error(tg_json_value *root, tg_json_value *trace);

/* What such a trace's verdict and notes say, in a line. */
const char *document_bare_message(char text[DOCUMENT_MESSAGE_BYTES], tg_json_value *root,
                                  tg_json_value *trace);

#endif
