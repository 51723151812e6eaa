/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What `tracegate diff` found, told. Files cannot be run again: nothing is shrunk here, and the key
 * is that of the whole.
 */
#include "cli/diff_story.h"

#include "harness/clock.h"
#include "model/memory.h"

#include <stdlib.h>
#include <string.h>

/* What is said of a mismatch beside the comparison itself. */
typedef struct meaning {
    tg_causes causes;
    tg_prediction prediction;
    tg_key key;
    tg_picture picture; /* cleared where there are no cells */
    char *text;         /* the report; owned */
} meaning;

static bool knows_events(const tg_diff_story *story)
{
    return story->report.trace != NULL && !story->report.nb_events_is_unknown;
}

/* ---- finding what it means ---- */

static bool has_same_dimensions(const tg_matrix *one, const tg_matrix *other)
{
    return one->height == other->height && one->width == other->width;
}

/* Find the property of events that predicts what is wrong, where events are at hand. */
static tg_status predict(tg_prediction *prediction, const tg_diff_story *story, tg_error *error)
{
    const tg_report *report = &story->report;
    *prediction = (tg_prediction){.property = ""};
    if (!knows_events(story) || report->events == NULL || story->diff == NULL ||
        !has_same_dimensions(&story->expected, &story->actual))
        return TG_OK;
    const size_t nb_used = tg_trace_nb_events_used(report->trace, report->nb_events);
    void *memory = NULL;
    if (nb_used == 0) return TG_OK;
    tg_status status = tg_buffer_create(&memory, nb_used, sizeof(bool), error);
    if (status != TG_OK) return status;
    bool *is_wrong = memory;
    tg_wrong_events(is_wrong, report->trace, report->nb_events, &story->expected, &story->actual);
    status = tg_predict(prediction, report->trace, report->events, report->nb_events, is_wrong, 0,
                        error);
    tg_buffer_destroy(memory);
    return status;
}

static tg_status find_causes(meaning *found, const tg_diff_story *story, tg_error *error)
{
    const tg_report *report = &story->report;
    const tg_mismatch mismatch = {
        .trace = report->trace,
        .events = report->events,
        .nb_events = report->nb_events,
        .nb_events_is_unknown = report->nb_events_is_unknown,
        .canonical = report->canonical,
        .expected = story->expected,
        .actual = story->actual,
        .diff = story->diff,
        .expected_sides = story->expected_sides,
        .actual_sides = story->actual_sides,
        .sides = report->sides,
    };
    const tg_status status = tg_causes_find(&found->causes, &mismatch, error);
    if (status == TG_OK) tg_key_make(&found->key, &mismatch, &found->causes);
    return status;
}

/* ---- the text ---- */

static tg_status no_memory(tg_error *error)
{
    tg_error_set(error, TG_ERR_MEMORY, "no memory for a report");
    tg_error_how(error, "use a machine with more memory");
    return TG_ERR_MEMORY;
}

static void print_more(FILE *out, const void *more)
{
    const meaning *found = more;
    char text[2 * TG_PROPERTY_BYTES + 128];
    (void)tg_prediction_text(text, sizeof text, &found->prediction);
    if (text[0] != '\0') {
        tg_flow line = tg_flow_begin(out, "  property     ");
        tg_flow_put_words(&line, text);
        (void)fputc('\n', out);
    }
    (void)fprintf(out, "  key          %s\n", found->key.text);
}

/* A report of one side output alone. */
static void print_sides(FILE *out, const tg_report *report)
{
    (void)fprintf(out, "%s.%s    %s against %s    MISMATCH\n", report->trace->name,
                  report->trace->sides[0].name, report->actual, report->expected);
    tg_report_sides(out, report->sides);
    tg_report_causes(out, report->causes, NULL);
    report->print_more(out, report->more);
    (void)fprintf(out, "  again: %s\n\n", report->again);
}

static tg_status write_text(meaning *found, const tg_diff_story *story, tg_error *error)
{
    tg_report report = story->report;
    report.causes = &found->causes;
    report.print_more = print_more;
    report.more = found;
    size_t length = 0;
    FILE *stream = open_memstream(&found->text, &length);
    if (stream == NULL) return no_memory(error);
    if (story->diff != NULL) {
        tg_report_mismatch(stream, &report, story->diff);
    } else {
        print_sides(stream, &report);
    }
    return fclose(stream) == 0 ? TG_OK : no_memory(error);
}

/* ---- the document ---- */

static tg_status add_trace(tg_document *document, const tg_diff_story *story, tg_error *error)
{
    const tg_report *report = &story->report;
    if (report->trace == NULL) return TG_OK;
    const tg_diff *diff = story->diff;
    const tg_side_diff *side = diff == NULL ? &report->sides->sides[0] : NULL;
    const size_t nb_wrong = story->is_match ? 0 : 1;
    const tg_document_side side_row = {
        .name = side != NULL ? report->trace->sides[0].name : NULL,
        .nb_comparisons = 1,
        .nb_words = side != NULL ? side->nb_compared : 0,
        .nb_mismatches = nb_wrong,
    };
    const tg_document_trace row = {
        .trace = report->trace,
        .verdict = story->is_match ? TG_VERDICT_MATCH : TG_VERDICT_MISMATCH,
        .nb_cases = 1,
        .nb_events = report->nb_events,
        .min_height = report->height,
        .max_height = report->height,
        .nb_comparisons = 1,
        .nb_cells = diff != NULL ? diff->compared.eventful + diff->compared.padding : 0,
        .nb_mismatches = nb_wrong,
        .seconds = tg_now_s() - story->start_s,
        .nb_sides = side != NULL,
        .sides = &side_row,
        .kernel = story->kernel_file,
    };
    return tg_document_add_trace(document, &row, error);
}

static tg_status add_finding(tg_document *document, const meaning *found,
                             const tg_diff_story *story, tg_error *error)
{
    const tg_finding finding = {
        .report = &story->report,
        .diff = story->diff,
        .failed = TG_OK,
        .backend = story->report.actual,
        .causes = &found->causes,
        .key = &found->key,
        .prediction = &found->prediction,
        .picture = story->diff != NULL ? &found->picture : NULL,
        .text = found->text,
    };
    return tg_document_add_finding(document, &finding, error);
}

static tg_status fill(tg_document *document, const meaning *found, const tg_diff_story *story,
                      tg_error *error)
{
    tg_status status = TG_OK;
    if (!story->is_match) status = add_finding(document, found, story, error);
    if (status == TG_OK) status = add_trace(document, story, error);
    if (status == TG_OK)
        status = tg_document_end(document, story->is_match ? TG_OK : TG_ERR_MISMATCH,
                                 tg_now_s() - story->start_s, error);
    return status;
}

static tg_status draw(meaning *found, const tg_diff_story *story, tg_error *error)
{
    if (story->is_match || story->diff == NULL) return TG_OK;
    return tg_picture_init(&found->picture, knows_events(story) ? story->report.trace : NULL,
                           story->report.nb_events, &story->expected, &story->actual, error);
}

static tg_status write_document(tg_document_files *files, meaning *found,
                                const tg_diff_story *story, bool with_times, tg_error *error)
{
    const tg_recipe recipe = {
        .verb = "diff",
        .command = story->report.again,
        .expected = story->report.expected,
        .actuals = &story->report.actual,
        .nb_actuals = 1,
    };
    tg_document *document = NULL;
    tg_status status = draw(found, story, error);
    if (status == TG_OK) status = tg_document_create(&document, &recipe, with_times, error);
    if (status == TG_OK) status = fill(document, found, story, error);
    if (status == TG_OK) {
        status = tg_document_files_write(files, document, stdout, error);
    } else {
        tg_document_files_discard(files);
    }
    tg_document_destroy(document);
    return status;
}

tg_status tg_diff_story_tell(const tg_diff_story *story, tg_document_files *files,
                             const tg_document_values *values, tg_error *error)
{
    meaning found = {.text = NULL};
    tg_status status = TG_OK;
    if (!story->is_match) {
        status = find_causes(&found, story, error);
        if (status == TG_OK) status = predict(&found.prediction, story, error);
        if (status == TG_OK) status = write_text(&found, story, error);
        if (status == TG_OK) (void)fputs(found.text, stdout);
    }
    if (status == TG_OK && tg_document_files_wanted(values)) {
        status = write_document(files, &found, story, !values->no_times, error);
    } else {
        tg_document_files_discard(files);
    }
    tg_picture_clear(&found.picture);
    free(found.text);
    return status;
}
