/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Byte lookups as rows of a file, and as counters. */
#include "files/lookups.h"

#include "files/npy.h"
#include "model/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Columns of the file: the lookup's four numbers, and its count. */
enum { COLUMN_OP, COLUMN_A, COLUMN_B, COLUMN_C, COLUMN_COUNT, NB_COLUMNS };

/* One row of a file. */
typedef struct lookup_row {
    uint32_t values[NB_COLUMNS];
} lookup_row;

static int order_rows(const void *left, const void *right)
{
    const lookup_row *a = left;
    const lookup_row *b = right;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        if (a->values[i] != b->values[i]) return a->values[i] < b->values[i] ? -1 : 1;
    }
    return 0;
}

static tg_status check_shape(const tg_npy *npy, tg_error *error)
{
    // No file has more rows than there are lookups; this bounds the memory that it takes.
    if (npy->item_size == sizeof(uint32_t) && npy->nb_columns == NB_COLUMNS &&
        npy->nb_rows <= TG_NB_BYTE_LOOKUPS)
        return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "an array [%zu, %zu] of %zu bytes an item is no lookups",
                 npy->nb_rows, npy->nb_columns, npy->item_size);
    tg_error_where(error, "%s", npy->path);
    tg_error_how(error, "write u4 [k, 5]: op, a, b, c and count of up to %u lookups",
                 (unsigned)TG_NB_BYTE_LOOKUPS);
    return TG_ERR_FORMAT;
}

static tg_status bad_row(tg_error *error, const char *path, size_t number, const lookup_row *row,
                         const char *what, const char *how)
{
    const uint32_t *values = row->values;
    tg_error_set(error, TG_ERR_FORMAT,
                 "the lookup op %" PRIu32 " (%s), a %" PRIu32 ", b %" PRIu32 ", c %" PRIu32
                 ", count %" PRIu32 " %s",
                 values[COLUMN_OP], tg_byte_op_name(values[COLUMN_OP]), values[COLUMN_A],
                 values[COLUMN_B], values[COLUMN_C], values[COLUMN_COUNT], what);
    tg_error_where(error, "%s, row %zu", path, number);
    tg_error_how(error, "%s", how);
    return TG_ERR_FORMAT;
}

/* Take one row; the one before it is NULL for the first. */
static tg_status take_row(uint32_t *counters, const lookup_row *row, const lookup_row *before,
                          const char *path, size_t number, tg_error *error)
{
    const uint32_t *values = row->values;
    const tg_byte_lookup lookup = {.op = values[COLUMN_OP],
                                   .a = values[COLUMN_A],
                                   .b = values[COLUMN_B],
                                   .c = values[COLUMN_C]};
    size_t counter = 0;
    if (!tg_byte_lookup_counter(&counter, &lookup))
        return bad_row(error, path, number, row, "is in no table of SP1's",
                       "write ops 0 to 6 with operands that they take and the result that they "
                       "give");
    if (values[COLUMN_COUNT] == 0)
        return bad_row(error, path, number, row, "is made no time",
                       "leave out lookups that are not made");
    const int order = before != NULL ? order_rows(before, row) : -1;
    if (order == 0)
        return bad_row(error, path, number, row, "stands in the row before, too",
                       "write one row for each lookup, with all its counts");
    if (order > 0)
        return bad_row(error, path, number, row, "comes before the one in the row before",
                       "sort the rows by op, a, b, c");
    counters[counter] = values[COLUMN_COUNT];
    return TG_OK;
}

static lookup_row row_at(const uint32_t *cells, size_t nb_rows, size_t row)
{
    lookup_row found;
    for (size_t column = 0; column < NB_COLUMNS; column++) {
        found.values[column] = cells[column * nb_rows + row];
    }
    return found;
}

tg_status tg_lookups_read(uint32_t *counters, const char *path, tg_error *error)
{
    tg_npy npy;
    void *cells = NULL;
    tg_status status = tg_npy_open(&npy, path, error);
    if (status != TG_OK) return status;
    status = check_shape(&npy, error);
    if (status == TG_OK) status = tg_buffer_create(&cells, npy.nb_rows, sizeof(lookup_row), error);
    if (status == TG_OK) status = tg_npy_read_cells(cells, &npy, error);
    memset(counters, 0, TG_NB_BYTE_LOOKUPS * sizeof *counters);
    lookup_row before = {{0}};
    for (size_t row = 0; row < npy.nb_rows && status == TG_OK; row++) {
        const lookup_row found = row_at(cells, npy.nb_rows, row);
        status = take_row(counters, &found, row != 0 ? &before : NULL, path, row, error);
        before = found;
    }
    tg_buffer_destroy(cells);
    tg_npy_close(&npy);
    return status;
}

/* List the lookups whose counter is not 0, sorted. */
static tg_status list_rows(lookup_row *rows, const uint32_t *counters, tg_error *error)
{
    size_t nb_rows = 0;
    for (size_t counter = 0; counter < TG_NB_BYTE_LOOKUPS; counter++) {
        tg_byte_lookup lookup;
        if (counters[counter] == 0) continue;
        if (!tg_byte_lookup_at(&lookup, counter)) {
            tg_error_set(error, TG_ERR_FORMAT, "counter %zu is %" PRIu32 ", and no lookup is there",
                         counter, counters[counter]);
            tg_error_how(error, "count only lookups that SP1's tables have");
            return TG_ERR_FORMAT;
        }
        rows[nb_rows++] =
            (lookup_row){{lookup.op, lookup.a, lookup.b, lookup.c, counters[counter]}};
    }
    if (nb_rows > 1) qsort(rows, nb_rows, sizeof *rows, order_rows);
    return TG_OK;
}

tg_status tg_lookups_put(tg_output *output, const uint32_t *counters, tg_error *error)
{
    size_t nb_rows = 0;
    for (size_t counter = 0; counter < TG_NB_BYTE_LOOKUPS; counter++) {
        nb_rows += counters[counter] != 0;
    }
    void *rows = NULL;
    void *cells = NULL;
    tg_status status = tg_buffer_create(&rows, nb_rows, sizeof(lookup_row), error);
    if (status == TG_OK) status = tg_buffer_create(&cells, nb_rows, sizeof(lookup_row), error);
    if (status == TG_OK) status = list_rows(rows, counters, error);
    for (size_t i = 0; i < nb_rows * NB_COLUMNS && status == TG_OK; i++) {
        const lookup_row *row = &((const lookup_row *)rows)[i % nb_rows];
        ((uint32_t *)cells)[i] = row->values[i / nb_rows];
    }
    if (status == TG_OK) status = tg_npy_put_cells(output, cells, nb_rows, NB_COLUMNS, error);
    tg_buffer_destroy(cells);
    tg_buffer_destroy(rows);
    return status;
}

tg_status tg_lookups_write(const char *path, const uint32_t *counters, tg_error *error)
{
    tg_output output;
    tg_status status = tg_output_open(&output, path, error);
    if (status != TG_OK) return status;
    status = tg_lookups_put(&output, counters, error);
    if (status == TG_OK) return tg_output_commit(&output, error);
    tg_output_discard(&output);
    return status;
}
