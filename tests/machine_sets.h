/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Machines by name, and sets of their chips, for suites. */
#ifndef TRACEGATE_TESTS_MACHINE_SETS_H
#define TRACEGATE_TESTS_MACHINE_SETS_H

#include "model/machine.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

/* The machine of an id or short id. */
static inline const tg_machine *machine_named(const char *id)
{
    const tg_machine *machine = NULL;
    tg_assert_ok(tg_machine_find(&machine, id, tg_suite_error));
    return machine;
}

/* Include the chips of a text, with a space between two names. */
static inline void include(bool is_included[TG_MAX_MACHINE_CHIPS], const tg_machine *machine,
                           const char *names)
{
    char text[512];
    (void)snprintf(text, sizeof text, "%s", names);
    for (char *name = strtok(text, " "); name != NULL; name = strtok(NULL, " ")) {
        size_t chip = 0;
        tg_assert_ok(tg_machine_find_chip(&chip, machine, name, tg_suite_error));
        is_included[chip] = true;
    }
}

#endif
