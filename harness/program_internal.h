/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A program while it is drawn: its memory and its lists, for program.c and program_step.c. */
#ifndef TRACEGATE_HARNESS_PROGRAM_INTERNAL_H
#define TRACEGATE_HARNESS_PROGRAM_INTERNAL_H

#include "harness/philox.h"
#include "harness/program_chip.h"

/* An array that grows. */
typedef struct tg_growing {
    void *items;
    size_t nb;
    size_t capacity;
} tg_growing;

/* Where the multiplicity of a cell stands. */
typedef struct tg_mult_place {
    size_t list;   /* number of the trace; TG_NO_LIST: nowhere, it is 1 */
    size_t offset; /* bytes from the start of its instructions */
} tg_mult_place;
#define TG_NO_LIST SIZE_MAX

/* One address. Addresses are numbers of cells: they are fresh in the order of writing, as SP1's
 * compiler gives them. */
typedef struct tg_memory_cell {
    uint32_t value[4]; /* residues */
    uint32_t nb_reads;
    tg_mult_place mult;
} tg_memory_cell;

/* Memory, and the numbers of cells by what they can be read as. */
typedef struct tg_memory {
    tg_growing cells;   /* tg_memory_cell */
    tg_growing blocks;  /* uint32_t: all but those to be read once */
    tg_growing felts;   /* uint32_t: of blocks, those with zeros behind the first element */
    tg_growing bits;    /* uint32_t: of felts, those that are 0 or 1 */
    tg_growing waiting; /* uint32_t: to be read once, and not yet read */
} tg_memory;

struct tg_step {
    tg_memory memory;
    tg_growing *lists;      /* as program's, with room to grow */
    const tg_trace *instrs; /* preprocessed trace of the step's chip */
    size_t list;            /* its number; that of the main trace follows */
    uint32_t *committed;    /* the program's */
    /* Words of Philox blocks with
     *   key      the seed
     *   counter  number of the instruction (64 bits), block number, machine
     * in order, one after the other. */
    uint64_t seed;
    uint64_t number;
    uint32_t machine;
    uint32_t nb_blocks; /* drawn so far */
    uint32_t words[TG_PHILOX_LANES];
    size_t nb_words; /* of them, not yet taken */
};

/* Make room for nb more items of size bytes. Errors  TG_ERR_SIZE, TG_ERR_MEMORY: as it was. */
TG_NODISCARD tg_status tg_growing_reserve(tg_growing *array, size_t nb, size_t size,
                                          tg_error *error);

/* Make room for one step's writes. Errors  TG_ERR_SIZE, TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_memory_reserve(tg_memory *memory, tg_error *error);
void tg_memory_clear(tg_memory *memory);

#endif
