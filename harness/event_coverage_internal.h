/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The state of event coverage, for the files event_coverage*.c only.
 *
 * Items are what has classes in an event: a word, an array of words as a whole, an enum, flag or
 * byte, a bound of the trace. Groups are, in this order: one for each item; for each value of each
 * selector (enum or flag) one for each word and array; counts; heights; the chip's own, if any.
 */
#ifndef TRACEGATE_HARNESS_EVENT_COVERAGE_INTERNAL_H
#define TRACEGATE_HARNESS_EVENT_COVERAGE_INTERNAL_H

#include "harness/event_coverage.h"

/* C(constant, name): classes of a word. Words of counts have 2^32 - 1 for p - 1. */
#define COVERAGE_WORD_LIST(C)                       \
    C(COVERAGE_WORD_ZERO, "zero")                   \
    C(COVERAGE_WORD_ONE, "one")                     \
    C(COVERAGE_WORD_LAST, "p - 1")                  \
    C(COVERAGE_WORD_HIGH_BIT, "high bit")           \
    C(COVERAGE_WORD_NEAR_END, "word just below p")  \
    C(COVERAGE_WORD_CORNER, "other boundary value") \
    C(COVERAGE_WORD_EQUAL, "equal to another")      \
    C(COVERAGE_WORD_OTHER, "any other")

/* Classes of an array as a whole. */
#define COVERAGE_ARRAY_LIST(C)                        \
    C(COVERAGE_ARRAY_ZERO, "all zero")                \
    C(COVERAGE_ARRAY_FLAT, "all equal")               \
    C(COVERAGE_ARRAY_ONE_HOT, "one not zero")         \
    C(COVERAGE_ARRAY_UNIT, "one and zeros")           \
    C(COVERAGE_ARRAY_EQUAL, "equal to another array") \
    C(COVERAGE_ARRAY_ALMOST, "all equal but one")

/* Classes of a word that the chip's constraints bound. */
#define COVERAGE_BOUND_LIST(C)                  \
    C(COVERAGE_BOUND_BELOW, "below the bound")  \
    C(COVERAGE_BOUND_LAST, "last below it")     \
    C(COVERAGE_BOUND_FIRST, "the bound itself") \
    C(COVERAGE_BOUND_BEYOND, "beyond it")

/* Classes of values of which there are too many for one each. */
#define COVERAGE_VALUE_LIST(C)         \
    C(COVERAGE_VALUE_ZERO, "0")        \
    C(COVERAGE_VALUE_ONE, "1")         \
    C(COVERAGE_VALUE_LAST, "the last") \
    C(COVERAGE_VALUE_OTHER, "any other")

/* Classes of heights, and of what an event count leaves of the last row. */
#define COVERAGE_HEIGHT_LIST(C)                                        \
    C(COVERAGE_HEIGHT_EMPTY, "padding alone")                          \
    C(COVERAGE_HEIGHT_16, "16 by rule")                                \
    C(COVERAGE_HEIGHT_FULL, "by rule without padding rows")            \
    C(COVERAGE_HEIGHT_PADDED, "by rule with padding rows")             \
    C(COVERAGE_HEIGHT_LARGE, "above 65536")                            \
    C(COVERAGE_HEIGHT_FIXED, "fixed as by rule")                       \
    C(COVERAGE_HEIGHT_FIXED_FULL, "fixed without padding rows")        \
    C(COVERAGE_HEIGHT_FIXED_ONE, "fixed with one padding row")         \
    C(COVERAGE_HEIGHT_FIXED_PADDED, "fixed with more than 32 of them") \
    C(COVERAGE_HEIGHT_FIXED_ODD, "fixed, odd")

#define COVERAGE_CONSTANT(constant, name) constant,
enum { COVERAGE_WORD_LIST(COVERAGE_CONSTANT) COVERAGE_NB_WORD };
enum { COVERAGE_ARRAY_LIST(COVERAGE_CONSTANT) COVERAGE_NB_ARRAY };
enum { COVERAGE_BOUND_LIST(COVERAGE_CONSTANT) COVERAGE_NB_BOUND };
enum { COVERAGE_VALUE_LIST(COVERAGE_CONSTANT) COVERAGE_NB_VALUE };
enum { COVERAGE_HEIGHT_LIST(COVERAGE_CONSTANT) COVERAGE_NB_HEIGHT };
#undef COVERAGE_CONSTANT

/* Classes of one group at the most: bits of a mask. */
#define COVERAGE_MAX_CLASSES 64u

/* The mask of one class, and of the first nb. */
static inline uint64_t coverage_bit(unsigned class) { return UINT64_C(1) << class; }
static inline uint64_t coverage_first(size_t nb)
{
    return nb >= COVERAGE_MAX_CLASSES ? UINT64_MAX : (UINT64_C(1) << nb) - 1;
}

typedef enum coverage_sort {
    COVERAGE_WORD,
    COVERAGE_ARRAY,
    COVERAGE_VALUE, /* an enum, flag or byte */
    COVERAGE_BOUND,
} coverage_sort;

typedef struct coverage_item {
    coverage_sort sort;
    const tg_type *type; /* of the leaf, or of an array's elements */
    size_t leaf;         /* number of the leaf, or of an array's first one, in the event */
    size_t offset;       /* bytes from the start of the event */
    size_t nb;           /* words of an array; 1 */
    uint32_t bound;      /* of a bound */
    uint64_t classes;
    size_t first_pair; /* words, arrays: number within the pairs of one selector value.
                          Selectors: index of the first group of their pairs */
    bool is_selector;
} coverage_item;

/* A slot of the table of words that one event has. */
typedef struct coverage_slot {
    uint64_t stamp; /* number of the event that it is of */
    uint32_t word;
    uint32_t first; /* number of the item that has it */
} coverage_slot;

/* Slots of the tables: powers of two, several times the words of the widest event (Poseidon2's 48)
 * and the corner words. Words of an event that has more of them than half the slots are not
 * compared. */
#define COVERAGE_LOG_SLOTS 9
#define COVERAGE_NB_SLOTS (1u << COVERAGE_LOG_SLOTS)
#define COVERAGE_MAX_COMPARED (COVERAGE_NB_SLOTS / 2)

/* Classes of counts: numbers of events, or of rows where a row has several entries; behind them
 * "more", and what they leave of the last row. */
#define COVERAGE_MAX_COUNTS 48u

struct tg_event_coverage {
    const tg_trace *trace;
    const tg_own_coverage *own; /* NULL: none */
    size_t nb_items;
    coverage_item *items;
    size_t nb_words;      /* word items */
    size_t nb_pair_items; /* words and arrays */
    size_t nb_groups;
    uint64_t *classes; /* [nb_groups] */
    uint64_t *reached; /* [nb_groups] */
    size_t count_group;
    size_t height_group;
    size_t own_group;
    size_t nb_counts;
    size_t counts[COVERAGE_MAX_COUNTS];
    bool counts_rows;      /* counts are of rows, else of events */
    uint64_t *masks;       /* [nb_items] of the event at hand */
    uint64_t nb_looked_at; /* events */
    size_t nb_items_next;  /* how much to look at in the next call; 0: as in the first one */
    uint32_t corners[COVERAGE_NB_SLOTS]; /* open addressing; 0: free */
    coverage_slot slots[COVERAGE_NB_SLOTS];
};

/* Place of a word in the tables: the high bits of its product with 2^32 over the golden ratio. */
static inline uint32_t coverage_slot_of(uint32_t word)
{
    return (uint32_t)(word * 0x9e3779b1u) >> (32 - COVERAGE_LOG_SLOTS);
}

/* Classes of counts behind the numbers. */
static inline unsigned coverage_count_more(const tg_event_coverage *coverage)
{
    return (unsigned)coverage->nb_counts;
}
static inline unsigned coverage_count_partial(const tg_event_coverage *coverage)
{
    return (unsigned)coverage->nb_counts + 1;
}

/* List the items of a trace; items NULL: only count. Returns their number. */
size_t coverage_list_items(coverage_item *items, const tg_trace *trace);

/* The chip's own classes of a trace; NULL: none. */
const tg_own_coverage *coverage_own_of(const tg_trace *trace);

/* Values of a selector or other value leaf. */
static inline size_t coverage_nb_values(const tg_type *type)
{
    return type->form == TG_FORM_FLAG ? 2 : type->nb_values;
}

#endif
