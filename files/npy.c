/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Opening and reading of .npy files.
 *
 * Layout: the magic "\x93NUMPY", major and minor version, length of the header text (2 bytes in
 * version 1.0, 4 in 2.0 and 3.0, little-endian), the header text, the data. Source: NumPy's format
 * specification (numpy.lib.format).
 */
#include "files/npy.h"

#include "files/npy_internal.h"
#include "files/transpose_internal.h"
#include "model/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "events and words lie in files as in the memory of a little-endian machine"
#endif

#define MAGIC "\x93NUMPY"
#define MAGIC_BYTES 6

/* Longest header text that is read: as much as version 1.0 can say. np.save writes 118 bytes for
 * the arrays here; later versions allow 4 GiB, for structures of many fields. */
#define MAX_HEADER_BYTES 65535u

static tg_status malformed(tg_error *error, const char *what)
{
    tg_error_set(error, TG_ERR_FORMAT, "%s", what);
    tg_error_how(error, TG_NPY_HOW_REWRITE);
    return TG_ERR_FORMAT;
}

/* Read what stands before the header text: its offset in the file, and its length. */
static tg_status read_prefix(size_t *text_offset, size_t *text_length, const tg_npy *npy,
                             uint64_t file_bytes, tg_error *error)
{
    unsigned char bytes[MAGIC_BYTES + 2 + 4];
    if (file_bytes < sizeof bytes)
        return malformed(error, "not a .npy file: it is shorter than the start of one");
    const tg_status status = tg_input_read(bytes, sizeof bytes, npy->stream, npy->path, error);
    if (status != TG_OK) return status;
    if (memcmp(bytes, MAGIC, MAGIC_BYTES) != 0)
        return malformed(error, "not a .npy file: it does not start with \\x93NUMPY");
    const unsigned major = bytes[MAGIC_BYTES];
    const unsigned minor = bytes[MAGIC_BYTES + 1];
    if (major < 1 || major > 3 || minor != 0) {
        tg_error_set(error, TG_ERR_FORMAT,
                     "version %u.%u of .npy, where 1.0, 2.0 and 3.0 are known", major, minor);
        tg_error_how(error, TG_NPY_HOW_REWRITE);
        return TG_ERR_FORMAT;
    }
    const unsigned char *length = bytes + MAGIC_BYTES + 2;
    *text_offset = major == 1 ? MAGIC_BYTES + 4 : MAGIC_BYTES + 6;
    *text_length = (size_t)length[0] | (size_t)length[1] << 8;
    if (major != 1) *text_length |= (size_t)length[2] << 16 | (size_t)length[3] << 24;
    if (*text_length <= MAX_HEADER_BYTES && *text_offset + *text_length <= file_bytes) return TG_OK;
    tg_error_set(
        error, TG_ERR_FORMAT,
        "the .npy header says that it has %zu bytes, in a file of %llu bytes; at most %u are read",
        *text_length, (unsigned long long)file_bytes, MAX_HEADER_BYTES);
    tg_error_how(error, TG_NPY_HOW_REWRITE);
    return TG_ERR_FORMAT;
}

/* Position the stream at a byte of the file. */
static tg_status seek(const tg_npy *npy, size_t offset, tg_error *error)
{
    if (fseeko(npy->stream, (off_t)offset, SEEK_SET) == 0) return TG_OK;
    return tg_io_error(error, "read", npy->path, errno);
}

static tg_status read_header(tg_npy_header *header, tg_npy *npy, uint64_t file_bytes,
                             tg_error *error)
{
    size_t offset = 0;
    size_t length = 0;
    void *text = NULL;
    tg_status status = read_prefix(&offset, &length, npy, file_bytes, error);
    if (status == TG_OK) status = seek(npy, offset, error);
    if (status == TG_OK) status = tg_buffer_create(&text, length, 1, error);
    if (status == TG_OK) status = tg_input_read(text, length, npy->stream, npy->path, error);
    if (status == TG_OK) status = tg_npy_header_parse(header, text, length, error);
    tg_buffer_destroy(text);
    npy->data_offset = offset + length;
    return status;
}

static tg_status check_type(tg_npy *npy, const tg_npy_header *header, tg_error *error)
{
    // Bytes have no order: NumPy writes '|u1' and takes the others for the same.
    static const struct {
        const char *name;
        size_t item_size;
        bool swapped;
    } types[] = {
        {.name = "|u1", .item_size = 1}, {.name = "u1", .item_size = 1},
        {.name = "<u1", .item_size = 1}, {.name = ">u1", .item_size = 1},
        {.name = "<u4", .item_size = 4}, {.name = ">u4", .item_size = 4, .swapped = true},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(header->type, types[i].name) != 0) continue;
        npy->item_size = types[i].item_size;
        npy->swapped = types[i].swapped;
        return TG_OK;
    }
    tg_error_set(error, TG_ERR_FORMAT,
                 "an array of type '%s', where traces are '<u4' or '>u4' and events 'u1'",
                 header->type);
    tg_error_how(error, "convert it in NumPy: array.astype('<u4') for a trace, "
                        "array.view('u1').reshape(n, -1) for events");
    return TG_ERR_FORMAT;
}

/* The line that mends a file in NumPy names the file where Python reads its path as it is. */
static tg_status fortran_error(const char *path, tg_error *error)
{
    bool is_plain = strlen(path) <= 120;
    for (const char *byte = path; *byte != '\0'; byte++) {
        if (*byte == '\'' || *byte == '\\' || (unsigned char)*byte < ' ') is_plain = false;
    }
    const char *name = is_plain ? path : "FILE.npy";
    tg_error_set(error, TG_ERR_FORMAT,
                 "the array is in Fortran order (column by column), rows are needed");
    tg_error_how(
        error,
        "in Python: import numpy as np; f = '%s'; np.save(f, np.ascontiguousarray(np.load(f)))",
        name);
    return TG_ERR_FORMAT;
}

static tg_status check_shape(tg_npy *npy, const tg_npy_header *header, tg_error *error)
{
    if (header->nb_dims != 2) {
        tg_error_set(error, TG_ERR_FORMAT, "an array of %zu dimensions, where 2 are needed",
                     header->nb_dims);
        tg_error_how(error, "in NumPy: array.reshape(height, width) for a trace, array.reshape(n, "
                            "event_size) for events");
        return TG_ERR_FORMAT;
    }
    if (header->shape[1] == 0) {
        tg_error_set(error, TG_ERR_FORMAT, "an array [%zu, 0]: rows without columns",
                     header->shape[0]);
        tg_error_how(error, TG_NPY_HOW_REWRITE);
        return TG_ERR_FORMAT;
    }
    npy->nb_rows = header->shape[0];
    npy->nb_columns = header->shape[1];
    return TG_OK;
}

/* Compare the file's length with what the header announces. */
static tg_status check_length(const tg_npy *npy, uint64_t file_bytes, tg_error *error)
{
    size_t row_bytes = 0;
    size_t data_bytes = 0;
    tg_status status = tg_size_multiply(&row_bytes, npy->nb_columns, npy->item_size, error);
    if (status == TG_OK) status = tg_size_multiply(&data_bytes, npy->nb_rows, row_bytes, error);
    if (status != TG_OK) {
        tg_error_how(error, "%s", TG_NPY_HOW_REWRITE);
        return status;
    }
    const uint64_t found_bytes = file_bytes - npy->data_offset;
    if (found_bytes == data_bytes) return TG_OK;
    tg_error_set(
        error, TG_ERR_FORMAT,
        "%s: [%zu, %zu] of %zu bytes each are %zu bytes of data, the file has %llu",
        found_bytes < data_bytes ? "the file is truncated" : "bytes follow after the array",
        npy->nb_rows, npy->nb_columns, npy->item_size, data_bytes, (unsigned long long)found_bytes);
    tg_error_how(error, "copy or write the file again");
    return TG_ERR_FORMAT;
}

tg_status tg_npy_open(tg_npy *npy, const char *path, tg_error *error)
{
    uint64_t file_bytes = 0;
    tg_npy_header header;
    tg_status status = tg_path_format(npy->path, error, "%s", path);
    if (status == TG_OK) status = tg_input_open(&npy->stream, &file_bytes, path, error);
    if (status != TG_OK) return status;
    status = read_header(&header, npy, file_bytes, error);
    if (status == TG_OK) status = check_type(npy, &header, error);
    if (status == TG_OK && header.fortran_order) status = fortran_error(path, error);
    if (status == TG_OK) status = check_shape(npy, &header, error);
    if (status == TG_OK) status = check_length(npy, file_bytes, error);
    if (status == TG_OK) return TG_OK;
    // Errors of the system's calls name the file already.
    if (status != TG_ERR_IO) tg_error_where(error, "%s", path);
    tg_npy_close(npy);
    return status;
}

void tg_npy_close(tg_npy *npy)
{
    (void)fclose(npy->stream);
    npy->stream = NULL;
}

tg_status tg_npy_read_events(void *events, size_t nb_events, size_t event_size, tg_npy *npy,
                             tg_error *error)
{
    if (npy->item_size != 1 || npy->nb_columns != event_size || npy->nb_rows < nb_events) {
        tg_error_set(
            error, TG_ERR_FORMAT,
            "an array of %s [%zu, %zu], where events of type u1 [%zu or more, %zu] are needed",
            npy->item_size == 1 ? "u1" : "u4", npy->nb_rows, npy->nb_columns, nb_events,
            event_size);
        tg_error_where(error, "%s", npy->path);
        tg_error_how(error, "name the file with this chip's events, or ask for fewer of them");
        return TG_ERR_FORMAT;
    }
    // No more than nb_rows * nb_columns, which is the data's length.
    const size_t nb_bytes = nb_events * event_size;
    const tg_status status = seek(npy, npy->data_offset, error);
    return status == TG_OK ? tg_input_read(events, nb_bytes, npy->stream, npy->path, error)
                           : status;
}

static void swap_words(uint32_t *words, size_t nb_words)
{
    for (size_t i = 0; i < nb_words; i++) {
        words[i] = __builtin_bswap32(words[i]);
    }
}

static tg_status read_rows(uint32_t *cells, tg_tile *tile, const tg_npy *npy, tg_error *error)
{
    for (size_t row = 0; row < npy->nb_rows; row += tile->max_rows) {
        const size_t nb_rows = tg_tile_nb_rows(tile, npy->nb_rows, row);
        const size_t nb_words = nb_rows * npy->nb_columns;
        const tg_status status =
            tg_input_read(tile->words, nb_words * sizeof(uint32_t), npy->stream, npy->path, error);
        if (status != TG_OK) return status;
        if (npy->swapped) swap_words(tile->words, nb_words);
        tg_tile_to_cells(cells, tile, npy->nb_rows, row, nb_rows);
    }
    return TG_OK;
}

tg_status tg_npy_read_cells(uint32_t *cells, tg_npy *npy, tg_error *error)
{
    if (npy->item_size != sizeof(uint32_t)) {
        tg_error_set(error, TG_ERR_FORMAT,
                     "an array of type u1, where a trace of type '<u4' or '>u4' is needed");
        tg_error_where(error, "%s", npy->path);
        tg_error_how(error, "name a trace; this file looks like events");
        return TG_ERR_FORMAT;
    }
    if (npy->nb_rows == 0) return TG_OK;
    tg_tile tile;
    tg_status status = seek(npy, npy->data_offset, error);
    if (status == TG_OK) status = tg_tile_init(&tile, npy->nb_rows, npy->nb_columns, error);
    if (status != TG_OK) return status;
    status = read_rows(cells, &tile, npy, error);
    tg_tile_clear(&tile);
    return status;
}
