/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Users' kernels as a call asks for them. */
#include "harness/user_set.h"

#include "gpu/user_plan.h"
#include "harness/user_traces.h"
#include "harness/user_words.h"
#include "model/memory.h"
#include "modules/cache.h"
#include "modules/device_build.h"
#include "modules/host_build.h"

#include <string.h>

tg_status tg_user_place_choose(tg_user_options *options, tg_error *why, tg_user_place place,
                               tg_error *error)
{
    options->route = TG_ROUTE_HOST;
    if (place == TG_PLACE_HOST) return TG_OK;
    const tg_status status = tg_device_architecture(&options->arch, why);
    if (status == TG_OK) {
        options->route = TG_ROUTE_DEVICE;
        return TG_OK;
    }
    if (status == TG_ERR_UNAVAILABLE && place == TG_PLACE_ANYWHERE) {
        options->has_no_device = true;
        return TG_OK;
    }
    if (error != NULL) *error = *why;
    return status;
}

const char *tg_user_backend(tg_route route) { return route == TG_ROUTE_HOST ? "host" : "cuda"; }

/* ---- what is said ---- */

void tg_user_say_log(FILE *out, const char *prefix, const char *source, const char *log)
{
    char bytes[4096];
    size_t nb = 0;
    FILE *file = fopen(log, "rb");
    if (file == NULL) return;
    if (tg_host_build_is_own_log(log)) {
        (void)fprintf(out, "%swhat the host grid does not take of %s:\n", prefix, source);
    } else {
        (void)fprintf(out, "%sthe compiler says of %s:\n", prefix, source);
    }
    while ((nb = fread(bytes, 1, sizeof bytes, file)) != 0) (void)fwrite(bytes, 1, nb, out);
    (void)fclose(file);
}

void tg_user_say_cache(FILE *out, const char *prefix)
{
    tg_error why = {.status = TG_OK};
    char line[sizeof why + 16];
    if (tg_cache_is_replaced(&why))
        (void)fprintf(out, "%s%s\n", prefix, tg_error_line(line, sizeof line, &why));
}

void tg_user_say_place(FILE *out, const char *prefix, const tg_error *why, const char *how)
{
    (void)fprintf(out, "%s%s: the kernels run on the CPU%s\n", prefix, why->what, how);
}

/* ---- the set ---- */

/* Refuse a set with a kernel that could not be made: any, or where the others are enough, all. */
static tg_status check_made(const tg_user_set *set, bool keeps_going, tg_error *error)
{
    const tg_error *unmade = NULL;
    size_t nb_unmade = 0;
    for (size_t i = 0; i < tg_user_kernels_nb(set->kernels); i++) {
        const tg_trace *trace = tg_trace_at(tg_user_kernels_trace_at(set->kernels, i));
        const tg_error *why = tg_user_kernels_plan_of(set->kernels, trace)->user->unmade;
        bool is_chosen = false;
        for (size_t k = 0; k < set->nb_names; k++)
            is_chosen = is_chosen || strcmp(set->names[k], trace->name) == 0;
        if (!is_chosen || why == NULL) continue;
        nb_unmade++;
        if (unmade == NULL) unmade = why;
    }
    if (unmade == NULL || (keeps_going && nb_unmade < set->nb_names)) return TG_OK;
    if (error != NULL) *error = *unmade;
    return unmade->status;
}

tg_status tg_user_set_open(tg_user_set *set, const tg_user_options *options,
                           const tg_user_wish *wish, tg_error *error)
{
    *set = (tg_user_set){.backend = tg_user_backend(options->route), .options = *options};
    tg_status status = tg_user_kernels_create(&set->kernels, options, error);
    if (status == TG_OK)
        status = tg_user_traces_choose(&set->names, &set->nb_names, set->kernels, wish->traces,
                                       wish->nb_traces, error);
    if (status == TG_OK) status = check_made(set, wish->keeps_going, error);
    if (status == TG_OK)
        status = tg_user_words_create(&set->words, &set->nb_words, options, wish->is_host,
                                      wish->libraries, wish->nb_libraries, error);
    if (status != TG_OK) tg_user_set_close(set);
    return status;
}

void tg_user_set_close(tg_user_set *set)
{
    tg_user_kernels_destroy(set->kernels);
    tg_buffer_destroy(set->names);
    tg_buffer_destroy(set->words);
    *set = (tg_user_set){.kernels = NULL};
}

void tg_user_set_use(tg_gate_options *gate, const tg_user_set *set)
{
    gate->names = set->names;
    gate->nb_names = set->nb_names;
    gate->plan_of = tg_user_kernels_plan_of;
    gate->plan_of_context = set->kernels;
    gate->plan_words = set->words;
    gate->nb_plan_words = set->nb_words;
    if (gate->nb_actuals != 0) return;
    gate->actuals = &set->backend;
    gate->nb_actuals = 1;
}
