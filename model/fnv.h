/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* FNV-1a with 64 bits: short names for sets of words, in keys, signatures and names of files. Not
 * for digests of data, which are XXH3 (files/record.h).
 *
 * Source  the parameters are those of the FNV authors' own description, 64 bits
 */
#ifndef TRACEGATE_MODEL_FNV_H
#define TRACEGATE_MODEL_FNV_H

#include <stddef.h>
#include <stdint.h>

#define TG_FNV_START UINT64_C(0xcbf29ce484222325)

/* Hash of bytes behind those that gave `hash`; TG_FNV_START: behind none. */
static inline uint64_t tg_fnv(uint64_t hash, const void *bytes, size_t nb_bytes)
{
    const unsigned char *byte = (const unsigned char *)bytes;
    for (size_t i = 0; i < nb_bytes; i++) {
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

#endif
