/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Manifests: their memory, their reader's outermost level, and those that a command line makes. */
#include "modules/manifest.h"

#include "model/memory.h"
#include "modules/manifest_internal.h"

#include <stddef.h>
#include <string.h>

/* Version of the file. Keep in step with docs/manifest.md and docs/manifest.schema.json. */
#define VERSION 1

/* ---- memory ---- */

/* Bytes before what a piece of memory is for: it stays aligned for anything. */
#define HEADER_BYTES                                                                    \
    ((sizeof(tg_manifest_memory) + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * \
     _Alignof(max_align_t))

tg_status tg_manifest_create(tg_manifest **manifest, tg_error *error)
{
    void *memory = NULL;
    const tg_status status = tg_buffer_create(&memory, 1, sizeof **manifest, error);
    *manifest = memory;
    if (status == TG_OK) **manifest = (tg_manifest){.memory = NULL};
    return status;
}

void tg_manifest_destroy(tg_manifest *manifest)
{
    if (manifest == NULL) return;
    for (tg_manifest_formula *at = manifest->formulas; at != NULL; at = at->next)
        tg_formula_destroy(at->formula);
    for (tg_manifest_memory *at = manifest->memory; at != NULL;) {
        tg_manifest_memory *next = at->next;
        tg_buffer_destroy(at);
        at = next;
    }
    tg_buffer_destroy(manifest);
}

tg_status tg_manifest_take(void *memory, tg_manifest *manifest, size_t nb, size_t size,
                           tg_error *error)
{
    size_t len_bytes = 0;
    void *taken = NULL;
    tg_status status = tg_size_multiply(&len_bytes, nb, size, error);
    // What is asked for comes from counts that are bounded: the header does not overflow it.
    if (status == TG_OK) status = tg_buffer_create(&taken, HEADER_BYTES + len_bytes, 1, error);
    if (status != TG_OK) return status;
    tg_manifest_memory *header = taken;
    header->next = manifest->memory;
    manifest->memory = header;
    void *content = (unsigned char *)taken + HEADER_BYTES;
    memset(content, 0, len_bytes);
    // The caller's pointer is of its own type.
    memcpy(memory, &content, sizeof content);
    return TG_OK;
}

tg_status tg_manifest_copy(const char **copy, tg_manifest *manifest, const char *text,
                           tg_error *error)
{
    const size_t len_bytes = strlen(text) + 1;
    char *made = NULL;
    const tg_status status = tg_manifest_take(&made, manifest, len_bytes, 1, error);
    if (status != TG_OK) return status;
    memcpy(made, text, len_bytes);
    *copy = made;
    return TG_OK;
}

size_t tg_manifest_nb_entries(const tg_manifest *manifest) { return manifest->nb_entries; }

tg_manifest_entry *tg_manifest_entry_at(tg_manifest *manifest, size_t index)
{
    TG_VERIFY_CHECK(index < manifest->nb_entries);
    return &manifest->entries[index];
}

size_t tg_manifest_nb_modules(const tg_manifest *manifest) { return manifest->nb_modules; }

tg_manifest_module *tg_manifest_module_at(tg_manifest *manifest, size_t index)
{
    TG_VERIFY_CHECK(index < manifest->nb_modules);
    return &manifest->modules[index];
}

/* ---- reading ---- */

static tg_status check_version(const tg_place *root, tg_error *error)
{
    const tg_place version = tg_place_member(root, "version");
    if (tg_json_type_of(version.value) == TG_JSON_INTEGER) {
        const long long number = (long long)tg_json_integer_of(version.value);
        if (number == VERSION) return TG_OK;
        (void)tg_place_refuse(error, &version,
                              "the manifest has version %lld, this program reads %d", number,
                              VERSION);
        tg_error_how(error, "use the version of tracegate that the manifest was written for");
        return TG_ERR_FORMAT;
    }
    (void)tg_place_refuse(error, &version,
                          tg_place_is_there(&version) ? "\"version\" is not an integer"
                                                      : "\"version\" is missing");
    tg_error_how(error, "write \"version\": %d", VERSION);
    return TG_ERR_FORMAT;
}

/* A module that no kernel is of is a slip: its kernels would pass for gated. */
static tg_status check_all_used(const tg_manifest_reader *reader, tg_error *error)
{
    const tg_place modules = tg_place_member(&reader->root, "modules");
    for (size_t i = 0; i < reader->manifest->nb_modules; i++) {
        const tg_manifest_module *module = &reader->manifest->modules[i];
        if (module->nb_kernels != 0) continue;
        const tg_place place = tg_place_member(&modules, module->name);
        (void)tg_place_refuse(error, &place, "no kernel is of the module \"%s\"", module->name);
        tg_error_how(error, "name it as the \"module\" of a kernel, or leave it away");
        return TG_ERR_FORMAT;
    }
    return TG_OK;
}

static tg_status read_all(tg_manifest_reader *reader, tg_error *error)
{
    static const char *const keys[] = {"version", "modules", "values", "kernels"};
    tg_status status = check_version(&reader->root, error);
    if (status == TG_OK)
        status = tg_place_object(&reader->root, keys, sizeof keys / sizeof keys[0], error);
    if (status == TG_OK) status = tg_manifest_read_values(reader, error);
    if (status == TG_OK) status = tg_manifest_read_modules(reader, error);
    if (status == TG_OK) status = tg_manifest_read_entries(reader, error);
    if (status == TG_OK) status = check_all_used(reader, error);
    return status;
}

tg_status tg_manifest_read(tg_manifest **manifest, const char *path, tg_error *error)
{
    *manifest = NULL;
    char folder[TG_PATH_BYTES];
    const char *slash = strrchr(path, '/');
    tg_json json;
    tg_status status =
        tg_path_format(folder, error, "%.*s", slash != NULL ? (int)(slash - path) + 1 : 0, path);
    if (status != TG_OK) return status;
    status = tg_json_open(&json, path, error);
    if (status != TG_OK) return status;
    tg_manifest *made = NULL;
    status = tg_manifest_create(&made, error);
    if (status == TG_OK) {
        tg_manifest_reader reader = {.manifest = made, .folder = folder};
        reader.root = (tg_place){.parent = NULL, .key = NULL, .value = json.root};
        status = read_all(&reader, error);
    }
    tg_json_close(&json);
    if (status == TG_OK) {
        *manifest = made;
        return TG_OK;
    }
    tg_manifest_destroy(made);
    tg_error_where(error, "%s", path);
    return status;
}
