/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Cases: the events of one trace with all that it takes to run them again. A case is what fuzzers
 * draw, what campaigns find, and what is kept when it has shown something.
 *
 * Three forms, all of the same case:
 *   in memory   tg_case
 *   as bytes    for fuzzers: any bytes decode to a valid case, and encoding gives bytes that decode
 *               to the same case
 *   as a folder a record (files/record.h) with case.json beside it, which says what a record does
 *               not: launch shape, candidates, why it was kept (docs/file-formats.md)
 *
 * The bytes, numbers low byte first:
 *   0  u16  number of events
 *   2  u16  fixed height; 0: the rule's
 *   4  u16  blocks of a grid; 0: the plan's
 *   6  u16  threads of a block; 0: the plan's
 *   8  u16  candidates; 0: the trace's own
 *  10  u16  layout: encoding writes 0, which is this one; decoding takes any other for this one too
 *  12       events, as they are in memory
 * What is missing at the end counts as zeros. Of the first five, a number above its limit counts
 * modulo the limit plus 1. Of events that bytes give none of, each is the given one whose turn it
 * is: event i is event i mod n of n given ones, or zeros where none is given. So a few bytes make
 * as many events as any limit of blocks, tiles or heights takes.
 */
#ifndef TRACEGATE_HARNESS_CASE_H
#define TRACEGATE_HARNESS_CASE_H

#include "harness/backend.h"
#include "harness/command.h"
#include "harness/diff.h"
#include "harness/side.h"

#include <stdint.h>
#include <stdio.h>

/* Version of case.json; a file of another one is refused. */
#define TG_CASE_VERSION 1

/* Limits of a case as bytes decode to it: past every limit of tiles, packings and levels of sums at
 * small launch shapes. Fuzzers draw few events mostly; a thousand of them take milliseconds. */
#define TG_CASE_MAX_EVENTS 16384
#define TG_CASE_MAX_HEIGHT 32768
#define TG_CASE_MAX_GRID 64
#define TG_CASE_MAX_BLOCK 1024

/* Bytes before the events. */
#define TG_CASE_HEAD_BYTES 12

/* Bytes of source and why, with their end. */
#define TG_CASE_TEXT_BYTES 256

/* Wrong cells that a result lists, and wrong words of each side output. */
#define TG_CASE_MAX_CELLS 3

typedef struct tg_case {
    tg_subject subject;
    void *events; /* [nb_events] owned by the case; NULL without events */
    size_t nb_events;
    size_t fixed_height;             /* 0: the rule's */
    uint32_t max_candidates;         /* as tg_request's */
    tg_launch launch;                /* zeros: the plan's */
    char source[TG_CASE_TEXT_BYTES]; /* where it comes from: "boundary, seed 0x7, events 96 .. 97";
                                        "" unknown */
    char why[TG_CASE_TEXT_BYTES];    /* why it is kept; "" if it is not */
    char kernel[TG_CASE_TEXT_BYTES]; /* of a case that was read: user's kernel that it was run
                                        with, "FILE:SYMBOL"; "" the program's own */
} tg_case;

void tg_case_clear(tg_case *work);

/* Whether a user's kernel makes the case, or made it when it was saved. */
bool tg_case_is_users(const tg_case *work);

/* Whether two cases are the same but for their texts: also in whether a user's kernel makes them.
 */
bool tg_case_is_same(const tg_case *one, const tg_case *other);

/* ---- as bytes ---- */

/* Decode bytes. Always gives a valid case: counts, heights and shapes are bounded, words brought
 * below p, enums and flags into range, padding zero, and events that the reference would find to
 * contradict themselves completed as the chip's draws complete them. All zero bytes, and none, give
 * the smallest case: no events, the rule's height, the plan's shape.
 * The one thing that is not looked at, since it takes a search: events none of whose candidates
 * will do. Both sides have to refuse them.
 * work    caller's; to be cleared after success
 * bytes   nb_bytes of them; NULL only if there are none
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_case_decode(tg_case *work, const tg_subject *subject,
                                      const uint8_t *bytes, size_t nb_bytes, tg_error *error);

/* Make nb_events events of any bytes valid, as decoding does. Valid ones stay as they are, but for
 * padding bytes, which become zero, and for those that contradict themselves. */
TG_NODISCARD tg_status tg_case_mend_events(void *events, const tg_subject *subject,
                                           size_t nb_events, tg_error *error);

/* Encode a case within the limits above. Texts are not encoded.
 * bytes     max_bytes, caller's
 * nb_bytes  bytes written; if they are more than max_bytes, nothing is written: take so many
 * Errors    TG_ERR_SIZE for a case that bytes cannot hold (nb_bytes is then 0), or too little
 *           room */
TG_NODISCARD tg_status tg_case_encode(uint8_t *bytes, size_t *nb_bytes, size_t max_bytes,
                                      const tg_case *work, tg_error *error);

/* ---- running ---- */

/* What two backends make of a case. */
typedef struct tg_case_result {
    bool is_match; /* cells, side outputs, and conduct of both sides */
    size_t height;
    tg_diff diff;                /* to be cleared with the result */
    tg_sides_diff sides;         /* to be cleared with the result */
    tg_conduct conduct;          /* of the actual side */
    tg_conduct expected_conduct; /* of the expected side */
    tg_status status;            /* TG_OK, or how the actual side failed: a finding too */
    tg_error error;              /* of that */
} tg_case_result;

void tg_case_result_clear(tg_case_result *result);

/* Make the case with both backends and compare. expected is trusted: its error is the caller's.
 * Errors  those of expected; of actual those that say nothing of the kernels, whose exit code is 3:
 *         no memory, no device. result is then to be left alone. */
TG_NODISCARD tg_status tg_case_run(tg_case_result *result, const tg_case *work,
                                   const tg_backend *expected, const tg_backend *actual,
                                   tg_error *error);

/* The same, and keep what both sides made.
 * expected, actual  caller's; to be destroyed after success. Of a side that failed, all NULL */
TG_NODISCARD tg_status tg_case_make(tg_case_result *result, tg_product *expected,
                                    tg_product *actual, const tg_case *work,
                                    const tg_backend *expected_side, const tg_backend *actual_side,
                                    tg_error *error);

/* Say how to mend that a side under test cannot make an event that the expected side makes: it is
 * not the event that is to be left out. Other errors stay as they are. */
void tg_case_blame_side(tg_error *why);

/* Say how to mend that the trusted side cannot make events that were drawn: the chip's draws are to
 * blame, unless the caller limits the search himself, or the chip is a library's, which says how.
 * Other errors stay as they are. */
void tg_case_blame_draws(tg_error *error, const tg_request *request);

/* Print what a result that is no match shows: the mismatch, or how the actual side failed.
 * again  the line that makes it again */
void tg_case_report(FILE *out, const tg_case *work, const tg_case_result *result,
                    const tg_backend *expected, const tg_backend *actual, const char *again);

/* Print what a case is: counts, height, shape, and its first events. */
void tg_case_print(FILE *out, const tg_case *work);

/* Print a case in full with what both sides made of it: its first events, wrong rows with all their
 * cells side by side (right ones where none is wrong), side outputs, conduct. For people.
 * expected, actual  as tg_case_make gives them
 * max_rows          rows that are printed, at the most; SIZE_MAX: all, right ones too */
void tg_case_print_whole(FILE *out, const tg_case *work, const tg_case_result *result,
                         const tg_product *expected, const tg_product *actual,
                         const char *expected_name, const char *actual_name, size_t max_rows);

/* ---- as a folder ---- */

/* Write a case as a folder, whole or not at all, beside which nothing is left. In its texts, what
 * is not printable ASCII becomes '?'. Errors  TG_ERR_IO: also if there is something at folder
 * already, which is then as it was; TG_ERR_HEIGHT for a fixed height below the rows that the events
 * need */
TG_NODISCARD tg_status tg_case_save(const tg_case *work, const char *folder, tg_error *error);

/* What is saved beside the events of a case: cells that both sides made of it, Montgomery words
 * [width][height of the case]; NULL: none. */
typedef struct tg_case_cells {
    const uint32_t *expected; /* expected.trace.npy */
    const uint32_t *actual;   /* actual.trace.npy */
} tg_case_cells;

/* As tg_case_save, with cells.
 * cells  NULL: none
 * force  replace a case that is there; at any moment the old one or the new one is there, whole.
 *        Something else than a case is never replaced: TG_ERR_IO */
TG_NODISCARD tg_status tg_case_save_with(const tg_case *work, const tg_case_cells *cells,
                                         const char *folder, bool force, tg_error *error);

/* Read a case. Its case.json must have the keys of docs/file-formats.md and no others.
 * work    caller's; to be cleared after success
 * Errors  TG_ERR_IO; TG_ERR_FORMAT; TG_ERR_EVENT for invalid events; TG_ERR_HEIGHT; TG_ERR_SIZE;
 *         TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_case_load(tg_case *work, const char *folder, tg_error *error);

/* Begin a command line that gates a saved case: `tracegate gate NAME --record FOLDER ...` with its
 * shape and candidates.
 * actual  backend; NULL: all that there are */
void tg_case_again(tg_command *again, const tg_case *work, const char *folder, const char *actual);

#endif
