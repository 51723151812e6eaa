/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A verdict on one screen. */
#include "cli/watch_say.h"

#include "files/json.h"
#include "harness/cause.h"
#include "harness/report.h"
#include "harness/words.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

/* Findings, columns and cells that are shown. */
#define MAX_FINDINGS 3
#define MAX_COLUMNS 4
#define MAX_CELLS 2

/* Bytes of the smallest case's event: two lines of a narrow screen. */
#define MAX_EVENT_BYTES 160

/* Columns of the narrowest screen that lines are broken for. */
#define MIN_WIDTH 40

/* Lines that are kept free below. */
#define LINES_BELOW 3

/* A screen that is being filled. */
typedef struct screen {
    FILE *out;
    size_t nb_lines;   /* that it still has */
    size_t nb_columns; /* 0: lines have any length */
    size_t nb_over;    /* that it did not have */
} screen;

/* Print a line; one that the screen has no room for is counted. Nothing in it commands the
 * terminal. */
static void put(screen *to, const char *line, size_t nb_bytes)
{
    const size_t nb =
        to->nb_columns == 0 || nb_bytes == 0 ? 1 : (nb_bytes - 1) / to->nb_columns + 1;
    if (to->nb_lines < nb) {
        to->nb_over++;
        // Nor is there room for what comes behind it, however short.
        to->nb_lines = 0;
        return;
    }
    for (size_t i = 0; i < nb_bytes; i++) {
        const bool is_control = line[i] != '\t' && tg_json_is_control(line + i);
        (void)fputc(is_control ? '?' : line[i], to->out);
        // A control of two bytes.
        if (is_control && (unsigned char)line[i] >= 0x80) i++;
    }
    (void)fputc('\n', to->out);
    to->nb_lines -= nb;
}

static void say(screen *to, const char *format, ...) TG_PRINTF(2, 3);
static void say(screen *to, const char *format, ...)
{
    char line[8192];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    put(to, line, strlen(line));
}

static const char *text(tg_json_value *object, const char *key)
{
    return tg_json_text_of(tg_json_member(object, key));
}

static long long count(tg_json_value *object, const char *key)
{
    return (long long)tg_json_integer_of(tg_json_member(object, key));
}

/* Columns of a line: the screen's, but no more than a report has. */
static size_t width_of(const screen *to)
{
    const bool is_narrow = to->nb_columns != 0 && to->nb_columns < TG_REPORT_WIDTH;
    return !is_narrow ? TG_REPORT_WIDTH : to->nb_columns < MIN_WIDTH ? MIN_WIDTH : to->nb_columns;
}

/* Print words behind a label, in as many lines as they take. */
static void say_words(screen *to, const char *label, const char *words)
{
    const size_t width = width_of(to);
    char line[512];
    size_t used = (size_t)snprintf(line, sizeof line, "  %-12s", label);
    const size_t indent = used;
    while (*words != '\0') {
        const size_t nb = strcspn(words, " ");
        const bool is_full = used != indent && used + 1 + nb > width;
        if (is_full || used + 1 + nb >= sizeof line) {
            put(to, line, used);
            used = (size_t)snprintf(line, sizeof line, "%*s", (int)indent, "");
        }
        if (used != indent) line[used++] = ' ';
        for (size_t i = 0; i < nb && used + 1 < sizeof line; i++) line[used++] = words[i];
        words += nb;
        while (*words == ' ') words++;
    }
    put(to, line, used);
}

static void say_part(screen *to, const char *label, const char *format, ...) TG_PRINTF(3, 4);
static void say_part(screen *to, const char *label, const char *format, ...)
{
    char words[8192];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    say_words(to, label, words);
}

/* ---- findings ---- */

static void say_columns(screen *to, tg_json_value *finding)
{
    char line[1024] = "";
    tg_json_value *columns = tg_json_member(finding, "columns");
    tg_json_value *totals = tg_json_member(finding, "totals");
    tg_json_value *wrong = tg_json_member(totals, "wrong");
    tg_json_value *compared = tg_json_member(totals, "compared");
    const size_t nb = tg_json_length(columns);
    for (size_t i = 0; i < nb && i < MAX_COLUMNS; i++) {
        const size_t length = strlen(line);
        (void)snprintf(line + length, sizeof line - length, "%s%s", i == 0 ? ": " : ", ",
                       text(tg_json_element(columns, i), "name"));
    }
    if (nb == 0) return;
    say_part(to, "wrong", "%lld of %lld cells of events, %lld of %lld of padding%s%s",
             count(wrong, "eventful"), count(compared, "eventful"), count(wrong, "padding"),
             count(compared, "padding"), line, nb > MAX_COLUMNS ? ", ..." : "");
}

static void say_cells(screen *to, tg_json_value *finding)
{
    tg_json_value *cells = tg_json_member(finding, "cells");
    for (size_t i = 0; i < tg_json_length(cells) && i < MAX_CELLS; i++) {
        tg_json_value *cell = tg_json_element(cells, i);
        char row[32];
        (void)snprintf(row, sizeof row, "row %lld", count(cell, "row"));
        say_part(to, row, "%s expected %s, actual %s", text(cell, "name"),
                 text(tg_json_member(cell, "expected"), "word"),
                 text(tg_json_member(cell, "actual"), "word"));
    }
}

/* How the kernel failed, if it did, and what it did beside its cells. */
static void say_conduct(screen *to, tg_json_value *finding)
{
    tg_json_value *failure = tg_json_member(finding, "failure");
    tg_json_value *conduct = tg_json_member(finding, "conduct");
    if (tg_json_type_of(failure) == TG_JSON_OBJECT) say_words(to, "failed", text(failure, "what"));
    for (size_t i = 0; i < tg_json_length(conduct) && i < MAX_CELLS; i++)
        say_words(to, "conduct", tg_json_text_of(tg_json_element(conduct, i)));
}

/* What to look for: the key's cause says it, "TRACE/PART/CAUSE/...". */
static void say_look_for(screen *to, tg_json_value *finding)
{
    char id[TG_NAME_BYTES];
    const char *at = strchr(text(finding, "key"), '/');
    tg_cause cause = TG_CAUSE_OTHER;
    at = at != NULL ? strchr(at + 1, '/') : NULL;
    if (at == NULL) return;
    (void)snprintf(id, sizeof id, "%.*s", (int)strcspn(at + 1, "/"), at + 1);
    if (tg_cause_find(&cause, id)) say_words(to, "look for", tg_cause_text(cause));
}

/* The first event of the smallest case, by its fields, as many as there is room for. */
static void say_event(screen *to, tg_json_value *smallest)
{
    char line[MAX_EVENT_BYTES] = "";
    tg_json_value *event = tg_json_element(tg_json_member(smallest, "events"), 0);
    tg_json_value *fields = tg_json_member(event, "fields");
    const size_t nb = tg_json_length(fields);
    size_t used = 0;
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *field = tg_json_element(fields, i);
        char one[256];
        const size_t length = (size_t)snprintf(one, sizeof one, "%s%s %s", i == 0 ? "" : ", ",
                                               text(field, "name"), text(field, "value"));
        if (length >= sizeof one || used + length + sizeof ", ..." > sizeof line) {
            memcpy(line + used, ", ...", sizeof ", ...");
            break;
        }
        memcpy(line + used, one, length + 1);
        used += length;
    }
    if (used == 0) return;
    say_part(to, "", "event %lld: %s", count(event, "index"), line);
}

/* is_first  of those that are shown: the others' evidence would leave no room for it */
static void say_cause(screen *to, tg_json_value *finding, bool is_first)
{
    tg_json_value *smallest = tg_json_member(finding, "smallest");
    tg_json_value *causes = tg_json_member(smallest, "causes");
    tg_json_value *prediction = tg_json_member(finding, "prediction");
    if (tg_json_length(causes) == 0) causes = tg_json_member(finding, "causes");
    tg_json_value *first = tg_json_element(causes, 0);
    // How the kernel failed was said.
    const bool has_evidence =
        is_first && tg_json_type_of(tg_json_member(finding, "failure")) != TG_JSON_OBJECT;
    if (tg_json_length(causes) != 0)
        say_part(to, "looks like", "%s (%lld%%)%s%s", text(first, "title"),
                 count(first, "confidence"), has_evidence ? " - " : "",
                 has_evidence ? text(first, "evidence") : "");
    say_look_for(to, finding);
    if (!is_first) return;
    if (tg_json_type_of(prediction) == TG_JSON_OBJECT)
        say_words(to, "property", text(prediction, "text"));
    if (tg_json_type_of(smallest) == TG_JSON_OBJECT) {
        char events[TG_WORDS_BYTES];
        say_part(to, "smallest", "%s, height %lld",
                 tg_counted(events, (size_t)count(smallest, "nb_events"), "event", NULL),
                 count(smallest, "height"));
        say_event(to, smallest);
    }
}

static void say_finding(screen *to, tg_json_value *finding, bool is_first)
{
    char events[TG_WORDS_BYTES];
    put(to, "", 0);
    say(to, "%s on %s: %s, height %lld, %s", text(finding, "trace"), text(finding, "backend"),
        tg_counted(events, (size_t)count(finding, "nb_events"), "event", NULL),
        count(finding, "height"), text(finding, "source"));
    say_conduct(to, finding);
    say_columns(to, finding);
    if (is_first) say_cells(to, finding);
    say_cause(to, finding, is_first);
    say_part(to, "key", "%s (%s)", text(finding, "key"), text(finding, "key_id"));
    // One line, to be copied.
    say(to, "  again: %s", text(finding, "again"));
}

/* ---- the whole ---- */

static void say_traces(screen *to, tg_json_value *root)
{
    tg_json_value *traces = tg_json_member(root, "traces");
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        char texts[3][TG_WORDS_BYTES];
        const long long nb_wrong = count(trace, "nb_mismatches");
        say(to, "%-33s %-10s %s, %s, %s, %lld mismatch%s", text(trace, "trace"),
            text(trace, "verdict"),
            tg_counted(texts[0], (size_t)count(trace, "nb_cases"), "case", NULL),
            tg_counted(texts[1], (size_t)count(trace, "nb_events"), "event", NULL),
            tg_counted(texts[2], (size_t)count(trace, "nb_cells"), "cell", NULL), nb_wrong,
            nb_wrong == 1 ? "" : "es");
    }
}

static void say_report(screen *to, tg_json_value *root)
{
    tg_json_value *findings = tg_json_member(root, "findings");
    const size_t nb = tg_json_length(findings);
    say_traces(to, root);
    for (size_t i = 0; i < nb && i < MAX_FINDINGS; i++)
        say_finding(to, tg_json_element(findings, i), i == 0);
    if (nb > MAX_FINDINGS)
        say(to, "and %zu more finding%s: 'tracegate gate' with the same options shows all",
            nb - MAX_FINDINGS, tg_plural(nb - MAX_FINDINGS));
}

/* What a gate says before it begins, as compilers do; all of it where there is no report. */
static void say_said(screen *to, const tg_watch_verdict *verdict, bool has_report)
{
    static const char begin[] = "expected  ";
    const char *end = verdict->said;
    while (has_report && *end != '\0' && strncmp(end, begin, sizeof begin - 1) != 0) {
        end += strcspn(end, "\n");
        end += *end == '\n' ? 1 : 0;
    }
    if (!has_report) end = verdict->said + strlen(verdict->said);
    if (end == verdict->said) return;
    put(to, "", 0);
    for (const char *at = verdict->said; at < end;) {
        const size_t nb = strcspn(at, "\n");
        put(to, at, nb);
        at += nb + (at[nb] == '\n' ? 1 : 0);
    }
    if (verdict->nb_lost != 0 && !has_report)
        say(to, "and %zu bytes more, which are left out", verdict->nb_lost);
}

static const char *word_of(int exit_code, bool has_report)
{
    switch (exit_code) {
    case 0:
        return has_report ? "match" : "NO VERDICT";
    case 1:
        return "MISMATCH";
    case 3:
        return "NOT RUN";
    default:
        return "ERROR";
    }
}

bool tg_watch_say(FILE *out, const tg_watch_verdict *verdict, size_t nb_lines, size_t nb_columns)
{
    tg_json json;
    char clock[16] = "";
    struct tm here;
    const time_t now = time(NULL);
    const bool has_report = tg_json_open(&json, verdict->report, NULL) == TG_OK;
    screen to = {.out = out,
                 .nb_columns = nb_columns,
                 .nb_lines = nb_lines == 0            ? SIZE_MAX
                             : nb_lines > LINES_BELOW ? nb_lines - LINES_BELOW
                                                      : 1};
    if (localtime_r(&now, &here) != NULL) (void)strftime(clock, sizeof clock, "%H:%M:%S", &here);
    say(&to, "%-10s %s   %.2f s from %s to verdict%s%s   %s",
        word_of(verdict->exit_code, has_report), verdict->what, verdict->seconds,
        verdict->saved != NULL ? "save" : "start", verdict->saved != NULL ? "   " : "",
        verdict->saved != NULL ? verdict->saved : "", clock);
    if (has_report) say_report(&to, json.root);
    say_said(&to, verdict, has_report);
    if (to.nb_over != 0)
        (void)fprintf(out, "... and %zu line%s for which the screen is too small\n", to.nb_over,
                      tg_plural(to.nb_over));
    if (has_report) tg_json_close(&json);
    return has_report;
}
