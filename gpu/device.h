/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CUDA devices: memory, copies, launches, checks on the device, measurements. Built with and
 * without CUDA; without it, opening a device is TG_ERR_UNAVAILABLE and nothing else can be called.
 *
 * Work on a device is queued on its one stream, in the order of the calls. Every function that
 * hands something to the host waits for it; the others return at once, except in verify builds,
 * which wait after every launch so that an error names its kernel.
 *
 * Errors of all functions that take a device, unless said otherwise
 *   TG_ERR_KERNEL  a kernel that was queued before has faulted: names its trace and the CUDA error,
 *                  and in verify builds its step, where the trace has several. The device's
 *                  context is lost with it: every later call is TG_ERR_DEVICE, and only another
 *                  process can go on.
 *   TG_ERR_DEVICE  any other CUDA error, by name. tg_error.cuda_code holds the code of both.
 * A device is used by the thread that opened it.
 */
#ifndef TRACEGATE_GPU_DEVICE_H
#define TRACEGATE_GPU_DEVICE_H

#include "gpu/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tg_device tg_device;

typedef struct tg_device_info {
    char name[256];
    int index;            /* as the CUDA runtime counts */
    int capability_major; /* compute capability: 9.0 is sm_90 */
    int capability_minor;
    int nb_multiprocessors;
    size_t memory_bytes; /* of the whole device */
    size_t l2_bytes;     /* of its second-level cache */
    int driver_version;  /* newest CUDA that the driver knows: 13000 is 13.0 */
    int runtime_version; /* CUDA that the program was built with */
} tg_device_info;

/* True if the program was built with CUDA. */
bool tg_device_is_built(void);

/* Open a device: the one that the environment's TG_CUDA_DEVICE numbers, else the first.
 * Errors  TG_ERR_UNAVAILABLE if there is no CUDA in this build, no driver, no device, or no code
 *         for this device; says what installs it. TG_ERR_USAGE if TG_CUDA_DEVICE is no number.
 *         TG_ERR_MEMORY. *device is then NULL.
 */
TG_NODISCARD tg_status tg_device_open(tg_device **device, tg_error *error);

/* Free all buffers of the device and the device; NULL is taken, and so is a device whose context
 * is lost. */
void tg_device_close(tg_device *device);

/* Valid until the device is closed. */
const tg_device_info *tg_device_get_info(const tg_device *device);

/* ---- memory ---- */

/* Buffers that can be taken at once. */
#define TG_DEVICE_MAX_BUFFERS 32

/* Take a buffer of at least len_bytes, uninitialised, aligned to 256 bytes (as cudaMalloc does).
 * Buffers that were given back are used again; the device's memory is freed when it is closed, or
 * when a new buffer needs it.
 * Errors  TG_ERR_MEMORY naming the bytes asked for and free; TG_ERR_SIZE if TG_DEVICE_MAX_BUFFERS
 *         are taken. *d_buffer is then NULL.
 */
TG_NODISCARD tg_status tg_device_take(tg_device *device, void **d_buffer, size_t len_bytes,
                                      tg_error *error);

/* Give a buffer back that was taken from this device; NULL is taken. */
void tg_device_give(tg_device *device, void *d_buffer);

/* Copy len_bytes to, from and within the device; ranges must not overlap. Upload waits until src
 * may change, download until dst can be read. */
TG_NODISCARD tg_status tg_device_upload(tg_device *device, void *d_dst, const void *src,
                                        size_t len_bytes, tg_error *error);
TG_NODISCARD tg_status tg_device_download(tg_device *device, void *dst, const void *d_src,
                                          size_t len_bytes, tg_error *error);
TG_NODISCARD tg_status tg_device_copy(tg_device *device, void *d_dst, const void *d_src,
                                      size_t len_bytes, tg_error *error);

/* Set len_bytes to zero, by the CUDA runtime's memset. */
TG_NODISCARD tg_status tg_device_clear(tg_device *device, void *d_dst, size_t len_bytes,
                                       tg_error *error);

/* Set nb_words words; d_words is aligned to 4 bytes. */
TG_NODISCARD tg_status tg_device_fill(tg_device *device, uint32_t *d_words, size_t nb_words,
                                      uint32_t word, tg_error *error);

/* ---- checks on the device: each reads whole buffers and hands back a few numbers ---- */

/* Places that a check found. */
typedef struct tg_device_tally {
    uint64_t nb;
    uint64_t first; /* index of the first and of the last, in words or bytes as the check says; 0 if
                       nb is 0 */
    uint64_t last;
} tg_device_tally;

/* Words that are not `word`. */
TG_NODISCARD tg_status tg_device_find_unlike(tg_device *device, tg_device_tally *found,
                                             const uint32_t *d_words, size_t nb_words,
                                             uint32_t word, tg_error *error);

/* Bytes that differ between two buffers. */
TG_NODISCARD tg_status tg_device_compare_bytes(tg_device *device, tg_device_tally *changed,
                                               const void *d_first, const void *d_second,
                                               size_t len_bytes, tg_error *error);

/* Cells of two runs of one kernel, the first over first_poison and the second over second_poison.
 * unwritten  cells that hold each run's own poison
 * unstable   cells that differ otherwise
 */
TG_NODISCARD tg_status tg_device_compare_runs(tg_device *device, tg_device_tally *unwritten,
                                              tg_device_tally *unstable, const uint32_t *d_first,
                                              const uint32_t *d_second, size_t nb_cells,
                                              uint32_t first_poison, uint32_t second_poison,
                                              tg_error *error);

/* ---- launches ---- */

/* Queue all steps of a plan. Height 0 launches nothing.
 * launch  zeros or NULL: the plan's shapes
 * d_out   cells and side outputs on the device; every one of them that the plan's steps make is
 *         written
 * request with events on the device; errors name its trace, and the step where it has several
 * Scratch is taken from the device's buffers and given back: what is queued later waits for it.
 * Errors  also TG_ERR_SIZE for a shape that the device or the kernel can't take, or where the
 *         device's buffers are taken; TG_ERR_KERNEL for a kernel that the device refuses in blocks
 *         no larger than its plan's own: the context is not lost by that; TG_ERR_MEMORY
 */
TG_NODISCARD tg_status tg_device_run(tg_device *device, const tg_plan *plan,
                                     const tg_launch *launch, const tg_product *d_out,
                                     const tg_request *request, tg_error *error);

/* From now on, put guard zones around all scratch and fill it with TG_SCRATCH_POISON before the
 * first step of a run, and let tg_device_run wait for the steps and fail with TG_ERR_KERNEL where
 * one of them wrote into a zone: the context is not lost by that. Or leave in scratch what was
 * there, as on a device that was just opened. A measurement would time the fill. */
void tg_device_poison_scratch(tg_device *device, bool poison);

/* Wait for all that is queued and see whether all events of the request that was run last could be
 * made. Says yes for traces that search nothing.
 * Errors  also TG_ERR_EVENT for the first that could not */
TG_NODISCARD tg_status tg_device_check_events(tg_device *device, const tg_request *request,
                                              tg_error *error);

/* Wait until all that is queued is done: the place where faults of kernels show. */
TG_NODISCARD tg_status tg_device_wait(tg_device *device, tg_error *error);

/* ---- measurement ---- */

#define TG_DEVICE_MAX_REPEATS 64

/* Queues what is to be timed; repeat counts up through warm-up and measurement, so that work can
 * go round several buffers. */
typedef tg_status tg_device_work(void *arguments, size_t repeat, tg_error *error);

/* Time work by CUDA events around each repeat, after as many repeats of warm-up. All of it is
 * queued before it begins: queueing may take longer than a small kernel, and is not in the time.
 *
 * seconds     the median
 * nb_repeats  1 .. TG_DEVICE_MAX_REPEATS
 * Errors  also those of work
 */
TG_NODISCARD tg_status tg_device_measure(tg_device *device, double *seconds, size_t nb_repeats,
                                         tg_device_work *work, void *arguments, tg_error *error);

/* Time the steps of a plan apart, by CUDA events between them; arguments as tg_device_run, with the
 * plan's shapes.
 * seconds     [plan->nb_steps] medians; all of them 0 for height 0
 * nb_repeats  1 .. TG_DEVICE_MAX_REPEATS, after as many repeats of warm-up; all on the same memory
 * Errors      also TG_ERR_SIZE for a plan of more than TG_MAX_STEPS steps, TG_ERR_USAGE */
TG_NODISCARD tg_status tg_device_measure_steps(tg_device *device, double *seconds,
                                               size_t nb_repeats, const tg_plan *plan,
                                               const tg_product *d_out, const tg_request *request,
                                               tg_error *error);

#ifdef __cplusplus
}
#endif

#endif
