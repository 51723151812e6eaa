/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Backends without memory: each allocation of a guarded run fails in turn. */
#include "fault.h"
#include "harness/backend.h"
#include "harness/generator.h"
#include "sample.h"
#include "suite.h"

#include <omp.h>
#include <stdlib.h>

/* Make a small trace of every chip on one backend; returns how many allocations were made to
 * fail. */
static size_t check_backend(const char *name)
{
    // libgomp ends the process when it has no memory for its own; it takes that at the first
    // parallel region.
    omp_set_num_threads(1);
    size_t nb_failures = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        const size_t nb_events = 3;
        void *events = sample_events(subject.trace, nb_events, 1);
        if (events != NULL) {
            tg_assert_ok(tg_generator_fill(events, &subject, TG_PROFILE_UNIFORM, 1, 0, nb_events,
                                           tg_suite_error));
        }
        tg_product made;
        tg_assert_ok(tg_product_create(&made, subject.trace, 32, tg_suite_error));
        const size_t height = subject.trace->height_rule == TG_HEIGHT_ALWAYS_16 ? 16 : 32;
        const tg_job job = {.subject = &subject,
                            .events = events,
                            .nb_events = nb_events,
                            .height = height};
        const tg_backend_ops *ops = NULL;
        tg_backend backend;
        tg_conduct conduct;
        tg_assert_ok(tg_backend_find(&ops, name, tg_suite_error));
        tg_assert_ok(tg_backend_open(&backend, ops, tg_suite_error));
        tg_assert_ok(tg_backend_make(&made, &conduct, &backend, &job, tg_suite_error));
        for (long nth = 1;; nth++) {
            tg_error error = {0};
            tg_fault_arm(TG_FAULT_MEMORY, nth);
            const tg_status status = tg_backend_make(&made, &conduct, &backend, &job, &error);
            if (!tg_fault_disarm()) {
                ck_assert_int_eq(status, TG_OK);
                ck_assert(!tg_conduct_is_wrong(&conduct));
                break;
            }
            nb_failures++;
            ck_assert_int_eq(status, TG_ERR_MEMORY);
            ck_assert_int_eq(error.status, TG_ERR_MEMORY);
            ck_assert_int_ne(error.how[0], '\0');
        }
        tg_backend_close(&backend);
        tg_product_destroy(&made);
        free(events);
    }
    return nb_failures;
}

/* One allocation around both runs, and in each of them trace and events: five for each trace at
 * the least. */
START_TEST(backend_fault_reference)
{
    ck_assert_uint_ge(check_backend("reference"), 5 * tg_nb_traces());
}
END_TEST

START_TEST(backend_fault_host) { ck_assert_uint_ge(check_backend("host"), 5 * tg_nb_traces()); }
END_TEST

TG_SUITE("backend_fault", backend_fault_reference, backend_fault_host)
