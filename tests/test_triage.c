/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Triage: every case ends at the smallest one that shows its bug, with the same key wherever it
 * began. Saving: test_triage_save.c. */
#include "reference/field.h"
#include "triage_wrong.h"

#include <stdio.h>
#include <string.h>

static wrong_sides sides;
static wrong_plan plan;

/* Triage what a kernel makes of a case. */
static tg_triage triage_case(const tg_case *work)
{
    tg_triage triage;
    const tg_triage_options options = {.expected = &sides.expected,
                                       .actual = &sides.actual,
                                       .max_seconds = 60};
    tg_assert_ok(tg_triage_run(&triage, work, &options, tg_suite_error));
    return triage;
}

static tg_triage triage_kernel(tg_host_kernel *kernel, tg_profile profile, uint64_t seed,
                               size_t nb_events)
{
    const tg_subject subject = wrong_subject(&plan, kernel);
    tg_case work = wrong_drawn(&subject, profile, seed, nb_events);
    const tg_triage triage = triage_case(&work);
    tg_case_clear(&work);
    return triage;
}

static const uint32_t *event_of(const tg_triage *triage, size_t index)
{
    return (const uint32_t *)triage->smallest.events + index * WRONG_WIDTH;
}

static bool is_zero_event(const tg_triage *triage, size_t index)
{
    static const uint32_t zeros[WRONG_WIDTH];
    return memcmp(event_of(triage, index), zeros, sizeof zeros) == 0;
}

/* What holds for every result: the smallest case is valid, and still shows the key. */
static void assert_is_whole(tg_triage *triage)
{
    ck_assert(!triage->is_match);
    ck_assert(!triage->result.is_match);
    ck_assert_uint_ge(triage->causes.nb, 1);
    ck_assert_uint_ge(triage->smallest_causes.nb, 1);
    ck_assert_str_eq(triage->smallest.why, triage->key.text);
    tg_assert_ok(tg_trace_check_events(triage->smallest.subject.trace, triage->smallest.events,
                                       triage->smallest.nb_events, tg_suite_error));
    tg_triage again = triage_case(&triage->smallest);
    ck_assert_str_eq(again.key.text, triage->key.text);
    ck_assert_uint_eq(again.smallest.nb_events, triage->smallest.nb_events);
    if (triage->smallest.nb_events != 0)
        ck_assert_mem_eq(again.smallest.events, triage->smallest.events,
                         triage->smallest.nb_events * WRONG_WIDTH * sizeof(uint32_t));
    tg_triage_clear(&again);
}

static void set_up(void) { sides = wrong_open(); }

static void tear_down(tg_triage *triage)
{
    tg_triage_clear(triage);
    wrong_close(&sides);
}

START_TEST(triage_of_a_match_is_empty)
{
    set_up();
    tg_triage triage = triage_kernel(kernel_right, TG_PROFILE_MIXED, 1, 100);
    ck_assert(triage.is_match);
    ck_assert_uint_eq(triage.nb_runs, 0);
    ck_assert_ptr_null(triage.smallest.events);
    tear_down(&triage);
}
END_TEST

START_TEST(triage_ends_at_one_event)
{
    set_up();
    tg_triage triage = triage_kernel(kernel_equal, TG_PROFILE_MIXED, 1, 1000);
    assert_is_whole(&triage);
    ck_assert_uint_eq(triage.smallest.nb_events, 1);
    // The simplest event with equal inputs and a bit.
    const uint32_t simplest[WRONG_WIDTH] = {TG_WORD_ONE, 0, 0, 0, 0};
    ck_assert_mem_eq(event_of(&triage, 0), simplest, sizeof simplest);
    ck_assert_int_eq(triage.key.part, TG_PART_EVENTFUL);
    ck_assert_uint_eq(triage.key.column, 2);
    ck_assert(!triage.is_cut && !triage.is_unstable);
    ck_assert_uint_eq(triage.smallest.fixed_height, 0);
    ck_assert_uint_eq(triage.result.diff.wrong.eventful, 1);
    tear_down(&triage);
}
END_TEST

START_TEST(triage_keeps_what_position_takes)
{
    set_up();
    tg_triage triage = triage_kernel(kernel_late, TG_PROFILE_UNIFORM, 3, 1500);
    assert_is_whole(&triage);
    ck_assert_uint_eq(triage.smallest.nb_events, 1000);
    for (size_t i = 0; i < 1000; i++) ck_assert(is_zero_event(&triage, i));
    tg_triage_clear(&triage);
    triage = triage_kernel(kernel_off_by_one, TG_PROFILE_UNIFORM, 3, 40);
    assert_is_whole(&triage);
    ck_assert_uint_eq(triage.smallest.nb_events, 3);
    tear_down(&triage);
}
END_TEST

/* Simpler events would be equal, and what is wrong then looks like something else. */
START_TEST(triage_keeps_the_cause_of_several_events)
{
    set_up();
    tg_triage triage = triage_kernel(kernel_tile_again, TG_PROFILE_UNIFORM, 3, 100);
    assert_is_whole(&triage);
    ck_assert_int_eq(triage.causes.list[0].cause, TG_CAUSE_SHIFTED_ROWS);
    ck_assert_int_eq(tg_causes_of_key(&triage.smallest_causes), TG_CAUSE_SHIFTED_ROWS);
    ck_assert_uint_eq(triage.smallest.nb_events, 65);
    ck_assert_uint_eq(triage.result.diff.wrong_rows.eventful, 1);
    tear_down(&triage);
}
END_TEST

START_TEST(triage_says_what_a_case_was_shrunk_from)
{
    set_up();
    const tg_subject subject = wrong_subject(&plan, kernel_equal);
    tg_case work = wrong_drawn(&subject, TG_PROFILE_MIXED, 1, 100);
    (void)snprintf(work.source, sizeof work.source, "a draw");
    tg_triage triage = triage_case(&work);
    tg_case_clear(&work);
    ck_assert_str_eq(triage.smallest.source, "shrunk from a draw");
    tg_triage again = triage_case(&triage.smallest);
    ck_assert_str_eq(again.smallest.source, "shrunk from a draw");
    tg_triage_clear(&again);
    tear_down(&triage);
}
END_TEST

START_TEST(triage_drops_all_events_where_padding_is_wrong)
{
    set_up();
    tg_triage triage = triage_kernel(kernel_forgets, TG_PROFILE_MIXED, 1, 500);
    assert_is_whole(&triage);
    ck_assert_uint_eq(triage.smallest.nb_events, 0);
    ck_assert_int_eq(triage.key.part, TG_PART_PADDING);
    ck_assert_int_eq(triage.smallest_causes.list[0].cause, TG_CAUSE_UNWRITTEN);
    ck_assert_uint_eq(triage.result.diff.wrong_rows.padding, 1);
    tear_down(&triage);
}
END_TEST

START_TEST(triage_takes_conduct_and_failures)
{
    set_up();
    // Few, for one block: threads of another one may read the events before or behind the change.
    tg_triage triage = triage_kernel(kernel_spoils, TG_PROFILE_MIXED, 1, 30);
    assert_is_whole(&triage);
    ck_assert_str_eq(triage.key.text, "Select.main/conduct/strayed/the events");
    ck_assert_uint_eq(triage.smallest.nb_events, 1);
    ck_assert(is_zero_event(&triage, 0));
    tg_triage_clear(&triage);
    triage = triage_kernel(kernel_sticks, TG_PROFILE_MIXED, 1, 500);
    assert_is_whole(&triage);
    ck_assert_str_eq(triage.key.text, "Select.main/failed/barrier/the kernel under test failed");
    ck_assert_uint_eq(triage.smallest.nb_events, 0);
    ck_assert_int_eq(triage.result.status, TG_ERR_KERNEL);
    ck_assert_ptr_null(triage.actual.cells);
    tear_down(&triage);
}
END_TEST

START_TEST(triage_lowers_heights)
{
    set_up();
    const tg_subject subject = wrong_subject(&plan, kernel_tall);
    tg_case work = wrong_drawn(&subject, TG_PROFILE_UNIFORM, 1, 3);
    work.fixed_height = 4000;
    tg_triage triage = triage_case(&work);
    assert_is_whole(&triage);
    ck_assert_uint_eq(triage.smallest.nb_events, 1);
    ck_assert_uint_eq(triage.smallest.fixed_height, 65);
    ck_assert(is_zero_event(&triage, 0));
    tg_case_clear(&work);
    tear_down(&triage);
}
END_TEST

START_TEST(triage_simplifies_shapes)
{
    set_up();
    const tg_subject subject = wrong_subject(&plan, kernel_blocks);
    tg_case work = wrong_drawn(&subject, TG_PROFILE_UNIFORM, 1, 3);
    work.launch = (tg_launch){.grid = 17, .block = 96};
    work.fixed_height = 64;
    tg_triage triage = triage_case(&work);
    assert_is_whole(&triage);
    ck_assert_uint_eq(triage.smallest.launch.grid, 2);
    ck_assert_uint_eq(triage.smallest.launch.block, 0);
    ck_assert_uint_eq(triage.smallest.fixed_height, 0);
    tg_case_clear(&work);
    // What any shape shows is left with the plan's.
    const tg_subject swapped = wrong_subject(&plan, kernel_swaps);
    work = wrong_drawn(&swapped, TG_PROFILE_UNIFORM, 1, 3);
    work.launch = (tg_launch){.grid = 17, .block = 96};
    work.fixed_height = 64;
    tg_triage_clear(&triage);
    triage = triage_case(&work);
    assert_is_whole(&triage);
    ck_assert_uint_eq(triage.smallest.launch.grid, 0);
    ck_assert_uint_eq(triage.smallest.launch.block, 0);
    ck_assert_uint_eq(triage.smallest.fixed_height, 0);
    tg_case_clear(&work);
    tear_down(&triage);
}
END_TEST

START_TEST(triage_leaves_unstable_cases)
{
    set_up();
    const tg_subject subject = wrong_subject(&plan, kernel_unstable);
    tg_case work = wrong_drawn(&subject, TG_PROFILE_UNIFORM, 1, 20);
    tg_triage triage = triage_case(&work);
    ck_assert(triage.is_unstable);
    ck_assert_uint_eq(triage.smallest.nb_events, 20);
    ck_assert_mem_eq(triage.smallest.events, work.events, 20 * WRONG_WIDTH * sizeof(uint32_t));
    ck_assert_int_eq(triage.causes.list[0].cause, TG_CAUSE_UNSTABLE);
    ck_assert_uint_eq(triage.nb_runs, 0);
    tg_case_clear(&work);
    tear_down(&triage);
}
END_TEST

/* Other words over another poison, and the same over the same. */
START_TEST(triage_shrinks_what_reads_unwritten_memory)
{
    set_up();
    tg_triage triage = triage_kernel(kernel_reads, TG_PROFILE_UNIFORM, 1, 20);
    assert_is_whole(&triage);
    ck_assert(!triage.is_unstable);
    ck_assert_int_eq(triage.causes.list[0].cause, TG_CAUSE_UNSTABLE);
    ck_assert_uint_eq(triage.smallest.nb_events, 1);
    ck_assert(is_zero_event(&triage, 0));
    tear_down(&triage);
}
END_TEST

START_TEST(triage_finds_words_of_an_earlier_run)
{
    set_up();
    const tg_subject subject = wrong_subject(&plan, kernel_stale);
    tg_case work = wrong_drawn(&subject, TG_PROFILE_UNIFORM, 1, 40);
    tg_triage triage = triage_case(&work);
    bool is_stale = false;
    for (size_t i = 0; i < triage.causes.nb; i++) {
        is_stale = is_stale || triage.causes.list[i].cause == TG_CAUSE_STALE;
    }
    ck_assert(is_stale);
    ck_assert(triage.is_unstable);
    ck_assert_uint_eq(triage.smallest.nb_events, 40);
    tg_case_clear(&work);
    tear_down(&triage);
}
END_TEST

/* One bug, met in different events: one key, and one case. */
START_TEST(triage_gives_one_key_for_one_bug)
{
    static tg_host_kernel *const kernels[] = {kernel_swaps, kernel_equal, kernel_forgets};
    static const tg_profile profiles[] = {TG_PROFILE_UPSTREAM, TG_PROFILE_UNIFORM,
                                          TG_PROFILE_BOUNDARY, TG_PROFILE_MIXED};
    set_up();
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++) {
        tg_triage first = triage_kernel(kernels[i], TG_PROFILE_MIXED, 7, 1000);
        size_t nb_shown = 0;
        for (size_t k = 0; k < 12; k++) {
            tg_triage other = triage_kernel(kernels[i], profiles[k % 4], k, 100 + 300 * (k % 3));
            if (!other.is_match) {
                nb_shown++;
                ck_assert_str_eq(other.key.text, first.key.text);
                ck_assert_str_eq(other.key.id, first.key.id);
                ck_assert_uint_eq(other.smallest.nb_events, first.smallest.nb_events);
                if (first.smallest.nb_events != 0)
                    ck_assert_mem_eq(event_of(&other, 0), event_of(&first, 0), WRONG_WIDTH * 4);
            }
            tg_triage_clear(&other);
        }
        ck_assert_uint_ge(nb_shown, 6);
        tg_triage_clear(&first);
    }
    wrong_close(&sides);
}
END_TEST

static bool always(void *context)
{
    (void)context;
    return true;
}

static void count_steps(void *context, const tg_case *smallest, size_t nb_runs)
{
    size_t *nb_steps = context;
    ck_assert_uint_le(smallest->nb_events, 1000);
    ck_assert_uint_ge(nb_runs, 1);
    ++*nb_steps;
}

START_TEST(triage_is_bounded)
{
    set_up();
    const tg_subject subject = wrong_subject(&plan, kernel_equal);
    tg_case work = wrong_drawn(&subject, TG_PROFILE_MIXED, 1, 1000);
    size_t nb_steps = 0;
    tg_triage triage;
    tg_triage_options options = {.expected = &sides.expected,
                                 .actual = &sides.actual,
                                 .on_step = count_steps,
                                 .on_step_context = &nb_steps};
    for (size_t max_runs = 1; max_runs < 12; max_runs += 5) {
        options.max_runs = max_runs;
        tg_assert_ok(tg_triage_run(&triage, &work, &options, tg_suite_error));
        ck_assert_uint_le(triage.nb_runs, max_runs);
        ck_assert(triage.is_cut);
        ck_assert(!triage.result.is_match);
        ck_assert(triage.key.text[0] != '\0');
        tg_triage_clear(&triage);
    }
    ck_assert_uint_ge(nb_steps, 1);
    options.max_runs = 0;
    options.stops = always;
    tg_assert_ok(tg_triage_run(&triage, &work, &options, tg_suite_error));
    ck_assert(triage.is_cut);
    ck_assert_uint_eq(triage.nb_runs, 0);
    ck_assert_uint_eq(triage.smallest.nb_events, 1000);
    tg_case_clear(&work);
    tear_down(&triage);
}
END_TEST

/* Without a limit of time it is cells that end it: where, no clock decides. */
START_TEST(triage_is_bounded_by_cells)
{
    set_up();
    const tg_subject subject = wrong_subject(&plan, kernel_late);
    tg_case work = wrong_drawn(&subject, TG_PROFILE_MIXED, 1, 1500);
    tg_triage triage;
    tg_triage_options options = {.expected = &sides.expected, .actual = &sides.actual};
    tg_assert_ok(tg_triage_run(&triage, &work, &options, tg_suite_error));
    ck_assert(!triage.is_cut);
    const size_t nb_all = triage.nb_cells;
    ck_assert_uint_lt(nb_all, TG_TRIAGE_MAX_CELLS);
    tg_triage_clear(&triage);
    size_t nb_runs = 0;
    for (unsigned i = 0; i < 2; i++) {
        options.max_cells = nb_all / 4;
        tg_assert_ok(tg_triage_run(&triage, &work, &options, tg_suite_error));
        ck_assert(triage.is_cut);
        // The last run of a stage may go beyond.
        ck_assert_uint_lt(triage.nb_cells, nb_all / 2);
        if (i == 1) ck_assert_uint_eq(triage.nb_runs, nb_runs);
        nb_runs = triage.nb_runs;
        tg_triage_clear(&triage);
    }
    // A caller with a limit of time has none of cells.
    options.max_cells = 0;
    options.max_seconds = 1e-9;
    tg_assert_ok(tg_triage_run(&triage, &work, &options, tg_suite_error));
    ck_assert(triage.is_cut);
    ck_assert_uint_eq(triage.nb_runs, 0);
    tg_case_clear(&work);
    tear_down(&triage);
}
END_TEST

/* What is known of the whole gives the same result as running it. */
START_TEST(triage_takes_the_whole_from_its_caller)
{
    set_up();
    const tg_subject subject = wrong_subject(&plan, kernel_swaps);
    tg_case work = wrong_drawn(&subject, TG_PROFILE_MIXED, 9, 300);
    tg_triage own = triage_case(&work);
    tg_case_result result;
    tg_product expected;
    tg_product actual;
    tg_mismatch whole;
    tg_assert_ok(tg_case_make(&result, &expected, &actual, &work, &sides.expected, &sides.actual,
                              tg_suite_error));
    tg_triage_mismatch(&whole, &work, &result, &expected, &actual, &sides.actual);
    const tg_triage_options options = {.expected = &sides.expected,
                                       .actual = &sides.actual,
                                       .whole = &whole};
    tg_triage triage;
    tg_assert_ok(tg_triage_run(&triage, &work, &options, tg_suite_error));
    ck_assert_str_eq(triage.key.text, own.key.text);
    ck_assert_uint_eq(triage.nb_runs, own.nb_runs);
    ck_assert_uint_eq(triage.smallest.nb_events, 1);
    ck_assert_mem_eq(event_of(&triage, 0), event_of(&own, 0), WRONG_WIDTH * 4);
    ck_assert_int_eq(triage.causes.list[0].cause, own.causes.list[0].cause);
    tg_product_destroy(&expected);
    tg_product_destroy(&actual);
    tg_case_result_clear(&result);
    tg_triage_clear(&own);
    tg_case_clear(&work);
    tear_down(&triage);
}
END_TEST

/* The lines of a report. */
START_TEST(triage_prints_what_it_found)
{
    set_up();
    tg_triage triage = triage_kernel(kernel_equal, TG_PROFILE_MIXED, 1, 1000);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    tg_triage_print(out, &triage);
    tg_case_print_whole(out, &triage.smallest, &triage.result, &triage.expected, &triage.actual,
                        "reference", "host", 4);
    ck_assert_int_eq(fclose(out), 0);
    static const char *const lines[] = {
        "  smallest     1 event, height 32; ",
        "event 0: bit 1, out1 0, out2 0, in1 0, in2 0\n",
        "  shows in     1 row, 1 column: vals.out2\n",
        "  look for     ",
        "  key          Select.main/eventful/",
        "  host against reference: 32 rows, 5 columns\n",
        "  row 0, event 0\n",
        "  * vals.out2  0 (0x00000000)  ",
        "    vals.bit   1 (0x01fffffe)           1 (0x01fffffe)\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        ck_assert_msg(strstr(text, lines[i]) != NULL, "no '%s' in:\n%s", lines[i], text);
    }
    free(text);
    tear_down(&triage);
}
END_TEST

TG_SUITE("triage", triage_of_a_match_is_empty, triage_ends_at_one_event,
         triage_keeps_what_position_takes, triage_keeps_the_cause_of_several_events,
         triage_says_what_a_case_was_shrunk_from, triage_drops_all_events_where_padding_is_wrong,
         triage_takes_conduct_and_failures, triage_lowers_heights, triage_simplifies_shapes,
         triage_leaves_unstable_cases, triage_shrinks_what_reads_unwritten_memory,
         triage_finds_words_of_an_earlier_run, triage_gives_one_key_for_one_bug, triage_is_bounded,
         triage_is_bounded_by_cells, triage_takes_the_whole_from_its_caller,
         triage_prints_what_it_found)
