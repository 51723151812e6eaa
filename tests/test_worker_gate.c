/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What gate, campaign and triage make of kernels that end the process that runs them: a finding
 * each, and all goes on. */
#include "gate_records.h"
#include "harness/triage.h"
#include "worker_wrong.h"

static const char *const host_only[] = {"host"};

/* Gate two traces in a worker, the first with a kernel of its own. */
static gate_run gate_with(tg_host_kernel *kernel, double max_seconds, wrong_campaign *work)
{
    const char *names[2];
    worker_name_two(names);
    wrong_campaign_init(work, kernel);
    const tg_isolation how = {.isolate = TG_ISOLATE_ALWAYS,
                              .has_limit = true,
                              .max_seconds = max_seconds};
    const tg_gate_options options = worker_gate_options(names, 2, host_only, work, &how);
    return run_gate(&options);
}

START_TEST(worker_gate_goes_on_behind_what_ends_it)
{
    static const struct {
        tg_host_kernel *kernel;
        const char *text;
        const char *key;
        bool is_shrunk;
    } all[] = {
        {kernel_traps, "ended by signal 4, SIGILL", "/failed/crashed/", true},
        {kernel_segfaults, "ended by signal 11, SIGSEGV", "/failed/crashed/", true},
        {kernel_exits, "called exit", "/failed/exited/", true},
        {kernel_spins, "has not ended within 1 s", "/failed/hung/", false},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        wrong_campaign work;
        gate_run result = gate_with(all[i].kernel, 1, &work);
        ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
        gate_assert_says(&result, WRONG_TRACE);
        gate_assert_says(&result, "FAILED");
        gate_assert_says(&result, all[i].text);
        gate_assert_says(&result, all[i].key);
        gate_assert_says(&result, "poison 0xa5a5a5a5");
        ck_assert_int_eq(strstr(result.text, "smallest") != NULL, all[i].is_shrunk);
        ck_assert_uint_eq(result.summary.nb_mismatches, 1);
        ck_assert_uint_eq(result.summary.nb_not_run, 0);
        // The other trace was compared.
        ck_assert_uint_eq(result.summary.nb_comparisons, 1);
        ck_assert_uint_gt(result.summary.nb_cells, 0);
        gate_run_clear(&result);
        tg_suite_remove_folder(work.folder);
        ck_assert(has_no_child());
    }
}
END_TEST

/* Findings of the other kinds are the same as without a worker. */
START_TEST(worker_gate_reports_the_same_text)
{
    static tg_host_kernel *const kernels[] = {kernel_right,  kernel_off_by_one, kernel_forgets,
                                              kernel_spoils, kernel_sticks,     kernel_strays};
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++) {
        wrong_campaign work;
        gate_run results[2];
        static const char *const wrong_only[] = {WRONG_TRACE};
        wrong_campaign_init(&work, kernels[i]);
        for (size_t is_isolated = 0; is_isolated < 2; is_isolated++) {
            const tg_isolation how = {.isolate =
                                          is_isolated ? TG_ISOLATE_ALWAYS : TG_ISOLATE_BY_BACKEND};
            const tg_gate_options options =
                worker_gate_options(wrong_only, 1, host_only, &work, &how);
            results[is_isolated] = run_gate(&options);
        }
        ck_assert_int_eq(results[0].status, results[1].status);
        // Behind the findings come the table and times; a failure says more of where it was.
        const char *end = strstr(results[0].text, "again: ");
        if (end != NULL && kernels[i] != kernel_sticks) {
            const size_t nb = (size_t)(end - results[0].text);
            ck_assert_msg(strncmp(results[0].text, results[1].text, nb) == 0, "%s\n%s",
                          results[0].text, results[1].text);
        }
        gate_run_clear(&results[0]);
        gate_run_clear(&results[1]);
        tg_suite_remove_folder(work.folder);
    }
}
END_TEST

/* A crash that one word of one event makes is shrunk to that event. */
START_TEST(worker_triage_shrinks_a_crash)
{
    wrong_plan wrong;
    tg_backend reference;
    tg_backend host;
    tg_triage triage;
    const tg_isolation how = {.isolate = TG_ISOLATE_ALWAYS};
    const tg_subject subject = wrong_subject(&wrong, kernel_segfaults_at_three);
    tg_case work = wrong_case(&subject, 60);
    ((uint32_t *)work.events)[0] = 4 * 1000 + 3;
    tg_assert_ok(tg_backend_open(&reference, worker_inner("reference"), tg_suite_error));
    tg_assert_ok(tg_isolation_open(&host, worker_inner("host"), &how, true, tg_suite_error));
    const tg_triage_options options = {.expected = &reference, .actual = &host};
    tg_assert_ok(tg_triage_run(&triage, &work, &options, tg_suite_error));
    ck_assert(!triage.is_match);
    ck_assert_int_eq(triage.result.status, TG_ERR_KERNEL);
    ck_assert_uint_eq(triage.smallest.nb_events, 1);
    ck_assert_uint_eq(((const uint32_t *)triage.smallest.events)[0] % 4, 3);
    ck_assert_ptr_nonnull(strstr(triage.result.error.what, "signal 11, SIGSEGV"));
    tg_triage_clear(&triage);
    tg_case_clear(&work);
    tg_backend_close(&host);
    tg_backend_close(&reference);
    ck_assert(has_no_child());
}
END_TEST

/* The campaign goes on behind a crash and behind a hang, counts them as one bug, and saves the
 * case. */
START_TEST(worker_campaign_goes_on)
{
    static tg_host_kernel *const kernels[] = {kernel_segfaults_at_three, kernel_traps,
                                              kernel_spins};
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++) {
        wrong_campaign work;
        tg_command again;
        wrong_campaign_init(&work, kernels[i]);
        work.options.keep_going = true;
        work.options.max_events = 300;
        work.options.isolation =
            (tg_isolation){.isolate = TG_ISOLATE_ALWAYS,
                           .has_limit = true,
                           .max_seconds = kernels[i] == kernel_spins ? 0.2 : 10};
        campaign_ran ran = run_campaign(&work.options);
        ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
        ck_assert_msg(ran.campaign.end == TG_END_EVENTS, "%s\n%s", ran.error.what, ran.text);
        ck_assert_uint_ge(ran.campaign.nb_findings, 1);
        ck_assert_uint_gt(ran.campaign.nb_batches, ran.campaign.kept[0].batch + 1);
        ck_assert_uint_eq(ran.campaign.nb_kept, 1);
        ck_assert_str_ne(ran.campaign.kept[0].folder, "");
        ck_assert_ptr_nonnull(strstr(ran.text, kernels[i] == kernel_spins ? "has not ended within"
                                                                          : "ended by signal"));
        // It is found again only where it may end a process, and in as much time.
        tg_campaign_again(&again, &ran.campaign, &ran.campaign.kept[0]);
        ck_assert_ptr_nonnull(strstr(again.text, "tracegate replay "));
        ck_assert_ptr_nonnull(strstr(again.text, kernels[i] == kernel_spins
                                                     ? " --isolate --max-run-seconds 1"
                                                     : " --isolate --max-run-seconds 10"));
        ck_assert_ptr_nonnull(strstr(ran.text, again.text));
        ran.campaign.kept[0].folder[0] = '\0';
        tg_campaign_again(&again, &ran.campaign, &ran.campaign.kept[0]);
        ck_assert_ptr_nonnull(strstr(again.text, "tracegate fuzz "));
        ck_assert_ptr_nonnull(strstr(again.text, " --isolate --max-run-seconds "));
        campaign_ran_clear(&ran);
        tg_suite_remove_folder(work.folder);
        ck_assert(has_no_child());
    }
}
END_TEST

TG_SUITE("worker_gate", worker_gate_goes_on_behind_what_ends_it, worker_gate_reports_the_same_text,
         worker_triage_shrinks_a_crash, worker_campaign_goes_on)
