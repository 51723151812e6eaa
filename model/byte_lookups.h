/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Byte lookups as counts: one counter for each tuple (op, a, b, c) that a chip can look up.
 *
 * The counters lie as SP1's own tables count them: the Byte table has a row 256 * b + c and a
 * column for each of its six operations, the Range table a row 2^bits + a. Adding counters adds
 * multisets, and equal counters are equal multisets, in whatever order lookups were made.
 *
 *   op, a, b, c           counter
 *   0 .. 5, a, b, c       65536 * op + 256 * b + c; a follows from op, b, c
 *   6 (Range), a, bits, 0 393216 + 2^bits + a, a < 2^bits, bits 0 .. 16
 *
 * Counter 393216, where no tuple is, stays 0.
 * Source: SP1 v6.2.0, crates/core/machine/src/bytes, crates/core/machine/src/range.
 */
#ifndef TRACEGATE_MODEL_BYTE_LOOKUPS_H
#define TRACEGATE_MODEL_BYTE_LOOKUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* O(constant, number in SP1, name). */
#define TG_BYTE_OP_LIST(O)               \
    O(TG_BYTE_OP_AND, 0, "AND")          \
    O(TG_BYTE_OP_OR, 1, "OR")            \
    O(TG_BYTE_OP_XOR, 2, "XOR")          \
    O(TG_BYTE_OP_U8_RANGE, 3, "U8Range") \
    O(TG_BYTE_OP_LTU, 4, "LTU")          \
    O(TG_BYTE_OP_MSB, 5, "MSB")          \
    O(TG_BYTE_OP_RANGE, 6, "Range")

enum {
#define TG_BYTE_OP_CONSTANT(constant, value, name) constant = (value),
    TG_BYTE_OP_LIST(TG_BYTE_OP_CONSTANT)
#undef TG_BYTE_OP_CONSTANT
        TG_NB_BYTE_OPS
};

/* Counters of the Byte table for one operation; of all its operations; and of both tables. */
#define TG_BYTE_TABLE_ROWS 65536u
#define TG_RANGE_LOOKUPS (TG_BYTE_OP_RANGE * TG_BYTE_TABLE_ROWS)
#define TG_NB_BYTE_LOOKUPS (TG_RANGE_LOOKUPS + 131072u)

/* Counter of a lookup in the Byte table, op below TG_BYTE_OP_RANGE, b and c bytes; and in the Range
 * table, value below 2^bits, bits up to 16. */
#define TG_BYTE_LOOKUP(op, b, c) ((op)*TG_BYTE_TABLE_ROWS + 256u * (b) + (c))
#define TG_RANGE_LOOKUP(bits, value) (TG_RANGE_LOOKUPS + (1u << (bits)) + (value))

/* A lookup as SP1 writes it. */
typedef struct tg_byte_lookup {
    uint32_t op;
    uint32_t a;
    uint32_t b;
    uint32_t c;
} tg_byte_lookup;

#ifdef __cplusplus
extern "C" {
#endif

/* Lookup of a counter; false for the counter where no lookup is. counter < TG_NB_BYTE_LOOKUPS. */
bool tg_byte_lookup_at(tg_byte_lookup *lookup, size_t counter);

/* Counter of a lookup; false if no table has it: an unknown op, b or c beyond a byte, an a that
 * does not follow from them, a value beyond its bits. */
bool tg_byte_lookup_counter(size_t *counter, const tg_byte_lookup *lookup);

/* SP1's name of an op; "?" for an unknown one. */
const char *tg_byte_op_name(uint32_t op);

#ifdef __cplusplus
}
#endif

#endif
