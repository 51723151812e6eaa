/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Notes of what a device is at work on, in memory that outlives the process which has the device:
 * when that process is ended by a kernel, or has to be, others can say which kernel it was.
 *
 * A kernel is at work between two functions of the host that stand in the order of its stream, in
 * front of it and behind it.
 */
#ifndef TRACEGATE_CLI_LAUNCHES_H
#define TRACEGATE_CLI_LAUNCHES_H

#include "gpu/runtime_ops.h"

/* Launches that are noted at once: many more than a device's streams. Others go without a note. */
#define TG_MAX_LAUNCH_NOTES 256

typedef struct tg_launch_note {
    int state; /* of launches.c; read and written atomically */
    size_t nb_events;
    size_t height;
    char label[TG_LABEL_BYTES];
} tg_launch_note;

/* All zero at first. */
typedef struct tg_launches {
    int is_crashing; /* atomically: no kernel is begun any more */
    int is_stopped;  /* atomically: launches go without a note */
    tg_launch_note notes[TG_MAX_LAUNCH_NOTES];
} tg_launches;

/* What notes say. */
typedef struct tg_launches_found {
    bool is_known;              /* the notes were kept to the end */
    size_t nb_at_work;          /* kernels */
    char first[TG_LABEL_BYTES]; /* one of them: trace, step, shape */
    size_t nb_events;           /* that it was given */
    size_t height;              /* of its trace */
    char all[192];              /* as many as there is room for */
    char trace[TG_NAME_BYTES];  /* "Select.main", if all are this one's; else "" */
} tg_launches_found;

/* A table of ops in front of another one: what is launched is noted. There is one such table in a
 * process, and the last call's `inner` and notes hold: ops are given no context of their own. */
const tg_runtime_ops *tg_launches_ops(const tg_runtime_ops *inner, tg_launches *notes);

/* Hold signals that crash this process until the notes say whose kernel it was: all others end in
 * the meantime, and no more are begun. */
void tg_launches_catch(void);

/* Note nothing from now on: what is measured is not to have notes in it. */
void tg_launches_stop(tg_launches *notes);

/* Read the notes of a process that has ended; whatever it wrote, texts of `found` have an end. */
void tg_launches_read(tg_launches_found *found, const tg_launches *notes);

#endif
