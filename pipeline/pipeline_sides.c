/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Side outputs that are public values, and what else comes back from the device. */
#include "pipeline/pipeline_internal.h"

#include "kernels/kernels.h"
#include "model/memory.h"
#include "reference/field.h"

#include <string.h>

/* A word as public values have it: a residue, or a plain integer. */
static uint32_t canonical(const tg_side *side, size_t word, uint32_t value)
{
    const tg_form form = tg_type_leaf_at(side->words, word).type->form;
    const bool is_montgomery = form == TG_FORM_FELT || form == TG_FORM_ONE;
    return is_montgomery ? tg_ref_from_word(value) : value;
}

void pipeline_put_public_values(uint32_t *public_values, const tg_trace *trace,
                                uint32_t *const sides[TG_MAX_SIDES])
{
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const tg_side *side = &trace->sides[i];
        if (side->public_value == TG_NOT_PUBLIC || sides[i] == NULL) continue;
        const size_t nb_words = tg_side_nb_words(side);
        TG_VERIFY_CHECK(side->public_value + nb_words <= TG_PIPELINE_NB_PUBLIC_VALUES);
        for (size_t word = 0; word < nb_words; word++) {
            public_values[side->public_value + word] = canonical(side, word, sides[i][word]);
        }
    }
}

static tg_status check_events(const pipeline_item *item, tg_scope *scope, tg_error *error)
{
    uint32_t bad_event = TG_NO_BAD_EVENT;
    const tg_chip_input *input = item->input;
    const tg_status status =
        tg_scope_download(scope, &bad_event, item->d_bad_event, sizeof bad_event, error);
    if (status != TG_OK || bad_event == TG_NO_BAD_EVENT) return status;
    const tg_request request = {.trace = input->subject.trace,
                                .height = item->height,
                                .events = input->events,
                                .nb_events = input->nb_events};
    return tg_plan_bad_event(&request, bad_event, error);
}

static tg_status download_side(uint32_t **words, const pipeline_item *item, size_t number,
                               tg_scope *scope, tg_error *error)
{
    const size_t nb_words = tg_side_nb_words(&item->input->subject.trace->sides[number]);
    void *memory = NULL;
    tg_status status = tg_buffer_create(&memory, nb_words, sizeof **words, error);
    *words = memory;
    if (status != TG_OK) return status;
    return tg_scope_download(scope, *words, item->to->d_sides[number], nb_words * sizeof **words,
                             error);
}

tg_status pipeline_read_back(const pipeline_item *item, tg_scope *scope, tg_error *error)
{
    const tg_trace *trace = item->input->subject.trace;
    uint32_t *sides[TG_MAX_SIDES] = {NULL};
    tg_status status = TG_OK;
    if (item->d_bad_event != NULL) status = check_events(item, scope, error);
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        if (trace->sides[i].public_value != TG_NOT_PUBLIC)
            status = download_side(&sides[i], item, i, scope, error);
    }
    if (status == TG_OK)
        pipeline_put_public_values(item->call->inputs[item->kind]->public_values, trace, sides);
    for (size_t i = 0; i < TG_MAX_SIDES; i++) tg_buffer_destroy(sides[i]);
    return status;
}
