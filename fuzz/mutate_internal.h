/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A mutation on its way, for mutate.c, mutate_draws.c and mutate_changes.c. */
#ifndef TRACEGATE_FUZZ_MUTATE_INTERNAL_H
#define TRACEGATE_FUZZ_MUTATE_INTERNAL_H

#include "fuzz/mutate.h"

/* Events of a case that is large: milliseconds, or hundreds of them. */
#define TG_FUZZ_LARGE_CASE 132

/* A case that is being changed. Its events lie in the mutator's memory. */
typedef struct tg_fuzz_change {
    const tg_fuzz_mutator *mutator;
    uint64_t random; /* state of the draws */
    tg_case work;
} tg_fuzz_change;

/* ---- draws ---- */

uint64_t tg_fuzz_draw(tg_fuzz_change *of);

/* A number below `below`, which is not 0; true one time in n. */
size_t tg_fuzz_below(tg_fuzz_change *of, size_t below);
bool tg_fuzz_one_in(tg_fuzz_change *of, size_t n);

/* A count worth trying, at most `most`: small ones more often. */
size_t tg_fuzz_count(tg_fuzz_change *of, size_t most);

/* A word below p at which arithmetic turns, as a word or as the word of a residue. */
uint32_t tg_fuzz_hard_word(tg_fuzz_change *of);

/* ---- changes ---- */

/* Event number index of the case. */
unsigned char *tg_fuzz_event_at(const tg_fuzz_change *of, size_t index);

/* Make one change, of any kind; none where there is nothing to change. */
void tg_fuzz_change_any(tg_fuzz_change *of);

void tg_fuzz_change_candidates(tg_fuzz_change *of);

/* Corpora grow large cases and launches, in which more is counted: most mutations begin with small
 * ones. */
void tg_fuzz_make_small(tg_fuzz_change *of);

/* A step of the plan clears a large table, each of whose words one thread takes: many threads are
 * many passes over all of it, one after the other here. Mostly one or two do as well. */
void tg_fuzz_shrink_shape(tg_fuzz_change *of);

#endif
