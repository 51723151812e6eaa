/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A backend around a worker: what it is asked goes there, what it answers comes back. */
#include "harness/worker_internal.h"

#include "harness/bulk.h"
#include "model/memory.h"

#include <omp.h>
#include <string.h>

/* Runs that a question takes that compares. */
#define NB_COMPARED_RUNS 2

bool worker_had_to_end(const void *state) { return ((const worker *)state)->had_to_end; }

/* Seconds that a question may take; 0: no limit. */
static double limit_of(const worker *of, const worker_request *request)
{
    const double nb_cells = (double)(request->places.output_bytes[0] / sizeof(uint32_t));
    const double one_run = of->how.has_limit
                               ? of->how.max_seconds
                               : TG_WORKER_MAX_SECONDS + nb_cells / TG_WORKER_CELLS_PER_SECOND;
    return request->question != WORKER_RUN ? NB_COMPARED_RUNS * one_run : one_run;
}

tg_status worker_prepare(worker_request *request, worker *of, worker_question question,
                         const tg_job *job, tg_error *error)
{
    const tg_plan *plan = job->subject->plan;
    memset(request, 0, sizeof *request);
    request->number = ++of->nb_requests;
    request->question = question;
    request->poison = TG_POISON_FIRST;
    request->job = *job;
    request->job.record = NULL;
    request->subject = *job->subject;
    request->nb_threads = omp_get_max_threads();
    if (plan != NULL && plan->nb_steps > TG_MAX_STEPS) {
        tg_error_set(error, TG_ERR_SIZE, "the plan of %s has %zu steps", job->subject->trace->name,
                     plan->nb_steps);
        tg_error_how(error, "give it at most %d", TG_MAX_STEPS);
        return TG_ERR_SIZE;
    }
    if (plan != NULL) {
        request->plan = *plan;
        // Traces of chip libraries have a plan without steps.
        if (plan->nb_steps != 0)
            memcpy(request->steps, plan->steps, plan->nb_steps * sizeof *plan->steps);
    }
    return worker_places_set(&request->places, job, error);
}

tg_status worker_take_memory(worker_request *request, worker *of, const tg_job *job,
                             tg_error *error)
{
    const tg_status status = worker_area_take(&of->area, request->places.nb_bytes, true, error);
    if (status != TG_OK) return status;
    tg_bulk_copy(of->area.bytes + request->places.events, job->events, request->places.event_bytes);
    return TG_OK;
}

void worker_fetch(const tg_product *out, const worker *of, const worker_places *places)
{
    for (size_t i = 0; i < places->nb_outputs; i++) {
        tg_bulk_copy(worker_words(out, i), of->area.bytes + places->outputs[i],
                     places->output_bytes[i]);
    }
}

/* Send a request, to a new worker if there is none, or if the old one has ended between runs: what
 * ended it then was no run. */
static tg_status deliver(bool *is_sent, worker *of, const worker_request *request, tg_error *error)
{
    *is_sent = false;
    for (unsigned trial = 0; trial < 2 && !*is_sent; trial++) {
        const tg_status status = of->pid != 0 ? TG_OK : worker_start(of, error);
        if (status != TG_OK) return status;
        *is_sent = worker_send(of, request);
    }
    return TG_OK;
}

/* Whether a worker is not to be asked again. What a kernel on the CPU did to memory that is not its
 * own may show in any run to come; on a device it is not the worker's, and a new one is dear. */
static bool is_spent(const worker *of, const worker_answer *answer)
{
    if (answer->error.cuda_code != 0 && answer->status != TG_OK) return true;
    if (of->inner->wants_process) return false;
    if (answer->status == TG_ERR_KERNEL) return true;
    for (tg_zone zone = 0; zone < TG_NB_ZONES; zone++) {
        if (answer->conduct.nb_zone_words[zone] != 0) return true;
    }
    return false;
}

/* Whether the words that a conduct names are words of what was made. What a kernel did to its
 * process may be seen in what it answers, but may do nothing to this one. */
static bool is_conduct_of(const tg_conduct *conduct, const worker_places *places)
{
    for (size_t i = 0; i < places->nb_outputs; i++) {
        const tg_doubt *doubt = i == 0 ? &conduct->cells : &conduct->sides[i - 1];
        const size_t nb_words = places->output_bytes[i] / sizeof(uint32_t);
        if (doubt->nb_unwritten != 0 && doubt->first_unwritten >= nb_words) return false;
        if (doubt->nb_unstable != 0 && doubt->first_unstable >= nb_words) return false;
    }
    return true;
}

tg_status worker_ask(worker_answer *answer, worker *of, const worker_request *request,
                     const tg_job *job, tg_error *error)
{
    bool is_sent = false;
    of->had_to_end = false;
    worker_said_begin(&of->said);
    tg_status status = deliver(&is_sent, of, request, error);
    if (status != TG_OK) return status;
    if (!is_sent) return worker_not_sent(of, job, error);
    const double limit_s = limit_of(of, request);
    of->max_bytes = of->inner->wants_process
                        ? 0
                        : WORKER_MAX_BYTES + WORKER_MAX_COPIES * request->places.nb_bytes;
    const bool is_users = job->subject->plan != NULL && job->subject->plan->user != NULL;
    worker_end end = worker_await(answer, of, request->number, limit_s);
    if (end == WORKER_ANSWERED && !is_conduct_of(&answer->conduct, &request->places)) {
        worker_bury(of);
        end = WORKER_BABBLED;
    }
    of->had_to_end = end == WORKER_HUNG || end == WORKER_GREW;
    worker_said_end(&of->said);
    // Reports of the program's own code are not about a kernel's source, and are shown whole.
    if (end == WORKER_ANSWERED || !is_users) worker_said_show_report(&of->said);
    if (end == WORKER_ANSWERED) {
        if (is_spent(of, answer)) worker_stop(of);
        status = answer->status;
        if (status != TG_OK && error != NULL) *error = answer->error;
    } else {
        status = worker_failed(of, end, job, limit_s, error);
        of->said.report_bytes = 0;
    }
    if (status == TG_ERR_KERNEL || (end != WORKER_ANSWERED && of->is_trusted))
        worker_say_where(of, job, request, error);
    return status;
}

tg_status worker_babbled(worker *of, const worker_request *request, const tg_job *job,
                         tg_error *error)
{
    if (of->pid != 0) worker_bury(of);
    const tg_status status = worker_failed(of, WORKER_BABBLED, job, 0, error);
    worker_say_where(of, job, request, error);
    return status;
}

static tg_status worker_run(void *state, const tg_product *out, tg_conduct *conduct,
                            const tg_job *job, uint32_t poison, tg_error *error)
{
    worker *of = state;
    worker_request request;
    worker_answer answer;
    tg_status status = worker_prepare(&request, of, WORKER_RUN, job, error);
    if (status == TG_OK) status = worker_take_memory(&request, of, job, error);
    if (status != TG_OK) return status;
    request.poison = poison;
    status = worker_ask(&answer, of, &request, job, error);
    if (status != TG_OK) return status;
    *conduct = answer.conduct;
    worker_fetch(out, of, &request.places);
    return TG_OK;
}

static tg_status worker_matches(void *state, bool *is_match, const tg_job *job,
                                const tg_product *expected, tg_error *error)
{
    worker *of = state;
    worker_request request;
    worker_answer answer;
    *is_match = false;
    tg_status status = worker_prepare(&request, of, WORKER_MATCHES, job, error);
    if (status == TG_OK) status = worker_take_memory(&request, of, job, error);
    if (status != TG_OK) return status;
    const worker_places *places = &request.places;
    for (size_t i = 0; i < places->nb_outputs; i++) {
        tg_bulk_copy(of->area.bytes + places->outputs[i], worker_words(expected, i),
                     places->output_bytes[i]);
    }
    status = worker_ask(&answer, of, &request, job, error);
    if (status == TG_OK) *is_match = answer.is_match;
    return status;
}

/* Only worker_open knows what goes inside. */
static tg_status refuse_open(void **state, tg_error *error)
{
    *state = NULL;
    tg_error_set(error, TG_ERR_USAGE, "a backend in a worker is opened by tg_worker_open");
    tg_error_how(error, "open the backend inside by its name");
    return TG_ERR_USAGE;
}

static void clear(worker *of)
{
    worker_helper_stop(of);
    worker_said_end(&of->said);
    worker_said_show_report(&of->said);
    worker_said_clear(&of->said);
    worker_area_clear(&of->area);
    tg_buffer_destroy(of);
}

static void worker_close(void *state)
{
    worker *of = state;
    worker_stop(of);
    clear(of);
}

tg_status tg_worker_open(tg_backend *isolated, const tg_backend_ops *inner, const tg_isolation *how,
                         tg_error *error)
{
    *isolated = (tg_backend){.ops = NULL};
    if (!inner->generates) {
        tg_error_set(error, TG_ERR_USAGE, "%s runs no kernels that a worker could", inner->name);
        tg_error_how(error, "open it without one");
        return TG_ERR_USAGE;
    }
    void *memory = NULL;
    tg_status status = tg_buffer_create(&memory, 1, sizeof(worker), error);
    if (status != TG_OK) return status;
    worker *of = memory;
    *of =
        (worker){.inner = inner, .how = *how, .helper_socket = -1, .socket = -1, .wait_status = -1};
    of->ops = *inner;
    of->ops.open = refuse_open;
    of->ops.close = worker_close;
    of->ops.run = worker_run;
    if (inner->matches != NULL) of->ops.matches = worker_matches;
    if (inner->compare != NULL) of->ops.compare = worker_compare;
    of->area.file = -1;
    status = worker_said_init(&of->said, error);
    if (status == TG_OK) status = worker_area_init(&of->area, error);
    if (status == TG_OK) status = worker_start(of, error);
    if (status != TG_OK) {
        clear(of);
        return status;
    }
    *isolated = (tg_backend){.ops = &of->ops, .state = of, .is_isolated = true};
    return TG_OK;
}

double tg_isolation_shrink_seconds(const tg_backend *backend, tg_status failed)
{
    return backend->is_isolated && failed == TG_ERR_KERNEL ? TG_WORKER_SHRINK_SECONDS : 0;
}

void tg_isolation_again(tg_command *again, const tg_isolation *how, const tg_backend *backend,
                        tg_status failed)
{
    if (!backend->is_isolated || failed != TG_ERR_KERNEL) return;
    if (!backend->ops->wants_process) tg_command_add(again, "--isolate");
    // Whole seconds, and not 0 for less than one: that is no limit.
    unsigned long seconds = (unsigned long)how->max_seconds;
    if ((double)seconds < how->max_seconds) seconds++;
    if (how->has_limit) tg_command_add_option(again, "max-run-seconds", "%lu", seconds);
}

tg_status tg_isolation_open(tg_backend *backend, const tg_backend_ops *ops, const tg_isolation *how,
                            bool is_under_test, tg_error *error)
{
    static const tg_isolation by_default = {.isolate = TG_ISOLATE_BY_BACKEND};
    const tg_isolation *chosen = how != NULL ? how : &by_default;
    const bool wants = ops->wants_process || (ops->runs_added && tg_chips_added()->nb_chips != 0) ||
                       (is_under_test && chosen->isolate == TG_ISOLATE_ALWAYS);
    if (!wants || !ops->generates || chosen->isolate == TG_ISOLATE_NEVER)
        return tg_backend_open(backend, ops, error);
    const tg_status status = tg_worker_open(backend, ops, chosen, error);
    if (status == TG_OK) ((worker *)backend->state)->is_trusted = ops->runs_added && !is_under_test;
    return status;
}
