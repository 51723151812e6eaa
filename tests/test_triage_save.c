/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Smallest cases as folders: what is in them, what is replaced and what never is. */
#include "test_files.h"
#include "triage_wrong.h"

#include "files/npy.h"

#include <sys/stat.h>
#include <unistd.h>

static char dir[256];
static char folder[TG_PATH_BYTES];
static wrong_sides sides;
static wrong_plan plan;
static tg_triage triage;

static void triage_seed(tg_triage *of, tg_host_kernel *kernel, size_t nb_events)
{
    const tg_subject subject = wrong_subject(&plan, kernel);
    tg_case work = wrong_drawn(&subject, TG_PROFILE_MIXED, 1, nb_events);
    const tg_triage_options options = {.expected = &sides.expected, .actual = &sides.actual};
    tg_assert_ok(tg_triage_run(of, &work, &options, tg_suite_error));
    tg_case_clear(&work);
}

static void set_up(void)
{
    tg_suite_make_folder(dir);
    sides = wrong_open();
    triage_seed(&triage, kernel_swaps, 100);
}

static void tear_down(void)
{
    tg_triage_clear(&triage);
    wrong_close(&sides);
    tg_suite_remove_folder(dir);
}

static const char *in_folder(const char *name)
{
    static char path[2 * TG_PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void assert_cells(const char *name, const uint32_t *cells)
{
    tg_npy npy;
    uint32_t read[WRONG_WIDTH * 32];
    tg_assert_ok(tg_npy_open(&npy, in_folder(name), tg_suite_error));
    ck_assert_uint_eq(npy.nb_rows, 32);
    ck_assert_uint_eq(npy.nb_columns, WRONG_WIDTH);
    tg_assert_ok(tg_npy_read_cells(read, &npy, tg_suite_error));
    tg_npy_close(&npy);
    ck_assert_mem_eq(read, cells, sizeof read);
}

START_TEST(triage_save_has_events_and_cells)
{
    set_up();
    tg_assert_ok(tg_triage_save(folder, &triage, dir, false, tg_suite_error));
    char name[TG_PATH_BYTES];
    (void)snprintf(name, sizeof name, "%s/select-main-%s", dir, triage.key.id);
    ck_assert_str_eq(folder, name);
    ck_assert_uint_eq(nb_entries(folder), 5);
    assert_cells("expected.trace.npy", triage.expected.cells);
    assert_cells("actual.trace.npy", triage.actual.cells);
    tg_case again;
    tg_assert_ok(tg_case_load(&again, folder, tg_suite_error));
    ck_assert_uint_eq(again.nb_events, triage.smallest.nb_events);
    ck_assert_str_eq(again.why, triage.key.text);
    tg_case_clear(&again);
    tear_down();
}
END_TEST

START_TEST(triage_save_makes_its_folder)
{
    set_up();
    char deep[300];
    (void)snprintf(deep, sizeof deep, "%s/cases", dir);
    tg_assert_ok(tg_triage_save(folder, &triage, deep, false, tg_suite_error));
    ck_assert_uint_eq(nb_entries(deep), 1);
    (void)snprintf(deep, sizeof deep, "%s/no/cases", dir);
    tg_assert_fails(TG_ERR_IO, "make the folder of cases",
                    tg_triage_save(folder, &triage, deep, false, tg_suite_error));
    tear_down();
}
END_TEST

START_TEST(triage_save_leaves_the_same_case)
{
    set_up();
    struct stat before;
    struct stat behind;
    ck_assert(!tg_triage_is_saved(&triage, dir));
    tg_assert_ok(tg_triage_save(folder, &triage, dir, false, tg_suite_error));
    ck_assert(tg_triage_is_saved(&triage, dir));
    ck_assert_int_eq(stat(folder, &before), 0);
    tg_assert_ok(tg_triage_save(folder, &triage, dir, false, tg_suite_error));
    ck_assert_int_eq(stat(folder, &behind), 0);
    ck_assert(before.st_ino == behind.st_ino);
    ck_assert_uint_eq(nb_entries(dir), 1);
    tear_down();
}
END_TEST

START_TEST(triage_save_replaces_by_force_alone)
{
    set_up();
    tg_assert_ok(tg_triage_save(folder, &triage, dir, false, tg_suite_error));
    triage.smallest.fixed_height = 96;
    tg_assert_fails(TG_ERR_IO, "--force",
                    tg_triage_save(folder, &triage, dir, false, tg_suite_error));
    tg_case again;
    tg_assert_ok(tg_case_load(&again, folder, tg_suite_error));
    ck_assert_uint_eq(again.fixed_height, 0);
    tg_case_clear(&again);
    // Cells of this height were not made.
    tg_product_destroy(&triage.expected);
    tg_product_destroy(&triage.actual);
    triage.expected = triage.actual = (tg_product){.cells = NULL};
    tg_assert_ok(tg_triage_save(folder, &triage, dir, true, tg_suite_error));
    tg_assert_ok(tg_case_load(&again, folder, tg_suite_error));
    ck_assert_uint_eq(again.fixed_height, 96);
    tg_case_clear(&again);
    ck_assert_uint_eq(nb_entries(folder), 3);
    ck_assert_uint_eq(nb_entries(dir), 1);
    tear_down();
}
END_TEST

/* Whatever else has the name stays, by force too. */
START_TEST(triage_save_replaces_cases_alone)
{
    set_up();
    (void)snprintf(folder, sizeof folder, "%s/select-main-%s", dir, triage.key.id);
    char name[TG_PATH_BYTES];
    (void)snprintf(name, sizeof name, "%s", folder);
    // A folder that is none of a case's, then one that has more.
    ck_assert_int_eq(mkdir(name, 0777), 0);
    tg_assert_fails(TG_ERR_IO, "no case",
                    tg_triage_save(folder, &triage, dir, true, tg_suite_error));
    ck_assert_int_eq(rmdir(name), 0);
    tg_assert_ok(tg_triage_save(folder, &triage, dir, false, tg_suite_error));
    write_file(in_folder("notes.txt"), "mine", 4);
    tg_assert_fails(TG_ERR_IO, "more than a case",
                    tg_triage_save(folder, &triage, dir, true, tg_suite_error));
    ck_assert_uint_eq(nb_entries(folder), 6);
    tg_suite_remove_folder(name);
    // A file, and a link to a folder.
    write_file(name, "mine", 4);
    tg_assert_fails(TG_ERR_IO, "no folder",
                    tg_triage_save(folder, &triage, dir, true, tg_suite_error));
    ck_assert_int_eq(unlink(name), 0);
    ck_assert_int_eq(symlink(dir, name), 0);
    tg_assert_fails(TG_ERR_IO, "no folder",
                    tg_triage_save(folder, &triage, dir, true, tg_suite_error));
    ck_assert_uint_eq(nb_entries(dir), 1);
    tear_down();
}
END_TEST

START_TEST(triage_save_of_a_failure_has_no_cells)
{
    set_up();
    tg_triage_clear(&triage);
    triage_seed(&triage, kernel_sticks, 10);
    tg_assert_ok(tg_triage_save(folder, &triage, dir, false, tg_suite_error));
    // What was expected is there.
    ck_assert_uint_eq(nb_entries(folder), 4);
    ck_assert_int_ne(access(in_folder("actual.trace.npy"), F_OK), 0);
    tear_down();
}
END_TEST

TG_SUITE("triage_save", triage_save_has_events_and_cells, triage_save_makes_its_folder,
         triage_save_leaves_the_same_case, triage_save_replaces_by_force_alone,
         triage_save_replaces_cases_alone, triage_save_of_a_failure_has_no_cells)
