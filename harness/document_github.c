/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Annotations as GitHub's actions read them from a job's log: a line each,
 * `::error file=F,line=N,title=T::MESSAGE`, in which certain characters are escaped. */
#include "harness/document_internal.h"

#include <inttypes.h>
#include <string.h>

/* Escapes of a message, and of a property, whose end a colon or comma would be. */
static void print_escaped(FILE *out, const char *text, bool is_property)
{
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        if (byte == '%' || byte == '\r' || byte == '\n' ||
            (is_property && (byte == ':' || byte == ','))) {
            (void)fprintf(out, "%%%02X", byte);
        } else if (tg_json_is_control(text) && byte != '\t') {
            (void)fputc('?', out);
            text += byte >= 0x80; // of two bytes
        } else {
            (void)fputc(byte, out);
        }
    }
}

/* trace  its kernel's file is where the annotation stands; NULL: nowhere */
static void print_start(FILE *out, const char *level, tg_json_value *trace, const char *title)
{
    const char *file = document_text(trace, "kernel");
    (void)fprintf(out, "::%s ", level);
    if (file[0] != '\0') {
        (void)fputs("file=", out);
        print_escaped(out, file, true);
        (void)fputc(',', out);
    }
    if (file[0] != '\0' && tg_json_has(trace, "kernel_line"))
        (void)fprintf(out, "line=%" PRIu64 ",", document_count(trace, "kernel_line"));
    (void)fputs("title=", out);
    print_escaped(out, title, true);
    (void)fputs("::", out);
}

static void print_finding(FILE *out, tg_json_value *root, tg_json_value *finding, size_t nb_alike)
{
    char message[DOCUMENT_MESSAGE_BYTES];
    char title[256];
    tg_json_value *trace = document_trace_of(root, finding);
    const bool is_expected = document_flag(finding, "is_expected");
    (void)snprintf(title, sizeof title, "%.160s %s", document_text(finding, "trace"),
                   is_expected ? "differs, as is known" : "differs");
    print_start(out, is_expected ? "notice" : "error", trace, title);
    print_escaped(out, document_message(message, finding), false);
    if (nb_alike > 1) (void)fprintf(out, "; findings with this key: %zu", nb_alike);
    if (tg_json_has(finding, "again")) {
        (void)fputs("%0Aagain: ", out);
        print_escaped(out, document_text(finding, "again"), false);
    }
    (void)fputc('\n', out);
}

/* Red traces without a finding, such as a known failure that passes, or a source that does not
 * compile. Returns their number. */
static size_t print_bare(FILE *out, tg_json_value *root)
{
    char message[DOCUMENT_MESSAGE_BYTES];
    tg_json_value *traces = tg_json_member(root, "traces");
    size_t nb = 0;
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        if (!document_is_error(root, trace)) continue;
        nb++;
        print_start(out, "error", trace, document_text(trace, "trace"));
        print_escaped(out, document_bare_message(message, root, trace), false);
        (void)fputc('\n', out);
    }
    return nb;
}

void document_write_github(FILE *out, tg_json_value *root)
{
    tg_json_value *findings = tg_json_member(root, "findings");
    tg_json_value *verdict = tg_json_member(root, "verdict");
    size_t nb_errors = print_bare(out, root);
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        tg_json_value *finding = tg_json_element(findings, i);
        size_t nb_alike = 0;
        nb_errors += !document_flag(finding, "is_expected");
        if (document_stands_for_key(root, i, &nb_alike))
            print_finding(out, root, finding, nb_alike);
    }
    // A run that ends badly without a finding is red for another reason.
    if (nb_errors != 0 || document_count(verdict, "exit_code") == 0) return;
    print_start(out, "error", NULL, "tracegate");
    print_escaped(out, document_text(verdict, "status"), false);
    (void)fputc('\n', out);
}
