/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Event coverage as JSON: of a campaign, and the file of `gate --coverage`.
 */
#ifndef TRACEGATE_CLI_COVERAGE_JSON_H
#define TRACEGATE_CLI_COVERAGE_JSON_H

#include "cli/json_out.h"
#include "files/output.h"
#include "harness/event_coverage.h"

/* Write the members of an object that is open: nb_classes, nb_reached, and groups with the classes
 * of each that were reached and not reached, by name. */
void tg_coverage_json(tg_json_out *json, const tg_event_coverage *coverage);

/* A file of coverages: one list, an object for each trace and source of events. */
typedef struct tg_coverage_file {
    tg_output output;
    tg_json_out json;
} tg_coverage_file;

/* Begin a file; to be ended by exactly one of the next two after success.
 * Errors  TG_ERR_IO; nothing is left behind then */
TG_NODISCARD tg_status tg_coverage_file_open(tg_coverage_file *file, const char *path,
                                             tg_error *error);
TG_NODISCARD tg_status tg_coverage_file_commit(tg_coverage_file *file, tg_error *error);
void tg_coverage_file_discard(tg_coverage_file *file);

/* Append a coverage, as on_coverage in harness/gate.h has it; file: a tg_coverage_file. */
void tg_coverage_file_add(void *file, const char *source, const tg_event_coverage *coverage);

#endif
