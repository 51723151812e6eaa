/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate machines: the machines, one a line. */
#include "cli/json_out.h"
#include "cli/verbs.h"
#include "model/machine.h"

#include <stddef.h>

typedef struct machines_values {
    bool json;
} machines_values;

static const tg_option options[] = {
    TG_OPTION(machines_values, json, FLAG, "json", NULL, "print JSON"),
};

/* Chips that have a trace of ours. */
static size_t nb_own(const tg_machine *machine)
{
    size_t nb = 0;
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        nb += machine->chips[chip].own != 0;
    }
    return nb;
}

static void print_json(void)
{
    tg_json_out json = {.out = stdout};
    tg_json_begin(&json, NULL, '[');
    for (size_t i = 0; i < tg_nb_machines(); i++) {
        const tg_machine *machine = tg_machine_at(i);
        tg_json_begin(&json, NULL, '{');
        tg_json_text(&json, "id", machine->id);
        tg_json_text(&json, "short_id", machine->short_id);
        tg_json_text(&json, "text", machine->text);
        tg_json_count(&json, "nb_chips", machine->nb_chips);
        tg_json_count(&json, "nb_own_chips", nb_own(machine));
        tg_json_count(&json, "nb_clusters", machine->nb_clusters);
        tg_json_count(&json, "nb_public_values", machine->nb_public_values);
        tg_json_end(&json);
    }
    tg_json_end(&json);
}

static void print_table(void)
{
    (void)printf("%-16s%6s%6s%10s%15s  %s\n", "machine", "chips", "here", "clusters",
                 "public values", "what");
    for (size_t i = 0; i < tg_nb_machines(); i++) {
        const tg_machine *machine = tg_machine_at(i);
        (void)printf("%-16s%6zu%6zu%10zu%15zu  %s\n", machine->short_id, machine->nb_chips,
                     nb_own(machine), machine->nb_clusters, machine->nb_public_values,
                     machine->text);
    }
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const machines_values *given = values;
    (void)operands;
    (void)error;
    if (given->json) {
        print_json();
    } else {
        print_table();
    }
    return TG_OK;
}

const tg_verb tg_verb_machines = {
    .name = "machines",
    .summary = "list the machines: which chips a shard can have, and in which sets",
    .operands = "",
    .text = "Lists the machines of SP1: their chips, how many of them have traces here, the sets "
            "of chips (clusters) that\na shard may have, and the public values. 'tracegate "
            "describe --machine ID' tells all of one machine.\n",
    .examples = "  tracegate machines                     # a table\n"
                "  tracegate machines --json              # the same for programs\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(machines_values),
    .run = run,
};
