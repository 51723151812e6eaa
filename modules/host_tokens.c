/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Tokens, with the lines of the preprocessor's markers, # LINE "FILE" FLAGS, and the scopes that
 * braces make. */
#include "modules/host_tokens_internal.h"

#include "model/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Braces within braces that scopes are kept of; deeper ones are as the last. */
#define MAX_DEPTH 256

typedef struct lexer {
    tokens *out;
    size_t at;
    uint32_t line;
    size_t file;
    bool is_system;
    bool is_at_line_start;
} lexer;

static bool is_name_start(char byte)
{
    return isalpha((unsigned char)byte) != 0 || byte == '_' || byte == '$' ||
           ((unsigned char)byte & 0x80) != 0;
}

static bool is_name_part(char byte)
{
    return is_name_start(byte) || isdigit((unsigned char)byte) != 0;
}

/* End of a literal whose quote is at `at`; the text's end if it is not closed. */
static size_t literal_end(const tokens *all, size_t at)
{
    const char quote = all->bytes[at];
    for (size_t i = at + 1; i < all->length && all->bytes[i] != '\n'; i++) {
        if (all->bytes[i] == '\\') {
            i++;
        } else if (all->bytes[i] == quote) {
            return i + 1;
        }
    }
    return at + 1;
}

/* End of R"delimiter(...)delimiter" whose quote is at `at`. */
static size_t raw_end(const tokens *all, size_t at)
{
    size_t open = at + 1;
    while (open < all->length && all->bytes[open] != '(') open++;
    const size_t nb = open - at - 1;
    for (size_t i = open; i + nb + 1 < all->length; i++) {
        if (all->bytes[i] == ')' && memcmp(all->bytes + i + 1, all->bytes + at + 1, nb) == 0 &&
            all->bytes[i + nb + 1] == '"')
            return i + nb + 2;
    }
    return all->length;
}

static size_t number_end(const tokens *all, size_t at)
{
    size_t i = at + 1;
    while (i < all->length) {
        const char byte = all->bytes[i];
        const bool is_sign = (byte == '+' || byte == '-') && strchr("eEpP", all->bytes[i - 1]);
        const bool is_divider =
            byte == '\'' && i + 1 < all->length && isalnum((unsigned char)all->bytes[i + 1]) != 0;
        if (!is_name_part(byte) && byte != '.' && !is_sign && !is_divider) break;
        i++;
    }
    return i;
}

/* Take the place that a marker names; other directives are passed over. */
static void read_directive(lexer *of, size_t end)
{
    const char *bytes = of->out->bytes;
    size_t i = of->at + 1;
    while (i < end && bytes[i] == ' ') i++;
    if (end - i > 4 && memcmp(bytes + i, "line", 4) == 0) i += 5;
    if (i >= end || isdigit((unsigned char)bytes[i]) == 0) return;
    uint32_t line = 0;
    while (i < end && isdigit((unsigned char)bytes[i]) != 0)
        line = line * 10 + (uint32_t)(bytes[i++] - '0');
    while (i < end && bytes[i] == ' ') i++;
    // The line behind the marker has that number.
    of->line = line - 1;
    if (i >= end || bytes[i] != '"') return;
    of->file = i + 1;
    of->is_system = false;
    for (i = literal_end(of->out, i); i < end; i++) {
        if (bytes[i] == '3') of->is_system = true;
    }
}

static void add(lexer *of, token_kind kind, size_t end)
{
    of->out->of[of->out->nb++] = (token){.at = of->at,
                                         .length = (uint32_t)(end - of->at),
                                         .line = of->line,
                                         .file = of->file,
                                         .kind = (uint8_t)kind,
                                         .is_system = of->is_system};
}

/* A token that begins here; its end. */
static size_t next_token(lexer *of)
{
    const tokens *all = of->out;
    const char *bytes = all->bytes;
    const char byte = bytes[of->at];
    size_t end = of->at + 1;
    if (byte == '#' && of->is_at_line_start) {
        while (end < all->length && bytes[end] != '\n') end++;
        add(of, TOKEN_DIRECTIVE, end);
        read_directive(of, end);
    } else if (is_name_start(byte)) {
        while (end < all->length && is_name_part(bytes[end])) end++;
        if (end < all->length && bytes[end] == '"' && bytes[end - 1] == 'R' && end - of->at <= 3) {
            end = raw_end(all, end);
            add(of, TOKEN_LITERAL, end);
        } else {
            add(of, TOKEN_NAME, end);
        }
    } else if (isdigit((unsigned char)byte) != 0 ||
               (byte == '.' && end < all->length && isdigit((unsigned char)bytes[end]) != 0)) {
        end = number_end(all, of->at);
        add(of, TOKEN_NUMBER, end);
    } else if (byte == '"' || byte == '\'') {
        end = literal_end(all, of->at);
        add(of, TOKEN_LITERAL, end);
    } else {
        add(of, TOKEN_MARK, end);
    }
    return end;
}

static void divide(tokens *made)
{
    lexer of = {.out = made, .line = 1, .is_at_line_start = true};
    while (of.at < made->length) {
        const char byte = made->bytes[of.at];
        if (byte == '\n') {
            of.line++;
            of.is_at_line_start = true;
            of.at++;
        } else if (isspace((unsigned char)byte) != 0) {
            of.at++;
        } else {
            const size_t end = next_token(&of);
            for (size_t i = of.at; i < end; i++) of.line += made->bytes[i] == '\n' ? 1 : 0;
            of.is_at_line_start = false;
            of.at = end;
        }
    }
}

/* What a brace at index opens, inside `around`. */
static token_scope scope_of_brace(const tokens *all, size_t index, token_scope around)
{
    if (around == SCOPE_FUNCTION) return SCOPE_FUNCTION;
    size_t i = index;
    bool is_type = false;
    while (i > 0) {
        const token *before = &all->of[i - 1];
        const char byte = all->bytes[before->at];
        if (before->kind == TOKEN_MARK && (byte == ';' || byte == '{' || byte == '}')) break;
        i--;
        if (token_is(all, i, "namespace")) return SCOPE_FILE;
        if (token_is(all, i, "class") || token_is(all, i, "struct") || token_is(all, i, "union") ||
            token_is(all, i, "enum"))
            is_type = true;
    }
    if (index == i) return around;
    const token *last = &all->of[index - 1];
    if (last->kind == TOKEN_LITERAL) return SCOPE_FILE; // extern "C"
    if (token_is(all, index - 1, ")") || token_is(all, index - 1, "const") ||
        token_is(all, index - 1, "noexcept") || token_is(all, index - 1, "override"))
        return SCOPE_FUNCTION;
    if (is_type) return SCOPE_CLASS;
    // An initializer, or a function whose type trails.
    for (; i + 1 < index; i++) {
        if (token_is(all, i, ")") && token_is(all, i + 1, "-")) return SCOPE_FUNCTION;
    }
    return around;
}

static void set_scopes(tokens *made)
{
    uint8_t scopes[MAX_DEPTH] = {SCOPE_FILE};
    size_t depth = 0;
    for (size_t i = 0; i < made->nb; i++) {
        const size_t top = depth < MAX_DEPTH ? depth : MAX_DEPTH - 1;
        made->of[i].scope = scopes[top];
        if (made->of[i].kind != TOKEN_MARK) continue;
        const char byte = made->bytes[made->of[i].at];
        if (byte == '{') {
            depth++;
            if (depth < MAX_DEPTH)
                scopes[depth] = (uint8_t)scope_of_brace(made, i, (token_scope)scopes[top]);
        } else if (byte == '}' && depth != 0) {
            depth--;
        }
    }
}

tg_status tokens_create(tokens *made, const char *bytes, size_t length, tg_error *error)
{
    void *buffer = NULL;
    *made = (tokens){.bytes = bytes, .length = length};
    // No token is empty.
    const tg_status status = tg_buffer_create(&buffer, length + 1, sizeof(token), error);
    if (status != TG_OK) return status;
    made->of = buffer;
    divide(made);
    set_scopes(made);
    return TG_OK;
}

void tokens_clear(tokens *made)
{
    tg_buffer_destroy(made->of);
    *made = (tokens){.of = NULL};
}

bool token_is(const tokens *all, size_t index, const char *word)
{
    if (index >= all->nb) return false;
    const token *of = &all->of[index];
    return of->length == strlen(word) && memcmp(all->bytes + of->at, word, of->length) == 0;
}

/* Level that a token of these brackets goes up (1) or down (-1). */
static int level_step(const tokens *all, size_t index)
{
    if (all->of[index].kind != TOKEN_MARK) return 0;
    switch (all->bytes[all->of[index].at]) {
    case '(':
    case '[':
    case '{':
        return 1;
    case ')':
    case ']':
    case '}':
        return -1;
    default:
        return 0;
    }
}

size_t tokens_close(const tokens *all, size_t index)
{
    int level = 0;
    for (size_t i = index; i < all->nb; i++) {
        level += level_step(all, i);
        if (level == 0) return i;
    }
    return all->nb;
}

size_t tokens_open(const tokens *all, size_t index)
{
    int level = 0;
    for (size_t i = index + 1; i > 0; i--) {
        level += level_step(all, i - 1);
        if (level == 0) return i - 1;
    }
    return all->nb;
}

int token_file_length(const tokens *all, size_t index)
{
    const size_t file = all->of[index].file;
    size_t end = file;
    while (end < all->length && all->bytes[end] != '"' && all->bytes[end] != '\n') end++;
    return (int)(end - file);
}
