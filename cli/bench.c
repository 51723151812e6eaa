/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate bench: speeds of the backends and of the comparison. */
#include "cli/bench_diff.h"
#include "cli/bench_gate.h"
#include "cli/bench_pipeline.h"
#include "cli/bench_result.h"
#include "cli/bench_user.h"
#include "cli/source.h"
#include "cli/stop.h"
#include "cli/verbs.h"
#include "harness/bench.h"
#include "harness/progress.h"

#include <stddef.h>
#include <string.h>

typedef struct bench_values {
    tg_words backends;
    tg_number nb_events;
    bool diff;
    bool gate;
    tg_number nb_pairs;
    bool pipeline;
    const char *record;
    tg_shard_values shard;
    tg_number nb_repeats;
    tg_isolation_values isolation;
    tg_kernel_values kernels;
    bool json;
} bench_values;

static const tg_option options[] = {
    TG_OPTION(bench_values, backends, WORDS, "backend", "B",
              "the backend to measure (all that are here); may be repeated"),
    TG_OPTION(
        bench_values, nb_events, NUMBER, "nb-events", "N",
        "events of each trace (2^" TG_TEXT_OF(TG_BENCH_LOG_NB_EVENTS_CPU) ", 2^" TG_TEXT_OF(
            TG_BENCH_LOG_NB_EVENTS_CPU_SEARCH) " of one that searches, 2^" TG_TEXT_OF(TG_BENCH_LOG_NB_EVENTS_DEVICE) " on a GPU)",
        .min = 1, .max = TG_MAX_EVENTS),
    TG_OPTION(bench_values, diff, FLAG, "diff", NULL,
              "measure the comparison of two 2^20 x 179 traces, too (1.5 GB), on CPU and GPU"),
    TG_OPTION(bench_values, gate, FLAG, "gate", NULL,
              "measure the gate of these events, against what it cannot take less than"),
    TG_OPTION(bench_values, nb_pairs, NUMBER, "pairs", "N",
              "with --gate: times are medians of so many rounds", .fallback = "1", .min = 1,
              .max = TG_BENCH_GATE_MAX_PAIRS),
    TG_OPTION(bench_values, pipeline, FLAG, "pipeline", NULL,
              "with --record and --machine: measure what makes all traces of a shard"),
    TG_OPTION(bench_values, record, TEXT, "record", "DIR", "with --pipeline: the record"),
    TG_OPTION(bench_values, shard.machine, TEXT, "machine", "ID", "with --pipeline: the machine"),
    TG_OPTION(bench_values, shard.device_chips, TEXT, "device-chips", "LIST",
              "chips made on the device: all, none, or A,B,... (as SP1 has it)"),
    TG_OPTION(bench_values, shard.device, TEXT, "device", "D",
              "cuda, or host: kernels on the CPU (cuda where there is a GPU)"),
    TG_OPTION(bench_values, shard.nb_threads, NUMBER, "threads", "N",
              "threads that make host chips (one a core)", .min = 1, .max = 1024),
    TG_OPTION(bench_values, shard.max_log_rows, NUMBER, "max-log-rows", "N",
              "a trace has at most 2^N rows (the machine's own)", .min = 1, .max = 31),
    TG_OPTION(bench_values, nb_repeats, NUMBER, "repeats", "N",
              "with --pipeline: times are medians of so many",
              .fallback = TG_TEXT_OF(TG_BENCH_PIPELINE_REPEATS), .min = 1,
              .max = TG_BENCH_PIPELINE_MAX_REPEATS),
    TG_ISOLATION_OPTIONS(bench_values, isolation),
    TG_KERNEL_OPTIONS(bench_values, kernels),
    TG_OPTION(bench_values, json, FLAG, "json", NULL, "print JSON"),
};

/* A bench that runs. */
typedef struct bench {
    const bench_values *given;
    const tg_words *names;
    tg_json_out json;
    bool has_head;  /* the table's first line is printed */
    bool on_device; /* the present backend, as far as its results have told */
    tg_progress *progress;
    size_t nb_measured;
} bench;

/* Events to measure a trace with. */
static size_t nb_events_of(const bench *state, const tg_trace *trace)
{
    if (state->given->nb_events.given) return state->given->nb_events.value;
    return tg_bench_nb_events(trace, state->on_device);
}

static tg_status measure(bench *state, const tg_backend *backend, size_t index, tg_error *error)
{
    const tg_subject subject = tg_subject_at(index);
    tg_progress_say(state->progress, 0, 0, "measuring %s on %s", subject.trace->name,
                    backend->ops->name);
    tg_bench_result result;
    const size_t nb_events = nb_events_of(state, subject.trace);
    tg_status status = tg_bench_run(&result, backend, &subject, nb_events, error);
    if (status == TG_OK && result.on_device && !state->on_device) {
        // Only its first result tells that a backend runs on a device.
        state->on_device = true;
        if (nb_events_of(state, subject.trace) != nb_events)
            status =
                tg_bench_run(&result, backend, &subject, nb_events_of(state, subject.trace), error);
    }
    tg_progress_wipe(state->progress);
    if (status != TG_OK) {
        tg_error_where(error, "%s on %s", subject.trace->name, backend->ops->name);
        return status;
    }
    if (state->given->json) {
        tg_bench_result_json(&state->json, &result);
    } else {
        // With the first result: an error stands alone.
        if (!state->has_head) tg_bench_result_head();
        state->has_head = true;
        tg_bench_result_row(&result);
    }
    (void)fflush(stdout);
    tg_stop_say(TG_STOP_OF_RUN, "traces measured: %zu", ++state->nb_measured);
    return TG_OK;
}

/* Measure all traces named, or all there are, on one backend. */
static tg_status measure_backend(bench *state, const tg_backend *backend, tg_error *error)
{
    tg_status status = TG_OK;
    state->on_device = false;
    if (state->names->nb_words == 0) {
        for (size_t i = 0; i < tg_nb_traces() && status == TG_OK; i++) {
            status = measure(state, backend, i, error);
        }
        return status;
    }
    for (size_t name = 0; name < state->names->nb_words && status == TG_OK; name++) {
        size_t indices[TG_NB_KINDS];
        size_t nb_indices = 0;
        status = tg_subject_find(indices, &nb_indices, state->names->words[name], error);
        for (size_t i = 0; i < nb_indices && status == TG_OK; i++) {
            status = measure(state, backend, indices[i], error);
        }
    }
    return status;
}

/* Measure on the backends named, which must be here, or on all that are here. */
static tg_status measure_backends(bench *state, tg_error *error)
{
    const tg_words *named = &state->given->backends;
    const size_t nb_backends = named->nb_words != 0 ? named->nb_words : tg_nb_backends();
    for (size_t i = 0; i < nb_backends; i++) {
        const tg_backend_ops *ops = NULL;
        tg_status status = TG_OK;
        if (named->nb_words == 0) {
            ops = tg_backend_ops_at(i);
            if (!ops->generates) continue;
        } else {
            status = tg_backend_find(&ops, named->words[i], error);
            if (status != TG_OK) return status;
        }
        tg_backend backend;
        tg_error missing = {0};
        status = tg_backend_open(&backend, ops, &missing);
        if (status == TG_ERR_UNAVAILABLE && named->nb_words == 0) {
            char line[sizeof missing + 16];
            (void)fprintf(stderr, "tracegate bench: %s is left out: %s\n", ops->name,
                          tg_error_line(line, sizeof line, &missing));
            continue;
        }
        if (status != TG_OK) {
            *error = missing;
            return status;
        }
        status = measure_backend(state, &backend, error);
        tg_backend_close(&backend);
        if (status != TG_OK) return status;
    }
    return TG_OK;
}

/* Measure the program's own kernels and the reference. */
static tg_status measure_alone(bench *state, tg_error *error)
{
    tg_progress_create(&state->progress, stderr);
    const tg_status status = measure_backends(state, error);
    tg_progress_destroy(state->progress);
    state->progress = NULL;
    return status;
}

/* Names are checked before anything is measured. */
static tg_status check_names(const bench *state, tg_error *error)
{
    for (size_t i = 0; i < state->names->nb_words; i++) {
        size_t indices[TG_NB_KINDS];
        size_t nb_indices = 0;
        const tg_status status =
            tg_subject_find(indices, &nb_indices, state->names->words[i], error);
        if (status != TG_OK) return status;
    }
    for (size_t i = 0; i < state->given->backends.nb_words; i++) {
        const tg_backend_ops *ops = NULL;
        const tg_status status = tg_backend_find(&ops, state->given->backends.words[i], error);
        if (status != TG_OK) return status;
    }
    return TG_OK;
}

/* Measure the pipeline, in the place of single traces. */
static tg_status run_pipeline(const bench_values *given, const tg_words *names, tg_error *error)
{
    const bench_values rest = {.backends = given->backends,
                               .nb_events = given->nb_events,
                               .diff = given->diff,
                               .kernels = given->kernels};
    tg_command again;
    tg_isolation isolation;
    const tg_bench_pipeline_options pipeline = {.record = given->record,
                                                .shard = &given->shard,
                                                .isolation = &isolation,
                                                .again = again.text,
                                                .nb_repeats = given->nb_repeats.value};
    tg_status status = tg_verb_check_rest(&tg_verb_bench, &rest, names, "pipeline", true, error);
    if (status == TG_OK) status = tg_isolation_choose(&isolation, &given->isolation, error);
    if (status != TG_OK) return status;
    tg_verb_command(&again, &tg_verb_bench, given, names);
    return tg_bench_pipeline_verb(given->json, &pipeline, error);
}

/* Measure the gate, in the place of single backends. */
static tg_status run_gate(const bench_values *given, const tg_words *names, tg_error *error)
{
    const tg_words none = {.nb_words = 0};
    bench_values rest = *given;
    rest.gate = false;
    rest.json = false;
    rest.backends = none;
    rest.nb_events = (tg_number){.given = false};
    rest.nb_pairs = (tg_number){.given = false};
    const tg_status status = tg_verb_check_rest(&tg_verb_bench, &rest, &none, "gate", true, error);
    if (status != TG_OK) return status;
    return tg_bench_gate_verb(given->json, names, &given->backends, &given->nb_events,
                              given->nb_pairs.value, error);
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const bench_values *given = values;
    const tg_words none = {.nb_words = 0};
    const bench_values pairs = {.nb_pairs = given->nb_pairs};
    tg_stop_say(TG_STOP_OF_RUN, "nothing was measured to its end");
    tg_stop_catch();
    if (given->gate && given->pipeline) {
        tg_error_set(error, TG_ERR_USAGE, "--gate and --pipeline exclude each other");
        tg_error_how(error, "give one of them");
        return TG_ERR_USAGE;
    }
    if (given->gate) return run_gate(given, operands, error);
    if (tg_verb_check_rest(&tg_verb_bench, &pairs, &none, "gate", false, error) != TG_OK)
        return TG_ERR_USAGE;
    if (given->pipeline) return run_pipeline(given, operands, error);
    const bench_values shard = {.record = given->record,
                                .shard = given->shard,
                                .nb_repeats = given->nb_repeats,
                                .isolation = given->isolation};
    bench state = {.given = given, .names = operands, .json = {.out = stdout}};
    tg_status status = tg_verb_check_rest(&tg_verb_bench, &shard, &none, "pipeline", false, error);
    if (status == TG_OK) status = check_names(&state, error);
    if (status == TG_OK) status = tg_kernel_values_check(&given->kernels, operands, error);
    if (status != TG_OK) return status;
    if (state.given->json) {
        tg_json_begin(&state.json, NULL, '{');
        tg_json_begin(&state.json, "traces", '[');
    }
    status = tg_kernel_values_given(&given->kernels, operands)
                 ? tg_bench_user_verb(given->json ? &state.json : NULL, &given->kernels, operands,
                                      &given->backends, &given->nb_events, error)
                 : measure_alone(&state, error);
    if (state.given->json) tg_json_end(&state.json);
    tg_progress_create(&state.progress, stderr);
    if (status == TG_OK && state.given->diff)
        status = tg_bench_diff_verb(state.given->json ? &state.json : NULL, state.progress,
                                    &state.given->backends, error);
    tg_progress_destroy(state.progress);
    if (state.given->json) tg_json_end(&state.json);
    return status;
}

const tg_verb tg_verb_bench = {
    .name = "bench",
    .summary = "measure the backends: events and bytes a second, per core, share of copy bandwidth",
    .operands = "[CHIP[.KIND]]...",
    .max_operands = SIZE_MAX,
    .text =
        "Measures how fast each backend makes each trace: the generator alone, repeated after "
        "a warm-up. A time is\n"
        "the median of its repeats. M is a million events; 'best' in JSON is the rate on all "
        "cores, or of the GPU.\n"
        "Bytes are those event bytes that the trace depends on, plus the trace. CPU backends "
        "show the rate over all\n"
        "cores and on one; a GPU shows the share of the bandwidth that a copy of as many bytes "
        "reached in the same\n"
        "run, and before it, in parentheses, that share with the event bytes counted in whole "
        "32-byte sectors, below\n"
        "which memory fetches nothing. A trace that a GPU makes in several launches has their "
        "times below its row;\n"
        "those that make side outputs only (lookups) are timed apart and left out of the "
        "trace's own figures.\n"
        "--kernel and --kernels measure your kernels and, beside each, the program's own in the "
        "same "
        "process: the ratio says\n"
        "how many times as fast yours is. On the CPU they run without sanitizers. Nothing is "
        "compared: gate them first.\n"
        "--gate measures the gate of these events on one backend, isolated and not, against the "
        "reference on all cores\n"
        "and the link to the device, one behind the other: ratios, no verdict "
        "(docs/comparison.md).\n"
        "--pipeline measures calls that make all traces of a record's shard, with and without "
        "overlap, against the\n"
        "larger of what their copies and their host chips take alone, one call at a time "
        "under one permit\n(docs/pipeline.md).\n" TG_HELP_NAMES,
    .examples = "  tracegate bench                                               # every trace on "
                "every backend here\n"
                "  tracegate bench Select --backend cuda --nb-events 4194304     # two traces on "
                "the GPU at 2^22 rows\n"
                "  tracegate bench Poseidon2WideDeg3.main --backend reference --json\n"
                "  tracegate bench Select.main --kernel select.cu:select_main    # yours, beside "
                "the built-in one\n"
                "  tracegate bench --gate --backend cuda --pairs 3               # gates, and "
                "what bounds them\n"
                "  tracegate bench --pipeline --record DIR --machine shrink      # all traces of a "
                "shard\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(bench_values),
    .run = run,
};
