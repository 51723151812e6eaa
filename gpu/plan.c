/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The launch plans of all traces, made from chips.def, and what gives each launch its shape.
 *
 * Every trace takes one launch. Its shape follows from the rows that a block of its kernel takes,
 * which the kernel's file gives: one thread for each of these rows, within bounds. A chip that is
 * better off with another shape says so in gpu/<file>_plan.h, as initializers of tg_step and with
 * the reason:
 *
 *   #define TG_SHAPE_<id>_<kind> .block = 512
 */
#include "gpu/plan.h"

#include "kernels/host_grid.h"

/* Includes gpu/<file>_plan.h of the chips that have one, and defines the TG_SHAPE_ of all
 * others; made by gpu/CMakeLists.txt. */
#include "chip_plans.h"

/* Bounds of the rule. Below: one warp, since fewer threads would leave lanes idle. Above: 8
 * warps; a larger block waits longer at its barriers and gives its place on the multiprocessor
 * back only when its last warp is done, and 8 such blocks already fill a multiprocessor of 2048
 * threads. */
#define MIN_RULE_BLOCK 32u
#define MAX_RULE_BLOCK 256u

#ifdef TG_HAVE_CUDA
/* The CUDA runtime knows a kernel by the address of its host function, which is never called. */
#define TG_KERNEL_DECLARE(id, kind) extern tg_host_kernel tg_krn_##id##_##kind;
#define TG_KERNEL_ADDRESS(id, kind) (const void *)tg_krn_##id##_##kind
#else
#define TG_KERNEL_DECLARE(id, kind)
#define TG_KERNEL_ADDRESS(id, kind) NULL
#endif

#define TG_PLAN_STEP(id, kind)                        \
    extern tg_host_kernel tg_krn_host_##id##_##kind;  \
    extern const uint32_t tg_krn_rows_##id##_##kind;  \
    TG_KERNEL_DECLARE(id, kind)                       \
    static const tg_step step_##id##_##kind = {       \
        .host = tg_krn_host_##id##_##kind,            \
        .device = TG_KERNEL_ADDRESS(id, kind),        \
        .rows_per_block = &tg_krn_rows_##id##_##kind, \
        TG_SHAPE_##id##_##kind,                       \
    };
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_PLAN_STEP, id)
#include "model/chips.def"
#undef TG_CHIP
#undef TG_PLAN_STEP

static const tg_plan plans[] = {
#define TG_PLAN_ENTRY(id, kind) {.nb_steps = 1, .steps = &step_##id##_##kind},
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_PLAN_ENTRY, id)
#include "model/chips.def"
#undef TG_CHIP
#undef TG_PLAN_ENTRY
};

const tg_plan *tg_plan_at(size_t index)
{
    TG_VERIFY_CHECK(tg_nb_traces() == sizeof plans / sizeof plans[0] && index < tg_nb_traces());
    return &plans[index];
}

static uint32_t rule_block(uint32_t rows_per_block)
{
    if (rows_per_block < MIN_RULE_BLOCK) return MIN_RULE_BLOCK;
    return rows_per_block < MAX_RULE_BLOCK ? rows_per_block : MAX_RULE_BLOCK;
}

tg_launch tg_step_launch(const tg_step *step, const tg_launch *asked, size_t height)
{
    tg_launch shape = asked != NULL ? *asked : (tg_launch){.grid = 0};
    const size_t nb_rows = *step->rows_per_block;
    if (shape.block == 0)
        shape.block = step->block != 0 ? step->block : rule_block(*step->rows_per_block);
    if (shape.grid == 0) {
        // Heights are bounded by TG_MAX_HEIGHT, so that the grid fits.
        const size_t nb_blocks = height / nb_rows + (height % nb_rows != 0);
        shape.grid = nb_blocks != 0 ? (uint32_t)nb_blocks : 1;
    }
    return shape;
}

/* The kernel and its arguments, for every thread of a host grid. */
typedef struct host_call {
    tg_host_kernel *kernel;
    uint32_t *cells;
    size_t height;
    const void *events;
    size_t nb_events;
} host_call;

static void host_thread(void *arguments)
{
    const host_call *call = arguments;
    call->kernel(call->cells, call->height, call->events, call->nb_events);
}

/* The caller's shape, or one warp a block: each thread that waits at a barrier costs a switch of
 * fibers, and fewer threads make the same rows. */
static tg_launch host_launch(const tg_launch *asked)
{
    tg_launch shape = asked != NULL ? *asked : (tg_launch){.grid = 0};
    if (shape.block == 0) shape.block = MIN_RULE_BLOCK;
    return shape;
}

tg_status tg_plan_run_host(const tg_plan *plan, const tg_launch *launch, uint32_t *cells,
                           size_t height, const void *events, size_t nb_events, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < plan->nb_steps && height != 0 && status == TG_OK; i++) {
        const tg_step *step = &plan->steps[i];
        const tg_launch asked = host_launch(launch);
        const tg_launch shape = tg_step_launch(step, &asked, height);
        const tg_host_launch host_shape = {.grid = shape.grid,
                                           .block = shape.block,
                                           .dynamic_bytes = step->shared_bytes};
        host_call call = {.kernel = step->host,
                          .cells = cells,
                          .height = height,
                          .events = events,
                          .nb_events = nb_events};
        status = tg_host_grid_run(&host_shape, host_thread, &call, error);
    }
    return status;
}
