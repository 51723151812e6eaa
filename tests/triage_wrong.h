/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* More wrong kernels of Select.main, for suites of triage: each is wrong in a way that one small
 * case shows; and both sides to run them.
 */
#ifndef TRACEGATE_TESTS_TRIAGE_WRONG_H
#define TRACEGATE_TESTS_TRIAGE_WRONG_H

#include "case_wrong.h"
#include "harness/generator.h"
#include "harness/triage.h"
#include "model/memory.h"

/* Change a cell of every event that a condition holds for. */
#define WRONG_KERNEL(name, condition, column, word)                                       \
    static inline void name(uint32_t *trace, uintptr_t height, const void *events,        \
                            uintptr_t nb_events, const tg_krn_extra *extra)               \
    {                                                                                     \
        (void)extra;                                                                      \
        wrong_fill(trace, height, events, nb_events);                                     \
        for (size_t row = blockIdx.x * (size_t)blockDim.x + threadIdx.x; row < nb_events; \
             row += (size_t)gridDim.x * blockDim.x) {                                     \
            const uint32_t *event = (const uint32_t *)events + row * WRONG_WIDTH;         \
            if (condition) trace[(size_t)(column)*height + row] = (word);                 \
        }                                                                                 \
    }

/* The outputs are exchanged. */
static inline void kernel_swaps(uint32_t *trace, uintptr_t height, const void *events,
                                uintptr_t nb_events, const tg_krn_extra *extra)
{
    (void)extra;
    wrong_fill(trace, height, events, nb_events);
    for (size_t row = blockIdx.x * (size_t)blockDim.x + threadIdx.x; row < nb_events;
         row += (size_t)gridDim.x * blockDim.x) {
        const uint32_t *event = (const uint32_t *)events + row * WRONG_WIDTH;
        trace[1 * height + row] = event[2];
        trace[2 * height + row] = event[1];
    }
}

/* Equal inputs with a bit that is not 0. */
WRONG_KERNEL(kernel_equal, event[0] != 0 && event[3] == event[4], 2, event[2] ^ 1)
/* The 1000th event, whatever it is. */
WRONG_KERNEL(kernel_late, row == 999, 4, (event[4] + 1) % TG_P)
/* A trace of more than 64 rows. */
WRONG_KERNEL(kernel_tall, height > 64 && row == 0, 0, (event[0] + 1) % TG_P)
/* More than one block. */
WRONG_KERNEL(kernel_blocks, gridDim.x > 1 && row == 0, 1, (event[1] + 1) % TG_P)

/* Rows from 64 on hold the events of those 64 rows before. */
static inline void kernel_tile_again(uint32_t *trace, uintptr_t height, const void *events,
                                     uintptr_t nb_events, const tg_krn_extra *extra)
{
    (void)extra;
    wrong_fill(trace, height, events, nb_events);
    for (size_t row = blockIdx.x * (size_t)blockDim.x + threadIdx.x; row < nb_events;
         row += (size_t)gridDim.x * blockDim.x) {
        if (row < 64) continue;
        const uint32_t *event = (const uint32_t *)events + (row - 64) * WRONG_WIDTH;
        for (size_t column = 0; column < WRONG_WIDTH; column++) {
            trace[column * height + row] = event[column];
        }
    }
}

/* A cell that depends on what was there before. */
static inline void kernel_reads(uint32_t *trace, uintptr_t height, const void *events,
                                uintptr_t nb_events, const tg_krn_extra *extra)
{
    const bool is_first = blockIdx.x == 0 && threadIdx.x == 0;
    const uint32_t before = trace[0];
    kernel_right(trace, height, events, nb_events, extra);
    if (is_first) trace[0] = before / 4;
}

/* A cell that is another one in every run. */
static inline void kernel_unstable(uint32_t *trace, uintptr_t height, const void *events,
                                   uintptr_t nb_events, const tg_krn_extra *extra)
{
    static uint32_t nb_runs;
    kernel_right(trace, height, events, nb_events, extra);
    if (blockIdx.x == 0 && threadIdx.x == 0) trace[0] = ++nb_runs;
}

/* Rows that a kernel with a memory keeps. */
#define WRONG_KEPT 64

/* Where a bit is even, out1 is what an earlier run of the kernel has left. */
static inline void kernel_stale(uint32_t *trace, uintptr_t height, const void *events,
                                uintptr_t nb_events, const tg_krn_extra *extra)
{
    static uint32_t kept[WRONG_KEPT];
    (void)extra;
    wrong_fill(trace, height, events, nb_events);
    for (size_t row = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
         row < nb_events && row < WRONG_KEPT; row += (size_t)gridDim.x * blockDim.x) {
        const uint32_t *event = (const uint32_t *)events + row * WRONG_WIDTH;
        if (event[0] % 2 != 0) kept[row] = event[1];
        trace[height + row] = kept[row];
    }
}

/* Reference and host. */
typedef struct wrong_sides {
    tg_backend expected;
    tg_backend actual;
} wrong_sides;

static inline wrong_sides wrong_open(void)
{
    wrong_sides sides;
    const tg_backend_ops *ops = NULL;
    ck_assert_int_eq(tg_backend_find(&ops, "reference", NULL), TG_OK);
    ck_assert_int_eq(tg_backend_open(&sides.expected, ops, NULL), TG_OK);
    ck_assert_int_eq(tg_backend_find(&ops, "host", NULL), TG_OK);
    ck_assert_int_eq(tg_backend_open(&sides.actual, ops, NULL), TG_OK);
    return sides;
}

static inline void wrong_close(wrong_sides *sides)
{
    tg_backend_close(&sides->expected);
    tg_backend_close(&sides->actual);
}

/* A case of drawn events; to be cleared. */
static inline tg_case wrong_drawn(const tg_subject *subject, tg_profile profile, uint64_t seed,
                                  size_t nb_events)
{
    tg_case work = {.subject = *subject, .nb_events = nb_events};
    ck_assert_int_eq(
        tg_buffer_create(&work.events, nb_events, tg_trace_event_size(subject->trace), NULL),
        TG_OK);
    ck_assert_int_eq(tg_generator_fill(work.events, subject, profile, seed, 0, nb_events, NULL),
                     TG_OK);
    return work;
}

#endif
