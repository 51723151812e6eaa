/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Notes of launches. */
#define _XOPEN_SOURCE 700 /* SA_ONSTACK */
#include "cli/launches.h"

#include "cli/crash.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

/* How long other kernels are waited for when one has crashed: for two seconds at the most. */
#define CRASH_TURN_NS 10000000L
#define CRASH_MAX_TURNS 200

/* A note's way. One whose kernel was refused stays so: a function of the host may still come to it.
 */
enum note_state { NOTE_FREE, NOTE_TAKEN, NOTE_QUEUED, NOTE_AT_WORK, NOTE_REFUSED };

/* The table, and what its functions would be given if they were given anything. */
static struct {
    tg_runtime_ops ops;
    const tg_runtime_ops *inner;
    tg_launches *notes;
} watched;

static bool change(tg_launch_note *note, int from, int to)
{
    return __atomic_compare_exchange_n(&note->state, &from, to, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

/* A note of a launch; NULL: none is free, or none is to be made. */
static tg_launch_note *take_note(const tg_runtime_launch *launch)
{
    tg_launches *notes = watched.notes;
    if (__atomic_load_n(&notes->is_stopped, __ATOMIC_RELAXED) != 0) return NULL;
    for (size_t i = 0; i < TG_MAX_LAUNCH_NOTES; i++) {
        tg_launch_note *note = &notes->notes[i];
        if (!change(note, NOTE_FREE, NOTE_TAKEN)) continue;
        note->nb_events = launch->nb_events;
        note->height = launch->height;
        (void)snprintf(note->label, sizeof note->label, "%s", launch->label);
        return note;
    }
    return NULL;
}

/* In the order of the stream: the kernel is next, and has ended. */
static void begin(void *argument)
{
    while (__atomic_load_n(&watched.notes->is_crashing, __ATOMIC_ACQUIRE) != 0) {
        (void)pause();
    }
    (void)change(argument, NOTE_QUEUED, NOTE_AT_WORK);
}
static void end(void *argument) { (void)change(argument, NOTE_AT_WORK, NOTE_FREE); }

static int launch_noted(void *device, const tg_runtime_launch *launch, void *stream)
{
    const tg_runtime_ops *inner = watched.inner;
    tg_launch_note *note = take_note(launch);
    if (note == NULL) return inner->launch(device, launch, stream);
    __atomic_store_n(&note->state, NOTE_QUEUED, __ATOMIC_RELEASE);
    if (inner->call(device, begin, note, stream) != 0) {
        // What has failed on this stream shows at the launch.
        __atomic_store_n(&note->state, NOTE_FREE, __ATOMIC_RELEASE);
        return inner->launch(device, launch, stream);
    }
    const int code = inner->launch(device, launch, stream);
    if (code == 0) {
        // A note that is not ended is one that names too much, and no failure of the launch.
        (void)inner->call(device, end, note, stream);
    } else {
        __atomic_store_n(&note->state, NOTE_REFUSED, __ATOMIC_RELEASE);
    }
    return code;
}

const tg_runtime_ops *tg_launches_ops(const tg_runtime_ops *inner, tg_launches *notes)
{
    watched.ops = *inner;
    watched.inner = inner;
    watched.notes = notes;
    watched.ops.launch = launch_noted;
    return &watched.ops;
}

void tg_launches_stop(tg_launches *notes)
{
    __atomic_store_n(&notes->is_stopped, 1, __ATOMIC_RELAXED);
}

/* ---- crashing ---- */

static size_t nb_at_work(const tg_launches *notes)
{
    size_t nb = 0;
    for (size_t i = 0; i < TG_MAX_LAUNCH_NOTES; i++) {
        nb += __atomic_load_n(&notes->notes[i].state, __ATOMIC_ACQUIRE) == NOTE_AT_WORK;
    }
    return nb;
}

/* On the thread that crashed: it goes no further, and so its kernel has not ended. */
static void handle(int number)
{
    const struct timespec turn = {.tv_nsec = CRASH_TURN_NS};
    tg_launches *notes = watched.notes;
    if (notes != NULL) {
        __atomic_store_n(&notes->is_crashing, 1, __ATOMIC_RELEASE);
        for (int i = 0; i < CRASH_MAX_TURNS && nb_at_work(notes) > 1; i++) {
            (void)nanosleep(&turn, NULL);
        }
    }
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

void tg_launches_catch(void)
{
    static const int signals[] = {
        SIGILL,
        SIGTRAP,
        SIGABRT,
        SIGSYS,
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer)
        // AddressSanitizer says more of these.
        SIGSEGV,
        SIGBUS,
        SIGFPE
#endif
    };
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    action.sa_flags = (int)SA_ONSTACK;
    tg_crash_use_stack();
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        (void)sigaction(signals[i], &action, NULL);
    }
}

/* ---- reading ---- */

/* The trace of a label, "[step S of ]TRACE in N blocks of M threads", as the runtime makes them. */
static void trace_of(char trace[TG_NAME_BYTES], const char *label)
{
    const char *start = strncmp(label, "step ", 5) == 0 ? strstr(label, " of ") : NULL;
    start = start != NULL ? start + 4 : label;
    const char *behind = strstr(start, " in ");
    const size_t length = behind != NULL ? (size_t)(behind - start) : strlen(start);
    (void)snprintf(trace, TG_NAME_BYTES, "%.*s",
                   (int)(length < TG_NAME_BYTES ? length : TG_NAME_BYTES - 1), start);
}

static void add_found(tg_launches_found *found, const tg_launch_note *note)
{
    char label[TG_LABEL_BYTES];
    char trace[TG_NAME_BYTES];
    const size_t used = strlen(found->all);
    memcpy(label, note->label, sizeof label);
    label[sizeof label - 1] = '\0';
    trace_of(trace, label);
    if (found->nb_at_work == 0) {
        (void)snprintf(found->first, sizeof found->first, "%s", label);
        (void)snprintf(found->trace, sizeof found->trace, "%s", trace);
        found->nb_events = note->nb_events;
        found->height = note->height;
    }
    if (strcmp(found->trace, trace) != 0) found->trace[0] = '\0';
    if (used + strlen(label) + 3 < sizeof found->all)
        (void)snprintf(found->all + used, sizeof found->all - used, "%s%s", used != 0 ? "; " : "",
                       label);
    found->nb_at_work++;
}

void tg_launches_read(tg_launches_found *found, const tg_launches *notes)
{
    memset(found, 0, sizeof *found);
    found->is_known = __atomic_load_n(&notes->is_stopped, __ATOMIC_ACQUIRE) == 0;
    for (size_t i = 0; i < TG_MAX_LAUNCH_NOTES; i++) {
        const tg_launch_note *note = &notes->notes[i];
        if (__atomic_load_n(&note->state, __ATOMIC_ACQUIRE) == NOTE_AT_WORK) add_found(found, note);
    }
}
