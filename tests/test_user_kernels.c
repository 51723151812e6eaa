/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Users' kernels from what a manifest or a command line names to a trace on the host grid; for a
 * device, with a library in NVRTC's place, to the plan. What does not fit is refused, each in its
 * words. */
#include "modules/user_kernels.h"

#include "gpu/plan.h"
#include "manifest_made.h"
#include "suite.h"

#include <unistd.h>

#define NB(array) (sizeof(array) / sizeof(array)[0])
#define HEIGHT ((size_t)64)
#define POISON 0xc7u

/* What every manifest here is of. tell shows what it is given in the first cells of the trace. */
static const char kernels_text[] =
    "extern \"C\" {\n"
    "__global__ void rows(unsigned *trace, size_t height, const void *events, size_t nb)\n"
    "{\n"
    "    const size_t row = blockIdx.x * (size_t)blockDim.x + threadIdx.x;\n"
    "    if (row < height) trace[row] = (unsigned)(row + 1000 * nb + (events == 0));\n"
    "}\n"
    "__global__ void tell(unsigned *trace, unsigned char a, unsigned short b, unsigned c,\n"
    "                     unsigned long long d, const unsigned char *scratch, unsigned *side)\n"
    "{\n"
    "    trace[0] = a; trace[1] = b; trace[2] = c; trace[3] = (unsigned)(d >> 32);\n"
    "    trace[4] = scratch[0]; side[0] = 7;\n"
    "}\n"
    "__global__ void count(unsigned *trace, unsigned round) { trace[round] += round + 10; }\n"
    "__global__ void fails(unsigned *trace, unsigned *bad) { atomicMin(bad, trace[0] + 2); }\n"
    "__global__ void beyond(unsigned char *scratch, unsigned long long at) { scratch[at] = 1; }\n"
    "__global__ void ends(unsigned *) { __trap(); }\n"
    "__global__ void unused_thing() { int unused; }\n"
    "}\n";

static char folder[256];
static char manifest_path[512];
static tg_user_kernels *kernels;
static size_t nb_logs;

static void on_log(void *context, const char *source, const char *log)
{
    ck_assert_ptr_eq(context, &nb_logs);
    ck_assert_ptr_nonnull(strstr(source, "k.cu"));
    ck_assert_int_eq(access(log, R_OK), 0);
    nb_logs++;
}

static const char *within(const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void set_up(void)
{
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
    write_file(within("k.cu"), kernels_text, strlen(kernels_text));
    (void)snprintf(manifest_path, sizeof manifest_path, "%s/m.json", folder);
    nb_logs = 0;
}

static void tear_down(void)
{
    tg_user_kernels_destroy(kernels);
    kernels = NULL;
    tg_suite_remove_folder(folder);
}

static tg_status open_manifest(const char *text, tg_user_options options, tg_error *error)
{
    char made[MANIFEST_BYTES];
    (void)made_text(made, text);
    write_file(manifest_path, made, strlen(made));
    tg_user_kernels_destroy(kernels);
    options.manifest = manifest_path;
    options.on_log = on_log;
    options.context = &nb_logs;
    return tg_user_kernels_create(&kernels, &options, error);
}

/* A manifest of one trace, by what stands behind its name. */
#define ONE(trace, rest)                                 \
    "{'version': 1, 'modules': {'m': {'file': 'k.cu'}}," \
    " 'kernels': [{'trace': '" trace "', " rest "}]}"

static const tg_user_options on_host = {.route = TG_ROUTE_HOST};

/* Run the plan of a trace. cells: to be freed. */
static tg_status run(uint32_t **cells, uint32_t side[64], const tg_trace *trace,
                     const tg_launch *launch, tg_error *error)
{
    const tg_plan *plan = tg_user_kernels_plan_of(kernels, trace);
    ck_assert_ptr_nonnull(plan);
    const size_t nb_bytes = tg_trace_width(trace) * HEIGHT * sizeof **cells;
    void *events = calloc(HEIGHT, trace->event->size);
    *cells = malloc(nb_bytes);
    memset(*cells, POISON, nb_bytes);
    tg_product out = {.cells = *cells};
    for (size_t i = 0; i < trace->nb_sides; i++) {
        out.sides[i] = malloc(tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t));
        memset(out.sides[i], POISON, tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t));
    }
    const tg_request request = {.trace = trace, .height = HEIGHT, .events = events, .nb_events = 3};
    const tg_status status = tg_plan_run_host(plan, launch, &out, &request, error);
    if (trace->nb_sides != 0) memcpy(side, out.sides[0], 2 * sizeof *side);
    for (size_t i = 0; i < trace->nb_sides; i++) free(out.sides[i]);
    free(events);
    return status;
}

/* ---- what runs ---- */

START_TEST(user_kernels_run_from_a_command_line)
{
    uint32_t *cells = NULL;
    char kernel[600];
    set_up();
    (void)snprintf(kernel, sizeof kernel, "%s:rows", within("k.cu"));
    const tg_user_options options = {.kernel = kernel,
                                     .trace = trace_with(false, SIZE_MAX),
                                     .route = TG_ROUTE_HOST};
    tg_assert_ok(tg_user_kernels_create(&kernels, &options, tg_suite_error));
    ck_assert_uint_eq(tg_user_kernels_nb(kernels), 1);
    ck_assert_uint_eq(tg_user_kernels_trace_at(kernels, 0), options.trace);
    ck_assert_ptr_null(tg_user_kernels_plan_of(kernels, second_trace()));
    tg_assert_ok(run(&cells, NULL, first_trace(), NULL, tg_suite_error));
    for (size_t row = 0; row < HEIGHT; row++) ck_assert_uint_eq(cells[row], row + 3000);
    // What no thread wrote is the zero that the trace is filled with.
    ck_assert_uint_eq(cells[HEIGHT], 0);
    free(cells);
    // The caller's shape counts: three threads make three rows.
    const tg_launch launch = {.grid = 1, .block = 3};
    tg_assert_ok(run(&cells, NULL, first_trace(), &launch, tg_suite_error));
    ck_assert_uint_eq(cells[2], 3002);
    ck_assert_uint_eq(cells[3], 0);
    free(cells);
    tear_down();
    tg_user_kernels_destroy(NULL);
}
END_TEST

START_TEST(user_kernels_keep_poison_where_it_is_asked_for)
{
    static const char text[] = ONE("@", "'symbol': 'rows', 'zero_trace': false");
    uint32_t *cells = NULL;
    const uint32_t poison = POISON * 0x01010101u;
    set_up();
    tg_assert_ok(open_manifest(text, on_host, tg_suite_error));
    tg_assert_ok(run(&cells, NULL, first_trace(), NULL, tg_suite_error));
    ck_assert_uint_eq(cells[HEIGHT], poison);
    free(cells);
    tg_user_options poisons = on_host;
    poisons.poisons = true;
    tg_assert_ok(open_manifest(ONE("@", "'symbol': 'rows'"), poisons, tg_suite_error));
    tg_assert_ok(run(&cells, NULL, first_trace(), NULL, tg_suite_error));
    ck_assert_uint_eq(cells[HEIGHT - 1], 3000 + HEIGHT - 1);
    ck_assert_uint_eq(cells[HEIGHT], poison);
    free(cells);
    tear_down();
}
END_TEST

/* Arguments of all kinds, scratch, side outputs, steps, rounds forth and back. */
START_TEST(user_kernels_get_what_the_manifest_says)
{
    static char text[2048];
    uint32_t *cells = NULL;
    uint32_t side[64] = {0};
    (void)snprintf(text, sizeof text,
                   ONE("$", "'scratch': {'s': {'bytes': 8, 'fill': 9}}, 'steps': ["
                            "{'symbol': 'tell', 'grid': 1, 'block': 1, 'arguments': ['trace',"
                            " {'u8': 255}, {'u16': 'height'}, {'u32': 'grid + block'},"
                            " {'u64': '5 * pow(2, 32)'}, {'scratch': 's', 'offset': 7},"
                            " {'side': '%s'}]},"
                            "{'repeat': 3, 'reverse': true, 'steps': [{'symbol': 'count',"
                            " 'grid': 1, 'block': 1, 'arguments': ['trace', {'u32': 'i + 5'}]}]}]"),
                   side_trace()->sides[0].name);
    set_up();
    tg_assert_ok(open_manifest(text, on_host, tg_suite_error));
    tg_assert_ok(run(&cells, side, side_trace(), NULL, tg_suite_error));
    const uint32_t expected[] = {255, HEIGHT, 2, 5, 9, 15, 16, 17, 0};
    for (size_t i = 0; i < NB(expected); i++) ck_assert_uint_eq(cells[i], expected[i]);
    ck_assert_uint_eq(side[0], 7);
    ck_assert_uint_eq(side[1], 0);
    free(cells);
    // Shapes as reports tell them; what cannot be told is one thread.
    const tg_plan *plan = tg_user_kernels_plan_of(kernels, side_trace());
    ck_assert_uint_eq(plan->nb_steps, 2);
    const tg_launch shape = tg_step_launch(&plan->steps[0], NULL, HEIGHT, 3);
    ck_assert_uint_eq(shape.grid, 1);
    ck_assert_uint_eq(shape.block, 1);
    const tg_launch wrong = tg_step_launch(&plan->steps[0], &(tg_launch){.block = 9999}, HEIGHT, 3);
    ck_assert_uint_eq(wrong.block, 1);
    tear_down();
}
END_TEST

START_TEST(user_kernels_say_what_compilers_say)
{
    static const char warns[] =
        "{'version': 1, 'modules': {'m': {'file': 'k.cu', 'warnings': true}},"
        " 'kernels': [{'trace': '@', 'symbol': 'rows'}]}";
    set_up();
    tg_assert_ok(open_manifest(warns, on_host, tg_suite_error));
    ck_assert_uint_eq(nb_logs, 1);
    write_file(within("k.cu"), "__global__ void rows() { x; }\n", 30);
    tg_assert_fails(TG_ERR_FORMAT, "does not compile",
                    open_manifest(warns, on_host, tg_suite_error));
    ck_assert_uint_eq(nb_logs, 2);
    ck_assert_ptr_null(kernels);
    tear_down();
}
END_TEST

/* ---- what does not run ---- */

static const struct {
    const char *text;
    tg_status status;
    const char *says;
} wrong[] = {
    {ONE("@", "'symbol': 'rows', 'arguments': ['trace']"), TG_ERR_KERNEL, "4"},
    {ONE("@", "'symbol': 'count', 'arguments': ['trace', 'height']"), TG_ERR_KERNEL,
     "parameter 1 of "},
    {ONE("@", "'symbol': 'rows', 'block': 1025"), TG_ERR_SIZE, "1025 threads of a block"},
    {ONE("@", "'symbol': 'rows', 'block': 'height - 64'"), TG_ERR_SIZE, "0 threads of a block"},
    {ONE("@", "'symbol': 'rows', 'grid': 'height - 64'"), TG_ERR_SIZE, "0 blocks"},
    {ONE("@", "'symbol': 'rows', 'grid': 'pow(2, 31)'"), TG_ERR_SIZE, "2147483648 blocks"},
    {ONE("@", "'symbol': 'rows', 'block': 'height - 65'"), TG_ERR_SIZE, "block of "},
    {ONE("@", "'symbol': 'rows', 'grid': 'height / (height - 64)'"), TG_ERR_SIZE, "grid of "},
    {ONE("@", "'symbol': 'rows', 'shared_bytes': 'pow(2, 32)'"), TG_ERR_SIZE,
     "bytes of shared memory"},
    {ONE("@", "'symbol': 'rows', 'shared_bytes': 'height - 65'"), TG_ERR_SIZE, "height"},
    {ONE("@", "'symbol': 'rows', 'shared_bytes': 'pow(2, 31)'"), TG_ERR_KERNEL,
     "bytes of shared memory"},
    {ONE("@", "'symbol': 'count', 'arguments': ['trace', {'u8': 256}]"), TG_ERR_SIZE,
     "which 1 bytes do not hold"},
    {ONE("@", "'symbol': 'count', 'arguments': ['trace', {'u32': 'height - 65'}]"), TG_ERR_SIZE,
     "height"},
    {ONE("@", "'scratch': {'s': {'bytes': 8}}, 'symbol': 'beyond',"
              "'arguments': [{'scratch': 's', 'offset': 9}, {'u64': 0}]"),
     TG_ERR_SIZE, "points 9 bytes into scratch buffer s"},
    {ONE("@", "'scratch': {'s': {'bytes': 'height - 65'}}, 'symbol': 'beyond',"
              "'arguments': [{'scratch': 's'}, {'u64': 0}]"),
     TG_ERR_SIZE, "height"},
    {ONE("@", "'scratch': {'s': {'bytes': 'pow(2, 62)'}}, 'symbol': 'beyond',"
              "'arguments': [{'scratch': 's'}, {'u64': 0}]"),
     TG_ERR_MEMORY, ""},
    {ONE("@", "'scratch': {'s': {'bytes': 8}}, 'symbol': 'beyond', 'grid': 1, 'block': 1,"
              "'arguments': [{'scratch': 's'}, {'u64': 8}]"),
     TG_ERR_KERNEL, "writes outside scratch buffer 0"},
    {ONE("@", "'steps': [{'repeat': 257, 'steps': [{'symbol': 'rows'}]}]"), TG_ERR_SIZE,
     "more than 256 launches"},
    {ONE("@", "'steps': [{'repeat': 'height - 65', 'steps': [{'symbol': 'rows'}]}]"), TG_ERR_SIZE,
     "height"},
    {ONE("@", "'symbol': 'ends', 'arguments': ['trace']"), TG_ERR_KERNEL, "__trap()"},
    {ONE("@", "'symbol': 'fails', 'arguments': ['trace', 'bad_event']"), TG_ERR_EVENT, "2"},
};

START_TEST(user_kernels_refuse_descriptions_that_do_not_fit)
{
    set_up();
    for (size_t i = 0; i < NB(wrong); i++) {
        uint32_t *cells = NULL;
        tg_error error = {.status = TG_OK};
        tg_assert_ok(open_manifest(wrong[i].text, on_host, tg_suite_error));
        const tg_status status = run(&cells, NULL, first_trace(), NULL, &error);
        ck_assert_msg(status == wrong[i].status, "%s: status %d, %s", wrong[i].text, (int)status,
                      error.what);
        assert_says(status, &error, wrong[i].says, "");
        free(cells);
    }
    tear_down();
}
END_TEST

START_TEST(user_kernels_refuse_what_the_host_has_not)
{
    static const char compiled[] = "{'version': 1, 'modules': {'m': {'file': 'k.ptx'}},"
                                   " 'kernels': [{'trace': '@', 'symbol': 'rows'}]}";
    tg_user_options options = on_host;
    set_up();
    tg_assert_fails(TG_ERR_USAGE, "k.ptx", open_manifest(compiled, options, tg_suite_error));
    options.has_no_device = true;
    tg_assert_fails(TG_ERR_UNAVAILABLE, "--host", open_manifest(compiled, options, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "did you mean 'rows'",
                    open_manifest(ONE("@", "'symbol': 'row'"), options, tg_suite_error));
    options.kernel = "no_colon.cu";
    tg_assert_fails(TG_ERR_USAGE, "FILE:SYMBOL",
                    tg_user_kernels_create(&kernels, &options, tg_suite_error));
    tear_down();
}
END_TEST

/* ---- for a device ---- */

static const char ptx_text[] = ".version 8.0\n.target sm_90\n.visible .entry rows() { ret; }\n";

START_TEST(user_kernels_look_symbols_up)
{
    static const char two[] =
        "{'version': 1, 'modules': {'m': {'file': 'k.cu'}, 'p': {'file': 'k.ptx'}},"
        " 'kernels': [{'trace': '@', 'module': 'm', 'symbol': 'rows<3>'},"
        "             {'trace': '#', 'module': 'p', 'symbol': 'rows'}]}";
    static const char missing[] = "{'version': 1, 'modules': {'p': {'file': 'k.ptx'}},"
                                  " 'kernels': [{'trace': '@', 'symbol': 'row'}]}";
    const tg_user_options options = {.route = TG_ROUTE_DEVICE, .arch = 90};
    set_up();
    ck_assert_int_eq(setenv("CUDA_HOME", TG_FAKES "/nvrtc", 1), 0);
    write_file(within("k.ptx"), ptx_text, strlen(ptx_text));
    tg_assert_ok(open_manifest(two, options, tg_suite_error));
    const tg_plan *compiled = tg_user_kernels_plan_of(kernels, first_trace());
    const tg_plan *taken = tg_user_kernels_plan_of(kernels, second_trace());
    const tg_user_kernel *first = compiled->steps[0].user->kernel;
    const tg_user_kernel *second = taken->steps[0].user->kernel;
    ck_assert_str_eq(first->symbol, "_Zrows_3_");
    ck_assert_int_eq(first->module->kind, TG_MODULE_CUBIN);
    ck_assert_ptr_nonnull(strstr(first->module->path, ".cubin"));
    ck_assert_str_eq(second->symbol, "rows");
    ck_assert_int_eq(second->module->kind, TG_MODULE_PTX);
    tg_assert_fails(TG_ERR_FORMAT, "did you mean 'rows'",
                    open_manifest(missing, options, tg_suite_error));
    write_file(within("k.ptx"), "no PTX", 6);
    tg_assert_fails(TG_ERR_FORMAT, "k.ptx", open_manifest(missing, options, tg_suite_error));
    ck_assert_int_eq(unlink(within("k.ptx")), 0);
    tg_assert_fails(TG_ERR_IO, "k.ptx", open_manifest(missing, options, tg_suite_error));
    tear_down();
}
END_TEST

/* A launcher is looked up where the library is loaded, for it may be of another one: only a name
 * that is like it is looked for here. */
START_TEST(user_kernels_leave_launchers_to_the_loader)
{
    static const struct {
        const char *launcher;
        const char *near;
    } cases[] = {
        {"", NULL},
        {", 'launcher': 'cudaLaunchKernel'", NULL},
        {", 'launcher': 'tg_fake_nothing'", NULL},
        {", 'launcher': 'tg_fake_nothin'", "tg_fake_nothing"},
    };
    const tg_user_options options = {.route = TG_ROUTE_DEVICE, .arch = 90};
    set_up();
    for (size_t i = 0; i < NB(cases); i++) {
        char text[1024];
        (void)snprintf(text, sizeof text,
                       "{'version': 1, 'modules': {'l': {'file': '%s' %s}},"
                       " 'kernels': [{'trace': '@', 'symbol': 'tg_fake_nothing'}]}",
                       TG_FAKES "/empty_driver/lib/libcuda.so.1", cases[i].launcher);
        tg_assert_ok(open_manifest(text, options, tg_suite_error));
        const tg_plan *plan = tg_user_kernels_plan_of(kernels, first_trace());
        const tg_module *module = plan->steps[0].user->kernel->module;
        ck_assert_int_eq(module->kind, TG_MODULE_LIBRARY);
        ck_assert_pstr_eq(module->launcher_near, cases[i].near);
    }
    tear_down();
}
END_TEST

TG_SUITE("user_kernels", user_kernels_run_from_a_command_line,
         user_kernels_keep_poison_where_it_is_asked_for, user_kernels_get_what_the_manifest_says,
         user_kernels_say_what_compilers_say, user_kernels_refuse_descriptions_that_do_not_fit,
         user_kernels_refuse_what_the_host_has_not, user_kernels_look_symbols_up,
         user_kernels_leave_launchers_to_the_loader)
