/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The jagged form on the device.
 *
 * Traces are made as without it, then copied within the device to where the layout has them: a
 * small part of the time that it takes to bring them there. The memory of the dense buffer belongs
 * to a scope of the jagged trace's own; all work on it is the calls', one after the other.
 */
#include "harness/clock.h"
#include "pipeline/jagged_internal.h"
#include "model/memory.h"
#include "pipeline/pipeline_internal.h"
#include "pipeline/sync_internal.h"

#include <stdlib.h>
#include <string.h>

/* TG_JAGGED_CHIPS(H): H(file) for every chip that has pipeline/<file>_jagged.c; made by
 * pipeline/CMakeLists.txt. */
#include "chip_jagged.h"

#define DECLARE_CORRECTION(file) extern tg_jagged_correct tg_jagged_correct_##file;
TG_JAGGED_CHIPS(DECLARE_CORRECTION)
#undef DECLARE_CORRECTION

static tg_jagged_correct *const corrections[] = {
#define CORRECTION(file) tg_jagged_correct_##file,
    TG_JAGGED_CHIPS(CORRECTION)
#undef CORRECTION
        NULL,
};

struct tg_jagged {
    tg_pipeline *pipeline;
    tg_jagged_layout program; /* the preprocessed part alone: never changes, so that calls may lay
                                 out their main parts side by side */
    tg_jagged_layout layout;  /* its main part is of who has the place */
    tg_permits *place;        /* one: of the main section and all that describes it */
    tg_scope *scope;          /* owns the buffers */
    uint32_t *d_dense;
    uint32_t *d_columns;
    uint32_t *d_starts;
};

/* ---- layouts of inputs ---- */

/* Chips of a machine, in name order, as one kind of inputs has them.
 * chips    [nb_of]
 * of       indices into the machine's chips */
static size_t list_chips(tg_jagged_chip *chips, const tg_inputs *inputs, const uint16_t *of,
                         size_t nb_of)
{
    size_t nb = 0;
    for (size_t i = 0; i < nb_of; i++) {
        const tg_chip_input *input = &inputs->chips[of[i]];
        const size_t width = tg_machine_width(inputs->machine, of[i], inputs->kind);
        if (width == 0) continue;
        chips[nb++] = (tg_jagged_chip){.name = inputs->machine->chips[of[i]].name,
                                       .height = input->is_included ? input->height : 0,
                                       .width = width};
    }
    return nb;
}

static tg_status smallest_cluster(const tg_cluster **cluster, const tg_inputs *inputs,
                                  tg_error *error)
{
    size_t number = 0;
    const size_t nb_chips = inputs->machine->nb_chips;
    bool *is_included = calloc(nb_chips, sizeof *is_included);
    if (is_included == NULL) return pipeline_no_memory(nb_chips, "chips", error);
    for (size_t i = 0; i < nb_chips; i++) {
        is_included[i] = inputs->chips[i].is_included;
    }
    const tg_status status =
        tg_machine_smallest_cluster(&number, inputs->machine, is_included, error);
    free(is_included);
    if (status == TG_OK) *cluster = &inputs->machine->clusters[number];
    return status;
}

static tg_status check_inputs(const tg_machine *machine, const tg_inputs *inputs, tg_kind kind,
                              tg_error *error)
{
    if (inputs->machine == machine && inputs->kind == kind) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "%s inputs of machine %s for %s traces of machine %s",
                 tg_kind_name(inputs->kind), inputs->machine->id, tg_kind_name(kind), machine->id);
    tg_error_how(error, "give a program, then records, of the pipeline's machine");
    return TG_ERR_USAGE;
}

/* Lay out a program.
 * layout  all zero */
static tg_status lay_out_program(tg_jagged_layout *layout, const tg_machine *machine,
                                 const tg_jagged_shape *shape, const tg_inputs *program,
                                 tg_error *error)
{
    tg_status status = check_inputs(machine, program, TG_KIND_preprocessed, error);
    if (status != TG_OK) return status;
    tg_jagged_chip *chips = calloc(machine->nb_chips, sizeof *chips);
    if (chips == NULL) return pipeline_no_memory(machine->nb_chips * sizeof *chips, "chips", error);
    const size_t nb_chips = list_chips(chips, program, machine->by_name, machine->nb_chips);
    status = tg_jagged_begin(layout, shape, chips, nb_chips, error);
    free(chips);
    return status;
}

/* Heights of record and program of a recursion machine are those of one program. */
static tg_status check_heights(const tg_jagged_section *preprocessed, const tg_inputs *record,
                               tg_error *error)
{
    for (size_t i = 0; i < record->machine->nb_chips && !record->machine->is_riscv; i++) {
        const char *name = record->machine->chips[i].name;
        const tg_jagged_entry *entry = tg_jagged_find(preprocessed, name);
        if (entry == NULL || entry->height == record->chips[i].height) continue;
        tg_error_set(error, TG_ERR_HEIGHT,
                     "%s has %zu rows in the record and %zu in the program: they do not belong "
                     "together",
                     name, record->chips[i].height, entry->height);
        tg_error_how(error, "give the program that the record was made by");
        return TG_ERR_HEIGHT;
    }
    return TG_OK;
}

/* Lay out a record behind a copy of the preprocessed section.
 * layout  all zero */
static tg_status lay_out_record(tg_jagged_layout *layout, const tg_machine *machine,
                                const tg_jagged_layout *program, const tg_inputs *record,
                                tg_error *error)
{
    const tg_jagged_section *before = &program->preprocessed;
    const tg_cluster *cluster = NULL;
    tg_status status = check_inputs(machine, record, TG_KIND_main, error);
    if (status == TG_OK) status = smallest_cluster(&cluster, record, error);
    if (status == TG_OK) status = check_heights(before, record, error);
    if (status != TG_OK) return status;
    const size_t nb_most =
        cluster->nb_chips > before->nb_entries ? cluster->nb_chips : before->nb_entries;
    tg_jagged_chip *chips = calloc(nb_most + 1, sizeof *chips);
    if (chips == NULL) return pipeline_no_memory(nb_most * sizeof *chips, "chips", error);
    for (size_t i = 0; i < before->nb_entries; i++) {
        const tg_jagged_entry *entry = &before->entries[i];
        chips[i] = (tg_jagged_chip){entry->name, entry->height, entry->width};
    }
    status = tg_jagged_begin(layout, &program->shape, chips, before->nb_entries, error);
    if (status == TG_OK) {
        const size_t nb_chips = list_chips(chips, record, cluster->chips, cluster->nb_chips);
        status = tg_jagged_append_main(layout, chips, nb_chips, error);
    }
    free(chips);
    return status;
}

tg_status tg_jagged_measure(size_t *nb_program_words, size_t *nb_words,
                            const tg_jagged_shape *shape, const tg_inputs *program,
                            const tg_inputs *record, tg_error *error)
{
    tg_jagged_shape roomy = *shape;
    tg_jagged_layout of_program = {.nb_columns = 0};
    tg_jagged_layout layout = {.nb_columns = 0};
    roomy.capacity = SIZE_MAX;
    tg_status status = lay_out_program(&of_program, program->machine, &roomy, program, error);
    if (status == TG_OK)
        status = lay_out_record(&layout, program->machine, &of_program, record, error);
    *nb_program_words = of_program.preprocessed.end;
    *nb_words = layout.main.end;
    tg_jagged_clear(&layout);
    tg_jagged_clear(&of_program);
    return status;
}

/* ---- sections on the device ---- */

/* Move traces to their places in dense, and pad the section. */
static tg_status move_traces(const tg_jagged *jagged, const tg_jagged_section *section,
                             tg_traces *traces, tg_scope *scope, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < traces->nb && status == TG_OK; i++) {
        tg_padded_trace *trace = &traces->list[i];
        const tg_jagged_entry *entry = tg_jagged_find(section, trace->name);
        if (trace->d_cells == NULL) continue;
        TG_VERIFY_CHECK(entry != NULL && entry->height == trace->height);
        status = tg_scope_copy(scope, jagged->d_dense + entry->start, trace->d_cells,
                               (entry->end - entry->start) * sizeof(uint32_t), error);
        if (status != TG_OK) break;
        tg_scope_give(scope, trace->d_cells);
        trace->d_cells = jagged->d_dense + entry->start;
    }
    if (status == TG_OK && section->padding > 0)
        status = tg_scope_clear(scope, jagged->d_dense + (section->end - section->padding),
                                section->padding * sizeof(uint32_t), error);
    return status;
}

/* Make the columns of a section's pairs, and say where all columns start. */
static tg_status make_index(const tg_jagged *jagged, const tg_jagged_layout *layout,
                            const tg_jagged_section *section, tg_scope *scope, tg_error *error)
{
    const tg_status status = jagged_make_columns(jagged->d_columns, layout, section, scope, error);
    if (status != TG_OK) return status;
    return tg_scope_upload(scope, jagged->d_starts, layout->start_indices,
                           (layout->nb_columns + 1) * sizeof(uint32_t), error);
}

static tg_status take_buffers(tg_jagged *jagged, tg_error *error)
{
    const size_t capacity = jagged->program.shape.capacity;
    void *memory = NULL;
    size_t len_bytes = 0;
    tg_status status = tg_size_multiply(&len_bytes, capacity, sizeof(uint32_t), error);
    if (status == TG_OK)
        status = tg_scope_begin(&jagged->scope, jagged->pipeline->runtime, true, error);
    if (status != TG_OK) return status;
    status = tg_scope_take(jagged->scope, &memory, len_bytes, error);
    jagged->d_dense = memory;
    if (status == TG_OK) status = tg_scope_take(jagged->scope, &memory, len_bytes / 2, error);
    jagged->d_columns = memory;
    if (status == TG_OK)
        status =
            tg_scope_take(jagged->scope, &memory, TG_JAGGED_MAX_STARTS * sizeof(uint32_t), error);
    jagged->d_starts = memory;
    if (status == TG_OK) status = tg_scope_wait(jagged->scope, error);
    return status;
}

static tg_status place_program(tg_jagged *jagged, tg_pipeline_result *result, tg_error *error)
{
    const tg_jagged_section *section = &jagged->program.preprocessed;
    tg_status status = take_buffers(jagged, error);
    if (status == TG_OK)
        status = move_traces(jagged, section, &result->preprocessed, result->scope, error);
    if (status == TG_OK)
        status = make_index(jagged, &jagged->program, section, result->scope, error);
    if (status == TG_OK) status = tg_scope_wait(result->scope, error);
    return status;
}

tg_status tg_jagged_create(tg_jagged **jagged, tg_pipeline *pipeline, const tg_jagged_shape *shape,
                           tg_inputs *program, tg_permits *permits, tg_error *error)
{
    tg_pipeline_result result = {.cluster = 0};
    *jagged = NULL;
    tg_jagged *made = calloc(1, sizeof *made);
    tg_status status = TG_OK;
    if (made == NULL) {
        status = pipeline_no_memory(sizeof *made, "a jagged trace", error);
    } else {
        made->pipeline = pipeline;
        status = lay_out_program(&made->program, pipeline->machine, shape, program, error);
        if (status == TG_OK)
            status = lay_out_program(&made->layout, pipeline->machine, shape, program, error);
    }
    if (status == TG_OK) status = tg_permits_create(&made->place, 1, error);
    if (status != TG_OK) {
        pool_free_inputs(&pipeline->hosts, program);
        goto cleanup;
    }
    status = tg_pipeline_generate_preprocessed(&result, pipeline, program, shape->max_log_row_count,
                                               permits, error);
    if (status == TG_OK) status = place_program(made, &result, error);
cleanup:
    (void)tg_pipeline_result_clear(&result);
    if (status == TG_OK) {
        *jagged = made;
    } else {
        tg_jagged_destroy(made);
    }
    return status;
}

void tg_jagged_destroy(tg_jagged *jagged)
{
    if (jagged == NULL) return;
    // Its work was waited for, and said to be right, by the calls.
    const tg_status said = tg_scope_end(jagged->scope, NULL);
    (void)said;
    tg_permits_destroy(jagged->place);
    tg_jagged_clear(&jagged->layout);
    tg_jagged_clear(&jagged->program);
    free(jagged);
}

/* Put a finished main part into its place, and the layout into that of the last one. */
static tg_status place_record(tg_pipeline_result *result, tg_jagged *jagged,
                              tg_jagged_layout *layout, bool has_left_lookups, tg_error *error)
{
    tg_scope *scope = result->scope;
    tg_status status = tg_permits_acquire(&result->place, jagged->place, 1, error);
    if (status != TG_OK) return status;
    status = move_traces(jagged, &layout->main, &result->main, scope, error);
    if (status == TG_OK) status = make_index(jagged, layout, &layout->main, scope, error);
    for (size_t i = 0; has_left_lookups && corrections[i] != NULL && status == TG_OK; i++) {
        status = corrections[i](jagged->d_dense, layout, scope, error);
    }
    if (status == TG_OK) status = tg_scope_record(scope, result->end, error);
    if (status == TG_OK) status = tg_scope_wait(scope, error);
    if (status != TG_OK) return status;
    const tg_jagged_layout last = jagged->layout;
    jagged->layout = *layout;
    *layout = last;
    return TG_OK;
}

/* Free all that the result has; it then holds the error as its one failure. Without memory it holds
 * none. */
static tg_status fail_record(tg_pipeline_result *result, tg_status status, const tg_error *found,
                             tg_error *error)
{
    (void)tg_pipeline_result_clear(result);
    result->failures = calloc(1, sizeof *result->failures);
    if (result->failures != NULL) {
        result->nb_failures = 1;
        result->failures[0] = (tg_chip_failure){.name = "", .kind = TG_KIND_main, .error = *found};
        result->failures[0].error.status = status;
    }
    if (error != NULL) *error = *found;
    return status;
}

tg_status tg_jagged_generate_main(tg_pipeline_result *result, tg_jagged *jagged, tg_inputs *record,
                                  tg_permits *permits, tg_error *error)
{
    const double start_s = tg_now_s();
    tg_jagged_layout layout = {.nb_columns = 0};
    tg_error found = {.status = TG_OK};
    *result = (tg_pipeline_result){.cluster = 0};
    tg_status status =
        lay_out_record(&layout, jagged->pipeline->machine, &jagged->program, record, &found);
    if (status != TG_OK) {
        pool_free_inputs(&jagged->pipeline->hosts, record);
        status = fail_record(result, status, &found, error);
        goto cleanup;
    }
    // Here they are made up for, so that the traces alone need not be refused.
    const bool has_left_lookups = record->global_dependencies_opt;
    record->global_dependencies_opt = false;
    status = tg_pipeline_generate_main(result, jagged->pipeline, record,
                                       layout.shape.max_log_row_count, permits, error);
    if (status != TG_OK) goto cleanup;
    status = place_record(result, jagged, &layout, has_left_lookups, &found);
    result->times.done = tg_now_s() - start_s;
    if (status != TG_OK) status = fail_record(result, status, &found, error);
cleanup:
    tg_jagged_clear(&layout);
    return status;
}

const tg_jagged_layout *tg_jagged_get_layout(const tg_jagged *jagged) { return &jagged->layout; }

uint32_t *tg_jagged_dense(const tg_jagged *jagged) { return jagged->d_dense; }

uint32_t *tg_jagged_columns(const tg_jagged *jagged) { return jagged->d_columns; }

uint32_t *tg_jagged_starts(const tg_jagged *jagged) { return jagged->d_starts; }
