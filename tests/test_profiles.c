/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the profile boundary promises: the classes of hard values, operands and runs that a thousand
 * events of every trace reach. */
#include "generated.h"
#include "model/base_alu.h"
#include "model/ext_alu.h"
#include "reference/field.h"

#include <stdlib.h>

/* As many as the gate draws. */
#define NB_EVENTS 1000

/* ---- descriptions, flat ---- */

/* An innermost array of words below p, or a single one. */
typedef struct word_array {
    size_t offset;
    size_t nb;
    bool ignored;
} word_array;

#define MAX_ARRAYS 256

static bool is_word(const tg_type *type)
{
    return type->form == TG_FORM_FELT || type->form == TG_FORM_RESIDUE;
}

static size_t list_arrays(word_array arrays[MAX_ARRAYS], size_t nb_arrays, const tg_type *type,
                          size_t offset)
{
    for (size_t i = 0; i < type->nb_fields; i++) {
        const tg_field *field = &type->fields[i];
        const char *dim = strrchr(field->dims, '[');
        const size_t nb_innermost = dim != NULL ? (size_t)strtoul(dim + 1, NULL, 10) : 1;
        const bool is_struct = field->type->form == TG_FORM_STRUCT;
        const size_t step = field->type->size * (is_struct ? 1 : nb_innermost);
        for (size_t byte = 0; byte < field->size; byte += step) {
            const size_t at = offset + field->offset + byte;
            if (is_struct) nb_arrays = list_arrays(arrays, nb_arrays, field->type, at);
            if (!is_word(field->type)) continue;
            ck_assert_uint_lt(nb_arrays, MAX_ARRAYS);
            arrays[nb_arrays++] =
                (word_array){.offset = at, .nb = nb_innermost, .ignored = field->type->ignored};
        }
    }
    return nb_arrays;
}

/* Events of a trace, and what they are made of. */
typedef struct sample {
    tg_subject subject;
    const char *name;
    size_t size;
    unsigned char *events; /* [NB_EVENTS] */
    size_t nb_arrays;
    word_array arrays[MAX_ARRAYS];
} sample;

static sample sample_of(const tg_subject *subject, tg_profile profile)
{
    sample drawn = {.subject = *subject,
                    .name = subject->trace->name,
                    .size = tg_trace_event_size(subject->trace)};
    drawn.events = generated_events(subject, profile, TG_VALID_ANY, NB_EVENTS);
    drawn.nb_arrays = list_arrays(drawn.arrays, 0, subject->trace->event, 0);
    return drawn;
}

static void sample_clear(sample *drawn) { tg_buffer_destroy(drawn->events); }

static const unsigned char *event_at(const sample *drawn, size_t k)
{
    return drawn->events + k * drawn->size;
}

static uint32_t word_at(const sample *drawn, size_t k, size_t offset)
{
    uint32_t word = 0;
    memcpy(&word, event_at(drawn, k) + offset, sizeof word);
    return word;
}

static bool are_equal(const sample *drawn, size_t a, size_t b)
{
    return memcmp(event_at(drawn, a), event_at(drawn, b), drawn->size) == 0;
}

/* Call a case's check for boundary events of every trace that has the general profile. */
static void each_boundary_sample(void (*check)(const sample *drawn))
{
    size_t nb_checked = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        const bool has_own = subject.draws != NULL && subject.draws->boundary.draw != NULL;
        if (subject.trace->event == NULL || has_own) continue;
        sample drawn = sample_of(&subject, TG_PROFILE_BOUNDARY);
        check(&drawn);
        sample_clear(&drawn);
        nb_checked++;
    }
    ck_assert_uint_ge(nb_checked, 23);
}

/* ---- values ---- */

static bool has_word(const sample *drawn, uint32_t word)
{
    for (size_t i = 0; i < drawn->nb_arrays; i++) {
        const word_array *array = &drawn->arrays[i];
        for (size_t k = 0; k < NB_EVENTS; k++) {
            for (size_t j = 0; j < array->nb; j++) {
                if (word_at(drawn, k, array->offset + 4 * j) == word) return true;
            }
        }
    }
    return false;
}

static void check_corners(const sample *drawn)
{
    // 2^32 mod p and its square; neither list nor powers of the generator are used.
    static const uint32_t values[] = {
        0,        1,         2,     TG_P - 1, TG_P - 2, TG_P / 2, TG_P / 2 + 1,
        33554430, 402124772, 65535, 65537,    16777215, 16777217};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        ck_assert_msg(has_word(drawn, values[i]), "%s: no word %u", drawn->name, values[i]);
        ck_assert_msg(has_word(drawn, tg_ref_to_word(values[i])), "%s: no residue %u", drawn->name,
                      values[i]);
    }
    for (unsigned bit = 0; bit < 31; bit++) {
        const uint32_t value = (uint32_t)1 << bit;
        ck_assert_msg(has_word(drawn, value), "%s: no word 2^%u", drawn->name, bit);
        ck_assert_msg(has_word(drawn, tg_ref_to_word(value)), "%s: no residue 2^%u", drawn->name,
                      bit);
    }
}

START_TEST(profiles_boundary_reaches_every_corner_value) { each_boundary_sample(check_corners); }
END_TEST

/* Count words within 64 of 0 and of p, as words and as residues; and words of any size. */
static void check_near(const sample *drawn)
{
    size_t nb[4] = {0}, nb_others = 0;
    for (size_t i = 0; i < drawn->nb_arrays; i++) {
        const word_array *array = &drawn->arrays[i];
        for (size_t k = 0; k < NB_EVENTS; k++) {
            for (size_t j = 0; j < array->nb; j++) {
                const uint32_t word = word_at(drawn, k, array->offset + 4 * j);
                const uint32_t residue = tg_ref_from_word(word);
                nb[0] += word > 2 && word < 64;
                nb[1] += word >= TG_P - 64 && word < TG_P - 2;
                nb[2] += residue > 2 && residue < 64;
                nb[3] += residue >= TG_P - 64 && residue < TG_P - 2;
                nb_others += word >= 64 && word < TG_P - 64 && residue >= 64 && residue < TG_P - 64;
            }
        }
    }
    for (size_t i = 0; i < 4; i++) {
        ck_assert_msg(nb[i] >= 20, "%s: sort %zu has %zu words", drawn->name, i, nb[i]);
    }
    ck_assert_uint_ge(nb_others, NB_EVENTS / 4);
}

START_TEST(profiles_boundary_holds_small_and_huge_words) { each_boundary_sample(check_near); }
END_TEST

/* Count events whose first word has a residue a little above that of the event before, where
 * residues are small, and a little below it, where they are huge. */
static void check_addresses(const sample *drawn)
{
    const size_t nb_words = drawn->size / 4;
    size_t nb_rising = 0, nb_falling = 0;
    for (size_t k = 0; k + 1 < NB_EVENTS; k++) {
        const uint32_t first = tg_ref_from_word(word_at(drawn, k, drawn->arrays[0].offset));
        const uint32_t next = tg_ref_from_word(word_at(drawn, k + 1, drawn->arrays[0].offset));
        const uint32_t step = tg_ref_sub(next, first);
        nb_rising += step != 0 && step <= nb_words && first < TG_P / 2;
        nb_falling += step != 0 && tg_ref_negate(step) <= nb_words && first > TG_P / 2;
    }
    ck_assert_msg(nb_rising >= 15, "%s: %zu", drawn->name, nb_rising);
    ck_assert_msg(nb_falling >= 15, "%s: %zu", drawn->name, nb_falling);
}

START_TEST(profiles_boundary_holds_consecutive_addresses) { each_boundary_sample(check_addresses); }
END_TEST

/* ---- operands ---- */

static bool is_zero(const sample *drawn, size_t k, const word_array *array)
{
    for (size_t j = 0; j < array->nb; j++) {
        if (word_at(drawn, k, array->offset + 4 * j) != 0) return false;
    }
    return true;
}

/* Two arrays of one length which the trace depends on must be equal and not zero somewhere, and one
 * of them zero while the other is not. */
static void check_pair(const sample *drawn, const word_array *a, const word_array *b)
{
    size_t nb_equal = 0, nb_zero[2] = {0};
    for (size_t k = 0; k < NB_EVENTS; k++) {
        const bool zero[2] = {is_zero(drawn, k, a), is_zero(drawn, k, b)};
        nb_equal += !zero[0] && memcmp(event_at(drawn, k) + a->offset,
                                       event_at(drawn, k) + b->offset, 4 * a->nb) == 0;
        nb_zero[0] += zero[0] && !zero[1];
        nb_zero[1] += zero[1] && !zero[0];
    }
    ck_assert_msg(nb_equal > 0, "%s: %zu and %zu", drawn->name, a->offset, b->offset);
    ck_assert_msg(nb_zero[0] > 0 && nb_zero[1] > 0, "%s: %zu and %zu", drawn->name, a->offset,
                  b->offset);
}

static void check_operands(const sample *drawn)
{
    for (size_t i = 0; i < drawn->nb_arrays; i++) {
        for (size_t j = 0; j < i; j++) {
            const word_array *a = &drawn->arrays[i], *b = &drawn->arrays[j];
            if (!a->ignored && !b->ignored && a->nb == b->nb) check_pair(drawn, a, b);
        }
    }
}

START_TEST(profiles_boundary_has_equal_and_zero_operands) { each_boundary_sample(check_operands); }
END_TEST

START_TEST(profiles_boundary_divides_by_zero)
{
    const tg_subject base = generated_subject("BaseAlu.main");
    const tg_subject ext = generated_subject("ExtAlu.main");
    const tg_base_alu_event *felts =
        generated_events(&base, TG_PROFILE_BOUNDARY, TG_VALID_ANY, NB_EVENTS);
    const tg_ext_alu_event *blocks =
        generated_events(&ext, TG_PROFILE_BOUNDARY, TG_VALID_ANY, NB_EVENTS);
    // By zero: something, and nothing; by a block with zeros before its last element.
    size_t nb_something[2] = {0}, nb_nothing[2] = {0}, nb_last = 0;
    static const uint32_t zero[4] = {0};
    for (size_t k = 0; k < NB_EVENTS; k++) {
        nb_something[0] += felts[k].in2 == 0 && felts[k].in1 != 0;
        nb_nothing[0] += felts[k].in2 == 0 && felts[k].in1 == 0;
        const bool is_zero_block = memcmp(blocks[k].in2, zero, sizeof zero) == 0;
        const bool is_zero_dividend = memcmp(blocks[k].in1, zero, sizeof zero) == 0;
        nb_something[1] += is_zero_block && !is_zero_dividend;
        nb_nothing[1] += is_zero_block && is_zero_dividend;
        nb_last += memcmp(blocks[k].in2, zero, 3 * sizeof zero[0]) == 0 && blocks[k].in2[3] != 0;
    }
    for (size_t i = 0; i < 2; i++) {
        ck_assert_uint_ge(nb_something[i], 20);
        ck_assert_uint_ge(nb_nothing[i], 5);
    }
    ck_assert_uint_ge(nb_last, 1);
    tg_buffer_destroy((void *)(uintptr_t)felts);
    tg_buffer_destroy((void *)(uintptr_t)blocks);
}
END_TEST

/* Number of elements of an array that are not zero, and whether they are all equal. */
static size_t nb_not_zero(bool *all_equal, const sample *drawn, size_t k, const word_array *array)
{
    size_t nb = 0;
    *all_equal = true;
    for (size_t j = 0; j < array->nb; j++) {
        nb += word_at(drawn, k, array->offset + 4 * j) != 0;
        *all_equal = *all_equal &&
                     word_at(drawn, k, array->offset + 4 * j) == word_at(drawn, k, array->offset);
    }
    return nb;
}

static void check_blocks(const sample *drawn)
{
    for (size_t i = 0; i < drawn->nb_arrays; i++) {
        const word_array *array = &drawn->arrays[i];
        if (array->nb == 1 || array->ignored) continue;
        size_t nb_equal = 0, nb_one_hot = 0;
        for (size_t k = 0; k < NB_EVENTS; k++) {
            bool all_equal = false;
            const size_t nb = nb_not_zero(&all_equal, drawn, k, array);
            nb_equal += all_equal && nb != 0;
            nb_one_hot += nb == 1;
        }
        ck_assert_msg(nb_equal >= 10, "%s: %zu", drawn->name, nb_equal);
        ck_assert_msg(nb_one_hot >= 1, "%s: %zu", drawn->name, nb_one_hot);
    }
}

START_TEST(profiles_boundary_has_equal_and_one_hot_blocks) { each_boundary_sample(check_blocks); }
END_TEST

/* ---- sequences ---- */

static void check_repeats(const sample *drawn)
{
    size_t nb_repeated = 0, run = 1, longest = 1, nb_returning = 0;
    for (size_t k = 1; k < NB_EVENTS; k++) {
        const bool repeats = are_equal(drawn, k, k - 1);
        nb_repeated += repeats;
        run = repeats ? run + 1 : 1;
        longest = run > longest ? run : longest;
        nb_returning += k >= 4 && are_equal(drawn, k, k - 4) && !repeats;
    }
    ck_assert_msg(nb_repeated >= 40 && nb_repeated <= NB_EVENTS / 4, "%s: %zu", drawn->name,
                  nb_repeated);
    ck_assert_msg(longest >= 3, "%s: %zu", drawn->name, longest);
    ck_assert_msg(nb_returning >= 20, "%s: %zu", drawn->name, nb_returning);
}

START_TEST(profiles_boundary_repeats_events) { each_boundary_sample(check_repeats); }
END_TEST

START_TEST(profiles_boundary_repeats_a_whole_warp)
{
    enum { NB = 9 * 32 * 8 };
    const tg_subject subject = generated_subject("ExtAlu.main");
    const tg_ext_alu_event *events =
        generated_events(&subject, TG_PROFILE_BOUNDARY, TG_VALID_ANY, NB);
    size_t nb_warps = 0;
    for (size_t warp = 0; warp < NB; warp += 32) {
        size_t nb_equal = 1;
        while (nb_equal < 32 &&
               memcmp(&events[warp], &events[warp + nb_equal], sizeof events[0]) == 0) {
            nb_equal++;
        }
        nb_warps += nb_equal == 32;
    }
    ck_assert_uint_ge(nb_warps, 1);
    tg_buffer_destroy((void *)(uintptr_t)events);
}
END_TEST

/* Opcodes and flags of one leaf: every value, in warps of one value, in warps where it changes with
 * every event, and in warps with runs of two or more. */
static void check_selector(const sample *drawn, const tg_leaf *leaf, size_t nb_values)
{
    size_t nb[8] = {0}, nb_constant = 0, nb_alternating = 0, nb_runs = 0;
    ck_assert_uint_le(nb_values, 8);
    for (size_t warp = 0; warp + 32 <= NB_EVENTS; warp += 32) {
        size_t nb_changes = 0, nb_short_runs = 0;
        for (size_t k = warp; k < warp + 32; k++) {
            const unsigned value = event_at(drawn, k)[leaf->offset];
            ck_assert_uint_lt(value, nb_values);
            nb[value]++;
            if (k == warp) continue;
            const bool changes = value != event_at(drawn, k - 1)[leaf->offset];
            nb_changes += changes;
            nb_short_runs += changes && (k - warp) % 2 == 1;
        }
        nb_constant += nb_changes == 0;
        nb_alternating += nb_changes == 31;
        nb_runs += nb_changes >= 3 && nb_changes <= 15 && nb_short_runs == 0;
    }
    for (size_t value = 0; value < nb_values; value++) {
        ck_assert_msg(nb[value] >= NB_EVENTS / 10, "%s: %zu of value %zu", drawn->name, nb[value],
                      value);
    }
    ck_assert_msg(nb_constant >= 2 && nb_alternating >= 2 && nb_runs >= 2, "%s: %zu, %zu, %zu",
                  drawn->name, nb_constant, nb_alternating, nb_runs);
}

static void check_selectors(const sample *drawn)
{
    const tg_type *event = drawn->subject.trace->event;
    for (size_t i = 0; i < tg_type_nb_leaves(event); i++) {
        const tg_leaf leaf = tg_type_leaf_at(event, i);
        if (leaf.type->form == TG_FORM_FLAG) check_selector(drawn, &leaf, 2);
        if (leaf.type->form == TG_FORM_ENUM) check_selector(drawn, &leaf, leaf.type->nb_values);
    }
}

START_TEST(profiles_boundary_has_selectors_in_runs_and_by_turns)
{
    each_boundary_sample(check_selectors);
}
END_TEST

TG_SUITE("profiles", profiles_boundary_reaches_every_corner_value,
         profiles_boundary_holds_small_and_huge_words,
         profiles_boundary_holds_consecutive_addresses,
         profiles_boundary_has_equal_and_zero_operands, profiles_boundary_divides_by_zero,
         profiles_boundary_has_equal_and_one_hot_blocks, profiles_boundary_repeats_events,
         profiles_boundary_repeats_a_whole_warp,
         profiles_boundary_has_selectors_in_runs_and_by_turns)
