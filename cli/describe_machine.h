/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate describe --machine: a machine's chips, clusters and public values. */
#ifndef TRACEGATE_CLI_DESCRIBE_MACHINE_H
#define TRACEGATE_CLI_DESCRIBE_MACHINE_H

#include "model/machine.h"

#include <stdbool.h>

/* Write a machine to stdout, as text or as JSON. */
void tg_describe_machine(const tg_machine *machine, bool json);

/* Write one chip of a machine, and the clusters that have it.
 * name    CHIP or CHIP.KIND, as the machine calls it
 * Errors  TG_ERR_USAGE for a chip, or a kind of trace, that the machine does not have */
TG_NODISCARD tg_status tg_describe_machine_chip(const tg_machine *machine, const char *name,
                                                bool json, tg_error *error);

/* Where a machine has a chip that is not here, say in the error how to describe it there. */
void tg_describe_say_machine(const char *name, tg_error *error);

#endif
