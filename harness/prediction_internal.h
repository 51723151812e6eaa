/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Properties of events, for the files prediction*.c and cause*.c only.
 *
 * A property is something that an event has or has not: a value of a field, a relation of two, its
 * place in the stream. They are tried in the order of the list below, the simplest first.
 */
#ifndef TRACEGATE_HARNESS_PREDICTION_INTERNAL_H
#define TRACEGATE_HARNESS_PREDICTION_INTERNAL_H

#include "harness/prediction.h"

/* What a property is about. */
typedef enum prediction_kind {
    PREDICTION_NONE,
    PREDICTION_VALUES,    /* of an event's own fields */
    PREDICTION_RELATIONS, /* of two of them, or what they are not: often but a consequence of what
                             is wrong, since an exchange of equal fields shows nothing */
    PREDICTION_PLACES,    /* in the stream */
} prediction_kind;

typedef struct prediction_found {
    tg_prediction prediction;
    prediction_kind kind; /* of a pair, that of the one that says less */
} prediction_found;

/* P(constant, kind, is plain): sorts of properties. A plain one is believed of one wrong event
 * among many right ones; the others come true by chance too easily. */
#define PREDICTION_SORT_LIST(P)                       \
    P(PROPERTY_VALUE, PREDICTION_VALUES, true)        \
    P(PROPERTY_SET, PREDICTION_VALUES, false)         \
    P(PROPERTY_ZERO, PREDICTION_VALUES, true)         \
    P(PROPERTY_ONE, PREDICTION_VALUES, true)          \
    P(PROPERTY_LAST_WORD, PREDICTION_VALUES, true)    \
    P(PROPERTY_ARRAY_ZERO, PREDICTION_VALUES, true)   \
    P(PROPERTY_BEYOND, PREDICTION_VALUES, false)      \
    P(PROPERTY_ABOVE, PREDICTION_VALUES, false)       \
    P(PROPERTY_BIT, PREDICTION_VALUES, false)         \
    P(PROPERTY_HIGH_WORD, PREDICTION_VALUES, false)   \
    P(PROPERTY_EQUAL, PREDICTION_RELATIONS, true)     \
    P(PROPERTY_REPEATS, PREDICTION_RELATIONS, true)   \
    P(PROPERTY_NOT_ZERO, PREDICTION_RELATIONS, false) \
    P(PROPERTY_NOT_ONE, PREDICTION_RELATIONS, false)  \
    P(PROPERTY_UNEQUAL, PREDICTION_RELATIONS, false)  \
    P(PROPERTY_FINAL, PREDICTION_PLACES, true)        \
    P(PROPERTY_FIRST, PREDICTION_PLACES, true)        \
    P(PROPERTY_AT, PREDICTION_PLACES, false)          \
    P(PROPERTY_FROM, PREDICTION_PLACES, false)        \
    P(PROPERTY_BEFORE, PREDICTION_PLACES, false)

#define PREDICTION_SORT_CONSTANT(constant, kind, is_plain) constant,
typedef enum property_sort {
    PREDICTION_SORT_LIST(PREDICTION_SORT_CONSTANT) NB_PROPERTY_SORTS
} property_sort;
#undef PREDICTION_SORT_CONSTANT

typedef struct property {
    property_sort sort;
    tg_leaf leaf;  /* that it is about */
    size_t number; /* of the leaf, for its name */
    tg_leaf other; /* PROPERTY_EQUAL, PROPERTY_UNEQUAL */
    size_t other_number;
    size_t nb;          /* words of an array */
    uint64_t parameter; /* value, set of values, bit, bound, unit */
    uint64_t place;     /* PROPERTY_AT: within the unit */
} property;

/* Events that are told apart. */
typedef struct prediction_input {
    const tg_trace *trace;
    const unsigned char *events;
    size_t nb_events;     /* all of them */
    size_t nb;            /* those that are looked at */
    const size_t *which;  /* [nb] their numbers, ascending */
    const bool *is_wrong; /* [nb] */
    size_t block;         /* 0: unknown */
} prediction_input;

/* Properties of a trace's events at the most. */
#define PREDICTION_MAX_PROPERTIES 2048u

/* List the properties that are worth a try. properties: PREDICTION_MAX_PROPERTIES. Returns their
 * number; they are in the order of sorts. */
size_t prediction_list(property *properties, const prediction_input *input);

bool property_holds(const property *own, const prediction_input *input, size_t event);
prediction_kind property_kind(const property *own);
bool property_is_plain(const property *own);

/* Write a property: "opcode DivF", "index mod 256 = 255". Returns text. */
const char *property_text(char *text, size_t size, const property *own, const tg_trace *trace);

/* Events of each class, wrong and right, that are looked at: evenly spread, where there are more.
 */
#define PREDICTION_MAX_OF_CLASS ((size_t)8192)

/* A choice of one property or two; nb 0: none. */
typedef struct prediction_choice {
    size_t nb;
    property chosen[2];
} prediction_choice;

/* Choose the property of an input and put it into words; counts stay 0.  Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status prediction_find(prediction_found *found, prediction_choice *made,
                                       const prediction_input *input, tg_error *error);

/* Count the support of a choice over nb events.
 * which     [nb] their numbers; NULL: 0 .. nb - 1
 * is_wrong  [nb] */
void prediction_count(tg_prediction *prediction, const prediction_choice *made,
                      const prediction_input *input, const size_t *which, size_t nb,
                      const bool *is_wrong);

/* The prediction for the events of a sample of wrong cells. */
struct causes_sample;
TG_NODISCARD tg_status prediction_of_sample(prediction_found *found,
                                            const struct causes_sample *sample, tg_error *error);

#endif
