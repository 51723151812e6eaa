/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate generate: all traces of a shard, by the pipeline. */
#include "cli/generate.h"
#include "cli/isolation.h"
#include "cli/verbs.h"
#include "harness/clock.h"
#include "harness/words.h"
#include "model/memory.h"

#include <stddef.h>

typedef struct generate_values {
    const char *record;
    tg_shard_values shard;
    tg_number nb_jobs;
    bool no_times;
    const char *output;
    bool force;
    tg_isolation_values isolation;
} generate_values;

static const tg_option options[] = {
    TG_OPTION(generate_values, record, TEXT, "record", "DIR", "the record: events and program",
              .required = true),
    TG_OPTION(generate_values, shard.machine, TEXT, "machine", "ID",
              "the machine; 'tracegate machines' lists them", .required = true),
    TG_SHARD_OPTIONS(generate_values, shard),
    TG_OPTION(generate_values, shard.is_jagged, FLAG, "jagged", NULL,
              "all columns end to end in one buffer, instead of traces by name"),
    TG_OPTION(generate_values, shard.capacity, NUMBER, "capacity", "WORDS",
              "of that buffer (the machine's own)", .min = 1, .max = (uint64_t)1 << 32),
    TG_OPTION(generate_values, nb_jobs, NUMBER, "jobs", "N",
              "make all of it so often at once, and check that it is the same", .fallback = "1",
              .min = 1, .max = 256),
    TG_OPTION(generate_values, no_times, FLAG, "no-times", NULL,
              "leave times out of traces.json: the same inputs give the same bytes"),
    TG_OPTION(generate_values, output, TEXT, "output", "DIR", "the folder to write", .letter = 'o',
              .required = true),
    TG_OPTION(generate_values, force, FLAG, "force", NULL, "replace a folder of such results"),
    TG_ISOLATION_OPTIONS(generate_values, isolation),
};

static void print_trace(const tg_machine *machine, const generated_trace *trace)
{
    char text[33] = "-";
    const char *made_by = "-";
    if (trace->height > 0) {
        made_by = generated_by(trace);
        (void)tg_digest_text(text, &trace->digest);
    }
    (void)printf("  %-27s %-12s %8zu %5zu  %-8s %.12s\n", machine->chips[trace->chip].name,
                 tg_kind_name(trace->kind), trace->height, trace->width, made_by, text);
}

/* What is not of a generator. */
static void print_lacks(const generated *made)
{
    size_t nb_stand_ins = 0;
    size_t nb_zeros = 0;
    size_t nb_traces = 0;
    for (size_t i = 0; i < made->nb_traces; i++) {
        nb_traces += made->traces[i].height > 0;
        nb_stand_ins += made->traces[i].stand_in != TG_STAND_IN_NONE;
        nb_zeros += made->traces[i].stand_in == TG_STAND_IN_ZEROS;
    }
    if (!made->has_public_values)
        (void)puts("the record has no public values: those that no trace makes are 0");
    if (nb_stand_ins != 0)
        (void)printf("%zu of %zu traces %s: %zu of zeros, %zu of the record's cells\n",
                     nb_stand_ins, nb_traces, nb_stand_ins == 1 ? "is a stand-in" : "are stand-ins",
                     nb_zeros, nb_stand_ins - nb_zeros);
}

/* The words of a table that fits 80 columns. */
static void print(const tg_machine *machine, const generated *made, const generate_values *given)
{
    const tg_pipeline_times *times = &made->times;
    const tg_cluster *cluster = &machine->clusters[made->cluster];
    size_t nb_virtual = 0;
    (void)printf("  %-27s %-12s %8s %5s  %-8s %s\n", "chip", "kind", "rows", "cols", "by",
                 "xxh3_128");
    for (size_t i = 0; i < made->nb_traces; i++) {
        print_trace(machine, &made->traces[i]);
        nb_virtual += made->traces[i].height == 0;
    }
    (void)printf("cluster %s: %zu chips, %zu virtual\n", cluster->id, cluster->nb_chips,
                 nb_virtual);
    (void)printf("after %.3f s host chips were made, after %.3f s the permit was there,\n"
                 "after %.3f s all work was queued, after %.3f s it was done\n",
                 times->host_done, times->permitted, times->issued, times->done);
    (void)printf("device %s: %.1f MB copied to it\n", made->device,
                 (double)times->uploaded_bytes / 1e6);
    (void)printf("permit held for %.3f s, until all files were written\n", made->held_s);
    if (given->shard.is_jagged)
        (void)printf("preprocessed part of the jagged form: %.3f s, once\n", made->jagged_s);
    if (given->nb_jobs.value > 1)
        (void)printf("%zu runs at once made the same\n", (size_t)given->nb_jobs.value);
    (void)printf("%s: %zu trace%s, Montgomery words\n", given->output, made->nb_traces - nb_virtual,
                 tg_plural(made->nb_traces - nb_virtual));
    print_lacks(made);
}

/* ---- with a device ---- */

/* Find out what is not of a generator. */
static tg_status find_lacks(generation *how, tg_error *error)
{
    const tg_shard *shard = how->shard;
    uint32_t values[TG_PIPELINE_NB_PUBLIC_VALUES];
    tg_status status = tg_record_public_values(values, &how->has_public_values, shard->machine,
                                               &shard->record, error);
    for (tg_kind kind = 0; kind < TG_NB_KINDS && status == TG_OK; kind++) {
        tg_inputs *inputs = NULL;
        if (kind == TG_KIND_preprocessed && !shard->has_program) continue;
        status = tg_inputs_plan_record(&inputs, shard->machine, kind, &shard->record, error);
        if (status != TG_OK) break;
        for (size_t chip = 0; chip < shard->machine->nb_chips; chip++) {
            how->stand_ins[kind][chip] = tg_inputs_stand_in(inputs, chip);
        }
        inputs->destroy(inputs);
    }
    return status;
}

/* Make the preprocessed part, and remember where its traces are made. */
static tg_status create_jagged(generation *how, tg_error *error)
{
    const tg_shard *shard = how->shard;
    const tg_jagged_shape shape = {
        .log_stacking_height = shard->machine->log_stacking_height,
        .max_log_row_count = shard->max_log_rows,
        .capacity = shard->capacity,
    };
    const double start_s = tg_now_s();
    tg_inputs *program = NULL;
    tg_status status = tg_shard_inputs(&program, shard, TG_KIND_preprocessed, error);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < shard->machine->nb_chips; i++) {
        how->is_program_device[i] =
            tg_pipeline_is_device(shard->pipeline, i, &program->chips[i], TG_KIND_preprocessed);
    }
    status =
        tg_jagged_create(&how->jagged, shard->pipeline, &shape, program, shard->permits, error);
    how->jagged_s = tg_now_s() - start_s;
    return status;
}

/* What is run, and the command line's. */
typedef struct generate_work {
    tg_shard *shard;
    const generate_values *given;
    const tg_out_folder *folder;
} generate_work;

static tg_status make(generated *made, const generate_work *of, tg_apart_told *told)
{
    generation how = {.shard = of->shard,
                      .nb_jobs = of->given->nb_jobs.value,
                      .no_times = of->given->no_times,
                      .folder = of->folder};
    tg_progress_create(&how.progress, stderr);
    tg_status status = find_lacks(&how, &told->error);
    if (status == TG_OK && of->given->shard.is_jagged) status = create_jagged(&how, &told->error);
    if (status == TG_OK) {
        status = generate_run(made, &how, told);
    } else {
        const tg_pipeline_result none = {.cluster = 0};
        tg_apart_tell_failure(told, &none, status, &told->error);
    }
    tg_progress_destroy(how.progress);
    tg_jagged_destroy(how.jagged);
    return status;
}

/* All that a device has a part in. */
static void work(void *context, void *result, tg_apart_told *told, tg_apart *apart)
{
    const generate_work *of = context;
    generated *made = result;
    tg_shard *shard = of->shard;
    told->status = tg_shard_start(shard, &of->given->shard, tg_verb_generate.name,
                                  tg_apart_launches(apart), &told->error);
    tg_apart_begin(apart);
    if (told->status != TG_OK) return;
    (void)snprintf(made->device, sizeof made->device, "%s", shard->device);
    told->status = make(made, of, told);
    // Not left to the system: what a device's end has to say is said by its own process.
    tg_shard_close(shard);
}

/* ---- without one ---- */

/* Have all made, and give the folder its name. */
static tg_status run_in_folder(const generate_work *of, tg_out_folder *folder,
                               const tg_isolation *isolation, const char *again, tg_error *error)
{
    const tg_machine *machine = of->shard->machine;
    const size_t nb_jobs = of->given->nb_jobs.value;
    const size_t nb_bytes = generated_bytes(machine);
    tg_apart_told told;
    void *made = NULL;
    size_t nb_cells = 0;
    tg_status status = tg_shard_nb_cells(&nb_cells, of->shard, error);
    if (status == TG_OK) status = tg_buffer_create(&made, nb_bytes, 1, error);
    if (status != TG_OK) {
        tg_out_folder_discard(folder);
        return status;
    }
    const tg_apart_job job = {.work = work,
                              .context = (void *)of,
                              .result = made,
                              .result_bytes = nb_bytes,
                              .is_apart = tg_isolation_wants(isolation, of->given->shard.device),
                              .max_seconds = tg_isolation_limit(isolation, nb_jobs, nb_cells),
                              .again = again};
    tg_apart_run(&told, &job);
    status = tg_apart_end(&told, "tracegate generate", again, error);
    if (status == TG_OK) status = tg_out_folder_commit(folder, error);
    if (status == TG_OK) print(machine, made, of->given);
    if (told.status != TG_OK) tg_out_folder_discard(folder);
    tg_buffer_destroy(made);
    return status;
}

static tg_status check_effect(const generate_values *given, tg_error *error)
{
    if (given->shard.capacity.given && !given->shard.is_jagged) {
        tg_error_set(error, TG_ERR_USAGE, "--capacity has no effect without --jagged");
        tg_error_how(error, "leave it out, or add --jagged");
        return TG_ERR_USAGE;
    }
    if (given->shard.nb_permits.given && given->nb_jobs.value == 1) {
        tg_error_set(error, TG_ERR_USAGE, "--permits has no effect without --jobs");
        tg_error_how(error, "leave it out, or add --jobs 2 or more");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const generate_values *given = values;
    tg_isolation isolation;
    tg_command again;
    tg_shard shard;
    tg_out_folder folder;
    tg_status status = check_effect(given, error);
    if (status == TG_OK) status = tg_isolation_choose(&isolation, &given->isolation, error);
    if (status == TG_OK) status = tg_shard_read(&shard, &given->shard, given->record, error);
    if (status != TG_OK) return status;
    tg_verb_command(&again, &tg_verb_generate, given, operands);
    status = tg_shard_check_list(&shard, error);
    if (status == TG_OK)
        status =
            tg_out_folder_open(&folder, given->output, GENERATE_TRACES_FILE, given->force, error);
    if (status == TG_OK) {
        const generate_work of = {.shard = &shard, .given = given, .folder = &folder};
        status = run_in_folder(&of, &folder, &isolation, again.text, error);
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
        "or zeros; the table and\n"
        "traces.json say which (docs/jagged.md).\n"
        "Work with a GPU is done by a process of its own: a kernel that faults or never ends is "
        "said to have failed, exit code 1\n"
        "(docs/isolation.md).\n",
    .examples = "  tracegate generate --record corpus/records/shrink --machine shrink -o traces\n"
                "  tracegate generate --record DIR --machine riscv --jagged -o jagged\n"
                "  tracegate generate --record DIR --machine compress --jobs 8 --permits 3 -o out\n"
                "  tracegate generate --record DIR --machine compress --device-chips none -o out\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(generate_values),
    .run = run,
};
