/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Backend `cuda`: the kernels on a device.
 *
 * Trace, events and side outputs lie in one buffer of the device, each between two guard zones:
 *   zone | trace | zone | gap | zone | events | zone | gap | zone | side output | zone | ...
 * Gaps, of up to 252 bytes, let all of them begin at a multiple of 256 bytes, as if they were
 * buffers of their own. Zones and events are checked on the device; only what the kernels made
 * travels.
 */
#include "harness/backend_cuda_internal.h"
#include "harness/backend_cuda_work_internal.h"
#include "model/memory.h"

#include <string.h>

#define GUARD_BYTES (TG_GUARD_WORDS * sizeof(uint32_t))

/* What cudaMalloc aligns to (CUDA C++ Programming Guide, device memory accesses). */
#define DEVICE_ALIGNMENT ((size_t)256)
static_assert(GUARD_BYTES % DEVICE_ALIGNMENT == 0,
              "a zone must not move what lies behind it off its alignment");

static tg_status measure(cuda_work *work, const tg_job *job, tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    size_t nb_cells = 0;
    size_t trace_bytes = 0;
    size_t events_bytes = 0;
    tg_status status = tg_size_multiply(&nb_cells, job->height, tg_trace_width(trace), error);
    if (status == TG_OK) status = tg_size_multiply(&trace_bytes, nb_cells, sizeof(uint32_t), error);
    if (status == TG_OK)
        status = tg_size_multiply(&events_bytes, job->nb_events, tg_trace_event_size(trace), error);
    if (status != TG_OK) return status;
    if (trace_bytes > SIZE_MAX / 4 || events_bytes > SIZE_MAX / 4) {
        tg_error_set(error, TG_ERR_SIZE,
                     "%zu and %zu bytes of trace and events do not fit into memory", trace_bytes,
                     events_bytes);
        tg_error_how(error, "use fewer events or a smaller height");
        return TG_ERR_SIZE;
    }
    work->nb_regions = CUDA_REGION_SIDES + trace->nb_sides;
    work->regions[CUDA_REGION_TRACE] = (cuda_region){.before = TG_ZONE_BEFORE_TRACE,
                                                     .after = TG_ZONE_AFTER_TRACE,
                                                     .bytes = trace_bytes};
    work->regions[CUDA_REGION_EVENTS] = (cuda_region){.before = TG_ZONE_BEFORE_EVENTS,
                                                      .after = TG_ZONE_AFTER_EVENTS,
                                                      .bytes = events_bytes};
    for (size_t i = 0; i < trace->nb_sides; i++) {
        work->regions[CUDA_REGION_SIDES + i] =
            (cuda_region){.before = (tg_zone)(TG_ZONE_BEFORE_SIDES + i),
                          .after = (tg_zone)(TG_ZONE_AFTER_SIDES + i),
                          .bytes = tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t)};
    }
    return TG_OK;
}

static size_t round_up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

static void lay_out(cuda_work *work)
{
    size_t place = 0;
    for (size_t i = 0; i < work->nb_regions; i++) {
        cuda_region *at = &work->regions[i];
        at->start = round_up(place, DEVICE_ALIGNMENT) + GUARD_BYTES;
        // Guards are words; an event that isn't a whole number of them would leave its last bytes'
        // neighbours unguarded.
        at->after_start = round_up(at->start + at->bytes, sizeof(uint32_t));
        place = at->after_start + GUARD_BYTES;
    }
    work->bytes = place;
}

uint32_t *cuda_work_words(const cuda_work *work, size_t number)
{
    return (uint32_t *)(void *)(work->d_memory + work->regions[number].start);
}

/* Take the memory and fill it: guards everywhere, poison in the outputs, events twice.
 * d_events  the events, where another workspace has them on the device already; else NULL */
static tg_status work_init(cuda_work *work, tg_device *device, const tg_job *job, uint32_t poison,
                           const void *d_events, tg_error *error)
{
    void *d_memory = NULL;
    tg_status status = measure(work, job, error);
    if (status != TG_OK) return status;
    lay_out(work);
    const cuda_region *events = &work->regions[CUDA_REGION_EVENTS];
    status = tg_device_take(device, &d_memory, work->bytes, error);
    work->d_memory = d_memory;
    if (status == TG_OK && events->bytes != 0)
        status = tg_device_take(device, &work->d_original, events->bytes, error);
    if (status != TG_OK) return status;
    status = tg_device_fill(device, (uint32_t *)d_memory, work->bytes / sizeof(uint32_t),
                            TG_GUARD_WORD, error);
    for (size_t i = 0; i < work->nb_regions && status == TG_OK; i++) {
        if (i == CUDA_REGION_EVENTS) continue;
        status = tg_device_fill(device, cuda_work_words(work, i),
                                work->regions[i].bytes / sizeof(uint32_t), poison, error);
    }
    if (status == TG_OK && events->bytes != 0) {
        status =
            d_events != NULL
                ? tg_device_copy(device, work->d_original, d_events, events->bytes, error)
                : tg_device_upload(device, work->d_original, job->events, events->bytes, error);
        if (status == TG_OK)
            status = tg_device_copy(device, work->d_memory + events->start, work->d_original,
                                    events->bytes, error);
    }
    return status;
}

void cuda_work_clear(cuda_work *work, tg_device *device)
{
    tg_device_give(device, work->d_memory);
    tg_device_give(device, work->d_original);
    *work = (cuda_work){.d_memory = NULL};
}

/* Look for changed words in one zone; is_before: what it guards lies behind it. */
static tg_status check_zone(tg_conduct *conduct, tg_device *device, tg_zone zone,
                            const char *d_zone, bool is_before, tg_error *error)
{
    tg_device_tally found = {0};
    const tg_status status =
        tg_device_find_unlike(device, &found, (const uint32_t *)(const void *)d_zone,
                              TG_GUARD_WORDS, TG_GUARD_WORD, error);
    if (status != TG_OK || found.nb == 0) return status;
    conduct->nb_zone_words[zone] = found.nb;
    conduct->first_zone_word[zone] = is_before ? TG_GUARD_WORDS - 1 - found.last : found.first;
    return TG_OK;
}

static tg_status check_conduct(tg_conduct *conduct, tg_device *device, const cuda_work *work,
                               tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < work->nb_regions && status == TG_OK; i++) {
        const cuda_region *at = &work->regions[i];
        status = check_zone(conduct, device, at->before, work->d_memory + at->start - GUARD_BYTES,
                            true, error);
        if (status == TG_OK)
            status = check_zone(conduct, device, at->after, work->d_memory + at->after_start, false,
                                error);
    }
    const cuda_region *events = &work->regions[CUDA_REGION_EVENTS];
    if (status != TG_OK || events->bytes == 0) return status;
    tg_device_tally changed = {0};
    status = tg_device_compare_bytes(device, &changed, work->d_original,
                                     work->d_memory + events->start, events->bytes, error);
    if (status != TG_OK) return status;
    conduct->events_changed = changed.nb != 0;
    conduct->first_changed_byte = changed.first;
    return TG_OK;
}

static tg_status cuda_open(void **state, tg_error *error)
{
    tg_device *device = NULL;
    const tg_status status = tg_device_open(&device, error);
    *state = device;
    return status;
}

static void cuda_close(void *state) { tg_device_close(state); }

tg_device *tg_backend_cuda_device(void *state) { return state; }

/* Run the plan on the device's memory and wait for it. */
static tg_status run_plan(tg_device *device, const cuda_work *work, const tg_job *job,
                          tg_error *error)
{
    tg_product d_out = {.cells = cuda_work_words(work, CUDA_REGION_TRACE)};
    for (size_t i = CUDA_REGION_SIDES; i < work->nb_regions; i++) {
        d_out.sides[i - CUDA_REGION_SIDES] = cuda_work_words(work, i);
    }
    tg_request request = tg_job_request(job);
    const cuda_region *events = &work->regions[CUDA_REGION_EVENTS];
    request.events = events->bytes != 0 ? work->d_memory + events->start : NULL;
    tg_device_poison_scratch(device, true);
    tg_status status =
        tg_device_run(device, job->subject->plan, &job->launch, &d_out, &request, error);
    if (status == TG_OK) status = tg_device_check_events(device, &request, error);
    return status;
}

static tg_status cuda_run(void *state, const tg_product *out, tg_conduct *conduct,
                          const tg_job *job, uint32_t poison, tg_error *error)
{
    tg_device *device = state;
    cuda_work work = {.d_memory = NULL};
    tg_status status = work_init(&work, device, job, poison, NULL, error);
    if (status == TG_OK) status = run_plan(device, &work, job, error);
    if (status == TG_OK) status = check_conduct(conduct, device, &work, error);
    if (status == TG_OK)
        status = tg_device_download(device, out->cells, cuda_work_words(&work, CUDA_REGION_TRACE),
                                    work.regions[CUDA_REGION_TRACE].bytes, error);
    for (size_t i = CUDA_REGION_SIDES; i < work.nb_regions && status == TG_OK; i++) {
        status = tg_device_download(device, out->sides[i - CUDA_REGION_SIDES],
                                    cuda_work_words(&work, i), work.regions[i].bytes, error);
    }
    cuda_work_clear(&work, device);
    return status;
}

tg_status cuda_work_make(cuda_work *work, tg_conduct *conduct, tg_device *device, const tg_job *job,
                         uint32_t poison, const void *d_events, tg_error *error)
{
    tg_status status = work_init(work, device, job, poison, d_events, error);
    if (status == TG_OK) status = run_plan(device, work, job, error);
    if (status == TG_OK) status = check_conduct(conduct, device, work, error);
    return status;
}

const tg_backend_ops tg_backend_cuda = {
    .name = "cuda",
    .text = "the kernels on a CUDA device",
    .takes_launch = true,
    .generates = true,
    .wants_process = true,
    .open = cuda_open,
    .close = cuda_close,
    .run = cuda_run,
    .matches = cuda_matches,
    .compare = cuda_compare,
};
