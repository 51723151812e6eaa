/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate new-chip: the first files of a chip of one's own. */
#include "cli/new_chip_internal.h"

#include "cli/verbs.h"

#include <stddef.h>

typedef struct new_chip_values {
    const char *from;
    const char *output;
} new_chip_values;

static const tg_option options[] = {
    TG_OPTION(new_chip_values, from, TEXT, "from", "FILE.json",
              "its event fields and columns (docs/new-chip.md)", .required = true),
    TG_OPTION(new_chip_values, output, TEXT, "output", "DIR",
              "folder of the files; by default the chip's name in lower case", .letter = 'o'),
};

static void say_what_is_next(const new_chip *chip, const char *folder)
{
    for (size_t i = 0; i < new_nb_files(); i++) {
        const char *name = new_files[i].name;
        (void)printf("%s/%s%s\n", folder, name[0] == '%' ? chip->id : "",
                     name[0] == '%' ? name + 1 : name);
    }
    (void)printf("\nWrite %s/reference.c and %s/%s.cu; then\n"
                 "  cmake -S %s -B %s/build && cmake --build %s/build && ctest --test-dir "
                 "%s/build\n%s/README.md says more.\n",
                 folder, folder, chip->id, folder, folder, folder, folder, folder);
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const new_chip_values *given = values;
    new_chip chip;
    tg_status status = new_chip_read(&chip, operands->words[0], given->from, error);
    const char *folder = given->output != NULL ? given->output : chip.id;
    if (status == TG_OK) status = new_chip_write(&chip, folder, error);
    if (status == TG_OK) say_what_is_next(&chip, folder);
    new_chip_clear(&chip);
    return status;
}

const tg_verb tg_verb_new_chip = {
    .name = "new-chip",
    .summary = "begin a chip of your own, in a folder of your own",
    .operands = "NAME",
    .min_operands = 1,
    .max_operands = 1,
    .text =
        "Writes the files of a chip that tracegate has never seen: its description, a reference "
        "and "
        "a kernel to be written, a test\n"
        "and a folder for cases. Built, they are a chip library, which --chip-library loads: the "
        "chip is then gated, fuzzed and\n"
        "told of as SP1's are. Until the reference is written, a gate says so and fails. No file "
        "is ever replaced.\n",
    .examples =
        "  tracegate new-chip MyChip --from columns.json      # into the folder mychip\n"
        "  tracegate gate MyChip --chip-library mychip/build/libmychip.so --host     # when it is "
        "built\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(new_chip_values),
    .run = run,
};
