/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Manifests: what they give. test_manifest_refuse.c has what is refused. */
#include "manifest_made.h"

static char folder[256];

static tg_manifest *read_text(const char *text)
{
    char made[MANIFEST_BYTES];
    char path[512];
    tg_manifest *manifest = NULL;
    (void)snprintf(path, sizeof path, "%s/m.json", folder);
    write_file(path, made, strlen(made_text(made, text)));
    tg_assert_ok(tg_manifest_read(&manifest, path, tg_suite_error));
    return manifest;
}

/* "FOLDER/name" of the manifest's folder. */
static void assert_beside(const char *path, const char *name)
{
    char expected[512];
    (void)snprintf(expected, sizeof expected, "%s/%s", folder, name);
    ck_assert_str_eq(path, expected);
}

static void assert_sp1_arguments(const tg_user_step *step)
{
    ck_assert_uint_eq(step->nb_arguments, 4);
    ck_assert_int_eq(step->arguments[0].kind, TG_ARGUMENT_TRACE);
    ck_assert_int_eq(step->arguments[1].kind, TG_ARGUMENT_HEIGHT);
    ck_assert_int_eq(step->arguments[2].kind, TG_ARGUMENT_EVENTS);
    ck_assert_int_eq(step->arguments[3].kind, TG_ARGUMENT_NB_EVENTS);
}

/* SP1's launch: nothing stated. */
static void assert_sp1(const tg_manifest_entry *entry, const char *name)
{
    const tg_user_plan *plan = &entry->plan;
    ck_assert_uint_eq(plan->nb_groups, 1);
    ck_assert_ptr_null(plan->groups[0].count);
    ck_assert_uint_eq(plan->groups[0].nb_steps, 1);
    const tg_user_step *step = plan->groups[0].steps;
    ck_assert_str_eq(step->name, tg_trace_at(entry->trace)->name);
    ck_assert_str_eq(step->kernel->name, name);
    ck_assert_str_eq(step->kernel->symbol, name);
    ck_assert_ptr_null(step->kernel->module);
    ck_assert(!step->kernel->is_getter);
    ck_assert_ptr_null(step->block);
    ck_assert_ptr_null(step->grid);
    ck_assert_ptr_null(step->shared_bytes);
    assert_sp1_arguments(step);
    ck_assert(plan->zeroes_trace);
    ck_assert_uint_eq(plan->nb_scratch, 0);
    ck_assert_ptr_null(entry->layout.struct_name);
}

START_TEST(manifest_defaults_are_the_launch_of_sp1)
{
    tg_suite_make_folder(folder);
    tg_manifest *manifest = read_text("{'version': 1, 'modules': {'m': {'file': 'k.ptx'}},"
                                      " 'kernels': [{'trace': '@', 'symbol': 'select_main'}]}");
    ck_assert_uint_eq(tg_manifest_nb_entries(manifest), 1);
    ck_assert_uint_eq(tg_manifest_nb_modules(manifest), 1);
    const tg_manifest_entry *entry = tg_manifest_entry_at(manifest, 0);
    const tg_manifest_module *module = tg_manifest_module_at(manifest, 0);
    ck_assert_ptr_eq(tg_trace_at(entry->trace), first_trace());
    assert_sp1(entry, "select_main");
    ck_assert_ptr_eq(entry->module, module);
    ck_assert_str_eq(module->name, "m");
    assert_beside(module->file, "k.ptx");
    ck_assert_int_eq(module->kind, TG_SOURCE_PTX);
    ck_assert_ptr_null(module->launcher);
    ck_assert_uint_eq(module->nb_kernels, 1);
    ck_assert_ptr_eq(&module->kernels[0], entry->plan.groups[0].steps[0].kernel);
    tg_manifest_destroy(manifest);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(manifest_reads_modules)
{
    tg_suite_make_folder(folder);
    tg_manifest *manifest = read_text(whole_manifest);
    ck_assert_uint_eq(tg_manifest_nb_modules(manifest), 3);
    const tg_manifest_module *mine = tg_manifest_module_at(manifest, 0);
    ck_assert_int_eq(mine->kind, TG_SOURCE_CODE);
    ck_assert_str_eq(mine->options.standard, "c++20");
    ck_assert_uint_eq(mine->options.nb_includes, 2);
    assert_beside(mine->options.includes[0], "inc");
    ck_assert_str_eq(mine->options.includes[1], "/abs/inc");
    ck_assert_uint_eq(mine->options.nb_defines, 2);
    ck_assert_str_eq(mine->options.defines[0], "N=1");
    ck_assert_str_eq(mine->options.defines[1], "_F(x)=x");
    ck_assert_uint_eq(mine->options.nb_flags, 2);
    ck_assert_str_eq(mine->options.flags[1], "-g");
    ck_assert(mine->options.shows_warnings);
    ck_assert_uint_eq(mine->nb_kernels, 2);
    ck_assert_str_eq(mine->kernels[0].name, "rows<kb31_t>");
    ck_assert_str_eq(mine->kernels[1].name, "two");
    const tg_manifest_module *theirs = tg_manifest_module_at(manifest, 1);
    ck_assert_int_eq(theirs->kind, TG_SOURCE_LIBRARY);
    ck_assert_str_eq(theirs->file, "/opt/libsp1.so.6.2");
    ck_assert_str_eq(theirs->launcher, "sp1_launch");
    // Two traces use it, and it is one kernel.
    ck_assert_uint_eq(theirs->nb_kernels, 1);
    ck_assert(theirs->kernels[0].is_getter);
    const tg_manifest_module *odd = tg_manifest_module_at(manifest, 2);
    ck_assert_int_eq(odd->kind, TG_SOURCE_CUBIN);
    ck_assert_uint_eq(odd->nb_kernels, 2);
    ck_assert_str_eq(odd->kernels[1].name, "three");
    tg_manifest_destroy(manifest);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(manifest_reads_launches)
{
    tg_suite_make_folder(folder);
    tg_manifest *manifest = read_text(whole_manifest);
    ck_assert_uint_eq(tg_manifest_nb_entries(manifest), 3);
    const tg_manifest_entry *first = tg_manifest_entry_at(manifest, 0);
    ck_assert(!first->plan.zeroes_trace);
    ck_assert_str_eq(first->layout.struct_name, "ns::Event");
    ck_assert_uint_eq(first->layout.nb_members, 0);
    char header[512];
    (void)snprintf(header, sizeof header, "%s/inc/f.h", folder);
    ck_assert_str_eq(first->layout.header, header);
    const tg_manifest_entry *second = tg_manifest_entry_at(manifest, 1);
    ck_assert(second->plan.zeroes_trace);
    ck_assert_ptr_eq(tg_trace_at(second->trace), second_trace());
    ck_assert_ptr_null(second->layout.struct_name);
    const tg_user_step *step = second->plan.groups[0].steps;
    uint64_t values[TG_USER_NB_VARIABLES] = {[TG_USER_HEIGHT] = 100,
                                             [TG_USER_WIDTH] = 5,
                                             [TG_USER_EVENT_BYTES] = 20,
                                             [TG_USER_BLOCK] = 128,
                                             [TG_USER_GRID] = 77};
    uint64_t value = 0;
    tg_assert_ok(tg_formula_evaluate(&value, step->block, values, tg_suite_error));
    ck_assert_uint_eq(value, 128);
    tg_assert_ok(tg_formula_evaluate(&value, step->grid, values, tg_suite_error));
    ck_assert_uint_eq(value, 2);
    tg_assert_ok(tg_formula_evaluate(&value, step->shared_bytes, values, tg_suite_error));
    ck_assert_uint_eq(value, 896);
    ck_assert_uint_eq(step->nb_arguments, 8);
    ck_assert_int_eq(step->arguments[0].kind, TG_ARGUMENT_NB_EVENTS);
    ck_assert_int_eq(step->arguments[3].kind, TG_ARGUMENT_TRACE);
    static const uint64_t integers[] = {1, 7, 77, 100};
    for (size_t i = 0; i < 4; i++) {
        const tg_user_argument *argument = &step->arguments[4 + i];
        ck_assert_int_eq(argument->kind, TG_ARGUMENT_VALUE);
        ck_assert_uint_eq(argument->bytes, (size_t)1 << i);
        tg_assert_ok(tg_formula_evaluate(&value, argument->value, values, tg_suite_error));
        ck_assert_uint_eq(value, integers[i]);
    }
    tg_manifest_destroy(manifest);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(manifest_reads_steps_and_scratch)
{
    tg_suite_make_folder(folder);
    tg_manifest *manifest = read_text(whole_manifest);
    const tg_manifest_entry *entry = tg_manifest_entry_at(manifest, 2);
    ck_assert_ptr_eq(entry->module, tg_manifest_module_at(manifest, 2));
    const tg_user_plan *plan = &entry->plan;
    ck_assert_uint_eq(plan->nb_scratch, 4);
    ck_assert_str_eq(plan->scratch[2].name, "c");
    static const struct {
        bool is_filled;
        unsigned char fill;
    } fills[] = {{false, 0}, {true, 0}, {true, TG_SCRATCH_POISON}, {true, 255}};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(plan->scratch[i].is_filled, fills[i].is_filled);
        ck_assert_uint_eq(plan->scratch[i].fill, fills[i].fill);
    }
    ck_assert_uint_eq(plan->nb_groups, 3);
    ck_assert_uint_eq(plan->groups[0].nb_steps, 2);
    ck_assert_ptr_null(plan->groups[0].count);
    const tg_user_step *steps = plan->groups[0].steps;
    ck_assert_str_eq(steps[0].name, "first");
    ck_assert_int_eq(steps[0].arguments[0].kind, TG_ARGUMENT_SCRATCH);
    ck_assert_uint_eq(steps[0].arguments[0].number, 1);
    ck_assert_ptr_null(steps[0].arguments[0].value);
    ck_assert_int_eq(steps[0].arguments[1].kind, TG_ARGUMENT_BAD_EVENT);
    ck_assert_str_eq(steps[1].name, "two");
    assert_sp1_arguments(&steps[1]);
    ck_assert_uint_eq(plan->groups[1].nb_steps, 2);
    ck_assert(plan->groups[1].is_reversed);
    ck_assert_str_eq(tg_formula_text(plan->groups[1].count), "seven");
    ck_assert_ptr_eq(plan->groups[1].steps[0].kernel, steps[0].kernel);
    ck_assert_uint_eq(plan->groups[1].steps[0].arguments[2].number, 3);
    ck_assert_uint_eq(plan->groups[2].nb_steps, 1);
    ck_assert(plan->groups[2].steps[0].kernel->is_getter);
    tg_manifest_destroy(manifest);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Members and side outputs, by the names of whatever traces there are. */
START_TEST(manifest_knows_fields_and_side_outputs)
{
    tg_suite_make_folder(folder);
    const tg_trace *trace = side_trace();
    char leaf[TG_NAME_BYTES];
    (void)tg_type_leaf_name(leaf, sizeof leaf, trace->event, 0);
    for (size_t side = 0; side < trace->nb_sides; side++) {
        char text[2048];
        (void)snprintf(text, sizeof text,
                       "{'version': 1, 'modules': {'m': {'file': 'k.cu'}}, 'kernels': [{'trace': "
                       "'$', 'symbol': 'f', 'event': {'struct': 'E', 'members': {'%s': "
                       "'in[2].x_'}}, 'arguments': [{'side': '%s'}]}]}",
                       leaf, trace->sides[side].name);
        tg_manifest *manifest = read_text(text);
        const tg_manifest_entry *entry = tg_manifest_entry_at(manifest, 0);
        const tg_user_argument *argument = entry->plan.groups[0].steps[0].arguments;
        ck_assert_int_eq(argument->kind, TG_ARGUMENT_SIDE);
        ck_assert_uint_eq(argument->number, side);
        ck_assert_uint_eq(entry->layout.nb_members, 1);
        ck_assert_str_eq(entry->layout.members[0].field, leaf);
        ck_assert_str_eq(entry->layout.members[0].member, "in[2].x_");
        tg_manifest_destroy(manifest);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

/* A manifest of the command line, or its error. */
static void assert_kernel(const char *kernel, const char *file, const char *symbol,
                          tg_source_kind kind)
{
    static const char *const defines[] = {"A=1"};
    static const char *const includes[] = {"inc"};
    const tg_build_options options = {.standard = "c++20",
                                      .nb_includes = 1,
                                      .includes = includes,
                                      .nb_defines = 1,
                                      .defines = defines};
    tg_manifest *manifest = NULL;
    tg_assert_ok(tg_manifest_of_kernel(&manifest, kernel, 1, &options, tg_suite_error));
    ck_assert_uint_eq(tg_manifest_nb_entries(manifest), 1);
    const tg_manifest_entry *entry = tg_manifest_entry_at(manifest, 0);
    const tg_manifest_module *module = tg_manifest_module_at(manifest, 0);
    ck_assert_uint_eq(entry->trace, 1);
    ck_assert_ptr_eq(entry->module, module);
    assert_sp1(entry, symbol);
    ck_assert_str_eq(module->file, file);
    ck_assert_int_eq(module->kind, kind);
    ck_assert_str_eq(module->options.standard, "c++20");
    ck_assert_str_eq(module->options.includes[0], "inc");
    ck_assert_str_eq(module->options.defines[0], "A=1");
    ck_assert_uint_eq(module->options.nb_flags, 0);
    tg_manifest_destroy(manifest);
}

START_TEST(manifest_of_a_kernel_divides_at_the_colon)
{
    assert_kernel("k.cu:f", "k.cu", "f", TG_SOURCE_CODE);
    assert_kernel("a/b.c/k.cpp:f", "a/b.c/k.cpp", "f", TG_SOURCE_CODE);
    assert_kernel("k.cc:ns::f", "k.cc", "ns::f", TG_SOURCE_CODE);
    assert_kernel("k.cxx:::f", "k.cxx", "::f", TG_SOURCE_CODE);
    assert_kernel("k.cu:a::f<b::c>", "k.cu", "a::f<b::c>", TG_SOURCE_CODE);
    assert_kernel("c:/k.ptx:f", "c:/k.ptx", "f", TG_SOURCE_PTX);
    assert_kernel("./k.cubin:f", "./k.cubin", "f", TG_SOURCE_CUBIN);
    assert_kernel("k.fatbin:_Z1fPj", "k.fatbin", "_Z1fPj", TG_SOURCE_FATBIN);
    assert_kernel("lib.so:f", "lib.so", "f", TG_SOURCE_LIBRARY);
    assert_kernel("lib.so.1.2:f", "lib.so.1.2", "f", TG_SOURCE_LIBRARY);
    tg_manifest *manifest = NULL;
    tg_assert_ok(tg_manifest_of_kernel(&manifest, "k.c:f", 0, NULL, tg_suite_error));
    ck_assert_ptr_null(tg_manifest_module_at(manifest, 0)->options.standard);
    tg_manifest_destroy(manifest);
    tg_manifest_destroy(NULL);
}
END_TEST

START_TEST(manifest_of_a_kernel_refuses_other_texts)
{
    static const char *const texts[] = {
        "",        "k.cu", "k.cu:", ":f",    "::f",   "k.cu::f",  "k.cu::",   ":",
        "k.obj:f", "k:f",  "cu:f",  ".cu:f", ".so:f", "k.so.x:f", "a.cu/k:f", "k.CU:f"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        tg_manifest *manifest = (tg_manifest *)folder;
        tg_error error = {0};
        const tg_status status = tg_manifest_of_kernel(&manifest, texts[i], 0, NULL, &error);
        ck_assert_msg(status == TG_ERR_USAGE, "%s: status %d", texts[i], (int)status);
        ck_assert_ptr_null(manifest);
        assert_says(TG_ERR_USAGE, &error, "", "");
    }
    char text[6000];
    memset(text, 'x', sizeof text);
    memcpy(text + sizeof text - 3, ":f", 3);
    tg_manifest *manifest = NULL;
    tg_assert_fails(TG_ERR_USAGE, "names no kernel",
                    tg_manifest_of_kernel(&manifest, text, 0, NULL, tg_suite_error));
}
END_TEST

TG_SUITE("manifest", manifest_defaults_are_the_launch_of_sp1, manifest_reads_modules,
         manifest_reads_launches, manifest_reads_steps_and_scratch,
         manifest_knows_fields_and_side_outputs, manifest_of_a_kernel_divides_at_the_colon,
         manifest_of_a_kernel_refuses_other_texts)
