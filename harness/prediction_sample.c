/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The prediction for a sample of wrong cells: over events that are evenly spread, and those of the
 * sample's rows. */
#include "harness/causes_internal.h"
#include "model/memory.h"

#include <string.h>

/* Columns of an entry that say whether its event is wrong: its own, if one of these is wrong in any
 * event, else all. */
static size_t nb_telling_columns(const causes_sample *sample)
{
    const size_t nb_own = causes_nb_own_columns(sample->trace);
    for (size_t i = 0; i < sample->nb_columns; i++) {
        const size_t column = sample->columns[i];
        if (column % sample->entry_width < nb_own &&
            sample->mismatch->diff->columns[column].eventful != 0)
            return nb_own;
    }
    return sample->entry_width;
}

/* Whether an event of the sample's trace is wrong: one of its cells in wrong columns. */
static bool is_event_wrong(const causes_sample *sample, size_t event, size_t nb_columns)
{
    const size_t nb_entries = sample->nb_entries;
    const size_t row = event / nb_entries * sample->trace->rows_per_event;
    for (size_t i = 0; i < sample->nb_columns; i++) {
        const size_t column = sample->columns[i];
        if (column / sample->entry_width != event % nb_entries ||
            column % sample->entry_width >= nb_columns)
            continue;
        for (size_t k = 0; k < sample->trace->rows_per_event && row + k < sample->height; k++) {
            if (causes_is_wrong(sample, row + k, column)) return true;
        }
    }
    return false;
}

/* List events: evenly spread ones, and those of the sample's rows. */
static size_t list_events(size_t *which, bool *flags, const causes_sample *sample)
{
    const size_t step = (sample->nb_events + PREDICTION_MAX_OF_CLASS - 1) / PREDICTION_MAX_OF_CLASS;
    const size_t nb_columns = nb_telling_columns(sample);
    size_t nb = 0;
    size_t at = 0;
    for (size_t event = 0; event < sample->nb_events; event++) {
        const size_t row = event / sample->nb_entries * sample->trace->rows_per_event;
        while (at + 1 < sample->nb_rows && sample->rows[at] < row) {
            at++;
        }
        const bool is_sampled = at < sample->nb_rows && sample->rows[at] == row &&
                                nb + sample->nb_events / step < 2 * PREDICTION_MAX_OF_CLASS;
        if (event % step != 0 && !is_sampled) continue;
        which[nb] = event;
        flags[nb++] = is_event_wrong(sample, event, nb_columns);
        if (nb == 2 * PREDICTION_MAX_OF_CLASS) break;
    }
    return nb;
}

tg_status prediction_of_sample(prediction_found *found, const causes_sample *sample,
                               tg_error *error)
{
    memset(found, 0, sizeof *found);
    if (!sample->has_events || sample->is_side || sample->nb_eventful == 0) return TG_OK;
    void *which = NULL;
    void *flags = NULL;
    tg_status status = tg_buffer_create(&which, 2 * PREDICTION_MAX_OF_CLASS, sizeof(size_t), error);
    if (status == TG_OK)
        status = tg_buffer_create(&flags, 2 * PREDICTION_MAX_OF_CLASS, sizeof(bool), error);
    if (status == TG_OK) {
        prediction_input input = {.trace = sample->trace,
                                  .events = sample->mismatch->events,
                                  .nb_events = sample->nb_events,
                                  .which = which,
                                  .is_wrong = flags,
                                  .block = sample->mismatch->block};
        input.nb = list_events(which, flags, sample);
        prediction_choice made;
        status = prediction_find(found, &made, &input, error);
        if (status == TG_OK)
            prediction_count(&found->prediction, &made, &input, which, input.nb, flags);
    }
    tg_buffer_destroy(which);
    tg_buffer_destroy(flags);
    return status;
}
