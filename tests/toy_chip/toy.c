/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Toy: one event is one entry. */
#include "model/toy.h"

#include "reference/field.h"
#include "reference/reference.h"

TG_REF_ROW(toy_main, tg_toy_entry, tg_toy_event)
{
    row->a = event->a;
    row->b = event->b;
    row->result = event->operation == TG_TOY_ADD ? tg_ref_add(event->a, event->b)
                                                 : tg_ref_sub(event->a, event->b);
    return NULL;
}
