/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What mutations draw: numbers, counts, words.
 *
 * Small cases are preferred: they run fastest, and an event that breaks a kernel mostly does so
 * alone. What only many rows show is reached by counts at the limits of blocks and tiles, which
 * take few bytes where events repeat.
 */
#include "fuzz/mutate_internal.h"

#include "reference/field.h"

/* SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014): any seed
 * will do, and one step a draw. */
uint64_t tg_fuzz_draw(tg_fuzz_change *of)
{
    of->random += 0x9e3779b97f4a7c15u;
    uint64_t word = of->random;
    word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9u;
    word = (word ^ word >> 27) * 0x94d049bb133111ebu;
    return word ^ word >> 31;
}

// The remainder's bias does not matter here.
size_t tg_fuzz_below(tg_fuzz_change *of, size_t below)
{
    return (size_t)(tg_fuzz_draw(of) % below);
}

bool tg_fuzz_one_in(tg_fuzz_change *of, size_t n) { return tg_fuzz_below(of, n) == 0; }

/* How far a count may reach, and how often it does, of 2048 times: a large case takes as long as
 * thousands of small ones. */
typedef struct reach {
    size_t bound;
    size_t nb_times;          /* for traces whose events are quickly made */
    size_t nb_searched_times; /* for those whose events are searched for */
} reach;

static const reach reaches[] = {{4, 1260, 1640},
                                {36, 640, 300},
                                {TG_FUZZ_LARGE_CASE, 132, 88},
                                {1100, 14, 16},
                                {TG_CASE_MAX_EVENTS, 2, 4}};
#define ALL_TIMES 2048

static size_t draw_reach(tg_fuzz_change *of)
{
    size_t left = tg_fuzz_below(of, ALL_TIMES);
    size_t i = 0;
    for (;;) {
        const size_t nb_times =
            of->mutator->is_searched ? reaches[i].nb_searched_times : reaches[i].nb_times;
        if (left < nb_times) return reaches[i].bound;
        left -= nb_times;
        i++;
    }
}

size_t tg_fuzz_count(tg_fuzz_change *of, size_t most)
{
    const size_t reached = draw_reach(of);
    const size_t bound = reached < most ? reached : most;
    if (bound <= 4) return tg_fuzz_below(of, bound + 1);
    const tg_fuzz_mutator *mutator = of->mutator;
    size_t nb_limits = mutator->nb_limits;
    while (nb_limits > 1 && mutator->limits[nb_limits - 1] > bound) {
        nb_limits--;
    }
    size_t count = mutator->limits[tg_fuzz_below(of, nb_limits)];
    if (reached > TG_FUZZ_LARGE_CASE && tg_fuzz_one_in(of, 2)) {
        // Limits of levels and grids: a few times a power of two, and the neighbours.
        // One draw a statement, or compilers would choose their order.
        const size_t power = 6 + tg_fuzz_below(of, 8);
        count = (1 + tg_fuzz_below(of, 32)) << power;
        count += tg_fuzz_below(of, 3) - 1;
    }
    return count < bound ? count : bound;
}

/* Residues at which arithmetic turns. */
static const uint32_t hard_residues[] = {0,
                                         1,
                                         2,
                                         3,
                                         TG_P - 1,
                                         TG_P - 2,
                                         (TG_P - 1) / 2,
                                         (TG_P + 1) / 2,
                                         TG_WORD_ONE, // R
                                         402124772,   // R^2
                                         TG_REF_R_INVERSE,
                                         (1u << 16) - 1,
                                         1u << 16,
                                         (1u << 16) + 1,
                                         (1u << 24) - 1,
                                         1u << 24,
                                         (1u << 24) + 1,
                                         63u << 24};

uint32_t tg_fuzz_hard_word(tg_fuzz_change *of)
{
    uint32_t word = 0;
    switch (tg_fuzz_below(of, 6)) {
    case 0:
        word = 1u << tg_fuzz_below(of, 31);
        break;
    case 1:
        word = TG_P - 1 - (uint32_t)tg_fuzz_below(of, 64);
        break;
    case 2:
        word = (uint32_t)tg_fuzz_below(of, 1u << 16);
        break;
    case 3:
        word = (uint32_t)tg_fuzz_below(of, TG_P);
        break;
    default:
        word = hard_residues[tg_fuzz_below(of, sizeof hard_residues / sizeof hard_residues[0])];
        break;
    }
    word %= TG_P;
    return tg_fuzz_one_in(of, 2) ? tg_ref_to_word(word) : word;
}
