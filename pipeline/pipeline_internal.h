/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One call of the generator, and how its traces go through it.
 *
 * The caller's thread checks everything, starts the host jobs, waits for the permit and begins the
 * scopes. From then on lanes, of which the caller's thread is one, take what there is: host traces
 * as they arrive, and chips of the device. Each lane has a scope of its own, so that one lane's
 * copies go beside the other's kernels.
 *
 * Locks: a call's, a pool's and a runtime's are never held together.
 */
#ifndef TRACEGATE_PIPELINE_PIPELINE_INTERNAL_H
#define TRACEGATE_PIPELINE_PIPELINE_INTERNAL_H

#include "pipeline/buffers_internal.h"
#include "pipeline/pool_internal.h"

struct tg_pipeline {
    const tg_machine *machine;
    tg_pipeline_options options; /* nb_streams is not 0 */
    tg_runtime *runtime;
    pipeline_buffers buffers; /* of host traces */
    pipeline_pool hosts;      /* host traces */
    pipeline_pool helpers;    /* lanes other than the callers' own threads */
};

typedef struct pipeline_call pipeline_call;

/* One trace to be made. */
typedef struct pipeline_item {
    pipeline_call *call;
    const char *name; /* the chip's */
    tg_kind kind;
    const tg_chip_input *input;
    size_t width;
    size_t height;
    bool is_device;
    bool is_made;            /* on the device, or all of it is queued */
    bool holds_bytes;        /* of the pool's limit */
    tg_product host;         /* a host trace between its job and its upload; else all NULL */
    pipeline_buffer *buffer; /* where its cells lie */
    uint32_t *d_bad_event;   /* NULL: nothing is searched */
    tg_padded_trace *to;
} pipeline_item;

typedef struct pipeline_lane {
    pipeline_call *call;
    tg_scope *scope;   /* NULL: not begun */
    tg_mark *uploaded; /* behind the last copy from a pinned buffer; NULL: there was none */
    bool takes_arrivals_first;
} pipeline_lane;

struct pipeline_call {
    tg_pipeline *pipeline;
    tg_pipeline_result *result;
    tg_inputs *inputs[TG_NB_KINDS]; /* NULL: not of this call */
    unsigned num_variables;
    double start_s;

    bool *is_included; /* [machine->nb_chips] main traces */
    size_t nb_items;
    pipeline_item *items; /* preprocessed, then main ones, each in name order */
    size_t nb_device;
    pipeline_item **device; /* [nb_device] those with most events first */
    pool_group host;        /* a job for each host trace, the largest first */
    size_t nb_lanes;
    pipeline_lane *lanes;
    pool_group helping; /* a job for each lane but the first */

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changes;
    size_t nb_owners[TG_NB_KINDS]; /* of the inputs: host jobs to come, and the call */
    size_t next_device;
    pipeline_item **arrived; /* [host.nb_jobs] host traces in the order of arrival */
    size_t nb_arrived;
    size_t next_arrived;
    size_t nb_host_left; /* jobs that are not over */
    bool is_failed;
    bool has_lane_failed; /* in what a lane did: the device's chips that are left are skipped */
    size_t max_failures;
    size_t nb_failures;
    tg_chip_failure *failures;
};

/* ---- pipeline_call.c: what a call has ---- */

/* Take over the inputs; the call is then to be ended by pipeline_call_end.
 * Errors  TG_ERR_IO, TG_ERR_MEMORY; the inputs are then on their way to be freed */
TG_NODISCARD tg_status pipeline_call_begin(pipeline_call *call, tg_error *error);
/* Memory for items and jobs of checked inputs, and the result's lists. */
TG_NODISCARD tg_status pipeline_call_prepare(pipeline_call *call, tg_error *error);
void pipeline_call_end(pipeline_call *call);

/* Keep a failure, each chip's first only, and skip host traces that have not begun.
 * item   whose work met it; NULL: no chip's. A late error of the device is the chip's whose kernel
 *        it names, and no chip's where it may be of several
 * error  gets the item's name as its place */
void pipeline_call_fail(pipeline_call *call, const pipeline_item *item, tg_error *error);
bool pipeline_call_is_failed(pipeline_call *call);

/* One owner less; the last one lets a thread of the pool free the inputs. */
void pipeline_call_disown(pipeline_call *call, tg_kind kind);

void pipeline_call_count_upload(pipeline_call *call, size_t len_bytes);

/* ---- pipeline_check.c: before any job ---- */

/* Check inputs and heights; all that is wrong is kept as failures. */
void pipeline_check(pipeline_call *call);

/* Whether all traces are there that must be, and no other.
 * Errors  TG_ERR_DEVICE */
TG_NODISCARD tg_status pipeline_check_complete(const pipeline_call *call, tg_error *error);

/* ---- pipeline_host.c ---- */

/* What a test puts in front of a chip, on the thread that makes it. */
TG_NODISCARD tg_status pipeline_before_chip(const pipeline_item *item, tg_error *error);

/* Make one host trace; run of the pool's jobs. item: a pipeline_item */
void pipeline_host_run(void *item);
/* Free a host trace, if there is one, and give its bytes back. */
void pipeline_host_clear(pipeline_item *item);
/* Bytes of the cells, on the host and on the device. */
size_t pipeline_item_bytes(const pipeline_item *item);

/* ---- pipeline_device.c ---- */

/* All that is done behind the permit; failures are the call's. */
void pipeline_device_phase(pipeline_call *call);

/* ---- pipeline_sides.c ---- */

/* Write the public values among a trace's side outputs to where inputs have them.
 * sides  on the host; NULL: not there */
void pipeline_put_public_values(uint32_t *public_values, const tg_trace *trace,
                                uint32_t *const sides[TG_MAX_SIDES]);

/* Behind all device work of an item: events that cannot be made, public values. */
TG_NODISCARD tg_status pipeline_read_back(const pipeline_item *item, tg_scope *scope,
                                          tg_error *error);

#endif
