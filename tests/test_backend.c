/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The wrapper around generators: planted misconduct of every sort must be found with the right
 * numbers, and the real generators must be clean.
 */
#include "harness/backend.h"
#include "harness/diff.h"
#include "harness/generator.h"
#include "sample.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define NB_EVENTS ((size_t)10)
#define HEIGHT ((size_t)32)
#define WIDTH ((size_t)5)

/* What a fake generator does wrong beside writing all cells. */
typedef struct fake {
    size_t nb_runs;
    ptrdiff_t trace_words[4]; /* words to write, counted from the first cell; 0: end of the list,
                                 since that is a cell */
    ptrdiff_t event_words[4]; /* likewise from the first event word */
    size_t nb_unwritten;      /* cells left out, from index first_unwritten on */
    size_t first_unwritten;
    size_t nb_unstable; /* cells that get the number of the run, from index first_unstable on */
    size_t first_unstable;
    size_t skipped_in_run; /* one cell is left out in this run only; 0: in none */
    bool changes_event;
    size_t changed_byte;
    bool strays_in_second_run_only;
    uint32_t word;    /* written into every cell; 0: numbers that count up */
    tg_status status; /* returned by run number failing_run, counted from 1 */
    size_t failing_run;
} fake;

static void write_cells(const fake *plan, uint32_t *cells)
{
    for (size_t i = 0; i < HEIGHT * WIDTH; i++) {
        if (i >= plan->first_unwritten && i < plan->first_unwritten + plan->nb_unwritten) continue;
        if (plan->skipped_in_run == plan->nb_runs && i == plan->first_unwritten) continue;
        cells[i] = plan->word != 0 ? plan->word : (uint32_t)i;
        if (i >= plan->first_unstable && i < plan->first_unstable + plan->nb_unstable)
            cells[i] = (uint32_t)plan->nb_runs;
    }
}

static tg_status fake_generate(void *state, const tg_product *out, const tg_job *job,
                               tg_error *error)
{
    fake *plan = state;
    uint32_t *cells = out->cells;
    plan->nb_runs++;
    if (plan->failing_run == plan->nb_runs) {
        tg_error_set(error, plan->status, "planted failure");
        tg_error_how(error, "none");
        return plan->status;
    }
    write_cells(plan, cells);
    if (plan->strays_in_second_run_only && plan->nb_runs != 2) return TG_OK;
    for (size_t i = 0; i < 4 && plan->trace_words[i] != 0; i++) {
        cells[plan->trace_words[i]] = 7;
    }
    // The contract forbids it; that is the point.
    uint32_t *events = (uint32_t *)(uintptr_t)job->events;
    for (size_t i = 0; i < 4 && plan->event_words[i] != 0; i++) {
        events[plan->event_words[i]] = 7;
    }
    if (plan->changes_event) ((unsigned char *)events)[plan->changed_byte] ^= 0xff;
    return TG_OK;
}

static tg_status fake_open(void **state, __attribute__((unused)) tg_error *error)
{
    *state = NULL;
    return TG_OK;
}

static void fake_close(__attribute__((unused)) void *state) {}

static tg_status fake_run(void *state, const tg_product *out, tg_conduct *conduct,
                          const tg_job *job, uint32_t poison, tg_error *error)
{
    return tg_guarded_run(out, conduct, fake_generate, state, job, poison, error);
}

static const tg_backend_ops fake_ops = {.name = "fake",
                                        .text = "",
                                        .generates = true,
                                        .open = fake_open,
                                        .close = fake_close,
                                        .run = fake_run};

/* The same, for a generator whose traces of this size are made once. */
static const tg_backend_ops once_ops = {.name = "once",
                                        .text = "",
                                        .generates = true,
                                        .nb_cells_once = HEIGHT * WIDTH,
                                        .open = fake_open,
                                        .close = fake_close,
                                        .run = fake_run};

static size_t index_named(const char *name)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (strcmp(tg_trace_at(i)->name, name) == 0) return i;
    }
    ck_abort_msg("no trace %s", name);
    return 0;
}

/* Run a fake generator for Select.main, whose 10 events are 50 words, in the wrapper. */
static tg_status run_as(const tg_backend_ops *ops, uint32_t *cells, tg_conduct *conduct, fake *plan,
                        tg_error *error)
{
    const tg_subject subject = tg_subject_at(index_named("Select.main"));
    ck_assert_uint_eq(tg_trace_width(subject.trace), WIDTH);
    void *events = sample_events(subject.trace, NB_EVENTS, 1);
    void *before = sample_events(subject.trace, NB_EVENTS, 1);
    const tg_job job = {.subject = &subject,
                        .events = events,
                        .nb_events = NB_EVENTS,
                        .height = HEIGHT};
    const tg_backend backend = {.ops = ops, .state = plan};
    memset(conduct, 0x5a, sizeof *conduct); // it is overwritten
    const tg_status status =
        tg_backend_make(&(tg_product){.cells = cells}, conduct, &backend, &job, error);
    // Whatever a generator does to its own copy, the caller's events stay.
    ck_assert_mem_eq(events, before, NB_EVENTS * tg_trace_event_size(subject.trace));
    free(before);
    free(events);
    return status;
}

static tg_status run_fake(uint32_t *cells, tg_conduct *conduct, fake *plan, tg_error *error)
{
    return run_as(&fake_ops, cells, conduct, plan, error);
}

/* Run a fake that succeeds; conduct as expected except for what the caller looks at. */
static tg_conduct conduct_of(fake plan)
{
    uint32_t cells[HEIGHT * WIDTH];
    tg_conduct conduct;
    tg_assert_ok(run_fake(cells, &conduct, &plan, tg_suite_error));
    ck_assert_uint_eq(plan.nb_runs, 2);
    return conduct;
}

static size_t nb_zone_words(const tg_conduct *conduct)
{
    size_t nb = 0;
    for (size_t zone = 0; zone < TG_NB_ZONES; zone++) {
        nb += conduct->nb_zone_words[zone];
    }
    return nb;
}

START_TEST(backend_clean_conduct)
{
    uint32_t cells[HEIGHT * WIDTH];
    tg_conduct conduct;
    fake plan = {.nb_runs = 0};
    tg_assert_ok(run_fake(cells, &conduct, &plan, tg_suite_error));
    ck_assert(!tg_conduct_is_wrong(&conduct));
    const tg_conduct none = {0};
    ck_assert_mem_eq(&conduct, &none, sizeof none);
    for (size_t i = 0; i < HEIGHT * WIDTH; i++) {
        ck_assert_uint_eq(cells[i], i);
    }
}
END_TEST

START_TEST(backend_finds_unwritten_cells)
{
    static const size_t places[][2] = {{0, 1},
                                       {77, 1},
                                       {HEIGHT * WIDTH - 1, 1},
                                       {33, 20},
                                       {0, HEIGHT * WIDTH}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const tg_conduct conduct =
            conduct_of((fake){.first_unwritten = places[i][0], .nb_unwritten = places[i][1]});
        ck_assert(tg_conduct_is_wrong(&conduct));
        ck_assert_uint_eq(conduct.cells.nb_unwritten, places[i][1]);
        ck_assert_uint_eq(conduct.cells.first_unwritten, places[i][0]);
        ck_assert_uint_eq(conduct.cells.nb_unstable, 0);
        ck_assert_uint_eq(nb_zone_words(&conduct), 0);
    }
}
END_TEST

/* A large trace of a trusted generator is made once: what it did not write or wrote outside still
 * shows. */
START_TEST(backend_finds_misconduct_of_one_run)
{
    uint32_t cells[HEIGHT * WIDTH];
    tg_conduct conduct;
    fake clean = {.nb_runs = 0};
    tg_assert_ok(run_as(&once_ops, cells, &conduct, &clean, tg_suite_error));
    ck_assert_uint_eq(clean.nb_runs, 1);
    ck_assert(!tg_conduct_is_wrong(&conduct));
    fake wrong = {.first_unwritten = 33, .nb_unwritten = 20, .trace_words = {-1}};
    tg_assert_ok(run_as(&once_ops, cells, &conduct, &wrong, tg_suite_error));
    ck_assert_uint_eq(wrong.nb_runs, 1);
    ck_assert_uint_eq(conduct.cells.nb_unwritten, 20);
    ck_assert_uint_eq(conduct.cells.first_unwritten, 33);
    ck_assert_uint_eq(conduct.cells.nb_unstable, 0);
    ck_assert_uint_eq(conduct.nb_zone_words[TG_ZONE_BEFORE_TRACE], 1);
}
END_TEST

/* The poison stays in the cells of the second run, so that the comparison shows it too. */
START_TEST(backend_leaves_the_poison_in_unwritten_cells)
{
    uint32_t cells[HEIGHT * WIDTH];
    tg_conduct conduct;
    fake plan = {.first_unwritten = 5, .nb_unwritten = 1};
    tg_assert_ok(run_fake(cells, &conduct, &plan, tg_suite_error));
    ck_assert_uint_eq(cells[5], TG_POISON_SECOND);
    ck_assert_uint_ge(TG_POISON_FIRST, TG_P);
    ck_assert_uint_ge(TG_POISON_SECOND, TG_P);
    ck_assert_uint_ge(TG_GUARD_WORD, TG_P);
}
END_TEST

START_TEST(backend_finds_cells_that_change_between_runs)
{
    const tg_conduct conduct = conduct_of((fake){.first_unstable = 40, .nb_unstable = 3});
    ck_assert(tg_conduct_is_wrong(&conduct));
    ck_assert_uint_eq(conduct.cells.nb_unstable, 3);
    ck_assert_uint_eq(conduct.cells.first_unstable, 40);
    ck_assert_uint_eq(conduct.cells.nb_unwritten, 0);
}
END_TEST

/* A cell that one of the runs forgets is not deterministic rather than never written. */
START_TEST(backend_finds_cells_that_one_run_forgets)
{
    for (size_t run = 1; run <= 2; run++) {
        const tg_conduct conduct = conduct_of((fake){.first_unwritten = 9, .skipped_in_run = run});
        ck_assert_uint_eq(conduct.cells.nb_unwritten, 0);
        ck_assert_uint_eq(conduct.cells.nb_unstable, 1);
        ck_assert_uint_eq(conduct.cells.first_unstable, 9);
    }
}
END_TEST

/* A generator that writes a poison itself wrote the cell; the word is then wrong for the
 * comparison. */
START_TEST(backend_takes_written_poison_for_a_word)
{
    static const uint32_t words[] = {TG_POISON_FIRST, TG_POISON_SECOND, TG_GUARD_WORD};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        uint32_t cells[HEIGHT * WIDTH];
        tg_conduct conduct;
        fake plan = {.word = words[i]};
        tg_assert_ok(run_fake(cells, &conduct, &plan, tg_suite_error));
        ck_assert(!tg_conduct_is_wrong(&conduct));
        const tg_matrix matrix = {.cells = cells, .height = HEIGHT, .width = WIDTH};
        tg_diff diff;
        tg_assert_ok(tg_diff_init(&diff, WIDTH, 1, tg_suite_error));
        tg_assert_ok(tg_diff_run(&diff, NULL, 0, &matrix, &matrix, tg_suite_error));
        ck_assert_uint_eq(diff.nb_not_reduced, HEIGHT * WIDTH);
        tg_diff_clear(&diff);
    }
}
END_TEST

/* Words written into each zone: adjacent, further away, the farthest, several. */
START_TEST(backend_finds_words_written_outside)
{
    const ptrdiff_t guard = TG_GUARD_WORDS;
    const ptrdiff_t ends[2] = {(ptrdiff_t)(HEIGHT * WIDTH), (ptrdiff_t)(NB_EVENTS * 5)};
    static const size_t distances[] = {0, 1, 31, 500, TG_GUARD_WORDS - 1};
    for (size_t zone = 0; zone < TG_ZONE_BEFORE_SIDES; zone++) {
        const bool is_event = zone == TG_ZONE_BEFORE_EVENTS || zone == TG_ZONE_AFTER_EVENTS;
        const bool is_before = zone == TG_ZONE_BEFORE_TRACE || zone == TG_ZONE_BEFORE_EVENTS;
        for (size_t i = 0; i < sizeof distances / sizeof distances[0]; i++) {
            const ptrdiff_t distance = (ptrdiff_t)distances[i];
            const ptrdiff_t word = is_before ? -1 - distance : ends[is_event] + distance;
            const ptrdiff_t farthest = is_before ? -guard : ends[is_event] + guard - 1;
            fake plan = {.nb_runs = 0};
            memcpy(is_event ? plan.event_words : plan.trace_words,
                   (ptrdiff_t[]){farthest, word, 0, 0}, 4 * sizeof word);
            const tg_conduct conduct = conduct_of(plan);
            const size_t nb_words = word == farthest ? 1 : 2;
            ck_assert(tg_conduct_is_wrong(&conduct));
            ck_assert_uint_eq(conduct.nb_zone_words[zone], nb_words);
            ck_assert_uint_eq(nb_zone_words(&conduct), nb_words);
            ck_assert_uint_eq(conduct.first_zone_word[zone], distances[i]);
            ck_assert(!conduct.events_changed);
        }
    }
}
END_TEST

START_TEST(backend_finds_words_that_only_the_second_run_writes_outside)
{
    const tg_conduct conduct =
        conduct_of((fake){.trace_words = {-3}, .strays_in_second_run_only = true});
    ck_assert(tg_conduct_is_wrong(&conduct));
    ck_assert_uint_eq(conduct.nb_zone_words[TG_ZONE_BEFORE_TRACE], 1);
    ck_assert_uint_eq(conduct.first_zone_word[TG_ZONE_BEFORE_TRACE], 2);
}
END_TEST

START_TEST(backend_finds_changed_events)
{
    static const size_t bytes[] = {0, 1, 21, NB_EVENTS * 20 - 1};
    for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++) {
        const tg_conduct conduct =
            conduct_of((fake){.changes_event = true, .changed_byte = bytes[i]});
        ck_assert(tg_conduct_is_wrong(&conduct));
        ck_assert(conduct.events_changed);
        ck_assert_uint_eq(conduct.first_changed_byte, bytes[i]);
        ck_assert_uint_eq(nb_zone_words(&conduct), 0);
    }
}
END_TEST

START_TEST(backend_finds_all_at_once)
{
    const tg_conduct conduct = conduct_of((fake){.trace_words = {-1},
                                                 .event_words = {NB_EVENTS * 5},
                                                 .first_unwritten = 3,
                                                 .nb_unwritten = 2,
                                                 .first_unstable = 100,
                                                 .nb_unstable = 4,
                                                 .changes_event = true,
                                                 .changed_byte = 8});
    ck_assert_uint_eq(conduct.nb_zone_words[TG_ZONE_BEFORE_TRACE], 1);
    ck_assert_uint_eq(conduct.nb_zone_words[TG_ZONE_AFTER_EVENTS], 1);
    ck_assert_uint_eq(conduct.cells.nb_unwritten, 2);
    ck_assert_uint_eq(conduct.cells.nb_unstable, 4);
    ck_assert(conduct.events_changed);
    ck_assert_uint_eq(conduct.first_changed_byte, 8);
}
END_TEST

START_TEST(backend_passes_failures_on)
{
    for (size_t run = 1; run <= 2; run++) {
        uint32_t cells[HEIGHT * WIDTH];
        tg_conduct conduct;
        fake plan = {.status = TG_ERR_KERNEL, .failing_run = run};
        tg_assert_fails(TG_ERR_KERNEL, "planted", run_fake(cells, &conduct, &plan, tg_suite_error));
        ck_assert_uint_eq(plan.nb_runs, run);
    }
}
END_TEST

/* A generator without events gets none, and a wrapper around nothing. */
START_TEST(backend_makes_traces_of_no_events)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        tg_product made;
        tg_assert_ok(tg_product_create(&made, subject.trace, 16, tg_suite_error));
        const tg_job job = {.subject = &subject, .height = 16};
        tg_backend backend;
        tg_conduct conduct;
        tg_assert_ok(tg_backend_open(&backend, tg_backend_ops_at(0), tg_suite_error));
        tg_assert_ok(tg_backend_make(&made, &conduct, &backend, &job, tg_suite_error));
        ck_assert(!tg_conduct_is_wrong(&conduct));
        tg_backend_close(&backend);
        tg_product_destroy(&made);
    }
}
END_TEST

/* Events that are valid and, where a chip demands it, consistent. */
static void *seeded_events(const tg_subject *subject, size_t nb_events)
{
    if (subject->trace->event == NULL) return NULL;
    void *events = sample_events(subject->trace, nb_events, 0);
    if (nb_events != 0) {
        tg_assert_ok(tg_generator_fill(events, subject, TG_PROFILE_UNIFORM, 5, 0, nb_events,
                                       tg_suite_error));
    }
    return events;
}

/* Every CPU backend conducts itself for every trace, and all make the same cells. */
static void check_real_backends(size_t index, size_t nb_events, size_t fixed_height)
{
    const tg_subject subject = tg_subject_at(index);
    size_t height = 0;
    tg_assert_ok(tg_trace_height(subject.trace, nb_events, fixed_height, &height, tg_suite_error));
    const size_t nb_cells = height * tg_trace_width(subject.trace);
    void *events = seeded_events(&subject, nb_events);
    const tg_job job = {.subject = &subject,
                        .events = events,
                        .nb_events = nb_events,
                        .height = height};
    static const char *const names[] = {"reference", "host"};
    tg_product made[2];
    for (size_t i = 0; i < 2; i++) {
        const tg_backend_ops *ops = NULL;
        tg_backend backend;
        tg_conduct conduct;
        tg_assert_ok(tg_product_create(&made[i], subject.trace, height, tg_suite_error));
        tg_assert_ok(tg_backend_find(&ops, names[i], tg_suite_error));
        tg_assert_ok(tg_backend_open(&backend, ops, tg_suite_error));
        tg_assert_ok(tg_backend_make(&made[i], &conduct, &backend, &job, tg_suite_error));
        ck_assert_msg(!tg_conduct_is_wrong(&conduct), "%s of %s, %zu events", names[i],
                      subject.trace->name, nb_events);
        tg_backend_close(&backend);
    }
    ck_assert_msg(memcmp(made[0].cells, made[1].cells, nb_cells * sizeof(uint32_t)) == 0,
                  "%s, %zu events", subject.trace->name, nb_events);
    for (size_t side = 0; side < subject.trace->nb_sides; side++) {
        const size_t nb_words = tg_side_nb_words(&subject.trace->sides[side]);
        ck_assert_mem_eq(made[0].sides[side], made[1].sides[side], nb_words * sizeof(uint32_t));
    }
    tg_product_destroy(&made[0]);
    tg_product_destroy(&made[1]);
    free(events);
}

START_TEST(backend_real_ones_are_clean)
{
    static const size_t counts[] = {0, 1, 2, 31, 32, 33, 1000, 1001};
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
            check_real_backends(i, counts[k], 0);
            check_real_backends(i, counts[k], 1100);
        }
    }
}
END_TEST

START_TEST(backend_recorded_needs_a_record)
{
    const tg_subject subject = tg_subject_at(0);
    const tg_job job = {.subject = &subject, .height = 16};
    const tg_backend_ops *ops = NULL;
    tg_backend backend;
    tg_conduct conduct;
    uint32_t cells[16 * 8];
    tg_assert_ok(tg_backend_find(&ops, "recorded", tg_suite_error));
    ck_assert(!ops->generates);
    tg_assert_ok(tg_backend_open(&backend, ops, tg_suite_error));
    tg_assert_fails(
        TG_ERR_UNAVAILABLE, subject.trace->name,
        tg_backend_make(&(tg_product){.cells = cells}, &conduct, &backend, &job, tg_suite_error));
    tg_backend_close(&backend);
}
END_TEST

START_TEST(backend_names)
{
    const tg_backend_ops *ops = NULL;
    for (size_t i = 0; i < tg_nb_backends(); i++) {
        tg_assert_ok(tg_backend_find(&ops, tg_backend_ops_at(i)->name, tg_suite_error));
        ck_assert_ptr_eq(ops, tg_backend_ops_at(i));
        ck_assert_int_ne(ops->text[0], '\0');
    }
    ck_assert_str_eq(tg_backend_ops_at(0)->name, "reference");
    tg_assert_fails(TG_ERR_USAGE, "use one of reference, host, cuda, recorded",
                    tg_backend_find(&ops, "hots", tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "''", tg_backend_find(&ops, "", tg_suite_error));
    tg_backend nothing = {0};
    tg_backend_close(&nothing);
}
END_TEST

START_TEST(backend_refuses_sizes_that_overflow)
{
    const tg_subject subject = tg_subject_at(index_named("Select.main"));
    const tg_job job = {.subject = &subject, .height = SIZE_MAX / 4};
    tg_backend backend;
    tg_conduct conduct;
    uint32_t cell = 0;
    tg_assert_ok(tg_backend_open(&backend, tg_backend_ops_at(0), tg_suite_error));
    tg_assert_fails(
        TG_ERR_SIZE, "fit",
        tg_backend_make(&(tg_product){.cells = &cell}, &conduct, &backend, &job, tg_suite_error));
    tg_backend_close(&backend);
}
END_TEST

TG_SUITE("backend", backend_clean_conduct, backend_finds_unwritten_cells,
         backend_finds_misconduct_of_one_run, backend_leaves_the_poison_in_unwritten_cells,
         backend_finds_cells_that_change_between_runs, backend_finds_cells_that_one_run_forgets,
         backend_takes_written_poison_for_a_word, backend_finds_words_written_outside,
         backend_finds_words_that_only_the_second_run_writes_outside, backend_finds_changed_events,
         backend_finds_all_at_once, backend_passes_failures_on, backend_makes_traces_of_no_events,
         backend_real_ones_are_clean, backend_recorded_needs_a_record, backend_names,
         backend_refuses_sizes_that_overflow)
