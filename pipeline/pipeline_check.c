/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is checked before any job is started, and before success is said. */
#include "pipeline/pipeline_internal.h"

#include <string.h>

/* Variables of a padded trace at the most: its rows must be countable. */
#define MAX_VARIABLES 32

bool tg_pipeline_is_device(const tg_pipeline *pipeline, size_t chip, const tg_chip_input *input,
                           tg_kind kind)
{
    const tg_subject *subject = &input->subject;
    if (subject->trace == NULL || subject->plan == NULL) return false;
    if (input->make == NULL && subject->reference == NULL) return true;
    const tg_machine_chip *of_machine = &pipeline->machine->chips[chip];
    const tg_pipeline_options *options = &pipeline->options;
    return options->is_device != NULL
               ? options->is_device(options->is_device_context, of_machine, kind)
               : of_machine->is_device[kind];
}

/* Keep a failure of a chip that has no item yet. */
static void fail_chip(pipeline_call *call, size_t chip, tg_kind kind, tg_error *error)
{
    const pipeline_item item = {.name = call->pipeline->machine->chips[chip].name, .kind = kind};
    pipeline_call_fail(call, &item, error);
}

static tg_status check_maker(const tg_pipeline *pipeline, size_t chip, const tg_chip_input *input,
                             tg_kind kind, tg_error *error)
{
    const tg_subject *subject = &input->subject;
    const size_t width = tg_machine_width(pipeline->machine, chip, kind);
    if (input->make == NULL &&
        (subject->trace == NULL || (subject->reference == NULL && subject->plan == NULL))) {
        tg_error_set(error, TG_ERR_USAGE, "the chip is included and nothing can make its trace");
        tg_error_how(error, "give a reference, a plan or a recorded trace for it");
        return TG_ERR_USAGE;
    }
    if (subject->trace != NULL && tg_trace_width(subject->trace) != width) {
        tg_error_set(error, TG_ERR_USAGE, "%s has %zu columns, and the machine's chip %zu",
                     subject->trace->name, tg_trace_width(subject->trace), width);
        tg_error_how(error, "give the trace of tg_machine_trace");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

static tg_status check_height(const pipeline_call *call, size_t chip, const tg_chip_input *input,
                              tg_kind kind, tg_error *error)
{
    const tg_machine_chip *of_machine = &call->pipeline->machine->chips[chip];
    const size_t max_height = (size_t)1 << call->num_variables;
    if (input->height == 0 || input->height > max_height) {
        tg_error_set(error, TG_ERR_HEIGHT, "%zu rows, where a trace has 1 to 2^%u", input->height,
                     call->num_variables);
        tg_error_how(error, input->height == 0 ? "give the trace's height, padding rows included"
                                               : "use a larger max_log_row_count, or fewer events");
        return TG_ERR_HEIGHT;
    }
    if (kind == TG_KIND_main && of_machine->height != 0 && input->height != of_machine->height) {
        tg_error_set(error, TG_ERR_HEIGHT, "%zu rows, where the chip always has %u", input->height,
                     of_machine->height);
        tg_error_how(error, "use height %u", of_machine->height);
        return TG_ERR_HEIGHT;
    }
    // A stand-in has rows and no events.
    if (input->subject.trace == NULL) return TG_OK;
    return tg_trace_check_height(input->subject.trace, input->nb_events, input->height, error);
}

/* For preprocessed traces: included are those that the machine has, and no other. */
static tg_status check_preprocessed(const tg_pipeline *pipeline, size_t chip,
                                    const tg_chip_input *input, tg_error *error)
{
    const bool has_trace = tg_machine_width(pipeline->machine, chip, TG_KIND_preprocessed) != 0;
    if (input->is_included == has_trace) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "the chip has %s preprocessed trace, and the inputs %s",
                 has_trace ? "a" : "no", has_trace ? "leave it out" : "have one");
    tg_error_how(error, "include all chips with preprocessed columns, and no other");
    return TG_ERR_USAGE;
}

static tg_status check_chip(const pipeline_call *call, size_t chip, tg_kind kind, tg_error *error)
{
    const tg_chip_input *input = &call->inputs[kind]->chips[chip];
    tg_status status = TG_OK;
    if (kind == TG_KIND_preprocessed)
        status = check_preprocessed(call->pipeline, chip, input, error);
    if (status != TG_OK || !input->is_included) return status;
    status = check_maker(call->pipeline, chip, input, kind, error);
    if (status == TG_OK) status = check_height(call, chip, input, kind, error);
    return status;
}

/* Inputs that are of another machine or kind, or want what is not done here; then their chips
 * cannot be looked at. */
static tg_status check_inputs(const pipeline_call *call, tg_kind kind, tg_error *error)
{
    const tg_inputs *inputs = call->inputs[kind];
    const tg_machine *machine = call->pipeline->machine;
    if (inputs->machine != machine) {
        tg_error_set(error, TG_ERR_USAGE, "%s inputs of machine %s for a pipeline of machine %s",
                     tg_kind_name(kind), inputs->machine->id, machine->id);
        tg_error_how(error, "make inputs and pipeline for one machine");
        return TG_ERR_USAGE;
    }
    if (inputs->kind != kind) {
        tg_error_set(error, TG_ERR_USAGE, "%s inputs where %s ones are to be",
                     tg_kind_name(inputs->kind), tg_kind_name(kind));
        tg_error_how(error, "give a program for preprocessed traces, a record for main ones");
        return TG_ERR_USAGE;
    }
    if (inputs->global_dependencies_opt) {
        tg_error_set(error, TG_ERR_USAGE,
                     "the record leaves lookups of its global events out "
                     "(global_dependencies_opt), which these traces would lack");
        tg_error_how(error, "use the jagged form, which adds them");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

static tg_status find_cluster(pipeline_call *call, tg_error *error)
{
    const tg_machine *machine = call->pipeline->machine;
    for (size_t i = 0; i < machine->nb_chips; i++) {
        call->is_included[i] = call->inputs[TG_KIND_main]->chips[i].is_included;
    }
    return tg_machine_smallest_cluster(&call->result->cluster, machine, call->is_included, error);
}

/* Rows of record and program of a recursion machine are those of one program. */
static void check_heights_agree(pipeline_call *call)
{
    const tg_machine *machine = call->pipeline->machine;
    if (machine->is_riscv) return;
    for (size_t i = 0; i < machine->nb_chips; i++) {
        const tg_chip_input *main_input = &call->inputs[TG_KIND_main]->chips[i];
        const tg_chip_input *preprocessed = &call->inputs[TG_KIND_preprocessed]->chips[i];
        if (!main_input->is_included || !preprocessed->is_included ||
            main_input->height == preprocessed->height)
            continue;
        tg_error error = {.status = TG_OK};
        tg_error_set(&error, TG_ERR_HEIGHT,
                     "%s has %zu rows in the record and %zu in the program: they do not belong "
                     "together",
                     machine->chips[i].name, main_input->height, preprocessed->height);
        tg_error_how(&error, "give the program that the record was made by");
        fail_chip(call, i, TG_KIND_main, &error);
    }
}

static void check_kind(pipeline_call *call, tg_kind kind)
{
    const tg_machine *machine = call->pipeline->machine;
    tg_error error = {.status = TG_OK};
    if (check_inputs(call, kind, &error) != TG_OK) {
        pipeline_call_fail(call, NULL, &error);
        return;
    }
    for (size_t i = 0; i < machine->nb_chips; i++) {
        if (check_chip(call, i, kind, &error) != TG_OK) fail_chip(call, i, kind, &error);
    }
    if (kind == TG_KIND_main && find_cluster(call, &error) != TG_OK)
        pipeline_call_fail(call, NULL, &error);
}

void pipeline_check(pipeline_call *call)
{
    if (call->num_variables > MAX_VARIABLES) {
        tg_error error = {.status = TG_OK};
        tg_error_set(&error, TG_ERR_USAGE, "max_log_row_count %u is above %u", call->num_variables,
                     MAX_VARIABLES);
        tg_error_how(&error, "use the machine's own, 19 to 22");
        pipeline_call_fail(call, NULL, &error);
        return;
    }
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        if (call->inputs[kind] != NULL) check_kind(call, kind);
    }
    if (!call->is_failed && call->inputs[TG_KIND_main] != NULL &&
        call->inputs[TG_KIND_preprocessed] != NULL)
        check_heights_agree(call);
}

static tg_status incomplete(const char *name, tg_kind kind, const char *what, tg_error *error)
{
    tg_error_set(error, TG_ERR_DEVICE, "%s.%s %s", name, tg_kind_name(kind), what);
    tg_error_how(error, "this is a fault of the pipeline: please report it");
    return TG_ERR_DEVICE;
}

/* Traces of one kind against the chips that must be there. */
static tg_status check_list(const pipeline_call *call, const tg_traces *traces, tg_kind kind,
                            const uint16_t *chips, size_t nb_chips, tg_error *error)
{
    size_t nb_found = 0;
    for (size_t i = 0; i < nb_chips; i++) {
        const char *name = call->pipeline->machine->chips[chips[i]].name;
        const size_t width = tg_machine_width(call->pipeline->machine, chips[i], kind);
        if (width == 0) continue;
        if (nb_found == traces->nb || strcmp(traces->list[nb_found].name, name) != 0)
            return incomplete(name, kind, "is missing among the traces", error);
        const tg_padded_trace *trace = &traces->list[nb_found++];
        const tg_chip_input *input = &call->inputs[kind]->chips[chips[i]];
        const size_t height = input->is_included ? input->height : 0;
        if (trace->width != width || trace->height != height ||
            (trace->d_cells != NULL) != input->is_included)
            return incomplete(name, kind, "is not of the size that it must have", error);
    }
    if (nb_found == traces->nb) return TG_OK;
    return incomplete(traces->list[nb_found].name, kind, "is a trace of no chip", error);
}

tg_status pipeline_check_complete(const pipeline_call *call, tg_error *error)
{
    const tg_machine *machine = call->pipeline->machine;
    const tg_pipeline_result *result = call->result;
    for (size_t i = 0; i < call->nb_items; i++) {
        const pipeline_item *item = &call->items[i];
        if (!item->is_made) return incomplete(item->name, item->kind, "was not made", error);
    }
    tg_status status = TG_OK;
    if (call->inputs[TG_KIND_preprocessed] != NULL)
        status = check_list(call, &result->preprocessed, TG_KIND_preprocessed, machine->by_name,
                            machine->nb_chips, error);
    if (status != TG_OK || call->inputs[TG_KIND_main] == NULL) return status;
    const tg_cluster *cluster = &machine->clusters[result->cluster];
    return check_list(call, &result->main, TG_KIND_main, cluster->chips, cluster->nb_chips, error);
}
