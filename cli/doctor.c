/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate doctor: what this machine can run, what is missing, and the line that installs it. */
#include "cli/data_folders.h"
#include "cli/json_out.h"
#include "cli/verbs.h"
#include "gpu/device.h"
#include "harness/backend.h"
#include "harness/report.h"
#include "modules/device_build.h"
#include "modules/host_build.h"

#include <omp.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct doctor_values {
    bool json;
} doctor_values;

static const tg_option options[] = {
    TG_OPTION(doctor_values, json, FLAG, "json", NULL, "print JSON"),
};

/* Where the findings go: text, or JSON. */
typedef struct doctor {
    bool as_json;
    tg_json_out json;
    tg_error no_device; /* why there is no device; what is "" where there is one */
} doctor;

static void say(doctor *state, const char *name, const char *text)
{
    if (state->as_json) {
        tg_json_text(&state->json, name, text);
    } else {
        char start[TG_NAME_BYTES];
        (void)snprintf(start, sizeof start, "%-12s", name);
        tg_flow line = tg_flow_begin(stdout, start);
        tg_flow_put_words(&line, text);
        (void)putchar('\n');
    }
}

static void say_build(doctor *state)
{
    char text[192];
#if defined(__clang__)
    (void)snprintf(text, sizeof text, "%s", __VERSION__);
#else
    (void)snprintf(text, sizeof text, "gcc %s", __VERSION__);
#endif
    say(state, "compiler", text);
#if defined(__SANITIZE_ADDRESS__)
    const char *sanitizers = ", AddressSanitizer and UBSan";
#else
    const char *sanitizers = "";
#endif
#if defined(TG_VERIFY)
    const char *verify = "checks of invariants";
#else
    const char *verify = "no checks of invariants";
#endif
    (void)snprintf(text, sizeof text, "%s%s, %s", verify, sanitizers,
                   tg_device_is_built() ? "with CUDA" : "without CUDA");
    say(state, "build", text);
}

static void say_machine(doctor *state)
{
    char text[192];
    const long nb_pages = sysconf(_SC_PHYS_PAGES);
    const long page_bytes = sysconf(_SC_PAGESIZE);
    const double gib = nb_pages > 0 && page_bytes > 0
                           ? (double)nb_pages * (double)page_bytes / (double)(1 << 30)
                           : 0.0;
    (void)snprintf(text, sizeof text, "%d processors, %d OpenMP threads, %.1f GiB of memory",
                   omp_get_num_procs(), omp_get_max_threads(), gib);
    say(state, "machine", text);
    struct stat info;
    tg_data_folders folders;
    tg_data_folders_find(&folders);
    const bool has_corpus = stat(folders.records, &info) == 0;
    (void)snprintf(
        text, sizeof text, "%.120s%s", folders.records,
        has_corpus ? "" : " is not here: name the records with 'tracegate gate --corpus DIR'");
    say(state, "corpus", text);
}

/* The device that `cuda` runs on, or why there is none. */
static void say_device(doctor *state)
{
    tg_device *device = NULL;
    char line[sizeof(tg_error) + 16];
    if (tg_device_open(&device, &state->no_device) != TG_OK) {
        say(state, "device", tg_error_line(line, sizeof line, &state->no_device));
        return;
    }
    const tg_device_info *info = tg_device_get_info(device);
    (void)snprintf(line, sizeof line,
                   "%s, number %d, sm_%d%d, %d multiprocessors, %.1f GiB; driver for CUDA %d.%d, "
                   "built with %d.%d",
                   info->name, info->index, info->capability_major, info->capability_minor,
                   info->nb_multiprocessors, (double)info->memory_bytes / (double)(1 << 30),
                   info->driver_version / 1000, info->driver_version % 1000 / 10,
                   info->runtime_version / 1000, info->runtime_version % 1000 / 10);
    say(state, "device", line);
    tg_device_close(device);
}

/* What builds users' kernels here: names "c++" and "sanitizers" for the CPU, "nvrtc" for a GPU.
 * Kernels that are built in need none of them, so that a machine without them is not ill. */
static void say_compilers(doctor *state)
{
    char found[TG_PATH_BYTES];
    tg_error why = {0};
    char line[sizeof why + 16];
    const bool has_compiler = tg_host_build_compiler(found, &why) == TG_OK;
    say(state, "c++", has_compiler ? found : tg_error_line(line, sizeof line, &why));
    const bool has_runtime = tg_host_build_runtime(found, &why) == TG_OK;
    say(state, "sanitizers", has_runtime ? found : tg_error_line(line, sizeof line, &why));
    const bool has_nvrtc = tg_device_build_compiler(found, &why) == TG_OK;
    say(state, "nvrtc", has_nvrtc ? found : tg_error_line(line, sizeof line, &why));
}

/* Say of each backend whether it works here; the first error of one that works on any CPU goes
 * up. */
static tg_status say_backends(doctor *state, tg_error *error)
{
    tg_status result = TG_OK;
    if (state->as_json) tg_json_begin(&state->json, "backends", '{');
    for (size_t i = 0; i < tg_nb_backends(); i++) {
        const tg_backend_ops *ops = tg_backend_ops_at(i);
        tg_backend backend;
        tg_error why = {0};
        char line[sizeof why + 16];
        char text[sizeof why + 64];
        const tg_status status = tg_backend_open(&backend, ops, &why);
        if (status == TG_OK) {
            (void)snprintf(text, sizeof text, "works: %s", ops->text);
            tg_backend_close(&backend);
        } else if (!state->as_json && strcmp(why.what, state->no_device.what) == 0) {
            // To a reader the same words twice are noise; a program looks at one of them.
            (void)snprintf(text, sizeof text, "missing: 'device' says why");
        } else {
            (void)snprintf(text, sizeof text, "missing: %s",
                           tg_error_line(line, sizeof line, &why));
        }
        say(state, ops->name, text);
        // A machine without a GPU is not ill; anything else that fails is.
        if (status != TG_OK && status != TG_ERR_UNAVAILABLE && result == TG_OK) {
            result = status;
            *error = why;
        }
    }
    if (state->as_json) tg_json_end(&state->json);
    return result;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const doctor_values *given = values;
    (void)operands;
    doctor state = {.as_json = given->json, .json = {.out = stdout}};
    if (state.as_json) tg_json_begin(&state.json, NULL, '{');
    say(&state, "version", TG_VERSION);
    say_build(&state);
    say_machine(&state);
    say_device(&state);
    say_compilers(&state);
    const tg_status status = say_backends(&state, error);
    if (state.as_json) tg_json_end(&state.json);
    return status;
}

const tg_verb tg_verb_doctor = {
    .name = "doctor",
    .summary = "say what this machine can run, what is missing, and the line that installs it",
    .operands = "",
    .text = "Says how the program was built, what the machine has, which backends work here, and "
            "for those that do not what is\n"
            "missing and the line that installs it. Exits 0 if the CPU's backends work; a machine "
            "without a GPU is not ill.\n"
            "Kernels of yours need c++ and sanitizers on the CPU (--host), device and nvrtc on a "
            "GPU; modules that are compiled\n"
            "already need device alone.\n",
    .examples = "  tracegate doctor           # to be read\n"
                "  tracegate doctor --json    # for programs\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(doctor_values),
    .run = run,
};
