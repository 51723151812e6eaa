/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A chip library in memory, for the files chip_library*.c only. */
#ifndef TRACEGATE_HARNESS_CHIP_LIBRARY_INTERNAL_H
#define TRACEGATE_HARNESS_CHIP_LIBRARY_INTERNAL_H

#include "files/input.h"
#include "harness/chip_library.h"
#include "harness/subject.h"
#include "tracegate/chip.h"

/* What a library may have at the most: far beyond any chip of SP1, whose widest trace has some
 * thousand columns, and little enough that sums of them overflow nothing. */
#define LIBRARY_MAX_CHIPS 64u
#define LIBRARY_MAX_ENTRIES 4096u                 /* fields of an event, entries of columns */
#define LIBRARY_MAX_COLUMNS ((size_t)1 << 16)     /* of a row */
#define LIBRARY_MAX_EVENT_BYTES ((size_t)1 << 20) /* of one event */
#define LIBRARY_MAX_REPEATS 4096u                 /* events of a row, rows of an event */

typedef struct chip_library chip_library;

/* A trace of a library. */
typedef struct library_trace {
    tg_trace trace; /* the first member: who has the trace has all of this */
    char name[TG_NAME_BYTES];
    tracegate_trace given;
    tg_ref_generator reference; /* library_fill */
    tg_ref_generator rows;      /* given.row, if there is one */
    tg_trace_draws draws;
    const chip_library *library;
} library_trace;

typedef struct library_chip {
    tg_chip chip;
    tracegate_chip given;
    size_t nb_traces;
    library_trace traces[TG_NB_KINDS];
} library_chip;

struct chip_library {
    char path[TG_PATH_BYTES];
    char manifest[TG_PATH_BYTES]; /* "": none */
    void *handle;                 /* dlopen's */
    tracegate_chip_library given;
    size_t nb_chips;
    library_chip *chips;
    void *memory; /* what its descriptions take */
};

/* Take memory that lives as long as the library, all zero. Errors  TG_ERR_MEMORY, TG_ERR_SIZE */
TG_NODISCARD tg_status library_take(void **memory, chip_library *library, size_t nb, size_t size,
                                    tg_error *error);

/* Refuse something that a library says: TG_ERR_FORMAT. The place is library and trace. */
tg_status library_refuse(tg_error *error, const chip_library *library, const char *trace,
                         const char *how, const char *format, ...) TG_PRINTF(5, 6);

/* Load a library and describe all of its chips.
 * library  to be cleared after success and after errors
 * Errors   as tg_chip_libraries_open's */
TG_NODISCARD tg_status library_load(chip_library *library, const char *path, tg_error *error);
void library_clear(chip_library *library);

/* Whether a process that loads the library lives on. Errors  TG_ERR_FORMAT, TG_ERR_MEMORY */
TG_NODISCARD tg_status library_try(const char *path, tg_error *error);

/* Describe one trace, whose `given`, `name` and `library` are set: check it and make its types.
 * Errors  TG_ERR_FORMAT, TG_ERR_MEMORY */
TG_NODISCARD tg_status library_describe(library_trace *made, chip_library *library,
                                        const tg_chip *chip, tg_error *error);

/* Make the types of a trace: its event, NULL where there is none, and its columns.
 * Errors  TG_ERR_FORMAT, TG_ERR_MEMORY */
TG_NODISCARD tg_status library_event_type(const tg_type **type, chip_library *library,
                                          const library_trace *of, tg_error *error);
TG_NODISCARD tg_status library_columns_type(const tg_type **type, chip_library *library,
                                            const library_trace *of, tg_error *error);

/* A tg_ref_fill: has the library make the trace, in residues.
 * Errors  TG_ERR_USAGE for a reference that is not written; TG_ERR_EVENT, TG_ERR_FORMAT for words
 *         that are no residues, TG_ERR_MEMORY */
TG_NODISCARD tg_status library_fill(const tg_product *out, const tg_request *request,
                                    tg_error *error);

#endif
