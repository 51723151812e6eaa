/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Builds for a GPU with libraries in the place of NVRTC and of CUDA's driver (tests/fakes): what is
 * handed to the compiler, what is made of its answers, what is kept, and machines that lack one of
 * them. With NVRTC itself: test_device_build_here.c. */
#include "modules/device_build.h"
#include "suite.h"
#include "test_files.h"

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#define NB(array) (sizeof(array) / sizeof(array)[0])

static char folder[256];
static char source[512];
static char path[TG_PATH_BYTES];
static char build_log[TG_PATH_BYTES];
static char symbols[2][TG_SYMBOL_BYTES];

static void set(const char *name, const char *value)
{
    ck_assert_int_eq(value != NULL ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void set_up(void)
{
    tg_suite_make_folder(folder);
    set("TRACEGATE_CACHE", folder);
    set("CUDA_HOME", TG_FAKES "/nvrtc");
    set("TG_FAKE_NVRTC", NULL);
    set("TG_FAKE_NVRTC_LOG", NULL);
    (void)snprintf(source, sizeof source, "%s/k.cu", folder);
}

static void write_source(const char *content) { write_file(source, content, strlen(content)); }

static tg_status build(const char *kernel, const tg_build_options *options, tg_error *error)
{
    const char *kernels[] = {kernel, "last"};
    const tg_device_build asked = {.source = source,
                                   .nb_kernels = NB(kernels),
                                   .kernels = kernels,
                                   .options = options,
                                   .arch = 90};
    return tg_device_build_run(path, build_log, symbols, &asked, error);
}

/* The log of a build, to be freed. */
static char *read_log(void)
{
    size_t nb_bytes = 0;
    ck_assert_str_ne(build_log, "");
    char *log = (char *)read_file(build_log, &nb_bytes);
    log[nb_bytes] = '\0';
    return log;
}

static void assert_log_has(const char *content)
{
    char *log = read_log();
    ck_assert_msg(strstr(log, content) != NULL, "no \"%s\" in:\n%s", content, log);
    free(log);
}

/* ---- what is built ---- */

START_TEST(device_compile_builds_and_keeps)
{
    char first[TG_PATH_BYTES];
    set_up();
    write_source("__global__ void rows() {}\n");
    tg_assert_ok(build("rows<7>", NULL, tg_suite_error));
    ck_assert_str_eq(symbols[0], "_Zrows_7_");
    ck_assert_str_eq(symbols[1], "_Zlast");
    ck_assert_str_eq(build_log, "");
    memcpy(first, path, sizeof first);
    // What would fail if it were compiled once more is found; another source is not.
    set("TG_FAKE_NVRTC", "compile=7");
    tg_assert_ok(build("rows<7>", NULL, tg_suite_error));
    ck_assert_str_eq(path, first);
    tg_assert_fails(TG_ERR_UNAVAILABLE, "NVRTC cannot compile: FAKE_ERROR",
                    build("rows<8>", NULL, tg_suite_error));
    ck_assert_str_eq(path, "");
    write_source("__global__ void rows() { /* more */ }\n");
    tg_assert_fails(TG_ERR_UNAVAILABLE, "libnvrtc-builtins",
                    build("rows<7>", NULL, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

/* Messages of a build that succeeded are said again when it is found. */
START_TEST(device_compile_keeps_what_is_said)
{
    set_up();
    write_source("");
    set("TG_FAKE_NVRTC_LOG", "k.cu(1): warning: something\n");
    tg_assert_ok(build("rows", NULL, tg_suite_error));
    assert_log_has("warning: something");
    set("TG_FAKE_NVRTC_LOG", "another\n");
    tg_assert_ok(build("rows", NULL, tg_suite_error));
    assert_log_has("warning: something");
    tg_suite_remove_folder(folder);
}
END_TEST

/* Where directives do not tell what is included, every build is a new one. */
START_TEST(device_compile_keeps_nothing_of_what_it_cannot_know)
{
    static const char *const unsure[] = {"-Iinner",     "--pre-include=x.h",    "--pch",
                                         "-optf=flags", "--options-file=flags", "-isystem=x"};
    char known[TG_PATH_BYTES];
    set_up();
    write_source("#include HEADER\n");
    tg_assert_ok(build("rows", NULL, tg_suite_error));
    memcpy(known, path, sizeof known);
    tg_assert_ok(build("rows", NULL, tg_suite_error));
    ck_assert_str_eq(path, known);
    set("TG_FAKE_NVRTC", "compile=1");
    tg_assert_fails(TG_ERR_MEMORY, "FAKE_ERROR", build("rows", NULL, tg_suite_error));
    write_source("");
    for (size_t i = 0; i < NB(unsure); i++) {
        const tg_build_options options = {.nb_flags = 1, .flags = &unsure[i]};
        set("TG_FAKE_NVRTC", NULL);
        tg_assert_ok(build("rows", &options, tg_suite_error));
        set("TG_FAKE_NVRTC", "compile=7");
        ck_assert_int_eq(build("rows", &options, NULL), TG_ERR_UNAVAILABLE);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(device_compile_hands_options_on)
{
    static const char *const has[] = {"[-arch=sm_90]", "[-lineinfo]", "[--std=c++20]",
                                      "[-DA=1]",       "[-DB]",       "[--maxrregcount=32]",
                                      "[-Iinner]"};
    const char *includes[] = {"inner"};
    const char *defines[] = {"A=1", "B"};
    const char *flags[] = {"--maxrregcount=32"};
    tg_build_options options = {.standard = "gnu++20",
                                .nb_includes = 1,
                                .includes = includes,
                                .nb_defines = 2,
                                .defines = defines,
                                .nb_flags = 1,
                                .flags = flags};
    set_up();
    set("TG_FAKE_NVRTC", "options");
    write_source("");
    tg_assert_ok(build("rows", &options, tg_suite_error));
    for (size_t i = 0; i < NB(has); i++) assert_log_has(has[i]);
    assert_log_has("[-w]");
    assert_log_has(folder);
    options.shows_warnings = true;
    // One of the other language is not passed over.
    options.standard = "c17";
    tg_assert_fails(TG_ERR_FORMAT, "'c17' is no standard of C++",
                    build("rows", &options, tg_suite_error));
    options.standard = NULL;
    tg_assert_ok(build("rows", &options, tg_suite_error));
    assert_log_has("[--std=c++17]");
    char *log = read_log();
    ck_assert_ptr_null(strstr(log, "[-w]"));
    free(log);
    // Sources of the current folder, too, have a folder to be searched.
    ck_assert_int_eq(chdir(folder), 0);
    (void)snprintf(source, sizeof source, "k.cu");
    tg_assert_ok(build("rows", NULL, tg_suite_error));
    assert_log_has("[-I.]");
    assert_log_has("[--std=c++17]");
    tg_suite_remove_folder(folder);
}
END_TEST

/* A file of the cache that was cut, changed or emptied is built again. */
START_TEST(device_compile_builds_damaged_files_again)
{
    static const char *const ends[] = {".cubin", ".symbols"};
    set_up();
    write_source("");
    tg_assert_ok(build("rows", NULL, tg_suite_error));
    for (size_t i = 0; i < 3 * NB(ends); i++) {
        char file[TG_PATH_BYTES + 16];
        size_t nb_bytes = 0;
        (void)snprintf(file, sizeof file, "%.*s%s", (int)(strlen(path) - strlen(".cubin")), path,
                       ends[i / 3]);
        unsigned char *bytes = read_file(file, &nb_bytes);
        ck_assert_uint_gt(nb_bytes, 40);
        if (i % 3 == 2) bytes[1] ^= 1;
        write_file(file, bytes, i % 3 == 0 ? 0 : i % 3 == 1 ? nb_bytes - 7 : nb_bytes);
        free(bytes);
        memset(symbols, 0, sizeof symbols);
        tg_assert_ok(build("rows", NULL, tg_suite_error));
        ck_assert_str_eq(symbols[0], "_Zrows");
    }
    tg_suite_remove_folder(folder);
}
END_TEST

/* ---- what is refused ---- */

START_TEST(device_compile_shows_what_the_compiler_refuses)
{
    static const char *const words[] = {"compile=6", "compile=5"};
    set_up();
    write_source("__global__ void rows() {}\n__global__ void last() {}\n");
    set("TG_FAKE_NVRTC_LOG", "k.cu(1): error: nothing is right\n");
    for (size_t i = 0; i < NB(words); i++) {
        set("TG_FAKE_NVRTC", words[i]);
        tg_assert_fails(TG_ERR_FORMAT, "the source does not compile",
                        build("rows", NULL, tg_suite_error));
        ck_assert_str_eq(path, "");
        assert_log_has("nothing is right");
    }
    // Errors of nothing but names: it is the names that are looked at.
    set("TG_FAKE_NVRTC_LOG", "__nv_name_map(1): error: identifier \"row\" is undefined\n\n"
                             "1 error detected in the compilation of \"k.cu\".\n");
    tg_assert_fails(TG_ERR_FORMAT, "did you mean 'rows'", build("row", NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "k.cu", build("zzzzzzzz", NULL, tg_suite_error));
    // A name that is there is not what is wrong: its template's arguments are.
    tg_assert_fails(TG_ERR_FORMAT, "the source does not compile",
                    build("rows<none>", NULL, tg_suite_error));
    set("TG_FAKE_NVRTC_LOG", "__nv_name_map(1): error: x\nk.cu(2): catastrophic error: y");
    tg_assert_fails(TG_ERR_FORMAT, "the source does not compile",
                    build("row", NULL, tg_suite_error));
    set("TG_FAKE_NVRTC_LOG", "");
    tg_assert_fails(TG_ERR_FORMAT, "the source does not compile",
                    build("row", NULL, tg_suite_error));
    write_source("int nothing;\n");
    set("TG_FAKE_NVRTC_LOG", "__nv_name_map(1): error: x");
    tg_assert_fails(TG_ERR_FORMAT, "declare kernels __global__",
                    build("row", NULL, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(device_compile_refuses_names_and_sources)
{
    set_up();
    write_source("");
    tg_assert_fails(TG_ERR_FORMAT, "no name of a kernel",
                    build("rows; int x", NULL, tg_suite_error));
    set("TG_FAKE_NVRTC", "no_entry");
    tg_assert_fails(TG_ERR_FORMAT, "'rows' is not a kernel", build("rows", NULL, tg_suite_error));
    set("TG_FAKE_NVRTC", "long");
    tg_assert_fails(TG_ERR_SIZE, "2047 bytes, more than 1023",
                    build("other", NULL, tg_suite_error));
    set("TG_FAKE_NVRTC", NULL);
    write_file(source, "__global__\0void", 15);
    tg_assert_fails(TG_ERR_FORMAT, "byte 10 is a zero", build("rows", NULL, tg_suite_error));
    ck_assert_int_eq(unlink(source), 0);
    tg_assert_fails(TG_ERR_IO, "k.cu", build("rows", NULL, tg_suite_error));
    ck_assert_int_eq(mkdir(source, 0700), 0);
    tg_assert_fails(TG_ERR_IO, "k.cu", build("rows", NULL, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

/* Every call of the compiler's that fails is an error with a way to mend it, in the words of what
 * was asked for. */
START_TEST(device_compile_tells_which_call_fails)
{
    static const struct {
        const char *word;
        const char *doing;
    } calls[] = {
        {"create=3", "cannot begin"},
        {"add_name=3", "cannot take a name"},
        {"compile=7", "cannot compile"},
        {"log_size=3", "cannot say what it made"},
        {"log=3", "cannot hand out what it made"},
        {"lowered_name=3", "cannot name the kernel"},
        {"cubin_size=3", "cannot say what it made"},
        {"cubin=3", "cannot hand out what it made"},
    };
    set_up();
    write_source("");
    for (size_t i = 0; i < NB(calls); i++) {
        set("TG_FAKE_NVRTC", calls[i].word);
        tg_assert_fails(TG_ERR_UNAVAILABLE, calls[i].doing, build("rows", NULL, tg_suite_error));
    }
    set("TG_FAKE_NVRTC", "crash");
    tg_assert_fails(TG_ERR_FORMAT, "NVRTC has crashed: signal 9",
                    build("rows", NULL, tg_suite_error));
    set("TG_FAKE_NVRTC", "leave");
    tg_assert_fails(TG_ERR_FORMAT, "without an answer", build("rows", NULL, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(device_compile_knows_architectures)
{
    static const char *const unknown[] = {"nb_archs=1", "archs=1", "archs_number=0",
                                          "archs_number=1000"};
    const char *kernel = "rows";
    tg_device_build asked = {.source = source, .nb_kernels = 1, .kernels = &kernel, .arch = 80};
    set_up();
    write_source("");
    tg_assert_fails(TG_ERR_UNAVAILABLE, "no code for sm_80; it knows 75 90",
                    tg_device_build_run(path, build_log, symbols, &asked, tg_suite_error));
    set("TG_FAKE_NVRTC", "archs_number=100");
    asked.arch = 91;
    tg_assert_fails(TG_ERR_UNAVAILABLE, "no code for sm_91; it knows 75 90 105",
                    tg_device_build_run(path, build_log, symbols, &asked, tg_suite_error));
    // Where it does not tell, compiling does.
    asked.arch = 80;
    for (size_t i = 0; i < NB(unknown); i++) {
        set("TG_FAKE_NVRTC", unknown[i]);
        tg_assert_ok(tg_device_build_run(path, build_log, symbols, &asked, tg_suite_error));
    }
    tg_suite_remove_folder(folder);
}
END_TEST

/* ---- where the compiler is ---- */

static void copy(const char *from, const char *to)
{
    size_t nb_bytes = 0;
    unsigned char *bytes = read_file(from, &nb_bytes);
    write_file(to, bytes, nb_bytes);
    free(bytes);
}

static void make_folder(char made[512], const char *name)
{
    (void)snprintf(made, 512, "%s/%s", folder, name);
    ck_assert_int_eq(mkdir(made, 0700), 0);
}

/* The folder that is named last of those that are there is taken, and its headers with it. */
START_TEST(device_compile_finds_the_compiler)
{
    char line[TG_PATH_BYTES];
    char made[512];
    char file[600];
    set_up();
    tg_assert_ok(tg_device_build_compiler(line, tg_suite_error));
    ck_assert_str_eq(line, "NVRTC 13.7 in " TG_FAKES "/nvrtc/lib");
    set("CUDA_HOME", "");
    set("CUDA_PATH", TG_FAKES "/nvrtc");
    tg_assert_ok(tg_device_build_compiler(line, tg_suite_error));
    ck_assert_str_eq(line, "NVRTC 13.7 in " TG_FAKES "/nvrtc/lib");
    make_folder(made, "toolkit");
    set("CUDA_HOME", made);
    make_folder(made, "toolkit/lib64");
    (void)snprintf(file, sizeof file, "%s/libnvrtc.so.12", made);
    copy(TG_FAKES "/nvrtc/lib/libnvrtc.so.13", file);
    make_folder(made, "toolkit/include");
    (void)snprintf(file, sizeof file, "%s/cuda_runtime.h", made);
    write_file(file, "", 0);
    set("TG_FAKE_NVRTC", "options");
    write_source("#include <cuda_runtime.h>\n");
    tg_assert_ok(build("rows", NULL, tg_suite_error));
    assert_log_has("toolkit/include]");
    assert_log_has("toolkit/include/cccl]");
    tg_suite_remove_folder(folder);
}
END_TEST

/* Files in its place that are none are passed over; what lies elsewhere is then taken, or nothing
 * is there and the reason is said. */
START_TEST(device_compile_passes_over_what_is_no_compiler)
{
    static const char *const wrong[] = {"text", TG_FAKES "/empty_nvrtc", TG_FAKES "/nvrtc"};
    char line[TG_PATH_BYTES];
    char made[512];
    char file[600];
    set_up();
    make_folder(made, "text");
    (void)snprintf(line, sizeof line, "%s", made);
    make_folder(made, "text/lib");
    (void)snprintf(file, sizeof file, "%s/libnvrtc.so", made);
    write_file(file, "no library at all", 17);
    set("CUDA_PATH", TG_FAKES "/nvrtc");
    for (size_t i = 0; i < NB(wrong); i++) {
        char found[TG_PATH_BYTES];
        set("CUDA_HOME", i == 0 ? line : wrong[i]);
        // A library whose version cannot be asked for is none.
        if (i == 2) set("TG_FAKE_NVRTC", "version=1");
        tg_error error = {.status = TG_OK};
        const tg_status status = tg_device_build_compiler(found, &error);
        if (i < 2) {
            ck_assert_int_eq(status, TG_OK);
            ck_assert_str_eq(found, "NVRTC 13.7 in " TG_FAKES "/nvrtc/lib");
        } else if (status == TG_OK) {
            // A machine that has another.
            ck_assert_ptr_null(strstr(found, TG_FAKES));
        } else {
            assert_says(TG_ERR_UNAVAILABLE, &error, "lacks functions of NVRTC", "--host");
        }
    }
    tg_suite_remove_folder(folder);
}
END_TEST

/* ---- the device ---- */

/* The driver is looked for by its name, and one that is open already has it. */
static void open_driver(const char *name)
{
    char file[512];
    (void)snprintf(file, sizeof file, TG_FAKES "/%s/lib/libcuda.so.1", name);
    ck_assert_ptr_nonnull(dlopen(file, RTLD_NOW | RTLD_LOCAL));
    set("TG_CUDA_DEVICE", NULL);
}

START_TEST(device_compile_asks_for_the_device)
{
    unsigned arch = 0;
    open_driver("driver");
    tg_assert_ok(tg_device_architecture(&arch, tg_suite_error));
    ck_assert_uint_eq(arch, 80);
    set("TG_FAKE_DRIVER", "3 0 0 0 0");
    set("TG_CUDA_DEVICE", "");
    tg_assert_ok(tg_device_architecture(&arch, tg_suite_error));
    ck_assert_uint_eq(arch, 80);
    set("TG_CUDA_DEVICE", "2");
    tg_assert_ok(tg_device_architecture(&arch, tg_suite_error));
    ck_assert_uint_eq(arch, 100);
    set("TG_CUDA_DEVICE", "3");
    tg_assert_fails(TG_ERR_UNAVAILABLE, "TG_CUDA_DEVICE is 3, and the last device is number 2",
                    tg_device_architecture(&arch, tg_suite_error));
}
END_TEST

START_TEST(device_compile_refuses_numbers_of_devices)
{
    static const char *const wrong[] = {"first", "-1", "1x", "99999999999999999999", "4294967296"};
    unsigned arch = 0;
    open_driver("driver");
    for (size_t i = 0; i < NB(wrong); i++) {
        set("TG_CUDA_DEVICE", wrong[i]);
        tg_assert_fails(TG_ERR_USAGE, wrong[i], tg_device_architecture(&arch, tg_suite_error));
    }
}
END_TEST

START_TEST(device_compile_tells_what_the_driver_lacks)
{
    static const struct {
        const char *told;
        const char *text;
    } cases[] = {
        {"0 0 0 0 0", "there is no CUDA device"},
        {"1 100 0 0 0", "there is no CUDA device"},
        {"1 3 0 0 0", "does not start: CUDA_ERROR_NOT_INITIALIZED"},
        {"1 4 0 0 0", "does not start: error 4"},
        {"1 0 5 0 0", "does not start: error 5"},
        {"1 0 0 3 0", "does not start: CUDA_ERROR_NOT_INITIALIZED"},
        {"1 0 0 0 3", "does not start: CUDA_ERROR_NOT_INITIALIZED"},
    };
    unsigned arch = 7;
    open_driver("driver");
    for (size_t i = 0; i < NB(cases); i++) {
        set("TG_FAKE_DRIVER", cases[i].told);
        tg_error error = {.status = TG_OK};
        ck_assert_int_eq(tg_device_architecture(&arch, &error), TG_ERR_UNAVAILABLE);
        assert_says(TG_ERR_UNAVAILABLE, &error, cases[i].text, "--host");
    }
    ck_assert_uint_eq(arch, 7);
}
END_TEST

START_TEST(device_compile_refuses_a_driver_without_functions)
{
    unsigned arch = 0;
    open_driver("empty_driver");
    tg_assert_fails(TG_ERR_UNAVAILABLE, "does not start: error -1",
                    tg_device_architecture(&arch, tg_suite_error));
}
END_TEST

TG_SUITE("device_compile", device_compile_builds_and_keeps, device_compile_keeps_what_is_said,
         device_compile_keeps_nothing_of_what_it_cannot_know, device_compile_hands_options_on,
         device_compile_builds_damaged_files_again, device_compile_shows_what_the_compiler_refuses,
         device_compile_refuses_names_and_sources, device_compile_tells_which_call_fails,
         device_compile_knows_architectures, device_compile_finds_the_compiler,
         device_compile_passes_over_what_is_no_compiler, device_compile_asks_for_the_device,
         device_compile_refuses_numbers_of_devices, device_compile_tells_what_the_driver_lacks,
         device_compile_refuses_a_driver_without_functions)
