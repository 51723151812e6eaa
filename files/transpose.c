/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Transposition by blocks.
 */
#include "files/transpose_internal.h"

#include "model/memory.h"

/* Bytes of a tile, about: it stays in a core's second-level cache (1 MiB and more on the server
 * CPUs of today, with room for the columns) while calls of the system still move enough at once. */
#define TILE_BYTES ((size_t)1 << 19)

/* Words of a block's edge: 64 bytes, so that both sides move whole cache lines. */
#define BLOCK 16

tg_status tg_tile_init(tg_tile *tile, size_t height, size_t width, tg_error *error)
{
    const size_t fitting_rows = TILE_BYTES / sizeof(uint32_t) / width;
    const size_t whole_blocks = fitting_rows / BLOCK * BLOCK;
    size_t max_rows = whole_blocks != 0 ? whole_blocks : fitting_rows;
    if (max_rows == 0) max_rows = 1;
    if (max_rows > height) max_rows = height;
    void *buffer = NULL;
    size_t nb_words = 0;
    tg_status status = tg_size_multiply(&nb_words, max_rows, width, error);
    if (status == TG_OK) status = tg_buffer_create(&buffer, nb_words, sizeof(uint32_t), error);
    if (status == TG_OK) *tile = (tg_tile){.words = buffer, .max_rows = max_rows, .width = width};
    return status;
}

void tg_tile_clear(tg_tile *tile)
{
    tg_buffer_destroy(tile->words);
    tile->words = NULL;
}

size_t tg_tile_nb_rows(const tg_tile *tile, size_t height, size_t first_row)
{
    return height - first_row < tile->max_rows ? height - first_row : tile->max_rows;
}

/* to[j][i] = from[i][j] for i < nb_i, j < nb_j; a step is the distance of two rows in words. */
static void transpose(uint32_t *restrict to, size_t to_step, const uint32_t *restrict from,
                      size_t from_step, size_t nb_i, size_t nb_j)
{
    for (size_t j = 0; j < nb_j; j++) {
        for (size_t i = 0; i < nb_i; i++) {
            to[j * to_step + i] = from[i * from_step + j];
        }
    }
}

/* One block. Whole blocks have constant bounds, which lets the compiler unroll them. */
static void transpose_block(uint32_t *to, size_t to_step, const uint32_t *from, size_t from_step,
                            size_t nb_i, size_t nb_j)
{
    if (nb_i == BLOCK && nb_j == BLOCK) {
        transpose(to, to_step, from, from_step, BLOCK, BLOCK);
    } else {
        transpose(to, to_step, from, from_step, nb_i, nb_j);
    }
}

static size_t block_length(size_t at, size_t end) { return end - at < BLOCK ? end - at : BLOCK; }

/* Columns are the outer loop: each block of them is walked down all rows of the tile, so that
 * few pages are in use at once. */
void tg_tile_from_cells(tg_tile *tile, const uint32_t *cells, size_t height, size_t first_row,
                        size_t nb_rows)
{
    const size_t width = tile->width;
    for (size_t column = 0; column < width; column += BLOCK) {
        const size_t nb_columns = block_length(column, width);
        for (size_t row = 0; row < nb_rows; row += BLOCK) {
            transpose_block(tile->words + row * width + column, width,
                            cells + column * height + first_row + row, height, nb_columns,
                            block_length(row, nb_rows));
        }
    }
}

void tg_tile_to_cells(uint32_t *cells, const tg_tile *tile, size_t height, size_t first_row,
                      size_t nb_rows)
{
    const size_t width = tile->width;
    for (size_t column = 0; column < width; column += BLOCK) {
        const size_t nb_columns = block_length(column, width);
        for (size_t row = 0; row < nb_rows; row += BLOCK) {
            transpose_block(cells + column * height + first_row + row, height,
                            tile->words + row * width + column, width, block_length(row, nb_rows),
                            nb_columns);
        }
    }
}
