/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Causes that show in what a generator did or left, rather than in the words it made: how it
 * failed, memory that was not written, or written where it should not be, runs that differ, words
 * of earlier runs.
 */
#include "harness/causes_internal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* What shared memory of the host grid and scratch hold before anything is written there. */
#define UNSET_WORD (0x01010101u * TG_SCRATCH_POISON)

tg_cause tg_cause_of_failure(const tg_error *why)
{
    static const tg_cause of[] = {
        [TG_FAILURE_OTHER] = TG_CAUSE_FAILED,
        [TG_FAILURE_CRASH] = TG_CAUSE_CRASHED,
        [TG_FAILURE_HANG] = TG_CAUSE_HUNG,
        [TG_FAILURE_REFUSED] = TG_CAUSE_REFUSED,
        [TG_FAILURE_OUT_OF_BOUNDS] = TG_CAUSE_OUT_OF_BOUNDS,
        [TG_FAILURE_UNDEFINED] = TG_CAUSE_UNDEFINED,
        [TG_FAILURE_LAYOUT] = TG_CAUSE_LAYOUT,
        [TG_FAILURE_ASSERT] = TG_CAUSE_ASSERTED,
        [TG_FAILURE_BARRIER] = TG_CAUSE_BARRIER,
        [TG_FAILURE_UNSET] = TG_CAUSE_UNSET,
        [TG_FAILURE_EXIT] = TG_CAUSE_EXIT,
        [TG_FAILURE_NO_SHARED] = TG_CAUSE_NO_SHARED,
    };
    static_assert(sizeof of / sizeof of[0] == TG_NB_FAILURES, "every failure");
    return why != NULL ? of[why->failure] : TG_CAUSE_FAILED;
}

/* The first wrong zone: its number; TG_NB_ZONES if all are right. */
static size_t first_zone(const tg_conduct *conduct)
{
    size_t zone = 0;
    while (zone < TG_NB_ZONES && conduct->nb_zone_words[zone] == 0) {
        zone++;
    }
    return zone;
}

static const char *zone_text(size_t zone)
{
    static const char *const texts[] = {
        [TG_ZONE_BEFORE_TRACE] = "before the trace",
        [TG_ZONE_AFTER_TRACE] = "behind the trace",
        [TG_ZONE_BEFORE_EVENTS] = "before the events",
        [TG_ZONE_AFTER_EVENTS] = "behind the events",
    };
    if (zone < sizeof texts / sizeof texts[0]) return texts[zone];
    return zone < TG_ZONE_AFTER_SIDES ? "before a side output" : "behind a side output";
}

void causes_strayed(causes_verdict *verdict, const causes_sample *sample)
{
    const tg_conduct *conduct = sample->mismatch->conduct;
    if (conduct == NULL) return;
    const size_t zone = first_zone(conduct);
    if (zone < TG_NB_ZONES) {
        char words[TG_WORDS_BYTES];
        char distance[TG_WORDS_BYTES];
        const size_t way = conduct->first_zone_word[zone];
        (void)tg_counted(words, conduct->nb_zone_words[zone], "word", NULL);
        (void)tg_counted(distance, way, "word", NULL);
        causes_say(verdict, 100, "%s %s %s overwritten, the nearest %s%s", words, zone_text(zone),
                   conduct->nb_zone_words[zone] == 1 ? "was" : "were",
                   way == 0 ? "right beside it" : distance, way == 0 ? "" : " from it");
    } else if (conduct->events_changed) {
        causes_say(verdict, 100, "the events were changed, from byte %zu on",
                   conduct->first_changed_byte);
    }
}

void causes_unstable(causes_verdict *verdict, const causes_sample *sample)
{
    const tg_conduct *conduct = sample->mismatch->conduct;
    if (conduct == NULL) return;
    size_t nb = conduct->cells.nb_unstable;
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        nb += conduct->sides[i].nb_unstable;
    }
    char words[TG_WORDS_BYTES];
    (void)tg_counted(words, nb, "word", "differ");
    if (conduct->nb_differing != 0) {
        causes_say(verdict, 100, "%zu of %zu runs of the same events differ from the first; %s",
                   conduct->nb_differing, conduct->nb_repeats, words);
    } else if (nb != 0) {
        causes_say(verdict, 100, "%s between two runs of the same events", words);
    }
}

/* Columns and rows that must hold something, lest a few that are left out look like all of them. */
#define LEAST_COLUMNS 3u
#define LEAST_ROWS 3u

static bool is_zero(const uint32_t *cells, size_t nb)
{
    size_t i = 0;
    while (i < nb && cells[i] == 0) i++;
    return i == nb;
}

bool causes_is_nothing(const tg_mismatch *mismatch)
{
    const tg_matrix *expected = &mismatch->expected;
    const tg_matrix *actual = &mismatch->actual;
    size_t nb_columns = 0;
    if (actual->cells == NULL || expected->cells == NULL ||
        !is_zero(actual->cells, actual->height * actual->width))
        return false;
    for (size_t column = 0; column < expected->width && nb_columns < LEAST_COLUMNS; column++) {
        const uint32_t *cells = expected->cells + column * expected->height;
        size_t nb_rows = 0;
        for (size_t row = 0; row < expected->height && nb_rows < LEAST_ROWS; row++) {
            nb_rows += cells[row] != 0;
        }
        nb_columns += nb_rows == LEAST_ROWS;
    }
    return nb_columns == LEAST_COLUMNS;
}

static size_t nb_unwritten(const tg_conduct *conduct)
{
    size_t nb = 0;
    if (conduct == NULL) return nb;
    nb = conduct->cells.nb_unwritten;
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        nb += conduct->sides[i].nb_unwritten;
    }
    return nb;
}

void causes_unwritten(causes_verdict *verdict, const causes_sample *sample)
{
    const size_t nb_seen = nb_unwritten(sample->mismatch->conduct);
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const uint32_t actual = sample->cells[i].actual;
        if (actual == TG_POISON_FIRST || actual == TG_POISON_SECOND) verdict->explained[i] = 1;
    }
    const size_t nb = causes_nb_explained(verdict, sample);
    if (nb == 0 && nb_seen == 0) return;
    // A poison cannot be mistaken, and what else is wrong may come of it.
    unsigned percent = causes_percent(nb, sample->nb_cells);
    if (percent < 60) percent = 60;
    if (sample->nb_cells == 0 || percent >= 90) percent = 100;
    char seen[TG_WORDS_BYTES + 24] = "";
    char words[TG_WORDS_BYTES];
    if (nb_seen != 0)
        (void)snprintf(seen, sizeof seen, "; %s never written",
                       tg_counted(words, nb_seen, "word", "were"));
    causes_say_cells(verdict, sample, percent, nb, "hold", "what memory was filled with%s", seen);
}

void causes_stale(causes_verdict *verdict, const causes_sample *sample)
{
    const tg_matrix *earlier = sample->mismatch->earlier;
    size_t nb_told = 0;
    size_t nb_unset = 0;
    for (size_t i = 0; i < sample->nb_cells && !sample->is_side; i++) {
        const causes_cell *cell = &sample->cells[i];
        if (cell->actual == UNSET_WORD) {
            verdict->explained[i] = 1;
            nb_unset++;
        } else if (earlier != NULL && cell->row < earlier->height &&
                   cell->column < earlier->width &&
                   earlier->cells[cell->column * earlier->height + cell->row] == cell->actual) {
            verdict->explained[i] = 1;
            nb_told += !causes_is_common(cell->actual);
        }
    }
    const size_t nb = causes_nb_explained(verdict, sample);
    if (nb == 0) return;
    if (nb_unset == nb) {
        causes_say_cells(verdict, sample, causes_percent(nb, sample->nb_cells), nb, "hold",
                         "what shared memory or scratch was filled with");
        return;
    }
    unsigned percent = causes_percent(nb, sample->nb_cells);
    if (nb_told == 0 && percent > CAUSES_DOUBTFUL) percent = CAUSES_DOUBTFUL;
    causes_say_cells(verdict, sample, percent, nb, "hold",
                     "the word that the run before left there");
}
