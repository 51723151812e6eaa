/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Whether a record's shard fits what the command line allows, before a device is touched. */
#ifndef TRACEGATE_CLI_SHARD_SIZES_H
#define TRACEGATE_CLI_SHARD_SIZES_H

#include "cli/shard.h"

/* Check a shard that was read: heights of record and program, rows of every trace, words of the
 * jagged form, where it is made. One error says all that is needed, with the options that give it.
 * Errors  TG_ERR_HEIGHT, TG_ERR_SIZE, TG_ERR_USAGE for a jagged form without a program; those of
 *         tg_inputs_plan_record and tg_jagged_measure */
TG_NODISCARD tg_status tg_shard_check_sizes(const tg_shard *shard, tg_error *error);

#endif
