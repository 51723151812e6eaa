/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Global's own causes: the other square root, another candidate, sums that meet.
 *
 * Rows are looked at as points. A row whose x is right and whose y is negated has the other root,
 * and all that follows from y is wrong with it. A row with the hash of another candidate has
 * another x, or another input of the permutation. Where all points are right and sums are not, the
 * first wrong sum is looked at: whether it is one that goes through equal or opposite points.
 */
#include "harness/causes_internal.h"
#include "model/global.h"
#include "reference/curve.h"
#include "reference/poseidon2.h"

#include <string.h>

#define COLUMN(member) (offsetof(tg_global_main_columns, member) / sizeof(uint32_t))
#define COLUMN_X COLUMN(interaction.x_coordinate)
#define COLUMN_Y COLUMN(interaction.y_coordinate)
#define COLUMN_INPUT COLUMN(interaction.permutation)
#define COLUMN_OFFSET COLUMN(interaction.offset)
#define COLUMN_SUMS COLUMN(accumulation)
#define COLUMN_AFTER COLUMN(accumulation.cumulative_sum)

/* Rows that are looked at as points: inverses and hashes take microseconds each. */
#define MAX_ROWS ((size_t)256)

/* Candidates that are tried for a row. */
#define MAX_TRIED 64u

typedef uint32_t cell_of(const causes_sample *sample, size_t row, size_t column);

/* ---- reading ---- */

static tg_ref_septic load(const causes_sample *sample, cell_of *cell, size_t row, size_t column)
{
    tg_ref_septic element;
    for (size_t i = 0; i < TG_SEPTIC_DEGREE; i++) {
        element.c[i] = causes_residue(sample, cell(sample, row, column + i));
    }
    return element;
}

static tg_ref_point load_point(const causes_sample *sample, cell_of *cell, size_t row,
                               size_t column)
{
    return (tg_ref_point){.x = load(sample, cell, row, column),
                          .y = load(sample, cell, row, column + TG_SEPTIC_DEGREE)};
}

static bool is_wrong_between(const causes_sample *sample, size_t row, size_t first, size_t last)
{
    for (size_t column = first; column < last; column++) {
        if (causes_is_wrong(sample, row, column)) return true;
    }
    return false;
}

/* Whether the sample is of whole rows of Global with events. */
static bool is_usable(const causes_sample *sample)
{
    return sample->trace != NULL && !sample->is_side && sample->knows_events &&
           sample->nb_eventful != 0;
}

/* Eventful rows of the sample that are looked at. */
static size_t nb_rows_of(const causes_sample *sample)
{
    const size_t nb_eventful = causes_nb_eventful_rows(sample);
    size_t nb = 0;
    while (nb < sample->nb_rows && nb < MAX_ROWS && sample->rows[nb] < nb_eventful) {
        nb++;
    }
    return nb;
}

/* Mark the wrong cells of a row from a column on, and all those of sums in any row: they follow. */
static void mark_from(causes_verdict *verdict, const causes_sample *sample, size_t row,
                      size_t column)
{
    for (size_t i = sample->starts[row]; i < sample->starts[row + 1]; i++) {
        if (sample->cells[i].column >= column) verdict->explained[i] = 1;
    }
}

static void mark_sums(causes_verdict *verdict, const causes_sample *sample)
{
    for (size_t i = 0; i < sample->nb_cells; i++) {
        if (sample->cells[i].eventful && sample->cells[i].column >= COLUMN_SUMS)
            verdict->explained[i] = 1;
    }
}

/* ---- the other root ---- */

static void detect_other_root(causes_verdict *verdict, const causes_sample *sample)
{
    if (!is_usable(sample)) return;
    const size_t nb_rows = nb_rows_of(sample);
    size_t nb_wrong = 0;
    size_t nb = 0;
    for (size_t i = 0; i < nb_rows; i++) {
        const size_t row = sample->rows[i];
        if (!is_wrong_between(sample, row, COLUMN_X, COLUMN_INPUT)) continue;
        nb_wrong++;
        const tg_ref_point right = load_point(sample, causes_expected, row, COLUMN_X);
        const tg_ref_point wrong = load_point(sample, causes_actual, row, COLUMN_X);
        const tg_ref_point negative = tg_ref_point_negate(&right);
        if (!tg_ref_point_equal(&wrong, &negative)) continue;
        nb++;
        mark_from(verdict, sample, i, COLUMN_Y);
    }
    if (nb == 0) return;
    mark_sums(verdict, sample);
    causes_say(verdict, causes_percent(nb, nb_wrong),
               "in %zu of %zu rows with a wrong point it is the negative of the right one", nb,
               nb_wrong);
}

/* ---- another candidate ---- */

static void hash_input(uint32_t input[TG_REF_POSEIDON2_WIDTH], const causes_sample *sample,
                       size_t row, uint32_t offset)
{
    const tg_global_event *events = sample->mismatch->events;
    tg_ref_curve_hash_input(input, events[row].message, events[row].kind, offset);
}

static bool has_words(const causes_sample *sample, size_t row, size_t column,
                      const uint32_t *residues, size_t nb)
{
    for (size_t i = 0; i < nb; i++) {
        if (causes_residue(sample, causes_actual(sample, row, column + i)) != residues[i])
            return false;
    }
    return true;
}

/* The candidate whose x or permutation a row holds in place of its own; MAX_TRIED: none. */
static uint32_t candidate_of(const causes_sample *sample, size_t row, uint32_t own)
{
    for (uint32_t offset = 0; offset < MAX_TRIED; offset++) {
        uint32_t state[TG_REF_POSEIDON2_WIDTH];
        if (offset == own) continue;
        hash_input(state, sample, row, offset);
        if (has_words(sample, row, COLUMN_INPUT, state, TG_REF_POSEIDON2_WIDTH)) return offset;
        tg_ref_poseidon2_permute(state);
        if (has_words(sample, row, COLUMN_X, state, TG_SEPTIC_DEGREE)) return offset;
    }
    return MAX_TRIED;
}

static void detect_exception(causes_verdict *verdict, const causes_sample *sample)
{
    if (!is_usable(sample) || !sample->has_events) return;
    const size_t nb_rows = nb_rows_of(sample);
    size_t nb_wrong = 0;
    size_t nb = 0;
    size_t first_row = 0;
    uint32_t first_own = 0;
    uint32_t first_other = 0;
    for (size_t i = 0; i < nb_rows; i++) {
        const size_t row = sample->rows[i];
        if (!is_wrong_between(sample, row, COLUMN_X, COLUMN(is_real))) continue;
        nb_wrong++;
        const uint32_t own = causes_residue(sample, causes_expected(sample, row, COLUMN_OFFSET));
        const uint32_t other = candidate_of(sample, row, own);
        if (other == MAX_TRIED) continue;
        if (nb++ == 0) {
            first_row = row;
            first_own = own;
            first_other = other;
        }
        mark_from(verdict, sample, i, COLUMN_X);
    }
    if (nb == 0) return;
    mark_sums(verdict, sample);
    causes_say(verdict, causes_percent(nb, nb_wrong),
               "%zu of %zu rows with a wrong point or hash hold those of another candidate: row "
               "%zu of candidate %u, not %u",
               nb, nb_wrong, first_row, first_other, first_own);
}

/* ---- sums ---- */

/* Numbers of points that a kernel may add by themselves, aligned to as many. */
#define CHAIN ((size_t)8)
#define MAX_CHAIN ((size_t)512)

/* Where a sum met an equal or opposite point, or was one at infinity. */
typedef enum meeting { MEET_NOTHING, MEET_EQUAL, MEET_OPPOSITE, MEET_INFINITY } meeting;

/* Add and see what meets. The first meeting stays. */
static void add_point(tg_ref_point *sum, const tg_ref_point *point, meeting *met, bool is_first)
{
    if (!is_first && *met == MEET_NOTHING) {
        if (sum->is_infinity || point->is_infinity) {
            *met = MEET_INFINITY;
        } else if (tg_ref_septic_equal(sum->x, point->x)) {
            *met = tg_ref_septic_equal(sum->y, point->y) ? MEET_EQUAL : MEET_OPPOSITE;
        }
    }
    *sum = tg_ref_point_add(sum, point);
}

/* Look at the sums of `length` points from `first` on: each eighth of them by itself, then these
 * sums. nb: rows that there are. */
static tg_ref_point sum_chain(const causes_sample *sample, size_t first, size_t length, size_t nb,
                              meeting *met)
{
    tg_ref_point sum = {.is_infinity = true};
    for (size_t i = 0; i < CHAIN && first + i * (length / CHAIN) < nb; i++) {
        const size_t at = first + i * (length / CHAIN);
        tg_ref_point point;
        if (length == CHAIN) {
            point = load_point(sample, causes_expected, at, COLUMN_X);
        } else {
            point = sum_chain(sample, at, length / CHAIN, nb, met);
        }
        add_point(&sum, &point, met, i == 0);
    }
    return sum;
}

/* The first row of the sample with a wrong sum, where all points are right; SIZE_MAX. */
static size_t first_wrong_sum(const causes_sample *sample)
{
    const size_t nb_rows = nb_rows_of(sample);
    for (size_t i = 0; i < nb_rows; i++) {
        if (is_wrong_between(sample, sample->rows[i], 0, COLUMN_SUMS)) return SIZE_MAX;
    }
    return nb_rows != 0 ? sample->rows[0] : SIZE_MAX;
}

static const char *meeting_text(meeting met)
{
    return met == MEET_EQUAL      ? "two equal points or sums meet"
           : met == MEET_OPPOSITE ? "two opposite points or sums meet"
                                  : "a sum is infinity";
}

/* What a wrong sum itself is. */
typedef struct sum_kind {
    const char *text; /* NULL: nothing that is known */
    bool is_start;    /* as if it began anew: an identity is mixed up, not a point left out */
} sum_kind;

/* Whether a row's wrong sum comes of the chain before it, had its sum begun with infinity as if
 * that were a point (0, 0). */
static bool is_from_origin(const causes_sample *sample, size_t row)
{
    if (row < CHAIN) return false;
    tg_ref_point chain = {.is_infinity = false};
    for (size_t i = row - CHAIN; i < row; i++) {
        const tg_ref_point point = load_point(sample, causes_expected, i, COLUMN_X);
        if (tg_ref_septic_equal(chain.x, point.x)) return false;
        chain = tg_ref_point_add(&chain, &point);
    }
    const tg_ref_point before = load_point(sample, causes_expected, row - CHAIN, COLUMN_SUMS);
    const tg_ref_point point = load_point(sample, causes_expected, row, COLUMN_X);
    const tg_ref_point wrong = load_point(sample, causes_actual, row, COLUMN_AFTER);
    tg_ref_point sum = tg_ref_point_add(&before, &chain);
    sum = tg_ref_point_add(&sum, &point);
    return tg_ref_point_equal(&wrong, &sum);
}

static sum_kind kind_of_sum(const causes_sample *sample, size_t row)
{
    const tg_ref_point wrong = load_point(sample, causes_actual, row, COLUMN_AFTER);
    const tg_ref_point before = load_point(sample, causes_expected, row, COLUMN_SUMS);
    const tg_ref_point point = load_point(sample, causes_expected, row, COLUMN_X);
    const tg_ref_septic zero = {{0}};
    if (tg_ref_septic_equal(wrong.x, zero) && tg_ref_septic_equal(wrong.y, zero))
        return (sum_kind){"infinity, as zeros", true};
    if (tg_ref_point_equal(&wrong, &before))
        return (sum_kind){"the sum before it: its point is left out", false};
    if (tg_ref_point_equal(&wrong, &point))
        return (sum_kind){"its point alone: the sum before it is left out", true};
    if (tg_ref_point_equal(&wrong, &tg_ref_curve_start))
        return (sum_kind){"the start of the sum", true};
    if (is_from_origin(sample, row))
        return (sum_kind){"one of points that were added to infinity as if that were (0, 0)", true};
    return (sum_kind){NULL, false};
}

static void detect_infinity(causes_verdict *verdict, const causes_sample *sample)
{
    if (!is_usable(sample)) return;
    const size_t row = first_wrong_sum(sample);
    if (row == SIZE_MAX) return;
    const size_t nb = causes_nb_eventful_rows(sample);
    const size_t first = row - row % MAX_CHAIN;
    meeting met = MEET_NOTHING;
    // Of later points nothing reaches this row; of the chain before it only the whole sum does.
    if (first != 0) (void)sum_chain(sample, first - MAX_CHAIN, MAX_CHAIN, first, &met);
    (void)sum_chain(sample, first, MAX_CHAIN, row + 1 < nb ? row + 1 : nb, &met);
    const sum_kind kind = kind_of_sum(sample, row);
    if (met == MEET_NOTHING && kind.text == NULL) return;
    mark_sums(verdict, sample);
    const unsigned percent = causes_percent(causes_nb_explained(verdict, sample), sample->nb_cells);
    if (met != MEET_NOTHING) {
        causes_say(verdict, percent,
                   "all points are right; row %zu has the first wrong sum, and on the way there %s",
                   row, meeting_text(met));
    } else {
        causes_say(verdict, kind.is_start ? percent : percent / 2,
                   "all points are right; row %zu has the first wrong sum: it is %s", row,
                   kind.text);
    }
}

static const causes_detector detectors[] = {
    {TG_CAUSE_OTHER_ROOT, false, detect_other_root},
    {TG_CAUSE_EXCEPTION, false, detect_exception},
    {TG_CAUSE_INFINITY, false, detect_infinity},
};

extern const tg_chip_causes tg_causes_global;
const tg_chip_causes tg_causes_global = {
    .nb_detectors = sizeof detectors / sizeof detectors[0],
    .detectors = detectors,
    .nb_own_columns = COLUMN_SUMS,
};
