/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading of formulas: recursive descent over the text, a definition's text in the place of its
 * name. Nodes and depth are bounded, so that whatever a description holds is read in little time.
 */
#include "gpu/formula_reader_internal.h"
#include "model/memory.h"
#include "model/names.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    tg_formula_operation operation;
} functions[] = {
    {"ceil_div", TG_FORMULA_CEIL_DIV}, {"min", TG_FORMULA_MIN},           {"max", TG_FORMULA_MAX},
    {"pow", TG_FORMULA_POW},           {"ceil_log", TG_FORMULA_CEIL_LOG},
};
#define NB_FUNCTIONS (sizeof functions / sizeof functions[0])

/* ---- names ---- */

static tg_status parse_sum(reader *of);

static bool is_called(const char *name, const char *start, size_t length)
{
    return strlen(name) == length && memcmp(name, start, length) == 0;
}

/* All names that there are, for the nearest: variables, definitions, functions. */
static const char *name_at(const void *context, size_t index)
{
    const tg_formula_names *names = context;
    if (index < names->nb_variables) {
        const bool is_unset = names->is_unset != NULL && names->is_unset[index];
        return is_unset ? "" : names->variables[index];
    }
    index -= names->nb_variables;
    if (index < names->nb_definitions) return names->definitions[index].name;
    return functions[index - names->nb_definitions].name;
}

static tg_status unknown_name(reader *of, const char *start, size_t length)
{
    const tg_formula_names *names = of->names;
    char name[TG_NAME_BYTES] = "";
    memcpy(name, start, length < sizeof name ? length : sizeof name - 1);
    const size_t nb_names = names->nb_variables + names->nb_definitions + NB_FUNCTIONS;
    const char *nearest = tg_nearest_name(name, nb_names, name_at, names);
    tg_error_set(of->error, TG_ERR_FORMAT, "\"%.*s\" means nothing in a formula", READER_SHOWN_NAME,
                 name);
    char known[200];
    int used = 0;
    known[0] = '\0';
    for (size_t i = 0; i < names->nb_variables && used < (int)sizeof known; i++) {
        if (name_at(names, i)[0] == '\0') continue;
        used += snprintf(known + used, sizeof known - (size_t)used, "%s%s", used != 0 ? ", " : "",
                         names->variables[i]);
    }
    if (nearest != NULL) {
        tg_error_how(of->error, "the nearest name is %s", nearest);
    } else {
        tg_error_how(of->error, "the sizes that it may name are %s",
                     known[0] != '\0' ? known : "none");
    }
    return reader_place(of, TG_ERR_FORMAT, start);
}

static tg_status parse_variable(reader *of, const char *start, size_t index)
{
    const tg_formula_names *names = of->names;
    if (names->is_unset == NULL || !names->is_unset[index])
        return reader_add(of, TG_FORMULA_VARIABLE, index);
    tg_error_set(of->error, TG_ERR_FORMAT, "\"%s\" has no value here", names->variables[index]);
    tg_error_how(of->error, "name it only where it is known: block and grid behind those of "
                            "their own launch, i inside of a repeat");
    return reader_place(of, TG_ERR_FORMAT, start);
}

/* "a, b, a" of the definitions that are being read, down to the one that comes again. */
static void say_cycle(char *text, size_t size, const reader_source *from, const char *again)
{
    const char *chain[TG_FORMULA_MAX_DEPTH + 1];
    size_t nb = 0;
    for (; from != NULL && from->name != NULL && nb < TG_FORMULA_MAX_DEPTH; from = from->parent) {
        chain[nb++] = from->name;
        if (strcmp(from->name, again) == 0) break;
    }
    size_t used = 0;
    while (nb-- > 0 && used < size) {
        used += (size_t)snprintf(text + used, size - used, "%.40s needs ", chain[nb]);
    }
    if (used < size) (void)snprintf(text + used, size - used, "%.40s", again);
}

static tg_status parse_definition(reader *of, const char *start,
                                  const tg_formula_definition *definition)
{
    for (const reader_source *from = of->from; from != NULL; from = from->parent) {
        if (from->name == NULL || strcmp(from->name, definition->name) != 0) continue;
        char cycle[200];
        say_cycle(cycle, sizeof cycle, of->from, definition->name);
        tg_error_set(of->error, TG_ERR_FORMAT, "a value needs itself: %s", cycle);
        tg_error_how(of->error, "give one of them a formula without the others");
        return reader_place(of, TG_ERR_FORMAT, start);
    }
    reader_source *outer = of->from;
    reader_source own = {.parent = outer,
                         .name = definition->name,
                         .text = definition->text,
                         .at = definition->text};
    tg_status status = reader_enter(of);
    if (status != TG_OK) return status;
    of->from = &own;
    status = parse_sum(of);
    if (status == TG_OK) reader_skip_spaces(of);
    if (status == TG_OK && *own.at != '\0')
        status = reader_unexpected(of, "an operator or the end");
    of->from = outer;
    of->depth--;
    return status;
}

/* "(a, b)" behind a function's name. */
static tg_status parse_call(reader *of, tg_formula_operation operation)
{
    tg_status status = reader_enter(of);
    if (status != TG_OK) return status;
    if (!reader_takes(of, '(')) return reader_unexpected(of, "( behind a function's name");
    status = parse_sum(of);
    if (status == TG_OK && !reader_takes(of, ','))
        status = reader_unexpected(of, "a comma and a second argument");
    if (status == TG_OK) status = parse_sum(of);
    if (status == TG_OK && !reader_takes(of, ')'))
        status = reader_unexpected(of, "a ) behind two arguments");
    if (status == TG_OK) status = reader_add(of, operation, 0);
    of->depth--;
    return status;
}

static tg_status parse_name(reader *of)
{
    const tg_formula_names *names = of->names;
    const char *start = of->from->at;
    size_t length = 0;
    while (reader_is_name_part(start[length])) length++;
    of->from->at += length;
    for (size_t i = 0; i < NB_FUNCTIONS; i++) {
        if (is_called(functions[i].name, start, length))
            return parse_call(of, functions[i].operation);
    }
    for (size_t i = 0; i < names->nb_variables; i++) {
        if (is_called(names->variables[i], start, length)) return parse_variable(of, start, i);
    }
    for (size_t i = 0; i < names->nb_definitions; i++) {
        if (is_called(names->definitions[i].name, start, length))
            return parse_definition(of, start, &names->definitions[i]);
    }
    return unknown_name(of, start, length);
}

/* ---- expressions ---- */

static tg_status parse_primary(reader *of)
{
    reader_skip_spaces(of);
    const char next = *of->from->at;
    if (next >= '0' && next <= '9') return reader_number(of);
    if (reader_is_name_start(next)) return parse_name(of);
    if (next != '(') return reader_unexpected(of, "a number, a name or (");
    tg_status status = reader_enter(of);
    if (status != TG_OK) return status;
    of->from->at++;
    status = parse_sum(of);
    if (status == TG_OK && !reader_takes(of, ')'))
        status = reader_unexpected(of, "an operator or )");
    of->depth--;
    return status;
}

static tg_status parse_product(reader *of)
{
    tg_status status = parse_primary(of);
    while (status == TG_OK) {
        tg_formula_operation operation = TG_FORMULA_MULTIPLY;
        if (reader_takes(of, '/')) {
            operation = TG_FORMULA_DIVIDE;
        } else if (reader_takes(of, '%')) {
            operation = TG_FORMULA_REMAINDER;
        } else if (!reader_takes(of, '*')) {
            break;
        }
        status = parse_primary(of);
        if (status == TG_OK) status = reader_add(of, operation, 0);
    }
    return status;
}

static tg_status parse_sum(reader *of)
{
    tg_status status = parse_product(of);
    while (status == TG_OK) {
        tg_formula_operation operation = TG_FORMULA_ADD;
        if (reader_takes(of, '-')) {
            operation = TG_FORMULA_SUBTRACT;
        } else if (!reader_takes(of, '+')) {
            break;
        }
        status = parse_product(of);
        if (status == TG_OK) status = reader_add(of, operation, 0);
    }
    return status;
}

/* ---- the formula ---- */

/* Copy text, nodes and names of variables into one piece of memory. */
static tg_status make_formula(tg_formula **formula, const reader *of, const char *text)
{
    const size_t text_bytes = strlen(text) + 1;
    size_t nb_characters = text_bytes;
    for (size_t i = 0; i < of->nb_nodes; i++) {
        const tg_formula_node *node = &of->nodes[i];
        if (node->operation == TG_FORMULA_VARIABLE)
            nb_characters += strlen(of->names->variables[node->value]) + 1;
    }
    const size_t nodes_bytes = of->nb_nodes * sizeof(tg_formula_node);
    void *memory = NULL;
    const tg_status status =
        tg_buffer_create(&memory, sizeof(tg_formula) + nodes_bytes + nb_characters, 1, of->error);
    if (status != TG_OK) return status;
    tg_formula *made = memory;
    made->nb_nodes = of->nb_nodes;
    made->nodes = (tg_formula_node *)(made + 1);
    made->characters = (char *)(made->nodes + of->nb_nodes);
    memcpy(made->nodes, of->nodes, nodes_bytes);
    memcpy(made->characters, text, text_bytes);
    size_t used = text_bytes;
    for (size_t i = 0; i < made->nb_nodes; i++) {
        tg_formula_node *node = &made->nodes[i];
        if (node->operation != TG_FORMULA_VARIABLE) continue;
        const char *name = of->names->variables[node->value];
        node->name = (uint32_t)used;
        memcpy(made->characters + used, name, strlen(name) + 1);
        used += strlen(name) + 1;
    }
    *formula = made;
    return TG_OK;
}

/* Check that no text is too long, before any is read. */
static tg_status check_lengths(const char *text, const tg_formula_names *names, tg_error *error)
{
    size_t longest = strlen(text);
    const char *name = "the formula";
    for (size_t i = 0; i < names->nb_definitions; i++) {
        const size_t length = strlen(names->definitions[i].text);
        if (length <= longest) continue;
        longest = length;
        name = names->definitions[i].name;
    }
    if (longest <= TG_FORMULA_MAX_TEXT) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "%.*s has %zu characters, where at most %zu are read",
                 READER_SHOWN_NAME, name, longest, TG_FORMULA_MAX_TEXT);
    tg_error_how(error, "divide it into named values");
    return TG_ERR_FORMAT;
}

tg_status tg_formula_parse(tg_formula **formula, const char *text, const tg_formula_names *names,
                           tg_error *error)
{
    *formula = NULL;
    reader_source own = {.parent = NULL, .name = NULL, .text = text, .at = text};
    reader of = {.names = names, .from = &own, .error = error};
    tg_status status = check_lengths(text, names, error);
    if (status == TG_OK) status = parse_sum(&of);
    if (status == TG_OK) reader_skip_spaces(&of);
    if (status == TG_OK && *own.at != '\0')
        status = reader_unexpected(&of, "an operator or the end");
    if (status == TG_OK) status = make_formula(formula, &of, text);
    return status;
}
