/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One batch under test: made twice over two poisons, and compared. Only whether all is well is
 * asked here, in as little time as that takes; what is wrong is found out by running it again. */
#include "harness/campaign_internal.h"

#include "model/memory.h"

#include <string.h>

/* Whether all words of a trace and of those side outputs that hold residues are below p. Without
 * branches in the inner loop, so that compilers make vector code of it. */
static bool are_reduced(const uint32_t *words, size_t nb_words)
{
    uint32_t fault = 0;
#pragma omp parallel for reduction(| : fault)
    for (size_t i = 0; i < nb_words; i++) {
        fault |= words[i] >= TG_P ? 1u : 0u;
    }
    return fault == 0;
}

/* Compare what was made here. */
static tg_status compare_products(bool *is_match, const campaign_slot *slot,
                                  const tg_product *actual, tg_error *error)
{
    const tg_trace *trace = slot->subject.trace;
    const size_t width = tg_trace_width(trace);
    const tg_matrix expected_cells = {.cells = slot->expected.cells,
                                      .height = slot->height,
                                      .width = width};
    const tg_matrix actual_cells = {.cells = actual->cells, .height = slot->height, .width = width};
    tg_diff diff;
    tg_sides_diff sides;
    tg_status status = tg_diff_init(&diff, width, 0, error);
    if (status != TG_OK) return status;
    status =
        tg_diff_run(&diff, trace, slot->batch.nb_events, &expected_cells, &actual_cells, error);
    if (status == TG_OK) status = tg_sides_diff_init(&sides, trace, 0, error);
    if (status == TG_OK) {
        tg_sides_diff_run(&sides, &slot->expected, actual);
        *is_match = tg_diff_is_match(&diff) && tg_sides_diff_is_match(&sides);
        tg_sides_diff_clear(&sides);
    }
    tg_diff_clear(&diff);
    return status;
}

/* Make with the actual backend and compare, here or where it made them. */
static tg_status make_and_compare(bool *is_match, campaign_run *run, const campaign_slot *slot,
                                  tg_error *error)
{
    const tg_job job = campaign_slot_job(slot);
    const tg_trace *trace = slot->subject.trace;
    const tg_backend_ops *ops = run->actual.ops;
    *is_match = false;
    if (ops->matches != NULL) {
        const tg_status status =
            ops->matches(run->actual.state, is_match, &job, &slot->expected, error);
        // Equal to words of the reference, which are; any other side's are to be looked at.
        if (status == TG_OK && *is_match && run->expected.ops != tg_backend_ops_at(0))
            *is_match = are_reduced(slot->expected.cells, slot->height * tg_trace_width(trace));
        return status;
    }
    tg_product actual;
    tg_conduct conduct;
    tg_status status = campaign_rooms_take(&actual, run->rooms, trace, slot->height, error);
    if (status == TG_OK) status = tg_backend_make(&actual, &conduct, &run->actual, &job, error);
    if (status != TG_OK || tg_conduct_is_wrong(&conduct)) return status;
    return compare_products(is_match, slot, &actual, error);
}

void campaign_batch_again(tg_command *again, const tg_campaign *campaign, const tg_trace *trace,
                          uint64_t number)
{
    tg_command_begin(again);
    tg_command_add(again, "tracegate");
    tg_command_add(again, "fuzz");
    tg_command_add(again, trace->name);
    tg_command_add_option(again, "seed", "0x%llx", (unsigned long long)campaign->seed);
    tg_command_add_option(again, "batch", "%llu", (unsigned long long)number);
    if (campaign->expected != tg_backend_ops_at(0))
        tg_command_add_option(again, "expected", "%s", campaign->expected->name);
    tg_command_add_option(again, "actual", "%s", campaign->actual->name);
}

void campaign_announce(const campaign_run *run, const campaign_slot *slot)
{
    const tg_campaign_options *options = run->options;
    if (options->on_run == NULL) return;
    if (slot == NULL) {
        options->on_run(options->on_run_context, NULL, NULL);
        return;
    }
    tg_command again;
    campaign_batch_again(&again, run->result, slot->subject.trace, slot->batch.number);
    options->on_run(options->on_run_context, run->actual.ops->name, again.text);
}

tg_status campaign_compare(bool *is_match, tg_status *failed, tg_error *why, campaign_run *run,
                           campaign_slot *slot, tg_error *error)
{
    *failed = TG_OK;
    *why = (tg_error){.status = TG_OK};
    tg_status status = make_and_compare(is_match, run, slot, why);
    // A shape that this device cannot take is left to the plan.
    if (status == TG_ERR_SIZE && (slot->batch.launch.grid != 0 || slot->batch.launch.block != 0)) {
        slot->batch.launch = (tg_launch){0};
        status = make_and_compare(is_match, run, slot, why);
    }
    if (status == TG_OK) {
        *is_match = *is_match && !tg_conduct_is_wrong(&slot->conduct);
        return TG_OK;
    }
    *is_match = false;
    if (tg_status_exit_code(status) == 1 || status == TG_ERR_EVENT) {
        *failed = status;
        return TG_OK;
    }
    if (error != NULL) *error = *why;
    return status;
}
