/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A user's kernel on the host grid while memory fails: a clean error each time, and dynamic shared
 * memory that no launch gives is never a null pointer. */
#include "fault.h"
#include "kernels/host_user.h"
#include "modules/host_build.h"
#include "suite.h"
#include "test_files.h"

#include <string.h>

#define SOURCE TG_SOURCE_DIR "/tests/user/port/own_words.cu"

START_TEST(host_user_fault_no_addresses_for_shared_memory)
{
    static const char *const includes[] = {TG_SOURCE_DIR};
    static const char *const kernel = "where";
    const tg_build_options options = {.nb_includes = 1, .includes = includes};
    const tg_host_build build = {.source = SOURCE,
                                 .nb_kernels = 1,
                                 .kernels = &kernel,
                                 .options = &options};
    const tg_host_launch launch = {.grid = 1, .block = 32};
    char folder[256];
    char path[TG_PATH_BYTES];
    char log[TG_PATH_BYTES];
    tg_host_user *user = NULL;
    const tg_user_entry *entry = NULL;
    uint32_t where[2];
    uint32_t *out = where;
    uint32_t nb = 2;
    void *values[] = {&out, &nb};
    bool is_refused = false;
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
    tg_assert_ok(tg_host_build_run(path, log, &build, tg_suite_error));
    tg_assert_ok(tg_host_user_open(&user, path, tg_suite_error));
    tg_assert_ok(tg_host_user_find(&entry, user, kernel, tg_suite_error));
    // Behind the calls of the grid comes the one for the addresses, which is made once.
    for (long nth = 1; !is_refused; nth++) {
        tg_error error = {.status = TG_OK};
        memset(where, 0, sizeof where);
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_host_user_run(user, entry, &launch, values, &error);
        ck_assert_msg(tg_fault_disarm(), "no call failed for want of addresses");
        is_refused = status == TG_ERR_KERNEL;
        ck_assert(is_refused || status == TG_ERR_MEMORY);
        if (is_refused) ck_assert_ptr_nonnull(strstr(error.what, "no addresses are left"));
        ck_assert_str_ne(error.how, "");
        ck_assert_uint_eq(where[0] | where[1], 0);
    }
    tg_host_user_close(user);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("host_user_fault", host_user_fault_no_addresses_for_shared_memory)
