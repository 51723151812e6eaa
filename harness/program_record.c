/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A drawn program as a record: a folder that no reader takes for one before record.json, the last
 * of its files, is there. */
#include "harness/program.h"

#include "files/npy.h"
#include "files/output.h"
#include "files/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether a trace has a file of events. */
static bool has_file(const tg_program *program, size_t list)
{
    return program->lists[list].is_there && tg_trace_at(list)->event != NULL;
}

static tg_status write_events(const tg_program *program, const char *folder, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t list = 0; list < program->nb_lists && status == TG_OK; list++) {
        const tg_trace *trace = tg_trace_at(list);
        const tg_program_list *events = &program->lists[list];
        char path[TG_PATH_BYTES];
        if (!has_file(program, list)) continue;
        status = tg_path_format(path, error, "%s/%s.events.npy", folder, trace->name);
        if (status == TG_OK)
            status = tg_npy_write_events(path, events->events, events->nb_events,
                                         tg_trace_event_size(trace), error);
    }
    return status;
}

/* Write the object of record.json. What fails to be written is seen when the file is committed.
 * Errors  TG_ERR_SIZE */
static tg_status print_record(FILE *out, const tg_program *program, tg_error *error)
{
    const char *machine = tg_program_machine_name(program->machine);
    (void)fprintf(out, "{\n  \"machine\": \"%s\",\n  \"public_values_words\": [", machine);
    for (size_t i = 0; i < TG_PROGRAM_NB_PUBLIC_VALUES; i++) {
        (void)fprintf(out, "%s%" PRIu32, i == 0 ? "" : ", ", program->committed[i]);
    }
    // A string: readers of JSON do not have to know integers of 64 bits.
    (void)fprintf(out, "],\n  \"seed\": \"0x%" PRIx64 "\",\n", program->seed);
    (void)fprintf(out,
                  "  \"source\": \"a program drawn and executed by tracegate: machine %s, seed "
                  "0x%" PRIx64 ", %zu drawn instructions\",\n  \"traces\": [",
                  machine, program->seed, program->nb_instructions);
    const char *separator = "";
    for (size_t list = 0; list < program->nb_lists; list++) {
        const tg_trace *trace = tg_trace_at(list);
        const size_t nb_events = program->lists[list].nb_events;
        size_t height = 0;
        if (!program->lists[list].is_there) continue;
        const tg_status status = tg_trace_height(trace, nb_events, 0, &height, error);
        if (status != TG_OK) return status;
        (void)fprintf(out,
                      "%s\n    {\"trace\": \"%s\", \"events\": %zu, \"height\": %zu, "
                      "\"width\": %zu}",
                      separator, trace->name, nb_events, height, tg_trace_width(trace));
        separator = ",";
    }
    (void)fprintf(out, "\n  ]\n}\n");
    return TG_OK;
}

static tg_status write_record(const tg_program *program, const char *folder, tg_error *error)
{
    char path[TG_PATH_BYTES];
    tg_output output;
    tg_status status = tg_path_format(path, error, "%s/record.json", folder);
    if (status == TG_OK) status = tg_output_open(&output, path, error);
    if (status != TG_OK) return status;
    status = print_record(output.stream, program, error);
    if (status == TG_OK) return tg_output_commit(&output, error);
    tg_output_discard(&output);
    return status;
}

/* Remove what was written, as far as it is there. */
static void remove_record(const tg_program *program, const char *folder)
{
    char path[TG_PATH_BYTES];
    for (size_t list = 0; list < program->nb_lists; list++) {
        if (has_file(program, list) && tg_path_format(path, NULL, "%s/%s.events.npy", folder,
                                                      tg_trace_at(list)->name) == TG_OK)
            (void)unlink(path);
    }
    (void)rmdir(folder);
}

tg_status tg_program_write(const tg_program *program, const char *folder, tg_error *error)
{
    if (mkdir(folder, 0777) != 0) {
        const int reason = errno;
        const tg_status status = tg_io_error(error, "make a folder", folder, reason);
        if (reason == EEXIST) tg_error_how(error, "name a folder that is not there yet");
        return status;
    }
    tg_status status = write_events(program, folder, error);
    if (status == TG_OK) status = write_record(program, folder, error);
    if (status != TG_OK) remove_record(program, folder);
    return status;
}
