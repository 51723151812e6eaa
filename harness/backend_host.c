/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Backend `host`: the kernels on the CPU's host grid. */
#include "harness/backend.h"

static tg_status host_open(void **state, __attribute__((unused)) tg_error *error)
{
    *state = NULL;
    return TG_OK;
}

static void host_close(__attribute__((unused)) void *state) {}

static tg_status host_generate(__attribute__((unused)) void *state, const tg_product *out,
                               const tg_job *job, tg_error *error)
{
    const tg_request request = tg_job_request(job);
    return tg_plan_run_host(job->subject->plan, &job->launch, out, &request, error);
}

static tg_status host_run(void *state, const tg_product *out, tg_conduct *conduct,
                          const tg_job *job, uint32_t poison, tg_error *error)
{
    return tg_guarded_run(out, conduct, host_generate, state, job, poison, error);
}

extern const tg_backend_ops tg_backend_host;
const tg_backend_ops tg_backend_host = {
    .name = "host",
    .text = "the kernels, compiled for the CPU",
    .takes_launch = true,
    .generates = true,
    .open = host_open,
    .close = host_close,
    .run = host_run,
};
