/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Global's realistic events: the shards of one long run, SHARD_EVENTS events each.
 *
 * What a shard finds in a cell (a word of memory, or a page and its protection) it receives, and
 * what it leaves there it sends; who reads it next receives that, in the same shard or in the one
 * after it. So every message is sent once and received once in a run, but for those that the
 * program's image stands for, and a pair concerns one cell with a later clock and mostly another
 * value.
 *
 * A shard has 16 stretches of 64 events, in this order:
 *   0, 1    pairs of cells that the shard initialises
 *   2 .. 8  pairs of cells that every shard has: registers, stack, data; the first two events of 2
 *           .. 5 are calls of precompiles, sent
 *   9 .. 12 what the calls do: two calls received, then the pairs of the words they work on
 *   13      the initial values of the new cells, sent
 *   14      their last values, received
 *   15      initial values of words that nobody touches, received
 * Real shards have the same things in one list after the other, and some are of one sort only; the
 * stretches bring all sorts into a few hundred events, with as many pairs as programs that run for
 * long have. The sorts of values (shares below), and that a third of the pairs keep their value but
 * none of those that a call works on, are as in SP1's runs of Fibonacci numbers and of Keccak.
 * Pages' protections, 1 pair of 45, are more than real: they need an untrusted program.
 *
 * Source of the messages: SP1 v6.2.0, crates/core/machine: chips MemoryLocal, MemoryGlobalInit and
 * MemoryGlobalFinalize, SyscallCore and SyscallPrecompile, PageProtLocal and PageProtGlobal.
 */
#include "harness/global_internal.h"
#include "harness/philox.h"

#define SHARD_EVENTS ((uint32_t)TG_GLOBAL_REALISTIC_PERIOD)
#define STRETCH_EVENTS 64u
#define STRETCH_SLOTS 32u /* a slot is two events: a pair, mostly */
#define SHARD_SLOTS (SHARD_EVENTS / 2)

/* A shard's clock ticks, and the shards of a run: the clock has 48 bits. After the last shard comes
 * the first one of a new run. */
#define LG_SHARD_TICKS 20
#define LG_RUN_SHARDS 28

/* Stretches, by their numbers. */
enum { FIRST_HELD = 2, REGISTERS = 2, STACK = 3, FIRST_WORK = 9, INIT = 13, FINAL, UNTOUCHED };

/* The slot of a stretch that concerns a page instead of a word. */
#define PAGE_SLOT (STRETCH_SLOTS - 1)

/* Calls in a stretch, and slots of a call's stretch from which on the second is at work. */
#define STRETCH_CALLS 2u
#define SECOND_CALL_SLOT 16u

/* Numbers of Philox blocks, by what is drawn from them. */
enum {
    BLOCK_START,
    BLOCK_CLOCK,
    BLOCK_VALUE,
    BLOCK_IMAGE,
    BLOCK_UNTOUCHED,
    BLOCK_ADDRESS,
    BLOCK_CALL
};

/* Bases of the address space's parts; a program's image and stack lie around 0x78000000. */
#define NEW_BASE UINT64_C(0x80000000)
#define DATA_BASE UINT64_C(0x78000000)
#define WORK_BASE UINT64_C(0x77f00000)
#define STACK_BASE UINT64_C(0x77ffff98)
#define UNTOUCHED_BASE UINT64_C(0x4000000000)
#define LG_PAGE 12

/* One shard of the run. */
typedef struct shard {
    uint64_t key;
    uint64_t number; /* below 2^LG_RUN_SHARDS */
} shard;

/* What a word holds, in shares of 256: after an access, and in a program's image. */
typedef enum value_sort {
    ZERO,
    BYTE,
    HALF,
    WORD,
    NEGATIVE,
    ADDRESS,
    BITS_48,
    WIDE,
    NB_SORTS
} value_sort;
static const uint32_t shares[2][NB_SORTS] = {
    {[ZERO] = 64,
     [BYTE] = 10,
     [HALF] = 9,
     [WORD] = 44,
     [NEGATIVE] = 34,
     [ADDRESS] = 20,
     [BITS_48] = 2,
     [WIDE] = 73},
    {[ZERO] = 6, [BYTE] = 7, [HALF] = 1, [WORD] = 1, [ADDRESS] = 7, [BITS_48] = 18, [WIDE] = 216},
};

static uint64_t value_of(const uint32_t words[TG_PHILOX_LANES], bool is_image)
{
    uint32_t share = words[0] % 256;
    value_sort sort = ZERO;
    while (share >= shares[is_image][sort]) {
        share -= shares[is_image][sort++];
    }
    const uint64_t wide = (uint64_t)words[2] << 32 | words[1];
    switch (sort) {
    case ZERO:
        return 0;
    case BYTE:
        return words[1] % 256;
    case HALF:
        return words[1] % 65536;
    case WORD:
        return words[1];
    case NEGATIVE:
        return UINT64_MAX << 32 | words[1];
    case ADDRESS:
        return DATA_BASE + words[1] % 0x20000;
    case BITS_48:
        return wide >> 16;
    case WIDE:
    case NB_SORTS:
        return wide;
    }
    return wide;
}

/* Something that is in a cell from a clock on. */
typedef struct content {
    bool is_page;
    uint64_t cell; /* address, or number of the page */
    uint64_t clock;
    uint64_t value; /* word, or protection */
} content;

/* A call of a precompile. */
typedef struct call {
    uint64_t clock;
    uint64_t arguments[2];
    uint32_t code;
} call;

/* Call `number` of a shard, below 8. The same arguments in every shard, so that
 * the words it works on are received from the shard before. */
static call call_of(const shard *from, uint32_t number)
{
    // Low bytes of the codes of Keccak, SHA-256 extend and compress, Edwards addition, secp256k1
    // addition and doubling, 256-bit multiplication, BN254 addition (SP1 v6.2.0, SyscallCode).
    static const uint8_t codes[] = {0x09, 0x05, 0x06, 0x07, 0x0a, 0x0b, 0x1d, 0x0e};
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, from->key, number, BLOCK_ADDRESS, 0);
    const uint64_t address = WORK_BASE + number * 4096 + words[0] % 256 * 8;
    tg_philox_block(words, from->key, from->number * sizeof codes + number, BLOCK_CALL, 0);
    // Clocks of calls are multiples of 8, and a call's accesses come 1 later.
    const uint32_t ticks = (words[0] >> (32 - LG_SHARD_TICKS) & ~7u) | 8u;
    return (call){
        .clock = (from->number << LG_SHARD_TICKS) + ticks,
        .arguments = {address, number % 2 == 0 ? 0 : address + 1024},
        .code = codes[number],
    };
}

/* The call that works in a slot of a stretch FIRST_WORK .. INIT - 1. */
static call call_at(const shard *from, uint32_t slot)
{
    const uint32_t stretch = slot / STRETCH_SLOTS - FIRST_WORK;
    const bool is_second = slot % STRETCH_SLOTS >= SECOND_CALL_SLOT;
    return call_of(from, stretch * STRETCH_CALLS + is_second);
}

static bool is_new(uint32_t slot) { return slot < FIRST_HELD * STRETCH_SLOTS; }

static bool is_work(uint32_t slot) { return slot >= FIRST_WORK * STRETCH_SLOTS; }

static bool is_page(uint32_t slot) { return !is_work(slot) && slot % STRETCH_SLOTS == PAGE_SLOT; }

/* The cell of a slot's pair. */
static uint64_t cell_of(const shard *from, uint32_t slot)
{
    const uint32_t stretch = slot / STRETCH_SLOTS;
    const uint32_t at = slot % STRETCH_SLOTS;
    if (is_new(slot)) {
        return is_page(slot) ? (NEW_BASE >> LG_PAGE) + FIRST_HELD * from->number + stretch
                             : NEW_BASE + 8 * (from->number * STRETCH_EVENTS + slot);
    }
    if (is_page(slot)) return (DATA_BASE >> LG_PAGE) + stretch;
    if (is_work(slot)) return call_at(from, slot).arguments[0] + at % SECOND_CALL_SLOT * 8;
    // Registers have addresses 0 .. 31; x4, the thread pointer, is not used.
    if (stretch == REGISTERS) return at + (at >= 4);
    if (stretch == STACK) return STACK_BASE - 8 * at;
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, from->key, SHARD_SLOTS + slot, BLOCK_ADDRESS, 0);
    return DATA_BASE + slot * 2048 + words[0] % 256 * 8;
}

/* What a pair's cell holds after the shard. */
static content left_by(const shard *from, uint32_t slot)
{
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, from->key, from->number * SHARD_SLOTS + slot, BLOCK_CLOCK, 0);
    const uint32_t ticks = words[0] >> (32 - LG_SHARD_TICKS) | 2u;
    content left = {
        .is_page = is_page(slot),
        .cell = cell_of(from, slot),
        .clock = (from->number << LG_SHARD_TICKS) + ticks,
    };
    // Two of three words change in every second shard only; a call's change always.
    const bool is_new_value = is_work(slot) || slot % 3 == 0;
    const uint64_t change = is_new_value ? from->number : from->number & ~UINT64_C(1);
    tg_philox_block(words, from->key, change * SHARD_SLOTS + slot, BLOCK_VALUE, 0);
    if (left.is_page) {
        // Read, read and write, read and execute.
        static const uint8_t protections[] = {1, 3, 5, 3};
        left.value = protections[words[0] % 4];
    } else if (is_work(slot)) {
        left.clock = call_at(from, slot).clock + 1;
        left.value = (uint64_t)words[2] << 32 | words[1];
    } else {
        left.value = value_of(words, false);
    }
    return left;
}

/* What a pair's cell holds before the shard. */
static content found_by(const shard *from, uint32_t slot)
{
    content found = {.is_page = is_page(slot), .cell = cell_of(from, slot), .clock = 0, .value = 0};
    if (is_new(slot)) return found;
    if (from->number != 0) {
        return left_by(&(shard){.key = from->key, .number = from->number - 1}, slot);
    }
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, from->key, slot, BLOCK_IMAGE, 0);
    found.value = found.is_page ? 1 : value_of(words, true);
    return found;
}

/* Word `index` of those that nobody touches. */
static content untouched(const shard *from, uint32_t index)
{
    const uint64_t number = from->number * STRETCH_EVENTS + index;
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, from->key, number, BLOCK_UNTOUCHED, 0);
    return (content){.cell = UNTOUCHED_BASE + 8 * number, .value = value_of(words, true)};
}

static uint32_t limb(uint64_t value, unsigned index) { return value >> 16 * index & 0xffff; }

static void set_clock(tg_global_event *event, uint64_t clock)
{
    event->message[0] = (uint32_t)(clock >> 24);
    event->message[1] = (uint32_t)(clock & 0xffffff);
}

static void set_content(tg_global_event *event, const content *holds)
{
    set_clock(event, holds->clock);
    for (unsigned i = 0; i < 3; i++) {
        event->message[2 + i] = limb(holds->cell, i);
    }
    const uint64_t value = holds->value;
    if (holds->is_page) {
        event->kind = TG_GLOBAL_KIND_PAGE;
        event->message[5] = (uint32_t)value;
        return;
    }
    event->kind = TG_GLOBAL_KIND_MEMORY;
    event->message[5] = limb(value, 0) + (limb(value, 2) % 256 << 16);
    event->message[6] = limb(value, 1) + (limb(value, 2) / 256 << 16);
    event->message[7] = limb(value, 3);
}

static void set_call(tg_global_event *event, const call *made)
{
    event->kind = TG_GLOBAL_KIND_SYSCALL;
    set_clock(event, made->clock);
    event->message[2] = made->code + (limb(made->arguments[0], 0) << 8);
    // No call of a run that goes on traps: the code in the high half is 0.
    event->message[3] = limb(made->arguments[0], 1);
    event->message[4] = limb(made->arguments[0], 2);
    for (unsigned i = 0; i < 3; i++) {
        event->message[5 + i] = limb(made->arguments[1], i);
    }
}

static void draw_event(tg_global_event *event, const shard *from, uint32_t at)
{
    const uint32_t stretch = at / STRETCH_EVENTS;
    const uint32_t index = at % STRETCH_EVENTS;
    const uint32_t first_call = stretch < FIRST_WORK ? FIRST_HELD : FIRST_WORK;
    const uint32_t caller = stretch - first_call; // far beyond all callers where stretch is less
    content holds = {0};
    if (caller < INIT - FIRST_WORK && index < STRETCH_CALLS) {
        const call made = call_of(from, caller * STRETCH_CALLS + index);
        set_call(event, &made);
        event->is_receive = stretch >= FIRST_WORK;
        return;
    }
    if (stretch < INIT) {
        event->is_receive = at % 2 == 0;
        holds = event->is_receive ? found_by(from, at / 2) : left_by(from, at / 2);
    } else {
        event->is_receive = stretch != INIT;
        // The pairs of new cells are the slots from 0 on.
        holds = stretch == INIT    ? found_by(from, index)
                : stretch == FINAL ? left_by(from, index)
                                   : untouched(from, index);
    }
    set_content(event, &holds);
}

/* The shard that a stream starts with: any number of bits is as likely as any other. */
static uint64_t first_shard(uint64_t key)
{
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, key, 0, BLOCK_START, 0);
    return words[1] & ((UINT32_C(1) << words[0] % LG_RUN_SHARDS) - 1);
}

void tg_global_realistic(void *events, uint64_t key, uint64_t first, size_t nb)
{
    const uint64_t start = first_shard(key);
    tg_global_event *event = events;
    for (size_t k = 0; k < nb; k++) {
        const uint64_t number = start + (first + k) / SHARD_EVENTS;
        const shard from = {.key = key, .number = number % (UINT64_C(1) << LG_RUN_SHARDS)};
        draw_event(&event[k], &from, (first + k) % SHARD_EVENTS);
    }
}
