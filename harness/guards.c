/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Guard zones and poison around a generator that runs on the CPU. */
#include "harness/backend.h"

#include "gpu/plan.h"
#include "harness/bulk.h"
#include "kernels/host_user.h"
#include "model/memory.h"

#include <string.h>

#define GUARD_BYTES (TG_GUARD_WORDS * sizeof(uint32_t))

/* One buffer: zone, body, zone. The body begins on a cache line, since a zone is a whole number
 * of them. */
typedef struct guarded {
    unsigned char *buffer;
    unsigned char *body;
    size_t body_bytes;
} guarded;

static tg_status guarded_init(guarded *memory, size_t body_bytes, tg_error *error)
{
    *memory = (guarded){0};
    if (body_bytes > SIZE_MAX - 2 * GUARD_BYTES) {
        tg_error_set(error, TG_ERR_SIZE, "%zu bytes do not fit into memory", body_bytes);
        tg_error_how(error, "use fewer events or a smaller height");
        return TG_ERR_SIZE;
    }
    void *buffer = NULL;
    const tg_status status = tg_buffer_create(&buffer, body_bytes + 2 * GUARD_BYTES, 1, error);
    if (status != TG_OK) return status;
    *memory = (guarded){.buffer = buffer,
                        .body = (unsigned char *)buffer + GUARD_BYTES,
                        .body_bytes = body_bytes};
    tg_bulk_fill(memory->buffer, TG_GUARD_WORD, GUARD_BYTES);
    tg_bulk_fill(memory->body + body_bytes, TG_GUARD_WORD, GUARD_BYTES);
    return TG_OK;
}

/* Let a sanitizer see what touches the zones, reads too, or let them be looked at. */
static void guarded_set(const guarded *memory, bool is_forbidden)
{
    const unsigned char *after = memory->body + memory->body_bytes;
    if (memory->buffer == NULL) return;
    if (is_forbidden) {
        tg_host_user_forbid(memory->buffer, GUARD_BYTES);
        tg_host_user_forbid(after, GUARD_BYTES);
    } else {
        tg_host_user_allow(memory->buffer, GUARD_BYTES);
        tg_host_user_allow(after, GUARD_BYTES);
    }
}

static void guarded_clear(guarded *memory)
{
    tg_buffer_destroy(memory->buffer);
    *memory = (guarded){0};
}

/* Count the changed words of a zone; first is their smallest distance from the body, which lies
 * behind the zone if is_before. */
static void check_zone(tg_conduct *conduct, tg_zone zone, const unsigned char *words,
                       bool is_before)
{
    for (size_t distance = 0; distance < TG_GUARD_WORDS; distance++) {
        const size_t place = is_before ? TG_GUARD_WORDS - 1 - distance : distance;
        uint32_t word = 0;
        memcpy(&word, words + place * sizeof word, sizeof word);
        if (word == TG_GUARD_WORD) continue;
        if (conduct->nb_zone_words[zone]++ == 0) conduct->first_zone_word[zone] = distance;
    }
}

static void check_zones(tg_conduct *conduct, tg_zone before, tg_zone after, const guarded *memory)
{
    check_zone(conduct, before, memory->buffer, true);
    check_zone(conduct, after, memory->body + memory->body_bytes, false);
}

static void check_events(tg_conduct *conduct, const tg_job *job, const guarded *events)
{
    if (tg_bulk_equal(events->body, job->events, events->body_bytes)) return;
    const unsigned char *original = job->events;
    size_t byte = 0;
    while (original[byte] == events->body[byte]) {
        byte++;
    }
    conduct->events_changed = true;
    conduct->first_changed_byte = byte;
}

/* All memory of one run. */
typedef struct run_memory {
    guarded trace;
    guarded events;
    guarded sides[TG_MAX_SIDES];
} run_memory;

/* Take the memory and fill it: poison in trace and side outputs, a copy of the events. */
static tg_status memory_init(run_memory *memory, const tg_job *job, uint32_t poison,
                             tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    size_t nb_cells = 0;
    size_t trace_bytes = 0;
    size_t event_bytes = 0;
    tg_status status = tg_size_multiply(&nb_cells, job->height, tg_trace_width(trace), error);
    if (status == TG_OK) status = tg_size_multiply(&trace_bytes, nb_cells, sizeof(uint32_t), error);
    if (status == TG_OK)
        status = tg_size_multiply(&event_bytes, job->nb_events, tg_trace_event_size(trace), error);
    if (status == TG_OK) status = guarded_init(&memory->trace, trace_bytes, error);
    if (status == TG_OK) status = guarded_init(&memory->events, event_bytes, error);
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        status = guarded_init(&memory->sides[i],
                              tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t), error);
    }
    if (status != TG_OK) return status;
    tg_bulk_fill(memory->trace.body, poison, trace_bytes);
    tg_bulk_copy(memory->events.body, job->events, event_bytes);
    for (size_t i = 0; i < trace->nb_sides; i++) {
        tg_bulk_fill(memory->sides[i].body, poison, memory->sides[i].body_bytes);
    }
    return TG_OK;
}

static void memory_clear(run_memory *memory)
{
    guarded_clear(&memory->trace);
    guarded_clear(&memory->events);
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        guarded_clear(&memory->sides[i]);
    }
}

static void memory_set(const run_memory *memory, bool is_forbidden)
{
    guarded_set(&memory->trace, is_forbidden);
    guarded_set(&memory->events, is_forbidden);
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        guarded_set(&memory->sides[i], is_forbidden);
    }
}

/* Check the zones, and copy out what the run left. */
static void check_and_copy(const tg_product *out, tg_conduct *conduct, const run_memory *memory,
                           const tg_job *job)
{
    check_zones(conduct, TG_ZONE_BEFORE_TRACE, TG_ZONE_AFTER_TRACE, &memory->trace);
    check_zones(conduct, TG_ZONE_BEFORE_EVENTS, TG_ZONE_AFTER_EVENTS, &memory->events);
    check_events(conduct, job, &memory->events);
    tg_bulk_copy(out->cells, memory->trace.body, memory->trace.body_bytes);
    for (size_t i = 0; i < job->subject->trace->nb_sides; i++) {
        const guarded *side = &memory->sides[i];
        check_zones(conduct, (tg_zone)(TG_ZONE_BEFORE_SIDES + i),
                    (tg_zone)(TG_ZONE_AFTER_SIDES + i), side);
        tg_bulk_copy(out->sides[i], side->body, side->body_bytes);
    }
}

tg_status tg_guarded_run(const tg_product *out, tg_conduct *conduct, tg_cpu_generate *generate,
                         void *state, const tg_job *job, uint32_t poison, tg_error *error)
{
    run_memory memory = {0};
    tg_status status = memory_init(&memory, job, poison, error);
    if (status == TG_OK) {
        tg_job guarded_job = *job;
        guarded_job.events = memory.events.body_bytes != 0 ? memory.events.body : NULL;
        tg_product guarded_out = {.cells = (uint32_t *)(void *)memory.trace.body};
        for (size_t i = 0; i < job->subject->trace->nb_sides; i++) {
            guarded_out.sides[i] = (uint32_t *)(void *)memory.sides[i].body;
        }
        // What the program's own kernels do to the zones is a finding of its own.
        const tg_plan *plan = job->subject->plan;
        const bool is_users = plan != NULL && plan->user != NULL;
        if (is_users) memory_set(&memory, true);
        status = generate(state, &guarded_out, &guarded_job, error);
        if (is_users) memory_set(&memory, false);
    }
    if (status == TG_OK) check_and_copy(out, conduct, &memory, job);
    memory_clear(&memory);
    return status;
}
