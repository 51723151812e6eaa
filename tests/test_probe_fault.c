/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The layout probe, and lines of kernels, while memory or calls on files and folders fail: a clean
 * error each time, and never a layout that is taken for right. */
#include "fault.h"
#include "probe_made.h"

#include "modules/kernel_line_internal.h"

static char folder[256];
static char file[512];
static made_entry made;

static void set_up(void)
{
    static char source[SOURCE_BYTES];
    const struct_change more = {.before = "unsigned more; "};
    const size_t trace = trace_with_array(false);
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
    put_source(source, tg_trace_at(trace), &more, "");
    (void)snprintf(file, sizeof file, "%s/k.c", folder);
    write_file(file, source, strlen(source));
    make_entry(&made, trace, file);
}

/* Fail call after call of a probe whose program is built. */
static void fail_each(tg_fault_kind kind, tg_status expected)
{
    const tg_probe probe = {.entry = &made.entry};
    tg_user_layout *layout = NULL;
    long nb_failed = 0;
    tg_assert_ok(tg_probe_run(&layout, &probe, tg_suite_error));
    ck_assert_ptr_nonnull(layout);
    tg_probe_destroy(layout);
    for (long nth = 1;; nth++) {
        tg_error error = {.status = TG_OK};
        tg_fault_arm(kind, nth);
        const tg_status status = tg_probe_run(&layout, &probe, &error);
        if (!tg_fault_disarm()) {
            tg_probe_destroy(layout);
            break;
        }
        // Some calls may fail unseen: folders that are tidied up.
        ck_assert_int_eq(status == TG_OK, layout != NULL);
        tg_probe_destroy(layout);
        if (status == TG_OK) continue;
        ck_assert_msg(status == expected, "call %ld: %s", nth, error.what);
        ck_assert_str_ne(error.how, "");
        nb_failed++;
    }
    ck_assert_int_ge(nb_failed, 5);
    tg_assert_ok(tg_probe_run(&layout, &probe, tg_suite_error));
    ck_assert_ptr_nonnull(layout);
    tg_probe_destroy(layout);
}

START_TEST(probe_fault_memory)
{
    set_up();
    fail_each(TG_FAULT_MEMORY, TG_ERR_MEMORY);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(probe_fault_files)
{
    set_up();
    fail_each(TG_FAULT_IO, TG_ERR_IO);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(probe_fault_lines)
{
    static const tg_fault_kind kinds[] = {TG_FAULT_MEMORY, TG_FAULT_IO};
    static const tg_status expected[] = {TG_ERR_MEMORY, TG_ERR_IO};
    size_t line = 0;
    set_up();
    for (size_t i = 0; i < 2; i++) {
        long nth = 1;
        for (;; nth++) {
            tg_error error = {.status = TG_OK};
            tg_fault_arm(kinds[i], nth);
            const tg_status status = kernel_line(&line, file, "rows", &error);
            if (!tg_fault_disarm()) break;
            if (status == TG_OK) continue;
            ck_assert_int_eq(status, expected[i]);
            ck_assert_uint_eq(line, 0);
        }
        ck_assert_int_ge(nth, 2);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("probe_fault", probe_fault_memory, probe_fault_files, probe_fault_lines)
