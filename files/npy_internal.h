/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The header text of a .npy file: the literal of a Python dictionary with the keys descr,
 * fortran_order and shape.
 */
#ifndef TRACEGATE_FILES_NPY_INTERNAL_H
#define TRACEGATE_FILES_NPY_INTERNAL_H

#include "files/npy.h"

/* How the text is to be mended, whatever is wrong with it. */
#define TG_NPY_HOW_REWRITE \
    "write the array again with NumPy's np.save, as '<u4' [height, width] or 'u1' [n, event_size]"

/* Bytes of the longest type that is told apart, with the end; all valid ones are shorter. */
#define TG_NPY_TYPE_BYTES 16

typedef struct tg_npy_header {
    char type[TG_NPY_TYPE_BYTES]; /* descr: "<u4" */
    bool fortran_order;
    size_t nb_dims;
    size_t shape[2]; /* the first two dimensions */
} tg_npy_header;

/* Read the header text, strictly: exactly the three keys, once each, in any order; ASCII; a newline
 * at the end.
 * text    length bytes, without an end
 * Errors  TG_ERR_FORMAT naming the byte, TG_ERR_SIZE for a dimension above SIZE_MAX; header is then
 *         undefined
 */
TG_NODISCARD tg_status tg_npy_header_parse(tg_npy_header *header, const char *text, size_t length,
                                           tg_error *error);

#endif
