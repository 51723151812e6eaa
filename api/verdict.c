/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a verdict holds. */
#include "api/api_internal.h"

#include "model/memory.h"

#include <stdlib.h>

/* The number under two keys; 0 where there is none. */
static size_t number_at(tg_json_value *totals, const char *group, const char *key)
{
    const int64_t value = tg_json_integer_of(tg_json_member(tg_json_member(totals, group), key));
    return value > 0 ? (size_t)value : 0;
}

static size_t sum_of(tg_json_value *totals, const char *group)
{
    return number_at(totals, group, "eventful") + number_at(totals, group, "padding");
}

static tracegate_finding finding_of(tg_json_value *value)
{
    tg_json_value *totals = tg_json_member(value, "totals");
    return (tracegate_finding){
        .trace = tg_json_text_of(tg_json_member(value, "trace")),
        .key = tg_json_text_of(tg_json_member(value, "key")),
        .again = tg_json_text_of(tg_json_member(value, "again")),
        .text = tg_json_text_of(tg_json_member(value, "text")),
        .nb_cells = sum_of(totals, "compared"),
        .nb_wrong_cells = sum_of(totals, "wrong"),
        .nb_wrong_rows = sum_of(totals, "wrong_rows"),
    };
}

tg_status api_verdict_fill(tracegate_verdict *verdict, api_memory *memory, tg_error *error)
{
    void *findings = NULL;
    tg_json_value *root = tg_document_root(memory->document);
    tg_json_value *list = tg_json_member(root, "findings");
    const size_t nb = tg_json_length(list);
    const tg_status status = tg_buffer_create(&findings, nb, sizeof *memory->findings, error);
    if (status != TG_OK) return status;
    memory->findings = findings;
    memory->has_report = true;
    verdict->nb_traces = tg_json_length(tg_json_member(root, "traces"));
    verdict->nb_findings = nb;
    for (size_t i = 0; i < nb; i++) {
        memory->findings[i] = finding_of(tg_json_element(list, i));
        verdict->nb_wrong_cells += memory->findings[i].nb_wrong_cells;
    }
    return TG_OK;
}

const tracegate_finding *tracegate_verdict_finding(const tracegate_verdict *verdict, size_t index)
{
    const api_memory *memory = verdict->memory;
    if (memory == NULL || memory->findings == NULL || index >= verdict->nb_findings) return NULL;
    return &memory->findings[index];
}

void tracegate_verdict_clear(tracegate_verdict *verdict)
{
    api_memory *memory = verdict->memory;
    if (memory == NULL) return;
    tg_document_destroy(memory->document);
    tg_buffer_destroy(memory->findings);
    free(memory->text);
    free(memory);
    verdict->memory = NULL;
    verdict->nb_findings = 0;
    verdict->text = "";
}
