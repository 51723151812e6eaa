/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate trace: one trace by one backend into a file. */
#include "cli/source.h"
#include "cli/verbs.h"
#include "files/npy.h"
#include "harness/progress.h"
#include "harness/report.h"
#include "model/memory.h"
#include "reference/field.h"

#include <inttypes.h>
#include <stddef.h>

typedef struct trace_values {
    tg_source source;
    tg_number height;
    tg_choice backend;
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
    TG_OPTION(trace_values, source.profile, CHOICE, "profile", "P", "how --seed draws",
              .names = &tg_profile_names),
    TG_OPTION(trace_values, height, NUMBER, "height", "H",
              "exactly so many rows, as SP1's fixed heights", .min = 1, .max = TG_MAX_HEIGHT),
    TG_OPTION(trace_values, backend, CHOICE, "backend", "B", "what makes the trace",
              .names = &tg_backend_names),
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
        (void)fprintf(stderr, "tracegate trace: --height %zu is ignored: %s always has %zu row%s\n",
                      (size_t)asked->value, trace->name, *height, tg_plural(*height));
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
        return tg_record_check_cells(&list->record, entry, error);
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
                      tg_progress *progress, tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    tg_conduct conduct;
    const tg_status status = tg_backend_make(cells, &conduct, backend, job, error);
    if (status != TG_OK || !tg_conduct_is_wrong(&conduct)) return status;
    tg_progress_wipe(progress);
    tg_report_conduct(stderr, &conduct, trace, job->height);
    tg_error_set(error, TG_ERR_KERNEL, "backend %s made no sound trace of %s: nothing is written",
                 backend->ops->name, trace->name);
    tg_error_how(error, "'tracegate gate %s --actual %s' reports all of it", trace->name,
                 backend->ops->name);
    return TG_ERR_KERNEL;
}

/* Turn Montgomery words into residues. A word that is not below p has none: writing one for it
 * would hide what is wrong with it. */
static tg_status to_residues(uint32_t *cells, const tg_backend *backend, const tg_job *job,
                             tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    const size_t nb_cells = job->height * tg_trace_width(trace);
    for (size_t i = 0; i < nb_cells; i++) {
        if (cells[i] < TG_P) {
            cells[i] = tg_ref_from_word(cells[i]);
            continue;
        }
        char name[TG_NAME_BYTES];
        // A kernel that makes such a word is a finding, a recorded one is bad input.
        const tg_status status = backend->ops->generates ? TG_ERR_KERNEL : TG_ERR_FORMAT;
        tg_error_set(error, status,
                     "the word %" PRIu32 " is not below p = %" PRIu32 ": it is no residue's",
                     cells[i], (uint32_t)TG_P);
        tg_error_where(error, "%s by %s, row %zu, column %s", trace->name, backend->ops->name,
                       i % job->height, tg_trace_column_name(name, trace, i / job->height));
        tg_error_how(error, "write the words as they are, without --canonical");
        return status;
    }
    return TG_OK;
}

static tg_status make_and_write(const tg_backend *backend, const tg_job *job,
                                const trace_values *given, tg_progress *progress, tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    const size_t width = tg_trace_width(trace);
    size_t nb_cells = 0;
    tg_status status = tg_size_multiply(&nb_cells, job->height, width, error);
    if (status != TG_OK) return status;
    void *cells = NULL;
    status = tg_buffer_create(&cells, nb_cells, sizeof(uint32_t), error);
    tg_progress_say(progress, 0, 0, "making %s of %zu event%s by %s", trace->name, job->nb_events,
                    tg_plural(job->nb_events), backend->ops->name);
    if (status == TG_OK) status = make(cells, backend, job, progress, error);
    if (status == TG_OK && given->canonical) status = to_residues(cells, backend, job, error);
    tg_progress_say(progress, 0, 0, "writing %zu rows, %zu columns", job->height, width);
    if (status == TG_OK)
        status = tg_npy_write_cells(given->output, cells, job->height, width, error);
    tg_progress_wipe(progress);
    if (status == TG_OK) {
        (void)printf("%s: %s of %zu event%s by %s, %zu row%s, %zu columns, %s\n", given->output,
                     trace->name, job->nb_events, tg_plural(job->nb_events), backend->ops->name,
                     job->height, tg_plural(job->height), width,
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
    if (status == TG_OK) status = tg_output_path_check(given->output, error);
    if (status != TG_OK) return status;
    const tg_backend_ops *ops = NULL;
    status = tg_backend_find(&ops, given->backend.name, error);
    if (status != TG_OK) return status;
    tg_progress *progress = NULL;
    tg_progress_create(&progress, stderr);
    tg_progress_say(progress, 0, 0, "fetching events of %s", subject.trace->name);
    tg_event_list list;
    status = tg_event_list_load(&list, &subject, &given->source, error);
    if (status != TG_OK) goto cleanup;
    tg_progress_wipe(progress);
    tg_event_list_say_fewer("trace", &list, subject.trace, &given->source);
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
        status = make_and_write(&backend, &job, given, progress, error);
    }
    tg_backend_close(&backend);
    tg_event_list_clear(&list);
cleanup:
    tg_progress_destroy(progress);
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
