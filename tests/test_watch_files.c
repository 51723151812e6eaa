/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which files a watch waits for, and which events of theirs are saves. */
#define _GNU_SOURCE /* realpath */
#include "watch_made.h"

static made where;
static tg_watch_files files;

static void set_up(void)
{
    made_init(&where);
    tg_assert_ok(tg_watch_files_open(&files, tg_suite_error));
    tg_assert_ok(tg_watch_files_update(&files, &where.options, NULL, 0, tg_suite_error));
}

static void tear_down(void)
{
    tg_watch_files_close(&files);
    tg_suite_remove_folder(where.folder);
}

/* Whether something was saved; the last file that was is the one of that name. */
static bool is_saved(const char *name, bool is_loose)
{
    char saved[TG_PATH_BYTES] = "";
    char path[2 * TG_PATH_BYTES];
    char real[TG_PATH_BYTES];
    if (!tg_watch_files_read(&files, saved, is_loose)) return false;
    ck_assert_ptr_nonnull(realpath(where.folder, real));
    (void)snprintf(path, sizeof path, "%s/%s", real, name);
    ck_assert_str_eq(saved, path);
    return true;
}

START_TEST(watch_files_knows_what_a_source_includes)
{
    set_up();
    ck_assert(files.is_complete);
    ck_assert(!files.is_missing);
    ck_assert_uint_eq(files.nb_files, 3);
    ck_assert(!is_saved("", false));
    made_write(&where, "near.cuh", "#include <far.h>\n#include <more.h>\n");
    ck_assert(is_saved("near.cuh", false));
    made_write(&where, "far/far.h", "");
    ck_assert(is_saved("far/far.h", false));
    made_write(&where, "other.cuh", "");
    ck_assert(!is_saved("other.cuh", false));
    // A header that is included from now on.
    made_write(&where, "far/more.h", "");
    ck_assert(!is_saved("far/more.h", false));
    tg_assert_ok(tg_watch_files_update(&files, &where.options, NULL, 0, tg_suite_error));
    made_write(&where, "far/more.h", "");
    ck_assert(is_saved("far/more.h", false));
    tear_down();
}
END_TEST

START_TEST(watch_files_sees_every_way_to_save)
{
    char from[1024];
    char to[1024];
    set_up();
    made_write(&where, "mine.cu~", "");
    made_write(&where, ".mine.cu.swp", "");
    ck_assert(!is_saved("", true));
    (void)made_path(to, &where, "mine.cu");
    ck_assert_int_eq(rename(made_path(from, &where, "mine.cu~"), to), 0);
    ck_assert(is_saved("mine.cu", false));
    ck_assert_int_eq(unlink(to), 0);
    ck_assert(!is_saved("", false));
    ck_assert_int_eq(symlink("other.cuh", to), 0);
    ck_assert(is_saved("mine.cu", false));
    ck_assert_int_eq(unlink(to), 0);
    ck_assert_int_eq(link(made_path(from, &where, "other.cuh"), to), 0);
    ck_assert(is_saved("mine.cu", false));
    // One that has just been made is not written yet.
    ck_assert_int_eq(unlink(to), 0);
    FILE *file = fopen(to, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert(!is_saved("", false));
    ck_assert_int_eq(fclose(file), 0);
    ck_assert(is_saved("mine.cu", false));
    tear_down();
}
END_TEST

START_TEST(watch_files_takes_every_source_where_only_compilers_know)
{
    static const char *const unsure[] = {"#define N \"near.cuh\"\n#include N\n",
                                         "#if __has_include(<x.h>)\n#endif\n", "#include\n"};
    set_up();
    made_write(&where, "other.cuh", "");
    ck_assert(is_saved("other.cuh", true));
    for (size_t i = 0; i < sizeof unsure / sizeof unsure[0]; i++) {
        made_write(&where, "mine.cu", unsure[i]);
        ck_assert(is_saved("mine.cu", false));
        tg_assert_ok(tg_watch_files_update(&files, &where.options, NULL, 0, tg_suite_error));
        ck_assert(!files.is_complete);
        made_write(&where, "other.cuh", "");
        ck_assert(is_saved("other.cuh", false));
        made_write(&where, "notes.txt", "");
        ck_assert(!is_saved("", false));
    }
    tear_down();
}
END_TEST

START_TEST(watch_files_waits_for_folders_and_other_files)
{
    char path[1024];
    char gone[1024];
    char more[1024];
    const char *const others[] = {more};
    set_up();
    (void)made_path(more, &where, "chips/lib.so");
    tg_assert_ok(tg_watch_files_update(&files, &where.options, others, 1, tg_suite_error));
    ck_assert(files.is_missing);
    ck_assert_int_eq(mkdir(made_path(path, &where, "chips"), 0700), 0);
    tg_assert_ok(tg_watch_files_update(&files, &where.options, others, 1, tg_suite_error));
    ck_assert(!files.is_missing);
    made_write(&where, "chips/lib.so", "");
    ck_assert(is_saved("chips/lib.so", false));
    // Under another name a folder is another one.
    ck_assert_int_eq(rename(where.far, made_path(gone, &where, "gone")), 0);
    ck_assert(!is_saved("", false));
    ck_assert(files.is_missing);
    made_write(&where, "gone/far.h", "");
    ck_assert(!is_saved("", false));
    ck_assert_int_eq(mkdir(where.far, 0700), 0);
    made_write(&where, "far/far.h", "");
    tg_assert_ok(tg_watch_files_update(&files, &where.options, others, 1, tg_suite_error));
    ck_assert(!files.is_missing);
    made_write(&where, "far/far.h", "");
    ck_assert(is_saved("far/far.h", false));
    tear_down();
}
END_TEST

START_TEST(watch_files_of_a_manifest_are_it_and_its_modules)
{
    char manifest[1024];
    set_up();
    made_write(&where, "m.json", "{");
    const tg_user_options options = {.manifest = made_path(manifest, &where, "m.json")};
    tg_assert_ok(tg_watch_files_update(&files, &options, NULL, 0, tg_suite_error));
    ck_assert(!files.is_complete);
    ck_assert_uint_eq(files.nb_files, 1);
    char text[512];
    (void)snprintf(text, sizeof text,
                   "{\"version\": 1, \"modules\": {\"own\": {\"file\": \"mine.cu\", \"includes\": "
                   "[\"far\"]}, \"made\": {\"file\": \"made.ptx\"}}, \"kernels\": [{\"trace\": "
                   "\"%s\", \"symbol\": \"f\", \"module\": \"own\"}, {\"trace\": \"%s\", "
                   "\"symbol\": \"g\", \"module\": \"made\"}]}",
                   tg_trace_at(0)->name, tg_trace_at(1)->name);
    made_write(&where, "m.json", text);
    ck_assert(is_saved("m.json", false));
    tg_assert_ok(tg_watch_files_update(&files, &options, NULL, 0, tg_suite_error));
    ck_assert(files.is_complete);
    ck_assert_uint_eq(files.nb_files, 5);
    made_write(&where, "made.ptx", "");
    ck_assert(is_saved("made.ptx", false));
    tear_down();
}
END_TEST

START_TEST(watch_files_refuses_what_names_no_kernel)
{
    set_up();
    const tg_user_options options = {.kernel = "mine.txt:f"};
    tg_assert_fails(TG_ERR_USAGE, "mine.txt",
                    tg_watch_files_update(&files, &options, NULL, 0, tg_suite_error));
    tear_down();
}
END_TEST

TG_SUITE("watch_files", watch_files_knows_what_a_source_includes,
         watch_files_sees_every_way_to_save,
         watch_files_takes_every_source_where_only_compilers_know,
         watch_files_waits_for_folders_and_other_files,
         watch_files_of_a_manifest_are_it_and_its_modules, watch_files_refuses_what_names_no_kernel)
