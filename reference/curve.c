/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Addition on the curve by chords and tangents, in affine coordinates; the search for a message's
 * point, candidate by candidate. */
#include "reference/curve.h"

#include "reference/field.h"
#include "reference/poseidon2.h"

#include <omp.h>
#include <string.h>

/* The curve's y^2 = x^3 + A x + B z^3. Source: SP1 v6.2.0, crates/hypercube/src/septic_curve.rs. */
#define A 45u
#define B_Z3 41u

/* Most that y's coefficient of z^6 is in receives: less 1, it has a top byte below 63, which one
 * byte lookup shows.
 * Source: SP1 v6.2.0, crates/hypercube/src/septic_extension.rs. */
#define MAX_RECEIVE_Y6 (63u << 24)

/* x of both spells decimal digits, of the square root of 2 and of e; the first 7 of e got 2^24
 * added until the curve had a point there. Source: SP1 v6.2.0,
 * crates/hypercube/src/septic_curve.rs, septic_digest.rs. */
const tg_ref_point tg_ref_curve_start = {
    .x = {{0x1414213, 0x5623730, 0x9504880, 0x1688724, 0x2096980, 0x7856967, 0x1875376}},
    .y = {{2020310104, 1513506566, 1843922297, 2003644209, 805967281, 1882435203, 1623804682}},
};
const tg_ref_point tg_ref_curve_dummy = {
    .x = {{0x3718281, 0x8284590, 0x4523536, 0x0287471, 0x3526624, 0x9775724, 0x7093699}},
    .y = {{1250555984, 1592495468, 656721246, 420301347, 2125819749, 819876460, 17687681}},
};

/* Parts that points are summed in at the most, and points of each at the least: a part takes longer
 * than a thread needs to begin. */
#define MAX_PARTS 256
#define MIN_PART_POINTS 256

static const tg_ref_point infinity = {.is_infinity = true};

static tg_ref_septic square(tg_ref_septic a) { return tg_ref_septic_mul(a, a); }

tg_ref_septic tg_ref_curve_cubic(tg_ref_septic x)
{
    const tg_ref_septic b = {{0, 0, 0, B_Z3}};
    const tg_ref_septic x3 = tg_ref_septic_mul(square(x), x);
    return tg_ref_septic_add(tg_ref_septic_add(x3, tg_ref_septic_scale(x, A)), b);
}

bool tg_ref_point_is_on_curve(const tg_ref_point *a)
{
    return a->is_infinity || tg_ref_septic_equal(square(a->y), tg_ref_curve_cubic(a->x));
}

bool tg_ref_point_equal(const tg_ref_point *a, const tg_ref_point *b)
{
    if (a->is_infinity || b->is_infinity) return a->is_infinity && b->is_infinity;
    return tg_ref_septic_equal(a->x, b->x) && tg_ref_septic_equal(a->y, b->y);
}

tg_ref_point tg_ref_point_negate(const tg_ref_point *a)
{
    tg_ref_point opposite = *a;
    opposite.y = tg_ref_septic_negate(a->y);
    return opposite;
}

/* The sum of two points on a line of this slope that meets the curve in a third one: that one,
 * mirrored. */
static tg_ref_point third_mirrored(const tg_ref_point *a, const tg_ref_point *b,
                                   tg_ref_septic slope)
{
    tg_ref_point sum = {.is_infinity = false};
    sum.x = tg_ref_septic_sub(tg_ref_septic_sub(square(slope), a->x), b->x);
    sum.y = tg_ref_septic_sub(tg_ref_septic_mul(slope, tg_ref_septic_sub(a->x, sum.x)), a->y);
    return sum;
}

tg_ref_point tg_ref_point_add(const tg_ref_point *a, const tg_ref_point *b)
{
    if (a->is_infinity) return *b;
    if (b->is_infinity) return *a;
    tg_ref_septic rise, run;
    if (!tg_ref_septic_equal(a->x, b->x)) {
        // The chord.
        rise = tg_ref_septic_sub(b->y, a->y);
        run = tg_ref_septic_sub(b->x, a->x);
    } else if (tg_ref_septic_equal(a->y, b->y)) {
        // The tangent: (3 x^2 + A) / (2 y), where y is never 0.
        const tg_ref_septic constant = {{A}};
        rise = tg_ref_septic_add(tg_ref_septic_scale(square(a->x), 3), constant);
        run = tg_ref_septic_scale(a->y, 2);
    } else {
        return infinity;
    }
    return third_mirrored(a, b, tg_ref_septic_mul(rise, tg_ref_septic_inverse(run)));
}

/* Add up one point after the other; as tg_ref_point_running_sums. */
static size_t sum_in_order(tg_ref_point *sums, tg_ref_point start, const tg_ref_point *points,
                           size_t nb_points)
{
    tg_ref_point sum = start;
    for (size_t i = 0; i < nb_points; i++) {
        sum = tg_ref_point_add(&sum, &points[i]);
        if (sum.is_infinity) return i;
        sums[i] = sum;
    }
    return nb_points;
}

/* Set where each part starts: behind the start and all points of the parts before it. */
static void set_starts(tg_ref_point *starts, size_t nb_parts, size_t part_size, tg_ref_point start,
                       const tg_ref_point *points)
{
    starts[0] = start;
#pragma omp parallel for schedule(static)
    for (size_t part = 1; part < nb_parts; part++) {
        tg_ref_point sum = infinity;
        for (size_t i = (part - 1) * part_size; i < part * part_size; i++) {
            sum = tg_ref_point_add(&sum, &points[i]);
        }
        starts[part] = sum;
    }
    for (size_t part = 1; part < nb_parts; part++) {
        starts[part] = tg_ref_point_add(&starts[part - 1], &starts[part]);
    }
}

/* The group's sums are the same in whatever order they are made: each thread has a part of the
 * points, whose own sums tell where the next one's start. */
size_t tg_ref_point_running_sums(tg_ref_point *sums, tg_ref_point start, const tg_ref_point *points,
                                 size_t nb_points)
{
    tg_ref_point starts[MAX_PARTS];
    size_t nb_parts = omp_get_level() != 0 ? 1 : (size_t)omp_get_max_threads();
    if (nb_parts > MAX_PARTS) nb_parts = MAX_PARTS;
    // Each point is added twice: two threads gain nothing.
    if (nb_parts < 3 || nb_points / nb_parts < MIN_PART_POINTS)
        return sum_in_order(sums, start, points, nb_points);
    const size_t part_size = nb_points / nb_parts;
    set_starts(starts, nb_parts, part_size, start, points);
    size_t first_infinite = nb_points;
#pragma omp parallel for schedule(static) reduction(min : first_infinite)
    for (size_t part = 0; part < nb_parts; part++) {
        const size_t first = part * part_size;
        const size_t nb = part + 1 < nb_parts ? part_size : nb_points - first;
        const size_t nb_made = sum_in_order(sums + first, starts[part], points + first, nb);
        if (nb_made < nb && first + nb_made < first_infinite) first_infinite = first + nb_made;
    }
    return first_infinite;
}

tg_ref_sign tg_ref_curve_sign(tg_ref_septic y)
{
    const uint32_t y6 = y.c[6];
    if (y6 >= 1 && y6 <= MAX_RECEIVE_Y6) return TG_REF_SIGN_RECEIVE;
    return y6 >= TG_P - MAX_RECEIVE_Y6 ? TG_REF_SIGN_SEND : TG_REF_SIGN_NONE;
}

tg_ref_lift tg_ref_curve_lift(tg_ref_point *point, tg_ref_septic x)
{
    tg_ref_septic y;
    if (!tg_ref_septic_sqrt(&y, tg_ref_curve_cubic(x))) return TG_REF_LIFT_NO_ROOT;
    const tg_ref_sign sign = tg_ref_curve_sign(y);
    if (sign == TG_REF_SIGN_NONE) return TG_REF_LIFT_NO_SIGN;
    *point = (tg_ref_point){
        .x = x,
        .y = sign == TG_REF_SIGN_RECEIVE ? y : tg_ref_septic_negate(y),
    };
    return TG_REF_LIFT_POINT;
}

void tg_ref_curve_hash_input(uint32_t input[16], const uint32_t message[8], uint32_t kind,
                             uint32_t offset)
{
    memset(input, 0, TG_REF_POSEIDON2_WIDTH * sizeof *input);
    memcpy(input, message, 8 * sizeof *input);
    input[0] = tg_ref_add(input[0], kind << 24);
    input[7] = tg_ref_add(input[7], offset << 16);
}

bool tg_ref_curve_hash(tg_ref_point *point, uint32_t *offset, const uint32_t message[8],
                       uint32_t kind, uint32_t max_candidates)
{
    for (uint32_t candidate = 0; candidate < max_candidates; candidate++) {
        uint32_t state[TG_REF_POSEIDON2_WIDTH];
        tg_ref_curve_hash_input(state, message, kind, candidate);
        tg_ref_poseidon2_permute(state);
        tg_ref_septic x;
        memcpy(x.c, state, sizeof x.c);
        if (tg_ref_curve_lift(point, x) == TG_REF_LIFT_POINT) {
            *offset = candidate;
            return true;
        }
    }
    return false;
}
