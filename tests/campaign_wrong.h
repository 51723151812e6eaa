/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Campaigns for suites: kernels of Select.main that are wrong in more ways than case_wrong.h has,
 * and a campaign that runs them in the place of the built-in one.
 */
#ifndef TRACEGATE_TESTS_CAMPAIGN_WRONG_H
#define TRACEGATE_TESTS_CAMPAIGN_WRONG_H

#include "case_wrong.h"
#include "harness/campaign.h"

#include <stdio.h>

/* A word of an event that shows the bug of the next kernel: one of many. */
static inline bool wrong_is_odd_one(uint32_t word) { return word % 1024 == 3; }

/* Go through the rows that wrong_fill gives to the thread. */
#define WRONG_FOR_OWN_ROWS(row, height)                                              \
    for (size_t row = blockIdx.x * (size_t)blockDim.x + threadIdx.x; row < (height); \
         row += (size_t)gridDim.x * blockDim.x)

/* One in a thousand words of column 3 is copied wrong. */
static inline void kernel_rarely_wrong(uint32_t *trace, uintptr_t height, const void *events,
                                       uintptr_t nb_events, const tg_krn_extra *extra)
{
    kernel_right(trace, height, events, nb_events, extra);
    WRONG_FOR_OWN_ROWS(row, nb_events)
    {
        uint32_t *word = &trace[3 * height + row];
        if (wrong_is_odd_one(*word)) *word ^= 1;
    }
}

/* A bug of column 1 where the first event's word of it is odd, and one of column 4 where it is
 * even. */
static inline void kernel_two_bugs(uint32_t *trace, uintptr_t height, const void *events,
                                   uintptr_t nb_events, const tg_krn_extra *extra)
{
    kernel_right(trace, height, events, nb_events, extra);
    if (nb_events == 0 || threadIdx.x != 0 || blockIdx.x != 0) return;
    const uint32_t *first = events;
    const size_t column = first[1] % 2 == 1 ? 1 : 4;
    trace[column * height] = first[column] != 0 ? first[column] - 1 : 1;
}

/* p is added to the first word. */
static inline void kernel_adds_p(uint32_t *trace, uintptr_t height, const void *events,
                                 uintptr_t nb_events, const tg_krn_extra *extra)
{
    kernel_right(trace, height, events, nb_events, extra);
    if (nb_events != 0 && threadIdx.x == 0 && blockIdx.x == 0)
        trace[0] = ((const uint32_t *)events)[0] + TG_P;
}

/* A fixed height that is odd is taken for the next even one: its last row is wrong. */
static inline void kernel_odd_height(uint32_t *trace, uintptr_t height, const void *events,
                                     uintptr_t nb_events, const tg_krn_extra *extra)
{
    kernel_right(trace, height, events, nb_events, extra);
    WRONG_FOR_OWN_ROWS(row, height)
    {
        if (height % 2 == 1 && nb_events < height && row == height - 1) trace[row] = 1;
    }
}

/* Right, but for the first batch that has any events: once in a process. */
static inline void kernel_once(uint32_t *trace, uintptr_t height, const void *events,
                               uintptr_t nb_events, const tg_krn_extra *extra)
{
    static unsigned nb_runs;
    kernel_right(trace, height, events, nb_events, extra);
    if (nb_events == 0 || blockIdx.x != 0 || threadIdx.x != 0) return;
    // A batch is run twice.
    if (nb_runs++ < 2) trace[2 * height] = ((const uint32_t *)events)[2] != 0 ? 0 : 1;
}

/* A campaign in a folder of its own. */
typedef struct wrong_campaign {
    char folder[256];
    char save[300];
    char state[300];
    const char *name;
    wrong_plan wrong;
    tg_campaign_options options;
    uint64_t nb_ended;   /* batches */
    uint64_t nb_asked;   /* how often `stops` was asked */
    uint64_t stop_after; /* batches, from when on it says yes; UINT64_MAX: never */
    uint64_t stop_at;    /* question, from which on it says yes; 0: never */
} wrong_campaign;

static inline const tg_plan *wrong_plan_of(void *context, const tg_trace *trace)
{
    const wrong_campaign *work = context;
    return strcmp(trace->name, WRONG_TRACE) == 0 && work->wrong.step.host != NULL
               ? &work->wrong.plan
               : NULL;
}

static inline bool wrong_stops(void *context)
{
    wrong_campaign *work = context;
    work->nb_asked++;
    return work->nb_ended >= work->stop_after ||
           (work->stop_at != 0 && work->nb_asked >= work->stop_at);
}

static inline void wrong_counts(void *context, const char *backend, const char *again)
{
    wrong_campaign *work = context;
    (void)again;
    work->nb_ended += backend == NULL;
}

/* A campaign of one trace with a kernel of Select.main; NULL: the built-in one. work: caller's, not
 * to be moved; its folder to be removed. */
static inline void wrong_campaign_init(wrong_campaign *work, tg_host_kernel *kernel)
{
    memset(work, 0, sizeof *work);
    tg_suite_make_folder(work->folder);
    (void)snprintf(work->save, sizeof work->save, "%s/cases", work->folder);
    (void)snprintf(work->state, sizeof work->state, "%s/state.json", work->folder);
    work->name = WRONG_TRACE;
    work->stop_after = UINT64_MAX;
    if (kernel != NULL) (void)wrong_subject(&work->wrong, kernel);
    work->options = (tg_campaign_options){.names = &work->name,
                                          .nb_names = 1,
                                          .seed = 7,
                                          .max_events = 2000,
                                          .save = work->save,
                                          .stops = wrong_stops,
                                          .stops_context = work,
                                          .on_run = wrong_counts,
                                          .on_run_context = work,
                                          .plan_of = wrong_plan_of,
                                          .plan_of_context = work};
}

/* A campaign that ran. */
typedef struct campaign_ran {
    tg_status status;
    tg_error error;
    tg_campaign campaign;
    char *text; /* what it printed, the summary too */
} campaign_ran;

static inline campaign_ran run_campaign(const tg_campaign_options *options)
{
    campaign_ran ran = {.status = TG_OK};
    size_t length = 0;
    FILE *out = open_memstream(&ran.text, &length);
    ck_assert_ptr_nonnull(out);
    ran.status = tg_campaign_run(&ran.campaign, out, NULL, options, &ran.error);
    if (ran.campaign.nb_batches != 0) tg_campaign_print(out, &ran.campaign, ran.status, false);
    ck_assert_int_eq(fclose(out), 0);
    return ran;
}

static inline void campaign_ran_clear(campaign_ran *ran)
{
    tg_campaign_clear(&ran->campaign);
    free(ran->text);
}

#endif
