/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate bench --diff: speed of the comparison, on the CPU and on devices. */
#include "cli/bench_diff.h"

#include "harness/words.h"

#include <stdio.h>
#include <string.h>

void tg_bench_rate_json(tg_json_out *json, const char *name, const tg_bench_rate *rate)
{
    tg_json_begin(json, name, '{');
    tg_json_real(json, "seconds", rate->seconds);
    tg_json_real(json, "events_per_s", rate->events_per_s);
    tg_json_real(json, "bytes_per_s", rate->bytes_per_s);
    tg_json_count(json, "repeats", rate->nb_repeats);
    tg_json_end(json);
}

/* Where results go. */
typedef struct speech {
    tg_json_out *json; /* NULL: text, to stdout */
    tg_progress *progress;
} speech;

static tg_status measure_here(const speech *to, tg_error *error)
{
    tg_progress_say(to->progress, 0, 0, "measuring the comparison on the CPU");
    tg_bench_diff_result result;
    const tg_status status =
        tg_bench_diff(&result, TG_BENCH_DIFF_HEIGHT, TG_BENCH_DIFF_WIDTH, error);
    tg_progress_wipe(to->progress);
    if (status != TG_OK) return status;
    if (to->json != NULL) {
        tg_json_begin(to->json, "diff", '{');
        tg_json_count(to->json, "height", result.height);
        tg_json_count(to->json, "width", result.width);
        tg_json_count(to->json, "bytes", result.bytes);
        tg_json_count(to->json, "threads", result.nb_threads);
        tg_bench_rate_json(to->json, "best", &result.best);
        tg_bench_rate_json(to->json, "one_thread", &result.one_thread);
        tg_json_end(to->json);
    } else {
        (void)printf(
            "comparison of two traces of %zu rows, %zu columns: %.2f GB/s on %zu thread%s, "
            "%.2f GB/s per core\n",
            result.height, result.width, result.best.bytes_per_s / 1e9, result.nb_threads,
            tg_plural(result.nb_threads), result.one_thread.bytes_per_s / 1e9);
    }
    return TG_OK;
}

static void print_device(const speech *to, const tg_bench_diff_device_result *result)
{
    if (to->json != NULL) {
        tg_json_begin(to->json, "diff_device", '{');
        tg_json_count(to->json, "height", result->height);
        tg_json_count(to->json, "width", result->width);
        tg_json_count(to->json, "bytes", result->bytes);
        tg_json_text(to->json, "device", result->device);
        tg_bench_rate_json(to->json, "best", &result->best);
        tg_bench_rate_json(to->json, "yardstick_rate", &result->reference);
        tg_json_real(to->json, "share", result->share);
        tg_json_end(to->json);
    } else {
        (void)printf("comparison of two traces of %zu rows, %zu columns: %.0f GB/s on %s, %.1f%% "
                     "of copy, %.0f GB/s\n",
                     result->height, result->width, result->best.bytes_per_s / 1e9, result->device,
                     100.0 * result->share, result->reference.bytes_per_s / 1e9);
    }
}

/* Whether a backend is one of those to be measured. */
static bool is_named(const tg_words *named, const tg_backend_ops *ops)
{
    for (size_t i = 0; i < named->nb_words; i++) {
        if (strcmp(named->words[i], ops->name) == 0) return true;
    }
    return named->nb_words == 0;
}

/* Measure the comparison on the devices that are measured; who lacks one has heard of it. */
static tg_status measure_devices(const speech *to, const tg_words *named, tg_error *error)
{
    for (size_t i = 0; i < tg_nb_backends(); i++) {
        const tg_backend_ops *ops = tg_backend_ops_at(i);
        tg_backend backend;
        tg_bench_diff_device_result result;
        if (ops->compare == NULL || !is_named(named, ops)) continue;
        tg_status status = tg_backend_open(&backend, ops, error);
        if (status == TG_ERR_UNAVAILABLE) continue;
        if (status != TG_OK) return status;
        tg_progress_say(to->progress, 0, 0, "measuring the comparison on %s", ops->name);
        status = tg_bench_diff_device(&result, &backend, TG_BENCH_DIFF_HEIGHT, TG_BENCH_DIFF_WIDTH,
                                      error);
        tg_progress_wipe(to->progress);
        if (status == TG_OK) print_device(to, &result);
        tg_backend_close(&backend);
        if (status != TG_OK) return status;
    }
    return TG_OK;
}

tg_status tg_bench_diff_verb(tg_json_out *json, tg_progress *progress, const tg_words *named,
                             tg_error *error)
{
    const speech to = {.json = json, .progress = progress};
    const tg_status status = measure_here(&to, error);
    return status == TG_OK ? measure_devices(&to, named, error) : status;
}
