/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A measurement in a process of its own: what one does to device, allocator and threads is not
 * there in the next, and a measurement that uses CUDA leaves this process able to fork others. */
#ifndef TRACEGATE_HARNESS_BENCH_APART_H
#define TRACEGATE_HARNESS_BENCH_APART_H

#include "model/status.h"

#include <stddef.h>

/* What is measured. Runs on a thread of the other process, which shares with this one only what
 * tg_bench_share gave. */
typedef tg_status tg_bench_work(void *context, tg_error *error);

/* Seconds that a measurement may take: far beyond any that ends. */
#define TG_BENCH_APART_MAX_S 7200.0

/* Whom a measurement is told to. Functions may be NULL. */
typedef struct tg_bench_watch {
    void (*begun)(void *context); /* the other process is there: this one may begin threads */
    void (*ended)(void *context); /* called whenever begun was; threads are to be gone then */
    void *context;
    double max_s; /* after which the measurement is ended; 0: TG_BENCH_APART_MAX_S */
} tg_bench_watch;

/* Measure apart and wait for the end. This process must have no other thread: what one has locked
 * would stay locked in the other process.
 * watch   NULL: nobody
 * Errors  those of the work; TG_ERR_MEMORY if the system has no process or memory for it;
 *         TG_ERR_DEVICE if the process ended before its work, or did not end in time */
TG_NODISCARD tg_status tg_bench_apart(tg_bench_work *work, void *context,
                                      const tg_bench_watch *watch, tg_error *error);

/* Take memory, all zero, that such processes share with this one, and give it back; NULL is taken.
 * nb_bytes > 0. Errors  TG_ERR_MEMORY; *memory is then NULL */
TG_NODISCARD tg_status tg_bench_share(void **memory, size_t nb_bytes, tg_error *error);
void tg_bench_unshare(void *memory, size_t nb_bytes);

#endif
