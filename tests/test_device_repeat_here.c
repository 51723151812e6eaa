/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Repeated runs on a device that is there are the same to the bit: with grids from one block to all
 * that the device holds, while another stream keeps it busy. Exits 3 where there is no device. */
#include "device_here.h"
#include "harness/backend.h"
#include "harness/generator.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#define NB_REPEATS 20

/* Both sides of the limits of warps, blocks and sections of a scan, of SP1's too: 512 points a
 * section, 512 sections. */
static const size_t counts[] = {0,         1,
                                2,         31,
                                32,        33,
                                255,       256,
                                257,       511,
                                512,       513,
                                1023,      1024,
                                1025,      512 * 512 - 32,
                                512 * 512, 512 * 512 + 32};

/* Of traces whose rows depend on their own events only. */
static const size_t few_counts[] = {1, 513, 512 * 512 + 32};

/* Above, one block takes seconds, and has one repeat of the many. */
#define MANY_EVENTS 100000

/* ---- load ---- */

/* Bytes that the load copies at a time. */
#define LOAD_BYTES ((size_t)64 << 20)

/* Work in a thread of its own, on a stream of its own: copies, and the widest trace. */
typedef struct load {
    pthread_t thread;
    atomic_bool is_over;
    atomic_uint nb_rounds; /* that are done, and one for the end */
    tg_status status;
    tg_error error;
} load;

static tg_status load_round(tg_device *device, const made *of, void *const d_bytes[2],
                            tg_error *error)
{
    const tg_plan *plan = tg_plan_at(index_of(of->request.trace->name));
    tg_status status = TG_OK;
    for (size_t i = 0; i < 4 && status == TG_OK; i++) {
        status = tg_device_copy(device, d_bytes[i % 2], d_bytes[1 - i % 2], LOAD_BYTES, error);
        if (status == TG_OK)
            status = tg_device_run(device, plan, NULL, &of->d_out, &of->request, error);
    }
    return status == TG_OK ? tg_device_wait(device, error) : status;
}

/* A failed assertion would end the wrong thread: errors are kept for the one that asks. */
static void *load_thread(void *arguments)
{
    load *all = arguments;
    tg_device *device = NULL;
    void *d_bytes[2] = {NULL, NULL};
    void *d_cells = NULL;
    made of = {.request = {.trace = sample_trace("Poseidon2WideDeg3.main"), .height = 1 << 16}};
    all->status = tg_device_open(&device, &all->error);
    for (size_t i = 0; i < 2 && all->status == TG_OK; i++)
        all->status = tg_device_take(device, &d_bytes[i], LOAD_BYTES, &all->error);
    if (all->status == TG_OK)
        all->status =
            tg_device_take(device, &d_cells, made_nb_words(&of, 0) * sizeof(uint32_t), &all->error);
    of.d_out.cells = d_cells;
    while (all->status == TG_OK && !atomic_load(&all->is_over)) {
        all->status = load_round(device, &of, d_bytes, &all->error);
        atomic_fetch_add(&all->nb_rounds, 1);
    }
    tg_device_close(device);
    // Nobody waits for a load that failed to start.
    atomic_fetch_add(&all->nb_rounds, 1);
    return NULL;
}

/* Returns when the load is running, or has failed. */
static void load_start(load *all)
{
    atomic_init(&all->is_over, false);
    atomic_init(&all->nb_rounds, 0);
    all->status = TG_OK;
    ck_assert_int_eq(pthread_create(&all->thread, NULL, load_thread, all), 0);
    while (atomic_load(&all->nb_rounds) == 0) (void)sched_yield();
}

static void load_stop(load *all)
{
    atomic_store(&all->is_over, true);
    ck_assert_int_eq(pthread_join(all->thread, NULL), 0);
    ck_assert_msg(all->status == TG_OK, "the load: %s", all->error.what);
}

/* ---- repeats ---- */

/* Assert that two runs over the two poisons left the same everywhere. */
static void check_same(const made *first, const made *second, const tg_launch *shape)
{
    for (size_t i = 0; i <= first->request.trace->nb_sides; i++) {
        tg_device_tally unwritten;
        tg_device_tally unstable;
        tg_assert_ok(tg_device_compare_runs(first->device, &unwritten, &unstable,
                                            made_words(&first->d_out, i),
                                            made_words(&second->d_out, i), made_nb_words(first, i),
                                            TG_POISON_FIRST, TG_POISON_SECOND, tg_suite_error));
        ck_assert_msg(unwritten.nb == 0 && unstable.nb == 0,
                      "%s of %zu events, output %zu, in %u blocks of %u threads: %llu words not "
                      "written, %llu differ, the first %llu",
                      first->request.trace->name, first->request.nb_events, i, shape->grid,
                      shape->block, (unsigned long long)unwritten.nb,
                      (unsigned long long)unstable.nb, (unsigned long long)unstable.first);
    }
}

/* Run one trace again and again, and hold each run against the first. */
static void check_repeats(tg_device *device, size_t index, size_t nb_events)
{
    const uint32_t nb_multiprocessors = (uint32_t)tg_device_get_info(device)->nb_multiprocessors;
    enum { ONE_BLOCK, PLANS = 4 };
    // One block; odd ones; one a multiprocessor; the plan's; all that the device holds.
    const tg_launch shapes[] = {
        [ONE_BLOCK] = {1, 256},        {3, 33},          {7, 64},
        {nb_multiprocessors, 128},     [PLANS] = {0, 0}, {nb_multiprocessors * 8, 256},
        {nb_multiprocessors * 16, 128}};
    const size_t nb_shapes = sizeof shapes / sizeof shapes[0];
    const tg_subject subject = tg_subject_at(index);
    tg_request request = {.trace = subject.trace, .nb_events = nb_events};
    void *events = calloc(nb_events + 1, tg_trace_event_size(subject.trace) + 1);
    ck_assert_ptr_nonnull(events);
    request.events = events;
    tg_assert_ok(tg_trace_height(subject.trace, nb_events, 0, &request.height, tg_suite_error));
    if (tg_trace_event_size(subject.trace) != 0) {
        const tg_profile hard = tg_generator_has_profile(&subject, TG_PROFILE_BOUNDARY)
                                    ? TG_PROFILE_BOUNDARY
                                    : TG_PROFILE_UNIFORM;
        tg_assert_ok(tg_generator_fill(events, &subject, hard, 11, 0, nb_events, tg_suite_error));
    }
    made first;
    made second;
    made_init(&first, device, &request);
    made_init(&second, device, &request);
    made_run(&first, subject.plan, NULL, TG_POISON_FIRST);
    tg_assert_ok(tg_device_check_events(device, &first.request, tg_suite_error));
    for (size_t i = 0; i < NB_REPEATS; i++) {
        const bool is_spared = i >= nb_shapes && nb_events > MANY_EVENTS;
        const size_t k = is_spared && i % nb_shapes == ONE_BLOCK ? PLANS : i % nb_shapes;
        made_run(&second, subject.plan, &shapes[k], TG_POISON_SECOND);
        check_same(&first, &second, &shapes[k]);
    }
    made_clear(&first);
    made_clear(&second);
    free(events);
}

static void check_all_repeats(void)
{
    tg_device *device = open_device();
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const bool is_chained = tg_plan_at(index)->nb_steps > 1;
        const size_t *of = is_chained ? counts : few_counts;
        const size_t nb = is_chained ? sizeof counts / sizeof counts[0]
                                     : sizeof few_counts / sizeof few_counts[0];
        for (size_t i = 0; i < nb; i++) check_repeats(device, index, of[i]);
    }
    tg_device_close(device);
}

START_TEST(device_repeat_of_a_run_is_the_same_alone) { check_all_repeats(); }
END_TEST

START_TEST(device_repeat_of_a_run_is_the_same_under_load)
{
    static load busy;
    load_start(&busy);
    const unsigned nb_before = atomic_load(&busy.nb_rounds);
    check_all_repeats();
    const unsigned nb_after = atomic_load(&busy.nb_rounds);
    load_stop(&busy);
    ck_assert_uint_gt(nb_after, nb_before + 1);
}
END_TEST

int main(void)
{
    const TTest *const cases[] = {
        device_repeat_of_a_run_is_the_same_alone,
        device_repeat_of_a_run_is_the_same_under_load,
    };
    // CTest shows 3 as skipped.
    if (!has_device()) return 3;
    return tg_suite_run("device_repeat_here", cases, sizeof cases / sizeof cases[0]);
}
