/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which property of events predicts a mismatch: "all 251 wrong events have opcode DivF and in2 = 0;
 * none of the 749 right ones has".
 *
 * Properties follow from the trace's description: values of enums and flags, classes of fields
 * (zero, one, p - 1, high bit, ...), relations of two fields (equal), an event that repeats the one
 * before, position within blocks, warps, rows and at the end. Pairs of them are tried where one is
 * not enough.
 */
#ifndef TRACEGATE_HARNESS_PREDICTION_H
#define TRACEGATE_HARNESS_PREDICTION_H

#include "harness/diff.h"

#define TG_PROPERTY_BYTES 192

typedef struct tg_prediction {
    char property[TG_PROPERTY_BYTES]; /* "opcode DivF and in2 = 0"; "" if none predicts */
    size_t nb_wrong;                  /* events that are wrong */
    size_t nb_wrong_with;             /* of them, with the property */
    size_t nb_right;
    size_t nb_right_with;
} tg_prediction;

/* Mark the events one of whose eventful cells is wrong. Columns that hold sums over events count
 * only where no other column is wrong: behind one wrong event they are wrong for all.
 * is_wrong  [tg_trace_nb_events_used], caller's */
void tg_wrong_events(bool *is_wrong, const tg_trace *trace, size_t nb_events,
                     const tg_matrix *expected, const tg_matrix *actual);

/* Right ones of events or rows, and all of them, without which nothing is said of what the wrong
 * ones have in common: of fewer, anything is true by chance. */
#define TG_PREDICTION_MIN_RIGHT ((size_t)4)
#define TG_PREDICTION_MIN_ALL ((size_t)8)

/* Find the simplest property that the wrong events have and the right ones lack; where none is
 * without exceptions, the one that says most, if it says enough to be worth a line. Too few events:
 * no property.
 * block   threads of a block, 0: unknown
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_predict(tg_prediction *prediction, const tg_trace *trace,
                                  const void *events, size_t nb_events, const bool *is_wrong,
                                  size_t block, tg_error *error);

/* Write it as a sentence: "all 251 wrong events have opcode DivF and in2 = 0; of 749 right ones
 * none has". text: size bytes. Returns text; "" if nothing predicts. */
const char *tg_prediction_text(char *text, size_t size, const tg_prediction *prediction);

#endif
