/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events checked on all threads: what one thread alone says of them. */
#include "harness/event_check.h"

#include "harness/generator.h"
#include "model/memory.h"
#include "suite.h"

#include <omp.h>
#include <string.h>

/* Several pieces, the last one partly filled. */
#define NB_EVENTS ((size_t)20001)

/* The error of either check. */
static tg_error error_of(bool on_all, const tg_trace *trace, const void *events, size_t nb_events)
{
    tg_error error = {0};
    const tg_status status = on_all ? tg_events_check(trace, events, nb_events, &error)
                                    : tg_trace_check_events(trace, events, nb_events, &error);
    ck_assert_int_eq(status, error.status);
    return error;
}

static void check_alike(const tg_trace *trace, const void *events, size_t nb_events,
                        tg_status expected)
{
    const tg_error all = error_of(true, trace, events, nb_events);
    const tg_error one = error_of(false, trace, events, nb_events);
    ck_assert_int_eq(all.status, expected);
    ck_assert_mem_eq(&all, &one, sizeof all);
}

/* The first wrong event is told, in whatever pieces others are; of each trace that has events. */
START_TEST(event_check_tells_the_first)
{
    static const size_t places[] = {NB_EVENTS - 1, 12288, 8191, 4096, 4095, 0};
    omp_set_num_threads(4);
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        const size_t size = tg_trace_event_size(subject.trace);
        void *events = NULL;
        if (size == 0) continue;
        tg_assert_ok(tg_buffer_create(&events, NB_EVENTS, size, tg_suite_error));
        tg_assert_ok(tg_generator_fill(events, &subject, TG_PROFILE_UNIFORM, 1, 0, NB_EVENTS,
                                       tg_suite_error));
        check_alike(subject.trace, events, NB_EVENTS, TG_OK);
        check_alike(subject.trace, events, 8192, TG_OK);
        check_alike(subject.trace, NULL, 0, TG_OK);
        for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
            memset((unsigned char *)events + places[k] * size, 0xff, size);
            check_alike(subject.trace, events, NB_EVENTS, TG_ERR_EVENT);
        }
        tg_buffer_destroy(events);
    }
}
END_TEST

TG_SUITE("event_check", event_check_tells_the_first)
