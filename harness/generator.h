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
      "where arithmetic breaks: corner values, equal and zero operands, repeats; or a script")     \
    P(TG_PROFILE_MIXED, "mixed",                                                                   \
      "of uniform, boundary and (where there is one) realistic, by the warp and by turns")

typedef enum tg_profile {
#define TG_PROFILE_CONSTANT(constant, name, text) constant,
    TG_PROFILE_LIST(TG_PROFILE_CONSTANT) TG_NB_PROFILES
#undef TG_PROFILE_CONSTANT
} tg_profile;

/* What events must be, beside what every generator of traces requires: words below p, enums, bytes
 * and flags in range, multiplicities of 1, outputs that the reference checks. */
typedef enum tg_validity {
    TG_VALID_ANY, /* nothing: most events have no proof, and fields that a trace ignores hold
                     anything */
    TG_VALID_CONSTRAINTS, /* consistent with the chip's constraints, each event for itself: results
                             of operations, outputs of layers, bits, bounds (tg_bound). What ties
                             several events or both kinds together, as the bus does, is left out */
    TG_NB_VALIDITIES
} tg_validity;

/* One stream of events of a trace. */
typedef struct tg_stream {
    tg_profile profile;
    tg_validity validity;
    uint64_t seed;
} tg_stream;

const char *tg_profile_name(tg_profile profile);
const char *tg_profile_text(tg_profile profile);

/* Errors  TG_ERR_USAGE for an unknown name; lists the known ones. */
TG_NODISCARD tg_status tg_profile_find(tg_profile *profile, const char *name, tg_error *error);

/* Whether a trace has a profile. Every trace has all but realistic, MemoryConst.main too, of which
 * they make the number of events and nothing else; realistic where the chip's draws have it
 * (harness/draws.h). */
bool tg_generator_has_profile(const tg_subject *subject, tg_profile profile);

/* Number of events after which a profile has shown all that it has and begins anew with other
 * values: with fewer, a script of cases is cut short. 0: it has no such number. */
size_t tg_generator_period(const tg_subject *subject, tg_profile profile);

/* Number of events that a profile makes where nb_events are asked for: PublicValues' upstream
 * records have 1 or 2. */
size_t tg_generator_nb_events(const tg_subject *subject, tg_profile profile, size_t nb_events);

/* Draw events number first .. first + nb_events - 1 of a stream.
 * events  nb_events structs, caller's; padding bytes become 0. Every event is valid for the
 *         generators of traces.
 * first   must be 0 for the upstream profile, whose stream is sequential; in all others event i
 *         depends on (seed, chip, kind, profile, validity, i) alone, for every i below 2^63
 * The trace must have events. Runs on all OpenMP threads; the result does not depend on their
 * number.
 * Errors  TG_ERR_USAGE (a trace without events, a profile that the trace does not have, first not
 *         0, no such validity), TG_ERR_MEMORY
 */
TG_NODISCARD tg_status tg_generator_draw(void *events, const tg_subject *subject,
                                         const tg_stream *stream, uint64_t first, size_t nb_events,
                                         tg_error *error);

/* The same of a stream of TG_VALID_ANY. */
TG_NODISCARD tg_status tg_generator_fill(void *events, const tg_subject *subject,
                                         tg_profile profile, uint64_t seed, uint64_t first,
                                         size_t nb_events, tg_error *error);

#endif
