/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The one door to Jansson (2.12 and later), for json*.c.
 *
 * Jansson 2.14 does not check whether the buffer of its lexer could grow: without memory it loses
 * bytes of a token, and if the lost byte is a closing quote, it reads and writes past the token's
 * end. So it never sees a failed allocation here: while it parses or builds, its memory comes from
 * an arena, and when that can't grow, the work is left by longjmp. The arena takes all memory back
 * at once, so that nothing leaks and no value is released one by one.
 */
#ifndef TRACEGATE_FILES_JSON_INTERNAL_H
#define TRACEGATE_FILES_JSON_INTERNAL_H

#include <jansson.h>
#include <stdbool.h>

/* Call work(context), with Jansson's memory from the arena *memory, NULL to begin with, which
 * grows. work may only call Jansson and fill context; values of one arena must not get into
 * another. False if there was no memory: work was then left in its middle, and the arena is only
 * to be cleared. */
bool tg_json_in_arena(void **memory, void (*work)(void *context), void *context);

/* Give an arena back; NULL is taken. */
void tg_json_arena_clear(void *memory);

#endif
