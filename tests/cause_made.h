/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Mismatches for suites of causes: a trace as the reference makes it, and a copy to damage.
 */
#ifndef TRACEGATE_TESTS_CAUSE_MADE_H
#define TRACEGATE_TESTS_CAUSE_MADE_H

#include "generated.h"
#include "harness/cause.h"
#include "reference/field.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>

#define CAUSE_MAX_LISTED 64

typedef struct cause_made {
    tg_subject subject;
    void *events;
    size_t nb_events;
    size_t height;
    size_t width;
    tg_product expected;
    tg_product actual;
    tg_diff diff;
    tg_sides_diff sides;
    tg_conduct conduct;
    tg_mismatch mismatch;
    tg_causes causes;
} cause_made;

/* Both sides of a trace of seeded events, equal. made: to be given back by cause_destroy, and not
 * moved. */
static inline void cause_create(cause_made *made, const char *name, tg_profile profile,
                                size_t nb_events)
{
    memset(made, 0, sizeof *made);
    made->subject = generated_subject(name);
    const tg_trace *trace = made->subject.trace;
    made->nb_events = nb_events;
    if (trace->event != NULL)
        made->events = generated_events(&made->subject, profile, TG_VALID_ANY, nb_events);
    made->width = tg_trace_width(trace);
    tg_assert_ok(tg_trace_height(trace, nb_events, 0, &made->height, tg_suite_error));
    tg_assert_ok(tg_product_create(&made->expected, trace, made->height, tg_suite_error));
    tg_assert_ok(tg_product_create(&made->actual, trace, made->height, tg_suite_error));
    const tg_request request = {.trace = trace,
                                .height = made->height,
                                .events = made->events,
                                .nb_events = nb_events};
    tg_assert_ok(tg_ref_make(&made->expected, made->subject.reference, &request, tg_suite_error));
    memcpy(made->actual.cells, made->expected.cells, made->height * made->width * sizeof(uint32_t));
    for (size_t i = 0; i < trace->nb_sides; i++)
        memcpy(made->actual.sides[i], made->expected.sides[i],
               tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t));
    tg_assert_ok(tg_diff_init(&made->diff, made->width, 3, tg_suite_error));
    tg_assert_ok(tg_sides_diff_init(&made->sides, trace, CAUSE_MAX_LISTED, tg_suite_error));
}

static inline void cause_destroy(cause_made *made)
{
    tg_sides_diff_clear(&made->sides);
    tg_diff_clear(&made->diff);
    tg_product_destroy(&made->actual);
    tg_product_destroy(&made->expected);
    tg_buffer_destroy(made->events);
}

static inline uint32_t cause_expected(const cause_made *made, size_t row, size_t column)
{
    return made->expected.cells[column * made->height + row];
}

static inline uint32_t *cause_actual(const cause_made *made, size_t row, size_t column)
{
    return &made->actual.cells[column * made->height + row];
}

/* Compare, and fill the mismatch, in which the suite may change something. */
static inline void cause_compare(cause_made *made)
{
    const tg_trace *trace = made->subject.trace;
    made->mismatch = (tg_mismatch){.trace = trace,
                                   .events = made->events,
                                   .nb_events = made->nb_events,
                                   .expected = {made->expected.cells, made->height, made->width},
                                   .actual = {made->actual.cells, made->height, made->width},
                                   .diff = &made->diff,
                                   .expected_sides = &made->expected,
                                   .actual_sides = &made->actual,
                                   .sides = trace->nb_sides != 0 ? &made->sides : NULL,
                                   .conduct = &made->conduct};
    tg_assert_ok(tg_diff_run(&made->diff, trace, made->nb_events, &made->mismatch.expected,
                             &made->mismatch.actual, tg_suite_error));
    tg_sides_diff_run(&made->sides, &made->expected, &made->actual);
}

/* All that was found, for messages. */
static inline const char *cause_text(const tg_causes *causes)
{
    static char text[TG_MAX_CAUSES * (TG_EVIDENCE_BYTES + 64)];
    text[0] = '\0';
    for (size_t i = 0; i < causes->nb; i++) {
        const size_t length = strlen(text);
        (void)snprintf(text + length, sizeof text - length, "\n  %u %s: %s",
                       causes->list[i].confidence, tg_cause_id(causes->list[i].cause),
                       causes->list[i].evidence);
    }
    return text;
}

static inline void cause_find(cause_made *made)
{
    tg_assert_ok(tg_causes_find(&made->causes, &made->mismatch, tg_suite_error));
    ck_assert_uint_ge(made->causes.nb, 1);
    ck_assert_uint_le(made->causes.nb, TG_MAX_CAUSES);
    for (size_t i = 0; i < made->causes.nb; i++) {
        ck_assert_uint_le(made->causes.list[i].confidence, 100);
        ck_assert_int_ne(made->causes.list[i].evidence[0], '\0');
        if (i != 0)
            ck_assert_uint_le(made->causes.list[i].confidence, made->causes.list[i - 1].confidence);
    }
}

/* Assert the cause in a place of the list, and that its evidence has a text. */
static inline void cause_assert(const cause_made *made, size_t place, tg_cause cause,
                                unsigned confidence, const char *evidence)
{
    const char *text = cause_text(&made->causes);
    ck_assert_msg(place < made->causes.nb, "no cause number %zu:%s", place, text);
    const tg_cause_found *found = &made->causes.list[place];
    ck_assert_msg(found->cause == cause, "not %s:%s", tg_cause_id(cause), text);
    ck_assert_msg(found->confidence == confidence, "%s not at %u:%s", tg_cause_id(cause),
                  confidence, text);
    ck_assert_msg(strstr(found->evidence, evidence) != NULL, "no \"%s\":%s", evidence, text);
}

#endif
