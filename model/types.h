/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Types of events and columns, and the macros that make a C struct and its description from one
 * list.
 *
 * Glossary of leaf types. Every one fixes the bytes in memory and what a valid event holds there:
 *   tg_felt          field element: Montgomery word (x * 2^32 mod p), below p
 *   tg_address       address: itself a field element, Montgomery word below p
 *   tg_ignored_felt  as tg_felt, but the trace does not depend on it
 *   tg_one           multiplicity that must be 1: Montgomery word 0x01fffffe
 *   tg_ignored_one   as tg_one, and the trace does not depend on it
 *   tg_flag          byte that is 0 or 1
 *   tg_residue       residue below p as it is, not a Montgomery word
 *   tg_count         plain integer
 *   tg_pad           byte that belongs to no field: never read, compared or hashed; written as 0
 *   TG_ENUM types    4-byte C enums of SP1: a plain integer, one of the listed values
 *   TG_BYTE_BELOW    types: byte below a limit
 * p = 2^31 - 2^24 + 1 = 0x7f000001. In a column struct every leaf is one uint32_t, so that column c
 * is word c.
 *
 * A struct is a list of fields; F's arguments are
 *   S       the struct's name, handed through
 *   TYPE    a leaf type or another listed struct
 *   member  C name
 *   dims    C array dimensions with decimal literals, or nothing: [8][16]
 *   name    SP1's name of the field, which need not be a C name
 *
 *   #define TG_SELECT_EVENT(F, S)            \
 *       F(S, tg_felt, bit, , "bit")          \
 *       F(S, tg_felt, out1, , "out1")
 *   TG_STRUCT(tg_select_event, TG_SELECT_EVENT)
 *
 * gives struct and typedef everywhere, and the table tg_select_event_type where TG_MODEL_TABLES is
 * defined (model/chips.c).
 */
#ifndef TRACEGATE_MODEL_TYPES_H
#define TRACEGATE_MODEL_TYPES_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* KoalaBear's modulus, and the Montgomery word of 1, 2^32 mod p (SP1 v6.2.0,
 * slop/crates/koala-bear). */
#define TG_P 0x7f000001u
#define TG_WORD_ONE 0x01fffffeu

typedef uint32_t tg_felt;
typedef uint32_t tg_address;
typedef uint32_t tg_ignored_felt;
typedef uint32_t tg_one;
typedef uint32_t tg_ignored_one;
typedef uint8_t tg_flag;
typedef uint8_t tg_pad;
typedef uint32_t tg_residue;
typedef uint32_t tg_count;

typedef enum tg_form {
    TG_FORM_STRUCT,  /* has fields */
    TG_FORM_FELT,    /* Montgomery word below p */
    TG_FORM_ONE,     /* Montgomery word of 1 */
    TG_FORM_ENUM,    /* uint32_t below nb_values */
    TG_FORM_FLAG,    /* uint8_t, 0 or 1 */
    TG_FORM_PAD,     /* uint8_t without meaning */
    TG_FORM_RESIDUE, /* residue below p */
    TG_FORM_COUNT,   /* uint32_t of any value */
    TG_FORM_BYTE,    /* uint8_t below nb_values */
} tg_form;

typedef struct tg_type tg_type;

typedef struct tg_field {
    const char *name;    /* SP1's name */
    const char *dims;    /* "" or "[8][16]": decimal, outermost first */
    size_t offset;       /* bytes from the start of the struct */
    size_t size;         /* bytes of the whole array: a multiple of the type's size */
    const tg_type *type; /* of one element */
} tg_field;

struct tg_type {
    const char *name; /* C name */
    tg_form form;
    size_t size;                    /* bytes */
    bool ignored;                   /* the trace does not depend on it */
    size_t nb_fields;               /* structs: number of fields */
    const tg_field *fields;         /* structs: in order of offsets */
    size_t nb_values;               /* enums and bytes: valid values are 0 .. nb_values - 1 */
    const char *const *value_names; /* enums: SP1's names of the values */
};

#define TG_STRUCT_MEMBER(S, TYPE, member, dims, name) TYPE member dims;
#define TG_ENUM_CONSTANT(constant, value, name) constant = (value),

#ifndef TG_MODEL_TABLES

#define TG_STRUCT(S, LIST)        \
    typedef struct S {            \
        LIST(TG_STRUCT_MEMBER, S) \
    } S;
#define TG_ENUM(T, LIST)             \
    enum { LIST(TG_ENUM_CONSTANT) }; \
    typedef uint32_t T;
#define TG_BYTE_BELOW(T, limit) typedef uint8_t T;

#else

#define TG_STRUCT_FIELD(S, TYPE, member, dimensions, printed) \
    {.name = printed,                                         \
     .dims = #dimensions,                                     \
     .offset = offsetof(S, member),                           \
     .size = sizeof(((S *)0)->member),                        \
     .type = &TYPE##_type},
#define TG_STRUCT(S, LIST)                                                                  \
    typedef struct S {                                                                      \
        LIST(TG_STRUCT_MEMBER, S)                                                           \
    } S;                                                                                    \
    static const tg_field S##_fields[] = {LIST(TG_STRUCT_FIELD, S)};                        \
    static const tg_type S##_type = {.name = #S,                                            \
                                     .form = TG_FORM_STRUCT,                                \
                                     .size = sizeof(S),                                     \
                                     .nb_fields = sizeof S##_fields / sizeof S##_fields[0], \
                                     .fields = S##_fields};

#define TG_ENUM_NAME(constant, value, printed) [value] = printed,
#define TG_ENUM(T, LIST)                                                                  \
    enum { LIST(TG_ENUM_CONSTANT) };                                                      \
    typedef uint32_t T;                                                                   \
    static const char *const T##_names[] = {LIST(TG_ENUM_NAME)};                          \
    static const tg_type T##_type = {.name = #T,                                          \
                                     .form = TG_FORM_ENUM,                                \
                                     .size = sizeof(T),                                   \
                                     .nb_values = sizeof T##_names / sizeof T##_names[0], \
                                     .value_names = T##_names};

#define TG_BYTE_BELOW(T, limit)                            \
    typedef uint8_t T;                                     \
    static const tg_type T##_type = {.name = #T,           \
                                     .form = TG_FORM_BYTE, \
                                     .size = sizeof(T),    \
                                     .nb_values = (limit)};

#define TG_LEAF(T, form_, ignored_)                     \
    static const tg_type T##_type = {.name = #T,        \
                                     .form = form_,     \
                                     .size = sizeof(T), \
                                     .ignored = ignored_};
TG_LEAF(tg_felt, TG_FORM_FELT, false)
TG_LEAF(tg_address, TG_FORM_FELT, false)
TG_LEAF(tg_ignored_felt, TG_FORM_FELT, true)
TG_LEAF(tg_one, TG_FORM_ONE, false)
TG_LEAF(tg_ignored_one, TG_FORM_ONE, true)
TG_LEAF(tg_flag, TG_FORM_FLAG, false)
TG_LEAF(tg_pad, TG_FORM_PAD, true)
TG_LEAF(tg_residue, TG_FORM_RESIDUE, false)
TG_LEAF(tg_count, TG_FORM_COUNT, false)
#undef TG_LEAF

#endif

/* Pin a struct's bytes to SP1's: size, and offset of a member. */
#define TG_ASSERT_SIZE(S, bytes) \
    static_assert(sizeof(S) == (bytes), #S " must be " #bytes " bytes, as in SP1");
#define TG_ASSERT_OFFSET(S, member, bytes)        \
    static_assert(offsetof(S, member) == (bytes), \
                  #S "." #member " must be at byte " #bytes ", as in SP1");

#ifdef __cplusplus
extern "C" {
#endif

/* True for the forms of words that are to be below p: Montgomery words and residues. */
bool tg_form_is_below_p(tg_form form);

/* One leaf of a type: a single word or byte, array elements and members of structs apart. */
typedef struct tg_leaf {
    const tg_type *type; /* a leaf type */
    size_t offset;       /* bytes from the start of the outermost struct */
} tg_leaf;

/* Number of leaves of type, those of nested structs and arrays included. A leaf type has one. */
size_t tg_type_nb_leaves(const tg_type *type);

/* List all leaves of type in order of offsets. leaves: tg_type_nb_leaves(type) elements,
 * caller's. */
void tg_type_leaves(tg_leaf *leaves, const tg_type *type);

/* Leaf number `leaf` of type; leaf < tg_type_nb_leaves(type). For one leaf; tg_type_leaves lists
 * all in one pass. */
tg_leaf tg_type_leaf_at(const tg_type *type, size_t leaf);

/* Full name of leaf number `leaf` as SP1 spells it, e.g. "state.external_rounds_state[3][15]";
 * cut to size bytes with the end. leaf < tg_type_nb_leaves(type). Returns name. */
const char *tg_type_leaf_name(char *name, size_t size, const tg_type *type, size_t leaf);

#ifdef __cplusplus
}
#endif

#endif
