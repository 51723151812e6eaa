/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One case of the gate: the expected trace, every actual one against it, the golden one, and the
 * planted bugs. */
#include "harness/gate_internal.h"

#include "harness/command.h"
#include "harness/report.h"
#include "model/memory.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of the line that says where events come from: a path, and some words. */
#define SOURCE_BYTES (TG_PATH_BYTES + 64)

/* A case at work. */
typedef struct trial {
    gate *state;
    const gate_case *work;
    gate_row *row;
    tg_matrix expected;
    uint32_t *expected_cells;
    uint32_t *actual_cells; /* large enough for what any side makes */
    tg_diff diff;
} trial;

/* True if grid and block mean something to either side; actual NULL: all backends. */
static bool takes_launch(const trial *run, const char *actual)
{
    if (actual == NULL || run->state->expected.ops->takes_launch) return true;
    const tg_backend_ops *ops = NULL;
    return tg_backend_find(&ops, actual, NULL) == TG_OK && ops->takes_launch;
}

/* The command line that makes one comparison again; actual NULL: whatever is compared by
 * default. */
static void write_again(tg_command *again, const trial *run, const char *actual)
{
    const gate_case *work = run->work;
    const tg_gate_options *options = run->state->options;
    tg_command_begin(again);
    tg_command_add(again, "tracegate");
    tg_command_add(again, "gate");
    tg_command_add(again, work->subject.trace->name);
    if (work->record != NULL) {
        tg_command_add_option(again, "record", "%s", work->record->path);
        if (options->nb_record_events != 0) {
            tg_command_add_option(again, "nb-events", "%zu", work->nb_events);
        }
    } else {
        tg_command_add_option(again, "profile", "%s", tg_profile_name(options->profile));
        tg_command_add_option(again, "seed", "0x%llx", (unsigned long long)options->seed);
        tg_command_add_option(again, "nb-events", "%zu", options->nb_events);
        if (options->fixed_height != 0) {
            tg_command_add_option(again, "height", "%zu", options->fixed_height);
        }
    }
    if (run->state->expected.ops != tg_backend_ops_at(0)) {
        tg_command_add_option(again, "expected", "%s", run->state->expected.ops->name);
    }
    if (actual != NULL) tg_command_add_option(again, "actual", "%s", actual);
    if (takes_launch(run, actual)) {
        const tg_launch launch = options->launch;
        if (launch.grid != 0) {
            tg_command_add_option(again, "grid", "%lu", (unsigned long)launch.grid);
        }
        if (launch.block != 0) {
            tg_command_add_option(again, "block", "%lu", (unsigned long)launch.block);
        }
    }
}

/* Where the events come from, for the report. */
static void write_source(char *text, size_t size, const trial *run)
{
    const tg_gate_options *options = run->state->options;
    if (run->work->record != NULL) {
        (void)snprintf(text, size, "record %s", run->work->record->path);
    } else {
        (void)snprintf(text, size, "profile %s, seed 0x%llx", tg_profile_name(options->profile),
                       (unsigned long long)options->seed);
    }
}

static tg_job make_job(const trial *run)
{
    const gate_case *work = run->work;
    return (tg_job){.subject = &work->subject,
                    .events = work->events,
                    .nb_events = work->nb_events,
                    .height = work->height,
                    .launch = run->state->options->launch,
                    .record = work->record};
}

static void count_finding(trial *run)
{
    run->row->nb_mismatches++;
    run->state->summary->nb_mismatches++;
}

/* True if a mismatch of a backend is to be reported in full; index: GATE_MAX_ACTUALS for
 * recorded. */
static bool is_shown(trial *run, size_t index)
{
    if (run->row->nb_reports[index] < GATE_MAX_REPORTS || run->state->options->verbose) {
        run->row->nb_reports[index]++;
        return true;
    }
    run->state->nb_not_shown++;
    return false;
}

/* Print one comparison's finding, and count it. */
static void report_finding(trial *run, size_t index, const char *actual, const tg_conduct *conduct,
                           const tg_diff *diff)
{
    count_finding(run);
    if (!is_shown(run, index)) return;
    tg_command again;
    char source[SOURCE_BYTES];
    write_again(&again, run, actual);
    write_source(source, sizeof source, run);
    const tg_report report = {
        .trace = run->work->subject.trace,
        .title = run->work->subject.trace->name,
        .expected = run->state->expected.ops->name,
        .actual = actual,
        .source = source,
        .events = run->work->events,
        .nb_events = run->work->nb_events,
        .height = run->work->height,
        .conduct = conduct,
        .again = again.text,
    };
    tg_progress_wipe(run->state->progress);
    tg_report_mismatch(run->state->out, &report, diff);
    (void)fflush(run->state->out);
}

/* A backend that failed: a kernel under test that broke is a finding, a machine that cannot is
 * "not run", the rest goes up. */
static tg_status backend_failed(trial *run, const tg_backend *backend, tg_status status,
                                const tg_error *why, tg_error *error)
{
    char line[sizeof(tg_error)];
    tg_progress_wipe(run->state->progress);
    const char *name = run->work->subject.trace->name;
    switch (tg_status_exit_code(status)) {
    case 1: {
        tg_command again;
        write_again(&again, run, backend == &run->state->expected ? NULL : backend->ops->name);
        (void)fprintf(run->state->out, "%-22s %s    FAILED\n  %s\n  again: %s\n\n", name,
                      backend->ops->name, tg_error_line(line, sizeof line, why), again.text);
        count_finding(run);
        return TG_OK;
    }
    case 3:
        (void)fprintf(run->state->out, "%-22s %s    NOT RUN\n  %s\n\n", name, backend->ops->name,
                      tg_error_line(line, sizeof line, why));
        run->row->nb_not_run++;
        run->state->summary->nb_not_run++;
        return TG_OK;
    default:
        if (error != NULL) *error = *why;
        if (run->work->record != NULL) {
            tg_error_where(error, "record %s", run->work->record->path);
        } else {
            tg_error_how(error, "these events were drawn here: the chip's draws must make them "
                                "consistent (complete in harness/draws.h)");
        }
        return status;
    }
}

static void count_comparison(trial *run, size_t nb_cells)
{
    run->row->nb_comparisons++;
    run->row->nb_cells += nb_cells;
    run->state->summary->nb_comparisons++;
    run->state->summary->nb_cells += nb_cells;
}

static void print_comparison(const trial *run, const char *actual, bool is_match)
{
    if (!run->state->options->verbose) return;
    (void)fprintf(run->state->out, "%-34s %-10s %9zu events, height %8zu  %s  %s\n",
                  run->work->subject.trace->name, actual, run->work->nb_events, run->work->height,
                  is_match ? "match   " : "MISMATCH",
                  run->work->record != NULL ? run->work->record->path : "seeded");
}

/* Compare actual cells with the expected ones and report. */
static tg_status compare(trial *run, size_t index, const char *actual, const tg_matrix *matrix,
                         const tg_conduct *conduct, tg_error *error)
{
    const tg_status status = tg_diff_run(&run->diff, run->work->subject.trace, run->work->nb_events,
                                         &run->expected, matrix, error);
    if (status != TG_OK) return status;
    const bool is_match = tg_diff_is_match(&run->diff) && !tg_conduct_is_wrong(conduct);
    count_comparison(run, run->diff.compared.eventful + run->diff.compared.padding);
    print_comparison(run, actual, is_match);
    if (!is_match) report_finding(run, index, actual, conduct, &run->diff);
    return TG_OK;
}

/* A planted bug that the comparison or the report missed: a fault of the gate itself. */
static void report_missed(trial *run, tg_plant plant, const char *actual)
{
    tg_command again;
    write_again(&again, run, actual);
    tg_command_add(&again, "--self-test");
    tg_progress_wipe(run->state->progress);
    (void)fprintf(run->state->out, "%-22s %s    PLANTED BUG MISSED\n  %s: %s\n  again: %s\n\n",
                  run->work->subject.trace->name, actual, tg_plant_name(plant),
                  tg_plant_text(plant), again.text);
    count_finding(run);
}

/* Plant wrong cells in a right actual trace. */
static tg_status self_test(trial *run, const char *actual, const tg_matrix *right, tg_error *error)
{
    tg_plant_tally tallies[TG_NB_PLANTS];
    memset(tallies, 0, sizeof tallies);
    const tg_status status =
        tg_self_test_run(tallies, run->work->subject.trace, run->work->nb_events, right, error);
    for (tg_plant plant = 0; plant < TG_NB_PLANTS; plant++) {
        run->row->plants[plant].nb_planted += tallies[plant].nb_planted;
        run->row->plants[plant].nb_missed += tallies[plant].nb_missed;
        run->state->summary->nb_planted += tallies[plant].nb_planted;
        if (tallies[plant].nb_missed != 0) report_missed(run, plant, actual);
    }
    return status;
}

/* Make a trace with a backend; whoever wants to know hears of it first, in case it never
 * returns. */
static tg_status make(uint32_t *cells, tg_conduct *conduct, const trial *run,
                      const tg_backend *backend, tg_error *error)
{
    const tg_gate_options *options = run->state->options;
    const tg_job job = make_job(run);
    if (options->on_run != NULL) {
        tg_command again;
        write_again(&again, run, backend == &run->state->expected ? NULL : backend->ops->name);
        options->on_run(options->on_run_context, backend->ops->name, again.text);
    }
    const tg_status status = tg_backend_make(cells, conduct, backend, &job, error);
    if (options->on_run != NULL) options->on_run(options->on_run_context, NULL, NULL);
    return status;
}

static tg_status run_actual(trial *run, size_t index, tg_error *error)
{
    const tg_backend *backend = &run->state->actuals[index];
    tg_conduct conduct;
    tg_error why = {0};
    tg_status status = make(run->actual_cells, &conduct, run, backend, &why);
    if (status != TG_OK) return backend_failed(run, backend, status, &why, error);
    const tg_matrix actual = {.cells = run->actual_cells,
                              .height = run->work->height,
                              .width = tg_trace_width(run->work->subject.trace)};
    status = compare(run, index, backend->ops->name, &actual, &conduct, error);
    run->state->nb_compared[index] += status == TG_OK;
    if (status == TG_OK && run->state->options->self_test && tg_diff_is_match(&run->diff)) {
        status = self_test(run, backend->ops->name, &actual, error);
    }
    return status;
}

/* Compare digests where the record has no cells: an equal digest stands for all of them. */
static tg_status compare_digest(trial *run, tg_error *error)
{
    tg_digest digest;
    const tg_status status = tg_digest_cells(&digest, run->expected.cells, run->expected.height,
                                             run->expected.width, error);
    if (status != TG_OK) return status;
    const tg_record_trace *entry = run->work->entry;
    const bool is_match = entry->height == run->expected.height &&
                          entry->width == run->expected.width &&
                          memcmp(&digest, &entry->digest, sizeof digest) == 0;
    count_comparison(run, run->expected.height * run->expected.width);
    print_comparison(run, "digest", is_match);
    if (is_match) return TG_OK;
    count_finding(run);
    if (!is_shown(run, GATE_MAX_ACTUALS)) return TG_OK;
    char texts[2][33];
    tg_command again;
    write_again(&again, run, "recorded");
    (void)fprintf(
        run->state->out,
        "%-22s recorded digest against %s    %zu events    MISMATCH\n"
        "  recorded  %zu rows, %zu columns, %s\n  %-9s %zu rows, %zu columns, %s\n  again: %s\n\n",
        run->work->subject.trace->name, run->state->expected.ops->name, run->work->nb_events,
        entry->height, entry->width, tg_digest_text(texts[0], &entry->digest),
        run->state->expected.ops->name, run->expected.height, run->expected.width,
        tg_digest_text(texts[1], &digest), again.text);
    return TG_OK;
}

static tg_status run_golden(trial *run, tg_error *error)
{
    const tg_record_trace *entry = run->work->entry;
    if (!run->state->with_recorded) return TG_OK;
    if (entry == NULL || !(entry->has_cells || entry->has_digest)) {
        run->state->nb_not_golden += run->work->record != NULL;
        return TG_OK;
    }
    run->row->nb_golden++;
    run->state->summary->nb_golden++;
    if (!entry->has_cells) return compare_digest(run, error);
    const tg_status status =
        tg_record_read_cells(run->actual_cells, run->work->record, entry, error);
    if (status != TG_OK) return status;
    const tg_matrix actual = {.cells = run->actual_cells,
                              .height = entry->height,
                              .width = entry->width};
    const tg_conduct conduct = {0};
    return compare(run, GATE_MAX_ACTUALS, "recorded", &actual, &conduct, error);
}

/* Make the expected trace. *is_made is false if the backend could not; that is then reported. */
static tg_status run_expected(trial *run, bool *is_made, tg_error *error)
{
    const tg_backend *backend = &run->state->expected;
    const tg_record_trace *entry = run->work->entry;
    *is_made = false;
    tg_conduct conduct;
    tg_error why = {0};
    if (!backend->ops->generates && (entry == NULL || !entry->has_cells)) {
        run->state->nb_not_golden++;
        return TG_OK;
    }
    const tg_status status = make(run->expected_cells, &conduct, run, backend, &why);
    if (status != TG_OK) return backend_failed(run, backend, status, &why, error);
    run->expected = (tg_matrix){
        .cells = run->expected_cells,
        .height = backend->ops->generates ? run->work->height : entry->height,
        .width = backend->ops->generates ? tg_trace_width(run->work->subject.trace) : entry->width};
    *is_made = true;
    if (!tg_conduct_is_wrong(&conduct)) return TG_OK;
    (void)fprintf(run->state->out, "%-22s %s, the expected side    WRONG CONDUCT\n",
                  run->work->subject.trace->name, backend->ops->name);
    tg_report_conduct(run->state->out, &conduct, run->work->subject.trace, run->expected.height);
    tg_command again;
    write_again(&again, run, NULL);
    (void)fprintf(run->state->out, "  again: %s\n\n", again.text);
    count_finding(run);
    return TG_OK;
}

static tg_status run_all(trial *run, tg_error *error)
{
    bool is_made = false;
    tg_status status = run_expected(run, &is_made, error);
    for (size_t i = 0; i < run->state->nb_actuals && is_made && status == TG_OK; i++) {
        status = run_actual(run, i, error);
    }
    if (is_made && status == TG_OK) status = run_golden(run, error);
    return status;
}

static void count_case(trial *run, double seconds)
{
    gate_row *row = run->row;
    const size_t height = run->work->height;
    row->min_height = row->nb_cases == 0 || height < row->min_height ? height : row->min_height;
    row->max_height = height > row->max_height ? height : row->max_height;
    row->nb_cases++;
    row->nb_events += run->work->nb_events;
    row->seconds += seconds;
}

tg_status gate_run_case(gate *state, const gate_case *work, tg_error *error)
{
    const double start_s = tg_now_s();
    trial run = {.state = state, .work = work, .row = &state->rows[work->index]};
    size_t width = tg_trace_width(work->subject.trace);
    size_t height = work->height;
    // Cells are read in the record's dimensions; a digest alone needs no room for them.
    const tg_record_trace *golden =
        work->entry != NULL && work->entry->has_cells ? work->entry : NULL;
    if (golden != NULL && golden->width > width) width = golden->width;
    if (golden != NULL && golden->height > height) height = golden->height;
    void *expected_cells = NULL;
    void *actual_cells = NULL;
    size_t nb_cells = 0;
    tg_status status = tg_size_multiply(&nb_cells, height, width, error);
    if (status == TG_OK)
        status = tg_buffer_create(&expected_cells, nb_cells, sizeof(uint32_t), error);
    if (status == TG_OK)
        status = tg_buffer_create(&actual_cells, nb_cells, sizeof(uint32_t), error);
    if (status == TG_OK) status = tg_diff_init(&run.diff, width, state->options->max_cells, error);
    if (status == TG_OK) {
        run.expected_cells = expected_cells;
        run.actual_cells = actual_cells;
        status = run_all(&run, error);
        count_case(&run, tg_now_s() - start_s);
        tg_diff_clear(&run.diff);
    }
    tg_buffer_destroy(actual_cells);
    tg_buffer_destroy(expected_cells);
    return status;
}
