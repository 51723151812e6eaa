/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2LinearLayer: the main trace holds the input alone; the layer itself is checked
 * through the memory bus. */
#include "model/poseidon2_linear_layer.h"

#include "reference/reference.h"

#include <string.h>

TG_REF_ROW(poseidon2_linear_layer_preprocessed, tg_poseidon2_linear_layer_preprocessed_columns,
           tg_poseidon2_linear_layer_instr)
{
    row->accesses[0] = (tg_poseidon2_linear_layer_access){
        .addrs = event->addrs,
        .external = event->external,
        .internal = !event->external,
    };
    return NULL;
}

TG_REF_ROW(poseidon2_linear_layer_main, tg_poseidon2_linear_layer_main_columns,
           tg_poseidon2_linear_layer_event)
{
    memcpy(row->values[0].input, event->input, sizeof event->input);
    return NULL;
}
