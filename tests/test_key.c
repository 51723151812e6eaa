/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Keys of failures: what they are made of, that they are stable, and reading them back. */
#include "harness/key.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#define HEIGHT 32
#define WIDTH 5

static const tg_trace *trace_named(const char *name)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (strcmp(tg_trace_at(i)->name, name) == 0) return tg_trace_at(i);
    }
    ck_abort_msg("no trace %s", name);
    return NULL;
}

static tg_causes cause_of(tg_cause cause)
{
    return (tg_causes){.nb = 1, .list = {{.cause = cause, .confidence = 100}}};
}

/* A mismatch of Select.main with all cells right, to be spoiled. */
typedef struct bench {
    uint32_t expected[WIDTH * HEIGHT];
    uint32_t actual[WIDTH * HEIGHT];
    tg_diff diff;
    tg_conduct conduct;
    tg_mismatch mismatch;
} bench;

static void set_up(bench *work)
{
    const tg_trace *trace = trace_named("Select.main");
    memset(work, 0, sizeof *work);
    work->mismatch = (tg_mismatch){.trace = trace,
                                   .nb_events = 2,
                                   .expected = {work->expected, HEIGHT, WIDTH},
                                   .actual = {work->actual, HEIGHT, WIDTH},
                                   .diff = &work->diff,
                                   .conduct = &work->conduct};
    tg_assert_ok(tg_diff_init(&work->diff, WIDTH, 1, tg_suite_error));
}

static tg_key key_of(bench *work, tg_cause cause)
{
    tg_key key;
    const tg_causes causes = cause_of(cause);
    tg_assert_ok(tg_diff_run(&work->diff, work->mismatch.trace, 2, &work->mismatch.expected,
                             &work->mismatch.actual, tg_suite_error));
    tg_key_make(&key, &work->mismatch, &causes);
    return key;
}

START_TEST(key_of_cells_names_the_first_wrong_column)
{
    bench work;
    set_up(&work);
    work.actual[3 * HEIGHT + 1] = 1;
    work.actual[4 * HEIGHT] = 1;
    // A padding cell in front of them: eventful ones count for more.
    work.actual[0 * HEIGHT + 7] = 1;
    tg_key key = key_of(&work, TG_CAUSE_NEGATED);
    ck_assert_str_eq(key.text, "Select.main/eventful/negated/vals.in1");
    ck_assert_int_eq(key.part, TG_PART_EVENTFUL);
    ck_assert_uint_eq(key.column, 3);
    ck_assert_uint_eq(strlen(key.id), 12);
    work.actual[3 * HEIGHT + 1] = 0;
    work.actual[4 * HEIGHT] = 0;
    key = key_of(&work, TG_CAUSE_UNWRITTEN);
    ck_assert_str_eq(key.text, "Select.main/padding/unwritten/vals.bit");
    ck_assert_int_eq(key.part, TG_PART_PADDING);
    ck_assert_uint_eq(key.column, 0);
    tg_diff_clear(&work.diff);
}
END_TEST

START_TEST(key_of_other_dimensions_is_of_cells)
{
    bench work;
    set_up(&work);
    work.mismatch.actual.height = HEIGHT / 2;
    const tg_key key = key_of(&work, TG_CAUSE_DIMENSIONS);
    ck_assert_str_eq(key.text, "Select.main/eventful/dimensions/-");
    ck_assert_uint_eq(key.column, SIZE_MAX);
    tg_diff_clear(&work.diff);
}
END_TEST

START_TEST(key_of_an_unknown_chip_numbers_its_columns)
{
    bench work;
    set_up(&work);
    work.mismatch.trace = NULL;
    work.actual[2 * HEIGHT + 30] = 1;
    const tg_key key = key_of(&work, TG_CAUSE_OTHER);
    ck_assert_str_eq(key.text, "-/eventful/other/column 2");
    tg_diff_clear(&work.diff);
}
END_TEST

START_TEST(key_of_a_failure_names_its_status)
{
    const tg_causes causes = cause_of(TG_CAUSE_FAILED);
    const tg_mismatch mismatch = {.trace = trace_named("Select.main"), .failed = TG_ERR_KERNEL};
    tg_key key;
    tg_key_make(&key, &mismatch, &causes);
    ck_assert_str_eq(key.text, "Select.main/failed/failed/the kernel under test failed");
    ck_assert_int_eq(key.part, TG_PART_FAILED);
    ck_assert_uint_eq(key.column, SIZE_MAX);
}
END_TEST

/* Two failures of one kind are told apart where anything does that. */
START_TEST(key_of_a_failure_names_its_site)
{
    const tg_causes causes = cause_of(TG_CAUSE_OUT_OF_BOUNDS);
    tg_error why = {.status = TG_ERR_KERNEL, .site = "read at my.cu:17"};
    const tg_mismatch mismatch = {.trace = trace_named("Select.main"),
                                  .failed = TG_ERR_KERNEL,
                                  .why = &why};
    tg_key key;
    tg_key again;
    tg_key_make(&key, &mismatch, &causes);
    ck_assert_str_eq(key.text, "Select.main/failed/out-of-bounds/read at my.cu:17");
    ck_assert(tg_key_read(&again, key.text));
    ck_assert_str_eq(again.id, key.id);
    // A worker that broke may have written anything.
    (void)snprintf(why.site, sizeof why.site, "a/b");
    tg_key_make(&key, &mismatch, &causes);
    ck_assert_str_eq(key.text, "Select.main/failed/out-of-bounds/the kernel under test failed");
    (void)snprintf(why.site, sizeof why.site, "a\x1b");
    tg_key_make(&key, &mismatch, &causes);
    ck_assert_str_eq(key.text, "Select.main/failed/out-of-bounds/the kernel under test failed");
}
END_TEST

START_TEST(key_of_side_outputs_names_the_first_wrong_one)
{
    const tg_trace *trace = trace_named("Global.main");
    const tg_causes causes = cause_of(TG_CAUSE_SIDES);
    tg_sides_diff sides = {.trace = trace, .max_listed = 0};
    sides.sides[1].nb_wrong = 1;
    sides.sides[2].nb_wrong = 1;
    tg_mismatch mismatch = {.trace = trace, .sides = &sides};
    tg_key key;
    tg_key_make(&key, &mismatch, &causes);
    ck_assert_str_eq(key.text, "Global.main/side/side-outputs/event_count");
    ck_assert_int_eq(key.part, TG_PART_SIDE);
}
END_TEST

START_TEST(key_of_conduct_names_the_place)
{
    bench work;
    set_up(&work);
    const struct {
        tg_zone zone;
        const char *text;
    } zones[] = {
        {TG_ZONE_BEFORE_TRACE, "Select.main/conduct/strayed/before the trace"},
        {TG_ZONE_AFTER_TRACE, "Select.main/conduct/strayed/after the trace"},
        {TG_ZONE_BEFORE_EVENTS, "Select.main/conduct/strayed/before the events"},
        {TG_ZONE_AFTER_EVENTS, "Select.main/conduct/strayed/after the events"},
        {TG_ZONE_AFTER_SIDES, "Select.main/conduct/strayed/after a side output"},
    };
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        memset(&work.conduct, 0, sizeof work.conduct);
        work.conduct.nb_zone_words[zones[i].zone] = 1;
        ck_assert_str_eq(key_of(&work, TG_CAUSE_STRAYED).text, zones[i].text);
    }
    work.conduct = (tg_conduct){.events_changed = true};
    ck_assert_str_eq(key_of(&work, TG_CAUSE_STRAYED).text,
                     "Select.main/conduct/strayed/the events");
    work.conduct = (tg_conduct){.cells = {.nb_unstable = 3}};
    ck_assert_str_eq(key_of(&work, TG_CAUSE_UNSTABLE).text, "Select.main/conduct/unstable/cells");
    // Nothing but a digest tells of a mismatch without any of these.
    work.conduct = (tg_conduct){.events_changed = false};
    ck_assert_str_eq(key_of(&work, TG_CAUSE_DIGEST).text, "Select.main/digest/digest/-");
    tg_diff_clear(&work.diff);
}
END_TEST

START_TEST(key_reads_back)
{
    static const struct {
        const char *text;
        tg_part part;
        size_t column;
    } keys[] = {
        {"Select.main/eventful/shifted-columns/vals.out1", TG_PART_EVENTFUL, 1},
        {"Select.main/padding/unwritten/vals.in2", TG_PART_PADDING, 4},
        {"Select.main/eventful/other/no column", TG_PART_EVENTFUL, SIZE_MAX},
        {"Unknown.main/eventful/other/x", TG_PART_EVENTFUL, SIZE_MAX},
        {"Global.main/side/side-outputs/lookups", TG_PART_SIDE, SIZE_MAX},
        {"Select.main/failed/failed/the kernel under test failed", TG_PART_FAILED, SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        tg_key key;
        ck_assert(tg_key_read(&key, keys[i].text));
        ck_assert_str_eq(key.text, keys[i].text);
        ck_assert_int_eq(key.part, keys[i].part);
        ck_assert_uint_eq(key.column, keys[i].column);
        ck_assert_uint_eq(strlen(key.id), 12);
    }
}
END_TEST

/* Ids stand in names of folders and in ledgers: they outlive programs. */
START_TEST(key_ids_never_change)
{
    tg_key key;
    ck_assert(tg_key_read(&key, "Select.main/eventful/permuted-columns/vals.out1"));
    ck_assert_str_eq(key.id, "a56f0e0a0485");
    ck_assert(tg_key_read(&key, "Select.main/eventful/permuted-columns/vals.out2"));
    ck_assert_str_ne(key.id, "a56f0e0a0485");
}
END_TEST

START_TEST(key_refuses_what_cannot_be_one)
{
    static const char *const texts[] = {
        "",
        "Select.main",
        "Select.main/eventful",
        "Select.main/eventful/other",
        "Select.main/eventful/other/",
        "/eventful/other/x",
        "Select.main/nothing/other/x",
        "Select.main/eventful/no-such-cause/x",
        "Select.main/eventful/other/x\n",
        "Select.main/eventful/other/\xc3\xbc",
    };
    tg_key key;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ck_assert_msg(!tg_key_read(&key, texts[i]), "'%s' is a key", texts[i]);
    }
    static char longest[2 * TG_KEY_BYTES];
    memset(longest, 'x', sizeof longest - 1);
    memcpy(longest, "Select.main/eventful/other/", 27);
    ck_assert(!tg_key_read(&key, longest));
    longest[TG_KEY_BYTES - 1] = '\0';
    ck_assert(tg_key_read(&key, longest));
}
END_TEST

START_TEST(key_names_its_cause)
{
    tg_cause cause = TG_CAUSE_OTHER;
    ck_assert(tg_key_cause(&cause, "Select.main/eventful/negated/vals.in1"));
    ck_assert_int_eq(cause, TG_CAUSE_NEGATED);
    ck_assert(!tg_key_cause(&cause, "Select.main/eventful/-/vals.in1"));
    ck_assert(!tg_key_cause(&cause, "Select.main/eventful"));
    ck_assert(!tg_key_cause(&cause, ""));
    ck_assert_int_eq(cause, TG_CAUSE_NEGATED);
}
END_TEST

TG_SUITE("key", key_of_cells_names_the_first_wrong_column, key_of_other_dimensions_is_of_cells,
         key_of_an_unknown_chip_numbers_its_columns, key_of_a_failure_names_its_site,
         key_of_a_failure_names_its_status, key_of_side_outputs_names_the_first_wrong_one,
         key_of_conduct_names_the_place, key_reads_back, key_ids_never_change,
         key_refuses_what_cannot_be_one, key_names_its_cause)
