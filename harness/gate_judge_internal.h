/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a finding of the gate is: causes, smallest case, key, whether it is known; for the files
 * gate*.c only. */
#ifndef TRACEGATE_HARNESS_GATE_JUDGE_INTERNAL_H
#define TRACEGATE_HARNESS_GATE_JUDGE_INTERNAL_H

#include "harness/gate_trial_internal.h"

/* One finding on its way into report, ledger and document. */
typedef struct gate_finding {
    size_t
        index; /* of the backend under test; GATE_MAX_ACTUALS for recorded, and the expected one */
    const char *actual;
    const tg_matrix *matrix; /* the actual cells; NULL: none, a failure or a digest */
    const tg_product *sides; /* the actual side outputs; NULL: not at hand */
    const tg_conduct *conduct;
    const gate_shapes *shapes; /* of the trial */
    bool is_poisoned;          /* over poison in the place of zeros, and there alone */
    tg_status failed;          /* TG_OK, or how the backend failed */
    const tg_error *why;
    /* Print the finding as far as it is known without causes. */
    void (*print)(FILE *out, gate_trial *run, const struct gate_finding *finding,
                  const tg_report *report);
    /* What gate_judge finds out. */
    tg_causes causes;
    tg_key key;
    tg_triage triage;
    bool has_triage;
    char folder[TG_PATH_BYTES];        /* the saved case; "": none */
    bool was_saved;                    /* it was there, and is the same */
    char not_shrunk[sizeof(tg_error)]; /* why; "" if there is nothing to say */
    bool has_more; /* its key is listed, but the smallest case does not show all that is wrong */
    tg_ledger_entry *known; /* NULL: it is not known */
    tg_ledger_entry *over;  /* the entry that lists it, whose last day is past; NULL: none */
} gate_finding;

/* Judge a finding, count it, report it and add it to the document. Errors  TG_ERR_MEMORY, TG_ERR_IO
 * of saving, those of a device that runs the smaller cases */
TG_NODISCARD tg_status gate_judge(gate_trial *run, gate_finding *finding, tg_error *error);

/* Look a finding with a key up in the ledger, if there is one: sets known, over or
 * has_more. */
void gate_look_up(const gate_trial *run, gate_finding *finding);

/* Note the known failures of gated traces that were not met, or are over; a gate with one of them
 * fails. */
void gate_check_ledger(gate *state);

#endif
