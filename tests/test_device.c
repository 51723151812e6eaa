/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Devices that are not there, and choices that are wrong. What a device does is in
 * test_device_here.c, which needs one. */
#include "gpu/device.h"
#include "harness/backend.h"
#include "suite.h"

#include <stdlib.h>

/* CUDA looks at the variable once in a process; Check runs every case in a process of its own. */
static void hide_devices(void) { ck_assert_int_eq(setenv("CUDA_VISIBLE_DEVICES", "-1", 1), 0); }

/* What tells the user how to get one: the script where CUDA isn't built in, a machine with a GPU
 * where it is. */
static const char *mending_text(void) { return tg_device_is_built() ? "NVIDIA GPU" : "./dev cuda"; }

START_TEST(device_that_is_not_there_is_unavailable)
{
    hide_devices();
    tg_device *device = (tg_device *)&device;
    tg_assert_fails(TG_ERR_UNAVAILABLE, mending_text(), tg_device_open(&device, tg_suite_error));
    ck_assert_ptr_null(device);
}
END_TEST

START_TEST(device_that_is_not_there_names_the_cuda_error)
{
    hide_devices();
    tg_device *device = NULL;
    tg_error error = {0};
    ck_assert_int_eq(tg_device_open(&device, &error), TG_ERR_UNAVAILABLE);
    ck_assert_int_eq(error.cuda_code != 0, tg_device_is_built());
    ck_assert_int_eq(tg_status_exit_code(error.status), 3);
}
END_TEST

START_TEST(device_errors_need_no_place_to_be_put)
{
    hide_devices();
    tg_device *device = NULL;
    ck_assert_int_eq(tg_device_open(&device, NULL), TG_ERR_UNAVAILABLE);
}
END_TEST

START_TEST(device_choice_must_be_a_number)
{
    static const char *const choices[] = {"first", "-1", "1x", "99999999999999999999"};
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        tg_device *device = NULL;
        ck_assert_int_eq(setenv("TG_CUDA_DEVICE", choices[i], 1), 0);
        const tg_status expected = tg_device_is_built() ? TG_ERR_USAGE : TG_ERR_UNAVAILABLE;
        tg_assert_fails(expected, tg_device_is_built() ? choices[i] : "./dev cuda",
                        tg_device_open(&device, tg_suite_error));
        ck_assert_ptr_null(device);
    }
}
END_TEST

START_TEST(device_close_takes_null) { tg_device_close(NULL); }
END_TEST

START_TEST(device_that_is_not_there_leaves_the_backend_closed)
{
    hide_devices();
    const tg_backend_ops *ops = NULL;
    tg_backend backend;
    tg_assert_ok(tg_backend_find(&ops, "cuda", tg_suite_error));
    tg_assert_fails(TG_ERR_UNAVAILABLE, mending_text(),
                    tg_backend_open(&backend, ops, tg_suite_error));
    ck_assert_ptr_null(backend.ops);
    tg_backend_close(&backend);
}
END_TEST

TG_SUITE("device", device_that_is_not_there_is_unavailable,
         device_that_is_not_there_names_the_cuda_error, device_errors_need_no_place_to_be_put,
         device_choice_must_be_a_number, device_close_takes_null,
         device_that_is_not_there_leaves_the_backend_closed)
