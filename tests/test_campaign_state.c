/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The state file of campaigns: stopped and resumed equals never stopped; what is no state of this
 * campaign is refused. */
#include "campaign_wrong.h"
#include "harness/campaign_internal.h"

#include <unistd.h>

#include <stdio.h>
#include <stdlib.h>

static void check_same_coverage(const tg_event_coverage *one, const tg_event_coverage *other)
{
    ck_assert_uint_eq(tg_event_coverage_nb_groups(one), tg_event_coverage_nb_groups(other));
    for (size_t i = 0; i < tg_event_coverage_nb_groups(one); i++) {
        tg_coverage_group groups[2];
        tg_event_coverage_group_at(&groups[0], one, i);
        tg_event_coverage_group_at(&groups[1], other, i);
        ck_assert_msg(groups[0].reached == groups[1].reached, "%s", groups[0].name);
    }
}

static void check_same_finding(const tg_campaign_finding *one, const tg_campaign_finding *other)
{
    ck_assert_str_eq(one->key.text, other->key.text);
    ck_assert_str_eq(one->key.id, other->key.id);
    ck_assert_int_eq(one->key.part, other->key.part);
    ck_assert_uint_eq(one->key.column, other->key.column);
    ck_assert_str_eq(one->folder, other->folder);
    ck_assert_uint_eq(one->causes.nb, other->causes.nb);
    for (size_t i = 0; i < one->causes.nb; i++) {
        ck_assert_int_eq(one->causes.list[i].cause, other->causes.list[i].cause);
        ck_assert_uint_eq(one->causes.list[i].confidence, other->causes.list[i].confidence);
        ck_assert_str_eq(one->causes.list[i].evidence, other->causes.list[i].evidence);
    }
    ck_assert_str_eq(one->prediction.property, other->prediction.property);
    ck_assert_uint_eq(one->prediction.nb_wrong, other->prediction.nb_wrong);
    ck_assert_uint_eq(one->prediction.nb_right_with, other->prediction.nb_right_with);
    ck_assert_uint_eq(one->batch, other->batch);
    ck_assert_uint_eq(one->nb_batches, other->nb_batches);
    ck_assert_uint_eq(one->nb_events, other->nb_events);
    ck_assert_uint_eq(one->height, other->height);
    ck_assert_uint_eq(one->fixed_height, other->fixed_height);
    ck_assert(one->is_once == other->is_once && one->is_cut == other->is_cut &&
              one->is_unstable == other->is_unstable && one->is_done == other->is_done);
}

/* Everything but times, and what is said of the run itself. */
static void check_same(const tg_campaign *one, const tg_campaign *other)
{
    ck_assert_uint_eq(one->seed, other->seed);
    ck_assert_uint_eq(one->nb_batches, other->nb_batches);
    ck_assert_uint_eq(one->nb_events, other->nb_events);
    ck_assert_uint_eq(one->nb_cells, other->nb_cells);
    ck_assert_uint_eq(one->nb_side_words, other->nb_side_words);
    ck_assert_uint_eq(one->nb_findings, other->nb_findings);
    ck_assert_uint_eq(one->nb_traces, other->nb_traces);
    ck_assert_uint_eq(one->nb_kept, other->nb_kept);
    for (size_t i = 0; i < one->nb_traces; i++) {
        ck_assert_uint_eq(one->traces[i].index, other->traces[i].index);
        ck_assert_uint_eq(one->traces[i].nb_batches, other->traces[i].nb_batches);
        ck_assert_uint_eq(one->traces[i].nb_events, other->traces[i].nb_events);
        ck_assert_uint_eq(one->traces[i].nb_cells, other->traces[i].nb_cells);
        ck_assert_uint_eq(one->traces[i].nb_findings, other->traces[i].nb_findings);
        check_same_coverage(one->traces[i].coverage, other->traces[i].coverage);
    }
    for (size_t i = 0; i < one->nb_kept; i++) {
        check_same_finding(&one->kept[i], &other->kept[i]);
    }
    ck_assert_uint_eq(one->nb_signatures, other->nb_signatures);
    for (size_t i = 0; i < one->nb_signatures; i++) {
        ck_assert_uint_eq(one->signatures[i].hash, other->signatures[i].hash);
        ck_assert_uint_eq(one->signatures[i].finding, other->signatures[i].finding);
    }
}

static void make_two_traces(wrong_campaign *work, tg_host_kernel *kernel)
{
    static const char *const names[] = {"Select.main", "Global"};
    wrong_campaign_init(work, kernel);
    work->options.names = names;
    work->options.nb_names = 2;
    work->options.keep_going = true;
    work->options.max_events = 6000;
    work->options.state = work->state;
}

START_TEST(campaign_state_resumed_equals_uninterrupted)
{
    wrong_campaign work;
    make_two_traces(&work, kernel_two_bugs);
    campaign_ran whole = run_campaign(&work.options);
    ck_assert_int_eq(whole.status, TG_ERR_MISMATCH);
    ck_assert_uint_ge(whole.campaign.nb_batches, 8);
    ck_assert_uint_eq(whole.campaign.nb_kept, 2);
    // A new campaign does not take the place of the first one's state.
    ck_assert_int_eq(remove(work.state), 0);
    // Stopped after one batch, after two more, after three more, and so on.
    tg_campaign_options options = work.options;
    campaign_ran part = {.status = TG_OK};
    uint64_t nb_batches = 0;
    for (uint64_t nb = 1; nb_batches < whole.campaign.nb_batches; nb++) {
        work.nb_ended = 0;
        work.stop_after = nb;
        campaign_ran_clear(&part);
        part = run_campaign(&options);
        ck_assert_msg(part.campaign.nb_batches > nb_batches, "%s", part.error.what);
        ck_assert_uint_eq(part.campaign.nb_resumed, nb_batches);
        nb_batches = part.campaign.nb_batches;
        options = (tg_campaign_options){.resume = work.state,
                                        .save = work.save,
                                        .keep_going = true,
                                        .max_events = work.options.max_events,
                                        .stops = wrong_stops,
                                        .stops_context = &work,
                                        .on_run = wrong_counts,
                                        .on_run_context = &work,
                                        .plan_of = wrong_plan_of,
                                        .plan_of_context = &work};
    }
    check_same(&part.campaign, &whole.campaign);
    campaign_ran_clear(&part);
    // And once more: it is at its end, and says the same.
    work.stop_after = UINT64_MAX;
    part = run_campaign(&options);
    ck_assert_int_eq(part.status, TG_ERR_MISMATCH);
    ck_assert_uint_eq(part.campaign.nb_resumed, part.campaign.nb_batches);
    check_same(&part.campaign, &whole.campaign);
    campaign_ran_clear(&part);
    campaign_ran_clear(&whole);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* What it was given to go on with. */
static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    char *text = calloc(1, 1 << 20);
    ck_assert_ptr_nonnull(text);
    *length = fread(text, 1, (1 << 20) - 1, file);
    ck_assert_int_eq(fclose(file), 0);
    return text;
}

static void write_file(const char *path, const char *text, size_t length)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

/* A campaign that is to go on with a bad file: exit 2, nothing runs, the file stays. */
static void check_bad(const wrong_campaign *work, const char *text, size_t length)
{
    write_file(work->state, text, length);
    tg_campaign_options options = work->options;
    options.nb_names = 0;
    options.state = NULL;
    options.resume = work->state;
    campaign_ran ran = run_campaign(&options);
    ck_assert_msg(tg_status_exit_code(ran.status) == 2, "status %d: %.*s", ran.status, 200, text);
    ck_assert_int_ne(ran.error.how[0], '\0');
    ck_assert_ptr_nonnull(strstr(ran.error.where, work->state));
    ck_assert_str_eq(ran.text, "");
    campaign_ran_clear(&ran);
    size_t left = 0;
    char *after = read_file(work->state, &left);
    ck_assert(left == length && memcmp(after, text, length) == 0);
    free(after);
}

START_TEST(campaign_state_refuses_bad_files)
{
    wrong_campaign work;
    make_two_traces(&work, kernel_two_bugs);
    work.options.max_events = 1000;
    campaign_ran ran = run_campaign(&work.options);
    campaign_ran_clear(&ran);
    size_t length = 0;
    char *text = read_file(work.state, &length);
    // Cut anywhere.
    for (size_t cut = 0; cut + 2 < length; cut += 97) check_bad(&work, text, cut);
    // Any one letter or digit another one: either no JSON, or not what was written.
    for (size_t at = 0; at < length; at += 31) {
        char *changed = malloc(length);
        ck_assert_ptr_nonnull(changed);
        memcpy(changed, text, length);
        // Space between values means nothing.
        while (at < length && (text[at] == ' ' || text[at] == '\n')) at++;
        if (at < length) {
            changed[at] = changed[at] == '9' ? '1' : '9';
            check_bad(&work, changed, length);
        }
        free(changed);
    }
    static const char *const foreign[] = {"",
                                          "{}",
                                          "[]",
                                          "{\"campaign\": 3}",
                                          "{\"campaign\": 2}",
                                          "{\"traces\": []}",
                                          "{\"version\": 1, \"trace\": \"Select.main\"}",
                                          "\x93NUMPY\x01",
                                          "nothing of the sort"};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        check_bad(&work, foreign[i], strlen(foreign[i]));
    free(text);
    tg_suite_remove_folder(work.folder);
}
END_TEST

START_TEST(campaign_state_refuses_another_campaign)
{
    wrong_campaign work;
    make_two_traces(&work, NULL);
    work.options.max_events = 500;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_OK);
    campaign_ran_clear(&ran);
    tg_campaign_options options = work.options;
    options.state = NULL;
    options.resume = work.state;
    options.max_events = 1000;
    const struct {
        const char *what;
        bool has_seed;
        const char *expected;
        const char *actual;
        size_t nb_names;
    } others[] = {{"another seed", true, NULL, NULL, 2},
                  {"another expected backend", false, "host", NULL, 2},
                  {"another actual backend", false, NULL, "cuda", 2},
                  {"another list of traces", false, NULL, NULL, 1}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        tg_campaign_options other = options;
        other.has_seed = others[i].has_seed;
        other.seed = 8;
        other.expected = others[i].expected;
        other.actual = others[i].actual;
        other.nb_names = others[i].nb_names;
        ran = run_campaign(&other);
        ck_assert_int_eq(ran.status, TG_ERR_USAGE);
        ck_assert_msg(strstr(ran.error.what, others[i].what) != NULL, "%s", ran.error.what);
        campaign_ran_clear(&ran);
    }
    // The same ones may be named.
    options.has_seed = true;
    options.seed = 7;
    options.expected = "reference";
    options.actual = "host";
    ran = run_campaign(&options);
    ck_assert_msg(ran.status == TG_OK, "%s", ran.error.what);
    ck_assert_uint_ne(ran.campaign.nb_resumed, 0);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* Another file to go on with than the one that is written. */
START_TEST(campaign_state_is_not_the_only_copy)
{
    wrong_campaign work;
    make_two_traces(&work, NULL);
    work.options.max_events = 300;
    campaign_ran ran = run_campaign(&work.options);
    const uint64_t nb_batches = ran.campaign.nb_batches;
    campaign_ran_clear(&ran);
    size_t lengths[2];
    char *before = read_file(work.state, &lengths[0]);
    char other[320];
    (void)snprintf(other, sizeof other, "%s/other.json", work.folder);
    tg_campaign_options options = work.options;
    options.resume = work.state;
    options.state = other;
    options.max_events = 1000;
    ran = run_campaign(&options);
    ck_assert_int_eq(ran.status, TG_OK);
    ck_assert_uint_gt(ran.campaign.nb_batches, nb_batches);
    campaign_ran_clear(&ran);
    char *after = read_file(work.state, &lengths[1]);
    ck_assert(lengths[0] == lengths[1] && memcmp(before, after, lengths[0]) == 0);
    free(after);
    free(before);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* The folder of cases becomes a file before anything is found. */
static bool take_the_folder(void *context)
{
    const wrong_campaign *work = context;
    if (rmdir(work->save) != 0) return false;
    FILE *file = fopen(work->save, "w");
    ck_assert(file != NULL && fclose(file) == 0);
    return false;
}

/* A finding whose case cannot be saved is kept all the same, and saved when the campaign goes on.
 */
START_TEST(campaign_state_saves_what_could_not_be_saved)
{
    wrong_campaign work;
    make_two_traces(&work, kernel_two_bugs);
    tg_campaign_options options = work.options;
    options.stops = take_the_folder;
    campaign_ran ran = run_campaign(&options);
    // What was found counts for more than what went wrong, which is told all the same.
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    ck_assert_int_eq(tg_status_exit_code(ran.error.status), 2);
    ck_assert_str_ne(ran.error.how, "");
    ck_assert_uint_eq(ran.campaign.nb_kept, 1);
    ck_assert_str_eq(ran.campaign.kept[0].folder, "");
    ck_assert_ptr_nonnull(strstr(ran.text, "its case could not be saved"));
    ck_assert(!ran.campaign.kept[0].is_done);
    const uint64_t batch = ran.campaign.kept[0].batch;
    campaign_ran_clear(&ran);
    ck_assert_int_eq(remove(work.save), 0);
    options = work.options;
    options.nb_names = 0;
    options.state = NULL;
    options.resume = work.state;
    ran = run_campaign(&options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    ck_assert_uint_eq(ran.campaign.nb_kept, 2);
    ck_assert_uint_eq(ran.campaign.kept[0].batch, batch);
    ck_assert_uint_gt(ran.campaign.kept[0].nb_batches, 1);
    for (size_t i = 0; i < ran.campaign.nb_kept; i++) {
        tg_case saved;
        tg_assert_ok(tg_case_load(&saved, ran.campaign.kept[i].folder, tg_suite_error));
        tg_case_clear(&saved);
    }
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* Names that a state file cannot hold, or would hold as others, are refused before anything runs.
 */
START_TEST(campaign_state_refuses_names_it_cannot_hold)
{
    static const char *const names[] = {"/cases-\xff", "/cases-\xc3", "/ca\nses", "/cases\x7f",
                                        "/cases\x1b[31m"};
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_off_by_one);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(work.save, sizeof work.save, "%s%s", work.folder, names[i]);
        campaign_ran ran = run_campaign(&work.options);
        ck_assert_int_eq(tg_status_exit_code(ran.status), 2);
        ck_assert_ptr_nonnull(strstr(ran.error.how, "--save"));
        ck_assert_ptr_nonnull(strstr(ran.error.where, "/ca"));
        ck_assert_str_eq(ran.text, "");
        ck_assert_int_ne(access(work.save, F_OK), 0);
        campaign_ran_clear(&ran);
    }
    // Letters of any language are none of these.
    (void)snprintf(work.save, sizeof work.save, "%s/f\xc3\xa4lle", work.folder);
    work.options.state = work.state;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    campaign_ran_clear(&ran);
    work.options.state = NULL;
    work.options.resume = work.state;
    ran = run_campaign(&work.options);
    ck_assert_msg(ran.status == TG_ERR_MISMATCH, "%s", ran.error.what);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* Evidence may quote anything; no control character of it comes to a terminal by way of a state. */
START_TEST(campaign_state_holds_no_control_characters)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_off_by_one);
    work.options.state = work.state;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_int_eq(ran.status, TG_ERR_MISMATCH);
    char *evidence = ran.campaign.kept[0].causes.list[0].evidence;
    (void)snprintf(evidence, TG_EVIDENCE_BYTES, "a\x1b[31m\n\xff \"quoted\"");
    tg_assert_ok(campaign_state_write(&ran.campaign, work.state, tg_suite_error));
    campaign_ran_clear(&ran);
    tg_campaign read = {.nb_batches = 0};
    tg_assert_ok(campaign_state_read(&read, work.state, tg_suite_error));
    ck_assert_str_eq(read.kept[0].causes.list[0].evidence, "a?[31m?? \"quoted\"");
    tg_campaign_clear(&read);
    // Nor of a file that was written by hand.
    size_t length = 0;
    char *text = read_file(work.state, &length);
    char *there = strstr(text, "a?[31m");
    ck_assert_ptr_nonnull(there);
    char *changed = calloc(1, length + 16);
    ck_assert_ptr_nonnull(changed);
    (void)snprintf(changed, length + 16, "%.*sa\\u001b%s", (int)(there - text), text, there + 2);
    write_file(work.state, changed, strlen(changed));
    tg_assert_ok(campaign_state_read(&read, work.state, tg_suite_error));
    ck_assert_str_eq(read.kept[0].causes.list[0].evidence, "a?[31m?? \"quoted\"");
    tg_campaign_clear(&read);
    free(changed);
    free(text);
    tg_suite_remove_folder(work.folder);
}
END_TEST

TG_SUITE("campaign_state", campaign_state_saves_what_could_not_be_saved,
         campaign_state_refuses_names_it_cannot_hold, campaign_state_holds_no_control_characters,
         campaign_state_resumed_equals_uninterrupted, campaign_state_refuses_bad_files,
         campaign_state_refuses_another_campaign, campaign_state_is_not_the_only_copy)
