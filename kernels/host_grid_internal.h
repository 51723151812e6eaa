/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* State of the host grid, shared by its launch (host_grid.c), its barriers (host_barrier.c) and its
 * shared memory (host_shared.c).
 *
 * A worker is one OpenMP thread; it runs one block at a time. The threads of a block run on the
 * worker's fibers: a fiber runs one thread after the other until one waits, then another fiber goes
 * on. Fibers that have no thread are kept for the next thread or block.
 */
#ifndef TRACEGATE_KERNELS_HOST_GRID_INTERNAL_H
#define TRACEGATE_KERNELS_HOST_GRID_INTERNAL_H

#include "kernels/fiber_internal.h"
#include "kernels/host_grid.h"
#include "kernels/port.h"

#include <stdbool.h>

#define TG_WARP_LANES 32u
#define TG_MAX_WARPS (TG_HOST_GRID_MAX_BLOCK / TG_WARP_LANES)

/* What a thread waits for. */
typedef enum tg_host_wait {
    TG_WAIT_NOTHING,
    TG_WAIT_BLOCK, /* in __syncthreads */
    TG_WAIT_SYNC,  /* in __syncwarp */
    TG_WAIT_WARP,  /* in a shuffle or vote */
    TG_NB_WAITS
} tg_host_wait;

/* A lane's part in an operation of its warp. */
typedef struct tg_host_exchange {
    tg_warp_operation operation;
    uint32_t mask; /* lanes that take part */
    uint32_t source;
    uint32_t width;
    uint64_t value;
    uint64_t result; /* valid once the lane is released */
} tg_host_exchange;

typedef struct tg_host_warp_state {
    uint32_t waiting; /* lanes that wait in an operation of the warp */
    uint32_t ended;   /* lanes that have ended, or that the block does not have */
} tg_host_warp_state;

/* A line of a source; file is NULL where it is not known. */
typedef struct tg_host_place {
    const char *file;
    uint32_t line;
    uint32_t column; /* 0: not known */
} tg_host_place;

typedef struct tg_host_worker {
    const tg_host_launch *launch;
    void (*thread)(void *arguments);
    void *arguments;
    unsigned char *dynamic; /* dynamic shared memory; NULL if there is none */
    uint32_t nb_shared;     /* static arrays of it that the block has poisoned */
    const void *shared[TG_HOST_GRID_MAX_SHARED];

    tg_fiber main;           /* the OpenMP thread itself */
    tg_fiber_stacks *stacks; /* the OpenMP thread's, one a thread of the block */
    uint32_t nb_fibers;      /* made so far */
    tg_fiber fibers[TG_HOST_GRID_MAX_BLOCK];
    uint32_t nb_idle; /* fibers without a thread */
    tg_fiber *idle[TG_HOST_GRID_MAX_BLOCK];

    uint32_t nb_started; /* threads of the block, in order */
    uint32_t nb_ended;
    uint32_t nb_at_barrier;    /* threads in __syncthreads */
    uint32_t first_at_barrier; /* of them, if there are any */
    uint32_t nb_true;          /* of those with a predicate that holds */
    uint32_t nb_released;      /* what nb_true came to when the barrier before was complete */
    uint32_t first_ready;      /* ring of threads that can go on */
    uint32_t nb_ready;
    uint16_t ready[TG_HOST_GRID_MAX_BLOCK];
    tg_fiber *fiber_of[TG_HOST_GRID_MAX_BLOCK];
    uint8_t waits[TG_HOST_GRID_MAX_BLOCK];        /* tg_host_wait */
    tg_host_place place;                          /* of the barrier that is called now */
    tg_host_place places[TG_HOST_GRID_MAX_BLOCK]; /* where each thread was at a barrier last */
    tg_host_warp_state warps[TG_MAX_WARPS];
    tg_host_exchange exchanges[TG_HOST_GRID_MAX_BLOCK];

    bool is_closing;  /* fibers that are resumed leave for good */
    tg_status status; /* not TG_OK: the worker runs no more blocks */
    uint32_t failed_block;
    tg_error error;
} tg_host_worker;

/* The worker of this OpenMP thread while a launch runs: what kernels call has no context
 * argument (kernels/port.h). */
extern _Thread_local tg_host_worker *tg_host_worker_now;

/* Let others run until one that waits for nothing, or the launch, resumes `self`, the running
 * fiber. Where the worker has failed it is the launch's turn, and the fiber leaves for good. */
void tg_host_worker_yield(tg_host_worker *worker, tg_fiber *self);

/* Whether the thread waits at a place that the threads before it do not wait at. */
bool tg_host_place_is_first(const tg_host_worker *worker, uint32_t thread);

/* Forget the block before: no thread has started. */
void tg_host_barriers_reset(tg_host_worker *worker);

/* Forget the block before: its dynamic shared memory is poison, its static arrays are to be. */
void tg_host_shared_reset(tg_host_worker *worker);

/* Thread number `thread` has ended: release those who waited for it, or let the worker fail. */
void tg_host_barriers_end_thread(tg_host_worker *worker, uint32_t thread);

#endif
