/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The comparison of two column-major traces, thread by thread: for devices and for the host grid.
 *
 * TALLY reads both traces once. A warp takes a tile of rows and some columns; as long as its words
 * agree it only loads, compares and votes. Where a cell is wrong its lanes add up what they have
 * seen, and one of them adds it to the column's counts. Sums and flags do not depend on the order
 * of the atomics.
 *
 * ROWS goes through the flags from the first row on, and CELLS through the first rows that have a
 * wrong cell: as many as cells are asked for are enough. Both give every thread its place by a
 * running sum over the block, so that lists are in order.
 */
#ifndef TRACEGATE_KERNELS_DIFF_CUH
#define TRACEGATE_KERNELS_DIFF_CUH

#include "kernels/diff.h"
#include "kernels/port.h"

#define TG_DIFF_LANES 32u

/* Columns whose words are all on their way before the first is looked at: 4 KiB a warp, which is
 * enough of them for memory that answers after a microsecond. */
#define TG_DIFF_AHEAD 4u
#define TG_DIFF_LANE_WORDS 4u

/* The rows of a tile that a lane looks at: neighbours where it loads them at once, else a warp
 * apart. */
typedef struct tg_diff_lane {
    size_t first;
    uint32_t step;
    bool in_quads;
} tg_diff_lane;

/* The words of one column that a lane looks at; rows that are not there hold 0 on both sides. */
typedef struct tg_diff_words {
    tg_quad expected;
    tg_quad actual;
} tg_diff_words;

TG_DEVICE bool tg_diff_is_wrong(uint32_t expected, uint32_t actual)
{
    return expected != actual || actual >= TG_P;
}

TG_DEVICE bool tg_diff_is_eventful(const tg_krn_diff *work, size_t row, size_t column)
{
    return row < work->nb_full_rows ||
           (row == work->nb_full_rows && column < work->nb_partial_columns);
}

TG_DEVICE tg_diff_words tg_diff_load(const tg_krn_diff *work, size_t column, tg_diff_lane lane)
{
    const uint32_t *expected = work->expected + column * work->expected_height;
    const uint32_t *actual = work->actual + column * work->actual_height;
    tg_diff_words words = {{{0, 0, 0, 0}}, {{0, 0, 0, 0}}};
    if (lane.in_quads) {
        // Heights are multiples of four: a quad is there as a whole, or not at all.
        if (lane.first >= work->height) return words;
        words.expected = tg_load_quad(expected + lane.first);
        words.actual = tg_load_quad(actual + lane.first);
        return words;
    }
    TG_UNROLL for (uint32_t i = 0; i < TG_DIFF_LANE_WORDS; i++)
    {
        const size_t row = lane.first + (size_t)i * lane.step;
        if (row >= work->height) continue;
        words.expected.words[i] = expected[row];
        words.actual.words[i] = actual[row];
    }
    return words;
}

TG_DEVICE bool tg_diff_has_wrong(const tg_diff_words *words)
{
    bool has_wrong = false;
    TG_UNROLL for (uint32_t i = 0; i < TG_DIFF_LANE_WORDS; i++)
    {
        has_wrong |= tg_diff_is_wrong(words->expected.words[i], words->actual.words[i]);
    }
    return has_wrong;
}

/* Rows of a lane, a bit each, that have a wrong cell of a class. */
typedef struct tg_diff_marks {
    uint32_t eventful;
    uint32_t padding;
} tg_diff_marks;

/* Count one column's wrong cells: the whole warp together. The three sums, of at most 128 each,
 * travel in one word. */
TG_DEVICE void tg_diff_count(const tg_krn_diff *work, tg_diff_marks *marks,
                             const tg_diff_words *words, size_t column, tg_diff_lane lane)
{
    uint32_t sums = 0;
    TG_UNROLL for (uint32_t i = 0; i < TG_DIFF_LANE_WORDS; i++)
    {
        const uint32_t actual = words->actual.words[i];
        if (!tg_diff_is_wrong(words->expected.words[i], actual)) continue;
        if (tg_diff_is_eventful(work, lane.first + (size_t)i * lane.step, column)) {
            sums += 1u;
            marks->eventful |= 1u << i;
        } else {
            sums += 1u << 8;
            marks->padding |= 1u << i;
        }
        if (actual >= TG_P) sums += 1u << 16;
    }
    for (uint32_t distance = TG_DIFF_LANES / 2; distance != 0; distance /= 2) {
        sums += __shfl_xor_sync(TG_FULL_WARP, sums, distance);
    }
    if (threadIdx.x % TG_DIFF_LANES != 0 || sums == 0) return;
    tg_krn_diff_column *counts = &work->columns[column];
    if ((sums & 255u) != 0) atomicAdd(&counts->nb_eventful, sums & 255u);
    if ((sums >> 8 & 255u) != 0) atomicAdd(&counts->nb_padding, sums >> 8 & 255u);
    if (sums >> 16 != 0) atomicAdd(&counts->nb_not_reduced, sums >> 16);
}

/* Set the flags of a lane's rows. */
TG_DEVICE void tg_diff_flag(uint32_t *flags, uint32_t marks, tg_diff_lane lane)
{
    TG_UNROLL for (uint32_t i = 0; i < TG_DIFF_LANE_WORDS; i++)
    {
        const size_t row = lane.first + (size_t)i * lane.step;
        if ((marks >> i & 1u) != 0) atomicOr(&flags[row / 32], 1u << row % 32);
    }
}

/* One tile: the rows of `lane` of columns first .. end - 1, by the whole warp. */
TG_DEVICE void tg_diff_tally_tile(const tg_krn_diff *work, size_t first, size_t end,
                                  tg_diff_lane lane)
{
    tg_diff_marks marks = {0, 0};
    for (size_t column = first; column < end; column += TG_DIFF_AHEAD) {
        tg_diff_words words[TG_DIFF_AHEAD];
        bool has_wrong = false;
        TG_UNROLL for (uint32_t i = 0; i < TG_DIFF_AHEAD; i++)
        {
            const tg_diff_words none = {{{0, 0, 0, 0}}, {{0, 0, 0, 0}}};
            words[i] = column + i < end ? tg_diff_load(work, column + i, lane) : none;
        }
        TG_UNROLL for (uint32_t i = 0; i < TG_DIFF_AHEAD; i++)
        {
            has_wrong |= tg_diff_has_wrong(&words[i]);
        }
        if (!__any_sync(TG_FULL_WARP, has_wrong)) continue;
        TG_UNROLL for (uint32_t i = 0; i < TG_DIFF_AHEAD; i++)
        {
            if (column + i < end) tg_diff_count(work, &marks, &words[i], column + i, lane);
        }
    }
    tg_diff_flag(work->eventful_row_flags, marks.eventful, lane);
    tg_diff_flag(work->padding_row_flags, marks.padding, lane);
}

/* Step TG_DIFF_TALLY. Neighbouring warps take neighbouring rows of the same columns. */
TG_DEVICE void tg_diff_tally(const tg_krn_diff *work)
{
    const size_t nb_row_tiles = (work->height + TG_DIFF_TILE_ROWS - 1) / TG_DIFF_TILE_ROWS;
    const size_t nb_column_tiles = (work->width + TG_DIFF_TILE_COLUMNS - 1) / TG_DIFF_TILE_COLUMNS;
    const uint32_t warps = blockDim.x / TG_DIFF_LANES;
    const uint32_t lane = threadIdx.x % TG_DIFF_LANES;
    for (size_t tile = blockIdx.x * (size_t)warps + threadIdx.x / TG_DIFF_LANES;
         tile < nb_row_tiles * nb_column_tiles; tile += (size_t)gridDim.x * warps) {
        const size_t row = tile % nb_row_tiles * TG_DIFF_TILE_ROWS;
        const size_t first = tile / nb_row_tiles * TG_DIFF_TILE_COLUMNS;
        const size_t behind = first + TG_DIFF_TILE_COLUMNS;
        const size_t end = behind < work->width ? behind : work->width;
        // Constants, so that the compiler makes a loop of each.
        if (work->in_quads != 0) {
            const tg_diff_lane quad = {row + (size_t)lane * TG_DIFF_LANE_WORDS, 1, true};
            tg_diff_tally_tile(work, first, end, quad);
        } else {
            const tg_diff_lane words = {row + lane, TG_DIFF_LANES, false};
            tg_diff_tally_tile(work, first, end, words);
        }
    }
}

/* Sum of what the threads of the block before this one have, and of all. Every thread calls it. */
TG_DEVICE uint32_t tg_diff_sum_before(uint32_t *total, uint32_t value)
{
    TG_SHARED(uint32_t, sums, TG_DIFF_BLOCK);
    const uint32_t at = threadIdx.x;
    sums[at] = value;
    __syncthreads();
    for (uint32_t distance = 1; distance < blockDim.x; distance *= 2) {
        const uint32_t before = at >= distance ? sums[at - distance] : 0;
        __syncthreads();
        sums[at] += before;
        __syncthreads();
    }
    const uint32_t sum = sums[at];
    *total = sums[blockDim.x - 1];
    // The next call writes what the others still read.
    __syncthreads();
    return sum - value;
}

/* Bits of a word, added up in pairs, quads and bytes. */
TG_DEVICE uint32_t tg_diff_nb_bits(uint32_t word)
{
    word -= word >> 1 & 0x55555555u;
    word = (word & 0x33333333u) + (word >> 2 & 0x33333333u);
    word = (word + (word >> 4)) & 0x0f0f0f0fu;
    return word * 0x01010101u >> 24;
}

/* Step TG_DIFF_ROWS. */
TG_DEVICE void tg_diff_rows(const tg_krn_diff *work)
{
    const size_t nb_words = TG_DIFF_NB_ROW_WORDS(work->height);
    uint32_t nb_rows = 0;
    uint32_t nb_eventful = 0;
    uint32_t nb_padding = 0;
    for (size_t first = 0; first < nb_words; first += blockDim.x) {
        const size_t word = first + threadIdx.x;
        const uint32_t eventful = word < nb_words ? work->eventful_row_flags[word] : 0;
        const uint32_t padding = word < nb_words ? work->padding_row_flags[word] : 0;
        const uint32_t either = eventful | padding;
        uint32_t nb_here = 0;
        uint32_t place = nb_rows + tg_diff_sum_before(&nb_here, tg_diff_nb_bits(either));
        for (uint32_t bit = 0; bit < 32 && either >> bit != 0 && place < work->max_cells; bit++) {
            if ((either >> bit & 1u) != 0) work->rows[place++] = (uint32_t)(word * 32 + bit);
        }
        nb_rows += nb_here;
        nb_eventful += tg_diff_nb_bits(eventful);
        nb_padding += tg_diff_nb_bits(padding);
    }
    if (nb_eventful != 0) atomicAdd(&work->totals->nb_eventful_rows, nb_eventful);
    if (nb_padding != 0) atomicAdd(&work->totals->nb_padding_rows, nb_padding);
    if (threadIdx.x == 0)
        work->totals->nb_rows = nb_rows < work->max_cells ? nb_rows : work->max_cells;
}

/* Go through a row: count its wrong cells, and put them into the list from a place on, as far as it
 * goes. */
TG_DEVICE uint32_t tg_diff_list_row(const tg_krn_diff *work, uint32_t row, uint32_t place)
{
    uint32_t nb = 0;
    for (size_t column = 0; column < work->width; column++) {
        const uint32_t expected = work->expected[column * work->expected_height + row];
        const uint32_t actual = work->actual[column * work->actual_height + row];
        if (!tg_diff_is_wrong(expected, actual)) continue;
        if (place < work->max_cells) {
            const tg_krn_diff_cell cell = {row, (uint32_t)column, expected, actual};
            work->cells[place++] = cell;
        }
        nb++;
    }
    return nb;
}

/* Step TG_DIFF_CELLS: each thread takes a row, first to count, then to list. */
TG_DEVICE void tg_diff_cells(const tg_krn_diff *work)
{
    const uint32_t nb_rows = work->totals->nb_rows;
    uint32_t nb_cells = 0;
    for (uint32_t first = 0; first < nb_rows && nb_cells < work->max_cells; first += blockDim.x) {
        const uint32_t at = first + threadIdx.x;
        const uint32_t row = at < nb_rows ? work->rows[at] : 0;
        uint32_t nb_here = 0;
        const uint32_t nb = at < nb_rows ? tg_diff_list_row(work, row, work->max_cells) : 0;
        const uint32_t place = nb_cells + tg_diff_sum_before(&nb_here, nb);
        if (nb != 0 && place < work->max_cells) (void)tg_diff_list_row(work, row, place);
        nb_cells += nb_here;
    }
    if (threadIdx.x == 0)
        work->totals->nb_cells = nb_cells < work->max_cells ? nb_cells : work->max_cells;
}

#endif
