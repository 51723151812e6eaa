/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate gen --paired: a drawn program, executed, as a record. */
#ifndef TRACEGATE_CLI_GEN_PAIRED_H
#define TRACEGATE_CLI_GEN_PAIRED_H

#include "cli/source.h"

/* What the command line says of it. */
typedef struct tg_gen_paired {
    bool is_asked;
    tg_choice machine;
} tg_gen_paired;

/* The machines that programs are drawn for. */
extern const tg_names tg_machine_names;

/* Entries for the table of options of a verb whose struct VALUES has a tg_gen_paired. */
#define TG_GEN_PAIRED_OPTIONS(VALUES, member)                                                  \
    TG_OPTION(VALUES, member.is_asked, FLAG, "paired", NULL,                                   \
              "instructions and their events of all chips of a machine: a program, executed"), \
        TG_OPTION(VALUES, member.machine, CHOICE, "machine", "M", "with --paired: which one",  \
                  .names = &tg_machine_names)

/* Check what is given against each other: a trace or --paired, and nothing that is for the other
 * alone.
 * Errors  TG_ERR_USAGE */
TG_NODISCARD tg_status tg_gen_paired_check(const tg_gen_paired *paired, const tg_words *operands,
                                           const tg_source *source, tg_error *error);

/* Draw a program of source's number of instructions and seed, write it as a record to the folder
 * output, and say so on standard output.
 * Errors  those of tg_program_draw and tg_program_write */
TG_NODISCARD tg_status tg_gen_paired_run(const tg_gen_paired *paired, const tg_source *source,
                                         const char *output, tg_error *error);

#endif
