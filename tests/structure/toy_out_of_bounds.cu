/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernel of Toy with a planted bug: every cell is right, and one word more is written. */
#include "kernels/field.cuh"
#include "kernels/stage.cuh"
#include "model/toy.h"

TG_ROWS_PER_BLOCK(toy_main, 256)
TG_KERNEL(toy_main, tg_toy_event)
{
    TG_FOR_ROWS(row, height)
    {
        for (size_t slot = 0; slot < 3; slot++) {
            tg_toy_entry entry = {0, 0, 0};
            if (3 * row + slot < nb_events) {
                const tg_toy_event *event = &events[3 * row + slot];
                entry.a = event->a;
                entry.b = event->b;
                entry.result = event->operation == TG_TOY_ADD ? tg_krn_add(event->a, event->b)
                                                              : tg_krn_sub(event->a, event->b);
            }
            trace[(3 * slot + 0) * height + row] = entry.a;
            trace[(3 * slot + 1) * height + row] = entry.b;
            trace[(3 * slot + 2) * height + row] = entry.result;
        }
        if (row == 0) trace[9 * height] = 0;
    }
}
