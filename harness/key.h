/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The key of a failure: the same for the same bug, wherever it is found. It is made of trace, part
 * (which cells are wrong, or what else), first cause and first wrong column of the shrunk case:
 *
 *   Select.main/eventful/shifted-columns/out1
 *   Global.main/side/side-outputs/cumulative_sum
 *   Global.main/conduct/strayed/after the trace
 *   Select.main/failed/crashed/the kernel under test failed
 *   Select.main/failed/out-of-bounds/read at my.cu:17
 *
 * A failure's place is its site (tg_error_site), if it has one. Where a part has no such place,
 * there is a '-'.
 */
#ifndef TRACEGATE_HARNESS_KEY_H
#define TRACEGATE_HARNESS_KEY_H

#include "harness/cause.h"

#define TG_KEY_BYTES 256

/* P(constant, name): the first that applies. */
#define TG_PART_LIST(P)             \
    P(TG_PART_FAILED, "failed")     \
    P(TG_PART_EVENTFUL, "eventful") \
    P(TG_PART_PADDING, "padding")   \
    P(TG_PART_SIDE, "side")         \
    P(TG_PART_CONDUCT, "conduct")   \
    P(TG_PART_DIGEST, "digest")

typedef enum tg_part {
#define TG_PART_CONSTANT(constant, name) constant,
    TG_PART_LIST(TG_PART_CONSTANT) TG_NB_PARTS
#undef TG_PART_CONSTANT
} tg_part;

const char *tg_part_name(tg_part part);

/* The part that the key of a mismatch is made of. */
tg_part tg_part_of(const tg_mismatch *mismatch);

typedef struct tg_key {
    tg_part part;
    size_t column;           /* first wrong column of that part; SIZE_MAX: none */
    char text[TG_KEY_BYTES]; /* as above */
    char id[13];             /* 12 hex digits, a hash of text: for names of folders, fingerprints */
} tg_key;

/* Make the key of a mismatch and its causes, which are those of the shrunk case where there is
 * one. Without any cause (nb 0) the key says "-" for it. */
void tg_key_make(tg_key *key, const tg_mismatch *mismatch, const tg_causes *causes);

/* Make a key of its text, as a report or a ledger has it: four parts, of which part and cause are
 * known. The column is known if the trace is. False if it cannot be one. */
bool tg_key_read(tg_key *key, const char *text);

/* Whether a text is the key of a failure: of a run that did not end well, whatever it made. */
bool tg_key_is_of_failure(const char *text);

/* The cause that the text of a key has; false if it has none that is known. */
bool tg_key_cause(tg_cause *cause, const char *text);

#endif
