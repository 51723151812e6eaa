/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Inputs in memory: events that are copied. */
#include "model/memory.h"
#include "pipeline/record_inputs_internal.h"
#include "pipeline/sync_internal.h"

#include <stdlib.h>
#include <string.h>

/* Inputs and what they own. */
typedef struct made_inputs {
    tg_inputs inputs; /* first: a pointer to it is one to all */
    void **events;    /* [machine->nb_chips] the copies; NULL: none */
} made_inputs;

static void destroy(tg_inputs *inputs)
{
    made_inputs *made = (made_inputs *)inputs;
    for (size_t i = 0; made->events != NULL && i < inputs->machine->nb_chips; i++) {
        tg_buffer_destroy(made->events[i]);
    }
    free(made->events);
    free(inputs->chips);
    free(made);
}

tg_subject pipeline_subject_of(const tg_trace *trace)
{
    for (size_t i = 0; trace != NULL && i < tg_nb_traces(); i++) {
        if (tg_trace_at(i) == trace) return tg_subject_at(i);
    }
    return (tg_subject){.trace = NULL};
}

/* What a chip has without events. */
static tg_status set_empty(tg_inputs *inputs, size_t chip, tg_error *error)
{
    const tg_machine *machine = inputs->machine;
    tg_chip_input *input = &inputs->chips[chip];
    input->subject = pipeline_subject_of(tg_machine_trace(machine, chip, inputs->kind));
    input->is_included = inputs->kind == TG_KIND_preprocessed
                             ? tg_machine_width(machine, chip, inputs->kind) != 0
                             : !machine->is_riscv;
    input->height = machine->chips[chip].height;
    if (input->subject.trace == NULL || input->height != 0) return TG_OK;
    return tg_trace_height(input->subject.trace, 0, 0, &input->height, error);
}

tg_status tg_inputs_create(tg_inputs **inputs, const tg_machine *machine, tg_kind kind,
                           tg_error *error)
{
    *inputs = NULL;
    made_inputs *made = calloc(1, sizeof *made);
    if (made == NULL) return pipeline_no_memory(sizeof *made, "inputs", error);
    made->inputs = (tg_inputs){.machine = machine, .kind = kind, .destroy = destroy};
    made->inputs.chips = calloc(machine->nb_chips, sizeof *made->inputs.chips);
    made->events = calloc(machine->nb_chips, sizeof *made->events);
    tg_status status = TG_OK;
    if (made->inputs.chips == NULL || made->events == NULL)
        status =
            pipeline_no_memory(machine->nb_chips * sizeof *made->inputs.chips, "inputs", error);
    for (size_t i = 0; i < machine->nb_chips && status == TG_OK; i++) {
        status = set_empty(&made->inputs, i, error);
    }
    if (status != TG_OK) {
        destroy(&made->inputs);
        return status;
    }
    *inputs = &made->inputs;
    return TG_OK;
}

tg_status tg_inputs_set(tg_inputs *inputs, const char *chip, const void *events, size_t nb_events,
                        size_t fixed_height, tg_error *error)
{
    made_inputs *made = (made_inputs *)inputs;
    size_t number = 0;
    tg_status status = tg_machine_find_chip(&number, inputs->machine, chip, error);
    if (status != TG_OK) return status;
    tg_chip_input *input = &inputs->chips[number];
    if (input->subject.trace == NULL) {
        tg_error_set(error, TG_ERR_USAGE, "%s of machine %s has no %s trace of ours", chip,
                     inputs->machine->id, tg_kind_name(inputs->kind));
        tg_error_how(error, "set its make and height, or leave its events out");
        return TG_ERR_USAGE;
    }
    size_t height = 0;
    status = tg_trace_height(input->subject.trace, nb_events, fixed_height, &height, error);
    if (status != TG_OK) return status;
    const size_t size = tg_trace_event_size(input->subject.trace);
    void *copy = NULL;
    if (size != 0 && nb_events != 0) {
        status = tg_buffer_create(&copy, nb_events, size, error);
        if (status != TG_OK) return status;
        memcpy(copy, events, nb_events * size);
    }
    tg_buffer_destroy(made->events[number]);
    made->events[number] = copy;
    input->events = copy;
    input->nb_events = nb_events;
    input->height = height;
    input->is_included = true;
    return TG_OK;
}
