/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch descriptions on the host grid. */
#include "gpu/plan_host_internal.h"
#include "gpu/user_plan.h"
#include "kernels/host_user.h"

#include <string.h>

/* The module, opened on first use. Two threads may want the same one at once. */
static tg_status open_module(tg_host_user **opened, tg_module *module, tg_error *error)
{
    tg_status status = TG_OK;
#pragma omp critical(tg_user_host_open)
    {
        tg_host_user *user = module->host;
        if (user == NULL) status = tg_host_user_open(&user, module->path, error);
        if (status == TG_OK) module->host = user;
        *opened = user;
    }
    return status;
}

void tg_user_host_close(tg_module *module)
{
    if (module->host != NULL) tg_host_user_close(module->host);
    module->host = NULL;
}

static tg_status refuse(const tg_user_step *step, tg_error *error)
{
    tg_error_where(error, "%s", step->kernel->module->source);
    tg_error_how(error, "let the kernel take what it is given, (trace, height, events, nb_events) "
                        "where no manifest says otherwise, or state `arguments` in one "
                        "(docs/manifest.md)");
    tg_error_failure(error, TG_FAILURE_REFUSED);
    return TG_ERR_KERNEL;
}

/* Refuse arguments that are not what the kernel takes. */
static tg_status check_arguments(const tg_user_step *step, const tg_user_entry *entry,
                                 tg_error *error)
{
    if (entry->nb_arguments != step->nb_arguments) {
        tg_error_set(error, TG_ERR_KERNEL,
                     "kernel '%s' takes %zu parameters, and its launch description gives %zu "
                     "arguments",
                     step->kernel->name, entry->nb_arguments, step->nb_arguments);
        return refuse(step, error);
    }
    for (size_t i = 0; i < step->nb_arguments; i++) {
        const size_t given = tg_user_argument_bytes(&step->arguments[i]);
        if (entry->argument_bytes[i] == given) continue;
        tg_error_set(error, TG_ERR_KERNEL,
                     "parameter %zu of kernel '%s' has %zu bytes, and its launch description gives "
                     "%zu",
                     i, step->kernel->name, entry->argument_bytes[i], given);
        return refuse(step, error);
    }
    return TG_OK;
}

static tg_status run_launch(const tg_user_launch *launch, const tg_product *out,
                            const tg_request *request, const tg_krn_extra *extra, tg_error *error)
{
    const tg_user_kernel *kernel = launch->step->kernel;
    void *pointers[TG_USER_MAX_ARGUMENTS];
    uint64_t words[TG_USER_MAX_ARGUMENTS];
    tg_host_user *user = NULL;
    const tg_user_entry *entry = NULL;
    const tg_host_launch shape = {.grid = launch->shape.grid,
                                  .block = launch->shape.block,
                                  .dynamic_bytes = launch->shared_bytes};
    tg_status status = open_module(&user, kernel->module, error);
    if (status == TG_OK) status = tg_host_user_find(&entry, user, kernel->symbol, error);
    if (status == TG_OK) status = check_arguments(launch->step, entry, error);
    if (status != TG_OK) return status;
    tg_user_launch_arguments(pointers, words, launch, out->cells, request, extra);
    return tg_host_user_run(user, entry, &shape, pointers, error);
}

/* What the description wants filled before its first step. */
static void fill(const tg_user_plan *plan, const tg_user_call *call, const tg_product *out,
                 const tg_request *request, const tg_krn_extra *extra)
{
    const tg_trace *trace = request->trace;
    if (plan->zeroes_trace) {
        memset(out->cells, 0, tg_trace_width(trace) * request->height * sizeof *out->cells);
        for (size_t i = 0; i < trace->nb_sides; i++) {
            if (out->sides[i] != NULL)
                memset(out->sides[i], 0, tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t));
        }
    }
    for (size_t i = 0; i < plan->nb_scratch; i++) {
        if (plan->scratch[i].is_filled)
            memset(extra->scratch[i], plan->scratch[i].fill, call->scratch_bytes[i]);
    }
}

/* Let a sanitizer see what touches the zones around scratch, or let them be looked at. */
static void set_zones(const tg_host_scratch *scratch, bool is_forbidden)
{
    for (size_t i = 0; i < scratch->nb; i++) {
        const unsigned char *ends[] = {
            scratch->zones[i], scratch->zones[i] + TG_SCRATCH_GUARD_BYTES + scratch->bytes[i]};
        for (size_t end = 0; end < 2; end++) {
            if (is_forbidden) {
                tg_host_user_forbid(ends[end], TG_SCRATCH_GUARD_BYTES);
            } else {
                tg_host_user_allow(ends[end], TG_SCRATCH_GUARD_BYTES);
            }
        }
    }
}

tg_status tg_user_plan_run_host(const tg_plan *plan, const tg_launch *launch, const tg_product *out,
                                const tg_request *request, tg_error *error)
{
    const tg_user_plan *user = plan->user;
    uint32_t bad_event = TG_NO_BAD_EVENT;
    tg_user_call call;
    tg_host_scratch scratch;
    tg_krn_extra extra = {.bad_event = &bad_event,
                          .max_candidates = tg_request_max_candidates(request)};
    if (request->height == 0) return TG_OK;
    memcpy(extra.sides, out->sides, sizeof extra.sides);
    tg_status status = tg_user_call_create(&call, user, launch, request, error);
    if (status != TG_OK) return status;
    status = tg_host_scratch_create(&scratch, &extra, user->nb_scratch, call.scratch_bytes, error);
    if (status == TG_OK) {
        fill(user, &call, out, request, &extra);
        set_zones(&scratch, true);
        for (size_t i = 0; i < call.nb_launches && status == TG_OK; i++) {
            const tg_user_launch *at = &call.launches[i];
            status = run_launch(at, out, request, &extra, error);
            set_zones(&scratch, false);
            if (status == TG_OK)
                status = tg_host_scratch_check(&scratch, at->step->name, request, error);
            set_zones(&scratch, true);
        }
        set_zones(&scratch, false);
        tg_host_scratch_destroy(&scratch);
    }
    tg_user_call_destroy(&call);
    if (status == TG_OK && bad_event != TG_NO_BAD_EVENT)
        status = tg_plan_bad_event(request, bad_event, error);
    return status;
}
