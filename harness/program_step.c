/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a step of a drawn program can do: append, draw, read, write. */
#include "harness/corners.h"
#include "harness/program_internal.h"
#include "model/memory.h"
#include "reference/field.h"

#include <string.h>

/* ---- arrays ---- */

tg_status tg_growing_reserve(tg_growing *array, size_t nb, size_t size, tg_error *error)
{
    if (size == 0 || array->capacity - array->nb >= nb) return TG_OK;
    // Twice as many each time, so that all copies together are fewer than the items.
    const size_t capacity = 2 * array->capacity + nb;
    void *items = NULL;
    const tg_status status = tg_buffer_create(&items, capacity, size, error);
    if (status != TG_OK) return status;
    if (array->nb != 0) memcpy(items, array->items, array->nb * size);
    tg_buffer_destroy(array->items);
    array->items = items;
    array->capacity = capacity;
    return TG_OK;
}

tg_status tg_memory_reserve(tg_memory *memory, tg_error *error)
{
    tg_growing *const numbers[] = {&memory->blocks, &memory->felts, &memory->bits,
                                   &memory->waiting};
    tg_status status =
        tg_growing_reserve(&memory->cells, TG_PROGRAM_STEP_MAX, sizeof(tg_memory_cell), error);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && status == TG_OK; i++) {
        status = tg_growing_reserve(numbers[i], TG_PROGRAM_STEP_MAX, sizeof(uint32_t), error);
    }
    return status;
}

void tg_memory_clear(tg_memory *memory)
{
    tg_buffer_destroy(memory->cells.items);
    tg_buffer_destroy(memory->blocks.items);
    tg_buffer_destroy(memory->felts.items);
    tg_buffer_destroy(memory->bits.items);
    tg_buffer_destroy(memory->waiting.items);
    *memory = (tg_memory){0};
}

/* ---- records ---- */

static void *append_records(tg_step *step, size_t list, size_t nb)
{
    tg_growing *records = &step->lists[list];
    const size_t size = tg_trace_event_size(tg_trace_at(list));
    const size_t first = records->nb;
    records->nb += nb;
    if (size == 0) return NULL;
    TG_VERIFY_CHECK(records->nb <= records->capacity);
    unsigned char *at = (unsigned char *)records->items + first * size;
    memset(at, 0, nb * size);
    return at;
}

void *tg_step_instrs(tg_step *step, size_t nb) { return append_records(step, step->list, nb); }

void *tg_step_events(tg_step *step, size_t nb) { return append_records(step, step->list + 1, nb); }

void tg_step_publish(tg_step *step, const uint32_t *words)
{
    memcpy(step->committed, words, TG_PROGRAM_NB_PUBLIC_VALUES * sizeof *words);
}

/* ---- draws ---- */

static uint32_t next_word(tg_step *step)
{
    if (step->nb_words == 0) {
        tg_philox_block(step->words, step->seed, step->number, step->nb_blocks++, step->machine);
        step->nb_words = TG_PHILOX_LANES;
    }
    return step->words[TG_PHILOX_LANES - step->nb_words--];
}

uint32_t tg_step_below(tg_step *step, uint32_t range)
{
    // The high half of word * range; rejecting low halves below 2^32 mod range leaves each value
    // the same number of words (Lemire, "Fast Random Integer Generation in an Interval", 2019).
    const uint32_t nb_rejected = -range % range;
    uint64_t product = 0;
    do {
        product = (uint64_t)next_word(step) * range;
    } while ((uint32_t)product < nb_rejected);
    return (uint32_t)(product >> 32);
}

uint32_t tg_step_draw_felt(tg_step *step)
{
    if (tg_step_below(step, 8) != 0) return tg_step_below(step, TG_P);
    return tg_ref_from_word(tg_corner_word(tg_step_below(step, tg_nb_corner_words())));
}

void tg_step_draw_value(tg_step *step, uint32_t value[4])
{
    const size_t nb = tg_step_below(step, 2) != 0 ? 4 : 1;
    for (size_t k = 0; k < 4; k++) {
        value[k] = k < nb ? tg_step_draw_felt(step) : 0;
    }
}

/* ---- reads ---- */

static tg_operand operand_of(const tg_step *step, uint32_t number)
{
    const tg_memory_cell *cells = step->memory.cells.items;
    TG_VERIFY_CHECK(number < step->memory.cells.nb);
    tg_operand operand = {.addr = tg_ref_to_word(number)};
    memcpy(operand.value, cells[number].value, sizeof operand.value);
    return operand;
}

/* One of these cells. */
static tg_operand choose(tg_step *step, const tg_growing *numbers)
{
    TG_VERIFY_CHECK(numbers->nb != 0 && numbers->nb <= UINT32_MAX);
    const uint32_t *cells = numbers->items;
    return operand_of(step, cells[tg_step_below(step, (uint32_t)numbers->nb)]);
}

static tg_operand choose_and_read(tg_step *step, const tg_growing *numbers)
{
    const tg_operand operand = choose(step, numbers);
    tg_step_read(step, &operand);
    return operand;
}

tg_operand tg_step_peek_felt(tg_step *step) { return choose(step, &step->memory.felts); }

tg_operand tg_step_peek_block(tg_step *step) { return choose(step, &step->memory.blocks); }

void tg_step_read(tg_step *step, const tg_operand *operand)
{
    tg_memory_cell *cells = step->memory.cells.items;
    cells[tg_ref_from_word(operand->addr)].nb_reads++;
}

tg_operand tg_step_read_felt(tg_step *step) { return choose_and_read(step, &step->memory.felts); }

tg_operand tg_step_read_bit(tg_step *step) { return choose_and_read(step, &step->memory.bits); }

tg_operand tg_step_read_constant(tg_step *step, uint32_t value)
{
    TG_VERIFY_CHECK(value < TG_PROGRAM_NB_CONSTANTS);
    const tg_operand operand = operand_of(step, value);
    TG_VERIFY_CHECK(operand.value[0] == value);
    tg_step_read(step, &operand);
    return operand;
}

/* Waiting outputs at which a read takes one of them every second time. Programs of SP1's weights
 * hold about as many; fewer would make chains of them, more would leave many for the end. */
#define HALF_WAITING 16u

tg_operand tg_step_read_block(tg_step *step)
{
    const uint32_t nb_waiting = (uint32_t)step->memory.waiting.nb;
    if (nb_waiting != 0 && tg_step_below(step, nb_waiting + HALF_WAITING) < nb_waiting)
        return tg_step_read_waiting(step);
    return choose_and_read(step, &step->memory.blocks);
}

tg_operand tg_step_read_waiting(tg_step *step)
{
    tg_growing *waiting = &step->memory.waiting;
    uint32_t *numbers = waiting->items;
    TG_VERIFY_CHECK(waiting->nb != 0);
    const uint32_t chosen = tg_step_below(step, (uint32_t)waiting->nb);
    const tg_operand operand = operand_of(step, numbers[chosen]);
    numbers[chosen] = numbers[--waiting->nb];
    tg_step_read(step, &operand);
    return operand;
}

/* ---- writes ---- */

static void append_number(tg_growing *numbers, uint32_t number)
{
    TG_VERIFY_CHECK(numbers->nb < numbers->capacity);
    ((uint32_t *)numbers->items)[numbers->nb++] = number;
}

/* Write to the next address; returns it. */
static uint32_t append_cell(tg_step *step, const uint32_t value[4], tg_mult_place mult)
{
    tg_growing *cells = &step->memory.cells;
    TG_VERIFY_CHECK(cells->nb < cells->capacity && cells->nb < TG_P);
    tg_memory_cell *cell = (tg_memory_cell *)cells->items + cells->nb;
    *cell = (tg_memory_cell){.mult = mult};
    memcpy(cell->value, value, sizeof cell->value);
    return (uint32_t)cells->nb++;
}

tg_operand tg_step_write(tg_step *step, const uint32_t value[4], tg_felt *mult)
{
    const tg_growing *instrs = &step->lists[step->list];
    const unsigned char *place = (const unsigned char *)mult;
    const size_t offset = (size_t)(place - (const unsigned char *)instrs->items);
    TG_VERIFY_CHECK(offset < instrs->nb * tg_trace_event_size(step->instrs));
    tg_memory *memory = &step->memory;
    const uint32_t number =
        append_cell(step, value, (tg_mult_place){.list = step->list, .offset = offset});
    append_number(&memory->blocks, number);
    if ((value[1] | value[2] | value[3]) == 0) {
        append_number(&memory->felts, number);
        if (value[0] <= 1) append_number(&memory->bits, number);
    }
    return operand_of(step, number);
}

tg_operand tg_step_write_felt(tg_step *step, uint32_t value, tg_felt *mult)
{
    const uint32_t block[4] = {value, 0, 0, 0};
    return tg_step_write(step, block, mult);
}

tg_operand tg_step_write_once(tg_step *step, const uint32_t value[4])
{
    const uint32_t number = append_cell(step, value, (tg_mult_place){.list = TG_NO_LIST});
    append_number(&step->memory.waiting, number);
    return operand_of(step, number);
}

void tg_value_to_words(uint32_t words[4], const uint32_t value[4])
{
    for (size_t k = 0; k < 4; k++) {
        words[k] = tg_ref_to_word(value[k]);
    }
}
