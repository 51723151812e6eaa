/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Recorded side outputs and files of lookups with failing calls: each nth call fails once. */
#include "fault.h"
#include "files/lookups.h"
#include "files/record.h"
#include "sample.h"
#include "test_files.h"

#include <unistd.h>

#define RECORD TG_CORPUS "/counts/65"

/* One call under test. It asserts nothing, since Check's assertions write and take memory
 * themselves. */
typedef tg_status action(tg_error *error);

static tg_record record;
static const tg_record_trace *entry;
static const tg_trace *trace;
static tg_product out;
static uint32_t *counters;
static char path[300];

/* Act with each nth call failing; the number of calls. A failing fclose of what was read loses
 * nothing: at most nb_harmless of them. */
static long act_with_faults(tg_fault_kind kind, action *act, long nb_harmless)
{
    long nb_unnoticed = 0;
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        tg_fault_arm(kind, nth);
        const tg_status status = act(&error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            ck_assert_int_le(nb_unnoticed, nb_harmless);
            return nth - 1;
        }
        nb_unnoticed += status == TG_OK;
        if (status == TG_OK) continue;
        ck_assert_int_eq(status, kind == TG_FAULT_MEMORY ? TG_ERR_MEMORY : TG_ERR_IO);
        ck_assert(error.what[0] != '\0' && error.how[0] != '\0');
    }
}

static tg_status read_sides(tg_error *error)
{
    bool is_there[TG_MAX_SIDES];
    const tg_status status = tg_record_read_sides(&out, is_there, &record, entry, trace, error);
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        if (!is_there[i]) return TG_ERR_MISMATCH; // nothing may get lost
    }
    return status;
}

static tg_status write_lookups(tg_error *error) { return tg_lookups_write(path, counters, error); }

START_TEST(record_sides_fault_read)
{
    trace = sample_trace("Global.main");
    tg_assert_ok(tg_record_open(&record, RECORD, tg_suite_error));
    entry = tg_record_find(&record, trace->name);
    ck_assert_ptr_nonnull(entry);
    tg_assert_ok(tg_product_create(&out, trace, 0, tg_suite_error));
    // Words of two outputs; rows and a tile of the third.
    ck_assert_int_ge(act_with_faults(TG_FAULT_MEMORY, read_sides, 0), 4);
    ck_assert_int_ge(act_with_faults(TG_FAULT_IO, read_sides, 1), 5);
    tg_product_destroy(&out);
    tg_record_clear(&record);
}
END_TEST

START_TEST(record_sides_fault_write)
{
    char folder[256];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/lookups.npy", folder);
    counters = calloc(TG_NB_BYTE_LOOKUPS, sizeof *counters);
    ck_assert_ptr_nonnull(counters);
    counters[TG_BYTE_LOOKUP(TG_BYTE_OP_U8_RANGE, 0, 17)] = 5;
    ck_assert_int_ge(act_with_faults(TG_FAULT_MEMORY, write_lookups, 0), 3);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_ge(act_with_faults(TG_FAULT_IO, write_lookups, 3), 5);
    ck_assert_uint_eq(nb_entries(folder), 1);
    free(counters);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("record_sides_fault", record_sides_fault_read, record_sides_fault_write)
