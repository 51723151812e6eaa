/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The jagged form: all columns of all chips end to end in one dense buffer, first preprocessed,
 * then main.
 *
 * dense counts elements; col_index, start_indices and heights count pairs of elements, so all
 * heights are even.
 *
 * Source: SP1 v6.2.0, sp1-gpu/crates/jagged_tracegen.
 */
#ifndef TRACEGATE_PIPELINE_JAGGED_H
#define TRACEGATE_PIPELINE_JAGGED_H

#include "pipeline/pipeline.h"

typedef struct tg_jagged_shape {
    unsigned log_stacking_height; /* S = 2^this, 1 to TG_JAGGED_MAX_LOG */
    unsigned max_log_row_count;   /* R = 2^this, 1 to TG_JAGGED_MAX_LOG */
    size_t capacity;              /* words of dense */
} tg_jagged_shape;

/* Words of start_indices at the most, which has one for every column and one more: SP1's bound. */
#define TG_JAGGED_MAX_STARTS ((size_t)16384)

/* Pairs are counted in 32 bits. */
#define TG_JAGGED_MAX_LOG 31

/* One trace's place. */
typedef struct tg_jagged_entry {
    const char *name;
    size_t start; /* words of dense */
    size_t end;
    size_t height; /* 0: padding entry, a chip of the cluster that is not included */
    size_t width;
    size_t first_column;
} tg_jagged_entry;

/* A section: preprocessed or main. */
typedef struct tg_jagged_section {
    size_t offset;  /* first word */
    size_t end;     /* a multiple of S */
    size_t padding; /* words of zeros at its end */
    size_t first_column;
    size_t nb_columns; /* padding columns too */
    size_t nb_entries;
    tg_jagged_entry *entries; /* in byte order of the names */
} tg_jagged_section;

/* The layout alone, on the host: no device, no cells. */
typedef struct tg_jagged_layout {
    tg_jagged_shape shape;
    tg_jagged_section preprocessed;
    tg_jagged_section main;
    uint32_t *start_indices;  /* [nb_columns + 1] */
    uint32_t *column_heights; /* [nb_columns] */
    size_t nb_columns;
} tg_jagged_layout;

/* Chip of a section to be laid out. height 0: padding entry */
typedef struct tg_jagged_chip {
    const char *name;
    size_t height;
    size_t width;
} tg_jagged_chip;

/* Lay out the preprocessed section, then append a main section (again: in the place of the last
 * one). Without a main section, main is empty and lies at the end of preprocessed.
 * layout  caller's; all zero, or of an earlier call, which begin then replaces; to be cleared
 * chips   in byte order of the names, which must live as long as the layout
 * Errors  TG_ERR_SIZE if it does not fit the capacity or TG_JAGGED_MAX_STARTS: says what is needed;
 *         TG_ERR_HEIGHT for odd heights and those above R, by chip; TG_ERR_USAGE for names out of
 *         order and logarithms out of range; TG_ERR_MEMORY. The layout is then as it was */
TG_NODISCARD tg_status tg_jagged_begin(tg_jagged_layout *layout, const tg_jagged_shape *shape,
                                       const tg_jagged_chip *chips, size_t nb_chips,
                                       tg_error *error);
TG_NODISCARD tg_status tg_jagged_append_main(tg_jagged_layout *layout, const tg_jagged_chip *chips,
                                             size_t nb_chips, tg_error *error);
void tg_jagged_clear(tg_jagged_layout *layout); /* takes one that is all zero */

/* A chip of a layout that stands for no record. */
typedef struct tg_jagged_synthetic_chip {
    const char *name;
    size_t height;
    size_t width;
    size_t preprocessed_width; /* 0: not in the preprocessed section */
} tg_jagged_synthetic_chip;

/* Lay out both sections of made-up chips, as SP1's builder of synthetic layouts does: each section
 * is at least one S long and gets exactly one column of padding, if it has any padding, however
 * high.
 * Errors  as tg_jagged_begin */
TG_NODISCARD tg_status tg_jagged_synthesize(tg_jagged_layout *layout, const tg_jagged_shape *shape,
                                            const tg_jagged_synthetic_chip *chips, size_t nb_chips,
                                            tg_error *error);

/* Entry of a section by the chip's name; NULL if there is none. */
const tg_jagged_entry *tg_jagged_find(const tg_jagged_section *section, const char *name);

/* Column of each pair of dense: [main.end / 2] words. */
void tg_jagged_col_index(uint32_t *col_index, const tg_jagged_layout *layout);

/* As tg_jagged_col_index, of one of the layout's sections alone: [(end - offset) / 2] words. */
void tg_jagged_section_columns(uint32_t *columns, const tg_jagged_layout *layout,
                               const tg_jagged_section *section);

/* How many words of dense a program needs, and a program with a record, whatever the shape's
 * capacity is.
 * program, record  stay the caller's; only inclusion and heights are looked at
 * Errors           as tg_jagged_begin; TG_ERR_HEIGHT for heights that are not one program's */
TG_NODISCARD tg_status tg_jagged_measure(size_t *nb_program_words, size_t *nb_words,
                                         const tg_jagged_shape *shape, const tg_inputs *program,
                                         const tg_inputs *record, tg_error *error);

/* ---- on the device ---- */

/* Device buffers of a jagged trace: the preprocessed part is made once and kept, main parts come
 * and go behind it, one at a time. */
typedef struct tg_jagged tg_jagged;

/* Make the preprocessed part, under a permit that is given back at the end.
 * pipeline  must outlive it
 * program   the call's from now on, also if it fails
 * Errors    before any job is started those of tg_jagged_begin; those of
 *           tg_pipeline_generate_preprocessed and of scopes; *jagged is then NULL */
TG_NODISCARD tg_status tg_jagged_create(tg_jagged **jagged, tg_pipeline *pipeline,
                                        const tg_jagged_shape *shape, tg_inputs *program,
                                        tg_permits *permits, tg_error *error);
/* All results must have been cleared and no call may be under way; NULL is taken. */
void tg_jagged_destroy(tg_jagged *jagged);

/* Make a main part: as tg_pipeline_generate_main, with cells in the dense buffer. Where the
 * record's global_dependencies_opt is set, the lookups that it leaves out are added to the byte
 * table; where it is not, nothing is.
 * result  traces point into the dense buffer; other calls wait, with their traces made, until it is
 *         cleared. The included set is that of the chips whose traces are not virtual, of those of
 *         the cluster in result->main
 * Errors  before any job is started those of tg_jagged_append_main, and TG_ERR_HEIGHT for a record
 *         of a recursion machine whose heights are not the program's; those of
 *         tg_pipeline_generate_main and of scopes. All are in result->failures, too
 */
TG_NODISCARD tg_status tg_jagged_generate_main(tg_pipeline_result *result, tg_jagged *jagged,
                                               tg_inputs *record, tg_permits *permits,
                                               tg_error *error);

/* Where everything lies: that of the last main part, until its result is cleared. */
const tg_jagged_layout *tg_jagged_get_layout(const tg_jagged *jagged);
/* Device buffers: dense, col_index, start_indices. */
uint32_t *tg_jagged_dense(const tg_jagged *jagged);
uint32_t *tg_jagged_columns(const tg_jagged *jagged);
uint32_t *tg_jagged_starts(const tg_jagged *jagged);

#endif
