/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every stream is the same for all compilers, optimisation levels, threads and machines: the
 * digests of the first events of every trace, profile and validity are in profile_digests.h.
 *
 * A stream that is meant to change, or a new chip, needs a new table. This suite writes one:
 *   TG_PROFILE_DIGESTS=tests/profile_digests.h build/release/tests/test_profiles_digest
 * It fails until it is built again with the table. What other streams of the table are called and
 * hold must be as before: look at the difference.
 */
#include "files/record.h"
#include "generated.h"
#include "profile_digests.h"

#include <stdio.h>
#include <stdlib.h>

/* XXH3-128 over the bytes of so many events with the seed GENERATED_SEED. */
#define NB_EVENTS 10000

static const char *const validity_names[TG_NB_VALIDITIES] = {"any", "valid"};

/* Digest of the first events of a stream, as text. */
static void digest_stream(char text[33], const tg_subject *subject, tg_profile profile,
                          tg_validity validity)
{
    const size_t nb = tg_generator_nb_events(subject, profile, NB_EVENTS);
    const size_t nb_words = nb * tg_trace_event_size(subject->trace) / sizeof(uint32_t);
    void *events = generated_events(subject, profile, validity, nb);
    tg_digest digest;
    tg_assert_ok(tg_digest_cells(&digest, events, nb_words, 1, tg_suite_error));
    (void)tg_digest_text(text, &digest);
    tg_buffer_destroy(events);
}

/* Name of stream number `stream`, "Select.main boundary valid", and its digest; false where there
 * is no such stream. */
static bool stream_at(char name[128], char digest[33], size_t stream)
{
    const tg_validity validity = stream % TG_NB_VALIDITIES;
    const tg_profile profile = stream / TG_NB_VALIDITIES % TG_NB_PROFILES;
    const tg_subject subject = tg_subject_at(stream / TG_NB_VALIDITIES / TG_NB_PROFILES);
    if (subject.trace->event == NULL || !tg_generator_has_profile(&subject, profile)) return false;
    (void)snprintf(name, 128, "%s %s %s", subject.trace->name, tg_profile_name(profile),
                   validity_names[validity]);
    digest_stream(digest, &subject, profile, validity);
    return true;
}

static size_t nb_streams(void) { return tg_nb_traces() * TG_NB_PROFILES * TG_NB_VALIDITIES; }

static void write_table(const char *path)
{
    FILE *file = fopen(path, "w");
    ck_assert_msg(file != NULL, "cannot write %s", path);
    (void)fputs("/* SPDX-License-Identifier: MIT OR Apache-2.0 */\n"
                "/* Digests of seeded events; written by tests/test_profiles_digest.c, which says "
                "how. */\n"
                "/* clang-format off */\n"
                "#define PROFILE_DIGESTS(D) \\\n",
                file);
    for (size_t i = 0; i < nb_streams(); i++) {
        char name[128], digest[33];
        if (stream_at(name, digest, i))
            (void)fprintf(file, "    D(\"%s\", \"%s\") \\\n", name, digest);
    }
    (void)fputs("\n", file);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(profiles_digest_is_that_of_the_table)
{
    static const struct {
        const char *name, *digest;
    } table[] = {
#define ENTRY(name, digest) {name, digest},
        PROFILE_DIGESTS(ENTRY)
#undef ENTRY
    };
    const size_t nb_entries = sizeof table / sizeof table[0];
    const char *path = getenv("TG_PROFILE_DIGESTS");
    if (path != NULL) write_table(path);
    size_t nb_compared = 0;
    for (size_t i = 0; i < nb_streams(); i++) {
        char name[128], digest[33];
        if (!stream_at(name, digest, i)) continue;
        ck_assert_msg(nb_compared < nb_entries, "the table lacks %s", name);
        ck_assert_str_eq(name, table[nb_compared].name);
        ck_assert_msg(strcmp(digest, table[nb_compared].digest) == 0, "%s: %s", name, digest);
        nb_compared++;
    }
    ck_assert_uint_eq(nb_compared, nb_entries);
}
END_TEST

TG_SUITE("profiles_digest", profiles_digest_is_that_of_the_table)
