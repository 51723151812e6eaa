/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Event coverage: which classes of field values, event counts and heights a run has reached, and
 * which it has not tried. The classes follow from a trace's description alone; those that only its
 * rows show (how many candidates a search took) are the chip's own, harness/<file>_coverage.c.
 *
 * Fields that the trace does not depend on, padding bytes and multiplicities that must be 1 have no
 * classes. Reached is what was seen: of many events a sample is looked at, so that a campaign does
 * not wait for it, and a class that only events outside it had counts as not reached.
 */
#ifndef TRACEGATE_HARNESS_EVENT_COVERAGE_H
#define TRACEGATE_HARNESS_EVENT_COVERAGE_H

#include "model/trace.h"

#include <stdint.h>
#include <stdio.h>

/* S(constant, name, what its classes are): the only list of sections. */
#define TG_COVERAGE_SECTION_LIST(S)                                                      \
    S(TG_COVERAGE_FIELDS, "fields", "values of each field and of each array as a whole") \
    S(TG_COVERAGE_PAIRS, "pairs", "the same for each value of each enum and flag")       \
    S(TG_COVERAGE_COUNTS, "counts", "event counts around limits")                        \
    S(TG_COVERAGE_HEIGHTS, "heights", "heights and padding")                             \
    S(TG_COVERAGE_OWN, "own", "what only the chip's rows show")

typedef enum tg_coverage_section {
#define TG_COVERAGE_SECTION_CONSTANT(constant, name, text) constant,
    TG_COVERAGE_SECTION_LIST(TG_COVERAGE_SECTION_CONSTANT) TG_NB_COVERAGE_SECTIONS
#undef TG_COVERAGE_SECTION_CONSTANT
} tg_coverage_section;

const char *tg_coverage_section_name(tg_coverage_section section);

/* What a chip's own file adds for one trace: classes that need the trace that was made. All zero:
 * nothing. */
typedef struct tg_own_coverage {
    size_t nb_classes; /* 64 at the most */
    const char *const *names;
    /* Classes that one trace shows: bit i is class i.
     * request  events and height
     * made     the trace of these events, every cell */
    uint64_t (*reached)(const tg_request *request, const tg_product *made);
} tg_own_coverage;

/* Own classes of a chip; harness/<file>_coverage.c defines tg_coverage_<file>. */
typedef struct tg_chip_coverage {
    tg_own_coverage preprocessed;
    tg_own_coverage main;
} tg_chip_coverage;

/* What was reached of one trace. */
typedef struct tg_event_coverage tg_event_coverage;

/* Begin with nothing reached.
 * coverage  to be given back by tg_event_coverage_destroy, which takes NULL
 * trace     must live as long
 * Errors    TG_ERR_MEMORY, TG_ERR_SIZE */
TG_NODISCARD tg_status tg_event_coverage_create(tg_event_coverage **coverage, const tg_trace *trace,
                                                tg_error *error);
void tg_event_coverage_destroy(tg_event_coverage *coverage);

/* Mark what one trace reaches.
 * request       valid events, height
 * fixed_height  the height that was asked for; 0: the rule's
 * made          the trace of these events; NULL: not at hand, and own classes are not marked */
void tg_event_coverage_add(tg_event_coverage *coverage, const tg_request *request,
                           size_t fixed_height, const tg_product *made);

/* Mark in `to` what `from` has reached; both are of one trace. */
void tg_event_coverage_merge(tg_event_coverage *to, const tg_event_coverage *from);

typedef struct tg_coverage_tally {
    size_t nb_classes;
    size_t nb_reached;
} tg_coverage_tally;

/* Classes of one section; of all sections for TG_NB_COVERAGE_SECTIONS. */
tg_coverage_tally tg_event_coverage_tally(const tg_event_coverage *coverage,
                                          tg_coverage_section section);

const tg_trace *tg_event_coverage_trace(const tg_event_coverage *coverage);

/* ---- group by group: a group is one field, count or pair, with up to 64 classes ---- */

#define TG_COVERAGE_NAME_BYTES (3 * TG_NAME_BYTES)

typedef struct tg_coverage_group {
    tg_coverage_section section;
    char name[TG_COVERAGE_NAME_BYTES]; /* "in2", "opcode DivF, in2", "events" */
    uint64_t classes;                  /* bit i: class i is one of the group's */
    uint64_t reached;                  /* of them */
} tg_coverage_group;

size_t tg_event_coverage_nb_groups(const tg_event_coverage *coverage);

/* index < tg_event_coverage_nb_groups */
void tg_event_coverage_group_at(tg_coverage_group *group, const tg_event_coverage *coverage,
                                size_t index);

/* Name of a class of a group: "zero", "p - 1", "33". text: TG_COVERAGE_NAME_BYTES bytes, caller's.
 * Returns text. */
const char *tg_event_coverage_class_name(char *text, const tg_event_coverage *coverage,
                                         size_t index, unsigned class);

/* Mark classes of a group as reached, by a run before this one. False, and nothing is marked, if
 * they are not all the group's. */
bool tg_event_coverage_mark(tg_event_coverage *coverage, size_t index, uint64_t classes);

/* How much the next tg_event_coverage_add looks at, in units of its own: less, the longer nothing
 * new is seen. A run that goes on sets what the one before it had; false, and nothing is set, if
 * there is no such pace. */
size_t tg_event_coverage_pace(const tg_event_coverage *coverage);
bool tg_event_coverage_set_pace(tg_event_coverage *coverage, size_t pace);

/* ---- as text ---- */

/* Print "93 of 96; not reached: in1 p - 1; events 31, 33" and a newline: as much as fits between
 * column `indent`, where the cursor is, and TG_REPORT_WIDTH. */
void tg_event_coverage_print_line(FILE *out, const tg_event_coverage *coverage, size_t indent);

/* Print every section of a trace with all classes that were not reached, lines broken at
 * TG_REPORT_WIDTH. */
void tg_event_coverage_print(FILE *out, const tg_event_coverage *coverage);

#endif
