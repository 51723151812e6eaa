/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The ledger of known failures: what it takes and refuses, and when an entry is over. */
#include "harness/ledger.h"
#include "test_files.h"

#include <unistd.h>

#define KEY "Select.main/eventful/shifted-columns/vals.out1"
#define ENTRY                                                           \
    "{\"chip\": \"Select\", \"kind\": \"main\", \"key\": \"" KEY "\", " \
    "\"until\": \"2026-12-31\", \"why\": \"waits for the new compiler\"}"
#define OF(backend)                                                                            \
    "{\"chip\": \"Select\", \"kind\": \"main\", \"key\": \"" KEY "\", \"backend\": \"" backend \
    "\", \"until\": \"2026-12-31\", \"why\": \"x\"}"
#define LEDGER(entries) "{\"version\": 1, \"failures\": [" entries "]}"

/* The last second of 2026-12-31, UTC. */
#define LAST_SECOND_OF_2026 "1798761599"

static char folder[256];
static char path[512];

static void set_up(void)
{
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/known-failures.json", folder);
    ck_assert_int_eq(setenv("SOURCE_DATE_EPOCH", LAST_SECOND_OF_2026, 1), 0);
}

static tg_status read_text(tg_ledger *ledger, const char *text, tg_error *error)
{
    write_file(path, text, strlen(text));
    return tg_ledger_read(ledger, path, error);
}

/* Read an entry that holds until a day, at a second; whether it is over. */
static bool is_over(const char *until, const char *epoch)
{
    char text[512];
    tg_ledger ledger;
    (void)snprintf(text, sizeof text,
                   LEDGER("{\"chip\": \"Select\", \"kind\": \"main\", \"key\": \"" KEY
                          "\", \"until\": \"%s\", \"why\": \"x\"}"),
                   until);
    ck_assert_int_eq(setenv("SOURCE_DATE_EPOCH", epoch, 1), 0);
    tg_assert_ok(read_text(&ledger, text, tg_suite_error));
    ck_assert_uint_eq(ledger.nb_entries, 1);
    const bool over = ledger.entries[0].is_over;
    tg_ledger_clear(&ledger);
    return over;
}

START_TEST(ledger_reads_entries)
{
    set_up();
    tg_ledger ledger;
    tg_assert_ok(read_text(&ledger,
                           LEDGER(ENTRY ", {\"chip\": \"Global\", \"kind\": \"main\", "
                                        "\"key\": \"Global.main/side/side-outputs/lookups\", "
                                        "\"until\": \"2027-01-31\", \"why\": \"a\\tb\"}"),
                           tg_suite_error));
    ck_assert_uint_eq(ledger.nb_entries, 2);
    ck_assert_str_eq(ledger.entries[0].trace, "Select.main");
    ck_assert_str_eq(ledger.entries[0].key, KEY);
    ck_assert_str_eq(ledger.entries[0].until, "2026-12-31");
    ck_assert_str_eq(ledger.entries[0].why, "waits for the new compiler");
    ck_assert(!ledger.entries[0].is_over);
    ck_assert_uint_eq(ledger.entries[0].nb_seen, 0);
    ck_assert_str_eq(ledger.entries[1].trace, "Global.main");
    ck_assert_str_eq(ledger.entries[1].why, "a?b");
    ck_assert_ptr_eq(tg_ledger_find(&ledger, KEY, ""), &ledger.entries[0]);
    ck_assert_ptr_eq(tg_ledger_find(&ledger, "Global.main/side/side-outputs/lookups", "host"),
                     &ledger.entries[1]);
    ck_assert_ptr_null(
        tg_ledger_find(&ledger, "Select.main/eventful/shifted-columns/vals.out2", ""));
    tg_ledger_clear(&ledger);
    ck_assert_ptr_null(tg_ledger_find(&ledger, KEY, ""));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(ledger_entries_may_be_of_one_backend)
{
    set_up();
    tg_ledger ledger;
    tg_assert_ok(read_text(&ledger, LEDGER(OF("host") ", " OF("recorded")), tg_suite_error));
    ck_assert_ptr_eq(tg_ledger_find(&ledger, KEY, "host"), &ledger.entries[0]);
    ck_assert_ptr_eq(tg_ledger_find(&ledger, KEY, "recorded"), &ledger.entries[1]);
    ck_assert_ptr_null(tg_ledger_find(&ledger, KEY, "cuda"));
    tg_ledger_clear(&ledger);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(ledger_may_list_nothing)
{
    set_up();
    tg_ledger ledger;
    tg_assert_ok(read_text(&ledger, LEDGER(""), tg_suite_error));
    ck_assert_uint_eq(ledger.nb_entries, 0);
    ck_assert_ptr_null(tg_ledger_find(&ledger, KEY, ""));
    tg_ledger_clear(&ledger);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(ledger_entries_hold_on_their_last_day)
{
    set_up();
    ck_assert(!is_over("2026-12-31", LAST_SECOND_OF_2026));
    ck_assert(is_over("2026-12-31", "1798761600"));
    ck_assert(is_over("2026-12-30", LAST_SECOND_OF_2026));
    ck_assert(!is_over("2027-01-01", "1798761600"));
    ck_assert(!is_over("1970-01-01", "0"));
    ck_assert(is_over("1969-12-31", "0"));
    ck_assert(!is_over("2024-02-29", "1709164800"));
    ck_assert(is_over("2024-02-28", "1709164800"));
    ck_assert(!is_over("9999-12-31", "253402300799"));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(ledger_takes_the_day_of_the_clock_without_a_usable_epoch)
{
    // No clock shows a day before 2020, and none one of the year 9999; both of these numbers would.
    static const char *const useless[] = {
        "", "x", "-5", "1x", " 1", "+1", "99999999999999999999", "253402300800"};
    set_up();
    for (size_t i = 0; i < sizeof useless / sizeof useless[0]; i++) {
        ck_assert_msg(is_over("2019-12-31", useless[i]), "'%s'", useless[i]);
        ck_assert_msg(!is_over("9999-12-30", useless[i]), "'%s'", useless[i]);
    }
    ck_assert_int_eq(unsetenv("SOURCE_DATE_EPOCH"), 0);
    tg_ledger ledger;
    tg_assert_ok(read_text(&ledger, LEDGER(ENTRY), tg_suite_error));
    tg_ledger_clear(&ledger);
    tg_suite_remove_folder(folder);
}
END_TEST

/* An entry of Select.main with these four texts. */
#define WITH(kind, key, until, why)                                         \
    LEDGER("{\"chip\": \"Select\", \"kind\": \"" kind "\", \"key\": \"" key \
           "\", \"until\": \"" until "\", \"why\": \"" why "\"}")

START_TEST(ledger_refuses_what_is_none)
{
    static const struct {
        const char *text;
        const char *words;
    } files[] = {
        {"{}", "\"version\" is missing"},
        {"{\"version\": 2, \"failures\": []}", "\"version\" is 2, and this program reads 1"},
        {"{\"version\": \"1\", \"failures\": []}", "\"version\" is not an integer"},
        {"{\"version\": 1}", "\"failures\" is missing"},
        {"{\"version\": 1, \"failures\": {}}", "\"failures\" is not an array"},
        {"{\"version\": 1, \"failures\": [], \"x\": 0}", "other keys than those of a ledger"},
        {LEDGER("3"), "not an object"},
        {LEDGER("{}"), "\"chip\" is missing"},
        {LEDGER(ENTRY ", " ENTRY), "listed twice"},
        {LEDGER(ENTRY ", " OF("host")), "listed twice"},
        {LEDGER(OF("host") ", " OF("host")), "listed twice"},
        {LEDGER(OF("gpu")), "\"backend\" is none that there is: gpu"},
        {"{\"version\": 1, \"failures\": [" ENTRY, "malformed JSON"},
        {WITH("mian", KEY, "2026-12-31", "x"), "there is no trace Select.mian"},
        {WITH("", KEY, "2026-12-31", "x"), "there is no trace Select."},
        {WITH("preprocessed", KEY, "2026-12-31", "x"), "of another trace than Select.preprocessed"},
        {WITH("main", "Select.main", "2026-12-31", "x"), "\"key\" is no key"},
        {WITH("main", "Select.main/eventful/bad-luck/a", "2026-12-31", "x"), "\"key\" is no key"},
        {WITH("main", "", "2026-12-31", "x"), "\"key\" is no key"},
        {WITH("main", "Global.main/side/side-outputs/lookups", "2026-12-31", "x"),
         "of another trace than Select.main"},
        {WITH("main", KEY, "2026-02-29", "x"), "no date: 2026-02-29"},
        {WITH("main", KEY, "1900-02-29", "x"), "no date"},
        {WITH("main", KEY, "2026-13-01", "x"), "no date"},
        {WITH("main", KEY, "2026-00-01", "x"), "no date"},
        {WITH("main", KEY, "2026-04-31", "x"), "no date"},
        {WITH("main", KEY, "2026-04-00", "x"), "no date"},
        {WITH("main", KEY, "2026-4-1", "x"), "no date"},
        {WITH("main", KEY, "2026/12/31", "x"), "no date"},
        {WITH("main", KEY, "2026-12-31 ", "x"), "no date"},
        {WITH("main", KEY, "never", "x"), "no date: never"},
        {WITH("main", KEY, "", "x"), "no date"},
        {WITH("main", KEY, "2026-12-31", ""), "\"why\" is empty"},
        {WITH("main", KEY, "2026-12-31", " \\n"), "\"why\" is empty"},
        {WITH("main", KEY, "2026-12-31", "x\", \"who\": \"me"),
         "other keys than those of a failure"},
    };
    set_up();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        tg_ledger ledger;
        tg_error error = {0};
        const tg_status status = read_text(&ledger, files[i].text, &error);
        ck_assert_msg(status == TG_ERR_FORMAT, "%s: status %d", files[i].text, (int)status);
        assert_says(TG_ERR_FORMAT, &error, files[i].words, path);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(ledger_says_which_entry_is_wrong)
{
    set_up();
    tg_ledger ledger;
    tg_error error = {0};
    ck_assert_int_eq(read_text(&ledger, LEDGER(ENTRY ", {\"chip\": \"Select\"}"), &error),
                     TG_ERR_FORMAT);
    assert_says(TG_ERR_FORMAT, &error, "\"kind\" is missing", "failure 2, ");
    ck_assert_ptr_null(ledger.entries);
    (void)unlink(path);
    error = (tg_error){0};
    ck_assert_int_eq(tg_ledger_read(&ledger, path, &error), TG_ERR_IO);
    assert_says(TG_ERR_IO, &error, path, "open");
    tg_suite_remove_folder(folder);
}
END_TEST

/* Write a ledger of so many entries, all of them malformed where that matters. */
static void write_many(size_t nb)
{
    FILE *out = fopen(path, "wb");
    ck_assert_ptr_nonnull(out);
    (void)fputs("{\"version\": 1, \"failures\": [0", out);
    for (size_t i = 1; i < nb; i++) {
        (void)fputs(",0", out);
    }
    (void)fputs("]}", out);
    ck_assert_int_eq(fclose(out), 0);
}

START_TEST(ledger_is_bounded)
{
    set_up();
    tg_ledger ledger;
    char why[300];
    char text[1024];
    write_many(TG_LEDGER_MAX_ENTRIES);
    tg_assert_fails(TG_ERR_FORMAT, "failure 1", tg_ledger_read(&ledger, path, tg_suite_error));
    write_many(TG_LEDGER_MAX_ENTRIES + 1);
    tg_assert_fails(TG_ERR_SIZE, "4097 failures, where at most 4096",
                    tg_ledger_read(&ledger, path, tg_suite_error));
    memset(why, 'x', sizeof why);
    why[256] = '\0';
    (void)snprintf(text, sizeof text, WITH("main", KEY, "2026-12-31", "%s"), why);
    tg_assert_fails(TG_ERR_FORMAT, "\"why\" has 256 bytes",
                    read_text(&ledger, text, tg_suite_error));
    (void)snprintf(text, sizeof text, WITH("main", KEY, "2026-12-31", "%s"), why + 1);
    tg_assert_ok(read_text(&ledger, text, tg_suite_error));
    ck_assert_str_eq(ledger.entries[0].why, why + 1);
    tg_ledger_clear(&ledger);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(ledger_refuses_each_part_of_itself)
{
    static const char whole[] = LEDGER(ENTRY);
    set_up();
    for (size_t length = 0; length + 1 < sizeof whole; length++) {
        tg_ledger ledger;
        tg_error error = {0};
        write_file(path, whole, length);
        ck_assert_int_eq(tg_ledger_read(&ledger, path, &error), TG_ERR_FORMAT);
        assert_says(TG_ERR_FORMAT, &error, "malformed JSON", path);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("ledger", ledger_reads_entries, ledger_entries_may_be_of_one_backend,
         ledger_may_list_nothing, ledger_entries_hold_on_their_last_day,
         ledger_takes_the_day_of_the_clock_without_a_usable_epoch, ledger_refuses_what_is_none,
         ledger_says_which_entry_is_wrong, ledger_is_bounded, ledger_refuses_each_part_of_itself)
