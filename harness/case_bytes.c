/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Cases as bytes: any bytes are one. */
#include "harness/case.h"

#include "model/memory.h"

#include <string.h>

/* Places in the head. */
enum { NB_EVENTS = 0, HEIGHT = 2, GRID = 4, BLOCK = 6, CANDIDATES = 8, LAYOUT = 10 };

static_assert(LAYOUT + 2 == TG_CASE_HEAD_BYTES, "the layout is the last of the head");

/* ---- events ---- */

static void mend_word(unsigned char *at, uint32_t limit)
{
    uint32_t word = 0;
    memcpy(&word, at, sizeof word);
    if (word < limit) return;
    word %= limit;
    memcpy(at, &word, sizeof word);
}

/* Bring one leaf of an event into its range. */
static void mend_leaf(unsigned char *at, const tg_type *type)
{
    const uint32_t one = TG_WORD_ONE;
    switch (type->form) {
    case TG_FORM_FELT:
    case TG_FORM_RESIDUE:
        mend_word(at, TG_P);
        break;
    case TG_FORM_ONE:
        memcpy(at, &one, sizeof one);
        break;
    case TG_FORM_ENUM:
        mend_word(at, (uint32_t)type->nb_values);
        break;
    case TG_FORM_BYTE:
        // nb_values may be 256, where nothing is beyond it.
        *at = (unsigned char)(*at % type->nb_values);
        break;
    case TG_FORM_FLAG:
        *at = *at % 2;
        break;
    case TG_FORM_PAD:
        *at = 0;
        break;
    case TG_FORM_COUNT:
    case TG_FORM_STRUCT:
        break;
    }
}

tg_status tg_case_mend_events(void *events, const tg_subject *subject, size_t nb_events,
                              tg_error *error)
{
    const tg_type *type = subject->trace->event;
    if (type == NULL || nb_events == 0) return TG_OK;
    const size_t nb_leaves = tg_type_nb_leaves(type);
    void *buffer = NULL;
    const tg_status status = tg_buffer_create(&buffer, nb_leaves, sizeof(tg_leaf), error);
    if (status != TG_OK) return status;
    tg_leaf *leaves = buffer;
    tg_type_leaves(leaves, type);
    // Elsewhere any valid words make a trace, also those that no program could cause.
    const bool is_checked = subject->reference->checks_ignored && subject->draws != NULL &&
                            subject->draws->complete != NULL;
    unsigned char *event = events;
    for (size_t i = 0; i < nb_events; i++, event += type->size) {
        for (size_t leaf = 0; leaf < nb_leaves; leaf++) {
            mend_leaf(event + leaves[leaf].offset, leaves[leaf].type);
        }
        if (is_checked) tg_draws_complete(subject->draws, event);
    }
    tg_buffer_destroy(buffer);
    return TG_OK;
}

/* ---- decoding ---- */

static size_t number_at(const uint8_t head[TG_CASE_HEAD_BYTES], size_t place, size_t limit)
{
    const size_t number = head[place] | (size_t)head[place + 1] << 8;
    return number % (limit + 1);
}

/* The fixed height, raised to the rows that the events need where it counts. */
static size_t fixed_height_of(const tg_trace *trace, size_t nb_events, size_t height)
{
    const size_t nb_rows = tg_trace_nb_rows(trace, nb_events);
    const bool counts = height != 0 && trace->height_rule == TG_HEIGHT_MULTIPLE_OF_32;
    return counts && height < nb_rows ? nb_rows : height;
}

/* Fill nb_events events from the given bytes, the last of which may be a part of an event. Returns
 * how many are given. */
static size_t take_given(unsigned char *events, size_t nb_events, size_t event_size,
                         const uint8_t *bytes, size_t nb_bytes)
{
    const size_t nb_taken = nb_bytes < nb_events * event_size ? nb_bytes : nb_events * event_size;
    const size_t nb_given = (nb_taken + event_size - 1) / event_size;
    if (nb_taken != 0) memcpy(events, bytes, nb_taken);
    memset(events + nb_taken, 0, nb_given * event_size - nb_taken);
    return nb_given;
}

/* Give the events that bytes say nothing of those whose turn it is. */
static void repeat(unsigned char *events, size_t nb_events, size_t event_size, size_t nb_given)
{
    const size_t period = nb_given != 0 ? nb_given : 1;
    for (size_t i = period; i < nb_events; i++) {
        memcpy(events + i * event_size, events + (i - period) * event_size, event_size);
    }
}

static tg_status decode_events(tg_case *work, const uint8_t *bytes, size_t nb_bytes,
                               tg_error *error)
{
    const size_t event_size = tg_trace_event_size(work->subject.trace);
    if (event_size == 0 || work->nb_events == 0) return TG_OK;
    tg_status status = tg_buffer_create(&work->events, work->nb_events, event_size, error);
    if (status != TG_OK) return status;
    const size_t nb_given = take_given(work->events, work->nb_events, event_size, bytes, nb_bytes);
    // Without any, the event of zeros is the one that is repeated.
    if (nb_given == 0) memset(work->events, 0, event_size);
    const size_t period = nb_given != 0 ? nb_given : 1;
    status = tg_case_mend_events(work->events, &work->subject, period, error);
    if (status == TG_OK) repeat(work->events, work->nb_events, event_size, period);
    return status;
}

tg_status tg_case_decode(tg_case *work, const tg_subject *subject, const uint8_t *bytes,
                         size_t nb_bytes, tg_error *error)
{
    uint8_t head[TG_CASE_HEAD_BYTES] = {0};
    const size_t nb_head = nb_bytes < sizeof head ? nb_bytes : sizeof head;
    if (nb_head != 0) memcpy(head, bytes, nb_head);
    const tg_trace *trace = subject->trace;
    *work =
        (tg_case){.subject = *subject,
                  .nb_events = number_at(head, NB_EVENTS, TG_CASE_MAX_EVENTS),
                  .max_candidates = (uint32_t)number_at(head, CANDIDATES, trace->max_candidates),
                  .launch = {.grid = (uint32_t)number_at(head, GRID, TG_CASE_MAX_GRID),
                             .block = (uint32_t)number_at(head, BLOCK, TG_CASE_MAX_BLOCK)}};
    work->fixed_height =
        fixed_height_of(trace, work->nb_events, number_at(head, HEIGHT, TG_CASE_MAX_HEIGHT));
    const uint8_t *events = nb_bytes > nb_head ? bytes + nb_head : NULL;
    const tg_status status = decode_events(work, events, nb_bytes - nb_head, error);
    if (status != TG_OK) tg_case_clear(work);
    return status;
}

/* ---- encoding ---- */

static tg_status check_limit(const char *what, size_t number, size_t limit, tg_error *error)
{
    if (number <= limit) return TG_OK;
    tg_error_set(error, TG_ERR_SIZE, "a case with %s %zu, where its bytes hold at most %zu", what,
                 number, limit);
    tg_error_how(error, "save it as a folder, which has no such limit");
    return TG_ERR_SIZE;
}

static tg_status check_case(const tg_case *work, tg_error *error)
{
    const uint32_t max_candidates = work->subject.trace->max_candidates;
    tg_status status = check_limit("events", work->nb_events, TG_CASE_MAX_EVENTS, error);
    if (status == TG_OK)
        status = check_limit("fixed height", work->fixed_height, TG_CASE_MAX_HEIGHT, error);
    if (status == TG_OK) status = check_limit("grid", work->launch.grid, TG_CASE_MAX_GRID, error);
    if (status == TG_OK)
        status = check_limit("block", work->launch.block, TG_CASE_MAX_BLOCK, error);
    if (status == TG_OK)
        status = check_limit("candidates", work->max_candidates, max_candidates, error);
    return status;
}

static bool are_zero(const unsigned char *bytes, size_t nb_bytes)
{
    for (size_t i = 0; i < nb_bytes; i++) {
        if (bytes[i] != 0) return false;
    }
    return true;
}

/* Whether every event from `period` on is the one `period` before it. */
static bool is_period(const unsigned char *events, size_t nb_events, size_t event_size,
                      size_t period)
{
    // One event first: most periods fail there, and a sanitizer looks at all that is compared.
    const unsigned char *shifted = events + period * event_size;
    return memcmp(events, shifted, event_size) == 0 &&
           memcmp(events, shifted, (nb_events - period) * event_size) == 0;
}

/* Events that have to be given, so that the others are repetitions of them. */
static size_t nb_to_give(const unsigned char *events, size_t nb_events, size_t event_size)
{
    if (event_size == 0 || nb_events == 0) return 0;
    size_t period = 1;
    while (period < nb_events && !is_period(events, nb_events, event_size, period)) {
        period++;
    }
    return period == 1 && are_zero(events, event_size) ? 0 : period;
}

static void put_number(uint8_t *bytes, size_t place, size_t number)
{
    bytes[place] = (uint8_t)(number & 0xff);
    bytes[place + 1] = (uint8_t)(number >> 8);
}

tg_status tg_case_encode(uint8_t *bytes, size_t *nb_bytes, size_t max_bytes, const tg_case *work,
                         tg_error *error)
{
    *nb_bytes = 0;
    const tg_status status = check_case(work, error);
    if (status != TG_OK) return status;
    const size_t event_size = tg_trace_event_size(work->subject.trace);
    const size_t nb_given = nb_to_give(work->events, work->nb_events, event_size);
    *nb_bytes = TG_CASE_HEAD_BYTES + nb_given * event_size;
    if (*nb_bytes > max_bytes) {
        tg_error_set(error, TG_ERR_SIZE, "a case takes %zu bytes, and there is room for %zu",
                     *nb_bytes, max_bytes);
        tg_error_how(error, "give it more room, or use fewer events");
        return TG_ERR_SIZE;
    }
    memset(bytes, 0, TG_CASE_HEAD_BYTES);
    put_number(bytes, NB_EVENTS, work->nb_events);
    put_number(bytes, HEIGHT, work->fixed_height);
    put_number(bytes, GRID, work->launch.grid);
    put_number(bytes, BLOCK, work->launch.block);
    put_number(bytes, CANDIDATES, work->max_candidates);
    if (nb_given != 0) memcpy(bytes + TG_CASE_HEAD_BYTES, work->events, nb_given * event_size);
    return TG_OK;
}
