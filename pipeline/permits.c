/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Permits: whoever waits stands in a line, and whoever gives back serves its head. */
#include "pipeline/permits.h"

#include "harness/clock.h"
#include "pipeline/sync_internal.h"

#include <stdbool.h>
#include <stdlib.h>

/* One who waits; lies on its own stack. */
typedef struct waiter {
    size_t nb;
    bool is_served;
    pthread_cond_t served;
    struct waiter *next;
} waiter;

struct tg_permits {
    pthread_mutex_t mutex; /* guards what follows */
    size_t nb;             /* all there are */
    size_t nb_free;
    bool is_closed;
    waiter *first; /* NULL: nobody waits */
    waiter **end;  /* where the next one goes */
};

tg_status tg_permits_create(tg_permits **permits, size_t nb, tg_error *error)
{
    *permits = NULL;
    if (nb == 0) {
        tg_error_set(error, TG_ERR_USAGE, "no permits at all: nobody could ever use the device");
        tg_error_how(error, "give at least 1 permit");
        return TG_ERR_USAGE;
    }
    tg_permits *made = calloc(1, sizeof *made);
    if (made == NULL) return pipeline_no_memory(sizeof *made, "permits", error);
    const tg_status status = pipeline_mutex_init(&made->mutex, error);
    if (status != TG_OK) {
        free(made);
        return status;
    }
    made->nb = nb;
    made->nb_free = nb;
    made->end = &made->first;
    *permits = made;
    return TG_OK;
}

void tg_permits_destroy(tg_permits *permits)
{
    if (permits == NULL) return;
    TG_VERIFY_CHECK(permits->nb_free == permits->nb && permits->first == NULL);
    (void)pthread_mutex_destroy(&permits->mutex);
    free(permits);
}

/* Serve those in front, as far as it goes: one who asks for many is not passed. The mutex is held.
 */
static void serve(tg_permits *permits)
{
    while (permits->first != NULL && permits->nb_free >= permits->first->nb) {
        waiter *head = permits->first;
        permits->nb_free -= head->nb;
        permits->first = head->next;
        if (permits->first == NULL) permits->end = &permits->first;
        head->is_served = true;
        (void)pthread_cond_signal(&head->served);
    }
}

/* Stand in the line until served or closed. The mutex is held. */
static bool wait_in_line(tg_permits *permits, waiter *self)
{
    *permits->end = self;
    permits->end = &self->next;
    serve(permits);
    while (!self->is_served && !permits->is_closed) {
        (void)pthread_cond_wait(&self->served, &permits->mutex);
    }
    return self->is_served;
}

static tg_status refuse(size_t nb, size_t nb_all, tg_error *error)
{
    tg_error_set(error, TG_ERR_USAGE, "%zu permits asked for, of %zu that there are", nb, nb_all);
    tg_error_how(error, "ask for 1 to %zu", nb_all);
    return TG_ERR_USAGE;
}

tg_status tg_permits_acquire(tg_permit *permit, tg_permits *permits, size_t nb, tg_error *error)
{
    *permit = (tg_permit){.permits = NULL};
    if (nb == 0 || nb > permits->nb) return refuse(nb, permits->nb, error);
    waiter self = {.nb = nb};
    const tg_status status = pipeline_cond_init(&self.served, error);
    if (status != TG_OK) return status;
    (void)pthread_mutex_lock(&permits->mutex);
    const bool is_served = !permits->is_closed && wait_in_line(permits, &self);
    (void)pthread_mutex_unlock(&permits->mutex);
    (void)pthread_cond_destroy(&self.served);
    if (!is_served) {
        tg_error_set(error, TG_ERR_DEVICE, "the permits are closed: nobody gets the device again");
        tg_error_how(error, "open new permits; these were closed when the work was called off");
        return TG_ERR_DEVICE;
    }
    *permit = (tg_permit){.permits = permits, .nb = nb, .acquired_at = tg_now_s()};
    return TG_OK;
}

double tg_permit_release(tg_permit *permit)
{
    tg_permits *permits = permit->permits;
    if (permits == NULL) return 0;
    const double held_s = tg_now_s() - permit->acquired_at;
    (void)pthread_mutex_lock(&permits->mutex);
    permits->nb_free += permit->nb;
    TG_VERIFY_CHECK(permits->nb_free <= permits->nb);
    serve(permits);
    (void)pthread_mutex_unlock(&permits->mutex);
    *permit = (tg_permit){.permits = NULL};
    return held_s;
}

void tg_permits_close(tg_permits *permits)
{
    (void)pthread_mutex_lock(&permits->mutex);
    permits->is_closed = true;
    // Those who wait find it closed, and leave; the line is not theirs any more.
    for (waiter *each = permits->first; each != NULL; each = each->next) {
        (void)pthread_cond_signal(&each->served);
    }
    permits->first = NULL;
    permits->end = &permits->first;
    (void)pthread_mutex_unlock(&permits->mutex);
}

size_t tg_permits_nb_free(tg_permits *permits)
{
    (void)pthread_mutex_lock(&permits->mutex);
    const size_t nb_free = permits->nb_free;
    (void)pthread_mutex_unlock(&permits->mutex);
    return nb_free;
}
