/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Users' kernels while memory, or calls on files, fail: from the manifest to the trace. */
#include "fault.h"
#include "gpu/plan.h"
#include "manifest_made.h"
#include "modules/user_kernels.h"

#define HEIGHT ((size_t)32)

static char folder[256];
static char manifest_path[512];

static void set_up(void)
{
    static const char source[] =
        "extern \"C\" __global__ void rows(unsigned *trace, size_t height)\n"
        "{ if (threadIdx.x == 0) trace[0] = (unsigned)height; }\n";
    static const char text[] =
        "{'version': 1, 'modules': {'m': {'file': 'k.cu'}}, 'kernels': [{'trace': '@', 'symbol': "
        "'rows', 'arguments': ['trace', 'height'], 'scratch': {}}]}";
    char made[MANIFEST_BYTES];
    char path[512];
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
    (void)snprintf(path, sizeof path, "%s/k.cu", folder);
    write_file(path, source, strlen(source));
    (void)snprintf(manifest_path, sizeof manifest_path, "%s/m.json", folder);
    write_file(manifest_path, made_text(made, text), strlen(made_text(made, text)));
}

static uint32_t cells[1 << 16];

/* No assertion here: the library that they belong to takes memory, too. */
static tg_status run(tg_error *error)
{
    const tg_user_options options = {.manifest = manifest_path, .route = TG_ROUTE_HOST};
    const tg_trace *trace = first_trace();
    tg_user_kernels *kernels = NULL;
    tg_status status = tg_user_kernels_create(&kernels, &options, error);
    if (status == TG_OK) {
        const tg_request request = {.trace = trace, .height = HEIGHT};
        const tg_product out = {.cells = cells};
        status =
            tg_plan_run_host(tg_user_kernels_plan_of(kernels, trace), NULL, &out, &request, error);
    }
    tg_user_kernels_destroy(kernels);
    return status;
}

static void fail_each(tg_fault_kind kind, tg_status expected, long least)
{
    long nb_failed = 0;
    ck_assert_uint_le(tg_trace_width(first_trace()) * HEIGHT, sizeof cells / sizeof cells[0]);
    tg_assert_ok(run(tg_suite_error));
    for (long nth = 1;; nth++) {
        tg_error error = {.status = TG_OK};
        cells[0] = 0;
        tg_fault_arm(kind, nth);
        const tg_status status = run(&error);
        const bool has_failed = tg_fault_disarm();
        if (status == TG_OK) ck_assert_uint_eq(cells[0], HEIGHT);
        if (!has_failed) break;
        // Some calls may fail unseen: what is tidied up, and the line that a kernel stands in.
        if (status == TG_OK) continue;
        ck_assert_msg(status == expected, "call %ld: %s", nth, error.what);
        ck_assert_str_ne(error.how, "");
        nb_failed++;
    }
    ck_assert_int_ge(nb_failed, least);
}

START_TEST(user_kernels_fault_memory)
{
    set_up();
    fail_each(TG_FAULT_MEMORY, TG_ERR_MEMORY, 20);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(user_kernels_fault_files)
{
    set_up();
    fail_each(TG_FAULT_IO, TG_ERR_IO, 3);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("user_kernels_fault", user_kernels_fault_memory, user_kernels_fault_files)
