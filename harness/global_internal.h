/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Parts of Global's draws.
 */
#ifndef TRACEGATE_HARNESS_GLOBAL_INTERNAL_H
#define TRACEGATE_HARNESS_GLOBAL_INTERNAL_H

#include "harness/draws.h"
#include "model/global.h"

/* Kinds of messages as SP1 v6.2.0 numbers them. */
enum { TG_GLOBAL_KIND_MEMORY = 1, TG_GLOBAL_KIND_SYSCALL = 8, TG_GLOBAL_KIND_PAGE = 19 };

tg_numbered_draw tg_global_realistic;
tg_numbered_draw tg_global_boundary;

/* A message that was searched for, since chance finds none like it: [0, 0, word, 0, 0, 0, 0, 0] of
 * kind TG_GLOBAL_KIND_MEMORY. */
typedef struct tg_global_searched {
    uint32_t word;
    uint32_t offset;     /* number of the first candidate that has a receive and a send point */
    uint32_t exceptions; /* bit o: candidate o is on the curve, but neither receive nor send */
    uint32_t y6;         /* coefficient of z^6 of the receive point's y */
} tg_global_searched;

#define TG_NB_GLOBAL_SEARCHED 32
extern const tg_global_searched tg_global_searched_messages[TG_NB_GLOBAL_SEARCHED];

/* The streams begin anew after so many events, with other messages: a shard, the script. */
#define TG_GLOBAL_REALISTIC_PERIOD ((size_t)1024)
#define TG_GLOBAL_BOUNDARY_PERIOD ((size_t)8192)

/* The parts of the script begin at multiples of this where that matters: the events of a section of
 * SP1's kernel. */
#define TG_GLOBAL_BOUNDARY_SECTION ((size_t)512)

#endif
