/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One target as libFuzzer calls it, and the one function that aborts. Compiled once a target, with
 * the macro TG_FUZZ_TARGET being its name as a string.
 *
 * libFuzzer's functions take no context, and what a sanitizer calls takes none either: the target
 * and the bytes that it runs on are this file's.
 *
 * Environment:
 *   TG_FUZZ_TARGET    name of a target in the place of the program's own: one program can stand for
 *                     all of them where they are to be carried somewhere (fuzz/pack.sh)
 *   TG_FUZZ_KERNELS   shared object with kernels in the place of the built-in ones
 *   TG_FUZZ_FINDINGS  folder where what is found is saved
 *   TG_FUZZ_BLOCK     threads of a block in every case, for measurements
 *   TG_FUZZ_EXPLAIN   not empty: bytes are explained and saved, not run
 */
#include "fuzz/target.h"

#include <stdlib.h>

/* Of all mutations of cases, one in so many begins with libFuzzer's own, which knows dictionaries
 * and the comparisons that the code made. */
#define ONE_IN_OWN 8

/* What libFuzzer calls, and its own mutations. */
int LLVMFuzzerInitialize(int *nb_arguments, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nb_bytes);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t nb_bytes, size_t max_bytes, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t nb_first, const uint8_t *second,
                                 size_t nb_second, uint8_t *out, size_t max_bytes, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t nb_bytes, size_t max_bytes);

/* What sanitizers call: for options, and before they report. */
const char *__asan_default_options(void);
void __asan_on_error(void);
void __ubsan_on_report(void);

static tg_fuzz_target target;
static bool explains;
static const uint8_t *running; /* the bytes of this execution; NULL outside */
static size_t nb_running;

static _Noreturn void give_up(const tg_error *error)
{
    char line[4 * sizeof error->what];
    (void)fprintf(stderr, "%s: %s\n", target.name != NULL ? target.name : TG_FUZZ_TARGET,
                  tg_error_line(line, sizeof line, error));
    exit(tg_status_exit_code(error->status));
}

/* The one function that aborts: an execution has found something. */
static _Noreturn void fail(const uint8_t *bytes, size_t nb_bytes, const tg_error *error)
{
    running = NULL;
    (void)fprintf(stderr, "\n==== found by %s: %s\n", target.name, error->what);
    target.kind->report(&target, stderr, bytes, nb_bytes, true);
    tg_fuzz_target_close(&target);
    abort();
}

/* A sanitizer is about to report, and to end the process: say on what. */
static void say_running(void)
{
    const uint8_t *bytes = running;
    if (bytes == NULL) return;
    running = NULL;
    (void)fprintf(stderr, "\n==== a sanitizer stops %s\n", target.name);
    target.kind->report(&target, stderr, bytes, nb_running, false);
}

/* Freed memory is kept back for a few executions: with the default, for thousands, every execution
 * would touch fresh pages. ASAN_OPTIONS still decide. */
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=1:thread_local_quarantine_size_kb=64";
}

void __asan_on_error(void) { say_running(); }

void __ubsan_on_report(void) { say_running(); }

static void close_target(void) { tg_fuzz_target_close(&target); }

int LLVMFuzzerInitialize(int *nb_arguments, char ***arguments)
{
    (void)nb_arguments;
    (void)arguments;
    tg_error error = {0};
    const char *name = getenv("TG_FUZZ_TARGET");
    const char *block = getenv("TG_FUZZ_BLOCK");
    const char *explain = getenv("TG_FUZZ_EXPLAIN");
    explains = explain != NULL && explain[0] != '\0';
    const tg_fuzz_options options = {
        .kernels = getenv("TG_FUZZ_KERNELS"),
        .findings = getenv("TG_FUZZ_FINDINGS"),
        .block = block != NULL ? (uint32_t)strtoul(block, NULL, 10) : 0,
    };
    if (name == NULL) name = TG_FUZZ_TARGET;
    if (tg_fuzz_target_open(&target, name, &options, &error) != TG_OK) give_up(&error);
    // Without it a temporary folder stays, and nothing else.
    (void)atexit(close_target);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nb_bytes)
{
    tg_error error = {0};
    if (explains) {
        target.kind->report(&target, stderr, bytes, nb_bytes, false);
        return 0;
    }
    running = bytes;
    nb_running = nb_bytes;
    const tg_status status = target.kind->run(&target, bytes, nb_bytes, &error);
    running = NULL;
    if (status == TG_ERR_MISMATCH) fail(bytes, nb_bytes, &error);
    if (status != TG_OK) give_up(&error);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t nb_bytes, size_t max_bytes, unsigned seed)
{
    if (target.kind->mutate == NULL) return LLVMFuzzerMutate(bytes, nb_bytes, max_bytes);
    if (seed % ONE_IN_OWN == 0) nb_bytes = LLVMFuzzerMutate(bytes, nb_bytes, max_bytes);
    return target.kind->mutate(&target, bytes, nb_bytes, max_bytes, seed / ONE_IN_OWN);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t nb_first, const uint8_t *second,
                                 size_t nb_second, uint8_t *out, size_t max_bytes, unsigned seed)
{
    if (target.kind->cross == NULL) return 0;
    return target.kind->cross(&target, out, max_bytes, first, nb_first, second, nb_second, seed);
}
