/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate bench --pipeline: bounds and ratios from the times, as a table and as JSON. */
#include "cli/bench_pipeline.h"

#include "cli/json_out.h"
#include "harness/words.h"

#include <math.h>
#include <string.h>

/* What the pipeline is to stay below, as a multiple of its bound, on a GPU. */
#define AIM 1.3

/* How often a round makes traces: twice on the device, once on the host, and once to read what is
 * consumed. */
#define NB_MADE_IN_A_ROUND 4

static const struct {
    const char *text;
    const char *json;
} series_names[TG_BENCH_NB_SERIES] = {
    [TG_BENCH_PIPELINE] = {"pipeline", "pipeline"},
    [TG_BENCH_NO_OVERLAP] = {"the same without overlap, as SP1 does it", "no_overlap"},
    [TG_BENCH_HOST_IN_TURN] = {"host chips alone, one after the other", "host_in_turn"},
    [TG_BENCH_HOST_IN_A_CALL] = {"host chips in the pipeline, till the last", "host_in_a_call"},
    [TG_BENCH_LINK] = {"copy of 256 MiB of pinned memory", "link"},
};

/* What follows from the times. */
typedef struct verdict {
    double link_bytes_per_s;
    double link_s; /* that a call's bytes need */
    double host_s; /* that its host chips need: the faster way of both */
    tg_bench_series host_by;
    double bound_s;
    double ratio;            /* the pipeline's to the bound; not finite without a bound */
    double no_overlap_ratio; /* without overlap, to the pipeline */
} verdict;

/* Of times that are sorted. */
static double median(const tg_bench_pipeline_result *of, tg_bench_series which)
{
    const size_t nb = of->options->nb_repeats;
    return (of->times[which][(nb - 1) / 2] + of->times[which][nb / 2]) / 2;
}

static verdict judge(const tg_bench_pipeline_result *of)
{
    const double in_turn = median(of, TG_BENCH_HOST_IN_TURN);
    const double in_a_call = median(of, TG_BENCH_HOST_IN_A_CALL);
    verdict found = {
        .link_bytes_per_s = (double)TG_BENCH_PIPELINE_LINK_BYTES / median(of, TG_BENCH_LINK),
        .host_by = in_a_call < in_turn ? TG_BENCH_HOST_IN_A_CALL : TG_BENCH_HOST_IN_TURN};
    found.link_s = (double)of->uploaded_bytes / found.link_bytes_per_s;
    found.host_s = median(of, found.host_by);
    found.bound_s = fmax(found.link_s, found.host_s);
    found.ratio = found.bound_s > 0 ? median(of, TG_BENCH_PIPELINE) / found.bound_s : INFINITY;
    found.no_overlap_ratio = median(of, TG_BENCH_NO_OVERLAP) / median(of, TG_BENCH_PIPELINE);
    return found;
}

static void print_json(const tg_bench_pipeline_result *of, const verdict *found)
{
    tg_json_out json = {.out = stdout};
    tg_json_begin(&json, NULL, '{');
    tg_json_begin(&json, "pipeline", '{');
    tg_json_text(&json, "record", of->options->record);
    tg_json_text(&json, "machine", of->machine->id);
    tg_json_text(&json, "device", of->device);
    tg_json_text(&json, "device_name", of->device_name);
    tg_json_count(&json, "threads", of->nb_threads);
    tg_json_count(&json, "repeats", of->options->nb_repeats);
    tg_json_bool(&json, "has_preprocessed", of->has_program);
    tg_json_count(&json, "device_traces", of->nb_devices);
    tg_json_count(&json, "host_traces", of->nb_hosts);
    tg_json_count(&json, "stand_ins", of->nb_stand_ins);
    tg_json_begin(&json, "times", '{');
    for (tg_bench_series i = 0; i < TG_BENCH_NB_SERIES; i++) {
        tg_json_begin(&json, series_names[i].json, '{');
        tg_json_real(&json, "seconds", median(of, i));
        tg_json_real(&json, "fastest", of->times[i][0]);
        tg_json_real(&json, "slowest", of->times[i][of->options->nb_repeats - 1]);
        tg_json_end(&json);
    }
    tg_json_end(&json);
    tg_json_count(&json, "uploaded_bytes", of->uploaded_bytes);
    tg_json_count(&json, "link_bytes", TG_BENCH_PIPELINE_LINK_BYTES);
    tg_json_real(&json, "link_bytes_per_s", found->link_bytes_per_s);
    tg_json_real(&json, "link_seconds", found->link_s);
    tg_json_real(&json, "host_seconds", found->host_s);
    tg_json_text(&json, "host_by", of->nb_hosts != 0 ? series_names[found->host_by].json : NULL);
    tg_json_real(&json, "bound_seconds", found->bound_s);
    tg_json_text(&json, "bound_by", found->link_s > found->host_s ? "link" : "host");
    tg_json_real(&json, "ratio", found->ratio);
    tg_json_real(&json, "aim", AIM);
    tg_json_real(&json, "no_overlap_ratio", found->no_overlap_ratio);
    tg_json_end(&json);
    tg_json_end(&json);
}

static void print_head(const tg_bench_pipeline_result *of)
{
    const size_t nb_traces = of->nb_devices + of->nb_hosts;
    (void)printf("record %s\nmachine %s, device %s (%s), %zu host thread%s\n", of->options->record,
                 of->machine->id, of->device, of->device_name, of->nb_threads,
                 tg_plural(of->nb_threads));
    (void)printf("a call makes %zu trace%s, %s: %zu on the device, %zu on the host\n", nb_traces,
                 tg_plural(nb_traces), of->has_program ? "preprocessed and main" : "main",
                 of->nb_devices, of->nb_hosts);
    if (of->nb_stand_ins != 0)
        (void)printf("of these on the host %zu are stand-ins, which take less than a generator\n",
                     of->nb_stand_ins);
}

static void print_table(const tg_bench_pipeline_result *of, const verdict *found)
{
    print_head(of);
    (void)printf("\n%-43s %11s %11s %11s\n", "milliseconds", "median", "fastest", "slowest");
    for (tg_bench_series i = 0; i < TG_BENCH_NB_SERIES; i++) {
        const double *times = of->times[i];
        (void)printf("%-43s %11.3f %11.3f %11.3f\n", series_names[i].text, median(of, i) * 1e3,
                     times[0] * 1e3, times[of->options->nb_repeats - 1] * 1e3);
    }
    (void)printf("\nlink: %.1f MB a call at %.2f GB/s are %.3f ms\n",
                 (double)of->uploaded_bytes / 1e6, found->link_bytes_per_s / 1e9,
                 found->link_s * 1e3);
    const char *way =
        found->host_by == TG_BENCH_HOST_IN_TURN ? "one after the other" : "in the pipeline";
    (void)printf("host: %.3f ms, %s%s\n", found->host_s * 1e3,
                 of->nb_hosts != 0 ? "the less of both ways: " : "for nothing is made there",
                 of->nb_hosts != 0 ? way : "");
    (void)printf("bound: %.3f ms, the larger of the two: %s\n", found->bound_s * 1e3,
                 found->link_s > found->host_s ? "link" : "host");
    const bool is_host = strcmp(of->device, "host") == 0;
    if (isfinite(found->ratio)) {
        (void)printf("pipeline / bound: %.3f%s\n", found->ratio,
                     is_host ? " (no verdict, see below)"
                             : " (the aim is at most " TG_TEXT_OF(AIM) ")");
    } else {
        (void)puts("pipeline / bound: - (nothing is copied or made on the host)");
    }
    (void)printf("without overlap / pipeline: %.3f\n", found->no_overlap_ratio);
    if (is_host)
        (void)printf("no verdict: without a GPU the host runs the kernels, too, which the bound "
                     "leaves\nout and nothing overlaps (on a GPU the first ratio is to be at "
                     "most " TG_TEXT_OF(AIM) ")\n");
    (void)printf("medians of %zu repeat%s after a warm-up, all in one run\n",
                 of->options->nb_repeats, tg_plural(of->options->nb_repeats));
}

/* What is done with a device. */
typedef struct bench_work {
    const tg_bench_pipeline_options *options;
    tg_shard *shard;
} bench_work;

static void work(void *context, void *result, tg_apart_told *told, tg_apart *apart)
{
    const bench_work *of = context;
    tg_bench_pipeline_measure(result, of->options, of->shard, told, apart);
}

static tg_status run_apart(tg_bench_pipeline_result *result,
                           const tg_bench_pipeline_options *options, tg_shard *shard,
                           tg_error *error)
{
    bench_work of = {.options = options, .shard = shard};
    tg_apart_told told;
    size_t nb_cells = 0;
    const tg_status status = tg_shard_nb_cells(&nb_cells, shard, error);
    if (status != TG_OK) return status;
    const tg_apart_job job = {
        .work = work,
        .context = &of,
        .result = result,
        .result_bytes = sizeof *result,
        .is_apart = tg_isolation_wants(options->isolation, options->shard->device),
        .max_seconds = tg_isolation_limit(options->isolation, NB_MADE_IN_A_ROUND, nb_cells),
        .again = options->again};
    tg_apart_run(&told, &job);
    return tg_apart_end(&told, "tracegate bench", options->again, error);
}

tg_status tg_bench_pipeline_verb(bool as_json, const tg_bench_pipeline_options *options,
                                 tg_error *error)
{
    tg_bench_pipeline_result result;
    if (options->record == NULL || options->shard->machine == NULL) {
        tg_error_set(error, TG_ERR_USAGE, "--pipeline without --%s",
                     options->record == NULL ? "record" : "machine");
        tg_error_how(error, "give --record DIR and --machine ID");
        return TG_ERR_USAGE;
    }
    tg_shard shard;
    tg_status status = tg_shard_read(&shard, options->shard, options->record, error);
    if (status != TG_OK) return status;
    status = run_apart(&result, options, &shard, error);
    tg_shard_close(&shard);
    if (status != TG_OK) return status;
    const verdict found = judge(&result);
    if (as_json) {
        print_json(&result, &found);
    } else {
        print_table(&result, &found);
    }
    return TG_OK;
}
