/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Between rows, as files and digests have them, and columns, as memory has them; a tile of rows at
 * a time.
 */
#ifndef TRACEGATE_FILES_TRANSPOSE_INTERNAL_H
#define TRACEGATE_FILES_TRANSPOSE_INTERNAL_H

#include "model/status.h"

#include <stddef.h>
#include <stdint.h>

/* A tile: some whole rows of a trace, row-major, in memory of its own. */
typedef struct tg_tile {
    uint32_t *words; /* [max_rows][width] */
    size_t max_rows; /* at least 1 */
    size_t width;
} tg_tile;

/* Take memory for a tile of a trace. height, width > 0.
 * Errors  TG_ERR_SIZE, TG_ERR_MEMORY; nothing is to be cleared then */
TG_NODISCARD tg_status tg_tile_init(tg_tile *tile, size_t height, size_t width, tg_error *error);
void tg_tile_clear(tg_tile *tile);

/* Rows of the tile that starts at first_row: max_rows, fewer at the end. first_row < height. */
size_t tg_tile_nb_rows(const tg_tile *tile, size_t height, size_t first_row);

/* Copy nb_rows rows from first_row on: from column-major cells [width][height] into the tile, or
 * the other way. */
void tg_tile_from_cells(tg_tile *tile, const uint32_t *cells, size_t height, size_t first_row,
                        size_t nb_rows);
void tg_tile_to_cells(uint32_t *cells, const tg_tile *tile, size_t height, size_t first_row,
                      size_t nb_rows);

#endif
