/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The reference's field and its extension: known values, axioms, conversions of edge words. */
#include "reference/extension.h"
#include "reference/field.h"
#include "suite.h"

#include <string.h>

#define NB(array) (sizeof(array) / sizeof((array)[0]))

/* The edges, then seeded residues. */
#define NB_RESIDUES 64

static void fill_residues(uint32_t residues[NB_RESIDUES])
{
    static const uint32_t edges[] = {
        0,        1,        2,        3,           0xffffff,   0x1000000, TG_P / 2, TG_P / 2 + 1,
        TG_P - 3, TG_P - 2, TG_P - 1, TG_WORD_ONE, 0x7d000003,
    };
    uint64_t state = 20240601;
    for (size_t i = 0; i < NB_RESIDUES; i++) {
        // Knuth's multiplier for 64 bits; the top bits are the good ones.
        state = state * 6364136223846793005u + 1442695040888963407u;
        residues[i] = i < NB(edges) ? edges[i] : (uint32_t)((state >> 33) % TG_P);
    }
}

/* a * b by doubling and adding, without any product. */
static uint32_t multiply_by_adding(uint32_t a, uint32_t b)
{
    uint32_t sum = 0;
    for (uint32_t bit = 1u << 30; bit != 0; bit >>= 1) {
        sum = sum >= TG_P - sum ? sum - (TG_P - sum) : sum + sum;
        if ((b & bit) != 0) sum = sum >= TG_P - a ? sum - (TG_P - a) : sum + a;
    }
    return sum;
}

/* Computed apart from this project, from the field's definition. The inverse of 0 is 0 here. */
static const struct {
    uint32_t a, b, sum, difference, negation, product, inverse, word;
} known[] = {
    {0, 0, 0, 0, 0, 0, 0, 0},
    {1, 1, 2, 0, 2130706432, 1, 1, 33554430},
    {2130706432, 2130706432, 2130706431, 0, 1, 1, 2130706432, 2097152003},
    {2130706432, 1, 0, 2130706431, 1, 2130706432, 2130706432, 2097152003},
    {2, 1065353217, 1065353219, 1065353218, 2130706431, 1, 1065353217, 67108860},
    {3, 5, 8, 2130706431, 2130706430, 15, 710235478, 100663290},
    {253395535, 978075929, 1231471464, 1406026039, 1877310898, 2050091136, 1706760889, 1334712210},
    {902453978, 1021600073, 1924054051, 2011560338, 1228252455, 645798255, 386207931, 1737649964},
    {1685722322, 555832685, 110848574, 1129889637, 444984111, 2092992357, 277111996, 1333183462},
    {1254369686, 1975336138, 1098999391, 1409739981, 876336747, 250970178, 597104860, 290079064},
    {1831894414, 511303340, 212491321, 1320591074, 298812019, 1985987773, 1743053254, 417780363},
    {910451355, 682504337, 1592955692, 227947018, 1220255078, 288419189, 61761312, 1604088755},
    {434053242, 2052643619, 355990428, 512116056, 1696653191, 927814934, 947964230, 1524199921},
    {933151867, 1144571467, 2077723334, 1919286833, 1197554566, 746712189, 702845467, 232930178},
    {811730779, 1829604520, 510628866, 1112832692, 1318975654, 359524084, 1432642858, 226026257},
    {164814723, 763647585, 928462308, 1531873571, 1965891710, 688086349, 316472213, 624076359},
};

START_TEST(reference_field_has_known_values)
{
    for (size_t i = 0; i < NB(known); i++) {
        ck_assert_uint_eq(tg_ref_add(known[i].a, known[i].b), known[i].sum);
        ck_assert_uint_eq(tg_ref_sub(known[i].a, known[i].b), known[i].difference);
        ck_assert_uint_eq(tg_ref_negate(known[i].a), known[i].negation);
        ck_assert_uint_eq(tg_ref_mul(known[i].a, known[i].b), known[i].product);
        ck_assert_uint_eq(tg_ref_inverse(known[i].a), known[i].inverse);
        ck_assert_uint_eq(tg_ref_to_word(known[i].a), known[i].word);
        ck_assert_uint_eq(tg_ref_from_word(known[i].word), known[i].a);
    }
}
END_TEST

START_TEST(reference_field_obeys_axioms)
{
    uint32_t r[NB_RESIDUES];
    fill_residues(r);
    for (size_t i = 0; i < NB_RESIDUES; i++) {
        ck_assert_uint_eq(tg_ref_add(r[i], 0), r[i]);
        ck_assert_uint_eq(tg_ref_mul(r[i], 1), r[i]);
        ck_assert_uint_eq(tg_ref_add(r[i], tg_ref_negate(r[i])), 0);
        ck_assert_uint_lt(tg_ref_negate(r[i]), TG_P);
        ck_assert_uint_eq(tg_ref_cube(r[i]), tg_ref_mul(r[i], tg_ref_mul(r[i], r[i])));
        ck_assert_uint_eq(tg_ref_mul(r[i], tg_ref_inverse(r[i])), r[i] != 0);
        for (size_t j = 0; j < NB_RESIDUES; j++) {
            const uint32_t sum = tg_ref_add(r[i], r[j]);
            ck_assert_uint_lt(sum, TG_P);
            ck_assert_uint_eq(sum, tg_ref_add(r[j], r[i]));
            ck_assert_uint_eq(tg_ref_sub(sum, r[j]), r[i]);
            ck_assert_uint_eq(tg_ref_sub(r[i], r[j]), tg_ref_add(r[i], tg_ref_negate(r[j])));
            ck_assert_uint_eq(tg_ref_mul(r[i], r[j]), multiply_by_adding(r[i], r[j]));
            const uint32_t c = r[(i + 2 * j) % NB_RESIDUES];
            ck_assert_uint_eq(tg_ref_add(sum, c), tg_ref_add(r[i], tg_ref_add(r[j], c)));
            ck_assert_uint_eq(tg_ref_mul(sum, c),
                              tg_ref_add(tg_ref_mul(r[i], c), tg_ref_mul(r[j], c)));
        }
    }
}
END_TEST

START_TEST(reference_field_raises_to_powers)
{
    uint32_t r[NB_RESIDUES];
    fill_residues(r);
    for (size_t i = 0; i < NB_RESIDUES; i++) {
        uint32_t power = 1;
        for (uint64_t exponent = 0; exponent < 40; exponent++) {
            ck_assert_uint_eq(tg_ref_pow(r[i], exponent), power);
            power = multiply_by_adding(power, r[i]);
        }
        ck_assert_uint_eq(tg_ref_pow(r[i], TG_P), r[i]);
        ck_assert_uint_eq(tg_ref_pow(r[i], (uint64_t)TG_P * TG_P), r[i]);
    }
    // 3 generates the multiplicative group: its order, 2^24 * 127, is no smaller.
    ck_assert_uint_eq(tg_ref_pow(3, (TG_P - 1) / 2), TG_P - 1);
    ck_assert_uint_ne(tg_ref_pow(3, (TG_P - 1) / 127), 1);
}
END_TEST

START_TEST(reference_field_converts_words)
{
    uint32_t r[NB_RESIDUES];
    fill_residues(r);
    for (size_t i = 0; i < NB_RESIDUES; i++) {
        // The word is 2^32 times the residue: 32 doublings.
        uint32_t word = r[i];
        for (size_t bit = 0; bit < 32; bit++) {
            word = tg_ref_add(word, word);
        }
        ck_assert_uint_eq(tg_ref_to_word(r[i]), word);
        ck_assert_uint_eq(tg_ref_from_word(word), r[i]);
    }
    ck_assert_uint_eq(tg_ref_to_word(1), TG_WORD_ONE);
    ck_assert_uint_eq(tg_ref_to_word(TG_P - 1), 0x7d000003);
    ck_assert_uint_eq(tg_ref_from_word(1), TG_REF_R_INVERSE);
}
END_TEST

START_TEST(reference_field_reads_words_that_are_not_reduced_modulo_p)
{
    ck_assert_uint_eq(tg_ref_from_word(TG_P), 0);
    ck_assert_uint_eq(tg_ref_from_word(2 * TG_P), 0);
    ck_assert_uint_eq(tg_ref_from_word(TG_P + TG_WORD_ONE), 1);
    ck_assert_uint_eq(tg_ref_from_word(UINT32_MAX), tg_ref_from_word(UINT32_MAX % TG_P));
}
END_TEST

/* Computed apart from this project, from X^4 = 3. */
static const struct {
    uint32_t a[4], b[4], product[4], inverse[4];
} known_ext[] = {
    {{1, 2, 3, 4}, {5, 6, 7, 8}, {188, 172, 130, 60}, {476435702, 408373459, 502227710, 126094261}},
    {{0, 1, 0, 0}, {0, 0, 0, 1}, {3, 0, 0, 0}, {0, 0, 0, 710235478}},
    {{2094117319, 892253061, 1917290844, 625256155},
     {1774029795, 1834946917, 1222457643, 1096605662},
     {465672507, 949092053, 1407332903, 273384271},
     {1064891946, 1125741644, 1333252775, 2063203376}},
    {{722649997, 108579834, 275274062, 1385301424},
     {1893048064, 1515293486, 1260847584, 537287559},
     {673968065, 1880664456, 1860713194, 1635122715},
     {1289044210, 794548541, 1858106716, 219543918}},
    {{271608802, 1933694575, 2035738119, 1106015382},
     {1936163165, 664718630, 1260606348, 1478293259},
     {588695773, 1350906042, 1607253494, 970271659},
     {1638072073, 2015806241, 938569851, 501044741}},
    {{1190285144, 162355230, 1886005141, 1883428880},
     {1403684497, 1398027754, 793732563, 557988448},
     {1424282271, 1421195053, 1877335192, 2084150521},
     {1665221906, 1426374014, 211103123, 1542626033}},
};

static bool is_equal(const uint32_t a[4], const uint32_t b[4])
{
    return memcmp(a, b, 4 * sizeof *a) == 0;
}

START_TEST(reference_field_extension_has_known_values)
{
    for (size_t i = 0; i < NB(known_ext); i++) {
        uint32_t result[4];
        tg_ref_ext_mul(result, known_ext[i].a, known_ext[i].b);
        ck_assert(is_equal(result, known_ext[i].product));
        tg_ref_ext_inverse(result, known_ext[i].a);
        ck_assert(is_equal(result, known_ext[i].inverse));
    }
}
END_TEST

START_TEST(reference_field_extension_obeys_axioms)
{
    static const uint32_t zero[4] = {0};
    static const uint32_t one[4] = {1};
    uint32_t r[NB_RESIDUES];
    fill_residues(r);
    for (size_t i = 0; i + 12 <= NB_RESIDUES; i++) {
        const uint32_t *a = &r[i];
        const uint32_t *b = &r[i + 4];
        const uint32_t *c = &r[i + 8];
        uint32_t ab[4], bc[4], left[4], right[4];
        tg_ref_ext_mul(ab, a, b);
        tg_ref_ext_mul(right, b, a);
        ck_assert(is_equal(ab, right));
        tg_ref_ext_mul(bc, b, c);
        tg_ref_ext_mul(left, ab, c);
        tg_ref_ext_mul(right, a, bc);
        ck_assert(is_equal(left, right));
        tg_ref_ext_add(left, a, b);
        tg_ref_ext_sub(right, left, b);
        ck_assert(is_equal(right, a));
        tg_ref_ext_mul(left, left, c);
        tg_ref_ext_mul(right, a, c);
        tg_ref_ext_add(right, right, bc);
        ck_assert(is_equal(left, right));
        tg_ref_ext_inverse(left, a);
        tg_ref_ext_mul(left, left, a);
        ck_assert(is_equal(left, is_equal(a, zero) ? zero : one));
    }
}
END_TEST

START_TEST(reference_field_extension_inverts_zero_and_base_elements)
{
    uint32_t element[4] = {0};
    tg_ref_ext_inverse(element, element);
    ck_assert(is_equal(element, (const uint32_t[4]){0}));
    element[0] = TG_P - 1;
    tg_ref_ext_inverse(element, element);
    ck_assert(is_equal(element, (const uint32_t[4]){TG_P - 1}));
    element[0] = 5;
    tg_ref_ext_inverse(element, element);
    ck_assert(is_equal(element, (const uint32_t[4]){tg_ref_inverse(5)}));
}
END_TEST

START_TEST(reference_field_extension_results_may_overlap_arguments)
{
    const uint32_t a[4] = {1, 2, 3, 4};
    uint32_t expected[4], actual[4] = {1, 2, 3, 4};
    tg_ref_ext_mul(expected, a, a);
    tg_ref_ext_mul(actual, actual, actual);
    ck_assert(is_equal(actual, expected));
    memcpy(actual, a, sizeof actual);
    tg_ref_ext_add(actual, actual, actual);
    ck_assert(is_equal(actual, (const uint32_t[4]){2, 4, 6, 8}));
    tg_ref_ext_sub(actual, actual, actual);
    ck_assert(is_equal(actual, (const uint32_t[4]){0}));
}
END_TEST

TG_SUITE("reference_field", reference_field_has_known_values, reference_field_obeys_axioms,
         reference_field_raises_to_powers, reference_field_converts_words,
         reference_field_reads_words_that_are_not_reduced_modulo_p,
         reference_field_extension_has_known_values, reference_field_extension_obeys_axioms,
         reference_field_extension_inverts_zero_and_base_elements,
         reference_field_extension_results_may_overlap_arguments)
