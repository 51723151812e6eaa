/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The library as programs use it: verdicts, findings, files, and options that are wrong. */
#include "api_made.h"

#include "harness/gate.h"
#include "test_files.h"

#include <omp.h>

static void write_text(const char *path, const char *text) { write_file(path, text, strlen(text)); }

static tracegate_verdict gate_of(const tracegate_gate_options *options)
{
    tracegate_verdict verdict = {.struct_size = sizeof verdict};
    const tracegate_status status = tracegate_gate(&verdict, options);
    ck_assert_int_eq(status, verdict.status);
    ck_assert_ptr_nonnull(verdict.text);
    return verdict;
}

/* The gate must end with a status and these words in its text, or in what it says is wrong. */
static void check_ends(const tracegate_gate_options *options, tracegate_status status,
                       const char *words)
{
    tracegate_verdict verdict = gate_of(options);
    ck_assert_msg(verdict.status == status, "status %d: %s (%s): %s\n%s", verdict.status,
                  verdict.what, verdict.where, verdict.how, verdict.text);
    ck_assert_msg(strstr(verdict.text, words) != NULL || strstr(verdict.what, words) != NULL ||
                      strstr(verdict.where, words) != NULL || strstr(verdict.how, words) != NULL,
                  "no '%s' in: %s (%s): %s\n%s", words, verdict.what, verdict.where, verdict.how,
                  verdict.text);
    ck_assert(verdict.text[0] != '\0' || verdict.how[0] != '\0');
    tracegate_verdict_clear(&verdict);
}

START_TEST(api_right_kernel_matches)
{
    char folder[256];
    tg_suite_make_folder(folder);
    const tracegate_gate_options options = api_options(folder);
    tracegate_verdict verdict = gate_of(&options);
    ck_assert_msg(verdict.status == TRACEGATE_MATCH, "%s\n%s", verdict.what, verdict.text);
    ck_assert_uint_eq(verdict.nb_traces, 1);
    ck_assert_uint_eq(verdict.nb_comparisons, 1);
    // 5 columns of 32 rows.
    ck_assert_uint_eq(verdict.nb_cells, 160);
    ck_assert_uint_eq(verdict.nb_mismatches, 0);
    ck_assert_uint_eq(verdict.nb_findings, 0);
    ck_assert_ptr_null(tracegate_verdict_finding(&verdict, 0));
    ck_assert_ptr_nonnull(strstr(verdict.text, "verdict   match"));
    ck_assert_str_eq(verdict.what, "");
    tracegate_verdict_clear(&verdict);
    ck_assert_str_eq(verdict.text, "");
    tracegate_verdict_clear(&verdict);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(api_wrong_kernel_has_findings)
{
    char folder[256];
    tg_suite_make_folder(folder);
    tracegate_gate_options options = api_options(folder);
    options.defines = api_bug;
    options.nb_defines = 1;
    tracegate_verdict verdict = gate_of(&options);
    ck_assert_int_eq(verdict.status, TRACEGATE_MISMATCH);
    ck_assert_uint_eq(verdict.nb_mismatches, 1);
    ck_assert_uint_eq(verdict.nb_findings, 1);
    const tracegate_finding *finding = tracegate_verdict_finding(&verdict, 0);
    ck_assert_ptr_nonnull(finding);
    ck_assert_ptr_null(tracegate_verdict_finding(&verdict, 1));
    ck_assert_str_eq(finding->trace, "Select.main");
    ck_assert_ptr_nonnull(strstr(finding->key, "Select.main/eventful/permuted-columns/vals.out1"));
    // Two words of each of five events are exchanged.
    ck_assert_uint_eq(finding->nb_wrong_cells, 10);
    ck_assert_uint_eq(finding->nb_wrong_rows, 5);
    ck_assert_uint_eq(finding->nb_cells, 160);
    ck_assert_uint_eq(verdict.nb_wrong_cells, 10);
    ck_assert_ptr_nonnull(strstr(finding->text, "vals.out1"));
    ck_assert_ptr_nonnull(strstr(finding->again, "--define EXCHANGE_OUTPUTS --host --no-sanitize"));
    ck_assert_ptr_nonnull(strstr(verdict.text, finding->again));
    tracegate_verdict_clear(&verdict);
    ck_assert_ptr_null(tracegate_verdict_finding(&verdict, 0));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(api_manifest_is_gated)
{
    char folder[256];
    char path[300];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/kernels.json", folder);
    write_text(path, "{\"version\": 1, \"modules\": {\"mine\": {\"file\": \"" TG_SOURCE_DIR
                     "/examples/my_select.cu\"}}, \"kernels\": [{\"trace\": \"Select.main\", "
                     "\"module\": \"mine\", \"symbol\": \"my_select_main\"}]}");
    tracegate_gate_options options = api_options(folder);
    options.kernel = NULL;
    options.manifest = path;
    check_ends(&options, TRACEGATE_MATCH, "traces compared 1 of 1");
    options.nb_traces = 0;
    check_ends(&options, TRACEGATE_MATCH, "traces compared 1 of 1");
    static const char *const other[] = {"ExtAlu.main"};
    options.traces = other;
    options.nb_traces = 1;
    check_ends(&options, TRACEGATE_BAD_INPUT, "the manifest has no kernel of ExtAlu.main");
    options.defines = api_bug;
    options.nb_defines = 1;
    check_ends(&options, TRACEGATE_BAD_INPUT, "are for kernel, not manifest");
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(api_records_and_shapes_are_gated)
{
    char folder[256];
    tg_suite_make_folder(folder);
    static const char *const records[] = {TG_SOURCE_DIR "/corpus/records/counts/3"};
    tracegate_gate_options options = api_options(folder);
    options.records = records;
    options.nb_records = 1;
    check_ends(&options, TRACEGATE_MATCH, "comparisons 2");
    options.nb_records = 0;
    options.cases = TG_SOURCE_DIR "/corpus/cases";
    options.profile = "uniform";
    options.nb_repeats = 2;
    options.sweep = 1;
    options.max_run_seconds = 20;
    options.height = 64;
    options.seed = 7;
    check_ends(&options, TRACEGATE_MATCH, "seed 0x7");
    options.corpus = TG_SOURCE_DIR "/corpus/records";
    check_ends(&options, TRACEGATE_MATCH, "records   ");
    options.corpus = "/nowhere";
    check_ends(&options, TRACEGATE_BAD_INPUT, "/nowhere");
    tg_suite_remove_folder(folder);
}
END_TEST

/* A kernel without a loop is right in the shape that is described, and is asked for no other. */
START_TEST(api_shape_is_kept_without_sweep)
{
    char folder[256];
    char kernel[320];
    tg_suite_make_folder(folder);
    (void)snprintf(kernel, sizeof kernel, "%s/mine.cu", folder);
    write_text(kernel,
               "#include <stdint.h>\n"
               "extern \"C\" __global__ void mine(uint32_t *trace, uintptr_t height,\n"
               "                                const uint32_t *events, uintptr_t nb_events)\n"
               "{\n"
               "    const uintptr_t row = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x;\n"
               "    for (int i = 0; i < 5 && row < nb_events; i++)\n"
               "        trace[i * height + row] = events[row * 5 + i];\n"
               "}\n");
    (void)snprintf(kernel, sizeof kernel, "%s/mine.cu:mine", folder);
    tracegate_gate_options options = api_options(folder);
    options.kernel = kernel;
    options.nb_events = 0;
    options.cases = TG_SOURCE_DIR "/corpus/cases";
    check_ends(&options, TRACEGATE_MATCH, "match");
    options.sweep = 1;
    check_ends(&options, TRACEGATE_MISMATCH, "launch");
    tg_suite_remove_folder(folder);
}
END_TEST

/* A kernel of which each run fails is not run in all cases, as the program does it. */
START_TEST(api_failures_end_a_trace)
{
    char folder[256];
    char kernel[320];
    tg_suite_make_folder(folder);
    (void)snprintf(kernel, sizeof kernel, "%s/mine.cu", folder);
    write_text(kernel,
               "extern \"C\" __global__ void mine(unsigned *, unsigned long, const void *,\n"
               "                                unsigned long) { __trap(); }\n");
    (void)snprintf(kernel, sizeof kernel, "%s/mine.cu:mine", folder);
    tracegate_gate_options options = api_options(folder);
    options.kernel = kernel;
    options.nb_events = 0;
    check_ends(&options, TRACEGATE_MISMATCH, "it failed in 3 runs, and cases behind them");
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(api_compilers_words_are_told)
{
    char folder[256];
    tg_suite_make_folder(folder);
    tracegate_gate_options options = api_options(folder);
    static const char *const flags[] = {"-include", "nowhere_to_be_found.h"};
    options.flags = flags;
    options.nb_flags = 2;
    check_ends(&options, TRACEGATE_BAD_INPUT, "nowhere_to_be_found.h");
    options.nb_flags = 0;
    options.kernel = TG_SOURCE_DIR "/examples/my_select.cu:my_select";
    check_ends(&options, TRACEGATE_BAD_INPUT, "my_select_main");
    options.kernel = "nowhere.cu:kernel";
    check_ends(&options, TRACEGATE_BAD_INPUT, "nowhere.cu");
    options = api_options(folder);
    options.event_struct = "struct select_events";
    check_ends(&options, TRACEGATE_BAD_INPUT, "select_events");
    options.event_struct = "struct select_event";
    check_ends(&options, TRACEGATE_MATCH, "match");
    static const char *const libraries[] = {"/nowhere/libchips.so"};
    options.chip_libraries = libraries;
    options.nb_chip_libraries = 1;
    check_ends(&options, TRACEGATE_BAD_INPUT, "/nowhere/libchips.so");
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(api_report_files_are_whole_or_absent)
{
    char folder[256];
    char paths[4][300];
    static const char *const begin[] = {"{", "<?xml", "{", "<!DOCTYPE html>"};
    tg_suite_make_folder(folder);
    for (size_t i = 0; i < 4; i++)
        (void)snprintf(paths[i], sizeof paths[i], "%s/report.%zu", folder, i);
    tracegate_gate_options options = api_options(folder);
    options.json = paths[0];
    options.junit = paths[1];
    options.sarif = paths[2];
    options.html = paths[3];
    options.no_times = 1;
    check_ends(&options, TRACEGATE_MATCH, "match");
    for (size_t i = 0; i < 4; i++) {
        char text[64] = "";
        FILE *file = fopen(paths[i], "r");
        ck_assert_ptr_nonnull(file);
        ck_assert_ptr_nonnull(fgets(text, sizeof text, file));
        ck_assert_int_eq(fclose(file), 0);
        ck_assert_msg(strncmp(text, begin[i], strlen(begin[i])) == 0, "%s", text);
        ck_assert_int_eq(remove(paths[i]), 0);
    }
    tg_document *document = NULL;
    check_ends(&options, TRACEGATE_MATCH, "match");
    tg_assert_ok(tg_document_read(&document, paths[0], tg_suite_error));
    tg_json_value *recipe = tg_json_member(tg_document_root(document), "recipe");
    const char *command = tg_json_text_of(tg_json_member(recipe, "command"));
    ck_assert_ptr_nonnull(strstr(command, "tracegate gate Select.main --seed 0xdeadbeef "
                                          "--nb-events 5 --actual host --kernel "));
    tg_document_destroy(document);
    // Nothing is written where not all can be, and where nothing was gated.
    for (size_t i = 0; i < 4; i++) ck_assert_int_eq(remove(paths[i]), 0);
    options.html = "/nowhere/report.html";
    check_ends(&options, TRACEGATE_BAD_INPUT, "No such file");
    options.html = paths[0];
    check_ends(&options, TRACEGATE_BAD_INPUT, "two reports are one file");
    options.html = NULL;
    options.corpus = "/nowhere";
    check_ends(&options, TRACEGATE_BAD_INPUT, "nowhere");
    struct stat info;
    for (size_t i = 0; i < 4; i++) ck_assert_int_ne(stat(paths[i], &info), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(api_mismatches_are_saved)
{
    char folder[256];
    char saved[300];
    struct stat info;
    tg_suite_make_folder(folder);
    (void)snprintf(saved, sizeof saved, "%s/cases", folder);
    tracegate_gate_options options = api_options(folder);
    options.defines = api_bug;
    options.nb_defines = 1;
    options.save = saved;
    options.max_cells = 1;
    options.is_in_process = 1;
    // LeakSanitizer of gcc 12 cannot read what threads that live on have of their own in a library
    // that was opened behind the program's start.
    omp_set_num_threads(1);
    check_ends(&options, TRACEGATE_MISMATCH, saved);
    ck_assert_int_eq(stat(saved, &info), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Options that are refused before anything is compiled. */
START_TEST(api_wrong_options_are_refused)
{
    static const char *const both[] = {"Select.main", "ExtAlu.main"};
    static const char *const chip[] = {"Select"};
    static const char *const unknown[] = {"Selekt.main"};
    static const char *const none[] = {NULL};
    const tracegate_gate_options good = api_options("/nowhere");
    tracegate_gate_options options = good;
    options.manifest = "kernels.json";
    check_ends(&options, TRACEGATE_BAD_INPUT, "one of kernel and manifest");
    options.kernel = options.manifest = NULL;
    check_ends(&options, TRACEGATE_BAD_INPUT, "one of kernel and manifest");
    options = good;
    options.nb_traces = 0;
    check_ends(&options, TRACEGATE_BAD_INPUT, "none is named");
    options.traces = both;
    options.nb_traces = 2;
    check_ends(&options, TRACEGATE_BAD_INPUT, "several are named");
    options.traces = chip;
    options.nb_traces = 1;
    check_ends(&options, TRACEGATE_BAD_INPUT, "Select.main");
    options.traces = unknown;
    check_ends(&options, TRACEGATE_BAD_INPUT, "Select.main");
    options.traces = none;
    check_ends(&options, TRACEGATE_BAD_INPUT, "traces has no text number 0");
    options = good;
    options.nb_includes = options.nb_flags = 1;
    check_ends(&options, TRACEGATE_BAD_INPUT, "includes has no text");
    options.nb_includes = 0;
    check_ends(&options, TRACEGATE_BAD_INPUT, "flags has no text");
    options = good;
    options.nb_defines = options.nb_records = 1;
    check_ends(&options, TRACEGATE_BAD_INPUT, "defines has no text");
    options.nb_defines = 0;
    check_ends(&options, TRACEGATE_BAD_INPUT, "records has no text");
    options = good;
    options.nb_chip_libraries = 1;
    check_ends(&options, TRACEGATE_BAD_INPUT, "chip_libraries has no text");
    options = good;
    options.place = (tracegate_place)3;
    check_ends(&options, TRACEGATE_BAD_INPUT, "place is none");
    options = good;
    options.profile = "mixt";
    check_ends(&options, TRACEGATE_BAD_INPUT, "mixed");
    options = good;
    options.max_run_seconds = 1;
    options.is_in_process = 1;
    check_ends(&options, TRACEGATE_BAD_INPUT, "exclude each other");
}
END_TEST

START_TEST(api_numbers_out_of_range_are_refused)
{
    const tracegate_gate_options good = api_options("/nowhere");
    tracegate_gate_options options = good;
    options.nb_events = SIZE_MAX;
    check_ends(&options, TRACEGATE_BAD_INPUT, "nb_events is");
    options = good;
    options.height = SIZE_MAX;
    check_ends(&options, TRACEGATE_BAD_INPUT, "height is");
    options = good;
    options.nb_repeats = 1000001;
    check_ends(&options, TRACEGATE_BAD_INPUT, "give 1000000 at the most");
    options = good;
    options.max_cells = SIZE_MAX;
    check_ends(&options, TRACEGATE_BAD_INPUT, "max_cells is");
}
END_TEST

/* A program of a later header, and one that forgot the sizes. */
START_TEST(api_sizes_tell_versions)
{
    char folder[256];
    struct later {
        tracegate_gate_options options;
        uint64_t more;
    } later = {.more = 0};
    struct later_verdict {
        tracegate_verdict verdict;
        uint64_t more;
    } verdict = {.verdict = {.struct_size = sizeof verdict}, .more = 42};
    tg_suite_make_folder(folder);
    later.options = api_options(folder);
    later.options.struct_size = sizeof later;
    ck_assert_int_eq(tracegate_gate(&verdict.verdict, &later.options), TRACEGATE_MATCH);
    ck_assert_uint_eq(verdict.verdict.struct_size, sizeof verdict);
    ck_assert_uint_eq(verdict.more, 42);
    tracegate_verdict_clear(&verdict.verdict);
    later.more = 1;
    check_ends(&later.options, TRACEGATE_BAD_INPUT, "members that this library does not know");
    later.options.struct_size = 0;
    check_ends(&later.options, TRACEGATE_BAD_INPUT, "sizeof options");
    tracegate_verdict small = {.struct_size = 8};
    later.options.struct_size = sizeof later.options;
    ck_assert_int_eq(tracegate_gate(&small, &later.options), TRACEGATE_BAD_INPUT);
    ck_assert_int_eq(tracegate_gate(NULL, &later.options), TRACEGATE_BAD_INPUT);
    ck_assert_int_eq(tracegate_gate(&verdict.verdict, NULL), TRACEGATE_BAD_INPUT);
    ck_assert_ptr_null(verdict.verdict.memory);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Without a GPU: anywhere is the CPU, and a device is not there. With one both run there. */
START_TEST(api_place_is_kept)
{
    char folder[256];
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TG_CUDA_DEVICE", "99999", 1), 0);
    tracegate_gate_options options = api_options(folder);
    options.place = TRACEGATE_DEVICE;
    tracegate_verdict verdict = gate_of(&options);
    ck_assert_int_ne(verdict.status, TRACEGATE_MATCH);
    ck_assert_int_ne(verdict.status, TRACEGATE_MISMATCH);
    ck_assert_str_ne(verdict.how, "");
    ck_assert_ptr_null(strstr(verdict.how, "--host"));
    // What is built is kept elsewhere, which is said.
    ck_assert_int_eq(unsetenv("TRACEGATE_CACHE"), 0);
    ck_assert_int_eq(setenv("XDG_CACHE_HOME", "/dev/null/cache", 1), 0);
    ck_assert_int_eq(setenv("TMPDIR", folder, 1), 0);
    options.place = TRACEGATE_HOST;
    check_ends(&options, TRACEGATE_MATCH, "set TRACEGATE_CACHE to choose a folder");
    const bool has_none = verdict.status == TRACEGATE_UNAVAILABLE;
    tracegate_verdict_clear(&verdict);
    options.place = TRACEGATE_ANYWHERE;
    if (has_none) check_ends(&options, TRACEGATE_MATCH, ": the kernels run on the CPU");
    tg_suite_remove_folder(folder);
}
END_TEST

/* A runtime cannot be loaded behind the start; without one nothing may be gated that saw less. */
START_TEST(api_sanitizers_need_their_runtime)
{
    char folder[256];
    tg_suite_make_folder(folder);
    tracegate_gate_options options = api_options(folder);
    options.sanitize = 1;
#if defined(__SANITIZE_ADDRESS__)
    check_ends(&options, TRACEGATE_MATCH, "match");
#else
    check_ends(&options, TRACEGATE_UNAVAILABLE, "-fsanitize=address");
#endif
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(api_version_is_the_projects)
{
    ck_assert_str_eq(tracegate_version(), TG_VERSION);
    ck_assert_int_eq(TRACEGATE_API_VERSION, 1);
}
END_TEST

TG_SUITE("api", api_right_kernel_matches, api_wrong_kernel_has_findings, api_manifest_is_gated,
         api_records_and_shapes_are_gated, api_shape_is_kept_without_sweep,
         api_failures_end_a_trace, api_compilers_words_are_told,
         api_report_files_are_whole_or_absent, api_mismatches_are_saved,
         api_wrong_options_are_refused, api_numbers_out_of_range_are_refused,
         api_sizes_tell_versions, api_place_is_kept, api_sanitizers_need_their_runtime,
         api_version_is_the_projects)
