/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Workers: what a backend answers there comes back whole; opening, and which backends get one. */
#include "worker_wrong.h"

static const tg_isolation by_default = {.isolate = TG_ISOLATE_BY_BACKEND};

/* ---- what a backend answers ---- */

/* A backend that does what a number of the job says. */
enum { ANSWER_RIGHT, ANSWER_LOST, ANSWER_NO_MEMORY, ANSWER_CONDUCT, ANSWER_MATCH, ANSWER_NO_MATCH };

#define ANSWER_CODE 700

static tg_status answer_open(void **state, __attribute__((unused)) tg_error *error)
{
    *state = NULL;
    return TG_OK;
}

static void answer_close(__attribute__((unused)) void *state) {}

static tg_status answer_run(__attribute__((unused)) void *state, const tg_product *out,
                            tg_conduct *conduct, const tg_job *job, uint32_t poison,
                            tg_error *error)
{
    out->cells[0] = poison + (uint32_t)job->nb_events;
    if (job->max_candidates == ANSWER_CONDUCT) {
        memset(conduct, 0, sizeof *conduct);
        conduct->nb_zone_words[TG_ZONE_AFTER_EVENTS] = 3;
        conduct->first_zone_word[TG_ZONE_AFTER_EVENTS] = 17;
        conduct->events_changed = true;
        conduct->first_changed_byte = 1234;
    }
    if (job->max_candidates == ANSWER_NO_MEMORY) {
        tg_error_set(error, TG_ERR_MEMORY, "4 bytes of 3 are taken");
        tg_error_where(error, "here");
        tg_error_how(error, "buy some");
        return TG_ERR_MEMORY;
    }
    if (job->max_candidates == ANSWER_LOST) {
        tg_error_set(error, TG_ERR_KERNEL, "it is lost");
        error->cuda_code = ANSWER_CODE;
        return TG_ERR_KERNEL;
    }
    return TG_OK;
}

static tg_status answer_matches(__attribute__((unused)) void *state, bool *is_match,
                                const tg_job *job, const tg_product *expected,
                                __attribute__((unused)) tg_error *error)
{
    *is_match = job->max_candidates == ANSWER_MATCH && expected->cells[3] == 33;
    return TG_OK;
}

/* What was made is what is expected, but for some words where something else is asked for. */
static tg_status answer_compare(__attribute__((unused)) void *state, tg_diff *diff,
                                tg_sides_diff *sides, tg_conduct *conduct, const tg_product *out,
                                const tg_job *job, const tg_product *expected, tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    const size_t width = tg_trace_width(trace);
    const tg_matrix right = {.cells = expected->cells, .height = job->height, .width = width};
    tg_matrix made = right;
    memset(conduct, 0, sizeof *conduct);
    memcpy(out->cells, expected->cells, job->height * width * sizeof(uint32_t));
    made.cells = out->cells;
    if (job->max_candidates == ANSWER_NO_MATCH) {
        out->cells[3] += 1;
        out->cells[job->height + 7] += 1;
        out->cells[2 * job->height] = TG_P;
    }
    conduct->events_changed = job->max_candidates == ANSWER_CONDUCT;
    for (size_t i = 0; i < trace->nb_sides; i++) {
        if (expected->sides[i] == NULL) continue;
        memcpy(out->sides[i], expected->sides[i], tg_side_nb_words(&trace->sides[i]) * 4);
        out->sides[i][1] += job->max_candidates == ANSWER_NO_MATCH;
    }
    tg_sides_diff_run(sides, expected, out);
    return tg_diff_run(diff, trace, job->nb_events, &right, &made, error);
}

static const tg_backend_ops answer_ops = {
    .name = "answers",
    .text = "what it is told to",
    .takes_launch = true,
    .generates = true,
    .wants_process = true,
    .open = answer_open,
    .close = answer_close,
    .run = answer_run,
    .matches = answer_matches,
    .compare = answer_compare,
};

static tg_status ask_for(const tg_backend *backend, uint32_t what, tg_conduct *conduct,
                         tg_error *error)
{
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = wrong_case(&subject, 20);
    work.max_candidates = what;
    const tg_status status = worker_run_case(backend, &work, conduct, error);
    tg_case_clear(&work);
    return status;
}

START_TEST(worker_brings_answers_back_whole)
{
    tg_backend backend;
    tg_conduct conduct = {.events_changed = false};
    tg_error error = {.status = TG_OK};
    tg_assert_ok(tg_worker_open(&backend, &answer_ops, &by_default, tg_suite_error));
    const pid_t pid = worker_of(&backend)->pid;
    ck_assert_int_eq(ask_for(&backend, ANSWER_NO_MEMORY, &conduct, &error), TG_ERR_MEMORY);
    ck_assert_int_eq(error.status, TG_ERR_MEMORY);
    ck_assert_str_eq(error.what, "4 bytes of 3 are taken");
    ck_assert_str_eq(error.where, "here");
    ck_assert_str_eq(error.how, "buy some");
    tg_assert_ok(ask_for(&backend, ANSWER_CONDUCT, &conduct, tg_suite_error));
    ck_assert_uint_eq(conduct.nb_zone_words[TG_ZONE_AFTER_EVENTS], 3);
    ck_assert_uint_eq(conduct.first_zone_word[TG_ZONE_AFTER_EVENTS], 17);
    ck_assert(conduct.events_changed);
    ck_assert_uint_eq(conduct.first_changed_byte, 1234);
    // Its memory is not the worker's: that one goes on.
    ck_assert_int_eq(worker_of(&backend)->pid, pid);
    ck_assert_int_eq(ask_for(&backend, ANSWER_LOST, &conduct, &error), TG_ERR_KERNEL);
    ck_assert_int_eq(error.cuda_code, ANSWER_CODE);
    ck_assert_str_eq(error.what, "it is lost");
    ck_assert_ptr_nonnull(strstr(error.where, "20 events, 32 rows"));
    ck_assert_int_eq(worker_of(&backend)->pid, 0);
    ck_assert(tg_backend_can_rerun(&backend, &error));
    tg_assert_ok(ask_for(&backend, ANSWER_RIGHT, NULL, tg_suite_error));
    tg_backend_close(&backend);
    // Here such an error is the end.
    tg_assert_ok(tg_backend_open(&backend, &answer_ops, tg_suite_error));
    ck_assert(!tg_backend_can_rerun(&backend, &error));
    tg_backend_close(&backend);
}
END_TEST

START_TEST(worker_compares_where_the_backend_does)
{
    tg_backend backend;
    tg_product expected;
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_assert_ok(tg_worker_open(&backend, &answer_ops, &by_default, tg_suite_error));
    tg_assert_ok(tg_product_create(&expected, subject.trace, 32, tg_suite_error));
    for (uint32_t i = 0; i < 32 * WRONG_WIDTH; i++) {
        expected.cells[i] = 11 * i;
    }
    for (uint32_t what = ANSWER_MATCH; what <= ANSWER_NO_MATCH; what++) {
        const tg_job job = {.subject = &subject, .height = 32, .max_candidates = what};
        bool is_match = what != ANSWER_MATCH;
        tg_assert_ok(
            backend.ops->matches(backend.state, &is_match, &job, &expected, tg_suite_error));
        ck_assert_int_eq(is_match, what == ANSWER_MATCH);
    }
    tg_product_destroy(&expected);
    tg_backend_close(&backend);
    tg_assert_ok(tg_worker_open(&backend, worker_inner("host"), &by_default, tg_suite_error));
    ck_assert(backend.ops->matches == NULL);
    tg_backend_close(&backend);
}
END_TEST

/* A comparison, here or in a worker. */
typedef struct compared {
    tg_status status;
    tg_diff diff;
    tg_sides_diff sides;
    tg_conduct conduct;
    tg_product out;
} compared;

static void compared_init(compared *by, const tg_backend *backend, const tg_job *job,
                          const tg_product *expected)
{
    const tg_trace *trace = job->subject->trace;
    tg_assert_ok(tg_diff_init(&by->diff, tg_trace_width(trace), 2, tg_suite_error));
    tg_assert_ok(tg_sides_diff_init(&by->sides, trace, 2, tg_suite_error));
    tg_assert_ok(tg_product_create(&by->out, trace, job->height, tg_suite_error));
    tg_assert_ok(backend->ops->compare(backend->state, &by->diff, &by->sides, &by->conduct,
                                       &by->out, job, expected, tg_suite_error));
}

static void compared_clear(compared *by)
{
    tg_diff_clear(&by->diff);
    tg_sides_diff_clear(&by->sides);
    tg_product_destroy(&by->out);
}

static void check_same_diff(const tg_diff *one, const tg_diff *other, size_t width)
{
    ck_assert_uint_eq(one->nb_cells, other->nb_cells);
    ck_assert_uint_eq(one->max_cells, other->max_cells);
    ck_assert_uint_eq(one->nb_not_reduced, other->nb_not_reduced);
    ck_assert_uint_eq(one->nb_eventful_rows, other->nb_eventful_rows);
    ck_assert_mem_eq(&one->compared, &other->compared, sizeof one->compared);
    ck_assert_mem_eq(&one->wrong, &other->wrong, sizeof one->wrong);
    ck_assert_mem_eq(&one->wrong_rows, &other->wrong_rows, sizeof one->wrong_rows);
    ck_assert_mem_eq(one->columns, other->columns, width * sizeof *one->columns);
    ck_assert_mem_eq(one->column_cells, other->column_cells, width * sizeof *one->columns);
    for (size_t i = 0; i < one->nb_cells; i++) {
        ck_assert_uint_eq(one->cells[i].row, other->cells[i].row);
        ck_assert_uint_eq(one->cells[i].column, other->cells[i].column);
        ck_assert_uint_eq(one->cells[i].expected, other->cells[i].expected);
        ck_assert_uint_eq(one->cells[i].actual, other->cells[i].actual);
    }
}

static void check_same_sides(const tg_sides_diff *one, const tg_sides_diff *other)
{
    for (size_t i = 0; i < one->trace->nb_sides; i++) {
        const tg_side_diff *left = &one->sides[i];
        const tg_side_diff *right = &other->sides[i];
        ck_assert_int_eq(left->is_compared, right->is_compared);
        ck_assert_uint_eq(left->nb_compared, right->nb_compared);
        ck_assert_uint_eq(left->nb_wrong, right->nb_wrong);
        ck_assert_uint_eq(left->nb_listed, right->nb_listed);
        for (size_t n = 0; n < left->nb_listed; n++) {
            ck_assert_uint_eq(left->listed[n].word, right->listed[n].word);
            ck_assert_uint_eq(left->listed[n].actual, right->listed[n].actual);
        }
    }
}

/* Compare a trace of 32 rows here and in a worker. */
static void compare_both_ways(const tg_backend *both, const tg_subject *subject, uint32_t what)
{
    const tg_trace *trace = subject->trace;
    const tg_job job = {.subject = subject, .height = 32, .nb_events = 9, .max_candidates = what};
    compared by[2];
    tg_product expected;
    tg_assert_ok(tg_product_create(&expected, trace, job.height, tg_suite_error));
    memset(expected.cells, 0, job.height * tg_trace_width(trace) * sizeof(uint32_t));
    for (size_t i = 0; i < trace->nb_sides; i++) {
        memset(expected.sides[i], 0, tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t));
    }
    // One side output is not compared.
    uint32_t *kept = expected.sides[0];
    if (what == ANSWER_CONDUCT) expected.sides[0] = NULL;
    for (size_t i = 0; i < 2; i++) {
        compared_init(&by[i], &both[i], &job, &expected);
    }
    check_same_diff(&by[0].diff, &by[1].diff, tg_trace_width(trace));
    check_same_sides(&by[0].sides, &by[1].sides);
    ck_assert_mem_eq(&by[0].conduct, &by[1].conduct, sizeof by[0].conduct);
    ck_assert_int_eq(tg_diff_is_match(&by[1].diff), what != ANSWER_NO_MATCH);
    if (what == ANSWER_NO_MATCH) {
        ck_assert_uint_eq(by[1].diff.nb_cells, 2);
        ck_assert_mem_eq(by[0].out.cells, by[1].out.cells,
                         job.height * tg_trace_width(trace) * sizeof(uint32_t));
    }
    compared_clear(&by[0]);
    compared_clear(&by[1]);
    expected.sides[0] = kept;
    tg_product_destroy(&expected);
}

START_TEST(worker_brings_differences_back_whole)
{
    static const uint32_t asked[] = {ANSWER_MATCH, ANSWER_NO_MATCH, ANSWER_CONDUCT, ANSWER_MATCH};
    tg_backend both[2];
    size_t nb_with_sides = 0;
    tg_assert_ok(tg_backend_open(&both[0], &answer_ops, tg_suite_error));
    tg_assert_ok(tg_worker_open(&both[1], &answer_ops, &by_default, tg_suite_error));
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        if (tg_trace_width(subject.trace) < 3) continue;
        nb_with_sides += subject.trace->nb_sides != 0;
        for (size_t n = 0; n < sizeof asked / sizeof asked[0]; n++) {
            compare_both_ways(both, &subject, asked[n]);
        }
    }
    ck_assert_uint_gt(nb_with_sides, 0);
    tg_backend_close(&both[1]);
    tg_backend_close(&both[0]);
}
END_TEST

/* ---- opening ---- */

static tg_status refusing_open(void **state, tg_error *error)
{
    *state = NULL;
    tg_error_set(error, TG_ERR_UNAVAILABLE, "there is no such machine");
    tg_error_how(error, "build one");
    return TG_ERR_UNAVAILABLE;
}

static tg_status crashing_open(__attribute__((unused)) void **state,
                               __attribute__((unused)) tg_error *error)
{
    (void)raise(SIGBUS);
    return TG_OK;
}

START_TEST(worker_says_why_it_does_not_open)
{
    tg_backend backend;
    tg_backend_ops ops = answer_ops;
    ops.open = refusing_open;
    tg_assert_fails(TG_ERR_UNAVAILABLE, "there is no such machine",
                    tg_worker_open(&backend, &ops, &by_default, tg_suite_error));
    ck_assert_ptr_null(backend.ops);
    ops.open = crashing_open;
    tg_assert_fails(TG_ERR_DEVICE, "opening the backend answers: its worker was ended by signal 7",
                    tg_worker_open(&backend, &ops, &by_default, tg_suite_error));
    tg_assert_fails(
        TG_ERR_USAGE, "recorded",
        tg_worker_open(&backend, worker_inner("recorded"), &by_default, tg_suite_error));
    ck_assert(has_no_child());
    tg_assert_ok(tg_worker_open(&backend, worker_inner("host"), &by_default, tg_suite_error));
    tg_backend other;
    tg_assert_fails(TG_ERR_USAGE, "tg_worker_open",
                    tg_backend_open(&other, backend.ops, tg_suite_error));
    tg_backend_close(&backend);
}
END_TEST

/* Which backends are isolated: a policy, and what the backend wants. */
START_TEST(worker_is_used_as_the_isolation_says)
{
    static const struct {
        tg_isolate isolate;
        bool wants;
        bool is_under_test;
        bool is;
    } all[] = {
        {TG_ISOLATE_BY_BACKEND, false, true, false}, {TG_ISOLATE_BY_BACKEND, true, true, true},
        {TG_ISOLATE_BY_BACKEND, true, false, true},  {TG_ISOLATE_ALWAYS, false, true, true},
        {TG_ISOLATE_ALWAYS, false, false, false},    {TG_ISOLATE_ALWAYS, true, false, true},
        {TG_ISOLATE_NEVER, true, true, false},       {TG_ISOLATE_NEVER, false, true, false},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        tg_backend backend;
        tg_backend_ops ops = answer_ops;
        ops.wants_process = all[i].wants;
        const tg_isolation how = {.isolate = all[i].isolate};
        tg_assert_ok(tg_isolation_open(&backend, &ops, &how, all[i].is_under_test, tg_suite_error));
        ck_assert_msg(backend.is_isolated == all[i].is, "case %zu", i);
        tg_backend_close(&backend);
    }
    tg_backend backend;
    const tg_isolation always = {.isolate = TG_ISOLATE_ALWAYS};
    tg_assert_ok(
        tg_isolation_open(&backend, worker_inner("recorded"), &always, true, tg_suite_error));
    ck_assert(!backend.is_isolated);
    tg_backend_close(&backend);
}
END_TEST

TG_SUITE("worker_answers", worker_brings_answers_back_whole, worker_compares_where_the_backend_does,
         worker_brings_differences_back_whole, worker_says_why_it_does_not_open,
         worker_is_used_as_the_isolation_says)
