/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Measurement of the comparison on a device. Both traces together are far larger than its caches at
 * the height that is measured, so that all repeats may use the same ones. */
#include "harness/backend_cuda_internal.h"
#include "harness/bench_internal.h"
#include "harness/diff_device.h"
#include "model/memory.h"

#include <stdio.h>

#define NB_REPEATS 32
static_assert(NB_REPEATS <= TG_DEVICE_MAX_REPEATS, "the device times so many at once");

/* Two traces on a device. */
typedef struct traces {
    tg_device *device;
    size_t bytes; /* of each */
    void *d_expected;
    void *d_actual;
    tg_diff_search search;
} traces;

/* Take memory for both and fill them alike. */
static tg_status traces_init(traces *both, size_t nb_cells, tg_error *error)
{
    void *cells = NULL;
    tg_device *device = both->device;
    tg_status status = tg_buffer_create(&cells, nb_cells, sizeof(uint32_t), error);
    if (status != TG_OK) return status;
    tg_bench_fill_cells(cells, nb_cells);
    both->bytes = nb_cells * sizeof(uint32_t);
    status = tg_device_take(device, &both->d_expected, both->bytes, error);
    if (status == TG_OK) status = tg_device_take(device, &both->d_actual, both->bytes, error);
    if (status == TG_OK)
        status = tg_device_upload(device, both->d_expected, cells, both->bytes, error);
    if (status == TG_OK)
        status = tg_device_copy(device, both->d_actual, both->d_expected, both->bytes, error);
    tg_buffer_destroy(cells);
    return status;
}

static void traces_clear(traces *both)
{
    tg_device_give(both->device, both->d_expected);
    tg_device_give(both->device, both->d_actual);
}

static tg_status queue_search(void *arguments, size_t repeat, tg_error *error)
{
    traces *both = arguments;
    (void)repeat;
    return tg_diff_search_queue(&both->search, error);
}

static tg_status queue_copy(void *arguments, size_t repeat, tg_error *error)
{
    const traces *both = arguments;
    (void)repeat;
    return tg_device_copy(both->device, both->d_actual, both->d_expected, both->bytes, error);
}

static tg_status measure_search(double *seconds, traces *both, const tg_diff_pair *pair,
                                tg_error *error)
{
    tg_status status =
        tg_diff_search_init(&both->search, &tg_diff_on_device, both->device, pair, error);
    if (status != TG_OK) return status;
    status = tg_device_measure(both->device, seconds, NB_REPEATS, queue_search, both, error);
    if (status == TG_OK) status = tg_diff_search_fetch(&both->search, 1, error);
    const bool is_match = both->search.totals.nb_cells == 0;
    tg_diff_search_clear(&both->search);
    return status == TG_OK && !is_match ? tg_bench_diff_is_wrong(error) : status;
}

static tg_status measure(tg_bench_diff_device_result *result, traces *both, tg_error *error)
{
    double seconds = 0;
    const tg_diff_pair pair = {
        .d_expected = both->d_expected,
        .d_actual = both->d_actual,
        .expected_height = result->height,
        .actual_height = result->height,
        .height = result->height,
        .width = result->width,
        .extent = {.nb_full_rows = result->height},
    };
    tg_status status = measure_search(&seconds, both, &pair, error);
    if (status != TG_OK) return status;
    result->best = tg_bench_rate_of(seconds, NB_REPEATS, 0, result->bytes);
    status = tg_device_measure(both->device, &seconds, NB_REPEATS, queue_copy, both, error);
    if (status != TG_OK) return status;
    result->reference = tg_bench_rate_of(seconds, NB_REPEATS, 0, result->bytes);
    result->share = result->best.bytes_per_s / result->reference.bytes_per_s;
    return TG_OK;
}

tg_status tg_bench_diff_device(tg_bench_diff_device_result *result, const tg_backend *backend,
                               size_t height, size_t width, tg_error *error)
{
    size_t nb_cells = 0;
    *result = (tg_bench_diff_device_result){.height = 0};
    if (backend->ops != &tg_backend_cuda) {
        tg_error_set(error, TG_ERR_USAGE, "%s does not compare on a device", backend->ops->name);
        tg_error_how(error, "use %s", tg_backend_cuda.name);
        return TG_ERR_USAGE;
    }
    traces both = {.device = tg_backend_cuda_device(backend->state)};
    tg_status status = tg_size_multiply(&nb_cells, height, width, error);
    if (status == TG_OK) status = traces_init(&both, nb_cells, error);
    if (status == TG_OK) {
        result->height = height;
        result->width = width;
        result->bytes = 2 * both.bytes;
        (void)snprintf(result->device, sizeof result->device, "%s",
                       tg_device_get_info(both.device)->name);
        status = measure(result, &both, error);
    }
    traces_clear(&both);
    if (status != TG_OK) *result = (tg_bench_diff_device_result){.height = 0};
    return status;
}
