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

/* Take a look at what is wrong, in case it does not show again.
 * conduct  of the actual side; NULL, as the diffs: not known */
static void see(campaign_sight *seen, const campaign_slot *slot, const tg_diff *diff,
                const tg_sides_diff *sides, const tg_conduct *conduct)
{
    static const tg_causes unstable = {.nb = 1, .list = {{.cause = TG_CAUSE_UNSTABLE}}};
    const bool is_expected =
        tg_conduct_is_wrong(&slot->conduct) && (conduct == NULL || !tg_conduct_is_wrong(conduct));
    const tg_mismatch mismatch = {.trace = slot->subject.trace,
                                  .diff = diff,
                                  .sides = sides,
                                  .conduct = is_expected ? &slot->conduct : conduct,
                                  .failed = seen->failed,
                                  .why = &seen->why};
    const tg_cause unseen =
        seen->failed != TG_OK ? tg_cause_of_failure(&seen->why) : TG_CAUSE_OTHER;
    const tg_causes unknown = {.nb = 1, .list = {{.cause = unseen}}};
    tg_key_make(&seen->key, &mismatch, &unstable);
    tg_key_make(&seen->unseen_key, &mismatch, &unknown);
}

/* Compare what was made here. */
static tg_status compare_products(campaign_sight *seen, const campaign_slot *slot,
                                  const tg_product *actual, const tg_conduct *conduct,
                                  tg_error *error)
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
        seen->is_match = tg_diff_is_match(&diff) && tg_sides_diff_is_match(&sides) &&
                         !tg_conduct_is_wrong(conduct) && !tg_conduct_is_wrong(&slot->conduct);
        if (!seen->is_match) see(seen, slot, &diff, &sides, conduct);
        tg_sides_diff_clear(&sides);
    }
    tg_diff_clear(&diff);
    return status;
}

/* Make with the actual backend and compare, here or where it made them. */
static tg_status make_and_compare(campaign_sight *seen, campaign_run *run,
                                  const campaign_slot *slot, tg_error *error)
{
    const tg_job job = campaign_slot_job(slot);
    const tg_trace *trace = slot->subject.trace;
    const tg_backend_ops *ops = run->actual.ops;
    *seen = (campaign_sight){.is_match = false};
    if (ops->matches != NULL) {
        bool is_match = false;
        const tg_status status =
            ops->matches(run->actual.state, &is_match, &job, &slot->expected, error);
        if (status != TG_OK) return status;
        // Equal to words of the reference, which are; any other side's are to be looked at.
        if (is_match && run->expected.ops != tg_backend_ops_at(0))
            is_match = are_reduced(slot->expected.cells, slot->height * tg_trace_width(trace));
        seen->is_match = is_match && !tg_conduct_is_wrong(&slot->conduct);
        if (!seen->is_match) see(seen, slot, NULL, NULL, NULL);
        return TG_OK;
    }
    tg_product actual;
    tg_conduct conduct;
    tg_status status = campaign_rooms_take(&actual, run->rooms, trace, slot->height, error);
    if (status == TG_OK) status = tg_backend_make(&actual, &conduct, &run->actual, &job, error);
    if (status != TG_OK) return status;
    return compare_products(seen, slot, &actual, &conduct, error);
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

tg_status campaign_compare(campaign_sight *seen, campaign_run *run, campaign_slot *slot,
                           tg_error *error)
{
    tg_error why = {.status = TG_OK};
    tg_status status = make_and_compare(seen, run, slot, &why);
    // A shape that this device cannot take is left to the plan.
    if (status == TG_ERR_SIZE && (slot->batch.launch.grid != 0 || slot->batch.launch.block != 0)) {
        slot->batch.launch = (tg_launch){0};
        why = (tg_error){.status = TG_OK};
        status = make_and_compare(seen, run, slot, &why);
    }
    if (status == TG_OK) return TG_OK;
    if (tg_status_exit_code(status) == 1 || status == TG_ERR_EVENT) {
        tg_case_blame_side(&why);
        *seen = (campaign_sight){.failed = status, .why = why};
        see(seen, slot, NULL, NULL, NULL);
        return TG_OK;
    }
    if (error != NULL) *error = why;
    return status;
}
