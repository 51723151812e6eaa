/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Points of the kernels for suites: in memory, one by one, and arrays of them in which sums meet
 * every rule. Static, so that a suite may use some of them only.
 */
#ifndef TRACEGATE_TESTS_KERNELS_POINTS_H
#define TRACEGATE_TESTS_KERNELS_POINTS_H

/* A batch is never empty, which GCC cannot see where its size varies, as it does here alone. */
#if defined __GNUC__ && !defined __clang__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include "kernels/global_points.cuh"
#if defined __GNUC__ && !defined __clang__
#pragma GCC diagnostic pop
#endif
#include "kernels_elements.h"

static const tg_krn_point points_infinity = {{{0}}, {{0}}};

/* A word that no coefficient is. */
#define POINTS_POISON 0x5a5a5a5a

static inline tg_krn_point points_add(tg_krn_point a, tg_krn_point b)
{
    return tg_krn_point_add(&a, &b);
}

static inline tg_krn_point points_negate(tg_krn_point a)
{
    a.y = tg_krn_septic_neg(&a.y);
    return a;
}

/* A point in memory, with poison in the words that are not of the point. */
static inline tg_global_slot points_slot(tg_krn_point point)
{
    tg_global_slot slot = {.norm = POINTS_POISON, .offset = POINTS_POISON};
    memcpy(slot.x, point.x.c, sizeof slot.x);
    memcpy(slot.y, point.y.c, sizeof slot.y);
    return slot;
}

static inline tg_krn_point points_of(const tg_global_slot *slot)
{
    tg_krn_point point;
    memcpy(point.x.c, slot->x, sizeof slot->x);
    memcpy(point.y.c, slot->y, sizeof slot->y);
    return point;
}

/* What points an array has. */
typedef enum points_pattern {
    POINTS_DISTINCT,
    POINTS_COPIES,
    POINTS_OPPOSITE_NEIGHBOURS,
    POINTS_CANCELLING_RUNS, /* E, E, -E, -E, F: sums meet infinity and go on */
    POINTS_MIRRORED_CHAINS, /* chains that are the opposites of those before them */
    POINTS_WITH_INFINITIES, /* infinity in every third place */
    POINTS_MULTIPLES,       /* E, 2E, -3E, ...: sums that are points of the array */
    POINTS_NB_PATTERNS
} points_pattern;

static inline tg_krn_point points_at(points_pattern which, size_t i, const tg_krn_point *distinct)
{
    const tg_krn_point e = distinct[0];
    const tg_krn_point f = distinct[1];
    const tg_krn_point run[] = {e, e, points_negate(e), points_negate(e), f};
    switch (which) {
    case POINTS_COPIES:
        return e;
    case POINTS_OPPOSITE_NEIGHBOURS:
        return i % 2 == 0 ? e : points_negate(e);
    case POINTS_CANCELLING_RUNS:
        return run[i % ELEMENTS_NB(run)];
    case POINTS_MIRRORED_CHAINS:
        return i / TG_GLOBAL_CHAIN % 2 == 0 ? distinct[i]
                                            : points_negate(distinct[i - TG_GLOBAL_CHAIN]);
    case POINTS_WITH_INFINITIES:
        return i % 3 == 2 ? points_infinity : distinct[i];
    case POINTS_MULTIPLES:
        return i % 4 == 2   ? points_negate(points_add(points_add(e, e), e))
               : i % 4 == 0 ? e
                            : points_add(e, e);
    case POINTS_DISTINCT:
    case POINTS_NB_PATTERNS:
        break;
    }
    return distinct[i];
}

/* Point number i is (i + 1)^2 times the dummy point. */
static inline void points_fill_distinct(tg_krn_point *distinct, size_t nb)
{
    tg_krn_point step = tg_krn_dummy;
    tg_krn_point square = tg_krn_dummy;
    for (size_t i = 0; i < nb; i++) {
        distinct[i] = square;
        step = points_add(points_add(step, tg_krn_dummy), tg_krn_dummy);
        square = points_add(square, step);
    }
}

#endif
