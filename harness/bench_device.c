/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Measurements on a device.
 *
 * A trace that fits into the second-level cache would be measured there, and a copy too: not the
 * memory that real work waits for. So repeats go round several copies of trace and events, of four
 * times the cache's size together: what one repeat left in the cache is written back while the next
 * ones run, and each pays for one trace. The yardstick goes round in the same way. Side outputs
 * are few bytes beside a trace, and phases only tell where a trace's time goes: both make do with
 * one copy.
 */
#include "harness/backend_cuda_internal.h"
#include "harness/bench_internal.h"

#include <stdio.h>
#include <string.h>

/* Odd would do as well; more than 20 make the median steady. */
#define NB_REPEATS 32
static_assert(NB_REPEATS <= TG_DEVICE_MAX_REPEATS, "the device times so many at once");

/* Copies of the memory that repeats go round, as a multiple of the cache; at the most so many
 * copies. */
#define CACHES_ROUND 4
#define MAX_SLOTS NB_REPEATS

/* Each copy begins where cudaMalloc would begin it. */
#define SLOT_ALIGNMENT ((size_t)256)

/* Several copies of len_bytes of device memory. */
typedef struct ring {
    char *d_memory;
    size_t stride;
    size_t nb_slots;
} ring;

/* The work of one measurement. */
typedef struct work {
    tg_device *device;
    const tg_bench_case *measured;
    ring cells;
    ring events;
    ring sides[TG_MAX_SIDES];
    ring moved; /* of the yardstick */
    size_t moved_bytes;
} work;

static size_t nb_slots(const tg_device *device, size_t bytes)
{
    const size_t wanted = tg_device_get_info(device)->l2_bytes * CACHES_ROUND / (bytes + 1) + 1;
    return wanted < MAX_SLOTS ? wanted : MAX_SLOTS;
}

static tg_status ring_init(ring *all, tg_device *device, size_t len_bytes, size_t slots,
                           tg_error *error)
{
    void *d_memory = NULL;
    // Sizes here are of traces and events that exist on the host, at most a few times: they can't
    // overflow.
    all->stride = (len_bytes / SLOT_ALIGNMENT + 1) * SLOT_ALIGNMENT;
    all->nb_slots = slots;
    const tg_status status = tg_device_take(device, &d_memory, all->stride * slots, error);
    all->d_memory = d_memory;
    return status;
}

static void ring_clear(ring *all, tg_device *device)
{
    tg_device_give(device, all->d_memory);
    *all = (ring){.d_memory = NULL};
}

static void *ring_slot(const ring *all, size_t repeat)
{
    return all->d_memory + repeat % all->nb_slots * all->stride;
}

static tg_status upload_events(const work *job, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t slot = 0; slot < job->events.nb_slots && status == TG_OK; slot++) {
        status = tg_device_upload(job->device, ring_slot(&job->events, slot), job->measured->events,
                                  job->measured->event_bytes, error);
    }
    return status;
}

/* Where a repeat puts what it makes, and what of. */
static tg_product product_of(const work *job, size_t repeat)
{
    tg_product d_out = {.cells = ring_slot(&job->cells, repeat)};
    for (size_t i = 0; i < job->measured->subject->trace->nb_sides; i++)
        d_out.sides[i] = ring_slot(&job->sides[i], repeat);
    return d_out;
}

static tg_request request_of(const work *job, size_t repeat)
{
    const bool has_events = job->measured->event_bytes != 0;
    return tg_bench_request(job->measured, has_events ? ring_slot(&job->events, repeat) : NULL);
}

static tg_status make_trace(void *arguments, size_t repeat, tg_error *error)
{
    const work *job = arguments;
    const tg_product d_out = product_of(job, repeat);
    const tg_request request = request_of(job, repeat);
    return tg_device_run(job->device, &job->measured->plan, NULL, &d_out, &request, error);
}

/* Bytes read and bytes written count together: half of them are copied. */
static tg_status copy_bytes(void *arguments, size_t repeat, tg_error *error)
{
    const work *job = arguments;
    char *d_slot = ring_slot(&job->moved, repeat);
    const size_t half = job->moved_bytes / 2;
    const size_t target = (half / SLOT_ALIGNMENT + 1) * SLOT_ALIGNMENT;
    return tg_device_copy(job->device, d_slot + target, d_slot, half, error);
}

static tg_status set_bytes(void *arguments, size_t repeat, tg_error *error)
{
    const work *job = arguments;
    return tg_device_clear(job->device, ring_slot(&job->moved, repeat), job->moved_bytes, error);
}

/* Gather the steps' times in phases. */
static void gather_phases(tg_bench_result *result, const tg_plan *plan, const double *seconds)
{
    tg_bench_phase *phase = NULL;
    for (size_t i = 0; i < plan->nb_steps; i++) {
        const tg_step *step = &plan->steps[i];
        if (phase == NULL || strcmp(phase->name, step->phase) != 0 ||
            phase->is_side != step->is_side) {
            phase = &result->phases[result->nb_phases++];
            *phase = (tg_bench_phase){.name = step->phase, .is_side = step->is_side};
        }
        phase->seconds += seconds[i];
        phase->events_per_s =
            tg_bench_rate_of(phase->seconds, NB_REPEATS, result->nb_events_used, 0).events_per_s;
    }
}

/* Time the phases of the whole plan, side outputs included. */
static tg_status measure_phases(tg_bench_result *result, const work *job, tg_error *error)
{
    const tg_plan *plan = job->measured->subject->plan;
    const tg_product d_out = product_of(job, 0);
    const tg_request request = request_of(job, 0);
    double seconds[TG_MAX_STEPS];
    // Of a user's description only the whole is timed: it may do a step many times.
    if (plan->nb_steps == 1 || plan->user != NULL) return TG_OK;
    const tg_status status =
        tg_device_measure_steps(job->device, seconds, NB_REPEATS, plan, &d_out, &request, error);
    if (status == TG_OK) gather_phases(result, plan, seconds);
    return status;
}

static tg_status take_rings(const tg_bench_result *result, work *job, tg_error *error)
{
    const tg_trace *trace = job->measured->subject->trace;
    const size_t slots = nb_slots(job->device, result->bytes_written + job->measured->event_bytes);
    tg_status status = ring_init(&job->cells, job->device, result->bytes_written, slots, error);
    if (status == TG_OK)
        status = ring_init(&job->events, job->device, job->measured->event_bytes, slots, error);
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        status = ring_init(&job->sides[i], job->device,
                           tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t), 1, error);
    }
    return status;
}

/* A kernel may rely on zeros under what it leaves out. */
static tg_status zero_rings(const work *job, tg_error *error)
{
    tg_status status = TG_OK;
    if (!job->measured->zeroes_once) return TG_OK;
    const ring *cells = &job->cells;
    status = tg_device_clear(job->device, cells->d_memory, cells->stride * cells->nb_slots, error);
    for (size_t i = 0; i < job->measured->subject->trace->nb_sides && status == TG_OK; i++) {
        const ring *side = &job->sides[i];
        status = tg_device_clear(job->device, side->d_memory, side->stride, error);
    }
    return status;
}

static void give_rings(work *job)
{
    ring_clear(&job->cells, job->device);
    ring_clear(&job->events, job->device);
    for (size_t i = 0; i < TG_MAX_SIDES; i++) ring_clear(&job->sides[i], job->device);
}

static tg_status measure_kernel(tg_bench_result *result, work *job, tg_error *error)
{
    double seconds = 0;
    const tg_request request = tg_bench_request(job->measured, NULL);
    tg_status status = take_rings(result, job, error);
    if (status == TG_OK) status = upload_events(job, error);
    if (status == TG_OK) status = zero_rings(job, error);
    if (status == TG_OK)
        status = tg_device_measure(job->device, &seconds, NB_REPEATS, make_trace, job, error);
    // Events that cannot be made may end sooner than others.
    if (status == TG_OK) status = tg_device_check_events(job->device, &request, error);
    if (status == TG_OK)
        result->best = tg_bench_rate_of(seconds, NB_REPEATS, result->nb_events_used, result->bytes);
    if (status == TG_OK) status = measure_phases(result, job, error);
    give_rings(job);
    return status;
}

static tg_status measure_yardstick(tg_bench_result *result, work *job, tg_error *error)
{
    const bool copies = tg_trace_event_bytes_read(result->trace) != 0;
    double seconds = 0;
    result->yardstick = copies ? TG_BENCH_COPY : TG_BENCH_MEMSET;
    job->moved_bytes = result->bytes;
    tg_status status = ring_init(&job->moved, job->device, result->bytes + SLOT_ALIGNMENT,
                                 nb_slots(job->device, result->bytes), error);
    // Memory checkers take a copy of what nobody wrote for a fault.
    if (status == TG_OK)
        status = tg_device_clear(job->device, job->moved.d_memory,
                                 job->moved.stride * job->moved.nb_slots, error);
    if (status == TG_OK)
        status = tg_device_measure(job->device, &seconds, NB_REPEATS,
                                   copies ? copy_bytes : set_bytes, job, error);
    if (status == TG_OK)
        result->reference = tg_bench_rate_of(seconds, NB_REPEATS, 0, result->bytes);
    ring_clear(&job->moved, job->device);
    return status;
}

tg_status tg_bench_run_device(tg_bench_result *result, void *state, const tg_bench_case *measured,
                              tg_error *error)
{
    work job = {.device = tg_backend_cuda_device(state), .measured = measured};
    result->on_device = true;
    (void)snprintf(result->device, sizeof result->device, "%s",
                   tg_device_get_info(job.device)->name);
    result->scratch_bytes =
        tg_plan_scratch_bytes(&measured->plan, measured->height, measured->nb_events);
    result->side_bytes = tg_trace_nb_side_words(measured->subject->trace) * sizeof(uint32_t);
    // The device is the backend's, whose own runs poison.
    tg_device_poison_scratch(job.device, false);
    tg_status status = measure_kernel(result, &job, error);
    if (status == TG_OK) status = measure_yardstick(result, &job, error);
    if (status != TG_OK) return status;
    result->share = result->best.bytes_per_s / result->reference.bytes_per_s;
    result->share_fetched = result->share * (double)result->bytes_fetched / (double)result->bytes;
    return TG_OK;
}
