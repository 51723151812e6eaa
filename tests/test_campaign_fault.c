/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Campaigns when memory, or input and output, fail: each call in turn. Nothing that was found is
 * lost, nothing is called a match that was not compared, and what is on the disk can be gone on
 * with.
 */
#include "campaign_wrong.h"
#include "fault.h"

#include <omp.h>
#include <sys/stat.h>
#include <unistd.h>

static campaign_ran run_with_fault(const wrong_campaign *work, tg_fault_kind kind, long nth,
                                   bool *has_failed)
{
    campaign_ran ran = {.status = TG_OK};
    size_t length = 0;
    FILE *out = open_memstream(&ran.text, &length);
    ck_assert_ptr_nonnull(out);
    tg_fault_arm(kind, nth);
    ran.status = tg_campaign_run(&ran.campaign, out, NULL, &work->options, &ran.error);
    *has_failed = tg_fault_disarm();
    if (ran.campaign.nb_batches != 0) tg_campaign_print(out, &ran.campaign, ran.status, false);
    ck_assert_int_eq(fclose(out), 0);
    return ran;
}

/* libgomp ends the process when it has no memory for its own, which it takes in the first parallel
 * region of each thread: here there is one thread, and no fault in its first region. */
static void warm_up(wrong_campaign *work)
{
    omp_set_num_threads(1);
    work->options.is_one_thread = true;
    const bool keep_going = work->options.keep_going;
    work->options.keep_going = true;
    campaign_ran ran = run_campaign(&work->options);
    ck_assert_uint_ge(ran.campaign.nb_batches, 2);
    campaign_ran_clear(&ran);
    work->options.keep_going = keep_going;
}

/* A finding is in the report, with a line that makes it again, and its case loads if the line names
 * one. */
static void check_findings(const campaign_ran *ran)
{
    ck_assert_uint_eq(ran->campaign.nb_kept, 1);
    const tg_campaign_finding *finding = &ran->campaign.kept[0];
    tg_command again;
    tg_campaign_again(&again, &ran->campaign, finding);
    ck_assert_msg(strstr(ran->text, again.text) != NULL, "%s\n%s", again.text, ran->text);
    if (finding->folder[0] == '\0') {
        ck_assert_ptr_nonnull(strstr(again.text, "tracegate fuzz Select.main --seed 0x7 --batch "));
        return;
    }
    tg_case saved;
    tg_assert_ok(tg_case_load(&saved, finding->folder, tg_suite_error));
    tg_case_clear(&saved);
}

/* What is left of the state is a whole one, or there is none. */
static void check_state(const wrong_campaign *work)
{
    struct stat info;
    if (stat(work->state, &info) != 0) return;
    tg_campaign_options options = work->options;
    options.state = NULL;
    options.resume = work->state;
    campaign_ran ran = run_campaign(&options);
    ck_assert_msg(ran.status == TG_OK || ran.status == TG_ERR_MISMATCH, "%s", ran.error.what);
    campaign_ran_clear(&ran);
}

static void check_faults(tg_host_kernel *kernel, tg_fault_kind kind, long least)
{
    long nth = 1;
    for (;; nth++) {
        wrong_campaign work;
        wrong_campaign_init(&work, kernel);
        work.options.max_events = 30;
        if (nth == 1) warm_up(&work);
        tg_suite_remove_folder(work.save);
        work.options.is_one_thread = true;
        work.options.state = work.state;
        bool has_failed = false;
        campaign_ran ran = run_with_fault(&work, kind, nth, &has_failed);
        const int exit_code = tg_status_exit_code(ran.status);
        const bool has_wrong = kernel != kernel_right;
        if (!has_failed) {
            ck_assert_int_eq(exit_code, has_wrong ? 1 : 0);
        } else if (exit_code >= 2) {
            ck_assert_int_ne(ran.error.how[0], '\0');
            ck_assert_msg(exit_code == 3 || kind == TG_FAULT_IO, "call %ld: %s", nth,
                          ran.error.what);
        } else {
            // A call that may fail without harm.
            ck_assert_int_eq(exit_code, has_wrong ? 1 : 0);
        }
        if (ran.campaign.nb_findings != 0) {
            // Whatever failed, what was found is the result, and is told.
            ck_assert_msg(exit_code == 1, "call %ld: %s", nth, ran.error.what);
            check_findings(&ran);
        }
        check_state(&work);
        campaign_ran_clear(&ran);
        tg_suite_remove_folder(work.folder);
        if (!has_failed) break;
    }
    ck_assert_int_ge(nth, least);
}

START_TEST(campaign_fault_every_allocation) { check_faults(kernel_right, TG_FAULT_MEMORY, 40); }
END_TEST

START_TEST(campaign_fault_every_allocation_with_a_finding)
{
    check_faults(kernel_off_by_one, TG_FAULT_MEMORY, 60);
}
END_TEST

START_TEST(campaign_fault_every_input_and_output) { check_faults(kernel_right, TG_FAULT_IO, 10); }
END_TEST

START_TEST(campaign_fault_every_input_and_output_with_a_finding)
{
    check_faults(kernel_off_by_one, TG_FAULT_IO, 20);
}
END_TEST

/* A campaign that goes on when memory or the file fails, at each call. */
START_TEST(campaign_fault_of_resuming)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_right);
    work.options.max_events = 30;
    warm_up(&work);
    work.options.state = work.state;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_OK);
    campaign_ran_clear(&ran);
    work.options.state = NULL;
    work.options.resume = work.state;
    static const tg_fault_kind kinds[] = {TG_FAULT_MEMORY, TG_FAULT_IO};
    for (size_t kind = 0; kind < 2; kind++) {
        bool has_failed = true;
        for (long nth = 1; has_failed; nth++) {
            ran = run_with_fault(&work, kinds[kind], nth, &has_failed);
            ck_assert_msg(ran.status == TG_OK || tg_status_exit_code(ran.status) >= 2, "call %ld",
                          nth);
            ck_assert(has_failed || ran.status == TG_OK);
            campaign_ran_clear(&ran);
        }
    }
    check_state(&work);
    tg_suite_remove_folder(work.folder);
}
END_TEST

TG_SUITE("campaign_fault", campaign_fault_every_allocation,
         campaign_fault_every_allocation_with_a_finding, campaign_fault_every_input_and_output,
         campaign_fault_every_input_and_output_with_a_finding, campaign_fault_of_resuming)
