/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Jagged traces on the host grid: every trace is rebuilt from dense and compared with what the
 * pipeline gives without them. */
#include "pipeline/jagged.h"
#include "pipeline/record_inputs.h"
#include "record_made.h"

#include <stdatomic.h>

#define CAPACITY ((size_t)1 << 23)

static tg_inputs *inputs_of(const tg_machine *machine, tg_kind kind, const char *name)
{
    tg_record record;
    tg_inputs *inputs = NULL;
    record_from_corpus(&record, name);
    tg_assert_ok(tg_inputs_from_record(&inputs, machine, kind, &record, tg_suite_error));
    tg_record_clear(&record);
    return inputs;
}

static uint32_t *words(size_t nb)
{
    uint32_t *memory = malloc((nb + 1) * sizeof *memory);
    ck_assert_ptr_nonnull(memory);
    return memory;
}

static uint32_t *download(tg_scope *scope, const uint32_t *d_words, size_t nb)
{
    uint32_t *memory = words(nb);
    tg_assert_ok(tg_scope_download(scope, memory, d_words, nb * sizeof *memory, tg_suite_error));
    return memory;
}

/* The buffers of a jagged trace, on the host. */
typedef struct buffers {
    const tg_jagged_layout *layout;
    uint32_t *dense;
    uint32_t *columns;
    uint32_t *starts;
} buffers;

static void get_buffers(buffers *to, const tg_jagged *jagged, tg_scope *scope)
{
    to->layout = tg_jagged_get_layout(jagged);
    to->dense = download(scope, tg_jagged_dense(jagged), to->layout->main.end);
    to->columns = download(scope, tg_jagged_columns(jagged), to->layout->main.end / 2);
    to->starts = download(scope, tg_jagged_starts(jagged), to->layout->nb_columns + 1);
    // Of padding, too.
    uint32_t *columns = words(to->layout->main.end / 2);
    tg_jagged_col_index(columns, to->layout);
    ck_assert_mem_eq(to->columns, columns, to->layout->main.end / 2 * sizeof *columns);
    ck_assert_mem_eq(to->starts, to->layout->start_indices,
                     (to->layout->nb_columns + 1) * sizeof *columns);
    free(columns);
}

static void free_buffers(buffers *of)
{
    free(of->dense);
    free(of->columns);
    free(of->starts);
}

/* Rebuild one trace by the index alone: each pair of dense goes to the column that col_index has
 * for it, at its distance from where that column starts. */
static void rebuild(uint32_t *cells, const buffers *from, const tg_jagged_entry *entry)
{
    for (size_t pair = entry->start / 2; pair < entry->end / 2; pair++) {
        const size_t column = from->columns[pair];
        ck_assert_uint_ge(column, entry->first_column);
        ck_assert_uint_lt(column, entry->first_column + entry->width);
        const size_t row = 2 * (pair - from->starts[column]);
        ck_assert_uint_lt(row, entry->height);
        uint32_t *cell = cells + (column - entry->first_column) * entry->height + row;
        cell[0] = from->dense[2 * pair];
        cell[1] = from->dense[2 * pair + 1];
    }
}

static void assert_section(const buffers *from, const tg_jagged_section *section,
                           const tg_traces *right, tg_scope *scope)
{
    ck_assert_uint_eq(section->nb_entries, right->nb);
    for (size_t i = 0; i < right->nb; i++) {
        const tg_padded_trace *trace = &right->list[i];
        const tg_jagged_entry *entry = &section->entries[i];
        const size_t nb = trace->width * trace->height;
        ck_assert_str_eq(entry->name, trace->name);
        ck_assert_uint_eq(entry->height, trace->height);
        ck_assert_uint_eq(entry->width, trace->width);
        if (trace->height == 0) {
            ck_assert_ptr_null(trace->d_cells);
            ck_assert_uint_eq(entry->start, entry->end);
            continue;
        }
        uint32_t *cells = words(nb);
        memset(cells, 0xff, nb * sizeof *cells);
        uint32_t *expected = words(nb);
        tg_assert_ok(tg_padded_trace_download(expected, trace, scope, tg_suite_error));
        rebuild(cells, from, entry);
        ck_assert_mem_eq(cells, expected, nb * sizeof *cells);
        free(cells);
        free(expected);
    }
    for (size_t i = section->end - section->padding; i < section->end; i++) {
        ck_assert_uint_eq(from->dense[i], 0);
    }
}

/* A program, and the records that run on it. */
typedef struct session {
    const tg_machine *machine;
    tg_pipeline *pipeline;
    tg_permits *permits;
    tg_jagged *jagged;
    const char *program;
} session;

static void begin(session *of, const char *machine, const char *program, unsigned log_rows)
{
    const tg_jagged_shape shape = {12, log_rows, CAPACITY};
    const tg_pipeline_options options = {.nb_threads = 2};
    *of = (session){.machine = machine_named(machine), .program = program};
    tg_assert_ok(tg_permits_create(&of->permits, 1, tg_suite_error));
    tg_assert_ok(
        tg_pipeline_create(&of->pipeline, of->machine, &tg_runtime_host, &options, tg_suite_error));
    tg_inputs *inputs = inputs_of(of->machine, TG_KIND_preprocessed, program);
    tg_assert_ok(
        tg_jagged_create(&of->jagged, of->pipeline, &shape, inputs, of->permits, tg_suite_error));
    ck_assert_uint_eq(tg_permits_nb_free(of->permits), 1);
}

static void end(session *of)
{
    tg_jagged_destroy(of->jagged);
    tg_pipeline_destroy(of->pipeline);
    tg_permits_destroy(of->permits);
}

static void assert_main(session *of, const char *record, unsigned log_rows)
{
    tg_pipeline_result right;
    tg_pipeline_result result;
    buffers from;
    tg_inputs *inputs = inputs_of(of->machine, TG_KIND_main, record);
    tg_assert_ok(tg_jagged_generate_main(&result, of->jagged, inputs, of->permits, tg_suite_error));
    get_buffers(&from, of->jagged, result.scope);
    ck_assert_uint_eq(tg_permits_nb_free(of->permits), 0);
    for (size_t i = 0; i < result.main.nb; i++) {
        const tg_padded_trace *trace = &result.main.list[i];
        const tg_jagged_entry *entry = tg_jagged_find(&from.layout->main, trace->name);
        ck_assert_ptr_eq(trace->d_cells,
                         trace->height > 0 ? tg_jagged_dense(of->jagged) + entry->start : NULL);
    }
    uint32_t public_values[TG_PIPELINE_NB_PUBLIC_VALUES];
    memcpy(public_values, result.public_values, sizeof public_values);
    const size_t cluster = result.cluster;
    (void)tg_pipeline_result_clear(&result);
    ck_assert_uint_eq(tg_permits_nb_free(of->permits), 1);

    tg_inputs *program = inputs_of(of->machine, TG_KIND_preprocessed, of->program);
    inputs = inputs_of(of->machine, TG_KIND_main, record);
    tg_assert_ok(tg_pipeline_generate(&right, of->pipeline, program, inputs, log_rows, of->permits,
                                      tg_suite_error));
    assert_section(&from, &from.layout->preprocessed, &right.preprocessed, right.scope);
    assert_section(&from, &from.layout->main, &right.main, right.scope);
    ck_assert_uint_eq(cluster, right.cluster);
    ck_assert_mem_eq(public_values, right.public_values, sizeof public_values);
    (void)tg_pipeline_result_clear(&right);
    free_buffers(&from);
}

START_TEST(jagged_device_rebuilds_every_trace)
{
    static const char *const of[][2] = {{"compress", "executed/compress"},
                                        {"wrap", "executed/wrap"},
                                        {"shrink", "shrink"}};
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        session made;
        begin(&made, of[i][0], of[i][1], 12);
        // The second one takes the place of the first.
        assert_main(&made, of[i][1], 12);
        assert_main(&made, of[i][1], 12);
        end(&made);
    }
}
END_TEST

/* Shards of one program, one after the other in one buffer, with chips that are not included. */
START_TEST(jagged_device_keeps_the_program)
{
    session made;
    begin(&made, "riscv", "riscv/keccak-0", 18);
    assert_main(&made, "riscv/keccak-0", 18);
    assert_main(&made, "riscv/keccak-1", 18);
    end(&made);
}
END_TEST

/* ---- refusals, all before any job ---- */

static tg_status count_chip(void *context, const char *name, tg_kind kind, bool is_device,
                            tg_error *error)
{
    (void)name;
    (void)kind;
    (void)is_device;
    (void)error;
    (void)atomic_fetch_add((atomic_size_t *)context, 1);
    return TG_OK;
}

/* A pipeline that counts the chips which are made. */
static void begin_counted(session *of, const char *machine, const tg_pipeline_hooks *hooks)
{
    const tg_pipeline_options options = {.nb_threads = 1, .nb_streams = 1, .hooks = hooks};
    *of = (session){.machine = machine_named(machine)};
    tg_assert_ok(tg_permits_create(&of->permits, 1, tg_suite_error));
    tg_assert_ok(
        tg_pipeline_create(&of->pipeline, of->machine, &tg_runtime_host, &options, tg_suite_error));
}

START_TEST(jagged_device_refuses_programs_before_any_job)
{
    atomic_size_t nb_made = 0;
    const tg_pipeline_hooks hooks = {.context = &nb_made, .before_chip = count_chip};
    session made;
    begin_counted(&made, "shrink", &hooks);
    const tg_jagged_shape small = {12, 11, 8192};
    const tg_jagged_shape low = {12, 9, CAPACITY};
    const tg_jagged_shape right = {12, 11, CAPACITY};
    tg_inputs *program = inputs_of(made.machine, TG_KIND_preprocessed, "shrink");
    tg_assert_fails(TG_ERR_SIZE, "has a capacity of 8192",
                    tg_jagged_create(&made.jagged, made.pipeline, &small, program, made.permits,
                                     tg_suite_error));
    ck_assert_ptr_null(made.jagged);
    program = inputs_of(made.machine, TG_KIND_preprocessed, "shrink");
    tg_assert_fails(
        TG_ERR_HEIGHT, "at most 2^9",
        tg_jagged_create(&made.jagged, made.pipeline, &low, program, made.permits, tg_suite_error));
    program = inputs_of(made.machine, TG_KIND_main, "shrink");
    tg_assert_fails(TG_ERR_USAGE, "main inputs",
                    tg_jagged_create(&made.jagged, made.pipeline, &right, program, made.permits,
                                     tg_suite_error));
    program = inputs_of(made.machine, TG_KIND_preprocessed, "shrink");
    program->chips[0].height = 1025;
    tg_assert_fails(TG_ERR_HEIGHT, "an odd number",
                    tg_jagged_create(&made.jagged, made.pipeline, &right, program, made.permits,
                                     tg_suite_error));
    ck_assert_uint_eq(atomic_load(&nb_made), 0);
    ck_assert_uint_eq(tg_permits_nb_free(made.permits), 1);
    end(&made);
}
END_TEST

/* What a main part is refused for, in words of its capacity. */
static void assert_refused(session *made, tg_inputs *record, tg_status status, const char *text)
{
    tg_pipeline_result result;
    tg_assert_fails(
        status, text,
        tg_jagged_generate_main(&result, made->jagged, record, made->permits, tg_suite_error));
    ck_assert_uint_eq(result.nb_failures, 1);
    ck_assert_int_eq(result.failures[0].error.status, status);
    ck_assert_ptr_nonnull(strstr(result.failures[0].error.what, text));
    ck_assert_ptr_null(result.scope);
    (void)tg_pipeline_result_clear(&result);
}

START_TEST(jagged_device_refuses_records_before_any_job)
{
    atomic_size_t nb_made = 0;
    const tg_pipeline_hooks hooks = {.context = &nb_made, .before_chip = count_chip};
    session made;
    begin_counted(&made, "shrink", &hooks);
    tg_inputs *program = inputs_of(made.machine, TG_KIND_preprocessed, "shrink");
    // Room for the preprocessed part, and not for the larger main one.
    const tg_jagged_shape shape = {12, 11, (size_t)1 << 17};
    tg_assert_ok(tg_jagged_create(&made.jagged, made.pipeline, &shape, program, made.permits,
                                  tg_suite_error));
    const tg_jagged_layout *layout = tg_jagged_get_layout(made.jagged);
    const size_t nb_columns = layout->nb_columns;
    atomic_store(&nb_made, 0);
    assert_refused(&made, inputs_of(made.machine, TG_KIND_main, "shrink"), TG_ERR_SIZE,
                   "has a capacity of 131072");
    tg_inputs *record = inputs_of(made.machine, TG_KIND_main, "shrink");
    record->chips[1].height += 32;
    assert_refused(&made, record, TG_ERR_HEIGHT, "do not belong together");
    assert_refused(&made, inputs_of(made.machine, TG_KIND_preprocessed, "shrink"), TG_ERR_USAGE,
                   "preprocessed inputs");
    ck_assert_uint_eq(atomic_load(&nb_made), 0);
    ck_assert_uint_eq(tg_jagged_get_layout(made.jagged)->nb_columns, nb_columns);
    end(&made);
}
END_TEST

/* What is measured is the least capacity, whatever the shape's own is. */
START_TEST(jagged_device_measures_what_is_needed)
{
    const tg_machine *machine = machine_named("shrink");
    const tg_jagged_shape tiny = {12, 11, 1};
    tg_jagged_shape shape = {12, 11, 0};
    size_t nb_program_words = 0;
    tg_inputs *program = inputs_of(machine, TG_KIND_preprocessed, "shrink");
    tg_inputs *record = inputs_of(machine, TG_KIND_main, "shrink");
    tg_assert_ok(tg_jagged_measure(&nb_program_words, &shape.capacity, &tiny, program, record,
                                   tg_suite_error));
    ck_assert_uint_lt(nb_program_words, shape.capacity);
    for (size_t less = 0; less < 2; less++) {
        session made;
        tg_pipeline_result result;
        const tg_jagged_shape given = {12, 11, shape.capacity - less};
        begin_counted(&made, "shrink", NULL);
        tg_assert_ok(tg_jagged_create(&made.jagged, made.pipeline, &given,
                                      inputs_of(machine, TG_KIND_preprocessed, "shrink"),
                                      made.permits, tg_suite_error));
        const tg_status status = tg_jagged_generate_main(&result, made.jagged,
                                                         inputs_of(machine, TG_KIND_main, "shrink"),
                                                         made.permits, tg_suite_error);
        ck_assert_int_eq(status, less == 0 ? TG_OK : TG_ERR_SIZE);
        if (less == 0) {
            const tg_jagged_layout *layout = tg_jagged_get_layout(made.jagged);
            ck_assert_uint_eq(layout->main.end, shape.capacity);
            ck_assert_uint_eq(layout->preprocessed.end, nb_program_words);
        }
        (void)tg_pipeline_result_clear(&result);
        end(&made);
    }
    record->chips[1].height += 32;
    tg_assert_fails(TG_ERR_HEIGHT, "do not belong together",
                    tg_jagged_measure(&nb_program_words, &shape.capacity, &tiny, program, record,
                                      tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "main inputs",
                    tg_jagged_measure(&nb_program_words, &shape.capacity, &tiny, record, record,
                                      tg_suite_error));
    program->destroy(program);
    record->destroy(record);
}
END_TEST

TG_SUITE("jagged_device", jagged_device_measures_what_is_needed, jagged_device_rebuilds_every_trace,
         jagged_device_keeps_the_program, jagged_device_refuses_programs_before_any_job,
         jagged_device_refuses_records_before_any_job)
