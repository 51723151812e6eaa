/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Fuzz targets without a fuzzer: mutations, the quick way to run a case, every target on any bytes,
 * and what is said and saved of a finding. */
#include "case_wrong.h"
#include "fuzz/mutate.h"
#include "fuzz/target.h"
#include "fuzz/trace_run.h"
#include "model/global.h"
#include "test_files.h"

#define MAX_BYTES 8192

static tg_fuzz_mutator mutator_of(const tg_subject *subject)
{
    tg_fuzz_mutator mutator;
    tg_assert_ok(tg_fuzz_mutator_init(&mutator, subject, tg_suite_error));
    return mutator;
}

/* ---- mutations ---- */

/* That bytes are a case in its shortest form: decoding and encoding gives them back. */
static void assert_encoded(const tg_subject *subject, const uint8_t *bytes, size_t nb_bytes)
{
    static uint8_t again[MAX_BYTES + 1];
    size_t nb_again = 0;
    tg_case work;
    tg_assert_ok(tg_case_decode(&work, subject, bytes, nb_bytes, tg_suite_error));
    tg_assert_ok(tg_case_encode(again, &nb_again, sizeof again, &work, tg_suite_error));
    ck_assert_uint_eq(nb_again, nb_bytes);
    ck_assert_mem_eq(again, bytes, nb_bytes);
    tg_case_clear(&work);
}

START_TEST(fuzz_mutations_follow_from_their_seed)
{
    static uint8_t first[MAX_BYTES];
    static uint8_t second[MAX_BYTES];
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        tg_fuzz_mutator mutator = mutator_of(&subject);
        tg_fuzz_mutator other = mutator_of(&subject);
        size_t nb_first = 0;
        size_t nb_second = 0;
        for (uint64_t seed = 0; seed < 60; seed++) {
            nb_first = tg_fuzz_mutate(&mutator, first, nb_first, sizeof first, seed);
            // A mutator that has done something else before.
            if (seed == 30) {
                tg_fuzz_mutator_clear(&other);
                other = mutator_of(&subject);
            }
            nb_second = tg_fuzz_mutate(&other, second, nb_second, sizeof second, seed);
            ck_assert_uint_eq(nb_first, nb_second);
            ck_assert_mem_eq(first, second, nb_first);
            ck_assert_uint_ge(nb_first, TG_CASE_HEAD_BYTES);
            assert_encoded(&subject, first, nb_first);
        }
        tg_fuzz_mutator_clear(&other);
        tg_fuzz_mutator_clear(&mutator);
    }
}
END_TEST

START_TEST(fuzz_mutations_stay_within_the_limit)
{
    static const size_t limits[] = {1, TG_CASE_HEAD_BYTES - 1, TG_CASE_HEAD_BYTES, 31, 32, 33, 500};
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        tg_fuzz_mutator mutator = mutator_of(&subject);
        for (size_t k = 0; k < sizeof limits / sizeof limits[0]; k++) {
            uint8_t bytes[512];
            uint8_t crossed[512];
            size_t nb_bytes = 0;
            memset(crossed, 0xee, sizeof crossed);
            for (uint64_t seed = 0; seed < 20; seed++) {
                memset(bytes + limits[k], 0xee, sizeof bytes - limits[k]);
                nb_bytes = tg_fuzz_mutate(&mutator, bytes, nb_bytes, limits[k], seed);
                ck_assert_uint_le(nb_bytes, limits[k]);
                ck_assert_uint_eq(bytes[limits[k]], 0xee);
                const size_t nb_crossed = tg_fuzz_cross(&mutator, crossed, limits[k], bytes,
                                                        nb_bytes, bytes, nb_bytes, seed);
                ck_assert_uint_le(nb_crossed, limits[k]);
                ck_assert_uint_eq(crossed[limits[k]], 0xee);
            }
        }
        tg_fuzz_mutator_clear(&mutator);
    }
}
END_TEST

/* What mutations of the smallest case come by. */
typedef struct reached {
    bool counts[TG_CASE_MAX_EVENTS + 1];
    bool blocks[TG_CASE_MAX_BLOCK + 1];
    bool heights[TG_CASE_MAX_HEIGHT + 1];
    bool greatest;  /* p - 1 in a field */
    bool one;       /* the word of 1 */
    bool equal;     /* two fields of an event that are equal and not 0 */
    bool same;      /* two events that are equal and not 0 */
    bool different; /* a hundred events, no two neighbours of which are equal */
} reached;

static void look(reached *all, const tg_case *work)
{
    const uint32_t *words = work->events;
    size_t nb_equal = 0;
    all->counts[work->nb_events] = true;
    all->blocks[work->launch.block] = true;
    all->heights[work->fixed_height] = true;
    for (size_t i = 0; i < work->nb_events; i++, words += WRONG_WIDTH) {
        for (size_t k = 0; k < WRONG_WIDTH; k++) {
            all->greatest = all->greatest || words[k] == TG_P - 1;
            all->one = all->one || words[k] == TG_WORD_ONE;
            all->equal = all->equal || (k != 0 && words[k] != 0 && words[k] == words[k - 1]);
        }
        const bool is_same = i != 0 && memcmp(words, words - WRONG_WIDTH, 4 * WRONG_WIDTH) == 0;
        nb_equal += is_same;
        all->same = all->same || (is_same && words[0] != 0);
    }
    all->different = all->different || (work->nb_events > 100 && nb_equal == 0);
}

START_TEST(fuzz_mutations_reach_what_is_hard)
{
    static uint8_t bytes[65536];
    static reached all;
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_fuzz_mutator mutator = mutator_of(&subject);
    size_t nb_bytes = 0;
    for (uint64_t seed = 0; seed < 60000; seed++) {
        // Now and then from the beginning, as a fuzzer with several units.
        if (seed % 64 == 0) nb_bytes = 0;
        nb_bytes = tg_fuzz_mutate(&mutator, bytes, nb_bytes, sizeof bytes, seed);
        tg_case work;
        tg_assert_ok(tg_case_decode(&work, &subject, bytes, nb_bytes, tg_suite_error));
        look(&all, &work);
        tg_case_clear(&work);
    }
    const size_t nb_rows = *subject.plan->steps[0].rows_per_block;
    static const size_t counts[] = {0, 1, 2, 15, 16, 17, 31, 32, 33, 64, 127, 128, 129};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        ck_assert_msg(all.counts[counts[i]], "no case of %zu events", counts[i]);
    }
    // Large counts are rare: one of those round what a block takes.
    ck_assert(all.counts[nb_rows - 1] || all.counts[nb_rows] || all.counts[nb_rows + 1]);
    static const size_t blocks[] = {0, 1, 2, 3, 32, 33, 1024};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        ck_assert_msg(all.blocks[blocks[i]], "no block of %zu threads", blocks[i]);
    }
    ck_assert(all.heights[33]);
    ck_assert(all.greatest && all.one && all.equal && all.same && all.different);
    tg_fuzz_mutator_clear(&mutator);
}
END_TEST

/* Whether the last two events of a case of Global are opposite: one but for the flag that turns
 * the sign of its point. */
static bool ends_with_opposites(const tg_case *work)
{
    if (work->nb_events < 2) return false;
    const tg_global_event *last = (const tg_global_event *)work->events + work->nb_events - 1;
    tg_global_event turned = last[-1];
    turned.is_receive ^= 1;
    return memcmp(&turned, last, sizeof turned) == 0;
}

/* Events that cancel each other are no matter of chance. */
START_TEST(fuzz_mutations_reach_what_cancels)
{
    static uint8_t bytes[MAX_BYTES];
    const tg_subject subject = wrong_subject_of("Global.main");
    tg_fuzz_mutator mutator = mutator_of(&subject);
    size_t nb_bytes = 0;
    size_t nb_long = 0;
    for (uint64_t seed = 0; seed < 4000; seed++) {
        if (seed % 64 == 0) nb_bytes = 0;
        nb_bytes = tg_fuzz_mutate(&mutator, bytes, nb_bytes, sizeof bytes, seed);
        tg_case work;
        tg_assert_ok(tg_case_decode(&work, &subject, bytes, nb_bytes, tg_suite_error));
        nb_long += work.nb_events > 8 && ends_with_opposites(&work);
        tg_case_clear(&work);
    }
    ck_assert_uint_ge(nb_long, 4);
    tg_fuzz_mutator_clear(&mutator);
}
END_TEST

START_TEST(fuzz_crossing_takes_from_both)
{
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_fuzz_mutator mutator = mutator_of(&subject);
    const uint8_t first[] = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xaa};
    const uint8_t second[] = {1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0xbb};
    bool has_both = false;
    bool has_grid = false;
    for (uint64_t seed = 0; seed < 50; seed++) {
        uint8_t bytes[256];
        tg_case work;
        const size_t nb_bytes = tg_fuzz_cross(&mutator, bytes, sizeof bytes, first, sizeof first,
                                              second, sizeof second, seed);
        tg_assert_ok(tg_case_decode(&work, &subject, bytes, nb_bytes, tg_suite_error));
        const uint32_t *words = work.events;
        has_both = has_both || (work.nb_events == 2 && words[0] == 0xaa && words[5] == 0xbb);
        has_grid = has_grid || work.launch.grid == 5;
        tg_case_clear(&work);
    }
    ck_assert(has_both && has_grid);
    tg_fuzz_mutator_clear(&mutator);
}
END_TEST

/* ---- the quick way ---- */

static tg_status run_quickly(const tg_case *work, bool turned, tg_error *error)
{
    tg_fuzz_run run;
    tg_status status = tg_fuzz_run_init(&run, &work->subject, error);
    if (status == TG_OK) status = tg_fuzz_run_case(&run, work, turned, error);
    // Memory that is kept must not change what the next run finds.
    if (status == TG_OK) status = tg_fuzz_run_case(&run, work, turned, error);
    tg_fuzz_run_clear(&run);
    return status;
}

START_TEST(fuzz_quick_runs_match)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        for (size_t nb_events = 0; nb_events < 40; nb_events = 3 * nb_events + 1) {
            tg_case work = wrong_case(&subject, nb_events);
            tg_assert_ok(run_quickly(&work, false, tg_suite_error));
            tg_assert_ok(run_quickly(&work, true, tg_suite_error));
            tg_case_clear(&work);
        }
    }
}
END_TEST

START_TEST(fuzz_quick_runs_find_what_is_wrong)
{
    static const struct {
        tg_host_kernel *kernel;
        const char *words;
    } bugs[] = {
        {kernel_off_by_one, "cells differ"},
        {kernel_forgets, "cells differ"},
        {kernel_spoils, "events were changed"},
        {kernel_sticks, "the kernels fail"},
    };
    for (size_t i = 0; i < 2 * sizeof bugs / sizeof bugs[0]; i++) {
        wrong_plan wrong;
        const tg_subject subject = wrong_subject(&wrong, bugs[i / 2].kernel);
        tg_case work = wrong_case(&subject, 5);
        tg_assert_fails(TG_ERR_MISMATCH, bugs[i / 2].words,
                        run_quickly(&work, i % 2 != 0, tg_suite_error));
        tg_case_clear(&work);
    }
}
END_TEST

/* Events none of whose candidates will do are refused by both sides, for the same event. */
START_TEST(fuzz_quick_runs_agree_on_refusals)
{
    const tg_subject subject = wrong_subject_of("Global.main");
    tg_case work = wrong_case(&subject, 12);
    work.max_candidates = 1;
    tg_product out;
    tg_error error = {0};
    const tg_request request = {.trace = subject.trace,
                                .height = 32,
                                .events = work.events,
                                .nb_events = work.nb_events,
                                .max_candidates = 1};
    tg_assert_ok(tg_product_create(&out, subject.trace, 32, tg_suite_error));
    ck_assert_int_eq(tg_ref_make(&out, subject.reference, &request, &error), TG_ERR_EVENT);
    tg_product_destroy(&out);
    tg_assert_ok(run_quickly(&work, false, tg_suite_error));
    tg_case_clear(&work);
}
END_TEST

/* ---- targets ---- */

static tg_fuzz_target open_target(const char *name, const tg_fuzz_options *options)
{
    tg_fuzz_target target;
    tg_assert_ok(tg_fuzz_target_open(&target, name, options, tg_suite_error));
    return target;
}

START_TEST(fuzz_targets_take_any_bytes)
{
    static uint8_t bytes[MAX_BYTES];
    uint64_t state = 5;
    const tg_fuzz_options options = {.kernels = NULL};
    ck_assert_uint_gt(tg_fuzz_nb_targets(), tg_nb_traces());
    for (size_t i = 0; i < tg_fuzz_nb_targets(); i++) {
        tg_fuzz_target target = open_target(tg_fuzz_target_name(i), &options);
        for (size_t n = 0; n < 30; n++) {
            const size_t nb_bytes = sample_next(&state) % 200;
            for (size_t k = 0; k < nb_bytes; k++) bytes[k] = (uint8_t)sample_next(&state);
            if (nb_bytes > 7) bytes[1] = bytes[3] = bytes[7] = 0;
            tg_assert_ok(target.kind->run(&target, bytes, nb_bytes, tg_suite_error));
        }
        tg_fuzz_target_close(&target);
    }
}
END_TEST

START_TEST(fuzz_targets_bring_seeds)
{
    static uint8_t bytes[MAX_BYTES];
    const tg_fuzz_options options = {.kernels = NULL};
    size_t nb_seeds = 0;
    for (size_t i = tg_nb_traces(); i < tg_fuzz_nb_targets(); i++) {
        tg_fuzz_target target = open_target(tg_fuzz_target_name(i), &options);
        if (target.kind->seed != NULL) {
            size_t nb_bytes = target.kind->seed(bytes, sizeof bytes, 0);
            for (size_t k = 1; nb_bytes != 0; k++, nb_seeds++) {
                tg_assert_ok(target.kind->run(&target, bytes, nb_bytes, tg_suite_error));
                nb_bytes = target.kind->seed(bytes, sizeof bytes, k);
            }
        }
        tg_fuzz_target_close(&target);
    }
    ck_assert_uint_gt(nb_seeds, 20);
}
END_TEST

START_TEST(fuzz_targets_are_found_by_name)
{
    tg_fuzz_target target;
    const tg_fuzz_options options = {.kernels = "nowhere.so"};
    tg_assert_fails(TG_ERR_USAGE, "no fuzz target is called 'Selekt'",
                    tg_fuzz_target_open(&target, "Selekt", &options, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "nowhere.so",
                    tg_fuzz_target_open(&target, WRONG_TRACE, &options, tg_suite_error));
}
END_TEST

/* One event, and the one that the shared object's kernel gets wrong. */
static const uint8_t harmless_bytes[TG_CASE_HEAD_BYTES + 20] = {1};
static const uint8_t harmful_bytes[TG_CASE_HEAD_BYTES + 20] = {
    1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f};

static void assert_finds(bool is_thorough)
{
    const tg_fuzz_options options = {.kernels = TEST_WRONG_KERNEL, .is_thorough = is_thorough};
    tg_fuzz_target target = open_target(WRONG_TRACE, &options);
    tg_assert_ok(target.kind->run(&target, harmless_bytes, sizeof harmless_bytes, tg_suite_error));
    tg_assert_fails(TG_ERR_MISMATCH, "differ",
                    target.kind->run(&target, harmful_bytes, sizeof harmful_bytes, tg_suite_error));
    tg_fuzz_target_close(&target);
}

START_TEST(fuzz_targets_find_wrong_kernels)
{
    assert_finds(false);
    assert_finds(true);
}
END_TEST

/* What a target says of bytes; to be freed. */
static char *said_of(tg_fuzz_target *target, const uint8_t *bytes, size_t nb_bytes, bool is_safe)
{
    char *text = NULL;
    size_t nb_text = 0;
    FILE *out = open_memstream(&text, &nb_text);
    ck_assert_ptr_nonnull(out);
    target->kind->report(target, out, bytes, nb_bytes, is_safe);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

START_TEST(fuzz_findings_are_said_and_saved)
{
    char folder[256];
    char findings[300];
    char path[600];
    tg_suite_make_folder(folder);
    (void)snprintf(findings, sizeof findings, "%s/findings", folder);
    const tg_fuzz_options options = {.kernels = TEST_WRONG_KERNEL, .findings = findings};
    tg_fuzz_target target = open_target(WRONG_TRACE, &options);
    char *text = said_of(&target, harmful_bytes, sizeof harmful_bytes, true);
    ck_assert_ptr_nonnull(strstr(text, "Select.main: 1 event, height by rule, grid by plan, "
                                       "block 3\n"));
    ck_assert_ptr_nonnull(strstr(text, "vals.out1  (1)"));
    const char *again = strstr(text, "  again: tracegate gate Select.main --record ");
    ck_assert_ptr_nonnull(again);
    ck_assert_int_eq(sscanf(again, "  again: tracegate gate Select.main --record %599s", path), 1);
    ck_assert_ptr_nonnull(strstr(again, " --actual host --block 3\n"));
    // The same bytes are the same case, saved once.
    char *more = said_of(&target, harmful_bytes, sizeof harmful_bytes, false);
    ck_assert_ptr_null(strstr(more, "MISMATCH"));
    ck_assert_ptr_nonnull(strstr(more, path));
    ck_assert_uint_eq(nb_entries(findings), 1);
    // What was saved runs again.
    tg_assert_fails(TG_ERR_MISMATCH, "differ",
                    target.kind->run_folder(&target, path, tg_suite_error));
    tg_fuzz_target_close(&target);
    const tg_fuzz_options right = {.kernels = NULL};
    target = open_target(WRONG_TRACE, &right);
    tg_assert_ok(target.kind->run_folder(&target, path, tg_suite_error));
    tg_fuzz_target_close(&target);
    target = open_target("Global.main", &right);
    tg_assert_fails(TG_ERR_USAGE, "a case of Select.main",
                    target.kind->run_folder(&target, path, tg_suite_error));
    tg_fuzz_target_close(&target);
    free(more);
    free(text);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(fuzz_findings_of_files_are_saved)
{
    char folder[256];
    char path[600];
    tg_suite_make_folder(folder);
    const tg_fuzz_options options = {.findings = folder};
    tg_fuzz_target target = open_target("npy", &options);
    char *text = said_of(&target, (const uint8_t *)"bytes", 5, true);
    const char *again = strstr(text, "again: fuzz_standalone npy ");
    ck_assert_ptr_nonnull(again);
    ck_assert_int_eq(sscanf(again, "again: fuzz_standalone npy %599s", path), 1);
    assert_file_holds(path, "bytes");
    free(text);
    tg_fuzz_target_close(&target);
    tg_suite_remove_folder(folder);
}
END_TEST

/* A folder that cannot be written is said, and nothing else is lost. */
START_TEST(fuzz_findings_that_cannot_be_saved_are_said)
{
    const tg_fuzz_options options = {.kernels = TEST_WRONG_KERNEL, .findings = "/dev/null/none"};
    tg_fuzz_target target = open_target(WRONG_TRACE, &options);
    char *text = said_of(&target, harmful_bytes, sizeof harmful_bytes, true);
    ck_assert_ptr_nonnull(strstr(text, "MISMATCH"));
    ck_assert_ptr_nonnull(strstr(text, "not saved"));
    free(text);
    tg_fuzz_target_close(&target);
}
END_TEST

TG_SUITE("fuzz", fuzz_mutations_follow_from_their_seed, fuzz_mutations_stay_within_the_limit,
         fuzz_mutations_reach_what_is_hard, fuzz_mutations_reach_what_cancels,
         fuzz_crossing_takes_from_both, fuzz_quick_runs_match, fuzz_quick_runs_find_what_is_wrong,
         fuzz_quick_runs_agree_on_refusals, fuzz_targets_take_any_bytes, fuzz_targets_bring_seeds,
         fuzz_targets_are_found_by_name, fuzz_targets_find_wrong_kernels,
         fuzz_findings_are_said_and_saved, fuzz_findings_of_files_are_saved,
         fuzz_findings_that_cannot_be_saved_are_said)
