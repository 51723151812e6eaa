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

#include "model/memory.h"

#include <string.h>

#define GUARD_BYTES (TG_GUARD_WORDS * sizeof(uint32_t))

/* What cudaMalloc aligns to (CUDA C++ Programming Guide, device memory accesses). */
#define DEVICE_ALIGNMENT ((size_t)256)
static_assert(GUARD_BYTES % DEVICE_ALIGNMENT == 0,
              "a zone must not move what lies behind it off its alignment");

/* Trace, events and the side outputs. */
#define MAX_REGIONS (2 + TG_MAX_SIDES)
enum { REGION_TRACE, REGION_EVENTS, REGION_SIDES };

/* One array between its zones; places are bytes from the start of the buffer. */
typedef struct region {
    tg_zone before; /* numbers of the zones */
    tg_zone after;
    size_t start;
    size_t bytes;
    size_t after_start; /* of the zone behind it */
} region;

/* Device memory of one run. */
typedef struct workspace {
    size_t nb_regions;
    region regions[MAX_REGIONS];
    size_t bytes;
    char *d_memory;   /* as the regions say */
    void *d_original; /* events as they were uploaded */
} workspace;

static tg_status measure(workspace *work, const tg_job *job, tg_error *error)
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
    work->nb_regions = REGION_SIDES + trace->nb_sides;
    work->regions[REGION_TRACE] = (region){.before = TG_ZONE_BEFORE_TRACE,
                                           .after = TG_ZONE_AFTER_TRACE,
                                           .bytes = trace_bytes};
    work->regions[REGION_EVENTS] = (region){.before = TG_ZONE_BEFORE_EVENTS,
                                            .after = TG_ZONE_AFTER_EVENTS,
                                            .bytes = events_bytes};
    for (size_t i = 0; i < trace->nb_sides; i++) {
        work->regions[REGION_SIDES + i] =
            (region){.before = (tg_zone)(TG_ZONE_BEFORE_SIDES + i),
                     .after = (tg_zone)(TG_ZONE_AFTER_SIDES + i),
                     .bytes = tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t)};
    }
    return TG_OK;
}

static size_t round_up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

static void lay_out(workspace *work)
{
    size_t place = 0;
    for (size_t i = 0; i < work->nb_regions; i++) {
        region *at = &work->regions[i];
        at->start = round_up(place, DEVICE_ALIGNMENT) + GUARD_BYTES;
        // Guards are words; an event that isn't a whole number of them would leave its last bytes'
        // neighbours unguarded.
        at->after_start = round_up(at->start + at->bytes, sizeof(uint32_t));
        place = at->after_start + GUARD_BYTES;
    }
    work->bytes = place;
}

static uint32_t *region_words(const workspace *work, size_t number)
{
    return (uint32_t *)(void *)(work->d_memory + work->regions[number].start);
}

/* Take the memory and fill it: guards everywhere, poison in the outputs, events twice.
 * d_events  the events, where another workspace has them on the device already; else NULL */
static tg_status workspace_init(workspace *work, tg_device *device, const tg_job *job,
                                uint32_t poison, const void *d_events, tg_error *error)
{
    void *d_memory = NULL;
    tg_status status = measure(work, job, error);
    if (status != TG_OK) return status;
    lay_out(work);
    const region *events = &work->regions[REGION_EVENTS];
    status = tg_device_take(device, &d_memory, work->bytes, error);
    work->d_memory = d_memory;
    if (status == TG_OK && events->bytes != 0)
        status = tg_device_take(device, &work->d_original, events->bytes, error);
    if (status != TG_OK) return status;
    status = tg_device_fill(device, (uint32_t *)d_memory, work->bytes / sizeof(uint32_t),
                            TG_GUARD_WORD, error);
    for (size_t i = 0; i < work->nb_regions && status == TG_OK; i++) {
        if (i == REGION_EVENTS) continue;
        status = tg_device_fill(device, region_words(work, i),
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
    tg_status status = TG_OK;
    for (size_t i = 0; i < work->nb_regions && status == TG_OK; i++) {
        const region *at = &work->regions[i];
        status = check_zone(conduct, device, at->before, work->d_memory + at->start - GUARD_BYTES,
                            true, error);
        if (status == TG_OK)
            status = check_zone(conduct, device, at->after, work->d_memory + at->after_start, false,
                                error);
    }
    const region *events = &work->regions[REGION_EVENTS];
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
static tg_status run_plan(tg_device *device, const workspace *work, const tg_job *job,
                          tg_error *error)
{
    tg_product d_out = {.cells = region_words(work, REGION_TRACE)};
    for (size_t i = REGION_SIDES; i < work->nb_regions; i++) {
        d_out.sides[i - REGION_SIDES] = region_words(work, i);
    }
    tg_request request = tg_job_request(job);
    const region *events = &work->regions[REGION_EVENTS];
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
    workspace work = {.d_memory = NULL};
    tg_status status = workspace_init(&work, device, job, poison, NULL, error);
    if (status == TG_OK) status = run_plan(device, &work, job, error);
    if (status == TG_OK) status = check_conduct(conduct, device, &work, error);
    if (status == TG_OK)
        status = tg_device_download(device, out->cells, region_words(&work, REGION_TRACE),
                                    work.regions[REGION_TRACE].bytes, error);
    for (size_t i = REGION_SIDES; i < work.nb_regions && status == TG_OK; i++) {
        status = tg_device_download(device, out->sides[i - REGION_SIDES], region_words(&work, i),
                                    work.regions[i].bytes, error);
    }
    workspace_clear(&work, device);
    return status;
}

/* ---- comparison on the device ---- */

/* Make a trace in a workspace of its own; is_well: nothing was touched that must not be. */
static tg_status make_there(workspace *work, bool *is_well, tg_device *device, const tg_job *job,
                            uint32_t poison, const void *d_events, tg_error *error)
{
    tg_conduct conduct = {0};
    tg_status status = workspace_init(work, device, job, poison, d_events, error);
    if (status == TG_OK) status = run_plan(device, work, job, error);
    if (status == TG_OK) status = check_conduct(&conduct, device, work, error);
    *is_well = status == TG_OK && !tg_conduct_is_wrong(&conduct);
    return status;
}

/* Whether two runs left the same words in a region, and those are the expected ones. */
static tg_status region_matches(bool *is_match, tg_device *device, const workspace works[2],
                                size_t number, const uint32_t *expected, tg_error *error)
{
    const size_t bytes = works[0].regions[number].bytes;
    tg_device_tally unwritten = {0};
    tg_device_tally unstable = {0};
    tg_device_tally different = {0};
    void *d_expected = NULL;
    tg_status status =
        tg_device_compare_runs(device, &unwritten, &unstable, region_words(&works[0], number),
                               region_words(&works[1], number), bytes / sizeof(uint32_t),
                               TG_POISON_FIRST, TG_POISON_SECOND, error);
    if (status == TG_OK) status = tg_device_take(device, &d_expected, bytes, error);
    if (status == TG_OK) status = tg_device_upload(device, d_expected, expected, bytes, error);
    if (status == TG_OK)
        status = tg_device_compare_bytes(device, &different, d_expected,
                                         region_words(&works[1], number), bytes, error);
    tg_device_give(device, d_expected);
    *is_match = status == TG_OK && unwritten.nb == 0 && unstable.nb == 0 && different.nb == 0;
    return status;
}

static tg_status cuda_matches(void *state, bool *is_match, const tg_job *job,
                              const tg_product *expected, tg_error *error)
{
    tg_device *device = state;
    workspace works[2] = {{.d_memory = NULL}, {.d_memory = NULL}};
    bool is_well = false;
    tg_status status = make_there(&works[0], &is_well, device, job, TG_POISON_FIRST, NULL, error);
    if (status == TG_OK && is_well)
        status = make_there(&works[1], &is_well, device, job, TG_POISON_SECOND, works[0].d_original,
                            error);
    *is_match = status == TG_OK && is_well;
    for (size_t i = 0; i < works[0].nb_regions && *is_match; i++) {
        if (i == REGION_EVENTS) continue;
        status = region_matches(
            is_match, device, works, i,
            i == REGION_TRACE ? expected->cells : expected->sides[i - REGION_SIDES], error);
    }
    workspace_clear(&works[1], device);
    workspace_clear(&works[0], device);
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
    .matches = cuda_matches,
};
