/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Backend `recorded`: the golden trace of a record, and its side outputs where the record has them.
 * It reads and runs nothing, so guards do not apply; what is not recorded stays poison. */
#include "harness/backend.h"

static tg_status recorded_open(void **state, __attribute__((unused)) tg_error *error)
{
    *state = NULL;
    return TG_OK;
}

static void recorded_close(__attribute__((unused)) void *state) {}

static tg_status recorded_run(__attribute__((unused)) void *state, const tg_product *out,
                              __attribute__((unused)) tg_conduct *conduct, const tg_job *job,
                              uint32_t poison, tg_error *error)
{
    const char *name = job->subject->trace->name;
    const tg_record_trace *entry = job->record != NULL ? tg_record_find(job->record, name) : NULL;
    if (entry == NULL || !entry->has_cells) {
        tg_error_set(error, TG_ERR_UNAVAILABLE, "there is no recorded trace of %s", name);
        tg_error_how(error, "name a record that holds %s.trace.npy with --record", name);
        return TG_ERR_UNAVAILABLE;
    }
    const tg_trace *trace = job->subject->trace;
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const size_t nb_words = tg_side_nb_words(&trace->sides[i]);
        for (size_t word = 0; word < nb_words; word++) {
            out->sides[i][word] = poison;
        }
    }
    bool is_there[TG_MAX_SIDES];
    const tg_status status = tg_record_read_sides(out, is_there, job->record, entry, trace, error);
    return status == TG_OK ? tg_record_read_cells(out->cells, job->record, entry, error) : status;
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
