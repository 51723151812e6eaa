/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Chip libraries: shared libraries that bring chips of users, as include/tracegate/chip.h describes
 * them. Their traces stand behind the built-in ones and are gated, fuzzed and told of as those are;
 * their kernels are always the user's.
 *
 * What a library says is checked before anything uses it, first in a process of its own: one that
 * crashes, hangs or exits while it is loaded is an error. Its references run where the backend
 * `reference` does, which is in a worker (harness/worker.h) while a library is open.
 */
#ifndef TRACEGATE_HARNESS_CHIP_LIBRARY_H
#define TRACEGATE_HARNESS_CHIP_LIBRARY_H

#include "harness/draws.h"
#include "model/trace.h"

/* Libraries that are open, and their chips, which are added to the program's (tg_chips_add). */
typedef struct tg_chip_libraries tg_chip_libraries;

/* Open libraries and add their chips; as tg_chips_add, while no other thread runs.
 * libraries  to be closed; NULL after an error, and where nb_paths is 0
 * paths      [nb_paths] files
 * Errors     TG_ERR_IO for a file that cannot be loaded, with the loader's own words; TG_ERR_FORMAT
 *            naming library, chip, trace and field for what breaks a rule of the interface, for
 *            another version of it, and for a library that ends or holds the process that loads it;
 *            TG_ERR_USAGE for a chip that is there already; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_chip_libraries_open(tg_chip_libraries **libraries,
                                              const char *const *paths, size_t nb_paths,
                                              tg_error *error);

/* Have the calls of their `complete` counted, which runs in this process.
 * libraries  NULL: there are none
 * calls      caller's, shared with whoever watches; NULL: they are not counted */
void tg_chip_libraries_count(tg_chip_libraries *libraries, tg_calls *calls);

/* Take the chips away and close. NULL is taken. Nothing may hold one of their traces any more. The
 * shared objects stay loaded: nothing of theirs runs here. At the end of the process their handlers
 * of exit do, unless it is ended by _exit. */
void tg_chip_libraries_close(tg_chip_libraries *libraries);

/* The file that a trace's chip comes from; NULL: it is a built-in one. */
const char *tg_chip_library_of(const tg_trace *trace);

/* The manifest with kernels of a trace that its library names; NULL: none. */
const char *tg_chip_library_manifest_of(const tg_trace *trace);

#endif
