/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For suites that need a device: whether there is one, and short forms for one that is there.
 */
#ifndef TRACEGATE_TESTS_DEVICE_HERE_H
#define TRACEGATE_TESTS_DEVICE_HERE_H

#include "gpu/device.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static inline tg_device *open_device(void)
{
    tg_device *device = NULL;
    tg_assert_ok(tg_device_open(&device, tg_suite_error));
    return device;
}

static inline uint32_t *take_words(tg_device *device, size_t nb_words)
{
    void *d_words = NULL;
    tg_assert_ok(tg_device_take(device, &d_words, nb_words * sizeof(uint32_t), tg_suite_error));
    return d_words;
}

static inline size_t index_of(const char *name)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (strcmp(tg_trace_at(i)->name, name) == 0) return i;
    }
    ck_abort_msg("no trace %s", name);
    return 0;
}

/* Device memory of one trace: its events, and where it is made. */
typedef struct made {
    tg_device *device;
    void *d_events;
    tg_product d_out;
    tg_request request; /* with events on the device */
} made;

/* Words of output number i: 0 the cells, then the side outputs. */
static inline size_t made_nb_words(const made *of, size_t i)
{
    const tg_trace *trace = of->request.trace;
    return i == 0 ? of->request.height * tg_trace_width(trace)
                  : tg_side_nb_words(&trace->sides[i - 1]);
}

static inline uint32_t *made_words(const tg_product *product, size_t i)
{
    return i == 0 ? product->cells : product->sides[i - 1];
}

/* Take the memory, and bring the events there. */
static inline void made_init(made *of, tg_device *device, const tg_request *request)
{
    const tg_trace *trace = request->trace;
    const size_t event_bytes = request->nb_events * tg_trace_event_size(trace);
    *of = (made){.device = device, .request = *request};
    if (event_bytes != 0) of->d_events = take_words(device, (event_bytes + 3) / 4);
    of->request.events = of->d_events;
    tg_assert_ok(
        tg_device_upload(device, of->d_events, request->events, event_bytes, tg_suite_error));
    of->d_out.cells = take_words(device, made_nb_words(of, 0));
    for (size_t i = 0; i < trace->nb_sides; i++)
        of->d_out.sides[i] = take_words(device, made_nb_words(of, i + 1));
}

static inline void made_clear(made *of)
{
    tg_device_give(of->device, of->d_events);
    for (size_t i = 0; i <= of->request.trace->nb_sides; i++)
        tg_device_give(of->device, made_words(&of->d_out, i));
}

/* Fill the outputs, and queue a run. */
static inline void made_run(const made *of, const tg_plan *plan, const tg_launch *launch,
                            uint32_t poison)
{
    for (size_t i = 0; i <= of->request.trace->nb_sides; i++) {
        tg_assert_ok(tg_device_fill(of->device, made_words(&of->d_out, i), made_nb_words(of, i),
                                    poison, tg_suite_error));
    }
    tg_assert_ok(tg_device_run(of->device, plan, launch, &of->d_out, &of->request, tg_suite_error));
}

/* A request for a trace of sample events, which are to be freed. */
static inline tg_request sample_request(size_t index, size_t nb_events, size_t fixed_height)
{
    const tg_trace *trace = tg_trace_at(index);
    size_t height = 0;
    tg_assert_ok(tg_trace_height(trace, nb_events, fixed_height, &height, tg_suite_error));
    return (tg_request){.trace = trace,
                        .height = height,
                        .events = sample_events(trace, nb_events, 3),
                        .nb_events = nb_events};
}

/* True if a device opens. Looks in another process: nothing may fork after CUDA has started. */
static inline bool has_device(void)
{
    const pid_t child = fork();
    if (child == 0) {
        tg_device *device = NULL;
        tg_error error = {0};
        const tg_status status = tg_device_open(&device, &error);
        char line[sizeof error + 16];
        if (status != TG_OK)
            (void)fprintf(stderr, "skipped: %s\n", tg_error_line(line, sizeof line, &error));
        tg_device_close(device);
        _exit(status == TG_OK ? 0 : tg_status_exit_code(status));
    }
    int state = 0;
    return child > 0 && waitpid(child, &state, 0) == child && WIFEXITED(state) &&
           WEXITSTATUS(state) == 0;
}

#endif
