/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Traces that are zeroed and are to be zero. */
#include "harness/zeroed.h"

#include "gpu/user_plan.h"

bool tg_is_zeroed(const tg_subject *subject, const tg_backend_ops *ops)
{
    const tg_user_plan *user = subject->plan->user;
    return user != NULL && user->zeroes_trace && ops->takes_launch;
}

static bool has_nonzero(const uint32_t *words, size_t nb_words)
{
    for (size_t i = 0; i < nb_words; i++) {
        if (words[i] != 0) return true;
    }
    return false;
}

bool tg_refutes_zeros(const tg_trace *trace, size_t nb_events, const tg_matrix *cells,
                      uint32_t *const *sides)
{
    const tg_extent extent = tg_trace_extent(trace, nb_events);
    const bool has_events = extent.nb_full_rows + extent.nb_partial_columns != 0;
    for (size_t column = 0; column < cells->width; column++) {
        const size_t nb_own = extent.nb_full_rows + (column < extent.nb_partial_columns);
        const size_t nb_rows = has_events && nb_own < cells->height ? nb_own : cells->height;
        if (has_nonzero(cells->cells + column * cells->height, nb_rows)) return true;
    }
    for (size_t i = 0; i < trace->nb_sides; i++) {
        if (sides[i] != NULL && has_nonzero(sides[i], tg_side_nb_words(&trace->sides[i])))
            return true;
    }
    return false;
}

bool tg_is_unshown(const tg_subject *subject, const tg_backend_ops *ops, size_t nb_events,
                   size_t height, const tg_product *expected)
{
    const tg_matrix cells = {.cells = expected->cells,
                             .height = height,
                             .width = tg_trace_width(subject->trace)};
    return tg_is_zeroed(subject, ops) &&
           !tg_refutes_zeros(subject->trace, nb_events, &cells, expected->sides);
}
