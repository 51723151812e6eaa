/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which files users' kernels are made from. */
#include "modules/user_files.h"

#include "model/memory.h"
#include "modules/includes_internal.h"

#include <stdio.h>
#include <string.h>

/* The folder of a file. */
static void folder_of(char folder[TG_PATH_BYTES], const char *path)
{
    const char *slash = strrchr(path, '/');
    const int length = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
    (void)snprintf(folder, TG_PATH_BYTES, "%.*s", length, slash == NULL ? "." : path);
}

/* A source, and what it includes. What it says to a compiler beside that, nobody reads here. */
static tg_status visit_source(bool *is_complete, const char *file, const tg_build_options *options,
                              const tg_user_files_visitor *visitor, tg_error *error)
{
    includes found;
    char own[TG_PATH_BYTES];
    void *memory = NULL;
    const size_t nb = options->nb_includes;
    tg_status status = tg_buffer_create(&memory, nb + 1, sizeof(char *), error);
    if (status != TG_OK) return status;
    const char **folders = memory;
    folder_of(own, file);
    folders[0] = own;
    for (size_t i = 0; i < nb; i++) folders[i + 1] = options->includes[i];
    for (size_t i = 0; i <= nb; i++) visitor->folder(visitor->context, folders[i]);
    // What is wrong with a source, its build says.
    tg_error why = {.status = TG_OK};
    status = includes_read(&found, file, folders, nb + 1, NULL, &why);
    if (status != TG_OK || !found.is_sure || options->nb_flags != 0) *is_complete = false;
    if (status == TG_ERR_MEMORY && error != NULL) *error = why;
    if (status != TG_ERR_MEMORY) status = TG_OK;
    const char *path = found.paths.bytes;
    for (size_t i = 0; i < found.nb_files && status == TG_OK; i++) {
        visitor->file(visitor->context, path);
        path += strlen(path) + 1;
    }
    includes_clear(&found);
    tg_buffer_destroy(memory);
    return status;
}

tg_status tg_user_files_visit(bool *is_complete, const tg_user_options *options,
                              const tg_user_files_visitor *visitor, tg_error *error)
{
    tg_manifest *manifest = NULL;
    tg_status status = TG_OK;
    *is_complete = true;
    if (options->manifest != NULL) {
        visitor->file(visitor->context, options->manifest);
        tg_error why = {.status = TG_OK};
        status = tg_manifest_read(&manifest, options->manifest, &why);
        if (status != TG_OK) *is_complete = false;
        if (status != TG_OK && status != TG_ERR_MEMORY) return TG_OK;
        if (status != TG_OK && error != NULL) *error = why;
    } else {
        status = tg_manifest_of_kernel(&manifest, options->kernel, options->trace, &options->build,
                                       error);
    }
    const size_t nb = status == TG_OK ? tg_manifest_nb_modules(manifest) : 0;
    for (size_t i = 0; i < nb && status == TG_OK; i++) {
        const tg_manifest_module *of = tg_manifest_module_at(manifest, i);
        visitor->file(visitor->context, of->file);
        if (of->kind == TG_SOURCE_CODE)
            status = visit_source(is_complete, of->file, &of->options, visitor, error);
    }
    const size_t nb_entries = status == TG_OK ? tg_manifest_nb_entries(manifest) : 0;
    for (size_t i = 0; i < nb_entries && status == TG_OK; i++) {
        const tg_manifest_entry *entry = tg_manifest_entry_at(manifest, i);
        const char *header = entry->layout.header;
        if (header == NULL) continue;
        visitor->file(visitor->context, header);
        status = visit_source(is_complete, header, &entry->module->options, visitor, error);
    }
    tg_manifest_destroy(manifest);
    return status;
}
