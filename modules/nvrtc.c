/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where NVRTC lies, and where CUDA's headers do. */
#define _GNU_SOURCE /* dlinfo, realpath */
#include "modules/nvrtc_internal.h"

#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Newest first. Cubins come from NVRTC since CUDA 11.1, which had other library names; the program
 * is for 12 and newer. */
static const char *const names[] = {"libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so"};

#define NB(array) (sizeof(array) / sizeof(array)[0])

/* Folders that a toolkit may be in, in the order of the search; false behind the last. `path` is ""
 * for one that is not there. */
static bool root_at(char path[TG_PATH_BYTES], size_t index)
{
    static const char *const variables[] = {"CUDA_HOME", "CUDA_PATH"};
    // Beside the program: a build folder's neighbour, and what pip installs into.
    static const char *const beside[] = {"../cuda", "nvidia/cu13", "nvidia/cuda_nvrtc"};
    path[0] = '\0';
    if (index < NB(variables)) {
        const char *value = getenv(variables[index]);
        if (value == NULL || value[0] == '\0' || tg_path_format(path, NULL, "%s", value) != TG_OK)
            path[0] = '\0';
        return true;
    }
    index -= NB(variables);
    if (index == 0) return tg_path_format(path, NULL, "/usr/local/cuda") == TG_OK;
    if (index == 1) return tg_path_format(path, NULL, "%s", TG_CUDA_WHEELS) == TG_OK;
    index -= 2;
    if (index >= NB(beside)) return false;
    char program[TG_PATH_BYTES];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash == NULL) return true;
    *slash = '\0';
    if (tg_path_format(path, NULL, "%s/%s", program, beside[index]) != TG_OK) path[0] = '\0';
    return true;
}

/* Take the functions of an open library; false if it lacks one. */
static bool take_functions(nvrtc *opened)
{
    // POSIX has dlsym give functions too; C alone has no conversion from an object's address.
#define NVRTC_FIND(name, symbol, parameters)                                  \
    opened->name = (nvrtc_##name *)(uintptr_t)dlsym(opened->library, symbol); \
    if (opened->name == NULL) return false;
    NVRTC_FUNCTIONS(NVRTC_FIND)
#undef NVRTC_FIND
    typedef const char *text_of(int result);
    opened->error_text = (text_of *)(uintptr_t)dlsym(opened->library, "nvrtcGetErrorString");
    return opened->error_text != NULL &&
           opened->version(&opened->major, &opened->minor) == NVRTC_SUCCESS;
}

/* Try one library; `reason` is why one that is there cannot be used. */
static bool try_open(nvrtc *opened, const char *path, char reason[192])
{
    *opened = (nvrtc){.library = NULL};
    opened->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (opened->library == NULL) {
        const char *why = dlerror();
        if (strchr(path, '/') != NULL && access(path, F_OK) == 0)
            (void)snprintf(reason, 192, "%s", why != NULL ? why : path);
        return false;
    }
    struct link_map *map = NULL;
    char real[TG_PATH_BYTES];
    if (take_functions(opened) && dlinfo(opened->library, RTLD_DI_LINKMAP, &map) == 0 &&
        realpath(map->l_name, real) != NULL &&
        tg_path_format(opened->folder, NULL, "%s", real) == TG_OK) {
        *strrchr(opened->folder, '/') = '\0';
        return true;
    }
    (void)snprintf(reason, 192, "%.100s lacks functions of NVRTC", path);
    nvrtc_close(opened);
    return false;
}

static bool open_in(nvrtc *opened, const char *root, char reason[192])
{
    static const char *const folders[] = {"lib64", "lib"};
    for (size_t i = 0; i < NB(folders) * NB(names); i++) {
        char path[TG_PATH_BYTES];
        if (tg_path_format(path, NULL, "%s/%s/%s", root, folders[i / NB(names)],
                           names[i % NB(names)]) == TG_OK &&
            access(path, F_OK) == 0 && try_open(opened, path, reason))
            return true;
    }
    return false;
}

tg_status nvrtc_open(nvrtc *opened, tg_error *error)
{
    char root[TG_PATH_BYTES];
    char reason[192] = "";
    for (size_t i = 0; root_at(root, i); i++) {
        // What the user names comes before the system's, and that before all others.
        for (size_t k = 0; i == 2 && k < NB(names); k++) {
            if (try_open(opened, names[k], reason)) return TG_OK;
        }
        if (root[0] != '\0' && open_in(opened, root, reason)) return TG_OK;
    }
    tg_error_set(error, TG_ERR_UNAVAILABLE, "there is no NVRTC on this machine%s%s",
                 reason[0] != '\0' ? ": " : "", reason);
    tg_error_how(error, "./dev toolkit installs it, or pip install nvidia-cuda-nvrtc and "
                        "LD_LIBRARY_PATH; or gate on the host grid with --host");
    return TG_ERR_UNAVAILABLE;
}

void nvrtc_close(nvrtc *opened)
{
    if (opened->library != NULL) (void)dlclose(opened->library);
    opened->library = NULL;
}

static bool has_headers(char path[TG_PATH_BYTES], const char *root)
{
    char file[TG_PATH_BYTES];
    char folder[TG_PATH_BYTES];
    return tg_path_format(folder, NULL, "%s/include", root) == TG_OK &&
           tg_path_format(file, NULL, "%s/cuda_runtime.h", folder) == TG_OK &&
           access(file, R_OK) == 0 && realpath(folder, path) != NULL;
}

void nvrtc_include_folder(char path[TG_PATH_BYTES], const nvrtc *of)
{
    // lib, or targets/MACHINE/lib of a toolkit.
    static const char *const above[] = {"..", "../../.."};
    char root[TG_PATH_BYTES];
    for (size_t i = 0; i < NB(above); i++) {
        if (tg_path_format(root, NULL, "%s/%s", of->folder, above[i]) == TG_OK &&
            has_headers(path, root))
            return;
    }
    for (size_t i = 0; root_at(root, i); i++) {
        if (root[0] != '\0' && has_headers(path, root)) return;
    }
    path[0] = '\0';
}
