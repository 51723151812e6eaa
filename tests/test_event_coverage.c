/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Event coverage: every class is reached by an event made for it, and by no other. */
#include "harness/event_coverage.h"
#include "harness/generator.h"
#include "model/global.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static tg_event_coverage *create(const char *name)
{
    tg_event_coverage *coverage = NULL;
    tg_assert_ok(tg_event_coverage_create(&coverage, sample_trace(name), tg_suite_error));
    return coverage;
}

/* Look at events; the height is the rule's. */
static void look(tg_event_coverage *coverage, const void *events, size_t nb_events)
{
    const tg_trace *trace = tg_event_coverage_trace(coverage);
    tg_request request = {.trace = trace, .events = events, .nb_events = nb_events};
    tg_assert_ok(tg_trace_height(trace, nb_events, 0, &request.height, tg_suite_error));
    tg_event_coverage_add(coverage, &request, 0, NULL);
}

/* Whether a class of a group is reached; ends the case where there is none. */
static bool reaches(const tg_event_coverage *coverage, const char *group_name,
                    const char *class_name)
{
    for (size_t i = 0; i < tg_event_coverage_nb_groups(coverage); i++) {
        tg_coverage_group group;
        tg_event_coverage_group_at(&group, coverage, i);
        if (strcmp(group.name, group_name) != 0) continue;
        for (unsigned class = 0; class < 64; class ++) {
            char text[TG_COVERAGE_NAME_BYTES];
            if ((group.classes >> class & 1) != 0 &&
                strcmp(tg_event_coverage_class_name(text, coverage, i, class), class_name) == 0)
                return (group.reached >> class & 1) != 0;
        }
    }
    ck_abort_msg("no class %s of %s", class_name, group_name);
    return false;
}

static size_t nb_reached(const tg_event_coverage *coverage, tg_coverage_section section)
{
    return tg_event_coverage_tally(coverage, section).nb_reached;
}

START_TEST(event_coverage_classes_of_words)
{
    static const struct {
        uint32_t word;
        const char *class;
    } words[] = {
        {0, "zero"},
        {TG_WORD_ONE, "one"},
        {TG_P - TG_WORD_ONE, "p - 1"},
        {UINT32_C(1) << 30, "high bit"},
        {TG_P - 1, "word just below p"},
        {TG_P - 64, "word just below p"},
        {0x10001, "other boundary value"},
        {(uint32_t)((UINT64_C(0xffff) << 32) % TG_P), "other boundary value"},
        {12345678, "any other"},
        {TG_P - 65, "any other"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        tg_event_coverage *coverage = create("BaseAlu.main");
        // The others are unlike each other and nothing special.
        const uint32_t event[3] = {words[i].word, 23456789, 34567890};
        look(coverage, event, 1);
        ck_assert_msg(reaches(coverage, "out", words[i].class), "%x", words[i].word);
        // The word may have the high bit beside.
        const bool has_high_bit = words[i].word >> 30 != 0;
        ck_assert_int_eq(reaches(coverage, "out", "high bit"), has_high_bit);
        ck_assert(!reaches(coverage, "out", "equal to another"));
        ck_assert(reaches(coverage, "in1", "any other") && !reaches(coverage, "in1", "zero"));
        tg_event_coverage_destroy(coverage);
    }
}
END_TEST

START_TEST(event_coverage_equal_words)
{
    tg_event_coverage *coverage = create("BaseAlu.main");
    static const uint32_t event[3] = {1111, 2222, 1111};
    look(coverage, event, 1);
    ck_assert(reaches(coverage, "out", "equal to another"));
    ck_assert(reaches(coverage, "in2", "equal to another"));
    ck_assert(!reaches(coverage, "in1", "equal to another"));
    // Words of two events are not compared.
    static const uint32_t events[6] = {1, 2222, 3, 2222, 5, 6};
    look(coverage, events, 2);
    ck_assert(!reaches(coverage, "in1", "equal to another"));
    tg_event_coverage_destroy(coverage);
}
END_TEST

START_TEST(event_coverage_arrays)
{
    static const struct {
        uint32_t words[12]; /* out, in1, in2 */
        const char *class;
        const char *other; /* reached beside; NULL: none */
    } events[] = {
        {{0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, "all zero", NULL},
        {{9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8}, "all equal", NULL},
        {{0, 0, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8}, "one not zero", NULL},
        {{TG_WORD_ONE, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, "one and zeros", "one not zero"},
        {{9, 9, 9, 8, 1, 2, 3, 4, 5, 6, 7, 8}, "all equal but one", NULL},
        {{8, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8}, "all equal but one", NULL},
        {{5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8}, "equal to another array", NULL},
        {{9, 8, 9, 8, 1, 2, 3, 4, 5, 6, 7, 8}, NULL, NULL},
    };
    static const char *const classes[] = {"all zero",          "all equal",
                                          "one not zero",      "one and zeros",
                                          "all equal but one", "equal to another array"};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        tg_event_coverage *coverage = create("ExtAlu.main");
        look(coverage, events[i].words, 1);
        for (size_t k = 0; k < sizeof classes / sizeof classes[0]; k++) {
            const bool is_expected =
                (events[i].class != NULL && strcmp(events[i].class, classes[k]) == 0) ||
                (events[i].other != NULL && strcmp(events[i].other, classes[k]) == 0);
            ck_assert_msg(reaches(coverage, "out", classes[k]) == is_expected, "%zu %s", i,
                          classes[k]);
        }
        tg_event_coverage_destroy(coverage);
    }
}
END_TEST

/* Enums by name, flags by value, and each with the classes of the words. */
START_TEST(event_coverage_values_and_pairs)
{
    tg_event_coverage *coverage = create("BaseAlu.preprocessed");
    // opcode, mult, addrs.out, addrs.in1, addrs.in2
    static const uint32_t instruction[5] = {3, 0, 77, 88, TG_WORD_ONE};
    look(coverage, instruction, 1);
    ck_assert(reaches(coverage, "opcode", "DivF"));
    ck_assert(!reaches(coverage, "opcode", "AddF"));
    ck_assert(reaches(coverage, "mult where opcode is DivF", "zero"));
    ck_assert(reaches(coverage, "addrs.in2 where opcode is DivF", "one"));
    ck_assert(!reaches(coverage, "mult where opcode is AddF", "zero"));
    ck_assert_uint_eq(nb_reached(coverage, TG_COVERAGE_PAIRS), 4);
    ck_assert_uint_eq(tg_event_coverage_tally(coverage, TG_COVERAGE_PAIRS).nb_classes, 4 * 4 * 8);
    tg_event_coverage_destroy(coverage);
    coverage = create("Poseidon2SBox.preprocessed");
    unsigned char instructions[64] = {0};
    const tg_trace *trace = tg_event_coverage_trace(coverage);
    for (size_t i = 0; i < tg_type_nb_leaves(trace->event); i++) {
        const tg_leaf leaf = tg_type_leaf_at(trace->event, i);
        if (leaf.type->form == TG_FORM_FLAG) instructions[leaf.offset] = 1;
    }
    look(coverage, instructions, 1);
    ck_assert(reaches(coverage, "external", "1") && !reaches(coverage, "external", "0"));
    ck_assert(reaches(coverage, "addrs.input where external is 1", "zero"));
    tg_event_coverage_destroy(coverage);
}
END_TEST

START_TEST(event_coverage_bounds)
{
    tg_event_coverage *coverage = create("Global.main");
    tg_global_event event = {.message = {1 << 24}};
    look(coverage, &event, 1);
    ck_assert(reaches(coverage, "message[0]", "the bound itself"));
    event.message[0] = (1 << 24) - 1;
    event.message[7] = 70000;
    event.kind = 63;
    look(coverage, &event, 1);
    ck_assert(reaches(coverage, "message[0]", "last below it"));
    ck_assert(reaches(coverage, "message[7]", "beyond it"));
    ck_assert(!reaches(coverage, "message[0]", "beyond it"));
    ck_assert(reaches(coverage, "kind", "63") && reaches(coverage, "kind", "0"));
    ck_assert(!reaches(coverage, "kind", "5"));
    tg_event_coverage_destroy(coverage);
}
END_TEST

START_TEST(event_coverage_counts_and_heights)
{
    tg_event_coverage *coverage = create("MemoryVar.main");
    void *events = sample_events(sample_trace("MemoryVar.main"), 300, 1);
    look(coverage, events, 0);
    ck_assert(reaches(coverage, "rows", "0") && reaches(coverage, "height", "padding alone"));
    ck_assert(reaches(coverage, "height", "16 by rule"));
    ck_assert(!reaches(coverage, "rows", "a last row that is not full"));
    look(coverage, events, 127);
    ck_assert(reaches(coverage, "rows", "64") && !reaches(coverage, "rows", "63"));
    ck_assert(reaches(coverage, "rows", "a last row that is not full"));
    ck_assert(reaches(coverage, "height", "by rule without padding rows"));
    tg_request request = {.trace = sample_trace("MemoryVar.main"),
                          .events = events,
                          .nb_events = 200,
                          .height = 101};
    tg_event_coverage_add(coverage, &request, 101, NULL);
    ck_assert(reaches(coverage, "height", "fixed, odd"));
    ck_assert(reaches(coverage, "height", "fixed with one padding row"));
    ck_assert(!reaches(coverage, "height", "fixed as by rule"));
    ck_assert(!reaches(coverage, "height", "above 65536"));
    free(events);
    tg_event_coverage_destroy(coverage);
    // Fixed heights that are ignored, and events, leave nothing out.
    coverage = create("PublicValues.main");
    ck_assert_uint_eq(tg_event_coverage_tally(coverage, TG_COVERAGE_HEIGHTS).nb_classes, 2);
    ck_assert_uint_eq(tg_event_coverage_tally(coverage, TG_COVERAGE_COUNTS).nb_classes, 3);
    tg_event_coverage_destroy(coverage);
    coverage = create("MemoryConst.main");
    look(coverage, NULL, 33);
    ck_assert(reaches(coverage, "events", "33"));
    ck_assert_uint_eq(tg_event_coverage_tally(coverage, TG_COVERAGE_FIELDS).nb_classes, 0);
    tg_event_coverage_destroy(coverage);
}
END_TEST

/* Make the trace of Global's events and look at it. */
static void look_at_global(tg_event_coverage *coverage, const tg_global_event *events,
                           size_t nb_events)
{
    const tg_trace *trace = sample_trace("Global.main");
    const tg_ref_generator *generator = NULL;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (tg_trace_at(i) == trace) generator = tg_ref_at(i);
    }
    tg_request request = {.trace = trace, .events = events, .nb_events = nb_events};
    tg_product made;
    tg_assert_ok(tg_trace_height(trace, nb_events, 0, &request.height, tg_suite_error));
    tg_assert_ok(tg_product_create(&made, trace, request.height, tg_suite_error));
    tg_assert_ok(tg_ref_make(&made, generator, &request, tg_suite_error));
    tg_event_coverage_add(coverage, &request, 0, &made);
    tg_product_destroy(&made);
}

START_TEST(event_coverage_points_that_meet)
{
    tg_global_event events[16];
    memset(events, 0, sizeof events);
    for (size_t i = 0; i < 16; i++) events[i].message[0] = (uint32_t)i;
    tg_event_coverage *coverage = create("Global.main");
    look_at_global(coverage, events, 16);
    ck_assert(!reaches(coverage, "rows show", "equal neighbours"));
    ck_assert(!reaches(coverage, "rows show", "opposite neighbours"));
    ck_assert(!reaches(coverage, "rows show", "an aligned chain of 8 that sums to infinity"));
    // Events 3 to 6 cancel, and two of them are equal: no aligned chain does.
    events[4] = events[3];
    events[5] = events[6] = events[3];
    events[5].is_receive = events[6].is_receive = 1;
    look_at_global(coverage, events, 16);
    ck_assert(reaches(coverage, "rows show", "equal neighbours"));
    ck_assert(reaches(coverage, "rows show", "opposite neighbours"));
    ck_assert(!reaches(coverage, "rows show", "3 equal points in a row"));
    ck_assert(!reaches(coverage, "rows show", "an aligned chain of 8 that sums to infinity"));
    for (size_t i = 8; i < 16; i++) {
        events[i] = events[8];
        events[i].is_receive = i >= 12;
    }
    look_at_global(coverage, events, 16);
    ck_assert(reaches(coverage, "rows show", "3 equal points in a row"));
    ck_assert(reaches(coverage, "rows show", "an aligned chain of 8 that sums to infinity"));
    ck_assert(!reaches(coverage, "rows show", "an aligned chain of 64 that sums to infinity"));
    tg_event_coverage_destroy(coverage);
}
END_TEST

/* The script reaches all of them. */
START_TEST(event_coverage_of_the_boundary_script_is_whole)
{
    size_t indices[TG_NB_KINDS];
    size_t nb_indices = 0;
    tg_assert_ok(tg_subject_find(indices, &nb_indices, "Global.main", tg_suite_error));
    const tg_subject subject = tg_subject_at(indices[0]);
    const size_t nb_events = tg_generator_period(&subject, TG_PROFILE_BOUNDARY);
    tg_global_event *events = sample_events(subject.trace, nb_events, 1);
    tg_assert_ok(
        tg_generator_fill(events, &subject, TG_PROFILE_BOUNDARY, 1, 0, nb_events, tg_suite_error));
    tg_event_coverage *coverage = create("Global.main");
    look_at_global(coverage, events, nb_events);
    const tg_coverage_tally own = tg_event_coverage_tally(coverage, TG_COVERAGE_OWN);
    ck_assert_uint_eq(own.nb_classes, 14);
    ck_assert_uint_eq(own.nb_reached, own.nb_classes);
    tg_event_coverage_destroy(coverage);
    free(events);
}
END_TEST

/* Every trace: nothing is reached at first, merged and marked are the same, names are there. */
START_TEST(event_coverage_of_every_trace)
{
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const tg_trace *trace = tg_trace_at(index);
        tg_event_coverage *one = create(trace->name);
        tg_event_coverage *other = create(trace->name);
        tg_event_coverage *marked = create(trace->name);
        ck_assert_uint_eq(nb_reached(one, TG_NB_COVERAGE_SECTIONS), 0);
        ck_assert_uint_ge(tg_event_coverage_tally(one, TG_NB_COVERAGE_SECTIONS).nb_classes, 5);
        void *events = trace->event != NULL ? sample_events(trace, 700, index) : NULL;
        look(one, events, 700);
        ck_assert_uint_ge(nb_reached(one, TG_NB_COVERAGE_SECTIONS), 1);
        tg_event_coverage_merge(other, one);
        for (size_t i = 0; i < tg_event_coverage_nb_groups(one); i++) {
            tg_coverage_group group;
            tg_event_coverage_group_at(&group, one, i);
            ck_assert_uint_eq(group.reached & ~group.classes, 0);
            ck_assert_int_ne(group.name[0], '\0');
            ck_assert(tg_event_coverage_mark(marked, i, group.reached));
            ck_assert(group.classes == UINT64_MAX ||
                      !tg_event_coverage_mark(marked, i, ~group.classes));
            for (unsigned class = 0; class < 64; class ++) {
                char text[TG_COVERAGE_NAME_BYTES];
                if ((group.classes >> class & 1) == 0) continue;
                ck_assert_int_ne(tg_event_coverage_class_name(text, one, i, class)[0], '\0');
            }
        }
        ck_assert_uint_eq(nb_reached(other, TG_NB_COVERAGE_SECTIONS),
                          nb_reached(one, TG_NB_COVERAGE_SECTIONS));
        ck_assert_uint_eq(nb_reached(marked, TG_NB_COVERAGE_SECTIONS),
                          nb_reached(one, TG_NB_COVERAGE_SECTIONS));
        free(events);
        tg_event_coverage_destroy(marked);
        tg_event_coverage_destroy(other);
        tg_event_coverage_destroy(one);
    }
}
END_TEST

/* Of very many events a sample, with the first and the last of them. */
START_TEST(event_coverage_samples_many_events)
{
    const size_t nb_events = 1 << 20;
    tg_event_coverage *coverage = create("MemoryVarV1.main");
    uint32_t *events = calloc(nb_events, 16);
    ck_assert_ptr_nonnull(events);
    for (size_t i = 0; i < 4 * nb_events; i++) events[i] = 12345 + (uint32_t)(i % 4);
    events[4 * nb_events - 1] = TG_WORD_ONE;
    events[0] = TG_P - 1;
    look(coverage, events, nb_events);
    ck_assert(reaches(coverage, "inner[3]", "one"));
    ck_assert(reaches(coverage, "inner[0]", "word just below p"));
    const size_t pace = tg_event_coverage_pace(coverage);
    // Nothing new is seen: less is looked at, and no less than a small batch.
    for (size_t i = 0; i < 20; i++) look(coverage, events, nb_events);
    ck_assert_uint_lt(tg_event_coverage_pace(coverage), pace);
    events[1] = 0;
    look(coverage, events, 256);
    ck_assert(reaches(coverage, "inner[1]", "zero"));
    ck_assert_uint_ge(tg_event_coverage_pace(coverage), pace);
    free(events);
    tg_event_coverage_destroy(coverage);
}
END_TEST

/* No line is wider than a report's, and a short one says all. */
START_TEST(event_coverage_text)
{
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        tg_event_coverage *coverage = create(tg_trace_at(index)->name);
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        ck_assert_ptr_nonnull(out);
        tg_event_coverage_print_line(out, coverage, 0);
        tg_event_coverage_print(out, coverage);
        ck_assert_int_eq(fclose(out), 0);
        ck_assert_ptr_nonnull(strstr(text, "; not reached:"));
        for (const char *line = text; *line != '\0';) {
            const size_t columns = strcspn(line, "\n");
            ck_assert_msg(columns <= 110, "%.*s", (int)columns, line);
            const char first = line[strspn(line, " ")];
            ck_assert_msg(first != ',' && first != ';', "%.*s", (int)columns, line);
            line += columns + 1;
        }
        free(text);
        tg_event_coverage_destroy(coverage);
    }
}
END_TEST

TG_SUITE("event_coverage", event_coverage_classes_of_words, event_coverage_equal_words,
         event_coverage_arrays, event_coverage_values_and_pairs, event_coverage_bounds,
         event_coverage_counts_and_heights, event_coverage_points_that_meet,
         event_coverage_of_the_boundary_script_is_whole, event_coverage_of_every_trace,
         event_coverage_samples_many_events, event_coverage_text)
