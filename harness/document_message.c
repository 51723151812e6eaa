/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A finding in a sentence or two, as the forms for machines show it. */
#include "harness/document_internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* A text that grows as far as there is room. */
typedef struct sentence {
    char *text;
    size_t used;
} sentence;

static void TG_PRINTF(2, 3) add(sentence *to, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t room = DOCUMENT_MESSAGE_BYTES - to->used;
    const int length = vsnprintf(to->text + to->used, room, format, arguments);
    va_end(arguments);
    if (length > 0) to->used += (size_t)length < room ? (size_t)length : room - 1;
}

/* The last character may have been cut in its middle, and is then none: four bytes at most. */
static void end(sentence *to)
{
    if (to->used == DOCUMENT_MESSAGE_BYTES - 1)
        to->text[document_cut_length(to->text, DOCUMENT_MESSAGE_BYTES - 1 - 4)] = '\0';
}

/* "12 of 400 eventful cells" */
static void add_share(sentence *to, uint64_t part, uint64_t whole, const char *what)
{
    add(to, "%" PRIu64 " of %" PRIu64 " %s cells", part, whole, what);
}

static void add_totals(sentence *to, tg_json_value *finding)
{
    tg_json_value *totals = tg_json_member(finding, "totals");
    if (tg_json_type_of(totals) != TG_JSON_OBJECT) return;
    tg_json_value *wrong = tg_json_member(totals, "wrong");
    tg_json_value *compared = tg_json_member(totals, "compared");
    const uint64_t padding = document_count(wrong, "padding");
    const uint64_t eventful = document_count(wrong, "eventful");
    if (padding == 0 && eventful == 0) return;
    add(to, "; wrong are ");
    if (eventful != 0 || padding == 0)
        add_share(to, eventful, document_count(compared, "eventful"), "eventful");
    if (padding != 0) {
        if (eventful != 0) add(to, " and ");
        add_share(to, padding, document_count(compared, "padding"), "padding");
    }
    const uint64_t nb_columns = document_count(totals, "nb_wrong_columns");
    add(to, " in %" PRIu64 " column%s", nb_columns, tg_plural((size_t)nb_columns));
}

static void add_value(sentence *to, tg_json_value *value)
{
    if (tg_json_has(value, "residue")) {
        add(to, "%" PRIu64, document_count(value, "residue"));
    } else {
        add(to, "%s (not reduced)", document_text(value, "word"));
    }
}

static void add_first_cell(sentence *to, tg_json_value *finding)
{
    tg_json_value *cells = tg_json_member(finding, "cells");
    if (tg_json_length(cells) == 0) return;
    tg_json_value *cell = tg_json_element(cells, 0);
    add(to, "; the first is row %" PRIu64, document_count(cell, "row"));
    if (tg_json_has(cell, "event")) add(to, ", event %" PRIu64, document_count(cell, "event"));
    add(to, ", column %s: expected ", document_text(cell, "name"));
    add_value(to, tg_json_member(cell, "expected"));
    add(to, ", actual ");
    add_value(to, tg_json_member(cell, "actual"));
}

static void add_sides(sentence *to, tg_json_value *finding)
{
    tg_json_value *sides = tg_json_member(finding, "sides");
    for (size_t i = 0; i < tg_json_length(sides); i++) {
        tg_json_value *side = tg_json_element(sides, i);
        if (document_count(side, "nb_wrong") == 0) continue;
        add(to, "; side output %s: %" PRIu64 " of %" PRIu64 " words are wrong",
            document_text(side, "name"), document_count(side, "nb_wrong"),
            document_count(side, "nb_words"));
    }
}

static void add_failure(sentence *to, tg_json_value *finding)
{
    tg_json_value *failure = tg_json_member(finding, "failure");
    if (tg_json_type_of(failure) != TG_JSON_OBJECT) return;
    add(to, "; %s", document_text(failure, "what"));
    if (document_text(failure, "where")[0] != '\0')
        add(to, " (%s)", document_text(failure, "where"));
}

static void add_smallest(sentence *to, tg_json_value *finding)
{
    tg_json_value *smallest = tg_json_member(finding, "smallest");
    if (tg_json_type_of(smallest) != TG_JSON_OBJECT) return;
    const uint64_t nb = document_count(smallest, "nb_events");
    tg_cause cause = TG_CAUSE_OTHER;
    char counted[TG_WORDS_BYTES];
    add(to, "; %s it", tg_counted(counted, (size_t)nb, "event", "show"));
    if (tg_key_cause(&cause, document_text(finding, "key")) &&
        strcmp(document_text(tg_json_element(tg_json_member(finding, "causes"), 0), "id"),
               tg_cause_id(cause)) != 0)
        add(to, " (the smallest case looks like: %s)", tg_cause_title(cause));
}

const char *document_known(char text[DOCUMENT_KNOWN_BYTES], tg_json_value *finding)
{
    const bool has_day = tg_json_has(finding, "ledger_until");
    (void)snprintf(text, DOCUMENT_KNOWN_BYTES, "known failure%s%.32s%s: %s",
                   has_day ? " until " : "", document_text(finding, "ledger_until"),
                   document_flag(finding, "is_expected") ? "" : ", which is over",
                   document_text(finding, "ledger_why"));
    return text;
}

const char *document_message(char text[DOCUMENT_MESSAGE_BYTES], tg_json_value *finding)
{
    sentence to = {.text = text, .used = 0};
    text[0] = '\0';
    tg_json_value *causes = tg_json_member(finding, "causes");
    add(&to, "%s, %s against %s: ", document_text(finding, "trace"),
        document_text(finding, "backend"), document_text(finding, "expected"));
    if (tg_json_length(causes) != 0) {
        tg_json_value *cause = tg_json_element(causes, 0);
        add(&to, "%s (%" PRIu64 "%%: %s)", document_text(cause, "title"),
            document_count(cause, "confidence"), document_text(cause, "evidence"));
    } else {
        add(&to, "it differs");
    }
    add_failure(&to, finding);
    add_totals(&to, finding);
    add_first_cell(&to, finding);
    add_sides(&to, finding);
    tg_json_value *prediction = tg_json_member(finding, "prediction");
    if (tg_json_type_of(prediction) == TG_JSON_OBJECT)
        add(&to, "; %s", document_text(prediction, "text"));
    add_smallest(&to, finding);
    if (tg_json_has(finding, "ledger_why")) {
        char known[DOCUMENT_KNOWN_BYTES];
        add(&to, "; %s", document_known(known, finding));
    }
    end(&to);
    return text;
}

const char *document_bare_message(char text[DOCUMENT_MESSAGE_BYTES], tg_json_value *root,
                                  tg_json_value *trace)
{
    sentence to = {.text = text, .used = 0};
    text[0] = '\0';
    size_t index = 0;
    const char *refusal = document_refusal(root, trace);
    if (refusal != NULL) {
        add(&to, "%s", refusal);
        end(&to);
        return text;
    }
    add(&to, "%s", document_text(trace, "verdict"));
    for (const char *note = document_next_note(root, trace, &index); note != NULL;
         note = document_next_note(root, trace, &index)) {
        add(&to, "; %s", note);
    }
    if (document_has_verdict(trace, TG_VERDICT_FIXED))
        add(&to, "; a known failure passes or is over: mend the ledger");
    end(&to);
    return text;
}
