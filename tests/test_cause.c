/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Causes that show in single words, in conduct, in side outputs: each one is made in real traces,
 * must come first, and its evidence must have the right figures. */
#include "cause_made.h"

#include <omp.h>

/* Change the eventful cells of a column; NULL: of all columns. Returns how many differ then. */
typedef uint32_t change_word(uint32_t word);

static size_t change_column(cause_made *made, size_t column, change_word *change)
{
    size_t nb = 0;
    for (size_t row = 0; row < made->nb_events; row++) {
        uint32_t *cell = cause_actual(made, row, column);
        const uint32_t before = *cell;
        *cell = change(before);
        nb += *cell != before || *cell >= TG_P;
    }
    return nb;
}

static uint32_t to_residue(uint32_t word) { return tg_ref_from_word(word); }
static uint32_t to_montgomery(uint32_t word) { return tg_ref_to_word(word); }
static uint32_t unreduce(uint32_t word) { return word + TG_P; }
static uint32_t negate(uint32_t word) { return tg_ref_negate(word); }
static uint32_t add_three(uint32_t word) { return tg_ref_add(word, tg_ref_to_word(3)); }
static uint32_t times_five(uint32_t word) { return tg_ref_mul(word, 5); }
static uint32_t to_zero(__attribute__((unused)) uint32_t word) { return 0; }
static uint32_t to_seven(__attribute__((unused)) uint32_t word) { return tg_ref_to_word(7); }
static uint32_t to_poison(__attribute__((unused)) uint32_t word) { return TG_POISON_SECOND; }
static uint32_t cut_to_16(uint32_t word) { return tg_ref_to_word(tg_ref_from_word(word) & 0xffff); }
static uint32_t shift_by_16(uint32_t word) { return tg_ref_to_word(tg_ref_from_word(word) >> 16); }
static uint32_t swap(uint32_t word)
{
    return tg_ref_to_word(__builtin_bswap32(tg_ref_from_word(word)) % TG_P);
}

/* One change of one column, the cause that it must give first, and what stands in its evidence
 * behind "N of N wrong cells". */
typedef struct word_case {
    tg_cause cause;
    change_word *change;
    const char *evidence;
} word_case;

static const word_case word_cases[] = {
    {TG_CAUSE_FORM_RESIDUE, to_residue, "times R^-1"},
    {TG_CAUSE_FORM_MONTGOMERY, to_montgomery, "times R = 2^32"},
    {TG_CAUSE_NOT_REDUCED, unreduce, "hold the right residue in a word that is not below p"},
    {TG_CAUSE_NEGATED, negate, "with the other sign"},
    {TG_CAUSE_OFF_BY_CONSTANT, add_three, "are off by 3 (column vals.out2)"},
    {TG_CAUSE_OFF_BY_FACTOR, times_five, "hold the right value times 5 (column vals.out2)"},
    {TG_CAUSE_MISSING, to_zero, "hold 0 where another value is due"},
    {TG_CAUSE_CONSTANT, to_seven, "hold the value 7 (column vals.out2)"},
    {TG_CAUSE_UNWRITTEN, to_poison, "hold what memory was filled with"},
    {TG_CAUSE_HALF_MISSING, cut_to_16, "hold the low 16 bits of the right value alone"},
    {TG_CAUSE_HALF_MISSING, shift_by_16, "hold the right value without its low 16 bits"},
    {TG_CAUSE_BYTE_SWAPPED, swap, "hold the bytes of the right value in reverse order"},
};

/* For many events and for one alone. */
START_TEST(cause_finds_changed_words)
{
    for (size_t i = 0; i < sizeof word_cases / sizeof word_cases[0]; i++) {
        const word_case *made_case = &word_cases[i];
        cause_made made;
        cause_create(&made, "Select.main", TG_PROFILE_UNIFORM, 300);
        const size_t nb = change_column(&made, 2, made_case->change);
        cause_compare(&made);
        cause_find(&made);
        char figures[64];
        (void)snprintf(figures, sizeof figures, "%zu of %zu wrong cells", nb, nb);
        cause_assert(&made, 0, made_case->cause, 100, made_case->evidence);
        cause_assert(&made, 0, made_case->cause, 100, figures);
        cause_destroy(&made);
    }
}
END_TEST

/* What is a coincidence in one cell is not believed; what can hardly be one is. */
START_TEST(cause_of_one_cell)
{
    static const struct {
        tg_cause cause;
        change_word *change;
        unsigned confidence;
    } cases[] = {
        {TG_CAUSE_FORM_RESIDUE, to_residue, 100},  {TG_CAUSE_FORM_MONTGOMERY, to_montgomery, 100},
        {TG_CAUSE_NOT_REDUCED, unreduce, 100},     {TG_CAUSE_NEGATED, negate, 100},
        {TG_CAUSE_OFF_BY_CONSTANT, add_three, 60}, {TG_CAUSE_OFF_BY_FACTOR, times_five, 60},
        {TG_CAUSE_HALF_MISSING, cut_to_16, 100},   {TG_CAUSE_BYTE_SWAPPED, swap, 100},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cause_made made;
        cause_create(&made, "Select.main", TG_PROFILE_UNIFORM, 1);
        ck_assert_uint_eq(change_column(&made, 2, cases[i].change), 1);
        cause_compare(&made);
        cause_find(&made);
        cause_assert(&made, 0, cases[i].cause, cases[i].confidence, "the one wrong cell ");
        cause_destroy(&made);
    }
}
END_TEST

/* Of canonical files the same residues are told. */
START_TEST(cause_of_canonical_files)
{
    cause_made made;
    cause_create(&made, "Select.main", TG_PROFILE_UNIFORM, 100);
    for (size_t i = 0; i < made.height * made.width; i++) {
        made.expected.cells[i] = tg_ref_from_word(made.expected.cells[i]);
        made.actual.cells[i] = made.expected.cells[i];
    }
    for (size_t row = 0; row < 100; row++) {
        *cause_actual(&made, row, 1) = tg_ref_to_word(cause_expected(&made, row, 1));
        *cause_actual(&made, row, 3) = tg_ref_add(cause_expected(&made, row, 3), 3);
    }
    cause_compare(&made);
    made.mismatch.canonical = true;
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_FORM_MONTGOMERY, 50, "100 of 200 wrong cells");
    cause_assert(&made, 1, TG_CAUSE_OFF_BY_CONSTANT, 50, "100 of 200 wrong cells are off by 3");
    cause_destroy(&made);
    cause_create(&made, "Select.main", TG_PROFILE_UNIFORM, 100);
    for (size_t i = 0; i < made.height * made.width; i++) {
        made.expected.cells[i] = tg_ref_from_word(made.expected.cells[i]);
    }
    cause_compare(&made);
    made.mismatch.canonical = true;
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_FORM_MONTGOMERY, 100, "500 of 500 wrong cells");
    cause_destroy(&made);
}
END_TEST

START_TEST(cause_of_conduct)
{
    cause_made made;
    cause_create(&made, "Select.main", TG_PROFILE_UNIFORM, 100);
    cause_compare(&made);
    made.conduct.nb_zone_words[TG_ZONE_AFTER_TRACE] = 3;
    made.conduct.first_zone_word[TG_ZONE_AFTER_TRACE] = 2;
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_STRAYED, 100, "3 words behind the trace were overwritten");
    ck_assert_uint_eq(made.causes.nb, 1);
    made.conduct = (tg_conduct){.events_changed = true, .first_changed_byte = 40};
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_STRAYED, 100, "events were changed, from byte 40 on");
    made.conduct = (tg_conduct){.cells = {.nb_unstable = 5}};
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_UNSTABLE, 100, "5 words differ between two runs");
    const tg_error why = {.status = TG_ERR_KERNEL, .what = "a barrier was not reached"};
    made.mismatch.failed = TG_ERR_KERNEL;
    made.mismatch.why = &why;
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_FAILED, 100, "a barrier was not reached");
    cause_destroy(&made);
}
END_TEST

/* How a kernel failed is its cause, whatever the message is. */
START_TEST(cause_of_failures)
{
    static const struct {
        tg_failure failure;
        const char *id;
    } all[] = {{TG_FAILURE_OTHER, "failed"},       {TG_FAILURE_ASSERT, "asserted"},
               {TG_FAILURE_BARRIER, "barrier"},    {TG_FAILURE_UNSET, "unset-shared"},
               {TG_FAILURE_EXIT, "exited"},        {TG_FAILURE_NO_SHARED, "no-shared-memory"},
               {TG_FAILURE_REFUSED, "refused"},    {TG_FAILURE_CRASH, "crashed"},
               {TG_FAILURE_UNDEFINED, "undefined"}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        const tg_error why = {.status = TG_ERR_KERNEL, .failure = all[i].failure};
        ck_assert_str_eq(tg_cause_id(tg_cause_of_failure(&why)), all[i].id);
    }
}
END_TEST

/* A trace of zeros is one that nothing was written to, unless little was to be written. */
START_TEST(cause_of_nothing)
{
    cause_made made;
    cause_create(&made, "Select.main", TG_PROFILE_UNIFORM, 100);
    memset(made.actual.cells, 0, made.height * made.width * sizeof(uint32_t));
    cause_compare(&made);
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_NOTHING, 100, "all 640 cells of the trace are 0");
    // One word is something.
    *cause_actual(&made, made.height - 1, 0) = 1;
    cause_compare(&made);
    cause_find(&made);
    ck_assert_int_ne(made.causes.list[0].cause, TG_CAUSE_NOTHING);
    cause_destroy(&made);
}
END_TEST

START_TEST(cause_of_stale_words)
{
    cause_made made, before;
    cause_create(&made, "ExtAlu.main", TG_PROFILE_UNIFORM, 100);
    cause_create(&before, "ExtAlu.main", TG_PROFILE_BOUNDARY, 100);
    for (size_t row = 64; row < 96; row++) {
        for (size_t column = 0; column < made.width; column++) {
            *cause_actual(&made, row, column) = cause_expected(&before, row, column);
        }
    }
    cause_compare(&made);
    const tg_matrix earlier = {before.expected.cells, before.height, before.width};
    made.mismatch.earlier = &earlier;
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_STALE, 100, "hold the word that the run before left there");
    cause_destroy(&made);
    cause_destroy(&before);
}
END_TEST

START_TEST(cause_of_side_outputs)
{
    cause_made made;
    cause_create(&made, "Global.main", TG_PROFILE_UNIFORM, 20);
    uint32_t *sum = made.actual.sides[0];
    for (size_t i = 0; i < 14; i++) {
        sum[i] = tg_ref_to_word(sum[i]);
    }
    cause_compare(&made);
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_FORM_MONTGOMERY, 100, "14 of 14 wrong cells");
    cause_assert(&made, 1, TG_CAUSE_SIDES, 100, "of side outputs 14 of 524303 words are wrong");
    memcpy(sum, made.expected.sides[0], 14 * sizeof *sum);
    sum[3] = 17;
    cause_compare(&made);
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_SIDES, 100, "first in cumulative_sum");
    cause_destroy(&made);
}
END_TEST

START_TEST(cause_of_dimensions_and_digests)
{
    cause_made made;
    cause_create(&made, "Select.main", TG_PROFILE_UNIFORM, 20);
    cause_compare(&made);
    made.mismatch.actual.width = 4;
    tg_assert_ok(tg_diff_run(&made.diff, made.subject.trace, 20, &made.mismatch.expected,
                             &made.mismatch.actual, tg_suite_error));
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_DIMENSIONS, 100, "32 rows of 4 columns, not 32 of 5");
    const tg_mismatch digest = {.trace = made.subject.trace, .nb_events = 20};
    made.mismatch = digest;
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_DIGEST, 100, "digests differ");
    cause_destroy(&made);
}
END_TEST

/* Words that have nothing to do with the right ones: nothing is believed. */
START_TEST(cause_claims_nothing_of_noise)
{
    uint64_t random = 5;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (tg_trace_at(i)->max_events != 0) continue; // so few rows that every place is a limit
        for (size_t nb_cells = 1; nb_cells <= 300; nb_cells *= 17) {
            cause_made made;
            cause_create(&made, tg_trace_at(i)->name, TG_PROFILE_MIXED, 200);
            for (size_t k = 0; k < nb_cells; k++) {
                // Neither ends nor limits, where one row says too much.
                const size_t row = 3 + 32 * (sample_next(&random) % 3) + sample_next(&random) % 20;
                *cause_actual(&made, row, sample_next(&random) % made.width) =
                    sample_next(&random) % TG_P;
            }
            cause_compare(&made);
            cause_find(&made);
            for (size_t k = 0; k < made.causes.nb; k++) {
                ck_assert_msg(made.causes.list[k].cause == TG_CAUSE_OTHER ||
                                  made.causes.list[k].confidence < 50,
                              "%s, %zu cells:%s", tg_trace_at(i)->name, nb_cells,
                              cause_text(&made.causes));
            }
            cause_destroy(&made);
        }
    }
}
END_TEST

/* The same causes whatever the number of threads, also where only a sample is looked at. */
START_TEST(cause_does_not_depend_on_threads)
{
    cause_made made;
    cause_create(&made, "MemoryVar.main", TG_PROFILE_MIXED, 200000);
    uint64_t random = 3;
    for (size_t i = 0; i < made.height * made.width; i++) {
        if (sample_next(&random) % 3 == 0) made.actual.cells[i] = sample_next(&random) % TG_P;
    }
    tg_causes first = {0};
    for (int nb = 1; nb <= 4; nb++) {
        omp_set_num_threads(nb);
        cause_compare(&made);
        memset(&made.causes, 0, sizeof made.causes);
        cause_find(&made);
        if (nb == 1) first = made.causes;
        ck_assert_uint_eq(made.causes.nb, first.nb);
        for (size_t i = 0; i < first.nb; i++) {
            ck_assert_int_eq(made.causes.list[i].cause, first.list[i].cause);
            ck_assert_str_eq(made.causes.list[i].evidence, first.list[i].evidence);
        }
    }
    cause_destroy(&made);
}
END_TEST

/* Events, their number, the chip: whatever is not at hand is done without. */
START_TEST(cause_without_events_or_chip)
{
    cause_made made;
    cause_create(&made, "Select.main", TG_PROFILE_UNIFORM, 100);
    (void)change_column(&made, 3, negate);
    cause_compare(&made);
    made.mismatch.events = NULL;
    made.mismatch.conduct = NULL;
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_NEGATED, 100, "100 of 100");
    made.mismatch.nb_events_is_unknown = true;
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_NEGATED, 100, "100 of 100");
    made.mismatch.trace = NULL;
    cause_find(&made);
    cause_assert(&made, 0, TG_CAUSE_NEGATED, 100, "100 of 100");
    cause_destroy(&made);
}
END_TEST

START_TEST(cause_has_unique_names)
{
    for (tg_cause cause = 0; cause < TG_NB_CAUSES; cause++) {
        tg_cause found = TG_NB_CAUSES;
        const char *id = tg_cause_id(cause);
        ck_assert(tg_cause_find(&found, id));
        ck_assert_int_eq(found, cause);
        ck_assert_uint_eq(strspn(id, "abcdefghijklmnopqrstuvwxyz-"), strlen(id));
        ck_assert_int_ne(tg_cause_title(cause)[0], '\0');
        ck_assert_int_ne(tg_cause_text(cause)[0], '\0');
    }
    tg_cause found = TG_CAUSE_STALE;
    ck_assert(!tg_cause_find(&found, "no-such-cause"));
    ck_assert(!tg_cause_find(&found, ""));
    ck_assert_int_eq(found, TG_CAUSE_STALE);
}
END_TEST

TG_SUITE("cause", cause_finds_changed_words, cause_of_one_cell, cause_of_canonical_files,
         cause_of_conduct, cause_of_failures, cause_of_nothing, cause_of_stale_words,
         cause_of_side_outputs, cause_of_dimensions_and_digests, cause_claims_nothing_of_noise,
         cause_does_not_depend_on_threads, cause_without_events_or_chip, cause_has_unique_names)
