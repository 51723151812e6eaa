/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The reference's curve: known points, the group's laws through equal, opposite and infinite
 * operands, running sums, signs, messages hashed to points. */
#include "reference/curve.h"

#include "reference/field.h"
#include "reference/poseidon2.h"
#include "sample.h"
#include "suite.h"
#include "vectors.h"

#include <omp.h>

#define NB(array) (sizeof(array) / sizeof((array)[0]))
#define DEGREE TG_REF_SEPTIC_DEGREE

static const tg_ref_point infinity = {.is_infinity = true};

static tg_ref_septic get_septic(tg_json_value *object, const char *key)
{
    tg_ref_septic a;
    vectors_words(a.c, DEGREE, vectors_member(object, key));
    return a;
}

/* Point of a key; null is infinity. */
static tg_ref_point get_point(tg_json_value *object, const char *key)
{
    if (!tg_json_has(object, key)) return infinity;
    tg_json_value *point = vectors_member(object, key);
    return (tg_ref_point){.x = get_septic(point, "x"), .y = get_septic(point, "y")};
}

static void assert_point(tg_ref_point actual, tg_ref_point expected)
{
    ck_assert_int_eq(actual.is_infinity, expected.is_infinity);
    for (size_t i = 0; i < DEGREE; i++) {
        ck_assert_uint_eq(actual.x.c[i], expected.x.c[i]);
        ck_assert_uint_eq(actual.y.c[i], expected.y.c[i]);
    }
    ck_assert(tg_ref_point_equal(&actual, &expected));
    ck_assert(tg_ref_point_is_on_curve(&actual));
}

static tg_ref_point add(tg_ref_point a, tg_ref_point b) { return tg_ref_point_add(&a, &b); }
static tg_ref_point negate(tg_ref_point a) { return tg_ref_point_negate(&a); }

/* a + a + ... + a, by doubling. */
static tg_ref_point multiple(tg_ref_point a, uint64_t factor)
{
    tg_ref_point sum = infinity;
    for (; factor != 0; factor /= 2) {
        if (factor % 2 == 1) sum = add(sum, a);
        a = add(a, a);
    }
    return sum;
}

/* Point number i of a sequence. */
static tg_ref_point sample_point(uint32_t i)
{
    const uint32_t message[8] = {i, 2, 3};
    tg_ref_point point = infinity;
    uint32_t offset = 0;
    ck_assert(tg_ref_curve_hash(&point, &offset, message, 1, 256));
    return point;
}

START_TEST(reference_curve_has_known_values)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "septic");
    tg_json_value *known = vectors_array(&nb, json.root, "arith");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        ck_assert(tg_ref_septic_equal(tg_ref_curve_cubic(get_septic(entry, "a")),
                                      get_septic(entry, "curve_rhs_a")));
    }
    tg_json_close(&json);
    ck_assert(tg_ref_point_is_on_curve(&tg_ref_curve_start));
    ck_assert(tg_ref_point_is_on_curve(&tg_ref_curve_dummy));
    ck_assert(tg_ref_point_is_on_curve(&infinity));
    const tg_ref_point origin = {.is_infinity = false};
    ck_assert(!tg_ref_point_is_on_curve(&origin));
}
END_TEST

START_TEST(reference_curve_adds_as_known)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "curve");
    tg_json_value *known = vectors_array(&nb, json.root, "add");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        const tg_ref_point a = get_point(entry, "a");
        const tg_ref_point b = get_point(entry, "b");
        const tg_ref_point sum = get_point(entry, "sum");
        assert_point(add(a, b), sum);
        assert_point(add(b, a), sum);
        assert_point(add(negate(a), negate(b)), negate(sum));
    }
    assert_point(get_point(tg_json_element(known, 0), "a"), tg_ref_curve_start);
    assert_point(get_point(tg_json_element(known, 0), "b"), tg_ref_curve_dummy);

    tg_json_value *digests = vectors_member(json.root, "digest_combine");
    assert_point(
        add(add(get_point(digests, "d1"), get_point(digests, "d2")), negate(tg_ref_curve_start)),
        get_point(digests, "result"));
    tg_json_close(&json);
}
END_TEST

START_TEST(reference_curve_has_known_multiples)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "curve");
    tg_json_value *known = vectors_array(&nb, json.root, "multiples_of_dummy");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        const uint32_t k = vectors_u32(entry, "k");
        const tg_ref_point expected = get_point(entry, "point");
        assert_point(multiple(tg_ref_curve_dummy, k), expected);
        tg_ref_point sum = infinity;
        for (uint32_t times = 0; times < k && k < 100; times++) sum = add(sum, tg_ref_curve_dummy);
        if (k < 100) assert_point(sum, expected);
    }
    tg_json_close(&json);
}
END_TEST

/* All triples of points that are equal, opposite, infinite, sums of each other, or unrelated. */
START_TEST(reference_curve_is_a_group)
{
    const tg_ref_point e = sample_point(1);
    const tg_ref_point f = sample_point(2);
    const tg_ref_point points[] = {
        infinity,          e,         negate(e), add(e, e),          negate(add(e, e)),  f,
        negate(add(e, f)), add(e, f), negate(f), tg_ref_curve_start, tg_ref_curve_dummy,
    };
    for (size_t i = 0; i < NB(points); i++) {
        assert_point(add(points[i], infinity), points[i]);
        assert_point(add(points[i], negate(points[i])), infinity);
        for (size_t j = 0; j < NB(points); j++) {
            const tg_ref_point sum = add(points[i], points[j]);
            assert_point(sum, add(points[j], points[i]));
            ck_assert(tg_ref_point_equal(&points[i], &points[j]) == (i == j));
            for (size_t k = 0; k < NB(points); k++) {
                assert_point(add(sum, points[k]), add(points[i], add(points[j], points[k])));
            }
        }
    }
}
END_TEST

/* The curve has a prime number of points (counted by PARI's ellcard), 32-bit words of it, low one
 * first: every point but infinity is of this order. */
START_TEST(reference_curve_has_points_of_its_order)
{
    static const uint32_t order[] = {0x4e94d1f7, 0x8aeeafa3, 0xc62a61f1, 0x89b4547e,
                                     0xcc910bb6, 0x7579fd9a, 0x01e4a5d4};
    const size_t nb_words = sizeof order / sizeof order[0];
    for (uint32_t i = 0; i < 4; i++) {
        const tg_ref_point e = sample_point(i);
        // Horner's rule in 2^32, up to the lowest word less 1: that is -E.
        tg_ref_point sum = multiple(e, order[nb_words - 1]);
        for (size_t word = nb_words - 1; word > 0; word--) {
            const uint32_t low = order[word - 1] - (word == 1);
            sum = add(multiple(sum, UINT64_C(1) << 32), multiple(e, low));
        }
        ck_assert(!sum.is_infinity);
        assert_point(sum, tg_ref_point_negate(&e));
        ck_assert(add(sum, e).is_infinity);
    }
}
END_TEST

START_TEST(reference_curve_multiplies_by_sums_and_products)
{
    uint64_t state = 4;
    for (uint32_t i = 0; i < 8; i++) {
        const tg_ref_point e = sample_point(i);
        const uint32_t a = sample_next(&state);
        const uint32_t b = sample_next(&state);
        assert_point(add(multiple(e, a), multiple(e, b)), multiple(e, (uint64_t)a + b));
        assert_point(multiple(multiple(e, a), b), multiple(e, (uint64_t)a * b));
    }
}
END_TEST

START_TEST(reference_curve_sums_in_order)
{
    const tg_ref_point e = sample_point(1);
    const tg_ref_point f = sample_point(2);
    tg_ref_point points[] = {f, f, negate(f), negate(f), e, negate(e), f};
    tg_ref_point sums[NB(points)];
    ck_assert_uint_eq(tg_ref_point_running_sums(sums, e, points, NB(points)), NB(points));
    const tg_ref_point expected[] = {
        add(e, f), add(add(e, f), f), add(e, f), e, add(e, e), e, add(e, f),
    };
    for (size_t i = 0; i < NB(points); i++) assert_point(sums[i], expected[i]);
    ck_assert_uint_eq(tg_ref_point_running_sums(points, e, points, NB(points)), NB(points));
    for (size_t i = 0; i < NB(points); i++) assert_point(points[i], expected[i]);
    ck_assert_uint_eq(tg_ref_point_running_sums(NULL, e, NULL, 0), 0);
}
END_TEST

START_TEST(reference_curve_stops_sums_at_infinity)
{
    const tg_ref_point e = sample_point(1);
    const tg_ref_point f = sample_point(2);
    const tg_ref_point points[] = {f, negate(f), negate(e), f};
    tg_ref_point sums[NB(points)];
    ck_assert_uint_eq(tg_ref_point_running_sums(sums, e, points, NB(points)), 2);
    ck_assert_uint_eq(tg_ref_point_running_sums(sums, e, points, 2), 2);
    ck_assert_uint_eq(tg_ref_point_running_sums(sums, e, points + 2, 2), 0);
}
END_TEST

/* Sums of many points on several threads are those of one thread; where all points of some parts
 * cancel each other too. */
START_TEST(reference_curve_sums_alike_on_threads)
{
    enum { NB_POINTS = 3001, NB_CANCELLED = 1500, PLACE_INFINITE = 2201 };
    static tg_ref_point points[NB_POINTS], expected[NB_POINTS], sums[NB_POINTS];
    const int nb_before = omp_get_max_threads();
    const tg_ref_point e = sample_point(1);
    tg_ref_point f = sample_point(2);
    for (size_t i = 0; i < NB_POINTS; i++) {
        points[i] = i % 2 == 1 && i < NB_CANCELLED ? negate(f) : f;
        if (i > NB_CANCELLED) f = add(f, f);
    }
    omp_set_num_threads(1);
    ck_assert_uint_eq(tg_ref_point_running_sums(expected, e, points, NB_POINTS), NB_POINTS);
    for (int nb_threads = 2; nb_threads <= 11; nb_threads += 3) {
        omp_set_num_threads(nb_threads);
        ck_assert_uint_eq(tg_ref_point_running_sums(sums, e, points, NB_POINTS), NB_POINTS);
        for (size_t i = 0; i < NB_POINTS; i++) assert_point(sums[i], expected[i]);
    }
    points[PLACE_INFINITE] = negate(expected[PLACE_INFINITE - 1]);
    points[NB_POINTS - 1] = points[PLACE_INFINITE];
    for (int nb_threads = 1; nb_threads <= 11; nb_threads += 5) {
        omp_set_num_threads(nb_threads);
        ck_assert_uint_eq(tg_ref_point_running_sums(sums, e, points, NB_POINTS), PLACE_INFINITE);
        for (size_t i = 0; i < PLACE_INFINITE; i++) assert_point(sums[i], expected[i]);
    }
    // More threads than parts, and a region that has threads of its own.
    omp_set_num_threads(1000);
    ck_assert_uint_eq(tg_ref_point_running_sums(sums, e, points, NB_POINTS), PLACE_INFINITE);
    omp_set_num_threads(nb_before);
    size_t nb_inside = 0;
#pragma omp parallel num_threads(1)
    nb_inside = tg_ref_point_running_sums(sums, e, points, NB_POINTS);
    ck_assert_uint_eq(nb_inside, PLACE_INFINITE);
    for (size_t i = 0; i < PLACE_INFINITE; i++) assert_point(sums[i], expected[i]);
}
END_TEST

START_TEST(reference_curve_knows_signs)
{
    static const char *const names[] = {
        [TG_REF_SIGN_RECEIVE] = "receive",
        [TG_REF_SIGN_SEND] = "send",
        [TG_REF_SIGN_NONE] = "exception",
    };
    static const tg_ref_sign opposites[] = {
        [TG_REF_SIGN_RECEIVE] = TG_REF_SIGN_SEND,
        [TG_REF_SIGN_SEND] = TG_REF_SIGN_RECEIVE,
        [TG_REF_SIGN_NONE] = TG_REF_SIGN_NONE,
    };
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "septic");
    tg_json_value *known = vectors_array(&nb, json.root, "y6_predicates");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        char name[16];
        tg_assert_ok(tg_json_get_text(name, sizeof name, entry, "class", tg_suite_error));
        const tg_ref_septic y = {{1, 2, 3, 4, 5, TG_P - 1, vectors_u32(entry, "y6")}};
        ck_assert_str_eq(names[tg_ref_curve_sign(y)], name);
        ck_assert_int_eq(tg_ref_curve_sign(tg_ref_septic_negate(y)),
                         opposites[tg_ref_curve_sign(y)]);
    }
    tg_json_close(&json);
}
END_TEST

/* What becomes of one candidate of a message. */
static tg_ref_lift lift_candidate(tg_ref_point *point, const uint32_t message[8], uint32_t kind,
                                  uint32_t offset)
{
    uint32_t state[TG_REF_POSEIDON2_WIDTH];
    tg_ref_curve_hash_input(state, message, kind, offset);
    tg_ref_poseidon2_permute(state);
    tg_ref_septic x;
    memcpy(x.c, state, sizeof x.c);
    return tg_ref_curve_lift(point, x);
}

/* Message and candidate, among those of the vectors, of each y6 exception; every other candidate
 * before the accepted one is a non-residue. */
static const size_t exceptions[][2] = {{5, 0}, {7, 2}};

static tg_ref_lift known_lift(size_t message, size_t candidate, size_t accepted)
{
    if (candidate == accepted) return TG_REF_LIFT_POINT;
    for (size_t i = 0; i < NB(exceptions); i++) {
        if (exceptions[i][0] == message && exceptions[i][1] == candidate)
            return TG_REF_LIFT_NO_SIGN;
    }
    return TG_REF_LIFT_NO_ROOT;
}

/* Each candidate of each message becomes what is known of it, the exceptions too, and the search
 * takes the first good one and no earlier. */
START_TEST(reference_curve_hashes_as_known)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "curve");
    tg_json_value *known = vectors_array(&nb, json.root, "lift");
    ck_assert_uint_eq(nb, 8);
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        uint32_t message[8];
        vectors_words(message, 8, vectors_member(entry, "message"));
        const uint32_t kind = vectors_u32(entry, "kind");
        const uint32_t accepted = vectors_u32(entry, "offset");
        const tg_ref_point expected = get_point(entry, "receive_point");
        for (uint32_t candidate = 0; candidate <= accepted; candidate++) {
            const tg_ref_lift lift = known_lift(i, candidate, accepted);
            tg_ref_point point = tg_ref_curve_dummy;
            ck_assert_int_eq(lift_candidate(&point, message, kind, candidate), lift);
            assert_point(point, lift == TG_REF_LIFT_POINT ? expected : tg_ref_curve_dummy);
        }
        ck_assert(tg_ref_septic_equal(negate(expected).y, get_septic(entry, "send_y")));

        tg_ref_point point = tg_ref_curve_dummy;
        uint32_t offset = 1000;
        ck_assert(!tg_ref_curve_hash(&point, &offset, message, kind, accepted));
        assert_point(point, tg_ref_curve_dummy);
        ck_assert_uint_eq(offset, 1000);
        ck_assert(tg_ref_curve_hash(&point, &offset, message, kind, accepted + 1));
        assert_point(point, expected);
        ck_assert_uint_eq(offset, accepted);
    }
    tg_json_close(&json);
}
END_TEST

START_TEST(reference_curve_puts_kind_and_offset_beside_the_message)
{
    static const uint32_t message[8] = {TG_P - 1, 1, 2, 3, 4, 5, TG_P - 1, TG_P - 5};
    static const uint32_t expected[TG_REF_POSEIDON2_WIDTH] = {
        (63u << 24) - 1, 1, 2, 3, 4, 5, TG_P - 1, (255u << 16) - 5,
    };
    uint32_t input[TG_REF_POSEIDON2_WIDTH];
    memset(input, 0xa5, sizeof input);
    tg_ref_curve_hash_input(input, message, 63, 255);
    ck_assert_mem_eq(input, expected, sizeof input);
}
END_TEST

/* A good x gives the same receive point whatever its y; a bad one gives none. */
START_TEST(reference_curve_lifts_to_receive_points)
{
    size_t nb_of[3] = {0};
    for (uint32_t i = 0; i < 1000; i++) {
        const tg_ref_septic x = {{i, 1, 0, 0, 0, 0, 7 * i}};
        tg_ref_point point = infinity;
        tg_ref_septic y = x;
        const tg_ref_lift lift = tg_ref_curve_lift(&point, x);
        const bool has_root = tg_ref_septic_sqrt(&y, tg_ref_curve_cubic(x));
        nb_of[lift]++;
        ck_assert(has_root == (lift != TG_REF_LIFT_NO_ROOT));
        if (lift == TG_REF_LIFT_POINT) {
            ck_assert(tg_ref_point_is_on_curve(&point) && !point.is_infinity);
            ck_assert(tg_ref_septic_equal(point.x, x));
            ck_assert_int_eq(tg_ref_curve_sign(point.y), TG_REF_SIGN_RECEIVE);
        } else {
            ck_assert(point.is_infinity);
            ck_assert(!has_root || tg_ref_curve_sign(y) == TG_REF_SIGN_NONE);
        }
    }
    // Half of all x have no point, and one point in 127 no sign.
    ck_assert_uint_gt(nb_of[TG_REF_LIFT_NO_ROOT], 400);
    ck_assert_uint_gt(nb_of[TG_REF_LIFT_POINT], 400);
    ck_assert_uint_gt(nb_of[TG_REF_LIFT_NO_SIGN], 0);
}
END_TEST

TG_SUITE("reference_curve", reference_curve_has_known_values, reference_curve_adds_as_known,
         reference_curve_has_known_multiples, reference_curve_is_a_group,
         reference_curve_has_points_of_its_order, reference_curve_multiplies_by_sums_and_products,
         reference_curve_sums_in_order, reference_curve_stops_sums_at_infinity,
         reference_curve_sums_alike_on_threads, reference_curve_knows_signs,
         reference_curve_hashes_as_known, reference_curve_puts_kind_and_offset_beside_the_message,
         reference_curve_lifts_to_receive_points)
