/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launches of an entry: one by itself, or steps, some of which are repeated. */
#include "modules/manifest_internal.h"

#include <stdio.h>
#include <string.h>

/* The launches of one entry that are being read. */
typedef struct launches {
    tg_manifest_entry *entry;
    tg_manifest_reader *reader;
    const tg_place *place; /* of the entry: its module and getter are those of steps without */
    bool *is_used;         /* [TG_MAX_SCRATCH] buffers that arguments name */
    size_t nb_steps;
    tg_user_step *steps; /* [TG_USER_MAX_STEPS] of all groups, one after the other */
    size_t nb_groups;
    tg_user_group *groups; /* [TG_USER_MAX_STEPS] */
} launches;

/* A key of a step, or where the step lacks it, of the entry. */
static tg_place own_or_entry(const launches *of, const tg_place *step, const char *key)
{
    const tg_place own = tg_place_member(step, key);
    return tg_place_is_there(&own) ? own : tg_place_member(of->place, key);
}

static tg_status read_module(tg_manifest_module **module, const launches *of, const tg_place *step,
                             tg_error *error)
{
    tg_manifest *manifest = of->reader->manifest;
    const tg_place place = own_or_entry(of, step, "module");
    // The only one there is needs no name.
    if (!tg_place_is_there(&place) && manifest->nb_modules == 1) {
        *module = &manifest->modules[0];
        return TG_OK;
    }
    return tg_manifest_find_module(module, of->reader, &place, error);
}

static tg_status read_kernel(tg_user_step *step, launches *of, const tg_place *place,
                             tg_error *error)
{
    const tg_place symbol = tg_place_member(place, "symbol");
    const tg_place getter = own_or_entry(of, place, "getter");
    tg_manifest_module *module = NULL;
    const char *name = NULL;
    bool is_getter = false;
    tg_status status = read_module(&module, of, place, error);
    if (status == TG_OK) status = tg_place_text(&name, &symbol, TG_MANIFEST_TEXT_BYTES, error);
    if (status == TG_OK) status = tg_place_flag(&is_getter, &getter, error);
    if (status != TG_OK) return status;
    if (is_getter && module->kind != TG_SOURCE_LIBRARY) {
        (void)tg_place_refuse(error, &getter, "\"getter\" is for libraries, %s is none",
                              module->name);
        tg_error_how(error, "leave it away: symbols of other modules are kernels themselves");
        return TG_ERR_FORMAT;
    }
    // Where the event struct is probed.
    if (of->entry->module == NULL) of->entry->module = module;
    return tg_manifest_kernel(&step->kernel, of->reader->manifest, module, name, is_getter, error);
}

/* Kernel, shape and arguments of the launch that a place describes. */
static tg_status read_launch(tg_user_step *step, launches *of, const tg_place *place,
                             bool is_repeated, tg_error *error)
{
    tg_manifest_reader *reader = of->reader;
    const tg_place block = tg_place_member(place, "block");
    const tg_place grid = tg_place_member(place, "grid");
    const tg_place shared = tg_place_member(place, "shared_bytes");
    const tg_place arguments = tg_place_member(place, "arguments");
    tg_status status = read_kernel(step, of, place, error);
    if (status == TG_OK)
        status = tg_manifest_read_formula(&step->block, reader, &block, TG_SCOPE_BLOCK, is_repeated,
                                          error);
    if (status == TG_OK)
        status =
            tg_manifest_read_formula(&step->grid, reader, &grid, TG_SCOPE_GRID, is_repeated, error);
    if (status == TG_OK)
        status = tg_manifest_read_formula(&step->shared_bytes, reader, &shared, TG_SCOPE_LAUNCH,
                                          is_repeated, error);
    if (status == TG_OK)
        status = tg_manifest_read_arguments(step, of->is_used, reader, of->entry, &arguments,
                                            is_repeated, error);
    return status;
}

static tg_status read_step(tg_user_group *group, launches *of, const tg_place *place,
                           bool is_repeated, tg_error *error)
{
    static const char *const keys[] = {"name", "symbol", "module",       "getter",
                                       "grid", "block",  "shared_bytes", "arguments"};
    if (of->nb_steps == TG_USER_MAX_STEPS) {
        (void)tg_place_refuse(error, place, "this is step %d of %s, where at most %d are taken",
                              TG_USER_MAX_STEPS + 1, tg_trace_at(of->entry->trace)->name,
                              TG_USER_MAX_STEPS);
        tg_error_how(error, "repeat one step instead of writing it several times");
        return TG_ERR_FORMAT;
    }
    tg_user_step *step = &of->steps[of->nb_steps];
    const tg_place name = tg_place_member(place, "name");
    const char *text = NULL;
    tg_status status = tg_place_object(place, keys, sizeof keys / sizeof keys[0], error);
    if (status == TG_OK) status = read_launch(step, of, place, is_repeated, error);
    if (status != TG_OK) return status;
    step->name = step->kernel->name;
    if (tg_place_is_there(&name)) {
        status = tg_place_text(&text, &name, TG_MANIFEST_NAME_BYTES, error);
        if (status == TG_OK)
            status = tg_manifest_copy(&step->name, of->reader->manifest, text, error);
    }
    if (status != TG_OK) return status;
    of->nb_steps++;
    group->nb_steps++;
    return TG_OK;
}

/* A new group, whose steps begin behind those that are read. */
static tg_user_group *add_group(launches *of)
{
    tg_user_group *group = &of->groups[of->nb_groups++];
    group->steps = &of->steps[of->nb_steps];
    return group;
}

static tg_status no_steps(const tg_place *place, tg_error *error)
{
    (void)tg_place_refuse(error, place, "there are no steps");
    tg_error_how(error, "write one launch at least: {\"symbol\": ...}");
    return TG_ERR_FORMAT;
}

static tg_status read_repeat(launches *of, const tg_place *place, tg_error *error)
{
    static const char *const keys[] = {"repeat", "reverse", "steps"};
    const tg_place count = tg_place_member(place, "repeat");
    const tg_place reverse = tg_place_member(place, "reverse");
    const tg_place steps = tg_place_member(place, "steps");
    tg_user_group *group = add_group(of);
    size_t nb = 0;
    tg_status status = tg_place_object(place, keys, sizeof keys / sizeof keys[0], error);
    if (status == TG_OK)
        status = tg_manifest_read_formula(&group->count, of->reader, &count, TG_SCOPE_REQUEST,
                                          false, error);
    if (status == TG_OK) status = tg_place_flag(&group->is_reversed, &reverse, error);
    if (status == TG_OK) status = tg_place_array(&nb, &steps, TG_USER_MAX_STEPS, error);
    if (status == TG_OK && nb == 0) status = no_steps(&steps, error);
    for (size_t i = 0; status == TG_OK && i < nb; i++) {
        const tg_place step = tg_place_element(&steps, i);
        if (tg_json_member(step.value, "repeat") != NULL) {
            (void)tg_place_refuse(error, &step, "a repeat stands inside of a repeat");
            tg_error_how(error, "write them one behind the other; rounds of one may have several "
                                "steps");
            return TG_ERR_FORMAT;
        }
        status = read_step(group, of, &step, true, error);
    }
    return status;
}

static tg_status read_steps(launches *of, const tg_place *steps, tg_error *error)
{
    size_t nb = 0;
    tg_user_group *plain = NULL; // the group of steps that are done once, if it is the last one
    tg_status status = tg_place_array(&nb, steps, TG_USER_MAX_STEPS, error);
    if (status == TG_OK && nb == 0) status = no_steps(steps, error);
    for (size_t i = 0; status == TG_OK && i < nb; i++) {
        const tg_place place = tg_place_element(steps, i);
        if (tg_json_member(place.value, "repeat") != NULL) {
            plain = NULL;
            status = read_repeat(of, &place, error);
        } else {
            if (plain == NULL) plain = add_group(of);
            status = read_step(plain, of, &place, false, error);
        }
    }
    return status;
}

/* What describes a launch has no meaning beside steps, each of which has its own. */
static tg_status check_beside_steps(const tg_place *entry, tg_error *error)
{
    static const char *const keys[] = {"symbol", "grid", "block", "shared_bytes", "arguments"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const tg_place place = tg_place_member(entry, keys[i]);
        if (!tg_place_is_there(&place)) continue;
        (void)tg_place_refuse(error, &place, "\"%s\" stands beside \"steps\"", keys[i]);
        tg_error_how(error, "write it in the steps that it is for");
        return TG_ERR_FORMAT;
    }
    return TG_OK;
}

static tg_status read_single(launches *of, tg_error *error)
{
    tg_user_group *group = add_group(of);
    const tg_status status = read_launch(&of->steps[0], of, of->place, false, error);
    of->steps[0].name = tg_trace_at(of->entry->trace)->name;
    group->nb_steps = of->nb_steps = 1;
    return status;
}

tg_status tg_manifest_read_launches(tg_manifest_entry *entry, bool is_used[TG_MAX_SCRATCH],
                                    tg_manifest_reader *reader, const tg_place *place,
                                    tg_error *error)
{
    launches of = {.entry = entry, .reader = reader, .place = place, .is_used = is_used};
    const tg_place steps = tg_place_member(place, "steps");
    tg_status status =
        tg_manifest_take(&of.steps, reader->manifest, TG_USER_MAX_STEPS, sizeof of.steps[0], error);
    if (status == TG_OK)
        status = tg_manifest_take(&of.groups, reader->manifest, TG_USER_MAX_STEPS,
                                  sizeof of.groups[0], error);
    if (status != TG_OK) return status;
    if (tg_place_is_there(&steps)) {
        status = check_beside_steps(place, error);
        if (status == TG_OK) status = read_steps(&of, &steps, error);
    } else {
        status = read_single(&of, error);
    }
    entry->plan.nb_groups = of.nb_groups;
    entry->plan.groups = of.groups;
    return status;
}
