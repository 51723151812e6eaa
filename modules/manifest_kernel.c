/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A manifest of one kernel, as a command line names it: FILE:SYMBOL, launched as SP1 does. */
#include "modules/manifest_internal.h"

#include <ctype.h>
#include <string.h>

/* The colon that divides file and symbol: the last one that is not part of "::"; NULL: none. In a
 * row of colons, those behind the first belong to the symbol in pairs: "a.cu:::f" is "a.cu" and
 * "::f". */
static const char *divider_of(const char *kernel)
{
    const char *end = kernel + strlen(kernel);
    while (end > kernel) {
        if (end[-1] != ':') {
            end--;
            continue;
        }
        const char *start = end;
        while (start > kernel && start[-1] == ':') start--;
        if ((end - start) % 2 != 0) return start;
        end = start;
    }
    return NULL;
}

static tg_status usage(tg_error *error, const char *kernel)
{
    tg_error_set(error, TG_ERR_USAGE, "this names no kernel: '%.100s'", kernel);
    tg_error_how(error, "write FILE:SYMBOL, my_select.cu:my_select_main");
    return TG_ERR_USAGE;
}

/* Copy a list of texts. */
static tg_status copy_list(const char *const **copy, tg_manifest *manifest,
                           const char *const *texts, size_t nb, tg_error *error)
{
    const char **made = NULL;
    tg_status status = tg_manifest_take(&made, manifest, nb, sizeof *made, error);
    for (size_t i = 0; status == TG_OK && i < nb; i++)
        status = tg_manifest_copy(&made[i], manifest, texts[i], error);
    *copy = made;
    return status;
}

static tg_status copy_options(tg_build_options *copy, tg_manifest *manifest,
                              const tg_build_options *options, tg_error *error)
{
    if (options == NULL) return TG_OK;
    *copy = *options;
    tg_status status = TG_OK;
    if (options->standard != NULL)
        status = tg_manifest_copy(&copy->standard, manifest, options->standard, error);
    if (status == TG_OK)
        status =
            copy_list(&copy->includes, manifest, options->includes, options->nb_includes, error);
    if (status == TG_OK)
        status = copy_list(&copy->defines, manifest, options->defines, options->nb_defines, error);
    if (status == TG_OK)
        status = copy_list(&copy->flags, manifest, options->flags, options->nb_flags, error);
    return status;
}

/* The only module, of the file that stands before the colon. */
static tg_status make_module(tg_manifest *manifest, const char *kernel, const char *colon,
                             const tg_build_options *options, tg_error *error)
{
    const size_t length = (size_t)(colon - kernel);
    char *file = NULL;
    tg_status status =
        tg_manifest_take(&manifest->modules, manifest, 1, sizeof manifest->modules[0], error);
    if (status == TG_OK) status = tg_manifest_take(&file, manifest, length + 1, 1, error);
    if (status != TG_OK) return status;
    memcpy(file, kernel, length);
    manifest->nb_modules = 1;
    tg_manifest_module *module = &manifest->modules[0];
    module->name = "kernel";
    module->file = file;
    if (!tg_source_kind_of(&module->kind, file)) {
        tg_error_set(error, TG_ERR_USAGE, "the file's name does not say what it is: %.100s", file);
        tg_error_how(error, "known are %s; a manifest can state another file's kind",
                     TG_SOURCE_SUFFIXES);
        return TG_ERR_USAGE;
    }
    return copy_options(&module->options, manifest, options, error);
}

/* The only entry: SP1's launch of the symbol. */
static tg_status make_entry(tg_manifest *manifest, const char *symbol, size_t trace,
                            tg_error *error)
{
    tg_user_group *group = NULL;
    tg_user_step *step = NULL;
    tg_manifest_entry *entry = NULL;
    tg_status status = tg_manifest_take(&entry, manifest, 1, sizeof *entry, error);
    if (status == TG_OK) status = tg_manifest_take(&group, manifest, 1, sizeof *group, error);
    if (status == TG_OK) status = tg_manifest_take(&step, manifest, 1, sizeof *step, error);
    if (status == TG_OK)
        status = tg_manifest_kernel(&step->kernel, manifest, &manifest->modules[0], symbol, false,
                                    error);
    if (status != TG_OK) return status;
    step->name = tg_trace_at(trace)->name;
    step->nb_arguments = TG_MANIFEST_NB_SP1_ARGUMENTS;
    step->arguments = tg_manifest_sp1_arguments;
    group->nb_steps = 1;
    group->steps = step;
    *entry = (tg_manifest_entry){.trace = trace,
                                 .module = &manifest->modules[0],
                                 .plan = {.nb_groups = 1, .groups = group, .zeroes_trace = true}};
    manifest->nb_entries = 1;
    manifest->entries = entry;
    return TG_OK;
}

bool tg_manifest_is_type(const char *text)
{
    const bool begins = isalpha((unsigned char)text[0]) != 0 || text[0] == '_' || text[0] == ':';
    return begins && strlen(text) < TG_MANIFEST_TEXT_BYTES && strpbrk(text, ";{}\"'#\\\n") == NULL;
}

tg_status tg_manifest_state_struct(tg_manifest *manifest, const char *text, tg_error *error)
{
    tg_manifest_entry *entry = &manifest->entries[0];
    const tg_trace *trace = tg_trace_at(entry->trace);
    const char *how = "name it as C++ does where your headers are included: sp1::Event";
    if (!tg_manifest_is_type(text)) {
        tg_error_set(error, TG_ERR_USAGE, "this names no struct: '%.100s'", text);
    } else if (trace->event == NULL) {
        tg_error_set(error, TG_ERR_USAGE, "%s has no events, only their number", trace->name);
        how = "leave the struct of events out";
    } else if (entry->module->kind != TG_SOURCE_CODE) {
        tg_error_set(error, TG_ERR_USAGE, "a compiled file does not tell of its structs");
        how = "write a manifest, whose \"event\" also names a header (docs/manifest.md)";
    } else {
        entry->layout.struct_name = text;
        return TG_OK;
    }
    tg_error_how(error, "%s", how);
    return TG_ERR_USAGE;
}

tg_status tg_manifest_of_kernel(tg_manifest **manifest, const char *kernel, size_t trace,
                                const tg_build_options *options, tg_error *error)
{
    *manifest = NULL;
    const char *colon = divider_of(kernel);
    if (colon == NULL || colon == kernel || colon[1] == '\0' || colon - kernel >= TG_PATH_BYTES ||
        strlen(colon + 1) >= TG_MANIFEST_TEXT_BYTES)
        return usage(error, kernel);
    tg_manifest *made = NULL;
    tg_status status = tg_manifest_create(&made, error);
    if (status != TG_OK) return status;
    status = make_module(made, kernel, colon, options, error);
    if (status == TG_OK) status = make_entry(made, colon + 1, trace, error);
    if (status == TG_OK) {
        *manifest = made;
    } else {
        tg_manifest_destroy(made);
    }
    return status;
}
