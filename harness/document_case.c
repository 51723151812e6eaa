/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Cases as findings of a document. */
#include "harness/document_case.h"

tg_status tg_document_add_case(tg_document *document, const tg_case_finding *finding,
                               tg_error *error)
{
    const tg_case *work = finding->work;
    const tg_case_result *result = finding->result;
    const tg_trace *trace = work->subject.trace;
    const size_t width = tg_trace_width(trace);
    // Where runs of the case differ, the one at hand may match.
    const bool has_cells = result->status == TG_OK && !result->is_match &&
                           finding->expected->cells != NULL && finding->actual->cells != NULL;
    const tg_report report = {.trace = trace,
                              .title = trace->name,
                              .expected = finding->expected_name,
                              .actual = finding->actual_name,
                              .source = work->source[0] != '\0' ? work->source : NULL,
                              .events = work->events,
                              .nb_events = work->nb_events,
                              .height = result->height,
                              .sides = has_cells ? &result->sides : NULL,
                              .conduct = has_cells ? &result->conduct : NULL,
                              .again = finding->again};
    tg_picture picture;
    tg_status status = TG_OK;
    if (has_cells)
        status = tg_picture_init(
            &picture, trace, work->nb_events,
            &(tg_matrix){.cells = finding->expected->cells,
                         .height = result->height,
                         .width = width},
            &(tg_matrix){.cells = finding->actual->cells, .height = result->height, .width = width},
            error);
    if (status != TG_OK) return status;
    const tg_finding entry = {.report = &report,
                              .diff = has_cells ? &result->diff : NULL,
                              .failed = result->status,
                              .why = &result->error,
                              .launch = work->launch,
                              .backend = finding->actual_name,
                              .causes = finding->causes,
                              .key = finding->key,
                              .triage = finding->triage,
                              .picture = has_cells ? &picture : NULL,
                              .case_folder = finding->case_folder,
                              .text = finding->text};
    status = tg_document_add_finding(document, &entry, error);
    if (has_cells) tg_picture_clear(&picture);
    return status;
}
