/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What builds for a GPU rest on and needs no NVRTC: which files a source includes, children that
 * answer, crash and hang, machines without a device. */
#include "suite.h"
#include "test_files.h"

// Behind those, whose parameters have names that are types here.
#include "modules/child_internal.h"
#include "modules/device_build.h"
#include "modules/includes_internal.h"

#include <signal.h>
#include <unistd.h>

static char folder[256];

static void write_source(const char *name, const char *content)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    write_file(path, content, strlen(content));
}

/* Files that a source of that text includes; 0 if it cannot be told. */
static size_t nb_included(const char *content)
{
    char source[512];
    includes found;
    write_source("k.cu", content);
    (void)snprintf(source, sizeof source, "%s/k.cu", folder);
    tg_assert_ok(includes_read(&found, source, NULL, 0, NULL, tg_suite_error));
    const size_t nb = found.is_sure ? found.nb_files : 0;
    includes_clear(&found);
    return nb;
}

START_TEST(device_build_follows_includes)
{
    tg_suite_make_folder(folder);
    write_source("a.h", "#include \"b.h\"\n#include \"a.h\"\n");
    write_source("b.h", "// nothing\n");
    ck_assert_uint_eq(nb_included(""), 1);
    ck_assert_uint_eq(nb_included("#include \"a.h\"\n"), 3);
    ck_assert_uint_eq(nb_included("#if 0\n # /* x */ include <b.h>\n#endif"), 2);
    ck_assert_uint_eq(nb_included("#inc\\\nlude \"b.h\"\n"), 2);
    ck_assert_uint_eq(nb_included("%:include \"b.h\"\n"), 2);
    ck_assert_uint_eq(nb_included("// #include \"b.h\"\n/*\n#include \"b.h\"\n*/"), 1);
    ck_assert_uint_eq(nb_included("int x = 1'000; /* ' */\n#include \"b.h\"\n"), 2);
    ck_assert_uint_eq(nb_included("#error don't /* here\n#include \"b.h\"\n"), 2);
    ck_assert_uint_eq(nb_included("char *s = \"/*\";\n#include \"b.h\"\n"), 2);
    ck_assert_uint_eq(nb_included("#include \"missing.h\"\n"), 1);
    // What only a compiler can tell.
    ck_assert_uint_eq(nb_included("#include HEADER\n"), 0);
    ck_assert_uint_eq(nb_included("#include \"b.h\n"), 0);
    ck_assert_uint_eq(nb_included("#if __has_include(<b.h>)\n#endif\n"), 0);
    ck_assert_uint_eq(nb_included("char *s = R\"(/*)\";\n"), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

static tg_status behave(void *answer, void *context, tg_error *error)
{
    const int how = *(const int *)context;
    if (how == 1) (void)raise(SIGKILL);
    if (how == 2) _exit(0);
    if (how == 3) (void)pause();
    if (how == 4) return tg_error_set(error, TG_ERR_SIZE, "too much");
    memset(answer, 'x', 100000);
    return TG_OK;
}

START_TEST(device_build_children_answer_or_end)
{
    static const child_terms terms = {.name = "the work",
                                      .max_s = 1,
                                      .died = TG_ERR_FORMAT,
                                      .died_how = "mend it",
                                      .hung = TG_ERR_KERNEL,
                                      .hung_how = "end it"};
    static char answer[100000];
    tg_error error = {.status = TG_OK};
    int how = 0;
    // More than a pipe holds.
    tg_assert_ok(child_run(answer, sizeof answer, behave, &how, &terms, tg_suite_error));
    for (size_t i = 0; i < sizeof answer; i++) ck_assert_int_eq(answer[i], 'x');
    how = 1;
    tg_assert_fails(TG_ERR_FORMAT, "the work has crashed: signal 9",
                    child_run(answer, sizeof answer, behave, &how, &terms, tg_suite_error));
    how = 2;
    tg_assert_fails(TG_ERR_FORMAT, "without an answer",
                    child_run(answer, sizeof answer, behave, &how, &terms, tg_suite_error));
    how = 3;
    tg_assert_fails(TG_ERR_KERNEL, "not come to an end in 1 seconds",
                    child_run(answer, sizeof answer, behave, &how, &terms, tg_suite_error));
    how = 4;
    ck_assert_int_eq(child_run(answer, sizeof answer, behave, &how, &terms, &error), TG_ERR_SIZE);
    ck_assert_str_eq(error.what, "too much");
}
END_TEST

START_TEST(device_build_architecture_is_asked)
{
    unsigned arch = 0;
    tg_error error = {.status = TG_OK};
    ck_assert_int_eq(setenv("TG_CUDA_DEVICE", "first", 1), 0);
    tg_assert_fails(TG_ERR_USAGE, "TG_CUDA_DEVICE is 'first'",
                    tg_device_architecture(&arch, tg_suite_error));
    ck_assert_int_eq(unsetenv("TG_CUDA_DEVICE"), 0);
    const tg_status status = tg_device_architecture(&arch, &error);
    if (status == TG_OK) {
        ck_assert_uint_ge(arch, 50);
    } else {
        ck_assert_int_eq(status, TG_ERR_UNAVAILABLE);
        ck_assert_str_ne(error.how, "");
        ck_assert_uint_eq(arch, 0);
    }
}
END_TEST

TG_SUITE("device_build", device_build_follows_includes, device_build_children_answer_or_end,
         device_build_architecture_is_asked)
