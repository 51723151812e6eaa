/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The table of ops whose nth call fails. */
#include "runtime_faults.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* Codes of this table; the inner ones are smaller. */
enum { CODE_FAILED = 70001, CODE_NO_MEMORY, CODE_LATE, CODE_LOST };

/* Streams and events behind a late failure, and memory that was given back on a lost device. */
#define MAX_NOTED 4096

static struct {
    pthread_mutex_t mutex;
    const tg_runtime_ops *inner;
    tg_test_failure failure;
    long nb_left; /* calls until the one that fails; 0: none */
    bool has_failed;
    bool is_lost;
    int code; /* of the call that failed */
    size_t nb_noted;
    const void *noted[MAX_NOTED];
} faults = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static tg_runtime_ops faulty;

static void lock(void) { (void)pthread_mutex_lock(&faults.mutex); }

static void unlock(void) { (void)pthread_mutex_unlock(&faults.mutex); }

static void note(const void *of)
{
    lock();
    if (faults.nb_noted < MAX_NOTED) faults.noted[faults.nb_noted++] = of;
    unlock();
}

/* Whether something is noted; if so, and it is to be forgotten, it no longer is. */
static bool is_noted(const void *of, bool forget)
{
    bool found = false;
    lock();
    for (size_t i = 0; i < faults.nb_noted && !found; i++) {
        found = faults.noted[i] == of;
        if (found && forget) faults.noted[i] = faults.noted[--faults.nb_noted];
    }
    unlock();
    return found;
}

/* Count a call: 0, or the code with which it fails.
 * code  of a call that fails at once */
static int count(bool is_work, int code)
{
    int result = 0;
    lock();
    if (faults.is_lost) {
        result = CODE_LOST;
    } else if (faults.nb_left != 0 && (is_work || faults.failure != TG_TEST_FAIL_LATE) &&
               --faults.nb_left == 0) {
        faults.has_failed = true;
        faults.is_lost = faults.failure == TG_TEST_FAIL_LOST;
        result = faults.failure == TG_TEST_FAIL_NOW    ? code
                 : faults.failure == TG_TEST_FAIL_LATE ? CODE_LATE
                                                       : CODE_LOST;
        faults.code = result;
    }
    unlock();
    return result;
}

void tg_test_fail_call(tg_test_failure failure, long nth)
{
    lock();
    faults.failure = failure;
    faults.nb_left = nth;
    faults.has_failed = false;
    unlock();
}

bool tg_test_stop_failing(void)
{
    lock();
    faults.nb_left = 0;
    const bool has_failed = faults.has_failed;
    unlock();
    return has_failed;
}

/* ---- opening and closing ---- */

static tg_status open_device(void **device, tg_error *error)
{
    lock();
    faults.is_lost = false;
    faults.nb_noted = 0;
    unlock();
    if (count(false, CODE_FAILED) == 0) return faults.inner->open(device, error);
    lock();
    faults.is_lost = false;
    unlock();
    *device = NULL;
    tg_error_set(error, TG_ERR_UNAVAILABLE, "opening was " TG_TEST_FAULT_TEXT);
    tg_error_how(error, "let it not fail");
    return TG_ERR_UNAVAILABLE;
}

static void close_device(void *device)
{
    faults.inner->close(device);
    lock();
    faults.is_lost = false;
    unlock();
}

/* ---- what cannot fail ---- */

static void stream_destroy(void *device, void *stream)
{
    (void)is_noted(stream, true);
    faults.inner->stream_destroy(device, stream);
}

static void event_destroy(void *device, void *event)
{
    (void)is_noted(event, true);
    faults.inner->event_destroy(device, event);
}

static void give_pinned(void *device, void *bytes) { faults.inner->give_pinned(device, bytes); }

/* ---- streams, events ---- */

static int stream_create(void *device, void **stream)
{
    const int code = count(false, CODE_FAILED);
    return code != 0 ? code : faults.inner->stream_create(device, stream);
}

static int stream_wait(void *device, void *stream)
{
    int code = count(false, CODE_FAILED);
    if (code == 0) code = faults.inner->stream_wait(device, stream);
    return code == 0 && is_noted(stream, false) ? CODE_LATE : code;
}

static int stream_query(void *device, void *stream, bool *is_done)
{
    *is_done = false;
    int code = count(false, CODE_FAILED);
    if (code == 0) code = faults.inner->stream_query(device, stream, is_done);
    return code == 0 && is_noted(stream, false) ? CODE_LATE : code;
}

static int event_create(void *device, void **event)
{
    const int code = count(false, CODE_FAILED);
    return code != 0 ? code : faults.inner->event_create(device, event);
}

static int event_record(void *device, void *event, void *stream)
{
    int code = count(false, CODE_FAILED);
    if (code == 0) code = faults.inner->event_record(device, event, stream);
    if (code != 0) return code;
    (void)is_noted(event, true);
    if (is_noted(stream, false)) note(event);
    return 0;
}

static int event_wait(void *device, void *event)
{
    int code = count(false, CODE_FAILED);
    if (code == 0) code = faults.inner->event_wait(device, event);
    return code == 0 && is_noted(event, false) ? CODE_LATE : code;
}

static int event_query(void *device, void *event, bool *is_done)
{
    *is_done = false;
    int code = count(false, CODE_FAILED);
    if (code == 0) code = faults.inner->event_query(device, event, is_done);
    return code == 0 && is_noted(event, false) ? CODE_LATE : code;
}

static int stream_wait_event(void *device, void *stream, void *event)
{
    const int code = count(false, CODE_FAILED);
    return code != 0 ? code : faults.inner->stream_wait_event(device, stream, event);
}

/* ---- memory ---- */

static int take(void *device, void **d_bytes, size_t len_bytes, void *stream)
{
    const int code = count(false, CODE_NO_MEMORY);
    return code != 0 ? code : faults.inner->take(device, d_bytes, len_bytes, stream);
}

/* A lost device takes its memory with it: here it is freed at the first try. */
static int give(void *device, void *d_bytes, void *stream)
{
    const int code = count(false, CODE_FAILED);
    if (code == 0) return faults.inner->give(device, d_bytes, stream);
    if (code != CODE_LOST || is_noted(d_bytes, false)) return code;
    note(d_bytes);
    (void)faults.inner->give(device, d_bytes, stream);
    return code;
}

static int take_pinned(void *device, void **bytes, size_t len_bytes)
{
    const int code = count(false, CODE_NO_MEMORY);
    return code != 0 ? code : faults.inner->take_pinned(device, bytes, len_bytes);
}

static int get_memory(void *device, size_t *free_bytes, size_t *total_bytes)
{
    const int code = count(false, CODE_FAILED);
    return code != 0 ? code : faults.inner->memory(device, free_bytes, total_bytes);
}

/* ---- work ---- */

/* 0 for work that is to be done, which late failures are of too; else its code. */
static int count_work(bool is_waited_for, void *stream)
{
    const int code = count(!is_waited_for, CODE_FAILED);
    if (code == CODE_LATE) note(stream);
    if (code == 0 && is_waited_for && is_noted(stream, false)) return CODE_LATE;
    return code == CODE_LATE ? 0 : code;
}

static int copy(void *device, void *dst, const void *src, size_t len_bytes, tg_direction direction,
                bool is_pinned, void *stream)
{
    const int code = count_work(!is_pinned && direction != TG_WITHIN_DEVICE, stream);
    if (code != 0) return code;
    return faults.inner->copy(device, dst, src, len_bytes, direction, is_pinned, stream);
}

static int set(void *device, void *d_bytes, unsigned char byte, size_t len_bytes, void *stream)
{
    const int code = count_work(false, stream);
    if (code != 0) return code;
    return faults.inner->set(device, d_bytes, byte, len_bytes, stream);
}

static int transpose(void *device, uint32_t *d_dst, const uint32_t *d_src, size_t nb_rows,
                     size_t nb_columns, void *stream)
{
    const int code = count_work(false, stream);
    if (code != 0) return code;
    return faults.inner->transpose(device, d_dst, d_src, nb_rows, nb_columns, stream);
}

static int launch(void *device, const tg_runtime_launch *ready, void *stream)
{
    const int code = count_work(false, stream);
    if (code != 0) return code;
    return faults.inner->launch(device, ready, stream);
}

static int call(void *device, tg_scope_function *function, void *argument, void *stream)
{
    const int code = count_work(false, stream);
    if (code != 0) return code;
    return faults.inner->call(device, function, argument, stream);
}

static int pause_stream(void *device, unsigned nb_microseconds, void *stream)
{
    const int code = count_work(false, stream);
    if (code != 0) return code;
    return faults.inner->sleep(device, nb_microseconds, stream);
}

/* ---- codes ---- */

static tg_status meaning(int code, const char **text, bool *is_lost)
{
    if (code < CODE_FAILED || code > CODE_LOST) return faults.inner->meaning(code, text, is_lost);
    *is_lost = code == CODE_LOST;
    *text = TG_TEST_FAULT_TEXT;
    return code == CODE_NO_MEMORY ? TG_ERR_MEMORY
           : code == CODE_LATE    ? TG_ERR_KERNEL
                                  : TG_ERR_DEVICE;
}

tg_status tg_test_failed_status(void)
{
    const char *text = "";
    bool is_lost = false;
    lock();
    const int code = faults.code;
    unlock();
    return meaning(code, &text, &is_lost);
}

static bool stream_error(void *device, void *stream, tg_error *error)
{
    return faults.inner->stream_error != NULL && faults.inner->stream_error(device, stream, error);
}

const tg_runtime_ops *tg_test_faulty_ops(const tg_runtime_ops *inner)
{
    faults.inner = inner;
    faulty = (tg_runtime_ops){.name = inner->name,
                              .block = inner->block,
                              .open = open_device,
                              .close = close_device,
                              .stream_create = stream_create,
                              .stream_destroy = stream_destroy,
                              .stream_wait = stream_wait,
                              .stream_query = stream_query,
                              .event_create = event_create,
                              .event_destroy = event_destroy,
                              .event_record = event_record,
                              .event_wait = event_wait,
                              .event_query = event_query,
                              .stream_wait_event = stream_wait_event,
                              .take = take,
                              .give = give,
                              .take_pinned = take_pinned,
                              .give_pinned = give_pinned,
                              .memory = get_memory,
                              .copy = copy,
                              .set = set,
                              .transpose = transpose,
                              .launch = launch,
                              .call = call,
                              .sleep = pause_stream,
                              .meaning = meaning,
                              .stream_error = stream_error};
    return &faulty;
}
