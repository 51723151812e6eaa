/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Work of CUDA streams under the runtime: copies, launches, host functions, pauses. */
#include "gpu/device_internal.h"
#include "gpu/runtime_cuda_internal.h"

/* Blocks of a transpose at the most; they stride on. CUDA takes 2^31 - 1. */
#define MAX_TRANSPOSE_GRID ((size_t)1 << 20)

/* Verify builds wait for each kernel, so that its error names it. */
static int launched(cudaError_t code, void *stream)
{
    const cudaError_t last = cudaGetLastError();
    if (code == cudaSuccess) code = last;
#ifdef TG_VERIFY
    if (code == cudaSuccess) code = cudaStreamSynchronize(stream);
#else
    (void)stream;
#endif
    return tg_cuda_code(code);
}

int tg_cuda_copy(void *device, void *dst, const void *src, size_t len_bytes, tg_direction direction,
                 bool is_pinned, void *stream)
{
    static const enum cudaMemcpyKind kinds[] = {[TG_TO_DEVICE] = cudaMemcpyHostToDevice,
                                                [TG_FROM_DEVICE] = cudaMemcpyDeviceToHost,
                                                [TG_WITHIN_DEVICE] = cudaMemcpyDeviceToDevice};
    int code = tg_cuda_use(device);
    if (code == 0)
        code = tg_cuda_code(cudaMemcpyAsync(dst, src, len_bytes, kinds[direction], stream));
    if (code != 0 || is_pinned || direction == TG_WITHIN_DEVICE) return code;
    // Where the device reads pageable memory by itself, not even a copy to it need have begun.
    return tg_cuda_code(cudaStreamSynchronize(stream));
}

int tg_cuda_set(void *device, void *d_bytes, unsigned char byte, size_t len_bytes, void *stream)
{
    const int code = tg_cuda_use(device);
    return code != 0 ? code : tg_cuda_code(cudaMemsetAsync(d_bytes, byte, len_bytes, stream));
}

int tg_cuda_transpose(void *device, uint32_t *d_dst, const uint32_t *d_src, size_t nb_rows,
                      size_t nb_columns, void *stream)
{
    const size_t nb_tiles = ((nb_rows + TG_GPU_TILE - 1) / TG_GPU_TILE) *
                            ((nb_columns + TG_GPU_TILE - 1) / TG_GPU_TILE);
    const dim3 grid = {
        .x = (unsigned)(nb_tiles < MAX_TRANSPOSE_GRID ? nb_tiles : MAX_TRANSPOSE_GRID),
        .y = 1,
        .z = 1};
    const dim3 block = {.x = TG_GPU_TILE * TG_GPU_TRANSPOSE_WARPS, .y = 1, .z = 1};
    void *arguments[] = {&d_dst, &d_src, &nb_rows, &nb_columns};
    const int code = tg_cuda_use(device);
    if (code != 0) return code;
    return launched(
        cudaLaunchKernel((const void *)tg_gpu_transpose, grid, block, arguments, 0, stream),
        stream);
}

int tg_cuda_launch(void *device, const tg_runtime_launch *launch, void *stream)
{
    const tg_step *step = launch->step;
    tg_runtime_launch of = *launch;
    void *arguments[] = {&of.d_cells, &of.height, &of.d_events, &of.nb_events, &of.extra};
    const dim3 grid = {.x = launch->shape.grid, .y = 1, .z = 1};
    const dim3 block = {.x = launch->shape.block, .y = 1, .z = 1};
    int code = tg_cuda_use(device);
    if (code == 0 && step->shared_bytes > TG_GPU_SHARED_WITHOUT_ASKING) {
        code = tg_cuda_code(cudaFuncSetAttribute(
            step->device, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)step->shared_bytes));
    }
    if (code != 0) return code;
    // A kernel without the argument `extra` leaves it in the array unread.
    return launched(
        cudaLaunchKernel(step->device, grid, block, arguments, step->shared_bytes, stream), stream);
}

int tg_cuda_call(void *device, tg_scope_function *function, void *argument, void *stream)
{
    const int code = tg_cuda_use(device);
    return code != 0 ? code : tg_cuda_code(cudaLaunchHostFunc(stream, function, argument));
}

int tg_cuda_sleep(void *device, unsigned nb_microseconds, void *stream)
{
    uint64_t nb_nanoseconds = (uint64_t)nb_microseconds * 1000;
    void *arguments[] = {&nb_nanoseconds};
    const dim3 one = {.x = 1, .y = 1, .z = 1};
    const int code = tg_cuda_use(device);
    if (code != 0) return code;
    // Verify builds do not wait for a pause: it cannot fail, and is for tests of overlaps.
    return tg_cuda_code(
        cudaLaunchKernel((const void *)tg_gpu_sleep, one, one, arguments, 0, stream));
}
