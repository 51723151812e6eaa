/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of ExtFeltConvert. */
#include "harness/draws.h"

const tg_draws tg_draws_ext_felt_convert = {
    .preprocessed = {.upstream_filler = true},
};
