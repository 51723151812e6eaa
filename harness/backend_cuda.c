/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Backend `cuda`: the kernels on a device.
 *
 * Trace and events lie in one buffer of the device, each between two guard zones:
 *   zone | trace | zone | (up to 252 bytes) | zone | events | zone
 * Both begin at a multiple of 256 bytes, as if they were buffers of their own. Zones and events are
 * checked on the device; only cells travel.
 */
#include "harness/backend_cuda_internal.h"

#include "model/memory.h"

#include <string.h>

#define GUARD_BYTES (TG_GUARD_WORDS * sizeof(uint32_t))

/* What cudaMalloc aligns to (CUDA C++ Programming Guide, device memory accesses). */
#define DEVICE_ALIGNMENT ((size_t)256)
static_assert(GUARD_BYTES % DEVICE_ALIGNMENT == 0,
              "a zone must not move what lies behind it off its alignment");

/* Bytes from the start of the buffer. */
typedef struct layout {
    size_t trace;
    size_t trace_bytes;
    size_t after_trace;
    size_t before_events;
    size_t events;
    size_t events_bytes;
    size_t after_events;
    size_t bytes;
} layout;

/* Device memory of one run. */
typedef struct workspace {
    layout at;
    char *d_memory;   /* as the layout says */
    void *d_original; /* events as they were uploaded */
} workspace;

static tg_status lay_out(layout *at, const tg_job *job, tg_error *error)
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
    at->trace = GUARD_BYTES;
    at->trace_bytes = trace_bytes;
    at->after_trace = at->trace + trace_bytes;
    at->before_events = (at->after_trace + GUARD_BYTES + DEVICE_ALIGNMENT - 1) / DEVICE_ALIGNMENT *
                        DEVICE_ALIGNMENT;
    at->events = at->before_events + GUARD_BYTES;
    at->events_bytes = events_bytes;
    // Guards are words; an event that isn't a whole number of them would leave its last bytes'
    // neighbours unguarded.
    at->after_events =
        (at->events + events_bytes + sizeof(uint32_t) - 1) / sizeof(uint32_t) * sizeof(uint32_t);
    at->bytes = at->after_events + GUARD_BYTES;
    return TG_OK;
}

/* Take the memory and fill it: guards everywhere, poison in the trace, events twice. */
static tg_status workspace_init(workspace *work, tg_device *device, const tg_job *job,
                                uint32_t poison, tg_error *error)
{
    layout *at = &work->at;
    void *d_memory = NULL;
    tg_status status = lay_out(at, job, error);
    if (status == TG_OK) status = tg_device_take(device, &d_memory, at->bytes, error);
    work->d_memory = d_memory;
    if (status == TG_OK && at->events_bytes != 0)
        status = tg_device_take(device, &work->d_original, at->events_bytes, error);
    if (status != TG_OK) return status;
    status = tg_device_fill(device, (uint32_t *)d_memory, at->bytes / sizeof(uint32_t),
                            TG_GUARD_WORD, error);
    if (status == TG_OK) {
        status = tg_device_fill(device, (uint32_t *)(void *)(work->d_memory + at->trace),
                                at->trace_bytes / sizeof(uint32_t), poison, error);
    }
    if (status == TG_OK && at->events_bytes != 0) {
        status = tg_device_upload(device, work->d_original, job->events, at->events_bytes, error);
        if (status == TG_OK)
            status = tg_device_copy(device, work->d_memory + at->events, work->d_original,
                                    at->events_bytes, error);
    }
    return status;
}

static void workspace_clear(workspace *work, tg_device *device)
{
    tg_device_give(device, work->d_memory);
    tg_device_give(device, work->d_original);
    *work = (workspace){.d_memory = NULL};
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

static tg_status check_conduct(tg_conduct *conduct, tg_device *device, const workspace *work,
                               tg_error *error)
{
    const layout *at = &work->at;
    const char *d_memory = work->d_memory;
    tg_status status = check_zone(conduct, device, TG_ZONE_BEFORE_TRACE,
                                  d_memory + at->trace - GUARD_BYTES, true, error);
    if (status == TG_OK)
        status = check_zone(conduct, device, TG_ZONE_AFTER_TRACE, d_memory + at->after_trace, false,
                            error);
    if (status == TG_OK)
        status = check_zone(conduct, device, TG_ZONE_BEFORE_EVENTS, d_memory + at->before_events,
                            true, error);
    if (status == TG_OK)
        status = check_zone(conduct, device, TG_ZONE_AFTER_EVENTS, d_memory + at->after_events,
                            false, error);
    if (status != TG_OK || at->events_bytes == 0) return status;
    tg_device_tally changed = {0};
    status = tg_device_compare_bytes(device, &changed, work->d_original, d_memory + at->events,
                                     at->events_bytes, error);
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

static tg_status cuda_run(void *state, uint32_t *cells, tg_conduct *conduct, const tg_job *job,
                          uint32_t poison, tg_error *error)
{
    tg_device *device = state;
    const tg_subject *subject = job->subject;
    workspace work = {.d_memory = NULL};
    tg_status status = workspace_init(&work, device, job, poison, error);
    if (status != TG_OK) goto cleanup;
    const void *d_events = work.at.events_bytes != 0 ? work.d_memory + work.at.events : NULL;
    uint32_t *d_cells = (uint32_t *)(void *)(work.d_memory + work.at.trace);
    status = tg_device_run(device, subject->plan, subject->trace->name, &job->launch, d_cells,
                           job->height, d_events, job->nb_events, error);
    if (status == TG_OK) status = tg_device_wait(device, error);
    if (status == TG_OK) status = check_conduct(conduct, device, &work, error);
    if (status == TG_OK)
        status = tg_device_download(device, cells, d_cells, work.at.trace_bytes, error);
cleanup:
    workspace_clear(&work, device);
    return status;
}

const tg_backend_ops tg_backend_cuda = {
    .name = "cuda",
    .text = "the kernels on a CUDA device",
    .takes_launch = true,
    .generates = true,
    .open = cuda_open,
    .close = cuda_close,
    .run = cuda_run,
};
