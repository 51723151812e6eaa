/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The memory of JSON values: json_internal.h says why it is an arena. */
#include "files/json_internal.h"

#include "model/memory.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

/* Bytes that an arena takes at once, at least: a record.json of 25 traces needs about five times
 * as many. */
#define CHUNK_BYTES ((size_t)16384)

/* Strictest alignment of any C object. */
#define ALIGNMENT _Alignof(max_align_t)

typedef struct chunk {
    struct chunk *next;
    size_t used; /* bytes, this header included */
    size_t size;
} chunk;

typedef struct arena {
    chunk *chunks; /* the one in use first */
    jmp_buf out;   /* where to go without memory */
} arena;

/* The arena that this thread works in; NULL outside. Jansson's hooks for memory take no context,
 * so that this can't be handed to them. */
static _Thread_local arena *current;

static void *arena_take(arena *from, size_t size)
{
    const size_t header = (sizeof(chunk) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    const size_t rounded =
        size <= SIZE_MAX / 2 ? (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : size;
    chunk *top = from->chunks;
    if (top == NULL || top->size - top->used < rounded) {
        const size_t room = rounded < CHUNK_BYTES - header ? CHUNK_BYTES - header : rounded;
        void *buffer = NULL;
        if (room > SIZE_MAX / 2 || tg_buffer_create(&buffer, header + room, 1, NULL) != TG_OK)
            longjmp(from->out, 1);
        top = buffer;
        *top = (chunk){.next = from->chunks, .used = header, .size = header + room};
        from->chunks = top;
    }
    void *result = (unsigned char *)top + top->used;
    top->used += rounded;
    return result;
}

void tg_json_arena_clear(void *memory)
{
    for (chunk *at = memory; at != NULL;) {
        chunk *next = at->next;
        tg_buffer_destroy(at);
        at = next;
    }
}

/* Outside of arenas, as for a program that uses Jansson itself beside this library, memory is the
 * system's. */
static void *hook_take(size_t size)
{
    return current != NULL ? arena_take(current, size) : malloc(size);
}

static void hook_give_back(void *memory)
{
    if (current == NULL) free(memory);
}

static void set_hooks(void)
{
    json_set_alloc_funcs(hook_take, hook_give_back);
    // Now, since it opens /dev/urandom: a parse does no input of its own.
    json_object_seed(0);
}

/* The half of tg_json_in_arena that longjmp comes back to: what changes meanwhile is not its own.
 */
static bool run_in(arena *from, void (*work)(void *context), void *context)
{
    if (setjmp(from->out) != 0) return false;
    work(context);
    return true;
}

bool tg_json_in_arena(void **memory, void (*work)(void *context), void *context)
{
    static once_flag once = ONCE_FLAG_INIT;
    call_once(&once, set_hooks);
    arena from = {.chunks = *memory};
    current = &from;
    const bool has_run = run_in(&from, work, context);
    current = NULL;
    // What grew before a failure is kept, to be cleared with the rest.
    *memory = from.chunks;
    return has_run;
}
