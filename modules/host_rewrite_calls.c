/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Calls of functions that end the process, which a kernel may not: CUDA does not compile them, and
 * here they would take the program, or its worker, along.
 *
 *   exit(code)       becomes   (tg_port_leaves("...", FILE, LINE), exit)(code)
 *   std::exit(code)  becomes   (tg_port_leaves("...", FILE, LINE), std::exit)(code)
 *
 * so that code that runs without a kernel, as main() of the same file, stays what it is. */
#include "modules/host_rewrite_internal.h"

static const char *const names[] = {"exit", "_exit", "_Exit", "quick_exit", "abort"};

#define NB_NAMES (sizeof names / sizeof names[0])

/* Whether the user's own files declare the name, as a function, a member, a variable: it may be
 * another. */
static bool is_own(const rewrite *of, const char *name)
{
    for (size_t i = 0; i < of->all.nb; i++) {
        if (!of->all.of[i].is_system && token_is(&of->all, i, name) && rewrite_is_declared(of, i))
            return true;
    }
    return false;
}

/* Whether a name in front of a bracket is of a constructor's list: a body comes behind the last of
 * them, "exit(a), other{2} {", and behind no call. */
static bool is_initialized(const rewrite *of, size_t index)
{
    const tokens *all = &of->all;
    size_t i = tokens_close(all, index + 1) + 1;
    while (token_is(all, i, ",")) {
        while (i < all->nb && !token_is(all, i, "(") && !token_is(all, i, "{") &&
               !token_is(all, i, ")") && !token_is(all, i, ";"))
            i++;
        if (!token_is(all, i, "(") && !token_is(all, i, "{")) return false;
        i = tokens_close(all, i) + 1;
    }
    return token_is(all, i, "{");
}

/* First token of a call's name, with the namespace that it is of; the index itself where it is of
 * another one, or of an object. */
static size_t first_of(const rewrite *of, size_t index, bool *is_other)
{
    const tokens *all = &of->all;
    *is_other = index != 0 && (token_is(all, index - 1, ".") || token_is(all, index - 1, ">"));
    if (index < 2 || !token_is(all, index - 1, ":") || !token_is(all, index - 2, ":")) return index;
    if (index > 2 && token_is(all, index - 3, "std")) return index - 3;
    *is_other = index > 2 && all->of[index - 3].kind == TOKEN_NAME &&
                !token_is(all, index - 3, "return") && !token_is(all, index - 3, "else");
    return index - 2;
}

bool rewrite_call(rewrite *of, size_t index)
{
    const tokens *all = &of->all;
    size_t number = 0;
    bool is_other = false;
    while (number < NB_NAMES && !token_is(all, index, names[number])) number++;
    if (number == NB_NAMES || !token_is(all, index + 1, "(")) return false;
    const size_t first = first_of(of, index, &is_other);
    if (is_other || is_initialized(of, index) || is_own(of, names[number])) return false;
    const char *from = first == index ? "" : first == index - 2 ? "::" : "std::";
    rewrite_replace(of, first, index + 1,
                    "(tg_port_leaves(\"the kernel, or what it calls, calls %s()\", "
                    "__builtin_FILE(), (unsigned)__builtin_LINE()), %s%s)",
                    names[number], from, names[number]);
    return true;
}
