/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate generate: all traces of a shard, by the pipeline. */
#include "cli/generate.h"
#include "cli/verbs.h"
#include "harness/clock.h"

#include <stddef.h>

typedef struct generate_values {
    const char *record;
    tg_shard_values shard;
    bool jagged;
    tg_number capacity;
    tg_number nb_jobs;
    bool no_times;
    const char *output;
    bool force;
} generate_values;

static const tg_option options[] = {
    TG_OPTION(generate_values, record, TEXT, "record", "DIR", "the record: events and program",
              .required = true),
    TG_OPTION(generate_values, shard.machine, TEXT, "machine", "ID",
              "the machine; 'tracegate machines' lists them", .required = true),
    TG_SHARD_OPTIONS(generate_values, shard),
    TG_OPTION(generate_values, jagged, FLAG, "jagged", NULL,
              "all columns end to end in one buffer, instead of traces by name"),
    TG_OPTION(generate_values, capacity, NUMBER, "capacity", "WORDS",
              "of that buffer (the machine's own)", .min = 1, .max = (uint64_t)1 << 32),
    TG_OPTION(generate_values, nb_jobs, NUMBER, "jobs", "N",
              "make all of it so often at once, and check that it is the same", .fallback = "1",
              .min = 1, .max = 256),
    TG_OPTION(generate_values, no_times, FLAG, "no-times", NULL,
              "leave times out of traces.json: the same inputs give the same bytes"),
    TG_OPTION(generate_values, output, TEXT, "output", "DIR", "the folder to write", .letter = 'o',
              .required = true),
    TG_OPTION(generate_values, force, FLAG, "force", NULL, "replace a folder of such results"),
};

static void print_trace(const tg_shard *shard, const generated_trace *trace)
{
    char text[33] = "-";
    const char *made_by = "-";
    if (trace->height > 0) {
        made_by = tg_shard_is_on_device(shard, trace->chip, trace->kind) ? "device" : "host";
        (void)tg_digest_text(text, &trace->digest);
    }
    (void)printf("  %-27s %-12s %8zu %5zu  %-6s %.12s\n", trace->name, tg_kind_name(trace->kind),
                 trace->height, trace->width, made_by, text);
}

/* The words of a table that fits 80 columns. */
static void print(const generation *how, const generated *made, const char *output)
{
    const tg_shard *shard = how->shard;
    const tg_pipeline_times *times = &made->times;
    size_t nb_virtual = 0;
    (void)printf("  %-27s %-12s %8s %5s  %-6s %s\n", "chip", "kind", "rows", "cols", "by",
                 "xxh3_128");
    for (size_t i = 0; i < made->nb_traces; i++) {
        print_trace(shard, &made->traces[i]);
        nb_virtual += made->traces[i].height == 0;
    }
    (void)printf("cluster %s: %zu chips, %zu virtual\n", shard->machine->clusters[made->cluster].id,
                 shard->machine->clusters[made->cluster].nb_chips, nb_virtual);
    (void)printf("after %.3f s host chips were made, after %.3f s the permit was there,\n"
                 "after %.3f s all work was queued, after %.3f s it was done\n",
                 times->host_done, times->permitted, times->issued, times->done);
    (void)printf("device %s: %.1f MB copied to it, permit held for %.3f s\n", shard->device,
                 (double)times->uploaded_bytes / 1e6, made->held_s);
    if (how->jagged != NULL)
        (void)printf("preprocessed part of the jagged form: %.3f s, once\n", made->jagged_s);
    if (how->nb_jobs > 1) (void)printf("%zu runs at once made the same\n", how->nb_jobs);
    (void)printf("%s: %zu traces, Montgomery words\n", output, made->nb_traces - nb_virtual);
}

static tg_status create_jagged(generation *how, const generate_values *given, tg_error *error)
{
    const tg_shard *shard = how->shard;
    const tg_jagged_shape shape = {
        .log_stacking_height = shard->machine->log_stacking_height,
        .max_log_row_count = shard->max_log_rows,
        .capacity = given->capacity.given ? given->capacity.value : shard->machine->jagged_words,
    };
    if (!shard->has_program) {
        tg_error_set(error, TG_ERR_USAGE,
                     "--jagged: the record has no preprocessed traces, which come first in it");
        tg_error_how(error, "take a record with its program, or leave --jagged away");
        return TG_ERR_USAGE;
    }
    const double start_s = tg_now_s();
    tg_inputs *program = NULL;
    tg_status status = tg_shard_inputs(&program, shard, TG_KIND_preprocessed, error);
    if (status == TG_OK)
        status =
            tg_jagged_create(&how->jagged, shard->pipeline, &shape, program, shard->permits, error);
    how->jagged_s = tg_now_s() - start_s;
    if (status == TG_ERR_SIZE) tg_error_how(error, "give more with --capacity");
    return status;
}

static tg_status run_in_folder(generation *how, const generate_values *given, tg_error *error)
{
    generated made = {.nb_traces = 0};
    tg_status status = TG_OK;
    tg_progress_create(&how->progress, stderr);
    if (given->jagged) status = create_jagged(how, given, error);
    if (status == TG_OK) {
        status = generate_run(&made, how, error);
        if (status == TG_ERR_SIZE && given->jagged)
            tg_error_how(error, "give more with --capacity");
    }
    tg_progress_destroy(how->progress);
    tg_out_folder folder = *how->folder;
    if (status == TG_OK) {
        status = tg_out_folder_commit(&folder, error);
    } else {
        tg_out_folder_discard(&folder);
    }
    if (status == TG_OK) print(how, &made, given->output);
    generate_clear(&made);
    tg_jagged_destroy(how->jagged);
    return status;
}

static tg_status check_effect(const generate_values *given, tg_error *error)
{
    if (!given->capacity.given || given->jagged) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "--capacity has no effect without --jagged");
    tg_error_how(error, "leave it away, or add --jagged");
    return TG_ERR_USAGE;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const generate_values *given = values;
    tg_shard shard;
    tg_out_folder folder;
    (void)operands;
    tg_status status = check_effect(given, error);
    if (status == TG_OK)
        status = tg_shard_open(&shard, &given->shard, given->record, tg_verb_generate.name, error);
    if (status != TG_OK) return status;
    status = tg_shard_check_list(&shard, error);
    if (status == TG_OK)
        status =
            tg_out_folder_open(&folder, given->output, GENERATE_TRACES_FILE, given->force, error);
    if (status == TG_OK) {
        generation how = {.shard = &shard,
                          .nb_jobs = given->nb_jobs.value,
                          .no_times = given->no_times,
                          .folder = &folder};
        status = run_in_folder(&how, given, error);
    }
    tg_shard_close(&shard);
    return status;
}

const tg_verb tg_verb_generate = {
    .name = "generate",
    .summary = "make all traces of a shard, as SP1's GPU prover does",
    .operands = "",
    .text =
        "Makes the traces of all chips of a record's shard: those of the smallest cluster that "
        "has its chips, device chips on\n"
        "the device while host chips are made beside them, and the preprocessed ones where the "
        "record has its program.\n"
        "Writes CHIP.KIND.trace.npy for every trace with rows and traces.json; with --jagged "
        "dense.npy, col_index.npy,\n"
        "start_indices.npy, jagged.json and traces.json. The folder appears whole or not at all "
        "(docs/jagged.md).\n"
        "Chips of RISC-V shards without a generator here are stood in for: by the record's cells, "
        "or zeros.\n",
    .examples = "  tracegate generate --record corpus/records/shrink --machine shrink -o traces\n"
                "  tracegate generate --record DIR --machine riscv --jagged -o jagged\n"
                "  tracegate generate --record DIR --machine compress --jobs 8 --permits 3 -o out\n"
                "  tracegate generate --record DIR --machine compress --device-chips none -o out\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(generate_values),
    .run = run,
};
