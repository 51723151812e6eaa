/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lent memory, fenced in by AddressSanitizer's poison. */
#include "fuzz/arena.h"

#include "model/memory.h"

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

/* Bytes before and behind: more than a warp's worth of the widest struct. */
#define FENCE_BYTES ((size_t)4096)

tg_status tg_fuzz_arena_init(tg_fuzz_arena *arena, size_t max_bytes, tg_error *error)
{
    void *buffer = NULL;
    *arena = (tg_fuzz_arena){.buffer = NULL};
    const tg_status status = tg_buffer_create(&buffer, max_bytes + 2 * FENCE_BYTES, 1, error);
    if (status != TG_OK) return status;
    *arena = (tg_fuzz_arena){.buffer = buffer, .max_bytes = max_bytes};
    ASAN_POISON_MEMORY_REGION(arena->buffer, max_bytes + 2 * FENCE_BYTES);
    return TG_OK;
}

void tg_fuzz_arena_clear(tg_fuzz_arena *arena)
{
    if (arena->buffer != NULL)
        ASAN_UNPOISON_MEMORY_REGION(arena->buffer, arena->max_bytes + 2 * FENCE_BYTES);
    tg_buffer_destroy(arena->buffer);
    *arena = (tg_fuzz_arena){.buffer = NULL};
}

void *tg_fuzz_arena_lend(tg_fuzz_arena *arena, size_t nb_bytes)
{
    TG_VERIFY_CHECK(nb_bytes <= arena->max_bytes);
    unsigned char *lent = arena->buffer + FENCE_BYTES;
    // Taken back first: bytes that stay lent would not be fenced off from the end of these.
    ASAN_POISON_MEMORY_REGION(lent, (arena->nb_lent + 7) / 8 * 8);
    ASAN_UNPOISON_MEMORY_REGION(lent, nb_bytes);
    arena->nb_lent = nb_bytes;
    return lent;
}
