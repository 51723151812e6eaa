/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Keeps documents short. Every finding may take a fair least, and two fifths of what nobody has
 * taken yet, so that the first ones are whole and the last ones still say what is wrong. What is
 * too long is cut step by step, what tells least first. */
#include "harness/document_internal.h"

#include <string.h>

/* One step: an array that is cut to a length, a text or picture that is left out. */
typedef struct step {
    const char *in; /* "smallest": a member of it; NULL: of the finding */
    const char *key;
    const char *items; /* not NULL: the arrays of this key in each of its elements are cut */
    size_t length;     /* that is left */
} step;

/* The order is that of how much a reader loses. */
static const step steps[] = {
    {.in = "smallest", .key = "cells", .length = 16},
    {.in = "smallest", .key = "columns", .length = 64},
    {.key = "cells", .length = 500},
    {.key = "columns", .length = 64},
    {.key = "sides", .items = "words", .length = 64},
    {.key = "cells", .length = 200},
    {.key = "text"},
    {.key = "cells", .length = 50},
    {.key = "events", .length = 4},
    {.in = "smallest", .key = "columns", .length = 16},
    {.key = "picture"},
    {.key = "sides", .items = "words", .length = 8},
    {.key = "columns", .length = 16},
    {.key = "cells", .length = 12},
    {.in = "smallest", .key = "cells", .length = 3},
    {.key = "conduct", .length = 8},
    {.in = "smallest", .key = "conduct", .length = 4},
    {.key = "events", .length = 1},
    {.key = "cells", .length = 3},
    {.key = "columns", .length = 4},
    {.key = "sides", .items = "words", .length = 1},
    {.in = "smallest", .key = "sides", .length = 0},
    {.in = "smallest", .key = "columns", .length = 2},
    {.in = "smallest", .key = "cells", .length = 1},
    {.key = "causes", .length = 3},
    {.in = "smallest", .key = "causes", .length = 1},
    {.key = "events", .length = 0},
    {.in = "smallest", .key = "events", .length = 0},
    {.key = "conduct", .length = 2},
    {.key = "smallest"},
    {.key = "sides", .length = 0},
    {.key = "causes", .length = 1},
    {.key = "cells", .length = 1},
    {.key = "columns", .length = 1},
    {.key = "conduct", .length = 0},
    {.key = "case"},
    {.key = "source"},
    {.key = "again"},
};

/* Say once that a member was cut. */
static void note_cut(tg_json_tree *tree, tg_json_node *finding, const step *what)
{
    char name[32];
    (void)snprintf(name, sizeof name, "%s%s%s", what->in != NULL ? what->in : "",
                   what->in != NULL ? "." : "", what->key);
    tg_json_node *cut = tg_json_node_member(finding, "cut");
    for (size_t i = 0; i < tg_json_length(cut); i++) {
        if (strcmp(tg_json_text_of(tg_json_element(cut, i)), name) == 0) return;
    }
    tg_json_put_text(tree, cut, NULL, name);
}

/* Cut an array; false if it is as short already. */
static bool cut_array(tg_json_tree *tree, tg_json_node *array, size_t length)
{
    if (tg_json_length(array) <= length) return false;
    tg_json_cut_array(tree, array, length);
    return true;
}

/* Take a step; false if it changes nothing. */
static bool take(tg_json_tree *tree, tg_json_node *finding, const step *what)
{
    tg_json_node *from = what->in != NULL ? tg_json_node_member(finding, what->in) : finding;
    tg_json_node *member = tg_json_node_member(from, what->key);
    switch (tg_json_type_of(member)) {
    case TG_JSON_ARRAY:
        break;
    case TG_JSON_TEXT:
        if (strcmp(what->key, "text") == 0) {
            tg_json_put_text(tree, from, what->key, "");
            return true;
        }
        tg_json_put_null(tree, from, what->key);
        return true;
    case TG_JSON_OBJECT:
        tg_json_put_null(tree, from, what->key);
        return true;
    default:
        return false;
    }
    if (what->items == NULL) return cut_array(tree, member, what->length);
    bool has_cut = false;
    for (size_t i = 0; i < tg_json_length(member); i++) {
        tg_json_node *items = tg_json_node_member(tg_json_node_element(member, i), what->items);
        has_cut = cut_array(tree, items, what->length) || has_cut;
    }
    return has_cut;
}

/* Bytes of a finding where it stands: in an array of the root, with the comma and line before
 * it. */
#define DEPTH 2
#define NB_BYTES_BEFORE 4
static size_t bytes_of(tg_json_value *finding)
{
    return tg_json_printed_bytes(finding, DEPTH) + NB_BYTES_BEFORE;
}

void document_fit(tg_json_tree *tree, tg_json_node *finding, size_t most)
{
    const size_t own = most > NB_BYTES_BEFORE ? most - NB_BYTES_BEFORE : 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && tg_json_is_longer(finding, DEPTH, own);
         i++) {
        if (take(tree, finding, &steps[i])) note_cut(tree, finding, &steps[i]);
    }
}

/* Bytes that the next finding may take. */
static size_t allowance(const tg_document *document)
{
    const size_t nb_listed = tg_json_length(document->findings);
    const size_t nb_places = TG_DOCUMENT_MAX_FINDINGS - nb_listed;
    const size_t taken = document->nb_finding_bytes;
    const size_t left = taken < DOCUMENT_FINDINGS_BYTES ? DOCUMENT_FINDINGS_BYTES - taken : 0;
    const size_t least = nb_places * DOCUMENT_LEAST_FINDING_BYTES;
    return DOCUMENT_LEAST_FINDING_BYTES + (left > least ? (left - least) / 5 * 2 : 0);
}

void document_add_copy(tg_document *document, tg_json_value *finding)
{
    document->nb_findings++;
    if (tg_json_length(document->findings) >= TG_DOCUMENT_MAX_FINDINGS) return;
    const size_t most = allowance(document);
    tg_json_tree *tree = &document->tree;
    tg_json_put_copy(tree, document->findings, NULL, finding);
    if (tree->has_failed) return;
    tg_json_node *copy =
        tg_json_node_element(document->findings, tg_json_length(document->findings) - 1);
    document_fit(tree, copy, most);
    const size_t nb_bytes = bytes_of(copy);
    // Its names alone may be too long: whoever chose them wanted that.
    if (document->nb_finding_bytes + nb_bytes > DOCUMENT_FINDINGS_BYTES) {
        tg_json_cut_array(tree, document->findings, tg_json_length(document->findings) - 1);
    } else {
        document->nb_finding_bytes += nb_bytes;
    }
}
