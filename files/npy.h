/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* NumPy's .npy files: traces (u4 [height, width], row-major) and events (u1 [n, event_size]).
 *
 * Versions 1.0, 2.0 and 3.0 are read, 1.0 is written. `<u4` and `>u4` are read, the latter swapped.
 * Everything that a file says is checked against its true length before memory is taken or data are
 * read.
 */
#ifndef TRACEGATE_FILES_NPY_H
#define TRACEGATE_FILES_NPY_H

#include "files/output.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* An open array of two dimensions. */
typedef struct tg_npy {
    FILE *stream;
    char path[TG_PATH_BYTES];
    size_t data_offset; /* bytes before the first item */
    size_t item_size;   /* bytes: 1 (|u1) or 4 (u4) */
    bool swapped;       /* >u4 */
    size_t nb_rows;     /* may be 0 */
    size_t nb_columns;  /* at least 1 */
} tg_npy;

/* Open a file and check its header and length.
 * npy   caller's; to be closed by tg_npy_close after success only
 * Errors  TG_ERR_IO (cannot open or read), TG_ERR_FORMAT (magic, version, header, type, order,
 *         shape, length; Fortran order says the line that mends it in NumPy), TG_ERR_SIZE (a shape
 *         that overflows). Nothing is left open then.
 */
TG_NODISCARD tg_status tg_npy_open(tg_npy *npy, const char *path, tg_error *error);
void tg_npy_close(tg_npy *npy);

/* Read the first nb_events events of an array of bytes.
 * events  nb_events * event_size bytes, caller's
 * Errors  TG_ERR_FORMAT if the file is not u1 [n, event_size] with n >= nb_events; TG_ERR_IO.
 *         events are then undefined.
 */
TG_NODISCARD tg_status tg_npy_read_events(void *events, size_t nb_events, size_t event_size,
                                          tg_npy *npy, tg_error *error);

/* Read a whole trace into column-major cells [nb_columns][nb_rows], the caller's. Words come as
 * they are, also those not below p.
 * Errors  TG_ERR_FORMAT if the file is not u4; TG_ERR_IO, TG_ERR_MEMORY. cells are then undefined.
 */
TG_NODISCARD tg_status tg_npy_read_cells(uint32_t *cells, tg_npy *npy, tg_error *error);

/* Write events, or column-major cells [width][height] as rows. The file appears whole or not at
 * all: it is written beside path and renamed (files/output.h); what was at path stays until then.
 * Readers refuse arrays without columns, so they are not written.
 * Errors  TG_ERR_IO, TG_ERR_MEMORY, TG_ERR_SIZE (event_size or width 0, or a size that overflows);
 *         path is then as it was, and nothing is left beside it.
 */
TG_NODISCARD tg_status tg_npy_write_events(const char *path, const void *events, size_t nb_events,
                                           size_t event_size, tg_error *error);
TG_NODISCARD tg_status tg_npy_write_cells(const char *path, const uint32_t *cells, size_t height,
                                          size_t width, tg_error *error);

/* As tg_npy_write_cells, into an output that is open and stays so.
 * Errors  as there; the output is still to be discarded */
TG_NODISCARD tg_status tg_npy_put_cells(tg_output *output, const uint32_t *cells, size_t height,
                                        size_t width, tg_error *error);

#endif
