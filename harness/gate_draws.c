/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the gate draws for a trace: with which profile, how many events, into which height, in which
 * launch shape. */
#include "harness/gate_internal.h"

/* Beside the many events of the main draw: counts and shapes at which kernels go wrong and which a
 * round number of events never has. No events and one; an odd count with a last warp of one thread;
 * a fixed height that is a multiple of nothing; one block that has several tiles to go through, the
 * last of them partly filled; and one of three warps, with more threads than the last tile has
 * rows: 64, where the rows of a tile are 1024 or fewer. */
static const gate_draw small_draws[] = {
    {.nb_events = 0},
    {.nb_events = 1},
    {.nb_events = 33},
    {.nb_events = 20, .fixed_height = 33},
    {.nb_events = 2101, .launch = {.grid = 1}},
    {.nb_events = 1085, .launch = {.grid = 1, .block = 96}},
};

#define NB_SMALL_DRAWS (sizeof small_draws / sizeof small_draws[0])
static_assert(NB_SMALL_DRAWS + 1 + TG_NB_PROFILES <= GATE_MAX_DRAWS,
              "the small draws, the one that is asked for, and one for each profile");

/* Whether a profile shows a chip something that no other chip's has: a script of its own. */
static bool is_own(const tg_subject *subject, tg_profile profile)
{
    return tg_generator_has_profile(subject, profile) && tg_generator_period(subject, profile) != 0;
}

size_t gate_draw_list(gate_draw draws[GATE_MAX_DRAWS], const gate *state, const tg_subject *subject)
{
    const tg_gate_options *options = state->options;
    const gate_draw asked = {.profile = options->profile,
                             .nb_events = options->nb_events,
                             .fixed_height = options->fixed_height,
                             .launch = options->launch,
                             .max_candidates = options->max_candidates};
    size_t nb = 0;
    if (!options->seeded) return 0;
    if (tg_generator_has_profile(subject, options->profile)) draws[nb++] = asked;
    for (tg_profile profile = 0; profile < TG_NB_PROFILES && options->all_profiles; profile++) {
        if (profile == options->profile || !is_own(subject, profile)) continue;
        draws[nb] = asked;
        draws[nb].profile = profile;
        const size_t period = tg_generator_period(subject, profile);
        if (options->sweeps && period > options->nb_events) draws[nb].nb_events = period;
        nb++;
    }
    for (size_t i = 0; i < NB_SMALL_DRAWS && options->sweeps; i++) {
        draws[nb] = small_draws[i];
        draws[nb].profile = options->profile;
        draws[nb].max_candidates = options->max_candidates;
        // The main draw has gated the rule's height.
        const bool is_fixed = subject->trace->height_rule == TG_HEIGHT_MULTIPLE_OF_32;
        nb += draws[nb].fixed_height == 0 || is_fixed;
    }
    return nb;
}

size_t gate_draw_nb_events(const gate_draw *draw, const tg_subject *subject)
{
    const size_t nb_events = tg_trace_nb_events_worth(subject->trace, draw->nb_events);
    return tg_generator_nb_events(subject, draw->profile, nb_events);
}

bool gate_draws(const gate *state, const tg_subject *subject, tg_profile profile)
{
    gate_draw draws[GATE_MAX_DRAWS];
    const size_t nb = gate_draw_list(draws, state, subject);
    for (size_t i = 0; i < nb; i++) {
        if (draws[i].profile == profile) return true;
    }
    return false;
}
