/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The index of entries: where the words that a wrong entry holds would be right.
 *
 * Eventful entries of the expected trace are indexed by the words of a few columns, those that say
 * most among the wrong ones. Each wrong entry is then looked up by the words that it holds, and
 * what is found is checked in all of its wrong columns.
 */
#include "harness/causes_index_internal.h"
#include "model/memory.h"

#include <string.h>

/* Entries that are indexed: of a larger trace the first ones. Slots of the table: twice as many. */
#define MAX_INDEXED ((size_t)65536)
#define LOG_SLOTS 17
#define NB_SLOTS ((size_t)1 << LOG_SLOTS)

/* Entries with one key that are kept: of rows that are all alike a few say as much as all. */
#define MAX_LIKE 8u

/* ---- words of entries ---- */

static uint32_t expected_of(const causes_sample *sample, size_t entry, size_t column)
{
    return causes_expected(sample, entry / sample->nb_entries,
                           entry % sample->nb_entries * sample->entry_width + column);
}

static uint32_t actual_of(const causes_sample *sample, size_t entry, size_t column)
{
    return causes_actual(sample, entry / sample->nb_entries,
                         entry % sample->nb_entries * sample->entry_width + column);
}

size_t causes_entry_of(const causes_sample *sample, const causes_cell *cell)
{
    return cell->row * sample->nb_entries + cell->column / sample->entry_width;
}

/* Eventful entries that there are. */
size_t causes_nb_entries(const causes_sample *sample)
{
    const size_t all = sample->height * sample->nb_entries;
    if (!sample->knows_events) return all;
    const size_t nb = sample->extent.nb_full_rows * sample->nb_entries +
                      sample->extent.nb_partial_columns / sample->entry_width;
    return nb < all ? nb : all;
}

/* Whether an entry's wrong cells hold what is right in another one. */
bool causes_holds(const causes_sample *sample, size_t entry, size_t source)
{
    bool has_wrong = false;
    for (size_t column = 0; column < sample->entry_width; column++) {
        const uint32_t actual = actual_of(sample, entry, column);
        if (actual < TG_P && actual == expected_of(sample, entry, column)) continue;
        if (actual != expected_of(sample, source, column)) return false;
        has_wrong = true;
    }
    return has_wrong;
}

/* ---- the index ---- */

/* Choose the columns of an entry that have the most words which are not common ones. */
static tg_status choose_key(causes_index *index, const causes_sample *sample, tg_error *error)
{
    void *buffer = NULL;
    const tg_status status = tg_buffer_create(&buffer, sample->entry_width, sizeof(size_t), error);
    if (status != TG_OK) return status;
    size_t *nb_telling = buffer;
    memset(nb_telling, 0, sample->entry_width * sizeof *nb_telling);
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const causes_cell *cell = &sample->cells[i];
        nb_telling[cell->column % sample->entry_width] +=
            cell->eventful && !causes_is_common(cell->actual);
    }
    while (index->nb_key_columns < CAUSES_MAX_KEY_COLUMNS) {
        size_t best = 0;
        for (size_t column = 1; column < sample->entry_width; column++) {
            if (nb_telling[column] > nb_telling[best]) best = column;
        }
        if (nb_telling[best] == 0) break;
        nb_telling[best] = 0;
        index->key_columns[index->nb_key_columns++] = best;
    }
    tg_buffer_destroy(buffer);
    return TG_OK;
}

typedef uint32_t word_of_entry(const causes_sample *sample, size_t entry, size_t column);

/* Place in the table: the words multiplied and mixed with odd constants (those of the golden ratio
 * and of Knuth's generator). */
static size_t slot_of(const causes_index *index, const causes_sample *sample, size_t entry,
                      word_of_entry *word)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < index->nb_key_columns; i++) {
        hash = (hash ^ word(sample, entry, index->key_columns[i])) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return (size_t)(hash * UINT64_C(6364136223846793005) >> (64 - LOG_SLOTS));
}

static bool has_key(const causes_index *index, const causes_sample *sample, size_t entry,
                    word_of_entry *word, size_t other)
{
    for (size_t i = 0; i < index->nb_key_columns; i++) {
        const size_t column = index->key_columns[i];
        if (word(sample, entry, column) != expected_of(sample, other, column)) return false;
    }
    return true;
}

static void insert(causes_index *index, const causes_sample *sample, size_t entry)
{
    size_t slot = slot_of(index, sample, entry, expected_of);
    for (unsigned nb_like = 0; index->slots[slot] != 0; slot = (slot + 1) % NB_SLOTS) {
        nb_like += has_key(index, sample, entry, expected_of, index->slots[slot] - 1);
        if (nb_like == MAX_LIKE) return;
    }
    index->slots[slot] = (uint32_t)entry + 1;
}

static size_t distance(size_t a, size_t b) { return a < b ? b - a : a - b; }

/* The nearest entry whose right words this one holds. */
static size_t find_source(const causes_index *index, const causes_sample *sample, size_t entry)
{
    size_t best = CAUSES_NOWHERE;
    for (size_t slot = slot_of(index, sample, entry, actual_of); index->slots[slot] != 0;
         slot = (slot + 1) % NB_SLOTS) {
        const size_t other = index->slots[slot] - 1;
        if (other == entry || !has_key(index, sample, entry, actual_of, other) ||
            !causes_holds(sample, entry, other))
            continue;
        if (best == CAUSES_NOWHERE || distance(entry, other) < distance(entry, best)) best = other;
    }
    return best;
}

static void count_distance(causes_index *index, const causes_entry *wrong)
{
    const ptrdiff_t way = (ptrdiff_t)wrong->source - (ptrdiff_t)wrong->number;
    size_t i = 0;
    while (i < index->nb_distances && index->distances[i] != way) {
        i++;
    }
    if (i == CAUSES_MAX_DISTANCES) return;
    if (i == index->nb_distances) {
        index->nb_distances++;
        index->distances[i] = way;
    }
    index->nb_at[i]++;
}

static tg_status list_wrong(causes_index *index, const causes_sample *sample, tg_error *error)
{
    void *wrong = NULL;
    const tg_status status =
        tg_buffer_create(&wrong, sample->nb_cells, sizeof *index->wrong, error);
    index->wrong = wrong;
    if (status != TG_OK) return status;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const causes_cell *cell = &sample->cells[i];
        const size_t number = causes_entry_of(sample, cell);
        if (!cell->eventful ||
            (index->nb_wrong != 0 && index->wrong[index->nb_wrong - 1].number == number))
            continue;
        causes_entry *entry = &index->wrong[index->nb_wrong++];
        *entry = (causes_entry){.number = number, .source = find_source(index, sample, number)};
        if (entry->source != CAUSES_NOWHERE) count_distance(index, entry);
    }
    return TG_OK;
}

tg_status causes_index_create(causes_sample *sample, tg_error *error)
{
    void *buffer = NULL;
    tg_status status = tg_buffer_create(&buffer, 1, sizeof *sample->index, error);
    if (status != TG_OK) return status;
    causes_index *index = buffer;
    *index = (causes_index){0};
    sample->index = index;
    status = choose_key(index, sample, error);
    if (status == TG_OK) {
        buffer = NULL;
        status = tg_buffer_create(&buffer, NB_SLOTS, sizeof *index->slots, error);
        index->slots = buffer;
    }
    if (status != TG_OK) return status;
    memset(index->slots, 0, NB_SLOTS * sizeof *index->slots);
    if (index->nb_key_columns == 0) return TG_OK;
    const size_t nb = causes_nb_entries(sample);
    index->nb_indexed = nb < MAX_INDEXED ? nb : MAX_INDEXED;
    for (size_t entry = 0; entry < index->nb_indexed; entry++) {
        insert(index, sample, entry);
    }
    return list_wrong(index, sample, error);
}

void causes_index_destroy(causes_index *index)
{
    if (index == NULL) return;
    tg_buffer_destroy(index->slots);
    tg_buffer_destroy(index->wrong);
    tg_buffer_destroy(index);
}
