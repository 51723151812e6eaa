/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* .npy files without memory, with failing input and output: each nth call fails once. */
#include "fault.h"
#include "files/npy.h"
#include "test_files.h"

/* Several tiles (of 2^17 words each), so that calls fail in the middle too. */
#define HEIGHT 3000
#define WIDTH 100
#define NB_CELLS ((size_t)HEIGHT * WIDTH)

static void assert_clean(tg_fault_kind kind, tg_status status, const tg_error *error)
{
    ck_assert_int_eq(status, kind == TG_FAULT_MEMORY ? TG_ERR_MEMORY : TG_ERR_IO);
    ck_assert_int_eq(error->status, status);
    ck_assert(error->what[0] != '\0' && error->how[0] != '\0');
}

/* Write over a target with each nth call failing; the number of calls. */
static long write_with_faults(tg_fault_kind kind, const char *folder, const char *path,
                              const uint32_t *cells, bool as_events)
{
    for (long nth = 1;; nth++) {
        write_file(path, "before", 6);
        tg_error error = {0};
        tg_fault_arm(kind, nth);
        const tg_status status = as_events ? tg_npy_write_events(path, cells, HEIGHT, WIDTH, &error)
                                           : tg_npy_write_cells(path, cells, HEIGHT, WIDTH, &error);
        const bool has_failed = tg_fault_disarm();
        ck_assert_uint_eq(nb_entries(folder), 1);
        if (!has_failed) {
            ck_assert_int_eq(status, TG_OK);
            return nth - 1;
        }
        assert_clean(kind, status, &error);
        assert_file_holds(path, "before");
    }
}

START_TEST(npy_fault_writes_leave_the_target)
{
    char folder[256];
    char path[512];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/x.npy", folder);
    uint32_t *cells = make_cells(HEIGHT, WIDTH);
    // lstat, stat, access, open, fdopen, header, three tiles, fflush, fsync, fclose, rename.
    ck_assert_int_ge(write_with_faults(TG_FAULT_IO, folder, path, cells, false), 13);
    ck_assert_int_ge(write_with_faults(TG_FAULT_IO, folder, path, cells, true), 11);
    ck_assert_int_ge(write_with_faults(TG_FAULT_MEMORY, folder, path, cells, false), 1);
    free(cells);
    tg_suite_remove_folder(folder);
}
END_TEST

static tg_status read_once(void *to, const char *path, bool as_events, tg_error *error)
{
    tg_npy npy;
    tg_status status = tg_npy_open(&npy, path, error);
    if (status != TG_OK) return status;
    status = as_events ? tg_npy_read_events(to, HEIGHT, WIDTH, &npy, error)
                       : tg_npy_read_cells(to, &npy, error);
    // Closing what was read loses nothing, whether it succeeds or not: it is no call to fail here.
    if (status == TG_OK && tg_fault_disarm()) status = TG_ERR_MISMATCH;
    tg_npy_close(&npy);
    return status;
}

static long read_with_faults(tg_fault_kind kind, void *to, const char *path, bool as_events)
{
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        tg_fault_arm(kind, nth);
        const tg_status status = read_once(to, path, as_events, &error);
        const bool has_failed = tg_fault_disarm();
        if (status == TG_OK) return nth - 1;
        ck_assert(has_failed);
        assert_clean(kind, status, &error);
        if (kind == TG_FAULT_IO) ck_assert_ptr_nonnull(strstr(error.where, path));
    }
}

START_TEST(npy_fault_reads_end_in_an_error)
{
    char folder[256];
    char path[512];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/x.npy", folder);
    uint32_t *cells = make_cells(HEIGHT, WIDTH);
    uint32_t *back = malloc(NB_CELLS * sizeof(uint32_t));
    tg_assert_ok(tg_npy_write_cells(path, cells, HEIGHT, WIDTH, tg_suite_error));
    // open, fstat, fdopen, start, fseeko, header, fseeko, three tiles; memory of header, stream and
    // tile.
    ck_assert_int_ge(read_with_faults(TG_FAULT_IO, back, path, false), 10);
    ck_assert_mem_eq(back, cells, NB_CELLS * sizeof(uint32_t));
    ck_assert_int_ge(read_with_faults(TG_FAULT_MEMORY, back, path, false), 2);
    tg_assert_ok(tg_npy_write_events(path, cells, HEIGHT, WIDTH, tg_suite_error));
    ck_assert_int_ge(read_with_faults(TG_FAULT_IO, back, path, true), 8);
    ck_assert_int_ge(read_with_faults(TG_FAULT_MEMORY, back, path, true), 1);
    ck_assert_mem_eq(back, cells, (size_t)HEIGHT * WIDTH);
    free(back);
    free(cells);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("npy_fault", npy_fault_writes_leave_the_target, npy_fault_reads_end_in_an_error)
