/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Layout of the jagged form: where each column lies, and what pads a section to a multiple of S.
 *
 * A section is laid out aside and put into the layout when nothing can fail any more, so that an
 * error leaves the layout as it was.
 *
 * Source: SP1 v6.2.0, sp1-gpu/crates/jagged_tracegen.
 */
#include "pipeline/jagged.h"

#include <stdlib.h>
#include <string.h>

/* How a section is padded. */
typedef enum padding_rule {
    PADDING_BY_ROWS, /* columns of at most R; one of height 0 where the data end at a multiple of S
                      */
    PADDING_AS_ONE,  /* one column for all of it, none for none; a section has at least S words */
} padding_rule;

/* A section being laid out behind the columns that the layout keeps. */
typedef struct draft {
    const tg_jagged_shape *shape;
    padding_rule rule;
    tg_jagged_section section;
    uint32_t *start_indices;  /* [section.first_column + section.nb_columns + 1] */
    uint32_t *column_heights; /* [section.first_column + section.nb_columns] */
} draft;

static void clear_draft(draft *made)
{
    free(made->section.entries);
    free(made->start_indices);
    free(made->column_heights);
}

static tg_status check_shape(const tg_jagged_shape *shape, tg_error *error)
{
    const unsigned stacking = shape->log_stacking_height;
    const unsigned rows = shape->max_log_row_count;
    if (stacking >= 1 && stacking <= TG_JAGGED_MAX_LOG && rows >= 1 && rows <= TG_JAGGED_MAX_LOG)
        return TG_OK;
    tg_error_set(error, TG_ERR_USAGE,
                 "a jagged trace with stacking height 2^%u and at most 2^%u rows", stacking, rows);
    tg_error_how(error, "give both logarithms a value of 1 to %d", TG_JAGGED_MAX_LOG);
    return TG_ERR_USAGE;
}

/* Check one chip; previous is the one before it in its section, or NULL. */
static tg_status check_chip(const tg_jagged_chip *chip, const tg_jagged_chip *previous,
                            const tg_jagged_shape *shape, tg_error *error)
{
    if (previous != NULL && strcmp(previous->name, chip->name) >= 0) {
        tg_error_set(error, TG_ERR_USAGE, "chip %s stands behind %s in a jagged trace", chip->name,
                     previous->name);
        tg_error_how(error, "give the chips in byte order of their names, each once");
        return TG_ERR_USAGE;
    }
    if (chip->height % 2 != 0) {
        tg_error_set(error, TG_ERR_HEIGHT,
                     "chip %s has %zu rows, an odd number, and a jagged trace counts pairs of rows",
                     chip->name, chip->height);
        tg_error_how(error, "fix its height at an even number");
        return TG_ERR_HEIGHT;
    }
    if (chip->height > (size_t)1 << shape->max_log_row_count) {
        tg_error_set(error, TG_ERR_HEIGHT, "chip %s has %zu rows, and a trace has at most 2^%u",
                     chip->name, chip->height, shape->max_log_row_count);
        tg_error_how(error, "make shards with fewer events, or allow more rows");
        return TG_ERR_HEIGHT;
    }
    return TG_OK;
}

static tg_status no_capacity(const tg_jagged_shape *shape, size_t needed, tg_error *error)
{
    if (needed == SIZE_MAX) {
        tg_error_set(error, TG_ERR_SIZE,
                     "a jagged trace needs more words than can be counted, and has a capacity of "
                     "%zu",
                     shape->capacity);
    } else {
        tg_error_set(error, TG_ERR_SIZE,
                     "a jagged trace needs %zu words, and has a capacity of %zu", needed,
                     shape->capacity);
    }
    tg_error_how(error, "give it the capacity that it needs, or make smaller shards");
    return TG_ERR_SIZE;
}

/* Place the entries one behind the other.
 * section  offset, first_column and entries (uninitialised) are there; the rest is written
 * end      end of the last one */
static tg_status place_entries(size_t *end, draft *made, const tg_jagged_chip *chips,
                               size_t nb_chips, tg_error *error)
{
    tg_jagged_section *section = &made->section;
    size_t next = section->offset;
    size_t column = section->first_column;
    for (size_t i = 0; i < nb_chips; i++) {
        const tg_jagged_chip *chip = &chips[i];
        tg_status status = check_chip(chip, i > 0 ? &chips[i - 1] : NULL, made->shape, error);
        if (status != TG_OK) return status;
        size_t nb_words = 0;
        size_t behind = 0;
        if (__builtin_mul_overflow(chip->height, chip->width, &nb_words) ||
            __builtin_add_overflow(next, nb_words, &behind)) {
            return no_capacity(made->shape, SIZE_MAX, error);
        }
        section->entries[i] = (tg_jagged_entry){.name = chip->name,
                                                .start = next,
                                                .end = behind,
                                                .height = chip->height,
                                                .width = chip->width,
                                                .first_column = column};
        next = behind;
        if (__builtin_add_overflow(column, chip->width, &column)) column = SIZE_MAX / 2;
    }
    section->nb_entries = nb_chips;
    section->nb_columns = column - section->first_column;
    *end = next;
    return TG_OK;
}

/* Columns of padding of a section with so many words of it. */
static size_t nb_padding_columns(const draft *made, size_t padding)
{
    const size_t max_rows = (size_t)1 << made->shape->max_log_row_count;
    if (made->rule == PADDING_AS_ONE) return padding > 0 ? 1 : 0;
    // Without padding there still is a column, of height 0.
    return padding > 0 ? (padding + max_rows - 1) / max_rows : 1;
}

/* Pad the entries, which end at a word, to whole stacks. */
static tg_status place_padding(draft *made, size_t end, tg_error *error)
{
    tg_jagged_section *section = &made->section;
    const tg_jagged_shape *shape = made->shape;
    const size_t stack = (size_t)1 << shape->log_stacking_height;
    if (end > SIZE_MAX - stack) return no_capacity(shape, SIZE_MAX, error);
    section->end = (end + stack - 1) / stack * stack;
    if (made->rule == PADDING_AS_ONE && section->end == section->offset) section->end += stack;
    section->padding = section->end - end;
    section->nb_columns += nb_padding_columns(made, section->padding);
    if (section->end > shape->capacity) return no_capacity(shape, section->end, error);
    const size_t nb_starts = section->first_column + section->nb_columns + 1;
    if (nb_starts > TG_JAGGED_MAX_STARTS) {
        tg_error_set(error, TG_ERR_SIZE, "a jagged trace needs %zu column starts, and has %zu",
                     nb_starts, TG_JAGGED_MAX_STARTS);
        tg_error_how(error, "lay out fewer chips");
        return TG_ERR_SIZE;
    }
    if (section->end / 2 > UINT32_MAX) {
        tg_error_set(error, TG_ERR_SIZE,
                     "a jagged trace of %zu words, whose pairs are counted in "
                     "32 bits",
                     section->end);
        tg_error_how(error, "make smaller shards");
        return TG_ERR_SIZE;
    }
    return TG_OK;
}

/* Write start and height of the section's columns, in pairs, and the end of the last one. */
static void place_columns(draft *made)
{
    const tg_jagged_section *section = &made->section;
    size_t start = section->offset / 2;
    size_t column = section->first_column;
    for (size_t i = 0; i < section->nb_entries; i++) {
        const tg_jagged_entry *entry = &section->entries[i];
        for (size_t j = 0; j < entry->width; j++, column++) {
            made->start_indices[column] = (uint32_t)start;
            made->column_heights[column] = (uint32_t)(entry->height / 2);
            start += entry->height / 2;
        }
    }
    const size_t end = section->end / 2;
    const size_t max_pairs = (size_t)1 << (made->shape->max_log_row_count - 1);
    for (; column < section->first_column + section->nb_columns; column++) {
        const size_t left = end - start;
        const bool is_split = made->rule == PADDING_BY_ROWS && left > max_pairs;
        made->start_indices[column] = (uint32_t)start;
        made->column_heights[column] = (uint32_t)(is_split ? max_pairs : left);
        start += made->column_heights[column];
    }
    made->start_indices[column] = (uint32_t)end;
}

/* Lay out a section behind the layout's columns below made->section.first_column, which are
 * copied. made is to be cleared after an error. */
static tg_status lay_section(draft *made, const tg_jagged_layout *before,
                             const tg_jagged_chip *chips, size_t nb_chips, tg_error *error)
{
    tg_jagged_section *section = &made->section;
    size_t end = 0;
    section->entries = calloc(nb_chips > 0 ? nb_chips : 1, sizeof *section->entries);
    if (section->entries == NULL) goto no_memory;
    tg_status status = place_entries(&end, made, chips, nb_chips, error);
    if (status == TG_OK) status = place_padding(made, end, error);
    if (status != TG_OK) return status;
    const size_t nb_columns = section->first_column + section->nb_columns;
    made->start_indices = calloc(nb_columns + 1, sizeof *made->start_indices);
    made->column_heights = calloc(nb_columns + 1, sizeof *made->column_heights);
    if (made->start_indices == NULL || made->column_heights == NULL) goto no_memory;
    if (section->first_column > 0) {
        const size_t kept = section->first_column * sizeof *made->start_indices;
        memcpy(made->start_indices, before->start_indices, kept);
        memcpy(made->column_heights, before->column_heights, kept);
    }
    place_columns(made);
    return TG_OK;
no_memory:
    tg_error_set(error, TG_ERR_MEMORY, "no memory to lay out %zu chips", nb_chips);
    tg_error_how(error, "free memory");
    return TG_ERR_MEMORY;
}

/* Take over the columns of a draft, which keeps none. */
static void take_columns(tg_jagged_layout *layout, draft *made)
{
    free(layout->start_indices);
    free(layout->column_heights);
    layout->start_indices = made->start_indices;
    layout->column_heights = made->column_heights;
    layout->nb_columns = made->section.first_column + made->section.nb_columns;
    made->start_indices = NULL;
    made->column_heights = NULL;
    made->section.entries = NULL;
}

static tg_status begin(tg_jagged_layout *layout, const tg_jagged_shape *shape, padding_rule rule,
                       const tg_jagged_chip *chips, size_t nb_chips, tg_error *error)
{
    const tg_jagged_layout nothing = {.nb_columns = 0};
    draft made = {.shape = shape, .rule = rule};
    tg_status status = check_shape(shape, error);
    if (status == TG_OK) status = lay_section(&made, &nothing, chips, nb_chips, error);
    if (status == TG_OK) {
        const tg_jagged_section section = made.section;
        const tg_jagged_shape its_shape = *shape; // which may be the old layout's
        tg_jagged_clear(layout);
        layout->shape = its_shape;
        layout->preprocessed = section;
        layout->main = (tg_jagged_section){.offset = section.end,
                                           .end = section.end,
                                           .first_column = section.nb_columns};
        take_columns(layout, &made);
    }
    clear_draft(&made);
    return status;
}

static tg_status append(tg_jagged_layout *layout, padding_rule rule, const tg_jagged_chip *chips,
                        size_t nb_chips, tg_error *error)
{
    draft made = {.shape = &layout->shape,
                  .rule = rule,
                  .section = {.offset = layout->preprocessed.end,
                              .first_column = layout->preprocessed.nb_columns}};
    tg_status status = lay_section(&made, layout, chips, nb_chips, error);
    if (status == TG_OK) {
        free(layout->main.entries);
        layout->main = made.section;
        take_columns(layout, &made);
    }
    clear_draft(&made);
    return status;
}

tg_status tg_jagged_begin(tg_jagged_layout *layout, const tg_jagged_shape *shape,
                          const tg_jagged_chip *chips, size_t nb_chips, tg_error *error)
{
    return begin(layout, shape, PADDING_BY_ROWS, chips, nb_chips, error);
}

tg_status tg_jagged_append_main(tg_jagged_layout *layout, const tg_jagged_chip *chips,
                                size_t nb_chips, tg_error *error)
{
    return append(layout, PADDING_BY_ROWS, chips, nb_chips, error);
}

/* Chips of one section of a synthetic layout; returns how many. */
static size_t chips_of_section(tg_jagged_chip *chips, const tg_jagged_synthetic_chip *synthetic,
                               size_t nb_chips, bool is_preprocessed)
{
    size_t nb = 0;
    for (size_t i = 0; i < nb_chips; i++) {
        const tg_jagged_synthetic_chip *chip = &synthetic[i];
        if (is_preprocessed && chip->preprocessed_width == 0) continue;
        chips[nb++] =
            (tg_jagged_chip){.name = chip->name,
                             .height = chip->height,
                             .width = is_preprocessed ? chip->preprocessed_width : chip->width};
    }
    return nb;
}

tg_status tg_jagged_synthesize(tg_jagged_layout *layout, const tg_jagged_shape *shape,
                               const tg_jagged_synthetic_chip *chips, size_t nb_chips,
                               tg_error *error)
{
    tg_jagged_layout made = {.nb_columns = 0};
    tg_jagged_chip *section = calloc(nb_chips > 0 ? nb_chips : 1, sizeof *section);
    if (section == NULL) {
        tg_error_set(error, TG_ERR_MEMORY, "no memory to lay out %zu chips", nb_chips);
        tg_error_how(error, "free memory");
        return TG_ERR_MEMORY;
    }
    size_t nb = chips_of_section(section, chips, nb_chips, true);
    tg_status status = begin(&made, shape, PADDING_AS_ONE, section, nb, error);
    if (status == TG_OK) {
        nb = chips_of_section(section, chips, nb_chips, false);
        status = append(&made, PADDING_AS_ONE, section, nb, error);
    }
    if (status == TG_OK) {
        tg_jagged_clear(layout);
        *layout = made;
    } else {
        tg_jagged_clear(&made);
    }
    free(section);
    return status;
}

void tg_jagged_clear(tg_jagged_layout *layout)
{
    free(layout->preprocessed.entries);
    free(layout->main.entries);
    free(layout->start_indices);
    free(layout->column_heights);
    *layout = (tg_jagged_layout){.nb_columns = 0};
}

const tg_jagged_entry *tg_jagged_find(const tg_jagged_section *section, const char *name)
{
    for (size_t i = 0; i < section->nb_entries; i++) {
        if (strcmp(section->entries[i].name, name) == 0) return &section->entries[i];
    }
    return NULL;
}

void tg_jagged_section_columns(uint32_t *columns, const tg_jagged_layout *layout,
                               const tg_jagged_section *section)
{
    const size_t end = section->first_column + section->nb_columns;
    for (size_t column = section->first_column; column < end; column++) {
        for (uint32_t pair = 0; pair < layout->column_heights[column]; pair++) {
            *columns++ = (uint32_t)column;
        }
    }
}

void tg_jagged_col_index(uint32_t *col_index, const tg_jagged_layout *layout)
{
    tg_jagged_section_columns(col_index, layout, &layout->preprocessed);
    tg_jagged_section_columns(col_index + layout->main.offset / 2, layout, &layout->main);
}
