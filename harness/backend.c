/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The list of backends, and the wrapper of two poisoned runs around each. */
#include "harness/backend.h"

#include "model/memory.h"

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

/* Tell unwritten cells (each run's own poison) from cells that differ otherwise. */
static void compare_runs(tg_conduct *conduct, const uint32_t *first, const uint32_t *second,
                         size_t nb_cells)
{
    if (memcmp(first, second, nb_cells * sizeof *first) == 0) return;
    for (size_t i = 0; i < nb_cells; i++) {
        if (first[i] == second[i]) continue;
        if (first[i] == TG_POISON_FIRST && second[i] == TG_POISON_SECOND) {
            if (conduct->nb_unwritten++ == 0) conduct->first_unwritten = i;
        } else {
            if (conduct->nb_unstable++ == 0) conduct->first_unstable = i;
        }
    }
}

tg_status tg_backend_make(uint32_t *cells, tg_conduct *conduct, const tg_backend *backend,
                          const tg_job *job, tg_error *error)
{
    *conduct = (tg_conduct){0};
    if (!backend->ops->generates)
        return backend->ops->run(backend->state, cells, conduct, job, TG_POISON_SECOND, error);

    size_t nb_cells = 0;
    void *first = NULL;
    tg_status status =
        tg_size_multiply(&nb_cells, job->height, tg_trace_width(job->subject->trace), error);
    if (status == TG_OK) status = tg_buffer_create(&first, nb_cells, sizeof *cells, error);
    if (status != TG_OK) return status;
    status = backend->ops->run(backend->state, first, conduct, job, TG_POISON_FIRST, error);
    // A generator that strays does so in both runs; the zones of the second would only count the
    // same words twice.
    tg_conduct second = {0};
    if (status == TG_OK)
        status = backend->ops->run(backend->state, cells, &second, job, TG_POISON_SECOND, error);
    if (status == TG_OK) {
        if (!tg_conduct_is_wrong(conduct)) *conduct = second;
        compare_runs(conduct, first, cells, nb_cells);
    }
    tg_buffer_destroy(first);
    return status;
}

bool tg_conduct_is_wrong(const tg_conduct *conduct)
{
    for (tg_zone zone = 0; zone < TG_NB_ZONES; zone++) {
        if (conduct->nb_zone_words[zone] != 0) return true;
    }
    return conduct->events_changed || conduct->nb_unwritten != 0 || conduct->nb_unstable != 0;
}
