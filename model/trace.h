/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What both sides agree on about the traces of a chip: layouts, row map, heights, padding.
 *
 * Source: SP1 v6.2.0, crates/recursion: chips of the recursion machine.
 */
#ifndef TRACEGATE_MODEL_TRACE_H
#define TRACEGATE_MODEL_TRACE_H

#include "model/status.h"
#include "model/types.h"

/* Rows of a trace, at the most: a bound of this project, above every height of SP1 (2^22 rows),
 * that keeps sizes from overflowing. */
#define TG_MAX_HEIGHT ((size_t)1 << 26)

/* Bytes that the longest trace name ("Poseidon2LinearLayer.preprocessed") and the longest column
 * name take, with the end. */
#define TG_NAME_BYTES 128

typedef enum tg_kind {
    TG_KIND_preprocessed, /* from instructions */
    TG_KIND_main,         /* from events */
    TG_NB_KINDS
} tg_kind;

typedef enum tg_padding {
    TG_PADDING_ZERO,       /* all words zero */
    TG_PADDING_ZERO_EVENT, /* what the event of all zero words gives */
    TG_PADDING_CONSTANT,   /* a row of its own, which the chip's header describes */
} tg_padding;

typedef enum tg_height_rule {
    TG_HEIGHT_MULTIPLE_OF_32, /* max(16, 32 * ceil(rows / 32)), or exactly the fixed height where
                                 there is one */
    TG_HEIGHT_ALWAYS_16,      /* 16, fixed heights are ignored */
    TG_HEIGHT_NEVER_FIXED,    /* as TG_HEIGHT_MULTIPLE_OF_32, fixed heights are ignored */
} tg_height_rule;

typedef struct tg_chip tg_chip;

/* ---- side outputs: what a chip gives besides its trace ---- */

/* Side outputs of a trace, at the most. */
#define TG_MAX_SIDES 4

/* Public values of a shard, and the place of a side output that is not among them. */
#define TG_NB_PUBLIC_VALUES 160
#define TG_NOT_PUBLIC 0

typedef enum tg_side_form {
    TG_SIDE_WORDS,        /* words, each with a name */
    TG_SIDE_BYTE_LOOKUPS, /* a multiset of byte lookups: a counter for each possible one, as
                             model/byte_lookups.h numbers them */
} tg_side_form;

/* A named array of 32-bit words. Its number of words does not depend on the events, every word of
 * it is written, and equal words are equal outputs. */
typedef struct tg_side {
    const char *name; /* "lookups": Global.main.lookups in reports */
    tg_side_form form;
    const tg_type *words; /* TG_SIDE_WORDS: what each word is, every leaf one word; else NULL */
    size_t public_value;  /* place of the first word among the shard's public values;
                             TG_NOT_PUBLIC: it is not there */
} tg_side;

/* A bound that the chip's constraints set to a 4-byte leaf of an event and its trace does not:
 * events beyond it have a trace, of which there is no proof. */
typedef struct tg_bound {
    size_t offset; /* bytes from the start of the event */
    uint32_t below;
} tg_bound;

/* One trace kind of one chip. */
typedef struct tg_trace {
    const tg_chip *chip;
    tg_kind kind;
    const char *name;       /* "Select.main" */
    const tg_type *event;   /* NULL: no events, only their count (MemoryConst.main) */
    const tg_type *columns; /* every leaf one word */
    size_t events_per_row;  /* k > 1: event i is in row i / k, column block i % k, of width / k
                               columns */
    size_t rows_per_event;  /* m > 1: event i fills rows i * m .. i * m + m - 1. One of both is 1 */
    size_t max_events;      /* events beyond this many are ignored; 0: all count */
    tg_padding padding;
    tg_height_rule height_rule;
    size_t nb_sides;
    const tg_side *sides; /* [nb_sides] */
    size_t nb_bounds;
    const tg_bound *bounds;  /* [nb_bounds] */
    uint32_t max_candidates; /* an event's row comes from the first of so many candidates that will
                                do, and an event with none is invalid; 0: nothing is searched */
} tg_trace;

/* What is to be made, for every generator. */
typedef struct tg_request {
    const tg_trace *trace;
    size_t height;      /* as tg_trace_check_height accepts it */
    const void *events; /* [nb_events] valid structs; NULL only if nb_events is 0 or the trace has
                           no events. Read only */
    size_t nb_events;
    uint32_t max_candidates; /* fewer candidates than the trace has, so that their end can be
                                reached; 0: the trace's own */
} tg_request;

/* Where a trace and its side outputs go, or are. */
typedef struct tg_product {
    uint32_t *cells;               /* [width][height] Montgomery words */
    uint32_t *sides[TG_MAX_SIDES]; /* [tg_side_nb_words] each; NULL from nb_sides on */
} tg_product;

struct tg_chip {
    const char *name;                    /* exactly as in SP1 */
    const tg_trace *traces[TG_NB_KINDS]; /* NULL: the chip has no trace of this kind */
};

/* Which event determines a cell. */
typedef struct tg_cell_source {
    bool eventful; /* false: a padding cell, and the rest is 0 */
    size_t event;  /* index of the event */
    size_t slot;   /* entry within the row, or row within the event */
} tg_cell_source;

/* The eventful cells of a trace: all columns of rows below nb_full_rows, and in row nb_full_rows
 * the first nb_partial_columns. */
typedef struct tg_extent {
    size_t nb_full_rows;
    size_t nb_partial_columns; /* 0 .. width - 1 */
} tg_extent;

#ifdef __cplusplus
extern "C" {
#endif

/* Columns of the trace; bytes of an event, 0 where there are none. */
size_t tg_trace_width(const tg_trace *trace);
size_t tg_trace_event_size(const tg_trace *trace);

/* Event bytes that the trace depends on: what an ideal kernel reads for one event. */
size_t tg_trace_event_bytes_read(const tg_trace *trace);

/* Bytes of the sectors, aligned units of TG_SECTOR_BYTES, that hold a byte which the trace of
 * nb_events depends on, where the events lie one after the other from such a unit on: what any
 * device must fetch, since its memory gives nothing smaller. */
#define TG_SECTOR_BYTES ((size_t)32)
size_t tg_trace_event_sector_bytes(const tg_trace *trace, size_t nb_events);

/* Rows that nb_events need, before padding. Any nb_events. */
size_t tg_trace_nb_rows(const tg_trace *trace, size_t nb_events);

/* Events that nb_events leave in the trace: min(nb_events, max_events). */
size_t tg_trace_nb_events_used(const tg_trace *trace, size_t nb_events);

/* Events worth making where nb_events are asked for: all of them; where only the first max_events
 * count, one more than those, which must be ignored. */
size_t tg_trace_nb_events_worth(const tg_trace *trace, size_t nb_events);

/* Height of the trace of nb_events.
 * fixed_height  exactly this many rows; 0: none given, the rule decides. A rule that ignores fixed
 *               heights ignores it.
 * Errors  TG_ERR_HEIGHT if fixed_height is below the rows needed or above TG_MAX_HEIGHT,
 *         TG_ERR_SIZE if the rows needed are above TG_MAX_HEIGHT; *height is then untouched.
 */
TG_NODISCARD tg_status tg_trace_height(const tg_trace *trace, size_t nb_events, size_t fixed_height,
                                       size_t *height, tg_error *error);

/* Check a height that someone else chose: at least the rows needed, at most TG_MAX_HEIGHT; the
 * rule's own where it ignores fixed heights.
 * Errors  TG_ERR_HEIGHT, TG_ERR_SIZE. */
TG_NODISCARD tg_status tg_trace_check_height(const tg_trace *trace, size_t nb_events, size_t height,
                                             tg_error *error);

/* Eventful cells of the trace of nb_events; does not depend on the height. */
tg_extent tg_trace_extent(const tg_trace *trace, size_t nb_events);

/* Source of one cell. column < width; any row. */
tg_cell_source tg_trace_cell(const tg_trace *trace, size_t nb_events, size_t row, size_t column);

/* Words of a side output; of all side outputs of a trace. */
size_t tg_side_nb_words(const tg_side *side);
size_t tg_trace_nb_side_words(const tg_trace *trace);

/* Name of a word of a side output: "x[3]", "" where there is only one, "U8Range a 0, b 0, c 17".
 * name: TG_NAME_BYTES bytes, caller's. Returns name. word < tg_side_nb_words(side). */
const char *tg_side_word_name(char *name, const tg_side *side, size_t word);

/* Take and give back the memory of a trace of this height and its side outputs, uninitialised.
 * product  caller's; to be destroyed after success. destroy takes one that is all zero
 * Errors   TG_ERR_SIZE, TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_product_create(tg_product *product, const tg_trace *trace, size_t height,
                                         tg_error *error);
void tg_product_destroy(tg_product *product);

/* Candidates for an event of this request: its own limit or the trace's. */
uint32_t tg_request_max_candidates(const tg_request *request);

/* Whether a request's own limit of candidates is what an event without one met. */
bool tg_request_is_limited(const tg_request *request);

/* Set TG_ERR_EVENT for an event none of whose candidates will do, and return it: every generator
 * says it so. */
tg_status tg_request_no_candidate(const tg_request *request, size_t event, tg_error *error);

/* Events beyond a bound of the trace: their number, and the first of them. */
size_t tg_trace_nb_beyond(size_t *first, const tg_trace *trace, const tg_bound *bound,
                          const void *events, size_t nb_events);

/* Check events once, before any backend: words below p, enums and flags in range, multiplicities of
 * 1.
 * events  nb_events structs, may be NULL if there are none.
 * Errors  TG_ERR_EVENT naming the first bad event and its field.
 */
TG_NODISCARD tg_status tg_trace_check_events(const tg_trace *trace, const void *events,
                                             size_t nb_events, tg_error *error);

/* SP1's full name of a column; name: TG_NAME_BYTES bytes, caller's. Returns name. column <
 * width. */
const char *tg_trace_column_name(char *name, const tg_trace *trace, size_t column);

/* All traces of all chips, in the order of chips.def, preprocessed before main; and all chips.
 * Those that were added at run time stand behind them. */
size_t tg_nb_traces(void);
const tg_trace *tg_trace_at(size_t index);
size_t tg_nb_chips(void);
const tg_chip *tg_chip_at(size_t index);

/* The traces of chips.def alone: tables of the layers above have their order and their number. */
size_t tg_nb_listed_traces(void);

/* Chips that are added at run time, and their traces in the order of the chips. */
typedef struct tg_added_chips {
    size_t nb_chips;
    const tg_chip *const *chips;
    size_t nb_traces;
    const tg_trace *const *traces;
    const void *subjects; /* what the harness has for each of the traces: harness/subject.h */
} tg_added_chips;

/* Add chips, in the place of those added before; NULL: none. This is the one thing in the program
 * that changes at run time: call it while no other thread runs and nothing holds a trace or an
 * index, which is before a command begins and after it has ended.
 * added  kept: must stay as it is until the next call */
void tg_chips_add(const tg_added_chips *added);

/* What was added last; never NULL. */
const tg_added_chips *tg_chips_added(void);

/* Text of a kind: "preprocessed", "main". */
const char *tg_kind_name(tg_kind kind);

#ifdef __cplusplus
}
#endif

/* Lists of kinds for the tables that are made from chips.def: T(id, kind) once a trace. */
#define TG_KINDS_BOTH(T, id) T(id, preprocessed) T(id, main)
#define TG_KINDS_MAIN(T, id) T(id, main)

/* Describe a trace; stands in the chip's header. Makes the table where TG_MODEL_TABLES is
 * defined, nothing elsewhere. The rest are initializers of tg_trace, with one of these row maps
 * first. */
#define TG_EVENTS_PER_ROW(k) .events_per_row = (k), .rows_per_event = 1
#define TG_ROWS_PER_EVENT(m) .events_per_row = 1, .rows_per_event = (m)

/* Side outputs and bounds of a trace, described before it and named by its TG_TRACE:
 *   TG_SIDES(global, main, TG_SIDE_OF(STRUCT, "name", ...), {...})
 *   TG_BOUNDS(global, main, {.offset = offsetof(EVENT, member), .below = 1 << 24})
 *   TG_TRACE(..., TG_HAS_SIDES(global, main), TG_HAS_BOUNDS(global, main)) */
#ifdef TG_MODEL_TABLES
#define TG_SIDES(id, kind, ...)                                                    \
    static const tg_side tg_sides_##id##_##kind[] = {__VA_ARGS__};                 \
    static_assert(sizeof tg_sides_##id##_##kind / sizeof(tg_side) <= TG_MAX_SIDES, \
                  "TG_MAX_SIDES is the most");
#define TG_BOUNDS(id, kind, ...) static const tg_bound tg_bounds_##id##_##kind[] = {__VA_ARGS__};
#else
#define TG_SIDES(id, kind, ...)
#define TG_BOUNDS(id, kind, ...)
#endif
#define TG_SIDE_OF(STRUCT, name_, ...)                                             \
    {                                                                              \
        .name = name_, .form = TG_SIDE_WORDS, .words = &STRUCT##_type, __VA_ARGS__ \
    }
#define TG_HAS_SIDES(id, kind) \
    .nb_sides = sizeof tg_sides_##id##_##kind / sizeof(tg_side), .sides = tg_sides_##id##_##kind
#define TG_HAS_BOUNDS(id, kind)                                     \
    .nb_bounds = sizeof tg_bounds_##id##_##kind / sizeof(tg_bound), \
    .bounds = tg_bounds_##id##_##kind

#ifdef TG_MODEL_TABLES
#define TG_TRACE_TABLE(id, kind_, ...)                                                     \
    static const tg_trace tg_trace_##id##_##kind_ = {.chip = &tg_chips[TG_CHIP_##id],      \
                                                     .kind = TG_KIND_##kind_,              \
                                                     .name = tg_trace_name_##id##_##kind_, \
                                                     __VA_ARGS__};
#define TG_TRACE(id, kind_, EVENT, COLUMNS, ...) \
    TG_TRACE_TABLE(id, kind_, .event = &EVENT##_type, .columns = &COLUMNS##_type, __VA_ARGS__)
#define TG_TRACE_WITHOUT_EVENTS(id, kind_, COLUMNS, ...) \
    TG_TRACE_TABLE(id, kind_, .event = NULL, .columns = &COLUMNS##_type, __VA_ARGS__)
#else
#define TG_TRACE(id, kind_, EVENT, COLUMNS, ...)
#define TG_TRACE_WITHOUT_EVENTS(id, kind_, COLUMNS, ...)
#endif

#endif
