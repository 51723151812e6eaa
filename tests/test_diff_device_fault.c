/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The comparison where traces lie, at a place and on a host that fail: each call and each
 * allocation in turn ends in a clean error, and everything is given back. */
#include "diff_pair.h"
#include "fault.h"
#include "suite.h"

#include <omp.h>

/* A place that fails at one of its calls. */
typedef struct failing {
    long nb_left; /* calls until the one that fails */
    bool has_failed;
    size_t nb_taken; /* and not given back */
    bool is_match;   /* what the comparison said */
    size_t nb_cells;
} failing;

static tg_status count(failing *at, tg_error *error)
{
    if (--at->nb_left != 0) return TG_OK;
    at->has_failed = true;
    tg_error_set(error, TG_ERR_DEVICE, "the place fails");
    tg_error_how(error, "none");
    return TG_ERR_DEVICE;
}

static tg_status failing_take(void *state, void **d_bytes, size_t len_bytes, tg_error *error)
{
    failing *at = state;
    *d_bytes = NULL;
    tg_status status = count(at, error);
    if (status == TG_OK) status = tg_diff_on_host.take(NULL, d_bytes, len_bytes, error);
    at->nb_taken += status == TG_OK;
    return status;
}

static void failing_give(void *state, void *d_bytes)
{
    failing *at = state;
    at->nb_taken -= d_bytes != NULL;
    tg_diff_on_host.give(NULL, d_bytes);
}

static tg_status failing_clear(void *state, void *d_bytes, size_t len_bytes, tg_error *error)
{
    const tg_status status = count(state, error);
    return status == TG_OK ? tg_diff_on_host.clear(NULL, d_bytes, len_bytes, error) : status;
}

static tg_status failing_download(void *state, void *dst, const void *d_src, size_t len_bytes,
                                  tg_error *error)
{
    const tg_status status = count(state, error);
    return status == TG_OK ? tg_diff_on_host.download(NULL, dst, d_src, len_bytes, error) : status;
}

static tg_status failing_launch(void *state, tg_krn_diff_step step, const tg_krn_diff *work,
                                tg_error *error)
{
    const tg_status status = count(state, error);
    return status == TG_OK ? tg_diff_on_host.launch(NULL, step, work, error) : status;
}

static const tg_diff_place failing_place = {.take = failing_take,
                                            .give = failing_give,
                                            .clear = failing_clear,
                                            .download = failing_download,
                                            .launch = failing_launch};

/* Compare two traces that differ. Check itself takes memory: nothing is asserted here. */
static tg_status compare_once(failing *at, const diff_pair *both, tg_error *error)
{
    tg_diff diff;
    tg_status status = tg_diff_init(&diff, both->expected.width, 3, error);
    if (status != TG_OK) return status;
    status = tg_diff_run_at(&diff, &failing_place, at, both->trace, both->nb_events,
                            &both->expected, &both->actual, error);
    at->is_match = tg_diff_is_match(&diff);
    at->nb_cells = diff.nb_cells;
    tg_diff_clear(&diff);
    return status;
}

/* What is wrong does not pass for a match, and everything was given back. */
static void check_result(const failing *at, tg_status status)
{
    ck_assert(!at->is_match);
    ck_assert_uint_eq(at->nb_cells, status == TG_OK ? 3 : 0);
    ck_assert_uint_eq(at->nb_taken, 0);
}

START_TEST(diff_device_fault_every_call_of_the_place)
{
    diff_pair both = diff_pair_of(diff_pair_partial_trace(), 3, 40, 8);
    diff_pair_change_all(&both);
    long nth = 1;
    for (;; nth++) {
        failing at = {.nb_left = nth};
        tg_error error = {0};
        const tg_status status = compare_once(&at, &both, &error);
        check_result(&at, status);
        if (!at.has_failed) {
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        ck_assert_int_eq(status, TG_ERR_DEVICE);
        ck_assert_int_eq(error.status, TG_ERR_DEVICE);
    }
    // Take, clear, launch, download; take, two launches, two downloads.
    ck_assert_int_eq(nth, 10);
    diff_pair_clear(&both);
}
END_TEST

START_TEST(diff_device_fault_every_allocation)
{
    diff_pair both = diff_pair_of(NULL, 0, 40, 8);
    diff_pair_change_all(&both);
    // libgomp ends the process when it has no memory for its own; it takes that at the first
    // parallel region, and the grid its stacks.
    omp_set_num_threads(1);
    failing at = {.nb_left = 0};
    tg_assert_ok(compare_once(&at, &both, tg_suite_error));
    long nth = 1;
    for (;; nth++) {
        tg_error error = {0};
        at = (failing){.nb_left = 0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = compare_once(&at, &both, &error);
        const bool has_failed = tg_fault_disarm();
        check_result(&at, status);
        if (!has_failed) {
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_int_eq(error.status, TG_ERR_MEMORY);
        ck_assert_int_ne(error.how[0], '\0');
    }
    ck_assert_int_gt(nth, 8);
    diff_pair_clear(&both);
}
END_TEST

TG_SUITE("diff_device_fault", diff_device_fault_every_call_of_the_place,
         diff_device_fault_every_allocation)
