/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A device that is there: memory, checks, launches, faults. Exits 3 where there is no device:
 * nothing here can be tested then, and test_device.c has the rest. What a device makes is in
 * test_device_runs_here.c. */
#include "device_here.h"
#include "harness/backend.h"
#include "sample.h"

#include <stdlib.h>

/* cudaErrorIllegalAddress (CUDA Runtime API, enum cudaError). */
#define CUDA_ILLEGAL_ADDRESS 700

START_TEST(device_says_what_it_is)
{
    tg_device *device = open_device();
    const tg_device_info *info = tg_device_get_info(device);
    ck_assert_str_ne(info->name, "");
    ck_assert_int_ge(info->capability_major, 7);
    ck_assert_int_ge(info->nb_multiprocessors, 1);
    ck_assert_uint_gt(info->memory_bytes, (size_t)1 << 30);
    ck_assert_uint_gt(info->l2_bytes, 0);
    ck_assert_int_ge(info->driver_version, 12000);
    ck_assert_int_ge(info->runtime_version, 12000);
    tg_device_close(device);
}
END_TEST

START_TEST(device_choice_beyond_the_last_is_unavailable)
{
    tg_device *device = NULL;
    ck_assert_int_eq(setenv("TG_CUDA_DEVICE", "99", 1), 0);
    tg_assert_fails(TG_ERR_UNAVAILABLE, "99", tg_device_open(&device, tg_suite_error));
    ck_assert_int_eq(setenv("TG_CUDA_DEVICE", "0", 1), 0);
    device = open_device();
    ck_assert_int_eq(tg_device_get_info(device)->index, 0);
    tg_device_close(device);
}
END_TEST

START_TEST(device_buffers_are_used_again)
{
    tg_device *device = open_device();
    uint32_t *d_first = take_words(device, 1000);
    uint32_t *d_second = take_words(device, 1000);
    ck_assert_ptr_ne(d_first, d_second);
    ck_assert_uint_eq((uintptr_t)d_first % 256, 0);
    tg_device_give(device, d_first);
    ck_assert_ptr_eq(take_words(device, 900), d_first);
    // A buffer of more than twice the size would be wasted on it.
    tg_device_give(device, d_second);
    ck_assert_ptr_ne(take_words(device, 10), d_second);
    tg_device_give(device, NULL);
    tg_device_close(device);
}
END_TEST

START_TEST(device_buffers_have_a_limit)
{
    tg_device *device = open_device();
    uint32_t *d_last = NULL;
    for (size_t i = 0; i < TG_DEVICE_MAX_BUFFERS; i++) {
        d_last = take_words(device, 1);
    }
    void *d_more = NULL;
    tg_assert_fails(TG_ERR_SIZE, "32", tg_device_take(device, &d_more, 1, tg_suite_error));
    // A free slot of the wrong size makes room for another.
    tg_device_give(device, d_last);
    take_words(device, (size_t)32 << 20);
    tg_device_close(device);
}
END_TEST

START_TEST(device_memory_that_is_not_there_is_named)
{
    tg_device *device = open_device();
    const size_t too_much = tg_device_get_info(device)->memory_bytes + ((size_t)2 << 20);
    void *d_buffer = &device;
    tg_assert_fails(TG_ERR_MEMORY, "bytes free",
                    tg_device_take(device, &d_buffer, too_much, tg_suite_error));
    ck_assert_ptr_null(d_buffer);
    tg_assert_fails(TG_ERR_MEMORY, "no memory for",
                    tg_device_take(device, &d_buffer, SIZE_MAX, tg_suite_error));
    // The failure must not show up behind later calls.
    uint32_t *d_words = take_words(device, 10);
    tg_assert_ok(tg_device_fill(device, d_words, 10, 1, tg_suite_error));
    tg_assert_ok(tg_device_wait(device, tg_suite_error));
    tg_device_close(device);
}
END_TEST

START_TEST(device_copies_carry_every_byte)
{
    static const size_t sizes[] = {0, 1, 3, 4, 255, 4097, 1000003};
    tg_device *device = open_device();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint32_t *sent = sample_cells(sizes[i], i);
        unsigned char *received = calloc(sizes[i] + 1, 1);
        void *d_from = NULL;
        void *d_to = NULL;
        tg_assert_ok(tg_device_take(device, &d_from, sizes[i], tg_suite_error));
        tg_assert_ok(tg_device_take(device, &d_to, sizes[i], tg_suite_error));
        tg_assert_ok(tg_device_clear(device, d_to, sizes[i], tg_suite_error));
        tg_assert_ok(tg_device_upload(device, d_from, sent, sizes[i], tg_suite_error));
        tg_assert_ok(tg_device_copy(device, d_to, d_from, sizes[i], tg_suite_error));
        tg_assert_ok(tg_device_download(device, received, d_to, sizes[i], tg_suite_error));
        ck_assert_mem_eq(sent, received, sizes[i]);
        ck_assert_uint_eq(received[sizes[i]], 0);
        tg_device_give(device, d_from);
        tg_device_give(device, d_to);
        free(sent);
        free(received);
    }
    tg_device_close(device);
}
END_TEST

static void check_tally(const tg_device_tally *tally, uint64_t nb, uint64_t first, uint64_t last)
{
    ck_assert_uint_eq(tally->nb, nb);
    ck_assert_uint_eq(tally->first, first);
    ck_assert_uint_eq(tally->last, last);
}

START_TEST(device_finds_words_that_are_unlike)
{
    static const size_t sizes[] = {1, 2, 31, 32, 33, 255, 256, 257, 5000003};
    tg_device *device = open_device();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const size_t nb = sizes[i];
        uint32_t *d_words = take_words(device, nb);
        tg_device_tally found = {9, 9, 9};
        tg_assert_ok(tg_device_fill(device, d_words, nb, 0xa5a5a5a5, tg_suite_error));
        tg_assert_ok(
            tg_device_find_unlike(device, &found, d_words, nb, 0xa5a5a5a5, tg_suite_error));
        check_tally(&found, 0, 0, 0);
        tg_assert_ok(
            tg_device_find_unlike(device, &found, d_words, nb, 0xa5a5a5a4, tg_suite_error));
        check_tally(&found, nb, 0, nb - 1);
        const uint32_t other = 0xa5a5a4a5;
        tg_assert_ok(
            tg_device_upload(device, d_words + nb / 2, &other, sizeof other, tg_suite_error));
        tg_assert_ok(
            tg_device_upload(device, d_words + nb - 1, &other, sizeof other, tg_suite_error));
        tg_assert_ok(
            tg_device_find_unlike(device, &found, d_words, nb, 0xa5a5a5a5, tg_suite_error));
        check_tally(&found, nb / 2 == nb - 1 ? 1 : 2, nb / 2, nb - 1);
        tg_device_give(device, d_words);
    }
    tg_device_tally found = {9, 9, 9};
    tg_assert_ok(
        tg_device_find_unlike(device, &found, take_words(device, 1), 0, 0, tg_suite_error));
    check_tally(&found, 0, 0, 0);
    tg_device_close(device);
}
END_TEST

START_TEST(device_finds_bytes_that_changed)
{
    tg_device *device = open_device();
    const size_t len_bytes = 100003;
    unsigned char *bytes = calloc(len_bytes, 1);
    uint32_t *d_first = take_words(device, len_bytes);
    uint32_t *d_second = take_words(device, len_bytes);
    tg_device_tally changed = {9, 9, 9};
    tg_assert_ok(tg_device_upload(device, d_first, bytes, len_bytes, tg_suite_error));
    tg_assert_ok(tg_device_upload(device, d_second, bytes, len_bytes, tg_suite_error));
    tg_assert_ok(
        tg_device_compare_bytes(device, &changed, d_first, d_second, len_bytes, tg_suite_error));
    check_tally(&changed, 0, 0, 0);
    bytes[17] = bytes[70001] = bytes[len_bytes - 1] = 1;
    tg_assert_ok(tg_device_upload(device, d_second, bytes, len_bytes, tg_suite_error));
    tg_assert_ok(
        tg_device_compare_bytes(device, &changed, d_first, d_second, len_bytes, tg_suite_error));
    check_tally(&changed, 3, 17, len_bytes - 1);
    free(bytes);
    tg_device_close(device);
}
END_TEST

START_TEST(device_tells_unwritten_cells_from_unstable_ones)
{
    tg_device *device = open_device();
    const size_t nb = 10007;
    uint32_t *first = sample_cells(nb, 1);
    uint32_t *second = sample_cells(nb, 1);
    uint32_t *d_first = take_words(device, nb);
    uint32_t *d_second = take_words(device, nb);
    tg_device_tally unwritten = {9, 9, 9};
    tg_device_tally unstable = {9, 9, 9};
    first[5] = first[nb - 1] = TG_POISON_FIRST;
    second[5] = second[nb - 1] = TG_POISON_SECOND;
    second[1] ^= 1;
    second[600] = TG_POISON_SECOND;
    first[700] = second[700] = TG_POISON_FIRST;
    tg_assert_ok(tg_device_upload(device, d_first, first, nb * sizeof *first, tg_suite_error));
    tg_assert_ok(tg_device_upload(device, d_second, second, nb * sizeof *second, tg_suite_error));
    tg_assert_ok(tg_device_compare_runs(device, &unwritten, &unstable, d_first, d_second, nb,
                                        TG_POISON_FIRST, TG_POISON_SECOND, tg_suite_error));
    check_tally(&unwritten, 2, 5, nb - 1);
    check_tally(&unstable, 2, 1, 600);
    free(first);
    free(second);
    tg_device_close(device);
}
END_TEST

START_TEST(device_refuses_a_block_that_it_does_not_have)
{
    tg_device *device = open_device();
    uint32_t *d_cells = take_words(device, 1000);
    const tg_launch shape = {.grid = 1, .block = 1025};
    tg_assert_fails(TG_ERR_SIZE, "1025",
                    tg_device_run(device, tg_plan_at(0), &shape, &(tg_product){.cells = d_cells},
                                  &(tg_request){.trace = &(tg_trace){.name = "Any.main"},
                                                .height = 32,
                                                .events = NULL,
                                                .nb_events = 0},
                                  tg_suite_error));
    tg_assert_ok(tg_device_run(device, tg_plan_at(0), NULL, &(tg_product){.cells = d_cells},
                               &(tg_request){.trace = &(tg_trace){.name = "Any.main"},
                                             .height = 32,
                                             .events = NULL,
                                             .nb_events = 0},
                               tg_suite_error));
    tg_assert_ok(tg_device_run(device, tg_plan_at(0), NULL, &(tg_product){.cells = NULL},
                               &(tg_request){.trace = &(tg_trace){.name = "Any.main"},
                                             .height = 0,
                                             .events = NULL,
                                             .nb_events = 0},
                               tg_suite_error));
    tg_assert_ok(tg_device_wait(device, tg_suite_error));
    tg_device_close(device);
}
END_TEST

START_TEST(device_names_the_kernel_that_faults)
{
    tg_device *device = open_device();
    const size_t index = index_of("Select.main");
    uint32_t *d_nowhere = (uint32_t *)(uintptr_t)256;
    tg_error error = {0};
    tg_status status =
        tg_device_run(device, tg_plan_at(index), NULL, &(tg_product){.cells = d_nowhere},
                      &(tg_request){.trace = &(tg_trace){.name = "Select.main"},
                                    .height = 32,
                                    .events = NULL,
                                    .nb_events = 0},
                      &error);
    if (status == TG_OK) status = tg_device_wait(device, &error);
    ck_assert_int_eq(status, TG_ERR_KERNEL);
    ck_assert_int_eq(error.status, TG_ERR_KERNEL);
    ck_assert_int_eq(error.cuda_code, CUDA_ILLEGAL_ADDRESS);
    ck_assert_ptr_nonnull(strstr(error.what, "Select.main"));
    ck_assert_ptr_nonnull(strstr(error.what, "cudaErrorIllegalAddress"));
    ck_assert_str_ne(error.how, "");
    // The context is lost, which later calls say without calling CUDA.
    void *d_buffer = NULL;
    tg_assert_fails(TG_ERR_DEVICE, "cudaErrorIllegalAddress",
                    tg_device_take(device, &d_buffer, 1, tg_suite_error));
    tg_assert_fails(TG_ERR_DEVICE, "lost", tg_device_wait(device, tg_suite_error));
    tg_device_close(device);
}
END_TEST

/* In verify builds each step is waited for, so that the one at fault is known. */
START_TEST(device_names_the_trace_whose_step_faults)
{
    size_t index = 0;
    while (index < tg_nb_traces() && tg_plan_at(index)->nb_steps == 1) index++;
    ck_assert_uint_lt(index, tg_nb_traces());
    tg_device *device = open_device();
    tg_request request = sample_request(index, 100, 0);
    tg_error error = {0};
    made of;
    made_init(&of, device, &request);
    of.d_out.cells = (uint32_t *)(uintptr_t)256;
    tg_status status =
        tg_device_run(device, tg_plan_at(index), NULL, &of.d_out, &of.request, &error);
    if (status == TG_OK) status = tg_device_check_events(device, &of.request, &error);
    ck_assert_int_eq(status, TG_ERR_KERNEL);
    ck_assert_ptr_nonnull(strstr(error.what, tg_trace_at(index)->name));
    ck_assert_ptr_nonnull(strstr(error.what, "step "));
    free((void *)(uintptr_t)request.events);
    tg_device_close(device);
}
END_TEST

/* Ask for a block that no device has. */
static tg_status run_refused(tg_device *device, tg_error *error)
{
    const tg_launch shape = {.grid = 1, .block = 1025};
    return tg_device_run(device, tg_plan_at(0), &shape,
                         &(tg_product){.cells = (uint32_t *)(uintptr_t)256},
                         &(tg_request){.trace = &(tg_trace){.name = "Refused.main"},
                                       .height = 32,
                                       .events = NULL,
                                       .nb_events = 0},
                         error);
}

START_TEST(device_blames_no_trace_whose_launch_was_refused)
{
    tg_device *device = open_device();
    tg_error error = {0};
    ck_assert_int_eq(run_refused(device, &error), TG_ERR_SIZE);
    // A fault of one of the device's own kernels.
    tg_status status = tg_device_fill(device, (uint32_t *)(uintptr_t)256, 32, 1, &error);
    if (status == TG_OK) status = tg_device_wait(device, &error);
    ck_assert_int_eq(status, TG_ERR_DEVICE);
    ck_assert_int_eq(error.cuda_code, CUDA_ILLEGAL_ADDRESS);
    ck_assert_ptr_null(strstr(error.what, "Refused.main"));
    tg_device_close(device);
}
END_TEST

START_TEST(device_blames_the_trace_before_the_refused_one)
{
    tg_device *device = open_device();
    tg_error error = {0};
    tg_status status = tg_device_run(device, tg_plan_at(index_of("Select.main")), NULL,
                                     &(tg_product){.cells = (uint32_t *)(uintptr_t)256},
                                     &(tg_request){.trace = &(tg_trace){.name = "Select.main"},
                                                   .height = 32,
                                                   .events = NULL,
                                                   .nb_events = 0},
                                     &error);
    // The refused launch may be what tells of the fault, or be too early for it.
    if (status == TG_OK) status = run_refused(device, &error);
    if (status == TG_ERR_SIZE) status = tg_device_wait(device, &error);
    ck_assert_int_eq(status, TG_ERR_KERNEL);
    ck_assert_ptr_nonnull(strstr(error.what, "Select.main"));
    tg_device_close(device);
}
END_TEST

static tg_status copy_once(void *arguments, size_t repeat, tg_error *error)
{
    void *const *of = arguments;
    (void)repeat;
    return tg_device_copy(of[0], of[1], of[2], *(size_t *)of[3], error);
}

START_TEST(device_measures_more_time_for_more_work)
{
    tg_device *device = open_device();
    const size_t most = (size_t)512 << 20;
    size_t len_bytes = (size_t)64 << 20;
    void *of[] = {device, take_words(device, most / 4), take_words(device, most / 4), &len_bytes};
    double little = 0;
    double much = 0;
    tg_assert_ok(tg_device_measure(device, &little, 20, copy_once, of, tg_suite_error));
    len_bytes = most;
    tg_assert_ok(tg_device_measure(device, &much, 20, copy_once, of, tg_suite_error));
    ck_assert_double_gt(little, 0);
    ck_assert_double_gt(much, 2 * little);
    tg_assert_fails(TG_ERR_USAGE, "repeats",
                    tg_device_measure(device, &much, 0, copy_once, of, tg_suite_error));
    tg_assert_fails(
        TG_ERR_USAGE, "repeats",
        tg_device_measure(device, &much, TG_DEVICE_MAX_REPEATS + 1, copy_once, of, tg_suite_error));
    tg_device_close(device);
}
END_TEST

int main(void)
{
    const TTest *const cases[] = {
        device_says_what_it_is,
        device_choice_beyond_the_last_is_unavailable,
        device_buffers_are_used_again,
        device_buffers_have_a_limit,
        device_memory_that_is_not_there_is_named,
        device_copies_carry_every_byte,
        device_finds_words_that_are_unlike,
        device_finds_bytes_that_changed,
        device_tells_unwritten_cells_from_unstable_ones,
        device_refuses_a_block_that_it_does_not_have,
        device_names_the_kernel_that_faults,
        device_names_the_trace_whose_step_faults,
        device_blames_no_trace_whose_launch_was_refused,
        device_blames_the_trace_before_the_refused_one,
        device_measures_more_time_for_more_work,
    };
    // CTest shows 3 as skipped.
    if (!has_device()) return 3;
    return tg_suite_run("device_here", cases, sizeof cases / sizeof cases[0]);
}
