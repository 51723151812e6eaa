/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Tally: the sum of all events so far. */
#include "model/tally.h"

#include "reference/field.h"
#include "reference/reference.h"

#include <string.h>

static tg_status tally_fill(const tg_product *out, const tg_request *request, tg_error *error)
{
    const tg_tally_event *events = request->events;
    tg_tally_total total = {.nb = (uint32_t)request->nb_events};
    uint32_t sum = 0;
    (void)error;
    memset(out->cells, 0, request->height * sizeof(tg_tally_main_columns));
    for (size_t i = 0; i < request->nb_events; i++) {
        out->cells[i] = tg_ref_to_word(sum);
        sum = tg_ref_add(sum, tg_ref_from_word(events[i].amount));
        out->cells[request->height + i] = tg_ref_to_word(sum);
    }
    total.sum = tg_ref_to_word(sum);
    memcpy(out->sides[0], &total, sizeof total);
    return TG_OK;
}

const tg_ref_generator tg_ref_tally_main = {.fill = tally_fill};
