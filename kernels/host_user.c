/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Opening a user's shared object, and the table of what the host grid does for it. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "kernels/host_user.h"

#include "kernels/host_grid_internal.h"
#include "kernels/sanitizer_internal.h"
#include "model/memory.h"
#include "model/names.h"

#include <pthread.h>
#include <assert.h>
#include <dlfcn.h>
#include <string.h>
#include <sys/mman.h>

struct tg_host_user {
    void *handle;
    const tg_user_module *module; /* the shared object's */
    pthread_mutex_t turn;         /* held by a launch, where one at a time may run */
};

static_assert((int)TG_USER_WARP_SYNC == (int)TG_WARP_SYNC &&
                  (int)TG_USER_WARP_SHUFFLE == (int)TG_WARP_SHUFFLE &&
                  (int)TG_USER_WARP_SHUFFLE_UP == (int)TG_WARP_SHUFFLE_UP &&
                  (int)TG_USER_WARP_SHUFFLE_DOWN == (int)TG_WARP_SHUFFLE_DOWN &&
                  (int)TG_USER_WARP_SHUFFLE_XOR == (int)TG_WARP_SHUFFLE_XOR &&
                  (int)TG_USER_WARP_BALLOT == (int)TG_WARP_BALLOT &&
                  (int)TG_USER_WARP_MATCH == (int)TG_WARP_MATCH,
              "shared objects have the host grid's operations by number");
static_assert((int)TG_USER_FAILS == (int)TG_HOST_FAILS &&
                  (int)TG_USER_FAILS_ASSERT == (int)TG_HOST_FAILS_ASSERT &&
                  (int)TG_USER_FAILS_BARRIER == (int)TG_HOST_FAILS_BARRIER &&
                  (int)TG_USER_FAILS_UNSET == (int)TG_HOST_FAILS_UNSET &&
                  (int)TG_USER_FAILS_EXIT == (int)TG_HOST_FAILS_EXIT &&
                  (int)TG_USER_FAILS_REFUSED == (int)TG_HOST_FAILS_REFUSED,
              "and its ways to fail");
static_assert(sizeof(tg_host_position) == 4 * sizeof(uint32_t), "positions are read as words");

/* ---- the table ---- */

static const uint32_t *position(void) { return &tg_host_position_now.thread.x; }

static uint32_t syncthreads(bool predicate, const char *file, uint32_t line)
{
    tg_host_place_set(file, line);
    return tg_host_syncthreads_count(predicate);
}

static uint64_t warp(unsigned operation, uint32_t mask, uint64_t value, uint32_t source,
                     uint32_t width, const char *file, uint32_t line)
{
    tg_host_place_set(file, line);
    // In CUDA a width that is none of these gives anything.
    if (width == 0 || width > 32 || (width & (width - 1)) != 0)
        tg_host_fail(TG_HOST_FAILS_BARRIER, "the width of a shuffle is not a power of two up to 32",
                     file, line);
    if (mask == 0 || (mask >> tg_host_position_now.thread.x % 32 & 1) == 0)
        tg_host_fail(TG_HOST_FAILS_BARRIER,
                     "the mask of an operation of a warp leaves out the lane that calls it", file,
                     line);
    return tg_host_warp((tg_warp_operation)operation, mask, value, source, width);
}

static void fail(unsigned how, const char *what, const char *file, uint32_t line)
{
    // Code of a shared object runs without any launch, too: when it is opened and closed.
    if (tg_host_worker_now == NULL) return;
    tg_host_fail(how < TG_HOST_NB_FAILURES ? (tg_host_failure)how : TG_HOST_FAILS, what, file,
                 line);
}

/* ---- dynamic shared memory that is not there ---- */

/* Bytes of it, more than any device gives a block. */
#define NO_SHARED_BYTES ((size_t)1 << 20)

/* Process-wide, and the same for every launch: nothing is ever read or written there. NULL where
 * addresses have run out. */
static pthread_once_t no_shared_once = PTHREAD_ONCE_INIT;
static unsigned char *no_shared;

static void reserve(void)
{
    void *bytes =
        mmap(NULL, NO_SHARED_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bytes != MAP_FAILED) no_shared = bytes;
}

static void *dynamic_shared(void)
{
    void *bytes = tg_host_dynamic_shared();
    if (bytes != NULL) return bytes;
    // A kernel may name it and not use it.
    (void)pthread_once(&no_shared_once, reserve);
    if (no_shared == NULL)
        fail(TG_USER_FAILS_REFUSED, "no addresses are left for dynamic shared memory", "", 0);
    return no_shared;
}

bool tg_host_user_is_no_shared(const void *address)
{
    const uintptr_t at = (uintptr_t)address;
    const uintptr_t first = (uintptr_t)no_shared;
    return first != 0 && at >= first && at - first < NO_SHARED_BYTES;
}

/* ---- sanitizers ---- */

void tg_host_user_forbid(const void *bytes, size_t nb_bytes)
{
    const tg_sanitizer *sanitizer = tg_sanitizer_now();
    if (sanitizer->poison != NULL) sanitizer->poison(bytes, nb_bytes);
}

void tg_host_user_allow(const void *bytes, size_t nb_bytes)
{
    const tg_sanitizer *sanitizer = tg_sanitizer_now();
    if (sanitizer->unpoison != NULL) sanitizer->unpoison(bytes, nb_bytes);
}

bool tg_host_user_is_sanitized(void) { return tg_sanitizer_now()->print_stack != NULL; }

void tg_host_user_print_stack(void)
{
    const tg_sanitizer *sanitizer = tg_sanitizer_now();
    if (sanitizer->print_stack != NULL) sanitizer->print_stack();
}

static const tg_user_host table = {
    .version = TG_USER_PORT_VERSION,
    .position = position,
    .syncthreads = syncthreads,
    .warp = warp,
    .active_lanes = tg_host_active_lanes,
    .dynamic_shared = dynamic_shared,
    .dynamic_shared_bytes = tg_host_dynamic_shared_bytes,
    .forbid = tg_host_user_forbid,
    .allow = tg_host_user_allow,
    .fail = fail,
};

/* ---- opening ---- */

static tg_status open_error(const char *path, tg_error *error)
{
    // A failure has words, and they are asked for once.
    const char *reason = dlerror();
    tg_error_set(error, TG_ERR_IO, "the shared object cannot be opened: %s", reason);
    tg_error_where(error, "%s", path);
    if (strstr(reason, "__asan_") != NULL) {
        tg_error_how(error, "it was built with sanitizers: start the program with their runtime in "
                            "LD_PRELOAD");
    } else {
        tg_error_how(error, "link the source with all that it needs, and build it again");
    }
    return TG_ERR_IO;
}

static tg_status foreign_error(const char *path, const char *what, tg_error *error)
{
    tg_error_set(error, TG_ERR_FORMAT, "%s", what);
    tg_error_where(error, "%s", path);
    tg_error_how(error, "let this program build the kernels' source");
    return TG_ERR_FORMAT;
}

/* Begin with the shared object behind the handle. */
static tg_status begin(tg_host_user *user, const char *path, tg_error *error)
{
    void *symbol = dlsym(user->handle, "tg_user_begin");
    if (symbol == NULL)
        return foreign_error(path, "the shared object was not built for the host grid", error);
    // POSIX has dlsym give functions too; C alone has no conversion from an object's address.
    tg_user_begin_function *function = (tg_user_begin_function *)(uintptr_t)symbol;
    user->module = function(&table);
    if (user->module == NULL || user->module->version != TG_USER_PORT_VERSION)
        return foreign_error(
            path, "the shared object was built for another version of the host grid", error);
    return TG_OK;
}

tg_status tg_host_user_open(tg_host_user **user, const char *path, tg_error *error)
{
    void *buffer = NULL;
    char *file = NULL;
    *user = NULL;
    const size_t length = strlen(path);
    tg_status status = tg_buffer_create(&buffer, 1, sizeof(tg_host_user), error);
    if (status != TG_OK) return status;
    tg_host_user *opened = buffer;
    *opened = (tg_host_user){.handle = NULL};
    (void)pthread_mutex_init(&opened->turn, NULL);
    void *room = NULL;
    status = tg_buffer_create(&room, length + sizeof "./", 1, error);
    if (status == TG_OK) {
        file = room;
        // Without a slash the loader would look elsewhere.
        const size_t prefix = strchr(path, '/') == NULL ? 2 : 0;
        memcpy(file, "./", prefix);
        memcpy(file + prefix, path, length + 1);
        // All symbols at once: one that is missing must not end the process in the middle of a run.
        opened->handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
        status = opened->handle != NULL ? begin(opened, path, error) : open_error(path, error);
    }
    tg_buffer_destroy(room);
    if (status == TG_OK) {
        *user = opened;
    } else {
        tg_host_user_close(opened);
    }
    return status;
}

void tg_host_user_close(tg_host_user *user)
{
    if (user != NULL && user->handle != NULL) (void)dlclose(user->handle);
    if (user != NULL) (void)pthread_mutex_destroy(&user->turn);
    tg_buffer_destroy(user);
}

bool tg_host_user_is_single(const tg_host_user *user) { return user->module->is_single; }

/* ---- kernels ---- */

static const char *entry_name(const void *module, size_t index)
{
    return ((const tg_user_module *)module)->kernels[index].name;
}

tg_status tg_host_user_find(const tg_user_entry **entry, const tg_host_user *user, const char *name,
                            tg_error *error)
{
    const tg_user_module *module = user->module;
    *entry = NULL;
    for (size_t i = 0; i < module->nb_kernels && *entry == NULL; i++) {
        if (strcmp(module->kernels[i].name, name) == 0) *entry = &module->kernels[i];
    }
    if (*entry != NULL) return TG_OK;
    const char *nearest = tg_nearest_name(name, module->nb_kernels, entry_name, module);
    tg_error_set(error, TG_ERR_FORMAT, "the shared object was not built for kernel '%s'", name);
    if (nearest != NULL) {
        tg_error_how(error, "did you mean '%s'?", nearest);
    } else {
        tg_error_how(error, "name the kernel when it is built");
    }
    return TG_ERR_FORMAT;
}

/* What a thread of the grid runs. */
typedef struct call {
    const tg_user_entry *entry;
    void **values;
} call;

static void run_thread(void *arguments)
{
    const call *running = arguments;
    running->entry->thread(running->values);
}

tg_status tg_host_user_run(tg_host_user *user, const tg_user_entry *entry,
                           const tg_host_launch *launch, void **values, tg_error *error)
{
    call running = {.entry = entry, .values = values};
    const tg_host_launch shape = {.grid = launch->grid,
                                  .block = launch->block,
                                  .dynamic_bytes = launch->dynamic_bytes,
                                  .is_single = user->module->is_single,
                                  .is_strict = true,
                                  .begin_block = user->module->begin_block};
    if (shape.is_single) (void)pthread_mutex_lock(&user->turn);
    const tg_status status = tg_host_grid_run(&shape, run_thread, &running, error);
    if (shape.is_single) (void)pthread_mutex_unlock(&user->turn);
    return status;
}
