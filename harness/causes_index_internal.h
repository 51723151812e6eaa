/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The index of entries, for the files causes_index.c and causes_places.c only.
 */
#ifndef TRACEGATE_HARNESS_CAUSES_INDEX_INTERNAL_H
#define TRACEGATE_HARNESS_CAUSES_INDEX_INTERNAL_H

#include "harness/causes_internal.h"

#define CAUSES_MAX_KEY_COLUMNS 4u
#define CAUSES_MAX_DISTANCES 64u
#define CAUSES_NOWHERE SIZE_MAX

/* A wrong entry. Numbers of entries count through the trace: row * nb_entries + slot. */
typedef struct causes_entry {
    size_t number;
    size_t source; /* the entry whose right words it holds; CAUSES_NOWHERE */
} causes_entry;

struct causes_index {
    size_t nb_key_columns;
    size_t key_columns[CAUSES_MAX_KEY_COLUMNS]; /* within an entry */
    size_t nb_indexed;
    uint32_t *slots; /* [NB_SLOTS] number of an entry + 1; 0: free */
    size_t nb_wrong;
    causes_entry *wrong; /* [nb_wrong] eventful ones, ascending */
    /* How far away the sources are, and how many of each distance. */
    size_t nb_distances;
    ptrdiff_t distances[CAUSES_MAX_DISTANCES];
    size_t nb_at[CAUSES_MAX_DISTANCES];
};

/* Eventful entries that there are; those of all rows, where the chip is unknown. */
size_t causes_nb_entries(const causes_sample *sample);

/* Number of the entry that a cell is in. */
size_t causes_entry_of(const causes_sample *sample, const causes_cell *cell);

/* Whether an entry has wrong cells, and all of them hold what is right in another entry. */
bool causes_holds(const causes_sample *sample, size_t entry, size_t source);

#endif
