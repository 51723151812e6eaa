/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Formulas: values, what is refused, and that nothing overflows in silence. */
#include "gpu/formula.h"
#include "test_files.h"

#include <inttypes.h>

static const char *const variables[] = {"height", "nb_events", "block", "i"};
static const uint64_t values[] = {1000, 999, 64, 2};
static const tg_formula_definition definitions[] = {
    {"levels", "max(1, ceil_log(height, section))"},
    {"section", "block * 8"},
    {"above", "ceil_div(height, pow(section, i + 1))"},
    {"one", " 1 "},
    {"sum", "one + one"},
};
static const tg_formula_names names = {.nb_variables = 4,
                                       .variables = variables,
                                       .nb_definitions = 5,
                                       .definitions = definitions};

/* The value of a text. */
static uint64_t value_of(const char *text)
{
    tg_formula *formula = NULL;
    uint64_t value = 12345;
    tg_error error = {0};
    const tg_status status = tg_formula_parse(&formula, text, &names, &error);
    ck_assert_msg(status == TG_OK, "%s: %s (%s)", text, error.what, error.where);
    ck_assert_str_eq(tg_formula_text(formula), text);
    tg_assert_ok(tg_formula_evaluate(&value, formula, values, tg_suite_error));
    tg_formula_destroy(formula);
    return value;
}

/* Formulas and what C makes of the same. */
static const struct {
    const char *text;
    uint64_t value;
} value_cases[] = {
    {"0", 0},
    {"7", 7},
    {" 0x1F ", 31},
    {"0xffffffffffffffff", UINT64_MAX},
    {"18446744073709551615", UINT64_MAX},
    {"2 + 3 * 4", 14},
    {"(2 + 3) * 4", 20},
    {"20 - 5 - 3", 12},
    {"100 / 5 / 2", 10},
    {"17 % 5 * 2", 4},
    {"7/2", 3},
    {"1+2*3-4/2%3", 5},
    {"height", 1000},
    {"height * 56", 56000},
    {"\theight\n-\rnb_events", 1},
    {"ceil_div(height, block)", 16},
    {"ceil_div(960, block)", 15},
    {"ceil_div(0, 3)", 0},
    {"ceil_div(0xffffffffffffffff, 2)", (uint64_t)1 << 63},
    {"min(3, 4)", 3},
    {"min(4, 3)", 3},
    {"max(3, 4) + max(4, 3)", 8},
    {"pow(2, 0)", 1},
    {"pow(2, 63)", (uint64_t)1 << 63},
    {"pow(0, 0)", 1},
    {"pow(0, 9)", 0},
    {"pow(1, 0xffffffffffffffff)", 1},
    {"pow(0, 0xffffffffffffffff)", 0},
    {"pow(3, 40)", 12157665459056928801u},
    {"ceil_log(0, 2)", 0},
    {"ceil_log(1, 2)", 0},
    {"ceil_log(2, 2)", 1},
    {"ceil_log(512, 512)", 1},
    {"ceil_log(513, 512)", 2},
    {"ceil_log(0xffffffffffffffff, 2)", 64},
    {"ceil_log(5, 0xffffffffffffffff)", 1},
    {"ceil_log (8 , (2))", 3},
    {"levels", 2},
    {"section", 512},
    {"above", 1},
    {"sum * sum", 4},
    {"2 * sum", 4},
    {"max(min(1, 2), ceil_div(9, pow(2, i)))", 3},
};

START_TEST(formula_has_the_values_of_c)
{
    for (size_t k = 0; k < sizeof value_cases / sizeof value_cases[0]; k++) {
        const uint64_t value = value_of(value_cases[k].text);
        ck_assert_msg(value == value_cases[k].value, "%s is %" PRIu64, value_cases[k].text, value);
    }
}
END_TEST

/* 512 at each power of a base and one beside it. */
START_TEST(formula_ceil_log_is_the_least_exponent)
{
    for (uint64_t base = 2; base <= 40; base += 1 + base / 4) {
        for (uint64_t number = 0; number <= 300; number++) {
            char text[64];
            (void)snprintf(text, sizeof text, "ceil_log(%" PRIu64 ", %" PRIu64 ")", number, base);
            uint64_t least = 0;
            uint64_t power = 1;
            for (; power < number; power *= base) least++;
            ck_assert_msg(value_of(text) == least, "%s", text);
        }
    }
}
END_TEST

START_TEST(formula_refuses_what_has_no_value)
{
    static const struct {
        const char *text;
        const char *words;
        const char *where;
    } cases[] = {
        {"height - 1001", "1000 - 1001 is below 0", "height 1000"},
        {"nb_events - height + 5", "999 - 1000 is below 0", "nb_events 999, height 1000"},
        {"height / (i - 2)", "1000 / 0 is a division by 0", "height 1000, i 2"},
        {"height % 0", "1000 % 0 is a division by 0", "height"},
        {"ceil_div(1, 0)", "ceil_div(1, 0) is a division by 0", ""},
        {"0xffffffffffffffff + 1", "18446744073709551615 + 1 is above 2^64 - 1", ""},
        {"0x100000000 * 0x100000000", "is above 2^64 - 1", ""},
        {"pow(2, 64)", "pow(2, 64) is above 2^64 - 1", ""},
        {"pow(10, 0xffffffffffffffff)", "is above 2^64 - 1", ""},
        {"ceil_log(5, 1)", "ceil_log(5, 1) needs a base of at least 2", ""},
        {"ceil_log(5, 0)", "needs a base of at least 2", ""},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        tg_formula *formula = NULL;
        uint64_t value = 77;
        tg_error error = {0};
        tg_assert_ok(tg_formula_parse(&formula, cases[k].text, &names, tg_suite_error));
        ck_assert_int_eq(tg_formula_evaluate(&value, formula, values, &error), TG_ERR_SIZE);
        assert_says(TG_ERR_SIZE, &error, cases[k].words, cases[k].where);
        assert_says(TG_ERR_SIZE, &error, cases[k].text, "");
        ck_assert_uint_eq(value, 77);
        tg_formula_destroy(formula);
    }
}
END_TEST

static void assert_refused(const char *text, const tg_formula_names *with, tg_status status,
                           const char *words, const char *where)
{
    tg_formula *formula = (tg_formula *)&formula;
    tg_error error = {0};
    const tg_status got = tg_formula_parse(&formula, text, with, &error);
    ck_assert_msg(got == status, "%s: status %d", text, (int)got);
    ck_assert_ptr_null(formula);
    assert_says(status, &error, words, where);
}

START_TEST(formula_refuses_what_is_none)
{
    static const struct {
        const char *text;
        const char *words;
        const char *where;
    } cases[] = {
        {"", "ends where a number, a name or ( is needed", "character 1 of"},
        {"  ", "ends where a number", "character 3"},
        {"1 +", "ends where a number", "character 4 of \"1 +\""},
        {"1 2", "'2' stands where an operator or the end is needed", "character 3"},
        {"(1", "ends where an operator or ) is needed", "character 3"},
        {"1)", "')' stands where an operator or the end is needed", "character 2"},
        {"()", "')' stands where a number", "character 2"},
        {"-1", "'-' stands where a number", "character 1"},
        {"2 ** 3", "'*' stands where a number", "character 4"},
        {"1 << 3", "'<' stands where an operator", "character 3"},
        {"010", "a number begins with 0", "character 1"},
        {"1.5", "'.' stands where an operator", "character 2"},
        {"12abc", "neither number nor name", "character 1"},
        {"0x", "neither number nor name", "character 1"},
        {"0xg", "neither number nor name", "character 1"},
        {"heigth", "the nearest name is height", "character 1"},
        {"levls", "the nearest name is levels", ""},
        {"ceildiv(1, 2)", "the nearest name is ceil_div", ""},
        {"qqqqqqqq", "may name are height, nb_events, block, i", ""},
        {"min", "ends where ( behind a function's name is needed", ""},
        {"min(1)", "')' stands where a comma", "character 6"},
        {"min(1, 2, 3)", "',' stands where a ) behind two", "character 9"},
        {"min(, 2)", "',' stands where a number", "character 5"},
        {"height(3)", "'(' stands where an operator or the end", "character 7"},
        {"1 + \xc3\xa4", "byte 0xc3 stands where", "character 5 of \"1 + ??\""},
        {"1 \x1b[2J", "byte 0x1b stands where", "1 ?[2J"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
        assert_refused(cases[k].text, &names, TG_ERR_FORMAT, cases[k].words, cases[k].where);
    assert_refused("18446744073709551616", &names, TG_ERR_SIZE, "above 2^64 - 1", "character 1");
    assert_refused("1 + 0x10000000000000000", &names, TG_ERR_SIZE, "above", "character 5");
}
END_TEST

START_TEST(formula_refuses_variables_without_a_value)
{
    const bool is_unset[] = {false, false, true, false};
    tg_formula_names some = names;
    some.is_unset = is_unset;
    assert_refused("height * block", &some, TG_ERR_FORMAT, "\"block\" has no value here",
                   "character 10");
    assert_refused("section", &some, TG_ERR_FORMAT, "\"block\" has no value here",
                   "character 1 of section");
    // What has no value here is not proposed either.
    assert_refused("blok", &some, TG_ERR_FORMAT, "may name are height, nb_events, i", "");
    tg_formula *formula = NULL;
    tg_assert_ok(tg_formula_parse(&formula, "height + i", &some, tg_suite_error));
    tg_formula_destroy(formula);
}
END_TEST

START_TEST(formula_refuses_definitions_that_need_themselves)
{
    static const tg_formula_definition circle[] = {{"a", "b + 1"},
                                                   {"b", "max(1, c)"},
                                                   {"c", "a"},
                                                   {"d", "d"},
                                                   {"e", "1 + a"}};
    const tg_formula_names with = {.nb_definitions = 5, .definitions = circle};
    assert_refused("a", &with, TG_ERR_FORMAT, "a needs b needs c needs a", "character 1 of c");
    assert_refused("e", &with, TG_ERR_FORMAT, "itself: a needs b needs c needs a", "");
    assert_refused("3 * d", &with, TG_ERR_FORMAT, "d needs d", "character 1 of d");
    assert_refused("zzzz", &with, TG_ERR_FORMAT, "\"zzzz\" means nothing", "are none");
}
END_TEST

START_TEST(formula_errors_in_definitions_name_them)
{
    static const tg_formula_definition bad[] = {{"half", "1 / "}, {"more", "1 ; 2"}};
    const tg_formula_names with = {.nb_definitions = 2, .definitions = bad};
    assert_refused("2 + half", &with, TG_ERR_FORMAT, "the formula ends", "character 5 of half");
    assert_refused("more", &with, TG_ERR_FORMAT, "';' stands", "character 3 of more, \"1 ; 2\"");
}
END_TEST

/* Definitions that double each other: 2^63 terms of little text. */
START_TEST(formula_bounds_definitions_that_double)
{
    tg_formula_definition doubling[64];
    char texts[64][32];
    char own[64][16];
    for (int k = 0; k < 64; k++) {
        (void)snprintf(own[k], sizeof own[k], "d%d", k);
        (void)snprintf(texts[k], sizeof texts[k], k == 0 ? "1" : "d%d+d%d", k - 1, k - 1);
        doubling[k] = (tg_formula_definition){own[k], texts[k]};
    }
    const tg_formula_names with = {.nb_definitions = 64, .definitions = doubling};
    tg_formula *formula = NULL;
    uint64_t value = 0;
    tg_assert_ok(tg_formula_parse(&formula, "d6", &with, tg_suite_error));
    tg_assert_ok(tg_formula_evaluate(&value, formula, NULL, tg_suite_error));
    ck_assert_uint_eq(value, 64);
    tg_formula_destroy(formula);
    assert_refused("d8", &with, TG_ERR_FORMAT, "more than 256 parts", "");
    assert_refused("d40", &with, TG_ERR_FORMAT, "more than 256 parts", "");
    assert_refused("d63", &with, TG_ERR_FORMAT, "more than 48 deep", "");
}
END_TEST

START_TEST(formula_bounds_depth_and_length)
{
    char text[2048];
    for (size_t depth = 1; depth <= 200; depth++) {
        memset(text, '(', depth);
        text[depth] = '1';
        memset(text + depth + 1, ')', depth);
        text[2 * depth + 1] = '\0';
        if (depth <= 48) {
            ck_assert_uint_eq(value_of(text), 1);
        } else {
            assert_refused(text, &names, TG_ERR_FORMAT, "more than 48 deep", "character 49");
        }
    }
    memset(text, ' ', sizeof text);
    text[511] = '7';
    text[512] = '\0';
    ck_assert_uint_eq(value_of(text), 7);
    text[512] = ' ';
    text[513] = '\0';
    assert_refused(text, &names, TG_ERR_FORMAT, "has 513 characters, where at most 512", "");
    text[513] = ' ';
    text[2047] = '\0';
    const tg_formula_definition long_one[] = {{"long_one", text}};
    const tg_formula_names with = {.nb_definitions = 1, .definitions = long_one};
    assert_refused("1", &with, TG_ERR_FORMAT, "long_one has 2047 characters", "");
    // 128 numbers with 127 operators are 255 parts; one more of both are 257.
    text[0] = '\0';
    for (int k = 0; k < 128; k++) (void)strcat(text, k == 0 ? "1" : "+1");
    ck_assert_uint_eq(value_of(text), 128);
    (void)strcat(text, "+1");
    assert_refused(text, &names, TG_ERR_FORMAT, "more than 256 parts", "");
}
END_TEST

/* Any text gives a formula or an error. */
START_TEST(formula_takes_any_text)
{
    static const char *const pieces[] = {"1",   "0x2", "height", "(", ")",   "+",        "-",
                                         "*",   "/",   "%",      ",", "min", "ceil_div", "pow",
                                         "sum", " ",   "\xff",   "i", "max", "ceil_log"};
    uint64_t state = 1;
    size_t nb_read = 0;
    for (size_t round = 0; round < 20000; round++) {
        char text[128] = "";
        for (size_t k = 0; k < 1 + round % 9; k++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            (void)strcat(text, pieces[(state >> 33) % (sizeof pieces / sizeof pieces[0])]);
        }
        tg_formula *formula = NULL;
        tg_error error = {0};
        uint64_t value = 0;
        const tg_status status = tg_formula_parse(&formula, text, &names, &error);
        ck_assert_int_eq(status == TG_OK, formula != NULL);
        if (status != TG_OK) {
            assert_says(status, &error, "", "");
        } else if (tg_formula_evaluate(&value, formula, values, &error) == TG_OK) {
            nb_read++;
        } else {
            assert_says(TG_ERR_SIZE, &error, "has no value", "");
        }
        tg_formula_destroy(formula);
    }
    ck_assert_uint_ge(nb_read, 400);
}
END_TEST

START_TEST(formula_keeps_nothing_of_its_caller)
{
    char text[] = "size * i";
    char size_text[] = "height + 1";
    char size[] = "size";
    char height[] = "height";
    char index[] = "i";
    const char *own[] = {height, index};
    tg_formula_definition definition[] = {{size, size_text}};
    tg_formula *formula = NULL;
    tg_assert_ok(tg_formula_parse(&formula, text,
                                  &(tg_formula_names){.nb_variables = 2,
                                                      .variables = own,
                                                      .nb_definitions = 1,
                                                      .definitions = definition},
                                  tg_suite_error));
    memset(text, '?', sizeof text - 1);
    memset(size_text, '?', sizeof size_text - 1);
    memset(size, '?', sizeof size - 1);
    memset(height, '?', sizeof height - 1);
    own[0] = own[1] = NULL;
    uint64_t value = 0;
    tg_assert_ok(tg_formula_evaluate(&value, formula, (const uint64_t[]){4, 10}, tg_suite_error));
    ck_assert_uint_eq(value, 50);
    tg_assert_fails(
        TG_ERR_SIZE, "height 18446744073709551615",
        tg_formula_evaluate(&value, formula, (const uint64_t[]){UINT64_MAX, 1}, tg_suite_error));
    ck_assert_str_eq(tg_formula_text(formula), "size * i");
    tg_formula_destroy(formula);
    tg_formula_destroy(NULL);
}
END_TEST

TG_SUITE("formula", formula_has_the_values_of_c, formula_ceil_log_is_the_least_exponent,
         formula_refuses_what_has_no_value, formula_refuses_what_is_none,
         formula_refuses_variables_without_a_value,
         formula_refuses_definitions_that_need_themselves, formula_errors_in_definitions_name_them,
         formula_bounds_definitions_that_double, formula_bounds_depth_and_length,
         formula_takes_any_text, formula_keeps_nothing_of_its_caller)
