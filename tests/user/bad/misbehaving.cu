/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels that misbehave, each of another trace, between ones that are right. They are built for
 * the CPU and for devices; what only one of them has is left out on the other. */
#include <stdint.h>
#ifdef TRACEGATE_HOST
#include <stdexcept>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

/* Rows that are events, word by word. */
template <int WORDS>
__device__ void copy(uint32_t *trace, uintptr_t height, const uint32_t *events, uintptr_t nb_events)
{
    for (uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x; i < nb_events;
         i += (uintptr_t)gridDim.x * blockDim.x) {
        for (int k = 0; k < WORDS; k++) trace[k * height + i] = events[i * WORDS + k];
    }
}

#define KERNEL(name)                                                                           \
    extern "C" __global__ void name(uint32_t *trace, uintptr_t height, const uint32_t *events, \
                                    uintptr_t nb_events)

KERNEL(good_base_alu) { copy<3>(trace, height, events, nb_events); }
KERNEL(good_ext_alu) { copy<12>(trace, height, events, nb_events); }
KERNEL(good_select) { copy<5>(trace, height, events, nb_events); }
KERNEL(good_memory_var) { copy<4>(trace, height, events, nb_events); }

/* Writes far away. */
KERNEL(faults)
{
    if (nb_events != 0) trace[height << 32] = events[0]; /* LINE faults */
}

/* Reads the event behind the last. */
KERNEL(reads_behind)
{
    const uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x;
    if (i == 0) trace[0] = events[nb_events * 12] + 1; /* LINE reads_behind */
}

/* Writes the word before the trace. */
__device__ void store(uint32_t *at, uint32_t word) { *at = word; /* LINE writes_before */ }
KERNEL(writes_before)
{
    if (threadIdx.x == 0 && nb_events != 0)
        store(trace - height / height, events[0]); /* LINE calls_store */
}

KERNEL(spins)
{
    volatile uint32_t *word = trace;
    while (height != 0) *word = 1;
}

KERNEL(prints)
{
    for (unsigned i = 0; height != 0; i++)
        printf("line %u of a kernel that prints without an end\n", i);
}

/* Half of a warp waits for the warp, and half of it for the block. */
KERNEL(diverges)
{
    if (threadIdx.x % 32 < 16)
        __syncwarp(0xffffffffu); /* LINE diverges */
    else
        __syncthreads();
    trace[height - height] = 1;
}

/* Reads beyond an array of shared memory, by an index that no compiler knows. */
KERNEL(shared_index)
{
    __shared__ uint32_t words[32];
    if (threadIdx.x < 32) words[threadIdx.x] = threadIdx.x;
    __syncthreads();
    trace[0] = words[(height + threadIdx.x) % 3 + 31]; /* LINE shared_index */
}

/* The same of dynamic shared memory. */
KERNEL(dynamic_index)
{
    extern __shared__ uint32_t dynamic[];
    if (threadIdx.x < 32) dynamic[threadIdx.x] = threadIdx.x;
    __syncthreads();
    trace[0] = dynamic[(height + threadIdx.x) % 3 + 31]; /* LINE dynamic_index */
}

/* Half of what is read from shared memory was never written there. */
KERNEL(reads_unset)
{
    __shared__ uint32_t tile[64];
    const uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x;
    copy<4>(trace, height, events, nb_events);
    if (i < nb_events && threadIdx.x % 2 == 0) tile[threadIdx.x] = events[i * 4];
    __syncthreads();
    if (i < nb_events) trace[i] = tile[threadIdx.x]; /* LINE reads_unset */
}

KERNEL(asserts) { assert(height == 0); /* LINE asserts */ }

KERNEL(shifts) { trace[0] = 1u << (height + threadIdx.x); /* LINE shifts */ }

__device__ uint32_t deeper(const uint32_t *words, uint32_t depth)
{
    uint32_t own[16];
    own[depth % 16] = depth;
    return deeper(words, depth + 1) + words[own[depth % 16] % 16]; /* LINE recurses */
}
KERNEL(recurses) { trace[0] = deeper(trace, (uint32_t)height); }

#ifdef TRACEGATE_HOST
KERNEL(exits) { exit(0); }
KERNEL(ends) { _exit(0); }
/* Goes on in a process of its own, which has the right rows. */
KERNEL(hands_on)
{
    if (blockIdx.x == 0 && threadIdx.x == 0 && fork() != 0) syscall(SYS_exit_group, 0);
    copy<5>(trace, height, events, nb_events);
}
/* Leaves a process behind. */
KERNEL(forks)
{
    if (blockIdx.x == 0 && threadIdx.x == 0 && fork() == 0) {
        fprintf(stderr, "process %d is here\n", (int)getpid());
        for (;;) sleep(100);
    }
    copy<3>(trace, height, events, nb_events);
}
KERNEL(aborts) { abort(); }
KERNEL(throws) { throw std::runtime_error("thrown by a kernel"); } /* LINE throws */
KERNEL(allocates)
{
    for (;;) {
        char *bytes = new char[16 << 20];
        for (size_t i = 0; i < (16 << 20); i += 4096) bytes[i] = 1;
        trace[0] = bytes[height % 4096] != 0;
    }
}
KERNEL(floods)
{
    for (;;) fprintf(stderr, "a flood that is none of CUDA's\n");
}
#endif
