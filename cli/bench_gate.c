/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate bench --gate: what a gate takes beside what it cannot take less than, as a table and as
 * JSON. */
#include "cli/bench_gate.h"

#include "cli/json_out.h"
#include "harness/progress.h"
#include "harness/words.h"

#include <stdio.h>
#include <string.h>

/* What a gate is to stay below, as a multiple of its bound, on a GPU at 2^20 events. */
#define AIM 1.5

static const char *const way_names[TG_BENCH_GATE_NB_WAYS] = {
    [TG_BENCH_GATE_ISOLATED] = "isolated",
    [TG_BENCH_GATE_HERE] = "not_isolated",
};

/* Seconds from start to end below which the start of a process tells more than what it does. */
#define SHORT_S 0.1

/* How gates run the backend unless they are told. */
static tg_bench_gate_way usual_way(const tg_bench_gate_result *of)
{
    return of->options->backend->wants_process ? TG_BENCH_GATE_ISOLATED : TG_BENCH_GATE_HERE;
}

/* ---- JSON ---- */

static void json_figures(tg_json_out *json, const tg_bench_gate_figures *figures)
{
    tg_json_real(json, "reference_seconds", figures->reference_s);
    tg_json_real(json, "link_seconds", figures->link_s);
    tg_json_real(json, "bound_seconds", figures->bound_s);
    for (size_t way = 0; way < TG_BENCH_GATE_NB_WAYS; way++) {
        const tg_gate_times *times = &figures->gate[way];
        tg_json_begin(json, way_names[way], '{');
        tg_json_real(json, "events_seconds", times->events_s);
        tg_json_real(json, "expected_seconds", times->expected_s);
        tg_json_real(json, "actual_seconds", times->actual_s);
        tg_json_real(json, "seconds", times->all_s);
        tg_json_real(json, "ratio", figures->ratio[way]);
        tg_json_end(json);
    }
}

static void json_case(tg_json_out *json, const tg_bench_gate_case *work)
{
    tg_json_begin(json, NULL, '{');
    tg_json_text(json, "trace", work->trace->name);
    tg_json_text(json, "profile", work->profile);
    tg_json_count(json, "nb_events", work->nb_events);
    tg_json_count(json, "height", work->height);
    tg_json_count(json, "uploaded_bytes", work->uploaded_bytes);
    tg_json_count(json, "downloaded_bytes", work->downloaded_bytes);
    json_figures(json, &work->figures);
    tg_json_end(json);
}

static void print_json(const tg_bench_gate_result *of)
{
    tg_json_out json = {.out = stdout};
    tg_json_begin(&json, NULL, '{');
    tg_json_begin(&json, "gate", '{');
    tg_json_text(&json, "backend", of->options->backend->name);
    tg_json_text(&json, "device", of->device);
    tg_json_count(&json, "threads", of->nb_threads);
    tg_json_count(&json, "nb_events", of->options->nb_events);
    tg_json_count(&json, "pairs", of->options->nb_pairs);
    tg_json_real(&json, "upload_bytes_per_s", of->upload_per_s);
    tg_json_real(&json, "download_bytes_per_s", of->download_per_s);
    tg_json_begin(&json, "cases", '[');
    for (size_t i = 0; i < of->nb_cases; i++) json_case(&json, &of->cases[i]);
    tg_json_end(&json);
    tg_json_begin(&json, "all", '{');
    json_figures(&json, &of->all);
    tg_json_end(&json);
    tg_json_begin(&json, "whole_seconds", '{');
    for (size_t way = 0; way < TG_BENCH_GATE_NB_WAYS; way++)
        tg_json_real(&json, way_names[way], of->whole_s[way]);
    tg_json_end(&json);
    tg_json_text(&json, "usual_way", way_names[usual_way(of)]);
    tg_json_real(&json, "ratio", of->all.ratio[usual_way(of)]);
    tg_json_real(&json, "aim", AIM);
    tg_json_real(&json, "isolation_ratio", of->isolation);
    tg_json_end(&json);
    tg_json_end(&json);
}

/* ---- the table ---- */

static void print_row(const char *name, const char *profile, const tg_bench_gate_figures *figures,
                      tg_bench_gate_way way)
{
    const tg_gate_times *times = &figures->gate[way];
    (void)printf("%-33s %-9s %9.1f %7.1f %9.1f %9.1f %9.1f %9.1f %6.2f\n", name, profile,
                 figures->reference_s * 1e3, figures->link_s * 1e3, times->events_s * 1e3,
                 times->expected_s * 1e3, times->actual_s * 1e3, times->all_s * 1e3,
                 figures->ratio[way]);
}

static void print_table(const tg_bench_gate_result *of)
{
    const tg_bench_gate_way way = usual_way(of);
    const tg_bench_gate_way other =
        way == TG_BENCH_GATE_ISOLATED ? TG_BENCH_GATE_HERE : TG_BENCH_GATE_ISOLATED;
    const size_t nb_pairs = of->options->nb_pairs;
    (void)printf("gate of %s against the reference, %zu events a trace, %s; %zu thread%s%s%s\n\n",
                 of->options->backend->name, of->options->nb_events,
                 way == TG_BENCH_GATE_ISOLATED ? "isolated" : "not isolated", of->nb_threads,
                 tg_plural(of->nb_threads), of->device[0] != '\0' ? ", " : "", of->device);
    (void)printf("%-43s %17s %39s\n", "", "cannot take less", "the gate");
    (void)printf("%-33s %-9s %9s %7s %9s %9s %9s %9s %6s\n", "milliseconds", "profile", "reference",
                 "link", "events", "expected", "actual", "all", "ratio");
    for (size_t i = 0; i < of->nb_cases; i++) {
        print_row(of->cases[i].trace->name, of->cases[i].profile, &of->cases[i].figures, way);
    }
    print_row("all", "", &of->all, way);
    if (of->upload_per_s > 0) {
        (void)printf("\nlink: %.1f GB/s to the device, %.1f GB/s from it\n", of->upload_per_s / 1e9,
                     of->download_per_s / 1e9);
    } else {
        (void)puts("\nlink: none, for the kernels run on the CPU");
    }
    (void)printf("gate / (reference + link): %.3f, or %.3f if %s (the aim is at most %.1f, on a "
                 "GPU)\n",
                 of->all.ratio[way], of->all.ratio[other],
                 other == TG_BENCH_GATE_ISOLATED ? "isolated" : "not isolated", AIM);
    (void)printf("isolated / not isolated: %.3f, from start to end %.2f s and %.2f s\n",
                 of->isolation, of->whole_s[TG_BENCH_GATE_ISOLATED],
                 of->whole_s[TG_BENCH_GATE_HERE]);
    if (of->whole_s[TG_BENCH_GATE_HERE] < SHORT_S)
        (void)printf("that is too short: below %.0f ms it says what the start of a process costs, "
                     "give more --nb-events\n",
                     SHORT_S * 1e3);
    (void)printf("medians of %zu round%s, all in one run\n", nb_pairs, tg_plural(nb_pairs));
}

/* ---- the verb ---- */

static void show_step(void *context, size_t round, const char *what)
{
    tg_progress **progress = context;
    tg_progress_create(progress, stderr);
    tg_progress_say(*progress, round, 0, "%s", what);
}

/* The thread that shows it may not be there when the next process is forked. */
static void end_step(void *context)
{
    tg_progress **progress = context;
    tg_progress_destroy(*progress);
    *progress = NULL;
}

/* Whether a backend can be opened here; in a process of its own it is asked again. */
static tg_status choose_backend(const tg_backend_ops **chosen, const tg_words *backends,
                                tg_error *error)
{
    const tg_backend_ops *trusted = tg_backend_ops_at(0);
    const char *name = backends->nb_words != 0 ? backends->words[0] : "host";
    tg_status status = tg_backend_find(chosen, name, error);
    if (status != TG_OK) return status;
    if (backends->nb_words <= 1 && (*chosen)->generates && *chosen != trusted) return TG_OK;
    if (backends->nb_words > 1) {
        tg_error_set(error, TG_ERR_USAGE, "--gate measures one backend, and %zu are given",
                     backends->nb_words);
        tg_error_how(error, "give one --backend, or none");
    } else {
        tg_error_set(error, TG_ERR_USAGE, "a gate does not have %s under test", name);
        tg_error_how(error, "give --backend cuda or --backend host");
    }
    return TG_ERR_USAGE;
}

/* Measure with a number of events of the backend's own, unless the caller has one. */
static tg_status measure(tg_bench_gate_result *result, tg_bench_gate_options *options,
                         const tg_number *nb_events, tg_error *error)
{
    options->nb_events = nb_events->given ? nb_events->value
                         : options->backend->wants_process
                             ? (size_t)1 << TG_BENCH_GATE_LOG_NB_EVENTS_DEVICE
                             : (size_t)1 << TG_BENCH_GATE_LOG_NB_EVENTS_CPU;
    return tg_bench_gate(result, options, error);
}

/* Measure on the GPU; where there is none and none is asked for, on the CPU. */
static tg_status measure_some(tg_bench_gate_result *result, tg_bench_gate_options *options,
                              const tg_words *backends, const tg_number *nb_events, tg_error *error)
{
    const tg_backend_ops *host = options->backend;
    tg_error why = {0};
    if (backends->nb_words != 0) return measure(result, options, nb_events, error);
    tg_status status = tg_backend_find(&options->backend, "cuda", error);
    if (status != TG_OK) return status;
    status = measure(result, options, nb_events, &why);
    if (status != TG_ERR_UNAVAILABLE) {
        if (status != TG_OK && error != NULL) *error = why;
        return status;
    }
    char line[sizeof why + 16];
    (void)fprintf(stderr, "tracegate bench: cuda is left out: %s\n",
                  tg_error_line(line, sizeof line, &why));
    options->backend = host;
    return measure(result, options, nb_events, error);
}

tg_status tg_bench_gate_verb(bool as_json, const tg_words *names, const tg_words *backends,
                             const tg_number *nb_events, size_t nb_pairs, tg_error *error)
{
    tg_bench_gate_result result;
    tg_progress *progress = NULL;
    tg_bench_gate_options options = {.names = names->words,
                                     .nb_names = names->nb_words,
                                     .nb_pairs = nb_pairs,
                                     .on_step = show_step,
                                     .on_step_end = end_step,
                                     .on_step_context = &progress};
    tg_status status = choose_backend(&options.backend, backends, error);
    if (status != TG_OK) return status;
    status = measure_some(&result, &options, backends, nb_events, error);
    if (status != TG_OK) return status;
    if (as_json) {
        print_json(&result);
    } else {
        print_table(&result);
    }
    tg_bench_gate_clear(&result);
    return TG_OK;
}
