/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Command lines: values, fallbacks and errors of the one engine, over a verb of the test's own. */
#include "cli/options.h"
#include "suite.h"

#include <string.h>

typedef struct sample_values {
    bool loud;
    const char *name;
    const char *mode;
    tg_number count;
    tg_number limit;
    tg_words items;
    tg_choice colour;
} sample_values;

static size_t nb_colours(void) { return 2; }

static const char *colour_at(size_t index) { return index == 0 ? "red" : "green"; }

static const char *colour_text_at(size_t index) { return index == 0 ? "as blood" : "as grass"; }

static const tg_names colours = {.nb_names = nb_colours,
                                 .name_at = colour_at,
                                 .text_at = colour_text_at,
                                 .fallback = 1};

static const tg_option options[] = {
    TG_OPTION(sample_values, loud, FLAG, "loud", NULL, "a flag", .letter = 'l'),
    TG_OPTION(sample_values, name, TEXT, "name", "TEXT", "a text", .rival = true),
    TG_OPTION(sample_values, mode, TEXT, "mode", "M", "a text with a fallback",
              .fallback = "plain"),
    TG_OPTION(sample_values, count, NUMBER, "count", "N", "a number", .letter = 'c',
              .max = UINT64_MAX, .rival = true),
    TG_OPTION(sample_values, limit, NUMBER, "limit", "N", "a number with a range",
              .fallback = "0x10", .min = 3, .max = 20),
    TG_OPTION(sample_values, items, WORDS, "item", "I", "words", .letter = 'i'),
    TG_OPTION(sample_values, colour, CHOICE, "colour", "C", "a choice", .names = &colours),
};

static const tg_verb verb = {
    .name = "sample",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = 3,
    .nb_options = sizeof options / sizeof options[0],
    .options = options,
    .values_size = sizeof(sample_values),
};

/* A command line as main gets it. */
#define WORDS(...) \
    (int)(sizeof((char *[]){__VA_ARGS__}) / sizeof(char *)), (char *[]) { __VA_ARGS__ }

static void assert_words(const tg_words *words, const char *joined)
{
    char text[128] = "";
    for (size_t i = 0; i < words->nb_words; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s;", words->words[i]);
    }
    ck_assert_str_eq(text, joined);
}

START_TEST(options_values_land_in_the_struct)
{
    tg_command_line line;
    tg_assert_ok(
        tg_command_line_parse(&line, &verb,
                              WORDS("one", "--loud", "-ifirst", "--count=0xfFfFfFfFfFfFfFfF", "two",
                                    "-i", "second", "--item=-x=y", "--", "-three"),
                              tg_suite_error));
    const sample_values *values = line.values;
    ck_assert(values->loud && !line.wants_help);
    ck_assert_ptr_null(values->name);
    ck_assert_str_eq(values->mode, "plain");
    ck_assert(values->count.given && values->count.value == UINT64_MAX);
    ck_assert(!values->limit.given && values->limit.value == 16);
    assert_words(&values->items, "first;second;-x=y;");
    assert_words(&line.operands, "one;two;-three;");
    tg_command_line_clear(&line);
}
END_TEST

START_TEST(options_choices_have_a_fallback_and_a_list)
{
    tg_command_line line;
    tg_assert_ok(tg_command_line_parse(&line, &verb, WORDS("one"), tg_suite_error));
    const sample_values *values = line.values;
    ck_assert(!values->colour.given);
    ck_assert_str_eq(values->colour.name, "green");
    tg_command_line_clear(&line);
    tg_assert_ok(
        tg_command_line_parse(&line, &verb, WORDS("one", "--colour", "green"), tg_suite_error));
    values = line.values;
    ck_assert(values->colour.given);
    ck_assert_str_eq(values->colour.name, "green");
    tg_command_line_clear(&line);

    char help[4096] = "";
    FILE *out = fmemopen(help, sizeof help - 1, "w");
    ck_assert_ptr_nonnull(out);
    tg_verb_print_help(out, &verb);
    (void)fclose(out);
    ck_assert_ptr_nonnull(strstr(help, "a choice (default: green)\n"));
    ck_assert_ptr_nonnull(strstr(help, " red: as blood\n"));
    ck_assert_ptr_nonnull(strstr(help, " green: as grass\n"));
}
END_TEST

START_TEST(options_numbers_keep_their_range)
{
    static const struct {
        const char *text;
        bool valid;
        uint64_t value;
    } numbers[] = {
        {"3", true, 3},
        {"20", true, 20},
        {"0x14", true, 20},
        {"0003", true, 3},
        {"0X3", true, 3},
        {"2", false, 0},
        {"21", false, 0},
        {"0x", false, 0},
        {"-3", false, 0},
        {"+3", false, 0},
        {" 3", false, 0},
        {"3 ", false, 0},
        {"3k", false, 0},
        {"3.0", false, 0},
        {"0x1g", false, 0},
        {"1e1", false, 0},
        {"x3", false, 0},
        {"0x-3", false, 0},
        {"0x 3", false, 0},
        {"18446744073709551619", false, 0},
        {"0x10000000000000003", false, 0},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char word[64];
        tg_command_line line;
        (void)snprintf(word, sizeof word, "--limit=%s", numbers[i].text);
        if (numbers[i].valid) {
            tg_assert_ok(tg_command_line_parse(&line, &verb, WORDS("one", word), tg_suite_error));
            const sample_values *values = line.values;
            ck_assert(values->limit.given && values->limit.value == numbers[i].value);
            tg_command_line_clear(&line);
        } else {
            tg_assert_fails(
                TG_ERR_USAGE, "is no number from 3 to 20",
                tg_command_line_parse(&line, &verb, WORDS("one", word), tg_suite_error));
        }
    }
}
END_TEST

START_TEST(options_numbers_say_how_to_mend_them)
{
    static const struct {
        const char *text;
        const char *how;
    } numbers[] = {
        {"2", "give --limit at least 3"},
        {"0", "give --limit at least 3"},
        {"0x0", "give --limit at least 3"},
        {"21", "give --limit 20 at the most"},
        {"18446744073709551619", "give --limit 20 at the most"},
        {"-3", "--limit must not be negative"},
        {"3.5", "give --limit a whole number"},
        {".5", "give --limit a whole number"},
        {"3.", "give --limit a whole number"},
        {".", "as decimal digits"},
        {"3.5k", "as decimal digits"},
        {"3k", "as decimal digits"},
        {"0x", "as decimal digits"},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char word[64];
        tg_command_line line;
        tg_error error = {0};
        (void)snprintf(word, sizeof word, "--limit=%s", numbers[i].text);
        ck_assert_int_eq(tg_command_line_parse(&line, &verb, WORDS("one", word), &error),
                         TG_ERR_USAGE);
        ck_assert_msg(strstr(error.how, numbers[i].how) != NULL, "%s: %s", word, error.how);
    }
}
END_TEST

#define assert_refused(text, ...)                                                                  \
    do {                                                                                           \
        tg_command_line line_;                                                                     \
        tg_assert_fails(TG_ERR_USAGE, text,                                                        \
                        tg_command_line_parse(&line_, &verb, WORDS(__VA_ARGS__), tg_suite_error)); \
    } while (0)

START_TEST(options_wrong_use_is_refused)
{
    assert_refused("FILE... is missing", "--loud");
    assert_refused("FILE... is missing", "--");
    assert_refused("'four' is one word too many", "one", "two", "three", "four");
    assert_refused("did you mean --loud", "one", "--luod");
    assert_refused("did you mean --limit", "one", "--lim");
    assert_refused("did you mean --colour", "one", "--olo");
    assert_refused("did you mean --help", "one", "--hlp");
    assert_refused("there is no option --l=3", "one", "--l=3");
    assert_refused("there is no option -z", "one", "-z");
    assert_refused("there is no option -L", "one", "-L");
    assert_refused("--loud takes no value", "one", "--loud=1");
    assert_refused("--loud takes no value", "one", "-lx");
    assert_refused("--limit must not be negative", "one", "--limit", "-3");
    assert_refused("--count must not be negative", "one", "-c-1");
    assert_refused("--limit has no value", "one", "--limit", "-l");
    assert_refused("--name has no value", "one", "--name");
    assert_refused("--name has no value", "one", "--name", "-3");
    assert_refused("--name has no value", "one", "--name", "--loud");
    assert_refused("--name has no value", "one", "--name=");
    assert_refused("--name is given twice", "one", "--name", "a", "--name", "a");
    assert_refused("--name and --count exclude each other", "one", "--name", "a", "-c3");
    assert_refused("word 2 behind the verb", "one", "--loud=1");
}
END_TEST

static const tg_option bound_options[] = {
    TG_OPTION(sample_values, name, TEXT, "name", "TEXT", "a text", .required = true),
    TG_OPTION(sample_values, mode, TEXT, "mode", "M", "a text", .letter = 'm', .required = true),
    TG_OPTION(sample_values, loud, FLAG, "loud", NULL, "a flag"),
};

static const tg_verb bound = {
    .name = "bound",
    .operands = "",
    .nb_options = 3,
    .options = bound_options,
    .values_size = sizeof(sample_values),
};

/* Usage says all that has to be given, and stands in the errors about it. */
START_TEST(options_usage_says_what_has_to_be_given)
{
    char text[256];
    char cut[24];
    tg_command_line line;
    tg_error error = {.status = TG_OK};
    ck_assert_str_eq(tg_verb_usage(text, sizeof text, &verb),
                     "usage: tracegate sample FILE... (--name TEXT | -c N) [options]");
    static const char right[] = "usage: tracegate bound --name TEXT -m M [options]";
    ck_assert_str_eq(tg_verb_usage(text, sizeof text, &bound), right);
    ck_assert_str_eq(tg_verb_usage(cut, sizeof cut, &bound), "usage: tracegate bound ");
    ck_assert_int_eq(tg_command_line_parse(&line, &bound, WORDS("--loud"), &error), TG_ERR_USAGE);
    ck_assert_str_eq(error.what, "--name TEXT is missing");
    ck_assert_str_eq(error.how, right);
    ck_assert_int_eq(tg_command_line_parse(&line, &bound, WORDS("x"), &error), TG_ERR_USAGE);
    ck_assert_str_eq(error.how, right);
    ck_assert_int_eq(tg_command_line_parse(&line, &verb, WORDS("-c", "3"), &error), TG_ERR_USAGE);
    ck_assert_str_eq(error.how, "usage: tracegate sample FILE... (--name TEXT | -c N) [options]");
}
END_TEST

START_TEST(options_without_effect_are_refused)
{
    const tg_words none = {.nb_words = 0};
    const char *words[] = {"one", "two"};
    const tg_words names = {.nb_words = 2, .words = words};
    sample_values rest = {.mode = "plain"};
    tg_error error = {.status = TG_OK};
    tg_assert_ok(tg_verb_check_rest(&verb, &rest, &none, "loud", true, &error));
    rest.limit = (tg_number){.given = true, .value = 5};
    ck_assert_int_eq(tg_verb_check_rest(&verb, &rest, &names, "loud", true, &error), TG_ERR_USAGE);
    ck_assert_str_eq(error.what, "these have no effect with --loud: one two --limit 5");
    ck_assert_str_eq(error.how, "leave them out; 'tracegate sample --help' explains --loud");
    ck_assert_int_eq(tg_verb_check_rest(&verb, &rest, &none, "loud", false, &error), TG_ERR_USAGE);
    ck_assert_str_eq(error.what, "these have no effect without --loud: --limit 5");
}
END_TEST

START_TEST(options_help_wins_over_what_is_missing)
{
    tg_command_line line;
    tg_assert_ok(tg_command_line_parse(&line, &verb, WORDS("--loud", "--help", "--nonsense"),
                                       tg_suite_error));
    ck_assert(line.wants_help);
    tg_command_line_clear(&line);
    tg_assert_ok(tg_command_line_parse(&line, &verb, WORDS("-h"), tg_suite_error));
    ck_assert(line.wants_help);
    tg_command_line_clear(&line);
}
END_TEST

START_TEST(options_a_dash_alone_is_an_operand_and_a_value)
{
    tg_command_line line;
    tg_assert_ok(tg_command_line_parse(&line, &verb, WORDS("-", "--name", "-"), tg_suite_error));
    const sample_values *values = line.values;
    ck_assert_str_eq(values->name, "-");
    assert_words(&line.operands, "-;");
    tg_command_line_clear(&line);
}
END_TEST

static const char *candidate_at(const void *context, size_t index)
{
    return ((const char *const *)context)[index];
}

START_TEST(options_nearest_name_is_near)
{
    static const char *const names[] = {"gate", "gen", "generate", "diff"};
    static const struct {
        const char *misspelt;
        const char *nearest;
    } cases[] = {{"gatte", "gate"}, {"ge", "gen"}, {"gener", "generate"}, {"dfif", "diff"},
                 {"zzzz", NULL},    {"", NULL},    {"x", NULL},           {"gxx", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *nearest = tg_nearest_name(cases[i].misspelt, 4, candidate_at, names);
        ck_assert_msg((nearest == NULL) == (cases[i].nearest == NULL), "%s: %s", cases[i].misspelt,
                      nearest);
        if (nearest != NULL) ck_assert_str_eq(nearest, cases[i].nearest);
    }
}
END_TEST

TG_SUITE("options", options_choices_have_a_fallback_and_a_list, options_values_land_in_the_struct,
         options_numbers_keep_their_range, options_numbers_say_how_to_mend_them,
         options_wrong_use_is_refused, options_help_wins_over_what_is_missing,
         options_a_dash_alone_is_an_operand_and_a_value, options_nearest_name_is_near,
         options_usage_says_what_has_to_be_given, options_without_effect_are_refused)
