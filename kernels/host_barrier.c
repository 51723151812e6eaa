/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Barriers of a block, and barriers, shuffles and votes of a warp, on the host grid.
 *
 * Whoever makes a group complete, by arriving or by ending, computes the results of all its lanes
 * and makes them ready: a lane that goes on can then not spoil what a slower one has yet to read.
 */
#include "kernels/host_grid_internal.h"

#include <string.h>

_Thread_local tg_host_position tg_host_position_now;
_Thread_local tg_host_worker *tg_host_worker_now;

void tg_host_barriers_reset(tg_host_worker *worker)
{
    const uint32_t block = worker->launch->block;
    worker->nb_started = 0;
    worker->nb_ended = 0;
    worker->nb_at_barrier = 0;
    worker->nb_true = 0;
    worker->first_ready = 0;
    worker->nb_ready = 0;
    for (uint32_t first = 0; first < block; first += TG_WARP_LANES) {
        const uint32_t nb_lanes = block - first < TG_WARP_LANES ? block - first : TG_WARP_LANES;
        const uint32_t missing = nb_lanes == TG_WARP_LANES ? 0 : TG_FULL_WARP << nb_lanes;
        worker->warps[first / TG_WARP_LANES] = (tg_host_warp_state){.waiting = 0, .ended = missing};
    }
}

static void make_ready(tg_host_worker *worker, uint32_t thread)
{
    TG_VERIFY_CHECK(worker->waits[thread] != TG_WAIT_NOTHING &&
                    worker->nb_ready < worker->launch->block);
    uint32_t last = worker->first_ready + worker->nb_ready++;
    if (last >= TG_HOST_GRID_MAX_BLOCK) last -= TG_HOST_GRID_MAX_BLOCK;
    worker->waits[thread] = TG_WAIT_NOTHING;
    worker->ready[last] = (uint16_t)thread;
}

/* Wait as thread `thread`, whose place among the built-in variables others overwrite. */
static void wait_for_release(tg_host_worker *worker, uint32_t thread, tg_host_wait wait)
{
    worker->waits[thread] = (uint8_t)wait;
    tg_host_worker_yield(worker, worker->fiber_of[thread]);
    tg_host_position_now.thread.x = thread;
}

/* ---- threads that do not come together ---- */

/* The worker has failed, with an error that says what; its next yield is for good. */
static void fail_apart(tg_host_worker *worker, const char *how)
{
    worker->status = TG_ERR_KERNEL;
    tg_error_failure(&worker->error, TG_FAILURE_BARRIER);
    tg_error_where(&worker->error, "block %lu of %lu", (unsigned long)tg_host_position_now.block.x,
                   (unsigned long)worker->launch->grid);
    tg_error_how(&worker->error, "%s", how);
}

static void say_place(tg_host_worker *worker, uint32_t thread)
{
    const tg_host_place *place = &worker->places[thread];
    if (place->line == 0) return;
    // Keys have one of the places, the first.
    if (worker->error.site[0] == '\0') tg_error_site(&worker->error, "", place->file, place->line);
    tg_error_where(&worker->error, "%s:%lu, thread %lu", place->file, (unsigned long)place->line,
                   (unsigned long)thread);
}

/* The lowest thread of the block that has ended; one has. */
static uint32_t first_ended(const tg_host_worker *worker)
{
    uint32_t warp = 0;
    while (worker->warps[warp].ended == 0) warp++;
    return warp * TG_WARP_LANES + (uint32_t)__builtin_ctz(worker->warps[warp].ended);
}

/* Whether the thread that comes to a barrier comes to that of the others; otherwise the worker has
 * failed. */
static bool comes_to_the_same(tg_host_worker *worker, uint32_t thread)
{
    worker->places[thread] = worker->place;
    if (worker->nb_at_barrier == 0) worker->first_at_barrier = thread;
    const tg_host_place *first = &worker->places[worker->first_at_barrier];
    const tg_host_place *own = &worker->places[thread];
    // Two files of a shared object may each have the text of a header's name.
    if (own->line == first->line && own->column == first->column &&
        (own->line == 0 || strcmp(own->file, first->file) == 0))
        return true;
    tg_error_set(&worker->error, TG_ERR_KERNEL, "threads of a block come to different barriers");
    fail_apart(worker, "a barrier may stand in a branch only if all threads of the block take it: "
                       "let them come to one __syncthreads");
    say_place(worker, worker->first_at_barrier);
    say_place(worker, thread);
    return false;
}

/* Whether no thread has ended that a barrier would have to wait for; otherwise, if the launch is
 * strict, the worker has failed. */
static bool all_are_at_barrier(tg_host_worker *worker)
{
    if (!worker->launch->is_strict || worker->nb_ended == 0) return true;
    tg_error_set(&worker->error, TG_ERR_KERNEL,
                 "threads of a block wait in __syncthreads for others that have ended: %lu of %lu",
                 (unsigned long)worker->nb_ended, (unsigned long)worker->launch->block);
    fail_apart(worker, "let all threads of the block come to each barrier: those without work skip "
                       "it, and do not return");
    say_place(worker, worker->first_at_barrier);
    tg_error_where(&worker->error, "thread %lu has ended", (unsigned long)first_ended(worker));
    return false;
}

/* The same of an operation of a warp, and the lanes that its mask names. */
static bool all_are_in_warp(tg_host_worker *worker, uint32_t warp, uint32_t lane)
{
    const uint32_t first = warp * TG_WARP_LANES;
    const uint32_t mask = worker->exchanges[first + lane].mask;
    const uint32_t left = worker->launch->block - first;
    const uint32_t there = left < TG_WARP_LANES ? ~(TG_FULL_WARP << left) : TG_FULL_WARP;
    const uint32_t ended = mask & there & worker->warps[warp].ended;
    if (!worker->launch->is_strict || ended == 0) return true;
    tg_error_set(&worker->error, TG_ERR_KERNEL,
                 "the mask of an operation of a warp names lanes that end without it: %d of %d",
                 __builtin_popcount(ended), __builtin_popcount(mask & there));
    fail_apart(worker, "let all lanes of the mask come to the operation with that mask: those "
                       "without work skip it, and do not return");
    say_place(worker, first + lane);
    tg_error_where(&worker->error, "thread %lu has ended",
                   (unsigned long)(first + (uint32_t)__builtin_ctz(ended)));
    return false;
}

/* ---- barriers ---- */

/* Let the threads at the barrier go on; false: the worker has failed. */
static bool release_block(tg_host_worker *worker)
{
    if (!all_are_at_barrier(worker)) return false;
    worker->nb_at_barrier = 0;
    worker->nb_released = worker->nb_true;
    worker->nb_true = 0;
    for (uint32_t thread = 0; thread < worker->launch->block; thread++) {
        if (worker->waits[thread] == TG_WAIT_BLOCK) make_ready(worker, thread);
    }
    return true;
}

uint32_t tg_host_syncthreads_count(bool predicate)
{
    tg_host_worker *worker = tg_host_worker_now;
    const uint32_t thread = tg_host_position_now.thread.x;
    worker->nb_true += predicate ? 1 : 0;
    const bool is_last = worker->nb_at_barrier + 1 == worker->launch->block - worker->nb_ended;
    // Where the worker has failed the wait is for good.
    if (!comes_to_the_same(worker, thread) || !is_last || !release_block(worker)) {
        worker->nb_at_barrier++;
        wait_for_release(worker, thread, TG_WAIT_BLOCK);
    }
    // The next barrier is not complete before this thread has come to it.
    return worker->nb_released;
}

void tg_host_syncthreads(void) { (void)tg_host_syncthreads_count(false); }

void tg_host_place_set(const char *file, uint32_t line)
{
    tg_host_worker_now->place = (tg_host_place){.file = file,
                                                .line = line % (1u << TG_HOST_LINE_BITS),
                                                .column = line >> TG_HOST_LINE_BITS};
}

bool tg_host_place_is_first(const tg_host_worker *worker, uint32_t thread)
{
    const tg_host_place *place = &worker->places[thread];
    if (worker->waits[thread] == TG_WAIT_NOTHING || place->file == NULL) return false;
    for (uint32_t other = 0; other < thread; other++) {
        const tg_host_place *before = &worker->places[other];
        if (worker->waits[other] != TG_WAIT_NOTHING && before->file == place->file &&
            before->line == place->line)
            return false;
    }
    return true;
}

uint32_t tg_host_active_lanes(void)
{
    const uint32_t warp = tg_host_position_now.thread.x / TG_WARP_LANES;
    return ~tg_host_worker_now->warps[warp].ended;
}

/* The lanes that lane belongs to if all of them are there with the same mask and operation, else
 * 0. */
static uint32_t complete_group(const tg_host_worker *worker, uint32_t warp, uint32_t lane)
{
    const tg_host_warp_state *state = &worker->warps[warp];
    const tg_host_exchange *exchanges = &worker->exchanges[warp * TG_WARP_LANES];
    const uint32_t group = exchanges[lane].mask & ~state->ended;
    if ((group >> lane & 1) == 0 || (group & ~state->waiting) != 0) return 0;
    for (uint32_t other = 0; other < TG_WARP_LANES; other++) {
        if ((group >> other & 1) == 0) continue;
        if (exchanges[other].mask != exchanges[lane].mask ||
            exchanges[other].operation != exchanges[lane].operation)
            return 0;
    }
    return group;
}

/* Lane whose value a shuffle gives to `lane`, by CUDA's rules: none is taken from beyond the
 * segment of width lanes. */
static uint32_t shuffle_source(const tg_host_exchange *exchange, uint32_t lane)
{
    const uint32_t first = lane & ~(exchange->width - 1);
    const uint32_t last = first + exchange->width - 1;
    switch (exchange->operation) {
    case TG_WARP_SHUFFLE:
        return first + (exchange->source & (exchange->width - 1));
    case TG_WARP_SHUFFLE_UP:
        return exchange->source > lane - first ? lane : lane - exchange->source;
    case TG_WARP_SHUFFLE_DOWN:
        return exchange->source > last - lane ? lane : lane + exchange->source;
    case TG_WARP_SHUFFLE_XOR:
        return (lane ^ exchange->source) > last ? lane : lane ^ exchange->source;
    case TG_WARP_SYNC:
    case TG_WARP_BALLOT:
    case TG_WARP_MATCH:
        break;
    }
    return lane;
}

/* Lanes of the group whose value is the lane's. */
static uint64_t matches_of(const tg_host_exchange *exchanges, uint32_t group, uint32_t lane)
{
    uint64_t matches = 0;
    for (uint32_t other = 0; other < TG_WARP_LANES; other++) {
        if ((group >> other & 1) != 0 && exchanges[other].value == exchanges[lane].value)
            matches |= (uint64_t)1 << other;
    }
    return matches | (matches == group ? TG_HOST_ALL_MATCH : 0);
}

static uint64_t result_of(const tg_host_exchange *exchanges, uint32_t group, uint32_t lane)
{
    if (exchanges[lane].operation == TG_WARP_SYNC) return 0;
    if (exchanges[lane].operation == TG_WARP_MATCH) return matches_of(exchanges, group, lane);
    if (exchanges[lane].operation == TG_WARP_BALLOT) {
        uint64_t votes = 0;
        for (uint32_t other = 0; other < TG_WARP_LANES; other++) {
            if ((group >> other & 1) != 0 && exchanges[other].value != 0)
                votes |= (uint64_t)1 << other;
        }
        return votes;
    }
    const uint32_t source = shuffle_source(&exchanges[lane], lane);
    return (group >> source & 1) != 0 ? exchanges[source].value : UINT64_MAX;
}

/* Give all lanes of a complete group their results; all but `runner` become ready. False: the
 * worker has failed. */
static bool release_group(tg_host_worker *worker, uint32_t warp, uint32_t group, uint32_t runner)
{
    if (!all_are_in_warp(worker, warp, (uint32_t)__builtin_ctz(group))) return false;
    tg_host_exchange *exchanges = &worker->exchanges[warp * TG_WARP_LANES];
    worker->warps[warp].waiting &= ~group;
    for (uint32_t lane = 0; lane < TG_WARP_LANES; lane++) {
        if ((group >> lane & 1) != 0) exchanges[lane].result = result_of(exchanges, group, lane);
    }
    for (uint32_t lane = 0; lane < TG_WARP_LANES; lane++) {
        if ((group >> lane & 1) != 0 && lane != runner)
            make_ready(worker, warp * TG_WARP_LANES + lane);
    }
    return true;
}

uint64_t tg_host_warp(tg_warp_operation operation, uint32_t mask, uint64_t value, uint32_t source,
                      uint32_t width)
{
    tg_host_worker *worker = tg_host_worker_now;
    const uint32_t thread = tg_host_position_now.thread.x;
    const uint32_t warp = thread / TG_WARP_LANES;
    const uint32_t lane = thread % TG_WARP_LANES;
    tg_host_exchange *exchange = &worker->exchanges[thread];
    *exchange = (tg_host_exchange){.operation = operation,
                                   .mask = mask != 0 ? mask : TG_FULL_WARP,
                                   .source = source,
                                   .width = width,
                                   .value = value};
    worker->places[thread] = worker->place;
    worker->warps[warp].waiting |= (uint32_t)1 << lane;
    const uint32_t group = complete_group(worker, warp, lane);
    if (group == 0 || !release_group(worker, warp, group, lane))
        wait_for_release(worker, thread, operation == TG_WARP_SYNC ? TG_WAIT_SYNC : TG_WAIT_WARP);
    return exchange->result;
}

void tg_host_barriers_end_thread(tg_host_worker *worker, uint32_t thread)
{
    const uint32_t warp = thread / TG_WARP_LANES;
    worker->warps[warp].ended |= (uint32_t)1 << thread % TG_WARP_LANES;
    worker->nb_ended++;
    if (worker->nb_at_barrier != 0 &&
        worker->nb_at_barrier == worker->launch->block - worker->nb_ended)
        (void)release_block(worker);
    for (uint32_t lane = 0; worker->warps[warp].waiting != 0 && lane < TG_WARP_LANES; lane++) {
        if ((worker->warps[warp].waiting >> lane & 1) == 0) continue;
        const uint32_t group = complete_group(worker, warp, lane);
        // No lane of the warp runs now: the one that did has ended.
        if (group != 0 && !release_group(worker, warp, group, TG_WARP_LANES)) return;
    }
}
