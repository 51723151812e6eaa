/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Notes of launches: what a process was at work on when it ended. */
#include "cli/launches.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

/* A stream that does nothing until it is told to. */
#define MAX_QUEUED 1024
static struct {
    void (*run[MAX_QUEUED])(void *argument); /* NULL: a kernel */
    void *arguments[MAX_QUEUED];
    size_t nb;
    int launch_code;
    int call_code;
} stream;

static int queue_launch(void *device, const tg_runtime_launch *launch, void *on)
{
    (void)device;
    (void)launch;
    (void)on;
    if (stream.launch_code == 0) stream.run[stream.nb++] = NULL;
    return stream.launch_code;
}

static int queue_call(void *device, void (*run)(void *argument), void *argument, void *on)
{
    (void)device;
    (void)on;
    if (stream.call_code != 0) return stream.call_code;
    stream.arguments[stream.nb] = argument;
    stream.run[stream.nb++] = run;
    return 0;
}

static const tg_runtime_ops inner = {.launch = queue_launch, .call = queue_call};

/* Run all, or all up to the kernel, which then is at work. */
static void run_stream(bool ends)
{
    for (size_t i = 0; i < stream.nb; i++) {
        if (stream.run[i] != NULL) {
            stream.run[i](stream.arguments[i]);
        } else if (!ends) {
            break;
        }
    }
    stream.nb = 0;
}

/* Queue a launch through a table in front of the stream; returns what the caller is told. */
static int launch(tg_launches *notes, const char *label, size_t nb_events)
{
    const tg_runtime_launch what = {.label = label, .nb_events = nb_events, .height = 64};
    return tg_launches_ops(&inner, notes)->launch(NULL, &what, NULL);
}

static tg_launches_found read_notes(const tg_launches *notes)
{
    tg_launches_found found;
    tg_launches_read(&found, notes);
    return found;
}

static tg_launches *new_notes(void)
{
    static tg_launches notes;
    memset(&notes, 0, sizeof notes);
    memset(&stream, 0, sizeof stream);
    return &notes;
}

START_TEST(launches_are_noted_while_they_are_at_work)
{
    tg_launches *notes = new_notes();
    ck_assert_int_eq(launch(notes, "Any.main in 3 blocks of 64 threads", 50), 0);
    ck_assert_uint_eq(read_notes(notes).nb_at_work, 0);
    run_stream(false);
    const tg_launches_found found = read_notes(notes);
    ck_assert(found.is_known);
    ck_assert_uint_eq(found.nb_at_work, 1);
    ck_assert_str_eq(found.first, "Any.main in 3 blocks of 64 threads");
    ck_assert_str_eq(found.trace, "Any.main");
    ck_assert_uint_eq(found.nb_events, 50);
    ck_assert_uint_eq(found.height, 64);
    ck_assert_int_eq(launch(notes, "Any.main in 3 blocks of 64 threads", 50), 0);
    run_stream(true);
    ck_assert_uint_eq(read_notes(notes).nb_at_work, 1);
    tg_launches_stop(notes);
    ck_assert_int_eq(launch(notes, "Any.main in 1 block of 64 threads", 1), 0);
    ck_assert_uint_eq(stream.nb, 1);
    ck_assert(!read_notes(notes).is_known);
}
END_TEST

START_TEST(launches_name_a_trace_that_is_the_only_one)
{
    tg_launches *notes = new_notes();
    const char *const labels[] = {"step hash of Any.main in 3 blocks of 64 threads",
                                  "Any.main in 1 block of 32 threads", "Any.main",
                                  "Other.main in 1 block of 32 threads"};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(launch(notes, labels[i], i), 0);
        run_stream(false);
        ck_assert_str_eq(read_notes(notes).trace, i < 3 ? "Any.main" : "");
    }
    const tg_launches_found found = read_notes(notes);
    ck_assert_uint_eq(found.nb_at_work, 4);
    ck_assert_str_eq(found.first, labels[0]);
    // As many as there is room for, and whole.
    ck_assert_ptr_nonnull(strstr(found.all, "; Any.main in 1 block of 32 threads; Any.main; "));
}
END_TEST

START_TEST(launches_that_are_refused_are_not_at_work)
{
    tg_launches *notes = new_notes();
    stream.launch_code = 7;
    ck_assert_int_eq(launch(notes, "Any.main", 1), 7);
    run_stream(true);
    ck_assert_uint_eq(read_notes(notes).nb_at_work, 0);
    // Where the stream takes no function there is no note, and the launch tells.
    stream.launch_code = 0;
    stream.call_code = 5;
    ck_assert_int_eq(launch(notes, "Any.main", 1), 0);
    run_stream(true);
    ck_assert_uint_eq(read_notes(notes).nb_at_work, 0);
}
END_TEST

START_TEST(launches_beyond_all_notes_go_without)
{
    tg_launches *notes = new_notes();
    for (size_t i = 0; i < TG_MAX_LAUNCH_NOTES + 3; i++) {
        char label[32];
        (void)snprintf(label, sizeof label, "Any%zu.main in 1 block", i);
        ck_assert_int_eq(launch(notes, label, i), 0);
        ck_assert_uint_eq(stream.nb, i < TG_MAX_LAUNCH_NOTES ? 3 : 1);
        run_stream(false);
    }
    const tg_launches_found found = read_notes(notes);
    ck_assert_uint_eq(found.nb_at_work, TG_MAX_LAUNCH_NOTES);
    ck_assert_uint_lt(strlen(found.all), sizeof found.all);
    ck_assert_str_eq(found.trace, "");
}
END_TEST

START_TEST(launches_read_what_a_kernel_wrote_over)
{
    tg_launches *notes = new_notes();
    ck_assert_int_eq(launch(notes, "Any.main in 1 block", 1), 0);
    run_stream(false);
    memset(notes->notes[0].label, 'x', sizeof notes->notes[0].label);
    const tg_launches_found found = read_notes(notes);
    ck_assert_uint_eq(strlen(found.first), sizeof found.first - 1);
    ck_assert_uint_lt(strlen(found.trace), sizeof found.trace);
    ck_assert_uint_lt(strlen(found.all), sizeof found.all);
}
END_TEST

TG_SUITE("launches", launches_are_noted_while_they_are_at_work,
         launches_name_a_trace_that_is_the_only_one, launches_that_are_refused_are_not_at_work,
         launches_beyond_all_notes_go_without, launches_read_what_a_kernel_wrote_over)
