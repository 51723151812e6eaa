/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where the recorded traces and saved cases are that are gated by default: with a program that was
 * installed, those that were installed with it; else those of the tree that it was built from.
 */
#ifndef TRACEGATE_CLI_DATA_FOLDERS_H
#define TRACEGATE_CLI_DATA_FOLDERS_H

#include "files/input.h"

typedef struct tg_data_folders {
    char records[TG_PATH_BYTES];
    char cases[TG_PATH_BYTES];
} tg_data_folders;

/* Find them. They need not be there: whoever reads them says so. */
void tg_data_folders_find(tg_data_folders *folders);

#endif
