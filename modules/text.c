/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Text that grows by doubling. */
#define _GNU_SOURCE /* fileno */
#include "modules/text_internal.h"

#include "files/output.h"
#include "files/record.h"
#include "model/memory.h"

#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Hex digits of a digest. */
#define SEAL_BYTES ((size_t)32)

/* Bytes at first. */
#define FIRST_BYTES ((size_t)4096)

void text_clear(text *of)
{
    tg_buffer_destroy(of->bytes);
    *of = (text){.bytes = NULL};
}

/* Room for so many bytes more; false after a failure. */
static bool text_reserve(text *of, size_t nb_bytes)
{
    if (of->status != TG_OK) return false;
    if (of->room - of->length >= nb_bytes) return true;
    size_t room = of->room != 0 ? of->room : FIRST_BYTES;
    while (room - of->length < nb_bytes) room *= 2;
    void *buffer = NULL;
    of->status = tg_buffer_create(&buffer, room, 1, &of->error);
    if (of->status != TG_OK) return false;
    if (of->length != 0) memcpy(buffer, of->bytes, of->length);
    tg_buffer_destroy(of->bytes);
    of->bytes = buffer;
    of->room = room;
    return true;
}

void text_append(text *of, const void *bytes, size_t nb_bytes)
{
    if (nb_bytes == 0 || !text_reserve(of, nb_bytes)) return;
    memcpy(of->bytes + of->length, bytes, nb_bytes);
    of->length += nb_bytes;
}

void text_print(text *of, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length <= 0 || !text_reserve(of, (size_t)length + 1)) return;
    va_start(arguments, format);
    (void)vsnprintf(of->bytes + of->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    of->length += (size_t)length;
}

tg_status text_status(const text *of, tg_error *error)
{
    if (of->status != TG_OK && error != NULL) *error = of->error;
    return of->status;
}

tg_status text_read(text *of, const char *path, tg_error *error)
{
    FILE *stream = NULL;
    uint64_t size_bytes = 0;
    tg_status status = tg_input_open(&stream, &size_bytes, path, error);
    if (status != TG_OK) return status;
    if (size_bytes == 0) {
        // An empty text has no bytes that could be read into.
        status = text_status(of, error);
    } else if (text_reserve(of, (size_t)size_bytes)) {
        status = tg_input_read(of->bytes + of->length, (size_t)size_bytes, stream, path, error);
        if (status == TG_OK) of->length += (size_t)size_bytes;
    } else {
        status = text_status(of, error);
    }
    (void)fclose(stream);
    return status;
}

tg_status text_write(const text *of, const char *path, tg_error *error)
{
    tg_output output;
    tg_status status = text_status(of, error);
    if (status == TG_OK) status = tg_output_open(&output, path, error);
    if (status != TG_OK) return status;
    // What others could change is not taken for what was written (text_is_sealed).
    (void)fchmod(fileno(output.stream), S_IRUSR | S_IWUSR);
    status = tg_output_write(&output, of->bytes, of->length, error);
    if (status == TG_OK) return tg_output_commit(&output, error);
    tg_output_discard(&output);
    return status;
}

/* Digest of the first bytes of a text. */
static void make_seal(char seal[SEAL_BYTES + 1], const text *of, size_t nb_bytes)
{
    tg_digest digest;
    tg_digest_bytes(&digest, of->bytes != NULL ? of->bytes : "", nb_bytes);
    (void)tg_digest_text(seal, &digest);
}

void text_seal(text *of)
{
    char seal[SEAL_BYTES + 1];
    make_seal(seal, of, of->length);
    text_append(of, seal, SEAL_BYTES);
}

bool text_is_in(const char *content, const char *path)
{
    const size_t length = strlen(content);
    text all = {.bytes = NULL};
    const bool is_same = text_read(&all, path, NULL) == TG_OK && all.length == length &&
                         (length == 0 || memcmp(all.bytes, content, length) == 0);
    text_clear(&all);
    return is_same;
}

bool text_is_sealed(const char *path)
{
    struct stat info;
    char seal[SEAL_BYTES + 1];
    if (stat(path, &info) != 0 || info.st_uid != geteuid() ||
        (info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return false;
    text all = {.bytes = NULL};
    bool is_sealed = text_read(&all, path, NULL) == TG_OK && all.length >= SEAL_BYTES;
    if (is_sealed) {
        make_seal(seal, &all, all.length - SEAL_BYTES);
        is_sealed = memcmp(seal, all.bytes + all.length - SEAL_BYTES, SEAL_BYTES) == 0;
    }
    text_clear(&all);
    return is_sealed;
}
