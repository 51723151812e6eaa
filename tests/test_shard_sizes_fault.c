/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Sizes of a shard without memory, with failing input: each nth call fails once. */
#include "cli/shard_sizes.h"
#include "fault.h"
#include "suite.h"

/* Check a shard's sizes with the nth call failing, for every n; all must end in an error of the
 * kind, or in what is found without failures. */
static void assert_faults(tg_fault_kind kind, const tg_shard *shard, tg_status right)
{
    long nth = 1;
    for (bool goes_on = true; goes_on; nth++) {
        tg_error error = {.status = TG_OK};
        tg_fault_arm(kind, nth);
        const tg_status status = tg_shard_check_sizes(shard, &error);
        goes_on = tg_fault_disarm();
        if (!goes_on) {
            ck_assert_msg(status == right, "%s", error.what);
        } else if (status != right) {
            ck_assert_int_eq(status, kind == TG_FAULT_MEMORY ? TG_ERR_MEMORY : TG_ERR_IO);
        } else {
            // Closing a file that was only read may fail unseen.
            ck_assert_int_eq(kind, TG_FAULT_IO);
        }
        if (status != TG_OK) ck_assert(error.what[0] != '\0' && error.how[0] != '\0');
    }
    ck_assert_int_gt(nth, 10);
}

/* By machine, record, rows and words. */
static void assert_shard(const char *machine, const char *record, unsigned max_log_rows,
                         size_t capacity, tg_status right)
{
    char path[512];
    tg_shard shard;
    const tg_shard_values values = {.machine = machine, .device = "host"};
    (void)snprintf(path, sizeof path, "%s/corpus/records/%s", TG_SOURCE_DIR, record);
    tg_assert_ok(tg_shard_read(&shard, &values, path, tg_suite_error));
    shard.max_log_rows = max_log_rows;
    shard.capacity = capacity;
    assert_faults(TG_FAULT_MEMORY, &shard, right);
    assert_faults(TG_FAULT_IO, &shard, right);
    tg_shard_close(&shard);
}

START_TEST(shard_sizes_fault_of_a_recursion_machine)
{
    assert_shard("shrink", "shrink", 10, 524288, TG_OK);
    assert_shard("shrink", "shrink", 10, 524287, TG_ERR_SIZE);
    assert_shard("shrink", "shrink", 9, 1, TG_ERR_HEIGHT);
}
END_TEST

START_TEST(shard_sizes_fault_of_a_shard)
{
    assert_shard("riscv", "riscv/keccak-1", 22, 0, TG_OK);
    assert_shard("riscv", "riscv/keccak-1", 15, 0, TG_ERR_HEIGHT);
}
END_TEST

TG_SUITE("shard_sizes_fault", shard_sizes_fault_of_a_recursion_machine,
         shard_sizes_fault_of_a_shard)
