/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Chips of your own: what a shared library exports so that `tracegate ... --chip-library FILE`
 * knows its chips as it knows SP1's.
 *
 *   static const tracegate_field event[] = {
 *       {.name = "a", .offset = 0, .form = TRACEGATE_FELT},
 *       {.name = "b", .offset = 4, .form = TRACEGATE_FELT},
 *   };
 *   static const tracegate_column columns[] = {{.name = "a"}, {.name = "b"}, {.name = "result"}};
 *   static const tracegate_trace traces[] = {{
 *       .kind = TRACEGATE_MAIN, .event_bytes = 8, .nb_fields = 2, .fields = event,
 *       .nb_columns = 3, .columns = columns, .row = my_row,
 *   }};
 *   static const tracegate_chip chips[] = {{.name = "MyChip", .nb_traces = 1, .traces = traces}};
 *   static const tracegate_chip_library library = {
 *       TRACEGATE_CHIP_LIBRARY, .nb_chips = 1, .chips = chips,
 *   };
 *
 *   const tracegate_chip_library *tracegate_chip_library_v1(void) { return &library; }
 *
 * `tracegate new-chip` writes all of it from a list of fields and columns (docs/new-chip.md).
 *
 * Everything that a library says is checked when it is loaded. It must stay as it is while the
 * library is open; nothing of it is changed. Of a struct, zero means the usual: name only what
 * differs.
 *
 * Two forms of field elements. Kernels and events hold Montgomery words, x * 2^32 mod p, as SP1
 * lays them out. References work on residues, x itself, so that they can be checked by eye:
 * tracegate turns the words of events into residues before it calls one, and its residues into
 * words behind it.
 */
#ifndef TRACEGATE_CHIP_H
#define TRACEGATE_CHIP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when something here changes in a way that libraries must follow, together with the name of
 * the exported function. What is added comes behind the last member of a struct: the sizes in
 * tracegate_chip_library tell which members a library knows. */
#define TRACEGATE_CHIP_API_VERSION 1u

/* p = 2^31 - 2^24 + 1, the modulus of KoalaBear. */
#define TRACEGATE_P 0x7f000001u

/* What a field of an event holds, and with it how it is drawn, checked and printed. */
enum {
    TRACEGATE_FELT = 0,         /* 4 bytes: Montgomery word below p, addresses too */
    TRACEGATE_FELT_IGNORED = 1, /* the same, and the trace does not depend on it */
    TRACEGATE_ONE = 2,          /* 4 bytes: multiplicity that must be 1, Montgomery word */
    TRACEGATE_ENUM = 3,         /* 4 bytes: plain integer below nb_values, each with a name */
    TRACEGATE_FLAG = 4,         /* 1 byte: 0 or 1 */
    TRACEGATE_BYTE = 5,         /* 1 byte: below nb_values; 0: below 256 */
    TRACEGATE_RESIDUE = 6,      /* 4 bytes: residue below p, no Montgomery word */
    TRACEGATE_COUNT = 7         /* 4 bytes: any number */
};

/* A field of an event, or an array of them. */
typedef struct tracegate_field {
    const char *name;   /* as reports print it: letters, digits and _ . [ ]; "addrs.out" */
    const char *dims;   /* dimensions with decimal numbers, "[8][16]"; NULL or "": one value */
    uint32_t offset;    /* bytes from the start of the event; a multiple of the value's size. Fields
                           stand in the order of their offsets, without overlap; what lies between
                           them is padding, 0 in every event that is drawn */
    uint32_t form;      /* TRACEGATE_FELT ... */
    uint32_t nb_values; /* TRACEGATE_ENUM, TRACEGATE_BYTE */
    const char *const *value_names; /* [nb_values] TRACEGATE_ENUM */
} tracegate_field;

/* A column of a trace, or an array of them: one word each, in this order. */
typedef struct tracegate_column {
    const char *name; /* as a field's */
    const char *dims;
} tracegate_column;

enum { TRACEGATE_MAIN = 0, TRACEGATE_PREPROCESSED = 1 };

/* Rows behind the last event. */
enum {
    TRACEGATE_PADDING_ZERO = 0,
    TRACEGATE_PADDING_ZERO_EVENT = 1, /* what `row` gives for an event that is all zero */
    TRACEGATE_PADDING_CONSTANT = 2    /* a row of its own, the same in all of them: needs `fill` */
};

/* Rows of a trace. */
enum {
    TRACEGATE_HEIGHT_MULTIPLE_OF_32 = 0, /* max(16, 32 * ceil(rows / 32)), or exactly the height
                                            that a shape fixes */
    TRACEGATE_HEIGHT_ALWAYS_16 = 1,
    TRACEGATE_HEIGHT_NEVER_FIXED = 2 /* as 0, fixed heights are ignored */
};

/* Reference for rows that depend on one event each: fill the columns that one event determines in
 * one row. Called from several threads at once, and more than once for an event.
 * columns  uint32_t[nb_columns], all zero on entry: to be filled with residues below p
 * event    FELT, ONE and, if `reads_ignored` is set, FELT_IGNORED as residues; all else as in
 *          memory. NULL where the trace has no events
 * slot     entry within the row, or row within the event: 0 where both are one
 * Returns  NULL, or what is wrong with the event: a text that lives on and ends the sentence
 *          "event 17 of MyChip.main: ...". TRACEGATE_NOT_WRITTEN while there is no reference yet */
typedef const char *tracegate_row(void *columns, const void *event, size_t slot);

/* Reference for traces whose rows depend on each other: fill all of it, padding too.
 * cells    [columns][height], column-major: residues below p
 * events   [nb_events], as tracegate_row's, FELT_IGNORED as residues always
 * error    [error_bytes] for what is wrong, where it does not return 0
 * Returns  0, or another number: the trace cannot be made of these events */
typedef int tracegate_fill(uint32_t *cells, size_t height, const void *events, size_t nb_events,
                           char *error, size_t error_bytes);

/* Make an event that was drawn at random consistent, where fields follow from others: every one
 * that is made here must be one that the reference takes. Called from several threads at once, and
 * in tracegate's own process.
 * event  in-out: the event as kernels get it, FELT and ONE as Montgomery words */
typedef void tracegate_complete(void *event);

/* One kind of a chip's traces. */
typedef struct tracegate_trace {
    uint32_t kind;        /* TRACEGATE_MAIN, TRACEGATE_PREPROCESSED */
    uint32_t event_bytes; /* of one event, as kernels get it; 0: there are no events, only their
                             number */
    uint32_t nb_fields;
    const tracegate_field *fields; /* [nb_fields] of an event */
    uint32_t nb_columns;           /* entries of columns */
    const tracegate_column
        *columns;            /* [nb_columns] of one entry: of all columns where a row has one */
    uint32_t events_per_row; /* k > 1: event i is in row i / k, and columns are those of entry i %
                                k, printed as "entries[2].name"; 0: 1 */
    uint32_t rows_per_event; /* m > 1: event i fills rows i * m .. i * m + m - 1; 0: 1 */
    uint64_t max_events;     /* events beyond this many are ignored; 0: all count */
    uint32_t padding;        /* TRACEGATE_PADDING_ZERO ... */
    uint32_t height_rule;    /* TRACEGATE_HEIGHT_MULTIPLE_OF_32 ... */
    tracegate_row *row;      /* exactly one of row and fill */
    tracegate_fill *fill;
    uint32_t reads_ignored;       /* not 0: row reads fields that the trace does not depend on */
    tracegate_complete *complete; /* NULL: fields do not follow from others */
} tracegate_trace;

typedef struct tracegate_chip {
    const char *name;   /* letters and digits, as in `tracegate gate NAME.main` */
    uint32_t nb_traces; /* 1 or 2, each of another kind */
    const tracegate_trace *traces;
} tracegate_chip;

typedef struct tracegate_chip_library {
    uint32_t api_version; /* these six are TRACEGATE_CHIP_LIBRARY */
    uint32_t library_bytes;
    uint32_t chip_bytes;
    uint32_t trace_bytes;
    uint32_t field_bytes;
    uint32_t column_bytes;
    uint32_t nb_chips;
    const tracegate_chip *chips;
    const char *manifest; /* kernels of the chips where the command line names none
                             (docs/manifest.md), from the folder of the library; NULL: there are
                             none */
} tracegate_chip_library;

/* The first members of a library, initialized. */
#define TRACEGATE_CHIP_LIBRARY                                 \
    .api_version = TRACEGATE_CHIP_API_VERSION,                 \
    .library_bytes = (uint32_t)sizeof(tracegate_chip_library), \
    .chip_bytes = (uint32_t)sizeof(tracegate_chip),            \
    .trace_bytes = (uint32_t)sizeof(tracegate_trace),          \
    .field_bytes = (uint32_t)sizeof(tracegate_field),          \
    .column_bytes = (uint32_t)sizeof(tracegate_column)

/* The one function that a chip library exports, whatever the library's default visibility. */
#if defined(__GNUC__)
#define TRACEGATE_EXPORT __attribute__((visibility("default")))
#else
#define TRACEGATE_EXPORT
#endif
TRACEGATE_EXPORT const tracegate_chip_library *tracegate_chip_library_v1(void);

/* What a reference returns while it is not written: nothing can be compared with it, and
 * tracegate says where it is to be written. fill copies it to error. */
#define TRACEGATE_NOT_WRITTEN_BEGIN "is not written yet: "
#define TRACEGATE_NOT_WRITTEN (TRACEGATE_NOT_WRITTEN_BEGIN __FILE__ ":" TRACEGATE_TEXT_OF(__LINE__))
#define TRACEGATE_TEXT_OF(number) TRACEGATE_TEXT_OF_(number)
#define TRACEGATE_TEXT_OF_(number) #number

/* The Montgomery word of a residue below p and back, for tracegate_complete. 1057030144 is
 * 2^-32 mod p. */
static inline uint32_t tracegate_word_of(uint32_t residue)
{
    return (uint32_t)(((uint64_t)residue << 32) % TRACEGATE_P);
}

static inline uint32_t tracegate_residue_of(uint32_t word)
{
    return (uint32_t)((uint64_t)word * 1057030144u % TRACEGATE_P);
}

#ifdef __cplusplus
}
#endif

#endif
