/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The reference's driver: row maps, heights, padding, threads, faults. Mostly on a toy chip,
 * whose every cell tells its event, its slot and its column, in all shapes that a row map can
 * have. */
#define TG_MODEL_TABLES
#include "reference/reference.h"

#include "reference/field.h"
#include "sample.h"
#include "suite.h"

#include <omp.h>
#include <stdlib.h>

#define NB(array) (sizeof(array) / sizeof((array)[0]))

#define POISON 0xa5a5a5a5u
#define GUARD_WORDS ((size_t)64)

#define TOY_SORT(V)              \
    V(TOY_PLAIN, 0, "Plain")     \
    V(TOY_STRIPED, 1, "Striped") \
    V(TOY_DOTTED, 2, "Dotted")
TG_ENUM(toy_sort, TOY_SORT)

#define TOY_EVENT(F, S)                       \
    F(S, tg_felt, value, , "value")           \
    F(S, tg_ignored_felt, hidden, , "hidden") \
    F(S, toy_sort, sort, , "sort")            \
    F(S, tg_one, mult, , "mult")              \
    F(S, tg_flag, flag, , "flag")             \
    F(S, tg_pad, pad, [3], "pad")
TG_STRUCT(toy_event, TOY_EVENT)

#define TOY_BLOCK(F, S)             \
    F(S, tg_felt, value, , "value") \
    F(S, tg_felt, slot, , "slot")   \
    F(S, tg_felt, sort, , "sort")   \
    F(S, tg_felt, mult, , "mult")   \
    F(S, tg_felt, flag, , "flag")   \
    F(S, tg_felt, unset, , "unset")
TG_STRUCT(toy_block, TOY_BLOCK)
#define BLOCK_WIDTH (sizeof(toy_block) / sizeof(uint32_t))

#define TOY_PAIR(F, S) F(S, toy_block, entries, [2], "entries")
TG_STRUCT(toy_pair, TOY_PAIR)
#define TOY_TRIPLE(F, S) F(S, toy_block, entries, [3], "entries")
TG_STRUCT(toy_triple, TOY_TRIPLE)

static const tg_trace shapes[] = {
    {.name = "Toy.main", .columns = &toy_block_type, TG_EVENTS_PER_ROW(1)},
    {.name = "Toy.main",
     .columns = &toy_block_type,
     TG_EVENTS_PER_ROW(1),
     .padding = TG_PADDING_ZERO_EVENT},
    {.name = "Toy.main", .columns = &toy_pair_type, TG_EVENTS_PER_ROW(2)},
    {.name = "Toy.main", .columns = &toy_triple_type, TG_EVENTS_PER_ROW(3)},
    {.name = "Toy.main",
     .columns = &toy_triple_type,
     TG_EVENTS_PER_ROW(3),
     .padding = TG_PADDING_ZERO_EVENT},
    {.name = "Toy.main", .columns = &toy_triple_type, TG_EVENTS_PER_ROW(3), .max_events = 7},
    {.name = "Toy.main", .columns = &toy_block_type, TG_ROWS_PER_EVENT(2)},
    {.name = "Toy.main", .columns = &toy_block_type, TG_ROWS_PER_EVENT(5)},
    {.name = "Toy.main",
     .columns = &toy_block_type,
     TG_ROWS_PER_EVENT(5),
     .padding = TG_PADDING_ZERO_EVENT},
    {.name = "Toy.main", .columns = &toy_block_type, TG_ROWS_PER_EVENT(8), .max_events = 1},
    {.name = "Toy.main", .columns = &toy_block_type, TG_ROWS_PER_EVENT(40)},
};

static tg_trace shape(size_t index)
{
    tg_trace trace = shapes[index];
    trace.event = &toy_event_type;
    return trace;
}

static const char *toy_row(void *block, const void *fields, size_t slot)
{
    toy_block *columns = block;
    const toy_event *event = fields;
    columns->value = tg_ref_add(event->value, 1);
    columns->slot = (uint32_t)slot + 1;
    columns->sort = event->sort;
    columns->mult = event->mult;
    columns->flag = event->flag;
    return event->value != 0 ? NULL : "its value is zero";
}

static const tg_ref_generator toy = {.row = toy_row};

/* Valid events that do not contradict themselves. */
static toy_event *toy_events(size_t nb_events)
{
    toy_event *events = calloc(nb_events + 1, sizeof *events);
    ck_assert_ptr_nonnull(events);
    for (size_t i = 0; i < nb_events; i++) {
        events[i] = (toy_event){
            .value = tg_ref_to_word((uint32_t)(i * 7919 + 1)),
            .hidden = UINT32_MAX,
            .sort = (toy_sort)(i % 3),
            .mult = TG_WORD_ONE,
            .flag = i % 2 == 1,
            .pad = {0xff, 0xff, 0xff},
        };
    }
    return events;
}

/* What the toy has in a cell, as a residue: by the description's own row map. */
static uint32_t toy_cell(const tg_trace *trace, size_t nb_events, size_t row, size_t column)
{
    const tg_cell_source source = tg_trace_cell(trace, nb_events, row, column);
    if (!source.eventful && trace->padding == TG_PADDING_ZERO) return 0;
    const size_t i = source.event;
    const size_t padding_slot =
        trace->rows_per_event > 1 ? row % trace->rows_per_event : column / BLOCK_WIDTH;
    const size_t slot = source.eventful ? source.slot : padding_slot;
    const uint32_t zero_event[BLOCK_WIDTH] = {1, (uint32_t)slot + 1};
    const uint32_t block[BLOCK_WIDTH] = {(uint32_t)(i * 7919 + 2), (uint32_t)slot + 1,
                                         (uint32_t)(i % 3), 1, i % 2 == 1};
    return source.eventful ? block[column % BLOCK_WIDTH] : zero_event[column % BLOCK_WIDTH];
}

/* Poisoned cells with a guard zone on both sides; free with free_cells. */
static uint32_t *poisoned_cells(size_t nb_cells, uint32_t poison)
{
    uint32_t *words = malloc((nb_cells + 2 * GUARD_WORDS) * sizeof *words);
    ck_assert_ptr_nonnull(words);
    for (size_t i = 0; i < nb_cells + 2 * GUARD_WORDS; i++) {
        words[i] = poison;
    }
    return words + GUARD_WORDS;
}

static void free_cells(uint32_t *cells, size_t nb_cells, uint32_t poison)
{
    for (size_t i = 0; i < GUARD_WORDS; i++) {
        ck_assert_uint_eq(*(cells - 1 - i), poison);
        ck_assert_uint_eq(cells[nb_cells + i], poison);
    }
    free(cells - GUARD_WORDS);
}

static void check_toy(const tg_trace *trace, size_t nb_events, size_t height)
{
    toy_event *events = toy_events(nb_events);
    const size_t width = tg_trace_width(trace);
    uint32_t *cells = poisoned_cells(width * height, POISON);
    tg_assert_ok(tg_ref_make(&(tg_product){.cells = cells}, &toy,
                             &(tg_request){.trace = trace,
                                           .height = height,
                                           .events = nb_events != 0 ? events : NULL,
                                           .nb_events = nb_events},
                             tg_suite_error));
    for (size_t column = 0; column < width; column++) {
        for (size_t row = 0; row < height; row++) {
            ck_assert_uint_eq(cells[column * height + row],
                              tg_ref_to_word(toy_cell(trace, nb_events, row, column)));
        }
    }
    free_cells(cells, width * height, POISON);
    free(events);
}

static const size_t counts[] = {0, 1, 2, 3, 6, 7, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 65};

START_TEST(reference_fills_every_cell_of_every_row_map)
{
    for (size_t s = 0; s < NB(shapes); s++) {
        const tg_trace trace = shape(s);
        for (size_t c = 0; c < NB(counts); c++) {
            size_t height = 0;
            tg_assert_ok(tg_trace_height(&trace, counts[c], 0, &height, tg_suite_error));
            check_toy(&trace, counts[c], height);
        }
    }
}
END_TEST

START_TEST(reference_fills_fixed_heights)
{
    static const size_t heights[] = {1, 15, 17, 33, 48, 100};
    size_t nb_made = 0;
    for (size_t s = 0; s < NB(shapes); s++) {
        const tg_trace trace = shape(s);
        for (size_t c = 0; c < NB(counts); c++) {
            for (size_t h = 0; h < NB(heights); h++) {
                if (tg_trace_nb_rows(&trace, counts[c]) > heights[h]) continue;
                check_toy(&trace, counts[c], heights[h]);
                nb_made++;
            }
        }
    }
    ck_assert_uint_gt(nb_made, NB(shapes) * NB(heights));
}
END_TEST

static const char *eventless_row(void *block, const void *fields, size_t slot)
{
    ((toy_block *)block)->slot = (uint32_t)slot + 1;
    return fields == NULL ? NULL : "there are events";
}

/* A trace that is made of a count alone has rows of no event, padding too. */
START_TEST(reference_pads_traces_without_events)
{
    static const tg_ref_generator generator = {.row = eventless_row};
    const tg_trace trace = {.name = "Toy.main",
                            .columns = &toy_block_type,
                            TG_EVENTS_PER_ROW(1),
                            .padding = TG_PADDING_ZERO_EVENT};
    const size_t width = tg_trace_width(&trace);
    uint32_t *cells = poisoned_cells(width * 32, POISON);
    const tg_request request = {.trace = &trace, .height = 32, .nb_events = 5};
    tg_assert_ok(tg_ref_make(&(tg_product){.cells = cells}, &generator, &request, tg_suite_error));
    for (size_t i = 0; i < width * 32; i++) {
        const size_t column = offsetof(toy_block, slot) / sizeof(uint32_t);
        ck_assert_uint_eq(cells[i], i / 32 == column ? TG_WORD_ONE : 0);
    }
    free_cells(cells, width * 32, POISON);
}
END_TEST

START_TEST(reference_takes_height_0)
{
    uint32_t *cells = poisoned_cells(0, POISON);
    const tg_trace trace = shape(0);
    tg_assert_ok(
        tg_ref_make(&(tg_product){.cells = cells}, &toy,
                    &(tg_request){.trace = &trace, .height = 0, .events = NULL, .nb_events = 0},
                    tg_suite_error));
    free_cells(cells, 0, POISON);
}
END_TEST

START_TEST(reference_refuses_heights_and_leaves_the_cells)
{
    static const struct {
        const char *trace;
        size_t nb_events;
        size_t height;
        tg_status status;
        const char *text;
    } refused[] = {
        {"Select.main", 33, 32, TG_ERR_HEIGHT, "below the 33 rows"},
        {"Select.main", 1, 0, TG_ERR_HEIGHT, "below the 1 rows"},
        {"Select.main", 1, TG_MAX_HEIGHT + 1, TG_ERR_HEIGHT, "above the limit"},
        {"Select.main", TG_MAX_HEIGHT + 1, 32, TG_ERR_SIZE, "more than"},
        {"MemoryVar.main", 65, 32, TG_ERR_HEIGHT, "below the 33 rows"},
        {"MemoryConst.main", 33, 32, TG_ERR_HEIGHT, "below the 33 rows"},
        {"PublicValues.main", 1, 32, TG_ERR_HEIGHT, "always has 16 rows"},
        {"PublicValues.main", 0, 8, TG_ERR_HEIGHT, "always has 16 rows"},
    };
    for (size_t i = 0; i < NB(refused); i++) {
        const tg_trace *trace = sample_trace(refused[i].trace);
        size_t index = 0;
        while (tg_trace_at(index) != trace) index++;
        void *events = sample_events(trace, 65, 1);
        const size_t nb_cells = 32 * tg_trace_width(trace);
        uint32_t *cells = poisoned_cells(nb_cells, POISON);
        tg_assert_fails(refused[i].status, refused[i].text,
                        tg_ref_make(&(tg_product){.cells = cells}, tg_ref_at(index),
                                    &(tg_request){.trace = trace,
                                                  .height = refused[i].height,
                                                  .events = events,
                                                  .nb_events = refused[i].nb_events},
                                    tg_suite_error));
        for (size_t cell = 0; cell < nb_cells; cell++) {
            ck_assert_uint_eq(cells[cell], POISON);
        }
        free_cells(cells, nb_cells, POISON);
        free(events);
    }
}
END_TEST

/* Several faults, of which the first is to be reported, whichever thread meets which. */
START_TEST(reference_reports_the_first_fault_for_any_threads)
{
    static const int threads[] = {1, 2, 3, 8};
    static const size_t faults[] = {4999, 1234, 1235, 1250, 3000, 2047};
    const size_t nb_events = 5000;
    toy_event *events = toy_events(nb_events);
    for (size_t i = 0; i < NB(faults); i++) {
        events[faults[i]].value = 0;
    }
    for (size_t s = 0; s < NB(shapes); s++) {
        const tg_trace trace = shape(s);
        if (trace.max_events != 0) continue;
        const size_t height = tg_trace_nb_rows(&trace, nb_events);
        uint32_t *cells = poisoned_cells(height * tg_trace_width(&trace), POISON);
        for (size_t t = 0; t < NB(threads); t++) {
            omp_set_num_threads(threads[t]);
            tg_assert_fails(TG_ERR_EVENT, "event 1234 of Toy.main: its value is zero",
                            tg_ref_make(&(tg_product){.cells = cells}, &toy,
                                        &(tg_request){.trace = &trace,
                                                      .height = height,
                                                      .events = events,
                                                      .nb_events = nb_events},
                                        tg_suite_error));
        }
        free_cells(cells, height * tg_trace_width(&trace), POISON);
    }
    free(events);
}
END_TEST

START_TEST(reference_ignores_faults_of_events_beyond_the_last)
{
    const tg_trace trace = shape(9);
    ck_assert_uint_eq(trace.max_events, 1);
    toy_event *events = toy_events(2);
    events[1].value = 0;
    uint32_t *cells = poisoned_cells(32 * BLOCK_WIDTH, POISON);
    tg_assert_ok(
        tg_ref_make(&(tg_product){.cells = cells}, &toy,
                    &(tg_request){.trace = &trace, .height = 32, .events = events, .nb_events = 2},
                    tg_suite_error));
    free_cells(cells, 32 * BLOCK_WIDTH, POISON);
    free(events);
}
END_TEST

static const char *hidden_row(void *block, const void *fields, size_t slot)
{
    toy_block *columns = block;
    columns->value = ((const toy_event *)fields)->hidden;
    columns->slot = (uint32_t)slot + 1;
    return NULL;
}

/* The row function gets ignored fields as residues if it checks them, as in memory if not. */
START_TEST(reference_decodes_ignored_fields_where_they_are_checked)
{
    const tg_trace trace = shape(0);
    toy_event *events = toy_events(1);
    events[0].hidden = TG_WORD_ONE;
    for (int checks_ignored = 0; checks_ignored <= 1; checks_ignored++) {
        const tg_ref_generator generator = {.row = hidden_row,
                                            .checks_ignored = checks_ignored == 1};
        uint32_t cells[BLOCK_WIDTH];
        tg_assert_ok(tg_ref_make(
            &(tg_product){.cells = cells}, &generator,
            &(tg_request){.trace = &trace, .height = 1, .events = events, .nb_events = 1},
            tg_suite_error));
        ck_assert_uint_eq(cells[0],
                          checks_ignored == 1 ? TG_WORD_ONE : tg_ref_to_word(TG_WORD_ONE));
    }
    free(events);
}
END_TEST

static tg_status toy_fill(const tg_product *out, const tg_request *request, tg_error *error)
{
    const toy_event *event = request->events;
    if (event->value == 0)
        return tg_ref_event_error(error, request->trace, 2, "the toy's own fault");
    out->cells[0] =
        (uint32_t)(request->height + request->nb_events + tg_trace_width(request->trace));
    return TG_OK;
}

START_TEST(reference_hands_whole_traces_to_fill)
{
    static const tg_ref_generator generator = {.fill = toy_fill};
    const tg_trace trace = shape(0);
    toy_event *events = toy_events(3);
    uint32_t *cells = poisoned_cells(1, POISON);
    tg_assert_fails(
        TG_ERR_HEIGHT, "below the 3 rows",
        tg_ref_make(&(tg_product){.cells = cells}, &generator,
                    &(tg_request){.trace = &trace, .height = 2, .events = events, .nb_events = 3},
                    tg_suite_error));
    ck_assert_uint_eq(cells[0], POISON);
    tg_assert_ok(
        tg_ref_make(&(tg_product){.cells = cells}, &generator,
                    &(tg_request){.trace = &trace, .height = 100, .events = events, .nb_events = 3},
                    tg_suite_error));
    ck_assert_uint_eq(cells[0], 100 + 3 + BLOCK_WIDTH);
    events[0].value = 0;
    tg_assert_fails(
        TG_ERR_EVENT, "event 2 of Toy.main: the toy's own fault",
        tg_ref_make(&(tg_product){.cells = cells}, &generator,
                    &(tg_request){.trace = &trace, .height = 100, .events = events, .nb_events = 3},
                    tg_suite_error));
    free_cells(cells, 1, POISON);
    free(events);
}
END_TEST

TG_SUITE("reference", reference_fills_every_cell_of_every_row_map, reference_fills_fixed_heights,
         reference_pads_traces_without_events, reference_takes_height_0,
         reference_refuses_heights_and_leaves_the_cells,
         reference_reports_the_first_fault_for_any_threads,
         reference_ignores_faults_of_events_beyond_the_last,
         reference_decodes_ignored_fields_where_they_are_checked,
         reference_hands_whole_traces_to_fill)
