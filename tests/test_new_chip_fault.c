/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Beginning a chip where memory, input and output fail: nothing is left of it. */
#include "cli/new_chip_internal.h"

#include "fault.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char text[] =
    "{\"version\": 1, \"traces\": [{\"kind\": \"main\", \"columns\": [\"a\"], \"event\": ["
    "{\"name\": \"op\", \"type\": \"enum\", \"values\": [\"A\"]}]}]}";

static void write_file(char path[300], const char *folder)
{
    (void)snprintf(path, 300, "%s/columns.json", folder);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static const char *name_of(size_t file)
{
    const char *name = new_files[file].name;
    if (name[0] != '%') return name;
    return strcmp(name, "%.h") == 0 ? "mychip.h" : "mychip.cu";
}

static void remove_files(const char *folder)
{
    for (size_t i = 0; i < new_nb_files(); i++) {
        char path[400];
        (void)snprintf(path, sizeof path, "%s/%s", folder, name_of(i));
        ck_assert_int_eq(unlink(path), 0);
    }
}

static bool is_there(const char *folder, const char *name)
{
    char path[400];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static void read_with(tg_fault_kind kind, const char *path)
{
    for (long nth = 1;; nth++) {
        new_chip chip;
        tg_error error = {.status = TG_OK};
        tg_fault_arm(kind, nth);
        const tg_status status = new_chip_read(&chip, "MyChip", path, &error);
        const bool was_hit = tg_fault_disarm();
        new_chip_clear(&chip);
        if (!was_hit) {
            ck_assert_int_eq(status, TG_OK);
            ck_assert_int_gt(nth, 1);
            return;
        }
        // Closing a file that was read may fail without harm.
        if (status == TG_OK) continue;
        ck_assert_int_eq(status, kind == TG_FAULT_MEMORY ? TG_ERR_MEMORY : TG_ERR_IO);
        ck_assert_int_eq(error.status, status);
    }
}

START_TEST(new_chip_fault_reading)
{
    char folder[256];
    char path[300];
    tg_suite_make_folder(folder);
    write_file(path, folder);
    read_with(TG_FAULT_MEMORY, path);
    read_with(TG_FAULT_IO, path);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(new_chip_fault_writing)
{
    char folder[256];
    char path[300];
    new_chip chip;
    tg_suite_make_folder(folder);
    write_file(path, folder);
    tg_assert_ok(new_chip_read(&chip, "MyChip", path, tg_suite_error));
    for (long nth = 1;; nth++) {
        tg_error error = {.status = TG_OK};
        tg_fault_arm(TG_FAULT_IO, nth);
        const tg_status status = new_chip_write(&chip, folder, &error);
        const bool was_hit = tg_fault_disarm();
        // All of them, or none.
        for (size_t i = 0; i < new_nb_files(); i++)
            ck_assert_int_eq(is_there(folder, name_of(i)), status == TG_OK);
        // What has another way may fail without harm.
        if (status == TG_OK) remove_files(folder);
        if (!was_hit) {
            ck_assert_int_eq(status, TG_OK);
            ck_assert_int_gt(nth, (long)new_nb_files());
            break;
        }
        if (status == TG_OK) continue;
        ck_assert_int_eq(status, error.status);
        ck_assert_int_ne(error.how[0], '\0');
    }
    new_chip_clear(&chip);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("new_chip_fault", new_chip_fault_reading, new_chip_fault_writing)
