/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch descriptions, evaluated: shapes, sizes and arguments of every launch of a run. */
#include "gpu/user_plan.h"

#include "kernels/host_grid.h"
#include "model/memory.h"

#include <string.h>

const char *const tg_user_variable_names[TG_USER_NB_VARIABLES] = {
    [TG_USER_HEIGHT] = "height", [TG_USER_NB_EVENTS] = "nb_events",
    [TG_USER_WIDTH] = "width",   [TG_USER_EVENT_BYTES] = "event_bytes",
    [TG_USER_BLOCK] = "block",   [TG_USER_GRID] = "grid",
    [TG_USER_INDEX] = "i",
};

/* Blocks of a launch at the most, CUDA's limit of the first dimension. */
#define MAX_GRID ((uint64_t)INT32_MAX)

/* What the evaluation of one request needs. */
typedef struct evaluation {
    tg_user_call *call;
    const tg_user_plan *plan;
    const tg_launch *asked; /* may be NULL */
    const tg_request *request;
    uint64_t values[TG_USER_NB_VARIABLES];
} evaluation;

/* The value of a formula of a description, or what stands in the place of none. */
static tg_status evaluate(uint64_t *value, const evaluation *of, const tg_formula *formula,
                          uint64_t otherwise, const char *what, const char *name, tg_error *error)
{
    *value = otherwise;
    if (formula == NULL) return TG_OK;
    const tg_status status = tg_formula_evaluate(value, formula, of->values, error);
    if (status != TG_OK) tg_error_where(error, "%s of %s", what, name);
    return status;
}

static tg_status out_of_range(const tg_user_step *step, const char *what, uint64_t value,
                              uint64_t most, tg_error *error)
{
    tg_error_set(error, TG_ERR_SIZE, "step %s asks for %llu %s; 1 to %llu are possible", step->name,
                 (unsigned long long)value, what, (unsigned long long)most);
    tg_error_how(error, "mend its formula in the launch description");
    return TG_ERR_SIZE;
}

/* Threads of a block and blocks: the caller's where it asks. Leaves them in the variables. */
static tg_status evaluate_shape(tg_launch *shape, evaluation *of, const tg_user_step *step,
                                tg_error *error)
{
    uint64_t *values = of->values;
    values[TG_USER_BLOCK] = 0;
    values[TG_USER_GRID] = 0;
    uint64_t block = of->asked != NULL ? of->asked->block : 0;
    tg_status status = TG_OK;
    if (block == 0)
        status =
            evaluate(&block, of, step->block, TG_USER_BLOCK_DEFAULT, "block", step->name, error);
    if (status != TG_OK) return status;
    if (block == 0 || block > TG_HOST_GRID_MAX_BLOCK)
        return out_of_range(step, "threads of a block", block, TG_HOST_GRID_MAX_BLOCK, error);
    values[TG_USER_BLOCK] = block;
    uint64_t grid = of->asked != NULL ? of->asked->grid : 0;
    if (grid == 0) {
        const uint64_t height = values[TG_USER_HEIGHT];
        status = evaluate(&grid, of, step->grid, height / block + (height % block != 0), "grid",
                          step->name, error);
    }
    if (status != TG_OK) return status;
    if (grid == 0 || grid > MAX_GRID) return out_of_range(step, "blocks", grid, MAX_GRID, error);
    values[TG_USER_GRID] = grid;
    *shape = (tg_launch){.grid = (uint32_t)grid, .block = (uint32_t)block};
    return TG_OK;
}

/* Refuse an argument that points beyond its buffer. */
static tg_status check_offset(const evaluation *of, const tg_user_step *step,
                              const tg_user_argument *argument, uint64_t offset, tg_error *error)
{
    if (argument->kind != TG_ARGUMENT_SCRATCH) return TG_OK;
    const size_t bytes = of->call->scratch_bytes[argument->number];
    if (offset <= bytes) return TG_OK;
    tg_error_set(error, TG_ERR_SIZE,
                 "step %s points %llu bytes into scratch buffer %s, which has %zu", step->name,
                 (unsigned long long)offset, of->plan->scratch[argument->number].name, bytes);
    tg_error_how(error, "mend the offset, or the size of the buffer, in the launch description");
    return TG_ERR_SIZE;
}

/* Refuse a value that its integer does not hold. */
static tg_status check_value(const tg_user_step *step, const tg_user_argument *argument,
                             size_t index, uint64_t value, tg_error *error)
{
    if (argument->kind != TG_ARGUMENT_VALUE || argument->bytes == sizeof value ||
        value >> (8 * argument->bytes) == 0)
        return TG_OK;
    tg_error_set(error, TG_ERR_SIZE, "argument %zu of step %s is %llu, which %zu bytes do not hold",
                 index, step->name, (unsigned long long)value, argument->bytes);
    tg_error_how(error, "give it a wider type, or mend its formula");
    return TG_ERR_SIZE;
}

static tg_status evaluate_step(evaluation *of, const tg_user_step *step, tg_error *error)
{
    if (of->call->nb_launches == TG_USER_MAX_LAUNCHES) {
        tg_error_set(error, TG_ERR_SIZE, "the description asks for more than %d launches",
                     TG_USER_MAX_LAUNCHES);
        tg_error_how(error, "let its groups repeat fewer times");
        return TG_ERR_SIZE;
    }
    tg_user_launch *launch = &of->call->launches[of->call->nb_launches];
    *launch = (tg_user_launch){.step = step};
    uint64_t shared_bytes = 0;
    tg_status status = evaluate_shape(&launch->shape, of, step, error);
    if (status == TG_OK)
        status =
            evaluate(&shared_bytes, of, step->shared_bytes, 0, "shared_bytes", step->name, error);
    if (status == TG_OK && shared_bytes > UINT32_MAX)
        status = out_of_range(step, "bytes of shared memory", shared_bytes, UINT32_MAX, error);
    launch->shared_bytes = (size_t)shared_bytes;
    for (size_t i = 0; i < step->nb_arguments && status == TG_OK; i++) {
        const tg_user_argument *argument = &step->arguments[i];
        status =
            evaluate(&launch->values[i], of, argument->value, 0, "an argument", step->name, error);
        if (status == TG_OK) status = check_offset(of, step, argument, launch->values[i], error);
        if (status == TG_OK) status = check_value(step, argument, i, launch->values[i], error);
    }
    if (status == TG_OK) of->call->nb_launches++;
    return status;
}

static tg_status evaluate_group(evaluation *of, const tg_user_group *group, tg_error *error)
{
    uint64_t nb_rounds = 1;
    of->values[TG_USER_INDEX] = 0;
    of->values[TG_USER_BLOCK] = 0;
    of->values[TG_USER_GRID] = 0;
    tg_status status =
        evaluate(&nb_rounds, of, group->count, 1, "repeat", group->steps[0].name, error);
    for (uint64_t round = 0; round < nb_rounds && status == TG_OK; round++) {
        of->values[TG_USER_INDEX] = group->is_reversed ? nb_rounds - 1 - round : round;
        for (size_t i = 0; i < group->nb_steps && status == TG_OK; i++) {
            status = evaluate_step(of, &group->steps[i], error);
        }
    }
    return status;
}

static tg_status evaluate_scratch(const evaluation *of, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < of->plan->nb_scratch && status == TG_OK; i++) {
        uint64_t bytes = 0;
        status = evaluate(&bytes, of, of->plan->scratch[i].bytes, 0, "bytes",
                          of->plan->scratch[i].name, error);
        of->call->scratch_bytes[i] = (size_t)bytes;
    }
    return status;
}

static void set_variables(uint64_t *values, const tg_request *request)
{
    const tg_trace *trace = request->trace;
    memset(values, 0, TG_USER_NB_VARIABLES * sizeof *values);
    values[TG_USER_HEIGHT] = request->height;
    values[TG_USER_NB_EVENTS] = request->nb_events;
    values[TG_USER_WIDTH] = tg_trace_width(trace);
    values[TG_USER_EVENT_BYTES] = tg_trace_event_size(trace);
}

tg_status tg_user_plan_check(const tg_user_plan *plan, tg_error *error)
{
    const tg_user_layout *layout = plan->layout;
    if (plan->unmade != NULL) {
        if (error != NULL) *error = *plan->unmade;
        return plan->unmade->status;
    }
    if (layout == NULL) return TG_OK;
    tg_error_set(error, TG_ERR_KERNEL, "the kernel takes events of another layout: %s",
                 layout->summary);
    tg_error_where(error, "%s", layout->file);
    tg_error_how(error, "mend the struct; where only names differ, let the manifest's \"event\" "
                        "say them (docs/manifest.md)");
    tg_error_failure(error, TG_FAILURE_LAYOUT);
    return TG_ERR_KERNEL;
}

/* What launches nothing makes nothing: where memory already held what is right, that would pass. */
static tg_status without_launch(const tg_user_plan *plan, const tg_request *request,
                                tg_error *error)
{
    tg_error_set(error, TG_ERR_KERNEL, "no step was launched at height %zu: each repeats 0 times",
                 request->height);
    if (plan->source != NULL) tg_error_where(error, "%s", plan->source);
    tg_error_how(error, "mend the formulas of `repeat` in the launch description: every height "
                        "takes at least one launch");
    return TG_ERR_KERNEL;
}

tg_status tg_user_call_create(tg_user_call *call, const tg_user_plan *plan, const tg_launch *launch,
                              const tg_request *request, tg_error *error)
{
    void *launches = NULL;
    evaluation of = {.call = call, .plan = plan, .asked = launch, .request = request};
    *call = (tg_user_call){.nb_launches = 0};
    set_variables(of.values, request);
    tg_status status = tg_user_plan_check(plan, error);
    if (status == TG_OK)
        status = tg_buffer_create(&launches, TG_USER_MAX_LAUNCHES, sizeof(tg_user_launch), error);
    if (status != TG_OK) return status;
    call->launches = launches;
    status = evaluate_scratch(&of, error);
    for (size_t i = 0; i < plan->nb_groups && status == TG_OK; i++) {
        status = evaluate_group(&of, &plan->groups[i], error);
    }
    if (status == TG_OK && call->nb_launches == 0) status = without_launch(plan, request, error);
    if (status != TG_OK) tg_user_call_destroy(call);
    return status;
}

void tg_user_call_destroy(tg_user_call *call)
{
    tg_buffer_destroy(call->launches);
    *call = (tg_user_call){.nb_launches = 0};
}

tg_status tg_user_step_launch(tg_launch *shape, const tg_user_step *step, const tg_launch *launch,
                              const tg_request *request, tg_error *error)
{
    evaluation of = {.asked = launch, .request = request};
    set_variables(of.values, request);
    return evaluate_shape(shape, &of, step, error);
}

size_t tg_user_argument_bytes(const tg_user_argument *argument)
{
    return argument->kind == TG_ARGUMENT_VALUE ? argument->bytes : sizeof(void *);
}

void tg_user_launch_arguments(void *pointers[TG_USER_MAX_ARGUMENTS],
                              uint64_t words[TG_USER_MAX_ARGUMENTS], const tg_user_launch *launch,
                              uint32_t *cells, const tg_request *request, const tg_krn_extra *extra)
{
    for (size_t i = 0; i < launch->step->nb_arguments; i++) {
        const tg_user_argument *argument = &launch->step->arguments[i];
        const void *pointer = NULL;
        words[i] = launch->values[i];
        switch (argument->kind) {
        case TG_ARGUMENT_TRACE:
            pointer = cells;
            break;
        case TG_ARGUMENT_EVENTS:
            pointer = request->events;
            break;
        case TG_ARGUMENT_SCRATCH:
            pointer = (const unsigned char *)extra->scratch[argument->number] + launch->values[i];
            break;
        case TG_ARGUMENT_SIDE:
            pointer = extra->sides[argument->number];
            break;
        case TG_ARGUMENT_BAD_EVENT:
            pointer = extra->bad_event;
            break;
        case TG_ARGUMENT_HEIGHT:
            words[i] = request->height;
            break;
        case TG_ARGUMENT_NB_EVENTS:
            words[i] = request->nb_events;
            break;
        case TG_ARGUMENT_VALUE:
            break; // little-endian: its low bytes come first
        }
        if (pointer != NULL) memcpy(&words[i], &pointer, sizeof pointer);
        pointers[i] = &words[i];
    }
}
