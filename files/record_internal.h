/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files record*.c only. */
#ifndef TRACEGATE_FILES_RECORD_INTERNAL_H
#define TRACEGATE_FILES_RECORD_INTERNAL_H

#include "files/record.h"

/* Whether NAME.SUFFIX is in the record's folder.
 * Errors  TG_ERR_IO if nobody can say */
TG_NODISCARD tg_status tg_record_find_file(bool *found, const tg_record *record, const char *name,
                                           const char *suffix, tg_error *error);

#endif
