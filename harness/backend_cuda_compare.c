/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Backend `cuda`: comparison on the device, where the traces are made. The expected side is brought
 * there once; what was made travels only if something is wrong. */
#include "harness/backend_cuda_work_internal.h"
#include "harness/diff_device.h"

/* Make it twice over the two poisons; conduct as tg_backend_make takes it of both, without what
 * only a comparison of the two tells. Both workspaces are to be cleared, whatever comes of it. */
static tg_status make_twice_there(cuda_work works[2], tg_conduct *conduct, tg_device *device,
                                  const tg_job *job, tg_error *error)
{
    tg_conduct second = {0};
    *conduct = (tg_conduct){0};
    tg_status status =
        cuda_work_make(&works[0], conduct, device, job, TG_POISON_FIRST, NULL, error);
    if (status == TG_OK)
        status = cuda_work_make(&works[1], &second, device, job, TG_POISON_SECOND,
                                works[0].d_original, error);
    if (status == TG_OK && !tg_conduct_is_wrong(conduct)) *conduct = second;
    return status;
}

static tg_status doubt_region(tg_doubt *doubt, tg_device *device, const cuda_work works[2],
                              size_t number, tg_error *error)
{
    tg_device_tally unwritten = {0};
    tg_device_tally unstable = {0};
    const tg_status status = tg_device_compare_runs(
        device, &unwritten, &unstable, cuda_work_words(&works[0], number),
        cuda_work_words(&works[1], number), works[0].regions[number].bytes / sizeof(uint32_t),
        TG_POISON_FIRST, TG_POISON_SECOND, error);
    *doubt = (tg_doubt){.nb_unwritten = unwritten.nb,
                        .first_unwritten = unwritten.first,
                        .nb_unstable = unstable.nb,
                        .first_unstable = unstable.first};
    return status;
}

/* Cells and side outputs of a workspace, in the order of its regions. */
static uint32_t *output_of(const tg_product *product, size_t number)
{
    return number == CUDA_REGION_TRACE ? product->cells
                                       : product->sides[number - CUDA_REGION_SIDES];
}

/* Whether two runs left the same words in a region, and those are the expected ones. */
static tg_status region_matches(bool *is_match, tg_device *device, const cuda_work works[2],
                                size_t number, const uint32_t *expected, tg_error *error)
{
    const size_t bytes = works[0].regions[number].bytes;
    tg_doubt doubt = {0};
    tg_device_tally different = {0};
    void *d_expected = NULL;
    tg_status status = doubt_region(&doubt, device, works, number, error);
    if (status == TG_OK) status = tg_device_take(device, &d_expected, bytes, error);
    if (status == TG_OK) status = tg_device_upload(device, d_expected, expected, bytes, error);
    if (status == TG_OK)
        status = tg_device_compare_bytes(device, &different, d_expected,
                                         cuda_work_words(&works[1], number), bytes, error);
    tg_device_give(device, d_expected);
    *is_match =
        status == TG_OK && doubt.nb_unwritten == 0 && doubt.nb_unstable == 0 && different.nb == 0;
    return status;
}

tg_status cuda_matches(void *state, bool *is_match, const tg_job *job, const tg_product *expected,
                       tg_error *error)
{
    tg_device *device = state;
    cuda_work works[2] = {{.d_memory = NULL}, {.d_memory = NULL}};
    tg_conduct conduct;
    tg_status status = make_twice_there(works, &conduct, device, job, error);
    *is_match = status == TG_OK && !tg_conduct_is_wrong(&conduct);
    for (size_t i = 0; i < works[0].nb_regions && *is_match; i++) {
        if (i == CUDA_REGION_EVENTS) continue;
        status = region_matches(is_match, device, works, i, output_of(expected, i), error);
    }
    cuda_work_clear(&works[1], device);
    cuda_work_clear(&works[0], device);
    return status;
}

static tg_status fetch_region(const tg_product *out, tg_device *device, const cuda_work *work,
                              size_t number, tg_error *error)
{
    return tg_device_download(device, output_of(out, number), cuda_work_words(work, number),
                              work->regions[number].bytes, error);
}

static tg_status compare_cells_there(tg_diff *diff, tg_device *device, const cuda_work *work,
                                     const tg_job *job, const uint32_t *expected, tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    const size_t bytes = work->regions[CUDA_REGION_TRACE].bytes;
    void *d_expected = NULL;
    tg_status status = tg_device_take(device, &d_expected, bytes, error);
    if (status == TG_OK) status = tg_device_upload(device, d_expected, expected, bytes, error);
    if (status == TG_OK) {
        const tg_matrix right = {.cells = d_expected,
                                 .height = job->height,
                                 .width = tg_trace_width(trace)};
        tg_matrix made = right;
        made.cells = cuda_work_words(work, CUDA_REGION_TRACE);
        status = tg_diff_run_at(diff, &tg_diff_on_device, device, trace, job->nb_events, &right,
                                &made, error);
    }
    tg_device_give(device, d_expected);
    return status;
}

/* Whether a side output is the expected one, to the bit. */
static tg_status side_equals(bool *is_equal, tg_device *device, const cuda_work *work,
                             size_t number, const uint32_t *expected, tg_error *error)
{
    const size_t bytes = work->regions[number].bytes;
    tg_device_tally different = {0};
    void *d_expected = NULL;
    tg_status status = tg_device_take(device, &d_expected, bytes, error);
    if (status == TG_OK) status = tg_device_upload(device, d_expected, expected, bytes, error);
    if (status == TG_OK)
        status = tg_device_compare_bytes(device, &different, d_expected,
                                         cuda_work_words(work, number), bytes, error);
    tg_device_give(device, d_expected);
    *is_equal = status == TG_OK && different.nb == 0;
    return status;
}

/* Compare side outputs. Lookups, which are many, travel only if they are wrong; one that equals
 * the expected one is as good as that. The others are a few words. */
static tg_status compare_sides_there(tg_sides_diff *sides, tg_device *device, const cuda_work *work,
                                     const tg_product *out, const tg_product *expected,
                                     tg_error *error)
{
    tg_product made = {.cells = NULL};
    tg_status status = TG_OK;
    for (size_t i = CUDA_REGION_SIDES; i < work->nb_regions && status == TG_OK; i++) {
        const size_t side = i - CUDA_REGION_SIDES;
        bool is_equal = false;
        if (expected->sides[side] == NULL) continue;
        if (sides->trace->sides[side].form == TG_SIDE_BYTE_LOOKUPS)
            status = side_equals(&is_equal, device, work, i, expected->sides[side], error);
        if (status == TG_OK && !is_equal) status = fetch_region(out, device, work, i, error);
        made.sides[side] = is_equal ? expected->sides[side] : out->sides[side];
    }
    if (status == TG_OK) tg_sides_diff_run(sides, expected, &made);
    return status;
}

tg_status cuda_compare(void *state, tg_diff *diff, tg_sides_diff *sides, tg_conduct *conduct,
                       const tg_product *out, const tg_job *job, const tg_product *expected,
                       tg_error *error)
{
    tg_device *device = state;
    cuda_work works[2] = {{.d_memory = NULL}, {.d_memory = NULL}};
    tg_status status = make_twice_there(works, conduct, device, job, error);
    for (size_t i = 0; i < works[0].nb_regions && status == TG_OK; i++) {
        if (i == CUDA_REGION_EVENTS) continue;
        tg_doubt *doubt =
            i == CUDA_REGION_TRACE ? &conduct->cells : &conduct->sides[i - CUDA_REGION_SIDES];
        status = doubt_region(doubt, device, works, i, error);
    }
    // Its memory is where the expected cells go.
    cuda_work_clear(&works[0], device);
    if (status == TG_OK)
        status = compare_cells_there(diff, device, &works[1], job, expected->cells, error);
    if (status == TG_OK)
        status = compare_sides_there(sides, device, &works[1], out, expected, error);
    const bool is_match = status == TG_OK && tg_diff_is_match(diff) &&
                          tg_sides_diff_is_match(sides) && !tg_conduct_is_wrong(conduct);
    for (size_t i = 0; i < works[1].nb_regions && status == TG_OK && !is_match; i++) {
        if (i != CUDA_REGION_EVENTS) status = fetch_region(out, device, &works[1], i, error);
    }
    cuda_work_clear(&works[1], device);
    return status;
}
