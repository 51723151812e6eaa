/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Wrong kernels for suites of cases and fuzz targets, as plans for the trace Select.main, whose
 * right kernel copies the five words of each event; and a case for them.
 */
#ifndef TRACEGATE_TESTS_CASE_WRONG_H
#define TRACEGATE_TESTS_CASE_WRONG_H

#include "harness/case.h"
#include "kernels/port.h"
#include "sample.h"
#include "suite.h"

#define WRONG_TRACE "Select.main"
#define WRONG_WIDTH 5

/* Subject of a trace by its name. */
static inline tg_subject wrong_subject_of(const char *name)
{
    size_t indices[TG_NB_KINDS];
    size_t nb_indices = 0;
    ck_assert_int_eq(tg_subject_find(indices, &nb_indices, name, NULL), TG_OK);
    ck_assert_uint_eq(nb_indices, 1);
    return tg_subject_at(indices[0]);
}

static inline void wrong_fill(uint32_t *trace, size_t height, const uint32_t *words,
                              size_t nb_events)
{
    for (size_t row = blockIdx.x * (size_t)blockDim.x + threadIdx.x; row < height;
         row += (size_t)gridDim.x * blockDim.x) {
        for (size_t column = 0; column < WRONG_WIDTH; column++) {
            trace[column * height + row] = row < nb_events ? words[row * WRONG_WIDTH + column] : 0;
        }
    }
}

static inline void kernel_right(uint32_t *trace, uintptr_t height, const void *events,
                                uintptr_t nb_events, const tg_krn_extra *extra)
{
    (void)extra;
    wrong_fill(trace, height, events, nb_events);
}

/* One cell of an event, one more than it should be. */
static inline void kernel_off_by_one(uint32_t *trace, uintptr_t height, const void *events,
                                     uintptr_t nb_events, const tg_krn_extra *extra)
{
    kernel_right(trace, height, events, nb_events, extra);
    if (nb_events > 2) trace[height + 2] = ((const uint32_t *)events)[2 * WRONG_WIDTH + 1] + 1;
}

/* The last padding row is not written. */
static inline void kernel_forgets(uint32_t *trace, uintptr_t height, const void *events,
                                  uintptr_t nb_events, const tg_krn_extra *extra)
{
    const uint32_t before = trace[height - 1];
    kernel_right(trace, height, events, nb_events, extra);
    trace[height - 1] = before;
}

/* The cells are right, and an event is changed. */
static inline void kernel_spoils(uint32_t *trace, uintptr_t height, const void *events,
                                 uintptr_t nb_events, const tg_krn_extra *extra)
{
    kernel_right(trace, height, events, nb_events, extra);
    // What a kernel must not do.
    if (nb_events != 0) ((uint32_t *)(uintptr_t)events)[0] = 1;
}

/* A barrier that one thread of each block does not reach, and others do. */
static inline void kernel_sticks(uint32_t *trace, uintptr_t height, const void *events,
                                 uintptr_t nb_events, const tg_krn_extra *extra)
{
    kernel_right(trace, height, events, nb_events, extra);
    if (threadIdx.x % 2 == 0) {
        __syncthreads();
    } else {
        __syncwarp(3);
    }
}

/* A plan of one kernel: shape and rows of the right plan. */
typedef struct wrong_plan {
    tg_step step;
    tg_plan plan;
} wrong_plan;

/* The subject whose plan is made of one of these kernels. wrong: caller's, and must outlive it */
static inline tg_subject wrong_subject(wrong_plan *wrong, tg_host_kernel *kernel)
{
    tg_subject subject = wrong_subject_of(WRONG_TRACE);
    ck_assert_uint_eq(subject.plan->nb_steps, 1);
    wrong->step = subject.plan->steps[0];
    wrong->step.host = kernel;
    wrong->plan = *subject.plan;
    wrong->plan.steps = &wrong->step;
    subject.plan = &wrong->plan;
    return subject;
}

/* A case of nb_events drawn events; to be cleared. */
static inline tg_case wrong_case(const tg_subject *subject, size_t nb_events)
{
    tg_case work = {.subject = *subject, .nb_events = nb_events};
    const size_t size = tg_trace_event_size(subject->trace);
    uint8_t *bytes = calloc(1, TG_CASE_HEAD_BYTES + nb_events * size);
    ck_assert_ptr_nonnull(bytes);
    uint64_t state = 7;
    for (size_t i = 0; i < nb_events * size; i++) {
        bytes[TG_CASE_HEAD_BYTES + i] = (uint8_t)sample_next(&state);
    }
    bytes[0] = (uint8_t)nb_events;
    bytes[1] = (uint8_t)(nb_events >> 8);
    ck_assert_int_eq(
        tg_case_decode(&work, subject, bytes, TG_CASE_HEAD_BYTES + nb_events * size, NULL), TG_OK);
    free(bytes);
    return work;
}

#endif
