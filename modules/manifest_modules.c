/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Modules of a manifest: files, what they are, how they are compiled; and their kernels. */
#include "modules/manifest_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- kinds ---- */

static const struct {
    const char *suffix;
    tg_source_kind kind;
} suffixes[] = {
    {".cu", TG_SOURCE_CODE},     {".cpp", TG_SOURCE_CODE},      {".cc", TG_SOURCE_CODE},
    {".cxx", TG_SOURCE_CODE},    {".c", TG_SOURCE_CODE},        {".ptx", TG_SOURCE_PTX},
    {".cubin", TG_SOURCE_CUBIN}, {".fatbin", TG_SOURCE_FATBIN}, {".so", TG_SOURCE_LIBRARY},
};

/* Names of the kinds in a manifest. */
static const char *const kind_names[] = {
    [TG_SOURCE_CODE] = "source",   [TG_SOURCE_PTX] = "ptx",         [TG_SOURCE_CUBIN] = "cubin",
    [TG_SOURCE_FATBIN] = "fatbin", [TG_SOURCE_LIBRARY] = "library",
};
#define NB_KINDS (sizeof kind_names / sizeof kind_names[0])

bool tg_source_kind_of(tg_source_kind *kind, const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash != NULL ? slash + 1 : file;
    // "libmine.so.6.2.0": versions stand behind a library's suffix.
    size_t length = strlen(name);
    while (length > 0 && (isdigit((unsigned char)name[length - 1]) || name[length - 1] == '.'))
        length--;
    if (length > 3 && memcmp(name + length - 3, ".so", 3) == 0) {
        *kind = TG_SOURCE_LIBRARY;
        return true;
    }
    const char *dot = strrchr(name, '.');
    if (dot == NULL || dot == name) return false;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (strcmp(dot, suffixes[i].suffix) != 0) continue;
        *kind = suffixes[i].kind;
        return true;
    }
    return false;
}

/* The kind that a module states, else that of its file's suffix. */
static tg_status read_kind(tg_source_kind *kind, const tg_place *module, tg_error *error)
{
    const tg_place file = tg_place_member(module, "file");
    const tg_place stated = tg_place_member(module, "kind");
    if (!tg_place_is_there(&stated)) {
        if (tg_source_kind_of(kind, tg_json_text_of(file.value))) return TG_OK;
        (void)tg_place_refuse(error, &file, "the file's name does not say what it is: %.100s",
                              tg_json_text_of(file.value));
        tg_error_how(error, "known are %s; or add \"kind\": source, ptx, cubin, fatbin or library",
                     TG_SOURCE_SUFFIXES);
        return TG_ERR_FORMAT;
    }
    const char *text = NULL;
    const tg_status status = tg_place_text(&text, &stated, TG_MANIFEST_NAME_BYTES, error);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < NB_KINDS; i++) {
        if (strcmp(text, kind_names[i]) != 0) continue;
        *kind = (tg_source_kind)i;
        return TG_OK;
    }
    (void)tg_place_refuse(error, &stated, "there is no kind \"%s\" of modules", text);
    tg_error_how(error, "write source, ptx, cubin, fatbin or library");
    return TG_ERR_FORMAT;
}

/* ---- options ---- */

tg_status tg_manifest_read_path(const char **path, tg_manifest_reader *reader,
                                const tg_place *place, tg_error *error)
{
    char whole[TG_PATH_BYTES];
    const char *text = NULL;
    tg_status status = tg_place_text(&text, place, TG_PATH_BYTES, error);
    if (status == TG_OK) {
        status = tg_path_format(whole, error, "%s%s", text[0] == '/' ? "" : reader->folder, text);
        if (status != TG_OK) tg_place_where(error, place);
    }
    if (status == TG_OK) status = tg_manifest_copy(path, reader->manifest, whole, error);
    return status;
}

static tg_status read_plain(const char **text, tg_manifest_reader *reader, const tg_place *place,
                            tg_error *error)
{
    const char *found = NULL;
    const tg_status status = tg_place_text(&found, place, TG_MANIFEST_TEXT_BYTES, error);
    return status == TG_OK ? tg_manifest_copy(text, reader->manifest, found, error) : status;
}

/* "NAME", "NAME=VALUE", "NAME(x)=VALUE". */
static tg_status read_define(const char **text, tg_manifest_reader *reader, const tg_place *place,
                             tg_error *error)
{
    const tg_status status = read_plain(text, reader, place, error);
    if (status != TG_OK || isalpha((unsigned char)**text) || **text == '_') return status;
    (void)tg_place_refuse(error, place, "this defines no macro: %.60s", *text);
    tg_error_how(error, "write \"NAME\" or \"NAME=VALUE\", without -D");
    return TG_ERR_FORMAT;
}

typedef tg_status read_one(const char **text, tg_manifest_reader *reader, const tg_place *place,
                           tg_error *error);

/* A list of texts; none where there is no value. */
static tg_status read_list(const char *const **list, size_t *nb, tg_manifest_reader *reader,
                           const tg_place *place, read_one *read, tg_error *error)
{
    if (!tg_place_is_there(place)) return TG_OK;
    size_t length = 0;
    const char **texts = NULL;
    tg_status status = tg_place_array(&length, place, TG_MANIFEST_MAX_OPTIONS, error);
    if (status == TG_OK)
        status = tg_manifest_take(&texts, reader->manifest, length, sizeof *texts, error);
    for (size_t i = 0; status == TG_OK && i < length; i++) {
        const tg_place element = tg_place_element(place, i);
        status = read(&texts[i], reader, &element, error);
    }
    if (status != TG_OK) return status;
    *list = texts;
    *nb = length;
    return TG_OK;
}

/* "c++17", without what would be another option. */
static tg_status read_standard(const char **standard, tg_manifest_reader *reader,
                               const tg_place *place, tg_error *error)
{
    if (!tg_place_is_there(place)) return TG_OK;
    const char *text = NULL;
    const tg_status status = tg_place_text(&text, place, TG_MANIFEST_NAME_BYTES, error);
    if (status != TG_OK) return status;
    const size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789+");
    if (text[length] == '\0') return tg_manifest_copy(standard, reader->manifest, text, error);
    (void)tg_place_refuse(error, place, "there is no standard \"%s\"", text);
    tg_error_how(error, "write one as the compiler calls it, \"c++17\", without --std");
    return TG_ERR_FORMAT;
}

static tg_status read_options(tg_build_options *options, tg_manifest_reader *reader,
                              const tg_place *module, tg_error *error)
{
    const tg_place standard = tg_place_member(module, "std");
    const tg_place includes = tg_place_member(module, "includes");
    const tg_place defines = tg_place_member(module, "defines");
    const tg_place flags = tg_place_member(module, "flags");
    const tg_place warnings = tg_place_member(module, "warnings");
    tg_status status = read_standard(&options->standard, reader, &standard, error);
    if (status == TG_OK)
        status = read_list(&options->includes, &options->nb_includes, reader, &includes,
                           tg_manifest_read_path, error);
    if (status == TG_OK)
        status = read_list(&options->defines, &options->nb_defines, reader, &defines, read_define,
                           error);
    if (status == TG_OK)
        status = read_list(&options->flags, &options->nb_flags, reader, &flags, read_plain, error);
    if (status == TG_OK) status = tg_place_flag(&options->shows_warnings, &warnings, error);
    return status;
}

/* Options that mean nothing to a file of this kind would be ignored: they are refused. */
static tg_status check_kind(const tg_manifest_module *module, const tg_place *place,
                            tg_error *error)
{
    static const struct {
        const char *key;
        tg_source_kind kind;
    } owned[] = {
        {"std", TG_SOURCE_CODE},   {"includes", TG_SOURCE_CODE}, {"defines", TG_SOURCE_CODE},
        {"flags", TG_SOURCE_CODE}, {"warnings", TG_SOURCE_CODE}, {"launcher", TG_SOURCE_LIBRARY},
    };
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
        const tg_place option = tg_place_member(place, owned[i].key);
        if (!tg_place_is_there(&option) || owned[i].kind == module->kind) continue;
        (void)tg_place_refuse(error, &option, "\"%s\" is for modules of the kind %s, this is a %s",
                              owned[i].key, kind_names[owned[i].kind], kind_names[module->kind]);
        tg_error_how(error, "leave it away, or name a file of that kind");
        return TG_ERR_FORMAT;
    }
    return TG_OK;
}

/* ---- modules ---- */

static tg_status read_module(tg_manifest_module *module, tg_manifest_reader *reader,
                             const tg_place *place, tg_error *error)
{
    static const char *const keys[] = {"file",    "kind",  "std",      "includes",
                                       "defines", "flags", "warnings", "launcher"};
    const tg_place file = tg_place_member(place, "file");
    const tg_place launcher = tg_place_member(place, "launcher");
    tg_status status = tg_place_name(place, error);
    if (status == TG_OK) status = tg_place_object(place, keys, sizeof keys / sizeof keys[0], error);
    if (status == TG_OK)
        status = tg_manifest_copy(&module->name, reader->manifest, place->key, error);
    if (status == TG_OK) status = tg_manifest_read_path(&module->file, reader, &file, error);
    if (status == TG_OK) status = read_kind(&module->kind, place, error);
    if (status == TG_OK) status = check_kind(module, place, error);
    if (status == TG_OK) status = read_options(&module->options, reader, place, error);
    if (status == TG_OK && tg_place_is_there(&launcher))
        status = read_plain(&module->launcher, reader, &launcher, error);
    return status;
}

tg_status tg_manifest_read_modules(tg_manifest_reader *reader, tg_error *error)
{
    tg_manifest *manifest = reader->manifest;
    const tg_place modules = tg_place_member(&reader->root, "modules");
    tg_status status = tg_place_any_object(&modules, TG_MANIFEST_MAX_MODULES, error);
    if (status == TG_OK)
        status = tg_manifest_take(&manifest->modules, manifest, tg_json_nb_keys(modules.value),
                                  sizeof manifest->modules[0], error);
    for (const char *key = tg_json_next_key(modules.value, NULL); status == TG_OK && key != NULL;
         key = tg_json_next_key(modules.value, key)) {
        const tg_place place = tg_place_member(&modules, key);
        status = read_module(&manifest->modules[manifest->nb_modules++], reader, &place, error);
    }
    return status;
}

tg_status tg_manifest_find_module(tg_manifest_module **module, const tg_manifest_reader *reader,
                                  const tg_place *place, tg_error *error)
{
    const char *name = NULL;
    const tg_status status = tg_place_text(&name, place, TG_MANIFEST_TEXT_BYTES, error);
    if (status != TG_OK) return status;
    tg_manifest *manifest = reader->manifest;
    for (size_t i = 0; i < manifest->nb_modules; i++) {
        if (strcmp(manifest->modules[i].name, name) != 0) continue;
        *module = &manifest->modules[i];
        return TG_OK;
    }
    (void)tg_place_refuse(error, place, "\"modules\" has no \"%.60s\"", name);
    tg_place_how_key(error, name, tg_json_member(reader->root.value, "modules"),
                     "add it to \"modules\"");
    return TG_ERR_FORMAT;
}

/* ---- kernels ---- */

tg_status tg_manifest_kernel(const tg_user_kernel **kernel, tg_manifest *manifest,
                             tg_manifest_module *module, const char *name, bool is_getter,
                             tg_error *error)
{
    for (size_t i = 0; i < module->nb_kernels; i++) {
        if (module->kernels[i].is_getter != is_getter || strcmp(module->kernels[i].name, name) != 0)
            continue;
        *kernel = &module->kernels[i];
        return TG_OK;
    }
    // Steps point to their kernels, so that there is room for those of all steps from the first on.
    const size_t most = (manifest->nb_entries + 1) * TG_USER_MAX_STEPS;
    tg_user_kernel made = {.module = NULL, .is_getter = is_getter};
    tg_status status = TG_OK;
    if (module->kernels == NULL)
        status = tg_manifest_take(&module->kernels, manifest, most, sizeof made, error);
    if (status == TG_OK) status = tg_manifest_copy(&made.name, manifest, name, error);
    if (status != TG_OK) return status;
    made.symbol = made.name;
    module->kernels[module->nb_kernels] = made;
    *kernel = &module->kernels[module->nb_kernels++];
    return TG_OK;
}
