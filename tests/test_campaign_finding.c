/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What campaigns find: that it is told and kept once, shrunk, and saved so that it replays. Keys:
 * test_campaign_key.c. */
#include "campaign_wrong.h"
#include "harness/gate.h"
#include "triage_wrong.h"

#include <sys/stat.h>
#include <time.h>

static bool has_text(const campaign_ran *ran, const char *text)
{
    return strstr(ran->text, text) != NULL;
}

/* A kernel, and what a campaign must say of it. */
typedef struct expectation {
    tg_host_kernel *kernel;
    const char *key;
    size_t nb_events; /* of the saved case */
    bool has_height;  /* it needs a fixed height */
} expectation;

/* Load the case of a finding and run it as the report's line does. */
static void check_replays(const wrong_campaign *work, const tg_campaign_finding *finding,
                          const expectation *expected)
{
    tg_case saved;
    tg_assert_ok(tg_case_load(&saved, finding->folder, tg_suite_error));
    ck_assert_uint_eq(saved.nb_events, expected->nb_events);
    ck_assert_uint_eq(saved.nb_events, finding->nb_events);
    ck_assert_int_eq(saved.fixed_height != 0, expected->has_height);
    ck_assert_str_eq(saved.why, finding->key.text);
    ck_assert_ptr_nonnull(strstr(saved.source, "campaign seed 0x7, batch "));
    tg_case_clear(&saved);
    const char *const records[] = {finding->folder};
    static const char *const actuals[] = {"host"};
    tg_gate_options gate = {.records = records,
                            .nb_records = 1,
                            .actuals = actuals,
                            .nb_actuals = 1,
                            .launch = finding->launch,
                            .max_cells = 3,
                            .plan_of = wrong_plan_of,
                            .plan_of_context = (void *)(uintptr_t)work};
    tg_gate_summary summary;
    FILE *nowhere = fopen("/dev/null", "w");
    ck_assert_ptr_nonnull(nowhere);
    ck_assert_int_eq(tg_gate_run(&summary, nowhere, NULL, &gate, NULL), TG_ERR_MISMATCH);
    (void)fclose(nowhere);
}

/* The case has the cells of both sides beside it, but of a side that failed. */
static void check_cells(const tg_campaign_finding *finding, bool has_actual)
{
    char path[TG_PATH_BYTES + 32];
    struct stat info;
    (void)snprintf(path, sizeof path, "%s/expected.trace.npy", finding->folder);
    ck_assert_int_eq(stat(path, &info), 0);
    (void)snprintf(path, sizeof path, "%s/actual.trace.npy", finding->folder);
    ck_assert_int_eq(stat(path, &info) == 0, has_actual);
}

START_TEST(campaign_finding_is_shrunk_and_saved)
{
    static const expectation all[] = {
        {kernel_rarely_wrong, "Select.main/eventful/other/vals.in1", 1, false},
        {kernel_off_by_one, "Select.main/eventful/at-a-limit/vals.out1", 3, false},
        {kernel_forgets, "Select.main/padding/unwritten/vals.bit", 0, false},
        {kernel_spoils, "Select.main/conduct/strayed/the events", 1, false},
        {kernel_adds_p, "Select.main/eventful/not-reduced/vals.bit", 1, false},
        {kernel_odd_height, "Select.main/padding/padding-as-event/vals.bit", 0, true},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        wrong_campaign work;
        wrong_campaign_init(&work, all[i].kernel);
        work.options.max_events = 0;
        campaign_ran ran = run_campaign(&work.options);
        ck_assert_msg(ran.status == TG_ERR_MISMATCH, "%zu: %s %s", i, ran.error.what, ran.text);
        ck_assert_int_eq(ran.campaign.end, TG_END_FINDING);
        ck_assert_uint_eq(ran.campaign.nb_kept, 1);
        const tg_campaign_finding *finding = &ran.campaign.kept[0];
        ck_assert_str_eq(finding->key.text, all[i].key);
        ck_assert(finding->is_done && !finding->is_once && !finding->is_cut);
        ck_assert_uint_ge(finding->causes.nb, 1);
        char folder[TG_PATH_BYTES];
        (void)snprintf(folder, sizeof folder, "%s/select-main-%s", work.save, finding->key.id);
        ck_assert_str_eq(finding->folder, folder);
        check_replays(&work, finding, &all[i]);
        check_cells(finding, true);
        tg_command again;
        tg_campaign_again(&again, &ran.campaign, finding);
        ck_assert_ptr_eq(strstr(again.text, "tracegate replay "), again.text);
        ck_assert_ptr_nonnull(strstr(again.text, folder));
        ck_assert(has_text(&ran, again.text));
        // What a gate says of a mismatch.
        static const char *const parts[] = {
            "MISMATCH",        "  events       campaign seed 0x7, batch ",
            "  looks like   ", "  smallest     ",
            "  key          ", "  saved        "};
        for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++)
            ck_assert_msg(has_text(&ran, parts[k]), "%s: %s", parts[k], ran.text);
        campaign_ran_clear(&ran);
        tg_suite_remove_folder(work.folder);
    }
}
END_TEST

/* A kernel that fails is a finding, too, and is shrunk as any other. */
START_TEST(campaign_finding_of_a_kernel_that_fails)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_sticks);
    work.options.max_events = 0;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    const tg_campaign_finding *finding = &ran.campaign.kept[0];
    ck_assert_str_eq(finding->key.text, "Select.main/failed/barrier/the kernel under test failed");
    ck_assert_uint_eq(finding->nb_events, 0);
    ck_assert(has_text(&ran, "FAILED") && has_text(&ran, finding->key.id));
    check_cells(finding, false);
    tg_case saved;
    tg_assert_ok(tg_case_load(&saved, ran.campaign.kept[0].folder, tg_suite_error));
    tg_case_clear(&saved);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

START_TEST(campaign_finding_is_kept_once)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_two_bugs);
    work.options.keep_going = true;
    work.options.max_events = 20000;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    ck_assert_int_eq(ran.campaign.end, TG_END_EVENTS);
    ck_assert_uint_eq(ran.campaign.nb_kept, 2);
    ck_assert_str_ne(ran.campaign.kept[0].key.text, ran.campaign.kept[1].key.text);
    ck_assert_str_ne(ran.campaign.kept[0].folder, ran.campaign.kept[1].folder);
    const uint64_t nb = ran.campaign.kept[0].nb_batches + ran.campaign.kept[1].nb_batches;
    ck_assert_uint_eq(nb, ran.campaign.nb_findings);
    ck_assert_uint_eq(ran.campaign.traces[0].nb_findings, nb);
    // Another campaign with other batches finds the same, under the same names.
    char folders[2][TG_PATH_BYTES];
    for (size_t i = 0; i < 2; i++) memcpy(folders[i], ran.campaign.kept[i].folder, TG_PATH_BYTES);
    campaign_ran_clear(&ran);
    work.options.seed = 8;
    ran = run_campaign(&work.options);
    ck_assert_uint_eq(ran.campaign.nb_kept, 2);
    for (size_t i = 0; i < 2; i++) {
        const char *folder = ran.campaign.kept[i].folder;
        ck_assert(strcmp(folder, folders[0]) == 0 || strcmp(folder, folders[1]) == 0);
    }
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* Run a campaign that finds one thing; where its case is. */
static void find_one(char *folder, wrong_campaign *work)
{
    campaign_ran ran = run_campaign(&work->options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    ck_assert_uint_eq(ran.campaign.nb_kept, 1);
    memcpy(folder, ran.campaign.kept[0].folder, TG_PATH_BYTES);
    campaign_ran_clear(&ran);
}

/* What is there already under the name of a case stays: another case with the same key is as good
 * as the new one; beside one that shows something else, or is none, the new one gets a number. */
START_TEST(campaign_finding_leaves_what_is_there)
{
    wrong_campaign work;
    char first[TG_PATH_BYTES];
    char folder[TG_PATH_BYTES];
    char next[TG_PATH_BYTES];
    wrong_campaign_init(&work, kernel_adds_p);
    find_one(first, &work);
    (void)snprintf(next, sizeof next, "%.*s-2", (int)sizeof next - 3, first);
    tg_case there;
    tg_case left;
    tg_assert_ok(tg_case_load(&there, first, tg_suite_error));
    ck_assert_uint_eq(there.nb_events, 1);
    ((uint32_t *)there.events)[4] = 1234;
    tg_assert_ok(tg_case_save_with(&there, NULL, first, true, tg_suite_error));
    find_one(folder, &work);
    ck_assert_str_eq(folder, first);
    tg_assert_ok(tg_case_load(&left, first, tg_suite_error));
    ck_assert(tg_case_is_same(&there, &left));
    tg_case_clear(&left);
    there.nb_events = 0;
    tg_assert_ok(tg_case_save_with(&there, NULL, first, true, tg_suite_error));
    find_one(folder, &work);
    ck_assert_str_eq(folder, next);
    tg_assert_ok(tg_case_load(&left, first, tg_suite_error));
    ck_assert(tg_case_is_same(&there, &left));
    tg_case_clear(&left);
    tg_case_clear(&there);
    // The neighbour is found again, whatever the first one is.
    char path[TG_PATH_BYTES + 16];
    (void)snprintf(path, sizeof path, "%s/case.json", first);
    FILE *file = fopen(path, "w");
    ck_assert(file != NULL && fputs("mine", file) >= 0 && fclose(file) == 0);
    find_one(folder, &work);
    ck_assert_str_eq(folder, next);
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_size, 4);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* What a batch shows at first sight is shrunk once, however many batches show it. */
START_TEST(campaign_finding_is_shrunk_once)
{
    wrong_campaign work;
    uint64_t nb_asked[2];
    uint64_t nb_found[2];
    wrong_campaign_init(&work, kernel_swaps);
    work.options.keep_going = true;
    for (size_t i = 0; i < 2; i++) {
        work.nb_asked = work.nb_ended = 0;
        work.options.max_events = i == 0 ? 50 : 5000;
        campaign_ran ran = run_campaign(&work.options);
        ck_assert_uint_eq(ran.campaign.nb_kept, 1);
        ck_assert_uint_eq(ran.campaign.nb_signatures, 1);
        ck_assert_uint_eq(ran.campaign.kept[0].nb_batches, ran.campaign.nb_findings);
        // Between batches it is asked once.
        nb_asked[i] = work.nb_asked - work.nb_ended;
        nb_found[i] = ran.campaign.nb_findings;
        campaign_ran_clear(&ran);
    }
    ck_assert_uint_gt(nb_found[1], nb_found[0]);
    ck_assert_uint_gt(nb_asked[0], 5);
    ck_assert_uint_eq(nb_asked[0], nb_asked[1]);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* Stopped while it shrinks: what it has so far is saved and
 * told. The next batch that shows the same is shrunk to the end. */
START_TEST(campaign_finding_stopped_while_it_is_shrunk)
{
    wrong_campaign work;
    char first[TG_PATH_BYTES];
    wrong_campaign_init(&work, kernel_off_by_one);
    work.options.keep_going = true;
    work.options.max_events = 0;
    work.options.state = work.state;
    // Three batches, as each begins, and the first runs of shrinking what the fourth one shows.
    work.stop_at = 8;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    ck_assert_int_eq(ran.campaign.end, TG_END_STOPPED);
    ck_assert_uint_eq(ran.campaign.nb_batches, 4);
    ck_assert_uint_eq(ran.campaign.nb_kept, 1);
    const tg_campaign_finding *finding = &ran.campaign.kept[0];
    ck_assert(finding->is_cut && !finding->is_done);
    ck_assert_uint_gt(finding->nb_events, 3);
    ck_assert(has_text(&ran, "there may be a smaller one"));
    memcpy(first, finding->folder, sizeof first);
    tg_case saved;
    tg_assert_ok(tg_case_load(&saved, first, tg_suite_error));
    ck_assert_uint_eq(saved.nb_events, finding->nb_events);
    tg_case_clear(&saved);
    campaign_ran_clear(&ran);
    work.stop_at = 0;
    work.options.state = NULL;
    work.options.resume = work.state;
    work.options.max_events = 2000;
    ran = run_campaign(&work.options);
    finding = &ran.campaign.kept[0];
    ck_assert_uint_eq(ran.campaign.nb_kept, 1);
    ck_assert(!finding->is_cut && finding->is_done);
    ck_assert_uint_eq(finding->nb_events, 3);
    ck_assert_uint_eq(finding->nb_batches, ran.campaign.nb_findings);
    ck_assert_uint_eq(finding->batch, 3);
    ck_assert_str_eq(finding->key.text, "Select.main/eventful/at-a-limit/vals.out1");
    tg_assert_ok(tg_case_load(&saved, finding->folder, tg_suite_error));
    ck_assert_uint_eq(saved.nb_events, 3);
    tg_case_clear(&saved);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* Slow, and wrong, with more than two events. */
static void kernel_slow(uint32_t *trace, uintptr_t height, const void *events, uintptr_t nb_events,
                        const tg_krn_extra *extra)
{
    kernel_off_by_one(trace, height, events, nb_events, extra);
    const struct timespec a_while = {.tv_nsec = 300000000};
    if (nb_events > 2 && blockIdx.x == 0 && threadIdx.x == 0) (void)nanosleep(&a_while, NULL);
}

START_TEST(campaign_finding_takes_no_more_than_the_time)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_slow);
    work.options.max_events = 0;
    // Less than the first wrong batch takes, more than those before it do.
    work.options.max_seconds = 0.5;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    const tg_campaign_finding *finding = &ran.campaign.kept[0];
    ck_assert(finding->is_cut && !finding->is_done);
    ck_assert_uint_eq(finding->nb_events, 33);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* A batch that matches when it is run again is a finding of its own, with its whole case. */
START_TEST(campaign_finding_that_shows_once)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_once);
    work.options.keep_going = true;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    ck_assert_uint_eq(ran.campaign.nb_findings, 1);
    ck_assert_uint_eq(ran.campaign.nb_signatures, 0);
    const tg_campaign_finding *finding = &ran.campaign.kept[0];
    ck_assert(finding->is_once && finding->is_done);
    ck_assert_str_eq(finding->key.text, "Select.main/eventful/unstable/vals.out2");
    ck_assert_int_eq(finding->causes.list[0].cause, TG_CAUSE_UNSTABLE);
    ck_assert(has_text(&ran, "DIFFERED ONLY ONCE") && has_text(&ran, finding->key.id));
    // Only the campaign that drew it may show it again.
    tg_command again;
    tg_campaign_again(&again, &ran.campaign, finding);
    ck_assert_str_eq(again.text, "tracegate fuzz Select.main --seed 0x7 --batch 0 --actual host");
    tg_case saved;
    tg_assert_ok(tg_case_load(&saved, finding->folder, tg_suite_error));
    ck_assert_uint_eq(saved.nb_events, 1);
    tg_case_clear(&saved);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

TG_SUITE("campaign_finding", campaign_finding_is_shrunk_and_saved,
         campaign_finding_of_a_kernel_that_fails, campaign_finding_is_kept_once,
         campaign_finding_leaves_what_is_there, campaign_finding_is_shrunk_once,
         campaign_finding_stopped_while_it_is_shrunk, campaign_finding_takes_no_more_than_the_time,
         campaign_finding_that_shows_once)
