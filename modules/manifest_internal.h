/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the files of the manifest share: the memory of a manifest, and places in its file, which
 * errors name.
 */
#ifndef TRACEGATE_MODULES_MANIFEST_INTERNAL_H
#define TRACEGATE_MODULES_MANIFEST_INTERNAL_H

#include "files/json.h"
#include "modules/manifest.h"

/* Bounds of a manifest, far above what one holds; they bound the work that a hostile one makes. */
#define TG_MANIFEST_MAX_MODULES 64
#define TG_MANIFEST_MAX_VALUES 64
#define TG_MANIFEST_MAX_MEMBERS 1024
#define TG_MANIFEST_MAX_OPTIONS 256 /* includes, defines, flags: each */

/* Bytes of names of modules, values and scratch; of symbols, members and options: with the end. */
#define TG_MANIFEST_NAME_BYTES 64
#define TG_MANIFEST_TEXT_BYTES 1024

/* A piece of memory that a manifest owns; what it is for lies behind it. */
typedef struct tg_manifest_memory {
    struct tg_manifest_memory *next;
} tg_manifest_memory;

/* A formula that a manifest owns. */
typedef struct tg_manifest_formula {
    struct tg_manifest_formula *next;
    tg_formula *formula;
} tg_manifest_formula;

struct tg_manifest {
    tg_manifest_memory *memory;
    tg_manifest_formula *formulas;
    size_t nb_entries;
    tg_manifest_entry *entries;
    size_t nb_modules;
    tg_manifest_module *modules;
};

/* Make an empty one; take memory of nb elements, all zero, that lives as long as it; copy a text.
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_manifest_create(tg_manifest **manifest, tg_error *error);
TG_NODISCARD tg_status tg_manifest_take(void *memory, tg_manifest *manifest, size_t nb, size_t size,
                                        tg_error *error);
TG_NODISCARD tg_status tg_manifest_copy(const char **copy, tg_manifest *manifest, const char *text,
                                        tg_error *error);

/* ---- what both ways to make a manifest do ---- */

/* Kind of a file by its suffix; false: it is none that is known. */
bool tg_source_kind_of(tg_source_kind *kind, const char *file);

/* Suffixes that are known, for messages. */
#define TG_SOURCE_SUFFIXES ".cu, .cpp, .cc, .cxx, .c, .ptx, .cubin, .fatbin, .so"

/* The module's kernel of this name, the same one for all that ask for it.
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_manifest_kernel(const tg_user_kernel **kernel, tg_manifest *manifest,
                                          tg_manifest_module *module, const char *name,
                                          bool is_getter, tg_error *error);

/* Whether a text may be the name of a type: it becomes a part of a program. */
bool tg_manifest_is_type(const char *text);

/* State the event struct of a manifest of one kernel. text must outlive the manifest.
 * Errors  TG_ERR_USAGE for a text that names no type, a trace without events, a module that is no
 *         source */
TG_NODISCARD tg_status tg_manifest_state_struct(tg_manifest *manifest, const char *text,
                                                tg_error *error);

/* Arguments of SP1's launch: trace, height, events, nb_events. */
#define TG_MANIFEST_NB_SP1_ARGUMENTS 4
extern const tg_user_argument tg_manifest_sp1_arguments[TG_MANIFEST_NB_SP1_ARGUMENTS];

/* ---- places ---- */

/* A value of the file and the way to it. Parents live as long as their members are used. */
typedef struct tg_place {
    const struct tg_place *parent; /* NULL: the root */
    const char *key;               /* in the parent; NULL: an element of an array */
    size_t index;                  /* of the element */
    tg_json_value *value;          /* NULL: there is none */
} tg_place;

tg_place tg_place_member(const tg_place *parent, const char *key);
tg_place tg_place_element(const tg_place *parent, size_t index);

/* Whether there is a value. null is one, of a type that nothing takes. */
bool tg_place_is_there(const tg_place *place);

/* Start an error of TG_ERR_FORMAT that names the way to a place: "kernels[2].grid". */
tg_status tg_place_refuse(tg_error *error, const tg_place *place, const char *format, ...)
    TG_PRINTF(3, 4);

/* Name the place of an error that something else began. */
void tg_place_where(tg_error *error, const tg_place *place);

/* Values by type. Errors  TG_ERR_FORMAT if there is none or one of another type or out of range.
 *   object  one without keys but these
 *   array   of at most `most` elements
 *   text    of less than `size` bytes and at least one, without controls; the JSON's own */
TG_NODISCARD tg_status tg_place_object(const tg_place *place, const char *const *keys,
                                       size_t nb_keys, tg_error *error);
TG_NODISCARD tg_status tg_place_any_object(const tg_place *place, size_t most, tg_error *error);
TG_NODISCARD tg_status tg_place_array(size_t *length, const tg_place *place, size_t most,
                                      tg_error *error);
TG_NODISCARD tg_status tg_place_text(const char **text, const tg_place *place, size_t size,
                                     tg_error *error);
/* Nothing is written where there is no value. */
TG_NODISCARD tg_status tg_place_flag(bool *flag, const tg_place *place, tg_error *error);

/* Check the name of a module, value or scratch, the key of a place: letters, digits and _, less
 * than TG_MANIFEST_NAME_BYTES of them, the first one no digit. */
TG_NODISCARD tg_status tg_place_name(const tg_place *place, tg_error *error);

/* Say which of an object's keys was meant, or all of them. */
void tg_place_how_key(tg_error *error, const char *misspelt, tg_json_value *object,
                      const char *otherwise);

/* ---- reading ---- */

/* A manifest that is being read. */
typedef struct tg_manifest_reader {
    tg_manifest *manifest;
    const char *folder; /* of the file, with its last slash; "" for the current one */
    tg_place root;
    size_t nb_values;
    tg_formula_definition *values; /* [nb_values], the JSON's own texts or copies */
} tg_manifest_reader;

/* What formulas may name at a place: variables from the first one on that has no value there. */
typedef enum tg_formula_scope {
    TG_SCOPE_REQUEST, /* the request's: scratch, rounds */
    TG_SCOPE_BLOCK,   /* a launch whose shape is not known */
    TG_SCOPE_GRID,    /* a launch whose block is known */
    TG_SCOPE_LAUNCH,  /* a launch whose shape is known */
    TG_SCOPE_ANY,     /* not known: a named value may be used anywhere */
} tg_formula_scope;

/* Read the "values" of a manifest and check every one of them. */
TG_NODISCARD tg_status tg_manifest_read_values(tg_manifest_reader *reader, tg_error *error);

/* Read a formula: a text or a plain number. Nothing is written where there is no value.
 * is_repeated  it stands inside of a repeat: i has a value, unless the scope is TG_SCOPE_REQUEST */
TG_NODISCARD tg_status tg_manifest_read_formula(const tg_formula **formula,
                                                tg_manifest_reader *reader, const tg_place *place,
                                                tg_formula_scope scope, bool is_repeated,
                                                tg_error *error);

/* Read a path: what is not absolute begins at the manifest's folder. */
TG_NODISCARD tg_status tg_manifest_read_path(const char **path, tg_manifest_reader *reader,
                                             const tg_place *place, tg_error *error);

/* Read "modules"; find the one that a place names. */
TG_NODISCARD tg_status tg_manifest_read_modules(tg_manifest_reader *reader, tg_error *error);
TG_NODISCARD tg_status tg_manifest_find_module(tg_manifest_module **module,
                                               const tg_manifest_reader *reader,
                                               const tg_place *place, tg_error *error);

/* Read "kernels", one entry; the launches of one entry, whose trace and scratch are read. */
TG_NODISCARD tg_status tg_manifest_read_entries(tg_manifest_reader *reader, tg_error *error);
TG_NODISCARD tg_status tg_manifest_read_launches(tg_manifest_entry *entry,
                                                 bool is_used[TG_MAX_SCRATCH],
                                                 tg_manifest_reader *reader, const tg_place *place,
                                                 tg_error *error);

/* Read the arguments of a launch.
 * is_used  [TG_MAX_SCRATCH] buffers that they name are marked */
TG_NODISCARD tg_status tg_manifest_read_arguments(tg_user_step *step, bool *is_used,
                                                  tg_manifest_reader *reader,
                                                  const tg_manifest_entry *entry,
                                                  const tg_place *place, bool is_repeated,
                                                  tg_error *error);

#endif
