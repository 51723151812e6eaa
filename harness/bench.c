/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Measurements: what is common to all backends, and those on the CPU. */
#include "harness/bench.h"

#include "gpu/user_plan.h"
#include "harness/backend_cuda_internal.h"
#include "harness/bench_internal.h"
#include "harness/clock.h"
#include "harness/diff.h"
#include "harness/generator.h"
#include "model/memory.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The seed only has to be the same every time. */
#define BENCH_SEED UINT64_C(1)

/* Repeats on the CPU: enough for a median, no more than a second of them; generators take
 * microseconds to seconds. */
#define MIN_REPEATS 3
#define MAX_REPEATS 20
#define ENOUGH_SECONDS 1.0

/* Something to be timed on the CPU. */
typedef tg_status cpu_work(void *arguments, tg_error *error);

/* One generator on the CPU. */
typedef struct generation {
    const tg_bench_case *measured;
    tg_product out;
} generation;

static tg_status make_by_reference(void *arguments, tg_error *error)
{
    const generation *made = arguments;
    const tg_bench_case *measured = made->measured;
    const tg_request request = tg_bench_request(measured, measured->events);
    return tg_ref_make(&made->out, measured->subject->reference, &request, error);
}

static tg_status make_by_kernels(void *arguments, tg_error *error)
{
    const generation *made = arguments;
    const tg_bench_case *measured = made->measured;
    const tg_request request = tg_bench_request(measured, measured->events);
    return tg_plan_run_host(&measured->plan, NULL, &made->out, &request, error);
}

/* How the generators of the CPU are called without the wrapper that the gate has around them. */
static const struct {
    const char *backend;
    cpu_work *work;
} cpu_generators[] = {
    {.backend = "reference", .work = make_by_reference},
    {.backend = "host", .work = make_by_kernels},
};

const char *tg_bench_yardstick_name(tg_bench_yardstick yardstick)
{
    static const char *const names[] =
        {[TG_BENCH_NONE] = "", [TG_BENCH_COPY] = "copy", [TG_BENCH_MEMSET] = "memset"};
    static_assert(sizeof names / sizeof names[0] == TG_BENCH_NB_YARDSTICKS,
                  "a name for each yardstick");
    return names[yardstick];
}

tg_bench_rate tg_bench_rate_of(double seconds, size_t nb_repeats, size_t nb_events, size_t bytes)
{
    // No clock is so fine that a repeat takes no time; a coarse one must not divide by zero.
    const double divisor = seconds > 0 ? seconds : 1e-9;
    return (tg_bench_rate){
        .seconds = divisor,
        .events_per_s = (double)nb_events / divisor,
        .bytes_per_s = (double)bytes / divisor,
        .nb_repeats = nb_repeats,
    };
}

static int order_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Median of repeats on nb_threads OpenMP threads, after one repeat of warm-up. */
static tg_status time_on_threads(double *seconds, size_t *nb_repeats, int nb_threads,
                                 cpu_work *work, void *arguments, tg_error *error)
{
    double times[MAX_REPEATS];
    double spent = 0;
    size_t nb = 0;
    const int nb_before = omp_get_max_threads();
    omp_set_num_threads(nb_threads);
    tg_status status = work(arguments, error);
    while (status == TG_OK && nb < MAX_REPEATS && (nb < MIN_REPEATS || spent < ENOUGH_SECONDS)) {
        const double start = tg_now_s();
        status = work(arguments, error);
        times[nb] = tg_now_s() - start;
        spent += times[nb++];
    }
    omp_set_num_threads(nb_before);
    if (status != TG_OK) return status;
    qsort(times, nb, sizeof *times, order_doubles);
    *seconds = (times[(nb - 1) / 2] + times[nb / 2]) / 2;
    *nb_repeats = nb;
    return TG_OK;
}

/* Rates on all threads and on one, of work that makes nb_events and moves bytes. */
static tg_status time_work(tg_bench_rate *best, tg_bench_rate *one_thread, size_t nb_events,
                           size_t bytes, cpu_work *work, void *arguments, tg_error *error)
{
    double seconds = 0;
    size_t nb_repeats = 0;
    const int nb_threads = omp_get_max_threads();
    tg_status status = time_on_threads(&seconds, &nb_repeats, nb_threads, work, arguments, error);
    if (status != TG_OK) return status;
    *best = tg_bench_rate_of(seconds, nb_repeats, nb_events, bytes);
    *one_thread = *best;
    if (nb_threads == 1) return TG_OK;
    status = time_on_threads(&seconds, &nb_repeats, 1, work, arguments, error);
    if (status == TG_OK) *one_thread = tg_bench_rate_of(seconds, nb_repeats, nb_events, bytes);
    return status;
}

/* A kernel may rely on zeros under what it leaves out. */
static void zero_product(const tg_product *out, const tg_bench_case *measured)
{
    const tg_trace *trace = measured->subject->trace;
    if (!measured->zeroes_once) return;
    memset(out->cells, 0, measured->height * tg_trace_width(trace) * sizeof *out->cells);
    for (size_t i = 0; i < trace->nb_sides; i++)
        memset(out->sides[i], 0, tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t));
}

static tg_status run_cpu(tg_bench_result *result, cpu_work *work, const tg_bench_case *measured,
                         tg_error *error)
{
    generation made = {.measured = measured};
    tg_status status =
        tg_product_create(&made.out, measured->subject->trace, measured->height, error);
    if (status != TG_OK) return status;
    zero_product(&made.out, measured);
    result->nb_threads = (size_t)omp_get_max_threads();
    status = time_work(&result->best, &result->one_thread, result->nb_events_used, result->bytes,
                       work, &made, error);
    tg_product_destroy(&made.out);
    return status;
}

/* Dimensions and bytes of the trace. */
static tg_status describe(tg_bench_result *result, const tg_backend *backend, const tg_trace *trace,
                          size_t nb_events, tg_error *error)
{
    *result = (tg_bench_result){.trace = trace, .backend = backend->ops, .nb_events = nb_events};
    result->nb_events_used = tg_trace_nb_events_used(trace, nb_events);
    tg_status status = tg_trace_height(trace, nb_events, 0, &result->height, error);
    if (status == TG_OK)
        status =
            tg_size_multiply(&result->bytes_written, result->height, trace->columns->size, error);
    if (status == TG_OK) {
        status = tg_size_multiply(&result->bytes_read, result->nb_events_used,
                                  tg_trace_event_bytes_read(trace), error);
    }
    result->bytes = result->bytes_read + result->bytes_written;
    result->bytes_fetched = tg_trace_event_sector_bytes(trace, nb_events) + result->bytes_written;
    return status;
}

static tg_status dispatch(tg_bench_result *result, const tg_backend *backend,
                          const tg_bench_case *measured, tg_error *error)
{
    if (backend->ops == &tg_backend_cuda)
        return tg_bench_run_device(result, backend->state, measured, error);
    for (size_t i = 0; i < sizeof cpu_generators / sizeof cpu_generators[0]; i++) {
        if (strcmp(backend->ops->name, cpu_generators[i].backend) == 0) {
            return run_cpu(result, cpu_generators[i].work, measured, error);
        }
    }
    tg_error_set(error, TG_ERR_USAGE, "the backend '%s' can't be measured", backend->ops->name);
    tg_error_how(error, "use reference, host or cuda");
    return TG_ERR_USAGE;
}

tg_status tg_bench_run(tg_bench_result *result, const tg_backend *backend,
                       const tg_subject *subject, size_t nb_events, tg_error *error)
{
    void *events = NULL;
    tg_step steps[TG_MAX_STEPS];
    tg_user_plan user;
    // Events that count for nothing would only take memory.
    nb_events = tg_trace_nb_events_worth(subject->trace, nb_events);
    tg_bench_case measured = {.subject = subject,
                              .nb_events = nb_events,
                              .plan = tg_plan_of_trace_alone(steps, subject->plan)};
    if (measured.plan.user != NULL) {
        user = *measured.plan.user;
        measured.zeroes_once = user.zeroes_trace;
        user.zeroes_trace = false;
        measured.plan.user = &user;
    }
    tg_status status = describe(result, backend, subject->trace, nb_events, error);
    measured.height = result->height;
    if (status == TG_OK)
        status = tg_size_multiply(&measured.event_bytes, nb_events,
                                  tg_trace_event_size(subject->trace), error);
    if (status == TG_OK && measured.event_bytes != 0) {
        status = tg_buffer_create(&events, measured.event_bytes, 1, error);
        if (status == TG_OK)
            status = tg_generator_fill(events, subject, TG_PROFILE_UNIFORM, BENCH_SEED, 0,
                                       nb_events, error);
    }
    measured.events = events;
    if (status == TG_OK) status = dispatch(result, backend, &measured, error);
    if (status != TG_OK) *result = (tg_bench_result){0};
    tg_buffer_destroy(events);
    return status;
}

/* A comparison that is timed. */
typedef struct comparison {
    tg_diff diff;
    tg_matrix expected;
    tg_matrix actual;
} comparison;

static tg_status compare(void *arguments, tg_error *error)
{
    comparison *compared = arguments;
    const tg_status status =
        tg_diff_run(&compared->diff, NULL, 0, &compared->expected, &compared->actual, error);
    if (status != TG_OK || tg_diff_is_match(&compared->diff)) return status;
    return tg_bench_diff_is_wrong(error);
}

tg_status tg_bench_diff_is_wrong(tg_error *error)
{
    tg_error_set(error, TG_ERR_MISMATCH, "the comparison finds a difference between equal traces");
    tg_error_how(error, "run the project's tests: ./dev test");
    return TG_ERR_MISMATCH;
}

void tg_bench_fill_cells(uint32_t *cells, size_t nb_cells)
{
    // Knuth's multiplicative constant spreads consecutive numbers.
    for (size_t i = 0; i < nb_cells; i++) {
        cells[i] = ((uint32_t)i * 2654435761u) % TG_P;
    }
}

tg_status tg_bench_diff(tg_bench_diff_result *result, size_t height, size_t width, tg_error *error)
{
    void *expected = NULL;
    void *actual = NULL;
    size_t nb_cells = 0;
    comparison compared = {.expected = {.cells = NULL}};
    *result = (tg_bench_diff_result){.height = height,
                                     .width = width,
                                     .nb_threads = (size_t)omp_get_max_threads()};
    tg_status status = tg_size_multiply(&nb_cells, height, width, error);
    if (status == TG_OK) status = tg_buffer_create(&expected, nb_cells, sizeof(uint32_t), error);
    if (status == TG_OK) status = tg_buffer_create(&actual, nb_cells, sizeof(uint32_t), error);
    if (status == TG_OK) status = tg_diff_init(&compared.diff, width, 1, error);
    if (status != TG_OK) goto cleanup;
    tg_bench_fill_cells(expected, nb_cells);
    memcpy(actual, expected, nb_cells * sizeof(uint32_t));
    compared.expected = (tg_matrix){.cells = expected, .height = height, .width = width};
    compared.actual = (tg_matrix){.cells = actual, .height = height, .width = width};
    result->bytes = 2 * nb_cells * sizeof(uint32_t);
    status =
        time_work(&result->best, &result->one_thread, 0, result->bytes, compare, &compared, error);
    tg_diff_clear(&compared.diff);
cleanup:
    if (status != TG_OK) *result = (tg_bench_diff_result){0};
    tg_buffer_destroy(expected);
    tg_buffer_destroy(actual);
    return status;
}
