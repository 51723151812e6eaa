/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Drawn programs: which instruction comes next, and what is left when all are drawn. What an
 * instruction does is its chip's (harness/program_chip.h).
 *
 * Weights are walked in the order of chips.def: a chip that joins a machine changes the programs of
 * that machine, and of no other.
 */
#include "harness/program_internal.h"
#include "model/memory.h"
#include "reference/field.h"

#include <string.h>

/* TG_PROGRAM_OF_<id> of every chip; made by cmake/chips.cmake. */
#include "chip_programs.h"

/* What chips give for programs, in the order of tg_trace_at. */
static const struct {
    const tg_chip_program *chip; /* NULL: the chip is in no program */
    tg_kind kind;
} trace_programs[] = {
#define TG_PROGRAM_ENTRY(id, kind_) {TG_PROGRAM_OF_##id, TG_KIND_##kind_},
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_PROGRAM_ENTRY, id)
#include "model/chips.def"
#undef TG_CHIP
#undef TG_PROGRAM_ENTRY
};
#define NB_TRACES (sizeof trace_programs / sizeof trace_programs[0])

/* Number of a step that draws nothing: those that come first. */
#define NUMBER_OF_FIRST UINT64_MAX

static const struct {
    const char *name;
    const char *text;
} machines[] = {
#define TG_PROGRAM_MACHINE_TEXT(constant, name, text) [constant] = {name, text},
    TG_PROGRAM_MACHINE_LIST(TG_PROGRAM_MACHINE_TEXT)
#undef TG_PROGRAM_MACHINE_TEXT
};

const char *tg_program_machine_name(tg_program_machine machine) { return machines[machine].name; }

const char *tg_program_machine_text(tg_program_machine machine) { return machines[machine].text; }

tg_status tg_program_machine_find(tg_program_machine *machine, const char *name, tg_error *error)
{
    for (tg_program_machine known = (tg_program_machine)0; known < TG_NB_PROGRAM_MACHINES;
         known++) {
        if (strcmp(tg_program_machine_name(known), name) == 0) {
            *machine = known;
            return TG_OK;
        }
    }
    tg_error_set(error, TG_ERR_USAGE, "no machine of drawn programs is named \"%s\"", name);
#define TG_PROGRAM_MACHINE_KNOWN(constant, name, text) " " name
    tg_error_how(error,
                 "use one of the machines:" TG_PROGRAM_MACHINE_LIST(TG_PROGRAM_MACHINE_KNOWN));
#undef TG_PROGRAM_MACHINE_KNOWN
    return TG_ERR_USAGE;
}

/* The chip of trace number `list` where it is one of the machine's; NULL elsewhere. */
static const tg_chip_program *chip_of(size_t list, uint32_t machine)
{
    const tg_chip_program *chip = trace_programs[list].chip;
    return chip != NULL && (chip->machines >> machine & 1) != 0 ? chip : NULL;
}

/* The same, once a chip: for its preprocessed trace, which its main trace follows. */
static const tg_chip_program *chip_at(size_t list, uint32_t machine)
{
    return trace_programs[list].kind == TG_KIND_preprocessed ? chip_of(list, machine) : NULL;
}

/* ---- steps ---- */

/* Run one step of the chip whose preprocessed trace has this number. */
static tg_status run_step(tg_step *step, size_t list, tg_step_run *run, tg_error *error)
{
    tg_status status = tg_memory_reserve(&step->memory, error);
    for (size_t kind = 0; kind < TG_NB_KINDS && status == TG_OK; kind++) {
        status = tg_growing_reserve(&step->lists[list + kind], TG_PROGRAM_STEP_MAX,
                                    tg_trace_event_size(tg_trace_at(list + kind)), error);
    }
    if (status != TG_OK) return status;
    step->instrs = tg_trace_at(list);
    step->list = list;
    run(step);
    return TG_OK;
}

/* Turn to the draws of another instruction. */
static void begin(tg_step *step, uint64_t number)
{
    step->number = number;
    step->nb_blocks = 0;
    step->nb_words = 0;
}

static uint32_t total_weight(uint32_t machine)
{
    uint32_t total = 0;
    for (size_t list = 0; list < NB_TRACES; list++) {
        const tg_chip_program *chip = chip_at(list, machine);
        for (size_t i = 0; chip != NULL && i < TG_PROGRAM_MAX_OPS; i++) {
            total += chip->ops[i].weight;
        }
    }
    return total;
}

/* Draw one instruction by weight, and run it. */
static tg_status run_drawn(tg_step *step, uint32_t total, tg_error *error)
{
    uint32_t place = tg_step_below(step, total);
    for (size_t list = 0; list < NB_TRACES; list++) {
        const tg_chip_program *chip = chip_at(list, step->machine);
        for (size_t i = 0; chip != NULL && i < TG_PROGRAM_MAX_OPS; i++) {
            const tg_program_op *op = &chip->ops[i];
            if (place < op->weight) return run_step(step, list, op->run, error);
            place -= op->weight;
        }
    }
    TG_VERIFY_CHECK(false);
    return TG_OK;
}

/* Run what every chip has to do first. */
static tg_status run_first(tg_step *step, tg_error *error)
{
    tg_status status = TG_OK;
    begin(step, NUMBER_OF_FIRST);
    for (size_t list = 0; list < NB_TRACES && status == TG_OK; list++) {
        const tg_chip_program *chip = chip_at(list, step->machine);
        if (chip != NULL && chip->first != NULL) status = run_step(step, list, chip->first, error);
    }
    TG_VERIFY_CHECK(status != TG_OK || step->memory.cells.nb >= TG_PROGRAM_NB_CONSTANTS);
    return status;
}

/* Read every output that waits to be read. number: of the next instruction. */
static tg_status run_read_once(tg_step *step, uint64_t *number, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t list = 0; list < NB_TRACES && status == TG_OK; list++) {
        const tg_chip_program *chip = chip_at(list, step->machine);
        if (chip == NULL || chip->read_once == NULL) continue;
        while (step->memory.waiting.nb != 0 && status == TG_OK) {
            begin(step, (*number)++);
            status = run_step(step, list, chip->read_once, error);
        }
    }
    TG_VERIFY_CHECK(status != TG_OK || step->memory.waiting.nb == 0);
    return status;
}

/* Run what every chip has to do last. */
static tg_status run_last(tg_step *step, uint64_t number, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t list = 0; list < NB_TRACES && status == TG_OK; list++) {
        const tg_chip_program *chip = chip_at(list, step->machine);
        if (chip == NULL || chip->last == NULL) continue;
        begin(step, number++);
        status = run_step(step, list, chip->last, error);
    }
    return status;
}

static tg_status run_all(tg_step *step, size_t nb_instructions, tg_error *error)
{
    const uint32_t total = total_weight(step->machine);
    uint64_t number = 0;
    if (nb_instructions == 0) return TG_OK;
    tg_status status = run_first(step, error);
    while (number < nb_instructions && status == TG_OK) {
        begin(step, number++);
        status = run_drawn(step, total, error);
    }
    if (status == TG_OK) status = run_read_once(step, &number, error);
    if (status == TG_OK) status = run_last(step, number, error);
    return status;
}

/* ---- programs ---- */

/* Every multiplicity is the number of reads, which is known now. */
static void settle(const tg_step *step)
{
    const tg_memory_cell *cells = step->memory.cells.items;
    for (size_t i = 0; i < step->memory.cells.nb; i++) {
        const tg_mult_place *mult = &cells[i].mult;
        if (mult->list == TG_NO_LIST) continue;
        const uint32_t word = tg_ref_to_word(cells[i].nb_reads);
        memcpy((unsigned char *)step->lists[mult->list].items + mult->offset, &word, sizeof word);
    }
}

/* Hand the lists of a step over to the program. */
static void take_lists(tg_program *program, tg_growing *lists)
{
    for (size_t list = 0; list < NB_TRACES; list++) {
        program->lists[list].is_there = chip_of(list, (uint32_t)program->machine) != NULL;
        program->lists[list].events = lists[list].items;
        program->lists[list].nb_events = lists[list].nb;
        lists[list] = (tg_growing){0};
    }
}

static tg_status check_request(tg_program_machine machine, size_t nb_instructions, tg_error *error)
{
    if ((unsigned)machine >= TG_NB_PROGRAM_MACHINES) {
        tg_error_set(error, TG_ERR_USAGE, "there is no machine number %u", (unsigned)machine);
        tg_error_how(error, "use a number below %u", (unsigned)TG_NB_PROGRAM_MACHINES);
        return TG_ERR_USAGE;
    }
    if (nb_instructions > TG_PROGRAM_MAX_INSTRUCTIONS) {
        tg_error_set(error, TG_ERR_SIZE, "a program of %zu instructions is too long",
                     nb_instructions);
        tg_error_how(error, "draw at most %zu", TG_PROGRAM_MAX_INSTRUCTIONS);
        return TG_ERR_SIZE;
    }
    return TG_OK;
}

tg_status tg_program_draw(tg_program *program, tg_program_machine machine, uint64_t seed,
                          size_t nb_instructions, tg_error *error)
{
    *program = (tg_program){.machine = machine, .seed = seed, .nb_instructions = nb_instructions};
    tg_growing lists[NB_TRACES] = {0};
    tg_step step = {.lists = lists,
                    .committed = program->committed,
                    .seed = seed,
                    .machine = (uint32_t)machine};
    void *buffer = NULL;
    tg_status status = check_request(machine, nb_instructions, error);
    if (status == TG_OK)
        status = tg_buffer_create(&buffer, NB_TRACES, sizeof(tg_program_list), error);
    if (status == TG_OK) status = run_all(&step, nb_instructions, error);
    if (status == TG_OK) {
        program->nb_lists = NB_TRACES;
        program->lists = buffer;
        settle(&step);
        take_lists(program, lists);
    } else {
        tg_buffer_destroy(buffer);
        *program = (tg_program){0};
    }
    for (size_t list = 0; list < NB_TRACES; list++) {
        tg_buffer_destroy(lists[list].items);
    }
    tg_memory_clear(&step.memory);
    return status;
}

void tg_program_clear(tg_program *program)
{
    for (size_t list = 0; list < program->nb_lists; list++) {
        tg_buffer_destroy(program->lists[list].events);
    }
    tg_buffer_destroy(program->lists);
    *program = (tg_program){0};
}

const tg_program_list *tg_program_events(const tg_program *program, const tg_trace *trace)
{
    for (size_t list = 0; list < program->nb_lists; list++) {
        if (tg_trace_at(list) == trace)
            return program->lists[list].is_there ? &program->lists[list] : NULL;
    }
    return NULL;
}
