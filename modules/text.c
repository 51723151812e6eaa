/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Text that grows by doubling. */
#include "modules/text_internal.h"

#include "files/output.h"
#include "model/memory.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

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
    if (text_reserve(of, (size_t)size_bytes)) {
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
    status = tg_output_write(&output, of->bytes, of->length, error);
    if (status == TG_OK) return tg_output_commit(&output, error);
    tg_output_discard(&output);
    return status;
}
