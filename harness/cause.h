/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Cause classes: what kind of mistake a mismatch looks like, each with its evidence and a
 * confidence. Several can hold at once; none is proof, all are reproducible.
 */
#ifndef TRACEGATE_HARNESS_CAUSE_H
#define TRACEGATE_HARNESS_CAUSE_H

#include "harness/backend.h"
#include "harness/diff.h"
#include "harness/side.h"

/* The only list of causes is harness/causes.def: C(constant, id, title, text), in the order in
 * which causes of equal confidence are told: the more special one first. */
typedef enum tg_cause {
#define C(constant, id, title, text) constant,
#include "harness/causes.def"
#undef C
    TG_NB_CAUSES
} tg_cause;

/* "unwritten": part of keys and rules, letters and '-'; "words never written"; a sentence. */
const char *tg_cause_id(tg_cause cause);
const char *tg_cause_title(tg_cause cause);
const char *tg_cause_text(tg_cause cause);

/* Cause by its id; false if there is none. */
bool tg_cause_find(tg_cause *cause, const char *id);

/* Causes told of one mismatch, at the most; bytes of evidence with its end. */
#define TG_MAX_CAUSES 6
#define TG_EVIDENCE_BYTES 256

typedef struct tg_cause_found {
    tg_cause cause;
    unsigned confidence;              /* percent: how much of what is wrong it explains; less where
                                         a coincidence is likely, and half of it where a cause
                                         before it in the list explains the same words */
    char evidence[TG_EVIDENCE_BYTES]; /* "251 of 251 wrong cells hold the word that is expected one
                                         row further down" */
} tg_cause_found;

/* What was found: by falling confidence, then in the order of the list. At least one. */
typedef struct tg_causes {
    size_t nb;
    tg_cause_found list[TG_MAX_CAUSES];
    /* Where several things are wrong (eventful cells, padding, side outputs, conduct) the first
     * cause of the one that the key is made of, by itself; of a trace of zeros, what its words look
     * like; false: it is the list's first */
    bool has_own;
    tg_cause own;
} tg_causes;

/* The cause that a key has; TG_CAUSE_OTHER where there is none. */
tg_cause tg_causes_of_key(const tg_causes *causes);

/* The cause of a failure. why: NULL: not known */
tg_cause tg_cause_of_failure(const tg_error *why);

/* Tell of a mismatch, before all else, that the trace is right in its plan's launch shape; the key
 * then has this cause.  evidence: which shapes are wrong and which are right */
void tg_causes_put_shape(tg_causes *found, const char *evidence);

/* A mismatch with all that is at hand. */
typedef struct tg_mismatch {
    const tg_trace *trace; /* NULL: the chip is unknown, and so are events and padding */
    const void *events;    /* [nb_events]; NULL: not at hand */
    size_t nb_events;
    bool nb_events_is_unknown;
    bool canonical;     /* cells are residues, not Montgomery words */
    tg_matrix expected; /* cells NULL: not at hand (a digest, a failure) */
    tg_matrix actual;
    const tg_diff *diff;              /* of these two; NULL if cells are not at hand */
    const tg_product *expected_sides; /* cells not looked at; NULL: not at hand */
    const tg_product *actual_sides;
    const tg_sides_diff *sides; /* NULL: none */
    const tg_conduct *conduct;  /* of the actual side; NULL: not watched */
    tg_status failed;           /* TG_OK, or how the actual side failed: nothing else is there then
                                   but trace and events */
    const tg_error *why;        /* of that */
    /* What the actual side made just before, of other events, in the same dimensions: a stale word
     * is one of these. NULL: not tried */
    const tg_matrix *earlier;
    size_t rows_per_block; /* rows that a block takes before it strides on; 0: unknown */
    size_t block;          /* threads of a block; 0: unknown */
} tg_mismatch;

/* Find causes. Memory and time are bounded: of many wrong cells a sample is looked at, the same
 * one each time. The result does not depend on the number of threads.
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_causes_find(tg_causes *causes, const tg_mismatch *mismatch,
                                      tg_error *error);

#endif
