/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The kernels of all traces, as the host grid runs them. Their device builds are in gpu/.
 */
#ifndef TRACEGATE_KERNELS_KERNELS_H
#define TRACEGATE_KERNELS_KERNELS_H

#include "model/trace.h"

#include <stdint.h>

/* The kernel ABI, SP1's own launch convention: one call is one thread of the grid.
 * trace   [width][height] Montgomery words, every cell of which the grid as a whole writes
 *         exactly once
 * events  nb_events structs; NULL where the trace has no events. Must not overlap trace. */
typedef void tg_host_kernel(uint32_t *trace, uintptr_t height, const void *events,
                            uintptr_t nb_events);

/* Beside each kernel there is
 *   extern const uint32_t tg_krn_rows_<id>_<kind>;
 * the rows that one of its blocks takes before it strides on (of a tile, if it stages). Launch
 * plans divide heights by it; any other grid is right too. */

/* Kernel of trace number index, in the order of tg_trace_at. */
tg_host_kernel *tg_krn_host_at(size_t index);

#endif
