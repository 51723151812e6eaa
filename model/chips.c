/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The tables of all chips, expanded from chips.def and the chips' headers. */
#define TG_MODEL_TABLES
#include "model/trace.h"

/* Headers describe their traces with these: the chip's place, and the trace's name. */
enum {
#define TG_CHIP(id, file, name, kinds) TG_CHIP_##id,
#include "model/chips.def"
#undef TG_CHIP
    NB_CHIPS
};

static const tg_chip tg_chips[NB_CHIPS];

#define TG_CHIP(id, file, name, kinds)                                            \
    static const char tg_trace_name_##id##_preprocessed[] = name ".preprocessed"; \
    static const char tg_trace_name_##id##_main[] = name ".main";
#include "model/chips.def"
#undef TG_CHIP

/* Includes model/<file>.h of every chip; made by cmake/chips.cmake. */
#include "chip_headers.h"

#define TG_CHIP_TRACE(id, kind) [TG_KIND_##kind] = &tg_trace_##id##_##kind,
static const tg_chip tg_chips[NB_CHIPS] = {
#define TG_CHIP(id, file, sp1_name, kinds) \
    [TG_CHIP_##id] = {.name = sp1_name, .traces = {TG_KINDS_##kinds(TG_CHIP_TRACE, id)}},
#include "model/chips.def"
#undef TG_CHIP
};

#define TG_TRACE_ENTRY(id, kind) &tg_trace_##id##_##kind,
static const tg_trace *const traces[] = {
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_TRACE_ENTRY, id)
#include "model/chips.def"
#undef TG_CHIP
};

#define NB_TRACES (sizeof traces / sizeof traces[0])

size_t tg_nb_traces(void) { return NB_TRACES; }

const tg_trace *tg_trace_at(size_t index) { return traces[index]; }

size_t tg_nb_chips(void) { return NB_CHIPS; }

const tg_chip *tg_chip_at(size_t index) { return &tg_chips[index]; }
