/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Builds for a GPU while calls fail, in the process that asks and in the one that compiles; and
 * machines without NVIDIA's libraries. */
#include "fault.h"
#include "modules/device_build.h"
#include "suite.h"
#include "test_files.h"

#include <unistd.h>

/* The process that compiles counts for itself, and tells nobody that its nth call failed: after so
 * many builds in a row that went well no call is left. */
#define ENOUGH 60

static char folder[256];
static char source[512];
static char symbols[1][TG_SYMBOL_BYTES];

static void set_up(void)
{
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
    // Both, so that what cannot be looked up in the one is found in the other.
    ck_assert_int_eq(setenv("CUDA_HOME", TG_FAKES "/nvrtc", 1), 0);
    ck_assert_int_eq(setenv("CUDA_PATH", TG_FAKES "/nvrtc", 1), 0);
    (void)snprintf(source, sizeof source, "%s/k.cu", folder);
    write_file(source, "#include \"k.h\"\n__global__ void rows() {}\n", 41);
    (void)snprintf(source, sizeof source, "%s/k.h", folder);
    write_file(source, "", 0);
    (void)snprintf(source, sizeof source, "%s/k.cu", folder);
}

static tg_status build(char path[TG_PATH_BYTES], tg_error *error)
{
    static char log[TG_PATH_BYTES];
    static const char *const kernels[] = {"rows"};
    static const char *const includes[] = {"/nowhere"};
    static const tg_build_options options = {.nb_includes = 1, .includes = includes};
    const tg_device_build asked = {.source = source,
                                   .nb_kernels = 1,
                                   .kernels = kernels,
                                   .options = &options,
                                   .arch = 90};
    memset(symbols, 0, sizeof symbols);
    return tg_device_build_run(path, log, symbols, &asked, error);
}

/* Fail call after call. is_fresh: nothing was built before. Returns the number of builds that
 * failed. */
static long fail_each(tg_fault_kind kind, bool is_fresh, tg_status expected, tg_status other)
{
    long nb_failed = 0;
    long nb_good = 0;
    char built[TG_PATH_BYTES];
    tg_assert_ok(build(built, tg_suite_error));
    for (long nth = 1; nb_good < ENOUGH; nth++) {
        char path[TG_PATH_BYTES];
        tg_error error = {.status = TG_OK};
        // Where a file could not be looked up, what was built has another name.
        if (is_fresh) (void)unlink(built);
        tg_fault_arm(kind, nth);
        const tg_status status = build(path, &error);
        const bool has_failed = tg_fault_disarm();
        nb_good = status == TG_OK && !has_failed ? nb_good + 1 : 0;
        if (status == TG_OK) {
            ck_assert_str_eq(symbols[0], "_Zrows");
            continue;
        }
        ck_assert_msg(status == expected || status == other, "call %ld: %s", nth, error.what);
        ck_assert_str_eq(path, "");
        ck_assert_msg(error.how[0] != '\0', "call %ld: %s: no way to mend it", nth, error.what);
        nb_failed++;
        // Nothing that is left of it is in the next one's way.
        tg_assert_ok(build(path, tg_suite_error));
    }
    return nb_failed;
}

START_TEST(device_compile_fault_memory)
{
    set_up();
    ck_assert_int_ge(fail_each(TG_FAULT_MEMORY, true, TG_ERR_MEMORY, TG_ERR_MEMORY), 10);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(device_compile_fault_files)
{
    set_up();
    ck_assert_int_ge(fail_each(TG_FAULT_IO, true, TG_ERR_IO, TG_ERR_FORMAT), 10);
    ck_assert_int_ge(fail_each(TG_FAULT_IO, false, TG_ERR_IO, TG_ERR_FORMAT), 3);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(device_compile_fault_processes)
{
    set_up();
    ck_assert_int_ge(fail_each(TG_FAULT_PROCESS, true, TG_ERR_IO, TG_ERR_FORMAT), 2);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Each says how to get what is missing, and that the host grid needs none of it. */
START_TEST(device_compile_fault_without_libraries)
{
    char path[TG_PATH_BYTES];
    char line[TG_PATH_BYTES];
    tg_error error = {.status = TG_OK};
    unsigned arch = 7;
    set_up();
    ck_assert_int_eq(unsetenv("TG_CUDA_DEVICE"), 0);
    tg_fault_take_away(TG_FAULT_LACK_LIBRARIES);
    ck_assert_int_eq(build(path, &error), TG_ERR_UNAVAILABLE);
    assert_says(TG_ERR_UNAVAILABLE, &error, "there is no NVRTC on this machine", "--host");
    ck_assert_ptr_nonnull(strstr(error.how, "./dev toolkit"));
    ck_assert_int_eq(tg_device_build_compiler(line, &error), TG_ERR_UNAVAILABLE);
    ck_assert_int_eq(setenv("CUDA_HOME", "/nowhere", 1), 0);
    ck_assert_int_eq(setenv("CUDA_PATH", "", 1), 0);
    ck_assert_int_eq(build(path, &error), TG_ERR_UNAVAILABLE);
    assert_says(TG_ERR_UNAVAILABLE, &error, "there is no NVRTC on this machine", "--host");
    ck_assert_int_eq(tg_device_architecture(&arch, &error), TG_ERR_UNAVAILABLE);
    assert_says(TG_ERR_UNAVAILABLE, &error, "there is no CUDA driver on this machine", "--host");
    ck_assert_uint_eq(arch, 7);
    tg_fault_take_away(TG_FAULT_LACK_NOTHING);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("device_compile_fault", device_compile_fault_memory, device_compile_fault_files,
         device_compile_fault_processes, device_compile_fault_without_libraries)
