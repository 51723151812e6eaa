/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The manifests of docs/examples: both of SP1's ways to make Global, launch for launch. */
#include "gpu/user_plan.h"
#include "model/global.h"
#include "modules/manifest.h"
#include "test_files.h"

#define POINT_BYTES 56
#define SECTION 512

static tg_manifest_entry *read_example(tg_manifest **manifest, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/docs/examples/%s", TG_SOURCE_DIR, name);
    tg_assert_ok(tg_manifest_read(manifest, path, tg_suite_error));
    ck_assert_uint_eq(tg_manifest_nb_entries(*manifest), 1);
    tg_manifest_entry *entry = tg_manifest_entry_at(*manifest, 0);
    ck_assert_str_eq(tg_trace_at(entry->trace)->name, "Global.main");
    ck_assert(entry->plan.zeroes_trace);
    return entry;
}

static tg_user_call call_of(const tg_manifest_entry *entry, size_t height, size_t nb_events)
{
    const tg_request request = {.trace = tg_trace_at(entry->trace),
                                .height = height,
                                .nb_events = nb_events};
    tg_user_call call;
    tg_assert_ok(tg_user_call_create(&call, &entry->plan, NULL, &request, tg_suite_error));
    return call;
}

static void assert_launch(const tg_user_launch *launch, const char *symbol, size_t grid,
                          size_t block, size_t shared_bytes)
{
    ck_assert_str_eq(launch->step->kernel->name, symbol);
    ck_assert_uint_eq(launch->shape.grid, grid);
    ck_assert_uint_eq(launch->shape.block, block);
    ck_assert_uint_eq(launch->shared_bytes, shared_bytes);
}

static size_t ceil_div(size_t a, size_t b) { return (a + b - 1) / b; }

/* The first two and the last two launches, which both ways have in common. */
static void assert_ends(const tg_user_call *call, size_t height, size_t nb_events)
{
    const size_t nb = call->nb_launches;
    const size_t lookup_blocks = nb_events == 0 ? 1 : ceil_div(nb_events, 256);
    assert_launch(&call->launches[0], "global_decompress", ceil_div(height, 64), 64, 0);
    assert_launch(&call->launches[1], "global_transpose", ceil_div(height, 64), 64, 0);
    assert_launch(&call->launches[nb - 2], "global_finalize", ceil_div(height, 64), 64, 0);
    assert_launch(&call->launches[nb - 1], "global_lookups", lookup_blocks, 256, 0);
}

static const struct {
    size_t height;
    size_t nb_events;
} sizes[] = {{16, 0},       {32, 1},         {256, 256},          {288, 257},
             {512, 512},    {544, 513},      {262144, 262144},    {262176, 262145},
             {1 << 20, 99}, {1 << 22, 1000}, {(size_t)1 << 26, 0}};
#define NB_SIZES (sizeof sizes / sizeof sizes[0])

START_TEST(global_manifest_of_the_chained_scan)
{
    tg_manifest *manifest = NULL;
    const tg_manifest_entry *entry = read_example(&manifest, "global-chained.json");
    for (size_t k = 0; k < NB_SIZES; k++) {
        const size_t height = sizes[k].height;
        tg_user_call call = call_of(entry, height, sizes[k].nb_events);
        ck_assert_uint_eq(call.nb_launches, 5);
        assert_ends(&call, height, sizes[k].nb_events);
        // One block takes 256 rows; more are chained, in twice as many blocks as there are
        // sections.
        if (height <= 256) {
            assert_launch(&call.launches[2], "global_scan_small", 1, 256, 28672);
        } else {
            assert_launch(&call.launches[2], "global_scan_large", ceil_div(height, 256), 256,
                          28672);
        }
        ck_assert_uint_eq(call.scratch_bytes[0], height * POINT_BYTES);
        ck_assert_uint_eq(call.scratch_bytes[1], 4);
        ck_assert_uint_eq(call.scratch_bytes[2], ceil_div(height, SECTION) * 4);
        ck_assert_uint_eq(call.scratch_bytes[3], ceil_div(height, SECTION) * POINT_BYTES);
        tg_user_call_destroy(&call);
    }
    // What the blocks wait for begins at zero.
    ck_assert(!entry->plan.scratch[0].is_filled);
    for (size_t i = 1; i < 4; i++) {
        ck_assert(entry->plan.scratch[i].is_filled);
        ck_assert_uint_eq(entry->plan.scratch[i].fill, 0);
    }
    tg_manifest_destroy(manifest);
}
END_TEST

/* One round of the recursion: points of level i at `at`, their sums' level behind, in its buffer
 * and not upon another one. */
static void assert_round(const tg_user_launch *launch, const char *symbol, size_t i, size_t height,
                         size_t buffer_bytes)
{
    size_t nb_points = height;
    for (size_t k = 0; k < i; k++) nb_points = ceil_div(nb_points, SECTION);
    const size_t nb_sections = ceil_div(nb_points, SECTION);
    const uint64_t at = launch->values[0];
    const uint64_t next = launch->values[2];
    ck_assert_str_eq(launch->step->kernel->name, symbol);
    ck_assert_uint_eq(launch->shape.grid, nb_sections);
    ck_assert_uint_eq(launch->shape.block, 256);
    ck_assert_uint_eq(launch->values[1], nb_points);
    if (i == 0) ck_assert_uint_eq(at, 0);
    ck_assert_uint_le(at + nb_points * POINT_BYTES, next);
    ck_assert_uint_le(next + nb_sections * POINT_BYTES, buffer_bytes);
}

START_TEST(global_manifest_of_the_recursive_scan)
{
    tg_manifest *manifest = NULL;
    const tg_manifest_entry *entry = read_example(&manifest, "global-recursive.json");
    for (size_t k = 0; k < NB_SIZES; k++) {
        const size_t height = sizes[k].height;
        tg_user_call call = call_of(entry, height, sizes[k].nb_events);
        size_t levels = 1;
        for (size_t n = height; n > SECTION; n = ceil_div(n, SECTION)) levels++;
        ck_assert_uint_eq(call.nb_launches, 4 + levels + levels - 1);
        assert_ends(&call, height, sizes[k].nb_events);
        const tg_user_launch *launches = call.launches + 2;
        for (size_t i = 0; i < levels; i++) {
            assert_round(&launches[i], "global_scan_sections", i, height, call.scratch_bytes[0]);
            ck_assert_uint_eq(launches[i].shared_bytes, 28672);
            // The sums of one level are the points of the next.
            if (i > 0) ck_assert_uint_eq(launches[i].values[0], launches[i - 1].values[2]);
        }
        for (size_t i = 0; i + 1 < levels; i++) {
            assert_round(&launches[levels + i], "global_add_sums", levels - 2 - i, height,
                         call.scratch_bytes[0]);
        }
        tg_user_call_destroy(&call);
    }
    tg_manifest_destroy(manifest);
}
END_TEST

TG_SUITE("global_manifest", global_manifest_of_the_chained_scan,
         global_manifest_of_the_recursive_scan)
