/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writing of .npy files, version 1.0.
 */
#include "files/npy.h"

#include "files/transpose_internal.h"
#include "model/memory.h"

#include <string.h>

/* Bytes before the data. NumPy wants a multiple of 64, so that data can be mapped and read by
 * vectors; the longest header here, with two dimensions of 20 digits, takes 106. */
#define PREFIX_BYTES 128

/* Magic, version 1.0 and the text's length come before the text. */
#define TEXT_OFFSET 10
#define TEXT_BYTES (PREFIX_BYTES - TEXT_OFFSET)

/* Write what stands before the data: keys sorted, a blank after each comma, as np.save does. */
static tg_status write_header(tg_output *output, const char *type, size_t nb_rows,
                              size_t nb_columns, tg_error *error)
{
    char bytes[PREFIX_BYTES + 1];
    memcpy(bytes, "\x93NUMPY\x01\x00", TEXT_OFFSET - 2);
    bytes[TEXT_OFFSET - 2] = TEXT_BYTES;
    bytes[TEXT_OFFSET - 1] = 0;
    char dictionary[TEXT_BYTES];
    (void)snprintf(dictionary, sizeof dictionary,
                   "{'descr': '%s', 'fortran_order': False, 'shape': (%zu, %zu), }", type, nb_rows,
                   nb_columns);
    (void)snprintf(bytes + TEXT_OFFSET, TEXT_BYTES + 1, "%-*s\n", TEXT_BYTES - 1, dictionary);
    return tg_output_write(output, bytes, PREFIX_BYTES, error);
}

/* *nb_bytes = nb_rows * nb_columns * item_size. */
static tg_status check_size(size_t *nb_bytes, size_t nb_rows, size_t nb_columns, size_t item_size,
                            tg_error *error)
{
    if (nb_columns == 0) {
        tg_error_set(error, TG_ERR_SIZE, "an array of %zu rows without columns is not written",
                     nb_rows);
        tg_error_how(error, "write a trace that has columns, or events that have bytes");
        return TG_ERR_SIZE;
    }
    size_t row_bytes = 0;
    const tg_status status = tg_size_multiply(&row_bytes, nb_columns, item_size, error);
    return status == TG_OK ? tg_size_multiply(nb_bytes, nb_rows, row_bytes, error) : status;
}

static tg_status end_output(tg_output *output, tg_status status, tg_error *error)
{
    if (status == TG_OK) return tg_output_commit(output, error);
    tg_output_discard(output);
    return status;
}

tg_status tg_npy_write_events(const char *path, const void *events, size_t nb_events,
                              size_t event_size, tg_error *error)
{
    size_t nb_bytes = 0;
    tg_output output;
    tg_status status = check_size(&nb_bytes, nb_events, event_size, 1, error);
    if (status == TG_OK) status = tg_output_open(&output, path, error);
    if (status != TG_OK) return status;
    status = write_header(&output, "|u1", nb_events, event_size, error);
    if (status == TG_OK) status = tg_output_write(&output, events, nb_bytes, error);
    return end_output(&output, status, error);
}

static tg_status write_rows(tg_output *output, const uint32_t *cells, size_t height, size_t width,
                            tg_error *error)
{
    if (height == 0) return TG_OK;
    tg_tile tile;
    tg_status status = tg_tile_init(&tile, height, width, error);
    if (status != TG_OK) return status;
    for (size_t row = 0; row < height && status == TG_OK; row += tile.max_rows) {
        const size_t nb_rows = tg_tile_nb_rows(&tile, height, row);
        tg_tile_from_cells(&tile, cells, height, row, nb_rows);
        status = tg_output_write(output, tile.words, nb_rows * width * sizeof(uint32_t), error);
    }
    tg_tile_clear(&tile);
    return status;
}

tg_status tg_npy_put_cells(tg_output *output, const uint32_t *cells, size_t height, size_t width,
                           tg_error *error)
{
    size_t nb_bytes = 0;
    tg_status status = check_size(&nb_bytes, height, width, sizeof(uint32_t), error);
    if (status == TG_OK) status = write_header(output, "<u4", height, width, error);
    return status == TG_OK ? write_rows(output, cells, height, width, error) : status;
}

tg_status tg_npy_write_cells(const char *path, const uint32_t *cells, size_t height, size_t width,
                             tg_error *error)
{
    tg_output output;
    tg_status status = tg_output_open(&output, path, error);
    if (status != TG_OK) return status;
    status = tg_npy_put_cells(&output, cells, height, width, error);
    return end_output(&output, status, error);
}
