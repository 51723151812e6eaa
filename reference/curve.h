/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The curve y^2 = x^3 + 45 x + 41 z^3 over the extension of degree 7, and the hash of messages to
 * its points.
 *
 * Its points and the point at infinity are a group; -(x, y) is (x, -y). No point has y = 0, since
 * the cubic has no root.
 * Source: SP1 v6.2.0, crates/hypercube/src/septic_curve.rs, septic_digest.rs,
 * crates/core/machine/src/operations/global_interaction.rs.
 */
#ifndef TRACEGATE_REFERENCE_CURVE_H
#define TRACEGATE_REFERENCE_CURVE_H

#include "reference/septic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* is_infinity  the point at infinity, which has no coordinates: x and y are then 0 */
typedef struct tg_ref_point {
    tg_ref_septic x;
    tg_ref_septic y;
    bool is_infinity;
} tg_ref_point;

/* Where the running sum of a shard starts, and the point that padding rows have. */
extern const tg_ref_point tg_ref_curve_start;
extern const tg_ref_point tg_ref_curve_dummy;

/* x^3 + 45 x + 41 z^3, the square of y for points (x, y). */
tg_ref_septic tg_ref_curve_cubic(tg_ref_septic x);

/* True for points of the curve, infinity too. */
bool tg_ref_point_is_on_curve(const tg_ref_point *a);

bool tg_ref_point_equal(const tg_ref_point *a, const tg_ref_point *b);

/* -a, a + b: for any points of the curve, equal, opposite or at infinity. */
tg_ref_point tg_ref_point_negate(const tg_ref_point *a);
tg_ref_point tg_ref_point_add(const tg_ref_point *a, const tg_ref_point *b);

/* Running sums, one after the other: sums[i] = start + points[0] + ... + points[i].
 * sums    [nb_points], caller's; may be points
 * Returns the number of sums that are points with coordinates: nb_points, or the place of the first
 *         sum at infinity, from which on sums are undefined. */
size_t tg_ref_point_running_sums(tg_ref_point *sums, tg_ref_point start, const tg_ref_point *points,
                                 size_t nb_points);

/* ---- messages to points ---- */

/* What the residue of y's coefficient of z^6 makes of a point. With B = 63 * 2^24, receives have
 * 1 .. B, sends p - B .. p - 1; y is one where -y is the other. The rest is neither. */
typedef enum tg_ref_sign {
    TG_REF_SIGN_RECEIVE,
    TG_REF_SIGN_SEND,
    TG_REF_SIGN_NONE,
} tg_ref_sign;
tg_ref_sign tg_ref_curve_sign(tg_ref_septic y);

/* What becomes of one candidate for a point. */
typedef enum tg_ref_lift {
    TG_REF_LIFT_POINT,
    TG_REF_LIFT_NO_ROOT, /* x is of no point: the cubic is no square there */
    TG_REF_LIFT_NO_SIGN, /* its points are neither receives nor sends */
} tg_ref_lift;

/* The receive point with this x.
 * point  caller's; untouched unless the result is TG_REF_LIFT_POINT */
tg_ref_lift tg_ref_curve_lift(tg_ref_point *point, tg_ref_septic x);

/* Input of the permutation whose output's first 7 elements are x of a candidate.
 * message  8 residues below p
 * kind     below 64
 * offset   the candidate's number, below 256 */
void tg_ref_curve_hash_input(uint32_t input[16], const uint32_t message[8], uint32_t kind,
                             uint32_t offset);

/* Hash a message to a receive point: that of the first candidate that has one.
 * point, offset   caller's: the point, the candidate's number; untouched if there is none
 * message, kind   as for tg_ref_curve_hash_input
 * max_candidates  look at so many, at most 256
 * Returns false if none of them has a point. */
bool tg_ref_curve_hash(tg_ref_point *point, uint32_t *offset, const uint32_t message[8],
                       uint32_t kind, uint32_t max_candidates);

#endif
