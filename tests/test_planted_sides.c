/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Planted bugs in side outputs: wrong builders of every sort, for every trace that has such
 * outputs. Each makes what the reference makes, but for its one bug in one side output; comparison
 * and report must tell it under the output's name, in the expected numbers and words. Nothing here
 * comes from the self-test, which plants for users.
 */
#include "harness/generator.h"
#include "harness/report.h"
#include "harness/side.h"
#include "model/byte_lookups.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>

/* What a builder makes of one side output. Returns the words that are wrong then, 0 if the output
 * cannot show the bug; first: one of them at the lowest place. */
typedef size_t builder(uint32_t *words, size_t *first, const tg_side *side);

static size_t last_word_forgotten(uint32_t *words, size_t *first, const tg_side *side)
{
    *first = tg_side_nb_words(side) - 1;
    words[*first] = 0xa5a5a5a5u;
    return 1;
}

static size_t all_words_forgotten(uint32_t *words, size_t *first, const tg_side *side)
{
    const size_t nb_words = tg_side_nb_words(side);
    *first = 0;
    for (size_t i = 0; i < nb_words; i++) words[i] = 0xc3c3c3c3u;
    return nb_words;
}

static size_t one_too_many(uint32_t *words, size_t *first, const tg_side *side)
{
    *first = tg_side_nb_words(side) / 3;
    words[*first]++;
    return 1;
}

/* Every word one place further on, as by a wrong offset. */
static size_t shifted(uint32_t *words, size_t *first, const tg_side *side)
{
    const size_t nb_words = tg_side_nb_words(side);
    const uint32_t last = words[nb_words - 1];
    size_t nb_wrong = 0;
    *first = nb_words;
    for (size_t i = nb_words; i-- > 0;) {
        const uint32_t moved = i != 0 ? words[i - 1] : last;
        if (moved != words[i]) {
            nb_wrong++;
            *first = i;
        }
        words[i] = moved;
    }
    return nb_wrong;
}

/* x and y exchanged: the halves of the output. */
static size_t halves_exchanged(uint32_t *words, size_t *first, const tg_side *side)
{
    if (side->form != TG_SIDE_WORDS || tg_side_nb_words(side) < 2) return 0;
    const size_t half = tg_side_nb_words(side) / 2;
    size_t nb_wrong = 0;
    *first = 2 * half;
    for (size_t i = 0; i < half; i++) {
        const uint32_t word = words[i];
        words[i] = words[half + i];
        words[half + i] = word;
        if (words[i] == words[half + i]) continue;
        if (nb_wrong == 0) *first = i;
        nb_wrong += 2;
    }
    return nb_wrong;
}

static size_t residue_plus_p(uint32_t *words, size_t *first, const tg_side *side)
{
    if (side->form != TG_SIDE_WORDS) return 0;
    for (*first = 0; *first < tg_side_nb_words(side); (*first)++) {
        if (tg_type_leaf_at(side->words, *first).type->form != TG_FORM_RESIDUE) continue;
        words[*first] += TG_P;
        return 1;
    }
    return 0;
}

/* The lookups of one operation counted for another. */
static size_t wrong_operation(uint32_t *words, size_t *first, const tg_side *side)
{
    if (side->form != TG_SIDE_BYTE_LOOKUPS) return 0;
    uint32_t *from = words + TG_BYTE_LOOKUP(TG_BYTE_OP_U8_RANGE, 0, 0);
    uint32_t *to = words + TG_BYTE_LOOKUP(TG_BYTE_OP_XOR, 0, 0);
    size_t nb_wrong = 0;
    *first = TG_NB_BYTE_LOOKUPS;
    for (size_t i = 0; i < TG_BYTE_TABLE_ROWS; i++) {
        if (from[i] == 0) continue;
        if (nb_wrong == 0) *first = TG_BYTE_LOOKUP(TG_BYTE_OP_XOR, 0, 0) + i;
        to[i] += from[i];
        from[i] = 0;
        nb_wrong += 2;
    }
    return nb_wrong;
}

/* Every lookup counted once, however often it is made. */
static size_t set_for_multiset(uint32_t *words, size_t *first, const tg_side *side)
{
    if (side->form != TG_SIDE_BYTE_LOOKUPS) return 0;
    size_t nb_wrong = 0;
    *first = TG_NB_BYTE_LOOKUPS;
    for (size_t i = 0; i < TG_NB_BYTE_LOOKUPS; i++) {
        if (words[i] <= 1) continue;
        if (nb_wrong == 0) *first = i;
        words[i] = 1;
        nb_wrong++;
    }
    return nb_wrong;
}

/* A trace's right outputs, and a copy to plant in. */
typedef struct bench {
    const tg_trace *trace;
    tg_product right;
    tg_product wrong;
} bench;

static bench bench_create(size_t index, size_t nb_events)
{
    const tg_subject subject = tg_subject_at(index);
    bench work = {.trace = subject.trace};
    size_t height = 0;
    tg_assert_ok(tg_trace_height(work.trace, nb_events, 0, &height, tg_suite_error));
    void *events = sample_events(work.trace, nb_events, 1);
    tg_assert_ok(
        tg_generator_fill(events, &subject, TG_PROFILE_UNIFORM, 1, 0, nb_events, tg_suite_error));
    tg_assert_ok(tg_product_create(&work.right, work.trace, height, tg_suite_error));
    tg_assert_ok(tg_product_create(&work.wrong, work.trace, height, tg_suite_error));
    tg_assert_ok(tg_ref_make(&work.right, subject.reference,
                             &(tg_request){.trace = work.trace,
                                           .height = height,
                                           .events = events,
                                           .nb_events = nb_events},
                             tg_suite_error));
    free(events);
    return work;
}

static void bench_destroy(bench *work)
{
    tg_product_destroy(&work->right);
    tg_product_destroy(&work->wrong);
}

/* Compare, and assert that just this is found, and said under the output's name. */
static void check(const bench *work, size_t number, size_t nb_wrong, size_t first)
{
    const tg_side *side = &work->trace->sides[number];
    tg_sides_diff diff;
    tg_assert_ok(tg_sides_diff_init(&diff, work->trace, 1, tg_suite_error));
    tg_sides_diff_run(&diff, &work->right, &work->wrong);
    ck_assert(!tg_sides_diff_is_match(&diff));
    for (size_t i = 0; i < work->trace->nb_sides; i++) {
        ck_assert_uint_eq(diff.sides[i].nb_wrong, i == number ? nb_wrong : 0);
    }
    ck_assert_uint_eq(diff.sides[number].listed[0].word, first);
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(stream);
    tg_report_sides(stream, &diff);
    ck_assert_int_eq(fclose(stream), 0);
    char words[512];
    char name[TG_NAME_BYTES];
    (void)snprintf(words, sizeof words, "  %s.%s: %zu of %zu ", work->trace->name, side->name,
                   nb_wrong, tg_side_nb_words(side));
    ck_assert_msg(strstr(text, words) != NULL, "no '%s' in\n%s", words, text);
    (void)snprintf(words, sizeof words, "\n    %s%sexpected ", tg_side_word_name(name, side, first),
                   tg_side_nb_words(side) != 1 ? ": " : "");
    ck_assert_msg(strstr(text, words) != NULL, "no '%s' in\n%s", words, text);
    free(text);
    tg_sides_diff_clear(&diff);
}

/* Plant one sort of bug in every side output of every trace; returns how often it could be. */
static size_t plant_everywhere(builder *build)
{
    size_t nb_planted = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (tg_trace_at(i)->nb_sides == 0) continue;
        bench work = bench_create(i, 300);
        for (size_t number = 0; number < work.trace->nb_sides; number++) {
            for (size_t k = 0; k < work.trace->nb_sides; k++) {
                memcpy(work.wrong.sides[k], work.right.sides[k],
                       tg_side_nb_words(&work.trace->sides[k]) * sizeof(uint32_t));
            }
            size_t first = 0;
            const size_t nb_wrong =
                build(work.wrong.sides[number], &first, &work.trace->sides[number]);
            if (nb_wrong == 0) continue;
            check(&work, number, nb_wrong, first);
            nb_planted++;
        }
        bench_destroy(&work);
    }
    return nb_planted;
}

/* Side outputs of all traces, all together, and those of one form. */
static size_t nb_outputs(bool of_all, tg_side_form form)
{
    size_t nb = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        for (size_t k = 0; k < trace->nb_sides; k++) nb += of_all || trace->sides[k].form == form;
    }
    return nb;
}

START_TEST(planted_sides_in_every_output)
{
    const size_t nb = nb_outputs(true, TG_SIDE_WORDS);
    ck_assert_uint_ge(nb, 3);
    ck_assert_uint_eq(plant_everywhere(last_word_forgotten), nb);
    ck_assert_uint_eq(plant_everywhere(all_words_forgotten), nb);
    ck_assert_uint_eq(plant_everywhere(one_too_many), nb);
    // A single word cannot be shifted.
    ck_assert_uint_ge(plant_everywhere(shifted), 2);
}
END_TEST

START_TEST(planted_sides_in_words)
{
    ck_assert_uint_ge(plant_everywhere(halves_exchanged), 1);
    ck_assert_uint_ge(plant_everywhere(residue_plus_p), 1);
}
END_TEST

START_TEST(planted_sides_in_lookups)
{
    const size_t nb = nb_outputs(false, TG_SIDE_BYTE_LOOKUPS);
    ck_assert_uint_ge(nb, 1);
    ck_assert_uint_eq(plant_everywhere(wrong_operation), nb);
    ck_assert_uint_eq(plant_everywhere(set_for_multiset), nb);
}
END_TEST

TG_SUITE("planted_sides", planted_sides_in_every_output, planted_sides_in_words,
         planted_sides_in_lookups)
