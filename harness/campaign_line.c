/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The thread that makes batches ahead. Slots go round: turn t is in slot t modulo their number. */
#include "harness/campaign_internal.h"

#include <omp.h>
#include <string.h>

uint64_t campaign_nb_turns(const campaign_run *run)
{
    return run->options->has_only_batch ? 1 : UINT64_MAX;
}

/* Say what the slot of a turn is to hold. */
static void set_batch(campaign_slot *slot, const campaign_run *run, uint64_t turn)
{
    const tg_campaign *result = run->result;
    slot->turn = (size_t)(turn % result->nb_traces);
    slot->subject = tg_subject_with_plan(result->traces[slot->turn].index, run->options->plan_of,
                                         run->options->plan_of_context);
    const uint64_t number =
        run->options->has_only_batch ? run->options->only_batch : turn / result->nb_traces;
    // A user's kernel is launched as it says, and may count on that.
    const bool takes_launch = slot->subject.plan->user == NULL &&
                              (run->expected.ops->takes_launch || run->actual.ops->takes_launch);
    tg_campaign_batch_draw(&slot->batch, &slot->subject, result->seed, number, takes_launch);
}

/* Wait until a slot is free; false: no more batches are wanted. */
static bool wait_until_free(campaign_line *line, const campaign_slot *slot)
{
    (void)pthread_mutex_lock(&line->mutex);
    while (slot->is_ready && !line->is_over) {
        (void)pthread_cond_wait(&line->changes, &line->mutex);
    }
    const bool goes_on = !line->is_over;
    (void)pthread_mutex_unlock(&line->mutex);
    return goes_on;
}

static void set_flag(campaign_line *line, bool *flag, bool value)
{
    (void)pthread_mutex_lock(&line->mutex);
    *flag = value;
    (void)pthread_cond_broadcast(&line->changes);
    (void)pthread_mutex_unlock(&line->mutex);
}

static void *make_batches(void *argument)
{
    campaign_line *line = argument;
    const campaign_run *run = line->run;
    omp_set_num_threads(line->nb_threads);
    line->open_status = tg_isolation_open(&line->expected, run->result->expected,
                                          &run->options->isolation, false, &line->open_error);
    set_flag(line, &line->is_open, true);
    if (line->open_status != TG_OK) return NULL;
    const uint64_t nb_turns = campaign_nb_turns(run);
    for (uint64_t i = 0; i < nb_turns; i++) {
        const uint64_t turn = line->first_turn + i;
        campaign_slot *slot = &line->slots[turn % CAMPAIGN_NB_SLOTS];
        if (!wait_until_free(line, slot)) break;
        set_batch(slot, run, turn);
        campaign_slot_make(slot, &line->expected);
        set_flag(line, &slot->is_ready, true);
        if (slot->status != TG_OK) break;
    }
    tg_backend_close(&line->expected);
    return NULL;
}

tg_status campaign_line_start(campaign_line *line, const campaign_run *run, tg_error *error)
{
    memset(line, 0, sizeof *line);
    line->run = run;
    line->nb_threads = omp_get_max_threads();
    line->first_turn = run->result->nb_batches;
    (void)pthread_mutex_init(&line->mutex, NULL);
    (void)pthread_cond_init(&line->changes, NULL);
    if (run->options->is_one_thread) return TG_OK;
    if (pthread_create(&line->thread, NULL, make_batches, line) != 0) {
        tg_error_set(error, TG_ERR_MEMORY, "no thread to make batches ahead");
        tg_error_how(error, "let the system have more threads or memory for this user");
        return TG_ERR_MEMORY;
    }
    line->has_thread = true;
    (void)pthread_mutex_lock(&line->mutex);
    while (!line->is_open) {
        (void)pthread_cond_wait(&line->changes, &line->mutex);
    }
    (void)pthread_mutex_unlock(&line->mutex);
    if (line->open_status != TG_OK && error != NULL) *error = line->open_error;
    return line->open_status;
}

void campaign_line_stop(campaign_line *line)
{
    if (line->run == NULL) return;
    set_flag(line, &line->is_over, true);
    if (line->has_thread) (void)pthread_join(line->thread, NULL);
    (void)pthread_cond_destroy(&line->changes);
    (void)pthread_mutex_destroy(&line->mutex);
    for (size_t i = 0; i < CAMPAIGN_NB_SLOTS; i++) {
        campaign_slot_clear(&line->slots[i]);
    }
    line->run = NULL;
}

campaign_slot *campaign_line_take(campaign_line *line, uint64_t turn)
{
    campaign_slot *slot = &line->slots[turn % CAMPAIGN_NB_SLOTS];
    if (!line->has_thread) {
        set_batch(slot, line->run, turn);
        campaign_slot_make(slot, &line->run->expected);
        return slot;
    }
    (void)pthread_mutex_lock(&line->mutex);
    while (!slot->is_ready) {
        (void)pthread_cond_wait(&line->changes, &line->mutex);
    }
    (void)pthread_mutex_unlock(&line->mutex);
    return slot;
}

void campaign_line_give(campaign_line *line, campaign_slot *slot)
{
    set_flag(line, &slot->is_ready, false);
}
