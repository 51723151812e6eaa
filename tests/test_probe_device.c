/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The layout probe for a device, with libraries in the place of NVRTC and of the driver: what is
 * compiled, what the kernel answers, which calls may fail. */
#include "probe_made.h"

#include <dlfcn.h>

static char folder[256];
static char file[512];
static made_entry made;
static tg_user_layout *layout;

static void set(const char *name, const char *value)
{
    ck_assert_int_eq(value != NULL ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void set_up(void)
{
    static char source[SOURCE_BYTES];
    const struct_change same = {.before = NULL};
    const size_t trace = trace_with_array(false);
    tg_suite_make_folder(folder);
    set("TRACEGATE_CACHE", folder);
    set("CUDA_HOME", TG_FAKES "/nvrtc");
    set("TG_CUDA_DEVICE", NULL);
    put_source(source, tg_trace_at(trace), &same, "");
    (void)snprintf(file, sizeof file, "%s/k.cu", folder);
    write_file(file, source, strlen(source));
    make_entry(&made, trace, file);
    // The driver is looked for by its name, and one that is open already has it.
    ck_assert_ptr_nonnull(dlopen(TG_FAKES "/probe_driver/lib/libcuda.so.1", RTLD_NOW | RTLD_LOCAL));
}

static void tear_down(void)
{
    tg_probe_destroy(layout);
    layout = NULL;
    tg_suite_remove_folder(folder);
}

static tg_status probe(tg_error *error)
{
    const tg_probe how = {.entry = &made.entry, .on_device = true, .arch = 90};
    tg_probe_destroy(layout);
    layout = NULL;
    return tg_probe_run(&layout, &how, error);
}

/* Let the kernel answer what the model has, with more added to all offsets. */
static void answer(size_t more)
{
    char words[4096];
    const tg_type *event = tg_trace_at(made.entry.trace)->event;
    size_t used = (size_t)snprintf(words, sizeof words, "%zu", event->size + more);
    for (size_t i = 0; i < tg_type_nb_leaves(event); i++) {
        const tg_leaf leaf = tg_type_leaf_at(event, i);
        if (leaf.type->form == TG_FORM_PAD) continue;
        used += (size_t)snprintf(words + used, sizeof words - used, ",%zu,%zu", leaf.offset + more,
                                 leaf.type->size);
        ck_assert_uint_lt(used, sizeof words);
    }
    set("TG_FAKE_WORDS", words);
}

START_TEST(probe_device_takes_the_kernels_answer)
{
    set_up();
    answer(0);
    tg_assert_ok(probe(tg_suite_error));
    ck_assert_ptr_null(layout);
    answer(8);
    tg_assert_ok(probe(tg_suite_error));
    ck_assert_ptr_nonnull(layout);
    ck_assert_ptr_nonnull(strstr(layout->summary, " at byte 8, not 0"));
    ck_assert_str_eq(layout->file, file);
    tear_down();
}
END_TEST

START_TEST(probe_device_says_which_calls_fail)
{
    static const char *const calls[] = {"init=3",        "get=3",  "retain=3",   "set=3",
                                        "load=3",        "find=3", "allocate=3", "launch=3",
                                        "synchronize=3", "copy=3"};
    set_up();
    answer(0);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        set("TG_FAKE_FAILS", calls[i]);
        tg_assert_fails(TG_ERR_UNAVAILABLE, "CUDA_ERROR_MADE_UP", probe(tg_suite_error));
        ck_assert_ptr_null(layout);
    }
    set("TG_FAKE_FAILS", NULL);
    set("TG_CUDA_DEVICE", "x");
    tg_assert_fails(TG_ERR_USAGE, "no number of a device", probe(tg_suite_error));
    tear_down();
}
END_TEST

/* What NVRTC refuses even without members has no such struct. */
START_TEST(probe_device_refuses_what_is_no_struct)
{
    set_up();
    set("TG_FAKE_NVRTC", "compile=6");
    set("TG_FAKE_NVRTC_LOG", "event of it(1): error: identifier \"Event\" is undefined\n");
    tg_assert_fails(TG_ERR_FORMAT, "knows no struct 'Event'", probe(tg_suite_error));
    tear_down();
}
END_TEST

TG_SUITE("probe_device", probe_device_takes_the_kernels_answer, probe_device_says_which_calls_fail,
         probe_device_refuses_what_is_no_struct)
