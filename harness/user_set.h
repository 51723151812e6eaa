/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Users' kernels as a call asks for them, from the command line or from a program: where they run,
 * what is said while they are made, and what a finding of theirs needs to be run again.
 *
 * What is said goes to a stream, with a prefix before each line that is not a compiler's.
 */
#ifndef TRACEGATE_HARNESS_USER_SET_H
#define TRACEGATE_HARNESS_USER_SET_H

#include "harness/gate.h"
#include "modules/user_kernels.h"

#include <stdio.h>

/* Where kernels are asked to run. */
typedef enum tg_user_place {
    TG_PLACE_ANYWHERE, /* on a device, and for want of one on the CPU */
    TG_PLACE_HOST,
    TG_PLACE_DEVICE,
} tg_user_place;

/* Choose the way to run there: options' route, arch and has_no_device.
 * why     what is missing where has_no_device, and the error where it fails; else untouched
 * Errors  those of tg_device_architecture: TG_ERR_UNAVAILABLE where a device is asked for and there
 *         is none, which the caller may mend by the CPU */
TG_NODISCARD tg_status tg_user_place_choose(tg_user_options *options, tg_error *why,
                                            tg_user_place place, tg_error *error);

/* The backend that runs kernels on a route: "cuda" or "host". */
const char *tg_user_backend(tg_route route);

/* ---- what is said ---- */

/* Write out what a compiler said of a source, or the program in its stead; log: its file. */
void tg_user_say_log(FILE *out, const char *prefix, const char *source, const char *log);

/* Say that builds are not kept where they usually are, if they are not. */
void tg_user_say_cache(FILE *out, const char *prefix);

/* Say that kernels run on the CPU for want of a device. how: what asks for that, "" if nothing */
void tg_user_say_place(FILE *out, const char *prefix, const tg_error *why, const char *how);

/* ---- the set ---- */

/* Users' kernels, made; all zero: none. */
typedef struct tg_user_set {
    tg_user_kernels *kernels; /* NULL: the program's own */
    const char *backend;      /* that runs them: "cuda" or "host" */
    const char **names;       /* [nb_names] traces that are named, or all that have kernels */
    size_t nb_names;
    const char **words; /* [nb_words] the options as a command line has them, for lines that make a
                           finding again */
    size_t nb_words;
    tg_user_options options; /* what kernels were made of */
} tg_user_set;

/* What is wanted of a set beside its options. */
typedef struct tg_user_wish {
    const char *const *traces; /* [nb_traces] "CHIP" or "CHIP.KIND" */
    size_t nb_traces;
    bool is_host;     /* the CPU is asked for by name */
    bool keeps_going; /* the caller says itself of which traces kernels could not be made (their
                         plans have `unmade`), and goes on with the others */
    const char *const *libraries; /* [nb_libraries] files of chip libraries */
    size_t nb_libraries;
} tg_user_wish;

/* Compile and look up.
 * set      to be closed after success
 * options  with a route that was chosen; copied, texts must outlive the set
 * wish     its texts must outlive the set
 * Errors   those of tg_user_kernels_create, tg_user_traces_choose and tg_user_words_create; why the
 *          first unmade kernel of a chosen trace could not be made: where there is any, or with
 *          keeps_going where all of them are */
TG_NODISCARD tg_status tg_user_set_open(tg_user_set *set, const tg_user_options *options,
                                        const tg_user_wish *wish, tg_error *error);
void tg_user_set_close(tg_user_set *set); /* takes one that is all zero */

/* Failed runs of one trace's kernel, behind which a gate leaves out its other cases, unless it is
 * told otherwise: where each hangs it would go on for hours. */
#define TG_USER_MAX_FAILURES 3

/* Have a gate run the set's kernels: its traces, plans and, unless others are named, backend. */
void tg_user_set_use(tg_gate_options *gate, const tg_user_set *set);

#endif
