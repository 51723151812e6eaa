/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Rewriting: looks at every token of the user's own files, and leaves those of the system and of
 * the port as they are. */
#include "modules/host_rewrite_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Errors that are shown. */
#define MAX_ERRORS 20

/* What CUDA has and the host grid has not. */
static const struct {
    const char *name;
    const char *text;
} unsupported[] = {
    {"__managed__", "managed memory"},
    {"__cluster_dims__", "clusters of blocks"},
    {"__nanosleep", "sleeps"},
    {"__shfl", "shuffles without a mask; use __shfl_sync"},
    {"__shfl_up", "shuffles without a mask; use __shfl_up_sync"},
    {"__shfl_down", "shuffles without a mask; use __shfl_down_sync"},
    {"__shfl_xor", "shuffles without a mask; use __shfl_xor_sync"},
    {"__ballot", "votes without a mask; use __ballot_sync"},
    {"__any", "votes without a mask; use __any_sync"},
    {"__all", "votes without a mask; use __all_sync"},
    {"cudaTextureObject_t", "textures"},
    {"cudaSurfaceObject_t", "surfaces"},
    {"tex1D", "textures"},
    {"tex1Dfetch", "textures"},
    {"tex2D", "textures"},
    {"tex3D", "textures"},
    {"surf1Dread", "surfaces"},
    {"surf2Dread", "surfaces"},
    {"surf2Dwrite", "surfaces"},
    {"__cvta_generic_to_shared", "addresses of shared memory as numbers"},
    {"__pipeline_memcpy_async", "asynchronous copies"},
    {"__pipeline_commit", "asynchronous copies"},
    {"__dp4a", "dot products of bytes"},
    {"__dp2a_lo", "dot products of bytes"},
};

tg_status rewrite_create(rewrite *of, const char *bytes, size_t length, bool is_cpp, bool is_single,
                         tg_error *error)
{
    *of = (rewrite){.is_cpp = is_cpp, .is_single = is_single};
    return tokens_create(&of->all, bytes, length, error);
}

void rewrite_clear(rewrite *of)
{
    tokens_clear(&of->all);
    text_clear(&of->inserts);
    text_clear(&of->edits);
    text_clear(&of->errors);
}

/* Remember a change whose text stands in `inserts` from `insert` on. */
static void add_edit(rewrite *of, size_t at, size_t nb_left_out, size_t insert)
{
    const rewrite_edit edit = {.at = at,
                               .nb_left_out = nb_left_out,
                               .insert = insert,
                               .nb_insert = of->inserts.length - insert,
                               .number = of->nb_edits++};
    text_append(&of->edits, &edit, sizeof edit);
}

static void print_to(text *to, const char *format, va_list arguments)
{
    char line[1024];
    const int length = vsnprintf(line, sizeof line, format, arguments);
    if (length <= 0) return;
    text_append(to, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

void rewrite_replace(rewrite *of, size_t first, size_t end, const char *format, ...)
{
    const size_t insert = of->inserts.length;
    const token *last = &of->all.of[end - 1];
    va_list arguments;
    va_start(arguments, format);
    print_to(&of->inserts, format, arguments);
    va_end(arguments);
    add_edit(of, of->all.of[first].at, last->at + last->length - of->all.of[first].at, insert);
}

void rewrite_insert(rewrite *of, size_t at, const char *format, ...)
{
    const size_t insert = of->inserts.length;
    va_list arguments;
    va_start(arguments, format);
    print_to(&of->inserts, format, arguments);
    va_end(arguments);
    add_edit(of, at, 0, insert);
}

void rewrite_error(rewrite *of, size_t index, const char *format, ...)
{
    if (of->nb_errors++ >= MAX_ERRORS) return;
    const token *at = &of->all.of[index];
    text_print(&of->errors, "%.*s:%lu: error: ", token_file_length(&of->all, index),
               of->all.bytes + at->file, (unsigned long)at->line);
    va_list arguments;
    va_start(arguments, format);
    print_to(&of->errors, format, arguments);
    va_end(arguments);
    text_append(&of->errors, "\n", 1);
}

/* ---- kernels ---- */

/* Whether a name before parentheses is none of a function's: where text is not preprocessed, CUDA's
 * own words for kernels are still there. */
static bool takes_arguments(const rewrite *of, size_t index)
{
    static const char *const words[] = {"__attribute__", "alignas",        "__launch_bounds__",
                                        "__maxnreg__",   "__block_size__", "__cluster_dims__",
                                        "__align__",     "decltype",       "void"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (token_is(&of->all, index, words[i])) return true;
    }
    return of->all.of[index].kind != TOKEN_NAME;
}

/* The name of the function that is declared behind __global__. */
static void find_kernel(rewrite *of, size_t index)
{
    for (size_t i = index + 1; i < of->all.nb; i++) {
        if (token_is(&of->all, i, ";") || token_is(&of->all, i, "{")) return;
        if (!token_is(&of->all, i, "(")) continue;
        if (takes_arguments(of, i - 1)) {
            i = tokens_close(&of->all, i);
            continue;
        }
        if (of->nb_kernels < MAX_KERNELS) of->kernels[of->nb_kernels++] = (uint32_t)(i - 1);
        return;
    }
}

/* First token of the name, with its namespaces and template arguments, that ends before `end`. */
static size_t name_start(const rewrite *of, size_t end)
{
    size_t i = end;
    while (i > 0) {
        if (token_is(&of->all, i - 1, ">")) {
            int level = 0;
            do {
                i--;
                if (token_is(&of->all, i, ">")) level++;
                if (token_is(&of->all, i, "<")) level--;
            } while (i > 0 && level > 0);
        } else if (token_is(&of->all, i - 1, ")") || token_is(&of->all, i - 1, "]")) {
            const size_t open = tokens_open(&of->all, i - 1);
            if (open >= i) return end;
            i = open;
        } else if (of->all.of[i - 1].kind == TOKEN_NAME) {
            i--;
            if (i > 1 && token_is(&of->all, i - 1, ":") && token_is(&of->all, i - 2, ":")) {
                i -= 2;
            } else if (i > 0 && token_is(&of->all, i - 1, ".")) {
                i--;
            } else {
                return i;
            }
        } else {
            return i;
        }
    }
    return i;
}

static bool is_triple(const rewrite *of, size_t index, const char *mark)
{
    for (size_t i = index; i < index + 3; i++) {
        if (!token_is(&of->all, i, mark) || of->all.of[i].at != of->all.of[index].at + (i - index))
            return false;
    }
    return true;
}

/* name<<<...>>>(...) becomes a call of tg_port_no_launch, then one of the kernel that is not
 * reached. */
static void rewrite_launch(rewrite *of, size_t index)
{
    size_t end = index + 3;
    while (end < of->all.nb && !is_triple(of, end, ">")) {
        if (token_is(&of->all, end, "(") || token_is(&of->all, end, "[") ||
            token_is(&of->all, end, "{"))
            end = tokens_close(&of->all, end);
        end++;
    }
    if (end >= of->all.nb) {
        rewrite_error(of, index, "a launch, <<<, that does not end");
        return;
    }
    const size_t start = name_start(of, index);
    rewrite_insert(of, of->all.of[start].at, "tg_port_no_launch(), ");
    rewrite_replace(of, index, end + 3, " ");
}

/* ---- constants, assembler, names ---- */

/* __constant__ is const here; host code that would fill it does not run. */
static void rewrite_constant(rewrite *of, size_t index)
{
    bool is_const = false;
    bool is_filled = false;
    size_t first = index;
    while (first > 0 && !token_is(&of->all, first - 1, ";") &&
           !token_is(&of->all, first - 1, "{") && !token_is(&of->all, first - 1, "}") &&
           of->all.of[first - 1].kind != TOKEN_DIRECTIVE)
        first--;
    for (size_t i = first; i < of->all.nb && !token_is(&of->all, i, ";"); i++) {
        if (token_is(&of->all, i, "extern")) is_filled = true;
        if (token_is(&of->all, i, "const") || token_is(&of->all, i, "constexpr")) is_const = true;
        if (token_is(&of->all, i, "=") || token_is(&of->all, i, "{")) {
            is_filled = true;
            break;
        }
        if (token_is(&of->all, i, "(") || token_is(&of->all, i, "[")) i = tokens_close(&of->all, i);
    }
    if (!is_filled)
        rewrite_error(of, index,
                      "constant memory without an initializer: host code, which fills "
                      "it elsewhere, does not run on the host grid");
    rewrite_replace(of, index, index + 1, is_const ? " " : "const");
}

/* An empty template only keeps the compiler from moving things. */
static void check_assembler(rewrite *of, size_t index)
{
    size_t i = index + 1;
    while (token_is(&of->all, i, "volatile") || token_is(&of->all, i, "__volatile__") ||
           token_is(&of->all, i, "goto"))
        i++;
    if (token_is(&of->all, i, "(") && token_is(&of->all, i + 1, "\"\"") &&
        (token_is(&of->all, i + 2, ":") || token_is(&of->all, i + 2, ")")))
        return;
    rewrite_error(of, index,
                  "inline PTX (asm) is not supported on the host grid: put it behind "
                  "#ifdef __CUDA_ARCH__, with C beside it");
}

static bool has_inline(const rewrite *of, size_t index)
{
    return token_is(&of->all, index, "inline") || token_is(&of->all, index, "__inline__") ||
           token_is(&of->all, index, "__forceinline__");
}

static void check_name(rewrite *of, size_t index)
{
    for (size_t i = 0; i < sizeof unsupported / sizeof unsupported[0]; i++) {
        if (token_is(&of->all, index, unsupported[i].name))
            rewrite_error(of, index, "'%s' is not supported on the host grid, which has no %s",
                          unsupported[i].name, unsupported[i].text);
    }
}

static bool is_keyword_of_expression(const rewrite *of, size_t index)
{
    static const char *const words[] = {"return", "else", "sizeof", "case",   "do",       "throw",
                                        "and",    "or",   "not",    "xor",    "decltype", "delete",
                                        "bitand", "goto", "bitor",  "alignof"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (token_is(&of->all, index, words[i])) return true;
    }
    return false;
}

bool rewrite_is_declared(const rewrite *of, size_t index)
{
    const tokens *all = &of->all;
    if (index < 2) return false;
    const bool is_pointer = token_is(all, index - 1, "*") || token_is(all, index - 1, "&");
    const size_t type = is_pointer ? index - 2 : index - 1;
    if (is_pointer && !token_is(all, index + 1, ",") && !token_is(all, index + 1, ")") &&
        !token_is(all, index + 1, ";") && !token_is(all, index + 1, "="))
        return false;
    return all->of[type].kind == TOKEN_NAME && !is_keyword_of_expression(of, type);
}

static void rewrite_name(rewrite *of, size_t index)
{
    const tokens *all = &of->all;
    const char first = all->bytes[all->of[index].at];
    if (of->nb_dynamic != 0 && rewrite_is_dynamic(of, index)) {
        const token *name = &all->of[index];
        if (rewrite_is_declared(of, index))
            rewrite_error(of, index,
                          "'%.*s' is dynamic shared memory of the whole file: on the "
                          "host grid nothing else may have its name",
                          (int)name->length, all->bytes + name->at);
        rewrite_replace(of, index, index + 1, "tg_dynamic_%.*s()", (int)name->length,
                        all->bytes + name->at);
        return;
    }
    if (token_is(all, index, "printf") && !token_is(all, index - 1, ".") &&
        !token_is(all, index - 1, ">"))
        rewrite_replace(of, index, index + 1, "tg_port_printf");
    if (rewrite_call(of, index)) return;
    if (first != '_' && first != 'a' && first != 't' && first != 's' && first != 'c') return;
    if (token_is(all, index, "__global__")) {
        find_kernel(of, index);
        rewrite_replace(of, index, index + 1, " ");
    } else if (token_is(all, index, "__shared__")) {
        rewrite_shared(of, index);
    } else if (token_is(all, index, "__constant__")) {
        rewrite_constant(of, index);
    } else if (token_is(all, index, "__forceinline__")) {
        const bool is_twice = has_inline(of, index + 1) || (index > 0 && has_inline(of, index - 1));
        rewrite_replace(of, index, index + 1, is_twice ? " " : "inline");
    } else if (token_is(all, index, "__noinline__")) {
        // Between parentheses it is gcc's own word.
        if (index > 0 && !token_is(all, index - 1, "(") && !token_is(all, index - 1, ","))
            rewrite_replace(of, index, index + 1, "__attribute__((noinline))");
    } else if (token_is(all, index, "asm") || token_is(all, index, "__asm__") ||
               token_is(all, index, "__asm")) {
        check_assembler(of, index);
    } else {
        check_name(of, index);
    }
}

/* ---- the text ---- */

static int compare_edits(const void *left, const void *right)
{
    const rewrite_edit *a = left;
    const rewrite_edit *b = right;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

/* What is left out takes no lines with it. */
static void append_lines(text *out, const char *bytes, size_t length)
{
    bool is_directive = false;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '#' && i > 0 && bytes[i - 1] == '\n') is_directive = true;
        if (bytes[i] == '\n') is_directive = false;
        if (bytes[i] == '\n' || is_directive) text_append(out, bytes + i, 1);
    }
}

static void apply(const rewrite *of, text *out)
{
    const rewrite_edit *edits = (const rewrite_edit *)(const void *)of->edits.bytes;
    size_t at = 0;
    for (size_t i = 0; i < of->nb_edits; i++) {
        // One change of a place is enough: of two declarations in one, the first has it all.
        if (edits[i].at > at) {
            text_append(out, of->all.bytes + at, edits[i].at - at);
            at = edits[i].at;
        }
        text_append(out, of->inserts.bytes + edits[i].insert, edits[i].nb_insert);
        if (edits[i].at + edits[i].nb_left_out > at) {
            const size_t end = edits[i].at + edits[i].nb_left_out;
            append_lines(out, of->all.bytes + at, end - at);
            at = end;
        }
    }
    text_append(out, of->all.bytes + at, of->all.length - at);
}

/* Static shared memory outside of functions is there before any thread. */
static bool has_shared_at_file_scope(const tokens *all)
{
    for (size_t i = 1; i < all->nb; i++) {
        if (token_is(all, i, "__shared__") && all->of[i].scope == SCOPE_FILE &&
            !token_is(all, i - 1, "extern") && !token_is(all, i + 1, "extern"))
            return true;
    }
    return false;
}

tg_status rewrite_run(rewrite *of, text *out, tg_error *error)
{
    if (has_shared_at_file_scope(&of->all)) of->is_single = true;
    for (size_t i = 0; i < of->all.nb; i++) {
        if (of->all.of[i].is_system) continue;
        if (of->all.of[i].kind == TOKEN_NAME) rewrite_name(of, i);
        if (of->all.of[i].kind == TOKEN_MARK && is_triple(of, i, "<")) {
            rewrite_launch(of, i);
            i += 2;
        }
    }
    tg_status status = text_status(&of->inserts, error);
    if (status == TG_OK) status = text_status(&of->edits, error);
    if (status == TG_OK) status = text_status(&of->errors, error);
    if (status != TG_OK) return status;
    if (of->nb_edits != 0)
        qsort(of->edits.bytes, of->nb_edits, sizeof(rewrite_edit), compare_edits);
    apply(of, out);
    return text_status(out, error);
}
