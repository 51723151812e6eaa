/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of users on the host grid: right ones in many styles and the program's own give the right
 * traces, wrong ones are found with file and line. A kernel that was built with sanitizers runs in
 * a process of its own, this program again, with their runtime loaded first. */
#define _GNU_SOURCE /* readlink */
#include "gpu/plan.h"
#include "kernels/host_user.h"
#include "modules/host_build.h"
#include "sample.h"
#include "suite.h"
#include "test_files.h"

#include <stdio.h>
#include <unistd.h>

#define NB(array) (sizeof(array) / sizeof((array)[0]))
/* A guard zone behind the output. */
#define GUARD_WORDS ((size_t)64)

#define SOURCES TG_SOURCE_DIR "/tests/user/port/"

/* A launch of a kernel run(unsigned *out, unsigned nb). */
typedef struct launch {
    const char *file; /* below tests/user/port */
    const char *kernel;
    uint32_t grid;
    uint32_t block;
    size_t dynamic_bytes;
    uint32_t nb;
} launch;

/* ---- in the process of its own ---- */

static tg_status build_and_open(tg_host_user **user, const char *source, const char *kernel,
                                bool sanitizes, tg_error *error)
{
    char path[TG_PATH_BYTES];
    char log[TG_PATH_BYTES];
    static const char *const includes[] = {TG_SOURCE_DIR};
    const tg_build_options options = {.nb_includes = 1, .includes = includes};
    const tg_host_build build = {.source = source,
                                 .nb_kernels = 1,
                                 .kernels = &kernel,
                                 .options = &options,
                                 .sanitizes = sanitizes};
    const tg_status status = tg_host_build_run(path, log, &build, error);
    return status == TG_OK ? tg_host_user_open(user, path, error) : status;
}

/* What a launch left: "right" for out[i] = 3 i + 1. */
static const char *verdict(const uint32_t *out, uint32_t nb)
{
    bool is_right = true;
    for (uint32_t i = 0; i < nb; i++) {
        if (out[i] == 0xb5b5b5b5u) return "poison";
        if (out[i] != 3 * i + 1) is_right = false;
    }
    return is_right ? "right" : "wrong";
}

static tg_status run_launch(const char **result, const launch *of, bool sanitizes, tg_error *error)
{
    char source[TG_PATH_BYTES];
    tg_host_user *user = NULL;
    const tg_user_entry *entry = NULL;
    uint32_t *out = malloc((of->nb + GUARD_WORDS) * sizeof *out);
    uint32_t nb = of->nb;
    void *values[] = {&out, &nb};
    const tg_host_launch shape = {.grid = of->grid,
                                  .block = of->block,
                                  .dynamic_bytes = of->dynamic_bytes};
    memset(out, 0xcd, of->nb * sizeof *out);
    tg_host_user_forbid(out + nb, GUARD_WORDS * sizeof *out);
    (void)snprintf(source, sizeof source, SOURCES "%s", of->file);
    tg_status status = build_and_open(&user, source, of->kernel, sanitizes, error);
    if (status == TG_OK) status = tg_host_user_find(&entry, user, of->kernel, error);
    if (status == TG_OK && entry->nb_arguments != 2)
        status = tg_error_set(error, TG_ERR_KERNEL, "%zu arguments", entry->nb_arguments);
    if (status == TG_OK) status = tg_host_user_run(user, entry, &shape, values, error);
    *result = status == TG_OK ? verdict(out, nb) : "";
    tg_host_user_close(user);
    tg_host_user_allow(out + nb, GUARD_WORDS * sizeof *out);
    free(out);
    return status;
}

/* test_host_user --run FILE KERNEL SANITIZES GRID BLOCK DYNAMIC_BYTES NB */
static int run_here(char **arguments)
{
    const launch of = {.file = arguments[0],
                       .kernel = arguments[1],
                       .grid = (uint32_t)strtoul(arguments[3], NULL, 10),
                       .block = (uint32_t)strtoul(arguments[4], NULL, 10),
                       .dynamic_bytes = strtoul(arguments[5], NULL, 10),
                       .nb = (uint32_t)strtoul(arguments[6], NULL, 10)};
    tg_error error = {.status = TG_OK};
    char line[1024];
    const char *result = "";
    const tg_status status = run_launch(&result, &of, arguments[2][0] == '1', &error);
    if (status == TG_OK) {
        printf("result: %s\n", result);
        printf("sanitized: %d\n", tg_host_user_is_sanitized() ? 1 : 0);
        (void)fflush(stdout);
        tg_host_user_print_stack();
    } else {
        printf("status: %s: %s\n", tg_status_text(status),
               tg_error_line(line, sizeof line, &error));
    }
    return 0;
}

/* ---- from outside ---- */

static char folder[256];

static void set_up_cache(void)
{
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
}

/* What this program says that is started again to run a launch. */
static void run_apart(char *said, size_t size, const launch *of, bool sanitizes)
{
    char program[TG_PATH_BYTES];
    char runtime[TG_PATH_BYTES] = "";
    char line[3 * TG_PATH_BYTES];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    ck_assert_int_gt(length, 0);
    program[length] = '\0';
    if (sanitizes) tg_assert_ok(tg_host_build_runtime(runtime, tg_suite_error));
    (void)snprintf(line, sizeof line,
                   "exec env %s%s ASAN_OPTIONS=detect_leaks=0 '%s' --run '%s' '%s' %d %u %u %zu %u "
                   "2>&1",
                   sanitizes ? "LD_PRELOAD=" : "", runtime, program, of->file, of->kernel,
                   sanitizes ? 1 : 0, of->grid, of->block, of->dynamic_bytes, of->nb);
    FILE *stream = popen(line, "r");
    ck_assert_ptr_nonnull(stream);
    size_t nb = 0;
    for (int byte = fgetc(stream); byte != EOF; byte = fgetc(stream)) {
        if (nb + 1 < size) said[nb++] = (char)byte;
    }
    said[nb] = '\0';
    (void)pclose(stream);
}

static void expect(const launch *of, bool sanitizes, const char *text)
{
    static char said[1 << 16];
    run_apart(said, sizeof said, of, sanitizes);
    ck_assert_msg(strstr(said, text) != NULL, "%s %s%s: no \"%s\" in:\n%.4000s", of->file,
                  of->kernel, sanitizes ? ", sanitized" : "", text, said);
}

/* Shapes: blocks that are full and one that is not needed whole. */
static const launch right[] = {
    {"templates.cu", "chips::rows<chips::times<3>, 2>", 2, 64, 0, 150},
    {"groups.cu", "run", 3, 64, 0, 150},
    {"shuffles.cu", "run", 3, 64, 0, 150},
    {"dynamic_shared.cu", "run<unsigned>", 3, 64, 512, 150},
    {"vectors.cu", "run", 3, 32, 0, 150},
    {"host_code.cu", "run", 3, 64, 0, 150},
    {"plain.c", "run", 3, 64, 256, 150},
    {"together.cu", "run", 4, 48, 0, 103},
    {"too_much.cu", "all", 3, 64, 0, 150},
};

START_TEST(host_user_runs_right_kernels)
{
    set_up_cache();
    for (size_t i = 0; i < NB(right); i++) expect(&right[i], false, "result: right\n");
#ifndef __SANITIZE_ADDRESS__
    expect(&right[0], false, "sanitized: 0\n");
#endif
    tg_suite_remove_folder(folder);
}
END_TEST

#ifndef __SANITIZE_THREAD__
START_TEST(host_user_runs_right_kernels_sanitized)
{
    set_up_cache();
    for (size_t i = 0; i < NB(right); i++) expect(&right[i], true, "result: right\n");
    // Who asks is told of the runtime, and where it stands.
    expect(&right[0], true, "sanitized: 1\n");
    expect(&right[0], true, "#0 0x");
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(host_user_finds_with_sanitizers)
{
    static const struct {
        launch of;
        const char *kind;
        const char *place;
    } wrong[] = {
        {{"shared_pointer.cu", "run<unsigned>", 1, 32, 0, 32},
         "use-after-poison",
         "shared_pointer.cu:7"},
        {{"shared_index.cu", "run", 1, 32, 0, 32}, "index 31 out of bounds", "shared_index.cu:8:"},
        {{"dynamic_index.cu", "run", 1, 32, 124, 32}, "use-after-poison", "dynamic_index.cu:6"},
        {{"global_overflow.cu", "run", 3, 32, 0, 64}, "use-after-poison", "global_overflow.cu:6"},
        {{"misaligned.cu", "run", 1, 32, 0, 32}, "misaligned address", "misaligned.cu:7:"},
        {{"overflow.cu", "run", 1, 32, 0, 32}, "signed integer overflow", "overflow.cu:6:"},
        {{"uninitialised.cu", "run", 5, 64, 0, 64},
         "reads shared memory that the block has not written",
         "uninitialised.cu:8, block 0 of 5"},
        {{"uninitialised_dynamic.cu", "run", 1, 64, 256, 64},
         "reads shared memory that the block has not written",
         "uninitialised_dynamic.cu:3, block 0 of 1"},
    };
    set_up_cache();
    for (size_t i = 0; i < NB(wrong); i++) {
        expect(&wrong[i].of, true, wrong[i].kind);
        expect(&wrong[i].of, true, wrong[i].place);
    }
    tg_suite_remove_folder(folder);
}
END_TEST
#endif

START_TEST(host_user_finds_by_itself)
{
    static const struct {
        launch of;
        const char *text;
    } wrong[] = {
        {{"uninitialised.cu", "run", 1, 64, 0, 64}, "result: poison"},
        {{"uninitialised.cu", "run", 5, 64, 0, 64}, "result: poison"},
        {{"uninitialised_dynamic.cu", "run", 1, 64, 256, 64}, "result: poison"},
        {{"divergent.cu", "run", 1, 32, 0, 32}, "16 in __syncthreads, 16 in __syncwarp"},
        {{"divergent.cu", "run", 1, 32, 0, 32}, "divergent.cu:6, thread 0"},
        {{"divergent.cu", "run", 1, 32, 0, 32}, "divergent.cu:8, thread 16"},
        {{"apart.cu", "lanes", 2, 64, 0, 90}, "come to different barriers (block 0 of 2, "},
        {{"apart.cu", "lanes", 2, 64, 0, 90},
         "apart.cu:13, thread 0, " SOURCES "apart.cu:11, thread 1)"},
        {{"apart.cu", "one_side", 1, 64, 0, 64},
         "wait in __syncthreads for others that have ended: 32 of 64 (block 0 of 1, " SOURCES
         "apart.cu:19, thread 1, thread 0 has ended)"},
        {{"apart.cu", "extra", 1, 64, 0, 64}, "apart.cu:27, thread 0, " SOURCES "apart.cu:25"},
        {{"apart.cu", "loops", 1, 64, 0, 64}, "apart.cu:32, thread 63, thread 0 has ended)"},
        {{"apart.cu", "masks", 1, 32, 0, 32},
         "names lanes that end without it: 16 of 32 (block 0 of 1, " SOURCES
         "apart.cu:38, thread 0, thread 16 has ended)"},
        {{"apart.cu", "ballots", 1, 48, 0, 40},
         "names lanes that end without it: 8 of 16 (block 0 of 1, " SOURCES
         "apart.cu:45, thread 32, thread 40 has ended)"},
        {{"apart.cu", "shuffles", 1, 32, 0, 32},
         "names lanes that end without it: 31 of 32 (block 0 of 1, " SOURCES
         "apart.cu:51, thread 0, thread 1 has ended)"},
        {{"apart.cu", "one_line", 1, 32, 0, 32}, "come to different barriers (block 0 of 1, "},
        {{"too_much.cu", "more", 1, 32, 0, 32},
         "more than 48 KiB of static shared memory, which no device gives it: more is dynamic, "
         "extern __shared__ T name[]; (" SOURCES "too_much.cu:15, block 0 of 1, thread 0)"},
        {{"too_much.cu", "both", 1, 32, 0, 32}, "too_much.cu:22, block 0 of 1, thread 0)"},
        {{"too_much.c", "run", 1, 32, 0, 32}, "too_much.c:6, block 0 of 1, thread 0)"},
        {{"ends.cu", "fails", 1, 32, 0, 32}, "assertion failed: nb == 0 && out == nullptr"},
        {{"ends.cu", "fails", 1, 32, 0, 32}, "ends.cu:6, block 0 of 1, thread 0"},
        {{"ends.cu", "traps", 1, 32, 0, 32}, "ends.cu:8, block 0 of 1, thread 0"},
        {{"ends.cu", "masks", 1, 32, 0, 32}, "leaves out the lane"},
        {{"ends.cu", "masks", 1, 32, 0, 32}, "ends.cu:10, block 0 of 1, thread 1"},
        {{"ends.cu", "launches", 1, 32, 0, 32}, "ends.cu:12, block 0 of 1, thread 0"},
        {{"own_words.cu", "unknown", 1, 32, 0, 32}, "fails in a way of its own (block 0 of 1, "},
        {{"widths.cu", "none", 1, 32, 0, 32},
         "not a power of two up to 32 (" SOURCES "widths.cu:5"},
        {{"widths.cu", "more", 1, 32, 0, 32},
         "not a power of two up to 32 (" SOURCES "widths.cu:10"},
        {{"widths.cu", "three", 1, 32, 0, 32},
         "not a power of two up to 32 (" SOURCES "widths.cu:15"},
        {{"widths.cu", "nobody", 1, 32, 0, 32},
         "leaves out the lane that calls it (" SOURCES "widths.cu:18"},
    };
    set_up_cache();
    for (size_t i = 0; i < NB(wrong); i++) expect(&wrong[i].of, false, wrong[i].text);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Dynamic shared memory that no launch gives is somewhere, and whoever touches it is told. */
START_TEST(host_user_knows_shared_memory_that_is_not_there)
{
    tg_host_user *user = NULL;
    const tg_user_entry *entry = NULL;
    uint32_t where[2] = {0};
    uint32_t *out = where;
    uint32_t nb = NB(where);
    void *values[] = {&out, &nb};
    // One block, and so no thread but this one: leak checkers read, at the end, what others had of
    // an object that is closed.
    const tg_host_launch none = {.grid = 1, .block = 32};
    const tg_host_launch some = {.grid = 1, .block = 32, .dynamic_bytes = 16};
    set_up_cache();
    tg_assert_ok(build_and_open(&user, SOURCES "own_words.cu", "where", false, tg_suite_error));
    tg_assert_ok(tg_host_user_find(&entry, user, "where", tg_suite_error));
    tg_assert_ok(tg_host_user_run(user, entry, &some, values, tg_suite_error));
    uintptr_t at = (uintptr_t)where[0] | (uintptr_t)where[1] << 32;
    ck_assert_uint_ne(at, 0);
    ck_assert(!tg_host_user_is_no_shared((const void *)at));
    tg_assert_ok(tg_host_user_run(user, entry, &none, values, tg_suite_error));
    at = (uintptr_t)where[0] | (uintptr_t)where[1] << 32;
    ck_assert_uint_ne(at, 0);
    ck_assert(tg_host_user_is_no_shared((const void *)at));
    ck_assert(tg_host_user_is_no_shared((const void *)(at + ((uintptr_t)1 << 20) - 1)));
    ck_assert(!tg_host_user_is_no_shared((const void *)(at + ((uintptr_t)1 << 20))));
    ck_assert(!tg_host_user_is_no_shared((const void *)(at - 1)));
    ck_assert(!tg_host_user_is_no_shared(where));
    tg_host_user_close(user);
    tg_suite_remove_folder(folder);
}
END_TEST

/* printf is for the reader, not for results, and has an end. */
START_TEST(host_user_bounds_prints)
{
    static char said[4 << 20];
    const launch of = {"ends.cu", "prints", 1, 32, 0, 32};
    set_up_cache();
    run_apart(said, sizeof said, &of, false);
    ck_assert_ptr_nonnull(strstr(said, "thread 0 of 32 prints"));
    ck_assert_ptr_nonnull(strstr(said, "beyond this is left out"));
    ck_assert_ptr_nonnull(strstr(said, "result: right\n"));
    ck_assert_uint_lt(strlen(said), (size_t)1100 << 10);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(host_user_refuses)
{
    char path[512];
    tg_host_user *user = NULL;
    const tg_user_entry *entry = NULL;
    set_up_cache();
    (void)snprintf(path, sizeof path, "%s/text.so", folder);
    write_file(path, "no shared object", 16);
    tg_assert_fails(TG_ERR_IO, "text.so", tg_host_user_open(&user, path, tg_suite_error));
    ck_assert_ptr_null(user);
    tg_assert_fails(TG_ERR_IO, "nowhere.so",
                    tg_host_user_open(&user, "nowhere.so", tg_suite_error));
    tg_assert_ok(build_and_open(&user, SOURCES "ends.cu", "traps", false, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "did you mean 'traps'",
                    tg_host_user_find(&entry, user, "trap", tg_suite_error));
    ck_assert_ptr_null(entry);
    tg_host_user_close(user);
    tg_host_user_close(NULL);
    tg_suite_remove_folder(folder);
}
END_TEST

/* A shared object that is none of the host grid's: C code, built by the system's compiler. */
static void make_foreign(char path[512], const char *name, const char *code)
{
    char source[512];
    char command[2048];
    (void)snprintf(path, 512, "%s/%s.so", folder, name);
    (void)snprintf(source, sizeof source, "%s/%s.c", folder, name);
    write_file(source, code, strlen(code));
    (void)snprintf(command, sizeof command, "cc -shared -fPIC -o '%s' '%s'", path, source);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(host_user_refuses_foreign_objects)
{
    static const struct {
        const char *code;
        tg_status status;
        const char *text;
    } foreign[] = {
        {"int tg_user_end(void) { return 0; }", TG_ERR_FORMAT, "was not built for the host grid"},
        {"void *tg_user_begin(void) { return 0; }", TG_ERR_FORMAT, "another version"},
        {"static const unsigned module[16] = {4711};"
         "const void *tg_user_begin(void) { return module; }",
         TG_ERR_FORMAT, "another version"},
        {"void tg_elsewhere(void); void tg_user_begin(void) { tg_elsewhere(); }", TG_ERR_IO,
         "undefined symbol: tg_elsewhere"},
        {"void __asan_elsewhere(void); void tg_user_begin(void) { __asan_elsewhere(); }", TG_ERR_IO,
         "LD_PRELOAD"},
    };
    set_up_cache();
    for (size_t i = 0; i < NB(foreign); i++) {
        char path[512];
        char name[32];
        tg_host_user *user = NULL;
        tg_error error = {.status = TG_OK};
        (void)snprintf(name, sizeof name, "foreign%zu", i);
        make_foreign(path, name, foreign[i].code);
        ck_assert_int_eq(tg_host_user_open(&user, path, &error), foreign[i].status);
        ck_assert_ptr_null(user);
        assert_says(foreign[i].status, &error, name, foreign[i].text);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

/* Two kernels of one object, one of which is asked for; and a name like none of them. */
START_TEST(host_user_finds_kernels_by_name)
{
    char path[TG_PATH_BYTES];
    char log[TG_PATH_BYTES];
    const char *kernels[] = {"traps", "masks"};
    const tg_build_options options = {.nb_includes = 0};
    const tg_host_build build = {.source = SOURCES "ends.cu",
                                 .nb_kernels = NB(kernels),
                                 .kernels = kernels,
                                 .options = &options};
    tg_host_user *user = NULL;
    const tg_user_entry *entry = NULL;
    set_up_cache();
    tg_assert_ok(tg_host_build_run(path, log, &build, tg_suite_error));
    tg_assert_ok(tg_host_user_open(&user, path, tg_suite_error));
    for (size_t i = 0; i < NB(kernels); i++) {
        tg_assert_ok(tg_host_user_find(&entry, user, kernels[i], tg_suite_error));
        ck_assert_str_eq(entry->name, kernels[i]);
    }
    // No static shared memory: blocks run side by side.
    ck_assert(!tg_host_user_is_single(user));
    tg_assert_fails(TG_ERR_FORMAT, "was not built for kernel 'zzzzzzzzzzzz'",
                    tg_host_user_find(&entry, user, "zzzzzzzzzzzz", tg_suite_error));
    ck_assert_ptr_null(entry);
    tg_host_user_close(user);
    tg_suite_remove_folder(folder);
}
END_TEST

/* ---- the program's own kernels, as a user's ---- */

/* The file of a step's kernel: the chip's, whose name the step's begins with. */
static void own_source(char path[TG_PATH_BYTES], const char *step)
{
    for (size_t length = strlen(step); length > 0; length--) {
        (void)snprintf(path, TG_PATH_BYTES, "%s/kernels/%.*s.cu", TG_SOURCE_DIR, (int)length, step);
        if ((step[length] == '_' || step[length] == '\0') && access(path, R_OK) == 0) return;
    }
    ck_abort_msg("no file of %s", step);
}

static void compare_own(size_t index)
{
    const tg_plan *plan = tg_plan_at(index);
    const tg_trace *trace = tg_trace_at(index);
    const size_t nb_events = trace->max_events != 0 ? trace->max_events : 301;
    size_t height = 0;
    char source[TG_PATH_BYTES];
    char kernel[128];
    tg_host_user *user = NULL;
    const tg_user_entry *entry = NULL;
    const void *events = trace->event != NULL ? sample_events(trace, nb_events, index + 1) : NULL;
    tg_assert_ok(tg_trace_height(trace, nb_events, 0, &height, tg_suite_error));
    uint32_t *made = malloc(tg_trace_width(trace) * height * sizeof *made + 1);
    uint32_t *expected = malloc(tg_trace_width(trace) * height * sizeof *expected + 1);
    const tg_request request = {.trace = trace,
                                .height = height,
                                .events = events,
                                .nb_events = nb_events};
    tg_assert_ok(
        tg_plan_run_host(plan, NULL, &(tg_product){.cells = expected}, &request, tg_suite_error));
    own_source(source, plan->steps[0].name);
    (void)snprintf(kernel, sizeof kernel, "tg_krn_%s", plan->steps[0].name);
    tg_assert_ok(build_and_open(&user, source, kernel, false, tg_suite_error));
    tg_assert_ok(tg_host_user_find(&entry, user, kernel, tg_suite_error));
    uintptr_t rows = height;
    uintptr_t nb = nb_events;
    void *values[] = {&made, &rows, &events, &nb};
    const tg_host_launch shape = {.grid = 3, .block = 64};
    ck_assert_uint_eq(entry->nb_arguments, NB(values));
    tg_assert_ok(tg_host_user_run(user, entry, &shape, values, tg_suite_error));
    ck_assert_msg(memcmp(made, expected, tg_trace_width(trace) * height * sizeof *made) == 0,
                  "%s: another trace", trace->name);
    tg_host_user_close(user);
    free(expected);
    free(made);
    free((void *)(uintptr_t)events);
}

START_TEST(host_user_runs_own_kernels)
{
    size_t nb_compared = 0;
    set_up_cache();
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (tg_plan_at(i)->nb_steps != 1 || tg_trace_at(i)->nb_sides != 0) continue;
        compare_own(i);
        nb_compared++;
    }
    ck_assert_uint_ge(nb_compared, 10);
    tg_suite_remove_folder(folder);
}
END_TEST

int main(int nb_arguments, char **arguments)
{
    const TTest *const cases[] = {
        host_user_runs_right_kernels,
#ifndef __SANITIZE_THREAD__
        host_user_runs_right_kernels_sanitized,
        host_user_finds_with_sanitizers,
#endif
        host_user_finds_by_itself,
        host_user_knows_shared_memory_that_is_not_there,
        host_user_bounds_prints,
        host_user_refuses,
        host_user_refuses_foreign_objects,
        host_user_finds_kernels_by_name,
        host_user_runs_own_kernels,
    };
    if (nb_arguments == 9 && strcmp(arguments[1], "--run") == 0) return run_here(arguments + 2);
    return tg_suite_run("host_user", cases, NB(cases));
}
