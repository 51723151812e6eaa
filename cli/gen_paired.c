/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate gen --paired. */
#include "cli/gen_paired.h"

#include "cli/verbs.h"
#include "harness/program.h"
#include "harness/progress.h"

#include <inttypes.h>

static size_t nb_machines(void) { return TG_NB_PROGRAM_MACHINES; }

static const char *machine_name_at(size_t index)
{
    return tg_program_machine_name((tg_program_machine)index);
}

static const char *machine_text_at(size_t index)
{
    return tg_program_machine_text((tg_program_machine)index);
}

const tg_names tg_machine_names = {
    .nb_names = nb_machines,
    .name_at = machine_name_at,
    .text_at = machine_text_at,
    .fallback = TG_PROGRAM_COMPRESS,
};

tg_status tg_gen_paired_check(const tg_gen_paired *paired, const tg_words *operands,
                              const tg_source *source, tg_error *error)
{
    if (!paired->is_asked && operands->nb_words == 0) {
        tg_error_set(error, TG_ERR_USAGE, "CHIP.KIND is missing");
        tg_error_how(error, "name the trace, as in 'tracegate gen Select.main --nb-events 1000 -o "
                            "events.npy'; or draw a whole program with --paired");
    } else if (!paired->is_asked && paired->machine.given) {
        tg_error_set(error, TG_ERR_USAGE, "--machine is for drawn programs");
        tg_error_how(error, "add --paired, or leave --machine out");
    } else if (paired->is_asked && operands->nb_words != 0) {
        tg_error_set(error, TG_ERR_USAGE, "--paired draws events of all chips, not of %s alone",
                     operands->words[0]);
        tg_error_how(error, "leave %s out: the record has its events too", operands->words[0]);
    } else if (paired->is_asked && source->profile.given) {
        tg_error_set(error, TG_ERR_USAGE, "--profile does not go with --paired");
        tg_error_how(error, "leave it out: programs are drawn in one way");
    } else {
        return TG_OK;
    }
    return TG_ERR_USAGE;
}

/* Events of all traces. */
static size_t count_events(const tg_program *program, size_t *nb_traces)
{
    size_t nb_events = 0;
    *nb_traces = 0;
    for (size_t list = 0; list < program->nb_lists; list++) {
        *nb_traces += program->lists[list].is_there;
        nb_events += program->lists[list].nb_events;
    }
    return nb_events;
}

tg_status tg_gen_paired_run(const tg_gen_paired *paired, const tg_source *source,
                            const char *output, tg_error *error)
{
    tg_program_machine machine = TG_PROGRAM_COMPRESS;
    tg_program program = {0};
    tg_status status = tg_output_path_check(output, error);
    if (status == TG_OK) status = tg_program_machine_find(&machine, paired->machine.name, error);
    if (status != TG_OK) return status;
    tg_progress *progress = NULL;
    tg_progress_create(&progress, stderr);
    tg_progress_say(progress, 0, 0, "drawing a program");
    status = tg_program_draw(&program, machine, source->seed.value, (size_t)source->nb_events.value,
                             error);
    if (status == TG_OK) {
        tg_progress_say(progress, 0, 0, "writing %s", output);
        status = tg_program_write(&program, output, error);
    }
    tg_progress_destroy(progress);
    if (status == TG_OK) {
        size_t nb_traces = 0;
        const size_t nb_events = count_events(&program, &nb_traces);
        (void)printf("%s: a program of %zu drawn instruction%s, %zu events of %zu traces, machine "
                     "%s, seed 0x%" PRIx64 "\n",
                     output, program.nb_instructions, tg_plural(program.nb_instructions), nb_events,
                     nb_traces, paired->machine.name, program.seed);
    }
    tg_program_clear(&program);
    return status;
}
