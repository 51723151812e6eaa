/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Seeded events.
 */
#ifndef TRACEGATE_HARNESS_GENERATOR_H
#define TRACEGATE_HARNESS_GENERATOR_H

#include "harness/subject.h"

/* P(constant, name, what it draws): the only list of profiles. */
#define TG_PROFILE_LIST(P)                                                                         \
    P(TG_PROFILE_UPSTREAM, "upstream", "as SP1's own tests: one sequential stream, Rust's StdRng") \
    P(TG_PROFILE_UNIFORM, "uniform",                                                               \
      "every field uniform over its valid values; event i depends on (seed, trace, i) alone")      \
    P(TG_PROFILE_REALISTIC, "realistic",                                                           \
      "as real shards have them; for chips whose events come from real programs' shards")          \
    P(TG_PROFILE_BOUNDARY, "boundary",                                                             \
      "where arithmetic breaks: a script of hard cases; for chips that have one")

typedef enum tg_profile {
#define TG_PROFILE_CONSTANT(constant, name, text) constant,
    TG_PROFILE_LIST(TG_PROFILE_CONSTANT) TG_NB_PROFILES
#undef TG_PROFILE_CONSTANT
} tg_profile;

const char *tg_profile_name(tg_profile profile);
const char *tg_profile_text(tg_profile profile);

/* Errors  TG_ERR_USAGE for an unknown name; lists the known ones. */
TG_NODISCARD tg_status tg_profile_find(tg_profile *profile, const char *name, tg_error *error);

/* Whether a trace has a profile. Every trace has upstream and uniform, MemoryConst.main too, of
 * which they make the number of events and nothing else; the others where the chip's draws have
 * them (harness/draws.h). */
bool tg_generator_has_profile(const tg_subject *subject, tg_profile profile);

/* Number of events after which a profile has shown all that it has and begins anew with other
 * values: with fewer, a script of cases is cut short. 0: it has no such number. */
size_t tg_generator_period(const tg_subject *subject, tg_profile profile);

/* Number of events that a profile makes where nb_events are asked for: PublicValues' upstream
 * records have 1 or 2. */
size_t tg_generator_nb_events(const tg_subject *subject, tg_profile profile, size_t nb_events);

/* Draw events number first .. first + nb_events - 1 of a stream.
 * events  nb_events structs, caller's; padding bytes become 0. Every event is valid.
 * first   must be 0 for the upstream profile, whose stream is sequential
 * The trace must have events. Runs on all OpenMP threads; the result does not depend on their
 * number.
 * Errors  TG_ERR_USAGE (a trace without events, a profile that the trace does not have, first not
 *         0), TG_ERR_MEMORY
 */
TG_NODISCARD tg_status tg_generator_fill(void *events, const tg_subject *subject,
                                         tg_profile profile, uint64_t seed, uint64_t first,
                                         size_t nb_events, tg_error *error);

#endif
