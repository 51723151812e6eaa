/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Known failures: a file that lists failures which are expected, each by its key, with a reason and
 * a last day. A listed failure that is met does not fail a gate; one that is not met any more, or
 * whose day is over, does; and one that is not listed always does.
 */
#ifndef TRACEGATE_HARNESS_LEDGER_H
#define TRACEGATE_HARNESS_LEDGER_H

#include "harness/key.h"

typedef struct tg_ledger_entry {
    char trace[TG_NAME_BYTES]; /* "Select.main" */
    char key[TG_KEY_BYTES];
    char backend[TG_NAME_BYTES]; /* the only one under test that it holds for; "": all of them */
    char until[11];              /* "2026-12-31": the last day on which it holds, UTC */
    char why[256];
    bool is_over;   /* that day is past */
    size_t nb_seen; /* mismatches with this key, counted by whoever meets them */
} tg_ledger_entry;

typedef struct tg_ledger {
    size_t nb_entries;
    tg_ledger_entry *entries; /* owned */
} tg_ledger;

/* Entries of a ledger, at the most: far more than anyone works on at a time. */
#define TG_LEDGER_MAX_ENTRIES 4096

/* Read a ledger, as docs/file-formats.md describes it. Today is the system's day in UTC, or that of
 * the environment's SOURCE_DATE_EPOCH where that is a number of seconds since 1970.
 * ledger  caller's; to be cleared after success
 * Errors  TG_ERR_IO, TG_ERR_MEMORY, TG_ERR_SIZE (too long), TG_ERR_UNAVAILABLE (there is no date),
 *         TG_ERR_FORMAT with the number of the failure, from 1: keys missing or unknown, a trace
 *         or a backend that is not there, a key of another trace, no date, no reason, a key that
 *         stands twice for one backend */
TG_NODISCARD tg_status tg_ledger_read(tg_ledger *ledger, const char *path, tg_error *error);
void tg_ledger_clear(tg_ledger *ledger);

/* The entry of a key that holds for a backend under test; NULL: it is not listed.
 * backend  "": an entry of any */
tg_ledger_entry *tg_ledger_find(const tg_ledger *ledger, const char *key, const char *backend);

#endif
