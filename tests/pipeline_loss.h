/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The host grid as a device that is lost as CUDA's is: a kernel faults behind its launch, and from
 * then on every call of every stream returns the same code, whose work it may be.
 */
#ifndef TRACEGATE_TESTS_PIPELINE_LOSS_H
#define TRACEGATE_TESTS_PIPELINE_LOSS_H

#include "gpu/runtime_ops.h"

#include <stdatomic.h>
#include <string.h>

/* The trace whose kernel faults; one such device a process. */
static const char *loss_culprit;
static atomic_bool loss_is_lost;

#define LOSS_CODE 70003
#define LOSS_TEXT "a planted fault"

/* The inner call's code, done in any case; or the loss. */
static inline int loss_code(int code) { return atomic_load(&loss_is_lost) ? LOSS_CODE : code; }

static inline int loss_stream_wait(void *device, void *stream)
{
    return loss_code(tg_runtime_host.stream_wait(device, stream));
}

static inline int loss_stream_query(void *device, void *stream, bool *is_done)
{
    return loss_code(tg_runtime_host.stream_query(device, stream, is_done));
}

static inline int loss_event_record(void *device, void *event, void *stream)
{
    return loss_code(tg_runtime_host.event_record(device, event, stream));
}

static inline int loss_event_wait(void *device, void *event)
{
    return loss_code(tg_runtime_host.event_wait(device, event));
}

static inline int loss_stream_wait_event(void *device, void *stream, void *event)
{
    return loss_code(tg_runtime_host.stream_wait_event(device, stream, event));
}

static inline int loss_take(void *device, void **d_bytes, size_t len_bytes, void *stream)
{
    return atomic_load(&loss_is_lost) ? LOSS_CODE
                                      : tg_runtime_host.take(device, d_bytes, len_bytes, stream);
}

static inline int loss_launch(void *device, const tg_runtime_launch *launch, void *stream)
{
    if (atomic_load(&loss_is_lost)) return LOSS_CODE;
    const int code = tg_runtime_host.launch(device, launch, stream);
    if (strstr(launch->label, loss_culprit) != NULL) atomic_store(&loss_is_lost, true);
    return code;
}

static inline tg_status loss_meaning(int code, const char **text, bool *is_lost)
{
    if (code != LOSS_CODE) return tg_runtime_host.meaning(code, text, is_lost);
    *text = LOSS_TEXT;
    *is_lost = true;
    return TG_ERR_DEVICE;
}

/* The table, of a device that is not lost.
 * culprit  part of the label of the launch that faults */
static inline tg_runtime_ops loss_ops(const char *culprit)
{
    tg_runtime_ops ops = tg_runtime_host;
    loss_culprit = culprit;
    atomic_store(&loss_is_lost, false);
    ops.stream_wait = loss_stream_wait;
    ops.stream_query = loss_stream_query;
    ops.event_record = loss_event_record;
    ops.event_wait = loss_event_wait;
    ops.stream_wait_event = loss_stream_wait_event;
    ops.take = loss_take;
    ops.launch = loss_launch;
    ops.meaning = loss_meaning;
    ops.stream_error = NULL;
    return ops;
}

#endif
