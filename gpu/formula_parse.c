/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading of formulas: recursive descent over the text, a definition's text in the place of its
 * name. Nodes and depth are bounded, so that whatever a description holds is read in little time.
 */
#include "gpu/formula_internal.h"
#include "model/memory.h"
#include "model/names.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Characters of a name or a text that messages show. */
#define SHOWN_NAME 60
#define SHOWN_TEXT 100

static const struct {
    const char *name;
    tg_formula_operation operation;
} functions[] = {
    {"ceil_div", TG_FORMULA_CEIL_DIV}, {"min", TG_FORMULA_MIN},           {"max", TG_FORMULA_MAX},
    {"pow", TG_FORMULA_POW},           {"ceil_log", TG_FORMULA_CEIL_LOG},
};
#define NB_FUNCTIONS (sizeof functions / sizeof functions[0])

/* A text that is being read: the formula's, or a definition's that stands in its place. */
typedef struct source {
    const struct source *parent; /* text that names this one; NULL: the formula's own */
    const char *name;            /* of the definition; NULL: the formula's own */
    const char *text;
    const char *at; /* what is read next */
} source;

typedef struct parser {
    const tg_formula_names *names;
    source *from; /* innermost */
    size_t depth;
    size_t nb_nodes;
    tg_formula_node nodes[TG_FORMULA_MAX_NODES];
    tg_error *error;
} parser;

/* Say where the reader stands, and how to mend it where nothing better is known. */
static tg_status say_place(parser *reader, tg_status status, const char *at)
{
    const source *from = reader->from;
    char shown[SHOWN_TEXT + 1];
    size_t length = strnlen(from->text, SHOWN_TEXT);
    // Texts may hold anything, and only ASCII means something in a formula.
    for (size_t i = 0; i < length; i++) {
        shown[i] = isprint((unsigned char)from->text[i]) && (unsigned char)from->text[i] < 0x80
                       ? from->text[i]
                       : '?';
    }
    shown[length] = '\0';
    if (from->name != NULL) {
        tg_error_where(reader->error, "character %zu of %.*s, \"%s\"",
                       (size_t)(at - from->text) + 1, SHOWN_NAME, from->name, shown);
    } else {
        tg_error_where(reader->error, "character %zu of \"%s\"", (size_t)(at - from->text) + 1,
                       shown);
    }
    return status;
}

static tg_status say_syntax(parser *reader, const char *at)
{
    tg_error_how(reader->error, "write numbers, names, ( ), + - * / %%, ceil_div(a, b), "
                                "min(a, b), max(a, b), pow(a, b), ceil_log(a, b)");
    return say_place(reader, TG_ERR_FORMAT, at);
}

/* What is found is not what is needed. */
static tg_status unexpected(parser *reader, const char *needed)
{
    const char *at = reader->from->at;
    const unsigned char found = (unsigned char)*at;
    if (found == '\0') {
        tg_error_set(reader->error, TG_ERR_FORMAT, "the formula ends where %s is needed", needed);
    } else if (found < 0x80 && isprint(found)) {
        tg_error_set(reader->error, TG_ERR_FORMAT, "'%c' stands where %s is needed", found, needed);
    } else {
        tg_error_set(reader->error, TG_ERR_FORMAT, "byte 0x%02x stands where %s is needed", found,
                     needed);
    }
    return say_syntax(reader, at);
}

static void skip_spaces(parser *reader) { reader->from->at += strspn(reader->from->at, " \t\r\n"); }

/* Whether a character comes next; it is read then. */
static bool takes(parser *reader, char character)
{
    skip_spaces(reader);
    if (*reader->from->at != character) return false;
    reader->from->at++;
    return true;
}

static bool is_name_start(char c) { return isalpha((unsigned char)c) || c == '_'; }
static bool is_name_part(char c) { return isalnum((unsigned char)c) || c == '_'; }

static tg_status add_node(parser *reader, tg_formula_operation operation, uint64_t value)
{
    if (reader->nb_nodes == TG_FORMULA_MAX_NODES) {
        tg_error_set(reader->error, TG_ERR_FORMAT,
                     "the formula has more than %zu parts, its named values in their places",
                     TG_FORMULA_MAX_NODES);
        tg_error_how(reader->error, "write a shorter one");
        return say_place(reader, TG_ERR_FORMAT, reader->from->at);
    }
    reader->nodes[reader->nb_nodes++] =
        (tg_formula_node){.operation = operation, .name = 0, .value = value};
    return TG_OK;
}

static tg_status enter(parser *reader)
{
    if (reader->depth < TG_FORMULA_MAX_DEPTH) {
        reader->depth++;
        return TG_OK;
    }
    tg_error_set(reader->error, TG_ERR_FORMAT,
                 "brackets, functions and named values lie more than %d deep in each other",
                 TG_FORMULA_MAX_DEPTH);
    tg_error_how(reader->error, "write a flatter formula");
    return say_place(reader, TG_ERR_FORMAT, reader->from->at);
}

/* ---- numbers ---- */

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 16;
}

static tg_status parse_number(parser *reader)
{
    const char *start = reader->from->at;
    const bool is_hex = start[0] == '0' && (start[1] == 'x' || start[1] == 'X');
    const uint64_t base = is_hex ? 16 : 10;
    const char *at = is_hex ? start + 2 : start;
    const char *first = at;
    uint64_t value = 0;
    for (; digit_value(*at) < (int)base; at++) {
        if (__builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, (uint64_t)digit_value(*at), &value)) {
            tg_error_set(reader->error, TG_ERR_SIZE, "a number is above 2^64 - 1");
            tg_error_how(reader->error, "write one that has 64 bits");
            return say_place(reader, TG_ERR_SIZE, start);
        }
    }
    // 010 is 8 in C and 10 elsewhere: neither is guessed.
    const bool is_octal = !is_hex && at - first > 1 && *first == '0';
    if (at == first || is_octal || is_name_part(*at)) {
        tg_error_set(reader->error, TG_ERR_FORMAT,
                     is_octal ? "a number begins with 0" : "this is neither number nor name");
        tg_error_how(reader->error, "write decimal numbers without leading zeros, or 0x and "
                                    "hexadecimal digits; names begin with a letter");
        return say_place(reader, TG_ERR_FORMAT, start);
    }
    reader->from->at = at;
    return add_node(reader, TG_FORMULA_NUMBER, value);
}

/* ---- names ---- */

static tg_status parse_sum(parser *reader);

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

static tg_status unknown_name(parser *reader, const char *start, size_t length)
{
    const tg_formula_names *names = reader->names;
    char name[TG_NAME_BYTES] = "";
    memcpy(name, start, length < sizeof name ? length : sizeof name - 1);
    const size_t nb_names = names->nb_variables + names->nb_definitions + NB_FUNCTIONS;
    const char *nearest = tg_nearest_name(name, nb_names, name_at, names);
    tg_error_set(reader->error, TG_ERR_FORMAT, "\"%.*s\" means nothing in a formula", SHOWN_NAME,
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
        tg_error_how(reader->error, "the nearest name is %s", nearest);
    } else {
        tg_error_how(reader->error, "the sizes that it may name are %s",
                     known[0] != '\0' ? known : "none");
    }
    return say_place(reader, TG_ERR_FORMAT, start);
}

static tg_status parse_variable(parser *reader, const char *start, size_t index)
{
    const tg_formula_names *names = reader->names;
    if (names->is_unset == NULL || !names->is_unset[index])
        return add_node(reader, TG_FORMULA_VARIABLE, index);
    tg_error_set(reader->error, TG_ERR_FORMAT, "\"%s\" has no value here", names->variables[index]);
    tg_error_how(reader->error, "name it only where it is known: block and grid behind those of "
                                "their own launch, i inside of a repeat");
    return say_place(reader, TG_ERR_FORMAT, start);
}

/* "a, b, a" of the definitions that are being read, down to the one that comes again. */
static void say_cycle(char *text, size_t size, const source *from, const char *again)
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

static tg_status parse_definition(parser *reader, const char *start,
                                  const tg_formula_definition *definition)
{
    for (const source *from = reader->from; from != NULL; from = from->parent) {
        if (from->name == NULL || strcmp(from->name, definition->name) != 0) continue;
        char cycle[200];
        say_cycle(cycle, sizeof cycle, reader->from, definition->name);
        tg_error_set(reader->error, TG_ERR_FORMAT, "a value needs itself: %s", cycle);
        tg_error_how(reader->error, "give one of them a formula without the others");
        return say_place(reader, TG_ERR_FORMAT, start);
    }
    source *outer = reader->from;
    source own = {.parent = outer,
                  .name = definition->name,
                  .text = definition->text,
                  .at = definition->text};
    tg_status status = enter(reader);
    if (status != TG_OK) return status;
    reader->from = &own;
    status = parse_sum(reader);
    if (status == TG_OK) skip_spaces(reader);
    if (status == TG_OK && *own.at != '\0') status = unexpected(reader, "an operator or the end");
    reader->from = outer;
    reader->depth--;
    return status;
}

/* "(a, b)" behind a function's name. */
static tg_status parse_call(parser *reader, tg_formula_operation operation)
{
    tg_status status = enter(reader);
    if (status != TG_OK) return status;
    if (!takes(reader, '(')) return unexpected(reader, "( behind a function's name");
    status = parse_sum(reader);
    if (status == TG_OK && !takes(reader, ','))
        status = unexpected(reader, "a comma and a second argument");
    if (status == TG_OK) status = parse_sum(reader);
    if (status == TG_OK && !takes(reader, ')'))
        status = unexpected(reader, "a ) behind two arguments");
    if (status == TG_OK) status = add_node(reader, operation, 0);
    reader->depth--;
    return status;
}

static tg_status parse_name(parser *reader)
{
    const tg_formula_names *names = reader->names;
    const char *start = reader->from->at;
    size_t length = 0;
    while (is_name_part(start[length])) length++;
    reader->from->at += length;
    for (size_t i = 0; i < NB_FUNCTIONS; i++) {
        if (is_called(functions[i].name, start, length))
            return parse_call(reader, functions[i].operation);
    }
    for (size_t i = 0; i < names->nb_variables; i++) {
        if (is_called(names->variables[i], start, length)) return parse_variable(reader, start, i);
    }
    for (size_t i = 0; i < names->nb_definitions; i++) {
        if (is_called(names->definitions[i].name, start, length))
            return parse_definition(reader, start, &names->definitions[i]);
    }
    return unknown_name(reader, start, length);
}

/* ---- expressions ---- */

static tg_status parse_primary(parser *reader)
{
    skip_spaces(reader);
    const char next = *reader->from->at;
    if (next >= '0' && next <= '9') return parse_number(reader);
    if (is_name_start(next)) return parse_name(reader);
    if (next != '(') return unexpected(reader, "a number, a name or (");
    tg_status status = enter(reader);
    if (status != TG_OK) return status;
    reader->from->at++;
    status = parse_sum(reader);
    if (status == TG_OK && !takes(reader, ')')) status = unexpected(reader, "an operator or )");
    reader->depth--;
    return status;
}

static tg_status parse_product(parser *reader)
{
    tg_status status = parse_primary(reader);
    while (status == TG_OK) {
        tg_formula_operation operation = TG_FORMULA_MULTIPLY;
        if (takes(reader, '/')) {
            operation = TG_FORMULA_DIVIDE;
        } else if (takes(reader, '%')) {
            operation = TG_FORMULA_REMAINDER;
        } else if (!takes(reader, '*')) {
            break;
        }
        status = parse_primary(reader);
        if (status == TG_OK) status = add_node(reader, operation, 0);
    }
    return status;
}

static tg_status parse_sum(parser *reader)
{
    tg_status status = parse_product(reader);
    while (status == TG_OK) {
        tg_formula_operation operation = TG_FORMULA_ADD;
        if (takes(reader, '-')) {
            operation = TG_FORMULA_SUBTRACT;
        } else if (!takes(reader, '+')) {
            break;
        }
        status = parse_product(reader);
        if (status == TG_OK) status = add_node(reader, operation, 0);
    }
    return status;
}

/* ---- the formula ---- */

/* Copy text, nodes and names of variables into one piece of memory. */
static tg_status make_formula(tg_formula **formula, const parser *reader, const char *text)
{
    const size_t text_bytes = strlen(text) + 1;
    size_t nb_characters = text_bytes;
    for (size_t i = 0; i < reader->nb_nodes; i++) {
        const tg_formula_node *node = &reader->nodes[i];
        if (node->operation == TG_FORMULA_VARIABLE)
            nb_characters += strlen(reader->names->variables[node->value]) + 1;
    }
    const size_t nodes_bytes = reader->nb_nodes * sizeof(tg_formula_node);
    void *memory = NULL;
    const tg_status status = tg_buffer_create(
        &memory, sizeof(tg_formula) + nodes_bytes + nb_characters, 1, reader->error);
    if (status != TG_OK) return status;
    tg_formula *made = memory;
    made->nb_nodes = reader->nb_nodes;
    made->nodes = (tg_formula_node *)(made + 1);
    made->characters = (char *)(made->nodes + reader->nb_nodes);
    memcpy(made->nodes, reader->nodes, nodes_bytes);
    memcpy(made->characters, text, text_bytes);
    size_t used = text_bytes;
    for (size_t i = 0; i < made->nb_nodes; i++) {
        tg_formula_node *node = &made->nodes[i];
        if (node->operation != TG_FORMULA_VARIABLE) continue;
        const char *name = reader->names->variables[node->value];
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
                 SHOWN_NAME, name, longest, TG_FORMULA_MAX_TEXT);
    tg_error_how(error, "divide it into named values");
    return TG_ERR_FORMAT;
}

tg_status tg_formula_parse(tg_formula **formula, const char *text, const tg_formula_names *names,
                           tg_error *error)
{
    *formula = NULL;
    source own = {.parent = NULL, .name = NULL, .text = text, .at = text};
    parser reader = {.names = names, .from = &own, .error = error};
    tg_status status = check_lengths(text, names, error);
    if (status == TG_OK) status = parse_sum(&reader);
    if (status == TG_OK) skip_spaces(&reader);
    if (status == TG_OK && *own.at != '\0') status = unexpected(&reader, "an operator or the end");
    if (status == TG_OK) status = make_formula(formula, &reader, text);
    return status;
}
