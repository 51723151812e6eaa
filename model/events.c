/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Checks on events, from the types of their fields. */
#include "model/memory.h"
#include "model/trace.h"

#include <stdio.h>
#include <string.h>

/* Bytes of the text that says what is wrong with a leaf. */
#define FAULT_BYTES 48

/* What is wrong with a leaf: "" if it is valid. text: the caller's, for what is put together. */
static const char *leaf_fault(char text[FAULT_BYTES], const tg_leaf *leaf,
                              const unsigned char *event, uint32_t *value)
{
    if (leaf->type->size == 1) {
        *value = event[leaf->offset];
    } else {
        memcpy(value, event + leaf->offset, sizeof *value);
    }
    switch (leaf->type->form) {
    case TG_FORM_FELT:
        return *value < TG_P ? "" : "is not a word below p = 2130706433";
    case TG_FORM_ONE:
        return *value == TG_WORD_ONE
                   ? ""
                   : "is not the word of 1, 33554430: this multiplicity must be 1";
    case TG_FORM_ENUM:
        return *value < leaf->type->nb_values ? "" : "is outside its enum";
    case TG_FORM_FLAG:
        return *value <= 1 ? "" : "is a flag that is neither 0 nor 1";
    case TG_FORM_RESIDUE:
        return *value < TG_P ? "" : "is not a residue below p = 2130706433";
    case TG_FORM_BYTE:
        if (*value < leaf->type->nb_values) return "";
        (void)snprintf(text, FAULT_BYTES, "is not below %zu", leaf->type->nb_values);
        return text;
    case TG_FORM_COUNT:
    case TG_FORM_PAD:
    case TG_FORM_STRUCT:
        return "";
    }
    return "";
}

static tg_status fault_error(const tg_trace *trace, size_t event, size_t leaf, uint32_t value,
                             const char *fault, tg_error *error)
{
    char name[TG_NAME_BYTES];
    tg_error_set(error, TG_ERR_EVENT, "%s %lu (0x%08lx) %s",
                 tg_type_leaf_name(name, sizeof name, trace->event, leaf), (unsigned long)value,
                 (unsigned long)value, fault);
    tg_error_where(error, "event %zu of %s", event, trace->name);
    tg_error_how(error, "mend the event: 'tracegate describe %s' lists what its fields may hold",
                 trace->name);
    return TG_ERR_EVENT;
}

tg_status tg_trace_check_events(const tg_trace *trace, const void *events, size_t nb_events,
                                tg_error *error)
{
    if (trace->event == NULL || nb_events == 0) return TG_OK;
    const size_t nb_leaves = tg_type_nb_leaves(trace->event);
    void *buffer = NULL;
    tg_status status = tg_buffer_create(&buffer, nb_leaves, sizeof(tg_leaf), error);
    if (status != TG_OK) return status;
    tg_leaf *leaves = buffer;
    tg_type_leaves(leaves, trace->event);
    const unsigned char *event = events;
    for (size_t i = 0; i < nb_events && status == TG_OK; i++, event += trace->event->size) {
        for (size_t leaf = 0; leaf < nb_leaves; leaf++) {
            uint32_t value = 0;
            char text[FAULT_BYTES];
            const char *fault = leaf_fault(text, &leaves[leaf], event, &value);
            if (fault[0] != '\0') {
                status = fault_error(trace, i, leaf, value, fault, error);
                break;
            }
        }
    }
    tg_buffer_destroy(buffer);
    return status;
}

size_t tg_trace_nb_beyond(size_t *first, const tg_trace *trace, const tg_bound *bound,
                          const void *events, size_t nb_events)
{
    size_t nb_beyond = 0;
    *first = 0;
    if (nb_events == 0) return 0;
    const unsigned char *leaf = (const unsigned char *)events + bound->offset;
    for (size_t i = 0; i < nb_events; i++, leaf += trace->event->size) {
        uint32_t value = 0;
        memcpy(&value, leaf, sizeof value);
        if (value >= bound->below && nb_beyond++ == 0) *first = i;
    }
    return nb_beyond;
}

bool tg_request_is_limited(const tg_request *request)
{
    return tg_request_max_candidates(request) < request->trace->max_candidates;
}

tg_status tg_request_no_candidate(const tg_request *request, size_t event, tg_error *error)
{
    const uint32_t nb = tg_request_max_candidates(request);
    const char *name = request->trace->name;
    if (nb == 1) {
        tg_error_set(error, TG_ERR_EVENT, "event %zu of %s: its only candidate will not do", event,
                     name);
    } else {
        tg_error_set(error, TG_ERR_EVENT, "event %zu of %s: none of its %lu candidates will do",
                     event, name, (unsigned long)nb);
    }
    if (tg_request_is_limited(request)) {
        tg_error_how(error, "give a larger --max-candidates");
    } else {
        tg_error_how(error, "leave the event out: SP1 cannot make its row either");
    }
    return TG_ERR_EVENT;
}
