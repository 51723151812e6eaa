/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Streams whose events have numbers, all profiles but upstream: over every trace of the list, valid
 * events or any. */
#include "generated.h"

#include <omp.h>

/* More than two tiles of the generator, and not a multiple of any. */
#define NB_EVENTS 1003

/* Traces with events that there are at the least. */
#define NB_TRACES 24u

/* One such stream. */
typedef struct numbered_stream {
    tg_subject subject;
    tg_stream stream;
    const char *name;
} numbered_stream;

#define MAX_NUMBERED_STREAMS 512

/* List all of them; returns their number. */
static size_t numbered_streams(numbered_stream streams[MAX_NUMBERED_STREAMS])
{
    size_t nb[TG_NB_PROFILES] = {0}, nb_streams = 0;
    for (size_t i = 0; i < tg_nb_traces() * TG_NB_VALIDITIES; i++) {
        const tg_subject subject = tg_subject_at(i / TG_NB_VALIDITIES);
        const tg_validity validity = i % TG_NB_VALIDITIES;
        for (tg_profile profile = TG_PROFILE_UNIFORM; profile < TG_NB_PROFILES; profile++) {
            if (subject.trace->event == NULL || !tg_generator_has_profile(&subject, profile))
                continue;
            ck_assert_uint_lt(nb_streams, MAX_NUMBERED_STREAMS);
            streams[nb_streams++] = (numbered_stream){
                .subject = subject,
                .stream = {.profile = profile, .validity = validity, .seed = GENERATED_SEED},
                .name = tg_profile_name(profile),
            };
            nb[profile]++;
        }
    }
    for (tg_profile profile = TG_PROFILE_UNIFORM; profile < TG_NB_PROFILES; profile++) {
        ck_assert_uint_ge(nb[profile], profile == TG_PROFILE_REALISTIC
                                           ? TG_NB_VALIDITIES
                                           : NB_TRACES * TG_NB_VALIDITIES);
    }
    return nb_streams;
}

/* Memory for events, filled with a byte that no event starts from; the caller gives it back. */
static unsigned char *event_memory(const tg_subject *subject, size_t nb_events)
{
    void *events = NULL;
    tg_assert_ok(
        tg_buffer_create(&events, nb_events, tg_trace_event_size(subject->trace), tg_suite_error));
    memset(events, 0xa5, nb_events * tg_trace_event_size(subject->trace));
    return events;
}

static unsigned char *numbered_events(const numbered_stream *from, uint64_t first, size_t nb_events)
{
    unsigned char *events = event_memory(&from->subject, nb_events);
    tg_assert_ok(
        tg_generator_draw(events, &from->subject, &from->stream, first, nb_events, tg_suite_error));
    return events;
}

START_TEST(generator_numbered_streams_hold_valid_events)
{
    numbered_stream streams[MAX_NUMBERED_STREAMS];
    const size_t nb_streams = numbered_streams(streams);
    for (size_t i = 0; i < nb_streams; i++) {
        unsigned char *events = numbered_events(&streams[i], 0, NB_EVENTS);
        tg_assert_ok(
            tg_trace_check_events(streams[i].subject.trace, events, NB_EVENTS, tg_suite_error));
        tg_buffer_destroy(events);
    }
}
END_TEST

START_TEST(generator_numbered_streams_hold_events_that_the_reference_takes)
{
    // It refuses events that contradict themselves. The mixed stream has all its sources in these.
    enum { NB = 130 };
    numbered_stream streams[MAX_NUMBERED_STREAMS];
    const size_t nb_streams = numbered_streams(streams);
    for (size_t i = 0; i < nb_streams; i++) {
        const tg_subject *subject = &streams[i].subject;
        unsigned char *events = numbered_events(&streams[i], 0, NB);
        size_t height = 0;
        tg_assert_ok(tg_trace_height(subject->trace, NB, 0, &height, tg_suite_error));
        tg_product made = {0};
        tg_assert_ok(tg_product_create(&made, subject->trace, height, tg_suite_error));
        tg_assert_ok(tg_ref_make(&made, subject->reference,
                                 &(tg_request){.trace = subject->trace,
                                               .height = height,
                                               .events = events,
                                               .nb_events = NB},
                                 tg_suite_error));
        tg_product_destroy(&made);
        tg_buffer_destroy(events);
    }
}
END_TEST

START_TEST(generator_numbered_streams_do_not_depend_on_the_split)
{
    // More than two tiles of the generator.
    enum { NB = 540 };
    static const size_t sizes[] = {1, 31, 33, 127, 255, 257, 513};
    // The first events, those within which the counter's low half overflows, and the last that have
    // numbers.
    static const uint64_t firsts[] = {0, ((uint64_t)1 << 32) - 300, ((uint64_t)1 << 63) - NB};
    const size_t nb_firsts = sizeof firsts / sizeof firsts[0];
    numbered_stream streams[MAX_NUMBERED_STREAMS];
    const size_t nb_streams = numbered_streams(streams);
    for (size_t i = 0; i < nb_streams * nb_firsts; i++) {
        const numbered_stream *from = &streams[i / nb_firsts];
        const uint64_t first = firsts[i % nb_firsts];
        const size_t size = tg_trace_event_size(from->subject.trace);
        unsigned char *whole = numbered_events(from, first, NB);
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            unsigned char *parts = event_memory(&from->subject, NB);
            for (size_t start = 0; start < NB; start += sizes[s]) {
                const size_t nb = NB - start < sizes[s] ? NB - start : sizes[s];
                tg_assert_ok(tg_generator_draw(parts + start * size, &from->subject, &from->stream,
                                               first + start, nb, tg_suite_error));
            }
            ck_assert_msg(memcmp(parts, whole, NB * size) == 0, "%s, %s, in parts of %zu",
                          from->subject.trace->name, from->name, sizes[s]);
            tg_buffer_destroy(parts);
        }
        tg_buffer_destroy(whole);
    }
}
END_TEST

START_TEST(generator_numbered_streams_do_not_depend_on_the_threads)
{
    const int nb_before = omp_get_max_threads();
    numbered_stream streams[MAX_NUMBERED_STREAMS];
    const size_t nb_streams = numbered_streams(streams);
    for (size_t i = 0; i < nb_streams; i++) {
        const size_t size = tg_trace_event_size(streams[i].subject.trace);
        omp_set_num_threads(1);
        unsigned char *one = numbered_events(&streams[i], 0, NB_EVENTS);
        for (int nb_threads = 2; nb_threads <= 5; nb_threads++) {
            omp_set_num_threads(nb_threads);
            unsigned char *many = numbered_events(&streams[i], 0, NB_EVENTS);
            ck_assert_msg(memcmp(one, many, NB_EVENTS * size) == 0, "%s, %s, with %d threads",
                          streams[i].subject.trace->name, streams[i].name, nb_threads);
            tg_buffer_destroy(many);
        }
        tg_buffer_destroy(one);
    }
    omp_set_num_threads(nb_before);
}
END_TEST

TG_SUITE("generator_numbered", generator_numbered_streams_hold_valid_events,
         generator_numbered_streams_hold_events_that_the_reference_takes,
         generator_numbered_streams_do_not_depend_on_the_split,
         generator_numbered_streams_do_not_depend_on_the_threads)
