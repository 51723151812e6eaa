/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate describe --machine: a machine's chips, clusters and public values. */
#ifndef TRACEGATE_CLI_DESCRIBE_MACHINE_H
#define TRACEGATE_CLI_DESCRIBE_MACHINE_H

#include "model/machine.h"

#include <stdbool.h>

/* Write a machine to stdout, as text or as JSON. */
void tg_describe_machine(const tg_machine *machine, bool json);

/* Write one chip of a machine, and the clusters that have it. */
void tg_describe_machine_chip(const tg_machine *machine, size_t chip, bool json);

#endif
