/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Locks and threads with errors. */
#include "pipeline/sync_internal.h"

#include <string.h>

static tg_status fail(const char *what, int code, tg_error *error)
{
    // strerror may share its buffer among threads; strerror_r's is ours.
    char text[128] = "";
    (void)strerror_r(code, text, sizeof text);
    tg_error_set(error, TG_ERR_IO, "the system gives no %s: %s", what, text);
    tg_error_how(error, "use fewer threads, or raise the limit of threads (ulimit -u)");
    return TG_ERR_IO;
}

tg_status pipeline_mutex_init(pthread_mutex_t *mutex, tg_error *error)
{
    const int code = pthread_mutex_init(mutex, NULL);
    return code == 0 ? TG_OK : fail("mutex", code, error);
}

tg_status pipeline_cond_init(pthread_cond_t *cond, tg_error *error)
{
    const int code = pthread_cond_init(cond, NULL);
    return code == 0 ? TG_OK : fail("condition variable", code, error);
}

tg_status pipeline_thread_create(pthread_t *thread, void *(*run)(void *), void *argument,
                                 tg_error *error)
{
    const int code = pthread_create(thread, NULL, run, argument);
    return code == 0 ? TG_OK : fail("thread", code, error);
}

tg_status pipeline_no_memory(size_t len_bytes, const char *what, tg_error *error)
{
    tg_error_set(error, TG_ERR_MEMORY, "no memory for %zu bytes of %s", len_bytes, what);
    tg_error_how(error, "use fewer traces at once, or a machine with more memory");
    return TG_ERR_MEMORY;
}
