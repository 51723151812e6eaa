/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Markup and text of the page. Texts are UTF-8: those of a document are, whether it was made or
 * read.
 */
#include "harness/document_html_internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

void html_put(html_page *page, const char *markup)
{
    const size_t length = strlen(markup);
    (void)fwrite(markup, 1, length, page->out);
    page->nb_bytes += length;
}

void html_putf(html_page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vfprintf(page->out, format, arguments);
    va_end(arguments);
    if (length > 0) page->nb_bytes += (size_t)length;
}

/* Bytes of the character that starts here; of what is no start of one, 1. */
static size_t character_bytes(const char *text)
{
    const unsigned char first = (unsigned char)*text;
    const size_t nb = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    for (size_t i = 1; i < nb; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80) return i;
    }
    return nb;
}

/* Characters that turn the direction of text: U+202A to U+202E, U+2066 to U+2069. A hostile name
 * could show as another one by them. */
static bool turns_direction(const char *text, size_t nb_bytes)
{
    if (nb_bytes != 3 || (unsigned char)text[0] != 0xe2) return false;
    const unsigned char second = (unsigned char)text[1];
    const unsigned char third = (unsigned char)text[2];
    return (second == 0x80 && third >= 0xaa && third <= 0xae) ||
           (second == 0x81 && third >= 0xa6 && third <= 0xa9);
}

/* What stands for a character; NULL: it stands for itself. */
static const char *replacement(const char *text, size_t nb_bytes)
{
    const unsigned char first = (unsigned char)*text;
    switch (first) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
    case '\t':
        return NULL;
    default:
        break;
    }
    // U+0080 to U+009F are controls as well.
    const bool is_high_control = nb_bytes == 2 && first == 0xc2 && (unsigned char)text[1] < 0xa0;
    const bool is_broken = nb_bytes == 1 && first >= 0x80;
    if (first < 0x20 || first == 0x7f || is_high_control || is_broken ||
        turns_direction(text, nb_bytes))
        return "\xef\xbf\xbd";
    return NULL;
}

void html_text(html_page *page, const char *text, size_t most)
{
    const char *const ellipsis = "\xe2\x80\xa6";
    size_t nb_left = most;
    while (*text != '\0') {
        const size_t nb_bytes = character_bytes(text);
        const char *other = replacement(text, nb_bytes);
        const size_t nb_written = other != NULL ? strlen(other) : nb_bytes;
        if (nb_written > nb_left) {
            html_put(page, ellipsis);
            return;
        }
        nb_left -= nb_written;
        page->nb_bytes += nb_written;
        (void)fwrite(other != NULL ? other : text, 1, nb_written, page->out);
        text += nb_bytes;
    }
}

void html_wrap(html_page *page, const char *before, const char *text, const char *after,
               size_t most)
{
    html_put(page, before);
    html_text(page, text, most);
    html_put(page, after);
}

bool html_is_name(const char *name) { return strncmp(name, "column ", strlen("column ")) != 0; }

void html_count(html_page *page, uint64_t count)
{
    char digits[24];
    const int nb_digits = snprintf(digits, sizeof digits, "%" PRIu64, count);
    for (int i = 0; i < nb_digits; i++) {
        // Groups of three from the end; four digits are read as they are.
        if (i != 0 && (nb_digits - i) % 3 == 0 && nb_digits > 4) html_put(page, "&#8239;");
        html_putf(page, "%c", digits[i]);
    }
}

void html_counted(html_page *page, uint64_t count, const char *noun)
{
    html_count(page, count);
    html_putf(page, " %s%s", noun, count == 1 ? "" : "s");
}

void html_seconds(html_page *page, double seconds)
{
    if (seconds >= 100.0) {
        html_putf(page, "%.0f s", seconds);
    } else if (seconds >= 1.0) {
        html_putf(page, "%.1f s", seconds);
    } else if (seconds >= 1e-3) {
        html_putf(page, "%.0f ms", seconds * 1e3);
    } else if (seconds >= 1e-6) {
        html_putf(page, "%.0f &micro;s", seconds * 1e6);
    } else {
        html_put(page, "0 s");
    }
}

void html_command(html_page *page, const char *command)
{
    html_wrap(page, "<div class=\"command\"><pre><code>", command, "</code></pre></div>\n",
              2 * HTML_LINE_BYTES);
}
