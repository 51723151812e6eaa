/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Statuses and errors: texts from the one list in status.h. */
#include "model/status.h"

#include "model/fnv.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *text;
    int exit_code;
} statuses[] = {
#define TG_STATUS_ENTRY(name, code, words) [name] = {.text = words, .exit_code = code},
    TG_STATUS_LIST(TG_STATUS_ENTRY)
#undef TG_STATUS_ENTRY
};

const char *tg_status_text(tg_status status) { return statuses[status].text; }

int tg_status_exit_code(tg_status status) { return statuses[status].exit_code; }

tg_status tg_error_set(tg_error *error, tg_status status, const char *format, ...)
{
    if (error == NULL) return status;
    memset(error, 0, sizeof *error);
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error->what, sizeof error->what, format, arguments);
    va_end(arguments);
    return status;
}

void tg_error_where(tg_error *error, const char *format, ...)
{
    if (error == NULL) return;
    size_t used = strlen(error->where);
    if (used != 0 && used + 2 < sizeof error->where) {
        memcpy(error->where + used, ", ", 3);
        used += 2;
    }
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error->where + used, sizeof error->where - used, format, arguments);
    va_end(arguments);
}

void tg_error_how(tg_error *error, const char *format, ...)
{
    if (error == NULL) return;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error->how, sizeof error->how, format, arguments);
    va_end(arguments);
}

void tg_error_failure(tg_error *error, tg_failure failure)
{
    if (error != NULL) error->failure = failure;
}

/* Bytes of a file's name in a site, with the end. */
#define SITE_NAME_BYTES 49

static bool stays(char byte) { return byte >= ' ' && byte <= '~' && byte != '/'; }

/* A file's name as a site has it: one that cannot stand there whole is told from others that begin
 * alike by its hash. */
static void name_file(char name[SITE_NAME_BYTES], const char *file)
{
    const size_t length = strlen(file);
    bool is_whole = length < SITE_NAME_BYTES;
    for (size_t i = 0; i < length; i++) is_whole = is_whole && stays(file[i]);
    if (is_whole) {
        memcpy(name, file, length + 1);
        return;
    }
    (void)snprintf(name, SITE_NAME_BYTES, "%.39s~%08" PRIx32, file,
                   (uint32_t)tg_fnv(TG_FNV_START, file, length));
}

void tg_error_site(tg_error *error, const char *doing, const char *file, unsigned long line)
{
    char place[72] = "";
    if (error == NULL) return;
    if (file != NULL && file[0] != '\0' && line != 0) {
        char name[SITE_NAME_BYTES];
        const char *slash = strrchr(file, '/');
        name_file(name, slash != NULL ? slash + 1 : file);
        (void)snprintf(place, sizeof place, "%s:%lu", name, line);
    }
    (void)snprintf(error->site, sizeof error->site, "%.40s%s%s", doing,
                   doing[0] != '\0' && place[0] != '\0' ? " at " : "", place);
    for (char *byte = error->site; *byte != '\0'; byte++) {
        if (!stays(*byte)) *byte = '?';
    }
}

const char *tg_error_line(char *line, size_t size, const tg_error *error)
{
    const char *what = error->what[0] != '\0' ? error->what : tg_status_text(error->status);
    const bool has_where = error->where[0] != '\0';
    (void)snprintf(line, size, "%s%s%s%s%s%s", what, has_where ? " (" : "", error->where,
                   has_where ? ")" : "", error->how[0] != '\0' ? ": " : "", error->how);
    // Texts name paths, which may hold anything: a newline would make two lines of one, and other
    // controls could write over what a terminal shows.
    for (char *byte = line; size != 0 && *byte != '\0'; byte++) {
        if ((unsigned char)*byte < ' ' || *byte == 0x7f) *byte = '?';
    }
    return line;
}
