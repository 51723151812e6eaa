/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the files of the device share: the open device, and the one way to turn a CUDA error into
 * a status. */
#ifndef TRACEGATE_GPU_DEVICE_INTERNAL_H
#define TRACEGATE_GPU_DEVICE_INTERNAL_H

#include "gpu/device.h"
#include "gpu/user_plan.h"

#include <cuda_runtime_api.h>
#include <stdatomic.h>

typedef struct tg_device_buffer {
    void *d_bytes; /* NULL: the slot is empty */
    size_t len_bytes;
    bool taken;
} tg_device_buffer;

struct tg_device {
    tg_device_info info;
    cudaStream_t stream;
    tg_device_buffer buffers[TG_DEVICE_MAX_BUFFERS];
    tg_device_tally *d_tallies; /* two of them, for the checks' results */
    uint32_t *d_bad_event;      /* tg_krn_extra.bad_event of every run */
    bool poisons_scratch;       /* before the first step of a run */
    char queued[TG_NAME_BYTES]; /* trace of the kernel that was queued last and is not known to be
                                   done, and its step where that is known; "" if there is none */
    struct tg_device_modules *modules; /* of users' kernels; NULL before the first */
    cudaError_t lost;                  /* the fault that took the context; cudaSuccess: none */
    atomic_bool is_held;               /* what is queued waits, until this process lets it go */
};

/* Let what is queued from here on wait, until tg_device_wait or, in case that something else waits
 * for the stream, a fraction of a second is over: work that is shorter than the queueing of the
 * next then follows without gaps. */
TG_NODISCARD tg_status tg_device_hold(tg_device *device, tg_error *error);

/* Status of a CUDA call: TG_OK for cudaSuccess, else the status that the code calls for, with
 * the error filled.
 * doing  what was tried, as in "copying 12 bytes to the device" */
TG_NODISCARD tg_status tg_device_status(tg_device *device, cudaError_t code, tg_error *error,
                                        const char *doing, ...) TG_PRINTF(4, 5);

/* The same for a device that is not open yet: no driver, no device, no code for it.
 * info  what is known of the device, capability and name; NULL before one is found */
TG_NODISCARD tg_status tg_device_open_status(cudaError_t code, const tg_device_info *info,
                                             tg_error *error);

/* Whether a kernel's own fault leaves this code, which takes the context with it
 * (cuda_runtime_api.h, enum cudaError). */
bool tg_device_is_fault(cudaError_t code);

/* TG_OK, or TG_ERR_DEVICE where an earlier fault took the context. First line of every call that
 * takes a device. */
TG_NODISCARD tg_status tg_device_usable(const tg_device *device, tg_error *error);

/* Shared memory that a block gets without asking first, on every device (CUDA C++ Programming
 * Guide, compute capabilities). */
#define TG_GPU_SHARED_WITHOUT_ASKING (48u * 1024u)

/* What a kernel is handed: the kernel ABI. */
typedef struct tg_device_arguments {
    uint32_t *d_cells;
    uintptr_t height;
    const void *d_events;
    uintptr_t nb_events;
    tg_krn_extra extra;
} tg_device_arguments;

/* A plan that is ready to run: its scratch is taken. */
typedef struct tg_device_call {
    const tg_plan *plan;
    tg_user_call user; /* of a plan with `user`; empty elsewhere */
    size_t nb_scratch;
    const tg_launch *launch; /* NULL: the plan's */
    const tg_request *request;
    tg_device_arguments arguments;
    size_t scratch_bytes[TG_MAX_SCRATCH];
    void *d_scratch[TG_MAX_SCRATCH]; /* buffers of the device that hold the scratch: between guard
                                        zones where it is poisoned */
} tg_device_call;

/* Get ready, and give the scratch back; arguments as tg_device_run, which the call refers to. After
 * an error there is nothing to give back. */
TG_NODISCARD tg_status tg_device_call_init(tg_device_call *call, tg_device *device,
                                           const tg_plan *plan, const tg_launch *launch,
                                           const tg_product *d_out, const tg_request *request,
                                           tg_error *error);
void tg_device_call_clear(tg_device_call *call, tg_device *device);

/* Queue all steps.
 * marks  [nb_steps] CUDA events, recorded behind each step; NULL: none */
TG_NODISCARD tg_status tg_device_call_queue(tg_device *device, const tg_device_call *call,
                                            cudaEvent_t *marks, tg_error *error);

/* Say whose kernel runs from here on, to whom a fault belongs, and what a launch gave.
 * step       its name, where the plan has several
 * own_block  threads of the plan's own blocks: in larger ones a refusal is the caller's fault */
TG_NODISCARD tg_status tg_device_call_launched(tg_device *device, const tg_device_call *call,
                                               const char *step, cudaError_t code,
                                               const tg_launch *shape, uint32_t own_block,
                                               tg_error *error);

/* Queue what a description fills before its first step, and all of its launches; marks as
 * tg_device_call_queue's. Steps that are repeated are told apart by nothing: the first mark has all
 * of their time. */
TG_NODISCARD tg_status tg_device_user_queue(tg_device *device, const tg_device_call *call,
                                            cudaEvent_t *marks, tg_error *error);

/* Launch one of the device's own kernels over nb indices. */
TG_NODISCARD tg_status tg_device_launch_own(tg_device *device, const void *kernel, void **arguments,
                                            size_t nb, tg_error *error);

#endif
