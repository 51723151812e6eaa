/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Planted bugs: kernels that are known to be wrong, and what finds them.
 *
 * A bug is a patch (docs/planted-bugs.md); tests/planted/build.sh makes a shared object of each. It
 * is tried in several ways, each in a process of its own: the gate with its defaults; SP1's own
 * test; and every profile of its trace, with more and more events until the bug shows.
 */
#ifndef TRACEGATE_TESTS_PLANTED_H
#define TRACEGATE_TESTS_PLANTED_H

#include "harness/gate.h"

#define PLANTED_NAME_BYTES 64
#define PLANTED_TEXT_BYTES 160

/* Events of the largest tries of a profile are this many, and one more: 33 points of the top level
 * of Global's sums, and few enough for a second a try. */
#define PLANTED_MAX_EVENTS 16384

/* Ways to try a bug. The profiles follow, in their order. */
enum {
    PLANTED_GATE,
    PLANTED_SP1,
    PLANTED_PROFILES,
    PLANTED_NB_WAYS = PLANTED_PROFILES + TG_NB_PROFILES
};

typedef enum planted_outcome {
    PLANTED_NOT_TRIED, /* the trace does not have the profile */
    PLANTED_MISSED,
    PLANTED_FOUND,
    PLANTED_FAILED, /* the try itself went wrong; said on stderr */
} planted_outcome;

/* What one way made of a bug. */
typedef struct planted_trial {
    planted_outcome outcome;
    size_t nb_events; /* of a profile that finds it: with one less it does not */
} planted_trial;

typedef struct planted_bug {
    char name[2 * PLANTED_NAME_BYTES]; /* "<file>/<bug>", as its patch and its shared object are
                                          called */
    char trace[PLANTED_NAME_BYTES];
    char what[PLANTED_TEXT_BYTES];
    char shows[PLANTED_TEXT_BYTES];
    size_t index;      /* of the trace */
    bool is_unpatched; /* the right kernels, which must not be found */
    planted_trial trials[PLANTED_NB_WAYS];
} planted_bug;

typedef struct planted_list {
    planted_bug *bugs; /* by trace, each trace's unpatched kernels last */
    size_t nb_bugs;
} planted_list;

/* Where things are. */
typedef struct planted_folders {
    const char *patches; /* tests/planted */
    const char *objects; /* what build.sh made */
    const char *corpus;  /* records of the default gate */
} planted_folders;

/* Read the headers of all patches whose names contain `part`, and add the unpatched kernels of
 * their traces. list: to be cleared after success.
 * Errors  TG_ERR_IO, TG_ERR_FORMAT, TG_ERR_USAGE (no such trace, no patch), TG_ERR_MEMORY */
TG_NODISCARD tg_status planted_list_init(planted_list *list, const char *patches, const char *part,
                                         tg_error *error);
void planted_list_clear(planted_list *list);

/* Try one bug in one way; way: PLANTED_GATE .. PLANTED_NB_WAYS - 1. What fails is said on stderr.
 */
planted_trial planted_try(const planted_bug *bug, size_t way, const planted_folders *folders);

/* True if everything is as it must be: the gate finds the bug, or nothing finds right kernels. */
bool planted_is_right(const planted_bug *bug);

/* Print all bugs and how many of them each way finds, as text or as Markdown. */
void planted_print(FILE *out, const planted_list *list);
void planted_print_markdown(FILE *out, const planted_list *list);

#endif
