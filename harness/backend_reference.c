/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Backend `reference`: the reference generators. */
#include "harness/backend.h"

static tg_status reference_open(void **state, __attribute__((unused)) tg_error *error)
{
    *state = NULL;
    return TG_OK;
}

static void reference_close(__attribute__((unused)) void *state) {}

static tg_status reference_generate(__attribute__((unused)) void *state, const tg_product *out,
                                    const tg_job *job, tg_error *error)
{
    const tg_request request = tg_job_request(job);
    return tg_ref_make(out, job->subject->reference, &request, error);
}

static tg_status reference_run(void *state, const tg_product *out, tg_conduct *conduct,
                               const tg_job *job, uint32_t poison, tg_error *error)
{
    return tg_guarded_run(out, conduct, reference_generate, state, job, poison, error);
}

/* 64 MiB: some tenths of a second of one core for cheap rows, and seconds for those of curves. */
#define NB_CELLS_ONCE ((size_t)1 << 24)

extern const tg_backend_ops tg_backend_reference;
const tg_backend_ops tg_backend_reference = {
    .name = "reference",
    .text = "the plain C generators, on residues",
    .takes_launch = false,
    .generates = true,
    .runs_added = true,
    .nb_cells_once = NB_CELLS_ONCE,
    .open = reference_open,
    .close = reference_close,
    .run = reference_run,
};
