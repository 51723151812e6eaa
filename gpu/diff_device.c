/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The search for wrong cells on a device. */
#include "gpu/diff.h"

static tg_status device_take(void *at, void **d_bytes, size_t len_bytes, tg_error *error)
{
    return tg_device_take(at, d_bytes, len_bytes, error);
}

static void device_give(void *at, void *d_bytes) { tg_device_give(at, d_bytes); }

static tg_status device_clear(void *at, void *d_bytes, size_t len_bytes, tg_error *error)
{
    return tg_device_clear(at, d_bytes, len_bytes, error);
}

static tg_status device_download(void *at, void *dst, const void *d_src, size_t len_bytes,
                                 tg_error *error)
{
    return tg_device_download(at, dst, d_src, len_bytes, error);
}

static tg_status device_launch(void *at, tg_krn_diff_step step, const tg_krn_diff *work,
                               tg_error *error)
{
    return tg_device_launch_diff(at, step, work, error);
}

const tg_diff_place tg_diff_on_device = {
    .take = device_take,
    .give = device_give,
    .clear = device_clear,
    .download = device_download,
    .launch = device_launch,
};
