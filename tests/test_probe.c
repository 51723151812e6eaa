/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The layout probe on the host grid: structs as the model's pass, each way to differ is told, in C
 * as in C++; and what a launch makes of one that differs. */
#include "probe_made.h"

#include "gpu/plan.h"
#include "modules/user_files.h"
#include "modules/user_kernels.h"

#include <sys/stat.h>
#include <unistd.h>

static char folder[256];
static char file[512];
static char source[SOURCE_BYTES];
static made_entry made;
static tg_user_layout *layout;
static size_t nb_logs;

static void on_log(void *context, const char *of, const char *log)
{
    ck_assert_ptr_eq(context, &nb_logs);
    ck_assert_str_eq(of, file);
    ck_assert_int_eq(access(log, R_OK), 0);
    nb_logs++;
}

static void set_up(void)
{
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
    nb_logs = 0;
}

static void tear_down(void)
{
    tg_probe_destroy(layout);
    layout = NULL;
    tg_suite_remove_folder(folder);
}

static void write_source(const char *name, size_t trace, const struct_change *change,
                         const char *rest)
{
    put_source(source, tg_trace_at(trace), change, rest);
    (void)snprintf(file, sizeof file, "%s/%s", folder, name);
    write_file(file, source, strlen(source));
    make_entry(&made, trace, file);
}

static tg_status probe(tg_error *error)
{
    const tg_probe how = {.entry = &made.entry, .on_log = on_log, .context = &nb_logs};
    tg_probe_destroy(layout);
    layout = NULL;
    return tg_probe_run(&layout, &how, error);
}

static void assert_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

/* Both languages have these. */
static const char *const names[] = {"k.cu", "k.c"};

static const struct_change same = {.before = NULL};

START_TEST(probe_finds_no_difference_where_there_is_none)
{
    size_t nb = 0;
    set_up();
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (tg_trace_at(i)->event == NULL) continue;
        write_source("k.cu", i, &same, "");
        tg_assert_ok(probe(tg_suite_error));
        ck_assert_msg(layout == NULL, "%s: %s", tg_trace_at(i)->name,
                      layout != NULL ? layout->table : "");
        nb++;
    }
    ck_assert_uint_ge(nb, 2);
    write_source("k.c", trace_with_array(true), &same, "");
    tg_assert_ok(probe(tg_suite_error));
    ck_assert_ptr_null(layout);
    tear_down();
}
END_TEST

/* A member too many: all others lie behind their places, and the struct is larger. */
START_TEST(probe_tells_sizes_and_offsets)
{
    const struct_change more = {.before = "unsigned more; "};
    set_up();
    for (size_t i = 0; i < 2; i++) {
        const size_t trace = trace_with_array(false);
        const tg_type *event = tg_trace_at(trace)->event;
        char text[256];
        write_source(names[i], trace, &more, "");
        tg_assert_ok(probe(tg_suite_error));
        ck_assert_ptr_nonnull(layout);
        ck_assert_str_eq(layout->file, file);
        (void)snprintf(text, sizeof text, "%s has %zu bytes, not %zu; %s at byte 4, not 0",
                       made.entry.layout.struct_name, event->size + 4, event->size,
                       event->fields[0].name);
        assert_has(layout->summary, text);
        assert_has(layout->table, event->fields[event->nb_fields - 1].name);
        assert_has(layout->table, "4, 4 bytes            0, 4 bytes\n");
    }
    tear_down();
}
END_TEST

START_TEST(probe_tells_what_is_not_there)
{
    const struct_change less = {.is_last_left_out = true};
    set_up();
    for (size_t i = 0; i < 2; i++) {
        const size_t trace = trace_with_array(false);
        const tg_type *event = tg_trace_at(trace)->event;
        char leaf[TG_NAME_BYTES];
        char text[2 * TG_NAME_BYTES];
        write_source(names[i], trace, &less, "");
        tg_assert_ok(probe(tg_suite_error));
        ck_assert_ptr_nonnull(layout);
        // A compiler's words about what the probe tries are not the user's affair.
        ck_assert_uint_eq(nb_logs, 0);
        (void)tg_type_leaf_name(leaf, sizeof leaf, event, tg_type_nb_leaves(event) - 1);
        (void)snprintf(text, sizeof text, "%s has no member ", made.entry.layout.struct_name);
        assert_has(layout->summary, text);
        assert_has(layout->table, "none");
        assert_has(layout->table, event->fields[event->nb_fields - 1].name);
    }
    tear_down();
}
END_TEST

/* A type that is too narrow leaves offsets as they are where the compiler fills up. */
START_TEST(probe_tells_widths)
{
    const struct_change narrow = {.is_first_narrow = true};
    const size_t trace = trace_with_array(false);
    set_up();
    for (size_t i = 0; i < 2; i++) {
        write_source(names[i], trace, &narrow, "");
        tg_assert_ok(probe(tg_suite_error));
        ck_assert_ptr_nonnull(layout);
        assert_has(layout->summary, " of 2 bytes, not 4");
        assert_has(layout->table, "0, 2 bytes            0, 4 bytes\n");
        // Nothing else differs.
        ck_assert_ptr_null(strstr(layout->summary, ";"));
    }
    tear_down();
}
END_TEST

/* Elements of an array that differ alike stand in one row. */
START_TEST(probe_joins_rows_of_arrays)
{
    const struct_change more = {.before = "unsigned more; "};
    const size_t trace = trace_with_array(true);
    char text[2 * TG_NAME_BYTES];
    set_up();
    write_source("k.cu", trace, &more, "");
    tg_assert_ok(probe(tg_suite_error));
    ck_assert_ptr_nonnull(layout);
    (void)snprintf(text, sizeof text, "%s[0] to [", tg_trace_at(trace)->event->fields[0].name);
    assert_has(layout->table, text);
    assert_has(layout->summary, " and those behind it at byte 4, not 0");
    tear_down();
}
END_TEST

START_TEST(probe_takes_other_names)
{
    const struct_change renamed = {.first_name = "another"};
    set_up();
    for (size_t i = 0; i < 4; i++) {
        const size_t trace = trace_with_array(i % 2 != 0);
        const tg_type *event = tg_trace_at(trace)->event;
        const struct tg_manifest_member member = {.field = event->fields[0].name,
                                                  .member = "another"};
        write_source(names[i / 2], trace, &renamed, "");
        tg_assert_ok(probe(tg_suite_error));
        ck_assert_ptr_nonnull(layout);
        made.entry.layout.nb_members = 1;
        made.entry.layout.members = &member;
        tg_assert_ok(probe(tg_suite_error));
        ck_assert_ptr_null(layout);
        // What is named and is not there is told with both names.
        const struct tg_manifest_member wrong = {.field = event->fields[0].name,
                                                 .member = "missing"};
        made.entry.layout.members = &wrong;
        tg_assert_ok(probe(tg_suite_error));
        ck_assert_ptr_nonnull(layout);
        assert_has(layout->summary, "has no member missing");
        assert_has(layout->summary, "(the model's ");
        assert_has(layout->table, "(your missing");
    }
    tear_down();
}
END_TEST

/* A type by the means of C++: a template's instance, behind an alias, with private members. */
START_TEST(probe_takes_any_type)
{
    const size_t trace = trace_with_array(false);
    set_up();
    write_source("k.cu", trace, &same,
                 "namespace a { template <class T, int n> struct of { T x[n]; operator int(); }; "
                 "template <> struct of<int, 3> : Event {}; }\n"
                 "class Hidden { unsigned nothing_here; };\n"
                 "struct Bits { unsigned nothing_here : 3; };\n");
    made.entry.layout.struct_name = "a::of<int, 1 + 2>";
    tg_assert_ok(probe(tg_suite_error));
    ck_assert_ptr_null(layout);
    static const char *const lacking[] = {"Hidden", "Bits"};
    const struct tg_manifest_member member = {.field = tg_trace_at(trace)->event->fields[0].name,
                                              .member = "nothing_here"};
    made.entry.layout.nb_members = 1;
    made.entry.layout.members = &member;
    for (size_t i = 0; i < 2; i++) {
        made.entry.layout.struct_name = lacking[i];
        tg_assert_ok(probe(tg_suite_error));
        ck_assert_ptr_nonnull(layout);
        assert_has(layout->summary, "has no member nothing_here");
    }
    tear_down();
}
END_TEST

/* The header of what is no source, with the folders and macros of the module. */
START_TEST(probe_reads_a_header)
{
    const size_t trace = trace_with_array(false);
    char header[512];
    const char *include = folder;
    const char *define = "WIDE=unsigned";
    set_up();
    write_source("k.h", trace, &same, "");
    (void)snprintf(header, sizeof header, "%s/inner/", folder);
    ck_assert_int_eq(mkdir(header, 0700), 0);
    (void)snprintf(header, sizeof header, "%s/inner/all.h", folder);
    static const char text[] = "#include <k.h>\nstruct Whole : Event {};\nWIDE more();\n";
    write_file(header, text, strlen(text));
    make_entry(&made, trace, "nowhere.cubin");
    made.module.kind = TG_SOURCE_CUBIN;
    made.module.options = (tg_build_options){.nb_includes = 1,
                                             .includes = &include,
                                             .nb_defines = 1,
                                             .defines = &define};
    made.entry.layout.header = header;
    made.entry.layout.struct_name = "Whole";
    tg_assert_ok(probe(tg_suite_error));
    ck_assert_ptr_null(layout);
    make_entry(&made, trace, "nowhere.cubin");
    made.entry.layout.header = "nowhere.h";
    tg_assert_fails(TG_ERR_IO, "nowhere.h", probe(tg_suite_error));
    tear_down();
}
END_TEST

static void find_file(void *context, const char *path)
{
    bool *has = context;
    const char *slash = strrchr(path, '/');
    has[0] = has[0] || (slash != NULL && strcmp(slash, "/all.h") == 0);
    has[1] = has[1] || (slash != NULL && strcmp(slash, "/k.h") == 0);
}

static void no_folder(void *context, const char *path)
{
    (void)context;
    (void)path;
}

/* Who waits for a file to be saved waits for headers, too, and for what they include. */
START_TEST(probe_headers_are_files_of_the_kernels)
{
    static const char all[] = "#include \"k.h\"\n";
    char path[512];
    char text[1024];
    bool has[2] = {false, false};
    bool is_complete = false;
    const tg_user_files_visitor visitor = {.file = find_file, .folder = no_folder, .context = has};
    set_up();
    write_source("k.h", trace_with_array(false), &same, "");
    (void)snprintf(path, sizeof path, "%s/all.h", folder);
    write_file(path, all, strlen(all));
    (void)snprintf(text, sizeof text,
                   "{\"version\": 1, \"modules\": {\"m\": {\"file\": \"k.ptx\"}}, \"kernels\": "
                   "[{\"trace\": \"%s\", \"symbol\": \"f\", \"event\": {\"struct\": \"E\", "
                   "\"header\": \"all.h\"}}]}",
                   tg_trace_at(trace_with_array(false))->name);
    (void)snprintf(path, sizeof path, "%s/m.json", folder);
    write_file(path, text, strlen(text));
    const tg_user_options options = {.manifest = path};
    tg_assert_ok(tg_user_files_visit(&is_complete, &options, &visitor, tg_suite_error));
    ck_assert(is_complete);
    ck_assert(has[0]);
    ck_assert(has[1]);
    tear_down();
}
END_TEST

START_TEST(probe_refuses_what_is_no_struct)
{
    set_up();
    for (size_t i = 0; i < 2; i++) {
        nb_logs = 0;
        write_source(names[i], trace_with_array(false), &same, "");
        made.entry.layout.struct_name = i == 0 ? "Evnt" : "struct Evnt";
        tg_assert_fails(TG_ERR_FORMAT, "knows no struct '", probe(tg_suite_error));
        ck_assert_uint_eq(nb_logs, 1);
        ck_assert_ptr_null(layout);
    }
    tear_down();
}
END_TEST

/* What a source does when it is loaded takes nothing with it. */
START_TEST(probe_survives_sources_that_end)
{
    set_up();
    write_source("k.cu", trace_with_array(false), &same,
                 "struct Ends { Ends() { __builtin_trap(); } };\nEnds ends;\n");
    tg_assert_fails(TG_ERR_FORMAT, "loading the source has crashed", probe(tg_suite_error));
    tear_down();
}
END_TEST

/* ---- plans ---- */

START_TEST(probe_comes_before_the_first_launch)
{
    const struct_change more = {.before = "unsigned more; "};
    const size_t trace = trace_with_array(false);
    const tg_trace *of = tg_trace_at(trace);
    char kernel[600];
    tg_user_kernels *kernels = NULL;
    set_up();
    write_source("k.cu", trace, &more, "");
    (void)snprintf(kernel, sizeof kernel, "%s:rows", file);
    tg_user_options options = {.kernel = kernel,
                               .trace = trace,
                               .route = TG_ROUTE_HOST,
                               .event_struct = "Event"};
    tg_assert_ok(tg_user_kernels_create(&kernels, &options, tg_suite_error));
    const tg_plan *plan = tg_user_kernels_plan_of(kernels, of);
    ck_assert_ptr_nonnull(plan->user->layout);
    uint32_t *cells = calloc(64 * tg_trace_width(of), sizeof *cells);
    cells[0] = 7;
    const tg_product out = {.cells = cells};
    const tg_request request = {.trace = of, .height = 64};
    tg_assert_fails(TG_ERR_KERNEL, "takes events of another layout: Event has ",
                    tg_plan_run_host(plan, NULL, &out, &request, tg_suite_error));
    // Not even zeroed.
    ck_assert_uint_eq(cells[0], 7);
    tg_error error = {.status = TG_OK};
    ck_assert_int_eq(tg_user_plan_check(plan->user, &error), TG_ERR_KERNEL);
    ck_assert_int_eq(error.failure, TG_FAILURE_LAYOUT);
    tg_user_kernels_destroy(kernels);
    free(cells);
    tear_down();
}
END_TEST

START_TEST(probe_is_asked_for_with_sense)
{
    const size_t trace = trace_with_array(false);
    char kernel[600];
    tg_user_kernels *kernels = NULL;
    set_up();
    write_source("k.cu", trace, &same, "");
    (void)snprintf(kernel, sizeof kernel, "%s:rows", file);
    tg_user_options options = {.kernel = kernel, .trace = trace, .route = TG_ROUTE_HOST};
    static const char *const none[] = {"", "1a", "a; int b", "a{}", "\"a\"", "a\\n", "#a"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        options.event_struct = none[i];
        tg_assert_fails(TG_ERR_USAGE, "names no struct",
                        tg_user_kernels_create(&kernels, &options, tg_suite_error));
        ck_assert_ptr_null(kernels);
    }
    options.event_struct = "Event";
    options.kernel = "nowhere.cubin:rows";
    tg_assert_fails(TG_ERR_USAGE, "does not tell of its structs",
                    tg_user_kernels_create(&kernels, &options, tg_suite_error));
    size_t without = 0;
    while (without < tg_nb_traces() && tg_trace_at(without)->event != NULL) without++;
    if (without < tg_nb_traces()) {
        options.kernel = kernel;
        options.trace = without;
        tg_assert_fails(TG_ERR_USAGE, "has no events",
                        tg_user_kernels_create(&kernels, &options, tg_suite_error));
    }
    tear_down();
}
END_TEST

TG_SUITE("probe", probe_finds_no_difference_where_there_is_none, probe_tells_sizes_and_offsets,
         probe_tells_what_is_not_there, probe_tells_widths, probe_joins_rows_of_arrays,
         probe_takes_other_names, probe_takes_any_type, probe_reads_a_header,
         probe_headers_are_files_of_the_kernels, probe_refuses_what_is_no_struct,
         probe_survives_sources_that_end, probe_comes_before_the_first_launch,
         probe_is_asked_for_with_sense)
