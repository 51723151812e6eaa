/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A mismatch as the part that its key is made of shows it by itself: one bug beside another one has
 * the key that it has alone.
 *
 * Cells of the other part count as right. Of what the generator did beside its cells only what says
 * something of this part's words stays: memory that was not written, and words that differ between
 * runs.
 */
#include "harness/causes_internal.h"
#include "harness/key.h"
#include "model/memory.h"

#include <string.h>

/* Whether cells are known to be eventful or padding, and one part of them is wrong beside the other
 * one. */
static bool has_both(const tg_mismatch *mismatch)
{
    const tg_diff *diff = mismatch->diff;
    if (diff == NULL || mismatch->trace == NULL || mismatch->nb_events_is_unknown) return false;
    return diff->wrong.eventful != 0 && diff->wrong.padding != 0 &&
           diff->expected_width == diff->actual_width &&
           diff->actual_width == tg_trace_width(mismatch->trace);
}

/* Leave padding out of a comparison. */
static tg_status mask_diff(causes_part *part, tg_error *error)
{
    const size_t width = part->diff.actual_width;
    void *columns = NULL;
    const tg_status status = tg_buffer_create(&columns, width, sizeof *part->diff.columns, error);
    if (status != TG_OK) return status;
    memcpy(columns, part->diff.columns, width * sizeof *part->diff.columns);
    part->diff.columns = columns;
    part->columns = columns;
    for (size_t i = 0; i < width; i++) {
        part->columns[i].padding = 0;
    }
    part->diff.wrong.padding = 0;
    part->diff.wrong_rows.padding = 0;
    part->mismatch.diff = &part->diff;
    return TG_OK;
}

/* Whether words that differ between runs are cells of a part, as far as the first of them says. */
static bool are_of_part(const tg_mismatch *mismatch, size_t first, tg_part part)
{
    const size_t height = mismatch->actual.height;
    if (mismatch->trace == NULL || mismatch->nb_events_is_unknown || height == 0 ||
        first / height >= tg_trace_width(mismatch->trace))
        return true;
    const tg_cell_source source =
        tg_trace_cell(mismatch->trace, mismatch->nb_events, first % height, first / height);
    return source.eventful == (part == TG_PART_EVENTFUL);
}

/* What a conduct says of a part of cells, or of side outputs. */
static tg_conduct conduct_of(const causes_part *part, tg_part of, const tg_mismatch *mismatch)
{
    const tg_conduct *all = mismatch->conduct;
    tg_conduct own = {.cells = all->cells};
    if (of == TG_PART_SIDE) {
        own.cells = (tg_doubt){0};
        memcpy(own.sides, all->sides, sizeof own.sides);
        return own;
    }
    // Poison among the cells tells of itself which of them were not written.
    if (part->is_eventful_only) own.cells.nb_unwritten = 0;
    if (own.cells.nb_unstable != 0 && !are_of_part(mismatch, own.cells.first_unstable, of))
        own.cells.nb_unstable = 0;
    return own;
}

/* Whether a conduct says less than another one. */
static bool says_less(const tg_conduct *own, const tg_conduct *all)
{
    bool does = all->events_changed || own->cells.nb_unstable != all->cells.nb_unstable ||
                own->cells.nb_unwritten != all->cells.nb_unwritten;
    for (size_t i = 0; i < TG_NB_ZONES; i++) {
        does = does || all->nb_zone_words[i] != 0;
    }
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        does = does || own->sides[i].nb_unstable != all->sides[i].nb_unstable ||
               own->sides[i].nb_unwritten != all->sides[i].nb_unwritten;
    }
    return does;
}

tg_status causes_part_init(causes_part *part, const tg_mismatch *mismatch, tg_error *error)
{
    const tg_part of = tg_part_of(mismatch);
    memset(part, 0, sizeof *part);
    part->mismatch = *mismatch;
    if (of != TG_PART_EVENTFUL && of != TG_PART_PADDING && of != TG_PART_SIDE) return TG_OK;
    if (has_both(mismatch)) {
        // Where eventful cells are wrong, the key is theirs.
        part->is_eventful_only = true;
        part->diff = *mismatch->diff;
        const tg_status status = mask_diff(part, error);
        if (status != TG_OK) return status;
        part->is_masked = true;
    }
    if (mismatch->conduct == NULL) return TG_OK;
    part->conduct = conduct_of(part, of, mismatch);
    part->mismatch.conduct = &part->conduct;
    part->is_masked = part->is_masked || says_less(&part->conduct, mismatch->conduct);
    return TG_OK;
}

void causes_part_clear(causes_part *part) { tg_buffer_destroy(part->columns); }
