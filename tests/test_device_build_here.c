/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Builds by NVRTC, which needs no GPU: what is compiled, what is found in the cache, what is
 * refused and in which words. Skipped where NVRTC is not. What needs none: test_device_build.c. */
#include "gpu/plan.h"
#include "modules/device_build.h"
#include "modules/symbols.h"
#include "suite.h"
#include "test_files.h"

#include <sys/stat.h>
#include <unistd.h>

#define MAX_KERNELS 8
#define SOURCE TG_SOURCE_DIR "/tests/user/device/symbols.cu"

static char folder[256];
static char path[TG_PATH_BYTES];
static char build_log[TG_PATH_BYTES];
static char symbols[MAX_KERNELS][TG_SYMBOL_BYTES];

static void set_up(void)
{
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
}

static tg_status build(const char *source, const char *kernel, const tg_build_options *options,
                       tg_error *error)
{
    const tg_device_build asked = {.source = source,
                                   .nb_kernels = 1,
                                   .kernels = &kernel,
                                   .options = options,
                                   .arch = 90};
    return tg_device_build_run(path, build_log, symbols, &asked, error);
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

START_TEST(device_build_names_what_it_compiles)
{
    static const char *const kernels[] = {"rows<7>", "plain", "inside::other"};
    const tg_device_build asked = {.source = SOURCE,
                                   .nb_kernels = 3,
                                   .kernels = kernels,
                                   .arch = 90};
    set_up();
    tg_assert_ok(tg_device_build_run(path, build_log, symbols, &asked, tg_suite_error));
    ck_assert_int_eq(path[0], '/');
    ck_assert_str_eq(build_log, "");
    ck_assert_str_eq(symbols[0], "_Z4rowsILi7EEvPi");
    ck_assert_str_eq(symbols[1], "plain");
    ck_assert_str_eq(symbols[2], "_ZN6inside5otherEPi");
    tg_symbols found;
    tg_assert_ok(tg_symbols_read(&found, path, TG_SOURCE_CUBIN, tg_suite_error));
    for (size_t i = 0; i < 3; i++)
        tg_assert_ok(tg_symbols_check(&found, path, symbols[i], tg_suite_error));
    tg_symbols_clear(&found);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(device_build_finds_what_it_built)
{
    char source[512];
    char header[512];
    char first[TG_PATH_BYTES];
    struct stat before;
    struct stat after;
    set_up();
    write_source(header, "value.h", "#define VALUE 1\n");
    write_source(source, "k.cu",
                 "#  include /* here */ \"value.h\"\n"
                 "__global__ void k(int *x) { *x = VALUE; }\n");
    tg_assert_ok(build(source, "k", NULL, tg_suite_error));
    memcpy(first, path, sizeof first);
    ck_assert_int_eq(stat(path, &before), 0);
    tg_assert_ok(build(source, "k", NULL, tg_suite_error));
    ck_assert_str_eq(path, first);
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert_uint_eq(before.st_ino, after.st_ino);
    ck_assert_str_eq(symbols[0], "_Z1kPi");
    // A header's change, a define and a flag are content.
    write_source(header, "value.h", "#define VALUE 2\n");
    tg_assert_ok(build(source, "k", NULL, tg_suite_error));
    ck_assert_str_ne(path, first);
    memcpy(first, path, sizeof first);
    const char *define = "OTHER=1";
    const tg_build_options options = {.nb_defines = 1, .defines = &define};
    tg_assert_ok(build(source, "k", &options, tg_suite_error));
    ck_assert_str_ne(path, first);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Names of headers that only the compiler can tell: every build is a new one, and a header's change
 * is never missed. */
START_TEST(device_build_trusts_no_doubt)
{
    char source[512];
    char header[512];
    char first[TG_PATH_BYTES];
    set_up();
    write_source(header, "value.h", "#define VALUE 1\n");
    write_source(source, "k.cu",
                 "#define HEADER \"value.h\"\n#include HEADER\n"
                 "__global__ void k(int *x) { *x = VALUE; }\n");
    tg_assert_ok(build(source, "k", NULL, tg_suite_error));
    memcpy(first, path, sizeof first);
    tg_assert_ok(build(source, "k", NULL, tg_suite_error));
    ck_assert_str_eq(path, first);
    write_source(header, "value.h", "#define VALUE 2\n");
    tg_assert_ok(build(source, "k", NULL, tg_suite_error));
    ck_assert_str_ne(path, first);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(device_build_brings_standard_headers)
{
    char source[512];
    set_up();
    write_source(source, "k.cu",
                 "#include <cassert>\n#include <climits>\n#include <cstddef>\n#include <cstdint>\n"
                 "#include <cstdio>\n#include <stdint.h>\n#include <type_traits>\n"
                 "#include <cuda_runtime.h>\n"
                 "template <class T> __global__ void k(T *x, std::size_t n)\n{\n"
                 "    static_assert(std::is_same<T, uint32_t>::value, \"\");\n"
                 "    assert(n > 3);\n"
                 "    x[0] = (std::uint32_t)INT_MAX + UINT32_MAX;\n"
                 "    if (std::is_integral<T>::value) printf(\"%u\", x[1]);\n}\n");
    tg_assert_ok(build(source, "k<uint32_t>", NULL, tg_suite_error));
    ck_assert_str_eq(symbols[0], "_Z1kIjEvPT_m");
    tg_suite_remove_folder(folder);
}
END_TEST

/* What headers and sources have beside kernels: functions without __device__, the host's among
 * them, and standard headers that only these use. */
START_TEST(device_build_passes_over_the_host)
{
    char source[512];
    set_up();
    write_source(source, "k.cu",
                 "#include <array>\n#include <cstdarg>\n#include <cstdlib>\n"
                 "#include <limits>\n#include <new>\n#include <ostream>\n#include <stdbool.h>\n"
                 "#include <tuple>\n"
                 "struct pair {\n    int a, b[2];\n};\n"
                 "static_assert(offsetof(pair, b) == 4, \"\");\n"
                 "extern \"C\" int said(void *to, const char *format, ...);\n"
                 "static const unsigned odd[] = {1, 3, 5};\n"
                 "inline unsigned larger(unsigned a) { return a < odd[1] ? odd[1] : a; }\n"
                 "template <class T> __global__ void k(T *x)\n{\n"
                 "    std::array<T, 2> two = {x[0], std::numeric_limits<T>::max()};\n"
                 "    x[1] = larger(two[1]);\n}\n"
                 "extern \"C\" void *k_kernel(void) { return (void *)k<unsigned>; }\n");
    tg_assert_ok(build(source, "k<unsigned>", NULL, tg_suite_error));
    ck_assert_str_eq(symbols[0], "_Z1kIjEvPT_");
    tg_suite_remove_folder(folder);
}
END_TEST

/* Files of kernels, those of a trace behind another. */
#define FILES_BOTH(file) #file, #file,
#define FILES_MAIN(file) #file,
static const char *const files[] = {
#define TG_CHIP(id, file, name, kinds) FILES_##kinds(file)
#include "model/chips.def"
#undef TG_CHIP
};

/* Kernels of one launch that a file has, and how many. */
static size_t names_of(char (*names)[64], const char *file)
{
    size_t nb = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_plan *plan = tg_plan_at(i);
        if (strcmp(files[i], file) != 0 || plan->nb_steps != 1) continue;
        ck_assert_uint_lt(nb, MAX_KERNELS);
        (void)snprintf(names[nb], sizeof names[nb], "tg_krn_%s", plan->steps[0].name);
        nb++;
    }
    return nb;
}

/* The program's own kernels are sources as a user's are: their headers have functions of the host,
 * and C's own names. */
START_TEST(device_build_compiles_own_kernels)
{
    static const char *const include = TG_SOURCE_DIR;
    const tg_build_options options = {.standard = "c++17", .nb_includes = 1, .includes = &include};
    size_t nb_built = 0;
    set_up();
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        char source[TG_PATH_BYTES];
        char names[MAX_KERNELS][64];
        const char *kernels[MAX_KERNELS];
        const size_t nb = names_of(names, files[i]);
        if (nb == 0 || (i > 0 && strcmp(files[i], files[i - 1]) == 0)) continue;
        for (size_t k = 0; k < nb; k++) kernels[k] = names[k];
        (void)snprintf(source, sizeof source, TG_SOURCE_DIR "/kernels/%s.cu", files[i]);
        const tg_device_build asked = {.source = source,
                                       .nb_kernels = nb,
                                       .kernels = kernels,
                                       .options = &options,
                                       .arch = 90};
        tg_assert_ok(tg_device_build_run(path, build_log, symbols, &asked, tg_suite_error));
        for (size_t k = 0; k < nb; k++) ck_assert_str_eq(symbols[k], names[k]);
        nb_built += nb;
    }
    ck_assert_uint_gt(nb_built, 2);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(device_build_refuses)
{
    char source[512];
    set_up();
    tg_assert_fails(TG_ERR_FORMAT, "did you mean 'plain'?",
                    build(SOURCE, "plane", NULL, tg_suite_error));
    ck_assert_str_eq(path, "");
    assert_log_has("plane");
    tg_assert_fails(TG_ERR_FORMAT, "no kernel 'helper'",
                    build(SOURCE, "helper", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "no name of a kernel",
                    build(SOURCE, "plain; int x", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "/nowhere.cu", build("/nowhere.cu", "k", NULL, tg_suite_error));
    write_source(source, "k.cu", "\n__global__ void k(int *x) { *x = 1 }\n");
    tg_assert_fails(TG_ERR_FORMAT, "does not compile", build(source, "k", NULL, tg_suite_error));
    assert_log_has("k.cu(2): error");
    write_file(source, "int x\0;", 7);
    tg_assert_fails(TG_ERR_FORMAT, "is a zero", build(source, "k", NULL, tg_suite_error));
    const char *flag = "--no-such-option";
    const tg_build_options options = {.nb_flags = 1, .flags = &flag};
    tg_assert_fails(TG_ERR_FORMAT, "does not compile",
                    build(SOURCE, "plain", &options, tg_suite_error));
    assert_log_has("no-such-option");
    const char *kernel = "plain";
    const tg_device_build asked = {.source = SOURCE,
                                   .nb_kernels = 1,
                                   .kernels = &kernel,
                                   .arch = 9999};
    tg_assert_fails(TG_ERR_UNAVAILABLE, "no code for sm_9999",
                    tg_device_build_run(path, build_log, symbols, &asked, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(device_build_shows_warnings_on_request)
{
    char source[512];
    const tg_build_options options = {.shows_warnings = true};
    set_up();
    write_source(source, "k.cu", "__global__ void k(int *x) { int unused_here; *x = 1; }\n");
    tg_assert_ok(build(source, "k", NULL, tg_suite_error));
    ck_assert_str_eq(build_log, "");
    for (int i = 0; i < 2; i++) {
        tg_assert_ok(build(source, "k", &options, tg_suite_error));
        assert_log_has("unused_here");
    }
    tg_suite_remove_folder(folder);
}
END_TEST

int main(void)
{
    const TTest *const cases[] = {device_build_names_what_it_compiles,
                                  device_build_finds_what_it_built,
                                  device_build_trusts_no_doubt,
                                  device_build_brings_standard_headers,
                                  device_build_passes_over_the_host,
                                  device_build_compiles_own_kernels,
                                  device_build_refuses,
                                  device_build_shows_warnings_on_request};
    tg_error error = {.status = TG_OK};
    // No case runs yet that an assertion could belong to.
    char cache[] = "/tmp/tracegate-nvrtc-XXXXXX";
    if (mkdtemp(cache) == NULL || setenv("TRACEGATE_CACHE", cache, 1) != 0) return 1;
    const tg_status status = build(SOURCE, "plain", NULL, &error);
    tg_suite_remove_folder(cache);
    if (status == TG_ERR_UNAVAILABLE) {
        (void)fprintf(stderr, "skipped: %s\n", error.what);
        return tg_status_exit_code(status);
    }
    return tg_suite_run("device_build_here", cases, sizeof cases / sizeof cases[0]);
}
