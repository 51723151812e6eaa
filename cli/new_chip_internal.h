/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A chip that is to be begun, for the files new_chip*.c only. docs/new-chip.md describes the file
 * that it is read from. */
#ifndef TRACEGATE_CLI_NEW_CHIP_INTERNAL_H
#define TRACEGATE_CLI_NEW_CHIP_INTERNAL_H

#include "cli/template.h"
#include "files/input.h"
#include "files/json.h"
#include "model/trace.h"

/* Bytes of a name with its end; letters that a library takes, and the end. */
#define NEW_NAME_BYTES 80

/* Dimensions as text: "[8][16]". */
#define NEW_DIMS_BYTES 48

/* What a file may have at the most. */
#define NEW_MAX_ENTRIES 1024
#define NEW_MAX_VALUES 256

/* A type of fields: how the file calls it, and what it is in C and in tracegate/chip.h. */
typedef struct new_type {
    const char *name;   /* "felt" */
    const char *c_type; /* "uint32_t" */
    const char *form;   /* "TRACEGATE_FELT" */
    const char *text;   /* what it holds, behind the member */
} new_type;

/* A field of an event or a column. */
typedef struct new_entry {
    char name[NEW_NAME_BYTES];   /* as reports print it */
    char member[NEW_NAME_BYTES]; /* in C */
    char dims[NEW_DIMS_BYTES];
    const new_type *type; /* of fields */
    size_t below;         /* byte: its limit */
    size_t nb_values;     /* enum */
    char (*values)[NEW_NAME_BYTES];
} new_entry;

typedef struct new_trace {
    tg_kind kind;
    size_t nb_fields;
    new_entry *fields;
    size_t nb_columns;
    new_entry *columns;
    size_t events_per_row;
    size_t rows_per_event;
    size_t max_events;
    const char *padding; /* TRACEGATE_PADDING_ZERO */
    const char *height;  /* TRACEGATE_HEIGHT_MULTIPLE_OF_32 */
    bool is_whole;       /* its reference fills the whole trace */
} new_trace;

typedef struct new_chip {
    char name[NEW_NAME_BYTES];
    char id[NEW_NAME_BYTES]; /* in lower case */
    size_t nb_traces;
    new_trace traces[TG_NB_KINDS];
} new_chip;

/* ---- the file ---- */

/* A word of the file and what it is in C. */
typedef struct new_word {
    const char *name;
    const char *constant;
} new_word;

/* The place of a value: "traces[0].event[2]". */
typedef struct new_place {
    char text[TG_NAME_BYTES];
} new_place;

/* Refuse something of the file: TG_ERR_FORMAT. name: the word that is wrong; "" none */
tg_status new_refuse(tg_error *error, const new_place *at, const char *what, const char *name,
                     const char *how);

/* Say where a value could not be read, if it could not. Returns status */
tg_status new_at_place(tg_status status, tg_json_value *object, const new_place *at,
                       const char *key, tg_error *error);

/* The place of an element of a list; at NULL: the file */
new_place new_inside(const new_place *at, const char *key, size_t index);

/* Refuse keys that are none of an object's [nb] names. */
TG_NODISCARD tg_status new_check_keys(tg_json_value *object, const new_place *at,
                                      const char *const *names, size_t nb, tg_error *error);

/* Which of [nb] words the value of a key is; the first where the key is not there. */
TG_NODISCARD tg_status new_read_word(size_t *which, tg_json_value *object, const new_place *at,
                                     const char *key, const new_word *words, size_t nb,
                                     tg_error *error);

/* A number from least to most; fallback where the key is not there. */
TG_NODISCARD tg_status new_read_number(size_t *number, tg_json_value *object, const new_place *at,
                                       const char *key, size_t fallback, size_t least, size_t most,
                                       tg_error *error);

/* ---- the chip ---- */

/* Read a file of columns.
 * chip    to be cleared, after errors too
 * Errors  TG_ERR_FORMAT naming the file and the place, TG_ERR_IO, TG_ERR_SIZE, TG_ERR_MEMORY */
TG_NODISCARD tg_status new_chip_read(new_chip *chip, const char *name, const char *path,
                                     tg_error *error);
void new_chip_clear(new_chip *chip);

/* What names in templates mean, outermost. */
tg_scope new_chip_scope(const new_chip *chip);

/* Write the files of a chip; nothing that is there is replaced.
 * Errors  TG_ERR_USAGE if a file is there, TG_ERR_IO, TG_ERR_SIZE: no file is written then */
TG_NODISCARD tg_status new_chip_write(const new_chip *chip, const char *folder, tg_error *error);

/* Files that are written: their templates (cli/new_chip/), and their names, in which % stands for
 * the chip's in lower case. */
typedef struct new_file {
    const char *name;
    const char *text;
} new_file;
extern const new_file new_files[];
size_t new_nb_files(void);

/* Texts of cli/new_chip/. */
extern const char new_chip_header[];
extern const char new_chip_description[];
extern const char new_chip_reference[];
extern const char new_chip_kernel[];
extern const char new_chip_manifest[];
extern const char new_chip_cmake[];
extern const char new_chip_readme[];
extern const char new_chip_corpus[];

#endif
