/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A pipeline: a machine, a runtime and threads. */
#include "pipeline/pipeline_internal.h"

#include "pipeline/sync_internal.h"

#include <stdlib.h>
#ifdef _OPENMP
#include <omp.h>
#else
#include <unistd.h>
#endif

/* Lanes if the options do not say: a copy, a kernel and the next copy are under way at once. More
 * would take cores from the host traces; measured with 16 cores and an H200, 2 to 4 are alike and 8
 * are a tenth slower. */
#define NB_STREAMS 3

/* Pinned buffers of a lane: one is filled while the device empties the other. */
#define NB_STAGING_OF_LANE 2
#define STAGING_BYTES ((size_t)8 << 20)

static size_t nb_cores(void)
{
#ifdef _OPENMP
    const long nb = omp_get_num_procs();
#else
    const long nb = sysconf(_SC_NPROCESSORS_ONLN);
#endif
    return nb > 0 ? (size_t)nb : 1;
}

static tg_status open_runtime(tg_pipeline *pipeline, const tg_runtime_ops *ops, tg_error *error)
{
    const size_t nb_streams = pipeline->options.nb_streams;
    const tg_runtime_options options = {
        // Each result holds one, and permits alone are to say how many results there may be.
        .grows = true,
        .nb_staging = NB_STAGING_OF_LANE * nb_streams,
        .staging_bytes = STAGING_BYTES,
    };
    return tg_runtime_open(&pipeline->runtime, ops, &options, error);
}

static tg_status start(tg_pipeline *pipeline, tg_error *error)
{
    const tg_pipeline_options *options = &pipeline->options;
    tg_status status =
        buffers_init(&pipeline->buffers, pipeline->runtime, options->no_overlap, error);
    if (status != TG_OK) return status;
    status = pool_start(&pipeline->hosts, options->nb_threads, options->max_host_bytes,
                        options->hooks, error);
    if (status != TG_OK) goto no_hosts;
    status = pool_start(&pipeline->helpers, options->nb_streams - 1, 0, NULL, error);
    if (status != TG_OK) goto no_helpers;
    return TG_OK;
no_helpers:
    pool_stop(&pipeline->hosts);
no_hosts:
    buffers_clear(&pipeline->buffers);
    return status;
}

tg_status tg_pipeline_create(tg_pipeline **pipeline, const tg_machine *machine,
                             const tg_runtime_ops *ops, const tg_pipeline_options *options,
                             tg_error *error)
{
    *pipeline = NULL;
    tg_pipeline *made = calloc(1, sizeof *made);
    if (made == NULL) return pipeline_no_memory(sizeof *made, "a pipeline", error);
    made->machine = machine;
    if (options != NULL) made->options = *options;
    if (made->options.nb_threads == 0) made->options.nb_threads = nb_cores();
    if (made->options.no_overlap) made->options.nb_streams = 1;
    if (made->options.nb_streams == 0) made->options.nb_streams = NB_STREAMS;
    tg_status status = open_runtime(made, ops, error);
    if (status != TG_OK) goto no_runtime;
    status = start(made, error);
    if (status != TG_OK) goto no_threads;
    *pipeline = made;
    return TG_OK;
no_threads:
    tg_runtime_close(made->runtime);
no_runtime:
    free(made);
    return status;
}

void tg_pipeline_destroy(tg_pipeline *pipeline)
{
    if (pipeline == NULL) return;
    pool_stop(&pipeline->helpers);
    pool_stop(&pipeline->hosts);
    buffers_clear(&pipeline->buffers);
    tg_runtime_close(pipeline->runtime);
    free(pipeline);
}

tg_runtime *tg_pipeline_runtime(tg_pipeline *pipeline) { return pipeline->runtime; }
