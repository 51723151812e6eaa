/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The reference generators: traces from events in plain C on residues, written from the
 * specification to be checked by eye.
 *
 * A chip's file gives a function for one row; reference.c makes traces of it: it turns the event's
 * words into residues, calls the function, turns the residues of the row into Montgomery words, and
 * follows the description's row map, height and padding. A chip whose rows depend on each other
 * gives a function for the whole trace.
 */
#ifndef TRACEGATE_REFERENCE_REFERENCE_H
#define TRACEGATE_REFERENCE_REFERENCE_H

#include "model/trace.h"

/* Fill the cells that one event determines in one row.
 * block   the columns of one entry (all columns where a row has one entry), as the column struct;
 *         every leaf a residue below p. All zero on entry.
 * event   the event struct; words are residues below p, enums and flags are as in memory, and so
 *         are fields that the trace does not depend on unless the generator checks them. NULL where
 *         the trace has no events.
 * slot    entry within the row, or row within the event
 * Returns NULL, or what is wrong with the event: a text that ends the sentence "event 17 of
 * Select.main: ...".
 */
typedef const char *tg_ref_row(void *block, const void *event, size_t slot);

/* Fill a whole trace and its side outputs, for a chip whose rows depend on each other or that has
 * such outputs; as tg_ref_make. */
typedef tg_status tg_ref_fill(const tg_product *out, const tg_request *request, tg_error *error);

/* How the reference makes one trace: by row or by fill. */
typedef struct tg_ref_generator {
    tg_ref_row *row;
    tg_ref_fill *fill;
    bool checks_ignored; /* row looks at fields that the trace does not depend on: they become
                            residues too. Never with fill */
    bool checks_cells;   /* what row writes may be no residues: such a row is an error */
} tg_ref_generator;

/* Define tg_ref_<id>_<kind>, the generator of a trace whose rows are independent, from the body
 * that follows:
 *
 *   TG_REF_ROW(select_main, tg_select_main_columns, tg_select_event)
 *   {
 *       row->vals = *event;
 *       return NULL;
 *   }
 *
 * The body sees row, event and slot, with their types. With TG_REF_ROW_CHECKED it may also read
 * the event's ignored fields. */
#define TG_REF_ROW(trace_id, COLUMNS, EVENT) TG_REF_ROW_GENERATOR(trace_id, COLUMNS, EVENT, false)
#define TG_REF_ROW_CHECKED(trace_id, COLUMNS, EVENT) \
    TG_REF_ROW_GENERATOR(trace_id, COLUMNS, EVENT, true)

#define TG_REF_ROW_GENERATOR(trace_id, COLUMNS, EVENT, checks_ignored_)                  \
    static const char *trace_id##_row(COLUMNS *row, const EVENT *event, size_t slot);    \
    static const char *trace_id##_row_untyped(void *row, const void *event, size_t slot) \
    {                                                                                    \
        return trace_id##_row(row, event, slot);                                         \
    }                                                                                    \
    const tg_ref_generator tg_ref_##trace_id = {.row = trace_id##_row_untyped,           \
                                                .checks_ignored = checks_ignored_};      \
    static const char *trace_id##_row(__attribute__((unused)) COLUMNS *row,              \
                                      __attribute__((unused)) const EVENT *event,        \
                                      __attribute__((unused)) size_t slot)

/* Rows that a fill had best make at once: a tile writes each column's cache line, 16 words, whole.
 * Measured on one core, 8 rows are slower on most traces and 32 on nearly all, by up to a
 * quarter. */
#define TG_REF_TILE_ROWS ((size_t)16)

/* Turn rows into Montgomery words and store them as rows first_row .. first_row + nb_rows - 1.
 * cells  [width][height], the trace
 * rows   [nb_rows][width] residues */
void tg_ref_store_rows(uint32_t *cells, size_t height, const uint32_t *rows, size_t width,
                       size_t first_row, size_t nb_rows);

/* Set TG_ERR_EVENT for an event of a trace, and return it. fault ends the sentence "event 17 of
 * Select.main: ...". */
tg_status tg_ref_event_error(tg_error *error, const tg_trace *trace, size_t event,
                             const char *fault);

/* Generator of trace number index, in the order of tg_trace_at. */
const tg_ref_generator *tg_ref_at(size_t index);

/* Make a trace and its side outputs.
 * out  caller's, as tg_product_create makes it; every cell and every word of the side outputs is
 *      written, padding too. Must not overlap the events.
 * Runs on all OpenMP threads; the result does not depend on their number.
 * Errors  TG_ERR_HEIGHT or TG_ERR_SIZE before anything is written; TG_ERR_EVENT for the first event
 *         that contradicts itself (a Poseidon2 output that is not the permutation of its input) or
 *         none of whose candidates will do; TG_ERR_MEMORY: out is then undefined.
 */
TG_NODISCARD tg_status tg_ref_make(const tg_product *out, const tg_ref_generator *generator,
                                   const tg_request *request, tg_error *error);

/* Look for an event that contradicts itself, as tg_ref_make would find it, and make nothing. Quick
 * for traces whose rows check nothing.
 * events  nb_events valid structs (tg_trace_check_events); may be NULL if there are none
 * Errors  TG_ERR_EVENT for the first such event; TG_ERR_SIZE, TG_ERR_MEMORY
 */
TG_NODISCARD tg_status tg_ref_check_events(const tg_ref_generator *generator, const tg_trace *trace,
                                           const void *events, size_t nb_events, tg_error *error);

#endif
