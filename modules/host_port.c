/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writing the port headers, under all names that sources include. */
#include "modules/host_port_internal.h"

#include "files/record.h"
#include "modules/cache.h"
#include "modules/text_internal.h"

#include <string.h>

#define NB(array) (sizeof(array) / sizeof(array)[0])

static const struct {
    const char *name;
    const char *text;
} headers[] = {
    {"kernels/user_port.h", port_user_port},
    {"tracegate_port.h", port_main},
    {"assert.h", port_assert},
    {"tracegate_port_integers.h", port_integers},
    {"tracegate_port_vectors.h", port_vectors},
    {"tracegate_port_c.h", port_c},
    {"tracegate_port_cpp.h", port_cpp},
    {"tracegate_port_atomics.h", port_atomics},
    {"tracegate_port_runtime.h", port_runtime},
    {"cooperative_groups.h", port_groups},
};

/* Headers of CUDA that the port has all of. */
static const char *const same[] = {
    "cuda.h",
    "cuda_runtime.h",
    "cuda_runtime_api.h",
    "cuda_device_runtime_api.h",
    "device_launch_parameters.h",
    "device_functions.h",
    "device_atomic_functions.h",
    "device_types.h",
    "driver_types.h",
    "host_defines.h",
    "math_functions.h",
    "sm_20_intrinsics.h",
    "sm_30_intrinsics.h",
    "sm_32_intrinsics.h",
    "sm_35_intrinsics.h",
    "vector_functions.h",
    "vector_types.h",
};

/* Headers that the host grid has nothing in the place of. */
static const char *const missing[] = {
    "cub/cub.cuh",
    "cub/block/block_load.cuh",
    "cub/block/block_reduce.cuh",
    "cub/block/block_scan.cuh",
    "cub/block/block_store.cuh",
    "cub/warp/warp_reduce.cuh",
    "cub/warp/warp_scan.cuh",
    "cub/device/device_reduce.cuh",
    "cub/device/device_scan.cuh",
    "thrust/device_vector.h",
    "thrust/host_vector.h",
    "thrust/reduce.h",
    "thrust/scan.h",
    "thrust/sort.h",
    "cuda/atomic",
    "cuda/barrier",
    "cuda/pipeline",
    "cuda/ptx",
    "cuda/std/array",
    "cuda/std/atomic",
    "cuda/std/cstdint",
    "cuda/std/type_traits",
    "cuda/std/utility",
    "cooperative_groups/memcpy_async.h",
    "cooperative_groups/scan.h",
    "cuda_awbarrier.h",
    "cuda_bf16.h",
    "cuda_fp16.h",
    "cuda_fp8.h",
    "cuda_pipeline.h",
    "cuda_texture_types.h",
    "curand_kernel.h",
    "mma.h",
    "surface_indirect_functions.h",
    "texture_fetch_functions.h",
    "texture_indirect_functions.h",
};

/* Write one, with the folder that it lies in, unless it is there as it should be. */
static tg_status write_header(const char *folder, const char *name, const char *content,
                              tg_error *error)
{
    char path[TG_PATH_BYTES];
    tg_status status = tg_path_format(path, error, "%s/%s", folder, name);
    if (status != TG_OK || text_is_in(content, path)) return status;
    char *slash = strrchr(path, '/');
    *slash = '\0';
    status = tg_cache_make_folder(path, error);
    *slash = '/';
    text all = {.bytes = NULL};
    text_append(&all, content, strlen(content));
    if (status == TG_OK) status = text_write(&all, path, error);
    text_clear(&all);
    return status;
}

static tg_status write_refusal(const char *folder, const char *name, tg_error *error)
{
    char content[256];
    (void)snprintf(content, sizeof content,
                   "#error the host grid has no <%s>: put what needs it behind #ifndef "
                   "TRACEGATE_HOST\n",
                   name);
    return write_header(folder, name, content, error);
}

static tg_status write_all(const char *folder, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < NB(headers) && status == TG_OK; i++)
        status = write_header(folder, headers[i].name, headers[i].text, error);
    for (size_t i = 0; i < NB(same) && status == TG_OK; i++)
        status = write_header(folder, same[i], "#include \"tracegate_port.h\"\n", error);
    if (status == TG_OK)
        status = write_header(folder, "cooperative_groups/reduce.h",
                              "#include \"cooperative_groups.h\"\n", error);
    for (size_t i = 0; i < NB(missing) && status == TG_OK; i++)
        status = write_refusal(folder, missing[i], error);
    return status;
}

tg_status port_folder(char path[TG_PATH_BYTES], tg_error *error)
{
    text all = {.bytes = NULL};
    for (size_t i = 0; i < NB(headers); i++)
        text_append(&all, headers[i].text, strlen(headers[i].text));
    for (size_t i = 0; i < NB(missing); i++) text_append(&all, missing[i], strlen(missing[i]));
    for (size_t i = 0; i < NB(same); i++) text_append(&all, same[i], strlen(same[i]));
    tg_status status = text_status(&all, error);
    char folder[TG_PATH_BYTES];
    if (status == TG_OK) {
        tg_digest digest;
        char name[33];
        tg_digest_bytes(&digest, all.bytes, all.length);
        status = tg_cache_folder(folder, error);
        if (status == TG_OK)
            status =
                tg_path_format(path, error, "%s/port-%s", folder, tg_digest_text(name, &digest));
    }
    text_clear(&all);
    if (status == TG_OK) status = write_all(path, error);
    if (status == TG_OK) tg_cache_used(path);
    return status;
}
