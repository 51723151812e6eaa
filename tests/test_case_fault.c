/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Cases with failing calls: each nth call fails once. */
#include "case_wrong.h"
#include "fault.h"
#include "test_files.h"

#include <unistd.h>

static char folder[256];
static char path[512];
static tg_case work;

/* One call under test; it calls nothing else that faults could hit. */
typedef tg_status action(tg_error *error);

/* What must hold after it, whatever became of it. */
typedef void check(tg_status status);

/* Act with each nth call failing. Returns the number of calls. What fails must say so, as far as
 * anything was lost: nb_harmless calls lose nothing. */
static long act_with_faults(tg_fault_kind kind, action *act, check *after, long nb_harmless)
{
    long nb_unnoticed = 0;
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        tg_fault_arm(kind, nth);
        const tg_status status = act(&error);
        const bool has_failed = tg_fault_disarm();
        after(status);
        if (!has_failed) {
            ck_assert_int_eq(status, TG_OK);
            ck_assert_int_le(nb_unnoticed, nb_harmless);
            return nth - 1;
        }
        if (status == TG_OK) {
            nb_unnoticed++;
            continue;
        }
        ck_assert_int_eq(status, kind == TG_FAULT_MEMORY ? TG_ERR_MEMORY : TG_ERR_IO);
        ck_assert_int_eq(error.status, status);
        ck_assert(error.what[0] != '\0' && error.how[0] != '\0');
    }
}

static void set_up(const char *name)
{
    const tg_subject subject = wrong_subject_of(name);
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/case", folder);
    work = wrong_case(&subject, 3);
}

static void tear_down(void)
{
    tg_case_clear(&work);
    tg_suite_remove_folder(folder);
}

static void nothing(tg_status status) { (void)status; }

static tg_status save(tg_error *error) { return tg_case_save(&work, path, error); }

/* Whole or not at all, and nothing beside it. */
static void is_whole_or_absent(tg_status status)
{
    ck_assert_uint_eq(nb_entries(folder), status == TG_OK ? 1 : 0);
    if (status != TG_OK) return;
    tg_case again;
    tg_assert_ok(tg_case_load(&again, path, tg_suite_error));
    ck_assert_uint_eq(again.nb_events, work.nb_events);
    tg_case_clear(&again);
    tg_suite_remove_folder(path);
}

START_TEST(case_fault_save)
{
    set_up(WRONG_TRACE);
    // Three files that are opened, brought onto the disk, named, closed and renamed. A file without
    // a name that cannot be had is made with one.
    ck_assert_int_ge(act_with_faults(TG_FAULT_IO, save, is_whole_or_absent, 6), 3 * 5 + 2);
    (void)act_with_faults(TG_FAULT_MEMORY, save, is_whole_or_absent, 6);
    tear_down();
}
END_TEST

static tg_status load(tg_error *error)
{
    tg_case again;
    const tg_status status = tg_case_load(&again, path, error);
    if (status == TG_OK) tg_case_clear(&again);
    return status;
}

START_TEST(case_fault_load)
{
    set_up(WRONG_TRACE);
    tg_assert_ok(tg_case_save(&work, path, tg_suite_error));
    // Once without faults: the first parse of a process reads a random seed.
    tg_assert_ok(load(tg_suite_error));
    // Closing what was read loses nothing: two JSON files, the events twice.
    ck_assert_int_ge(act_with_faults(TG_FAULT_IO, load, nothing, 4), 10);
    ck_assert_int_ge(act_with_faults(TG_FAULT_MEMORY, load, nothing, 0), 4);
    tear_down();
}
END_TEST

static tg_status decode(tg_error *error)
{
    static const uint8_t bytes[] = {5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    tg_case again;
    const tg_status status = tg_case_decode(&again, &work.subject, bytes, sizeof bytes, error);
    if (status == TG_OK) tg_case_clear(&again);
    return status;
}

START_TEST(case_fault_decode)
{
    set_up("Poseidon2WideDeg3.main");
    ck_assert_int_eq(act_with_faults(TG_FAULT_MEMORY, decode, nothing, 0), 2);
    tear_down();
}
END_TEST

static tg_status run(tg_error *error)
{
    tg_backend reference = {0};
    tg_backend host = {0};
    const tg_backend_ops *ops = NULL;
    tg_case_result result;
    tg_status status = tg_backend_find(&ops, "reference", error);
    if (status == TG_OK) status = tg_backend_open(&reference, ops, error);
    if (status == TG_OK) status = tg_backend_find(&ops, "host", error);
    if (status == TG_OK) status = tg_backend_open(&host, ops, error);
    if (status == TG_OK) status = tg_case_run(&result, &work, &reference, &host, error);
    if (status == TG_OK) {
        if (!result.is_match) status = TG_ERR_MISMATCH;
        tg_case_result_clear(&result);
    }
    tg_backend_close(&host);
    tg_backend_close(&reference);
    return status;
}

START_TEST(case_fault_run)
{
    set_up(WRONG_TRACE);
    tg_assert_ok(run(tg_suite_error));
    ck_assert_int_ge(act_with_faults(TG_FAULT_MEMORY, run, nothing, 0), 10);
    tear_down();
}
END_TEST

TG_SUITE("case_fault", case_fault_save, case_fault_load, case_fault_decode, case_fault_run)
