/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Campaigns: what a batch is, what is found, that it is found once, reduced and saved so that it
 * replays. */
#include "campaign_wrong.h"
#include "harness/gate.h"

#include <sys/stat.h>

static bool has_text(const campaign_ran *ran, const char *text)
{
    return strstr(ran->text, text) != NULL;
}

START_TEST(campaign_batch_is_a_function_of_seed_trace_and_number)
{
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const tg_subject subject = tg_subject_at(index);
        size_t nb_unlike = 0;
        for (uint64_t number = 0; number < 50; number++) {
            tg_campaign_batch batches[3];
            tg_campaign_batch_draw(&batches[0], &subject, 7, number, true);
            tg_campaign_batch_draw(&batches[1], &subject, 7, number, true);
            tg_campaign_batch_draw(&batches[2], &subject, 8, number, true);
            ck_assert_uint_eq(batches[0].stream.seed, batches[1].stream.seed);
            ck_assert_uint_eq(batches[0].nb_events, batches[1].nb_events);
            ck_assert_uint_eq(batches[0].fixed_height, batches[1].fixed_height);
            ck_assert_uint_eq(batches[0].launch.block, batches[1].launch.block);
            ck_assert_uint_eq(batches[0].first, batches[1].first);
            ck_assert_int_eq(batches[0].stream.profile, batches[1].stream.profile);
            nb_unlike += batches[0].stream.seed != batches[2].stream.seed;
        }
        ck_assert_uint_eq(nb_unlike, 50);
    }
}
END_TEST

/* Heights must be legal, shapes such as every kernel takes, profiles those of the trace. */
START_TEST(campaign_batch_is_one_that_can_be_made)
{
    size_t nb_heights = 0;
    size_t nb_shapes = 0;
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const tg_subject subject = tg_subject_at(index);
        for (uint64_t number = 0; number < 300; number++) {
            tg_campaign_batch batch;
            size_t height = 0;
            tg_campaign_batch_draw(&batch, &subject, 1, number, true);
            tg_assert_ok(tg_trace_height(subject.trace, batch.nb_events, batch.fixed_height,
                                         &height, tg_suite_error));
            ck_assert_uint_le((uint64_t)height * tg_trace_width(subject.trace), 1u << 24);
            ck_assert(tg_generator_has_profile(&subject, batch.stream.profile));
            ck_assert_uint_le(batch.launch.block, 1024);
            ck_assert_uint_lt(batch.first + batch.nb_events, UINT64_C(1) << 63);
            nb_heights += batch.fixed_height != 0;
            nb_shapes += batch.launch.block != 0;
            tg_campaign_batch_draw(&batch, &subject, 1, number, false);
            ck_assert(batch.launch.block == 0 && batch.launch.grid == 0);
        }
    }
    ck_assert_uint_ge(nb_heights, 500);
    ck_assert_uint_ge(nb_shapes, 2000);
}
END_TEST

START_TEST(campaign_of_right_kernels_matches)
{
    wrong_campaign work;
    wrong_campaign_init(&work, NULL);
    static const char *const names[] = {"Select", "PublicValues.main", "MemoryConst.main"};
    work.options.names = names;
    work.options.nb_names = 3;
    work.options.max_events = 5000;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_msg(ran.status == TG_OK, "%s\n%s", ran.error.what, ran.text);
    ck_assert_uint_eq(ran.campaign.nb_traces, 4);
    ck_assert_uint_ge(ran.campaign.nb_events, 5000);
    ck_assert_uint_ge(ran.campaign.nb_cells, 10000);
    ck_assert_int_eq(ran.campaign.end, TG_END_EVENTS);
    ck_assert(has_text(&ran, "verdict   match: batches "));
    // Nothing found, nothing saved: the folder is there and empty.
    ck_assert_int_eq(remove(work.save), 0);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* A kernel, and what a campaign must say of it. */
typedef struct expectation {
    tg_host_kernel *kernel;
    tg_campaign_cause cause;
    const char *key;
    size_t most_events; /* of the saved case */
    bool has_height;    /* it needs a fixed height */
} expectation;

/* Load the case of a finding and run it as the report's line does. */
static void check_replays(const wrong_campaign *work, const tg_campaign_finding *finding,
                          const expectation *expected)
{
    tg_case saved;
    tg_assert_ok(tg_case_load(&saved, finding->folder, tg_suite_error));
    ck_assert_uint_le(saved.nb_events, expected->most_events);
    ck_assert_uint_eq(saved.nb_events, finding->nb_events);
    ck_assert_int_eq(saved.fixed_height != 0, expected->has_height);
    ck_assert_str_eq(saved.why, finding->key);
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

START_TEST(campaign_finds_reduces_and_saves)
{
    static const expectation all[] = {
        {kernel_rarely_wrong, TG_FOUND_WRONG, "Select.main on host: wrong; columns 3", 1, false},
        {kernel_off_by_one, TG_FOUND_WRONG, "Select.main on host: wrong; columns 1", 3, false},
        {kernel_forgets, TG_FOUND_UNWRITTEN, "Select.main on host: unwritten; columns 0", 0, false},
        {kernel_spoils, TG_FOUND_CONDUCT, "Select.main on host: conduct", 1, false},
        {kernel_adds_p, TG_FOUND_NOT_REDUCED, "Select.main on host: not reduced; columns 0", 1,
         false},
        {kernel_odd_height, TG_FOUND_WRONG, "Select.main on host: wrong; columns 0", 0, true},
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
        ck_assert_int_eq(finding->cause, all[i].cause);
        ck_assert_msg(strncmp(finding->key, all[i].key, strlen(all[i].key)) == 0, "%s",
                      finding->key);
        check_replays(&work, finding, &all[i]);
        tg_command again;
        tg_campaign_again(&again, &ran.campaign, finding);
        ck_assert_ptr_nonnull(strstr(again.text, "tracegate gate Select.main --record "));
        ck_assert(has_text(&ran, again.text));
        campaign_ran_clear(&ran);
        tg_suite_remove_folder(work.folder);
    }
}
END_TEST

/* A kernel that fails is a finding, too; its case is the whole batch. */
START_TEST(campaign_finds_a_kernel_that_fails)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_sticks);
    work.options.max_events = 0;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    ck_assert_int_eq(ran.campaign.kept[0].cause, TG_FOUND_FAILED);
    ck_assert(has_text(&ran, "FAILED"));
    tg_case saved;
    tg_assert_ok(tg_case_load(&saved, ran.campaign.kept[0].folder, tg_suite_error));
    tg_case_clear(&saved);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

START_TEST(campaign_keeps_each_finding_once)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_two_bugs);
    work.options.keep_going = true;
    work.options.max_events = 20000;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    ck_assert_int_eq(ran.campaign.end, TG_END_EVENTS);
    ck_assert_uint_eq(ran.campaign.nb_kept, 2);
    ck_assert_str_ne(ran.campaign.kept[0].key, ran.campaign.kept[1].key);
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

/* A case of the same name that shows nothing any more, or is none, stays and gets a neighbour. */
START_TEST(campaign_keeps_what_is_there)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_off_by_one);
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_uint_eq(ran.campaign.nb_kept, 1);
    char folder[TG_PATH_BYTES];
    char path[TG_PATH_BYTES + 16];
    memcpy(folder, ran.campaign.kept[0].folder, sizeof folder);
    campaign_ran_clear(&ran);
    (void)snprintf(path, sizeof path, "%s/case.json", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    (void)fputs("mine", file);
    ck_assert_int_eq(fclose(file), 0);
    ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    (void)snprintf(path, sizeof path, "%s-2", folder);
    ck_assert_str_eq(ran.campaign.kept[0].folder, path);
    campaign_ran_clear(&ran);
    (void)snprintf(path, sizeof path, "%s/case.json", folder);
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_size, 4);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* The line for a batch alone finds what the campaign found in it. */
START_TEST(campaign_runs_one_batch_again)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_rarely_wrong);
    static const char *const names[] = {"BaseAlu.main", "Select", "MemoryVar"};
    work.options.names = names;
    work.options.nb_names = 3;
    work.options.max_events = 0;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    const uint64_t batch = ran.campaign.kept[0].batch;
    char key[TG_CAMPAIGN_KEY_BYTES];
    memcpy(key, ran.campaign.kept[0].key, sizeof key);
    campaign_ran_clear(&ran);
    work.options.names = &work.name;
    work.options.nb_names = 1;
    work.options.has_only_batch = true;
    work.options.only_batch = batch;
    ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    ck_assert_uint_eq(ran.campaign.nb_batches, 1);
    ck_assert_uint_eq(ran.campaign.kept[0].batch, batch);
    ck_assert_str_eq(ran.campaign.kept[0].key, key);
    campaign_ran_clear(&ran);
    // One that matches ends all the same.
    work.options.only_batch = 0;
    work.options.plan_of = NULL;
    ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.campaign.end, TG_END_BATCH);
    ck_assert_uint_eq(ran.campaign.nb_batches, 1);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

START_TEST(campaign_with_host_as_the_trusted_side)
{
    wrong_campaign work;
    wrong_campaign_init(&work, NULL);
    work.name = "Global.main";
    work.options.expected = "host";
    work.options.actual = "reference";
    work.options.max_events = 500;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_msg(ran.status == TG_OK, "%s\n%s", ran.error.what, ran.text);
    ck_assert_uint_ne(ran.campaign.nb_side_words, 0);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

START_TEST(campaign_ends_when_time_is_over_or_it_is_told)
{
    wrong_campaign work;
    wrong_campaign_init(&work, NULL);
    work.options.max_events = 0;
    work.stop_at = 4;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_OK);
    ck_assert_int_eq(ran.campaign.end, TG_END_STOPPED);
    ck_assert_uint_eq(ran.campaign.nb_batches, 3);
    campaign_ran_clear(&ran);
    work.options.max_seconds = 0.05;
    ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.campaign.end, TG_END_TIME);
    campaign_ran_clear(&ran);
    // Told before the first batch: nothing is no match.
    work.nb_asked = 0;
    work.stop_at = 1;
    ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(ran.error.what, "nothing was compared"));
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

static void check_refused(const tg_campaign_options *options, tg_status status, const char *text)
{
    campaign_ran ran = run_campaign(options);
    ck_assert_int_eq(ran.status, status);
    ck_assert_msg(strstr(ran.error.what, text) != NULL, "%s", ran.error.what);
    ck_assert_int_ne(ran.error.how[0], '\0');
    ck_assert_str_eq(ran.text, "");
    campaign_ran_clear(&ran);
}

START_TEST(campaign_refuses_what_makes_no_sense)
{
    wrong_campaign work;
    wrong_campaign_init(&work, NULL);
    tg_campaign_options options = work.options;
    options.actual = "reference";
    check_refused(&options, TG_ERR_USAGE, "reference is on both sides");
    options.actual = "recorded";
    check_refused(&options, TG_ERR_USAGE, "recorded has no traces for drawn events");
    options = work.options;
    static const char *const unknown[] = {"Selekt"};
    options.names = unknown;
    check_refused(&options, TG_ERR_USAGE, "Selekt");
    options = work.options;
    options.has_only_batch = true;
    options.state = work.state;
    check_refused(&options, TG_ERR_USAGE, "one batch is no campaign");
    options.state = NULL;
    options.nb_names = 0;
    check_refused(&options, TG_ERR_USAGE, "a batch is one of one trace");
    // Before anything runs: a folder that cannot be made, one that is a file.
    options = work.options;
    options.save = "/proc/cases";
    check_refused(&options, TG_ERR_IO, "make the folder of cases");
    FILE *file = fopen(work.save, "w");
    ck_assert(file != NULL && fclose(file) == 0);
    check_refused(&work.options, TG_ERR_IO, "this is no folder");
    ck_assert_int_eq(remove(work.save), 0);
    options = work.options;
    options.state = "/nowhere/state.json";
    campaign_ran ran = run_campaign(&options);
    ck_assert_int_eq(ran.status, TG_ERR_IO);
    ck_assert_str_eq(ran.text, "");
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

TG_SUITE("campaign", campaign_batch_is_a_function_of_seed_trace_and_number,
         campaign_batch_is_one_that_can_be_made, campaign_of_right_kernels_matches,
         campaign_finds_reduces_and_saves, campaign_finds_a_kernel_that_fails,
         campaign_keeps_each_finding_once, campaign_keeps_what_is_there,
         campaign_runs_one_batch_again, campaign_with_host_as_the_trusted_side,
         campaign_ends_when_time_is_over_or_it_is_told, campaign_refuses_what_makes_no_sense)
