/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CUDA's runtime for host code that stands in the same file as kernels: it compiles, and is a
 * finding if it ever runs, for on the host grid the program launches. */
#ifndef TRACEGATE_PORT_RUNTIME_H
#define TRACEGATE_PORT_RUNTIME_H
#pragma GCC system_header

typedef enum cudaError {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInvalidConfiguration = 9,
    cudaErrorNoDevice = 100,
    cudaErrorNotSupported = 801,
    cudaErrorUnknown = 999
} cudaError_t;
typedef struct CUstream_st *cudaStream_t;
typedef struct CUevent_st *cudaEvent_t;
typedef enum cudaMemcpyKind {
    cudaMemcpyHostToHost,
    cudaMemcpyHostToDevice,
    cudaMemcpyDeviceToHost,
    cudaMemcpyDeviceToDevice,
    cudaMemcpyDefault
} cudaMemcpyKind;
typedef enum cudaFuncAttribute {
    cudaFuncAttributeMaxDynamicSharedMemorySize = 8,
    cudaFuncAttributePreferredSharedMemoryCarveout = 9
} cudaFuncAttribute;
enum { cudaStreamDefault = 0, cudaStreamNonBlocking = 1 };
typedef struct cudaDeviceProp {
    char name[256];
    size_t totalGlobalMem, sharedMemPerBlock;
    int multiProcessorCount, major, minor, warpSize_, maxThreadsPerBlock;
} cudaDeviceProp;

/* A launch, <<< >>>, calls this before its arguments are looked at. */
TG_PORT_FUNCTION void tg_port_no_launch(TG_PORT_HERE)
{
    tg_port_fail(TG_USER_FAILS,
                 "code of the host grid launched a kernel (<<< >>>): launches are the program's",
                 tg_file, tg_line);
}

#define TG_PORT_HOST_CALL(name)                                                                   \
    template <class... A> inline cudaError_t name(A &&...)                                        \
    {                                                                                             \
        tg_port_fail(TG_USER_FAILS, #name " was called: host code does not run on the host grid", \
                     "", 0);                                                                      \
        return cudaErrorNotSupported;                                                             \
    }
TG_PORT_HOST_CALL(cudaMalloc)
TG_PORT_HOST_CALL(cudaMallocAsync)
TG_PORT_HOST_CALL(cudaMallocHost)
TG_PORT_HOST_CALL(cudaMallocManaged)
TG_PORT_HOST_CALL(cudaHostAlloc)
TG_PORT_HOST_CALL(cudaFree)
TG_PORT_HOST_CALL(cudaFreeAsync)
TG_PORT_HOST_CALL(cudaFreeHost)
TG_PORT_HOST_CALL(cudaMemcpy)
TG_PORT_HOST_CALL(cudaMemcpyAsync)
TG_PORT_HOST_CALL(cudaMemcpyToSymbol)
TG_PORT_HOST_CALL(cudaMemcpyToSymbolAsync)
TG_PORT_HOST_CALL(cudaMemcpyFromSymbol)
TG_PORT_HOST_CALL(cudaMemset)
TG_PORT_HOST_CALL(cudaMemsetAsync)
TG_PORT_HOST_CALL(cudaGetLastError)
TG_PORT_HOST_CALL(cudaPeekAtLastError)
TG_PORT_HOST_CALL(cudaDeviceSynchronize)
TG_PORT_HOST_CALL(cudaDeviceReset)
TG_PORT_HOST_CALL(cudaSetDevice)
TG_PORT_HOST_CALL(cudaGetDevice)
TG_PORT_HOST_CALL(cudaGetDeviceCount)
TG_PORT_HOST_CALL(cudaGetDeviceProperties)
TG_PORT_HOST_CALL(cudaStreamCreate)
TG_PORT_HOST_CALL(cudaStreamCreateWithFlags)
TG_PORT_HOST_CALL(cudaStreamDestroy)
TG_PORT_HOST_CALL(cudaStreamSynchronize)
TG_PORT_HOST_CALL(cudaEventCreate)
TG_PORT_HOST_CALL(cudaEventDestroy)
TG_PORT_HOST_CALL(cudaEventRecord)
TG_PORT_HOST_CALL(cudaEventSynchronize)
TG_PORT_HOST_CALL(cudaEventElapsedTime)
TG_PORT_HOST_CALL(cudaFuncSetAttribute)
TG_PORT_HOST_CALL(cudaLaunchKernel)
TG_PORT_HOST_CALL(cudaLaunchCooperativeKernel)
TG_PORT_HOST_CALL(cudaOccupancyMaxActiveBlocksPerMultiprocessor)
TG_PORT_HOST_CALL(cudaOccupancyMaxPotentialBlockSize)
#undef TG_PORT_HOST_CALL

TG_PORT_FUNCTION const char *cudaGetErrorString(cudaError_t) { return "no CUDA on the host grid"; }
TG_PORT_FUNCTION const char *cudaGetErrorName(cudaError_t) { return "no CUDA on the host grid"; }

#endif
