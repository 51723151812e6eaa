/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the instructions of a program do to its memory, from the instructions alone: which address
 * each writes, with which multiplicity, and which it reads. Beside the memory bus, which sees
 * traces, and nothing of writes that nobody reads.
 */
#ifndef TRACEGATE_TESTS_PROGRAM_ACCESSES_H
#define TRACEGATE_TESTS_PROGRAM_ACCESSES_H

#include "program_rows.h"

/* One address. */
typedef struct access_cell {
    uint32_t nb_writes;
    uint32_t mult; /* of the last write, residue */
    uint32_t nb_reads;
    bool must_be_read_once;
} access_cell;

/* Addresses are residues below nb_cells: programs number them from 0 on. */
typedef struct access_memory {
    access_cell *cells;
    size_t nb_cells;
} access_memory;

/* Residue of a word: R^-1 times it. */
static inline uint32_t access_residue(uint32_t word) { return rows_mul(word, ROWS_R_INVERSE); }

static inline access_cell *access_at(access_memory *memory, uint32_t address_word)
{
    const size_t address = access_residue(address_word);
    ck_assert_msg(address < (size_t)1 << 26, "address %zu of a small program", address);
    if (address >= memory->nb_cells) {
        const size_t nb_cells = 2 * address + 64;
        memory->cells = realloc(memory->cells, nb_cells * sizeof *memory->cells);
        ck_assert_ptr_nonnull(memory->cells);
        memset(memory->cells + memory->nb_cells, 0,
               (nb_cells - memory->nb_cells) * sizeof *memory->cells);
        memory->nb_cells = nb_cells;
    }
    return &memory->cells[address];
}

static inline void access_write(access_memory *memory, uint32_t address_word, uint32_t mult_word)
{
    access_cell *cell = access_at(memory, address_word);
    cell->nb_writes++;
    cell->mult = access_residue(mult_word);
}

static inline void access_write_once(access_memory *memory, uint32_t address_word)
{
    access_write(memory, address_word, TG_WORD_ONE);
    access_at(memory, address_word)->must_be_read_once = true;
}

static inline void access_read(access_memory *memory, uint32_t address_word)
{
    access_at(memory, address_word)->nb_reads++;
}

/* ---- chips ---- */

/* Accesses of one instruction. */
typedef void access_of_chip(access_memory *memory, const void *instr);

static inline void access_base_alu(access_memory *memory, const void *instr)
{
    const tg_base_alu_instr *alu = instr;
    access_read(memory, alu->addrs.in1);
    access_read(memory, alu->addrs.in2);
    access_write(memory, alu->addrs.out, alu->mult);
}

static inline void access_ext_alu(access_memory *memory, const void *instr)
{
    const tg_ext_alu_instr *alu = instr;
    access_read(memory, alu->addrs.in1);
    access_read(memory, alu->addrs.in2);
    access_write(memory, alu->addrs.out, alu->mult);
}

static inline void access_poseidon2_wide(access_memory *memory, const void *instr)
{
    const tg_poseidon2_wide_instr *permutation = instr;
    for (size_t i = 0; i < 16; i++) {
        access_read(memory, permutation->addrs.input[i]);
        access_write(memory, permutation->addrs.output[i], permutation->mults[i]);
    }
}

static inline void access_linear_layer(access_memory *memory, const void *instr)
{
    const tg_poseidon2_linear_layer_instr *layer = instr;
    for (size_t b = 0; b < 4; b++) {
        access_read(memory, layer->addrs.input[b]);
        access_write_once(memory, layer->addrs.output[b]);
    }
}

static inline void access_sbox(access_memory *memory, const void *instr)
{
    const tg_poseidon2_sbox_instr *sbox = instr;
    access_read(memory, sbox->addrs.input);
    access_write_once(memory, sbox->addrs.output);
}

static inline void access_ext_felt_convert(access_memory *memory, const void *instr)
{
    const tg_ext_felt_convert_instr *conversion = instr;
    if (conversion->ext2felt != 0) {
        access_read(memory, conversion->addrs[0]);
    } else {
        access_write(memory, conversion->addrs[0], conversion->mults[0]);
    }
    for (size_t k = 1; k < 5; k++) {
        if (conversion->ext2felt != 0) {
            access_write(memory, conversion->addrs[k], conversion->mults[k]);
        } else {
            access_read(memory, conversion->addrs[k]);
        }
    }
}

static inline void access_select(access_memory *memory, const void *instr)
{
    const tg_select_instr *select = instr;
    access_read(memory, select->addrs.bit);
    access_read(memory, select->addrs.in1);
    access_read(memory, select->addrs.in2);
    access_write(memory, select->addrs.out1, select->mult1);
    access_write(memory, select->addrs.out2, select->mult2);
}

static inline void access_prefix_sum_checks(access_memory *memory, const void *instr)
{
    const tg_prefix_sum_checks_instr *row = instr;
    access_read(memory, row->x1);
    access_read(memory, row->x2);
    access_read(memory, row->acc);
    access_read(memory, row->felt_acc);
    access_write(memory, row->next_acc, row->next_acc_mult);
    access_write(memory, row->felt_next_acc, row->felt_next_acc_mult);
}

static inline void access_memory_const(access_memory *memory, const void *instr)
{
    const tg_memory_const_instr *constant = instr;
    if (constant->kind == TG_MEMORY_WRITE) {
        access_write(memory, constant->addr, constant->mult);
    } else {
        access_at(memory, constant->addr)->nb_reads += access_residue(constant->mult);
    }
}

static inline void access_memory_var(access_memory *memory, const void *instr)
{
    const tg_memory_var_instr *variable = instr;
    access_write(memory, variable->addr, variable->mult);
}

static inline void access_public_values(access_memory *memory, const void *instr)
{
    const tg_public_values_instr *commit = instr;
    for (size_t i = 0; i < 8; i++) {
        access_read(memory, commit->digest[i]);
    }
}

/* In the order of rows_chips. */
static access_of_chip *const access_chips[] = {
    access_base_alu,     access_ext_alu,          access_poseidon2_wide, access_linear_layer,
    access_sbox,         access_ext_felt_convert, access_select,         access_prefix_sum_checks,
    access_memory_const, access_memory_var,       access_memory_var,     access_public_values,
};
static_assert(sizeof access_chips / sizeof access_chips[0] == ROWS_NB_CHIPS,
              "every chip has its accesses");

/* Addresses at which a write is missing or one too many, or a multiplicity is not the number of
 * reads. nb_once: those that must be read once. */
static inline size_t access_nb_wrong(const access_memory *memory, size_t *nb_once)
{
    size_t nb_wrong = 0;
    *nb_once = 0;
    for (size_t i = 0; i < memory->nb_cells; i++) {
        const access_cell *cell = &memory->cells[i];
        const bool is_used = cell->nb_writes != 0 || cell->nb_reads != 0;
        *nb_once += cell->must_be_read_once;
        nb_wrong += is_used && (cell->nb_writes != 1 || cell->mult != cell->nb_reads);
    }
    return nb_wrong;
}

#endif
