/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Seeded events of chips that are not of the list: drawn by their types, and by functions of their
 * own. */
#include "harness/generator.h"
#include "model/memory.h"
#include "suite.h"

#include <string.h>

static const char *const colour_names[] = {"red", "green", "blue"};
static const tg_type felt_type = {.name = "felt", .form = TG_FORM_FELT, .size = 4};
static const tg_type one_type = {.name = "one", .form = TG_FORM_ONE, .size = 4};
static const tg_type flag_type = {.name = "flag", .form = TG_FORM_FLAG, .size = 1};
static const tg_type residue_type = {.name = "residue", .form = TG_FORM_RESIDUE, .size = 4};
static const tg_type digit_type = {.name = "digit",
                                   .form = TG_FORM_BYTE,
                                   .size = 1,
                                   .nb_values = 10};
static const tg_type colour_type = {.name = "colour",
                                    .form = TG_FORM_ENUM,
                                    .size = 4,
                                    .nb_values = 3,
                                    .value_names = colour_names};

/* Bytes 2 and 3 belong to no field, not even to a pad. */
static const tg_field toy_fields[] = {
    {.name = "flag", .dims = "", .offset = 0, .size = 1, .type = &flag_type},
    {.name = "digit", .dims = "", .offset = 1, .size = 1, .type = &digit_type},
    {.name = "colour", .dims = "", .offset = 4, .size = 4, .type = &colour_type},
    {.name = "ones", .dims = "[2]", .offset = 8, .size = 8, .type = &one_type},
    {.name = "felt", .dims = "", .offset = 16, .size = 4, .type = &felt_type},
    {.name = "residue", .dims = "", .offset = 20, .size = 4, .type = &residue_type},
};
static const tg_type toy_event = {.name = "toy_event",
                                  .form = TG_FORM_STRUCT,
                                  .size = 24,
                                  .nb_fields = 6,
                                  .fields = toy_fields};
static const tg_chip toy_chip = {.name = "Toy"};
static const tg_trace toy_trace = {.chip = &toy_chip,
                                   .kind = TG_KIND_main,
                                   .name = "Toy.main",
                                   .event = &toy_event,
                                   .columns = &toy_event,
                                   .events_per_row = 1,
                                   .rows_per_event = 1};

static unsigned char *events_of(const tg_subject *subject, tg_profile profile, uint64_t seed,
                                uint64_t first, size_t nb_events)
{
    void *events = NULL;
    tg_assert_ok(tg_buffer_create(&events, nb_events, toy_event.size, tg_suite_error));
    memset(events, 0xa5, nb_events * toy_event.size);
    tg_assert_ok(
        tg_generator_fill(events, subject, profile, seed, first, nb_events, tg_suite_error));
    return events;
}

START_TEST(generator_own_takes_chips_made_at_run_time)
{
    enum { NB = 3000 };
    const tg_subject subject = {.trace = &toy_trace};
    for (tg_profile profile = TG_PROFILE_UPSTREAM; profile <= TG_PROFILE_UNIFORM; profile++) {
        unsigned char *events = events_of(&subject, profile, 5, 0, NB);
        tg_assert_ok(tg_trace_check_events(&toy_trace, events, NB, tg_suite_error));
        size_t colours[3] = {0}, digits[10] = {0}, nb_set = 0, nb_low = 0;
        for (size_t i = 0; i < NB; i++) {
            const unsigned char *event = events + i * toy_event.size;
            ck_assert(event[2] == 0 && event[3] == 0);
            colours[event[4]]++;
            digits[event[1]]++;
            nb_set += event[0];
            uint32_t residue = 0;
            memcpy(&residue, event + 20, sizeof residue);
            nb_low += residue < TG_P / 2;
        }
        // Six standard deviations of 3000 draws: 155 of a third, 164 of a half, 99 of a tenth.
        for (size_t i = 0; i < 10; i++) {
            ck_assert_uint_gt(digits[i], 300 - 99);
            ck_assert_uint_lt(digits[i], 300 + 99);
        }
        ck_assert_uint_gt(nb_low, 1500 - 164);
        ck_assert_uint_lt(nb_low, 1500 + 164);
        for (size_t i = 0; i < 3; i++) {
            ck_assert_uint_gt(colours[i], 1000 - 155);
            ck_assert_uint_lt(colours[i], 1000 + 155);
        }
        ck_assert_uint_gt(nb_set, 1500 - 164);
        ck_assert_uint_lt(nb_set, 1500 + 164);
        tg_buffer_destroy(events);
    }
}
END_TEST

/* Draw events that hold their numbers and the key. */
static void numbers(void *events, uint64_t key, uint64_t first, size_t nb)
{
    unsigned char *event = events;
    for (size_t k = 0; k < nb; k++, event += toy_event.size) {
        for (size_t byte = 0; byte < toy_event.size; byte++) {
            ck_assert_uint_eq(event[byte], 0);
        }
        const uint64_t number = first + k;
        memcpy(event, &number, sizeof number);
        memcpy(event + sizeof number, &key, sizeof key);
    }
}

START_TEST(generator_own_draws_get_numbers)
{
    enum { NB = 3 * 256 + 1 }; // more than three tiles
    const tg_trace_draws draws = {.realistic = {.draw = numbers},
                                  .boundary = {.draw = numbers, .period = 12}};
    const tg_subject subject = {.trace = &toy_trace, .draws = &draws};
    uint64_t keys[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        const tg_profile profile = i % 2 == 0 ? TG_PROFILE_REALISTIC : TG_PROFILE_BOUNDARY;
        const uint64_t first = ((uint64_t)1 << 63) - NB;
        unsigned char *events = events_of(&subject, profile, i / 2, first, NB);
        memcpy(&keys[i], events + sizeof keys[i], sizeof keys[i]);
        for (size_t k = 0; k < NB; k++) {
            uint64_t held[2];
            memcpy(held, events + k * toy_event.size, sizeof held);
            ck_assert_uint_eq(held[0], first + k);
            ck_assert_uint_eq(held[1], keys[i]);
        }
        tg_buffer_destroy(events);
        for (size_t before = 0; before < i; before++) {
            ck_assert_uint_ne(keys[i], keys[before]);
        }
    }
    ck_assert_uint_eq(tg_generator_period(&subject, TG_PROFILE_REALISTIC), 0);
    ck_assert_uint_eq(tg_generator_period(&subject, TG_PROFILE_BOUNDARY), 12);
    ck_assert_uint_eq(tg_generator_period(&subject, TG_PROFILE_UNIFORM), 0);
}
END_TEST

START_TEST(generator_own_draws_have_their_share_of_mixed_events)
{
    // Events of the chip's functions are 24 bytes of number, key and zeros.
    enum { NB = 4096, SECTION = 512 };
    const tg_trace_draws without = {.boundary = {.draw = numbers, .period = 2 * SECTION}};
    const tg_trace_draws with_sections = {
        .realistic = {.draw = numbers},
        .boundary = {.draw = numbers, .period = 4 * SECTION, .section = SECTION}};
    for (size_t i = 0; i < 2; i++) {
        const bool has_sections = i == 1;
        const tg_subject subject = {.trace = &toy_trace,
                                    .draws = has_sections ? &with_sections : &without};
        unsigned char *boundary = events_of(&subject, TG_PROFILE_BOUNDARY, 5, 0, 1);
        uint64_t key = 0;
        memcpy(&key, boundary + sizeof key, sizeof key);
        tg_buffer_destroy(boundary);
        unsigned char *events = events_of(&subject, TG_PROFILE_MIXED, 5, 0, NB);
        size_t nb_boundary = 0;
        for (size_t k = 0; k < NB; k++) {
            uint64_t held[2];
            memcpy(held, events + k * toy_event.size, sizeof held);
            if (held[1] != key) continue;
            nb_boundary++;
            if (has_sections && k % (2 * SECTION) < SECTION) {
                ck_assert_uint_eq(held[0], k / (2 * SECTION) * SECTION + k % (2 * SECTION));
            }
        }
        // A half of the groups; and all of the sections, which are a half of all.
        ck_assert_uint_eq(nb_boundary, has_sections ? NB / 2 + NB / 4 : NB / 2);
        tg_buffer_destroy(events);
    }
}
END_TEST

/* Mark an event as completed. */
static void mark_complete(void *event) { ((unsigned char *)event)[2] = 7; }

/* Mark an event as constrained, and the draw. */
static void mark_constrained(void *event, uint32_t draw)
{
    ((unsigned char *)event)[3] = 9;
    memcpy((unsigned char *)event + 16, &draw, sizeof draw);
}

START_TEST(generator_own_events_are_completed_and_constrained)
{
    enum { NB = 1000 };
    const tg_trace_draws draws = {.complete = mark_complete,
                                  .constrain = mark_constrained,
                                  .realistic = {.draw = numbers}};
    const tg_subject subject = {.trace = &toy_trace, .draws = &draws};
    for (tg_profile profile = TG_PROFILE_UPSTREAM; profile < TG_NB_PROFILES; profile++) {
        unsigned char *any = events_of(&subject, profile, 5, 0, NB);
        const tg_stream stream = {.profile = profile, .validity = TG_VALID_CONSTRAINTS, .seed = 5};
        unsigned char *valid = events_of(&subject, profile, 5, 0, NB);
        tg_assert_ok(tg_generator_draw(valid, &subject, &stream, 0, NB, tg_suite_error));
        size_t nb_alike = 0;
        for (size_t k = 0; k < NB; k++) {
            const unsigned char *event = valid + k * toy_event.size;
            ck_assert(any[k * toy_event.size + 2] == 7 && any[k * toy_event.size + 3] != 9);
            ck_assert(event[2] == 7 && event[3] == 9);
            if (k == 0) continue;
            nb_alike += memcmp(event + 16, event + 16 - toy_event.size, 4) == 0;
        }
        // Draws differ, but for repeats.
        ck_assert_uint_lt(nb_alike, profile >= TG_PROFILE_BOUNDARY ? NB / 4 : 1);
        tg_buffer_destroy(valid);
        tg_buffer_destroy(any);
    }
}
END_TEST

START_TEST(generator_own_refuses_a_profile_that_the_trace_lacks)
{
    unsigned char event[24];
    const tg_trace_draws draws = {.boundary = {.draw = numbers}};
    const tg_subject without = {.trace = &toy_trace};
    const tg_subject with_one = {.trace = &toy_trace, .draws = &draws};
    for (tg_profile profile = TG_PROFILE_UPSTREAM; profile < TG_NB_PROFILES; profile++) {
        const bool is_general = profile != TG_PROFILE_REALISTIC;
        ck_assert(tg_generator_has_profile(&without, profile) == is_general);
        ck_assert(tg_generator_has_profile(&with_one, profile) == is_general);
    }
    tg_error error = {0};
    ck_assert_int_eq(tg_generator_fill(event, &with_one, TG_PROFILE_REALISTIC, 1, 0, 1, &error),
                     TG_ERR_USAGE);
    ck_assert_str_eq(error.what, "Toy.main has no profile realistic");
    ck_assert_str_eq(error.how, "use one of its profiles: upstream uniform boundary mixed");
    // Where no events are asked for, too.
    error = (tg_error){0};
    ck_assert_int_eq(tg_generator_fill(event, &without, TG_PROFILE_REALISTIC, 1, 0, 0, &error),
                     TG_ERR_USAGE);
    ck_assert_str_eq(error.what, "Toy.main has no profile realistic");
}
END_TEST

TG_SUITE("generator_own", generator_own_takes_chips_made_at_run_time,
         generator_own_draws_get_numbers, generator_own_draws_have_their_share_of_mixed_events,
         generator_own_events_are_completed_and_constrained,
         generator_own_refuses_a_profile_that_the_trace_lacks)
