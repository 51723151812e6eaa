/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Users' kernels, ready to run: a manifest read, its sources compiled for where they are to run,
 * its symbols looked up, a launch plan for each trace that it has a kernel of.
 */
#ifndef TRACEGATE_MODULES_USER_KERNELS_H
#define TRACEGATE_MODULES_USER_KERNELS_H

#include "modules/manifest.h"

/* Where kernels run. */
typedef enum tg_route {
    TG_ROUTE_DEVICE, /* backend `cuda` */
    TG_ROUTE_HOST,   /* backend `host`: sources only */
} tg_route;

typedef struct tg_user_options {
    const char *manifest;   /* file; NULL: kernel and trace say it */
    const char *kernel;     /* "FILE:SYMBOL" */
    size_t trace;           /* index of the trace that kernel makes */
    tg_build_options build; /* of kernel's source; a manifest says its own */
    tg_route route;
    bool sanitizes;           /* TG_ROUTE_HOST */
    const char *event_struct; /* of kernel's source: compared with the model's events; NULL: not
                                 stated. A manifest says its own */
    bool poisons;       /* no trace is zeroed first, whatever the descriptions say; plans that would
                           have been have a `zeroed` one */
    bool keeps_going;   /* a manifest's file that is bad input costs the traces alone whose kernels
                           stand in it: their plans have `unmade` */
    unsigned arch;      /* TG_ROUTE_DEVICE: 90 */
    bool has_no_device; /* TG_ROUTE_HOST for want of a device, not by choice */
    /* What a compiler said, as it wrote it: a log for each file that has one, errors too. NULL:
     * nobody listens.
     * source  file that was compiled */
    void (*on_log)(void *context, const char *source, const char *log);
    /* A source is being compiled, which may take seconds; source NULL: it is. NULL: nobody
     * listens */
    void (*on_build)(void *context, const char *source);
    void *context;
} tg_user_options;

typedef struct tg_user_kernels tg_user_kernels;

/* Read, compile, look up.
 *
 * kernels  to be destroyed; NULL after an error
 * options  copied; its texts must outlive kernels
 * Errors   those of tg_manifest_read, tg_manifest_of_kernel, tg_host_build_run,
 * tg_device_build_run, tg_symbols_read, tg_symbols_check and tg_probe_run; TG_ERR_USAGE for a
 * module that is no source where TG_ROUTE_HOST is wanted, TG_ERR_UNAVAILABLE where there is nothing
 * else; with keeps_going only where no kernel is left */
TG_NODISCARD tg_status tg_user_kernels_create(tg_user_kernels **kernels,
                                              const tg_user_options *options, tg_error *error);

/* NULL is taken. Plans that it gave are then gone. */
void tg_user_kernels_destroy(tg_user_kernels *kernels);

/* A tg_plan_of: the plan of a trace, NULL if it has none; context: kernels. */
const tg_plan *tg_user_kernels_plan_of(void *context, const tg_trace *trace);

/* The traces that it has kernels of, in the manifest's order. */
size_t tg_user_kernels_nb(const tg_user_kernels *kernels);
size_t tg_user_kernels_trace_at(const tg_user_kernels *kernels, size_t index);

#endif
