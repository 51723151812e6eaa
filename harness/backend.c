/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The list of backends, and the wrapper of two poisoned runs around each. */
#include "harness/backend.h"

#include "harness/bulk.h"
#include "harness/worker_internal.h"

#include <stdio.h>
#include <string.h>

/* B(ops): every kind of backend, in the order that reports name them; the only list. */
#define TG_BACKEND_LIST(B)  \
    B(tg_backend_reference) \
    B(tg_backend_host)      \
    B(tg_backend_cuda)      \
    B(tg_backend_recorded)

#define TG_BACKEND_DECLARE(ops) extern const tg_backend_ops ops;
TG_BACKEND_LIST(TG_BACKEND_DECLARE)
#undef TG_BACKEND_DECLARE

#define TG_BACKEND_ENTRY(ops) &ops,
static const tg_backend_ops *const backends[] = {TG_BACKEND_LIST(TG_BACKEND_ENTRY)};
#undef TG_BACKEND_ENTRY

#define NB_BACKENDS (sizeof backends / sizeof backends[0])

size_t tg_nb_backends(void) { return NB_BACKENDS; }

const tg_backend_ops *tg_backend_ops_at(size_t index) { return backends[index]; }

tg_status tg_backend_find(const tg_backend_ops **ops, const char *name, tg_error *error)
{
    char known[128] = "";
    for (size_t i = 0; i < NB_BACKENDS; i++) {
        if (strcmp(backends[i]->name, name) == 0) {
            *ops = backends[i];
            return TG_OK;
        }
        const size_t used = strlen(known);
        (void)snprintf(known + used, sizeof known - used, "%s%s", used != 0 ? ", " : "",
                       backends[i]->name);
    }
    tg_error_set(error, TG_ERR_USAGE, "no backend is called '%s'", name);
    tg_error_how(error, "use one of %s", known);
    return TG_ERR_USAGE;
}

tg_status tg_backend_open(tg_backend *backend, const tg_backend_ops *ops, tg_error *error)
{
    *backend = (tg_backend){0};
    void *state = NULL;
    const tg_status status = ops->open(&state, error);
    if (status == TG_OK) *backend = (tg_backend){.ops = ops, .state = state};
    return status;
}

void tg_backend_close(tg_backend *backend)
{
    if (backend->ops != NULL) backend->ops->close(backend->state);
    *backend = (tg_backend){0};
}

bool tg_backend_can_rerun(const tg_backend *backend, const tg_error *why)
{
    if (why == NULL) return true;
    return backend->is_isolated ? !worker_had_to_end(backend->state) : why->cuda_code == 0;
}

/* Tell unwritten words (each run's own poison) from words that differ otherwise. */
static void compare_words(tg_doubt *doubt, const uint32_t *first, const uint32_t *second,
                          size_t nb_words)
{
    if (tg_bulk_equal(first, second, nb_words * sizeof *first)) return;
    for (size_t i = 0; i < nb_words; i++) {
        if (first[i] == second[i]) continue;
        if (first[i] == TG_POISON_FIRST && second[i] == TG_POISON_SECOND) {
            if (doubt->nb_unwritten++ == 0) doubt->first_unwritten = i;
        } else {
            if (doubt->nb_unstable++ == 0) doubt->first_unstable = i;
        }
    }
}

static void compare_runs(tg_conduct *conduct, const tg_product *first, const tg_product *second,
                         const tg_job *job)
{
    const tg_trace *trace = job->subject->trace;
    compare_words(&conduct->cells, first->cells, second->cells,
                  job->height * tg_trace_width(trace));
    for (size_t i = 0; i < trace->nb_sides; i++) {
        compare_words(&conduct->sides[i], first->sides[i], second->sides[i],
                      tg_side_nb_words(&trace->sides[i]));
    }
}

tg_request tg_job_request(const tg_job *job)
{
    return (tg_request){.trace = job->subject->trace,
                        .height = job->height,
                        .events = job->events,
                        .nb_events = job->nb_events,
                        .max_candidates = job->max_candidates};
}

/* Cells that one run left as they were. */
static void find_poison(tg_doubt *doubt, const uint32_t *cells, size_t nb_cells, uint32_t poison)
{
    size_t nb = 0;
    size_t first = nb_cells;
#pragma omp parallel for schedule(static) reduction(+ : nb) reduction(min : first)
    for (size_t i = 0; i < nb_cells; i++) {
        if (cells[i] != poison) continue;
        nb++;
        first = i < first ? i : first;
    }
    if (nb != 0) *doubt = (tg_doubt){.nb_unwritten = nb, .first_unwritten = first};
}

static tg_status make_once(const tg_product *out, tg_conduct *conduct, const tg_backend *backend,
                           const tg_job *job, tg_error *error)
{
    const tg_status status =
        backend->ops->run(backend->state, out, conduct, job, TG_POISON_SECOND, error);
    if (status == TG_OK)
        find_poison(&conduct->cells, out->cells, job->height * tg_trace_width(job->subject->trace),
                    TG_POISON_SECOND);
    return status;
}

tg_status tg_backend_make(const tg_product *out, tg_conduct *conduct, const tg_backend *backend,
                          const tg_job *job, tg_error *error)
{
    *conduct = (tg_conduct){0};
    if (!backend->ops->generates)
        return backend->ops->run(backend->state, out, conduct, job, TG_POISON_SECOND, error);
    const size_t nb_cells = job->height * tg_trace_width(job->subject->trace);
    if (backend->ops->nb_cells_once != 0 && nb_cells >= backend->ops->nb_cells_once)
        return make_once(out, conduct, backend, job, error);

    tg_product first;
    tg_status status = tg_product_create(&first, job->subject->trace, job->height, error);
    if (status != TG_OK) return status;
    status = backend->ops->run(backend->state, &first, conduct, job, TG_POISON_FIRST, error);
    // A generator that strays does so in both runs; the zones of the second would only count the
    // same words twice.
    tg_conduct second = {0};
    if (status == TG_OK)
        status = backend->ops->run(backend->state, out, &second, job, TG_POISON_SECOND, error);
    if (status == TG_OK) {
        if (!tg_conduct_is_wrong(conduct)) *conduct = second;
        compare_runs(conduct, &first, out, job);
    }
    tg_product_destroy(&first);
    return status;
}

static bool is_doubtful(const tg_doubt *doubt)
{
    return doubt->nb_unwritten != 0 || doubt->nb_unstable != 0;
}

bool tg_conduct_is_wrong(const tg_conduct *conduct)
{
    for (tg_zone zone = 0; zone < TG_NB_ZONES; zone++) {
        if (conduct->nb_zone_words[zone] != 0) return true;
    }
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        if (is_doubtful(&conduct->sides[i])) return true;
    }
    return conduct->events_changed || conduct->nb_differing != 0 || is_doubtful(&conduct->cells);
}
