/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The key of a bug is the same with other bugs beside it: in padding, in memory beside the trace,
 * in words that nobody writes. */
#include "triage_wrong.h"

#include <string.h>

enum {
    BUG_CELL = 1,      /* column 0 of events, one more than it should be */
    BUG_PADDING = 2,   /* the last event's words in the first padding row */
    BUG_STRAY = 4,     /* a word behind the trace */
    BUG_UNWRITTEN = 8, /* the last row, where it is padding */
    BUG_UNSTABLE = 16, /* a padding cell of another value in every run */
};

static void kernel_of(unsigned bugs, uint32_t *trace, size_t height, const uint32_t *events,
                      size_t nb_events)
{
    static uint32_t nb_runs;
    // One thread does all, so that bugs do not depend on the shape.
    if (blockIdx.x != 0 || threadIdx.x != 0) return;
    const bool has_padding = nb_events + 1 < height;
    for (size_t row = 0; row < height; row++) {
        if ((bugs & BUG_UNWRITTEN) != 0 && has_padding && row == height - 1) break;
        for (size_t column = 0; column < WRONG_WIDTH; column++) {
            uint32_t word = row < nb_events ? events[row * WRONG_WIDTH + column] : 0;
            if ((bugs & BUG_PADDING) != 0 && row == nb_events && nb_events != 0 && has_padding)
                word = events[(row - 1) * WRONG_WIDTH + column] ^ 2;
            trace[column * height + row] = word;
        }
        if ((bugs & BUG_CELL) != 0 && row < nb_events) trace[row] = (trace[row] + 1) % TG_P;
    }
    if ((bugs & BUG_STRAY) != 0) trace[WRONG_WIDTH * height + 2] = 7;
    if ((bugs & BUG_UNSTABLE) != 0 && has_padding) trace[2 * height + nb_events] = ++nb_runs;
}

#define KERNEL(name, bugs)                                                                       \
    static void name(uint32_t *trace, uintptr_t height, const void *events, uintptr_t nb_events, \
                     const tg_krn_extra *extra)                                                  \
    {                                                                                            \
        (void)extra;                                                                             \
        kernel_of((bugs), trace, height, events, nb_events);                                     \
    }

KERNEL(kernel_cell, BUG_CELL)
KERNEL(kernel_cell_padding, BUG_CELL | BUG_PADDING)
KERNEL(kernel_cell_stray, BUG_CELL | BUG_STRAY)
KERNEL(kernel_cell_unwritten, BUG_CELL | BUG_UNWRITTEN)
KERNEL(kernel_cell_all, BUG_CELL | BUG_PADDING | BUG_STRAY | BUG_UNWRITTEN)
KERNEL(kernel_padding, BUG_PADDING)
KERNEL(kernel_padding_stray, BUG_PADDING | BUG_STRAY)
KERNEL(kernel_stray, BUG_STRAY)
KERNEL(kernel_cell_unstable, BUG_CELL | BUG_UNSTABLE)

/* The mismatch of a case as it is, without shrinking. */
static void look(tg_key *key, tg_causes *causes, tg_host_kernel *kernel)
{
    wrong_plan plan;
    wrong_sides sides = wrong_open();
    const tg_subject subject = wrong_subject(&plan, kernel);
    tg_case work = wrong_drawn(&subject, TG_PROFILE_UNIFORM, 3, 20);
    tg_case_result result;
    tg_product products[2];
    tg_mismatch mismatch;
    tg_assert_ok(tg_case_make(&result, &products[0], &products[1], &work, &sides.expected,
                              &sides.actual, tg_suite_error));
    ck_assert(!result.is_match);
    tg_triage_mismatch(&mismatch, &work, &result, &products[0], &products[1], &sides.actual);
    tg_assert_ok(tg_causes_find(causes, &mismatch, tg_suite_error));
    tg_key_make(key, &mismatch, causes);
    tg_product_destroy(&products[0]);
    tg_product_destroy(&products[1]);
    tg_case_result_clear(&result);
    tg_case_clear(&work);
    wrong_close(&sides);
}

static void check_same(tg_host_kernel *alone, tg_host_kernel *const *beside, size_t nb)
{
    tg_key key;
    tg_causes causes;
    look(&key, &causes, alone);
    ck_assert(!causes.has_own);
    for (size_t i = 0; i < nb; i++) {
        tg_key other;
        look(&other, &causes, beside[i]);
        ck_assert_msg(strcmp(other.text, key.text) == 0, "number %zu: %s, not %s", i, other.text,
                      key.text);
    }
}

START_TEST(key_part_of_events_is_that_of_one_bug)
{
    static tg_host_kernel *const beside[] = {kernel_cell_padding, kernel_cell_stray,
                                             kernel_cell_unwritten, kernel_cell_all};
    check_same(kernel_cell, beside, sizeof beside / sizeof beside[0]);
}
END_TEST

START_TEST(key_part_of_padding_is_that_of_one_bug)
{
    static tg_host_kernel *const beside[] = {kernel_padding_stray};
    check_same(kernel_padding, beside, 1);
}
END_TEST

/* Words that differ between runs are padding: that says nothing of the events. */
START_TEST(key_part_leaves_unstable_words_of_others)
{
    static tg_host_kernel *const beside[] = {kernel_cell_unstable};
    check_same(kernel_cell, beside, 1);
}
END_TEST

/* What a report says is about all that is wrong, whatever the key is about. */
START_TEST(key_part_leaves_causes_of_the_whole)
{
    tg_key key;
    tg_causes causes;
    look(&key, &causes, kernel_cell_stray);
    ck_assert_int_eq(causes.list[0].cause, TG_CAUSE_STRAYED);
    ck_assert_ptr_null(strstr(key.text, "strayed"));
    look(&key, &causes, kernel_stray);
    ck_assert_str_eq(key.text, "Select.main/conduct/strayed/after the trace");
}
END_TEST

/* Shrunk, too. */
START_TEST(key_part_is_kept_by_triage)
{
    static tg_host_kernel *const kernels[] = {kernel_cell, kernel_cell_padding, kernel_cell_stray,
                                              kernel_cell_all};
    tg_key keys[sizeof kernels / sizeof kernels[0]];
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++) {
        wrong_plan plan;
        wrong_sides sides = wrong_open();
        const tg_subject subject = wrong_subject(&plan, kernels[i]);
        tg_case work = wrong_drawn(&subject, TG_PROFILE_MIXED, 1, 500);
        const tg_triage_options options = {.expected = &sides.expected, .actual = &sides.actual};
        tg_triage triage;
        tg_assert_ok(tg_triage_run(&triage, &work, &options, tg_suite_error));
        keys[i] = triage.key;
        ck_assert_uint_eq(triage.smallest.nb_events, 1);
        ck_assert_msg(strcmp(keys[i].text, keys[0].text) == 0, "%zu: %s, not %s", i, keys[i].text,
                      keys[0].text);
        tg_triage_clear(&triage);
        tg_case_clear(&work);
        wrong_close(&sides);
    }
}
END_TEST

TG_SUITE("key_part", key_part_of_events_is_that_of_one_bug, key_part_of_padding_is_that_of_one_bug,
         key_part_leaves_unstable_words_of_others, key_part_leaves_causes_of_the_whole,
         key_part_is_kept_by_triage)
