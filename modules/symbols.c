/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Symbols of module files. The names of a tg_symbols point into the bytes of its file, which stand
 * in the list behind the last name: a hostile file can have many names share long bytes. */
#include "modules/symbols_internal.h"

#include "model/memory.h"
#include "model/names.h"

#include <string.h>

/* How long a list of all names may become in an error. */
#define LIST_BYTES 200

/* The first bytes of a fat binary as its header has them, 0xBA55ED50 in the order of the bytes, and
 * bytes of that header: magic, version and length of the header, length of the rest. */
static const unsigned char fatbin_magic[4] = {0x50, 0xed, 0x55, 0xba};
#define FATBIN_HEADER_BYTES 16

static const char *const kind_texts[] = {
    [FILE_UNKNOWN] = "of no kind that is known",
    [FILE_PTX] = "PTX",
    [FILE_CUBIN] = "a cubin",
    [FILE_FATBIN] = "a fat binary",
    [FILE_LIBRARY] = "a shared library",
    [FILE_OBJECT] = "an object file that is not linked",
    [FILE_PROGRAM] = "a program",
    [FILE_FOREIGN] = "for another processor",
};

static const file_kind wanted_kinds[] = {
    [TG_SOURCE_CODE] = FILE_UNKNOWN,    [TG_SOURCE_PTX] = FILE_PTX,
    [TG_SOURCE_CUBIN] = FILE_CUBIN,     [TG_SOURCE_FATBIN] = FILE_FATBIN,
    [TG_SOURCE_LIBRARY] = FILE_LIBRARY,
};

void names_add(text *names, size_t offset)
{
    const uint64_t number = offset;
    text_append(names, &number, sizeof number);
}

static file_kind kind_of(const text *file)
{
    if (file->length >= sizeof fatbin_magic &&
        memcmp(file->bytes, fatbin_magic, sizeof fatbin_magic) == 0)
        return FILE_FATBIN;
    const file_kind kind = elf_kind(file);
    if (kind != FILE_UNKNOWN) return kind;
    return is_ptx(file) ? FILE_PTX : FILE_UNKNOWN;
}

static tg_status kind_error(file_kind is, file_kind wanted, tg_error *error)
{
    if (is == FILE_UNKNOWN) {
        tg_error_set(error, TG_ERR_FORMAT, "this is not %s", kind_texts[wanted]);
        tg_error_how(error, "name the file that nvcc wrote; its ending says its kind: .ptx, "
                            ".cubin, .fatbin or .so");
    } else {
        tg_error_set(error, TG_ERR_FORMAT, "this is %s, not %s", kind_texts[is],
                     kind_texts[wanted]);
        tg_error_how(error, is == FILE_OBJECT || is == FILE_PROGRAM
                                ? "link it as a shared library: nvcc -shared"
                            : is == FILE_FOREIGN ? "build it on this machine"
                                                 : "give the file the ending of its kind: .ptx, "
                                                   ".cubin, .fatbin or .so");
    }
    return TG_ERR_FORMAT;
}

/* A fat binary is whole if what its header counts is there. */
static tg_status check_fatbin(const text *file, tg_error *error)
{
    uint16_t header_bytes = 0;
    uint64_t rest_bytes = 0;
    if (file->length >= FATBIN_HEADER_BYTES) {
        memcpy(&header_bytes, file->bytes + 6, sizeof header_bytes);
        memcpy(&rest_bytes, file->bytes + 8, sizeof rest_bytes);
        if (header_bytes >= FATBIN_HEADER_BYTES && header_bytes <= file->length &&
            rest_bytes != 0 && rest_bytes <= file->length - header_bytes)
            return TG_OK;
    }
    tg_error_set(error, TG_ERR_FORMAT, "the fat binary is truncated: %zu bytes are there",
                 file->length);
    tg_error_how(error, "build it again: nvcc -fatbin");
    return TG_ERR_FORMAT;
}

/* The list with the file's bytes, which become its own. */
static tg_status take_names(tg_symbols *symbols, const text *names, text *file, tg_error *error)
{
    const size_t nb = names->length / sizeof(uint64_t);
    void *list = NULL;
    const tg_status status = tg_buffer_create(&list, nb + 1, sizeof(char *), error);
    if (status != TG_OK) return status;
    symbols->names = list;
    symbols->nb = nb;
    for (size_t i = 0; i < nb; i++) {
        uint64_t offset = 0;
        memcpy(&offset, names->bytes + i * sizeof offset, sizeof offset);
        symbols->names[i] = file->bytes + offset;
    }
    symbols->names[nb] = file->bytes;
    *file = (text){.bytes = NULL};
    return TG_OK;
}

tg_status tg_symbols_read(tg_symbols *symbols, const char *path, tg_source_kind kind,
                          tg_error *error)
{
    text file = {.bytes = NULL};
    text names = {.bytes = NULL};
    *symbols = (tg_symbols){.names = NULL};
    if (kind == TG_SOURCE_CODE) return TG_OK;
    tg_status status = text_read(&file, path, error);
    if (status != TG_OK) goto cleanup;
    const file_kind is = kind_of(&file);
    const file_kind wanted = wanted_kinds[kind];
    if (is != wanted) {
        status = kind_error(is, wanted, error);
    } else if (is == FILE_FATBIN) {
        status = check_fatbin(&file, error);
    } else if (is == FILE_PTX) {
        symbols->are_known = true;
        status = ptx_names(&names, &file, error);
    } else {
        status = elf_names(&names, &symbols->are_known, &file, is, error);
    }
    if (status != TG_OK) tg_error_where(error, "%s", path);
    if (status == TG_OK) status = text_status(&names, error);
    if (status == TG_OK && symbols->are_known) status = take_names(symbols, &names, &file, error);
cleanup:
    text_clear(&file);
    text_clear(&names);
    if (status != TG_OK) *symbols = (tg_symbols){.names = NULL};
    return status;
}

void tg_symbols_clear(tg_symbols *symbols)
{
    if (symbols->names != NULL) tg_buffer_destroy(symbols->names[symbols->nb]);
    tg_buffer_destroy(symbols->names);
    *symbols = (tg_symbols){.names = NULL};
}

static const char *name_at(const void *context, size_t index)
{
    return ((const tg_symbols *)context)->names[index];
}

/* The name that was meant: one that the asked one is part of, as of a mangled name, or the nearest;
 * NULL if there is none. */
static const char *meant_name(const tg_symbols *symbols, const char *name)
{
    for (size_t i = 0; name[0] != '\0' && i < symbols->nb; i++) {
        if (strstr(symbols->names[i], name) != NULL) return symbols->names[i];
    }
    return tg_nearest_name(name, symbols->nb, name_at, symbols);
}

/* All names in one line; false if they are too many. */
static bool list_names(char line[LIST_BYTES], const tg_symbols *symbols)
{
    size_t length = 0;
    line[0] = '\0';
    for (size_t i = 0; i < symbols->nb; i++) {
        const size_t nb = strlen(symbols->names[i]);
        if (nb + 3 > LIST_BYTES - length) return false;
        length += (size_t)snprintf(line + length, LIST_BYTES - length, "%s%s", i == 0 ? "" : ", ",
                                   symbols->names[i]);
    }
    return symbols->nb != 0;
}

tg_status tg_symbols_check(const tg_symbols *symbols, const char *path, const char *name,
                           tg_error *error)
{
    if (!symbols->are_known) return TG_OK;
    for (size_t i = 0; i < symbols->nb; i++) {
        if (strcmp(symbols->names[i], name) == 0) return TG_OK;
    }
    char line[LIST_BYTES];
    const char *meant = meant_name(symbols, name);
    tg_error_set(error, TG_ERR_FORMAT, "there is no kernel '%.150s' in this file", name);
    tg_error_where(error, "%s", path);
    if (meant != NULL) {
        tg_error_how(error, "did you mean '%.200s'?", meant);
    } else if (list_names(line, symbols)) {
        tg_error_how(error, "it has: %s", line);
    } else if (symbols->nb != 0) {
        tg_error_how(error, "it has %zu names, the first of them '%.100s'", symbols->nb,
                     symbols->names[0]);
    } else {
        tg_error_how(error, "it has none: declare kernels __global__, and extern \"C\" to keep "
                            "their names");
    }
    return TG_ERR_FORMAT;
}

const char *tg_symbols_near(char *near, size_t size, const tg_symbols *symbols, const char *name)
{
    const char *nearest = tg_nearest_name(name, symbols->nb, name_at, symbols);
    if (nearest == NULL || strcmp(nearest, name) == 0) return NULL;
    (void)snprintf(near, size, "%s", nearest);
    return near;
}
