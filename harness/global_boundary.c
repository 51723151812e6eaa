/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Global's boundary events: where its arithmetic breaks if it does.
 *
 * A script (the table below) that starts again after TG_GLOBAL_BOUNDARY_PERIOD events. It fixes
 * which events are equal, opposite or of one point; what their messages are follows from key and
 * place, but for the searched ones. A sum of points by sections of 512, or of any other power of
 * two, then meets equal and opposite operands and the point at infinity at each of its levels,
 * which a sum in order never meets.
 */
#include "harness/global_internal.h"
#include "harness/philox.h"

#define SECTION TG_GLOBAL_BOUNDARY_SECTION

/* Numbers of Philox blocks, by what is drawn from them: a corner takes three. */
enum { BLOCK_CORNER, BLOCK_WALK = 3, BLOCK_DIRECTION };

/* Words at which limbs, carries and the modulus end, and single bits. */
static const uint32_t corner_words[] = {
    0,        1,        2,        TG_P - 1,  TG_P - 2,       TG_P / 2,         TG_P / 2 + 1,
    0xffff,   0x10001,  0xffffff, 0x1000001, TG_P - 0x10000, TG_P - 0x1000000, 1u << 2,
    1u << 3,  1u << 4,  1u << 5,  1u << 6,   1u << 7,        1u << 8,          1u << 9,
    1u << 10, 1u << 11, 1u << 12, 1u << 13,  1u << 14,       1u << 15,         1u << 16,
    1u << 17, 1u << 18, 1u << 19, 1u << 20,  1u << 21,       1u << 22,         1u << 23,
    1u << 24, 1u << 25, 1u << 26, 1u << 27,  1u << 28,       1u << 29,         1u << 30,
};
#define NB_CORNER_WORDS ((uint32_t)(sizeof corner_words / sizeof corner_words[0]))

#define NB_MESSAGE_WORDS 8u
#define NB_KINDS 64u

/* Units of kind within message[0], and of offset within message[7], in the permutation's input. */
#define KIND_UNIT 0x1000000u
#define OFFSET_UNIT 0x10000u

/* Part of the script that an event is in. */
typedef struct place {
    uint64_t key;
    uint64_t start; /* number of the part's first event in the stream */
    uint32_t length;
} place;

static void set_opposite(tg_global_event *event) { event->is_receive ^= 1; }

/* The sum of two residues. */
static uint32_t add(uint32_t a, uint32_t b) { return (uint32_t)(((uint64_t)a + b) % TG_P); }

/* ---- single events ---- */

/* Draw an event of corner words and, one of four, of any. Half of the events are within the bounds
 * of the constraints. */
static void corner(tg_global_event *event, uint64_t key, uint64_t number)
{
    uint32_t words[3 * TG_PHILOX_LANES];
    for (uint32_t block = 0; block < 3; block++) {
        tg_philox_block(words + TG_PHILOX_LANES * block, key, number, BLOCK_CORNER + block, 0);
    }
    for (size_t i = 0; i < NB_MESSAGE_WORDS; i++) {
        const uint32_t any = (uint32_t)((uint64_t)words[i] * TG_P >> 32);
        event->message[i] = words[i] % 4 == 0 ? any : corner_words[words[i] / 4 % NB_CORNER_WORDS];
    }
    const uint32_t kind = words[NB_MESSAGE_WORDS];
    event->kind = (uint8_t)(kind % 4 == 0 ? 0 : kind % 4 == 1 ? NB_KINDS - 1 : kind / 4 % NB_KINDS);
    event->is_receive = words[9] % 2;
    if (words[10] % 2 == 0) {
        event->message[0] %= KIND_UNIT;
        event->message[7] %= OFFSET_UNIT;
    }
}

static void searched(tg_global_event *event, uint64_t key, uint64_t number, size_t index)
{
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, key, number, BLOCK_DIRECTION, 0);
    *event = (tg_global_event){.kind = TG_GLOBAL_KIND_MEMORY, .is_receive = words[0] % 2};
    event->message[2] = tg_global_searched_messages[index % TG_NB_GLOBAL_SEARCHED].word;
}

/* Make it the other event with the same input of the permutation, hence the same point: a unit of
 * kind moves into message[0], or out of it. */
static void set_alias(tg_global_event *event)
{
    const bool moves_in = event->kind != 0;
    event->kind = (uint8_t)(moves_in ? event->kind - 1 : event->kind + 1);
    event->message[0] = add(event->message[0], moves_in ? KIND_UNIT : TG_P - KIND_UNIT);
}

/* ---- parts of the script: event k of each ---- */

typedef void part_draw(tg_global_event *event, const place *at, uint32_t k);

static void one_corner(tg_global_event *event, const place *at, uint32_t k)
{
    corner(event, at->key, at->start + k);
}

/* Copies of one event. */
static void copies(tg_global_event *event, const place *at, __attribute__((unused)) uint32_t k)
{
    one_corner(event, at, 0);
}

/* One event and its opposite, by turns. */
static void alternation(tg_global_event *event, const place *at, uint32_t k)
{
    one_corner(event, at, 0);
    if (k % 2 == 1) set_opposite(event);
}

/* Copies of one event, then as many of its opposite. */
static void poles(tg_global_event *event, const place *at, uint32_t k)
{
    one_corner(event, at, 0);
    if (k >= at->length / 2) set_opposite(event);
}

/* Events, then their opposites in the same order. */
static void opposites(tg_global_event *event, const place *at, uint32_t k)
{
    one_corner(event, at, k % (at->length / 2));
    if (k >= at->length / 2) set_opposite(event);
}

/* Eights of all sorts: a searched message, two equal events, two opposite ones, three equal ones.
 * In every second eight the pairs are of two messages with one point. */
static void medley(tg_global_event *event, const place *at, uint32_t k)
{
    // Place within the eight of the corner that an event is made from.
    static const uint32_t origins[] = {0, 1, 1, 3, 3, 5, 5, 5};
    const uint32_t in_eight = k % 8;
    const uint64_t eight = (at->start + k - in_eight) / 8;
    if (in_eight == 0) {
        searched(event, at->key, at->start + k, eight % TG_NB_GLOBAL_SEARCHED);
        return;
    }
    one_corner(event, at, k - in_eight + origins[in_eight]);
    if ((in_eight == 2 || in_eight == 4) && eight % 2 == 1) set_alias(event);
    if (in_eight == 4) set_opposite(event);
}

/* A medley, then its opposites in reverse order: the sum from the start is infinity after the last
 * event and not before. */
static void mirror(tg_global_event *event, const place *at, uint32_t k)
{
    const bool is_image = k >= at->length / 2;
    medley(event, at, is_image ? at->length - 1 - k : k);
    if (is_image) set_opposite(event);
}

/* Every corner word in every place; for every kind, the words that make element 0 of the
 * permutation's input 0 and p - 1; words that do so with element 7, for the candidates from 1
 * on. */
static void sweep(tg_global_event *event, const place *at, uint32_t k)
{
    one_corner(event, at, k);
    if (k < NB_MESSAGE_WORDS * NB_CORNER_WORDS) {
        event->message[k / NB_CORNER_WORDS] = corner_words[k % NB_CORNER_WORDS];
        return;
    }
    k -= NB_MESSAGE_WORDS * NB_CORNER_WORDS;
    const uint32_t element = k % 2 == 0 ? 0 : TG_P - 1;
    if (k < 2 * NB_KINDS) {
        event->kind = (uint8_t)(k / 2);
        event->message[0] = add(element, TG_P - KIND_UNIT * event->kind);
        return;
    }
    k -= 2 * NB_KINDS;
    event->message[7] = add(element, TG_P - OFFSET_UNIT * (1 + k / 2));
}

/* Runs of equal events, of lengths around the powers of two. */
static void runs(tg_global_event *event, const place *at, uint32_t k)
{
    static const uint32_t lengths[] = {2, 3, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257};
    uint32_t start = 0;
    for (size_t i = 0; k - start >= lengths[i]; i++) {
        start += lengths[i];
    }
    one_corner(event, at, start);
}

/* One searched message with the search begun at several candidates: message[7] has units of offset.
 * All have one point. */
static void shifted_search(tg_global_event *event, uint64_t key, uint64_t eight, uint32_t in_eight)
{
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, key, eight, BLOCK_WALK, 1);
    const size_t index = words[0] % TG_NB_GLOBAL_SEARCHED;
    searched(event, key, eight + in_eight, index);
    tg_philox_block(words, key, eight + in_eight, BLOCK_WALK, 2);
    event->message[7] = words[0] % (tg_global_searched_messages[index].offset + 1) * OFFSET_UNIT;
}

/* Eights whose sort is drawn. */
static void walk(tg_global_event *event, const place *at, uint32_t k)
{
    const uint32_t in_eight = k % 8;
    const place eight = {.key = at->key, .start = at->start + k - in_eight, .length = 8};
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, at->key, eight.start, BLOCK_WALK, 0);
    static part_draw *const sorts[] = {copies, alternation, poles, opposites, one_corner, medley};
    const uint32_t nb_sorts = sizeof sorts / sizeof sorts[0];
    const uint32_t sort = words[0] % (nb_sorts + 2);
    if (sort < nb_sorts) {
        sorts[sort](event, &eight, in_eight);
    } else if (sort == nb_sorts) {
        searched(event, at->key, eight.start + in_eight, words[1] % 256 + in_eight);
    } else {
        shifted_search(event, at->key, eight.start, in_eight);
    }
}

/* ---- the script ---- */

static const struct {
    part_draw *draw;
    uint32_t length;
} parts[] = {
    {mirror, SECTION},      // a section that is infinity, and the sum that goes on after it
    {copies, SECTION},      // one section of equal points
    {copies, SECTION + 1},  // one more than a section of them
    {opposites, 2 * 701},   // 700 other events between each event and its opposite
    {walk, 133},            // to the next section
    {poles, 2 * SECTION},   // two sections that are opposite
    {alternation, SECTION}, // infinity in every even part of a section
    {opposites, SECTION},   // half a section and its opposite
    {sweep, SECTION},
    {runs, 1445},
    {walk, 1115}, // to the end of the period
};

static void draw_event(tg_global_event *event, uint64_t key, uint64_t number)
{
    const uint32_t in_period = number % TG_GLOBAL_BOUNDARY_PERIOD;
    uint32_t start = 0;
    size_t part = 0;
    while (in_period - start >= parts[part].length) {
        start += parts[part++].length;
    }
    const place at = {.key = key,
                      .start = number - in_period + start,
                      .length = parts[part].length};
    parts[part].draw(event, &at, in_period - start);
}

void tg_global_boundary(void *events, uint64_t key, uint64_t first, size_t nb)
{
    tg_global_event *event = events;
    for (size_t k = 0; k < nb; k++) {
        draw_event(&event[k], key, first + k);
    }
}
