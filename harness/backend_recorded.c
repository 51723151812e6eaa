/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Backend `recorded`: the golden trace of a record. It reads cells and runs nothing, so poisons
 * and guards do not apply. */
#include "harness/backend.h"

static tg_status recorded_open(void **state, __attribute__((unused)) tg_error *error)
{
    *state = NULL;
    return TG_OK;
}

static void recorded_close(__attribute__((unused)) void *state) {}

static tg_status recorded_run(__attribute__((unused)) void *state, uint32_t *cells,
                              __attribute__((unused)) tg_conduct *conduct, const tg_job *job,
                              __attribute__((unused)) uint32_t poison, tg_error *error)
{
    const char *name = job->subject->trace->name;
    const tg_record_trace *entry = job->record != NULL ? tg_record_find(job->record, name) : NULL;
    if (entry == NULL || !entry->has_cells) {
        tg_error_set(error, TG_ERR_UNAVAILABLE, "there is no recorded trace of %s", name);
        tg_error_how(error, "name a record that holds %s.trace.npy with --record", name);
        return TG_ERR_UNAVAILABLE;
    }
    return tg_record_read_cells(cells, job->record, entry, error);
}

extern const tg_backend_ops tg_backend_recorded;
const tg_backend_ops tg_backend_recorded = {
    .name = "recorded",
    .text = "the golden traces of a record, as SP1 made them",
    .takes_launch = false,
    .generates = false,
    .open = recorded_open,
    .close = recorded_close,
    .run = recorded_run,
};
