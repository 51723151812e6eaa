/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The records of Global: every one has its side outputs, and what a shard's record says of the
 * whole shard is what the shard's whole events give. */
#include "files/record.h"
#include "model/global.h"
#include "sample.h"
#include "test_files.h"

#define SHARDS TG_CORPUS "/riscv"

/* The entry of Global in an open record. */
static const tg_record_trace *global_of(const tg_record *record)
{
    const tg_record_trace *entry = tg_record_find(record, "Global.main");
    ck_assert_msg(entry != NULL, "no Global.main in %s", record->path);
    return entry;
}

START_TEST(global_records_have_all_side_outputs)
{
    const tg_trace *trace = sample_trace("Global.main");
    char **paths = NULL;
    size_t nb_paths = 0;
    size_t nb_records = 0;
    tg_assert_ok(tg_record_list(&paths, &nb_paths, TG_CORPUS, tg_suite_error));
    for (size_t i = 0; i < nb_paths; i++) {
        tg_record record;
        tg_product sides;
        bool is_there[TG_MAX_SIDES];
        tg_assert_ok(tg_record_open(&record, paths[i], tg_suite_error));
        const tg_record_trace *entry = tg_record_find(&record, trace->name);
        if (entry != NULL) {
            nb_records++;
            tg_assert_ok(tg_product_create(&sides, trace, 0, tg_suite_error));
            tg_assert_ok(
                tg_record_read_sides(&sides, is_there, &record, entry, trace, tg_suite_error));
            for (size_t side = 0; side < trace->nb_sides; side++) {
                ck_assert_msg(is_there[side], "no %s in %s", trace->sides[side].name, paths[i]);
            }
            ck_assert_uint_eq(sides.sides[TG_GLOBAL_SIDE_EVENT_COUNT][0], entry->nb_events);
            // Nine lookups an event.
            uint64_t nb_lookups = 0;
            for (size_t counter = 0; counter < TG_NB_BYTE_LOOKUPS; counter++) {
                nb_lookups += sides.sides[TG_GLOBAL_SIDE_LOOKUPS][counter];
            }
            ck_assert_uint_eq(nb_lookups, 9 * entry->nb_events);
            tg_product_destroy(&sides);
        }
        tg_record_clear(&record);
    }
    tg_record_list_clear(paths, nb_paths);
    ck_assert_uint_eq(nb_records, 20);
}
END_TEST

/* What the record of a shard says of all its events: sum and public values. */
static void read_shard(uint32_t sum[14], uint32_t *count, const tg_record *record)
{
    static const char *const keys[] = {"x", "y"};
    tg_json_value *values = NULL;
    size_t length = 0;
    size_t value = 0;
    tg_json_value *root = record->json.root;
    tg_json_value *both = tg_json_member(root, "cumulative_sum");
    ck_assert_ptr_nonnull(both);
    for (size_t i = 0; i < 14; i++) {
        tg_assert_ok(tg_json_get_array(&values, &length, both, keys[i / 7], tg_suite_error));
        ck_assert_uint_eq(length, 7);
        tg_assert_ok(
            tg_json_get_size_at(&value, values, i % 7, keys[i / 7], 0, TG_P - 1, tg_suite_error));
        sum[i] = (uint32_t)value;
    }
    tg_assert_ok(tg_json_get_array(&values, &length, root, "public_values", tg_suite_error));
    ck_assert_uint_eq(length, 187);
    for (size_t i = 0; i < 14; i++) {
        tg_assert_ok(tg_json_get_size_at(&value, values, 130 + i, "public_values", 0, TG_P - 1,
                                         tg_suite_error));
        ck_assert_uint_eq(value, sum[i]);
    }
    tg_assert_ok(
        tg_json_get_size_at(&value, values, 129, "public_values", 0, UINT32_MAX, tg_suite_error));
    *count = (uint32_t)value;
}

/* The folder that has all events of a shard: `whole` in it, or the shard's own. */
static void check_shard(const char *name, bool has_whole)
{
    const tg_trace *trace = sample_trace("Global.main");
    char path[1024];
    uint32_t sum[14];
    uint32_t count = 0;
    tg_record shard;
    (void)snprintf(path, sizeof path, SHARDS "/%s", name);
    tg_assert_ok(tg_record_open(&shard, path, tg_suite_error));
    read_shard(sum, &count, &shard);
    ck_assert_int_eq(global_of(&shard)->nb_events != count, has_whole);
    tg_record_clear(&shard);

    tg_record whole;
    tg_product sides;
    bool is_there[TG_MAX_SIDES];
    (void)snprintf(path, sizeof path, SHARDS "/%s%s", name, has_whole ? "/whole" : "");
    tg_assert_ok(tg_record_open(&whole, path, tg_suite_error));
    const tg_record_trace *entry = global_of(&whole);
    ck_assert_uint_eq(entry->nb_events, count);
    ck_assert(entry->has_digest && entry->has_events);
    tg_assert_ok(tg_product_create(&sides, trace, 0, tg_suite_error));
    tg_assert_ok(tg_record_read_sides(&sides, is_there, &whole, entry, trace, tg_suite_error));
    ck_assert_mem_eq(sides.sides[TG_GLOBAL_SIDE_CUMULATIVE_SUM], sum, sizeof sum);
    ck_assert_uint_eq(sides.sides[TG_GLOBAL_SIDE_EVENT_COUNT][0], count);
    tg_product_destroy(&sides);
    tg_record_clear(&whole);
}

START_TEST(global_records_whole_shards_give_their_public_values)
{
    check_shard("fibonacci-0", true);
    check_shard("keccak-0", true);
    check_shard("keccak-1", false);
    check_shard("keccak-2", true);
}
END_TEST

/* The first events of a shard are those of the whole shard. */
START_TEST(global_records_shards_begin_their_wholes)
{
    static const char *const names[] = {"fibonacci-0", "keccak-0", "keccak-2"};
    const tg_trace *trace = sample_trace("Global.main");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        unsigned char *events[2];
        size_t counts[2];
        for (size_t k = 0; k < 2; k++) {
            char path[1024];
            tg_record record;
            (void)snprintf(path, sizeof path, SHARDS "/%s%s", names[i], k != 0 ? "/whole" : "");
            tg_assert_ok(tg_record_open(&record, path, tg_suite_error));
            const tg_record_trace *entry = global_of(&record);
            counts[k] = entry->nb_events;
            events[k] = sample_events(trace, counts[k], 1);
            tg_assert_ok(tg_record_read_events(events[k], &record, entry, trace, tg_suite_error));
            tg_record_clear(&record);
        }
        ck_assert_uint_lt(counts[0], counts[1]);
        ck_assert_mem_eq(events[0], events[1], counts[0] * sizeof(tg_global_event));
        free(events[0]);
        free(events[1]);
    }
}
END_TEST

TG_SUITE("global_records", global_records_have_all_side_outputs,
         global_records_whole_shards_give_their_public_values,
         global_records_shards_begin_their_wholes)
