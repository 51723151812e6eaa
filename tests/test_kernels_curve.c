/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The kernels' curve on its own: its constants and points, the group's laws through equal, opposite
 * and infinite operands, the order of its points, signs, messages hashed to points. Sums of arrays:
 * test_kernels_points.c; against the reference: test_kernels_against_reference.c. */
#include "kernels/curve.cuh"
#include "kernels_elements.h"

static const tg_krn_point infinity = {{{0}}, {{0}}};

static tg_krn_point add(tg_krn_point a, tg_krn_point b) { return tg_krn_point_add(&a, &b); }

static tg_krn_point negate(tg_krn_point a)
{
    a.y = tg_krn_septic_neg(&a.y);
    return a;
}

static bool is_equal(tg_krn_point a, tg_krn_point b) { return memcmp(&a, &b, sizeof a) == 0; }

/* a + a + ... + a, by doubling; factor: 32-bit words, lowest first. */
static tg_krn_point multiple(tg_krn_point a, const uint32_t *factor, size_t nb_words)
{
    tg_krn_point sum = infinity;
    for (size_t bit = 0; bit < 32 * nb_words; bit++) {
        if (factor[bit / 32] >> bit % 32 & 1) sum = add(sum, a);
        a = add(a, a);
    }
    return sum;
}

static tg_krn_point multiple_of_u64(tg_krn_point a, uint64_t factor)
{
    const uint32_t words[] = {(uint32_t)factor, (uint32_t)(factor >> 32)};
    return multiple(a, words, ELEMENTS_NB(words));
}

/* The point of a message's first candidate that has one. */
static tg_krn_point hash(const uint32_t message[8], uint32_t kind, uint32_t is_receive)
{
    for (uint32_t offset = 0; offset < 256; offset++) {
        tg_krn_candidate candidate;
        tg_krn_point point;
        if (!tg_krn_candidate_make(&candidate, message, kind, offset)) continue;
        point.x = candidate.x;
        if (tg_krn_candidate_lift(&point.y, &candidate, is_receive)) return point;
    }
    ck_abort_msg("no candidate has a point");
    return infinity;
}

static tg_krn_point sample_point(uint32_t i)
{
    const uint32_t message[8] = {i, 5, 7};
    return hash(message, 1, i % 2);
}

static void assert_on_curve(const char *what, size_t i, tg_krn_point a)
{
    const tg_krn_septic right = tg_krn_curve_right_side(&a.x);
    elements_expect(what, i, tg_krn_septic_square(&a.y), right);
}

/* ---- constants ---- */

/* The x of both points spell decimal digits, of the square root of 2 and of e; 2^24 was added to
 * the first 7 of e. */
START_TEST(kernels_curve_has_its_constants)
{
    static const uint32_t start_x[] = {0x1414213, 0x5623730, 0x9504880, 0x1688724,
                                       0x2096980, 0x7856967, 0x1875376};
    static const uint32_t dummy_x[] = {
        0x2718281 + (1 << 24), 0x8284590, 0x4523536, 0x0287471, 0x3526624, 0x9775724, 0x7093699};
    ck_assert_int_eq(TG_KRN_CURVE_A, elements_balanced(45));
    ck_assert_int_eq(TG_KRN_CURVE_B, elements_balanced(41));
    elements_expect("x of start", 0, tg_krn_start.x, elements_of_residues(start_x));
    elements_expect("x of dummy", 0, tg_krn_dummy.x, elements_of_residues(dummy_x));
    assert_on_curve("y^2 of start", 0, tg_krn_start);
    assert_on_curve("y^2 of dummy", 0, tg_krn_dummy);
    assert_on_curve("y^2 of start + dummy", 0, tg_krn_start_plus_dummy);
    elements_expect_point("start + dummy", 0, add(tg_krn_start, tg_krn_dummy),
                          tg_krn_start_plus_dummy);
}
END_TEST

START_TEST(kernels_curve_has_known_right_sides)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "septic");
    tg_json_value *known = vectors_array(&nb, json.root, "arith");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        const tg_krn_septic a = elements_known(entry, "a");
        elements_expect("curve_rhs_a", i, tg_krn_curve_right_side(&a),
                        elements_known(entry, "curve_rhs_a"));
    }
    tg_json_close(&json);
}
END_TEST

/* ---- sums ---- */

START_TEST(kernels_curve_adds_as_known)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "curve");
    tg_json_value *known = vectors_array(&nb, json.root, "add");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        const tg_krn_point a = elements_known_point(entry, "a");
        const tg_krn_point b = elements_known_point(entry, "b");
        const tg_krn_point sum = elements_known_point(entry, "sum");
        elements_expect_point("a + b", i, add(a, b), sum);
        elements_expect_point("b + a", i, add(b, a), sum);
        elements_expect_point("-a + -b", i, add(negate(a), negate(b)), negate(sum));
    }
    // The first is the sum of the constants, y and all.
    tg_json_value *first = tg_json_element(known, 0);
    elements_expect_point("start", 0, tg_krn_start, elements_known_point(first, "a"));
    elements_expect_point("dummy", 0, tg_krn_dummy, elements_known_point(first, "b"));
    elements_expect_point("both", 0, tg_krn_start_plus_dummy, elements_known_point(first, "sum"));

    tg_json_value *digests = vectors_member(json.root, "digest_combine");
    const tg_krn_point sum =
        add(elements_known_point(digests, "d1"), elements_known_point(digests, "d2"));
    elements_expect_point("d1 + d2 - start", 0, add(sum, negate(tg_krn_start)),
                          elements_known_point(digests, "result"));
    tg_json_close(&json);
}
END_TEST

START_TEST(kernels_curve_has_known_multiples)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "curve");
    tg_json_value *known = vectors_array(&nb, json.root, "multiples_of_dummy");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        const uint32_t k = vectors_u32(entry, "k");
        const tg_krn_point expected = elements_known_point(entry, "point");
        elements_expect_point("k * dummy", k, multiple(tg_krn_dummy, &k, 1), expected);
        if (k >= 100) continue;
        tg_krn_point sum = infinity;
        for (uint32_t times = 0; times < k; times++) sum = add(sum, tg_krn_dummy);
        elements_expect_point("dummy + ... + dummy", k, sum, expected);
    }
    tg_json_close(&json);
}
END_TEST

/* All triples of points that are equal, opposite, infinite, sums of each other, or unrelated: every
 * association of P + -P + Q, of doublings and of infinities is among them. */
START_TEST(kernels_curve_is_a_group)
{
    const tg_krn_point e = sample_point(1);
    const tg_krn_point f = sample_point(2);
    const tg_krn_point points[] = {
        infinity,          e,         negate(e), add(e, e),    negate(add(e, e)), f,
        negate(add(e, f)), add(e, f), negate(f), tg_krn_start, tg_krn_dummy,
    };
    const size_t nb = ELEMENTS_NB(points);
    ck_assert(tg_krn_point_is_infinity(&infinity));
    for (size_t i = 0; i < nb; i++) {
        if (i != 0) assert_on_curve("y^2 of point", i, points[i]);
        ck_assert(tg_krn_point_is_infinity(&points[i]) == (i == 0));
        elements_expect_point("a + infinity", i, add(points[i], infinity), points[i]);
        elements_expect_point("a - a", i, add(points[i], negate(points[i])), infinity);
        for (size_t j = 0; j < nb; j++) {
            const tg_krn_point sum = add(points[i], points[j]);
            elements_expect_point("b + a", i * nb + j, add(points[j], points[i]), sum);
            ck_assert(is_equal(points[i], points[j]) == (i == j));
            for (size_t k = 0; k < nb; k++) {
                elements_expect_point("a + (b + c)", (i * nb + j) * nb + k,
                                      add(points[i], add(points[j], points[k])),
                                      add(sum, points[k]));
            }
        }
    }
}
END_TEST

/* The rule of every kind of operands. No denominator may be 0, whatever the rule: sums share an
 * inversion. A point with x = 0 is not infinity; the rule asks for no curve, so that any y does. */
START_TEST(kernels_curve_chooses_rules)
{
    const tg_krn_point e = sample_point(1);
    const tg_krn_point beside = {{{0}}, e.y};
    const struct {
        tg_krn_point a, b;
        tg_krn_rule rule;
    } cases[] = {
        {e, tg_krn_start, TG_KRN_CHORD},
        {e, e, TG_KRN_TANGENT},
        {e, negate(e), TG_KRN_OPPOSITE},
        {e, infinity, TG_KRN_FIRST},
        {infinity, e, TG_KRN_SECOND},
        {infinity, infinity, TG_KRN_FIRST},
        {beside, e, TG_KRN_CHORD},
        {beside, beside, TG_KRN_TANGENT},
        {beside, negate(beside), TG_KRN_OPPOSITE},
        {beside, infinity, TG_KRN_FIRST},
        {infinity, beside, TG_KRN_SECOND},
    };
    for (size_t i = 0; i < ELEMENTS_NB(cases); i++) {
        tg_krn_septic denominator = {{0}};
        elements_expect_number("rule", i, tg_krn_point_rule(&denominator, &cases[i].a, &cases[i].b),
                               cases[i].rule);
        ck_assert(!tg_krn_septic_is_zero(&denominator));
    }
}
END_TEST

START_TEST(kernels_curve_multiplies_by_sums_and_products)
{
    uint64_t state = 1;
    for (uint32_t i = 0; i < 50; i++) {
        const tg_krn_point e = sample_point(i);
        const uint32_t a = sample_next(&state);
        const uint32_t b = sample_next(&state);
        elements_expect_point("a E + b E", i, add(multiple(e, &a, 1), multiple(e, &b, 1)),
                              multiple_of_u64(e, (uint64_t)a + b));
        elements_expect_point("a (b E)", i, multiple(multiple(e, &b, 1), &a, 1),
                              multiple_of_u64(e, (uint64_t)a * b));
    }
}
END_TEST

/* The curve has a prime number of points, which PARI/GP's ellcard counted:
 * 199372529839252601278447397890876471698671718266839763841250021879. A point other than infinity
 * that this number takes to infinity proves it: by Hasse's bound the number of points is so near to
 * p^7 + 1 that no other multiple of the prime can be it. */
START_TEST(kernels_curve_has_points_of_its_order)
{
    static const uint32_t order[] = {0x4e94d1f7, 0x8aeeafa3, 0xc62a61f1, 0x89b4547e,
                                     0xcc910bb6, 0x7579fd9a, 0x01e4a5d4};
    uint32_t less_1[ELEMENTS_NB(order)];
    memcpy(less_1, order, sizeof less_1);
    less_1[0]--;
    for (uint32_t i = 0; i < 22; i++) {
        const tg_krn_point e = i == 0 ? tg_krn_start : i == 1 ? tg_krn_dummy : sample_point(i);
        elements_expect_point("order * E", i, multiple(e, order, ELEMENTS_NB(order)), infinity);
        elements_expect_point("(order - 1) * E", i, multiple(e, less_1, ELEMENTS_NB(less_1)),
                              negate(e));
    }
}
END_TEST

/* ---- from a message to a point ---- */

START_TEST(kernels_curve_knows_signs)
{
    const uint32_t most = 63u << 24;
    const struct {
        uint32_t y6;
        tg_krn_sign sign;
    } cases[] = {
        {0, TG_KRN_NEITHER},
        {1, TG_KRN_RECEIVED},
        {2, TG_KRN_RECEIVED},
        {most - 1, TG_KRN_RECEIVED},
        {most, TG_KRN_RECEIVED},
        {most + 1, TG_KRN_NEITHER},
        {(TG_P - 1) / 2, TG_KRN_NEITHER},
        {(TG_P + 1) / 2, TG_KRN_NEITHER},
        {TG_P - most - 1, TG_KRN_NEITHER},
        {TG_P - most, TG_KRN_SENT},
        {TG_P - most + 1, TG_KRN_SENT},
        {TG_P - 2, TG_KRN_SENT},
        {TG_P - 1, TG_KRN_SENT},
    };
    for (size_t i = 0; i < ELEMENTS_NB(cases); i++) {
        elements_expect_number("sign", i, tg_krn_sign_of(cases[i].y6), cases[i].sign);
    }
}
END_TEST

START_TEST(kernels_curve_knows_known_signs)
{
    static const char *const names[] = {
        [TG_KRN_RECEIVED] = "receive",
        [TG_KRN_SENT] = "send",
        [TG_KRN_NEITHER] = "exception",
    };
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "septic");
    tg_json_value *known = vectors_array(&nb, json.root, "y6_predicates");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        char name[16];
        tg_assert_ok(tg_json_get_text(name, sizeof name, entry, "class", tg_suite_error));
        ck_assert_str_eq(names[tg_krn_sign_of(vectors_u32(entry, "y6"))], name);
    }
    tg_json_close(&json);
}
END_TEST

static void check_word_of(uint32_t integer)
{
    const uint32_t word = (uint32_t)(((uint64_t)integer << 32) % TG_P);
    elements_expect_number("word", integer, tg_krn_word_of(integer), word);
}

/* Every 32-bit integer is taken; every kind and offset in its place. */
START_TEST(kernels_curve_converts_integers)
{
    static const uint32_t turns[] = {0,        1,          TG_P - 1,      TG_P,         TG_P + 1,
                                     2 * TG_P, 0x7fffffff, 2 * TG_P - 1,  2 * TG_P + 1, 0x80000000,
                                     1 << 24,  UINT32_MAX, UINT32_MAX - 1};
    uint64_t state = 2;
    for (size_t i = 0; i < ELEMENTS_NB(turns); i++) check_word_of(turns[i]);
    for (uint32_t byte = 0; byte < 256; byte++) {
        check_word_of(byte);
        check_word_of(byte << 16);
        check_word_of(byte << 24);
    }
    for (size_t i = 0; i < 100000; i++) check_word_of(sample_next(&state));
}
END_TEST

/* Message and candidate, among those of the vectors, of each y6 exception; every other candidate
 * before the accepted one is a non-residue. */
static const size_t exceptions[][2] = {{5, 0}, {7, 2}};

static bool is_exception(size_t message, size_t candidate)
{
    for (size_t i = 0; i < ELEMENTS_NB(exceptions); i++) {
        if (exceptions[i][0] == message && exceptions[i][1] == candidate) return true;
    }
    return false;
}

/* Each candidate of each message becomes what is known of it, for a receive and for a send. */
START_TEST(kernels_curve_hashes_as_known)
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
        const tg_krn_point received = elements_known_point(entry, "receive_point");
        const tg_krn_septic sent_y = elements_known(entry, "send_y");
        for (uint32_t offset = 0; offset <= accepted; offset++) {
            tg_krn_candidate candidate;
            tg_krn_septic y;
            const bool is_square = offset == accepted || is_exception(i, offset);
            const bool has_root = tg_krn_candidate_make(&candidate, message, kind, offset);
            elements_expect_number("candidate's root", offset, has_root, is_square);
            if (!has_root) continue;
            elements_expect_number("candidate's point", offset,
                                   tg_krn_candidate_lift(&y, &candidate, 1), offset == accepted);
            if (offset != accepted) continue;
            elements_expect("x", i, candidate.x, received.x);
            elements_expect("y of a receive", i, y, received.y);
            ck_assert(tg_krn_candidate_lift(&y, &candidate, 0));
            elements_expect("y of a send", i, y, sent_y);
        }
    }
    tg_json_close(&json);
}
END_TEST

TG_SUITE("kernels_curve", kernels_curve_has_its_constants, kernels_curve_has_known_right_sides,
         kernels_curve_adds_as_known, kernels_curve_has_known_multiples, kernels_curve_is_a_group,
         kernels_curve_chooses_rules, kernels_curve_multiplies_by_sums_and_products,
         kernels_curve_has_points_of_its_order, kernels_curve_knows_signs,
         kernels_curve_knows_known_signs, kernels_curve_converts_integers,
         kernels_curve_hashes_as_known)
