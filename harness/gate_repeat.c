/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Runs of the gate that are made again: the same events must make the same words each time. Every
 * time is a run over each poison, as the first. */
#include "harness/gate_trial_internal.h"

#include "model/memory.h"

#include <string.h>

/* Words that differ in any run: one bit for each word of cells, then of side outputs. */
typedef struct differing {
    uint32_t *bits; /* NULL: none does so far */
    size_t nb_words;
} differing;

static size_t nb_words_of(const tg_trace *trace, size_t height)
{
    size_t nb = height * tg_trace_width(trace);
    for (size_t i = 0; i < trace->nb_sides; i++) {
        nb += tg_side_nb_words(&trace->sides[i]);
    }
    return nb;
}

/* Count what differs of one array, and was not counted before.
 * start  number of its first word */
static void count_words(tg_doubt *doubt, differing *marks, size_t start, const uint32_t *first,
                        const uint32_t *again, size_t nb_words)
{
    for (size_t i = 0; i < nb_words; i++) {
        const size_t at = start + i;
        const uint32_t bit = (uint32_t)1 << at % 32;
        if (first[i] == again[i] || (marks->bits[at / 32] & bit) != 0) continue;
        marks->bits[at / 32] |= bit;
        if (doubt->nb_unstable++ == 0 || i < doubt->first_unstable) doubt->first_unstable = i;
    }
}

static bool are_equal(const tg_product *first, const tg_product *again, const tg_trace *trace,
                      size_t height)
{
    const size_t nb_cells = height * tg_trace_width(trace);
    bool are =
        nb_cells == 0 || memcmp(first->cells, again->cells, nb_cells * sizeof *first->cells) == 0;
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const size_t nb_bytes = tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t);
        are = are && memcmp(first->sides[i], again->sides[i], nb_bytes) == 0;
    }
    return are;
}

/* Note what a run made otherwise than the first. found: unstable words of repeated runs */
static tg_status note_differences(tg_conduct *found, differing *marks, const tg_product *first,
                                  const tg_product *again, const tg_trace *trace, size_t height,
                                  tg_error *error)
{
    if (are_equal(first, again, trace, height)) return TG_OK;
    found->nb_differing++;
    if (marks->bits == NULL) {
        void *bits = NULL;
        marks->nb_words = nb_words_of(trace, height) / 32 + 1;
        const tg_status status =
            tg_buffer_create(&bits, marks->nb_words, sizeof *marks->bits, error);
        if (status != TG_OK) return status;
        marks->bits = bits;
        memset(bits, 0, marks->nb_words * sizeof *marks->bits);
    }
    size_t start = height * tg_trace_width(trace);
    count_words(&found->cells, marks, 0, first->cells, again->cells, start);
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const size_t nb_words = tg_side_nb_words(&trace->sides[i]);
        count_words(&found->sides[i], marks, start, first->sides[i], again->sides[i], nb_words);
        start += nb_words;
    }
    return TG_OK;
}

/* Take the larger of two counts of words, which may be the same ones. */
static void merge_doubt(tg_doubt *doubt, const tg_doubt *other)
{
    if (other->nb_unwritten > doubt->nb_unwritten) {
        doubt->nb_unwritten = other->nb_unwritten;
        doubt->first_unwritten = other->first_unwritten;
    }
    if (other->nb_unstable > doubt->nb_unstable) {
        doubt->nb_unstable = other->nb_unstable;
        doubt->first_unstable = other->first_unstable;
    }
}

static void merge(tg_conduct *conduct, const tg_conduct *other)
{
    for (tg_zone zone = 0; zone < TG_NB_ZONES; zone++) {
        if (conduct->nb_zone_words[zone] != 0) continue;
        conduct->nb_zone_words[zone] = other->nb_zone_words[zone];
        conduct->first_zone_word[zone] = other->first_zone_word[zone];
    }
    if (!conduct->events_changed) {
        conduct->events_changed = other->events_changed;
        conduct->first_changed_byte = other->first_changed_byte;
    }
    merge_doubt(&conduct->cells, &other->cells);
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        merge_doubt(&conduct->sides[i], &other->sides[i]);
    }
}

tg_status gate_repeat(tg_conduct *conduct, const gate_trial *run, const tg_backend *backend,
                      const tg_product *first, tg_error *error)
{
    const tg_trace *trace = run->work->subject.trace;
    const size_t height = run->work->height;
    const size_t nb_repeats = run->state->options->nb_repeats;
    differing marks = {.bits = NULL};
    tg_conduct found = {.nb_differing = 0};
    tg_product again;
    tg_status status = tg_product_create(&again, trace, height, error);
    if (status != TG_OK) return status;
    for (size_t i = 1; i < nb_repeats && status == TG_OK; i++) {
        tg_conduct own;
        status = gate_make(&again, &own, run, backend, error);
        if (status != TG_OK) {
            tg_error_where(error, "time %zu of %zu", i + 1, nb_repeats);
            break;
        }
        merge(conduct, &own);
        status = note_differences(&found, &marks, first, &again, trace, height, error);
    }
    merge(conduct, &found);
    conduct->nb_repeats = nb_repeats;
    conduct->nb_differing = found.nb_differing;
    tg_buffer_destroy(marks.bits);
    tg_product_destroy(&again);
    return status;
}
