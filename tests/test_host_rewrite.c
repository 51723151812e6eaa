/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What becomes of CUDA C before a compiler of the CPU takes it, text by text; what runs like it:
 * test_host_user.c. Every text is cut after each of its bytes, too: nothing is looked up beyond
 * the end. */
#include "suite.h"
#include "test_files.h"

// Behind those, whose parameters have names that are types here.
#include "modules/host_rewrite_internal.h"

#define NB(array) (sizeof(array) / sizeof(array)[0])

/* A text and what is to stand in what it becomes, or in what is said of it. */
typedef struct expectation {
    const char *from;
    const char *to;    /* NULL: nothing is looked for */
    const char *error; /* NULL: there is none */
} expectation;

/* Rewrite; both texts are to be freed. */
static void rewrite_text(char **to, char **said, const char *from, size_t length, bool is_cpp)
{
    static rewrite of;
    text out = {.bytes = NULL};
    // Of its own size, so that a sanitizer sees what is looked up behind it.
    char *bytes = malloc(length != 0 ? length : 1);
    memcpy(bytes, from, length);
    tg_assert_ok(rewrite_create(&of, bytes, length, is_cpp, false, tg_suite_error));
    tg_assert_ok(rewrite_run(&of, &out, tg_suite_error));
    *to = strndup(out.length != 0 ? out.bytes : "", out.length);
    *said = strndup(of.errors.length != 0 ? of.errors.bytes : "", of.errors.length);
    ck_assert_int_eq((*said)[0] != '\0', of.nb_errors != 0);
    text_clear(&out);
    rewrite_clear(&of);
    free(bytes);
}

static size_t nb_lines(const char *of)
{
    size_t nb = 0;
    for (; *of != '\0'; of++) nb += *of == '\n';
    return nb;
}

static void check_one(const expectation *of, bool is_cpp)
{
    char *to = NULL;
    char *said = NULL;
    rewrite_text(&to, &said, of->from, strlen(of->from), is_cpp);
    ck_assert_msg(of->to == NULL || strstr(to, of->to) != NULL, "%s\nno \"%s\" in:\n%s", of->from,
                  of->to, to);
    if (of->error == NULL) {
        ck_assert_msg(said[0] == '\0', "%s\n%s", of->from, said);
    } else {
        ck_assert_msg(strstr(said, of->error) != NULL, "%s\nno \"%s\" in: %s", of->from, of->error,
                      said);
    }
    ck_assert_uint_eq(nb_lines(to), nb_lines(of->from));
    free(to);
    free(said);
    for (size_t length = 0; length < strlen(of->from); length++) {
        rewrite_text(&to, &said, of->from, length, is_cpp);
        free(to);
        free(said);
    }
}

static void check_all(const expectation *all, size_t nb, bool is_cpp)
{
    for (size_t i = 0; i < nb; i++) check_one(&all[i], is_cpp);
}

START_TEST(host_rewrite_leaves_literals_and_numbers)
{
    static const expectation all[] = {
        {"s = R\"x(__shared__ )\" __managed__)x\";", "R\"x(__shared__ )\" __managed__)x\"", NULL},
        {"s = u8R\"(asm(1))\" \"__managed__\";", "u8R\"(asm(1))\"", NULL},
        {"s = R\"x(__managed__)y\"", "R\"x(__managed__)y\"", NULL},
        {"s = R\"x __managed__", "R\"x __managed__", NULL},
        {"s = LONGR\"x\";", "LONGR\"x\";", NULL},
        {"x = 1'000 + 0x1p+3 + 1e-5 + .5 + 1.5f + '\\'' + 2-1;",
         "1'000 + 0x1p+3 + 1e-5 + .5 + 1.5f + '\\'' + 2-1;", NULL},
        {"x = 7'", "7'", NULL},
        {"x = 7' ;", "7' ;", NULL},
        {"x = 0x1p+", "0x1p+", NULL},
        {"x = '\n__managed__\n", NULL, "__managed__"},
        {"x = \"open\\", "\"open\\", NULL},
        {"$x \xc3\xa4 . . 3", "$x \xc3\xa4 . . 3", NULL},
        {"", "", NULL},
    };
    check_all(all, NB(all), true);
}
END_TEST

START_TEST(host_rewrite_knows_where_lines_are_from)
{
    static const expectation all[] = {
        {"# 7 \"x.cu\"\n\n__managed__ int a;\n", NULL, "x.cu:8: error: '__managed__'"},
        {"#line 12 \"y.cu\"\n__managed__ int a;\n", NULL, "y.cu:12: error:"},
        {"# 5\n__managed__ int a;\n", NULL, ":5: error:"},
        {"# 1 \"sys.h\" 1 3 4\n__managed__ int a;\n", "__managed__", NULL},
        {"# 1 \"sys.h\" 3\n# 2 \"k.cu\" 2\nint a = __dp4a(1);\n", NULL, "k.cu:2: error:"},
        {"#pragma once\n#\n#line\n#  \n__nanosleep\n", NULL, ":5: error:"},
        {"# 3 \"x.cu\nint a # 4;\n__managed__", NULL, "__managed__"},
    };
    check_all(all, NB(all), true);
}
END_TEST

START_TEST(host_rewrite_makes_shared_memory_static)
{
    static const expectation all[] = {
        {"void f() { l: __shared__ int x; }", "auto &x = tg_piece_1.x;", NULL},
        {"void f() { switch (1) { case 1: __shared__ ns::T a[4]; } }", "auto &a =", NULL},
        {"void f() { ns::g(); __shared__ ::ns::T b; }", "auto &b =", NULL},
        {"void f() { if (x) __shared__ int c; }", "auto &c =", NULL},
        {"void f() { __attribute__((aligned(8))) __shared__ int d; }", "auto &d =", NULL},
        {"void f() { __shared__ T<a<b>, 3> x[4], y = {1}, z; }", "auto &z = tg_piece_1.z;", NULL},
        {"void f() { __shared__ int x __attribute__((aligned(8))), y(3); }", "auto &x =", NULL},
        {"void f() { static __shared__ volatile int x[2][3]; }", "static thread_local struct",
         NULL},
        {"# 1 \"k.cu\"\n__shared__ int x[4];", "static struct", NULL},
        {"int a; __shared__ int x;\nextern __shared__ int d[];", "static struct", NULL},
        {"void f() { alignas(16) __shared__ int x alignas ]; }", NULL, "this form of"},
        {"void f() { alignas ] extern __shared__ int x[]; }", NULL, NULL},
        {"void f() { __attribute__ ] extern __shared__ int x[]; }", NULL, NULL},
        {"void f() { extern __shared__ int x[] alignas; }", NULL, NULL},
        {"void f() { __shared__ int a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q; }",
         "auto &p = tg_piece_1.p;", NULL},
        {"void f() { g(__shared__ int x); }", NULL, "this form of a declaration"},
        {"void f() { ) __shared__ int x; }", NULL, NULL},
        {") __shared__ int x;", NULL, "this form of a declaration"},
        {"void f() { __shared__ int x }", NULL, "this form of a declaration"},
        {"void f() { __shared__ ; }", NULL, "this form of a declaration"},
        {"struct s { __shared__ int x[4]; };", NULL, "inside of functions and namespaces"},
        {"union u { __shared__ int x; };", NULL, "inside of functions and namespaces"},
        {"enum class e { a }; class c { __shared__ int x; };", NULL, "and namespaces"},
        {"struct s { void f() const { __shared__ int x; } };", "auto &x =", NULL},
        {"struct s { void f() noexcept { __shared__ int x; } };", "auto &x =", NULL},
        {"struct s : t { void f() override { { __shared__ int x; } } };", "auto &x =", NULL},
        {"auto f() -> int { __shared__ int x; return x; }", "static thread_local struct", NULL},
        {"int a[] = { 1, 2 }; extern \"C\" { namespace n { __shared__ int x; } }", "static struct",
         NULL},
    };
    static const expectation c[] = {
        {"void f(void) { __shared__ int x[4], y; }", "static _Thread_local", NULL},
        {"__shared__ int x;", NULL, "inside of functions on the host grid"},
        {"extern __shared__ int d[]; void f(void) { d[0] = 1; }", "tg_dynamic_d(void)", NULL},
    };
    check_all(all, NB(all), true);
    check_all(c, NB(c), false);
}
END_TEST

START_TEST(host_rewrite_makes_dynamic_memory_a_pointer)
{
    static const expectation all[] = {
        {"void f() { extern __shared__ int d[]; d[0] = 1; }",
         "(*const d)  = tg_port_dynamic_shared();", NULL},
        {"void f() { __shared__ extern alignas(16) int d[][2]; }", "(*const d)", NULL},
        {"extern __shared__ __attribute__((aligned(16))) int d[]; void f() { d[0] = 1; }",
         "tg_dynamic_d()[0] = 1", NULL},
        {"extern __shared__ int d[]; void f() { x.d = p->d = y > d[0]; }",
         "x.d = p->d = y > tg_dynamic_d()[0]", NULL},
        {"extern __shared__ int d[]; int f() { return a * d[1] + *d + (b & d[2]); }",
         "a * tg_dynamic_d()[1] + *tg_dynamic_d() + (b & tg_dynamic_d()[2])", NULL},
        {"extern __shared__ int d[]; int f(int *d) { return *d; }", NULL,
         "'d' is dynamic shared memory of the whole file"},
        {"extern __shared__ int d[]; void f() { int d; }", NULL, "nothing else may have its name"},
        {"extern __shared__ int d[]; void f() { int &d = x; }", NULL, "nothing else may have"},
        {"extern __shared__ int d[]; int f() { if (a) return d; else d[0]; return sizeof d; }",
         "sizeof tg_dynamic_d()", NULL},
        {"extern __shared__ int d[];\nextern __shared__\nint d[]; int f() { return d[0]; }",
         "\n \n int f() { return tg_dynamic_d()[0]; }", NULL},
        {"void f() { extern __shared__ int a[], b[]; }", NULL, "one array a declaration"},
        {"void f() { extern __shared__ int a[4]; }", NULL, "without its first bound"},
        {"void f() { extern __shared__ int a; }", NULL, "without its first bound"},
        {"struct s { extern __shared__ int a[]; };", NULL, "one array a declaration"},
    };
    char many[4096] = "";
    char *to = NULL;
    char *said = NULL;
    check_all(all, NB(all), true);
    for (size_t i = 0; i <= MAX_DYNAMIC; i++)
        (void)snprintf(many + strlen(many), sizeof many - strlen(many),
                       "extern __shared__ int d%zu[];\n", i);
    rewrite_text(&to, &said, many, strlen(many), true);
    ck_assert_ptr_nonnull(strstr(to, "tg_dynamic_d31()"));
    ck_assert_ptr_nonnull(strstr(said, ":33: error: dynamic shared memory"));
    free(to);
    free(said);
}
END_TEST

/* A call that would end the process says so first; what is not that function is left alone. */
START_TEST(host_rewrite_tells_of_calls_that_end_the_process)
{
    static const expectation all[] = {
        {"void f() { exit(0); }", "(unsigned)__builtin_LINE()), exit)(0);", NULL},
        {"void f() { exit(0); }", "calls exit()", NULL},
        {"void f() { c ? std::_Exit(1) : g(); }", "c ? (tg_port_leaves(", NULL},
        {"void f() { c ? std::_Exit(1) : g(); }", ", std::_Exit)(1) : g();", NULL},
        {"void f() { return ::abort(); }", "return (tg_port_leaves(", NULL},
        {"void f() { return ::abort(); }", ", ::abort)();", NULL},
        {"void f() { o.exit(0); p->exit(0); n::exit(0); x = exit; }",
         "o.exit(0); p->exit(0); n::exit(0); x = exit;", NULL},
        {"int a; int exit(int); void f() { exit(0); }", "void f() { exit(0); }", NULL},
        {"struct s { int exit; s() : exit(5) {} };", "s() : exit(5) {}", NULL},
        {"struct s { int n, exit, abort; s() : exit(5), n{1}, abort(2) {} };",
         "s() : exit(5), n{1}, abort(2) {}", NULL},
        {"struct s { int n; s() : n(5) { exit(0); } };", ": n(5) { (tg_port_leaves(", NULL},
        {"void f() { c ? g() : exit(1), g(); { h(); } }", ": (tg_port_leaves(", NULL},
        {"void f() { if (c) exit(1); { h(); } }", "if (c) (tg_port_leaves(", NULL},
        {"void f() { g(exit(1), {2}); }", "g((tg_port_leaves(", NULL},
        {"void f() { exit(1), }", "{ (tg_port_leaves(", NULL},
        {"# 1 \"/usr/include/stdlib.h\" 3\nvoid exit(int);\n# 1 \"k.cu\"\nvoid f() { exit(0); }",
         "void exit(int);", NULL},
        {"# 1 \"/usr/include/stdlib.h\" 3\nvoid exit(int);\n# 1 \"k.cu\"\nvoid f() { exit(0); }",
         "{ (tg_port_leaves(", NULL},
    };
    check_all(all, NB(all), true);
    check_all(all, 2, false);
}
END_TEST

START_TEST(host_rewrite_takes_launches_away)
{
    static const expectation all[] = {
        {"void f() { ns::k<3><<<1, 2>>>(x); }", "tg_port_no_launch(), ns::k<3> (x);", NULL},
        {"void f() { o.k<<<g(1), b[2], s{3}>>>(); }", "tg_port_no_launch(), o.k ();", NULL},
        {"void f() { a = 1; (*p)<<<1, 1>>>(); }", "tg_port_no_launch(), (*p) ();", NULL},
        {"void f() { t[i]<<<1, 1>>>(); }", "tg_port_no_launch(), t[i] ();", NULL},
        {"void f() { k<a<b>><<<1, 1>>>(); }", "tg_port_no_launch(), k<a<b>> ();", NULL},
        {"void f() { k<<<1, 1; }", NULL, "a launch, <<<, that does not end"},
        {"void f() { k<<<1, (1>>>(); }", NULL, "that does not end"},
        {"<<<1, 1>>>();", NULL, NULL},
        {"k<<<1, 1>>>();", "tg_port_no_launch(), k ();", NULL},
        {")<<<1, 1>>>();", NULL, NULL},
        {"><<<1, 1>>>();", NULL, NULL},
        {"x << y; x <<= 1; x < < < y; x << <y;", "x << y; x <<= 1; x < < < y; x << <y;", NULL},
    };
    check_all(all, NB(all), true);
}
END_TEST

START_TEST(host_rewrite_wants_constants_with_values)
{
    static const expectation all[] = {
        {"__constant__ int a = 3;", "const int a = 3;", NULL},
        {"int x; __constant__ int a[2] = {1, 2};", "const int a[2]", NULL},
        {"int x() {} __constant__ int d{3};", "const int d{3};", NULL},
        {"namespace n { __constant__ constexpr int c = 1; }", "  constexpr int c = 1;", NULL},
        {"static const __constant__ int a = 1;", "static const   int a = 1;", NULL},
        {"extern __constant__ int b;", "extern const int b;", NULL},
        {"__constant__ int (*h)(int) = 0;", "const int (*h)(int) = 0;", NULL},
        {"# 1 \"k.cu\"\n__constant__ int t[16];", NULL, "constant memory without an initializer"},
        {"__constant__ int t[16]", NULL, "constant memory without an initializer"},
    };
    check_all(all, NB(all), true);
}
END_TEST

START_TEST(host_rewrite_names_what_it_has_not)
{
    static const expectation all[] = {
        {"void f() { asm volatile(\"\" ::: \"memory\"); }", "asm volatile(\"\"", NULL},
        {"void f() { __asm__ __volatile__(\"\"); }", "__asm__", NULL},
        {"void f() { asm goto(\"x\"); }", NULL, "inline PTX (asm)"},
        {"void f() { __asm(\"\" x); }", NULL, "inline PTX (asm)"},
        {"void f() { asm(\"nop;\"); }", NULL, "inline PTX (asm)"},
        {"asm", NULL, "inline PTX (asm)"},
        {"__forceinline__ void f();", "inline void f();", NULL},
        {"__forceinline__ inline void f();", "  inline void f();", NULL},
        {"inline __forceinline__ void f();", "inline   void f();", NULL},
        {"__inline__ __forceinline__ void f();", "__inline__   void f();", NULL},
        {"__forceinline__ __forceinline__ void f();", NULL, NULL},
        {"# 1 \"k.cu\"\n__noinline__ void f();", "__attribute__((noinline)) void f();", NULL},
        {"__attribute__((__noinline__)) void f();", "((__noinline__))", NULL},
        {"__attribute__((x, __noinline__)) void f();", "(x, __noinline__)", NULL},
        {"void f() { x.printf(1); p->printf(2); printf(3); std::printf(4); }",
         "x.printf(1); p->printf(2); tg_port_printf(3); std::tg_port_printf(4);", NULL},
        {"int f() { return tex1Dfetch<float>(t, 0) + surf1Dread(s); }", NULL, "no textures"},
        {"int f() { return __shfl_up(x, 1); }", NULL, "use __shfl_up_sync"},
    };
    char many[4096] = "";
    char *to = NULL;
    char *said = NULL;
    check_all(all, NB(all), true);
    for (size_t i = 0; i < 30; i++) (void)strcat(many, "__managed__ int x;\n");
    rewrite_text(&to, &said, many, strlen(many), true);
    // As many as are of use.
    ck_assert_uint_eq(nb_lines(said), 20);
    free(to);
    free(said);
}
END_TEST

/* Names of the kernels of a text, in one line. */
static void kernels_of(char *line, size_t size, const char *from)
{
    static rewrite of;
    text out = {.bytes = NULL};
    tg_assert_ok(rewrite_create(&of, from, strlen(from), true, false, tg_suite_error));
    tg_assert_ok(rewrite_run(&of, &out, tg_suite_error));
    line[0] = '\0';
    for (size_t i = 0; i < of.nb_kernels && strlen(line) + 64 < size; i++) {
        const token *at = &of.all.of[of.kernels[i]];
        (void)snprintf(line + strlen(line), size - strlen(line), "%.*s ", (int)at->length,
                       of.all.bytes + at->at);
    }
    (void)snprintf(line + strlen(line), size - strlen(line), "%zu", of.nb_kernels);
    text_clear(&out);
    rewrite_clear(&of);
}

START_TEST(host_rewrite_finds_kernels)
{
    static const struct {
        const char *from;
        const char *kernels;
    } all[] = {
        {"__global__ void k(int x);", "k 1"},
        {"__global__ __launch_bounds__(64, 2) void k();", "k 1"},
        {"__global__ __attribute__((noinline)) void k();", "k 1"},
        {"__global__ alignas(8) void k();", "k 1"},
        {"template <int N> __global__ void k(int (*f)(int)); __global__ void l() {}", "k l 2"},
        {"__global__ void (*k)(int);", "0"},
        {"__global__ int x;", "0"},
        {"__global__ struct { int x; } y;", "0"},
        {"__global__", "0"},
        {"__global__ void k", "0"},
    };
    static char many[65536];
    char line[256];
    for (size_t i = 0; i < NB(all); i++) {
        kernels_of(line, sizeof line, all[i].from);
        ck_assert_msg(strcmp(line, all[i].kernels) == 0, "%s: %s", all[i].from, line);
    }
    for (size_t i = 0; i < MAX_KERNELS + 1; i++) (void)strcat(many, "__global__ void k();\n");
    kernels_of(line, sizeof line, many);
    ck_assert_ptr_nonnull(strstr(line, " 1024"));
}
END_TEST

/* Brackets deeper than scopes are kept for, and closed more often than opened. */
START_TEST(host_rewrite_survives_depth)
{
    enum { DEPTH = 400 };
    char from[4 * DEPTH + 64];
    char *to = NULL;
    char *said = NULL;
    memset(from, '{', DEPTH);
    (void)snprintf(from + DEPTH, sizeof from - DEPTH, "__shared__ int x;");
    memset(from + strlen(from), 0, 1);
    const size_t length = strlen(from);
    memset(from + length, '}', 2 * DEPTH);
    rewrite_text(&to, &said, from, length + (size_t)2 * DEPTH, true);
    ck_assert_ptr_nonnull(strstr(to, "auto &x"));
    free(to);
    free(said);
}
END_TEST

TG_SUITE("host_rewrite", host_rewrite_leaves_literals_and_numbers,
         host_rewrite_knows_where_lines_are_from, host_rewrite_makes_shared_memory_static,
         host_rewrite_makes_dynamic_memory_a_pointer,
         host_rewrite_tells_of_calls_that_end_the_process, host_rewrite_takes_launches_away,
         host_rewrite_wants_constants_with_values, host_rewrite_names_what_it_has_not,
         host_rewrite_finds_kernels, host_rewrite_survives_depth)
