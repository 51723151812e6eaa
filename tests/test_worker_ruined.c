/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Workers that a kernel has ruined, or the system: answers with numbers out of range, workers that
 * end before they are asked, processes that do not end. */
#include "worker_wrong.h"

#include <sys/socket.h>
#include <sys/stat.h>

static const tg_isolation by_default = {.isolate = TG_ISOLATE_BY_BACKEND};

static tg_status ruined_open(void **state, __attribute__((unused)) tg_error *error)
{
    *state = NULL;
    return TG_OK;
}

static void ruined_close(__attribute__((unused)) void *state) {}

static tg_status ruined_run(__attribute__((unused)) void *state,
                            __attribute__((unused)) const tg_product *out,
                            __attribute__((unused)) tg_conduct *conduct,
                            __attribute__((unused)) const tg_job *job,
                            __attribute__((unused)) uint32_t poison,
                            __attribute__((unused)) tg_error *error)
{
    return TG_OK;
}

/* ---- answers ---- */

/* What is wrong with the answer; a number of the job says which. */
enum {
    RUINED_NOT,
    RUINED_ROW,
    RUINED_COLUMN,
    RUINED_NB_CELLS,
    RUINED_HEIGHT,
    RUINED_WIDTH,
    RUINED_WORD,
    RUINED_NB_LISTED,
    RUINED_UNWRITTEN,
    RUINED_UNSTABLE,
    RUINED_SIDE,
    NB_RUINED
};

/* Nothing is right: the last cell and the last word of each side output are listed. */
static tg_status ruined_compare(__attribute__((unused)) void *state, tg_diff *diff,
                                tg_sides_diff *sides, tg_conduct *conduct,
                                __attribute__((unused)) const tg_product *out, const tg_job *job,
                                __attribute__((unused)) const tg_product *expected,
                                __attribute__((unused)) tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    const size_t width = tg_trace_width(trace);
    const uint32_t how = job->max_candidates;
    memset(conduct, 0, sizeof *conduct);
    conduct->cells = (tg_doubt){.nb_unwritten = 1,
                                .first_unwritten = job->height * width - (how != RUINED_UNWRITTEN),
                                .nb_unstable = 1,
                                .first_unstable = job->height * width - (how != RUINED_UNSTABLE)};
    diff->expected_height = job->height;
    diff->actual_height = job->height + (how == RUINED_HEIGHT);
    diff->expected_width = width;
    diff->actual_width = width + (how == RUINED_WIDTH);
    diff->compared.eventful = job->height * width;
    diff->wrong.eventful = 1;
    diff->nb_cells = how == RUINED_NB_CELLS ? diff->max_cells + 1 : 1;
    diff->cells[0] = (tg_cell){.row = job->height - (how != RUINED_ROW),
                               .column = width - (how != RUINED_COLUMN)};
    for (size_t i = 0; i < trace->nb_sides; i++) {
        tg_side_diff *side = &sides->sides[i];
        const size_t nb_words = tg_side_nb_words(&trace->sides[i]);
        side->is_compared = true;
        side->nb_compared = nb_words;
        side->nb_wrong = 1;
        side->nb_listed = how == RUINED_NB_LISTED ? SIZE_MAX : 1;
        conduct->sides[i] =
            (tg_doubt){.nb_unstable = 1, .first_unstable = nb_words - (how != RUINED_SIDE)};
        side->listed[0] = (tg_side_word){.word = nb_words - (how != RUINED_WORD)};
    }
    return TG_OK;
}

static const tg_backend_ops ruined_ops = {
    .name = "ruined",
    .text = "answers what is none",
    .generates = true,
    .wants_process = true,
    .open = ruined_open,
    .close = ruined_close,
    .run = ruined_run,
    .compare = ruined_compare,
};

/* A subject with side outputs. */
static tg_subject subject_with_sides(void)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        if (subject.trace->nb_sides != 0) return subject;
    }
    ck_abort_msg("no trace has side outputs");
    return tg_subject_at(0);
}

static tg_status compare_ruined(const tg_backend *backend, uint32_t how, tg_error *error)
{
    const tg_subject subject = subject_with_sides();
    const tg_trace *trace = subject.trace;
    const tg_job job = {.subject = &subject, .height = 32, .nb_events = 9, .max_candidates = how};
    tg_diff diff;
    tg_sides_diff sides;
    tg_conduct conduct;
    tg_product expected, out;
    tg_assert_ok(tg_diff_init(&diff, tg_trace_width(trace), 2, tg_suite_error));
    tg_assert_ok(tg_sides_diff_init(&sides, trace, 2, tg_suite_error));
    tg_assert_ok(tg_product_create(&expected, trace, job.height, tg_suite_error));
    tg_assert_ok(tg_product_create(&out, trace, job.height, tg_suite_error));
    memset(expected.cells, 0, job.height * tg_trace_width(trace) * sizeof(uint32_t));
    for (size_t i = 0; i < trace->nb_sides; i++) {
        memset(expected.sides[i], 0, tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t));
    }
    const tg_status status = backend->ops->compare(backend->state, &diff, &sides, &conduct, &out,
                                                   &job, &expected, error);
    if (status == TG_OK) {
        ck_assert_uint_eq(diff.nb_cells, 1);
        ck_assert_uint_eq(diff.cells[0].row, job.height - 1);
        ck_assert_uint_eq(sides.sides[0].nb_listed, 1);
    }
    for (size_t i = 0; i < diff.nb_cells; i++) {
        ck_assert_uint_lt(diff.cells[i].row, job.height);
    }
    tg_product_destroy(&out);
    tg_product_destroy(&expected);
    tg_sides_diff_clear(&sides);
    tg_diff_clear(&diff);
    return status;
}

START_TEST(worker_ruined_numbers_are_no_answer)
{
    tg_backend backend;
    tg_assert_ok(tg_worker_open(&backend, &ruined_ops, &by_default, tg_suite_error));
    for (uint32_t how = RUINED_NOT; how < NB_RUINED; how++) {
        tg_error error = {.status = TG_OK};
        const tg_status status = compare_ruined(&backend, how, &error);
        ck_assert_msg((status == TG_OK) == (how == RUINED_NOT), "wrong number %u", (unsigned)how);
        if (status == TG_OK) continue;
        ck_assert_int_eq(status, TG_ERR_KERNEL);
        ck_assert_int_eq(error.status, TG_ERR_KERNEL);
        ck_assert_ptr_nonnull(strstr(error.what, "broke its worker, whose answer is none"));
        ck_assert_ptr_nonnull(strstr(error.where, "9 events, 32 rows"));
        ck_assert(error.how[0] != '\0');
        // It is not to be asked again.
        ck_assert_int_eq(worker_of(&backend)->pid, 0);
    }
    tg_assert_ok(compare_ruined(&backend, RUINED_NOT, tg_suite_error));
    tg_backend_close(&backend);
    ck_assert(has_no_child());
}
END_TEST

/* ---- workers that end early ---- */

/* Stop listening: the worker opens, and ends as soon as it looks for a request. */
static tg_status deaf_open(void **state, __attribute__((unused)) tg_error *error)
{
    struct stat about;
    *state = NULL;
    for (int file = STDERR_FILENO + 1; file < 64; file++) {
        if (fstat(file, &about) == 0 && S_ISSOCK(about.st_mode)) (void)shutdown(file, SHUT_RD);
    }
    return TG_OK;
}

START_TEST(worker_that_never_gets_a_request_blames_no_kernel)
{
    tg_backend_ops ops = ruined_ops;
    tg_backend backend;
    const int nb_files = nb_files_of(getpid());
    ops.open = deaf_open;
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = wrong_case(&subject, 20);
    tg_assert_ok(tg_worker_open(&backend, &ops, &by_default, tg_suite_error));
    tg_assert_fails(TG_ERR_DEVICE, "does not stay alive",
                    worker_run_case(&backend, &work, NULL, tg_suite_error));
    ck_assert_int_eq(worker_of(&backend)->pid, 0);
    tg_case_clear(&work);
    tg_backend_close(&backend);
    ck_assert(has_no_child());
    ck_assert_int_eq(nb_files_of(getpid()), nb_files);
}
END_TEST

/* ---- processes that do not end ---- */

START_TEST(worker_says_which_process_does_not_end)
{
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    const tg_job job = {.subject = &subject, .height = 32, .nb_events = 20};
    const worker held = {.inner = &ruined_ops, .wait_status = -1, .abandoned = 4711};
    tg_assert_fails(TG_ERR_KERNEL, "process 4711 was killed and does not end",
                    worker_failed(&held, WORKER_HUNG, &job, 1, tg_suite_error));
}
END_TEST

/* One that has ended in the meantime is buried with the next. */
START_TEST(worker_buries_later_what_did_not_end)
{
    tg_backend backend;
    tg_assert_ok(tg_worker_open(&backend, &ruined_ops, &by_default, tg_suite_error));
    worker *of = backend.state;
    of->abandoned = fork();
    if (of->abandoned == 0) _exit(0);
    siginfo_t info;
    ck_assert_int_eq(waitid(P_PID, (id_t)of->abandoned, &info, WEXITED | WNOWAIT), 0);
    worker_bury(of);
    ck_assert_int_eq(of->abandoned, 0);
    ck_assert_int_eq(of->pid, 0);
    ck_assert(WIFSIGNALED(of->wait_status));
    tg_backend_close(&backend);
    ck_assert(has_no_child());
}
END_TEST

TG_SUITE("worker_ruined", worker_ruined_numbers_are_no_answer,
         worker_that_never_gets_a_request_blames_no_kernel, worker_says_which_process_does_not_end,
         worker_buries_later_what_did_not_end)
