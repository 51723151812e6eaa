/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Types: leaves, offsets and names of events and columns, over every chip of the list. */
#include "model/trace.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names as SP1 spells them. */
static const struct {
    const char *trace;
    size_t width;
    size_t column;
    const char *name;
} known[] = {
    {"BaseAlu.preprocessed", 8, 0, "accesses[0].addrs.out"},
    {"BaseAlu.preprocessed", 8, 4, "accesses[0].is_sub"},
    {"BaseAlu.preprocessed", 8, 7, "accesses[0].mult"},
    {"BaseAlu.main", 3, 0, "values[0].vals.out"},
    {"BaseAlu.main", 3, 2, "values[0].vals.in2"},
    {"ExtAlu.preprocessed", 8, 3, "accesses[0].is_add"},
    {"ExtAlu.main", 12, 6, "values[0].vals.in1[2]"},
    {"ExtAlu.main", 12, 11, "values[0].vals.in2[3]"},
    {"Poseidon2WideDeg3.preprocessed", 49, 0, "input[0]"},
    {"Poseidon2WideDeg3.preprocessed", 49, 16, "output[0].addr"},
    {"Poseidon2WideDeg3.preprocessed", 49, 46, "output[15].addr"},
    {"Poseidon2WideDeg3.preprocessed", 49, 48, "is_real"},
    {"Poseidon2WideDeg3.main", 179, 0, "state.external_rounds_state[0][0]"},
    {"Poseidon2WideDeg3.main", 179, 63, "state.external_rounds_state[3][15]"},
    {"Poseidon2WideDeg3.main", 179, 127, "state.external_rounds_state[7][15]"},
    {"Poseidon2WideDeg3.main", 179, 128, "state.internal_rounds_state[0]"},
    {"Poseidon2WideDeg3.main", 179, 144, "state.internal_rounds_s0[0]"},
    {"Poseidon2WideDeg3.main", 179, 178, "state.output_state[15]"},
    {"Poseidon2LinearLayer.preprocessed", 10, 5, "accesses[0].addrs.output[1]"},
    {"Poseidon2LinearLayer.preprocessed", 10, 9, "accesses[0].internal"},
    {"Poseidon2LinearLayer.main", 16, 14, "values[0].input[3][2]"},
    {"Poseidon2SBox.preprocessed", 4, 2, "accesses[0].external"},
    {"Poseidon2SBox.main", 8, 4, "values[0].vals.output[0]"},
    {"ExtFeltConvert.preprocessed", 10, 5, "accesses[0].mults[0]"},
    {"ExtFeltConvert.main", 4, 3, "values[0].input[3]"},
    {"Select.preprocessed", 8, 0, "is_real"},
    {"Select.preprocessed", 8, 4, "addrs.in1"},
    {"Select.preprocessed", 8, 7, "mult2"},
    {"Select.main", 5, 1, "vals.out1"},
    {"PrefixSumChecks.preprocessed", 9, 3, "next_acc_addr"},
    {"PrefixSumChecks.preprocessed", 9, 8, "is_real"},
    {"PrefixSumChecks.main", 15, 7, "acc[2]"},
    {"PrefixSumChecks.main", 15, 14, "felt_new_acc"},
    {"MemoryConst.preprocessed", 6, 3, "values_and_accesses[0].0[3]"},
    {"MemoryConst.preprocessed", 6, 5, "values_and_accesses[0].1.mult"},
    {"MemoryConst.main", 1, 0, "_nothing"},
    {"MemoryVar.preprocessed", 4, 3, "accesses[1].mult"},
    {"MemoryVar.main", 8, 7, "values[1][3]"},
    {"MemoryVarV1.preprocessed", 2, 0, "accesses[0].addr"},
    {"MemoryVarV1.main", 4, 2, "values[0][2]"},
    {"PublicValues.preprocessed", 10, 7, "pv_idx[7]"},
    {"PublicValues.preprocessed", 10, 9, "pv_mem.mult"},
    {"PublicValues.main", 1, 0, "pv_element"},
};

START_TEST(types_columns_have_known_names)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const tg_trace *trace = sample_trace(known[i].trace);
        char name[TG_NAME_BYTES];
        ck_assert_uint_eq(tg_trace_width(trace), known[i].width);
        ck_assert_str_eq(tg_trace_column_name(name, trace, known[i].column), known[i].name);
    }
}
END_TEST

static void check_names_are_unique(const tg_type *type)
{
    const size_t nb_leaves = tg_type_nb_leaves(type);
    char(*names)[TG_NAME_BYTES] = malloc(nb_leaves * sizeof *names);
    ck_assert_ptr_nonnull(names);
    for (size_t i = 0; i < nb_leaves; i++) {
        (void)tg_type_leaf_name(names[i], TG_NAME_BYTES, type, i);
        ck_assert_uint_gt(strlen(names[i]), 0);
        ck_assert_uint_lt(strlen(names[i]), TG_NAME_BYTES - 1);
        for (size_t k = 0; k < i; k++) {
            ck_assert_str_ne(names[i], names[k]);
        }
    }
    free(names);
}

START_TEST(types_names_are_unique)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        check_names_are_unique(trace->columns);
        if (trace->event != NULL) check_names_are_unique(trace->event);
    }
}
END_TEST

/* Product of the dimensions of "[8][16]"; 1 for "". Anything else ends the case. */
static size_t dims_product(const char *dims)
{
    size_t product = 1;
    while (*dims != '\0') {
        ck_assert_int_eq(*dims++, '[');
        size_t length = 0;
        ck_assert_int_ne(*dims, '0');
        for (; *dims >= '0' && *dims <= '9'; dims++) {
            length = length * 10 + (size_t)(*dims - '0');
        }
        ck_assert_uint_gt(length, 0);
        ck_assert_int_eq(*dims++, ']');
        product *= length;
    }
    return product;
}

/* Dimensions as text and sizes from the compiler must tell the same, all the way down; fields
 * lie one after the other. */
static void check_fields(const tg_type *type)
{
    if (type->form != TG_FORM_STRUCT) {
        ck_assert(type->size == 1 || type->size == 4);
        ck_assert((type->form == TG_FORM_ENUM) == (type->value_names != NULL));
        return;
    }
    size_t end = 0;
    for (size_t i = 0; i < type->nb_fields; i++) {
        const tg_field *field = &type->fields[i];
        ck_assert_msg(dims_product(field->dims) * field->type->size == field->size, "%s.%s: %s",
                      type->name, field->name, field->dims);
        ck_assert_msg(field->offset == end, "%s.%s: a hole of %zu bytes before it", type->name,
                      field->name, field->offset - end);
        end = field->offset + field->size;
        check_fields(field->type);
    }
    ck_assert_uint_eq(end, type->size);
}

START_TEST(types_dimensions_agree_with_sizes)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        check_fields(trace->columns);
        if (trace->event != NULL) check_fields(trace->event);
    }
}
END_TEST

START_TEST(types_every_column_is_one_word)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        ck_assert_uint_eq(tg_type_nb_leaves(trace->columns), tg_trace_width(trace));
        for (size_t column = 0; column < tg_trace_width(trace); column++) {
            const tg_leaf leaf = tg_type_leaf_at(trace->columns, column);
            ck_assert_uint_eq(leaf.offset, 4 * column);
            ck_assert_uint_eq(leaf.type->size, 4);
            ck_assert_int_eq(leaf.type->form, TG_FORM_FELT);
        }
        ck_assert_uint_eq(tg_trace_width(trace) % trace->events_per_row, 0);
        ck_assert(trace->events_per_row == 1 || trace->rows_per_event == 1);
    }
}
END_TEST

/* The walk over all leaves and the way down to one give the same. */
START_TEST(types_leaves_and_leaf_at_agree)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_type *type = tg_trace_at(i)->event;
        if (type == NULL) continue;
        const size_t nb_leaves = tg_type_nb_leaves(type);
        tg_leaf *leaves = malloc(nb_leaves * sizeof *leaves);
        ck_assert_ptr_nonnull(leaves);
        tg_type_leaves(leaves, type);
        size_t end = 0;
        size_t bytes_read = 0;
        for (size_t leaf = 0; leaf < nb_leaves; leaf++) {
            const tg_leaf one = tg_type_leaf_at(type, leaf);
            ck_assert_ptr_eq(one.type, leaves[leaf].type);
            ck_assert_uint_eq(one.offset, leaves[leaf].offset);
            ck_assert_uint_eq(one.offset, end);
            end += one.type->size;
            bytes_read += one.type->ignored ? 0 : one.type->size;
        }
        ck_assert_uint_eq(end, type->size);
        ck_assert_uint_eq(bytes_read, tg_trace_event_bytes_read(tg_trace_at(i)));
        free(leaves);
    }
}
END_TEST

/* What the specification says of the fields that a trace depends on. */
START_TEST(types_event_bytes_read_are_known)
{
    ck_assert_uint_eq(tg_trace_event_bytes_read(sample_trace("Select.main")), 20);
    ck_assert_uint_eq(tg_trace_event_bytes_read(sample_trace("Poseidon2WideDeg3.main")), 64);
    ck_assert_uint_eq(tg_trace_event_bytes_read(sample_trace("Poseidon2SBox.main")), 16);
    ck_assert_uint_eq(tg_trace_event_bytes_read(sample_trace("Poseidon2LinearLayer.preprocessed")),
                      33);
    ck_assert_uint_eq(tg_trace_event_bytes_read(sample_trace("PrefixSumChecks.main")), 60);
    ck_assert_uint_eq(tg_trace_event_bytes_read(sample_trace("ExtFeltConvert.preprocessed")), 41);
    ck_assert_uint_eq(tg_trace_event_bytes_read(sample_trace("PublicValues.main")), 32);
    ck_assert_uint_eq(tg_trace_event_bytes_read(sample_trace("MemoryConst.main")), 0);
}
END_TEST

START_TEST(types_names_are_cut_to_their_buffer)
{
    const tg_type *type = sample_trace("Poseidon2WideDeg3.main")->columns;
    static const char whole[] = "state.external_rounds_state[3][15]";
    for (size_t size = 0; size <= sizeof whole; size++) {
        char text[64];
        memset(text, '#', sizeof text);
        (void)tg_type_leaf_name(text, size, type, 63);
        ck_assert_int_eq(text[size], '#');
        if (size == 0) continue;
        ck_assert_uint_eq(strlen(text), size <= sizeof whole - 1 ? size - 1 : sizeof whole - 1);
        ck_assert_int_eq(strncmp(text, whole, strlen(text)), 0);
    }
}
END_TEST

TG_SUITE("types", types_columns_have_known_names, types_names_are_unique,
         types_dimensions_agree_with_sizes, types_every_column_is_one_word,
         types_leaves_and_leaf_at_agree, types_event_bytes_read_are_known,
         types_names_are_cut_to_their_buffer)
