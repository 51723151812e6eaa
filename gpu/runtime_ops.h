/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a runtime runs on: the few things that a CUDA device and the host grid do differently. All
 * order, ownership and errors of scopes are made of these, in runtime*.c; tests put a table of
 * their own in between to let any of them fail.
 *
 * Every function returns 0 or a code of its own, which text says in words: CUDA's cudaError_t, or
 * the host grid's tg_status. Streams are used by one thread at a time, all else by any.
 */
#ifndef TRACEGATE_GPU_RUNTIME_OPS_H
#define TRACEGATE_GPU_RUNTIME_OPS_H

#include "gpu/runtime.h"

typedef enum tg_direction {
    TG_TO_DEVICE,
    TG_FROM_DEVICE,
    TG_WITHIN_DEVICE,
} tg_direction;

/* Bytes of what is launched in words. */
#define TG_LABEL_BYTES 192

/* One launch, ready: the kernel ABI's arguments, on the device. It need not outlive the call. */
typedef struct tg_runtime_launch {
    const tg_step *step;
    const char *label; /* "step points of Global.main, 3 blocks of 64 threads" */
    tg_launch shape;
    uint32_t *d_cells;
    uintptr_t height;
    const void *d_events;
    uintptr_t nb_events;
    tg_krn_extra extra;
} tg_runtime_launch;

struct tg_runtime_ops {
    const char *name; /* "cuda", "host" */
    uint32_t block;   /* threads of a block where the caller asks for none; 0: as the plan says */
    bool waits_for_launches; /* launch returns the kernel's own error, behind its end */
    /* Errors  as tg_runtime_open */
    tg_status (*open)(void **device, tg_error *error);
    void (*close)(void *device);

    int (*stream_create)(void *device, void **stream);
    void (*stream_destroy)(void *device, void *stream); /* waits */
    /* These return the first error of the stream's work too, then and at every later call. */
    int (*stream_wait)(void *device, void *stream);
    int (*stream_query)(void *device, void *stream, bool *is_done);

    int (*event_create)(void *device, void **event);
    void (*event_destroy)(void *device, void *event);
    int (*event_record)(void *device, void *event, void *stream);
    /* These return the first error of the work before the event too; the event is then done. */
    int (*event_wait)(void *device, void *event);
    int (*event_query)(void *device, void *event, bool *is_done);
    int (*stream_wait_event)(void *device, void *stream, void *event);

    int (*take)(void *device, void **d_bytes, size_t len_bytes, void *stream);
    int (*give)(void *device, void *d_bytes, void *stream);
    int (*take_pinned)(void *device, void **bytes, size_t len_bytes);
    void (*give_pinned)(void *device, void *bytes);
    int (*memory)(void *device, size_t *free_bytes, size_t *total_bytes);

    /* is_pinned  the host's side is pinned: returns at once. Otherwise returns when src may change
     *            and dst can be read; copies within the device return at once. */
    int (*copy)(void *device, void *dst, const void *src, size_t len_bytes, tg_direction direction,
                bool is_pinned, void *stream);
    int (*set)(void *device, void *d_bytes, unsigned char byte, size_t len_bytes, void *stream);
    int (*transpose)(void *device, uint32_t *d_dst, const uint32_t *d_src, size_t nb_rows,
                     size_t nb_columns, void *stream);
    int (*launch)(void *device, const tg_runtime_launch *launch, void *stream);
    int (*call)(void *device, tg_scope_function *function, void *argument, void *stream);
    int (*sleep)(void *device, unsigned nb_microseconds, void *stream);

    /* What a code means: its status, its text, whether everything on the device is lost with it. */
    tg_status (*meaning)(int code, const char **text, bool *is_lost);

    /* What the stream itself knows of the first error of its work, which says more than a code can:
     * false if there was none. NULL: nothing is known. */
    bool (*stream_error)(void *device, void *stream, tg_error *error);
};

#endif
