/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Declarations of shared memory.
 *
 *   __shared__ T x[N], y;    becomes   static struct { GUARD T x[N], y; GUARD } tg_piece_1;
 *                                      static tg_port_guarded tg_known_1(...);
 *                                      static auto &x = tg_piece_1.x; static auto &y = ...
 *   extern __shared__ T x[]; becomes   T (*const x) = tg_port_dynamic_shared();
 *
 * all of it in the line of the declaration. In C, which has no references, pieces are as they were
 * declared, and made known one by one. At file scope, dynamic shared memory becomes a function, and
 * its name a call. */
#include "modules/host_rewrite_internal.h"

#include <string.h>

/* Names of one declaration at the most. */
#define MAX_NAMES 16

typedef struct declaration {
    size_t first;
    size_t end; /* its ';' */
    bool is_extern;
    size_t nb_names;
    size_t names[MAX_NAMES]; /* tokens */
} declaration;

static bool is_mark(const rewrite *of, size_t index, char byte)
{
    return index < of->all.nb && of->all.of[index].kind == TOKEN_MARK &&
           of->all.bytes[of->all.of[index].at] == byte;
}

/* A ':' that is none of "::". */
static bool is_label(const rewrite *of, size_t index)
{
    return is_mark(of, index, ':') && !is_mark(of, index + 1, ':') &&
           (index == 0 || !is_mark(of, index - 1, ':'));
}

/* Where the declaration around index begins; all.nb if it is none. */
static size_t find_first(const rewrite *of, size_t index)
{
    size_t first = index;
    while (first > 0 && of->all.of[first - 1].kind != TOKEN_DIRECTIVE &&
           !is_mark(of, first - 1, ';') && !is_mark(of, first - 1, '{') &&
           !is_mark(of, first - 1, '}') && !is_label(of, first - 1)) {
        if (is_mark(of, first - 1, '(')) return of->all.nb;
        first = is_mark(of, first - 1, ')') ? tokens_open(&of->all, first - 1) : first - 1;
        if (first >= of->all.nb) return of->all.nb;
    }
    return first;
}

/* Where the declaration around index begins and ends; false if it is none. */
static bool find_ends(const rewrite *of, declaration *found, size_t index)
{
    size_t end = index;
    while (end < of->all.nb && !is_mark(of, end, ';') && !is_mark(of, end, ')')) {
        if (is_mark(of, end, '(') || is_mark(of, end, '[') || is_mark(of, end, '{'))
            end = tokens_close(&of->all, end);
        end++;
    }
    found->first = find_first(of, index);
    found->end = end;
    return found->first < of->all.nb && is_mark(of, end, ';');
}

/* The declared names: those that an array's bound, a comma or the end follows, outside of brackets
 * and, before the first of them, of a template's arguments. */
static void find_names(const rewrite *of, declaration *found)
{
    int angle = 0;
    for (size_t i = found->first; i < found->end; i++) {
        if (token_is(&of->all, i, "extern")) found->is_extern = true;
        if (is_mark(of, i, '(') || is_mark(of, i, '[') || is_mark(of, i, '{')) {
            i = tokens_close(&of->all, i);
            continue;
        }
        if (found->nb_names == 0 && is_mark(of, i, '<')) angle++;
        if (found->nb_names == 0 && is_mark(of, i, '>')) angle--;
        if (angle != 0 || of->all.of[i].kind != TOKEN_NAME || i == found->first) continue;
        const bool is_name = is_mark(of, i + 1, '[') || is_mark(of, i + 1, ',') ||
                             is_mark(of, i + 1, ';') || is_mark(of, i + 1, '=') ||
                             token_is(&of->all, i + 1, "__attribute__");
        const bool is_word = token_is(&of->all, i, "alignas") ||
                             token_is(&of->all, i, "volatile") ||
                             token_is(&of->all, i, "__shared__") ||
                             token_is(&of->all, i, "static") || token_is(&of->all, i, "extern");
        if (is_name && !is_word && found->nb_names < MAX_NAMES) found->names[found->nb_names++] = i;
    }
}

static void leave_out(rewrite *of, size_t index) { rewrite_replace(of, index, index + 1, " "); }

/* Leave out the words that say where it is stored, and for extern how it is aligned: the pointer
 * needs no more than any. */
static void leave_out_words(rewrite *of, const declaration *found)
{
    for (size_t i = found->first; i < found->end; i++) {
        if (token_is(&of->all, i, "__shared__") || token_is(&of->all, i, "extern") ||
            token_is(&of->all, i, "static"))
            leave_out(of, i);
        if (found->is_extern &&
            (token_is(&of->all, i, "alignas") || token_is(&of->all, i, "__attribute__"))) {
            const size_t end = tokens_close(&of->all, i + 1);
            rewrite_replace(of, i, end + 1, " ");
            i = end;
        }
    }
}

/* Whether a token is a name at file scope of dynamic shared memory where it is declared. */
static bool declares_dynamic(const rewrite *of, size_t index)
{
    for (size_t i = 0; i < of->nb_dynamic; i++) {
        if (of->dynamic[i] == index) return true;
    }
    return false;
}

static void rewrite_dynamic(rewrite *of, const declaration *found)
{
    const size_t name = found->names[0];
    const token *at = &of->all.of[name];
    const bool is_local = at->scope == SCOPE_FUNCTION;
    if (found->nb_names != 1 || !is_mark(of, name + 1, '[') || !is_mark(of, name + 2, ']') ||
        at->scope == SCOPE_CLASS || (!is_local && of->nb_dynamic == MAX_DYNAMIC)) {
        rewrite_error(
            of, name,
            "dynamic shared memory is declared one array a declaration, without its first "
            "bound: extern __shared__ T name[];");
        return;
    }
    if (!is_local && rewrite_is_dynamic(of, name)) {
        // Headers may each declare it.
        rewrite_replace(of, found->first, found->end + 1, " ");
        of->dynamic[of->nb_dynamic++] = name;
        return;
    }
    leave_out_words(of, found);
    rewrite_replace(of, name + 1, name + 3, " ");
    if (is_local) {
        rewrite_replace(of, name, name + 1, "(*const %.*s)", (int)at->length,
                        of->all.bytes + at->at);
        rewrite_insert(of, of->all.of[found->end].at, " = tg_port_dynamic_shared()");
        return;
    }
    rewrite_insert(of, of->all.of[found->first].at, "static inline __attribute__((unused)) ");
    rewrite_replace(of, name, name + 1, "(*tg_dynamic_%.*s(%s))", (int)at->length,
                    of->all.bytes + at->at, of->is_cpp ? "" : "void");
    rewrite_replace(of, found->end, found->end + 1, "{ return tg_port_dynamic_shared(); }");
    of->dynamic[of->nb_dynamic++] = name;
}

bool rewrite_is_dynamic(const rewrite *of, size_t index)
{
    const token *used = &of->all.of[index];
    if (declares_dynamic(of, index)) return false;
    if (used->kind != TOKEN_NAME || index == 0 || is_mark(of, index - 1, '.') ||
        (is_mark(of, index - 1, '>') && index > 1 && is_mark(of, index - 2, '-')))
        return false;
    for (size_t i = 0; i < of->nb_dynamic; i++) {
        const token *name = &of->all.of[of->dynamic[i]];
        if (of->dynamic[i] < index && name->length == used->length &&
            memcmp(of->all.bytes + name->at, of->all.bytes + used->at, name->length) == 0)
            return true;
    }
    return false;
}

/* Behind a declaration in a function: how much of it a block comes by is counted. */
static void count_piece(rewrite *of, size_t behind, size_t number)
{
    rewrite_insert(of, behind,
                   " tg_port_come_by(&tg_known_%zu, __builtin_FILE(), (unsigned)__builtin_LINE());",
                   number);
}

static void rewrite_static_cpp(rewrite *of, const declaration *found, bool is_in_function)
{
    const size_t number = ++of->nb_pieces;
    const char *storage = of->is_single ? "static" : "static thread_local";
    leave_out_words(of, found);
    rewrite_insert(of, of->all.of[found->first].at,
                   "%s struct { alignas(64) unsigned char tg_before[64]; ", storage);
    const size_t behind = of->all.of[found->end].at + 1;
    rewrite_insert(of, behind,
                   " unsigned char tg_after[64]; } tg_piece_%zu; %s "
                   "::tg_port_guarded tg_known_%zu(&tg_piece_%zu, tg_piece_%zu.tg_after);",
                   number, storage, number, number, number);
    if (is_in_function) count_piece(of, behind, number);
    for (size_t i = 0; i < found->nb_names; i++) {
        const token *name = &of->all.of[found->names[i]];
        const char *letters = of->all.bytes + name->at;
        rewrite_insert(of, behind, " %s __attribute__((unused)) auto &%.*s = tg_piece_%zu.%.*s;",
                       storage, (int)name->length, letters, number, (int)name->length, letters);
    }
}

static void rewrite_static_c(rewrite *of, const declaration *found)
{
    const char *storage = of->is_single ? "static" : "static _Thread_local";
    leave_out_words(of, found);
    rewrite_insert(of, of->all.of[found->first].at, "%s ", storage);
    for (size_t i = 0; i < found->nb_names; i++) {
        const token *name = &of->all.of[found->names[i]];
        const char *letters = of->all.bytes + name->at;
        const size_t number = ++of->nb_pieces;
        rewrite_insert(of, of->all.of[found->end].at + 1,
                       " %s tg_port_region tg_known_%zu; tg_port_shared(&tg_known_%zu, "
                       "(void *)&%.*s, sizeof %.*s, 0);",
                       storage, number, number, (int)name->length, letters, (int)name->length,
                       letters);
        count_piece(of, of->all.of[found->end].at + 1, number);
    }
}

void rewrite_shared(rewrite *of, size_t index)
{
    declaration found = {.nb_names = 0};
    if (find_ends(of, &found, index)) find_names(of, &found);
    if (found.nb_names == 0) {
        rewrite_error(of, index,
                      "this form of a declaration of shared memory is not supported on "
                      "the host grid: declare it as __shared__ T name[N];");
        return;
    }
    const token_scope scope = (token_scope)of->all.of[index].scope;
    if (found.is_extern) {
        rewrite_dynamic(of, &found);
    } else if (scope == SCOPE_CLASS || (scope == SCOPE_FILE && !of->is_cpp)) {
        rewrite_error(of, index,
                      "static shared memory is supported inside of functions%s on the "
                      "host grid",
                      of->is_cpp ? " and namespaces" : "");
    } else if (of->is_cpp) {
        rewrite_static_cpp(of, &found, scope != SCOPE_FILE);
    } else {
        rewrite_static_c(of, &found);
    }
}
