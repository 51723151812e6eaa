/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The built-in subjects: the tables of model, reference, gpu and harness joined by index, and
 * their names. */
#include "harness/subject.h"

#include "gpu/user_plan.h"

/* TG_DRAWS_OF_<file> of every chip; made by cmake/chips.cmake. */
#include "chip_draws.h"

#include <stdbool.h>
#include <string.h>

/* Draws and kernel file of every trace, in the order of tg_trace_at: those of the chip's file,
 * which several chips may share. */
static const struct {
    const tg_draws *draws;
    tg_kind kind;
    const char *kernel_file;
} trace_draws[] = {
#define TG_DRAWS_ENTRY(file, kind_) {TG_DRAWS_OF_##file, TG_KIND_##kind_, "kernels/" #file ".cu"},
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_DRAWS_ENTRY, file)
#include "model/chips.def"
#undef TG_CHIP
#undef TG_DRAWS_ENTRY
};

tg_subject tg_subject_at(size_t index)
{
    const size_t nb_listed = sizeof trace_draws / sizeof trace_draws[0];
    TG_VERIFY_CHECK(tg_nb_listed_traces() == nb_listed && index < tg_nb_traces());
    if (index >= nb_listed)
        return ((const tg_subject *)tg_chips_added()->subjects)[index - nb_listed];
    const tg_draws *draws = trace_draws[index].draws;
    tg_subject subject = {
        .trace = tg_trace_at(index),
        .reference = tg_ref_at(index),
        .plan = tg_plan_at(index),
        .draws = NULL,
        .kernel_file = trace_draws[index].kernel_file,
    };
    if (draws != NULL) {
        subject.draws =
            trace_draws[index].kind == TG_KIND_main ? &draws->main : &draws->preprocessed;
    }
    return subject;
}

void tg_subject_take_plan(tg_subject *subject, const tg_plan *plan)
{
    subject->plan = plan;
    if (plan->user == NULL || plan->user->source == NULL) return;
    subject->kernel_file = plan->user->source;
    subject->kernel_line = plan->user->line;
}

tg_subject tg_subject_with_plan(size_t index, tg_plan_of *plan_of, void *context)
{
    tg_subject subject = tg_subject_at(index);
    const tg_plan *plan = plan_of != NULL ? plan_of(context, subject.trace) : NULL;
    if (plan != NULL) tg_subject_take_plan(&subject, plan);
    return subject;
}

bool tg_subject_has_kernel(size_t index, tg_plan_of *plan_of, void *context)
{
    return index < tg_nb_listed_traces() ||
           tg_subject_with_plan(index, plan_of, context).plan->nb_steps != 0;
}

/* Bytes of a name before its dot: the chip's. */
static size_t chip_length(const char *name) { return strcspn(name, "."); }

/* The chip whose name is the part of `name` before the dot; NULL if there is none. */
static const tg_chip *chip_before_dot(const char *name)
{
    const size_t length = chip_length(name);
    for (size_t i = 0; i < tg_nb_chips(); i++) {
        const tg_chip *chip = tg_chip_at(i);
        if (strlen(chip->name) == length && strncmp(chip->name, name, length) == 0) return chip;
    }
    return NULL;
}

tg_status tg_subject_find(size_t indices[TG_NB_KINDS], size_t *nb_indices, const char *name,
                          tg_error *error)
{
    size_t nb_found = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        if (strcmp(name, trace->chip->name) == 0 || strcmp(name, trace->name) == 0)
            indices[nb_found++] = i;
    }
    *nb_indices = nb_found;
    if (nb_found != 0) return TG_OK;
    const tg_chip *chip = chip_before_dot(name);
    if (chip != NULL) {
        tg_error_set(error, TG_ERR_USAGE, "chip %s has no trace of the kind \"%s\"", chip->name,
                     strchr(name, '.') + 1);
    } else {
        tg_error_set(error, TG_ERR_USAGE, "no chip is called '%.*s'", (int)chip_length(name), name);
    }
    const char *nearest = tg_nearest_trace(name);
    if (nearest != NULL) {
        tg_error_how(error, "the nearest name is %s; 'tracegate list' shows all", nearest);
    } else {
        tg_error_how(error, "'tracegate list' shows all");
    }
    return TG_ERR_USAGE;
}

tg_status tg_subject_choose(bool *is_wanted, const char *const *names, size_t nb_names,
                            tg_error *error)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        is_wanted[i] = nb_names == 0 && tg_subject_has_kernel(i, NULL, NULL);
    }
    for (size_t i = 0; i < nb_names; i++) {
        size_t indices[TG_NB_KINDS];
        size_t nb_indices = 0;
        const tg_status status = tg_subject_find(indices, &nb_indices, names[i], error);
        if (status != TG_OK) return status;
        for (size_t k = 0; k < nb_indices; k++) {
            is_wanted[indices[k]] = true;
        }
    }
    return TG_OK;
}
