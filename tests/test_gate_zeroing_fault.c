/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A gate of a user's kernel over zeros and over poison while memory fails: it ends with an error or
 * a finding each time, never with a match, and gives back what it took. */
#include "fault.h"
#include "harness/gate.h"
#include "manifest_made.h"
#include "modules/user_kernels.h"
#include "suite.h"

#include <stdlib.h>

static char folder[256];
static tg_user_kernels *kernels;

/* A kernel that does nothing is wrong, and what is 0 anyway relies on the zeroing. */
static void set_up(size_t trace, const char *event_struct)
{
    static const char text[] = "struct Short { unsigned char one; };\n"
                               "extern \"C\" __global__ void rows(unsigned *, size_t, const void "
                               "*, size_t) {}\n";
    char kernel[600];
    char file[512];
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
    (void)snprintf(file, sizeof file, "%s/k.cu", folder);
    (void)snprintf(kernel, sizeof kernel, "%s:rows", file);
    write_file(file, text, strlen(text));
    const tg_user_options options = {.kernel = kernel,
                                     .trace = trace,
                                     .route = TG_ROUTE_HOST,
                                     .event_struct = event_struct,
                                     .poisons = true};
    tg_assert_ok(tg_user_kernels_create(&kernels, &options, tg_suite_error));
}

static tg_gate_options options_of(const tg_trace *const trace)
{
    static const char *const actual = "host";
    static const char *name;
    name = trace->name;
    return (tg_gate_options){.names = &name,
                             .nb_names = 1,
                             .seeded = true,
                             .profile = TG_PROFILE_UNIFORM,
                             .seed = 7,
                             .nb_events = 3,
                             .actuals = &actual,
                             .nb_actuals = 1,
                             .max_cells = 1,
                             .plan_of = tg_user_kernels_plan_of,
                             .plan_of_context = kernels};
}

static tg_status gate(tg_gate_summary *summary, char **said, const tg_trace *trace, tg_error *error)
{
    size_t length = 0;
    FILE *out = open_memstream(said, &length);
    ck_assert_ptr_nonnull(out);
    const tg_gate_options options = options_of(trace);
    const tg_status status = tg_gate_run(summary, out, NULL, &options, error);
    ck_assert_int_eq(fclose(out), 0);
    return status;
}

static void fail_each(const tg_trace *trace, const char *words)
{
    tg_gate_summary summary;
    char *said = NULL;
    long nb_failed = 0;
    ck_assert_int_eq(gate(&summary, &said, trace, NULL), TG_ERR_MISMATCH);
    ck_assert_msg(strstr(said, words) != NULL, "%s", said);
    free(said);
    for (long nth = 1;; nth++) {
        tg_error error = {.status = TG_OK};
        FILE *out = tmpfile();
        ck_assert_ptr_nonnull(out);
        const tg_gate_options options = options_of(trace);
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_gate_run(&summary, out, NULL, &options, &error);
        const bool has_failed = tg_fault_disarm();
        ck_assert_int_eq(fclose(out), 0);
        ck_assert_int_ne(status, TG_OK);
        if (!has_failed) break;
        nb_failed += status == TG_ERR_MEMORY;
    }
    ck_assert_int_ge(nb_failed, 10);
}

START_TEST(gate_zeroing_fault_memory)
{
    const tg_trace *trace = first_trace();
    set_up(trace_with(false, SIZE_MAX), NULL);
    fail_each(trace, "relies on the zeroing: ");
    tg_user_kernels_destroy(kernels);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(gate_zeroing_fault_layout)
{
    const tg_trace *trace = first_trace();
    set_up(trace_with(false, SIZE_MAX), "Short");
    fail_each(trace, "takes events of another layout: Short has 1 bytes");
    tg_user_kernels_destroy(kernels);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("gate_zeroing_fault", gate_zeroing_fault_memory, gate_zeroing_fault_layout)
