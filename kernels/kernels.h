/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What every kernel is called with, on the host grid and on a device.
 */
#ifndef TRACEGATE_KERNELS_KERNELS_H
#define TRACEGATE_KERNELS_KERNELS_H

#include "model/trace.h"

#include <stdint.h>

/* Scratch buffers of a launch plan, at the most. */
#define TG_MAX_SCRATCH 8

/* Threads of a block of a kernel made by TG_STEP_KERNEL, at the most; launches that ask for more
 * get as many. */
#define TG_STEP_MAX_BLOCK 256

/* tg_krn_extra.bad_event where every event can be made. */
#define TG_NO_BAD_EVENT UINT32_MAX

/* What a kernel of a launch plan with several steps gets beside the kernel ABI. */
typedef struct tg_krn_extra {
    void *scratch[TG_MAX_SCRATCH]; /* buffers of the sizes that the plan states, shared by its
                                      steps; undefined before the first step */
    uint32_t *sides[TG_MAX_SIDES]; /* side outputs, in the trace's order */
    uint32_t *bad_event; /* index of the first event that cannot be made, all ones before the first
                            step: lowered by atomicMin */
    uint32_t max_candidates; /* as tg_request_max_candidates gives */
} tg_krn_extra;

/* The kernel ABI, SP1's own launch convention: one call is one thread of the grid.
 * trace   [width][height] Montgomery words, every cell of which is written exactly once: by the
 *         grid as a whole, or by one of the steps of a plan
 * events  nb_events structs; NULL where the trace has no events. Must not overlap trace.
 * extra   for kernels made by TG_STEP_KERNEL; the others do not look at it. On a device it is
 *         passed by value. */
typedef void tg_host_kernel(uint32_t *trace, uintptr_t height, const void *events,
                            uintptr_t nb_events, const tg_krn_extra *extra);

/* Beside each kernel there is
 *   extern const uint32_t tg_krn_rows_<kernel>;
 * the rows, or whatever else the step's items are, that one of its blocks takes before it strides
 * on (of a tile, if it stages). Launch plans divide by it; any other grid is right too. */

#endif
