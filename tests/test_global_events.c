/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Global's events as SP1's test draws them and as real shards have them. */
#include "global_events.h"
#include "harness/global_internal.h"

#define SEED 0xDEADBEEFu

#define SHARD_EVENTS TG_GLOBAL_REALISTIC_PERIOD

/* Place of the first call in a shard. */
#define FIRST_CALL 128

enum {
    MEMORY = TG_GLOBAL_KIND_MEMORY,
    SYSCALL = TG_GLOBAL_KIND_SYSCALL,
    PAGE = TG_GLOBAL_KIND_PAGE,
};

/* ---- upstream ---- */

START_TEST(global_events_upstream_equal_the_vectors)
{
    tg_json json;
    vectors_open(&json, "global-unit-test");
    size_t nb_events = 0;
    tg_json_value *array = vectors_array(&nb_events, json.root, "events");
    ck_assert_uint_eq(nb_events, 1000);
    tg_global_event *events = global_events(TG_PROFILE_UPSTREAM, SEED, 0, nb_events);
    for (size_t i = 0; i < nb_events; i++) {
        uint32_t words[10];
        vectors_words(words, 10, tg_json_element(array, i));
        ck_assert_mem_eq(events[i].message, words, sizeof events[i].message);
        ck_assert_uint_eq(events[i].is_receive, words[8]);
        ck_assert_uint_eq(events[i].kind, words[9]);
        ck_assert_uint_eq(events[i].padding[0] | events[i].padding[1], 0);
    }
    free(events);
    tg_json_close(&json);
}
END_TEST

/* ---- realistic ---- */

static uint64_t clock_of(const tg_global_event *event)
{
    return (uint64_t)event->message[0] << 24 | event->message[1];
}

/* Cells are equal: addresses or pages. */
static bool is_same_cell(const tg_global_event *a, const tg_global_event *b)
{
    return a->kind == b->kind && memcmp(a->message + 2, b->message + 2, 3 * sizeof(uint32_t)) == 0;
}

static bool is_pair(const tg_global_event *event)
{
    return event[0].is_receive == 1 && event[1].is_receive == 0 && event[0].kind != SYSCALL &&
           is_same_cell(&event[0], &event[1]);
}

START_TEST(global_events_realistic_are_within_the_constraints)
{
    enum { NB = 64 * 1024 };
    // Of these seeds some begin with a clock beyond 2^24, some do not.
    for (uint64_t seed = 0; seed < 8; seed++) {
        tg_global_event *events = global_events(TG_PROFILE_REALISTIC, seed, 0, NB);
        for (size_t i = 0; i < NB; i++) {
            bool is_right =
                events[i].is_receive <= 1 &&
                (events[i].kind == MEMORY || events[i].kind == SYSCALL || events[i].kind == PAGE) &&
                (events[i].padding[0] | events[i].padding[1]) == 0;
            for (size_t word = 0; word < 8; word++) {
                // Halves of the clock, and limbs with a byte above them.
                const bool is_wide = word < 3 || word == 5 || word == 6;
                is_right = is_right && events[i].message[word] >> (is_wide ? 24 : 16) == 0;
            }
            ck_assert_msg(is_right, "event %zu of seed %llu", i, (unsigned long long)seed);
        }
        free(events);
    }
}
END_TEST

START_TEST(global_events_realistic_are_mostly_pairs)
{
    enum { NB = 64 * 1024 };
    tg_global_event *events = global_events(TG_PROFILE_REALISTIC, SEED, 0, NB);
    size_t nb_pairs = 0, nb_kept = 0, nb_calls = 0, nb_pages = 0;
    for (size_t i = 0; i < NB; i++) {
        nb_calls += events[i].kind == SYSCALL;
        nb_pages += events[i].kind == PAGE;
        if (i + 1 == NB || !is_pair(&events[i])) continue;
        nb_pairs++;
        ck_assert_uint_lt(clock_of(&events[i]), clock_of(&events[i + 1]));
        nb_kept += memcmp(events[i].message + 5, events[i + 1].message + 5, 12) == 0;
    }
    // 408 pairs in each shard of 1024 events, 16 calls, 9 pages that pairs concern and 2 that are
    // initialised; of the pairs a third keep their value, but none of the 124 that calls work on.
    ck_assert_uint_eq(nb_pairs, 408 * NB / SHARD_EVENTS);
    ck_assert_uint_eq(nb_calls, 16 * NB / SHARD_EVENTS);
    ck_assert_uint_eq(nb_pages, (9 * 2 + 2 * 2) * NB / SHARD_EVENTS);
    ck_assert_uint_gt(nb_kept, (408 - 124) * NB / SHARD_EVENTS / 10 * 3);
    ck_assert_uint_lt(nb_kept, (408 - 124) * NB / SHARD_EVENTS / 10 * 4);
    free(events);
}
END_TEST

/* Order messages, sent before received. */
static int compare_messages(const void *left, const void *right)
{
    const tg_global_event *a = left, *b = right;
    const int order = memcmp(a->message, b->message, sizeof a->message);
    return order != 0           ? order
           : a->kind != b->kind ? a->kind - b->kind
                                : a->is_receive - b->is_receive;
}

static bool is_same_message(const tg_global_event *a, const tg_global_event *b)
{
    return a->kind == b->kind && memcmp(a->message, b->message, sizeof a->message) == 0;
}

START_TEST(global_events_realistic_balance_over_shards)
{
    enum { NB_SHARDS = 40 };
    const size_t nb = NB_SHARDS * SHARD_EVENTS;
    tg_global_event *events = global_events(TG_PROFILE_REALISTIC, SEED, 0, nb);
    const uint64_t last_clock = clock_of(&events[nb - SHARD_EVENTS + FIRST_CALL]) >> 20 << 20;
    qsort(events, nb, sizeof *events, compare_messages);
    size_t nb_sent = 0, nb_met = 0;
    for (size_t i = 0; i < nb; i++) {
        if (i + 1 < nb) ck_assert(!global_is_equal(&events[i], &events[i + 1]));
        if (events[i].is_receive == 1) continue;
        nb_sent++;
        const bool is_met = i + 1 < nb && is_same_message(&events[i], &events[i + 1]);
        nb_met += is_met;
        // What the last shard sends, the next one receives.
        ck_assert(is_met || clock_of(&events[i]) >= last_clock);
    }
    // Each shard sends 8 calls, 64 initial values and 408 pairs' last values; of the last shard's,
    // 344 go to the next.
    ck_assert_uint_eq(nb_sent, (8 + 64 + 408) * NB_SHARDS);
    ck_assert_uint_eq(nb_met, nb_sent - 344);
    free(events);
}
END_TEST

START_TEST(global_events_realistic_start_anew_after_the_last_shard)
{
    for (uint64_t seed = 0; seed < 4; seed++) {
        // The shard that a stream begins with, from the clock of its first call.
        tg_global_event *events = global_events(TG_PROFILE_REALISTIC, seed, FIRST_CALL, 1);
        ck_assert_uint_eq(events[0].kind, SYSCALL);
        const uint64_t shard = clock_of(&events[0]) >> 20;
        free(events);
        const uint64_t nb_left = (UINT64_C(1) << 28) - shard;
        events = global_events(TG_PROFILE_REALISTIC, seed, (nb_left - 1) * SHARD_EVENTS,
                               2 * SHARD_EVENTS);
        ck_assert_uint_eq(clock_of(&events[FIRST_CALL]) >> 20, (UINT64_C(1) << 28) - 1);
        ck_assert_uint_eq(clock_of(&events[SHARD_EVENTS + FIRST_CALL]) >> 20, 0);
        // Nothing is received from a shard before the first.
        for (size_t i = SHARD_EVENTS; i < 2 * SHARD_EVENTS; i++) {
            ck_assert_uint_lt(clock_of(&events[i]), UINT64_C(1) << 20);
        }
        free(events);
    }
}
END_TEST

START_TEST(global_events_realistic_reach_large_clocks)
{
    size_t nb_small = 0, nb_large = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        tg_global_event *events = global_events(TG_PROFILE_REALISTIC, seed, FIRST_CALL, 1);
        nb_small += events[0].message[0] == 0;
        nb_large += events[0].message[0] >= UINT32_C(1) << 16;
        free(events);
    }
    // Shards' numbers have 0 .. 27 bits, as many as 4 where message[0] is 0, more than 20 where it
    // is 2^16 or more.
    ck_assert_uint_gt(nb_small, 5);
    ck_assert_uint_gt(nb_large, 10);
}
END_TEST

START_TEST(global_events_realistic_stay_as_they_are)
{
    // Seeds name events in reports, which must be found again.
    static const struct {
        uint64_t seed, first, digest;
    } streams[] = {
        {SEED, 0, 0xa0f88ecac1c3c83},
        {1, 0, 0x855f53f7eff22bdf},
        {SEED, (UINT64_C(1) << 63) - 3000, 0x740dbc6dddf9329a},
    };
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        tg_global_event *events =
            global_events(TG_PROFILE_REALISTIC, streams[i].seed, streams[i].first, 3000);
        ck_assert_uint_eq(global_digest(events, 3000), streams[i].digest);
        free(events);
    }
}
END_TEST

TG_SUITE("global_events", global_events_upstream_equal_the_vectors,
         global_events_realistic_are_within_the_constraints,
         global_events_realistic_are_mostly_pairs, global_events_realistic_balance_over_shards,
         global_events_realistic_start_anew_after_the_last_shard,
         global_events_realistic_reach_large_clocks, global_events_realistic_stay_as_they_are)
