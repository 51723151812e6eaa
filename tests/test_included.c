/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which chips the recorded shards include, and what is refused. */
#include "pipeline/included.h"
#include "test_files.h"

#define NB_ELEMENTS(table) (sizeof(table) / sizeof(table)[0])

/* A record's chips. */
typedef struct included {
    const tg_machine *machine;
    bool is_included[TG_MAX_MACHINE_CHIPS];
    size_t rows[TG_MAX_MACHINE_CHIPS];
} included;

/* Read the chips of a record of the corpus. */
static void read_chips(included *chips, const char *machine, const char *name)
{
    char path[TG_PATH_BYTES];
    tg_record record;
    tg_assert_ok(tg_machine_find(&chips->machine, machine, tg_suite_error));
    tg_assert_ok(tg_path_format(path, tg_suite_error, "%s/%s", TG_CORPUS, name));
    tg_assert_ok(tg_record_open(&record, path, tg_suite_error));
    tg_assert_ok(tg_included_of_record(chips->is_included, chips->rows, chips->machine, &record,
                                       tg_suite_error));
    tg_record_clear(&record);
}

static size_t nb_included(const included *chips)
{
    size_t nb = 0;
    for (size_t chip = 0; chip < chips->machine->nb_chips; chip++) {
        nb += chips->is_included[chip];
        ck_assert_int_eq(chips->is_included[chip], chips->rows[chip] != 0);
    }
    return nb;
}

/* Rows of a chip by name. */
static size_t rows_of(const included *chips, const char *name)
{
    size_t chip = 0;
    tg_assert_ok(tg_machine_find_chip(&chip, chips->machine, name, tg_suite_error));
    return chips->rows[chip];
}

START_TEST(included_recursion_machines_include_all_with_recorded_heights)
{
    static const struct {
        const char *machine, *record;
        const char *chip; /* one of its chips, and the height of its main trace */
        size_t height;
    } expected[] = {
        {"compress", "executed/compress", "MemoryVar", 992},
        {"compress", "executed/compress", "PublicValues", 16},
        {"compress", "executed/compress", "MemoryConst", 32},
        {"wrap", "executed/wrap", "MemoryVar", 2528},
        {"wrap", "executed/wrap", "ExtFeltConvert", 128},
        {"shrink", "shrink", "PrefixSumChecks", 960},
        {"shrink", "shrink", "MemoryVar", 512},
        // Of these chips the record has nothing.
        {"all", "executed/compress", "ExtFeltConvert", 16},
        {"wrap", "executed/compress", "MemoryVar", 16},
        {"compress", "boundary", "MemoryConst", 16},
        {"all", "counts/0", "Select", 16},
        {"all", "counts/33", "Select", 64},
        {"all", "counts/33", "MemoryVar", 32},
        {"wrap", "counts/33", "MemoryVar", 64},
    };
    for (size_t i = 0; i < NB_ELEMENTS(expected); i++) {
        included chips;
        read_chips(&chips, expected[i].machine, expected[i].record);
        ck_assert_uint_eq(nb_included(&chips), chips.machine->nb_chips);
        ck_assert_msg(rows_of(&chips, expected[i].chip) == expected[i].height, "%s of %s: %zu",
                      expected[i].chip, expected[i].record, rows_of(&chips, expected[i].chip));
    }
}
END_TEST

START_TEST(included_takes_the_fixed_height_where_nothing_is_recorded)
{
    char folder[256], path[TG_PATH_BYTES];
    static const char text[] = "{\"fixed_height\": 40, \"traces\": [{\"trace\": \"Select.main\", "
                               "\"events\": 33, \"height\": 40, \"width\": 5}]}";
    included chips;
    tg_record record;
    tg_suite_make_folder(folder);
    tg_assert_ok(tg_path_format(path, tg_suite_error, "%s/record.json", folder));
    write_file(path, text, sizeof text - 1);
    tg_assert_ok(tg_machine_find(&chips.machine, "wrap", tg_suite_error));
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    tg_assert_ok(tg_included_of_record(chips.is_included, chips.rows, chips.machine, &record,
                                       tg_suite_error));
    tg_record_clear(&record);
    tg_suite_remove_folder(folder);
    ck_assert_uint_eq(rows_of(&chips, "Select"), 40);
    ck_assert_uint_eq(rows_of(&chips, "BaseAlu"), 40);
    ck_assert_uint_eq(rows_of(&chips, "PublicValues"), 16);
}
END_TEST

/* The recorded shards, their clusters, and the height of Global in the whole shard. */
static const struct {
    const char *record;
    size_t nb_included, cluster, nb_listed, height;
} shards[] = {
    {"riscv/fibonacci-0", 32, 1, 36, 10496},
    {"riscv/keccak-0", 32, 0, 34, 576},
    {"riscv/keccak-1", 8, 18, 8, 64},
    {"riscv/keccak-2", 6, 9, 6, 7744},
};

START_TEST(included_riscv_shards_include_what_is_listed)
{
    for (size_t i = 0; i < 2 * NB_ELEMENTS(shards); i++) {
        const size_t shard = i / 2;
        included chips;
        size_t cluster = 0;
        read_chips(&chips, i % 2 == 0 ? "riscv" : "riscv-mprotect", shards[shard].record);
        ck_assert_uint_eq(nb_included(&chips), shards[shard].nb_included);
        ck_assert_uint_eq(rows_of(&chips, "Global"), shards[shard].height);
        ck_assert_uint_eq(rows_of(&chips, "Byte"), 65536);
        ck_assert_uint_eq(rows_of(&chips, "AddUser"), 0);
        tg_assert_ok(tg_machine_smallest_cluster(&cluster, chips.machine, chips.is_included,
                                                 tg_suite_error));
        ck_assert_uint_eq(cluster, shards[shard].cluster);
        ck_assert_uint_eq(chips.machine->clusters[cluster].nb_chips, shards[shard].nb_listed);
    }
}
END_TEST

/* SP1 proved the shards with exactly the listed chips: they are the cluster. */
START_TEST(included_smallest_cluster_is_the_recorded_one)
{
    for (size_t i = 0; i < NB_ELEMENTS(shards); i++) {
        included chips;
        char path[TG_PATH_BYTES];
        tg_record record;
        tg_json_value *list = NULL;
        size_t cluster = 0, nb_items = 0;
        read_chips(&chips, "riscv", shards[i].record);
        tg_assert_ok(tg_machine_smallest_cluster(&cluster, chips.machine, chips.is_included,
                                                 tg_suite_error));
        tg_assert_ok(tg_path_format(path, tg_suite_error, "%s/%s", TG_CORPUS, shards[i].record));
        tg_assert_ok(tg_record_open(&record, path, tg_suite_error));
        tg_assert_ok(
            tg_json_get_array(&list, &nb_items, record.json.root, "chips", tg_suite_error));
        const tg_cluster *found = &chips.machine->clusters[cluster];
        ck_assert_uint_eq(nb_items, found->nb_chips);
        for (size_t item = 0; item < nb_items; item++) {
            ck_assert_str_eq(tg_json_text_of(tg_json_member(tg_json_element(list, item), "chip")),
                             chips.machine->chips[found->chips[item]].name);
        }
        tg_record_clear(&record);
    }
}
END_TEST

START_TEST(included_refuses_records_of_other_machines)
{
    static const struct {
        const char *machine, *record;
        tg_status status;
        const char *text;
    } expected[] = {
        {"compress", "riscv/keccak-0", TG_ERR_USAGE, "no main trace of machine recursion-compress"},
        {"riscv", "executed/compress", TG_ERR_FORMAT, "can't be told from this record"},
        {"riscv", "riscv/keccak-0/whole", TG_ERR_FORMAT, "can't be told from this record"},
    };
    for (size_t i = 0; i < NB_ELEMENTS(expected); i++) {
        included chips;
        char path[TG_PATH_BYTES];
        tg_record record;
        tg_assert_ok(tg_machine_find(&chips.machine, expected[i].machine, tg_suite_error));
        tg_assert_ok(tg_path_format(path, tg_suite_error, "%s/%s", TG_CORPUS, expected[i].record));
        tg_assert_ok(tg_record_open(&record, path, tg_suite_error));
        tg_assert_fails(expected[i].status, expected[i].text,
                        tg_included_of_record(chips.is_included, chips.rows, chips.machine, &record,
                                              tg_suite_error));
        tg_record_clear(&record);
    }
}
END_TEST

/* Write into folder the record.json of a shard, with another text in the place of the first that
 * is `from`. */
static void write_changed(const char *folder, const char *shard, const char *from, const char *to)
{
    char path[TG_PATH_BYTES];
    size_t nb_bytes = 0;
    tg_assert_ok(tg_path_format(path, tg_suite_error, "%s/%s/record.json", TG_CORPUS, shard));
    char *text = (char *)read_file(path, &nb_bytes);
    text[nb_bytes] = '\0';
    char *at = strstr(text, from);
    ck_assert_msg(at != NULL, "no %s in %s", from, path);
    tg_assert_ok(tg_path_format(path, tg_suite_error, "%s/record.json", folder));
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_gt(fprintf(file, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)), 0);
    ck_assert_int_eq(fclose(file), 0);
    free(text);
}

/* Assert that a changed record is refused with a text. */
static void assert_refused(const char *shard, const char *from, const char *to, tg_status status,
                           const char *text)
{
    char folder[256];
    tg_record record;
    tg_error error = {.status = TG_OK};
    included chips;
    tg_suite_make_folder(folder);
    write_changed(folder, shard, from, to);
    tg_assert_ok(tg_machine_find(&chips.machine, "riscv", tg_suite_error));
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    ck_assert_int_eq(
        tg_included_of_record(chips.is_included, chips.rows, chips.machine, &record, &error),
        status);
    assert_says(status, &error, text, "record.json");
    tg_record_clear(&record);
    tg_suite_remove_folder(folder);
}

START_TEST(included_refuses_shards_that_contradict_the_machine)
{
    static const struct {
        const char *from, *to;
        tg_status status;
        const char *text;
    } changes[] = {
        {"\"width\": 6", "\"width\": 7", TG_ERR_FORMAT, "\"width\" of Byte is 7"},
        {"_width\": 7", "_width\": 8", TG_ERR_FORMAT, "\"preprocessed_width\" of Byte is 8"},
        {"\"height\": 65536", "\"height\": 32", TG_ERR_FORMAT, "\"height\" of Byte is 32"},
        {"\"height\": 7744", "\"height\": 7745", TG_ERR_FORMAT, "7745, no height of its machine"},
        {"\"height\": 7744", "\"height\": 0", TG_ERR_FORMAT, "0, no height of its machine"},
        {"\"height\": 7744", "\"height\": 67108865", TG_ERR_FORMAT, "chips[1]"},
        {"7744,\n      \"included\": true", "7744, \"included\": false", TG_ERR_FORMAT,
         "is 7744, and the shard does not include it"},
        {"\"chip\": \"Global\"", "\"chip\": \"Byte\"", TG_ERR_FORMAT, "Byte is listed twice"},
        {"\"chip\": \"Global\"", "\"chip\": \"Globl\"", TG_ERR_USAGE, "the nearest one is Global"},
        {"\"chip\": \"Global\"", "\"chip\": 3", TG_ERR_FORMAT, "chips[1]"},
        {"\"included\": true", "\"included\": 1", TG_ERR_FORMAT, "neither true nor false"},
        {"\"included\": true", "\"included\": false", TG_ERR_FORMAT,
         "chip Byte is not included, against its rule (always)"},
        {"\"chips\": [", "\"chips\": [], \"before\": [", TG_ERR_FORMAT, "is not included"},
        {"\"public_values\": [", "\"public_values\": [], \"before\": [", TG_ERR_FORMAT,
         "public_values"},
    };
    for (size_t i = 0; i < NB_ELEMENTS(changes); i++) {
        assert_refused("riscv/keccak-2", changes[i].from, changes[i].to, changes[i].status,
                       changes[i].text);
    }
}
END_TEST

/* The text of public values that are all 0 but for two, before the record's own. */
static void values_text(char text[1024], size_t one, size_t other)
{
    size_t used = (size_t)snprintf(text, 1024, "\"public_values\": [");
    for (size_t i = 0; i < TG_NB_SHARD_PUBLIC_VALUES; i++) {
        used += (size_t)snprintf(text + used, 1024 - used, "%s%d", i != 0 ? ", " : "",
                                 i == one || i == other);
    }
    (void)snprintf(text + used, 1024 - used, "], \"before\": [");
}

START_TEST(included_refuses_shards_that_contradict_their_public_values)
{
    static const struct {
        const char *shard;
        size_t one, other; /* public values that are 1 */
        const char *text;
    } changes[] = {
        // Values 88: CPU events; 125 to 128: ends of memory; 151: untrusted programs.
        {"riscv/keccak-2", 88, 125, "MemoryBump is not included, against its rule (cpu events)"},
        {"riscv/keccak-0", 0, 0, "included, against its rule"},
        {"riscv/keccak-0", 88, 151,
         "SyscallCore is included, against its rule (sent events, trusted): public values say CPU"},
        {"riscv/keccak-1", 88, 0, "included, against its rule"},
        {"riscv/keccak-1", 126, 0, "SyscallPrecompile is included, against its rule"},
        {"riscv/keccak-1", 127, 0, "SyscallPrecompile is included, against its rule"},
        {"riscv/keccak-1", 128, 0, "no CPU events, ends of memory, trusted programs only"},
        {"riscv/keccak-1", 151, 0, "untrusted programs"},
        {"riscv/keccak-2", 0, 0, "SyscallPrecompile is not included, against its rule (no cpu"},
    };
    for (size_t i = 0; i < NB_ELEMENTS(changes); i++) {
        char text[1024];
        values_text(text, changes[i].one, changes[i].other);
        assert_refused(changes[i].shard, "\"public_values\": [", text, TG_ERR_FORMAT,
                       changes[i].text);
    }
}
END_TEST

TG_SUITE("included", included_recursion_machines_include_all_with_recorded_heights,
         included_takes_the_fixed_height_where_nothing_is_recorded,
         included_riscv_shards_include_what_is_listed,
         included_smallest_cluster_is_the_recorded_one, included_refuses_records_of_other_machines,
         included_refuses_shards_that_contradict_the_machine,
         included_refuses_shards_that_contradict_their_public_values)
