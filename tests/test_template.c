/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The renderer of templates. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "cli/template.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

/* Items: words that have letters. */
static const char *const words[] = {"one", "four"};

static bool print_letter(FILE *out, const tg_scope *scope, const char *name)
{
    if (strcmp(name, "letter") != 0) return false;
    (void)fprintf(out, "%c", ((const char *)scope->item)[scope->index]);
    return true;
}

static bool print_word(FILE *out, const tg_scope *scope, const char *name)
{
    if (strcmp(name, "word") != 0) return false;
    (void)fputs(scope->item, out);
    return true;
}

static bool list_word(size_t *nb, const tg_scope *scope, const char *name)
{
    *nb = strcmp(name, "letters") == 0 ? strlen(scope->item) : scope->index + 1 == scope->nb;
    return strcmp(name, "letters") == 0 || strcmp(name, "is_last") == 0;
}

static void enter_word(tg_scope *inner, const tg_scope *scope, const char *name)
{
    (void)name;
    inner->item = scope->item;
    inner->print = print_letter;
}

static bool print_top(FILE *out, const tg_scope *scope, const char *name)
{
    (void)scope;
    if (strcmp(name, "top") != 0) return false;
    (void)fputs("TOP", out);
    return true;
}

static bool list_top(size_t *nb, const tg_scope *scope, const char *name)
{
    (void)scope;
    *nb = strcmp(name, "words") == 0 ? 2 : 0;
    return strcmp(name, "words") == 0 || strcmp(name, "none") == 0;
}

static void enter_top(tg_scope *inner, const tg_scope *scope, const char *name)
{
    (void)scope;
    (void)name;
    inner->item = words[inner->index];
    inner->print = print_word;
    inner->list = list_word;
    inner->enter = enter_word;
}

static tg_status print(char **text, const char *template, tg_error *error)
{
    const tg_scope scope = {.nb = 1, .print = print_top, .list = list_top, .enter = enter_top};
    size_t length = 0;
    FILE *out = open_memstream(text, &length);
    ck_assert_ptr_nonnull(out);
    const tg_status status = tg_template_print(out, "test.in", template, &scope, error);
    ck_assert_int_eq(fclose(out), 0);
    return status;
}

static void expect(const char *template, const char *expected)
{
    char *text = NULL;
    tg_assert_ok(print(&text, template, tg_suite_error));
    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(template_prints_values)
{
    expect("", "");
    expect("a @top@ b", "a TOP b");
    expect("me@@home@@", "me@home@");
}
END_TEST

START_TEST(template_repeats_parts)
{
    expect("@#words@<@word@>@/words@", "<one><four>");
    expect("@#words@@#letters@@letter@.@/letters@@^is_last@,@/is_last@@/words@", "o.n.e.,f.o.u.r.");
    // Names that an item does not know are those around it.
    expect("@#words@@#letters@@top@@word@@/letters@@/words@",
           "TOPoneTOPoneTOPoneTOPfourTOPfourTOPfourTOPfour");
}
END_TEST

START_TEST(template_leaves_parts_out)
{
    expect("a@#none@b@top@@/none@c", "ac");
    expect("a@^none@b@/none@c", "abc");
    expect("a@^words@@#words@b@/words@@/words@c", "ac");
    // What is left out need not be known.
    expect("a@#none@@nonsense@@/none@c", "ac");
    expect("a@#none@@#nonsense@@^nonsense@b@/nonsense@@/nonsense@@/none@c", "ac");
}
END_TEST

START_TEST(template_takes_lines_of_parts)
{
    expect("a\n@#words@\n@word@\n@/words@\nb\n", "a\none\nfour\nb\n");
    expect("a\n  @#words@\n- @word@\n  @/words@\nb", "a\n- one\n- four\nb");
    expect("a\n@top@\nb", "a\nTOP\nb");
}
END_TEST

START_TEST(template_refuses_what_is_malformed)
{
    static const struct {
        const char *text;
        const char *what;
    } cases[] = {
        {"\n\n@nothing@", "there is no such value: @nothing@ (line 3 of template test.in)"},
        {"@#nothing@@/nothing@", "there is no such list: @nothing@"},
        {"@#words@", "this part is not ended: @words@"},
        {"@/words@", "this ends no part: @words@"},
        {"@#words@@#letters@@/words@@/letters@", "this ends no part: @words@"},
        {"a@b", "this is no tag"},
        {"a @ b", "this is no tag"},
        {"@#@", "this is no tag"},
        {"@abcdefghijklmnopqrstuvwxyzabcdefghijkl@", "this is no tag"},
        {"@^none@@^none@@^none@@^none@@^none@@^none@@^none@@^none@@^none@", "too many parts"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = NULL;
        tg_assert_fails(TG_ERR_FORMAT, cases[i].what, print(&text, cases[i].text, tg_suite_error));
        free(text);
    }
}
END_TEST

TG_SUITE("template", template_prints_values, template_repeats_parts, template_leaves_parts_out,
         template_takes_lines_of_parts, template_refuses_what_is_malformed)
