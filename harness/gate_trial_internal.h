/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One case of the gate at work, for the files gate*.c only. */
#ifndef TRACEGATE_HARNESS_GATE_TRIAL_INTERNAL_H
#define TRACEGATE_HARNESS_GATE_TRIAL_INTERNAL_H

#include "harness/command.h"
#include "harness/gate_internal.h"

/* Launch shapes that a trace is gated in beside its plan's. */
#define GATE_MAX_SHAPES 24

/* What became of a trace in a shape. */
typedef enum gate_shape_end {
    GATE_SHAPE_UNTRIED, /* the backend does not take it, or a run that never ended came before */
    GATE_SHAPE_RIGHT,
    GATE_SHAPE_WRONG,
} gate_shape_end;

typedef struct gate_shapes {
    size_t nb;
    tg_launch list[GATE_MAX_SHAPES]; /* by falling simplicity: the smallest first */
    gate_shape_end ends[GATE_MAX_SHAPES];
    char text[TG_EVIDENCE_BYTES]; /* of all of it */
} gate_shapes;

/* A case at work. */
typedef struct gate_trial {
    gate *state;
    const gate_case *work;
    gate_row *row;
    tg_matrix expected;
    tg_product expected_memory; /* cells are large enough for what any side makes */
    tg_product expected_there;  /* of it, what the expected side has: side outputs may be missing */
    tg_product actual_memory;   /* as expected_memory */
    tg_diff diff;
    tg_sides_diff sides;
    const gate_shapes *shapes; /* the case's shape is one of these, and the plan's is right; NULL:
                                  there are none */
    tg_digest digest;          /* of the expected cells, where only a digest is recorded */
} gate_trial;

/* The command line that makes one comparison again; actual NULL: whatever is compared by
 * default. */
void gate_write_again(tg_command *again, const gate_trial *run, const char *actual);

/* Count a mismatch. */
void gate_count_mismatch(gate_trial *run);

/* Count and report what a comparison found; the arguments are gate_compare's. */
TG_NODISCARD tg_status gate_report_finding(gate_trial *run, size_t index, const char *actual,
                                           const tg_matrix *matrix, const tg_product *sides,
                                           const tg_conduct *conduct, tg_error *error);

/* A backend that failed: a kernel under test that broke is a finding, and so is one that cannot
 * make an event that the expected side could make; a machine that cannot is "not run", and so is a
 * launch description without a value, with which the gate ends; the rest goes up. */
TG_NODISCARD tg_status gate_backend_failed(gate_trial *run, const tg_backend *backend,
                                           tg_status status, const tg_error *why, tg_error *error);

/* Mark what the events of the case reach, once the expected trace is made. */
void gate_cover(gate_trial *run);

/* Count and print that the expected side did something wrong on the way. */
void gate_report_expected(gate_trial *run, const tg_conduct *conduct);

/* A planted bug that the comparison or the report missed: a fault of the gate itself. */
void gate_report_missed(gate_trial *run, tg_plant plant, const char *actual);

/* Compare cells and side outputs with the expected ones, count, and report what differs.
 * index   of the backend under test; GATE_MAX_ACTUALS for recorded
 * matrix  the actual cells
 * sides   the actual side outputs, NULL where there are none; its cells are not looked at
 * conduct NULL for a recorded trace */
TG_NODISCARD tg_status gate_compare(gate_trial *run, size_t index, const char *actual,
                                    const tg_matrix *matrix, const tg_product *sides,
                                    const tg_conduct *conduct, tg_error *error);

/* Count what run->diff and run->sides hold of a comparison that was made elsewhere, and report what
 * differs; arguments as gate_compare's, whose second half this is. Cells and side outputs are
 * looked at only where something differs. */
TG_NODISCARD tg_status gate_compared(gate_trial *run, size_t index, const char *actual,
                                     const tg_matrix *matrix, const tg_product *sides,
                                     const tg_conduct *conduct, tg_error *error);

/* Make with a backend under test and compare, there or here; is_compared tells which: where it was
 * there, out is defined only if something is wrong. */
TG_NODISCARD tg_status gate_make_actual(bool *is_compared, tg_conduct *conduct, gate_trial *run,
                                        const tg_backend *backend, tg_error *error);

/* Make with a backend. */
TG_NODISCARD tg_status gate_make(const tg_product *out, tg_conduct *conduct, const gate_trial *run,
                                 const tg_backend *backend, tg_error *error);

/* Make again, as often as the options ask, and compare with what was made first. The conduct gets
 * what differs, and what another run did wrong where the first did not.
 * first   all words of the first run
 * Errors  those of a run, with its number; TG_ERR_MEMORY */
TG_NODISCARD tg_status gate_repeat(tg_conduct *conduct, const gate_trial *run,
                                   const tg_backend *backend, const tg_product *first,
                                   tg_error *error);

/* Gate a case that is right in its plan's shape in others, and report what depends on it. */
TG_NODISCARD tg_status gate_try_shapes(gate_trial *run, size_t index, tg_error *error);

/* Print the shapes, as lines of a report. */
void gate_print_shapes(FILE *out, const gate_shapes *shapes);

/* Take the golden side outputs into memory; gives those that are recorded. */
TG_NODISCARD tg_status gate_read_golden_sides(tg_product *there, const tg_product *memory,
                                              gate_trial *run, tg_error *error);

/* Compare with what the case's record has: cells or their digest, and side outputs. */
TG_NODISCARD tg_status gate_run_golden(gate_trial *run, tg_error *error);

#endif
