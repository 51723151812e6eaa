/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Cooperative groups on the host grid: blocks and tiles of a warp. */
#ifndef TRACEGATE_PORT_COOPERATIVE_GROUPS_H
#define TRACEGATE_PORT_COOPERATIVE_GROUPS_H
#pragma GCC system_header

#include "tracegate_port.h"

namespace cooperative_groups
{

struct thread_block {
    static void sync(TG_PORT_BARRIER) { ::__syncthreads(tg_file, tg_line); }
    static unsigned thread_rank() { return threadIdx.x; }
    static unsigned size() { return blockDim.x; }
    static unsigned num_threads() { return blockDim.x; }
    static dim3 group_index() { return dim3(blockIdx.x, 0, 0); }
    static dim3 thread_index() { return dim3(threadIdx.x, 0, 0); }
    static dim3 group_dim() { return blockDim; }
    static dim3 dim_threads() { return blockDim; }
};
inline thread_block this_thread_block() { return thread_block(); }

/* SIZE lanes of a warp that lie side by side. */
template <unsigned SIZE, class PARENT = void> struct thread_block_tile {
    static_assert(SIZE != 0 && SIZE <= 32 && (SIZE & (SIZE - 1)) == 0,
                  "the host grid has tiles of 1, 2, 4, 8, 16 and 32 threads");
    static unsigned lanes()
    {
        return (SIZE == 32 ? 0xffffffffu : (1u << SIZE % 32) - 1) << threadIdx.x % 32 / SIZE * SIZE;
    }
    static void sync(TG_PORT_HERE) { ::__syncwarp(lanes(), tg_file, tg_line); }
    static unsigned thread_rank() { return threadIdx.x % SIZE; }
    static constexpr unsigned size() { return SIZE; }
    static constexpr unsigned num_threads() { return SIZE; }
    static unsigned meta_group_rank() { return threadIdx.x / SIZE; }
    static unsigned meta_group_size() { return (blockDim.x + SIZE - 1) / SIZE; }
    template <class T> T shfl(T value, int source, TG_PORT_HERE) const
    {
        return ::__shfl_sync(lanes(), value, source, SIZE, tg_file, tg_line);
    }
    template <class T> T shfl_up(T value, unsigned distance, TG_PORT_HERE) const
    {
        return ::__shfl_up_sync(lanes(), value, distance, SIZE, tg_file, tg_line);
    }
    template <class T> T shfl_down(T value, unsigned distance, TG_PORT_HERE) const
    {
        return ::__shfl_down_sync(lanes(), value, distance, SIZE, tg_file, tg_line);
    }
    template <class T> T shfl_xor(T value, unsigned bits, TG_PORT_HERE) const
    {
        return ::__shfl_xor_sync(lanes(), value, (int)bits, SIZE, tg_file, tg_line);
    }
    unsigned ballot(int predicate, TG_PORT_HERE) const
    {
        return ::__ballot_sync(lanes(), predicate, tg_file, tg_line) >>
               (threadIdx.x % 32 / SIZE * SIZE);
    }
    int any(int predicate, TG_PORT_HERE) const
    {
        return ::__any_sync(lanes(), predicate, tg_file, tg_line);
    }
    int all(int predicate, TG_PORT_HERE) const
    {
        return ::__all_sync(lanes(), predicate, tg_file, tg_line);
    }
    template <class T> unsigned match_any(T value, TG_PORT_HERE) const
    {
        return ::__match_any_sync(lanes(), value, tg_file, tg_line) >>
               (threadIdx.x % 32 / SIZE * SIZE);
    }
};

template <unsigned SIZE, class PARENT>
inline thread_block_tile<SIZE, PARENT> tiled_partition(const PARENT &)
{
    return thread_block_tile<SIZE, PARENT>();
}

template <class GROUP> inline void sync(const GROUP &group, TG_PORT_HERE)
{
    group.sync(tg_file, tg_line);
}
template <class GROUP> inline unsigned thread_rank(const GROUP &group)
{
    return group.thread_rank();
}

#define TG_PORT_NO_GROUP(name)                                                           \
    template <class T = void> inline thread_block name()                                 \
    {                                                                                    \
        static_assert(tg_port_never<T>::value, "the host grid has no " #name "(): only " \
                                               "this_thread_block() and its tiles");     \
        return thread_block();                                                           \
    }
TG_PORT_NO_GROUP(this_grid)
TG_PORT_NO_GROUP(this_cluster)
TG_PORT_NO_GROUP(this_multi_grid)
TG_PORT_NO_GROUP(coalesced_threads)
#undef TG_PORT_NO_GROUP

template <class T> struct plus {
    T operator()(T a, T b) const { return a + b; }
};
template <class T> struct less {
    T operator()(T a, T b) const { return b < a ? b : a; }
};
template <class T> struct greater {
    T operator()(T a, T b) const { return a < b ? b : a; }
};
template <class T> struct bit_and {
    T operator()(T a, T b) const { return a & b; }
};
template <class T> struct bit_or {
    T operator()(T a, T b) const { return a | b; }
};
template <class T> struct bit_xor {
    T operator()(T a, T b) const { return a ^ b; }
};

/* In the order of a tree, as on a device. */
template <unsigned SIZE, class PARENT, class T, class OPERATION>
inline T reduce(const thread_block_tile<SIZE, PARENT> &tile, T value, OPERATION operation,
                TG_PORT_HERE)
{
    for (unsigned distance = SIZE / 2; distance != 0; distance /= 2)
        value = operation(value, tile.shfl_xor(value, distance, tg_file, tg_line));
    return value;
}

} // namespace cooperative_groups

#endif
