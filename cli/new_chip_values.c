/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the names in the templates of a new chip mean (cli/new_chip/):
 *
 *   of the chip       @chip@ MyChip, @id@ mychip, @ID@ MYCHIP; list traces
 *   of a trace        @kind@ main, @KIND@ MAIN, @event_bytes@, @events_per_row@, @rows_per_event@,
 *                     @max_events@, @padding@, @height@; lists fields, columns, enums; conditions
 *                     has_event, is_row, is_whole
 *   of a field        @name@, @member@, @dims@, @c_type@, @form@, @holds@, @below@, @nb_values@;
 *                     list values; conditions has_dims, is_enum, is_byte
 *   of a column       @name@, @member@, @dims@; condition has_dims
 *   of a value        @name@, @number@, @MEMBER@
 *   of any of a list  conditions is_first, is_last
 */
#include "cli/new_chip_internal.h"

#include <ctype.h>
#include <string.h>

static bool is(const char *name, const char *other) { return strcmp(name, other) == 0; }

static void put_upper(FILE *out, const char *text)
{
    for (; *text != '\0'; text++)
        (void)putc(isalnum((unsigned char)*text) ? toupper((unsigned char)*text) : '_', out);
}

/* A condition: a list of one item or none. */
static bool condition(size_t *nb, bool holds)
{
    *nb = holds ? 1 : 0;
    return true;
}

static bool place_condition(size_t *nb, const tg_scope *scope, const char *name)
{
    if (is(name, "is_first")) return condition(nb, scope->index == 0);
    if (is(name, "is_last")) return condition(nb, scope->index + 1 == scope->nb);
    return false;
}

/* The scope of a condition: it knows nothing of its own. */
static bool print_nothing(FILE *out, const tg_scope *scope, const char *name)
{
    (void)out;
    (void)scope;
    (void)name;
    return false;
}

static bool list_nothing(size_t *nb, const tg_scope *scope, const char *name)
{
    (void)nb;
    (void)scope;
    (void)name;
    return false;
}

static void enter_nothing(tg_scope *inner, const tg_scope *scope, const char *name)
{
    (void)scope;
    (void)name;
    inner->print = print_nothing;
    inner->list = list_nothing;
    inner->enter = enter_nothing;
}

/* ---- values of an enum ---- */

static bool print_value(FILE *out, const tg_scope *scope, const char *name)
{
    const char *value = scope->item;
    if (is(name, "name")) {
        (void)fputs(value, out);
    } else if (is(name, "number")) {
        (void)fprintf(out, "%zu", scope->index);
    } else if (is(name, "MEMBER")) {
        put_upper(out, value);
    } else {
        return false;
    }
    return true;
}

/* ---- fields and columns ---- */

static bool print_entry(FILE *out, const tg_scope *scope, const char *name)
{
    const new_entry *entry = scope->item;
    const new_type *type = entry->type;
    if (is(name, "name")) {
        (void)fputs(entry->name, out);
    } else if (is(name, "member")) {
        (void)fputs(entry->member, out);
    } else if (is(name, "FIELD")) {
        put_upper(out, entry->member);
    } else if (is(name, "dims")) {
        (void)fputs(entry->dims, out);
    } else if (is(name, "below")) {
        (void)fprintf(out, "%zu", entry->below);
    } else if (is(name, "nb_values")) {
        (void)fprintf(out, "%zu", entry->nb_values);
    } else if (type != NULL && is(name, "c_type")) {
        (void)fputs(type->c_type, out);
    } else if (type != NULL && is(name, "form")) {
        (void)fputs(type->form, out);
    } else if (type != NULL && is(name, "holds")) {
        (void)fputs(type->text, out);
    } else {
        return false;
    }
    return true;
}

static bool list_entry(size_t *nb, const tg_scope *scope, const char *name)
{
    const new_entry *entry = scope->item;
    if (is(name, "has_dims")) return condition(nb, entry->dims[0] != '\0');
    if (is(name, "is_enum")) return condition(nb, entry->nb_values != 0);
    if (is(name, "is_byte"))
        return condition(nb, entry->type != NULL && is(entry->type->name, "byte"));
    if (is(name, "values")) {
        *nb = entry->nb_values;
        return true;
    }
    return place_condition(nb, scope, name);
}

static void enter_entry(tg_scope *inner, const tg_scope *scope, const char *name)
{
    const new_entry *entry = scope->item;
    enter_nothing(inner, scope, name);
    if (!is(name, "values")) return;
    inner->item = entry->values[inner->index];
    inner->print = print_value;
    inner->list = place_condition;
}

/* ---- traces ---- */

static bool print_trace(FILE *out, const tg_scope *scope, const char *name)
{
    const new_trace *trace = scope->item;
    if (is(name, "kind")) {
        (void)fputs(tg_kind_name(trace->kind), out);
    } else if (is(name, "KIND")) {
        put_upper(out, tg_kind_name(trace->kind));
    } else if (is(name, "events_per_row")) {
        (void)fprintf(out, "%zu", trace->events_per_row);
    } else if (is(name, "rows_per_event")) {
        (void)fprintf(out, "%zu", trace->rows_per_event);
    } else if (is(name, "max_events")) {
        (void)fprintf(out, "%zu", trace->max_events);
    } else if (is(name, "padding")) {
        (void)fputs(trace->padding, out);
    } else if (is(name, "height")) {
        (void)fputs(trace->height, out);
    } else {
        return false;
    }
    return true;
}

static bool list_trace(size_t *nb, const tg_scope *scope, const char *name)
{
    const new_trace *trace = scope->item;
    if (is(name, "has_event")) return condition(nb, trace->nb_fields != 0);
    if (is(name, "is_row")) return condition(nb, !trace->is_whole);
    if (is(name, "is_whole")) return condition(nb, trace->is_whole);
    if (is(name, "has_entries")) return condition(nb, trace->events_per_row > 1);
    if (is(name, "fields")) {
        *nb = trace->nb_fields;
    } else if (is(name, "columns")) {
        *nb = trace->nb_columns;
    } else {
        return place_condition(nb, scope, name);
    }
    return true;
}

static void enter_trace(tg_scope *inner, const tg_scope *scope, const char *name)
{
    const new_trace *trace = scope->item;
    enter_nothing(inner, scope, name);
    if (is(name, "fields")) inner->item = &trace->fields[inner->index];
    if (is(name, "columns")) inner->item = &trace->columns[inner->index];
    if (!is(name, "fields") && !is(name, "columns")) return;
    inner->print = print_entry;
    inner->list = list_entry;
    inner->enter = enter_entry;
}

/* ---- the chip ---- */

static bool print_chip(FILE *out, const tg_scope *scope, const char *name)
{
    const new_chip *chip = scope->item;
    if (is(name, "chip")) {
        (void)fputs(chip->name, out);
    } else if (is(name, "id")) {
        (void)fputs(chip->id, out);
    } else if (is(name, "ID")) {
        put_upper(out, chip->id);
    } else if (is(name, "nb_traces")) {
        (void)fprintf(out, "%zu", chip->nb_traces);
    } else {
        return false;
    }
    return true;
}

static bool list_chip(size_t *nb, const tg_scope *scope, const char *name)
{
    const new_chip *chip = scope->item;
    if (!is(name, "traces")) return false;
    *nb = chip->nb_traces;
    return true;
}

static void enter_chip(tg_scope *inner, const tg_scope *scope, const char *name)
{
    const new_chip *chip = scope->item;
    (void)name;
    inner->item = &chip->traces[inner->index];
    inner->print = print_trace;
    inner->list = list_trace;
    inner->enter = enter_trace;
}

tg_scope new_chip_scope(const new_chip *chip)
{
    return (tg_scope){.item = chip,
                      .nb = 1,
                      .print = print_chip,
                      .list = list_chip,
                      .enter = enter_chip};
}
