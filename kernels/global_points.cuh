/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Points in memory, and sums along chains of them.
 *
 * The scan is a reduction and a scan by levels. A chain is TG_GLOBAL_CHAIN neighbouring points of a
 * level; the sum of chain c of a level is point c of the next. Sums go up three levels; one block
 * turns the points of the third into sums of all before them; down each level, every chain begins
 * with the sum of all before it. A level takes one addition a point up and one down. Which points
 * are added never depends on the shape of a launch. A sum up to an event that is infinity, which
 * has no coordinates and which no known events lead to, is written as zeros; the reference refuses
 * it.
 */
#ifndef TRACEGATE_KERNELS_GLOBAL_POINTS_CUH
#define TRACEGATE_KERNELS_GLOBAL_POINTS_CUH

#include "kernels/curve.cuh"
#include "kernels/global_layout.h"

/* Sums that one thread makes at a time. They share an inversion, which costs as much as one sum:
 * the more the better, as long as they fit the registers. */
#define TG_GLOBAL_BATCH 4

TG_DEVICE tg_krn_septic tg_krn_septic_load(const int32_t *from)
{
    const tg_quad low = tg_load_quad((const uint32_t *)from);
    const tg_quad high = tg_load_quad((const uint32_t *)from + 4);
    tg_krn_septic a;
    TG_UNROLL for (int i = 0; i < 4; i++) a.c[i] = (int32_t)low.words[i];
    TG_UNROLL for (int i = 4; i < TG_KRN_SEPTIC; i++) a.c[i] = (int32_t)high.words[i - 4];
    return a;
}

/* Store an element and the word that shares its 32 bytes. */
TG_DEVICE void tg_krn_septic_store(int32_t *to, const tg_krn_septic *a, int32_t beside)
{
    tg_quad low;
    tg_quad high;
    TG_UNROLL for (int i = 0; i < 4; i++) low.words[i] = (uint32_t)a->c[i];
    TG_UNROLL for (int i = 4; i < TG_KRN_SEPTIC; i++) high.words[i - 4] = (uint32_t)a->c[i];
    high.words[3] = (uint32_t)beside;
    tg_store_quad((uint32_t *)to, low);
    tg_store_quad((uint32_t *)to + 4, high);
}

TG_DEVICE tg_krn_point tg_krn_slot_load(const tg_global_slot *slot)
{
    tg_krn_point point;
    point.x = tg_krn_septic_load(slot->x);
    point.y = tg_krn_septic_load(slot->y);
    return point;
}

TG_DEVICE void tg_krn_slot_store(tg_global_slot *slot, const tg_krn_point *point)
{
    tg_krn_septic_store(slot->x, &point->x, 0);
    tg_krn_septic_store(slot->y, &point->y, 0);
}

/* sums[k] += slots[k] for k below nb, 1 <= nb <= TG_GLOBAL_BATCH, with one inversion: products of
 * the denominators up to each, the inverse of the last, and back. A NULL slot adds infinity. */
TG_DEVICE void tg_krn_batch_add(tg_krn_point sums[TG_GLOBAL_BATCH],
                                const tg_global_slot *const slots[TG_GLOBAL_BATCH], int nb)
{
    tg_krn_septic denominators[TG_GLOBAL_BATCH];
    tg_krn_septic products[TG_GLOBAL_BATCH];
    tg_krn_rule rules[TG_GLOBAL_BATCH];
    TG_UNROLL for (int k = 0; k < nb; k++)
    {
        const tg_krn_point point =
            slots[k] != NULL ? tg_krn_slot_load(slots[k]) : tg_krn_point_infinity();
        rules[k] = tg_krn_point_rule(&denominators[k], &sums[k], &point);
        products[k] =
            k == 0 ? denominators[0] : tg_krn_septic_mul(&products[k - 1], &denominators[k]);
    }
    tg_krn_septic inverse = tg_krn_septic_inverse(&products[nb - 1]);
    TG_UNROLL for (int k = nb - 1; k >= 0; k--)
    {
        const tg_krn_point point =
            slots[k] != NULL ? tg_krn_slot_load(slots[k]) : tg_krn_point_infinity();
        tg_krn_septic own = inverse;
        if (k > 0) {
            own = tg_krn_septic_mul(&inverse, &products[k - 1]);
            inverse = tg_krn_septic_mul(&inverse, &denominators[k]);
        }
        sums[k] = tg_krn_point_sum(rules[k], &own, &sums[k], &point);
    }
}

/* Point number `step` of a chain; NULL behind the last point. */
TG_DEVICE const tg_global_slot *tg_krn_chain_slot(const tg_global_slot *points, size_t nb_points,
                                                  size_t chain, uint32_t step)
{
    const size_t place = chain * TG_GLOBAL_CHAIN + step;
    return place < nb_points ? &points[place] : NULL;
}

/* Sums of the chains first .. first + nb - 1 of a level to the next one. */
TG_DEVICE void tg_krn_chains_sum(tg_global_slot *totals, const tg_global_slot *points,
                                 size_t nb_points, size_t first, int nb)
{
    tg_krn_point sums[TG_GLOBAL_BATCH];
    TG_UNROLL for (int k = 0; k < nb; k++) sums[k] = tg_krn_point_infinity();
    TG_KEEP_LOOP for (uint32_t step = 0; step < TG_GLOBAL_CHAIN; step++)
    {
        const tg_global_slot *slots[TG_GLOBAL_BATCH];
        TG_UNROLL for (int k = 0; k < nb; k++) slots[k] =
            tg_krn_chain_slot(points, nb_points, first + (size_t)k, step);
        tg_krn_batch_add(sums, slots, nb);
    }
    TG_UNROLL for (int k = 0; k < nb; k++)
    {
        if ((first + (size_t)k) * TG_GLOBAL_CHAIN < nb_points)
            tg_krn_slot_store(&totals[first + (size_t)k], &sums[k]);
    }
}

/* Running sums of the chains first .. first + nb - 1, each of which begins with the sum of all
 * points before it.
 * sums_before  [chains] these sums
 * out          [nb_points] the sum up to each point, with it if inclusive, before it otherwise; may
 *              be points */
TG_DEVICE void tg_krn_chains_scan(tg_global_slot *out, const tg_global_slot *points,
                                  const tg_global_slot *sums_before, size_t nb_points, size_t first,
                                  int nb, bool inclusive)
{
    tg_krn_point sums[TG_GLOBAL_BATCH];
    TG_UNROLL for (int k = 0; k < nb; k++)
    {
        const bool is_there = (first + (size_t)k) * TG_GLOBAL_CHAIN < nb_points;
        sums[k] =
            is_there ? tg_krn_slot_load(&sums_before[first + (size_t)k]) : tg_krn_point_infinity();
    }
    TG_KEEP_LOOP for (uint32_t step = 0; step < TG_GLOBAL_CHAIN; step++)
    {
        const tg_global_slot *slots[TG_GLOBAL_BATCH];
        tg_krn_point before[TG_GLOBAL_BATCH];
        TG_UNROLL for (int k = 0; k < nb; k++)
        {
            slots[k] = tg_krn_chain_slot(points, nb_points, first + (size_t)k, step);
            before[k] = sums[k];
        }
        tg_krn_batch_add(sums, slots, nb);
        TG_UNROLL for (int k = 0; k < nb; k++)
        {
            if (slots[k] != NULL)
                tg_krn_slot_store(&out[slots[k] - points], inclusive ? &sums[k] : &before[k]);
        }
    }
}

#endif
