/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Manifests that are none: every slip is an error that names its place. */
#include "manifest_made.h"

static char folder[256];
static char path[512];

static void set_up(void)
{
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/m.json", folder);
}

/* Read bytes; the manifest is destroyed, an error is looked at. */
static tg_status read_bytes(const char *bytes, size_t nb_bytes, tg_error *error)
{
    tg_manifest *manifest = (tg_manifest *)folder;
    write_file(path, bytes, nb_bytes);
    *error = (tg_error){.what = ""};
    const tg_status status = tg_manifest_read(&manifest, path, error);
    if (status == TG_OK) {
        tg_manifest_destroy(manifest);
    } else {
        ck_assert_ptr_null(manifest);
        assert_says(status, error, "", path);
    }
    return status;
}

static void assert_refused(const char *text, const char *words, const char *where)
{
    char made[MANIFEST_BYTES];
    char made_where[MANIFEST_BYTES];
    tg_error error;
    (void)made_text(made, text);
    const tg_status status = read_bytes(made, strlen(made), &error);
    ck_assert_msg(status == TG_ERR_FORMAT, "%s: status %d", made, (int)status);
    assert_says(TG_ERR_FORMAT, &error, words, made_text(made_where, where));
}

/* A manifest with these kernels, kernel, or steps. */
#define KERNELS(kernels) \
    "{'version': 1, 'modules': {'m': {'file': 'k.cu'}}, 'kernels': [" kernels "]}"
#define KERNEL(more) KERNELS("{'trace': '@', 'symbol': 'f'" more "}")
#define MODULES(modules) \
    "{'version': 1, 'modules': {" modules "}, 'kernels': [{'trace': '@', 'symbol': 'f'}]}"
#define MODULE(more) MODULES("'m': {'file': 'k.cu'" more "}")
#define VALUES(values)                                                      \
    "{'version': 1, 'modules': {'m': {'file': 'k.cu'}}, 'values': {" values \
    "}, 'kernels': [{'trace': '@', 'symbol': 'f'}]}"
#define STEPS(steps) KERNELS("{'trace': '@', 'steps': [" steps "]}")
#define ARGUMENT(argument) KERNEL(", 'arguments': ['trace', " argument "]")
#define SCRATCH(scratch, argument) KERNEL(", 'scratch': {" scratch "}, 'arguments': [" argument "]")

typedef struct refused {
    const char *text;
    const char *words;
    const char *where;
} refused;

static void assert_all_refused(const refused *cases, size_t nb)
{
    set_up();
    for (size_t i = 0; i < nb; i++) assert_refused(cases[i].text, cases[i].words, cases[i].where);
    tg_suite_remove_folder(folder);
}
#define ASSERT_ALL_REFUSED(cases) assert_all_refused(cases, sizeof(cases) / sizeof(cases)[0])

START_TEST(manifest_refuses_other_files)
{
    static const refused cases[] = {
        {"", "malformed JSON", "line 1"},
        {"[]", "no object", "line 1"},
        {"{}", "\"version\" is missing", "version"},
        {"{'version': '1'}", "\"version\" is not an integer", "version"},
        {"{'version': 2, 'new': 0}", "version 2, this program reads 1", "version"},
        {"{'version': 1, 'version': 1}", "duplicate", "line 1"},
        {"{'version': 1, 'kernel': []}", "unknown key \"kernel\"", "nearest name is kernels"},
        {"{'version': 1}", "\"modules\" is missing", "m.json"},
        {"{'version': 1, 'modules': []}", "modules is not an object", "modules"},
        {"{'version': 1, 'modules': {}}", "\"kernels\" is missing", "m.json"},
        {"{'version': 1, 'modules': {}, 'kernels': {}}", "kernels is not an array", "kernels"},
        {"{'version': 1, 'modules': {}, 'kernels': []}", "there are no kernels", "kernels"},
        {"{'version': 1, 'modules': {}, 'kernels': null}", "kernels is not an array", "kernels"},
        {"{'version': 1, 'values': 3, 'modules': {}}", "values is not an object", "values"},
        {"{'version': 1, 'a\\u0000b': 3}", "malformed JSON", "NUL"},
        {"{'version': 1, 'a\\u001b[2Jb': 3}", "unknown key \"a?[2Jb\"", "m.json"},
    };
    ASSERT_ALL_REFUSED(cases);
}
END_TEST

START_TEST(manifest_refuses_modules)
{
    static const refused cases[] = {
        {MODULES("'m': 'k.cu'"), "m is not an object", "modules.m"},
        {MODULES("'m': {}"), "\"file\" is missing", "modules.m"},
        {MODULES("'m': {'file': 7}"), "file is not a text", "modules.m.file"},
        {MODULES("'m': {'file': ''}"), "file is empty", "modules.m.file"},
        {MODULES("'m': {'file': 'a\\nb.cu'}"), "control character", "modules.m.file"},
        {MODULES("'m': {'file': 'k.obj'}"), "does not say what it is: k.obj", "\"kind\""},
        {MODULES("'m': {'file': 'k'}"), "does not say what it is", "modules.m.file"},
        {MODULES("'m': {'file': 'k.cu/'}"), "does not say what it is", "modules.m.file"},
        {MODULES("'m m': {'file': 'k.cu'}"), "\"m m\" cannot be a name", "modules.m m"},
        {MODULES("'': {'file': 'k.cu'}"), "cannot be a name", "modules."},
        {MODULES("'1a': {'file': 'k.cu'}"), "cannot be a name", "modules.1a"},
        {MODULE(", 'kind': 'elf'"), "there is no kind \"elf\"", "modules.m.kind"},
        {MODULE(", 'kind': 1"), "kind is not a text", "modules.m.kind"},
        {MODULE(", 'launcher': 'f'"), "for modules of the kind library, this is a source",
         "modules.m.launcher"},
        {MODULES("'m': {'file': 'k.ptx', 'std': 'c++17'}"),
         "for modules of the kind source, this is a ptx", "modules.m.std"},
        {MODULES("'m': {'file': 'k.so', 'flags': []}"), "this is a library", "modules.m.flags"},
        {MODULE(", 'std': 'c++17 -x'"), "there is no standard", "modules.m.std"},
        {MODULE(", 'std': null"), "std is not a text", "modules.m.std"},
        {MODULE(", 'defines': 'N=1'"), "defines is not an array", "modules.m.defines"},
        {MODULE(", 'defines': ['-DN']"), "defines no macro: -DN", "modules.m.defines[0]"},
        {MODULE(", 'defines': ['A', 3]"), "defines is not a text", "modules.m.defines[1]"},
        {MODULE(", 'includes': ['']"), "includes is empty", "modules.m.includes[0]"},
        {MODULE(", 'warnings': 1"), "not true or false", "modules.m.warnings"},
        {MODULE(", 'define': []"), "unknown key \"define\"", "nearest name is defines"},
        {MODULES("'m': {'file': 'k.cu'}, 'n': {'file': 'l.cu'}"), "\"module\" is missing",
         "kernels[0]"},
        {MODULES("'m': {'file': 'k.cu'}, 'm': {'file': 'l.cu'}"), "duplicate", "line 1"},
        {"{'version': 1, 'modules': {'m': {'file': 'k.cu'}, 'other': {'file': 'l.cu'}}, "
         "'kernels': [{'trace': '@', 'symbol': 'f', 'module': 'm'}]}",
         "no kernel is of the module \"other\"", "modules.other"},
    };
    ASSERT_ALL_REFUSED(cases);
}
END_TEST

START_TEST(manifest_refuses_kernels)
{
    static const refused cases[] = {
        {KERNELS("3"), "kernels is not an object", "kernels[0]"},
        {KERNELS("{}"), "\"trace\" is missing", "kernels[0]"},
        {KERNELS("{'trace': 3}"), "trace is not a text", "kernels[0].trace"},
        {KERNELS("{'trace': 'x@', 'symbol': 'f'}"), "there is no trace \"x", "kernels[0].trace"},
        {KERNELS("{'trace': '@x', 'symbol': 'f'}"), "there is no trace", "nearest name is @"},
        {KERNELS("{'trace': 'Zzzz.qqq', 'symbol': 'f'}"), "no trace \"Zzzz.qqq\"",
         "tracegate list"},
        {KERNELS("{'trace': '@', 'symbol': 'f'}, {'trace': '@', 'symbol': 'g'}"),
         "two kernels are for", "kernels[1].trace"},
        {KERNELS("{'trace': '@'}"), "\"symbol\" is missing", "kernels[0]"},
        {KERNELS("{'trace': '@', 'symbol': ''}"), "symbol is empty", "kernels[0].symbol"},
        {KERNEL(", 'module': 'n'"), "\"modules\" has no \"n\"", "kernels[0].module"},
        {KERNEL(", 'module': 'mm'"), "\"modules\" has no \"mm\"", "there are: m"},
        {KERNEL(", 'module': 3"), "module is not a text", "kernels[0].module"},
        {KERNEL(", 'getter': true"), "is for libraries, m is none", "kernels[0].getter"},
        {KERNEL(", 'getter': 'yes'"), "not true or false", "kernels[0].getter"},
        {KERNEL(", 'zero_trace': 0"), "not true or false", "kernels[0].zero_trace"},
        {KERNEL(", 'blocks': 64"), "unknown key \"blocks\"", "nearest name is block"},
        {KERNEL(", 'event': {}"), "\"struct\" is missing", "kernels[0].event"},
        {KERNEL(", 'event': 'E'"), "event is not an object", "kernels[0].event"},
        {KERNEL(", 'event': {'struct': 'E', 'size': 3}"), "unknown key \"size\"",
         "kernels[0].event"},
        {KERNEL(", 'event': {'struct': 'E; F'}"), "names no struct: E; F",
         "kernels[0].event.struct"},
        {KERNEL(", 'event': {'struct': '1E'}"), "names no struct", "kernels[0].event.struct"},
        {KERNEL(", 'event': {'struct': 'E', 'header': 3}"), "header is not a text",
         "kernels[0].event.header"},
        {KERNEL(", 'event': {'struct': 'E', 'header': ''}"), "header is empty",
         "kernels[0].event.header"},
        {"{'version': 1, 'modules': {'m': {'file': 'k.ptx'}}, 'kernels': [{'trace': '@', "
         "'symbol': 'f', 'event': {'struct': 'E'}}]}",
         "module m is no source: it does not tell of its structs", "kernels[0].event"},
        {KERNEL(", 'event': {'struct': 'E', 'members': {'qqqqqq': 'a'}}"),
         "have no field \"qqqqqq\"", "kernels[0].event.members.qqqqqq"},
        {KERNEL(", 'event': {'struct': 'E', 'members': {'': 'a'}}"), "have no field \"\"",
         "kernels[0].event.members"},
    };
    ASSERT_ALL_REFUSED(cases);
}
END_TEST

START_TEST(manifest_refuses_members_that_are_none)
{
    set_up();
    char field[TG_NAME_BYTES];
    (void)tg_type_leaf_name(field, sizeof field, first_trace()->event, 0);
    static const char *const members[] = {"", "1a", "a b", "a)", "a;", "a->b", "[0]", "\\u00e4"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        char text[1024];
        (void)snprintf(text, sizeof text,
                       KERNEL(", 'event': {'struct': 'E', 'members': {'%s': '%s'}}"), field,
                       members[i]);
        assert_refused(text, "", "kernels[0].event.members.");
    }
    // A field's name with a letter too many.
    char text[1024];
    (void)snprintf(text, sizeof text, KERNEL(", 'event': {'struct': 'E', 'members': {'%sx': 'a'}}"),
                   field);
    assert_refused(text, "have no field", "the nearest name is");
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(manifest_refuses_events_where_there_are_none)
{
    set_up();
    size_t i = 0;
    while (i < tg_nb_traces() && tg_trace_at(i)->event != NULL) i++;
    if (i < tg_nb_traces()) {
        char text[1024];
        (void)snprintf(text, sizeof text,
                       KERNELS("{'trace': '%s', 'symbol': 'f', 'event': {'struct': 'E'}}"),
                       tg_trace_at(i)->name);
        assert_refused(text, "has no events, only their number", "kernels[0].event");
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(manifest_refuses_launches)
{
    static const refused cases[] = {
        {KERNEL(", 'grid': -1"), "the number is below 0", "kernels[0].grid"},
        {KERNEL(", 'grid': 1.5"), "no formula and no plain number", "kernels[0].grid"},
        {KERNEL(", 'grid': true"), "no formula and no plain number", "kernels[0].grid"},
        {KERNEL(", 'grid': null"), "no formula and no plain number", "kernels[0].grid"},
        {KERNEL(", 'grid': 99999999999999999999"), "malformed JSON", "line 1"},
        {KERNEL(", 'grid': 'heigth'"), "means nothing", "nearest name is height"},
        {KERNEL(", 'grid': ''"), "the formula ends", "kernels[0].grid"},
        {KERNEL(", 'grid': 'grid'"), "\"grid\" has no value here", "kernels[0].grid"},
        {KERNEL(", 'block': 'block'"), "\"block\" has no value here", "kernels[0].block"},
        {KERNEL(", 'shared_bytes': 'i'"), "\"i\" has no value here", "kernels[0].shared_bytes"},
        {STEPS(""), "there are no steps", "kernels[0].steps"},
        {STEPS("3"), "steps is not an object", "kernels[0].steps[0]"},
        {STEPS("{}"), "\"symbol\" is missing", "kernels[0].steps[0]"},
        {STEPS("{'symbol': 'f', 'name': ''}"), "name is empty", "kernels[0].steps[0].name"},
        {STEPS("{'symbol': 'f', 'reverse': true}"), "unknown key \"reverse\"",
         "kernels[0].steps[0]"},
        {STEPS("{'symbol': 'f', 'grid': 'i'}"), "\"i\" has no value here",
         "kernels[0].steps[0].grid"},
        {STEPS("{'repeat': 'i', 'steps': [{'symbol': 'f'}]}"), "\"i\" has no value here",
         "kernels[0].steps[0].repeat"},
        {STEPS("{'repeat': 2}"), "\"steps\" is missing", "kernels[0].steps[0]"},
        {STEPS("{'repeat': 2, 'steps': []}"), "there are no steps", "kernels[0].steps[0].steps"},
        {STEPS("{'repeat': 2, 'steps': [{'repeat': 2, 'steps': []}]}"),
         "a repeat stands inside of a repeat", "kernels[0].steps[0].steps[0]"},
        {STEPS("{'repeat': 2, 'symbol': 'f', 'steps': []}"), "unknown key \"symbol\"",
         "kernels[0].steps[0]"},
        {KERNEL(", 'steps': [{'symbol': 'g'}]"), "\"symbol\" stands beside \"steps\"",
         "kernels[0].symbol"},
        {STEPS("{'symbol': 'f', 'module': 'x'}"), "\"modules\" has no \"x\"",
         "kernels[0].steps[0].module"},
    };
    ASSERT_ALL_REFUSED(cases);
}
END_TEST

START_TEST(manifest_refuses_arguments)
{
    static const refused cases[] = {
        {KERNEL(", 'arguments': {}"), "arguments is not an array", "kernels[0].arguments"},
        {ARGUMENT("'cells'"), "no argument of a kernel", "kernels[0].arguments[1]"},
        {ARGUMENT("7"), "no argument of a kernel", "kernels[0].arguments[1]"},
        {ARGUMENT("null"), "no argument of a kernel", "kernels[0].arguments[1]"},
        {ARGUMENT("{}"), "no argument of a kernel", "kernels[0].arguments[1]"},
        {ARGUMENT("{'i32': 1}"), "no argument of a kernel", "kernels[0].arguments[1]"},
        {ARGUMENT("{'u32': 1, 'u64': 1}"), "unknown key \"u64\"", "kernels[0].arguments[1]"},
        {ARGUMENT("{'u32': []}"), "no formula", "kernels[0].arguments[1].u32"},
        {ARGUMENT("{'u32': 'i'}"), "\"i\" has no value here", "kernels[0].arguments[1].u32"},
        {ARGUMENT("{'u32': 1, 'offset': 1}"), "unknown key \"offset\"", "kernels[0].arguments[1]"},
        {ARGUMENT("{'scratch': 'a'}"), "the kernel has no scratch \"a\"",
         "kernels[0].arguments[1].scratch"},
        {ARGUMENT("{'scratch': 3}"), "scratch is not a text", "kernels[0].arguments[1].scratch"},
        {ARGUMENT("{'side': 'lookups'}"), "has no side output \"lookups\"",
         "kernels[0].arguments[1].side"},
        {ARGUMENT("{'side': 3}"), "side is not a text", "kernels[0].arguments[1].side"},
        {SCRATCH("'points': {'bytes': 4}", "{'scratch': 'point'}"), "no scratch \"point\"",
         "the nearest name is points"},
        {SCRATCH("'a': {'bytes': 4}", "{'scratch': 'a', 'offset': -1}"), "below 0",
         "kernels[0].arguments[0].offset"},
        {SCRATCH("'a': {'bytes': 4}", "'trace'"), "no launch gets the buffer \"a\"",
         "kernels[0].scratch.a"},
        {SCRATCH("'a': {}", ""), "\"bytes\" is missing", "kernels[0].scratch.a"},
        {SCRATCH("'a': 4", ""), "a is not an object", "kernels[0].scratch.a"},
        {SCRATCH("'a': {'bytes': 'block'}", ""), "\"block\" has no value here",
         "kernels[0].scratch.a.bytes"},
        {SCRATCH("'a': {'bytes': 4, 'fill': 'one'}", ""), "cannot be filled",
         "kernels[0].scratch.a.fill"},
        {SCRATCH("'a': {'bytes': 4, 'fill': 256}", ""), "cannot be filled",
         "kernels[0].scratch.a.fill"},
        {SCRATCH("'a': {'bytes': 4, 'fill': -1}", ""), "cannot be filled",
         "kernels[0].scratch.a.fill"},
        {SCRATCH("'a b': {'bytes': 4}", ""), "\"a b\" cannot be a name", "kernels[0].scratch.a b"},
    };
    ASSERT_ALL_REFUSED(cases);
}
END_TEST

START_TEST(manifest_refuses_values)
{
    static const refused cases[] = {
        {VALUES("'a': 'b', 'b': 'c + 1', 'c': 'a'"), "itself: a needs b needs c needs a",
         "values.a"},
        {VALUES("'a': 'a'"), "itself: a needs a", "values.a"},
        {VALUES("'ok': 1, 'a': '1 +'"), "the formula ends", "values.a"},
        {VALUES("'a': '18446744073709551616'"), "above 2^64 - 1", "values.a"},
        {VALUES("'a': []"), "no formula and no plain number", "values.a"},
        {VALUES("'a b': 1"), "cannot be a name", "values.a b"},
        {VALUES("'min': 1"), "\"min\" is a name that formulas have already", "values.min"},
        {VALUES("'height': 1"), "\"height\" is a name that formulas have", "values.height"},
        {VALUES("'a': 'lvels', 'levels': 1"), "nearest name is levels", "values.a"},
    };
    set_up();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        // A number that does not fit is an error of size.
        char made[MANIFEST_BYTES];
        tg_error error;
        (void)made_text(made, cases[i].text);
        const tg_status status = read_bytes(made, strlen(made), &error);
        ck_assert_msg(status == TG_ERR_FORMAT || status == TG_ERR_SIZE, "%s", made);
        assert_says(status, &error, cases[i].words, cases[i].where);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

/* A text of the pieces' repetition: head, nb times piece with a number in it, tail. */
static char *repeated(const char *head, const char *piece, size_t nb, const char *tail)
{
    const size_t size = 64 + strlen(head) + strlen(tail) + nb * (strlen(piece) + 48);
    char *text = malloc(size);
    ck_assert_ptr_nonnull(text);
    size_t used = (size_t)snprintf(text, size, "%s", head);
    for (size_t i = 0; i < nb; i++) {
        if (i != 0) text[used++] = ',';
        for (const char *at = piece; *at != '\0'; at++) {
            if (*at == '~') {
                used += (size_t)snprintf(text + used, size - used, "%zu", i);
            } else {
                text[used++] = *at;
            }
        }
    }
    (void)snprintf(text + used, size - used, "%s", tail);
    for (char *at = text; *at != '\0'; at++)
        if (*at == '\'') *at = '"';
    return text;
}

static void assert_many_refused(const char *head, const char *piece, size_t nb, const char *tail,
                                const char *words)
{
    char *text = repeated(head, piece, nb, tail);
    tg_error error;
    ck_assert_int_eq(read_bytes(text, strlen(text), &error), TG_ERR_FORMAT);
    assert_says(TG_ERR_FORMAT, &error, words, path);
    free(text);
}

START_TEST(manifest_bounds_what_it_takes)
{
    static const char start[] = "{'version': 1, 'modules': {'m': {'file': 'k.cu'}}, ";
    char head[512];
    char step_head[768];
    set_up();
    (void)snprintf(head, sizeof head, "%s'kernels': [", start);
    assert_many_refused(head, "{}", 20000, "]}", "kernels has 20000 elements");
    assert_many_refused("{'version': 1, 'modules': {", "'m~': {'file': 'k.cu'}", 5000, "}}",
                        "modules has 5000 elements");
    (void)snprintf(head, sizeof head, "%s'values': {", start);
    assert_many_refused(head, "'v~': 1", 5000, "}}", "values has 5000 elements");
    (void)snprintf(head, sizeof head, "%s'kernels': [{'trace': '%s', 'symbol': 'f', 'scratch': {",
                   start, first_trace()->name);
    assert_many_refused(head, "'s~': {'bytes': 1}", 9, "}}]}", "scratch has 9 elements");
    (void)snprintf(head, sizeof head, "%s'kernels': [{'trace': '%s', 'symbol': 'f', 'arguments': [",
                   start, first_trace()->name);
    assert_many_refused(head, "'trace'", 33, "]}]}", "arguments has 33 elements");
    (void)snprintf(head, sizeof head, "%s'kernels': [{'trace': '%s', 'steps': [", start,
                   first_trace()->name);
    assert_many_refused(head, "{'symbol': 'f'}", 17, "]}]}", "steps has 17 elements");
    (void)snprintf(step_head, sizeof step_head, "%s{'symbol': 'f'}, {'repeat': 2, 'steps': [",
                   head);
    assert_many_refused(step_head, "{'symbol': 'f'}", 16, "]}]}]}", "this is step 17 of");
    assert_many_refused("{'version': 1, 'modules': {'m': {'file': 'k.cu', 'flags': [", "'-g'", 257,
                        "]}}}", "flags has 257 elements");
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(manifest_bounds_nesting)
{
    set_up();
    const size_t nb = 1500000;
    char *text = malloc(nb);
    ck_assert_ptr_nonnull(text);
    tg_error error;
    memset(text, '[', nb);
    ck_assert_int_eq(read_bytes(text, nb, &error), TG_ERR_FORMAT);
    // As deep as the parser takes, where a value of another type belongs.
    const int head = snprintf(text, nb, "{\"version\": 1, \"modules\": ");
    for (size_t depth = 0; depth < 2000; depth++) {
        text[(size_t)head + depth] = '[';
        text[(size_t)head + 2000 + depth] = ']';
    }
    (void)snprintf(text + head + 4000, nb - 4000 - (size_t)head, "}");
    ck_assert_int_eq(read_bytes(text, strlen(text), &error), TG_ERR_FORMAT);
    assert_says(TG_ERR_FORMAT, &error, "modules is not an object", path);
    free(text);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Every beginning of a manifest is refused, and so is a NUL in the place of any byte; any other
 * byte gives a manifest or an error. */
START_TEST(manifest_refuses_every_beginning)
{
    char whole[MANIFEST_BYTES];
    tg_error error;
    set_up();
    const size_t length = strlen(made_text(whole, whole_manifest));
    ck_assert_int_eq(read_bytes(whole, length, &error), TG_OK);
    for (size_t cut = 0; cut < length; cut++)
        ck_assert_msg(read_bytes(whole, cut, &error) == TG_ERR_FORMAT, "%zu bytes", cut);
    static const char others[] = {'\0', '"', '}', '9'};
    size_t nb_refused = 0;
    for (size_t at = 0; at < length; at++) {
        for (size_t k = 0; k < sizeof others; k++) {
            const char kept = whole[at];
            whole[at] = others[k];
            const tg_status status = read_bytes(whole, length, &error);
            whole[at] = kept;
            ck_assert(status == TG_OK || status == TG_ERR_FORMAT || status == TG_ERR_SIZE);
            ck_assert_msg(others[k] != '\0' || status != TG_OK, "a NUL at byte %zu: %.20s", at,
                          whole + at);
            nb_refused += status != TG_OK;
        }
    }
    ck_assert_uint_ge(nb_refused, length);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(manifest_that_is_not_there)
{
    tg_manifest *manifest = (tg_manifest *)folder;
    tg_assert_fails(TG_ERR_IO, "/nowhere/m.json",
                    tg_manifest_read(&manifest, "/nowhere/m.json", tg_suite_error));
    ck_assert_ptr_null(manifest);
}
END_TEST

TG_SUITE("manifest_refuse", manifest_refuses_other_files, manifest_refuses_modules,
         manifest_refuses_kernels, manifest_refuses_members_that_are_none,
         manifest_refuses_events_where_there_are_none, manifest_refuses_launches,
         manifest_refuses_arguments, manifest_refuses_values, manifest_bounds_what_it_takes,
         manifest_bounds_nesting, manifest_refuses_every_beginning, manifest_that_is_not_there)
