/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The library with chips of a chip library, whose code runs in a process of its own: what comes
 * back, and what does not reach the program. */
#include "api_made.h"
#include "test_files.h"

#include "api/api_internal.h"
#include "files/input.h"
#include "harness/clock.h"
#include "model/trace.h"

#include <dlfcn.h>
#include <omp.h>
#include <signal.h>
#include <unistd.h>

static const char *const sums[] = {"Sums.main"};

/* What a test has: a folder with the library, its manifest and the kernel. */
typedef struct chips {
    char folder[256];
    char library[300];
    const char *libraries[1];
} chips;

static void write_below(const chips *at, const char *name, const void *bytes, size_t nb_bytes)
{
    char path[400];
    (void)snprintf(path, sizeof path, "%s/%s", at->folder, name);
    write_file(path, bytes, nb_bytes);
}

static void write_text(const chips *at, const char *name, const char *text)
{
    write_below(at, name, text, strlen(text));
}

static void setup(chips *at)
{
    static char bytes[1 << 20];
    // LeakSanitizer of gcc 12 cannot read what threads that live on have of their own in a library
    // that was opened behind the program's start, as one is with is_in_process.
    omp_set_num_threads(1);
    tg_suite_make_folder(at->folder);
    FILE *file = fopen(TG_CHIP_FIXTURE_LIBRARY, "rb");
    ck_assert_ptr_nonnull(file);
    const size_t nb = fread(bytes, 1, sizeof bytes, file);
    ck_assert_uint_lt(nb, sizeof bytes);
    ck_assert_int_eq(fclose(file), 0);
    write_below(at, "libsums.so", bytes, nb);
    (void)snprintf(at->library, sizeof at->library, "%s/libsums.so", at->folder);
    at->libraries[0] = at->library;
    write_text(at, "sums.json",
               "{\"version\": 1, \"modules\": {\"sums\": {\"file\": \"sums.cu\"}}, "
               "\"kernels\": [{\"trace\": \"Sums.main\", \"symbol\": \"sums_main\"}]}");
    write_text(
        at, "sums.cu",
        "#include <stdint.h>\n"
        "struct Event { uint32_t operation; uint8_t flag, limb; uint32_t a[2], spare, one; };\n"
        "#define P 0x7f000001u\n"
        "extern \"C\" __global__ void sums_main(uint32_t *trace, uintptr_t height,\n"
        "                                     const Event *events, uintptr_t nb_events)\n"
        "{\n"
        "    const uintptr_t stride = gridDim.x * (uintptr_t)blockDim.x;\n"
        "    for (uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x; i < nb_events;\n"
        "         i += stride) {\n"
        "        const Event e = events[i];\n"
        "        trace[i] = e.operation != 0 ? 0x01fffffeu : 0;\n"
        "        trace[height + i] = e.a[0];\n"
        "        trace[2 * height + i] = e.a[1];\n"
        "        const uint32_t b = e.operation != 0 ? P - e.a[1] : e.a[1];\n"
        "        trace[3 * height + i] = (uint32_t)(((uint64_t)e.a[0] + b) % P);\n"
        "    }\n"
        "}\n"
        "extern \"C\" __global__ void sums_none(uint32_t *, uintptr_t, const void *, uintptr_t) "
        "{}\n");
}

static tracegate_gate_options options_of(const chips *at)
{
    tracegate_gate_options options = api_options(at->folder);
    options.kernel = NULL;
    options.traces = sums;
    options.chip_libraries = at->libraries;
    options.nb_chip_libraries = 1;
    return options;
}

static void check_ends(const tracegate_gate_options *options, tracegate_status status,
                       const char *words)
{
    tracegate_verdict verdict = {.struct_size = sizeof verdict};
    (void)tracegate_gate(&verdict, options);
    ck_assert_msg(verdict.status == status, "status %d: %s (%s): %s\n%s", verdict.status,
                  verdict.what, verdict.where, verdict.how, verdict.text);
    ck_assert_msg(strstr(verdict.text, words) != NULL || strstr(verdict.what, words) != NULL,
                  "no '%s' in: %s (%s): %s\n%s", words, verdict.what, verdict.where, verdict.how,
                  verdict.text);
    if (status == TRACEGATE_MATCH) ck_assert_uint_gt(verdict.nb_cells, 0);
    if (status == TRACEGATE_BAD_INPUT) ck_assert_str_ne(verdict.how, "");
    tracegate_verdict_clear(&verdict);
}

/* Without a kernel and a manifest it is the library's, as the program does it. */
START_TEST(api_chips_bring_their_manifest)
{
    chips at;
    setup(&at);
    tracegate_gate_options options = options_of(&at);
    static const char *const part[] = {"Sums.preprocessed"};
    static const char *const both[] = {"Sums.main", "Select.main"};
    check_ends(&options, TRACEGATE_MATCH, "verdict   match: traces compared 1 of 1");
    options.traces = part;
    check_ends(&options, TRACEGATE_BAD_INPUT, "the manifest has no kernel of Sums.preprocessed");
    options.traces = both;
    options.nb_traces = 2;
    check_ends(&options, TRACEGATE_BAD_INPUT, "neither kernel nor manifest is set");
    options.nb_traces = 0;
    check_ends(&options, TRACEGATE_BAD_INPUT, "neither kernel nor manifest is set");
    options.traces = sums;
    options.nb_traces = 1;
    ck_assert_int_eq(setenv("TG_CHIP_FIXTURE", "no manifest", 1), 0);
    check_ends(&options, TRACEGATE_BAD_INPUT, "neither kernel nor manifest is set");
    // A given one comes first, and options of a source are for a kernel alone.
    options.manifest = "/nowhere.json";
    check_ends(&options, TRACEGATE_BAD_INPUT, "No such file");
    options.manifest = NULL;
    options.defines = api_bug;
    options.nb_defines = 1;
    check_ends(&options, TRACEGATE_BAD_INPUT, "one of kernel and manifest");
    tg_suite_remove_folder(at.folder);
}
END_TEST

/* All of a verdict crosses the processes: numbers, text, findings, reports, progress. */
START_TEST(api_chips_verdicts_are_whole)
{
    chips at;
    char kernel[320];
    char report[300];
    char line[64] = "";
    setup(&at);
    (void)snprintf(kernel, sizeof kernel, "%s/sums.cu:sums_none", at.folder);
    (void)snprintf(report, sizeof report, "%s/report.json", at.folder);
    tracegate_gate_options options = options_of(&at);
    options.kernel = kernel;
    options.json = report;
    tracegate_verdict verdict[2] = {{.struct_size = sizeof verdict[0]},
                                    {.struct_size = sizeof verdict[1]}};
    ck_assert_int_eq(tracegate_gate(&verdict[0], &options), TRACEGATE_MISMATCH);
    FILE *file = fopen(report, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
    ck_assert_int_eq(fclose(file), 0);
    options.is_in_process = 1;
    ck_assert_int_eq(tracegate_gate(&verdict[1], &options), TRACEGATE_MISMATCH);
    ck_assert_uint_gt(verdict[0].nb_findings, 0);
    ck_assert_uint_gt(verdict[0].nb_wrong_cells, 0);
    ck_assert_ptr_nonnull(strstr(verdict[0].text, "verdict   MISMATCH"));
    ck_assert_str_eq(verdict[0].what, "");
    ck_assert_uint_eq(verdict[0].nb_traces, verdict[1].nb_traces);
    ck_assert_uint_eq(verdict[0].nb_comparisons, verdict[1].nb_comparisons);
    ck_assert_uint_eq(verdict[0].nb_cells, verdict[1].nb_cells);
    ck_assert_uint_eq(verdict[0].nb_mismatches, verdict[1].nb_mismatches);
    ck_assert_uint_eq(verdict[0].nb_findings, verdict[1].nb_findings);
    ck_assert_uint_eq(verdict[0].nb_wrong_cells, verdict[1].nb_wrong_cells);
    for (size_t i = 0; i < verdict[0].nb_findings; i++) {
        const tracegate_finding *apart = tracegate_verdict_finding(&verdict[0], i);
        const tracegate_finding *here = tracegate_verdict_finding(&verdict[1], i);
        ck_assert_str_eq(apart->trace, "Sums.main");
        ck_assert_str_eq(apart->key, here->key);
        ck_assert_uint_eq(apart->nb_wrong_cells, here->nb_wrong_cells);
        ck_assert_ptr_nonnull(strstr(verdict[0].text, apart->again));
    }
    for (size_t i = 0; i < 2; i++) tracegate_verdict_clear(&verdict[i]);
    tg_suite_remove_folder(at.folder);
}
END_TEST

/* Nothing of the library is left in the program, nor runs when it ends. */
START_TEST(api_chips_are_not_loaded_here)
{
    chips at;
    setup(&at);
    const size_t nb_traces = tg_nb_traces();
    tracegate_gate_options options = options_of(&at);
    check_ends(&options, TRACEGATE_MATCH, "verdict   match");
    ck_assert_uint_eq(tg_nb_traces(), nb_traces);
    ck_assert_ptr_null(dlopen(at.library, RTLD_NOW | RTLD_NOLOAD));
    // But where that is asked for.
    options.is_in_process = 1;
    check_ends(&options, TRACEGATE_MATCH, "verdict   match");
    ck_assert_uint_eq(tg_nb_traces(), nb_traces);
    void *loaded = dlopen(at.library, RTLD_NOW | RTLD_NOLOAD);
    ck_assert_ptr_nonnull(loaded);
    (void)dlclose(loaded);
    tg_suite_remove_folder(at.folder);
}
END_TEST

/* Code that ends its process is an error, whatever its exit code, and leaves no report. */
START_TEST(api_chips_that_end_are_errors)
{
    static const char *const wrong[][2] = {
        {"load crashes", "crashes the process that loads it"},
        {"load exits", "ends the process that loads it"},
        {"load exits later", "there is no verdict: code that runs in its process ended it"},
        {"load ends its thread", "there is no verdict: code that runs in its process ended the "
                                 "thread that called it"},
        {"complete exits", "there is no verdict: code that runs in its process ended it"},
        {"complete calls exit", "there is no verdict: code that runs in its process called exit"},
        {"complete crashes", "there is no verdict: its process was ended by signal 5"},
    };
    chips at;
    char path[300];
    char loaded[300];
    struct stat info;
    setup(&at);
    (void)snprintf(loaded, sizeof loaded, "%s/loaded", at.folder);
    ck_assert_int_eq(setenv("TG_CHIP_FIXTURE_FILE", loaded, 1), 0);
    (void)snprintf(path, sizeof path, "%s/report.json", at.folder);
    tracegate_gate_options options = options_of(&at);
    options.json = path;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        (void)remove(loaded);
        ck_assert_int_eq(setenv("TG_CHIP_FIXTURE", wrong[i][0], 1), 0);
        check_ends(&options, TRACEGATE_BAD_INPUT, wrong[i][1]);
        ck_assert_int_ne(stat(path, &info), 0);
    }
    // What would end the process behind the verdict is not run.
    static const char *const late[] = {"unloading exits", "end exits"};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(setenv("TG_CHIP_FIXTURE", late[i], 1), 0);
        check_ends(&options, TRACEGATE_MATCH, "verdict   match");
    }
    tg_suite_remove_folder(at.folder);
}
END_TEST

/* One that does not return is ended, and is to blame. */
START_TEST(api_chips_that_hang_are_ended)
{
    chips at;
    setup(&at);
    api_memory memory = {.text = NULL};
    tg_error error = {.status = TG_OK};
    tracegate_verdict verdict = {.struct_size = sizeof verdict};
    const tracegate_gate_options options = options_of(&at);
    ck_assert_int_eq(setenv("TG_CHIP_FIXTURE", "complete hangs", 1), 0);
    const double start_s = tg_now_s();
    ck_assert_int_eq(api_gate_apart(&verdict, &memory, &options, 1, &error), TG_ERR_FORMAT);
    ck_assert_double_lt(tg_now_s() - start_s, TG_SUPERVISED_MAX_CALL_S);
    ck_assert_str_eq(error.what, "there is no verdict: the chip library's code has not returned "
                                 "within 1 s");
    ck_assert_ptr_nonnull(strstr(error.where, at.library));
    ck_assert_ptr_nonnull(strstr(error.how, "mend the chip library"));
    ck_assert_ptr_null(memory.text);
    tg_suite_remove_folder(at.folder);
}
END_TEST

static void ignore(int number) { (void)number; }

/* How the program takes signals is not how the process takes them. */
START_TEST(api_chips_have_signals_of_their_own)
{
    chips at;
    sigset_t held;
    sigset_t now;
    struct sigaction kept;
    setup(&at);
    const tracegate_gate_options options = options_of(&at);
    (void)sigemptyset(&held);
    (void)sigaddset(&held, SIGTERM);
    (void)sigaddset(&held, SIGALRM);
    ck_assert(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    ck_assert(signal(SIGTERM, ignore) != SIG_ERR);
    ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, &held, NULL), 0);
    check_ends(&options, TRACEGATE_MATCH, "verdict   match: traces compared 1 of 1");
    // Here all of that is as it was.
    ck_assert_ptr_eq(signal(SIGCHLD, SIG_DFL), SIG_IGN);
    ck_assert_int_eq(sigaction(SIGTERM, NULL, &kept), 0);
    ck_assert_ptr_eq(kept.sa_handler, ignore);
    ck_assert_int_eq(pthread_sigmask(SIG_SETMASK, NULL, &now), 0);
    ck_assert(sigismember(&now, SIGTERM) == 1 && sigismember(&now, SIGINT) == 0);
    ck_assert_int_eq(setenv("TG_CHIP_FIXTURE", "complete is asked to end", 1), 0);
    check_ends(&options, TRACEGATE_BAD_INPUT, "its process was ended by signal 15, SIGTERM");
    tg_suite_remove_folder(at.folder);
}
END_TEST

/* An end from outside is not the library's fault, and all of them are named. */
START_TEST(api_chips_are_blamed_for_their_own)
{
    static const char *const ends[][2] = {{"complete is killed", "(dmesg), and run it again"},
                                          {"complete is asked to end", "somebody asked it to end"},
                                          {"complete crashes", "mend the chip library's"}};
    chips at;
    setup(&at);
    tracegate_gate_options options = options_of(&at);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        tracegate_verdict verdict = {.struct_size = sizeof verdict};
        ck_assert_int_eq(setenv("TG_CHIP_FIXTURE", ends[i][0], 1), 0);
        ck_assert_int_eq(tracegate_gate(&verdict, &options), TRACEGATE_BAD_INPUT);
        ck_assert_msg(strstr(verdict.how, ends[i][1]) != NULL, "%s: %s: %s", ends[i][0],
                      verdict.what, verdict.how);
        tracegate_verdict_clear(&verdict);
    }
    const char *const two[] = {at.library, "/other.so"};
    char loaded[300];
    tracegate_verdict verdict = {.struct_size = sizeof verdict};
    (void)snprintf(loaded, sizeof loaded, "%s/loaded", at.folder);
    ck_assert_int_eq(setenv("TG_CHIP_FIXTURE_FILE", loaded, 1), 0);
    ck_assert_int_eq(setenv("TG_CHIP_FIXTURE", "load exits later", 1), 0);
    options.chip_libraries = two;
    options.nb_chip_libraries = 2;
    ck_assert_int_eq(tracegate_gate(&verdict, &options), TRACEGATE_BAD_INPUT);
    ck_assert_msg(strstr(verdict.where, at.library) != NULL &&
                      strstr(verdict.where, "chip library /other.so") != NULL,
                  "%s (%s)", verdict.what, verdict.where);
    tracegate_verdict_clear(&verdict);
    tg_suite_remove_folder(at.folder);
}
END_TEST

/* A program that ignores the ends of its children may compile; in it a library cannot be tried,
 * which is no fault of the library. */
START_TEST(api_chips_are_not_blamed_for_the_program)
{
    chips at;
    setup(&at);
    tracegate_gate_options options = options_of(&at);
    const tracegate_gate_options plain = api_options(at.folder);
    tracegate_verdict verdict = {.struct_size = sizeof verdict};
    options.is_in_process = 1;
    ck_assert(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    ck_assert_int_eq(tracegate_gate(&verdict, &options), TRACEGATE_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(verdict.how, "SIGCHLD"));
    tracegate_verdict_clear(&verdict);
    check_ends(&plain, TRACEGATE_MATCH, "verdict   match: traces compared 1 of 1");
    ck_assert_ptr_eq(signal(SIGCHLD, SIG_DFL), SIG_IGN);
    tg_suite_remove_folder(at.folder);
}
END_TEST

TG_SUITE("api_chips", api_chips_bring_their_manifest, api_chips_verdicts_are_whole,
         api_chips_are_not_loaded_here, api_chips_that_end_are_errors,
         api_chips_that_hang_are_ended, api_chips_have_signals_of_their_own,
         api_chips_are_blamed_for_their_own, api_chips_are_not_blamed_for_the_program)
