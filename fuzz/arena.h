/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory that is kept between executions and lent in exactly the size that each needs. Under
 * AddressSanitizer all around what is lent is out of bounds, to the byte, as around memory that
 * was taken for it alone; without it nothing is.
 *
 * Taking memory anew for every execution would cost more than most kernels: the sanitizer keeps
 * freed memory for a while, so that each execution would touch fresh pages.
 */
#ifndef TRACEGATE_FUZZ_ARENA_H
#define TRACEGATE_FUZZ_ARENA_H

#include "model/status.h"

#include <stddef.h>

typedef struct tg_fuzz_arena {
    unsigned char *buffer;
    size_t max_bytes; /* that can be lent */
    size_t nb_lent;   /* bytes that are lent now */
} tg_fuzz_arena;

/* Take memory for up to max_bytes. Errors  TG_ERR_MEMORY, TG_ERR_SIZE */
TG_NODISCARD tg_status tg_fuzz_arena_init(tg_fuzz_arena *arena, size_t max_bytes, tg_error *error);

/* Give it back; takes one that is all zero. */
void tg_fuzz_arena_clear(tg_fuzz_arena *arena);

/* Lend the first nb_bytes <= max_bytes, aligned to 64 bytes; what was lent before is returned.
 * Contents are what they were. */
void *tg_fuzz_arena_lend(tg_fuzz_arena *arena, size_t nb_bytes);

#endif
