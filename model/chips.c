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

static const tg_added_chips no_chips = {.nb_chips = 0};

// The one variable of the model that changes: set before a command begins, by the thread that is
// then the only one, and constant while the command runs. Traces are known by index and name in
// nearly every function above this one, and in shared tables that are built in; each of them would
// else hand on a context for what a program sets once, and none could have two at a time.
static const tg_added_chips *added_chips = &no_chips;

void tg_chips_add(const tg_added_chips *added) { added_chips = added != NULL ? added : &no_chips; }

const tg_added_chips *tg_chips_added(void) { return added_chips; }

size_t tg_nb_listed_traces(void) { return NB_TRACES; }

size_t tg_nb_traces(void) { return NB_TRACES + added_chips->nb_traces; }

const tg_trace *tg_trace_at(size_t index)
{
    return index < NB_TRACES ? traces[index] : added_chips->traces[index - NB_TRACES];
}

size_t tg_nb_chips(void) { return NB_CHIPS + added_chips->nb_chips; }

const tg_chip *tg_chip_at(size_t index)
{
    return index < NB_CHIPS ? &tg_chips[index] : added_chips->chips[index - NB_CHIPS];
}
