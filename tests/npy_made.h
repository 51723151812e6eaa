/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The file that the suites of .npy files write and read, and the array of most of its tests. */
#ifndef TRACEGATE_TESTS_NPY_MADE_H
#define TRACEGATE_TESTS_NPY_MADE_H

#include "files/npy.h"
#include "test_files.h"

/* A folder of the test's own, to be removed, and the file in it. */
static char folder[256];
static char path[512];

TG_UNUSED static void setup_path(void)
{
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/x.npy", folder);
}

/* The trace [2][3] of words 0x01020300 + row * 16 + column, as rows, and the text of its header. */
static const uint32_t small_rows[6] = {0x01020300, 0x01020301, 0x01020302,
                                       0x01020310, 0x01020311, 0x01020312};
#define SMALL_TEXT "{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3), }\n"

#endif
