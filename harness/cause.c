/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Causes: every detector looks at the sample by itself; what they say is then put in order.
 *
 * Where two causes explain the same cells, the likelier one, or the one that the list has first,
 * stands for them; the other keeps half of its confidence. Causes about places do not compete with
 * those about values: "negated" and "only for this opcode" are both right.
 */
#include "harness/causes_internal.h"
#include "model/memory.h"

/* TG_CAUSES_OF_<file> of every chip; made by cmake/chips.cmake. */
#include "chip_causes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define C(constant, id_, title_, text_) [constant] = {(id_), (title_), (text_)},
static const struct {
    const char *id;
    const char *title;
    const char *text;
} causes[] = {
#include "harness/causes.def"
};
#undef C
static_assert(sizeof causes / sizeof causes[0] == TG_NB_CAUSES, "every cause");

const char *tg_cause_id(tg_cause cause) { return causes[cause].id; }
const char *tg_cause_title(tg_cause cause) { return causes[cause].title; }
const char *tg_cause_text(tg_cause cause) { return causes[cause].text; }

bool tg_cause_find(tg_cause *cause, const char *id)
{
    for (tg_cause i = 0; i < TG_NB_CAUSES; i++) {
        if (strcmp(causes[i].id, id) != 0) continue;
        *cause = i;
        return true;
    }
    return false;
}

/* ---- detectors ---- */

static const causes_detector detectors[] = {
    {TG_CAUSE_STRAYED, true, causes_strayed},
    {TG_CAUSE_UNWRITTEN, false, causes_unwritten},
    {TG_CAUSE_UNSTABLE, true, causes_unstable},
    {TG_CAUSE_STALE, false, causes_stale},
    {TG_CAUSE_FORM_MONTGOMERY, false, causes_form_montgomery},
    {TG_CAUSE_FORM_RESIDUE, false, causes_form_residue},
    {TG_CAUSE_NOT_REDUCED, false, causes_not_reduced},
    {TG_CAUSE_PADDING_AS_EVENT, false, causes_padding_as_event},
    {TG_CAUSE_EVENT_AS_PADDING, false, causes_event_as_padding},
    {TG_CAUSE_ROW_MAJOR, false, causes_row_major},
    {TG_CAUSE_SHIFTED_ROWS, false, causes_shifted_rows},
    {TG_CAUSE_NEIGHBOUR_ENTRY, false, causes_neighbour_entry},
    {TG_CAUSE_NEIGHBOUR_EVENT, false, causes_neighbour_event},
    {TG_CAUSE_SHIFTED_COLUMNS, false, causes_shifted_columns},
    {TG_CAUSE_PERMUTED_COLUMNS, false, causes_permuted_columns},
    {TG_CAUSE_PERMUTED_ROWS, false, causes_permuted_rows},
    {TG_CAUSE_NEGATED, false, causes_negated},
    {TG_CAUSE_BYTE_SWAPPED, false, causes_byte_swapped},
    {TG_CAUSE_HALF_MISSING, false, causes_half_missing},
    {TG_CAUSE_OTHER_FIELD, false, causes_other_field},
    {TG_CAUSE_MISSING, false, causes_missing},
    {TG_CAUSE_CONSTANT, false, causes_constant},
    {TG_CAUSE_OFF_BY_CONSTANT, false, causes_off_by_constant},
    {TG_CAUSE_OFF_BY_FACTOR, false, causes_off_by_factor},
    {TG_CAUSE_AT_A_LIMIT, true, causes_at_a_limit},
    {TG_CAUSE_FROM_A_ROW_ON, true, causes_from_a_row_on},
    {TG_CAUSE_FROM_A_COLUMN_ON, false, causes_from_a_column_on},
    {TG_CAUSE_SOME_VALUES, true, causes_some_values},
    {TG_CAUSE_PADDING, true, causes_padding},
};

/* Own detectors of every trace, in the order of tg_trace_at. */
static const struct {
    const tg_chip_causes *causes;
    tg_kind kind;
} own_causes[] = {
#define TG_CAUSES_ENTRY(file, kind_) {TG_CAUSES_OF_##file, TG_KIND_##kind_},
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_CAUSES_ENTRY, file)
#include "model/chips.def"
#undef TG_CHIP
#undef TG_CAUSES_ENTRY
};

static const tg_chip_causes *own_causes_of(const tg_trace *trace)
{
    for (size_t i = 0; i < sizeof own_causes / sizeof own_causes[0]; i++) {
        if (tg_trace_at(i) == trace && own_causes[i].kind == TG_KIND_main)
            return own_causes[i].causes;
    }
    return NULL;
}

size_t causes_nb_own_columns(const tg_trace *trace)
{
    const tg_chip_causes *own = own_causes_of(trace);
    if (own != NULL && own->nb_own_columns != 0) return own->nb_own_columns;
    return tg_trace_width(trace) / trace->events_per_row;
}

unsigned causes_percent(size_t part, size_t whole)
{
    return whole == 0 ? 0 : (unsigned)(100 * part / whole);
}

size_t causes_nb_explained(const causes_verdict *verdict, const causes_sample *sample)
{
    size_t nb = 0;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        nb += verdict->explained[i];
    }
    return nb;
}

void causes_say(causes_verdict *verdict, unsigned confidence, const char *format, ...)
{
    verdict->confidence = confidence;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(verdict->evidence, sizeof verdict->evidence, format, arguments);
    va_end(arguments);
}

void causes_say_cells(causes_verdict *verdict, const causes_sample *sample, unsigned confidence,
                      size_t nb, const char *verb, const char *format, ...)
{
    char what[TG_EVIDENCE_BYTES];
    char share[TG_WORDS_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    causes_say(verdict, confidence, "%s %s",
               tg_share(share, nb, sample->nb_cells, "wrong cell", verb), what);
}

/* ---- order ---- */

/* What a detector must say at the least to be told. */
#define LEAST_CONFIDENCE 15u

/* Below this, a cause is not one that the others leave out. */
#define LIKELY 50u

/* Everything that was said. */
typedef struct hearing {
    size_t nb;
    tg_cause_found said[TG_NB_CAUSES];
    bool is_place[TG_NB_CAUSES];
    unsigned char *explained[TG_NB_CAUSES]; /* [nb_cells] each; NULL for places */
    bool is_told[TG_NB_CAUSES];
} hearing;

static bool comes_before(const tg_cause_found *a, const tg_cause_found *b)
{
    return a->confidence != b->confidence ? a->confidence > b->confidence : a->cause < b->cause;
}

/* Halve what explains nothing that was not explained; mark what a cause that is told explains. */
static void tell(hearing *all, size_t told, unsigned char *is_known, size_t nb_cells)
{
    all->is_told[told] = true;
    if (all->is_place[told]) return;
    for (size_t i = 0; i < nb_cells; i++) {
        is_known[i] |= all->explained[told][i];
    }
    for (size_t other = 0; other < all->nb; other++) {
        if (all->is_place[other] || all->is_told[other] || all->said[other].confidence < LIKELY)
            continue;
        size_t nb_new = 0;
        size_t nb = 0;
        for (size_t i = 0; i < nb_cells; i++) {
            nb += all->explained[other][i];
            nb_new += all->explained[other][i] > is_known[i];
        }
        if (10 * nb_new < nb || nb == 0) all->said[other].confidence /= 2;
    }
}

static void put_in_order(tg_causes *found, hearing *all, unsigned char *is_known, size_t nb_cells)
{
    while (found->nb < TG_MAX_CAUSES) {
        size_t best = SIZE_MAX;
        for (size_t i = 0; i < all->nb; i++) {
            if (all->is_told[i] || all->said[i].confidence < LEAST_CONFIDENCE) continue;
            if (best == SIZE_MAX || comes_before(&all->said[i], &all->said[best])) best = i;
        }
        if (best == SIZE_MAX) return;
        found->list[found->nb++] = all->said[best];
        tell(all, best, is_known, nb_cells);
    }
}

static void hear(hearing *all, const causes_detector *detector, const causes_sample *sample,
                 unsigned char *explained)
{
    causes_verdict verdict = {.explained = explained};
    memset(explained, 0, sample->nb_cells);
    detector->detect(&verdict, sample);
    if (verdict.confidence == 0) return;
    const size_t at = all->nb++;
    all->said[at] = (tg_cause_found){.cause = detector->cause, .confidence = verdict.confidence};
    memcpy(all->said[at].evidence, verdict.evidence, sizeof verdict.evidence);
    all->is_place[at] = detector->is_place;
    all->explained[at] = explained;
}

/* ---- what is no matter of cells ---- */

static void add(tg_causes *found, tg_cause cause, unsigned confidence, const char *format, ...)
    TG_PRINTF(4, 5);

/* Put a cause behind those that are at least as likely and, of these, more special. */
static void add(tg_causes *found, tg_cause cause, unsigned confidence, const char *format, ...)
{
    tg_cause_found added = {.cause = cause, .confidence = confidence};
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(added.evidence, sizeof added.evidence, format, arguments);
    va_end(arguments);
    size_t at = found->nb;
    if (at == TG_MAX_CAUSES) at--;
    for (; at > 0 && comes_before(&added, &found->list[at - 1]); at--) {
        found->list[at] = found->list[at - 1];
    }
    found->list[at] = added;
    if (found->nb < TG_MAX_CAUSES) found->nb++;
}

static void add_sides(tg_causes *found, const tg_mismatch *mismatch)
{
    size_t nb_wrong = 0;
    size_t nb_compared = 0;
    const char *name = NULL;
    for (size_t i = 0; i < mismatch->sides->trace->nb_sides; i++) {
        const tg_side_diff *side = &mismatch->sides->sides[i];
        nb_wrong += side->nb_wrong;
        nb_compared += side->nb_compared;
        if (side->nb_wrong != 0 && name == NULL) name = mismatch->sides->trace->sides[i].name;
    }
    char share[TG_WORDS_BYTES];
    add(found, TG_CAUSE_SIDES, 100, "all cells are right; of side outputs %s wrong, first in %s",
        tg_share(share, nb_wrong, nb_compared, "word", "are"), name);
}

static bool has_other_dimensions(const tg_mismatch *mismatch)
{
    return mismatch->expected.height != mismatch->actual.height ||
           mismatch->expected.width != mismatch->actual.width;
}

/* Say that no cause explains more than a share, in percent. */
static void add_other(tg_causes *found, unsigned least, size_t nb_wrong)
{
    char cells[TG_WORDS_BYTES];
    (void)tg_counted(cells, nb_wrong, "wrong cell", NULL);
    if (least == 0) {
        add(found, TG_CAUSE_OTHER, 100, "%s, and no cause explains any", cells);
    } else {
        add(found, TG_CAUSE_OTHER, 100 - least, "%s, of which no cause explains more than %u %%",
            cells, least);
    }
}

/* What the detectors leave: dimensions, side outputs, digests, and what has no known pattern. */
static void add_rest(tg_causes *found, const tg_mismatch *mismatch, const causes_sample *sample)
{
    const bool has_cells = mismatch->diff != NULL;
    const bool are_cells_right = sample->is_side || sample->nb_cells == 0;
    if (has_cells && has_other_dimensions(mismatch)) {
        add(found, TG_CAUSE_DIMENSIONS, 100, "%zu rows of %zu columns, not %zu of %zu",
            mismatch->actual.height, mismatch->actual.width, mismatch->expected.height,
            mismatch->expected.width);
    }
    if (are_cells_right && mismatch->sides != NULL && !tg_sides_diff_is_match(mismatch->sides)) {
        add_sides(found, mismatch);
        return;
    }
    if (found->nb == 0 && !has_cells) {
        add(found, TG_CAUSE_DIGEST, 100, "digests differ, and one side has no cells");
    } else if (found->nb == 0 || found->list[0].confidence < LIKELY) {
        const unsigned least = found->nb == 0 ? 0 : found->list[0].confidence;
        add_other(found, least, sample->is_side ? 0 : sample->nb_wrong);
    }
}

/* ---- the whole ---- */

/* Put a cause before all others, without evidence yet. */
static void put_first(tg_causes *found, tg_cause cause)
{
    const size_t nb_left = found->nb < TG_MAX_CAUSES ? found->nb : TG_MAX_CAUSES - 1;
    memmove(&found->list[1], &found->list[0], nb_left * sizeof found->list[0]);
    found->nb = nb_left + 1;
    found->list[0] = (tg_cause_found){.cause = cause, .confidence = 100};
}

static tg_status hear_all(tg_causes *found, const causes_sample *sample, tg_error *error)
{
    const tg_chip_causes *own = own_causes_of(sample->trace);
    const size_t nb_own = own != NULL ? own->nb_detectors : 0;
    const size_t nb_general = sizeof detectors / sizeof detectors[0];
    void *buffer = NULL;
    const tg_status status =
        tg_buffer_create(&buffer, nb_general + nb_own + 1, sample->nb_cells, error);
    if (status != TG_OK) return status;
    unsigned char *masks = buffer;
    memset(masks, 0, sample->nb_cells);
    hearing all = {.nb = 0};
    for (size_t i = 0; i < nb_general + nb_own; i++) {
        const causes_detector *detector =
            i < nb_general ? &detectors[i] : &own->detectors[i - nb_general];
        hear(&all, detector, sample, masks + (i + 1) * sample->nb_cells);
    }
    put_in_order(found, &all, masks, sample->nb_cells);
    tg_buffer_destroy(buffer);
    return TG_OK;
}

static tg_status list_causes(tg_causes *found, const tg_mismatch *mismatch, bool is_eventful_only,
                             tg_error *error)
{
    causes_sample sample;
    tg_status status = causes_sample_init(&sample, mismatch, is_eventful_only, error);
    if (status != TG_OK) return status;
    status = prediction_of_sample(&sample.prediction, &sample, error);
    if (status == TG_OK) status = hear_all(found, &sample, error);
    if (status == TG_OK) add_rest(found, mismatch, &sample);
    causes_sample_clear(&sample);
    return status;
}

/* Say of a trace of zeros, before all else, that it is one. The key is made of what the words look
 * like, which a case of one event shows, too. */
static void put_nothing(tg_causes *found, const tg_mismatch *mismatch)
{
    if (!causes_is_nothing(mismatch)) return;
    found->own = tg_causes_of_key(found);
    found->has_own = true;
    put_first(found, TG_CAUSE_NOTHING);
    (void)snprintf(found->list[0].evidence, TG_EVIDENCE_BYTES, "all %zu cells of the trace are 0",
                   mismatch->actual.height * mismatch->actual.width);
}

tg_status tg_causes_find(tg_causes *found, const tg_mismatch *mismatch, tg_error *error)
{
    *found = (tg_causes){.nb = 0};
    if (mismatch->failed != TG_OK) {
        add(found, tg_cause_of_failure(mismatch->why), 100, "%s",
            mismatch->why != NULL ? mismatch->why->what : tg_status_text(mismatch->failed));
        return TG_OK;
    }
    tg_status status = list_causes(found, mismatch, false, error);
    if (status != TG_OK) return status;
    if (mismatch->conduct != NULL && mismatch->conduct->nb_differing != 0) {
        // Whatever else is wrong may be so in this run only.
        found->has_own = true;
        found->own = TG_CAUSE_UNSTABLE;
        return TG_OK;
    }
    causes_part part;
    status = causes_part_init(&part, mismatch, error);
    if (status != TG_OK) return status;
    if (part.is_masked) {
        tg_causes own = {.nb = 0};
        status = list_causes(&own, &part.mismatch, part.is_eventful_only, error);
        found->has_own = status == TG_OK && own.nb != 0;
        if (found->has_own) found->own = own.list[0].cause;
    }
    causes_part_clear(&part);
    if (status == TG_OK) put_nothing(found, mismatch);
    return status;
}

void tg_causes_put_shape(tg_causes *found, const char *evidence)
{
    put_first(found, TG_CAUSE_SHAPE);
    (void)snprintf(found->list[0].evidence, TG_EVIDENCE_BYTES, "%s", evidence);
    found->has_own = true;
    found->own = TG_CAUSE_SHAPE;
}

tg_cause tg_causes_of_key(const tg_causes *found)
{
    if (found->has_own) return found->own;
    return found->nb != 0 ? found->list[0].cause : TG_CAUSE_OTHER;
}
