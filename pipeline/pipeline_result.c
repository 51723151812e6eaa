/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Results and their traces. */
#include "pipeline/pipeline.h"

#include <stdlib.h>
#include <string.h>

double tg_pipeline_result_clear(tg_pipeline_result *result)
{
    // The permit goes last: until then the device's memory is this result's. What the scope still
    // has to say was said by the call.
    const tg_status said = tg_scope_end(result->scope, NULL);
    (void)said;
    tg_mark_destroy(result->end);
    free(result->preprocessed.list);
    free(result->main.list);
    free(result->failures);
    (void)tg_permit_release(&result->place);
    const double held_s = tg_permit_release(&result->permit);
    *result = (tg_pipeline_result){.cluster = 0};
    return held_s;
}

const tg_padded_trace *tg_traces_find(const tg_traces *traces, const char *name)
{
    for (size_t i = 0; i < traces->nb; i++) {
        if (strcmp(traces->list[i].name, name) == 0) return &traces->list[i];
    }
    return NULL;
}

tg_status tg_padded_trace_download(uint32_t *cells, const tg_padded_trace *trace, tg_scope *scope,
                                   tg_error *error)
{
    if (trace->d_cells == NULL) return TG_OK;
    return tg_scope_download(scope, cells, trace->d_cells,
                             trace->width * trace->height * sizeof *cells, error);
}
