/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The reference's extension of degree 7: known values, axioms, maps, inverses, squares, roots. */
#include "reference/septic.h"

#include "reference/field.h"
#include "sample.h"
#include "suite.h"
#include "vectors.h"

#define NB(array) (sizeof(array) / sizeof((array)[0]))
#define DEGREE TG_REF_SEPTIC_DEGREE

/* The edges, then seeded elements. */
#define NB_ELEMENTS 64

static const tg_ref_septic zero = {{0}};
static const tg_ref_septic one = {{1}};
static const tg_ref_septic z = {{0, 1}};

static void fill_elements(tg_ref_septic elements[NB_ELEMENTS])
{
    static const tg_ref_septic edges[] = {
        {{0}},
        {{1}},
        {{TG_P - 1}},
        {{3}},
        {{0, 1}},
        {{0, 0, 0, 0, 0, 0, 1}},
        {{0, TG_P - 1, 0, 0, 0, 0, TG_P - 1}},
        {{TG_P - 1, TG_P - 1, TG_P - 1, TG_P - 1, TG_P - 1, TG_P - 1, TG_P - 1}},
        {{0, 0, 0, 0, 0, 0, TG_P / 2}},
        {{TG_P / 2 + 1, 0, 0, 1, 0, 0, TG_P - 2}},
    };
    uint64_t state = 7;
    for (size_t i = 0; i < NB_ELEMENTS; i++) {
        for (size_t k = 0; k < DEGREE; k++) {
            elements[i].c[k] = i < NB(edges) ? edges[i].c[k] : sample_next(&state) % TG_P;
        }
    }
}

static void assert_equal(tg_ref_septic actual, tg_ref_septic expected)
{
    for (size_t k = 0; k < DEGREE; k++) {
        ck_assert_uint_eq(actual.c[k], expected.c[k]);
    }
}

/* a^(p^nb_times) by squaring, without the map. */
static tg_ref_septic conjugate_by_powers(tg_ref_septic a, size_t nb_times)
{
    for (size_t i = 0; i < nb_times; i++) {
        a = tg_ref_septic_pow(a, TG_P);
    }
    return a;
}

static tg_ref_septic get_septic(tg_json_value *object, const char *key)
{
    tg_ref_septic a;
    vectors_words(a.c, DEGREE, vectors_member(object, key));
    return a;
}

START_TEST(reference_septic_has_known_values)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "septic");
    tg_json_value *known = vectors_array(&nb, json.root, "arith");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        const tg_ref_septic a = get_septic(entry, "a");
        const tg_ref_septic twice = tg_ref_septic_frobenius(tg_ref_septic_frobenius(a));
        const uint32_t norm = tg_ref_septic_norm(a);
        const tg_ref_septic inverse = tg_ref_septic_inverse(a);
        assert_equal(tg_ref_septic_mul(a, get_septic(entry, "b")), get_septic(entry, "mul"));
        assert_equal(inverse, get_septic(entry, "inv_a"));
        assert_equal(tg_ref_septic_frobenius(a), get_septic(entry, "frobenius_a"));
        assert_equal(twice, get_septic(entry, "double_frobenius_a"));
        ck_assert_uint_eq(norm, vectors_u32(entry, "norm_a"));
        // The other conjugates, of which the norm is a times the product.
        assert_equal(tg_ref_septic_scale(inverse, norm), get_septic(entry, "pow_r_minus_1_a"));
    }
    tg_json_close(&json);
}
END_TEST

START_TEST(reference_septic_has_known_roots)
{
    tg_json json;
    size_t nb = 0;
    size_t nb_squares = 0;
    vectors_open(&json, "septic");
    tg_json_value *known = vectors_array(&nb, json.root, "sqrt");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        const tg_ref_septic a = get_septic(entry, "a");
        const bool is_square = tg_json_has(entry, "root");
        tg_ref_septic root = z;
        ck_assert_uint_eq(tg_ref_septic_norm(a), vectors_u32(entry, "norm"));
        ck_assert(tg_ref_septic_is_square(a) == is_square);
        ck_assert(tg_ref_septic_sqrt(&root, a) == is_square);
        if (is_square) {
            const tg_ref_septic expected = get_septic(entry, "root");
            const tg_ref_septic other = get_septic(entry, "other_root");
            ck_assert(tg_ref_septic_equal(root, expected) || tg_ref_septic_equal(root, other));
            nb_squares++;
        } else {
            assert_equal(root, z);
        }
    }
    ck_assert_uint_gt(nb_squares, 0);
    ck_assert_uint_lt(nb_squares, nb);
    tg_json_close(&json);
}
END_TEST

START_TEST(reference_septic_obeys_axioms)
{
    tg_ref_septic e[NB_ELEMENTS];
    fill_elements(e);
    for (size_t i = 0; i < NB_ELEMENTS; i++) {
        assert_equal(tg_ref_septic_add(e[i], zero), e[i]);
        assert_equal(tg_ref_septic_mul(e[i], one), e[i]);
        assert_equal(tg_ref_septic_add(e[i], tg_ref_septic_negate(e[i])), zero);
        for (size_t j = 0; j < NB_ELEMENTS; j++) {
            const tg_ref_septic c = e[(i + 2 * j) % NB_ELEMENTS];
            const tg_ref_septic sum = tg_ref_septic_add(e[i], e[j]);
            const tg_ref_septic product = tg_ref_septic_mul(e[i], e[j]);
            assert_equal(sum, tg_ref_septic_add(e[j], e[i]));
            assert_equal(product, tg_ref_septic_mul(e[j], e[i]));
            assert_equal(tg_ref_septic_sub(sum, e[j]), e[i]);
            assert_equal(tg_ref_septic_add(sum, c),
                         tg_ref_septic_add(e[i], tg_ref_septic_add(e[j], c)));
            assert_equal(tg_ref_septic_mul(product, c),
                         tg_ref_septic_mul(e[i], tg_ref_septic_mul(e[j], c)));
            assert_equal(tg_ref_septic_mul(sum, c),
                         tg_ref_septic_add(tg_ref_septic_mul(e[i], c), tg_ref_septic_mul(e[j], c)));
            assert_equal(tg_ref_septic_scale(e[i], c.c[0]),
                         tg_ref_septic_mul(e[i], (tg_ref_septic){{c.c[0]}}));
        }
    }
}
END_TEST

/* z^7 = 3z + 5, and no smaller field holds z: 7 is prime, so that all of z's conjugates differ. */
START_TEST(reference_septic_is_the_field_of_its_polynomial)
{
    assert_equal(tg_ref_septic_pow(z, DEGREE), (tg_ref_septic){{5, 3}});
    assert_equal(conjugate_by_powers(z, DEGREE), z);
    ck_assert(!tg_ref_septic_equal(conjugate_by_powers(z, 1), z));
}
END_TEST

START_TEST(reference_septic_maps_as_powers_do)
{
    tg_ref_septic e[NB_ELEMENTS];
    fill_elements(e);
    // The rows of the map's table: the images of 1, z, ..., z^6.
    for (size_t i = 0; i < DEGREE; i++) {
        assert_equal(tg_ref_septic_frobenius(tg_ref_septic_pow(z, i)),
                     tg_ref_septic_pow(z, (uint64_t)TG_P * i));
    }
    for (size_t i = 0; i < NB_ELEMENTS; i++) {
        tg_ref_septic image = e[i];
        assert_equal(tg_ref_septic_frobenius(image), conjugate_by_powers(image, 1));
        for (size_t times = 0; times < DEGREE; times++) image = tg_ref_septic_frobenius(image);
        assert_equal(image, e[i]);
        const tg_ref_septic next = e[(i + 1) % NB_ELEMENTS];
        assert_equal(
            tg_ref_septic_frobenius(tg_ref_septic_mul(e[i], next)),
            tg_ref_septic_mul(tg_ref_septic_frobenius(e[i]), tg_ref_septic_frobenius(next)));
    }
}
END_TEST

START_TEST(reference_septic_raises_to_powers)
{
    tg_ref_septic e[NB_ELEMENTS];
    fill_elements(e);
    for (size_t i = 0; i < NB_ELEMENTS; i++) {
        tg_ref_septic power = one;
        for (uint64_t exponent = 0; exponent < 20; exponent++) {
            assert_equal(tg_ref_septic_pow(e[i], exponent), power);
            power = tg_ref_septic_mul(power, e[i]);
        }
    }
}
END_TEST

START_TEST(reference_septic_has_norms_in_the_base_field)
{
    tg_ref_septic e[NB_ELEMENTS];
    fill_elements(e);
    for (size_t i = 0; i < NB_ELEMENTS; i++) {
        tg_ref_septic product = one;
        for (size_t times = 0; times < DEGREE; times++) {
            product = tg_ref_septic_mul(product, conjugate_by_powers(e[i], times));
        }
        assert_equal(product, (tg_ref_septic){{tg_ref_septic_norm(e[i])}});
        ck_assert((product.c[0] == 0) == tg_ref_septic_equal(e[i], zero));
        const tg_ref_septic next = e[(i + 1) % NB_ELEMENTS];
        ck_assert_uint_eq(tg_ref_septic_norm(tg_ref_septic_mul(e[i], next)),
                          tg_ref_mul(product.c[0], tg_ref_septic_norm(next)));
    }
}
END_TEST

START_TEST(reference_septic_inverts)
{
    tg_ref_septic e[NB_ELEMENTS];
    fill_elements(e);
    assert_equal(tg_ref_septic_inverse(zero), zero);
    for (size_t i = 0; i < NB_ELEMENTS; i++) {
        const bool is_zero = tg_ref_septic_equal(e[i], zero);
        assert_equal(tg_ref_septic_mul(e[i], tg_ref_septic_inverse(e[i])), is_zero ? zero : one);
        assert_equal(tg_ref_septic_inverse(tg_ref_septic_inverse(e[i])), e[i]);
    }
}
END_TEST

/* 3 generates the base field's group and is no square: an element is a square or 3 times one. */
START_TEST(reference_septic_finds_base_roots)
{
    uint64_t state = 99;
    uint32_t root = 12345;
    ck_assert(!tg_ref_is_square(3) && !tg_ref_sqrt(&root, 3));
    ck_assert_uint_eq(root, 12345);
    for (size_t i = 0; i < 2000; i++) {
        const uint32_t a = i < 100 ? (uint32_t)i : sample_next(&state) % TG_P;
        const uint32_t square = tg_ref_mul(a, a);
        ck_assert(tg_ref_is_square(square) && tg_ref_sqrt(&root, square));
        ck_assert(root == a || root == tg_ref_negate(a));
        ck_assert(tg_ref_is_square(tg_ref_mul(3, square)) == (a == 0));
        ck_assert(tg_ref_sqrt(&root, tg_ref_mul(3, square)) == (a == 0));
    }
    ck_assert(tg_ref_sqrt(&root, TG_P - 1));
    ck_assert_uint_eq(tg_ref_mul(root, root), TG_P - 1);
}
END_TEST

/* z is no square, since its norm, 5, is none: an element is a square or z times one. */
START_TEST(reference_septic_finds_roots)
{
    tg_ref_septic e[NB_ELEMENTS];
    fill_elements(e);
    for (size_t i = 0; i < NB_ELEMENTS; i++) {
        const bool is_zero = tg_ref_septic_equal(e[i], zero);
        const tg_ref_septic square = tg_ref_septic_mul(e[i], e[i]);
        const tg_ref_septic other = tg_ref_septic_mul(z, square);
        tg_ref_septic root = one;
        ck_assert(tg_ref_septic_is_square(square) && tg_ref_septic_sqrt(&root, square));
        ck_assert(tg_ref_septic_equal(root, e[i]) ||
                  tg_ref_septic_equal(root, tg_ref_septic_negate(e[i])));
        ck_assert(tg_ref_septic_is_square(other) == is_zero);
        ck_assert(tg_ref_septic_sqrt(&root, other) == is_zero);
    }
}
END_TEST

TG_SUITE("reference_septic", reference_septic_has_known_values, reference_septic_has_known_roots,
         reference_septic_obeys_axioms, reference_septic_is_the_field_of_its_polynomial,
         reference_septic_maps_as_powers_do, reference_septic_raises_to_powers,
         reference_septic_has_norms_in_the_base_field, reference_septic_inverts,
         reference_septic_finds_base_roots, reference_septic_finds_roots)
