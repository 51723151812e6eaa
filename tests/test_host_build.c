/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Builds of users' sources for the host grid: what is found in the cache, what is refused and in
 * which words. What they run like: test_host_user.c. */
#include "modules/host_build.h"
#include "suite.h"
#include "test_files.h"

#include <sys/stat.h>
#include <unistd.h>

#define SOURCES TG_SOURCE_DIR "/tests/user/port/"

static char folder[256];
static char path[TG_PATH_BYTES];
static char build_log[TG_PATH_BYTES];

static void set_up(void)
{
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
}

static tg_status build(const char *source, const char *kernel, const tg_build_options *options,
                       tg_error *error)
{
    const tg_host_build asked = {.source = source,
                                 .nb_kernels = 1,
                                 .kernels = &kernel,
                                 .options = options};
    return tg_host_build_run(path, build_log, &asked, error);
}

static void write_source(char source[512], const char *name, const char *content)
{
    (void)snprintf(source, 512, "%s/%s", folder, name);
    write_file(source, content, strlen(content));
}

static void assert_log_has(const char *content)
{
    size_t nb_bytes = 0;
    ck_assert_str_ne(build_log, "");
    unsigned char *bytes = read_file(build_log, &nb_bytes);
    bytes[nb_bytes] = '\0';
    ck_assert_msg(strstr((const char *)bytes, content) != NULL, "no \"%s\" in:\n%s", content,
                  (const char *)bytes);
    free(bytes);
}

START_TEST(host_build_finds_what_it_built)
{
    char source[512];
    char first[TG_PATH_BYTES];
    struct stat before;
    struct stat after;
    set_up();
    write_source(source, "k.cu", "__global__ void k(int *x) { *x = 1; }\n");
    tg_assert_ok(build(source, "k", NULL, tg_suite_error));
    ck_assert_int_eq(path[0], '/');
    ck_assert_str_eq(build_log, "");
    memcpy(first, path, sizeof first);
    ck_assert_int_eq(stat(path, &before), 0);
    tg_assert_ok(build(source, "k", NULL, tg_suite_error));
    ck_assert_str_eq(path, first);
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert_uint_eq(before.st_ino, after.st_ino);
    // A comment is no content; a constant, a flag, a define and a kernel are.
    write_source(source, "k.cu", "__global__ void k(int *x) { *x = 1; /* one */ }\n");
    tg_assert_ok(build(source, "k", NULL, tg_suite_error));
    ck_assert_str_eq(path, first);
    write_source(source, "k.cu", "__global__ void k(int *x) { *x = 2; }\n");
    tg_assert_ok(build(source, "k", NULL, tg_suite_error));
    ck_assert_str_ne(path, first);
    memcpy(first, path, sizeof first);
    const char *flag = "-O0";
    const tg_build_options options = {.nb_flags = 1, .flags = &flag};
    tg_assert_ok(build(source, "k", &options, tg_suite_error));
    ck_assert_str_ne(path, first);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Nothing of a build stays but its object. */
START_TEST(host_build_leaves_nothing_behind)
{
    set_up();
    tg_assert_ok(build(SOURCES "ends.cu", "traps", NULL, tg_suite_error));
    // The object and the port's headers.
    ck_assert_uint_eq(nb_entries(folder), 2);
    tg_assert_fails(TG_ERR_FORMAT, "no kernel",
                    build(SOURCES "ends.cu", "nothing_like_it", NULL, tg_suite_error));
    ck_assert_uint_eq(nb_entries(folder), 2);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(host_build_takes_options)
{
    char source[512];
    char inner[512];
    const char *includes[] = {inner};
    const char *defines[] = {"NAME=k", "FULL"};
    const tg_build_options options = {.standard = "c++20",
                                      .nb_includes = 1,
                                      .includes = includes,
                                      .nb_defines = 2,
                                      .defines = defines,
                                      .shows_warnings = true};
    set_up();
    (void)snprintf(inner, sizeof inner, "%s/inner", folder);
    ck_assert_int_eq(mkdir(inner, 0700), 0);
    write_source(source, "inner/far.h", "#define FAR 7\n");
    write_source(source, "near.h", "#define NEAR 8\n");
    write_source(source, "k.cu",
                 "#include \"near.h\"\n#include <far.h>\n"
                 "static_assert(__cplusplus > 201703L, \"\");\n"
                 "#ifdef FULL\n__global__ void NAME(int *x) { int unused; *x = FAR + NEAR; }\n"
                 "#endif\n");
    tg_assert_ok(build(source, "k", &options, tg_suite_error));
    assert_log_has("k.cu:5:");
    assert_log_has("unused variable");
    // What was said when it was built is said again.
    tg_assert_ok(build(source, "k", &options, tg_suite_error));
    assert_log_has("unused variable");
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(host_build_names_near_kernels)
{
    set_up();
    tg_assert_fails(TG_ERR_FORMAT, "did you mean 'traps'",
                    build(SOURCES "ends.cu", "trap", NULL, tg_suite_error));
    tg_assert_fails(
        TG_ERR_FORMAT, "did you mean 'rows'",
        build(SOURCES "templates.cu", "chips::row<chips::times<3>, 2>", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "no name of a kernel",
                    build(SOURCES "ends.cu", "traps; int x", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "nowhere.cu",
                    build(SOURCES "nowhere.cu", "traps", NULL, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(host_build_shows_errors)
{
    char source[512];
    set_up();
    write_source(source, "k.cu", "__global__ void k(int *x)\n{\n    *x = y;\n}\n");
    tg_assert_fails(TG_ERR_FORMAT, "k.cu", build(source, "k", NULL, tg_suite_error));
    ck_assert_str_eq(path, "");
    assert_log_has("k.cu:3:10: error:");
    // Shared memory and launches that span lines leave those behind them where they are.
    write_source(source, "k.cu",
                 "__global__ void k(int *x)\n{\n    __shared__\n      int a[4],\n          b;\n"
                 "    *x = y;\n}\nvoid f() {\n  k<<<1,\n   1>>>(0);\n  g();\n}\n");
    tg_assert_fails(TG_ERR_FORMAT, "k.cu", build(source, "k", NULL, tg_suite_error));
    assert_log_has("k.cu:6:10: error:");
    assert_log_has("k.cu:11:3: error:");
    tg_assert_fails(TG_ERR_FORMAT, "templates.cu",
                    build(SOURCES "templates.cu", "chips::rows<none>", NULL, tg_suite_error));
    assert_log_has("<kernel chips::rows<none>>");
    tg_suite_remove_folder(folder);
}
END_TEST

/* What the host grid has not is named where it stands. */
START_TEST(host_build_names_what_is_missing)
{
    static const struct {
        const char *part;
        const char *text;
        const char *place;
    } missing[] = {
        {"PART=1", "inline PTX", "unsupported.cu:4: error:"},
        {"PART=2", "cuda_fp16.h", "unsupported.cu:6:"},
        {"PART=3", "'__managed__' is not supported", "unsupported.cu:8: error:"},
        {"PART=4", "constant memory without an initializer", "unsupported.cu:10: error:"},
        {"PART=5", "no this_grid()", "unsupported.cu:13:"},
        {"PART=6", "use __shfl_sync", "unsupported.cu:15: error:"},
        {"PART=7", "inside of functions", "unsupported.cu:18: error:"},
        {"PART=8", "no textures", "unsupported.cu:21: error:"},
        {"PART=9", "cub/cub.cuh", "unsupported.cu:23:"},
        {"PART=10", "up to 8 bytes", "unsupported.cu:28:"},
        {"PART=11", "'words' is dynamic shared memory", "unsupported.cu:31: error:"},
    };
    set_up();
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
        const tg_build_options options = {.nb_defines = 1, .defines = &missing[i].part};
        tg_assert_fails(TG_ERR_FORMAT, "unsupported.cu",
                        build(SOURCES "unsupported.cu", "run", &options, tg_suite_error));
        assert_log_has(missing[i].text);
        assert_log_has(missing[i].place);
    }
    tg_assert_ok(build(SOURCES "unsupported.cu", "run", NULL, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(host_build_wants_a_compiler)
{
    set_up();
    ck_assert_int_eq(setenv("CXX", "/nowhere/g++", 1), 0);
    tg_assert_fails(TG_ERR_UNAVAILABLE, "apt-get install g++",
                    build(SOURCES "ends.cu", "traps", NULL, tg_suite_error));
    ck_assert_int_eq(unsetenv("CXX"), 0);
    ck_assert_int_eq(setenv("PATH", folder, 1), 0);
    tg_assert_fails(TG_ERR_UNAVAILABLE, "no C++ compiler",
                    build(SOURCES "ends.cu", "traps", NULL, tg_suite_error));
    ck_assert_int_eq(setenv("CXX", "/usr/bin/env -u NOTHING /bin/false", 1), 0);
    tg_assert_fails(TG_ERR_FORMAT, "does not compile",
                    build(SOURCES "ends.cu", "traps", NULL, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(host_build_wants_a_cache)
{
    char file[512];
    set_up();
    write_source(file, "file", "");
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", file, 1), 0);
    tg_assert_fails(TG_ERR_IO, "set TRACEGATE_CACHE",
                    build(SOURCES "ends.cu", "traps", NULL, tg_suite_error));
    ck_assert_int_eq(unsetenv("TRACEGATE_CACHE"), 0);
    ck_assert_int_eq(setenv("XDG_CACHE_HOME", folder, 1), 0);
    tg_assert_ok(build(SOURCES "ends.cu", "traps", NULL, tg_suite_error));
    ck_assert_ptr_nonnull(strstr(path, "/tracegate/"));
    ck_assert_int_eq(unsetenv("XDG_CACHE_HOME"), 0);
    ck_assert_int_eq(unsetenv("HOME"), 0);
    tg_assert_fails(TG_ERR_IO, "no folder",
                    build(SOURCES "ends.cu", "traps", NULL, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

/* Text that is no program at all, cut anywhere, is refused or built, and nothing else happens. */
START_TEST(host_build_survives_cut_sources)
{
    static const char whole[] = "extern __shared__ int d[];\n"
                                "template <int N> __global__ void k(int *x)\n"
                                "{ __shared__ int a[N], b; extern __shared__ int e[][2];\n"
                                "  a[0] = d[0]; k<N><<<1, N>>>(x); asm(\"\"); }\n";
    char source[512];
    set_up();
    for (size_t length = 0; length < sizeof whole; length += 5) {
        (void)snprintf(source, sizeof source, "%s/cut.cu", folder);
        write_file(source, whole, length);
        tg_error error = {.status = TG_OK};
        const tg_status status = build(source, "k<4>", NULL, &error);
        ck_assert(status == TG_OK || status == TG_ERR_FORMAT);
        if (status != TG_OK) ck_assert_str_ne(error.how, "");
    }
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("host_build", host_build_finds_what_it_built, host_build_leaves_nothing_behind,
         host_build_takes_options, host_build_names_near_kernels, host_build_shows_errors,
         host_build_names_what_is_missing, host_build_wants_a_compiler, host_build_wants_a_cache,
         host_build_survives_cut_sources)
