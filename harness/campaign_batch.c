/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a campaign's batches are: drawn by number. */
#include "harness/campaign_internal.h"

#include "harness/counts.h"
#include "model/fnv.h"
#include "harness/philox.h"

#include <string.h>

/* Cells of a batch at the most: 16 MiB, a size that is handled in the time of some hundred calls,
 * so that those do not count; and events, of a trace with few columns. */
#define MAX_CELLS ((size_t)1 << 22)
#define MAX_EVENTS ((size_t)1 << 20)
#define MIN_EVENTS ((size_t)1 << 10)

/* Events of a small batch at the most: past the blocks and tiles of every plan. */
#define SMALL_EVENTS ((size_t)4096)

/* Counts of a trace's first batches, which any campaign should have seen; then the largest count
 * doubles from batch to batch. */
static const size_t first_counts[] = {1, 0, 2, 33, 16, 15, 17, 31, 32, 63, 64, 65};
#define NB_FIRST (sizeof first_counts / sizeof first_counts[0])
#define FIRST_EVENTS ((size_t)256)

/* Events for each thread of a shape at the most: a device's single thread takes up to a millisecond
 * for one. */
#define EVENTS_PER_THREAD ((size_t)128)

/* Streams are begun at multiples of this, the parts of the longest scripts. */
#define SECTION ((uint64_t)512)

/* Words that a batch is drawn from, by what they decide. */
enum {
    WORD_SIZE,
    WORD_COUNT,
    WORD_PROFILE,
    WORD_VALIDITY,
    WORD_SEED,
    WORD_SEED_HIGH,
    WORD_FIRST,
    WORD_HAS_HEIGHT,
    WORD_HEIGHT,
    WORD_HAS_SHAPE,
    WORD_BLOCK,
    WORD_GRID,
    NB_WORDS
};
static_assert(NB_WORDS % TG_PHILOX_LANES == 0, "whole blocks of words");

/* Threads of a block and blocks of a grid that are drawn; 0: any, or the plan's. */
static const uint32_t blocks[] = {1, 2, 31, 32, 33, 64, 96, 128, 256, 512, 1024, 0, 0};
static const uint32_t grids[] = {0, 0, 0, 1, 2, 3, 7, 16, 64};

/* Number `word` of nb choices. */
static size_t choice(uint32_t word, size_t nb) { return (size_t)((uint64_t)word * nb >> 32); }

static void draw_words(uint32_t words[NB_WORDS], const tg_trace *trace, uint64_t seed,
                       uint64_t number)
{
    const uint64_t key = seed ^ tg_fnv(TG_FNV_START, trace->name, strlen(trace->name));
    for (uint32_t i = 0; i < NB_WORDS / TG_PHILOX_LANES; i++) {
        tg_philox_block(words + (size_t)TG_PHILOX_LANES * i, key, number, i, 0);
    }
}

/* Events of a trace's largest batches. */
static size_t most_events(const tg_trace *trace)
{
    const size_t nb_rows = MAX_CELLS / tg_trace_width(trace);
    const size_t nb_events = nb_rows * trace->events_per_row / trace->rows_per_event;
    if (nb_events < MIN_EVENTS) return MIN_EVENTS;
    return nb_events < MAX_EVENTS ? nb_events : MAX_EVENTS;
}

static size_t draw_count(const tg_subject *subject, uint64_t number, const uint32_t *words)
{
    if (number < NB_FIRST) return tg_trace_nb_events_worth(subject->trace, first_counts[number]);
    const uint64_t turn = number - NB_FIRST;
    const size_t most = most_events(subject->trace);
    const size_t max = turn < 32 && FIRST_EVENTS << turn < most ? FIRST_EVENTS << turn : most;
    const uint32_t size = words[WORD_SIZE] % 8;
    if (size >= 3 && max > SMALL_EVENTS)
        return tg_trace_nb_events_worth(subject->trace,
                                        max / 2 + choice(words[WORD_COUNT], max / 2 + 1));
    const size_t small = max < SMALL_EVENTS ? max : SMALL_EVENTS;
    if (size == 2)
        return tg_trace_nb_events_worth(subject->trace, choice(words[WORD_COUNT], small + 1));
    tg_limits counts;
    tg_boundary_counts(&counts, subject, small);
    return counts.values[choice(words[WORD_COUNT], counts.nb_values)];
}

static tg_profile draw_profile(const tg_subject *subject, uint32_t word)
{
    static const tg_profile profiles[] = {
        TG_PROFILE_MIXED,    TG_PROFILE_MIXED,    TG_PROFILE_MIXED,   TG_PROFILE_MIXED,
        TG_PROFILE_BOUNDARY, TG_PROFILE_BOUNDARY, TG_PROFILE_UNIFORM, TG_PROFILE_REALISTIC};
    const tg_profile profile = profiles[word % (sizeof profiles / sizeof profiles[0])];
    return tg_generator_has_profile(subject, profile) ? profile : TG_PROFILE_MIXED;
}

/* Every fourth batch has a fixed height, where that means anything. */
static size_t draw_height(const tg_subject *subject, size_t nb_events, const uint32_t *words)
{
    if (words[WORD_HAS_HEIGHT] % 4 != 0) return 0;
    const tg_trace *trace = subject->trace;
    tg_limits heights;
    tg_boundary_heights(&heights, subject, nb_events, 2 * MAX_CELLS / tg_trace_width(trace));
    return heights.values[choice(words[WORD_HEIGHT], heights.nb_values)];
}

/* Every second batch has a shape; blocks too few for the events are left to the plan. */
static tg_launch draw_launch(size_t nb_events, const uint32_t *words)
{
    if (words[WORD_HAS_SHAPE] % 2 == 0) return (tg_launch){0};
    tg_launch launch = {
        .grid = grids[choice(words[WORD_GRID], sizeof grids / sizeof grids[0])],
        .block = blocks[choice(words[WORD_BLOCK], sizeof blocks / sizeof blocks[0])],
    };
    if (launch.block == 0) launch.block = 1 + words[WORD_BLOCK] % TG_CASE_MAX_BLOCK;
    if (nb_events > EVENTS_PER_THREAD * launch.grid * launch.block) launch.grid = 0;
    if (nb_events > SMALL_EVENTS && launch.block < 32) launch.block = 32;
    return launch;
}

void tg_campaign_batch_draw(tg_campaign_batch *batch, const tg_subject *subject, uint64_t seed,
                            uint64_t number, bool takes_launch)
{
    uint32_t words[NB_WORDS];
    draw_words(words, subject->trace, seed, number);
    *batch = (tg_campaign_batch){.number = number, .nb_events = draw_count(subject, number, words)};
    batch->stream = (tg_stream){
        .profile = draw_profile(subject, words[WORD_PROFILE]),
        .validity = words[WORD_VALIDITY] % 8 == 0 ? TG_VALID_CONSTRAINTS : TG_VALID_ANY,
        .seed = words[WORD_SEED] | (uint64_t)words[WORD_SEED_HIGH] << 32,
    };
    // Half of the streams from their start, where a script begins.
    if (words[WORD_FIRST] % 2 == 1) batch->first = (words[WORD_FIRST] >> 12) * SECTION;
    batch->fixed_height = draw_height(subject, batch->nb_events, words);
    if (takes_launch) batch->launch = draw_launch(batch->nb_events, words);
}
