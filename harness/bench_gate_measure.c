/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The measurements of one round: the link, the reference, the gate. */
#include "harness/bench_gate_internal.h"

#include "gpu/runtime.h"
#include "harness/bulk.h"
#include "harness/clock.h"
#include "harness/gate_cases.h"

#include <string.h>

/* ---- the link ---- */

/* Copies of which the fastest counts: what else uses the link only makes one slower. */
#define NB_COPIES 5

typedef struct link_memory {
    tg_runtime *runtime;
    tg_scope *scope;
    void *pinned;
    void *d_bytes;
} link_memory;

static tg_status link_open(link_memory *memory, tg_error *error)
{
    tg_status status = tg_runtime_open(&memory->runtime, &tg_runtime_cuda, NULL, error);
    if (status == TG_OK)
        status = tg_runtime_take_pinned(memory->runtime, &memory->pinned, TG_BENCH_GATE_LINK_BYTES,
                                        error);
    if (status == TG_OK) status = tg_scope_begin(&memory->scope, memory->runtime, true, error);
    if (status == TG_OK)
        status = tg_scope_take(memory->scope, &memory->d_bytes, TG_BENCH_GATE_LINK_BYTES, error);
    // Pages that were never written are all the same one.
    if (status == TG_OK) memset(memory->pinned, 1, TG_BENCH_GATE_LINK_BYTES);
    return status;
}

static tg_status link_close(link_memory *memory, tg_error *error)
{
    if (memory->scope != NULL) tg_scope_give(memory->scope, memory->d_bytes);
    const tg_status status = tg_scope_end(memory->scope, error);
    if (memory->pinned != NULL) tg_runtime_give_pinned(memory->runtime, memory->pinned);
    tg_runtime_close(memory->runtime);
    return status;
}

/* Bytes a second of the fastest copy; the first one only wakes the link. */
static tg_status time_copies(double *bytes_per_s, const link_memory *memory, bool is_upload,
                             tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i <= NB_COPIES && status == TG_OK; i++) {
        const double start_s = tg_now_s();
        status = is_upload
                     ? tg_scope_upload_pinned(memory->scope, memory->d_bytes, memory->pinned,
                                              TG_BENCH_GATE_LINK_BYTES, error)
                     : tg_scope_download_pinned(memory->scope, memory->pinned, memory->d_bytes,
                                                TG_BENCH_GATE_LINK_BYTES, error);
        if (status == TG_OK) status = tg_scope_wait(memory->scope, error);
        const double speed = (double)TG_BENCH_GATE_LINK_BYTES / (tg_now_s() - start_s);
        if (i != 0 && speed > *bytes_per_s) *bytes_per_s = speed;
    }
    return status;
}

tg_status gate_measure_link(void *context, tg_error *error)
{
    gate_measuring *of = context;
    gate_round *round = &of->shared->rounds[of->round];
    link_memory memory = {.runtime = NULL};
    tg_status status = link_open(&memory, error);
    if (status == TG_OK) {
        (void)snprintf(of->shared->device, sizeof of->shared->device, "%s",
                       tg_runtime_name(memory.runtime));
        status = time_copies(&round->upload_per_s, &memory, true, error);
    }
    if (status == TG_OK) status = time_copies(&round->download_per_s, &memory, false, error);
    const tg_status ended = link_close(&memory, status == TG_OK ? error : NULL);
    return status == TG_OK ? ended : status;
}

/* ---- the reference ---- */

/* Memory that was written before: what a first touch of it takes is the gate's, not the
 * reference's. */
static void touch(const tg_product *out, const tg_trace *trace, size_t height)
{
    tg_bulk_fill(out->cells, 0, height * tg_trace_width(trace) * sizeof *out->cells);
    for (size_t i = 0; i < trace->nb_sides; i++) {
        tg_bulk_fill(out->sides[i], 0, tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t));
    }
}

static tg_status time_reference(void *context, const tg_case *work, tg_error *error)
{
    gate_measuring *of = context;
    const tg_trace *trace = work->subject.trace;
    tg_request request = {.trace = trace,
                          .events = work->events,
                          .nb_events = work->nb_events,
                          .max_candidates = work->max_candidates};
    tg_product out;
    tg_status status = tg_trace_height(trace, work->nb_events, 0, &request.height, error);
    if (status == TG_OK) status = tg_product_create(&out, trace, request.height, error);
    if (status != TG_OK) return status;
    touch(&out, trace, request.height);
    const double start_s = tg_now_s();
    status = tg_ref_make(&out, work->subject.reference, &request, error);
    if (of->nb_done < of->max_cases)
        gate_sample_of(of, of->round, of->nb_done++)->reference_s = tg_now_s() - start_s;
    tg_product_destroy(&out);
    return status;
}

tg_status gate_measure_reference(void *context, tg_error *error)
{
    gate_measuring *of = context;
    of->nb_done = 0;
    const tg_gate_visitor visitor = {.visit = time_reference, .context = of};
    const tg_status status = tg_gate_visit(&of->gate, &visitor, error);
    of->shared->nb_cases = of->nb_done;
    return status;
}

/* ---- the gate ---- */

static void take_times(void *context, const tg_gate_times *times)
{
    gate_measuring *of = context;
    if (of->nb_done >= of->max_cases) return;
    gate_sample_of(of, of->round, of->nb_done++)->gate[of->way] = *times;
}

/* A gate with a finding takes another course, whose time says nothing. */
static tg_status not_alike(const gate_measuring *of, tg_error *error)
{
    tg_error_set(error, TG_ERR_MISMATCH, "what is to be measured does not match on %s",
                 of->options->backend->name);
    tg_error_how(error, "find out why first: tracegate gate --actual %s --nb-events %zu",
                 of->options->backend->name, of->options->nb_events);
    return TG_ERR_MISMATCH;
}

tg_status gate_measure_gate(void *context, tg_error *error)
{
    gate_measuring *of = context;
    tg_gate_summary summary;
    FILE *nowhere = fopen("/dev/null", "w");
    if (nowhere == NULL) {
        tg_error_set(error, TG_ERR_IO, "/dev/null can't be written to");
        tg_error_how(error, "mend the system: the gate's report goes there");
        return TG_ERR_IO;
    }
    of->nb_done = 0;
    of->gate.isolation.isolate =
        of->way == TG_BENCH_GATE_ISOLATED ? TG_ISOLATE_ALWAYS : TG_ISOLATE_NEVER;
    of->gate.on_case = take_times;
    of->gate.on_case_context = of;
    const double start_s = tg_now_s();
    const tg_status status = tg_gate_run(&summary, nowhere, NULL, &of->gate, error);
    of->shared->rounds[of->round].whole_s[of->way] = tg_now_s() - start_s;
    (void)fclose(nowhere);
    if (status == TG_ERR_MISMATCH) return not_alike(of, error);
    // A verdict of another kind says what it means in the report only.
    if (status != TG_OK && summary.is_concluded)
        tg_error_set(error, status, "the gate that is measured could not compare everything");
    return status;
}
