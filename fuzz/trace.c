/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The targets of traces: bytes are a case (harness/case.h), which the reference and the kernels on
 * the host grid make. */
#include "fuzz/mutate.h"
#include "fuzz/target.h"
#include "fuzz/trace_run.h"

#include "harness/kernel_library.h"
#include "model/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct trace_state {
    tg_subject subject; /* its plan is the library's, if there is one */
    tg_kernel_library library;
    tg_fuzz_run run;
    tg_fuzz_mutator mutator;
    tg_backend expected; /* of the gate's way */
    tg_backend actual;
} trace_state;

static tg_status open_backend(tg_backend *backend, const char *name, tg_error *error)
{
    const tg_backend_ops *ops = NULL;
    const tg_status status = tg_backend_find(&ops, name, error);
    return status == TG_OK ? tg_backend_open(backend, ops, error) : status;
}

static void trace_close(tg_fuzz_target *target)
{
    trace_state *state = target->state;
    tg_backend_close(&state->actual);
    tg_backend_close(&state->expected);
    tg_fuzz_mutator_clear(&state->mutator);
    tg_fuzz_run_clear(&state->run);
    tg_kernel_library_close(&state->library);
    tg_buffer_destroy(state);
}

/* The subject whose trace has the target's name, with the kernels that are asked for. */
static tg_status set_subject(trace_state *state, const tg_fuzz_target *target, tg_error *error)
{
    size_t index = 0;
    while (strcmp(tg_trace_at(index)->name, target->name) != 0) {
        index++;
    }
    state->subject = tg_subject_at(index);
    if (target->options.kernels == NULL) return TG_OK;
    const tg_status status = tg_kernel_library_open(&state->library, state->subject.plan,
                                                    target->options.kernels, error);
    if (status == TG_OK) state->subject.plan = &state->library.plan;
    return status;
}

static tg_status trace_open(tg_fuzz_target *target, tg_error *error)
{
    void *buffer = NULL;
    tg_status status = tg_buffer_create(&buffer, 1, sizeof(trace_state), error);
    if (status != TG_OK) return status;
    trace_state *state = buffer;
    memset(state, 0, sizeof *state);
    target->state = state;
    status = set_subject(state, target, error);
    if (status == TG_OK) status = tg_fuzz_run_init(&state->run, &state->subject, error);
    if (status == TG_OK) status = tg_fuzz_mutator_init(&state->mutator, &state->subject, error);
    if (status == TG_OK) status = open_backend(&state->expected, "reference", error);
    if (status == TG_OK) status = open_backend(&state->actual, "host", error);
    if (status != TG_OK) trace_close(target);
    return status;
}

static tg_status decode(tg_case *work, const tg_fuzz_target *target, const uint8_t *bytes,
                        size_t nb_bytes, tg_error *error)
{
    const trace_state *state = target->state;
    const tg_status status = tg_case_decode(work, &state->subject, bytes, nb_bytes, error);
    if (status == TG_OK && target->options.block != 0) work->launch.block = target->options.block;
    return status;
}

/* ---- the gate's way ---- */

/* Print a result with the line that runs the case again. */
static void report_result(FILE *out, const tg_fuzz_target *target, const tg_case *work,
                          const tg_case_result *result, const char *again)
{
    const trace_state *state = target->state;
    tg_case_report(out, work, result, &state->expected, &state->actual, again);
}

/* Run a case as the gate does. out: where a mismatch is reported; NULL: nowhere. Events that the
 * reference refuses are the quick way's. */
static tg_status run_thoroughly(const tg_fuzz_target *target, const tg_case *work, FILE *out,
                                const char *again, tg_error *error)
{
    trace_state *state = target->state;
    tg_case_result result;
    tg_error why = {0};
    const tg_status status = tg_case_run(&result, work, &state->expected, &state->actual, &why);
    if (status == TG_ERR_EVENT) return tg_fuzz_run_case(&state->run, work, false, error);
    if (status != TG_OK) {
        if (error != NULL) *error = why;
        return status;
    }
    const bool is_match = result.is_match;
    if (!is_match && out != NULL) report_result(out, target, work, &result, again);
    tg_case_result_clear(&result);
    if (is_match) return TG_OK;
    tg_error_set(error, TG_ERR_MISMATCH, "%s: reference and kernels differ", target->name);
    tg_error_how(error, "run the case again by the line that is printed with it");
    return TG_ERR_MISMATCH;
}

static tg_status trace_run(tg_fuzz_target *target, const uint8_t *bytes, size_t nb_bytes,
                           tg_error *error)
{
    trace_state *state = target->state;
    tg_case work;
    tg_status status = decode(&work, target, bytes, nb_bytes, error);
    if (status != TG_OK) return status;
    // The head and the first events tell cases apart well enough for a coin.
    const bool turned = tg_fuzz_hash(bytes, nb_bytes < 64 ? nb_bytes : 64) % 2 != 0;
    if (target->options.is_thorough) {
        status = run_thoroughly(target, &work, NULL, "", error);
    } else {
        status = tg_fuzz_run_case(&state->run, &work, turned, error);
    }
    tg_case_clear(&work);
    return status;
}

/* ---- reports ---- */

/* Save the case as a folder below that of findings. path: TG_PATH_BYTES, the folder's. */
static tg_status save_case(char *path, const tg_fuzz_target *target, const tg_case *work,
                           const uint8_t *bytes, size_t nb_bytes, tg_error *error)
{
    struct stat info;
    if (mkdir(target->options.findings, 0777) != 0 && errno != EEXIST)
        return tg_io_error(error, "make the folder", target->options.findings, errno);
    const tg_status status = tg_fuzz_finding_path(path, target, bytes, nb_bytes, "", error);
    if (status != TG_OK) return status;
    // The same bytes are the same case: one that is there already need not be saved again.
    return stat(path, &info) == 0 ? TG_OK : tg_case_save(work, path, error);
}

/* Save the case, if that is asked for, and write the line that runs it again, or why there is none.
 */
static void save_and_name(tg_command *again, const tg_fuzz_target *target, tg_case *work,
                          const uint8_t *bytes, size_t nb_bytes)
{
    char path[TG_PATH_BYTES] = "";
    tg_error error = {0};
    tg_command_begin(again);
    if (target->options.findings == NULL) {
        (void)snprintf(again->text, sizeof again->text, "%s",
                       "# not saved: set TG_FUZZ_FINDINGS to a folder");
        return;
    }
    (void)snprintf(work->source, sizeof work->source, "fuzz target %s", target->name);
    tg_status status = save_case(path, target, work, bytes, nb_bytes, &error);
    if (status != TG_OK && tg_fuzz_make_room(target))
        status = save_case(path, target, work, bytes, nb_bytes, &error);
    if (status == TG_OK) {
        tg_case_again(again, work, path, "host");
    } else {
        (void)snprintf(again->text, sizeof again->text, "# not saved: %s", error.what);
    }
}

static void trace_report(tg_fuzz_target *target, FILE *out, const uint8_t *bytes, size_t nb_bytes,
                         bool is_safe)
{
    tg_case work;
    tg_command again;
    tg_error error = {0};
    if (decode(&work, target, bytes, nb_bytes, &error) != TG_OK) {
        (void)fprintf(out, "%s: the case cannot be decoded: %s\n", target->name, error.what);
        return;
    }
    save_and_name(&again, target, &work, bytes, nb_bytes);
    tg_case_print(out, &work);
    if (!is_safe) {
        (void)fprintf(out, "  again: %s\n", again.text);
    } else if (run_thoroughly(target, &work, out, again.text, &error) != TG_ERR_MISMATCH) {
        (void)fprintf(out, "  the gate's way finds nothing wrong with it\n  again: %s\n",
                      again.text);
    }
    tg_case_clear(&work);
}

static tg_status trace_run_folder(tg_fuzz_target *target, const char *path, tg_error *error)
{
    const trace_state *state = target->state;
    tg_case work;
    tg_command again;
    tg_status status = tg_case_load(&work, path, error);
    if (status != TG_OK) return status;
    if (work.subject.trace == state->subject.trace) {
        work.subject = state->subject;
        tg_case_again(&again, &work, path, "host");
        status = run_thoroughly(target, &work, stdout, again.text, error);
    } else {
        tg_error_set(error, TG_ERR_USAGE, "a case of %s, and the target is of %s",
                     work.subject.trace->name, target->name);
        tg_error_where(error, "%s", path);
        tg_error_how(error, "run it with the target of its trace");
        status = TG_ERR_USAGE;
    }
    tg_case_clear(&work);
    return status;
}

/* ---- mutations ---- */

static size_t trace_mutate(tg_fuzz_target *target, uint8_t *bytes, size_t nb_bytes,
                           size_t max_bytes, uint64_t seed)
{
    trace_state *state = target->state;
    return tg_fuzz_mutate(&state->mutator, bytes, nb_bytes, max_bytes, seed);
}

static size_t trace_cross(tg_fuzz_target *target, uint8_t *out, size_t max_bytes,
                          const uint8_t *first, size_t nb_first, const uint8_t *second,
                          size_t nb_second, uint64_t seed)
{
    trace_state *state = target->state;
    return tg_fuzz_cross(&state->mutator, out, max_bytes, first, nb_first, second, nb_second, seed);
}

extern const tg_fuzz_kind tg_fuzz_trace;
const tg_fuzz_kind tg_fuzz_trace = {
    .text = "reference and kernels make the same trace of any case",
    .open = trace_open,
    .close = trace_close,
    .run = trace_run,
    .report = trace_report,
    .mutate = trace_mutate,
    .cross = trace_cross,
    .run_folder = trace_run_folder,
};
