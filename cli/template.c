/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The one renderer of templates. */
#include "cli/template.h"

#include <string.h>

/* Parts within parts, at the most. */
#define MAX_DEPTH 8

typedef struct renderer {
    FILE *out; /* NULL: a part that is left out is only read */
    const char *name;
    const char *text; /* all of it */
    tg_error *error;
} renderer;

/* A tag. */
typedef struct tag {
    const char *begin, *end; /* of the tag and of the line that it stands alone on */
    char mark;               /* '#', '^', '/'; 0: a value, or @@, whose name is "" */
    char name[TG_TEMPLATE_NAME_BYTES];
} tag;

static tg_status wrong(const renderer *state, const char *at, const char *what, const char *name)
{
    size_t line = 1;
    for (const char *text = state->text; text < at; text++) line += *text == '\n';
    tg_error_set(state->error, TG_ERR_FORMAT, "%s: @%s@", what, name);
    tg_error_where(state->error, "line %zu of template %s", line, state->name);
    tg_error_how(state->error, "mend the template: cli/template.h describes the form");
    return TG_ERR_FORMAT;
}

/* Let the tag of a part take its line, if it stands alone there. */
static void take_line(tag *found, const char *text)
{
    const char *first = found->begin;
    const char *last = found->end;
    if (found->mark == 0) return;
    while (first > text && (first[-1] == ' ' || first[-1] == '\t')) first--;
    if ((first > text && first[-1] != '\n') || *last != '\n') return;
    found->begin = first;
    found->end = last + 1;
}

/* The next tag; false: there is none. */
static bool find_tag(tag *found, tg_status *status, const renderer *state, const char *from)
{
    *status = TG_OK;
    found->begin = strchr(from, '@');
    if (found->begin == NULL) return false;
    const char *name = found->begin + 1;
    found->mark = *name == '#' || *name == '^' || *name == '/' ? *name++ : (char)0;
    const size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");
    if (length >= sizeof found->name || name[length] != '@' || (length == 0 && found->mark != 0)) {
        *status = wrong(state, found->begin, "this is no tag", "");
        return false;
    }
    memcpy(found->name, name, length);
    found->name[length] = '\0';
    found->end = name + length + 1;
    take_line(found, state->text);
    return true;
}

static void put(const renderer *state, const char *from, const char *to)
{
    if (state->out != NULL) (void)fwrite(from, 1, (size_t)(to - from), state->out);
}

static tg_status put_value(const renderer *state, const tag *found, const tg_scope *scope)
{
    if (found->name[0] == '\0') put(state, "@", &"@"[1]);
    if (found->name[0] == '\0' || state->out == NULL) return TG_OK;
    for (; scope != NULL; scope = scope->outer) {
        if (scope->print(state->out, scope, found->name)) return TG_OK;
    }
    return wrong(state, found->begin, "there is no such value", found->name);
}

static tg_status put_parts(const renderer *state, const char **at, const char *closing,
                           const tg_scope *scope, unsigned depth);

/* Write a part that begins behind its tag once for each item; *at is then behind its end. */
static tg_status put_list(const renderer *state, const char **at, const tag *opening,
                          const tg_scope *scope, unsigned depth)
{
    const tg_scope *owner = scope;
    size_t nb = 0;
    renderer silent = *state;
    silent.out = NULL;
    if (depth == MAX_DEPTH) return wrong(state, opening->begin, "too many parts", opening->name);
    // Items that are not there know nothing.
    if (state->out == NULL) return put_parts(state, at, opening->name, scope, depth + 1);
    while (owner != NULL && !owner->list(&nb, owner, opening->name)) owner = owner->outer;
    if (owner == NULL) return wrong(state, opening->begin, "there is no such list", opening->name);
    const char *begin = *at;
    if (opening->mark == '^')
        return put_parts(nb == 0 ? state : &silent, at, opening->name, scope, depth + 1);
    tg_status status = TG_OK;
    for (size_t i = 0; i < nb && status == TG_OK; i++) {
        tg_scope inner = *scope;
        inner.outer = scope;
        inner.index = i;
        inner.nb = nb;
        owner->enter(&inner, owner, opening->name);
        *at = begin;
        status = put_parts(state, at, opening->name, &inner, depth + 1);
    }
    return nb != 0 ? status : put_parts(&silent, at, opening->name, scope, depth + 1);
}

/* Write to the end of a part, or of the template where closing is NULL. */
static tg_status put_parts(const renderer *state, const char **at, const char *closing,
                           const tg_scope *scope, unsigned depth)
{
    tag found;
    tg_status status = TG_OK;
    while (find_tag(&found, &status, state, *at)) {
        put(state, *at, found.begin);
        *at = found.end;
        if (found.mark == '/') {
            if (closing != NULL && strcmp(closing, found.name) == 0) return TG_OK;
            return wrong(state, found.begin, "this ends no part", found.name);
        }
        status = found.mark == 0 ? put_value(state, &found, scope)
                                 : put_list(state, at, &found, scope, depth);
        if (status != TG_OK) return status;
    }
    if (status != TG_OK) return status;
    if (closing != NULL) return wrong(state, *at, "this part is not ended", closing);
    put(state, *at, *at + strlen(*at));
    return TG_OK;
}

tg_status tg_template_print(FILE *out, const char *name, const char *text, const tg_scope *scope,
                            tg_error *error)
{
    const renderer state = {.out = out, .name = name, .text = text, .error = error};
    const char *at = text;
    return put_parts(&state, &at, NULL, scope, 0);
}
