/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Causes at the border between events and padding. */
#include "harness/causes_internal.h"

#include <string.h>

/* Eventful rows from each end in which a word is looked for. */
#define MAX_ROWS_SEARCHED ((size_t)128)

/* ---- padding that is treated as an event ---- */

/* What a padding cell was found to hold. */
typedef enum padding_source {
    PADDING_UNKNOWN,
    PADDING_OF_LAST,  /* what the last event has */
    PADDING_OF_FIRST, /* what event 0 has */
    PADDING_BEYOND,   /* what stands behind the events */
    PADDING_OF_ANY,   /* what events have there */
    NB_PADDING_SOURCES
} padding_source;

/* Word of the same column of an entry. */
static uint32_t entry_word(const causes_sample *sample, size_t entry, const causes_cell *cell)
{
    return causes_expected(sample, entry / sample->nb_entries,
                           entry % sample->nb_entries * sample->entry_width +
                               cell->column % sample->entry_width);
}

/* Whether an eventful row near one of both ends has the word in this column. */
static bool is_in_column(const causes_sample *sample, const causes_cell *cell)
{
    const size_t nb_rows = sample->extent.nb_full_rows;
    for (size_t i = 0; i < nb_rows && i < MAX_ROWS_SEARCHED; i++) {
        if (causes_expected(sample, i, cell->column) == cell->actual ||
            causes_expected(sample, nb_rows - 1 - i, cell->column) == cell->actual)
            return true;
    }
    return false;
}

/* Whether the last event has the word in any column: a sum goes on where it ended. */
static bool is_in_last_row(const causes_sample *sample, const causes_cell *cell)
{
    for (size_t column = 0; column < sample->width && !causes_is_common(cell->actual); column++) {
        if (causes_expected(sample, sample->extent.nb_full_rows - 1, column) == cell->actual)
            return true;
    }
    return false;
}

static padding_source source_of(const causes_sample *sample, const causes_cell *cell)
{
    if (cell->actual == TG_GUARD_WORD || cell->wrong == causes_residue(sample, TG_GUARD_WORD))
        return PADDING_BEYOND;
    const size_t nb_rows = causes_nb_eventful_rows(sample);
    if (nb_rows == 0) return PADDING_UNKNOWN;
    const size_t last = sample->extent.nb_full_rows * sample->nb_entries +
                        sample->extent.nb_partial_columns / sample->entry_width - 1;
    if (entry_word(sample, last, cell) == cell->actual) return PADDING_OF_LAST;
    if (entry_word(sample, 0, cell) == cell->actual) return PADDING_OF_FIRST;
    if (sample->extent.nb_full_rows == 0) return PADDING_UNKNOWN;
    if (is_in_last_row(sample, cell)) return PADDING_OF_LAST;
    return is_in_column(sample, cell) ? PADDING_OF_ANY : PADDING_UNKNOWN;
}

/* Whether wrong padding cells of one column differ where the right ones are alike: they depend on
 * something. */
static bool depends(const causes_sample *sample)
{
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const causes_cell *cell = &sample->cells[i];
        if (cell->eventful) continue;
        for (size_t k = i + 1; k < sample->nb_cells; k++) {
            const causes_cell *other = &sample->cells[k];
            if (other->eventful || other->column != cell->column) continue;
            return other->expected == cell->expected && other->actual != cell->actual;
        }
        return false;
    }
    return false;
}

void causes_padding_as_event(causes_verdict *verdict, const causes_sample *sample)
{
    static const char *const texts[NB_PADDING_SOURCES] = {
        [PADDING_OF_LAST] = "what the last event has",
        [PADDING_OF_FIRST] = "what event 0 has",
        [PADDING_BEYOND] = "what stands behind the events",
        [PADDING_OF_ANY] = "what events have there",
    };
    size_t nb_of[NB_PADDING_SOURCES] = {0};
    const size_t nb_padding = sample->nb_cells - sample->nb_eventful;
    if (!sample->knows_events || sample->is_side || nb_padding == 0) return;
    size_t nb_set = 0;
    size_t nb_told = 0;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const causes_cell *cell = &sample->cells[i];
        if (cell->eventful || cell->actual == 0) continue;
        nb_set += cell->actual != TG_POISON_FIRST && cell->actual != TG_POISON_SECOND;
        const padding_source source = source_of(sample, cell);
        nb_of[source]++;
        if (source == PADDING_UNKNOWN) continue;
        verdict->explained[i] = 1;
        nb_told += !causes_is_common(cell->actual);
    }
    const size_t nb = causes_nb_explained(verdict, sample);
    padding_source best = PADDING_OF_LAST;
    for (padding_source source = PADDING_OF_FIRST; source < NB_PADDING_SOURCES; source++) {
        if (nb_of[source] > nb_of[best]) best = source;
    }
    const unsigned percent = causes_percent(nb, sample->nb_cells);
    const unsigned share = causes_percent(nb_padding, sample->nb_cells) * 8 / 10;
    // A quarter of words that tell: the rest is computed from them.
    if (percent < share && 4 * nb_told >= nb_padding) {
        causes_say_cells(verdict, sample, share, nb_padding, "are", "padding; %zu of them hold %s",
                         nb_of[best], texts[best]);
        return;
    }
    if (percent < share && depends(sample)) {
        causes_say_cells(verdict, sample, share, nb_padding, "are",
                         "padding, and rows that should be alike differ");
        return;
    }
    if (percent < share && sample->trace->padding == TG_PADDING_ZERO && nb_set == nb_padding) {
        causes_say_cells(verdict, sample, share, nb_padding, "are",
                         "padding, which is to be 0 and holds other values");
        return;
    }
    causes_say_cells(verdict, sample, percent, nb_padding, "are", "padding; %zu of them hold %s",
                     nb_of[best], texts[best]);
}

/* ---- events that are treated as padding ---- */

/* The word that padding has in a column; false if no padding is there to be seen. */
static bool padding_word(uint32_t *word, const causes_sample *sample, size_t column)
{
    *word = 0;
    if (sample->trace->padding == TG_PADDING_ZERO) return true;
    if (causes_nb_eventful_rows(sample) >= sample->height) return false;
    *word = causes_expected(sample, sample->height - 1, column);
    return true;
}

/* Whether a whole entry is as padding is. */
static bool is_padding(const causes_sample *sample, size_t row, size_t first_column)
{
    for (size_t k = 0; k < sample->entry_width; k++) {
        uint32_t word = 0;
        if (!padding_word(&word, sample, first_column + k) ||
            causes_actual(sample, row, first_column + k) != word)
            return false;
    }
    return true;
}

void causes_event_as_padding(causes_verdict *verdict, const causes_sample *sample)
{
    if (!sample->knows_events || sample->is_side) return;
    size_t nb_entries = 0;
    size_t first_row = 0;
    size_t at_row = SIZE_MAX, at_column = 0;
    bool is_empty = false;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const causes_cell *cell = &sample->cells[i];
        if (!cell->eventful) continue;
        const size_t column = cell->column - cell->column % sample->entry_width;
        if (cell->row != at_row || column != at_column) {
            at_row = cell->row;
            at_column = column;
            is_empty = is_padding(sample, at_row, at_column);
            if (is_empty && nb_entries++ == 0) first_row = at_row;
        }
        if (is_empty) verdict->explained[i] = 1;
    }
    if (nb_entries == 0) return;
    const size_t nb = causes_nb_explained(verdict, sample);
    unsigned percent = causes_percent(nb, sample->nb_cells);
    // A zero in a column of its own may be just that.
    if (sample->entry_width == 1 && percent > 60) percent = 60;
    causes_say_cells(verdict, sample, percent, nb, "are",
                     "of %zu event%s whose columns hold what padding holds, the first in row %zu",
                     nb_entries, tg_plural(nb_entries), first_row);
}

/* ---- padding alone ---- */

void causes_padding(causes_verdict *verdict, const causes_sample *sample)
{
    if (!sample->knows_events || sample->is_side || sample->nb_cells == 0) return;
    const tg_diff *diff = sample->mismatch->diff;
    if (diff->wrong.eventful != 0 || diff->wrong.padding == 0) return;
    char all[TG_WORDS_BYTES];
    (void)tg_all(all, diff->wrong.padding, "wrong cell", "are");
    // Without events every mismatch is one of padding: what events would show is not known.
    if (diff->compared.eventful == 0) {
        causes_say(verdict, 50,
                   "%s padding, from row %zu on: without events there are no other cells", all,
                   sample->rows[0]);
        return;
    }
    causes_say(verdict, 95, "%s padding, from row %zu on; eventful cells are right", all,
               sample->rows[0]);
}
