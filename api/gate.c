/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A gate from a program of the user's own. */
#include "api/api_internal.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of a verdict as the first version of the header had it: no program has fewer. */
#define FIRST_BYTES (offsetof(tracegate_verdict, how) + sizeof((tracegate_verdict *)0)->how)

_Static_assert(sizeof((tracegate_verdict *)0)->what >= sizeof((tg_error *)0)->what &&
                   sizeof((tracegate_verdict *)0)->where >= sizeof((tg_error *)0)->where &&
                   sizeof((tracegate_verdict *)0)->how >= sizeof((tg_error *)0)->how,
               "an error fits into a verdict");

const char *tracegate_version(void) { return TG_VERSION; }

static tg_status create_document(tg_document **document, const tg_gate_options *gate,
                                 const tg_user_set *set, const tracegate_gate_options *options,
                                 tg_error *error)
{
    tg_command command;
    api_kernels_command(&command, set, options);
    const tg_recipe recipe = {
        .verb = "gate",
        .command = command.text,
        .has_seed = true,
        .seed = gate->seed,
        .profile = tg_profile_name(gate->profile),
        .nb_events = gate->nb_events,
        .actuals = gate->actuals,
        .nb_actuals = gate->nb_actuals,
        .nb_records = gate->nb_records,
    };
    return tg_document_create(document, &recipe, options->no_times == 0, error);
}

/* Gate, with kernels and files open. */
static tg_status run_gate(tracegate_verdict *verdict, api_memory *memory, tg_gate_options *gate,
                          api_files *files, FILE *text, FILE *progress, tg_error *error)
{
    tg_gate_summary summary = {.is_concluded = false};
    tg_status status = tg_gate_run(&summary, text, progress, gate, error);
    verdict->nb_comparisons = summary.nb_comparisons;
    verdict->nb_cells = summary.nb_cells;
    verdict->nb_mismatches = summary.nb_mismatches;
    verdict->nb_not_run = summary.nb_not_run;
    if (!summary.is_concluded) {
        api_files_discard(files);
        return status;
    }
    const tg_status written = api_files_write(files, memory->document, error);
    const tg_status filled = api_verdict_fill(verdict, memory, error);
    if (filled != TG_OK) return filled;
    return written != TG_OK ? written : status;
}

/* All between the options and the verdict.
 * notes  of a process of its own; NULL: it is the program's */
static tg_status run(tracegate_verdict *verdict, api_memory *memory,
                     const tracegate_gate_options *options, FILE *text, tg_supervised *notes,
                     tg_error *error)
{
    tg_gate_options gate;
    api_kernels kernels = {.libraries = NULL};
    api_files files = {.nb = 0};
    tg_status status = api_options_gate(&gate, options, error);
    if (status == TG_OK) status = api_kernels_open(&kernels, options, text, notes, error);
    if (status == TG_OK) {
        const tg_user_set *set = &kernels.set;
        tg_user_set_use(&gate, set);
        status = create_document(&memory->document, &gate, set, options, error);
        gate.document = memory->document;
    }
    if (status == TG_OK) status = api_files_open(&files, options, error);
    if (status == TG_OK)
        status = run_gate(verdict, memory, &gate, &files, text, options->progress, error);
    api_kernels_close(&kernels);
    return status;
}

tg_status api_gate(tracegate_verdict *verdict, api_memory *memory,
                   const tracegate_gate_options *options, tg_supervised *notes, tg_error *error)
{
    FILE *text = open_memstream(&memory->text, &memory->text_bytes);
    if (text == NULL) return api_no_memory(error);
    const tg_status status = run(verdict, memory, options, text, notes, error);
    const bool has_failed = ferror(text) != 0;
    const bool is_closed = fclose(text) == 0;
    return is_closed && !has_failed ? status : api_no_memory(error);
}

tg_status api_no_memory(tg_error *error)
{
    tg_error_set(error, TG_ERR_MEMORY, "no memory for a verdict");
    tg_error_how(error, "free some memory");
    return TG_ERR_MEMORY;
}

/* Gate where that is safe: code of a chip library runs in a process of its own. */
static tg_status choose(tracegate_verdict *verdict, const tracegate_gate_options *given,
                        tg_error *error)
{
    tracegate_gate_options options;
    api_memory *memory = calloc(1, sizeof *memory);
    if (memory == NULL) return api_no_memory(error);
    verdict->memory = memory;
    tg_status status = api_options_take(&options, given, error);
    if (status != TG_OK) return status;
    if (options.nb_chip_libraries != 0 && options.is_in_process == 0)
        status = api_gate_apart(verdict, memory, &options, TG_SUPERVISED_MAX_CALL_S, error);
    else
        status = api_gate(verdict, memory, &options, NULL, error);
    if (memory->text != NULL) verdict->text = memory->text;
    return status;
}

tracegate_status tracegate_gate(tracegate_verdict *verdict, const tracegate_gate_options *options)
{
    tg_error error = {.status = TG_OK};
    tracegate_verdict made = {.struct_size = sizeof made, .text = ""};
    if (verdict == NULL || options == NULL || verdict->struct_size < FIRST_BYTES)
        return TRACEGATE_BAD_INPUT;
    const size_t size = verdict->struct_size;
    const tg_status status = choose(&made, options, &error);
    made.status = (tracegate_status)tg_status_exit_code(status);
    if (status != TG_OK) {
        memcpy(made.what, error.what, sizeof error.what);
        memcpy(made.where, error.where, sizeof error.where);
        memcpy(made.how, error.how, sizeof error.how);
    }
    // A program of a later header has members that stay as they were.
    memcpy(verdict, &made, size < sizeof made ? size : sizeof made);
    verdict->struct_size = size;
    return made.status;
}
