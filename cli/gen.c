/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate gen: seeded events into a file, or a drawn program into a folder. */
#include "cli/chip_library.h"
#include "cli/gen_paired.h"
#include "cli/verbs.h"
#include "files/npy.h"
#include "harness/gate.h"
#include "harness/progress.h"

#include <inttypes.h>
#include <stddef.h>

typedef struct gen_values {
    tg_source source;
    tg_gen_paired paired;
    const char *output;
    tg_words chip_libraries;
} gen_values;

static const tg_option options[] = {
    TG_OPTION(gen_values, source.nb_events, NUMBER, "nb-events", "N", "how many events to draw",
              .max = TG_MAX_EVENTS, .required = true),
    TG_OPTION(gen_values, output, TEXT, "output", "EVENTS.npy",
              "the file to write; with --paired the folder", .letter = 'o', .required = true),
    TG_OPTION(gen_values, source.seed, NUMBER, "seed", "S", "64-bit seed of the draws",
              .fallback = TG_TEXT_OF(TG_GATE_SEED), .max = UINT64_MAX),
    TG_OPTION(gen_values, source.profile, CHOICE, "profile", "P", "how events are drawn",
              .names = &tg_profile_names),
    TG_OPTION(gen_values, source.valid, FLAG, "valid", NULL,
              "events that obey the chip's constraints; without it they need not"),
    TG_CHIP_LIBRARY_OPTION(gen_values, chip_libraries),
    TG_GEN_PAIRED_OPTIONS(gen_values, paired),
};

/* Draw events of one trace and write them. */
static tg_status gen_trace(const gen_values *given, const char *name, tg_error *error)
{
    tg_subject subject;
    tg_status status = tg_subject_named(&subject, name, error);
    if (status == TG_OK) status = tg_output_path_check(given->output, error);
    if (status != TG_OK) return status;
    const tg_trace *trace = subject.trace;
    if (trace->event == NULL) {
        tg_error_set(error, TG_ERR_USAGE, "%s has no events to write, only their number",
                     trace->name);
        tg_error_how(error, "'tracegate trace %s --nb-events N' makes its trace without a file",
                     trace->name);
        return TG_ERR_USAGE;
    }
    tg_source source = given->source;
    source.seed.given = true;
    tg_event_list list = {0};
    tg_progress *progress = NULL;
    tg_progress_create(&progress, stderr);
    tg_progress_say(progress, 0, 0, "drawing events of %s", trace->name);
    status = tg_event_list_load(&list, &subject, &source, error);
    tg_progress_say(progress, 0, 0, "writing %zu event%s", list.nb_events,
                    tg_plural(list.nb_events));
    if (status == TG_OK)
        status = tg_npy_write_events(given->output, list.events, list.nb_events,
                                     tg_trace_event_size(trace), error);
    tg_progress_destroy(progress);
    if (status == TG_OK) {
        (void)printf("%s: %zu event%s of %s, %zu bytes each, profile %s%s, seed 0x%" PRIx64 "\n",
                     given->output, list.nb_events, tg_plural(list.nb_events), trace->name,
                     tg_trace_event_size(trace), source.profile.name, source.valid ? ", valid" : "",
                     source.seed.value);
        tg_event_list_say_fewer("gen", &list, trace, &source);
    }
    tg_event_list_clear(&list);
    return status;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const gen_values *given = values;
    const tg_status status = tg_gen_paired_check(&given->paired, operands, &given->source, error);
    if (status != TG_OK) return status;
    if (!given->paired.is_asked) return gen_trace(given, operands->words[0], error);
    if (given->source.valid) {
        tg_error_set(error, TG_ERR_USAGE, "--valid does not go with --paired");
        tg_error_how(error, "leave it out: the events of a program always obey the constraints");
        return TG_ERR_USAGE;
    }
    return tg_gen_paired_run(&given->paired, &given->source, given->output, error);
}

const tg_verb tg_verb_gen = {
    .name = "gen",
    .summary = "write seeded events to a file",
    .operands = "[CHIP.KIND]",
    .max_operands = 1,
    .text =
        "Draws events and writes them as .npy, u1 [n, event size], in the memory layout of "
        "SP1's structs. The same\n"
        "command writes the same bytes on every machine. A profile that a trace does not have is "
        "an error that lists those\n"
        "it has.\n"
        "Events are what generators of traces take, whether there is a proof of them or not. "
        "With --valid each one also obeys\n"
        "the chip's constraints: a result is that of an operation, an output that of a layer, a "
        "bit is 0 or 1.\n"
        "With --paired a whole program is drawn and executed, and written as a record of all "
        "chips of a machine.\n",
    .examples =
        "  tracegate gen Select.main --nb-events 1000 -o events.npy\n"
        "  tracegate gen ExtAlu.preprocessed --nb-events 65 --seed 0x7 -o events.npy\n"
        "  tracegate gen BaseAlu.main --nb-events 1000 --profile upstream -o events.npy   "
        "# SP1's own test events\n"
        "  tracegate gen ExtAlu.main --nb-events 1000 --profile boundary --valid -o events.npy\n"
        "  tracegate gen Global.main --nb-events 8192 --profile boundary -o events.npy\n"
        "  tracegate gen --paired --nb-events 1000 -o program\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(gen_values),
    .run = run,
};
