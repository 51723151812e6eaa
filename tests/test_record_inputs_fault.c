/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Inputs from a record without memory, with failing input: each nth call fails once. */
#include "fault.h"
#include "pipeline/record_inputs.h"
#include "record_made.h"

static void assert_faults(tg_fault_kind kind, const char *machine_id, const char *name)
{
    const tg_machine *machine = machine_named(machine_id);
    tg_record record;
    record_from_corpus(&record, name);
    long nth = 1;
    for (;; nth++) {
        tg_inputs *inputs = NULL;
        tg_error error = {0};
        tg_fault_arm(kind, nth);
        const tg_status status =
            tg_inputs_from_record(&inputs, machine, TG_KIND_main, &record, &error);
        const bool has_failed = tg_fault_disarm();
        if (!has_failed) {
            ck_assert_int_eq(status, TG_OK);
            inputs->destroy(inputs);
            break;
        }
        // Closing a file that was only read may fail unseen.
        if (status == TG_OK) {
            ck_assert_int_eq(kind, TG_FAULT_IO);
            inputs->destroy(inputs);
            continue;
        }
        ck_assert_int_eq(status, kind == TG_FAULT_MEMORY ? TG_ERR_MEMORY : TG_ERR_IO);
        ck_assert(error.what[0] != '\0' && error.how[0] != '\0');
        ck_assert_ptr_null(inputs);
    }
    ck_assert_int_gt(nth, 10);
    tg_record_clear(&record);
}

START_TEST(record_inputs_fault_of_a_recursion_machine)
{
    assert_faults(TG_FAULT_MEMORY, "compress", "executed/compress");
    assert_faults(TG_FAULT_IO, "compress", "executed/compress");
}
END_TEST

START_TEST(record_inputs_fault_of_a_shard)
{
    assert_faults(TG_FAULT_MEMORY, "riscv", "riscv/keccak-2");
    assert_faults(TG_FAULT_IO, "riscv", "riscv/keccak-2");
}
END_TEST

TG_SUITE("record_inputs_fault", record_inputs_fault_of_a_recursion_machine,
         record_inputs_fault_of_a_shard)
