/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Planting wrong words in side outputs and looking for them. As for cells, what is expected of the
 * comparison is worked out from the planted words alone.
 */
#include "harness/self_test_internal.h"

#include "model/byte_lookups.h"
#include "model/memory.h"

#include <stdlib.h>
#include <string.h>

/* What was planted: up to two words of one side output. */
typedef struct planted_words {
    size_t side;
    size_t nb_words;
    tg_side_word words[2]; /* in order */
    size_t nb_not_reduced;
} planted_words;

typedef struct side_planting {
    const tg_trace *trace;
    const tg_product *right;
} side_planting;

/* Plan another word in one place. */
static bool change(planted_words *result, const side_planting *work, size_t side, size_t word,
                   uint32_t actual)
{
    const tg_side_word changed = {.word = word,
                                  .expected = work->right->sides[side][word],
                                  .actual = actual};
    result->side = side;
    // The list is in the order of words, as the comparison meets them.
    const size_t place =
        result->nb_words == 1 && result->words[0].word > word ? 0 : result->nb_words;
    if (place < result->nb_words) result->words[1] = result->words[0];
    result->words[place] = changed;
    result->nb_words++;
    return true;
}

/* First side output of a form; false if there is none. */
static bool find_side(size_t *side, const side_planting *work, tg_side_form form)
{
    for (*side = 0; *side < work->trace->nb_sides; (*side)++) {
        if (work->trace->sides[*side].form == form) return true;
    }
    return false;
}

static uint32_t another_word(uint32_t word) { return word == TG_P - 1 ? 0 : word + 1; }

static bool plant_word(planted_words *result, const side_planting *work)
{
    size_t side = 0;
    if (!find_side(&side, work, TG_SIDE_WORDS)) return false;
    const size_t word = tg_side_nb_words(&work->trace->sides[side]) / 2;
    return change(result, work, side, word, another_word(work->right->sides[side][word]));
}

static bool plant_last_word(planted_words *result, const side_planting *work)
{
    const size_t side = work->trace->nb_sides - 1;
    const size_t word = tg_side_nb_words(&work->trace->sides[side]) - 1;
    return change(result, work, side, word, another_word(work->right->sides[side][word]));
}

static bool plant_not_reduced(planted_words *result, const side_planting *work)
{
    for (size_t side = 0; side < work->trace->nb_sides; side++) {
        const tg_side *outputs = &work->trace->sides[side];
        if (outputs->form != TG_SIDE_WORDS) continue;
        for (size_t word = 0; word < tg_side_nb_words(outputs); word++) {
            if (tg_type_leaf_at(outputs->words, word).type->form != TG_FORM_RESIDUE) continue;
            result->nb_not_reduced = 1;
            return change(result, work, side, word, work->right->sides[side][word] + TG_P);
        }
    }
    return false;
}

static bool plant_swapped(planted_words *result, const side_planting *work)
{
    size_t side = 0;
    if (!find_side(&side, work, TG_SIDE_WORDS)) return false;
    const uint32_t *words = work->right->sides[side];
    for (size_t word = 1; word < tg_side_nb_words(&work->trace->sides[side]); word++) {
        if (words[word] == words[0]) continue;
        return change(result, work, side, 0, words[word]) &&
               change(result, work, side, word, words[0]);
    }
    return false;
}

/* The first counter of a lookup that is made; false if none is. */
static bool find_made(size_t *side, size_t *counter, const side_planting *work)
{
    if (!find_side(side, work, TG_SIDE_BYTE_LOOKUPS)) return false;
    for (*counter = 0; *counter < TG_NB_BYTE_LOOKUPS; (*counter)++) {
        if (work->right->sides[*side][*counter] != 0) return true;
    }
    return false;
}

static bool plant_moved(planted_words *result, const side_planting *work)
{
    size_t side = 0;
    size_t from = 0;
    if (!find_made(&side, &from, work)) return false;
    tg_byte_lookup lookup;
    size_t to = 0;
    while (to == from || !tg_byte_lookup_at(&lookup, to)) to++;
    const uint32_t *counters = work->right->sides[side];
    return change(result, work, side, from, counters[from] - 1) &&
           change(result, work, side, to, counters[to] + 1);
}

static bool plant_twice(planted_words *result, const side_planting *work)
{
    size_t side = 0;
    size_t counter = 0;
    if (!find_made(&side, &counter, work)) return false;
    return change(result, work, side, counter, work->right->sides[side][counter] + 1);
}

static bool plant_nowhere(planted_words *result, const side_planting *work)
{
    size_t side = 0;
    if (!find_side(&side, work, TG_SIDE_BYTE_LOOKUPS)) return false;
    return change(result, work, side, TG_RANGE_LOOKUPS,
                  work->right->sides[side][TG_RANGE_LOOKUPS] + 1);
}

static bool (*const planters[TG_NB_PLANTS])(planted_words *result, const side_planting *work) = {
    [TG_PLANT_SIDE_WORD] = plant_word,
    [TG_PLANT_SIDE_LAST] = plant_last_word,
    [TG_PLANT_SIDE_NOT_REDUCED] = plant_not_reduced,
    [TG_PLANT_SIDE_SWAPPED] = plant_swapped,
    [TG_PLANT_LOOKUP_MOVED] = plant_moved,
    [TG_PLANT_LOOKUP_TWICE] = plant_twice,
    [TG_PLANT_LOOKUP_NOWHERE] = plant_nowhere,
};

/* True if the comparison says just what was planted. */
static bool is_found(const tg_sides_diff *diff, const planted_words *what)
{
    for (size_t i = 0; i < diff->trace->nb_sides; i++) {
        const tg_side_diff *found = &diff->sides[i];
        const bool is_planted = i == what->side;
        if (!found->is_compared || found->nb_wrong != (is_planted ? what->nb_words : 0) ||
            found->nb_not_reduced != (is_planted ? what->nb_not_reduced : 0))
            return false;
    }
    for (size_t i = 0; i < what->nb_words; i++) {
        const tg_side_word *listed = &diff->sides[what->side].listed[i];
        const tg_side_word *word = &what->words[i];
        if (listed->word != word->word || listed->expected != word->expected ||
            listed->actual != word->actual)
            return false;
    }
    return !tg_sides_diff_is_match(diff);
}

/* True if the report says under the side output's name how many words differ, and names the
 * first. */
static bool report_says(const char *text, const side_planting *work, const planted_words *what)
{
    const tg_side *side = &work->trace->sides[what->side];
    char name[TG_NAME_BYTES];
    char line[4 * TG_NAME_BYTES];
    (void)snprintf(line, sizeof line, "\n  %s.%s: %zu of %zu ", work->trace->name, side->name,
                   what->nb_words, tg_side_nb_words(side));
    const char *head = strstr(text, line);
    if (head == NULL) return false;
    const char *first = strchr(head + 1, '\n');
    if (first == NULL) return false;
    (void)tg_side_word_name(name, side, what->words[0].word);
    (void)snprintf(line, sizeof line, "\n    %s%sexpected ", name, name[0] != '\0' ? ": " : "");
    return strncmp(first, line, strlen(line)) == 0;
}

static tg_status look_for(bool *found, tg_sides_diff *sides, const tg_diff *cells,
                          const side_planting *work, const planted_words *what, size_t nb_events,
                          tg_error *error)
{
    const tg_report report = {.trace = work->trace,
                              .title = work->trace->name,
                              .expected = "right",
                              .actual = "planted",
                              .nb_events = nb_events,
                              .height = cells->expected_height,
                              .sides = sides};
    char *text = NULL;
    const tg_status status = tg_self_test_report(&text, &report, cells, error);
    *found = status == TG_OK && is_found(sides, what) && report_says(text, work, what);
    free(text);
    return status;
}

/* Plant in actual, whose side outputs are copies of the right ones, look, and make it right
 * again. */
static tg_status try_all(tg_plant_tally tallies[TG_NB_PLANTS], tg_sides_diff *sides,
                         const tg_diff *cells, const side_planting *work, const tg_product *actual,
                         size_t nb_events, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t plant = 0; plant < TG_NB_PLANTS && status == TG_OK; plant++) {
        planted_words what = {.nb_words = 0};
        if (planters[plant] == NULL || !planters[plant](&what, work)) continue;
        for (size_t i = 0; i < what.nb_words; i++) {
            actual->sides[what.side][what.words[i].word] = what.words[i].actual;
        }
        tg_sides_diff_run(sides, work->right, actual);
        bool found = false;
        status = look_for(&found, sides, cells, work, &what, nb_events, error);
        for (size_t i = 0; i < what.nb_words; i++) {
            actual->sides[what.side][what.words[i].word] = what.words[i].expected;
        }
        tallies[plant].nb_planted += status == TG_OK;
        tallies[plant].nb_missed += status == TG_OK && !found;
    }
    return status;
}

tg_status tg_self_test_sides(tg_plant_tally tallies[TG_NB_PLANTS], const tg_trace *trace,
                             size_t nb_events, const tg_product *right, size_t height,
                             tg_error *error)
{
    const side_planting work = {.trace = trace, .right = right};
    // Cells match: the report has to tell the bug all the same.
    const tg_matrix cells = {.cells = right->cells,
                             .height = height,
                             .width = tg_trace_width(trace)};
    tg_product actual = {.cells = NULL};
    tg_diff diff;
    tg_sides_diff sides = {.trace = NULL};
    tg_status status = tg_diff_init(&diff, cells.width, 0, error);
    if (status != TG_OK) return status;
    status = tg_diff_run(&diff, trace, nb_events, &cells, &cells, error);
    if (status == TG_OK) status = tg_sides_diff_init(&sides, trace, 2, error);
    if (status == TG_OK) status = tg_product_create(&actual, trace, 0, error);
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        memcpy(actual.sides[i], right->sides[i],
               tg_side_nb_words(&trace->sides[i]) * sizeof *actual.sides[i]);
    }
    if (status == TG_OK) status = try_all(tallies, &sides, &diff, &work, &actual, nb_events, error);
    tg_product_destroy(&actual);
    tg_sides_diff_clear(&sides);
    tg_diff_clear(&diff);
    return status;
}
