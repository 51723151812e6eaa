/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Workers with a device that is there: what they make is what the reference makes; kernels that
 * fault, never end or ask for too much are a finding each, and the gate goes on. Nothing here uses
 * the device in this process. Exits 3 where there is none. */
#include "device_here.h"
#include "gate_records.h"
#include "harness/generator.h"
#include "worker_wrong.h"

#ifdef TG_HAVE_CUDA

/* Of worker_kernels.cu: known to the CUDA runtime by address, and never called. */
extern void test_krn_right(void);
extern void test_krn_traps(void);
extern void test_krn_far(void);
extern void test_krn_misaligned(void);
extern void test_krn_spins(void);
extern void test_krn_strays(void);
extern void test_krn_spoils(void);
extern void test_krn_differs(void);
extern void test_krn_forgets(void);
extern void test_krn_divides(void);
extern void test_krn_reads_scratch(void);

/* More dynamic shared memory than any device has. */
#define TOO_MUCH_SHARED ((uint32_t)4 << 20)

static const char *const cuda_only[] = {"cuda"};
static const tg_isolation three_seconds = {.has_limit = true, .max_seconds = 3};

/* A kernel, and what is to be said of it. */
typedef struct ending {
    void (*kernel)(void);
    const char *text;
    uint32_t shared_bytes;
    bool has_code;     /* a CUDA error is named */
    const char *cause; /* in the gate's key */
} ending;

static const ending endings[] = {
    {test_krn_traps, "the kernel of " WRONG_TRACE " failed on the device: cudaError", 0, true,
     "crashed"},
    {test_krn_far, "cudaErrorIllegalAddress", 0, true, "crashed"},
    {test_krn_misaligned, "cudaErrorMisalignedAddress", 0, true, "crashed"},
    {test_krn_spins, "the kernel of " WRONG_TRACE " has not ended within", 0, false, "hung"},
    {test_krn_right, "the device can't run the kernel of " WRONG_TRACE, TOO_MUCH_SHARED, true,
     "refused"},
};

static void set_kernel(wrong_plan *wrong, const ending *how)
{
    wrong->step.device = (const void *)(uintptr_t)how->kernel;
    wrong->step.shared_bytes = how->shared_bytes;
}

START_TEST(worker_device_tells_and_goes_on)
{
    tg_backend backend;
    wrong_plan wrong;
    const int nb_files = nb_files_of(getpid());
    const tg_subject subject = wrong_subject(&wrong, kernel_right);
    tg_case work = wrong_case(&subject, 20);
    tg_assert_ok(tg_worker_open(&backend, worker_inner("cuda"), &three_seconds, tg_suite_error));
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        tg_error error = {.status = TG_OK};
        set_kernel(&wrong, &endings[i]);
        ck_assert_int_eq(worker_run_case(&backend, &work, NULL, &error), TG_ERR_KERNEL);
        ck_assert_msg(strstr(error.what, endings[i].text) != NULL, "%s", error.what);
        ck_assert_msg(strstr(error.where, "20 events, 32 rows") != NULL, "%s", error.where);
        ck_assert_int_eq(error.cuda_code != 0, endings[i].has_code);
        ck_assert_str_ne(error.how, "");
        ck_assert_int_eq(tg_backend_can_rerun(&backend, &error),
                         endings[i].kernel != test_krn_spins);
        set_kernel(&wrong, &(ending){.kernel = test_krn_right});
        tg_assert_ok(worker_run_case(&backend, &work, NULL, tg_suite_error));
    }
    tg_case_clear(&work);
    tg_backend_close(&backend);
    ck_assert(has_no_child());
    ck_assert_int_eq(nb_files_of(getpid()), nb_files);
}
END_TEST

/* A stray word is the device's, not the worker's: that one goes on. */
START_TEST(worker_device_keeps_its_worker_behind_a_stray_word)
{
    tg_backend backend;
    wrong_plan wrong;
    tg_conduct conduct = {.events_changed = false};
    const tg_subject subject = wrong_subject(&wrong, kernel_right);
    tg_case work = wrong_case(&subject, 20);
    set_kernel(&wrong, &(ending){.kernel = test_krn_strays});
    tg_assert_ok(tg_worker_open(&backend, worker_inner("cuda"), &three_seconds, tg_suite_error));
    const pid_t pid = worker_of(&backend)->pid;
    tg_assert_ok(worker_run_case(&backend, &work, &conduct, tg_suite_error));
    ck_assert_uint_eq(conduct.nb_zone_words[TG_ZONE_AFTER_TRACE], 1);
    ck_assert_uint_eq(conduct.first_zone_word[TG_ZONE_AFTER_TRACE], 0);
    ck_assert_int_eq(worker_of(&backend)->pid, pid);
    tg_case_clear(&work);
    tg_backend_close(&backend);
}
END_TEST

/* Gate a trace with a wrong kernel, and another one. */
static gate_run gate_with(const ending *how, wrong_campaign *work)
{
    const char *names[2];
    worker_name_two(names);
    wrong_campaign_init(work, kernel_right);
    set_kernel(&work->wrong, how);
    // Isolated as by default, but for the time.
    const tg_gate_options options = worker_gate_options(names, 2, cuda_only, work, &three_seconds);
    return run_gate(&options);
}

START_TEST(worker_device_gate_goes_on)
{
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        wrong_campaign work;
        char key[2 * TG_NAME_BYTES];
        (void)snprintf(key, sizeof key, "%s/failed/%s/", WRONG_TRACE, endings[i].cause);
        gate_run result = gate_with(&endings[i], &work);
        ck_assert_msg(result.status == TG_ERR_MISMATCH, "%s %s", result.error.what, result.text);
        gate_assert_says(&result, "FAILED");
        gate_assert_says(&result, endings[i].text);
        gate_assert_says(&result, key);
        ck_assert_uint_eq(result.summary.nb_mismatches, 1);
        ck_assert_uint_eq(result.summary.nb_not_run, 0);
        // The other trace was compared, on a device that works.
        ck_assert_uint_eq(result.summary.nb_comparisons, 1);
        ck_assert_uint_gt(result.summary.nb_cells, 0);
        gate_run_clear(&result);
        tg_suite_remove_folder(work.folder);
        ck_assert(has_no_child());
    }
}
END_TEST

/* A kernel that comes to its end and does what it must not. */
typedef struct misdeed {
    void (*kernel)(void);
    const char *key; /* behind the trace's name */
    const char *text;
    size_t nb_repeats;
    bool tries_shapes;
    bool has_scratch;
} misdeed;

static const misdeed misdeeds[] = {
    {test_krn_strays, "/conduct/strayed/after the trace",
     "1 word written after the trace, the nearest at distance 0", 0, false, false},
    {test_krn_spoils, "/conduct/strayed/the events", "events changed: first in event 0, byte 0", 0,
     false, false},
    {test_krn_differs, "/conduct/unstable/cells",
     "differs between runs: 2 of 3 runs made something else than the first", 3, false, false},
    {test_krn_forgets, "/padding/unwritten/", "never written: 5 cells, the first in row", 0, false,
     false},
    {test_krn_divides, "/eventful/launch-shape/", "right in     the plan's shape, ", 0, true,
     false},
    {test_krn_reads_scratch, "/eventful/stale/", "of memory that was not set (100%)", 0, false,
     true},
};

static size_t some_bytes(size_t height, size_t nb_events)
{
    (void)height;
    (void)nb_events;
    return 64;
}

START_TEST(worker_device_gate_tells_misdeeds_apart)
{
    for (size_t i = 0; i < sizeof misdeeds / sizeof misdeeds[0]; i++) {
        wrong_campaign work;
        const char *names[2];
        char key[2 * TG_NAME_BYTES];
        worker_name_two(names);
        wrong_campaign_init(&work, kernel_right);
        set_kernel(&work.wrong, &(ending){.kernel = misdeeds[i].kernel});
        if (misdeeds[i].has_scratch) {
            work.wrong.plan.nb_scratch = 1;
            work.wrong.plan.scratch_bytes[0] = some_bytes;
        }
        tg_gate_options options = worker_gate_options(names, 2, cuda_only, &work, &three_seconds);
        options.nb_repeats = misdeeds[i].nb_repeats;
        options.tries_shapes = misdeeds[i].tries_shapes;
        gate_run result = run_gate(&options);
        ck_assert_msg(result.status == TG_ERR_MISMATCH, "%s %s", result.error.what, result.text);
        (void)snprintf(key, sizeof key, "\n  key          %s%s", WRONG_TRACE, misdeeds[i].key);
        gate_assert_says(&result, key);
        gate_assert_says(&result, misdeeds[i].text);
        ck_assert_uint_eq(result.summary.nb_mismatches, 1);
        ck_assert_uint_eq(result.summary.nb_not_run, 0);
        gate_run_clear(&result);
        tg_suite_remove_folder(work.folder);
        ck_assert(has_no_child());
    }
}
END_TEST

START_TEST(worker_device_campaign_goes_on)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_right);
    set_kernel(&work.wrong, &endings[1]);
    work.options.actual = "cuda";
    work.options.keep_going = true;
    work.options.max_events = 300;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    ck_assert_msg(ran.campaign.end == TG_END_EVENTS, "%s\n%s", ran.error.what, ran.text);
    ck_assert_uint_eq(ran.campaign.nb_kept, 1);
    ck_assert_uint_gt(ran.campaign.nb_batches, ran.campaign.kept[0].batch + 1);
    ck_assert_uint_eq(ran.campaign.kept[0].nb_events, 1);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* All traces, through every question that a worker can be asked. */
START_TEST(worker_device_makes_what_the_reference_makes)
{
    tg_backend backend;
    tg_assert_ok(tg_worker_open(&backend, worker_inner("cuda"), &three_seconds, tg_suite_error));
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const tg_subject subject = tg_subject_at(index);
        const tg_trace *trace = subject.trace;
        tg_request request = sample_request(index, 300, 0);
        tg_product products[2];
        tg_conduct conduct;
        bool is_match = false;
        if (trace->event != NULL)
            tg_assert_ok(tg_generator_fill((void *)(uintptr_t)request.events, &subject,
                                           TG_PROFILE_UNIFORM, 3, 0, 300, tg_suite_error));
        for (size_t i = 0; i < 2; i++) {
            tg_assert_ok(tg_product_create(&products[i], trace, request.height, tg_suite_error));
        }
        tg_assert_ok(tg_ref_make(&products[0], subject.reference, &request, tg_suite_error));
        const tg_job job = {.subject = &subject,
                            .events = request.events,
                            .nb_events = request.nb_events,
                            .height = request.height};
        tg_assert_ok(tg_backend_make(&products[1], &conduct, &backend, &job, tg_suite_error));
        ck_assert(!tg_conduct_is_wrong(&conduct));
        for (size_t i = 0; i <= trace->nb_sides; i++) {
            const size_t nb_words = i == 0 ? request.height * tg_trace_width(trace)
                                           : tg_side_nb_words(&trace->sides[i - 1]);
            ck_assert_mem_eq(worker_words(&products[0], i), worker_words(&products[1], i),
                             nb_words * sizeof(uint32_t));
        }
        tg_assert_ok(
            backend.ops->matches(backend.state, &is_match, &job, &products[0], tg_suite_error));
        ck_assert_msg(is_match, "%s", trace->name);
        tg_product_destroy(&products[0]);
        tg_product_destroy(&products[1]);
        free((void *)(uintptr_t)request.events);
    }
    tg_backend_close(&backend);
}
END_TEST

int main(void)
{
    const TTest *const cases[] = {
        worker_device_tells_and_goes_on, worker_device_keeps_its_worker_behind_a_stray_word,
        worker_device_gate_goes_on,      worker_device_gate_tells_misdeeds_apart,
        worker_device_campaign_goes_on,  worker_device_makes_what_the_reference_makes,
    };
    // CTest shows 3 as skipped.
    if (!has_device()) return 3;
    return tg_suite_run("worker_device_here", cases, sizeof cases / sizeof cases[0]);
}

#else

/* Without CUDA in the build there is no device, which this says. */
int main(void) { return has_device() ? 1 : 3; }

#endif
