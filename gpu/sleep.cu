/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A pause in the order of a stream. Not a function of the host: these run one after the other,
 * whatever their streams, and a pause must hold back its own stream only. */
#include "gpu/runtime_cuda_internal.h"

/* Between two looks at the clock. */
#define NAP_NS 10000u

static __device__ uint64_t now_ns(void)
{
    uint64_t now;
    asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
    return now;
}

TG_GPU_KERNEL void tg_gpu_sleep(uint64_t nb_nanoseconds)
{
    const uint64_t begin = now_ns();
    while (now_ns() - begin < nb_nanoseconds) __nanosleep(NAP_NS);
}
