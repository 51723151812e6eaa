/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The trace generator: inputs of a machine's chips go in, the traces of all chips of the smallest
 * cluster come out, on the device, padded to 2^max_log_row_count without memory for it.
 *
 * Chips made on the device and chips made on the host go side by side: host chips begin at once on
 * the pipeline's threads, before the permit is there, and their traces wait in a queue; behind the
 * permit they are uploaded and transposed, while the device's own chips are issued.
 *
 * Threads: all entry points block, and may be called by many threads at once.
 *
 * Source: SP1 v6.2.0, sp1-gpu/crates/tracegen; crates/hypercube: machine, chip, shard.
 */
#ifndef TRACEGATE_PIPELINE_PIPELINE_H
#define TRACEGATE_PIPELINE_PIPELINE_H

#include "gpu/runtime.h"
#include "harness/subject.h"
#include "model/machine.h"
#include "pipeline/permits.h"

/* ---- inputs ---- */

/* Public values of every machine, those that it does not have being 0. */
#define TG_PIPELINE_NB_PUBLIC_VALUES 187

/* Make a host trace.
 * out      caller's: cells row-major [height][width] or column-major [width][height] as the input
 *          says, uninitialised; side outputs where the trace has any
 * Errors   any, with what, where and how */
typedef tg_status tg_host_make(void *context, const tg_product *out, size_t height,
                               tg_error *error);

/* What one chip of the machine gets, for one kind of trace. */
typedef struct tg_chip_input {
    bool is_included; /* the shard needs it; for preprocessed traces: it has one */
    size_t height;    /* of its trace, padding rows included; a plain row count */
    tg_subject
        subject; /* trace, reference and plan; all NULL for a chip without a generator here */
    const void *events; /* [nb_events] valid structs, the input's */
    size_t nb_events;
    tg_host_make *make; /* in the place of the reference: recorded stand-ins, tests; NULL: the
                           reference */
    void *make_context;
    bool is_row_major; /* what make writes; the reference writes columns */
} tg_chip_input;

/* Inputs of all chips: what SP1 calls a record (main traces) or a program (preprocessed ones).
 * Counts its owners: the last one frees it, on a thread of the pipeline's own. */
typedef struct tg_inputs tg_inputs;
struct tg_inputs {
    const tg_machine *machine;
    tg_kind kind;
    tg_chip_input *chips;                                 /* [machine->nb_chips], machine order */
    uint32_t public_values[TG_PIPELINE_NB_PUBLIC_VALUES]; /* canonical; main only. Side outputs that
                                       are public values are written here as they are made */
    bool global_dependencies_opt;       /* lookups that are left to the jagged form */
    void (*destroy)(tg_inputs *inputs); /* frees all of it, the struct too */
    tg_inputs *next;                    /* the pipeline's: those to be freed; NULL at first */
};

/* ---- results ---- */

/* A padded trace: rows below height are inner's, all others up to 2^num_variables are 0. */
typedef struct tg_padded_trace {
    const char *name; /* the chip's */
    size_t width;
    size_t height; /* rows that are real entries; 0: virtual, without any memory */
    unsigned num_variables;
    uint32_t *d_cells;               /* [width][height] on the device; NULL: virtual */
    uint32_t *d_sides[TG_MAX_SIDES]; /* NULL: none */
    bool is_device;                  /* made by a kernel; else on the host, or virtual */
} tg_padded_trace;

typedef struct tg_traces {
    size_t nb;
    tg_padded_trace *list; /* in byte order of the names */
} tg_traces;

/* One chip that failed, or what failed of no chip: a permit, a scope, a kernel that may be of
 * several chips. */
typedef struct tg_chip_failure {
    const char *name; /* the chip's, or "" where it is no chip's */
    tg_kind kind;
    tg_error error;
} tg_chip_failure;

/* Seconds of the monotonic clock since the call began. */
typedef struct tg_pipeline_times {
    double host_done; /* last host trace made */
    double permitted; /* permit acquired */
    double issued;    /* all device work queued */
    double done;      /* the end mark reached; 0: nobody has waited yet */
    size_t uploaded_bytes;
} tg_pipeline_times;

typedef struct tg_pipeline_result {
    tg_traces preprocessed; /* all chips of the machine with preprocessed columns */
    tg_traces main;         /* all chips of the cluster */
    size_t cluster;         /* number of the cluster; meaningless without main traces */
    uint32_t
        public_values[TG_PIPELINE_NB_PUBLIC_VALUES]; /* canonical, read after all main traces */
    tg_permit permit;                                /* held until the result is cleared */
    tg_permit place; /* in a jagged trace, of a result that lies in one; held as long */
    tg_scope *scope; /* owns all device memory of the result */
    tg_mark *end;    /* behind all work of the result */
    tg_pipeline_times times;
    size_t nb_failures; /* of a call that failed: the chip that did and was the first to begin, on
                           the device if there is one; every other chip that did, in name order;
                           then what is no chip's. The first is the same each time, unless memory
                           runs out or the device is lost */
    tg_chip_failure *failures;
} tg_pipeline_result;

/* ---- the pipeline ---- */

typedef struct tg_pipeline tg_pipeline;

/* What tests put in the way of the work. Functions may be NULL. */
typedef struct tg_pipeline_hooks {
    void *context;
    /* Before a chip is made, on the thread that makes it: may sleep, may fail. */
    tg_status (*before_chip)(void *context, const char *name, tg_kind kind, bool is_device,
                             tg_error *error);
    void (*destroyed)(void *context, const tg_inputs *inputs); /* right before an input's destroy */
} tg_pipeline_hooks;

typedef struct tg_pipeline_options {
    size_t nb_threads;     /* of the host's pool; 0: one a core */
    size_t max_host_bytes; /* finished host traces that may wait at once, per pipeline: further host
                              chips begin later; one trace always may. 0: no limit */
    size_t nb_streams;     /* device chips side by side; 0: the pipeline's choice */
    bool no_overlap;       /* as SP1 does it: one stream, pageable copies */
    bool (*is_device)(void *context, const tg_machine_chip *chip,
                      tg_kind kind); /* which chips that can be are made on the device; NULL: all
                                        those that SP1 makes there */
    void *is_device_context;
    const tg_pipeline_hooks *hooks; /* NULL: none */
} tg_pipeline_options;

/* Errors  those of tg_runtime_open; TG_ERR_MEMORY, TG_ERR_IO if threads cannot be made */
TG_NODISCARD tg_status tg_pipeline_create(tg_pipeline **pipeline, const tg_machine *machine,
                                          const tg_runtime_ops *ops,
                                          const tg_pipeline_options *options, tg_error *error);
/* Waits for all inputs to be freed; no call may be under way and all results must be cleared. NULL
 * is taken. */
void tg_pipeline_destroy(tg_pipeline *pipeline);
tg_runtime *tg_pipeline_runtime(tg_pipeline *pipeline);

/* Whether a chip's trace is made on the device, if it is included.
 * input  its own, of a kind; events are not looked at */
bool tg_pipeline_is_device(const tg_pipeline *pipeline, size_t chip, const tg_chip_input *input,
                           tg_kind kind);

/* Make main traces, preprocessed traces, or both under one permit; both give what the two calls
 * would. The inputs are the call's from now on, also if it fails.
 * result  caller's; overwritten; to be cleared in any case: after an error it holds failures only
 * Errors  all chips' are collected in result->failures; the first there is returned. Of kernels
 *         that fail late on one stream the first is known, the others have not run; where a fault
 *         takes the device, and kernels of several chips were queued, they are one failure that is
 *         no chip's and names them.
 *         Before any job is started: TG_ERR_HEIGHT (rows above 2^max_log_row_count; main and
 *         preprocessed heights of a recursion machine that disagree, with the chip's name),
 *         TG_ERR_USAGE (no cluster contains the included chips; an included chip that nothing can
 *         make; global_dependencies_opt, which only the jagged form can mend; inputs of another
 *         machine or kind).
 *         The permits' errors, TG_ERR_MEMORY, and those of scopes and chips. Late errors of the
 *         device show here: all work is done, and seen to be right, when the call returns success
 */
TG_NODISCARD tg_status tg_pipeline_generate_main(tg_pipeline_result *result, tg_pipeline *pipeline,
                                                 tg_inputs *record, unsigned max_log_row_count,
                                                 tg_permits *permits, tg_error *error);
TG_NODISCARD tg_status tg_pipeline_generate_preprocessed(tg_pipeline_result *result,
                                                         tg_pipeline *pipeline, tg_inputs *program,
                                                         unsigned max_log_row_count,
                                                         tg_permits *permits, tg_error *error);
TG_NODISCARD tg_status tg_pipeline_generate(tg_pipeline_result *result, tg_pipeline *pipeline,
                                            tg_inputs *program, tg_inputs *record,
                                            unsigned max_log_row_count, tg_permits *permits,
                                            tg_error *error);

/* Free the device's memory and release the permit; takes a result that is all zero.
 * Returns how long the permit was held, in seconds. */
double tg_pipeline_result_clear(tg_pipeline_result *result);

/* Trace of a chip by name; NULL if there is none. */
const tg_padded_trace *tg_traces_find(const tg_traces *traces, const char *name);

/* Cells of a trace to the host, [width][height]; nothing for a virtual one. */
TG_NODISCARD tg_status tg_padded_trace_download(uint32_t *cells, const tg_padded_trace *trace,
                                                tg_scope *scope, tg_error *error);

#endif
