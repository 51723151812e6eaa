/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Row maps, heights and column names, from the descriptions. */
#include "model/trace.h"

#include <string.h>

/* SP1's next_multiple_of_32, which gives at least 16: no rows give 16, one row gives 32. */
#define MIN_HEIGHT ((size_t)16)
#define HEIGHT_STEP ((size_t)32)

size_t tg_trace_width(const tg_trace *trace) { return trace->columns->size / sizeof(uint32_t); }

size_t tg_trace_event_size(const tg_trace *trace)
{
    return trace->event != NULL ? trace->event->size : 0;
}

/* Add the sectors from *next on that hold a byte of type which the trace depends on, type lying
 * at offset; *next moves behind them. */
static size_t count_sectors(size_t *next, const tg_type *type, size_t offset)
{
    size_t nb_sectors = 0;
    if (type->form != TG_FORM_STRUCT) {
        const size_t last = (offset + type->size - 1) / TG_SECTOR_BYTES;
        const size_t first = offset / TG_SECTOR_BYTES > *next ? offset / TG_SECTOR_BYTES : *next;
        if (type->ignored || last < first) return 0;
        *next = last + 1;
        return last + 1 - first;
    }
    for (size_t i = 0; i < type->nb_fields; i++) {
        const tg_field *field = &type->fields[i];
        for (size_t byte = 0; byte < field->size; byte += field->type->size) {
            nb_sectors += count_sectors(next, field->type, offset + field->offset + byte);
        }
    }
    return nb_sectors;
}

/* Sectors of nb_events events that lie one after the other from an aligned address on. */
static size_t sectors_of(const tg_type *event, size_t nb_events)
{
    size_t next = 0;
    size_t nb_sectors = 0;
    for (size_t i = 0; i < nb_events; i++) {
        nb_sectors += count_sectors(&next, event, i * event->size);
    }
    return nb_sectors;
}

size_t tg_trace_event_sector_bytes(const tg_trace *trace, size_t nb_events)
{
    if (trace->event == NULL) return 0;
    // So many events end where a sector ends, whatever their size: the pattern repeats.
    const size_t nb_used = tg_trace_nb_events_used(trace, nb_events);
    const size_t nb_repeats = nb_used / TG_SECTOR_BYTES;
    return (nb_repeats * sectors_of(trace->event, TG_SECTOR_BYTES) +
            sectors_of(trace->event, nb_used % TG_SECTOR_BYTES)) *
           TG_SECTOR_BYTES;
}

/* Bytes of the leaves of type that the trace depends on. */
static size_t bytes_read(const tg_type *type)
{
    if (type->form != TG_FORM_STRUCT) return type->ignored ? 0 : type->size;
    size_t bytes = 0;
    for (size_t i = 0; i < type->nb_fields; i++) {
        const tg_field *field = &type->fields[i];
        bytes += field->size / field->type->size * bytes_read(field->type);
    }
    return bytes;
}

size_t tg_trace_event_bytes_read(const tg_trace *trace)
{
    return trace->event != NULL ? bytes_read(trace->event) : 0;
}

size_t tg_trace_nb_events_used(const tg_trace *trace, size_t nb_events)
{
    return trace->max_events != 0 && nb_events > trace->max_events ? trace->max_events : nb_events;
}

size_t tg_trace_nb_events_worth(const tg_trace *trace, size_t nb_events)
{
    const size_t nb_used = tg_trace_nb_events_used(trace, nb_events);
    return nb_used < nb_events ? nb_used + 1 : nb_events;
}

size_t tg_trace_nb_rows(const tg_trace *trace, size_t nb_events)
{
    const size_t nb_used = tg_trace_nb_events_used(trace, nb_events);
    const size_t nb_groups =
        nb_used / trace->events_per_row + (nb_used % trace->events_per_row != 0);
    return nb_groups > SIZE_MAX / trace->rows_per_event ? SIZE_MAX
                                                        : nb_groups * trace->rows_per_event;
}

static tg_status check_nb_rows(const tg_trace *trace, size_t nb_events, size_t nb_rows,
                               tg_error *error)
{
    if (nb_rows <= TG_MAX_HEIGHT) return TG_OK;
    tg_error_set(error, TG_ERR_SIZE, "%zu events of %s need more than %zu rows", nb_events,
                 trace->name, TG_MAX_HEIGHT);
    tg_error_how(error, "use fewer events");
    return TG_ERR_SIZE;
}

/* Height that the rule gives by the rows needed alone. */
static size_t rule_height(size_t nb_rows)
{
    return nb_rows == 0 ? MIN_HEIGHT : (nb_rows + HEIGHT_STEP - 1) / HEIGHT_STEP * HEIGHT_STEP;
}

tg_status tg_trace_height(const tg_trace *trace, size_t nb_events, size_t fixed_height,
                          size_t *height, tg_error *error)
{
    const size_t nb_rows = tg_trace_nb_rows(trace, nb_events);
    tg_status status = check_nb_rows(trace, nb_events, nb_rows, error);
    if (status != TG_OK) return status;
    size_t result = 0;
    switch (trace->height_rule) {
    case TG_HEIGHT_ALWAYS_16:
        result = MIN_HEIGHT;
        break;
    case TG_HEIGHT_MULTIPLE_OF_32:
        result = fixed_height != 0 ? fixed_height : rule_height(nb_rows);
        break;
    case TG_HEIGHT_NEVER_FIXED:
        result = rule_height(nb_rows);
        break;
    }
    status = tg_trace_check_height(trace, nb_events, result, error);
    if (status == TG_OK) *height = result;
    return status;
}

tg_status tg_trace_check_height(const tg_trace *trace, size_t nb_events, size_t height,
                                tg_error *error)
{
    const size_t nb_rows = tg_trace_nb_rows(trace, nb_events);
    const tg_status status = check_nb_rows(trace, nb_events, nb_rows, error);
    if (status != TG_OK) return status;
    if (height > TG_MAX_HEIGHT) {
        tg_error_set(error, TG_ERR_HEIGHT, "height %zu of %s is above the limit of %zu rows",
                     height, trace->name, TG_MAX_HEIGHT);
        tg_error_how(error, "use a smaller height");
        return TG_ERR_HEIGHT;
    }
    if (trace->height_rule == TG_HEIGHT_ALWAYS_16 && height != MIN_HEIGHT) {
        tg_error_set(error, TG_ERR_HEIGHT, "height %zu of %s, which always has %zu rows", height,
                     trace->name, MIN_HEIGHT);
        tg_error_how(error, "use height %zu", MIN_HEIGHT);
        return TG_ERR_HEIGHT;
    }
    if (trace->height_rule == TG_HEIGHT_NEVER_FIXED && height != rule_height(nb_rows)) {
        tg_error_set(error, TG_ERR_HEIGHT, "height %zu of %s, which has %zu rows for %zu events",
                     height, trace->name, rule_height(nb_rows), nb_events);
        tg_error_how(error, "use height %zu", rule_height(nb_rows));
        return TG_ERR_HEIGHT;
    }
    if (height < nb_rows) {
        tg_error_set(error, TG_ERR_HEIGHT,
                     "height %zu of %s is below the %zu rows that %zu events need", height,
                     trace->name, nb_rows, nb_events);
        tg_error_how(error, "use a height of at least %zu, or fewer events", nb_rows);
        return TG_ERR_HEIGHT;
    }
    return TG_OK;
}

tg_extent tg_trace_extent(const tg_trace *trace, size_t nb_events)
{
    const size_t nb_used = tg_trace_nb_events_used(trace, nb_events);
    const size_t block_width = tg_trace_width(trace) / trace->events_per_row;
    return (tg_extent){
        .nb_full_rows = nb_used / trace->events_per_row * trace->rows_per_event,
        .nb_partial_columns = nb_used % trace->events_per_row * block_width,
    };
}

tg_cell_source tg_trace_cell(const tg_trace *trace, size_t nb_events, size_t row, size_t column)
{
    const tg_extent extent = tg_trace_extent(trace, nb_events);
    const bool eventful = row < extent.nb_full_rows ||
                          (row == extent.nb_full_rows && column < extent.nb_partial_columns);
    if (!eventful) return (tg_cell_source){.eventful = false};
    if (trace->rows_per_event > 1) {
        return (tg_cell_source){.eventful = true,
                                .event = row / trace->rows_per_event,
                                .slot = row % trace->rows_per_event};
    }
    const size_t slot = column / (tg_trace_width(trace) / trace->events_per_row);
    return (tg_cell_source){.eventful = true,
                            .event = row * trace->events_per_row + slot,
                            .slot = slot};
}

const char *tg_trace_column_name(char *name, const tg_trace *trace, size_t column)
{
    return tg_type_leaf_name(name, TG_NAME_BYTES, trace->columns, column);
}

const char *tg_kind_name(tg_kind kind) { return kind == TG_KIND_main ? "main" : "preprocessed"; }
