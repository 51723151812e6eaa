/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's state, for the files gate*.c only. */
#ifndef TRACEGATE_HARNESS_GATE_INTERNAL_H
#define TRACEGATE_HARNESS_GATE_INTERNAL_H

#include "harness/clock.h"
#include "harness/diff.h"
#include "harness/event_coverage.h"
#include "harness/gate.h"
#include "harness/progress.h"
#include "harness/report.h"
#include "harness/self_test.h"

/* Backends of a gate beside the expected one; there are fewer kinds than this. */
#define GATE_MAX_ACTUALS 8

/* Mismatches of each trace and backend that are looked at: with one wrong line hundreds differ, all
 * alike. Alike are those with the same wrong columns, side outputs and conduct. */
#define GATE_MAX_LOOKS 64

/* Of them, those that are reported before they are shrunk; behind these, only what has a new key is
 * reported. */
#define GATE_MAX_REPORTS 2

/* Text about what was skipped: kept until the table, then printed. */
#define GATE_MAX_NOTES 16
#define GATE_NOTE_BYTES 320

/* Cases that are saved: keys beyond these are not known to be saved already. */
#define GATE_MAX_SAVED 256

/* Bytes of the line that says where events come from: a path, and some words. */
#define GATE_SOURCE_BYTES (TG_PATH_BYTES + 64)

/* All comparisons of one side output of a trace. */
typedef struct gate_side_row {
    size_t nb_comparisons;
    size_t nb_words;
    size_t nb_mismatches;
    size_t nb_not_recorded; /* golden traces without it */
} gate_side_row;

/* Events of one trace beyond one of its bounds. */
typedef struct gate_beyond {
    tg_beyond tally;
    char source[GATE_SOURCE_BYTES]; /* of the first */
} gate_beyond;

/* What was looked at of one trace and backend. */
typedef struct gate_looks {
    uint64_t signatures[GATE_MAX_LOOKS];
    size_t nb_signatures;
    char ids[GATE_MAX_LOOKS][sizeof((tg_key *)0)->id]; /* of the keys that were reported */
    size_t nb_ids;
    size_t nb_reports; /* printed in full */
} gate_looks;

/* What is known of a trace that is zeroed before a user's kernel. */
typedef struct gate_zeroing {
    bool is_zeroed;   /* a case was made over zeros */
    bool is_open;     /* and one of them is not kept for a failure, whose absence is an answer */
    bool is_shown;    /* some word that an event determines is not to be 0: zeros do not pass */
    bool is_tried;    /* and over poison */
    bool *is_relying; /* [columns, then side outputs] has words that rely on the zeroing; NULL:
                         not tried */
    size_t nb_tried;  /* cases made both ways */
    size_t nb_words;  /* right over zeros and wrong over poison */
    size_t nb_cases;  /* with such words */
    size_t nb_failed; /* that fail over poison alone */
    size_t nb_wrong;  /* that do wrong beside their cells over poison alone: mismatches */
    bool is_written;  /* a word was right over poison: the kernel writes it */
    bool hangs;       /* one of them did not end: no others are tried */
    char failure[sizeof(tg_error)]; /* of the first */
} gate_zeroing;

/* One line of the table: all comparisons of one trace. */
typedef struct gate_row {
    size_t nb_cases;
    size_t nb_golden; /* of them, compared with a recorded trace or digest */
    size_t nb_events;
    size_t min_height;
    size_t max_height;
    size_t nb_comparisons;
    size_t nb_cells;
    size_t nb_mismatches;                   /* known failures left out */
    size_t nb_expected;                     /* known failures */
    bool has_fixed;                         /* known failures that were not met, or are over */
    gate_looks looks[GATE_MAX_ACTUALS + 1]; /* of each backend; the last: recorded */
    size_t nb_not_run;
    size_t nb_refused; /* of them, those whose launch description had no value */
    size_t nb_failed;  /* runs that ended in no trace */
    double seconds;
    gate_side_row sides[TG_MAX_SIDES];
    gate_beyond *beyond;         /* [nb_bounds of the trace] */
    tg_event_coverage *drawn;    /* what drawn events reached, of a wanted trace */
    tg_event_coverage *recorded; /* what records reached */
    tg_plant_tally plants[TG_NB_PLANTS];
    gate_zeroing zeroing;
    bool is_not_launched; /* its kernel could not be made, or takes events of another layout: which
                             was told */
} gate_row;

typedef struct gate {
    const tg_gate_options *options;
    FILE *out;
    tg_progress *progress;
    tg_gate_summary *summary;
    tg_backend expected;
    tg_backend actuals[GATE_MAX_ACTUALS];
    size_t nb_actuals;
    size_t nb_compared[GATE_MAX_ACTUALS]; /* comparisons of each */
    bool has_failed[GATE_MAX_ACTUALS];    /* a run of it failed, which is a finding */
    tg_error refused;                     /* the first launch description without a value */
    bool has_idle_backend;                /* one that was asked for by name compared nothing */
    bool runs_user_on_host;               /* a user's kernel ran on the host grid */
    size_t nb_unshown;                    /* traces whose comparisons show nothing */
    bool with_recorded;                   /* compare golden records too */
    size_t nb_traces;                     /* of the chip list */
    bool *is_wanted;                      /* [nb_traces] */
    gate_row *rows;                       /* [nb_traces] */
    gate_beyond *beyond;                  /* of all rows */
    tg_record *records;                   /* [nb_records] open ones */
    size_t nb_records;
    size_t nb_cases_kept;     /* of the records, those below the folder of cases */
    size_t nb_recorded_cases; /* of wanted traces in them */
    bool are_records_checked; /* all their events: they are not looked at a second time */
    size_t nb_not_golden;     /* cases without the golden trace that was asked for */
    size_t nb_cases;          /* to come, for the progress */
    size_t nb_cases_done;
    double start_s;
    tg_gate_times times; /* of the case at work */
    size_t nb_not_shown; /* mismatches that were counted and not reported in full */
    char saved[GATE_MAX_SAVED][sizeof((tg_key *)0)->id]; /* keys whose cases are saved */
    size_t nb_saved;
    char notes[GATE_MAX_NOTES][GATE_NOTE_BYTES];
    size_t nb_notes;
} gate;

/* What is drawn for one case of a trace. */
typedef struct gate_draw {
    tg_profile profile;
    size_t nb_events;        /* asked for */
    size_t fixed_height;     /* 0: none */
    tg_launch launch;        /* for backends that take one */
    uint32_t max_candidates; /* as tg_request's */
} gate_draw;

#define GATE_MAX_DRAWS 16

/* One set of events of one trace. */
typedef struct gate_case {
    size_t index; /* of the trace */
    tg_subject subject;
    const tg_plan *poisoned; /* the subject's plan without its zeroing, to be run as well; NULL:
                                not wanted */
    const tg_record *record; /* NULL: seeded */
    const tg_record_trace *entry; /* the golden trace; NULL: none that is of these events */
    gate_draw draw;               /* of seeded events; of records launch and candidates */
    void *events;                 /* owned; NULL without events */
    size_t nb_events;
    size_t height;
    bool is_of_failure; /* a case that is kept for a failure */
} gate_case;

/* Keep a note about what was skipped; beyond GATE_MAX_NOTES the last one says that there are
 * more. */
void gate_note(gate *state, const char *format, ...) TG_PRINTF(2, 3);

/* Put a note about a trace that failed without a finding into the document, if one is wanted. It
 * begins with the trace's name and a colon. One that does not fit into memory is left out: the
 * verdict does not depend on it. */
void gate_remark(gate *state, const char *format, ...) TG_PRINTF(2, 3);

/* Say which traces of chip libraries a gate of all leaves out. */
void gate_note_without_kernel(gate *state);

/* Open the expected backend and those under test; note which are skipped. */
TG_NODISCARD tg_status gate_open_backends(gate *state, tg_error *error);

/* Note the backends that were asked for by name and compared nothing: that is no pass. */
void gate_note_idle_backends(gate *state);

/* A list of names for a note, with the number of those that do not fit. */
typedef struct gate_names {
    char text[GATE_NOTE_BYTES - 64]; /* a note says something before it */
    size_t nb_used;
    size_t nb_more;
} gate_names;

void gate_names_add(gate_names *list, const char *name);

/* What the seeded part gates a trace with, in this order: at most GATE_MAX_DRAWS. */
size_t gate_draw_list(gate_draw draws[GATE_MAX_DRAWS], const gate *state,
                      const tg_subject *subject);

/* Events to draw: as many as the draw asks for and make sense for the trace. */
size_t gate_draw_nb_events(const gate_draw *draw, const tg_subject *subject);

/* Whether the seeded part gates a trace with a profile. */
bool gate_draws(const gate *state, const tg_subject *subject, tg_profile profile);

/* Open the records and check every event of every wanted trace of theirs, so that bad input is
 * found before anything runs. */
TG_NODISCARD tg_status gate_open_records(gate *state, tg_error *error);

/* Take the case of a wanted trace: of a record's entry, or seeded. It is to be cleared by
 * gate_case_clear after success. *is_there is false, and nothing is to be cleared, where there
 * is no such case. */
TG_NODISCARD tg_status gate_case_init_recorded(gate_case *work, bool *is_there, const gate *state,
                                               size_t record, size_t entry, tg_error *error);
TG_NODISCARD tg_status gate_case_init_seeded(gate_case *work, const gate *state, size_t index,
                                             const gate_draw *draw, tg_error *error);
void gate_case_clear(gate_case *work);

/* Where the events of a case come from, for reports. text: GATE_SOURCE_BYTES bytes. Returns it. */
const char *gate_case_source(char *text, const gate *state, const gate_case *work);

/* Run all comparisons of one case and report what differs. */
TG_NODISCARD tg_status gate_run_case(gate *state, const gate_case *work, tg_error *error);

/* Take, and give back, the event coverage of all wanted traces; print what was reached. */
TG_NODISCARD tg_status gate_coverage_init(gate *state, tg_error *error);
void gate_coverage_clear(gate *state);
void gate_print_coverage(const gate *state);

/* Print the table, the notes and the verdict, and end the document; gives the gate's status.
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status gate_conclude(gate *state, tg_error *error);

/* Put what was printed into the document, and its end. Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status gate_document_end(gate *state, tg_status status, tg_error *error);

#endif
