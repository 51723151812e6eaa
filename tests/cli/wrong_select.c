/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of Select with a bug, for a program whose every other part is right: what users see when
 * their kernel is wrong. Select.main has out1 and out2 exchanged wherever bit is not 0; beside
 * that, if WRONG_SELECT says so in the environment,
 *   more   in1 is wrong where the word of in2 is odd
 *   crash  an event of nothing but zeros and ones ends the process: none is met before shrinking
 *   trap   any event ends the process
 *   abort  so it does, by a failed check
 *   leave  so it does, by exit, as if all were well
 *   spin   any event takes for ever
 * and in the place of that
 *   divide rows are handed to whole warps: the threads beside them have none
 *   alone  any event ends a process that leads no group: every one but a worker
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define tg_krn_host_select_main select_main_right
#include "kernels/select.cu"
#undef tg_krn_host_select_main

#define WIDTH (sizeof(tg_select_main_columns) / sizeof(uint32_t))

/* 1 as a Montgomery word. */
#define ONE 0x01fffffeu

tg_host_kernel tg_krn_host_select_main;

static int has_word(const char *word)
{
    const char *text = getenv("WRONG_SELECT");
    return text != NULL && strcmp(text, word) == 0;
}

static int is_small(uint32_t word) { return word == 0 || word == ONE; }

static void add_bugs(tg_select_event *event)
{
    if (has_word("more") && event->in2 % 2 == 1) event->in1 = event->in1 == 0;
    if (has_word("crash") && is_small(event->out1) && is_small(event->out2) &&
        is_small(event->in1) && is_small(event->in2) && is_small(event->bit))
        (void)raise(SIGSEGV);
    if (has_word("trap")) (void)raise(SIGILL);
    if (has_word("abort")) abort();
    if (has_word("leave")) exit(0);
    if (has_word("alone") && getpgrp() != getpid()) (void)raise(SIGILL);
    // It takes no processor from the tests beside it: that nothing ends a loop, suites see.
    while (has_word("spin")) (void)pause();
}

void tg_krn_host_select_main(uint32_t *trace, uintptr_t height, const void *events,
                             uintptr_t nb_events, const tg_krn_extra *extra)
{
    (void)extra;
    if (has_word("divide") && threadIdx.x >= blockDim.x / 32 * 32) return;
    for (size_t row = blockIdx.x * (size_t)blockDim.x + threadIdx.x; row < height;
         row += (size_t)gridDim.x * blockDim.x) {
        uint32_t words[WIDTH] = {0};
        if (row < nb_events) {
            tg_select_event event = ((const tg_select_event *)events)[row];
            if (event.bit != 0 && !has_word("divide") && !has_word("alone")) {
                const uint32_t out1 = event.out1;
                event.out1 = event.out2;
                event.out2 = out1;
            }
            add_bugs(&event);
            memcpy(words, &event, sizeof words);
        }
        for (size_t column = 0; column < WIDTH; column++) {
            trace[column * height + row] = words[column];
        }
    }
}
