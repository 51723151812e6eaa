/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files of byte lookups: `<u4 [k, 5]`, a row (op, a, b, c, count) for each lookup that is made,
 * sorted by op, a, b, c.
 */
#ifndef TRACEGATE_FILES_LOOKUPS_H
#define TRACEGATE_FILES_LOOKUPS_H

#include "files/output.h"
#include "model/byte_lookups.h"

#include <stdint.h>

/* Read a file of lookups.
 * counters  [TG_NB_BYTE_LOOKUPS], caller's; those of lookups that are not in the file become 0
 * Errors    TG_ERR_FORMAT naming the row for lookups that no table has, a count of 0, and rows out
 *           of order or equal; TG_ERR_IO, TG_ERR_MEMORY; counters are then undefined
 */
TG_NODISCARD tg_status tg_lookups_read(uint32_t *counters, const char *path, tg_error *error);

/* Write the lookups whose counter is not 0. The file appears whole or not at all.
 * Errors  TG_ERR_FORMAT if there is a count where no lookup is; TG_ERR_IO, TG_ERR_MEMORY; path is
 *         then as it was
 */
TG_NODISCARD tg_status tg_lookups_write(const char *path, const uint32_t *counters,
                                        tg_error *error);

/* As tg_lookups_write, into an output that is open and stays so.
 * Errors  as there; the output is still to be discarded */
TG_NODISCARD tg_status tg_lookups_put(tg_output *output, const uint32_t *counters, tg_error *error);

#endif
