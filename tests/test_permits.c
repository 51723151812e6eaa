/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Permits: counting, the line, closing, times. */
#include "harness/clock.h"
#include "pipeline/permits.h"
#include "suite.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static void sleep_ms(unsigned ms)
{
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

START_TEST(permits_count)
{
    tg_permits *permits = NULL;
    tg_permit first, second;
    tg_assert_ok(tg_permits_create(&permits, 3, tg_suite_error));
    ck_assert_uint_eq(tg_permits_nb_free(permits), 3);
    tg_assert_ok(tg_permits_acquire(&first, permits, 2, tg_suite_error));
    tg_assert_ok(tg_permits_acquire(&second, permits, 1, tg_suite_error));
    ck_assert_uint_eq(tg_permits_nb_free(permits), 0);
    (void)tg_permit_release(&first);
    ck_assert_uint_eq(tg_permits_nb_free(permits), 2);
    // A second release, and one of nothing, give nothing back.
    ck_assert(tg_permit_release(&first) == 0);
    ck_assert_uint_eq(tg_permits_nb_free(permits), 2);
    (void)tg_permit_release(&second);
    ck_assert_uint_eq(tg_permits_nb_free(permits), 3);
    tg_permits_destroy(permits);
    tg_permits_destroy(NULL);
}
END_TEST

START_TEST(permits_refuse_what_can_never_be)
{
    tg_permits *permits = NULL;
    tg_permit permit;
    tg_assert_fails(TG_ERR_USAGE, "no permits", tg_permits_create(&permits, 0, tg_suite_error));
    ck_assert_ptr_null(permits);
    tg_assert_ok(tg_permits_create(&permits, 2, tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "3 permits asked for, of 2",
                    tg_permits_acquire(&permit, permits, 3, tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "0 permits",
                    tg_permits_acquire(&permit, permits, 0, tg_suite_error));
    ck_assert_ptr_null(permit.permits);
    ck_assert_uint_eq(tg_permits_nb_free(permits), 2);
    tg_permits_destroy(permits);
}
END_TEST

START_TEST(permits_say_how_long_they_were_held)
{
    tg_permits *permits = NULL;
    tg_permit permit;
    tg_assert_ok(tg_permits_create(&permits, 1, tg_suite_error));
    const double start_s = tg_now_s();
    tg_assert_ok(tg_permits_acquire(&permit, permits, 1, tg_suite_error));
    sleep_ms(20);
    const double held_s = tg_permit_release(&permit);
    ck_assert(held_s >= 0.02 && held_s <= tg_now_s() - start_s);
    tg_permits_destroy(permits);
}
END_TEST

/* One who waits on a thread of its own. */
typedef struct waiting {
    pthread_t thread;
    tg_permits *permits;
    size_t nb;
    atomic_int *order;
    int place; /* in which it was served */
    tg_status status;
    tg_permit permit;
} waiting;

static void *wait_for(void *argument)
{
    waiting *self = argument;
    self->status = tg_permits_acquire(&self->permit, self->permits, self->nb, NULL);
    self->place = atomic_fetch_add(self->order, 1);
    return NULL;
}

static void start(waiting *self, tg_permits *permits, size_t nb, atomic_int *order)
{
    *self = (waiting){.permits = permits, .nb = nb, .order = order};
    ck_assert_int_eq(pthread_create(&self->thread, NULL, wait_for, self), 0);
    // Long enough to stand in the line before the next one.
    sleep_ms(30);
}

START_TEST(permits_go_first_come_first_served)
{
    enum { NB = 8 };
    tg_permits *permits = NULL;
    tg_permit held;
    atomic_int order = 0;
    waiting all[NB];
    tg_assert_ok(tg_permits_create(&permits, 1, tg_suite_error));
    tg_assert_ok(tg_permits_acquire(&held, permits, 1, tg_suite_error));
    for (size_t i = 0; i < NB; i++) start(&all[i], permits, 1, &order);
    (void)tg_permit_release(&held);
    for (int i = 0; i < NB; i++) {
        ck_assert_int_eq(pthread_join(all[i].thread, NULL), 0);
        ck_assert_int_eq(all[i].status, TG_OK);
        ck_assert_int_eq(all[i].place, i);
        (void)tg_permit_release(&all[i].permit);
    }
    tg_permits_destroy(permits);
}
END_TEST

START_TEST(permits_let_nobody_pass_who_asks_for_many)
{
    tg_permits *permits = NULL;
    tg_permit held;
    atomic_int order = 0;
    waiting many, few;
    tg_assert_ok(tg_permits_create(&permits, 3, tg_suite_error));
    tg_assert_ok(tg_permits_acquire(&held, permits, 1, tg_suite_error));
    start(&many, permits, 3, &order);
    start(&few, permits, 1, &order);
    // Two are free, and the one who could have one of them stands behind.
    ck_assert_uint_eq(tg_permits_nb_free(permits), 2);
    ck_assert_int_eq(atomic_load(&order), 0);
    (void)tg_permit_release(&held);
    ck_assert_int_eq(pthread_join(many.thread, NULL), 0);
    ck_assert_int_eq(many.place, 0);
    (void)tg_permit_release(&many.permit);
    ck_assert_int_eq(pthread_join(few.thread, NULL), 0);
    ck_assert_int_eq(few.place, 1);
    (void)tg_permit_release(&few.permit);
    tg_permits_destroy(permits);
}
END_TEST

START_TEST(permits_given_back_together_serve_several)
{
    enum { NB = 3 };
    tg_permits *permits = NULL;
    tg_permit held;
    atomic_int order = 0;
    waiting all[NB];
    tg_assert_ok(tg_permits_create(&permits, NB, tg_suite_error));
    tg_assert_ok(tg_permits_acquire(&held, permits, NB, tg_suite_error));
    for (size_t i = 0; i < NB; i++) start(&all[i], permits, 1, &order);
    (void)tg_permit_release(&held);
    // None is given back until all are served.
    for (size_t i = 0; i < NB; i++) ck_assert_int_eq(pthread_join(all[i].thread, NULL), 0);
    ck_assert_uint_eq(tg_permits_nb_free(permits), 0);
    for (size_t i = 0; i < NB; i++) (void)tg_permit_release(&all[i].permit);
    tg_permits_destroy(permits);
}
END_TEST

START_TEST(permits_closed_give_nothing_and_take_back)
{
    enum { NB = 3 };
    tg_permits *permits = NULL;
    tg_permit held, late;
    atomic_int order = 0;
    waiting all[NB];
    tg_assert_ok(tg_permits_create(&permits, 1, tg_suite_error));
    tg_assert_ok(tg_permits_acquire(&held, permits, 1, tg_suite_error));
    for (size_t i = 0; i < NB; i++) start(&all[i], permits, 1, &order);
    tg_permits_close(permits);
    for (size_t i = 0; i < NB; i++) {
        ck_assert_int_eq(pthread_join(all[i].thread, NULL), 0);
        ck_assert_int_eq(all[i].status, TG_ERR_DEVICE);
        ck_assert_ptr_null(all[i].permit.permits);
    }
    (void)tg_permit_release(&held);
    ck_assert_uint_eq(tg_permits_nb_free(permits), 1);
    tg_assert_fails(TG_ERR_DEVICE, "closed", tg_permits_acquire(&late, permits, 1, tg_suite_error));
    tg_permits_destroy(permits);
}
END_TEST

/* Takes and gives back many times, and counts how many do at once. */
typedef struct crowd {
    tg_permits *permits;
    atomic_int nb_inside;
    atomic_int most_inside;
} crowd;

static void *crowd_run(void *argument)
{
    crowd *all = argument;
    for (int i = 0; i < 300; i++) {
        tg_permit permit;
        if (tg_permits_acquire(&permit, all->permits, 1 + (size_t)i % 2, NULL) != TG_OK) return all;
        const int nb = atomic_fetch_add(&all->nb_inside, (int)permit.nb) + (int)permit.nb;
        int most = atomic_load(&all->most_inside);
        while (nb > most && !atomic_compare_exchange_weak(&all->most_inside, &most, nb)) {
        }
        atomic_fetch_sub(&all->nb_inside, (int)permit.nb);
        (void)tg_permit_release(&permit);
    }
    return NULL;
}

START_TEST(permits_hold_under_a_crowd)
{
    enum { NB = 8 };
    crowd all = {.nb_inside = 0};
    pthread_t threads[NB];
    tg_assert_ok(tg_permits_create(&all.permits, 3, tg_suite_error));
    for (size_t i = 0; i < NB; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, crowd_run, &all), 0);
    for (size_t i = 0; i < NB; i++) {
        void *failed = NULL;
        ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
    ck_assert_int_le(atomic_load(&all.most_inside), 3);
    ck_assert_uint_eq(tg_permits_nb_free(all.permits), 3);
    tg_permits_destroy(all.permits);
}
END_TEST

TG_SUITE("permits", permits_count, permits_refuse_what_can_never_be,
         permits_say_how_long_they_were_held, permits_go_first_come_first_served,
         permits_let_nobody_pass_who_asks_for_many, permits_given_back_together_serve_several,
         permits_closed_give_nothing_and_take_back, permits_hold_under_a_crowd)
