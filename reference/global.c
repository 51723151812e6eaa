/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Global: the points of all events, then their running sum in order, then rows and side outputs. */
#include "model/global.h"

#include "model/memory.h"
#include "reference/curve.h"
#include "reference/poseidon2_state.h"
#include "reference/reference.h"

#include <string.h>

/* Top bytes of y6_byte_decomp are below this, which LTU looks up. */
#define TOP_BYTE_BOUND 63u

/* Bits of the values that Range looks up: the limb and message[7], kind. */
#define LIMB_BITS 16u
#define KIND_BITS 6u

/* What rows and side outputs are made from, for each event. */
typedef struct global_job {
    const tg_global_event *events;
    size_t nb_events;
    uint32_t *offsets;    /* numbers of the accepted candidates */
    tg_ref_point *points; /* their points, those of sent messages negated */
    tg_ref_point *sums;   /* the start and all points up to the event's own */
} global_job;

static tg_status job_create(global_job *job, const tg_request *request, tg_error *error)
{
    const size_t nb_events = request->nb_events;
    *job = (global_job){.events = request->events, .nb_events = nb_events};
    void *buffer = NULL;
    tg_status status = tg_buffer_create(&buffer, nb_events, sizeof *job->offsets, error);
    job->offsets = buffer;
    if (status != TG_OK) return status;
    status = tg_buffer_create(&buffer, nb_events, sizeof *job->points, error);
    job->points = buffer;
    if (status != TG_OK) return status;
    status = tg_buffer_create(&buffer, nb_events, sizeof *job->sums, error);
    job->sums = buffer;
    return status;
}

static void job_destroy(global_job *job)
{
    tg_buffer_destroy(job->offsets);
    tg_buffer_destroy(job->points);
    tg_buffer_destroy(job->sums);
}

/* Find the points of all events. Returns the first event that has none, nb_events if all have. */
static size_t find_points(global_job *job, uint32_t max_candidates)
{
    // Events take one candidate or ten: threads ask for more when they have done theirs.
    size_t first_without = job->nb_events;
#pragma omp parallel for schedule(dynamic, 64) reduction(min : first_without)
    for (size_t i = 0; i < job->nb_events; i++) {
        const tg_global_event *event = &job->events[i];
        tg_ref_point point;
        if (!tg_ref_curve_hash(&point, &job->offsets[i], event->message, event->kind,
                               max_candidates)) {
            if (i < first_without) first_without = i;
            continue;
        }
        job->points[i] = event->is_receive == 1 ? point : tg_ref_point_negate(&point);
    }
    return first_without;
}

static tg_status find_points_and_sums(global_job *job, const tg_request *request, tg_error *error)
{
    const uint32_t max_candidates = tg_request_max_candidates(request);
    size_t event = find_points(job, max_candidates);
    if (event < job->nb_events) return tg_request_no_candidate(request, event, error);
    event = tg_ref_point_running_sums(job->sums, tg_ref_curve_start, job->points, job->nb_events);
    if (event < job->nb_events) {
        return tg_ref_event_error(error, request->trace, event,
                                  "the sum of all points up to its own is the point at infinity, "
                                  "which no row can hold");
    }
    return TG_OK;
}

/* The residue whose bytes show that y is a receive's or a send's. */
static uint32_t y6_less_one(const tg_global_event *event, const tg_ref_point *point)
{
    const uint32_t y6 = point->y.c[6];
    return event->is_receive == 1 ? y6 - 1 : TG_P - 1 - y6;
}

static uint32_t byte_of(uint32_t value, size_t place) { return value >> (8 * place) & 0xff; }

/* Limbs of message[0] below its top byte. */
static uint32_t limb_16bit(const tg_global_event *event) { return event->message[0] & 0xffff; }
static uint32_t limb_8bit(const tg_global_event *event) { return byte_of(event->message[0], 2); }

static void put_point(uint32_t cells[2][TG_SEPTIC_DEGREE], const tg_ref_point *point)
{
    memcpy(cells[0], point->x.c, sizeof point->x.c);
    memcpy(cells[1], point->y.c, sizeof point->y.c);
}

static void fill_row(tg_global_main_columns *row, const global_job *job, size_t i)
{
    const tg_global_event *event = &job->events[i];
    const tg_ref_point *point = &job->points[i];
    memcpy(row->message, event->message, sizeof row->message);
    row->kind = event->kind;
    row->message_0_16bit_limb = limb_16bit(event);
    row->message_0_8bit_limb = limb_8bit(event);

    tg_global_interaction *interaction = &row->interaction;
    uint32_t input[TG_REF_POSEIDON2_WIDTH];
    memcpy(interaction->x_coordinate, point->x.c, sizeof point->x.c);
    memcpy(interaction->y_coordinate, point->y.c, sizeof point->y.c);
    tg_ref_curve_hash_input(input, event->message, event->kind, job->offsets[i]);
    tg_ref_poseidon2_state_fill(&interaction->permutation.permutation.state, input);
    interaction->offset = job->offsets[i];
    for (size_t k = 0; k < 4; k++) {
        interaction->y6_byte_decomp[k] = byte_of(y6_less_one(event, point), k);
    }

    row->is_real = 1;
    row->is_receive = event->is_receive;
    row->is_send = 1u - event->is_receive;
    row->index = (uint32_t)i;
    put_point(row->accumulation.initial_digest, i > 0 ? &job->sums[i - 1] : &tg_ref_curve_start);
    put_point(row->accumulation.cumulative_sum, &job->sums[i]);
}

/* Padding keeps the constraints that are not switched off by is_real: a permutation, a point, a
 * sum. */
static void fill_padding_row(tg_global_main_columns *row)
{
    static const uint32_t zeros[TG_REF_POSEIDON2_WIDTH];
    const tg_ref_point sum = tg_ref_point_add(&tg_ref_curve_start, &tg_ref_curve_dummy);
    memset(row, 0, sizeof *row);
    tg_global_interaction *interaction = &row->interaction;
    memcpy(interaction->x_coordinate, tg_ref_curve_dummy.x.c, sizeof interaction->x_coordinate);
    memcpy(interaction->y_coordinate, tg_ref_curve_dummy.y.c, sizeof interaction->y_coordinate);
    tg_ref_poseidon2_state_fill(&interaction->permutation.permutation.state, zeros);
    put_point(row->accumulation.initial_digest, &tg_ref_curve_start);
    put_point(row->accumulation.cumulative_sum, &sum);
}

static void fill_cells(uint32_t *cells, size_t height, const global_job *job)
{
    tg_global_main_columns padding;
    fill_padding_row(&padding);
#pragma omp parallel for schedule(static)
    for (size_t first = 0; first < height; first += TG_REF_TILE_ROWS) {
        tg_global_main_columns rows[TG_REF_TILE_ROWS];
        const size_t nb_left = height - first;
        const size_t nb_rows = nb_left < TG_REF_TILE_ROWS ? nb_left : TG_REF_TILE_ROWS;
        for (size_t i = 0; i < nb_rows; i++) {
            if (first + i < job->nb_events) {
                fill_row(&rows[i], job, first + i);
            } else {
                rows[i] = padding;
            }
        }
        tg_ref_store_rows(cells, height, (const uint32_t *)rows, sizeof rows[0] / sizeof(uint32_t),
                          first, nb_rows);
    }
}

static void fill_cumulative_sum(tg_global_cumulative_sum *side, const global_job *job)
{
    const tg_ref_point *sum =
        job->nb_events != 0 ? &job->sums[job->nb_events - 1] : &tg_ref_curve_start;
    memcpy(side->x, sum->x.c, sizeof side->x);
    memcpy(side->y, sum->y.c, sizeof side->y);
}

/* Count what the constraints of an event's row look up: the ranges of limbs, kind and bytes. */
static void count_lookups(uint32_t *counters, const global_job *job, size_t i)
{
    const tg_global_event *event = &job->events[i];
    const uint32_t witness = y6_less_one(event, &job->points[i]);
    counters[TG_RANGE_LOOKUP(LIMB_BITS, limb_16bit(event))]++;
    counters[TG_RANGE_LOOKUP(LIMB_BITS, event->message[7] & 0xffff)]++;
    counters[TG_BYTE_LOOKUP(TG_BYTE_OP_U8_RANGE, limb_8bit(event), 0)]++;
    counters[TG_RANGE_LOOKUP(KIND_BITS, event->kind)]++;
    counters[TG_BYTE_LOOKUP(TG_BYTE_OP_U8_RANGE, 0, job->offsets[i])]++;
    for (size_t k = 0; k < 3; k++) {
        counters[TG_BYTE_LOOKUP(TG_BYTE_OP_U8_RANGE, 0, byte_of(witness, k))]++;
    }
    counters[TG_BYTE_LOOKUP(TG_BYTE_OP_LTU, byte_of(witness, 3), TOP_BYTE_BOUND)]++;
}

static void fill_sides(const tg_product *out, const global_job *job)
{
    tg_global_cumulative_sum sum;
    fill_cumulative_sum(&sum, job);
    memcpy(out->sides[TG_GLOBAL_SIDE_CUMULATIVE_SUM], &sum, sizeof sum);
    out->sides[TG_GLOBAL_SIDE_EVENT_COUNT][0] = (uint32_t)job->nb_events;

    uint32_t *counters = out->sides[TG_GLOBAL_SIDE_LOOKUPS];
    memset(counters, 0, TG_NB_BYTE_LOOKUPS * sizeof *counters);
    for (size_t i = 0; i < job->nb_events; i++) {
        count_lookups(counters, job, i);
    }
}

static tg_status global_fill(const tg_product *out, const tg_request *request, tg_error *error)
{
    global_job job;
    tg_status status = job_create(&job, request, error);
    if (status == TG_OK) status = find_points_and_sums(&job, request, error);
    if (status == TG_OK) {
        fill_cells(out->cells, request->height, &job);
        fill_sides(out, &job);
    }
    job_destroy(&job);
    return status;
}

const tg_ref_generator tg_ref_global_main = {.fill = global_fill};
