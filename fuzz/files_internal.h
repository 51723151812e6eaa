/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the targets of file formats share. */
#ifndef TRACEGATE_FUZZ_FILES_INTERNAL_H
#define TRACEGATE_FUZZ_FILES_INTERNAL_H

#include "fuzz/folder.h"
#include "fuzz/target.h"
#include "harness/case.h"

typedef struct tg_fuzz_file_state {
    tg_fuzz_folder folder;
    tg_subject subject; /* of the record and the case that lie in the folder */
    void *memory;       /* of counters of lookups */
} tg_fuzz_file_state;

/* open, close and report of a tg_fuzz_kind; the state is a tg_fuzz_file_state. */
tg_status tg_fuzz_file_open(tg_fuzz_target *target, tg_error *error);
void tg_fuzz_file_close(tg_fuzz_target *target);
void tg_fuzz_file_report(tg_fuzz_target *target, FILE *out, const uint8_t *bytes, size_t nb_bytes,
                         bool is_safe);

/* The status of a finding. */
tg_status tg_fuzz_file_finding(tg_error *error, const char *what);

/* Whether a reader may refuse a file with this status and this error, else a finding; the machine's
 * failures go up as they are. */
tg_status tg_fuzz_file_refusal(tg_status status, const tg_error *why, tg_error *error);

/* Write the bytes as a file of the folder and give its path: TG_PATH_BYTES bytes. */
tg_status tg_fuzz_file_put(char *path, const tg_fuzz_file_state *state, const char *name,
                           const uint8_t *bytes, size_t nb_bytes, tg_error *error);

#endif
