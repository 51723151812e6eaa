/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The column of each pair, made on the device: a trace's part has each of its columns as often as
 * the column has pairs, and is the transpose of rows that all are 0, 1, 2, ... from its first
 * column on. A row comes from the host, all others are copies within the device, twice as many each
 * time.
 */
#include "pipeline/jagged_internal.h"
#include "pipeline/sync_internal.h"

#include <stdlib.h>

/* Columns of one height, side by side. */
typedef struct block {
    size_t first_column;
    size_t nb_columns;
    size_t nb_pairs; /* of each */
} block;

/* What the blocks of a section are made with. */
typedef struct maker {
    uint32_t *d_columns;    /* all sections' */
    const uint32_t *d_iota; /* 0, 1, 2, ... */
    const tg_jagged_layout *layout;
    tg_scope *scope;
} maker;

static tg_status make_block(const maker *with, const block *made, tg_error *error)
{
    const size_t width = made->nb_columns;
    const size_t row_bytes = width * sizeof(uint32_t);
    tg_scope *scope = with->scope;
    void *memory = NULL;
    if (width == 0 || made->nb_pairs == 0) return TG_OK;
    tg_status status = tg_scope_take(scope, &memory, made->nb_pairs * row_bytes, error);
    if (status != TG_OK) return status;
    uint32_t *d_rows = memory;
    status = tg_scope_copy(scope, d_rows, with->d_iota + made->first_column, row_bytes, error);
    for (size_t nb = 1; nb < made->nb_pairs && status == TG_OK;) {
        const size_t nb_more = nb < made->nb_pairs - nb ? nb : made->nb_pairs - nb;
        status = tg_scope_copy(scope, d_rows + nb * width, d_rows, nb_more * row_bytes, error);
        nb += nb_more;
    }
    if (status == TG_OK)
        status = tg_scope_transpose(
            scope, with->d_columns + with->layout->start_indices[made->first_column], d_rows,
            made->nb_pairs, width, error);
    tg_scope_give(scope, d_rows);
    return status;
}

/* Make the columns from one on that are as high as it. */
static tg_status make_equal(size_t *next, const maker *with, size_t first, size_t end,
                            tg_error *error)
{
    const uint32_t *heights = with->layout->column_heights;
    size_t behind = first + 1;
    while (behind < end && heights[behind] == heights[first]) behind++;
    *next = behind;
    const block made = {first, behind - first, heights[first]};
    return make_block(with, &made, error);
}

tg_status jagged_make_columns(uint32_t *d_columns, const tg_jagged_layout *layout,
                              const tg_jagged_section *section, tg_scope *scope, tg_error *error)
{
    const size_t end = section->first_column + section->nb_columns;
    void *d_iota = NULL;
    uint32_t *iota = malloc((end + 1) * sizeof *iota);
    if (iota == NULL) return pipeline_no_memory(end * sizeof *iota, "numbers of columns", error);
    for (size_t i = 0; i < end; i++) {
        iota[i] = (uint32_t)i;
    }
    tg_status status = tg_scope_take(scope, &d_iota, end * sizeof *iota, error);
    if (status == TG_OK && end > 0)
        status = tg_scope_upload(scope, d_iota, iota, end * sizeof *iota, error);
    const maker with = {d_columns, d_iota, layout, scope};
    for (size_t next = section->first_column; next < end && status == TG_OK;) {
        status = make_equal(&next, &with, next, end, error);
    }
    tg_scope_give(scope, d_iota);
    free(iota);
    return status;
}
