/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Side outputs of records: which keys and files hold them, and what is refused. */
#include "toy_sides.h"

#include "files/lookups.h"
#include "files/record.h"
#include "test_files.h"

static char folder[256];

/* Write a record of one toy trace of 7 events: text that stands beside the trace, with a comma in
 * front, and text that stands beside the list of traces. */
static void write_record(const char *entry, const char *root)
{
    char path[300];
    char text[4096];
    (void)snprintf(path, sizeof path, "%s/record.json", folder);
    const int length = snprintf(text, sizeof text,
                                "{\"traces\": [{\"trace\": \"Toy.main\", \"events\": 7, "
                                "\"height\": 32, \"width\": 3%s}]%s}",
                                entry, root);
    ck_assert(length > 0 && (size_t)length < sizeof text);
    write_file(path, text, (size_t)length);
}

/* Read the side outputs of the record that is written. */
static tg_status read_sides(const tg_product *out, bool is_there[TG_MAX_SIDES], tg_error *error)
{
    tg_record record;
    tg_status status = tg_record_open(&record, folder, error);
    if (status != TG_OK) return status;
    status = tg_record_read_sides(out, is_there, &record, &record.traces[0], &toy_trace, error);
    tg_record_clear(&record);
    return status;
}

static void assert_refused(const char *entry, const char *root, const char *words)
{
    tg_product out;
    bool is_there[TG_MAX_SIDES];
    write_record(entry, root);
    tg_assert_ok(tg_product_create(&out, &toy_trace, 0, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, words, read_sides(&out, is_there, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "record.json, Toy.main",
                    read_sides(&out, is_there, tg_suite_error));
    // It is refused as well where it is only looked for.
    tg_assert_fails(TG_ERR_FORMAT, words,
                    read_sides(&(tg_product){.cells = NULL}, is_there, tg_suite_error));
    tg_product_destroy(&out);
}

/* Read, and assert which side outputs of words there are: these sums, and this count. */
static void assert_words(const char *entry, const char *root, const uint32_t *sums,
                         const uint32_t *count)
{
    tg_product out;
    bool is_there[TG_MAX_SIDES];
    write_record(entry, root);
    tg_assert_ok(tg_product_create(&out, &toy_trace, 0, tg_suite_error));
    tg_assert_ok(read_sides(&out, is_there, tg_suite_error));
    ck_assert_int_eq(is_there[TOY_SIDE_SUMS], sums != NULL);
    ck_assert_int_eq(is_there[TOY_SIDE_COUNT], count != NULL);
    ck_assert(!is_there[TOY_SIDE_LOOKUPS] && !is_there[TOY_NB_SIDES]);
    if (sums != NULL) ck_assert_mem_eq(out.sides[TOY_SIDE_SUMS], sums, TOY_NB_SUMS * sizeof *sums);
    if (count != NULL) ck_assert_uint_eq(out.sides[TOY_SIDE_COUNT][0], *count);
    bool is_found[TG_MAX_SIDES];
    tg_assert_ok(read_sides(&(tg_product){.cells = NULL}, is_found, tg_suite_error));
    ck_assert_mem_eq(is_found, is_there, sizeof is_there);
    tg_product_destroy(&out);
}

#define ALL_SUMS ", \"sums_x\": [1, 2, 2130706432], \"sums_word\": 4, \"sums_y\": [5, 6]"
static const uint32_t all_sums[] = {1, 2, TG_P - 1, 4, 5, 6};
static const uint32_t seven = 7;
static const uint32_t greatest = UINT32_MAX;

START_TEST(record_sides_of_keys)
{
    tg_suite_make_folder(folder);
    assert_words("", "", NULL, NULL);
    assert_words(ALL_SUMS, "", all_sums, NULL);
    assert_words(", \"count\": 7", "", NULL, &seven);
    assert_words(", \"count\": 4294967295" ALL_SUMS, "", all_sums, &greatest);
    assert_words(", \"count\": null, \"sums_x\": null", "", NULL, NULL);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(record_sides_of_bad_keys_are_refused)
{
    tg_suite_make_folder(folder);
    assert_refused(", \"sums_x\": [1, 2, 3]", "", "\"sums_y\" is missing");
    assert_refused(", \"sums_x\": [1, 2], \"sums_word\": 1, \"sums_y\": [1, 2]", "",
                   "\"sums_x\" has 2 numbers, where sums has 3");
    assert_refused(", \"sums_x\": [1, 2, 3, 4], \"sums_word\": 1, \"sums_y\": [1, 2]", "",
                   "has 4 numbers");
    assert_refused(", \"sums_x\": [1, 2, 2130706433], \"sums_word\": 1, \"sums_y\": [1, 2]", "",
                   "\"sums_x[2]\" is 2130706433, which is out of range");
    assert_refused(", \"sums_x\": [1, -2, 3], \"sums_word\": 1, \"sums_y\": [1, 2]", "",
                   "\"sums_x[1]\" is -2");
    assert_refused(", \"sums_x\": [1, \"2\", 3], \"sums_word\": 1, \"sums_y\": [1, 2]", "",
                   "\"sums_x[1]\" is not an integer");
    assert_refused(", \"sums_x\": 1, \"sums_word\": 1, \"sums_y\": [1, 2]", "",
                   "\"sums_x\" is not an array");
    assert_refused(", \"sums_x\": [1, 2, 3], \"sums_word\": 2130706433, \"sums_y\": [1, 2]", "",
                   "\"sums_word\" is 2130706433");
    assert_refused(", \"count\": 4294967296", "", "\"count\" is 4294967296");
    assert_refused(", \"count\": [7]", "", "\"count\" is not an integer");
    tg_suite_remove_folder(folder);
}
END_TEST

/* Public values 20 to 25 are the sums, but for the Montgomery word among them, and 30 is the
 * count. */
START_TEST(record_sides_among_public_values)
{
    tg_suite_make_folder(folder);
    assert_words(", \"public_values_nonzero\": [[30, 7]]", "", NULL, &seven);
    assert_words(", \"public_values_nonzero\": [[20, 1], [21, 2], [22, 3], [24, 5], [25, 6]]", "",
                 NULL, NULL);
    assert_words(ALL_SUMS ", \"public_values_nonzero\": [[19, 9], [20, 1], [21, 2], "
                          "[22, 2130706432], [24, 5], [25, 6], [26, 8], [31, 1], [159, 1]]",
                 "", all_sums, NULL);
    // Those of a side output that are left out are 0 where some are not.
    static const uint32_t with_zeros[] = {1, 0, 2130706432, 99, 0, 6};
    assert_words(", \"sums_x\": [1, 0, 2130706432], \"sums_word\": 99, \"sums_y\": [0, 6], "
                 "\"public_values_nonzero\": [[20, 1], [22, 2130706432], [25, 6]]",
                 "", with_zeros, NULL);
    assert_refused(ALL_SUMS ", \"public_values_nonzero\": [[20, 1], [22, 2130706432], [24, 5], "
                            "[25, 6]]",
                   "", "\"public_values_nonzero\" says 0 for sums x[1], and another key 2");
    assert_words(ALL_SUMS ", \"public_values_nonzero\": []", "", all_sums, NULL);
    assert_refused(ALL_SUMS ", \"public_values_nonzero\": [[21, 3]]", "",
                   "\"public_values_nonzero[0]\" says 3 for sums x[1], and another key 2");
    assert_refused(", \"count\": 8, \"public_values_nonzero\": [[1, 1], [30, 7]]", "",
                   "\"public_values_nonzero[1]\" says 7 for count, and another key 8");
    assert_refused(", \"public_values_nonzero\": [[30, 7], [30, 8]]", "", "says 8 for count");
    assert_refused(", \"public_values_nonzero\": [[160, 1]]", "",
                   "\"public_values_nonzero[0][0]\" is 160");
    assert_refused(", \"public_values_nonzero\": [[30, 2130706433]]", "", "2130706433");
    assert_refused(", \"public_values_nonzero\": [[30]]", "",
                   "\"public_values_nonzero[0][1]\" is not an integer");
    assert_refused(", \"public_values_nonzero\": [30]", "",
                   "\"public_values_nonzero[0][0]\" is not an integer");
    assert_refused(", \"public_values_nonzero\": {}", "", "is not an array");
    tg_suite_remove_folder(folder);
}
END_TEST

/* Public values of a shard: a number at place 0, the sums from 20 on, the count at 30, and zeros
 * up to place 179; behind them the last seven, as they are given. */
#define ZEROS_10 "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
#define ZEROS_50 ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10
#define SHARD_LIST(first, last)                                                                 \
    ", \"public_values\": [" first ", 0, 0, 0, 0, 0, 0, 0, 0, 0, " ZEROS_10                     \
    "1, 2, 2130706432, 99, 5, 6, 0, 0, 0, 0, "                                                  \
    "7, 0, 0, 0, 0, 0, 0, 0, 0, 0, " ZEROS_50 ZEROS_50 ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10 last \
    "]"
#define SHARD_VALUES SHARD_LIST("0", "0, 0, 0, 0, 0, 0, 0")

/* What is recorded of the whole shard counts where the trace has all of its events. */
START_TEST(record_sides_of_the_whole_shard)
{
    tg_suite_make_folder(folder);
    assert_words("", ", \"toy_events_in_shard\": 7" SHARD_VALUES, NULL, &seven);
    assert_words("", ", \"toy_events_in_shard\": 8" SHARD_VALUES, NULL, NULL);
    assert_words("", SHARD_VALUES, NULL, NULL);
    assert_words("",
                 ", \"toy_events_in_shard\": 7, \"sums\": {\"x\": [1, 2, 2130706432], \"word\": 4, "
                 "\"y\": [5, 6]}" SHARD_VALUES,
                 all_sums, &seven);
    assert_words(ALL_SUMS ", \"count\": 7", ", \"toy_events_in_shard\": 7" SHARD_VALUES, all_sums,
                 &seven);
    // Of another set of events it says nothing, right or wrong.
    assert_words(ALL_SUMS, ", \"toy_events_in_shard\": 8, \"sums\": {\"x\": [0, 0, 0]}", all_sums,
                 NULL);
    assert_refused(", \"count\": 8", ", \"toy_events_in_shard\": 7" SHARD_VALUES,
                   "\"public_values\" says 7 for count, and another key 8");
    assert_refused(ALL_SUMS,
                   ", \"toy_events_in_shard\": 7, \"sums\": {\"x\": [1, 2, 3], "
                   "\"word\": 4, \"y\": [5, 6]}",
                   "\"x\" says 3 for sums x[2]");
    assert_refused("", ", \"toy_events_in_shard\": 7, \"sums\": {\"x\": [1, 2, 3]}",
                   "\"y\" is missing");
    assert_refused("", ", \"toy_events_in_shard\": \"7\"", "\"toy_events_in_shard\" is not");
    assert_refused("", ", \"toy_events_in_shard\": 7, \"public_values\": 1", "is not an array");
    tg_suite_remove_folder(folder);
}
END_TEST

/* What stands beside the list of traces is checked even where nothing is taken from it. */
START_TEST(record_sides_of_a_malformed_shard_are_refused)
{
    tg_suite_make_folder(folder);
    assert_refused("", ", \"toy_events_in_shard\": 6",
                   "\"toy_events_in_shard\" is 6, and the trace has 7 events of them");
    assert_refused("", SHARD_LIST("0", "0, 0, 0, 0, 0, 0"),
                   "\"public_values\" has 186 numbers, where a shard has 187");
    assert_refused("", SHARD_LIST("0", "0, 0, 0, 0, 0, 0, 0, 0"),
                   "\"public_values\" has 188 numbers");
    assert_refused("", ", \"public_values\": []", "\"public_values\" has 0 numbers");
    assert_refused("", SHARD_LIST("2130706433", "0, 0, 0, 0, 0, 0, 0"),
                   "\"public_values[0]\" is 2130706433");
    assert_refused("", SHARD_LIST("0", "0, 0, 0, 0, 0, 0, 2130706433"),
                   "\"public_values[186]\" is 2130706433");
    assert_refused("", SHARD_LIST("\"0\"", "0, 0, 0, 0, 0, 0, 0"), "\"public_values[0]\" is not");
    assert_refused("", ", \"sums\": [1, 2, 3]", "\"sums\" is no object with its fields");
    assert_refused("", ", \"sums\": 7", "\"sums\" is no object");
    assert_refused("", ", \"sums\": {}", "\"sums\" is no object");
    assert_words("", ", \"sums\": null, \"public_values\": null", NULL, NULL);
    assert_words("", SHARD_LIST("2130706432", "0, 0, 0, 0, 0, 0, 0"), NULL, NULL);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(record_sides_of_lookups)
{
    tg_suite_make_folder(folder);
    char path[300];
    tg_product out;
    bool is_there[TG_MAX_SIDES];
    (void)snprintf(path, sizeof path, "%s/Toy.main.lookups.npy", folder);
    write_record("", "");
    tg_product right;
    tg_assert_ok(toy_fill(&right, 0, tg_suite_error));
    tg_assert_ok(tg_product_create(&out, &toy_trace, 0, tg_suite_error));
    tg_assert_ok(tg_lookups_write(path, right.sides[TOY_SIDE_LOOKUPS], tg_suite_error));
    tg_assert_ok(read_sides(&out, is_there, tg_suite_error));
    ck_assert(is_there[TOY_SIDE_LOOKUPS] && !is_there[TOY_SIDE_SUMS] && !is_there[TOY_SIDE_COUNT]);
    ck_assert_mem_eq(out.sides[TOY_SIDE_LOOKUPS], right.sides[TOY_SIDE_LOOKUPS],
                     TG_NB_BYTE_LOOKUPS * sizeof(uint32_t));
    memset(is_there, 0, sizeof is_there);
    tg_assert_ok(read_sides(&(tg_product){.cells = NULL}, is_there, tg_suite_error));
    ck_assert(is_there[TOY_SIDE_LOOKUPS]);
    write_file(path, "no array", 8);
    tg_assert_fails(TG_ERR_FORMAT, "Toy.main.lookups.npy",
                    read_sides(&out, is_there, tg_suite_error));
    tg_product_destroy(&out);
    tg_product_destroy(&right);
    tg_suite_remove_folder(folder);
}
END_TEST

/* A record that is cleared twice, or was refused, holds nothing. */
START_TEST(record_sides_clear)
{
    tg_suite_make_folder(folder);
    write_record("", "");
    tg_record record;
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    ck_assert_ptr_nonnull(record.traces[0].object);
    tg_record_clear(&record);
    tg_record_clear(&record);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("record_sides", record_sides_of_keys, record_sides_of_bad_keys_are_refused,
         record_sides_among_public_values, record_sides_of_the_whole_shard,
         record_sides_of_a_malformed_shard_are_refused, record_sides_of_lookups, record_sides_clear)
