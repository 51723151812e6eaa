/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lookups of Global that its dependency step leaves out where the record says so: those that need
 * the point of each event. They are counted from the finished trace and added to the byte table.
 *
 * Six columns of Global and two of the table go to the host for it.
 *
 * Source: SP1 v6.2.0, sp1-gpu/crates/jagged_tracegen.
 */
#include "model/byte_lookups.h"
#include "model/global.h"
#include "model/memory.h"
#include "pipeline/jagged_internal.h"
#include "reference/field.h"

#include <inttypes.h>
#include <stddef.h>

#define COLUMN(member) (offsetof(tg_global_main_columns, member) / sizeof(uint32_t))

/* Columns that are read: the offset, four bytes of y6, is_real. */
#define FIRST_COLUMN COLUMN(interaction.offset)
#define NB_BYTES 4 /* the offset and the low bytes, which are looked up as bytes */
#define HIGH_BYTE 4
#define IS_REAL 5
#define NB_COLUMNS 6
static_assert(COLUMN(interaction.y6_byte_decomp) == FIRST_COLUMN + 1, "the bytes follow");
static_assert(COLUMN(is_real) == FIRST_COLUMN + IS_REAL, "is_real follows");

/* The table: a row for every pair of bytes b and c, a column for every operation. A byte v alone is
 * looked up as c, row v; v < 63 as b < c, row 256 * v + 63. */
#define TABLE "Byte"
#define TABLE_HEIGHT ((size_t)TG_BYTE_TABLE_ROWS)
#define TABLE_WIDTH ((size_t)TG_BYTE_OP_RANGE)
static_assert(TG_BYTE_OP_LTU == TG_BYTE_OP_U8_RANGE + 1, "the two columns lie side by side");
#define NB_CHANGED 2 /* columns, side by side */
#define NB_HIGH 64   /* values that a high byte may have */
#define HIGH_LIMIT 63

static tg_status bad_cell(size_t row, size_t column, uint32_t value, tg_error *error)
{
    tg_error_set(error, TG_ERR_KERNEL, "the value %" PRIu32 " is no byte that can be looked up",
                 value);
    tg_error_where(error, "Global.main, row %zu, column %zu", row, FIRST_COLUMN + column);
    tg_error_how(error, "'tracegate gate Global.main' compares the trace");
    return TG_ERR_KERNEL;
}

/* Count the lookups of the real rows. */
static tg_status count(uint32_t bytes[256], uint32_t high[NB_HIGH], const uint32_t *cells,
                       size_t height, tg_error *error)
{
    for (size_t row = 0; row < height; row++) {
        if (tg_ref_from_word(cells[IS_REAL * height + row]) != 1) continue;
        for (size_t column = 0; column < NB_BYTES; column++) {
            const uint32_t value = tg_ref_from_word(cells[column * height + row]);
            if (value >= 256) return bad_cell(row, column, value, error);
            bytes[value]++;
        }
        const uint32_t value = tg_ref_from_word(cells[HIGH_BYTE * height + row]);
        if (value >= NB_HIGH) return bad_cell(row, HIGH_BYTE, value, error);
        high[value]++;
    }
    return TG_OK;
}

static void add(uint32_t *word, uint32_t nb) { *word = tg_ref_add(*word, tg_ref_to_word(nb)); }

/* Add counts to the table's two columns. */
static void add_counts(uint32_t *table, const uint32_t bytes[256], const uint32_t high[NB_HIGH])
{
    for (size_t value = 0; value < 256; value++) {
        add(&table[value], bytes[value]);
    }
    for (size_t value = 0; value < NB_HIGH; value++) {
        add(&table[TABLE_HEIGHT + 256 * value + HIGH_LIMIT], high[value]);
    }
}

static tg_status check_table(const tg_jagged_entry *table, tg_error *error)
{
    if (table != NULL && table->height == TABLE_HEIGHT && table->width == TABLE_WIDTH) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE,
                 "the record leaves lookups out, and there is no trace of " TABLE
                 " of %zu rows and %zu columns to add them to",
                 TABLE_HEIGHT, TABLE_WIDTH);
    tg_error_how(error, "include the table, or let the record have all lookups");
    return TG_ERR_USAGE;
}

tg_jagged_correct tg_jagged_correct_global;

tg_status tg_jagged_correct_global(uint32_t *d_dense, const tg_jagged_layout *layout,
                                   tg_scope *scope, tg_error *error)
{
    const tg_jagged_entry *global = tg_jagged_find(&layout->main, "Global");
    const tg_jagged_entry *table = tg_jagged_find(&layout->main, TABLE);
    if (global == NULL || global->height == 0) return TG_OK;
    tg_status status = check_table(table, error);
    if (status != TG_OK) return status;
    uint32_t bytes[256] = {0};
    uint32_t high[NB_HIGH] = {0};
    const size_t height = global->height;
    const size_t table_bytes = NB_CHANGED * TABLE_HEIGHT * sizeof(uint32_t);
    uint32_t *d_table = d_dense + table->start + TG_BYTE_OP_U8_RANGE * TABLE_HEIGHT;
    void *columns = NULL;
    void *counts = NULL;
    status = tg_buffer_create(&columns, NB_COLUMNS * height, sizeof(uint32_t), error);
    if (status == TG_OK) status = tg_buffer_create(&counts, 1, table_bytes, error);
    if (status == TG_OK)
        status = tg_scope_download(scope, columns, d_dense + global->start + FIRST_COLUMN * height,
                                   NB_COLUMNS * height * sizeof(uint32_t), error);
    if (status == TG_OK) status = count(bytes, high, columns, height, error);
    if (status == TG_OK) status = tg_scope_download(scope, counts, d_table, table_bytes, error);
    if (status == TG_OK) {
        add_counts(counts, bytes, high);
        status = tg_scope_upload(scope, d_table, counts, table_bytes, error);
    }
    tg_buffer_destroy(columns);
    tg_buffer_destroy(counts);
    return status;
}
