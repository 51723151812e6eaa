/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Locks, threads and memory of the pipeline, with errors that say what could not be had.
 */
#ifndef TRACEGATE_PIPELINE_SYNC_INTERNAL_H
#define TRACEGATE_PIPELINE_SYNC_INTERNAL_H

#include "model/status.h"

#include <pthread.h>

/* Errors  TG_ERR_IO */
TG_NODISCARD tg_status pipeline_mutex_init(pthread_mutex_t *mutex, tg_error *error);
TG_NODISCARD tg_status pipeline_cond_init(pthread_cond_t *cond, tg_error *error);
TG_NODISCARD tg_status pipeline_thread_create(pthread_t *thread, void *(*run)(void *),
                                              void *argument, tg_error *error);

/* Say that there is no memory for something, and return TG_ERR_MEMORY. */
tg_status pipeline_no_memory(size_t len_bytes, const char *what, tg_error *error);

#endif
