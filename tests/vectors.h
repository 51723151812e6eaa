/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Known answers from tests/vectors: their values, which end the case where one is missing or of
 * another form, and the digest that they have of traces. Static, so that a suite may use some of
 * them only.
 */
#ifndef TRACEGATE_TESTS_VECTORS_H
#define TRACEGATE_TESTS_VECTORS_H

#include "files/json.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

/* Open tests/vectors/NAME.json; to be closed by tg_json_close. */
static inline void vectors_open(tg_json *json, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/tests/vectors/%s.json", TG_SOURCE_DIR, name);
    tg_assert_ok(tg_json_open(json, path, tg_suite_error));
}

/* Value of a key, null too. */
static inline tg_json_value *vectors_member(tg_json_value *object, const char *key)
{
    tg_json_value *value = tg_json_member(object, key);
    ck_assert_msg(value != NULL, "the vectors have no \"%s\" there", key);
    return value;
}

/* Array of a key, never an empty one: a loop over nothing would pass. */
static inline tg_json_value *vectors_array(size_t *length, tg_json_value *object, const char *key)
{
    tg_json_value *array = NULL;
    tg_assert_ok(tg_json_get_array(&array, length, object, key, tg_suite_error));
    ck_assert_uint_gt(*length, 0);
    return array;
}

static inline uint32_t vectors_u32(tg_json_value *object, const char *key)
{
    size_t value = 0;
    tg_assert_ok(tg_json_get_size(&value, object, key, 0, UINT32_MAX, tg_suite_error));
    return (uint32_t)value;
}

/* All elements of an array of exactly nb_words integers. */
static inline void vectors_words(uint32_t *words, size_t nb_words, tg_json_value *array)
{
    ck_assert_uint_eq(tg_json_length(array), nb_words);
    for (size_t i = 0; i < nb_words; i++) {
        size_t value = 0;
        tg_assert_ok(tg_json_get_size_at(&value, array, i, "words", 0, UINT32_MAX, tg_suite_error));
        words[i] = (uint32_t)value;
    }
}

/* 64-bit FNV-1a: start with this, then go on word by word, low byte first. */
#define VECTORS_FNV_START UINT64_C(0xcbf29ce484222325)
static inline uint64_t vectors_fnv_word(uint64_t digest, uint32_t word)
{
    for (size_t byte = 0; byte < 4; byte++) {
        digest = (digest ^ (word >> (8 * byte) & 0xff)) * UINT64_C(0x100000001b3);
    }
    return digest;
}

/* The digest that an object has under "trace_digest". */
static inline uint64_t vectors_fnv(tg_json_value *object)
{
    char text[17];
    char *end = NULL;
    tg_assert_ok(tg_json_get_text(text, sizeof text, vectors_member(object, "trace_digest"),
                                  "fnv1a64", tg_suite_error));
    const uint64_t digest = strtoull(text, &end, 16);
    ck_assert(end == text + 16);
    return digest;
}

#endif
