/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Campaigns: what a batch is, how they begin and end. What they find: test_campaign_finding.c. */
#include "campaign_wrong.h"

#include <stdio.h>

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
    const tg_key key = ran.campaign.kept[0].key;
    campaign_ran_clear(&ran);
    work.options.names = &work.name;
    work.options.nb_names = 1;
    work.options.has_only_batch = true;
    work.options.only_batch = batch;
    ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    ck_assert_uint_eq(ran.campaign.nb_batches, 1);
    ck_assert_uint_eq(ran.campaign.kept[0].batch, batch);
    ck_assert_str_eq(ran.campaign.kept[0].key.text, key.text);
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
    work.stop_after = 3;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_OK);
    ck_assert_int_eq(ran.campaign.end, TG_END_STOPPED);
    ck_assert_uint_eq(ran.campaign.nb_batches, 3);
    campaign_ran_clear(&ran);
    work.stop_after = UINT64_MAX;
    work.options.max_seconds = 0.05;
    ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.campaign.end, TG_END_TIME);
    campaign_ran_clear(&ran);
    // Told before the first batch: nothing is no match.
    work.stop_after = 0;
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
         campaign_runs_one_batch_again, campaign_with_host_as_the_trusted_side,
         campaign_ends_when_time_is_over_or_it_is_told, campaign_refuses_what_makes_no_sense)
