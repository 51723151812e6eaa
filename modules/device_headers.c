/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writing NVRTC's standard headers. */
#include "modules/device_headers_internal.h"

#include "files/record.h"
#include "modules/cache.h"
#include "modules/text_internal.h"

#include <string.h>

#define NB(array) (sizeof(array) / sizeof(array)[0])

/* What CUDA's own standard library has, and nothing else here. */
#define device_cccl(name)            \
    "#include <cuda/std/" name ">\n" \
    "namespace std\n{\nusing namespace cuda::std;\n} // namespace std\n"

/* CUDA's own names are for machines without its headers: where they are, they are found first. */
static const struct {
    const char *name;
    const char *text;
} headers[] = {
    {"cstdint", device_integers},
    {"stdint.h", device_integers},
    {"cinttypes", device_integers},
    {"inttypes.h", device_integers},
    {"climits", device_limits},
    {"limits.h", device_limits},
    {"type_traits", device_traits},
    {"utility", device_traits},
    {"cassert", device_builtin},
    {"assert.h", device_builtin},
    {"cmath", device_builtin},
    {"math.h", device_builtin},
    {"cstdarg", device_builtin},
    {"stdarg.h", device_builtin},
    {"cstdbool", device_builtin},
    {"stdbool.h", device_builtin},
    {"cstddef", device_builtin},
    {"stddef.h", device_builtin},
    {"cstdio", device_builtin},
    {"stdio.h", device_builtin},
    {"cstdlib", device_builtin},
    {"stdlib.h", device_builtin},
    {"cstring", device_builtin},
    {"string.h", device_builtin},
    {"iosfwd", device_builtin},
    {"iostream", device_builtin},
    {"new", device_builtin},
    {"ostream", device_builtin},
    {"cuda.h", device_builtin},
    {"cuda_runtime.h", device_builtin},
    {"cuda_runtime_api.h", device_builtin},
    {"device_launch_parameters.h", device_builtin},
    {"vector_functions.h", device_builtin},
    {"vector_types.h", device_builtin},
    {"array", device_cccl("array")},
    {"functional", device_cccl("functional")},
    {"initializer_list", device_cccl("initializer_list")},
    {"limits", device_cccl("limits")},
    {"tuple", device_cccl("tuple")},
};

static tg_status write_all(const char *folder, tg_error *error)
{
    tg_status status = tg_cache_make_folder(folder, error);
    for (size_t i = 0; i < NB(headers) && status == TG_OK; i++) {
        char path[TG_PATH_BYTES];
        status = tg_path_format(path, error, "%s/%s", folder, headers[i].name);
        if (status != TG_OK || text_is_in(headers[i].text, path)) continue;
        text content = {.bytes = NULL};
        text_append(&content, headers[i].text, strlen(headers[i].text));
        status = text_write(&content, path, error);
        text_clear(&content);
    }
    return status;
}

tg_status device_headers_folder(char path[TG_PATH_BYTES], tg_error *error)
{
    char folder[TG_PATH_BYTES];
    char name[33];
    tg_digest digest;
    text all = {.bytes = NULL};
    for (size_t i = 0; i < NB(headers); i++) {
        text_append(&all, headers[i].name, strlen(headers[i].name) + 1);
        text_append(&all, headers[i].text, strlen(headers[i].text) + 1);
    }
    tg_status status = text_status(&all, error);
    if (status == TG_OK) tg_digest_bytes(&digest, all.bytes, all.length);
    if (status == TG_OK) status = tg_cache_folder(folder, error);
    if (status == TG_OK)
        status = tg_path_format(path, error, "%s/device-%s", folder, tg_digest_text(name, &digest));
    text_clear(&all);
    if (status == TG_OK) status = write_all(path, error);
    if (status == TG_OK) tg_cache_used(path);
    return status;
}
