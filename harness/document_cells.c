/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Wrong cells of a finding with their columns, and the events behind them. */
#include "harness/document_internal.h"

#include "reference/field.h"

#include <inttypes.h>
#include <string.h>

void document_put_word(tg_json_tree *tree, tg_json_node *parent, const char *key, uint32_t word)
{
    char text[16];
    (void)snprintf(text, sizeof text, "0x%08" PRIx32, word);
    tg_json_put_text(tree, parent, key, text);
}

void document_put_tally(tg_json_tree *tree, tg_json_node *parent, const char *key,
                        const tg_tally *tally)
{
    tg_json_node *counts = tg_json_put_object(tree, parent, key);
    tg_json_put_count(tree, counts, "eventful", tally->eventful);
    tg_json_put_count(tree, counts, "padding", tally->padding);
}

/* A cell in both forms. */
static void put_value(tg_json_tree *tree, tg_json_node *parent, const char *key, bool canonical,
                      uint32_t word)
{
    tg_json_node *value = tg_json_put_object(tree, parent, key);
    document_put_word(tree, value, "word", word);
    document_put_optional(tree, value, "residue", word < TG_P,
                          word >= TG_P || canonical ? word : tg_ref_from_word(word));
}

static const char *column_name(char name[TG_NAME_BYTES], const tg_trace *trace, size_t column)
{
    if (trace != NULL && column < tg_trace_width(trace))
        return tg_trace_column_name(name, trace, column);
    (void)snprintf(name, TG_NAME_BYTES, "column %zu", column);
    return name;
}

/* Columns that both traces have. */
static size_t nb_columns(const tg_diff *diff)
{
    return diff->expected_width < diff->actual_width ? diff->expected_width : diff->actual_width;
}

static bool is_wrong(const tg_diff *diff, size_t column)
{
    return diff->columns[column].eventful != 0 || diff->columns[column].padding != 0;
}

static void put_totals(tg_json_tree *tree, tg_json_node *parent, const tg_diff *diff)
{
    size_t nb_wrong = 0;
    for (size_t column = 0; column < nb_columns(diff); column++) {
        nb_wrong += is_wrong(diff, column);
    }
    tg_json_node *totals = tg_json_put_object(tree, parent, "totals");
    tg_json_put_count(tree, totals, "expected_height", diff->expected_height);
    tg_json_put_count(tree, totals, "expected_width", diff->expected_width);
    tg_json_put_count(tree, totals, "actual_height", diff->actual_height);
    tg_json_put_count(tree, totals, "actual_width", diff->actual_width);
    document_put_tally(tree, totals, "compared", &diff->compared);
    document_put_tally(tree, totals, "wrong", &diff->wrong);
    document_put_tally(tree, totals, "wrong_rows", &diff->wrong_rows);
    tg_json_put_count(tree, totals, "nb_eventful_rows", diff->nb_eventful_rows);
    tg_json_put_count(tree, totals, "nb_not_reduced", diff->nb_not_reduced);
    tg_json_put_count(tree, totals, "nb_wrong_columns", nb_wrong);
}

static void put_columns(tg_json_tree *tree, tg_json_node *columns, const document_cells *cells)
{
    const tg_diff *diff = cells->diff;
    size_t nb = 0;
    for (size_t i = 0; i < nb_columns(diff) && nb < DOCUMENT_MAX_COLUMNS; i++) {
        if (!is_wrong(diff, i)) continue;
        nb++;
        char name[TG_NAME_BYTES];
        tg_json_node *column = tg_json_put_object(tree, columns, NULL);
        tg_json_put_count(tree, column, "column", i);
        tg_json_put_text(tree, column, "name", column_name(name, cells->trace, i));
        document_put_tally(tree, column, "wrong", &diff->columns[i]);
        document_put_tally(tree, column, "cells", &diff->column_cells[i]);
    }
}

static bool knows_events(const document_cells *cells)
{
    return cells->trace != NULL && !cells->nb_events_is_unknown;
}

static tg_cell_source source_of(const document_cells *cells, const tg_cell *cell)
{
    if (!knows_events(cells) || cell->column >= tg_trace_width(cells->trace))
        return (tg_cell_source){.eventful = false};
    return tg_trace_cell(cells->trace, cells->nb_events, cell->row, cell->column);
}

static void put_cell(tg_json_tree *tree, tg_json_node *list, const document_cells *cells,
                     const tg_cell *wrong)
{
    const tg_cell_source source = source_of(cells, wrong);
    char name[TG_NAME_BYTES];
    tg_json_node *cell = tg_json_put_object(tree, list, NULL);
    tg_json_put_count(tree, cell, "row", wrong->row);
    tg_json_put_count(tree, cell, "column", wrong->column);
    tg_json_put_text(tree, cell, "name", column_name(name, cells->trace, wrong->column));
    if (knows_events(cells)) {
        tg_json_put_bool(tree, cell, "eventful", source.eventful);
    } else {
        tg_json_put_null(tree, cell, "eventful");
    }
    document_put_optional(tree, cell, "event", source.eventful, source.event);
    document_put_optional(tree, cell, "slot", source.eventful, source.slot);
    put_value(tree, cell, "expected", cells->canonical, wrong->expected);
    put_value(tree, cell, "actual", cells->canonical, wrong->actual);
}

void document_put_cells(tg_json_tree *tree, tg_json_node *parent, const document_cells *cells)
{
    const tg_diff *diff = cells->diff;
    if (diff == NULL) {
        tg_json_put_null(tree, parent, "totals");
    } else {
        put_totals(tree, parent, diff);
    }
    tg_json_node *columns = tg_json_put_array(tree, parent, "columns");
    if (diff != NULL) put_columns(tree, columns, cells);
    tg_json_node *list = tg_json_put_array(tree, parent, "cells");
    for (size_t i = 0; diff != NULL && i < diff->nb_cells && i < DOCUMENT_MAX_CELLS; i++) {
        put_cell(tree, list, cells, &diff->cells[i]);
    }
}

/* ---- events ---- */

/* Fields of an event that are no padding, or of them those that the trace depends on. */
static size_t nb_fields(const tg_type *type, bool only_used)
{
    size_t nb = 0;
    for (size_t i = 0; i < tg_type_nb_leaves(type); i++) {
        const tg_type *leaf = tg_type_leaf_at(type, i).type;
        nb += leaf->form != TG_FORM_PAD && !(only_used && leaf->ignored);
    }
    return nb;
}

/* One event. Of one that has too many fields, those that the trace depends on tell most. */
static void put_event(tg_json_tree *tree, tg_json_node *events, const document_cells *cells,
                      size_t index)
{
    const tg_type *type = cells->trace->event;
    const unsigned char *event = (const unsigned char *)cells->events + index * type->size;
    const bool only_used = nb_fields(type, false) > DOCUMENT_MAX_FIELDS;
    tg_json_node *item = tg_json_put_object(tree, events, NULL);
    tg_json_put_count(tree, item, "index", index);
    tg_json_put_bool(tree, item, "is_whole", !only_used);
    tg_json_node *fields = tg_json_put_array(tree, item, "fields");
    size_t nb = 0;
    for (size_t i = 0; i < tg_type_nb_leaves(type) && nb < DOCUMENT_MAX_FIELDS; i++) {
        const tg_leaf leaf = tg_type_leaf_at(type, i);
        if (leaf.type->form == TG_FORM_PAD || (only_used && leaf.type->ignored)) continue;
        nb++;
        char name[TG_NAME_BYTES];
        char value[TG_NAME_BYTES];
        tg_json_node *field = tg_json_put_object(tree, fields, NULL);
        tg_json_put_text(tree, field, "name", tg_type_leaf_name(name, sizeof name, type, i));
        tg_json_put_text(tree, field, "value",
                         tg_report_value(value, leaf.type, event + leaf.offset));
    }
}

void document_put_events(tg_json_tree *tree, tg_json_node *parent, const document_cells *cells,
                         size_t at_least)
{
    tg_json_node *events = tg_json_put_array(tree, parent, "events");
    if (!knows_events(cells) || cells->events == NULL || cells->trace->event == NULL) return;
    size_t shown[DOCUMENT_MAX_EVENTS];
    size_t nb = 0;
    for (size_t i = 0; cells->diff != NULL && i < cells->diff->nb_cells; i++) {
        const tg_cell_source source = source_of(cells, &cells->diff->cells[i]);
        bool is_known = !source.eventful || source.event >= cells->nb_events;
        for (size_t j = 0; j < nb; j++) {
            is_known = is_known || shown[j] == source.event;
        }
        if (is_known || nb == DOCUMENT_MAX_EVENTS) continue;
        shown[nb++] = source.event;
        put_event(tree, events, cells, source.event);
    }
    for (size_t i = 0; nb == 0 && i < cells->nb_events && i < at_least; i++) {
        put_event(tree, events, cells, i);
    }
}
