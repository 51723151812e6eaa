/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the detectors of causes look at, for the files cause*.c and <chip>_causes.c only.
 *
 * Glossary:
 *   sample    wrong cells, row by row: whole rows, at most CAUSES_MAX_CELLS cells, the same ones
 * each time. Of side outputs, where no cell is wrong, the wrong words that are listed entry     the
 * columns of one event in a row; of a chip with one event a row the row itself common    a word
 * that stands in most traces in many places: that two of them are equal says little explains  a
 * detector that is about values marks the cells that are as it says; one that is about places
 * (which rows, columns, events) marks none
 */
#ifndef TRACEGATE_HARNESS_CAUSES_INTERNAL_H
#define TRACEGATE_HARNESS_CAUSES_INTERNAL_H

#include "harness/cause.h"
#include "harness/prediction_internal.h"
#include "harness/words.h"

/* Cells of a sample, and its rows; a row is taken whole, so a few more cells can be. */
#define CAUSES_MAX_CELLS ((size_t)65536)

/* What coincidences are taken for at the most. */
#define CAUSES_DOUBTFUL 40u

typedef struct causes_cell {
    size_t row;
    size_t column;
    uint32_t expected; /* as they stand in the traces */
    uint32_t actual;
    uint32_t right; /* residues of both, modulo p where a word is not below it */
    uint32_t wrong;
    bool eventful;
} causes_cell;

/* Entries of the expected trace by some of their words; see causes_places.c. */
typedef struct causes_index causes_index;

typedef struct causes_sample {
    const tg_mismatch *mismatch;
    const tg_trace *trace; /* NULL: unknown */
    bool is_side;          /* the cells are words of side outputs */
    bool knows_events;     /* which cells are eventful, and of which event, is known */
    bool has_events;       /* and the events themselves are at hand */
    bool is_eventful_only; /* padding cells count as right */
    size_t height, width;  /* inside both */
    size_t nb_entries;     /* entries of a row */
    size_t entry_width;
    tg_extent extent;
    size_t nb_events; /* that are used */
    size_t nb_rows;
    size_t *rows;   /* [nb_rows] ascending; the first and the last wrong one are among them */
    size_t *starts; /* [nb_rows + 1] where the cells of a row begin */
    size_t nb_cells;
    causes_cell *cells; /* [nb_cells] */
    size_t nb_eventful; /* of them */
    size_t nb_columns;
    size_t *columns;             /* [nb_columns] the wrong ones */
    size_t *by_column;           /* [nb_cells] cells column by column, in each by rows */
    size_t *column_end;          /* [nb_columns] where the cells of each end in by_column */
    size_t nb_wrong;             /* all wrong cells, in the sample or not */
    causes_index *index;         /* NULL: no rows to find words in */
    prediction_found prediction; /* of wrong events */
} causes_sample;

/* Take a sample. sample: to be cleared after success.
 * is_eventful_only  padding cells count as right; the mismatch's comparison must not have them
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status causes_sample_init(causes_sample *sample, const tg_mismatch *mismatch,
                                          bool is_eventful_only, tg_error *error);
void causes_sample_clear(causes_sample *sample);

/* Build and give back the index of a sample that is otherwise whole. */
TG_NODISCARD tg_status causes_index_create(causes_sample *sample, tg_error *error);
void causes_index_destroy(causes_index *index);

/* What a mismatch's key is made of, by itself. */
typedef struct causes_part {
    tg_mismatch mismatch;  /* points to the below */
    bool is_masked;        /* the mismatch shows other things, too, which are left out here */
    bool is_eventful_only; /* padding among them */
    tg_diff diff;
    tg_tally *columns; /* owned */
    tg_conduct conduct;
} causes_part;

/* Set the part of a mismatch. part: to be cleared after success, and not to be moved.
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status causes_part_init(causes_part *part, const tg_mismatch *mismatch,
                                        tg_error *error);
void causes_part_clear(causes_part *part);

/* ---- reading ---- */

static inline uint32_t causes_expected(const causes_sample *sample, size_t row, size_t column)
{
    const tg_matrix *matrix = &sample->mismatch->expected;
    return matrix->cells[column * matrix->height + row];
}

static inline uint32_t causes_actual(const causes_sample *sample, size_t row, size_t column)
{
    const tg_matrix *matrix = &sample->mismatch->actual;
    return matrix->cells[column * matrix->height + row];
}

bool causes_is_eventful(const causes_sample *sample, size_t row, size_t column);

static inline bool causes_is_wrong(const causes_sample *sample, size_t row, size_t column)
{
    const uint32_t actual = causes_actual(sample, row, column);
    return (actual >= TG_P || actual != causes_expected(sample, row, column)) &&
           (!sample->is_eventful_only || causes_is_eventful(sample, row, column));
}

/* Rows with an eventful cell; all rows where the chip is unknown. */
size_t causes_nb_eventful_rows(const causes_sample *sample);

/* Residue of a cell's word; word of a residue, as cells of this mismatch have it. */
uint32_t causes_residue(const causes_sample *sample, uint32_t word);
uint32_t causes_word(const causes_sample *sample, uint32_t residue);

/* 0, 1, 2, -1 in either form, or a poison. */
bool causes_is_common(uint32_t word);

/* Name of a column, "column 7" of an unknown chip, "lookups word 7" of a side output. name:
 * TG_NAME_BYTES. Returns name. */
const char *causes_column_name(char *name, const causes_sample *sample, size_t column);

/* ---- detectors ---- */

/* What one detector says. */
typedef struct causes_verdict {
    unsigned confidence; /* percent; 0: nothing */
    char evidence[TG_EVIDENCE_BYTES];
    unsigned char *explained; /* [nb_cells] zeros at first; value detectors set those of the cells
                                 that are as they say */
} causes_verdict;

typedef void causes_detect(causes_verdict *verdict, const causes_sample *sample);

typedef struct causes_detector {
    tg_cause cause;
    bool is_place; /* about where, not about values */
    causes_detect *detect;
} causes_detector;

/* A chip's own detectors, for its main trace: harness/<file>_causes.c. */
typedef struct tg_chip_causes {
    size_t nb_detectors;
    const causes_detector *detectors;
    size_t nb_own_columns; /* columns of an entry that follow from its event alone; those behind
                              them hold sums over events. 0: there are none */
} tg_chip_causes;

/* Columns of an entry that follow from its event alone; of most traces, all. */
size_t causes_nb_own_columns(const tg_trace *trace);

/* Set confidence to the percentage of the cells that are explained, rounded down; and evidence. */
void causes_say(causes_verdict *verdict, unsigned confidence, const char *format, ...)
    TG_PRINTF(3, 4);

/* The same of wrong cells: "12 of 14 wrong cells hold", and what.
 * verb  as of many: "hold", "are" */
void causes_say_cells(causes_verdict *verdict, const causes_sample *sample, unsigned confidence,
                      size_t nb, const char *verb, const char *format, ...) TG_PRINTF(6, 7);
unsigned causes_percent(size_t part, size_t whole);

/* Whether all of the actual trace is 0 where much is due: nobody wrote to it after it was zeroed.
 * Of few events that is no more than some that are left out. */
bool causes_is_nothing(const tg_mismatch *mismatch);

/* Cells that a verdict explains. */
size_t causes_nb_explained(const causes_verdict *verdict, const causes_sample *sample);

/* causes_words.c */
causes_detect causes_form_montgomery, causes_form_residue, causes_not_reduced, causes_negated,
    causes_byte_swapped, causes_half_missing, causes_off_by_constant, causes_off_by_factor,
    causes_constant, causes_missing;
/* causes_conduct.c */
causes_detect causes_unwritten, causes_stale, causes_strayed, causes_unstable;
/* causes_places.c */
causes_detect causes_shifted_rows, causes_permuted_rows, causes_neighbour_entry,
    causes_neighbour_event;
/* causes_columns.c */
causes_detect causes_row_major, causes_shifted_columns, causes_permuted_columns, causes_other_field;
/* causes_padding.c */
causes_detect causes_padding_as_event, causes_event_as_padding, causes_padding;
/* causes_rows.c */
causes_detect causes_at_a_limit, causes_from_a_row_on, causes_from_a_column_on, causes_some_values;

#endif
