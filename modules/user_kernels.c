/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Users' kernels: modules made from what a manifest names, and launch plans that run them. */
#include "modules/user_kernels.h"

#include "model/memory.h"
#include "modules/device_build.h"
#include "modules/kernel_line_internal.h"
#include "modules/manifest_internal.h"
#include "modules/probe.h"
#include "modules/source_check_internal.h"
#include "modules/symbols.h"

#include <stdlib.h>
#include <string.h>

/* A module of the manifest as it is loaded. */
typedef struct user_module {
    tg_module module;
    char path[TG_PATH_BYTES];         /* of the file that is loaded */
    char (*symbols)[TG_SYMBOL_BYTES]; /* [nb_kernels], of what NVRTC compiled; else NULL */
    char near[TG_SYMBOL_BYTES];       /* name like the launcher's, of the library itself */
    tg_error unmade;                  /* why there is none; TG_OK: there is */
} user_module;

/* The plan of one trace. */
typedef struct user_trace {
    size_t index;
    tg_plan plan;
    tg_user_plan user;
    tg_step steps[TG_USER_MAX_STEPS];
    // Where poison was asked for in the place of zeros: the plan with the zeros.
    tg_plan zeroed_plan;
    tg_user_plan zeroed;
    tg_user_layout *layout; /* NULL: the event's */
    tg_error unmade;        /* why its struct of events cannot be looked at; TG_OK: it can */
} user_trace;

struct tg_user_kernels {
    tg_manifest *manifest;
    size_t nb_modules;
    user_module *modules;
    size_t nb_traces;
    user_trace *traces;
};

/* Rows of a block where a description leaves the grid to the rule. */
static const uint32_t default_rows = TG_USER_BLOCK_DEFAULT;

static const tg_module_kind loaded_kinds[] = {
    [TG_SOURCE_PTX] = TG_MODULE_PTX,
    [TG_SOURCE_CUBIN] = TG_MODULE_CUBIN,
    [TG_SOURCE_FATBIN] = TG_MODULE_FATBIN,
    [TG_SOURCE_LIBRARY] = TG_MODULE_LIBRARY,
};

/* ---- modules ---- */

static tg_status names_of(const char ***names, const tg_manifest_module *of, tg_error *error)
{
    void *list = NULL;
    const tg_status status = tg_buffer_create(&list, of->nb_kernels, sizeof **names, error);
    if (status != TG_OK) return status;
    *names = list;
    for (size_t i = 0; i < of->nb_kernels; i++) (*names)[i] = of->kernels[i].name;
    return TG_OK;
}

static tg_status build_for_host(user_module *made, char log[TG_PATH_BYTES],
                                const tg_manifest_module *of, const char *const *names,
                                const tg_user_options *options, tg_error *error)
{
    const tg_host_build build = {.source = of->file,
                                 .nb_kernels = of->nb_kernels,
                                 .kernels = names,
                                 .options = &of->options,
                                 .sanitizes = options->sanitizes};
    made->module.kind = TG_MODULE_HOST;
    return tg_host_build_run(made->path, log, &build, error);
}

static tg_status build_for_device(user_module *made, char log[TG_PATH_BYTES],
                                  const tg_manifest_module *of, const char *const *names,
                                  const tg_user_options *options, tg_error *error)
{
    const tg_device_build build = {.source = of->file,
                                   .nb_kernels = of->nb_kernels,
                                   .kernels = names,
                                   .options = &of->options,
                                   .arch = options->arch};
    void *symbols = NULL;
    tg_status status = tg_buffer_create(&symbols, of->nb_kernels, sizeof *made->symbols, error);
    made->module.kind = TG_MODULE_CUBIN;
    made->symbols = symbols;
    if (status == TG_OK)
        status = tg_device_build_run(made->path, log, made->symbols, &build, error);
    for (size_t i = 0; i < of->nb_kernels && status == TG_OK; i++)
        of->kernels[i].symbol = made->symbols[i];
    return status;
}

static tg_status compile(user_module *made, const tg_manifest_module *of,
                         const tg_user_options *options, tg_error *error)
{
    char log[TG_PATH_BYTES] = "";
    const char **names = NULL;
    tg_status status = source_check(of->file, &of->options, error);
    if (status == TG_OK) status = names_of(&names, of, error);
    if (status != TG_OK) return status;
    if (options->on_build != NULL) options->on_build(options->context, of->file);
    status = options->route == TG_ROUTE_HOST
                 ? build_for_host(made, log, of, names, options, error)
                 : build_for_device(made, log, of, names, options, error);
    tg_buffer_destroy(names);
    if (options->on_build != NULL) options->on_build(options->context, NULL);
    if (log[0] != '\0' && options->on_log != NULL) options->on_log(options->context, of->file, log);
    return status;
}

/* The host grid has nothing for what was compiled for a device. */
static tg_status refuse_compiled(const tg_manifest_module *of, const tg_user_options *options,
                                 tg_error *error)
{
    const tg_status status = options->has_no_device ? TG_ERR_UNAVAILABLE : TG_ERR_USAGE;
    tg_error_set(error, status,
                 options->has_no_device ? "kernels of a compiled file need a GPU"
                                        : "the host grid runs kernels from their source");
    tg_error_where(error, "%s", of->file);
    tg_error_how(error, "name the .cu file, which runs on the CPU, too (--host); or gate this file "
                        "on a machine with a GPU");
    return status;
}

/* A module that needs no compiler: the file itself, whose kernels are looked up. */
static tg_status take_file(user_module *made, const tg_manifest_module *of,
                           const tg_user_options *options, tg_error *error)
{
    tg_symbols symbols;
    if (options->route == TG_ROUTE_HOST) return refuse_compiled(of, options, error);
    made->module.kind = loaded_kinds[of->kind];
    tg_status status = tg_path_format(made->path, error, "%s%s",
                                      strchr(of->file, '/') == NULL ? "./" : "", of->file);
    if (status == TG_OK) status = tg_symbols_read(&symbols, of->file, of->kind, error);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < of->nb_kernels && status == TG_OK; i++)
        status = tg_symbols_check(&symbols, of->file, of->kernels[i].name, error);
    // A launcher may belong to a library that this one is linked with, as cudaLaunchKernel does:
    // who loads it looks it up.
    if (status == TG_OK && of->launcher != NULL)
        made->module.launcher_near =
            tg_symbols_near(made->near, sizeof made->near, &symbols, of->launcher);
    tg_symbols_clear(&symbols);
    return status;
}

static tg_status make_module(user_module *made, tg_manifest_module *of,
                             const tg_user_options *options, tg_error *error)
{
    made->module = (tg_module){.path = made->path, .source = of->file, .launcher = of->launcher};
    for (size_t i = 0; i < of->nb_kernels; i++) of->kernels[i].module = &made->module;
    return of->kind == TG_SOURCE_CODE ? compile(made, of, options, error)
                                      : take_file(made, of, options, error);
}

/* Whether the others go on where one is not made: for bad input, which is its own. */
static bool is_passed_over(const tg_user_options *options, tg_status status)
{
    return options->keeps_going && options->manifest != NULL && tg_status_exit_code(status) == 2;
}

static tg_status make_modules(tg_user_kernels *kernels, const tg_user_options *options,
                              tg_error *error)
{
    void *modules = NULL;
    const size_t nb = tg_manifest_nb_modules(kernels->manifest);
    tg_status status = tg_buffer_create(&modules, nb, sizeof *kernels->modules, error);
    if (status != TG_OK) return status;
    memset(modules, 0, nb * sizeof *kernels->modules);
    kernels->modules = modules;
    kernels->nb_modules = nb;
    for (size_t i = 0; i < nb && status == TG_OK; i++) {
        user_module *made = &kernels->modules[i];
        tg_error why = {.status = TG_OK};
        status = make_module(made, tg_manifest_module_at(kernels->manifest, i), options, &why);
        if (is_passed_over(options, status)) {
            made->unmade = why;
            status = TG_OK;
        } else if (status != TG_OK && error != NULL) {
            *error = why;
        }
    }
    return status;
}

/* ---- plans ---- */

/* Why one of the kernels that a description launches is not there; NULL: all are. */
static const tg_error *unmade_of(const tg_user_kernels *kernels, const tg_user_plan *plan)
{
    for (size_t i = 0; i < plan->nb_groups; i++) {
        const tg_user_group *group = &plan->groups[i];
        for (size_t k = 0; k < group->nb_steps; k++) {
            for (size_t m = 0; m < kernels->nb_modules; m++) {
                const user_module *module = &kernels->modules[m];
                if (group->steps[k].kernel->module == &module->module &&
                    module->unmade.status != TG_OK)
                    return &module->unmade;
            }
        }
    }
    return NULL;
}

/* Name the steps of a description: those of its groups, each once. */
static void name_steps(user_trace *made, const tg_trace *trace)
{
    for (size_t i = 0; i < made->user.nb_groups; i++) {
        const tg_user_group *group = &made->user.groups[i];
        for (size_t k = 0; k < group->nb_steps && made->plan.nb_steps < TG_USER_MAX_STEPS; k++) {
            made->steps[made->plan.nb_steps++] = (tg_step){.name = group->steps[k].name,
                                                           .phase = "trace",
                                                           .rows_per_block = &default_rows,
                                                           .user = &group->steps[k],
                                                           .trace = trace};
        }
    }
}

/* Compare the struct of events, where the entry names it. */
static tg_status probe_layout(user_trace *made, const tg_manifest_entry *entry,
                              const tg_user_options *options, tg_error *error)
{
    if (entry->layout.struct_name == NULL || made->user.unmade != NULL) return TG_OK;
    const tg_probe probe = {.entry = entry,
                            .on_device = options->route == TG_ROUTE_DEVICE,
                            .arch = options->arch,
                            .on_log = options->on_log,
                            .context = options->context};
    const tg_status status = tg_probe_run(&made->layout, &probe, &made->unmade);
    made->user.layout = made->layout;
    if (is_passed_over(options, status)) {
        made->user.unmade = &made->unmade;
        return TG_OK;
    }
    if (status != TG_OK && error != NULL) *error = made->unmade;
    return status;
}

/* Where the first kernel stands. What cannot be found is left open: a report can do without. */
static void find_source(tg_user_plan *plan, const tg_manifest_entry *entry)
{
    plan->source = entry->module->file;
    if (entry->module->kind != TG_SOURCE_CODE ||
        kernel_line(&plan->line, plan->source, plan->groups[0].steps[0].kernel->name, NULL) !=
            TG_OK)
        plan->line = 0;
}

/* The plan of one entry. */
static tg_status make_trace(const tg_user_kernels *kernels, user_trace *made,
                            const tg_manifest_entry *entry, const tg_user_options *options,
                            tg_error *error)
{
    made->index = entry->trace;
    made->user = entry->plan;
    made->user.unmade = unmade_of(kernels, &entry->plan);
    find_source(&made->user, entry);
    const tg_status status = probe_layout(made, entry, options, error);
    made->plan = (tg_plan){.steps = made->steps, .user = &made->user};
    name_steps(made, tg_trace_at(entry->trace));
    if (!options->poisons || !made->user.zeroes_trace) return status;
    made->zeroed = made->user;
    made->zeroed_plan = made->plan;
    made->zeroed_plan.user = &made->zeroed;
    made->user.zeroes_trace = false;
    made->user.zeroed = &made->zeroed_plan;
    return status;
}

static tg_status make_traces(tg_user_kernels *kernels, const tg_user_options *options,
                             tg_error *error)
{
    void *traces = NULL;
    const size_t nb = tg_manifest_nb_entries(kernels->manifest);
    tg_status status = tg_buffer_create(&traces, nb, sizeof *kernels->traces, error);
    if (status != TG_OK) return status;
    memset(traces, 0, nb * sizeof *kernels->traces);
    kernels->traces = traces;
    kernels->nb_traces = nb;
    const tg_error *unmade = NULL;
    size_t nb_made = 0;
    for (size_t i = 0; i < nb && status == TG_OK; i++) {
        user_trace *made = &kernels->traces[i];
        status =
            make_trace(kernels, made, tg_manifest_entry_at(kernels->manifest, i), options, error);
        if (made->user.unmade == NULL) {
            nb_made++;
        } else if (unmade == NULL) {
            unmade = made->user.unmade;
        }
    }
    if (status != TG_OK || nb_made != 0 || unmade == NULL) return status;
    if (error != NULL) *error = *unmade;
    return unmade->status;
}

/* The manifest of what the options name. */
static tg_status make_manifest(tg_user_kernels *made, const tg_user_options *options,
                               tg_error *error)
{
    if (options->manifest != NULL)
        return tg_manifest_read(&made->manifest, options->manifest, error);
    const tg_status status = tg_manifest_of_kernel(&made->manifest, options->kernel, options->trace,
                                                   &options->build, error);
    if (status != TG_OK || options->event_struct == NULL) return status;
    return tg_manifest_state_struct(made->manifest, options->event_struct, error);
}

tg_status tg_user_kernels_create(tg_user_kernels **kernels, const tg_user_options *options,
                                 tg_error *error)
{
    void *memory = NULL;
    *kernels = NULL;
    tg_status status = tg_buffer_create(&memory, 1, sizeof **kernels, error);
    if (status != TG_OK) return status;
    tg_user_kernels *made = memory;
    *made = (tg_user_kernels){.manifest = NULL};
    status = make_manifest(made, options, error);
    if (status == TG_OK) status = make_modules(made, options, error);
    if (status == TG_OK) status = make_traces(made, options, error);
    if (status != TG_OK) {
        tg_user_kernels_destroy(made);
        return status;
    }
    *kernels = made;
    return TG_OK;
}

void tg_user_kernels_destroy(tg_user_kernels *kernels)
{
    if (kernels == NULL) return;
    for (size_t i = 0; i < kernels->nb_modules; i++) {
        tg_user_host_close(&kernels->modules[i].module);
        tg_buffer_destroy(kernels->modules[i].symbols);
    }
    for (size_t i = 0; i < kernels->nb_traces; i++) tg_probe_destroy(kernels->traces[i].layout);
    tg_buffer_destroy(kernels->modules);
    tg_buffer_destroy(kernels->traces);
    tg_manifest_destroy(kernels->manifest);
    tg_buffer_destroy(kernels);
}

const tg_plan *tg_user_kernels_plan_of(void *context, const tg_trace *trace)
{
    const tg_user_kernels *kernels = context;
    for (size_t i = 0; i < kernels->nb_traces; i++) {
        if (tg_trace_at(kernels->traces[i].index) == trace) return &kernels->traces[i].plan;
    }
    return NULL;
}

size_t tg_user_kernels_nb(const tg_user_kernels *kernels) { return kernels->nb_traces; }

size_t tg_user_kernels_trace_at(const tg_user_kernels *kernels, size_t index)
{
    return kernels->traces[index].index;
}
