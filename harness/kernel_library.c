/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels from a shared object: looked up by the names of the plan's steps. */
#include "harness/kernel_library.h"

#include "files/input.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* Bytes of a symbol's name: a prefix and the name of a step, which is a C name of chips.def. */
#define SYMBOL_BYTES 128

static void *find(void *handle, const char *prefix, const tg_step *step)
{
    char symbol[SYMBOL_BYTES];
    const int length = snprintf(symbol, sizeof symbol, "%s%s", prefix, step->name);
    if (length < 0 || (size_t)length >= sizeof symbol) return NULL;
    return dlsym(handle, symbol);
}

/* Take what the shared object has for one step; false if that is no kernel. */
static bool take_step(tg_step *step, void *handle)
{
    void *kernel = find(handle, "tg_krn_host_", step);
    if (kernel == NULL) return false;
    // POSIX has dlsym give functions too; C alone has no conversion from an object's address.
    step->host = (tg_host_kernel *)(uintptr_t)kernel;
    const uint32_t *rows_per_block = find(handle, "tg_krn_rows_", step);
    if (rows_per_block != NULL) step->rows_per_block = rows_per_block;
    return true;
}

static tg_status no_kernel_error(const tg_plan *like, const char *path, tg_error *error)
{
    tg_error_set(error, TG_ERR_FORMAT, "the shared object has no kernel of this trace");
    tg_error_where(error, "%s", path);
    tg_error_how(error, "let it export tg_krn_host_%s%s", like->steps[0].name,
                 like->nb_steps > 1 ? ", or that of another step of the plan" : "");
    return TG_ERR_FORMAT;
}

tg_status tg_kernel_library_open(tg_kernel_library *library, const tg_plan *like, const char *path,
                                 tg_error *error)
{
    char file[TG_PATH_BYTES];
    *library = (tg_kernel_library){.handle = NULL};
    const bool is_bare = strchr(path, '/') == NULL;
    const tg_status status = tg_path_format(file, error, "%s%s", is_bare ? "./" : "", path);
    if (status != TG_OK) return status;
    // All symbols at once: one that is missing must not end the process in the middle of a run.
    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        const char *reason = dlerror();
        tg_error_set(error, TG_ERR_IO, "the shared object cannot be opened: %s",
                     reason != NULL ? reason : "the loader does not say why");
        tg_error_where(error, "%s", path);
        tg_error_how(error, "name a shared object of kernels built for the host grid");
        return TG_ERR_IO;
    }
    library->handle = handle;
    library->plan = *like;
    library->plan.steps = library->steps;
    memcpy(library->steps, like->steps, like->nb_steps * sizeof *like->steps);
    for (size_t i = 0; i < like->nb_steps; i++) {
        if (take_step(&library->steps[i], handle)) library->nb_steps++;
    }
    if (library->nb_steps != 0) return TG_OK;
    tg_kernel_library_close(library);
    return no_kernel_error(like, path, error);
}

void tg_kernel_library_close(tg_kernel_library *library)
{
    if (library->handle != NULL) (void)dlclose(library->handle);
    *library = (tg_kernel_library){.handle = NULL};
}
