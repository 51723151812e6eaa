/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Keys of failures. Nothing in a key depends on events, counts or seeds but through the shrunk case
 * that it is made of. */
#include "harness/key.h"

#include "model/fnv.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Stands for a trace, cause or place that is not known. */
#define NOTHING "-"

const char *tg_part_name(tg_part part)
{
    static const char *const names[] = {
#define PART_NAME(constant, name) [constant] = (name),
        TG_PART_LIST(PART_NAME)
#undef PART_NAME
    };
    static_assert(sizeof names / sizeof names[0] == TG_NB_PARTS, "a name for each part");
    return names[part];
}

static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < ' ' || *text > '~') return false;
    }
    return true;
}

/* ---- which part, and where ---- */

static bool has_wrong(const tg_diff *diff, tg_part part)
{
    if (diff == NULL) return false;
    if (part == TG_PART_PADDING) return diff->wrong.padding != 0;
    return diff->wrong.eventful != 0 || diff->expected_height != diff->actual_height ||
           diff->expected_width != diff->actual_width;
}

tg_part tg_part_of(const tg_mismatch *mismatch)
{
    if (mismatch->failed != TG_OK) return TG_PART_FAILED;
    // Which words are wrong is chance then: the one run that was compared may as well be right.
    if (mismatch->conduct != NULL && mismatch->conduct->nb_differing != 0) return TG_PART_CONDUCT;
    if (has_wrong(mismatch->diff, TG_PART_EVENTFUL)) return TG_PART_EVENTFUL;
    if (has_wrong(mismatch->diff, TG_PART_PADDING)) return TG_PART_PADDING;
    if (mismatch->sides != NULL && !tg_sides_diff_is_match(mismatch->sides)) return TG_PART_SIDE;
    if (mismatch->conduct != NULL && tg_conduct_is_wrong(mismatch->conduct)) return TG_PART_CONDUCT;
    return TG_PART_DIGEST;
}

/* The first column with a wrong cell of a part of the cells; SIZE_MAX: none. */
static size_t first_column(const tg_diff *diff, tg_part part)
{
    const size_t width =
        diff->expected_width < diff->actual_width ? diff->expected_width : diff->actual_width;
    for (size_t column = 0; column < width; column++) {
        const tg_tally *wrong = &diff->columns[column];
        if ((part == TG_PART_EVENTFUL ? wrong->eventful : wrong->padding) != 0) return column;
    }
    return SIZE_MAX;
}

static const char *column_place(char place[TG_NAME_BYTES], const tg_trace *trace, size_t column)
{
    if (column == SIZE_MAX) return NOTHING;
    if (trace != NULL && column < tg_trace_width(trace))
        return tg_trace_column_name(place, trace, column);
    (void)snprintf(place, TG_NAME_BYTES, "column %zu", column);
    return place;
}

static const char *side_place(const tg_sides_diff *sides)
{
    for (size_t i = 0; i < sides->trace->nb_sides; i++) {
        if (sides->sides[i].nb_wrong != 0) return sides->trace->sides[i].name;
    }
    return NOTHING;
}

static const char *side_name(const tg_trace *trace, size_t side)
{
    return trace != NULL && side < trace->nb_sides ? trace->sides[side].name : "a side output";
}

/* Where a generator strayed to; NULL: it did not. */
static const char *zone_place(char place[TG_NAME_BYTES], const tg_trace *trace,
                              const tg_conduct *conduct)
{
    static const char *const names[] = {
        [TG_ZONE_BEFORE_TRACE] = "before the trace",
        [TG_ZONE_AFTER_TRACE] = "after the trace",
        [TG_ZONE_BEFORE_EVENTS] = "before the events",
        [TG_ZONE_AFTER_EVENTS] = "after the events",
    };
    static_assert(sizeof names / sizeof names[0] == TG_ZONE_BEFORE_SIDES,
                  "a name for each zone but those of side outputs");
    size_t zone = 0;
    while (zone < TG_NB_ZONES && conduct->nb_zone_words[zone] == 0) {
        zone++;
    }
    if (zone == TG_NB_ZONES) return conduct->events_changed ? "the events" : NULL;
    if (zone < TG_ZONE_BEFORE_SIDES) return names[zone];
    const bool is_after = zone >= TG_ZONE_AFTER_SIDES;
    const size_t side = zone - (is_after ? TG_ZONE_AFTER_SIDES : TG_ZONE_BEFORE_SIDES);
    (void)snprintf(place, TG_NAME_BYTES, "%s %s", is_after ? "after" : "before",
                   side_name(trace, side));
    return place;
}

static const char *conduct_place(char place[TG_NAME_BYTES], const tg_trace *trace,
                                 const tg_conduct *conduct)
{
    const char *zone = conduct->nb_differing == 0 ? zone_place(place, trace, conduct) : NULL;
    if (zone != NULL) return zone;
    if (conduct->cells.nb_unwritten != 0 || conduct->cells.nb_unstable != 0) return "cells";
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        if (conduct->sides[i].nb_unwritten != 0 || conduct->sides[i].nb_unstable != 0)
            return side_name(trace, i);
    }
    return conduct->nb_differing != 0 ? "runs" : NOTHING;
}

/* What was heard of a kernel that broke may be anything. */
static const char *failed_place(const tg_mismatch *mismatch)
{
    const char *site = mismatch->why != NULL ? mismatch->why->site : "";
    if (site[0] == '\0' || strchr(site, '/') != NULL || !is_printable(site))
        return tg_status_text(mismatch->failed);
    return site;
}

/* ---- the text ---- */

/* The upper 48 bits of a hash. */
static void set_id(tg_key *key)
{
    const uint64_t hash = tg_fnv(TG_FNV_START, key->text, strlen(key->text));
    (void)snprintf(key->id, sizeof key->id, "%012" PRIx64, hash >> 16);
}

void tg_key_make(tg_key *key, const tg_mismatch *mismatch, const tg_causes *causes)
{
    char memory[TG_NAME_BYTES];
    const char *place = NOTHING;
    *key = (tg_key){.part = tg_part_of(mismatch), .column = SIZE_MAX};
    switch (key->part) {
    case TG_PART_FAILED:
        place = failed_place(mismatch);
        break;
    case TG_PART_EVENTFUL:
    case TG_PART_PADDING:
        key->column = first_column(mismatch->diff, key->part);
        place = column_place(memory, mismatch->trace, key->column);
        break;
    case TG_PART_SIDE:
        place = side_place(mismatch->sides);
        break;
    case TG_PART_CONDUCT:
        place = conduct_place(memory, mismatch->trace, mismatch->conduct);
        break;
    case TG_PART_DIGEST:
    case TG_NB_PARTS:
        break;
    }
    (void)snprintf(key->text, sizeof key->text, "%s/%s/%s/%s",
                   mismatch->trace != NULL ? mismatch->trace->name : NOTHING,
                   tg_part_name(key->part),
                   causes->nb != 0 ? tg_cause_id(tg_causes_of_key(causes)) : NOTHING, place);
    set_id(key);
}

/* ---- reading ---- */

/* Copy what stands before the next '/'; returns what stands behind it, NULL if there is none or the
 * word is empty or too long. */
static const char *take_word(char word[TG_NAME_BYTES], const char *text)
{
    const char *slash = strchr(text, '/');
    const size_t length = slash != NULL ? (size_t)(slash - text) : 0;
    if (length == 0 || length >= TG_NAME_BYTES) return NULL;
    memcpy(word, text, length);
    word[length] = '\0';
    return slash + 1;
}

static bool find_part(tg_part *part, const char *name)
{
    for (tg_part i = 0; i < TG_NB_PARTS; i++) {
        if (strcmp(tg_part_name(i), name) != 0) continue;
        *part = i;
        return true;
    }
    return false;
}

static size_t find_column(const char *trace_name, const char *column_name)
{
    char name[TG_NAME_BYTES];
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        if (strcmp(trace->name, trace_name) != 0) continue;
        for (size_t column = 0; column < tg_trace_width(trace); column++) {
            if (strcmp(tg_trace_column_name(name, trace, column), column_name) == 0) return column;
        }
    }
    return SIZE_MAX;
}

bool tg_key_read(tg_key *key, const char *text)
{
    char trace[TG_NAME_BYTES];
    char word[TG_NAME_BYTES];
    tg_cause cause = TG_CAUSE_OTHER;
    *key = (tg_key){.column = SIZE_MAX};
    if (strlen(text) >= sizeof key->text || !is_printable(text)) return false;
    const char *rest = take_word(trace, text);
    if (rest == NULL) return false;
    rest = take_word(word, rest);
    if (rest == NULL || !find_part(&key->part, word)) return false;
    rest = take_word(word, rest);
    if (rest == NULL || rest[0] == '\0') return false;
    if (!tg_cause_find(&cause, word)) return false;
    if (key->part == TG_PART_EVENTFUL || key->part == TG_PART_PADDING)
        key->column = find_column(trace, rest);
    (void)snprintf(key->text, sizeof key->text, "%s", text);
    set_id(key);
    return true;
}

bool tg_key_is_of_failure(const char *text)
{
    tg_key key;
    return tg_key_read(&key, text) && key.part == TG_PART_FAILED;
}

bool tg_key_cause(tg_cause *cause, const char *text)
{
    char word[TG_NAME_BYTES];
    const char *rest = text;
    for (size_t i = 0; i < 3 && rest != NULL; i++) {
        rest = take_word(word, rest);
    }
    return rest != NULL && tg_cause_find(cause, word);
}
