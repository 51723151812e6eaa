/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Side outputs against each other. */
#include "harness/side.h"

#include "model/memory.h"

#include <string.h>

tg_status tg_sides_diff_init(tg_sides_diff *diff, const tg_trace *trace, size_t max_listed,
                             tg_error *error)
{
    *diff = (tg_sides_diff){.trace = trace, .max_listed = max_listed};
    tg_status status = TG_OK;
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        const size_t nb_words = tg_side_nb_words(&trace->sides[i]);
        void *listed = NULL;
        status = tg_buffer_create(&listed, nb_words < max_listed ? nb_words : max_listed,
                                  sizeof(tg_side_word), error);
        diff->sides[i].listed = listed;
    }
    if (status != TG_OK) tg_sides_diff_clear(diff);
    return status;
}

void tg_sides_diff_clear(tg_sides_diff *diff)
{
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        tg_buffer_destroy(diff->sides[i].listed);
    }
    *diff = (tg_sides_diff){.trace = NULL};
}

static void compare_word(tg_side_diff *found, size_t max_listed, bool is_to_be_reduced, size_t word,
                         uint32_t expected, uint32_t actual)
{
    const bool is_reduced = !is_to_be_reduced || actual < TG_P;
    if (expected == actual && is_reduced) return;
    found->nb_wrong++;
    found->nb_not_reduced += !is_reduced;
    if (found->nb_listed < max_listed) {
        found->listed[found->nb_listed++] =
            (tg_side_word){.word = word, .expected = expected, .actual = actual};
    }
}

static void compare_side(tg_side_diff *found, size_t max_listed, const tg_side *side,
                         const uint32_t *expected, const uint32_t *actual)
{
    found->is_compared = true;
    found->nb_compared = tg_side_nb_words(side);
    // Lookups are many, and any counter is a valid one.
    if (side->form == TG_SIDE_BYTE_LOOKUPS &&
        memcmp(expected, actual, found->nb_compared * sizeof *actual) == 0)
        return;
    for (size_t word = 0; word < found->nb_compared; word++) {
        const bool is_to_be_reduced =
            side->form == TG_SIDE_WORDS &&
            tg_form_is_below_p(tg_type_leaf_at(side->words, word).type->form);
        compare_word(found, max_listed, is_to_be_reduced, word, expected[word], actual[word]);
    }
}

void tg_sides_diff_run(tg_sides_diff *diff, const tg_product *expected, const tg_product *actual)
{
    for (size_t i = 0; i < diff->trace->nb_sides; i++) {
        tg_side_diff *found = &diff->sides[i];
        *found = (tg_side_diff){.listed = found->listed};
        if (expected->sides[i] == NULL || actual->sides[i] == NULL) continue;
        compare_side(found, diff->max_listed, &diff->trace->sides[i], expected->sides[i],
                     actual->sides[i]);
    }
}

bool tg_sides_diff_is_match(const tg_sides_diff *diff)
{
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        if (diff->sides[i].nb_wrong != 0) return false;
    }
    return true;
}

size_t tg_sides_diff_nb_compared(const tg_sides_diff *diff, tg_side_form form)
{
    size_t nb_compared = 0;
    for (size_t i = 0; i < diff->trace->nb_sides; i++) {
        if (diff->trace->sides[i].form == form) nb_compared += diff->sides[i].nb_compared;
    }
    return nb_compared;
}
