/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Campaigns on a device that is there: the comparison on the device says what one on the host says.
 * Exits 3 where there is no device. */
#include "campaign_wrong.h"
#include "device_here.h"
#include "harness/backend_cuda_internal.h"

/* Whether the device's trace of some events is the expected one. */
static bool matches(tg_backend *cuda, const tg_job *job, const tg_product *expected)
{
    bool is_match = false;
    tg_assert_ok(cuda->ops->matches(cuda->state, &is_match, job, expected, tg_suite_error));
    return is_match;
}

START_TEST(campaign_device_comparison_sees_each_word)
{
    tg_backend cuda;
    tg_assert_ok(tg_backend_open(&cuda, &tg_backend_cuda, tg_suite_error));
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const tg_subject subject = tg_subject_at(index);
        const tg_trace *trace = subject.trace;
        tg_campaign_batch batch;
        tg_campaign_batch_draw(&batch, &subject, 1, 2, false);
        tg_request request = sample_request(index, 100, 0);
        tg_product expected;
        tg_assert_ok(tg_product_create(&expected, trace, request.height, tg_suite_error));
        if (trace->event != NULL)
            tg_assert_ok(tg_generator_draw((void *)(uintptr_t)request.events, &subject,
                                           &batch.stream, 0, 100, tg_suite_error));
        tg_assert_ok(tg_ref_make(&expected, subject.reference, &request, tg_suite_error));
        const tg_job job = {.subject = &subject,
                            .events = request.events,
                            .nb_events = request.nb_events,
                            .height = request.height};
        ck_assert_msg(matches(&cuda, &job, &expected), "%s", trace->name);
        const size_t nb_cells = request.height * tg_trace_width(trace);
        const size_t places[] = {0, nb_cells / 2, nb_cells - 1};
        for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
            expected.cells[places[i]] ^= 1;
            ck_assert_msg(!matches(&cuda, &job, &expected), "%s", trace->name);
            expected.cells[places[i]] ^= 1;
        }
        for (size_t i = 0; i < trace->nb_sides; i++) {
            uint32_t *last = &expected.sides[i][tg_side_nb_words(&trace->sides[i]) - 1];
            *last ^= 1;
            ck_assert_msg(!matches(&cuda, &job, &expected), "%s", trace->name);
            *last ^= 1;
        }
        ck_assert_msg(matches(&cuda, &job, &expected), "%s", trace->name);
        tg_product_destroy(&expected);
        free((void *)(uintptr_t)request.events);
    }
    tg_backend_close(&cuda);
}
END_TEST

/* Every trace, several batches each, with shapes. */
START_TEST(campaign_device_matches_the_reference)
{
    wrong_campaign work;
    wrong_campaign_init(&work, NULL);
    work.options.nb_names = 0;
    work.options.actual = "cuda";
    work.options.max_events = 0;
    work.stop_after = 6 * tg_nb_traces();
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_msg(ran.status == TG_OK, "%s\n%s", ran.error.what, ran.text);
    ck_assert_uint_ge(ran.campaign.nb_batches, 5 * tg_nb_traces());
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

/* The device as the trusted side, used by the thread that makes batches ahead, against the host. */
START_TEST(campaign_device_as_the_trusted_side)
{
    wrong_campaign work;
    wrong_campaign_init(&work, kernel_rarely_wrong);
    work.options.expected = "cuda";
    work.options.max_events = 0;
    campaign_ran ran = run_campaign(&work.options);
    ck_assert_msg(ran.status == TG_ERR_MISMATCH, "%s\n%s", ran.error.what, ran.text);
    ck_assert_int_eq(ran.campaign.kept[0].key.part, TG_PART_EVENTFUL);
    ck_assert_uint_eq(ran.campaign.kept[0].key.column, 3);
    ck_assert_uint_eq(ran.campaign.kept[0].nb_events, 1);
    campaign_ran_clear(&ran);
    tg_suite_remove_folder(work.folder);
}
END_TEST

int main(void)
{
    const TTest *const cases[] = {
        campaign_device_comparison_sees_each_word,
        campaign_device_matches_the_reference,
        campaign_device_as_the_trusted_side,
    };
    // CTest shows 3 as skipped.
    if (!has_device()) return 3;
    return tg_suite_run("campaign_device_here", cases, sizeof cases / sizeof cases[0]);
}
