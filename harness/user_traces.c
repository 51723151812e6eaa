/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Traces of users' kernels, by name. */
#include "harness/user_traces.h"

#include "harness/chip_library.h"
#include "model/memory.h"

#include <string.h>

tg_status tg_user_trace_find(size_t *trace, const char *const *names, size_t nb_names,
                             tg_error *error)
{
    size_t indices[TG_NB_KINDS] = {0};
    size_t nb = 0;
    if (nb_names == 1) {
        const tg_status status = tg_subject_find(indices, &nb, names[0], error);
        if (status != TG_OK) return status;
    }
    *trace = indices[0];
    if (nb == 1) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "a kernel without a manifest makes one trace, and %s",
                 nb_names == 0 ? "none is named"
                 : nb > 1      ? "a chip with two is named"
                               : "several are named");
    tg_error_how(error, "name it: %s; for several kernels write a manifest (docs/manifest.md)",
                 nb > 1 ? tg_trace_at(indices[1])->name : tg_trace_at(0)->name);
    return TG_ERR_USAGE;
}

/* Refuse a name that no kernel makes a trace of. */
static tg_status check_name(tg_user_kernels *kernels, const char *name, tg_error *error)
{
    size_t indices[TG_NB_KINDS];
    size_t nb = 0;
    bool has = false;
    const tg_status status = tg_subject_find(indices, &nb, name, error);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < nb; i++)
        has = has || tg_user_kernels_plan_of(kernels, tg_trace_at(indices[i])) != NULL;
    if (has) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "the manifest has no kernel of %s", name);
    tg_error_how(error, "add one, or name a trace that it has: %s",
                 tg_trace_at(tg_user_kernels_trace_at(kernels, 0))->name);
    return TG_ERR_USAGE;
}

/* Whether one of the names is the trace or its chip; no names: every trace is wanted. */
static bool is_wanted(const tg_trace *trace, const char *const *names, size_t nb_names)
{
    for (size_t i = 0; i < nb_names; i++) {
        if (strcmp(names[i], trace->name) == 0 || strcmp(names[i], trace->chip->name) == 0)
            return true;
    }
    return nb_names == 0;
}

tg_status tg_user_traces_choose(const char ***chosen, size_t *nb_chosen, tg_user_kernels *kernels,
                                const char *const *names, size_t nb_names, tg_error *error)
{
    void *buffer = NULL;
    const size_t nb = tg_user_kernels_nb(kernels);
    tg_status status = TG_OK;
    *chosen = NULL;
    *nb_chosen = 0;
    for (size_t i = 0; i < nb_names && status == TG_OK; i++)
        status = check_name(kernels, names[i], error);
    if (status == TG_OK) status = tg_buffer_create(&buffer, nb, sizeof **chosen, error);
    if (status != TG_OK) return status;
    *chosen = buffer;
    for (size_t i = 0; i < nb; i++) {
        const tg_trace *trace = tg_trace_at(tg_user_kernels_trace_at(kernels, i));
        if (is_wanted(trace, names, nb_names)) (*chosen)[(*nb_chosen)++] = trace->name;
    }
    return TG_OK;
}

const char *tg_user_traces_manifest(const char *const *names, size_t nb_names)
{
    const char *manifest = NULL;
    for (size_t i = 0; i < nb_names; i++) {
        size_t indices[TG_NB_KINDS];
        size_t nb = 0;
        // A name that is none is refused where traces are chosen.
        if (tg_subject_find(indices, &nb, names[i], NULL) != TG_OK) return NULL;
        const char *own = tg_chip_library_manifest_of(tg_trace_at(indices[0]));
        if (own == NULL || (manifest != NULL && strcmp(manifest, own) != 0)) return NULL;
        manifest = own;
    }
    return manifest;
}
