/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Builds of users' sources for the host grid: what is found in the cache, what is refused and in
 * which words. What they run like: test_host_user.c. */
#include "modules/host_build.h"
#include "suite.h"
#include "test_files.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
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
        {"PART=1", "inline PTX", "unsupported.cu:7: error:"},
        {"PART=2", "cuda_fp16.h", "unsupported.cu:11:"},
        {"PART=3", "'__managed__' is not supported", "unsupported.cu:13: error:"},
        {"PART=4", "constant memory without an initializer", "unsupported.cu:15: error:"},
        {"PART=5", "no this_grid()", "unsupported.cu:18:"},
        {"PART=6", "use __shfl_sync", "unsupported.cu:20: error:"},
        {"PART=7", "inside of functions", "unsupported.cu:23: error:"},
        {"PART=8", "no textures", "unsupported.cu:26: error:"},
        {"PART=9", "cub/cub.cuh", "unsupported.cu:28:"},
        {"PART=10", "up to 8 bytes", "unsupported.cu:33:"},
        {"PART=11", "'words' is dynamic shared memory", "unsupported.cu:36: error:"},
    };
    set_up();
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
        const tg_build_options options = {.nb_defines = 1, .defines = &missing[i].part};
        tg_assert_fails(TG_ERR_FORMAT, "unsupported.cu",
                        build(SOURCES "unsupported.cu", "run", &options, tg_suite_error));
        assert_log_has(missing[i].text);
        assert_log_has(missing[i].place);
        // What the preprocessor and the compiler find is in the log alone.
        if (strstr(missing[i].place, "error") != NULL)
            tg_assert_fails(TG_ERR_FORMAT, missing[i].text,
                            build(SOURCES "unsupported.cu", "run", &options, tg_suite_error));
    }
    tg_assert_ok(build(SOURCES "unsupported.cu", "run", NULL, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

/* Files that flags bring in are no part of the text: what is made of them is never taken from the
 * cache. */
START_TEST(host_build_sees_files_of_flags)
{
    char source[512];
    char helper[512];
    char flag[600];
    char first[TG_PATH_BYTES];
    char command[2048];
    set_up();
    write_source(source, "k.cu",
                 "extern \"C\" int helped();\n__global__ void k(int *x) { *x = helped(); }\n");
    for (size_t way = 0; way < 3; way++) {
        const char *words = flag;
        const tg_build_options options = {.nb_flags = 1, .flags = &words};
        for (int value = 1; value <= 2; value++) {
            char content[64];
            (void)snprintf(content, sizeof content, "int helped(void) { return %d; }\n", value);
            write_source(helper, "helper.c", content);
            (void)snprintf(command, sizeof command, "cc -fPIC -c -o %s/helper.o %s", folder,
                           helper);
            ck_assert_int_eq(system(command), 0);
            (void)snprintf(flag, sizeof flag, "%s%s/helper.o", way == 1 ? "-Wl," : "", folder);
            if (way == 2) {
                write_source(helper, "words", flag);
                (void)snprintf(flag, sizeof flag, "@%s", helper);
            }
            tg_assert_ok(build(source, "k", &options, tg_suite_error));
            if (value == 1) memcpy(first, path, sizeof first);
        }
        ck_assert_str_ne(path, first);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(host_build_refuses_flags_that_make_something_else)
{
    static const char *const flags[] = {"-c",          "-S",   "-E",        "-o",
                                        "-oelsewhere", "-MMD", "--version", "-fsyntax-only"};
    set_up();
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        const tg_build_options options = {.nb_flags = 1, .flags = &flags[i]};
        tg_assert_fails(TG_ERR_FORMAT, flags[i],
                        build(SOURCES "ends.cu", "traps", &options, tg_suite_error));
        tg_assert_fails(TG_ERR_FORMAT, "leave it out",
                        build(SOURCES "ends.cu", "traps", &options, tg_suite_error));
    }
    tg_suite_remove_folder(folder);
}
END_TEST

/* A standard of the other language is no wish that could be passed over; one that is raised is
 * said, the second time, too. */
START_TEST(host_build_takes_standards_of_the_language)
{
    char source[512];
    tg_build_options options = {.standard = "c11"};
    set_up();
    write_source(source, "k.cu", "__global__ void k(int *x) { *x = 1; }\n");
    tg_assert_fails(TG_ERR_FORMAT, "'c11' is no standard of C++",
                    build(source, "k", &options, tg_suite_error));
    options.standard = "c++14";
    for (size_t i = 0; i < 2; i++) {
        tg_assert_ok(build(source, "k", &options, tg_suite_error));
        assert_log_has("note: built as C++17");
        assert_log_has("not as c++14");
    }
    options.standard = "c++20";
    tg_assert_ok(build(source, "k", &options, tg_suite_error));
    ck_assert_str_eq(build_log, "");
    write_source(source, "k.c", "__global__ void k(int *x) { *x = 1; }\n");
    tg_assert_fails(TG_ERR_FORMAT, "no standard of C,",
                    build(source, "k", &options, tg_suite_error));
    options.standard = "gnu11";
    tg_assert_ok(build(source, "k", &options, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

/* A name that means two kernels is refused with both of their places. */
START_TEST(host_build_names_both_kernels_of_a_name)
{
    char source[512];
    set_up();
    write_source(source, "k.cu",
                 "__global__ void k(int *x);\n__global__ void k(int *x) { *x = 1; }\n"
                 "namespace a {\n__global__ void k(int *x) { *x = 2; }\n"
                 "__global__ void t(int *x) { *x = 3; }\n}\n"
                 "namespace b {\n__global__ void t(int *x) { *x = 4; }\n"
                 "__global__ void o(int *x) { *x = 5; }\n}\n"
                 "namespace b {\n__global__ void o(float *x) { *x = 6; }\n}\n");
    // A declaration, and kernels of other namespaces, are no others of the name.
    tg_assert_ok(build(source, "k", NULL, tg_suite_error));
    tg_assert_ok(build(source, "a::k", NULL, tg_suite_error));
    tg_assert_ok(build(source, "b::t", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "two kernels are called 't'",
                    build(source, "t", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "write the namespace", build(source, "t", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "k.cu:9 and", build(source, "b::o", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "k.cu:12", build(source, "b::o", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "overloads", build(source, "b::o", NULL, tg_suite_error));
    ck_assert_str_eq(build_log, "");
    tg_suite_remove_folder(folder);
}
END_TEST

/* A template is a kernel with its arguments only, and the error says how they are written. */
START_TEST(host_build_wants_instances_of_templates)
{
    char source[512];
    set_up();
    write_source(source, "k.cu",
                 "namespace a {\ntemplate <class T, int N = (3 > 2)> __global__ void k(T *x) { *x "
                 "= N; }\n}\n"
                 "template <typename kb31_t> __global__ void t(kb31_t *x) { *x = 1; }\n"
                 "__global__ void p(int *x) { *x = 2; }\n");
    tg_assert_fails(TG_ERR_FORMAT, "kernel 'a::k' is a template, named without its arguments",
                    build(source, "a::k", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "k.cu:2", build(source, "a::k", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "as 'k.cu:a::k<kb31_t, 4>'",
                    build(source, "a::k", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "\"symbol\": \"t<kb31_t>\" in a manifest",
                    build(source, "t", NULL, tg_suite_error));
    ck_assert_str_eq(build_log, "");
    tg_assert_ok(build(source, "a::k<int>", NULL, tg_suite_error));
    tg_assert_ok(build(source, "t<unsigned>", NULL, tg_suite_error));
    tg_assert_ok(build(source, "p", NULL, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

/* A process that is killed takes its compiler with it, and what that has started. */
START_TEST(host_build_takes_the_compiler_with_it)
{
    char source[512];
    char script[600];
    char mark[512];
    struct timespec pause = {.tv_nsec = 20000000L};
    set_up();
    write_source(source, "k.cu", "__global__ void k(int *x) { *x = 1; }\n");
    (void)snprintf(mark, sizeof mark, "%s/mark", folder);
    (void)snprintf(script, sizeof script, "sh -c 'echo $$ >%s; sleep 60' &\nwait\n", mark);
    write_source(source, "compiler.sh", script);
    (void)snprintf(script, sizeof script, "/bin/sh %s", source);
    ck_assert_int_eq(setenv("CXX", script, 1), 0);
    const pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) _exit(build(SOURCES "ends.cu", "traps", NULL, NULL) == TG_OK ? 0 : 1);
    long sleeper = 0;
    for (size_t i = 0; i < 500 && sleeper == 0; i++) {
        FILE *stream = fopen(mark, "r");
        if (stream != NULL && fscanf(stream, "%ld", &sleeper) != 1) sleeper = 0;
        if (stream != NULL) (void)fclose(stream);
        (void)nanosleep(&pause, NULL);
    }
    ck_assert_int_gt(sleeper, 0);
    ck_assert_int_eq(kill((pid_t)sleeper, 0), 0);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    bool is_gone = false;
    for (size_t i = 0; i < 500 && !is_gone; i++) {
        // Where nobody buries it, what has ended stays by its name.
        char command[64];
        (void)snprintf(command, sizeof command, "grep -qs '^State:.[^Z]' /proc/%ld/status",
                       sleeper);
        is_gone = system(command) != 0;
        (void)nanosleep(&pause, NULL);
    }
    ck_assert(is_gone);
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
         host_build_names_what_is_missing, host_build_sees_files_of_flags,
         host_build_refuses_flags_that_make_something_else,
         host_build_takes_standards_of_the_language, host_build_names_both_kernels_of_a_name,
         host_build_wants_instances_of_templates, host_build_takes_the_compiler_with_it,
         host_build_wants_a_compiler, host_build_wants_a_cache, host_build_survives_cut_sources)
