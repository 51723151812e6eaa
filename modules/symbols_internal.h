/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Readers of the module files that have symbols. Names point into the file's bytes. */
#ifndef TRACEGATE_MODULES_SYMBOLS_INTERNAL_H
#define TRACEGATE_MODULES_SYMBOLS_INTERNAL_H

#include "modules/symbols.h"
#include "modules/text_internal.h"

/* What a file's first bytes say it is. */
typedef enum file_kind {
    FILE_UNKNOWN,
    FILE_PTX,
    FILE_CUBIN,
    FILE_FATBIN,
    FILE_LIBRARY,
    FILE_OBJECT,  /* ELF of this machine, to be linked */
    FILE_PROGRAM, /* ELF of this machine, to be run */
    FILE_FOREIGN, /* ELF of another machine */
} file_kind;

/* Offsets of names in a file: uint64_t, in a text. */
void names_add(text *names, size_t offset);

/* What an ELF file is; FILE_UNKNOWN if it is none. */
file_kind elf_kind(const text *file);

/* Names of a cubin's kernels, and of the functions that a library exports.
 * are_known  false if the file was stripped of its sections
 * Errors     TG_ERR_FORMAT with the offset for a file that is truncated or contradicts itself */
TG_NODISCARD tg_status elf_names(text *names, bool *are_known, const text *file, file_kind kind,
                                 tg_error *error);

/* Whether a text begins as PTX does: with .version, behind comments. */
bool is_ptx(const text *file);

/* Names of the entries; a zero is put behind each of them.
 * Errors  TG_ERR_FORMAT for braces that are not closed and bytes that are no text */
TG_NODISCARD tg_status ptx_names(text *names, text *file, tg_error *error);

#endif
