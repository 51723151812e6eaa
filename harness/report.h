/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Text for people: a mismatch, a cell, an event.
 */
#ifndef TRACEGATE_HARNESS_REPORT_H
#define TRACEGATE_HARNESS_REPORT_H

#include "harness/backend.h"
#include "harness/cause.h"
#include "harness/diff.h"
#include "harness/side.h"
#include "harness/words.h"

#include <stdio.h>

/* Columns of a report's lines: an ordinary wide terminal. */
#define TG_REPORT_WIDTH 110

/* Items that flow into lines of TG_REPORT_WIDTH columns: lines behind the first are indented, and
 * no item is broken. */
typedef struct tg_flow {
    FILE *out;
    size_t indent;
    size_t column;
} tg_flow;

/* Print the start of a line and begin behind it, with the others indented by as much. */
tg_flow tg_flow_begin(FILE *out, const char *start);

/* Print an item, or the words of a text: parts in '' or "" stay in one line. Neither ends the
 * line. */
void tg_flow_put(tg_flow *line, const char *item);
void tg_flow_put_words(tg_flow *line, const char *text);

/* What a report is about. */
typedef struct tg_report {
    const tg_trace *trace; /* NULL: the chip is unknown (`diff` without --chip) */
    const char *title;     /* "Select.main", or a file's name */
    const char *expected;  /* name of the trusted side */
    const char *actual;    /* name of the side under test */
    const char *source;    /* where the events come from: "uniform, seed 0x7", a record's folder */
    const void
        *events; /* NULL if they are not at hand: cells are then printed without their event */
    size_t nb_events;
    size_t height;
    bool nb_events_is_unknown;  /* cells cannot be told to be eventful or padding (`diff` without
                                   events) */
    bool canonical;             /* cells are residues, not Montgomery words */
    const tg_sides_diff *sides; /* NULL: side outputs are not spoken of */
    const tg_conduct *conduct;  /* of the actual side; NULL: none to speak of */
    const tg_causes *causes;    /* NULL: none are told */
    /* Lines below the causes: what a shrunk case says. NULL: none */
    void (*print_more)(FILE *out, const void *more);
    const void *more;
    const tg_error *why; /* how the actual side failed, where the report says that; NULL: not */
    const char *again;   /* the command line that makes this again */
} tg_report;

/* Print a whole mismatch: totals, columns, first cells with their events, side outputs, conduct,
 * the line that makes it again. */
void tg_report_mismatch(FILE *out, const tg_report *report, const tg_diff *diff);

/* The two parts of a report, for whoever learns more behind the first: totals, columns, cells with
 * their events, side outputs, conduct and the line that makes it again; then causes, what more
 * there is, and an empty line. */
void tg_report_body(FILE *out, const tg_report *report, const tg_diff *diff);
void tg_report_end(FILE *out, const tg_report *report);

/* Print the line that makes a report again, if there is one. */
void tg_report_again(FILE *out, const tg_report *report);

/* Print why something did not run or failed: what, where and how to mend it, a line each.
 * label  of the first: "failed" */
void tg_report_failure(FILE *out, const char *label, const tg_error *error);

/* Print causes, a line each: what it looks like, how sure that is, by which evidence.
 * told  failure that the report says, whose sentence is no evidence; NULL: none */
void tg_report_causes(FILE *out, const tg_causes *causes, const tg_error *told);

/* Print for each side output that it matches, or how many of its words differ and the first of
 * them. */
void tg_report_sides(FILE *out, const tg_sides_diff *diff);

/* Events beyond a bound of their trace. */
typedef struct tg_beyond {
    size_t nb;
    size_t nb_events;   /* of all of them */
    size_t first;       /* index of the first */
    const char *source; /* what the first is one of: "record DIR", said in a second line; NULL: of
                           those at hand */
} tg_beyond;

/* Print behind the start of a line that there are events beyond a bound; not called if there are
 * none. */
void tg_report_beyond(FILE *out, const char *start, const tg_trace *trace, const tg_bound *bound,
                      const tg_beyond *beyond);

/* Write the name of the field that a bound is about; write a limit, 2^24 as such. text:
 * TG_NAME_BYTES bytes, caller's. Both return it. */
const char *tg_report_bound_name(char *text, const tg_trace *trace, const tg_bound *bound);
const char *tg_report_limit(char *text, uint32_t limit);

/* Print what a generator did beside its cells, a line each; nothing if all is well. */
void tg_report_conduct(FILE *out, const tg_conduct *conduct, const tg_trace *trace, size_t height);

/* Print an event by its fields: "bit 1, out1 1804289383, input [1, 2, 3, 4]"; felts as residues,
 * enums by name, padding bytes not at all. At most max_values values: of an event that has more,
 * only the fields that the trace depends on, and "..." for those that are still too many. Lines
 * are broken at TG_REPORT_WIDTH columns; the first begins where the cursor is, after indent
 * columns, and the others are indented by as many. Ends with a newline. */
void tg_report_event(FILE *out, const tg_trace *trace, const void *event, size_t max_values,
                     size_t indent);

/* As tg_report_event, for any struct: the words of a side output. */
void tg_report_struct(FILE *out, const tg_type *type, const void *value, size_t max_values,
                      size_t indent);

/* Write one value of an event as text: a residue, an enum's name, a flag, a count; a word that is
 * not below p in hex. text: TG_NAME_BYTES bytes, caller's. Returns text. */
const char *tg_report_value(char *text, const tg_type *type, const void *value);

#endif
