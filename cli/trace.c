/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate trace: one trace by one backend into a file. */
#include "cli/source.h"
#include "cli/verbs.h"
#include "files/npy.h"
#include "harness/report.h"
#include "model/memory.h"
#include "reference/field.h"

#include <stddef.h>

typedef struct trace_values {
    tg_source source;
    tg_number height;
    const char *backend;
    bool canonical;
    const char *output;
} trace_values;

static const tg_option options[] = {
    TG_OPTION(trace_values, source.events, TEXT, "events", "FILE.npy",
              "events from a file, as 'gen' writes it", .rival = true),
    TG_OPTION(trace_values, source.record, TEXT, "record", "DIR", "events from a record's folder",
              .rival = true),
    TG_OPTION(trace_values, source.seed, NUMBER, "seed", "S",
              "events drawn with this seed; needs --nb-events", .max = UINT64_MAX, .rival = true),
    TG_OPTION(trace_values, source.nb_events, NUMBER, "nb-events", "N",
              "the first N of a file or record; how many to draw", .max = TG_MAX_EVENTS),
    TG_OPTION(trace_values, source.profile, TEXT, "profile", "P",
              "how --seed draws: uniform or upstream", .fallback = "uniform"),
    TG_OPTION(trace_values, height, NUMBER, "height", "H",
              "exactly so many rows, as SP1's fixed heights", .min = 1, .max = TG_MAX_HEIGHT),
    TG_OPTION(trace_values, backend, TEXT, "backend", "B",
              "what makes the trace: reference, host, cuda, recorded", .fallback = "reference"),
    TG_OPTION(trace_values, canonical, FLAG, "canonical", NULL,
              "write residues instead of Montgomery words"),
    TG_OPTION(trace_values, output, TEXT, "output", "OUT.npy", "the file to write", .letter = 'o',
              .required = true),
};

/* The height of the trace: the option's, else the record's fixed one, else the rule's. */
static tg_status choose_height(size_t *height, const tg_trace *trace, const tg_number *asked,
                               const tg_event_list *list, tg_error *error)
{
    size_t fixed_height = list->has_record ? list->record.fixed_height : 0;
    if (asked->given) fixed_height = asked->value;
    const tg_status status = tg_trace_height(trace, list->nb_events, fixed_height, height, error);
    if (status == TG_OK && asked->given && *height != asked->value) {
        (void)fprintf(stderr, "tracegate trace: --height %zu is ignored: %s always has %zu rows\n",
                      (size_t)asked->value, trace->name, *height);
    }
    return status;
}

/* A golden trace has the dimensions and events that it was recorded with, and no others. */
static tg_status check_recorded(const tg_trace *trace, const tg_event_list *list, size_t height,
                                tg_error *error)
{
    if (list->entry == NULL) {
        tg_error_set(error, TG_ERR_USAGE, "backend 'recorded' without a record");
        tg_error_how(error, "name the record with --record DIR, or choose another backend");
        return TG_ERR_USAGE;
    }
    const tg_record_trace *entry = list->entry;
    if (entry->nb_events == list->nb_events && entry->height == height &&
        entry->width == tg_trace_width(trace))
        return TG_OK;
    tg_error_set(
        error, TG_ERR_USAGE,
        "the recorded trace is of %zu events, %zu rows, %zu columns; asked for are %zu, %zu, %zu",
        entry->nb_events, entry->height, entry->width, list->nb_events, height,
        tg_trace_width(trace));
    tg_error_where(error, "%s of %s", trace->name, list->record.path);
    tg_error_how(error, "leave --nb-events and --height away, or choose another backend");
    return TG_ERR_USAGE;
}

/* Make the trace, and refuse it if its generator did anything wrong on the way. */
static tg_status make(uint32_t *cells, const tg_backend *backend, const tg_job *job,
                      tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    tg_conduct conduct;
    const tg_status status = tg_backend_make(cells, &conduct, backend, job, error);
    if (status != TG_OK || !tg_conduct_is_wrong(&conduct)) return status;
    tg_report_conduct(stderr, &conduct, trace, job->height);
    tg_error_set(error, TG_ERR_KERNEL, "backend %s made no sound trace of %s: nothing is written",
                 backend->ops->name, trace->name);
    tg_error_how(error, "'tracegate gate %s --actual %s' reports all of it", trace->name,
                 backend->ops->name);
    return TG_ERR_KERNEL;
}

static tg_status make_and_write(const tg_backend *backend, const tg_job *job,
                                const trace_values *given, tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    const size_t width = tg_trace_width(trace);
    size_t nb_cells = 0;
    tg_status status = tg_size_multiply(&nb_cells, job->height, width, error);
    if (status != TG_OK) return status;
    void *cells = NULL;
    status = tg_buffer_create(&cells, nb_cells, sizeof(uint32_t), error);
    if (status == TG_OK) status = make(cells, backend, job, error);
    if (status == TG_OK && given->canonical) {
        uint32_t *words = cells;
        for (size_t i = 0; i < nb_cells; i++) {
            words[i] = tg_ref_from_word(words[i]);
        }
    }
    if (status == TG_OK)
        status = tg_npy_write_cells(given->output, cells, job->height, width, error);
    if (status == TG_OK) {
        (void)printf("%s: %s of %zu events by %s, %zu rows, %zu columns, %s\n", given->output,
                     trace->name, job->nb_events, backend->ops->name, job->height, width,
                     given->canonical ? "residues" : "Montgomery words");
    }
    tg_buffer_destroy(cells);
    return status;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const trace_values *given = values;
    tg_subject subject;
    tg_status status = tg_subject_named(&subject, operands->words[0], error);
    if (status != TG_OK) return status;
    const tg_backend_ops *ops = NULL;
    status = tg_backend_find(&ops, given->backend, error);
    if (status != TG_OK) return status;
    tg_event_list list;
    status = tg_event_list_load(&list, &subject, &given->source, error);
    if (status != TG_OK) return status;
    size_t height = 0;
    tg_backend backend = {0};
    status = choose_height(&height, subject.trace, &given->height, &list, error);
    if (status == TG_OK && !ops->generates)
        status = check_recorded(subject.trace, &list, height, error);
    if (status == TG_OK) status = tg_backend_open(&backend, ops, error);
    if (status == TG_OK) {
        const tg_job job = {
            .subject = &subject,
            .events = list.events,
            .nb_events = list.nb_events,
            .height = height,
            .record = list.has_record ? &list.record : NULL,
        };
        status = make_and_write(&backend, &job, given, error);
    }
    tg_backend_close(&backend);
    tg_event_list_clear(&list);
    return status;
}

const tg_verb tg_verb_trace = {
    .name = "trace",
    .summary = "make one trace with one backend and write it",
    .operands = "CHIP.KIND",
    .min_operands = 1,
    .max_operands = 1,
    .text = "Makes one trace and writes it as .npy, <u4 [height, width], row by row. The file "
            "appears whole or not at all.\n"
            "Events come from a file, a record or a seed. MemoryConst.main has no events: "
            "--nb-events is all it needs.\n"
            "The backend runs under the gate's guards, and a trace with an unwritten cell or the "
            "like is not written.\n",
    .examples = "  tracegate trace Select.main --seed 7 --nb-events 1000 -o select.npy\n"
                "  tracegate trace Select.main --events events.npy --backend host -o host.npy\n"
                "  tracegate trace ExtAlu.main --record corpus/records/upstream --canonical -o "
                "residues.npy\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(trace_values),
    .run = run,
};
