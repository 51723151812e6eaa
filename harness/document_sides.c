/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a finding has beside its cells: side outputs, conduct, failure, causes. */
#include "harness/document_internal.h"

#include "reference/field.h"

#include <stdlib.h>
#include <string.h>

/* A word of a side output in both forms: which it is, its type tells. */
static void put_value(tg_json_tree *tree, tg_json_node *parent, const char *key,
                      const tg_side *side, size_t index, uint32_t word)
{
    const bool is_mont = side->form == TG_SIDE_WORDS &&
                         tg_type_leaf_at(side->words, index).type->form != TG_FORM_RESIDUE &&
                         tg_form_is_below_p(tg_type_leaf_at(side->words, index).type->form);
    tg_json_node *value = tg_json_put_object(tree, parent, key);
    document_put_word(tree, value, "word", word);
    document_put_optional(tree, value, "residue", word < TG_P,
                          is_mont && word < TG_P ? tg_ref_from_word(word) : word);
}

static void put_side(tg_json_tree *tree, tg_json_node *sides, const tg_side *side,
                     const tg_side_diff *found)
{
    tg_json_node *item = tg_json_put_object(tree, sides, NULL);
    tg_json_put_text(tree, item, "name", side->name);
    tg_json_put_bool(tree, item, "is_compared", found->is_compared);
    tg_json_put_count(tree, item, "nb_words", found->nb_compared);
    tg_json_put_count(tree, item, "nb_wrong", found->nb_wrong);
    tg_json_put_count(tree, item, "nb_not_reduced", found->nb_not_reduced);
    tg_json_node *words = tg_json_put_array(tree, item, "words");
    for (size_t i = 0; i < found->nb_listed && i < DOCUMENT_MAX_SIDE_WORDS; i++) {
        const tg_side_word *wrong = &found->listed[i];
        char name[TG_NAME_BYTES];
        tg_json_node *word = tg_json_put_object(tree, words, NULL);
        tg_json_put_count(tree, word, "word", wrong->word);
        tg_json_put_text(tree, word, "name", tg_side_word_name(name, side, wrong->word));
        put_value(tree, word, "expected", side, wrong->word, wrong->expected);
        put_value(tree, word, "actual", side, wrong->word, wrong->actual);
    }
}

void document_put_sides(tg_json_tree *tree, tg_json_node *parent, const tg_sides_diff *sides)
{
    tg_json_node *list = tg_json_put_array(tree, parent, "sides");
    for (size_t i = 0; sides != NULL && sides->trace != NULL && i < sides->trace->nb_sides; i++) {
        put_side(tree, list, &sides->trace->sides[i], &sides->sides[i]);
    }
}

static tg_status no_memory(tg_error *error)
{
    tg_error_set(error, TG_ERR_MEMORY, "no memory to make a report");
    tg_error_how(error, "use fewer events or a smaller height, or a machine with more memory");
    return TG_ERR_MEMORY;
}

/* Put each line of a text that is no conduct's alone, without what it is indented by. */
static void put_lines(tg_json_tree *tree, tg_json_node *lines, const char *text)
{
    while (*text != '\0') {
        text += strspn(text, " ");
        const size_t length = strcspn(text, "\n");
        if (length != 0) tg_json_put_bytes(tree, lines, NULL, text, length);
        text += length + (text[length] == '\n');
    }
}

tg_status document_put_conduct(tg_json_tree *tree, tg_json_node *parent, const tg_conduct *conduct,
                               const tg_trace *trace, size_t height, tg_error *error)
{
    tg_json_node *lines = tg_json_put_array(tree, parent, "conduct");
    if (conduct == NULL || trace == NULL || height == 0) return TG_OK;
    // The text report has the words; each of its lines is one.
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL) return no_memory(error);
    tg_report_conduct(stream, conduct, trace, height);
    const bool has_failed = ferror(stream) != 0;
    if (fclose(stream) != 0 || has_failed || text == NULL) {
        free(text);
        return no_memory(error);
    }
    put_lines(tree, lines, text);
    free(text);
    return TG_OK;
}

void document_put_failure(tg_json_tree *tree, tg_json_node *parent, tg_status failed,
                          const tg_error *why)
{
    if (failed == TG_OK) {
        tg_json_put_null(tree, parent, "failure");
        return;
    }
    tg_json_node *failure = tg_json_put_object(tree, parent, "failure");
    tg_json_put_text(tree, failure, "status", tg_status_text(failed));
    tg_json_put_text(tree, failure, "what", why != NULL ? why->what : "");
    tg_json_put_text(tree, failure, "where", why != NULL ? why->where : "");
    tg_json_put_text(tree, failure, "how", why != NULL ? why->how : "");
}

void document_put_causes(tg_json_tree *tree, tg_json_node *parent, const char *key,
                         const tg_causes *causes)
{
    tg_json_node *list = tg_json_put_array(tree, parent, key);
    for (size_t i = 0; i < causes->nb && i < TG_MAX_CAUSES; i++) {
        const tg_cause_found *found = &causes->list[i];
        tg_json_node *cause = tg_json_put_object(tree, list, NULL);
        tg_json_put_text(tree, cause, "id", tg_cause_id(found->cause));
        tg_json_put_text(tree, cause, "title", tg_cause_title(found->cause));
        tg_json_put_count(tree, cause, "confidence",
                          found->confidence < 100 ? found->confidence : 100);
        tg_json_put_text(tree, cause, "evidence", found->evidence);
    }
}
