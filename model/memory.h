/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Sizes and buffers: the one checked multiplication, the one way to take memory. */
#ifndef TRACEGATE_MODEL_MEMORY_H
#define TRACEGATE_MODEL_MEMORY_H

#include "model/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* *product = a * b. Errors  TG_ERR_SIZE if it overflows; *product is then untouched. */
TG_NODISCARD tg_status tg_size_multiply(size_t *product, size_t a, size_t b, tg_error *error);

/* Take memory for nb elements of size bytes, uninitialised, aligned to 64 bytes (a cache line, and
 * a vector of any CPU). nb = 0 gives a buffer that may be freed and not read. *buffer is the
 * caller's, to be given back by tg_buffer_destroy.
 * Errors  TG_ERR_SIZE if nb * size overflows, TG_ERR_MEMORY; *buffer is then NULL.
 */
TG_NODISCARD tg_status tg_buffer_create(void **buffer, size_t nb, size_t size, tg_error *error);

/* Give memory back; NULL is taken. */
void tg_buffer_destroy(void *buffer);

#ifdef __cplusplus
}
#endif

#endif
