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
                                 const api_kernels *kernels, const tracegate_gate_options *options,
                                 tg_error *error)
{
    tg_command command;
    api_kernels_command(&command, kernels, options);
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

/* All between the options and the verdict. */
static tg_status run(tracegate_verdict *verdict, api_memory *memory,
                     const tracegate_gate_options *given, FILE *text, tg_error *error)
{
    tracegate_gate_options options;
    tg_gate_options gate;
    api_kernels kernels = {.kernels = NULL};
    api_files files = {.nb = 0};
    tg_status status = api_options_take(&options, given, error);
    if (status == TG_OK) status = api_options_gate(&gate, &options, error);
    if (status == TG_OK) status = api_kernels_open(&kernels, &options, text, error);
    if (status == TG_OK) {
        gate.names = kernels.names;
        gate.nb_names = kernels.nb_names;
        gate.actuals = &kernels.backend;
        gate.nb_actuals = 1;
        gate.plan_of = tg_user_kernels_plan_of;
        gate.plan_of_context = kernels.kernels;
        gate.plan_words = kernels.words;
        gate.nb_plan_words = kernels.nb_words;
        status = create_document(&memory->document, &gate, &kernels, &options, error);
        gate.document = memory->document;
    }
    if (status == TG_OK) status = api_files_open(&files, &options, error);
    if (status == TG_OK)
        status = run_gate(verdict, memory, &gate, &files, text, options.progress, error);
    api_kernels_close(&kernels);
    return status;
}

/* As run, with the text that it writes. */
static tg_status run_with_text(tracegate_verdict *verdict, const tracegate_gate_options *given,
                               tg_error *error)
{
    api_memory *memory = calloc(1, sizeof *memory);
    FILE *text = memory != NULL ? open_memstream(&memory->text, &memory->text_bytes) : NULL;
    verdict->memory = memory;
    if (text == NULL) {
        tg_error_set(error, TG_ERR_MEMORY, "no memory for a verdict");
        tg_error_how(error, "free some memory");
        return TG_ERR_MEMORY;
    }
    const tg_status status = run(verdict, memory, given, text, error);
    const bool has_failed = ferror(text) != 0;
    const bool is_closed = fclose(text) == 0;
    if (memory->text != NULL) verdict->text = memory->text;
    if (is_closed && !has_failed) return status;
    tg_error_set(error, TG_ERR_MEMORY, "no memory for the text of a verdict");
    tg_error_how(error, "free some memory");
    return TG_ERR_MEMORY;
}

tracegate_status tracegate_gate(tracegate_verdict *verdict, const tracegate_gate_options *options)
{
    tg_error error = {.status = TG_OK};
    tracegate_verdict made = {.struct_size = sizeof made, .text = ""};
    if (verdict == NULL || options == NULL || verdict->struct_size < FIRST_BYTES)
        return TRACEGATE_BAD_INPUT;
    const size_t size = verdict->struct_size;
    const tg_status status = run_with_text(&made, options, &error);
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
