/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What triage makes of planted bugs, held against what their patches say. */
#include "planted.h"

#include <string.h>

/* Bugs of which the first or second cause must be right, in percent, and those that must have one
 * key from two draws. */
#define MIN_CAUSES 90
#define MIN_KEYS 75

/* Seconds of a processor that triage of a bug may take that one event shows. Of the others some
 * have thousands of events, and are stopped. */
#define MAX_TRIAGE_S 10.0

/* ---- verdicts ---- */

/* Rank of the first cause that the patch names, from 1; 0: none of them. */
static size_t rank_of(const tg_cause told[2], const planted_bug *bug)
{
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < bug->nb_causes; k++) {
            if (told[i] == bug->causes[k]) return i + 1;
        }
    }
    return 0;
}

/* Whether a property has one of the texts that '|' parts. */
static bool has_one_of(const char *property, const char *texts)
{
    for (const char *text = texts; *text != '\0';) {
        char one[PLANTED_TEXT_BYTES];
        const size_t length = strcspn(text, "|");
        (void)snprintf(one, sizeof one, "%.*s", (int)length, text);
        if (strstr(property, one) != NULL) return true;
        text += length + (text[length] == '|');
    }
    return texts[0] == '\0';
}

planted_verdict planted_triage_verdict(const planted_bug *bug)
{
    const planted_triage *triage = &bug->trials[PLANTED_TRIAGE].triage;
    if (bug->trials[PLANTED_TRIAGE].outcome != PLANTED_FOUND)
        return (planted_verdict){.rank_whole = 0};
    planted_verdict verdict = {
        .rank_whole = rank_of(triage->whole, bug),
        .rank_smallest = rank_of(triage->smallest, bug),
        .has_property = has_one_of(triage->property, bug->property),
        // One that ends there although its patch says otherwise has a patch that is wrong.
        .is_small = bug->is_of_one_event == (triage->nb_smallest <= 1),
        .is_in_time = !bug->is_of_one_event || triage->cpu_s <= MAX_TRIAGE_S,
        .has_one_key = strcmp(triage->key, triage->other_key) == 0,
        .has_key_of_record = strcmp(triage->key, triage->record_key) == 0,
    };
    verdict.has_cause = verdict.rank_whole != 0 || verdict.rank_smallest != 0;
    return verdict;
}

/* How many of the bugs have what. */
typedef struct tally {
    size_t nb;
    size_t nb_found;
    size_t nb_first;
    size_t nb_causes;
    size_t nb_named; /* properties that patches name */
    size_t nb_properties;
    size_t nb_of_one;
    size_t nb_small;
    size_t nb_misjudged; /* that one event shows after all */
    size_t nb_in_time;
    size_t nb_drawn_twice; /* that draws with the other seed show */
    size_t nb_keys;
    size_t nb_recorded; /* that a record shows */
    size_t nb_record_keys;
    size_t nb_wanted; /* documents */
    size_t nb_documents;
    double longest_s;
} tally;

static tally count(const planted_list *list)
{
    tally all = {.nb = 0};
    for (size_t i = 0; i < list->nb_bugs; i++) {
        const planted_bug *bug = &list->bugs[i];
        if (bug->is_unpatched) continue;
        const planted_verdict own = planted_triage_verdict(bug);
        const planted_trial *trial = &bug->trials[PLANTED_TRIAGE];
        all.nb++;
        all.nb_found += trial->outcome == PLANTED_FOUND;
        all.nb_first += own.rank_whole == 1 || own.rank_smallest == 1;
        all.nb_causes += own.has_cause;
        all.nb_named += bug->property[0] != '\0';
        all.nb_properties += bug->property[0] != '\0' && own.has_property;
        all.nb_of_one += bug->is_of_one_event;
        all.nb_small += bug->is_of_one_event && own.is_small;
        all.nb_misjudged +=
            !bug->is_of_one_event && trial->outcome == PLANTED_FOUND && !own.is_small;
        all.nb_in_time += own.is_in_time;
        all.nb_drawn_twice += trial->triage.other_key[0] != '\0';
        all.nb_keys += own.has_one_key;
        all.nb_recorded += trial->triage.record_key[0] != '\0';
        all.nb_record_keys += own.has_key_of_record;
        all.nb_wanted += bug->wants_document;
        all.nb_documents += bug->wants_document && planted_has_document(bug);
        if (trial->triage.cpu_s > all.longest_s) all.longest_s = trial->triage.cpu_s;
    }
    return all;
}

bool planted_is_triage_right(const planted_list *list)
{
    const tally all = count(list);
    return all.nb_found == all.nb && 100 * all.nb_causes >= MIN_CAUSES * all.nb &&
           all.nb_properties == all.nb_named && all.nb_small == all.nb_of_one &&
           all.nb_misjudged == 0 && all.nb_in_time == all.nb &&
           100 * all.nb_keys >= MIN_KEYS * all.nb_drawn_twice && all.nb_documents == all.nb_wanted;
}

/* ---- text ---- */

static const char *id_of(tg_cause cause) { return cause < TG_NB_CAUSES ? tg_cause_id(cause) : "-"; }

/* Print the keys of a document that has none of triage's. */
static void print_document(FILE *out, const planted_bug *bug)
{
    const planted_document *made = &bug->trials[PLANTED_DOCUMENT].document;
    (void)fprintf(out, "  NOT IN ITS DOCUMENT, which has%s\n", made->nb_keys == 0 ? " none" : "");
    for (size_t i = 0; i < made->nb_keys; i++) (void)fprintf(out, "    %s\n", made->keys[i]);
}

static void print_bug(FILE *out, const planted_bug *bug)
{
    const planted_trial *trial = &bug->trials[PLANTED_TRIAGE];
    const planted_triage *triage = &trial->triage;
    const planted_verdict own = planted_triage_verdict(bug);
    if (trial->outcome != PLANTED_FOUND) {
        (void)fprintf(out, "%s: %s\n", bug->name,
                      trial->outcome == PLANTED_MISSED ? "MISSED" : "FAILED");
        return;
    }
    (void)fprintf(out, "%s: %zu of %zu events, %zu runs, %.2f s%s%s%s\n", bug->name,
                  triage->nb_smallest, triage->nb_events, triage->nb_runs, triage->cpu_s,
                  triage->is_cut ? ", cut" : "",
                  own.is_small           ? ""
                  : bug->is_of_one_event ? "  NOT ONE EVENT"
                                         : "  ONE EVENT SHOWS IT",
                  own.is_in_time ? "" : "  TOO LONG");
    (void)fprintf(out, "  whole %s, %s; smallest %s, %s%s\n", id_of(triage->whole[0]),
                  id_of(triage->whole[1]), id_of(triage->smallest[0]), id_of(triage->smallest[1]),
                  own.has_cause ? "" : "  WRONG CAUSE");
    if (!own.has_cause) {
        (void)fprintf(out, "  right:");
        for (size_t i = 0; i < bug->nb_causes; i++)
            (void)fprintf(out, " %s", tg_cause_id(bug->causes[i]));
        (void)fputc('\n', out);
    }
    if (triage->property[0] != '\0' || !own.has_property)
        (void)fprintf(out, "  property %s%s\n",
                      triage->property[0] != '\0' ? triage->property : "-",
                      triage->is_property_exact ? "" : ", with exceptions");
    if (!own.has_property) (void)fprintf(out, "  NOT THE PROPERTY %s\n", bug->property);
    (void)fprintf(out, "  key %s\n", triage->key);
    if (!own.has_one_key && triage->other_key[0] != '\0')
        (void)fprintf(out, "  OTHER KEY %s\n", triage->other_key);
    if (!own.has_key_of_record && triage->record_key[0] != '\0')
        (void)fprintf(out, "  KEY OF A RECORD %s\n", triage->record_key);
    if (bug->wants_document && !planted_has_document(bug)) print_document(out, bug);
}

static void print_summary(FILE *out, const planted_list *list)
{
    const tally all = count(list);
    (void)fprintf(out,
                  "%zu planted bugs triaged; the right cause is first for %zu, first or second for "
                  "%zu; the property for %zu of %zu; one event for %zu of %zu; at most %.1f s "
                  "each;\n",
                  all.nb, all.nb_first, all.nb_causes, all.nb_properties, all.nb_named,
                  all.nb_small, all.nb_of_one, all.longest_s);
    (void)fprintf(out,
                  "the same key from two draws for %zu of %zu, from a draw and a record for %zu of "
                  "%zu\n",
                  all.nb_keys, all.nb_drawn_twice, all.nb_record_keys, all.nb_recorded);
    if (all.nb_wanted != 0)
        (void)fprintf(out, "documents of planted bugs: %zu of %zu are right\n", all.nb_documents,
                      all.nb_wanted);
}

void planted_triage_print(FILE *out, const planted_list *list)
{
    for (size_t i = 0; i < list->nb_bugs; i++) {
        if (!list->bugs[i].is_unpatched) print_bug(out, &list->bugs[i]);
    }
    (void)fputc('\n', out);
    print_summary(out, list);
}

/* ---- Markdown ---- */

static void print_rank(FILE *out, size_t rank)
{
    if (rank == 0) {
        (void)fprintf(out, " - |");
    } else {
        (void)fprintf(out, " %zu |", rank);
    }
}

void planted_triage_print_markdown(FILE *out, const planted_list *list)
{
    print_summary(out, list);
    (void)fprintf(out,
                  "\nRight are the causes that the patch names; whole and smallest are the ranks "
                  "of the first of them, if it is one of the first two.\n");
    (void)fprintf(out, "\n| bug | right | whole | smallest | events | key |\n|---|---|--:|--:|--:|"
                       "---|\n");
    for (size_t i = 0; i < list->nb_bugs; i++) {
        const planted_bug *bug = &list->bugs[i];
        const planted_triage *triage = &bug->trials[PLANTED_TRIAGE].triage;
        const planted_verdict own = planted_triage_verdict(bug);
        if (bug->is_unpatched) continue;
        (void)fprintf(out, "| `%s` |", bug->name);
        for (size_t k = 0; k < bug->nb_causes; k++)
            (void)fprintf(out, "%s %s", k == 0 ? "" : ",", tg_cause_id(bug->causes[k]));
        (void)fprintf(out, " |");
        print_rank(out, own.rank_whole);
        print_rank(out, own.rank_smallest);
        (void)fprintf(out, " %zu | `%s`%s |\n", triage->nb_smallest, triage->key,
                      own.has_one_key || triage->other_key[0] == '\0' ? "" : ", or another");
    }
}
