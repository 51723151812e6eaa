/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The program of the layout probe in the hands of NVRTC, which needs no GPU; where there is one, it
 * runs. Skipped where NVRTC is not. */
#include "probe_made.h"

#include "modules/device_build.h"

static char folder[256];
static char file[512];
static char source[SOURCE_BYTES];
static made_entry made;

static void write_source(size_t trace, const struct_change *change)
{
    put_source(source, tg_trace_at(trace), change, "");
    (void)snprintf(file, sizeof file, "%s/k.cu", folder);
    write_file(file, source, strlen(source));
    make_entry(&made, trace, file);
}

/* The probe; is_run: there is a device. */
static tg_user_layout *probe(bool *is_run)
{
    const tg_probe how = {.entry = &made.entry, .on_device = true, .arch = 90};
    tg_user_layout *layout = NULL;
    tg_error error = {.status = TG_OK};
    const tg_status status = tg_probe_run(&layout, &how, &error);
    // Without a device it is compiled, and not run.
    *is_run = status == TG_OK;
    if (!*is_run) ck_assert_msg(strstr(error.what, "CUDA") != NULL, "%s", error.what);
    if (!*is_run) ck_assert_int_eq(status, TG_ERR_UNAVAILABLE);
    return layout;
}

START_TEST(probe_here_compiles_for_all_events)
{
    const struct_change same = {.before = NULL};
    bool is_run = false;
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (tg_trace_at(i)->event == NULL) continue;
        write_source(i, &same);
        ck_assert_ptr_null(probe(&is_run));
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(probe_here_tells_differences)
{
    const struct_change more = {.before = "unsigned more; ", .is_last_left_out = true};
    bool is_run = false;
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
    write_source(trace_with_array(false), &more);
    tg_user_layout *layout = probe(&is_run);
    ck_assert_int_eq(is_run, layout != NULL);
    if (is_run) ck_assert_ptr_nonnull(strstr(layout->summary, " at byte 4, not 0"));
    if (is_run) ck_assert_ptr_nonnull(strstr(layout->table, "none"));
    tg_probe_destroy(layout);
    // What NVRTC refuses is no matter of the device.
    const tg_probe how = {.entry = &made.entry, .on_device = true, .arch = 90};
    made.entry.layout.struct_name = "Evnt";
    tg_assert_fails(TG_ERR_FORMAT, "knows no struct 'Evnt'",
                    tg_probe_run(&layout, &how, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

int main(void)
{
    const TTest *const cases[] = {probe_here_compiles_for_all_events, probe_here_tells_differences};
    char line[TG_PATH_BYTES];
    tg_error error = {.status = TG_OK};
    const tg_status status = tg_device_build_compiler(line, &error);
    if (status == TG_ERR_UNAVAILABLE) {
        (void)fprintf(stderr, "skipped: %s\n", error.what);
        return tg_status_exit_code(status);
    }
    return tg_suite_run("probe_here", cases, sizeof cases / sizeof cases[0]);
}
