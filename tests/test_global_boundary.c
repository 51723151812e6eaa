/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Global's hard events: what the script and the searched messages claim, by the reference's curve.
 */
#include "global_events.h"
#include "harness/global_internal.h"
#include "reference/curve.h"
#include "reference/poseidon2.h"
#include "sample.h"

#define SEED 0xDEADBEEFu
#define PERIOD TG_GLOBAL_BOUNDARY_PERIOD
#define SECTION ((size_t)512)

/* Where the script's parts begin. */
enum {
    COPIES = 512,
    LONG_COPIES = 1024,
    FAR = LONG_COPIES + 513,
    POLES = 3072,
    ALTERNATION = 4096,
    HALVES = 4608,
    SWEEP = 5120,
    RUNS = 5632,
};

/* The point of an event, as its row has it. */
static tg_ref_point point_of(const tg_global_event *event)
{
    tg_ref_point point;
    uint32_t offset = 0;
    ck_assert(tg_ref_curve_hash(&point, &offset, event->message, event->kind, 256));
    return event->is_receive == 1 ? point : tg_ref_point_negate(&point);
}

/* ---- searched messages ---- */

START_TEST(global_boundary_searched_messages_are_as_listed)
{
    for (size_t i = 0; i < TG_NB_GLOBAL_SEARCHED; i++) {
        const tg_global_searched *listed = &tg_global_searched_messages[i];
        const uint32_t message[8] = {[2] = listed->word};
        ck_assert_uint_lt(listed->word, TG_P);
        uint32_t exceptions = 0, offset = 0;
        tg_ref_point point = {0};
        for (;; offset++) {
            ck_assert_uint_lt(offset, 32);
            uint32_t state[16];
            tg_ref_septic x;
            tg_ref_curve_hash_input(state, message, TG_GLOBAL_KIND_MEMORY, offset);
            tg_ref_poseidon2_permute(state);
            memcpy(x.c, state, sizeof x.c);
            const tg_ref_lift lift = tg_ref_curve_lift(&point, x);
            if (lift == TG_REF_LIFT_POINT) break;
            if (lift == TG_REF_LIFT_NO_SIGN) exceptions |= UINT32_C(1) << offset;
        }
        ck_assert_msg(offset == listed->offset && exceptions == listed->exceptions &&
                          point.y.c[6] == listed->y6,
                      "word %u: offset %u, exceptions %x, y6 %u", listed->word, offset, exceptions,
                      point.y.c[6]);
    }
}
END_TEST

START_TEST(global_boundary_searched_messages_are_extremes)
{
    const uint32_t limit = UINT32_C(63) << 24;
    uint32_t most_candidates = 0, most_exceptions_first = 0, least_y6 = limit, greatest_y6 = 0;
    bool seen[2] = {false, false};
    for (size_t i = 0; i < TG_NB_GLOBAL_SEARCHED; i++) {
        const tg_global_searched *listed = &tg_global_searched_messages[i];
        for (size_t before = 0; before < i; before++) {
            ck_assert_uint_ne(listed->word, tg_global_searched_messages[before].word);
        }
        if (listed->offset > most_candidates) most_candidates = listed->offset;
        uint32_t first = 0;
        while (listed->exceptions >> first & 1) {
            first++;
        }
        if (first > most_exceptions_first) most_exceptions_first = first;
        if (listed->y6 < least_y6) least_y6 = listed->y6;
        if (listed->y6 > greatest_y6) greatest_y6 = listed->y6;
        seen[0] |= (listed->y6 - 1) % (UINT32_C(1) << 24) == 0;
        seen[1] |= listed->y6 % (UINT32_C(1) << 24) == 0;
    }
    ck_assert_uint_eq(most_candidates, 28);
    ck_assert_uint_eq(most_exceptions_first, 3);
    ck_assert_uint_eq(least_y6, 6);
    ck_assert_uint_eq(greatest_y6, limit - 10);
    ck_assert(seen[0] && seen[1]);
}
END_TEST

/* ---- the script ---- */

START_TEST(global_boundary_events_are_valid)
{
    for (uint64_t seed = 0; seed < 8; seed++) {
        tg_global_event *events = global_events(TG_PROFILE_BOUNDARY, seed, 0, 2 * PERIOD);
        tg_assert_ok(
            tg_trace_check_events(sample_trace("Global.main"), events, 2 * PERIOD, tg_suite_error));
        for (size_t i = 0; i < 2 * PERIOD; i++) {
            ck_assert_uint_eq(events[i].padding[0] | events[i].padding[1], 0);
        }
        free(events);
    }
}
END_TEST

START_TEST(global_boundary_has_runs_of_equal_events)
{
    tg_global_event *events = global_events(TG_PROFILE_BOUNDARY, SEED, 0, 2 * PERIOD);
    // Number of runs of each length.
    size_t nb_runs[1024] = {0};
    for (size_t i = 0, length = 0; i < 2 * PERIOD; i += length) {
        length = 1;
        while (i + length < 2 * PERIOD && global_is_equal(&events[i], &events[i + length])) {
            length++;
        }
        ck_assert_uint_lt(length, 1024);
        nb_runs[length]++;
    }
    static const size_t lengths[] = {2,   3,   31,  32,  33,  63,  64,  65,
                                     127, 128, 129, 255, 256, 257, 512, 513};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        ck_assert_msg(nb_runs[lengths[i]] != 0, "no run of %zu", lengths[i]);
    }
    // Those of a section are where a section is.
    ck_assert(!global_is_equal(&events[COPIES - 1], &events[COPIES]));
    ck_assert(global_is_equal(&events[COPIES], &events[COPIES + SECTION - 1]));
    ck_assert(!global_is_equal(&events[COPIES + SECTION - 1], &events[LONG_COPIES]));
    ck_assert(global_is_equal(&events[LONG_COPIES], &events[LONG_COPIES + SECTION]));
    // Runs of two and three are among the first 33 events.
    ck_assert(global_is_equal(&events[1], &events[2]));
    ck_assert(global_is_equal(&events[5], &events[6]) && global_is_equal(&events[5], &events[7]));
    free(events);
}
END_TEST

START_TEST(global_boundary_has_opposite_events_near_and_far)
{
    tg_global_event *events = global_events(TG_PROFILE_BOUNDARY, SEED, 0, PERIOD);
    ck_assert(global_is_opposite(&events[3], &events[4]));
    ck_assert(global_is_opposite(&events[SECTION / 2 - 1], &events[SECTION / 2]));
    for (size_t i = 0; i < SECTION / 2; i++) {
        ck_assert(global_is_opposite(&events[i], &events[SECTION - 1 - i]));
        ck_assert(global_is_opposite(&events[HALVES + i], &events[HALVES + SECTION / 2 + i]));
        ck_assert(
            global_is_opposite(&events[ALTERNATION + 2 * i], &events[ALTERNATION + 2 * i + 1]));
    }
    for (size_t i = 0; i < 701; i++) {
        ck_assert(global_is_opposite(&events[FAR + i], &events[FAR + 701 + i]));
    }
    for (size_t i = 0; i < SECTION; i++) {
        ck_assert(global_is_equal(&events[POLES], &events[POLES + i]));
        ck_assert(global_is_opposite(&events[POLES], &events[POLES + SECTION + i]));
    }
    free(events);
}
END_TEST

START_TEST(global_boundary_sections_cancel)
{
    static const struct {
        size_t start;
        size_t length;
        size_t nb_infinities; // among the sums from the start on
    } wholes[] = {
        {0, SECTION, 1},
        {POLES, 2 * SECTION, 1},
        {ALTERNATION, SECTION, SECTION / 2},
        {HALVES, SECTION, 1},
    };
    tg_global_event *events = global_events(TG_PROFILE_BOUNDARY, SEED, 0, PERIOD);
    for (size_t i = 0; i < sizeof wholes / sizeof wholes[0]; i++) {
        tg_ref_point sum = {.is_infinity = true};
        size_t nb_infinities = 0;
        for (size_t k = 0; k < wholes[i].length; k++) {
            const tg_ref_point point = point_of(&events[wholes[i].start + k]);
            sum = tg_ref_point_add(&sum, &point);
            nb_infinities += sum.is_infinity;
        }
        ck_assert(sum.is_infinity);
        ck_assert_uint_eq(nb_infinities, wholes[i].nb_infinities);
        // It goes on after that.
        const tg_ref_point next = point_of(&events[wholes[i].start + wholes[i].length]);
        sum = tg_ref_point_add(&sum, &next);
        ck_assert(!sum.is_infinity);
    }
    free(events);
}
END_TEST

START_TEST(global_boundary_has_different_messages_with_one_point)
{
    tg_global_event *events = global_events(TG_PROFILE_BOUNDARY, SEED, 0, PERIOD);
    size_t nb_equal = 0, nb_opposite = 0, nb_shifted = 0;
    for (size_t i = 0; i + 1 < PERIOD; i++) {
        const tg_global_event *event = &events[i];
        const bool is_other = memcmp(event[0].message, event[1].message, 32) != 0;
        // Messages of one point differ in a word that holds a unit of kind or of offset.
        if (!is_other || memcmp(event[0].message + 1, event[1].message + 1, 24) != 0) continue;
        const tg_ref_point left = point_of(&event[0]), right = point_of(&event[1]);
        if (!tg_ref_septic_equal(left.x, right.x)) continue;
        nb_shifted += event[0].kind == event[1].kind;
        if (tg_ref_point_equal(&left, &right)) {
            nb_equal++;
        } else {
            nb_opposite++;
        }
    }
    ck_assert_uint_gt(nb_equal, 32);
    ck_assert_uint_gt(nb_opposite, 32);
    ck_assert_uint_gt(nb_shifted, 10);
    free(events);
}
END_TEST

START_TEST(global_boundary_sweeps_words_and_kinds)
{
    static const uint32_t words[] = {0,       1,       2,        TG_P - 1,  TG_P - 2,  0xffff,
                                     0x10000, 0x10001, 0xffffff, 0x1000000, 0x1000001, 0x40000000};
    tg_global_event *events = global_events(TG_PROFILE_BOUNDARY, SEED, SWEEP, SECTION);
    for (size_t word = 0; word < 8; word++) {
        for (size_t value = 0; value < sizeof words / sizeof words[0]; value++) {
            size_t nb = 0;
            for (size_t i = 0; i < SECTION; i++) {
                nb += events[i].message[word] == words[value];
            }
            ck_assert_msg(nb != 0, "message[%zu] is never %u", word, words[value]);
        }
    }
    bool has_kind[64][2] = {{false}};
    size_t nb_zero = 0, nb_last = 0;
    for (size_t i = 0; i < SECTION; i++) {
        uint32_t input[16];
        tg_ref_curve_hash_input(input, events[i].message, events[i].kind, 0);
        if (input[0] == 0) has_kind[events[i].kind][0] = true;
        if (input[0] == TG_P - 1) has_kind[events[i].kind][1] = true;
        for (uint32_t offset = 1; offset < 4; offset++) {
            tg_ref_curve_hash_input(input, events[i].message, events[i].kind, offset);
            nb_zero += input[7] == 0;
            nb_last += input[7] == TG_P - 1;
        }
    }
    for (size_t kind = 0; kind < 64; kind++) {
        ck_assert(has_kind[kind][0] && has_kind[kind][1]);
    }
    ck_assert_uint_ge(nb_zero, 3);
    ck_assert_uint_ge(nb_last, 3);
    free(events);
}
END_TEST

START_TEST(global_boundary_begins_with_the_searched_messages)
{
    tg_global_event *events = global_events(TG_PROFILE_BOUNDARY, SEED, 0, SECTION);
    for (size_t i = 0; i < TG_NB_GLOBAL_SEARCHED; i++) {
        const uint32_t message[8] = {[2] = tg_global_searched_messages[i].word};
        ck_assert_mem_eq(events[8 * i].message, message, sizeof message);
        ck_assert_uint_eq(events[8 * i].kind, TG_GLOBAL_KIND_MEMORY);
    }
    free(events);
}
END_TEST

START_TEST(global_boundary_messages_follow_the_seed_and_the_period)
{
    // The first two periods of two seeds: a message that two of them share is a searched one.
    tg_global_event *periods[4];
    for (size_t i = 0; i < 4; i++) {
        periods[i] = global_events(TG_PROFILE_BOUNDARY, 1 + i / 2, i % 2 * PERIOD, PERIOD);
    }
    for (size_t k = 0; k < PERIOD; k++) {
        for (size_t i = 1; i < 4; i++) {
            const tg_global_event *event = &periods[i][k];
            const uint32_t message[6] = {0, 0, event->message[2], 0, 0, 0};
            const bool may_be_searched = memcmp(event->message, message, 24) == 0;
            ck_assert(may_be_searched || memcmp(event->message, periods[0][k].message, 32) != 0);
        }
    }
    // Half of them are beyond the constraints' bounds, about.
    size_t nb_beyond = 0;
    for (size_t k = 0; k < PERIOD; k++) {
        nb_beyond += periods[0][k].message[0] >> 24 != 0 || periods[0][k].message[7] >> 16 != 0;
    }
    ck_assert_uint_gt(nb_beyond, PERIOD / 8);
    ck_assert_uint_lt(nb_beyond, PERIOD / 8 * 7);
    for (size_t i = 0; i < 4; i++) {
        free(periods[i]);
    }
}
END_TEST

START_TEST(global_boundary_events_stay_as_they_are)
{
    // Seeds name events in reports, which must be found again.
    static const struct {
        uint64_t seed, first, digest;
    } streams[] = {
        {SEED, 0, 0x493474bf04cd8cf7},
        {1, 0, 0xbe2f624c54c8788d},
        {SEED, (UINT64_C(1) << 63) - PERIOD, 0x7479bf78e4aa0cda},
    };
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        tg_global_event *events =
            global_events(TG_PROFILE_BOUNDARY, streams[i].seed, streams[i].first, PERIOD);
        ck_assert_uint_eq(global_digest(events, PERIOD), streams[i].digest);
        free(events);
    }
}
END_TEST

TG_SUITE("global_boundary", global_boundary_searched_messages_are_as_listed,
         global_boundary_searched_messages_are_extremes, global_boundary_events_are_valid,
         global_boundary_has_runs_of_equal_events, global_boundary_has_opposite_events_near_and_far,
         global_boundary_sections_cancel, global_boundary_has_different_messages_with_one_point,
         global_boundary_sweeps_words_and_kinds, global_boundary_begins_with_the_searched_messages,
         global_boundary_messages_follow_the_seed_and_the_period,
         global_boundary_events_stay_as_they_are)
