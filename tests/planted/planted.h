/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Planted bugs: kernels that are known to be wrong, and what finds them.
 *
 * A bug is a patch (docs/planted-bugs.md); tests/planted/build.sh makes a shared object of each. It
 * is tried in several ways, each in a process of its own: the gate with its defaults; SP1's own
 * test; and every profile of its trace, with more and more events until the bug shows. Apart from
 * these, what the gate meets first is triaged, and what comes of it held against the patch's own
 * words; and the gate writes a document of some.
 */
#ifndef TRACEGATE_TESTS_PLANTED_H
#define TRACEGATE_TESTS_PLANTED_H

#include "harness/cause.h"
#include "harness/gate.h"
#include "harness/key.h"
#include "harness/prediction.h"

#define PLANTED_NAME_BYTES 64
#define PLANTED_TEXT_BYTES 160

/* Events of the largest tries of a profile are this many, and one more: 33 points of the top level
 * of Global's sums, and few enough for a second a try. */
#define PLANTED_MAX_EVENTS 16384

/* As many for bugs where no table is asked for: no verdict depends on what a profile finds. */
#define PLANTED_FEW_EVENTS 128

/* Bugs of a trace of which a document is made. */
#define PLANTED_NB_DOCUMENTS 6

/* Keys of a document, at the most; all have to fit into a pipe. */
#define PLANTED_MAX_KEYS 16

/* Ways to try a bug. The profiles follow, in their order. */
enum {
    PLANTED_GATE,
    PLANTED_SP1,
    PLANTED_PROFILES,
    PLANTED_NB_WAYS = PLANTED_PROFILES + TG_NB_PROFILES,
    PLANTED_TRIAGE = PLANTED_NB_WAYS, /* apart from the others */
    PLANTED_DOCUMENT,                 /* with triage, of some bugs */
    PLANTED_NB_TRIALS
};

typedef enum planted_outcome {
    PLANTED_NOT_TRIED, /* the trace does not have the profile */
    PLANTED_MISSED,
    PLANTED_FOUND,
    PLANTED_FAILED, /* the try itself went wrong; said on stderr */
} planted_outcome;

/* Causes that a patch names, at the most. */
#define PLANTED_MAX_CAUSES 4

/* What triage makes of the first draw of the gate that shows a bug, or the first record. */
typedef struct planted_triage {
    char source[PLANTED_TEXT_BYTES]; /* of the case */
    size_t nb_events;                /* of it */
    size_t nb_smallest;              /* of the smallest one */
    size_t nb_runs;
    double cpu_s;
    bool is_cut;
    tg_cause whole[2]; /* first and second cause of each; TG_NB_CAUSES: none */
    tg_cause smallest[2];
    char property[TG_PROPERTY_BYTES];
    bool is_property_exact; /* without exceptions */
    char key[TG_KEY_BYTES];
    char other_key[TG_KEY_BYTES];  /* from a draw with another seed; "" if none shows the bug */
    char record_key[TG_KEY_BYTES]; /* from a record; "" if none shows it, or nobody wants it */
} planted_triage;

/* The document that the gate with triage makes of a bug. */
typedef struct planted_document {
    bool is_kept; /* the process that made it has ended as it should */
    size_t nb_keys;
    char keys[PLANTED_MAX_KEYS][TG_KEY_BYTES]; /* of its findings, each once; none if the document
                                                  is not read back */
} planted_document;

/* What one way made of a bug. */
typedef struct planted_trial {
    planted_outcome outcome;
    size_t nb_events;          /* of a profile that finds it: with one less it does not */
    planted_triage triage;     /* PLANTED_TRIAGE alone */
    planted_document document; /* PLANTED_DOCUMENT alone */
} planted_trial;

typedef struct planted_bug {
    char name[2 * PLANTED_NAME_BYTES]; /* "<file>/<bug>", as its patch and its shared object are
                                          called */
    char trace[PLANTED_NAME_BYTES];
    char what[PLANTED_TEXT_BYTES];
    char shows[PLANTED_TEXT_BYTES];
    tg_cause causes[PLANTED_MAX_CAUSES]; /* any of which is right */
    size_t nb_causes;
    char property[PLANTED_TEXT_BYTES]; /* what predicts it; several are parted by '|'. "": nothing
                                          has to */
    bool is_of_one_event;              /* one event alone shows it */
    size_t index;                      /* of the trace */
    bool is_unpatched;                 /* the right kernels, which must not be found */
    size_t max_events;                 /* of the largest tries of a profile, less one */
    bool wants_record_key;
    bool wants_document;
    planted_trial trials[PLANTED_NB_TRIALS];
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

/* Try one bug in one way; way: PLANTED_GATE .. PLANTED_DOCUMENT. What fails is said on stderr.
 */
planted_trial planted_try(const planted_bug *bug, size_t way, const planted_folders *folders);

/* True if everything is as it must be: the gate finds the bug, or nothing finds right kernels. */
bool planted_is_right(const planted_bug *bug);

/* Print all bugs and how many of them each way finds, as text or as Markdown. */
void planted_print(FILE *out, const planted_list *list);
void planted_print_markdown(FILE *out, const planted_list *list);

/* What of a bug's triage is right. */
typedef struct planted_verdict {
    size_t rank_whole; /* 1, 2: of the first right cause among those of the whole case; 0: none */
    size_t rank_smallest; /* among those of the smallest case */
    bool has_cause;       /* one of both */
    bool has_property;    /* the one that the patch names, if it names one */
    bool is_small;        /* one event where that shows it, and only there */
    bool is_in_time;
    bool has_one_key; /* from two draws */
    bool has_key_of_record;
} planted_verdict;

planted_verdict planted_triage_verdict(const planted_bug *bug);

/* Whether triage is right about enough of the bugs, and in what has to be right of each, and
 * documents are right that were made. */
bool planted_is_triage_right(const planted_list *list);

/* Whether the document of a bug lists what triage alone finds, under the same key. */
bool planted_has_document(const planted_bug *bug);

/* Print what triage makes of each bug, and how much of that is right, as text or as Markdown. */
void planted_triage_print(FILE *out, const planted_list *list);
void planted_triage_print_markdown(FILE *out, const planted_list *list);

#endif
