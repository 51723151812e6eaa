/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Checked sizes and buffers. */
#include "model/memory.h"

#include <stdint.h>
#include <stdlib.h>

/* Cache lines of x86-64 and aarch64, and the widest vector, are 64 bytes. */
#define BUFFER_ALIGNMENT 64

tg_status tg_size_multiply(size_t *product, size_t a, size_t b, tg_error *error)
{
    if (b != 0 && a > SIZE_MAX / b) {
        tg_error_set(error, TG_ERR_SIZE, "%zu times %zu bytes does not fit into memory", a, b);
        tg_error_how(error, "use fewer events or a smaller height");
        return TG_ERR_SIZE;
    }
    *product = a * b;
    return TG_OK;
}

tg_status tg_buffer_create(void **buffer, size_t nb, size_t size, tg_error *error)
{
    *buffer = NULL;
    size_t bytes = 0;
    const tg_status status = tg_size_multiply(&bytes, nb, size, error);
    if (status != TG_OK) return status;
    if (bytes > SIZE_MAX - BUFFER_ALIGNMENT) {
        tg_error_set(error, TG_ERR_SIZE, "%zu bytes do not fit into memory", bytes);
        tg_error_how(error, "use fewer events or a smaller height");
        return TG_ERR_SIZE;
    }
    // aligned_alloc wants a multiple of the alignment, and more than nothing.
    const size_t rounded = (bytes / BUFFER_ALIGNMENT + 1) * BUFFER_ALIGNMENT;
    *buffer = aligned_alloc(BUFFER_ALIGNMENT, rounded);
    if (*buffer == NULL) {
        tg_error_set(error, TG_ERR_MEMORY, "no memory for %zu bytes", bytes);
        tg_error_how(error, "use fewer events or a smaller height, or a machine with more memory");
        return TG_ERR_MEMORY;
    }
    return TG_OK;
}

void tg_buffer_destroy(void *buffer) { free(buffer); }
