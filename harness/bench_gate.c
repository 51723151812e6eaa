/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate against its bound: rounds, and what follows from them. */
#include "harness/bench_gate_internal.h"

#include "harness/backend_cuda_internal.h"
#include "harness/bench_apart.h"
#include "model/memory.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* ---- medians ---- */

static int order_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* A figure of each round. */
typedef struct series {
    double values[TG_BENCH_GATE_MAX_PAIRS];
    size_t nb;
} series;

static void put(series *all, double value) { all->values[all->nb++] = value; }

static double median(series *all)
{
    qsort(all->values, all->nb, sizeof *all->values, order_doubles);
    return (all->values[(all->nb - 1) / 2] + all->values[all->nb / 2]) / 2;
}

/* ---- one round ---- */

/* Figures of one case in one round. */
static tg_bench_gate_figures figures_of(const gate_measuring *of, size_t round,
                                        const tg_bench_gate_case *work, size_t index)
{
    const gate_sample *sample = gate_sample_of(of, round, index);
    const gate_round *link = &of->shared->rounds[round];
    tg_bench_gate_figures found = {.reference_s = sample->reference_s};
    if (link->upload_per_s > 0)
        found.link_s = (double)work->uploaded_bytes / link->upload_per_s +
                       (double)work->downloaded_bytes / link->download_per_s;
    memcpy(found.gate, sample->gate, sizeof found.gate);
    return found;
}

static void add_times(tg_gate_times *to, const tg_gate_times *more)
{
    to->events_s += more->events_s;
    to->expected_s += more->expected_s;
    to->actual_s += more->actual_s;
    to->all_s += more->all_s;
}

static void add_figures(tg_bench_gate_figures *to, const tg_bench_gate_figures *more)
{
    to->reference_s += more->reference_s;
    to->link_s += more->link_s;
    for (size_t way = 0; way < TG_BENCH_GATE_NB_WAYS; way++) {
        add_times(&to->gate[way], &more->gate[way]);
    }
}

static void set_ratios(tg_bench_gate_figures *of)
{
    of->bound_s = of->reference_s + of->link_s;
    for (size_t way = 0; way < TG_BENCH_GATE_NB_WAYS; way++) {
        of->ratio[way] = of->gate[way].all_s / of->bound_s;
    }
}

/* ---- all rounds ---- */

/* Places of a double in the figures, of which medians are taken, each by itself. */
#define FIGURE(member) offsetof(tg_bench_gate_figures, member)
#define TIMES_OF(way)                                                                     \
    FIGURE(gate[way].events_s), FIGURE(gate[way].expected_s), FIGURE(gate[way].actual_s), \
        FIGURE(gate[way].all_s)
static const size_t figures[] = {
    FIGURE(reference_s), FIGURE(link_s), FIGURE(bound_s), FIGURE(ratio[0]),
    FIGURE(ratio[1]),    TIMES_OF(0),    TIMES_OF(1),
};
static_assert(TG_BENCH_GATE_NB_WAYS == 2, "figures of each way");

static void take_medians(tg_bench_gate_figures *to, const tg_bench_gate_figures *rounds, size_t nb)
{
    *to = (tg_bench_gate_figures){.reference_s = 0};
    for (size_t figure = 0; figure < sizeof figures / sizeof figures[0]; figure++) {
        series all = {.nb = 0};
        double value = 0;
        for (size_t i = 0; i < nb; i++) {
            memcpy(&value, (const char *)&rounds[i] + figures[figure], sizeof value);
            put(&all, value);
        }
        value = median(&all);
        memcpy((char *)to + figures[figure], &value, sizeof value);
    }
}

/* Bytes that a comparison on the device sends there and fetches: lookups stay there. */
static void count_bytes(tg_bench_gate_case *work)
{
    const tg_trace *trace = work->trace;
    work->uploaded_bytes = work->height * tg_trace_width(trace) * sizeof(uint32_t) +
                           work->nb_events * tg_trace_event_size(trace);
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const size_t bytes = tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t);
        if (trace->sides[i].form == TG_SIDE_BYTE_LOOKUPS) {
            work->uploaded_bytes += bytes;
        } else {
            work->downloaded_bytes += bytes;
        }
    }
}

/* Turn the samples of one case into its figures, and add them to those of all. */
static void conclude_case(tg_bench_gate_case *work, tg_bench_gate_figures *all,
                          const gate_measuring *of, size_t index)
{
    tg_bench_gate_figures rounds[TG_BENCH_GATE_MAX_PAIRS];
    const tg_gate_times *first = &gate_sample_of(of, 0, index)->gate[TG_BENCH_GATE_HERE];
    *work = (tg_bench_gate_case){.trace = first->trace,
                                 .profile = first->profile,
                                 .nb_events = first->nb_events,
                                 .height = first->height};
    if (of->shared->rounds[0].upload_per_s > 0) count_bytes(work);
    for (size_t round = 0; round < of->options->nb_pairs; round++) {
        rounds[round] = figures_of(of, round, work, index);
        add_figures(&all[round], &rounds[round]);
        set_ratios(&rounds[round]);
    }
    take_medians(&work->figures, rounds, of->options->nb_pairs);
}

/* Figures of whole rounds. */
static void conclude_rounds(tg_bench_gate_result *result, const gate_measuring *of)
{
    series uploads = {.nb = 0};
    series downloads = {.nb = 0};
    series isolation = {.nb = 0};
    series whole[TG_BENCH_GATE_NB_WAYS] = {{.nb = 0}};
    for (size_t i = 0; i < of->options->nb_pairs; i++) {
        const gate_round *round = &of->shared->rounds[i];
        put(&uploads, round->upload_per_s);
        put(&downloads, round->download_per_s);
        put(&isolation,
            round->whole_s[TG_BENCH_GATE_ISOLATED] / round->whole_s[TG_BENCH_GATE_HERE]);
        for (size_t way = 0; way < TG_BENCH_GATE_NB_WAYS; way++) {
            put(&whole[way], round->whole_s[way]);
        }
    }
    result->upload_per_s = median(&uploads);
    result->download_per_s = median(&downloads);
    result->isolation = median(&isolation);
    for (size_t way = 0; way < TG_BENCH_GATE_NB_WAYS; way++) {
        result->whole_s[way] = median(&whole[way]);
    }
}

static tg_status conclude(tg_bench_gate_result *result, const gate_measuring *of, tg_error *error)
{
    tg_bench_gate_figures all[TG_BENCH_GATE_MAX_PAIRS] = {{.reference_s = 0}};
    const size_t nb_pairs = of->options->nb_pairs;
    void *cases = NULL;
    const tg_status status =
        tg_buffer_create(&cases, of->shared->nb_cases, sizeof *result->cases, error);
    if (status != TG_OK) return status;
    result->cases = cases;
    result->nb_cases = of->shared->nb_cases;
    (void)snprintf(result->device, sizeof result->device, "%s", of->shared->device);
    for (size_t i = 0; i < result->nb_cases; i++) {
        conclude_case(&result->cases[i], all, of, i);
    }
    for (size_t round = 0; round < nb_pairs; round++) {
        set_ratios(&all[round]);
    }
    take_medians(&result->all, all, nb_pairs);
    conclude_rounds(result, of);
    return TG_OK;
}

static void begin_step(void *context)
{
    const gate_measuring *of = context;
    const tg_bench_gate_options *options = of->options;
    if (options->on_step != NULL) options->on_step(options->on_step_context, of->round, of->what);
}

static void end_step(void *context)
{
    const gate_measuring *of = context;
    const tg_bench_gate_options *options = of->options;
    if (options->on_step_end != NULL) options->on_step_end(options->on_step_context);
}

/* One measurement, in a process of its own. */
static tg_status measure(gate_measuring *of, tg_bench_work *work, const char *what, tg_error *error)
{
    const tg_bench_watch watch = {.begun = begin_step, .ended = end_step, .context = of};
    of->what = what;
    return tg_bench_apart(work, of, &watch, error);
}

/* One round; the gates take turns in being the first. */
static tg_status measure_round(gate_measuring *of, tg_error *error)
{
    tg_status status = TG_OK;
    if (of->options->backend == &tg_backend_cuda)
        status = measure(of, gate_measure_link, "measuring the link", error);
    if (status == TG_OK)
        status = measure(of, gate_measure_reference, "measuring the reference", error);
    for (size_t i = 0; i < TG_BENCH_GATE_NB_WAYS && status == TG_OK; i++) {
        of->way = (tg_bench_gate_way)((of->round + i) % TG_BENCH_GATE_NB_WAYS);
        const bool is_isolated = of->way == TG_BENCH_GATE_ISOLATED;
        status = measure(of, gate_measure_gate,
                         is_isolated ? "measuring the gate, isolated"
                                     : "measuring the gate, not isolated",
                         error);
    }
    return status;
}

tg_status tg_bench_gate(tg_bench_gate_result *result, const tg_bench_gate_options *options,
                        tg_error *error)
{
    *result =
        (tg_bench_gate_result){.options = options, .nb_threads = (size_t)omp_get_max_threads()};
    gate_measuring of = {.options = options,
                         .gate = {.names = options->names,
                                  .nb_names = options->nb_names,
                                  .seeded = true,
                                  .profile = TG_GATE_PROFILE,
                                  .all_profiles = true,
                                  .seed = TG_GATE_SEED,
                                  .nb_events = options->nb_events,
                                  .actuals = &options->backend->name,
                                  .nb_actuals = 1,
                                  .max_cells = TG_GATE_MAX_CELLS},
                         .max_cases = tg_nb_traces() * TG_NB_PROFILES};
    const size_t nb_bytes =
        sizeof(gate_samples) + options->nb_pairs * of.max_cases * sizeof(gate_sample);
    void *shared = NULL;
    tg_status status = tg_bench_share(&shared, nb_bytes, error);
    if (status != TG_OK) return status;
    of.shared = shared;
    for (of.round = 0; of.round < options->nb_pairs && status == TG_OK; of.round++) {
        status = measure_round(&of, error);
    }
    if (status == TG_OK) status = conclude(result, &of, error);
    tg_bench_unshare(shared, nb_bytes);
    return status;
}

void tg_bench_gate_clear(tg_bench_gate_result *result)
{
    tg_buffer_destroy(result->cases);
    *result = (tg_bench_gate_result){.options = NULL};
}
