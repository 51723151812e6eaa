/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The reference's look at events without a trace: it takes every number of events that a trace can
 * be made of, whatever rule gives the height, and finds the same first fault. */
#define TG_MODEL_TABLES
#include "reference/reference.h"

#include "reference/field.h"
#include "suite.h"

#define NB(array) (sizeof(array) / sizeof((array)[0]))

#define TOY_EVENT(F, S)             \
    F(S, tg_felt, value, , "value") \
    F(S, tg_ignored_felt, square, , "square")
TG_STRUCT(toy_event, TOY_EVENT)

#define TOY_COLUMNS(F, S) F(S, tg_felt, value, , "value")
TG_STRUCT(toy_columns, TOY_COLUMNS)

/* The second field is the square of the first, which only a check can see. */
TG_REF_ROW_CHECKED(toy_checked, toy_columns, toy_event)
{
    row->value = event->value;
    return event->square == tg_ref_mul(event->value, event->value) ? NULL : "it is no square";
}

TG_REF_ROW(toy_unchecked, toy_columns, toy_event)
{
    row->value = event->value;
    return "it is never looked at";
}

/* Of every height rule; of events in several rows; of which only the first count. */
static const tg_trace traces[] = {
    {.height_rule = TG_HEIGHT_MULTIPLE_OF_32, TG_EVENTS_PER_ROW(1)},
    {.height_rule = TG_HEIGHT_NEVER_FIXED, TG_EVENTS_PER_ROW(1)},
    {.height_rule = TG_HEIGHT_NEVER_FIXED, TG_ROWS_PER_EVENT(3)},
    {.height_rule = TG_HEIGHT_ALWAYS_16, TG_ROWS_PER_EVENT(2), .max_events = 8},
};

static tg_trace trace_at(size_t index)
{
    tg_trace trace = traces[index];
    trace.name = "Toy.main";
    trace.event = &toy_event_type;
    trace.columns = &toy_columns_type;
    return trace;
}

#define MAX_EVENTS ((size_t)100)
static void fill_events(toy_event events[MAX_EVENTS])
{
    for (uint32_t i = 0; i < MAX_EVENTS; i++) {
        events[i] = (toy_event){.value = tg_ref_to_word(1000 * i),
                                .square = tg_ref_to_word(tg_ref_mul(1000 * i, 1000 * i))};
    }
}

START_TEST(reference_check_takes_every_number_of_events)
{
    toy_event events[MAX_EVENTS];
    fill_events(events);
    for (size_t i = 0; i < NB(traces); i++) {
        const tg_trace trace = trace_at(i);
        for (size_t nb = 0; nb <= MAX_EVENTS; nb++) {
            tg_assert_ok(tg_ref_check_events(&tg_ref_toy_checked, &trace, nb != 0 ? events : NULL,
                                             nb, tg_suite_error));
        }
    }
}
END_TEST

START_TEST(reference_check_finds_the_first_fault)
{
    toy_event events[MAX_EVENTS];
    for (size_t i = 0; i < NB(traces); i++) {
        const tg_trace trace = trace_at(i);
        fill_events(events);
        events[5].square = 0;
        events[70].square = 0;
        tg_assert_ok(tg_ref_check_events(&tg_ref_toy_checked, &trace, events, 5, tg_suite_error));
        tg_assert_fails(
            TG_ERR_EVENT, "event 5 of Toy.main: it is no square",
            tg_ref_check_events(&tg_ref_toy_checked, &trace, events, 6, tg_suite_error));
        tg_assert_fails(
            TG_ERR_EVENT, "event 5 of Toy.main: it is no square",
            tg_ref_check_events(&tg_ref_toy_checked, &trace, events, MAX_EVENTS, tg_suite_error));
        // Events that do not count are not looked at.
        fill_events(events);
        events[8].square = 0;
        const tg_status status =
            tg_ref_check_events(&tg_ref_toy_checked, &trace, events, MAX_EVENTS, NULL);
        ck_assert_int_eq(status, trace.max_events != 0 ? TG_OK : TG_ERR_EVENT);
    }
}
END_TEST

/* Where rows check nothing, no row is made. */
START_TEST(reference_check_makes_nothing_without_checks)
{
    toy_event events[MAX_EVENTS];
    const tg_trace trace = trace_at(0);
    fill_events(events);
    tg_assert_ok(
        tg_ref_check_events(&tg_ref_toy_unchecked, &trace, events, MAX_EVENTS, tg_suite_error));
}
END_TEST

/* More than any trace has room for: none is looked at. */
START_TEST(reference_check_refuses_more_events_than_a_trace_holds)
{
    toy_event events[MAX_EVENTS];
    const tg_trace trace = trace_at(0);
    fill_events(events);
    tg_assert_fails(TG_ERR_SIZE, "need more than",
                    tg_ref_check_events(&tg_ref_toy_checked, &trace, events, TG_MAX_HEIGHT + 1,
                                        tg_suite_error));
}
END_TEST

TG_SUITE("reference_check", reference_check_takes_every_number_of_events,
         reference_check_finds_the_first_fault, reference_check_makes_nothing_without_checks,
         reference_check_refuses_more_events_than_a_trace_holds)
