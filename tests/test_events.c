/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The checks on events: every leaf of every event with every sort of value that it may not hold. */
#include "model/trace.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NB_EVENTS ((size_t)3)

/* Values that a leaf may not hold. */
static size_t invalid_values(uint32_t values[8], const tg_type *type)
{
    static const uint32_t not_reduced[] = {TG_P,        TG_P + 1,    TG_P + TG_WORD_ONE,
                                           0x80000000u, 0xfffffffeu, 0xffffffffu};
    static const uint32_t not_one[] = {0,        1,    TG_WORD_ONE - 1,    TG_WORD_ONE + 1,
                                       TG_P - 1, TG_P, TG_WORD_ONE + TG_P, 0xffffffffu};
    const uint32_t above = (uint32_t)type->nb_values;
    const uint32_t not_below[] = {above, above + 1, 127, 128, 254, 255};
    const uint32_t not_in_enum[] = {above, above + 1, 0x100, 0x10000, 0x80000000u, 0xffffffffu};
    static const uint32_t not_flag[] = {2, 3, 127, 128, 254, 255};
    const uint32_t *from = NULL;
    size_t nb_values = 6;
    switch (type->form) {
    case TG_FORM_FELT:
    case TG_FORM_RESIDUE:
        from = not_reduced;
        break;
    case TG_FORM_ONE:
        from = not_one;
        nb_values = 8;
        break;
    case TG_FORM_ENUM:
        from = not_in_enum;
        break;
    case TG_FORM_BYTE:
        from = not_below;
        break;
    case TG_FORM_FLAG:
        from = not_flag;
        break;
    case TG_FORM_COUNT:
    case TG_FORM_PAD:
    case TG_FORM_STRUCT:
        return 0;
    }
    memcpy(values, from, nb_values * sizeof *values);
    return nb_values;
}

/* Values at the edges of what a leaf may hold. */
static size_t valid_values(uint32_t values[4], const tg_type *type)
{
    switch (type->form) {
    case TG_FORM_FELT:
    case TG_FORM_RESIDUE:
        memcpy(values, (const uint32_t[]){0, 1, TG_WORD_ONE, TG_P - 1}, 4 * sizeof *values);
        return 4;
    case TG_FORM_ONE:
        values[0] = TG_WORD_ONE;
        return 1;
    case TG_FORM_ENUM:
    case TG_FORM_BYTE:
        values[0] = 0;
        values[1] = (uint32_t)type->nb_values - 1;
        return 2;
    case TG_FORM_FLAG:
        memcpy(values, (const uint32_t[]){0, 1}, 2 * sizeof *values);
        return 2;
    case TG_FORM_PAD:
        memcpy(values, (const uint32_t[]){0, 1, 2, 255}, 4 * sizeof *values);
        return 4;
    case TG_FORM_COUNT:
        memcpy(values, (const uint32_t[]){0, 1, TG_P, UINT32_MAX}, 4 * sizeof *values);
        return 4;
    case TG_FORM_STRUCT:
        break;
    }
    return 0;
}

static size_t check_leaf(const tg_trace *trace, unsigned char *events, size_t event, size_t number)
{
    const tg_leaf leaf = tg_type_leaf_at(trace->event, number);
    unsigned char *place = events + event * trace->event->size;
    uint32_t before = 0;
    memcpy(&before, place + leaf.offset, leaf.type->size);
    uint32_t values[8];
    size_t nb_values = valid_values(values, leaf.type);
    for (size_t i = 0; i < nb_values; i++) {
        sample_put(place, &leaf, values[i]);
        tg_assert_ok(tg_trace_check_events(trace, events, NB_EVENTS, tg_suite_error));
    }
    nb_values = invalid_values(values, leaf.type);
    for (size_t i = 0; i < nb_values; i++) {
        sample_put(place, &leaf, values[i]);
        char name[TG_NAME_BYTES];
        char where[2 * TG_NAME_BYTES];
        // The field stands first in the line, the event behind it.
        (void)snprintf(where, sizeof where, "%s %lu ",
                       tg_type_leaf_name(name, sizeof name, trace->event, number),
                       (unsigned long)values[i]);
        tg_assert_fails(TG_ERR_EVENT, where,
                        tg_trace_check_events(trace, events, NB_EVENTS, tg_suite_error));
        (void)snprintf(where, sizeof where, "(event %zu of %s)", event, trace->name);
        tg_assert_fails(TG_ERR_EVENT, where,
                        tg_trace_check_events(trace, events, NB_EVENTS, tg_suite_error));
        // The same events without the bad one.
        tg_assert_ok(tg_trace_check_events(trace, events, event, tg_suite_error));
    }
    sample_put(place, &leaf, before);
    return nb_values;
}

START_TEST(events_every_invalid_value_is_found)
{
    size_t nb_invalid[TG_FORM_BYTE + 1] = {0};
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        if (trace->event == NULL) continue;
        unsigned char *events = sample_events(trace, NB_EVENTS, i);
        tg_assert_ok(tg_trace_check_events(trace, events, NB_EVENTS, tg_suite_error));
        for (size_t leaf = 0; leaf < tg_type_nb_leaves(trace->event); leaf++) {
            nb_invalid[tg_type_leaf_at(trace->event, leaf).type->form] +=
                check_leaf(trace, events, leaf % NB_EVENTS, leaf);
        }
        free(events);
    }
    // Every sort of field was met; padding bytes and counts are free.
    for (size_t form = TG_FORM_FELT; form <= TG_FORM_BYTE; form++) {
        const bool is_free = form == TG_FORM_PAD || form == TG_FORM_COUNT;
        ck_assert_int_eq(nb_invalid[form] != 0, !is_free);
    }
}
END_TEST

START_TEST(events_the_first_bad_one_is_named)
{
    const tg_trace *trace = sample_trace("Select.main");
    uint32_t *events = sample_events(trace, 10, 1);
    events[7 * 5 + 1] = TG_P;
    events[4 * 5 + 3] = TG_P;
    events[4 * 5 + 2] = 0xffffffffu;
    tg_assert_fails(
        TG_ERR_EVENT,
        "out2 4294967295 (0xffffffff) is not a word below p = 2130706433 (event 4 of Select.main)",
        tg_trace_check_events(trace, events, 10, tg_suite_error));
    free(events);
}
END_TEST

START_TEST(events_with_fields_that_look_like_flags_are_valid)
{
    const tg_trace *trace = sample_trace("Select.main");
    const uint32_t event[5] = {7, 0, 0, 0, 0}; // bit is a field element
    tg_assert_ok(tg_trace_check_events(trace, event, 1, tg_suite_error));
}
END_TEST

START_TEST(events_none_are_valid)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        tg_assert_ok(tg_trace_check_events(tg_trace_at(i), NULL, 0, tg_suite_error));
    }
    tg_assert_ok(
        tg_trace_check_events(sample_trace("MemoryConst.main"), NULL, 1000, tg_suite_error));
}
END_TEST

START_TEST(events_error_may_be_left_out)
{
    const uint32_t event[5] = {TG_P};
    ck_assert_int_eq(tg_trace_check_events(sample_trace("Select.main"), event, 1, NULL),
                     TG_ERR_EVENT);
}
END_TEST

TG_SUITE("events", events_every_invalid_value_is_found, events_the_first_bad_one_is_named,
         events_with_fields_that_look_like_flags_are_valid, events_none_are_valid,
         events_error_may_be_left_out)
