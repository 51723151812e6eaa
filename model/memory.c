/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Checked sizes and buffers. */
#define _DEFAULT_SOURCE /* madvise */
#include "model/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Cache lines of x86-64 and aarch64, and the widest vector, are 64 bytes. */
#define BUFFER_ALIGNMENT 64

/* Large buffers lie in huge pages where the system gives them: the first touch of a trace of many
 * pages takes as long as making it. */
#define HUGE_PAGE ((size_t)2 << 20)

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
    if (bytes > SIZE_MAX - HUGE_PAGE) {
        tg_error_set(error, TG_ERR_SIZE, "%zu bytes do not fit into memory", bytes);
        tg_error_how(error, "use fewer events or a smaller height");
        return TG_ERR_SIZE;
    }
    const bool is_huge = bytes >= 2 * HUGE_PAGE;
    const size_t alignment = is_huge ? HUGE_PAGE : BUFFER_ALIGNMENT;
    // aligned_alloc wants a multiple of the alignment, and more than nothing.
    const size_t rounded = (bytes / alignment + 1) * alignment;
    *buffer = aligned_alloc(alignment, rounded);
    if (*buffer == NULL) {
        tg_error_set(error, TG_ERR_MEMORY, "no memory for %zu bytes", bytes);
        tg_error_how(error, "use fewer events or a smaller height, or a machine with more memory");
        return TG_ERR_MEMORY;
    }
    // Without them it is slower, and nothing else.
    if (is_huge) (void)madvise(*buffer, rounded, MADV_HUGEPAGE);
    return TG_OK;
}

void tg_buffer_destroy(void *buffer) { free(buffer); }
