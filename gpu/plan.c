/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The launch plans of all traces, made from chips.def, and what gives each launch its shape.
 *
 * Most traces take one launch of the kernel tg_krn_<id>_<kind>. Its shape follows from the rows
 * that a block takes, which the kernel's file gives: one thread for each of these rows, within
 * bounds. A chip that is better off with another shape says so in gpu/<file>_plan.h, as
 * initializers of tg_step and with the reason:
 *
 *   #define TG_SHAPE_<id>_<kind> .block = 512
 *
 * A chip that takes several launches lists its steps there, whose kernels are tg_krn_<step>, and
 * its scratch:
 *
 *   #define TG_STEPS_<id>_<kind>(STEP)                                      \
 *       STEP(global_sums, .phase = "scan", .nb_items = global_nb_chains)    \
 *       STEP(global_rows, .phase = "finish")                                \
 *       STEP(global_lookups, .phase = "lookups", .is_side = true)
 *   #define TG_SCRATCH_<id>_<kind> .nb_scratch = 1, .scratch_bytes = {global_points_bytes}
 */
#include "gpu/plan.h"

#include "gpu/user_plan.h"

/* Includes gpu/<file>_plan.h of the chips that have one, and defines what these leave out of
 * TG_SHAPE_, TG_STEPS_ and TG_SCRATCH_; made by gpu/CMakeLists.txt. */
#include "chip_plans.h"

/* Bounds of the rule. Below: one warp, since fewer threads would leave lanes idle. Above: 8
 * warps; a larger block waits longer at its barriers and gives its place on the multiprocessor
 * back only when its last warp is done, and 8 such blocks already fill a multiprocessor of 2048
 * threads. */
#define MIN_RULE_BLOCK 32u
#define MAX_RULE_BLOCK 256u

#ifdef TG_HAVE_CUDA
/* The CUDA runtime knows a kernel by the address of its host function, which is never called. */
#define TG_KERNEL_DECLARE(kernel) extern tg_host_kernel tg_krn_##kernel;
#define TG_KERNEL_ADDRESS(kernel) (const void *)tg_krn_##kernel
#else
#define TG_KERNEL_DECLARE(kernel)
#define TG_KERNEL_ADDRESS(kernel) NULL
#endif

#define TG_STEP_DECLARE(kernel, ...)            \
    extern tg_host_kernel tg_krn_host_##kernel; \
    extern const uint32_t tg_krn_rows_##kernel; \
    TG_KERNEL_DECLARE(kernel)
#define TG_STEP_ENTRY(kernel, ...)               \
    {                                            \
        .name = #kernel,                         \
        .host = tg_krn_host_##kernel,            \
        .device = TG_KERNEL_ADDRESS(kernel),     \
        .rows_per_block = &tg_krn_rows_##kernel, \
        __VA_ARGS__,                             \
    },
#define TG_PLAN_STEPS(id, kind)                                                            \
    TG_STEPS_##id##_##kind(TG_STEP_DECLARE) static const tg_step steps_##id##_##kind[] = { \
        TG_STEPS_##id##_##kind(TG_STEP_ENTRY)};                                            \
    static_assert(sizeof steps_##id##_##kind / sizeof(tg_step) <= TG_MAX_STEPS,            \
                  "TG_MAX_STEPS is the most");
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_PLAN_STEPS, id)
#include "model/chips.def"
#undef TG_CHIP
#undef TG_PLAN_STEPS

static const tg_plan plans[] = {
#define TG_PLAN_ENTRY(id, kind)                                \
    {.nb_steps = sizeof steps_##id##_##kind / sizeof(tg_step), \
     .steps = steps_##id##_##kind,                             \
     TG_SCRATCH_##id##_##kind},
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_PLAN_ENTRY, id)
#include "model/chips.def"
#undef TG_CHIP
#undef TG_PLAN_ENTRY
};

const tg_plan *tg_plan_at(size_t index)
{
    TG_VERIFY_CHECK(tg_nb_listed_traces() == sizeof plans / sizeof plans[0] &&
                    index < tg_nb_listed_traces());
    return &plans[index];
}

static uint32_t rule_block(uint32_t rows_per_block)
{
    if (rows_per_block < MIN_RULE_BLOCK) return MIN_RULE_BLOCK;
    return rows_per_block < MAX_RULE_BLOCK ? rows_per_block : MAX_RULE_BLOCK;
}

/* A shape that cannot be told is one thread: the run itself says why. */
static tg_launch user_launch(const tg_step *step, const tg_launch *asked, size_t height,
                             size_t nb_events)
{
    tg_launch shape = {.grid = 0};
    const tg_request request = {.trace = step->trace, .height = height, .nb_events = nb_events};
    const tg_status status = tg_user_step_launch(&shape, step->user, asked, &request, NULL);
    return status == TG_OK ? shape : (tg_launch){.grid = 1, .block = 1};
}

tg_launch tg_step_launch(const tg_step *step, const tg_launch *asked, size_t height,
                         size_t nb_events)
{
    tg_launch shape = asked != NULL ? *asked : (tg_launch){.grid = 0};
    if (step->user != NULL) return user_launch(step, asked, height, nb_events);
    const size_t nb_items = step->nb_items != NULL ? step->nb_items(height, nb_events) : height;
    const size_t nb_of_block = *step->rows_per_block;
    if (shape.block == 0)
        shape.block = step->block != 0 ? step->block : rule_block(*step->rows_per_block);
    if (step->max_block != 0 && shape.block > step->max_block) shape.block = step->max_block;
    if (shape.grid == 0) {
        // Heights are bounded by TG_MAX_HEIGHT, so that the grid fits.
        const size_t nb_blocks = nb_items / nb_of_block + (nb_items % nb_of_block != 0);
        shape.grid = nb_blocks != 0 ? (uint32_t)nb_blocks : 1;
    }
    return shape;
}

size_t tg_plan_scratch_bytes(const tg_plan *plan, size_t height, size_t nb_events)
{
    size_t bytes = 0;
    for (size_t i = 0; i < plan->nb_scratch; i++)
        bytes += plan->scratch_bytes[i](height, nb_events);
    return bytes;
}

tg_plan tg_plan_of_trace_alone(tg_step *steps, const tg_plan *plan)
{
    TG_VERIFY_CHECK(plan->nb_steps <= TG_MAX_STEPS);
    tg_plan alone = *plan;
    alone.nb_steps = 0;
    alone.steps = steps;
    for (size_t i = 0; i < plan->nb_steps; i++) {
        if (!plan->steps[i].is_side) steps[alone.nb_steps++] = plan->steps[i];
    }
    return alone;
}

tg_status tg_plan_bad_event(const tg_request *request, uint32_t event, tg_error *error)
{
    return tg_request_no_candidate(request, event, error);
}

tg_status tg_plan_check_guard(const unsigned char *zone, bool is_behind, const char *step,
                              const tg_request *request, size_t buffer, tg_error *error)
{
    size_t distance = 0;
    while (distance < TG_SCRATCH_GUARD_BYTES &&
           zone[is_behind ? distance : TG_SCRATCH_GUARD_BYTES - 1 - distance] == TG_SCRATCH_GUARD) {
        distance++;
    }
    if (distance == TG_SCRATCH_GUARD_BYTES) return TG_OK;
    tg_error_set(error, TG_ERR_KERNEL,
                 "%s%s of %s writes outside scratch buffer %zu: at byte %zu %s",
                 step != NULL ? "step " : "a step", step != NULL ? step : "", request->trace->name,
                 buffer, distance + 1, is_behind ? "behind its end" : "before its start");
    tg_error_how(error, "mend the kernel, or the size of the buffer in the launch plan");
    return TG_ERR_KERNEL;
}

tg_status tg_plan_check(const tg_plan *plan, const tg_trace *trace, tg_error *error)
{
    if (plan->nb_steps != 0) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "%s has no kernel of its own", trace->name);
    tg_error_how(error, "name yours: --kernel FILE:SYMBOL, or --kernels FILE");
    return TG_ERR_USAGE;
}
