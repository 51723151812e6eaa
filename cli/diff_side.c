/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files of side outputs against each other. */
#include "cli/diff_side.h"

#include "cli/diff_story.h"
#include "files/lookups.h"
#include "files/npy.h"
#include "model/memory.h"

#include <string.h>

bool tg_side_files_find(tg_side_files *files, const char *name)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        const size_t length = strlen(trace->name);
        if (strncmp(name, trace->name, length) != 0 || name[length] != '.') continue;
        for (size_t side = 0; side < trace->nb_sides; side++) {
            if (strcmp(name + length + 1, trace->sides[side].name) != 0) continue;
            files->trace = trace;
            files->side = &trace->sides[side];
            files->kernel_file = tg_subject_at(i).kernel_file;
            return true;
        }
    }
    return false;
}

static tg_status check_words(const tg_npy *npy, const tg_side_files *files, tg_error *error)
{
    const size_t nb_words = tg_side_nb_words(files->side);
    if (npy->item_size == sizeof(uint32_t) && npy->nb_rows == 1 && npy->nb_columns == nb_words)
        return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "an array [%zu, %zu] of %zu bytes an item is no %s.%s",
                 npy->nb_rows, npy->nb_columns, npy->item_size, files->trace->name,
                 files->side->name);
    tg_error_where(error, "%s", npy->path);
    tg_error_how(error, "that is u4 [1, %zu]: name with --chip what the files hold", nb_words);
    return TG_ERR_FORMAT;
}

static tg_status read_words(uint32_t *words, const tg_side_files *files, const char *path,
                            tg_error *error)
{
    tg_npy npy;
    tg_status status = tg_npy_open(&npy, path, error);
    if (status != TG_OK) return status;
    status = check_words(&npy, files, error);
    if (status == TG_OK) status = tg_npy_read_cells(words, &npy, error);
    tg_npy_close(&npy);
    return status;
}

static tg_status read_side(uint32_t **words, const tg_side_files *files, const char *path,
                           tg_error *error)
{
    void *buffer = NULL;
    const tg_status status =
        tg_buffer_create(&buffer, tg_side_nb_words(files->side), sizeof(uint32_t), error);
    *words = buffer;
    if (status != TG_OK) return status;
    return files->side->form == TG_SIDE_BYTE_LOOKUPS ? tg_lookups_read(*words, path, error)
                                                     : read_words(*words, files, path, error);
}

static void print_match(const tg_side_files *files, const tg_side_diff *found)
{
    const bool is_lookups = files->side->form == TG_SIDE_BYTE_LOOKUPS;
    (void)printf("equal: %s.%s, %zu %s%s compared\n", files->trace->name, files->side->name,
                 found->nb_compared, is_lookups ? "lookup counter" : "word",
                 tg_plural(found->nb_compared));
}

/* Tell what was found.  documents: ended */
static tg_status tell(const tg_side_files *files, const tg_sides_diff *diff,
                      const tg_product products[2], tg_document_files *documents,
                      const tg_document_values *values, tg_error *error)
{
    const tg_diff_story story = {
        .report = {.trace = diff->trace,
                   .title = files->trace->name,
                   .expected = files->paths[0],
                   .actual = files->paths[1],
                   .nb_events_is_unknown = true,
                   .sides = diff,
                   .again = files->again},
        .is_match = tg_sides_diff_is_match(diff),
        .expected_sides = &products[0],
        .actual_sides = &products[1],
        .kernel_file = files->kernel_file,
        .start_s = files->start_s,
    };
    if (story.is_match) print_match(files, &diff->sides[0]);
    const tg_status status = tg_diff_story_tell(&story, documents, values, error);
    return status == TG_OK && !story.is_match ? TG_ERR_MISMATCH : status;
}

/* documents: ended */
static tg_status read_and_compare(const tg_side_files *files, tg_sides_diff *diff,
                                  tg_document_files *documents, const tg_document_values *values,
                                  tg_error *error)
{
    tg_product products[2] = {{.cells = NULL}, {.cells = NULL}};
    tg_status status = TG_OK;
    for (size_t i = 0; i < 2 && status == TG_OK; i++) {
        status = read_side(&products[i].sides[0], files, files->paths[i], error);
    }
    if (status == TG_OK) {
        tg_sides_diff_run(diff, &products[0], &products[1]);
        status = tell(files, diff, products, documents, values, error);
    } else {
        tg_document_files_discard(documents);
    }
    for (size_t i = 0; i < 2; i++) {
        tg_buffer_destroy(products[i].sides[0]);
    }
    return status;
}

tg_status tg_side_files_compare(const tg_side_files *files, size_t max_listed,
                                tg_document_files *documents, const tg_document_values *values,
                                tg_error *error)
{
    // A trace with this one side output, so that of the others nothing is said.
    tg_trace alone = *files->trace;
    alone.nb_sides = 1;
    alone.sides = files->side;
    tg_sides_diff diff;
    const tg_status status = tg_sides_diff_init(&diff, &alone, max_listed, error);
    if (status != TG_OK) {
        tg_document_files_discard(documents);
        return status;
    }
    const tg_status compared = read_and_compare(files, &diff, documents, values, error);
    tg_sides_diff_clear(&diff);
    return compared;
}
