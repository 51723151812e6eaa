/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Chip libraries: what they add, what is refused of them, their references. The library is
 * tests/chip_library/fixture.c, which spoils itself as a variable of the environment says. */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include "harness/chip_library.h"

#include "harness/subject.h"

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

/* ---- what they add ---- */

START_TEST(chip_library_adds_its_chips)
{
    const size_t nb_traces = tg_nb_traces();
    const size_t nb_chips = tg_nb_chips();
    ck_assert_uint_eq(nb_traces, tg_nb_listed_traces());
    tg_chip_libraries *libraries = opened("");
    ck_assert_uint_eq(tg_nb_traces(), nb_traces + 2);
    ck_assert_uint_eq(tg_nb_chips(), nb_chips + 1);
    ck_assert_uint_eq(tg_nb_listed_traces(), nb_traces);
    ck_assert_str_eq(tg_trace_at(nb_traces)->name, "Sums.preprocessed");
    ck_assert_str_eq(tg_trace_at(nb_traces + 1)->name, "Sums.main");
    ck_assert_str_eq(tg_chip_at(nb_chips)->name, "Sums");
    ck_assert_ptr_eq(tg_trace_at(nb_traces)->chip, tg_chip_at(nb_chips));
    ck_assert_str_eq(tg_nearest_trace("Suns.main"), "Sums.main");
    tg_chip_libraries_close(libraries);
    ck_assert_uint_eq(tg_nb_traces(), nb_traces);
    ck_assert_uint_eq(tg_nb_chips(), nb_chips);
}
END_TEST

START_TEST(chip_library_describes_traces)
{
    char name[TG_NAME_BYTES];
    tg_chip_libraries *libraries = opened("");
    const tg_trace *main = subject_named("Sums.main").trace;
    const tg_trace *part = subject_named("Sums.preprocessed").trace;
    ck_assert_uint_eq(tg_trace_event_size(main), sizeof(sums_event));
    // All but what is ignored and the padding behind the bytes.
    ck_assert_uint_eq(tg_trace_event_bytes_read(main), sizeof(sums_event) - 4 - 2);
    ck_assert_uint_eq(tg_trace_width(main), 4);
    ck_assert_uint_eq(tg_trace_width(part), 4);
    ck_assert_str_eq(tg_trace_column_name(name, main, 2), "a[1]");
    ck_assert_str_eq(tg_trace_column_name(name, part, 3), "entries[1].sum.so_far");
    ck_assert_uint_eq(tg_trace_nb_rows(part, 5), 3);
    ck_assert_int_eq(part->padding, TG_PADDING_CONSTANT);
    ck_assert_int_eq(part->height_rule, TG_HEIGHT_NEVER_FIXED);
    tg_chip_libraries_close(libraries);
}
END_TEST

START_TEST(chip_library_counts_what_it_calls)
{
    tg_calls calls = {.nb_begun = 0};
    sums_event event = {.a = {7, 8}};
    tg_chip_libraries *libraries = opened("complete");
    const tg_trace_draws *draws = subject_named("Sums.main").draws;
    ck_assert_ptr_nonnull(draws);
    tg_draws_complete(draws, &event);
    ck_assert_uint_eq(event.spare, 7);
    tg_chip_libraries_count(libraries, &calls);
    tg_draws_complete(draws, &event);
    tg_draws_complete(draws, &event);
    ck_assert_uint_eq(calls.nb_begun, 2);
    ck_assert_uint_eq(calls.nb_ended, 2);
    tg_chip_libraries_count(libraries, NULL);
    tg_draws_complete(draws, &event);
    ck_assert_uint_eq(calls.nb_begun, 2);
    tg_chip_libraries_close(libraries);
    tg_chip_libraries_count(NULL, &calls);
}
END_TEST

START_TEST(chip_library_tells_whose_a_trace_is)
{
    tg_chip_libraries *libraries = opened("");
    const tg_trace *main = subject_named("Sums.main").trace;
    const char *manifest = tg_chip_library_manifest_of(main);
    ck_assert_str_eq(tg_chip_library_of(main), TG_CHIP_FIXTURE_LIBRARY);
    ck_assert_ptr_nonnull(manifest);
    ck_assert_str_eq(strrchr(manifest, '/'), "/sums.json");
    ck_assert_int_eq(strncmp(manifest, TG_CHIP_FIXTURE_LIBRARY, strlen(manifest) - 9), 0);
    ck_assert_ptr_null(tg_chip_library_of(tg_trace_at(0)));
    ck_assert_ptr_null(tg_chip_library_manifest_of(tg_trace_at(0)));
    tg_chip_libraries_close(libraries);
    libraries = opened("absolute manifest");
    ck_assert_str_eq(tg_chip_library_manifest_of(subject_named("Sums.main").trace),
                     "/kernels.json");
    tg_chip_libraries_close(libraries);
    libraries = opened("no manifest");
    ck_assert_ptr_null(tg_chip_library_manifest_of(subject_named("Sums.main").trace));
    tg_chip_libraries_close(libraries);
}
END_TEST

START_TEST(chip_library_takes_what_is_newer_and_unused)
{
    tg_chip_libraries_close(opened("newer"));
    tg_chip_libraries_close(opened("any byte"));
    tg_chip_libraries *libraries = opened("no events");
    ck_assert_ptr_null(subject_named("Sums.main").trace->event);
    tg_chip_libraries_close(libraries);
    tg_chip_libraries_close(NULL);
    libraries = (tg_chip_libraries *)1;
    tg_assert_ok(tg_chip_libraries_open(&libraries, NULL, 0, tg_suite_error));
    ck_assert_ptr_null(libraries);
}
END_TEST

/* ---- what is refused ---- */

static const struct {
    const char *variant;
    const char *text;
} wrong[] = {
    {"version", "it is made for version 2 of tracegate/chip.h, and this is 1"},
    {"no sizes", "the sizes of its structs are not set"},
    {"newer and used", "it uses more of tracegate/chip.h than this tracegate knows"},
    {"no chips", "it has 0 chips"},
    {"many chips", "it has 1000000 chips"},
    {"chip name", "the name of its chip 0 is none: 'Two words'"},
    {"no chip name", "the name of its chip 0 is none: ''"},
    {"no traces", "it has 0 traces"},
    {"two of a kind", "it has two main traces"},
    {"kind", "its trace 1 is of the unknown kind 2"},
    {"both maps", "a row of 2 events and an event of 2 rows exclude each other"},
    {"many rows", "5000 rows an event are too many"},
    {"max events", "max_events is above the limit"},
    {"no reference", "it has no reference, neither row nor fill"},
    {"two references", "it has both row and fill"},
    {"padding", "padding 3 or height rule 0 is unknown"},
    {"height", "padding 0 or height rule 3 is unknown"},
    {"constant row", "row cannot say what the constant padding is"},
    {"no events to complete", "there are no events to complete or to read"},
    {"no columns", "it has 0 columns"},
    {"wide", "are too wide"},
    {"no fields", "an event of 24 bytes and 0 fields is none"},
    {"field name", "the name of field 1 is none: 'a flag'"},
    {"long name", "the name of field 1 is none: 'f0123"},
    {"no field name", "the name of field 1 is none: ''"},
    {"two fields", "two fields are called flag"},
    {"dims", "the dimensions of field a are none: '[2'"},
    {"zero dims", "the dimensions of field a are none: '[0]'"},
    {"huge dims", "the dimensions of field a are none: '[65536][65536]'"},
    {"many dims", "the dimensions of field a are none"},
    {"form", "field flag has the unknown form 8"},
    {"no values", "the values of field operation are none"},
    {"value names", "the values of field operation are none"},
    {"byte values", "the values of field limb are none"},
    {"overlap", "field a at byte 4 lies before the end of the one before, 6"},
    {"alignment", "field spare of 4 bytes cannot be at byte 18 of an event of 24"},
    {"beyond", "field one of 4 bytes cannot be at byte 64 of an event of 24"},
    {"column name", "the name of column 2 is none: ''"},
    {"two columns", "two columns are called a"},
    {"returns nothing", "tracegate_chip_library_v1 returns NULL"},
    {"load crashes", "the chip library crashes the process that loads it: signal 11"},
    {"load exits", "the chip library ends the process that loads it"},
};

START_TEST(chip_library_refuses_what_is_wrong)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        tg_chip_libraries *libraries = NULL;
        tg_error error = {.status = TG_OK};
        choose(wrong[i].variant);
        tg_assert_fails(TG_ERR_FORMAT, wrong[i].text,
                        tg_chip_libraries_open(&libraries, paths, 1, tg_suite_error));
        ck_assert_int_ne(tg_chip_libraries_open(&libraries, paths, 1, &error), TG_OK);
        ck_assert_msg(strstr(error.where, TG_CHIP_FIXTURE_LIBRARY) != NULL, "%s: %s",
                      wrong[i].variant, error.where);
        ck_assert_ptr_null(libraries);
        ck_assert_uint_eq(tg_nb_traces(), tg_nb_listed_traces());
    }
}
END_TEST

START_TEST(chip_library_refuses_names_that_are_there)
{
    tg_chip_libraries *libraries = NULL;
    ck_assert_int_eq(setenv("TG_CHIP_FIXTURE_NAME", tg_chip_at(0)->name, 1), 0);
    choose("built-in name");
    tg_assert_fails(TG_ERR_USAGE, "is there twice: the program already has one",
                    tg_chip_libraries_open(&libraries, paths, 1, tg_suite_error));
    choose("twice the chip");
    tg_assert_fails(TG_ERR_USAGE, "chip Sums is there twice: the libraries already have one",
                    tg_chip_libraries_open(&libraries, paths, 1, tg_suite_error));
    choose("");
    tg_assert_fails(TG_ERR_USAGE, "chip Sums is there twice",
                    tg_chip_libraries_open(&libraries, paths, 2, tg_suite_error));
    ck_assert_uint_eq(tg_nb_traces(), tg_nb_listed_traces());
}
END_TEST

START_TEST(chip_library_refuses_other_files)
{
    static const char *const empty[] = {TG_CHIP_EMPTY_LIBRARY};
    static const char *const missing[] = {"no-such-library.so"};
    static const char *const text[] = {__FILE__};
    tg_chip_libraries *libraries = NULL;
    tg_assert_fails(TG_ERR_FORMAT, "it has no function tracegate_chip_library_v1",
                    tg_chip_libraries_open(&libraries, empty, 1, tg_suite_error));
    // The loader's own words.
    tg_assert_fails(TG_ERR_IO, "no-such-library.so: cannot open shared object file",
                    tg_chip_libraries_open(&libraries, missing, 1, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "the chip library cannot be loaded",
                    tg_chip_libraries_open(&libraries, text, 1, tg_suite_error));
}
END_TEST

TG_SUITE("chip_library", chip_library_adds_its_chips, chip_library_describes_traces,
         chip_library_counts_what_it_calls, chip_library_tells_whose_a_trace_is,
         chip_library_takes_what_is_newer_and_unused, chip_library_refuses_what_is_wrong,
         chip_library_refuses_names_that_are_there, chip_library_refuses_other_files)
