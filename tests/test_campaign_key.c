/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The key of a campaign's finding is that of a triage of any other events that show the same bug,
 * as a gate runs it. */
#include "campaign_wrong.h"
#include "harness/campaign_internal.h"
#include "harness/gate.h"
#include "triage_wrong.h"

/* A bug, and what a gate would run to show it. */
typedef struct bug {
    tg_host_kernel *kernel;
    size_t fixed_height; /* 0: the rule's */
} bug;

static tg_key key_of_campaign(const bug *from, uint64_t seed)
{
    wrong_campaign work;
    wrong_campaign_init(&work, from->kernel);
    work.options.seed = seed;
    work.options.max_events = 0;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_msg(ran.status == TG_ERR_MISMATCH, "%s\n%s", ran.error.what, ran.text);
    ck_assert_uint_eq(ran.campaign.nb_kept, 1);
    const tg_key key = ran.campaign.kept[0].key;
    ck_assert(ran.campaign.kept[0].is_done);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
    return key;
}

static tg_key key_of_triage(const bug *from)
{
    wrong_plan plan;
    wrong_sides sides = wrong_open();
    const tg_subject subject = wrong_subject(&plan, from->kernel);
    tg_case work = wrong_drawn(&subject, TG_GATE_PROFILE, TG_GATE_SEED, 1000);
    work.fixed_height = from->fixed_height;
    const tg_triage_options options = {.expected = &sides.expected, .actual = &sides.actual};
    tg_triage triage;
    tg_assert_ok(tg_triage_run(&triage, &work, &options, tg_suite_error));
    ck_assert(!triage.is_match);
    const tg_key key = triage.key;
    tg_triage_clear(&triage);
    tg_case_clear(&work);
    wrong_close(&sides);
    return key;
}

START_TEST(campaign_key_is_that_of_gate_and_triage)
{
    static const bug all[] = {
        {kernel_rarely_wrong, 0},  {kernel_off_by_one, 0}, {kernel_forgets, 0},
        {kernel_spoils, 0},        {kernel_adds_p, 0},     {kernel_sticks, 0},
        {kernel_swaps, 0},         {kernel_equal, 0},      {kernel_unstable, 0},
        {kernel_odd_height, 1025},
    };
    enum { NB_BUGS = sizeof all / sizeof all[0] };
    tg_key keys[NB_BUGS];
    for (size_t i = 0; i < NB_BUGS; i++) {
        keys[i] = key_of_triage(&all[i]);
        for (uint64_t seed = 7; seed < 9; seed++) {
            const tg_key key = key_of_campaign(&all[i], seed);
            ck_assert_str_eq(key.text, keys[i].text);
            ck_assert_str_eq(key.id, keys[i].id);
        }
        for (size_t k = 0; k < i; k++) ck_assert_str_ne(keys[k].text, keys[i].text);
    }
}
END_TEST

/* How often the next kernel was called. */
static unsigned nb_calls;

static void kernel_counted(uint32_t *trace, uintptr_t height, const void *events,
                           uintptr_t nb_events, const tg_krn_extra *extra)
{
    kernel_right(trace, height, events, nb_events, extra);
    nb_calls++;
}

/* A kernel that took the device with it is not run again: the whole batch is the case. */
START_TEST(campaign_key_of_a_lost_device)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_counted);
    tg_campaign campaign = {.nb_batches = 0};
    campaign_run run = {.options = &work.options, .result = &campaign};
    tg_assert_ok(campaign_run_init(&run, tg_suite_error));
    campaign_slot slot;
    memset(&slot, 0, sizeof slot);
    slot.subject = tg_subject_with_plan(campaign.traces[0].index, work.options.plan_of,
                                        work.options.plan_of_context);
    tg_campaign_batch_draw(&slot.batch, &slot.subject, 7, 4, true);
    campaign_slot_make(&slot, &run.expected);
    tg_assert_ok(slot.status);
    campaign_sight seen = {.failed = TG_ERR_KERNEL, .why = {.cuda_code = 700}};
    (void)snprintf(seen.why.what, sizeof seen.why.what, "an illegal memory access");
    tg_assert_ok(campaign_find(&run, &slot, &seen, tg_suite_error));
    ck_assert_uint_eq(nb_calls, 0);
    ck_assert_uint_eq(campaign.nb_kept, 1);
    const tg_campaign_finding *finding = &campaign.kept[0];
    ck_assert_str_eq(finding->key.text, "Select.main/failed/failed/the kernel under test failed");
    ck_assert_uint_eq(finding->nb_events, slot.batch.nb_events);
    ck_assert_ptr_nonnull(strstr(finding->causes.list[0].evidence, "an illegal memory access"));
    tg_case saved;
    tg_assert_ok(tg_case_load(&saved, finding->folder, tg_suite_error));
    ck_assert_uint_eq(saved.nb_events, slot.batch.nb_events);
    tg_case_clear(&saved);
    // The next one is known.
    tg_assert_ok(campaign_find(&run, &slot, &seen, tg_suite_error));
    ck_assert_uint_eq(campaign.nb_kept, 1);
    ck_assert_uint_eq(finding->nb_batches, 2);
    campaign_slot_clear(&slot);
    tg_backend_close(&run.actual);
    tg_backend_close(&run.expected);
    tg_campaign_clear(&campaign);
    tg_suite_remove_folder(work.folder);
}
END_TEST

TG_SUITE("campaign_key", campaign_key_is_that_of_gate_and_triage, campaign_key_of_a_lost_device)
