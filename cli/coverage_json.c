/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Event coverage as JSON. */
#include "cli/coverage_json.h"

/* Classes of a group that a list is of: those that were reached, or those that were not. */
static void json_classes(tg_json_out *json, const char *name, const tg_event_coverage *coverage,
                         size_t index, uint64_t classes)
{
    tg_json_begin(json, name, '[');
    for (; classes != 0; classes &= classes - 1) {
        char text[TG_COVERAGE_NAME_BYTES];
        tg_json_text(json, NULL,
                     tg_event_coverage_class_name(text, coverage, index,
                                                  (unsigned)__builtin_ctzll(classes)));
    }
    tg_json_end(json);
}

void tg_coverage_json(tg_json_out *json, const tg_event_coverage *coverage)
{
    const tg_coverage_tally all = tg_event_coverage_tally(coverage, TG_NB_COVERAGE_SECTIONS);
    tg_json_count(json, "nb_classes", all.nb_classes);
    tg_json_count(json, "nb_reached", all.nb_reached);
    tg_json_begin(json, "groups", '[');
    for (size_t i = 0; i < tg_event_coverage_nb_groups(coverage); i++) {
        tg_coverage_group group;
        tg_event_coverage_group_at(&group, coverage, i);
        tg_json_begin(json, NULL, '{');
        tg_json_text(json, "section", tg_coverage_section_name(group.section));
        tg_json_text(json, "name", group.name);
        json_classes(json, "reached", coverage, i, group.reached);
        json_classes(json, "not_reached", coverage, i, group.classes & ~group.reached);
        tg_json_end(json);
    }
    tg_json_end(json);
}

tg_status tg_coverage_file_open(tg_coverage_file *file, const char *path, tg_error *error)
{
    const tg_status status = tg_output_open(&file->output, path, error);
    if (status != TG_OK) return status;
    file->json = (tg_json_out){.out = file->output.stream};
    tg_json_begin(&file->json, NULL, '{');
    tg_json_begin(&file->json, "coverage", '[');
    return TG_OK;
}

void tg_coverage_file_add(void *context, const char *source, const tg_event_coverage *coverage)
{
    tg_coverage_file *file = context;
    tg_json_begin(&file->json, NULL, '{');
    tg_json_text(&file->json, "trace", tg_event_coverage_trace(coverage)->name);
    tg_json_text(&file->json, "source", source);
    tg_coverage_json(&file->json, coverage);
    tg_json_end(&file->json);
}

tg_status tg_coverage_file_commit(tg_coverage_file *file, tg_error *error)
{
    tg_json_end(&file->json);
    tg_json_end(&file->json);
    return tg_output_commit(&file->output, error);
}

void tg_coverage_file_discard(tg_coverage_file *file) { tg_output_discard(&file->output); }
