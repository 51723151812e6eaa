/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Cases as bytes: any bytes decode, what is encoded decodes to the same; cases that are run. Cases
 * as folders: test_case_folder.c. */
#include "case_wrong.h"

#include <stdio.h>

#define MAX_BYTES 65536

static tg_case decode(const tg_subject *subject, const uint8_t *bytes, size_t nb_bytes)
{
    tg_case work;
    tg_assert_ok(tg_case_decode(&work, subject, bytes, nb_bytes, tg_suite_error));
    return work;
}

/* Everything that a case promises, whatever it was decoded from. */
static void assert_valid(const tg_case *work)
{
    const tg_trace *trace = work->subject.trace;
    size_t height = 0;
    ck_assert_uint_le(work->nb_events, TG_CASE_MAX_EVENTS);
    ck_assert_uint_le(work->launch.grid, TG_CASE_MAX_GRID);
    ck_assert_uint_le(work->launch.block, TG_CASE_MAX_BLOCK);
    ck_assert_uint_le(work->max_candidates, trace->max_candidates);
    tg_assert_ok(
        tg_trace_height(trace, work->nb_events, work->fixed_height, &height, tg_suite_error));
    ck_assert_uint_le(height, TG_CASE_MAX_HEIGHT);
    tg_assert_ok(tg_trace_check_events(trace, work->events, work->nb_events, tg_suite_error));
    tg_assert_ok(tg_ref_check_events(work->subject.reference, trace, work->events, work->nb_events,
                                     tg_suite_error));
}

static void assert_same(const tg_case *first, const tg_case *second)
{
    const size_t size = tg_trace_event_size(first->subject.trace);
    ck_assert_uint_eq(first->nb_events, second->nb_events);
    ck_assert_uint_eq(first->fixed_height, second->fixed_height);
    ck_assert_uint_eq(first->max_candidates, second->max_candidates);
    ck_assert_uint_eq(first->launch.grid, second->launch.grid);
    ck_assert_uint_eq(first->launch.block, second->launch.block);
    if (size != 0 && first->nb_events != 0)
        ck_assert_mem_eq(first->events, second->events, first->nb_events * size);
}

/* ---- whom an error blames ---- */

static const char *how_of(tg_status status, const tg_request *request)
{
    static tg_error error;
    (void)tg_error_set(&error, status, "what");
    tg_error_how(&error, "its own");
    tg_case_blame_draws(&error, request);
    return error.how;
}

START_TEST(case_blames_draws_for_events_alone)
{
    static const char blamed[] = "these events were drawn here: ";
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        tg_request request = {.trace = tg_trace_at(i)};
        ck_assert_ptr_nonnull(strstr(how_of(TG_ERR_EVENT, &request), blamed));
        ck_assert_str_eq(how_of(TG_ERR_SIZE, &request), "its own");
        ck_assert_str_eq(how_of(TG_ERR_FORMAT, &request), "its own");
        if (request.trace->max_candidates < 2) continue;
        // The caller's limit is to blame.
        request.max_candidates = 1;
        ck_assert_str_eq(how_of(TG_ERR_EVENT, &request), "its own");
    }
    tg_case_blame_draws(NULL, NULL);
}
END_TEST

/* ---- bytes ---- */

START_TEST(case_zeros_are_the_smallest)
{
    static const uint8_t zeros[300];
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        for (size_t nb_bytes = 0; nb_bytes <= sizeof zeros; nb_bytes += 50) {
            tg_case work = decode(&subject, nb_bytes != 0 ? zeros : NULL, nb_bytes);
            assert_valid(&work);
            ck_assert_uint_eq(work.nb_events, 0);
            ck_assert_uint_eq(work.fixed_height, 0);
            ck_assert_uint_eq(work.launch.grid, 0);
            ck_assert_uint_eq(work.launch.block, 0);
            ck_assert_uint_eq(work.max_candidates, 0);
            ck_assert_ptr_null(work.events);
            tg_case_clear(&work);
        }
    }
}
END_TEST

/* The layout that case.h states, byte for byte: corpora outlive programs. */
START_TEST(case_has_its_layout)
{
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    const uint8_t bytes[] = {3, 0, 0x64, 0, 5,    0,    0x21, 0,    9, 0, 0xab, 0xcd, // head
                             1, 2, 3,    4, 0xff, 0xff, 0xff, 0xff, 7};
    tg_case work = decode(&subject, bytes, sizeof bytes);
    assert_valid(&work);
    ck_assert_uint_eq(work.nb_events, 3);
    ck_assert_uint_eq(work.fixed_height, 100);
    ck_assert_uint_eq(work.launch.grid, 5);
    ck_assert_uint_eq(work.launch.block, 33);
    // Select searches for nothing.
    ck_assert_uint_eq(work.max_candidates, 0);
    const uint32_t *words = work.events;
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(words[i * WRONG_WIDTH], 0x04030201);
        ck_assert_uint_eq(words[i * WRONG_WIDTH + 1], 0xffffffffu % TG_P);
        ck_assert_uint_eq(words[i * WRONG_WIDTH + 2], 7);
        ck_assert_uint_eq(words[i * WRONG_WIDTH + 3], 0);
    }
    uint8_t encoded[64];
    size_t nb_encoded = 0;
    tg_assert_ok(tg_case_encode(encoded, &nb_encoded, sizeof encoded, &work, tg_suite_error));
    // 2^32 - 1 = 2 p + 0x01fffffd.
    const uint8_t expected[TG_CASE_HEAD_BYTES + 20] = {3, 0, 0x64, 0, 5, 0,    0x21, 0,    0, 0, 0,
                                                       0, 1, 2,    3, 4, 0xfd, 0xff, 0xff, 1, 7};
    ck_assert_uint_eq(nb_encoded, sizeof expected);
    ck_assert_mem_eq(encoded, expected, sizeof expected);
    tg_case_clear(&work);
}
END_TEST

START_TEST(case_numbers_wrap_at_their_limits)
{
    const tg_subject subject = wrong_subject_of("Global.main");
    const uint8_t at_limits[] = {0x00, 0x40, 0x00, 0x80, 64, 0, 0x00, 0x04, 0x00, 0x01};
    const uint8_t beyond[] = {0x01, 0x40, 0x01, 0x80, 65, 0, 0x01, 0x04, 0x01, 0x01};
    tg_case work = decode(&subject, at_limits, sizeof at_limits);
    ck_assert_uint_eq(work.nb_events, TG_CASE_MAX_EVENTS);
    ck_assert_uint_eq(work.fixed_height, TG_CASE_MAX_HEIGHT);
    ck_assert_uint_eq(work.launch.grid, TG_CASE_MAX_GRID);
    ck_assert_uint_eq(work.launch.block, TG_CASE_MAX_BLOCK);
    ck_assert_uint_eq(work.max_candidates, subject.trace->max_candidates);
    tg_case_clear(&work);
    work = decode(&subject, beyond, sizeof beyond);
    ck_assert_uint_eq(work.nb_events, 0);
    ck_assert_uint_eq(work.fixed_height, 0);
    ck_assert_uint_eq(work.launch.grid, 0);
    ck_assert_uint_eq(work.launch.block, 0);
    ck_assert_uint_eq(work.max_candidates, 0);
    tg_case_clear(&work);
}
END_TEST

/* Heights are raised to the rows that events need, where the trace's rule looks at them. */
START_TEST(case_heights_hold_the_events)
{
    const uint8_t bytes[] = {33, 0, 5, 0};
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        tg_case work = decode(&subject, bytes, sizeof bytes);
        assert_valid(&work);
        const bool counts = subject.trace->height_rule == TG_HEIGHT_MULTIPLE_OF_32;
        ck_assert_uint_eq(work.fixed_height, counts ? tg_trace_nb_rows(subject.trace, 33) : 5);
        tg_case_clear(&work);
    }
}
END_TEST

START_TEST(case_any_bytes_decode)
{
    static uint8_t bytes[MAX_BYTES];
    static uint8_t encoded[4 * MAX_BYTES];
    uint64_t state = 11;
    for (size_t i = 0; i < 60 * tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i % tg_nb_traces());
        const size_t nb_bytes = sample_next(&state) % 3000;
        for (size_t k = 0; k < nb_bytes; k++) bytes[k] = (uint8_t)sample_next(&state);
        // Few events mostly: a permutation takes its time under sanitizers.
        if (nb_bytes > 1) bytes[1] = i % 8 != 0 ? 0 : bytes[1] % 4;
        tg_case work = decode(&subject, bytes, nb_bytes);
        assert_valid(&work);
        size_t nb_encoded = 0;
        tg_assert_ok(tg_case_encode(encoded, &nb_encoded, sizeof encoded, &work, tg_suite_error));
        tg_case again = decode(&subject, encoded, nb_encoded);
        assert_same(&work, &again);
        // What is encoded is as short as it can be: encoding again changes nothing.
        size_t nb_again = 0;
        tg_assert_ok(tg_case_encode(bytes, &nb_again, sizeof bytes, &again, tg_suite_error));
        ck_assert_uint_eq(nb_again, nb_encoded);
        ck_assert_mem_eq(bytes, encoded, nb_encoded);
        tg_case_clear(&again);
        tg_case_clear(&work);
    }
}
END_TEST

/* Valid events are not touched by decoding, each of a trace's forms at its ends. */
START_TEST(case_valid_events_stay)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        if (subject.trace->event == NULL || subject.reference->checks_ignored) continue;
        const size_t size = subject.trace->event->size;
        uint8_t *events = sample_events(subject.trace, 9, 3);
        void *mended = malloc(9 * size);
        ck_assert_ptr_nonnull(mended);
        memcpy(mended, events, 9 * size);
        tg_assert_ok(tg_case_mend_events(mended, &subject, 9, tg_suite_error));
        ck_assert_mem_eq(mended, events, 9 * size);
        free(mended);
        free(events);
    }
}
END_TEST

START_TEST(case_repeated_events_take_few_bytes)
{
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    const size_t size = subject.trace->event->size;
    tg_case work = wrong_case(&subject, 3);
    uint8_t bytes[1024];
    size_t nb_bytes = 0;
    tg_assert_ok(tg_case_encode(bytes, &nb_bytes, sizeof bytes, &work, tg_suite_error));
    ck_assert_uint_eq(nb_bytes, TG_CASE_HEAD_BYTES + 3 * size);
    // The same three events, a thousand of them.
    bytes[0] = 0xe8;
    bytes[1] = 3;
    tg_case many = decode(&subject, bytes, nb_bytes);
    ck_assert_uint_eq(many.nb_events, 1000);
    for (size_t i = 0; i < 1000; i++) {
        ck_assert_mem_eq((uint8_t *)many.events + i * size, (uint8_t *)work.events + i % 3 * size,
                         size);
    }
    size_t nb_again = 0;
    tg_assert_ok(tg_case_encode(bytes, &nb_again, sizeof bytes, &many, tg_suite_error));
    ck_assert_uint_eq(nb_again, nb_bytes);
    tg_case_clear(&many);
    tg_case_clear(&work);
}
END_TEST

START_TEST(case_refuses_what_bytes_cannot_hold)
{
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    uint8_t bytes[64];
    size_t nb_bytes = 1;
    tg_case work = {.subject = subject, .nb_events = TG_CASE_MAX_EVENTS + 1};
    tg_assert_fails(TG_ERR_SIZE, "events 16385, where its bytes hold at most 16384",
                    tg_case_encode(bytes, &nb_bytes, sizeof bytes, &work, tg_suite_error));
    ck_assert_uint_eq(nb_bytes, 0);
    work = (tg_case){.subject = subject, .fixed_height = TG_CASE_MAX_HEIGHT + 1};
    tg_assert_fails(TG_ERR_SIZE, "fixed height 32769",
                    tg_case_encode(bytes, &nb_bytes, sizeof bytes, &work, tg_suite_error));
    work = (tg_case){.subject = subject, .launch = {.grid = 65}};
    tg_assert_fails(TG_ERR_SIZE, "grid 65",
                    tg_case_encode(bytes, &nb_bytes, sizeof bytes, &work, tg_suite_error));
    work = (tg_case){.subject = subject, .launch = {.block = 1025}};
    tg_assert_fails(TG_ERR_SIZE, "block 1025",
                    tg_case_encode(bytes, &nb_bytes, sizeof bytes, &work, tg_suite_error));
    work = (tg_case){.subject = subject, .max_candidates = 1};
    tg_assert_fails(TG_ERR_SIZE, "candidates 1",
                    tg_case_encode(bytes, &nb_bytes, sizeof bytes, &work, tg_suite_error));
    work = wrong_case(&subject, 4);
    memset(bytes, 0xee, sizeof bytes);
    tg_assert_fails(TG_ERR_SIZE, "takes 92 bytes, and there is room for 64",
                    tg_case_encode(bytes, &nb_bytes, sizeof bytes, &work, tg_suite_error));
    ck_assert_uint_eq(nb_bytes, 92);
    for (size_t i = 0; i < sizeof bytes; i++) ck_assert_uint_eq(bytes[i], 0xee);
    tg_case_clear(&work);
}
END_TEST

/* ---- running ---- */

static tg_backend open_backend(const char *name)
{
    const tg_backend_ops *ops = NULL;
    tg_backend backend;
    tg_assert_ok(tg_backend_find(&ops, name, tg_suite_error));
    tg_assert_ok(tg_backend_open(&backend, ops, tg_suite_error));
    return backend;
}

/* Run a case with reference and host; the result is to be cleared. */
static tg_case_result run(const tg_case *work)
{
    tg_backend reference = open_backend("reference");
    tg_backend host = open_backend("host");
    tg_case_result result;
    tg_assert_ok(tg_case_run(&result, work, &reference, &host, tg_suite_error));
    tg_backend_close(&host);
    tg_backend_close(&reference);
    return result;
}

START_TEST(case_runs_match)
{
    const uint8_t bytes[] = {5, 0, 40, 0, 2, 0, 3, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        tg_case work = decode(&subject, bytes, sizeof bytes);
        tg_case_result result = run(&work);
        ck_assert_msg(result.is_match, "%s: %s", subject.trace->name, result.error.what);
        ck_assert_int_eq(result.status, TG_OK);
        ck_assert_uint_gt(result.diff.compared.eventful + result.diff.compared.padding, 0);
        tg_case_result_clear(&result);
        tg_case_clear(&work);
    }
}
END_TEST

/* The report of a result, to be freed. */
static char *report_of(const tg_case *work, const tg_case_result *result)
{
    char *text = NULL;
    size_t nb_bytes = 0;
    tg_backend reference = open_backend("reference");
    tg_backend host = open_backend("host");
    FILE *out = open_memstream(&text, &nb_bytes);
    ck_assert_ptr_nonnull(out);
    tg_case_report(out, work, result, &reference, &host, "the line");
    ck_assert_int_eq(fclose(out), 0);
    tg_backend_close(&host);
    tg_backend_close(&reference);
    return text;
}

static void assert_found(tg_host_kernel *kernel, size_t nb_events, const char *words)
{
    wrong_plan wrong;
    const tg_subject subject = wrong_subject(&wrong, kernel);
    tg_case work = wrong_case(&subject, nb_events);
    tg_case_result result = run(&work);
    ck_assert(!result.is_match);
    char *text = report_of(&work, &result);
    ck_assert_msg(strstr(text, words) != NULL, "no '%s' in\n%s", words, text);
    ck_assert_msg(strstr(text, "again: the line") != NULL, "no line in\n%s", text);
    free(text);
    tg_case_result_clear(&result);
    tg_case_clear(&work);
}

START_TEST(case_runs_find_what_is_wrong)
{
    wrong_plan wrong;
    const tg_subject right = wrong_subject(&wrong, kernel_right);
    tg_case work = wrong_case(&right, 5);
    tg_case_result result = run(&work);
    ck_assert(result.is_match);
    tg_case_result_clear(&result);
    tg_case_clear(&work);
    assert_found(kernel_off_by_one, 5, "1 of 25 cells wrong, in 1 of 5 rows");
    assert_found(kernel_forgets, 5, "1 of 135 cells");
    assert_found(kernel_spoils, 5, "events");
    assert_found(kernel_sticks, 5, "FAILED");
}
END_TEST

/* A bug that shows from the third event on is none of two events. */
START_TEST(case_finds_nothing_where_nothing_is)
{
    wrong_plan wrong;
    const tg_subject subject = wrong_subject(&wrong, kernel_off_by_one);
    tg_case work = wrong_case(&subject, 2);
    tg_case_result result = run(&work);
    ck_assert(result.is_match);
    tg_case_result_clear(&result);
    tg_case_clear(&work);
}
END_TEST

/* An error of the expected side is the caller's: here a case that nobody may make. */
START_TEST(case_leaves_errors_of_the_expected_side)
{
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_backend reference = open_backend("reference");
    tg_case work = {.subject = subject, .fixed_height = TG_MAX_HEIGHT + 1};
    tg_case_result result;
    tg_assert_fails(TG_ERR_HEIGHT, "height",
                    tg_case_run(&result, &work, &reference, &reference, tg_suite_error));
    tg_backend_close(&reference);
}
END_TEST

START_TEST(case_prints_what_it_is)
{
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = wrong_case(&subject, 6);
    work.launch.block = 3;
    char *text = NULL;
    size_t nb_bytes = 0;
    FILE *out = open_memstream(&text, &nb_bytes);
    ck_assert_ptr_nonnull(out);
    tg_case_print(out, &work);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_ptr_nonnull(
        strstr(text, "Select.main: 6 events, height by rule, grid by plan, block 3\n"));
    ck_assert_ptr_nonnull(strstr(text, "  event 3: bit "));
    ck_assert_ptr_null(strstr(text, "event 4"));
    ck_assert_ptr_nonnull(strstr(text, "  and 2 more events\n"));
    free(text);
    tg_case_clear(&work);
}
END_TEST

START_TEST(case_says_how_to_run_it_again)
{
    const tg_subject subject = wrong_subject_of("Global.main");
    tg_command again;
    tg_case work = {.subject = subject};
    tg_case_again(&again, &work, "a b/c", NULL);
    ck_assert_str_eq(again.text, "tracegate gate Global.main --record 'a b/c'");
    work.launch = (tg_launch){.grid = 7, .block = 33};
    work.max_candidates = 3;
    tg_case_again(&again, &work, "c", "host");
    ck_assert_str_eq(again.text, "tracegate gate Global.main --record c --actual host --grid 7 "
                                 "--block 33 --max-candidates 3");
}
END_TEST

TG_SUITE("case", case_blames_draws_for_events_alone, case_zeros_are_the_smallest,
         case_has_its_layout, case_numbers_wrap_at_their_limits, case_heights_hold_the_events,
         case_any_bytes_decode, case_valid_events_stay, case_repeated_events_take_few_bytes,
         case_refuses_what_bytes_cannot_hold, case_runs_match, case_runs_find_what_is_wrong,
         case_finds_nothing_where_nothing_is, case_leaves_errors_of_the_expected_side,
         case_prints_what_it_is, case_says_how_to_run_it_again)
