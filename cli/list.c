/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate list: the traces, and the backends that can make them here. */
#include "cli/chip_library.h"
#include "cli/json_out.h"
#include "cli/verbs.h"
#include "harness/backend.h"
#include "modules/manifest.h"

#include <stddef.h>
#include <string.h>

typedef struct list_values {
    bool json;
    tg_words chip_libraries;
} list_values;

static const tg_option options[] = {
    TG_CHIP_LIBRARY_OPTION(list_values, chip_libraries),
    TG_OPTION(list_values, json, FLAG, "json", NULL, "print JSON"),
};

/* Whether a backend can make traces on this machine. */
static bool is_available(const tg_backend_ops *ops)
{
    tg_backend backend;
    if (!ops->generates || tg_backend_open(&backend, ops, NULL) != TG_OK) return false;
    tg_backend_close(&backend);
    return true;
}

/* Whether the manifest that a trace's library names has a kernel of it that a backend runs. */
static bool has_kernel(const tg_backend_ops *ops, size_t trace)
{
    const char *path = tg_chip_library_manifest_of(tg_trace_at(trace));
    tg_manifest *manifest = NULL;
    bool has = false;
    // One that cannot be read, a gate refuses, and says why.
    if (path == NULL || tg_manifest_read(&manifest, path, NULL) != TG_OK) return false;
    for (size_t i = 0; i < tg_manifest_nb_entries(manifest); i++) {
        const tg_manifest_entry *entry = tg_manifest_entry_at(manifest, i);
        if (entry->trace != trace) continue;
        has = strcmp(ops->name, "host") != 0 || entry->module->kind == TG_SOURCE_CODE;
    }
    tg_manifest_destroy(manifest);
    return has;
}

/* Whether a backend that is there can make a trace: there are no kernels of added chips but those
 * that their libraries name. */
static bool makes(const tg_backend_ops *ops, size_t trace)
{
    return trace < tg_nb_listed_traces() || !ops->takes_launch || has_kernel(ops, trace);
}

static void print_json(const bool *available)
{
    tg_json_out json = {.out = stdout};
    tg_json_begin(&json, NULL, '[');
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        tg_json_begin(&json, NULL, '{');
        tg_json_text(&json, "name", trace->name);
        tg_json_text(&json, "chip", trace->chip->name);
        tg_json_text(&json, "kind", tg_kind_name(trace->kind));
        tg_json_count(&json, "width", tg_trace_width(trace));
        tg_json_count(&json, "event_size", tg_trace_event_size(trace));
        tg_json_begin(&json, "backends", '[');
        for (size_t backend = 0; backend < tg_nb_backends(); backend++) {
            const tg_backend_ops *ops = tg_backend_ops_at(backend);
            if (available[backend] && makes(ops, i)) tg_json_text(&json, NULL, ops->name);
        }
        tg_json_end(&json);
        tg_json_end(&json);
    }
    tg_json_end(&json);
}

static void print_table(const bool *available)
{
    (void)printf("%-36s%6s%12s  %s\n", "trace", "width", "event bytes", "backends here");
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        (void)printf("%-36s%6zu%12zu ", trace->name, tg_trace_width(trace),
                     tg_trace_event_size(trace));
        for (size_t backend = 0; backend < tg_nb_backends(); backend++) {
            const tg_backend_ops *ops = tg_backend_ops_at(backend);
            if (available[backend] && makes(ops, i)) (void)printf(" %s", ops->name);
        }
        (void)putchar('\n');
    }
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const list_values *given = values;
    (void)operands;
    bool available[16] = {false};
    if (tg_nb_backends() > TG_NB_ELEMENTS(available)) {
        tg_error_set(error, TG_ERR_SIZE, "%zu backends are more than 'list' has room for",
                     tg_nb_backends());
        tg_error_how(error, "give it more room in cli/list.c");
        return TG_ERR_SIZE;
    }
    for (size_t i = 0; i < tg_nb_backends(); i++) {
        available[i] = is_available(tg_backend_ops_at(i));
    }
    if (given->json) {
        print_json(available);
    } else {
        print_table(available);
    }
    return TG_OK;
}

const tg_verb tg_verb_list = {
    .name = "list",
    .summary = "list the traces, and the backends that can make them here",
    .operands = "",
    .text =
        "Lists every trace kind of every chip: its width in columns, the bytes of one event "
        "(0: the trace has no\n"
        "events, only their number) and the backends that can make it on this machine. Kernels of "
        "chip libraries are those of the\n"
        "manifests that they name.\n",
    .examples = "  tracegate list             # a table\n"
                "  tracegate list --json      # the same for programs: an array with an object for "
                "each trace\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(list_values),
    .run = run,
};
