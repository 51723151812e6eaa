/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Guard zones and poison around a generator that runs on the CPU. */
#include "harness/backend.h"

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

static void fill_words(void *to, uint32_t word, size_t nb_bytes)
{
    for (size_t i = 0; i < nb_bytes; i += sizeof word) {
        memcpy((unsigned char *)to + i, &word, sizeof word);
    }
}

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
    fill_words(memory->buffer, TG_GUARD_WORD, GUARD_BYTES);
    fill_words(memory->body + body_bytes, TG_GUARD_WORD, GUARD_BYTES);
    return TG_OK;
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
    if (events->body_bytes == 0 || memcmp(events->body, job->events, events->body_bytes) == 0)
        return;
    const unsigned char *original = job->events;
    size_t byte = 0;
    while (original[byte] == events->body[byte]) {
        byte++;
    }
    conduct->events_changed = true;
    conduct->first_changed_byte = byte;
}

tg_status tg_guarded_run(uint32_t *cells, tg_conduct *conduct, tg_cpu_generate *generate,
                         void *state, const tg_job *job, uint32_t poison, tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    guarded trace_memory = {0};
    guarded event_memory = {0};
    size_t nb_cells = 0;
    size_t trace_bytes = 0;
    size_t event_bytes = 0;
    tg_status status = tg_size_multiply(&nb_cells, job->height, tg_trace_width(trace), error);
    if (status == TG_OK) status = tg_size_multiply(&trace_bytes, nb_cells, sizeof *cells, error);
    if (status == TG_OK)
        status = tg_size_multiply(&event_bytes, job->nb_events, tg_trace_event_size(trace), error);
    if (status == TG_OK) status = guarded_init(&trace_memory, trace_bytes, error);
    if (status == TG_OK) status = guarded_init(&event_memory, event_bytes, error);
    if (status != TG_OK) goto cleanup;

    fill_words(trace_memory.body, poison, trace_bytes);
    if (event_bytes != 0) memcpy(event_memory.body, job->events, event_bytes);
    tg_job guarded_job = *job;
    guarded_job.events = event_bytes != 0 ? event_memory.body : NULL;
    status = generate(state, (uint32_t *)(void *)trace_memory.body, &guarded_job, error);
    if (status != TG_OK) goto cleanup;
    check_zones(conduct, TG_ZONE_BEFORE_TRACE, TG_ZONE_AFTER_TRACE, &trace_memory);
    check_zones(conduct, TG_ZONE_BEFORE_EVENTS, TG_ZONE_AFTER_EVENTS, &event_memory);
    check_events(conduct, job, &event_memory);
    memcpy(cells, trace_memory.body, trace_bytes);
cleanup:
    guarded_clear(&trace_memory);
    guarded_clear(&event_memory);
    return status;
}
