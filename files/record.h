/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Records: a folder with record.json, events and, where golden, traces or their digests
 * (docs/file-formats.md).
 */
#ifndef TRACEGATE_FILES_RECORD_H
#define TRACEGATE_FILES_RECORD_H

#include "files/json.h"
#include "model/trace.h"

#include <stdint.h>

/* Events of one trace at the most: two to a row of the highest trace, as MemoryVar has. */
#define TG_MAX_EVENTS (2 * TG_MAX_HEIGHT)

/* 128-bit XXH3 digest with seed 0, high half first. */
typedef struct tg_digest {
    uint8_t bytes[16];
} tg_digest;

/* One trace of a record, as record.json lists it. */
typedef struct tg_record_trace {
    char name[TG_NAME_BYTES]; /* "Select.main"; may be a trace that no chip here has */
    size_t nb_events;
    size_t height;
    size_t width;
    bool has_digest;
    tg_digest digest;      /* over the row-major little-endian Montgomery words */
    bool has_cells;        /* NAME.trace.npy exists */
    bool has_events;       /* NAME.events.npy exists */
    tg_json_value *object; /* what record.json says of it, the record's */
} tg_record_trace;

typedef struct tg_record {
    char path[TG_PATH_BYTES]; /* the folder */
    char source[256]; /* where it comes from, in its own words, cut to this size; "" if it does not
                         say */
    size_t fixed_height; /* 0: none */
    size_t nb_traces;
    tg_record_trace *traces; /* in the order of record.json */
    tg_json json;            /* record.json */
} tg_record;

/* Read record.json of a folder.
 * record  caller's; to be cleared by tg_record_clear after success only
 * Errors  TG_ERR_IO, TG_ERR_FORMAT (with line and column), TG_ERR_MEMORY
 */
TG_NODISCARD tg_status tg_record_open(tg_record *record, const char *path, tg_error *error);
void tg_record_clear(tg_record *record);

/* Trace of a record by name; NULL if it has none. */
const tg_record_trace *tg_record_find(const tg_record *record, const char *name);

/* Check by the heads of the files alone that they agree with record.json: the events of one trace,
 * [nb_events, event size], which for a trace without events always do, and its cells, [height,
 * width]. To be called before memory is taken for them: a count in record.json may be any number.
 * Errors  TG_ERR_IO, TG_ERR_FORMAT, TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_record_check_events(const tg_record *record, const tg_record_trace *entry,
                                              const tg_trace *trace, tg_error *error);
TG_NODISCARD tg_status tg_record_check_cells(const tg_record *record, const tg_record_trace *entry,
                                             tg_error *error);

/* Read the recorded events of one trace: nb_events * tg_trace_event_size(trace) bytes, caller's.
 * The file must hold exactly the number of events that record.json says.
 * Errors  TG_ERR_IO, TG_ERR_FORMAT; events are then undefined. */
TG_NODISCARD tg_status tg_record_read_events(void *events, const tg_record *record,
                                             const tg_record_trace *entry, const tg_trace *trace,
                                             tg_error *error);

/* Read the recorded cells of one trace, column-major [width][height]. Height and width are
 * entry's; a file of other dimensions is TG_ERR_FORMAT. If the entry has a digest, the cells
 * must have it: a record that contradicts itself is TG_ERR_FORMAT. */
TG_NODISCARD tg_status tg_record_read_cells(uint32_t *cells, const tg_record *record,
                                            const tg_record_trace *entry, tg_error *error);

/* Read the recorded side outputs of one trace: those of TG_SIDE_WORDS from record.json, byte
 * lookups from TRACE.NAME.npy (docs/file-formats.md). What record.json says of a word in several
 * places must agree.
 * out       caller's; cells are not looked at, and side outputs that are NULL are looked for only
 * is_there  false: the record does not have all of this side output, whose words are then
 *           undefined
 * Errors    TG_ERR_FORMAT for values out of range, too few or contradictory ones, and bad lookups;
 *           TG_ERR_IO, TG_ERR_MEMORY; out and is_there are then undefined */
TG_NODISCARD tg_status tg_record_read_sides(const tg_product *out, bool is_there[TG_MAX_SIDES],
                                            const tg_record *record, const tg_record_trace *entry,
                                            const tg_trace *trace, tg_error *error);

/* Digest of column-major cells [width][height], over their row-major form.
 * Errors  TG_ERR_MEMORY. */
TG_NODISCARD tg_status tg_digest_cells(tg_digest *digest, const uint32_t *cells, size_t height,
                                       size_t width, tg_error *error);

/* Digest of bytes. */
void tg_digest_bytes(tg_digest *digest, const void *bytes, size_t nb_bytes);

/* Digest as 32 lower-case hex digits and an end; returns text. */
const char *tg_digest_text(char text[33], const tg_digest *digest);

/* Folders within folders, below the one that is searched for records. */
#define TG_RECORD_DEPTH 8

/* Paths of the records below a folder: every folder that holds a record.json, at most
 * TG_RECORD_DEPTH levels down, sorted by path bytes. Folders with a leading dot are passed over.
 * Behind a symbolic link that stands below the folder, a record is found but nothing is searched:
 * such links can lead back up.
 * paths  array of nb_paths strings, to be given back by tg_record_list_clear; also after 0 were
 *        found
 * Errors  TG_ERR_IO if a folder cannot be read or lies deeper, so that no record is missed;
 *         TG_ERR_MEMORY; nothing is to be cleared then. */
TG_NODISCARD tg_status tg_record_list(char ***paths, size_t *nb_paths, const char *folder,
                                      tg_error *error);
void tg_record_list_clear(char **paths, size_t nb_paths);

#endif
