/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Causes that show in which rows, columns or events are wrong. */
#include "harness/causes_internal.h"

/* Limits of blocks, tiles and warps, beside those that the mismatch names. */
static const size_t common_limits[] = {1024, 512, 256, 128, 64, 32};

#define NB_COMMON_LIMITS (sizeof common_limits / sizeof common_limits[0])
#define NB_LIMITS (NB_COMMON_LIMITS + 2)

static size_t limit_at(const causes_sample *sample, size_t index)
{
    if (index < NB_COMMON_LIMITS) return common_limits[index];
    return index == NB_COMMON_LIMITS ? sample->mismatch->rows_per_block : sample->mismatch->block;
}

/* Whether all wrong rows are at one place of units of so many rows, and one of them is not in the
 * first unit. */
static bool are_at(const causes_sample *sample, size_t limit, size_t place)
{
    for (size_t i = 0; i < sample->nb_rows; i++) {
        if (sample->rows[i] % limit != place) return false;
    }
    return sample->rows[sample->nb_rows - 1] >= limit - 1 && sample->rows[sample->nb_rows - 1] != 0;
}

/* The largest unit at whose first (or last) rows all wrong rows are; 0: none. */
static size_t limit_of_rows(const causes_sample *sample, bool is_last)
{
    size_t best = 0;
    for (size_t i = 0; i < NB_LIMITS; i++) {
        const size_t limit = limit_at(sample, i);
        if (limit >= 8 && limit > best && limit < sample->height &&
            are_at(sample, limit, is_last ? limit - 1 : 0))
            best = limit;
    }
    return best;
}

/* One wrong row at an end of the trace or of its events. */
static const char *end_text(const causes_sample *sample)
{
    const size_t nb_eventful = causes_nb_eventful_rows(sample);
    if (sample->nb_rows != 1 || sample->height < 2) return NULL;
    const size_t row = sample->rows[0];
    if (sample->knows_events && nb_eventful > 1 && row + 1 == nb_eventful)
        return "the last one with an event";
    if (row + 1 == sample->height) return "the last one of the trace";
    if (sample->knows_events && row == nb_eventful) return "the first one of padding";
    if (nb_eventful > 1 && row == 0) return "the first one";
    return NULL;
}

/* All wrong rows lie behind a limit. */
static size_t limit_before(const causes_sample *sample)
{
    const size_t first = sample->rows[0];
    size_t best = 0;
    for (size_t i = 0; i < NB_LIMITS; i++) {
        const size_t limit = limit_at(sample, i);
        if (limit >= 8 && limit > best && first != 0 && first % limit == 0) best = limit;
    }
    return best;
}

void causes_at_a_limit(causes_verdict *verdict, const causes_sample *sample)
{
    if (sample->nb_rows == 0 || sample->height < TG_PREDICTION_MIN_ALL) return;
    const char *end = end_text(sample);
    const size_t at_first = limit_of_rows(sample, false);
    const size_t at_last = limit_of_rows(sample, true);
    const size_t limit = limit_before(sample);
    const tg_diff *diff = sample->mismatch->diff;
    const size_t nb_rows = diff->wrong_rows.eventful + diff->wrong_rows.padding;
    if (nb_rows + TG_PREDICTION_MIN_RIGHT > sample->height) return;
    const unsigned certain = sample->nb_rows > 1 ? 100 : 85;
    if (at_first != 0 || at_last != 0) {
        const bool is_first = at_first >= at_last;
        char rows[TG_WORDS_BYTES];
        causes_say(verdict, certain, "%s the %s of %zu: row %zu%s",
                   tg_all(rows, nb_rows, "wrong row", "are"), is_first ? "first" : "last",
                   is_first ? at_first : at_last, sample->rows[0], nb_rows == 1 ? "" : " is one");
    } else if (end != NULL) {
        causes_say(verdict, 80, "row %zu alone is wrong, %s", sample->rows[0], end);
    } else if (limit != 0) {
        causes_say(verdict, 60, "no row before %zu is wrong, which is a multiple of %zu",
                   sample->rows[0], limit);
    }
}

/* ---- from a row on ---- */

/* Right rows before the first wrong one that do not come of chance where a few rows behind it are
 * right, too. */
#define MIN_RIGHT_ROWS 8u

/* Whether a column is wrong in every row behind the first wrong one, or in nine of ten of them: of
 * eventful ones, or of all. */
static bool is_steady(bool *is_whole, const causes_sample *sample, size_t column, size_t first)
{
    const tg_tally *tally = &sample->mismatch->diff->columns[column];
    const size_t nb_eventful = causes_nb_eventful_rows(sample) - first;
    const size_t nb_all = sample->height - first;
    const size_t nb_wrong = tally->eventful + tally->padding;
    // What a row hands on to the next one is right in the first wrong row itself.
    if (tally->eventful + 1 >= nb_eventful || nb_wrong + 1 >= nb_all) return true;
    *is_whole = false;
    return first >= MIN_RIGHT_ROWS &&
           (10 * tally->eventful >= 9 * nb_eventful || 10 * nb_wrong >= 9 * nb_all);
}

void causes_from_a_row_on(causes_verdict *verdict, const causes_sample *sample)
{
    if (sample->nb_rows == 0 || sample->rows[0] == 0) return;
    const size_t first = sample->rows[0];
    // Two rows at the end are not a stretch.
    if (first + 2 >= causes_nb_eventful_rows(sample)) return;
    size_t nb = 0;
    size_t nb_columns = 0;
    bool is_whole = true;
    for (size_t i = 0; i < sample->nb_columns; i++) {
        const size_t column = sample->columns[i];
        if (!is_steady(&is_whole, sample, column, first)) continue;
        const tg_tally *tally = &sample->mismatch->diff->columns[column];
        nb += tally->eventful + tally->padding;
        nb_columns++;
    }
    if (nb_columns == 0) return;
    char name[TG_NAME_BYTES];
    char columns[TG_WORDS_BYTES];
    const unsigned percent = causes_percent(nb, sample->nb_wrong);
    causes_say(verdict, is_whole ? percent : percent * 8 / 10,
               "%s rows from %zu on are wrong in %s, none before it: first in %.100s",
               is_whole ? "all" : "most", first, tg_counted(columns, nb_columns, "column", NULL),
               causes_column_name(name, sample, sample->cells[0].column));
}

/* ---- from a column on ---- */

/* Wrong cells that a row needs, to look computed. */
#define MIN_COMPUTED 8u

/* Columns of one state: rows whose first wrong columns are as near to each other go wrong in one
 * step. */
#define STATE_COLUMNS 16u

/* The row's wrong cells begin near this column and go on to the end. */
static bool goes_on(const causes_sample *sample, size_t row, size_t column)
{
    const size_t first = sample->starts[row];
    const size_t last = sample->starts[row + 1] - 1;
    return last - first + 1 >= MIN_COMPUTED && sample->cells[first].column >= column &&
           sample->cells[first].column < column + STATE_COLUMNS &&
           10 * (sample->width - sample->cells[last].column) <= sample->width + 9;
}

void causes_from_a_column_on(causes_verdict *verdict, const causes_sample *sample)
{
    if (sample->nb_rows == 0 || sample->width < MIN_COMPUTED) return;
    const size_t column = sample->columns[0];
    size_t nb_rows = 0;
    size_t nb_telling = 0;
    for (size_t i = 0; i < sample->nb_rows; i++) {
        if (!goes_on(sample, i, column)) continue;
        nb_rows++;
        for (size_t k = sample->starts[i]; k < sample->starts[i + 1]; k++) {
            verdict->explained[k] = 1;
        }
    }
    const size_t nb = causes_nb_explained(verdict, sample);
    for (size_t i = 0; i < sample->nb_cells; i++) {
        nb_telling += !causes_is_common(sample->cells[i].actual);
    }
    // What is computed from a wrong word is hardly ever a common one.
    if (nb_rows == 0 || 10 * nb_telling < 7 * sample->nb_cells) return;
    unsigned percent = causes_percent(nb, sample->nb_cells);
    if (column == 0) percent /= 2;
    // What the words are says more than where they begin, and so does that only padding is wrong.
    const unsigned most = sample->nb_eventful == 0 ? 70 : 95;
    if (percent > most) percent = most;
    char name[TG_NAME_BYTES];
    char rows[TG_WORDS_BYTES];
    char columns[TG_WORDS_BYTES];
    causes_say(verdict, percent,
               "in %s %.100s or one near it is the first wrong column, and %s wrong from there on",
               tg_share(rows, nb_rows, sample->nb_rows, "wrong row", NULL),
               causes_column_name(name, sample, column),
               tg_counted(columns, sample->nb_columns, "column", "are"));
}

/* ---- some events ---- */

void causes_some_values(causes_verdict *verdict, const causes_sample *sample)
{
    const prediction_found *found = &sample->prediction;
    const tg_prediction *said = &found->prediction;
    if (said->property[0] == '\0' || found->kind != PREDICTION_VALUES) return;
    const bool is_exact = said->nb_wrong_with == said->nb_wrong && said->nb_right_with == 0;
    const unsigned share = causes_percent(sample->nb_eventful, sample->nb_cells);
    // Few events have something in common by chance.
    const unsigned most = !is_exact ? 45 : said->nb_wrong < 3 ? 45 : said->nb_wrong < 6 ? 80 : 100;
    char text[TG_PROPERTY_BYTES + 128];
    causes_say(verdict, share < most ? share : most, "%.240s",
               tg_prediction_text(text, sizeof text, said));
}
