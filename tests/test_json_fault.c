/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON without memory. Strings whose closing quote comes just where the parser's buffer grows
 * are those that a parser which ignores a failed growth reads past. */
#include "fault.h"
#include "files/json.h"
#include "test_files.h"

/* Open with each nth call failing; the number of calls. */
static long open_with_faults(tg_fault_kind kind, const char *path)
{
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        tg_json json;
        tg_fault_arm(kind, nth);
        const tg_status status = tg_json_open(&json, path, &error);
        const bool has_failed = tg_fault_disarm();
        if (!has_failed) {
            ck_assert_int_eq(status, TG_OK);
            tg_json_close(&json);
            return nth - 1;
        }
        if (status == TG_OK) {
            // The one call that may fail without loss is the fclose of what was read: the last.
            ck_assert_int_eq(kind, TG_FAULT_IO);
            tg_json_close(&json);
            continue;
        }
        ck_assert_int_eq(status, kind == TG_FAULT_MEMORY ? TG_ERR_MEMORY : TG_ERR_IO);
        ck_assert(error.what[0] != '\0' && error.how[0] != '\0' &&
                  strstr(error.where, path) != NULL);
    }
}

START_TEST(json_fault_ends_in_an_error)
{
    char folder[256];
    char path[512];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/x.json", folder);
    // Each string longer than the one before, so that every size of the parser's buffer is met at
    // every byte of a string.
    const size_t max_bytes = (size_t)1 << 20;
    char *text = malloc(max_bytes);
    ck_assert_ptr_nonnull(text);
    int used = snprintf(text, max_bytes, "{\"\": 0");
    for (int length = 13; length < 300; length++) {
        used += snprintf(text + used, max_bytes - (size_t)used, ", \"%0*d\": \"%0*d\"", length,
                         length, length, length);
    }
    used += snprintf(text + used, max_bytes - (size_t)used, ", \"long\": \"%050000d\"}", 1);
    ck_assert_uint_lt((size_t)used, max_bytes);
    write_file(path, text, (size_t)used);
    // Text of the file, buffer of the stream, and one call for each 16 KiB or more of values.
    ck_assert_int_ge(open_with_faults(TG_FAULT_MEMORY, path), 10);
    ck_assert_int_ge(open_with_faults(TG_FAULT_IO, path), 5);
    free(text);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("json_fault", json_fault_ends_in_an_error)
