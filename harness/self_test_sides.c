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

/* The right product, and the side output to plant in. */
typedef struct side_planting {
    const tg_trace *trace;
    const tg_product *right;
    size_t side;
} side_planting;

static const tg_side *side_of(const side_planting *work) { return &work->trace->sides[work->side]; }

static const uint32_t *words_of(const side_planting *work)
{
    return work->right->sides[work->side];
}

/* Plan another word in one place. */
static bool change(planted_words *result, const side_planting *work, size_t word, uint32_t actual)
{
    const tg_side_word changed = {.word = word, .expected = words_of(work)[word], .actual = actual};
    result->side = work->side;
    // The list is in the order of words, as the comparison meets them.
    const size_t place =
        result->nb_words == 1 && result->words[0].word > word ? 0 : result->nb_words;
    if (place < result->nb_words) result->words[1] = result->words[0];
    result->words[place] = changed;
    result->nb_words++;
    return true;
}

static bool plant_word(planted_words *result, const side_planting *work)
{
    const size_t word = tg_side_nb_words(side_of(work)) / 2;
    return change(result, work, word, tg_self_test_another_word(words_of(work)[word]));
}

static bool plant_last_word(planted_words *result, const side_planting *work)
{
    const size_t word = tg_side_nb_words(side_of(work)) - 1;
    return change(result, work, word, tg_self_test_another_word(words_of(work)[word]));
}

static bool plant_not_reduced(planted_words *result, const side_planting *work)
{
    const tg_side *side = side_of(work);
    if (side->form != TG_SIDE_WORDS) return false;
    for (size_t word = 0; word < tg_side_nb_words(side); word++) {
        if (tg_type_leaf_at(side->words, word).type->form != TG_FORM_RESIDUE) continue;
        result->nb_not_reduced = 1;
        return change(result, work, word, words_of(work)[word] + TG_P);
    }
    return false;
}

static bool plant_swapped(planted_words *result, const side_planting *work)
{
    const uint32_t *words = words_of(work);
    if (side_of(work)->form != TG_SIDE_WORDS) return false;
    for (size_t word = 1; word < tg_side_nb_words(side_of(work)); word++) {
        if (words[word] == words[0]) continue;
        return change(result, work, 0, words[word]) && change(result, work, word, words[0]);
    }
    return false;
}

/* The first counter of a lookup that is made; false if none is. */
static bool find_made(size_t *counter, const side_planting *work)
{
    if (side_of(work)->form != TG_SIDE_BYTE_LOOKUPS) return false;
    for (*counter = 0; *counter < TG_NB_BYTE_LOOKUPS; (*counter)++) {
        if (words_of(work)[*counter] != 0) return true;
    }
    return false;
}

static bool plant_moved(planted_words *result, const side_planting *work)
{
    size_t from = 0;
    if (!find_made(&from, work)) return false;
    tg_byte_lookup lookup;
    size_t to = 0;
    while (to == from || !tg_byte_lookup_at(&lookup, to)) to++;
    const uint32_t *counters = words_of(work);
    return change(result, work, from, counters[from] - 1) &&
           change(result, work, to, counters[to] + 1);
}

static bool plant_twice(planted_words *result, const side_planting *work)
{
    size_t counter = 0;
    if (!find_made(&counter, work)) return false;
    return change(result, work, counter, words_of(work)[counter] + 1);
}

static bool plant_nowhere(planted_words *result, const side_planting *work)
{
    if (side_of(work)->form != TG_SIDE_BYTE_LOOKUPS) return false;
    return change(result, work, TG_RANGE_LOOKUPS, words_of(work)[TG_RANGE_LOOKUPS] + 1);
}

static const struct {
    tg_plant plant;
    bool (*run)(planted_words *result, const side_planting *work);
} planters[] = {
#define TG_PLANT_PLANTER(constant, planter, name, text, of_sides) {constant, planter},
    TG_PLANT_SIDE_LIST(TG_PLANT_PLANTER)
#undef TG_PLANT_PLANTER
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

/* Plant every sort in one side output of actual, whose side outputs are copies of the right ones,
 * look, and make it right again. */
static tg_status try_side(tg_plant_tally tallies[TG_NB_PLANTS], tg_sides_diff *sides,
                          const tg_diff *cells, const side_planting *work, const tg_product *actual,
                          size_t nb_events, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t k = 0; k < sizeof planters / sizeof planters[0] && status == TG_OK; k++) {
        planted_words what = {.nb_words = 0};
        tg_plant_tally *tally = &tallies[planters[k].plant];
        if (!planters[k].run(&what, work)) continue;
        for (size_t i = 0; i < what.nb_words; i++) {
            actual->sides[what.side][what.words[i].word] = what.words[i].actual;
        }
        tg_sides_diff_run(sides, work->right, actual);
        bool found = false;
        status = look_for(&found, sides, cells, work, &what, nb_events, error);
        for (size_t i = 0; i < what.nb_words; i++) {
            actual->sides[what.side][what.words[i].word] = what.words[i].expected;
        }
        tally->nb_planted += status == TG_OK;
        tally->nb_missed += status == TG_OK && !found;
    }
    return status;
}

tg_status tg_self_test_sides(tg_plant_tally tallies[TG_NB_PLANTS], const tg_trace *trace,
                             size_t nb_events, const tg_product *right, size_t height,
                             tg_error *error)
{
    side_planting work = {.trace = trace, .right = right};
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
    for (work.side = 0; work.side < trace->nb_sides && status == TG_OK; work.side++) {
        status = try_side(tallies, &sides, &diff, &work, &actual, nb_events, error);
    }
    tg_product_destroy(&actual);
    tg_sides_diff_clear(&sides);
    tg_diff_clear(&diff);
    return status;
}
