/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Causes that show in places: rows, columns, entries, padding, events. Each one is made in real
 * traces, must come first, and its evidence must have the right figures. */
#include "cause_made.h"
#include "model/global.h"

#include <stddef.h>

/* Damage a mismatch. */
typedef void damage(cause_made *made);

static size_t nb_eventful_rows(const cause_made *made)
{
    return tg_trace_nb_rows(made->subject.trace, made->nb_events);
}

static void shift_rows(cause_made *made)
{
    for (size_t row = 100; row < 200; row++) {
        for (size_t column = 0; column < made->width; column++)
            *cause_actual(made, row, column) = cause_expected(made, row + 1, column);
    }
}

static void shift_rows_of_one_column(cause_made *made)
{
    for (size_t row = 1; row < nb_eventful_rows(made); row++)
        *cause_actual(made, row, 2) = cause_expected(made, row - 1, 2);
}

static void reverse_rows(cause_made *made)
{
    for (size_t row = 64; row < 128; row++) {
        for (size_t column = 0; column < made->width; column++)
            *cause_actual(made, row, column) = cause_expected(made, 191 - row, column);
    }
}

static void shift_columns(cause_made *made)
{
    for (size_t row = 0; row < nb_eventful_rows(made); row++) {
        for (size_t column = 1; column < made->width; column++)
            *cause_actual(made, row, column) = cause_expected(made, row, column - 1);
    }
}

static void exchange_columns(cause_made *made)
{
    for (size_t row = 0; row < nb_eventful_rows(made); row++) {
        *cause_actual(made, row, 1) = cause_expected(made, row, 3);
        *cause_actual(made, row, 3) = cause_expected(made, row, 1);
    }
}

static void store_by_rows(cause_made *made)
{
    for (size_t at = 0; at < made->height * made->width; at++)
        made->actual.cells[at] = cause_expected(made, at / made->width, at % made->width);
}

static void copy_column(cause_made *made)
{
    for (size_t row = 0; row < nb_eventful_rows(made); row++)
        *cause_actual(made, row, 1) = cause_expected(made, row, 3);
}

static void exchange_entries(cause_made *made)
{
    const size_t half = made->width / 2;
    for (size_t row = 0; row < nb_eventful_rows(made); row++) {
        for (size_t column = 0; column < made->width; column++)
            *cause_actual(made, row, column) =
                cause_expected(made, row, (column + half) % made->width);
    }
}

static void repeat_last_event(cause_made *made)
{
    const size_t last = nb_eventful_rows(made) - 1;
    for (size_t row = last + 1; row < made->height; row++) {
        for (size_t column = 0; column < made->width; column++)
            *cause_actual(made, row, column) = cause_expected(made, last, column);
    }
}

static void drop_last_events(cause_made *made)
{
    const size_t end = nb_eventful_rows(made);
    for (size_t row = end - 7; row < end; row++) {
        for (size_t column = 0; column < made->width; column++)
            *cause_actual(made, row, column) = 0;
    }
}

static uint32_t noise(const cause_made *made, size_t row, size_t column)
{
    return (cause_expected(made, row, column) * 48271u + 11u * (uint32_t)row +
            (uint32_t)column * 7919u) %
               (TG_P - 100) +
           50;
}

static void spoil(cause_made *made, size_t row, size_t column)
{
    *cause_actual(made, row, column) = noise(made, row, column);
}

static void spoil_limits(cause_made *made)
{
    for (size_t row = 127; row < nb_eventful_rows(made); row += 128) spoil(made, row, 2);
}

static void spoil_behind(cause_made *made)
{
    for (size_t row = 77; row < nb_eventful_rows(made); row++) spoil(made, row, 3);
}

static void spoil_right_columns(cause_made *made)
{
    for (size_t row = 0; row < nb_eventful_rows(made); row++) {
        for (size_t column = 64; column < made->width; column++) spoil(made, row, column);
    }
}

static void spoil_divisions(cause_made *made)
{
    const size_t size = tg_trace_event_size(made->subject.trace);
    for (size_t event = 0; event < made->nb_events; event++) {
        uint32_t value = 0;
        // The opcode comes first.
        memcpy(&value, (const unsigned char *)made->events + event * size, sizeof value);
        if (value == 3) spoil(made, event, 1);
    }
}

#define NEGATED_FROM (offsetof(tg_global_main_columns, interaction.y_coordinate) / 4)

static void negate_roots(cause_made *made)
{
    for (size_t row = 0; row < nb_eventful_rows(made); row += 3) {
        for (size_t i = 0; i < TG_SEPTIC_DEGREE; i++) {
            uint32_t *cell = cause_actual(made, row, NEGATED_FROM + i);
            *cell = tg_ref_negate(*cell);
        }
    }
}

static const struct {
    const char *trace;
    size_t nb_events;
    damage *damage;
    tg_cause cause;
    unsigned confidence;
    const char *evidence;
} place_cases[] = {
    {"Select.main", 300, shift_rows, TG_CAUSE_SHIFTED_ROWS, 100,
     "500 of 500 wrong cells hold the word that is expected 1 row further down"},
    {"Select.main", 300, shift_rows_of_one_column, TG_CAUSE_NEIGHBOUR_EVENT, 100,
     "299 of 299 wrong cells hold the word that is expected of the event before"},
    {"Select.main", 300, reverse_rows, TG_CAUSE_PERMUTED_ROWS, 100, "320 of 320 wrong cells"},
    {"ExtAlu.main", 300, shift_columns, TG_CAUSE_SHIFTED_COLUMNS, 100,
     "3300 of 3300 wrong cells hold the word that is expected 1 column further left"},
    {"Select.main", 300, exchange_columns, TG_CAUSE_PERMUTED_COLUMNS, 100,
     "in 300 of 300 wrong rows the wrong cells have the right words in another order: vals.out1 "
     "has that of vals.in1"},
    {"Select.main", 1, exchange_columns, TG_CAUSE_PERMUTED_COLUMNS, 100,
     "in the one wrong row the wrong cells"},
    {"Select.main", 300, store_by_rows, TG_CAUSE_ROW_MAJOR, 100,
     "hold what belongs there if rows of 5 columns lie one behind the other"},
    {"Select.main", 1, store_by_rows, TG_CAUSE_ROW_MAJOR, 100, "rows of 5 columns"},
    {"Poseidon2WideDeg3.main", 40, store_by_rows, TG_CAUSE_ROW_MAJOR, 100, "rows of 179 columns"},
    {"Select.main", 300, copy_column, TG_CAUSE_OTHER_FIELD, 100, "300 of 300 wrong cells"},
    {"MemoryVar.main", 300, exchange_entries, TG_CAUSE_NEIGHBOUR_ENTRY, 100,
     "1200 of 1200 wrong cells"},
    {"Select.main", 300, repeat_last_event, TG_CAUSE_PADDING_AS_EVENT, 100,
     "100 of 100 wrong cells are padding; 100 of them hold what the last event has"},
    {"Select.main", 1, repeat_last_event, TG_CAUSE_PADDING_AS_EVENT, 100,
     "155 of them hold what the last event has"},
    {"Select.main", 300, drop_last_events, TG_CAUSE_EVENT_AS_PADDING, 100,
     "35 of 35 wrong cells are of 7 events whose columns hold what padding holds, the first in row "
     "293"},
    {"Select.main", 300, spoil_limits, TG_CAUSE_AT_A_LIMIT, 100,
     "all 2 wrong rows are the last of 128: row 127 is one"},
    {"Select.main", 300, spoil_behind, TG_CAUSE_FROM_A_ROW_ON, 100,
     "all rows from 77 on are wrong in 1 column, none before it: first in vals.in1"},
    {"Poseidon2WideDeg3.main", 40, spoil_right_columns, TG_CAUSE_FROM_A_COLUMN_ON, 95,
     "in 40 of 40 wrong rows state.external_rounds_state[4][0]"},
    {"BaseAlu.preprocessed", 300, spoil_divisions, TG_CAUSE_SOME_VALUES, 100,
     "have opcode DivF; of"},
    {"Poseidon2WideDeg3.preprocessed", 300, spoil_limits, TG_CAUSE_AT_A_LIMIT, 100, "of 128"},
    {"Global.main", 20, negate_roots, TG_CAUSE_OTHER_ROOT, 100,
     "in 7 of 7 rows with a wrong point"},
};

START_TEST(cause_places_are_found)
{
    for (size_t i = 0; i < sizeof place_cases / sizeof place_cases[0]; i++) {
        cause_made made;
        cause_create(&made, place_cases[i].trace, TG_PROFILE_UNIFORM, place_cases[i].nb_events);
        place_cases[i].damage(&made);
        cause_compare(&made);
        cause_find(&made);
        cause_assert(&made, 0, place_cases[i].cause, place_cases[i].confidence,
                     place_cases[i].evidence);
        cause_destroy(&made);
    }
}
END_TEST

/* Where only padding is wrong, that is said beside what it holds. */
START_TEST(cause_places_tell_padding)
{
    cause_made made;
    cause_create(&made, "Global.main", TG_PROFILE_UNIFORM, 20);
    const size_t column = offsetof(tg_global_main_columns, interaction.x_coordinate) / 4;
    for (size_t row = 20; row < made.height; row++) *cause_actual(&made, row, column) = 0;
    cause_compare(&made);
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_MISSING, 100, "12 of 12 wrong cells");
    cause_assert(&made, 1, TG_CAUSE_PADDING, 95, "all 12 wrong cells are padding, from row 20 on");
    cause_destroy(&made);
}
END_TEST

/* Make Global's trace again from an events array whose messages are right, with sums that follow
 * from negated points. */
START_TEST(cause_places_of_global)
{
    cause_made made, other;
    cause_create(&made, "Global.main", TG_PROFILE_UNIFORM, 24);
    // The other root for all: y, its bytes and the sums are those of the opposite direction.
    cause_create(&other, "Global.main", TG_PROFILE_UNIFORM, 24);
    tg_global_event *events = other.events;
    for (size_t i = 0; i < 24; i++) events[i].is_receive ^= 1;
    const tg_request request = {.trace = made.subject.trace,
                                .height = made.height,
                                .events = events,
                                .nb_events = 24};
    tg_assert_ok(tg_ref_make(&made.actual, made.subject.reference, &request, tg_suite_error));
    const size_t flag = offsetof(tg_global_main_columns, is_receive) / 4;
    for (size_t row = 0; row < made.height; row++) {
        *cause_actual(&made, row, flag) = cause_expected(&made, row, flag);
        *cause_actual(&made, row, flag + 1) = cause_expected(&made, row, flag + 1);
    }
    cause_compare(&made);
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_OTHER_ROOT, 100, "in 24 of 24 rows with a wrong point");
    cause_destroy(&other);
    cause_destroy(&made);
}
END_TEST

/* The hash of the first candidate in place of a later one's. */
START_TEST(cause_places_of_candidates)
{
    cause_made made;
    cause_create(&made, "Global.main", TG_PROFILE_UNIFORM, 100);
    const tg_global_event *events = made.events;
    const size_t input = offsetof(tg_global_main_columns, interaction.permutation) / 4;
    const size_t offset = offsetof(tg_global_main_columns, interaction.offset) / 4;
    size_t nb = 0;
    for (size_t row = 0; row < 100; row++) {
        if (cause_expected(&made, row, offset) == 0) continue;
        nb++;
        // message[7] and the offset share the last word of the input's first half.
        for (size_t i = 0; i < 16; i++) {
            uint32_t *cell = cause_actual(&made, row, input + i);
            const uint32_t own = tg_ref_from_word(cause_expected(&made, row, offset)) << 16;
            if (tg_ref_from_word(*cell) == events[row].message[7] + own)
                *cell = tg_ref_to_word(events[row].message[7]);
        }
    }
    ck_assert_uint_gt(nb, 10);
    cause_compare(&made);
    ck_assert_uint_eq(made.diff.wrong.eventful, nb);
    cause_find(&made);
    bool is_found = false;
    for (size_t i = 0; i < made.causes.nb && i < 2; i++) {
        is_found = is_found || (made.causes.list[i].cause == TG_CAUSE_EXCEPTION &&
                                made.causes.list[i].confidence == 100);
    }
    ck_assert_msg(is_found, "%s", cause_text(&made.causes));
    cause_destroy(&made);
}
END_TEST

TG_SUITE("cause_places", cause_places_are_found, cause_places_tell_padding, cause_places_of_global,
         cause_places_of_candidates)
