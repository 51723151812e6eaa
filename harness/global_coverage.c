/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Global's own classes: how many candidates a point took, and which points and sums meet.
 *
 * All of it shows in the rows, so that no curve is computed here. Points meet where rows that
 * follow each other have one x. Events a .. b - 1 sum to infinity where the running sum behind them
 * is the one before them. A kernel adds them in another order than the rows: by chains of 8, 64 and
 * 512, aligned to such numbers, whose own sums are then infinity.
 */
#include "harness/event_coverage.h"
#include "model/global.h"

#include <stddef.h>

#define COLUMN(member) (offsetof(tg_global_main_columns, member) / sizeof(uint32_t))

/* C(constant, name) */
#define CLASS_LIST(C)                                                 \
    C(CLASS_CANDIDATE_0, "candidate 0")                               \
    C(CLASS_CANDIDATE_1, "candidate 1")                               \
    C(CLASS_CANDIDATE_2, "candidate 2")                               \
    C(CLASS_CANDIDATES_3, "candidates 3 to 7")                        \
    C(CLASS_CANDIDATES_8, "candidates 8 to 15")                       \
    C(CLASS_CANDIDATES_16, "candidates from 16 on")                   \
    C(CLASS_EQUAL, "equal neighbours")                                \
    C(CLASS_OPPOSITE, "opposite neighbours")                          \
    C(CLASS_RUN_3, "3 equal points in a row")                         \
    C(CLASS_RUN_33, "33 equal points in a row")                       \
    C(CLASS_RUN_257, "257 equal points in a row")                     \
    C(CLASS_CHAIN_8, "an aligned chain of 8 that sums to infinity")   \
    C(CLASS_CHAIN_64, "an aligned chain of 64 that sums to infinity") \
    C(CLASS_CHAIN_512, "an aligned chain of 512 that sums to infinity")

#define CLASS_CONSTANT(constant, name) constant,
enum { CLASS_LIST(CLASS_CONSTANT) NB_CLASSES };
#undef CLASS_CONSTANT

#define CLASS_NAME(constant, name) [constant] = (name),
static const char *const class_names[] = {CLASS_LIST(CLASS_NAME)};
#undef CLASS_NAME

static uint64_t bit(unsigned class) { return UINT64_C(1) << class; }

/* The Montgomery word of a small number. */
static uint32_t word_of(uint32_t number) { return (uint32_t)(((uint64_t)number << 32) % TG_P); }

static uint64_t candidate_class(uint32_t word)
{
    // Small numbers from their words: the candidates are bytes.
    for (uint32_t number = 0; number < 16; number++) {
        if (word != word_of(number)) continue;
        if (number < 3) return bit(CLASS_CANDIDATE_0 + number);
        return bit(number < 8 ? CLASS_CANDIDATES_3 : CLASS_CANDIDATES_8);
    }
    return bit(CLASS_CANDIDATES_16);
}

/* Whether nb columns hold the same words in two rows. */
static bool are_equal(const uint32_t *cells, size_t height, size_t first_column, size_t row,
                      size_t second_column, size_t second_row, size_t nb)
{
    for (size_t i = 0; i < nb; i++) {
        if (cells[(first_column + i) * height + row] !=
            cells[(second_column + i) * height + second_row])
            return false;
    }
    return true;
}

/* Classes of rows that follow each other: run is the number of equal points up to the row. */
static uint64_t neighbour_classes(size_t *run, const uint32_t *cells, size_t height, size_t row)
{
    const size_t x = COLUMN(interaction.x_coordinate);
    const size_t y = COLUMN(interaction.y_coordinate);
    if (row == 0 || !are_equal(cells, height, x, row - 1, x, row, TG_SEPTIC_DEGREE)) {
        *run = 1;
        return 0;
    }
    if (!are_equal(cells, height, y, row - 1, y, row, TG_SEPTIC_DEGREE)) {
        *run = 1;
        return bit(CLASS_OPPOSITE);
    }
    ++*run;
    uint64_t reached = bit(CLASS_EQUAL);
    if (*run >= 3) reached |= bit(CLASS_RUN_3);
    if (*run >= 33) reached |= bit(CLASS_RUN_33);
    if (*run >= 257) reached |= bit(CLASS_RUN_257);
    return reached;
}

/* Whether one of the whole chains of so many events, aligned to as many, sums to infinity. */
static bool has_infinite_chain(const uint32_t *cells, size_t height, size_t nb_events,
                               size_t length)
{
    const size_t before = COLUMN(accumulation.initial_digest);
    const size_t after = COLUMN(accumulation.cumulative_sum);
    for (size_t start = 0; nb_events - start >= length; start += length) {
        if (are_equal(cells, height, before, start, after, start + length - 1,
                      (size_t)2 * TG_SEPTIC_DEGREE))
            return true;
    }
    return false;
}

static uint64_t reached_by(const tg_request *request, const tg_product *made)
{
    static const struct {
        size_t length;
        unsigned class;
    } chains[] = {{8, CLASS_CHAIN_8}, {64, CLASS_CHAIN_64}, {512, CLASS_CHAIN_512}};
    const uint32_t *cells = made->cells;
    const size_t height = request->height;
    uint64_t reached = 0;
    size_t run = 0;
    for (size_t row = 0; row < request->nb_events; row++) {
        reached |= candidate_class(cells[COLUMN(interaction.offset) * height + row]);
        reached |= neighbour_classes(&run, cells, height, row);
    }
    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++) {
        if (has_infinite_chain(cells, height, request->nb_events, chains[i].length))
            reached |= bit(chains[i].class);
    }
    return reached;
}

extern const tg_chip_coverage tg_coverage_global;
const tg_chip_coverage tg_coverage_global = {
    .main = {.nb_classes = NB_CLASSES, .names = class_names, .reached = reached_by},
};
