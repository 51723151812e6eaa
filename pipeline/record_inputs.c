/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Inputs of the pipeline from a record.
 *
 * All heads of files are checked before memory is taken for what they hold. A shard of a RISC-V
 * machine has its list of chips: those without a generator here get stand-ins, whose cells are the
 * recorded ones where the record has them, and 0 or a pattern elsewhere.
 */
#include "pipeline/record_inputs_internal.h"

#include "model/memory.h"
#include "pipeline/included.h"
#include "reference/field.h"

#include <stdlib.h>
#include <string.h>

/* What stands in for a generator. */
typedef struct stand_in {
    size_t width;
    const uint32_t *cells; /* column-major; NULL: none are recorded */
    bool has_pattern;      /* without cells: a pattern, not zeros */
    uint64_t start;        /* of the pattern: the trace's own */
} stand_in;

typedef struct recorded {
    tg_inputs inputs;    /* first: an inputs' destroy gets it */
    stand_in *stand_ins; /* [nb_chips] */
    void **buffers;      /* [nb_chips]: events or recorded cells */
} recorded;

/* What the inputs are read from. */
typedef struct source {
    const tg_record *record;
    tg_record whole; /* of a shard with more events than the record's own */
    bool has_whole;
    bool *is_included; /* [nb_chips] of the main traces */
    size_t *rows;      /* [nb_chips] */
} source;

static void destroy(tg_inputs *inputs)
{
    recorded *made = (recorded *)inputs;
    for (size_t i = 0; made->buffers != NULL && i < inputs->machine->nb_chips; i++) {
        tg_buffer_destroy(made->buffers[i]);
    }
    free(made->buffers);
    free(made->stand_ins);
    free(inputs->chips);
    free(made);
}

static tg_status no_memory(tg_error *error)
{
    tg_error_set(error, TG_ERR_MEMORY, "no memory for the inputs of a machine");
    tg_error_how(error, "free memory");
    return TG_ERR_MEMORY;
}

static tg_status create(recorded **made, const tg_machine *machine, tg_kind kind, tg_error *error)
{
    recorded *it = calloc(1, sizeof *it);
    if (it == NULL) return no_memory(error);
    it->inputs.machine = machine;
    it->inputs.kind = kind;
    it->inputs.destroy = destroy;
    it->inputs.chips = calloc(machine->nb_chips, sizeof *it->inputs.chips);
    it->stand_ins = calloc(machine->nb_chips, sizeof *it->stand_ins);
    it->buffers = calloc(machine->nb_chips, sizeof *it->buffers);
    if (it->inputs.chips == NULL || it->stand_ins == NULL || it->buffers == NULL) {
        destroy(&it->inputs);
        return no_memory(error);
    }
    *made = it;
    return TG_OK;
}

/* A word of the pattern that depends on its row, its column and the trace. */
static uint32_t pattern_word(uint64_t start, size_t row, size_t column)
{
    uint64_t word =
        start + row * UINT64_C(0x9e3779b97f4a7c15) + column * UINT64_C(0xc2b2ae3d27d4eb4f);
    word = (word ^ word >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)((word >> 32) % TG_P);
}

static void make_pattern(uint32_t *cells, size_t height, const stand_in *it)
{
    for (size_t row = 0; row < height; row++) {
        for (size_t column = 0; column < it->width; column++) {
            cells[row * it->width + column] = pattern_word(it->start, row, column);
        }
    }
}

static tg_status make_stand_in(void *context, const tg_product *out, size_t height, tg_error *error)
{
    (void)error;
    const stand_in *it = context;
    const size_t len_bytes = height * it->width * sizeof *out->cells;
    if (it->cells != NULL) {
        memcpy(out->cells, it->cells, len_bytes);
    } else if (it->has_pattern) {
        make_pattern(out->cells, height, it);
    } else {
        memset(out->cells, 0, len_bytes);
    }
    return TG_OK;
}

void tg_inputs_fill_stand_ins(tg_inputs *inputs)
{
    recorded *made = (recorded *)inputs;
    for (size_t chip = 0; chip < inputs->machine->nb_chips; chip++) {
        made->stand_ins[chip].has_pattern = true;
        made->stand_ins[chip].start = ((uint64_t)chip * TG_NB_KINDS + inputs->kind + 1) << 40;
    }
}

/* ---- events of chips with a generator ---- */

/* Where a trace's events are: in the whole shard's record before the record's own. NULL: nowhere */
static const tg_record_trace *entry_of(const tg_record **record, const source *from,
                                       const tg_trace *trace)
{
    const tg_record_trace *entry = NULL;
    *record = &from->whole;
    if (from->has_whole) entry = tg_record_find(&from->whole, trace->name);
    if (entry != NULL) return entry;
    *record = from->record;
    return tg_record_find(from->record, trace->name);
}

/* Check that a recorded height is the shard's. */
static tg_status check_shard_height(size_t height, const source *from, const tg_trace *trace,
                                    size_t chip, tg_error *error)
{
    if (height == from->rows[chip]) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT,
                 "the events of %s fill %zu rows, where the shard has %zu of them", trace->name,
                 height, from->rows[chip]);
    tg_error_where(error, "%s/record.json", from->record->path);
    if (height > from->rows[chip]) {
        tg_error_how(error,
                     "\"height\" of the chip in \"chips\" and of %s in \"traces\" must fit: "
                     "record the shard again",
                     trace->name);
    } else if (from->has_whole) {
        tg_error_how(error, "record the folder 'whole' again, with all events of the shard");
    } else {
        tg_error_how(error, "add a record with all events of the shard as the folder 'whole'");
    }
    return TG_ERR_FORMAT;
}

/* Refuse a trace of which the record has nothing, where it has the chip's other trace: one is
 * missing. Heights of a recursion machine's traces are those of one program. */
static tg_status check_missing(const tg_chip_input *input, const tg_inputs *inputs, size_t chip,
                               const source *from, tg_error *error)
{
    const tg_kind other_kind = inputs->kind == TG_KIND_main ? TG_KIND_preprocessed : TG_KIND_main;
    const tg_trace *trace = tg_machine_trace(inputs->machine, chip, inputs->kind);
    const tg_trace *other = tg_machine_trace(inputs->machine, chip, other_kind);
    if (inputs->machine->is_riscv || other == NULL) return TG_OK;
    const tg_record_trace *there = tg_record_find(from->record, other->name);
    if (there == NULL || there->height == input->height) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "the record has %s with %zu rows, and no %s", other->name,
                 there->height, trace->name);
    tg_error_where(error, "%s/record.json", from->record->path);
    tg_error_how(error, "add %s to \"traces\"%s%s%s", trace->name,
                 trace->event != NULL ? ", and the file " : "",
                 trace->event != NULL ? trace->name : "",
                 trace->event != NULL ? ".events.npy" : "");
    return TG_ERR_FORMAT;
}

/* Set the chip's height and number of events; nothing is read yet but heads of files. */
static tg_status plan_events(tg_chip_input *input, const tg_inputs *inputs, size_t chip,
                             const source *from, tg_error *error)
{
    const tg_trace *trace = tg_machine_trace(inputs->machine, chip, inputs->kind);
    const tg_record *record = NULL;
    const tg_record_trace *entry = entry_of(&record, from, trace);
    input->subject = pipeline_subject_of(trace);
    tg_status status = TG_OK;
    if (entry == NULL) {
        status = tg_trace_height(trace, 0, from->record->fixed_height, &input->height, error);
        if (status == TG_OK) status = check_missing(input, inputs, chip, from, error);
    } else {
        input->nb_events = entry->nb_events;
        input->height = entry->height;
        status = tg_included_check_height(record, entry, trace, error);
        if (status != TG_OK) tg_error_where(error, "%s/record.json", record->path);
        if (status == TG_OK) status = tg_record_check_events(record, entry, trace, error);
    }
    if (status == TG_OK && inputs->machine->is_riscv)
        status = check_shard_height(input->height, from, trace, chip, error);
    return status;
}

static tg_status read_events(recorded *made, size_t chip, const source *from, tg_error *error)
{
    tg_chip_input *input = &made->inputs.chips[chip];
    const tg_trace *trace = input->subject.trace;
    const tg_record *record = NULL;
    const tg_record_trace *entry = entry_of(&record, from, trace);
    if (entry == NULL || trace->event == NULL) return TG_OK;
    tg_status status =
        tg_buffer_create(&made->buffers[chip], input->nb_events, tg_trace_event_size(trace), error);
    if (status != TG_OK) return status;
    input->events = made->buffers[chip];
    status = tg_record_read_events(made->buffers[chip], record, entry, trace, error);
    if (status == TG_OK)
        status = tg_trace_check_events(trace, input->events, input->nb_events, error);
    if (status == TG_ERR_EVENT) tg_error_where(error, "%s", record->path);
    return status;
}

/* ---- stand-ins ---- */

/* The recorded cells of a chip's trace; NULL: the record has none of the shard's height. */
static const tg_record_trace *cells_of(const source *from, const tg_inputs *inputs, size_t chip)
{
    char name[TG_NAME_BYTES + 16];
    (void)snprintf(name, sizeof name, "%s.%s", inputs->machine->chips[chip].name,
                   tg_kind_name(inputs->kind));
    const tg_record_trace *entry = tg_record_find(from->record, name);
    const bool is_whole = entry != NULL && entry->has_cells &&
                          entry->height == inputs->chips[chip].height &&
                          entry->width == tg_machine_width(inputs->machine, chip, inputs->kind);
    return is_whole ? entry : NULL;
}

static tg_status plan_stand_in(recorded *made, size_t chip, const source *from, tg_error *error)
{
    tg_chip_input *input = &made->inputs.chips[chip];
    made->stand_ins[chip].width = tg_machine_width(made->inputs.machine, chip, made->inputs.kind);
    input->make = make_stand_in;
    input->make_context = &made->stand_ins[chip];
    input->height = from->rows[chip];
    const tg_record_trace *entry = cells_of(from, &made->inputs, chip);
    // Rows take the way of all chips that are made as SP1 makes them.
    input->is_row_major = entry == NULL;
    return entry != NULL ? tg_record_check_cells(from->record, entry, error) : TG_OK;
}

static tg_status read_stand_in(recorded *made, size_t chip, const source *from, tg_error *error)
{
    const tg_record_trace *entry = cells_of(from, &made->inputs, chip);
    if (entry == NULL) return TG_OK;
    size_t nb_cells = 0;
    tg_status status = tg_size_multiply(&nb_cells, entry->height, entry->width, error);
    if (status == TG_OK)
        status = tg_buffer_create(&made->buffers[chip], nb_cells, sizeof(uint32_t), error);
    if (status != TG_OK) return status;
    made->stand_ins[chip].cells = made->buffers[chip];
    return tg_record_read_cells(made->buffers[chip], from->record, entry, error);
}

tg_stand_in tg_inputs_stand_in(const tg_inputs *inputs, size_t chip)
{
    const tg_chip_input *input = &inputs->chips[chip];
    if (!input->is_included || input->make != make_stand_in) return TG_STAND_IN_NONE;
    return input->is_row_major ? TG_STAND_IN_ZEROS : TG_STAND_IN_CELLS;
}

/* ---- all chips ---- */

/* Whether the inputs have a trace of a chip. */
static bool is_needed(const tg_inputs *inputs, size_t chip, const source *from)
{
    if (inputs->kind == TG_KIND_preprocessed)
        return tg_machine_width(inputs->machine, chip, TG_KIND_preprocessed) > 0;
    return from->is_included[chip];
}

static tg_status plan(recorded *made, const source *from, tg_error *error)
{
    tg_inputs *inputs = &made->inputs;
    tg_status status = TG_OK;
    for (size_t chip = 0; chip < inputs->machine->nb_chips && status == TG_OK; chip++) {
        tg_chip_input *input = &inputs->chips[chip];
        input->is_included = is_needed(inputs, chip, from);
        if (!input->is_included) continue;
        status = tg_machine_trace(inputs->machine, chip, inputs->kind) != NULL
                     ? plan_events(input, inputs, chip, from, error)
                     : plan_stand_in(made, chip, from, error);
    }
    return status;
}

static tg_status fill(recorded *made, const source *from, tg_error *error)
{
    tg_inputs *inputs = &made->inputs;
    tg_status status = TG_OK;
    for (size_t chip = 0; chip < inputs->machine->nb_chips && status == TG_OK; chip++) {
        if (!inputs->chips[chip].is_included) continue;
        status = inputs->chips[chip].subject.trace != NULL ? read_events(made, chip, from, error)
                                                           : read_stand_in(made, chip, from, error);
    }
    if (status == TG_OK && inputs->kind == TG_KIND_main) {
        bool is_there = false;
        status = tg_record_public_values(inputs->public_values, &is_there, inputs->machine,
                                         from->record, error);
        tg_record_clear_made_values(inputs->public_values, inputs->machine);
    }
    return status;
}

static tg_status read_flag(bool *flag, const tg_record *record, tg_error *error)
{
    static const char key[] = "global_dependencies_opt";
    tg_json_value *value = tg_json_member(record->json.root, key);
    *flag = tg_json_bool_of(value);
    if (tg_json_type_of(value) == TG_JSON_NULL || tg_json_type_of(value) == TG_JSON_BOOL)
        return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "\"%s\" is neither true nor false", key);
    tg_error_where(error, "%s/record.json", record->path);
    tg_error_how(error, "say whether lookups were left to the jagged form, or leave it out");
    return TG_ERR_FORMAT;
}

/* Find out what the record has for the machine. */
static tg_status open_source(source *from, const tg_machine *machine, tg_error *error)
{
    from->is_included = calloc(machine->nb_chips, sizeof *from->is_included);
    from->rows = calloc(machine->nb_chips, sizeof *from->rows);
    if (from->is_included == NULL || from->rows == NULL) return no_memory(error);
    tg_status status = tg_record_check_machine(from->record, machine, error);
    if (status == TG_OK)
        status = tg_included_of_record(from->is_included, from->rows, machine, from->record, error);
    if (status == TG_OK && machine->is_riscv)
        status = tg_record_open_whole(&from->whole, &from->has_whole, from->record, error);
    return status;
}

static tg_status from_record(tg_inputs **inputs, const tg_machine *machine, tg_kind kind,
                             const tg_record *record, bool has_events, tg_error *error)
{
    source from = {.record = record};
    recorded *made = NULL;
    *inputs = NULL;
    tg_status status = open_source(&from, machine, error);
    if (status == TG_OK) status = create(&made, machine, kind, error);
    if (status == TG_OK && kind == TG_KIND_main)
        status = read_flag(&made->inputs.global_dependencies_opt, record, error);
    if (status == TG_OK) status = plan(made, &from, error);
    if (status == TG_OK && has_events) status = fill(made, &from, error);
    if (from.has_whole) tg_record_clear(&from.whole);
    free(from.is_included);
    free(from.rows);
    if (status != TG_OK) {
        if (made != NULL) destroy(&made->inputs);
        return status;
    }
    *inputs = &made->inputs;
    return TG_OK;
}

tg_status tg_inputs_from_record(tg_inputs **inputs, const tg_machine *machine, tg_kind kind,
                                const tg_record *record, tg_error *error)
{
    return from_record(inputs, machine, kind, record, true, error);
}

tg_status tg_inputs_plan_record(tg_inputs **inputs, const tg_machine *machine, tg_kind kind,
                                const tg_record *record, tg_error *error)
{
    return from_record(inputs, machine, kind, record, false, error);
}
