/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lines of kernels in sources: found behind their __global__, and nowhere else. */
#include "suite.h"
#include "test_files.h"

#include "modules/kernel_line_internal.h"

static char folder[256];

static size_t line_of(const char *text, const char *kernel)
{
    char file[512];
    size_t line = SIZE_MAX;
    (void)snprintf(file, sizeof file, "%s/k.cu", folder);
    write_file(file, text, strlen(text));
    tg_assert_ok(kernel_line(&line, file, kernel, tg_suite_error));
    return line;
}

START_TEST(kernel_line_finds_names)
{
    tg_suite_make_folder(folder);
    ck_assert_uint_eq(line_of("__global__ void k() {}\n", "k"), 1);
    ck_assert_uint_eq(line_of("\n\n__global__\nvoid\nk() {}\n", "k"), 5);
    ck_assert_uint_eq(line_of("__global__ void kk() {}\n__global__ void k() {}", "k"), 2);
    ck_assert_uint_eq(line_of("__global__ void __launch_bounds__(64, 2) k() {}\n", "k"), 1);
    ck_assert_uint_eq(line_of("namespace a {\ntemplate <class T>\n__global__ void rows(T *k) {}\n}",
                              "a::rows<kb31_t, 3>"),
                      3);
    ck_assert_uint_eq(line_of("void k();\n__global__ void a();\n__global__ void k();\n", "k"), 3);
    ck_assert_uint_eq(line_of("__global__ void k;", "k"), 1);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(kernel_line_passes_over_what_is_no_code)
{
    tg_suite_make_folder(folder);
    ck_assert_uint_eq(line_of("// __global__ void k()\n/* __global__\n void k() */\n"
                              "const char *s = \"__global__ void k() \\\" __global__ void k()\";\n"
                              "__global__ void k() {}\n",
                              "k"),
                      5);
    ck_assert_uint_eq(line_of("/**/__global__ void k() {}", "k"), 1);
    ck_assert_uint_eq(line_of("char c = '\"';\n__global__ void k() {}", "k"), 2);
    ck_assert_uint_eq(line_of("/*/ __global__ void k() */\n", "k"), 0);
    ck_assert_uint_eq(line_of("\"\n__global__ void k() {}", "k"), 2);
    ck_assert_uint_eq(line_of("\"\\", "k"), 0);
    ck_assert_uint_eq(line_of("/*", "k"), 0);
    ck_assert_uint_eq(line_of("__global__", "k"), 0);
    ck_assert_uint_eq(line_of("__global__ k", "k"), 1);
    ck_assert_uint_eq(line_of("my__global__ k", "k"), 0);
    ck_assert_uint_eq(line_of("__global__s k", "k"), 0);
    ck_assert_uint_eq(line_of("__global__ void a() { k(); }", "k"), 0);
    ck_assert_uint_eq(line_of("#include \"k.h\"\n", "k"), 0);
    ck_assert_uint_eq(line_of("", "k"), 0);
    size_t line = 7;
    tg_assert_fails(TG_ERR_IO, "nowhere.cu", kernel_line(&line, "nowhere.cu", "k", tg_suite_error));
    ck_assert_uint_eq(line, 0);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("kernel_line", kernel_line_finds_names, kernel_line_passes_over_what_is_no_code)
