/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* References of chip libraries: residues in and out, what is refused, crashes. The library is
 * tests/chip_library/fixture.c, which spoils itself as a variable of the environment says. */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include "gpu/plan.h"
#include "harness/backend.h"
#include "harness/chip_library.h"
#include "harness/generator.h"
#include "harness/worker.h"
#include "reference/field.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

/* The event and the columns of Sums.main, as the fixture has them. */
typedef struct sums_event {
    uint32_t operation;
    uint8_t flag, limb;
    uint32_t a[2], spare, one;
} sums_event;

static const char *const paths[] = {TG_CHIP_FIXTURE_LIBRARY, TG_CHIP_FIXTURE_LIBRARY};

static void choose(const char *variant)
{
    ck_assert_int_eq(setenv("TG_CHIP_FIXTURE", variant, 1), 0);
}

static tg_chip_libraries *opened(const char *variant)
{
    tg_chip_libraries *libraries = NULL;
    choose(variant);
    tg_assert_ok(tg_chip_libraries_open(&libraries, paths, 1, tg_suite_error));
    ck_assert_ptr_nonnull(libraries);
    return libraries;
}

static tg_subject subject_named(const char *name)
{
    size_t indices[TG_NB_KINDS];
    size_t nb = 0;
    tg_assert_ok(tg_subject_find(indices, &nb, name, tg_suite_error));
    ck_assert_uint_eq(nb, 1);
    return tg_subject_at(indices[0]);
}

/* Events of Sums.main, a[0] = 5 and up. */
enum { NB_EVENTS = 4 };

static void make_events(sums_event *events)
{
    memset(events, 0, NB_EVENTS * sizeof *events);
    for (uint32_t i = 0; i < NB_EVENTS; i++) {
        events[i].operation = i % 2;
        events[i].a[0] = tg_ref_to_word(5 + i);
        events[i].a[1] = tg_ref_to_word(100);
        events[i].one = TG_WORD_ONE;
    }
}

/* Make a trace of 32 rows by a library's reference, here. */
static tg_status make(tg_product *out, const char *name, const void *events, size_t nb_events,
                      tg_error *error)
{
    tg_error *const asked = tg_suite_error;
    const tg_subject subject = subject_named(name);
    const tg_request request = {.trace = subject.trace,
                                .height = 32,
                                .events = events,
                                .nb_events = nb_events};
    tg_assert_ok(tg_product_create(out, subject.trace, 32, tg_suite_error));
    tg_suite_error = asked;
    return tg_ref_make(out, subject.reference, &request, error);
}

START_TEST(chip_library_reference_rows_are_residues)
{
    sums_event events[NB_EVENTS];
    tg_product out;
    make_events(events);
    tg_chip_libraries *libraries = opened("");
    tg_assert_ok(make(&out, "Sums.main", events, NB_EVENTS, tg_suite_error));
    for (uint32_t row = 0; row < 32; row++) {
        const bool is_event = row < NB_EVENTS;
        const uint32_t a = is_event ? 5 + row : 0;
        const uint32_t result = row % 2 == 0 ? a + 100 : TG_P + a - 100;
        ck_assert_uint_eq(out.cells[row], is_event ? tg_ref_to_word(row % 2) : 0);
        ck_assert_uint_eq(out.cells[32 + row], tg_ref_to_word(a));
        ck_assert_uint_eq(out.cells[3 * 32 + row], is_event ? tg_ref_to_word(result) : 0);
    }
    tg_product_destroy(&out);
    tg_chip_libraries_close(libraries);
}
END_TEST

START_TEST(chip_library_reference_fills_whole_traces)
{
    static const uint32_t sums[] = {1, 3, 6, 10, 15};
    uint32_t events[5];
    tg_product out;
    for (uint32_t i = 0; i < 5; i++) events[i] = tg_ref_to_word(i + 1);
    tg_chip_libraries *libraries = opened("");
    tg_assert_ok(make(&out, "Sums.preprocessed", events, 5, tg_suite_error));
    for (size_t entry = 0; entry < 64; entry++) {
        const uint32_t *column = out.cells + entry % 2 * 2 * 32;
        const uint32_t amount = entry < 5 ? (uint32_t)entry + 1 : 0;
        ck_assert_uint_eq(column[entry / 2], tg_ref_to_word(amount));
        ck_assert_uint_eq(column[32 + entry / 2], tg_ref_to_word(sums[entry < 5 ? entry : 4]));
    }
    tg_product_destroy(&out);
    tg_chip_libraries_close(libraries);
}
END_TEST

START_TEST(chip_library_reference_is_checked)
{
    static const struct {
        const char *variant, *trace;
        tg_status status;
        const char *text;
    } cases[] = {
        {"row unwritten", "Sums.main", TG_ERR_USAGE,
         "the reference of Sums.main is not written yet: "},
        {"row unwritten in part", "Sums.main", TG_ERR_USAGE, "is not written yet: "},
        {"row refuses", "Sums.main", TG_ERR_EVENT, "event 2 of Sums.main: seven is not taken"},
        {"row no residue", "Sums.main", TG_ERR_EVENT,
         "event 2 of Sums.main: its row in the reference has a word that is no residue below p"},
        {"row reads ignored", "Sums.main", TG_ERR_EVENT, "event 0 of Sums.main: spare is not a[0]"},
        {"fill unwritten", "Sums.preprocessed", TG_ERR_USAGE,
         "the reference of Sums.preprocessed is not written yet: "},
        {"fill refuses", "Sums.preprocessed", TG_ERR_EVENT, "it will not do"},
        {"fill refuses silently", "Sums.preprocessed", TG_ERR_EVENT, "does not say why"},
        {"fill no residue", "Sums.preprocessed", TG_ERR_FORMAT,
         "the reference writes 2130706433, which is no residue below p, to column "
         "entries[0].sum.so_far of row 3"},
        {"fill leaves a cell", "Sums.preprocessed", TG_ERR_FORMAT,
         "the reference does not write column entries[1].amount of row 5"},
    };
    sums_event events[NB_EVENTS];
    make_events(events);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tg_product out;
        tg_chip_libraries *libraries = opened(cases[i].variant);
        tg_assert_fails(cases[i].status, cases[i].text,
                        make(&out, cases[i].trace, events, NB_EVENTS, tg_suite_error));
        tg_product_destroy(&out);
        // Whoever does not ask why is told that it fails.
        ck_assert_int_eq(make(&out, cases[i].trace, events, NB_EVENTS, NULL), cases[i].status);
        tg_product_destroy(&out);
        tg_chip_libraries_close(libraries);
    }
}
END_TEST

START_TEST(chip_library_reference_must_be_written_without_events_too)
{
    tg_product out;
    tg_chip_libraries *libraries = opened("row unwritten");
    tg_assert_fails(TG_ERR_USAGE, "is not written yet",
                    make(&out, "Sums.main", NULL, 0, tg_suite_error));
    tg_product_destroy(&out);
    tg_chip_libraries_close(libraries);
}
END_TEST

START_TEST(chip_library_reference_takes_completed_events)
{
    sums_event events[200];
    tg_chip_libraries *libraries = opened("complete");
    const tg_subject subject = subject_named("Sums.main");
    for (tg_profile profile = (tg_profile)0; profile < TG_NB_PROFILES; profile++) {
        if (!tg_generator_has_profile(&subject, profile)) continue;
        tg_assert_ok(tg_generator_fill(events, &subject, profile, 7, 0, 200, tg_suite_error));
        tg_assert_ok(tg_trace_check_events(subject.trace, events, 200, tg_suite_error));
        for (size_t i = 0; i < 200; i++) {
            ck_assert_uint_eq(events[i].spare, events[i].a[0]);
            ck_assert_uint_lt(events[i].limb, 16);
        }
    }
    tg_chip_libraries_close(libraries);
}
END_TEST

/* Run the backend `reference` as a gate does. */
static tg_status run_isolated(const char *name, bool is_under_test, tg_error *error)
{
    tg_error *const asked = tg_suite_error;
    sums_event events[NB_EVENTS];
    tg_backend backend;
    tg_product out;
    tg_conduct conduct = {.events_changed = false};
    const tg_subject subject = subject_named(name);
    const tg_job job = {.subject = &subject,
                        .events = events,
                        .nb_events = NB_EVENTS,
                        .height = 32};
    make_events(events);
    tg_assert_ok(
        tg_isolation_open(&backend, tg_backend_ops_at(0), NULL, is_under_test, tg_suite_error));
    ck_assert(backend.is_isolated);
    tg_assert_ok(tg_product_create(&out, subject.trace, 32, tg_suite_error));
    tg_suite_error = asked;
    const tg_status status = tg_backend_make(&out, &conduct, &backend, &job, error);
    if (status == TG_OK) ck_assert_uint_eq(out.cells[32], tg_ref_to_word(5));
    tg_product_destroy(&out);
    tg_backend_close(&backend);
    return status;
}

START_TEST(chip_library_reference_crashes_in_a_worker)
{
    tg_chip_libraries *libraries = opened("row crashes");
    tg_assert_fails(TG_ERR_UNAVAILABLE,
                    "the reference of Sums.main: its worker was ended by signal 5",
                    run_isolated("Sums.main", false, tg_suite_error));
    tg_assert_fails(TG_ERR_KERNEL, "the reference of Sums.main: its worker was ended by signal 5",
                    run_isolated("Sums.main", true, tg_suite_error));
    tg_chip_libraries_close(libraries);
    libraries = opened("");
    tg_assert_ok(run_isolated("Sums.main", false, tg_suite_error));
    tg_chip_libraries_close(libraries);
}
END_TEST

START_TEST(chip_library_reference_has_no_kernel_beside_it)
{
    sums_event events[NB_EVENTS];
    tg_product out;
    make_events(events);
    tg_chip_libraries *libraries = opened("");
    const tg_subject subject = subject_named("Sums.main");
    const tg_request request = {.trace = subject.trace,
                                .height = 32,
                                .events = events,
                                .nb_events = NB_EVENTS};
    tg_assert_ok(tg_product_create(&out, subject.trace, 32, tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "Sums.main has no kernel of its own",
                    tg_plan_run_host(subject.plan, NULL, &out, &request, tg_suite_error));
    tg_product_destroy(&out);
    tg_chip_libraries_close(libraries);
}
END_TEST

TG_SUITE("chip_library_reference", chip_library_reference_rows_are_residues,
         chip_library_reference_fills_whole_traces, chip_library_reference_is_checked,
         chip_library_reference_must_be_written_without_events_too,
         chip_library_reference_takes_completed_events, chip_library_reference_crashes_in_a_worker,
         chip_library_reference_has_no_kernel_beside_it)
