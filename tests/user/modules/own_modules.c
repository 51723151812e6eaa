/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The program's own kernels as a user's: manifests that launch them as their plans do, for modules
 * of one kind, and sources of libraries as SP1's are.
 *
 *   own_modules KIND FOLDER     the manifest: source, ptx, cubin, fatbin, symbols or getters.
 * Modules are FOLDER/<file>.<suffix>; of sources FOLDER is the program's own own_modules --files
 * the files of kernels that it has traces of own_modules --getters FILE  source of
 * FOLDER/<FILE>_getters.so: the file's kernels, and for each a function that returns its address
 *
 * Traces that take several launches are left out: their steps share a struct, which no argument of
 * a manifest is. docs/examples has Global.
 */
#include "gpu/plan.h"

#include <stdio.h>
#include <string.h>

/* File of each trace's kernel, in the order of tg_trace_at. */
#define FILES_BOTH(file) #file, #file,
#define FILES_MAIN(file) #file,
static const char *const files[] = {
#define TG_CHIP(id, file, name, kinds) FILES_##kinds(file)
#include "model/chips.def"
#undef TG_CHIP
};

/* The one launch of a trace; NULL if it takes several. */
static const tg_step *step_of(size_t trace)
{
    const tg_plan *plan = tg_plan_at(trace);
    const bool is_one = plan->nb_steps == 1 && plan->nb_scratch == 0;
    return is_one && plan->steps[0].nb_items == NULL ? &plan->steps[0] : NULL;
}

/* Whether this is the first trace of its file. */
static bool is_first(size_t trace)
{
    for (size_t i = 0; i < trace; i++) {
        if (step_of(i) != NULL && strcmp(files[i], files[trace]) == 0) return false;
    }
    return step_of(trace) != NULL;
}

static void print_module(size_t trace, const char *kind, const char *folder)
{
    static const struct {
        const char *kind;
        const char *format;
    } forms[] = {
        {"source", "{\"file\": \"%s/kernels/%s.cu\", \"std\": \"c++17\", \"includes\": [\"%s\"]}"},
        {"ptx", "{\"file\": \"%s/%s.ptx\"}"},
        {"cubin", "{\"file\": \"%s/%s.cubin\"}"},
        {"fatbin", "{\"file\": \"%s/%s.fatbin\"}"},
        {"symbols", "{\"file\": \"%s/%s.so\"}"},
        {"getters", "{\"file\": \"%s/%s_getters.so\"}"},
    };
    printf("    \"%s\": ", files[trace]);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (strcmp(kind, forms[i].kind) != 0) continue;
        printf(forms[i].format, folder, files[trace], folder);
    }
}

static void print_kernel(size_t trace, bool are_getters)
{
    const tg_step *step = step_of(trace);
    // Any height: of the shape only the block is taken, which does not depend on it.
    const tg_launch shape = tg_step_launch(step, NULL, 1, 1);
    printf("    {\"trace\": \"%s\", \"module\": \"%s\", \"symbol\": \"%s%s\",%s \"zero_trace\": "
           "false,\n",
           tg_trace_at(trace)->name, files[trace], are_getters ? "get_" : "tg_krn_", step->name,
           are_getters ? " \"getter\": true," : "");
    printf(
        "     \"block\": %lu, \"grid\": \"max(1, ceil_div(height, %lu))\", \"shared_bytes\": %lu}",
        (unsigned long)shape.block, (unsigned long)*step->rows_per_block,
        (unsigned long)step->shared_bytes);
}

static int print_manifest(const char *kind, const char *folder)
{
    const char *comma = "";
    printf("{\n  \"version\": 1,\n  \"modules\": {\n");
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (!is_first(i)) continue;
        printf("%s", comma);
        print_module(i, kind, folder);
        comma = ",\n";
    }
    printf("\n  },\n  \"kernels\": [\n");
    comma = "";
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (step_of(i) == NULL) continue;
        printf("%s", comma);
        print_kernel(i, strcmp(kind, "getters") == 0);
        comma = ",\n";
    }
    printf("\n  ]\n}\n");
    return 0;
}

static int print_getters(const char *file)
{
    printf("#include \"kernels/%s.cu\"\n", file);
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_step *step = step_of(i);
        if (step == NULL || strcmp(files[i], file) != 0) continue;
        printf("extern \"C\" void *get_%s(void) { return (void *)tg_krn_%s; }\n", step->name,
               step->name);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (sizeof files / sizeof files[0] != tg_nb_traces()) return 1;
    if (argc == 2 && strcmp(argv[1], "--files") == 0) {
        for (size_t i = 0; i < tg_nb_traces(); i++) {
            if (is_first(i)) printf("%s\n", files[i]);
        }
        return 0;
    }
    if (argc == 3 && strcmp(argv[1], "--getters") == 0) return print_getters(argv[2]);
    if (argc == 3) return print_manifest(argv[1], argv[2]);
    (void)fprintf(stderr, "usage: own_modules KIND FOLDER | --files | --getters FILE\n");
    return 2;
}
