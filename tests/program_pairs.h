/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Programs for suites: the traces of a drawn program or of a record side by side, and what
 * constraints and memory bus say of them.
 */
#ifndef TRACEGATE_TESTS_PROGRAM_PAIRS_H
#define TRACEGATE_TESTS_PROGRAM_PAIRS_H

#include "files/record.h"
#include "harness/program.h"
#include "program_accesses.h"
#include "reference/reference.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>

/* Both traces of one chip, in residues, and its instructions. */
typedef struct pair {
    size_t chip; /* number in rows_chips */
    const tg_trace *traces[TG_NB_KINDS];
    size_t height;
    uint32_t *rows[TG_NB_KINDS]; /* [height][width] residues */
    size_t nb_instrs;
    unsigned char *instrs;
    size_t nb_live_rows; /* that instructions fill */
} pair;

typedef struct pairs {
    size_t nb_pairs;
    pair pairs[ROWS_NB_CHIPS];
    uint32_t public_values[TG_PROGRAM_NB_PUBLIC_VALUES]; /* residues */
} pairs;

static inline void pairs_clear(pairs *all)
{
    for (size_t i = 0; i < all->nb_pairs; i++) {
        free(all->pairs[i].rows[TG_KIND_preprocessed]);
        free(all->pairs[i].rows[TG_KIND_main]);
        free(all->pairs[i].instrs);
    }
    *all = (pairs){0};
}

/* Start the pair of a chip. */
static inline pair *pairs_append(pairs *all, size_t chip)
{
    char name[TG_NAME_BYTES];
    pair *one = &all->pairs[all->nb_pairs++];
    *one = (pair){.chip = chip};
    for (size_t kind = 0; kind < TG_NB_KINDS; kind++) {
        (void)snprintf(name, sizeof name, "%s.%s", rows_chips[chip].name,
                       tg_kind_name((tg_kind)kind));
        one->traces[kind] = sample_trace(name);
    }
    return one;
}

/* Take the cells of one trace, column-major words, as rows of residues. The traces of a chip have
 * one height. */
static inline void pair_take_cells(pair *one, size_t kind, const uint32_t *cells, size_t height)
{
    const size_t width = tg_trace_width(one->traces[kind]);
    uint32_t *rows = malloc((height * width + 1) * sizeof *rows);
    ck_assert_ptr_nonnull(rows);
    ck_assert(kind == 0 || one->height == height);
    for (size_t row = 0; row < height; row++) {
        for (size_t column = 0; column < width; column++) {
            rows[row * width + column] = access_residue(cells[column * height + row]);
        }
    }
    one->height = height;
    one->rows[kind] = rows;
}

static inline void pair_take_instrs(pair *one, const void *instrs, size_t nb_instrs)
{
    const tg_trace *trace = one->traces[TG_KIND_preprocessed];
    const size_t size = tg_trace_event_size(trace);
    one->instrs = malloc(nb_instrs * size + 1);
    ck_assert_ptr_nonnull(one->instrs);
    if (nb_instrs != 0) memcpy(one->instrs, instrs, nb_instrs * size);
    one->nb_instrs = nb_instrs;
    one->nb_live_rows = tg_trace_nb_rows(trace, nb_instrs);
}

static inline const tg_ref_generator *pairs_generator(const tg_trace *trace)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (tg_trace_at(i) == trace) return tg_ref_at(i);
    }
    ck_abort_msg("no generator of %s", trace->name);
    return NULL;
}

/* The traces of a drawn program, which the reference makes. */
static inline void pairs_of_program(pairs *all, const tg_program *program)
{
    *all = (pairs){0};
    for (size_t i = 0; i < TG_PROGRAM_NB_PUBLIC_VALUES; i++) {
        all->public_values[i] = access_residue(program->committed[i]);
    }
    for (size_t chip = 0; chip < ROWS_NB_CHIPS; chip++) {
        pair *one = pairs_append(all, chip);
        if (tg_program_events(program, one->traces[TG_KIND_main]) == NULL) {
            all->nb_pairs--;
            continue;
        }
        for (size_t kind = 0; kind < TG_NB_KINDS; kind++) {
            const tg_program_list *list = tg_program_events(program, one->traces[kind]);
            tg_request request = {.trace = one->traces[kind],
                                  .events = list->events,
                                  .nb_events = list->nb_events};
            tg_product product;
            tg_assert_ok(tg_trace_check_events(one->traces[kind], list->events, list->nb_events,
                                               tg_suite_error));
            tg_assert_ok(tg_trace_height(one->traces[kind], list->nb_events, 0, &request.height,
                                         tg_suite_error));
            tg_assert_ok(
                tg_product_create(&product, one->traces[kind], request.height, tg_suite_error));
            tg_assert_ok(tg_ref_make(&product, pairs_generator(one->traces[kind]), &request,
                                     tg_suite_error));
            pair_take_cells(one, kind, product.cells, request.height);
            tg_product_destroy(&product);
            if (kind == TG_KIND_preprocessed) pair_take_instrs(one, list->events, list->nb_events);
        }
    }
}

/* One trace of a record. */
static inline void pair_read(pair *one, size_t kind, const tg_record *record)
{
    const tg_trace *trace = one->traces[kind];
    const tg_record_trace *entry = tg_record_find(record, trace->name);
    ck_assert_msg(entry != NULL && entry->has_cells, "no cells of %s in %s", trace->name,
                  record->path);
    uint32_t *cells = sample_cells(entry->height * entry->width, 1);
    tg_assert_ok(tg_record_read_cells(cells, record, entry, tg_suite_error));
    pair_take_cells(one, kind, cells, entry->height);
    free(cells);
    if (kind != TG_KIND_preprocessed) return;
    unsigned char *instrs = sample_events(trace, entry->nb_events, 1);
    tg_assert_ok(tg_record_read_events(instrs, record, entry, trace, tg_suite_error));
    pair_take_instrs(one, instrs, entry->nb_events);
    free(instrs);
}

/* The golden traces of a record of one machine. */
static inline void pairs_of_record(pairs *all, const char *folder)
{
    tg_record record;
    char path[512];
    tg_json_value *values = NULL;
    size_t nb_values = 0;
    *all = (pairs){0};
    (void)snprintf(path, sizeof path, "%s/corpus/records/%s", TG_SOURCE_DIR, folder);
    tg_assert_ok(tg_record_open(&record, path, tg_suite_error));
    tg_assert_ok(tg_json_get_array(&values, &nb_values, record.json.root, "public_values_words",
                                   tg_suite_error));
    ck_assert_uint_eq(nb_values, TG_PROGRAM_NB_PUBLIC_VALUES);
    for (size_t i = 0; i < nb_values; i++) {
        size_t word = 0;
        tg_assert_ok(tg_json_get_size_at(&word, values, i, "public_values_words", 0, TG_P - 1,
                                         tg_suite_error));
        all->public_values[i] = access_residue((uint32_t)word);
    }
    for (size_t chip = 0; chip < ROWS_NB_CHIPS; chip++) {
        pair *one = pairs_append(all, chip);
        if (tg_record_find(&record, one->traces[TG_KIND_main]->name) == NULL) {
            all->nb_pairs--;
            continue;
        }
        pair_read(one, TG_KIND_preprocessed, &record);
        pair_read(one, TG_KIND_main, &record);
    }
    tg_record_clear(&record);
}

/* The columns of one row. */
static inline const uint32_t *pair_row(const pair *one, size_t kind, size_t row)
{
    return one->rows[kind] + row * tg_trace_width(one->traces[kind]);
}

/* ---- what they say ---- */

static inline int pairs_compare_messages(const void *a, const void *b)
{
    const rows_message *left = a;
    const rows_message *right = b;
    for (size_t i = 0; i < 5; i++) {
        if (left->tuple[i] != right->tuple[i]) return left->tuple[i] < right->tuple[i] ? -1 : 1;
    }
    return 0;
}

/* Number of tuples that are not received as often as they are sent. Sorts the messages. */
static inline size_t pairs_nb_unbalanced(rows_found *found)
{
    size_t nb_unbalanced = 0;
    if (found->nb_messages == 0) return 0;
    qsort(found->messages, found->nb_messages, sizeof *found->messages, pairs_compare_messages);
    uint32_t sum = 0;
    for (size_t i = 0; i < found->nb_messages; i++) {
        const rows_message *message = &found->messages[i];
        sum = rows_add(sum, message->mult);
        if (i + 1 == found->nb_messages || pairs_compare_messages(message, message + 1) != 0) {
            nb_unbalanced += sum != 0;
            sum = 0;
        }
    }
    return nb_unbalanced;
}

/* What all pairs of rows give; messages are to be freed. Every constraint was evaluated. */
static inline rows_found pairs_find(const pairs *all)
{
    rows_found found = {0};
    uint64_t nb_wanted = 0;
    for (size_t i = 0; i < all->nb_pairs; i++) {
        const pair *one = &all->pairs[i];
        const rows_chip *chip = &rows_chips[one->chip];
        nb_wanted += one->height * chip->nb_constraints;
        for (size_t row = 0; row < one->height; row++) {
            chip->rows(&found, pair_row(one, TG_KIND_preprocessed, row),
                       pair_row(one, TG_KIND_main, row), all->public_values);
        }
    }
    ck_assert_uint_eq(found.nb_evaluated, nb_wanted);
    return found;
}

/* Number of wrong addresses by the instructions alone. */
static inline size_t pairs_nb_wrong_accesses(const pairs *all, size_t *nb_once)
{
    access_memory memory = {0};
    for (size_t i = 0; i < all->nb_pairs; i++) {
        const pair *one = &all->pairs[i];
        const size_t size = tg_trace_event_size(one->traces[TG_KIND_preprocessed]);
        for (size_t k = 0; k < one->nb_instrs; k++) {
            access_chips[one->chip](&memory, one->instrs + k * size);
        }
    }
    const size_t nb_wrong = access_nb_wrong(&memory, nb_once);
    free(memory.cells);
    return nb_wrong;
}

#endif
