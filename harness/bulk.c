/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Whole traces in pieces, which go to the threads. */
#include "harness/bulk.h"

#include <string.h>

/* What a thread takes at a time, a multiple of every word and page; and from how many bytes on
 * several do: below, they take longer to begin than they save. */
#define PIECE_BYTES ((size_t)1 << 20)
#define ALONE_BYTES ((size_t)8 << 20)

static size_t nb_pieces(size_t nb_bytes) { return nb_bytes / PIECE_BYTES + 1; }

static size_t piece_bytes(size_t nb_bytes, size_t start)
{
    return nb_bytes - start < PIECE_BYTES ? nb_bytes - start : PIECE_BYTES;
}

void tg_bulk_fill(void *to, uint32_t word, size_t nb_bytes)
{
    const size_t nb = nb_pieces(nb_bytes);
#pragma omp parallel for schedule(static) if (nb_bytes >= ALONE_BYTES)
    for (size_t piece = 0; piece < nb; piece++) {
        unsigned char *at = (unsigned char *)to + piece * PIECE_BYTES;
        const size_t nb_here = piece_bytes(nb_bytes, piece * PIECE_BYTES);
        for (size_t i = 0; i < nb_here; i += sizeof word) {
            memcpy(at + i, &word, sizeof word);
        }
    }
}

void tg_bulk_copy(void *to, const void *from, size_t nb_bytes)
{
    if (nb_bytes == 0) return;
    const size_t nb = nb_pieces(nb_bytes);
#pragma omp parallel for schedule(static) if (nb_bytes >= ALONE_BYTES)
    for (size_t piece = 0; piece < nb; piece++) {
        const size_t start = piece * PIECE_BYTES;
        memcpy((unsigned char *)to + start, (const unsigned char *)from + start,
               piece_bytes(nb_bytes, start));
    }
}

bool tg_bulk_equal(const void *first, const void *second, size_t nb_bytes)
{
    if (nb_bytes == 0) return true;
    const size_t nb = nb_pieces(nb_bytes);
    bool differs = false;
#pragma omp parallel for schedule(static) reduction(|| : differs) if (nb_bytes >= ALONE_BYTES)
    for (size_t piece = 0; piece < nb; piece++) {
        const size_t start = piece * PIECE_BYTES;
        differs = differs ||
                  memcmp((const unsigned char *)first + start,
                         (const unsigned char *)second + start, piece_bytes(nb_bytes, start)) != 0;
    }
    return !differs;
}
