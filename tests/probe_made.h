/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Structs of events as a user might write them, made from the model's, for the suites of the layout
 * probe. */
#ifndef TRACEGATE_TESTS_PROBE_MADE_H
#define TRACEGATE_TESTS_PROBE_MADE_H

#include "manifest_made.h"
#include "modules/probe.h"
#include "suite.h"

#include <stdarg.h>
#include <stdio.h>

#define SOURCE_BYTES 16384

/* What is done to a struct. */
typedef struct struct_change {
    const char *before;     /* a member before all others; NULL: none */
    bool is_last_left_out;  /* of the outermost fields */
    bool is_first_narrow;   /* its words have two bytes */
    const char *first_name; /* another one of the first field; NULL: its own */
} struct_change;

typedef struct struct_text {
    char *bytes; /* SOURCE_BYTES */
    size_t used;
    const struct_change *change;
} struct_text;

TG_UNUSED static void put_text(struct_text *to, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int nb = vsnprintf(to->bytes + to->used, SOURCE_BYTES - to->used, format, arguments);
    va_end(arguments);
    ck_assert_int_ge(nb, 0);
    to->used += (size_t)nb;
    ck_assert_uint_lt(to->used, SOURCE_BYTES);
}

TG_UNUSED static void put_fields(struct_text *to, const tg_type *type, bool is_outermost)
{
    const struct_change *change = to->change;
    for (size_t i = 0; i < type->nb_fields; i++) {
        const tg_field *field = &type->fields[i];
        const bool is_first = is_outermost && i == 0;
        if (is_outermost && change->is_last_left_out && i + 1 == type->nb_fields) continue;
        if (field->type->form == TG_FORM_STRUCT) {
            put_text(to, "struct { ");
            put_fields(to, field->type, false);
            put_text(to, "}");
        } else {
            put_text(to, "%s",
                     field->type->size == 1                ? "unsigned char"
                     : is_first && change->is_first_narrow ? "unsigned short"
                                                           : "unsigned");
        }
        put_text(to, " %s%s; ",
                 is_first && change->first_name != NULL ? change->first_name : field->name,
                 field->dims);
    }
}

/* The struct "Event" of a trace, changed, and a kernel. */
TG_UNUSED static void put_source(char source[SOURCE_BYTES], const tg_trace *trace,
                                 const struct_change *change, const char *rest)
{
    struct_text to = {.bytes = source, .change = change};
    put_text(&to, "struct Event { %s", change->before != NULL ? change->before : "");
    put_fields(&to, trace->event, true);
    put_text(&to,
             "};\n__global__ void rows(unsigned *trace, unsigned long long height, const struct "
             "Event *events, unsigned long long nb) { (void)trace; (void)height; (void)events; "
             "(void)nb; }\n%s",
             rest);
}

/* The first trace whose event's first field is an array, or is none, of words. */
TG_UNUSED static size_t trace_with_array(bool is_array)
{
    size_t i = 0;
    while (i < tg_nb_traces() &&
           (tg_trace_at(i)->event == NULL || tg_trace_at(i)->event->fields[0].type->size != 4 ||
            tg_trace_at(i)->event->nb_fields < 2 ||
            (tg_trace_at(i)->event->fields[0].dims[0] != '\0') != is_array))
        i++;
    ck_assert_uint_lt(i, tg_nb_traces());
    return i;
}

/* An entry as a manifest gives it, of one source. */
typedef struct made_entry {
    tg_manifest_module module;
    tg_manifest_entry entry;
} made_entry;

TG_UNUSED static void make_entry(made_entry *made, size_t trace, const char *file)
{
    made->module = (tg_manifest_module){.name = "m", .file = file, .kind = TG_SOURCE_CODE};
    made->entry = (tg_manifest_entry){.trace = trace, .module = &made->module};
    const size_t length = strlen(file);
    made->entry.layout.struct_name =
        length > 2 && strcmp(file + length - 2, ".c") == 0 ? "struct Event" : "Event";
}

#endif
