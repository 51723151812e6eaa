/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The kernels' sums of arrays of points: points in memory, sums that share an inversion against
 * single ones, totals and running sums of chains against sums in order. */

#include "kernels_points.h"

START_TEST(kernels_points_move_through_memory)
{
    tg_krn_point point;
    for (int k = 0; k < TG_KRN_SEPTIC; k++) {
        point.x.c[k] = k + 1;
        point.y.c[k] = -k - 11;
    }
    const tg_global_slot from = points_slot(point);
    elements_expect_point("load", 0, tg_krn_slot_load(&from), point);
    tg_global_slot to;
    memset(&to, 0x5a, sizeof to);
    tg_krn_slot_store(&to, &point);
    elements_expect_point("store", 0, points_of(&to), point);
    ck_assert_int_eq(to.norm, 0);
    ck_assert_int_eq(to.offset, 0);
    tg_krn_septic_store(to.y, &point.x, -3);
    elements_expect_point("store", 1, points_of(&to), (tg_krn_point){point.x, point.x});
    ck_assert_int_eq(to.norm, 0);
    ck_assert_int_eq(to.offset, -3);
}
END_TEST

/* ---- sums that share an inversion ---- */

/* One way of every rule, and of every form that infinity has. */
typedef struct operands {
    tg_krn_point sum;
    tg_global_slot slot;
    bool has_slot;
    tg_krn_point expected;
} operands;

#define NB_WAYS 8
static void fill_ways(operands ways[NB_WAYS])
{
    const tg_krn_point e = tg_krn_dummy;
    const tg_krn_point s = tg_krn_start;
    const tg_krn_point se = tg_krn_start_plus_dummy;
    const tg_global_slot nowhere = points_slot(points_infinity);
    const operands all[NB_WAYS] = {
        {s, points_slot(e), true, se},
        {e, points_slot(e), true, points_add(e, e)},
        {e, points_slot(points_negate(e)), true, points_infinity},
        {e, nowhere, true, e},
        {s, nowhere, false, s},
        {points_infinity, points_slot(e), true, e},
        {points_infinity, nowhere, true, points_infinity},
        {points_infinity, nowhere, false, points_infinity},
    };
    memcpy(ways, all, sizeof all);
}

/* Every mix of ways in a batch of every size. What is behind the batch stays. */
START_TEST(kernels_points_add_in_batches)
{
    operands ways[NB_WAYS];
    fill_ways(ways);
    size_t nb_mixes = 1;
    for (int nb = 1; nb <= TG_GLOBAL_BATCH; nb++) {
        nb_mixes *= NB_WAYS;
        for (size_t mix = 0; mix < nb_mixes; mix++) {
            tg_krn_point sums[TG_GLOBAL_BATCH];
            const tg_global_slot *slots[TG_GLOBAL_BATCH] = {NULL};
            size_t rest = mix;
            for (int k = 0; k < TG_GLOBAL_BATCH; k++, rest /= NB_WAYS) {
                const operands *way = &ways[rest % NB_WAYS];
                sums[k] = k < nb ? way->sum : tg_krn_start;
                slots[k] = k < nb && way->has_slot ? &way->slot : NULL;
            }
            tg_krn_batch_add(sums, slots, nb);
            rest = mix;
            for (int k = 0; k < TG_GLOBAL_BATCH; k++, rest /= NB_WAYS) {
                elements_expect_point("sum of a batch", mix, sums[k],
                                      k < nb ? ways[rest % NB_WAYS].expected : tg_krn_start);
            }
        }
    }
}
END_TEST

/* The table's own sums, one at a time: what batches are compared with. */
START_TEST(kernels_points_add_one_by_one)
{
    operands ways[NB_WAYS];
    fill_ways(ways);
    for (size_t i = 0; i < NB_WAYS; i++) {
        elements_expect_point("a + b", i, points_add(ways[i].sum, points_of(&ways[i].slot)),
                              ways[i].expected);
    }
}
END_TEST

/* ---- chains ---- */

#define MAX_POINTS 65
#define MAX_CHAINS ((MAX_POINTS + TG_GLOBAL_CHAIN - 1) / TG_GLOBAL_CHAIN)

/* Counts around chains, batches of chains, and chains of chains. */
static const size_t counts[] = {0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65};

/* An array of points and its sums in order. */
typedef struct array {
    size_t nb_points;
    size_t nb_chains;
    tg_krn_point before; /* where its sums start */
    tg_global_slot slots[MAX_POINTS];
    tg_krn_point sums[MAX_POINTS + 1]; /* up to each point, without it */
} array;

static void fill_array(array *to, points_pattern which, size_t nb_points, tg_krn_point before)
{
    tg_krn_point distinct[MAX_POINTS];
    points_fill_distinct(distinct, MAX_POINTS);
    to->nb_points = nb_points;
    to->nb_chains = (nb_points + TG_GLOBAL_CHAIN - 1) / TG_GLOBAL_CHAIN;
    to->before = before;
    to->sums[0] = before;
    for (size_t i = 0; i < nb_points; i++) {
        const tg_krn_point point = points_at(which, i, distinct);
        to->slots[i] = points_slot(point);
        to->sums[i + 1] = points_add(to->sums[i], point);
    }
}

static void check_totals(const array *from, int batch)
{
    tg_global_slot totals[MAX_CHAINS + TG_GLOBAL_BATCH];
    memset(totals, 0x5a, sizeof totals);
    // One batch too many, as a thread behind the last chain may make.
    for (size_t first = 0; first <= from->nb_chains; first += (size_t)batch) {
        tg_krn_chains_sum(totals, from->slots, from->nb_points, first, batch);
    }
    for (size_t chain = 0; chain < ELEMENTS_NB(totals); chain++) {
        tg_krn_point expected;
        memset(&expected, 0x5a, sizeof expected);
        if (chain < from->nb_chains) expected = points_infinity;
        for (size_t i = chain * TG_GLOBAL_CHAIN;
             i < (chain + 1) * TG_GLOBAL_CHAIN && i < from->nb_points; i++) {
            expected = points_add(expected, points_of(&from->slots[i]));
        }
        elements_expect_point("total of chain", chain, points_of(&totals[chain]), expected);
    }
}

/* Into an array of its own, or over the points. */
static void check_scan(const array *from, int batch, bool is_inclusive, bool is_in_place)
{
    tg_global_slot points[MAX_POINTS];
    tg_global_slot before[MAX_CHAINS];
    tg_global_slot out[MAX_POINTS];
    memcpy(points, from->slots, sizeof points);
    memset(out, 0x5a, sizeof out);
    for (size_t chain = 0; chain < from->nb_chains; chain++) {
        before[chain] = points_slot(from->sums[chain * TG_GLOBAL_CHAIN]);
    }
    tg_global_slot *sums = is_in_place ? points : out;
    for (size_t first = 0; first <= from->nb_chains; first += (size_t)batch) {
        tg_krn_chains_scan(sums, points, before, from->nb_points, first, batch, is_inclusive);
    }
    for (size_t i = 0; i < from->nb_points; i++) {
        elements_expect_point("running sum", i, points_of(&sums[i]),
                              from->sums[i + (is_inclusive ? 1 : 0)]);
    }
    // Nothing behind them is touched.
    const tg_global_slot *unwritten = is_in_place ? from->slots : NULL;
    for (size_t i = from->nb_points; i < MAX_POINTS; i++) {
        tg_global_slot expected;
        memset(&expected, 0x5a, sizeof expected);
        if (unwritten != NULL) expected = unwritten[i];
        ck_assert_mem_eq(&sums[i], &expected, sizeof expected);
    }
}

/* Every pattern and count, in batches of every size, from infinity and from other points: from -E
 * on, the first sum is infinity. */
START_TEST(kernels_points_sum_chains)
{
    const tg_krn_point starts[] = {points_infinity, tg_krn_start, points_negate(tg_krn_dummy)};
    for (points_pattern which = POINTS_DISTINCT; which < POINTS_NB_PATTERNS; which++) {
        for (size_t i = 0; i < ELEMENTS_NB(counts); i++) {
            for (size_t k = 0; k < ELEMENTS_NB(starts); k++) {
                array from = {0};
                fill_array(&from, which, counts[i], starts[k]);
                for (int batch = 1; batch <= TG_GLOBAL_BATCH; batch++) {
                    if (k == 0) check_totals(&from, batch);
                    check_scan(&from, batch, true, false);
                    check_scan(&from, batch, true, true);
                    check_scan(&from, batch, false, false);
                    check_scan(&from, batch, false, true);
                }
            }
        }
    }
}
END_TEST

/* The patterns are what they promise: sums that come to infinity and go on. */
START_TEST(kernels_points_patterns_meet_infinity)
{
    size_t nb_at_infinity[POINTS_NB_PATTERNS] = {0};
    for (points_pattern which = POINTS_DISTINCT; which < POINTS_NB_PATTERNS; which++) {
        array from = {0};
        fill_array(&from, which, MAX_POINTS, points_infinity);
        for (size_t i = 1; i < MAX_POINTS; i++) {
            if (tg_krn_point_is_infinity(&from.sums[i])) nb_at_infinity[which]++;
        }
    }
    ck_assert_uint_eq(nb_at_infinity[POINTS_DISTINCT], 0);
    ck_assert_uint_eq(nb_at_infinity[POINTS_COPIES], 0);
    ck_assert_uint_eq(nb_at_infinity[POINTS_OPPOSITE_NEIGHBOURS], MAX_POINTS / 2);
    ck_assert_uint_gt(nb_at_infinity[POINTS_CANCELLING_RUNS], 0);
    ck_assert_uint_gt(nb_at_infinity[POINTS_MIRRORED_CHAINS], 0);
    ck_assert_uint_gt(nb_at_infinity[POINTS_MULTIPLES], 0);
}
END_TEST

TG_SUITE("kernels_points", kernels_points_move_through_memory, kernels_points_add_in_batches,
         kernels_points_add_one_by_one, kernels_points_sum_chains,
         kernels_points_patterns_meet_infinity)
