/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The reference's field, its extension of degree 4 and its Poseidon2 against the vectors. */
#include "reference/extension.h"
#include "reference/field.h"
#include "reference/poseidon2_state.h"
#include "suite.h"
#include "vectors.h"

#include <string.h>

#define NB(array) (sizeof(array) / sizeof((array)[0]))
#define WIDTH TG_REF_POSEIDON2_WIDTH

START_TEST(reference_vectors_of_the_field)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "field");
    ck_assert_uint_eq(vectors_u32(json.root, "p"), TG_P);
    tg_json_value *list = vectors_array(&nb, json.root, "base");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(list, i);
        const uint32_t a = vectors_u32(entry, "a");
        const uint32_t b = vectors_u32(entry, "b");
        const uint32_t inverse = tg_json_has(entry, "inv_a") ? vectors_u32(entry, "inv_a") : 0;
        ck_assert_uint_eq(tg_ref_add(a, b), vectors_u32(entry, "add"));
        ck_assert_uint_eq(tg_ref_sub(a, b), vectors_u32(entry, "sub"));
        ck_assert_uint_eq(tg_ref_negate(a), vectors_u32(entry, "neg_a"));
        ck_assert_uint_eq(tg_ref_mul(a, b), vectors_u32(entry, "mul"));
        ck_assert_uint_eq(tg_ref_inverse(a), inverse);
        ck_assert_uint_eq(tg_ref_to_word(a), vectors_u32(entry, "mont_a"));
    }
    tg_json_close(&json);
}
END_TEST

START_TEST(reference_vectors_of_the_extension)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "field");
    tg_json_value *list = vectors_array(&nb, vectors_member(json.root, "ext4"), "samples");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(list, i);
        uint32_t a[4], b[4], expected[4], actual[4];
        vectors_words(a, 4, vectors_member(entry, "a"));
        vectors_words(b, 4, vectors_member(entry, "b"));
        vectors_words(expected, 4, vectors_member(entry, "mul"));
        tg_ref_ext_mul(actual, a, b);
        ck_assert_mem_eq(actual, expected, sizeof actual);
        vectors_words(expected, 4, vectors_member(entry, "inv_a"));
        tg_ref_ext_inverse(actual, a);
        ck_assert_mem_eq(actual, expected, sizeof actual);
    }
    tg_json_close(&json);
}
END_TEST

/* A linear layer of a state. */
static void assert_layer(void (*layer)(uint32_t *), const uint32_t input[WIDTH],
                         tg_json_value *layers, const char *key)
{
    uint32_t state[WIDTH], expected[WIDTH];
    memcpy(state, input, sizeof state);
    vectors_words(expected, WIDTH, vectors_member(layers, key));
    layer(state);
    ck_assert_mem_eq(state, expected, sizeof state);
}

START_TEST(reference_vectors_of_linear_layers)
{
    static const uint32_t counting[WIDTH] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    static const uint32_t first[WIDTH] = {1};
    tg_json json;
    vectors_open(&json, "poseidon2");
    tg_json_value *layers = vectors_member(json.root, "linear_layers");
    assert_layer(tg_ref_poseidon2_external_layer, counting, layers, "external_of_0..15");
    assert_layer(tg_ref_poseidon2_internal_layer, counting, layers, "internal_of_0..15");
    assert_layer(tg_ref_poseidon2_external_layer, first, layers, "external_of_e0");
    assert_layer(tg_ref_poseidon2_internal_layer, first, layers, "internal_of_e0");
    tg_json_close(&json);
}
END_TEST

START_TEST(reference_vectors_of_permutations)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "poseidon2");
    tg_json_value *list = vectors_array(&nb, json.root, "permutations");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(list, i);
        uint32_t input[WIDTH], state[WIDTH];
        size_t nb_rounds = 0;
        tg_poseidon2_wide_state expected, actual;
        tg_json_value *rounds = vectors_array(&nb_rounds, entry, "external_rounds_state");
        ck_assert_uint_eq(nb_rounds, NB(expected.external_rounds_state));
        for (size_t round = 0; round < nb_rounds; round++) {
            vectors_words(expected.external_rounds_state[round], WIDTH,
                          tg_json_element(rounds, round));
        }
        vectors_words(expected.internal_rounds_state, WIDTH,
                      vectors_member(entry, "internal_rounds_state"));
        vectors_words(expected.internal_rounds_s0, NB(expected.internal_rounds_s0),
                      vectors_member(entry, "internal_rounds_s0"));
        vectors_words(expected.output_state, WIDTH, vectors_member(entry, "output"));
        vectors_words(input, WIDTH, vectors_member(entry, "input"));
        memset(&actual, 0xa5, sizeof actual);
        tg_ref_poseidon2_state_fill(&actual, input);
        ck_assert_mem_eq(&actual, &expected, sizeof actual);
        memcpy(state, input, sizeof state);
        tg_ref_poseidon2_permute(state);
        ck_assert_mem_eq(state, expected.output_state, sizeof state);
    }
    tg_json_close(&json);
}
END_TEST

TG_SUITE("reference_vectors", reference_vectors_of_the_field, reference_vectors_of_the_extension,
         reference_vectors_of_linear_layers, reference_vectors_of_permutations)
