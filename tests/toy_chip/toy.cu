/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernel of Toy. */
#include "kernels/field.cuh"
#include "kernels/stage.cuh"
#include "model/toy.h"

TG_DEVICE void toy_main_entry(tg_toy_entry *entry, const tg_toy_event *event)
{
    entry->a = event->a;
    entry->b = event->b;
    entry->result = event->operation == TG_TOY_ADD ? tg_krn_add(event->a, event->b)
                                                   : tg_krn_sub(event->a, event->b);
}

TG_STAGED_KERNEL(toy_main, tg_toy_event, sizeof(tg_toy_event), 3, tg_toy_entry, toy_main_entry)
