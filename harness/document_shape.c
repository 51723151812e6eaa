/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The shape of a document: the only place that lists its keys.
 *
 * From the leaves up. F(key, shape, text) is a member of an object, N(...) one that can be null;
 * all members are always there. Lists of fields stand before the object that has them.
 */
#include "harness/document_internal.h"

#define F(key_, shape_, text_)                             \
    {                                                      \
        .key = (key_), .shape = &(shape_), .text = (text_) \
    }
#define N(key_, shape_, text_)                                                  \
    {                                                                           \
        .key = (key_), .shape = &(shape_), .is_nullable = true, .text = (text_) \
    }

#define OBJECT(id, text_)                                                                      \
    static const document_shape id = {.type = DOCUMENT_OBJECT,                                 \
                                      .name = #id,                                             \
                                      .text = (text_),                                         \
                                      .nb_fields = sizeof id##_fields / sizeof id##_fields[0], \
                                      .fields = id##_fields};
#define ARRAY(id, items_, min_, max_)                         \
    static const document_shape id = {.type = DOCUMENT_ARRAY, \
                                      .items = &(items_),     \
                                      .min_items = (min_),    \
                                      .max_items = (max_)};
#define VALUES(id, nb_, value_) \
    static const document_shape id = {.type = DOCUMENT_TEXT, .nb_values = (nb_), .value = (value_)};
#define HEX(id, has_0x_, min_, max_)                         \
    static const document_shape id = {.type = DOCUMENT_TEXT, \
                                      .is_hex = true,        \
                                      .has_0x = (has_0x_),   \
                                      .min_digits = (min_),  \
                                      .max_digits = (max_)};

/* Texts of closed lists. */
static const char *schema_name(size_t i)
{
    (void)i;
    return "tracegate.report";
}
static const char *status_name(size_t i) { return tg_status_text((tg_status)i); }
static const char *verdict_name(size_t i) { return tg_verdict_name((tg_verdict)i); }
static const char *kind_name(size_t i) { return tg_kind_name((tg_kind)i); }
static const char *part_name(size_t i) { return tg_part_name((tg_part)i); }
static const char *cause_id(size_t i) { return tg_cause_id((tg_cause)i); }

static const document_shape text = {.type = DOCUMENT_TEXT};
static const document_shape flag = {.type = DOCUMENT_BOOL};
static const document_shape seconds = {.type = DOCUMENT_REAL};
static const document_shape count = {.type = DOCUMENT_INTEGER, .max = INT64_MAX};
static const document_shape version = {.type = DOCUMENT_INTEGER,
                                       .min = TG_DOCUMENT_VERSION,
                                       .max = TG_DOCUMENT_VERSION};
static const document_shape percent = {.type = DOCUMENT_INTEGER, .max = 100};
static const document_shape exit_code = {.type = DOCUMENT_INTEGER, .max = 3};
static const document_shape residue = {.type = DOCUMENT_INTEGER, .max = TG_P - 1};
HEX(word, true, 8, 8)
HEX(seed, true, 1, 16)
HEX(key_id, false, 12, 12)
VALUES(schema, 1, schema_name)
VALUES(status, TG_NB_STATUSES, status_name)
VALUES(trace_verdict, TG_NB_VERDICTS, verdict_name)
VALUES(kind, TG_NB_KINDS, kind_name)
VALUES(part, TG_NB_PARTS, part_name)
VALUES(cause, TG_NB_CAUSES, cause_id)
ARRAY(texts, text, 0, 1024)

static const document_field tally_fields[] = {
    F("eventful", count, "cells that an event determines; where events are unknown, all cells"),
    F("padding", count, "cells of rows and entries that no event determines"),
};
OBJECT(tally, "Cells or rows, those that an event determines and padding apart.")

static const document_field launch_fields[] = {
    N("grid", count, "blocks of a grid; null: the launch plan's own"),
    N("block", count, "threads of a block; null: the launch plan's own"),
};
OBJECT(launch, "Shape of kernel launches.")

static const document_field program_fields[] = {
    F("name", text, "tracegate"),
    F("version", text, "version of the program"),
};
OBJECT(program, "What made the report.")

static const document_field shard_fields[] = {
    F("index", count, "number of the part, from 0"),
    F("total", count, "number of parts"),
};
OBJECT(shard, "Which part of a gate that is split over several jobs.")

static const document_field recipe_fields[] = {
    F("verb", text, "the verb of the command line"),
    N("command", text, "the command line that makes it again"),
    N("seed", seed, "seed of drawn events"),
    N("profile", text, "how events were drawn"),
    N("nb_events", count, "events that were drawn for each trace"),
    N("expected", text, "the backend that is trusted"),
    F("actuals", texts, "the backends under test"),
    N("launch", launch, "shape of kernel launches; null: the launch plans' own"),
    F("nb_records", count, "recorded sets of events"),
    N("shard", shard, "the part that this report is of; null: of the whole"),
};
OBJECT(recipe, "How the run was made: all that it takes to make it again.")

static const document_field machine_fields[] = {
    F("cpu", text, "the processor's name"),
    F("nb_threads", count, "threads that could be used"),
    N("device", text, "the GPU's name; null: none was used"),
};
OBJECT(machine, "Where the run was made.")
ARRAY(machines, machine, 0, DOCUMENT_MAX_MACHINES)

static const document_field verdict_fields[] = {
    F("status", status, "in words"),
    F("exit_code", exit_code,
      "exit code of the program: 0 everything matches, 1 a mismatch, 2 bad input, 3 the machine "
      "could not do it or nothing was compared"),
};
OBJECT(verdict, "What came of it all.")

static const document_field summary_fields[] = {
    F("nb_traces", count, "traces listed"),
    F("nb_cases", count, "sets of events"),
    F("nb_comparisons", count, "pairs of traces compared"),
    F("nb_golden", count, "of them, with a recorded trace or digest"),
    F("nb_cells", count, "cells compared"),
    F("nb_side_words", count, "words of side outputs compared"),
    F("nb_mismatches", count, "comparisons that found something"),
    F("nb_expected", count, "comparisons that found a known failure, not counted as mismatches"),
    F("nb_not_run", count, "comparisons that the machine could not do"),
    F("nb_findings", count, "findings, listed or not"),
    F("nb_findings_listed", count, "findings that are listed"),
    F("nb_notes", count, "notes, listed or not"),
};
OBJECT(summary, "Sums over traces and findings.")

static const document_field side_row_fields[] = {
    F("name", text, "its name"),
    F("nb_comparisons", count, "comparisons"),
    F("nb_words", count, "words compared"),
    F("nb_mismatches", count, "comparisons that found a difference"),
};
OBJECT(side_row, "What became of one side output of a trace.")
ARRAY(side_rows, side_row, 0, TG_MAX_SIDES)

static const document_field zeroing_fields[] = {
    F("is_tried", flag,
      "true: its cases were made over poison, too; false: what the kernel does not write reads as "
      "0 and cannot be seen"),
    F("nb_cases", count, "cases with words that are right over zeros and wrong over poison"),
    F("nb_words", count, "such words, of cells and side outputs"),
    F("nb_failed", count, "cases that fail over poison alone"),
    F("columns", texts, "the first columns, then side outputs, that have such words"),
};
OBJECT(zeroing, "A trace that is zeroed before the first launch.")

static const document_field trace_fields[] = {
    F("trace", text, "name of chip and kind"),
    F("chip", text, "name of the chip"),
    F("kind", kind, "kind of the trace"),
    F("verdict", trace_verdict, "what became of it"),
    F("nb_cases", count, "sets of events"),
    F("nb_golden", count, "comparisons with a recorded trace or digest"),
    F("nb_events", count, "events of all cases"),
    F("min_height", count, "rows of the lowest trace"),
    F("max_height", count, "rows of the highest trace"),
    F("nb_comparisons", count, "pairs of traces compared"),
    F("nb_cells", count, "cells compared"),
    F("nb_mismatches", count, "comparisons that found something"),
    F("nb_expected", count, "comparisons that found a known failure, not counted as mismatches"),
    F("nb_not_run", count, "comparisons that the machine could not do"),
    N("seconds", seconds, "time that it took; null: times are left out"),
    N("kernel", text,
      "file of the chip's kernel, from the root of the source tree; of a user's kernel its source"),
    N("kernel_line", count, "line of the kernel in it; null: not known"),
    N("zeroing", zeroing, "null: nothing is zeroed before the kernel"),
    F("sides", side_rows, "its side outputs"),
};
OBJECT(trace, "What became of one trace.")
ARRAY(traces, trace, 0, 4096)

static const document_field cause_found_fields[] = {
    F("id", cause, "name of the cause, which never changes"),
    F("title", text, "what it is"),
    F("confidence", percent, "how much of what is wrong it explains, percent"),
    F("evidence", text, "what speaks for it, with figures"),
};
OBJECT(cause_found, "A cause that the mismatch looks like.")
ARRAY(causes, cause_found, 0, TG_MAX_CAUSES)

static const document_field prediction_fields[] = {
    F("property", text, "the property"),
    F("text", text, "the property and its support"),
    F("nb_wrong", count, "events that are wrong"),
    F("nb_wrong_with", count, "of them, those that have the property"),
    F("nb_right", count, "events that are right"),
    F("nb_right_with", count, "of them, those that have the property"),
};
OBJECT(prediction, "The property of events that predicts the mismatch.")

static const document_field totals_fields[] = {
    F("expected_height", count, "rows of the expected trace"),
    F("expected_width", count, "columns of the expected trace"),
    F("actual_height", count, "rows of the actual trace"),
    F("actual_width", count, "columns of the actual trace"),
    F("compared", tally, "cells compared: those that both traces have"),
    F("wrong", tally, "of them, those that are wrong"),
    F("wrong_rows", tally, "rows that have a wrong cell"),
    F("nb_eventful_rows", count, "rows that have an eventful cell"),
    F("nb_not_reduced", count, "wrong cells whose actual word is not below p"),
    F("nb_wrong_columns", count, "columns that have a wrong cell"),
};
OBJECT(totals, "What the comparison of the cells found.")

static const document_field column_fields[] = {
    F("column", count, "number of the column"),
    F("name", text, "name of the column"),
    F("wrong", tally, "its wrong cells"),
    F("cells", tally, "its cells that were compared"),
};
OBJECT(column, "A column that has a wrong cell.")
ARRAY(columns, column, 0, DOCUMENT_MAX_COLUMNS)

static const document_field value_fields[] = {
    F("word", word, "the word as it is in memory"),
    N("residue", residue, "the residue that it stands for; null: it is not below p"),
};
OBJECT(value, "A word in both forms.")

static const document_field cell_fields[] = {
    F("row", count, "its row"),
    F("column", count, "number of its column"),
    F("name", text, "name of its column"),
    N("eventful", flag, "whether an event determines it; null: unknown"),
    N("event", count, "index of that event"),
    N("slot", count, "entry within the row, or row within the event"),
    F("expected", value, "what it should hold"),
    F("actual", value, "what it holds"),
};
OBJECT(cell, "A wrong cell.")
ARRAY(cells, cell, 0, DOCUMENT_MAX_CELLS)

static const document_field field_fields[] = {
    F("name", text, "its name; of an array, with its indices"),
    F("value", text, "residue, name of an enum's value, number"),
};
OBJECT(field, "A field of an event.")
ARRAY(fields, field, 0, DOCUMENT_MAX_FIELDS)

static const document_field event_fields[] = {
    F("index", count, "its index"),
    F("is_whole", flag, "false: fields are left out"),
    F("fields", fields, "its fields"),
};
OBJECT(event, "An event behind a cell, field by field.")
ARRAY(events, event, 0, DOCUMENT_MAX_EVENTS)

static const document_field side_word_fields[] = {
    F("word", count, "number of the word"),
    F("name", text, "name of the word; empty where there is one only"),
    F("expected", value, "what it should hold; of a plain number, the residue is the number"),
    F("actual", value, "what it holds"),
};
OBJECT(side_word, "A wrong word of a side output.")
ARRAY(side_words, side_word, 0, DOCUMENT_MAX_SIDE_WORDS)

static const document_field side_fields[] = {
    F("name", text, "its name"),
    F("is_compared", flag, "false: one of both sides does not have it"),
    F("nb_words", count, "words compared"),
    F("nb_wrong", count, "of them, wrong"),
    F("nb_not_reduced", count, "of the wrong ones, those that are not below p"),
    F("words", side_words, "the first wrong ones"),
};
OBJECT(side, "A side output of the trace.")
ARRAY(sides, side, 0, TG_MAX_SIDES)

static const document_field failure_fields[] = {
    F("status", status, "in words"),
    F("what", text, "what is wrong"),
    F("where", text, "where"),
    F("how", text, "how to mend it"),
};
OBJECT(failure, "How the backend under test failed.")

static const document_shape mark_number = {.type = DOCUMENT_INTEGER, .max = INT64_MAX};
ARRAY(mark, mark_number, 6, 6)
ARRAY(marks, mark, 0, DOCUMENT_MAX_MARKS)

static const document_field picture_fields[] = {
    F("height", count, "rows of the trace"),
    F("width", count, "columns of the trace"),
    F("marks", marks,
      "rectangles, each as [first row, rows, first column, columns, wrong eventful cells, wrong "
      "padding cells]"),
};
OBJECT(picture, "Where the trace is wrong: what no mark covers is right.")

static const document_field smallest_fields[] = {
    F("nb_events", count, "its events"),
    F("height", count, "its rows"),
    N("fixed_height", count, "the height that was asked for; null: the rule's"),
    N("max_candidates", count, "the limit of candidates that was set; null: the trace's own"),
    N("launch", launch, "shape of its launches; null: the launch plan's own"),
    F("causes", causes, "what it looks like"),
    N("failure", failure, "how the backend failed; null: it did not"),
    N("totals", totals, "what the comparison of its cells found; null: there are none"),
    F("columns", columns, "its wrong columns"),
    F("cells", cells, "its first wrong cells"),
    F("events", events, "its events; if they are many, the first"),
    F("sides", sides, "its side outputs"),
    F("conduct", texts, "what the backend did beside its outputs"),
    F("nb_runs", count, "runs that it took to find"),
    N("seconds", seconds, "time that it took; null: times are left out"),
    F("is_cut", flag, "true: time or runs were used up, and a smaller one may exist"),
    F("is_unstable", flag, "true: runs differ, and nothing was made smaller"),
};
OBJECT(smallest, "The smallest case that shows the same.")

static const document_field finding_fields[] = {
    F("trace", text, "name of the trace, or of a file where the chip is unknown"),
    N("chip", text, "name of the chip; null: unknown"),
    N("kind", kind, "kind of the trace; null: unknown"),
    N("backend", text, "the backend, or side, under test"),
    F("expected", text, "the backend, or side, that is trusted"),
    N("source", text, "where the events come from"),
    N("nb_events", count, "events; null: unknown"),
    F("height", count, "rows"),
    F("canonical", flag, "true: words of cells are residues, not Montgomery words"),
    N("launch", launch, "shape of kernel launches; null: the launch plan's own"),
    F("key", text, "the same for the same bug: trace, part, cause, column"),
    F("key_id", key_id, "a hash of the key"),
    F("part", part, "what is wrong"),
    F("is_expected", flag, "true: a known failure"),
    N("ledger_why", text, "why it is known, as the ledger says; null: it is not listed"),
    N("ledger_until", text,
      "last day on which it is expected, as the ledger says; once that is past, it is not"),
    F("causes", causes, "what it looks like, the most likely cause first"),
    N("prediction", prediction, "the property of events that predicts it; null: none found"),
    N("failure", failure, "how the backend failed; null: it did not"),
    N("totals", totals, "what the comparison of the cells found; null: there are none"),
    F("columns", columns, "the first columns that have a wrong cell"),
    F("cells", cells, "the first wrong cells, by row, then column"),
    F("events", events, "the events behind these cells"),
    F("sides", sides, "side outputs"),
    F("conduct", texts, "what the backend did beside its outputs"),
    N("smallest", smallest, "the smallest case that shows the same; null: none was sought"),
    N("case", text, "folder of that case; null: it was not saved"),
    N("again", text, "the command line that makes it again"),
    N("picture", picture, "where the trace is wrong; null: there are no cells"),
    F("text", text, "the report for people"),
    F("cut", texts, "members that were cut or left out, so that the document stays short"),
};
OBJECT(finding, "One thing that is wrong.")
ARRAY(findings, finding, 0, TG_DOCUMENT_MAX_FINDINGS)
ARRAY(notes, text, 0, DOCUMENT_MAX_NOTES)

static const document_field report_fields[] = {
    F("schema", schema, "what this file is"),
    F("version", version, "version of its schema"),
    F("program", program, "what made it"),
    F("recipe", recipe, "how it was made"),
    F("machines", machines, "where it was made; empty: times and machines are left out"),
    F("verdict", verdict, "what came of it"),
    F("summary", summary, "sums"),
    N("seconds", seconds, "time that it took; null: times are left out"),
    F("notes", notes, "what was skipped and why, and the like"),
    F("traces", traces, "every trace that was wanted"),
    F("findings", findings, "what is wrong"),
};
OBJECT(report, "A report of tracegate.")

const document_shape *document_shape_of_root(void) { return &report; }
