/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Byte lookups and their counters. */
#include "model/byte_lookups.h"

/* MSB looks at b alone: SP1 writes it with c = 0. */
static bool is_byte_lookup(uint32_t op, uint32_t c) { return op != TG_BYTE_OP_MSB || c == 0; }

/* What an operation of the Byte table gives. */
static uint32_t byte_result(uint32_t op, uint32_t b, uint32_t c)
{
    switch (op) {
    case TG_BYTE_OP_AND:
        return b & c;
    case TG_BYTE_OP_OR:
        return b | c;
    case TG_BYTE_OP_XOR:
        return b ^ c;
    case TG_BYTE_OP_LTU:
        return b < c;
    case TG_BYTE_OP_MSB:
        return b >> 7;
    default:
        return 0;
    }
}

bool tg_byte_lookup_at(tg_byte_lookup *lookup, size_t counter)
{
    if (counter < TG_RANGE_LOOKUPS) {
        const uint32_t op = (uint32_t)(counter / TG_BYTE_TABLE_ROWS);
        const uint32_t b = (uint32_t)(counter / 256 % 256);
        const uint32_t c = (uint32_t)(counter % 256);
        *lookup = (tg_byte_lookup){.op = op, .a = byte_result(op, b, c), .b = b, .c = c};
        return is_byte_lookup(op, c);
    }
    const uint32_t row = (uint32_t)(counter - TG_RANGE_LOOKUPS);
    uint32_t bits = 0;
    while (row >> bits > 1) bits++;
    *lookup = (tg_byte_lookup){.op = TG_BYTE_OP_RANGE, .a = row - (1u << bits), .b = bits};
    if (row == 0) lookup->a = 0;
    return row != 0;
}

bool tg_byte_lookup_counter(size_t *counter, const tg_byte_lookup *lookup)
{
    if (lookup->op == TG_BYTE_OP_RANGE) {
        if (lookup->b > 16 || lookup->a >> lookup->b != 0 || lookup->c != 0) return false;
        *counter = TG_RANGE_LOOKUP(lookup->b, lookup->a);
        return true;
    }
    const bool is_there = lookup->op < TG_BYTE_OP_RANGE && lookup->b < 256 && lookup->c < 256 &&
                          is_byte_lookup(lookup->op, lookup->c) &&
                          lookup->a == byte_result(lookup->op, lookup->b, lookup->c);
    if (is_there) *counter = TG_BYTE_LOOKUP(lookup->op, lookup->b, lookup->c);
    return is_there;
}

const char *tg_byte_op_name(uint32_t op)
{
    static const char *const names[] = {
#define TG_BYTE_OP_NAME(constant, value, name) [value] = name,
        TG_BYTE_OP_LIST(TG_BYTE_OP_NAME)
#undef TG_BYTE_OP_NAME
    };
    return op < TG_NB_BYTE_OPS ? names[op] : "?";
}
