/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Mutations of cases: decode, change, encode. Each is a function of bytes and seed alone, gives
 * bytes of a valid case, and stays within the limit.
 */
#ifndef TRACEGATE_FUZZ_MUTATE_H
#define TRACEGATE_FUZZ_MUTATE_H

#include "harness/case.h"

/* Counts worth trying that a mutator knows, at the most. */
#define TG_FUZZ_MAX_LIMITS 96

/* What the mutations of one trace need. */
typedef struct tg_fuzz_mutator {
    tg_subject subject;
    tg_leaf *leaves; /* of an event, those that hold something to change */
    size_t nb_leaves;
    unsigned char *events;             /* [TG_CASE_MAX_EVENTS] of the case that is changed */
    size_t event_size;                 /* 0: the trace has no events */
    size_t limits[TG_FUZZ_MAX_LIMITS]; /* rows and counts at which something turns, ascending */
    size_t nb_limits;
    bool is_searched;   /* an event is searched for, and takes a hundred times as long */
    bool is_plan_large; /* a launch as the plan has it is far larger than its events need */
} tg_fuzz_mutator;

/* Errors  TG_ERR_MEMORY; it is then to be cleared all the same. clear takes one that is all
 * zero. */
TG_NODISCARD tg_status tg_fuzz_mutator_init(tg_fuzz_mutator *mutator, const tg_subject *subject,
                                            tg_error *error);
void tg_fuzz_mutator_clear(tg_fuzz_mutator *mutator);

/* Change the case that bytes are. bytes: max_bytes of them. Returns how many there are after it;
 * where memory is short, they are as they were. */
size_t tg_fuzz_mutate(tg_fuzz_mutator *mutator, uint8_t *bytes, size_t nb_bytes, size_t max_bytes,
                      uint64_t seed);

/* Make a case of two: events of both, each number of the head from one of them. out: max_bytes, not
 * overlapping the others. Returns how many there are; 0 where memory is short. */
size_t tg_fuzz_cross(tg_fuzz_mutator *mutator, uint8_t *out, size_t max_bytes, const uint8_t *first,
                     size_t nb_first, const uint8_t *second, size_t nb_second, uint64_t seed);

#endif
