/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate trace: one trace by one backend into a file. */
#include "cli/isolation.h"
#include "cli/kernels.h"
#include "cli/stop.h"
#include "cli/trace_files.h"
#include "cli/verbs.h"
#include "harness/progress.h"
#include "harness/report.h"
#include "model/byte_lookups.h"
#include "reference/field.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

/* Words of a side output that are shown: all of a small one. */
#define MAX_SIDE_VALUES ((size_t)32)

typedef struct trace_values {
    tg_source source;
    tg_number height;
    tg_choice backend;
    tg_number max_candidates;
    bool canonical;
    const char *output;
    const char *side_outputs;
    tg_kernel_values kernels;
    tg_isolation_values isolation;
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
    TG_OPTION(trace_values, max_candidates, NUMBER, "max-candidates", "N",
              "fewer candidates than a trace that searches has", .min = 1, .max = UINT32_MAX),
    TG_OPTION(trace_values, canonical, FLAG, "canonical", NULL,
              "write residues instead of Montgomery words"),
    TG_OPTION(trace_values, output, TEXT, "output", "OUT.npy", "the file to write", .letter = 'o',
              .required = true),
    TG_OPTION(trace_values, side_outputs, TEXT, "side-outputs", "DIR",
              "a folder for what the trace gives besides its cells"),
    TG_KERNEL_OPTIONS(trace_values, kernels),
    TG_ISOLATION_OPTIONS(trace_values, isolation),
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

/* What a record has of a trace instead of its cells. */
static tg_status refuse_absent_cells(const tg_record *record, const tg_record_trace *entry,
                                     tg_error *error)
{
    tg_error_set(error, TG_ERR_USAGE,
                 entry->has_digest ? "the record has only a digest of the trace, not its cells"
                                   : "the record has the events of the trace, not its cells");
    tg_error_where(error, "%s of %s", entry->name, record->path);
    tg_error_how(error, "choose another backend; 'tracegate gate --record' compares with what the "
                        "record has");
    return TG_ERR_USAGE;
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
    if (!entry->has_cells) return refuse_absent_cells(&list->record, entry, error);
    if (entry->nb_events == list->nb_events && entry->height == height &&
        entry->width == tg_trace_width(trace))
        return tg_record_check_cells(&list->record, entry, error);
    tg_error_set(
        error, TG_ERR_USAGE,
        "the recorded trace is of %zu events, %zu rows, %zu columns; asked for are %zu, %zu, %zu",
        entry->nb_events, entry->height, entry->width, list->nb_events, height,
        tg_trace_width(trace));
    tg_error_where(error, "%s of %s", trace->name, list->record.path);
    tg_error_how(error, "leave out --nb-events and --height, or choose another backend");
    return TG_ERR_USAGE;
}

/* What is to be made, and where it goes. */
typedef struct making {
    const trace_values *given;
    const tg_backend *backend;
    tg_job job;
    const tg_record_trace *entry; /* what `recorded` reads; NULL elsewhere */
    tg_trace_files files;
    tg_product product;          /* owned */
    bool has_side[TG_MAX_SIDES]; /* a record may lack some */
} making;

/* Make the trace, and refuse it if its generator did anything wrong on the way. */
static tg_status make(making *work, tg_progress *progress, tg_error *error)
{
    const tg_trace *trace = work->job.subject->trace;
    const tg_backend *backend = work->backend;
    tg_conduct conduct;
    tg_status status = tg_backend_make(&work->product, &conduct, backend, &work->job, error);
    if (status != TG_OK) return status;
    if (!backend->ops->generates)
        return tg_record_read_sides(&work->product, work->has_side, work->job.record, work->entry,
                                    trace, error);
    for (size_t i = 0; i < trace->nb_sides; i++) {
        work->has_side[i] = true;
    }
    if (!tg_conduct_is_wrong(&conduct)) return TG_OK;
    tg_progress_wipe(progress);
    tg_report_conduct(stderr, &conduct, trace, work->job.height);
    tg_error_set(error, TG_ERR_KERNEL, "backend %s made no sound trace of %s: nothing is written",
                 backend->ops->name, trace->name);
    tg_error_how(error, "'tracegate gate %s --actual %s' reports all of it", trace->name,
                 backend->ops->name);
    return TG_ERR_KERNEL;
}

/* Turn Montgomery words into residues. A word that is not below p has none: writing one for it
 * would hide what is wrong with it. */
static tg_status to_residues(const making *work, tg_error *error)
{
    const tg_trace *trace = work->job.subject->trace;
    const tg_backend *backend = work->backend;
    const size_t height = work->job.height;
    uint32_t *cells = work->product.cells;
    for (size_t i = 0; i < height * tg_trace_width(trace); i++) {
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
                       i % height, tg_trace_column_name(name, trace, i / height));
        tg_error_how(error, "write the words as they are, without --canonical");
        return status;
    }
    return TG_OK;
}

/* Say what a multiset of lookups holds: too many to be shown. */
static void print_lookups(const uint32_t *counters)
{
    uint64_t nb_made = 0;
    size_t nb_different = 0;
    for (size_t i = 0; i < TG_NB_BYTE_LOOKUPS; i++) {
        nb_made += counters[i];
        nb_different += counters[i] != 0;
    }
    (void)printf("%" PRIu64 ", of which %zu are different\n", nb_made, nb_different);
}

/* Say what a side output of words is: each field begins a line of its own. */
static void print_words(const tg_side *side, const uint32_t *words)
{
    const int indent = (int)strlen(side->name) + 3;
    for (size_t i = 0; i < side->words->nb_fields; i++) {
        tg_type one = *side->words;
        one.nb_fields = 1;
        one.fields = &side->words->fields[i];
        if (i != 0) (void)printf("%*s", indent, "");
        tg_report_struct(stdout, &one, words, MAX_SIDE_VALUES, (size_t)indent);
    }
}

/* Say what the side outputs are. */
static void print_sides(const making *work)
{
    const tg_trace *trace = work->job.subject->trace;
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const tg_side *side = &trace->sides[i];
        (void)printf("  %s ", side->name);
        if (!work->has_side[i]) {
            (void)printf("is not in the record\n");
        } else if (side->form == TG_SIDE_BYTE_LOOKUPS) {
            print_lookups(work->product.sides[i]);
        } else {
            print_words(side, work->product.sides[i]);
        }
    }
    for (size_t i = 0; i < trace->nb_sides && work->given->side_outputs != NULL; i++) {
        char path[TG_PATH_BYTES];
        if (work->has_side[i] &&
            tg_trace_files_side_path(path, &work->files, &trace->sides[i], NULL) == TG_OK)
            (void)printf("%s: %s\n", path, trace->sides[i].name);
    }
}

static tg_status make_and_write(making *work, tg_progress *progress, tg_error *error)
{
    const tg_job *job = &work->job;
    const trace_values *given = work->given;
    const tg_trace *trace = job->subject->trace;
    const size_t width = tg_trace_width(trace);
    tg_status status = tg_product_create(&work->product, trace, job->height, error);
    tg_progress_say(progress, 0, 0, "making %s of %zu event%s by %s", trace->name, job->nb_events,
                    tg_plural(job->nb_events), work->backend->ops->name);
    if (status == TG_OK) status = make(work, progress, error);
    if (status == TG_OK && given->canonical) status = to_residues(work, error);
    tg_progress_say(progress, 0, 0, "writing %zu rows, %zu columns", job->height, width);
    if (status == TG_OK) {
        status =
            tg_trace_files_write(&work->files, &work->product, job->height, work->has_side, error);
    } else {
        tg_trace_files_discard(&work->files);
    }
    tg_progress_wipe(progress);
    if (status == TG_OK) {
        tg_stop_say(TG_STOP_OF_RUN, NULL);
        (void)printf("%s: %s of %zu event%s by %s, %zu row%s, %zu columns, %s\n", given->output,
                     trace->name, job->nb_events, tg_plural(job->nb_events),
                     work->backend->ops->name, job->height, tg_plural(job->height), width,
                     given->canonical ? "residues" : "Montgomery words");
        print_sides(work);
    }
    tg_product_destroy(&work->product);
    return status;
}

/* Refuse options that would change nothing. */
static tg_status check_effect(const tg_trace *trace, const trace_values *given, tg_error *error)
{
    if (given->side_outputs != NULL && trace->nb_sides == 0) {
        tg_error_set(error, TG_ERR_USAGE, "--side-outputs: %s has none", trace->name);
        tg_error_how(error, "leave it out; 'tracegate describe %s' says what the trace gives",
                     trace->name);
        return TG_ERR_USAGE;
    }
    if (given->max_candidates.given && trace->max_candidates == 0) {
        tg_error_set(error, TG_ERR_USAGE, "--max-candidates: %s searches nothing", trace->name);
        tg_error_how(error, "leave it out");
        return TG_ERR_USAGE;
    }
    if (given->max_candidates.given && given->max_candidates.value > trace->max_candidates) {
        tg_error_set(error, TG_ERR_USAGE, "--max-candidates %zu: %s has %lu candidates",
                     (size_t)given->max_candidates.value, trace->name,
                     (unsigned long)trace->max_candidates);
        tg_error_how(error, "give fewer, or leave it out to search all of them");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

/* Say which events no proof accepts: legal for a trace. */
static void say_beyond(const tg_trace *trace, const tg_event_list *list)
{
    for (size_t i = 0; i < trace->nb_bounds; i++) {
        tg_beyond beyond = {.nb_events = list->nb_events};
        beyond.nb = tg_trace_nb_beyond(&beyond.first, trace, &trace->bounds[i], list->events,
                                       list->nb_events);
        if (beyond.nb == 0) continue;
        tg_report_beyond(stderr, "note      ", trace, &trace->bounds[i], &beyond);
    }
}

static tg_status keep_kernels(void *context, const char *path, tg_error *error)
{
    return tg_trace_files_keep(context, path, error);
}

/* Make the trace of events that are loaded, and write it. */
static tg_status make_of(const trace_values *given, const tg_subject *subject,
                         const tg_user_set *set, const tg_backend *backend,
                         const tg_event_list *list, size_t height, tg_progress *progress,
                         tg_error *error)
{
    making work = {
        .given = given,
        .backend = backend,
        .job = {.subject = subject,
                .events = list->events,
                .nb_events = list->nb_events,
                .height = height,
                .max_candidates = (uint32_t)given->max_candidates.value,
                .record = list->has_record ? &list->record : NULL},
        .entry = list->entry,
    };
    tg_status status = tg_trace_files_open(&work.files, subject->trace, given->output,
                                           given->side_outputs, list, &given->source, error);
    if (status != TG_OK) return status;
    status = tg_kernel_set_keep(set, keep_kernels, &work.files, error);
    if (status == TG_OK) {
        status = make_and_write(&work, progress, error);
    } else {
        tg_trace_files_discard(&work.files);
    }
    if (status == TG_OK) say_beyond(subject->trace, list);
    return status;
}

/* Open the backend: that of a user's kernels in a process of its own, unless that is not wanted. */
static tg_status open_backend(tg_backend *backend, const tg_backend_ops *ops,
                              const trace_values *given, const tg_user_set *set, tg_error *error)
{
    tg_isolation isolation;
    const tg_status status = tg_isolation_choose(&isolation, &given->isolation, error);
    if (status != TG_OK) return status;
    if (isolation.isolate == TG_ISOLATE_BY_BACKEND)
        isolation.isolate = set->kernels != NULL ? TG_ISOLATE_ALWAYS : TG_ISOLATE_NEVER;
    return ops->generates ? tg_isolation_open(backend, ops, &isolation, true, error)
                          : tg_backend_open(backend, ops, error);
}

/* Make the trace, with everything that was asked for checked. */
static tg_status run_checked(const trace_values *given, const tg_subject *subject,
                             const tg_backend_ops *ops, const tg_user_set *set, tg_error *error)
{
    tg_progress *progress = NULL;
    tg_event_list list;
    size_t height = 0;
    tg_backend backend = {0};
    tg_progress_create(&progress, stderr);
    tg_progress_say(progress, 0, 0, "fetching events of %s", subject->trace->name);
    tg_status status = tg_event_list_load(&list, subject, &given->source, error);
    if (status != TG_OK) goto cleanup;
    tg_progress_wipe(progress);
    tg_event_list_say_fewer("trace", &list, subject->trace, &given->source);
    status = choose_height(&height, subject->trace, &given->height, &list, error);
    if (status == TG_OK && !ops->generates)
        status = check_recorded(subject->trace, &list, height, error);
    if (status == TG_OK) status = open_backend(&backend, ops, given, set, error);
    if (status == TG_OK)
        status = make_of(given, subject, set, &backend, &list, height, progress, error);
    tg_backend_close(&backend);
    tg_event_list_clear(&list);
cleanup:
    tg_progress_destroy(progress);
    return status;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const trace_values *given = values;
    const char *asked = given->backend.given ? given->backend.name : NULL;
    const tg_backend_ops *ops = NULL;
    tg_subject subject;
    tg_user_set set = {.kernels = NULL};
    tg_stop_say(TG_STOP_OF_RUN, "no trace was written");
    tg_stop_catch();
    tg_status status = tg_subject_named(&subject, operands->words[0], error);
    if (status == TG_OK) status = tg_output_path_check(given->output, error);
    if (status == TG_OK) status = check_effect(subject.trace, given, error);
    if (status == TG_OK)
        status = tg_kernel_set_open(&set, &given->kernels, operands, NULL, &asked, 1, error);
    if (status != TG_OK) return status;
    tg_kernel_set_apply(&set, &subject);
    status = tg_backend_find(&ops, set.kernels != NULL ? set.backend : given->backend.name, error);
    if (status == TG_OK) status = run_checked(given, &subject, ops, &set, error);
    tg_user_set_close(&set);
    return status;
}

const tg_verb tg_verb_trace = {
    .name = "trace",
    .summary = "make one trace with one backend and write it",
    .operands = "CHIP.KIND",
    .min_operands = 1,
    .max_operands = 1,
    .text =
        "Makes one trace and writes it as .npy, <u4 [height, width], row by row. The file "
        "appears whole or not at all.\n"
        "Events come from a file, a record or a seed. MemoryConst.main has no events: "
        "--nb-events is all it needs.\n"
        "The backend runs under the gate's guards, and a trace with an unwritten cell or the "
        "like is not written.\n"
        "--kernel makes the trace by a kernel of yours, on the GPU, or on the CPU with --host.\n"
        "What a trace gives besides its cells is shown shortly; --side-outputs DIR writes it "
        "as DIR/CHIP.KIND.NAME.npy,\nall files or none.\n",
    .examples = "  tracegate trace Select.main --seed 7 --nb-events 1000 -o select.npy\n"
                "  tracegate trace Select.main --events events.npy --backend host -o host.npy\n"
                "  tracegate trace ExtAlu.main --record corpus/records/upstream --canonical -o "
                "residues.npy\n"
                "  tracegate trace Select.main --kernel select.cu:select_main --host --seed 7 "
                "--nb-events 10 -o mine.npy\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(trace_values),
    .run = run,
};
