/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Digests: XXH3-128 with seed 0. The one file that knows xxHash.
 */
#include "files/record.h"

#include "files/transpose_internal.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "digests are over little-endian words: this machine's words would have to be swapped first"
#endif

static tg_status no_memory(tg_error *error)
{
    tg_error_set(error, TG_ERR_MEMORY, "no memory for the state of a digest");
    tg_error_how(error, "use a smaller height, or a machine with more memory");
    return TG_ERR_MEMORY;
}

/* The canonical form has the high half first, each half big-endian. */
static void set_digest(tg_digest *digest, XXH128_hash_t hash)
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, hash);
    memcpy(digest->bytes, canonical.digest, sizeof digest->bytes);
}

void tg_digest_bytes(tg_digest *digest, const void *bytes, size_t nb_bytes)
{
    set_digest(digest, XXH3_128bits(bytes, nb_bytes));
}

static tg_status digest_rows(XXH3_state_t *state, const uint32_t *cells, size_t height,
                             size_t width, tg_error *error)
{
    if (height == 0 || width == 0) return TG_OK;
    tg_tile tile;
    const tg_status status = tg_tile_init(&tile, height, width, error);
    if (status != TG_OK) return status;
    for (size_t row = 0; row < height; row += tile.max_rows) {
        const size_t nb_rows = tg_tile_nb_rows(&tile, height, row);
        tg_tile_from_cells(&tile, cells, height, row, nb_rows);
        (void)XXH3_128bits_update(state, tile.words, nb_rows * width * sizeof(uint32_t));
    }
    tg_tile_clear(&tile);
    return TG_OK;
}

tg_status tg_digest_cells(tg_digest *digest, const uint32_t *cells, size_t height, size_t width,
                          tg_error *error)
{
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) return no_memory(error);
    (void)XXH3_128bits_reset(state);
    const tg_status status = digest_rows(state, cells, height, width, error);
    if (status == TG_OK) set_digest(digest, XXH3_128bits_digest(state));
    (void)XXH3_freeState(state);
    return status;
}

const char *tg_digest_text(char text[33], const tg_digest *digest)
{
    for (size_t i = 0; i < sizeof digest->bytes; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", digest->bytes[i]);
    }
    return text;
}
