/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Causes that show in whole entries: the right words, but those of another row, entry or event. */
#include "harness/causes_index_internal.h"

#include <string.h>

/* ---- what the sources say ---- */

/* Mark cells of entries that hold what is right at this distance, also of those that had several
 * sources or none that tells. */
static void mark_at(causes_verdict *verdict, const causes_sample *sample, ptrdiff_t way)
{
    const size_t nb = causes_nb_entries(sample);
    bool is_held = false;
    size_t last = CAUSES_NOWHERE;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const causes_cell *cell = &sample->cells[i];
        if (!cell->eventful) continue;
        const size_t number = causes_entry_of(sample, cell);
        if (number != last) {
            const ptrdiff_t source = (ptrdiff_t)number + way;
            is_held =
                source >= 0 && (size_t)source < nb && causes_holds(sample, number, (size_t)source);
            last = number;
        }
        if (is_held) verdict->explained[i] = 1;
    }
}

/* The distance that most entries have, of those that a detector is for; 0: there is none. */
static ptrdiff_t likeliest(const causes_sample *sample,
                           bool (*is_meant)(const causes_sample *, ptrdiff_t))
{
    const causes_index *index = sample->index;
    size_t most = 0;
    ptrdiff_t best = 0;
    for (size_t i = 0; index != NULL && i < index->nb_distances; i++) {
        if (index->nb_at[i] <= most || !is_meant(sample, index->distances[i])) continue;
        most = index->nb_at[i];
        best = index->distances[i];
    }
    return best;
}

/* Only some columns of the rows are wrong: no row was moved, but a field was taken elsewhere. */
static bool is_part_of_row(const causes_sample *sample)
{
    return 10 * sample->nb_columns < 7 * sample->width;
}

static bool is_by_rows(const causes_sample *sample, ptrdiff_t way)
{
    if (way % (ptrdiff_t)sample->nb_entries != 0) return false;
    return sample->nb_entries > 1 || (way != 1 && way != -1) || !is_part_of_row(sample) ||
           !sample->knows_events || sample->trace->rows_per_event > 1;
}

static bool is_neighbour(const causes_sample *sample, ptrdiff_t way)
{
    return (way == 1 || way == -1) && (sample->nb_entries > 1 || is_part_of_row(sample)) &&
           sample->knows_events && sample->trace->rows_per_event == 1;
}

void causes_shifted_rows(causes_verdict *verdict, const causes_sample *sample)
{
    const ptrdiff_t way = likeliest(sample, is_by_rows);
    if (way == 0) return;
    mark_at(verdict, sample, way);
    const size_t nb = causes_nb_explained(verdict, sample);
    const ptrdiff_t nb_rows = way / (ptrdiff_t)sample->nb_entries;
    const size_t by = (size_t)(nb_rows < 0 ? -nb_rows : nb_rows);
    causes_say_cells(verdict, sample, causes_percent(nb, sample->nb_cells), nb, "hold",
                     "the word that is expected %zu row%s further %s", by, tg_plural(by),
                     nb_rows < 0 ? "up" : "down");
}

/* ---- neighbouring events ---- */

/* Events before and behind in which a word is looked for. */
#define MAX_AWAY 8

static bool is_word_of(const causes_sample *sample, const causes_cell *cell, size_t event)
{
    const size_t size = sample->trace->event->size;
    const unsigned char *bytes = (const unsigned char *)sample->mismatch->events + event * size;
    for (size_t at = 0; at + sizeof(uint32_t) <= size; at += sizeof(uint32_t)) {
        uint32_t word = 0;
        memcpy(&word, bytes + at, sizeof word);
        if (word == cell->actual) return true;
    }
    return false;
}

/* The distance of the nearest other event that has the word of a cell, in any field; 0: none. */
static int nearest_with(const causes_sample *sample, const causes_cell *cell)
{
    if (!cell->eventful || causes_is_common(cell->actual)) return 0;
    const size_t own =
        tg_trace_cell(sample->trace, sample->mismatch->nb_events, cell->row, cell->column).event;
    if (is_word_of(sample, cell, own)) return 0;
    for (int away = 1; away <= MAX_AWAY; away++) {
        if (own >= (size_t)away && is_word_of(sample, cell, own - (size_t)away)) return -away;
        if (own + (size_t)away < sample->mismatch->nb_events &&
            is_word_of(sample, cell, own + (size_t)away))
            return away;
    }
    return 0;
}

/* Words of other events near by, in whatever column. */
static void detect_near_words(causes_verdict *verdict, const causes_sample *sample)
{
    size_t nb_before = 0;
    int first = 0;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const int away = nearest_with(sample, &sample->cells[i]);
        if (away == 0) continue;
        verdict->explained[i] = 1;
        nb_before += away < 0;
        if (first == 0) first = away;
    }
    const size_t nb = causes_nb_explained(verdict, sample);
    if (nb == 0) return;
    causes_say_cells(verdict, sample, causes_percent(nb, sample->nb_cells), nb, "hold",
                     "a word of another event near by, %zu of them of one before: the first of the "
                     "event %d away",
                     nb_before, first);
}

void causes_neighbour_event(causes_verdict *verdict, const causes_sample *sample)
{
    const ptrdiff_t way = likeliest(sample, is_neighbour);
    if (way != 0) mark_at(verdict, sample, way);
    const size_t nb = causes_nb_explained(verdict, sample);
    if (2 * nb > sample->nb_cells) {
        causes_say_cells(verdict, sample, causes_percent(nb, sample->nb_cells), nb, "hold",
                         "the word that is expected of the event %s",
                         way < 0 ? "before" : "behind");
    } else if (sample->has_events && !sample->is_side) {
        detect_near_words(verdict, sample);
    }
}

/* ---- entries ---- */

static bool is_in_row(const causes_sample *sample, const causes_entry *wrong)
{
    return wrong->source != CAUSES_NOWHERE &&
           wrong->source / sample->nb_entries == wrong->number / sample->nb_entries;
}

/* Mark the cells of wrong entries that are meant. Returns the number of such entries. */
static size_t mark_entries(causes_verdict *verdict, const causes_sample *sample,
                           bool (*is_meant)(const causes_sample *, const causes_entry *))
{
    const causes_index *index = sample->index;
    if (index == NULL) return 0;
    size_t nb = 0;
    size_t at = 0;
    for (size_t i = 0; i < index->nb_wrong; i++) {
        nb += is_meant(sample, &index->wrong[i]);
    }
    for (size_t i = 0; i < sample->nb_cells && nb != 0; i++) {
        const causes_cell *cell = &sample->cells[i];
        if (!cell->eventful) continue;
        while (at < index->nb_wrong && index->wrong[at].number < causes_entry_of(sample, cell)) {
            at++;
        }
        if (at < index->nb_wrong && is_meant(sample, &index->wrong[at])) verdict->explained[i] = 1;
    }
    return nb;
}

/* Whether an entry, of padding too, holds what another one of its row should. */
static bool is_exchanged(const causes_sample *sample, size_t number)
{
    const size_t first = number - number % sample->nb_entries;
    for (size_t slot = 0; slot < sample->nb_entries; slot++) {
        if (first + slot != number && causes_holds(sample, number, first + slot)) return true;
    }
    return false;
}

void causes_neighbour_entry(causes_verdict *verdict, const causes_sample *sample)
{
    if (sample->nb_entries == 1 || sample->is_side) return;
    size_t nb_told = 0;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const causes_cell *cell = &sample->cells[i];
        if (!is_exchanged(sample, causes_entry_of(sample, cell))) continue;
        verdict->explained[i] = 1;
        nb_told += !causes_is_common(cell->actual);
    }
    const size_t nb = causes_nb_explained(verdict, sample);
    unsigned percent = causes_percent(nb, sample->nb_cells);
    if (nb_told == 0 && percent > CAUSES_DOUBTFUL) percent = CAUSES_DOUBTFUL;
    causes_say_cells(verdict, sample, percent, nb, "hold",
                     "the word that is expected in another entry of their row");
}

static bool is_anywhere(const causes_sample *sample, const causes_entry *wrong)
{
    return wrong->source != CAUSES_NOWHERE && !(sample->nb_entries > 1 && is_in_row(sample, wrong));
}

/* Nine of ten sources are at one distance: entries are shifted, not permuted. */
static bool is_at_one_distance(const causes_index *index)
{
    size_t most = 0;
    size_t nb = 0;
    for (size_t i = 0; i < index->nb_distances; i++) {
        nb += index->nb_at[i];
        if (index->nb_at[i] > most) most = index->nb_at[i];
    }
    return 10 * most >= 9 * nb;
}

void causes_permuted_rows(causes_verdict *verdict, const causes_sample *sample)
{
    if (sample->index == NULL || is_at_one_distance(sample->index)) return;
    const size_t nb_entries = mark_entries(verdict, sample, is_anywhere);
    if (nb_entries == 0) return;
    const size_t nb = causes_nb_explained(verdict, sample);
    const char *what = sample->nb_entries == 1 ? "row" : "entry";
    const causes_entry *first = sample->index->wrong;
    while (!is_anywhere(sample, first)) {
        first++;
    }
    unsigned percent = causes_percent(nb, sample->nb_cells);
    // Words of one column stand in many rows.
    if (sample->nb_columns == 1 && sample->width > 1 && percent > CAUSES_DOUBTFUL)
        percent = CAUSES_DOUBTFUL;
    causes_say_cells(verdict, sample, percent, nb, "hold",
                     "the words of another %s, at various distances: %s %zu has those of %s %zu",
                     what, what, first->number, what, first->source);
}
