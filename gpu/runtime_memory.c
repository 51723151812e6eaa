/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory of scopes, and copies. */
#include "gpu/runtime_internal.h"

#include "model/memory.h"

/* ---- accounts ---- */

static void count_taken(tg_runtime *runtime, size_t len_bytes)
{
    (void)pthread_mutex_lock(&runtime->mutex);
    runtime->taken_bytes += len_bytes;
    if (runtime->taken_bytes > runtime->peak_bytes) runtime->peak_bytes = runtime->taken_bytes;
    (void)pthread_mutex_unlock(&runtime->mutex);
}

static void count_given(tg_runtime *runtime, size_t len_bytes)
{
    (void)pthread_mutex_lock(&runtime->mutex);
    TG_VERIFY_CHECK(runtime->taken_bytes >= len_bytes);
    runtime->taken_bytes -= len_bytes;
    (void)pthread_mutex_unlock(&runtime->mutex);
}

/* The link that leads to a block of the scope; to NULL if it is none of the scope's. */
static tg_block **find(tg_scope *scope, const void *d_bytes)
{
    tg_block **link = &scope->blocks;
    while (*link != NULL && (*link)->d_bytes != d_bytes) link = &(*link)->next;
    return link;
}

/* Take a block out of the list of its scope and forget it. */
static void drop(tg_runtime *runtime, tg_block **link)
{
    tg_block *block = *link;
    *link = block->next;
    count_given(runtime, block->len_bytes);
    tg_buffer_destroy(block);
}

/* ---- taking and giving ---- */

static tg_status take_error(tg_scope *scope, int code, size_t len_bytes, tg_error *error)
{
    const tg_runtime_ops *ops = scope->runtime->ops;
    const char *text = "";
    bool is_lost = false;
    size_t free_bytes = 0, total_bytes = 0;
    if (ops->meaning(code, &text, &is_lost) == TG_ERR_MEMORY &&
        ops->memory(scope->runtime->device, &free_bytes, &total_bytes) == 0) {
        return tg_scope_status(scope, code, error,
                               "taking %zu bytes on the device, where %zu of %zu are free",
                               len_bytes, free_bytes, total_bytes);
    }
    return tg_scope_status(scope, code, error, "taking %zu bytes on the device", len_bytes);
}

tg_status tg_scope_take(tg_scope *scope, void **d_bytes, size_t len_bytes, tg_error *error)
{
    *d_bytes = NULL;
    tg_status status = tg_scope_check(scope, error);
    if (status != TG_OK || len_bytes == 0) return status;
    void *memory = NULL, *d_taken = NULL;
    tg_error found = {.status = TG_OK};
    if (tg_buffer_create(&memory, 1, sizeof(tg_block), &found) != TG_OK)
        return tg_scope_keep(scope, &found, error);
    tg_runtime *runtime = scope->runtime;
    const int code = runtime->ops->take(runtime->device, &d_taken, len_bytes, scope->task->stream);
    if (code != 0) {
        tg_buffer_destroy(memory);
        return take_error(scope, code, len_bytes, error);
    }
    tg_block *block = memory;
    *block = (tg_block){.d_bytes = d_taken, .len_bytes = len_bytes, .next = scope->blocks};
    scope->blocks = block;
    count_taken(runtime, len_bytes);
    *d_bytes = d_taken;
    return TG_OK;
}

/* Give a block back; false if that could not be queued, which is the scope's error. */
static bool give(tg_scope *scope, tg_block **link)
{
    tg_runtime *runtime = scope->runtime;
    const int code = runtime->ops->give(runtime->device, (*link)->d_bytes, scope->task->stream);
    const tg_status status = tg_scope_status(
        scope, code, NULL, "giving %zu bytes of the device back", (*link)->len_bytes);
    if (status != TG_OK) return false;
    drop(runtime, link);
    return true;
}

void tg_scope_give(tg_scope *scope, void *d_bytes)
{
    if (d_bytes == NULL) return;
    tg_block **link = find(scope, d_bytes);
    TG_VERIFY_CHECK(!scope->has_ended && *link != NULL);
    // A block that stays is tried again when the scope ends.
    if (*link != NULL) (void)give(scope, link);
}

void tg_scope_give_all(tg_scope *scope, bool is_last)
{
    tg_block **link = &scope->blocks;
    while (*link != NULL) {
        if (give(scope, link)) continue;
        if (is_last) {
            drop(scope->runtime, link);
        } else {
            link = &(*link)->next;
        }
    }
}

void tg_scope_adopt(tg_scope *to, tg_scope *from, void *d_bytes)
{
    if (d_bytes == NULL || to == from) return;
    tg_block **link = find(from, d_bytes);
    TG_VERIFY_CHECK(to->runtime == from->runtime && *link != NULL);
    tg_block *block = *link;
    if (block == NULL) return;
    *link = block->next;
    block->next = to->blocks;
    to->blocks = block;
}

/* ---- contents ---- */

static tg_status copy(tg_scope *scope, void *dst, const void *src, size_t len_bytes,
                      tg_direction direction, bool is_pinned, tg_error *error)
{
    static const char *const words[] =
        {[TG_TO_DEVICE] = "to", [TG_FROM_DEVICE] = "from", [TG_WITHIN_DEVICE] = "within"};
    const tg_status status = tg_scope_check(scope, error);
    if (status != TG_OK || len_bytes == 0) return status;
    const int code = scope->runtime->ops->copy(scope->runtime->device, dst, src, len_bytes,
                                               direction, is_pinned, scope->task->stream);
    return tg_scope_status(scope, code, error, "copying %zu bytes %s the device", len_bytes,
                           words[direction]);
}

tg_status tg_scope_upload(tg_scope *scope, void *d_dst, const void *src, size_t len_bytes,
                          tg_error *error)
{
    return copy(scope, d_dst, src, len_bytes, TG_TO_DEVICE, false, error);
}

tg_status tg_scope_download(tg_scope *scope, void *dst, const void *d_src, size_t len_bytes,
                            tg_error *error)
{
    return copy(scope, dst, d_src, len_bytes, TG_FROM_DEVICE, false, error);
}

tg_status tg_scope_copy(tg_scope *scope, void *d_dst, const void *d_src, size_t len_bytes,
                        tg_error *error)
{
    return copy(scope, d_dst, d_src, len_bytes, TG_WITHIN_DEVICE, false, error);
}

tg_status tg_scope_upload_pinned(tg_scope *scope, void *d_dst, const void *src, size_t len_bytes,
                                 tg_error *error)
{
    return copy(scope, d_dst, src, len_bytes, TG_TO_DEVICE, true, error);
}

tg_status tg_scope_download_pinned(tg_scope *scope, void *dst, const void *d_src, size_t len_bytes,
                                   tg_error *error)
{
    return copy(scope, dst, d_src, len_bytes, TG_FROM_DEVICE, true, error);
}

tg_status tg_scope_clear(tg_scope *scope, void *d_bytes, size_t len_bytes, tg_error *error)
{
    const tg_status status = tg_scope_check(scope, error);
    if (status != TG_OK || len_bytes == 0) return status;
    const int code = scope->runtime->ops->set(scope->runtime->device, d_bytes, 0, len_bytes,
                                              scope->task->stream);
    return tg_scope_status(scope, code, error, "clearing %zu bytes of the device", len_bytes);
}

tg_status tg_scope_transpose(tg_scope *scope, uint32_t *d_dst, const uint32_t *d_src,
                             size_t nb_rows, size_t nb_columns, tg_error *error)
{
    const tg_status status = tg_scope_check(scope, error);
    if (status != TG_OK || nb_rows == 0 || nb_columns == 0) return status;
    const int code = scope->runtime->ops->transpose(scope->runtime->device, d_dst, d_src, nb_rows,
                                                    nb_columns, scope->task->stream);
    return tg_scope_status(scope, code, error, "transposing %zu rows of %zu words", nb_rows,
                           nb_columns);
}
