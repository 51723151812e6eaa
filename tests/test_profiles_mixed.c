/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the profile mixed promises: a share of events of every other numbered profile, by the warp
 * and by turns. */
#include "generated.h"

/* As many as the gate draws. */
#define NB_EVENTS 1000

/* Number of an event among those of another stream, from `from` on; nb_others if it is not there.
 */
static size_t find_event(const unsigned char *event, const unsigned char *others, size_t size,
                         size_t nb_others)
{
    for (size_t i = 0; i < nb_others; i++) {
        if (memcmp(event, others + i * size, size) == 0) return i;
    }
    return nb_others;
}

START_TEST(profiles_mixed_is_of_the_others)
{
    size_t nb_checked = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        const bool has_own = subject.draws != NULL && subject.draws->boundary.draw != NULL;
        if (subject.trace->event == NULL || has_own) continue;
        const size_t size = tg_trace_event_size(subject.trace);
        unsigned char *uniform =
            generated_events(&subject, TG_PROFILE_UNIFORM, TG_VALID_ANY, NB_EVENTS + 128);
        unsigned char *boundary =
            generated_events(&subject, TG_PROFILE_BOUNDARY, TG_VALID_ANY, NB_EVENTS);
        unsigned char *mixed =
            generated_events(&subject, TG_PROFILE_MIXED, TG_VALID_ANY, NB_EVENTS);
        size_t nb_uniform = 0, nb_boundary = 0, nb_changes = 0;
        bool was_uniform = false;
        for (size_t k = 0; k < NB_EVENTS; k++) {
            const unsigned char *event = mixed + k * size;
            const bool is_uniform =
                find_event(event, uniform, size, NB_EVENTS + 128) < NB_EVENTS + 128;
            nb_uniform += is_uniform;
            nb_boundary += !is_uniform && find_event(event, boundary, size, NB_EVENTS) < NB_EVENTS;
            nb_changes += is_uniform != was_uniform;
            was_uniform = is_uniform;
        }
        ck_assert_uint_eq(nb_uniform + nb_boundary, NB_EVENTS);
        ck_assert_uint_ge(nb_uniform, 450);
        ck_assert_uint_ge(nb_boundary, 450);
        // Half of the groups change with nearly every event or second one, the others with warps.
        ck_assert_uint_ge(nb_changes, 150);
        ck_assert_uint_le(nb_changes, 500);
        tg_buffer_destroy(uniform);
        tg_buffer_destroy(boundary);
        tg_buffer_destroy(mixed);
        nb_checked++;
    }
    ck_assert_uint_ge(nb_checked, 23);
}
END_TEST

START_TEST(profiles_mixed_has_a_share_of_a_script)
{
    enum { PERIOD = 8192, SECTION = 512 };
    const tg_subject subject = generated_subject("Global.main");
    const size_t size = tg_trace_event_size(subject.trace);
    unsigned char *sources[TG_NB_PROFILES] = {0};
    for (tg_profile profile = TG_PROFILE_UNIFORM; profile <= TG_PROFILE_BOUNDARY; profile++) {
        sources[profile] = generated_events(&subject, profile, TG_VALID_ANY, PERIOD);
    }
    unsigned char *mixed = generated_events(&subject, TG_PROFILE_MIXED, TG_VALID_ANY, NB_EVENTS);
    // The first section of the script stands as it is.
    ck_assert_mem_eq(mixed, sources[TG_PROFILE_BOUNDARY], SECTION * size);
    size_t nb[TG_NB_PROFILES] = {0}, nb_beyond = 0;
    for (size_t k = SECTION; k < NB_EVENTS; k++) {
        for (tg_profile profile = TG_PROFILE_UNIFORM; profile <= TG_PROFILE_BOUNDARY; profile++) {
            const size_t number = find_event(mixed + k * size, sources[profile], size, PERIOD);
            if (number == PERIOD) continue;
            nb[profile]++;
            nb_beyond += profile == TG_PROFILE_BOUNDARY && number >= SECTION;
            break;
        }
    }
    ck_assert_uint_eq(nb[TG_PROFILE_UNIFORM] + nb[TG_PROFILE_REALISTIC] + nb[TG_PROFILE_BOUNDARY],
                      NB_EVENTS - SECTION);
    ck_assert_uint_ge(nb[TG_PROFILE_UNIFORM], 90);
    ck_assert_uint_ge(nb[TG_PROFILE_REALISTIC], 90);
    ck_assert_uint_ge(nb[TG_PROFILE_BOUNDARY], 200);
    ck_assert_uint_ge(nb_beyond, 150);
    for (tg_profile profile = TG_PROFILE_UNIFORM; profile <= TG_PROFILE_BOUNDARY; profile++) {
        tg_buffer_destroy(sources[profile]);
    }
    tg_buffer_destroy(mixed);
}
END_TEST

TG_SUITE("profiles_mixed", profiles_mixed_is_of_the_others, profiles_mixed_has_a_share_of_a_script)
