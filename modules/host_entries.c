/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Entries of kernels. In C++ a template knows a kernel's parameters; in C their declarations are
 * copied into structs of one member each, which have the parameter's size and can be read. */
#include "modules/host_entries_internal.h"

#include "kernels/user_port.h"
#include "model/names.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void entries_base_name(char name[NAME_BYTES], const char *expression)
{
    size_t length = strcspn(expression, "<");
    while (length > 0 && isspace((unsigned char)expression[length - 1]) != 0) length--;
    size_t first = length;
    while (first > 0 && expression[first - 1] != ':' && expression[first - 1] != '&' &&
           isspace((unsigned char)expression[first - 1]) == 0)
        first--;
    length -= first;
    if (length >= NAME_BYTES) length = NAME_BYTES - 1;
    memcpy(name, expression + first, length);
    name[length] = '\0';
}

/* Names of a source's kernels, ended by zeros. */
typedef struct kernel_names {
    char (*names)[TG_NAME_BYTES];
    size_t nb;
} kernel_names;

static const char *name_at(const void *context, size_t index)
{
    return ((const kernel_names *)context)->names[index];
}

static tg_status missing_error(const rewrite *of, const tg_host_build *build, const char *asked,
                               tg_error *error)
{
    text room = {.bytes = NULL};
    for (size_t i = 0; i < of->nb_kernels; i++) {
        char name[TG_NAME_BYTES] = "";
        const token *at = &of->all.of[of->kernels[i]];
        const size_t length = at->length < sizeof name ? at->length : sizeof name - 1;
        memcpy(name, of->all.bytes + at->at, length);
        text_append(&room, name, sizeof name);
    }
    const kernel_names all = {.names = (char(*)[TG_NAME_BYTES])(void *)room.bytes,
                              .nb = room.length / TG_NAME_BYTES};
    const char *nearest = tg_nearest_name(asked, all.nb, name_at, &all);
    tg_error_set(error, TG_ERR_FORMAT, "the source has no kernel '%s'", asked);
    tg_error_where(error, "%s", build->source);
    if (nearest != NULL) {
        tg_error_how(error, "did you mean '%s'?", nearest);
    } else if (all.nb != 0) {
        tg_error_how(error, "it has %zu, the first of them '%s'", all.nb, all.names[0]);
    } else {
        tg_error_how(error, "it has none: declare it __global__");
    }
    text_clear(&room);
    return TG_ERR_FORMAT;
}

/* Token of the kernel of that name; nb_kernels if there is none. */
static size_t find_kernel(const rewrite *of, const char *name)
{
    for (size_t i = 0; i < of->nb_kernels; i++) {
        if (token_is(&of->all, of->kernels[i], name)) return i;
    }
    return of->nb_kernels;
}

tg_status entries_check_name(const char *expression, tg_error *error)
{
    bool is_plain = expression[0] != '\0' && strlen(expression) < NAME_BYTES;
    for (const char *byte = expression; *byte != '\0'; byte++) {
        if (iscntrl((unsigned char)*byte) != 0 || strchr("\"\\;{}#", *byte) != NULL)
            is_plain = false;
    }
    if (is_plain) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "this is no name of a kernel: '%.100s'", expression);
    tg_error_how(error, "give a name, or a template with its arguments: rows<4>");
    return TG_ERR_FORMAT;
}

/* ---- kernels of one name ---- */

/* Whether a kernel's body stands there, not its declaration alone. */
static bool is_defined(const rewrite *of, size_t kernel)
{
    const size_t open = of->kernels[kernel] + 1;
    return token_is(&of->all, tokens_close(&of->all, open) + 1, "{");
}

/* Brace of the namespace around a token; nb if there is none. */
static size_t namespace_of(const rewrite *of, size_t index)
{
    const tokens *all = &of->all;
    int level = 0;
    for (size_t i = index; i > 0; i--) {
        if (token_is(all, i - 1, "}")) level++;
        if (!token_is(all, i - 1, "{") || level-- > 0) continue;
        level = 0;
        // What is no namespace is extern "C".
        if (i >= 2 && all->of[i - 2].kind != TOKEN_LITERAL) return i - 1;
    }
    return all->nb;
}

/* Whether two braces open namespaces of one name. */
static bool is_same_name(const rewrite *of, size_t one, size_t other)
{
    const tokens *all = &of->all;
    while (one > 0 && other > 0) {
        const token *a = &all->of[--one];
        const token *b = &all->of[--other];
        if (a->length != b->length ||
            memcmp(all->bytes + a->at, all->bytes + b->at, a->length) != 0)
            return false;
        if (token_is(all, one, "namespace")) return true;
    }
    return false;
}

static bool is_same_namespace(const rewrite *of, size_t one, size_t other)
{
    const size_t nb = of->all.nb;
    for (;;) {
        one = namespace_of(of, one);
        other = namespace_of(of, other);
        if (one == other) return true;
        if (one == nb || other == nb || !is_same_name(of, one, other)) return false;
    }
}

/* Whether a name without arguments of a template means two kernels: overloads, which no name tells
 * apart, or kernels of namespaces that it leaves out. */
static bool is_either(const rewrite *of, const char *expression, size_t one, size_t other)
{
    const size_t first = of->kernels[one];
    const size_t second = of->kernels[other];
    if (strchr(expression, '<') != NULL || !is_defined(of, one) || !is_defined(of, other))
        return false;
    if (is_same_namespace(of, first, second)) return true;
    return strchr(expression, ':') == NULL && namespace_of(of, first) != of->all.nb &&
           namespace_of(of, second) != of->all.nb;
}

static tg_status check_alone(const rewrite *of, const char *expression, const char *name,
                             tg_error *error)
{
    bool has_other = false;
    size_t one = 0;
    size_t other = 0;
    for (size_t i = 0; of->is_cpp && i < of->nb_kernels && !has_other; i++) {
        for (size_t k = i + 1; k < of->nb_kernels && !has_other; k++) {
            if (!token_is(&of->all, of->kernels[i], name) ||
                !token_is(&of->all, of->kernels[k], name))
                continue;
            has_other = is_either(of, expression, i, k);
            one = of->kernels[i];
            other = of->kernels[k];
        }
    }
    if (!has_other) return TG_OK;
    const bool is_overloaded = is_same_namespace(of, one, other);
    tg_error_set(error, TG_ERR_FORMAT, "two kernels are called '%.100s'", expression);
    tg_error_where(error, "%.*s:%lu and %.*s:%lu", token_file_length(&of->all, one),
                   of->all.bytes + of->all.of[one].file, (unsigned long)of->all.of[one].line,
                   token_file_length(&of->all, other), of->all.bytes + of->all.of[other].file,
                   (unsigned long)of->all.of[other].line);
    tg_error_how(error, is_overloaded ? "rename one: a name does not tell overloads apart"
                                      : "write the namespace before the name, chips::rows");
    return TG_ERR_FORMAT;
}

/* ---- templates ---- */

/* Token of `template` before the declaration of a kernel; all.nb if it is none. */
static size_t template_of(const rewrite *of, size_t kernel)
{
    const tokens *all = &of->all;
    size_t i = of->kernels[kernel];
    while (i > 0 && !token_is(all, i - 1, ";") && !token_is(all, i - 1, "{") &&
           !token_is(all, i - 1, "}")) {
        i--;
        if (token_is(all, i, "template")) return i;
    }
    return all->nb;
}

/* Write what an instance could be called: "rows<uint32_t, 4>", of as many parameters as the
 * template's list has. A type is kb31_t where the source speaks of one. */
static void write_instance(char *to, size_t size, const rewrite *of, const char *name, size_t first)
{
    const tokens *all = &of->all;
    bool has_kb31 = false;
    int level = 0;
    bool is_start = true;
    size_t used = (size_t)snprintf(to, size, "%s<", name);
    for (size_t i = 0; i < all->nb && !has_kb31; i++) has_kb31 = token_is(all, i, "kb31_t");
    for (size_t i = first; i < all->nb && used < size; i++) {
        const bool is_open = token_is(all, i, "<");
        if (token_is(all, i, "(") || token_is(all, i, "{")) i = tokens_close(all, i);
        if (token_is(all, i, ">") && --level == 0) break;
        level += is_open ? 1 : 0;
        if (is_start && level == 1 && !is_open) {
            const bool is_type = token_is(all, i, "class") || token_is(all, i, "typename");
            used +=
                (size_t)snprintf(to + used, size - used, "%s%s", to[used - 1] == '<' ? "" : ", ",
                                 !is_type   ? "4"
                                 : has_kb31 ? "kb31_t"
                                            : "uint32_t");
        }
        is_start = level == 1 && (is_open || token_is(all, i, ","));
    }
    if (used < size) (void)snprintf(to + used, size - used, ">");
}

/* Refuse a template that is named without arguments: it is no kernel before it has them. */
static tg_status check_instance(const rewrite *of, const tg_host_build *build,
                                const char *expression, const char *name, tg_error *error)
{
    const size_t kernel = find_kernel(of, name);
    const size_t first = of->is_cpp ? template_of(of, kernel) : of->all.nb;
    if (first == of->all.nb || strchr(expression, '<') != NULL) return TG_OK;
    char instance[128];
    const char *slash = strrchr(build->source, '/');
    const size_t at = of->kernels[kernel];
    write_instance(instance, sizeof instance, of, expression, first + 1);
    tg_error_set(error, TG_ERR_FORMAT, "kernel '%.80s' is a template, named without its arguments",
                 expression);
    tg_error_where(error, "%.*s:%lu", token_file_length(&of->all, at),
                   of->all.bytes + of->all.of[at].file, (unsigned long)of->all.of[at].line);
    tg_error_how(error,
                 "name an instance of it, as '%.60s:%s': in quotes on a command line, as "
                 "\"symbol\": \"%s\" in a manifest",
                 slash != NULL ? slash + 1 : build->source, instance, instance);
    return TG_ERR_FORMAT;
}

tg_status entries_check(const rewrite *of, const tg_host_build *build, tg_error *error)
{
    for (size_t i = 0; i < build->nb_kernels; i++) {
        const char *expression = build->kernels[i];
        char name[NAME_BYTES];
        tg_status status = entries_check_name(expression, error);
        if (status != TG_OK) return status;
        entries_base_name(name, expression);
        if (find_kernel(of, name) == of->nb_kernels) return missing_error(of, build, name, error);
        status = check_alone(of, expression, name, error);
        if (status == TG_OK) status = check_instance(of, build, expression, name, error);
        if (status != TG_OK) return status;
    }
    return TG_OK;
}

static void append_token(text *to, const rewrite *of, size_t index)
{
    text_append(to, of->all.bytes + of->all.of[index].at, of->all.of[index].length);
    text_append(to, " ", 1);
}

static bool is_void_alone(const rewrite *of, size_t first, size_t end)
{
    return first == end || (end == first + 1 && token_is(&of->all, first, "void"));
}

/* Index behind the parameter that begins at first. */
static size_t parameter_end(const rewrite *of, size_t first, size_t close)
{
    size_t i = first;
    while (i < close && !token_is(&of->all, i, ",")) {
        if (token_is(&of->all, i, "(") || token_is(&of->all, i, "[")) i = tokens_close(&of->all, i);
        i++;
    }
    return i < close ? i : close;
}

/* The parameter's name: the last outside of brackets. */
static size_t parameter_name(const rewrite *of, size_t first, size_t end)
{
    size_t name = first;
    for (size_t i = first; i < end; i++) {
        if (token_is(&of->all, i, "(") || token_is(&of->all, i, "[")) {
            i = tokens_close(&of->all, i);
        } else if (of->all.of[i].kind == TOKEN_NAME) {
            name = i;
        }
    }
    return name;
}

/* The entry of one kernel in C. Returns the number of its parameters. */
static size_t append_c(text *to, const rewrite *of, const tg_host_build *build, size_t number)
{
    const size_t kernel = of->kernels[find_kernel(of, build->kernels[number])];
    const size_t open = kernel + 1;
    const size_t close = tokens_close(&of->all, open);
    text call = {.bytes = NULL};
    text sizes = {.bytes = NULL};
    size_t nb = 0;
    for (size_t first = open + 1; !is_void_alone(of, open + 1, close) && first < close;) {
        const size_t end = parameter_end(of, first, close);
        text_print(to, "struct tg_port_%zu_%zu { ", number, nb);
        for (size_t i = first; i < end; i++) append_token(to, of, i);
        text_print(to, "; };\n");
        text_print(&call, "%s((struct tg_port_%zu_%zu *)values[%zu])->", nb == 0 ? "" : ", ",
                   number, nb, nb);
        append_token(&call, of, parameter_name(of, first, end));
        text_print(&sizes, "sizeof(struct tg_port_%zu_%zu), ", number, nb);
        nb++;
        first = end + 1;
    }
    text_print(to, "static const size_t tg_port_bytes_%zu[] = { ", number);
    text_append(to, sizes.bytes, sizes.length);
    text_print(to, "0 };\nstatic void tg_port_thread_%zu(void **values) { (void)values; %s(",
               number, build->kernels[number]);
    text_append(to, call.bytes, call.length);
    text_print(to, "); }\n");
    if (to->status == TG_OK) to->status = text_status(&call, &to->error);
    if (to->status == TG_OK) to->status = text_status(&sizes, &to->error);
    text_clear(&call);
    text_clear(&sizes);
    return nb;
}

/* A line of tg_port_entries. */
static void append_entry(text *entries, text *to, const rewrite *of, const tg_host_build *build,
                         size_t number)
{
    const char *name = build->kernels[number];
    // Messages about the name have this for their file.
    text_print(to, "\n# 1 \"<kernel %s>\"\n", name);
    if (!of->is_cpp) {
        const size_t nb = append_c(to, of, build, number);
        text_print(entries, "{ \"%s\", tg_port_thread_%zu, %zu, tg_port_bytes_%zu },\n", name,
                   number, nb, number);
        return;
    }
    text_print(to,
               "static constexpr auto tg_port_kernel_%zu = &%s;\n"
               "typedef tg_port_entry<decltype(tg_port_kernel_%zu), tg_port_kernel_%zu> "
               "tg_port_entry_%zu;\n",
               number, name, number, number, number);
    text_print(entries,
               "{ \"%s\", tg_port_entry_%zu::thread, tg_port_entry_%zu::nb_arguments, "
               "tg_port_entry_%zu::bytes },\n",
               name, number, number, number);
}

void entries_append(text *to, const rewrite *of, const tg_host_build *build)
{
    text entries = {.bytes = NULL};
    // Directories of headers that the source has may have named the list's parts; the marker's
    // flags make what follows the port's own.
    text_print(to,
               "\n# 1 \"<tracegate>\" 3\n"
               "static %s tg_port_region *tg_port_region_list;\n"
               "static tg_port_region **tg_port_regions(void) { return &tg_port_region_list; }\n",
               of->is_single ? ""
               : of->is_cpp  ? "thread_local"
                             : "_Thread_local");
    for (size_t i = 0; i < build->nb_kernels; i++) append_entry(&entries, to, of, build, i);
    text_print(to, "\n# 1 \"<tracegate>\" 3\nstatic const tg_user_entry tg_port_entries[] = {\n");
    text_append(to, entries.bytes, entries.length);
    text_print(to,
               "{ 0, 0, 0, 0 } };\n"
               "static const tg_user_module tg_port_module = "
               "{ %uu, !!%s, tg_port_begin_block, %zu, tg_port_entries };\n"
               "%s __attribute__((visibility(\"default\")))\n"
               "const tg_user_module *tg_user_begin(const tg_user_host *host)\n"
               "{ if (host->version != %uu) return 0; tg_port_host = host; return &tg_port_module; "
               "}\n",
               TG_USER_PORT_VERSION, of->is_single ? "1" : "0", build->nb_kernels,
               of->is_cpp ? "extern \"C\"" : "extern", TG_USER_PORT_VERSION);
    if (to->status == TG_OK) to->status = text_status(&entries, &to->error);
    text_clear(&entries);
}
