/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Filling, copying and comparing whole traces, on all OpenMP threads: one thread alone, which also
 * has to touch fresh memory for the first time, would take longer than the traces take to make.
 */
#ifndef TRACEGATE_HARNESS_BULK_H
#define TRACEGATE_HARNESS_BULK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Set nb_bytes bytes to a word again and again; to has any alignment, nb_bytes is a multiple of
 * 4. */
void tg_bulk_fill(void *to, uint32_t word, size_t nb_bytes);

/* Copy nb_bytes; must not overlap. NULL is taken for no bytes. */
void tg_bulk_copy(void *to, const void *from, size_t nb_bytes);

/* Whether nb_bytes are the same. NULL is taken for no bytes. */
bool tg_bulk_equal(const void *first, const void *second, size_t nb_bytes);

#endif
