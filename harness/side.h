/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The comparison of side outputs, word by word.
 *
 * A word differs if the words differ, and is not reduced if it is to be below p (a residue, a
 * Montgomery word) and the actual one is not, even where both are equal. Counters of lookups are
 * words as well: equal counters are equal multisets.
 */
#ifndef TRACEGATE_HARNESS_SIDE_H
#define TRACEGATE_HARNESS_SIDE_H

#include "model/trace.h"

/* One wrong word. */
typedef struct tg_side_word {
    size_t word;
    uint32_t expected;
    uint32_t actual;
} tg_side_word;

/* What the comparison of one side output found. */
typedef struct tg_side_diff {
    bool is_compared;      /* false: one of both does not have it, and the rest is 0 */
    size_t nb_compared;    /* words */
    size_t nb_wrong;       /* of them, different or not reduced */
    size_t nb_not_reduced; /* of the wrong words, those whose actual word is not below p */
    size_t nb_listed;
    tg_side_word *listed; /* the first wrong words */
} tg_side_diff;

/* The comparison of all side outputs of a trace. */
typedef struct tg_sides_diff {
    const tg_trace *trace;
    size_t max_listed; /* of each */
    tg_side_diff sides[TG_MAX_SIDES];
} tg_sides_diff;

/* Take the lists of up to max_listed wrong words of each side output of a trace, which may have
 * none; to be cleared by tg_sides_diff_clear after success.
 * Errors  TG_ERR_MEMORY, TG_ERR_SIZE */
TG_NODISCARD tg_status tg_sides_diff_init(tg_sides_diff *diff, const tg_trace *trace,
                                          size_t max_listed, tg_error *error);
void tg_sides_diff_clear(tg_sides_diff *diff);

/* Compare; a diff can be used again. A side output that is NULL on either side is not compared. */
void tg_sides_diff_run(tg_sides_diff *diff, const tg_product *expected, const tg_product *actual);

/* No compared word is wrong; also if nothing was compared, which nb_compared says. */
bool tg_sides_diff_is_match(const tg_sides_diff *diff);

/* Words compared of the side outputs of one form, all together. */
size_t tg_sides_diff_nb_compared(const tg_sides_diff *diff, tg_side_form form);

#endif
