// SPDX-License-Identifier: MIT OR Apache-2.0
// What reaches the host grid by its table alone.
#include <cstdint>

// A failure of no kind that is known.
__global__ void unknown(unsigned *, unsigned)
{
    tg_port_host->fail(99, "fails in a way of its own", "", 0);
}

// One of no launch: when the object is closed, none runs.
struct at_end {
    ~at_end() { tg_port_host->fail(0, "is closed", "", 0); }
};
static at_end last;

// Where dynamic shared memory lies, in two words, or would.
__global__ void where(unsigned *out, unsigned)
{
    extern __shared__ unsigned words[];
    const uint64_t at = (uint64_t)(uintptr_t)words;
    if (threadIdx.x == 0) {
        out[0] = (unsigned)at;
        out[1] = (unsigned)(at >> 32);
    }
}
