/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reports of gate --pipeline: what differs, causes and key, the line that makes it again. */
#include "cli/gate_pipeline_internal.h"

#include "harness/key.h"
#include "harness/report.h"

static void print_key(FILE *out, const void *more)
{
    const tg_key *key = more;
    (void)fprintf(out, "  key          %s (%s)\n", key->text, key->id);
}

/* What a report's key is made of. */
typedef struct gate_key {
    tg_causes causes;
    tg_key key;
} gate_key;

/* Let a report say causes and key of its mismatch, if it is of a trace that is known.
 * found  as long there as the report */
static void put_key(tg_report *report, gate_key *found, const tg_mismatch *mismatch)
{
    // Stand-ins are of no trace that is known here, and without memory there are no causes.
    if (mismatch->trace == NULL || tg_causes_find(&found->causes, mismatch, NULL) != TG_OK) return;
    tg_key_make(&found->key, mismatch, &found->causes);
    report->causes = &found->causes;
    report->print_more = print_key;
    report->more = &found->key;
}

void gate_pipeline_say_finding(const gating *of, const tg_mismatch *mismatch)
{
    gate_key found;
    tg_report report = {.again = of->options->again};
    tg_report_again(stdout, &report);
    if (mismatch == NULL) return;
    put_key(&report, &found, mismatch);
    tg_report_end(stdout, &report);
}

tg_mismatch gate_pipeline_mismatch(const gated_trace *it)
{
    return (tg_mismatch){
        .trace = it->input->subject.trace,
        .events = it->input->events,
        .nb_events = it->input->nb_events,
        .actual = {it->actual.cells, it->trace->height, it->trace->width},
        .actual_sides = &it->actual,
    };
}

void gate_pipeline_report(const gating *of, const gated_trace *it, const char *expected,
                          const tg_matrix *matrix, const tg_diff *diff, const tg_sides_diff *sides)
{
    gate_key found;
    char title[TG_NAME_BYTES + 16];
    const tg_trace *trace = it->input->subject.trace;
    (void)snprintf(title, sizeof title, "%s.%s", it->trace->name, tg_kind_name(it->kind));
    tg_report report = {
        .trace = trace,
        .title = title,
        .expected = expected,
        .actual = "pipeline",
        .source = of->shard->record.path,
        .events = it->input->events,
        .nb_events = it->input->nb_events,
        .height = it->trace->height,
        .nb_events_is_unknown = trace == NULL,
        .sides = sides,
        .again = of->options->again,
    };
    tg_mismatch mismatch = gate_pipeline_mismatch(it);
    mismatch.expected = *matrix;
    mismatch.diff = diff;
    mismatch.sides = sides;
    put_key(&report, &found, &mismatch);
    (void)putchar('\n');
    tg_report_mismatch(stdout, &report, diff);
}

void gate_pipeline_report_digest(const gating *of, const gated_trace *it,
                                 const tg_record_trace *entry, const tg_digest *digest)
{
    char title[TG_NAME_BYTES + 16];
    char texts[2][33];
    (void)snprintf(title, sizeof title, "%s.%s", it->trace->name, tg_kind_name(it->kind));
    (void)printf("\n%-22s pipeline against recorded digest    %zu events    MISMATCH\n"
                 "  recorded  %zu rows, %zu columns, %s\n  pipeline  %zu rows, %zu columns, %s\n",
                 title, it->input->nb_events, entry->height, entry->width,
                 tg_digest_text(texts[0], &entry->digest), it->trace->height, it->trace->width,
                 tg_digest_text(texts[1], digest));
    tg_mismatch mismatch = gate_pipeline_mismatch(it);
    mismatch.expected = (tg_matrix){NULL, entry->height, entry->width};
    gate_pipeline_say_finding(of, &mismatch);
}
