/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Short forms of the runtime's calls for suites that are about the runtime: they end the case if
 * the call fails. The suite defines RUNTIME_OPS, what it runs on, before it includes this.
 */
#ifndef TRACEGATE_TESTS_RUNTIME_SHORT_H
#define TRACEGATE_TESTS_RUNTIME_SHORT_H

#include "gpu/runtime_ops.h"
#include "suite.h"

static inline tg_runtime *open_runtime(const tg_runtime_options *options)
{
    tg_runtime *runtime = NULL;
    tg_assert_ok(tg_runtime_open(&runtime, RUNTIME_OPS, options, tg_suite_error));
    return runtime;
}

static inline tg_scope *begin(tg_runtime *runtime)
{
    tg_scope *scope = NULL;
    tg_assert_ok(tg_scope_begin(&scope, runtime, true, tg_suite_error));
    return scope;
}

static inline void end(tg_scope *scope) { tg_assert_ok(tg_scope_end(scope, tg_suite_error)); }

static inline uint32_t *take_words(tg_scope *scope, size_t nb_words)
{
    void *d_words = NULL;
    tg_assert_ok(tg_scope_take(scope, &d_words, nb_words * sizeof(uint32_t), tg_suite_error));
    return d_words;
}

static inline void put_word(tg_scope *scope, uint32_t *d_word, uint32_t word)
{
    tg_assert_ok(tg_scope_upload(scope, d_word, &word, sizeof word, tg_suite_error));
}

static inline uint32_t get_word(tg_scope *scope, const uint32_t *d_word)
{
    uint32_t word = 0;
    tg_assert_ok(tg_scope_download(scope, &word, d_word, sizeof word, tg_suite_error));
    return word;
}

/* A pinned word. */
static inline uint32_t *pinned_word(tg_runtime *runtime, uint32_t word)
{
    void *bytes = NULL;
    tg_assert_ok(tg_runtime_take_pinned(runtime, &bytes, sizeof word, tg_suite_error));
    uint32_t *pinned = bytes;
    *pinned = word;
    return pinned;
}

static inline size_t taken_bytes(tg_runtime *runtime)
{
    tg_runtime_memory memory;
    tg_assert_ok(tg_runtime_get_memory(&memory, runtime, tg_suite_error));
    return memory.taken_bytes;
}

#endif
