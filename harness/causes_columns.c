/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Causes that show within one row: the right words, but in other columns; and rows that lie one
 * behind the other. */
#include "harness/causes_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Shifts that are tried by votes: every one of the widest trace. */
#define MAX_SHIFT 256

/* Cells and rows that are asked about each shift. */
#define MAX_ASKED ((size_t)2048)

/* Words that are no common ones and lie as if rows lay one behind the other: one may by chance. */
#define MIN_TELLING 2u

/* ---- shifted ---- */

/* Column that stands `shift` behind another one; SIZE_MAX: outside of the row. */
static size_t behind(const causes_sample *sample, size_t column, int shift)
{
    const ptrdiff_t at = (ptrdiff_t)column + shift;
    return at >= 0 && at < (ptrdiff_t)sample->width ? (size_t)at : SIZE_MAX;
}

static bool is_shifted(const causes_sample *sample, const causes_cell *cell, int shift)
{
    const size_t column = behind(sample, cell->column, shift);
    return column != SIZE_MAX && cell->actual == causes_expected(sample, cell->row, column);
}

/* Whether a column holds, in all rows of the sample, right or wrong, what another one should, and
 * that is not always the same: then even common words say something. */
static bool is_copied(const causes_sample *sample, size_t column, int shift)
{
    const size_t source = behind(sample, column, shift);
    if (source == SIZE_MAX || sample->nb_rows < 4) return false;
    bool varies = false;
    for (size_t i = 0; i < sample->nb_rows; i += sample->nb_rows / MAX_ASKED + 1) {
        const size_t row = sample->rows[i];
        const uint32_t word = causes_expected(sample, row, source);
        if (causes_actual(sample, row, column) != word) return false;
        varies = varies || word != causes_expected(sample, sample->rows[0], source);
    }
    return varies;
}

/* Cells that a shift explains, with words that tell; of many, some. */
static size_t nb_telling(const causes_sample *sample, int shift)
{
    size_t nb = 0;
    for (size_t i = 0; i < sample->nb_cells; i += sample->nb_cells / MAX_ASKED + 1) {
        const causes_cell *cell = &sample->cells[i];
        nb += !causes_is_common(cell->actual) && is_shifted(sample, cell, shift);
    }
    return nb;
}

static size_t nb_in_copied(const causes_sample *sample, int shift)
{
    size_t nb = 0;
    for (size_t i = 0; i < sample->nb_columns; i++) {
        if (!is_copied(sample, sample->columns[i], shift)) continue;
        const tg_tally *tally = &sample->mismatch->diff->columns[sample->columns[i]];
        nb += tally->eventful + tally->padding != 0;
    }
    return nb;
}

/* The shift that explains most, the smallest of several; 0: none does. */
static int likeliest_shift(const causes_sample *sample)
{
    const int most_shift = sample->width < MAX_SHIFT ? (int)sample->width - 1 : MAX_SHIFT;
    size_t most = 0;
    int best = 0;
    for (int by = 1; by <= most_shift; by++) {
        for (int shift = by; shift >= -by; shift -= 2 * by) {
            size_t nb = nb_telling(sample, shift);
            if (nb == 0 && by <= 8) nb = nb_in_copied(sample, shift);
            if (nb <= most) continue;
            most = nb;
            best = shift;
        }
    }
    return best;
}

/* Columns of the marked cells, up to two: a field alone is not shifted, but taken elsewhere. */
static size_t nb_marked_columns(const causes_verdict *verdict, const causes_sample *sample)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        if (!verdict->explained[i]) continue;
        if (first == SIZE_MAX) first = sample->cells[i].column;
        if (sample->cells[i].column != first) return 2;
    }
    return first != SIZE_MAX;
}

void causes_shifted_columns(causes_verdict *verdict, const causes_sample *sample)
{
    if (sample->is_side || sample->width < 2) return;
    const int shift = likeliest_shift(sample);
    if (shift == 0) return;
    const bool is_told = nb_telling(sample, shift) != 0;
    for (size_t k = 0; k < sample->nb_columns; k++) {
        if (!is_told && !is_copied(sample, sample->columns[k], shift)) continue;
        for (size_t i = k == 0 ? 0 : sample->column_end[k - 1]; i < sample->column_end[k]; i++) {
            const size_t number = sample->by_column[i];
            if (is_shifted(sample, &sample->cells[number], shift)) verdict->explained[number] = 1;
        }
    }
    const size_t nb = causes_nb_explained(verdict, sample);
    const unsigned by = (unsigned)abs(shift);
    unsigned percent = causes_percent(nb, sample->nb_cells);
    if (nb_marked_columns(verdict, sample) == 1 && percent > 60) percent = 60;
    causes_say_cells(verdict, sample, percent, nb, "hold",
                     "the word that is expected %u column%s further %s", by, tg_plural(by),
                     shift < 0 ? "left" : "right");
}

/* ---- permuted ---- */

static int compare_words(const void *a, const void *b)
{
    const uint32_t left = *(const uint32_t *)a;
    const uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* Wrong words of a row that are compared as a whole. */
#define MAX_ROW_WORDS 512u

/* Whether wrong cells of a row hold the words that are expected in them, in another order. */
static bool is_permuted(const causes_cell *cells, size_t nb)
{
    uint32_t expected[MAX_ROW_WORDS];
    uint32_t actual[MAX_ROW_WORDS];
    if (nb < 2 || nb > MAX_ROW_WORDS) return false;
    for (size_t i = 0; i < nb; i++) {
        expected[i] = cells[i].expected;
        actual[i] = cells[i].actual;
    }
    qsort(expected, nb, sizeof *expected, compare_words);
    qsort(actual, nb, sizeof *actual, compare_words);
    return memcmp(expected, actual, nb * sizeof *expected) == 0;
}

/* The column whose right word the first marked cell holds. */
static size_t source_of_first(const causes_verdict *verdict, const causes_sample *sample,
                              size_t *first)
{
    for (*first = 0; *first < sample->nb_cells && !verdict->explained[*first];) {
        ++*first;
    }
    const causes_cell *cell = &sample->cells[*first];
    size_t source = 0;
    while (source + 1 < sample->width &&
           (source == cell->column || causes_expected(sample, cell->row, source) != cell->actual ||
            !causes_is_wrong(sample, cell->row, source))) {
        source++;
    }
    return source;
}

void causes_permuted_columns(causes_verdict *verdict, const causes_sample *sample)
{
    if (sample->is_side) return;
    size_t nb_rows = 0;
    for (size_t i = 0; i < sample->nb_rows; i++) {
        const size_t first = sample->starts[i];
        const size_t nb = sample->starts[i + 1] - first;
        if (!is_permuted(&sample->cells[first], nb)) continue;
        memset(verdict->explained + first, 1, nb);
        nb_rows++;
    }
    if (nb_rows == 0) return;
    const size_t nb = causes_nb_explained(verdict, sample);
    size_t first = 0;
    const size_t source = source_of_first(verdict, sample, &first);
    char rows[TG_WORDS_BYTES];
    char to[TG_NAME_BYTES];
    char from[TG_NAME_BYTES];
    causes_say(verdict, causes_percent(nb, sample->nb_cells),
               "in %s the wrong cells have the right words in another order: %.64s has that of "
               "%.64s",
               tg_share(rows, nb_rows, sample->nb_rows, "wrong row", NULL),
               causes_column_name(to, sample, sample->cells[first].column),
               causes_column_name(from, sample, source));
}

/* ---- taken from another field ---- */

/* The event of a row that has one alone, its bytes; NULL. */
static const unsigned char *event_of(const causes_sample *sample, const causes_cell *cell)
{
    if (!sample->has_events || !cell->eventful) return NULL;
    const tg_cell_source source =
        tg_trace_cell(sample->trace, sample->mismatch->nb_events, cell->row, cell->column);
    const unsigned char *events = sample->mismatch->events;
    return source.eventful ? events + source.event * tg_trace_event_size(sample->trace) : NULL;
}

static bool is_in_row_of(const causes_sample *sample, const causes_cell *cell)
{
    for (size_t column = 0; column < sample->width; column++) {
        if (column != cell->column && causes_expected(sample, cell->row, column) == cell->actual)
            return true;
    }
    return false;
}

static bool is_in_event(const causes_sample *sample, const causes_cell *cell)
{
    const unsigned char *event = event_of(sample, cell);
    const size_t size = tg_trace_event_size(sample->trace);
    for (size_t at = 0; event != NULL && at + sizeof(uint32_t) <= size; at += sizeof(uint32_t)) {
        uint32_t word = 0;
        memcpy(&word, event + at, sizeof word);
        if (word == cell->actual || (word < TG_P && word == cell->wrong)) return true;
        if (word < TG_P && TG_P - word == cell->actual) return true;
    }
    return false;
}

void causes_other_field(causes_verdict *verdict, const causes_sample *sample)
{
    if (sample->is_side) return;
    size_t nb_told = 0;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const causes_cell *cell = &sample->cells[i];
        if (!is_in_row_of(sample, cell) && !(sample->has_events && is_in_event(sample, cell)))
            continue;
        verdict->explained[i] = 1;
        nb_told += !causes_is_common(cell->actual);
    }
    const size_t nb = causes_nb_explained(verdict, sample);
    unsigned percent = causes_percent(nb, sample->nb_cells);
    if (nb_told == 0 && percent > CAUSES_DOUBTFUL) percent = CAUSES_DOUBTFUL;
    causes_say_cells(verdict, sample, percent, nb, "hold",
                     "a word, or its negative, of another column of their row or of another field "
                     "of their event");
}

void causes_row_major(causes_verdict *verdict, const causes_sample *sample)
{
    const tg_matrix *actual = &sample->mismatch->actual;
    size_t nb_telling = 0;
    if (sample->is_side || sample->width < 2 || sample->height < 2) return;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const causes_cell *cell = &sample->cells[i];
        const size_t at = cell->column * actual->height + cell->row;
        const size_t row = at / sample->width;
        if (row >= sample->height) continue;
        if (cell->actual != causes_expected(sample, row, at % sample->width)) continue;
        verdict->explained[i] = 1;
        nb_telling += !causes_is_common(cell->actual);
    }
    // Zeros stand anywhere.
    if (nb_telling < MIN_TELLING) return;
    const size_t nb = causes_nb_explained(verdict, sample);
    causes_say_cells(verdict, sample, causes_percent(nb, sample->nb_cells), nb, "hold",
                     "what belongs there if rows of %zu columns lie one behind the other",
                     sample->width);
}
