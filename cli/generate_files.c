/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files of `tracegate generate`. */
#include "cli/generate.h"
#include "cli/json_out.h"
#include "files/npy.h"
#include "files/output.h"

tg_status generate_write_words(const generation *how, const char *name, const uint32_t *words,
                               size_t height, size_t width, tg_error *error)
{
    char path[TG_PATH_BYTES];
    tg_status status = tg_out_folder_path(path, how->folder, error, name);
    if (status == TG_OK) status = tg_npy_write_cells(path, words, height, width, error);
    return status;
}

const char *generated_by(const generated_trace *trace)
{
    if (trace->stand_in != TG_STAND_IN_NONE) return "stand-in";
    return trace->is_device ? "device" : "host";
}

static void put_trace(tg_json_out *json, const generation *how, const generated_trace *trace)
{
    char text[TG_NAME_BYTES + 33];
    const char *name = how->shard->machine->chips[trace->chip].name;
    tg_json_begin(json, NULL, '{');
    tg_json_text(json, "chip", name);
    tg_json_text(json, "kind", tg_kind_name(trace->kind));
    tg_json_count(json, "height", trace->height);
    tg_json_count(json, "width", trace->width);
    tg_json_bool(json, "is_virtual", trace->height == 0);
    if (trace->height > 0) {
        tg_json_text(json, "made_by", generated_by(trace));
        if (trace->stand_in != TG_STAND_IN_NONE)
            tg_json_text(json, "stand_in",
                         trace->stand_in == TG_STAND_IN_ZEROS ? "zeros" : "cells");
        tg_json_text(json, "xxh3_128", tg_digest_text(text, &trace->digest));
        if (how->jagged == NULL) {
            (void)snprintf(text, sizeof text, "%s.%s.trace.npy", name, tg_kind_name(trace->kind));
            tg_json_text(json, "file", text);
        }
    }
    tg_json_end(json);
}

static void put_times(tg_json_out *json, const generated *made, bool is_jagged)
{
    const tg_pipeline_times *times = &made->times;
    tg_json_begin(json, "times", '{');
    tg_json_real(json, "host_done_s", times->host_done);
    tg_json_real(json, "permitted_s", times->permitted);
    tg_json_real(json, "issued_s", times->issued);
    tg_json_real(json, "done_s", times->done);
    if (is_jagged) tg_json_real(json, "preprocessed_s", made->jagged_s);
    tg_json_count(json, "uploaded_bytes", times->uploaded_bytes);
    tg_json_end(json);
}

static void put_traces(tg_json_out *json, const generation *how, const generated *made)
{
    const tg_machine *machine = how->shard->machine;
    const tg_cluster *cluster = &machine->clusters[made->cluster];
    tg_json_begin(json, NULL, '{');
    tg_json_text(json, "machine", machine->id);
    tg_json_text(json, "record", how->shard->record.path);
    tg_json_text(json, "device", how->shard->device);
    tg_json_text(json, "device_name", tg_runtime_name(tg_pipeline_runtime(how->shard->pipeline)));
    tg_json_count(json, "max_log_rows", how->shard->max_log_rows);
    tg_json_text(json, "cluster", cluster->id);
    tg_json_begin(json, "shard_chips", '[');
    for (size_t i = 0; i < cluster->nb_chips; i++) {
        tg_json_text(json, NULL, machine->chips[cluster->chips[i]].name);
    }
    tg_json_end(json);
    tg_json_begin(json, "included", '[');
    for (size_t i = 0; i < made->nb_traces; i++) {
        const generated_trace *trace = &made->traces[i];
        if (trace->kind == TG_KIND_main && trace->height > 0)
            tg_json_text(json, NULL, machine->chips[trace->chip].name);
    }
    tg_json_end(json);
    tg_json_begin(json, "traces", '[');
    for (size_t i = 0; i < made->nb_traces; i++) {
        put_trace(json, how, &made->traces[i]);
    }
    tg_json_end(json);
    tg_json_bool(json, "has_public_values", made->has_public_values);
    tg_json_begin(json, "public_values", '[');
    for (size_t i = 0; i < TG_PIPELINE_NB_PUBLIC_VALUES; i++) {
        tg_json_count(json, NULL, made->public_values[i]);
    }
    tg_json_end(json);
    if (!how->no_times) put_times(json, made, how->jagged != NULL);
    tg_json_end(json);
}

static void put_section(tg_json_out *json, const char *name, const tg_jagged_section *section)
{
    tg_json_begin(json, name, '{');
    tg_json_count(json, "offset", section->offset);
    tg_json_count(json, "end", section->end);
    tg_json_count(json, "padding", section->padding);
    tg_json_count(json, "first_column", section->first_column);
    tg_json_count(json, "nb_columns", section->nb_columns);
    tg_json_begin(json, "chips", '[');
    for (size_t i = 0; i < section->nb_entries; i++) {
        const tg_jagged_entry *entry = &section->entries[i];
        tg_json_begin(json, NULL, '{');
        tg_json_text(json, "chip", entry->name);
        tg_json_count(json, "start", entry->start);
        tg_json_count(json, "end", entry->end);
        tg_json_count(json, "height", entry->height);
        tg_json_count(json, "width", entry->width);
        tg_json_count(json, "first_column", entry->first_column);
        tg_json_end(json);
    }
    tg_json_end(json);
    tg_json_end(json);
}

static void put_jagged(tg_json_out *json, const generation *how, const generated *made)
{
    const tg_jagged_layout *layout = tg_jagged_get_layout(how->jagged);
    (void)made;
    tg_json_begin(json, NULL, '{');
    tg_json_count(json, "log_stacking_height", layout->shape.log_stacking_height);
    tg_json_count(json, "max_log_rows", layout->shape.max_log_row_count);
    tg_json_count(json, "capacity", layout->shape.capacity);
    tg_json_count(json, "nb_columns", layout->nb_columns);
    put_section(json, "preprocessed", &layout->preprocessed);
    put_section(json, "main", &layout->main);
    tg_json_begin(json, "column_heights", '[');
    for (size_t i = 0; i < layout->nb_columns; i++) {
        tg_json_count(json, NULL, layout->column_heights[i]);
    }
    tg_json_end(json);
    tg_json_end(json);
}

typedef void put_document(tg_json_out *json, const generation *how, const generated *made);

static tg_status write_document(const generation *how, const generated *made, const char *name,
                                put_document *put, tg_error *error)
{
    char path[TG_PATH_BYTES];
    tg_output output;
    tg_status status = tg_out_folder_path(path, how->folder, error, name);
    if (status == TG_OK) status = tg_output_open(&output, path, error);
    if (status != TG_OK) return status;
    tg_json_out json = {.out = output.stream};
    put(&json, how, made);
    return tg_output_commit(&output, error);
}

tg_status generate_write_json(const generation *how, const generated *made, tg_error *error)
{
    tg_status status = write_document(how, made, GENERATE_TRACES_FILE, put_traces, error);
    if (status == TG_OK && how->jagged != NULL)
        status = write_document(how, made, GENERATE_JAGGED_FILE, put_jagged, error);
    return status;
}
