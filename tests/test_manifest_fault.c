/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Manifests with failing calls: each nth call fails once. */
#include "fault.h"
#include "manifest_made.h"

/* Read with each nth call failing; returns the number of calls. That the file cannot be closed
 * after it was read whole is no error. */
static long fail_each(tg_fault_kind kind, const char *path, tg_status expected)
{
    long nb_harmless = 0;
    for (long nth = 1;; nth++) {
        tg_manifest *manifest = NULL;
        tg_error error = {0};
        tg_fault_arm(kind, nth);
        const tg_status status = tg_manifest_read(&manifest, path, &error);
        const bool has_failed = tg_fault_disarm();
        if (status == TG_OK) {
            ck_assert_uint_eq(tg_manifest_nb_entries(manifest), 3);
            tg_manifest_destroy(manifest);
            nb_harmless += has_failed;
            ck_assert_int_le(nb_harmless, 1);
        } else {
            ck_assert_int_eq(status, expected);
            assert_says(expected, &error, path, "");
            ck_assert_ptr_null(manifest);
        }
        if (!has_failed) return nth - 1;
    }
}

START_TEST(manifest_fault_is_an_error)
{
    char folder[256];
    char path[512];
    char text[MANIFEST_BYTES];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/m.json", folder);
    write_file(path, text, strlen(made_text(text, whole_manifest)));
    ck_assert_int_ge(fail_each(TG_FAULT_MEMORY, path, TG_ERR_MEMORY), 60);
    ck_assert_int_ge(fail_each(TG_FAULT_IO, path, TG_ERR_IO), 3);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(manifest_fault_of_a_kernel_is_an_error)
{
    static const char *const texts[] = {"A", "B"};
    const tg_build_options options = {.standard = "c++17",
                                      .nb_includes = 2,
                                      .includes = texts,
                                      .nb_defines = 2,
                                      .defines = texts,
                                      .nb_flags = 2,
                                      .flags = texts};
    for (long nth = 1;; nth++) {
        tg_manifest *manifest = NULL;
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_manifest_of_kernel(&manifest, "k.cu:f", 0, &options, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            tg_manifest_destroy(manifest);
            ck_assert_int_ge(nth, 15);
            return;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_ptr_null(manifest);
        assert_says(TG_ERR_MEMORY, &error, "", "");
    }
}
END_TEST

TG_SUITE("manifest_fault", manifest_fault_is_an_error, manifest_fault_of_a_kernel_is_an_error)
