/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One case of the gate: the expected trace, every actual one against it, the golden one, and the
 * planted bugs. */
#include "harness/gate_zeroing_internal.h"

#include "model/memory.h"

#include <string.h>

static tg_job make_job(const gate_trial *run)
{
    const gate_case *work = run->work;
    return (tg_job){.subject = &work->subject,
                    .events = work->events,
                    .nb_events = work->nb_events,
                    .height = work->height,
                    .max_candidates = work->draw.max_candidates,
                    .launch = run->work->draw.launch,
                    .record = work->record};
}

/* Plant wrong cells and side outputs in a right actual product. */
static tg_status self_test(gate_trial *run, const char *actual, tg_error *error)
{
    tg_plant_tally tallies[TG_NB_PLANTS];
    memset(tallies, 0, sizeof tallies);
    const tg_status status =
        tg_self_test_run(tallies, run->work->subject.trace, run->work->nb_events,
                         &run->actual_memory, run->work->height, error);
    for (tg_plant plant = 0; plant < TG_NB_PLANTS; plant++) {
        run->row->plants[plant].nb_planted += tallies[plant].nb_planted;
        run->row->plants[plant].nb_missed += tallies[plant].nb_missed;
        run->state->summary->nb_planted += tallies[plant].nb_planted;
        if (tallies[plant].nb_missed != 0) gate_report_missed(run, plant, actual);
    }
    return status;
}

/* Whoever wants to know hears that a backend makes a trace, in case it never returns, and that it
 * has: backend NULL. */
static void announce(const gate_trial *run, const tg_backend *backend)
{
    const tg_gate_options *options = run->state->options;
    if (options->on_run == NULL) return;
    if (backend == NULL) {
        options->on_run(options->on_run_context, NULL, NULL);
        return;
    }
    tg_command again;
    gate_write_again(&again, run, backend == &run->state->expected ? NULL : backend->ops->name);
    options->on_run(options->on_run_context, backend->ops->name, again.text);
}

tg_status gate_make(const tg_product *out, tg_conduct *conduct, const gate_trial *run,
                    const tg_backend *backend, tg_error *error)
{
    const tg_job job = make_job(run);
    announce(run, backend);
    const tg_status status = tg_backend_make(out, conduct, backend, &job, error);
    announce(run, NULL);
    return status;
}

/* Whether a backend is to compare where it makes. The self-test needs what was made, here, and so
 * do comparisons of runs. */
static bool compares_there(const gate_trial *run, const tg_backend *backend)
{
    return backend->ops->compare != NULL && !run->state->options->self_test &&
           run->state->options->nb_repeats < 2 && !gate_tries_poison(run, backend) &&
           run->expected.height == run->work->height &&
           run->expected.width == tg_trace_width(run->work->subject.trace);
}

tg_status gate_make_actual(bool *is_compared, tg_conduct *conduct, gate_trial *run,
                           const tg_backend *backend, tg_error *error)
{
    *is_compared = false;
    if (compares_there(run, backend)) {
        const tg_job job = make_job(run);
        announce(run, backend);
        const tg_status status =
            backend->ops->compare(backend->state, &run->diff, &run->sides, conduct,
                                  &run->actual_memory, &job, &run->expected_there, error);
        announce(run, NULL);
        *is_compared = status == TG_OK;
        // What has no room there for both sides may have it for one.
        if (status != TG_ERR_MEMORY) return status;
        if (error != NULL) *error = (tg_error){0};
    }
    return gate_make(&run->actual_memory, conduct, run, backend, error);
}

/* A kernel that takes events of another layout is one finding, and is not launched; nor is one that
 * could not be made.
 * is_refused  this is the case */
static tg_status refuse_launch(bool *is_refused, gate_trial *run, size_t index, tg_error *error)
{
    const tg_backend *backend = &run->state->actuals[index];
    const tg_user_plan *user = run->work->subject.plan->user;
    tg_error why = {.status = TG_OK};
    const tg_status status =
        user != NULL && backend->ops->takes_launch ? tg_user_plan_check(user, &why) : TG_OK;
    *is_refused = status != TG_OK;
    if (!*is_refused || run->row->is_not_launched) return TG_OK;
    run->row->is_not_launched = true;
    // What was not made is no run.
    run->state->has_failed[index] |= user->unmade == NULL;
    return gate_backend_failed(run, backend, status, &why, error);
}

/* Remember what a report says of users' kernels. */
static void mark_user(gate_trial *run, const tg_backend *backend)
{
    const tg_user_plan *user = run->work->subject.plan->user;
    gate_mark_zeroed(run, backend);
    if (user == NULL || !backend->ops->takes_launch) return;
    const tg_module *module = user->groups[0].steps[0].kernel->module;
    if (module->kind == TG_MODULE_HOST) run->state->runs_user_on_host = true;
}

static tg_status run_actual(gate_trial *run, size_t index, tg_error *error)
{
    const tg_backend *backend = &run->state->actuals[index];
    const char *name = backend->ops->name;
    tg_conduct conduct;
    tg_error why = {0};
    bool is_compared = false;
    bool is_refused = false;
    tg_status status = refuse_launch(&is_refused, run, index, error);
    if (status != TG_OK || is_refused) return status;
    mark_user(run, backend);
    status = gate_make_actual(&is_compared, &conduct, run, backend, &why);
    if (status == TG_OK && run->state->options->nb_repeats > 1)
        status = gate_repeat(&conduct, run, backend, &run->actual_memory, &why);
    if (status != TG_OK) {
        // What says nothing of the kernels is no run.
        run->state->has_failed[index] |= tg_status_exit_code(status) == 1;
        return gate_backend_failed(run, backend, status, &why, error);
    }
    const tg_product *made = &run->actual_memory;
    const tg_matrix actual = {.cells = made->cells,
                              .height = run->work->height,
                              .width = tg_trace_width(run->work->subject.trace)};
    status = is_compared ? gate_compared(run, index, name, &actual, made, &conduct, error)
                         : gate_compare(run, index, name, &actual, made, &conduct, error);
    run->state->nb_compared[index] += status == TG_OK;
    const bool is_match =
        status == TG_OK && tg_diff_is_match(&run->diff) && tg_sides_diff_is_match(&run->sides);
    if (status == TG_OK) status = gate_try_poison(run, index, &conduct, error);
    if (status == TG_OK && is_match && run->state->options->self_test)
        status = self_test(run, name, error);
    const tg_launch shape = run->work->draw.launch;
    if (status == TG_OK && is_match && !tg_conduct_is_wrong(&conduct) &&
        run->state->options->tries_shapes && shape.grid == 0 && shape.block == 0)
        status = gate_try_shapes(run, index, error);
    return status;
}

/* Make the expected trace. *is_made is false if the backend could not; that is then reported. */
static tg_status run_expected(gate_trial *run, bool *is_made, tg_error *error)
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
    tg_status status = gate_make(&run->expected_memory, &conduct, run, backend, &why);
    if (status != TG_OK) return gate_backend_failed(run, backend, status, &why, error);
    run->expected = (tg_matrix){
        .cells = run->expected_memory.cells,
        .height = backend->ops->generates ? run->work->height : entry->height,
        .width = backend->ops->generates ? tg_trace_width(run->work->subject.trace) : entry->width};
    run->expected_there = run->expected_memory;
    if (!backend->ops->generates)
        status = gate_read_golden_sides(&run->expected_there, &run->expected_memory, run, error);
    *is_made = status == TG_OK;
    if (*is_made) gate_cover(run);
    if (*is_made && tg_conduct_is_wrong(&conduct)) gate_report_expected(run, &conduct);
    return status;
}

static tg_status run_all(gate_trial *run, tg_error *error)
{
    bool is_made = false;
    const double start_s = tg_now_s();
    tg_status status = run_expected(run, &is_made, error);
    const double made_s = tg_now_s();
    for (size_t i = 0; i < run->state->nb_actuals && is_made && status == TG_OK; i++) {
        status = run_actual(run, i, error);
    }
    if (is_made && status == TG_OK) status = gate_run_golden(run, error);
    run->state->times.expected_s = made_s - start_s;
    run->state->times.actual_s = tg_now_s() - made_s;
    return status;
}

/* Count the events that no proof accepts: legal for a trace, and to be said once. */
static void count_beyond(gate_trial *run)
{
    const gate_case *work = run->work;
    const tg_trace *trace = work->subject.trace;
    for (size_t i = 0; i < trace->nb_bounds; i++) {
        gate_beyond *beyond = &run->row->beyond[i];
        size_t first = 0;
        const size_t nb =
            tg_trace_nb_beyond(&first, trace, &trace->bounds[i], work->events, work->nb_events);
        if (beyond->tally.nb == 0 && nb != 0) {
            beyond->tally.first = first;
            beyond->tally.source = gate_case_source(beyond->source, run->state, work);
        }
        beyond->tally.nb += nb;
        beyond->tally.nb_events += work->nb_events;
    }
}

static void count_case(gate_trial *run, double seconds)
{
    gate_row *row = run->row;
    const size_t height = run->work->height;
    row->min_height = row->nb_cases == 0 || height < row->min_height ? height : row->min_height;
    row->max_height = height > row->max_height ? height : row->max_height;
    row->nb_cases++;
    row->nb_events += run->work->nb_events;
    row->seconds += seconds;
}

/* Take memory for both sides. Cells are read in the record's dimensions; a digest alone needs no
 * room for them. */
static tg_status trial_init(gate_trial *run, tg_error *error)
{
    const tg_trace *trace = run->work->subject.trace;
    const size_t trace_width = tg_trace_width(trace);
    size_t width = trace_width;
    size_t height = run->work->height;
    const tg_record_trace *golden = run->work->entry;
    if (golden != NULL && !golden->has_cells) golden = NULL;
    if (golden != NULL && golden->width > width) width = golden->width;
    if (golden != NULL && golden->height > height) height = golden->height;
    size_t nb_cells = 0;
    tg_status status = tg_size_multiply(&nb_cells, height, width, error);
    // Rows of the trace's own width that hold as many cells.
    const size_t nb_rows = nb_cells / trace_width + (nb_cells % trace_width != 0);
    if (status == TG_OK) status = tg_product_create(&run->expected_memory, trace, nb_rows, error);
    if (status == TG_OK) status = tg_product_create(&run->actual_memory, trace, nb_rows, error);
    if (status == TG_OK)
        status = tg_diff_init(&run->diff, width, run->state->options->max_cells, error);
    if (status == TG_OK)
        status = tg_sides_diff_init(&run->sides, trace, run->state->options->max_cells, error);
    return status;
}

static void trial_clear(gate_trial *run)
{
    tg_sides_diff_clear(&run->sides);
    tg_diff_clear(&run->diff);
    tg_product_destroy(&run->actual_memory);
    tg_product_destroy(&run->expected_memory);
}

/* Whether a shape is the one that the options name. */
static bool is_asked(const gate *state, const tg_launch *shape)
{
    const tg_launch *asked = &state->options->launch;
    return shape->grid == asked->grid && shape->block == asked->block;
}

tg_status gate_run_case(gate *state, const gate_case *work, tg_error *error)
{
    const double start_s = tg_now_s();
    gate_case plain = *work;
    // Of a kernel that is not launched, all has been said.
    if (state->rows[work->index].is_not_launched && !state->with_recorded) return TG_OK;
    // What is asked for is a shape to try, and the plan's comes first.
    if (state->options->tries_shapes && is_asked(state, &work->draw.launch))
        plain.draw.launch = (tg_launch){0};
    gate_trial run = {.state = state, .work = &plain, .row = &state->rows[work->index]};
    tg_status status = trial_init(&run, error);
    if (status == TG_OK) {
        count_beyond(&run);
        status = run_all(&run, error);
        count_case(&run, tg_now_s() - start_s);
    }
    trial_clear(&run);
    return status;
}
