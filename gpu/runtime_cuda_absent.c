/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CUDA devices of a build without CUDA: opening says so, and nothing else is ever called. */
#include "gpu/runtime_ops.h"

static tg_status open_device(void **device, tg_error *error)
{
    *device = NULL;
    tg_error_set(error, TG_ERR_UNAVAILABLE, "this program was built without CUDA");
    tg_error_how(error, "./dev cuda installs a toolkit into the build folder; then build again");
    return TG_ERR_UNAVAILABLE;
}

const tg_runtime_ops tg_runtime_cuda = {.name = "cuda", .open = open_device};
